//! poll(2) and ppoll(2).

use super::params::TIMEOUT;
use super::{Arguments, Call, Cx, Outcome, Ready, Typed, Value};
use crate::grammar::args::unknown_name;
use crate::grammar::complete::matching;
use crate::grammar::kinds::Flags;
use crate::grammar::spec::Kind;
use crate::grammar::{Args, Candidate, Example, Group, Handle, Param, Refusal, Spec, Word, World};
use crate::kernel::{Answer, wait};
use crate::text::Text;
use crate::text::messages::summary as say;
use crate::vocabulary::POLL_EVENTS;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A socket and events: `conn:in|out`; the socket alone means `in`.
pub struct InterestKind;

fn halves<'a>(word: &Word<'a>) -> (Word<'a>, Option<Word<'a>>) {
    match word.bytes.iter().position(|b| *b == b':') {
        Some(at) => (word.part(0, at), Some(word.part(at + 1, word.bytes.len()))),
        None => (*word, None),
    }
}

impl Kind for InterestKind {
    type Out = (Handle, i16);
    fn accepts(&self, word: &Word<'_>, _: &dyn World) -> bool {
        // A name that nobody has is no timeout either.
        halves(word).0.is_name()
    }
    fn read(&self, args: &mut Args<'_>, word: Word<'_>) -> Result<(Handle, i16), Refusal> {
        let (name, events) = halves(&word);
        let found = name.bare_str().and_then(|n| args.world.find(n)).ok_or_else(|| unknown_name(&name, args.world))?;
        let events = match events {
            Some(events) => Flags(&POLL_EVENTS).read(args, events)? as i16,
            None => libc::POLLIN,
        };
        Ok((found, events))
    }
    fn complete(&self, prefix: &str, world: &dyn World) -> Vec<Candidate> {
        match prefix.split_once(':') {
            Some((name, events)) => Flags(&POLL_EVENTS)
                .complete(events, world)
                .into_iter()
                .map(|c| Candidate::new(format!("{name}:{}", c.word)))
                .collect(),
            None => matching(prefix, world.names().into_iter().map(|n| format!("{n}:in"))),
        }
    }
    fn what(&self) -> Text {
        say::what_interest()
    }
}

static FDS: Param<InterestKind> = Param::many("fds", InterestKind);

/// poll(2) or ppoll(2): the answer, and the events that came.
type PollCall = fn(&[(i32, i16)], Option<Duration>) -> (Answer, Vec<i16>);

/// fds, nfds, timeout.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Set {
    pub fds: Vec<(i32, i16)>,
    pub timeout: Option<Duration>,
}

impl Set {
    fn read(args: &mut Args<'_>) -> Result<Set, Refusal> {
        let fds = args.many(&FDS)?.into_iter().map(|(h, e)| (h.fd, e)).collect();
        Ok(Set { fds, timeout: args.optional(&TIMEOUT)? })
    }

    fn fds(&self) -> Value<'_> {
        let one = |(fd, events): &(i32, i16)| {
            Value::Struct(vec![("fd", Value::Fd(*fd)), ("events", Value::Flags(POLL_EVENTS.flags((*events as u16).into())))])
        };
        Value::List(self.fds.iter().map(one).collect())
    }

    fn perform(&self, cx: &Cx<'_>, call: PollCall) -> Outcome {
        let ((ret, came), timing) = cx.run(|| call(&self.fds, self.timeout));
        let outcome = Outcome::new(ret, timing);
        if !cx.record || ret.is_err() {
            return outcome;
        }
        let ready = self.fds.iter().zip(came).filter(|(_, e)| *e != 0);
        let ready =
            ready.map(|((fd, _), e)| Ready { fd: *fd, events: POLL_EVENTS.flags((e as u16).into()).into_owned(), socket: None });
        outcome.with(|o| o.ready = Some(ready.collect()))
    }
}

/// poll(fds, nfds, timeout in milliseconds).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Poll(pub Set);

impl Call for Poll {
    const NAME: &'static str = "poll";
    const SYS: &'static str = if cfg!(target_arch = "x86_64") { "poll" } else { "ppoll" };

    fn arguments(&self) -> Arguments<'_> {
        let timeout = Value::Int(wait::millis(self.0.timeout).into());
        vec![("fds", self.0.fds()), ("nfds", Value::Len(self.0.fds.len() as u64)), ("timeout", timeout)]
    }

    fn perform(&self, cx: &Cx<'_>) -> Outcome {
        self.0.perform(cx, wait::poll)
    }
}

impl Typed for Poll {
    const SPEC: &'static Spec = &Spec {
        name: "poll",
        sub: None,
        also: &[],
        group: Group::Call,
        params: &[&FDS, &TIMEOUT],
        summary: say::sum_poll,
        examples: &[Example { before: "a b = socketpair unix stream; send a x", line: "poll b:in a:in|out 500ms" }],
        makes: (0, 0),
        moves: false,
        job: true,
    };

    fn read(args: &mut Args<'_>) -> Result<Poll, Refusal> {
        Set::read(args).map(Poll)
    }
}

/// ppoll(fds, nfds, tmo_p, sigmask): the same with a finer clock; the signal mask is left as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ppoll(pub Set);

impl Call for Ppoll {
    const NAME: &'static str = "ppoll";
    const SYS: &'static str = "ppoll";

    fn arguments(&self) -> Arguments<'_> {
        vec![
            ("fds", self.0.fds()),
            ("nfds", Value::Len(self.0.fds.len() as u64)),
            ("tmo_p", self.0.timeout.map_or(Value::Null, Value::Time)),
            ("sigmask", Value::Null),
        ]
    }

    fn perform(&self, cx: &Cx<'_>) -> Outcome {
        self.0.perform(cx, wait::ppoll)
    }
}

impl Typed for Ppoll {
    const SPEC: &'static Spec = &Spec {
        name: "ppoll",
        sub: None,
        also: &[],
        group: Group::Call,
        params: &[&FDS, &TIMEOUT],
        summary: say::sum_ppoll,
        examples: &[Example { before: "a b = socketpair unix stream", line: "ppoll b:in 200us" }],
        makes: (0, 0),
        moves: false,
        job: true,
    };

    fn read(args: &mut Args<'_>) -> Result<Ppoll, Refusal> {
        Set::read(args).map(Ppoll)
    }
}
