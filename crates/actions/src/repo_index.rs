//! `repo index`: the index of a folder of archives.

use std::path::PathBuf;

use pintle_repo::index::write;
use pintle_repo::{Index, cache};
use pintle_sprig::Env;

use crate::prepare::report;
use crate::{Class, Error, Events, record};

/// What to index.
#[derive(Debug, Clone, Default)]
pub struct IndexOptions {
    /// The folder.
    pub folder: PathBuf,
    /// `--url`: what the addresses of archives start with.
    pub url: String,
    /// `--merge`: an index whose entries are taken too.
    pub merge: Option<PathBuf>,
    /// `--json`
    pub json: bool,
}

/// Writes the `index.yaml` of a folder.
///
/// # Errors
/// An index to merge that cannot be read; a folder that cannot be written to.
pub fn index_folder(options: &IndexOptions, env: &Env, events: &dyn Events) -> Result<(), Error> {
    let now = || record::now(env).to_string();
    let folder = pintle_chart::disk::absolute(&options.folder)?;
    let mut index = Index::of_folder(&folder, &options.url, &now);
    if let Some(path) = &options.merge {
        let other = if path.exists() {
            let shown = path.display().to_string();
            let failed = |text: String| Error::new(Class::Input, format!("merge failed: {text}"));
            let text = cache::read(path).map_err(|error| failed(error.to_string()))?;
            let read = Index::read(&text, &shown);
            report(read.warnings, events);
            read.index
                .map_err(|error| failed(format!("error loading {shown}: {error}")))?
        } else {
            // HELM: one that is not there is made, if it can be.
            let empty = Index::empty(now());
            let _ = write(path, &empty, options.json);
            empty
        };
        index.merge(other);
    }
    index.sort();
    Ok(write(&folder.join("index.yaml"), &index, options.json)?)
}
