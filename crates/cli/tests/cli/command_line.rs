//! Wrong command lines get Helm's answers.

use pintle_testkit::{Home, snapshot};

use crate::{Case, as_helm, pintle, snapshot_path};

/// Command lines that end before any chart or cluster is looked at.
const WRONG: &[&[&str]] = &[
    // commands
    &["bogus"],
    &["isntall"],
    &["remove"],
    &["rm"],
    &["Status"],
    &["x", "--bogus"],
    &["--bogus", "x", "version"],
    &["get", "--bogus"],
    &["get", "-o", "json"],
    // flags
    &["template", "--x"],
    &["template", "-c"],
    &["template", "-gx"],
    &["template", "---x"],
    &["template", "--=x"],
    &["version", "--bogus"],
    &["ls", "--bogus"],
    &["del", "--x"],
    &["version", "--log_dir", "x"],
    // missing values
    &["status", "-o"],
    &["status", "--revision"],
    &["--namespace"],
    &["-n"],
    &["list", "-n"],
    &["install", "--namespace"],
    &["-v"],
    // wrong values
    &["status", "-o", "xml", "a"],
    &["status", "-o=xml", "a"],
    &["status", "-oxml", "a"],
    &["status", "--output=xml", "a"],
    &["status", "--revision", "x", "a"],
    &["status", "--revision=", "a"],
    &["list", "--max", "99999999999999999999"],
    &["list", "-m", "1_"],
    &["list", "--qps", "abc"],
    &["list", "-n=a", "-vv"],
    &["-v", "version"],
    &["template", "--timeout", "5", "a"],
    &["template", "--timeout", "5x", "a"],
    &["template", "--timeout", "x", "a"],
    &["template", "--timeout=", "a"],
    &["template", "--wait=bad"],
    &["template", "--wait=true", "--x"],
    &["template", "--hide-notes", "--wait=false", "--x"],
    &["template", "--debug=maybe"],
    &["template", "-f", "a\"b"],
    &["template", "-f", "\"a"],
    &["template", "-f", "\"a\"b"],
    &["template", "-f", "\"a\nb"],
    &["template", "-f", "\n"],
    &["template", "-l", "a"],
    &["template", "-l", "a=1,b,c=2"],
    &["template", "--post-renderer", "x", "c"],
    &["install", "a", "c", "--server-side=x"],
    &["uninstall", "--dry-run=client", "x"],
    &["version", "--stderrthreshold", "LOUD"],
    &["version", "--vmodule", "a"],
    &["version", "--log-backtrace-at", "x"],
    &["version", "--log-file-max-size", "x"],
    &["version", "--alsologtostderr=x"],
    &["--color", "bogus", "version"],
    &["--color=bogus", "nope"],
    &["--bogus", "--color", "bogus", "version"],
    // numbers of arguments
    &["status"],
    &["status", "a", "b"],
    &["list", "a"],
    &["template"],
    &["template", "--dry-run=bad"],
    &["template", "-l", "a=b,c"],
    &["install"],
    &["install", "--dry-run"],
    &["upgrade"],
    &["upgrade", "a"],
    &["rollback"],
    &["uninstall"],
    &["un"],
    &["history"],
    &["get", "values"],
    &["get", "values", "a", "b"],
    &["version", "x"],
    &["version", "help"],
    &["version", "--", "--short"],
    &["env", "x", "y"],
    &["--debug", "status", "a", "b"],
    // flags that exclude each other
    &["install", "--force", "--force-conflicts", "a", "b"],
    &["install", "--force-replace", "--force-conflicts", "a", "b"],
    &["template", "--validate", "--dry-run=server", "a", "b"],
];

#[test]
fn wrong_command_lines() {
    let case = |words: &&'static [&'static str]| Case {
        variables: &[],
        words,
    };
    let cases: Vec<Case> = WRONG.iter().map(case).collect();
    as_helm("wrong_command_lines.txt", &cases, |_| {});
}

#[test]
fn the_program_calls_itself_by_its_own_name() {
    let home = Home::new();
    let lines: [&[&str]; 4] = [&["isntall"], &["status"], &["help", "bogus"], &["version"]];
    let answers = lines.map(|words| pintle(&home, words));
    snapshot::check(snapshot_path("own_name.txt"), &answers);
}
