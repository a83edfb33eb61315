//! The sandbox of this user: where it keeps its files, whether it runs, how it is started.
//!
//! A sandbox that runs holds a lock on a file of its folder, so that one that was killed is known
//! to be gone.
//!
//! DIFF: Helm has neither a sandbox nor the flag `--sandbox`.

use std::fs::{self, File, TryLockError};
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use pintle_cluster::Cluster;
use pintle_cluster::config::KubeconfigFiles;

use crate::env;
use crate::errors::Failure;
use crate::output;
use crate::paths::join;
use crate::settings::{KubeSettings, Settings};

/// The word by which a sandbox tells who started it that it listens.
pub const LISTENS: &str = "listens";

/// The folder of a sandbox.
#[derive(Debug, Clone)]
pub struct Place {
    folder: PathBuf,
}

impl Place {
    /// `PINTLE_SANDBOX_HOME`, else `pintle/sandbox` where XDG keeps state.
    pub fn of(settings: &Settings) -> Self {
        let environment = &settings.environment;
        let folder = match environment.get_if_any(env::PINTLE_SANDBOX_HOME) {
            Some(folder) => folder.to_owned(),
            None => match environment.get_if_any(env::XDG_STATE_HOME) {
                Some(state) => join(&[state, "pintle/sandbox"]),
                None => join(&[environment.get(env::HOME), ".local/state/pintle/sandbox"]),
            },
        };
        Self {
            folder: folder.into(),
        }
    }

    /// The folder itself.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// How others reach the sandbox.
    pub fn kubeconfig(&self) -> PathBuf {
        self.folder.join("kubeconfig")
    }

    /// What the sandbox says while it runs.
    pub fn log(&self) -> PathBuf {
        self.folder.join("sandbox.log")
    }

    /// Whether the sandbox runs.
    ///
    /// # Errors
    /// A folder that cannot be looked at.
    pub fn is_running(&self) -> Result<bool, Failure> {
        match File::open(self.folder.join("lock")) {
            Ok(file) => match file.try_lock() {
                Ok(()) => Ok(false),
                Err(TryLockError::WouldBlock) => Ok(true),
                Err(TryLockError::Error(error)) => Err(self.failed(&error)),
            },
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(self.failed(&error)),
        }
    }

    /// Takes the lock for a sandbox that is about to run; nothing when another holds it. It is
    /// held as long as the file is open.
    ///
    /// # Errors
    /// A folder that cannot be made.
    pub fn take(&self) -> Result<Option<File>, Failure> {
        self.make()?;
        let file = File::create(self.folder.join("lock")).map_err(|error| self.failed(&error))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(self.failed(&error)),
        }
    }

    /// Makes the folder, which nobody else may look into: there is a token in it.
    fn make(&self) -> Result<(), Failure> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder
            .create(&self.folder)
            .map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &std::io::Error) -> Failure {
        Failure::error(format!("{}: {error}", self.folder.display()))
            .hint("PINTLE_SANDBOX_HOME names another folder for the sandbox")
    }

    /// Starts the sandbox in the background with these words behind `sandbox start --foreground`,
    /// and waits until it listens.
    ///
    /// # Errors
    /// A sandbox that ends instead, with what it said.
    pub fn start(&self, words: &[String]) -> Result<(), Failure> {
        self.make()?;
        let log = File::create(self.log()).map_err(|error| self.failed(&error))?;
        let program = std::env::current_exe()?;
        let mut command = Command::new(program);
        command
            .args(["sandbox", "start", "--foreground"])
            .args(words)
            .env(env::PINTLE_SANDBOX_HOME.name, &self.folder)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log);
        // What interrupts the command that started it does not interrupt the sandbox.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn()?;
        let said = child.stdout.take().map(|stdout| {
            let mut line = String::new();
            // An answer that is cut off is no answer.
            let _ = BufReader::new(stdout.take(4096)).read_line(&mut line);
            line
        });
        if said.is_some_and(|line| line.trim() == LISTENS) {
            return Ok(());
        }
        // It has ended, or is about to.
        let _ = child.wait();
        let why = fs::read_to_string(self.log()).unwrap_or_default();
        let why = why.trim().trim_start_matches("Error: ");
        Err(Failure::error(format!("the sandbox did not start: {why}")))
    }

    /// How our own commands reach the sandbox, whatever else the user has configured.
    pub fn settings(&self, settings: &Settings) -> Settings {
        Settings {
            kube: KubeSettings {
                config: self.kubeconfig().to_string_lossy().into_owned(),
                ..KubeSettings::default()
            },
            ..settings.clone()
        }
    }

    /// Asks the sandbox itself: `/sandbox/status` and so on.
    ///
    /// # Errors
    /// A sandbox that does not answer.
    pub fn ask(&self, settings: &Settings, method: &str, path: &str) -> Result<Vec<u8>, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let _inside = runtime.enter();
        let mut options = crate::connect::connect_options(&self.settings(settings));
        options.kubeconfig = KubeconfigFiles::Explicit(self.kubeconfig());
        let cluster = Cluster::new(options);
        let answer = runtime.block_on(cluster.ask(method, path));
        answer.map_err(|error| Failure::error(error.to_string()))
    }
}

/// Has the sandbox run for a command that is to use it, and says so.
///
/// # Errors
/// A sandbox that cannot be started.
pub fn ready(settings: &Settings) -> Result<(), Failure> {
    let place = Place::of(settings);
    let mut started = "";
    if !place.is_running()? {
        match place.start(&[]) {
            Ok(()) => started = ", just started",
            // Another command may have started it at the same moment.
            Err(failure) => {
                if !place.is_running()? {
                    return Err(failure);
                }
            }
        }
    }
    output::complain(&format!(
        "sandbox: no cluster is touched; this is the sandbox in {}{started}\n",
        place.folder().display()
    ));
    Ok(())
}
