//! `host`, `hosts`, `router`, `lab reset`: what the lab consists of.

use super::look::report;
use crate::event::{HostRow, Report};
use crate::grammar::args::is_name;
use crate::grammar::complete::matching;
use crate::grammar::kinds::Choice;
use crate::grammar::spec::Kind;
use crate::grammar::{Args, Candidate, Code, Example, Group, Param, Refusal, Spec, Word, World};
use crate::session::{Act, Builtin, Flow, Turn, Verdict};
use crate::text::Text;
use crate::text::messages::lab as say;
use std::net::Ipv4Addr;

/// The name of a host that is to be.
struct NewName;

impl Kind for NewName {
    type Out = String;
    fn accepts(&self, word: &Word<'_>, _: &dyn World) -> bool {
        word.is_name()
    }
    fn read(&self, _: &mut Args<'_>, word: Word<'_>) -> Result<String, Refusal> {
        let name = word.bare_str().filter(|w| is_name(w) && w.len() <= 63 && w.is_ascii() && !w.contains('_'));
        name.map(str::to_string).ok_or_else(|| Refusal::bad(word.span, say::bad_host_name(word.shown())))
    }
    fn complete(&self, prefix: &str, _: &dyn World) -> Vec<Candidate> {
        matching(prefix, ["alice", "bob", "carol"])
    }
    fn what(&self) -> Text {
        say::what_host_name()
    }
}

/// A host that is there.
pub(super) struct HostName;

impl Kind for HostName {
    type Out = String;
    fn accepts(&self, word: &Word<'_>, world: &dyn World) -> bool {
        word.bare_str().is_some_and(|w| world.hosts().iter().any(|h| h == w))
    }
    fn read(&self, args: &mut Args<'_>, word: Word<'_>) -> Result<String, Refusal> {
        let (name, hosts) = (word.str()?, args.world.hosts());
        if hosts.iter().any(|h| h == name) {
            return Ok(name.to_string());
        }
        let near = crate::grammar::nearest::nearest(name, hosts.iter().map(String::as_str)).map(str::to_string);
        let reason = if hosts.is_empty() { say::no_lab() } else { say::no_host_called(name) };
        Err(Refusal::new(Code::UnknownName, word.span, reason).hint(near))
    }
    fn complete(&self, prefix: &str, world: &dyn World) -> Vec<Candidate> {
        matching(prefix, world.hosts())
    }
    fn what(&self) -> Text {
        say::what_host()
    }
}

/// An IPv4 address alone.
struct AddressKind;

impl Kind for AddressKind {
    type Out = Ipv4Addr;
    fn accepts(&self, word: &Word<'_>, _: &dyn World) -> bool {
        word.bare_str().is_some_and(|w| w.parse::<Ipv4Addr>().is_ok())
    }
    fn read(&self, _: &mut Args<'_>, word: Word<'_>) -> Result<Ipv4Addr, Refusal> {
        let read = word.bare_str().and_then(|w| w.parse().ok());
        read.ok_or_else(|| Refusal::bad(word.span, say::bad_host_address(word.shown())))
    }
    fn complete(&self, prefix: &str, _: &dyn World) -> Vec<Candidate> {
        matching(prefix, ["10.0.0.", "10.1.0."])
    }
    fn what(&self) -> Text {
        say::what_host_address()
    }
}

/// The number of a segment: the second number of its addresses.
struct SegmentKind;

impl Kind for SegmentKind {
    type Out = u8;
    fn accepts(&self, word: &Word<'_>, _: &dyn World) -> bool {
        word.bare_str().is_some_and(|w| w.parse::<u8>().is_ok())
    }
    fn read(&self, _: &mut Args<'_>, word: Word<'_>) -> Result<u8, Refusal> {
        word.bare_str().and_then(|w| w.parse().ok()).ok_or_else(|| Refusal::bad(word.span, say::bad_segment(word.shown())))
    }
    fn complete(&self, prefix: &str, _: &dyn World) -> Vec<Candidate> {
        matching(prefix, ["0", "1"])
    }
    fn what(&self) -> Text {
        say::what_segment()
    }
}

/// `mtu 1280`: what the last segment's links carry.
struct MtuKind;

impl Kind for MtuKind {
    type Out = u32;
    fn accepts(&self, word: &Word<'_>, _: &dyn World) -> bool {
        word.bare_str().is_some_and(|w| w.eq_ignore_ascii_case("mtu"))
    }
    fn read(&self, args: &mut Args<'_>, _: Word<'_>) -> Result<u32, Refusal> {
        let Some(word) = args.next_word() else { return Err(args.missing(say::what_mtu())) };
        // What IPv4 asks of every host (RFC 791), and what Ethernet carries.
        let read = word.bare_str().and_then(|w| w.parse().ok()).filter(|n| (576..=1500).contains(n));
        read.ok_or_else(|| Refusal::bad(word.span, say::bad_mtu(word.shown())))
    }
    fn complete(&self, prefix: &str, _: &dyn World) -> Vec<Candidate> {
        matching(prefix, ["mtu"])
    }
    fn what(&self) -> Text {
        say::what_mtu()
    }
}

static NARROW: Param<MtuKind> = Param::optional("mtu", MtuKind);
static NEW: Param<NewName> = Param::one("name", NewName);
static NAME: Param<HostName> = Param::one("name", HostName);
static ADDRESS: Param<AddressKind> = Param::optional("address", AddressKind);
static SEGMENTS: Param<SegmentKind> = Param::any("segments", SegmentKind);

pub const HOST: Builtin = Builtin {
    spec: &Spec {
        name: "host",
        sub: None,
        also: &[],
        group: Group::Lab,
        params: &[&NEW, &ADDRESS],
        summary: say::sum_host,
        examples: &[Example { before: "", line: "host alice" }, Example { before: "", line: "host bob 10.1.0.1" }],
        makes: (0, 0),
        moves: false,
        job: false,
    },
    read: |args| Ok(Box::new(Host { name: args.one(&NEW)?, at: args.optional(&ADDRESS)? })),
};

struct Host {
    name: String,
    at: Option<Ipv4Addr>,
}

impl Act for Host {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        let first = turn.sitting.lab().is_none();
        let made = turn.sitting.make_host(&self.name, self.at)?;
        report(turn, Report::Host { row: made.row(), first });
        Ok(Flow::Done)
    }
}

pub const HOST_RM: Builtin = Builtin {
    spec: &Spec {
        name: "host",
        sub: Some("rm"),
        also: &[],
        group: Group::Lab,
        params: &[&NAME],
        summary: say::sum_host_rm,
        examples: &[Example { before: "host carol", line: "host rm carol" }],
        makes: (0, 0),
        moves: false,
        job: false,
    },
    read: |args| Ok(Box::new(Remove(args.one(&NAME)?))),
};

struct Remove(String);

impl Act for Remove {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        turn.sitting.remove_host(turn, &self.0)?;
        let left = turn.sitting.lock().table.entries().filter(|e| e.place.name() == self.0).count();
        report(turn, Report::Said(if left == 0 { say::host_removed(&self.0) } else { say::host_removed_sockets(&self.0, left) }));
        Ok(Flow::Done)
    }
}

pub const ROUTER: Builtin = Builtin {
    spec: &Spec {
        name: "router",
        sub: None,
        also: &[],
        group: Group::Lab,
        params: &[&NEW, &SEGMENTS, &NARROW],
        summary: say::sum_router,
        examples: &[
            Example { before: "host alice; host bob 10.1.0.1", line: "router r 0 1" },
            Example { before: "host alice; host bob 10.1.0.1", line: "router r 0 1 mtu 1280" },
        ],
        makes: (0, 0),
        moves: false,
        job: false,
    },
    read: |args| {
        let (name, mut segments) = (args.one(&NEW)?, args.many(&SEGMENTS)?);
        if segments.is_empty() {
            segments = vec![0, 1];
        }
        Ok(Box::new(Router { name, segments, mtu: args.optional(&NARROW)? }))
    },
};

struct Router {
    name: String,
    segments: Vec<u8>,
    mtu: Option<u32>,
}

impl Act for Router {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        let first = turn.sitting.lab().is_none();
        let made = turn.sitting.make_router(&self.name, &self.segments, self.mtu)?;
        report(turn, Report::Host { row: made.row(), first });
        Ok(Flow::Done)
    }
}

pub const HOSTS: Builtin = Builtin {
    spec: &Spec {
        name: "hosts",
        sub: None,
        also: &[],
        group: Group::Lab,
        params: &[],
        summary: say::sum_hosts,
        examples: &[Example { before: "host alice", line: "hosts" }],
        makes: (0, 0),
        moves: false,
        job: false,
    },
    read: |_| Ok(Box::new(Hosts)),
};

struct Hosts;

impl Act for Hosts {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        let rows = turn.sitting.lab().map_or_else(Vec::new, |lab| lab.plan().hosts.iter().map(|h| h.row()).collect());
        let state = turn.sitting.lock();
        let count = |mut row: HostRow| {
            row.sockets = state.table.entries().filter(|e| e.place.name() == row.name).count();
            row
        };
        let rows: Vec<HostRow> = rows.into_iter().map(count).collect();
        drop(state);
        report(turn, if rows.is_empty() { Report::Said(say::no_lab()) } else { Report::Hosts(rows) });
        Ok(Flow::Done)
    }
}

static RESET: Param<Choice> = Param::one("what", Choice(&["reset"], say::what_lab));

pub const LAB: Builtin = Builtin {
    spec: &Spec {
        name: "lab",
        sub: None,
        also: &[],
        group: Group::Lab,
        params: &[&RESET],
        summary: say::sum_lab,
        examples: &[Example { before: "host alice", line: "lab reset" }],
        makes: (0, 0),
        moves: false,
        job: false,
    },
    read: |args| args.one(&RESET).map(|_| Box::new(Reset) as Box<dyn Act>),
};

struct Reset;

impl Act for Reset {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        let (hosts, sockets) = turn.sitting.reset_lab(turn);
        report(
            turn,
            Report::Said(match hosts {
                0 => say::no_lab(),
                1 => say::lab_reset_one(sockets),
                _ => say::lab_reset(hosts, sockets),
            }),
        );
        Ok(Flow::Done)
    }
}
