//! Answers that say what went wrong: the API's `Status`.
//!
//! The texts are those of Kubernetes' `apimachinery/pkg/api/errors`.

use serde_json::{Value, json};

use crate::catalog::Resource;

/// Why a request was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The HTTP status.
    pub code: u16,
    /// `NotFound`
    pub reason: &'static str,
    /// For people.
    pub message: String,
    /// What it is about.
    pub details: Box<Details>,
}

/// What a [`Status`] is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Details {
    /// The object's name.
    pub name: String,
    /// The group of the resource or kind.
    pub group: String,
    /// The resource, or for [`Status::invalid`] the kind.
    pub kind: String,
    /// The object's uid.
    pub uid: String,
    /// One by one what is wrong.
    pub causes: Vec<Cause>,
    /// After how many seconds to ask again.
    pub retry_after: u32,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// `FieldValueRequired`
    pub reason: &'static str,
    /// For people, without the field.
    pub message: String,
    /// `spec.containers[0].image`
    pub field: String,
}

impl Status {
    fn new(code: u16, reason: &'static str, message: String) -> Self {
        Self {
            code,
            reason,
            message,
            details: Box::default(),
        }
    }

    fn about(mut self, resource: &Resource, name: &str) -> Self {
        name.clone_into(&mut self.details.name);
        self.details.group.clone_from(&resource.group);
        self.details.kind.clone_from(&resource.plural);
        self
    }

    /// There is no such object.
    pub fn not_found(resource: &Resource, name: &str) -> Self {
        let message = format!("{} \"{name}\" not found", resource.qualified());
        Self::new(404, "NotFound", message).about(resource, name)
    }

    /// There is no such path.
    pub fn no_such_resource() -> Self {
        Self::new(
            404,
            "NotFound",
            "the server could not find the requested resource".to_owned(),
        )
    }

    /// There is one of that name.
    pub fn already_exists(resource: &Resource, name: &str) -> Self {
        let message = format!("{} \"{name}\" already exists", resource.qualified());
        Self::new(409, "AlreadyExists", message).about(resource, name)
    }

    /// It is not what the client thinks it is.
    pub fn conflict(resource: &Resource, name: &str, why: &str) -> Self {
        let message = format!(
            "Operation cannot be fulfilled on {} \"{name}\": {why}",
            resource.qualified()
        );
        Self::new(409, "Conflict", message).about(resource, name)
    }

    /// [`Self::conflict`] with an object that was changed in the meantime.
    pub fn changed(resource: &Resource, name: &str) -> Self {
        Self::conflict(
            resource,
            name,
            "the object has been modified; please apply your changes to the latest version and try again",
        )
    }

    /// Others manage fields that are applied.
    pub fn apply_conflict(message: String, causes: Vec<Cause>) -> Self {
        let mut status = Self::new(409, "Conflict", message);
        status.details.causes = causes;
        status
    }

    /// The object breaks rules.
    pub fn invalid(resource: &Resource, name: &str, causes: Vec<Cause>) -> Self {
        Self::invalid_of((&resource.kind, &resource.group), name, causes)
    }

    /// The same of a kind, with its group, that is no resource.
    pub fn invalid_of((kind, group): (&str, &str), name: &str, causes: Vec<Cause>) -> Self {
        let dot = if group.is_empty() { "" } else { "." };
        let told: Vec<String> = causes.iter().map(Cause::told).collect();
        let all = match told.as_slice() {
            [] => String::new(),
            [one] => format!(": {one}"),
            many => format!(": [{}]", many.join(", ")),
        };
        let message = format!("{kind}{dot}{group} \"{name}\" is invalid{all}");
        let mut status = Self::new(422, "Invalid", message);
        *status.details = Details {
            name: name.to_owned(),
            group: group.to_owned(),
            kind: kind.to_owned(),
            causes,
            ..Details::default()
        };
        status
    }

    /// What was sent makes no sense.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "BadRequest", message.into())
    }

    /// It is not allowed.
    pub fn forbidden(resource: &Resource, name: &str, why: &str) -> Self {
        let message = match name {
            "" => format!("{} is forbidden: {why}", resource.qualified()),
            name => format!("{} \"{name}\" is forbidden: {why}", resource.qualified()),
        };
        Self::new(403, "Forbidden", message).about(resource, name)
    }

    /// Nobody is known by these credentials.
    pub fn unauthorized() -> Self {
        Self::new(401, "Unauthorized", "Unauthorized".to_owned())
    }

    /// The resource has no such verb.
    pub fn method_not_allowed() -> Self {
        let text = "the server does not allow this method on the requested resource";
        Self::new(405, "MethodNotAllowed", text.to_owned())
    }

    /// No answer is what the client accepts.
    pub fn not_acceptable(offered: &str) -> Self {
        let message = format!("only the following media types are accepted: {offered}");
        Self::new(406, "NotAcceptable", message)
    }

    /// No answer is in a language that the client knows; lists can also be watched.
    pub fn none_acceptable(is_list: bool) -> Self {
        let mut text = "406: Not Acceptable

Available representations: application/json, application/yaml, application/vnd.kubernetes.protobuf"
            .to_owned();
        if is_list {
            text.push_str(
                ", application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch",
            );
        }
        Self::new(406, "NotAcceptable", text)
    }

    /// A body of that type is not understood.
    pub fn unsupported_media_type(offered: &str) -> Self {
        let message = format!(
            "the body of the request was in an unknown format - accepted media types include: {offered}"
        );
        Self::new(415, "UnsupportedMediaType", message)
    }

    /// It is not the object that the client means.
    pub fn precondition(resource: &Resource, name: &str, why: &str) -> Self {
        let message = format!(
            "Operation cannot be fulfilled on {} \"{name}\": {why}",
            resource.kind
        );
        let mut status = Self::new(409, "Conflict", message);
        name.clone_into(&mut status.details.name);
        status.details.kind.clone_from(&resource.kind);
        status
    }

    /// The namespace is about to go.
    pub fn terminating(resource: &Resource, name: &str, namespace: &str) -> Self {
        let why = format!(
            "unable to create new content in namespace {namespace} because it is being terminated"
        );
        let mut status = Self::forbidden(resource, name, &why);
        let message = format!("namespace {namespace} is being terminated");
        let cause = Cause::new("NamespaceTerminating", "metadata.namespace", message);
        status.details.causes.push(cause);
        status
    }

    /// The changes asked for are no longer known.
    pub fn expired(message: String) -> Self {
        Self::new(410, "Expired", message)
    }

    /// The body is too large.
    pub fn too_large(message: String) -> Self {
        Self::new(413, "RequestEntityTooLarge", message)
    }

    /// It makes no sense for this object, and why is not told.
    pub fn rejected() -> Self {
        let text = "the server rejected our request due to an error in our request";
        Self::new(422, "Invalid", text.to_owned())
    }

    /// A failure on purpose.
    pub fn made_up(code: u16, message: String) -> Self {
        let (reason, text) = match code {
            400 => ("BadRequest", "made up by a rule of the sandbox"),
            401 => ("Unauthorized", "Unauthorized"),
            403 => ("Forbidden", "forbidden by a rule of the sandbox"),
            404 => (
                "NotFound",
                "the server could not find the requested resource",
            ),
            409 => ("Conflict", "a conflict made up by a rule of the sandbox"),
            429 => (
                "TooManyRequests",
                "the server has received too many requests and has asked us to try again later",
            ),
            503 => (
                "ServiceUnavailable",
                "the server is currently unable to handle the request",
            ),
            504 => (
                "Timeout",
                "the server was unable to return a response in the time allotted, but may still be processing the request",
            ),
            _ => ("InternalError", "an error made up by a rule of the sandbox"),
        };
        let message = if message.is_empty() {
            text.to_owned()
        } else {
            message
        };
        let mut status = Self::new(code, reason, message);
        status.details.retry_after = u32::from(code == 429);
        status
    }

    /// Something else, with its code and reason.
    pub fn other(code: u16, reason: &'static str, message: String) -> Self {
        Self::new(code, reason, message)
    }

    /// The sandbox itself is at fault.
    pub fn internal(message: impl Into<String>) -> Self {
        let message = message.into();
        let mut status = Self::new(
            500,
            "InternalError",
            format!("Internal error occurred: {message}"),
        );
        status.details.causes.push(Cause::new("", "", message));
        status
    }

    /// As it is sent.
    pub fn to_json(&self) -> Value {
        let mut details = serde_json::Map::new();
        let mut say = |name: &str, value: &str| {
            if !value.is_empty() {
                details.insert(name.to_owned(), value.into());
            }
        };
        say("name", &self.details.name);
        say("group", &self.details.group);
        say("kind", &self.details.kind);
        say("uid", &self.details.uid);
        if !self.details.causes.is_empty() {
            let causes = self.details.causes.iter().map(Cause::to_json).collect();
            details.insert("causes".to_owned(), causes);
        }
        if self.details.retry_after > 0 {
            details.insert(
                "retryAfterSeconds".to_owned(),
                self.details.retry_after.into(),
            );
        }
        let mut status = json!({
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
            "code": self.code,
        });
        if !self.reason.is_empty() {
            status["reason"] = self.reason.into();
        }
        let always = matches!(
            self.reason,
            "NotFound" | "Invalid" | "Conflict" | "MethodNotAllowed"
        ) || self.message.starts_with("406: ")
            || self.message.starts_with("415: ");
        if always || !details.is_empty() {
            status["details"] = details.into();
        }
        status
    }
}

impl Cause {
    /// Of a reason, in words of its own.
    pub fn new(reason: &'static str, field: impl Into<String>, message: String) -> Self {
        Self {
            reason,
            message,
            field: field.into(),
        }
    }

    /// A field that must be there is not.
    pub fn required(field: impl Into<String>, why: &str) -> Self {
        let end = if why.is_empty() { "" } else { ": " };
        let message = format!("Required value{end}{why}");
        Self::new("FieldValueRequired", field, message)
    }

    /// A value is not right.
    pub fn invalid(field: impl Into<String>, value: &Value, why: &str) -> Self {
        let message = format!("Invalid value: {value}: {why}");
        Self::new("FieldValueInvalid", field, message)
    }

    /// A value is none of those that there are.
    pub fn unsupported(field: impl Into<String>, value: &Value, choices: &[&str]) -> Self {
        let mut message = format!("Unsupported value: {value}");
        if !choices.is_empty() {
            let choices: Vec<String> = choices.iter().map(|one| format!("\"{one}\"")).collect();
            message.push_str(&format!(": supported values: {}", choices.join(", ")));
        }
        Self::new("FieldValueNotSupported", field, message)
    }

    /// A field may not be set, or changed.
    pub fn forbidden(field: impl Into<String>, why: &str) -> Self {
        Self::new("FieldValueForbidden", field, format!("Forbidden: {why}"))
    }

    /// A value that is there already.
    pub fn duplicate(field: impl Into<String>, value: &Value) -> Self {
        let message = format!("Duplicate value: {value}");
        Self::new("FieldValueDuplicate", field, message)
    }

    /// A name of nothing.
    pub fn not_found(field: impl Into<String>, value: &Value) -> Self {
        Self::new("FieldValueNotFound", field, format!("Not found: {value}"))
    }

    /// A value of another type.
    pub fn type_invalid(field: impl Into<String>, value: &Value, why: &str) -> Self {
        let message = format!("Invalid value: {value}: {why}");
        Self::new("FieldValueTypeInvalid", field, message)
    }

    /// A text that is too long.
    pub fn too_long(field: impl Into<String>, most: usize) -> Self {
        let message = format!("Too long: may not be more than {most} bytes");
        Self::new("FieldValueTooLong", field, message)
    }

    /// Others manage the field.
    pub fn managed(field: impl Into<String>, message: String) -> Self {
        Self::new("FieldManagerConflict", field, message)
    }

    fn told(&self) -> String {
        format!("{}: {}", self.field, self.message)
    }

    fn to_json(&self) -> Value {
        let mut cause = serde_json::Map::new();
        for (name, value) in [
            ("reason", self.reason),
            ("message", &self.message),
            ("field", &self.field),
        ] {
            if !value.is_empty() {
                cause.insert(name.to_owned(), value.into());
            }
        }
        cause.into()
    }
}
