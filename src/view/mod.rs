//! Documents from cards and events. Pure: no view prints, asks the kernel, or knows a terminal.

pub mod card;
