//! Answers, without what no two servers have in common.

use std::time::Duration;

use kube::client::Body;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::script::{Case, Script};

/// A status and a body; the documents of a watch are a list.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub status: u16,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    pub body: Value,
}

impl Answer {
    pub fn shown(&self) -> String {
        serde_json::to_string_pretty(
            &json!({"status": self.status, "warnings": self.warnings, "body": self.body}),
        )
        .unwrap_or_default()
    }
}

impl Answer {
    /// With managers in the order of their names. The real server has them in that of their times,
    /// which is another when a second ends between two requests.
    pub fn by_name(mut self) -> Self {
        sort_managers(&mut self.body);
        self
    }
}

fn sort_managers(value: &mut Value) {
    match value {
        Value::Object(map) => {
            if let Some(Value::Array(entries)) = map.get_mut("managedFields") {
                entries.sort_by_key(Value::to_string);
            }
            map.values_mut().for_each(sort_managers);
        }
        Value::Array(list) => list.iter_mut().for_each(sort_managers),
        _ => {}
    }
}

/// All answers of a script, one a line.
pub fn written(answers: &[Answer]) -> String {
    let lines: Vec<String> = answers
        .iter()
        .map(|one| serde_json::to_string(one).expect("JSON"))
        .collect();
    format!("[\n{}\n]\n", lines.join(",\n"))
}

const DEFINITIONS: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
/// Those that scripts make.
const DEFINED: [&str; 2] = ["gauges.example.com", "widgets.example.com"];

/// How often a question is asked until there is an answer.
const ASKS: usize = 3;

/// A server to ask.
pub struct Peer {
    runtime: Runtime,
    client: Client,
}

impl Peer {
    pub fn new(kubeconfig: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let client = runtime.block_on(async {
            let kubeconfig = Kubeconfig::from_yaml(kubeconfig).expect("a kubeconfig");
            let config =
                Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await;
            Client::try_from(config.expect("a configuration")).expect("a client")
        });
        Self { runtime, client }
    }

    /// Runs a script in a namespace of its own.
    pub fn run(&self, name: &str, script: &Script) -> Vec<Answer> {
        let namespace = format!("agree-{}", name.replace('_', "-"));
        self.begin(&namespace);
        let (mut version, mut uid) = (String::new(), String::new());
        let mut answers = Vec::new();
        for case in &script.cases {
            let fill = |text: &str| {
                text.replace("{ns}", &namespace)
                    .replace("{rv}", &version)
                    .replace("{uid}", &uid)
            };
            let (status, warnings, body) = self.ask(case, fill(&case.path), fill(&case.body));
            if status == 201 && case.path == DEFINITIONS {
                self.until_served(&body);
            }
            let mut documents: Vec<Value> = Vec::new();
            for document in serde_json::Deserializer::from_slice(&body).into_iter() {
                match document {
                    Ok(document) => documents.push(document),
                    Err(_) => documents = vec![String::from_utf8_lossy(&body).into_owned().into()],
                }
            }
            let mut body = match documents.len() {
                1 => documents.remove(0),
                _ => documents.into(),
            };
            let text = |value: &Value| value.as_str().map(str::to_owned);
            version = text(&body["metadata"]["resourceVersion"]).unwrap_or(version);
            uid = text(&body["metadata"]["uid"]).unwrap_or(uid);
            plain(&mut body, "");
            answers.push(Answer {
                status,
                warnings,
                body,
            });
        }
        self.send(
            "DELETE",
            &format!("/api/v1/namespaces/{namespace}"),
            Vec::new(),
            &[],
        );
        answers
    }

    /// A namespace with nothing in it but what is in each.
    fn begin(&self, namespace: &str) {
        let path = format!("/api/v1/namespaces/{namespace}");
        self.send("DELETE", &path, Vec::new(), &[]);
        Self::until(|| self.send("GET", &path, Vec::new(), &[]).0 == 404);
        for name in DEFINED {
            // A definition of a run before this.
            let path = format!("{DEFINITIONS}/{name}");
            self.send("DELETE", &path, Vec::new(), &[]);
            Self::until(|| self.send("GET", &path, Vec::new(), &[]).0 == 404);
        }
        let body =
            json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}});
        let headers = [("content-type".to_owned(), "application/json".to_owned())];
        self.send(
            "POST",
            "/api/v1/namespaces",
            body.to_string().into_bytes(),
            &headers,
        );
        for of_each in ["serviceaccounts/default", "configmaps/kube-root-ca.crt"] {
            Self::until(|| {
                self.send("GET", &format!("{path}/{of_each}"), Vec::new(), &[])
                    .0
                    == 200
            });
        }
    }

    /// The real server needs a moment until it has what a definition says.
    fn until_served(&self, definition: &[u8]) {
        let definition: Value = serde_json::from_slice(definition).expect("a definition");
        let spec = &definition["spec"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (group, plural) = (text(&spec["group"]), text(&spec["names"]["plural"]));
        for version in spec["versions"].as_array().expect("its versions") {
            let path = format!("/apis/{group}/{}/{plural}", text(&version["name"]));
            Self::until(|| self.send("GET", &path, Vec::new(), &[]).0 == 200);
        }
    }

    fn until(mut is_so: impl FnMut() -> bool) {
        for _ in 0..1000 {
            if is_so() {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("it takes more than ten seconds");
    }

    fn ask(&self, case: &Case, path: String, body: String) -> (u16, Vec<String>, Vec<u8>) {
        self.send(&case.method, &path, body.into_bytes(), &case.headers)
    }

    fn send(
        &self,
        method: &str,
        path: &str,
        body: Vec<u8>,
        headers: &[(String, String)],
    ) -> (u16, Vec<String>, Vec<u8>) {
        for _ in 1..ASKS {
            match self.try_to_send(method, path, body.clone(), headers) {
                // A server that is just letting a definition go ends what is watched.
                Err(_) if method == "GET" => {}
                answer => return answer.expect("an answer"),
            }
        }
        self.try_to_send(method, path, body, headers)
            .expect("an answer")
    }

    fn try_to_send(
        &self,
        method: &str,
        path: &str,
        body: Vec<u8>,
        headers: &[(String, String)],
    ) -> Result<(u16, Vec<String>, Vec<u8>), kube::Error> {
        let mut request = http::Request::builder()
            .method(method)
            .uri(path)
            .header("user-agent", "agreement");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let request = request.body(Body::from(body)).expect("a request");
        self.runtime.block_on(async {
            let response = self.client.send(request).await?;
            let status = response.status().as_u16();
            let warnings = response.headers().get_all("warning").iter();
            let warnings = warnings
                .map(|one| one.to_str().unwrap_or_default().to_owned())
                .collect();
            let body = response.into_body().collect_bytes().await?;
            Ok((status, warnings, body.to_vec()))
        })
    }
}

/// Takes out what no two servers have in common: uids, versions, times, made-up names.
fn plain(value: &mut Value, name: &str) {
    match value {
        Value::Object(map) => {
            let begin = map.get("generateName").and_then(Value::as_str);
            let made = begin.map(|begin| format!("{begin}*"));
            let name_of = map.get("name").and_then(Value::as_str);
            if let (Some(begin), Some(made), Some(is)) = (begin, made, name_of)
                && is.starts_with(begin)
            {
                map.insert("name".to_owned(), made.into());
            }
            // FIDELITY.md: descriptions of columns are left out.
            if name == "columnDefinitions" {
                map.remove("description");
            }
            for (name, value) in map {
                plain(value, name);
            }
        }
        Value::Array(list) => {
            for item in list {
                plain(item, name);
            }
        }
        Value::String(text) => {
            let number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            let is_time = text.len() >= 20
                && text.as_bytes()[4] == b'-'
                && text.as_bytes()[10] == b'T'
                && text.ends_with('Z');
            if name == "resourceVersion" && number {
                "VERSION".clone_into(text);
            } else if name == "continue" && !text.is_empty() {
                "TOKEN".clone_into(text);
            } else if is_time {
                "TIME".clone_into(text);
            } else if name == "cells" && is_age(text) {
                "AGE".clone_into(text);
            } else {
                *text = without_objects(&without_uids(text));
            }
        }
        _ => {}
    }
}

/// Seconds since something was made: `2s`.
fn is_age(text: &str) -> bool {
    let digits = text.strip_suffix('s').unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Takes out whole objects, which have their properties in the order of Go's types, and the
/// letters that make names of volumes.
fn without_objects(text: &str) -> String {
    if let Some(letters) = text.strip_prefix("kube-api-access-") {
        return format!("kube-api-access-{}", "*".repeat(letters.len()));
    }
    let begin = ["Invalid value: \"{\\\"", "Invalid value: [{\"Name\""];
    let Some(at) = begin.iter().find_map(|begin| text.find(begin)) else {
        return text.to_owned();
    };
    let end = ["}\": ", "}]: "]
        .iter()
        .filter_map(|end| Some(text[at..].find(end)? + at + end.len()))
        .max();
    format!(
        "{}OBJECT: {}",
        &text[..at],
        &text[end.unwrap_or(text.len())..]
    )
}

fn without_uids(text: &str) -> String {
    let is_uid = |at: usize| {
        text.get(at..at + 36).is_some_and(|part| {
            part.bytes().enumerate().all(|(at, byte)| match at {
                8 | 13 | 18 | 23 => byte == b'-',
                _ => byte.is_ascii_hexdigit() && !byte.is_ascii_uppercase(),
            })
        })
    };
    let (mut found, mut at) = (String::new(), 0);
    if let Some((begin, rest)) = text.split_once("in record (")
        && rest.starts_with(|first: char| first.is_ascii_digit())
        && let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit())
        && rest.starts_with(')')
    {
        return format!("{begin}in record (VERSION{rest}");
    }
    while let Some(next) = text[at..].chars().next() {
        if is_uid(at) {
            found.push_str("UID");
            at += 36;
        } else {
            found.push(next);
            at += next.len_utf8();
        }
    }
    found
}
