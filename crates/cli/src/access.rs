//! From flags and environment to how registries are reached.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use pintle_actions::Level;
use pintle_fetch::Tls;
use pintle_registry::{Listener, Places};

use crate::args::Parsed;
use crate::args::shared::chart;
use crate::env;
use crate::log;
use crate::output;
use crate::paths::join;
use crate::settings::Settings;

/// The files with certificates.
pub fn tls(args: &Parsed<'_>) -> Tls {
    Tls {
        ca_file: args.text_if_any(&chart::CA_FILE).map(PathBuf::from),
        cert_file: args.text_if_any(&chart::CERT_FILE).map(PathBuf::from),
        key_file: args.text_if_any(&chart::KEY_FILE).map(PathBuf::from),
        insecure: false,
    }
}

/// Where credentials for registries are.
pub fn places(settings: &Settings) -> Places {
    let environment = &settings.environment;
    let docker = match environment.get_if_any(env::DOCKER_CONFIG) {
        Some(folder) => Some(join(&[folder, "config.json"])),
        None => environment
            .get_if_any(env::HOME)
            .map(|home| join(&[home, ".docker", "config.json"])),
    };
    Places {
        helm: PathBuf::from(&settings.paths.registry_config),
        docker: docker.map(PathBuf::from),
        path: environment.get_if_any(env::PATH).map(OsString::from),
    }
}

/// With `--debug`, every request to a registry is told, and whose credential it was made with.
pub fn listener(settings: &Settings) -> Option<Listener> {
    settings.debug.then(|| {
        Listener(Arc::new(|message, fields| {
            let fields: Vec<(String, String)> = fields
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect();
            output::complain(&log::line(Level::Debug, message, &fields));
        }))
    })
}
