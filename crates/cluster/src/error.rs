//! Why the cluster did not do what it was asked, in the words of Helm and client-go.

use std::fmt;

use serde::Deserialize;

/// What kind of failure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The kubeconfig or a connection flag is at fault; nothing was sent.
    Config,
    /// The server did not answer.
    Unreachable,
    /// The server answered with a failure; see [`Error::code`] and [`Error::reason`].
    Api,
    /// The server's answer cannot be understood.
    Protocol,
    /// The server does not know the kind.
    NoMatch,
    /// An object cannot be sent as it is.
    Invalid,
    /// A wait ran out of time.
    Timeout,
    /// Something waited for failed.
    NotReady,
}

/// A failure: Helm's text, and ours on how to mend it.
#[derive(Debug, Clone)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    status: Option<Box<Status>>,
    hints: Vec<String>,
}

/// The `Status` object with which an API server says no.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Status {
    /// `Failure` for a failure.
    pub status: String,
    /// The text for people.
    pub message: String,
    /// One word, such as `NotFound`.
    pub reason: String,
    /// The HTTP code.
    pub code: u16,
    /// What it is about.
    pub details: StatusDetails,
}

/// What a [`Status`] is about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct StatusDetails {
    /// The object's name.
    pub name: String,
    /// Its kind or resource.
    pub kind: String,
    /// Each single cause, such as one conflicting field.
    pub causes: Vec<StatusCause>,
}

/// One cause in a [`Status`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct StatusCause {
    /// One word, such as `FieldManagerConflict`.
    pub reason: String,
    /// The text for people.
    pub message: String,
    /// The field it is about.
    pub field: String,
}

impl Error {
    /// A failure with Helm's text.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            status: None,
            hints: Vec::new(),
        }
    }

    /// A failure the server reported.
    pub fn api(status: Status) -> Self {
        let hints = api_hints(&status);
        Self {
            kind: ErrorKind::Api,
            message: status.message.clone(),
            status: Some(Box::new(status)),
            hints,
        }
    }

    /// The same with `text` and a colon in front.
    #[must_use]
    pub fn context(mut self, text: impl fmt::Display) -> Self {
        self.message = format!("{text}: {}", self.message);
        self
    }

    /// The same with another text.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    /// The same with one more hint.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Helm's text.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// How to mend it, one line each.
    pub fn hints(&self) -> &[String] {
        &self.hints
    }

    /// The HTTP code, if the server answered.
    pub fn code(&self) -> Option<u16> {
        self.status.as_ref().map(|status| status.code)
    }

    /// The server's one-word reason, such as `NotFound`; empty when it did not answer.
    pub fn reason(&self) -> &str {
        self.status.as_ref().map_or("", |status| &status.reason)
    }

    /// What the server sent.
    pub fn status(&self) -> Option<&Status> {
        self.status.as_deref()
    }

    /// Whether there is no such object.
    pub fn is_not_found(&self) -> bool {
        self.reason() == "NotFound" || (self.reason().is_empty() && self.code() == Some(404))
    }

    /// Whether there is already such an object.
    pub fn is_already_exists(&self) -> bool {
        self.reason() == "AlreadyExists"
    }

    /// Whether someone else changed the object, or owns a field of it.
    pub fn is_conflict(&self) -> bool {
        self.reason() == "Conflict"
    }

    /// Whether the user may not do that.
    pub fn is_forbidden(&self) -> bool {
        self.reason() == "Forbidden"
    }

    /// Whether asking again may help: no answer, too many requests, or a server's own failure.
    pub fn is_retryable(&self) -> bool {
        match self.code() {
            None | Some(0) => self.kind == ErrorKind::Unreachable,
            Some(code) => code == 429 || (code >= 500 && code != 501),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// Several failures as client-go joins them: one stands alone, more stand in brackets, and a
/// text that came before is left out.
pub fn aggregate(errors: Vec<Error>) -> Option<Error> {
    let mut texts: Vec<&str> = Vec::new();
    for error in &errors {
        if !texts.contains(&error.message.as_str()) {
            texts.push(&error.message);
        }
    }
    let joined = match texts.as_slice() {
        [] => return None,
        [one] => (*one).to_owned(),
        many => format!("[{}]", many.join(", ")),
    };
    let first = errors.into_iter().next()?;
    Some(first.with_message(joined))
}

/// The failure in an HTTP answer.
///
/// GO: client-go takes the text of a `Status` body; any other body gets a fixed text by its code
/// (`the server could not find the requested resource`).
pub(crate) fn from_response(code: u16, content_type: &str, body: &[u8]) -> Error {
    if let Ok(status) = serde_json::from_slice::<Status>(body)
        && status.status == "Failure"
    {
        return Error::api(Status {
            code: if status.code == 0 { code } else { status.code },
            ..status
        });
    }
    generic(code, content_type, body)
}

/// The failure in an answer whose body is not looked at as a `Status`.
pub(crate) fn generic(code: u16, content_type: &str, body: &[u8]) -> Error {
    let text = if content_type.starts_with("text/") {
        String::from_utf8_lossy(body).trim().to_owned()
    } else {
        "unknown".to_owned()
    };
    let (reason, message) = match code {
        400 => ("BadRequest", "the server rejected our request for an unknown reason".into()),
        401 => ("Unauthorized", "the server has asked for the client to provide credentials".into()),
        403 => ("Forbidden", text),
        404 => ("NotFound", "the server could not find the requested resource".into()),
        405 => ("MethodNotAllowed", "the server does not allow this method on the requested resource".into()),
        406 => ("NotAcceptable", text),
        409 => ("Conflict", "the server reported a conflict".into()),
        410 => ("Expired", "the requested resource is no longer available".into()),
        415 => ("UnsupportedMediaType", text),
        422 => ("Invalid", "the server rejected our request due to an error in our request".into()),
        429 => (
            "TooManyRequests",
            "the server has received too many requests and has asked us to try again later".into(),
        ),
        503 => ("ServiceUnavailable", "the server is currently unable to handle the request".into()),
        504 => ("Timeout", "the server was unable to return a response in the time allotted, but may still be processing the request".into()),
        500.. => (
            "InternalError",
            format!("an error on the server ({text:?}) has prevented the request from succeeding"),
        ),
        _ => ("", format!("the server responded with the status code {code} but did not return more information")),
    };
    Error::api(Status {
        status: "Failure".into(),
        message,
        reason: reason.into(),
        code,
        details: StatusDetails::default(),
    })
}

fn api_hints(status: &Status) -> Vec<String> {
    let hint = match status.reason.as_str() {
        "Forbidden" if status.message.contains("because it is being terminated") => {
            "the namespace is being deleted: wait until it is gone, or use another one"
        }
        "Forbidden" => {
            "ask for the missing right; `kubectl auth can-i --list` shows what you may do"
        }
        "Unauthorized" => "the credentials in the kubeconfig are missing or expired: log in again",
        "NotFound" if status.message.starts_with("namespaces ") => {
            "create the namespace first, or use --create-namespace"
        }
        "Conflict"
            if status
                .details
                .causes
                .iter()
                .any(|c| c.reason == "FieldManagerConflict") =>
        {
            "another tool owns these fields: remove them from the chart, or take them over with --force-conflicts"
        }
        "RequestEntityTooLarge" => {
            "Kubernetes keeps at most about 1 MiB in one object: make the chart, its values or its output smaller"
        }
        _ => return Vec::new(),
    };
    vec![hint.to_owned()]
}

#[cfg(test)]
mod tests {
    use super::*;

    // The texts of `helm list` 4.3.1 against a server that answers like this.
    #[test]
    fn answers_without_a_status_have_fixed_texts() {
        let text = |code, kind, body: &str| generic(code, kind, body.as_bytes()).to_string();
        assert_eq!(
            text(404, "text/plain", "404 page not found"),
            "the server could not find the requested resource"
        );
        assert_eq!(
            text(500, "text/plain", "boom"),
            "an error on the server (\"boom\") has prevented the request from succeeding"
        );
        assert_eq!(text(403, "text/html", "<html>no</html>"), "<html>no</html>");
        assert_eq!(
            text(503, "text/plain", "service unavailable\n"),
            "the server is currently unable to handle the request"
        );
        assert_eq!(
            text(401, "application/json", "{}"),
            "the server has asked for the client to provide credentials"
        );
    }

    #[test]
    fn a_status_speaks_for_itself() {
        let body = br#"{"kind":"Status","status":"Failure","message":"namespaces \"x\" not found","reason":"NotFound","code":404}"#;
        let error = from_response(404, "application/json", body);
        assert!(error.is_not_found());
        assert_eq!(error.to_string(), "namespaces \"x\" not found");
        assert_eq!(error.hints().len(), 1);
        assert!(!error.is_retryable());
    }

    #[test]
    fn failures_are_joined_as_client_go_does() {
        let error = |text: &str| Error::new(ErrorKind::Invalid, text);
        assert!(aggregate(vec![]).is_none());
        assert_eq!(
            aggregate(vec![error("a"), error("a")]).unwrap().to_string(),
            "a"
        );
        assert_eq!(
            aggregate(vec![error("a"), error("b")]).unwrap().to_string(),
            "[a, b]"
        );
    }
}
