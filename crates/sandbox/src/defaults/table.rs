//! Defaults that are constants, by type and field.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

/// One line a type: its fields and what they are when nobody says it, as JSON.
const TABLE: &str = include_str!("constants.txt");

type Fields = Vec<(&'static str, Value)>;

static READ: LazyLock<BTreeMap<&'static str, Fields>> = LazyLock::new(|| {
    let mut read = BTreeMap::new();
    for (name, fields) in TABLE.lines().filter_map(|line| line.split_once(' ')) {
        // A test reads every line.
        let fields: BTreeMap<&str, Value> = serde_json::from_str(fields).unwrap_or_default();
        read.insert(name, fields.into_iter().collect());
    }
    read
});

/// The constants of a type.
pub(super) fn of(name: &str) -> &'static [(&'static str, Value)] {
    READ.get(name).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_can_be_read() {
        for line in TABLE.lines() {
            let name = line.split(' ').next().unwrap_or_default();
            assert!(!of(name).is_empty(), "{line}");
        }
    }
}
