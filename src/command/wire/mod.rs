//! The wire in a learner's hands: what it holds, lets go, loses, doubles, delays. `step`, `drop`, `packets` and `packet` also stand
//! alone.

mod hands;
mod inject;
mod look;
mod rules;
pub(super) mod words;

pub use hands::{CLEAR, CORRUPT, CUT, DROP, DROP_ALONE, DUPLICATE, FLOW, HOLD, KEEP, MEND, REORDER, STEP, STEP_ALONE};
pub use inject::INJECT;
pub use look::{PACKET, PACKETS, WIRE_PACKET, WIRE_PACKETS};
pub use rules::{DELAY, LOSS, QUEUE, RATE, WIRE};

use super::look::report;
use crate::event::Report;
use crate::lab::relay::Relay;
use crate::lab::wire::{Deed, NotDone};
use crate::session::{Failure, Flow, Turn, Verdict};
use crate::text::messages::wire as say;

/// The declaration of a verb of the wire's: a word behind `wire`, or one that stands alone.
macro_rules! verb {
    ($sub:literal, $params:expr, $summary:expr, $examples:expr $(,)?) => {
        verb!(@ "wire", Some($sub), $params, $summary, $examples)
    };
    (alone $name:literal, $params:expr, $summary:expr, $examples:expr $(,)?) => {
        verb!(@ $name, None, $params, $summary, $examples)
    };
    (@ $name:expr, $sub:expr, $params:expr, $summary:expr, $examples:expr $(,)?) => {
        crate::grammar::Spec {
            name: $name,
            sub: $sub,
            also: &[],
            group: crate::grammar::Group::Lab,
            params: $params,
            summary: $summary,
            examples: $examples,
            makes: (0, 0),
            moves: false,
            job: false,
        }
    };
}
use verb;

/// Two hosts, which every example of the wire needs.
const HOSTS: &str = "host alice; host bob";

/// Why a verb did nothing, in words.
fn not_done(why: NotDone) -> Failure {
    Failure::new(match why {
        NotDone::NothingHeld => say::nothing_held(),
        NotDone::NotHeld { packet } => say::not_held(packet),
        NotDone::NoSuchBit { bits } => say::no_such_bit(bits),
        NotDone::SamePacket => say::same_packet(),
        NotDone::NotCut => say::not_cut(),
        NotDone::TooMany { most } => say::too_many(most),
        NotDone::NoSuchPort => say::no_such_port(),
        NotDone::Runt => say::runt(),
    })
}

/// Sets something on the wire, and shows it as it is then.
fn set(turn: &Turn<'_>, hand: impl FnOnce(&mut Relay, &mut Vec<Deed>) -> Result<(), NotDone>) -> Verdict {
    turn.sitting.at_wire(hand)?.map_err(not_done)?;
    show(turn)
}

/// Shows what is set on the wire.
fn show(turn: &Turn<'_>) -> Verdict {
    let Some(lab) = turn.sitting.lab() else { return Err(Failure::new(crate::text::messages::lab::no_lab())) };
    report(turn, Report::Wire(Box::new(lab.wire_state())));
    Ok(Flow::Done)
}
