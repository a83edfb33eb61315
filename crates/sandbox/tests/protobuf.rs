//! Bodies in protobuf: read as the JSON of the same.
//!
//! `real/protobuf.jsonl` holds objects as Kubernetes v1.37.1's API server gave them, in JSON and
//! in protobuf (in base64).

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pintle_sandbox::api::{Answer, Api};
use pintle_sandbox::catalog::{Catalog, Resource};
use pintle_sandbox::clock::Clock;
use pintle_sandbox::decode::{self, FieldValidation, Format};
use pintle_sandbox::defaults;
use pintle_sandbox::request::Request;
use pintle_sandbox::store::Store;
use serde_json::{Value, json};

const CASES: &str = include_str!("real/protobuf.jsonl");

fn resource(case: &Value) -> &'static Resource {
    let at = |at: usize| case["resource"][at].as_str().expect("a name");
    Catalog::builtin()
        .resource(at(0), at(1), at(2))
        .expect("it is built in")
}

fn cases() -> impl Iterator<Item = (Value, Vec<u8>)> {
    CASES.lines().map(|line| {
        let case: Value = serde_json::from_str(line).expect("a case");
        let body = case["protobuf"].as_str().expect("a body");
        let body = STANDARD.decode(body).expect("base64");
        (case, body)
    })
}

fn read(resource: &Resource, body: &[u8]) -> Result<Value, String> {
    let read = decode::decode(resource, body, Format::Protobuf, FieldValidation::Strict);
    read.map(|read| read.object)
        .map_err(|status| status.message)
}

/// The places at which two values differ.
fn differ(ours: &Value, real: &Value, path: &str, found: &mut Vec<String>) {
    match (ours, real) {
        (Value::Object(one), Value::Object(other)) => {
            let names: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
            for name in names {
                differ(&ours[name], &real[name], &format!("{path}.{name}"), found);
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (at, (one, other)) in one.iter().zip(other).enumerate() {
                differ(one, other, &format!("{path}[{at}]"), found);
            }
        }
        _ if ours == real => {}
        _ => found.push(format!("{path}: {ours} is really {real}")),
    }
}

#[test]
fn objects_are_the_same_in_json_and_protobuf() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for (case, body) in cases() {
        count += 1;
        let (ours, real) = (read(resource(&case), &body), &case["object"]);
        match ours {
            Ok(mut ours) => {
                // What a message does not say is filled in, the kinds of templates of claims say.
                defaults::fill(resource(&case), &mut ours);
                differ(&ours, real, &real["kind"].to_string(), &mut wrong);
            }
            Err(why) => wrong.push(why),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 30, "{count} cases");
}

/// A body that ends too soon is refused, or is an object with less in it; it is never more.
#[test]
fn bodies_that_break_off_or_are_broken_do_no_harm() {
    for (case, body) in cases() {
        let resource = resource(&case);
        for end in (0..body.len()).step_by(17) {
            let _ = read(resource, &body[..end]);
        }
        for at in (0..body.len()).step_by(13) {
            let mut broken = body.clone();
            broken[at] ^= 0x55;
            let _ = read(resource, &broken);
        }
    }
}

/// What the real server says of bodies that are none.
#[test]
fn bad_bodies_are_refused_in_the_real_servers_words() {
    let config_maps = Catalog::builtin().resource("", "v1", "configmaps");
    let config_maps = config_maps.expect("they are built in");
    let unrecognized = "the object provided is unrecognized (must be of type ConfigMap): ";
    let unfit = "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: ";
    for (body, begin, why) in [
        (&b""[..], unrecognized, "empty data (<empty>)"),
        (
            b"{}",
            unrecognized,
            "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0] ({})",
        ),
        (
            b"k8s",
            unrecognized,
            "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0] (6b3873)",
        ),
        (b"k8s\0", unrecognized, "empty body (6b387300)"),
        (
            b"k8s\0\x0a\xff",
            unrecognized,
            "unexpected EOF (6b3873000aff)",
        ),
        (
            b"k8s\0\x12\x02\xf8\x01\x00",
            unrecognized,
            "proto: Unknown: illegal tag 0 (wire type 0) (6b3873001202f80100)",
        ),
        (b"k8s\0\x12\x04\x0a\x08\x0a\x00", unfit, "unexpected EOF"),
        (b"k8s\0\x12\x02\xff\xff", unfit, "unexpected EOF"),
        (
            b"k8s\0\x12\x07\x0a\x05\x08\x03a-f",
            unfit,
            "proto: wrong wireType = 0 for field Name",
        ),
        (
            b"k8s\0\x12\x02\x0b\x00",
            unfit,
            "proto: wrong wireType = 3 for field ObjectMeta",
        ),
        (
            b"k8s\0\x12\x02\x00\x00",
            unfit,
            "proto: ConfigMap: illegal tag 0 (wire type 0)",
        ),
        (
            b"k8s\0\x12\x02\x0c\x00",
            unfit,
            "proto: ConfigMap: wiretype end group for non-group",
        ),
        (
            b"k8s\0\x12\x03\xff\x01\x00",
            unfit,
            "proto: illegal wireType 7",
        ),
        (
            b"k8s\0\x12\x0c\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
            unfit,
            "proto: integer overflow",
        ),
        (
            b"k8s\0\x12\x0b\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
            unfit,
            "proto: negative length found during unmarshaling",
        ),
        (
            b"k8s\0\x0a\x09\x0a\x02v1\x12\x03Pod\x12\x07\x0a\x05\x0a\x03a-b",
            "",
            "Pod in version \"v1\" cannot be handled as a ConfigMap: converting (v1.Pod) to (core.ConfigMap): unknown conversion",
        ),
        (
            b"k8s\0\x0a\x09\x0a\x02v1\x12\x03Nox\x12\x07\x0a\x05\x0a\x03a-b",
            "",
            "Nox in version \"v1\" cannot be handled as a ConfigMap: no kind \"Nox\" is registered for version \"v1\" in scheme \"pkg/runtime/scheme.go:111\"",
        ),
    ] {
        assert_eq!(read(config_maps, body), Err(format!("{begin}{why}")));
    }
}

/// The envelope need not say what is in it, and what it says of how that is written is not read.
#[test]
fn the_kind_is_that_of_the_path_when_none_is_said() {
    let config_maps = Catalog::builtin().resource("", "v1", "configmaps");
    let config_maps = config_maps.expect("they are built in");
    let named = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a-c"}});
    for body in [
        &b"k8s\0\x12\x07\x0a\x05\x0a\x03a-c"[..],
        b"k8s\0\x12\x07\x0a\x05\x0a\x03a-c\x1a\x04gzip",
        b"k8s\0\x12\x07\x0a\x05\x0a\x03a-c\x22\x10application/json",
        // A field that nobody knows.
        b"k8s\0\x12\x0a\x0a\x05\x0a\x03a-c\xf8\x01\x00",
        // Twice: the second adds to the first.
        b"k8s\0\x12\x0b\x0a\x05\x0a\x03a-c\x0a\x02\x1a\x00",
    ] {
        assert_eq!(read(config_maps, body), Ok(named.clone()));
    }
}

/// Messages in messages, as deep as schemas of custom resources may be sent.
#[test]
fn there_is_an_end_to_depth() {
    let length = |mut length: usize| {
        let mut bytes = Vec::new();
        while length >= 0x80 {
            bytes.push((length & 0x7f) as u8 | 0x80);
            length >>= 7;
        }
        bytes.push(length as u8);
        bytes
    };
    let within = |tags: &[&[u8]], inner: &[u8]| {
        tags.iter().rev().fold(inner.to_vec(), |inner, tag| {
            [tag, length(inner.len()).as_slice(), inner.as_slice()].concat()
        })
    };
    // `not`, the 28th field of a schema.
    let schema = |depth: usize| {
        let nots: Vec<&[u8]> = vec![b"\xe2\x01"; depth];
        // Of a definition the spec, a version, its schema.
        let version = within(&[b"\x22", b"\x0a"], &within(&nots, b""));
        let names: &[u8] = b"\x0a\x01a";
        let spec = [names, &within(&[b"\x3a"], &version)].concat();
        let body = within(&[b"\x12", b"\x12"], &spec);
        [b"k8s\0", body.as_slice()].concat()
    };
    let definitions =
        Catalog::builtin().resource("apiextensions.k8s.io", "v1", "customresourcedefinitions");
    let definitions = definitions.expect("they are built in");
    let read_at = |depth| read(definitions, &schema(depth));
    assert!(read_at(20).is_ok_and(|object| object.to_string().contains("\"not\":{\"not\"")));
    for depth in [200, 10_000] {
        let why = "CustomResourceDefinition in version \"v1\" cannot be handled as a CustomResourceDefinition: exceeded max depth 100";
        assert_eq!(read_at(depth), Err(why.to_owned()));
    }
}

/// A field with bytes, which are few.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    let length = u8::try_from(bytes.len()).expect("few");
    [&[number << 3 | 2, length], bytes].concat()
}

fn envelope(api_version: &str, kind: &str, message: &[u8]) -> Vec<u8> {
    let is = [field(1, api_version.as_bytes()), field(2, kind.as_bytes())];
    [b"k8s\0", &*field(1, &is.concat()), &*field(2, message)].concat()
}

struct Server(Api);

impl Server {
    fn new() -> Self {
        let api = Api::new(Store::new(), Clock::Fixed(1_800_000_000), Some(1));
        let server = Self(api);
        let namespace = envelope("v1", "Namespace", &field(1, &field(1, b"n")));
        server.send("POST", "/api/v1/namespaces", PROTOBUF, namespace);
        server
    }

    fn send(&self, method: &str, path: &str, language: &str, body: Vec<u8>) -> (u16, Value) {
        let request = Request {
            method: method.to_owned(),
            path: path.to_owned(),
            accept: format!("{PROTOBUF},application/json"),
            content_type: language.to_owned(),
            body: body.into(),
            ..Request::default()
        };
        let Answer::Whole(whole) = self.0.answer(&request) else {
            panic!("a watch");
        };
        assert_eq!(whole.media_type, "application/json");
        let value = serde_json::from_slice(&whole.body).expect("JSON");
        (whole.code, value)
    }
}

const PROTOBUF: &str = "application/vnd.kubernetes.protobuf";

/// The texts are Kubernetes v1.37.1's.
#[test]
fn options_of_a_delete() {
    let server = Server::new();
    let one = "/api/v1/namespaces/n/configmaps/a";
    let message = field(1, &field(1, b"a"));
    let body = envelope("v1", "ConfigMap", &message);
    let (code, made) = server.send("POST", "/api/v1/namespaces/n/configmaps", PROTOBUF, body);
    assert_eq!((code, &made["metadata"]["name"]), (201, &json!("a")));
    let options = |message: &[u8]| envelope("v1", "DeleteOptions", message);
    let of_what = "struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }";
    for (language, body, code, told) in [
        (
            PROTOBUF,
            options(&field(2, &field(1, b"other"))),
            409,
            "UID in the precondition (other) does not match".to_owned(),
        ),
        (
            PROTOBUF,
            options(&field(4, b"Sideways")),
            422,
            "propagationPolicy: Unsupported value: \"Sideways\"".to_owned(),
        ),
        (PROTOBUF, b"k8s\0".to_vec(), 400, "empty body".to_owned()),
        (
            PROTOBUF,
            envelope("v1", "Nope", b""),
            400,
            "no kind \"Nope\" is registered for version \"v1\" in scheme \"pkg/runtime/scheme.go:111\"".to_owned(),
        ),
        (
            "application/json",
            b"{".to_vec(),
            400,
            "couldn't get version/kind; json parse error: unexpected end of JSON input".to_owned(),
        ),
        (
            "application/json",
            b"[]".to_vec(),
            400,
            format!("couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type {of_what}"),
        ),
        (
            "text/plain",
            b"{}".to_vec(),
            415,
            "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf".to_owned(),
        ),
    ] {
        let (real, status) = server.send("DELETE", one, language, body);
        let message = status["message"].as_str().unwrap_or_default();
        assert!(real == code && message.contains(&told), "{real}: {message}");
    }
    let dry = options(&field(5, b"All"));
    assert_eq!(server.send("DELETE", one, PROTOBUF, dry).0, 200);
    assert_eq!(server.send("GET", one, "", Vec::new()).0, 200);
    assert_eq!(server.send("DELETE", one, PROTOBUF, options(b"")).0, 200);
    assert_eq!(server.send("GET", one, "", Vec::new()).0, 404);
}

#[test]
fn questions_tokens_and_scales() {
    let server = Server::new();
    let access = [field(2, b"get"), field(5, b"pods")].concat();
    let review = envelope(
        "authorization.k8s.io/v1",
        "SelfSubjectAccessReview",
        &field(2, &field(1, &access)),
    );
    let path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    let (code, answer) = server.send("POST", path, PROTOBUF, review);
    assert_eq!((code, &answer["status"]["allowed"]), (201, &json!(true)));
    let asked = json!({"resourceAttributes": {"verb": "get", "resource": "pods"}});
    assert_eq!(answer["spec"], asked);

    let account = envelope("v1", "ServiceAccount", &field(1, &field(1, b"a")));
    let accounts = "/api/v1/namespaces/n/serviceaccounts";
    server.send("POST", accounts, PROTOBUF, account);
    // 600 seconds.
    let spec = [field(1, b"aud"), vec![4 << 3, 0xd8, 0x04]].concat();
    let token = envelope("authentication.k8s.io/v1", "TokenRequest", &field(2, &spec));
    let path = format!("{accounts}/a/token");
    let (code, answer) = server.send("POST", &path, PROTOBUF, token);
    assert_eq!(
        (code, &answer["spec"]["expirationSeconds"]),
        (201, &json!(600))
    );
    assert_eq!(answer["spec"]["audiences"], json!(["aud"]));

    let (case, deployment) = cases()
        .find(|(case, _)| case["object"]["kind"] == "Deployment")
        .expect("one is recorded");
    let mut object = case["object"].clone();
    assert!(read(resource(&case), &deployment).is_ok());
    object["metadata"] = json!({"name": "d", "namespace": "n"});
    let deployments = "/apis/apps/v1/namespaces/n/deployments";
    let (code, _) = server.send(
        "POST",
        deployments,
        "application/json",
        object.to_string().into_bytes(),
    );
    assert_eq!(code, 201);
    let meta = [field(1, b"d"), field(3, b"n")].concat();
    let scale = [field(1, &meta), field(2, &[1 << 3, 7])].concat();
    let scale = envelope("autoscaling/v1", "Scale", &scale);
    let path = format!("{deployments}/d/scale");
    let (code, answer) = server.send("PUT", &path, PROTOBUF, scale);
    assert_eq!((code, &answer["spec"]["replicas"]), (200, &json!(7)));
}

/// Custom resources are not sent in protobuf, but options are.
#[test]
fn custom_resources_are_not_read() {
    let server = Server::new();
    let definition = json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "things.example.com"},
        "spec": {
            "group": "example.com", "scope": "Cluster",
            "names": {"plural": "things", "kind": "Thing"},
            "versions": [{"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": {"type": "object"}}}],
        },
    });
    let path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    let body = definition.to_string().into_bytes();
    assert_eq!(server.send("POST", path, "application/json", body).0, 201);
    let things = "/apis/example.com/v1/things";
    let thing = envelope("example.com/v1", "Thing", &field(1, &field(1, b"a")));
    assert_eq!(server.send("POST", things, PROTOBUF, thing).0, 415);
    let thing = json!({"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "a"}});
    let body = thing.to_string().into_bytes();
    assert_eq!(server.send("POST", things, "application/json", body).0, 201);
    let options = envelope("example.com/v1", "DeleteOptions", b"");
    let path = format!("{things}/a");
    assert_eq!(server.send("DELETE", &path, PROTOBUF, options).0, 200);
}
