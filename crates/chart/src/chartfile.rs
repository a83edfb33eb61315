//! A `Chart.yaml` by itself, as it is written: for those who judge it.

use pintle_go_value::{Map, Value};

use crate::decode::{Node, unmarshal_error};
use crate::metadata::Draft;
use crate::{Error, Metadata};

/// A `Chart.yaml` that was read and not checked.
#[derive(Debug, Clone, Default)]
pub struct Chartfile {
    /// What it says, nothing cleaned.
    pub metadata: Metadata,
    /// How many maintainers come before the first null one, if any is.
    pub null_maintainer_at: Option<usize>,
    /// The file as a plain map.
    pub plain: Map,
}

impl Chartfile {
    /// Reads the file.
    ///
    /// # Errors
    /// YAML that cannot be read, or a field of the wrong type; the texts are Helm's.
    pub fn read(text: &[u8]) -> Result<Self, Error> {
        let (value, positions) = pintle_go_yaml::parse_located(text)
            .map_err(|error| Error::yaml("Chart.yaml", &error, 1))?;
        let plain = value.as_map().cloned().unwrap_or_default();
        let mut draft = Draft::default();
        draft
            .read(&Node::root(value, &positions, text))
            .map_err(|mismatch| unmarshal_error(&mismatch))?;
        Ok(Self {
            metadata: draft.metadata,
            null_maintainer_at: draft.null_maintainer_at,
            plain,
        })
    }
}

/// Whether a `Chart.yaml` has only fields that Helm knows, each once.
///
/// # Errors
/// The first that is not, in Helm's words.
pub fn check_strictly(text: &[u8]) -> Result<(), Error> {
    let value =
        pintle_go_yaml::parse_strict(text).map_err(|error| Error::yaml("Chart.yaml", &error, 1))?;
    match unknown(&value, &CHART) {
        None => Ok(()),
        Some(field) => {
            let field = pintle_go_value::format::quoted::quote(&field);
            Err(unmarshal_error(&format!("json: unknown field {field}"))
                .hint("is it spelled as Helm spells it? What is for other programs goes under annotations"))
        }
    }
}

/// The fields of a Go struct, in small letters, and the fields that are lists of structs.
struct Fields {
    known: &'static [&'static str],
    lists: &'static [(&'static str, &'static Fields)],
}

static CHART: Fields = Fields {
    known: &[
        "name",
        "home",
        "sources",
        "version",
        "description",
        "keywords",
        "maintainers",
        "icon",
        "apiversion",
        "condition",
        "tags",
        "appversion",
        "deprecated",
        "annotations",
        "kubeversion",
        "dependencies",
        "type",
    ],
    lists: &[("maintainers", &MAINTAINER), ("dependencies", &DEPENDENCY)],
};

static MAINTAINER: Fields = Fields {
    known: &["name", "email", "url"],
    lists: &[],
};

static DEPENDENCY: Fields = Fields {
    known: &[
        "name",
        "version",
        "repository",
        "condition",
        "tags",
        "enabled",
        "import-values",
        "alias",
    ],
    lists: &[],
};

/// The first field that is unknown, in the order of keys.
fn unknown(value: &Value, fields: &Fields) -> Option<String> {
    for (key, value) in value.as_map()?.entries() {
        let key = key.to_text().into_owned();
        let name = key.to_lowercase();
        if !fields.known.contains(&name.as_str()) {
            return Some(key);
        }
        let inner = fields.lists.iter().find(|(list, _)| *list == name);
        if let (Some((_, inner)), Some(items)) = (inner, value.as_list())
            && let Some(found) = items.iter().find_map(|item| unknown(item, inner))
        {
            return Some(found);
        }
    }
    None
}
