//! Whether a release may have a name.

use pintle_release::ReleaseName;

use crate::{Class, Error};

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
