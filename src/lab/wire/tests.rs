//! The wire, as a specification.
