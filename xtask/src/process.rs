//! A process run to its end, or to its time limit.

use std::io::Read;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

/// How a process ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// With this exit code.
    Code(i32),
    /// By a signal: it crashed.
    Signal,
    /// It was killed after the time limit.
    TimedOut,
}

/// What a process left behind.
#[derive(Debug)]
pub struct Finished {
    /// How it ended.
    pub ending: Ending,
    /// Everything on stdout.
    pub stdout: Vec<u8>,
    /// Everything on stderr.
    pub stderr: Vec<u8>,
}

/// Runs a command with nothing on its stdin and waits for it, at most `limit`.
pub fn run(command: &mut Command, limit: Duration) -> Result<Finished> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", command.get_program().display()))?;
    let stdout = reader(child.stdout.take());
    let stderr = reader(child.stderr.take());
    let ending = wait(&mut child, limit)?;
    Ok(Finished {
        ending,
        stdout: stdout.join().unwrap_or_default(),
        stderr: stderr.join().unwrap_or_default(),
    })
}

/// Reads a pipe to its end on a thread of its own, so that no side waits for the other.
fn reader(pipe: Option<impl Read + Send + 'static>) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // A broken pipe ends the text where it broke, which the comparison will show.
            let _ = pipe.read_to_end(&mut bytes);
        }
        bytes
    })
}

/// The standard library cannot wait with a limit: ask again, at first often.
fn wait(child: &mut Child, limit: Duration) -> Result<Ending> {
    let start = Instant::now();
    let mut pause = Duration::from_micros(200);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(ending(status));
        }
        if start.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            return Ok(Ending::TimedOut);
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(5));
    }
}

fn ending(status: ExitStatus) -> Ending {
    status.code().map_or(Ending::Signal, Ending::Code)
}

#[cfg(all(test, unix))]
mod tests {
    use super::{Command, Duration, Ending, run};

    fn shell(script: &str, limit: Duration) -> super::Finished {
        run(Command::new("/bin/sh").args(["-c", script]), limit).expect("a shell")
    }

    #[test]
    fn endings() {
        let done = shell("echo out; echo err >&2; exit 3", Duration::from_secs(10));
        assert_eq!(done.ending, Ending::Code(3));
        assert_eq!(done.stdout, b"out\n");
        assert_eq!(done.stderr, b"err\n");
        let done = shell("kill -9 $$", Duration::from_secs(10));
        assert_eq!(done.ending, Ending::Signal);
        let done = shell("exec sleep 30", Duration::from_millis(50));
        assert_eq!(done.ending, Ending::TimedOut);
    }
}
