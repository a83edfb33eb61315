//! Plugins that fetch URLs.

use crate::{Config, Error, Plugin, Variables};

/// What is to be fetched, and with which flags.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GetterInput {
    /// The URL.
    pub href: String,
    /// Its scheme.
    pub protocol: String,
    /// `--cert-file`
    pub cert_file: String,
    /// `--key-file`
    pub key_file: String,
    /// `--ca-file`
    pub ca_file: String,
    /// `--insecure-skip-tls-verify`
    pub insecure: bool,
    /// The user name for the URL's server; empty when another one is asked.
    pub username: String,
    /// The password.
    pub password: String,
    /// `--pass-credentials`
    pub pass_credentials: bool,
    /// What is accepted, as `Accept` says it.
    pub accept: String,
    /// How we call ourselves.
    pub user_agent: String,
}

impl Plugin {
    /// Whether the plugin fetches URLs of a scheme.
    pub fn provides(&self, scheme: &str) -> bool {
        match &self.metadata.config {
            Config::Getter(protocols) => protocols.iter().any(|one| one == scheme),
            _ => false,
        }
    }

    /// Fetches a URL. `outer` is our own environment, `settings` the variables with Helm's
    /// settings.
    ///
    /// HELM: the command is one of the plugin's folder, and gets the files with certificates and
    /// the URL as its last arguments.
    ///
    /// # Errors
    /// The plugin cannot be run, or fails.
    pub fn fetch(
        &self,
        input: &GetterInput,
        outer: &Variables,
        mut settings: Variables,
    ) -> Result<Vec<u8>, Error> {
        #[cfg(feature = "wasm")]
        if let crate::Runtime::Extism(limits) = &self.metadata.runtime {
            return crate::wasm::fetch(self, limits, input, outer, settings);
        }
        if self.is_module() {
            return Err(crate::run::no_modules());
        }
        let programs = self.programs();
        let known = programs
            .protocols
            .iter()
            .find(|one| one.protocols.contains(&input.protocol));
        let Some(command) = known else {
            let protocol = &input.protocol;
            return Err(Error::new(format!(
                "no downloader found for protocol {protocol:?}"
            )));
        };
        for (name, value) in [
            ("USERNAME", input.username.clone()),
            ("PASSWORD", input.password.clone()),
            ("PASS_CREDENTIALS_ALL", input.pass_credentials.to_string()),
        ] {
            settings.insert(format!("HELM_PLUGIN_{name}"), value);
        }
        let extra = [
            input.cert_file.clone(),
            input.key_file.clone(),
            input.ca_file.clone(),
            input.href.clone(),
        ];
        let mut prepared = self
            .prepared(&command.commands, false, &extra, outer, settings)
            .map_err(|error| {
                let protocol = &input.protocol;
                error.prefixed(&format!(
                    "failed to prepare commands for protocol {protocol:?}: "
                ))
            })?;
        let program = self.folder.join(prepared.program.trim_start_matches('/'));
        prepared.program = program.display().to_string();
        prepared.output()
    }
}
