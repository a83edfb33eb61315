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

use super::meaning::{Facts, Meaning, UNKNOWN};
use super::texts;
use super::tree::{self, Nodes, Tree};

/// How deep templates may call each other and nest, together.
const MAX_DEPTH: usize = 400;

/// How many nodes are executed before the search is given up.
const MAX_STEPS: usize = 4_000_000;

/// How often a loop's body, and how often everything, is done again.
const MAX_ROUNDS: usize = 30;

/// The name of the template that stands for a piece of a text that is not known.
const HOLE: &str = "\u{2}";

/// A template's number.
type Id = usize;

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
    functions: Arc<Functions>,
    templates: Vec<Rc<Template>>,
    /// The templates of the chart by name.
    named: BTreeMap<Rc<str>, Id>,
    /// What texts given to `tpl` are (none for those that make no sense), and what they define.
    texts: HashMap<Rc<str>, Option<Id>>,
    defined: HashMap<Rc<str>, Vec<Id>>,
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
    news: usize,
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
    fn call(&mut self, id: Id, argument: &Meaning, root: Option<&Meaning>) -> Facts {
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
        if self.gave_up || self.depth >= MAX_DEPTH || self.steps >= MAX_STEPS {
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
            self.remember_change(name, rest, &value, frame);
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

    /// `$_ := merge $x …` and `set $x …` change what `$x` holds.
    fn remember_change(
        &mut self,
        function: &str,
        words: &[Expression],
        value: &Meaning,
        frame: &mut Frame,
    ) {
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

    fn fields(&mut self, value: Meaning, names: &[Box<str>]) -> Meaning {
        names
            .iter()
            .fold(value, |value, name| self.field(&value, name))
    }

    /// `.name` of something.
    pub(super) fn field(&mut self, value: &Meaning, name: &str) -> Meaning {
        let mut found = self.own_field(value, name);
        let mut scopes = value.scopes.clone();
        if value.facts.has(Facts::MADE) {
            let heap = std::mem::take(&mut self.heap);
            found.join(&self.own_field(&heap, name));
            scopes.extend(&heap.scopes);
            self.heap = heap;
        }
        for chart in &scopes {
            let added = std::mem::take(&mut self.charts[*chart].added);
            found.join(&self.own_field(&added, name));
            found.join(&self.in_scope(*chart, name));
            self.charts[*chart].added = added;
        }
        found
    }

    fn own_field(&mut self, value: &Meaning, name: &str) -> Meaning {
        let mut found = Meaning::values(self.tree.field(&value.nodes, name));
        // HELM: methods of `.Values`.
        match name {
            "AsMap" => found.nodes.extend(&value.nodes),
            "Table" | "PathValue" | "YAML" => self.tree.read_whole(&value.nodes),
            _ => {}
        }
        if let Some(field) = value.fields.get(name) {
            found.join(field);
        }
        if let Some(elements) = &value.elements {
            found.join(elements);
        }
        if value.facts.has(Facts::FLAT) {
            found.join(value);
        }
        if value.facts.has(Facts::ANY) {
            found.join(&Meaning::plain(value.facts.of_text().with(self.lost)));
        }
        found
    }

    fn in_scope(&self, chart: usize, name: &str) -> Meaning {
        let scope = &self.charts[chart];
        match name {
            "Values" => Meaning::values(Nodes::from([scope.values])),
            "Subcharts" => {
                let mut charts = Meaning::default();
                for (name, number) in &scope.subcharts {
                    charts.put(Some(name), Meaning::scope(*number));
                }
                charts
            }
            "Files" => Meaning::plain(Facts::FILES),
            _ => Meaning::plain(Facts::default()),
        }
    }

    /// What `range` over something has as its dot.
    pub(super) fn elements(&mut self, value: &Meaning) -> Meaning {
        let mut found = self.own_elements(value);
        if value.facts.has(Facts::MADE) {
            let heap = std::mem::take(&mut self.heap);
            found.join(&self.own_elements(&heap));
            self.heap = heap;
        }
        for chart in value.scopes.iter().copied() {
            for name in ["Values", "Subcharts", "Files", "Release"] {
                found.join(&self.in_scope(chart, name));
            }
            for added in self.charts[chart].added.inner() {
                found.join(added);
            }
        }
        found
    }

    fn own_elements(&mut self, value: &Meaning) -> Meaning {
        let mut found = Meaning::values(self.tree.elements(&value.nodes));
        for inner in value.inner() {
            found.join(inner);
        }
        if value.facts.has(Facts::FLAT) {
            found.join(value);
        }
        if value.facts.has(Facts::ANY) || found == Meaning::default() {
            found.join(&Meaning::plain(value.facts.of_text().with(self.lost)));
        }
        found
    }

    /// What `range` over something has as its key.
    pub(super) fn keys(&self, value: &Meaning) -> Meaning {
        let mut found = Meaning::default();
        let loose = value
            .facts
            .has(Facts::ANY.with(Facts::MADE).with(Facts::FLAT))
            || !value.scopes.is_empty()
            || value.elements.is_some();
        if loose {
            found.join(&Meaning::plain(value.facts.of_text()));
        }
        let (keys, has_indices) = self.tree.keys(&value.nodes);
        found.texts.extend(keys);
        if has_indices {
            found.join(&Meaning::plain(Facts::default()));
        }
        found.texts.extend(value.fields.keys().cloned());
        if found.texts.is_empty() {
            found.join(&Meaning::plain(Facts::default()));
        }
        // Cuts what is too much.
        found.join(&Meaning::default());
        found
    }

    /// Everything in it is read.
    pub(super) fn read_whole(&mut self, value: &Meaning) {
        self.read_own(value);
        if value.facts.has(Facts::MADE) {
            let heap = std::mem::take(&mut self.heap);
            self.read_own(&heap);
            self.heap = heap;
        }
    }

    fn read_own(&mut self, value: &Meaning) {
        self.tree.read_whole(&value.nodes);
        for chart in &value.scopes {
            let values = Nodes::from([self.charts[*chart].values]);
            self.tree.read_whole(&values);
        }
        for inner in value.inner() {
            self.read_own(inner);
        }
    }

    /// The same for all arguments; gives facts about a text made of them.
    pub(super) fn read_all(&mut self, arguments: &[Meaning]) -> Facts {
        arguments.iter().fold(Facts::ANY, |facts, argument| {
            self.read_whole(argument);
            facts.with(argument.as_text())
        })
    }

    /// Something depends on whether it is empty.
    pub(super) fn test(&mut self, value: &Meaning) {
        self.tree.test(&value.nodes);
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

    /// Executes a text that may not be a template at all.
    fn call_text(&mut self, text: &str, dot: &Meaning, root: &Meaning) -> Facts {
        let known = self.texts.get(text).copied();
        match known.unwrap_or_else(|| self.learn_text(text)) {
            Some(id) => self.call(id, dot, Some(root)),
            None => {
                // A template made by a template, of pieces that make no sense apart.
                self.read_whole(dot);
                self.read_whole(root);
                Facts::ANY
            }
        }
    }

    /// Parses a text. What is unknown in it may be any template by itself.
    fn learn_text(&mut self, text: &str) -> Option<Id> {
        const NAME: &str = "gotpl";
        self.news += 1;
        self.texts.insert(text.into(), None);
        let is_built = text.contains(UNKNOWN);
        let whole = text.replace(UNKNOWN, &format!("{{{{template \"{HOLE}\" .}}}}"));
        let mut set = Set::new(Arc::clone(&self.functions));
        let template = match set.add(NAME, whole) {
            Ok(()) => set.syntax(NAME),
            Err(_) if is_built => None,
            Err(_) => Some(texts::salvaged(text, &self.functions)),
        };
        let id = self.templates.len();
        self.templates.push(Rc::new(template?));
        self.texts.insert(text.into(), Some(id));
        for name in set.names().into_iter().filter(|name| *name != NAME) {
            if let Some(template) = set.syntax(name) {
                let number = self.templates.len();
                self.templates.push(Rc::new(template));
                self.defined.entry(name.into()).or_default().push(number);
            }
        }
        Some(id)
    }

    /// Executes whatever may stand where a text has a piece that is not known.
    fn fill(&mut self, dot: &Meaning, root: &Meaning) -> Facts {
        let texts = self.tree.texts(&Nodes::from([tree::TOP]));
        let mut output = Facts::ANY.with(Facts::GIVEN);
        for text in texts.iter().chain(&self.files.clone()) {
            output = output.with(self.call_text(text, dot, root));
        }
        output
    }

    /// The templates that `tpl` may find in what it is given, executed with this dot.
    pub(super) fn tpl(&mut self, text: &Meaning, dot: &Meaning) -> Facts {
        self.read_whole(text);
        let facts = text.as_text();
        if text.facts.has(Facts::BRACES) {
            // A template made by a template, in a way that was not followed.
            self.read_whole(dot);
        }
        let mut texts = text.texts.clone();
        let unknown = text.facts.has(Facts::ANY) || text.inner().next().is_some();
        texts.extend(if unknown {
            self.tree.texts(&Nodes::from([tree::TOP]))
        } else {
            self.tree.texts(&text.nodes)
        });
        if facts.has(Facts::FILES) {
            texts.extend(self.files.iter().cloned());
        }
        // What was between braces is gone.
        let mut output = facts.without_braces();
        for text in &texts {
            // A piece that is not known may be a template even where nothing else is.
            if text.contains("{{") || text.contains(UNKNOWN) {
                output = output.with(self.call_text(text, dot, dot));
            }
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
