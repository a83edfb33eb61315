//! The library as a program of another's uses it: `examples/render_chart.rs`, and what
//! `README.md` shows of it.

use std::fs;
use std::path::Path;

#[path = "../examples/render_chart.rs"]
#[allow(dead_code, reason = "a program: its main is not called here")]
mod example;

fn from_here(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

#[test]
fn the_example_renders_a_chart_from_memory() {
    let rendered = example::render_chart(None, &["port=8080"]).expect("renders");
    let files: Vec<(&str, &str)> = (rendered.files.iter())
        .map(|(name, text)| (name.as_str(), &**text))
        .collect();
    assert_eq!(files, [("web/templates/port.yaml", "port: \"8080\"")]);
}

#[test]
fn the_example_renders_a_chart_from_a_folder() {
    let folder = from_here("../../examples/hello");
    let rendered = example::render_chart(Some(&folder), &["name=Moon"]).expect("renders");
    let page = &rendered.files["hello/templates/configmap.yaml"];
    assert!(page.contains("<h1>Hello, Moon!</h1>"), "{page}");
}

#[test]
fn the_readme_shows_the_example() {
    let readme = fs::read_to_string(from_here("../../README.md")).expect("the README");
    let (_, rest) = readme.split_once("```rust\n").expect("Rust in the README");
    let (shown, _) = rest.split_once("```\n").expect("its end");
    let example = fs::read_to_string(from_here("examples/render_chart.rs")).expect("the example");
    let start = example.find("use ").expect("the first use");
    assert_eq!(shown, &example[start..]);
}
