//! Signatures of charts.

use std::sync::LazyLock;

use pintle_provenance::{Keyring, message, verify};

use crate::parts;

/// A key made for this alone.
static OWN: LazyLock<Keyring> =
    LazyLock::new(|| Keyring::read(include_bytes!("edwards.gpg")).expect("the key can be read"));

/// After the key was made.
const NOW: u64 = 1_800_000_000;

/// The first part of the input is a `.prov` file, the second a keyring, the third the
/// `Chart.yaml` of a chart that we sign. Nothing strange is verified by our key, and what we sign
/// is, unless a byte of it is another.
pub(crate) fn signatures(input: &[u8]) {
    let text = parts::text(input);
    let [prov, keyring, metadata] = parts::split(&text);
    let all = Keyring::read(input);
    let some = Keyring::read(keyring.as_bytes());
    for keyring in all.iter().chain(&some) {
        let _ = verify(prov.as_bytes(), "00", "web.tgz", keyring, NOW);
    }
    sign(metadata);
    let _ = verify(input, "00", "web.tgz", &OWN, NOW);
}

fn sign(metadata: &str) {
    let Ok(text) = message(metadata, "web.tgz", "00") else {
        return;
    };
    let signer = OWN.signer("Edwards").expect("the key is there");
    let prov = signer.sign(&text, b"", NOW).expect("the key signs");
    let checked = |prov: &str, digest: &str| verify(prov.as_bytes(), digest, "web.tgz", &OWN, NOW);
    // Another text before ours, or other digests, may be in what strangers call a Chart.yaml.
    let plain = metadata
        .bytes()
        .all(|b| b == b'\n' || (b' '..0x7f).contains(&b));
    if plain && !metadata.contains("...") {
        let verified = checked(&prov, "00").expect("what is signed is verified");
        assert_eq!(verified.digest, "sha256:00");
        assert!(checked(&prov, "01").is_err(), "another archive");
    }
    assert!(checked(&prov.replacen("sha256:00", "sha256:01", 1), "01").is_err());
}
