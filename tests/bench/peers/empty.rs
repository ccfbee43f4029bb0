//! A program that does nothing: what starting costs anyway.
fn main() {}
