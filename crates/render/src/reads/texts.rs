//! Texts that templates make: names of templates, and texts that are no templates.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use pintle_go_template::syntax::Template;
use pintle_go_template::{Functions, Set};

use super::meaning::{Meaning, UNKNOWN};

/// More texts than this are not put together.
const MAX_TEXTS: usize = 32;

/// Whether a text of which pieces may not be known can be this one.
pub(super) fn fits(text: &str, known: &str) -> bool {
    let mut pieces = text.split(UNKNOWN);
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = known.strip_prefix(first) else {
        return false;
    };
    let mut pieces: Vec<&str> = pieces.collect();
    let Some(last) = pieces.pop() else {
        return rest.is_empty();
    };
    for piece in pieces {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// What `splitList` makes of these texts: a list with each of the pieces at its place.
pub(super) fn split(by: &[Rc<str>], texts: &[Rc<str>]) -> Meaning {
    let mut list = Meaning::default();
    for by in by {
        for text in texts {
            for (index, piece) in text.split(&**by).enumerate() {
                list.put(Some(&index.to_string()), Meaning::text(piece));
            }
        }
    }
    list
}

/// What `print` or `printf` makes of its arguments.
pub(super) fn printed(function: &str, arguments: &[Meaning]) -> Option<BTreeSet<Rc<str>>> {
    let unknown = || BTreeSet::from([Rc::from(UNKNOWN.to_string())]);
    let of = |argument: &Meaning| match argument.known_texts() {
        Some(texts) => texts.into_iter().collect(),
        None => unknown(),
    };
    if function == "cat" {
        let mut all = BTreeSet::from([Rc::from("")]);
        for argument in arguments {
            let next = of(argument);
            all = both(&both(&all, &next)?, &BTreeSet::from([Rc::from(" ")]))?;
        }
        return Some(all);
    }
    if function == "print" {
        // GO: spaces come between arguments that are no texts.
        return arguments
            .iter()
            .map(of)
            .try_fold(BTreeSet::from([Rc::from("")]), |all, next| {
                both(&all, &next)
            });
    }
    let (format, arguments) = arguments.split_first()?;
    let mut made = BTreeSet::new();
    for format in format.exact_texts()? {
        let mut all: BTreeSet<Rc<str>> = BTreeSet::from([Rc::from("")]);
        let mut arguments = arguments.iter();
        for piece in pieces(&format) {
            let next = match piece {
                Piece::Text(text) => BTreeSet::from([Rc::from(text)]),
                Piece::Verb(true) => arguments.next().map_or_else(unknown, of),
                Piece::Verb(false) => {
                    arguments.next();
                    unknown()
                }
            };
            all = both(&all, &next)?;
        }
        made.extend(all);
    }
    (made.len() <= MAX_TEXTS).then_some(made)
}

fn both(left: &BTreeSet<Rc<str>>, right: &BTreeSet<Rc<str>>) -> Option<BTreeSet<Rc<str>>> {
    if left.len() * right.len() > MAX_TEXTS {
        return None;
    }
    let pairs = left.iter().flat_map(|l| right.iter().map(move |r| (l, r)));
    Some(pairs.map(|(l, r)| Rc::from(format!("{l}{r}"))).collect())
}

enum Piece<'a> {
    Text(&'a str),
    /// Whether it prints a text as it is.
    Verb(bool),
}

/// The pieces of a format.
fn pieces(format: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('%') {
        pieces.push(Piece::Text(before));
        let verb = after
            .find(|c: char| c.is_ascii_alphabetic() || c == '%')
            .unwrap_or(after.len());
        let end = (verb + 1).min(after.len());
        pieces.push(match &after[..end] {
            "%" => Piece::Text("%"),
            "s" | "v" => Piece::Verb(true),
            _ => Piece::Verb(false),
        });
        rest = &after[end..];
    }
    pieces.push(Piece::Text(rest));
    pieces
}

/// The actions of a text that is not a template by itself: it may become one among others, or
/// be meant for another program.
pub(super) fn salvaged(text: &str, functions: &Arc<Functions>) -> Template {
    const NAME: &str = "gotpl";
    let mut found = Template {
        body: Vec::new(),
        variables: 1,
    };
    for piece in text.split("{{").skip(1) {
        let action = piece.split("}}").next().unwrap_or_default();
        let action = action.trim_matches('-').trim();
        let action = without_keywords(action);
        let mut set = Set::new(Arc::clone(functions));
        if set.add(NAME, format!("{{{{ {action} }}}}")).is_err() {
            continue;
        }
        if let Some(template) = set.syntax(NAME) {
            found.variables = found.variables.max(template.variables);
            found.body.extend(template.body);
        }
    }
    found
}

/// What a block looks at, without the variables it sets.
fn without_keywords(action: &str) -> &str {
    let mut action = action;
    for keyword in ["else", "if", "with", "range"] {
        let rest = action.strip_prefix(keyword);
        let rest = rest.filter(|rest| rest.starts_with([' ', '\t', '\n', '(']));
        action = rest.unwrap_or(action).trim_start();
    }
    match action.split_once(":=") {
        Some((target, value)) if target.starts_with('$') => value.trim_start(),
        _ => action,
    }
}

#[cfg(test)]
mod tests {
    use super::{fits, without_keywords};

    #[test]
    fn unknown_pieces_fit_anything() {
        assert!(fits("web.name", "web.name"));
        assert!(!fits("web.name", "web.names"));
        assert!(fits("\u{1}", "web.name"));
        assert!(fits("\u{1}/config.yaml", "web/templates/config.yaml"));
        assert!(!fits("\u{1}/config.yaml", "web/templates/other.yaml"));
        assert!(fits("a\u{1}b\u{1}c", "a-b-c"));
        assert!(!fits("a\u{1}b\u{1}c", "a-c"));
        assert!(!fits("ab\u{1}bc", "abc"));
    }

    #[test]
    fn blocks_are_what_they_look_at() {
        assert_eq!(without_keywords("if .Values.a"), ".Values.a");
        assert_eq!(without_keywords("else if .Values.a"), ".Values.a");
        assert_eq!(without_keywords("range $k, $v := .Values.a"), ".Values.a");
        assert_eq!(without_keywords("ifs .a"), "ifs .a");
    }
}
