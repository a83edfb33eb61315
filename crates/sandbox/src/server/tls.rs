//! The certificate that a sandbox makes for itself, and the token that lets in.

use std::io::{self, Write as _};
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rcgen::{CertificateParams, DnType, KeyPair, SanType};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde::{Deserialize, Serialize};
use tokio_rustls::TlsAcceptor;

/// What a sandbox is known by.
#[derive(Debug, Serialize, Deserialize)]
pub struct Identity {
    /// Its address: a certificate is for one.
    address: IpAddr,
    /// PEM.
    pub certificate: String,
    /// PEM.
    key: String,
    /// The token that lets in.
    pub token: String,
}

impl Identity {
    /// A new one, for an address.
    pub fn new(address: IpAddr) -> io::Result<Self> {
        let key = KeyPair::generate().map_err(io::Error::other)?;
        let mut names =
            CertificateParams::new(vec!["localhost".to_owned(), "kubernetes".to_owned()])
                .map_err(io::Error::other)?;
        names.subject_alt_names.push(SanType::IpAddress(address));
        names
            .distinguished_name
            .push(DnType::CommonName, "pintle sandbox");
        let certificate = names.self_signed(&key).map_err(io::Error::other)?;
        let mut secret = [0; 24];
        getrandom::fill(&mut secret).map_err(io::Error::other)?;
        Ok(Self {
            address,
            certificate: certificate.pem(),
            key: key.serialize_pem(),
            token: BASE64_URL_SAFE_NO_PAD.encode(secret),
        })
    }

    /// The one of a file, which is made when it is not there: so kubeconfigs stay good.
    pub fn kept(path: &Path, address: IpAddr) -> io::Result<Self> {
        if let Ok(text) = std::fs::read(path)
            && let Ok(known) = serde_json::from_slice::<Self>(&text)
            && known.address == address
            && known.acceptor().is_ok()
        {
            return Ok(known);
        }
        let made = Self::new(address)?;
        write_secret(
            path,
            &serde_json::to_string(&made).map_err(io::Error::other)?,
        )?;
        Ok(made)
    }

    /// What makes connections secure.
    pub fn acceptor(&self) -> io::Result<TlsAcceptor> {
        let certificate = CertificateDer::from_pem_slice(self.certificate.as_bytes())
            .map_err(io::Error::other)?;
        let key = PrivateKeyDer::from_pem_slice(self.key.as_bytes()).map_err(io::Error::other)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|config| {
                let config = config.with_no_client_auth();
                config.with_single_cert(vec![certificate], key)
            })
            .map_err(io::Error::other)?;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

/// Writes a file that only its owner may read: all of it, or nothing.
pub fn write_secret(path: &Path, text: &str) -> io::Result<()> {
    let beside = path.with_extension("new");
    // One that was left behind may have been made by others.
    let _ = std::fs::remove_file(&beside);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&beside, path)
}
