//! Work on a real API server.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::Result;
use pintle_testkit::oracle::Peer;

use super::Programs;
use super::measure::{Pairs, Row, memory, time};
use super::offline::hermetic;
use crate::workspace;

/// A chart of middle size (23 objects of 8 kinds) that every program installs without help.
const CHART: &str = "prometheus-community/prometheus-29.27.0";
/// What the upgrade changes.
const CHANGE: [&str; 2] = ["--set", "server.retention=20d"];
const RELEASE: &str = "bench";

/// `install` and `upgrade`, each run in a fresh namespace.
pub fn rows(
    programs: &Programs,
    corpus: &Path,
    kubeconfig: &Path,
    rounds: usize,
) -> Result<Vec<Row>> {
    let place = Place {
        kubectl: workspace::peer(Peer::Kubectl)?,
        kubeconfig: kubeconfig.to_path_buf(),
        archive: corpus.join("charts").join(format!("{CHART}.tgz")),
        home: tempfile::tempdir()?,
        // Two benches may use the same server.
        prefix: format!("bench-{}", std::process::id()),
    };
    let mut install = Pairs::default();
    let mut upgrade = Pairs::default();
    for round in 0..=rounds {
        let helm = place.life(&programs.helm, &format!("helm-{round}"))?;
        let ours = place.life(&programs.pintle, &format!("ours-{round}"))?;
        if round > 0 {
            install.times.push((helm.install, ours.install));
            upgrade.times.push((helm.upgrade, ours.upgrade));
        }
    }
    let helm = place.life_memory(&programs.helm, "helm-memory")?;
    let ours = place.life_memory(&programs.pintle, "ours-memory")?;
    install.memory = (helm.0, ours.0);
    upgrade.memory = (helm.1, ours.1);
    Ok(vec![
        Row {
            name: format!("install {CHART}"),
            pairs: install,
        },
        Row {
            name: format!("upgrade {CHART}"),
            pairs: upgrade,
        },
    ])
}

/// The times of one release's life.
struct Life {
    install: Duration,
    upgrade: Duration,
}

/// Where the releases live.
struct Place {
    kubectl: PathBuf,
    kubeconfig: PathBuf,
    archive: PathBuf,
    home: tempfile::TempDir,
    prefix: String,
}

impl Place {
    fn life(&self, program: &Path, name: &str) -> Result<Life> {
        let namespace = format!("{}-{name}", self.prefix);
        let install = time(&mut self.install(program, &namespace))?;
        let upgrade = time(&mut self.upgrade(program, &namespace))?;
        self.end(program, &namespace)?;
        Ok(Life { install, upgrade })
    }

    fn life_memory(&self, program: &Path, name: &str) -> Result<(Option<f64>, Option<f64>)> {
        let namespace = format!("{}-{name}", self.prefix);
        let install = memory(&self.install(program, &namespace))?;
        if install.is_none() {
            return Ok((None, None));
        }
        let upgrade = memory(&self.upgrade(program, &namespace))?;
        self.end(program, &namespace)?;
        Ok((install, upgrade))
    }

    fn install(&self, program: &Path, namespace: &str) -> Command {
        let mut command = self.command(program, namespace, &["install", RELEASE]);
        command.arg(&self.archive).arg("--create-namespace");
        command
    }

    fn upgrade(&self, program: &Path, namespace: &str) -> Command {
        let mut command = self.command(program, namespace, &["upgrade", RELEASE]);
        command.arg(&self.archive).args(CHANGE);
        command
    }

    /// Ends the release: the chart has objects that no namespace holds, and the next run
    /// wants to make them anew.
    fn end(&self, program: &Path, namespace: &str) -> Result<()> {
        let wait = ["uninstall", RELEASE, "--wait"];
        time(&mut self.command(program, namespace, &wait))?;
        let words = ["delete", "namespace", namespace, "--wait=false"];
        time(&mut self.command(&self.kubectl, "default", &words))?;
        Ok(())
    }

    fn command(&self, program: &Path, namespace: &str, words: &[&str]) -> Command {
        let mut command = hermetic(program, self.home.path(), words);
        command
            .args(["--namespace", namespace])
            .arg("--kubeconfig")
            .arg(&self.kubeconfig);
        command
    }
}
