//! Completion of plugins: what `completion.yaml` and `plugin.complete` say, beside Helm's answers.

use pintle_testkit::Home;

use crate::plugin_commands::executable;
use crate::{Case, as_helm_apart_from};

macro_rules! ask {
    ($($word:literal),*) => {
        Case {
            variables: &[("HELM_PLUGINS", "plugins")],
            words: &["__complete", $($word),*],
        }
    };
}

const CASES: &[Case] = &[
    // Commands and first arguments, by completion.yaml.
    ask!("tree", ""),
    ask!("tree", "g"),
    ask!("tree", "x"),
    ask!("tree", "get", ""),
    ask!("tree", "get", "o"),
    ask!("tree", "get", "one", ""),
    ask!("tree", "--deep", "get", ""),
    ask!("tree", "-n", "there", "get", ""),
    ask!("tree", "set", ""),
    ask!("tree", "set", "deep", ""),
    ask!("tree", "set", "deep", "a", "b"),
    ask!("tree", "nope", ""),
    // Flags.
    ask!("tree", "--d"),
    ask!("tree", "get", "--sh"),
    ask!("tree", "get", "-s"),
    ask!("tree", "set", "--se"),
    // The plugin's own program.
    ask!("dynamic", ""),
    ask!("dynamic", "a"),
    ask!(
        "dynamic",
        "a",
        "--flag",
        "-n",
        "there",
        "--kube-context=c",
        "b"
    ),
    ask!("dynamic", "-n", ""),
    ask!("dynamic", "--k"),
    ask!("dynamic", "--x=a"),
    ask!("dynamic", "--", "-a"),
    ask!("ignoring", "a", "b"),
    ask!("directive", "4", ""),
    ask!("directive", "6", ""),
    ask!("directive", "48", ""),
    ask!("directive", "64", ""),
    ask!("directive", "none", ""),
    ask!("failing", ""),
    ask!("bad", ""),
    ask!("bare", ""),
    ask!("usage-name", ""),
    ask!("getter", ""),
    // Names of plugins.
    ask!("plugin", "uninstall", ""),
    ask!("plugin", "uninstall", "tree", "d"),
    ask!("plugin", "update", ""),
    ask!("plugin", "install", ""),
    ask!("plugin", "install", "a", ""),
    ask!("plugin", "list", ""),
    ask!("plugin", "package", ""),
    ask!("tre"),
    ask!("dyn"),
    Case {
        variables: &[("HELM_PLUGINS", "plugins")],
        words: &["__completeNoDesc", "dynamic", ""],
    },
    Case {
        variables: &[("HELM_PLUGINS", "plugins"), ("HELM_NO_PLUGINS", "1")],
        words: &["__complete", "tree", ""],
    },
];

fn prepare(home: &Home) {
    let add = |name: &str, more: &str, completion: Option<&str>, program: Option<&str>| {
        home.write(
            &format!("plugins/{name}/plugin.yaml"),
            format!("name: {name}\nversion: 0.1.0\ncommand: echo\n{more}"),
        );
        if let Some(text) = completion {
            home.write(&format!("plugins/{name}/completion.yaml"), text);
        }
        if let Some(text) = program {
            let path = format!("plugins/{name}/plugin.complete");
            executable(&home.write(&path, format!("#!/bin/sh\n{text}\n")));
        }
    };
    let said = "for word; do echo \"[$word]\"; done; env | grep -E \"^HELM_(PLUGIN_|NAMESPACE|KUBECONTEXT)\" | sort";
    add(
        "tree",
        "usage: has commands\n",
        Some(
            "name: ignored\nflags: [d, deep, debug-it, e, f]\ncommands:\n- name: get\n  validArgs: [one, other, two]\n  \
             flags: [s, show]\n- name: set\n  flags: [s]\n  commands:\n  - name: deep\n- name: gone\n",
        ),
        Some(said),
    );
    add(
        "dynamic",
        "",
        None,
        Some(
            "printf 'one\\tthe first\\n\\ntwo\\n'; echo three >&2; for word; do echo \"[$word]\"; done; env | grep -E \"^HELM_(PLUGIN_|NAMESPACE|KUBECONTEXT)\" | sort",
        ),
    );
    add("ignoring", "ignoreFlags: true\n", None, Some(said));
    add("directive", "", None, Some("echo a; echo \":$1\""));
    add("failing", "", None, Some("echo a; exit 1"));
    add("bad", "", Some("validArgs: [1]\nflags: x\n"), None);
    add("bare", "", None, None);
    home.write(
        "plugins/other/plugin.yaml",
        "apiVersion: v1\nname: other\nversion: 0.1.0\ntype: cli/v1\nruntime: subprocess\nconfig: {usage: \"usage-name [A]\", shortHelp: does}\n\
         runtimeConfig: {platformCommand: [{command: echo}]}\n",
    );
    home.write(
        "plugins/other/completion.yaml",
        "name: other\nvalidArgs: [x, y]\n",
    );
    home.write(
        "plugins/getter/plugin.yaml",
        "name: getter\ndownloaders: [{command: x, protocols: [x]}]\n",
    );
}

/// Descriptions of flags are our own words.
fn without_flag_descriptions(text: &str) -> String {
    let shown = |line: &str| match line.split_once('\t') {
        Some((flag, _)) if flag.starts_with('-') => format!("{flag}\n"),
        _ => line.to_owned(),
    };
    text.split_inclusive('\n').map(shown).collect()
}

#[test]
fn plugins_say_what_may_come_next() {
    as_helm_apart_from(
        "plugin_completion.txt",
        CASES,
        prepare,
        without_flag_descriptions,
    );
}
