//! The figures of a test run, out of the lines that cargo's test programs print.

use std::collections::BTreeMap;

/// A test that did not run here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skip {
    /// The test's name.
    pub name: String,
    /// Why it did not run.
    pub reason: String,
}

impl Skip {
    /// Reads a line `skipped: NAME: REASON`, as testkit writes it.
    pub fn parse(line: &str) -> Option<Self> {
        let (name, reason) = line.strip_prefix("skipped: ")?.split_once(": ")?;
        Some(Self {
            name: name.to_owned(),
            reason: reason.to_owned(),
        })
    }
}

/// What happened so far.
#[derive(Debug, Default)]
pub struct Tally {
    /// Tests that cargo counts as passed; one that skipped itself is among them.
    passed: usize,
    /// Names of the tests that failed.
    pub failed: Vec<String>,
    /// Names of the tests that cargo ignored.
    ignored: Vec<String>,
    /// Tests that skipped themselves.
    pub skipped: Vec<Skip>,
}

impl Tally {
    /// Reads one line of a test program's output.
    pub fn read(&mut self, line: &str) {
        if let Some(rest) = line.strip_prefix("test result: ") {
            self.passed += count_before(rest, " passed");
            return;
        }
        let Some((name, result)) = line
            .strip_prefix("test ")
            .and_then(|rest| rest.rsplit_once(" ... "))
        else {
            return;
        };
        if result == "FAILED" {
            self.failed.push(name.to_owned());
        } else if result.starts_with("ignored") {
            self.ignored.push(name.to_owned());
        }
    }

    /// What did not pass, by name, and the figures alone on the last line.
    pub fn summary(&self) -> String {
        // A test may give several reasons; it is one test.
        let mut skipped: BTreeMap<&str, &str> = BTreeMap::new();
        for skip in &self.skipped {
            skipped.entry(&skip.name).or_insert(&skip.reason);
        }
        let passed = self.passed.saturating_sub(skipped.len());
        for name in &self.ignored {
            skipped.insert(name, "ignored");
        }
        let mut text = String::from("\n");
        for (name, reason) in &skipped {
            text.push_str(&format!("skipped: {name}: {reason}\n"));
        }
        for name in &self.failed {
            text.push_str(&format!("failed: {name}\n"));
        }
        text.push_str(&format!(
            "{passed} passed, {} failed, {} skipped\n",
            self.failed.len(),
            skipped.len()
        ));
        text
    }
}

/// The number right before a word: `21` in `ok. 21 passed; …`.
fn count_before(text: &str, word: &str) -> usize {
    let before = text.split(word).next().unwrap_or_default();
    before
        .rsplit(' ')
        .next()
        .and_then(|digits| digits.parse().ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Skip, Tally};

    #[test]
    fn a_run_is_summed_up() {
        let mut tally = Tally::default();
        for line in [
            "running 4 tests",
            "test a::b ... ok",
            "test a::c ... FAILED",
            "test src/lib.rs - x (line 3) ... ignored",
            "test slow ... ignored, takes an hour",
            "test result: FAILED. 12 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out",
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out",
        ] {
            tally.read(line);
        }
        for line in ["skipped: d: no helm", "skipped: d: no kubectl", "noise"] {
            tally.skipped.extend(Skip::parse(line));
        }
        assert_eq!(
            tally.summary(),
            "\nskipped: d: no helm\nskipped: slow: ignored\n\
             skipped: src/lib.rs - x (line 3): ignored\n\
             failed: a::c\n14 passed, 1 failed, 3 skipped\n"
        );
    }
}
