//! Both programs, asked the same question, give the same answer.

use std::thread::sleep;
use std::time::Duration;

use pintle_testkit::Finished;

use crate::cluster::{Fixture, Program};

/// How often a question is asked again: the cluster may have moved between two answers.
const ATTEMPTS: u32 = 5;

/// Compares what Pintle and Helm 4 say about a release: byte for byte.
pub fn check(fixture: &Fixture, release: &str, step: &str) {
    let questions: [&[&str]; 17] = [
        &["list", "-o", "json"],
        &["list"],
        &["list", "-o", "yaml"],
        &["history", release, "-o", "yaml"],
        &["get", "metadata", release, "-o", "yaml"],
        &["get", "values", release],
        &["status", release, "-o", "json"],
        &["history", release, "-o", "json"],
        &["history", release],
        &["get", "values", release, "-o", "json"],
        &["get", "values", release, "--all", "-o", "yaml"],
        &["get", "manifest", release],
        &["get", "hooks", release],
        &["get", "notes", release],
        &["get", "metadata", release, "-o", "json"],
        &["get", "metadata", release],
        &["get", "all", release],
    ];
    for question in questions {
        for attempt in 1..=ATTEMPTS {
            let ours = fixture.run(Program::Pintle, question);
            let theirs = fixture.run(Program::Helm4, question);
            let Some(report) = difference(&ours, &theirs) else {
                break;
            };
            assert!(
                attempt < ATTEMPTS,
                "{step}: `{}`: {report}\n{}",
                question.join(" "),
                ours.stderr,
            );
            sleep(Duration::from_millis(500));
        }
    }
}

/// After an uninstall: nobody knows the release.
pub fn check_gone(fixture: &Fixture, release: &str) {
    for program in [Program::Pintle, Program::Helm4] {
        let listed = fixture.run(program, &["list", "-q"]).success();
        assert_eq!(listed.stdout, "", "{program:?}");
        let status = fixture.run(program, &["status", release]);
        assert_eq!(status.code, Some(1), "{status}");
        assert!(
            status.stderr.starts_with("Error: release: not found\n"),
            "{status}"
        );
    }
}

/// The first place where two answers differ, with what stands around it.
fn difference(ours: &Finished, theirs: &Finished) -> Option<String> {
    if ours.code != theirs.code {
        return Some(format!("exit codes\n{ours}\n{theirs}"));
    }
    let (ours, theirs) = (steady(&ours.stdout), steady(&theirs.stdout));
    if ours == theirs {
        return None;
    }
    let same = ours
        .char_indices()
        .zip(theirs.chars())
        .take_while(|((_, a), b)| a == b)
        .count();
    let window = |text: &str| -> String {
        let text = text.chars().skip(same.saturating_sub(100));
        text.take(250).collect()
    };
    Some(format!(
        "first difference at character {same}\nPintle: {:?}\nHelm:   {:?}",
        window(&ours),
        window(&theirs)
    ))
}

/// The version of a list of objects is that of the whole cluster: it changes all the time.
fn steady(text: &str) -> String {
    const LIST: &str = "\"kind\":\"PodList\",\"metadata\":{\"resourceVersion\":\"";
    let mut parts = text.split(LIST);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(LIST);
        out.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    out
}

/// Runs the same command with both programs: exit code, stdout and stderr are the same, hints
/// and the time of deployment apart. Gives our answer.
pub fn same(fixture: &Fixture, words: &[&str]) -> Finished {
    let run = |program| {
        let command = fixture.command(program).called("helm");
        told(command.args(words).run())
    };
    let (ours, theirs) = (run(Program::Pintle), run(Program::Helm4));
    assert_eq!(ours.to_string(), theirs.to_string());
    ours
}

/// An answer without what is ours alone or never the same twice.
pub fn told(answer: Finished) -> Finished {
    let steady = |text: &str| -> String {
        let ours = |line: &str| line.starts_with("hint: ") || line.starts_with("LAST DEPLOYED: ");
        let lines = text.split_inclusive('\n');
        lines.filter(|line| !ours(line)).collect()
    };
    answer.map(|text| steady(text))
}
