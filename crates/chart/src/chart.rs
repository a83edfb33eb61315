//! The chart and its files.

use std::sync::Arc;

use pintle_go_value::Map;

use crate::{Data, Lock, Metadata};

/// A file of a chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path in the chart, with `/`.
    pub name: String,
    /// Its bytes, without a byte order mark.
    pub data: Data,
    /// When it was last changed, as Go prints times in JSON; `None` if unknown.
    pub modified: Option<String>,
}

impl File {
    /// A file without a time.
    pub fn new(name: impl Into<String>, data: impl AsRef<[u8]>) -> Self {
        Self {
            name: name.into(),
            data: data.as_ref().into(),
            modified: None,
        }
    }
}

/// A chart with its subcharts.
#[derive(Debug, Clone, Default)]
pub struct Chart {
    /// `Chart.yaml`, with what `requirements.yaml` adds.
    pub metadata: Metadata,
    /// `Chart.lock` or `requirements.lock`.
    pub lock: Option<Lock>,
    /// Files under `templates/`, in reading order.
    pub templates: Vec<File>,
    /// The default values (numbers are `float64`).
    ///
    /// A [`Map`] is shared: copy before changing.
    pub values: Map,
    /// Whether there are default values at all, be it none. HELM: a release record has
    /// `"values":null` for a chart without a `values.yaml`.
    pub has_values: bool,
    /// The bytes of `values.schema.json`.
    pub schema: Option<Arc<[u8]>>,
    /// When the schema was last changed.
    pub schema_modified: Option<String>,
    /// All files that are neither templates, subcharts nor read otherwise: what `.Files` shows.
    pub files: Vec<File>,
    /// Every file as it was read, those of subcharts included.
    pub raw: Vec<File>,
    /// The charts under `charts/`, ordered by their folder or archive name.
    pub dependencies: Vec<Chart>,
    /// When `Chart.yaml` was last changed.
    pub modified: Option<String>,
}

/// A file that defines custom resources.
#[derive(Debug, Clone)]
pub struct Crd<'a> {
    /// Its path from the top chart, such as `web/charts/db/crds/table.yaml`.
    pub path: String,
    /// The file.
    pub file: &'a File,
}

impl Chart {
    /// The chart's name (its alias, once dependencies were processed).
    pub fn name(&self) -> &str {
        &self.metadata.name
    }

    /// Whether this is a library chart, which cannot be installed.
    pub fn is_library(&self) -> bool {
        self.metadata.type_ == "library"
    }

    /// A file as it was read, such as `values.yaml`. Of two with one name, the last.
    pub fn raw_file(&self, name: &str) -> Option<&File> {
        self.raw.iter().rev().find(|file| file.name == name)
    }

    /// The files under `crds/` of this chart and then of its subcharts, in Helm's order.
    pub fn crds(&self) -> Vec<Crd<'_>> {
        let mut found = Vec::new();
        self.collect_crds(self.name(), &mut found);
        found
    }

    fn collect_crds<'a>(&'a self, path: &str, found: &mut Vec<Crd<'a>>) {
        let own = self.files.iter().filter(|file| is_crd(&file.name));
        found.extend(own.map(|file| Crd {
            path: format!("{path}/{}", file.name),
            file,
        }));
        for child in &self.dependencies {
            child.collect_crds(&child.path_under(path), found);
        }
    }

    /// The path of this chart as a subchart of the one at `parent`.
    pub fn path_under(&self, parent: &str) -> String {
        format!("{parent}/charts/{}", self.name())
    }
}

fn is_crd(name: &str) -> bool {
    name.starts_with("crds/")
        && name.rsplit_once('.').is_some_and(|(_, end)| {
            ["yaml", "yml", "json"]
                .iter()
                .any(|e| end.eq_ignore_ascii_case(e))
        })
}
