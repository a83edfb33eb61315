//! Advisories about plugins, each by its name: what Helm answers since it was mended.

use std::fs;

use pintle_testkit::Home;

use crate::{Case, as_helm, pintle};

const fn case(words: &'static [&'static str]) -> Case {
    Case {
        variables: &[("HELM_PLUGINS", "plugins")],
        words,
    }
}

/// Each is a folder among the plugins: none is used, all are told of.
fn are_passed_over(snapshot: &str, plugins: &[&str]) {
    let cases = [case(&["no-such-command"])];
    as_helm(snapshot, &cases, |home| {
        for (number, text) in plugins.iter().enumerate() {
            home.write(&format!("plugins/{number}/plugin.yaml"), text);
        }
    });
}

/// CVE-2020-15186: a name that breaks out of what is shown, or is that of another command.
#[test]
fn cve_2020_15186_names_are_plain() {
    are_passed_over(
        "plugin_cve_2020_15186.txt",
        &[
            "name: ../up\nversion: 1.0.0\ncommand: x\n",
            "name: two words\nversion: 1.0.0\ncommand: x\n",
            "name: \"line\\nfeed\"\nversion: 1.0.0\ncommand: x\n",
            "name: \"\\e[31mred\"\nversion: 1.0.0\ncommand: x\n",
            "name: ''\nversion: 1.0.0\ncommand: x\n",
        ],
    );
}

/// CVE-2020-15187: of two fields of the same name, one may be shown and the other be run.
#[test]
fn cve_2020_15187_fields_are_there_once() {
    are_passed_over(
        "plugin_cve_2020_15187.txt",
        &[
            "name: twice\nversion: 1.0.0\ncommand: good\ncommand: bad\n",
            "name: twice\nversion: 1.0.0\nhooks: {install: a, install: b}\n",
            "apiVersion: v1\nname: a\nname: b\nversion: 1.0.0\ntype: cli/v1\nruntime: subprocess\n",
        ],
    );
}

/// CVE-2024-26147: a file without content.
#[test]
fn cve_2024_26147_a_plugin_may_be_empty() {
    are_passed_over(
        "plugin_cve_2024_26147.txt",
        &["", "# nothing\n", "null\n", "---\n", "apiVersion: v1\n"],
    );
}

/// CVE-2026-35204: a version that is a path, which becomes part of one when the plugin is
/// installed.
#[test]
fn cve_2026_35204_versions_are_no_paths() {
    let texts = [
        "name: v\nversion: 1.0.0/../../x\ncommand: x\n",
        "name: v\nversion: ../../x\ncommand: x\n",
        "apiVersion: v1\nname: v\nversion: 1.0.0/../../x\ntype: cli/v1\nruntime: subprocess\nruntimeConfig: {platformCommand: [{command: x}]}\n",
    ];
    are_passed_over("plugin_cve_2026_35204.txt", &texts);
    let home = Home::new();
    home.write("data/keep", "");
    for (number, text) in texts.iter().enumerate() {
        let folder = format!("source-{number}");
        home.write(&format!("{folder}/plugin.yaml"), text);
        let archive = format!("{folder}-1.0.0.tgz");
        let packed = std::process::Command::new("tar")
            .args(["-czf", &archive, &folder])
            .current_dir(home.path())
            .status();
        assert!(packed.is_ok_and(|status| status.success()));
        let done = pintle(&home, &["plugin", "install", &archive, "--verify=false"]);
        assert_eq!(done.code, Some(1), "{done}");
        let installed = fs::read_dir(home.path().join(".local/share/helm/plugins"));
        let left = installed.map_or(0, Iterator::count);
        assert_eq!(left, 0, "{done}");
        assert!(!home.path().join("x").exists(), "{done}");
    }
}
