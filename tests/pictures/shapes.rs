//! What pictures conclude, and what they leave out.
