//! Post-renderers: the same plugins through Helm and through us.

use pintle_testkit::Home;

use crate::{Case, as_helm};

const fn case(words: &'static [&'static str]) -> Case {
    Case {
        variables: &[("HELM_PLUGINS", "plugins")],
        words,
    }
}

const CASES: &[Case] = &[
    case(&["template", "r", "c", "--post-renderer", "more"]),
    case(&[
        "template",
        "r",
        "c",
        "--post-renderer",
        "more",
        "--post-renderer-args",
        "x",
        "--post-renderer-args",
        "y z",
    ]),
    case(&[
        "template",
        "r",
        "c",
        "--post-renderer",
        "more",
        "-s",
        "templates/a.yaml",
    ]),
    case(&[
        "template",
        "r",
        "c",
        "--post-renderer",
        "more",
        "--no-hooks",
    ]),
    case(&[
        "template",
        "r",
        "c",
        "--post-renderer",
        "more",
        "--output-dir",
        "out",
    ]),
    case(&[
        "template",
        "r",
        "c",
        "--post-renderer",
        "more",
        "--post-renderer",
        "more",
    ]),
    case(&["template", "r", "c", "--post-renderer", ""]),
    case(&["template", "r", "c", "--post-renderer-args", "x"]),
    case(&["template", "r", "c", "--post-renderer", "nope"]),
    case(&["template", "r", "c", "--post-renderer", "fail"]),
    case(&["template", "r", "c", "--post-renderer", "empty"]),
    case(&["template", "r", "c", "--post-renderer", "trash"]),
    case(&["template", "r", "c", "--post-renderer", "absent"]),
    case(&["template", "r", "c", "--post-renderer", "none"]),
    case(&[
        "install",
        "r",
        "c",
        "--dry-run=client",
        "--post-renderer",
        "fail",
    ]),
];

fn plugin(home: &Home, name: &str, command: &str) {
    home.write(
        &format!("plugins/{name}/plugin.yaml"),
        format!(
            "apiVersion: v1\nname: {name}\nversion: 0.1.0\ntype: postrenderer/v1\nruntime: subprocess\n\
             runtimeConfig:\n  platformCommand:\n  - {command}\n"
        ),
    );
}

fn prepare(home: &Home) {
    let sh = |script: &str| format!("{{command: sh, args: [-c, '{script}']}}");
    plugin(
        home,
        "more",
        "{command: sh, args: [$HELM_PLUGIN_DIR/run.sh]}",
    );
    home.write(
        "plugins/more/run.sh",
        "cat\necho ---\necho kind: New\necho arguments: $# $*\n",
    );
    plugin(home, "fail", &sh("echo problem >&2; exit 3"));
    plugin(home, "empty", &sh("true"));
    plugin(home, "trash", &sh("echo a: b: c"));
    plugin(home, "absent", "{command: does-not-exist}");
    plugin(home, "none", "{os: plan9, command: x}");
    home.write("c/Chart.yaml", "apiVersion: v2\nname: c\nversion: 0.1.0\n");
    home.write("c/templates/NOTES.txt", "notes\n");
    home.write(
        "c/templates/a.yaml",
        "kind: A\nmetadata:\n  name: a\n---\n# nothing\n---\nkind: ConfigMap\nmetadata:\n  name: b\n  \
         annotations:\n    keep: me\ndata:\n  text: |\n    one\n      two\n",
    );
    home.write(
        "c/templates/hook.yaml",
        "kind: Hook\nmetadata:\n  name: h\n  annotations: {helm.sh/hook: pre-install}\n",
    );
}

#[test]
fn plugins_change_what_was_rendered() {
    as_helm("plugins.txt", CASES, prepare);
}
