//! A switch that learns nothing, for it is told: which address is behind which port of a segment.

use super::deed::Station;
use super::words::Port;
use super::{Hosts, Reach};
use rustc_hash::FxHashMap;
use std::sync::Arc;

#[derive(Debug)]
pub(super) struct Plug {
    pub host: Arc<str>,
    pub segment: u32,
    mac: [u8; 6],
}

#[derive(Debug, Default)]
pub(super) struct Segment {
    /// In the order they were plugged in.
    pub ports: Vec<Port>,
    pub hosts: Hosts,
    macs: FxHashMap<[u8; 6], Port>,
}

/// Where a frame goes by its address alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    One(Port),
    Group,
    Nobody,
    Runt,
}

#[derive(Debug, Default)]
pub(super) struct Switch {
    ports: FxHashMap<Port, Plug>,
    segments: FxHashMap<u32, Segment>,
}

impl Switch {
    pub fn plug(&mut self, port: Port, host: Arc<str>, segment: u32, mac: [u8; 6]) {
        self.unplug(port);
        let place = self.segments.entry(segment).or_default();
        place.ports.push(port);
        *place.hosts.entry(host.clone()).or_default() += 1;
        place.macs.insert(mac, port);
        self.ports.insert(port, Plug { host, segment, mac });
    }

    pub fn unplug(&mut self, port: Port) -> Option<Plug> {
        let plug = self.ports.remove(&port)?;
        let place = self.segments.get_mut(&plug.segment)?;
        place.ports.retain(|p| *p != port);
        if place.macs.get(&plug.mac) == Some(&port) {
            place.macs.remove(&plug.mac);
        }
        if let Some(n) = place.hosts.get_mut(&plug.host) {
            *n -= 1;
            if *n == 0 {
                place.hosts.remove(&plug.host);
            }
        }
        if place.ports.is_empty() {
            self.segments.remove(&plug.segment);
        }
        Some(plug)
    }

    pub fn get(&self, port: Port) -> Option<&Plug> {
        self.ports.get(&port)
    }

    pub fn station(&self, port: Port) -> Option<Station> {
        Some(Station { port, host: self.ports.get(&port)?.host.clone() })
    }

    pub fn segment(&self, segment: u32) -> Option<&Segment> {
        self.segments.get(&segment)
    }

    /// The other ports of a segment.
    pub fn others(&self, segment: u32, from: Port) -> impl Iterator<Item = Port> + '_ {
        let ports = self.segments.get(&segment).map_or(&[][..], |s| &s.ports);
        ports.iter().copied().filter(move |p| *p != from)
    }

    /// Where a frame from a port of this segment goes. Never back to where it came from.
    pub fn way(&self, segment: u32, from: Port, frame: &[u8]) -> Way {
        if frame.len() < 14 {
            return Way::Runt;
        }
        let Some(place) = self.segments.get(&segment) else { return Way::Nobody };
        if frame[0] & 1 == 1 {
            // Its own port alone is no group.
            return if place.ports.iter().take(2).any(|p| *p != from) { Way::Group } else { Way::Nobody };
        }
        let to = frame.first_chunk::<6>().and_then(|mac| place.macs.get(mac));
        to.filter(|p| **p != from).map_or(Way::Nobody, |p| Way::One(*p))
    }

    /// Who gets a frame that goes to `to`, as filters look at it.
    pub fn reach<'a>(&'a self, segment: u32, to: Option<&'a Station>) -> Reach<'a> {
        match (to, self.segment(segment)) {
            (Some(station), _) => Reach::One(&station.host),
            (None, Some(place)) => Reach::Group(&place.hosts),
            (None, None) => Reach::Nobody,
        }
    }
}
