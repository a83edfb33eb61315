//! Rules about `values.yaml`.

use pintle_go_value::{Map, Value, json};
use pintle_values::coalesce::coalesce_tables;

use super::explained::own_schema;
use super::{Context, Severity, Subject};
use crate::explain::values_file;
use crate::prepare::report;
use crate::schema;

const FILE: &str = "values.yaml";

/// Checks the file, and with a schema beside it what it and the user say.
pub fn check(subject: &mut Subject<'_>, context: &Context<'_>) {
    if subject.folder.has(FILE).is_err() {
        let text = "file does not exist".to_owned();
        subject.rule(Severity::Info, FILE, Err(text));
        return;
    }
    let found = check_file(subject, context);
    let text = found.as_ref().err().cloned().unwrap_or_default();
    let rule = (Severity::Error, FILE);
    subject.explained_rule(rule, found, context, |subject| {
        let file = subject.folder.read(FILE);
        match file.map(|file| values_file(&format!("{}/{FILE}", subject.name()), &file)) {
            Ok(broken) if !broken.is_empty() => broken,
            _ => own_schema(subject, context, &text),
        }
    });
}

/// HELM: the values of subcharts are not looked at, so tables meet without them.
fn check_file(subject: &mut Subject<'_>, context: &Context<'_>) -> Result<(), String> {
    let values = parse(subject).map_err(|error| format!("unable to parse YAML: {error}"))?;
    let text = |error: pintle_values::Error| error.text().to_owned();
    let (given, warnings) =
        coalesce_tables(&Map::new(), &context.user.deep_copy()).map_err(text)?;
    report(warnings, context.events);
    let (values, warnings) = coalesce_tables(&given, &values).map_err(text)?;
    report(warnings, context.events);
    // HELM: a schema that cannot be read is taken for one that is not there.
    let schema = subject.folder.read("values.schema.json");
    let schema = schema.unwrap_or_default();
    if schema.is_empty() || context.options.skip_schema {
        return Ok(());
    }
    schema::check_single(
        &values,
        &schema,
        (&context.options.values.client, &subject.compiled),
        context.events,
    )
}

/// HELM: unlike the loader this reads the first document alone.
fn parse(subject: &mut Subject<'_>) -> Result<Map, String> {
    if is_one_document(&subject.folder.read(FILE)?)
        && let Ok(chart) = &subject.loaded().chart
    {
        return Ok(chart.values.deep_copy());
    }
    match pintle_go_yaml::parse(&subject.folder.read(FILE)?) {
        Ok(Value::Map(map)) => Ok(map),
        Ok(Value::Nil) => Ok(Map::new()),
        Ok(other) => Err(format!(
            "error unmarshaling JSON: while decoding JSON: {}",
            json::mismatch(&other, "common.Values")
        )),
        Err(error) => Err(error.shown()),
    }
}

/// Whether the loader of charts is sure to see the same single document that we would: there
/// is no line that could end one, and no end of a line that the loader changes.
fn is_one_document(text: &[u8]) -> bool {
    let marks = [b"---", b"..."];
    let is_mark = |at: usize| marks.iter().any(|mark| text[at..].starts_with(*mark));
    text.ends_with(b"\n")
        && memchr::memchr(b'\r', text).is_none()
        && !is_mark(0)
        && !memchr::memchr_iter(b'\n', text).any(|at| is_mark(at + 1))
}

#[cfg(test)]
mod tests {
    use super::is_one_document;

    #[test]
    fn what_the_loader_sees_in_another_way_is_not_taken_from_it() {
        assert!(is_one_document(b"a: 1\nb: ---\n"));
        for text in [
            "a: 1\n---\nb: 2\n",
            "---\na: 1\n",
            "a: 1\n...\nb: 2\n",
            "a: 1\r\n",
            "a: |\n  text",
            "",
        ] {
            assert!(!is_one_document(text.as_bytes()), "{text:?}");
        }
    }
}
