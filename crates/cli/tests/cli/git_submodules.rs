//! Submodules of Git repositories, which are fetched where they are asked for.

use std::fs;

use pintle_testkit::oracle::{self, Peer};
use pintle_testkit::{Finished, Home};

use crate::git::{app, git, is_here, run, traps};
use crate::without_hints;

/// Commits what is in a folder, with other repositories in the place of folders; the commit.
fn commit(home: &Home, name: &str, links: &[(&str, &str)]) -> String {
    let at = |words: &[&str]| git(home, &[&["-C", name][..], words].concat());
    at(&["add", "."]);
    for (path, commit) in links {
        let link = format!("160000,{commit},{path}");
        at(&["update-index", "--add", "--cacheinfo", &link]);
    }
    at(&["commit", "--quiet", "-m", "x"]);
    at(&["rev-parse", "HEAD"])
}

fn modules(links: &[(&str, &str)]) -> String {
    let one = |(path, url): &(&str, &str)| {
        format!("[submodule \"{path}\"]\n\tpath = {path}\n\turl = {url}\n")
    };
    links.iter().map(one).collect()
}

/// A chart with a submodule in it, which has one too, and one beside it with a chart; their
/// repositories are bare, in `www`. The commit of the first.
pub fn repositories(home: &Home) -> String {
    let bare = |name: &str| {
        let to = format!("www/{name}.git");
        git(home, &["clone", "--quiet", "--bare", name, &to]);
        git(home, &["-C", &to, "update-server-info"]);
    };
    for name in ["more", "lib", "db"] {
        git(home, &["init", "--quiet", name]);
    }
    home.write("more/more.yaml", "more: {{ .Release.Name }}\n");
    home.write("more/secret.txt", "x");
    let more = commit(home, "more", &[]);
    home.write("lib/lib.yaml", "lib: {{ .Release.Name }}\n");
    home.write("lib/.gitmodules", modules(&[("deep/more", "../more.git")]));
    home.write(
        "lib/chart/Chart.yaml",
        "apiVersion: v2\nname: db\nversion: 3.0.0\n",
    );
    home.write("lib/chart/templates/a.yaml", "a: inside\n");
    let lib = commit(home, "lib", &[("deep/more", &more)]);
    home.write(
        "db/charts/db/Chart.yaml",
        "apiVersion: v2\nname: db\nversion: 1.0.0\n",
    );
    home.write("db/charts/db/templates/a.yaml", "a: b\n");
    home.write("db/charts/db/.helmignore", "secret*\n");
    let links = ["charts/db/templates/lib", "vendor/lib"];
    // A submodule that nobody asks for may be anywhere.
    let named = [
        (links[0], "../lib.git"),
        (links[1], "../lib.git"),
        ("x", "ext://x/y"),
    ];
    home.write("db/.gitmodules", modules(&named));
    let db = commit(
        home,
        "db",
        &[(links[0], &lib), (links[1], &lib), ("x", &lib)],
    );
    for name in ["more", "lib", "db"] {
        bare(name);
    }
    db
}

fn update(home: &Home, allowed: &str) -> Finished {
    run(
        home,
        &["dependency", "update", "app", "--allow-git", allowed],
    )
}

fn rendered(home: &Home) -> String {
    run(home, &["template", "r", "app"]).success().stdout
}

#[test]
fn submodules_are_fetched_when_asked_for() {
    if !is_here("submodules_are_fetched_when_asked_for") {
        return;
    }
    let home = Home::new();
    let db = repositories(&home);
    traps(&home);
    let url = format!("git+file://{}/www/db.git", home.path().display());
    // Not asked for: told, for the chart lacks files.
    app(&home, "app", "*", &format!("{url}//charts/db"));
    let done = update(&home, "file").success();
    assert!(
        done.stderr.contains("?submodules=true") && done.stderr.contains("templates/lib"),
        "{done}"
    );
    assert!(!rendered(&home).contains("lib: r"));
    // Asked for: in the lock too, and what was kept without them does not count.
    app(
        &home,
        "app",
        "*",
        &format!("{url}//charts/db@main?submodules=true"),
    );
    let done = update(&home, "file").success();
    assert_eq!(done.stderr, "");
    let lock = home.read("app/Chart.lock");
    let locked = format!("repository: {url}//charts/db@{db}?submodules=true\n  version: 1.0.0\n");
    assert!(lock.contains(&locked), "{lock}");
    let shown = rendered(&home);
    for line in ["a: b\n", "lib: r\n", "more: r\n"] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    assert!(
        shown.contains("app/charts/db/templates/lib/deep/more/more.yaml"),
        "{shown}"
    );
    let read = || fs::read(home.path().join("app/charts/db-1.0.0.tgz")).expect("a chart");
    let archive = read();
    let files = pintle_chart::read_archive(archive.as_slice(), archive.len(), &());
    let files = files.expect("an archive");
    assert!(files.iter().all(|file| !file.name.contains("secret")));
    // Elsewhere the lock gives the same bytes.
    for gone in [".cache", "app/charts"] {
        fs::remove_dir_all(home.path().join(gone)).expect("a folder");
    }
    run(
        &home,
        &["dependency", "build", "app", "--allow-git", "file"],
    )
    .success();
    assert!(read() == archive);
    // The chart itself may be in one.
    app(
        &home,
        "app",
        "*",
        &format!("{url}//vendor/lib/chart?submodules=true"),
    );
    update(&home, "file").success();
    assert!(rendered(&home).contains("a: inside\n"));
    app(&home, "app", "*", &format!("{url}//vendor/lib/chart"));
    let done = update(&home, "file");
    assert_eq!(done.code, Some(1));
    assert!(
        done.stderr.contains("\"vendor/lib\" is a submodule"),
        "{done}"
    );
    assert!(!home.path().join("evil").exists(), "Git has run something");
}

/// Helm reads such a chart and its lock.
#[test]
fn helm_reads_charts_with_submodules() {
    let test = "helm_reads_charts_with_submodules";
    let Some(helm) = oracle::find_or_skip(Peer::Helm4, test) else {
        return;
    };
    if !is_here(test) {
        return;
    }
    let home = Home::new();
    repositories(&home);
    let url = format!(
        "git+file://{}/www/db.git//charts/db@main",
        home.path().display()
    );
    app(&home, "app", "*", &format!("{url}?submodules=true"));
    update(&home, "file").success();
    for words in [
        &["dependency", "list", "app"][..],
        &["template", "r", "app"],
        &["lint", "app"],
        &["package", "app"],
    ] {
        let theirs = home.command(&helm).called("helm").args(words).run();
        let ours = without_hints(run(&home, words));
        assert_eq!(theirs.to_string(), ours.to_string());
    }
}

/// A repository with a submodule of any URL, and what is said of it.
fn hostile(name: &str, url: &str, allowed: &str) -> Finished {
    let home = Home::new();
    repositories(&home);
    let lib = git(&home, &["-C", "lib", "rev-parse", "HEAD"]);
    home.write(
        "db/.gitmodules",
        format!("[submodule \"{name}\"]\n\tpath = charts/db/templates/lib\n\turl = {url}\n"),
    );
    commit(&home, "db", &[("charts/db/templates/lib", &lib)]);
    traps(&home);
    let repository = format!(
        "git+file://{}/db//charts/db?submodules=true",
        home.path().display()
    );
    app(&home, "app", "*", &repository);
    let done = update(&home, allowed);
    assert_eq!(done.code, Some(1), "{done}");
    assert!(!home.path().join("evil").exists(), "Git has run something");
    assert!(!home.path().join("app/Chart.lock").exists(), "{done}");
    done
}

#[test]
fn cve_2018_17456_submodules_are_asked_by_allowed_protocols_alone() {
    if !is_here("cve_2018_17456_submodules_are_asked_by_allowed_protocols_alone") {
        return;
    }
    for (url, allowed, text) in [
        (
            "https://127.0.0.1:9/x",
            "file",
            "Git may not be asked by https",
        ),
        ("git@127.0.0.1:x", "file", "--allow-git ssh allows it"),
        (
            "ext::sh -c 'touch evil'",
            "file",
            "by https, ssh or file only",
        ),
        ("git://127.0.0.1:9/x", "file", "by https, ssh or file only"),
        (
            "http://127.0.0.1:9/x",
            "file,https",
            "by https, ssh or file only",
        ),
        ("/etc", "file", "no path"),
        (
            "https://me:word@127.0.0.1:9/x",
            "file,https",
            "no user names and passwords",
        ),
        ("-u./payload", "file", "fsck"),
        ("../none.git", "file", "none.git"),
    ] {
        let done = hostile("lib", url, allowed);
        assert!(done.stderr.contains(text), "{text}: {done}");
    }
}

#[test]
fn cve_2018_11235_names_of_submodules_lead_nowhere() {
    if !is_here("cve_2018_11235_names_of_submodules_lead_nowhere") {
        return;
    }
    let done = hostile("../../modules/evil", "../lib.git", "file");
    assert!(done.stderr.contains("gitmodulesName"), "{done}");
}
