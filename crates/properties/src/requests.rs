//! Requests to a sandbox, and what is selected by them.

use std::sync::LazyLock;

use pintle_sandbox::api::{Answer, Api, Whole};
use pintle_sandbox::catalog::Catalog;
use pintle_sandbox::clock::Clock;
use pintle_sandbox::faults::{Faults, Rule};
use pintle_sandbox::request::Request;
use pintle_sandbox::select::{self, Selector};
use pintle_sandbox::store::{Kept, Key, Store};
use serde_json::{Map, Value, json};

use crate::parts;

/// How many requests of an input are made.
const MOST: usize = 8;

/// What there is before the first request: paths and bodies, as they are posted.
const WORLD: &[(&str, &str)] = &[
    (
        "/api/v1/namespaces",
        r#"{"kind":"Namespace","apiVersion":"v1","metadata":{"name":"n"}}"#,
    ),
    (
        "/api/v1/namespaces/n/configmaps",
        r#"{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","labels":{"app":"web"}},"data":{"k":"v"}}"#,
    ),
    (
        "/api/v1/namespaces/n/serviceaccounts",
        r#"{"kind":"ServiceAccount","apiVersion":"v1","metadata":{"name":"default"}}"#,
    ),
    (
        "/api/v1/namespaces/n/pods",
        r#"{"kind":"Pod","apiVersion":"v1","metadata":{"name":"p","labels":{"app":"web"}},"spec":{"containers":[{"name":"c","image":"i"}]}}"#,
    ),
    (
        "/apis/apps/v1/namespaces/n/deployments",
        r#"{"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"d","finalizers":["x.io/y"]},"spec":{"selector":{"matchLabels":{"app":"d"}},"template":{"metadata":{"labels":{"app":"d"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}"#,
    ),
    (
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
        r#"{"kind":"CustomResourceDefinition","apiVersion":"apiextensions.k8s.io/v1","metadata":{"name":"things.x.io"},"spec":{"group":"x.io","scope":"Namespaced","names":{"plural":"things","kind":"Thing"},"versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{},"scale":{"specReplicasPath":".spec.size","statusReplicasPath":".status.size"}},"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{"size":{"type":"integer"}}},"status":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}}}]}}"#,
    ),
    (
        "/apis/x.io/v1/namespaces/n/things",
        r#"{"kind":"Thing","apiVersion":"x.io/v1","metadata":{"name":"t"},"spec":{"size":1}}"#,
    ),
];

/// When everything happens, in seconds since 1970.
const NOW: i64 = 1_767_323_045;

/// A world as it is before the first request: made once, and copied.
fn world() -> Api {
    static MADE: LazyLock<Api> = LazyLock::new(made);
    // Another seed, or new objects would have the uids of those there are.
    Api::new(MADE.store.copy(), Clock::Fixed(NOW), Some(8))
}

fn made() -> Api {
    let api = Api::new(Store::new(), Clock::Fixed(NOW), Some(7));
    for (path, body) in WORLD {
        let made = api.answer(&Request {
            method: "POST".to_owned(),
            path: (*path).to_owned(),
            content_type: "application/json".to_owned(),
            body: body.as_bytes().into(),
            ..Request::default()
        });
        let is_made = matches!(&made, Answer::Whole(made) if made.code == 201);
        assert!(is_made, "{path}: {made:?}");
    }
    api
}

/// Requests are answered, in well-formed JSON, the same in two worlds that are alike; who only
/// looks, or does it for show, changes nothing. Each part of the input is a request: method, path
/// and query in the first line, what is accepted in the second, what the body is in the third, and
/// the body.
pub(crate) fn requests(input: &[u8]) {
    let text = parts::text(input);
    let (one, other) = (world(), world());
    for (first, rest) in parts::files(&text).take(MOST) {
        let request = request(first, rest);
        faults(&request, first);
        let before = one.export();
        let answer = carried_out(&one, &request);
        assert_eq!(answer, carried_out(&other, &request), "{request:?}");
        let looks = !matches!(request.method.as_str(), "POST" | "PUT" | "PATCH" | "DELETE");
        let (code, _) = answer;
        if looks || request.query == "dryRun=All" || code >= 400 {
            assert_eq!(before, one.export(), "{request:?}");
        }
    }
    assert_eq!(one.export(), other.export());
}

fn request(first: &str, rest: &str) -> Request {
    let mut lines = rest.splitn(3, '\n');
    let mut line = || lines.next().unwrap_or_default().to_owned();
    let (accept, content_type, body) = (line(), line(), line());
    let (method, target) = first.split_once(' ').unwrap_or(("GET", first));
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    Request {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        accept,
        content_type,
        user_agent: "fuzz/1".to_owned(),
        body: body.into(),
    }
}

/// The code and the body; of a watch, what it sends at first.
fn carried_out(api: &Api, request: &Request) -> (u16, Vec<u8>) {
    match api.answer(request) {
        Answer::Whole(Whole {
            code,
            media_type,
            body,
            ..
        }) => {
            assert!((200..600).contains(&code), "{code}");
            if media_type == "application/json" {
                is_json(&body, request);
            }
            (code, body)
        }
        Answer::Watch(mut watch) => {
            let (mut sent, goes_on) = api.events(&mut watch);
            if goes_on {
                sent.extend(api.bookmark(&mut watch));
                let (more, _) = api.events(&mut watch);
                assert!(more.is_empty(), "nothing happened: {more:?}");
            }
            for line in sent.split(|byte| *byte == b'\n') {
                if !line.is_empty() && !request.accept.contains("yaml") {
                    is_json(line, request);
                }
            }
            (200, sent)
        }
    }
}

fn is_json(text: &[u8], request: &Request) {
    let read = serde_json::from_slice::<Value>(text);
    let text = String::from_utf8_lossy(text);
    assert!(read.is_ok(), "{request:?}: {text}");
}

/// A rule about the path of a request meets it, also where a part is anything.
fn faults(request: &Request, anything: &str) {
    let faults = Faults::default();
    let half = request.path.len() / 2;
    let half = (0..=half)
        .rev()
        .find(|at| request.path.is_char_boundary(*at));
    let (begin, end) = request.path.split_at(half.unwrap_or(0));
    for path in [
        format!("{begin}*{end}"),
        format!("*{end}"),
        anything.to_owned(),
    ] {
        faults.add(Rule {
            path,
            ..Rule::default()
        });
    }
    faults.fate(&request.method, &request.path, &request.query);
    let met: Vec<u32> = faults.counts().iter().map(|(_, met)| *met).collect();
    assert_eq!(met[..2], [1, 1], "{request:?}");
}

/// Selectors are read or refused, the same each time; two that are joined select what both select;
/// those of objects select the same when they are printed and read again. The input is a selector
/// of labels, one of fields, a selector as objects have it, and labels, the last two in JSON.
pub(crate) fn selectors(input: &[u8]) {
    let text = parts::text(input);
    let [labels, fields, selector, of] = parts::split(&text);
    let of: Value = serde_json::from_str(of).unwrap_or_default();
    let of: Map<String, Value> = match of {
        Value::Object(map) => map.into_iter().filter(|(_, one)| one.is_string()).collect(),
        _ => Map::new(),
    };
    for plural in ["pods", "services", "configmaps", "nodes"] {
        let Some(resource) = Catalog::builtin().resource("", "v1", plural) else {
            continue;
        };
        let object = json!({
            "apiVersion": "v1", "kind": resource.kind,
            "metadata": {"name": "a", "namespace": "n", "labels": of},
            "spec": {"nodeName": "node-1", "type": "ClusterIP"}, "status": {"phase": "Running"},
        });
        let kept = Kept::new(Key::new(&resource.shelf(), "n", "a"), 1, &object);
        let selected = |labels: &str, fields: &str| {
            let selector = Selector::parse(resource, labels, fields);
            selector.map(|one| one.matches(&kept))
        };
        let (by_labels, by_fields) = (selected(labels, ""), selected("", fields));
        assert_eq!(by_labels, selected(labels, ""), "twice");
        if let (Ok(by_labels), Ok(by_fields)) = (&by_labels, &by_fields) {
            assert_eq!(selected(labels, fields), Ok(*by_labels && *by_fields));
            if !labels.trim().is_empty() {
                let joined = format!("{labels},!no.such/label");
                assert_eq!(selected(&joined, ""), Ok(*by_labels), "{joined}");
            }
            let joined = format!("{fields},metadata.name!=b");
            assert_eq!(selected("", &joined), Ok(*by_fields), "{joined}");
        }
        if let Some(selector) = sound(selector) {
            let printed = select::text(&selector);
            let wanted = select::selects(&selector, &|name| of.get(name).and_then(Value::as_str));
            assert_eq!(selected(&printed, ""), Ok(wanted), "{printed}");
        }
    }
}

/// A selector as objects have it, when it is one that the API takes.
fn sound(text: &str) -> Option<Value> {
    let selector: Value = serde_json::from_str(text).ok()?;
    let labels = match &selector["matchLabels"] {
        Value::Null => Map::new(),
        Value::Object(labels) => labels.clone(),
        _ => return None,
    };
    let is_value = |value: &Value| {
        value
            .as_str()
            .is_some_and(|text| text.is_empty() || is_plain(text))
    };
    let mut all = labels.iter();
    if !all.all(|(name, value)| is_plain(name) && is_value(value)) {
        return None;
    }
    let mut expressions = Vec::new();
    for one in selector["matchExpressions"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let (key, values) = (one["key"].as_str()?, one["values"].as_array());
        let values = values.map(Vec::as_slice).unwrap_or_default();
        let takes_values = match one["operator"].as_str()? {
            "In" | "NotIn" => true,
            "Exists" | "DoesNotExist" => false,
            _ => return None,
        };
        if !is_plain(key) || takes_values == values.is_empty() || !values.iter().all(is_value) {
            return None;
        }
        expressions.push(json!({"key": key, "operator": one["operator"], "values": values}));
    }
    Some(json!({"matchLabels": labels, "matchExpressions": expressions}))
}

/// Whether a text is the name of a label without a prefix, or its value.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let ends = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let inside = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    bytes.len() <= 63
        && ends(bytes.first())
        && ends(bytes.last())
        && bytes.iter().all(inside)
        // Words of the grammar.
        && !matches!(text, "in" | "notin" | "gt" | "lt")
}
