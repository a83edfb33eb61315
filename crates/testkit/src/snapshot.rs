//! Whole commands kept in files: exit code, stdout and stderr together.
//!
//! A snapshot file holds one or more answers, each as
//!
//! ```text
//! $ pintle version --short
//! exit 0
//! === stdout
//! v4.3.1
//! ```
//!
//! with a blank line between answers; an empty stream is left out. `PINTLE_UPDATE=1`
//! writes the files anew: look at the difference before committing it.

use std::fs;
use std::path::Path;

use crate::Finished;

/// Compares answers with the file at `path`, or writes it when asked to.
///
/// # Panics
/// When they differ, with the first line that does.
pub fn check(path: impl AsRef<Path>, answers: &[Finished]) {
    let shown: Vec<String> = answers.iter().map(ToString::to_string).collect();
    check_text(path, &shown.join("\n"));
}

/// Compares a text with the file at `path`, or writes it when asked to.
///
/// # Panics
/// When they differ, with the first line that does.
pub fn check_text(path: impl AsRef<Path>, actual: &str) {
    let path = path.as_ref();
    if std::env::var_os("PINTLE_UPDATE").is_some_and(|value| value == "1") {
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).expect("the snapshot directory can be made");
        }
        fs::write(path, actual).expect("the snapshot can be written");
        return;
    }
    let expected = fs::read_to_string(path).unwrap_or_else(|error| {
        panic!(
            "{}: {error}\nmake it with PINTLE_UPDATE=1; the answer was:\n{actual}",
            path.display()
        )
    });
    if let Some(report) = difference(&expected, actual) {
        panic!(
            "{} differs (PINTLE_UPDATE=1 rewrites it)\n{report}",
            path.display()
        );
    }
}

/// The first difference of two texts with some lines around it; none when they are equal.
pub fn difference(expected: &str, actual: &str) -> Option<String> {
    if expected == actual {
        return None;
    }
    let old: Vec<&str> = expected.split('\n').collect();
    let new: Vec<&str> = actual.split('\n').collect();
    let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let mut report = format!("first difference in line {}:\n", same + 1);
    for line in &old[same.saturating_sub(3)..same] {
        report.push_str(&format!("   {line}\n"));
    }
    for (sign, lines) in [('-', &old), ('+', &new)] {
        for line in lines.iter().skip(same).take(8) {
            report.push_str(&format!(" {sign} {line:?}\n"));
        }
    }
    Some(report)
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn the_first_difference_is_shown_with_its_place() {
        assert_eq!(difference("a\nb\n", "a\nb\n"), None);
        let report = difference("a\nb\n", "a\nc\n").expect("they differ");
        assert!(report.contains("line 2"), "{report}");
        assert!(
            report.contains("- \"b\"") && report.contains("+ \"c\""),
            "{report}"
        );
    }
}
