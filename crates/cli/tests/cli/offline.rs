//! Commands that need nothing but the environment.

use pintle_testkit::oracle::{self, Peer};
use pintle_testkit::{Command, Home, snapshot};

/// Variables and command lines whose answers are Helm's.
const SAME: &[(&[(&str, &str)], &[&str])] = &[
    (&[], &["env"]),
    (&[], &["env", "HELM_BIN"]),
    (&[], &["env", "HELM_CACHE_HOME"]),
    (&[], &["env", "nothing"]),
    (
        &[],
        &[
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
    ),
    (
        &[],
        &[
            "env",
            "--kube-context=k",
            "--repository-cache",
            "/r",
            "--kubeconfig",
            "/k",
        ],
    ),
    (
        &[
            ("HELM_QPS", "x"),
            ("HELM_BURST_LIMIT", "y"),
            ("HELM_MAX_HISTORY", "z"),
            ("HELM_DEBUG", "maybe"),
        ],
        &["env"],
    ),
    (
        &[
            ("HELM_QPS", "1.256"),
            ("HELM_BURST_LIMIT", "7"),
            ("HELM_MAX_HISTORY", "-3"),
            ("HELM_DEBUG", "1"),
            ("HELM_NAMESPACE", "foo"),
            ("HELM_KUBEASGROUPS", "a,b,,c"),
            ("HELM_KUBEINSECURE_SKIP_TLS_VERIFY", "true"),
            ("HELM_PLUGINS", "/a:/b"),
        ],
        &["env"],
    ),
    (
        &[
            ("HELM_CACHE_HOME", "/cc//"),
            ("XDG_DATA_HOME", "/d"),
            ("XDG_CONFIG_HOME", "c"),
        ],
        &["env"],
    ),
    (&[("HELM_COLOR", "bogus")], &["version"]),
    (&[("HELM_DRIVER", "bogus")], &["version"]),
    (&[("NO_COLOR", "1")], &["--color=bogus", "version"]),
    (&[], &["version"]),
    (&[], &["version", "--short"]),
    (
        &[],
        &[
            "version",
            "--template",
            "{{.Version}} {{.GitCommit}} {{printf \"%q\" .GoVersion}}",
        ],
    ),
    (
        &[],
        &["version", "--template", "{{.}} {{len .KubeClientVersion}}"],
    ),
    (&[], &["version", "--template", "{{.Versio"]),
    (&[], &["version", "--template", "{{.Nope}}"]),
    (&[], &["version", "--template", "{{upper .Version}}"]),
    (&[], &["version", "--template", ""]),
    (
        &[],
        &[
            "version",
            "--v=3",
            "--stderrthreshold",
            "INFO",
            "--one-output",
        ],
    ),
];

fn with(mut command: Command, variables: &[(&str, &str)], words: &[&str]) -> Command {
    for (name, value) in variables {
        command = command.env(name, value);
    }
    command.args(words)
}

#[test]
fn answers() {
    let home = Home::new();
    let answers: Vec<_> = SAME
        .iter()
        .map(|(variables, words)| {
            let command = home.command(pintle_testkit::pintle!()).called("pintle");
            with(command, variables, words)
                .run()
                .map(|text| home.redact(text))
        })
        .collect();
    snapshot::check(super::snapshot("offline.txt"), &answers);
}

#[test]
fn answers_as_helm() {
    let Some(helm) = oracle::find_or_skip(Peer::Helm4, "cli::answers_as_helm") else {
        return;
    };
    let home = Home::new();
    for (variables, words) in SAME {
        let theirs = with(home.command(&helm).called("helm"), variables, words).run();
        let ours = home.command(pintle_testkit::pintle!()).called("helm");
        let ours = with(ours, variables, words).run();
        if let Some(report) = super::difference(&theirs, &ours) {
            panic!("{variables:?} {words:?}\n{report}");
        }
    }
}
