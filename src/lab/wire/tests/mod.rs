//! The wire, as a specification: three hosts on a segment, and what becomes of what they say.

mod bounds;
mod filters;
mod hands;
mod kit;
mod never_lost;
mod rules;
mod speed;
mod switching;
