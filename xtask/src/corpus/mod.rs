//! `cargo xtask corpus`: every render of the shared corpus, beside real Helm.
//!
//! - [`case`]: the manifest
//! - [`mod@render`]: running both programs; Helm's answers are kept
//! - [`lint`]: what `lint` says of each chart
//! - [`post_render`]: what goes through a post-renderer
//! - [`sandbox`]: what becomes of the charts in a sandbox
//! - [`shape`]: what may vary from run to run
//! - [`strict`]: whether values that are said to be unread are so
//! - [`verdict`]: comparing answers
//! - [`report`]: tables and differences
//! - [`record`]: the figures of `docs/parity.md`

mod case;
mod lint;
mod post_render;
mod record;
mod render;
mod report;
mod sandbox;
mod shape;
mod strict;
mod verdict;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use pintle_testkit::oracle::Peer;

use case::{Case, digest};
use render::{Helm, render};
use report::{Counts, Judged};
use shape::plausible;
pub use verdict::same_error;
use verdict::{Kind, Verdict};

use crate::arguments::Arguments;
use crate::process::{Ending, Finished};
use crate::{build, workspace};

const USAGE: &str = "\
Usage: cargo xtask corpus [FLAGS]

  --only TEXT      only the renders whose name holds TEXT (may be repeated: any of them)
  --limit N        only the first N of them
  --every N        only every Nth of them
  --list CLASS     name the renders of a class: identical, different, failed, same-error,
                   other-error, wrongly-succeeded, helm-crashes
  --check          fail when fewer are identical, or fail with the same text, than
                   docs/parity.md records
  --write          record the figures in docs/parity.md
  --lint           compare what lint says of each chart, and nothing else
  --post-render    compare what goes through a post-renderer, and nothing else
  --strict-values  check that values said to be unread are so, and nothing else
  --sandbox        install each chart that always renders the same into a sandbox, wait,
                   uninstall, look at what is left, and nothing else; --check: a fixed few
  --all-values     with --sandbox: with all values that the corpus has for it
  --beside         with --sandbox: on the API server of PINTLE_TEST_KUBECONFIG as well, on
                   which nobody else works; compares how it goes and what is left
  --profile NAME   the cargo profile of the program (default: dev)
  --jobs N         renders at the same time (default: one a core)

Builds the program, or takes the one that PINTLE_BIN names. The corpus is that of
PINTLE_CORPUS, else ../shared/corpus. Differences: target/corpus/differences.txt, and one
file a render below target/corpus/cases. Helm's answers are kept in target/corpus-oracle.";

/// How often Helm is run before a difference is believed: some renders vary. So often that a
/// rare outcome (one of two orders every time, a password without digits) fails nobody.
const HELM_RUNS: usize = 16;

/// After how many renders a sign of life is given.
const PROGRESS: usize = 200;

#[derive(Debug)]
struct Options {
    only: Vec<String>,
    limit: Option<usize>,
    every: Option<usize>,
    list: Option<Kind>,
    check: bool,
    write: bool,
    lint: bool,
    post_render: bool,
    strict_values: bool,
    sandbox: bool,
    all_values: bool,
    beside: bool,
    profile: String,
    jobs: Option<usize>,
}

impl Options {
    fn parse(mut typed: Arguments) -> Result<Self> {
        let mut only = Vec::new();
        while let Some(text) = typed.value("--only")? {
            only.push(text);
        }
        let options = Self {
            only,
            limit: typed.number("--limit")?,
            every: typed.number("--every")?,
            list: typed
                .value("--list")?
                .map(|name| class(&name))
                .transpose()?,
            check: typed.flag("--check"),
            write: typed.flag("--write"),
            lint: typed.flag("--lint"),
            post_render: typed.flag("--post-render"),
            strict_values: typed.flag("--strict-values"),
            sandbox: typed.flag("--sandbox"),
            all_values: typed.flag("--all-values"),
            beside: typed.flag("--beside"),
            profile: typed.value("--profile")?.unwrap_or_else(|| "dev".into()),
            jobs: typed.number("--jobs")?,
        };
        typed.finish()?;
        let some = options.every.is_some() && !options.beside;
        let partial = some || !options.only.is_empty() || options.limit.is_some();
        ensure!(
            !(partial && (options.check || options.write)),
            "--check and --write need the whole corpus"
        );
        Ok(options)
    }

    fn step(&self) -> usize {
        self.every.unwrap_or(1).max(1)
    }

    fn wants(&self, case: &Case) -> bool {
        let name = case.name();
        self.only.is_empty() || self.only.iter().any(|text| name.contains(text))
    }
}

fn class(name: &str) -> Result<Kind> {
    let found = Kind::ALL.into_iter().find(|kind| kind.name() == name);
    found.with_context(|| format!("--list: no class {name:?}\n\n{USAGE}"))
}

/// Runs the subcommand.
pub fn run(mut typed: Arguments) -> Result<ExitCode> {
    if typed.flag("--help") || typed.flag("-h") {
        println!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    let options = Options::parse(typed)?;
    if options.sandbox {
        return in_sandbox(&options);
    }
    let comparison = Comparison::new(&options)?;
    let cases: Vec<Case> = Case::read_all(&comparison.corpus)?
        .into_iter()
        .filter(|case| options.wants(case))
        .step_by(options.step())
        .take(options.limit.unwrap_or(usize::MAX))
        .collect();
    let start = Instant::now();
    if options.strict_values {
        let jobs = options.jobs.unwrap_or_else(cores);
        strict::check_all(&comparison.program, &comparison.corpus, &cases, jobs)?;
        return Ok(ExitCode::SUCCESS);
    }
    if options.post_render {
        post_render::compare(&comparison, &cases, options.jobs.unwrap_or_else(cores))?;
        return Ok(ExitCode::SUCCESS);
    }
    if options.lint {
        lint::compare(&comparison, &cases, options.jobs.unwrap_or_else(cores))?;
        return Ok(ExitCode::SUCCESS);
    }
    let judged = comparison.judge_all(&cases, options.jobs)?;
    report::write(&judged)?;
    show(&judged, &options);
    println!("{} renders in {:.1?}", cases.len(), start.elapsed());
    let counts = Counts::of(&judged);
    if options.write {
        record::write(&counts, &report::by_source(&judged))?;
    }
    if options.check {
        record::check(&counts)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn in_sandbox(options: &Options) -> Result<ExitCode> {
    let corpus = corpus()?;
    let all = Case::read_all(&corpus)?;
    let wanted = all.iter().filter(|case| options.wants(case));
    let cases: Vec<Case> = wanted
        .take(options.limit.unwrap_or(usize::MAX))
        .cloned()
        .collect();
    let wanted = sandbox::Wanted {
        program: &build::program(&options.profile)?,
        corpus: &corpus,
        jobs: options.jobs.unwrap_or_else(cores),
        all_values: options.all_values,
        check: options.check,
        write: options.write,
        every: options.step(),
        real: options.beside.then(real_server).transpose()?,
    };
    sandbox::run(&wanted, &cases, &all)?;
    Ok(ExitCode::SUCCESS)
}

fn real_server() -> Result<PathBuf> {
    let path = std::env::var_os("PINTLE_TEST_KUBECONFIG").map(PathBuf::from);
    path.context("--beside: PINTLE_TEST_KUBECONFIG is not set (tests/cluster/up)")
}

fn corpus() -> Result<PathBuf> {
    workspace::corpus().context("no corpus: want ../shared/corpus/manifest.tsv (or PINTLE_CORPUS)")
}

fn show(judged: &[Judged<'_>], options: &Options) {
    print!("{}", report::by_source(judged));
    for kind in [Kind::Failed, Kind::Different, Kind::OtherError] {
        for (count, reason) in report::commonest(judged, kind, 12) {
            println!("{count:>5} {}: {reason}", kind.name());
        }
    }
    if let Some(kind) = options.list {
        for one in judged.iter().filter(|one| one.verdict.kind == kind) {
            println!(
                "{}: {}  {}",
                kind.name(),
                one.case.name(),
                one.verdict.reason
            );
        }
    }
    if judged.len() <= 3 {
        for one in judged {
            println!("{}: {}", one.case.name(), one.verdict.kind.name());
            print!("{}", one.verdict.detail);
        }
    }
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// The two programs and the corpus.
#[derive(Debug)]
struct Comparison {
    corpus: PathBuf,
    program: PathBuf,
    helm: Helm,
}

impl Comparison {
    fn new(options: &Options) -> Result<Self> {
        Ok(Self {
            corpus: corpus()?,
            helm: Helm::new(
                workspace::peer(Peer::Helm4)?,
                workspace::target("corpus-oracle"),
            ),
            program: build::program(&options.profile)?,
        })
    }

    /// Judges all cases on several threads; the answers are in the order of the cases.
    fn judge_all<'a>(&self, cases: &'a [Case], jobs: Option<usize>) -> Result<Vec<Judged<'a>>> {
        let next = AtomicUsize::new(0);
        let results = Mutex::new(Vec::with_capacity(cases.len()));
        thread::scope(|scope| {
            for _ in 0..jobs.unwrap_or_else(cores).max(1) {
                scope.spawn(|| {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        let Some(case) = cases.get(number) else {
                            break;
                        };
                        if number > 0 && number.is_multiple_of(PROGRESS) {
                            eprintln!("{number} of {} …", cases.len());
                        }
                        let verdict = self.judge(case);
                        if let Ok(mut results) = results.lock() {
                            results.push((number, verdict));
                        }
                    }
                });
            }
        });
        let mut results = results.into_inner().unwrap_or_default();
        ensure!(results.len() == cases.len(), "a worker thread died");
        results.sort_by_key(|(number, _)| *number);
        let judged = cases.iter().zip(results);
        judged
            .map(|(case, (_, verdict))| {
                let verdict = verdict.with_context(|| case.name())?;
                Ok(Judged { case, verdict })
            })
            .collect()
    }

    fn judge(&self, case: &Case) -> Result<Verdict> {
        let ours = render(&self.program, &self.corpus, case)?;
        match (case.code, &ours.ending) {
            (0, Ending::Code(0)) => self.judge_output(case, &ours),
            (_, Ending::Signal | Ending::TimedOut) | (0, _) => Ok(Verdict::failed(&ours)),
            // The exit code of a Go program that panicked.
            (2, _) => Ok(Verdict::plain(Kind::HelmCrashes)),
            (_, Ending::Code(0)) => {
                let helm = self.helm.answer(&self.corpus, case, 0)?;
                Ok(Verdict::wrongly_succeeded(&helm))
            }
            (_, Ending::Code(_)) => self.judge_error(case, &ours),
        }
    }

    fn judge_output(&self, case: &Case, ours: &Finished) -> Result<Verdict> {
        if case.deterministic && digest(&ours.stdout) == case.out_sha256 {
            return Ok(Verdict::plain(Kind::Identical));
        }
        let mut runs = Vec::new();
        for run in 0..HELM_RUNS {
            runs.push(self.helm.answer(&self.corpus, case, run)?);
            if plausible(&runs, &ours.stdout) {
                return Ok(Verdict::plain(Kind::Identical));
            }
        }
        Ok(Verdict::different(&runs[0], ours))
    }

    fn judge_error(&self, case: &Case, ours: &Finished) -> Result<Verdict> {
        for run in 0..HELM_RUNS {
            let helm = self.helm.answer(&self.corpus, case, run)?;
            if same_error(&helm, ours) && helm.ending == ours.ending {
                return Ok(Verdict::plain(Kind::SameError));
            }
        }
        let helm = self.helm.answer(&self.corpus, case, 0)?;
        Ok(Verdict::other_error(&helm, ours))
    }
}
