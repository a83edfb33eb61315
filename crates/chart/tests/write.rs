//! Archives that are written.

use pintle_chart::{Chart, File, load_archive, load_files, write_archive};

fn chart(files: Vec<File>) -> Chart {
    let mut all = vec![File::new(
        "Chart.yaml",
        "apiVersion: v2\nname: web\nversion: 1.0.0\n",
    )];
    all.extend(files);
    load_files(all).expect("a good chart").0
}

fn written(chart: &Chart) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_archive(chart, &mut bytes).expect("it can be written");
    bytes
}

fn times(chart: &Chart) -> Vec<&str> {
    let times = chart.raw.iter().map(|file| file.modified.as_deref());
    times
        .map(|time| time.expect("every entry has one"))
        .collect()
}

#[test]
fn what_has_no_time_has_that_of_its_chart() {
    let mut chart = chart(vec![File::new("values.yaml", "a: 1\n")]);
    let (read, _) = load_archive(&written(&chart)[..]).expect("it can be read");
    assert_eq!(times(&read), ["1970-01-01T00:00:00Z"; 2]);
    chart.modified = Some("2020-01-02T03:04:05.5+01:00".to_owned());
    let (read, _) = load_archive(&written(&chart)[..]).expect("it can be read");
    assert_eq!(times(&read), ["2020-01-02T02:04:06Z"; 2]);
    assert_eq!(written(&chart), written(&chart));
}

#[test]
fn a_stamp_reaches_everything() {
    let mut chart = chart(vec![
        File::new("values.yaml", "a: 1\n"),
        File::new("values.schema.json", "{}"),
        File::new("templates/a.yaml", "a\n"),
        File::new("README.md", "a\n"),
        File::new("Chart.lock", "generated: 2020-01-02T03:04:05.5+01:00\n"),
        File::new("charts/db/Chart.yaml", "name: db\nversion: 1.0.0\n"),
    ]);
    chart.stamp(1_700_000_000);
    let (read, _) = load_archive(&written(&chart)[..]).expect("it can be read");
    assert_eq!(times(&read), ["2023-11-14T22:13:20Z"; 7]);
    let lock = read.lock.expect("there is one");
    assert_eq!(lock.generated, "2023-11-14T22:13:20Z");
}

/// The archive of a chart that was read holds what the archive read held, packed files too.
#[test]
fn what_was_read_is_written_again() {
    let large = "text ".repeat(100_000);
    let chart = chart(vec![
        File::new("crds/large.yaml", &large),
        File::new("README.md", &large),
        File::new("values.yaml", "# comment\na: 1\n"),
        File::new("templates/a.yaml", [0, 255]),
    ]);
    let first = written(&chart);
    let (read, _) = load_archive(&first[..]).expect("it can be read");
    assert_eq!(written(&read), first);
}

#[test]
fn a_schema_must_be_json() {
    for (schema, is_good) in [
        ("{\"a\": [1e999, \"\\ud800\"]}", true),
        ("{\"a\": 1,}", false),
        ("", false),
        ("{} x", false),
    ] {
        let chart = chart(vec![File::new("values.schema.json", schema)]);
        let outcome = write_archive(&chart, &mut Vec::new());
        assert_eq!(outcome.is_ok(), is_good, "{schema}");
    }
}
