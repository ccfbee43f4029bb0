//! `wire inject`: a frame that no host sent. A captured one again, with fields changed; or one made by hand.

use super::words::{Rest, Said};
use super::{not_done, verb};
use crate::grammar::{Args, Example, Param, Refusal};
use crate::lab::plan::Plan;
use crate::lab::wire::Port;
use crate::packet::build::{self, Between, Cannot, Change};
use crate::session::lab::Lab;
use crate::session::{Act, Builtin, Failure, Flow, Turn, Verdict};
use crate::text::messages::{lab, wire as say};
use std::net::{IpAddr, SocketAddr};

const WHAT: &[&str] = &["packet", "rst", "syn", "udp", "echo", "unreachable", "too-big"];
static WORDS: Param<Rest> = Param::many("frame", Rest(WHAT, say::what_inject));

const PASSED: &str = "host alice; host bob; on alice u = socket inet dgram; sendto u one 10.0.0.2:9";

pub const INJECT: Builtin = Builtin {
    spec: &verb!(
        "inject",
        &[&WORDS],
        say::sum_inject,
        &[
            Example { before: PASSED, line: "wire inject packet 1" },
            Example { before: "host alice; host bob", line: "wire inject syn 10.0.0.1:1234 10.0.0.2:80 seq 7" },
            Example { before: "host alice; host bob", line: "wire inject rst 10.0.0.1:1234 10.0.0.2:80 seq 7" },
            Example { before: "host alice; host bob", line: "wire inject echo 10.0.0.1 10.0.0.2" },
            Example { before: PASSED, line: "wire inject unreachable packet 1 code 3" },
        ]
    ),
    read: |args| {
        let words = args.many(&WORDS)?;
        Inject::read(args, &words).map(|i| Box::new(i) as Box<dyn Act>)
    },
};

/// What is to be put on the wire. Addresses are whatever is typed: a wire believes everything.
enum Inject {
    /// A captured frame, with changes.
    Again {
        packet: u64,
        changes: Vec<(String, Change)>,
    },
    Segment {
        syn: bool,
        src: SocketAddr,
        dst: SocketAddr,
        seq: u32,
        ack: Option<u32>,
    },
    Datagram {
        src: SocketAddr,
        dst: SocketAddr,
        payload: Vec<u8>,
    },
    Echo {
        src: IpAddr,
        dst: IpAddr,
    },
    /// An error about a captured packet, as its receiver or a router would send it.
    Error {
        packet: u64,
        code: u8,
        mtu: Option<u32>,
    },
}

/// The words behind the first, taken one by one.
struct Cursor<'w> {
    words: &'w [Said],
    end: (usize, usize),
}

impl<'w> Cursor<'w> {
    fn next(&mut self) -> Option<&'w Said> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }

    fn want<T>(&mut self, what: crate::text::Text, read: impl Fn(&str) -> Option<T>) -> Result<T, Refusal> {
        let missing = || Refusal::new(crate::grammar::Code::Missing, self.end, say::inject_missing(what.clone()));
        let Some(word) = self.words.first() else { return Err(missing()) };
        let got = read(&word.word).ok_or_else(|| Refusal::bad(word.span, say::inject_bad(&word.word, what.clone())));
        self.words = &self.words[1..];
        got
    }

    /// `name value` pairs to the end; each name is one of `names`.
    fn pairs(&mut self, names: &[&str]) -> Result<Vec<(String, u64)>, Refusal> {
        let mut found = Vec::new();
        while let Some(name) = self.next() {
            if !names.contains(&name.word.as_str()) {
                return Err(Refusal::bad(name.span, say::inject_word(&name.word)).hint(names.first().copied()));
            }
            found.push((name.word.clone(), self.want(say::what_a_number(), number)?));
        }
        Ok(found)
    }
}

fn number(word: &str) -> Option<u64> {
    crate::grammar::number::int(word).and_then(|n| u64::try_from(n).ok())
}

impl Inject {
    fn read(args: &Args<'_>, words: &[Said]) -> Result<Inject, Refusal> {
        let end = words.last().map_or(args.command, |w| w.span);
        let mut rest = Cursor { words, end: (end.1, end.1 + 1) };
        let first = rest.next().ok_or_else(|| args.missing(say::what_inject()))?;
        let socket = |w: &str| w.parse::<SocketAddr>().ok();
        let captured = |rest: &mut Cursor<'_>| -> Result<u64, Refusal> {
            rest.want(say::what_packet(), |w| (w == "packet").then_some(()))?;
            rest.want(say::what_packet(), number)
        };
        let value = |pairs: &[(String, u64)], name: &str| pairs.iter().find(|p| p.0 == name).map(|p| p.1);
        match first.word.to_ascii_lowercase().as_str() {
            "packet" => {
                let packet = rest.want(say::what_packet(), number)?;
                let mut changes = Vec::new();
                while let Some(name) = rest.next() {
                    if !Change::WORDS.contains(&name.word.as_str()) {
                        let near = crate::grammar::nearest::nearest(&name.word, Change::WORDS.into_iter()).map(str::to_string);
                        return Err(Refusal::bad(name.span, say::inject_field(&name.word)).hint(near));
                    }
                    let change = rest.want(say::inject_value(&name.word), |value| Change::read(&name.word, value))?;
                    changes.push((name.word.clone(), change));
                }
                Ok(Inject::Again { packet, changes })
            }
            kind @ ("syn" | "rst") => {
                let (src, dst) = (rest.want(say::what_endpoint(), socket)?, rest.want(say::what_endpoint(), socket)?);
                let pairs = rest.pairs(&["seq", "ack"])?;
                let number = |name: &str| value(&pairs, name).map(|n| n as u32);
                Ok(Inject::Segment { syn: kind == "syn", src, dst, seq: number("seq").unwrap_or(0), ack: number("ack") })
            }
            "udp" => {
                let (src, dst) = (rest.want(say::what_endpoint(), socket)?, rest.want(say::what_endpoint(), socket)?);
                let payload = rest.next().map_or(Vec::new(), |w| w.word.clone().into_bytes());
                Ok(Inject::Datagram { src, dst, payload })
            }
            "echo" => {
                let ip = |w: &str| w.parse::<IpAddr>().ok();
                Ok(Inject::Echo { src: rest.want(say::what_ip(), ip)?, dst: rest.want(say::what_ip(), ip)? })
            }
            "unreachable" => {
                let packet = captured(&mut rest)?;
                let code = value(&rest.pairs(&["code"])?, "code").unwrap_or(3) as u8;
                Ok(Inject::Error { packet, code, mtu: None })
            }
            "too-big" => {
                let packet = captured(&mut rest)?;
                let mtu = value(&rest.pairs(&["mtu"])?, "mtu").unwrap_or(1280) as u32;
                Ok(Inject::Error { packet, code: 4, mtu: Some(mtu) })
            }
            other => {
                let near = crate::grammar::nearest::nearest(other, WHAT.iter().copied()).map(str::to_string);
                Err(Refusal::bad(first.span, say::inject_unknown(&first.word)).hint(near))
            }
        }
        .and_then(|made| match rest.next() {
            Some(word) => Err(Refusal::bad(word.span, say::inject_word(&word.word))),
            None => Ok(made),
        })
    }

    /// The frame, and the port it is put on the wire from.
    fn frame(&self, lab: &Lab) -> Result<(Port, Vec<u8>), Failure> {
        let plan = lab.plan();
        match self {
            Inject::Again { packet, changes } => {
                let (port, bytes) = captured(lab, *packet)?;
                let bytes = changes.iter().try_fold(bytes, |bytes, (field, change)| {
                    build::edit(&bytes, std::slice::from_ref(change)).map_err(|why| cannot(why, *packet, field))
                })?;
                Ok((port, bytes))
            }
            Inject::Segment { syn, src, dst, seq, ack } => {
                let (port, macs) = between(&plan, src.ip(), dst.ip())?;
                let made = if *syn { build::syn(macs, *src, *dst, *seq) } else { build::reset(macs, *src, *dst, *seq, *ack) };
                made.map(|bytes| (port, bytes)).ok_or_else(|| cannot(Cannot::OtherFamily, 0, "dst"))
            }
            Inject::Datagram { src, dst, payload } => {
                let (port, macs) = between(&plan, src.ip(), dst.ip())?;
                build::udp(macs, *src, *dst, payload)
                    .map(|bytes| (port, bytes))
                    .ok_or_else(|| cannot(Cannot::OtherFamily, 0, "dst"))
            }
            Inject::Echo { src, dst } => {
                let (port, macs) = between(&plan, *src, *dst)?;
                let between = Between { eth_src: macs.0, eth_dst: macs.1, src: *src, dst: *dst };
                build::echo(between, 1, 1, b"sockscope")
                    .map(|bytes| (port, bytes))
                    .ok_or_else(|| cannot(Cannot::OtherFamily, 0, "dst"))
            }
            Inject::Error { packet, code, mtu } => {
                let (_, about) = captured(lab, *packet)?;
                let s = crate::packet::Summary::of(&about);
                let (Some(src), Some(dst)) = (s.src, s.dst) else { return Err(cannot(Cannot::NoSuchField, *packet, "src")) };
                // The error goes the other way: from where the packet was going.
                let (port, macs) = between(&plan, dst, src)?;
                let back = Between { eth_src: macs.0, eth_dst: macs.1, src: dst, dst: src };
                let code = if src.is_ipv6() && *code == 3 { 4 } else { *code };
                let made = match mtu {
                    Some(mtu) => build::fragmentation_needed(back, *mtu, &about),
                    None => build::unreachable(back, code, &about),
                };
                made.map(|bytes| (port, bytes)).ok_or_else(|| cannot(Cannot::NotWhole, *packet, "payload"))
            }
        }
    }
}

/// A captured frame, and the port it came from.
fn captured(lab: &Lab, packet: u64) -> Result<(Port, Vec<u8>), Failure> {
    let relay = lab.relay();
    let capture = relay.engine.capture();
    let found = capture.row(packet).zip(capture.bytes(packet)).map(|(row, bytes)| (row.from.port, bytes.into_owned()));
    found.ok_or_else(|| Failure::new(say::no_such_packet(packet)))
}

/// The hardware addresses of a frame: its source's and its destination's.
type Macs = ([u8; 6], [u8; 6]);

/// The port a frame from `src` would come from, and both hardware addresses: by the plan, whoever really has them now. An address that
/// no host has is sent from whoever shares the receiver's segment.
fn between(plan: &Plan, src: IpAddr, dst: IpAddr) -> Result<(Port, Macs), Failure> {
    let find = |ip: IpAddr| {
        let links = plan.hosts.iter().flat_map(|h| &h.interfaces);
        links.map(|i| &i.link).find(|l| l.v4.is_some_and(|a| IpAddr::V4(a.0) == ip) || l.v6.is_some_and(|a| IpAddr::V6(a.0) == ip))
    };
    let to = find(dst).ok_or_else(|| Failure::new(say::inject_nobody(dst.to_string())))?;
    let stranger = || {
        let links = plan.hosts.iter().flat_map(|h| &h.interfaces).map(|i| &i.link);
        links.clone().find(|l| l.port != to.port && l.v4.map(|a| a.0.octets()[1]) == to.v4.map(|a| a.0.octets()[1]))
    };
    let from = find(src).or_else(stranger).ok_or_else(|| Failure::new(say::inject_nobody(src.to_string())))?;
    Ok((Port(from.port), (from.mac, to.mac)))
}

fn cannot(why: Cannot, packet: u64, field: &str) -> Failure {
    Failure::new(why.text(packet, field))
}

impl Act for Inject {
    fn run(self: Box<Self>, turn: &mut Turn<'_>) -> Verdict {
        let Some(there) = turn.sitting.lab() else { return Err(Failure::new(lab::no_lab())) };
        let (port, frame) = self.frame(&there)?;
        let done = turn.sitting.at_wire(|relay, deeds| {
            let now = relay.now();
            relay.engine.inject(port, &frame, now, deeds)
        })?;
        done.map_err(not_done)?;
        Ok(Flow::Done)
    }
}
