//! Real charts of many sources, by the digest that the corpus records of Helm's output.

use std::fs;
use std::path::PathBuf;

use pintle_testkit::{Home, oracle, skip};
use sha2::{Digest as _, Sha256};

use crate::template;

/// Archives of the corpus, and values files where one is wanted; `-` is none.
const CHARTS: [(&str, &str); 38] = [
    ("altinity/clickhouse-0.3.12", "-"),
    ("altinity-op/altinity-clickhouse-operator-0.25.6", "-"),
    ("argo/argo-cd-10.1.1", "-"),
    (
        "argo/argo-cd-10.1.1",
        "argo/argo-cd/ha-autoscaling-values.yaml",
    ),
    ("autoscaler/vertical-pod-autoscaler-0.11.0", "-"),
    ("bitnami/cert-manager-1.5.15", "-"),
    ("bitnami/contour-21.1.5", "-"),
    ("bitnami/elasticsearch-22.1.7", "-"),
    ("bitnami/envoy-gateway-2.0.5", "-"),
    ("ceph-csi/ceph-csi-drivers-0.2.0", "-"),
    ("cert-manager/cert-manager-v0.0.0", "-"),
    ("cnpg/cloudnative-pg-0.29.0", "-"),
    ("confluent/cp-helm-charts-0.6.1", "-"),
    ("crossplane/crossplane-0.0.1", "-"),
    ("dandydeveloper/redis-ha-4.39.0", "-"),
    ("deliveryhero/aws-ebs-csi-driver-2.17.4", "-"),
    ("eks/appmesh-grafana-1.0.4", "-"),
    (
        "fluent/fluent-bit-0.58.1",
        "fluent/fluent-bit/ci-values.yaml",
    ),
    ("fluxcd/flux2-2.18.3", "-"),
    ("grafana/grafana-sampling-1.1.7", "-"),
    (
        "grafana-loki/loki-7.3.0",
        "grafana-loki/loki/default-single-binary-filesystem-values.yaml",
    ),
    ("ingress-nginx/ingress-nginx-4.15.1", "-"),
    ("keda/keda-2.20.2", "-"),
    ("longhorn/longhorn-1.6.1-rc3", "-"),
    ("metallb/metallb-0.0.0", "-"),
    ("openstack-helm/ceph-provisioners-2026.1.0", "-"),
    ("opentelemetry/opentelemetry-demo-0.41.0", "-"),
    ("prometheus-community/prometheus-29.27.0", "-"),
    ("rook/rook-ceph-0.0.1", "-"),
    ("smallstep/autocert-1.20.6", "-"),
    (
        "sonarqube/sonarqube-dce-2026.5.0",
        "sonarqube/sonarqube-dce/ci-values.yaml",
    ),
    ("spark-operator/spark-operator-2.5.0-rc.0", "-"),
    ("stable/airflow-7.13.3", "-"),
    ("stable/airflow-7.13.3", "stable/airflow/custom-values.yaml"),
    (
        "stable/airflow-7.13.3",
        "stable/airflow/minikube__custom-values.yaml",
    ),
    (
        "stakater/application-9.2.0",
        "stakater/application/ci__values.yaml",
    ),
    ("trivy/trivy-operator-0.34.0", "-"),
    ("wiremind/agentgateway-crds-1.3.1", "-"),
];

/// The corpus: `PINTLE_CORPUS`, else beside the workspace.
pub fn folder() -> PathBuf {
    std::env::var_os("PINTLE_CORPUS").map_or_else(
        || oracle::workspace_root().join("../shared/corpus"),
        PathBuf::from,
    )
}

/// The digest that the manifest records for a render that succeeds.
fn recorded(manifest: &str, archive: &str, values: &str) -> String {
    let line = manifest
        .lines()
        .map(|line| line.split('\t').collect::<Vec<_>>())
        .find(|cells| cells[3] == archive && cells[4] == values)
        .unwrap_or_else(|| panic!("the manifest has no {archive} with {values}"));
    assert_eq!((line[5], line[7]), ("0", "y"), "{archive}: no fixed output");
    line[9].to_owned()
}

#[test]
fn real_charts_render_byte_for_byte() {
    let corpus = folder();
    let Ok(manifest) = fs::read_to_string(corpus.join("manifest.tsv")) else {
        skip(
            "real_charts_render_byte_for_byte",
            "the shared corpus is not here (../shared/corpus)",
        );
        return;
    };
    let mut wrong = Vec::new();
    for (chart, values) in CHARTS {
        let archive = format!("charts/{chart}.tgz");
        let (values, flag) = match values {
            "-" => ("-".to_owned(), None),
            file => (format!("values/{file}"), Some("-f")),
        };
        let home = Home::new();
        let mut command = template(&home, &pintle_testkit::pintle!(), &["rel", &archive]);
        if let Some(flag) = flag {
            command = command.args([flag, &values]);
        }
        let done = command.current_dir(&corpus).run();
        let digest = format!("{:x}", Sha256::digest(done.stdout.as_bytes()));
        if digest != recorded(&manifest, &archive, &values) {
            let first = done.stderr.lines().next().unwrap_or_default().to_owned();
            wrong.push(format!("{archive} {values}: exit {:?} {first}", done.code));
        }
    }
    assert!(
        wrong.is_empty(),
        "`cargo xtask corpus --only CHART` shows the difference:\n{}",
        wrong.join("\n")
    );
}
