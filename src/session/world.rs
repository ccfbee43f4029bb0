//! What the grammar may ask of a session while a line is read.

use super::State;
use crate::call::Out;
use crate::event::What;
use crate::grammar::args::no_such_socket;
use crate::grammar::refusal::{Code, Why};
use crate::grammar::{Handle, World};
use crate::kernel::probe;
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

impl SessionWorld<'_> {
    /// What the last call that received on this socket filled in: the log knows it.
    fn filled(&self, handle: Handle) -> Option<&Out> {
        self.state.told().iter().rev().find_map(|e| match &e.what {
            What::Returned(r) if r.call.on().is_some_and(|on| on.id == handle.id) => {
                r.outcome.out.as_deref().filter(|o| r.outcome.ret.is_ok() && o.data.is_some())
            }
            _ => None,
        })
    }

    /// The bytes that it received last, as a word of data.
    fn received(&self, handle: Handle, name: &str) -> Result<String, Why> {
        if !self.state.recording {
            return Err((Code::BadValue, say::received_unrecorded()));
        }
        let data = self.filled(handle).and_then(|o| o.data.as_ref());
        let data = data.ok_or_else(|| (Code::BadValue, say::received_nothing(name)))?;
        if data.len > data.bytes.len() as u64 {
            return Err((Code::BadValue, say::received_cut(name, data.len, data.bytes.len())));
        }
        Ok(data.bytes.iter().fold("hex:".to_string(), |word, byte| word + &format!("{byte:02x}")))
    }

    /// Who sent them, where the call told.
    fn sender(&self, handle: Handle) -> Option<String> {
        self.filled(handle)?.addr.as_ref().map(ToString::to_string).filter(|a| !a.is_empty())
    }
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

    fn recorded(&self, name: &str) -> bool {
        self.state.recording_of.is_some() && self.state.told_id(name).is_some()
    }

    fn value(&self, name: &str, field: &str) -> Result<String, Why> {
        let Some(handle) = self.find(name) else {
            return Err((Code::UnknownName, no_such_socket(name, self)));
        };
        let none = || (Code::BadValue, say::no_value(name, field));
        let _there = self.state.table.entry(handle.id).map(|e| e.place.stand());
        let local = || probe::local(handle.fd).ok_or_else(none);
        let peer = || probe::peer(handle.fd).ok_or_else(none);
        match field.to_ascii_lowercase().as_str() {
            "local" => local().map(|a| a.to_string()).and_then(|a| if a.is_empty() { Err(none()) } else { Ok(a) }),
            "peer" => peer().map(|a| a.to_string()).and_then(|a| if a.is_empty() { Err(none()) } else { Ok(a) }),
            "port" => local()?.port().map(|p| p.to_string()).ok_or_else(none),
            "peer_port" => peer()?.port().map(|p| p.to_string()).ok_or_else(none),
            "fd" => Ok(handle.fd.to_string()),
            "received" => self.received(handle, name),
            "sender" => self.sender(handle).ok_or_else(none),
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
            let _there = e.place.stand();
            let local = probe::local(e.fd).filter(|a| a.port() != Some(0)).map(|a| a.to_string());
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
