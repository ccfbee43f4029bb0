//! `--help` in the reader's language: the same flags, described by the messages.

use crate::text::messages::flags::{self as say, LIST};
use crate::text::{Lang, Template, Text};
use clap::{Arg, ArgAction, Command};

fn template(id: &str) -> Option<&'static Template> {
    LIST.iter().find(|t| t.id == id)
}

fn plain(template: &Template, lang: Lang) -> String {
    template.in_lang(lang).replace('`', "")
}

/// Words of a list, as the language joins them.
pub fn list(words: &[String], lang: Lang) -> String {
    words.join(if lang == Lang::Zh { "、" } else { ", " })
}

/// A line of usage as clap writes it, in `lang`.
pub fn usage(line: &str, lang: Lang) -> String {
    let line = line.trim().strip_prefix("Usage: ").unwrap_or(line);
    format!("{}{}", say::head_usage().plain(lang), shape(line, lang))
}

fn shape(line: &str, lang: Lang) -> String {
    let options = (say::some_options().in_lang(Lang::En), say::some_options().in_lang(lang));
    let command = (say::some_command().in_lang(Lang::En), say::some_command().in_lang(lang));
    let line = line.replace(&options.0, &options.1);
    // Only of the process itself: `help` has an argument of this name.
    match line.strip_suffix(&command.0).filter(|l| !l.contains(" help ")) {
        Some(start) => start.to_string() + &command.1,
        None => line,
    }
}

/// The command with every description in `lang`.
pub fn translated(command: Command, lang: Lang) -> Command {
    let mut built = command.clone();
    built.build();
    let about = template("about").map(|t| plain(t, lang)).unwrap_or_default();
    let version = own("version", 'V', ArgAction::Version, lang);
    let command = described(command.about(about).disable_version_flag(true), &mut built, lang).arg(version);
    let names: Vec<String> = command.get_subcommands().map(|s| s.get_name().to_string()).collect();
    names.into_iter().fold(command, |command, name| {
        let text = template(&format!("sub_{name}")).map(|t| plain(t, lang)).unwrap_or_default();
        command.mut_subcommand(&name, |s| match built.find_subcommand_mut(&name) {
            Some(built) => described(s.about(text), built, lang),
            None => s,
        })
    })
}

/// A command's flags, its usage and the headings. What clap says of itself cannot be translated, so that we say it.
fn described(command: Command, built: &mut Command, lang: Lang) -> Command {
    let line = built.render_usage().to_string();
    let line = shape(line.trim().trim_start_matches("Usage: "), lang);
    let part =
        |shown: bool, head: Text, tag: &str| if shown { format!("\n\n{}\n{{{tag}}}", head.plain(lang)) } else { String::new() };
    let (subcommands, positionals) = (command.has_subcommands(), command.get_positionals().next().is_some());
    let template = format!(
        "{{about-with-newline}}\n{}{{usage}}{}{}{}",
        say::head_usage().plain(lang),
        part(subcommands, say::head_commands(), "subcommands"),
        part(positionals, say::head_arguments(), "positionals"),
        part(true, say::head_options(), "options"),
    );
    let command = command.mut_args(|arg| described_arg(arg, lang)).disable_help_flag(true);
    command.arg(own("help", 'h', ArgAction::Help, lang)).override_usage(line).help_template(template)
}

/// `--help` or `--version`, whose words clap would choose.
fn own(name: &'static str, short: char, action: ArgAction, lang: Lang) -> Arg {
    // Behind the flags that come down from the process to its commands.
    described_arg(Arg::new(name).short(short).long(name).action(action).display_order(usize::from(u16::MAX)), lang)
}

fn described_arg(arg: Arg, lang: Lang) -> Arg {
    let Some(text) = template(&format!("flag_{}", arg.get_id())) else { return arg };
    let mut help = plain(text, lang);
    if !arg.get_action().takes_values() {
        return arg.help(help);
    }
    let usual: Vec<String> = arg.get_default_values().iter().map(|v| v.to_string_lossy().into_owned()).collect();
    let possible: Vec<String> = arg.get_possible_values().iter().map(|v| v.get_name().to_string()).collect();
    for (words, say) in [(usual, say::usually as fn(String) -> Text), (possible, say::one_of)] {
        if !words.is_empty() {
            help.push_str(&say(list(&words, lang)).in_lang(lang));
        }
    }
    arg.help(help).hide_default_value(true).hide_possible_values(true)
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
            for arg in sub.get_arguments() {
                assert!(template(&format!("flag_{}", arg.get_id())).is_some(), "{} has no message", arg.get_id());
            }
        }
    }

    #[test]
    fn chinese_help_has_no_english_words_of_claps() {
        for words in [&["sockscope", "-h"][..], &["sockscope", "run", "--help"], &["sockscope", "help", "-h"]] {
            let help =
                translated(crate::cli::Flags::command(), Lang::Zh).try_get_matches_from(words).expect_err("help").to_string();
            let english = ["Usage", "Options", "Commands", "Arguments", "Print", "default", "possible", "OPTIONS", "narration"];
            assert!(!english.iter().any(|w| help.contains(w)), "{help}");
            for chinese in ["用法：sockscope ", "选项：\n", "显示帮助", "（默认 5s）", "（可选 en、zh）"] {
                assert!(help.contains(chinese), "{chinese}: {help}");
            }
        }
    }

    #[test]
    fn translated_help_has_the_shape_of_claps_own() {
        // In English the two differ only where we say less than clap: `--lang` names its values already.
        for words in [&["sockscope", "-h"][..], &["sockscope", "run", "-h"], &["sockscope", "help", "-h"]] {
            let of = |command: Command| command.try_get_matches_from(words).expect_err("help").to_string();
            let (own, ours) = (of(crate::cli::Flags::command()), of(translated(crate::cli::Flags::command(), Lang::En)));
            let squeezed = |text: String| text.split_whitespace().collect::<Vec<_>>().concat();
            assert_eq!(squeezed(ours), squeezed(own).replace('`', ""));
        }
    }

    #[test]
    fn the_language_of_help_is_the_one_asked_for() {
        let asked = |words: &[&str]| asked_for(words.iter().map(|w| w.to_string()), Lang::En);
        assert_eq!(asked(&["--help", "--lang", "zh"]), Lang::Zh);
        assert_eq!(asked(&["--lang=zh", "--help"]), Lang::Zh);
        assert_eq!(asked(&["--help"]), Lang::En);
    }
}
