//! A server that charts are installed into by the built program, and what is in it: a sandbox of
//! our own, or a real API server.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::objects::{Object, documents};
use super::real::Real;
use crate::corpus::render::surroundings;
use crate::process::{self, Ending, Finished};

/// No command takes longer, or it hangs.
const LIMIT: Duration = Duration::from_mins(3);

/// A server, and a home of the program's own.
#[derive(Debug)]
pub struct Place {
    program: PathBuf,
    corpus: PathBuf,
    home: tempfile::TempDir,
    kubeconfig: PathBuf,
    /// None: it is a sandbox.
    real: Option<Real>,
}

impl Place {
    /// Starts a sandbox that keeps nothing on the disk, until it is dropped.
    pub fn start(program: &Path, corpus: &Path) -> Result<Self> {
        let mut place = Self {
            program: program.to_owned(),
            corpus: corpus.to_owned(),
            home: tempfile::tempdir()?,
            kubeconfig: PathBuf::new(),
            real: None,
        };
        let path = place.good(&["sandbox", "start", "--memory"])?;
        place.kubeconfig = PathBuf::from(path.trim());
        Ok(place)
    }

    /// A real API server, on which nobody else works.
    pub fn real(program: &Path, corpus: &Path, kubeconfig: &Path) -> Result<Self> {
        Ok(Self {
            program: program.to_owned(),
            corpus: corpus.to_owned(),
            home: tempfile::tempdir()?,
            kubeconfig: kubeconfig.to_owned(),
            real: Some(Real::new(kubeconfig)?),
        })
    }

    /// How long a chart may take to be ready, and to be gone.
    pub fn patience(&self) -> &'static str {
        // The real controllers take their time.
        if self.real.is_some() { "60s" } else { "30s" }
    }

    /// Runs the program against this server.
    pub fn run(&self, words: &[&str]) -> Result<Finished> {
        let mut command = Command::new(&self.program);
        command.args(words);
        surroundings(&mut command, &self.corpus, self.home.path());
        command.env("KUBECONFIG", &self.kubeconfig);
        command.env("PINTLE_SANDBOX_HOME", self.home.path().join("sandbox"));
        process::run(&mut command, LIMIT)
    }

    /// Runs the program, which must succeed; what it prints.
    pub fn good(&self, words: &[&str]) -> Result<String> {
        let done = self.run(words)?;
        if done.ending != Ending::Code(0) {
            bail!("{}: {}", words.join(" "), complaint(&done));
        }
        String::from_utf8(done.stdout).with_context(|| words.join(" "))
    }

    /// Makes it as new.
    pub fn reset(&self) -> Result<()> {
        if let Some(real) = &self.real {
            return real.clear();
        }
        self.good(&["sandbox", "reset"]).map(|_| ())
    }

    /// All objects, by what they are and their names.
    pub fn objects(&self) -> Result<BTreeMap<String, Object>> {
        if let Some(real) = &self.real {
            return real.objects();
        }
        let text = self.good(&["sandbox", "export"])?;
        let mut found = BTreeMap::new();
        for document in documents(&text) {
            let object = Object::parse(&document?)?;
            found.insert(object.id(), object);
        }
        Ok(found)
    }

    /// Installs objects beside the chart: definitions, or what it wants to find in a cluster.
    pub fn provide(&self, name: &str, folder: &str, objects: &str) -> Result<()> {
        let chart = self.home.path().join(name);
        fs::create_dir_all(chart.join(folder))?;
        let metadata = format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\n");
        fs::write(chart.join("Chart.yaml"), metadata)?;
        fs::write(chart.join(folder).join("all.yaml"), objects)?;
        let path = chart.display().to_string();
        // What is there already, the node say, gets more labels.
        self.good(&["install", name, &path, "--take-ownership"])
            .map(|_| ())
    }

    /// The custom resource definitions that a chart comes with or renders.
    pub fn definitions(&self, archive: &str, words: &[&str]) -> Result<Vec<String>> {
        let mut all = vec!["template", "rel", archive, "--include-crds"];
        all.extend(words);
        let text = self.good(&all)?;
        let pieces = text.split("\n---").map(str::to_owned);
        Ok(pieces
            .filter(|piece| {
                let mut lines = piece.lines();
                lines.any(|line| line.trim_end() == "kind: CustomResourceDefinition")
            })
            .map(|piece| piece.trim_start_matches("---").to_owned())
            .collect())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.real.is_none() {
            // It ends with its home otherwise, which it may no longer find.
            let _ = self.run(&["sandbox", "stop"]);
        }
    }
}

/// What a command says is wrong.
pub fn complaint(done: &Finished) -> String {
    if done.ending == Ending::TimedOut {
        return "it hangs".to_owned();
    }
    let text = String::from_utf8_lossy(&done.stderr);
    let lines = text.lines();
    let lines: Vec<&str> = lines
        .filter(|line| !line.starts_with("level=") && !line.starts_with("hint: "))
        .collect();
    lines.join("\n")
}

/// The text at a path of an object.
pub fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or("")
}
