//! The chart inside a record.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pintle_chart::{Chart, File};
use pintle_go_value::{Map, Value};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::go_json::{Json, null_is_default};
use crate::{ChartSummary, to_go_json};

/// The chart a release was made from, as its record keeps it: the JSON text itself.
///
/// Most commands need nothing or only the name of it, and a rollback copies it as it is. So it
/// is read only when asked, and nothing in it is lost. HELM: charts under `charts/` are not
/// stored, so a record cannot be rendered again.
#[derive(Clone)]
pub struct StoredChart(Arc<RawValue>);

/// What a stored chart is made of.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ChartParts {
    /// `Chart.yaml` as JSON text, fields in Helm's order (see [`ChartParts::raw`]).
    pub metadata: Option<Box<RawValue>>,
    /// `Chart.lock` as JSON text.
    pub lock: Option<Box<RawValue>>,
    /// The files under `templates/`.
    #[serde(deserialize_with = "null_is_default")]
    pub templates: Vec<StoredFile>,
    /// The chart's own values.
    #[serde(deserialize_with = "null_is_default")]
    pub values: Json,
    /// The text of `values.schema.json`.
    #[serde(deserialize_with = "optional_bytes")]
    pub schema: Option<Arc<[u8]>>,
    /// When the schema was last changed.
    #[serde(rename = "schemamodtime")]
    pub schema_modified: Option<String>,
    /// The other files, as `.Files` shows them.
    #[serde(deserialize_with = "null_is_default")]
    pub files: Vec<StoredFile>,
    /// When `Chart.yaml` was last changed.
    #[serde(rename = "modtime")]
    pub modified: Option<String>,
}

impl ChartParts {
    /// The JSON text of metadata or a lock, as Go writes it.
    ///
    /// # Errors
    /// What serde reports.
    pub fn raw<T: Serialize>(value: &T) -> Result<Option<Box<RawValue>>, serde_json::Error> {
        RawValue::from_string(to_go_json(value)?).map(Some)
    }
}

/// A file of a stored chart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct StoredFile {
    /// Its path in the chart.
    #[serde(deserialize_with = "null_is_default")]
    pub name: String,
    /// Its bytes.
    #[serde(deserialize_with = "bytes")]
    pub data: Arc<[u8]>,
    /// When it was last changed, as RFC 3339.
    #[serde(rename = "modtime")]
    pub modified: Option<String>,
}

/// GO: the zero time, for what has no time of its own.
const NO_TIME: &str = "0001-01-01T00:00:00Z";

impl StoredChart {
    /// Writes a chart as Helm 4 does.
    ///
    /// # Errors
    /// Values that JSON cannot say (a float that is no number).
    pub fn new(parts: &ChartParts) -> Result<Self, serde_json::Error> {
        let text = to_go_json(&Written(parts))?;
        Ok(Self(Arc::from(RawValue::from_string(text)?)))
    }

    /// Writes a chart as Helm 4 does; its subcharts are left out.
    ///
    /// # Errors
    /// As [`StoredChart::new`].
    pub fn of(chart: &Chart) -> Result<Self, serde_json::Error> {
        let files = |files: &[File]| {
            let stored = files.iter().map(|file| StoredFile {
                name: file.name.clone(),
                data: file.data.shared(),
                modified: file.modified.clone(),
            });
            stored.collect()
        };
        let lock = match &chart.lock {
            Some(lock) => ChartParts::raw(lock)?,
            None => None,
        };
        Self::new(&ChartParts {
            metadata: ChartParts::raw(&chart.metadata)?,
            lock,
            templates: files(&chart.templates),
            values: Json(chart.has_values.then(|| chart.values.clone()).into()),
            schema: chart.schema.clone(),
            schema_modified: chart.schema_modified.clone(),
            files: files(&chart.files),
            modified: chart.modified.clone(),
        })
    }

    /// The JSON text.
    pub fn json(&self) -> &str {
        self.0.get()
    }

    /// Reads all of it.
    ///
    /// # Errors
    /// A field of the wrong type.
    pub fn parts(&self) -> Result<ChartParts, serde_json::Error> {
        serde_json::from_str(self.json())
    }

    /// Reads name, version and appVersion alone.
    pub fn summary(&self) -> ChartSummary {
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct Only {
            #[serde(deserialize_with = "null_is_default")]
            metadata: ChartSummary,
        }
        // HELM: a chart without metadata shows as `MISSING`; what cannot be read is shown so too.
        serde_json::from_str::<Only>(self.json())
            .unwrap_or_default()
            .metadata
    }

    /// Reads `Chart.yaml` into a type of the caller's, such as the chart crate's metadata.
    pub fn metadata<T: serde::de::DeserializeOwned>(&self) -> Result<Option<T>, serde_json::Error> {
        #[derive(Deserialize)]
        struct Only<T> {
            metadata: Option<T>,
        }
        Ok(serde_json::from_str::<Only<T>>(self.json())?.metadata)
    }

    /// Reads the chart's own values alone.
    pub fn values(&self) -> Result<Map, serde_json::Error> {
        #[derive(Default, Deserialize)]
        #[serde(default)]
        struct Only {
            #[serde(deserialize_with = "null_is_default")]
            values: Json,
        }
        match serde_json::from_str::<Only>(self.json())?.values.0 {
            Value::Map(map) => Ok(map),
            _ => Ok(Map::new()),
        }
    }
}

impl std::fmt::Debug for StoredChart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "StoredChart({} bytes)", self.json().len())
    }
}

impl Serialize for StoredChart {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for StoredChart {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(|raw| Self(Arc::from(raw)))
    }
}

/// A chart in the order and with the nulls of Helm 4.
struct Written<'a>(&'a ChartParts);

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Fields<'a> {
            metadata: Option<&'a RawValue>,
            lock: Option<&'a RawValue>,
            templates: Option<Vec<WrittenFile<'a>>>,
            values: &'a Json,
            schema: Option<String>,
            schemamodtime: &'a str,
            files: Option<Vec<WrittenFile<'a>>>,
            modtime: &'a str,
        }
        let parts = self.0;
        Fields {
            metadata: parts.metadata.as_deref(),
            lock: parts.lock.as_deref(),
            templates: written_files(&parts.templates),
            values: &parts.values,
            schema: parts.schema.as_ref().map(|bytes| STANDARD.encode(bytes)),
            schemamodtime: parts.schema_modified.as_deref().unwrap_or(NO_TIME),
            files: written_files(&parts.files),
            modtime: parts.modified.as_deref().unwrap_or(NO_TIME),
        }
        .serialize(serializer)
    }
}

#[derive(Serialize)]
struct WrittenFile<'a> {
    name: &'a str,
    data: String,
    modtime: &'a str,
}

/// GO: an empty list was never made, so it is written as null.
fn written_files(files: &[StoredFile]) -> Option<Vec<WrittenFile<'_>>> {
    if files.is_empty() {
        return None;
    }
    let written = files.iter().map(|file| WrittenFile {
        name: &file.name,
        data: STANDARD.encode(&file.data),
        modtime: file.modified.as_deref().unwrap_or(NO_TIME),
    });
    Some(written.collect())
}

fn bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<[u8]>, D::Error> {
    Ok(optional_bytes(deserializer)?.unwrap_or_default())
}

fn optional_bytes<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Arc<[u8]>>, D::Error> {
    match Option::<String>::deserialize(deserializer)? {
        None => Ok(None),
        Some(text) => STANDARD
            .decode(text)
            .map(|bytes| Some(Arc::from(bytes)))
            .map_err(serde::de::Error::custom),
    }
}
