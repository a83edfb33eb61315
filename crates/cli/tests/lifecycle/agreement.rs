//! Both programs, asked the same question, give the same answer.

use crate::cluster::{Fixture, Program};

/// Compares what Pintle and Helm 4 say about a release: byte for byte.
pub fn check(fixture: &Fixture, release: &str, step: &str) {
    let questions: [&[&str]; 13] = [
        &["list", "-o", "json"],
        &["list"],
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
        let ours = fixture.run(Program::Pintle, question);
        let theirs = fixture.run(Program::Helm4, question);
        let what = question.join(" ");
        let report = pintle_testkit::snapshot::difference(&theirs.stdout, &ours.stdout);
        assert_eq!(
            report,
            None,
            "{step}: `{what}` differs (- Helm, + Pintle)\n{}\n{}",
            report.as_deref().unwrap_or_default(),
            ours.stderr,
        );
        assert_eq!(ours.code, theirs.code, "{step}: `{what}`\n{ours}\n{theirs}");
    }
}

/// After an uninstall: nobody knows the release.
pub fn check_gone(fixture: &Fixture, release: &str) {
    for program in [Program::Pintle, Program::Helm4] {
        let listed = fixture.run(program, &["list", "-q"]).success();
        assert_eq!(listed.stdout, "", "{program:?}");
        let status = fixture.run(program, &["status", release]);
        assert_eq!(status.code, Some(1), "{status}");
        assert_eq!(status.stderr, "Error: release: not found\n");
    }
}
