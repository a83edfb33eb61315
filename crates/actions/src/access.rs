//! How charts are fetched from servers, and sent there.

use std::path::PathBuf;

use pintle_registry::{Client, Options, Store, Wanted, from_flags};
use pintle_repo::cache;
use pintle_repo::content::{Contents, Kind};

use crate::input::{Access, ChartInput};
use crate::provenance;
use crate::{Class, Error, Events};

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
                store: Some(Store::new(self.registries.clone())),
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
}

/// Fetches a chart from a registry; it is kept by its digest, as Helm keeps it.
///
/// # Errors
/// No such chart, a registry that does not give it.
pub(crate) fn from_registry(input: &ChartInput, events: &dyn Events) -> Result<PathBuf, Error> {
    let access = &input.access;
    let client = access.registry()?;
    let name = input.reference.trim();
    let pulled = pintle_fetch::blocking(async || -> Result<_, Error> {
        let found = client.locate(name, &input.wanted_version()).await?;
        let wanted = if input.verify {
            Wanted::ChartAndSignature
        } else {
            Wanted::Chart
        };
        let pulled = client.pull(&found.reference, wanted).await?;
        Ok((pulled, found.file))
    })?;
    let (pulled, file) = pulled;
    let report = pulled.report();
    let report = report.trim_end_matches('\n');
    // HELM: it is pulled a second time for the signature, and says so.
    for _ in 0..=usize::from(pulled.provenance.is_some()) {
        // DIFF: Helm also tells it between the lines of JSON and YAML.
        if access.tells_on_stdout {
            events.message(report);
        } else {
            events.note(report);
        }
    }
    if input.verify {
        let prov = pulled
            .provenance
            .as_ref()
            .ok_or_else(|| provenance::no_signature(&format!("oci://{}.prov", pulled.reference)))?;
        provenance::verify_bytes(&file, &pulled.chart, prov, &input.keyring)?;
    }
    let contents = Contents::new(&access.places.content);
    Ok(contents.put(&cache::digest(&pulled.chart), Kind::Chart, &pulled.chart)?)
}

impl From<pintle_fetch::Error> for Error {
    fn from(error: pintle_fetch::Error) -> Self {
        let mut found = Self::new(Class::Input, error.to_string());
        found.hints.extend(error.hint().map(str::to_owned));
        found
    }
}
