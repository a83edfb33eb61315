//! Actions that begin with a keyword.

use std::sync::Arc;

use super::{Ending, Item, Parser, Parsing, Unit};
use crate::literal::unquote;
use crate::node::{Arm, Branch, Node, Pipeline, Range, Ref, Row, Span, TemplateCall};
use crate::token::{Keyword, Kind, Token};

impl Parser<'_> {
    /// What follows a left delimiter, to the right one, or to the `end` of a block.
    pub(super) fn action(&mut self) -> Parsing<Item> {
        let start = self.at;
        let token = self.next_word();
        let Kind::Keyword(keyword) = token.kind else {
            self.at = start;
            return self.plain_action();
        };
        Ok(Item::Node(match keyword {
            Keyword::Block => self.block()?,
            Keyword::Break => self.jump("{{break}}", Node::Break)?,
            Keyword::Continue => self.jump("{{continue}}", Node::Continue)?,
            Keyword::Else => return self.otherwise(),
            Keyword::End => {
                self.expect(Kind::RightDelimiter, "end")?;
                return Ok(Item::Ending(Ending::End));
            }
            Keyword::If => Node::If(self.branch("if", Keyword::If)?),
            Keyword::With => Node::With(self.branch("with", Keyword::With)?),
            Keyword::Range => self.range()?,
            Keyword::Template => self.template_call()?,
            Keyword::Define | Keyword::Nil => {
                self.at = start;
                return self.plain_action();
            }
        }))
    }

    /// `{{pipeline}}`. Variables declared in it persist until the block ends.
    fn plain_action(&mut self) -> Parsing<Item> {
        if let Some(text) = self.constant_text() {
            return Ok(Item::Node(Node::Text(text)));
        }
        self.peek_word();
        let pipeline = self.pipeline("command", Kind::RightDelimiter)?;
        Ok(Item::Node(Node::Action(pipeline)))
    }

    /// The text between the quotes of ``{{`text`}}``, where it is printed as it is written.
    ///
    /// Templates that hold templates for other programs (dashboards, alerts) are full of
    /// these. As text they need no value and no copy.
    fn constant_text(&mut self) -> Option<Span> {
        let literal = self.peek_word();
        let start = self.at;
        let written = literal.text(self.text);
        let inner = match literal.kind {
            Kind::RawStr if !written.contains('\r') => written,
            Kind::Str if !written.contains('\\') => written,
            _ => return None,
        };
        self.next();
        // A template of space and actions is not blank, so a constant space stays an action.
        let is_space = inner[1..inner.len() - 1].trim().is_empty();
        if is_space || self.next_word().kind != Kind::RightDelimiter {
            self.at = start;
            return None;
        }
        let span = literal.span();
        Some(Span {
            start: span.start + 1,
            end: span.end - 1,
        })
    }

    /// `{{else}}`; in `{{else if` and `{{else with` the second word is left to the caller.
    fn otherwise(&mut self) -> Parsing<Item> {
        let next = self.peek_word().kind;
        if !matches!(next, Kind::Keyword(Keyword::If | Keyword::With)) {
            self.expect(Kind::RightDelimiter, "else")?;
        }
        Ok(Item::Ending(Ending::Else))
    }

    fn jump(&mut self, shown: &str, node: Node) -> Parsing<Node> {
        self.expect(Kind::RightDelimiter, shown)?;
        if self.unit.loops == 0 {
            return self.fail(format!("{shown} outside {{{{range}}}}"));
        }
        Ok(node)
    }

    /// An `if` or `with` with all its arms, which share one scope and one `end`.
    fn branch(&mut self, context: &str, keyword: Keyword) -> Parsing<Ref<Branch>> {
        let scope = self.unit.open_scope();
        let mut arms = Vec::new();
        let mut otherwise = Row::EMPTY;
        loop {
            let pipeline = self.pipeline(context, Kind::RightDelimiter)?;
            let body_start = self.unit.variables.len();
            let (body, ending) = self.items()?;
            self.unit.forget_from(body_start);
            arms.push(Arm { pipeline, body });
            if ending == Ending::End {
                break;
            }
            if self.peek().kind == Kind::Keyword(keyword) {
                self.next();
                continue;
            }
            otherwise = self.last_items()?;
            break;
        }
        self.unit.close_scope(scope);
        let arms = self.tree.add_row(arms);
        Ok(self.tree.add(Branch { arms, otherwise }))
    }

    fn range(&mut self) -> Parsing<Node> {
        let scope = self.unit.open_scope();
        let pipeline = self.pipeline("range", Kind::RightDelimiter)?;
        let body_start = self.unit.variables.len();
        let (first, conditional) = (self.unit.next_slot(), self.unit.conditional);
        self.unit.loops += 1;
        let (body, ending) = self.items()?;
        self.unit.loops -= 1;
        let unset = if self.unit.conditional == conditional {
            (0, 0)
        } else {
            (first, self.unit.slots as u32)
        };
        self.unit.forget_from(body_start);
        let otherwise = match ending {
            Ending::Else => self.last_items()?,
            Ending::End => Row::EMPTY,
        };
        self.unit.close_scope(scope);
        Ok(Node::Range(self.tree.add(Range {
            pipeline,
            unset,
            body,
            otherwise,
        })))
    }

    /// The nodes after an `else`, up to the `end`.
    fn last_items(&mut self) -> Parsing<Row<Node>> {
        let (nodes, ending) = self.items()?;
        if ending == Ending::Else {
            return self.fail("expected end; found {{else}}");
        }
        Ok(nodes)
    }

    fn template_call(&mut self) -> Parsing<Node> {
        const CONTEXT: &str = "template clause";
        let token = self.next_word();
        let name = self.template_name(token, CONTEXT)?;
        let start = self.at;
        let pipeline = if self.next_word().kind == Kind::RightDelimiter {
            None
        } else {
            self.at = start;
            Some(self.pipeline(CONTEXT, Kind::RightDelimiter)?)
        };
        Ok(self.call_of(token, name, pipeline))
    }

    /// `{{block}}`: a definition and a call of it.
    fn block(&mut self) -> Parsing<Node> {
        const CONTEXT: &str = "block clause";
        let token = self.next_word();
        let name = self.template_name(token, CONTEXT)?;
        let pipeline = self.pipeline(CONTEXT, Kind::RightDelimiter)?;
        // GO: an else in here is reported on the line where the body begins.
        let start = self.furthest;
        if self.body_of(&name)? == Ending::Else {
            self.furthest = start;
            return self.fail("unexpected {{else}} in block clause");
        }
        Ok(self.call_of(token, name, Some(pipeline)))
    }

    fn call_of(&mut self, token: Token, name: Arc<str>, pipeline: Option<Ref<Pipeline>>) -> Node {
        Node::Template(self.tree.add(TemplateCall {
            position: token.start,
            name,
            pipeline,
        }))
    }

    /// A definition, from its name to its `end`.
    pub(super) fn definition(&mut self) -> Parsing<()> {
        const CONTEXT: &str = "define clause";
        let token = self.next_word();
        let name = self.template_name(token, CONTEXT)?;
        self.expect(Kind::RightDelimiter, CONTEXT)?;
        if self.body_of(&name)? == Ending::Else {
            return self.fail("unexpected {{else}} in define clause");
        }
        Ok(())
    }

    /// The body of a template of its own, with no variables but `$`. It should end with
    /// `end`, and if so, the template is added.
    fn body_of(&mut self, name: &Arc<str>) -> Parsing<Ending> {
        let outer = std::mem::replace(&mut self.unit, Unit::new());
        let action = self.action.take();
        let (body, ending) = self.items()?;
        if ending == Ending::End {
            let draft = self.draft(Arc::clone(name), body);
            self.define(draft)?;
        }
        self.unit = outer;
        self.action = action;
        Ok(ending)
    }

    fn template_name(&mut self, token: Token, context: &str) -> Parsing<Arc<str>> {
        if !matches!(token.kind, Kind::Str | Kind::RawStr) {
            return self.unexpected(token, context);
        }
        match unquote(self.text(token)) {
            Some(name) => Ok(String::from_utf8_lossy(&name).into()),
            None => self.fail("invalid syntax"),
        }
    }
}
