//! Charts on the move: indexes, archives, dependencies, from a server in this process.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use pintle_testkit::web::{Page, Pages, Web};

use super::Programs;
use super::measure::{Pairs, Row, memory, time};
use super::offline::hermetic;

/// The chart that is shown, pulled and packaged.
const CHART: &str = "argo/argo-cd-10.1.1";
/// Its name in the large repository, and its version.
const NAMED: (&str, &str) = ("big/argo-cd", "10.1.1");
/// Where the repositories are.
const SITE: &str = "http://charts.example.invalid";
/// The list with the large repository, and the one with the charts that a chart depends on.
const BIG: &str = "big";
const FEW: &str = "few";
/// How many archives are indexed.
const ARCHIVES: usize = 1000;
/// How many charts a chart depends on.
const DEPENDENCIES: usize = 30;

/// All rows.
pub fn rows(programs: &Programs, corpus: &Path) -> Result<Vec<Row>> {
    let place = Place::new(programs, corpus)?;
    let path = |name: &str| place.path(name).display().to_string();
    let (name, version) = NAMED;
    let (archives, parent) = (path("archives"), path("parent"));
    let (folder, out) = (path("unpacked/argo-cd"), path("out"));
    let search = ["search", "repo", "prometheus"];
    // Helm takes seconds where it reads the large index or many archives.
    let works: [(&str, usize, &[&str]); 7] = [
        ("search repo, index of 25 MB", 3, &search),
        ("search repo, the first time", 3, &search),
        (
            "show chart of that repository",
            3,
            &["show", "chart", name, "--version", version],
        ),
        (
            "pull from that repository",
            3,
            &["pull", name, "--version", version, "-d", &out],
        ),
        (
            "repo index of 1,000 archives",
            3,
            &["repo", "index", &archives],
        ),
        ("package", 15, &["package", &folder, "-d", &out]),
        (
            "dependency build of 30 charts",
            7,
            &["dependency", "build", "--skip-refresh", &parent],
        ),
    ];
    works
        .into_iter()
        .map(|(what, rounds, words)| {
            let is_cold = what.ends_with("first time");
            eprintln!("measuring: {what}");
            Ok(Row {
                name: what.to_owned(),
                pairs: place.pairs(programs, words, rounds, is_cold)?,
            })
        })
        .collect()
}

/// Folders, and a server for all hosts.
struct Place {
    home: tempfile::TempDir,
    web: Web,
}

impl Place {
    fn new(programs: &Programs, corpus: &Path) -> Result<Self> {
        let home = tempfile::tempdir()?;
        let archives = archives_of(corpus)?;
        many(&home.path().join("archives"), &archives)?;
        let folder = home.path();
        let small = folder.join("small");
        fs::create_dir_all(&small)?;
        for archive in some(&archives) {
            fs::copy(archive, small.join(file_name(archive)))?;
        }
        let small_text = small.display().to_string();
        done(&mut hermetic(
            &programs.helm,
            folder,
            &["repo", "index", &small_text],
        ))?;
        let index = fs::read_to_string(small.join("index.yaml"))?;
        parent(&folder.join("parent"), &index)?;
        fs::create_dir_all(folder.join("out"))?;
        unpack(corpus, &folder.join("unpacked"))?;
        large_index(corpus, &folder.join(BIG))?;

        let mut pages = Pages::new();
        let chart = corpus.join(format!("charts/{CHART}.tgz"));
        pages.insert(format!("{SITE}/{CHART}.tgz"), Page::new(fs::read(chart)?));
        for entry in fs::read_dir(&small)? {
            let file = entry?.path();
            let url = format!("{SITE}/small/{}", file_name(&file));
            pages.insert(url, Page::new(fs::read(file)?));
        }
        let place = Self {
            web: Web::new(pages),
            home,
        };
        // The lock that is then built from.
        let parent = place.path("parent").display().to_string();
        let small = format!("{SITE}/small");
        for words in [
            &["repo", "add", "small", &small][..],
            &["dependency", "update", "--skip-refresh", &parent],
        ] {
            done(&mut place.command(&programs.helm, FEW, words))?;
        }
        Ok(place)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// A command that knows one of the lists of repositories.
    fn command(&self, program: &Path, list: &str, words: &[&str]) -> Command {
        let mut command = hermetic(program, self.home.path(), words);
        let folder = self.path(list);
        command
            .env("HELM_REPOSITORY_CONFIG", folder.join("repositories.yaml"))
            .env("HELM_REPOSITORY_CACHE", folder.join("cache"))
            .env("HTTP_PROXY", self.web.proxy());
        command
    }

    /// Both programs turn by turn. `cold`, what ours keeps of an index is gone each time.
    fn pairs(
        &self,
        programs: &Programs,
        words: &[&str],
        rounds: usize,
        cold: bool,
    ) -> Result<Pairs> {
        // Helm reads the indexes of all repositories on the list for each chart.
        let list = if words[0] == "dependency" { FEW } else { BIG };
        let helm = || self.command(&programs.helm, list, words);
        let ours = || -> Result<Command> {
            let kept = self.path(BIG).join("cache/big-index.pintle");
            if cold && kept.exists() {
                fs::remove_file(kept)?;
            }
            Ok(self.command(&programs.pintle, list, words))
        };
        let mut pairs = Pairs::default();
        for round in 0..=rounds {
            let pair = (time(&mut helm())?, time(&mut ours()?)?);
            if round > 0 {
                pairs.times.push(pair);
            }
        }
        pairs.memory = (memory(&helm())?, memory(&ours()?)?);
        Ok(pairs)
    }
}

/// The archives of the corpus, in order.
fn archives_of(corpus: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for folder in fs::read_dir(corpus.join("charts"))? {
        let folder = folder?.path();
        if folder.is_dir() {
            for file in fs::read_dir(folder)? {
                found.push(file?.path());
            }
        }
    }
    // The corpus keeps a second archive of a version under another name.
    let is_second = |path: &PathBuf| file_name(path).contains(".dup");
    found.retain(|path| path.extension().is_some_and(|end| end == "tgz") && !is_second(path));
    found.sort();
    ensure!(!found.is_empty(), "no archives in {}", corpus.display());
    Ok(found)
}

/// Some archives of different charts.
fn some(archives: &[PathBuf]) -> Vec<&PathBuf> {
    let mut seen = BTreeSet::new();
    let start = |path: &PathBuf| {
        let file = file_name(path);
        file.split_once('-')
            .map_or(file.clone(), |(start, _)| start.to_owned())
    };
    let different = archives.iter().filter(|path| seen.insert(start(path)));
    different.take(DEPENDENCIES).collect()
}

/// The names and versions of an index as Helm writes it.
fn charts_of(index: &str) -> Vec<(&str, &str)> {
    let field = |name: &'static str| {
        let lines = index.lines();
        lines.filter_map(move |line| line.strip_prefix("    ")?.strip_prefix(name))
    };
    field("name: ").zip(field("version: ")).collect()
}

/// So many archives that an index of them takes a while.
fn many(folder: &Path, archives: &[PathBuf]) -> Result<()> {
    fs::create_dir_all(folder)?;
    for (number, archive) in archives.iter().cycle().take(ARCHIVES).enumerate() {
        fs::copy(
            archive,
            folder.join(format!("{number}-{}", file_name(archive))),
        )?;
    }
    Ok(())
}

/// A chart that depends on those of an index.
fn parent(folder: &Path, index: &str) -> Result<()> {
    let mut text = "apiVersion: v2\nname: parent\nversion: 0.1.0\ndependencies:\n".to_owned();
    for (name, version) in charts_of(index) {
        text += &format!("- {{name: {name}, version: {version}, repository: \"{SITE}/small\"}}\n");
    }
    fs::create_dir_all(folder)?;
    fs::write(folder.join("Chart.yaml"), text)?;
    Ok(())
}

fn unpack(corpus: &Path, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let mut tar = Command::new("tar");
    tar.arg("-xzf")
        .arg(corpus.join(format!("charts/{CHART}.tgz")));
    done(tar.arg("-C").arg(folder))
}

/// An index of 25 MB in a repository `big`, with archives that this process serves.
fn large_index(corpus: &Path, folder: &Path) -> Result<()> {
    let mut make = Command::new("python3");
    make.arg(corpus.join("../tools/make_big_index.py"));
    make.arg("--corpus").arg(corpus).arg("--out").arg(folder);
    done(&mut make)?;
    for file in ["cache/big-index.yaml", "repositories.yaml"] {
        let path = folder.join(file);
        let text = fs::read_to_string(&path)?;
        fs::write(&path, text.replace("https://charts.example.invalid", SITE))?;
    }
    Ok(())
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn done(command: &mut Command) -> Result<()> {
    let output = command.output().with_context(|| format!("{command:?}"))?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{command:?}: {}", errors.trim());
    Ok(())
}
