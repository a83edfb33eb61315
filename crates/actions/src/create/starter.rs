//! A new chart from a starter: a chart in which `<CHARTNAME>` stands for the name.

use std::path::Path;

use pintle_chart::{Chart, Metadata};
use pintle_go_value::{Value, json};

use super::{check_target, make_folder, problem, write};
use crate::lint::joined;
use crate::prepare::report;
use crate::{Error, Events};

const NAME: &str = "<CHARTNAME>";

/// Creates a chart in `parent`.
///
/// HELM: the name is put into templates and `values.yaml`, and nowhere else; the starter's own
/// metadata goes, also what it says about dependencies.
pub fn create(
    metadata: &Metadata,
    parent: &Path,
    starter: &Path,
    events: &dyn Events,
) -> Result<(), Error> {
    let (chart, warnings) = pintle_chart::disk::load_as_is(starter, &()).map_err(|error| {
        let shown = starter.display();
        let failure = problem(format!("could not load {shown}: {}", error.text()));
        match error.advice() {
            Some(advice) => failure.hint(advice),
            None => failure,
        }
    })?;
    report(warnings, events);
    let name = metadata.name.as_str();
    check_values(&chart, name)?;
    if name == "/" {
        return Err(problem("chart name \"/\" is invalid"));
    }
    let folder = joined(parent, name);
    check_target(&folder)?;
    make_folder(&folder)?;
    write(&folder.join("Chart.yaml"), &yaml(metadata)?)?;
    save(&chart, name, &folder)
}

/// The values must still be values when the name is in them.
fn check_values(chart: &Chart, name: &str) -> Result<(), Error> {
    let text = pintle_go_yaml::emit(&Value::Map(chart.values.clone()))
        .map_err(|error| problem(format!("reading values file: {}", error.shown())))?;
    pintle_go_yaml::parse_map(&with_name(&text, name))
        .map_err(|error| problem(format!("transforming values file: {}", error.shown())))?;
    Ok(())
}

fn with_name(text: &[u8], name: &str) -> Vec<u8> {
    String::from_utf8_lossy(text)
        .replace(NAME, name)
        .into_bytes()
}

/// `Chart.yaml` as it is written for a chart that was made by a program.
fn yaml(metadata: &Metadata) -> Result<Vec<u8>, Error> {
    let text = serde_json::to_vec(metadata).map_err(|error| problem(error.to_string()))?;
    let value = json::decode(&text).map_err(|error| problem(error.to_string()))?;
    pintle_go_yaml::emit(&value).map_err(|error| problem(error.shown()))
}

/// DIFF: the starter's charts are copied as folders, where Helm packs them into archives.
fn save(chart: &Chart, name: &str, folder: &Path) -> Result<(), Error> {
    for file in chart.raw.iter().filter(|file| file.name == "values.yaml") {
        write(&folder.join(&file.name), &with_name(&file.data, name))?;
    }
    if let Some(schema) = &chart.schema {
        write(&folder.join("values.schema.json"), schema)?;
    }
    for file in &chart.templates {
        write(&folder.join(&file.name), &with_name(&file.data, name))?;
    }
    for file in &chart.files {
        write(&folder.join(&file.name), &file.data)?;
    }
    for file in chart
        .raw
        .iter()
        .filter(|file| file.name.starts_with("charts/"))
    {
        write(&folder.join(&file.name), &file.data)?;
    }
    Ok(())
}
