//! What a real API server said of its own API: stored by `cargo xtask kubernetes`.

use std::io::Read as _;

use flate2::read::ZlibDecoder;
use serde_json::{Map, Value};

const DISCOVERY: &[u8] = include_bytes!("../data/discovery.json.zz");
const SCHEMAS: &[u8] = include_bytes!("../data/schemas.json.zz");
const PATHS: &[u8] = include_bytes!("../data/paths.json.zz");
const PROTOBUF: &[u8] = include_bytes!("../data/protobuf.json.zz");

/// Its version, groups and resources: `version`, `groups`, `lists` by group and version, `root`.
pub fn discovery() -> Map<String, Value> {
    read(DISCOVERY)
}

/// Its types, by their names, in the words of OpenAPI 3.
pub fn schemas() -> Map<String, Value> {
    let mut schemas = read(SCHEMAS);
    // Of some types nothing is said: anything goes.
    for schema in schemas.values_mut().filter(|schema| schema.is_null()) {
        *schema = Value::Object(Map::new());
    }
    schemas
}

/// Its paths, by the names of its OpenAPI 3 documents (`api/v1`, `apis/apps/v1`).
pub fn paths() -> Map<String, Value> {
    read(PATHS)
}

/// The fields that messages have in protobuf, by the names of their types: of each the number, the
/// name (none when the fields of its type stand in its place), the type and `one`, `many` or `map`.
pub fn protobuf() -> Map<String, Value> {
    read(PROTOBUF)
}

/// These four are our own: a test reads each.
fn read(compressed: &[u8]) -> Map<String, Value> {
    let mut text = Vec::new();
    let inflated = ZlibDecoder::new(compressed).read_to_end(&mut text);
    let document = inflated
        .ok()
        .and_then(|_| serde_json::from_slice(&text).ok());
    document.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_it_can_be_read() {
        let discovery = discovery();
        assert_eq!(discovery["version"]["gitVersion"], "v1.37.1");
        assert!(discovery["lists"]["apps/v1"]["resources"].is_array());
        assert!(schemas().contains_key("io.k8s.api.core.v1.Pod"));
        assert!(paths()["api/v1"].is_object());
        let pod = &protobuf()["io.k8s.api.core.v1.Pod"];
        let spec = serde_json::json!([2, "spec", "io.k8s.api.core.v1.PodSpec", "one"]);
        assert!(pod.as_array().is_some_and(|fields| fields.contains(&spec)));
    }
}
