//! Semantic versions.

use std::any::Any;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use pintle_go_template::CallError;
use pintle_go_template::Parameter::Str as Text;
use pintle_go_value::{Kind, MethodError, Object, Value};
use pintle_semver::{Constraint, Version};

use crate::call::{Call, Outcome};
use crate::declare::{Declaration, fixed};
use crate::duration::check_method;

#[rustfmt::skip]
pub(crate) const FUNCTIONS: &[Declaration] = &[
    fixed("semver", &[Text], semver, "Reads a semantic version, with methods such as Major and Compare."),
    fixed("semverCompare", &[Text, Text], compare, "Whether a version (the second) fulfils a constraint."),
];

fn semver(call: &Call<'_>) -> Outcome {
    let version = read(&call.str(0)?.to_text())?;
    Ok(Value::Object(Arc::new(SemanticVersion {
        version,
        pointer: true,
        copied: false,
    })))
}

fn compare(call: &Call<'_>) -> Outcome {
    let constraint = Constraint::parse(&call.str(0)?.to_text())
        .map_err(|error| CallError::Message(error.to_string()))?;
    let version = read(&call.str(1)?.to_text())?;
    Ok(Value::Bool(constraint.check(&version)))
}

fn read(text: &str) -> Result<Version, CallError> {
    Version::parse(text).map_err(|error| CallError::Message(error.to_string()))
}

/// A version as templates hold it.
#[derive(Debug)]
struct SemanticVersion {
    version: Version,
    /// GO: `semver` gives a pointer, the methods that change a version give a plain one.
    pointer: bool,
    /// A copy of `deepCopy`, which was read from no text.
    copied: bool,
}

const METHODS: &[(&str, usize)] = &[
    ("Compare", 1),
    ("Equal", 1),
    ("GreaterThan", 1),
    ("GreaterThanEqual", 1),
    ("IncMajor", 0),
    ("IncMinor", 0),
    ("IncPatch", 0),
    ("LessThan", 1),
    ("LessThanEqual", 1),
    ("Major", 0),
    ("MarshalJSON", 0),
    ("MarshalText", 0),
    ("Metadata", 0),
    ("Minor", 0),
    ("Original", 0),
    ("Patch", 0),
    ("Prerelease", 0),
    ("SetMetadata", 1),
    ("SetPrerelease", 1),
    ("String", 0),
];

/// GO: methods of the pointer type, which a plain version in a template does not have.
const POINTER_METHODS: &[&str] = &[
    "Compare",
    "Equal",
    "GreaterThan",
    "GreaterThanEqual",
    "LessThan",
    "LessThanEqual",
    "Original",
];

/// What `deepCopy` makes of a version. GO: only exported fields are copied, and a version
/// has none.
pub(crate) fn copied(value: &Value) -> Option<Value> {
    let version = value.as_object::<SemanticVersion>()?;
    Some(Value::Object(Arc::new(SemanticVersion {
        version: Version::new(0, 0, 0),
        pointer: version.pointer,
        copied: true,
    })))
}

impl SemanticVersion {
    fn order(&self, argument: Option<&Value>) -> Result<Ordering, MethodError> {
        let other = argument.and_then(Value::as_object::<Self>);
        other
            .map(|other| self.version.cmp(&other.version))
            // GO: only a nil gets here.
            .ok_or_else(|| {
                let text = "runtime error: invalid memory address or nil pointer dereference";
                MethodError::Failed(text.to_owned())
            })
    }

    fn text_argument(argument: Option<&Value>) -> String {
        let text = argument.and_then(Value::as_str);
        text.map(|text| text.to_text().into_owned())
            .unwrap_or_default()
    }
}

fn plain(version: Version) -> Value {
    Value::Object(Arc::new(SemanticVersion {
        version,
        pointer: false,
        copied: false,
    }))
}

fn changed(result: Result<Version, pintle_semver::Error>) -> Result<Value, MethodError> {
    result
        .map(plain)
        .map_err(|error| MethodError::Failed(error.to_string()))
}

impl Object for SemanticVersion {
    fn type_name(&self) -> Cow<'static, str> {
        if self.pointer {
            "*semver.Version".into()
        } else {
            "semver.Version".into()
        }
    }

    fn kind(&self) -> Kind {
        if self.pointer {
            Kind::Ptr
        } else {
            Kind::Struct
        }
    }

    fn has_method(&self, name: &str) -> bool {
        METHODS.iter().any(|(known, _)| *known == name)
            && (self.pointer || !POINTER_METHODS.contains(&name))
    }

    fn parameters(&self, method: &str) -> Option<&'static [Kind]> {
        if matches!(method, "SetMetadata" | "SetPrerelease") {
            return Some(&[Kind::String]);
        }
        let (_, count) = METHODS.iter().find(|(known, _)| *known == method)?;
        Some(&[Kind::Invalid; 1][..*count])
    }

    fn named_parameter(&self, _: &str) -> Option<&'static str> {
        Some("*semver.Version")
    }

    fn call(&self, name: &str, arguments: &[Value]) -> Result<Value, MethodError> {
        check_method(METHODS, name, arguments)?;
        let (version, first) = (&self.version, arguments.first());
        Ok(match name {
            "Compare" => Value::Int(self.order(first)? as i64),
            "Equal" => Value::Bool(self.order(first)?.is_eq()),
            "GreaterThan" => Value::Bool(self.order(first)?.is_gt()),
            "GreaterThanEqual" => Value::Bool(self.order(first)?.is_ge()),
            "LessThan" => Value::Bool(self.order(first)?.is_lt()),
            "LessThanEqual" => Value::Bool(self.order(first)?.is_le()),
            "IncMajor" => plain(version.increment_major()),
            "IncMinor" => plain(version.increment_minor()),
            "IncPatch" => plain(version.increment_patch()),
            "Major" => Value::Uint64(version.major()),
            "Minor" => Value::Uint64(version.minor()),
            "Patch" => Value::Uint64(version.patch()),
            "Prerelease" => Value::from(version.prerelease()),
            "Metadata" => Value::from(version.metadata()),
            "Original" if self.copied => Value::from(""),
            "Original" => Value::from(version.original()),
            "MarshalText" => Value::Bytes(version.to_string().into_bytes().into()),
            "MarshalJSON" => Value::Bytes(format!("\"{version}\"").into_bytes().into()),
            "SetMetadata" => changed(version.with_metadata(&Self::text_argument(first)))?,
            "SetPrerelease" => changed(version.with_prerelease(&Self::text_argument(first)))?,
            _ => Value::from(version.to_string()),
        })
    }

    fn string(&self) -> Option<String> {
        Some(self.version.to_string())
    }

    fn fields(&self) -> Vec<(Cow<'static, str>, Value)> {
        let version = &self.version;
        vec![
            ("major".into(), Value::Uint64(version.major())),
            ("minor".into(), Value::Uint64(version.minor())),
            ("patch".into(), Value::Uint64(version.patch())),
            ("pre".into(), version.prerelease().into()),
            ("metadata".into(), version.metadata().into()),
            ("original".into(), version.original().into()),
        ]
    }

    fn json(&self) -> Option<Value> {
        Some(Value::from(self.version.to_string()))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
