//! `packets`, `packet`: what passed.

use super::super::look::report;
use super::{HOSTS, verb};
use crate::event::{PacketDetail, Report};
use crate::grammar::complete::matching;
use crate::grammar::kinds::{Choice, Int};
use crate::grammar::spec::Kind;
use crate::grammar::{Args, Candidate, Example, Param, Refusal, Word, World};
use crate::packet::{FieldId, decode};
use crate::session::{Act, Builtin, Failure, Flow, Turn, Verdict};
use crate::text::Text;
use crate::text::messages::{lab, wire as say};

/// So many rows are shown where no number was typed: a screen or two.
const USUAL: usize = 100;

static MOST: Param<Int> = Param::optional("n", Int { low: 1, high: 1_000_000 });

pub const PACKETS: Builtin = Builtin {
    spec: &verb!(alone "packets", &[&MOST], say::sum_packets, &[Example { before: HOSTS, line: "packets" }]),
    read: packets,
};

pub const WIRE_PACKETS: Builtin = Builtin {
    spec: &verb!("packets", &[&MOST], say::sum_packets, &[Example { before: HOSTS, line: "wire packets 20" }]),
    read: packets,
};

fn packets(args: &mut Args<'_>) -> Result<Box<dyn Act>, Refusal> {
    let most = args.optional(&MOST)?.and_then(|n| usize::try_from(n).ok());
    Ok(Box::new(Packets(most)))
}

struct Packets(Option<usize>);

impl Act for Packets {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        let Some(there) = turn.sitting.lab() else { return Err(Failure::new(lab::no_lab())) };
        let most = self.0.unwrap_or(if turn.sitting.config.interactive { USUAL } else { usize::MAX });
        let frames = there.captured(most);
        let before = frames.first().map_or(0, |f| f.packet - 1);
        report(turn, Report::Packets(frames));
        if before > 0 {
            report(turn, Report::Said(say::packets_before(before)));
        }
        Ok(Flow::Done)
    }
}

/// A field of a header, by its name: `tcp.seq`.
struct FieldKind;

impl Kind for FieldKind {
    type Out = FieldId;
    fn accepts(&self, word: &Word<'_>, _: &dyn World) -> bool {
        word.bare_str().is_some_and(|w| FieldId::from_name(w).is_some())
    }
    fn read(&self, _: &mut Args<'_>, word: Word<'_>) -> Result<FieldId, Refusal> {
        let name = word.shown();
        let near = || crate::grammar::nearest::nearest(&name, FieldId::all().map(FieldId::name)).map(str::to_string);
        word.bare_str().and_then(FieldId::from_name).ok_or_else(|| Refusal::bad(word.span, say::bad_field(&name)).hint(near()))
    }
    fn complete(&self, prefix: &str, _: &dyn World) -> Vec<Candidate> {
        matching(prefix, FieldId::all().map(FieldId::name))
    }
    fn what(&self) -> Text {
        say::what_field()
    }
}

static NUMBER: Param<Int> = Param::one("n", Int { low: 1, high: i64::MAX });
static FULL: Param<Choice> = Param::optional("full", Choice(&["full"], say::what_full));
static FIELD: Param<FieldKind> = Param::optional("field", FieldKind);

const PASSED: &str = "host alice; host bob; on alice u = socket inet dgram; sendto u one 10.0.0.2:9";

pub const PACKET: Builtin = Builtin {
    spec: &verb!(
        alone "packet",
        &[&NUMBER, &FULL, &FIELD],
        say::sum_packet,
        &[Example { before: PASSED, line: "packet 1" }, Example { before: PASSED, line: "packet 1 full" }]
    ),
    read: packet,
};

pub const WIRE_PACKET: Builtin = Builtin {
    spec: &verb!("packet", &[&NUMBER, &FULL, &FIELD], say::sum_packet, &[Example { before: PASSED, line: "wire packet 1" }]),
    read: packet,
};

fn packet(args: &mut Args<'_>) -> Result<Box<dyn Act>, Refusal> {
    let number = u64::try_from(args.one(&NUMBER)?).unwrap_or(0);
    Ok(Box::new(Packet { number, cards: args.optional(&FULL)?.is_some(), field: args.optional(&FIELD)? }))
}

struct Packet {
    number: u64,
    cards: bool,
    field: Option<FieldId>,
}

impl Act for Packet {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        let Some(there) = turn.sitting.lab() else { return Err(Failure::new(lab::no_lab())) };
        let Some(frame) = there.captured(usize::MAX).into_iter().find(|f| f.packet == self.number) else {
            return Err(Failure::new(say::no_such_packet(self.number)));
        };
        let decoded = decode(&frame.bytes);
        report(turn, Report::Packet(Box::new(PacketDetail { frame, decoded, field: self.field, cards: self.cards })));
        Ok(Flow::Done)
    }
}
