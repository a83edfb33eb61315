use serde_json::json;

use super::*;
use crate::catalog::Catalog;
use crate::store::Key;

fn matches(labels: &str, fields: &str) -> Result<bool, String> {
    let pods = Catalog::builtin().resource("", "v1", "pods").expect("pods");
    let pod = json!({
        "metadata": {"name": "a", "namespace": "n", "labels": {"app": "web", "tier": "5"}},
        "status": {"phase": "Running"},
    });
    let kept = Kept::new(Key::new("/pods", "n", "a"), 1, &pod);
    let selector = Selector::parse(pods, labels, fields).map_err(|status| status.message)?;
    Ok(selector.matches(&kept))
}

#[test]
fn labels() {
    for yes in [
        "",
        "app",
        "app=web",
        "app==web",
        "app in (x, web)",
        "app!=x",
        "!no",
        "no!=x",
        "no notin (a)",
        "tier>4",
        "tier lt 6",
        "app=web,tier=5",
        " app = web , tier ",
    ] {
        assert_eq!(matches(yes, ""), Ok(true), "{yes}");
    }
    for no in [
        "no",
        "app=x",
        "app notin (web)",
        "!app",
        "tier>5",
        "app=web,tier=6",
        "app in ()",
        "app=",
    ] {
        assert_eq!(matches(no, ""), Ok(false), "{no}");
    }
}

/// What the API server of Kubernetes v1.37.1 says.
#[test]
fn labels_that_are_none() {
    let refused = matches("a b", "").expect_err("none");
    assert_eq!(
        refused,
        "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"
    );
    for bad in [
        "=", ",", "a=b,", "a in x", "a in (x", "a>b", "a=b=c", "a=-", "-=a",
    ] {
        assert!(matches(bad, "").is_err(), "{bad}");
    }
}

#[test]
fn fields() {
    assert_eq!(
        matches("", "metadata.name=a,status.phase=Running"),
        Ok(true)
    );
    assert_eq!(matches("", "metadata.name!=a"), Ok(false));
    assert_eq!(matches("", "spec.nodeName="), Ok(true));
    assert_eq!(matches("", "spec.hostNetwork=false"), Ok(true));
    assert_eq!(
        matches("", "foo=bar"),
        Err("field label not supported: foo".to_owned())
    );
    assert_eq!(
        matches("", "foo"),
        Err("invalid selector: 'foo'; can't understand 'foo'".to_owned())
    );
}
