//! The list of calls: a line each.

use super::{Arguments, Call, Cx, Outcome, Typed};
use crate::grammar::{Args, Handle, Refusal, Spec, WordMap};
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// A call's command: its declaration and its reader.
pub struct CallCommand {
    pub spec: &'static Spec,
    pub read: fn(&mut Args<'_>) -> Result<AnyCall, Refusal>,
    pub name: &'static str,
    pub card: &'static str,
}

macro_rules! calls {
    (typed: $($variant:ident $ty:ty),* $(,)?; untyped: $($other:ident $oty:ty),* $(,)?;) => {
        /// Any call, as one value.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum AnyCall { $($variant($ty),)* $($other($oty),)* }

        impl AnyCall {
            /// The C function's name.
            pub fn name(&self) -> &'static str {
                match self { $(AnyCall::$variant(_) => <$ty as Call>::NAME,)* $(AnyCall::$other(_) => <$oty as Call>::NAME,)* }
            }
            /// The system call strace shows.
            pub fn sys(&self) -> &'static str {
                match self { $(AnyCall::$variant(_) => <$ty as Call>::SYS,)* $(AnyCall::$other(_) => <$oty as Call>::SYS,)* }
            }
            pub fn card(&self) -> &'static str {
                match self { $(AnyCall::$variant(_) => <$ty as Call>::CARD,)* $(AnyCall::$other(_) => <$oty as Call>::CARD,)* }
            }
            pub fn library(&self) -> bool {
                match self { $(AnyCall::$variant(_) => <$ty as Call>::LIBRARY,)* $(AnyCall::$other(_) => <$oty as Call>::LIBRARY,)* }
            }
            pub fn on(&self) -> Option<Handle> {
                match self { $(AnyCall::$variant(c) => c.on(),)* $(AnyCall::$other(c) => c.on(),)* }
            }
            pub fn arguments(&self) -> Arguments<'_> {
                match self { $(AnyCall::$variant(c) => c.arguments(),)* $(AnyCall::$other(c) => c.arguments(),)* }
            }
            pub fn perform(&self, cx: &Cx<'_>) -> Outcome {
                match self { $(AnyCall::$variant(c) => c.perform(cx),)* $(AnyCall::$other(c) => c.perform(cx),)* }
            }
        }

        $(impl From<$ty> for AnyCall { fn from(c: $ty) -> AnyCall { AnyCall::$variant(c) } })*
        $(impl From<$oty> for AnyCall { fn from(c: $oty) -> AnyCall { AnyCall::$other(c) } })*

        /// Every call that can be typed.
        pub static COMMANDS: &[CallCommand] = &[$(CallCommand {
            spec: <$ty as Typed>::SPEC,
            read: |args| <$ty as Typed>::read(args).map(AnyCall::$variant),
            name: <$ty as Call>::NAME,
            card: <$ty as Call>::CARD,
        }),*];
    };
}

calls! {
    typed:
    Socket super::socket::Socket,
    Socketpair super::socketpair::Socketpair,
    Bind super::bind::Bind,
    Listen super::listen::Listen,
    Accept super::accept::Accept,
    Connect super::connect::Connect,
    Send super::send::Send,
    Recv super::recv::Recv,
    Sendto super::send::Sendto,
    Recvfrom super::recv::Recvfrom,
    Sendmsg super::sendmsg::Sendmsg,
    Recvmsg super::recvmsg::Recvmsg,
    Sendmmsg super::mmsg::Sendmmsg,
    Recvmmsg super::mmsg::Recvmmsg,
    Read super::read::Read,
    Write super::read::Write,
    Readv super::vector::Readv,
    Writev super::vector::Writev,
    Sendfile super::sendfile::Sendfile,
    Shutdown super::shutdown::Shutdown,
    Close super::close::Close,
    Dup super::dup::Dup,
    Getsockname super::names::Getsockname,
    Getpeername super::names::Getpeername,
    Getsockopt super::getsockopt::Getsockopt,
    Setsockopt super::setsockopt::Setsockopt,
    Fcntl super::fcntl::Fcntl,
    Ioctl super::ioctl::Ioctl,
    Poll super::poll::Poll,
    Ppoll super::poll::Ppoll,
    Select super::select::Select,
    EpollCreate super::epoll::EpollCreate,
    EpollAdd super::epoll::EpollAdd,
    EpollMod super::epoll::EpollMod,
    EpollDel super::epoll::EpollDel,
    EpollWait super::epoll::EpollWait,
    Resolve super::getaddrinfo::Getaddrinfo,
    Unlink super::unlink::Unlink,
    ;
    untyped:
    Open super::open::Open,
    ;
}

/// The call a line's first words name: the call, and how many words the command takes.
pub fn command(first: &str, second: Option<&str>) -> Option<(&'static CallCommand, usize)> {
    static NAMES: OnceLock<WordMap<&'static str, &'static CallCommand>> = OnceLock::new();
    let names = NAMES.get_or_init(|| {
        let mut names = WordMap::default();
        for c in COMMANDS.iter().filter(|c| c.spec.sub.is_none()) {
            names.insert(c.spec.name, c);
            names.extend(c.spec.also.iter().map(|a| (*a, c)));
        }
        names
    });
    // Words are understood in any case; nothing is allocated for them.
    let mut small = [0u8; 16];
    let lower = |word: &str, small: &mut [u8; 16]| {
        let n = word.len().min(16);
        small[..n].copy_from_slice(&word.as_bytes()[..n]);
        small[..n].make_ascii_lowercase();
        n
    };
    if first.len() > 16 {
        return None;
    }
    let n = lower(first, &mut small);
    let word = std::str::from_utf8(&small[..n]).ok()?;
    if let Some(c) = names.get(word) {
        return Some((c, 1));
    }
    let two = |c: &&'static CallCommand| {
        c.spec.sub.is_some_and(|sub| c.spec.name == word && second.is_some_and(|s| s.eq_ignore_ascii_case(sub)))
            || (c.spec.sub.is_some() && c.spec.also.contains(&word))
    };
    let found = COMMANDS.iter().find(two)?;
    Some((found, if found.spec.name == word { 2 } else { 1 }))
}
