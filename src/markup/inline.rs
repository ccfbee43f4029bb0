//! Backticks and double asterisks in messages become roles.

use super::{Role, Span};

/// Reads `code` and **strong** out of a message; anything else is plain.
pub fn inline(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['`', '*']) {
        let (mark, role) = if rest[at..].starts_with('`') {
            ("`", Role::Code)
        } else if rest[at..].starts_with("**") {
            ("**", Role::Strong)
        } else {
            ("", Role::Plain)
        };
        let close = if mark.is_empty() { None } else { rest[at + mark.len()..].find(mark) };
        match close {
            Some(len) => {
                push(&mut spans, Role::Plain, &rest[..at]);
                push(&mut spans, role, &rest[at + mark.len()..at + mark.len() + len]);
                rest = &rest[at + 2 * mark.len() + len..];
            }
            None => {
                push(&mut spans, Role::Plain, &rest[..at + 1]);
                rest = &rest[at + 1..];
            }
        }
    }
    push(&mut spans, Role::Plain, rest);
    spans
}

fn push(spans: &mut Vec<Span>, role: Role, text: &str) {
    if text.is_empty() {
        return;
    }
    match spans.last_mut() {
        Some(last) if last.role == role => last.text.to_mut().push_str(text),
        _ => spans.push(Span::new(role, text.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_roles_and_lone_marks_stay() {
        let got = inline("no `x`, **never** 2*3");
        let roles: Vec<_> = got.iter().map(|s| (s.role, s.text.as_ref())).collect();
        assert_eq!(
            roles,
            [(Role::Plain, "no "), (Role::Code, "x"), (Role::Plain, ", "), (Role::Strong, "never"), (Role::Plain, " 2*3")]
        );
    }
}
