//! One version of a chart, as an index lists it.

use pintle_chart::{Dependency, Maintainer, Metadata, time};
use pintle_go_value::{Map, Value};
use serde::Serialize;

use crate::Error;
use crate::decode::{self, Path, Rules, folded};

/// One version of a chart: what `Chart.yaml` says, and where the archive is.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// What `Chart.yaml` says.
    #[serde(flatten)]
    pub metadata: Metadata,
    /// Where the archive is, perhaps seen from the repository; none prints as null.
    pub urls: Option<Vec<String>>,
    /// When the entry was made.
    pub created: String,
    /// Whether the archive is gone.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub removed: bool,
    /// The SHA-256 of the archive.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub digest: String,
    /// Of Helm 2: not used.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub checksum: String,
    /// Of Helm 2: not used.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub engine: String,
    /// Of Helm 2: not used.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub tiller_version: String,
    /// Of Helm 2: not used.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub url: String,
}

impl Default for Entry {
    fn default() -> Self {
        Self {
            metadata: Metadata::default(),
            urls: None,
            created: time::ZERO.to_owned(),
            removed: false,
            digest: String::new(),
            checksum: String::new(),
            engine: String::new(),
            tiller_version: String::new(),
            url: String::new(),
        }
    }
}

/// An entry that was read and not checked.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub entry: Entry,
    has_null_maintainer: bool,
    null_dependency_at: Option<usize>,
}

impl Draft {
    /// Reads an entry; none for null.
    ///
    /// # Errors
    /// Go's text for a field that is unknown or of another type.
    pub fn read(value: &Value, path: &Path<'_>, rules: Rules) -> Result<Option<Self>, String> {
        let Some(map) = decode::record(value, path, "repo.ChartVersion")? else {
            return Ok(None);
        };
        let mut draft = Self::default();
        for (key, value) in map.entries() {
            let key = key.to_text();
            let at = Path::Key(path, &key);
            draft.field(&key, &value, &at, rules)?;
        }
        Ok(Some(draft))
    }

    fn field(
        &mut self,
        key: &str,
        value: &Value,
        at: &Path<'_>,
        rules: Rules,
    ) -> Result<(), String> {
        let entry = &mut self.entry;
        match &*folded(key) {
            "urls" => entry.urls = decode::strings(value, at, rules)?,
            "created" => decode::time(&mut entry.created, value, at)?,
            "removed" => decode::boolean(&mut entry.removed, value, at)?,
            "digest" => decode::string(&mut entry.digest, value, at, rules)?,
            "checksum" => decode::string(&mut entry.checksum, value, at, rules)?,
            "engine" => decode::string(&mut entry.engine, value, at, rules)?,
            "tillerversion" => decode::string(&mut entry.tiller_version, value, at, rules)?,
            "url" => decode::string(&mut entry.url, value, at, rules)?,
            name => return self.metadata_field(name, key, value, at, rules.inside()),
        }
        Ok(())
    }

    fn metadata_field(
        &mut self,
        name: &str,
        key: &str,
        value: &Value,
        at: &Path<'_>,
        rules: Rules,
    ) -> Result<(), String> {
        let chart = &mut self.entry.metadata;
        let into = match name {
            "name" => &mut chart.name,
            "home" => &mut chart.home,
            "version" => &mut chart.version,
            "description" => &mut chart.description,
            "icon" => &mut chart.icon,
            "apiversion" => &mut chart.api_version,
            "condition" => &mut chart.condition,
            "tags" => &mut chart.tags,
            "appversion" => &mut chart.app_version,
            "kubeversion" => &mut chart.kube_version,
            "type" => &mut chart.type_,
            "deprecated" => return decode::boolean(&mut chart.deprecated, value, at),
            "sources" => {
                chart.sources = decode::strings(value, at, rules)?.unwrap_or_default();
                return Ok(());
            }
            "keywords" => {
                chart.keywords = decode::strings(value, at, rules)?.unwrap_or_default();
                return Ok(());
            }
            "annotations" => {
                chart.annotations = decode::string_map(value, at, rules)?;
                return Ok(());
            }
            "maintainers" => return self.maintainers(value, at, rules),
            "dependencies" => return self.dependencies(value, at, rules),
            _ => return rules.unknown(key),
        };
        decode::string(into, value, at, rules)
    }

    fn maintainers(&mut self, value: &Value, at: &Path<'_>, rules: Rules) -> Result<(), String> {
        let read = decode::list(value, at, "[]*v2.Maintainer", |item, at| {
            let map = decode::record(item, at, "v2.Maintainer")?;
            map.map(|map| maintainer(&map, at, rules)).transpose()
        })?
        .unwrap_or_default();
        self.has_null_maintainer = read.iter().any(Option::is_none);
        self.entry.metadata.maintainers = read.into_iter().flatten().collect();
        Ok(())
    }

    fn dependencies(&mut self, value: &Value, at: &Path<'_>, rules: Rules) -> Result<(), String> {
        let read = decode::list(value, at, "[]*v2.Dependency", |item, at| {
            let map = decode::record(item, at, "v2.Dependency")?;
            map.map(|map| dependency(&map, at, rules)).transpose()
        })?
        .unwrap_or_default();
        self.null_dependency_at = read.iter().position(Option::is_none);
        self.entry.metadata.dependencies = read.into_iter().flatten().collect();
        Ok(())
    }

    /// Cleans and checks the entry as Helm does before it uses it.
    ///
    /// # Errors
    /// The version, and `validation: …`.
    pub fn check(mut self) -> Result<Entry, (String, Error)> {
        let chart = &mut self.entry.metadata;
        if chart.api_version.is_empty() {
            "v1".clone_into(&mut chart.api_version);
        }
        chart.sanitize();
        match self.problem() {
            None => Ok(self.entry),
            Some(problem) => Err((self.entry.metadata.version, problem)),
        }
    }

    /// HELM: fields, then maintainers, then dependencies, each up to the first null. Two
    /// dependencies of one name are let pass, since a widely used server loses aliases.
    fn problem(&mut self) -> Option<Error> {
        let refused = |text: &str| Some(Error::new(text));
        let dependencies = std::mem::take(&mut self.entry.metadata.dependencies);
        let fields = self.entry.metadata.validate();
        self.entry.metadata.dependencies = dependencies;
        if let Err(error) = fields {
            return refused(error.text());
        }
        if self.has_null_maintainer {
            return refused("validation: maintainers must not contain empty or null nodes");
        }
        let all = self.entry.metadata.dependencies.len();
        let whole = self.null_dependency_at.unwrap_or(all);
        let rest = self.entry.metadata.dependencies.split_off(whole);
        let checked = self.entry.metadata.validate();
        self.entry.metadata.dependencies.extend(rest);
        if let Err(error) = checked {
            let same_name = "validation: more than one dependency with name or alias";
            if error.text().starts_with(same_name) {
                return None;
            }
            return refused(error.text());
        }
        match self.null_dependency_at {
            Some(_) => refused("validation: dependencies must not contain empty or null nodes"),
            None => None,
        }
    }
}

fn maintainer(map: &Map, path: &Path<'_>, rules: Rules) -> Result<Maintainer, String> {
    let mut read = Maintainer::default();
    for (key, value) in map.entries() {
        let key = key.to_text();
        let at = Path::Key(path, &key);
        let into = match &*folded(&key) {
            "name" => &mut read.name,
            "email" => &mut read.email,
            "url" => &mut read.url,
            _ => {
                rules.unknown(&key)?;
                continue;
            }
        };
        decode::string(into, &value, &at, rules)?;
    }
    Ok(read)
}

fn dependency(map: &Map, path: &Path<'_>, rules: Rules) -> Result<Dependency, String> {
    let mut read = Dependency::default();
    for (key, value) in map.entries() {
        let key = key.to_text();
        let at = Path::Key(path, &key);
        let into = match &*folded(&key) {
            "name" => &mut read.name,
            "version" => &mut read.version,
            "repository" => &mut read.repository,
            "condition" => &mut read.condition,
            "alias" => &mut read.alias,
            "enabled" => {
                decode::boolean(&mut read.enabled, &value, &at)?;
                continue;
            }
            "tags" => {
                read.tags = decode::strings(&value, &at, rules)?.unwrap_or_default();
                continue;
            }
            "import-values" => {
                let items =
                    decode::list(&value, &at, "[]interface {}", |item, _| Ok(item.clone()))?;
                read.import_values = items.unwrap_or_default();
                continue;
            }
            _ => {
                rules.unknown(&key)?;
                continue;
            }
        };
        decode::string(into, &value, &at, rules)?;
    }
    Ok(read)
}
