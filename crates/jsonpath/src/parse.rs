//! From the text of a template to nodes.

use pintle_go_value::{Value, format};

use super::unquote::unquote;

/// A step of an expression, or text.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// Text, as it stands or quoted in braces.
    Text(String),
    /// What stands in one pair of braces.
    List(Vec<Node>),
    /// `.key`
    Field(String),
    /// `.*`
    Wildcard,
    /// `..`
    Recursive,
    /// `[from:to:step]`
    Slice(Slice),
    /// `[a,b]`
    Union(Vec<Vec<Node>>),
    /// `[?(left operator right)]`
    Filter(Filter),
    /// A number without a dot.
    Int(i64),
    /// A number with a dot.
    Float(f64),
    /// `true`, `false`
    Bool(bool),
    /// `range`, `end`, or any other word.
    Word(String),
}

/// The bounds of a slice, as far as they are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slice {
    /// The first index.
    pub from: Option<i64>,
    /// The index after the last.
    pub to: Option<i64>,
    /// How far to go each time.
    pub step: Option<i64>,
    /// Whether this was one index: `to` follows from `from` then.
    pub is_index: bool,
}

/// A comparison that keeps or drops the items of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    /// What to compare.
    pub left: Vec<Node>,
    /// `==` and its relatives, with what to compare to; none to ask whether there is something.
    pub right: Option<(String, Vec<Node>)>,
}

/// Parses a template.
pub fn parse(text: &str) -> Result<Vec<Node>, String> {
    let mut nodes = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        if !before.is_empty() {
            nodes.push(Node::Text(before.to_owned()));
        }
        let mut action = Action::new(after);
        action.parse()?;
        nodes.push(Node::List(action.nodes));
        rest = &after[action.place..];
    }
    if !rest.is_empty() {
        nodes.push(Node::Text(rest.to_owned()));
    }
    Ok(nodes)
}

/// Parses what would stand in one pair of braces.
fn parse_action(text: &str) -> Result<Vec<Node>, String> {
    let text = format!("{text}}}");
    let mut action = Action::new(&text);
    action.parse()?;
    Ok(action.nodes)
}

/// What stands between braces, while it is read.
struct Action<'a> {
    text: &'a str,
    place: usize,
    nodes: Vec<Node>,
}

impl<'a> Action<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            place: 0,
            nodes: Vec::new(),
        }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.place..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let found = self.peek()?;
        self.place += found.len_utf8();
        Some(found)
    }

    fn take(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.place += text.len();
        }
        found
    }

    /// Reads up to and with the closing brace.
    fn parse(&mut self) -> Result<(), String> {
        loop {
            if self.take("}") {
                return Ok(());
            }
            if self.take("[?(") {
                self.filter()?;
            } else if self.take("..") {
                self.recursive()?;
            } else {
                self.step()?;
            }
        }
    }

    fn step(&mut self) -> Result<(), String> {
        let start = self.place;
        match self.next() {
            None | Some('\r' | '\n') => return Err("unclosed action".to_owned()),
            Some(' ' | '@' | '$') => {}
            Some('[') => self.array()?,
            Some(quote @ ('"' | '\'')) => self.quoted(start, quote)?,
            Some('.') => self.field(),
            Some(found) if matches!(found, '+' | '-') || found.is_numeric() => {
                self.place = start;
                self.number()?;
            }
            Some(found) if found == '_' || found.is_alphanumeric() => {
                self.place = start;
                self.word();
            }
            Some(other) => {
                let shown = format::sprintf(b"%#U", &[Value::Int(i64::from(u32::from(other)))]);
                return Err(format!("unrecognized character in action: {shown}"));
            }
        }
        Ok(())
    }

    fn recursive(&mut self) -> Result<(), String> {
        // GO: this is asked of what stands before the dots, which were passed just now.
        if self.nodes.last() == Some(&Node::Recursive) {
            return Err("invalid multiple recursive descent".to_owned());
        }
        self.nodes.push(Node::Recursive);
        if self.peek().is_some_and(|c| c == '_' || c.is_alphanumeric()) {
            self.field();
        }
        Ok(())
    }

    /// A key, after its dot. A backslash takes the meaning from what follows it.
    fn field(&mut self) {
        let start = self.place;
        while let Some(found) = self.peek() {
            if is_terminator(found) {
                break;
            }
            self.next();
            if found == '\\' {
                self.next();
            }
        }
        self.nodes.push(match &self.text[start..self.place] {
            "*" => Node::Wildcard,
            key => Node::Field(key.replace('\\', "")),
        });
    }

    fn word(&mut self) {
        let rest = self.rest();
        let end = rest.find(is_terminator).unwrap_or(rest.len());
        self.place += end;
        self.nodes.push(match &rest[..end] {
            "true" => Node::Bool(true),
            "false" => Node::Bool(false),
            word => Node::Word(word.to_owned()),
        });
    }

    fn number(&mut self) -> Result<(), String> {
        let rest = self.rest();
        let unsigned = rest.strip_prefix(['+', '-']).unwrap_or(rest);
        let digits = unsigned
            .find(|c: char| c != '.' && !c.is_numeric())
            .unwrap_or(unsigned.len());
        let text = &rest[..rest.len() - unsigned.len() + digits];
        self.place += text.len();
        let number = text
            .parse()
            .map(Node::Int)
            .or_else(|_| text.parse().map(Node::Float))
            .map_err(|_| format!("cannot parse number {text}"))?;
        self.nodes.push(number);
        Ok(())
    }

    fn quoted(&mut self, start: usize, quote: char) -> Result<(), String> {
        loop {
            match self.next() {
                None | Some('\n') => return Err("unterminated quoted string".to_owned()),
                Some(found) if found == quote && !self.is_escaped(quote) => break,
                Some(_) => {}
            }
        }
        let text = &self.text[start..self.place];
        let value =
            unquote(text).ok_or_else(|| format!("unquote string {text} error invalid syntax"))?;
        self.nodes.push(Node::Text(value));
        Ok(())
    }

    /// Whether a backslash stands before the character just read.
    fn is_escaped(&self, just_read: char) -> bool {
        self.text[..self.place - just_read.len_utf8()].ends_with('\\')
    }

    fn array(&mut self) -> Result<(), String> {
        let rest = self.rest();
        let end = rest.find([']', '\n']);
        let Some(end) = end.filter(|end| rest[*end..].starts_with(']')) else {
            return Err("unterminated array".to_owned());
        };
        self.place += end + 1;
        let text = match &rest[..end] {
            "*" => ":",
            text => text,
        };
        if text.contains(',') {
            let parts = text
                .split(',')
                .map(|part| parse_action(&format!("[{}]", part.trim_matches(' '))));
            self.nodes
                .push(Node::Union(parts.collect::<Result<_, _>>()?));
        } else if let Some(key) = quoted_key(text) {
            self.nodes.extend(parse_action(&format!(".{key}"))?);
        } else {
            self.nodes.push(Node::Slice(slice(text)?));
        }
        Ok(())
    }

    fn filter(&mut self) -> Result<(), String> {
        let start = self.place;
        // GO: once the quote that began is met again, quotes count as closed for good.
        let (mut quote, mut closed) = (None, false);
        loop {
            match self.next() {
                None | Some('\n') => return Err("unterminated filter".to_owned()),
                Some(found @ ('"' | '\'')) => match quote {
                    None => quote = Some(found),
                    Some(first) if first == found && !self.is_escaped(found) => closed = true,
                    Some(_) => {}
                },
                Some(')') if quote.is_some() == closed => break,
                Some(_) => {}
            }
        }
        let text = &self.text[start..self.place - 1];
        if self.next() != Some(']') {
            return Err("unclosed array expect ]".to_owned());
        }
        let filter = match comparison(text) {
            None => Filter {
                left: parse_action(text)?,
                right: None,
            },
            Some((left, operator, right)) => Filter {
                left: parse_action(left)?,
                right: Some((operator.to_owned(), parse_action(right)?)),
            },
        };
        self.nodes.push(Node::Filter(filter));
        Ok(())
    }
}

fn is_terminator(character: char) -> bool {
    matches!(
        character,
        ' ' | '\t' | '\r' | '\n' | '.' | ',' | '[' | ']' | '$' | '@' | '{' | '}'
    )
}

/// `'key'` to `key`.
fn quoted_key(text: &str) -> Option<&str> {
    let key = text.strip_prefix('\'')?.strip_suffix('\'')?;
    (!key.contains('\'')).then_some(key)
}

/// `left`, the operator, `right`; none of them empty.
fn comparison(text: &str) -> Option<(&str, &str, &str)> {
    let is_operator = |c: char| matches!(c, '!' | '<' | '>' | '=');
    let start = text.find(is_operator).filter(|start| *start > 0)?;
    let rest = &text[start..];
    let length = rest.find(|c: char| !is_operator(c));
    // GO: of an expression that ends in operators, the last one is the right side.
    let length = length.unwrap_or(rest.len().saturating_sub(1));
    let (operator, right) = rest.split_at(length);
    (!operator.is_empty() && !right.is_empty() && !right.contains('\n')).then_some((
        &text[..start],
        operator,
        right,
    ))
}

/// `from:to:step`, each a number or nothing.
fn slice(text: &str) -> Result<Slice, String> {
    let parts: Vec<&str> = text.split(':').collect();
    let is_bound = |part: &&str| {
        let digits = part.strip_prefix('-').unwrap_or(part);
        digits.bytes().all(|b| b.is_ascii_digit())
    };
    if parts.len() > 3 || !parts.iter().all(is_bound) {
        return Err(format!("invalid array index {text}"));
    }
    let bound = |index: usize| match parts.get(index) {
        None | Some(&"") => Ok(None),
        Some(part) => part
            .parse::<i64>()
            .map(Some)
            .map_err(|_| format!("array index {part} is not a number")),
    };
    let from = bound(0)?;
    let is_index = parts.len() == 1;
    Ok(Slice {
        from,
        to: match bound(1)? {
            None if is_index => Some(from.unwrap_or(0).saturating_add(1)),
            to => to,
        },
        step: bound(2)?,
        is_index,
    })
}
