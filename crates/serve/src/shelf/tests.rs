use std::fs;
use std::path::Path;

use super::*;

/// An archive of a chart.
fn archive(chart: &str, more: &str) -> Vec<u8> {
    let (name, version) = chart.rsplit_once(' ').unwrap();
    let text = format!("apiVersion: v2\nname: {name}\nversion: {version}\n{more}");
    let files = vec![pintle_chart::File::new("Chart.yaml", text)];
    let (chart, _) = pintle_chart::load_files(files).unwrap();
    let mut bytes = Vec::new();
    pintle_chart::write_archive(&chart, &mut bytes).unwrap();
    bytes
}

fn put(folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// What the shelf says after a look.
fn seen(shelf: &Shelf) -> String {
    let stock = shelf.fresh().unwrap_or_else(|| shelf.look());
    let charts = stock.charts.iter().map(|(name, versions)| {
        let versions: Vec<&str> = versions.iter().map(|item| item.version()).collect();
        format!("{name} {}", versions.join(","))
    });
    charts.collect::<Vec<_>>().join("; ")
}

#[test]
fn archives_come_and_go() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    put(folder, "web-1.0.0.tgz", &archive("web 1.0.0", ""));
    put(folder, "not.tgz", b"no archive");
    let shelf = Shelf::new(folder, "").unwrap();
    assert_eq!(seen(&shelf), "web 1.0.0");
    put(folder, "web-1.10.0.tgz", &archive("web 1.10.0", ""));
    put(folder, "old/web-1.9.0.tgz", &archive("web 1.9.0", ""));
    assert_eq!(seen(&shelf), "web 1.10.0,1.9.0,1.0.0");
    put(folder, "old/db-2.0.0.tgz", &archive("db 2.0.0", ""));
    assert_eq!(seen(&shelf), "db 2.0.0; web 1.10.0,1.9.0,1.0.0");
    fs::remove_file(folder.join("web-1.0.0.tgz")).unwrap();
    assert_eq!(seen(&shelf), "db 2.0.0; web 1.10.0,1.9.0");
    // Written where it is: nothing comes or goes.
    fs::write(folder.join("web-1.10.0.tgz"), archive("web 3.0.0", "")).unwrap();
    shelf.look_closely();
    assert_eq!(seen(&shelf), "db 2.0.0; web 3.0.0,1.9.0");
    fs::remove_dir_all(folder.join("old")).unwrap();
    assert_eq!(seen(&shelf), "web 3.0.0");
}

#[test]
fn archives_are_read_once() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    put(folder, "a-1.0.0.tgz", &archive("a 1.0.0", ""));
    let shelf = Shelf::new(folder, "").unwrap();
    let first = Arc::clone(shelf.known_now().at("a-1.0.0.tgz").unwrap());
    put(folder, "b-1.0.0.tgz", &archive("b 1.0.0", ""));
    let stock = shelf.look();
    assert!(Arc::ptr_eq(&first, stock.at("a-1.0.0.tgz").unwrap()));
    assert!(Arc::ptr_eq(&stock, &shelf.look_closely()));
}

/// When all files are due, one who asks looks; others go on with what is known.
#[test]
fn one_looks_for_all() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = Shelf::new(folder.path(), "").unwrap();
    while !shelf.known_now().folders_are_unchanged() {
        std::thread::sleep(STEP);
        shelf.look_closely();
    }
    shelf.due.store(0, Ordering::Relaxed);
    assert!(shelf.fresh().is_none());
    assert!(shelf.fresh().is_some() && shelf.fresh().is_some());
    shelf.look();
    assert!(!shelf.is_looking.load(Ordering::Relaxed));
    // What came or went is seen by all.
    put(folder.path(), "a-1.0.0.tgz", &archive("a 1.0.0", ""));
    assert!(shelf.fresh().is_none() && shelf.fresh().is_none());
}

#[test]
fn signatures_are_seen() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    put(folder, "a-1.0.0.tgz", &archive("a 1.0.0", ""));
    let shelf = Shelf::new(folder, "").unwrap();
    let is_signed = || {
        let stock = shelf.fresh().unwrap_or_else(|| shelf.look());
        stock.is_signed(stock.at("a-1.0.0.tgz").unwrap())
    };
    assert!(!is_signed());
    put(folder, "a-1.0.0.tgz.prov", b"x");
    assert!(is_signed());
}

#[test]
fn the_index_is_that_of_the_whole_writer() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let shelf = Shelf::new(folder, "http://h/x").unwrap();
    let (lines, whole) = shelf.known_now().both_indexes();
    assert!(lines.is_none_or(|lines| lines == whole));
    let more = "description: \"a: long text that goes over the end of its line, since it is longer than that # and more\"\n\
                keywords: [\"1\", \"yes\"]\nannotations: {\"a b\": \"x\\ny\\n\"}\nappVersion: \"1.10\"\n\
                maintainers: [{name: Ann, email: a@b.c}]\n";
    for chart in [
        "a10 1.0.0",
        "a9 1.0.0",
        "a9 2.0.0-rc.1+x",
        "Z 0.1.0",
        "a-b 1.0.0",
    ] {
        let (name, version) = chart.split_once(' ').unwrap();
        put(
            folder,
            &format!("{name}-{version}.tgz"),
            &archive(chart, more),
        );
    }
    put(folder, "n.tgz", &archive("\"123\" 1.0.0", ""));
    put(folder, "y.tgz", &archive("\"yes\" 1.0.0", ""));
    put(folder, "sub/s.tgz", &archive("s 1.0.0", ""));
    let stock = shelf.look();
    assert_eq!(stock.charts.len(), 7);
    let (lines, whole) = stock.both_indexes();
    let (lines, whole) = (String::from_utf8(lines.unwrap()), String::from_utf8(whole));
    assert_eq!(lines, whole);
    // The same as that of the command, but for the times.
    let mut index = pintle_repo::Index::of_folder(folder, "http://h/x", &|| "T".to_owned());
    index.sort();
    let command = String::from_utf8(index.to_yaml().unwrap()).unwrap();
    let ours: Vec<String> = lines.unwrap().lines().map(without_time).collect();
    let theirs: Vec<String> = command.lines().map(without_time).collect();
    assert_eq!(ours, theirs);
}

fn without_time(line: &str) -> String {
    for key in ["created: ", "generated: "] {
        if let Some(at) = line.find(key) {
            return format!("{}T", &line[..at + key.len()]);
        }
    }
    line.to_owned()
}

#[test]
fn files_that_are_none_are_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir(folder.join("folder.tgz")).unwrap();
    put(folder, "UPPER-1.0.0.TGZ", &archive("a 1.0.0", ""));
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", folder.join("b-1.0.0.tgz")).unwrap();
    let shelf = Shelf::new(folder, "").unwrap();
    assert_eq!(seen(&shelf), "");
    assert!(Shelf::new(&folder.join("none"), "").is_err());
}
