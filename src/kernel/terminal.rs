//! The terminal's own settings, to give it back as it was (termios(3)).

use nix::sys::termios::{SetArg, Termios, tcgetattr, tcsetattr};

/// How the terminal on standard input was at the start.
#[derive(Clone)]
pub struct Saved(Option<Termios>);

impl Saved {
    pub fn now() -> Saved {
        Saved(tcgetattr(std::io::stdin()).ok())
    }

    pub fn restore(&self) {
        if let Some(settings) = &self.0 {
            let _ = tcsetattr(std::io::stdin(), SetArg::TCSANOW, settings);
        }
    }
}
