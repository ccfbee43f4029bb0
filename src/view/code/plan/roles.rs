//! Who played which end: whoever listened or accepted is the server, whoever connected the client; of datagrams, whoever bound.

use super::Role;
use crate::call::AnyCall;
use crate::event::{Event, What};
use crate::kernel::Kind;
use std::collections::HashMap;

/// The roles of a sitting's sockets, by id.
#[derive(Default)]
pub struct Roles {
    of: HashMap<u32, Role>,
    names: HashMap<String, u32>,
    fds: HashMap<i32, u32>,
    made: HashMap<u64, Vec<u32>>,
    /// Where an epoll instance belongs.
    calls: HashMap<usize, Role>,
}

impl Roles {
    pub fn of(events: &[Event]) -> Roles {
        let mut roles = Roles::default();
        let mut kinds: HashMap<u32, Kind> = HashMap::new();
        let mut next = 0u32;
        for event in events {
            match &event.what {
                What::Observed(seen) => {
                    if let (Some(id), Some(kind)) = (seen.id, seen.kind) {
                        kinds.insert(id, kind);
                    }
                }
                What::Called { call, .. } => roles.called(call, &kinds),
                What::Returned(r) => {
                    // Ids are given in the order in which sockets are made, and never again (event/table.rs).
                    let ids: Vec<u32> = r
                        .made
                        .iter()
                        .map(|_| {
                            next += 1;
                            next
                        })
                        .collect();
                    if let (AnyCall::Bind(c), Ok(_)) = (&*r.call, r.outcome.ret) {
                        roles.of.entry(c.sockfd.id).or_insert(Role::Server);
                    }
                    let inherits = match &*r.call {
                        AnyCall::Accept(_) => Some(Role::Server),
                        _ => r.call.on().and_then(|h| roles.of.get(&h.id).copied()),
                    };
                    for ((id, name), fd) in ids.iter().zip(&r.made).zip(&r.outcome.made) {
                        roles.names.insert(name.clone(), *id);
                        roles.fds.insert(*fd, *id);
                        if let Some(role) = inherits {
                            roles.of.insert(*id, role);
                        }
                    }
                    roles.made.insert(r.of, ids);
                }
                _ => {}
            }
        }
        // What polls or selects belongs to the first descriptor it looks at.
        for event in events {
            if let What::Called { call, .. } = &event.what {
                let fd = match &**call {
                    AnyCall::Poll(c) => c.0.fds.first().map(|f| f.0),
                    AnyCall::Ppoll(c) => c.0.fds.first().map(|f| f.0),
                    AnyCall::Select(c) => c.sets.iter().flatten().next().copied(),
                    _ => None,
                };
                if let Some(role) = fd.and_then(|fd| roles.fds.get(&fd)).and_then(|id| roles.of.get(id)) {
                    roles.calls.insert(std::sync::Arc::as_ptr(call) as usize, *role);
                }
            }
        }
        roles
    }

    fn called(&mut self, call: &AnyCall, kinds: &HashMap<u32, Kind>) {
        let Some(on) = call.on() else { return };
        let dgram = matches!(kinds.get(&on.id), Some(Kind::Socket { kind: libc::SOCK_DGRAM, .. }));
        match call {
            AnyCall::Listen(_) | AnyCall::Accept(_) => drop(self.of.insert(on.id, Role::Server)),
            // A socket that bound first and connects then is a client all the same, unless it listens.
            AnyCall::Connect(_) if !dgram && self.of.get(&on.id) == Some(&Role::Server) => {}
            AnyCall::Connect(_) | AnyCall::Sendto(_) => drop(self.of.entry(on.id).or_insert(Role::Client)),
            AnyCall::EpollAdd(c) => {
                if let Some(role) = self.of.get(&c.0.fd.id).copied() {
                    self.of.entry(on.id).or_insert(role);
                }
            }
            _ => {}
        }
    }

    pub fn played(&self, role: Role) -> bool {
        self.of.values().any(|r| *r == role)
    }

    pub fn id(&self, id: u32) -> Option<Role> {
        self.of.get(&id).copied()
    }

    pub fn name(&self, name: &str) -> Option<Role> {
        self.id(*self.names.get(name)?)
    }

    /// The role a call belongs to; none where it could be either's.
    pub fn call(&self, of: u64, call: &std::sync::Arc<AnyCall>) -> Option<Role> {
        match call.on() {
            // What makes a socket belongs to whoever uses it.
            None if !self.made(of).is_empty() => self.made(of).iter().find_map(|id| self.id(*id)),
            Some(on) => self.id(on.id),
            None => self.calls.get(&(std::sync::Arc::as_ptr(call) as usize)).copied(),
        }
    }

    /// Ids of what a call made.
    pub fn made(&self, of: u64) -> &[u32] {
        self.made.get(&of).map_or(&[], Vec::as_slice)
    }
}
