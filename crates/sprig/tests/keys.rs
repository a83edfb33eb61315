//! New keys, read back by the functions that take keys.

#![expect(clippy::unwrap_used, reason = "tests of fixed inputs")]

use std::sync::Arc;

use pintle_go_template::{Functions, Limits, Set};
use pintle_go_value::Value;
use pintle_sprig::Env;

fn render(template: &str) -> String {
    let mut functions = Functions::new();
    functions.extend(pintle_sprig::functions(&Env::system()));
    let mut set = Set::new(Arc::new(functions));
    set.add("t", template).unwrap();
    let bytes = set.execute("t", &Value::Nil, &Limits::default()).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn an_authority_with_a_new_rsa_key_signs() {
    let text = render(
        r#"{{ $ca := genCA "ca" 1 }}{{ $cert := genSignedCertWithKey "x" nil nil 1 $ca (genPrivateKey "ecdsa") }}{{ $cert.Cert | trunc 27 }} {{ $ca.Key | trunc 31 }}"#,
    );
    assert_eq!(
        text,
        "-----BEGIN CERTIFICATE----- -----BEGIN RSA PRIVATE KEY-----"
    );
}

#[test]
fn a_dsa_key_has_five_numbers_of_the_usual_size() {
    let text = render(r#"{{ genPrivateKey "dsa" }}"#);
    assert!(
        text.starts_with("-----BEGIN DSA PRIVATE KEY-----\n"),
        "{text}"
    );
    // Version, p, q, g, y and x: about 3 * 257 + 2 * 33 bytes in base64.
    assert!((1100..1250).contains(&text.len()), "{}", text.len());
}

#[test]
fn bcrypt_hashes_verify() {
    let text = render(r#"{{ htpasswd "user" "secret" }}"#);
    let hash = text.strip_prefix("user:").unwrap();
    assert!(hash.starts_with("$2a$10$") && hash.len() == 60);
    assert!(bcrypt::verify("secret", hash).unwrap());
}
