//! What was observed of a frame, and what the wire did to it, in words.

use crate::event::{Cause, Frame};
use crate::packet::{Note, Tcp};
use crate::text::Text;
use crate::text::messages::frame as say;

pub fn note(note: &Note, f: &Frame) -> Text {
    let is_fin = f.summary.len == 0 && f.summary.tcp.is_some_and(|t| t.has(Tcp::FIN));
    match *note {
        Note::SynAgain { of: Some(of), n } => say::syn_again(of, n),
        Note::Retransmission { of: Some(of), .. } if is_fin => say::again_fin(of),
        Note::Retransmission { of: Some(of), same: Some(true) } => say::sent_again(of),
        Note::Retransmission { of: Some(of), same: Some(false) } => say::again_other(of),
        Note::Retransmission { of: Some(of), same: None } => say::again_part(of),
        Note::Retransmission { of: None, .. } | Note::SynAgain { of: None, .. } => say::again_unknown(),
        Note::FastRetransmission { of: Some(of), .. } => say::fast_again(of),
        Note::FastRetransmission { of: None, .. } => say::fast_again_unknown(),
        Note::RetransmissionWithNewData { of: Some(of), new } => say::again_and_new(of, new),
        Note::RetransmissionWithNewData { of: None, new } => say::again_and_new_unknown(new),
        Note::AlreadyAcknowledged => say::already_acked(),
        Note::DuplicateAck { of, n } => say::duplicate_ack(n, of.map_or("?".into(), |n| n.to_string())),
        Note::ZeroWindow => say::zero_window(),
        Note::WindowUpdate { from, to } => say::window_update(from, to),
        Note::ZeroWindowProbe => say::zero_window_probe(),
        Note::ZeroWindowProbeAck => say::zero_window_probe_ack(),
        Note::KeepAlive => say::keep_alive(),
        Note::KeepAliveAck => say::keep_alive_ack(),
        Note::Reset => say::is_reset(),
        Note::OutOfOrder => say::out_of_order(),
        Note::Gap { missing } => say::has_gap(missing),
        Note::WindowFull => say::window_full(),
        Note::SimultaneousOpen => say::simultaneous_open(),
        Note::SimultaneousClose => say::simultaneous_close(),
        Note::NewConnection => say::new_connection(),
    }
}

pub fn cause(cause: Cause) -> Text {
    match cause {
        Cause::Step => say::by_step(),
        Cause::Drop => say::by_drop(),
        Cause::Loss => say::by_loss(),
        Cause::Cut => say::by_cut(),
        Cause::QueueFull => say::by_queue(),
        Cause::Rate => say::by_rate(),
        Cause::Duplicate { of } => say::is_duplicate(of),
        Cause::Injected { of: None } => say::is_injected(),
        Cause::Injected { of: Some(of) } => say::is_injected_of(of),
        Cause::Corrupted { bit } => say::is_corrupted(bit),
        Cause::HeldAgain { of } => say::is_held_again(of),
        Cause::Flow => say::by_flow(),
        Cause::Delay => say::by_delay(),
        Cause::Reordered => say::is_reordered(),
        Cause::HoldFull => say::by_full_hold(),
        Cause::DelayFull => say::by_full_delay(),
        Cause::Runt => say::is_runt(),
        Cause::Cleared => say::by_clear(),
        Cause::NoSuchHost => say::no_host_there(),
        Cause::Alone => say::alone_there(),
        Cause::HostGone => say::its_host_gone(),
    }
}
