//! Charts on the move: repositories, archives, dependencies, served by this process.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use pintle_testkit::web::{Page, Pages, Web};

use super::Programs;
use super::measure::{Pairs, Row, time, usual_memory};
use super::offline::hermetic;
use crate::workspace;

/// The chart that is shown, pulled and packaged.
const CHART: &str = "argo/argo-cd-10.1.1";
/// Its name in the large repository, and its version.
const NAMED: (&str, &str) = ("big/argo-cd", "10.1.1");
/// Where the large repository says its archives are.
const SITE: &str = "http://charts.example.invalid";
/// How many archives are indexed.
const ARCHIVES: usize = 1000;
/// How many charts a chart depends on.
const DEPENDENCIES: usize = 30;

/// All rows.
pub fn rows(programs: &Programs, corpus: &Path, rounds: usize) -> Result<Vec<Row>> {
    let place = Place::new(corpus)?;
    let (name, version) = NAMED;
    let (archives, parent) = (text(&place.archives()), text(&place.parent()));
    let (folder, out) = (text(&place.unpacked()), text(&place.out()));
    let search = ["search", "repo", "prometheus"];
    let works: [(&str, &[&str]); 7] = [
        ("search repo prometheus, 25 MB index", &search),
        ("search repo prometheus, 25 MB index, the first time", &search),
        ("show chart of a repository", &["show", "chart", name, "--version", version]),
        ("pull", &["pull", name, "--version", version, "-d", &out]),
        ("repo index, 1,000 archives", &["repo", "index", &archives]),
        ("package argo-cd", &["package", &folder, "-d", &out]),
        ("dependency build, 30 charts", &["dependency", "build", &parent]),
    ];
    let mut rows = Vec::new();
    for (what, words) in works {
        let is_cold = what.ends_with("the first time");
        let pairs = place.pairs(programs, words, rounds, is_cold)?;
        rows.push(Row {
            name: what.to_owned(),
            pairs,
        });
    }
    Ok(rows)
}

/// Folders and servers.
struct Place {
    home: tempfile::TempDir,
    web: Web,
}

impl Place {
    fn new(corpus: &Path) -> Result<Self> {
        let home = tempfile::tempdir()?;
        let archives = archives_of(corpus)?;
        let mut pages = Pages::new();
        let mut serve = |url: String, path: &Path| -> Result<()> {
            pages.insert(url, Page::new(fs::read(path)?));
            Ok(())
        };
        serve(
            format!("{SITE}/{CHART}.tgz"),
            &corpus.join(format!("charts/{CHART}.tgz")),
        )?;
        for archive in archives.iter().take(DEPENDENCIES) {
            serve(format!("{SITE}/small/{}", file_name(archive)), archive)?;
        }
        let place = Self {
            home,
            web: Web::new(Pages::new()),
        };
        place.fill(corpus, &archives)?;
        let index = fs::read(place.small().join("index.yaml"))?;
        pages.insert(format!("{SITE}/small/index.yaml"), Page::new(index));
        Ok(Self {
            web: Web::new(pages),
            home: place.home,
        })
    }

    fn archives(&self) -> PathBuf {
        self.home.path().join("archives")
    }

    fn parent(&self) -> PathBuf {
        self.home.path().join("parent")
    }

    fn unpacked(&self) -> PathBuf {
        self.home.path().join("unpacked/argo-cd")
    }

    fn out(&self) -> PathBuf {
        self.home.path().join("out")
    }

    fn small(&self) -> PathBuf {
        self.home.path().join("small")
    }

    fn big(&self) -> PathBuf {
        self.home.path().join("big")
    }

    /// Makes what is worked on; indexes and locks by Helm, who has to agree with them.
    fn fill(&self, corpus: &Path, archives: &[PathBuf]) -> Result<()> {
        for folder in [self.archives(), self.parent(), self.out(), self.small()] {
            fs::create_dir_all(folder)?;
        }
        for (number, archive) in archives.iter().cycle().take(ARCHIVES).enumerate() {
            let name = format!("{number}-{}", file_name(archive));
            fs::copy(archive, self.archives().join(name))?;
        }
        let mut dependencies = String::new();
        for archive in archives.iter().take(DEPENDENCIES) {
            fs::copy(archive, self.small().join(file_name(archive)))?;
        }
        let unpacked = self.home.path().join("unpacked");
        fs::create_dir_all(&unpacked)?;
        let mut tar = Command::new("tar");
        tar.arg("-xzf").arg(corpus.join(format!("charts/{CHART}.tgz")));
        done(tar.arg("-C").arg(&unpacked))?;

        let mut index = Command::new("python3");
        index.arg(corpus.join("../tools/make_big_index.py"));
        index.arg("--corpus").arg(corpus).arg("--out").arg(self.big());
        done(&mut index).context("the large index")?;
        let path = self.big().join("cache/big-index.yaml");
        let text = fs::read_to_string(&path)?;
        fs::write(&path, text.replace("https://charts.example.invalid", SITE))?;

        let helm = workspace::peer(pintle_testkit::oracle::Peer::Helm4)?;
        let small = self.small();
        done(hermetic(&helm, self.home.path(), &["repo", "index", &text_of(&small)]))?;
        let index = fs::read_to_string(small.join("index.yaml"))?;
        for (name, version) in newest(&index) {
            dependencies += &format!(
                "- {{name: {name}, version: {version:?}, repository: \"{SITE}/small\"}}\n"
            );
        }
        let parent = format!(
            "apiVersion: v2\nname: parent\nversion: 0.1.0\ndependencies:\n{dependencies}"
        );
        fs::write(self.parent().join("Chart.yaml"), parent)?;
        Ok(())
    }

    fn command(&self, program: &Path, words: &[&str]) -> Command {
        let mut command = hermetic(program, self.home.path(), words);
        command
            .env("HELM_REPOSITORY_CONFIG", self.big().join("repositories.yaml"))
            .env("HELM_REPOSITORY_CACHE", self.big().join("cache"))
            .env("HTTP_PROXY", self.web.proxy());
        command
    }
}
