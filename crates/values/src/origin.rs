//! Who set a value, and where.
//!
//! Built on demand from what is kept anyway (the user's flags and files, the chart's raw
//! `values.yaml` files), so that the normal path pays nothing.

use pintle_chart::{Chart, values_file};
use pintle_go_value::{Map, Value};
use pintle_go_yaml::{Positions, Step};

use crate::options::UserValues;
use crate::set;

/// What set a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Layer {
    /// The `values.yaml` of the chart at this path, such as `web/charts/db`.
    Chart(String),
    /// A `-f` file, by its name as typed.
    File(String),
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
    /// Whether the layer set the value itself (and not a table or list around it).
    pub is_exact: bool,
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
    children: Vec<Node>,
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

    /// Who set the value at `path` of the top chart's values, such as `db.image.tag` or
    /// `hosts[0].name`. `None` if nothing did.
    ///
    /// A subchart's values are found under its name; its globals also where an ancestor set
    /// them. Imported values are found where they came from only if that is the same path.
    pub fn explain(&self, path: &str) -> Option<Origin> {
        let steps = parse_path(path);
        let user = |steps: &[Step]| self.layers.iter().find_map(|layer| layer.find(steps));
        global_paths(&steps, &self.chart)
            .iter()
            .find_map(|steps| user(steps))
            .or_else(|| self.chart.find(&steps))
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

    /// The parent's word on a subchart's value counts more than the subchart's own; an
    /// ancestor's globals more than both.
    fn find(&self, steps: &[Step]) -> Option<Origin> {
        let own = || self.defaults.find(steps);
        let Some(child) = self.child(steps.first()) else {
            return own();
        };
        let inner = &steps[1..];
        let from_globals = || {
            is_global(inner)
                .then(|| self.defaults.find(inner))
                .flatten()
        };
        from_globals().or_else(own).or_else(|| child.find(inner))
    }
}

impl Read {
    fn find(&self, steps: &[Step]) -> Option<Origin> {
        self.documents
            .iter()
            .rev()
            .find_map(|(values, positions, first_line)| {
                let depth = reach(values, steps)?;
                let line = positions.as_ref().and_then(|p| line_of(p, &steps[..depth]));
                Some(Origin {
                    layer: self.layer.clone(),
                    file: self.file.clone(),
                    line: line.map(|line| line + *first_line as u32 - 1),
                    is_exact: depth == steps.len(),
                })
            })
    }
}

/// How many steps lead to what decides: all of them, or fewer if a scalar, a list or a null
/// stands in the way. `None` if a map on the way lacks the key.
fn reach(values: &Map, steps: &[Step]) -> Option<usize> {
    let mut current = Value::Map(values.clone());
    for (depth, step) in steps.iter().enumerate() {
        current = match (&current, step) {
            (Value::Map(map), Step::Key(key)) => map.get(key)?,
            (Value::Map(_), Step::Index(_)) => return None,
            (Value::List(list), Step::Index(index)) => match list.get(*index) {
                Some(item) => item.clone(),
                None => return Some(depth),
            },
            _ => return Some(depth),
        };
    }
    Some(steps.len())
}

fn line_of(positions: &Positions, steps: &[Step]) -> Option<u32> {
    let place = positions.find(steps)?;
    Some(place.key.unwrap_or(place.value).line)
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

/// `a.b[0].c` as steps; `\.` is a dot in a key.
fn parse_path(path: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut key = String::new();
    let mut letters = path.chars();
    let flush = |key: &mut String, steps: &mut Vec<Step>| {
        if !key.is_empty() {
            steps.push(Step::Key(std::mem::take(key).into()));
        }
    };
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => key.extend(letters.next()),
            '.' => flush(&mut key, &mut steps),
            '[' => {
                flush(&mut key, &mut steps);
                let index: String = letters.by_ref().take_while(|c| *c != ']').collect();
                match index.parse() {
                    Ok(index) => steps.push(Step::Index(index)),
                    Err(_) => steps.push(Step::Key(index.into())),
                }
            }
            plain => key.push(plain),
        }
    }
    flush(&mut key, &mut steps);
    steps
}
