//! How many descriptors this process may hold (getrlimit(2), RLIMIT_NOFILE).

use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// What was done with the limit at the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Raised {
    /// From, to.
    To(u64, u64),
    /// It stood at the hard limit already.
    AtHard(u64),
    /// Somebody set it below 1,024 on purpose: it stays, so that EMFILE can be learnt.
    Left(u64),
}

/// Raises the soft limit to the hard one.
pub fn raise() -> Option<Raised> {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).ok()?;
    if soft < 1024 {
        return Some(Raised::Left(soft));
    }
    if soft == hard {
        return Some(Raised::AtHard(soft));
    }
    setrlimit(Resource::RLIMIT_NOFILE, hard, hard).ok()?;
    Some(Raised::To(soft, hard))
}

pub fn soft() -> Option<u64> {
    getrlimit(Resource::RLIMIT_NOFILE).ok().map(|l| l.0)
}
