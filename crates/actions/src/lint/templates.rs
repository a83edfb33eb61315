//! Rules about templates and what they make.

use std::ops::Range;

use pintle_chart::Chart;
use pintle_go_value::format::quoted::quote;
use pintle_go_value::{Map, SharedStr};
use pintle_render::beside::Beside;
use pintle_render::{Capabilities, Helpers, ReleaseFacts, render_for_lint};
use pintle_values::coalesce::coalesce_values;

use super::documents::{Document, Documents, Object, parts};
use super::explained::Made;
use super::{Context, Severity, Subject, deprecations, lists, names};
use crate::checked::beside;
use crate::explain::Explanation;
use crate::prepare::{process_dependencies, report};
use crate::schema;

const FOLDER: &str = "templates/";

/// The release that templates see.
const RELEASE: &str = "test-release";

/// Renders the chart and checks each file; nothing is said about files of a chart that does not
/// render.
pub fn check(subject: &mut Subject<'_>, context: &Context<'_>) {
    if subject.folder.lacks("templates") {
        let text = "directory does not exist".to_owned();
        subject.rule(Severity::Warning, FOLDER, Err(text));
        return;
    }
    let is_folder = subject.is_folder("templates");
    if !subject.rule(Severity::Error, FOLDER, is_folder) {
        return;
    }
    let rendered = subject
        .chart(context.events)
        .map_err(Refusal::from)
        .and_then(|chart| render(chart, context, subject));
    match rendered {
        Ok(Some((made, mut files))) => check_files(subject, &made, &mut files, context),
        Ok(None) => {}
        Err(Refusal { text, explanation }) => {
            let rule = (Severity::Error, FOLDER);
            subject.explained_rule(rule, Err(text), context, |_| explanation);
        }
    }
}

/// Why there is nothing to look at.
struct Refusal {
    text: String,
    explanation: Explanation,
}

impl From<String> for Refusal {
    fn from(text: String) -> Self {
        Self {
            text,
            explanation: Explanation::default(),
        }
    }
}

/// A template of the chart itself, with what it made.
struct Rendered {
    name: String,
    text: SharedStr,
    /// The documents of the text's parts, as far as they were read already.
    parts: Vec<(Range<usize>, Option<Vec<Document>>)>,
}

/// HELM: dependencies and values that cannot be made sense of are passed over in silence (an
/// inner `None`), and values are coalesced twice: a default that the user removed is back.
fn render(
    mut chart: Chart,
    context: &Context<'_>,
    subject: &Subject<'_>,
) -> Result<Option<(Made, Vec<Rendered>)>, Refusal> {
    let user = context.user.deep_copy();
    if process_dependencies(&mut chart, &user, context.events).is_err() {
        return Ok(None);
    }
    let Ok(values) = coalesce(&chart, &user, context) else {
        return Ok(None);
    };
    let values = coalesce(&chart, &values, context)?;
    let facts = pintle_render::Context {
        release: ReleaseFacts {
            name: RELEASE.to_owned(),
            namespace: context.options.namespace.clone(),
            revision: 0,
            is_upgrade: false,
        },
        capabilities: Capabilities {
            kube_version: context.kube_version.clone(),
            ..Capabilities::default()
        },
        lookup: None,
        env: context.env.clone(),
        dialect: context.options.dialect,
    };
    let made = Made::new(chart, values, facts, context);
    let explains = context.events.wants_explanations();
    let refusal = |text: String, explain: &dyn Fn(&str) -> Explanation| Refusal {
        explanation: if explains {
            explain(&text)
        } else {
            Explanation::default()
        },
        text,
    };
    // Documents are read while others are still being rendered.
    let documents = Beside::new(|| {
        Box::new(
            |_, (text, part): (SharedStr, Range<usize>)| -> Vec<Document> {
                Documents::of_part(text.as_bytes(), part).collect()
            },
        )
    });
    let own = format!("{}/{FOLDER}", made.chart().name());
    let read = |path: &str, text: &SharedStr| {
        if path.starts_with(&own) && is_yaml(path) {
            for part in parts(text.as_bytes()) {
                let (name, size) = (part_name(path, &part), part.len());
                documents.add(name, (text.clone(), part), size);
            }
        }
    };
    let helpers = Helpers {
        ahead: Some(subject.looking.ahead),
        file: Some(&read),
    };
    let (chart, values, facts) = (made.chart(), made.values(), made.facts());
    let means = (&context.options.values.client, &subject.compiled);
    let check = |values: &Map| {
        if context.options.skip_schema {
            return Ok(());
        }
        schema::check_chart(chart, values, means, context.events)
    };
    let render = || render_for_lint(chart, values, facts, helpers);
    // What is wrong is explained with the values as they were before templates changed them.
    let rendered = if explains {
        check(values).map(|()| render())
    } else {
        beside(chart, values, check, render)
    };
    let (rendered, notes) = rendered.map_err(|text| refusal(text, &|text| made.schema(text)))?;
    report(notes, context.events);
    let rendered = rendered.map_err(|error| refusal(error.text, &|_| made.failure()))?;
    documents.help();
    let mut files = rendered.files;
    let texts = chart.templates.iter().map(|template| {
        let path = format!("{}/{}", chart.name(), template.name);
        let text = files.remove(&path).unwrap_or_default();
        let read = |part: Range<usize>| {
            let read = documents.take(&part_name(&path, &part));
            (part, read)
        };
        Rendered {
            name: template.name.clone(),
            parts: parts(text.as_bytes()).into_iter().map(read).collect(),
            text,
        }
    });
    let texts = texts.collect();
    Ok(Some((made, texts)))
}

/// What a part of a file is called among the pieces of work.
fn part_name(path: &str, part: &Range<usize>) -> String {
    format!("{path}\0{}", part.start)
}

fn coalesce(chart: &Chart, values: &Map, context: &Context<'_>) -> Result<Map, String> {
    let (values, warnings) =
        coalesce_values(chart, values).map_err(|error| error.text().to_owned())?;
    report(warnings, context.events);
    Ok(values)
}

/// HELM: a document that is no YAML ends the look at all files.
fn check_files(
    subject: &mut Subject<'_>,
    made: &Made,
    files: &mut [Rendered],
    context: &Context<'_>,
) {
    for file in files {
        subject.rule(Severity::Error, &file.name, extension(&file.name));
        if !is_yaml(&file.name) || file.text.trim().is_empty() {
            continue;
        }
        subject.rule(Severity::Warning, &file.name, indent(&file.text));
        let text = file.text.clone();
        let parts = std::mem::take(&mut file.parts).into_iter();
        let documents = parts.flat_map(|(part, read)| {
            read.unwrap_or_else(|| Documents::of_part(text.as_bytes(), part).collect())
        });
        for document in documents {
            match document {
                Ok(None) => {}
                Ok(Some(object)) => check_object(subject, file, &object, context),
                Err(error) => {
                    let text = format!("unable to parse YAML: {error}");
                    let rule = (Severity::Error, file.name.as_str());
                    subject.explained_rule(rule, Err(text), context, |_| made.output(&file.name));
                    return;
                }
            }
        }
    }
}

fn check_object(
    subject: &mut Subject<'_>,
    file: &Rendered,
    object: &Object,
    context: &Context<'_>,
) {
    let Object {
        api_version,
        kind,
        name,
    } = object;
    let deprecated = deprecations::check(api_version, kind, &context.kube_version);
    subject.rule(Severity::Warning, &file.name, names::check(kind, name));
    subject.rule(Severity::Warning, &file.name, deprecated);
    subject.rule(Severity::Error, &file.name, selector(object, &file.text));
    if kind == "List" {
        let found = lists::check(file.text.as_bytes());
        subject.rule(Severity::Error, &file.name, found);
    }
}

/// What follows the last dot of the file's name, with the dot.
fn ending(name: &str) -> &str {
    let base = name.rsplit('/').next().unwrap_or(name);
    base.rfind('.').map_or("", |dot| &base[dot..])
}

fn is_yaml(name: &str) -> bool {
    matches!(ending(name).to_ascii_lowercase().as_str(), ".yaml" | ".yml")
}

fn extension(name: &str) -> Result<(), String> {
    match ending(name) {
        ".yaml" | ".yml" | ".tpl" | ".txt" => Ok(()),
        other => Err(format!(
            "file extension '{other}' not valid. Valid extensions are .yaml, .yml, .tpl, or .txt"
        )),
    }
}

/// How long a line may be that is looked at. GO: the limit of a line scanner.
const MAX_LINE: usize = 64 * 1024;

/// The first line that is not blank starts at the margin.
fn indent(text: &str) -> Result<(), String> {
    for line in text.split('\n') {
        if line.len() >= MAX_LINE {
            return Err("bufio.Scanner: token too long".to_owned());
        }
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.trim().is_empty() {
            continue;
        }
        if !line.starts_with([' ', '\t']) {
            return Ok(());
        }
        return Err(format!(
            "document starts with an illegal indent: {}, which may cause parsing problems",
            quote(line)
        ));
    }
    Ok(())
}

/// HELM: a word anywhere in the file is enough.
fn selector(object: &Object, file: &str) -> Result<(), String> {
    let kind = object.kind.as_str();
    let wants = matches!(
        kind,
        "Deployment" | "ReplicaSet" | "DaemonSet" | "StatefulSet"
    );
    if !wants || file.contains("matchLabels") || file.contains("matchExpressions") {
        return Ok(());
    }
    Err(format!(
        "a {kind} must contain matchLabels or matchExpressions, and {} does not",
        quote(&object.name)
    ))
}
