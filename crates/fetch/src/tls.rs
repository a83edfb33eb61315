//! Which certificates a connection trusts and shows.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Once};

use reqwest::{ClientBuilder, Identity};
use rustls::ClientConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::own::Own;
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
    let mut own = None;
    if let Some(path) = &tls.ca_file {
        let pem = read(path, "can't read CA file")?;
        let certificates: Vec<_> = CertificateDer::pem_slice_iter(&pem)
            .filter_map(Result::ok)
            .collect();
        let verifier = (!certificates.is_empty()).then(|| Own::new(certificates));
        let nothing = || refused("failed to append certificates from pem block");
        own = Some(verifier.flatten().ok_or_else(nothing)?);
    }
    let mut identity = None;
    if let (Some(certificate), Some(key)) = (&tls.cert_file, &tls.key_file) {
        let certificate = read(certificate, "unable to read cert file")?;
        let key = read(key, "unable to read key file")?;
        identity = Some((certificate, key));
    }
    match own.filter(|_| !tls.insecure) {
        Some(own) => Ok(builder.tls_backend_preconfigured(trusting(own, identity)?)),
        None => usual(builder, tls, identity),
    }
}

/// A certificate and its key, as PEM.
type Pair = (Vec<u8>, Vec<u8>);

/// Trusts what the machine trusts, or everybody.
fn usual(
    mut builder: ClientBuilder,
    tls: &Tls,
    identity: Option<Pair>,
) -> Result<ClientBuilder, Error> {
    if let Some((mut pem, key)) = identity {
        pem.push(b'\n');
        pem.extend(key);
        let identity = Identity::from_pem(&pem).map_err(|error| unpaired(&error))?;
        builder = builder.identity(identity);
    }
    Ok(builder.tls_danger_accept_invalid_certs(tls.insecure))
}

/// Trusts what is in the user's file.
fn trusting(own: Own, identity: Option<Pair>) -> Result<ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| refused(&error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(own));
    let mut config = match identity {
        None => builder.with_no_client_auth(),
        Some((certificate, key)) => {
            let chain = CertificateDer::pem_slice_iter(&certificate);
            let chain: Result<Vec<_>, _> = chain.collect();
            let chain = chain.map_err(|error| unpaired(&error))?;
            let key = PrivateKeyDer::from_pem_slice(&key).map_err(|error| unpaired(&error))?;
            let config = builder.with_client_auth_cert(chain, key);
            config.map_err(|error| unpaired(&error))?
        }
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn unpaired(error: &dyn std::fmt::Display) -> Error {
    refused(&format!("unable to load cert from key pair: {error}"))
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
