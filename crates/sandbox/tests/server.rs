//! The port: who is let in, rules by which requests fail, what outlives the process.

use std::time::{Duration, Instant};

use http_body_util::BodyExt as _;
use kube::client::Body;
use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};
use pintle_sandbox::clock::Clock;
use pintle_sandbox::faults::{Cut, Rule};
use pintle_sandbox::{Options, Sandbox};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

struct Peer {
    runtime: Runtime,
    client: Client,
}

impl Peer {
    fn new(kubeconfig: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let client = runtime.block_on(async {
            let kubeconfig = Kubeconfig::from_yaml(kubeconfig).expect("a kubeconfig");
            let options = KubeConfigOptions::default();
            let config = Config::from_custom_kubeconfig(kubeconfig, &options).await;
            Client::try_from(config.expect("a configuration")).expect("a client")
        });
        Self { runtime, client }
    }

    /// The status and the body, or nothing when the connection was cut.
    fn ask(&self, method: &str, path: &str, body: &str) -> Option<(u16, Value)> {
        let request = http::Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", "application/json")
            .body(Body::from(body.as_bytes().to_vec()))
            .expect("a request");
        self.runtime.block_on(async {
            let response = self.client.send(request).await.ok()?;
            let status = response.status().as_u16();
            let body = response.into_body().collect().await.ok()?.to_bytes();
            Some((status, serde_json::from_slice(&body).unwrap_or_default()))
        })
    }
}

const MAPS: &str = "/api/v1/namespaces/default/configmaps";

fn map(name: &str) -> String {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}}).to_string()
}

fn code(answer: Option<(u16, Value)>) -> Option<u16> {
    answer.map(|(code, _)| code)
}

#[test]
fn without_the_token_nobody_is_let_in() {
    let sandbox = Sandbox::start(&Options::default()).expect("it starts");
    let token = sandbox.kubeconfig();
    let (_, token) = token.split_once("token: ").expect("a token");
    let config = sandbox.kubeconfig().replace(token.trim(), "another");
    let stranger = Peer::new(&config);
    let (status, body) = stranger.ask("GET", MAPS, "").expect("an answer");
    assert_eq!((status, &body["reason"]), (401, &"Unauthorized".into()));
    assert_eq!(code(stranger.ask("GET", "/sandbox/status", "")), Some(401));
    assert_eq!(code(stranger.ask("GET", "/readyz", "")), Some(200));
}

#[test]
fn requests_fail_by_rules() {
    let options = Options {
        secure: false,
        ..Options::default()
    };
    let sandbox = Sandbox::start(&options).expect("it starts");
    let peer = Peer::new(&sandbox.kubeconfig());
    let path = format!("{MAPS}*");
    let rule = Rule {
        method: "POST".into(),
        path: path.clone(),
        after: 1,
        times: 1,
        fail: 500,
        message: "on purpose".into(),
        ..Rule::default()
    };
    let number = sandbox.faults().add(rule);
    assert_eq!(code(peer.ask("POST", MAPS, &map("one"))), Some(201));
    let (status, body) = peer.ask("POST", MAPS, &map("two")).expect("an answer");
    assert_eq!((status, &body["message"]), (500, &"on purpose".into()));
    assert_eq!(code(peer.ask("POST", MAPS, &map("two"))), Some(201));
    assert_eq!(sandbox.faults().counts()[number].1, 3);
    sandbox.faults().clear();

    // By HTTP, too. What is cut after it was carried out was carried out.
    let rule = Rule {
        method: "POST".into(),
        path: path.clone(),
        times: 1,
        cut: Cut::After,
        ..Rule::default()
    };
    let rule = serde_json::to_string(&rule).expect("JSON");
    assert_eq!(code(peer.ask("POST", "/sandbox/rules", &rule)), Some(201));
    assert_eq!(peer.ask("POST", MAPS, &map("three")), None);
    assert_eq!(
        code(peer.ask("GET", &format!("{MAPS}/three"), "")),
        Some(200)
    );
    assert_eq!(code(peer.ask("DELETE", "/sandbox/rules", "")), Some(200));
    let rule = Rule {
        method: "POST".into(),
        times: 1,
        cut: Cut::Before,
        ..Rule::default()
    };
    sandbox.faults().add(rule);
    assert_eq!(peer.ask("POST", MAPS, &map("four")), None);
    assert_eq!(
        code(peer.ask("GET", &format!("{MAPS}/four"), "")),
        Some(404)
    );

    let rule = Rule {
        method: "GET".into(),
        times: 1,
        delay_millis: 200,
        ..Rule::default()
    };
    sandbox.faults().add(rule);
    let begun = Instant::now();
    assert_eq!(code(peer.ask("GET", MAPS, "")), Some(200));
    assert!(begun.elapsed() >= Duration::from_millis(200));
    assert_eq!(
        code(peer.ask("POST", "/sandbox/rules", "{\"nothing\": 1}")),
        Some(400)
    );
    assert_eq!(code(peer.ask("GET", "/sandbox/nothing", "")), Some(404));
}

#[test]
fn with_a_clock_and_a_seed_two_are_the_same() {
    let made = || {
        let options = Options {
            clock: Clock::Fixed(1_767_323_045),
            seed: Some(7),
            controllers: false,
            ..Options::default()
        };
        let sandbox = Sandbox::start(&options).expect("it starts");
        let peer = Peer::new(&sandbox.kubeconfig());
        let space =
            json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}});
        peer.ask("POST", "/api/v1/namespaces", &space.to_string());
        let made =
            json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"generateName": "a-"}});
        peer.ask("POST", MAPS, &made.to_string());
        sandbox.api().export()
    };
    let one = made();
    assert!(
        one.contains("creationTimestamp: \"2026-01-02T03:04:05Z\""),
        "{one}"
    );
    assert!(one.contains("generateName: a-"), "{one}");
    assert_eq!(one, made());
}

#[test]
fn objects_and_identity_outlive_the_process() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options {
        folder: Some(folder.path().to_owned()),
        ..Options::default()
    };
    let sandbox = Sandbox::start(&options).expect("it starts");
    let peer = Peer::new(&sandbox.kubeconfig());
    let (_, kept) = peer.ask("POST", MAPS, &map("kept")).expect("an answer");
    peer.ask("POST", MAPS, &map("gone"));
    peer.ask("DELETE", &format!("{MAPS}/gone"), "");
    let known = |sandbox: &Sandbox| {
        let text = sandbox.kubeconfig();
        text.lines()
            .filter(|line| !line.contains("server: "))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let before = known(&sandbox);
    drop(peer);
    drop(sandbox);
    let sandbox = Sandbox::start(&options).expect("it starts again");
    assert_eq!(known(&sandbox), before);
    let peer = Peer::new(&sandbox.kubeconfig());
    let (_, found) = peer
        .ask("GET", &format!("{MAPS}/kept"), "")
        .expect("an answer");
    assert_eq!(found, kept);
    assert_eq!(
        code(peer.ask("GET", &format!("{MAPS}/gone"), "")),
        Some(404)
    );
    // Versions go on where they were.
    let (_, next) = peer.ask("POST", MAPS, &map("next")).expect("an answer");
    let version = |object: &Value| -> Option<u64> {
        object["metadata"]["resourceVersion"].as_str()?.parse().ok()
    };
    assert!(version(&next) > version(&kept), "{next}");
}

#[test]
fn a_body_that_is_too_large_is_refused() {
    let sandbox = Sandbox::start(&Options::default()).expect("it starts");
    let peer = Peer::new(&sandbox.kubeconfig());
    let large = "x".repeat(4 << 20);
    // Who still sends may see nothing but the end of the connection.
    let status = code(peer.ask("POST", MAPS, &large));
    assert!(status.is_none_or(|status| status == 413), "{status:?}");
    // The server goes on; that connection may have ended.
    let other = Peer::new(&sandbox.kubeconfig());
    assert_eq!(code(other.ask("GET", MAPS, "")), Some(200));
}
