//! `--help` in the reader's language: the same flags, described by the messages.

use crate::text::messages::flags::LIST;
use crate::text::{Lang, Template};
use clap::Command;

fn template(id: &str) -> Option<&'static Template> {
    LIST.iter().find(|t| t.id == id)
}

fn plain(template: &Template, lang: Lang) -> String {
    template.in_lang(lang).replace('`', "")
}

/// The command with every description in `lang`.
pub fn translated(command: Command, lang: Lang) -> Command {
    let about = template("about").map(|t| plain(t, lang)).unwrap_or_default();
    let mut command = flags(command.about(about), lang);
    let names: Vec<String> = command.get_subcommands().map(|s| s.get_name().to_string()).collect();
    for name in names {
        let text = template(&format!("sub_{name}")).map(|t| plain(t, lang)).unwrap_or_default();
        command = command.mut_subcommand(name, |s| s.about(text));
    }
    command
}

fn flags(command: Command, lang: Lang) -> Command {
    command.mut_args(|arg| match template(&format!("flag_{}", arg.get_id())) {
        Some(t) => arg.help(plain(t, lang)),
        None => arg,
    })
}

/// The language that the words of the process ask for, before they are understood: `--help` ends the reading of them.
pub fn asked_for(words: impl Iterator<Item = String>, locale: Lang) -> Lang {
    let words: Vec<String> = words.collect();
    let behind = words.iter().position(|w| w == "--lang").and_then(|i| words.get(i + 1));
    let joined = words.iter().find_map(|w| w.strip_prefix("--lang="));
    joined.or(behind.map(String::as_str)).and_then(Lang::from_code).unwrap_or(locale)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn every_flag_and_command_of_the_process_is_described_in_both_languages() {
        let command = crate::cli::Flags::command();
        for arg in command.get_arguments() {
            assert!(template(&format!("flag_{}", arg.get_id())).is_some(), "{} has no message", arg.get_id());
        }
        for sub in command.get_subcommands() {
            assert!(template(&format!("sub_{}", sub.get_name())).is_some(), "{} has no message", sub.get_name());
        }
        let help = translated(command, Lang::Zh).render_help().to_string();
        assert!(help.contains("代替讲解") && help.contains("执行脚本") && !help.contains("narration"), "{help}");
    }

    #[test]
    fn the_language_of_help_is_the_one_asked_for() {
        let asked = |words: &[&str]| asked_for(words.iter().map(|w| w.to_string()), Lang::En);
        assert_eq!(asked(&["--help", "--lang", "zh"]), Lang::Zh);
        assert_eq!(asked(&["--lang=zh", "--help"]), Lang::Zh);
        assert_eq!(asked(&["--help"]), Lang::En);
    }
}
