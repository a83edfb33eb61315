//! From nodes and values to values.

use pintle_go_value::{Value, compare};

use super::parse::{Filter, Node, Slice};

/// A value on the way. Nothing at all (a null item of a `range`) is not the same as null:
/// the one prints as `<no value>`, the other as `null`.
pub type Item = Option<Value>;

/// How many values an expression may have at once: `..` after `..` multiplies them.
const MAX_ITEMS: usize = 1_000_000;

/// How many values all steps of a template may be given together: a filter takes its steps for
/// each item, a loop for each turn.
const MAX_WORK: usize = 4_000_000;

/// The expression cannot be followed. GO: the values that were there come along, since a
/// filter that asks for existence takes them for an answer.
#[derive(Debug)]
pub struct Stuck(Vec<Item>);

type Step = Result<Vec<Item>, Stuck>;

/// A run through the nodes of a template.
pub struct Evaluation<'a> {
    nodes: &'a [Node],
    /// A `range` was met whose loop has not begun yet.
    begins: usize,
    /// Loops that are running.
    open: usize,
    /// An `end` was met whose loop has not ended yet.
    ends: usize,
    /// The place of the last `end` that ended a loop.
    last_end: Option<usize>,
    /// Values made so far.
    made: usize,
    /// Values that steps were given so far.
    work: usize,
}

impl<'a> Evaluation<'a> {
    /// A run that has not begun.
    pub fn new(nodes: &'a [Node]) -> Self {
        Self {
            nodes,
            begins: 0,
            open: 0,
            ends: 0,
            last_end: None,
            made: 0,
            work: 0,
        }
    }

    /// What each node gives, in order.
    pub fn run(mut self, values: &Value) -> Result<Vec<Vec<Item>>, Stuck> {
        self.results(0, Some(values.clone()))
    }

    fn results(&mut self, start: usize, data: Item) -> Result<Vec<Vec<Item>>, Stuck> {
        let nodes = self.nodes;
        let current = vec![data];
        let mut all = Vec::new();
        let mut index = start;
        while let Some(node) = nodes.get(index) {
            let results = self.walk(current.clone(), node)?;
            self.made += results.len();
            if self.made > MAX_ITEMS || self.open > MAX_OPEN {
                return Err(Stuck(Vec::new()));
            }
            if self.ends > 0 && self.ends <= self.open {
                self.ends -= 1;
                self.last_end = Some(index);
                break;
            }
            if self.begins > 0 {
                self.begins -= 1;
                self.repeat(index + 1, results, &mut all)?;
                if let Some(end) = self.last_end.filter(|end| *end > index) {
                    index = end;
                }
            } else {
                all.push(results);
            }
            index += 1;
        }
        Ok(all)
    }

    /// The nodes of a loop for each item; for none they are gone through once all the same, to
    /// find the end.
    fn repeat(
        &mut self,
        start: usize,
        items: Vec<Item>,
        all: &mut Vec<Vec<Item>>,
    ) -> Result<(), Stuck> {
        self.open += 1;
        if items.is_empty() {
            self.results(start, None)?;
        }
        for item in items {
            let item = item.filter(|value| !value.is_nil());
            all.extend(self.results(start, item)?);
        }
        self.open -= 1;
        Ok(())
    }

    fn walk(&mut self, input: Vec<Item>, node: &Node) -> Step {
        let constant = |value: Value| Ok(vec![Some(value); input.len()]);
        match node {
            Node::Text(text) => Ok(vec![Some(Value::from(text.as_str()))]),
            Node::List(nodes) => self.walk_all(input, nodes),
            Node::Field(key) => field(&input, key),
            Node::Wildcard => {
                let all = input.iter().flatten().flat_map(children);
                Ok(all.take(MAX_ITEMS + 1).collect())
            }
            Node::Recursive => descendants(input),
            Node::Slice(slice) => sliced(input, slice),
            Node::Union(parts) => self.union(input, parts),
            Node::Filter(filter) => self.filtered(input, filter),
            Node::Int(number) => constant(Value::Int(*number)),
            Node::Float(number) => constant(Value::Float(*number)),
            Node::Bool(flag) => constant(Value::Bool(*flag)),
            Node::Word(word) => self.word(input, word),
        }
    }

    fn walk_all(&mut self, input: Vec<Item>, nodes: &[Node]) -> Step {
        let step = |current: Vec<Item>, node| {
            self.work += current.len() + 1;
            if self.work > MAX_WORK {
                return Err(Stuck(Vec::new()));
            }
            within_limit(self.walk(current, node)?)
        };
        nodes.iter().try_fold(input, step)
    }

    fn word(&mut self, input: Vec<Item>, word: &str) -> Step {
        match word {
            "range" => {
                self.begins += 1;
                Ok(input)
            }
            "end" if self.open > 0 => {
                self.ends += 1;
                Ok(Vec::new())
            }
            "end" => Err(Stuck(Vec::new())),
            _ => Err(Stuck(input)),
        }
    }

    fn union(&mut self, input: Vec<Item>, parts: &[Vec<Node>]) -> Step {
        let mut found = Vec::new();
        for part in parts {
            match self.walk_all(input.clone(), part) {
                Ok(items) => found.extend(items),
                Err(_) => return Err(Stuck(input)),
            }
            found = within_limit(found)?;
        }
        Ok(found)
    }

    fn filtered(&mut self, input: Vec<Item>, filter: &Filter) -> Step {
        let mut kept = Vec::new();
        for list in &input {
            let Some(Value::List(list)) = list else {
                return Err(Stuck(input));
            };
            for item in list.iter() {
                match self.keeps(item, filter) {
                    Ok(true) => kept.push(Some(item.clone())),
                    Ok(false) => {}
                    Err(Incomparable) => return Err(Stuck(input)),
                }
                // It is no answer then that nothing was found.
                if self.work > MAX_WORK {
                    return Err(Stuck(Vec::new()));
                }
            }
            kept = within_limit(kept)?;
        }
        Ok(kept)
    }

    fn keeps(&mut self, item: &Value, filter: &Filter) -> Result<bool, Incomparable> {
        let start = || vec![Some(item.clone())];
        let left = self.walk_all(start(), &filter.left);
        let Some((operator, right)) = &filter.right else {
            return Ok(match left {
                Ok(found) | Err(Stuck(found)) => !found.is_empty(),
            });
        };
        let Some(left) = only(left)? else {
            return Ok(false);
        };
        match only(self.walk_all(start(), right))? {
            Some(right) => compared(&left, operator, &right),
            None => Ok(false),
        }
    }
}

/// How many loops may be open at once: each costs stack.
const MAX_OPEN: usize = 200;

/// Two values that cannot be compared, or not one value on each side.
struct Incomparable;

/// The values, unless they are too many.
fn within_limit(found: Vec<Item>) -> Step {
    if found.len() > MAX_ITEMS {
        return Err(Stuck(Vec::new()));
    }
    Ok(found)
}

/// The one value there is, or none.
fn only(found: Step) -> Result<Item, Incomparable> {
    let mut found = found.map_err(|_| Incomparable)?;
    match found.len() {
        0 => Ok(None),
        1 => Ok(Some(found.remove(0).unwrap_or_default())),
        _ => Err(Incomparable),
    }
}

/// Go's comparison of basic values.
fn compared(left: &Value, operator: &str, right: &Value) -> Result<bool, Incomparable> {
    if !is_basic(left) || !is_basic(right) {
        return Err(Incomparable);
    }
    let equal = || compare::eq(left, std::slice::from_ref(right)).map_err(|_| Incomparable);
    let less = || compare::lt(left, right).map_err(|_| Incomparable);
    // GO: "greater" is "not less or equal", so that NaN is greater than anything.
    Ok(match operator {
        "==" => equal()?,
        "!=" => !equal()?,
        "<" => less()?,
        "<=" => less()? || equal()?,
        ">" => !(less()? || equal()?),
        ">=" => !less()?,
        _ => return Err(Incomparable),
    })
}

fn is_basic(value: &Value) -> bool {
    !matches!(
        value,
        Value::Nil | Value::List(_) | Value::Map(_) | Value::Bytes(_) | Value::Object(_)
    )
}

fn field(input: &[Item], key: &str) -> Step {
    let found: Vec<Item> = input
        .iter()
        .filter_map(|item| item.as_ref()?.as_map()?.get(key))
        .map(Some)
        .collect();
    if found.is_empty() && !input.is_empty() {
        return Err(Stuck(found));
    }
    Ok(found)
}

/// What is directly in a value. GO: a string is a list of bytes.
fn children(value: &Value) -> Vec<Item> {
    match value {
        Value::Map(map) => map.entries().into_iter().map(|(_, v)| Some(v)).collect(),
        Value::List(list) => list.iter().cloned().map(Some).collect(),
        Value::Str(text) => {
            let bytes = text.as_bytes().iter();
            bytes.map(|byte| Some(Value::Uint8(*byte))).collect()
        }
        _ => Vec::new(),
    }
}

/// Every value that has something in it, parents first.
fn descendants(input: Vec<Item>) -> Step {
    let mut found = Vec::new();
    let mut waiting: Vec<Value> = input.into_iter().rev().flatten().collect();
    while let Some(value) = waiting.pop() {
        let inner = children(&value);
        if inner.is_empty() {
            continue;
        }
        found.push(Some(value));
        waiting.extend(inner.into_iter().rev().flatten());
        if found.len() + waiting.len() > MAX_ITEMS {
            return Err(Stuck(Vec::new()));
        }
    }
    Ok(found)
}

fn sliced(input: Vec<Item>, slice: &Slice) -> Step {
    let mut found = Vec::new();
    for item in &input {
        let list = match item {
            Some(Value::Nil) => continue,
            Some(Value::List(list)) => list,
            _ => return Err(Stuck(input)),
        };
        let step = slice.step.unwrap_or(1);
        match bounds(slice, list.len()) {
            // GO: an empty slice of one list ends it for all.
            Bounds::Empty => return Ok(found),
            Bounds::Between(from, to) if step > 0 => {
                let step = usize::try_from(step).unwrap_or(usize::MAX);
                let part = list.iter().take(to).skip(from);
                found.extend(part.step_by(step).cloned().map(Some));
                found = within_limit(found)?;
            }
            Bounds::Between(..) | Bounds::Bad => return Err(Stuck(input)),
        }
    }
    Ok(found)
}

/// What part of a list is meant.
enum Bounds {
    /// None of it.
    Empty,
    /// From the first index up to the second.
    Between(usize, usize),
    /// One that is not there.
    Bad,
}

fn bounds(slice: &Slice, length: usize) -> Bounds {
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    let mut from = slice.from.unwrap_or(0);
    if from < 0 {
        from = from.saturating_add(length);
    }
    let mut to = slice.to.unwrap_or(length);
    if to < 0 || (to == 0 && slice.is_index) {
        to = to.saturating_add(length);
    }
    if from == to {
        return Bounds::Empty;
    }
    let is_good = (0..length).contains(&from) && (0..=length).contains(&to) && from <= to;
    match (usize::try_from(from), usize::try_from(to)) {
        (Ok(from), Ok(to)) if is_good => Bounds::Between(from, to),
        _ => Bounds::Bad,
    }
}
