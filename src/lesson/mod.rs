//! Cards, lessons and checks: files and judging only. Who plays them is further below.

pub mod check;
