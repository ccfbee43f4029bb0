//! Frames as facts of the sitting: what the relay tells, with relative numbers, what was observed, and the names of the sockets.

use super::{Sitting, State};
use crate::event::{Cause, End, Ends, Fact, Fate, Frame, What};
use crate::kernel::{Addr, Kind, probe, procfs};
use crate::lab::relay::{self, Told};
use crate::lab::wire::{self, Marks, Row, Target};
use crate::packet::{Seen, Summary, Tcp, Tracker};
use crate::text::messages::lab as say;
use crate::vocabulary::State as TcpState;
use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::Arc;

/// States and notes remembered of frames: as many as the wire's capture has rows.
const KEPT: usize = 20_000;
/// With more sockets than these a host's are not looked through for each frame.
const FEW: usize = 200;

/// What is known of frames beside their bytes.
#[derive(Debug, Default)]
pub struct Known {
    tracker: Tracker,
    /// Frames whose fate may still change, with what was seen when they came.
    open: HashMap<u64, Seen>,
    /// What the hosts' tables said, for `packets`.
    states: BTreeMap<u64, Ends>,
}

impl Known {
    /// Frames have passed unseen: what follows is a new beginning.
    pub fn missed_some(&mut self) {
        self.tracker = Tracker::new();
    }

    fn seen(&mut self, fact: &wire::Fact) -> Seen {
        let seen = match self.open.remove(&fact.packet) {
            Some(seen) => seen,
            // What the wire made or was given is no host's.
            None if fact.marks.copy_of.is_some() || fact.marks.injected => self.tracker.relative(&fact.summary),
            None => self.tracker.see(fact.packet, &fact.summary, &fact.bytes),
        };
        if fact.fate == wire::Fate::Held {
            self.open.insert(fact.packet, seen.clone());
        }
        seen
    }

    fn remember(&mut self, packet: u64, ends: &Ends) {
        if self.states.len() >= KEPT {
            self.states.pop_first();
        }
        self.states.insert(packet, ends.clone());
    }
}

impl Sitting {
    /// Records what became of frames. The relay is held meanwhile, so that the order is theirs.
    pub(super) fn record_frames(&self, known: &mut Known, told: Vec<Told>) {
        if told.is_empty() {
            return;
        }
        let mut state = self.lock();
        let turn = state.turn;
        for Told { fact, states } in told {
            let seen = known.seen(&fact);
            let ends = states.map(|s| ends(&state, &fact.summary, &s));
            if let Some(ends) = &ends {
                known.remember(fact.packet, ends);
            }
            let frame = Frame {
                packet: fact.packet,
                fate: fate(fact.fate),
                cause: cause(fact.cause, fact.marks, &fact.summary),
                from: fact.from.host.clone(),
                to: receiver(&fact.to, &fact.summary),
                full_len: fact.bytes.len() as u32,
                bytes: fact.bytes,
                summary: fact.summary,
                seq_rel: seen.seq_rel,
                ack_rel: seen.ack_rel,
                window: seen.window,
                notes: seen.notes,
                t_us: fact.at.as_nanos() as f64 / 1e3,
                states: ends,
            };
            let goes_on = sender_goes_on(&state, &frame);
            let of = state.record(turn, |_| What::Frame(Box::new(frame)));
            if let Some(fact) = goes_on {
                state.record(turn, |_| What::Diagnosed { of, facts: vec![fact] });
            }
        }
        // Whoever reads a script's output sees what happens beside its lines when it happens.
        state.flush();
        drop(state);
        self.changed.notify_all();
    }
}

/// How long the sender of a SYN that is held for the first time will go on: frames are held, clocks are not (tcp(7)).
fn sender_goes_on(state: &State, f: &Frame) -> Option<Fact> {
    let first = f.fate == Fate::Held && f.notes.is_empty() && f.summary.tcp.is_some_and(|t| t.has(Tcp::SYN) && !t.has(Tcp::ACK));
    let place = state.places.iter().filter(|_| first).find(|p| p.name() == &*f.from)?;
    let _there = place.stand();
    let setting = |name: &str| procfs::sysctl(&format!("net/ipv4/{name}")).and_then(|v| v.parse::<u32>().ok());
    let retries = setting("tcp_syn_retries")?.min(30);
    // Since Linux 6.5 the first few pauses are equal; then each is twice the one before.
    let equal = setting("tcp_syn_linear_timeouts").unwrap_or(0);
    let seconds = u64::from(equal) + (1u64 << (retries + 1)) - 1;
    let text = say::syn_goes_on(place.name(), retries + equal, seconds);
    Some(Fact { text, source: "tcp_syn_retries" })
}

/// What passed, as far as the wire still has it: the last `most` frames, each with what was observed of it.
pub fn captured(engine: &wire::Wire, known: &Known, most: usize) -> Vec<Arc<Frame>> {
    let mut tracker = Tracker::new();
    let rows = engine.capture().rows();
    let skip = rows.len().saturating_sub(most);
    let mut found = Vec::with_capacity(rows.len() - skip);
    for (i, row) in rows.enumerate() {
        let Some(bytes) = engine.capture().bytes(row.packet) else { continue };
        let summary = Summary::of(&bytes);
        let made = row.marks.copy_of.is_some() || row.marks.injected;
        let seen = if made { tracker.relative(&summary) } else { tracker.see(row.packet, &summary, &bytes) };
        if i >= skip {
            found.push(Arc::new(frame_of(row, &bytes, summary, seen, known)));
        }
    }
    found
}

fn frame_of(row: &Row, bytes: &[u8], summary: Summary, seen: Seen, known: &Known) -> Frame {
    Frame {
        packet: row.packet,
        fate: fate(row.fate),
        cause: cause(row.cause, row.marks, &summary),
        from: row.from.host.clone(),
        to: receiver(&row.to, &summary),
        full_len: row.len,
        bytes: bytes.into(),
        summary,
        seq_rel: seen.seq_rel,
        ack_rel: seen.ack_rel,
        window: seen.window,
        notes: seen.notes,
        t_us: row.arrived.as_nanos() as f64 / 1e3,
        states: known.states.get(&row.packet).cloned(),
    }
}

/// The host it goes to; of a frame that is for one and finds none, the address it looked for. None: it is for a group.
fn receiver(to: &Target, summary: &Summary) -> Option<Arc<str>> {
    let address = || match summary.dst {
        Some(ip) => ip.to_string(),
        None => summary.to.map(|b| format!("{b:02x}")).join(":"),
    };
    match to {
        Target::One(station) => Some(station.host.clone()),
        Target::Nobody if !is_group(summary) => Some(address().into()),
        Target::Many | Target::Nobody => None,
    }
}

/// Whether it is for everybody, or for a group: the lowest bit of the first byte of its address.
fn is_group(summary: &Summary) -> bool {
    summary.to[0] & 1 == 1
}

fn fate(fate: wire::Fate) -> Fate {
    match fate {
        // On its way is neither here nor lost.
        wire::Fate::Held | wire::Fate::Underway => Fate::Held,
        wire::Fate::Delivered => Fate::Delivered,
        wire::Fate::Dropped => Fate::Dropped,
    }
}

/// Why it is so: what ended it, else what it was made by or what was done to it, else how it came there.
fn cause(cause: wire::Cause, marks: Marks, summary: &Summary) -> Option<Cause> {
    let made = match marks {
        Marks { injected: true, .. } => Some(Cause::Injected { of: None }),
        Marks { flipped: Some(bit), .. } => Some(Cause::Corrupted { bit }),
        Marks { copy_of: Some(of), .. } => Some(Cause::Duplicate { of }),
        Marks { reordered: true, .. } => Some(Cause::Reordered),
        _ => None,
    };
    match cause {
        wire::Cause::Passed | wire::Cause::Hold => made,
        wire::Cause::Stepped => made.or(Some(Cause::Step)),
        wire::Cause::Flowed => made.or(Some(Cause::Flow)),
        wire::Cause::Delayed => made.or(Some(Cause::Delay)),
        wire::Cause::Hand => Some(Cause::Drop),
        wire::Cause::HeldAgain { of } => Some(Cause::HeldAgain { of }),
        wire::Cause::Loss => Some(Cause::Loss),
        wire::Cause::Cut => Some(Cause::Cut),
        wire::Cause::HoldFull => Some(Cause::HoldFull),
        wire::Cause::DelayFull => Some(Cause::DelayFull),
        wire::Cause::QueueFull => Some(Cause::QueueFull),
        wire::Cause::NoStation => Some(if is_group(summary) { Cause::Alone } else { Cause::NoSuchHost }),
        wire::Cause::Unplugged => Some(Cause::HostGone),
        wire::Cause::Runt => Some(Cause::Runt),
        wire::Cause::Cleared => Some(Cause::Cleared),
    }
}

/// What the tables said of both ends, with the names that the session has for the sockets there.
fn ends(state: &State, summary: &Summary, said: &relay::States) -> Ends {
    let both = summary.ends();
    let end = |e: relay::End, own: Option<(SocketAddr, SocketAddr)>| End {
        socket: own.and_then(|(local, peer)| name_of(state, local, peer)),
        before: e.before,
        after: e.after,
        // Once a connection is there, who else listens at its address is beside the point.
        listens: e.listens && matches!(e.before, None | Some(TcpState::SynRecv | TcpState::NewSynRecv)),
    };
    Ends { sender: end(said.from, both), receiver: end(said.to, both.map(|(src, dst)| (dst, src))) }
}

/// The session's name for the socket of a connection; where it has none yet, nothing.
fn name_of(state: &State, local: SocketAddr, peer: SocketAddr) -> Option<Arc<str>> {
    if state.table.len() > FEW {
        return None;
    }
    let is = |addr: Option<Addr>, wanted: SocketAddr| {
        addr.is_some_and(|a| a.ip() == Some(wanted.ip()) && a.port() == Some(wanted.port()))
    };
    let connected = |fd: i32| is(probe::local(fd), local) && is(probe::peer(fd), peer);
    // A socket whose SYN is under way has a local address and no peer that it would tell.
    let calling = |fd: i32| is(probe::local(fd), local) && probe::peer(fd).is_none();
    let listens = |fd: i32| crate::kernel::opt::int(fd, libc::SOL_SOCKET, libc::SO_ACCEPTCONN).unwrap_or(0) != 0;
    let away = || {
        let tcp = |k: Option<Kind>| k.is_none_or(|k| matches!(k, Kind::Socket { kind: libc::SOCK_STREAM, .. }) && k.is_inet());
        state.table.entries().filter(move |e| !e.closing && !e.place.is_local() && tcp(e.kind))
    };
    let found = away().find(|e| connected(e.fd)).or_else(|| away().find(|e| calling(e.fd) && !listens(e.fd)));
    found.map(|e| e.name.as_str().into())
}
