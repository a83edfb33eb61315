//! Programs that run beside a test: servers.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStderr, ChildStdout, Stdio};
use std::thread::JoinHandle;

use crate::Command;

/// A program that runs until it is stopped or the test ends.
#[derive(Debug)]
pub struct Background {
    child: Child,
    stdout: Option<BufReader<ChildStdout>>,
    stderr: Option<JoinHandle<String>>,
}

impl Command {
    /// Starts the program and goes on.
    pub fn start(self) -> Background {
        let (mut inner, name) = self.into_parts();
        let mut child = inner
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {name}: {error}"));
        let stderr = child.stderr.take().map(|stderr| {
            // Read all the time, so that a full pipe does not stop the program.
            std::thread::spawn(move || all(stderr))
        });
        Background {
            stdout: child.stdout.take().map(BufReader::new),
            stderr,
            child,
        }
    }
}

fn all(mut stderr: ChildStderr) -> String {
    let mut bytes = Vec::new();
    let _ = stderr.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

impl Background {
    /// The next line on its stdout; empty when it ended.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        if let Some(stdout) = &mut self.stdout {
            let _ = stdout.read_line(&mut line);
        }
        line
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal, such as `TERM`, and waits for its end: its exit code and what it said
    /// on stderr.
    pub fn stop(mut self, signal: &str) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        let _ = std::process::Command::new("kill")
            .args(["-s", signal, &id])
            .status();
        let code = self.child.wait().ok().and_then(|status| status.code());
        let stderr = self.stderr.take().map(JoinHandle::join);
        (code, stderr.and_then(Result::ok).unwrap_or_default())
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
