//! HTTPS.

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use crate::{Error, TlsFiles};

/// Reads a certificate and its key.
///
/// # Errors
/// Files that cannot be read, or that hold something else.
pub fn acceptor(files: &TlsFiles) -> Result<TlsAcceptor, Error> {
    let read = |path: &std::path::Path| {
        std::fs::read(path).map_err(|error| Error::file("open", path, &error))
    };
    let shown = files.certificate.display();
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(&read(&files.certificate)?)
        .collect::<Result<_, _>>()
        .map_err(|error| Error::new(format!("{shown}: {error}")))?;
    if certificates.is_empty() {
        return Err(Error::new(format!("{shown} has no certificate"))
            .hint("it has to be in PEM: -----BEGIN CERTIFICATE-----"));
    }
    let key = PrivateKeyDer::from_pem_slice(&read(&files.key)?)
        .map_err(|error| Error::new(format!("{}: {error}", files.key.display())))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| {
            builder
                .with_no_client_auth()
                .with_single_cert(certificates, key)
        })
        .map_err(|error| {
            Error::new(format!("{shown}: {error}")).hint("does the key belong to the certificate?")
        })?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
