//! Why a record could not be read or written.

use pintle_release::Error as EncodingError;

/// A failure, with Helm's text first.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such record.
    #[error("release: not found")]
    NotFound,
    /// There is already such a record.
    #[error("release: already exists")]
    AlreadyExists,
    /// The release has no deployed revision.
    #[error("{name:?} has no deployed releases")]
    NoDeployed {
        /// The release's name.
        name: String,
    },
    /// The cluster refused or did not answer.
    #[error("{doing}: {source}")]
    Cluster {
        /// What was being done, as Helm says it (`create: failed to create`).
        doing: String,
        /// The cluster's own text.
        source: pintle_cluster::Error,
    },
    /// A record cannot be packed or unpacked.
    #[error("{doing} {key:?}: {source}")]
    Encoding {
        /// What was being done.
        doing: &'static str,
        /// The record's name.
        key: String,
        /// Why not.
        source: EncodingError,
    },
    /// Several old revisions could not be deleted.
    #[error("encountered {count} deletion errors. First is: {first}")]
    Trimming {
        /// How many.
        count: usize,
        /// The first of them.
        first: Box<Self>,
    },
}

impl Error {
    /// Whether there is no such record.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::NotFound)
    }

    /// The cluster's failure behind this one.
    pub fn cluster(&self) -> Option<&pintle_cluster::Error> {
        match self {
            Self::Cluster { source, .. } => Some(source),
            Self::Trimming { first, .. } => first.cluster(),
            _ => None,
        }
    }

    /// How to mend it, one line each.
    pub fn hints(&self) -> Vec<String> {
        if let Self::Encoding { key, .. } = self {
            return vec![format!(
                "the record {key} is damaged; without it, Helm still knows the other revisions: delete the object to go on"
            )];
        }
        self.cluster()
            .map(|error| error.hints().to_vec())
            .unwrap_or_default()
    }
}
