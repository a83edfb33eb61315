//! `status`, `history` and `get`: questions about one release.

/// Which revision of which release.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RevisionInput {
    /// The release's name.
    pub name: String,
    /// `--revision`; 0 for the newest.
    pub revision: u32,
}
