//! Tests that drive the program from outside, as its users meet it. One binary: each file beside this one is a module of it.

mod kit;
mod picture;
mod pty;
mod readme;
