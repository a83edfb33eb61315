//! Reads the rules.

use std::collections::BTreeMap;

use super::{Check, Choice, Condition, Is, Relation, Rule, Shown, Step};
use crate::validate::{own, texts};

type Book = BTreeMap<String, Vec<Rule>>;

/// All rules, and the lines that are none: a test sees to it that there are none of those.
pub(super) fn book() -> (Book, Vec<String>) {
    let (mut book, mut wrong) = (Book::new(), Vec::new());
    for text in [
        include_str!("../pods.rules"),
        include_str!("../kinds.rules"),
        include_str!("../definitions.rules"),
    ] {
        let lines: Vec<(usize, &str)> = text
            .lines()
            .filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
            .map(|line| (line.len() - line.trim_start().len(), line.trim()))
            .collect();
        let mut lines = lines.as_slice();
        while let [(0, name), rest @ ..] = lines {
            let (rules, rest) = block(rest, 2, &mut wrong);
            book.insert((*name).to_owned(), rules);
            lines = rest;
        }
        wrong.extend(lines.iter().map(|(_, line)| (*line).to_owned()));
    }
    (book, wrong)
}

/// The lines that are set in as far as that, with those below each; and the lines after them.
fn block<'l>(
    mut lines: &'l [(usize, &'l str)],
    depth: usize,
    wrong: &mut Vec<String>,
) -> (Vec<Rule>, &'l [(usize, &'l str)]) {
    let mut rules = Vec::new();
    while let [(at, line), rest @ ..] = lines
        && *at == depth
    {
        let (inner, after) = block(rest, depth + 2, wrong);
        match rule(line, inner) {
            Ok(rule) => rules.push(rule),
            Err(word) => wrong.push(format!("{line}: {word}")),
        }
        lines = after;
    }
    (rules, lines)
}

/// The words of a line: a quoted text is one, and so is what stands in parentheses.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let (mut quoted, mut escaped, mut depth) = (false, false, 0);
    for c in line.chars() {
        let word = words.last_mut();
        match (c, word) {
            (' ', _) if !quoted && depth == 0 => words.push(String::new()),
            ('\\', _) if !escaped => {
                escaped = true;
                continue;
            }
            (c, Some(word)) => {
                match c {
                    '"' if !escaped => quoted = !quoted,
                    '(' if !quoted => depth += 1,
                    ')' if !quoted => depth -= 1,
                    _ => {}
                }
                word.push(c);
            }
            _ => {}
        }
        escaped = false;
    }
    words
}

fn quoted(word: Option<&String>) -> Option<&str> {
    word?.strip_prefix('"')?.strip_suffix('"')
}

fn rule(line: &str, inner: Vec<Rule>) -> Result<Rule, String> {
    let words = words(line);
    let (before, conditions) = match words.iter().position(|word| word == "if") {
        Some(at) => (&words[..at], &words[at + 1..]),
        None => (words.as_slice(), &[][..]),
    };
    let (first, rest) = before.split_first().ok_or("nothing")?;
    let mut rule = Rule {
        paths: first.split(',').map(path).collect(),
        named: None,
        shown: Shown::Value,
        checks: Vec::new(),
        conditions: conditions
            .split(|word| word == "and")
            .filter_map(<[String]>::first)
            .map(|word| condition(word))
            .collect(),
        inner,
        minds_absence: false,
    };
    let mut rest = rest.iter().peekable();
    while let Some(word) = rest.next() {
        let mut why = || {
            let why = quoted(rest.peek().copied())?.to_owned();
            rest.next();
            Some(why)
        };
        let (name, argument) = match word.strip_suffix(')').and_then(|word| word.split_once('(')) {
            Some((name, argument)) => (name, argument),
            None => (word.as_str(), ""),
        };
        match name {
            "as" => rule.named = Some(argument.to_owned()),
            "as-text" => rule.shown = Shown::Text,
            "shown" => rule.shown = shown(argument),
            _ => rule.checks.push(check(name, argument, &mut why)?),
        }
    }
    rule.minds_absence = rule.checks.iter().any(Check::minds_absence);
    Ok(rule)
}

fn path(text: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    for part in text.split('.').filter(|part| *part != "-") {
        let name = part.trim_end_matches("[]").trim_end_matches("{}");
        steps.push(Step::Child(name.to_owned()));
        match &part[name.len()..] {
            "[]" => steps.push(Step::Items),
            "{}" => steps.push(Step::Entries),
            _ => {}
        }
    }
    steps
}

fn condition(word: &str) -> Condition {
    let (path, is) = match word.split_once('=') {
        Some((path, texts)) => {
            let texts = texts.split('|').map(str::to_owned).collect();
            match path.strip_suffix('!') {
                Some(path) => (path, Is::Among(texts, false)),
                None => (path, Is::Among(texts, true)),
            }
        }
        None => match word.strip_prefix('!') {
            Some(path) => (path, Is::Set(false)),
            None => (word, Is::Set(true)),
        },
    };
    Condition {
        path: path.to_owned(),
        is,
    }
}

fn shown(fields: &str) -> Shown {
    let one = |field: &str| match field.split_once('=') {
        Some((name, own)) => (name.to_owned(), own.to_owned()),
        None => {
            let (first, rest) = field.split_at(1);
            (field.to_owned(), first.to_uppercase() + rest)
        }
    };
    Shown::Fields(fields.split_whitespace().map(one).collect())
}

fn check(
    name: &str,
    argument: &str,
    why: &mut dyn FnMut() -> Option<String>,
) -> Result<Check, String> {
    let choices = || argument.split(' ').map(str::to_owned).collect();
    let mut told = || why().unwrap_or_default();
    Ok(match name {
        "required" => Check::Required(told()),
        "missing" => Check::Missing(told()),
        "forbidden" => Check::Forbidden(told()),
        "invalid" => Check::Invalid(told()),
        "one-of" => Check::OneOf(choices(), Choice::WhenSet),
        "must-be" => Check::OneOf(choices(), Choice::Always),
        "unsupported" => Check::OneOf(choices(), Choice::Known),
        "in" => {
            let (least, most, common) = range(argument).ok_or_else(|| argument.to_owned())?;
            Check::In(least, most, why().unwrap_or(common))
        }
        "port" => return check("in", "1..65535", why),
        "mode" => {
            let why = "must be a number between 0 and 0777 (octal), both inclusive";
            Check::In(0, 0o777, why.to_owned())
        }
        "above" => Check::Beside(Relation::Above, argument.to_owned(), told()),
        "from" => Check::Beside(Relation::From, argument.to_owned(), told()),
        "unlike" => Check::Beside(Relation::Unlike, argument.to_owned(), told()),
        "same" => Check::Beside(Relation::Same, argument.to_owned(), told()),
        "unique" => {
            let scope = (!argument.is_empty()).then(|| argument.to_owned());
            Check::Unique(scope, told())
        }
        "already-told" => Check::AlreadyTold,
        "choice" => Check::Exactly(told(), told()),
        "use" => Check::Use(argument.to_owned()),
        _ => {
            let plain = name.trim_end_matches('!');
            match (texts::rule(plain), own::rule(name)) {
                (Some(rule), _) => Check::Text(rule, plain != name),
                (None, Some(rule)) => Check::Own(rule),
                (None, None) => return Err(name.to_owned()),
            }
        }
    })
}

/// The ends of a range, and what is said of a number outside of it.
fn range(text: &str) -> Option<(i64, i64, String)> {
    let (least, most) = text.split_once("..")?;
    let why = if most.is_empty() {
        format!("must be greater than or equal to {least}")
    } else {
        format!("must be between {least} and {most}, inclusive")
    };
    let end = |text: &str, none: i64| match text {
        "" => Some(none),
        text => text.parse().ok(),
    };
    Some((end(least, i64::MIN)?, end(most, i64::MAX)?, why))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(rules: &[Rule], names: &mut Vec<String>) {
        for rule in rules {
            for check in &rule.checks {
                if let Check::Use(name) = check {
                    names.push(name.clone());
                }
            }
            used(&rule.inner, names);
        }
    }

    #[test]
    fn every_line_is_a_rule_and_every_paragraph_is_used() {
        let (book, wrong) = book();
        assert!(wrong.is_empty(), "{wrong:#?}");
        let mut names = Vec::new();
        for rules in book.values() {
            used(rules, &mut names);
        }
        // Code goes through these.
        let code = ["RootSchema", "ScalePaths", "PrinterColumn"];
        names.extend(code.map(str::to_owned));
        for name in &names {
            assert!(book.contains_key(name), "no paragraph {name}");
        }
        for name in book.keys().filter(|name| !name.contains('/')) {
            assert!(names.contains(name), "nobody uses {name}");
        }
    }
}
