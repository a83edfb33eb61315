//! Versions and constraints.

use std::cmp::Ordering;

use pintle_semver::{Constraint, Version};

use crate::parts;

/// Versions have one order and read back as shown; a constraint and its reasons agree. The
/// lines are constraints and versions, each tried as both.
pub(crate) fn versions(input: &[u8]) {
    let text = parts::text(input);
    let lines: Vec<&str> = text.lines().take(6).collect();
    let versions: Vec<Version> = lines
        .iter()
        .filter_map(|line| Version::parse(line).ok())
        .collect();
    for version in &versions {
        reads_back(version);
        for other in &versions {
            ordered(version, other, &versions);
        }
    }
    for constraint in lines.iter().filter_map(|line| Constraint::parse(line).ok()) {
        for version in &versions {
            let reasons = constraint.validate(version);
            assert_eq!(constraint.check(version), reasons.is_ok(), "{constraint}");
            for reason in reasons.err().unwrap_or_default() {
                assert!(!reason.to_string().is_empty());
            }
        }
        let shown = constraint.to_string();
        let again = Constraint::parse(&shown).map(|again| again.to_string());
        if let Ok(again) = again {
            assert_eq!(shown, again);
        }
    }
}

fn reads_back(version: &Version) {
    let shown = version.to_string();
    // A part without a text is shown as one.
    if let Ok(again) = Version::parse(&shown) {
        assert_eq!(version, &again);
        assert_eq!(shown, again.to_string());
    }
}

fn ordered(one: &Version, other: &Version, all: &[Version]) {
    assert_eq!(one.cmp(other), other.cmp(one).reverse());
    assert_eq!(one == other, one.cmp(other) == Ordering::Equal);
    for third in all {
        if one <= other && other <= third {
            assert!(one <= third, "{one} {other} {third}");
        }
    }
}
