//! The lab as it stands: hosts with their addresses and the session's sockets, routers between segments, and on the wire what is held,
//! cut, lost or late, where it acts.

mod drawn;
mod place;

use super::cast::{Actor, Cast};
use super::programs::{self, Program};
use super::scene::{Page, Picture};
use crate::event::{Event, Fate, Frame, HostRow, Report, What, WireState};
use crate::kernel::{Kind, Place};
use crate::text::messages::{lab, picture as say, wire as wired};
use crate::text::{Lang, Text};
use crate::view::packets;
use crate::view::row::has_address;
use crate::vocabulary::State;
use std::collections::{BTreeMap, HashMap};

/// So many programs that have ended are listed for a host.
const ENDED: usize = 3;

/// A host or a router.
struct Host {
    name: String,
    router: bool,
    /// With their prefixes, IPv4 first.
    addresses: Vec<String>,
    /// By number: the second of its IPv4 addresses' four.
    segments: Vec<u8>,
    sockets: Vec<Socket>,
    /// Those that run, and of those that have ended the newest; how many more have.
    programs: Vec<Program>,
    ended_before: usize,
    /// What the wire does at its cable.
    rules: Vec<Rule>,
    /// The socket that was asked for lives here.
    about: bool,
}

struct Socket {
    name: String,
    state: Option<State>,
    /// For a listener: connections that wait, and the most that may.
    waiting: Option<(u64, u64)>,
    local: Option<String>,
    peer: Option<String>,
}

/// What a rule does to frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Deed {
    Cut,
    Hold,
    Change,
}

#[derive(Debug, Clone, PartialEq)]
struct Rule {
    deed: Deed,
    /// In the words that made it.
    words: String,
    /// What the words do not say.
    meaning: Option<Text>,
}

/// Segments that a router joins, or one alone.
struct Group {
    router: Option<usize>,
    /// Each with its hosts.
    segments: Vec<(u8, Vec<usize>)>,
}

/// The lab of a log.
pub struct Topology {
    hosts: Vec<Host>,
    groups: Vec<Group>,
    /// Rules that act on the whole wire.
    everywhere: Vec<Rule>,
    keeps: bool,
    /// Frames that are held, by segment: number, ends, what they are.
    held: BTreeMap<u8, Vec<(u64, String, String)>>,
    /// Sockets of this machine, and those whose host is gone.
    outside: Vec<String>,
    orphans: Vec<String>,
    lang: Lang,
}

/// What a log says of a lab, event by event.
#[derive(Default)]
struct Facts<'a> {
    rows: Vec<HostRow>,
    wire: Option<&'a WireState>,
    held: BTreeMap<u64, &'a Frame>,
    cast: Cast,
    /// Sockets whose host was removed under them.
    orphans: Vec<usize>,
    programs: Vec<Program>,
    /// Where in the log each host was made: programs before that ran on another of the same name.
    born: HashMap<String, usize>,
}

impl<'a> Facts<'a> {
    fn feed(&mut self, at: usize, event: &'a Event) {
        match &event.what {
            What::Report(report) => match &**report {
                Report::Host { row, .. } => {
                    if !self.rows.iter().any(|r| r.name == row.name) {
                        self.born.insert(row.name.clone(), at);
                    }
                    self.rows.retain(|r| r.name != row.name);
                    self.rows.push(row.clone());
                }
                Report::Hosts(rows) => self.rows.clone_from(rows),
                Report::HostsGone(names) => self.gone(names),
                Report::Wire(state) | Report::WireSeen(state) => self.wire = Some(state),
                _ => {}
            },
            What::Frame(frame) => match frame.fate {
                Fate::Held => drop(self.held.insert(frame.packet, frame)),
                _ => drop(self.held.remove(&frame.packet)),
            },
            _ => drop(self.cast.feed(event)),
        }
    }

    fn gone(&mut self, names: &[String]) {
        self.rows.retain(|r| !names.contains(&r.name));
        let left = self.cast.actors.iter().enumerate().filter(|(_, a)| a.alive && names.contains(&a.host));
        self.orphans.extend(left.map(|(at, _)| at));
        if self.rows.is_empty() {
            self.wire = None;
            self.held.clear();
        }
    }
}

impl Topology {
    /// The lab as the last event left it; `about`: a socket whose host stands out.
    ///
    /// # Errors
    /// There is no host.
    pub fn new(events: &[Event], about: Option<usize>, lang: Lang) -> Result<Topology, Text> {
        let mut facts = Facts::default();
        events.iter().enumerate().for_each(|(at, e)| facts.feed(at, e));
        facts.programs = programs::of(events);
        if facts.rows.is_empty() {
            return Err(lab::no_lab());
        }
        let mut hosts: Vec<Host> = facts.rows.into_iter().map(Host::of).collect();
        let (mut outside, mut orphans) = (Vec::new(), Vec::new());
        for (at, actor) in facts.cast.actors.iter().enumerate().filter(|(_, a)| a.alive && a.kind.is_none_or(Kind::is_socket)) {
            let home = hosts.iter_mut().find(|h| h.name == actor.host);
            match home.filter(|_| !facts.orphans.contains(&at)) {
                Some(host) => {
                    host.sockets.push(Socket::of(actor));
                    host.about |= about == Some(at);
                }
                None if actor.host == Place::LOCAL => outside.push(actor.name.clone()),
                None => orphans.push(format!("{} ({})", actor.name, actor.host)),
            }
        }
        for host in &mut hosts {
            let since = facts.born.get(&host.name).copied().unwrap_or(0);
            let own: Vec<&Program> = facts.programs.iter().filter(|p| p.host == host.name && p.began >= since).collect();
            host.run(&own);
        }
        let groups = grouped(&hosts);
        let mut topology = Topology {
            hosts,
            groups,
            everywhere: Vec::new(),
            keeps: facts.wire.is_some_and(|w| w.keeps),
            held: BTreeMap::new(),
            outside,
            orphans,
            lang,
        };
        if let Some(wire) = facts.wire {
            place::rules(wire, &mut topology);
        }
        for frame in facts.held.values() {
            let segment = topology.segment_of(frame);
            let ends = format!("{} → {}", frame.from, frame.to.as_deref().unwrap_or("*"));
            let what: String = packets::what(frame, lang).iter().map(|s| &*s.text).collect();
            topology.held.entry(segment).or_default().push((frame.packet, ends, what.trim().to_string()));
        }
        Ok(topology)
    }

    /// Where a frame is: its sender's hardware address holds the segment, as every one that the lab gave.
    fn segment_of(&self, frame: &Frame) -> u8 {
        let first = || self.hosts.iter().find(|h| *h.name == *frame.from).and_then(|h| h.segments.first()).copied();
        match frame.summary.from {
            [2, 0, 10, segment, ..] if self.hosts.iter().any(|h| h.segments.contains(&segment)) => segment,
            _ => first().unwrap_or(0),
        }
    }

    fn say(&self, text: &Text) -> String {
        text.plain(self.lang)
    }

    fn sockets(&self) -> usize {
        self.hosts.iter().map(|h| h.sockets.len()).sum()
    }
}

/// A segment has at most one router: every group is a router and the segments around it, or one segment without.
fn grouped(hosts: &[Host]) -> Vec<Group> {
    let mut members: BTreeMap<u8, Vec<usize>> = BTreeMap::new();
    for (at, host) in hosts.iter().enumerate() {
        for segment in &host.segments {
            members.entry(*segment).or_default().extend((!host.router).then_some(at));
        }
    }
    let mut groups: Vec<Group> = Vec::new();
    for (segment, inside) in members {
        let router = hosts.iter().position(|h| h.router && h.segments.contains(&segment));
        match groups.iter_mut().find(|g| router.is_some() && g.router == router) {
            Some(group) => group.segments.push((segment, inside)),
            None => groups.push(Group { router, segments: vec![(segment, inside)] }),
        }
    }
    groups
}

impl Host {
    fn of(row: HostRow) -> Host {
        let segments = row.addresses.iter().filter_map(|a| a.split('/').next()?.parse::<std::net::Ipv4Addr>().ok());
        let segments = segments.map(|a| a.octets()[1]).collect();
        let HostRow { name, router, addresses, .. } = row;
        Host {
            name,
            router,
            addresses,
            segments,
            sockets: Vec::new(),
            programs: Vec::new(),
            ended_before: 0,
            rules: Vec::new(),
            about: false,
        }
    }
}

impl Host {
    /// Takes its programs in.
    fn run(&mut self, programs: &[&Program]) {
        let (ended, running): (Vec<&Program>, Vec<&Program>) = programs.iter().partition(|p| p.ended.is_some());
        self.ended_before = ended.len().saturating_sub(ENDED);
        self.programs = ended[self.ended_before..].iter().chain(&running).map(|p| (*p).clone()).collect();
    }
}

impl Socket {
    fn of(actor: &Actor) -> Socket {
        let probe = actor.probe.as_ref();
        let state = probe.and_then(|p| p.state).filter(|_| actor.kind.is_some_and(Kind::is_tcp));
        let waiting = probe.filter(|_| state == Some(State::Listen)).and_then(|p| p.recv_queue.zip(p.backlog));
        let local = probe.and_then(|p| p.local.as_ref()).filter(|a| has_address(a)).map(ToString::to_string);
        let peer = probe.and_then(|p| p.peer.as_ref()).filter(|a| has_address(a)).map(ToString::to_string);
        Socket { name: actor.name.clone(), state, waiting, local, peer }
    }

    /// Its addresses.
    fn way(&self) -> String {
        match (&self.local, &self.peer) {
            (Some(local), Some(peer)) => format!("{local} → {peer}"),
            (Some(local), None) => local.clone(),
            (None, Some(peer)) => format!("→ {peer}"),
            (None, None) => String::new(),
        }
    }
}

impl Picture for Topology {
    fn title(&self) -> String {
        let routers = self.hosts.iter().filter(|h| h.router).count();
        say::title_topology(self.hosts.len() - routers, routers, self.sockets()).in_lang(self.lang)
    }

    fn words(&self) -> String {
        let listing = say::listing().in_lang(self.lang);
        let host = |at: usize| {
            let host = &self.hosts[at];
            let sockets = host.sockets.iter().map(|s| {
                let parts = [s.name.clone(), s.state.map_or(String::new(), |s| s.name().into()), s.way()];
                parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" ")
            });
            let programs = host.programs.iter().map(|p| {
                let (_, how) = programs::how(p.ended.map(|e| e.1));
                format!("{} {}", p.line, how.plain(self.lang))
            });
            let all: Vec<String> = host.addresses.iter().cloned().chain(sockets).chain(programs).collect();
            format!("{} ({})", host.name, all.join(&listing))
        };
        let mut said = Vec::new();
        for group in &self.groups {
            for (segment, inside) in &group.segments {
                let inside: Vec<String> = inside.iter().take(20).map(|at| host(*at)).collect();
                said.push(say::words_segment(*segment, inside.join(&listing)).plain(self.lang));
            }
            said.extend(group.router.map(|at| say::words_router(host(at)).plain(self.lang)));
        }
        let rules = self.everywhere.iter().chain(self.hosts.iter().flat_map(|h| &h.rules));
        let mut rules: Vec<String> = rules.map(|r| r.words.clone()).collect();
        rules.dedup();
        let frames = self.held.values().flatten();
        rules.extend(frames.take(20).map(|(n, ends, what)| format!("#{n} {ends} {what} {}", say::frame_held().plain(self.lang))));
        let rules = if rules.is_empty() { wired::state_flows().plain(self.lang) } else { rules.join(&listing) };
        said.push(say::words_wire(rules).plain(self.lang));
        said.join(" ")
    }

    fn draw(&self, columns: usize, page: &mut dyn Page) {
        drawn::draw(self, columns, page);
    }
}
