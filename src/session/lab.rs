//! The lab of a sitting: its hosts, and the thread that moves what travels between them while nobody makes a call.
//!
//! In lockstep the thread that makes a call also moves the frames: nobody has to wake up, and their order is the calls' own. The wire's
//! own thread moves them while a call waits, and what programs send. Locks are taken in this order: the relay, the state.

use super::frames::{Known, captured};
use super::{Failure, Sitting, Turn};
use crate::event::{Frame, Report, What, WireState};
use crate::kernel::lab::{Gateway, House, Missing, Trouble};
use crate::kernel::{Place, wait};
use crate::lab::plan::{Impossible, Plan, Planned};
use crate::lab::relay::{Losses, Relay, Tell, Told};
use crate::lab::wire::{Deed, Port};
use crate::text::messages::lab as say;
use std::net::Ipv4Addr;
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// While calls are made one after the other the wire's thread only looks so often whether one of them waits.
const LOOK: Duration = Duration::from_micros(200);

/// So many batches are moved in one go.
const BATCHES: usize = 64;

/// Hosts, and the wire between them.
pub struct Lab {
    house: Arc<House>,
    plan: Mutex<Plan>,
    relay: Mutex<Relay>,
    /// What is known of frames; taken behind the relay.
    known: Mutex<Known>,
    /// Calls that were made, each of which has moved the frames it caused.
    calls: AtomicU64,
    /// Something was set that the wire's thread must hear of.
    wake: OwnedFd,
    closed: AtomicBool,
    thread: Mutex<Option<std::thread::JoinHandle<()>>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Lab {
    fn wake(&self) {
        crate::kernel::sys::write(self.wake.as_raw_fd(), &1u64.to_ne_bytes()).ok();
    }

    /// Stops the wire's thread. What it was moving stays where it is.
    fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
        self.wake();
        let thread = locked(&self.thread).take();
        // The wire's thread may be the last to hold the sitting, and ends it: it does not wait for itself.
        if let Some(thread) = thread.filter(|t| t.thread().id() != std::thread::current().id()) {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }

    pub fn plan(&self) -> MutexGuard<'_, Plan> {
        locked(&self.plan)
    }

    pub fn relay(&self) -> MutexGuard<'_, Relay> {
        locked(&self.relay)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        locked(&self.known)
    }

    /// What passed: the last `most` frames.
    pub fn captured(&self, most: usize) -> Vec<Arc<Frame>> {
        let relay = self.relay();
        captured(&relay.engine, &self.known(), most)
    }

    pub fn losses(&self) -> Losses {
        self.relay().losses()
    }

    /// What is set on the wire, and what is counted.
    pub fn wire_state(&self) -> WireState {
        let mut relay = self.relay();
        let losses = relay.losses();
        let engine = &relay.engine;
        let (held, late, counts) = (engine.held(), engine.late(), engine.counts());
        WireState {
            holds: engine.holds().iter().map(|h| h.to_string()).collect(),
            keeps: engine.keeps(),
            rules: engine.rules().map(|r| r.to_string()).collect(),
            cuts: engine.cuts().iter().map(|c| c.to_string()).collect(),
            promises: engine.promises().iter().map(|p| (p.to_string(), p.left)).collect(),
            held: held.0,
            late: late.0,
            passed: counts.delivered,
            dropped: counts.dropped,
            reports: losses.reports,
            lost: losses.ring + losses.long + losses.refused,
            untold: losses.untold,
        }
    }

    /// Moves frames while nobody else does.
    fn watch(&self, sitting: &std::sync::Weak<Sitting>) {
        let mut seen = 0;
        while !self.closed.load(Ordering::Relaxed) {
            let calls = self.calls.load(Ordering::Relaxed);
            if calls != seen {
                seen = calls;
                std::thread::park_timeout(LOOK);
                if self.calls.load(Ordering::Relaxed) != seen {
                    continue;
                }
            } else {
                let (fd, limit) = {
                    let relay = self.relay();
                    (relay.fd(), relay.next_due().map(|due| due.saturating_sub(relay.now())))
                };
                let (_, ready) = wait::poll(&[(fd, libc::POLLIN), (self.wake.as_raw_fd(), libc::POLLIN)], limit);
                if ready.get(1).is_some_and(|events| *events != 0) {
                    let mut room = [0u8; 8];
                    let _ = crate::kernel::sys::read(self.wake.as_raw_fd(), &mut room);
                }
                if self.calls.load(Ordering::Relaxed) != seen {
                    continue;
                }
            }
            let Some(sitting) = sitting.upgrade() else { return };
            sitting.move_frames(self);
        }
    }
}

/// A lab that cannot be: the reason and, where it is known, the setting and its cure.
fn no_house(missing: &Missing) -> Failure {
    let errno = missing.errno.name().into_owned();
    Failure::fault(
        "no-lab",
        match missing.setting.clone() {
            Some((path, value)) => say::no_house_setting(&missing.step, errno, path, value),
            None => say::no_house(&missing.step, errno),
        },
    )
}

fn trouble(t: &Trouble) -> Failure {
    Failure::fault("lab", say::trouble(&t.step, t.errno.name().into_owned(), t.errno.words()))
}

fn impossible(name: &str, why: &Impossible) -> Failure {
    Failure::new(match why {
        Impossible::NameTaken => say::host_taken(name),
        Impossible::AddressTaken(holder) => say::address_taken(&**holder),
        Impossible::NotOfTheLab(address) => say::not_of_the_lab(address.to_string()),
        Impossible::TooMany => say::too_many_hosts(crate::lab::plan::MOST),
        Impossible::HasRouter(segment, router) => say::has_router(*segment, &**router),
        Impossible::OneSegment => say::one_segment(),
    })
}

fn gone(hosts: Vec<String>) -> What {
    What::Report(Box::new(Report::HostsGone(hosts)))
}

impl Drop for Sitting {
    fn drop(&mut self) {
        if let Some(lab) = self.lab.get_mut().unwrap_or_else(PoisonError::into_inner).take() {
            lab.close();
        }
    }
}

impl Sitting {
    /// The lab, if one is built.
    pub fn lab(&self) -> Option<Arc<Lab>> {
        if self.wired.load(Ordering::Relaxed) { locked(&self.lab).clone() } else { None }
    }

    /// The lab, built if there is none.
    fn need_lab(&self) -> Result<Arc<Lab>, Failure> {
        let mut lab = locked(&self.lab);
        if let Some(lab) = &*lab {
            return Ok(lab.clone());
        }
        let house = crate::kernel::lab::open().map_err(|m| no_house(&m))?;
        let ends = house.wire().map_err(|t| trouble(&t))?;
        let relay = Relay::new(ends, self.epoch, self.seed());
        let wake = crate::kernel::lab::wake().map_err(|e| trouble(&e.into()))?;
        let made = Arc::new(Lab {
            house: Arc::new(house),
            plan: Mutex::default(),
            relay: Mutex::new(relay),
            known: Mutex::default(),
            calls: AtomicU64::new(0),
            wake,
            closed: AtomicBool::new(false),
            thread: Mutex::default(),
        });
        let (weak, watched) = (self.me().map(|me| Arc::downgrade(&me)).unwrap_or_default(), made.clone());
        let body = move || {
            crate::kernel::thread::hear_nothing();
            watched.watch(&weak);
        };
        let thread = std::thread::Builder::new().name("wire".into()).stack_size(512 << 10).spawn(body);
        *locked(&made.thread) = Some(thread.map_err(|e| Failure::new(crate::text::messages::said::no_thread(e.to_string())))?);
        {
            let mut state = self.lock();
            state.lab_since = state.log.next_seq() - 1;
        }
        *lab = Some(made.clone());
        self.wired.store(true, Ordering::Relaxed);
        Ok(made)
    }

    /// Whether a lab can be built here: an empty one is, if there is none.
    ///
    /// # Errors
    /// What is missing.
    pub fn may_have_lab(&self) -> Result<(), Failure> {
        self.need_lab().map(drop)
    }

    /// A seed for what chance draws where none was typed.
    fn seed(&self) -> u64 {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        since.map_or(0, |d| d.as_nanos() as u64) % 1_000_000
    }

    /// Makes a host.
    ///
    /// # Errors
    /// It cannot be planned or built.
    pub fn make_host(&self, name: &str, at: Option<Ipv4Addr>) -> Result<Planned, Failure> {
        self.planned(name, |plan| plan.host(name, at).cloned())
    }

    /// Makes a router between segments, and shows every host there the way. With `mtu` the last of its segments is narrower.
    ///
    /// # Errors
    /// It cannot be planned or built.
    pub fn make_router(&self, name: &str, segments: &[u8], mtu: Option<u32>) -> Result<Planned, Failure> {
        let made = self.planned(name, |plan| plan.router(name, segments).cloned())?;
        let (Some(lab), Some(mtu), Some(last)) = (self.lab(), mtu, made.interfaces.last()) else { return Ok(made) };
        let narrowed = lab.plan().narrow(last.segment, mtu);
        narrowed.into_iter().try_for_each(|(number, name, mtu)| lab.house.mtu(number, name, mtu)).map_err(|t| trouble(&t))?;
        Ok(made)
    }

    fn planned(&self, name: &str, planned: impl FnOnce(&mut Plan) -> Result<Planned, Impossible>) -> Result<Planned, Failure> {
        let lab = self.need_lab()?;
        let host = planned(&mut lab.plan()).map_err(|why| impossible(name, &why))?;
        let built = self.build(&lab, &host);
        if built.is_err() {
            lab.plan().remove(name);
        }
        built.map(|()| host)
    }

    fn build(&self, lab: &Lab, host: &Planned) -> Result<(), Failure> {
        // The wire knows a port before the first frame can come from it.
        let mut relay = lab.relay();
        for interface in &host.interfaces {
            relay.engine.plug(Port(interface.link.port), host.name.clone(), interface.segment.into(), interface.link.mac);
        }
        drop(relay);
        let gateway = lab.plan().gateway(host);
        let links = host.interfaces.iter().map(|i| i.link.clone()).collect();
        let cookie = match lab.house.build(host.number, links, host.router, gateway, host.names()) {
            Ok(cookie) => cookie,
            Err(t) => {
                self.unplug(lab, host);
                return Err(trouble(&t));
            }
        };
        if host.router {
            self.show_the_way(lab, host)?;
        }
        let made = crate::kernel::lab::Host { house: lab.house.clone(), number: host.number, name: (&*host.name).into(), cookie };
        let place = Place::Host(Arc::new(made));
        lab.relay().places.push((host.name.clone(), place.clone()));
        self.lock().places.push(place);
        self.move_frames(lab);
        Ok(())
    }

    fn show_the_way(&self, lab: &Lab, router: &Planned) -> Result<(), Failure> {
        let ways: Vec<(u32, Gateway)> = {
            let plan = lab.plan();
            let near = |h: &&Planned| h.interfaces.iter().any(|i| router.interfaces.iter().any(|r| r.segment == i.segment));
            plan.hosts.iter().filter(|h| !h.router).filter(near).filter_map(|h| Some((h.number, plan.gateway(h)?))).collect()
        };
        ways.into_iter().try_for_each(|(number, gateway)| lab.house.route(number, gateway)).map_err(|t| trouble(&t))
    }

    fn unplug(&self, lab: &Lab, host: &Planned) {
        let mut deeds = Vec::new();
        let mut told = Vec::new();
        let mut relay = lab.relay();
        let now = relay.now();
        for interface in &host.interfaces {
            relay.engine.unplug(Port(interface.link.port), now, &mut deeds);
        }
        relay.carry_out(&mut deeds, &mut told);
        self.record_frames(&mut lab.known(), told);
    }

    /// Removes a host: its cables are pulled, its programs end. Sockets of the session that were born there stay in the table.
    ///
    /// # Errors
    /// No host has that name.
    pub fn remove_host(&self, turn: &Turn<'_>, name: &str) -> Result<(), Failure> {
        let Some(lab) = self.lab() else { return Err(Failure::new(say::no_lab())) };
        let Some(host) = lab.plan().remove(name) else { return Err(Failure::new(say::no_host_called(name))) };
        self.unplug(&lab, &host);
        lab.relay().places.retain(|(n, _)| **n != *name);
        {
            let mut state = self.lock();
            state.places.retain(|p| p.is_local() || p.name() != name);
            if state.here.name() == name {
                state.here = Place::Local;
            }
            state.record(turn.number, |_| gone(vec![name.to_string()]));
        }
        let names = lab.plan().hosts_file();
        lab.house.remove(host.number, names).map_err(|t| trouble(&t))
    }

    /// Ends the lab: every host, every program, every cable. The caller has closed the sockets.
    pub fn end_lab(&self) {
        let Some(lab) = locked(&self.lab).take() else { return };
        self.wired.store(false, Ordering::Relaxed);
        lab.close();
        lab.house.end();
        let mut state = self.lock();
        state.places.retain(Place::is_local);
        state.here = Place::Local;
    }

    /// Closes every socket that was born on a host, each a call like any other, and ends the lab: how many hosts and sockets there were.
    pub fn reset_lab(&self, turn: &mut Turn<'_>) -> (usize, usize) {
        let Some(lab) = self.lab() else { return (0, 0) };
        let hosts: Vec<String> = lab.plan().hosts.iter().map(|h| h.name.to_string()).collect();
        let count = hosts.len();
        let (jobs, sockets): (Vec<u32>, Vec<crate::grammar::Handle>) = {
            let state = self.lock();
            let away = |id: u32| state.table.entry(id).is_some_and(|e| !e.place.is_local());
            let jobs = state
                .jobs
                .iter()
                .filter(|j| j.waiting() && (j.call().is_some_and(|c| c.on().is_some_and(|h| away(h.id))) || !j.place.is_local()));
            let jobs = jobs.map(|j| j.number).collect();
            (jobs, state.table.entries().filter(|e| !e.place.is_local()).filter_map(|e| state.table.handle(e.id)).collect())
        };
        for job in jobs {
            self.cancel(job, crate::kernel::clock::Kick::Cancel);
        }
        for fd in &sockets {
            let _ = self.step(self.lock(), turn, crate::call::Close { fd: *fd }.into());
        }
        drop(lab);
        self.end_lab();
        self.lock().record(turn.number, |_| gone(hosts));
        (count, sockets.len())
    }

    /// Behind a call: moves the frames that it caused.
    pub(super) fn lockstep(&self) {
        if self.wired.load(Ordering::Relaxed)
            && let Some(lab) = self.lab()
        {
            lab.calls.fetch_add(1, Ordering::Relaxed);
            self.move_frames(&lab);
        }
    }

    fn move_frames(&self, lab: &Lab) {
        self.move_all(lab, &mut lab.relay(), Vec::new());
    }

    /// Moves frames until none comes any more. Each batch is recorded before the next is read: what follows from it is told behind it.
    fn move_all(&self, lab: &Lab, relay: &mut Relay, mut told: Vec<Told>) {
        let tell = if self.config.recording { Tell::Each } else { Tell::Nothing };
        // Two programs that never pause must not keep us for ever.
        for _ in 0..BATCHES {
            let more = relay.turn(tell, &mut told);
            let mut known = lab.known();
            if relay.missed_some() {
                known.missed_some();
            }
            self.record_frames(&mut known, std::mem::take(&mut told));
            if !more {
                return;
            }
        }
    }

    /// Does something to the wire by hand, and moves what that sets free.
    ///
    /// # Errors
    /// There is no lab.
    pub fn at_wire<T>(&self, hand: impl FnOnce(&mut Relay, &mut Vec<Deed>) -> T) -> Result<T, Failure> {
        let Some(lab) = self.lab() else { return Err(Failure::new(say::no_lab())) };
        let mut told = Vec::new();
        let mut relay = lab.relay();
        let mut deeds = Vec::new();
        let done = hand(&mut relay, &mut deeds);
        relay.carry_out(&mut deeds, &mut told);
        self.move_all(&lab, &mut relay, told);
        drop(relay);
        // What is due when may have changed.
        lab.wake();
        Ok(done)
    }
}
