//! Where the sitting stands.

use crate::kernel::Place;
use crate::markup::{Role, Span};

/// What a prompt says: the current socket with its host, and where the sitting stands if that is another place.
pub fn standing(here: &Place, current: Option<(&str, &Place)>) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut put = |role: Role, text: &str| spans.extend([Span::new(role, text.to_string()), Span::plain(" ")]);
    let born = current.map(|(_, place)| place);
    if !here.is_local() && born != Some(here) {
        put(Role::Host, here.name());
        if current.is_some() {
            put(Role::Dim, "·");
        }
    }
    if let Some((name, place)) = current {
        if !place.is_local() || !here.is_local() {
            put(Role::Host, place.name());
        }
        put(Role::Name, name);
    }
    spans
}
