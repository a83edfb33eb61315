//! Folders as `helm template rel FOLDER` (4.3.1) takes them.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;

use pintle_chart::disk::{load, load_as_is};

fn write(top: &Path, name: &str, text: &str) {
    let path = top.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
    fs::write(path, text).expect("writable");
}

fn chart() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write(
        folder.path(),
        "Chart.yaml",
        "apiVersion: v2\nname: a\nversion: 0.1.0\n",
    );
    folder
}

#[test]
fn files_come_in_order_and_dot_templates_do_not() {
    let folder = chart();
    let top = folder.path();
    for name in [
        "templates/b.yaml",
        "templates/a/z.yaml",
        "templates/.hidden",
        "templates/a.yaml",
        "README.md",
        ".helmignore",
        "x.bak",
    ] {
        write(
            top,
            name,
            if name == ".helmignore" {
                "*.bak\n"
            } else {
                "x"
            },
        );
    }
    let (chart, warnings) = load(top).unwrap();
    let names: Vec<&str> = chart.templates.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(
        names,
        ["templates/a/z.yaml", "templates/a.yaml", "templates/b.yaml"]
    );
    let names: Vec<&str> = chart.files.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(names, [".helmignore", "README.md"]);
    assert!(warnings.is_empty());
    assert!(chart.modified.unwrap().ends_with('Z'));
}

#[test]
fn links_are_followed_and_told() {
    let folder = chart();
    let other = tempfile::tempdir().unwrap();
    write(other.path(), "values.yaml", "v: 1\n");
    symlink(
        other.path().join("values.yaml"),
        folder.path().join("values.yaml"),
    )
    .unwrap();
    let (chart, warnings) = load(folder.path()).unwrap();
    assert!(chart.values.contains("v"));
    assert_eq!(
        warnings[0].message,
        "found symbolic link in path. Contents of linked file included and used"
    );
    assert_eq!(
        warnings[0].attributes[0].1,
        folder.path().join("values.yaml").display().to_string()
    );
}

#[test]
fn links_that_lead_nowhere_or_back() {
    let folder = chart();
    let top = folder.path();
    symlink("/nope/nope", top.join("dangling")).unwrap();
    let error = load(top).unwrap_err();
    assert!(
        error.text().starts_with(&format!(
            "error evaluating symlink {}/dangling: lstat /nope",
            top.display()
        )),
        "{error}"
    );
    fs::remove_file(top.join("dangling")).unwrap();
    symlink(".", top.join("loop")).unwrap();
    let error = load(top).unwrap_err();
    assert!(
        error.text().ends_with("too many levels of symbolic links"),
        "{error}"
    );
}

#[test]
fn sockets_and_pipes_are_refused() {
    let folder = chart();
    let path = folder.path().join("socket");
    let _listener = UnixListener::bind(&path).unwrap();
    let want = format!(
        "cannot load irregular file {} as it has file mode type bits set",
        path.display()
    );
    assert_eq!(load(folder.path()).unwrap_err().text(), want);
}

#[test]
fn missing_chart_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Chart.yaml");
    let path = path.display();
    assert_eq!(
        load(folder.path()).unwrap_err().text(),
        format!("unable to detect chart at {path}: open {path}: no such file or directory")
    );
    assert_eq!(
        load_as_is(folder.path(), &()).unwrap_err().text(),
        "Chart.yaml file is missing"
    );
}

#[test]
fn bad_ignore_files() {
    let folder = chart();
    write(folder.path(), ".helmignore", "x\na/**\n");
    let error = load(folder.path()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "double-star (**) syntax is not supported\nhint: see .helmignore, line 2"
    );
    write(folder.path(), ".helmignore", "!foo\n");
    assert_eq!(
        load(folder.path()).unwrap_err().text(),
        "Chart.yaml file is missing"
    );
}

#[test]
fn files_that_are_no_archive() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |name: &str, data: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, data).expect("writable");
        let text = load(&path).expect_err("no archive").text().to_owned();
        text.replace(&folder.path().display().to_string(), "")
    };
    let long = |start: &str, fill: &str| [start, &fill.repeat(600)].concat();
    let not = |name: &str, kind: &str| {
        format!("file '/{name}' does not appear to be a gzipped archive; got '{kind}'")
    };
    assert_eq!(
        refused("a.tgz", b"hello"),
        not("a.tgz", "application/octet-stream")
    );
    assert_eq!(
        refused("a.tgz", b""),
        not("a.tgz", "application/octet-stream")
    );
    assert_eq!(
        refused("a.tgz", long("404 not found", " x").as_bytes()),
        not("a.tgz", "text/plain; charset=utf-8")
    );
    assert_eq!(
        refused("a.tgz", long("<html><body>", " ").as_bytes()),
        not("a.tgz", "text/html; charset=utf-8")
    );
    assert_eq!(
        refused("a.tgz", b"PK\x03\x04x"),
        not("a.tgz", "application/zip")
    );
    assert_eq!(
        refused("a.yaml", b"a: 1"),
        "file '/a.yaml' seems to be a YAML file, but expected a gzipped archive"
    );
}
