//! The templates of all charts in one set, executed one by one.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use pintle_chart::Chart;
use pintle_go_template::{Functions, Limits, MissingKey, Session, Set};
use pintle_go_value::{Map, MapType, SharedStr, Value};

use crate::error::{execution_error, parse_error};
use crate::functions::functions;
use crate::methods::ValuesMethods;
use crate::scope::{self, Scoped, Shared, is_partial};
use crate::{Ahead, Context, Error, text};

/// The base name of the templates that make the notes.
const NOTES: &str = "NOTES.txt";

/// Rendered text by template.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rendered {
    /// Every rendered file but partials and notes, by full template name.
    pub files: BTreeMap<String, SharedStr>,
    /// Every rendered `NOTES.txt`, by full template name.
    pub notes: BTreeMap<String, SharedStr>,
}

impl Rendered {
    /// The notes of the release: the chart's own, and with `subcharts` those of its
    /// dependencies too.
    pub fn notes(&self, chart: &str, subcharts: bool) -> String {
        let own = format!("{chart}/templates/{NOTES}");
        let wanted: Vec<&str> = self
            .notes
            .iter()
            .filter(|(name, _)| subcharts || **name == own)
            .map(|(_, text)| &**text)
            .collect();
        wanted.join("\n")
    }
}

/// Renders every template of `chart` and its dependencies.
///
/// `values` are the coalesced values of the whole release; dependencies see their table of it.
/// The chart's dependencies must have been processed (conditions, aliases) before.
///
/// # Errors
/// The first template that cannot be parsed or executed, in Helm's words.
pub fn render(chart: &Chart, values: &Map, context: &Context) -> Result<Rendered, Error> {
    render_helped(chart, values, context, Helpers::default())
}

/// Who works beside a render.
#[derive(Clone, Copy, Default)]
pub struct Helpers<'a> {
    /// What was parsed while the chart was read.
    pub ahead: Option<&'a Ahead>,
    /// Is told each rendered file but partials and notes as soon as it is there.
    pub file: Option<&'a FileTold<'a>>,
}

/// Is told the full template name and the text of a rendered file.
pub type FileTold<'a> = dyn Fn(&str, &SharedStr) + 'a;

/// As [`render`], with helpers.
///
/// # Errors
/// As [`render`].
pub fn render_helped(
    chart: &Chart,
    values: &Map,
    context: &Context,
    helpers: Helpers<'_>,
) -> Result<Rendered, Error> {
    let functions = functions(&context.env, context.lookup.clone());
    render_with(chart, values, context, functions, helpers)
}

/// As [`render`], with other functions.
pub(crate) fn render_with(
    chart: &Chart,
    values: &Map,
    context: &Context,
    functions: Functions,
    helpers: Helpers<'_>,
) -> Result<Rendered, Error> {
    let Helpers { ahead, file } = helpers;
    let templates = scoped(chart, values, context);
    let mut set = empty_set(functions);
    for template in &templates {
        let (name, text) = (&template.name, template.data.text());
        let parsed = ahead.and_then(|ahead| ahead.template(name, &text));
        if !parsed.is_some_and(|parsed| set.adopt(&parsed)) {
            set.add(name, text)
                .map_err(|error| parse_error(name, &error))?;
        }
    }
    if let Some(ahead) = ahead {
        ahead.finish();
    }

    let mut rendered = Rendered::default();
    let mut session = set.session();
    for template in templates.iter().filter(|t| !is_partial(&t.name)) {
        let text = execute(&mut session, template)?;
        let files = if template.name.ends_with(NOTES) {
            &mut rendered.notes
        } else {
            if let Some(file) = file {
                file(&template.name, &text);
            }
            &mut rendered.files
        };
        files.insert(template.name.clone(), text);
    }
    Ok(rendered)
}

/// The templates in the order in which they are parsed and executed.
pub(crate) fn scoped<'a>(chart: &'a Chart, values: &Map, context: &Context) -> Vec<Scoped<'a>> {
    let shared = Shared {
        release: context.release.to_value(context.dialect, &context.env),
        capabilities: context.capabilities.to_value(context.dialect),
    };
    let mut templates = scope::templates(chart, values, &shared);
    order(&mut templates);
    templates
}

/// A set without templates, as Helm configures it.
pub(crate) fn empty_set(functions: Functions) -> Set {
    Set::new(Arc::new(functions))
        .with_missing_key(MissingKey::Zero)
        .with_map_methods(Arc::new(ValuesMethods))
}

/// HELM: the deepest first, then by name backwards, so that a parent's definitions come after,
/// and win over, those of its dependencies.
fn order(templates: &mut [Scoped<'_>]) {
    templates.sort_by(|a, b| {
        let key = |t: &Scoped<'_>| Reverse(t.name.bytes().filter(|byte| *byte == b'/').count());
        key(a).cmp(&key(b)).then_with(|| b.name.cmp(&a.name))
    });
}

/// What the template sees as its dot.
pub(crate) fn data(template: &Scoped<'_>) -> Value {
    let about = Map::volatile(
        MapType::Values,
        [
            ("Name".into(), Value::from(template.name.as_str())),
            ("BasePath".into(), Value::from(template.base_path.as_str())),
        ],
    );
    template.scope.set_volatile("Template", about);
    // HELM: the scope is `common.Values` to its own templates, a plain map in `.Subcharts`.
    Value::Map(template.scope.retyped(MapType::Values))
}

/// Executes a template.
fn execute(session: &mut Session<'_>, template: &Scoped<'_>) -> Result<SharedStr, Error> {
    /// Larger texts are not copied; the next template then gets a new buffer.
    const LARGE: usize = 64 << 10;
    let output = session
        .execute(&template.name, &data(template), &Limits::default())
        .map_err(|error| execution_error(&template.name, &error))?;
    text::remove_no_value(output);
    let text = template.data.text();
    // Large files (definitions of custom resources) often are no templates at all.
    if text.as_bytes() == output.as_slice() {
        return Ok(text.into());
    }
    let mut own = if output.len() < LARGE {
        output.clone()
    } else {
        std::mem::take(output)
    };
    own.shrink_to_fit();
    Ok(match String::from_utf8(own) {
        Ok(text) => text.into(),
        Err(error) => String::from_utf8_lossy(error.as_bytes())
            .into_owned()
            .into(),
    })
}
