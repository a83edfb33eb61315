//! The sandbox beside the real API server: the same requests, the same answers.
//!
//! Each `*.requests` file is a script; `*.answers` beside it holds what the API server of
//! Kubernetes v1.37.1 answered, without uids, times and versions. When `PINTLE_TEST_KUBECONFIG`
//! names a real one (`tests/cluster/up`), it is asked again, and `PINTLE_UPDATE=1` rewrites the
//! answers. A case whose title ends with `~ WHY` differs: `FIDELITY.md` says so, too.

mod answer;
mod script;

use std::fs;
use std::path::{Path, PathBuf};

use answer::{Answer, Peer};
use pintle_sandbox::clock::Clock;
use pintle_sandbox::{Options, Sandbox};
use pintle_testkit::skip;
use script::{Case, Script};

fn scripts() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/agreement");
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the scripts")
        .map(|entry| entry.expect("a script").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "requests")
        })
        .collect();
    found.sort();
    found
}

fn recorded(script: &Path) -> Vec<Answer> {
    let path = script.with_extension("answers");
    let text =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn name(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// What differs between answers: nothing when they agree.
fn difference(case: &Case, expected: &Answer, actual: &Answer) -> Option<String> {
    if expected == actual {
        return None;
    }
    let (expected, actual) = (expected.shown(), actual.shown());
    Some(format!(
        "{}\n{} {}\n{}",
        case.title,
        case.method,
        case.path,
        diff(&expected, &actual)
    ))
}

/// The lines that differ, by their longest common beginning and end.
fn diff(expected: &str, actual: &str) -> String {
    let (a, b): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), actual.lines().collect());
    let begin = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let end = a[begin..]
        .iter()
        .rev()
        .zip(b[begin..].iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let mut text = String::new();
    for line in &a[begin..a.len() - end] {
        text.push_str(&format!("  - {line}\n"));
    }
    for line in &b[begin..b.len() - end] {
        text.push_str(&format!("  + {line}\n"));
    }
    text
}

#[test]
fn the_sandbox_answers_as_the_real_server_did() {
    let fidelity = Path::new(env!("CARGO_MANIFEST_DIR")).join("FIDELITY.md");
    let fidelity = fs::read_to_string(fidelity).unwrap_or_default();
    // Managers are told in the order of their times: here all of them have the same.
    let options = Options {
        clock: Clock::Fixed(1_767_323_045),
        ..Options::default()
    };
    let sandbox = Sandbox::start(&options).expect("it starts");
    let peer = Peer::new(&sandbox.kubeconfig());
    let (mut wrong, mut cases) = (Vec::new(), 0);
    for path in scripts() {
        let script = Script::read(&path);
        let expected = recorded(&path);
        assert_eq!(
            script.cases.len(),
            expected.len(),
            "{}: record it anew",
            path.display()
        );
        let actual = peer.run(&name(&path), &script);
        for ((case, expected), actual) in script.cases.iter().zip(&expected).zip(&actual) {
            cases += 1;
            match (difference(case, expected, actual), &case.differs) {
                (Some(difference), None) => wrong.push(format!("{}: {difference}", name(&path))),
                (None, Some(_)) => wrong.push(format!(
                    "{}: {}: agrees now: take the mark away",
                    name(&path),
                    case.title
                )),
                (Some(_), Some(why)) if !fidelity.contains(why.as_str()) => {
                    wrong.push(format!("FIDELITY.md does not tell of: {why}"));
                }
                _ => {}
            }
        }
    }
    assert!(cases > 0, "no script has a case");
    assert!(
        wrong.is_empty(),
        "{} of {cases} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn differences(path: &Path, script: &Script, actual: Vec<Answer>) -> Vec<String> {
    let pairs = script.cases.iter().zip(recorded(path)).zip(actual);
    pairs
        .filter_map(|((case, expected), actual)| {
            difference(case, &expected.by_name(), &actual.by_name())
        })
        .collect()
}

#[test]
fn the_real_server_still_answers_so() {
    let Ok(path) = std::env::var("PINTLE_TEST_KUBECONFIG") else {
        skip(
            "the_real_server_still_answers_so",
            "PINTLE_TEST_KUBECONFIG is not set (tests/cluster/up)",
        );
        return;
    };
    let update = std::env::var_os("PINTLE_UPDATE").is_some_and(|value| value == "1");
    let only = std::env::var("PINTLE_SCRIPT").unwrap_or_default();
    let peer = Peer::new(&fs::read_to_string(path).expect("a kubeconfig"));
    let mut wrong = Vec::new();
    for path in scripts()
        .into_iter()
        .filter(|path| only.is_empty() || name(path) == only)
    {
        let script = Script::read(&path);
        let actual = peer.run(&name(&path), &script);
        if update {
            let text = answer::written(&actual);
            fs::write(path.with_extension("answers"), text).expect("the answers can be written");
            continue;
        }
        let mut found = differences(&path, &script, actual);
        if !found.is_empty() {
            // Its controllers are late now and then, or early: what differs does so again.
            found = differences(&path, &script, peer.run(&name(&path), &script));
        }
        wrong.append(&mut found);
    }
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
