//! Custom resource definitions, and every kind without a rule of its own.

use serde_json::Value;

use super::Readiness;
use super::common::{condition, list, text};

/// A custom resource definition.
pub fn definition(object: &Value) -> Readiness {
    for condition in list(object, "/status/conditions") {
        let status = text(condition, "/status");
        match text(condition, "/type") {
            "NamesAccepted" if status == "False" => {
                return Readiness::failed(text(condition, "/message"));
            }
            "Established" if status == "True" => {
                return Readiness::current("CRD is established");
            }
            "Established" if status == "False" && text(condition, "/reason") != "Installing" => {
                return Readiness::failed(text(condition, "/message"));
            }
            _ => {}
        }
    }
    Readiness::in_progress("Install in progress")
}

/// Any other object: what its `Ready` condition says, if it has one.
pub fn resource(object: &Value) -> Readiness {
    match condition(object, "Ready") {
        Some(ready) if text(ready, "/status") != "True" => {
            Readiness::in_progress(text(ready, "/message"))
        }
        _ => Readiness::current("Resource is current"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ready::Progress;
    use serde_json::json;

    fn with(kind: &str, status: &str) -> Value {
        json!({"status": {"conditions": [{"type": kind, "status": status, "message": "m"}]}})
    }

    #[test]
    fn a_definition_must_be_established() {
        assert_eq!(definition(&json!({})).progress, Progress::InProgress);
        assert_eq!(
            definition(&with("Established", "True")).progress,
            Progress::Current
        );
        assert_eq!(
            definition(&with("NamesAccepted", "False")),
            Readiness::failed("m")
        );
    }

    #[test]
    fn other_objects_may_say_when_they_are_ready() {
        assert_eq!(resource(&json!({})).progress, Progress::Current);
        assert_eq!(
            resource(&with("Ready", "False")),
            Readiness::in_progress("m")
        );
        assert_eq!(
            resource(&with("Ready", "Unknown")).progress,
            Progress::InProgress
        );
        assert_eq!(resource(&with("Ready", "True")).progress, Progress::Current);
    }
}
