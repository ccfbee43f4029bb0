//! placeholder
crate::messages! {}
