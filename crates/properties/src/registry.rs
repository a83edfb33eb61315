//! What registries and files with credentials say.

use std::path::Path;

use pintle_registry::{Challenge, Manifest, Reference, credentials::ConfigFile};

/// A manifest and a file with credentials are read back as they are written; a reference names
/// what it shows, and leads nowhere else; what a registry asks for is understood or not. The
/// first byte says which of them the rest is.
pub(crate) fn registry(input: &[u8]) {
    let Some((kind, rest)) = input.split_first() else {
        return;
    };
    match kind % 4 {
        0 => manifest(rest),
        1 => config(rest),
        2 => reference(&String::from_utf8_lossy(rest)),
        _ => challenge(&String::from_utf8_lossy(rest)),
    }
}

fn manifest(input: &[u8]) {
    let Ok(manifest) = Manifest::parse(input) else {
        return;
    };
    let written = manifest.to_json().expect("what was read can be written");
    assert_eq!(Manifest::parse(&written).as_ref(), Ok(&manifest));
    for layer in manifest.layers.iter().chain([&manifest.config]) {
        let hex = layer.digest.hex();
        assert!(hex.bytes().all(|byte| byte.is_ascii_hexdigit()), "{hex}");
    }
}

fn config(input: &[u8]) {
    let path = Path::new("config.json");
    let Ok(file) = ConfigFile::parse(path, input) else {
        return;
    };
    let written = file.to_json();
    let again = ConfigFile::parse(path, &written).expect("what was written can be read");
    assert_eq!(again.to_json(), written);
    assert_eq!(again.is_empty(), file.is_empty());
    for server in ["h", "h:5000", "https://index.docker.io/v1/"] {
        assert_eq!(again.helper(server), file.helper(server));
        let told = |file: &ConfigFile| file.get(server).map_err(|error| error.to_string());
        assert_eq!(told(&again), told(&file));
    }
}

fn reference(text: &str) {
    let Ok(reference) = Reference::parse(text) else {
        return;
    };
    let shown = reference.to_string();
    let again = Reference::parse(&shown).expect("what is shown is a reference");
    assert_eq!(again.to_string(), shown);
    assert_eq!(
        (&again.registry, &again.repository),
        (&reference.registry, &reference.repository)
    );
    let safe = |byte: u8| byte.is_ascii_graphic() && !b"?#%\\ ".contains(&byte);
    assert!(shown.bytes().all(safe), "{shown}");
    let parts = reference.repository.split('/');
    assert!(
        parts
            .into_iter()
            .all(|part| !part.is_empty() && part != ".." && part != ".")
    );
}

fn challenge(text: &str) {
    if let Challenge::Bearer {
        realm,
        service,
        scope,
    } = Challenge::parse(text)
    {
        // Nothing is made up: a value is part of what was said, its escapes apart.
        for value in [realm, service, scope] {
            assert!(value.len() <= text.len());
        }
    }
}
