//! Real servers, each on a port of this machine until the test ends.

use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A server that somebody else wrote, running.
#[derive(Debug)]
pub struct Server {
    process: Child,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    /// Starts a server. `command` is told the address, `127.0.0.1:PORT`, and is asked again with
    /// another port should somebody have taken it in between.
    ///
    /// # Panics
    /// A program that cannot be started, or does not listen within a minute.
    pub fn start(command: impl Fn(&str) -> Command) -> Self {
        for _ in 0..5 {
            let free = TcpListener::bind("127.0.0.1:0").expect("a port of this machine");
            let address = free.local_addr().expect("an address").to_string();
            drop(free);
            let mut command = command(&address);
            let command = command.stdin(Stdio::null()).stdout(Stdio::null());
            let process = command.stderr(Stdio::null()).spawn();
            let mut server = Self {
                process: process.expect("the server's program can be started"),
                address,
            };
            if server.listens() {
                return server;
            }
        }
        panic!("a server ends as soon as it has begun");
    }

    /// Host and port.
    pub fn address(&self) -> &str {
        &self.address
    }

    fn listens(&mut self) -> bool {
        let patience = Instant::now() + Duration::from_mins(1);
        loop {
            let has_ended = !matches!(self.process.try_wait(), Ok(None));
            if has_ended {
                return false;
            }
            if TcpStream::connect(&self.address).is_ok() {
                return true;
            }
            assert!(Instant::now() < patience, "a server does not listen");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// Where a program is that the system has, if it is installed.
pub fn installed(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    // Servers are often where only the administrator looks.
    let more = ["/usr/sbin", "/sbin"].map(PathBuf::from);
    std::env::split_paths(&path)
        .chain(more)
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
}
