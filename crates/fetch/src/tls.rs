//! Which certificates a connection trusts and shows.

use std::fs;
use std::path::Path;
use std::sync::Once;

use reqwest::{Certificate, ClientBuilder, Identity};

use crate::{Error, Tls};

/// All TLS in the process uses ring.
fn install_provider() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // An error means that there is one already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

/// Applies the user's choice of certificates.
///
/// # Errors
/// Files that cannot be read or hold nothing of use, with Helm's texts.
pub(crate) fn configure(builder: ClientBuilder, tls: &Tls) -> Result<ClientBuilder, Error> {
    install_provider();
    let mut builder = builder;
    if let Some(path) = &tls.ca_file {
        let pem = read(path, "can't read CA file")?;
        let certificates = Certificate::from_pem_bundle(&pem).unwrap_or_default();
        if certificates.is_empty() {
            return Err(refused("failed to append certificates from pem block"));
        }
        builder = builder.tls_certs_only(certificates);
    }
    if let (Some(certificate), Some(key)) = (&tls.cert_file, &tls.key_file) {
        let mut pem = read(certificate, "unable to read cert file")?;
        pem.push(b'\n');
        pem.extend(read(key, "unable to read key file")?);
        let identity = Identity::from_pem(&pem)
            .map_err(|error| refused(&format!("unable to load cert from key pair: {error}")))?;
        builder = builder.identity(identity);
    }
    Ok(builder.tls_danger_accept_invalid_certs(tls.insecure))
}

fn refused(reason: &str) -> Error {
    Error::new(format!("can't create TLS config for client: {reason}"))
}

fn read(path: &Path, what: &str) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|error| {
        let path = path.display();
        let reason = match error.kind() {
            std::io::ErrorKind::NotFound => "no such file or directory".to_owned(),
            std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
            _ => error.to_string(),
        };
        refused(&format!("{what}: \"{path}\": open {path}: {reason}"))
    })
}
