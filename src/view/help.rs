//! `help`: the declarations themselves.

use crate::grammar::{Group, Spec};
use crate::markup::{Block, Doc, Role, Span, inline};
use crate::text::Lang;
use crate::text::messages::said;

/// All commands by group, or those of one name.
pub fn help(specs: &[&Spec], one: Option<&str>, lang: Lang) -> Doc {
    match one {
        Some(name) => one_command(specs, name, lang),
        None => all(specs, lang),
    }
}

fn all(specs: &[&Spec], lang: Lang) -> Doc {
    let mut doc = Doc::new();
    doc.para(2, inline(&said::help_head().in_lang(lang)));
    let groups = [
        (Group::Call, said::help_calls()),
        (Group::Look, said::help_look()),
        (Group::Flow, said::help_flow()),
        (Group::Lab, said::help_lab()),
        (Group::Lesson, said::help_lesson()),
        (Group::Session, said::help_session()),
    ];
    for (group, title) in groups {
        doc.push(Block::Blank);
        doc.line(2, vec![Span::new(Role::Heading, title.in_lang(lang))]);
        let row = |s: &&Spec| vec![vec![Span::new(Role::Call, s.title())], inline(&(s.summary)().in_lang(lang))];
        let rows = specs.iter().filter(|s| s.group == group).map(row).collect();
        doc.push(Block::Table { indent: 4, rows });
    }
    doc.push(Block::Blank);
    doc.para(2, inline(&said::help_more().in_lang(lang)));
    doc
}

fn one_command(specs: &[&Spec], name: &str, lang: Lang) -> Doc {
    let mut doc = Doc::new();
    let whole = name.contains(' ');
    for spec in specs.iter().filter(|s| if whole { s.title() == name } else { s.name == name || s.also.contains(&name) }) {
        if !doc.is_empty() {
            doc.push(Block::Blank);
        }
        let mut head = vec![Span::new(Role::Call, spec.title()), Span::plain("  ")];
        head.extend(inline(&(spec.summary)().in_lang(lang)));
        doc.line(2, head);
        let mut rows =
            vec![vec![vec![Span::new(Role::Dim, said::usage_lead().in_lang(lang))], vec![Span::new(Role::Code, spec.usage())]]];
        for e in spec.examples {
            rows.push(vec![vec![Span::new(Role::Dim, said::example_lead().in_lang(lang))], vec![Span::new(Role::Code, e.line)]]);
        }
        doc.push(Block::Table { indent: 2, rows });
        let mut params = Vec::new();
        for p in spec.params {
            params.push(vec![vec![Span::new(Role::Name, crate::grammar::spec::shown(p.name()))], inline(&p.what().in_lang(lang))]);
        }
        if !params.is_empty() {
            doc.push(Block::Table { indent: 4, rows: params });
        }
    }
    doc
}
