//! What stays until it is changed: delay, loss, rate, queue. `wire` alone shows all of it.

use super::hands::Standing;
use super::words::{Bits, Jitter, Percent, RULE, rule};
use super::{HOSTS, show, verb};
use crate::grammar::kinds::{Int, Time};
use crate::grammar::{Example, Param};
use crate::lab::wire::Act as Rules;
use crate::session::{Act, Builtin, Turn, Verdict};
use crate::text::messages::wire as say;
use std::time::Duration;

static BY: Param<Time> = Param::one("time", Time);
static JITTER: Param<Jitter> = Param::optional("jitter", Jitter);

pub const DELAY: Builtin = Builtin {
    spec: &verb!(
        "delay",
        &[&BY, &JITTER, &RULE],
        say::sum_delay,
        &[
            Example { before: HOSTS, line: "wire delay 50ms" },
            Example { before: HOSTS, line: "wire delay 50ms jitter 10ms for from alice seed 7" },
        ],
    ),
    read: |args| {
        let act = Rules::Delay { by: args.one(&BY)?, jitter: args.optional(&JITTER)?.unwrap_or(Duration::ZERO) };
        let words = args.many(&RULE)?;
        Ok(Box::new(Standing(rule(act, &words, args.world)?)))
    },
};

static SHARE: Param<Percent> = Param::one("share", Percent);

pub const LOSS: Builtin = Builtin {
    spec: &verb!("loss", &[&SHARE, &RULE], say::sum_loss, &[Example { before: HOSTS, line: "wire loss 10% seed 7" }]),
    read: |args| {
        let act = Rules::Loss(args.one(&SHARE)?);
        let words = args.many(&RULE)?;
        Ok(Box::new(Standing(rule(act, &words, args.world)?)))
    },
};

static SPEED: Param<Bits> = Param::one("speed", Bits);

pub const RATE: Builtin = Builtin {
    spec: &verb!("rate", &[&SPEED, &RULE], say::sum_rate, &[Example { before: HOSTS, line: "wire rate 1mbit" }]),
    read: |args| {
        let act = Rules::Rate(args.one(&SPEED)?);
        let words = args.many(&RULE)?;
        Ok(Box::new(Standing(rule(act, &words, args.world)?)))
    },
};

static FRAMES: Param<Int> = Param::one("frames", Int { low: 0, high: 1_000_000 });

pub const QUEUE: Builtin = Builtin {
    spec: &verb!("queue", &[&FRAMES, &RULE], say::sum_queue, &[Example { before: HOSTS, line: "wire queue 20" }]),
    read: |args| {
        let act = Rules::Queue(u32::try_from(args.one(&FRAMES)?).unwrap_or(0));
        let words = args.many(&RULE)?;
        Ok(Box::new(Standing(rule(act, &words, args.world)?)))
    },
};

pub const WIRE: Builtin = Builtin {
    spec: &verb!(alone "wire", &[], say::sum_wire, &[Example { before: HOSTS, line: "wire" }]),
    read: |_| Ok(Box::new(Wire)),
};

struct Wire;

impl Act for Wire {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        show(turn)
    }
}
