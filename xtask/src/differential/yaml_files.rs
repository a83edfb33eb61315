//! Cases of the area `yaml`: files of a chart that Helm reads itself.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::case::Case;
use super::document_words::SCALARS;
use super::documents;
use super::rng::Rng;

/// `values.yaml` and `-f` files of any kind: what is read, and the errors.
pub fn values_files(rng: &mut Rng) -> Case {
    let mut files = BTreeMap::new();
    let mut arguments = Vec::new();
    let template = "# {{ .Values | toJson }}\n# {{ printf \"%v\" .Values }}\n";
    files.insert("templates/run.yaml".to_owned(), template.to_owned());
    if rng.one_in(2) {
        files.insert("values.yaml".to_owned(), file(rng));
    }
    for index in 0..rng.below(3) {
        let name = format!("f{index}.yaml");
        arguments.extend(["-f".to_owned(), format!("c/{name}")]);
        files.insert(name, file(rng));
    }
    Case::Chart { files, arguments }
}

fn file(rng: &mut Rng) -> String {
    match rng.below(3) {
        0 => documents::text_document(rng),
        1 => {
            documents::map_document(rng)
                + rng.word(&["", "---\n", "---\na: 5\n", "--- \nb: null\n"])
        }
        _ => documents::map_document(rng),
    }
}

/// `Chart.yaml` with something odd in it.
pub fn metadata(rng: &mut Rng) -> Case {
    let mut text = String::new();
    for (key, value) in [("apiVersion", "v2"), ("name", "c"), ("version", "0.1.0")] {
        if rng.one_in(20) {
            continue;
        }
        let value = if rng.one_in(15) {
            rng.word(SCALARS)
        } else {
            value
        };
        let _ = writeln!(text, "{key}: {value}");
    }
    for _ in 0..rng.below(3) {
        let key = rng.word(&[
            "appVersion",
            "description",
            "kubeVersion",
            "type",
            "icon",
            "home",
            "keywords",
            "sources",
            "maintainers",
            "dependencies",
            "annotations",
            "deprecated",
            "condition",
            "tags",
            "unknown",
            "name",
            "engine",
        ]);
        let value = match rng.below(4) {
            0 => rng.word(METADATA_VALUES),
            _ => rng.word(SCALARS),
        };
        let _ = writeln!(text, "{key}: {value}");
    }
    if rng.one_in(4) {
        text += &documents::text_document(rng);
    }
    let template = "# {{ .Chart | toJson }}\n# {{ .Chart.Version }} {{ .Chart.AppVersion }}\n";
    let files = [
        ("Chart.yaml", text.as_str()),
        ("templates/run.yaml", template),
    ];
    Case::Chart {
        files: files
            .map(|(path, text)| (path.to_owned(), text.to_owned()))
            .into(),
        arguments: Vec::new(),
    }
}

const METADATA_VALUES: &[&str] = &[
    "[a, b]",
    "[{name: x}]",
    "[{name: x, email: y, url: z}]",
    "{a: b}",
    "{a: 1}",
    "{a: null}",
    "[1]",
    "[null]",
    "[]",
    "application",
    "library",
    "\">=1.0.0\"",
    "\">=99\"",
    "[{name: s, version: 1.0.0}]",
    "[{name: s, version: 1}]",
    "[{}]",
    "[{name: 1}]",
    "[{name: s, version: \"*\", repository: \"\"}]",
    "[{name: s, import-values: [a, {child: b, parent: c}]}]",
    "[{tags: x}]",
];

/// Rendered documents, which Helm reads to sort them by kind and to find hooks.
pub fn manifests(rng: &mut Rng) -> Case {
    let mut files = BTreeMap::new();
    for index in 0..=rng.below(2) {
        let mut text = String::new();
        for part in 0..=rng.below(3) {
            if part > 0 {
                text += rng.word(&[
                    "---\n",
                    "--- \n",
                    "---  # c\n",
                    "\n---\n\n",
                    "---",
                    "--- a: b\n",
                    "\n--- |\n",
                    "---\r\n",
                ]);
            }
            text += &manifest(rng);
        }
        let name = format!(
            "templates/{}{index}.yaml",
            rng.word(&["a", "z", "_p", "sub/m"])
        );
        // What looks like an action stays text.
        files.insert(name, text.replace("{{", "{ {"));
    }
    if rng.one_in(8) {
        files.insert(
            "templates/NOTES.txt".to_owned(),
            documents::text_document(rng).replace("{{", "{ {"),
        );
    }
    Case::Chart {
        files,
        arguments: Vec::new(),
    }
}

fn manifest(rng: &mut Rng) -> String {
    if rng.one_in(3) {
        return documents::text_document(rng);
    }
    let mut text = String::new();
    for _ in 0..=rng.below(4) {
        text += rng.word(MANIFEST_PARTS);
    }
    if rng.one_in(4) {
        text += &documents::map_document(rng);
    }
    text
}

const MANIFEST_PARTS: &[&str] = &[
    "kind: Pod\n",
    "kind: Service\n",
    "kind: Job\n",
    "apiVersion: v1\n",
    "apiVersion: batch/v1\n",
    "metadata:\n  name: a\n",
    "metadata: {name: b, annotations: {\"helm.sh/hook\": pre-install}}\n",
    "metadata:\n  annotations:\n    helm.sh/hook: post-install,bad\n    helm.sh/hook-weight: \"5\"\n",
    "metadata:\n  annotations:\n    helm.sh/hook: test\n    helm.sh/hook-weight: -3\n",
    "metadata:\n  annotations: null\n",
    "metadata: 1\n",
    "metadata:\n  name: 5\n",
    "metadata:\n  annotations: {a: 1}\n",
    "kind: 5\n",
    "kind: [a]\n",
    "kind: null\n",
    "apiVersion: 1\n",
    "# comment\n",
    "spec: {}\n",
    "data: {a: b}\n",
    "kind: List\nitems: []\n",
    "kind: CustomThing\n",
    "metadata:\n  annotations: {\"helm.sh/hook\": \"\"}\n",
    "metadata: {annotations: {\"helm.sh/hook-delete-policy\": hook-failed, \"helm.sh/hook\": pre-delete}}\n",
    "metadata:\n  annotations:\n    helm.sh/hook: crd-install\n",
    "kind: ConfigMap\n",
    "kind: Secret\n",
    "\n",
    " \n",
];
