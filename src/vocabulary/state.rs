//! The states of a socket, by the kernel's own words and numbers (include/net/tcp_states.h).

use serde::{Deserialize, Serialize};

/// A TCP state. Other protocols use `Close`, `Listen` and `Established` of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[repr(u8)]
pub enum State {
    Established = 1,
    SynSent,
    SynRecv,
    #[serde(rename = "FIN_WAIT1")]
    FinWait1,
    #[serde(rename = "FIN_WAIT2")]
    FinWait2,
    TimeWait,
    Close,
    CloseWait,
    LastAck,
    Listen,
    Closing,
    /// A connection request before its socket exists; shown as SYN_RECV.
    NewSynRecv,
}

impl State {
    pub const ALL: [State; 12] = [
        State::Close,
        State::Listen,
        State::SynSent,
        State::SynRecv,
        State::Established,
        State::FinWait1,
        State::FinWait2,
        State::CloseWait,
        State::Closing,
        State::LastAck,
        State::TimeWait,
        State::NewSynRecv,
    ];

    pub fn from_number(n: u8) -> Option<State> {
        State::ALL.into_iter().find(|s| *s as u8 == n)
    }

    pub fn name(self) -> &'static str {
        match self {
            State::Established => "ESTABLISHED",
            State::SynSent => "SYN_SENT",
            State::SynRecv | State::NewSynRecv => "SYN_RECV",
            State::FinWait1 => "FIN_WAIT1",
            State::FinWait2 => "FIN_WAIT2",
            State::TimeWait => "TIME_WAIT",
            State::Close => "CLOSE",
            State::CloseWait => "CLOSE_WAIT",
            State::LastAck => "LAST_ACK",
            State::Listen => "LISTEN",
            State::Closing => "CLOSING",
        }
    }

    /// Understands `ESTABLISHED`, `established`, `fin_wait_1`, `fin-wait1`.
    pub fn from_name(word: &str) -> Option<State> {
        let fold = |s: &str| s.chars().filter(|c| !matches!(c, '_' | '-')).collect::<String>().to_ascii_uppercase();
        let wanted = fold(word);
        State::ALL.into_iter().find(|s| fold(s.name()) == wanted)
    }
}
