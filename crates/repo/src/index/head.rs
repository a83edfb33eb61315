//! Everything of an index but its entries.

use pintle_chart::time;
use pintle_go_value::{Value, json};
use pintle_go_yaml::Options;

use crate::decode::{self, Path, Rules, folded};

pub(super) const TYPE: &str = "repo.IndexFile";

/// How an index is read as YAML.
pub(super) const YAML: Options = Options {
    limits: pintle_go_yaml::Limits {
        max_depth: json::MAX_DEPTH,
        max_values: usize::MAX,
    },
    strict: true,
    located: false,
    integers: true,
};

/// A piece of an index, if it is YAML of its own.
pub(super) fn yaml(text: &[u8]) -> Option<Value> {
    Some(pintle_go_yaml::parse_with(text, &YAML).ok()?.0)
}

/// Everything but the entries.
pub(super) struct Head {
    pub api_version: String,
    pub generated: String,
}

impl Default for Head {
    fn default() -> Self {
        Self {
            api_version: String::new(),
            generated: time::ZERO.to_owned(),
        }
    }
}

impl Head {
    /// Reads what stands at the top of an index, before the entries and after them; nothing when
    /// it is not surely understood.
    pub fn read(parts: &[Vec<u8>; 2]) -> Option<Self> {
        // What begins before the entries and ends after them has them inside, as a text say.
        if !parts.iter().all(|part| is_whole(part)) {
            return None;
        }
        let mut head = Self::default();
        let value = yaml(&parts.concat())?;
        let Value::Map(map) = value else {
            return value.is_nil().then_some(head);
        };
        let path = Path::Top(TYPE, "");
        for (key, value) in map.entries() {
            let key = key.to_text();
            if folded(&key) == "entries" {
                return None;
            }
            head.field(&key, &value, &Path::Key(&path, &key), Rules::YAML)
                .ok()?;
        }
        Some(head)
    }

    /// Takes a field of an index.
    ///
    /// # Errors
    /// Go's text for a field that is unknown or of another type.
    pub fn field(
        &mut self,
        key: &str,
        value: &Value,
        at: &Path<'_>,
        rules: Rules,
    ) -> Result<(), String> {
        match &*folded(key) {
            "apiversion" => decode::string(&mut self.api_version, value, at, rules),
            "generated" => decode::time(&mut self.generated, value, at),
            "publickeys" => decode::strings(value, at, rules).map(|_| ()),
            "annotations" => decode::string_map(value, at, rules).map(|_| ()),
            "serverinfo" => decode::record(value, at, "map[string]interface {}").map(|_| ()),
            _ => rules.unknown(key),
        }
    }
}

/// Whether a text is a map, or nothing but blanks and comments.
fn is_whole(text: &[u8]) -> bool {
    let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    lines.all(|line| line.is_empty() || line.starts_with(b"#"))
        || matches!(yaml(text), Some(Value::Map(_)))
}
