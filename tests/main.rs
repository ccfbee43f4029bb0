//! Tests that drive the program from outside, as its users meet it. One binary: each file beside this one is a module of it.

mod kit;

mod architecture;
mod bad_input;
mod demo;
mod exports;
mod foreign;
mod json;
mod lab;
mod language;
mod lessons;
mod packets;
mod peers;
mod picture;
mod pictures;
mod progress;
mod pty;
mod readme;
mod roles;
mod saved;
mod screen;
mod scripts;
mod strace;
