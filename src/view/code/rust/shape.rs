//! The shape of an exported program's lines: that of rustfmt.

use crate::view::code::indented;

/// How `cargo fmt` is to leave it: as it is written here.
pub fn style() -> (String, String) {
    ("rustfmt.toml".into(), format!("max_width = {WIDTH}\nuse_small_heuristics = \"Max\"\n"))
}

/// Longer lines are broken.
const WIDTH: usize = 120;

/// A line of a function's body, as rustfmt writes it: a call that is too long has a line for each argument.
pub fn fitted(line: &str) -> String {
    let broken = || {
        let (called, rest) = line.split_once('(').filter(|(called, _)| !called.contains([' ', '"']))?;
        let (inside, end) = rest.strip_suffix(")?;").map(|i| (i, ")?;")).or_else(|| Some((rest.strip_suffix(");")?, ");")))?;
        // Behind the last argument of a macro stands no comma.
        let last = if called.ends_with('!') { "" } else { "," };
        let arguments = arguments(inside).join(",\n        ");
        Some(format!("{called}(\n        {arguments}{last}\n    {end}"))
    };
    let too_long = line.chars().count() + 4 > WIDTH && !line.starts_with("//");
    indented(&too_long.then(broken).flatten().unwrap_or_else(|| line.to_string())) + "\n"
}

/// The arguments of a call, from what stands between its parentheses.
fn arguments(inside: &str) -> Vec<&str> {
    let (mut depth, mut quoted, mut escaped, mut from, mut all) = (0, false, false, 0, Vec::new());
    for (at, c) in inside.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                all.push(inside[from..at].trim_start());
                from = at + 1;
            }
            _ => {}
        }
    }
    all.push(inside[from..].trim_start());
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_call_has_a_line_for_each_argument_and_its_data_stays_as_it_is() {
        let data = format!("b\"a, (b\\\", c{}\"", "x".repeat(120));
        let line = format!("assert_eq!(received(&conn, 10, 0)?, {data});");
        assert_eq!(fitted(&line), format!("    assert_eq!(\n        received(&conn, 10, 0)?,\n        {data}\n    );\n"));
        let line = format!("set_option(&s, b'\\\"', [1, 2], {data})?;");
        let wanted = format!("    set_option(\n        &s,\n        b'\\\"',\n        [1, 2],\n        {data},\n    )?;\n");
        assert_eq!(fitted(&line), wanted);
        assert_eq!(fitted("drop(a);"), "    drop(a);\n");
    }
}
