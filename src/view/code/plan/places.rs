//! Where an address of the program comes from: written there, or read back from the socket that the kernel gave it to.

use crate::call::AnyCall;
use crate::event::{Observation, What};
use crate::kernel::{Addr, Kind};
use std::collections::{BTreeMap, HashMap};

/// Ports below this one are well-known names, not choices of the sitting (ip_unprivileged_port_start, ip(7)).
const PRIVILEGED: u16 = 1024;

/// A port, path or name that was typed: it stands at the program's top under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Const {
    Port(String, u16),
    Path(String, Vec<u8>),
    Name(String, Vec<u8>),
}

impl Const {
    pub fn name(&self) -> &str {
        match self {
            Const::Port(n, _) | Const::Path(n, _) | Const::Name(n, _) => n,
        }
    }
}

/// An address, and where the program has it from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    Literal(Addr),
    /// The address, with its port, path or name from a constant.
    Const(Addr, String),
    /// The whole address of a socket, as it was read back.
    Of(String, Addr),
    /// This address, with the port of a socket.
    PortOf(Addr, String),
}

impl Place {
    pub fn addr(&self) -> &Addr {
        match self {
            Place::Literal(a) | Place::Const(a, _) | Place::Of(_, a) | Place::PortOf(a, _) => a,
        }
    }

    /// The socket it was read back from.
    pub fn socket(&self) -> Option<&str> {
        match self {
            Place::Of(s, _) | Place::PortOf(_, s) => Some(s),
            _ => None,
        }
    }
}

/// An address that the kernel chose, or filled up, and the call that brought it.
struct Chosen {
    name: String,
    addr: Addr,
    dgram: bool,
    by: u64,
}

/// Addresses of a sitting.
#[derive(Default)]
pub struct Places {
    pub consts: Vec<Const>,
    chosen: Vec<Chosen>,
    /// Sockets whose port is known, by id.
    known: HashMap<u32, u16>,
    /// Read back after this call: the socket, its family.
    pub keep: BTreeMap<u64, Vec<(String, i32)>>,
    /// The last call that returned: what is observed after it came by it.
    last: Option<(u64, bool, bool)>,
}

impl Places {
    /// Follows the log. `What::Returned` before the looks that belong to it.
    pub fn see(&mut self, what: &What) {
        match what {
            What::Returned(r) => {
                let typed = matches!(&*r.call, AnyCall::Bind(b) if b.addr.port() != Some(0));
                self.last = Some((r.of, typed, matches!(*r.call, AnyCall::Accept(_))));
            }
            What::Observed(seen) => self.observed(seen),
            _ => {}
        }
    }

    fn observed(&mut self, seen: &Observation) {
        let (Some(id), Some(name), Some(local), Some((by, typed, accepted))) =
            (seen.id, &seen.socket, &seen.probe.local, self.last)
        else {
            return;
        };
        let Some(port) = local.port().filter(|p| *p != 0) else { return };
        if self.known.insert(id, port) == Some(port) || typed || accepted {
            return;
        }
        let dgram = matches!(seen.kind, Some(Kind::Socket { kind: libc::SOCK_DGRAM, .. }));
        self.chosen.push(Chosen { name: name.clone(), addr: local.clone(), dgram, by });
    }

    /// The socket that the kernel gave this address to.
    pub fn owner(&self, addr: &Addr) -> Option<(&str, i32)> {
        let same = |c: &&Chosen| c.addr == *addr || (c.addr.is_any() && c.addr.port() == addr.port());
        self.chosen.iter().rev().find(same).map(|c| (c.name.as_str(), c.addr.family()))
    }

    /// Where the address of a call comes from.
    pub fn place(&mut self, addr: &Addr, dgram: bool) -> Place {
        match addr {
            Addr::Path(path) => self.constant(addr, "PATH", |n| Const::Path(n, path.to_vec())),
            Addr::Abstract(name) => self.constant(addr, "NAME", |n| Const::Name(n, name.to_vec())),
            Addr::V4(_) | Addr::V6(_) => match addr.port() {
                Some(port) if port > 0 => {
                    let found = self.chosen.iter().rev().filter(|c| c.addr.port() == Some(port)).max_by_key(|c| c.dgram == dgram);
                    if let Some(found) = found {
                        let kept = (found.name.clone(), found.addr.family());
                        let at = self.keep.entry(found.by).or_default();
                        if !at.contains(&kept) {
                            at.push(kept);
                        }
                        let name = found.name.clone();
                        // The same link has another interface on another host.
                        let scoped = matches!(addr, Addr::V6(a) if a.scope.number != 0);
                        return match found.addr == *addr && !scoped {
                            true => Place::Of(name, addr.clone()),
                            false => Place::PortOf(addr.clone(), name),
                        };
                    }
                    if port < PRIVILEGED {
                        return Place::Literal(addr.clone());
                    }
                    self.constant(addr, "PORT", |n| Const::Port(n, port))
                }
                _ => Place::Literal(addr.clone()),
            },
            other => Place::Literal(other.clone()),
        }
    }

    fn constant(&mut self, addr: &Addr, base: &str, make: impl Fn(String) -> Const) -> Place {
        let same = |c: &Const| match (c, make(String::new())) {
            (Const::Port(_, a), Const::Port(_, b)) => *a == b,
            (Const::Path(_, a), Const::Path(_, b)) | (Const::Name(_, a), Const::Name(_, b)) => *a == b,
            _ => false,
        };
        let found = self.consts.iter().find(|c| same(c)).cloned();
        let found = found.unwrap_or_else(|| {
            let number = self.consts.iter().filter(|c| c.name().starts_with(base)).count() + 1;
            let new = make(if number == 1 { base.to_string() } else { format!("{base}{number}") });
            self.consts.push(new.clone());
            new
        });
        Place::Const(addr.clone(), found.name().to_string())
    }
}

/// The address that a call is given.
pub fn address(call: &AnyCall) -> Option<&Addr> {
    match call {
        AnyCall::Bind(c) => Some(&c.addr),
        AnyCall::Connect(c) => Some(&c.addr),
        AnyCall::Sendto(c) => Some(&c.addr),
        AnyCall::Sendmsg(c) => c.to.as_ref(),
        AnyCall::Sendmmsg(c) => c.to.as_ref(),
        _ => None,
    }
}
