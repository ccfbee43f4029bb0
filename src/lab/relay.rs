//! The relay: takes frames off the kernel's end of the cables, asks the engine what becomes of them, and puts them on. Whoever holds it
//! moves the frames: the thread that made a call (lockstep), or the wire's own.

use super::wire::{Deed, Fact, Fate, Port, Target, Time, Wire};
use crate::kernel::lab::Wire as Ends;
use crate::kernel::lab::wire::Came;
use crate::kernel::{Place, diag};
use crate::packet::Summary;
use crate::vocabulary::State;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What a host's table says of TCP at an address: the connection's state before a packet came and after, and whether a socket listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct End {
    pub before: Option<State>,
    pub after: Option<State>,
    pub listens: bool,
}

/// Both ends of a packet's connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct States {
    pub from: End,
    pub to: End,
}

/// A fact of the engine's with what the hosts' tables said.
#[derive(Debug, Clone)]
pub struct Told {
    pub fact: Fact,
    pub states: Option<States>,
}

/// How much is told of frames that pass by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tell {
    /// Nobody reads.
    Nothing,
    /// All, as long as they are not too many.
    Each,
}

/// So many frames that pass by themselves are told in a window; above it they pass untold for the rest of it and the next.
const TOLD: u32 = 400;
const WINDOW: Duration = Duration::from_millis(100);

/// A frame that is to be put on a cable.
enum Out<'a> {
    Lent(&'a [u8]),
    Shared(Arc<[u8]>),
}

impl Out<'_> {
    fn bytes(&self) -> &[u8] {
        match self {
            Out::Lent(bytes) => bytes,
            Out::Shared(bytes) => bytes,
        }
    }
}

/// What the relay counts beside the engine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Losses {
    /// The ring had no room (PACKET_STATISTICS).
    pub ring: u64,
    /// Longer than a slot of the ring.
    pub long: u64,
    /// The kernel did not take it at the other end.
    pub refused: u64,
    /// Reports of group membership (MLD, IGMP): they end here, as at a switch that listens to them.
    pub reports: u64,
    /// Frames that passed by themselves and were too many to be told one by one.
    pub untold: u64,
}

pub struct Relay {
    ends: Ends,
    pub engine: Wire,
    deeds: Vec<Deed>,
    epoch: Instant,
    losses: Losses,
    /// When the window began, and how many were told in it.
    window: (Instant, u32),
    quiet: bool,
    /// Frames have passed untold since this was last asked.
    missed: bool,
    /// A place for each host's name, where its tables are read.
    pub places: Vec<(Arc<str>, Place)>,
}

impl Relay {
    pub fn new(ends: Ends, epoch: Instant, seed: u64) -> Relay {
        Relay {
            ends,
            engine: Wire::new(seed),
            deeds: Vec::new(),
            epoch,
            losses: Losses::default(),
            window: (epoch, 0),
            quiet: false,
            missed: false,
            places: Vec::new(),
        }
    }

    /// For poll: readable when a host has sent something.
    pub fn fd(&self) -> i32 {
        self.ends.fd()
    }

    pub fn now(&self) -> Time {
        self.epoch.elapsed()
    }

    /// When something is due by itself.
    pub fn next_due(&self) -> Option<Time> {
        self.engine.next_due()
    }

    pub fn losses(&mut self) -> Losses {
        self.losses.ring = self.ends.lost();
        self.losses
    }

    /// Whether frames have passed untold, and now they are told again.
    pub fn missed_some(&mut self) -> bool {
        !self.quiet && std::mem::take(&mut self.missed)
    }

    /// Moves what is due, and a batch of what has come; says what there is to tell, and whether more may have come meanwhile: a reply to
    /// what was just put on may be here already.
    pub fn turn(&mut self, tell: Tell, told: &mut Vec<Told>) -> bool {
        self.judge_pace(tell);
        let now = self.now();
        if self.engine.next_due().is_some_and(|due| due <= now) {
            let mut deeds = std::mem::take(&mut self.deeds);
            self.engine.due(now, &mut deeds);
            self.carry_out(&mut deeds, told);
            self.deeds = deeds;
        }
        self.read(told) > 0
    }

    /// Whether what passes by itself is told: to somebody who reads, while there are not too many.
    fn judge_pace(&mut self, tell: Tell) {
        let elapsed = self.window.0.elapsed();
        if elapsed >= WINDOW {
            self.quiet = self.window.1 > TOLD && elapsed < 2 * WINDOW;
            self.window = (Instant::now(), 0);
        }
        self.missed |= self.quiet;
        self.engine.tell_all(tell == Tell::Each && !self.quiet && self.window.1 <= TOLD);
    }

    fn read(&mut self, told: &mut Vec<Told>) -> usize {
        let Relay { ends, engine, deeds, epoch, losses, window, quiet, places, .. } = self;
        let now = epoch.elapsed();
        let count = ends.read(|ends, came| {
            let mut out: Vec<(u32, Out<'_>)> = Vec::with_capacity(came.len());
            for frame in came {
                if is_report(frame) {
                    losses.reports += 1;
                    continue;
                }
                if frame.cut.is_some() {
                    losses.long += 1;
                    continue;
                }
                engine.arrive(Port(frame.port), frame.bytes, now, deeds);
                for deed in deeds.drain(..) {
                    match deed {
                        Deed::Pass { to, .. } => out.push((to.0, Out::Lent(frame.bytes))),
                        Deed::Send { to, bytes, .. } => out.push((to.0, Out::Shared(bytes))),
                        Deed::Fact(fact) => told.push(tell_fact(*fact, ends, losses, places, &mut out)),
                    }
                }
            }
            put(ends, losses, &mut out);
        });
        window.1 += count as u32;
        if *quiet || window.1 > TOLD {
            losses.untold += count as u64;
        }
        count
    }

    /// Does what the engine answered to a verb.
    pub fn carry_out(&mut self, deeds: &mut Vec<Deed>, told: &mut Vec<Told>) {
        let Relay { ends, losses, places, .. } = self;
        let mut out: Vec<(u32, Out<'_>)> = Vec::new();
        for deed in deeds.drain(..) {
            match deed {
                Deed::Pass { .. } => {}
                Deed::Send { to, bytes, .. } => out.push((to.0, Out::Shared(bytes))),
                Deed::Fact(fact) => told.push(tell_fact(*fact, ends, losses, places, &mut out)),
            }
        }
        put(ends, losses, &mut out);
    }
}

/// A fact, with the states that the hosts' tables tell: what is to be put on for it is put on between the two looks.
fn tell_fact(fact: Fact, ends: &Ends, losses: &mut Losses, places: &[(Arc<str>, Place)], out: &mut Vec<(u32, Out<'_>)>) -> Told {
    let asked = match fact.fate {
        Fate::Delivered | Fate::Held | Fate::Dropped => questions(&fact, places),
        Fate::Underway => None,
    };
    let Some(asked) = asked else {
        put(ends, losses, out);
        return Told { fact, states: None };
    };
    let before = diag::tcp_states(asked.to_vec());
    let after = if fact.fate == Fate::Delivered {
        put(ends, losses, out);
        diag::tcp_states(asked.to_vec())
    } else {
        before.clone()
    };
    let end = |i: usize| {
        let listens = after[i + 2] == Some(State::Listen);
        // Where no connection is found the table answers with the listener that would take it.
        let of = |states: &[Option<State>]| states[i].filter(|s| *s != State::Listen);
        End { before: of(&before), after: of(&after), listens }
    };
    Told { fact, states: Some(States { from: end(0), to: end(1) }) }
}

/// Where TCP's states of a segment are asked: its connection at the sender and at the receiver, then who listens at either.
fn questions(fact: &Fact, places: &[(Arc<str>, Place)]) -> Option<[(Place, SocketAddr, SocketAddr); 4]> {
    fact.summary.tcp?;
    let (src, dst) = fact.summary.ends()?;
    let Target::One(to) = &fact.to else { return None };
    let place = |host: &Arc<str>| places.iter().find(|(name, _)| name == host).map(|(_, p)| p.clone());
    let (from, to) = (place(&fact.from.host)?, place(&to.host)?);
    let nobody = if src.is_ipv4() { SocketAddr::from(([0; 4], 0)) } else { SocketAddr::from(([0; 16], 0)) };
    Some([(from.clone(), src, dst), (to.clone(), dst, src), (from, src, nobody), (to, dst, nobody)])
}

/// Puts frames on cables; what the kernel does not take is lost, and counted.
fn put(ends: &Ends, losses: &mut Losses, out: &mut Vec<(u32, Out<'_>)>) {
    let mut from = 0;
    while from < out.len() {
        let (sent, why) = ends.send(out[from..].iter().map(|(port, frame)| (*port, frame.bytes())));
        from += sent;
        if why.is_some() {
            losses.refused += 1;
            from += 1;
        }
    }
    out.clear();
}

/// MLD and IGMP reports go to groups; only for those is more of the frame read.
fn is_report(frame: &Came<'_>) -> bool {
    frame.bytes.first().is_some_and(|b| b & 1 == 1) && Summary::of(frame.bytes).is_membership()
}
