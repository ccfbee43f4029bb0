//! What is wrong with the words of the process, in the reader's language.

use super::help;
use crate::text::messages::{flags as say, said, summary};
use crate::text::{Lang, Text};
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// What is said of words that cannot be understood; `None` where it is no mistake of the reader's.
pub fn wrong(e: &clap::Error, lang: Lang) -> Option<String> {
    let of = |kind| e.get(kind).map(words).unwrap_or_default();
    let (arg, value) = (of(ContextKind::InvalidArg).join(" "), of(ContextKind::InvalidValue).join(" "));
    let option = arg.clone();
    let reason = match e.kind() {
        ErrorKind::UnknownArgument if arg.starts_with('-') => say::usage_unknown_option(arg),
        ErrorKind::UnknownArgument => say::usage_too_much(arg),
        ErrorKind::InvalidSubcommand => say::usage_unknown_command(of(ContextKind::InvalidSubcommand).join(" ")),
        ErrorKind::InvalidValue | ErrorKind::TooFewValues | ErrorKind::NoEquals if value.is_empty() => say::usage_no_value(arg),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => say::usage_bad_value(value, &arg),
        ErrorKind::TooManyValues => say::usage_takes_none(arg, value),
        ErrorKind::ArgumentConflict => match of(ContextKind::PriorArg) {
            other if other.is_empty() || other == [arg.as_str()] => say::usage_twice(arg),
            other => say::usage_conflict(arg, other.join(" ")),
        },
        ErrorKind::MissingRequiredArgument => say::usage_missing(arg),
        ErrorKind::InvalidUtf8 => say::usage_not_utf8(),
        _ => return None,
    };
    let mut out = format!("sockscope: {}\n", reason.plain(lang));
    let mut hint = |text: Text| out.push_str(&format!("  {}\n", text.plain(lang)));
    let near = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue].map(of).concat();
    if let Some(near) = near.first() {
        hint(said::did_you_mean(near));
    }
    let possible = of(ContextKind::ValidValue);
    if !possible.is_empty() {
        hint(say::usage_values(help::list(&possible, lang)));
    }
    if let Some(what) = wanted(&option).filter(|_| e.kind() == ErrorKind::ValueValidation) {
        hint(say::usage_wanted(what));
    }
    if let Some(ContextValue::StyledStr(usage)) = e.get(ContextKind::Usage) {
        out.push_str(&format!("  {}\n", help::usage(&usage.to_string(), lang)));
    }
    Some(format!("{out}  {}\n", say::usage_more().plain(lang)))
}

/// What an option's value has to be, where it is not one of a few words.
fn wanted(option: &str) -> Option<Text> {
    match option.split(' ').next()? {
        "--timeout" => Some(summary::what_duration()),
        "--width" => Some(summary::what_number()),
        _ => None,
    }
}

fn words(value: &ContextValue) -> Vec<String> {
    let all = match value {
        ContextValue::String(word) => vec![word.clone()],
        ContextValue::Strings(words) => words.clone(),
        _ => Vec::new(),
    };
    all.into_iter().map(|w| crate::markup::safe(&w).into_owned()).filter(|w| !w.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    /// What is said of these words in both languages.
    fn said(line: &str) -> [String; 2] {
        let words = std::iter::once("sockscope").chain(line.split(' '));
        let e = crate::cli::Flags::command().try_get_matches_from(words).expect_err(line);
        assert!(e.use_stderr(), "{line} is no mistake");
        Lang::ALL.map(|lang| wrong(&e, lang).unwrap_or_else(|| panic!("nothing is said of {line}: {e}")))
    }

    #[test]
    fn every_mistake_in_the_words_of_the_process_is_told_in_the_readers_language() {
        for (line, en, zh) in [
            ("--frob", "there is no option --frob", "没有 --frob 这个选项"),
            ("--lagn zh", "did you mean --lang?", "是不是想写 --lang？"),
            ("frob", "there is no command frob", "没有 frob 这个命令"),
            ("run a b", "b is left over", "多出了 b"),
            ("--lang", "--lang <en|zh> needs a value", "--lang <en|zh> 后面要有值"),
            ("--lang fr", "fr is no value for --lang <en|zh>", "fr 不能作 --lang <en|zh> 的值"),
            ("--lang fr", "possible are en, zh", "可选的值：en、zh"),
            ("completions csh", "possible are bash, ", "可选的值：bash、"),
            ("--timeout x", "it is a duration, as 500ms or 2s", "应为时长，如 500ms 或 2s"),
            ("--timeout 0s", "0s is no value for --timeout <TIME>", "0s 不能作 --timeout <TIME> 的值"),
            ("--width x", "it is a whole number", "应为整数"),
            ("--json=1", "--json takes no value", "--json 不带值"),
            ("--json --quiet", "--json and --quiet cannot stand together", "--json 和 --quiet 不能同时使用"),
            ("--ascii --ascii", "--ascii stands twice", "--ascii 重复了"),
            ("--width 1 --width 2", "--width <COLUMNS> stands twice", "--width <COLUMNS> 重复了"),
            ("run", "<FILE> is missing", "缺少 <FILE>"),
            ("run", "Usage: sockscope run <FILE>", "用法：sockscope run <FILE>"),
            ("--frob", "Usage: sockscope [OPTIONS] [COMMAND]", "用法：sockscope [选项] [命令]"),
            ("explain", "sockscope --help tells more", "详见 sockscope --help"),
        ] {
            let [in_en, in_zh] = said(line);
            assert!(in_en.contains(en), "{line}: {in_en}");
            assert!(in_zh.contains(zh), "{line}: {in_zh}");
            let english = ["error", "tip", "Usage", "possible", "found", "required", "OPTIONS"];
            assert!(!english.iter().any(|w| in_zh.contains(w)), "{line}: {in_zh}");
        }
    }
}
