//! Follows values through templates.
//!
//! Every template is executed on [`Meaning`]s instead of values: all branches are taken, loops
//! until nothing new comes of them, and calls once for each different argument. What is not
//! understood reads its argument whole, so that a value counts as unread only if it cannot be
//! reached.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use pintle_go_template::syntax::{Branch, Command, Expression, Loop, Node, Pipeline, Template};
use pintle_go_template::{Functions, Set};
use pintle_go_value::Value;

use super::meaning::{Facts, Meaning, work};
use super::texts;
use super::tree::{self, Tree};

/// How deep templates may call each other and nest, together.
const MAX_DEPTH: usize = 400;

/// How many nodes are executed before the search is given up.
const MAX_STEPS: usize = 4_000_000;

/// How many parts of meanings are joined before: some seconds' worth.
const MAX_WORK: u64 = 20_000_000;

/// How often a loop's body, and how often everything, is done again.
const MAX_ROUNDS: usize = 30;

/// The name of the template that stands for a piece of a text that is not known.
pub(super) const HOLE: &str = "\u{2}";

/// A template's number.
pub(super) type Id = usize;

/// A template, its dot, and its `$` where that is something else.
type Call = (Id, Meaning, Option<Meaning>);

/// A chart of the release.
#[derive(Debug)]
pub(super) struct ChartScope {
    /// Where its values are.
    pub(super) values: tree::Node,
    /// Its subcharts, by name.
    pub(super) subcharts: Vec<(String, usize)>,
    /// What templates added to its scope.
    pub(super) added: Meaning,
}

/// The state of the search.
#[derive(Debug)]
pub(super) struct Flow {
    pub(super) tree: Tree,
    pub(super) charts: Vec<ChartScope>,
    /// Files of the charts that look like templates.
    pub(super) files: Vec<Rc<str>>,
    pub(super) functions: Arc<Functions>,
    pub(super) templates: Vec<Rc<Template>>,
    /// The templates of the chart by name.
    named: BTreeMap<Rc<str>, Id>,
    /// What texts given to `tpl` are (none for those that make no sense), and what they define.
    pub(super) texts: HashMap<Rc<str>, Option<Id>>,
    pub(super) defined: HashMap<Rc<str>, Vec<Id>>,
    /// What came of a call: facts about its output.
    calls: HashMap<Call, Facts>,
    last_calls: HashMap<Call, Facts>,
    /// Everything that was put into maps of the templates' own.
    pub(super) heap: Meaning,
    /// Facts about what was put where it is lost from sight.
    pub(super) lost: Facts,
    /// Whether nobody else holds the first argument of the function called now.
    pub(super) is_fresh: bool,
    depth: usize,
    steps: usize,
    work_before: u64,
    pub(super) news: usize,
    /// Whether the search ended before its time: everything may be read.
    pub(super) gave_up: bool,
}

/// The execution of a template.
#[derive(Debug)]
pub(super) struct Frame {
    variables: Vec<Meaning>,
    output: Facts,
}

impl Flow {
    pub(super) fn new(set: &Set, functions: Arc<Functions>, tree: Tree) -> Self {
        let mut flow = Self {
            tree,
            charts: Vec::new(),
            files: Vec::new(),
            functions,
            templates: Vec::new(),
            named: BTreeMap::new(),
            texts: HashMap::new(),
            defined: HashMap::new(),
            calls: HashMap::new(),
            last_calls: HashMap::new(),
            heap: Meaning::default(),
            lost: Facts::default(),
            is_fresh: false,
            depth: 0,
            steps: 0,
            work_before: work(),
            news: 0,
            gave_up: false,
        };
        for name in set.names() {
            match set.syntax(name) {
                Some(template) => {
                    flow.named.insert(name.into(), flow.templates.len());
                    flow.templates.push(Rc::new(template));
                }
                None => flow.gave_up = true,
            }
        }
        flow
    }

    /// Executes these templates, each with the scope of a chart.
    pub(super) fn run(&mut self, roots: &[(String, usize)]) {
        for _ in 0..MAX_ROUNDS {
            let before = self.known();
            self.last_calls = std::mem::take(&mut self.calls);
            for (name, chart) in roots {
                if let Some(id) = self.named.get(name.as_str()).copied() {
                    self.call(id, &Meaning::scope(*chart), None);
                }
            }
            if self.gave_up || before == self.known() {
                return;
            }
        }
        self.gave_up = true;
    }

    /// What may make another round find more.
    fn known(&self) -> (usize, usize, Facts, Meaning, Vec<Meaning>) {
        let added = self.charts.iter().map(|chart| chart.added.clone());
        (
            self.tree.links,
            self.news,
            self.lost,
            self.heap.clone(),
            added.collect(),
        )
    }

    /// Executes a template; gives facts about its output.
    pub(super) fn call(&mut self, id: Id, argument: &Meaning, root: Option<&Meaning>) -> Facts {
        let root = root.filter(|root| *root != argument);
        let key = (id, argument.clone(), root.cloned());
        if let Some(known) = self.calls.get(&key) {
            return *known;
        }
        let last = self.last_calls.get(&key).copied().unwrap_or_default();
        self.calls.insert(key.clone(), last);
        let Some(template) = self.enter(id) else {
            return Facts::default();
        };
        let mut frame = Frame {
            variables: vec![Meaning::default(); template.variables.max(1)],
            output: Facts::default(),
        };
        frame.variables[0] = root.unwrap_or(argument).clone();
        self.nodes(&template.body, argument, &mut frame);
        self.depth -= 1;
        if frame.output != last {
            self.news += 1;
            self.calls.insert(key, frame.output);
        }
        frame.output
    }

    fn enter(&mut self, id: Id) -> Option<Rc<Template>> {
        self.deeper().then(|| Rc::clone(&self.templates[id]))
    }

    fn deeper(&mut self) -> bool {
        self.steps += 1;
        let is_long = self.steps >= MAX_STEPS || work() - self.work_before >= MAX_WORK;
        if self.gave_up || self.depth >= MAX_DEPTH || is_long {
            self.gave_up = true;
            return false;
        }
        self.depth += 1;
        true
    }

    fn nodes(&mut self, nodes: &[Node], dot: &Meaning, frame: &mut Frame) {
        if !self.deeper() {
            return;
        }
        for node in nodes {
            match node {
                Node::Action(pipeline) => self.action(pipeline, dot, frame),
                Node::If(branch) => self.branch(branch, false, dot, frame),
                Node::With(branch) => self.branch(branch, true, dot, frame),
                Node::Range(range) => self.range(range, dot, frame),
                Node::Template { name, argument } => {
                    let argument = match argument {
                        Some(pipeline) => self.pipeline(pipeline, dot, frame),
                        None => Meaning::default(),
                    };
                    let output = if **name == *HOLE {
                        let root = frame.variables[0].clone();
                        self.fill(&argument, &root)
                    } else {
                        self.call_named(&[(&**name).into()], &argument)
                    };
                    frame.output = frame.output.with(output);
                }
            }
        }
        self.depth -= 1;
    }

    /// What is written is read; GO: a pipeline that sets a variable writes nothing.
    fn action(&mut self, pipeline: &Pipeline, dot: &Meaning, frame: &mut Frame) {
        let value = self.pipeline(pipeline, dot, frame);
        if pipeline.targets.is_empty() {
            self.read_whole(&value);
            frame.output = frame.output.with(value.as_text());
        }
    }

    fn branch(&mut self, branch: &Branch, is_with: bool, dot: &Meaning, frame: &mut Frame) {
        for (condition, body) in &branch.arms {
            let value = self.pipeline(condition, dot, frame);
            self.test(&value);
            self.nodes(body, if is_with { &value } else { dot }, frame);
        }
        self.nodes(&branch.otherwise, dot, frame);
    }

    fn range(&mut self, range: &Loop, dot: &Meaning, frame: &mut Frame) {
        let over = self.commands(&range.over, dot, frame);
        let key = self.keys(&over);
        let element = self.elements(&over);
        for _ in 0..MAX_ROUNDS {
            let before = frame.variables.clone();
            let targets = &range.over.targets;
            let values: &[&Meaning] = match targets.len() {
                0 => &[],
                1 => &[&element],
                _ => &[&key, &element],
            };
            for (target, value) in targets.iter().zip(values) {
                set(frame, *target, value, range.over.assigns);
            }
            self.nodes(&range.body, &element, frame);
            for (now, then) in frame.variables.iter_mut().zip(&before) {
                now.join(then);
            }
            if self.gave_up || frame.variables == before {
                return self.nodes(&range.otherwise, dot, frame);
            }
        }
        self.gave_up = true;
    }

    /// The value of a pipeline, which its variables get too.
    fn pipeline(&mut self, pipeline: &Pipeline, dot: &Meaning, frame: &mut Frame) -> Meaning {
        let value = self.commands(pipeline, dot, frame);
        for target in &pipeline.targets {
            set(frame, *target, &value, pipeline.assigns);
        }
        value
    }

    fn commands(&mut self, pipeline: &Pipeline, dot: &Meaning, frame: &mut Frame) -> Meaning {
        if !self.deeper() {
            return Meaning::default();
        }
        let mut value = None;
        for command in &pipeline.commands {
            value = Some(self.command(command, value, dot, frame));
        }
        self.depth -= 1;
        value.unwrap_or_default()
    }

    fn command(
        &mut self,
        command: &Command,
        last: Option<Meaning>,
        dot: &Meaning,
        frame: &mut Frame,
    ) -> Meaning {
        let Some((first, rest)) = command.words.split_first() else {
            return Meaning::default();
        };
        let mut arguments = Vec::with_capacity(rest.len() + 1);
        for word in rest {
            arguments.push(self.expression(word, dot, frame));
        }
        arguments.extend(last);
        if let Expression::Function(name) = first {
            self.is_fresh = rest.first().is_some_and(is_fresh);
            let value = self.function(name, &arguments);
            remember_change(name, rest, &value, frame);
            return value;
        }
        let mut value = self.expression(first, dot, frame);
        if !arguments.is_empty() {
            // A method.
            let facts = self.read_all(&arguments);
            value.join(&Meaning::plain(facts));
        }
        value
    }

    fn expression(&mut self, word: &Expression, dot: &Meaning, frame: &mut Frame) -> Meaning {
        match word {
            Expression::Dot => dot.clone(),
            Expression::Constant(Value::Str(text)) => Meaning::text(&text.to_text()),
            Expression::Constant(Value::Int(number)) => Meaning::text(&number.to_string()),
            Expression::Constant(_) => Meaning::plain(Facts::default()),
            Expression::Field(names) => self.fields(dot.clone(), names),
            Expression::Variable {
                number,
                hidden,
                fields,
            } => {
                let mut value = Meaning::default();
                for slot in number.iter().chain(hidden) {
                    if let Some(held) = frame.variables.get(*slot as usize) {
                        value.join(held);
                    }
                }
                self.fields(value, fields)
            }
            Expression::Function(name) => self.function(name, &[]),
            Expression::Chain(head, names) => {
                let value = self.expression(head, dot, frame);
                self.fields(value, names)
            }
            Expression::Pipeline(pipeline) => {
                let value = self.commands(pipeline, dot, frame);
                for target in &pipeline.targets {
                    // `and` and `or` may pass over it.
                    set(frame, *target, &value, true);
                }
                value
            }
        }
    }

    /// Executes the templates whose names fit.
    pub(super) fn call_named(&mut self, names: &[Rc<str>], argument: &Meaning) -> Facts {
        let mut found: Vec<Id> = Vec::new();
        for (known, id) in &self.named {
            if names.iter().any(|name| texts::fits(name, known)) {
                found.push(*id);
            }
        }
        for (known, ids) in &self.defined {
            if names.iter().any(|name| texts::fits(name, known)) {
                found.extend(ids);
            }
        }
        found.sort_unstable();
        let mut output = Facts::default();
        for id in found {
            output = output.with(self.call(id, argument, None));
        }
        output
    }
}

/// Whether a word makes a map of its own.
fn is_fresh(word: &Expression) -> bool {
    let function = match word {
        Expression::Pipeline(pipeline) => {
            let last = pipeline.commands.last();
            last.and_then(|command| command.words.first())
        }
        word => Some(word),
    };
    let Some(Expression::Function(name)) = function else {
        return false;
    };
    matches!(
        &**name,
        "dict" | "deepCopy" | "mustDeepCopy" | "omit" | "pick" | "fromYaml" | "fromJson"
    )
}

fn set(frame: &mut Frame, slot: u32, value: &Meaning, may_be: bool) {
    if let Some(variable) = frame.variables.get_mut(slot as usize) {
        if may_be {
            variable.join(value);
        } else {
            variable.clone_from(value);
        }
    }
}

/// `$_ := merge $x …` and `set $x …` change what `$x` holds.
fn remember_change(function: &str, words: &[Expression], value: &Meaning, frame: &mut Frame) {
    let changes = function == "set" || function.to_ascii_lowercase().contains("merge");
    if let (
        true,
        Some(Expression::Variable {
            number: Some(number),
            fields,
            ..
        }),
    ) = (changes, words.first())
        && fields.is_empty()
    {
        set(frame, *number, value, true);
    }
}
