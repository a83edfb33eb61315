//! Label selectors, as `list -l` takes them.

use std::collections::BTreeMap;

/// A label selector of Kubernetes, such as `status=deployed,team in (a, b),!old`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selector(Vec<Requirement>);

/// A text that is no label selector, with client-go's text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SelectorError(String);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Requirement {
    Is(String, String),
    IsNot(String, String),
    In(String, Vec<String>),
    NotIn(String, Vec<String>),
    Has(String),
    HasNot(String),
    Less(String, i64),
    Greater(String, i64),
}

impl Selector {
    /// Reads a selector; the empty one fits everything.
    pub fn parse(text: &str) -> Result<Self, SelectorError> {
        let mut requirements = Vec::new();
        for part in split(text) {
            let part = part.trim();
            if part.is_empty() {
                if text.trim().is_empty() {
                    continue;
                }
                return Err(not_found("", "!, identifier, or 'end of string'"));
            }
            requirements.push(requirement(part)?);
        }
        Ok(Self(requirements))
    }

    /// Whether labels fit.
    pub fn fits(&self, labels: &BTreeMap<String, String>) -> bool {
        self.0.iter().all(|requirement| requirement.fits(labels))
    }
}

impl Requirement {
    fn fits(&self, labels: &BTreeMap<String, String>) -> bool {
        let number = |key: &str| labels.get(key).and_then(|value| value.parse::<i64>().ok());
        match self {
            Self::Is(key, value) => labels.get(key) == Some(value),
            Self::IsNot(key, value) => labels.get(key) != Some(value),
            Self::In(key, values) => labels.get(key).is_some_and(|value| values.contains(value)),
            Self::NotIn(key, values) => {
                !labels.get(key).is_some_and(|value| values.contains(value))
            }
            Self::Has(key) => labels.contains_key(key),
            Self::HasNot(key) => !labels.contains_key(key),
            Self::Less(key, limit) => number(key).is_some_and(|value| value < *limit),
            Self::Greater(key, limit) => number(key).is_some_and(|value| value > *limit),
        }
    }
}

/// The parts between commas that stand outside of brackets.
fn split(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

fn requirement(part: &str) -> Result<Requirement, SelectorError> {
    if let Some(key) = part.strip_prefix('!') {
        return Ok(Requirement::HasNot(self::key(key.trim())?));
    }
    for operator in ["!=", "==", "=", ">", "<"] {
        if let Some((left, right)) = part.split_once(operator) {
            let (key, value) = (key(left.trim())?, right.trim());
            return compare(key, operator, value);
        }
    }
    let mut words = part.splitn(2, char::is_whitespace);
    let (name, rest) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default().trim(),
    );
    let key = key(name)?;
    if rest.is_empty() {
        return Ok(Requirement::Has(key));
    }
    if let Some(values) = rest.strip_prefix("notin") {
        return Ok(Requirement::NotIn(key, list(values)?));
    }
    if let Some(values) = rest.strip_prefix("in") {
        return Ok(Requirement::In(key, list(values)?));
    }
    let word = rest.split_whitespace().next().unwrap_or_default();
    Err(not_found(word, "in, notin, =, ==, !=, gt, lt"))
}

fn compare(key: String, operator: &str, value: &str) -> Result<Requirement, SelectorError> {
    let number = || {
        value.parse().map_err(|_| {
            SelectorError(format!(
                "values[0][{key}]: Invalid value: {value:?}: for 'Gt', 'Lt' operators, the value must be an integer"
            ))
        })
    };
    if value.contains(['=', '!', '<', '>', '(', ')']) || value.contains(char::is_whitespace) {
        return Err(not_found(value, "identifier"));
    }
    Ok(match operator {
        "!=" => Requirement::IsNot(key, value.to_owned()),
        "<" => Requirement::Less(key.clone(), number()?),
        ">" => Requirement::Greater(key.clone(), number()?),
        _ => Requirement::Is(key, value.to_owned()),
    })
}

fn list(text: &str) -> Result<Vec<String>, SelectorError> {
    let inner = text
        .trim()
        .strip_prefix('(')
        .and_then(|text| text.strip_suffix(')'));
    match inner {
        Some(inner) => Ok(inner
            .split(',')
            .map(|value| value.trim().to_owned())
            .collect()),
        None => Err(not_found(text.trim(), "'('")),
    }
}

fn key(text: &str) -> Result<String, SelectorError> {
    if text.is_empty() || text.contains(['(', ')', '!', '=', '<', '>']) {
        return Err(not_found(text, "!, identifier, or 'end of string'"));
    }
    let name = text.rsplit('/').next().unwrap_or_default();
    let sound = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let edges = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    if name.len() > 63
        || !name.chars().all(sound)
        || !edges(name.chars().next())
        || !edges(name.chars().last())
    {
        return Err(SelectorError(format!(
            "unable to parse requirement: <nil>: Invalid value: {text:?}: name part must consist of alphanumeric \
             characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or \
             'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
        )));
    }
    Ok(text.to_owned())
}

fn not_found(found: &str, expected: &str) -> SelectorError {
    SelectorError(format!(
        "unable to parse requirement: found '{found}', expected: {expected}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_choose_by_labels() {
        let labels = BTreeMap::from([
            ("team".to_owned(), "a".to_owned()),
            ("version".to_owned(), "3".to_owned()),
        ]);
        let fits = |text: &str| Selector::parse(text).unwrap().fits(&labels);
        for text in [
            "",
            "team=a",
            "team==a",
            "team!=b",
            "team in (a, b)",
            "team notin (c)",
            "team",
            "!x",
            "x!=1",
            "version>2",
            "version<4,team=a",
            "x notin (a)",
        ] {
            assert!(fits(text), "{text}");
        }
        for text in [
            "team=b",
            "x",
            "!team",
            "team in (b)",
            "team notin (a,b)",
            "version>3",
            "team=a,x=1",
            "x=",
            "team<4",
        ] {
            assert!(!fits(text), "{text}");
        }
    }

    #[test]
    fn what_is_no_selector_is_refused() {
        for text in [
            "=a", "a b", "a in b", "a=b=c", ",", "a,,b", "a>x", "_a", "a(",
        ] {
            assert!(Selector::parse(text).is_err(), "{text}");
        }
    }
}
