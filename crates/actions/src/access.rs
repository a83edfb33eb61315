//! How charts are fetched from servers, and sent there.

use pintle_fetch::{Credentials, Limits, Request, Tls};
use pintle_registry::{Client, Listener, Options, Places, Store, from_flags};

use crate::{Class, Error};

/// What the flags and the environment say of servers with charts.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// How documents are fetched.
    pub client: pintle_fetch::Client,
    /// `--ca-file`, `--cert-file`, `--key-file`, `--insecure-skip-tls-verify`
    pub tls: Tls,
    /// `--username`
    pub username: String,
    /// `--password`
    pub password: String,
    /// `--pass-credentials`
    pub pass_credentials: bool,
    /// `--plain-http`
    pub plain_http: bool,
    /// Where credentials for registries are kept.
    pub places: Places,
    /// Who is told of every request to a registry.
    pub listener: Option<Listener>,
}

impl Access {
    /// A client of registries.
    ///
    /// # Errors
    /// Certificates that cannot be used, with Helm's text.
    pub fn registry(&self) -> Result<Client, Error> {
        let tls = &self.tls;
        let own = tls.cert_file.is_some() && tls.key_file.is_some();
        // HELM: --plain-http is not looked at together with flags for TLS.
        let with_tls = own || tls.ca_file.is_some() || tls.insecure;
        let client = Client::new(
            self.client.clone(),
            Options {
                plain_http: self.plain_http && !with_tls,
                tls: tls.clone(),
                credential: from_flags(&self.username, &self.password),
                store: Some(self.store()),
                listener: self.listener.clone(),
                ..Options::default()
            },
        );
        if with_tls {
            client
                .prepare()
                .map_err(|error| Error::from(error).prefixed("missing registry client: "))?;
        }
        Ok(client)
    }

    /// Where credentials for registries are kept.
    pub fn store(&self) -> Store {
        Store::new(self.places.clone())
    }

    /// A request for a chart or index at `url`. The credentials are for the server of `site`.
    pub fn request(&self, url: &str, site: &str) -> Request {
        Request {
            credentials: Some(Credentials {
                username: self.username.clone(),
                password: self.password.clone(),
                site: site.to_owned(),
                everywhere: self.pass_credentials,
            }),
            tls: self.tls.clone(),
            limits: Limits::default(),
            ..Request::new(url)
        }
    }
}

impl From<pintle_registry::Error> for Error {
    fn from(error: pintle_registry::Error) -> Self {
        let mut found = Self::new(Class::Input, error.to_string());
        found.hints.extend(error.hint().map(str::to_owned));
        found
    }
}

impl From<pintle_fetch::Error> for Error {
    fn from(error: pintle_fetch::Error) -> Self {
        let mut found = Self::new(Class::Input, error.to_string());
        found.hints.extend(error.hint().map(str::to_owned));
        found
    }
}
