//! YAML in and out.
//!
//! `cargo bench -p pintle-go-yaml`; figures in `docs/benchmarks.md`.

use std::fmt::Write as _;

use divan::Bencher;
use divan::counter::BytesCount;
use pintle_go_value::Value;

fn main() {
    divan::main();
}

/// A manifest as charts render them, about half a kilobyte for each container.
fn manifest(containers: usize) -> String {
    let mut text = String::from(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: demo\n  labels:\n    \
         app.kubernetes.io/name: demo\nspec:\n  replicas: 3\n  template:\n    spec:\n      \
         containers:\n",
    );
    for number in 0..containers {
        write!(
            text,
            "        - name: container-{number}
          image: \"registry.example.org/web:1.{number}\"
          args:
            - --port=80{number}
            - '--verbose'
          env:
            - name: POD_IP
              valueFrom:
                fieldRef:
                  fieldPath: status.podIP
          resources:
            limits:
              cpu: 500m
              memory: 128Mi
          readinessProbe:
            httpGet:
              path: /ready
              port: 8080
            initialDelaySeconds: 10
          securityContext:
            runAsNonRoot: true
            runAsUser: 65534
"
        )
        .expect("a string takes all");
    }
    text
}

/// A values file: comments, flow collections, block scalars, anchors.
fn values(sections: usize) -> String {
    let mut text = String::from("common: &common {enabled: true, replicas: 2}\n");
    for number in 0..sections {
        write!(
            text,
            "
# How the part number {number} of it runs.
part{number}:
  <<: *common
  image: {{repository: example/part, tag: \"\"}}
  # Written as it is.
  config: |
    [server]
    listen = :8080
  note: >-
    folded
    to one line
  ports: [80, 443, 0x1F90]
  ratio: 0.75
  tolerations: []
"
        )
        .expect("a string takes all");
    }
    text
}

/// Reading a manifest into values.
#[divan::bench(args = [1, 10, 100, 1000])]
fn read_manifest(bencher: Bencher<'_, '_>, containers: usize) {
    let text = manifest(containers);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| pintle_go_yaml::parse(text.as_bytes()));
}

/// Reading a values file.
#[divan::bench(args = [1, 10, 100, 1000])]
fn read_values(bencher: Bencher<'_, '_>, sections: usize) {
    let text = values(sections);
    assert!(pintle_go_yaml::parse(text.as_bytes()).is_ok());
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| pintle_go_yaml::parse(text.as_bytes()));
}

/// The look at a manifest that spares reading it.
#[divan::bench(args = [1, 10, 100, 1000])]
fn outline_manifest(bencher: Bencher<'_, '_>, containers: usize) {
    let text = manifest(containers);
    assert!(pintle_go_yaml::outline(&text).is_some());
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| pintle_go_yaml::outline(&text));
}

/// Writing what was read, as `toYaml` does; bytes are those written.
#[divan::bench(args = [1, 10, 100, 1000])]
fn write_manifest(bencher: Bencher<'_, '_>, containers: usize) {
    let value = read(&manifest(containers));
    let written = pintle_go_yaml::emit(&value).expect("writes");
    bencher
        .counter(BytesCount::new(written.len()))
        .bench(|| pintle_go_yaml::emit(&value));
}

/// Writing with long texts and odd scalars, that have to be quoted or put in blocks.
#[divan::bench(args = [1, 10, 100, 1000])]
fn write_values(bencher: Bencher<'_, '_>, sections: usize) {
    let value = read(&values(sections));
    let written = pintle_go_yaml::emit(&value).expect("writes");
    bencher
        .counter(BytesCount::new(written.len()))
        .bench(|| pintle_go_yaml::emit(&value));
}

fn read(text: &str) -> Value {
    pintle_go_yaml::parse(text.as_bytes()).expect("reads")
}
