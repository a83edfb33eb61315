//! What each chart's templates see as `.`.

use std::sync::Arc;

use pintle_chart::{Chart, Data, Dependency, Maintainer, Metadata};
use pintle_go_value::{Map, MapType, Value};

use crate::files::Files;

/// A template with the data it is executed with.
#[derive(Debug)]
pub(crate) struct Scoped<'a> {
    /// Its full name, such as `web/charts/db/templates/service.yaml`.
    pub name: String,
    /// Its text.
    pub data: &'a Data,
    /// The chart's scope, shared by all its templates.
    pub scope: Map,
    /// `.Template.BasePath`
    pub base_path: String,
}

/// The parts of the scope that all charts of a release share.
pub(crate) struct Shared {
    pub release: Value,
    pub capabilities: Value,
}

/// All templates of a chart and its dependencies, each with its scope.
pub(crate) fn templates<'a>(chart: &'a Chart, values: &Map, shared: &Shared) -> Vec<Scoped<'a>> {
    let mut found = Vec::new();
    let place = Place {
        path: chart.metadata.name.clone(),
        is_root: true,
    };
    collect(
        chart,
        values.retyped(MapType::Values),
        &place,
        shared,
        &mut found,
    );
    found
}

struct Place {
    path: String,
    is_root: bool,
}

fn collect<'a>(
    chart: &'a Chart,
    values: Map,
    place: &Place,
    shared: &Shared,
    found: &mut Vec<Scoped<'a>>,
) -> Map {
    let subcharts = Map::new();
    let scope: Map = [
        (
            "Chart",
            Value::Map(metadata(&chart.metadata, place.is_root)),
        ),
        ("Files", Value::Object(Arc::new(Files::new(&chart.files)))),
        ("Release", shared.release.clone()),
        ("Capabilities", shared.capabilities.clone()),
        ("Values", Value::Map(values.clone())),
        ("Subcharts", Value::Map(subcharts.clone())),
    ]
    .into_iter()
    .collect();

    for child in &chart.dependencies {
        let name = child.metadata.name.as_str();
        let inner = Place {
            path: format!("{}/charts/{name}", place.path),
            is_root: false,
        };
        let scope = collect(child, table(&values, name), &inner, shared, found);
        subcharts.set(name, Value::Map(scope));
    }

    for file in &chart.templates {
        if chart.is_library() && !is_partial(&file.name) {
            continue;
        }
        found.push(Scoped {
            name: format!("{}/{}", place.path, file.name),
            data: &file.data,
            scope: scope.clone(),
            base_path: format!("{}/templates", place.path),
        });
    }
    scope
}

/// The values of a subchart: the parent's table of its name, or none.
///
/// HELM: the name is a path here, so that of a chart `a.b` the table is `a: {b: …}`.
fn table(values: &Map, name: &str) -> Map {
    let mut current = values.clone();
    for key in name.split('.') {
        match current.get(key) {
            Some(Value::Map(inner)) => current = inner,
            _ => return Map::typed(MapType::Values),
        }
    }
    current.retyped(MapType::Values)
}

/// Whether a template only holds definitions.
pub(crate) fn is_partial(name: &str) -> bool {
    name.rsplit('/')
        .next()
        .is_some_and(|base| base.starts_with('_'))
}

/// HELM: `.Chart` is a map with the names of the Go fields; every list is a `[]interface {}`.
fn metadata(metadata: &Metadata, is_root: bool) -> Map {
    let text = |text: &str| Value::from(text);
    let list = |items: &[String]| -> Value {
        items
            .iter()
            .map(|item| text(item))
            .collect::<Vec<_>>()
            .into()
    };
    let annotations = if metadata.annotations.is_empty() {
        Map::nil(MapType::Str)
    } else {
        Map::typed(MapType::Str)
    };
    for (key, value) in &metadata.annotations {
        annotations.set(key.as_str(), text(value));
    }
    [
        ("Name", text(&metadata.name)),
        ("Home", text(&metadata.home)),
        ("Sources", list(&metadata.sources)),
        ("Version", text(&metadata.version)),
        ("Description", text(&metadata.description)),
        ("Keywords", list(&metadata.keywords)),
        (
            "Maintainers",
            metadata
                .maintainers
                .iter()
                .map(maintainer)
                .collect::<Vec<_>>()
                .into(),
        ),
        ("Icon", text(&metadata.icon)),
        ("APIVersion", text(&metadata.api_version)),
        ("Condition", text(&metadata.condition)),
        ("Tags", text(&metadata.tags)),
        ("AppVersion", text(&metadata.app_version)),
        ("Deprecated", Value::Bool(metadata.deprecated)),
        ("Annotations", Value::Map(annotations)),
        ("KubeVersion", text(&metadata.kube_version)),
        (
            "Dependencies",
            metadata
                .dependencies
                .iter()
                .map(dependency)
                .collect::<Vec<_>>()
                .into(),
        ),
        ("Type", text(&metadata.type_)),
        ("IsRoot", Value::Bool(is_root)),
    ]
    .into_iter()
    .collect()
}

fn maintainer(maintainer: &Maintainer) -> Value {
    let map: Map = [
        ("Name", Value::from(maintainer.name.as_str())),
        ("Email", Value::from(maintainer.email.as_str())),
        ("URL", Value::from(maintainer.url.as_str())),
    ]
    .into_iter()
    .collect();
    Value::Map(map)
}

fn dependency(dependency: &Dependency) -> Value {
    let list = |items: Vec<Value>| Value::from(items);
    let map: Map = [
        ("Name", Value::from(dependency.name.as_str())),
        ("Version", Value::from(dependency.version.as_str())),
        ("Repository", Value::from(dependency.repository.as_str())),
        ("Condition", Value::from(dependency.condition.as_str())),
        (
            "Tags",
            list(
                dependency
                    .tags
                    .iter()
                    .map(|tag| Value::from(tag.as_str()))
                    .collect(),
            ),
        ),
        ("Enabled", Value::Bool(dependency.enabled)),
        ("ImportValues", list(dependency.import_values.clone())),
        ("Alias", Value::from(dependency.alias.as_str())),
    ]
    .into_iter()
    .collect();
    Value::Map(map)
}
