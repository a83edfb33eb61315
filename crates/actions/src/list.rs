//! `list`: the releases of a namespace, or of all.

use pintle_release::{Release, Status};
use pintle_sprig::go_regex;
use pintle_storage::{Record, Selector};

use crate::{Class, Error, Session};

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

impl StatusFilter {
    fn shows(self, status: Status) -> bool {
        if self == Self::default() {
            return true;
        }
        match status {
            Status::Deployed => self.deployed,
            Status::Failed => self.failed,
            Status::Superseded => self.superseded,
            Status::Uninstalled => self.uninstalled,
            Status::Uninstalling => self.uninstalling,
            pending => pending.is_pending() && self.pending,
        }
    }

    /// HELM: superseded revisions are never the newest, so asking for them alone looks at all.
    fn wants_old_revisions(self) -> bool {
        self == Self {
            superseded: true,
            ..Self::default()
        }
    }
}

/// What to list; the flags of `list`. For all namespaces the session's storage must see all.
#[derive(Debug, Clone, Default)]
pub struct ListOptions {
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

/// Lists releases: the newest revision of each, by name.
///
/// # Errors
/// A broken pattern or selector; records that cannot be read.
pub async fn list(session: &Session, options: &ListOptions) -> Result<Vec<Release>, Error> {
    session.cluster.check_reachable().await?;
    let filter = options.filter.as_deref().map(go_regex).transpose();
    let filter = filter.map_err(|text| Error::new(Class::Input, text))?;
    let selector = Selector::parse(options.selector.as_deref().unwrap_or_default())
        .map_err(|error| Error::new(Class::Input, error.to_string()))?;
    let records = if options.statuses.wants_old_revisions() {
        session.storage.list().await?
    } else {
        session.storage.newest().await?
    };
    let matching = |record: &Record| {
        filter
            .as_ref()
            .is_none_or(|filter| filter.is_match(record.name()))
            && options.statuses.shows(record.status())
            && selector.fits(&record.labels)
    };
    let mut releases = Vec::new();
    for record in records.iter().filter(|record| matching(record)) {
        // HELM: a record that cannot be read is left out.
        releases.extend(record.release().ok());
    }
    sort(&mut releases, options);
    let max = if options.max == 0 {
        usize::MAX
    } else {
        options.max
    };
    Ok(releases
        .into_iter()
        .skip(options.offset)
        .take(max)
        .collect())
}

fn sort(releases: &mut [Release], options: &ListOptions) {
    releases.sort_by(|a, b| {
        if options.by_date {
            a.info.last_deployed.cmp(&b.info.last_deployed)
        } else {
            a.name.cmp(&b.name)
        }
    });
    if options.reverse {
        releases.reverse();
    }
}
