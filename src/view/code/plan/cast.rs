//! Which socket belongs to which program. By ends: whoever listened or accepted is the server, whoever connected the client; of
//! datagrams, whoever bound. By hosts: where it was made.

use super::{Part, Role};
use crate::call::AnyCall;
use crate::event::{Event, Returned, What};
use crate::kernel::msg::Control;
use crate::kernel::{Addr, Kind};
use std::collections::HashMap;

/// The parts that a sitting's sockets have, by id.
#[derive(Default)]
pub struct Cast {
    of: HashMap<u32, Part>,
    names: HashMap<String, u32>,
    fds: HashMap<i32, u32>,
    made: HashMap<u64, Vec<u32>>,
    /// The socket that a poll or a select looks at first, by the number of its `Called`.
    looked: HashMap<u64, u32>,
    /// Who bound a path.
    paths: HashMap<Box<[u8]>, u32>,
    /// Where a call was made that has no socket, by the number of its `Called`.
    stood: HashMap<u64, Part>,
    /// How many sockets were made so far.
    count: u32,
}

impl Cast {
    /// The two ends of the conversation.
    pub fn by_role(events: &[Event]) -> Cast {
        let mut cast = Cast::default();
        let mut kinds: HashMap<u32, Kind> = HashMap::new();
        for event in events {
            match &event.what {
                What::Observed(seen) => {
                    if let (Some(id), Some(kind)) = (seen.id, seen.kind) {
                        kinds.insert(id, kind);
                    }
                }
                What::Called { call, .. } => {
                    cast.plays(call, &kinds);
                    cast.looks(event.seq, call);
                }
                What::Returned(r) => {
                    let ids = cast.makes(r);
                    if let (AnyCall::Bind(c), Ok(_)) = (&*r.call, r.outcome.ret) {
                        if let Addr::Path(path) = &c.addr {
                            cast.paths.insert(path.clone(), c.sockfd.id);
                        }
                        cast.of.entry(c.sockfd.id).or_insert(Part::Role(Role::Server));
                    }
                    let inherits = match &*r.call {
                        AnyCall::Accept(_) => Some(Part::Role(Role::Server)),
                        _ => r.call.on().and_then(|h| cast.of.get(&h.id).cloned()),
                    };
                    if let Some(part) = inherits {
                        cast.of.extend(ids.into_iter().map(|id| (id, part.clone())));
                    }
                }
                _ => {}
            }
        }
        cast
    }

    /// The hosts of the lab.
    pub fn by_host(events: &[Event]) -> Cast {
        let mut cast = Cast::default();
        for event in events {
            match &event.what {
                What::Called { call, host, .. } => {
                    cast.stood.insert(event.seq, Part::Host(host.name().into()));
                    cast.looks(event.seq, call);
                }
                What::Returned(r) => {
                    // A socket lives where it was born; what accept and dup make, where that one does.
                    let host = r.call.on().and_then(|on| cast.of.get(&on.id).cloned());
                    let host = host.unwrap_or_else(|| Part::Host(r.host.name().into()));
                    let ids = cast.makes(r);
                    cast.of.extend(ids.into_iter().map(|id| (id, host.clone())));
                }
                _ => {}
            }
        }
        cast
    }

    /// Ids of what a call made: they are given in the order in which sockets are made, and never again (event/table.rs).
    fn makes(&mut self, r: &Returned) -> Vec<u32> {
        let ids: Vec<u32> = (self.count + 1..).take(r.made.len()).collect();
        self.count += r.made.len() as u32;
        for ((id, name), fd) in ids.iter().zip(&r.made).zip(&r.outcome.made) {
            self.names.insert(name.clone(), *id);
            self.fds.insert(*fd, *id);
        }
        self.made.insert(r.of, ids.clone());
        ids
    }

    /// What polls or selects belongs to the first descriptor it looks at; a path belongs to the socket that was bound to it.
    fn looks(&mut self, of: u64, call: &AnyCall) {
        let of_path = match call {
            AnyCall::Unlink(u) => self.paths.get(u.pathname.as_bytes()),
            _ => None,
        };
        if let Some(id) = fds(call).first().and_then(|fd| self.fds.get(fd)).or(of_path) {
            self.looked.insert(of, *id);
        }
    }

    fn plays(&mut self, call: &AnyCall, kinds: &HashMap<u32, Kind>) {
        let Some(on) = call.on() else { return };
        let dgram = matches!(kinds.get(&on.id), Some(Kind::Socket { kind: libc::SOCK_DGRAM, .. }));
        let (server, client) = (Part::Role(Role::Server), Part::Role(Role::Client));
        match call {
            AnyCall::Listen(_) | AnyCall::Accept(_) => drop(self.of.insert(on.id, server)),
            // A socket that bound first and connects then is a client all the same, unless it listens.
            AnyCall::Connect(_) if !dgram && self.of.get(&on.id) == Some(&server) => {}
            AnyCall::Connect(_) | AnyCall::Sendto(_) => drop(self.of.entry(on.id).or_insert(client)),
            AnyCall::EpollAdd(c) => {
                if let Some(part) = self.of.get(&c.0.fd.id).cloned() {
                    self.of.entry(on.id).or_insert(part);
                }
            }
            _ => {}
        }
    }

    pub fn played(&self, part: &Part) -> bool {
        self.of.values().chain(self.stood.values()).any(|p| p == part)
    }

    pub fn id(&self, id: u32) -> Option<&Part> {
        self.of.get(&id)
    }

    pub fn name(&self, name: &str) -> Option<&Part> {
        self.id(*self.names.get(name)?)
    }

    /// The part a call belongs to; none where it could be either's.
    pub fn call(&self, of: u64, call: &AnyCall) -> Option<&Part> {
        let part = match call.on() {
            // What makes a socket belongs to whoever uses it.
            None if !self.made(of).is_empty() => self.made(of).iter().find_map(|id| self.id(*id)),
            Some(on) => self.id(on.id),
            None => self.looked.get(&of).and_then(|id| self.id(*id)),
        };
        part.or_else(|| self.stood.get(&of))
    }

    /// Ids of what a call made.
    pub fn made(&self, of: u64) -> &[u32] {
        self.made.get(&of).map_or(&[], Vec::as_slice)
    }
}

/// Descriptors that a call is given beside its socket.
pub(super) fn fds(call: &AnyCall) -> Vec<i32> {
    match call {
        AnyCall::Poll(c) => c.0.fds.iter().map(|f| f.0).collect(),
        AnyCall::Ppoll(c) => c.0.fds.iter().map(|f| f.0).collect(),
        AnyCall::Select(c) => c.sets.iter().flatten().copied().collect(),
        AnyCall::EpollAdd(c) => vec![c.0.fd.fd],
        AnyCall::Sendmsg(c) => {
            let rights = c.control.iter().filter_map(|c| if let Control::Rights(fds) = c { Some(fds) } else { None });
            rights.flatten().copied().collect()
        }
        _ => Vec::new(),
    }
}
