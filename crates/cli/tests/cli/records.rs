//! Questions about releases, kept in memory.

use crate::{Case, as_helm};

/// Releases in several states; the last has a text that is hard to lay out.
const RECORDS: &str = r#"
- name: web
  version: 1
  namespace: default
  info:
    first_deployed: "2026-11-21T09:25:22.229913789Z"
    last_deployed: "2026-11-21T09:25:22.229913789Z"
    description: Install complete
    status: superseded
    notes: "hello\n\n"
  chart:
    metadata: {name: web, version: 0.1.0, appVersion: "1.2", apiVersion: v2}
    values: {a: 1, b: {c: x}}
  config: {a: 2, long: "a < b & c"}
  manifest: "---\n# Source: web/templates/x.yaml\na: 1\n"
- name: web
  version: 2
  namespace: default
  apply_method: ssa
  info:
    first_deployed: "2026-11-21T09:25:22.229913789Z"
    last_deployed: "2026-11-21T10:25:22.5+02:00"
    description: Upgrade complete
    status: deployed
    rollback_revision: 1
  chart:
    metadata:
      name: web
      version: 0.2.0
      appVersion: "1.2"
      apiVersion: v2
      annotations: {one: first, two: second}
      dependencies:
      - {name: d1, version: 1.x, repository: "https://example.com"}
      - {name: d2, version: ">2", condition: d2.enabled, tags: [t], alias: dd, import-values: [a]}
    values: {a: 1, b: {c: x}}
  hooks:
  - name: h
    kind: Pod
    path: web/templates/h.yaml
    manifest: "kind: Pod\n"
    events: [test]
    last_run:
      started_at: "2026-11-21T10:25:22Z"
      completed_at: "2026-11-21T10:25:25Z"
      phase: Succeeded
  manifest: "---\n# Source: web/templates/x.yaml\na: 1\n"
- name: shop
  version: 3
  namespace: default
  info:
    last_deployed: "2026-11-20T09:25:22Z"
    description: "Release \"shop\" failed: boom <x> & y"
    status: failed
  chart:
    metadata: {name: shop, version: 0.1.0}
  hooks:
  - {name: never, kind: Pod, path: shop/templates/t.yaml, manifest: "kind: Pod\n", events: [test]}
- name: odd
  version: 10
  namespace: default
  info:
    last_deployed: "2026-11-20T09:25:22Z"
    description: "first\nsecond\twith tab\n"
    status: pending-upgrade
  chart:
    metadata: {name: "日本", version: 0.1.0, appVersion: "\U0001F600"}
- name: pending
  version: 1
  namespace: other
  info: {status: pending-install}
  chart:
    metadata: {name: p, version: 0.1.0}
"#;

const MEMORY: &[(&str, &str)] = &[
    ("HELM_DRIVER", "memory"),
    ("HELM_MEMORY_DRIVER_DATA", "records.yaml"),
];
/// HELM: times take on the local zone where their offset agrees with it.
const ELSEWHERE: &[(&str, &str)] = &[
    ("HELM_DRIVER", "memory"),
    ("HELM_MEMORY_DRIVER_DATA", "records.yaml"),
    ("TZ", "Africa/Johannesburg"),
];

const CASES: &[Case] = &[
    Case {
        variables: MEMORY,
        words: &["list"],
    },
    Case {
        variables: MEMORY,
        words: &["list", "-o", "json"],
    },
    Case {
        variables: MEMORY,
        words: &["list", "-o", "yaml"],
    },
    Case {
        variables: MEMORY,
        words: &["list", "-q"],
    },
    Case {
        variables: MEMORY,
        words: &["list", "-q", "-o", "json"],
    },
    Case {
        variables: MEMORY,
        words: &["list", "-q", "-o", "yaml"],
    },
    Case {
        variables: MEMORY,
        words: &["list", "-n", "nope"],
    },
    Case {
        variables: MEMORY,
        words: &["list", "-n", "nope", "-o", "json"],
    },
    Case {
        variables: MEMORY,
        words: &["list", "-n", "nope", "-q"],
    },
    Case {
        variables: MEMORY,
        words: &["list", "--no-headers"],
    },
    Case {
        variables: MEMORY,
        words: &["list", "--failed"],
    },
    Case {
        variables: MEMORY,
        words: &["list", "--pending"],
    },
    Case {
        variables: MEMORY,
        words: &["list", "--superseded"],
    },
    Case {
        variables: MEMORY,
        words: &["list", "--deployed", "--failed"],
    },
    Case {
        variables: MEMORY,
        words: &["list", "--color", "always"],
    },
    Case {
        variables: MEMORY,
        words: &["list", "--color", "never"],
    },
    Case {
        variables: MEMORY,
        words: &["list", "-d"],
    },
    Case {
        variables: MEMORY,
        words: &["list", "-r"],
    },
    Case {
        variables: MEMORY,
        words: &["list", "-m", "1"],
    },
    Case {
        variables: MEMORY,
        words: &["list", "-m", "-1"],
    },
    Case {
        variables: MEMORY,
        words: &["list", "--offset", "1", "-m", "1"],
    },
    Case {
        variables: MEMORY,
        words: &["list", "--offset", "9"],
    },
    Case {
        variables: MEMORY,
        words: &["list", "-f", "sh"],
    },
    Case {
        variables: MEMORY,
        words: &["list", "-f", "^w"],
    },
    Case {
        variables: MEMORY,
        words: &["list", "-l", "nothing=here"],
    },
    Case {
        variables: MEMORY,
        words: &["list", "--time-format", "2006"],
    },
    Case {
        variables: MEMORY,
        words: &["list", "-n", "other"],
    },
    Case {
        variables: MEMORY,
        words: &["list", "-A"],
    },
    Case {
        variables: MEMORY,
        words: &["list", "--time-format", "Mon Jan _2 15:04:05.000 MST 2006"],
    },
    Case {
        variables: MEMORY,
        words: &["history", "web"],
    },
    Case {
        variables: MEMORY,
        words: &["history", "web", "-o", "json"],
    },
    Case {
        variables: MEMORY,
        words: &["history", "web", "-o", "yaml"],
    },
    Case {
        variables: MEMORY,
        words: &["history", "web", "--max", "1"],
    },
    Case {
        variables: MEMORY,
        words: &["history", "web", "--max", "0"],
    },
    Case {
        variables: MEMORY,
        words: &["history", "web", "--show-rollback-revision"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "all", "web"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "values", "web"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "values", "web", "-a"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "values", "web", "-o", "json"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "values", "web", "-a", "-o", "yaml"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "manifest", "web"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "notes", "web"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "hooks", "web"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "metadata", "web"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "metadata", "web", "-o", "json"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "metadata", "web", "-o", "yaml"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "all", "web", "--revision", "1"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "values", "web", "--revision=1"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "metadata", "web", "--revision", "-1"],
    },
    Case {
        variables: MEMORY,
        words: &["history", "shop"],
    },
    Case {
        variables: MEMORY,
        words: &["history", "shop", "-o", "json"],
    },
    Case {
        variables: MEMORY,
        words: &["history", "shop", "-o", "yaml"],
    },
    Case {
        variables: MEMORY,
        words: &["history", "shop", "--max", "1"],
    },
    Case {
        variables: MEMORY,
        words: &["history", "shop", "--max", "0"],
    },
    Case {
        variables: MEMORY,
        words: &["history", "shop", "--show-rollback-revision"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "all", "shop"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "values", "shop"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "values", "shop", "-a"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "values", "shop", "-o", "json"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "values", "shop", "-a", "-o", "yaml"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "manifest", "shop"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "notes", "shop"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "hooks", "shop"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "metadata", "shop"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "metadata", "shop", "-o", "json"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "metadata", "shop", "-o", "yaml"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "all", "shop", "--revision", "1"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "values", "shop", "--revision=1"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "metadata", "shop", "--revision", "-1"],
    },
    Case {
        variables: MEMORY,
        words: &["history", "odd"],
    },
    Case {
        variables: MEMORY,
        words: &["history", "odd", "-o", "json"],
    },
    Case {
        variables: MEMORY,
        words: &["history", "odd", "-o", "yaml"],
    },
    Case {
        variables: MEMORY,
        words: &["history", "odd", "--max", "1"],
    },
    Case {
        variables: MEMORY,
        words: &["history", "odd", "--max", "0"],
    },
    Case {
        variables: MEMORY,
        words: &["history", "odd", "--show-rollback-revision"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "all", "odd"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "values", "odd"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "values", "odd", "-a"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "values", "odd", "-o", "json"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "values", "odd", "-a", "-o", "yaml"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "manifest", "odd"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "notes", "odd"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "hooks", "odd"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "metadata", "odd"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "metadata", "odd", "-o", "json"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "metadata", "odd", "-o", "yaml"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "all", "odd", "--revision", "1"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "values", "odd", "--revision=1"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "metadata", "odd", "--revision", "-1"],
    },
    Case {
        variables: MEMORY,
        words: &["history", "nope"],
    },
    Case {
        variables: MEMORY,
        words: &["history", "nope", "-o", "json"],
    },
    Case {
        variables: MEMORY,
        words: &["history", "nope", "-o", "yaml"],
    },
    Case {
        variables: MEMORY,
        words: &["history", "nope", "--max", "1"],
    },
    Case {
        variables: MEMORY,
        words: &["history", "nope", "--max", "0"],
    },
    Case {
        variables: MEMORY,
        words: &["history", "nope", "--show-rollback-revision"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "all", "nope"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "values", "nope"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "values", "nope", "-a"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "values", "nope", "-o", "json"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "values", "nope", "-a", "-o", "yaml"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "manifest", "nope"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "notes", "nope"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "hooks", "nope"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "metadata", "nope"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "metadata", "nope", "-o", "json"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "metadata", "nope", "-o", "yaml"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "all", "nope", "--revision", "1"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "values", "nope", "--revision=1"],
    },
    Case {
        variables: MEMORY,
        words: &["get", "metadata", "nope", "--revision", "-1"],
    },
    Case {
        variables: MEMORY,
        words: &[
            "get",
            "all",
            "shop",
            "--template",
            "{{.Release.Name}} {{.Release.Info.Status}} {{.Release.Version}} {{.Release.Chart.Metadata.Version}}",
        ],
    },
    Case {
        variables: MEMORY,
        words: &[
            "get",
            "all",
            "shop",
            "--template",
            "{{.Nope}} {{.Release.ApplyMethod}} {{range .Release.Hooks}}{{.Name}} {{.Events}} {{.LastRun.Phase}}{{end}} {{.Release.Chart.Values}} {{.Release.Labels}} {{.Release.Config}}",
        ],
    },
    Case {
        variables: MEMORY,
        words: &["get", "all", "shop", "--template", "{{.Release.Info}}"],
    },
    Case {
        variables: MEMORY,
        words: &[
            "get",
            "all",
            "shop",
            "--template",
            "{{.Release.Chart.Metadata}}",
        ],
    },
    Case {
        variables: MEMORY,
        words: &["get", "all", "shop", "--template", "{{.Release"],
    },
    Case {
        variables: ELSEWHERE,
        words: &["list"],
    },
    Case {
        variables: ELSEWHERE,
        words: &["list", "--time-format", "15:04 MST"],
    },
    Case {
        variables: ELSEWHERE,
        words: &["history", "web"],
    },
    Case {
        variables: ELSEWHERE,
        words: &["get", "metadata", "web"],
    },
];

#[test]
fn questions_about_releases() {
    as_helm("records.txt", CASES, |home| {
        home.write("records.yaml", RECORDS);
    });
}
