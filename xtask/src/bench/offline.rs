//! Work that needs no cluster.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::Programs;
use super::measure::{Pairs, Row, time, usual_memory};

/// A chart of the corpus, and the values file to render it with.
pub type Chart = (&'static str, Option<&'static str>);

/// The twenty charts that take Helm longest, of those whose output is the same each time:
/// the two best known with the values that make them so, then by Helm's processor time. Left
/// out are charts that spend their time making keys.
pub const CHARTS: [Chart; 20] = [
    (
        "prometheus-community/kube-prometheus-stack-88.5.3",
        Some("prometheus-community/kube-prometheus-stack/01-provision-crds-values.yaml"),
    ),
    (
        "openstack-helm/neutron-2026.1.0",
        Some("openstack-helm/neutron/pinned.yaml"),
    ),
    ("prometheus-community/prometheus-operator-crds-31.0.1", None),
    ("opentelemetry/opentelemetry-demo-0.41.0", None),
    ("wiremind/chaos-mesh-crds-2.7.2", None),
    ("rook/rook-ceph-0.0.1", None),
    ("bitnami/flux-2.4.37", None),
    ("bitnami/kube-prometheus-11.3.11", None),
    ("argo/argo-cd-10.1.1", None),
    ("bitnami/grafana-loki-6.0.8", None),
    ("wiremind/agentgateway-crds-1.3.1", None),
    ("wiremind/gateway-api-crds-1.6.0", None),
    ("cnpg/cloudnative-pg-0.29.0", None),
    ("opentelemetry/opentelemetry-operator-0.122.0", None),
    ("fluent/fluent-operator-fluent-bit-crds-4.3.0", None),
    ("bitnami/contour-21.1.5", None),
    ("opentelemetry/opentelemetry-kube-stack-0.20.3", None),
    ("wiremind/external-secrets-crds-2.2.0", None),
    ("ceph-csi/ceph-csi-operator-0.2.0", None),
    ("bitnami/grafana-tempo-5.0.1", None),
];

/// The time to start: `version`.
pub fn version(programs: &Programs, rounds: usize) -> Result<Row> {
    let pairs = pairs(programs, rounds, |program, home| {
        hermetic(program, home, &["version"])
    })?;
    Ok(Row {
        name: "version".into(),
        pairs,
    })
}

/// `template` of a chart of the corpus.
pub fn template(programs: &Programs, corpus: &Path, chart: Chart, rounds: usize) -> Result<Row> {
    let (chart, values) = chart;
    let archive = format!("charts/{chart}.tgz");
    let mut words = vec!["template".to_owned(), "rel".to_owned(), archive];
    if let Some(values) = values {
        words.extend(["-f".to_owned(), format!("values/{values}")]);
    }
    let pairs = on_corpus(programs, corpus, &words, rounds)?;
    Ok(Row {
        name: format!("template {chart}"),
        pairs,
    })
}

/// `lint` or `show values` of a chart of the corpus.
pub fn inspect(
    programs: &Programs,
    corpus: &Path,
    (command, chart): (&str, &str),
    rounds: usize,
) -> Result<Row> {
    let mut words: Vec<String> = command.split(' ').map(str::to_owned).collect();
    words.push(format!("charts/{chart}.tgz"));
    let pairs = on_corpus(programs, corpus, &words, rounds)?;
    Ok(Row {
        name: format!("{command} {chart}"),
        pairs,
    })
}

fn on_corpus(programs: &Programs, corpus: &Path, words: &[String], rounds: usize) -> Result<Pairs> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    pairs(programs, rounds, |program, home| {
        let mut command = hermetic(program, home, &words);
        command.current_dir(corpus);
        command
    })
}

/// A command with nothing of this machine in its environment.
pub fn hermetic(program: &Path, home: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .args(words)
        .env_clear()
        .env("HOME", home)
        .env("KUBECONFIG", "/dev/null")
        .env("TZ", "UTC")
        .env("LANG", "C.UTF-8");
    command
}

/// Both programs, turn by turn, after one pair that does not count.
fn pairs(
    programs: &Programs,
    rounds: usize,
    make: impl Fn(&Path, &Path) -> Command,
) -> Result<Pairs> {
    let home = tempfile::tempdir()?;
    let helm = || make(&programs.helm, home.path());
    let ours = || make(&programs.pintle, home.path());
    let mut pairs = Pairs::default();
    for round in 0..=rounds {
        let pair = (time(&mut helm())?, time(&mut ours())?);
        if round > 0 {
            pairs.times.push(pair);
        }
    }
    pairs.memory = (usual_memory(&helm())?, usual_memory(&ours())?);
    Ok(pairs)
}
