//! Where a socket is born and what is asked of the kernel's tables: in this process's own network namespace, or on a host of the lab.
//!
//! A thread stands at one place at a time, as a process stands in one namespace (setns(2)): what makes sockets and what looks into
//! tables of the kernel does it there.

use super::lab::Host;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cell::RefCell;
use std::sync::Arc;

#[derive(Debug, Clone, Default)]
pub enum Place {
    #[default]
    Local,
    Host(Arc<Host>),
    /// A host of a recorded sitting: its name is all that is left of it.
    Recorded(Arc<str>),
}

thread_local! {
    static STANDS: RefCell<Place> = const { RefCell::new(Place::Local) };
}

/// The calling thread stands at a place while this lives.
pub struct Standing(Option<Place>);

impl Drop for Standing {
    fn drop(&mut self) {
        if let Some(before) = self.0.take() {
            STANDS.with(|s| *s.borrow_mut() = before);
        }
    }
}

/// The host the calling thread stands on.
pub(super) fn host() -> Option<Arc<Host>> {
    STANDS.with(|s| match &*s.borrow() {
        Place::Host(host) => Some(host.clone()),
        _ => None,
    })
}

impl Place {
    pub const LOCAL: &'static str = "local";

    pub fn name(&self) -> &str {
        match self {
            Place::Local => Place::LOCAL,
            Place::Host(host) => &host.name,
            Place::Recorded(name) => name,
        }
    }

    pub fn is_local(&self) -> bool {
        matches!(self, Place::Local)
    }

    /// Goes there, until what is returned is dropped.
    #[must_use]
    pub fn stand(&self) -> Standing {
        let stays = self.is_local() && STANDS.with(|s| s.borrow().is_local());
        Standing((!stays).then(|| STANDS.with(|s| s.replace(self.clone()))))
    }
}

impl PartialEq for Place {
    fn eq(&self, other: &Place) -> bool {
        match (self, other) {
            (Place::Local, Place::Local) => true,
            (Place::Host(a), Place::Host(b)) => Arc::ptr_eq(a, b),
            (Place::Recorded(a), Place::Recorded(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Place {}

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Place, D::Error> {
        let name = String::deserialize(from)?;
        Ok(if name == Place::LOCAL { Place::Local } else { Place::Recorded(name.into()) })
    }
}
