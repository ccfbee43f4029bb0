//! The lab's hosts: one that was made, and all of them.

use super::grid::{Cell, cell, said};
use crate::event::HostRow;
use crate::markup::{Block, Doc, Role, Span, inline};
use crate::text::Lang;
use crate::text::messages::lab as say;

/// A host that was made; with the first one, what a host is.
pub fn made(row: &HostRow, first: bool, lang: Lang) -> Doc {
    let mut doc = Doc::new();
    let mut line = vec![Span::new(Role::Host, row.name.clone()), Span::plain("   ")];
    if row.router {
        line.extend([Span::plain(say::a_router().plain(lang)), Span::plain("   ")]);
    }
    line.push(Span::new(Role::Address, row.addresses.join("   ")));
    doc.line(2, line);
    if first {
        doc.note(inline(&say::first_host().in_lang(lang)));
        doc.note(inline(&say::first_host_shared().in_lang(lang)));
    }
    doc
}

/// A row for each.
pub fn hosts(rows: &[HostRow], lang: Lang) -> Doc {
    let mut doc = Doc::new();
    let head = [say::head_host(), say::head_ips(), say::head_mac(), say::head_sockets()];
    let mut table: Vec<Vec<Cell>> = vec![head.iter().map(|t| said(Role::Dim, t, lang)).collect()];
    for row in rows {
        let mut name = cell(Role::Host, row.name.clone());
        if row.router {
            name.push(Span::new(Role::Dim, format!(" ({})", say::a_router().plain(lang))));
        }
        // A line for each interface: its IPv4, its IPv6 address, its hardware.
        let interfaces = row.macs.len().max(1);
        for (i, mac) in row.macs.iter().enumerate() {
            let own: Vec<&str> = row.addresses.iter().skip(i).step_by(interfaces).map(String::as_str).collect();
            let sockets = if i == 0 { row.sockets.to_string() } else { String::new() };
            table.push(vec![
                std::mem::take(&mut name),
                cell(Role::Address, own.join("  ")),
                cell(Role::Plain, mac.clone()),
                cell(Role::Number, sockets),
            ]);
        }
    }
    doc.push(Block::Table { indent: 2, rows: table });
    doc
}
