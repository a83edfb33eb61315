//! `docs`: the files, and what it says; the words in the pages are those of `help`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use pintle_testkit::oracle::{self, Peer};
use pintle_testkit::{Command, Finished, Home, skip, snapshot};

use crate::{Case, as_helm, pintle, snapshot_path};

const fn docs(words: &'static [&'static str]) -> Case {
    Case {
        variables: &[],
        words,
    }
}

#[test]
fn docs_say_what_helm_says() {
    let cases = [
        docs(&["docs", "--dir", "out"]),
        docs(&["docs", "--dir", "nowhere"]),
        docs(&["docs", "--dir", "nowhere", "--type", "man"]),
        docs(&["docs", "--dir", "nowhere", "--type", "bash"]),
        docs(&["docs", "--type", "html"]),
        docs(&["docs", "--type", ""]),
        docs(&["docs", "out"]),
        docs(&["__complete", "docs", "--type", ""]),
    ];
    as_helm("docs.txt", &cases, |home| {
        fs::create_dir(home.path().join("out")).expect("a folder");
    });
}

/// The pages of a type that a program writes.
fn pages(command: Command, folder: &Path, words: &[&str]) -> BTreeSet<String> {
    fs::create_dir(folder).expect("a folder");
    let folder_word = folder.to_str().expect("a plain path");
    command
        .args(&[&["docs", "--dir", folder_word], words].concat())
        .run()
        .success();
    let entries = fs::read_dir(folder).expect("a folder");
    let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
    entries
        .map(|entry| name(entry.expect("an entry")))
        .collect()
}

/// Pages that Helm has and we do not, or the other way round.
const OTHERS: &[&str] = &[
    "helm_plugin",
    "helm_sandbox",
    "helm_search_oci",
    "helm_serve",
    "helm_show_versions",
    "helm_test",
    "helm_values",
];

#[test]
fn the_pages_are_those_of_helm() {
    let Some(helm) = oracle::find_or_skip(Peer::Helm4, "cli::the_pages_are_those_of_helm") else {
        return;
    };
    let home = Home::new();
    for (kind, words) in [("md", ["--type", "markdown"]), ("man", ["--type", "man"])] {
        let ours = home.command(pintle_testkit::pintle!()).called("helm");
        let ours = pages(ours, &home.path().join(format!("ours-{kind}")), &words);
        let helms = home.command(&helm).called("helm");
        let helms = pages(helms, &home.path().join(format!("helms-{kind}")), &words);
        let is_other = |name: &&String| {
            let name = name.replace('-', "_");
            OTHERS.iter().any(|other| name.starts_with(other))
        };
        let differ: Vec<&String> = ours.symmetric_difference(&helms).collect();
        let strange: Vec<_> = differ.into_iter().filter(|name| !is_other(name)).collect();
        assert_eq!(strange, Vec::<&String>::new());
        assert!(ours.len() > 50, "{ours:?}");
    }
}

#[test]
fn a_page_has_what_help_has() {
    let home = Home::new();
    let mut shown = Vec::new();
    for (folder, words, files) in [
        (
            "md",
            &["--type", "md"][..],
            ["pintle_completion_bash.md", "pintle_repo_add.md"],
        ),
        (
            "titled",
            &["--generate-headers"],
            ["pintle_get.md", "pintle_show_all.md"],
        ),
        (
            "man",
            &["--type=man"],
            ["pintle-repo.1", "pintle-repo-add.1"],
        ),
    ] {
        fs::create_dir(home.path().join(folder)).expect("a folder");
        let finished = pintle(&home, &[&["docs", "--dir", folder], words].concat()).success();
        for file in files {
            let text = fs::read_to_string(home.path().join(folder).join(file)).expect("a page");
            // In pages for man, a hyphen is marked as one.
            let path = home.path().to_string_lossy().replace('-', "\\-");
            let text = home.redact(&text).replace(&path, "[HOME]");
            let stdout = format!("{file}:\n{text}");
            shown.push(Finished {
                stdout,
                ..finished.clone()
            });
        }
    }
    snapshot::check(snapshot_path("docs_pages.txt"), &shown);
}

#[test]
fn the_script_for_bash_is_that_of_completion() {
    let home = Home::new();
    pintle(&home, &["docs", "--type", "bash"]).success();
    let script = fs::read_to_string(home.path().join("completions.bash")).expect("a script");
    assert_eq!(script, pintle(&home, &["completion", "bash"]).stdout);
}

#[test]
fn man_shows_the_pages() {
    let home = Home::new();
    fs::create_dir(home.path().join("man1")).expect("a folder");
    pintle(&home, &["docs", "--dir", "man1", "--type", "man"]).success();
    for entry in fs::read_dir(home.path().join("man1")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let groff = std::process::Command::new("groff")
            .args(["-man", "-Tutf8", "-ww"])
            .arg(&path)
            .output();
        let Ok(groff) = groff else {
            return skip("cli::man_shows_the_pages", "there is no groff");
        };
        let complaints = String::from_utf8_lossy(&groff.stderr);
        assert_eq!(complaints, "", "{}", path.display());
        assert!(groff.stdout.len() > 500, "{}", path.display());
    }
    let page = home.path().join("man1/pintle-install.1");
    let page = fs::read_to_string(page).expect("a page");
    assert!(page.contains(".SH EXAMPLE\n.nf\n"), "{page}");
}
