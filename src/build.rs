//! Tells cargo that the embedded lessons are an input: without it, a new card would not be noticed.
fn main() {
    println!("cargo:rerun-if-changed=lessons");
}
