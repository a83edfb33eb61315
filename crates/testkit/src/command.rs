//! Runs a program with nothing of this machine in its environment.

use std::ffi::OsStr;
use std::fmt;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{self, Stdio};
use std::thread;

/// A program about to be run hermetically.
///
/// Cleared environment; `HOME` and the working directory are the test's own; time zone
/// UTC; a fixed width; no cluster (`KUBECONFIG` names an empty file) and no way out to the
/// network, since the proxy for everything but the loopback interface is a closed port.
#[derive(Debug)]
pub struct Command {
    inner: process::Command,
    shown: Vec<String>,
    stdin: Vec<u8>,
}

impl Command {
    pub(crate) fn new(program: &Path, home: &Path) -> Self {
        let mut inner = process::Command::new(program);
        inner
            .env_clear()
            .env("HOME", home)
            .env("KUBECONFIG", "/dev/null")
            .env("PATH", "/usr/bin:/bin")
            .env("TZ", "UTC")
            .env("COLUMNS", "80")
            .env("LC_ALL", "C.UTF-8")
            .env("HTTP_PROXY", "http://127.0.0.1:9")
            .env("HTTPS_PROXY", "http://127.0.0.1:9")
            .env("NO_PROXY", "127.0.0.1,localhost")
            .current_dir(home);
        let name = program.file_name().map_or_else(
            || program.display().to_string(),
            |name| name.to_string_lossy().into_owned(),
        );
        Self {
            inner,
            shown: vec![name],
            stdin: Vec::new(),
        }
    }

    /// Runs the program under another name, as a symbolic link to it would.
    #[cfg(unix)]
    pub fn called(mut self, name: &str) -> Self {
        use std::os::unix::process::CommandExt as _;
        self.inner.arg0(name);
        name.clone_into(&mut self.shown[0]);
        self
    }

    /// Adds one argument.
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        let argument = argument.as_ref();
        self.shown.push(argument.to_string_lossy().into_owned());
        self.inner.arg(argument);
        self
    }

    /// Adds arguments.
    pub fn args<I: IntoIterator<Item: AsRef<OsStr>>>(self, arguments: I) -> Self {
        arguments.into_iter().fold(self, Self::arg)
    }

    /// Sets an environment variable.
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.inner.env(name, value);
        self
    }

    /// Unsets an environment variable, also one that the runner sets itself.
    pub fn env_remove(mut self, name: &str) -> Self {
        self.inner.env_remove(name);
        self
    }

    /// What the program reads on its standard input (default: nothing).
    pub fn stdin(mut self, content: impl AsRef<[u8]>) -> Self {
        self.stdin = content.as_ref().to_vec();
        self
    }

    /// Changes the working directory.
    pub fn current_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.inner.current_dir(directory.into());
        self
    }

    /// What starts it, and its name.
    pub(crate) fn into_parts(mut self) -> (process::Command, String) {
        (self.inner, self.shown.swap_remove(0))
    }

    /// Runs the program to its end.
    #[must_use = "an answer that nobody looks at tests nothing"]
    pub fn run(mut self) -> Finished {
        let mut child = self
            .inner
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {}: {error}", self.shown[0]));
        let stdin = child.stdin.take();
        let content = std::mem::take(&mut self.stdin);
        // A thread of its own, so that a full pipe cannot stop both sides. The program
        // may end without reading: that is its right, not a failure of the test.
        let writer = thread::spawn(move || {
            if let Some(mut stdin) = stdin {
                let _ = stdin.write_all(&content);
            }
        });
        let output = child
            .wait_with_output()
            .expect("the output of a started program can be read");
        let _ = writer.join();
        Finished {
            command: self.shown,
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// The whole answer of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// The program's name and its arguments.
    pub command: Vec<String>,
    /// The exit code; none when a signal ended it.
    pub code: Option<i32>,
    /// Everything on stdout (bytes that are not UTF-8 are replaced).
    pub stdout: String,
    /// Everything on stderr.
    pub stderr: String,
}

impl Finished {
    /// Applies a replacement to both streams and the arguments.
    pub fn map(mut self, change: impl Fn(&str) -> String) -> Self {
        self.stdout = change(&self.stdout);
        self.stderr = change(&self.stderr);
        for argument in &mut self.command {
            *argument = change(argument);
        }
        self
    }

    /// Panics with the whole answer unless the exit code is 0.
    pub fn success(self) -> Self {
        assert_eq!(self.code, Some(0), "{self}");
        self
    }
}

/// The form kept by [`crate::snapshot`].
impl fmt::Display for Finished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<String> = self.command.iter().map(|word| quote(word)).collect();
        writeln!(f, "$ {}", words.join(" "))?;
        match self.code {
            Some(code) => writeln!(f, "exit {code}")?,
            None => writeln!(f, "ended by a signal")?,
        }
        for (name, text) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if text.is_empty() {
                continue;
            }
            writeln!(f, "=== {name}")?;
            f.write_str(text)?;
            if !text.ends_with('\n') {
                writeln!(f, "\n=== (no newline at the end)")?;
            }
        }
        Ok(())
    }
}

/// Shell quoting where a reader would need it to run the command again.
fn quote(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./=:,@+%".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(all(test, unix))]
mod tests {
    use crate::Home;

    #[test]
    fn nothing_of_the_machine_is_seen() {
        let home = Home::new();
        let done = home.command("/usr/bin/env").run().success();
        let mut names: Vec<&str> = done
            .stdout
            .lines()
            .filter_map(|line| line.split('=').next())
            .collect();
        names.sort_unstable();
        assert_eq!(
            names,
            [
                "COLUMNS",
                "HOME",
                "HTTPS_PROXY",
                "HTTP_PROXY",
                "KUBECONFIG",
                "LC_ALL",
                "NO_PROXY",
                "PATH",
                "TZ"
            ]
        );
    }

    #[test]
    fn an_answer_is_shown_whole() {
        let home = Home::new();
        let done = home
            .command("/bin/sh")
            .args(["-c", "cat; echo bad >&2; exit 3"])
            .stdin("no newline")
            .run();
        assert_eq!(
            done.to_string(),
            "$ sh -c 'cat; echo bad >&2; exit 3'\nexit 3\n=== stdout\nno newline\n\
             === (no newline at the end)\n=== stderr\nbad\n"
        );
    }
}
