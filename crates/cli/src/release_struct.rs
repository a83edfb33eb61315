//! A release as the Go struct that templates of `get all --template` see.

use pintle_go_value::{List, Map, Value};
use pintle_release::{ApplyMethod, ChartParts, Hook, Release, StoredFile, Time};
use serde::Deserialize;

use crate::errors::Failure;
use crate::go_struct::GoStruct;

/// `{Release: …}` with the names of Go's fields.
///
/// # Errors
/// A stored chart that cannot be read.
pub fn release_struct(release: &Release) -> Result<Value, Failure> {
    let data = Map::new();
    data.set("Release", release_value(release)?);
    Ok(Value::Map(data))
}

fn release_value(release: &Release) -> Result<Value, Failure> {
    let chart = match &release.chart {
        Some(chart) => {
            let parts = chart.parts();
            chart_value(&parts.map_err(|error| Failure::error(error.to_string()))?)?
        }
        None => Value::Nil,
    };
    let method = release.apply_method.map_or("", ApplyMethod::name);
    Ok(GoStruct::value(
        "v1.Release",
        vec![
            ("Name", text(&release.name)),
            ("Info", info_value(release)),
            ("Chart", chart),
            (
                "Config",
                Value::Map(release.config.clone().unwrap_or_default()),
            ),
            ("Manifest", text(&release.manifest)),
            (
                "Hooks",
                release
                    .hooks
                    .iter()
                    .map(hook_value)
                    .collect::<List>()
                    .into(),
            ),
            ("Version", Value::Int(i64::from(release.revision))),
            ("Namespace", text(&release.namespace)),
            ("Labels", Value::Map(pairs(&release.labels))),
            ("ApplyMethod", text(method)),
        ],
    ))
}

fn info_value(release: &Release) -> Value {
    let info = &release.info;
    GoStruct::value(
        "v1.Info",
        vec![
            ("FirstDeployed", time(info.first_deployed)),
            ("LastDeployed", time(info.last_deployed)),
            ("Deleted", time(info.deleted)),
            ("Description", text(&info.description)),
            ("Status", text(info.status.name())),
            (
                "RollbackRevision",
                Value::Int(i64::from(info.rollback_revision)),
            ),
            ("Notes", text(&info.notes)),
            ("Resources", Value::Map(Map::new())),
        ],
    )
}

fn hook_value(hook: &Hook) -> Value {
    let words = |words: &[String]| words.iter().map(|word| text(word)).collect::<List>();
    let run = GoStruct::value(
        "v1.HookExecution",
        vec![
            ("StartedAt", time(hook.last_run.started_at)),
            ("CompletedAt", time(hook.last_run.completed_at)),
            ("Phase", text(hook.last_run.phase.name())),
        ],
    );
    GoStruct::value(
        "v1.Hook",
        vec![
            ("Name", text(&hook.name)),
            ("Kind", text(&hook.kind)),
            ("Path", text(&hook.path)),
            ("Manifest", text(&hook.manifest)),
            ("Events", words(&hook.events).into()),
            ("LastRun", run),
            ("Weight", Value::Int(hook.weight)),
            ("DeletePolicies", words(&hook.delete_policies).into()),
            ("OutputLogPolicies", words(&hook.output_log_policies).into()),
        ],
    )
}

fn chart_value(parts: &ChartParts) -> Result<Value, Failure> {
    let metadata = match &parts.metadata {
        Some(raw) => metadata_value(raw.get())?,
        None => Value::Nil,
    };
    let values = match &parts.values.0 {
        Value::Nil => Value::Map(Map::new()),
        values => values.clone(),
    };
    let files = |files: &[StoredFile]| files.iter().map(file_value).collect::<List>();
    Ok(GoStruct::value(
        "v2.Chart",
        vec![
            ("Metadata", metadata),
            ("Templates", files(&parts.templates).into()),
            ("Values", values),
            (
                "Schema",
                parts.schema.clone().map_or(Value::Nil, Value::Bytes),
            ),
            ("Files", files(&parts.files).into()),
        ],
    ))
}

fn file_value(file: &StoredFile) -> Value {
    GoStruct::value(
        "common.File",
        vec![
            ("Name", text(&file.name)),
            ("Data", Value::Bytes(file.data.clone())),
        ],
    )
}

/// `Chart.yaml` as records keep it.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Metadata {
    name: String,
    home: String,
    sources: Option<Vec<String>>,
    version: String,
    description: String,
    keywords: Option<Vec<String>>,
    maintainers: Option<Vec<Maintainer>>,
    icon: String,
    api_version: String,
    condition: String,
    tags: String,
    app_version: String,
    deprecated: bool,
    annotations: Option<std::collections::BTreeMap<String, String>>,
    kube_version: String,
    dependencies: Option<Vec<Dependency>>,
    r#type: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Maintainer {
    name: String,
    email: String,
    url: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Dependency {
    name: String,
    version: String,
    repository: String,
    condition: String,
    alias: String,
}

fn metadata_value(json: &str) -> Result<Value, Failure> {
    let metadata: Metadata =
        serde_json::from_str(json).map_err(|error| Failure::error(error.to_string()))?;
    let words = |words: Option<Vec<String>>| {
        let words = words.unwrap_or_default();
        Value::List(words.iter().map(|word| text(word)).collect())
    };
    Ok(GoStruct::value(
        "v2.Metadata",
        vec![
            ("Name", text(&metadata.name)),
            ("Home", text(&metadata.home)),
            ("Sources", words(metadata.sources)),
            ("Version", text(&metadata.version)),
            ("Description", text(&metadata.description)),
            ("Keywords", words(metadata.keywords)),
            ("Maintainers", maintainers(metadata.maintainers)),
            ("Icon", text(&metadata.icon)),
            ("APIVersion", text(&metadata.api_version)),
            ("Condition", text(&metadata.condition)),
            ("Tags", text(&metadata.tags)),
            ("AppVersion", text(&metadata.app_version)),
            ("Deprecated", Value::Bool(metadata.deprecated)),
            (
                "Annotations",
                Value::Map(pairs(&metadata.annotations.unwrap_or_default())),
            ),
            ("KubeVersion", text(&metadata.kube_version)),
            ("Dependencies", dependencies(metadata.dependencies)),
            ("Type", text(&metadata.r#type)),
        ],
    ))
}

fn maintainers(list: Option<Vec<Maintainer>>) -> Value {
    let one = |maintainer: &Maintainer| {
        let fields = vec![
            ("Name", text(&maintainer.name)),
            ("Email", text(&maintainer.email)),
            ("URL", text(&maintainer.url)),
        ];
        GoStruct::value("v2.Maintainer", fields)
    };
    Value::List(list.unwrap_or_default().iter().map(one).collect())
}

fn dependencies(list: Option<Vec<Dependency>>) -> Value {
    let one = |dependency: &Dependency| {
        let fields = vec![
            ("Name", text(&dependency.name)),
            ("Version", text(&dependency.version)),
            ("Repository", text(&dependency.repository)),
            ("Condition", text(&dependency.condition)),
            ("Alias", text(&dependency.alias)),
        ];
        GoStruct::value("v2.Dependency", fields)
    };
    Value::List(list.unwrap_or_default().iter().map(one).collect())
}

fn text(text: &str) -> Value {
    Value::from(text)
}

/// DIFF: a text, not Go's time with its methods; it prints alike.
fn time(time: Time) -> Value {
    Value::from(time.go_string(None))
}

fn pairs(pairs: &std::collections::BTreeMap<String, String>) -> Map {
    let map = Map::new();
    for (key, value) in pairs {
        map.set(key.as_str(), text(value));
    }
    map
}
