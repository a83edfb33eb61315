//! What clients send to a sandbox.

use pintle_sandbox::catalog::{Catalog, Resource};
use pintle_sandbox::crd;
use pintle_sandbox::decode::{self, FieldValidation, Format};
use serde_json::{Value, json};

use crate::parts;

/// A body is read or refused; what was read is read again as it is, and each way to treat unknown
/// fields comes to the same object. The input is a resource and a body.
pub(crate) fn body(input: &[u8]) {
    let text = parts::text(input);
    let [path, body] = parts::split(&text);
    let names: Vec<&str> = path.trim().split('/').collect();
    let found = match names.as_slice() {
        [group, version, plural] => Catalog::builtin().resource(group, version, plural),
        _ => Catalog::builtin().resource("apps", "v1", "deployments"),
    };
    let Some(resource) = found else {
        return;
    };
    for format in [Format::Json, Format::Yaml] {
        let read = |validation| decode::decode(resource, body.as_bytes(), format, validation);
        let Ok(loose) = read(FieldValidation::Ignore) else {
            continue;
        };
        let warned = read(FieldValidation::Warn);
        assert_eq!(
            warned.ok().map(|one| one.object),
            Some(loose.object.clone())
        );
        let strict = read(FieldValidation::Strict).ok().map(|one| one.object);
        assert!(strict.is_none_or(|strict| strict == loose.object));
        let mut again = loose.object.clone();
        let told = decode::check(resource, &mut again, FieldValidation::Strict);
        assert!(told.is_ok(), "{told:?}");
        assert_eq!(again, loose.object, "read again");
    }
}

/// A body in protobuf is read or refused; what was read is JSON that is read as the same. The
/// input is a resource in a line, and the body.
pub(crate) fn protobuf(input: &[u8]) {
    let mut parts = input.splitn(2, |byte| *byte == b'\n');
    let (path, body) = (parts.next(), parts.next());
    let (path, body) = (path.unwrap_or_default(), body.unwrap_or_default());
    let path = parts::text(path);
    let [group, version, plural] = parts_of(&path);
    let Some(resource) = Catalog::builtin().resource(group, version, plural) else {
        return;
    };
    let options = decode::other(body, Format::Protobuf, ("v1", "DeleteOptions"));
    assert!(options.is_err() || options.is_ok_and(|options| options.is_object()));
    let read = |body, format| {
        let read = decode::decode(resource, body, format, FieldValidation::Strict);
        read.map(|read| read.object)
    };
    let Ok(mut object) = read(body, Format::Protobuf) else {
        return;
    };
    let mut again = object.clone();
    let told = decode::check(resource, &mut again, FieldValidation::Strict);
    assert!(told.is_ok(), "{told:?}");
    assert_eq!(again, object, "read again");
    let mut from_json = read(object.to_string().as_bytes(), Format::Json);
    // A number with a point may differ in its last digit when it was written and read.
    from_json.iter_mut().for_each(without_points);
    without_points(&mut object);
    assert_eq!(from_json, Ok(object), "read as JSON");
}

fn without_points(value: &mut Value) {
    match value {
        Value::Number(number) if number.is_f64() => *value = Value::Null,
        Value::Array(items) => items.iter_mut().for_each(without_points),
        Value::Object(map) => map.values_mut().for_each(without_points),
        _ => {}
    }
}

fn parts_of(path: &str) -> [&str; 3] {
    let mut names = path.trim().splitn(3, '/');
    std::array::from_fn(|_| names.next().unwrap_or_default())
}

/// A schema of a custom resource is refused or serves: objects are pruned and filled once and for
/// all, and judged the same every time. The input is the schema and an object.
pub(crate) fn definition(input: &[u8]) {
    let text = parts::text(input);
    let [schema, object] = parts::split(&text);
    let schema: Value = serde_json::from_str(schema).unwrap_or_default();
    let definition = json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "things.example.com"},
        "spec": {
            "group": "example.com",
            "scope": "Namespaced",
            "names": {"plural": "things", "kind": "Thing"},
            "versions": [{
                "name": "v1", "served": true, "storage": true,
                "schema": {"openAPIV3Schema": schema},
            }],
        },
    });
    let kind =
        Catalog::builtin().resource("apiextensions.k8s.io", "v1", "customresourcedefinitions");
    let Some(kind) = kind else { return };
    let body = definition.to_string();
    let read = decode::decode(kind, body.as_bytes(), Format::Json, FieldValidation::Ignore);
    let Ok(mut definition) = read.map(|read| read.object) else {
        return;
    };
    crd::default(kind, &mut definition);
    let refused = crd::validate(kind, &definition);
    assert_eq!(refused, crd::validate(kind, &definition), "judged twice");
    for resource in crd::resources(&definition) {
        objects(&resource, object, refused.is_empty());
    }
}

fn objects(resource: &Resource, body: &str, sound: bool) {
    let read = decode::decode(
        resource,
        body.as_bytes(),
        Format::Json,
        FieldValidation::Ignore,
    );
    let Ok(mut object) = read.map(|read| read.object) else {
        return;
    };
    crd::default(resource, &mut object);
    let causes = crd::validate(resource, &object);
    assert_eq!(causes, crd::validate(resource, &object), "judged twice");
    if sound {
        let mut again = object.clone();
        crd::default(resource, &mut again);
        assert_eq!(again, object, "filled twice");
    }
}
