//! What the grammar may ask of a session while a line is read.

use super::State;
use crate::grammar::refusal::{Code, Why};
use crate::grammar::{Handle, World};
use crate::kernel::sys;
use crate::text::messages::refusal as say;

/// What was resolved and opened for the line that is being read.
#[derive(Debug, Default)]
pub struct Prepared {
    pub resolved: Vec<(String, String, String)>,
    pub opened: Vec<(String, i32)>,
}

/// A session as the grammar sees it.
pub struct SessionWorld<'a> {
    pub state: &'a State,
    pub round: Option<u64>,
    pub prepared: &'a Prepared,
}

impl World for SessionWorld<'_> {
    fn find(&self, name: &str) -> Option<Handle> {
        self.state.table.find(name)
    }

    fn current(&self) -> Option<Handle> {
        self.state.table.current
    }

    fn names(&self) -> Vec<String> {
        self.state.table.entries().map(|e| e.name.clone()).collect()
    }

    fn value(&self, name: &str, field: &str) -> Result<String, Why> {
        let Some(handle) = self.find(name) else {
            let names = self.names();
            let list = names.iter().take(8).map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
            let text = if names.is_empty() { say::unknown_socket_none(name) } else { say::unknown_socket(name, list) };
            return Err((Code::UnknownName, text));
        };
        let none = || (Code::BadValue, say::no_value(name, field));
        let local = || sys::getsockname(handle.fd).1.ok_or_else(none);
        let peer = || sys::getpeername(handle.fd).1.ok_or_else(none);
        match field.to_ascii_lowercase().as_str() {
            "local" => local().map(|a| a.to_string()).and_then(|a| if a.is_empty() { Err(none()) } else { Ok(a) }),
            "peer" => peer().map(|a| a.to_string()).and_then(|a| if a.is_empty() { Err(none()) } else { Ok(a) }),
            "port" => local()?.port().map(|p| p.to_string()).ok_or_else(none),
            "peer_port" => peer()?.port().map(|p| p.to_string()).ok_or_else(none),
            "fd" => Ok(handle.fd.to_string()),
            _ => Err((Code::BadValue, say::no_field(field))),
        }
    }

    fn resolved(&self, host: &str, service: &str) -> Option<String> {
        self.prepared.resolved.iter().find(|(h, s, _)| h == host && s == service).map(|r| r.2.clone())
    }

    fn opened(&self, path: &str) -> Option<Handle> {
        self.prepared.opened.iter().find(|(p, _)| p == path).map(|(_, fd)| Handle { id: 0, fd: *fd })
    }

    fn round(&self) -> Option<u64> {
        self.round
    }

    fn addresses(&self) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for e in self.state.table.entries().rev().take(200) {
            let local = sys::getsockname(e.fd).1.filter(|a| a.port() != Some(0)).map(|a| a.to_string());
            all.extend(local.filter(|a| !a.is_empty() && !all.contains(a)));
        }
        all
    }

    fn hosts(&self) -> Vec<String> {
        self.state.places.iter().filter(|p| !p.is_local()).map(|p| p.name().to_string()).collect()
    }

    fn jobs(&self) -> Vec<u32> {
        self.state.jobs.iter().filter(|j| j.waiting()).map(|j| j.number).collect()
    }
}
