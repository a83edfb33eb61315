//! Claims of storage.

use serde_json::Value;

use super::Readiness;
use super::common::text;

/// A persistent volume claim.
pub fn claim(object: &Value) -> Readiness {
    match text(object, "/status/phase") {
        "Bound" => Readiness::current("PVC is Bound"),
        phase => {
            let phase = if phase.is_empty() { "unknown" } else { phase };
            Readiness::in_progress(format!("PVC is not Bound. phase: {phase}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_claim_must_be_bound() {
        assert_eq!(
            claim(&json!({})),
            Readiness::in_progress("PVC is not Bound. phase: unknown")
        );
        assert_eq!(
            claim(&json!({"status": {"phase": "Pending"}})),
            Readiness::in_progress("PVC is not Bound. phase: Pending")
        );
        assert_eq!(
            claim(&json!({"status": {"phase": "Bound"}})),
            Readiness::current("PVC is Bound")
        );
    }
}
