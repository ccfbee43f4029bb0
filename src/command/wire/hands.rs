//! What a hand does to frames: hold them, let them go one by one, drop, double, swap or damage them, cut the wire.

use super::words::{FILTER, Percent, RULE, Rest, Said, Which, filter, rule};
use super::{HOSTS, not_done, set, verb};
use crate::command::lab::HostName;
use crate::grammar::kinds::Int;
use crate::grammar::{Args, Example, Param, Refusal};
use crate::lab::relay::Relay;
use crate::lab::wire::{Act as Rules, Cut as WireCut, Deed, Filter, Hold as Holds, NotDone, Once, Pick, Rule};
use crate::session::{Act, Builtin, Failure, Flow, Turn, Verdict};
use crate::text::messages::wire as say;
use std::time::{Duration, Instant};

const HELD: &str =
    "host alice; host bob; wire hold udp; on alice u = socket inet dgram; sendto u one 10.0.0.2:9; sendto u two 10.0.0.2:9";

pub const HOLD: Builtin = Builtin {
    spec: &verb!(
        "hold",
        &[&FILTER],
        say::sum_hold,
        &[Example { before: HOSTS, line: "wire hold tcp" }, Example { before: HOSTS, line: "wire hold all from alice" }],
    ),
    read: |args| {
        let words = args.many(&FILTER)?;
        let all = words.first().is_some_and(|w| w.word.eq_ignore_ascii_case("all"));
        let filter = filter(&words[usize::from(all)..], args.world)?;
        Ok(Box::new(Hold(Holds { all, filter })))
    },
};

struct Hold(Holds);

impl Act for Hold {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        set(turn, |relay, _| relay.engine.hold(self.0))
    }
}

pub const FLOW: Builtin = Builtin {
    spec: &verb!("flow", &[], say::sum_flow, &[Example { before: HELD, line: "wire flow" }]),
    read: |_| Ok(Box::new(Flowing)),
};

struct Flowing;

impl Act for Flowing {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        set(turn, |relay, deeds| {
            let now = relay.now();
            relay.engine.flow(now, deeds);
            Ok(())
        })
    }
}

pub const KEEP: Builtin = Builtin {
    spec: &verb!("keep", &[], say::sum_keep, &[Example { before: HOSTS, line: "wire keep" }]),
    read: |_| Ok(Box::new(Keep)),
};

struct Keep;

impl Act for Keep {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        set(turn, |relay, _| {
            relay.engine.keep(true);
            Ok(())
        })
    }
}

pub const CLEAR: Builtin = Builtin {
    spec: &verb!("clear", &[], say::sum_clear, &[Example { before: HOSTS, line: "wire clear" }]),
    read: |_| Ok(Box::new(Clear)),
};

struct Clear;

impl Act for Clear {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        set(turn, |relay, deeds| {
            let now = relay.now();
            relay.engine.clear(now, deeds);
            Ok(())
        })
    }
}

static WHICH: Param<Which> = Param::optional("n", Which);
static THOSE: Param<Rest> = Param::any("filter", Rest(&["for"], say::what_those));

pub const STEP: Builtin = Builtin {
    spec: &verb!("step", &[&WHICH, &THOSE], say::sum_step, &[Example { before: HELD, line: "wire step" }]),
    read: |args| one_by_one(args, true),
};

pub const STEP_ALONE: Builtin = Builtin {
    spec: &verb!(alone "step", &[&WHICH, &THOSE], say::sum_step, &[Example { before: HELD, line: "step" }, Example { before: HELD, line: "step packet 3" }, Example { before: HELD, line: "step for udp from alice" }]),
    read: |args| one_by_one(args, true),
};

pub const DROP: Builtin = Builtin {
    spec: &verb!("drop", &[&WHICH, &THOSE], say::sum_drop, &[Example { before: HELD, line: "wire drop" }]),
    read: |args| one_by_one(args, false),
};

pub const DROP_ALONE: Builtin = Builtin {
    spec: &verb!(alone "drop", &[&WHICH, &THOSE], say::sum_drop, &[Example { before: HELD, line: "drop 2" }]),
    read: |args| one_by_one(args, false),
};

fn one_by_one(args: &mut Args<'_>, deliver: bool) -> Result<Box<dyn Act>, Refusal> {
    let which = args.optional(&WHICH)?.unwrap_or(Pick::Oldest(1));
    let words: Vec<Said> = args.many(&THOSE)?;
    let filter = match words.as_slice() {
        [] => Filter::default(),
        [first, ..] if !first.word.eq_ignore_ascii_case("for") => {
            return Err(Refusal::bad(first.span, say::bad_packet(&first.word)).hint(Some("for")));
        }
        [first] => return Err(Refusal::bad(first.span, say::filter_missing(&first.word))),
        [_, rest @ ..] => filter(rest, args.world)?,
    };
    Ok(Box::new(OneByOne { which, filter, deliver }))
}

/// `step`, `drop`: held frames, each when its turn comes; where none is held, the next one is waited for.
struct OneByOne {
    which: Pick,
    filter: Filter,
    deliver: bool,
}

/// How long a person waits for a frame.
const PATIENCE: Duration = Duration::from_secs(2);

impl Act for OneByOne {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        let (rounds, pick) = match self.which {
            Pick::Oldest(n) => (n, Pick::Oldest(1)),
            number => (1, number),
        };
        let hand = |relay: &mut Relay, deeds: &mut Vec<Deed>| {
            let now = relay.now();
            let done = if self.deliver {
                relay.engine.step(pick, &self.filter, now, deeds)
            } else {
                relay.engine.drop_held(pick, &self.filter, now, deeds)
            };
            match done {
                // One that is still to come is waited for like any.
                Err(NotDone::NotHeld { packet }) if relay.engine.capture().rows().next_back().is_none_or(|r| r.packet < packet) => {
                    Err(NotDone::NothingHeld)
                }
                done => done,
            }
        };
        let config = &turn.sitting.config;
        let limit = if config.interactive { PATIENCE } else { config.timeout };
        for _ in 0..rounds {
            let end = Instant::now() + limit;
            loop {
                match turn.sitting.at_wire(hand)? {
                    Ok(_) => break,
                    Err(NotDone::NothingHeld) if Instant::now() < end && !turn.clock.should_stop() => {
                        let state = turn.sitting.lock();
                        drop(turn.sitting.wait_changed(state, Duration::from_millis(5)));
                    }
                    Err(NotDone::NothingHeld) => {
                        turn.clock.clear();
                        let limit = crate::grammar::number::show_duration(limit);
                        return Err(Failure::new(say::nothing_came(limit)));
                    }
                    Err(why) => return Err(not_done(why)),
                }
            }
        }
        Ok(Flow::Done)
    }
}

static SHARE: Param<Percent> = Param::optional("share", Percent);
static ONES: Param<Rest> = Param::any("filter", Rest(&["for", "seed"], say::what_rule));

pub const DUPLICATE: Builtin = Builtin {
    spec: &verb!(
        "duplicate",
        &[&SHARE, &WHICH, &ONES],
        say::sum_duplicate,
        &[Example { before: HELD, line: "wire duplicate" }, Example { before: HOSTS, line: "wire duplicate 10% for udp seed 7" }],
    ),
    read: |args| {
        if let Some(share) = args.optional(&SHARE)? {
            return standing(args, Rules::Duplicate(share));
        }
        let which = args.optional(&WHICH)?.unwrap_or(Pick::Oldest(1));
        Ok(Box::new(OnceDone { once: Once::Duplicate, which, filter: behind_for(args)? }))
    },
};

static BIT: Param<Int> = Param::optional("bit", Int { low: 0, high: 65_535 * 8 });

pub const CORRUPT: Builtin = Builtin {
    spec: &verb!(
        "corrupt",
        &[&SHARE, &BIT, &ONES],
        say::sum_corrupt,
        &[Example { before: HELD, line: "wire corrupt 300" }, Example { before: HOSTS, line: "wire corrupt 1% seed 7" }],
    ),
    read: |args| {
        if let Some(share) = args.optional(&SHARE)? {
            return standing(args, Rules::Corrupt(share));
        }
        let bit = args.optional(&BIT)?.and_then(|n| u32::try_from(n).ok());
        Ok(Box::new(OnceDone { once: Once::Corrupt { bit }, which: Pick::Oldest(1), filter: behind_for(args)? }))
    },
};

static PAIR: Param<Int> = Param::any("packets", Int { low: 1, high: i64::MAX });

pub const REORDER: Builtin = Builtin {
    spec: &verb!(
        "reorder",
        &[&SHARE, &PAIR, &ONES],
        say::sum_reorder,
        &[Example { before: HOSTS, line: "wire reorder" }, Example { before: HOSTS, line: "wire reorder 25% for tcp seed 7" }],
    ),
    read: |args| {
        if let Some(share) = args.optional(&SHARE)? {
            return standing(args, Rules::Reorder(share));
        }
        let at = args.peek().map_or(args.command, |w| w.span);
        let pair = match args.many(&PAIR)?[..] {
            [] => None,
            [a, b] => Some((a as u64, b as u64)),
            _ => return Err(Refusal::bad(at, say::two_packets())),
        };
        Ok(Box::new(Reorder { pair, filter: behind_for(args)? }))
    },
};

fn standing(args: &mut Args<'_>, act: Rules) -> Result<Box<dyn Act>, Refusal> {
    let words = args.many(&RULE)?;
    Ok(Box::new(Standing(rule(act, &words, args.world)?)))
}

/// `for FILTER`, where no share stands before it.
fn behind_for(args: &mut Args<'_>) -> Result<Filter, Refusal> {
    let words: Vec<Said> = args.many(&ONES)?;
    rule(Rules::Queue(0), &words, args.world).map(|r| r.filter)
}

/// A rule that stays.
pub struct Standing(pub Rule);

impl Act for Standing {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        set(turn, |relay, _| relay.engine.set(self.0))
    }
}

struct OnceDone {
    once: Once,
    which: Pick,
    filter: Filter,
}

impl Act for OnceDone {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        set(turn, |relay, deeds| {
            let now = relay.now();
            relay.engine.once(self.once, self.which, self.filter, now, deeds).map(|_| ())
        })
    }
}

struct Reorder {
    pair: Option<(u64, u64)>,
    filter: Filter,
}

impl Act for Reorder {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        set(turn, |relay, _| relay.engine.reorder(self.pair, self.filter).map(|_| ()))
    }
}

static A: Param<HostName> = Param::one("a", HostName);
static B: Param<HostName> = Param::optional("b", HostName);
static ANY: Param<HostName> = Param::optional("a", HostName);

pub const CUT: Builtin = Builtin {
    spec: &verb!(
        "cut",
        &[&A, &B, &ONES],
        say::sum_cut,
        &[Example { before: HOSTS, line: "wire cut alice bob" }, Example { before: HOSTS, line: "wire cut alice" }],
    ),
    read: |args| {
        let host = args.one(&A)?;
        let peer = args.optional(&B)?;
        let filter = behind_for(args)?;
        Ok(Box::new(Cut(WireCut { host: host.into(), peer: peer.map(Into::into), filter })))
    },
};

struct Cut(WireCut);

impl Act for Cut {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        set(turn, |relay, _| relay.engine.cut(self.0))
    }
}

pub const MEND: Builtin = Builtin {
    spec: &verb!(
        "mend",
        &[&ANY, &B],
        say::sum_mend,
        &[Example { before: "host alice; host bob; wire cut alice bob", line: "wire mend" }]
    ),
    read: |args| Ok(Box::new(Mend(args.optional(&ANY)?, args.optional(&B)?))),
};

struct Mend(Option<String>, Option<String>);

impl Act for Mend {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        set(turn, |relay, _| relay.engine.mend(self.0.as_deref(), self.1.as_deref()))
    }
}
