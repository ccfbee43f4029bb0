//! Names in a lesson's checks are roles: each is filled by the first socket that plays the part.

use super::{Note, Notes};
use crate::event::{Frame, Observation, SocketTable};
use crate::kernel::opt::OptValue;
use crate::kernel::{Addr, Place, probe};
use crate::lesson::check::{Answered, Check, Facts, Verdict};
use crate::session::{State, facts};
use crate::text::Text;
use crate::text::messages::check as say;
use crate::vocabulary::{Errno, Opt, State as Tcp};
use std::collections::{BTreeMap, HashMap};

/// So many ways of filling the roles are tried; a lesson with a hundred sockets must not stand still.
const MOST_TRIALS: usize = 3_000;
/// Sockets that are tried for a role, the newest.
const MOST_SOCKETS: usize = 24;

/// Who plays a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    pub id: u32,
    /// The learner's name for it; it is known still when it is closed.
    pub name: String,
    /// Its last local port.
    pub port: Option<u16>,
    /// Where it was made: ports are each host's own.
    place: Place,
    told: bool,
}

/// The parts that are filled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roles(BTreeMap<String, Role>);

/// Names of the lesson for which others are used, since they are taken.
pub type Given = HashMap<String, String>;

/// What a filling of the open roles came to.
type Trial = Vec<(String, u32)>;

impl Roles {
    /// Judges checks together: open roles are filled so that as many as can be are met, with sockets of the same name first, then with
    /// the oldest. Returns the verdicts, and who filled the open roles.
    pub fn judge(&self, checks: &[&Check], state: &mut State, notes: &Notes) -> (Vec<Verdict>, Trial) {
        let mut open: Vec<&str> = Vec::new();
        for name in checks.iter().flat_map(|c| c.names()) {
            if !self.0.contains_key(name) && !open.contains(&name) {
                open.push(name);
            }
        }
        let taken: Vec<u32> = self.0.values().map(|r| r.id).collect();
        // Live ones, and those that took part in the step and are closed by now.
        let mut ids: Vec<u32> =
            state.table.entries().map(|e| e.id).chain(notes.answers.iter().flat_map(|n| n.ids.clone())).collect();
        ids.retain(|id| !taken.contains(id) && *id != 0);
        ids.sort_unstable();
        ids.dedup();
        let ids = ids.split_off(ids.len().saturating_sub(MOST_SOCKETS));
        let mut facts = Casting { roles: self, trial: HashMap::new(), state, notes, seen: HashMap::new() };
        // What speaks of no socket is judged once: it is the same whoever plays the parts.
        let fixed: Vec<Option<Verdict>> = checks.iter().map(|c| c.names().is_empty().then(|| c.judge(&mut facts))).collect();
        let mut best: Option<(usize, Vec<Verdict>, Trial)> = None;
        let mut trials = 0;
        let mut choice: Vec<usize> = vec![0; open.len()];
        // Candidates of each role: the socket of its name, then the others by age, then nobody.
        let candidates: Vec<Vec<Option<u32>>> = open
            .iter()
            .map(|role| {
                let named = facts.state.table.find(role).map(|h| h.id).filter(|id| ids.contains(id));
                let others = ids.iter().copied().filter(|id| Some(*id) != named);
                named.into_iter().chain(others).map(Some).chain([None]).collect()
            })
            .collect();
        loop {
            let picks: Vec<Option<u32>> = choice.iter().zip(&candidates).map(|(at, c)| c[*at]).collect();
            let distinct =
                picks.iter().flatten().enumerate().all(|(i, id)| !picks.iter().flatten().take(i).any(|other| other == id));
            if distinct {
                trials += 1;
                facts.trial = open.iter().zip(&picks).filter_map(|(role, id)| Some((role.to_string(), (*id)?))).collect();
                let verdicts: Vec<Verdict> =
                    checks.iter().zip(&fixed).map(|(c, fixed)| fixed.clone().unwrap_or_else(|| c.judge(&mut facts))).collect();
                let met = verdicts.iter().filter(|v| v.met).count();
                if best.as_ref().is_none_or(|b| met > b.0) {
                    let trial = facts.trial.iter().map(|(r, id)| (r.clone(), *id)).collect();
                    best = Some((met, verdicts, trial));
                    if met == checks.len() {
                        break;
                    }
                }
            }
            if trials >= MOST_TRIALS || !advance(&mut choice, &candidates) {
                break;
            }
        }
        let (_, verdicts, trial) = best.unwrap_or_default();
        (verdicts, trial)
    }

    /// Keeps who filled the open roles.
    pub fn keep(&mut self, trial: Trial, table: &SocketTable) {
        for (role, id) in trial {
            let name = table.name(id).unwrap_or(&role).to_string();
            self.0.insert(role, Role { id, name, port: None, place: Place::Local, told: false });
        }
        for role in self.0.values_mut() {
            if let Some(entry) = table.entry(role.id) {
                role.place = entry.place.clone();
            }
            let local = table.entry(role.id).filter(|e| !e.closing).and_then(|e| probe::local(e.fd));
            role.port = local.and_then(|a| a.port()).filter(|p| *p != 0).or(role.port);
        }
    }

    /// A step begins: a part whose socket is gone goes to the live socket of its name, which the step has set up.
    pub fn renew(&mut self, table: &SocketTable) {
        self.0.retain(|role, r| table.entry(r.id).is_some() || table.find(role).is_none());
    }

    /// Roles that the learner's sockets play under other names, role and name: each is told once.
    pub fn renamed(&mut self) -> Vec<(String, String)> {
        let fresh = |(role, r): (&String, &mut Role)| {
            let told = std::mem::replace(&mut r.told, true);
            (*role != r.name && !told).then(|| (role.clone(), r.name.clone()))
        };
        self.0.iter_mut().filter_map(fresh).collect()
    }

    /// Names of the learner's for roles whose sockets are gone.
    pub fn gone(&self, table: &SocketTable) -> Vec<String> {
        self.0.values().filter(|r| table.entry(r.id).is_none()).map(|r| r.name.clone()).collect()
    }

    /// What the learner calls those roles that lines of the lesson speak of, do not make, and whose sockets are closed: the lines would
    /// be refused.
    pub fn lacking<'a>(&self, lines: impl Iterator<Item = &'a str>, table: &SocketTable) -> Vec<String> {
        let (mut made, mut lacking) = (Vec::new(), Vec::new());
        for line in lines.filter(|l| !l.starts_with("close ")) {
            replace_names(line, |word| {
                let role = self.0.get(word).filter(|r| !made.contains(&word) && table.entry(r.id).is_none());
                lacking.extend(role.map(|r| r.name.clone()));
                None
            });
            made.extend(made_by(line));
        }
        lacking.dedup();
        lacking
    }

    /// A line of the lesson in the learner's names. A name that is to be made anew and that another socket has gets a free one, which
    /// `given` keeps for the lines behind it.
    pub fn spoken(&self, line: &str, table: &SocketTable, given: &mut Given) -> String {
        let made = made_by(line);
        replace_names(line, |word| {
            match self.0.get(word) {
                Some(role) if table.entry(role.id).is_some() => return Some(role.name.clone()),
                _ if made.contains(&word) && table.find(word).is_some() => {
                    let free = (2..).map(|n| format!("{word}{n}")).find(|n| table.find(n).is_none());
                    given.extend(free.map(|free| (word.to_string(), free)));
                }
                _ => {}
            }
            given.get(word).cloned()
        })
    }

    /// As [`Roles::spoken`], several lines.
    pub fn spoken_all(&self, lines: impl Iterator<Item = String>, table: &SocketTable) -> Vec<String> {
        let mut given = Given::default();
        lines.map(|l| self.spoken(&l, table, &mut given)).collect()
    }
}

fn advance(choice: &mut [usize], candidates: &[Vec<Option<u32>>]) -> bool {
    for (at, all) in choice.iter_mut().zip(candidates).rev() {
        *at += 1;
        if *at < all.len() {
            return true;
        }
        *at = 0;
    }
    false
}

/// The names a line gives: those before its equals sign.
fn made_by(line: &str) -> Vec<&str> {
    match line.split_once(" = ") {
        Some((names, _)) if names.split_whitespace().all(crate::grammar::args::is_name) => names.split_whitespace().collect(),
        _ => Vec::new(),
    }
}

/// Puts other names in, outside quotes and not inside longer words.
fn replace_names(line: &str, mut other: impl FnMut(&str) -> Option<String>) -> String {
    let (mut out, mut word, mut quoted) = (String::with_capacity(line.len()), String::new(), false);
    let mut flush = |word: &mut String, out: &mut String| {
        out.push_str(&other(word).unwrap_or_else(|| word.clone()));
        word.clear();
    };
    for c in line.chars() {
        if !quoted && (c.is_alphanumeric() || c == '_') {
            word.push(c);
            continue;
        }
        flush(&mut word, &mut out);
        quoted ^= c == '"';
        out.push(c);
    }
    flush(&mut word, &mut out);
    out
}

/// The sitting as a lesson's checks ask it: roles for names, answers of the step alone.
struct Casting<'a> {
    roles: &'a Roles,
    trial: HashMap<String, u32>,
    state: &'a mut State,
    notes: &'a Notes,
    seen: HashMap<u32, Option<Observation>>,
}

impl Casting<'_> {
    fn id(&self, role: &str) -> Option<u32> {
        self.roles.0.get(role).map(|r| r.id).or_else(|| self.trial.get(role).copied())
    }

    /// The learner's name for who plays a part.
    fn name(&self, role: &str) -> Option<String> {
        self.state.table.name(self.id(role)?).map(str::to_string)
    }
}

impl Facts for Casting<'_> {
    fn observe(&mut self, role: &str) -> Option<Observation> {
        let id = self.id(role)?;
        let (state, seen) = (&mut *self.state, &mut self.seen);
        seen.entry(id)
            .or_insert_with(|| match state.table.entry(id) {
                Some(_) => crate::session::look::observe(&mut state.table, id),
                None => state.table.kept.iter().find(|k| k.id == id).map(crate::session::look::observe_kept),
            })
            .clone()
    }

    fn ready(&mut self, role: &str, events: i16) -> Option<i16> {
        let name = self.name(role)?;
        self.state.table.ready(&name, events)
    }

    fn option(&mut self, role: &str, option: &'static Opt) -> Option<Result<OptValue, Errno>> {
        let name = self.name(role)?;
        self.state.table.option(&name, option)
    }

    fn answers(&mut self, role: Option<&str>) -> Vec<Answered> {
        let id = role.map(|r| self.id(r));
        let of = |n: &&Note| match id {
            None => true,
            Some(id) => id.is_some_and(|id| n.ids.contains(&id)),
        };
        self.notes.answers.iter().filter(of).map(|n| Answered { call: n.call, ret: n.ret, data: n.data.clone() }).collect()
    }

    fn used(&mut self, command: &str, role: Option<&str>) -> Option<bool> {
        let id = role.map(|r| self.id(r));
        facts::used(self.state, command, self.notes.begun(), |of| id.is_none_or(|id| id.is_some() && of == id))
    }

    fn found(&mut self, addr: &Addr) -> Option<bool> {
        facts::found(self.state, addr, self.notes.begun())
    }

    fn waits(&mut self, call: &str, role: Option<&str>) -> bool {
        let id = role.map(|r| self.id(r));
        facts::waits(self.state, call, |of| id.is_none_or(|id| id.is_some() && of == id))
    }

    fn same(&mut self, a: &str, b: &str) -> Option<bool> {
        let (a, b) = (self.name(a)?, self.name(b)?);
        self.state.table.same(&a, &b)
    }

    fn port_states(&mut self, role: &str) -> Option<(u16, Vec<Tcp>)> {
        if let Some(name) = self.name(role)
            && let Some(found) = self.state.table.port_states(&name)
        {
            return Some(found);
        }
        let role = self.roles.0.get(role)?;
        // Closed before it was seen to play the part: the log tells where it was.
        let known = role.port.map(|port| (port, role.place.clone()));
        let (port, place) = known.or_else(|| facts::last_seen_at(self.state, role.id))?;
        let _there = place.stand();
        Some((port, facts::states_at(port)))
    }

    fn frames(&mut self, all: bool, each: &mut dyn FnMut(&Frame)) {
        facts::frames_since(self.state, if all { 0 } else { self.notes.begun() }, each);
    }

    fn host(&mut self, name: &str) -> bool {
        facts::has_host(self.state, name)
    }

    fn states_on(&mut self, host: &str) -> Option<Vec<Tcp>> {
        facts::states_on(self.state, host)
    }

    fn neighbours(&mut self, host: &str) -> Option<Vec<String>> {
        facts::neighbours(self.state, host)
    }

    fn joined(&mut self, a: &str, b: &str) -> Option<bool> {
        let (a, b) = (self.name(a)?, self.name(b)?);
        self.state.table.joined(&a, &b)
    }

    fn names(&self) -> Vec<String> {
        self.state.table.names()
    }

    fn known(&self, role: &str) -> bool {
        self.id(role).is_some()
    }

    fn nobody(&self, role: &str) -> Text {
        say::seen_no_role(role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_replaced_as_whole_words_outside_quotes() {
        let other = |w: &str| (w == "server").then(|| "srv".to_string());
        assert_eq!(
            replace_names("bind server {server.local} \"server\" servers", other),
            "bind srv {srv.local} \"server\" servers"
        );
        assert_eq!(replace_names("poll server:in rights=server", other), "poll srv:in rights=srv");
        assert_eq!(made_by("a b = socketpair unix stream"), ["a", "b"]);
        assert!(made_by("send a \"x = y\"").is_empty());
    }
}
