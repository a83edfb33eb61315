//! What is said when the server's certificate is not to be trusted, against a TLS server that
//! does nothing but shake hands.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::io::Read;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;

use pintle_cluster::{Cluster, ConnectOptions};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: tempfile::TempDir,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ca.crt"), issuer.pem()).unwrap();
        Self { issuer, folder }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("ca.crt")
    }

    /// Serves a certificate for these names; gives the port.
    fn serve(&self, names: &[&str]) -> u16 {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(names)
            .unwrap()
            .signed_by(&key, &self.issuer)
            .unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
            )
            .unwrap();
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
                // The client hangs up, which is what is tested.
                let _ = StreamOwned::new(connection, stream).read(&mut [0; 16]);
            }
        });
        port
    }
}

async fn text(url: &str, ca: PathBuf, name: Option<&str>) -> String {
    let cluster = Cluster::new(ConnectOptions {
        api_server: Some(url.to_owned()),
        ca_file: Some(ca),
        tls_server_name: name.map(str::to_owned),
        ..ConnectOptions::default()
    });
    let error = cluster.check_reachable().await.unwrap_err();
    assert!(!error.hints().is_empty(), "{error}");
    let text = error.to_string();
    let start = format!(
        "kubernetes cluster unreachable: Get \"{url}/version\": tls: failed to verify certificate: "
    );
    text.strip_prefix(&start).unwrap_or(&text).to_owned()
}

// The texts of `helm list` 4.3.1 against servers with such certificates.
#[tokio::test]
async fn certificates_are_refused_in_gos_words() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let named = authority.serve(&["example.com", "a.example.com"]);
    let numbered = authority.serve(&["10.1.1.1"]);
    let ca = || authority.file();
    let (by_number, by_name) = (
        format!("https://127.0.0.1:{named}"),
        format!("https://localhost:{named}"),
    );
    assert_eq!(
        text(&by_number, stranger.file(), None).await,
        "x509: certificate signed by unknown authority"
    );
    assert_eq!(
        text(&by_number, ca(), None).await,
        "x509: cannot validate certificate for 127.0.0.1 because it doesn't contain any IP SANs"
    );
    assert_eq!(
        text(&by_name, ca(), None).await,
        "x509: certificate is valid for example.com, a.example.com, not localhost"
    );
    assert_eq!(
        text(&by_number, ca(), Some("foo.bar")).await,
        "x509: certificate is valid for example.com, a.example.com, not foo.bar"
    );
    assert_eq!(
        text(&format!("https://127.0.0.1:{numbered}"), ca(), None).await,
        "x509: certificate is valid for 10.1.1.1, not 127.0.0.1"
    );
    assert_eq!(
        text(&format!("https://localhost:{numbered}"), ca(), None).await,
        "x509: certificate is not valid for any names, but wanted to match localhost"
    );
}
