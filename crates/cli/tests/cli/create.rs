//! `create`: what it says, and that its charts make the objects that Helm's make.

use std::collections::BTreeMap;
use std::path::Path;

use pintle_testkit::Home;
use pintle_testkit::oracle::{self, Peer};

use crate::{Case, as_helm, pintle};

const fn create(words: &'static [&'static str]) -> Case {
    Case {
        variables: &[],
        words,
    }
}

const CASES: &[Case] = &[
    create(&["create"]),
    create(&["create", "a", "b"]),
    create(&["create", "web"]),
    create(&["create", "web"]),
    create(&["create", "folder/web"]),
    create(&["create", "./folder/with.dots_and-UPPER"]),
    create(&["create", "a b"]),
    create(&["create", "ä"]),
    create(&["create", "nope/web"]),
    create(&["create", "folder/new/"]),
    create(&["create", "file"]),
    create(&["create", "file/web"]),
    create(&[
        "create",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ]),
    create(&["create", "x", "-p", "nope"]),
    create(&["create", "x", "--starter", "/nope"]),
    create(&["create", "from-small", "-p", "small"]),
    create(&["create", "from-small", "-p", "small"]),
    create(&["create", "deep/er/from-small", "-p", "../starters/small"]),
    create(&["create", "file", "-p", "small"]),
    create(&["create", "file/x", "-p", "small"]),
    create(&["create", "a: b: c", "-p", "small"]),
    create(&["create", "x", "-p", "broken"]),
    create(&["create", "x", "--chart-api-version", "v3"]),
    create(&["create", "x", "--chart-api-version", "v9"]),
    create(&["create", "x", "--chart-api-version", "v2"]),
    Case {
        variables: &[("HELM_EXPERIMENTAL_CHART_V3", "1")],
        words: &["create", "third", "--chart-api-version", "v3"],
    },
];

const STARTERS: &str = ".local/share/helm/starters";

fn starters(home: &Home) {
    home.write("file", "a file");
    home.write("folder/file", "a file");
    let write = |name: &str, text: &str| {
        home.write(&format!("{STARTERS}/{name}"), text);
    };
    write(
        "small/Chart.yaml",
        "apiVersion: v1\nname: small\nversion: 9.9.9\nmaintainers: [{name: x}]\n",
    );
    write(
        "small/values.yaml",
        "# of <CHARTNAME>\nname: <CHARTNAME>\nother: 1",
    );
    write("small/values.schema.json", "{\"title\": \"<CHARTNAME>\"}");
    write("small/templates/sub/a.yaml", "name: <CHARTNAME>.{{ 1 }}");
    write("small/README.md", "<CHARTNAME>");
    write("small/crds/a.yaml", "kind: <CHARTNAME>");
    write("small/.helmignore", "*.no\n");
    write("small/a.no", "");
    write("broken/Chart.yaml", "a: b: c\n");
}

#[test]
fn what_is_said() {
    as_helm("create.txt", CASES, starters);
}

/// Every file below a folder.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            let entries = std::fs::read_dir(&path).expect("a folder can be read");
            waiting.extend(entries.map(|entry| entry.expect("an entry can be read").path()));
            let name = path.strip_prefix(folder).expect("it is below").display();
            found.insert(format!("{name}/"), Vec::new());
        } else {
            let name = path.strip_prefix(folder).expect("it is below").display();
            found.insert(
                name.to_string(),
                std::fs::read(&path).expect("a file can be read"),
            );
        }
    }
    found
}

#[test]
fn charts_from_starters_are_helms_byte_for_byte() {
    let Some(helm) = oracle::find_or_skip(Peer::Helm4, "cli::charts_from_starters") else {
        return;
    };
    let made = |program: &Path| {
        let home = Home::new();
        starters(&home);
        let words = ["create", "new", "-p", "small"];
        home.command(program)
            .called("helm")
            .args(words)
            .run()
            .success();
        files(&home.path().join("new"))
    };
    assert_eq!(made(&pintle_testkit::pintle!()), made(&helm));
}

#[test]
fn charts_of_a_starter_stay_folders() {
    let home = Home::new();
    starters(&home);
    home.write(
        &format!("{STARTERS}/small/charts/c/Chart.yaml"),
        "apiVersion: v2\nname: c\nversion: 1.0.0\n",
    );
    pintle(&home, &["create", "new", "-p", "small"]).success();
    assert!(home.path().join("new/charts/c/Chart.yaml").is_file());
}

/// Values under which the two scaffolds are compared.
const VALUES: &[&str] = &[
    "",
    "ingress: {enabled: true}\n",
    "ingress: {enabled: true, className: nginx, annotations: {a: b}, hosts: [{host: h1, paths: [{path: /p}, {path: /q, pathType: Exact}]}, {host: h2, paths: []}], tls: [{secretName: t, hosts: [h1, h2]}]}\n",
    "ingress: {enabled: true, hosts: []}\n",
    "autoscaling: {enabled: true}\nreplicaCount: 7\n",
    "autoscaling: {enabled: true, targetMemoryUtilizationPercentage: 70, minReplicas: 2}\n",
    "autoscaling: {enabled: true, targetCPUUtilizationPercentage: null}\n",
    "httpRoute: {enabled: true}\n",
    "httpRoute: {enabled: true, annotations: {k: l}, hostnames: [], rules: [{matches: [{path: {type: PathPrefix, value: /x}}], filters: [{type: F}]}, {}], parentRefs: []}\n",
    "httpRoute: {enabled: true, rules: []}\n",
    "serviceAccount: {create: false}\n",
    "serviceAccount: {create: false, name: other}\n",
    "serviceAccount: {name: other, automount: false, annotations: {a: b}}\n",
    "nameOverride: app\n",
    "fullnameOverride: a-very-long-name-that-is-longer-than-what-dns-allows-and-so-is-cut-somewhere\n",
    "nameOverride: rel\n",
    "service: {type: NodePort, port: 99}\n",
    "service: {type: LoadBalancer}\n",
    "image: {repository: r, tag: '9', pullPolicy: Always}\nimagePullSecrets: [{name: s}]\n",
    "podAnnotations: {a: b}\npodLabels: {c: d}\npodSecurityContext: {fsGroup: 1}\nsecurityContext: {runAsUser: 2}\n",
    "resources: {limits: {cpu: 1}}\nlivenessProbe: null\nreadinessProbe: {httpGet: {path: /x, port: 80}}\n",
    "volumes: [{name: v, emptyDir: {}}]\nvolumeMounts: [{name: v, mountPath: /v}]\n",
    "nodeSelector: {z: s}\ntolerations: [{key: k}]\naffinity: {nodeAffinity: {}}\nreplicaCount: 0\n",
];

/// Documents as values, by their source.
fn objects(text: &str) -> BTreeMap<String, Vec<serde_json::Value>> {
    let mut found: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for document in text.split("---\n# Source: ").skip(1) {
        let (source, body) = document.split_once('\n').unwrap_or((document, ""));
        let value = pintle_go_yaml::parse(body.as_bytes()).expect("manifests are YAML");
        let json = pintle_go_value::json::encode(&value, pintle_go_value::json::Options::default());
        let json = serde_json::from_slice(&json.expect("YAML is JSON")).expect("it is JSON");
        found.entry(source.to_owned()).or_default().push(json);
    }
    found
}

#[test]
fn our_scaffold_makes_the_objects_of_helms() {
    let Some(helm) = oracle::find_or_skip(Peer::Helm4, "cli::our_scaffold") else {
        return;
    };
    let home = Home::new();
    let run = |words: &[&str]| home.command(&helm).args(words).run().success().stdout;
    std::fs::create_dir_all(home.path().join("theirs")).expect("a folder can be made");
    std::fs::create_dir_all(home.path().join("ours")).expect("a folder can be made");
    run(&["create", "theirs/web"]);
    pintle(&home, &["create", "ours/web"]).success();

    let names =
        |folder: &str| -> Vec<String> { files(&home.path().join(folder)).into_keys().collect() };
    assert_eq!(names("ours/web"), names("theirs/web"));
    let values = |chart: &str| {
        let text = run(&["show", "values", chart]);
        pintle_go_yaml::parse(text.as_bytes()).expect("values are YAML")
    };
    let same = pintle_go_value::compare::deep_equal(&values("ours/web"), &values("theirs/web"));
    assert!(same, "the default values differ");
    let definition = |chart: &str| run(&["show", "chart", chart]);
    assert_eq!(definition("ours/web"), definition("theirs/web"));
    let lint = |chart: &str| run(&["lint", chart]).replace(chart, "");
    assert_eq!(lint("ours/web"), lint("theirs/web"));

    for values in VALUES {
        home.write("values.yaml", values);
        for release in ["rel", "my-web-site"] {
            let render = |chart| objects(&run(&["template", release, chart, "-f", "values.yaml"]));
            assert_eq!(
                render("ours/web"),
                render("theirs/web"),
                "{release} {values}"
            );
        }
    }
}
