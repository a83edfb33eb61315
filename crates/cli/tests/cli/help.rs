//! Help: ours in words, Helm's in layout and in what can be typed.

use pintle_testkit::oracle::{self, Peer};
use pintle_testkit::{Home, snapshot};

use crate::{pintle, snapshot_path};

/// Every command that there is.
const COMMANDS: &[&[&str]] = &[
    &[],
    &["create"],
    &["dependency"],
    &["dependency", "build"],
    &["dependency", "list"],
    &["dependency", "update"],
    &["docs"],
    &["env"],
    &["get"],
    &["get", "all"],
    &["get", "hooks"],
    &["get", "manifest"],
    &["get", "metadata"],
    &["get", "notes"],
    &["get", "values"],
    &["help"],
    &["history"],
    &["install"],
    &["lint"],
    &["list"],
    &["package"],
    &["plugin"],
    &["plugin", "install"],
    &["plugin", "list"],
    &["plugin", "package"],
    &["plugin", "uninstall"],
    &["plugin", "update"],
    &["plugin", "verify"],
    &["pull"],
    &["push"],
    &["registry"],
    &["registry", "login"],
    &["registry", "logout"],
    &["repo"],
    &["repo", "add"],
    &["repo", "index"],
    &["repo", "list"],
    &["repo", "remove"],
    &["repo", "update"],
    &["rollback"],
    &["search"],
    &["search", "hub"],
    &["search", "repo"],
    &["show"],
    &["show", "all"],
    &["show", "chart"],
    &["show", "crds"],
    &["show", "readme"],
    &["show", "values"],
    &["status"],
    &["template"],
    &["uninstall"],
    &["upgrade"],
    &["verify"],
    &["version"],
];

/// Commands that Helm does not have.
const OUR_COMMANDS: &[&[&str]] = &[
    &["search", "oci"],
    &["sandbox"],
    &["serve"],
    &["show", "versions"],
    &["values"],
    &["values", "explain"],
];

/// Flags and commands that Helm does not have, as help lists them.
const OURS: &[&str] = &[
    "--allow-git",
    "--dialect",
    "--explain",
    "--sandbox",
    "--source-map",
    "--strict-values",
    "oci",
    "sandbox",
    "serve",
    "values",
    "versions",
];

#[test]
fn help_of_every_command() {
    let home = Home::new();
    for words in COMMANDS.iter().chain(OUR_COMMANDS) {
        let asked = [*words, &["--help"]].concat();
        let name = if words.is_empty() {
            "pintle".to_owned()
        } else {
            words.join("_")
        };
        let answer = pintle(&home, &asked);
        snapshot::check(snapshot_path(&format!("help_{name}.txt")), &[answer]);
    }
}

#[test]
fn all_ways_to_ask_for_help() {
    let home = Home::new();
    let root = pintle(&home, &["--help"]).stdout;
    // HELM: in `-h status` the word belongs to the flag, as it is not known yet.
    for words in [&[][..], &["-h"], &["help"], &["-n", "x"], &["-h", "status"]] {
        assert_eq!(pintle(&home, words).success().stdout, root, "{words:?}");
    }
    let get = pintle(&home, &["get", "--help"]).stdout;
    for words in [
        &["get"][..],
        &["get", "bogus"],
        &["help", "get"],
        &["help", "get", "bogus"],
    ] {
        assert_eq!(pintle(&home, words).success().stdout, get, "{words:?}");
    }
    let status = pintle(&home, &["status", "--help"]).stdout;
    for words in [
        &["status", "-h", "x"][..],
        &["help", "status"],
        &["status", "x", "y", "-h"],
    ] {
        assert_eq!(pintle(&home, words).success().stdout, status, "{words:?}");
    }
    let wrong = pintle(&home, &["help", "bogus", "x"]).success();
    assert!(wrong.stdout.is_empty());
    assert!(
        wrong
            .stderr
            .starts_with("Unknown help topic [`bogus` `x`]\nUsage:\n  pintle [command]\n")
    );
}

#[test]
fn help_has_colors_where_they_are_wanted() {
    let home = Home::new();
    let plain = pintle(&home, &["get", "--help"]).success().stdout;
    assert!(!plain.contains('\u{1b}'), "{plain}");
    for words in [
        &["get", "--help", "--color", "always"][..],
        &["--color=always", "help", "get"],
    ] {
        let colored = pintle(&home, words).success().stdout;
        assert!(colored.contains("\u{1b}[1mFlags:\u{1b}[22m\n"), "{colored}");
        assert!(colored.contains("\u{1b}[36m--help\u{1b}[0m"), "{colored}");
        let mut bare = colored;
        for code in ["[0m", "[1m", "[22m", "[36m"] {
            bare = bare.replace(&format!("\u{1b}{code}"), "");
        }
        assert_eq!(bare, plain);
    }
}

/// What a help text says about how a command is called: usage, aliases, and the left column of
/// the flags with their defaults.
fn interface(help: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut section = "";
    for line in help.lines() {
        if line.ends_with(':') && !line.starts_with(' ') {
            section = line;
        }
        match section {
            "Usage:" | "Aliases:" => lines.push(line.to_owned()),
            "Flags:" | "Global Flags:" => lines.push(flag_interface(line)),
            _ => {}
        }
    }
    lines.retain(|line| !line.is_empty());
    lines
}

/// `  -o, --output format   words (default table)` without the words.
fn flag_interface(line: &str) -> String {
    let words = line
        .char_indices()
        .find(|(place, _)| *place > 6 && line[*place..].starts_with("   "))
        .map_or(line.len(), |(place, _)| place);
    let default = line.rfind(" (default ").map_or("", |place| &line[place..]);
    format!("{}{default}", &line[..words])
}

#[test]
fn every_flag_of_helms_exists() {
    let Some(helm) = oracle::find_or_skip(Peer::Helm4, "cli::every_flag_of_helms_exists") else {
        return;
    };
    let home = Home::new();
    for words in COMMANDS {
        let asked = [*words, &["--help"]].concat();
        let theirs = home
            .command(&helm)
            .called("helm")
            .args(&asked)
            .run()
            .success();
        let ours = home
            .command(pintle_testkit::pintle!())
            .called("helm")
            .args(&asked)
            .run()
            .success();
        let theirs = interface(&theirs.stdout).join("\n");
        let mut ours = interface(&ours.stdout);
        ours.retain(|line| {
            let word = line.split_whitespace().next();
            !OURS.iter().any(|own| word == Some(own))
        });
        let ours = ours.join("\n");
        if let Some(report) = snapshot::difference(&theirs, &ours) {
            panic!("{words:?}\n{report}");
        }
    }
}
