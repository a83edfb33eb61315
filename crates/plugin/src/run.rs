//! Programs of plugins: what is run, with which environment, and what came of it.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;

use crate::command::prepare;
use crate::{Error, PlatformCommand, Plugin, Runtime};

/// Environment variables.
pub type Variables = BTreeMap<String, String>;

/// The most bytes that a plugin may write where its output is kept.
const MAX_OUTPUT: u64 = 1 << 30;
/// The same where it says what may come next on a command line.
const MAX_ANSWER: u64 = 1 << 20;
/// How much of its complaints is kept.
const MAX_COMPLAINTS: u64 = 64 << 10;

/// A program of a plugin, ready to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// The plugin's name.
    pub plugin: String,
    /// The program: a path, or a name to look for.
    pub program: String,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// What it has in its environment beside what we have ourselves.
    pub variables: Variables,
}

impl Plugin {
    /// The plugin as a command. `outer` is our own environment, `settings` the variables with
    /// Helm's settings.
    ///
    /// # Errors
    /// No command is for this machine.
    pub fn command(
        &self,
        arguments: &[String],
        outer: &Variables,
        settings: Variables,
    ) -> Result<Prepared, Error> {
        self.prepared(&self.programs().commands, true, arguments, outer, settings)
            .map_err(|error| error.prefixed("failed to prepare plugin command: "))
    }

    /// Whether the plugin is WebAssembly rather than a program.
    pub fn is_module(&self) -> bool {
        matches!(self.metadata.runtime, Runtime::Extism(_))
    }

    /// Runs a command that is WebAssembly, on our own output, with this environment. `look` is
    /// shown its input and its output, each with what it is.
    ///
    /// # Errors
    /// It fails, or this program was built without what runs it.
    pub fn run_as_module(
        &self,
        arguments: &[String],
        environment: Variables,
        look: &dyn Fn(&str, &[u8]),
    ) -> Result<(), Error> {
        #[cfg(feature = "wasm")]
        if let Runtime::Extism(limits) = &self.metadata.runtime {
            return self.run_module(limits, arguments, environment, look);
        }
        let _ = (arguments, environment, look);
        Err(no_modules())
    }

    /// What is run when something happens to the plugin; nothing for most.
    ///
    /// # Errors
    /// No command is for this machine.
    pub fn hook(&self, event: &str, outer: &Variables) -> Result<Option<Prepared>, Error> {
        let programs = self.programs();
        match programs.hooks.get(event) {
            None => Ok(None),
            Some(commands) if commands.is_empty() => Ok(None),
            Some(commands) => {
                let none = Variables::new();
                self.prepared(commands, programs.expands_hooks, &[], outer, none)
                    .map(Some)
            }
        }
    }

    /// A program that the plugin brings: the plugin's path and arguments as they are.
    pub fn own_program(&self, name: &str, arguments: Vec<String>, settings: Variables) -> Prepared {
        Prepared {
            plugin: self.metadata.name.clone(),
            program: format!("{}/{name}", self.folder.display()),
            arguments,
            variables: self.with_own(settings),
        }
    }

    /// One of the plugin's commands.
    ///
    /// # Errors
    /// None is for this machine.
    pub(crate) fn prepared(
        &self,
        commands: &[PlatformCommand],
        expands: bool,
        extra: &[String],
        outer: &Variables,
        settings: Variables,
    ) -> Result<Prepared, Error> {
        let variables = self.with_own(settings);
        let mut all = outer.clone();
        all.extend(variables.clone());
        let (program, arguments) = prepare(commands, expands, extra, &all)?;
        Ok(Prepared {
            plugin: self.metadata.name.clone(),
            program,
            arguments,
            variables,
        })
    }

    /// The programs of a plugin; none for one that is WebAssembly.
    pub(crate) fn programs(&self) -> std::borrow::Cow<'_, crate::Subprocess> {
        use std::borrow::Cow;
        match &self.metadata.runtime {
            Runtime::Subprocess(programs) => Cow::Borrowed(programs),
            Runtime::Extism(_) => Cow::Owned(crate::Subprocess::default()),
        }
    }

    /// The settings and what the plugin is told of itself.
    fn with_own(&self, mut settings: Variables) -> Variables {
        let name = self.metadata.name.clone();
        settings.insert("HELM_PLUGIN_NAME".to_owned(), name);
        let folder = self.folder.display().to_string();
        settings.insert("HELM_PLUGIN_DIR".to_owned(), folder);
        settings
    }
}

/// A program that came to its end.
#[derive(Debug)]
pub(crate) struct Ended {
    pub status: ExitStatus,
    pub output: Vec<u8>,
    complaints: Vec<u8>,
}

impl Prepared {
    /// Runs it on our own input and output.
    ///
    /// # Errors
    /// It cannot be started, or fails: then with its exit code.
    pub fn run(&self) -> Result<(), Error> {
        let status = self.status(Stdio::inherit())?;
        if status.success() {
            return Ok(());
        }
        Err(self.exited(status))
    }

    /// Runs it as a hook: without input.
    ///
    /// # Errors
    /// It cannot be started, or fails.
    pub fn run_hook(&self, event: &str) -> Result<(), Error> {
        if self.status(Stdio::null())?.success() {
            return Ok(());
        }
        // HELM: the event and the plugin have changed places in this text.
        let name = &self.plugin;
        Err(Error::new(format!(
            "plugin {event} hook for {name:?} exited with error"
        )))
    }

    /// What it writes, its complaints among it as they come.
    ///
    /// # Errors
    /// It cannot be started, or fails.
    pub fn answer(&self) -> Result<String, Error> {
        let failed = |error: io::Error| Error::new(error.to_string());
        let (reader, writer) = io::pipe().map_err(failed)?;
        let complaints = writer.try_clone().map_err(failed)?;
        let mut process = self.process();
        process
            .stdin(Stdio::null())
            .stdout(writer)
            .stderr(complaints);
        let mut child = process
            .spawn()
            .map_err(|error| not_started(&self.program, &error))?;
        // Our own ends of the pipe must go, or it never ends.
        drop(process);
        let answer = read(Some(reader), MAX_ANSWER);
        let status = child.wait().map_err(failed)?;
        if !status.success() {
            return Err(self.exited(status));
        }
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    /// What it writes; its complaints go where ours go.
    ///
    /// # Errors
    /// It cannot be started, or fails.
    pub fn output(&self) -> Result<Vec<u8>, Error> {
        let ended = self.converse(b"", Stdio::inherit())?;
        if !ended.status.success() {
            return Err(self.exited(ended.status));
        }
        Ok(ended.output)
    }

    /// The command as Go shows it: where the program was found, and its arguments.
    pub fn shown(&self, path: &str) -> String {
        let found = looked_up(&self.program, path);
        let found = found.map_or_else(|| self.program.clone(), |path| path.display().to_string());
        let words = self.arguments.iter();
        words.fold(found, |line, word| format!("{line} {word}"))
    }

    /// Writes, reads and waits at once, so that no full pipe stops anybody.
    pub(crate) fn converse(&self, input: &[u8], complaints: Stdio) -> Result<Ended, Error> {
        let child = self
            .process()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(complaints)
            .spawn()
            .map_err(|error| not_started(&self.program, &error))?;
        converse(child, input).map_err(|error| Error::new(error.to_string()))
    }

    pub(crate) fn exited(&self, status: ExitStatus) -> Error {
        let name = &self.plugin;
        // GO: -1 stands for a program that a signal ended.
        let code = status.code().unwrap_or(-1);
        Error::new(format!("plugin {name:?} exited with error")).with_code(code)
    }

    fn status(&self, input: Stdio) -> Result<ExitStatus, Error> {
        self.process()
            .stdin(input)
            .status()
            .map_err(|error| not_started(&self.program, &error))
    }

    fn process(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).envs(&self.variables);
        command
    }
}

impl Ended {
    /// What it said last, for a hint.
    pub fn complaint(&self) -> String {
        let text = String::from_utf8_lossy(&self.complaints);
        let last = text.trim().lines().last().unwrap_or_default().trim();
        if last.is_empty() {
            return format!("it ended with {} and no further word", self.status);
        }
        format!("it ended with {} and said: {last}", self.status)
    }
}

fn converse(mut child: Child, input: &[u8]) -> io::Result<Ended> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (output, complaints) = thread::scope(|scope| {
        scope.spawn(move || {
            // The program may stop reading: that is its right.
            stdin.map(|mut stdin| stdin.write_all(input))
        });
        let complaints = scope.spawn(move || read(stderr, MAX_COMPLAINTS));
        let output = read(stdout, MAX_OUTPUT);
        (output, complaints.join().unwrap_or_default())
    });
    Ok(Ended {
        status: child.wait()?,
        output,
        complaints,
    })
}

/// Up to `most` bytes; the rest is read and thrown away.
fn read(from: Option<impl Read>, most: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(from) = from {
        let mut first = from.take(most);
        if first.read_to_end(&mut bytes).is_ok() {
            let _ = io::copy(&mut first.into_inner(), &mut io::sink());
        }
    }
    bytes
}

/// Where a program is that is named without a folder.
fn looked_up(program: &str, path: &str) -> Option<PathBuf> {
    if program.contains('/') {
        return None;
    }
    let places = path.split(':').filter(|folder| !folder.is_empty());
    places
        .map(|folder| Path::new(folder).join(program))
        .find(|file| is_program(file))
}

#[cfg(unix)]
fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(file).is_ok_and(|facts| facts.is_file() && facts.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|facts| facts.is_file())
}

/// What is said of WebAssembly where nothing can run it.
pub(crate) fn no_modules() -> Error {
    Error::new("plugins of the runtime extism/v1 cannot be run by this program").with_hint(
        "it was built without the feature wasm-plugins: plugins of the runtime subprocess can be run",
    )
}

/// GO: a bare name is searched for, a path is started.
fn not_started(program: &str, error: &io::Error) -> Error {
    let is_path = program.contains('/');
    Error::new(match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied if !is_path => {
            format!("exec: {program:?}: executable file not found in $PATH")
        }
        io::ErrorKind::NotFound => format!("fork/exec {program}: no such file or directory"),
        io::ErrorKind::PermissionDenied => format!("fork/exec {program}: permission denied"),
        _ => format!("fork/exec {program}: {}", go_reason(error)),
    })
}

fn go_reason(error: &io::Error) -> String {
    pintle_chart::disk::go_text(error)
}
