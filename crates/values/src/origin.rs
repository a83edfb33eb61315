//! Who set a value, and where.
//!
//! Built on demand from what is kept anyway (the user's flags and files, the chart's raw
//! `values.yaml` files), so that the normal path pays nothing.

mod explained;
mod path;

use pintle_chart::{Chart, values_file};
use pintle_go_value::{Map, Value};
pub use pintle_go_yaml::Step;
use pintle_go_yaml::{Position, Positions};

pub use explained::{Effect, Explained};
pub use path::{parse_path, show_path};

use crate::import::entries;
use crate::options::UserValues;
use crate::set;

/// What set a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Layer {
    /// The `values.yaml` of the chart at this path, such as `web/charts/db`.
    Chart(String),
    /// A `-f` file, by its name as typed.
    File(String),
    /// The values of the last release, which an upgrade uses again.
    Release,
    /// A flag such as `--set`, with its number among its kind (from 1) and its text.
    Flag {
        /// The flag.
        flag: &'static str,
        /// Which of that kind, from 1.
        number: usize,
        /// As typed.
        text: String,
    },
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// What set it.
    pub layer: Layer,
    /// The file, if it was one.
    pub file: Option<String>,
    /// The line in the file, from 1.
    pub line: Option<u32>,
    /// The column in it, in characters from 1.
    pub column: Option<u32>,
    /// Whether the layer set the value itself (and not a table or list around it).
    pub is_exact: bool,
}

/// What one layer says about a value.
#[derive(Debug, Clone)]
pub struct Say {
    /// The layer and the place.
    pub origin: Origin,
    /// What it says: null takes the value away. When the layer did not set the value itself,
    /// this is what stands in the way to it.
    pub value: Value,
    /// For an imported value: the path it was imported from, below the importing chart.
    pub imported_from: Option<String>,
}

/// All layers of values, strongest first.
#[derive(Debug)]
pub struct Origins {
    layers: Vec<Read>,
    chart: Node,
}

/// A layer that was read.
#[derive(Debug)]
struct Read {
    layer: Layer,
    file: Option<String>,
    documents: Vec<(Map, Option<Positions>, usize)>,
}

/// The defaults of a chart and of those in it.
#[derive(Debug)]
struct Node {
    name: String,
    defaults: Read,
    imports: Vec<Import>,
    children: Vec<Node>,
}

/// One entry of `import-values`.
#[derive(Debug)]
struct Import {
    /// Where in the importing chart's values the table is, the child's name first.
    from: Vec<Step>,
    /// Under which it is put.
    to: Vec<Step>,
}

impl Origins {
    /// Reads all layers again, with positions. What cannot be read is left out: it was an
    /// error before.
    pub fn new(user: &UserValues, chart: &Chart) -> Self {
        let mut layers: Vec<Read> = user
            .files
            .iter()
            .map(|f| read_file(Layer::File(f.name.clone()), &f.name, &f.text))
            .collect();
        layers.extend(flags("--set-json", &user.set_json, |map, text| {
            set::parse_json_into(map, text).ok()
        }));
        layers.extend(flags("--set", &user.set, |map, text| {
            in_place(map, set::parse_into(map, text))
        }));
        layers.extend(flags("--set-string", &user.set_string, |map, text| {
            in_place(map, set::parse_string_into(map, text))
        }));
        let set_file: Vec<String> = user.set_file.iter().map(|file| file.text.clone()).collect();
        layers.extend(flags("--set-file", &set_file, |map, text| {
            in_place(
                map,
                set::parse_file_into(map, text, &mut |path| Ok(Value::from(path))),
            )
        }));
        layers.extend(flags("--set-literal", &user.set_literal, |map, text| {
            in_place(map, set::parse_literal_into(map, text))
        }));
        layers.reverse();
        Self {
            layers,
            chart: Node::new(chart, chart.name().to_owned()),
        }
    }

    /// The same above the values of the last release.
    #[must_use]
    pub fn over_release(mut self, values: &Map) -> Self {
        self.layers.push(Read {
            layer: Layer::Release,
            file: None,
            documents: vec![(values.clone(), None, 1)],
        });
        self
    }

    /// Who set the value at `path` of the top chart's values, such as `db.image.tag` or
    /// `hosts[0].name`. `None` if nothing did.
    ///
    /// A subchart's values are found under its name; its globals also where an ancestor set
    /// them, imported values where they came from.
    pub fn explain(&self, path: &str) -> Option<Origin> {
        let mut says = self.says(&parse_path(path));
        (!says.is_empty()).then(|| says.swap_remove(0).origin)
    }

    /// What every layer says about the value at these steps, strongest first.
    pub fn says(&self, steps: &[Step]) -> Vec<Say> {
        let mut says = Vec::new();
        for steps in global_paths(steps, &self.chart) {
            for layer in &self.layers {
                layer.says(&steps, &mut says);
            }
            self.chart.says(&steps, &mut says);
        }
        says
    }
}

impl Node {
    fn new(chart: &Chart, path: String) -> Self {
        let file = format!("{path}/values.yaml");
        let text = chart.raw_file("values.yaml").map_or(&[][..], |f| &f.data);
        let children = chart
            .dependencies
            .iter()
            .map(|c| Self::new(c, c.path_under(&path)))
            .collect();
        Self {
            name: chart.name().to_owned(),
            defaults: read_file(Layer::Chart(path), &file, text),
            imports: imports(chart),
            children,
        }
    }

    fn child(&self, step: Option<&Step>) -> Option<&Self> {
        let Some(Step::Key(key)) = step else {
            return None;
        };
        self.children
            .iter()
            .find(|child| *key == child.name.as_str())
    }

    /// The parent's word on a subchart's value counts more than the subchart's own; both count
    /// more than what is imported.
    fn says(&self, steps: &[Step], says: &mut Vec<Say>) {
        self.says_itself(steps, says);
        for import in &self.imports {
            let Some(rest) = steps.strip_prefix(import.to.as_slice()) else {
                continue;
            };
            let from = [&import.from, rest].concat();
            let known = says.len();
            self.says_itself(&from, says);
            for say in &mut says[known..] {
                say.imported_from.get_or_insert_with(|| show_path(&from));
            }
        }
    }

    /// The same without its own imports.
    fn says_itself(&self, steps: &[Step], says: &mut Vec<Say>) {
        self.defaults.says(steps, says);
        if let Some(child) = self.child(steps.first()) {
            child.says(&steps[1..], says);
        }
    }
}

fn imports(chart: &Chart) -> Vec<Import> {
    let steps = |path: &str| -> Vec<Step> {
        let keys = path.split('.').filter(|key| !key.is_empty());
        keys.map(|key| Step::Key(key.into())).collect()
    };
    let of = |wanted: &pintle_chart::Dependency| -> Vec<Import> {
        let entry = |(child, parent): (String, String)| Import {
            from: [vec![Step::Key(wanted.name.as_str().into())], steps(&child)].concat(),
            to: steps(&parent),
        };
        entries(wanted).into_iter().map(entry).collect()
    };
    chart.metadata.dependencies.iter().flat_map(of).collect()
}

impl Read {
    fn says(&self, steps: &[Step], says: &mut Vec<Say>) {
        for (values, positions, first_line) in self.documents.iter().rev() {
            let Some((depth, value)) = reach(values, steps) else {
                continue;
            };
            let place = positions
                .as_ref()
                .and_then(|p| place_of(p, &steps[..depth]));
            says.push(Say {
                origin: Origin {
                    layer: self.layer.clone(),
                    file: self.file.clone(),
                    line: place.map(|place| place.line + *first_line as u32 - 1),
                    column: place.map(|place| place.column),
                    is_exact: depth == steps.len(),
                },
                value,
                imported_from: None,
            });
        }
    }
}

/// How many steps lead to what decides, and what that is: all of them, or fewer if a scalar, a
/// list or a null stands in the way. `None` if a map on the way lacks the key.
fn reach(values: &Map, steps: &[Step]) -> Option<(usize, Value)> {
    let mut current = Value::Map(values.clone());
    for (depth, step) in steps.iter().enumerate() {
        current = match (&current, step) {
            (Value::Map(map), Step::Key(key)) => map.get(key)?,
            (Value::Map(_), Step::Index(_)) => return None,
            (Value::List(list), Step::Index(index)) => match list.get(*index) {
                Some(item) => item.clone(),
                None => return Some((depth, current)),
            },
            _ => return Some((depth, current)),
        };
    }
    Some((steps.len(), current))
}

fn place_of(positions: &Positions, steps: &[Step]) -> Option<Position> {
    let place = positions.find(steps)?;
    Some(place.key.unwrap_or(place.value))
}

fn is_global(steps: &[Step]) -> bool {
    matches!(steps.first(), Some(Step::Key(key)) if *key == "global")
}

/// The paths under which the user may have set a value: for a subchart's global also those of
/// its ancestors, which win.
fn global_paths(steps: &[Step], top: &Node) -> Vec<Vec<Step>> {
    let mut paths = Vec::new();
    let mut depth = 0;
    let mut node = top;
    while let Some(child) = node.child(steps.get(depth)) {
        node = child;
        depth += 1;
    }
    if is_global(&steps[depth..]) {
        for kept in 0..depth {
            paths.push([&steps[..kept], &steps[depth..]].concat());
        }
    }
    paths.push(steps.to_vec());
    paths
}

fn read_file(layer: Layer, file: &str, text: &[u8]) -> Read {
    let documents = values_file::parse_located(file, text).unwrap_or_default();
    Read {
        layer,
        file: Some(file.to_owned()),
        documents: documents
            .into_iter()
            .map(|d| (d.values, Some(d.positions), d.first_line))
            .collect(),
    }
}

fn flags<'a>(
    flag: &'static str,
    texts: &'a [String],
    parse: impl Fn(&Map, &str) -> Option<Map> + 'a,
) -> impl Iterator<Item = Read> + 'a {
    texts.iter().enumerate().filter_map(move |(index, text)| {
        let values = parse(&Map::new(), text)?;
        Some(Read {
            layer: Layer::Flag {
                flag,
                number: index + 1,
                text: text.clone(),
            },
            file: None,
            documents: vec![(values, None, 1)],
        })
    })
}

fn in_place(map: &Map, outcome: Result<(), crate::Error>) -> Option<Map> {
    outcome.ok().map(|()| map.clone())
}
