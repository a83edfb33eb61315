//! Certificates against those real Helm made with the same keys.
//!
//! `fixtures/certificates/*.pem` were made by `helm template` of Helm 4.3.1 with the keys
//! beside them. A certificate is the same to the last byte once serial number and date are
//! given; only ECDSA signatures differ, since Go draws a random number for each.

#![expect(clippy::unwrap_used, reason = "tests of fixed inputs")]

use std::sync::Arc;

use jiff::Timestamp;
use pintle_go_template::{Functions, Limits, Set};
use pintle_go_value::{Map, Value};
use pintle_sprig::{Clock, Env, Random};

#[derive(Debug)]
struct FixedClock(Timestamp);

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// Gives the same bytes again and again.
#[derive(Debug)]
struct FixedBytes(Vec<u8>);

impl Random for FixedBytes {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), String> {
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = self.0[index % self.0.len()];
        }
        Ok(())
    }
}

macro_rules! pem {
    ($name:literal) => {
        include_str!(concat!("fixtures/certificates/", $name))
    };
}

/// The output of a template that sees the keys, with a serial number in hexadecimal.
fn render(serial: &str, template: &str) -> String {
    render_at("2026-11-21T11:50:12Z", serial, template)
}

fn render_at(time: &str, serial: &str, template: &str) -> String {
    let digits: Vec<u8> = serial
        .chars()
        .map(|c| c.to_digit(16).unwrap() as u8)
        .collect();
    let serial = digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect();
    let mut env = Env::system();
    env.clock = Arc::new(FixedClock(time.parse().unwrap()));
    env.random = Arc::new(FixedBytes(serial));
    let mut functions = Functions::new();
    functions.extend(pintle_sprig::functions(&env));
    let mut set = Set::new(Arc::new(functions));
    set.add("t", template).unwrap();
    let data = Map::from_iter([
        ("ca", Value::from(pem!("ca.pem"))),
        ("cakey", Value::from(pem!("ca.key"))),
        ("leafkey", Value::from(pem!("leaf.key"))),
        ("eckey", Value::from(pem!("ec.key"))),
        ("p384", Value::from(pem!("p384.key"))),
        ("p521", Value::from(pem!("p521.key"))),
        ("p384pkcs8", Value::from(pem!("p384-pkcs8.key"))),
        ("p521pkcs8", Value::from(pem!("p521-pkcs8.key"))),
    ]);
    let bytes = set.execute("t", &data.into(), &Limits::default()).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// What a certificate says, without its signature.
fn body(pem: &str) -> Vec<u8> {
    let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let der = decode_base64(&base64);
    // Both lengths take two bytes in certificates of this size.
    assert_eq!((der[1], der[5]), (0x82, 0x82));
    let length = usize::from(der[6]) << 8 | usize::from(der[7]);
    der[4..8 + length].to_vec()
}

fn decode_base64(text: &str) -> Vec<u8> {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD
        .decode(text)
        .unwrap()
}

#[test]
fn an_authority_is_the_same_to_the_last_byte() {
    let made = render(
        "DFDEF8D6EAE0FDF9F06A19E25FA4D111",
        r#"{{ (genCAWithKey "test-ca" 365 .cakey).Cert }}"#,
    );
    assert_eq!(made, pem!("ca.pem"));
}

#[test]
fn a_self_signed_certificate_is_the_same_to_the_last_byte() {
    let made = render(
        "8FC98A1D10EE51964CAF1BE323811F45",
        r#"{{ (genSelfSignedCertWithKey "müller" (list "10.0.0.1" "fe80::1" "::ffff:1.2.3.4") (list "a.example" "*.b.example") 20000 .leafkey).Cert }}"#,
    );
    assert_eq!(made, pem!("self.pem"));
}

#[test]
fn signed_certificates_are_the_same_to_the_last_byte() {
    let authority = "{{ $ca := buildCustomCert (b64enc .ca) (b64enc .cakey) }}";
    let leaf = r#"{{ (genSignedCertWithKey "leaf.example" nil (list "leaf.example") 30 $ca .leafkey).Cert }}"#;
    let made = render(
        "8C2F5449E2AB163CEE7ACE00B58A864E",
        &format!("{authority}{leaf}"),
    );
    assert_eq!(made, pem!("signed.pem"));
    let nameless = r#"{{ (genSignedCertWithKey "" (list "127.0.0.1") nil 1 $ca .eckey).Cert }}"#;
    let made = render(
        "9931C850322DF79857E4B72E3020887C",
        &format!("{authority}{nameless}"),
    );
    assert_eq!(made, pem!("plain.pem"));
}

#[test]
fn an_elliptic_authority_says_the_same() {
    let made = render(
        "E0C67147F2477D85B7181FC27580554D",
        r#"{{ (genCAWithKey "ec-ca" 10 .eckey).Cert }}"#,
    );
    assert_eq!(body(&made), body(pem!("ec.pem")));
}

#[test]
fn authorities_of_larger_curves_say_the_same() {
    for (name, serial, by_helm) in [
        ("p384", "976424FA7EBB37388E3386249113E9E2", pem!("p384.pem")),
        ("p521", "C2E8BFB849AD995CF4956E85F5B2D410", pem!("p521.pem")),
    ] {
        let made = |key: &str| {
            let template = format!(r#"{{{{ (genCAWithKey "{name}-ca" 10 .{key}).Cert }}}}"#);
            render_at("2026-11-21T21:01:00Z", serial, &template)
        };
        let from_sec1 = made(name);
        assert_eq!(body(&from_sec1), body(by_helm), "{name}");
        assert_eq!(made(&format!("{name}pkcs8")), from_sec1, "{name}");
        assert!(is_signed_by_itself(&from_sec1, name), "{name}");
        assert!(is_signed_by_itself(by_helm, name), "{name}");
    }
}

/// Checks the signature of a certificate with its own key.
fn is_signed_by_itself(pem: &str, curve: &str) -> bool {
    use p384::ecdsa::signature::Verifier;
    let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let der = decode_base64(&base64);
    let body = body(pem);
    // Behind the body comes the algorithm, of 12 bytes, and the head of a string of bits.
    let rest = &der[4 + body.len() + 12..];
    let signature = &rest[if rest[1] < 0x80 { 3 } else { 4 }..];
    // The key is what a string of bits of its length begins with.
    let point = |size: usize| {
        let ends_head = |at: &usize| {
            let head = [(size + 1) as u8, 0, 4];
            body[*at..].starts_with(&head)
        };
        let at = (0..body.len()).find(ends_head).unwrap() + 2;
        body[at..at + size].to_vec()
    };
    match curve {
        "p384" => {
            let key = p384::ecdsa::VerifyingKey::from_sec1_bytes(&point(97)).unwrap();
            let signature = p384::ecdsa::Signature::from_der(signature).unwrap();
            key.verify(&body, &signature).is_ok()
        }
        _ => {
            let key = p521::ecdsa::VerifyingKey::from_sec1_bytes(&point(133)).unwrap();
            let signature = p521::ecdsa::Signature::from_der(signature).unwrap();
            key.verify(&body, &signature).is_ok()
        }
    }
}

#[test]
fn keys_are_written_as_they_were_read() {
    for (name, text) in [
        ("cakey", pem!("ca.key")),
        ("leafkey", pem!("leaf.key")),
        ("eckey", pem!("ec.key")),
        ("p384", pem!("p384.key")),
        ("p521", pem!("p521.key")),
    ] {
        let made = render(
            "01",
            &format!("{{{{ (genCAWithKey \"x\" 1 .{name}).Key }}}}"),
        );
        assert_eq!(made, text);
    }
}

#[test]
fn an_ed25519_key_signs() {
    let made = render(
        "0102030405060708090A0B0C0D0E0F10",
        r#"{{ $key := genPrivateKey "ed25519" }}{{ $ca := genCAWithKey "ed" 1 $key }}{{ eq $ca.Key $key }} {{ (genSignedCertWithKey "x" nil nil 1 $ca .eckey).Cert | trunc 27 }}"#,
    );
    assert_eq!(made, "true -----BEGIN CERTIFICATE-----");
}

#[test]
fn a_foreign_key_cannot_sign() {
    let env = Env::system();
    let mut functions = Functions::new();
    functions.extend(pintle_sprig::functions(&env));
    let mut set = Set::new(Arc::new(functions));
    let text = r#"{{ genSignedCertWithKey "x" nil nil 1 (buildCustomCert (b64enc .ca) (b64enc .leafkey)) .leafkey }}"#;
    set.add("t", text).unwrap();
    let data = Map::from_iter([
        ("ca", Value::from(pem!("ca.pem"))),
        ("leafkey", Value::from(pem!("leaf.key"))),
    ]);
    let error = set
        .execute("t", &data.into(), &Limits::default())
        .unwrap_err();
    assert!(
        error
            .text
            .ends_with("x509: provided PrivateKey doesn't match parent's PublicKey")
    );
}
