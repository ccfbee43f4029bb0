//! Where the wire is cut. A question about two hosts costs two look-ups, however many cuts there are.

use super::words::{Cut, NotDone};
use super::{Filter, Reach, Seen};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// For each host the peers it is cut from; no peer stands for everybody.
#[derive(Debug, Default)]
pub(super) struct Cuts {
    by_host: FxHashMap<Arc<str>, FxHashMap<Option<Arc<str>>, Filter>>,
    /// As they were made.
    list: Vec<Cut>,
}

/// So many cuts at most.
const MOST: usize = 1_000;

impl Cuts {
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub fn list(&self) -> &[Cut] {
        &self.list
    }

    pub fn clear(&mut self) {
        *self = Cuts::default();
    }

    /// A second cut at the same place takes the first one's.
    pub fn add(&mut self, cut: Cut) -> Result<(), NotDone> {
        self.list.retain(|c| !same(c, &cut.host, cut.peer.as_deref()));
        if self.list.len() >= MOST {
            return Err(NotDone::TooMany { most: MOST });
        }
        self.list.push(cut);
        self.index();
        Ok(())
    }

    /// Mends everything, everything at a host, or what is cut between two.
    pub fn mend(&mut self, host: Option<&str>, peer: Option<&str>) -> Result<(), NotDone> {
        let before = self.list.len();
        self.list.retain(|c| match (host, peer) {
            (None, _) => false,
            (Some(host), None) => *c.host != *host && c.peer.as_deref() != Some(host),
            (Some(host), peer) => !same(c, host, peer),
        });
        if self.list.len() == before {
            return Err(NotDone::NotCut);
        }
        self.index();
        Ok(())
    }

    fn index(&mut self) {
        self.by_host.clear();
        for cut in &self.list {
            self.by_host.entry(cut.host.clone()).or_default().insert(cut.peer.clone(), cut.filter.clone());
            if let Some(peer) = &cut.peer {
                self.by_host.entry(peer.clone()).or_default().insert(Some(cut.host.clone()), cut.filter.clone());
            }
        }
    }

    /// Whether a frame does not get from its sender to this host.
    pub fn between(&self, frame: &Seen, to: &Arc<str>) -> bool {
        let frame = Seen { to: Reach::One(to), ..*frame };
        let cut = |host: &str, peer: &Option<Arc<str>>| {
            self.by_host.get(host).and_then(|peers| peers.get(peer)).is_some_and(|f| f.fits(&frame))
        };
        !self.list.is_empty() && (cut(frame.from, &None) || cut(to, &None) || cut(frame.from, &Some(to.clone())))
    }
}

fn same(cut: &Cut, host: &str, peer: Option<&str>) -> bool {
    let ends = (&*cut.host, cut.peer.as_deref());
    ends == (host, peer) || peer.is_some_and(|peer| ends == (peer, Some(host)))
}
