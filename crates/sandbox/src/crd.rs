//! Custom resource definitions: what they say becomes resources of the [`Catalog`].
//!
//! - here: from a definition to resources; pruning, defaults and validation of their objects
//! - `definition`: what the server makes of a definition itself (what may be wrong with one:
//!   `validate/definitions.rules`)
//! - `value`: what a schema demands of a value
//!
//! [`Catalog`]: crate::catalog::Catalog

mod definition;
mod value;

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::catalog::{CustomTypes, Resource, Subresource, Types};
use crate::object::{self, each};
use crate::schema::{self, Builder, Kind, Schema};
use crate::status::Cause;

pub use definition::{accept, fill};

/// Reasons that keep rules in CEL from being looked at.
const BLOCKING: [&str; 5] = [
    "FieldValueNotSupported",
    "FieldValueRequired",
    "FieldValueTooLong",
    "FieldValueTooMany",
    "FieldValueTypeInvalid",
];

/// The resources that a definition (`apiextensions.k8s.io/v1`) makes, one for each version that
/// is served.
pub fn resources(definition: &Value) -> Vec<Arc<Resource>> {
    let versions = definition["spec"]["versions"].as_array();
    let served = versions.into_iter().flatten();
    let served = served.filter(|version| version["served"] == true);
    let mut found: Vec<Arc<Resource>> = served
        .filter_map(|version| resource(definition, version))
        .map(Arc::new)
        .collect();
    found.sort_by_cached_key(|one| std::cmp::Reverse(priority(&one.version)));
    found
}

/// How versions are told apart: `v2`, `v1`, `v1beta2`, `v1beta1`, `v1alpha1`, others.
pub(crate) fn priority(version: &str) -> (u8, u64, u64, std::cmp::Reverse<String>) {
    let last = std::cmp::Reverse(version.to_owned());
    let parsed = version.strip_prefix('v').and_then(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit());
        let (major, rest) = rest.split_at(end.unwrap_or(rest.len()));
        let major: u64 = major.parse().ok()?;
        let (rank, minor) = match rest {
            "" => (3, "0"),
            rest => match rest.strip_prefix("beta") {
                Some(minor) => (2, minor),
                None => (1, rest.strip_prefix("alpha")?),
            },
        };
        Some((rank, major, minor.parse().ok()?))
    });
    match parsed {
        Some((rank, major, minor)) => (rank, major, minor, last),
        None => (0, 0, 0, last),
    }
}

fn resource(definition: &Value, version: &Value) -> Option<Resource> {
    let spec = &definition["spec"];
    let (names, group) = (&spec["names"], spec["group"].as_str()?);
    let texts = |name: &str| -> Vec<String> {
        let list = each(&names[name]);
        list.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let kind = names["kind"].as_str()?;
    let storage = stored(definition)?;
    let mut subresources = Vec::new();
    if version["subresources"]["status"].is_object() {
        subresources.push(Subresource {
            name: "status".to_owned(),
            kind: kind.to_owned(),
            of: None,
            verbs: words("get patch update"),
        });
    }
    if version["subresources"]["scale"].is_object() {
        subresources.push(Subresource {
            name: "scale".to_owned(),
            kind: "Scale".to_owned(),
            of: Some(("autoscaling".to_owned(), "v1".to_owned())),
            verbs: words("get patch update"),
        });
    }
    let mut builder = Builder::default();
    let metadata = json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true});
    let root = builder.add(&whole(&version["schema"]["openAPIV3Schema"], metadata));
    let (arena, _) = builder.finish();
    let hash = Sha256::digest(format!("{group}/{storage}/{kind}"));
    Some(Resource {
        group: group.to_owned(),
        version: version["name"].as_str()?.to_owned(),
        kind: kind.to_owned(),
        list_kind: names["listKind"]
            .as_str()
            .map_or_else(|| format!("{kind}List"), str::to_owned),
        plural: names["plural"].as_str()?.to_owned(),
        singular: names["singular"]
            .as_str()
            .map_or_else(|| kind.to_lowercase(), str::to_owned),
        short_names: texts("shortNames"),
        categories: texts("categories"),
        namespaced: spec["scope"] == "Namespaced",
        verbs: words("delete deletecollection get list patch create update watch"),
        subresources,
        storage_hash: STANDARD.encode(&hash[..8]),
        types: Types::Custom(Arc::new(CustomTypes {
            definition: object::name(definition).to_owned(),
            revision: object::resource_version(definition)
                .parse()
                .unwrap_or_default(),
            arena,
            root: Some(root),
            version: version.clone(),
        })),
    })
}

/// The version in which objects are kept.
fn stored(definition: &Value) -> Option<&str> {
    let versions = definition["spec"]["versions"].as_array()?;
    let stored = versions.iter().find(|version| version["storage"] == true)?;
    stored["name"].as_str()
}

/// A definition's schema with what every object has; the schema of `metadata` is given.
pub(crate) fn whole(schema: &Value, metadata: Value) -> Value {
    let mut schema = match schema {
        Value::Object(_) => schema.clone(),
        _ => json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true}),
    };
    if !schema["properties"].is_object() {
        schema["properties"] = json!({});
    }
    for name in ["apiVersion", "kind"] {
        schema["properties"][name] = json!({"type": "string"});
    }
    schema["properties"]["metadata"] = metadata;
    schema
}

/// Drops the properties that a custom resource's schema does not have, and tells their paths.
pub fn prune(schema: Schema<'_>, object: &mut Value, unknown: &mut Vec<String>) {
    cut(schema, object, &mut String::new(), unknown);
}

fn cut(schema: Schema<'_>, value: &mut Value, path: &mut String, unknown: &mut Vec<String>) {
    let length = path.len();
    match value {
        Value::Array(items) => {
            let Some(of) = schema.items() else { return };
            for (at, item) in items.iter_mut().enumerate() {
                path.push_str(&format!("[{at}]"));
                cut(of, item, path, unknown);
                path.truncate(length);
            }
        }
        Value::Object(map) => {
            let keep_all = schema.is_open() || schema.kind() != Kind::Object;
            let metadata = schema.is_embedded().then(schema::metadata).flatten();
            map.retain(|name, value| {
                if length > 0 {
                    path.push('.');
                }
                path.push_str(name);
                let of = match (schema.field(name), name.as_str()) {
                    (_, "metadata") if metadata.is_some() => metadata,
                    (found, _) => found,
                };
                let of_any = schema.is_embedded() && matches!(name.as_str(), "apiVersion" | "kind");
                match of {
                    Some(of) => cut(of, value, path, unknown),
                    None if keep_all || of_any => {}
                    None => unknown.push(path.clone()),
                }
                path.truncate(length);
                of.is_some() || keep_all || of_any
            });
        }
        _ => {}
    }
}

/// Takes out of a custom resource that was sent each `null` that may not be and that no default
/// takes the place of. GO: what is applied keeps them, and is refused.
pub fn drop_nulls(resource: &Resource, object: &mut Value) {
    if let (Some(_), Some(schema)) = (resource.custom(), resource.schema()) {
        without_nulls(schema, object);
    }
}

fn without_nulls(schema: Schema<'_>, value: &mut Value) {
    if let Value::Object(map) = value {
        map.retain(|name, value| match schema.field(name) {
            Some(of) if value.is_null() => {
                of.is_nullable() || of.kind() == Kind::Any || of.default().is_some()
            }
            _ => true,
        });
    }
    below(schema, value, without_nulls);
}

/// Does the same with all that is in a value.
fn below(schema: Schema<'_>, value: &mut Value, with: fn(Schema<'_>, &mut Value)) {
    match (value, schema.items()) {
        (Value::Array(items), Some(of)) => items.iter_mut().for_each(|item| with(of, item)),
        (Value::Object(map), _) => {
            for (name, value) in map {
                if let Some(of) = schema.field(name) {
                    with(of, value);
                }
            }
        }
        _ => {}
    }
}

/// Writes the defaults of a custom resource's schema into an object, where a `null` that may not
/// be gives way to the default; and those of a definition into it.
pub fn default(resource: &Resource, object: &mut Value) {
    if is_definition(resource) {
        fill(object);
    }
    if let (Some(_), Some(schema)) = (resource.custom(), resource.schema()) {
        write_defaults(schema, object);
    }
}

fn write_defaults(schema: Schema<'_>, value: &mut Value) {
    if let Value::Object(map) = value {
        for (name, of) in schema.properties() {
            let missing = map
                .get(name)
                .is_none_or(|value| value.is_null() && !of.is_nullable());
            if missing && let Some(default) = of.default() {
                map.insert(name.to_owned(), default.clone());
            }
        }
    }
    below(schema, value, write_defaults);
}

fn is_definition(resource: &Resource) -> bool {
    resource.plural == "customresourcedefinitions" && resource.group == "apiextensions.k8s.io"
}

/// What a custom resource's schema does not allow in an object.
pub fn validate(resource: &Resource, object: &Value) -> Vec<Cause> {
    let Some(custom) = resource.custom() else {
        return Vec::new();
    };
    let mut causes = check_value(&custom.version["schema"]["openAPIV3Schema"], object);
    let scale = &custom.version["subresources"]["scale"];
    let paths = ["specReplicasPath", "statusReplicasPath"];
    causes.extend(paths.iter().filter_map(|path| {
        let path = scale[path].as_str()?;
        let wrong = not_replicas(path, object)?;
        let message = format!("Invalid value: {wrong}");
        Some(Cause::new("FieldValueInvalid", path, message))
    }));
    causes
}

/// What is told of a custom resource's rules in CEL when something else is wrong with an object.
/// GO: they are not looked at when that would make no sense.
pub fn unchecked(resource: &Resource, causes: &[Cause]) -> Option<Cause> {
    let custom = resource.custom()?;
    let blocks = |cause: &Cause| BLOCKING.contains(&cause.reason);
    let has_rules = || has_rules(&custom.version["schema"]["openAPIV3Schema"]);
    (causes.iter().any(blocks) && has_rules()).then(|| {
        let why = "some validation rules were not checked because the object was invalid; \
            correct the existing errors to complete validation";
        Cause::invalid("<nil>", &Value::Null, why)
    })
}

/// Whether a schema, or one in it, has rules in CEL.
fn has_rules(schema: &Value) -> bool {
    match schema {
        Value::Object(map) => map.iter().any(|(name, value)| match value {
            Value::Array(rules) if name == "x-kubernetes-validations" => !rules.is_empty(),
            _ => has_rules(value),
        }),
        Value::Array(items) => items.iter().any(has_rules),
        _ => false,
    }
}

/// What a schema does not allow in a value.
pub(crate) fn check_value(schema: &Value, value: &Value) -> Vec<Cause> {
    value::check(schema, value, "")
}

/// What is wrong with a number of replicas: the value that is taken for it, and why.
fn not_replicas(path: &str, object: &Value) -> Option<String> {
    let found = object::at(object, path.trim_start_matches('.'));
    let (shown, of) = match (found, found.as_i64()) {
        (_, Some(count @ ..0)) => {
            return Some(format!("{count}: should be a non-negative integer"));
        }
        (_, Some(count @ 0x8000_0000..)) => {
            return Some(format!(
                "{count}: should be less than or equal to 2147483647"
            ));
        }
        (Value::String(text), _) => (text.clone(), "string"),
        (Value::Bool(value), _) => (value.to_string(), "bool"),
        (Value::Number(number), None) => (number.to_string(), "float64"),
        _ => return None,
    };
    Some(format!(
        "0: {path} accessor error: {shown} is of the type {of}, expected int64"
    ))
}
