//! Charts of Git repositories, which Helm does not know.

use std::fs;
use std::path::Path;

use pintle_testkit::oracle::{self, Peer};
use pintle_testkit::server::installed;
use pintle_testkit::{Finished, Home, skip};

use crate::{certificates, nginx, without_hints};

/// Runs the system's Git with settings of nobody.
pub fn git(home: &Home, words: &[&str]) -> String {
    let command =
        home.command("/usr/bin/git")
            .args(["-c", "user.name=x", "-c", "user.email=x@x.example"]);
    let command = command.args(["-c", "init.defaultBranch=main"]).args(words);
    let command = ["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"]
        .iter()
        .fold(command, |command, name| {
            command.env(name, "2024-01-02T03:04:05Z")
        });
    command.run().success().stdout.trim().to_owned()
}

/// A repository with a chart in a folder: version 1.2.0 with the tag `v1`, version 2.0.0 after it.
/// Its commits.
pub fn repository(home: &Home) -> [String; 2] {
    git(home, &["init", "--quiet", "work"]);
    let write = |version: &str| {
        home.write(
            "work/charts/db/Chart.yaml",
            format!("apiVersion: v2\nname: db\nversion: {version}\n"),
        );
        home.write(
            "work/charts/db/templates/a.yaml",
            "a: {{ .Chart.Version | quote }}\n",
        );
        home.write("work/charts/db/.helmignore", "secret*\n");
        home.write("work/charts/db/secret.txt", "x\n");
        // A filter would run a program of somebody's when files are checked out.
        home.write("work/.gitattributes", "*.yaml filter=evil\n");
        home.write("work/other.txt", version);
        git(home, &["-C", "work", "add", "."]);
        git(home, &["-C", "work", "commit", "--quiet", "-m", version]);
        git(home, &["-C", "work", "rev-parse", "HEAD"])
    };
    let first = write("1.2.0");
    git(home, &["-C", "work", "tag", "v1"]);
    let second = write("2.0.0");
    git(home, &["clone", "--quiet", "--bare", "work", "db.git"]);
    git(home, &["-C", "db.git", "update-server-info"]);
    [first, second]
}

pub fn app(home: &Home, name: &str, version: &str, repository: &str) {
    home.write(
        &format!("{name}/Chart.yaml"),
        format!("apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies:\n- name: db\n  version: '{version}'\n  repository: {repository}\n"),
    );
}

pub fn run(home: &Home, words: &[&str]) -> Finished {
    home.command(pintle_testkit::pintle!())
        .called("helm")
        .args(words)
        .run()
}

/// Makes whatever Git would run by itself leave a file `evil`.
pub fn traps(home: &Home) {
    let evil = home.path().join("evil");
    let evil = evil.display();
    home.write(
        ".gitconfig",
        format!("[core]\nhooksPath = {}/hooks\n[filter \"evil\"]\nsmudge = touch {evil}\nclean = touch {evil}\nrequired = true\n", home.path().display()),
    );
    for hook in [
        "reference-transaction",
        "post-checkout",
        "post-merge",
        "post-index-change",
    ] {
        let path = home.write(
            &format!("hooks/{hook}"),
            format!("#!/bin/sh\ntouch {evil}\n"),
        );
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a program");
        }
    }
}

pub fn is_here(test: &str) -> bool {
    let is_here = Path::new("/usr/bin/git").is_file();
    if !is_here {
        skip(test, "git is not here");
    }
    is_here
}

#[test]
fn charts_of_git_repositories_are_locked_to_commits() {
    if !is_here("charts_of_git_repositories_are_locked_to_commits") {
        return;
    }
    let home = Home::new();
    let [first, second] = repository(&home);
    traps(&home);
    let url = format!("git+file://{}/db.git//charts/db", home.path().display());
    app(&home, "app", "1.x", &format!("{url}@v1"));
    let allowed = ["--allow-git", "file"];
    let update = [&["dependency", "update", "app"][..], &allowed].concat();
    let done = run(&home, &update).success();
    let told = format!(
        "Saving 1 charts\nDownloading db from repo {url}@{first}\nDeleting outdated charts\n"
    );
    assert_eq!((done.stdout, done.stderr), (told, String::new()));
    let lock = home.read("app/Chart.lock");
    let locked = format!("- name: db\n  repository: {url}@{first}\n  version: 1.2.0\n");
    assert!(lock.contains(&locked), "{lock}");
    let archive = fs::read(home.path().join("app/charts/db-1.2.0.tgz")).expect("a chart");
    let shown = run(&home, &["template", "r", "app"]).success();
    assert!(shown.stdout.contains("a: \"1.2.0\""), "{shown}");
    let files =
        pintle_chart::read_archive(archive.as_slice(), archive.len(), &()).expect("an archive");
    assert!(files.iter().all(|file| !file.name.contains("secret")));
    assert!(files.iter().any(|file| file.name == "Chart.yaml"));
    assert!(!home.path().join("evil").exists(), "Git has run something");
    // A tag that has moved means nothing to a lock.
    git(&home, &["-C", "db.git", "tag", "--force", "v1", &second]);
    fs::remove_dir_all(home.path().join("app/charts")).expect("charts");
    let build = [&["dependency", "build", "app"][..], &allowed].concat();
    // What is known needs no server, and is the same bytes.
    let moved = home.path().join("gone.git");
    fs::rename(home.path().join("db.git"), &moved).expect("a folder");
    run(&home, &build).success();
    let again = fs::read(home.path().join("app/charts/db-1.2.0.tgz")).expect("a chart");
    assert!(again == archive);
    fs::rename(moved, home.path().join("db.git")).expect("a folder");
    // Elsewhere the commit is fetched, and gives the same bytes again.
    fs::remove_dir_all(home.path().join(".cache")).expect("a cache");
    run(&home, &build).success();
    let again = fs::read(home.path().join("app/charts/db-1.2.0.tgz")).expect("a chart");
    assert!(again == archive);
    // The tag has another version now, which is told; without the range it is taken.
    let done = run(&home, &update);
    assert!(
        done.stderr
            .contains("can't get a valid version for 1 subchart(s)"),
        "{done}"
    );
    app(&home, "app", "*", &url);
    run(&home, &update).success();
    let lock = home.read("app/Chart.lock");
    assert!(
        lock.contains(&format!("{url}@{second}\n  version: 2.0.0\n")),
        "{lock}"
    );
    // The environment may allow it as well, for commands that update by the way.
    fs::remove_dir_all(home.path().join("app/charts")).expect("charts");
    let words = ["template", "r", "app", "--dependency-update"];
    let command = home.command(pintle_testkit::pintle!()).args(words);
    let done = command
        .env("PINTLE_ALLOW_GIT", "https,file")
        .run()
        .success();
    assert!(done.stdout.contains("a: \"2.0.0\""), "{done}");
}

/// Helm reads such a chart and its lock, though it could not have made them.
#[test]
fn helm_reads_charts_with_locks_of_commits() {
    let test = "helm_reads_charts_with_locks_of_commits";
    let Some(helm) = oracle::find_or_skip(Peer::Helm4, test) else {
        return;
    };
    if !is_here(test) {
        return;
    }
    let home = Home::new();
    repository(&home);
    let url = format!("git+file://{}/db.git//charts/db@v1", home.path().display());
    app(&home, "app", "1.x", &url);
    run(
        &home,
        &["dependency", "update", "app", "--allow-git", "file"],
    )
    .success();
    for words in [
        &["dependency", "list", "app"][..],
        &["template", "r", "app"],
        &["lint", "app"],
        &["show", "chart", "app"],
        &["dependency", "build", "app"],
        &["package", "app"],
        &["template", "r", "app-1.0.0.tgz"],
    ] {
        let theirs = home.command(&helm).called("helm").args(words).run();
        let ours = without_hints(run(&home, words));
        assert_eq!(theirs.to_string(), ours.to_string());
    }
}

#[test]
fn what_cannot_be_had_of_git_repositories_is_told() {
    if !is_here("what_cannot_be_had_of_git_repositories_is_told") {
        return;
    }
    let home = Home::new();
    let [first, _] = repository(&home);
    let at = |rest: &str| format!("git+file://{}/{rest}", home.path().display());
    let nowhere = "0".repeat(40);
    for (repository, flags, text) in [
        (at("db.git//charts/db@v1"), &[][..], "--allow-git https"),
        (
            at("db.git//charts/db@v1"),
            &["--allow-git", "https,ssh"],
            "--allow-git file allows it",
        ),
        (
            "git+ext://x/y".to_owned(),
            &["--allow-git", "ext"],
            "by https, ssh or file only",
        ),
        (
            at("db.git//charts/db@v9"),
            &["--allow-git", "file"],
            "there is no branch or tag of that name",
        ),
        (
            at("nope.git//charts/db@v1"),
            &["--allow-git", "file"],
            "nope.git",
        ),
        (
            at("db.git//charts/nope@v1"),
            &["--allow-git", "file"],
            "there is no such folder in that commit",
        ),
        (
            at("db.git@v1"),
            &["--allow-git", "file"],
            "Chart.yaml file is missing",
        ),
        (
            at(&format!("db.git//charts/db@{nowhere}")),
            &["--allow-git", "file"],
            "could not fetch git+file://",
        ),
        (
            at(&format!("db.git//charts/db@{}", &first[..7])),
            &["--allow-git", "file"],
            "could not fetch git+file://",
        ),
    ] {
        app(&home, "app", "*", &repository);
        let done = run(
            &home,
            &[&["dependency", "update", "app"][..], flags].concat(),
        );
        assert_eq!(done.code, Some(1), "{done}");
        assert!(done.stderr.contains(text), "{text}: {done}");
        assert!(!home.path().join("app/Chart.lock").exists(), "{done}");
    }
    home.write("app/Chart.yaml", format!("apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies:\n- name: other\n  version: '*'\n  repository: {}\n", at("db.git//charts/db@v1")));
    let done = run(
        &home,
        &["dependency", "update", "app", "--allow-git", "file"],
    );
    assert!(
        done.stderr.contains("is named \"db\", not \"other\""),
        "{done}"
    );
}

/// A server that has nothing but the files, over TLS; and one that wants a password, for which
/// nobody is asked.
#[test]
fn git_repositories_come_over_https() {
    let test = "git_repositories_come_over_https";
    let Some(program) = installed("nginx") else {
        skip(test, "nginx is not here (tests/oracle/packages)");
        return;
    };
    if !is_here(test) {
        return;
    }
    let place = Home::new();
    let [first, _] = repository(&place);
    fs::create_dir_all(place.path().join("www")).expect("a folder");
    fs::rename(place.path().join("db.git"), place.path().join("www/db.git")).expect("a folder");
    certificates::of_an_authority(&place);
    place.write("server/users", "me:{PLAIN}word\n");
    let users = place.path().join("server/users");
    let auth = format!(
        "location /secret {{ auth_basic x; auth_basic_user_file {}; }}\n",
        users.display()
    );
    let server = nginx::start(&program, &place, &auth);
    let home = Home::new();
    // All references come here, which would run a hook.
    traps(&home);
    let update = || {
        let words = ["dependency", "update", "app", "--allow-git", "https"];
        let command = home.command(pintle_testkit::pintle!()).args(words);
        command
            .env("GIT_SSL_CAINFO", place.path().join("server/ca.pem"))
            .run()
    };
    let url = format!("git+https://{}/db.git//charts/db", server.address());
    for revision in ["v1".to_owned(), first.clone()] {
        app(&home, "app", "*", &format!("{url}@{revision}"));
        update().success();
        let lock = home.read("app/Chart.lock");
        assert!(lock.contains(&format!("{url}@{first}\n")), "{lock}");
        fs::remove_dir_all(home.path().join(".cache")).expect("a cache");
    }
    assert!(!home.path().join("evil").exists(), "Git has run something");
    app(
        &home,
        "app",
        "*",
        &format!("git+https://{}/secret//x@v1", server.address()),
    );
    let done = update();
    assert!(
        done.stderr
            .contains("Git knows no credentials for this server"),
        "{done}"
    );
}
