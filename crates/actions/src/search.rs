//! `search`: words among the charts of the user's repositories, or of a hub.

use pintle_fetch::Client;
use pintle_repo::hub::{self, HubChart};
use pintle_repo::search::{Hit, Search, SearchOptions};
use pintle_repo::{Catalog, Repositories};

use crate::prepare::report;
use crate::repo::RepositoryPlaces;
use crate::{Class, Error, Events, Level, Log};

/// Searches the cached indexes of all repositories. HELM: one without an index that can be
/// used is passed over with a warning.
///
/// # Errors
/// There are no repositories; an expression or version that is none.
pub fn search_repositories(
    places: &RepositoryPlaces,
    options: &SearchOptions,
    events: &dyn Events,
) -> Result<Vec<Hit>, Error> {
    let nothing = || {
        Error::new(Class::Input, "no repositories configured").hint("repo add NAME URL adds one")
    };
    let list = match Repositories::load(&places.list) {
        Ok(list) => list,
        Err(_) => return Err(nothing()),
    };
    if list.all().is_empty() {
        return Err(nothing());
    }
    let mut catalogs = Vec::new();
    for repository in list.all() {
        let opened = Catalog::open(&places.cache, &repository.name);
        report(opened.warnings, events);
        match opened.catalog {
            Ok(catalog) => catalogs.push((&repository.name, catalog)),
            Err(error) => {
                let log = Log::new(Level::Warn, "repo is corrupt or missing");
                let log = log.with("repo", &repository.name);
                events.log(log.with("error", error.to_string()));
            }
        }
    }
    let mut search = Search::new(options)?;
    for (name, catalog) in &mut catalogs {
        search.look(name, catalog)?;
    }
    Ok(search.hits())
}

/// Asks a hub for charts.
///
/// # Errors
/// A hub that does not answer.
pub fn search_hub(endpoint: &str, words: &str, client: &Client) -> Result<Vec<HubChart>, Error> {
    Ok(hub::search(endpoint, words, client)?)
}
