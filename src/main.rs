//! argv in, exit status out.

fn main() {
    std::process::exit(sockscope::cli::main());
}
