//! `show`.

use pintle_testkit::Home;

use crate::{Case, as_helm};

const fn show(words: &'static [&'static str]) -> Case {
    Case {
        variables: &[],
        words,
    }
}

const CASES: &[Case] = &[
    show(&["show", "chart", "full"]),
    show(&["show", "values", "full"]),
    show(&["show", "readme", "full"]),
    show(&["show", "crds", "full"]),
    show(&["show", "all", "full"]),
    show(&["inspect", "all", "full"]),
    show(&["inspect", "values", "./full"]),
    show(&["show", "all", "bare"]),
    show(&["show", "values", "bare"]),
    show(&["show", "readme", "bare"]),
    show(&["show", "crds", "bare"]),
    show(&["show", "values", "empty"]),
    show(&["show", "all", "empty"]),
    show(&["show", "chart", "old"]),
    show(&["show", "all", "old"]),
    show(&["show", "chart", "odd"]),
    show(&["show", "all", "library"]),
    show(&["show", "chart", "third"]),
    show(&["show", "chart", "broken"]),
    show(&["show", "values", "broken"]),
    show(&["show", "values", "bad-child"]),
    show(&["show", "values", "nameless"]),
    show(&["show", "values", "no-chart"]),
    show(&["show", "values", "nope"]),
    show(&["show", "values", "./nope"]),
    show(&["show", "values", "nope/nope"]),
    show(&["show", "values", "file.txt"]),
    show(&["show", "values"]),
    show(&["show", "values", "a", "b"]),
    show(&["show", "values", "full", "--version", "1.2.3", "--devel"]),
    show(&["show", "chart", "full", "--devel", "--repo", ""]),
    show(&["show", "chart", "full", "--jsonpath", "{.a}"]),
    show(&["show", "values", "full", "--jsonpath", ""]),
    show(&["show", "values", "full", "--jsonpath", "{.image.tag}"]),
    show(&["show", "values", "full", "--jsonpath", "{.image}"]),
    show(&["show", "values", "full", "--jsonpath", "{.list[*]}"]),
    show(&["show", "values", "full", "--jsonpath", "{.list[1:]}"]),
    show(&["show", "values", "full", "--jsonpath", "{.nope}"]),
    show(&["show", "values", "full", "--jsonpath", "{.big}"]),
    show(&["show", "values", "full", "--jsonpath", "{..name}"]),
    show(&["show", "values", "full", "--jsonpath", "{"]),
    show(&["show", "values", "full", "--jsonpath", "{.a[}"]),
    show(&["show", "values", "full", "--jsonpath", "{%}"]),
    show(&[
        "show",
        "values",
        "full",
        "--jsonpath",
        "{range .ports[?(@.port > 80.5)]}{.name}={.port}{\"\\n\"}{end}",
    ]),
    show(&["show", "values", "bare", "--jsonpath", "{.a}"]),
];

fn charts(home: &Home) {
    full(home);
    home.write(
        "bare/Chart.yaml",
        "apiVersion: v2\nname: bare\nversion: 1.0.0\n",
    );
    home.write(
        "empty/Chart.yaml",
        "apiVersion: v2\nname: empty\nversion: 1.0.0\n",
    );
    home.write("empty/values.yaml", "");
    home.write("empty/README", "");
    home.write("old/Chart.yaml", "name: old\nversion: 1.0.0\n");
    home.write(
        "old/requirements.yaml",
        "dependencies:\n- name: x\n  version: 1.x\n  repository: https://example.com\n",
    );
    home.write(
        "odd/Chart.yaml",
        "apiVersion: v2\nname: odd\nversion: 1.10\nappVersion: 1e6\ndescription: \"a\\tb: c #d\"\nunknown: 1\n\
         deprecated: true\ntype: application\n",
    );
    home.write(
        "library/Chart.yaml",
        "apiVersion: v2\nname: library\nversion: 1.0.0\ntype: library\n",
    );
    home.write(
        "third/Chart.yaml",
        "apiVersion: v3\nname: third\nversion: 1.0.0\n",
    );
    home.write("broken/Chart.yaml", "a: b: c\n");
    home.write(
        "bad-child/Chart.yaml",
        "apiVersion: v2\nname: p\nversion: 1.0.0\n",
    );
    home.write("bad-child/values.yaml", "a: 1\n");
    home.write(
        "bad-child/charts/c/Chart.yaml",
        "apiVersion: v2\nname: c\nversion: 1.0.0\n",
    );
    home.write("bad-child/charts/c/values.yaml", "a: {\n");
    home.write("nameless/Chart.yaml", "apiVersion: v2\nversion: 1.0.0\n");
    home.write("no-chart/values.yaml", "a: 1\n");
    home.write("file.txt", "text\n");
}

fn full(home: &Home) {
    home.write(
        "full/Chart.yaml",
        "# a comment\napiVersion: v2\nname: full\nversion: 1.2.3-rc.1+build\nappVersion: \"1.10\"\n\
         description: A chart with everything\nhome: https://example.com\nicon: https://example.com/i.png\n\
         kubeVersion: '>=1.20'\nkeywords: [b, a]\nsources: [https://example.com/s]\n\
         maintainers:\n- name: Someone\n  email: someone@example.com\n  url: https://example.com/someone\n\
         annotations: {z: '1', a: 'x: y'}\n\
         dependencies:\n- name: child\n  version: ^1.0.0\n  repository: ''\n  condition: child.enabled\n\
         \x20 tags: [t]\n  alias: c\n  import-values: [data, {child: x, parent: y}]\n",
    );
    home.write(
        "full/values.yaml",
        "# the values\nimage: {tag: \"1.0\", repository: r}\nlist: [1, two, null]\nbig: 1000000\n\
         ports:\n- {name: web, port: 80}\n- {name: admin, port: 8080}",
    );
    home.write("full/ReadMe.MD", "# Full\n\ntext");
    home.write("full/README.txt", "not this one\n");
    home.write("full/crds/b.yaml", "---\nkind: B\n");
    home.write("full/crds/a.yaml", "kind: A\n");
    home.write("full/crds/notes.txt", "no\n");
    home.write(
        "full/charts/child/Chart.yaml",
        "apiVersion: v2\nname: child\nversion: 1.0.0\n",
    );
    home.write("full/charts/child/crds/c.yml", "kind: C");
}

#[test]
fn parts_of_charts() {
    as_helm("show.txt", CASES, charts);
}
