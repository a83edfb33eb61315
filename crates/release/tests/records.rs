//! Records made by real Helm are read, and written again byte for byte.

use pintle_chart::{File, load_files};
use pintle_release::{
    ApplyMethod, ChartSummary, HookPhase, Release, Status, StoredChart, decode, decode_json,
    decode_summary, encode, encode_json,
};

const INSTALL: &str = include_str!("records/helm-4.3.1-install.json");
const ROLLBACK: &str = include_str!("records/helm-4.3.1-rollback.json");
const EMPTY: &str = include_str!("records/helm-4.3.1-empty.json");
const HELM_3: &str = include_str!("records/helm-3.17.3-install.json");

#[test]
fn records_of_helm_4_come_back_byte_for_byte() {
    for record in [INSTALL, ROLLBACK, EMPTY] {
        let release = decode_json(record.as_bytes()).unwrap();
        assert_eq!(encode_json(&release).unwrap(), record);
    }
}

#[test]
fn the_stored_chart_is_written_as_helm_4_does() {
    for record in [INSTALL, ROLLBACK, EMPTY] {
        let chart = decode_json(record.as_bytes()).unwrap().chart.unwrap();
        let parts = chart.parts().unwrap();
        assert_eq!(StoredChart::new(&parts).unwrap().json(), chart.json());
    }
}

#[test]
fn a_chart_that_was_read_is_stored_as_helm_4_does() {
    let record = decode_json(INSTALL.as_bytes()).unwrap().chart.unwrap();
    let parts = record.parts().unwrap();
    let file = |name: &str, data: &[u8], modified: &Option<String>| File {
        modified: modified.clone(),
        ..File::new(name, data)
    };
    let mut files = vec![
        file("Chart.yaml", CHART_YAML.as_bytes(), &parts.modified),
        file("values.yaml", VALUES_YAML.as_bytes(), &None),
        file(
            "values.schema.json",
            parts.schema.as_deref().unwrap(),
            &parts.schema_modified,
        ),
    ];
    let stored = parts.templates.iter().chain(&parts.files);
    files.extend(stored.map(|stored| file(&stored.name, &stored.data, &stored.modified)));
    let (chart, _) = load_files(files).unwrap();
    assert_eq!(StoredChart::of(&chart).unwrap().json(), record.json());
}

const CHART_YAML: &str = r#"apiVersion: v2
name: web
version: 0.1.0
appVersion: "1.0"
description: A <b> & "c" test
keywords: [a, b]
maintainers: [{name: me, email: a@b.c}]
annotations: {x: "y"}
"#;

const VALUES_YAML: &str = "replicas: 1
color: <red> & blue
big: 12345678901234567890
f: 1.5
e: 1e21
nested: {a: [1,2,null], b: {}}
";

#[test]
fn every_field_is_read() {
    let release = decode_json(ROLLBACK.as_bytes()).unwrap();
    assert_eq!((release.name.as_str(), release.revision), ("a", 3));
    assert_eq!(release.namespace, "cl1");
    assert_eq!(release.info.status, Status::Deployed);
    assert_eq!(release.info.rollback_revision, 1);
    assert_eq!(release.info.description, "Rollback to 1");
    assert_eq!(release.info.notes, "Hello a <x>\n");
    assert_eq!(
        release.info.last_deployed.to_string(),
        "2026-11-21T10:42:50.33428129Z"
    );
    assert_eq!(release.apply_method, Some(ApplyMethod::ServerSide));
    let test = &release.hooks[0];
    assert_eq!(
        (test.name.as_str(), test.last_run.phase),
        ("a-test", HookPhase::Succeeded)
    );
    assert_eq!(release.hooks[1].weight, 5);
    assert_eq!(release.hooks[1].output_log_policies, ["hook-succeeded"]);
}

#[test]
fn records_of_helm_3_are_read() {
    let release = decode_json(HELM_3.as_bytes()).unwrap();
    assert_eq!(release.apply_method, None);
    assert!(release.info.deleted.is_zero());
    assert_eq!(release.hooks[0].last_run.phase, HookPhase::None);
    // Written again, it is as Helm 4 writes it: without empty times.
    let written = encode_json(&release).unwrap();
    assert!(!written.contains(r#""deleted""#));
    assert!(written.contains(r#""last_run":{"phase":""}"#));
}

#[test]
fn packed_records_are_read_back() {
    let release = decode_json(ROLLBACK.as_bytes()).unwrap();
    let packed = encode(&release).unwrap();
    // As every gzip stream of level 9 (Helm's own start with the same ten characters).
    assert!(packed.starts_with("H4sIAAAAAA"), "{}", &packed[..12]);
    assert_eq!(decode(packed.as_bytes()).unwrap(), release);
    let summary = decode_summary(packed.as_bytes()).unwrap();
    assert_eq!(
        summary.chart,
        ChartSummary {
            name: "web".into(),
            version: "0.1.0".into(),
            app_version: "1.0".into()
        }
    );
    assert_eq!((summary.revision, summary.status), (3, Status::Deployed));
    assert_eq!(summary.rollback_revision, 1);
}

#[test]
fn nulls_and_unknown_fields_do_no_harm() {
    let text = br#"{"name":null,"info":null,"hooks":null,"config":null,"chart":null,
        "later":{"a":[1]},"apply_method":"","version":null}"#;
    let release = decode_json(text).unwrap();
    assert_eq!(release, Release::default());
}

#[test]
fn hostile_records_are_errors() {
    assert!(decode(b"!").is_err());
    assert!(decode(b"").is_err());
    assert!(decode_json(b"[]").is_err());
    assert!(decode_json(br#"{"info":{"first_deployed":"yesterday"}}"#).is_err());
    let deep = format!(
        r#"{{"config":{}{}}}"#,
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert!(decode_json(deep.as_bytes()).is_err());
    // A chart is read only when asked, and then refused.
    let deep = format!(
        r#"{{"chart":{{"values":{}{}}}}}"#,
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    let chart = decode_json(deep.as_bytes()).unwrap().chart.unwrap();
    assert!(chart.parts().is_err());
    assert!(chart.values().is_err());
    let truncated = encode(&decode_json(INSTALL.as_bytes()).unwrap()).unwrap();
    assert!(decode(&truncated.as_bytes()[..400]).is_err());
}
