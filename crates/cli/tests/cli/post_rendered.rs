//! What post-renderers read, and what becomes of what they write: laid out by Helm's YAML
//! library, and by us.

use pintle_testkit::Home;

use crate::{Case, as_helm};

const fn case(words: &'static [&'static str]) -> Case {
    Case {
        variables: &[("HELM_PLUGINS", "plugins")],
        words,
    }
}

/// Documents that both accept, each a file of a chart.
const DOCUMENTS: &str = include_str!("post_rendered/documents.yaml");
/// Charts with one file that is refused, or that says something of how a file is read.
const ALONE: &str = include_str!("post_rendered/alone.yaml");
/// In front of each of them.
const MARK: &str = "=====\n";

fn plugin(home: &Home, name: &str, script: &str) {
    home.write(
        &format!("plugins/{name}/plugin.yaml"),
        format!(
            "apiVersion: v1\nname: {name}\nversion: 0.1.0\ntype: postrenderer/v1\nruntime: subprocess\n\
             runtimeConfig:\n  platformCommand:\n  - {{command: sh, args: [$HELM_PLUGIN_DIR/run.sh]}}\n"
        ),
    );
    home.write(&format!("plugins/{name}/run.sh"), script);
}

fn chart(home: &Home, name: &str) {
    home.write(
        &format!("{name}/Chart.yaml"),
        format!("apiVersion: v2\nname: {name}\nversion: 0.1.0\n"),
    );
}

fn texts(all: &str) -> impl Iterator<Item = &str> {
    all.split(MARK).skip(1)
}

fn prepare(home: &Home) {
    plugin(home, "copy", "cat\n");
    // What is read, as the text of a document.
    plugin(
        home,
        "read",
        "echo 'kind: Read'\necho 'stream: |'\nsed 's/^/  /'\n",
    );
    plugin(home, "crlf", "sed 's/$/\\r/'\n");
    plugin(
        home,
        "list",
        "echo 'kind: List\nitems:'\nsed 's/^/  /; s/^  kind/- kind/' | grep -v ' ---'\n",
    );
    plugin(home, "number", "echo 5\n");
    plugin(home, "nothing", "echo 'a: b'\n");
    plugin(home, "bare", "echo 'kind: List\nitems:\n- a: b'\n");
    plugin(
        home,
        "marked",
        "echo 'kind: A'\necho '--- !x'\necho 'kind: B'\n",
    );
    chart(home, "all");
    for (number, text) in texts(DOCUMENTS).enumerate() {
        home.write(&format!("all/templates/{number:02}.yaml"), text);
    }
    chart(home, "small");
    home.write(
        "small/templates/a.yaml",
        "kind: A\nmetadata:\n    name: a   # why\n---\nkind: B\n",
    );
    for (number, text) in texts(ALONE).enumerate() {
        let name = format!("alone{number:02}");
        chart(home, &name);
        home.write(&format!("{name}/templates/a.yaml"), text);
    }
}

const CASES: &[Case] = &[
    case(&["template", "r", "all", "--post-renderer", "read"]),
    case(&["template", "r", "all", "--post-renderer", "copy"]),
    case(&["template", "r", "small", "--post-renderer", "crlf"]),
    case(&["template", "r", "small", "--post-renderer", "list"]),
    case(&["template", "r", "small", "--post-renderer", "number"]),
    case(&["template", "r", "small", "--post-renderer", "nothing"]),
    case(&["template", "r", "small", "--post-renderer", "bare"]),
    case(&["template", "r", "small", "--post-renderer", "marked"]),
];

#[test]
fn documents_are_laid_out_anew() {
    as_helm("post_rendered.txt", CASES, prepare);
}

#[test]
fn documents_alone_are_read_as_helm_reads_them() {
    let words: Vec<[String; 5]> = (0..texts(ALONE).count())
        .map(|number| {
            let name = format!("alone{number:02}");
            ["template", "r", &name, "--post-renderer", "copy"].map(str::to_owned)
        })
        .collect();
    let cases: Vec<Case> = words
        .into_iter()
        .map(|words| {
            let words: Vec<&'static str> = words.map(|word| &*word.leak()).to_vec();
            case(words.leak())
        })
        .collect();
    as_helm("post_rendered_alone.txt", &cases, prepare);
}
