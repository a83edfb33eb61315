//! Commands that need nothing but the environment.

use crate::{Case, as_helm};

const CASES: &[Case] = &[
    Case {
        variables: &[],
        words: &["env"],
    },
    Case {
        variables: &[],
        words: &["env", "HELM_BIN"],
    },
    Case {
        variables: &[],
        words: &["env", "HELM_CACHE_HOME"],
    },
    Case {
        variables: &[],
        words: &["env", "nothing"],
    },
    Case {
        variables: &[],
        words: &[
            "env",
            "-n",
            "q",
            "--debug",
            "--burst-limit",
            "3",
            "--qps=.5",
            "--kube-token",
            "t",
        ],
    },
    Case {
        variables: &[],
        words: &[
            "env",
            "--kube-context=k",
            "--repository-cache",
            "/r",
            "--kubeconfig",
            "/k",
        ],
    },
    Case {
        variables: &[
            ("HELM_QPS", "x"),
            ("HELM_BURST_LIMIT", "y"),
            ("HELM_MAX_HISTORY", "z"),
            ("HELM_DEBUG", "maybe"),
        ],
        words: &["env"],
    },
    Case {
        variables: &[
            ("HELM_QPS", "1.256"),
            ("HELM_BURST_LIMIT", "7"),
            ("HELM_MAX_HISTORY", "-3"),
            ("HELM_DEBUG", "1"),
            ("HELM_NAMESPACE", "foo"),
            ("HELM_KUBEASGROUPS", "a,b,,c"),
            ("HELM_KUBEINSECURE_SKIP_TLS_VERIFY", "true"),
            ("HELM_PLUGINS", "/a:/b"),
        ],
        words: &["env"],
    },
    Case {
        variables: &[
            ("HELM_CACHE_HOME", "/cc//"),
            ("XDG_DATA_HOME", "/d"),
            ("XDG_CONFIG_HOME", "c"),
        ],
        words: &["env"],
    },
    Case {
        variables: &[("HELM_COLOR", "bogus")],
        words: &["version"],
    },
    Case {
        variables: &[("HELM_DRIVER", "bogus")],
        words: &["version"],
    },
    Case {
        variables: &[("NO_COLOR", "1")],
        words: &["--color=bogus", "version"],
    },
    Case {
        variables: &[],
        words: &["version"],
    },
    Case {
        variables: &[],
        words: &["version", "--short"],
    },
    Case {
        variables: &[],
        words: &[
            "version",
            "--template",
            "{{.Version}} {{.GitCommit}} {{printf \"%q\" .GoVersion}}",
        ],
    },
    Case {
        variables: &[],
        words: &["version", "--template", "{{.}} {{len .KubeClientVersion}}"],
    },
    Case {
        variables: &[],
        words: &["version", "--template", "{{.Versio"],
    },
    Case {
        variables: &[],
        words: &["version", "--template", "{{.Nope}}"],
    },
    Case {
        variables: &[],
        words: &["version", "--template", "{{upper .Version}}"],
    },
    Case {
        variables: &[],
        words: &["version", "--template", ""],
    },
    Case {
        variables: &[],
        words: &[
            "version",
            "--v=3",
            "--stderrthreshold",
            "INFO",
            "--one-output",
        ],
    },
    Case {
        variables: &[("HELM_DRIVER", "memory")],
        words: &["version"],
    },
    Case {
        variables: &[
            ("HELM_DRIVER", "memory"),
            ("HELM_MEMORY_DRIVER_DATA", "nope.yaml"),
        ],
        words: &["version"],
    },
    Case {
        variables: &[("KUBECONFIG", "kubeconfig")],
        words: &["env", "HELM_NAMESPACE"],
    },
    Case {
        variables: &[("KUBECONFIG", "kubeconfig")],
        words: &["env", "HELM_NAMESPACE", "--kube-context", "other"],
    },
    Case {
        variables: &[("KUBECONFIG", "kubeconfig")],
        words: &["env", "HELM_NAMESPACE", "-n", "mine"],
    },
];

const KUBECONFIG: &str = "\
apiVersion: v1
kind: Config
current-context: one
contexts:
- {name: one, context: {cluster: a, namespace: first}}
- {name: other, context: {cluster: a}}
clusters:
- {name: a, cluster: {server: 'http://127.0.0.1:9'}}
";

#[test]
fn environment_and_version() {
    as_helm("offline.txt", CASES, |home| {
        home.write("kubeconfig", KUBECONFIG);
    });
}
