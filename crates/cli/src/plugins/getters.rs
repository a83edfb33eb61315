//! Plugins that fetch URLs of their own schemes.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use pintle_fetch::{Error, Getter, Getters, Request};
use pintle_plugin::{GETTER, GetterInput, Plugin};

use crate::settings::Settings;

/// The plugins, looked for when a URL has a scheme that is none of ours.
pub fn getters(settings: &Settings) -> Getters {
    Getters(Arc::new(PluginGetters {
        settings: settings.clone(),
        plugins: OnceLock::new(),
    }))
}

struct PluginGetters {
    settings: Settings,
    plugins: OnceLock<Vec<Plugin>>,
}

impl PluginGetters {
    fn plugins(&self) -> &[Plugin] {
        self.plugins.get_or_init(|| {
            // HELM: two plugins of one name are no getters, and nothing is said of it.
            let all = super::all(&self.settings).unwrap_or_default();
            let is_getter = |plugin: &Plugin| plugin.metadata.kind == GETTER;
            all.into_iter().filter(is_getter).collect()
        })
    }
}

impl Getter for PluginGetters {
    fn provides(&self, scheme: &str) -> bool {
        self.plugins().iter().any(|plugin| plugin.provides(scheme))
    }

    fn get(&self, request: &Request) -> Result<Vec<u8>, Error> {
        let protocol = request.url.split(':').next().unwrap_or_default();
        let mut plugins = self.plugins().iter();
        let Some(plugin) = plugins.find(|plugin| plugin.provides(protocol)) else {
            return Err(Error::new(format!("scheme {protocol:?} not supported")));
        };
        let input = input(request, protocol);
        let settings = &self.settings;
        let variables = super::variables(&settings.invoked, settings);
        plugin
            .fetch(&input, settings.environment.all(), variables)
            .map_err(|error| {
                // DIFF: Helm names the plugin by a dump of all that it knows of it.
                let name = &plugin.metadata.name;
                let found = Error::new(format!("plugin {name:?} failed to invoke: {error}"));
                match error.hint() {
                    Some(hint) => found.with_hint(hint),
                    None => found,
                }
            })
    }
}

fn input(request: &Request, protocol: &str) -> GetterInput {
    let path = |path: &Option<std::path::PathBuf>| {
        let path = path.as_deref().map(Path::display);
        path.map(|path| path.to_string()).unwrap_or_default()
    };
    let mut input = GetterInput {
        href: request.url.clone(),
        protocol: protocol.to_owned(),
        cert_file: path(&request.tls.cert_file),
        key_file: path(&request.tls.key_file),
        ca_file: path(&request.tls.ca_file),
        insecure: request.tls.insecure,
        accept: request.accept.clone().unwrap_or_default(),
        ..GetterInput::default()
    };
    if let Some(credentials) = &request.credentials {
        input.pass_credentials = credentials.everywhere;
        // A password is for its own server, by whatever program it is asked.
        let is_site = credentials.site.is_empty() || site(&credentials.site) == site(&request.url);
        if is_site || credentials.everywhere {
            input.username.clone_from(&credentials.username);
            input.password.clone_from(&credentials.password);
        }
    }
    input
}

/// `scheme://host` of a URL.
fn site(url: &str) -> &str {
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url[start..].find('/').map_or(url.len(), |at| start + at);
    &url[..end]
}
