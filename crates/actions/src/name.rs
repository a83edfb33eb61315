//! Whether a release may have a name.

use pintle_release::ReleaseName;

use crate::{Class, Error, Events, Level, Log};

/// Checks the form of a release's name.
///
/// # Errors
/// Helm's text: `release name "x": invalid release name, …`.
pub(crate) fn check(name: &str) -> Result<(), Error> {
    ReleaseName::parse(name).map(drop).map_err(|reason| {
        Error::new(Class::Input, format!("release name {name:?}: {reason}"))
            .hint("use lower case letters, digits, '-' and '.', at most 53 characters")
    })
}

/// HELM: what is wrong with a name is logged and told.
pub(crate) fn refused(error: Error, events: &dyn Events) -> Error {
    let log = Log::new(Level::Error, "release name check failed");
    events.log(log.with("error", error.text.clone()));
    error.prefixed("release name check failed: ")
}
