//! Who plays in a log: its sockets, as they come, are seen and go; and who is at the other end of whom, as far as recorded facts tell.

use crate::call::AnyCall;
use crate::event::{Event, What};
use crate::kernel::msg::Control;
use crate::kernel::{Addr, Kind, Place, Probe};
use std::collections::HashMap;

/// A socket of the log, alive or not.
#[derive(Debug, Clone)]
pub struct Actor {
    pub name: String,
    /// The host it lives on.
    pub host: String,
    /// Unknown between the call that made it and the first look at it.
    pub id: Option<u32>,
    pub fd: Option<i32>,
    pub kind: Option<Kind>,
    /// The last look.
    pub probe: Option<Probe>,
    /// The other one of a socketpair.
    partner: Option<usize>,
    pub alive: bool,
    /// The first of the descriptors that share its open socket (dup(2)): itself, mostly.
    first: usize,
    /// Of the first one: how many of them are alive.
    holders: usize,
    /// It was passed on (SCM_RIGHTS): somebody else may hold it too.
    passed: bool,
    /// The call that made it.
    pub made_by: Option<&'static str>,
}

impl Actor {
    /// Its name, and in the lab its host before it.
    pub fn titled(&self) -> String {
        if self.host == Place::LOCAL { self.name.clone() } else { format!("{} {}", self.host, self.name) }
    }
}

/// All of them, by number in the order they came.
#[derive(Debug, Default)]
pub struct Cast {
    pub actors: Vec<Actor>,
    names: HashMap<String, usize>,
    ids: HashMap<u32, usize>,
    fds: HashMap<i32, usize>,
    by_local: HashMap<Addr, Vec<usize>>,
}

/// What an event changed.
#[derive(Debug, Default)]
pub struct Change {
    /// The one the event is about.
    pub on: Option<usize>,
    pub born: Vec<usize>,
    pub gone: Option<usize>,
}

impl Cast {
    /// The socket of a name: the newest that bore it.
    pub fn named(&self, name: &str) -> Option<usize> {
        let newest = || self.actors.iter().rposition(|a| a.name == name);
        self.names.get(name).copied().or_else(newest)
    }

    pub fn by_fd(&self, fd: i32) -> Option<usize> {
        self.fds.get(&fd).copied()
    }

    pub fn by_id(&self, id: u32) -> Option<usize> {
        self.ids.get(&id).copied()
    }

    fn add(&mut self, name: &str, host: &Place, fd: Option<i32>) -> usize {
        let at = self.actors.len();
        let actor = Actor {
            name: name.to_string(),
            host: host.name().to_string(),
            id: None,
            fd,
            kind: None,
            probe: None,
            partner: None,
            alive: true,
            first: at,
            holders: 1,
            passed: false,
            made_by: None,
        };
        self.actors.push(actor);
        self.names.insert(name.to_string(), at);
        if let Some(fd) = fd {
            self.fds.insert(fd, at);
        }
        at
    }

    /// The one a call is made on. A log that lost its beginning names sockets that nobody saw come.
    fn on(&mut self, call: &AnyCall, name: Option<&str>, host: &Place, change: &mut Change) {
        let Some(handle) = call.on() else { return };
        let known = self.ids.get(&handle.id).copied().or_else(|| {
            let at = name.and_then(|n| self.names.get(n)).copied()?;
            self.actors[at].id.is_none_or(|id| id == handle.id).then_some(at)
        });
        let at = known.unwrap_or_else(|| {
            let at = self.add(name.unwrap_or("?"), host, Some(handle.fd));
            change.born.push(at);
            at
        });
        self.actors[at].id = Some(handle.id);
        self.ids.insert(handle.id, at);
        change.on = Some(at);
    }

    /// Takes an event in.
    pub fn feed(&mut self, event: &Event) -> Change {
        let mut change = Change::default();
        match &event.what {
            What::Called { call, socket, host, .. } => self.on(call, socket.as_deref(), host, &mut change),
            What::Returned(r) => {
                self.on(&r.call, r.socket.as_deref(), &r.host, &mut change);
                for (name, fd) in r.made.iter().zip(&r.outcome.made) {
                    let at = self.add(name, &r.host, Some(*fd));
                    self.actors[at].made_by = Some(r.call.card());
                    change.born.push(at);
                }
                if let (AnyCall::Socketpair(_), [.., a, b]) = (&*r.call, &change.born[..]) {
                    self.actors[*a].partner = Some(*b);
                    self.actors[*b].partner = Some(*a);
                }
                match (&*r.call, change.on, r.outcome.ret.is_ok()) {
                    (AnyCall::Dup(_), Some(on), true) => {
                        for at in &change.born {
                            let first = self.actors[on].first;
                            self.actors[*at].first = first;
                            self.actors[first].holders += 1;
                        }
                    }
                    (AnyCall::Sendmsg(m), _, true) => {
                        let fds = m.control.iter().filter_map(|c| if let Control::Rights(fds) = c { Some(fds) } else { None });
                        for fd in fds.flatten() {
                            self.by_fd(*fd).iter().for_each(|at| self.actors[*at].passed = true);
                        }
                    }
                    _ => {}
                }
                if let (AnyCall::Close(_), true, Some(at)) = (&*r.call, r.outcome.ret.is_ok(), change.on) {
                    self.end(at);
                    change.gone = Some(at);
                }
            }
            What::Observed(seen) => {
                let known = seen.id.and_then(|id| self.ids.get(&id).copied());
                let named = || seen.socket.as_ref().and_then(|n| self.names.get(n)).copied();
                let at = known.or_else(|| named().filter(|at| self.actors[*at].id.is_none()));
                let at = match (at, &seen.socket) {
                    (Some(at), _) => at,
                    (None, Some(name)) => {
                        let at = self.add(name, &seen.host, seen.fd);
                        change.born.push(at);
                        at
                    }
                    (None, None) => return change,
                };
                if let Some(id) = seen.id {
                    self.ids.insert(id, at);
                    self.actors[at].id = Some(id);
                }
                let local = seen.probe.local.clone().filter(|l| !matches!(l, Addr::Unnamed | Addr::Unspec));
                if let Some(local) = local.filter(|l| self.actors[at].probe.as_ref().and_then(|p| p.local.as_ref()) != Some(l)) {
                    self.by_local.entry(local).or_default().push(at);
                }
                let actor = &mut self.actors[at];
                actor.kind = seen.kind.or(actor.kind);
                actor.fd = seen.fd.or(actor.fd);
                actor.probe = Some(seen.probe.clone());
                change.on = Some(at);
            }
            _ => {}
        }
        change
    }

    fn end(&mut self, at: usize) {
        let first = self.actors[at].first;
        self.actors[first].holders = self.actors[first].holders.saturating_sub(1);
        let actor = &mut self.actors[at];
        actor.alive = false;
        if self.names.get(&actor.name) == Some(&at) {
            self.names.remove(&actor.name);
        }
        if let Some(fd) = actor.fd.filter(|fd| self.fds.get(fd) == Some(&at)) {
            self.fds.remove(&fd);
        }
    }

    fn local(&self, at: usize) -> Option<&Addr> {
        self.actors[at].probe.as_ref()?.local.as_ref()
    }

    pub fn peer_addr(&self, at: usize) -> Option<&Addr> {
        self.actors[at].probe.as_ref()?.peer.as_ref()
    }

    /// Those that are alive at an address now: at it exactly, or at its port on any address.
    pub fn at<'a>(&'a self, addr: &'a Addr) -> impl Iterator<Item = usize> + 'a {
        use crate::kernel::net::V6;
        use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4};
        let any = addr
            .port()
            .map(|p| [Addr::V4(SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, p)), Addr::V6(V6::new(Ipv6Addr::UNSPECIFIED, p))]);
        let places = [Some(addr.clone())].into_iter().chain(any.map_or([None, None], |a| a.map(Some)));
        let found = places.flatten().filter_map(|a| self.by_local.get(&a).map(|l| (a, l)));
        let now = found.flat_map(move |(a, l)| l.iter().copied().filter(move |at| self.local(*at) == Some(&a)));
        now.filter(|at| self.actors[*at].alive)
    }

    /// Who is at the other end of a connected one: the other of a pair; the one whose two addresses are the same the other way round.
    pub fn other_end(&self, at: usize) -> Option<usize> {
        let actor = &self.actors[at];
        if let Some(partner) = self.actors[actor.first].partner {
            return self.held(partner);
        }
        let (peer, local) = (self.peer_addr(at)?, self.local(at)?);
        if actor.kind.is_some_and(Kind::is_unix) {
            // A path is one side's only name. Where two could be meant, nothing is said.
            let mut fits = match peer {
                Addr::Unnamed => self.clients_of(at, local),
                _ => self.at(peer).filter(|b| *b != at && self.peer_addr(*b) == Some(local)).collect(),
            };
            return if fits.len() == 1 { fits.pop() } else { None };
        }
        self.at(peer).find(|b| *b != at && self.peer_addr(*b) == Some(local) && self.reaches(at, *b, peer))
    }

    /// The socket of this log that was at the other end, and is closed.
    pub fn closed_end(&self, at: usize) -> Option<usize> {
        let actor = &self.actors[at];
        if let Some(partner) = self.actors[actor.first].partner {
            return (!self.actors[partner].alive).then_some(partner);
        }
        let (peer, local) = (self.peer_addr(at)?, self.local(at)?);
        let accepted = actor.made_by == Some("accept");
        let was = |b: &usize| {
            // One that is accepted came before; another with the same addresses was of an earlier connection.
            !self.actors[*b].alive && (accepted || *b > at) && self.local(*b) == Some(peer) && self.peer_addr(*b) == Some(local)
        };
        self.by_local.get(peer)?.iter().rev().copied().find(|b| was(b) && self.reaches(at, *b, peer))
    }

    /// A living descriptor of the same open socket: this one, if it lives.
    fn held(&self, at: usize) -> Option<usize> {
        let first = self.actors[at].first;
        if self.actors[first].holders == 0 {
            return None;
        }
        let same = |(b, a): (usize, &Actor)| (a.alive && a.first == first).then_some(b);
        if self.actors[at].alive { Some(at) } else { self.actors.iter().enumerate().skip(first).find_map(same) }
    }

    /// The living descriptors of the same open socket as this one, itself among them.
    pub fn descriptors(&self, at: usize) -> Vec<usize> {
        let first = self.actors[at].first;
        let same = |(b, a): (usize, &Actor)| (a.alive && a.first == first).then_some(b);
        self.actors.iter().enumerate().skip(first).filter_map(same).collect()
    }

    /// Whether nobody else of the log holds the open socket of this one, which is closed.
    pub fn was_last(&self, at: usize) -> bool {
        !self.actors[at].passed && self.actors[self.actors[at].first].holders == 0
    }

    /// Unix sockets without a name whose peer is this one's path.
    fn clients_of(&self, at: usize, path: &Addr) -> Vec<usize> {
        let accepted = self.actors[at].made_by == Some("accept");
        let fits = |(b, a): (usize, &Actor)| (b != at && a.alive && accepted && self.peer_addr(b) == Some(path)).then_some(b);
        self.actors.iter().enumerate().filter_map(fits).collect()
    }

    /// Whether an address of one means the same place for the other: loopback and abstract names are each host's own.
    fn reaches(&self, from: usize, to: usize, addr: &Addr) -> bool {
        let own = matches!(addr, Addr::Abstract(_)) || addr.ip().is_some_and(|ip| ip.is_loopback());
        !own || self.actors[from].host == self.actors[to].host
    }

    /// Who gets what is sent to an address: a connection of the sender's, a listener behind whose door it waits, a datagram socket.
    pub fn receiver(&self, from: usize, to: Option<&Addr>) -> Option<usize> {
        match to {
            None => self.other_end(from).or_else(|| {
                let peer = self.peer_addr(from)?;
                self.at(peer).find(|b| *b != from && self.is_door(*b, from) && self.reaches(from, *b, peer))
            }),
            Some(addr) => self
                .at(addr)
                .find(|b| *b != from || self.local(from) == Some(addr))
                .filter(|b| self.same_sort(*b, from) && self.reaches(from, *b, addr)),
        }
    }

    /// Whether `b` is a listener, or a datagram socket that takes from everybody.
    fn is_door(&self, b: usize, from: usize) -> bool {
        let listens = self.actors[b].probe.as_ref().is_some_and(|p| p.state == Some(crate::vocabulary::State::Listen));
        let open = self.actors[b].kind.is_some_and(Kind::is_datagram) && self.peer_addr(b).is_none();
        self.same_sort(b, from) && (listens || open)
    }

    fn same_sort(&self, a: usize, b: usize) -> bool {
        let sort = |at: usize| match self.actors[at].kind {
            Some(Kind::Socket { kind, protocol, .. }) => Some((kind, protocol)),
            _ => None,
        };
        sort(a).is_some() && sort(a) == sort(b)
    }
}
