//! What checks may ask, answered from the table and the kernel.

use super::look::{observe, observe_kept, who};
use crate::event::{Frame, Observation, Report, SocketTable, What};
use crate::kernel::Addr;
use crate::kernel::opt::{self, OptValue};
use crate::kernel::{Place, diag, procfs, sys, wait};
use crate::lesson::check::{Answered, Facts};
use crate::vocabulary::option::Access;
use crate::vocabulary::{Errno, Opt, State};

/// The descriptor of a live socket whose close is not on its way.
fn descriptor(table: &SocketTable, name: &str) -> Option<i32> {
    let handle = table.find(name)?;
    table.entry(handle.id).filter(|e| !e.closing).map(|e| e.fd)
}

impl Facts for SocketTable {
    fn observe(&mut self, name: &str) -> Option<Observation> {
        match self.find(name) {
            Some(handle) => observe(self, handle.id),
            None => self.kept.iter().rev().find(|k| k.name == name).map(observe_kept),
        }
    }

    fn ready(&mut self, name: &str, events: i16) -> Option<i16> {
        descriptor(self, name).map(|fd| wait::ready_now(fd, events))
    }

    fn option(&mut self, name: &str, option: &'static Opt) -> Option<Result<OptValue, Errno>> {
        // Nothing here may change what it looks at.
        if option.access == Access::ReadClears || !option.can_read() {
            return None;
        }
        let fd = descriptor(self, name)?;
        let _there = self.find(name).and_then(|h| self.entry(h.id)).map(|e| e.place.stand());
        match opt::get(fd, option.level.number(), option.number, option.shape) {
            (Ok(_), value, _) => value.map(|v| Ok(v.on_its_link())),
            (Err(e), ..) => Some(Err(e)),
        }
    }

    /// The last answer of each call, without its data: what the table keeps.
    fn answers(&mut self, name: Option<&str>) -> Vec<Answered> {
        let ret = |n: i64| if n < 0 { Err(Errno(-n as i32)) } else { Ok(n) };
        self.entries()
            .filter(|e| name.is_none_or(|n| e.name == n))
            .flat_map(|e| e.answers.iter().map(|(call, n)| Answered { call, ret: ret(*n), data: None }))
            .collect()
    }

    fn used(&mut self, _: &str, _: Option<&str>) -> Option<bool> {
        None
    }

    fn found(&mut self, addr: &Addr) -> Option<bool> {
        Some(!who(self, addr, &[Place::Local]).holders.is_empty())
    }

    fn waits(&mut self, _: &str, _: Option<&str>) -> bool {
        false
    }

    fn same(&mut self, a: &str, b: &str) -> Option<bool> {
        Some(sys::inode(descriptor(self, a)?)? == sys::inode(descriptor(self, b)?)?)
    }

    fn port_states(&mut self, name: &str) -> Option<(u16, Vec<State>)> {
        let seen = self.observe(name)?;
        let port = seen.probe.local?.port().filter(|p| *p != 0)?;
        let _there = seen.host.stand();
        Some((port, states_at(port)))
    }

    fn frames(&mut self, _: bool, _: &mut dyn FnMut(&Frame)) {}

    fn host(&mut self, _: &str) -> bool {
        false
    }

    fn states_on(&mut self, _: &str) -> Option<Vec<State>> {
        None
    }

    fn neighbours(&mut self, _: &str) -> Option<Vec<String>> {
        None
    }

    fn joined(&mut self, a: &str, b: &str) -> Option<bool> {
        let (a, _) = sys::inode(descriptor(self, a)?)?;
        let (b, _) = sys::inode(descriptor(self, b)?)?;
        let peer = diag::unix(a)?.peer_inode?;
        Some(u64::from(peer) == b)
    }

    fn names(&self) -> Vec<String> {
        self.entries().filter(|e| !e.closing).map(|e| e.name.clone()).collect()
    }
}

/// The last local port that was observed of a socket, closed ones too, and where.
pub fn last_seen_at(state: &super::State, id: u32) -> Option<(u16, Place)> {
    state.log.events().iter().rev().find_map(|e| match &e.what {
        What::Observed(o) if o.id == Some(id) => Some((o.probe.local.as_ref()?.port().filter(|p| *p != 0)?, o.host.clone())),
        _ => None,
    })
}

/// The states of what TCP has at a local port, bound sockets and TIME_WAIT included (sock_diag(7)).
pub fn states_at(port: u16) -> Vec<State> {
    let mut states: Vec<State> =
        diag::inet(libc::IPPROTO_TCP).into_iter().filter(|e| e.local.port() == Some(port)).filter_map(|e| e.state).collect();
    states.sort_by_key(|s| s.name());
    states.dedup();
    states
}

/// Where a host of the lab is.
fn place(state: &super::State, host: &str) -> Option<Place> {
    state.places.iter().find(|p| !p.is_local() && p.name() == host).cloned()
}

/// What became of frames behind event `since`.
pub fn frames_since(state: &super::State, since: u64, each: &mut dyn FnMut(&Frame)) {
    for event in state.log.since(since.max(state.lab_since)) {
        if let What::Frame(frame) = &event.what {
            each(frame);
        }
    }
}

/// Whether a host of the lab has this name.
pub fn has_host(state: &super::State, name: &str) -> bool {
    place(state, name).is_some()
}

/// The states of what TCP has on a host, with a descriptor or without (sock_diag(7)).
pub fn states_on(state: &super::State, host: &str) -> Option<Vec<State>> {
    let place = place(state, host)?;
    let _there = place.stand();
    Some(diag::inet(libc::IPPROTO_TCP).into_iter().filter_map(|e| e.state).collect())
}

/// The complete entries of a host's ARP table (proc(5), net/arp; ATF_COM is 2).
pub fn neighbours(state: &super::State, host: &str) -> Option<Vec<String>> {
    let place = place(state, host)?;
    let _there = place.stand();
    let table = procfs::read("/proc/net/arp".into())?;
    let complete = |flags: &str| u32::from_str_radix(flags.trim_start_matches("0x"), 16).is_ok_and(|f| f & 2 != 0);
    let rows = table.lines().skip(1).filter_map(|l| {
        let words: Vec<&str> = l.split_whitespace().collect();
        (words.len() >= 4 && complete(words[2])).then(|| words[0].to_string())
    });
    Some(rows.collect())
}

/// The sitting as `until` and `assert` ask it: the table, and what was recorded.
pub struct Now<'a>(pub &'a mut super::State);

impl Facts for Now<'_> {
    fn observe(&mut self, name: &str) -> Option<Observation> {
        self.0.table.observe(name)
    }

    fn ready(&mut self, name: &str, events: i16) -> Option<i16> {
        self.0.table.ready(name, events)
    }

    fn option(&mut self, name: &str, option: &'static Opt) -> Option<Result<OptValue, Errno>> {
        self.0.table.option(name, option)
    }

    fn answers(&mut self, name: Option<&str>) -> Vec<Answered> {
        let mut answers = self.0.table.answers(name);
        // Calls that are made on no socket (poll, getaddrinfo) are in the log alone.
        let alone = self.0.log.events().iter().rev().filter_map(|e| match &e.what {
            What::Returned(r) if name.is_none() && r.call.on().is_none() => Some(r),
            _ => None,
        });
        for r in alone {
            if !answers.iter().any(|a| a.call == r.call.name()) {
                answers.push(Answered { call: r.call.name(), ret: r.outcome.ret, data: None });
            }
        }
        // Data is kept by the log alone: the last that each call received.
        for answer in answers.iter_mut().filter(|a| a.ret.is_ok()) {
            let returned = self.0.log.events().iter().rev().find_map(|e| match &e.what {
                What::Returned(r) if r.call.name() == answer.call && (name.is_none() || r.socket.as_deref() == name) => Some(r),
                _ => None,
            });
            answer.data = returned.and_then(|r| r.outcome.out.as_ref()).and_then(|o| o.data.clone());
        }
        answers
    }

    fn used(&mut self, command: &str, name: Option<&str>) -> Option<bool> {
        let id = name.map(|n| self.0.table.find(n).map(|h| h.id));
        used(self.0, command, 0, |of| id.is_none_or(|id| id.is_some() && of == id))
    }

    fn found(&mut self, addr: &Addr) -> Option<bool> {
        self.0.table.found(addr)
    }

    fn waits(&mut self, call: &str, name: Option<&str>) -> bool {
        let id = name.map(|n| self.0.table.find(n).map(|h| h.id));
        waits(self.0, call, |of| id.is_none_or(|id| id.is_some() && of == id))
    }

    fn same(&mut self, a: &str, b: &str) -> Option<bool> {
        self.0.table.same(a, b)
    }

    fn port_states(&mut self, name: &str) -> Option<(u16, Vec<State>)> {
        self.0.table.port_states(name)
    }

    fn frames(&mut self, _: bool, each: &mut dyn FnMut(&Frame)) {
        frames_since(self.0, self.0.lab_since, each);
    }

    fn host(&mut self, name: &str) -> bool {
        has_host(self.0, name)
    }

    fn states_on(&mut self, host: &str) -> Option<Vec<State>> {
        states_on(self.0, host)
    }

    fn neighbours(&mut self, host: &str) -> Option<Vec<String>> {
        neighbours(self.0, host)
    }

    fn joined(&mut self, a: &str, b: &str) -> Option<bool> {
        self.0.table.joined(a, b)
    }

    fn names(&self) -> Vec<String> {
        self.0.table.names()
    }
}

/// Whether a command was used behind event `since`; `on` says of a socket's id whether it is the one that is meant.
pub fn used(state: &super::State, command: &str, since: u64, on: impl Fn(Option<u32>) -> bool) -> Option<bool> {
    let of_call = crate::call::COMMANDS.iter().find(|c| c.spec.title() == command || c.name == command);
    let looked = state.used.iter().any(|u| u.command == command && u.at > since && on(u.id));
    let called = of_call.is_some_and(|c| {
        state.log.since(since).iter().any(|e| match &e.what {
            What::Returned(r) => r.call.name() == c.name && on(r.call.on().map(|h| h.id)),
            _ => false,
        })
    });
    // A word that no command is called by was never used either; only the sitting knows its commands.
    (of_call.is_some() || looked || state.knows(command)).then_some(looked || called)
}

/// What `who` said behind event `since` of an address: whether it ever found somebody there.
pub fn found(state: &super::State, addr: &Addr, since: u64) -> Option<bool> {
    let addr = addr.to_string();
    let asked = state.log.since(since).iter().filter_map(|e| match &e.what {
        What::Report(r) => match &**r {
            Report::Who(w) if w.asked == addr || w.holders.iter().any(|h| h.local == addr) => Some(!w.holders.is_empty()),
            _ => None,
        },
        _ => None,
    });
    asked.reduce(|any, now| any || now)
}

/// Whether a call of this name waits; `on` as for [`used`].
pub fn waits(state: &super::State, call: &str, on: impl Fn(Option<u32>) -> bool) -> bool {
    let foreground = state.foreground.as_ref().filter(|f| f.clock.inside().is_some()).map(|f| &f.call);
    let jobs = state.jobs.iter().filter(|j| j.waiting()).filter_map(|j| j.call());
    jobs.chain(foreground).any(|c| c.name() == call && on(c.on().map(|h| h.id)))
}

#[cfg(test)]
mod tests {
    use super::super::look::tests::Sitting;
    use super::*;
    use crate::lesson::check::{Check, Verdict};
    use crate::text::Lang;

    impl Sitting {
        fn verdict(&mut self, check: &str) -> Verdict {
            let check = Check::read_line(check, &self.table).unwrap_or_else(|r| panic!("{check}: {}", r.reason.in_lang(Lang::En)));
            check.judge(&mut self.table)
        }

        /// Checks that are met, and what is seen where they are not.
        fn holds(&mut self, checks: &str) {
            for check in checks.lines().map(str::trim) {
                let verdict = self.verdict(check);
                assert!(verdict.met, "{check}: {}", verdict.seen.in_lang(Lang::En));
            }
        }

        fn fails(&mut self, check: &str, seen: &str) {
            let verdict = self.verdict(check);
            assert!(!verdict.met, "{check} is met");
            assert_eq!(verdict.seen.plain(Lang::En), seen, "{check}");
        }

        fn wait(&mut self, check: &str) {
            let end = std::time::Instant::now() + std::time::Duration::from_secs(2);
            while !self.verdict(check).met {
                assert!(std::time::Instant::now() < end, "{check}: {}", self.verdict(check).seen.in_lang(Lang::En));
                std::thread::yield_now();
            }
        }
    }

    #[test]
    fn a_socket_before_and_after_each_step() {
        let mut s = Sitting::default();
        s.fails("server is open", "no socket is named server");
        s.holds("server is closed");
        s.run("server = socket inet stream").unwrap();
        s.holds("server is open\nserver is not closed\nserver is CLOSE\nserver is blocking\nserver is not nonblock");
        s.fails("server is LISTEN", "server is CLOSE");
        s.fails("server is bound", "server has no address of its own");
        s.fails("sever is bound", "no socket is named sever; there is server");
        s.run("bind server 127.0.0.1:0").unwrap();
        s.holds("server is bound\nserver is bound to 127.0.0.1:0\nserver is bound to {server.local}\nbind succeeds\nbind succeeds on server");
        assert!(!s.verdict("server is bound to 127.0.0.2:0").met);
        s.fails("server has 0 waiting", "server does not listen");
        s.fails("listen succeeds on server", "no listen on server has returned yet");
        s.run("listen server").unwrap();
        s.holds("server is listening\nserver is Listen\nserver has no waiting\nserver has at most 0 connections waiting");
        let _ = s.run("bind server 127.0.0.1:0");
        s.holds("bind fails\nbind fails with EINVAL\nbind fails with einval on server");
        s.fails("bind fails with EADDRINUSE", "the last bind failed with EINVAL");
    }

    #[test]
    fn connections_queues_and_readiness() {
        let mut s = Sitting::connected();
        s.holds("client is ESTABLISHED\nclient is connected\nserver is not connected\nclient is connected to {server.local}");
        s.holds("client is connected to server\nclient is connected to conn\nconn is connected to client\nclient is writable");
        s.fails("server is connected to client", "server has no peer");
        s.fails("conn readable", "poll, asked for POLLIN, reports nothing for conn");
        s.run("send client hello").unwrap();
        s.wait("conn readable");
        s.holds("conn is readable\nconn has 5 bytes\nconn has at least 1 byte\nconn has at most 5 bytes waiting");
        s.wait("client has 0 unacked");
        s.fails("conn has 6 bytes", "5 bytes for conn to receive");
        s.fails("conn has a datagram", "conn does not receive datagrams");
        s.run("late = socket inet stream\nconnect late {server.local}").unwrap();
        s.holds("server has 1 waiting\nserver has at least 1 waiting\nlate is connected to server\nlate is not connected to conn");
        s.fails("server has 2 waiting", "1 waiting in the accept queue of server");
        s.run("close client").unwrap();
        s.wait("conn is CLOSE_WAIT");
        s.holds("client is closed");
    }

    #[test]
    fn datagrams_and_unix_pairs() {
        let mut s = Sitting::default();
        s.run("u = socket inet dgram\nbind u 127.0.0.1:0\nv = socket inet dgram\nconnect v {u.local}").unwrap();
        s.fails("u has a datagram", "no datagram waits at u");
        s.holds("u has no datagram\nv is connected to u\nu is not connected\nv is ESTABLISHED");
        s.run("send v \"\"").unwrap();
        s.wait("u has a datagram");
        s.holds("u has 0 bytes");
        s.run("a b = socketpair unix stream\nc d = socketpair unix stream").unwrap();
        s.holds("a is connected to b\nb is connected to a\na is not connected to c\na is not bound");
        s.fails("a is connected to d", "a has a peer without an address");
    }

    #[test]
    fn options_are_compared_and_never_changed() {
        let mut s = Sitting::connected();
        s.run("setsockopt client nodelay 1\nsetsockopt client rcvbuf 50000\nsetsockopt client linger on 5\nfcntl client setfl nonblock").unwrap();
        s.holds("client option nodelay is 1\nclient option TCP_NODELAY is on\nclient option nodelay is not off");
        s.holds("client option rcvbuf is 100000\nclient option linger is on 5\nclient option type is stream\nclient option ip ttl is 64");
        s.holds("client is nonblock\nclient is not blocking\nclient option rcvtimeo is 0");
        s.fails("client option rcvbuf is 50000", "SO_RCVBUF of client is 100000");
        s.fails("client option ipv6 v6only is 0", "reading IPV6_V6ONLY of client failed with EOPNOTSUPP");
    }

    #[test]
    fn a_socket_kept_by_a_job_is_closed_and_says_so() {
        let mut s = Sitting::default();
        s.run("server = socket inet stream\nbind server 127.0.0.1:0\nlisten server").unwrap();
        let other = sys::dup(s.look("server").fd.unwrap()).unwrap() as i32;
        s.line("close server", Some(1)).unwrap();
        s.holds("server is closed\nserver is LISTEN");
        s.fails("server is open", "server is closed; the waiting call of job 1 keeps it alive");
        s.fails("server readable", "server is closed; the waiting call of job 1 keeps it alive");
        sys::close(other).unwrap();
        s.table.release(1);
        s.fails("server is LISTEN", "no socket is named server");
    }
}
