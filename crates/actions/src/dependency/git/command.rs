//! The program `git`, run so that nothing of a repository runs and nobody is asked anything.
//!
//! No hooks, no filters: what is fetched is never checked out, but read out of Git as an archive.
//! Git fetches nothing by itself, submodules neither; it may use the one protocol of the address,
//! and asks nobody. The user's own configuration counts, for it knows credentials and proxies.

use std::fs::File;
use std::io::Read as _;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::super::problem;
use super::address::{Address, Revision};
use crate::Error;

/// How long Git may take for one thing.
const PATIENCE: Duration = Duration::from_mins(5);

/// The most bytes of a chart, compressed.
const LARGEST: u64 = 256 << 20;

/// What configuration may not change.
const SETTINGS: [&str; 10] = [
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.attributesFile=/dev/null",
    "credential.interactive=never",
    "fetch.recurseSubmodules=false",
    "submodule.recurse=false",
    "transfer.fsckObjects=true",
    "gc.auto=0",
    "http.lowSpeedLimit=1",
    "http.lowSpeedTime=60",
];

/// Variables of a Git that runs us, as a hook say, which are about its repository.
const FOREIGN: [&str; 10] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_TEMPLATE_DIR",
    "GIT_EXTERNAL_DIFF",
    "GIT_TRACE",
];

/// The most bytes that Git may say of submodules.
const LONGEST: u64 = 256 << 10;

/// Asks nobody, and gives up: what is not said by the user's own words for `ssh`.
const SSH: &str = "ssh -oBatchMode=yes -oConnectTimeout=30 -oServerAliveInterval=20";

/// A commit that was fetched.
#[derive(Debug)]
pub(super) struct Git<'a> {
    address: &'a Address,
    place: TempDir,
    has_own_ssh: bool,
    /// Its whole name.
    pub commit: String,
}

impl<'a> Git<'a> {
    /// Fetches a commit.
    ///
    /// # Errors
    /// No `git`, and its own words.
    pub fn fetched(address: &'a Address) -> Result<Self, Error> {
        let place = tempfile::tempdir().map_err(|error| problem(error.to_string()))?;
        let mut git = Self {
            address,
            place,
            has_own_ssh: true,
            commit: String::new(),
        };
        git.run(&["init", "--quiet", "--bare", "--template=", "."])?;
        git.has_own_ssh = address.scheme != "ssh" || git.knows_ssh();
        git.fetch()?;
        let wanted = match &address.revision {
            Revision::Commit(commit) => commit.clone(),
            _ => "FETCH_HEAD".to_owned(),
        };
        let wanted = format!("{wanted}^{{commit}}");
        let commit = git.run(&["rev-parse", "--verify", "--quiet", &wanted])?;
        commit.trim().clone_into(&mut git.commit);
        Ok(git)
    }

    /// When the commit was made, in seconds since 1970.
    ///
    /// # Errors
    /// Git's own words.
    pub fn time(&self) -> Result<i64, Error> {
        let words = ["log", "-1", "--no-show-signature", "--format=%ct"];
        let time = self.run(&[&words[..], &[&self.commit]].concat())?;
        Ok(time.trim().parse().unwrap_or_default())
    }

    /// A folder of the commit, as an archive with one folder at its top.
    ///
    /// # Errors
    /// No such folder, or too large.
    pub fn archive(&self) -> Result<Vec<u8>, Error> {
        let tree = format!("{}:{}", self.commit, self.address.folder);
        self.run(&[
            "archive",
            "--format=tar.gz",
            "--prefix=chart/",
            "--output=chart.tgz",
            &tree,
        ])?;
        self.bytes("chart.tgz", LARGEST)
    }

    /// The objects of the commit by some paths: mode, kind, object and path, NUL after each.
    ///
    /// # Errors
    /// Git's own words.
    pub fn objects(&self, paths: &[&str]) -> Result<Vec<u8>, Error> {
        let words = ["ls-tree", "-z", "--full-tree", &self.commit, "--"];
        self.run(&[&words[..], paths].concat())?;
        self.bytes("stdout", LONGEST)
    }

    /// What a file of the commit says that is in the form of Git's configuration: names, a line
    /// break and what they are, NUL after each.
    ///
    /// # Errors
    /// Git's own words.
    pub fn settings(&self, file: &str) -> Result<Vec<u8>, Error> {
        let blob = format!("{}:{file}", self.commit);
        self.run(&[
            "config",
            "--no-includes",
            "--null",
            "--blob",
            &blob,
            "--list",
        ])?;
        self.bytes("stdout", LONGEST)
    }

    /// Whether the user has said how `ssh` is run.
    fn knows_ssh(&self) -> bool {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        is_set("GIT_SSH_COMMAND")
            || is_set("GIT_SSH")
            || self.run(&["config", "--get", "core.sshCommand"]).is_ok()
    }

    /// A file that Git has written.
    fn bytes(&self, name: &str, most: u64) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        let file = File::open(self.place.path().join(name));
        let read = file.and_then(|file| file.take(most + 1).read_to_end(&mut bytes));
        read.map_err(|error| problem(error.to_string()))?;
        if bytes.len() as u64 > most {
            let shown = self.address.shown();
            return Err(problem(format!("{shown} is larger than {most} bytes")));
        }
        Ok(bytes)
    }

    /// Fetches one commit where the server gives one; all there is where it does not.
    fn fetch(&self) -> Result<(), Error> {
        let wanted = match &self.address.revision {
            Revision::Head => "HEAD",
            Revision::Name(name) | Revision::Commit(name) => name,
        };
        let plain = ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules"];
        let from = ["--", self.address.url.as_str()];
        let shallow = self.run(&[&plain[..], &["--depth=1"], &from, &[wanted]].concat());
        let Err(error) = shallow else {
            return Ok(());
        };
        let says = |text: &str| error.text.contains(text);
        if says("dumb http") {
            // A server of files alone has names, and no way to ask for less than all.
            let all = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"];
            return match &self.address.revision {
                Revision::Commit(_) => self.run(&[&plain[..], &from, &all].concat()),
                _ => self.run(&[&plain[..], &from, &[wanted]].concat()),
            }
            .map(|_| ());
        }
        if matches!(self.address.revision, Revision::Commit(_))
            && (says("not our ref") || says("unadvertised object"))
        {
            let all = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"];
            return self.run(&[&plain[..], &from, &all].concat()).map(|_| ());
        }
        Err(error)
    }

    /// Runs `git` in the repository that is ours alone; what it prints.
    fn run(&self, words: &[&str]) -> Result<String, Error> {
        let file = |name: &str| File::create(self.place.path().join(name));
        let streams = file("stdout").and_then(|stdout| Ok((stdout, file("stderr")?)));
        let (stdout, stderr) = streams.map_err(|error| problem(error.to_string()))?;
        let mut command = Command::new("git");
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        for name in FOREIGN {
            command.env_remove(name);
        }
        command
            .args(words)
            .current_dir(self.place.path())
            .env("GIT_ALLOW_PROTOCOL", &self.address.scheme)
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_ASKPASS", "")
            .env("SSH_ASKPASS", "")
            .env("SSH_ASKPASS_REQUIRE", "never")
            .env("GIT_CEILING_DIRECTORIES", self.place.path())
            .env("GIT_LFS_SKIP_SMUDGE", "1")
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(stderr);
        if !self.has_own_ssh {
            command.env("GIT_SSH_COMMAND", SSH);
        }
        let mut child = command.spawn().map_err(|error| {
            let reason = pintle_chart::disk::go_text(&error);
            self.failed(&reason)
                .hint("charts of Git repositories need the program git")
        })?;
        let start = Instant::now();
        let status = loop {
            match child.try_wait() {
                Ok(Some(status)) => break status,
                Ok(None) if start.elapsed() < PATIENCE => thread::sleep(Duration::from_millis(2)),
                _ => {
                    let _ = child.kill();
                    let _ = child.wait();
                    return Err(self.failed("it took more than five minutes"));
                }
            }
        };
        if status.success() {
            return Ok(self.printed("stdout"));
        }
        let said = self.printed("stderr");
        let reason = said
            .trim()
            .lines()
            .map(str::trim)
            .collect::<Vec<_>>()
            .join("; ");
        let error = self.failed(if reason.is_empty() {
            "it failed"
        } else {
            &reason
        });
        Err(match hint(&reason) {
            Some(hint) => error.hint(hint),
            None => error,
        })
    }

    /// What it wrote, so that it can be shown.
    fn printed(&self, name: &str) -> String {
        const ENOUGH: u64 = 8 << 10;
        let mut bytes = Vec::new();
        if let Ok(file) = File::open(self.place.path().join(name)) {
            let _ = file.take(ENOUGH).read_to_end(&mut bytes);
        }
        let text = String::from_utf8_lossy(&bytes);
        let is_shown = |letter: &char| !letter.is_control() || *letter == '\n';
        text.chars().filter(is_shown).collect()
    }

    fn failed(&self, reason: &str) -> Error {
        problem(format!(
            "could not fetch {}: git: {reason}",
            self.address.shown()
        ))
    }
}

fn hint(reason: &str) -> Option<&'static str> {
    let says = |text: &str| reason.contains(text);
    if says("couldn't find remote ref") {
        return Some("there is no branch or tag of that name");
    }
    if says("could not read Username") || says("Authentication failed") || says("Permission denied")
    {
        return Some("Git knows no credentials for this server: try git fetch there yourself");
    }
    if says("not a valid object name") || says("Not a valid object name") {
        return Some("there is no such folder in that commit");
    }
    None
}
