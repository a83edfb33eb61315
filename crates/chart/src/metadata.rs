//! `Chart.yaml` and `Chart.lock` as values.
//!
//! Written with serde they give the JSON of Go's structs: the same names, order and omissions.

use std::collections::BTreeMap;

use pintle_go_value::{Map, Value};
use serde::{Deserialize, Serialize};

use crate::decode::{Mismatch, Node};
use crate::json::{deserialize_all, null_is_default, serialize_all};
use crate::time;

/// What `apiVersion` of a `Chart.yaml` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiVersion {
    /// `v1` (also when it is missing): dependencies in `requirements.yaml`.
    V1,
    /// `v2`
    V2,
    /// `v3`: experimental, cannot be installed.
    V3,
    /// Anything else.
    Unknown,
}

/// The contents of `Chart.yaml`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[expect(missing_docs, reason = "the fields are those of Chart.yaml")]
pub struct Metadata {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub home: String,
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "null_is_default"
    )]
    pub sources: Vec<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub version: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "null_is_default"
    )]
    pub keywords: Vec<String>,
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "null_is_default"
    )]
    pub maintainers: Vec<Maintainer>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub icon: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub api_version: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub condition: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub tags: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub app_version: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub deprecated: bool,
    #[serde(
        skip_serializing_if = "BTreeMap::is_empty",
        deserialize_with = "null_is_default"
    )]
    pub annotations: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kube_version: String,
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "null_is_default"
    )]
    pub dependencies: Vec<Dependency>,
    /// `type`: empty, `application` or `library`.
    #[serde(rename = "type", skip_serializing_if = "String::is_empty")]
    pub type_: String,
    /// Whether there is a list of dependencies that is empty. HELM: unlike no list at all it
    /// makes Helm look for conditions in the charts below.
    #[serde(skip)]
    pub has_empty_dependencies: bool,
}

/// One of the people in `maintainers`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields are those of Chart.yaml")]
pub struct Maintainer {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub email: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub url: String,
}

/// One entry of `dependencies`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Dependency {
    /// The name of the chart.
    pub name: String,
    /// A version constraint.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// Where the chart comes from: a URL, `@name`, `alias:name`, `oci://…`, `file://…` or empty.
    pub repository: String,
    /// Value paths, separated by commas, of which the first that is a bool decides.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub condition: String,
    /// Groups that can be switched together.
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "null_is_default"
    )]
    pub tags: Vec<String>,
    /// Set while dependencies are processed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub enabled: bool,
    /// Values of the child to copy into the parent: names, or `{child, parent}` maps.
    #[serde(
        skip_serializing_if = "Vec::is_empty",
        serialize_with = "serialize_all",
        deserialize_with = "deserialize_all"
    )]
    pub import_values: Vec<Value>,
    /// Another name for the chart.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub alias: String,
}

/// The contents of `Chart.lock` or `requirements.lock`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default)]
pub struct Lock {
    /// When it was made.
    pub generated: String,
    /// The digest over what was asked and what was found.
    pub digest: String,
    /// The exact versions; `None` prints as `null`.
    pub dependencies: Option<Vec<Option<Dependency>>>,
}

impl Default for Lock {
    fn default() -> Self {
        Self {
            generated: time::ZERO.to_owned(),
            digest: String::new(),
            dependencies: None,
        }
    }
}

impl Metadata {
    /// Whether there is a list of dependencies, even an empty one.
    pub fn declares_dependencies(&self) -> bool {
        self.has_empty_dependencies || !self.dependencies.is_empty()
    }

    /// What `apiVersion` says.
    pub fn chart_api_version(&self) -> ApiVersion {
        match self.api_version.as_str() {
            "" | "v1" => ApiVersion::V1,
            "v2" => ApiVersion::V2,
            "v3" => ApiVersion::V3,
            _ => ApiVersion::Unknown,
        }
    }
}

/// Metadata while it is read: lists may still have holes.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub metadata: Metadata,
    /// How many maintainers came before the first null one, if any was.
    pub null_maintainer_at: Option<usize>,
    /// The keys of the dependencies that came before the first null one, if any was.
    pub null_dependency_at: Option<usize>,
}

impl Draft {
    /// Reads the fields of a file over what was read before.
    pub fn read(&mut self, node: &Node<'_>) -> Result<(), Mismatch> {
        let map = node.document("v2.Metadata")?;
        let chart = &mut self.metadata;
        for (name, field) in node.fields(&map) {
            match name.as_str() {
                "name" => field.set_string(&mut chart.name)?,
                "home" => field.set_string(&mut chart.home)?,
                "sources" => field.set_strings(&mut chart.sources)?,
                "version" => field.set_string(&mut chart.version)?,
                "description" => field.set_string(&mut chart.description)?,
                "keywords" => field.set_strings(&mut chart.keywords)?,
                "maintainers" => {
                    let (read, holes) = read_all(&field, "Maintainer", Maintainer::read)?;
                    chart.maintainers = read;
                    self.null_maintainer_at = holes;
                }
                "icon" => field.set_string(&mut chart.icon)?,
                "apiversion" => field.set_string(&mut chart.api_version)?,
                "condition" => field.set_string(&mut chart.condition)?,
                "tags" => field.set_string(&mut chart.tags)?,
                "appversion" => field.set_string(&mut chart.app_version)?,
                "deprecated" => field.set_bool(&mut chart.deprecated)?,
                "annotations" => field.set_string_map(&mut chart.annotations)?,
                "kubeversion" => field.set_string(&mut chart.kube_version)?,
                "dependencies" => {
                    let (read, hole) = read_all(&field, "Dependency", Dependency::read)?;
                    chart.has_empty_dependencies = read.is_empty() && !field.is_null();
                    chart.dependencies = read;
                    self.null_dependency_at = hole;
                }
                "type" => field.set_string(&mut chart.type_)?,
                _ => {}
            }
        }
        Ok(())
    }
}

/// Reads a list of records, and tells at which place the first null item was.
fn read_all<T>(
    node: &Node<'_>,
    go_type: &str,
    read: fn(&Node<'_>, &Map) -> Result<T, Mismatch>,
) -> Result<(Vec<T>, Option<usize>), Mismatch> {
    let mut all = Vec::new();
    let mut hole = None;
    for item in node.items(&format!("[]*v2.{go_type}"))? {
        match item.record(&format!("v2.{go_type}"))? {
            Some(map) => all.push(read(&item, &map)?),
            None => hole = hole.or(Some(all.len())),
        }
    }
    Ok((all, hole))
}

impl Maintainer {
    fn read(node: &Node<'_>, map: &Map) -> Result<Self, Mismatch> {
        let mut read = Self::default();
        for (name, field) in node.fields(map) {
            match name.as_str() {
                "name" => field.set_string(&mut read.name)?,
                "email" => field.set_string(&mut read.email)?,
                "url" => field.set_string(&mut read.url)?,
                _ => {}
            }
        }
        Ok(read)
    }
}

impl Dependency {
    fn read(node: &Node<'_>, map: &Map) -> Result<Self, Mismatch> {
        let mut read = Self::default();
        for (name, field) in node.fields(map) {
            match name.as_str() {
                "name" => field.set_string(&mut read.name)?,
                "version" => field.set_string(&mut read.version)?,
                "repository" => field.set_string(&mut read.repository)?,
                "condition" => field.set_string(&mut read.condition)?,
                "tags" => field.set_strings(&mut read.tags)?,
                "enabled" => field.set_bool(&mut read.enabled)?,
                "import-values" => {
                    let items = field.items("[]interface {}")?;
                    read.import_values = items.iter().map(|i| i.value().clone()).collect();
                }
                "alias" => field.set_string(&mut read.alias)?,
                _ => {}
            }
        }
        Ok(read)
    }
}

impl Lock {
    /// Reads a lock file; `None` if the file is empty or null.
    pub(crate) fn read(node: &Node<'_>) -> Result<Option<Self>, Mismatch> {
        if node.is_null() {
            return Ok(None);
        }
        let map = node.document("v2.Lock")?;
        let mut lock = Self::default();
        for (name, field) in node.fields(&map) {
            match name.as_str() {
                "generated" => lock.read_generated(&field)?,
                "digest" => field.set_string(&mut lock.digest)?,
                "dependencies" if field.is_null() => {}
                "dependencies" => {
                    let mut locked = Vec::new();
                    for item in field.items("[]*v2.Dependency")? {
                        let map = item.record("v2.Dependency")?;
                        locked.push(map.map(|m| Dependency::read(&item, &m)).transpose()?);
                    }
                    lock.dependencies = Some(locked);
                }
                _ => {}
            }
        }
        Ok(Some(lock))
    }

    fn read_generated(&mut self, field: &Node<'_>) -> Result<(), Mismatch> {
        match field.value() {
            Value::Nil => Ok(()),
            Value::Str(text) => {
                self.generated = time::normalize(&text.to_text())?;
                Ok(())
            }
            _ => Err(field.mismatch("time.Time")),
        }
    }
}
