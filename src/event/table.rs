//! The live sockets by name. It changes by applying outcomes, and in no other way: a replay takes the same road.

use crate::call::{AnyCall, Outcome};
use crate::grammar::{Handle, WordMap};
use crate::kernel::{Kind, Place};
use std::collections::BTreeMap;

/// A live socket (or epoll instance, or file that was passed to us).
#[derive(Debug, Clone)]
pub struct Entry {
    pub id: u32,
    pub name: String,
    pub fd: i32,
    /// Where it was born: its network namespace.
    pub place: Place,
    /// Asked once, when somebody wants to know.
    pub kind: Option<Kind>,
    /// A close is on its way: the number may already be another's, so nothing is asked of it.
    pub closing: bool,
    /// The last answer of each call on it: what it returned, or the errno, negative.
    pub answers: Vec<(&'static str, i64)>,
    /// What the kernel's tables know it by; asked when a close is on its way, for after it the descriptor tells nothing.
    pub inode: Option<u64>,
}

/// A socket that was closed under a waiting call, which keeps it alive.
#[derive(Debug, Clone)]
pub struct Kept {
    pub id: u32,
    pub name: String,
    pub fd: i32,
    pub place: Place,
    pub kind: Option<Kind>,
    pub inode: Option<u64>,
    pub job: u32,
}

/// Names, ids and descriptors of what is alive.
#[derive(Debug, Default)]
pub struct SocketTable {
    entries: BTreeMap<u32, Entry>,
    names: WordMap<String, Handle>,
    fds: WordMap<i32, u32>,
    pub current: Option<Handle>,
    pub kept: Vec<Kept>,
    next_id: u32,
    next_auto: u32,
}

impl SocketTable {
    pub fn find(&self, name: &str) -> Option<Handle> {
        self.names.get(name).copied()
    }

    pub fn entry(&self, id: u32) -> Option<&Entry> {
        self.entries.get(&id)
    }

    pub fn entry_mut(&mut self, id: u32) -> Option<&mut Entry> {
        self.entries.get_mut(&id)
    }

    pub fn name(&self, id: u32) -> Option<&str> {
        self.entries.get(&id).map(|e| e.name.as_str())
    }

    /// Also the name that a socket had which was closed under a waiting call: its job goes on.
    pub fn known_as(&self, id: u32) -> Option<&str> {
        self.name(id).or_else(|| self.kept.iter().find(|k| k.id == id).map(|k| k.name.as_str()))
    }

    pub fn by_fd(&self, fd: i32) -> Option<&Entry> {
        self.fds.get(&fd).and_then(|id| self.entries.get(id))
    }

    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.values()
    }

    /// The id of the newest that ever was.
    pub fn newest(&self) -> u32 {
        self.next_id
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// What a live entry is; asks the kernel the first time.
    pub fn kind(&mut self, id: u32) -> Option<Kind> {
        let entry = self.entries.get_mut(&id)?;
        if entry.kind.is_none() && !entry.closing {
            entry.kind = Some(Kind::of(entry.fd));
        }
        entry.kind
    }

    /// The next name nobody has: s1, s2, …
    fn auto_name(&mut self) -> String {
        loop {
            self.next_auto += 1;
            let name = format!("s{}", self.next_auto);
            if !self.names.contains_key(&name) {
                return name;
            }
        }
    }

    fn insert(&mut self, name: Option<String>, fd: i32, kind: Option<Kind>, place: Place) -> Handle {
        let name = name.filter(|n| !self.names.contains_key(n)).unwrap_or_else(|| self.auto_name());
        self.next_id += 1;
        let handle = Handle { id: self.next_id, fd };
        self.names.insert(name.clone(), handle);
        self.fds.insert(fd, handle.id);
        let entry = Entry { id: handle.id, name, fd, place, kind, closing: false, answers: Vec::new(), inode: None };
        self.entries.insert(handle.id, entry);
        handle
    }

    fn remove(&mut self, id: u32) -> Option<Entry> {
        let entry = self.entries.remove(&id)?;
        self.names.remove(&entry.name);
        if self.fds.get(&entry.fd) == Some(&id) {
            self.fds.remove(&entry.fd);
        }
        if self.current.is_some_and(|c| c.id == id) {
            self.current = self.entries.keys().next_back().and_then(|last| self.handle(*last));
        }
        Some(entry)
    }

    pub fn handle(&self, id: u32) -> Option<Handle> {
        self.entries.get(&id).map(|e| Handle { id: e.id, fd: e.fd })
    }

    /// A close is about to be made.
    pub fn closing(&mut self, id: u32) {
        if let Some(e) = self.entries.get_mut(&id) {
            e.inode = crate::kernel::sys::inode(e.fd).filter(|(_, socket)| *socket).map(|(inode, _)| inode);
            e.closing = true;
        }
    }

    /// Applies what a call brought: new sockets get the names, a closed one goes. `place`: where the call was made; what it made is where
    /// the socket is that it was made on. `moves`: the first becomes current. `keeper`: a job whose waiting call keeps a closed socket
    /// alive. Returns the new ones.
    pub fn apply(
        &mut self,
        call: &AnyCall,
        outcome: &Outcome,
        names: &[String],
        place: &Place,
        moves: bool,
        keeper: Option<u32>,
    ) -> Vec<Handle> {
        let place = call.on().and_then(|h| self.entries.get(&h.id)).map_or(place, |e| &e.place).clone();
        if let Some(entry) = call.on().and_then(|h| self.entries.get_mut(&h.id)) {
            let answer = outcome.ret.unwrap_or_else(|e| -i64::from(e.0));
            match entry.answers.iter_mut().find(|a| a.0 == call.name()) {
                Some(a) => a.1 = answer,
                None => entry.answers.push((call.name(), answer)),
            }
        }
        match call {
            // Linux frees the number whatever close answers (close(2)), unless it never was one.
            AnyCall::Close(c) if outcome.ret.is_ok() || outcome.errno().is_some_and(|e| e.0 != libc::EBADF) => {
                if let (Some(e), Some(job)) = (self.remove(c.fd.id), keeper) {
                    self.kept.push(Kept { id: e.id, name: e.name, fd: e.fd, place: e.place, kind: e.kind, inode: e.inode, job });
                }
            }
            AnyCall::Close(c) => {
                self.remove(c.fd.id);
            }
            _ => {}
        }
        if outcome.made.is_empty() {
            return Vec::new();
        }
        let kind = matches!(call, AnyCall::EpollCreate(_)).then_some(Kind::Epoll);
        let base = match call {
            AnyCall::Recvmsg(m) => m.name.clone(),
            _ => None,
        };
        let mut made = Vec::with_capacity(outcome.made.len());
        for (i, fd) in outcome.made.iter().enumerate() {
            let name = names.get(i).cloned().or_else(|| base.as_ref().map(|b| format!("{b}{}", i + 1)));
            made.push(self.insert(name, *fd, kind, place.clone()));
        }
        if moves {
            self.current = made.first().copied();
        }
        made
    }

    /// The job that kept closed sockets alive is over.
    pub fn release(&mut self, job: u32) {
        self.kept.retain(|k| k.job != job);
    }
}
