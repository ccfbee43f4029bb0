//! argv in, exit status out.

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
fn main() {
    std::process::exit(sockscope::cli::main());
}

#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
fn main() {
    eprintln!("sockscope needs Linux 5.15 or newer, on x86_64 or aarch64");
    std::process::exit(2);
}
