//! Tests that drive the program from outside. One binary: each file below is a module of it.

mod picture;
mod readme;
