//! Views: pure functions of events. None prints; none asks the kernel.
