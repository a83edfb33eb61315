//! Which values the templates of a chart can read.
//!
//! Nothing is rendered: the parsed templates are searched for ways that a value can take into
//! the output. Where a way cannot be followed, everything at its end counts as read, so that a
//! value is said to be unread only when no template can come upon it.
//!
//! - `tree`: the values, with marks on what is read
//! - `meaning`: what an expression may stand for
//! - `flow`: follows values through templates; `follow`: along names and into lists
//! - `functions`, `tpl`, `texts`: through functions, and into the texts they make

mod flow;
mod follow;
mod functions;
mod meaning;
mod texts;
mod tpl;
mod tree;

use std::sync::Arc;

use pintle_chart::Chart;
use pintle_go_value::{Map, Value};
use pintle_values::origin::Step;

use crate::Context;
use crate::engine::{empty_set, scoped};
use crate::functions::functions;
use crate::scope::is_partial;
use flow::{ChartScope, Flow};
use meaning::Meaning;
use tree::{Node, Nodes, TOP, Tree};

/// Files of a chart that are looked through, where a template makes templates of them.
const MAX_FILES: usize = 4 << 20;

/// What the templates of a chart can read of its values.
#[derive(Debug)]
pub struct Reads {
    /// `None` if they could not be followed to the end: then everything may be read.
    tree: Option<Tree>,
}

impl Reads {
    /// Searches the templates of a chart.
    ///
    /// `whole` is the chart before dependencies were switched off: what is given to one that is
    /// off counts as read. `values` are what templates see, `given` is what the user gave.
    pub fn of(chart: &Chart, whole: &Chart, values: &Map, given: &Map, context: &Context) -> Self {
        let mut tree = Tree::new();
        tree.add(TOP, &Value::Map(values.clone()));
        tree.add(TOP, &Value::Map(given.clone()));
        let templates = scoped(chart, values, context);
        let functions = functions(&context.env, None);
        let mut set = empty_set(functions.clone());
        for template in &templates {
            if set.add(&template.name, template.data.text()).is_err() {
                return Self { tree: None };
            }
        }
        let mut flow = Flow::new(&set, Arc::new(functions), tree);
        let mut roots = Vec::new();
        add_chart(&mut flow, chart, TOP, &chart.metadata.name, &mut roots);
        let mut room = MAX_FILES;
        add_files(&mut flow, chart, &mut room);
        switches(&mut flow.tree, whole, chart, TOP, "");
        flow.run(&roots);
        let known = !flow.gave_up && !flow.tree.is_cut;
        Self {
            tree: known.then_some(flow.tree),
        }
    }

    /// Whether the templates could be followed to the end; else everything may be read.
    pub fn is_known(&self) -> bool {
        self.tree.is_some()
    }

    /// The paths of the values that no template can read; where all of a map is unread, that of
    /// the map.
    pub fn unread(&self, given: &Map) -> Vec<Vec<Step>> {
        let given = Value::Map(given.clone());
        self.tree
            .as_ref()
            .map_or_else(Vec::new, |tree| tree.unread(&given))
    }

    /// The names that templates ask for in the map at a path.
    pub fn asked(&self, path: &[Step]) -> Vec<String> {
        let names = self.tree.as_ref().map(|tree| tree.asked(path));
        let names = names.unwrap_or_default();
        names.iter().map(ToString::to_string).collect()
    }
}

/// Adds a chart and those in it; gives its number.
fn add_chart(
    flow: &mut Flow,
    chart: &Chart,
    values: Node,
    path: &str,
    roots: &mut Vec<(String, usize)>,
) -> usize {
    let number = flow.charts.len();
    flow.charts.push(ChartScope {
        values,
        subcharts: Vec::new(),
        added: Meaning::default(),
    });
    for template in chart.templates.iter().filter(|t| !is_partial(&t.name)) {
        if !chart.is_library() {
            roots.push((format!("{path}/{}", template.name), number));
        }
    }
    let globals = flow.tree.ensure_path(values, "global");
    for child in &chart.dependencies {
        let name = child.metadata.name.as_str();
        let inner = flow.tree.ensure_path(values, name);
        let own_globals = flow.tree.ensure_path(inner, "global");
        flow.tree.link(own_globals, &Nodes::from([globals]));
        let inner = add_chart(flow, child, inner, &format!("{path}/charts/{name}"), roots);
        flow.charts[number].subcharts.push((name.to_owned(), inner));
    }
    number
}

fn add_files(flow: &mut Flow, chart: &Chart, room: &mut usize) {
    for file in &chart.files {
        if *room < file.data.len() {
            continue;
        }
        let text = file.data.text();
        if text.contains("{{") {
            *room -= text.len();
            flow.files.push((&*text).into());
        }
    }
    for child in &chart.dependencies {
        add_files(flow, child, room);
    }
}

/// Conditions and tags are read by Helm itself; so is, one may say, all that is given to a
/// dependency that is switched off.
fn switches(tree: &mut Tree, whole: &Chart, chart: &Chart, values: Node, path: &str) {
    for wanted in &whole.metadata.dependencies {
        let name = if wanted.alias.is_empty() {
            &wanted.name
        } else {
            &wanted.alias
        };
        for tag in &wanted.tags {
            let tags = tree.field(&Nodes::from([TOP]), "tags");
            tree.field(&tags, tag);
        }
        for condition in wanted.condition.trim().split(',').filter(|c| !c.is_empty()) {
            let path = format!("{path}{condition}");
            path.split('.')
                .fold(Nodes::from([TOP]), |at, key| tree.field(&at, key));
        }
        let inner = tree.ensure_path(values, name);
        let on = chart.dependencies.iter().find(|child| child.name() == name);
        let raw = whole.dependencies.iter().find(|child| {
            child.name() == wanted.name
                && pintle_values::dependencies::is_compatible(
                    &wanted.version,
                    &child.metadata.version,
                )
        });
        match (on, raw) {
            (Some(on), Some(raw)) => {
                switches(tree, raw, on, inner, &format!("{path}{name}."));
            }
            _ => tree.read_whole(&Nodes::from([inner])),
        }
    }
}
