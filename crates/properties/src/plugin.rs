//! Plugins: their descriptions, what completion says of them, their archives.

use pintle_go_value::Value;
use pintle_plugin::{archive, read_completion, read_metadata, signed_text};

use crate::parts;

/// The whole input is an archive; its first part is a `plugin.yaml`, the second a
/// `completion.yaml`. A name is no path, a version is none either, and what is signed of a
/// description is the same every time.
pub(crate) fn plugins(input: &[u8]) {
    let _ = archive::metadata_in(input);
    let text = parts::text(input);
    let [description, completion] = parts::split(&text);
    let _ = read_completion(completion.as_bytes());
    let Ok(metadata) = read_metadata(description.as_bytes()) else {
        return;
    };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-.+".contains(c);
    assert!(!metadata.name.is_empty() && metadata.name.chars().all(is_plain));
    assert!(!metadata.name.contains('.'), "{:?}", metadata.name);
    assert!(
        metadata.version.chars().all(is_plain),
        "{:?}",
        metadata.version
    );
    let signed = signed_text(&metadata).expect("what was read can be written");
    assert_eq!(signed, signed_text(&metadata).expect("as before"));
    let again = pintle_go_yaml::parse_map(signed.as_bytes()).expect("it is YAML");
    let name = match again.get("Name") {
        Some(Value::Str(name)) => name.to_string(),
        other => panic!("the name became {other:?}"),
    };
    assert_eq!(name, metadata.name);
}
