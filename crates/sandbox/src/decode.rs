//! From the body of a request to an object: syntax, types, fields that there are not.

pub(crate) mod empties;
mod protobuf;
mod shape;
mod time;
mod tree;

use std::fmt::Write as _;

use pintle_go_value::json;
use serde_json::Value;

use crate::catalog::Resource;
use crate::crd;
use crate::object::group_version;
use crate::schema::{self, Schema};
use crate::status::{Cause, Status};
use shape::Shaper;
use tree::Tree;

/// What is done about fields that a kind does not have, or that come twice (`fieldValidation`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FieldValidation {
    /// They are dropped.
    Ignore,
    /// They are dropped, and told.
    #[default]
    Warn,
    /// They are refused.
    Strict,
}

/// How a body is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `application/json`
    Json,
    /// `application/yaml`
    Yaml,
    /// `application/vnd.kubernetes.protobuf`
    Protobuf,
}

/// An object, without the fields that its kind does not have.
#[derive(Debug)]
pub struct Decoded {
    /// The object.
    pub object: Value,
    /// What to tell the client, as `Warning` headers.
    pub warnings: Vec<String>,
}

/// Reads the object of a request's body.
///
/// # Errors
/// A body that is no object of the resource's kind, by syntax or by type; with
/// [`FieldValidation::Strict`] also unknown fields.
pub fn decode(
    resource: &Resource,
    body: &[u8],
    format: Format,
    validation: FieldValidation,
) -> Result<Decoded, Status> {
    let (tree, mut strict) = match format {
        Format::Protobuf => (typed(resource, body)?, Vec::new()),
        _ => read(body, format).map_err(|why| unrecognized(resource, body, &why))?,
    };
    let said = header(resource, &tree, body)?;
    let refuse = |why: &str| said.refused(resource, why);
    if resource.custom().is_none() {
        said.check(resource).map_err(|why| refuse(&why))?;
    }
    if said.api_version != resource.api_version() {
        return Err(Status::bad_request(format!(
            "the API version in the data ({}) does not match the expected API version ({})",
            said.api_version,
            resource.api_version()
        )));
    }
    if said.kind != resource.kind {
        let why = format!("must be {}", resource.kind);
        let cause = Cause::invalid("kind", &Value::from(said.kind.as_str()), &why);
        let object = shaped(resource, tree, &mut strict).unwrap_or_default();
        let of = (said.kind.as_str(), resource.group.as_str());
        let name = crate::object::name(&object);
        return Err(Status::invalid_of(of, name, vec![cause]));
    }
    let mut object = shaped(resource, tree, &mut strict).map_err(|why| refuse(&why))?;
    crd::drop_nulls(resource, &mut object);
    let warnings = judge(strict, validation).map_err(|why| refuse(&why))?;
    Ok(Decoded { object, warnings })
}

/// Whether an object still is of the resource's kind. GO: by the names of its types.
fn is_of(resource: &Resource, object: &Value) -> Result<(), String> {
    let text = |name: &str| object[name].as_str().unwrap_or_default();
    let (version, kind) = (text("apiVersion"), text("kind"));
    if resource.custom().is_some() || (kind == resource.kind && version == resource.api_version()) {
        return Ok(());
    }
    registered(version, kind, "pkg/api/legacyscheme/scheme.go:30")?;
    Err(unlike(resource, version, kind))
}

/// GO: whether there are types of a kind; `scheme` is the code that knows them.
fn registered(api_version: &str, kind: &str, scheme: &str) -> Result<Schema<'static>, String> {
    let (group, version) = group_version(api_version);
    let found = schema::builtin().of(group, version, kind);
    found.ok_or_else(|| {
        format!(
            "no kind \"{kind}\" is registered for version \"{api_version}\" in scheme \"{scheme}\""
        )
    })
}

/// GO: why an object of a kind is none of a resource.
fn unlike(resource: &Resource, api_version: &str, kind: &str) -> String {
    let (_, version) = group_version(api_version);
    let package = match resource.group.as_str() {
        "" | "events.k8s.io" => "core",
        group => group.split('.').next().unwrap_or_default(),
    };
    format!(
        "converting ({version}.{kind}) to ({package}.{}): unknown conversion",
        resource.kind
    )
}

/// Where a request's body is read.
const RUNTIME: &str = "pkg/runtime/scheme.go:111";

/// The object of a body in protobuf, which says its kind outside of it.
fn typed(resource: &Resource, body: &[u8]) -> Result<Tree, Status> {
    let envelope = protobuf::open(body).map_err(|why| unrecognized(resource, body, &why))?;
    let envelope = envelope.or_else(&resource.api_version(), &resource.kind);
    match envelope.object() {
        Ok(object) => Ok(object.into()),
        Err(why) => {
            let said = Said {
                api_version: envelope.api_version,
                kind: envelope.kind,
            };
            Err(said.refused(resource, &why))
        }
    }
}

/// The same for what a patch made: drops the fields that the kind does not have.
///
/// # Errors
/// As [`decode`].
pub fn check(
    resource: &Resource,
    object: &mut Value,
    validation: FieldValidation,
) -> Result<Vec<String>, Status> {
    let mut strict = Vec::new();
    let shape = is_of(resource, object)
        .and_then(|()| shaped(resource, object.clone().into(), &mut strict))
        .and_then(|shape| Ok((shape, judge(strict, validation)?)));
    match shape {
        Ok((shape, warnings)) => {
            *object = shape;
            Ok(warnings)
        }
        Err(why) => {
            let cause = Cause::invalid("patch", &object.to_string().into(), &why);
            Err(Status::invalid_of(("", ""), "", vec![cause]))
        }
    }
}

/// GO: what is said of JSON that tells no version and kind.
const NO_HEADER: &str = "couldn't get version/kind; json parse error";

/// The body as it is written, and what strict reading finds in its text.
fn read(body: &[u8], format: Format) -> Result<(Tree, Vec<String>), String> {
    if format == Format::Yaml {
        return yaml(body);
    }
    match serde_json::from_slice(body) {
        Ok(tree) => Ok((tree, Vec::new())),
        Err(error) => {
            // In the words of Go's reader, which finds the same.
            let why = json::decode(body).err().map(|why| why.to_string());
            let why = why.unwrap_or_else(|| error.to_string());
            Err(format!("{NO_HEADER}: {why}"))
        }
    }
}

/// The same of YAML. Clients apply JSON, which is YAML, and definitions are large.
fn yaml(body: &[u8]) -> Result<(Tree, Vec<String>), String> {
    if let Some(tree) = Tree::plain(body) {
        return Ok((tree, Vec::new()));
    }
    let options = pintle_go_yaml::Options {
        integers: true,
        ..pintle_go_yaml::Options::default()
    };
    let told = |error: pintle_go_yaml::Error| error.text().to_owned();
    let (value, _) = pintle_go_yaml::parse_with(body, &options).map_err(told)?;
    let strict = pintle_go_yaml::parse_strict(body).err().map(told);
    let json = json::encode(&value, json::Options::default()).map_err(|error| error.to_string())?;
    let tree = serde_json::from_slice(&json).map_err(|error| error.to_string())?;
    Ok((tree, strict.into_iter().collect()))
}

/// What a body says that it is.
struct Said {
    api_version: String,
    kind: String,
}

/// GO: what the kind and version of a body are read into.
const HEADER: &str = "struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; \
    Kind string \"json:\\\"kind,omitempty\\\"\" }";

fn no_header(found: &Tree, into: &str) -> String {
    let found = found.called(false);
    format!("{NO_HEADER}: json: cannot unmarshal {found} into Go {into}")
}

fn must_be_object(tree: &Tree) -> Result<(), String> {
    match tree {
        Tree::Object(_) | Tree::Null => Ok(()),
        other => Err(no_header(other, &format!("value of type {HEADER}"))),
    }
}

/// The kind and version that a body says, or else the resource's.
fn header(resource: &Resource, tree: &Tree, body: &[u8]) -> Result<Said, Status> {
    let refuse = |why: String| unrecognized(resource, body, &why);
    must_be_object(tree).map_err(refuse)?;
    let word = |name: &str| match tree.get(name) {
        None | Some(Tree::Null) => Ok(String::new()),
        Some(Tree::Text(text)) => Ok(text.clone()),
        Some(other) => {
            let into = format!("struct field .{name} of type string");
            Err(refuse(no_header(other, &into)))
        }
    };
    let (mut api_version, mut kind) = (word("apiVersion")?, word("kind")?);
    if resource.custom().is_some() {
        if kind.is_empty() {
            let text = String::from_utf8_lossy(body);
            return Err(refuse(format!("Object 'Kind' is missing in '{text}'")));
        }
        return Ok(Said { api_version, kind });
    }
    if api_version.is_empty() {
        api_version = resource.api_version();
    }
    if kind.is_empty() {
        kind.clone_from(&resource.kind);
    }
    Ok(Said { api_version, kind })
}

impl Said {
    /// GO: an object that cannot be made one of the resource.
    fn refused(&self, resource: &Resource, why: &str) -> Status {
        Status::bad_request(format!(
            "{} in version \"{}\" cannot be handled as a {}: {why}",
            self.kind,
            self.api_version.rsplit('/').next().unwrap_or_default(),
            resource.kind
        ))
    }

    /// Whether a built-in resource can be made of it. Another version of the same kind can.
    fn check(&self, resource: &Resource) -> Result<(), String> {
        registered(&self.api_version, &self.kind, RUNTIME)?;
        let (group, _) = group_version(&self.api_version);
        if group == resource.group && self.kind == resource.kind {
            return Ok(());
        }
        Err(unlike(resource, &self.api_version, &self.kind))
    }
}

/// GO: a body of which not even the kind can be read, with its beginning.
fn unrecognized(resource: &Resource, body: &[u8], why: &str) -> Status {
    const SHOWN: usize = 30;
    let start = &body[..body.len().min(SHOWN)];
    let more = if body.len() > SHOWN { " ..." } else { "" };
    let shown = match body.first() {
        None => "<empty>".to_owned(),
        Some(b'{') => String::from_utf8_lossy(start).into_owned(),
        Some(_) => start.iter().fold(String::new(), |mut hex, byte| {
            // Writing to a text does not fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        }),
    };
    Status::bad_request(format!(
        "the object provided is unrecognized (must be of type {}): {why} ({shown}{more})",
        resource.kind
    ))
}

/// The object that the server keeps of what was written.
fn shaped(resource: &Resource, tree: Tree, strict: &mut Vec<String>) -> Result<Value, String> {
    let mut object = if resource.custom().is_some() {
        custom(resource, tree, strict)?
    } else {
        match resource.schema() {
            Some(schema) => shape(schema, tree, strict)?,
            None => tree.into(),
        }
    };
    if let Value::Object(map) = &mut object {
        map.insert("apiVersion".to_owned(), resource.api_version().into());
        map.insert("kind".to_owned(), resource.kind.clone().into());
    }
    Ok(object)
}

fn shape(schema: Schema<'_>, tree: Tree, strict: &mut Vec<String>) -> Result<Value, String> {
    let mut shaper = Shaper::default();
    let value = shaper.value(schema, tree)?;
    strict.append(&mut shaper.strict);
    match shaper.mismatch {
        Some(why) => Err(why),
        None => Ok(value),
    }
}

/// Of a custom resource only the metadata is read as a Go type; the rest is pruned.
fn custom(resource: &Resource, tree: Tree, strict: &mut Vec<String>) -> Result<Value, String> {
    tree.twice(&mut String::new(), strict);
    let mut object = Value::from(tree);
    whole_numbers(&mut object);
    if let Some(schema) = resource.schema() {
        let mut unknown = Vec::new();
        crd::prune(schema, &mut object, &mut unknown);
        strict.extend(
            unknown
                .into_iter()
                .map(|path| format!("unknown field \"{path}\"")),
        );
    }
    let metadata = object.get_mut("metadata").map(Value::take);
    if let (Some(given), Some(schema)) = (metadata, schema::metadata()) {
        let mut found = Vec::new();
        let metadata = shape(schema, given.into(), &mut found)?;
        let unknown = found.iter().filter(|told| told.starts_with("unknown"));
        strict.extend(unknown.map(|told| told.replacen('"', "\"metadata.", 1)));
        object["metadata"] = metadata;
    }
    Ok(object)
}

/// GO: `1.0` is written `1`.
fn whole_numbers(value: &mut Value) {
    match value {
        Value::Number(number) => {
            let float = number.as_f64().filter(|_| number.is_f64());
            if let Some(float) = float.filter(|float| float.fract() == 0.0)
                && let Ok(whole) = format!("{float:.0}").parse::<i64>()
            {
                *value = whole.into();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(whole_numbers),
        Value::Object(map) => map.values_mut().for_each(whole_numbers),
        _ => {}
    }
}

/// What becomes of what strict reading found.
fn judge(strict: Vec<String>, validation: FieldValidation) -> Result<Vec<String>, String> {
    match validation {
        FieldValidation::Ignore => Ok(Vec::new()),
        FieldValidation::Warn => Ok(strict),
        FieldValidation::Strict if strict.is_empty() => Ok(strict),
        FieldValidation::Strict => Err(format!("strict decoding error: {}", strict.join(", "))),
    }
}

/// Reads what is applied, as YAML, without looking at what it is about.
///
/// # Errors
/// A body that is no YAML.
pub fn parse(body: &[u8]) -> Result<Value, Status> {
    let (tree, _) = yaml(body).map_err(|why| {
        let doing = "error decoding patch: error converting YAML to JSON";
        Status::bad_request(format!("{doing}: {why}"))
    })?;
    Ok(tree.into())
}

/// Reads a body that is about something else than an object of a resource: options, a question.
/// What it is when it does not say so itself: a version and a kind.
///
/// # Errors
/// A body that cannot be read, or is no object.
pub fn other(body: &[u8], format: Format, of: (&str, &str)) -> Result<Value, Status> {
    if format == Format::Protobuf {
        return spoken(body, of).map_err(Status::bad_request);
    }
    let (tree, _) = read(body, format).map_err(Status::bad_request)?;
    must_be_object(&tree).map_err(Status::bad_request)?;
    Ok(match tree {
        Tree::Null => Value::Object(serde_json::Map::new()),
        tree => tree.into(),
    })
}

/// The same in protobuf, without Go's empty values.
fn spoken(body: &[u8], (api_version, kind): (&str, &str)) -> Result<Value, String> {
    let envelope = protobuf::open(body)?.or_else(api_version, kind);
    let schema = envelope.schema().map_or_else(
        || registered(&envelope.api_version, &envelope.kind, RUNTIME),
        Ok,
    )?;
    shape(schema, envelope.object()?.into(), &mut Vec::new())
}
