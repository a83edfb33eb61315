//! Certificates for servers on this machine.

use pintle_testkit::Home;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, KeyUsagePurpose};

const HERE: &str = "127.0.0.1";

/// What an authority may do.
fn authority() -> CertificateParams {
    let mut wanted = CertificateParams::new(Vec::new()).expect("no names");
    wanted.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    wanted.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    wanted
}

/// Puts into `server/`: the certificate of an authority, `ca.pem`, and a server's of its making,
/// `cert.pem` and `key.pem`.
pub fn of_an_authority(home: &Home) {
    let key = KeyPair::generate().expect("a key");
    let made = authority().self_signed(&key).expect("a certificate");
    home.write("server/ca.pem", made.pem());
    let issuer = Issuer::new(authority(), key);
    let server = KeyPair::generate().expect("a key");
    let wanted = CertificateParams::new([HERE.to_owned()]).expect("a name");
    let made = wanted.signed_by(&server, &issuer).expect("a certificate");
    home.write("server/cert.pem", made.pem());
    home.write("server/key.pem", server.serialize_pem());
}

/// Puts into `server/` what `openssl req -x509` makes: one certificate that is its own authority
/// and the server's, `cert.pem` and `key.pem`.
pub fn of_its_own(home: &Home, valid_until: i32) {
    let key = KeyPair::generate().expect("a key");
    let mut wanted = CertificateParams::new([HERE.to_owned()]).expect("a name");
    wanted.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    wanted.not_after = rcgen::date_time_ymd(valid_until, 1, 1);
    let made = wanted.self_signed(&key).expect("a certificate");
    home.write("server/cert.pem", made.pem());
    home.write("server/key.pem", key.serialize_pem());
}
