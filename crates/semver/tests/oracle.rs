//! What Masterminds/semver 3.5.0 says to a few thousand versions and constraints.
//!
//! `fixtures/masterminds.tsv` was made by a Go program of a few lines that reads the first
//! columns and prints the rest: `NewVersion` (v), `StrictNewVersion` (s), `Compare` (cmp)
//! and `NewConstraint` with `Check`, `String` and `Validate` (c).

use std::cmp::Ordering;

use pintle_semver::{Constraint, Version};

const TABLE: &str = include_str!("fixtures/masterminds.tsv");

#[test]
fn agrees_with_masterminds() {
    let wrong: Vec<String> = TABLE
        .lines()
        .filter_map(|line| {
            let ours = answer(line);
            (ours != line).then(|| format!("want {line}\n got {ours}"))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} lines differ:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(20)].join("\n")
    );
}

fn answer(line: &str) -> String {
    let columns: Vec<&str> = line.split('\t').collect();
    match columns[0] {
        "v" => version(&columns[..2], Version::parse(columns[1])),
        "s" => version(&columns[..2], Version::parse_strict(columns[1])),
        "cmp" => {
            let parse = |text| Version::parse(text).expect("a version in the table");
            let order = match parse(columns[1]).cmp(&parse(columns[2])) {
                Ordering::Less => -1,
                Ordering::Equal => 0,
                Ordering::Greater => 1,
            };
            format!("{}\t{order}", columns[..3].join("\t"))
        }
        _ => constraint(&columns[..3]),
    }
}

fn version(input: &[&str], parsed: Result<Version, pintle_semver::Error>) -> String {
    let input = input.join("\t");
    match parsed {
        Err(error) => format!("{input}\terr\t{error}"),
        Ok(v) => format!(
            "{input}\tok\t{v}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
            v.major(),
            v.minor(),
            v.patch(),
            v.prerelease(),
            v.metadata(),
            v.original(),
            v.increment_major().original(),
            v.increment_minor().original(),
            v.increment_patch().original(),
        ),
    }
}

fn constraint(columns: &[&str]) -> String {
    let input = columns.join("\t");
    match Constraint::parse(columns[1]) {
        Err(error) => format!("{input}\terr\t{error}"),
        Ok(constraint) => {
            let version = Version::parse(columns[2]).expect("a version in the table");
            let reasons = constraint.validate(&version).err().unwrap_or_default();
            let reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
            format!(
                "{input}\t{}\t{constraint}\t{}",
                constraint.check(&version),
                reasons.join(";")
            )
        }
    }
}
