//! Tools that draw a recording: they are other people's, and used where they are installed.

use std::path::Path;
use std::process::{Command, Stdio};

/// A tool that reads an asciicast and writes a picture.
#[derive(Debug, Clone, Copy)]
pub struct Tool {
    /// The program.
    pub name: &'static str,
    /// The option that asks for such pictures.
    pub option: &'static str,
    /// How its words are, the recording and the picture in place of `{in}` and `{out}`.
    words: &'static [&'static str],
}

/// Every tool, the one to be preferred first.
static TOOLS: &[Tool] = &[
    Tool { name: "agg", option: "--gif", words: &["{in}", "{out}"] },
    Tool { name: "svg-term", option: "--svg", words: &["--in", "{in}", "--out", "{out}"] },
    Tool { name: "termtosvg", option: "--svg", words: &["render", "{in}", "{out}"] },
];

/// The tool for an option.
///
/// # Errors
/// None is installed: the names of those that would do.
pub fn tool_for(option: &str) -> Result<Tool, String> {
    let fitting = || TOOLS.iter().filter(|t| t.option == option);
    let names = || fitting().map(|t| format!("`{}`", t.name)).collect::<Vec<_>>().join(", ");
    fitting().find(|t| installed(t.name)).copied().ok_or_else(names)
}

fn installed(name: &str) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let runs = |p: std::path::PathBuf| std::fs::metadata(p).is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0);
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|folder| runs(folder.join(name))))
}

impl Tool {
    /// Draws a recording.
    ///
    /// # Errors
    /// What the tool says.
    pub fn draw(&self, cast: &Path, picture: &Path) -> Result<(), String> {
        let words = self.words.iter().map(|w| match *w {
            "{in}" => cast.as_os_str(),
            "{out}" => picture.as_os_str(),
            word => word.as_ref(),
        });
        let done = Command::new(self.name).args(words).stdin(Stdio::null()).output().map_err(|e| e.to_string())?;
        if done.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&done.stderr);
        Err(said.trim().lines().last().map_or_else(|| done.status.to_string(), str::to_string))
    }
}
