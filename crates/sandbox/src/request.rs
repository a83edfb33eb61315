//! What a request asks for: from its method, path, query and headers.

use std::sync::Arc;

use bytes::Bytes;

use crate::catalog::{Catalog, Resource};
use crate::status::{Cause, Status};

/// A request as it came.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// `GET`
    pub method: String,
    /// `/api/v1/namespaces/default/pods`, as it was sent.
    pub path: String,
    /// What is behind the question mark.
    pub query: String,
    /// `Accept`
    pub accept: String,
    /// `Content-Type`
    pub content_type: String,
    /// `User-Agent`
    pub user_agent: String,
    /// The body.
    pub body: Bytes,
}

/// The resource, and which of its objects.
#[derive(Debug, Clone)]
pub struct Target {
    /// The resource.
    pub resource: Arc<Resource>,
    /// The namespace; nothing for all of them, and for resources without.
    pub namespace: Option<String>,
    /// The object; nothing for all of them.
    pub name: Option<String>,
    /// `status` and so on.
    pub subresource: Option<String>,
}

/// What the query says.
#[derive(Debug, Clone, Default)]
pub struct Query {
    words: Vec<(String, String)>,
}

impl Query {
    /// Reads what is behind the question mark.
    pub fn new(text: &str) -> Self {
        let words = form_urlencoded::parse(text.as_bytes());
        Self {
            words: words
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        }
    }

    /// The first value of a name, or nothing.
    pub fn text(&self, name: &str) -> &str {
        self.given(name).unwrap_or_default()
    }

    /// The first value of a name.
    pub fn given(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// All values of a name.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.words.iter().filter(move |(known, _)| known == name);
        named.map(|(_, value)| value.as_str())
    }

    /// GO: a switch: nothing, `0` and `false` are off, all else is on.
    pub fn is_on(&self, name: &str) -> bool {
        let given = self.given(name).map(str::to_ascii_lowercase);
        given.is_some_and(|value| value != "false" && value != "0")
    }

    /// A number.
    ///
    /// # Errors
    /// When it is none.
    pub fn number(&self, name: &str) -> Result<Option<i64>, Status> {
        let Some(text) = self.given(name).filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        text.parse().map(Some).map_err(|_| {
            Status::bad_request(format!(
                "strconv.ParseInt: parsing \"{text}\": invalid syntax"
            ))
        })
    }

    /// Whether nothing is to be kept (`dryRun=All`); `options` is the kind of the options.
    ///
    /// # Errors
    /// Another value than `All`.
    pub fn dry_run(&self, options: &'static str) -> Result<bool, Status> {
        let values: Vec<&str> = self.all("dryRun").collect();
        if values.iter().all(|value| *value == "All") {
            return Ok(!values.is_empty());
        }
        let values: serde_json::Value = values.into();
        Err(bad_option(
            options,
            Cause::unsupported("dryRun", &values, &["All"]),
        ))
    }
}

/// An option that is refused.
pub fn bad_option(kind: &'static str, cause: Cause) -> Status {
    bad_options(kind, vec![cause])
}

/// Options that are refused.
pub fn bad_options(kind: &'static str, causes: Vec<Cause>) -> Status {
    Status::invalid_of((kind, "meta.k8s.io"), "", causes)
}

/// What a path names, when it is one of a resource.
pub fn target(catalog: &Catalog, path: &str) -> Option<Target> {
    let mut words: Vec<String> = Vec::new();
    for word in path.strip_prefix('/')?.split('/') {
        words.push(unescaped(word)?);
    }
    if words.last().is_some_and(String::is_empty) {
        words.pop();
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (group, version, rest) = match words.as_slice() {
        ["api", version, rest @ ..] => ("", *version, rest),
        ["apis", group, version, rest @ ..] => (*group, *version, rest),
        _ => return None,
    };
    let find = |plural: &str| catalog.resource(group, version, plural).cloned();
    let whole = |resource: Arc<Resource>, namespace: Option<&str>, rest: &[&str]| {
        let name = rest.first().filter(|name| !name.is_empty());
        Some(Target {
            resource,
            namespace: namespace.map(str::to_owned),
            name: name.map(|name| (*name).to_owned()),
            subresource: (rest.len() > 1).then(|| rest[1..].join("/")),
        })
    };
    match rest {
        ["namespaces", namespace, plural, rest @ ..] if !namespace.is_empty() => {
            // `/namespaces/NAME/status` is about the namespace itself.
            match find(plural) {
                Some(resource) if resource.namespaced => whole(resource, Some(namespace), rest),
                _ => whole(
                    find("namespaces")?,
                    None,
                    &[&[*namespace, *plural], rest].concat(),
                )
                .filter(|target| {
                    let named = target.subresource.as_deref().unwrap_or_default();
                    target.resource.subresource(named).is_some()
                }),
            }
        }
        [plural, rest @ ..] => {
            let resource = find(plural)?;
            // Objects in namespaces are found in them alone.
            if resource.namespaced && !rest.is_empty() {
                return None;
            }
            whole(resource, None, rest)
        }
        [] => None,
    }
}

/// Whether a path begins with a group and version that there are.
pub fn is_in_group(catalog: &Catalog, path: &str) -> bool {
    let words: Vec<&str> = path.split('/').skip(1).collect();
    match words.as_slice() {
        ["api", version, _, ..] => catalog.version("", version).is_some(),
        ["apis", group, version, _, ..] => catalog.version(group, version).is_some(),
        _ => false,
    }
}

/// A word of a path, which may have escapes.
fn unescaped(word: &str) -> Option<String> {
    if !word.contains('%') {
        return Some(word.to_owned());
    }
    let mut bytes = Vec::with_capacity(word.len());
    let mut rest = word.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte == b'%' {
            let (digits, after) = rest.split_at_checked(2)?;
            let digits = std::str::from_utf8(digits).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = after;
        } else {
            bytes.push(*byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(path: &str) -> Option<String> {
        let target = target(Catalog::builtin(), path)?;
        let part = |part: Option<String>| part.unwrap_or_else(|| "-".to_owned());
        Some(format!(
            "{} {} {} {}",
            target.resource.qualified(),
            part(target.namespace),
            part(target.name),
            part(target.subresource)
        ))
    }

    #[test]
    fn paths() {
        for (path, meant) in [
            ("/api/v1/pods", "pods - - -"),
            ("/api/v1/namespaces/n/pods", "pods n - -"),
            ("/api/v1/namespaces/n/pods/a", "pods n a -"),
            ("/api/v1/namespaces/n/pods/a/log", "pods n a log"),
            ("/api/v1/namespaces", "namespaces - - -"),
            ("/api/v1/namespaces/n", "namespaces - n -"),
            ("/api/v1/namespaces/n/status", "namespaces - n status"),
            (
                "/apis/apps/v1/namespaces/n/deployments/a%2db/scale",
                "deployments.apps n a-b scale",
            ),
            (
                "/apis/storage.k8s.io/v1/storageclasses/s",
                "storageclasses.storage.k8s.io - s -",
            ),
        ] {
            assert_eq!(seen(path).as_deref(), Some(meant), "{path}");
        }
        for path in [
            "",
            "/",
            "/api",
            "/api/v1",
            "/api/v1/nope",
            "/api/v1/pods/a",
            "/api/v1/namespaces/n/nope",
            "/api/v1/namespaces/n/nodes",
            "/apis/apps/v2/deployments",
            "/api/v1/namespaces/%ff/pods",
            "/api/v1/%p",
        ] {
            assert_eq!(seen(path), None, "{path}");
        }
    }

    #[test]
    fn queries() {
        let query = Query::new("a=1&b=x%20y&watch&c=false&dryRun=All");
        assert_eq!(query.number("a"), Ok(Some(1)));
        assert_eq!(query.text("b"), "x y");
        assert!(query.is_on("watch") && !query.is_on("c") && !query.is_on("d"));
        assert_eq!(query.dry_run("CreateOptions"), Ok(true));
        let refused = Query::new("dryRun=x")
            .dry_run("CreateOptions")
            .expect_err("not All");
        assert_eq!(
            refused.message,
            "CreateOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: [\"x\"]: supported values: \"All\""
        );
    }
}
