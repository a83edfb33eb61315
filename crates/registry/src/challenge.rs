//! How a registry asks who we are: the `WWW-Authenticate` header.

use std::collections::BTreeMap;

/// What a registry wants to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Challenge {
    /// A user name and password.
    Basic,
    /// A token, which is to be had elsewhere.
    Bearer {
        /// Where.
        realm: String,
        /// For whom.
        service: String,
        /// To do what.
        scope: String,
    },
    /// Something that we do not have.
    Unknown,
}

impl Challenge {
    /// Reads the header; what is not understood in it ends it.
    pub fn parse(header: &str) -> Self {
        let (scheme, rest) = token(header);
        if scheme.eq_ignore_ascii_case("basic") {
            return Self::Basic;
        }
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Self::Unknown;
        }
        let mut values = parameters(rest);
        let mut take = |name| values.remove(name).unwrap_or_default();
        Self::Bearer {
            realm: take("realm"),
            service: take("service"),
            scope: take("scope"),
        }
    }
}

/// `name=value, name="value"`
fn parameters(mut rest: &str) -> BTreeMap<&str, String> {
    let mut found = BTreeMap::new();
    loop {
        let (name, after) = token(rest.trim_start_matches([' ', '\t']));
        let Some(after) = after.trim_start_matches([' ', '\t']).strip_prefix('=') else {
            return found;
        };
        let after = after.trim_start_matches([' ', '\t']);
        let value = match after.strip_prefix('"') {
            Some(quoted) => unquoted(quoted),
            None => Some(token(after)).map(|(value, rest)| (value.to_owned(), rest)),
        };
        let Some((value, after)) = value.filter(|_| !name.is_empty()) else {
            return found;
        };
        found.insert(name, value);
        let Some(after) = after.trim_start_matches([' ', '\t']).strip_prefix(',') else {
            return found;
        };
        rest = after;
    }
}

/// A value up to its closing quote.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((place, character)) = characters.next() {
        match character {
            '"' => return Some((value, &text[place + 1..])),
            '\\' => value.push(characters.next()?.1),
            other => value.push(other),
        }
    }
    None
}

fn token(text: &str) -> (&str, &str) {
    let part = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    let end = text.find(|c| !part(c)).unwrap_or(text.len());
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bearer(realm: &str, service: &str, scope: &str) -> Challenge {
        Challenge::Bearer {
            realm: realm.to_owned(),
            service: service.to_owned(),
            scope: scope.to_owned(),
        }
    }

    #[test]
    fn challenges_are_read() {
        for (header, meant) in [
            ("Basic realm=\"x\"", Challenge::Basic),
            ("basic", Challenge::Basic),
            ("Negotiate", Challenge::Unknown),
            ("", Challenge::Unknown),
            (
                "Bearer realm=\"https://a/t\",service=\"s\",scope=\"repository:x:pull,push\"",
                bearer("https://a/t", "s", "repository:x:pull,push"),
            ),
            (
                "bearer  realm = \"a\\\"b\" , service=plain",
                bearer("a\"b", "plain", ""),
            ),
            ("Bearer realm=\"open", bearer("", "", "")),
            ("Bearer realm=\"a\" scope=\"b\"", bearer("a", "", "")),
            ("Bearer", bearer("", "", "")),
        ] {
            assert_eq!(Challenge::parse(header), meant, "{header}");
        }
    }
}
