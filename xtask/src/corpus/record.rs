//! The figures kept in `docs/parity.md`, which may not fall.

use anyhow::{Context as _, Result, bail, ensure};

use super::report::Counts;
use super::verdict::Kind;
use crate::document::Part;
use crate::workspace;

/// The classes that may not fall.
const KEPT: [Kind; 2] = [Kind::Identical, Kind::SameError];

/// Writes the figures and the table.
pub fn write(counts: &Counts, table: &str) -> Result<()> {
    part().write(&format!("{}\n\n{table}", sentence(counts)))
}

/// Fails when a figure is lower than the one that is kept.
pub fn check(counts: &Counts) -> Result<()> {
    let text = part().read()?;
    let mut fallen = Vec::new();
    for kind in KEPT {
        let kept = figure(&text, kind)?;
        let now = counts.get(kind);
        if now < kept {
            fallen.push(format!("{}: {now}, recorded {kept}", kind.name()));
        }
    }
    ensure!(
        fallen.is_empty(),
        "lower than in docs/parity.md: {}\nhint: target/corpus/differences.txt shows the cases",
        fallen.join("; ")
    );
    Ok(())
}

fn part() -> Part {
    Part {
        path: workspace::root().join("docs/parity.md"),
        name: "corpus",
    }
}

fn sentence(counts: &Counts) -> String {
    let figures: Vec<String> = KEPT
        .iter()
        .map(|&kind| format!("{}: {}", kind.name(), counts.get(kind)))
        .collect();
    format!(
        "Recorded of {} renders: {}.",
        counts.total(),
        figures.join(", ")
    )
}

/// Reads a figure out of [`sentence`].
fn figure(text: &str, kind: Kind) -> Result<usize> {
    let label = format!("{}: ", kind.name());
    let Some((_, rest)) = text.split_once(&label) else {
        bail!("docs/parity.md records no {}", kind.name());
    };
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits
        .parse()
        .with_context(|| format!("docs/parity.md: the figure of {}", kind.name()))
}

#[cfg(test)]
mod tests {
    use super::{Counts, Kind, figure, sentence};

    #[test]
    fn what_is_written_is_read_back() {
        let text = sentence(&Counts::default());
        assert_eq!(text, "Recorded of 0 renders: identical: 0, same-error: 0.");
        let text = "Recorded of 9 renders: identical: 7, same-error: 2.\n| identical |";
        assert_eq!(figure(text, Kind::Identical).expect("a figure"), 7);
        assert_eq!(figure(text, Kind::SameError).expect("a figure"), 2);
        assert!(figure("", Kind::SameError).is_err());
    }
}
