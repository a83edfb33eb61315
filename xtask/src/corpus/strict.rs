//! `corpus --strict-values`: whether values that are said to be unread are so.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Result, ensure};
use pintle_testkit::unread::{Subject, Verdict, check};

use super::{Case, PROGRESS};

/// A chart of the corpus, and the values to give; none gives its own.
type Job<'a> = (&'a str, Option<&'a str>);

/// Gives every chart of these cases its own values, and those of the case; checks what is said
/// of them by rendering with others.
///
/// # Errors
/// A value that is said to be unread, and changes the output.
pub fn check_all(program: &Path, corpus: &Path, cases: &[Case], jobs: usize) -> Result<()> {
    let own = cases.iter().map(|case| (&*case.archive, None));
    let others = cases
        .iter()
        .filter_map(|case| Some((&*case.archive, Some(case.values.as_deref()?))));
    let wanted: BTreeSet<Job<'_>> = own.chain(others).collect();
    let wanted: Vec<Job<'_>> = wanted.into_iter().collect();
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some((chart, values)) = wanted.get(number).copied() else {
                        break;
                    };
                    if number > 0 && number.is_multiple_of(PROGRESS) {
                        eprintln!("{number} of {} …", wanted.len());
                    }
                    let verdict = check(&Subject {
                        program,
                        folder: corpus,
                        chart,
                        values,
                    });
                    if let Ok(mut all) = results.lock() {
                        all.push((number, verdict));
                    }
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_default();
    results.sort_by_key(|(number, _)| *number);
    let (mut told, mut wrong, mut skipped) = (0, 0, 0);
    for (number, verdict) in &results {
        match verdict {
            Verdict::Right(count) => told += count,
            Verdict::Skipped(_) => skipped += 1,
            Verdict::Wrong(_) => {
                wrong += 1;
                let (chart, values) = wanted[*number];
                println!("{chart} {}: {verdict}", values.unwrap_or("its own values"));
            }
        }
    }
    println!(
        "strict values: {told} values of {} charts and files are unread, as is said; \
         {skipped} cannot be checked (they do not render, or never alike)",
        results.len()
    );
    ensure!(results.len() == wanted.len(), "a worker thread died");
    ensure!(wrong == 0, "false alarm for {wrong} charts");
    Ok(())
}
