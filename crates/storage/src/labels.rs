//! The labels of a stored record.

use std::collections::BTreeMap;

use pintle_release::Release;

/// The labels that are ours to set; users may not.
pub const SYSTEM_LABELS: [&str; 6] = [
    "name",
    "owner",
    "status",
    "version",
    "createdAt",
    "modifiedAt",
];

/// Who made a record.
pub(crate) const OWNER: &str = "helm";

/// The name of the object that keeps a revision: `sh.helm.release.v1.NAME.vN`.
pub fn record_key(name: &str, revision: u32) -> String {
    format!("sh.helm.release.v1.{name}.v{revision}")
}

/// When a record is written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Moment {
    /// It is new.
    Created(i64),
    /// It was there.
    ///
    /// HELM: the label of its creation is then lost.
    Modified(i64),
}

/// All labels of a record: the user's, and over them ours.
pub(crate) fn of(release: &Release, moment: Moment) -> BTreeMap<String, String> {
    let mut labels: BTreeMap<String, String> = user(&release.labels).collect();
    let (key, seconds) = match moment {
        Moment::Created(seconds) => ("createdAt", seconds),
        Moment::Modified(seconds) => ("modifiedAt", seconds),
    };
    for (key, value) in [
        (key, seconds.to_string()),
        ("name", release.name.clone()),
        ("owner", OWNER.to_owned()),
        ("status", release.info.status.name().to_owned()),
        ("version", release.revision.to_string()),
    ] {
        labels.insert(key.to_owned(), value);
    }
    labels
}

/// The labels that the user gave.
pub(crate) fn user(labels: &BTreeMap<String, String>) -> impl Iterator<Item = (String, String)> {
    labels
        .iter()
        .filter(|(key, _)| !SYSTEM_LABELS.contains(&key.as_str()))
        .map(|(key, value)| (key.clone(), value.clone()))
}
