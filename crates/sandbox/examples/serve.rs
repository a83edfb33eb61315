//! A sandbox that listens until it is killed: prints the path of its kubeconfig.
//!
//!     cargo run -p pintle-sandbox --example serve
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

fn main() -> std::io::Result<()> {
    let sandbox = pintle_sandbox::Sandbox::start(&pintle_sandbox::Options::default())?;
    let path = std::env::temp_dir().join("pintle-sandbox.kubeconfig");
    std::fs::write(&path, sandbox.kubeconfig())?;
    println!("{}", path.display());
    sandbox.wait(std::future::pending())
}
