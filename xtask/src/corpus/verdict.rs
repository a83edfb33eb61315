//! What comes out of comparing two answers. Pure: bytes in, verdict out.

use std::time::Duration;

use similar::TextDiff;

use crate::process::{Ending, Finished};

/// The class of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The same bytes.
    Identical,
    /// Both succeed, with other bytes.
    Different,
    /// Helm succeeds; we do not.
    Failed,
    /// Both fail, with the same text.
    SameError,
    /// Both fail, with other texts.
    OtherError,
    /// Helm fails; we do not.
    WronglySucceeded,
    /// Helm crashes: there is nothing to agree with.
    HelmCrashes,
}

impl Kind {
    /// All of them, in the order of the tables.
    pub const ALL: [Self; 7] = [
        Self::Identical,
        Self::Different,
        Self::Failed,
        Self::SameError,
        Self::OtherError,
        Self::WronglySucceeded,
        Self::HelmCrashes,
    ];

    /// The name in tables, file names and `--list`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Identical => "identical",
            Self::Different => "different",
            Self::Failed => "failed",
            Self::SameError => "same-error",
            Self::OtherError => "other-error",
            Self::WronglySucceeded => "wrongly-succeeded",
            Self::HelmCrashes => "helm-crashes",
        }
    }

    /// Whether a case of this class is as it should be.
    pub fn is_good(self) -> bool {
        matches!(self, Self::Identical | Self::SameError | Self::HelmCrashes)
    }
}

/// The class of a case, with what shows it.
#[derive(Debug)]
pub struct Verdict {
    /// The class.
    pub kind: Kind,
    /// One line that says why, for lists and for grouping; empty when all is well.
    pub reason: String,
    /// The difference, for people.
    pub detail: String,
}

impl Verdict {
    /// A verdict that needs no explanation.
    pub fn plain(kind: Kind) -> Self {
        Self {
            kind,
            reason: String::new(),
            detail: String::new(),
        }
    }

    /// Helm succeeds; we ended otherwise.
    pub fn failed(ours: &Finished) -> Self {
        let stderr = String::from_utf8_lossy(&ours.stderr).into_owned();
        let reason = match ours.ending {
            Ending::TimedOut => "time limit".to_owned(),
            Ending::Signal => format!("crash: {}", first_line_with(&stderr, "")),
            Ending::Code(_) => first_line_with(&stderr, "Error"),
        };
        Self {
            kind: Kind::Failed,
            reason,
            detail: head(&stderr, 40),
        }
    }

    /// Helm fails; we succeeded.
    pub fn wrongly_succeeded(helm: &Finished) -> Self {
        let stderr = String::from_utf8_lossy(&helm.stderr).into_owned();
        Self {
            kind: Kind::WronglySucceeded,
            reason: first_line_with(&stderr, "Error"),
            detail: format!("Helm says:\n{}", head(&stderr, 40)),
        }
    }

    /// Both succeed, with other bytes.
    pub fn different(helm: &Finished, ours: &Finished) -> Self {
        let detail = unified(&helm.stdout, &ours.stdout);
        Self {
            kind: Kind::Different,
            reason: first_change(&detail),
            detail,
        }
    }

    /// Both fail, with other texts.
    pub fn other_error(helm: &Finished, ours: &Finished) -> Self {
        let mut detail = unified(&helm.stderr, &ours.stderr);
        if helm.stdout != ours.stdout {
            detail.push_str("\nstdout:\n");
            detail.push_str(&unified(&helm.stdout, &ours.stdout));
        }
        let stderr = String::from_utf8_lossy(&ours.stderr).into_owned();
        Self {
            kind: Kind::OtherError,
            reason: first_line_with(&stderr, "Error"),
            detail,
        }
    }
}

/// Whether our failure says what Helm's says. Our program's name stands for Helm's; our
/// hints do not count, and lines of our own may follow Helm's text.
pub fn same_error(helm: &Finished, ours: &Finished) -> bool {
    let said: String = String::from_utf8_lossy(&ours.stderr)
        .replace("pintle", "helm")
        .split_inclusive('\n')
        .filter(|line| !line.starts_with("hint: "))
        .collect();
    let wanted = String::from_utf8_lossy(&helm.stderr).into_owned();
    helm.stdout == ours.stdout
        && (said == wanted || (wanted.ends_with('\n') && said.starts_with(&wanted)))
}

/// A unified difference with little context; cut when long.
fn unified(helm: &[u8], ours: &[u8]) -> String {
    let helm = String::from_utf8_lossy(helm);
    let ours = String::from_utf8_lossy(ours);
    let difference = TextDiff::configure()
        .timeout(Duration::from_secs(2))
        .diff_lines(&*helm, &*ours)
        .unified_diff()
        .context_radius(3)
        .header("helm", "pintle")
        .to_string();
    head(&difference, 400)
}

/// The first lines of a text; says so when more was there.
fn head(text: &str, lines: usize) -> String {
    let total = text.lines().count();
    let mut kept: String = text
        .lines()
        .take(lines)
        .flat_map(|line| [line, "\n"])
        .collect();
    if total > lines {
        kept.push_str(&format!("… {} more lines\n", total - lines));
    }
    kept
}

/// The first pair of changed lines of a unified difference, on one line.
fn first_change(difference: &str) -> String {
    let find = |sign: char, header: &str| {
        difference
            .lines()
            .find(|line| line.starts_with(sign) && !line.starts_with(header))
            .unwrap_or_default()
    };
    let change = format!("{}  {}", find('-', "---"), find('+', "+++"));
    change.chars().take(160).collect()
}

fn first_line_with(text: &str, part: &str) -> String {
    let line = text.lines().find(|line| line.contains(part));
    line.or_else(|| text.lines().next())
        .unwrap_or("(no text)")
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Ending, Finished, Kind, Verdict, same_error};

    fn answer(code: i32, stdout: &str, stderr: &str) -> Finished {
        Finished {
            ending: Ending::Code(code),
            stdout: stdout.into(),
            stderr: stderr.into(),
        }
    }

    #[test]
    fn our_own_words_may_follow_helms() {
        let helm = answer(1, "", "Error: try helm x\n");
        assert!(same_error(&helm, &answer(1, "", "Error: try pintle x\n")));
        for more in [
            "hint: y\nError: try pintle x\n",
            "Error: try pintle x\nat y\n",
        ] {
            assert!(same_error(&helm, &answer(1, "", more)), "{more}");
        }
        assert!(!same_error(&helm, &answer(1, "", "Error: try pintle xy\n")));
        assert!(!same_error(&helm, &answer(1, "x", "Error: try helm x\n")));
    }

    #[test]
    fn a_difference_shows_its_first_change() {
        let verdict = Verdict::different(&answer(0, "a\nb\n", ""), &answer(0, "a\nc\n", ""));
        assert_eq!(verdict.kind, Kind::Different);
        assert_eq!(verdict.reason, "-b  +c");
        assert!(verdict.detail.contains("@@"), "{}", verdict.detail);
    }

    #[test]
    fn a_failure_names_its_error_line() {
        let ours = answer(1, "", "level=WARN msg=x\nError: bad\n");
        assert_eq!(Verdict::failed(&ours).reason, "Error: bad");
    }
}
