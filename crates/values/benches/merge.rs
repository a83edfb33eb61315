//! Values: files over files, `--set`, user values over the defaults of charts.
//!
//! `cargo bench -p pintle-values`; figures in `docs/benchmarks.md`.

use std::fmt::Write as _;

use divan::Bencher;
use pintle_chart::{Chart, File, load_files};
use pintle_go_value::Map;
use pintle_values::coalesce::coalesce_values;
use pintle_values::options::UserValues;
use pintle_values::{dependencies, merge_maps};

fn main() {
    divan::main();
}

/// A values file of `sections` sections with a dozen values each.
fn values(sections: usize, word: &str) -> String {
    let mut text = String::new();
    for number in 0..sections {
        write!(
            text,
            "part{number}:
  enabled: true
  image: {{repository: example/{word}, tag: '1.0', pullPolicy: Always}}
  resources:
    limits: {{cpu: 500m, memory: 128Mi}}
    requests: {{cpu: 100m, memory: 64Mi}}
  labels: {{{word}: x, tier: back}}
  args: [--{word}, --verbose]
"
        )
        .expect("a string takes all");
    }
    text
}

fn read(text: &str) -> Map {
    pintle_go_yaml::parse_map(text.as_bytes()).expect("reads")
}

/// A chart with subcharts, each with ten sections of defaults.
fn chart(subcharts: usize) -> Chart {
    let metadata = |name: &str| format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\n");
    let mut files = vec![
        File::new("Chart.yaml", metadata("web")),
        File::new("values.yaml", values(10, "own")),
    ];
    for number in 0..subcharts {
        let name = format!("sub{number}");
        files.push(File::new(
            format!("charts/{name}/Chart.yaml"),
            metadata(&name),
        ));
        files.push(File::new(
            format!("charts/{name}/values.yaml"),
            values(10, "sub"),
        ));
    }
    load_files(files).expect("loads").0
}

/// One file over another, as two `-f` are.
#[divan::bench(args = [10, 100, 1000])]
fn merge_files(bencher: Bencher<'_, '_>, sections: usize) {
    let (under, over) = (
        read(&values(sections, "under")),
        read(&values(sections, "over")),
    );
    bencher.bench(|| merge_maps(&under, &over));
}

/// Many `--set`.
#[divan::bench(args = [10, 100, 1000])]
fn set_flags(bencher: Bencher<'_, '_>, flags: usize) {
    let user = UserValues {
        set: (0..flags)
            .map(|number| format!("part{number}.image.tag=1.{number},part{number}.args[1]=--quiet"))
            .collect(),
        ..UserValues::default()
    };
    bencher.bench(|| user.merge());
}

/// The user's values over the defaults of a chart and its subcharts.
#[divan::bench(args = [1, 25, 50, 100, 200])]
fn coalesce_subcharts(bencher: Bencher<'_, '_>, subcharts: usize) {
    let mut chart = chart(subcharts);
    let given = read("sub0: {part1: {enabled: false}}\nglobal: {domain: example.org}\n");
    dependencies::process(&mut chart, &given).expect("processes");
    bencher.bench(|| coalesce_values(&chart, &given));
}
