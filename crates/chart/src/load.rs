//! Files to a chart.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use pintle_go_value::Map;

use crate::archive::{Budget, Limits, read_archive_with};
use crate::decode::{Node, unmarshal_error};
use crate::ignore::Rules;
use crate::metadata::Draft;
use crate::{ApiVersion, Chart, Data, Error, File, Lock, Metadata, Warning, validate, values_file};

/// How deep charts may be nested in charts.
///
/// DIFF: Helm has no limit and dies of a deep chart; nobody writes one on purpose.
const MAX_DEPTH: usize = 64;

/// Makes a chart of its files, after checking that `apiVersion` is known.
///
/// # Errors
/// Helm's texts: no `Chart.yaml`, `unsupported chart version`, YAML that cannot be read,
/// metadata that is not valid, a broken subchart.
pub fn load_files(files: Vec<File>) -> Result<(Chart, Vec<Warning>), Error> {
    detect(&files)?;
    load_files_as_is(files)
}

/// Makes a chart of its files whatever their `apiVersion` (as `show` and `pull` do).
///
/// # Errors
/// As [`load_files`].
pub fn load_files_as_is(files: Vec<File>) -> Result<(Chart, Vec<Warning>), Error> {
    Loader::new(Limits::default(), &()).finish(files)
}

/// Makes a chart of the files of a folder whatever their `apiVersion`, without looking at the
/// folder: in the order in which it would be walked, and without what `.helmignore` leaves out.
///
/// # Errors
/// As [`load_files`], or a pattern in `.helmignore` that is none.
pub fn load_folder_files(
    mut files: Vec<File>,
    watch: &dyn Watch,
) -> Result<(Chart, Vec<Warning>), Error> {
    let ignore = files.iter().find(|file| file.name == ".helmignore");
    let rules = Rules::parse(&ignore.map_or_else(|| "".into(), |file| file.data.text()))?;
    let mut ignored_folders: HashMap<String, bool> = HashMap::new();
    files.retain(|file| {
        let mut ends = file.name.match_indices('/').map(|(end, _)| end);
        let is_inside = ends.any(|end| {
            let folder = &file.name[..end];
            match ignored_folders.get(folder) {
                Some(ignored) => *ignored,
                None => {
                    let ignored = rules.ignores(folder, true);
                    ignored_folders.insert(folder.to_owned(), ignored);
                    ignored
                }
            }
        });
        !is_inside && !rules.ignores(&file.name, false)
    });
    files.sort_by(|a, b| a.name.split('/').cmp(b.name.split('/')));
    Loader::new(Limits::default(), watch).finish(files)
}

/// HELM: commands that install look at `apiVersion` before anything else.
pub(crate) fn detect(files: &[File]) -> Result<(), Error> {
    let Some(file) = files.iter().find(|file| file.name == "Chart.yaml") else {
        return Err(
            Error::new("unable to detect chart version, no Chart.yaml found")
                .hint("a chart archive holds one folder with a Chart.yaml in it"),
        );
    };
    detect_file(file)
}

pub(crate) fn detect_file(file: &File) -> Result<(), Error> {
    let context = "cannot load Chart.yaml";
    let (value, positions) = pintle_go_yaml::parse_located(&file.data)
        .map_err(|error| Error::yaml(&file.name, &error, 1).context(context))?;
    let node = Node::root(value, &positions, &file.data);
    let mut metadata = Metadata::default();
    read_api_version(&node, &mut metadata)
        .map_err(|mismatch| unmarshal_error(&mismatch).context(context))?;
    match metadata.chart_api_version() {
        ApiVersion::Unknown => Err(Error::new("unsupported chart version")
            .hint("apiVersion in Chart.yaml must be v1 or v2")),
        _ => Ok(()),
    }
}

fn read_api_version(node: &Node<'_>, metadata: &mut Metadata) -> Result<(), String> {
    let map = node.document("loader.chartBase")?;
    for (name, field) in node.fields(&map) {
        if name == "apiversion" {
            field.set_string(&mut metadata.api_version)?;
        }
    }
    Ok(())
}

/// What is to become of a large file's bytes while its archive is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    /// They are kept.
    Bytes,
    /// They stay in the archive: whoever asks for them after all waits until it is
    /// decompressed once more.
    Nothing,
    /// The same, after [`Watch::look`] was shown them.
    Look,
}

/// Looks on while a chart is read. Paths are those from the folder that the chart is in, such
/// as `web/templates/service.yaml`.
pub trait Watch {
    /// What of a large file is wanted. `name` is its path in the archive, without the folder
    /// around all. Definitions of custom resources and texts for people are most of what large
    /// charts weigh, and seldom asked for.
    fn wants(&self, name: &str) -> Want {
        let inner = in_its_chart(name);
        let is_markdown = extension(inner) == Some("md");
        if inner.starts_with("crds/") || is_markdown {
            Want::Nothing
        } else {
            Want::Bytes
        }
    }

    /// Is shown the bytes of a file that stays in its archive, when it [`wants`](Self::wants)
    /// that.
    fn look(&self, _: &Data, _: &[u8]) {}

    /// Is told of a file as soon as it is read.
    fn file(&self, path: &str, data: &Data);

    /// What a file with values holds, if the watcher has parsed it already.
    fn values(&self, path: &str, data: &Data) -> Option<Map>;
}

/// A path of a chart's file without the charts around that one: `crds/a.yaml` of
/// `charts/db/crds/a.yaml`.
pub fn in_its_chart(name: &str) -> &str {
    let mut inner = name;
    while let Some((_, rest)) = inner
        .strip_prefix("charts/")
        .and_then(|rest| rest.split_once('/'))
    {
        inner = rest;
    }
    inner
}

/// Whether a path that a [`Watch`] is told is that of a chart's own values: a file of that name
/// right in the chart's folder.
pub fn is_values_file(path: &str) -> bool {
    let mut folders = path.rsplit('/');
    folders.next() == Some("values.yaml")
        && folders.next().is_some()
        && folders.next().is_none_or(|folder| folder == "charts")
}

/// Nobody looks on.
impl Watch for () {
    fn file(&self, _: &str, _: &Data) {}

    fn values(&self, _: &str, _: &Data) -> Option<Map> {
        None
    }
}

/// Looks at what is in an archive inside a chart, from the folder that the chart is in.
struct Inner<'a> {
    watch: &'a dyn Watch,
    folder: &'a str,
}

impl Watch for Inner<'_> {
    fn wants(&self, name: &str) -> Want {
        self.watch.wants(name)
    }

    fn look(&self, data: &Data, bytes: &[u8]) {
        self.watch.look(data, bytes);
    }

    fn file(&self, path: &str, data: &Data) {
        self.watch.file(&format!("{}{path}", self.folder), data);
    }

    fn values(&self, path: &str, data: &Data) -> Option<Map> {
        self.watch.values(&format!("{}{path}", self.folder), data)
    }
}

/// Loads a chart and the charts in it.
pub(crate) struct Loader<'a> {
    budget: Budget,
    depth: usize,
    warnings: Vec<Warning>,
    /// Is told of the files of archives inside the chart.
    watch: &'a dyn Watch,
    /// The folder that the chart is in: `web/charts/` for those of `web`.
    folder: String,
}

impl<'a> Loader<'a> {
    pub fn new(limits: Limits, watch: &'a dyn Watch) -> Self {
        Self {
            budget: Budget::new(limits),
            depth: 0,
            warnings: Vec::new(),
            watch,
            folder: String::new(),
        }
    }

    /// Loads the files of the top chart.
    pub fn finish(mut self, files: Vec<File>) -> Result<(Chart, Vec<Warning>), Error> {
        match self.load(files) {
            Ok(chart) => Ok((chart, self.warnings)),
            Err(error) => Err(error.after(self.warnings)),
        }
    }

    fn load(&mut self, files: Vec<File>) -> Result<Chart, Error> {
        let mut parts = Parts::default();
        for file in files.iter().filter(|file| file.name == "Chart.yaml") {
            parts.read_metadata(file)?;
            if parts.draft.metadata.api_version.is_empty() {
                "v1".clone_into(&mut parts.draft.metadata.api_version);
            }
            parts.chart.modified.clone_from(&file.modified);
        }
        for file in &files {
            if file.name == "values.yaml" {
                parts.chart.has_values = true;
                parts.chart.values = self.values(&parts, file)?;
                continue;
            }
            parts.sort_in(file, &mut self.warnings)?;
        }
        if !parts.has_metadata {
            return Err(Error::new("Chart.yaml file is missing")
                .hint("a chart is a folder with a Chart.yaml; is this the right path?"));
        }
        let mut chart = parts.chart;
        chart.metadata = validate::finish(parts.draft)?;
        chart.raw = files;
        for (name, files) in parts.subcharts {
            if let Some(child) = self.load_subchart(&chart, &name, files)? {
                chart.dependencies.push(child);
            }
        }
        Ok(chart)
    }

    fn values(&self, parts: &Parts, file: &File) -> Result<Map, Error> {
        let path = format!("{}{}/values.yaml", self.folder, parts.draft.metadata.name);
        match self.watch.values(&path, &file.data) {
            Some(values) => Ok(values),
            None => values_file::parse(&file.name, &file.data)
                .map_err(|error| error.context("cannot load values.yaml")),
        }
    }

    /// Loads what stands under `charts/NAME`; names with `_` or `.` in front are skipped.
    fn load_subchart(
        &mut self,
        parent: &Chart,
        name: &str,
        files: Vec<File>,
    ) -> Result<Option<Chart>, Error> {
        if name.starts_with(['_', '.']) {
            return Ok(None);
        }
        let doing = format!("error unpacking subchart {name} in {}", parent.name());
        if self.depth >= MAX_DEPTH {
            return Err(Error::new(format!("{doing}: charts are nested too deeply"))
                .hint(format!("at most {MAX_DEPTH} levels are read")));
        }
        let outer = self.folder.len();
        self.folder.push_str(parent.name());
        self.folder.push_str("/charts/");
        let files = if is_archive(name) {
            self.unpack(parent, name, files)
                .map_err(|e| e.in_archive(&doing))?
        } else {
            files.into_iter().filter_map(strip_folder).collect()
        };
        self.depth += 1;
        let child = self.load(files).map_err(|error| error.context(&doing))?;
        self.depth -= 1;
        self.folder.truncate(outer);
        Ok(Some(child))
    }

    fn unpack(
        &mut self,
        parent: &Chart,
        name: &str,
        files: Vec<File>,
    ) -> Result<Vec<File>, Unpacking> {
        match files.first() {
            Some(file) if file.name == name => {
                let watch = Inner {
                    watch: self.watch,
                    folder: &self.folder,
                };
                read_archive_with(Arc::new(file.data.clone()), &mut self.budget, &watch)
                    .map_err(Unpacking::Archive)
            }
            first => Err(Unpacking::Name(Error::new(format!(
                "error unpacking subchart tar in {}: expected {name}, got {}",
                parent.name(),
                first.map_or("", |f| f.name.as_str())
            )))),
        }
    }
}

/// Why a subchart archive cannot be read: its name is said twice or once.
enum Unpacking {
    Archive(Error),
    Name(Error),
}

impl Unpacking {
    fn in_archive(self, doing: &str) -> Error {
        match self {
            Self::Archive(error) => error.context(doing),
            Self::Name(error) => error,
        }
    }
}

/// HELM: endings count as they are written.
fn is_archive(name: &str) -> bool {
    extension(name) == Some("tgz")
}

/// What follows the last dot of the last part of a path.
fn extension(path: &str) -> Option<&str> {
    let name = path.rsplit('/').next()?;
    name.rsplit_once('.').map(|(_, end)| end)
}

/// `NAME/rest` to `rest`; loose files are none of the chart's.
fn strip_folder(mut file: File) -> Option<File> {
    let (_, rest) = file.name.split_once('/')?;
    file.name = rest.to_owned();
    Some(file)
}

/// A chart while its files are sorted in.
#[derive(Default)]
struct Parts {
    chart: Chart,
    draft: Draft,
    has_metadata: bool,
    /// Files under `charts/`, by the first part of their path. HELM: Helm visits these in
    /// random order; we keep the order of names.
    subcharts: BTreeMap<String, Vec<File>>,
}

impl Parts {
    fn sort_in(&mut self, file: &File, warnings: &mut Vec<Warning>) -> Result<(), Error> {
        match file.name.as_str() {
            "Chart.yaml" => {}
            "Chart.lock" => self.chart.lock = read_lock(file)?,
            "values.schema.json" => {
                self.chart.schema = Some(file.data.shared());
                self.chart.schema_modified.clone_from(&file.modified);
            }
            "requirements.yaml" => self.read_requirements(file, warnings)?,
            "requirements.lock" => self.read_requirements_lock(file, warnings)?,
            name if name.starts_with("templates/") => self.chart.templates.push(file.clone()),
            name if name.starts_with("charts/") => self.sort_in_subchart(file),
            _ => self.chart.files.push(file.clone()),
        }
        Ok(())
    }

    fn sort_in_subchart(&mut self, file: &File) {
        let path = &file.name["charts/".len()..];
        if extension(path) == Some("prov") {
            self.chart.files.push(file.clone());
            return;
        }
        let name = path.split('/').next().unwrap_or_default();
        let inner = File {
            name: path.to_owned(),
            ..file.clone()
        };
        self.subcharts
            .entry(name.to_owned())
            .or_default()
            .push(inner);
    }

    /// HELM: the old place of dependencies; any field of `Chart.yaml` in it counts too.
    fn read_requirements(&mut self, file: &File, warnings: &mut Vec<Warning>) -> Result<(), Error> {
        let is_v1 = self.draft.metadata.api_version == "v1";
        if !is_v1 {
            warnings.push(Warning::info("Warning: Dependencies are handled in Chart.yaml since apiVersion \"v2\". We recommend migrating dependencies to Chart.yaml."));
        }
        self.read_metadata(file)?;
        if self.draft.metadata.api_version == "v1" {
            self.chart.files.push(file.clone());
        }
        Ok(())
    }

    fn read_requirements_lock(
        &mut self,
        file: &File,
        warnings: &mut Vec<Warning>,
    ) -> Result<(), Error> {
        self.chart.lock = read_lock(file)?;
        self.has_metadata = true;
        if self.draft.metadata.api_version == "v1" {
            self.chart.files.push(file.clone());
        } else {
            warnings.push(Warning::info("Warning: Dependency locking is handled in Chart.lock since apiVersion \"v2\". We recommend migrating to Chart.lock."));
        }
        Ok(())
    }

    fn read_metadata(&mut self, file: &File) -> Result<(), Error> {
        self.has_metadata = true;
        with_root(file, |node| self.draft.read(node))
    }
}

fn read_lock(file: &File) -> Result<Option<Lock>, Error> {
    with_root(file, Lock::read)
}

/// Parses a file and reads it, with errors as `cannot load FILE: …`.
fn with_root<T>(
    file: &File,
    read: impl FnOnce(&Node<'_>) -> Result<T, String>,
) -> Result<T, Error> {
    let context = format!("cannot load {}", file.name);
    let (value, positions) = pintle_go_yaml::parse_located(&file.data)
        .map_err(|error| Error::yaml(&file.name, &error, 1).context(&context))?;
    read(&Node::root(value, &positions, &file.data))
        .map_err(|mismatch| unmarshal_error(&mismatch).context(&context))
}

#[cfg(test)]
mod tests {
    use super::{in_its_chart, is_values_file};

    #[test]
    fn values_stand_right_in_a_chart() {
        for path in ["web/values.yaml", "web/charts/db/values.yaml"] {
            assert!(is_values_file(path), "{path}");
        }
        for path in [
            "values.yaml",
            "web/ci/values.yaml",
            "web/templates/values.yaml",
            "web/Values.yaml",
            "web/charts/values.yaml",
        ] {
            assert!(!is_values_file(path), "{path}");
        }
    }

    #[test]
    fn files_of_charts_in_charts() {
        for (name, inner) in [
            ("crds/a.yaml", "crds/a.yaml"),
            ("charts/db/crds/a.yaml", "crds/a.yaml"),
            ("charts/db/charts/x/a.yaml", "a.yaml"),
            ("charts/db.tgz", "charts/db.tgz"),
        ] {
            assert_eq!(in_its_chart(name), inner);
        }
    }
}
