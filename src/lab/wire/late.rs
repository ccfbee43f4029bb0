//! The frames that are on their way, by when they arrive; those of the same time in the order they came.

use super::held::Packet;
use super::words::{Port, Time};
use std::collections::BTreeMap;

/// A packet and the ports it goes to: its receiver, or these of a group.
#[derive(Debug)]
pub(super) struct Late {
    pub packet: Packet,
    pub group: Vec<Port>,
}

#[derive(Debug, Default)]
pub(super) struct Lates {
    queue: BTreeMap<(Time, u64), Late>,
    put: u64,
    bytes: usize,
}

impl Late {
    fn size(&self) -> usize {
        self.packet.bytes.len() + size_of_val(&*self.group)
    }
}

impl Lates {
    pub fn len(&self) -> usize {
        self.queue.len()
    }

    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    pub fn bytes(&self) -> usize {
        self.bytes
    }

    pub fn put(&mut self, due: Time, late: Late) {
        self.put += 1;
        self.bytes += late.size();
        self.queue.insert((due, self.put), late);
    }

    pub fn next(&self) -> Option<Time> {
        self.queue.first_key_value().map(|(k, _)| k.0)
    }

    /// The next that is due.
    pub fn take(&mut self, now: Time) -> Option<Late> {
        self.next().filter(|due| *due <= now)?;
        let (_, late) = self.queue.pop_first()?;
        self.bytes -= late.size();
        Some(late)
    }

    /// Takes out what goes to a port, packet by packet.
    pub fn unplug(&mut self, port: Port) -> Vec<Packet> {
        let mut out = Vec::new();
        let bytes = &mut self.bytes;
        self.queue.retain(|_, late| {
            let before = late.size();
            let one = late.packet.to.as_ref().is_some_and(|s| s.port == port);
            let of_group = late.group.iter().position(|p| *p == port);
            if let Some(at) = of_group {
                late.group.remove(at);
            }
            if one || of_group.is_some() {
                out.push(late.packet.clone());
            }
            let stays = !one && (late.packet.to.is_some() || !late.group.is_empty());
            *bytes -= if stays { before - late.size() } else { before };
            stays
        });
        out
    }
}
