//! `corpus --lint`: what `lint` says of each chart, beside real Helm.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Result, ensure};

use super::render::run_words;
use super::{Case, Comparison, PROGRESS};
use crate::process::{Ending, Finished};

/// Compares the answers of both programs for every chart of these cases; tells each difference.
///
/// # Errors
/// A program that cannot be run; any difference.
pub fn compare(comparison: &Comparison, cases: &[Case], jobs: usize) -> Result<()> {
    let archives: BTreeSet<&str> = cases.iter().map(|case| &*case.archive).collect();
    let archives: Vec<&str> = archives.into_iter().collect();
    let differences = differences(archives.len(), jobs, |number| {
        let archive = archives[number];
        let found = difference(comparison, archive)?;
        Some(format!("{archive}\n{found}"))
    });
    for found in &differences {
        println!("{found}");
    }
    let same = archives.len() - differences.len();
    println!("lint: {same} of {} charts are judged alike", archives.len());
    ensure!(
        differences.is_empty(),
        "{} charts differ",
        differences.len()
    );
    Ok(())
}

/// What `find` finds among so many things, on several threads; in order.
pub fn differences(
    count: usize,
    jobs: usize,
    find: impl Fn(usize) -> Option<String> + Sync,
) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let found = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        break;
                    }
                    if number > 0 && number.is_multiple_of(PROGRESS) {
                        eprintln!("{number} of {count} …");
                    }
                    if let (Some(one), Ok(mut all)) = (find(number), found.lock()) {
                        all.push(one);
                    }
                }
            });
        }
    });
    let mut found = found.into_inner().unwrap_or_default();
    found.sort();
    found
}

/// The first difference of two answers, if any.
fn difference(comparison: &Comparison, archive: &str) -> Option<String> {
    let answer = |program: &Path| {
        run_words(program, &comparison.corpus, &["lint", archive])
            .map_or_else(|error| format!("{error:#}"), |done| shown(&done))
    };
    let (theirs, ours) = (
        answer(comparison.helm.program()),
        answer(&comparison.program),
    );
    pintle_testkit::snapshot::difference(&theirs, &ours)
}

/// Exit code and both streams, without what is never the same twice and without our hints.
fn shown(done: &Finished) -> String {
    let code = match done.ending {
        Ending::Code(code) => code.to_string(),
        Ending::Signal => "a signal".to_owned(),
        Ending::TimedOut => "the time limit".to_owned(),
    };
    let stdout = String::from_utf8_lossy(&done.stdout);
    let stdout: String = stdout
        .split_inclusive('\n')
        .map(with_sorted_names)
        .collect();
    let stderr = String::from_utf8_lossy(&done.stderr);
    let stderr: Vec<&str> = stderr
        .lines()
        .filter(|line| !line.starts_with("hint: "))
        .collect();
    let text = format!("ended with {code}\n{stdout}\n{}\n", stderr.join("\n"));
    without_temporary(&text)
}

/// HELM: charts are told in random order.
fn with_sorted_names(line: &str) -> String {
    const START: &str = "is missing these dependencies: ";
    let Some((before, names)) = line.trim_end().split_once(START) else {
        return line.to_owned();
    };
    let mut names: Vec<&str> = names.split(',').collect();
    names.sort_unstable();
    format!("{before}{START}{}\n", names.join(","))
}

/// Archives are unpacked to a folder with a random name.
fn without_temporary(text: &str) -> String {
    let mut parts = text.split("/helm-lint");
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        shown.push_str("/helm-lint-*");
        shown.push_str(part.trim_start_matches(|c: char| c.is_ascii_alphanumeric()));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::{with_sorted_names, without_temporary};

    #[test]
    fn names_are_sorted() {
        let line = "[ERROR] x: chart metadata is missing these dependencies: b,a\n";
        assert!(with_sorted_names(line).ends_with(": a,b\n"));
        assert_eq!(with_sorted_names("other b,a\n"), "other b,a\n");
    }

    #[test]
    fn temporary_folders_lose_their_names() {
        assert_eq!(
            without_temporary("[WARNING] /tmp/helm-lint123/web: x /tmp/helm-lintAb/y"),
            "[WARNING] /tmp/helm-lint-*/web: x /tmp/helm-lint-*/y"
        );
    }
}
