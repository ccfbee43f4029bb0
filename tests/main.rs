//! The program from outside: one test binary, a module a file.

mod kit;

mod architecture;
mod bad_input;
mod json;
mod language;
mod peers;
mod scripts;
mod strace;
