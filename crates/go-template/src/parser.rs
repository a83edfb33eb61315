//! Builds templates from tokens.
//!
//! `control` has what begins with a keyword, `operand` has pipelines and what is in them,
//! `variables` knows the variables in scope.

mod control;
mod operand;
mod variables;

use std::collections::HashMap;
use std::sync::Arc;

use pintle_go_value::format::quoted::quote;
use variables::{Binding, Unit};

use crate::lexer::lex;
use crate::node::{Command, Expression, Node, Row, Source, Template, Tree};
use crate::stack::on_new_stack;
use crate::token::{Keyword, Kind, Token};
use crate::{Error, ErrorKind, Functions};

/// How deep parentheses may nest. GO: the same limit and text.
const MAX_EXPRESSION_DEPTH: usize = 10_000;

/// How deep blocks (`if`, `range`, …) may nest.
/// DIFF: Go has no limit here but its stack of 1 GB.
const MAX_BLOCK_DEPTH: usize = 10_000;

/// Up to this nesting any stack will do.
pub(crate) const SHALLOW: usize = 100;

/// The templates of one text, by name.
#[derive(Debug)]
pub(crate) struct ParsedText {
    /// The text itself as a template.
    pub(crate) main: Arc<Template>,
    /// All its templates: those it defines, and itself.
    pub(crate) templates: Templates,
}

/// Templates by name.
pub(crate) type Templates = HashMap<Arc<str>, Arc<Template>>;

/// Parses `text` as the template `name`.
///
/// # Errors
///
/// `template: NAME:LINE: …` when it is not a template.
pub(crate) fn parse(
    name: &str,
    text: &Arc<str>,
    functions: &Functions,
    scratch: &mut Scratch,
) -> Result<ParsedText, Error> {
    if u32::try_from(text.len()).is_err() {
        return Err(parse_error(name, 1, "template text exceeds 4 GiB"));
    }
    let mut attempt = |depth_limit| {
        scratch.clear();
        Parser::new(name, text, functions, scratch, depth_limit).run()
    };
    match attempt(SHALLOW) {
        Err(Failure::Deep) => on_new_stack(|| attempt(MAX_BLOCK_DEPTH))
            .unwrap_or_else(|error| Err(parse_error(name, 1, &error.to_string()).into()))
            .map_err(|failure| match failure {
                Failure::Error(error) => *error,
                Failure::Deep => parse_error(name, 1, "max block depth exceeded"),
            }),
        Err(Failure::Error(error)) => Err(*error),
        Ok(parsed) => Ok(parsed),
    }
}

fn parse_error(name: &str, line: usize, message: &str) -> Error {
    Error {
        kind: ErrorKind::Parse,
        template: name.to_owned(),
        line,
        column: 0,
        text: format!("template: {name}:{line}: {message}"),
        cause: None,
    }
}

/// Why parsing stopped.
pub(crate) enum Failure {
    Error(Box<Error>),
    /// Nested deeper than the limit of this attempt.
    Deep,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(Box::new(error))
    }
}

type Parsing<T> = Result<T, Failure>;

/// What ended a list of nodes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    End,
    Else,
}

impl Ending {
    fn shown(self) -> &'static str {
        match self {
            Self::End => "{{end}}",
            Self::Else => "{{else}}",
        }
    }
}

/// What a parser needs room for, to be used again for the next text.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    tokens: Vec<Token>,
    tree: Tree,
    open: Open,
}

impl Scratch {
    /// Forgets a text that failed.
    fn clear(&mut self) {
        drop(self.tree.take());
        self.open.nodes.clear();
        self.open.commands.clear();
        self.open.words.clear();
    }
}

/// Parts whose row is not complete: a row goes into the tree when all of it is there, so
/// that what stands inside its parts comes before it.
#[derive(Debug, Default)]
struct Open {
    nodes: Vec<Node>,
    commands: Vec<Command>,
    words: Vec<Expression>,
}

/// A template whose text is not parsed to its end.
struct Draft {
    name: Arc<str>,
    body: Row<Node>,
    slots: usize,
    blank: bool,
}

/// A node, or what ended the list it would be in.
enum Item {
    Node(Node),
    Ending(Ending),
}

struct Parser<'p> {
    name: &'p str,
    text: &'p Arc<str>,
    functions: &'p Functions,
    tokens: &'p [Token],
    lexer_error: String,
    at: usize,
    /// The last token that was looked at: errors name its line.
    furthest: usize,
    /// Where the current action began, if we are in one.
    action: Option<Token>,
    unit: Unit,
    tree: &'p mut Tree,
    open: &'p mut Open,
    definitions: Vec<Draft>,
    depth: usize,
    depth_limit: usize,
}

impl<'p> Parser<'p> {
    fn new(
        name: &'p str,
        text: &'p Arc<str>,
        functions: &'p Functions,
        scratch: &'p mut Scratch,
        depth_limit: usize,
    ) -> Self {
        let error = lex(text, &mut scratch.tokens);
        Self {
            name,
            text,
            functions,
            tokens: &scratch.tokens,
            lexer_error: error.unwrap_or_default(),
            at: 0,
            furthest: 0,
            action: None,
            unit: Unit::new(),
            tree: &mut scratch.tree,
            open: &mut scratch.open,
            definitions: Vec::new(),
            depth: 0,
            depth_limit,
        }
    }

    fn run(mut self) -> Parsing<ParsedText> {
        while self.peek().kind != Kind::EndOfFile {
            if self.eat_define() {
                self.definition()?;
                continue;
            }
            match self.text_or_action()? {
                Item::Node(node) => self.open.nodes.push(node),
                Item::Ending(ending) => {
                    return self.fail(format!("unexpected {}", ending.shown()));
                }
            }
        }
        let name: Arc<str> = self.name.into();
        let body = self.close_nodes(0);
        let main = self.draft(Arc::clone(&name), body);
        self.define(self.draft(Arc::clone(&name), body))?;
        Ok(self.finish(name, main))
    }

    /// The templates, now that their text is read.
    fn finish(self, name: Arc<str>, main: Draft) -> ParsedText {
        let shallow = self.depth_limit == SHALLOW;
        let source = Arc::new(Source {
            name,
            text: Arc::clone(self.text),
            tree: self.tree.take(),
        });
        let template = |draft: Draft| {
            Arc::new(Template {
                name: draft.name,
                source: Arc::clone(&source),
                body: draft.body,
                slots: draft.slots,
                blank: draft.blank,
                shallow,
            })
        };
        let templates: Templates = self
            .definitions
            .into_iter()
            .map(|draft| (Arc::clone(&draft.name), template(draft)))
            .collect();
        ParsedText {
            main: template(main),
            templates,
        }
    }

    fn draft(&self, name: Arc<str>, body: Row<Node>) -> Draft {
        let nodes = self.tree.row(body).iter();
        Draft {
            name,
            body,
            slots: self.unit.slots,
            blank: nodes.copied().all(|node| self.is_space(node)),
        }
    }

    /// Whether a node is text, and nothing but space.
    fn is_space(&self, node: Node) -> bool {
        match node {
            Node::Text(span) => self.text[span.start as usize..span.end as usize]
                .trim()
                .is_empty(),
            _ => false,
        }
    }

    /// Adds a template. One text may define a name twice only when one of the two is blank;
    /// the other one then counts.
    fn define(&mut self, draft: Draft) -> Parsing<()> {
        let previous = self.definitions.iter().position(|d| d.name == draft.name);
        match previous {
            None => self.definitions.push(draft),
            Some(index) if self.definitions[index].blank => self.definitions[index] = draft,
            Some(_) if draft.blank => {}
            Some(_) => {
                let name = quote(&draft.name);
                return self.fail(format!("template: multiple definition of template {name}"));
            }
        }
        Ok(())
    }

    /// Moves the open nodes from `start` on into the tree.
    fn close_nodes(&mut self, start: usize) -> Row<Node> {
        self.tree.add_row(self.open.nodes.drain(start..))
    }

    /// `{{define`, if that comes next.
    fn eat_define(&mut self) -> bool {
        let start = self.at;
        if self.next().kind == Kind::LeftDelimiter
            && self.next_word().kind == Kind::Keyword(Keyword::Define)
        {
            return true;
        }
        self.at = start;
        false
    }

    /// The nodes up to an `end` or `else`.
    fn items(&mut self) -> Parsing<(Row<Node>, Ending)> {
        self.enter()?;
        let start = self.open.nodes.len();
        while self.peek_word().kind != Kind::EndOfFile {
            match self.text_or_action()? {
                Item::Node(node) => self.open.nodes.push(node),
                Item::Ending(ending) => {
                    self.depth -= 1;
                    return Ok((self.close_nodes(start), ending));
                }
            }
        }
        self.fail("unexpected EOF")
    }

    fn text_or_action(&mut self) -> Parsing<Item> {
        let token = self.next_word();
        match token.kind {
            Kind::Text => Ok(Item::Node(Node::Text(token.span()))),
            Kind::LeftDelimiter => {
                self.action = Some(token);
                let item = self.action();
                self.action = None;
                item
            }
            _ => self.unexpected(token, "input"),
        }
    }

    /// One level deeper.
    fn enter(&mut self) -> Parsing<()> {
        self.depth += 1;
        if self.depth > self.depth_limit {
            return Err(Failure::Deep);
        }
        Ok(())
    }
}

/// Tokens and errors.
impl Parser<'_> {
    fn peek(&mut self) -> Token {
        self.furthest = self.furthest.max(self.at);
        self.tokens[self.at]
    }

    /// The next token; the last one comes again and again.
    fn next(&mut self) -> Token {
        let token = self.peek();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        token
    }

    fn next_word(&mut self) -> Token {
        loop {
            let token = self.next();
            if token.kind != Kind::Space {
                return token;
            }
        }
    }

    fn peek_word(&mut self) -> Token {
        while self.peek().kind == Kind::Space {
            self.at += 1;
        }
        self.peek()
    }

    /// The next token, which must be of this kind.
    fn expect(&mut self, kind: Kind, context: &str) -> Parsing<Token> {
        let token = self.next_word();
        if token.kind == kind {
            Ok(token)
        } else {
            self.unexpected(token, context)
        }
    }

    fn text(&self, token: Token) -> &str {
        token.text(self.text)
    }

    fn line(&self, token: Token) -> usize {
        let before = &self.text.as_bytes()[..token.start as usize];
        before.split(|c| *c == b'\n').count()
    }

    fn fail<T>(&self, message: impl AsRef<str>) -> Parsing<T> {
        let line = self.line(self.tokens[self.furthest]);
        Err(parse_error(self.name, line, message.as_ref()).into())
    }

    fn unexpected<T>(&self, token: Token, context: &str) -> Parsing<T> {
        if token.kind != Kind::Error {
            let shown = token.shown(self.text);
            return self.fail(format!("unexpected {shown} in {context}"));
        }
        let message = &self.lexer_error;
        let action_line = self.action.map(|action| self.line(action));
        let Some(action_line) = action_line.filter(|line| *line != self.line(token)) else {
            return self.fail(message);
        };
        // GO: no "action in action".
        let action = if message.ends_with(" action") {
            ""
        } else {
            " in action"
        };
        let name = self.name;
        self.fail(format!("{message}{action} started at {name}:{action_line}"))
    }
}

/// Adds the templates of a text: they replace earlier ones of the same name, except that a
/// blank one replaces nothing.
pub(crate) fn merge(templates: &mut Templates, parsed: &ParsedText) {
    for (name, template) in &parsed.templates {
        if !(template.blank && templates.contains_key(name)) {
            templates.insert(Arc::clone(name), Arc::clone(template));
        }
    }
}
