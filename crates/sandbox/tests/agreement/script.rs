//! Scripts of requests.
//!
//! ```text
//! # a remark
//! == title of the case ~ why the sandbox differs, when it does
//! POST /api/v1/namespaces/{ns}/configmaps
//! Content-Type: application/yaml
//!
//! kind: ConfigMap
//! ```
//!
//! `{ns}` is a namespace of the script's own, `{rv}` and `{uid}` are of the last object that was
//! answered. Bodies are JSON when nothing else is said.

use std::fs;
use std::path::Path;

/// One request.
#[derive(Debug)]
pub struct Case {
    pub title: String,
    pub differs: Option<String>,
    pub method: String,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

/// Requests that are sent one after the other.
#[derive(Debug)]
pub struct Script {
    pub cases: Vec<Case>,
}

impl Script {
    pub fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).expect("a script");
        let mut cases = Vec::new();
        for block in text.split("\n== ").skip(1) {
            let lines = block.lines().filter(|line| !line.starts_with("# "));
            let mut lines = lines.collect::<Vec<_>>().into_iter();
            let title = lines.next().expect("a title");
            let (title, differs) = match title.split_once(" ~ ") {
                Some((title, why)) => (title, Some(why.to_owned())),
                None => (title, None),
            };
            let request = lines
                .next()
                .unwrap_or_else(|| panic!("{title}: no request"));
            let (method, path) = request
                .split_once(' ')
                .unwrap_or_else(|| panic!("{request}: no path"));
            let mut headers: Vec<(String, String)> = Vec::new();
            for line in lines.by_ref() {
                let Some((name, value)) = line.split_once(": ") else {
                    break;
                };
                headers.push((name.to_ascii_lowercase(), value.to_owned()));
            }
            let body = lines.collect::<Vec<_>>().join("\n").trim().to_owned();
            let has_type = headers.iter().any(|(name, _)| name == "content-type");
            if !body.is_empty() && !has_type {
                headers.push(("content-type".to_owned(), "application/json".to_owned()));
            }
            cases.push(Case {
                title: title.to_owned(),
                differs,
                method: method.to_owned(),
                path: path.trim().to_owned(),
                headers,
                body,
            });
        }
        Self { cases }
    }
}
