//! `template`, and what the other verbs say when there is no cluster.

use pintle_testkit::Home;

use crate::{Case, as_helm_apart_from};

const CASES: &[Case] = &[
    Case {
        variables: &[],
        words: &["rollback", "a", "--server-side=x"],
    },
    Case {
        variables: &[],
        words: &["upgrade", "a", "c", "--server-side=x"],
    },
    Case {
        variables: &[],
        words: &["template", "c"],
    },
    Case {
        variables: &[],
        words: &["template", "rel", "c"],
    },
    Case {
        variables: &[],
        words: &["template", "rel", "c", "-n", "space"],
    },
    Case {
        variables: &[],
        words: &["template", "c", "-g", "--dry-run=client"],
    },
    Case {
        variables: &[],
        words: &["template", "c", "--dry-run"],
    },
    Case {
        variables: &[],
        words: &["template", "c", "--dry-run=true"],
    },
    Case {
        variables: &[],
        words: &["template", "c", "--dry-run=false"],
    },
    Case {
        variables: &[],
        words: &["template", "c", "--dry-run=none"],
    },
    Case {
        variables: &[],
        words: &["template", "c", "--dry-run=bad"],
    },
    Case {
        variables: &[],
        words: &["template", "c", "--wait"],
    },
    Case {
        variables: &[],
        words: &["template", "c", "--wait=true"],
    },
    Case {
        variables: &[],
        words: &[
            "template",
            "c",
            "--wait=false",
            "--hide-notes",
            "--render-subchart-notes",
        ],
    },
    Case {
        variables: &[],
        words: &["template", "c", "--atomic", "--force"],
    },
    Case {
        variables: &[],
        words: &["template", "c", "-s", "templates/one.yaml"],
    },
    Case {
        variables: &[],
        words: &["template", "c", "-s", "templates/*.yaml"],
    },
    Case {
        variables: &[],
        words: &["template", "c", "-s", "nope"],
    },
    Case {
        variables: &[],
        words: &["template", "c", "--include-crds"],
    },
    Case {
        variables: &[],
        words: &["template", "c", "--no-hooks"],
    },
    Case {
        variables: &[],
        words: &["template", "c", "--skip-tests"],
    },
    Case {
        variables: &[],
        words: &["template", "c", "--is-upgrade"],
    },
    Case {
        variables: &[],
        words: &["template", "c", "--set", "a=b,c=d", "-f", "values.yaml"],
    },
    Case {
        variables: &[],
        words: &["template", "c", "--set", "a"],
    },
    Case {
        variables: &[],
        words: &["template", "c", "-f", "nope.yaml"],
    },
    Case {
        variables: &[],
        words: &["template", "c", "-f", "values.yaml,more.yaml"],
    },
    Case {
        variables: &[],
        words: &[
            "template",
            "c",
            "--set-string",
            "a=1",
            "--set-json",
            "b=[1]",
            "--set-literal",
            "c=x,y",
            "--set-file",
            "d=values.yaml",
        ],
    },
    Case {
        variables: &[],
        words: &[
            "template",
            "c",
            "--api-versions",
            "example.com/v1",
            "--kube-version",
            "1.30",
        ],
    },
    Case {
        variables: &[],
        words: &["template", "c", "--kube-version", "x"],
    },
    Case {
        variables: &[],
        words: &["template", "c", "--output-dir", "out"],
    },
    Case {
        variables: &[],
        words: &["template", "c", "--output-dir", "out", "--release-name"],
    },
    Case {
        variables: &[],
        words: &["template", "c", "d", "e"],
    },
    Case {
        variables: &[],
        words: &["template", "nope"],
    },
    Case {
        variables: &[],
        words: &["template", "./nope"],
    },
    Case {
        variables: &[],
        words: &["template", "/nope"],
    },
    Case {
        variables: &[],
        words: &["template", "nope/chart"],
    },
    Case {
        variables: &[],
        words: &["template", "broken"],
    },
    Case {
        variables: &[],
        words: &[
            "template",
            "c",
            "--timeout",
            "-5m",
            "--labels",
            "a=b,c=d",
            "--description",
            "x",
            "--create-namespace",
        ],
    },
    Case {
        variables: &[],
        words: &[
            "template",
            "c",
            "--post-renderer=",
            "--post-renderer-args",
            "x",
        ],
    },
    Case {
        variables: &[],
        words: &["install", "a", "/nope"],
    },
    Case {
        variables: &[],
        words: &["install", "a"],
    },
    Case {
        variables: &[],
        words: &["install", "a", "c", "d"],
    },
    Case {
        variables: &[],
        words: &["install", "a", "c", "--generate-name"],
    },
    Case {
        variables: &[],
        words: &["install", "a", "c"],
    },
    Case {
        variables: &[],
        words: &["install", "a", "c", "--dry-run=bad"],
    },
    Case {
        variables: &[],
        words: &["install", "a", "c", "--dry-run"],
    },
    Case {
        variables: &[],
        words: &["upgrade", "a", "c"],
    },
    Case {
        variables: &[],
        words: &["upgrade", "a", "/nope"],
    },
    Case {
        variables: &[],
        words: &["upgrade", "-i", "a", "c"],
    },
    Case {
        variables: &[],
        words: &["upgrade", "a", "c", "--dry-run=bad"],
    },
    Case {
        variables: &[],
        words: &["rollback", "a"],
    },
    Case {
        variables: &[],
        words: &["rollback", "a", "x"],
    },
    Case {
        variables: &[],
        words: &["rollback", "a", "b", "c"],
    },
    Case {
        variables: &[],
        words: &["rollback", "a", "1", "--dry-run=bad"],
    },
    Case {
        variables: &[],
        words: &["uninstall", "a"],
    },
    Case {
        variables: &[],
        words: &["uninstall", "a", "--cascade=x"],
    },
    Case {
        variables: &[],
        words: &["list"],
    },
    Case {
        variables: &[],
        words: &["list", "-A"],
    },
    Case {
        variables: &[],
        words: &["status", "a"],
    },
    Case {
        variables: &[],
        words: &["history", "a"],
    },
    Case {
        variables: &[],
        words: &["get", "all", "a"],
    },
    Case {
        variables: &[],
        words: &["get", "values", "a"],
    },
    Case {
        variables: &[],
        words: &["get", "manifest", "a"],
    },
    Case {
        variables: &[],
        words: &["get", "notes", "a"],
    },
    Case {
        variables: &[],
        words: &["get", "hooks", "a"],
    },
    Case {
        variables: &[],
        words: &["get", "metadata", "a"],
    },
    Case {
        variables: &[],
        words: &[
            "template",
            "c",
            "--name-template",
            "{{ \"x\" | upper | lower }}",
        ],
    },
    Case {
        variables: &[],
        words: &["template", "x", "c", "--name-template", "y"],
    },
    Case {
        variables: &[],
        words: &["rollback", "a", "--", "-1"],
    },
    Case {
        variables: &[],
        words: &[
            "rollback",
            "a",
            "--description",
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        ],
    },
    Case {
        variables: &[],
        words: &["template", "c", "--set", "list={a,b},n.m[1]=3"],
    },
    Case {
        variables: &[],
        words: &[
            "-n",
            "space",
            "template",
            "--debug=false",
            "rel",
            "--set",
            "a=1",
            "c",
            "--set=a=2",
        ],
    },
    Case {
        variables: &[],
        words: &["template", "c", "--", "-x"],
    },
];

fn charts(home: &Home) {
    home.write("c/Chart.yaml", "apiVersion: v2\nname: c\nversion: 0.1.0\n");
    home.write("c/values.yaml", "a: default\n");
    home.write("c/crds/crd.yaml", "kind: CustomResourceDefinition\n");
    home.write(
        "c/templates/one.yaml",
        "kind: One\nname: {{ .Release.Name }}.{{ .Release.Namespace }}\nupgrade: {{ .Release.IsUpgrade }}\n\
         values: {{ .Values | toJson }}\nkube: {{ .Capabilities.KubeVersion }}\n\
         has: {{ .Capabilities.APIVersions.Has \"example.com/v1\" }}\n",
    );
    home.write(
        "c/templates/hook.yaml",
        "kind: Hook\nmetadata:\n  name: h\n  annotations: {helm.sh/hook: pre-install}\n",
    );
    home.write(
        "c/templates/test.yaml",
        "kind: Test\nmetadata:\n  name: t\n  annotations: {helm.sh/hook: test}\n",
    );
    home.write("c/templates/NOTES.txt", "notes\n");
    home.write("values.yaml", "a: from file\nm: {x: 1}\n");
    home.write("more.yaml", "m: {y: 2}\n");
    home.write(
        "broken/Chart.yaml",
        "apiVersion: v2\nname: broken\nversion: 0.1.0\n",
    );
    home.write("broken/templates/x.yaml", "a: {{ .Values.a.b.c }}\n");
}

#[test]
fn templates_and_verbs_without_a_cluster() {
    as_helm_apart_from("templates.txt", CASES, charts, without_times);
}

/// A rehearsed install tells the time.
fn without_times(text: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| {
        if line.starts_with("LAST DEPLOYED: ") {
            "LAST DEPLOYED: [NOW]\n"
        } else {
            line
        }
    });
    lines.collect()
}
