//! Trying credentials, keeping and forgetting them.

use crate::client::{Call, refused};
use crate::credentials::address;
use crate::reference::check_registry;
use crate::{Client, Credential, Error, Store};

impl Client {
    /// Tries a credential; whoever calls keeps it then.
    ///
    /// # Errors
    /// What is no registry, and one that does not accept the credential.
    async fn ping(&self, registry: &str) -> Result<(), Error> {
        let call = Call::get(self.url(registry, ""), String::new());
        let answer = self.call(registry, &call).await?;
        match answer.status() {
            200 => Ok(()),
            404 => {
                Err(Error::new("not found")
                    .with_hint(format!("there is no registry at {}", call.url)))
            }
            _ => Err(refused(&call, answer).await),
        }
    }

    /// Looks at the certificates of the options, before there is anything to ask.
    ///
    /// # Errors
    /// Files that cannot be used.
    pub fn prepare(&self) -> Result<(), Error> {
        self.session.prepare(&self.options.tls)
    }

    /// Tries the credential of the options, and keeps it in the store of the options.
    ///
    /// # Errors
    /// What is no registry, one that does not accept the credential, and a file that cannot be
    /// written.
    pub async fn login(&self, registry: &str) -> Result<(), Error> {
        check_registry(registry)?;
        self.known().prefer_oauth = true;
        let first = self.ping(registry).await;
        // HELM: most registries only know the older way.
        self.known().prefer_oauth = false;
        if first.is_err() {
            let failed =
                |error: Error| error.during(&format!("authenticating to \"{registry}\": "));
            self.ping(registry).await.map_err(failed)?;
        }
        let credential = self.options.credential.clone().unwrap_or_default();
        match &self.options.store {
            Some(store) => store.put(address(registry), &credential),
            None => Ok(()),
        }
    }
}

/// Forgets the credential for a registry.
///
/// # Errors
/// A file that cannot be written.
pub fn logout(store: &Store, registry: &str) -> Result<(), Error> {
    store.delete(address(registry)).map_err(|error| {
        let address = address(registry);
        error.during(&format!("failed to delete the credential for {address}: "))
    })
}

/// The credential that flags give: none without a user name and a password.
pub fn from_flags(username: &str, password: &str) -> Option<Credential> {
    (!username.is_empty() && !password.is_empty()).then(|| Credential::basic(username, password))
}
