//! The columns of built-in resources.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::catalog::Resource;

/// A column of a built-in resource.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    pub name: &'static str,
    pub kind: &'static str,
    /// 1 for those that are printed with `-o wide` alone.
    pub priority: i64,
    /// What is in it: see [`super::cells::cell`].
    pub cell: &'static str,
}

/// Resources of which the real server knows nothing to tell.
const OTHERS: &str = "Name|Created At:date=.metadata.creationTimestamp";

/// The columns of resources; a line that is set in goes on with the one before it.
static COLUMNS: LazyLock<BTreeMap<&'static str, Vec<Column>>> = LazyLock::new(|| {
    let mut known: BTreeMap<&str, Vec<Column>> = BTreeMap::new();
    let (mut plural, mut text) = ("", include_str!("columns.txt"));
    while let Some((line, rest)) = text.split_once('\n') {
        text = rest;
        let columns = match line.strip_prefix("    |") {
            Some(columns) => columns,
            None => match line.split_once(' ') {
                Some((name, columns)) if name != "#" => {
                    plural = name;
                    columns
                }
                _ => continue,
            },
        };
        known
            .entry(plural)
            .or_default()
            .extend(columns.split('|').map(column));
    }
    known.insert("", OTHERS.split('|').map(column).collect());
    known
});

/// The columns of a resource.
pub(super) fn columns(resource: &Resource) -> impl Iterator<Item = Column> {
    let known = COLUMNS.get(resource.plural.as_str());
    let known = known.or_else(|| COLUMNS.get(""));
    known.into_iter().flatten().copied()
}

fn column(text: &'static str) -> Column {
    let (head, cell) = text.split_once('=').unwrap_or((text, ""));
    let (head, priority) = head.strip_suffix('*').map_or((head, 0), |head| (head, 1));
    let (name, kind) = head.split_once(':').unwrap_or((head, "string"));
    let cell = match (name, cell) {
        ("Name", "") => "name",
        ("Age", "") => "age",
        (_, cell) => cell,
    };
    Column {
        name,
        kind,
        priority,
        cell,
    }
}
