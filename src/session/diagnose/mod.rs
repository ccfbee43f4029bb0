//! The live facts of one failure: what the kernel, the table and the log say about it right now.
//!
//! Looks and never touches: no wait, no change to the socket, SO_ERROR is never read. What an errno means in general stands in
//! the cards; here stands what made it come this time. A conclusion says that it is one.

mod fit;
mod history;
mod path;
mod peer;
mod port;
mod refused;
mod room;
mod seat;
mod surprise;
#[cfg(test)]
mod tests;
mod waiting;

use crate::call::{AnyCall, Outcome};
use crate::event::{Event, Fact, SocketTable};
use crate::grammar::Handle;
use crate::kernel::{Addr, Kind, Place, opt, probe, sys};
use crate::text::Text;
use crate::text::messages::fact as say;
use crate::vocabulary::State;
use history::Past;

/// What may be asked beside the kernel: the live sockets, the log so far (it may be empty), and the time on the log's clock.
pub struct Cx<'a> {
    pub table: &'a mut SocketTable,
    pub events: &'a [Event],
    /// Where else can be looked: the hosts of the lab.
    pub places: &'a [Place],
    pub now_us: f64,
}

/// More than these nobody reads.
const MOST: usize = 4;

/// What can be found out about an answer: for an errno, and for a success that may surprise. The most helpful fact comes first.
pub fn diagnose(cx: &mut Cx, call: &AnyCall, outcome: &Outcome) -> Vec<Fact> {
    if outcome.ret.is_ok() && !surprise::possible(call, outcome) {
        return Vec::new();
    }
    let handle = call.on();
    let kind = handle.and_then(|h| cx.table.kind(h.id).or_else(|| (!matches!(call, AnyCall::Close(_))).then(|| Kind::of(h.fd))));
    let name = handle.map_or(String::new(), |h| cx.table.name(h.id).map_or_else(|| format!("fd {}", h.fd), str::to_string));
    let mut case = Case { cx, call, outcome, handle, kind, name };
    let mut facts = match outcome.errno() {
        None => surprise::facts(&mut case),
        Some(errno) => failed(&mut case, errno.0),
    };
    facts.truncate(MOST);
    facts
}

/// The call under the lens.
struct Case<'c, 'a> {
    cx: &'c mut Cx<'a>,
    call: &'c AnyCall,
    outcome: &'c Outcome,
    handle: Option<Handle>,
    kind: Option<Kind>,
    name: String,
}

fn fact(text: Text, source: &'static str) -> Fact {
    Fact { text, source }
}

fn failed(case: &mut Case, errno: i32) -> Vec<Fact> {
    let unix = matches!(case.address(), Some(Addr::Path(_) | Addr::Abstract(_)));
    match errno {
        libc::EADDRINUSE if unix => path::in_use(case),
        libc::EADDRINUSE => port::in_use(case),
        libc::EADDRNOTAVAIL => port::not_available(case),
        libc::ECONNREFUSED if unix => path::refused(case),
        libc::ECONNREFUSED => refused::facts(case),
        libc::ENETUNREACH | libc::EHOSTUNREACH | libc::ENETDOWN => port::no_way(case),
        libc::EACCES if unix || matches!(case.call, AnyCall::Unlink(_) | AnyCall::Open(_)) => path::trouble(case),
        libc::EACCES => port::not_permitted(case),
        libc::ENOENT | libc::EEXIST | libc::EPERM
            if matches!(case.call, AnyCall::EpollAdd(_) | AnyCall::EpollMod(_) | AnyCall::EpollDel(_)) =>
        {
            fit::epoll_list(case)
        }
        libc::EPERM if unix || case.is_unix() => path::not_permitted(case),
        libc::EPERM => port::without_privilege(case),
        libc::ENOENT | libc::ENOTDIR | libc::ELOOP | libc::ENAMETOOLONG | libc::EROFS => path::trouble(case),
        libc::EPIPE | libc::ECONNRESET => peer::broken(case),
        libc::ENOTCONN => peer::not_connected(case),
        libc::EISCONN => peer::connected(case),
        libc::EDESTADDRREQ => peer::no_destination(case),
        libc::ETIMEDOUT => peer::timed_out(case),
        libc::EAGAIN => waiting::would_wait(case),
        libc::EINPROGRESS | libc::EALREADY => waiting::under_way(case),
        libc::EMSGSIZE => room::too_long(case),
        libc::ENOBUFS | libc::ENOMEM => room::no_buffer(case),
        libc::EMFILE | libc::ENFILE => room::no_descriptor(case, errno),
        libc::EINVAL => fit::invalid(case),
        libc::EAFNOSUPPORT => fit::family(case),
        libc::EOPNOTSUPP if matches!(case.call, AnyCall::Getsockopt(_) | AnyCall::Setsockopt(_)) => fit::option(case),
        libc::EOPNOTSUPP => fit::not_supported(case),
        libc::EPROTOTYPE => path::wrong_type(case),
        libc::EPROTONOSUPPORT | libc::ESOCKTNOSUPPORT => fit::protocol(case),
        libc::ENOPROTOOPT => fit::option(case),
        libc::EBADF => fit::bad_descriptor(case),
        libc::ENOTSOCK => fit::not_a_socket(case),
        _ => Vec::new(),
    }
}

impl<'a> Case<'_, 'a> {
    /// The descriptor called on; -1 where there is none, which the kernel knows as no descriptor.
    fn fd(&self) -> i32 {
        self.handle.map_or(-1, |h| h.fd)
    }

    fn id(&self) -> u32 {
        self.handle.map_or(0, |h| h.id)
    }

    fn is_tcp(&self) -> bool {
        self.kind.is_some_and(Kind::is_tcp)
    }

    fn is_unix(&self) -> bool {
        self.kind.is_some_and(Kind::is_unix)
    }

    fn is_stream(&self) -> bool {
        matches!(self.kind, Some(Kind::Socket { kind: libc::SOCK_STREAM, .. }))
    }

    /// Domain, type, protocol.
    fn socket(&self) -> Option<(i32, i32, i32)> {
        match self.kind {
            Some(Kind::Socket { domain, kind, protocol }) => Some((domain, kind, protocol)),
            _ => None,
        }
    }

    /// The name in the words of the interface: `inet stream (TCP)`.
    fn kind_name(&self) -> String {
        self.socket().map_or(String::new(), |(d, k, p)| crate::vocabulary::kind_name(d, k, p))
    }

    fn tcp_state(&self) -> Option<State> {
        if self.is_tcp() { probe::tcp_now(self.fd()).map(|t| t.state) } else { None }
    }

    fn option(&self, level: i32, name: i32) -> Option<i32> {
        opt::int(self.fd(), level, name).ok()
    }

    /// The socket's own address, where it has one.
    fn local(&self) -> Option<Addr> {
        probe::local(self.fd()).filter(is_bound)
    }

    fn peer(&self) -> Option<Addr> {
        probe::peer(self.fd())
    }

    /// The address the call names.
    fn address(&self) -> Option<&Addr> {
        match self.call {
            AnyCall::Bind(c) => Some(&c.addr),
            AnyCall::Connect(c) => Some(&c.addr),
            AnyCall::Sendto(c) => Some(&c.addr),
            AnyCall::Sendmsg(c) => c.to.as_ref(),
            AnyCall::Sendmmsg(c) => c.to.as_ref(),
            _ => None,
        }
    }

    /// The address it is about: the one named, or the peer's.
    fn destination(&self) -> Option<Addr> {
        self.address().cloned().or_else(|| self.peer())
    }

    /// Flags of a message call.
    fn msg_flags(&self) -> i32 {
        match self.call {
            AnyCall::Send(c) => c.flags,
            AnyCall::Sendto(c) => c.flags,
            AnyCall::Sendmsg(c) => c.flags,
            AnyCall::Sendmmsg(c) => c.flags,
            AnyCall::Recv(c) => c.flags,
            AnyCall::Recvfrom(c) => c.flags,
            AnyCall::Recvmsg(c) => c.flags,
            AnyCall::Recvmmsg(c) => c.flags,
            _ => 0,
        }
    }

    /// How many bytes it was to send; of several messages the longest.
    fn to_send(&self) -> Option<u64> {
        match self.call {
            AnyCall::Send(c) => Some(c.buf.len),
            AnyCall::Sendto(c) => Some(c.buf.len),
            AnyCall::Write(c) => Some(c.buf.len),
            AnyCall::Writev(c) => Some(c.buffers.iter().map(|b| b.len).sum()),
            AnyCall::Sendmsg(c) => Some(c.buffers.iter().map(|b| b.len).sum()),
            AnyCall::Sendmmsg(c) => c.messages.iter().map(|b| b.len).max(),
            AnyCall::Sendfile(c) => Some(c.count),
            _ => None,
        }
    }

    /// Room it offered to receive into.
    fn to_receive(&self) -> Option<u64> {
        match self.call {
            AnyCall::Recv(c) => Some(c.len),
            AnyCall::Recvfrom(c) => Some(c.len),
            AnyCall::Recvmsg(c) => Some(c.len),
            AnyCall::Recvmmsg(c) => Some(c.each),
            AnyCall::Read(c) => Some(c.count),
            AnyCall::Readv(c) => Some(c.lengths.iter().sum()),
            _ => None,
        }
    }

    /// The calls of the log, without this one.
    fn past(&self) -> impl DoubleEndedIterator<Item = Past<'a>> + use<'a, '_> {
        let (call, timing) = (self.call, self.outcome.timing);
        history::calls(self.cx.events)
            .filter(move |p| !std::ptr::eq(p.call, call) && (p.outcome.timing != timing || timing.t_us == 0.0))
    }

    /// The last past call that `is` the one wanted, as it is told: what, how long ago, in which line.
    fn told(&self, is: impl Fn(&Past<'a>) -> bool) -> Option<Text> {
        self.past().rev().find(|p| is(p)).map(|p| p.told(self.cx.now_us))
    }

    /// The ids of all handles of this open socket: its own, and what dup made.
    fn own_ids(&self) -> Vec<u32> {
        let mut ids = vec![self.id()];
        if let Some((inode, true)) = sys::inode(self.fd()) {
            let same = |e: &&crate::event::Entry| e.id != self.id() && !e.closing && sys::inode(e.fd) == Some((inode, true));
            ids.extend(self.cx.table.entries().filter(same).map(|e| e.id));
        }
        ids
    }
}

/// Whether an address is one that was given: a port, a name.
fn is_bound(addr: &Addr) -> bool {
    match addr {
        Addr::V4(_) | Addr::V6(_) => addr.port() != Some(0),
        Addr::Path(_) | Addr::Abstract(_) => true,
        _ => false,
    }
}

/// On or off, in words.
fn on_off(on: bool) -> Text {
    if on { say::is_on() } else { say::is_off() }
}
