//! `list`: the releases of a namespace, or of all.

/// Which statuses `list` shows; none chosen means all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StatusFilter {
    /// `--deployed`
    pub deployed: bool,
    /// `--failed`
    pub failed: bool,
    /// `--pending`
    pub pending: bool,
    /// `--superseded`
    pub superseded: bool,
    /// `--uninstalled`
    pub uninstalled: bool,
    /// `--uninstalling`
    pub uninstalling: bool,
}

/// What to list; the flags of `list`.
#[derive(Debug, Clone, Default)]
pub struct ListOptions {
    /// `--all-namespaces`
    pub all_namespaces: bool,
    /// the status flags
    pub statuses: StatusFilter,
    /// `--date`
    pub by_date: bool,
    /// `--reverse`
    pub reverse: bool,
    /// `--filter`
    pub filter: Option<String>,
    /// `--selector`
    pub selector: Option<String>,
    /// `--max`; 0 for all
    pub max: usize,
    /// `--offset`
    pub offset: usize,
}
