//! Runs both programs on a case and compares what they answer.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use super::case::{CHART, Case};
use crate::corpus::same_error;
use crate::process::{self, Ending, Finished};

/// A render that takes longer has failed.
const LIMIT: Duration = Duration::from_secs(30);

/// Address space for one render, in KiB. Helm takes all memory there is for values that
/// contain themselves; with this much it crashes within a second.
const MEMORY: u32 = 3_000_000;

/// How often Helm is asked again before a difference counts: what it does not do the same
/// way twice is no difference.
const HELM_RUNS: usize = 5;

/// The two programs.
#[derive(Debug)]
pub struct Programs {
    /// The real Helm.
    pub helm: PathBuf,
    /// Ours.
    pub pintle: PathBuf,
}

/// What both answered.
#[derive(Debug)]
pub struct Answers {
    /// Helm's answer.
    pub helm: Finished,
    /// Ours.
    pub pintle: Finished,
}

/// How two answers compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The same output.
    Same,
    /// The same error.
    SameError,
    /// Helm crashes, or never ends: there is nothing to agree with.
    Crash,
    /// They differ.
    Different,
}

impl Programs {
    /// Asks both, once.
    pub fn ask(&self, case: &Case) -> Result<Answers> {
        let folder = tempfile::tempdir()?;
        let arguments = case.write(folder.path())?;
        Ok(Answers {
            helm: render(&self.helm, folder.path(), &arguments)?,
            pintle: render(&self.pintle, folder.path(), &arguments)?,
        })
    }

    /// Asks both, and Helm again when they differ. The answers are the last ones.
    pub fn compare(&self, case: &Case) -> Result<(Outcome, Answers)> {
        let mut answers = self.ask(case)?;
        let mut outcome = judge(&answers);
        for _ in 1..HELM_RUNS {
            if outcome != Outcome::Different {
                break;
            }
            answers = self.ask(case)?;
            outcome = judge(&answers);
        }
        Ok((outcome, answers))
    }
}

/// Runs a program with an empty home and nothing of this machine's environment.
fn render(program: &Path, folder: &Path, arguments: &[String]) -> Result<Finished> {
    let mut command = limited(program);
    command
        .args(["template", "rel", CHART])
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .env("KUBECONFIG", "/dev/null")
        .env("TZ", "UTC")
        .env("LANG", "C.UTF-8");
    process::run(&mut command, LIMIT)
}

/// A command with a limit of memory, as far as the system has a shell that knows one.
fn limited(program: &Path) -> Command {
    if cfg!(not(unix)) {
        return Command::new(program);
    }
    let mut command = Command::new("/bin/sh");
    command
        .arg("-c")
        .arg(format!("ulimit -v {MEMORY}; exec \"$0\" \"$@\""))
        .arg(program);
    command
}

/// Compares two answers.
pub fn judge(answers: &Answers) -> Outcome {
    let Answers { helm, pintle } = answers;
    let agree = |same, outcome| if same { outcome } else { Outcome::Different };
    match (&helm.ending, &pintle.ending) {
        // 2: the exit code of a Go program that panicked.
        (Ending::Signal | Ending::TimedOut | Ending::Code(2), Ending::Code(_)) => Outcome::Crash,
        (Ending::Code(0), Ending::Code(0)) => agree(
            helm.stdout == pintle.stdout && warnings(helm) == warnings(pintle),
            Outcome::Same,
        ),
        (Ending::Code(theirs), Ending::Code(ours)) => agree(
            theirs == ours
                && warnings(helm) == warnings(pintle)
                && same_error(&without_warnings(helm), &without_warnings(pintle)),
            Outcome::SameError,
        ),
        _ => Outcome::Different,
    }
}

/// What was logged, in the order of the texts: Go's maps make Helm's own order vary.
fn warnings(answer: &Finished) -> Vec<String> {
    let text = String::from_utf8_lossy(&answer.stderr);
    let lines = text.lines().filter(|line| is_warning(line));
    let mut lines: Vec<String> = lines.map(str::to_owned).collect();
    lines.sort();
    lines
}

fn is_warning(line: &str) -> bool {
    line.starts_with("level=")
}

/// The answer with nothing but the error on stderr, and without addresses, which are never
/// alike.
fn without_warnings(answer: &Finished) -> Finished {
    let text = String::from_utf8_lossy(&answer.stderr);
    let lines = text.split_inclusive('\n').filter(|line| !is_warning(line));
    Finished {
        stderr: without_addresses(&lines.collect::<String>()).into_bytes(),
        ending: answer.ending.clone(),
        stdout: answer.stdout.clone(),
    }
}

/// Each `0x` with nine hexadecimal digits or more becomes `0xADDRESS`.
fn without_addresses(text: &str) -> String {
    let mut parts = text.split("0x");
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_hexdigit).count();
        result.push_str("0x");
        if digits < 9 {
            result.push_str(part);
        } else {
            result.push_str("ADDRESS");
            result.push_str(&part[digits..]);
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::{Answers, Ending, Finished, Outcome, judge};

    fn answer(code: i32, stdout: &str, stderr: &str) -> Finished {
        Finished {
            ending: Ending::Code(code),
            stdout: stdout.into(),
            stderr: stderr.into(),
        }
    }

    #[test]
    fn outcomes() {
        let judged = |helm, pintle| judge(&Answers { helm, pintle });
        let fine = |text| answer(0, text, "");
        let bad = |text| answer(1, "", text);
        assert_eq!(judged(fine("a"), fine("a")), Outcome::Same);
        assert_eq!(judged(fine("a"), fine("b")), Outcome::Different);
        assert_eq!(judged(fine("a"), bad("a")), Outcome::Different);
        assert_eq!(judged(bad("a\n"), bad("a\nhint: b\n")), Outcome::SameError);
        assert_eq!(judged(bad("a\n"), bad("b\n")), Outcome::Different);
        let (one, other) = ("at 0xc000000000: 0x1f\n", "at 0x3245667064d0: 0x1f\n");
        assert_eq!(judged(bad(one), bad(other)), Outcome::SameError);
        let other = "at 0x3245667064d0: 0x2f\n";
        assert_eq!(judged(bad(one), bad(other)), Outcome::Different);
        assert_eq!(judged(answer(2, "", "panic"), fine("a")), Outcome::Crash);
        let warned = |text| answer(0, "a", text);
        let (one, other) = ("level=x\nlevel=y\n", "level=y\nlevel=x\nhint: z\n");
        assert_eq!(judged(warned(one), warned(other)), Outcome::Same);
        assert_eq!(judged(warned(one), fine("a")), Outcome::Different);
        let failed = |text| answer(1, "", text);
        let (one, other) = ("level=x\nlevel=y\na\n", "level=y\nlevel=x\na\n");
        assert_eq!(judged(failed(one), failed(other)), Outcome::SameError);
        assert_eq!(
            judged(failed(one), failed("level=x\na\n")),
            Outcome::Different
        );
    }
}
