//! Plugins in repositories of Mercurial, Subversion and Bazaar, by Helm and by us: those of Git
//! are in `plugin_install`.

use std::path::Path;
use std::process::Command;

use pintle_testkit::oracle::{self, Peer};
use pintle_testkit::server::{Server, installed};
use pintle_testkit::{Finished, Home, skip};

use crate::without_hints;

/// Helm; or the test is skipped by its name, as it is where a program is not here.
fn helm_and(programs: &[&str], test: &str) -> Option<std::path::PathBuf> {
    let helm = oracle::find_or_skip(Peer::Helm4, test)?;
    for program in programs {
        if installed(program).is_none() {
            let reason = format!("{program} is not here (tests/oracle/packages)");
            skip(test, &reason);
            return None;
        }
    }
    Some(helm)
}

fn plugin(home: &Home, folder: &str, says: &str, version: &str) {
    home.write(
        &format!("{folder}/plugin.yaml"),
        format!(
            "name: fromvcs\nversion: {version}\ncommand: echo {says}\nhooks:\n  \
             install: echo installed\n  update: echo updated\n  delete: echo deleted\n"
        ),
    );
}

fn tool(home: &Home, folder: &str, program: &str, words: &[&str]) {
    let command = home.command(Path::new("/usr/bin").join(program).as_path());
    let command = command.env("BRZ_EMAIL", "x <x@x.example>").args(words);
    command
        .current_dir(home.path().join(folder))
        .run()
        .success();
}

/// Runs `plugin` with words, each list on its own, and then the plugin.
fn answers(program: &Path, home: &Home, lists: &[&[&str]]) -> Vec<Finished> {
    let run = |words: &[&str]| {
        let script = home.path().join("tunnel");
        let command = home.command(program).called("helm").env("SVN_SSH", script);
        without_hints(command.args(words).run().map(|text| home.redact(text)))
    };
    let both = |words: &&[&str]| [run(&[&["plugin"][..], words].concat()), run(&["fromvcs"])];
    lists.iter().flat_map(both).collect()
}

fn text(answers: &[Finished]) -> String {
    answers.iter().map(ToString::to_string).collect()
}

/// A repository with two versions, which have tags.
fn mercurial(home: &Home) {
    tool(home, ".", "hg", &["init", "source.hg"]);
    let hg = |words: &[&str]| tool(home, "source.hg", "hg", words);
    for (says, version) in [("one", "0.1.0"), ("two", "0.2.0")] {
        plugin(home, "source.hg", says, version);
        hg(&["commit", "--addremove", "--quiet", "-u", "x", "-m", says]);
        hg(&["tag", "-u", "x", &format!("v{version}")]);
    }
}

#[test]
fn plugins_come_from_mercurial() {
    let Some(helm) = helm_and(&["hg"], "plugins_come_from_mercurial") else {
        return;
    };
    let place = Home::new();
    mercurial(&place);
    let server = Server::start(|address| {
        let (host, port) = address.split_once(':').expect("host and port");
        let mut command = Command::new("/usr/bin/hg");
        command.env("HOME", place.path()).current_dir(place.path());
        command.args(["serve", "-R", "source.hg", "--prefix", "source.hg"]);
        command.args(["-a", host, "-p", port]);
        command
    });
    let url = format!("http://{}/source.hg", server.address());
    let plain = ["install", &url, "--verify=false"];
    let at = |version| [&plain[..], &["--version", version]].concat();
    let lists = [
        &["install", &url][..],
        &plain,
        &["uninstall", "fromvcs"],
        &at("<0.2"),
    ];
    let homes = [Home::new(), Home::new()];
    let theirs = answers(&helm, &homes[0], &lists);
    let ours = answers(&pintle_testkit::pintle!(), &homes[1], &lists);
    assert_eq!(text(&ours), text(&theirs));
    let said = |at: usize| ours[2 * at + 1].stdout.as_str();
    assert_eq!((said(1), said(3)), ("two\n", "one\n"));
    // DIFF: Helm never updates them.
    let update = [&["update", "fromvcs"][..]];
    let theirs = answers(&helm, &homes[0], &update);
    assert!(
        theirs[0].stderr.contains("Remote does not match"),
        "{}",
        text(&theirs)
    );
    plugin(&place, "source.hg", "three", "0.3.0");
    tool(
        &place,
        "source.hg",
        "hg",
        &["commit", "-u", "x", "-m", "three"],
    );
    let ours = answers(&pintle_testkit::pintle!(), &homes[1], &update);
    assert_eq!(
        ours[0].stdout, "updated\nUpdated plugin: fromvcs\n",
        "{}",
        ours[0]
    );
    assert_eq!(ours[1].stdout, "three\n");
    // DIFF: nor does it know what it has kept of a folder.
    let folder = format!("file://{}/source.hg", place.path().display());
    let again = ["install", &folder, "--verify=false"];
    let away = ["uninstall", "fromvcs"];
    let ours = answers(
        &pintle_testkit::pintle!(),
        &homes[1],
        &[&away, &again, &away, &again],
    );
    assert_eq!(ours[7].stdout, "three\n", "{}", text(&ours));
}

/// By the program that tunnels to a server, which here serves at once.
#[test]
fn plugins_come_from_subversion() {
    let Some(helm) = helm_and(&["svn", "svnserve"], "plugins_come_from_subversion") else {
        return;
    };
    let url = "svn+ssh://host.example/source.svn";
    let plain = ["install", url, "--verify=false"];
    let at = |version| [&plain[..], &["--version", version]].concat();
    let lists = [
        &["install", url][..],
        &plain,
        &["update", "fromvcs"],
        &["uninstall", "fromvcs"],
        &at("<0.2"),
        &at("77"),
        &at("not a range"),
        &at("1"),
        &["update", "fromvcs"],
        &["uninstall", "fromvcs"],
        &["install", "svn+ssh://host.example/none", "--verify=false"],
    ];
    let place = Home::new();
    let root = place.path().display().to_string();
    tool(&place, ".", "svnadmin", &["create", "source.svn"]);
    let repository = format!("file://{root}/source.svn");
    tool(
        &place,
        ".",
        "svn",
        &["checkout", "--quiet", &repository, "work"],
    );
    for (says, version) in [("one", "0.1.0"), ("two", "0.2.0")] {
        plugin(&place, "work", says, version);
        tool(&place, "work", "svn", &["add", "--quiet", "--force", "."]);
        tool(&place, "work", "svn", &["commit", "--quiet", "-m", says]);
    }
    let [theirs, ours] = [helm, pintle_testkit::pintle!()].map(|program| {
        let home = Home::new();
        let line = format!("exec svnserve -t -r {root} 2>/dev/null");
        program_of(&home, "tunnel", &line);
        let first = answers(&program, &home, &lists);
        // What was changed by hand is not updated.
        let again = answers(&program, &home, &[&plain]);
        plugin(
            &home,
            ".local/share/helm/plugins/source.svn",
            "mine",
            "9.0.0",
        );
        let changed = answers(&program, &home, &[&["update", "fromvcs"]]);
        [first, again, changed].concat()
    });
    assert_eq!(text(&ours), text(&theirs));
    let said = |at: usize| ours[2 * at + 1].stdout.as_str();
    assert_eq!((said(1), said(7), said(8)), ("two\n", "one\n", "two\n"));
    assert!(
        text(&ours).contains("plugin repo was modified"),
        "{}",
        text(&ours)
    );
}

#[cfg(unix)]
fn program_of(home: &Home, name: &str, line: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    let path = home.write(name, format!("#!/bin/sh\n{line}\n"));
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("a program");
}

#[test]
fn plugins_come_from_bazaar() {
    let Some(helm) = helm_and(&["bzr"], "plugins_come_from_bazaar") else {
        return;
    };
    let place = Home::new();
    tool(&place, ".", "bzr", &["init", "--quiet", "source.bzr"]);
    let bzr = |words: &[&str]| tool(&place, "source.bzr", "bzr", words);
    for (says, version) in [("one", "0.1.0"), ("two", "0.2.0")] {
        plugin(&place, "source.bzr", says, version);
        bzr(&["add", "--quiet"]);
        bzr(&["commit", "--quiet", "-m", says]);
        bzr(&["tag", "--quiet", &format!("v{version}")]);
    }
    let url = format!("file://{}/source.bzr", place.path().display());
    let lists = [
        &["install", &url, "--verify=false", "--version", "<0.2"][..],
        // The copy knows its repository by a way that leads nowhere from the plugin.
        &["update", "fromvcs"],
    ];
    let [theirs, ours] = [helm, pintle_testkit::pintle!()].map(|program| {
        let home = Home::new();
        answers(&program, &home, &lists)
    });
    assert_eq!(text(&ours), text(&theirs));
    assert_eq!(ours[1].stdout, "one\n");
}

/// Programs that are not here are named, and addresses of no kind are of none.
#[test]
fn programs_of_repositories_have_to_be_there() {
    let Some(helm) = helm_and(&[], "programs_of_repositories_have_to_be_there") else {
        return;
    };
    for source in [
        "http://127.0.0.1:9/x.git",
        "http://127.0.0.1:9/x.hg",
        "http://127.0.0.1:9/x.svn",
        "bzr+ssh://127.0.0.1:9/x",
        "http://127.0.0.1:9/x.git/y",
        "svn://127.0.0.1:9/x",
    ] {
        let [theirs, ours] = [helm.clone(), pintle_testkit::pintle!()].map(|program| {
            let home = Home::new();
            let command = home
                .command(&program)
                .called("helm")
                .env("PATH", "/nowhere");
            let done = command
                .args(["plugin", "install", source, "--verify=false"])
                .run();
            without_hints(done).to_string()
        });
        assert_eq!(ours, theirs);
    }
}

/// Two repositories may have one name for what is kept of them.
#[test]
fn what_is_kept_of_another_repository_is_not_installed() {
    let test = "what_is_kept_of_another_repository_is_not_installed";
    let Some(helm) = helm_and(&["git"], test) else {
        return;
    };
    let [theirs, ours] = [helm, pintle_testkit::pintle!()].map(|program| {
        let home = Home::new();
        for name in ["a/b", "a-b"] {
            std::fs::create_dir_all(home.path().join(name)).expect("a folder");
            let git = |words: &[&str]| {
                let who = ["-c", "user.name=n", "-c", "user.email=n@example.com"];
                tool(&home, name, "git", &[&who[..], words].concat());
            };
            git(&["init", "--quiet", "--initial-branch=main"]);
            plugin(&home, name, name, "0.1.0");
            git(&["add", "."]);
            git(&["commit", "--quiet", "--message=x"]);
        }
        let url = |name: &str| format!("file://{}/{name}", home.path().display());
        let (first, second) = (url("a/b"), url("a-b"));
        let lists = [
            &["install", &first, "--verify=false"][..],
            &["uninstall", "fromvcs"],
            &["install", &second, "--verify=false"],
        ];
        answers(&program, &home, &lists)
    });
    assert_eq!(text(&ours), text(&theirs));
    assert!(
        ours[4].stderr.contains("Remote does not match"),
        "{}",
        ours[4]
    );
}
