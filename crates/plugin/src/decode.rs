//! Typed fields from YAML, with the error texts of goyaml v3.
//!
//! Helm reads plugin.yaml into Go structs with goyaml v3, which goes on after a wrong field and
//! tells all of them at the end, with their lines.

use std::collections::BTreeMap;

use pintle_go_value::format::quoted::quote;
use pintle_go_yaml::node::{Kind, Node, TextStyle};

/// How deep merge keys may lead to others.
const MAX_MERGES: usize = 8;
/// How many entries merge keys may bring into one map.
const MAX_MERGED: usize = 1 << 10;

/// The entries of a map.
pub(crate) type Entries<'a> = Vec<(&'a Node, &'a Node)>;

/// Reads fields, and keeps what is wrong with them.
#[derive(Debug, Default)]
pub(crate) struct Decoder<'a> {
    anchors: BTreeMap<&'a str, &'a Node>,
    problems: Vec<(u32, String)>,
}

impl<'a> Decoder<'a> {
    pub fn new(root: &'a Node) -> Self {
        let mut anchors = BTreeMap::new();
        // A loop with a stack: depth must not cost ours.
        let mut open = vec![root];
        while let Some(node) = open.pop() {
            if !node.anchor.is_empty() {
                anchors.insert(node.anchor.as_str(), node);
            }
            open.extend(node.content.iter().rev());
        }
        Self {
            anchors,
            problems: Vec::new(),
        }
    }

    /// What was wrong, if anything was.
    ///
    /// # Errors
    /// goyaml's text of all of it.
    pub fn finish(mut self) -> Result<(), String> {
        if self.problems.is_empty() {
            return Ok(());
        }
        self.problems.sort_by_key(|(line, _)| *line);
        let lines = self.problems.iter();
        let lines: Vec<String> = lines
            .map(|(line, text)| format!("  line {line}: {text}"))
            .collect();
        Err(format!("yaml: unmarshal errors:\n{}", lines.join("\n")))
    }

    /// What an alias stands for.
    fn resolved(&self, node: &'a Node) -> &'a Node {
        match node.kind {
            Kind::Alias => self
                .anchors
                .get(node.value.as_str())
                .copied()
                .unwrap_or(node),
            _ => node,
        }
    }

    fn mismatch(&mut self, node: &Node, go_type: &str) {
        let text = match node.kind {
            Kind::Mapping => format!("cannot unmarshal !!map into {go_type}"),
            Kind::Sequence => format!("cannot unmarshal !!seq into {go_type}"),
            _ => {
                let (tag, value) = (tag(node), shortened(&node.value));
                format!("cannot unmarshal {tag} `{value}` into {go_type}")
            }
        };
        self.problems.push((node.at, text));
    }

    /// The entries of a map; none for null, and for what is no map.
    pub fn map(&mut self, node: &'a Node, go_type: &str) -> Option<Entries<'a>> {
        let node = self.resolved(node);
        if node.kind != Kind::Mapping {
            if !is_null(node) {
                self.mismatch(node, go_type);
            }
            return None;
        }
        if self.has_duplicates(node) {
            return None;
        }
        let mut entries = Entries::new();
        let mut merged = Vec::new();
        for pair in node.content.chunks_exact(2) {
            let [key, value] = pair else { continue };
            if is_merge(key) {
                merged.push(value);
            } else {
                entries.push((self.resolved(key), value));
            }
        }
        for value in merged {
            self.merge(value, &mut entries, MAX_MERGES);
        }
        Some(entries)
    }

    /// Adds what a merge key brings, where the map has no entry of its own.
    fn merge(&self, node: &'a Node, entries: &mut Entries<'a>, depth: usize) {
        let node = self.resolved(node);
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        if node.kind == Kind::Sequence {
            for item in &node.content {
                self.merge(item, entries, depth);
            }
            return;
        }
        if node.kind != Kind::Mapping {
            return;
        }
        for pair in node.content.chunks_exact(2) {
            let [key, value] = pair else { continue };
            let is_there =
                |entries: &Entries<'_>| entries.iter().any(|(other, _)| other.value == key.value);
            if is_merge(key) {
                self.merge(value, entries, depth);
            } else if entries.len() < MAX_MERGED && !is_there(entries) {
                entries.push((key, value));
            }
        }
    }

    fn has_duplicates(&mut self, node: &Node) -> bool {
        let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
        let before = self.problems.len();
        for key in node.content.iter().step_by(2) {
            if let Some(first) = seen.get(key.value.as_str()) {
                let name = quote(&key.value);
                let text = format!("mapping key {name} already defined at line {first}");
                self.problems.push((key.at, text));
            } else if key.kind == Kind::Scalar {
                seen.insert(&key.value, key.at);
            }
        }
        self.problems.len() > before
    }

    /// Refuses entries that the Go type does not have.
    pub fn check_names(&mut self, entries: &Entries<'_>, known: &[&str], go_type: &str) {
        for (key, _) in entries {
            if !known.contains(&key.value.as_str()) {
                let text = format!("field {} not found in type {go_type}", key.value);
                self.problems.push((key.at, text));
            }
        }
    }

    /// A field's node, unless it is null.
    pub fn field(&self, entries: &Entries<'a>, name: &str) -> Option<&'a Node> {
        let (_, node) = entries.iter().find(|(key, _)| key.value == name)?;
        let node = self.resolved(node);
        (!is_null(node)).then_some(node)
    }

    /// A text; GO: of any scalar, as it is written.
    pub fn text(&mut self, entries: &Entries<'a>, name: &str) -> String {
        match self.field(entries, name) {
            Some(node) => self.text_of(node),
            None => String::new(),
        }
    }

    /// The text of a node.
    pub fn text_of(&mut self, node: &'a Node) -> String {
        let node = self.resolved(node);
        if node.kind == Kind::Scalar {
            return if is_null(node) {
                String::new()
            } else {
                node.value.clone()
            };
        }
        self.mismatch(node, "string");
        String::new()
    }

    /// A switch.
    pub fn flag(&mut self, entries: &Entries<'a>, name: &str) -> bool {
        let Some(node) = self.field(entries, name) else {
            return false;
        };
        let is_plain = node.style.text == TextStyle::Plain && node.kind == Kind::Scalar;
        match node.value.as_str() {
            "true" | "True" | "TRUE" | "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON"
                if is_plain =>
            {
                true
            }
            "false" | "False" | "FALSE" | "n" | "N" | "no" | "No" | "NO" | "off" | "Off"
            | "OFF"
                if is_plain =>
            {
                false
            }
            _ => {
                self.mismatch(node, "bool");
                false
            }
        }
    }

    /// A whole number.
    pub fn number<T: std::str::FromStr + Default>(
        &mut self,
        entries: &Entries<'a>,
        name: &str,
        go_type: &str,
    ) -> T {
        let Some(node) = self.field(entries, name) else {
            return T::default();
        };
        let is_plain = node.style.text == TextStyle::Plain && node.kind == Kind::Scalar;
        if is_plain && let Ok(number) = node.value.replace('_', "").parse() {
            return number;
        }
        self.mismatch(node, go_type);
        T::default()
    }

    /// The items of a list.
    pub fn list(&mut self, entries: &Entries<'a>, name: &str, go_type: &str) -> &'a [Node] {
        match self.field(entries, name) {
            Some(node) => self.items(node, go_type),
            None => &[],
        }
    }

    /// The items of a node that is a list.
    pub fn items(&mut self, node: &'a Node, go_type: &str) -> &'a [Node] {
        let node = self.resolved(node);
        if node.kind == Kind::Sequence {
            return &node.content;
        }
        if !is_null(node) {
            self.mismatch(node, go_type);
        }
        &[]
    }

    /// A list of texts.
    pub fn texts(&mut self, entries: &Entries<'a>, name: &str) -> Vec<String> {
        let items = self.list(entries, name, "[]string");
        items.iter().map(|item| self.text_of(item)).collect()
    }
}

fn is_merge(key: &Node) -> bool {
    key.tag == "!!merge"
}

fn is_null(node: &Node) -> bool {
    node.kind == Kind::Scalar && node.is_null()
}

/// What goyaml takes a scalar for.
fn tag(node: &Node) -> &str {
    if !node.tag.is_empty() {
        return &node.tag;
    }
    let digits = node.value.trim_start_matches(['-', '+']);
    match node.value.as_str() {
        _ if node.style.text != TextStyle::Plain => Node::TEXT,
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => "!!bool",
        _ if !digits.starts_with(|first: char| first.is_ascii_digit() || first == '.') => {
            Node::TEXT
        }
        _ if digits.bytes().all(|byte| byte.is_ascii_digit()) => "!!int",
        _ if digits.parse::<f64>().is_ok() => "!!float",
        _ => Node::TEXT,
    }
}

/// GO: of more than ten bytes, seven are shown.
fn shortened(value: &str) -> String {
    if value.len() <= 10 {
        return value.to_owned();
    }
    let end = (0..=7).rev().find(|at| value.is_char_boundary(*at));
    format!("{}...", &value[..end.unwrap_or(0)])
}
