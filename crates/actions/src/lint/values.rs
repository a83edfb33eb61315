//! Rules about `values.yaml`.

use std::fs;
use std::path::Path;

use pintle_go_value::{Map, Value, json};
use pintle_values::coalesce::coalesce_tables;

use super::explained::own_schema;
use super::{Context, Severity, Subject, read};
use crate::explain::values_file;
use crate::prepare::report;
use crate::schema;

const FILE: &str = "values.yaml";

/// Checks the file, and with a schema beside it what it and the user say.
pub fn check(subject: &mut Subject<'_>, context: &Context<'_>) {
    let path = subject.folder.join(FILE);
    if fs::metadata(&path).is_err() {
        let text = "file does not exist".to_owned();
        subject.rule(Severity::Info, FILE, Err(text));
        return;
    }
    let found = check_file(&path, context);
    let text = found.as_ref().err().cloned().unwrap_or_default();
    let rule = (Severity::Error, FILE);
    subject.explained_rule(rule, found, context, |subject| {
        match read(&path).map(|file| values_file(&format!("{}/{FILE}", subject.name()), &file)) {
            Ok(broken) if !broken.is_empty() => broken,
            _ => own_schema(subject, context, &text),
        }
    });
}

/// HELM: the values of subcharts are not looked at, so tables meet without them.
fn check_file(path: &Path, context: &Context<'_>) -> Result<(), String> {
    let values = parse(path).map_err(|error| format!("unable to parse YAML: {error}"))?;
    let text = |error: pintle_values::Error| error.text().to_owned();
    let (given, warnings) =
        coalesce_tables(&Map::new(), &context.user.deep_copy()).map_err(text)?;
    report(warnings, context.events);
    let (values, warnings) = coalesce_tables(&given, &values).map_err(text)?;
    report(warnings, context.events);
    // HELM: a schema that cannot be read is taken for one that is not there.
    let schema = fs::read(path.with_file_name("values.schema.json")).unwrap_or_default();
    if schema.is_empty() || context.options.skip_schema {
        return Ok(());
    }
    schema::check_single(
        &values,
        &schema,
        &context.options.values.client,
        context.events,
    )
}

/// HELM: unlike the loader this reads the first document alone.
fn parse(path: &Path) -> Result<Map, String> {
    let text = read(path)?;
    match pintle_go_yaml::parse(&text) {
        Ok(Value::Map(map)) => Ok(map),
        Ok(Value::Nil) => Ok(Map::new()),
        Ok(other) => Err(format!(
            "error unmarshaling JSON: while decoding JSON: {}",
            json::mismatch(&other, "common.Values")
        )),
        Err(error) => Err(error.shown()),
    }
}
