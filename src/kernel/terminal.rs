//! The terminal's own settings, to give it back as it was (termios(3)).

use nix::sys::termios::{LocalFlags, SetArg, SpecialCharacterIndices, Termios, tcgetattr, tcsetattr};

/// How the terminal on standard input was at the start.
#[derive(Clone)]
pub struct Saved(Option<Termios>);

impl Saved {
    pub fn now() -> Saved {
        Saved(tcgetattr(std::io::stdin()).ok())
    }

    /// Lets Ctrl-D come as the byte that it is, also while the kernel edits lines. As VEOF it would end a line that nobody reads, and once
    /// lines are no longer edited a NUL byte is all that is left of it (n_tty.c): typed ahead, it would be lost.
    pub fn pass_ctrl_d(&self) {
        if let Some(mut settings) = self.0.clone() {
            // _POSIX_VDISABLE of Linux: no character.
            settings.control_chars[SpecialCharacterIndices::VEOF as usize] = 0;
            let _ = tcsetattr(std::io::stdin(), SetArg::TCSANOW, &settings);
        }
    }

    /// One key at a time, unseen; Ctrl-C stays a signal.
    pub fn single_keys(&self) {
        if let Some(mut settings) = self.0.clone() {
            settings.local_flags.remove(LocalFlags::ICANON | LocalFlags::ECHO);
            settings.control_chars[SpecialCharacterIndices::VMIN as usize] = 1;
            settings.control_chars[SpecialCharacterIndices::VTIME as usize] = 0;
            let _ = tcsetattr(std::io::stdin(), SetArg::TCSANOW, &settings);
        }
    }

    pub fn restore(&self) {
        if let Some(settings) = &self.0 {
            let _ = tcsetattr(std::io::stdin(), SetArg::TCSANOW, settings);
        }
    }
}
