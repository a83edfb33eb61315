//! Which values templates can read, way by way.

use pintle_chart::{Chart, File, load_files};
use pintle_go_value::Map;
use pintle_render::{Context, Reads, ReleaseFacts};
use pintle_sprig::Env;
use pintle_values::coalesce::coalesce_values;
use pintle_values::dependencies;
use pintle_values::origin::show_path;

fn loaded(files: &[(&str, &str)]) -> Chart {
    let mut all = vec![File::new(
        "Chart.yaml",
        "apiVersion: v2\nname: web\nversion: 1.0.0\n",
    )];
    all.retain(|file| !files.iter().any(|(name, _)| *name == file.name));
    all.extend(files.iter().map(|(name, text)| File::new(*name, *text)));
    load_files(all).expect("a chart").0
}

/// The paths of the given values that nothing reads, with commas.
fn unread_of(files: &[(&str, &str)], given: &str) -> String {
    let whole = loaded(files);
    let given: Map =
        pintle_chart::values_file::parse("given.yaml", given.as_bytes()).expect("values");
    let mut chart = whole.clone();
    dependencies::process(&mut chart, &given).expect("dependencies");
    let (values, _) = coalesce_values(&chart, &given).expect("values that fit");
    let context = Context::offline(ReleaseFacts::install("", ""), Env::system());
    let reads = Reads::of(&chart, &whole, &values, &given, &context);
    assert!(reads.is_known());
    let paths = reads.unread(&given);
    let shown: Vec<String> = paths.iter().map(|path| show_path(path)).collect();
    shown.join(",")
}

/// The same for a chart of one template.
fn unread(template: &str, given: &str) -> String {
    unread_of(&[("templates/a.yaml", template)], given)
}

/// Each template, what is given to it, and which of that it does not read.
fn check(cases: &[(&str, &str, &str)]) {
    for (template, given, want) in cases {
        assert_eq!(unread(template, given), *want, "{template} with {given}");
    }
}

#[test]
fn fields_lead_to_values() {
    check(&[
        ("{{ .Values.a }}", "a: 1", ""),
        ("{{ .Values.a }}", "a: 1\nb: 1", "b"),
        ("{{ .Values.a }}", "a: {x: {o: 1}}", ""),
        ("{{ .Values.a.x }}", "a: {x: 1, o: 1}", "a.o"),
        ("{{ .Values.a.x }}", "a: {o: {z: 1}, w: 2}", "a.o,a.w"),
        ("{{ .Values.a.x }}", "b: {o: 1, z: 1}", "b"),
        ("{{ $.Values.a }}", "a: 1\nb: null", "b"),
        ("{{ (.Values).a.x }}", "a: {x: 1, o: 1}", "a.o"),
        ("{{ .Values.AsMap.a }}", "a: 1\nb: 1", "b"),
        ("{{ .Values.PathValue \"a\" }}", "a: 1\nb: 1", ""),
        ("{{ toYaml .Values }}", "a: {x: 1}", ""),
        ("{{ toYaml . }}", "a: {x: 1}", ""),
    ]);
}

#[test]
fn variables_and_blocks_carry_values() {
    check(&[
        (
            "{{ with .Values.a }}{{ .x }}{{ end }}",
            "a: {x: 1, o: 1}",
            "a.o",
        ),
        (
            "{{ with .Values.a }}{{ $.Values.x }}{{ end }}",
            "a: {x: 1}\nx: 1",
            "",
        ),
        ("{{ $a := .Values.a }}{{ $a.x }}", "a: {x: 1, o: 1}", "a.o"),
        ("{{ $a := .Values.a }}", "a: {x: 1}", "a.x"),
        (
            "{{ $a := dict }}{{ if true }}{{ $a = .Values.a }}{{ end }}{{ $a.x }}",
            "a: {x: 1, o: 1}",
            "a.o",
        ),
        (
            "{{ $l := .Values.a }}{{ range until 3 }}{{ $l.v }}{{ $l = $l.next }}{{ end }}",
            "a: {v: 1, next: {v: 1, next: {v: 1, w: 1}}}",
            "a.next.next.w",
        ),
        (
            "{{ range .Values.a }}{{ .x }}{{ end }}",
            "a: [{x: 1}, {x: 2, o: 1}]",
            "a[1].o",
        ),
        (
            "{{ range $k, $v := .Values.a }}{{ $k }}{{ $v.x }}{{ end }}",
            "a: {b: {x: 1, o: 1}}",
            "a.b.o",
        ),
        (
            "{{ range $k, $v := .Values.a }}{{ (index $.Values.b $k).x }}{{ end }}",
            "a: {k: 1}\nb: {k: {x: 1, o: 1}, l: 1}",
            "b.k.o,b.l",
        ),
        ("{{ if .Values.a }}x{{ end }}", "a: {x: 1}", ""),
        (
            "{{ if .Values.a }}{{ .Values.a.x }}{{ end }}",
            "a: {x: 1, o: 1}",
            "a.o",
        ),
        (
            "{{ if .Values.a }}{{ else }}{{ .Values.b }}{{ end }}",
            "a: 1\nb: 1\nc: 1",
            "c",
        ),
    ]);
}

#[test]
fn templates_take_arguments() {
    let define = "{{ define \"t\" }}{{ .x }}{{ .root.Values.b }}{{ end }}";
    let with = |call: &str| format!("{define}{call}");
    let given = "a: {x: 1, o: 1}\nb: 1\nc: 1";
    check(&[
        (&with("{{ include \"t\" .Values.a }}"), given, "a.o,b,c"),
        (&with("{{ template \"t\" .Values.a }}"), given, "a.o,b,c"),
        (
            &with("{{ include \"t\" (dict \"x\" .Values.c \"root\" $) }}"),
            given,
            "a",
        ),
        (
            &with("{{ include (printf \"%s\" \"t\") .Values.a }}"),
            given,
            "a.o,b,c",
        ),
        (
            &with("{{ include (print .Chart.Name \"t\") .Values.a }}"),
            given,
            "a.o,b,c",
        ),
        (
            &with("{{ include (print .Chart.Name \"u\") .Values.a }}"),
            given,
            "a.o,a.x,b,c",
        ),
        (
            &with("{{ include .Chart.Name .Values.a }}"),
            given,
            "a.o,b,c",
        ),
        (
            &with("{{ include \"t\" (list .Values.a $) }}"),
            given,
            "a.o,a.x,b,c",
        ),
        (
            "{{ define \"l\" }}{{ (index . 0).x }}{{ (index . 1).Values.b }}{{ end }}{{ include \"l\" (list .Values.a $) }}",
            given,
            "a.o,c",
        ),
        (
            "{{ define \"r\" }}{{ .v }}{{ with .next }}{{ include \"r\" . }}{{ end }}{{ end }}{{ include \"r\" .Values.a }}",
            "a: {v: 1, next: {v: 1, w: 1}}",
            "a.next.w",
        ),
    ]);
}

#[test]
fn functions_hand_values_on() {
    let given = "a: {x: 1, o: 1}\nb: {z: 1}";
    check(&[
        ("{{ (.Values.a | default .Values.b).x }}", given, "a.o,b.z"),
        ("{{ (get .Values \"a\").x }}", given, "a.o,b"),
        ("{{ index .Values \"a\" \"x\" }}", given, "a.o,b"),
        (
            "{{ dig \"a\" \"x\" \"none\" .Values.AsMap }}",
            given,
            "a.o,b",
        ),
        ("{{ hasKey .Values \"a\" }}", given, "a.o,a.x,b"),
        ("{{ (index .Values .Chart.Name).x }}", given, "a.o,b.z"),
        (
            "{{ (merge (dict) .Values.a .Values.b).x }}",
            given,
            "a.o,b.z",
        ),
        (
            "{{ $m := dict }}{{ $_ := merge $m .Values.a }}{{ $m.x }}",
            given,
            "a.o,b",
        ),
        (
            "{{ $m := dict }}{{ $n := $m }}{{ $_ := merge $m .Values.a }}{{ $n.x }}",
            given,
            "a.o,b",
        ),
        (
            "{{ $_ := merge .Values.a .Values.b }}{{ .Values.a.z }}",
            given,
            "a.o,a.x",
        ),
        (
            "{{ $_ := set .Values \"c\" .Values.a }}{{ .Values.c.x }}",
            given,
            "a.o,b",
        ),
        (
            "{{ $d := dict }}{{ $_ := set $d \"r\" $ }}{{ $d.r.Values.a.x }}",
            given,
            "a.o,b",
        ),
        (
            "{{ $_ := set . \"r\" .Values.a }}{{ .r.x }}",
            given,
            "a.o,b",
        ),
        ("{{ (pick .Values \"a\").a.x }}", given, "a.o,b"),
        (
            "{{ (first (list .Values.a .Values.b)).x }}",
            given,
            "a.o,b.z",
        ),
        ("{{ keys .Values.a }}", given, "b"),
        (
            "{{ range (values .Values) }}{{ .x }}{{ end }}",
            given,
            "a.o,b.z",
        ),
        (
            "{{ (ternary .Values.a .Values.b true).x }}",
            given,
            "a.o,b.z",
        ),
        ("{{ kindOf .Values.a }}", given, "a.o,a.x,b"),
        ("{{ len .Values.a }}", given, "b"),
        ("{{ sha256sum (toJson .Values.a) }}", given, "b"),
        (
            "{{ range splitList \".\" \"a.x\" }}{{ index $.Values . }}{{ end }}",
            given,
            "b",
        ),
    ]);
}

#[test]
fn texts_among_values_are_templates() {
    let given = "t: '{{ .Values.a.x }}'\na: {x: 1, o: 1}";
    check(&[
        ("{{ .Values.t }}", given, "a"),
        ("{{ tpl .Values.t . }}", given, "a.o"),
        ("{{ tpl (toYaml .Values.t) . }}", given, "a.o"),
        ("{{ tpl \"{{ .Values.t }}\" . }}", given, "a"),
        (
            "{{ define \"render\" }}{{ tpl (cat \"{{ with .Values.a }}\" .t \"{{ end }}\") .c }}{{ end }}{{ include \"render\" (dict \"t\" (toYaml .Values.t) \"c\" .) }}",
            "t: '{{ .x }}'\na: {x: 1, o: 1}",
            "a.o",
        ),
        (
            "{{ tpl (printf \"{{ .Values.%s }}\" .Chart.Name) . }}",
            given,
            "",
        ),
        (
            "{{ tpl (toYaml .Values.t) . }}",
            "t: ['{{ if .Values.a.x }}', '{{ end }}']\na: {x: 1, o: 1}",
            "a.o",
        ),
    ]);
    let file = [
        ("templates/a.yaml", "{{ tpl (.Files.Get \"f\") . }}"),
        ("f", "{{ .Values.a.x }}"),
    ];
    assert_eq!(unread_of(&file, "a: {x: 1, o: 1}"), "a.o");
}

#[test]
fn subcharts_read_their_part() {
    let chart = "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n\
        - {name: db, version: '*', condition: 'db.enabled,global.db', tags: [back]}\n\
        - {name: db, version: '*', alias: cache, condition: cache.enabled}\n";
    let files = [
        ("Chart.yaml", chart),
        (
            "templates/a.yaml",
            "{{ .Values.db.port }}{{ .Subcharts.db.Values.name }}",
        ),
        (
            "charts/db/Chart.yaml",
            "apiVersion: v2\nname: db\nversion: 1.0.0\n",
        ),
        (
            "charts/db/templates/a.yaml",
            "{{ .Values.host }}{{ .Values.global.zone }}",
        ),
    ];
    let cases = [
        ("db: {host: 1, port: 1, name: 1, user: 1}", "db.user"),
        (
            "db: {enabled: true}\ncache: {enabled: true, host: 1, user: 1}",
            "cache.user",
        ),
        ("db: {enabled: false, user: 1}", ""),
        ("global: {zone: a, db: true, area: b}", "global.area"),
        ("tags: {back: true, front: true}", "tags.front"),
        ("host: 1", "host"),
    ];
    for (given, want) in cases {
        assert_eq!(unread_of(&files, given), want, "{given}");
    }
}

/// What templates look for and do not find may have been meant.
#[test]
fn names_that_are_asked_for_are_known() {
    let chart = loaded(&[("templates/a.yaml", "{{ .Values.a }}{{ .Values.b }}")]);
    let given: Map = [("a", true.into()), ("c", true.into())]
        .into_iter()
        .collect();
    let context = Context::offline(ReleaseFacts::install("", ""), Env::system());
    let reads = Reads::of(&chart, &chart, &given, &given, &context);
    assert_eq!(reads.asked(&[]), ["a", "b"]);
}
