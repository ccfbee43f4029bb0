//! The program as its users meet it: one test binary, a module per subject.

mod kit;
mod pty;
