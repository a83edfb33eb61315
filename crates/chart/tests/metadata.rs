//! What Helm 4.3.1 says to a `Chart.yaml`: the texts of `helm template rel CHART` and
//! `helm show chart CHART` over a folder with just that file.

use pintle_chart::{Chart, Error, File, load_files, load_files_as_is};

fn load(chart_yaml: &str) -> Result<Chart, Error> {
    load_files(vec![File::new("Chart.yaml", chart_yaml)]).map(|(chart, _)| chart)
}

fn refused(chart_yaml: &str) -> String {
    match load(chart_yaml) {
        Ok(_) => "loaded".to_owned(),
        Err(error) => error.text().to_owned(),
    }
}

#[test]
fn invalid_metadata() {
    let cases = [
        ("name: x", "validation: chart.metadata.version is required"),
        ("null", "validation: chart.metadata.name is required"),
        ("", "validation: chart.metadata.name is required"),
        ("apiVersion: v9", "unsupported chart version"),
        (
            "name: a/b\nversion: 1",
            "validation: chart.metadata.name \"a/b\" is invalid",
        ),
        (
            "name: ..\nversion: 1",
            "validation: chart.metadata.name \"..\" is not allowed",
        ),
        (
            "name: '.'\nversion: 1",
            "validation: chart.metadata.name \".\" is not allowed",
        ),
        (
            "name: a\nversion: x",
            "validation: chart.metadata.version \"x\" is invalid",
        ),
        (
            "name: a\nversion: 1,2",
            "validation: chart.metadata.version \"1,2\" is invalid",
        ),
        (
            "name: a\nversion: 99999999999999999999999",
            "validation: chart.metadata.version \"1e+23\" is invalid",
        ),
        (
            "name: a\nversion: 1\ntype: foo",
            "validation: chart.metadata.type must be application or library",
        ),
        (
            "name: a\nversion: 1\nmaintainers: [null]",
            "validation: maintainers must not contain empty or null nodes",
        ),
        (
            "name: a\nversion: 1\ndependencies: [null]",
            "validation: dependencies must not contain empty or null nodes",
        ),
        (
            "name: a\nversion: 1\ndependencies: [{name: a, version: 1},{name: b, alias: a}]",
            "validation: more than one dependency with name or alias \"a\"",
        ),
        (
            "name: a\nversion: 1\ndependencies: [{name: a, alias: \"a b\"}]",
            "validation: dependency \"a\" has disallowed characters in the alias",
        ),
    ];
    for (text, want) in cases {
        assert_eq!(refused(text), want, "{text}");
    }
}

#[test]
fn fields_of_the_wrong_type() {
    let head = "cannot load Chart.yaml: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal";
    let cases = [
        ("- a", "array into Go value of type loader.chartBase"),
        ("5", "number into Go value of type loader.chartBase"),
        (
            "apiVersion: [v2]",
            "array into Go struct field .apiVersion of type string",
        ),
        (
            "name: [a]",
            "array into Go struct field .name of type string",
        ),
        (
            "NAME: [a]",
            "array into Go struct field .NAME of type string",
        ),
        (
            "name: {a: 1}\nannotations: 5",
            "number into Go struct field .annotations of type map[string]string",
        ),
        (
            "keywords: {a: 1}",
            "object into Go struct field .keywords of type []string",
        ),
        ("keywords: [[a]]", "array into .keywords.0 of type string"),
        (
            "maintainers: [5]",
            "number into .maintainers.0 of type v2.Maintainer",
        ),
        (
            "maintainers: {a: 1}",
            "object into Go struct field .maintainers of type []*v2.Maintainer",
        ),
        (
            "maintainers: [{name: [x]}]",
            "array into Go struct field .maintainers.0.name of type string",
        ),
        (
            "deprecated: \"yes\"",
            "string into Go struct field .deprecated of type bool",
        ),
        (
            "deprecated: 5",
            "number into Go struct field .deprecated of type bool",
        ),
        (
            "annotations: {a: [1]}",
            "array into Go struct field .annotations.a of type string",
        ),
        (
            "dependencies: [{tags: 5}]",
            "number into Go struct field .dependencies.0.tags of type []string",
        ),
        (
            "dependencies: [5]",
            "number into .dependencies.0 of type v2.Dependency",
        ),
        (
            "dependencies: [{import-values: x}]",
            "string into Go struct field .dependencies.0.import-values of type []interface {}",
        ),
        (
            "dependencies: [{name: b, enabled: \"x\"}]",
            "string into Go struct field .dependencies.0.enabled of type bool",
        ),
    ];
    for (text, want) in cases {
        assert_eq!(refused(text), format!("{head} {want}"), "{text}");
    }
    let error = load_files_as_is(vec![File::new("Chart.yaml", "- a")]).unwrap_err();
    assert!(
        error
            .text()
            .ends_with("array into Go value of type v2.Metadata")
    );
}

#[test]
fn broken_yaml_names_the_place() {
    let error = load("name: a\nversion: [\n").unwrap_err();
    let shown = error.to_string();
    let mut lines = shown.lines();
    let first = lines.next().unwrap();
    assert!(
        first.starts_with("cannot load Chart.yaml: error converting YAML to JSON: yaml: line "),
        "{first}"
    );
    assert!(
        lines
            .next()
            .unwrap()
            .starts_with("hint: see Chart.yaml, line "),
        "{shown}"
    );
}

/// `helm show chart`, and the chart in `helm install --dry-run=client -o json`.
#[test]
fn scalars_become_text() {
    let text = "name: a\nversion: 1\nannotations: {a: 1, b: true, c: null, d: 1.50, 5: x}\n\
        appVersion: 12345678901234567\ndescription: 1e3\nicon: 1000000.0\nhome: null\n\
        kubeVersion: 0777\nkeywords: [1, true, null, 1.50, 12345678901234567]\n\
        maintainers: [{name: n, email: e, url: u}, {name: z}]\n";
    let chart = load(text).unwrap();
    assert_eq!(
        serde_json::to_string(&chart.metadata).unwrap(),
        r#"{"name":"a","version":"1","description":"1000","keywords":["1","true","","1.5","12345678901234567"],"maintainers":[{"name":"false","email":"e","url":"u"},{"name":"z"}],"icon":"1e+06","apiVersion":"v1","appVersion":"12345678901234567","annotations":{"5":"x","a":"1","b":"true","c":"","d":"1.5"},"kubeVersion":"511"}"#
    );
}

#[test]
fn metadata_survives_json() {
    let chart = load(
        "apiVersion: v2\nname: a\nversion: 1.0.0\ndeprecated: true\ntype: library\n\
         dependencies: [{name: b, version: '*', repository: '', import-values: [d, {child: a, parent: b}], alias: bb}]\n",
    )
    .unwrap();
    assert!(chart.is_library());
    let json = serde_json::to_string(&chart.metadata).unwrap();
    let back: pintle_chart::Metadata = serde_json::from_str(&json).unwrap();
    assert_eq!(serde_json::to_string(&back).unwrap(), json);
    assert!(json.contains(r#"{"name":"b","version":"*","repository":"","import-values":["d",{"child":"a","parent":"b"}],"alias":"bb"}"#));
}

#[test]
fn unprintable_characters_go() {
    let chart =
        load("name: \"a\\tb\\u0000c\\u200bd\"\nversion: 1\ndescription: \"a\\tb\\u0000c\\ne\"\n")
            .unwrap();
    assert_eq!(chart.name(), "a bcd");
    assert_eq!(chart.metadata.description, "a bc e");
}

#[test]
fn locks() {
    let lock = |text: &str| {
        load_files(vec![
            File::new("Chart.yaml", "apiVersion: v2\nname: a\nversion: 1\n"),
            File::new("Chart.lock", text),
        ])
        .map(|(chart, _)| serde_json::to_string(&chart.lock).expect("JSON"))
        .map_err(|error| error.text().to_owned())
    };
    assert_eq!(lock("null").unwrap(), "null");
    assert_eq!(
        lock("generated: \"2020-01-01T00:00:00.120000+02:00\"\ndigest: 5\ndependencies: [{name: b, version: 1, repository: x}]").unwrap(),
        r#"{"generated":"2020-01-01T00:00:00.12+02:00","digest":"5","dependencies":[{"name":"b","version":"1","repository":"x"}]}"#
    );
    assert_eq!(
        lock("dependencies: [null]").unwrap(),
        r#"{"generated":"0001-01-01T00:00:00Z","digest":"","dependencies":[null]}"#
    );
    let decoding = "cannot load Chart.lock: error unmarshaling JSON: while decoding JSON: ";
    let refused = [
        (
            "- a",
            "json: cannot unmarshal array into Go value of type v2.Lock",
        ),
        (
            "digest: [a]",
            "json: cannot unmarshal array into Go struct field .digest of type string",
        ),
        (
            "generated: 5",
            "json: cannot unmarshal number into Go struct field .generated of type time.Time",
        ),
        (
            "generated: 2020-01-01",
            "parsing time \"2020-01-01\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"\" as \"T\"",
        ),
    ];
    for (text, want) in refused {
        assert_eq!(
            lock(text).unwrap_err(),
            format!("{decoding}{want}"),
            "{text}"
        );
    }
}

#[test]
fn requirements_of_old_charts() {
    let files = |version: &str| {
        vec![
            File::new(
                "Chart.yaml",
                format!("apiVersion: {version}\nname: r\nversion: 1\n"),
            ),
            File::new("requirements.lock", "digest: 5\n"),
            File::new(
                "requirements.yaml",
                "dependencies: [{name: q, version: 1}]\n",
            ),
        ]
    };
    let mut broken = files("v2");
    broken.push(File::new("values.yaml", "- 1\n"));
    let refused = load_files(broken).unwrap_err();
    assert_eq!(refused.warnings().len(), 2, "told before the error");
    let (chart, warnings) = load_files(files("v1")).unwrap();
    assert!(warnings.is_empty());
    assert_eq!(chart.files.len(), 2);
    assert_eq!(chart.metadata.dependencies[0].name, "q");
    let (chart, warnings) = load_files(files("v2")).unwrap();
    assert!(chart.files.is_empty());
    let messages: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        messages,
        [
            "Warning: Dependency locking is handled in Chart.lock since apiVersion \"v2\". We recommend migrating to Chart.lock.",
            "Warning: Dependencies are handled in Chart.yaml since apiVersion \"v2\". We recommend migrating dependencies to Chart.yaml."
        ]
    );
}
