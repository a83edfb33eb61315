//! `--strict-values`: values that were given and that no template of the chart can read.
//!
//! DIFF: Helm takes any value and says nothing.

use pintle_chart::Chart;
use pintle_go_value::Map;
use pintle_render::{Context, Reads, ReleaseFacts};
use pintle_sprig::Env;
use pintle_values::coalesce::coalesce_values;
use pintle_values::options::UserValues;
use pintle_values::origin::{Layer, Origin, Origins, Step, show_path};

use crate::explain::{Excerpt, Explanation, nearest};
use crate::{Class, Error, Events, Level, Log};

/// What is to be done about values that no template reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StrictValues {
    /// Nobody looks.
    #[default]
    Off,
    /// They are told.
    Warn,
    /// They are a failure.
    Error,
}

impl StrictValues {
    /// The mode of this name: `off`, `warn` or `error`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "off" => Some(Self::Off),
            "warn" => Some(Self::Warn),
            "error" => Some(Self::Error),
            _ => None,
        }
    }
}

/// The check, begun before the chart's dependencies are switched on and off.
#[derive(Debug)]
pub(crate) struct Strict {
    mode: StrictValues,
    /// The chart as it was then; `None` when nobody looks.
    whole: Option<Chart>,
}

/// A value that was given and that no template reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unread {
    /// Its path, such as `image.tga`.
    pub path: String,
    /// Who gave it, such as `prod.yaml:3:5` or `--set`.
    pub place: String,
    /// What was probably meant, as a path.
    pub suggestion: Option<String>,
    /// The chart's own file that sets it as well, with the line.
    pub default: Option<String>,
    excerpt: Option<Excerpt>,
    /// Files come first, in the order of their lines.
    order: (bool, usize, Option<u32>, Option<u32>),
}

impl Unread {
    /// All there is to say on one line.
    pub(crate) fn text(&self) -> String {
        format!("{}: no template reads {}", self.place, self.what())
    }

    /// The same without the place.
    pub(crate) fn what(&self) -> String {
        let mut text = self.path.clone();
        if let Some(meant) = &self.suggestion {
            text.push_str(&format!("; did you mean {meant}?"));
        } else if let Some(default) = &self.default {
            text.push_str(&format!(", though {default} has a default for it"));
        }
        text
    }

    /// The line that gives it.
    pub(crate) fn explanation(&self) -> Explanation {
        let mut explanation = Explanation::default();
        explanation.excerpts.extend(self.excerpt.clone());
        explanation
    }
}

impl Strict {
    pub(crate) fn new(mode: StrictValues, chart: &Chart) -> Self {
        let whole = (mode != StrictValues::Off).then(|| chart.clone());
        Self { mode, whole }
    }

    /// Tells of the values that no template reads, or refuses them. `user` are all values of the
    /// user, those of the last release among them; `sources` is what was given now.
    ///
    /// # Errors
    /// All values that no template reads, if they are a failure.
    pub(crate) fn check(
        &self,
        chart: &Chart,
        (user, sources): (&Map, &UserValues),
        env: &Env,
        events: &dyn Events,
    ) -> Result<(), Error> {
        let found = self.unread(chart, (user, sources), env, events);
        if found.is_empty() {
            return Ok(());
        }
        if self.mode == StrictValues::Error {
            return Err(refused(found, events));
        }
        for one in found {
            let explanation = if events.wants_explanations() {
                one.explanation()
            } else {
                Explanation::default()
            };
            events.warn(&one.text(), &explanation);
        }
        Ok(())
    }

    /// Whether unread values are a failure.
    pub(crate) fn refuses(&self) -> bool {
        self.mode == StrictValues::Error
    }

    /// The values that were given and that no template reads, in the order of the files that
    /// give them.
    pub(crate) fn unread(
        &self,
        chart: &Chart,
        (user, sources): (&Map, &UserValues),
        env: &Env,
        events: &dyn Events,
    ) -> Vec<Unread> {
        let Some(whole) = &self.whole else {
            return Vec::new();
        };
        // What cannot be put together fails a moment later, with Helm's text.
        let (Ok(given), Ok((values, _))) = (sources.merge(), coalesce_values(chart, user)) else {
            return Vec::new();
        };
        // Nothing is rendered: the facts are there for their names.
        let context = Context::offline(ReleaseFacts::install("", ""), env.clone());
        let reads = Reads::of(chart, whole, &values, &given, &context);
        if !reads.is_known() {
            let text = "the templates are too intricate to tell which values they read";
            events.log(Log::new(Level::Debug, text));
        }
        let origins = Origins::new(sources, chart);
        let mut found: Vec<Unread> = Vec::new();
        let mut shapes = Vec::new();
        for path in reads.unread(&given) {
            let shape = shape(&path);
            if shapes.contains(&shape) || is_anchor(&path, &origins, sources) {
                continue;
            }
            found.push(described(&path, &reads, &origins, sources));
            shapes.push(shape);
        }
        found.sort_by_key(|unread| unread.order);
        found
    }
}

/// Elements of a list are alike: what is wrong with all of them is told once.
fn shape(path: &[Step]) -> Vec<Step> {
    let alike = |step: &Step| match step {
        Step::Key(key) => Step::Key(key.clone()),
        Step::Index(_) => Step::Index(0),
    };
    path.iter().map(alike).collect()
}

fn described(path: &[Step], reads: &Reads, origins: &Origins, sources: &UserValues) -> Unread {
    let says = origins.says(path);
    let given = says
        .iter()
        .find(|say| say.origin.is_exact && !matches!(say.origin.layer, Layer::Chart(_)));
    let default = says.iter().find(|say| {
        say.origin.is_exact && matches!(say.origin.layer, Layer::Chart(_)) && !say.value.is_nil()
    });
    let suggestion = suggestion(path, reads);
    let label = match &suggestion {
        Some(meant) => format!("did you mean {meant}?"),
        None => "no template reads this".to_owned(),
    };
    Unread {
        path: show_path(path),
        place: given.map_or_else(|| "the values".to_owned(), |say| place(&say.origin)),
        suggestion,
        default: default.map(|say| crate::explain::origin_place(&say.origin)),
        order: order(given.map(|say| &say.origin), sources),
        excerpt: given.and_then(|say| excerpt(path, &say.origin, sources, &label)),
    }
}

fn order(given: Option<&Origin>, sources: &UserValues) -> (bool, usize, Option<u32>, Option<u32>) {
    let file = given.and_then(|origin| match &origin.layer {
        Layer::File(name) => sources.files.iter().position(|file| file.name == *name),
        _ => None,
    });
    let line = given.and_then(|origin| origin.line);
    let column = given.and_then(|origin| origin.column);
    (file.is_none(), file.unwrap_or_default(), line, column)
}

/// The path with its last key put right, if templates ask for one like it.
fn suggestion(path: &[Step], reads: &Reads) -> Option<String> {
    let (Step::Key(wrong), above) = path.split_last()? else {
        return None;
    };
    let asked = reads.asked(above);
    let known = || asked.iter().map(String::as_str);
    let wrong = wrong.to_text();
    let name = nearest(&wrong, known()).or_else(|| begun_alike(&wrong, known()))?;
    let mut meant = above.to_vec();
    meant.push(Step::Key(name.into()));
    Some(show_path(&meant))
}

/// The only name that begins as this one does: `replicaCount` for `replicas`.
fn begun_alike<'a>(wrong: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const LEAST: usize = 5;
    let stem = wrong.trim_end_matches('s');
    let mut alike = known.filter(|name| *name != wrong && name.starts_with(stem));
    let found = alike.next().filter(|_| stem.len() >= LEAST)?;
    alike.next().is_none().then_some(found)
}

/// `prod.yaml:3:5`, `--set`
fn place(origin: &Origin) -> String {
    match &origin.layer {
        Layer::File(name) => match (origin.line, origin.column) {
            (Some(line), Some(column)) => format!("{name}:{line}:{column}"),
            _ => name.clone(),
        },
        Layer::Flag { flag, .. } => (*flag).to_owned(),
        other => crate::explain::origin_place(&Origin {
            layer: other.clone(),
            ..origin.clone()
        }),
    }
}

fn text_of<'a>(origin: &Origin, sources: &'a UserValues) -> Option<std::borrow::Cow<'a, str>> {
    let Layer::File(name) = &origin.layer else {
        return None;
    };
    let file = sources.files.iter().rfind(|file| file.name == *name)?;
    Some(String::from_utf8_lossy(&file.text))
}

fn excerpt(path: &[Step], origin: &Origin, sources: &UserValues, label: &str) -> Option<Excerpt> {
    let text = text_of(origin, sources)?;
    let line = origin.line? as usize;
    let shown = text.lines().nth(line.checked_sub(1)?)?;
    // Columns count characters.
    let column = origin.column?.saturating_sub(1) as usize;
    let start = shown.char_indices().nth(column).map_or(0, |(at, _)| at);
    let width = match path.last()? {
        Step::Key(key) if shown[start..].starts_with(&*key.to_text()) => key.len(),
        _ => shown[start..].trim_end().len(),
    };
    let name = origin.file.as_deref().unwrap_or_default();
    let mut excerpt = Excerpt::new(name, &text, line, (start, width), label)?;
    excerpt.lines.retain(|(number, _)| *number == line);
    Some(excerpt)
}

/// Whether a value is there for the file's own sake: a key such as `x-defaults`, or a YAML
/// anchor that other values of the file refer to.
fn is_anchor(path: &[Step], origins: &Origins, sources: &UserValues) -> bool {
    if let [Step::Key(key)] = path
        && key.to_text().starts_with("x-")
    {
        return true;
    }
    let says = origins.says(path);
    let mut files = says.iter().filter_map(|say| {
        let text = text_of(&say.origin, sources)?;
        let line = text
            .lines()
            .nth((say.origin.line? as usize).checked_sub(1)?)?;
        let (_, value) = line.split_once(": ").or_else(|| line.split_once(":\t"))?;
        let anchor = value.trim_start().strip_prefix('&')?;
        let name = anchor.split(char::is_whitespace).next()?;
        Some(text.contains(&format!("*{name}")))
    });
    files.any(|is_used| is_used)
}

fn refused(found: Vec<Unread>, events: &dyn Events) -> Error {
    let mut text = match found.len() {
        1 => "a value is given that no template reads:".to_owned(),
        many => format!("{many} values are given that no template reads:"),
    };
    let mut explanation = Explanation::default();
    for one in found {
        text.push_str(&format!("\n  {}: {}", one.place, one.what()));
        if events.wants_explanations() {
            explanation.excerpts.extend(one.excerpt);
        }
    }
    Error::new(Class::Input, text).explained(explanation)
}
