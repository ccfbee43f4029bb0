//! select(2).

use super::params::TIMEOUT;
use super::{Arguments, Call, Cx, Outcome, Ready, Typed, Value};
use crate::grammar::args::unknown_name;
use crate::grammar::complete::matching;
use crate::grammar::spec::Kind;
use crate::grammar::{Args, Candidate, Example, Group, Param, Refusal, Spec, Word, World};
use crate::kernel::wait;
use crate::text::Text;
use crate::text::messages::{refusal, summary as say};
use serde::{Deserialize, Serialize};
use std::time::Duration;

const SETS: [&str; 3] = ["read", "write", "except"];
const SET_ARGS: [&str; 3] = ["readfds", "writefds", "exceptfds"];

/// `read a,b`: the word of a set; its sockets follow it.
pub struct SetKind;

impl Kind for SetKind {
    type Out = usize;
    fn accepts(&self, word: &Word<'_>, _: &dyn World) -> bool {
        word.bare_str().is_some_and(|w| SETS.contains(&w))
    }
    fn read(&self, _: &mut Args<'_>, word: Word<'_>) -> Result<usize, Refusal> {
        let found = word.bare_str().and_then(|w| SETS.iter().position(|s| *s == w));
        found.ok_or_else(|| Refusal::bad(word.span, refusal::not_one_of(word.shown(), say::what_set())))
    }
    fn complete(&self, prefix: &str, world: &dyn World) -> Vec<Candidate> {
        let (done, last) = prefix.rsplit_once(',').map_or((String::new(), prefix), |(d, l)| (format!("{d},"), l));
        let mut found = if done.is_empty() { matching(prefix, SETS) } else { Vec::new() };
        found.extend(matching(last, world.names()).into_iter().map(|c| Candidate::new(format!("{done}{}", c.word))));
        found
    }
    fn what(&self) -> Text {
        say::what_set()
    }
}

static SET: Param<SetKind> = Param::many("fds", SetKind);

/// select(nfds, readfds, writefds, exceptfds, timeout).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Select {
    pub sets: [Vec<i32>; 3],
    pub timeout: Option<Duration>,
}

impl Call for Select {
    const NAME: &'static str = "select";
    const SYS: &'static str = "pselect6";

    fn arguments(&self) -> Arguments<'_> {
        let top = self.sets.iter().flatten().max().map_or(0, |m| m + 1);
        let mut all = vec![("nfds", Value::Int(top.into()))];
        for (name, set) in SET_ARGS.into_iter().zip(&self.sets) {
            let value = if set.is_empty() { Value::Null } else { Value::List(set.iter().map(|f| Value::Fd(*f)).collect()) };
            all.push((name, value));
        }
        all.push(("timeout", self.timeout.map_or(Value::Null, Value::Time)));
        all
    }

    fn perform(&self, cx: &Cx<'_>) -> Outcome {
        let [r, w, e] = &self.sets;
        let ((ret, after), timing) = cx.run(|| wait::select([r, w, e], self.timeout));
        let outcome = Outcome::new(ret, timing);
        if !cx.record || ret.is_err() {
            return outcome;
        }
        let mut ready: Vec<Ready> = Vec::new();
        for (name, set) in SETS.into_iter().zip(after) {
            for fd in set {
                match ready.iter_mut().find(|r| r.fd == fd) {
                    Some(r) => r.events = format!("{}|{name}", r.events),
                    None => ready.push(Ready { fd, events: name.into(), socket: None }),
                }
            }
        }
        outcome.with(|o| o.ready = Some(ready))
    }
}

impl Typed for Select {
    const SPEC: &'static Spec = &Spec {
        name: "select",
        sub: None,
        also: &[],
        group: Group::Call,
        params: &[&SET, &TIMEOUT],
        summary: say::sum_select,
        examples: &[Example { before: "a b = socketpair unix stream", line: "select read b write a 1s" }],
        makes: (0, 0),
        moves: false,
        job: true,
    };

    fn read(args: &mut Args<'_>) -> Result<Select, Refusal> {
        let mut sets: [Vec<i32>; 3] = Default::default();
        let mut any = false;
        while let Some(set) = args.optional(&SET)? {
            any = true;
            let Some(list) = args.next_word() else { return Err(args.missing(say::what_socket())) };
            for part in list.split(b',') {
                let found = part.bare_str().and_then(|n| args.world.find(n)).ok_or_else(|| unknown_name(&part, args.world))?;
                if found.fd >= wait::FD_SETSIZE {
                    return Err(Refusal::bad(part.span, refusal::fd_setsize(part.shown(), found.fd)).hint(Some("poll")));
                }
                if !sets[set].contains(&found.fd) {
                    sets[set].push(found.fd);
                }
            }
        }
        let timeout = args.optional(&TIMEOUT)?;
        // Without sets it is only a sleep: allowed, but not by mistake.
        if !any && (timeout.is_none() || args.left() > 0) {
            return match args.peek() {
                Some(_) => args.one(&SET).map(|_| Select { sets, timeout }),
                None => Err(args.missing(say::what_set())),
            };
        }
        Ok(Select { sets, timeout })
    }
}
