//! What Kubernetes v1.37.1's API server answered to the like.

use serde_json::json;

use super::*;
use crate::catalog::Catalog;

fn patched(plural: &str, group: &str, live: &Value, patch: &Value) -> Result<Value, Status> {
    let resource = Catalog::builtin().resource(group, "v1", plural);
    let schema = resource.and_then(|resource| resource.schema());
    let patch = patch.as_object().cloned().unwrap_or_default();
    apply(schema, live, patch)
}

#[track_caller]
fn pod(live: Value, patch: Value, expected: Value) {
    let made = patched("pods", "", &json!({"spec": live}), &json!({"spec": patch}));
    assert_eq!(made, Ok(json!({"spec": expected})), "{patch}");
}

#[track_caller]
fn refused(live: Value, patch: Value, code: u16, message: &str) {
    let refusal = patched("pods", "", &live, &patch).expect_err("it is wrong");
    assert_eq!((refusal.code, refusal.message.as_str()), (code, message));
}

#[test]
fn lists_by_key() {
    let live = json!({"containers": [{"name": "c", "image": "i", "env": [{"name": "A", "value": "1"}, {"name": "B"}]}, {"name": "d"}]});
    pod(
        live.clone(),
        json!({"containers": [{"name": "d", "image": "x"}]}),
        json!({"containers": [{"name": "c", "image": "i", "env": [{"name": "A", "value": "1"}, {"name": "B"}]}, {"name": "d", "image": "x"}]}),
    );
    // What is new comes first, and what has no value there is dropped with the decoding.
    pod(
        live.clone(),
        json!({"containers": [{"name": "e"}]}),
        json!({"containers": [{"name": "e"}, {"name": "c", "image": "i", "env": [{"name": "A", "value": "1"}, {"name": "B"}]}, {"name": "d"}]}),
    );
    pod(
        live.clone(),
        json!({"containers": [{"name": "c", "image": null, "env": [{"$patch": "delete", "name": "A"}, {"name": "C"}]}]}),
        json!({"containers": [{"name": "c", "env": [{"name": "C"}, {"name": "B"}]}, {"name": "d"}]}),
    );
    pod(
        live.clone(),
        json!({"containers": [{"name": "c", "env": [{"$patch": "replace"}, {"name": "Z"}]}]}),
        json!({"containers": [{"name": "c", "image": "i", "env": [{"name": "Z"}]}, {"name": "d"}]}),
    );
    pod(
        live.clone(),
        json!({"$setElementOrder/containers": [{"name": "d"}, {"name": "c"}], "containers": [{"name": "c", "image": "j", "env": null}]}),
        json!({"containers": [{"name": "d"}, {"name": "c", "image": "j"}]}),
    );
    pod(
        live,
        json!({"$setElementOrder/containers": [{"name": "d"}, {"name": "c"}]}),
        json!({"containers": [{"name": "d"}, {"name": "c", "image": "i", "env": [{"name": "A", "value": "1"}, {"name": "B"}]}]}),
    );
}

#[test]
fn other_lists_and_maps() {
    pod(
        json!({"containers": [{"name": "c", "command": ["x"]}], "tolerations": [{"key": "a"}]}),
        json!({"containers": [{"name": "c", "command": ["a", "b"]}], "tolerations": [{"key": "b"}]}),
        json!({"containers": [{"name": "c", "command": ["a", "b"]}], "tolerations": [{"key": "b"}]}),
    );
    pod(
        json!({"volumes": [{"name": "v", "emptyDir": {}}]}),
        json!({"volumes": [{"name": "v", "$retainKeys": ["name", "configMap"], "configMap": {"name": "q", "items": null}}]}),
        json!({"volumes": [{"name": "v", "configMap": {"name": "q"}}]}),
    );
    pod(
        json!({"nodeSelector": {"a": "b"}}),
        json!({"nodeSelector": {"c": "d", "a": null}, "overhead": {"$patch": "delete"}}),
        json!({"nodeSelector": {"c": "d"}}),
    );
    pod(
        json!({"nodeSelector": {"a": "b"}}),
        json!({"nodeSelector": {"$patch": "replace", "c": "d"}}),
        json!({"nodeSelector": {"c": "d"}}),
    );
    let rolling =
        json!({"spec": {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}}});
    assert_eq!(
        patched(
            "deployments",
            "apps",
            &rolling,
            &json!({"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}}),
        ),
        Ok(json!({"spec": {"strategy": {"type": "Recreate"}}}))
    );
}

#[test]
fn lists_of_texts() {
    let live = json!({"metadata": {"finalizers": ["a", "b"]}});
    for (patch, expected) in [
        (json!({"finalizers": ["c"]}), json!(["c", "a", "b"])),
        (
            json!({"$deleteFromPrimitiveList/finalizers": ["a"]}),
            json!(["b"]),
        ),
        (
            json!({"$deleteFromPrimitiveList/finalizers": 3}),
            json!(["a", "b"]),
        ),
        (
            json!({"$setElementOrder/finalizers": ["b", "a"]}),
            json!(["b", "a"]),
        ),
        (
            json!({"$setElementOrder/finalizers": ["b", "c", "a"], "finalizers": ["c"]}),
            json!(["b", "c", "a"]),
        ),
    ] {
        let made = patched("pods", "", &live, &json!({"metadata": patch}));
        assert_eq!(
            made,
            Ok(json!({"metadata": {"finalizers": expected}})),
            "{patch}"
        );
    }
}

#[test]
fn refusals() {
    let live = json!({"metadata": {"finalizers": ["a", "b"], "labels": {}}, "spec": {"containers": [{"name": "c", "env": [{"name": "B"}]}]}});
    let metadata = |patch: Value, code, message| {
        refused(live.clone(), json!({"metadata": patch}), code, message);
    };
    metadata(
        json!({"$patch": "frob"}),
        500,
        "unknown patch type: frob in map: map[$patch:frob]",
    );
    metadata(
        json!({"$patch": 3}),
        500,
        "unknown patch type: %!s(int64=3) in map: map[$patch:3]",
    );
    metadata(
        json!({"$retainKeys": 3}),
        400,
        "invalid patch format of retainKeys",
    );
    metadata(
        json!({"$retainKeys": [], "labels": {"a": "b"}}),
        400,
        "invalid patch format of retainKeys",
    );
    metadata(
        json!({"$setElementOrder/finalizers": 3}),
        500,
        "expected a []interface {}, but received a int64",
    );
    metadata(
        json!({"$setElementOrder": []}),
        400,
        "invalid patch format of setElementOrder list",
    );
    metadata(
        json!({"$deleteFromPrimitiveList": []}),
        400,
        "invalid patch format of primitive list",
    );
    metadata(
        json!({"$setElementOrder/nope": ["a"], "nope": ["a"]}),
        500,
        "unable to find api field in struct ObjectMeta for the json field \"nope\"",
    );
    metadata(
        json!({"$setElementOrder/labels": ["a"]}),
        500,
        "expected a []interface {}, but received a map[string]interface {}",
    );
    metadata(
        json!({"$setElementOrder/annotations": ["a"]}),
        500,
        "expected slice or array type, but got: struct",
    );
    metadata(
        json!({"finalizers": [1]}),
        500,
        "list element types are not identical: [[a b] [1]]",
    );
    metadata(
        json!({"$setElementOrder/finalizers": ["a", "b"], "finalizers": ["b", "a"]}),
        500,
        "The order in patch list:\n[b a]\n doesn't match $setElementOrder list:\n[a b]\n",
    );
    let container = |patch: Value, message| {
        refused(
            live.clone(),
            json!({"spec": {"containers": [patch]}}),
            500,
            message,
        );
    };
    container(
        json!({"image": "x"}),
        "map: map[image:x] does not contain declared merge key: name",
    );
    container(
        json!({"name": "c", "env": [{"$patch": "delete", "value": "B"}]}),
        "map: map[$patch:delete value:B] does not contain declared merge key: name",
    );
    container(
        json!({"name": "c", "env": [{"$patch": "merge", "name": "B"}]}),
        "merging lists cannot yet be specified in the patch",
    );
    container(
        json!({"name": "c", "env": [{"$patch": "xx", "name": "B"}]}),
        "unknown patch type: xx in map: map[$patch:xx name:B]",
    );
}
