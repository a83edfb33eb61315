//! `plugin`: plugins installed, listed, packaged, verified; by Helm and by us, from the same files.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;

use pintle_testkit::oracle::{self, Peer};
use pintle_testkit::registry::{Door, Registry, digest};
use pintle_testkit::web::{Page, Pages};
use pintle_testkit::{Home, skip};

use crate::{Case, as_helm_apart_from, as_helm_on_web, pintle};

const fn case(words: &'static [&'static str]) -> Case {
    Case {
        variables: &[],
        words,
    }
}

const KEYS: &[&str] = &["--keyring", "public.gpg"];

/// A plugin with hooks that say what is done to it.
fn plugin(home: &Home, name: &str, version: &str, more: &str) {
    home.write(
        &format!("{name}/plugin.yaml"),
        format!(
            "apiVersion: v1\nname: {name}\nversion: {version}\ntype: cli/v1\nruntime: subprocess\n\
             sourceURL: https://example.com/{name}\nconfig: {{shortHelp: does it}}\nruntimeConfig:\n  \
             platformCommand:\n  - command: echo\n    args: [run]\n  platformHooks:\n    \
             install: [{{command: sh, args: [-c, 'echo install hook of $HELM_PLUGIN_NAME']}}]\n    \
             delete: [{{command: echo, args: [delete hook, $HELM_PLUGIN_NAME]}}]\n{more}"
        ),
    );
    home.write(&format!("{name}/bin/run"), "#!/bin/sh\n");
}

/// Plugins, archives of them, signatures.
fn prepare(home: &Home) {
    home.write("public.gpg", include_bytes!("keys/public.gpg"));
    home.write("secret.gpg", include_bytes!("keys/secret.gpg"));
    plugin(home, "first", "1.2.3", "");
    plugin(home, "second", "0.1.0", "");
    home.write(
        "legacy/plugin.yaml",
        "name: old\nversion: 0.1.0\nusage: of Helm 3\ncommand: echo old\nhooks:\n  \
         install: echo installed $HELM_PLUGIN_NAME\n  update: echo updated\n  delete: exit 3\n",
    );
    home.write("bad/plugin.yaml", "name: bad\nversion: x\n");
    home.write(
        "failing/plugin.yaml",
        "name: failing\nhooks: {install: exit 1}\n",
    );
    home.write("empty/README", "");
    home.write("file", "text");
    home.write("text.tgz", "text");
    let run = |words: &[&str]| {
        let command = home.command(pintle_testkit::pintle!());
        let done = command
            .env("SOURCE_DATE_EPOCH", "1700000000")
            .args(words)
            .run();
        assert_eq!(done.code, Some(0), "{done}");
    };
    let signed = ["--key", "good", "--keyring", "secret.gpg", "-d", "signed"];
    run(&[&["plugin", "package", "first"], &signed[..]].concat());
    run(&[&["plugin", "package", "second"], &signed[..]].concat());
    run(&[
        "plugin",
        "package",
        "first",
        "--sign=false",
        "-d",
        "unsigned",
    ]);
    let copy = |from: &str, to: &str| {
        let bytes = fs::read(home.path().join(from)).expect("a file");
        home.write(to, bytes);
    };
    for (folder, file, prov) in [
        ("renamed", "other-1.0.0.tgz", "first-1.2.3.tgz"),
        ("swapped", "first-1.2.3.tgz", "second-0.1.0.tgz"),
        ("gz", "first-1.2.3.tar.gz", "first-1.2.3.tgz"),
    ] {
        copy("signed/first-1.2.3.tgz", &format!("{folder}/{file}"));
        copy(
            &format!("signed/{prov}.prov"),
            &format!("{folder}/{file}.prov"),
        );
    }
    copy("signed/first-1.2.3.tgz", "changed/first-1.2.3.tgz");
    copy(
        "signed/first-1.2.3.tgz.prov",
        "changed/first-1.2.3.tgz.prov",
    );
    let changed = home.path().join("changed/first-1.2.3.tgz");
    let mut bytes = fs::read(&changed).expect("an archive");
    bytes.extend([0; 512]);
    fs::write(changed, bytes).expect("an archive");
    copy("signed/first-1.2.3.tgz", "no-prov/first-1.2.3.tgz");
    copy("signed/first-1.2.3.tgz", "empty-prov/first-1.2.3.tgz");
    home.write("empty-prov/first-1.2.3.tgz.prov", "");
    copy("signed/first-1.2.3.tgz", "foreign-prov/first-1.2.3.tgz");
    home.write("foreign-prov/first-1.2.3.tgz.prov", "not found\n");
}

const CASES: &[Case] = &[
    case(&["plugin", "list"]),
    // CVE-2026-35205: no signature, no plugin.
    case(&[
        "plugin",
        "install",
        "no-prov/first-1.2.3.tgz",
        "--keyring",
        "public.gpg",
    ]),
    case(&[
        "plugin",
        "install",
        "empty-prov/first-1.2.3.tgz",
        "--keyring",
        "public.gpg",
    ]),
    case(&[
        "plugin",
        "install",
        "foreign-prov/first-1.2.3.tgz",
        "--keyring",
        "public.gpg",
    ]),
    case(&[
        "plugin",
        "install",
        "swapped/first-1.2.3.tgz",
        "--keyring",
        "public.gpg",
    ]),
    case(&[
        "plugin",
        "install",
        "renamed/other-1.0.0.tgz",
        "--keyring",
        "public.gpg",
    ]),
    case(&[
        "plugin",
        "install",
        "gz/first-1.2.3.tar.gz",
        "--keyring",
        "public.gpg",
    ]),
    case(&[
        "plugin",
        "install",
        "signed/first-1.2.3.tgz",
        "--keyring",
        "nowhere.gpg",
    ]),
    case(&["plugin", "list"]),
    case(&["first"]),
    case(&[
        "plugin",
        "install",
        "signed/first-1.2.3.tgz",
        "--keyring",
        "public.gpg",
    ]),
    case(&["plugin", "list"]),
    case(&["first"]),
    case(&[
        "plugin",
        "install",
        "signed/first-1.2.3.tgz",
        "--keyring",
        "public.gpg",
    ]),
    case(&["plugin", "add", "signed/first-1.2.3.tgz", "--verify=false"]),
    case(&["plugin", "update", "first"]),
    case(&["plugin", "uninstall", "first"]),
    case(&["plugin", "list"]),
    case(&[
        "plugin",
        "install",
        "unsigned/first-1.2.3.tgz",
        "--verify=false",
    ]),
    case(&["plugin", "ls"]),
    case(&["plugin", "install", "./second"]),
    case(&["plugin", "install", "legacy"]),
    case(&["plugin", "ls"]),
    case(&["plugin", "list", "--type", "cli/v1"]),
    case(&["plugin", "list", "--type", "getter/v1"]),
    case(&["old", "and", "new"]),
    case(&["plugin", "up", "second", "nope", "old"]),
    case(&["plugin", "rm", "second", "nope", "old"]),
    case(&["plugin", "remove", "first"]),
    case(&["plugin", "list"]),
    // What is none.
    case(&["plugin", "install", "bad"]),
    case(&["plugin", "uninstall", "bad"]),
    case(&["plugin", "install", "empty"]),
    case(&["plugin", "install", "file"]),
    case(&["plugin", "install", "text.tgz", "--verify=false"]),
    case(&["plugin", "install", "failing"]),
    case(&["plugin", "uninstall", "failing"]),
    case(&["plugin", "install", "nope"]),
    case(&["plugin", "install", "nope", "--verify=false"]),
    case(&["plugin", "install", "nope.tgz"]),
    case(&["plugin", "install", "oci://example.com"]),
    case(&["plugin", "install", "https://example.com/x.git"]),
    case(&["plugin", "install"]),
    case(&["plugin", "install", "a", "b"]),
    case(&["plugin", "uninstall"]),
    case(&["plugin", "update"]),
    case(&["plugin", "verify"]),
    case(&["plugin", "package"]),
    // Signatures.
    case(&[
        "plugin",
        "verify",
        "signed/first-1.2.3.tgz",
        "--keyring",
        "public.gpg",
    ]),
    case(&[
        "plugin",
        "verify",
        "gz/first-1.2.3.tar.gz",
        "--keyring",
        "public.gpg",
    ]),
    case(&[
        "plugin",
        "verify",
        "swapped/first-1.2.3.tgz",
        "--keyring",
        "public.gpg",
    ]),
    case(&[
        "plugin",
        "verify",
        "no-prov/first-1.2.3.tgz",
        "--keyring",
        "public.gpg",
    ]),
    case(&[
        "plugin",
        "verify",
        "foreign-prov/first-1.2.3.tgz",
        "--keyring",
        "public.gpg",
    ]),
    case(&[
        "plugin",
        "verify",
        "signed/first-1.2.3.tgz",
        "--keyring",
        "nowhere.gpg",
    ]),
    case(&["plugin", "verify", "first"]),
    case(&["plugin", "verify", "file"]),
    case(&["plugin", "verify", "nope"]),
    case(&["plugin", "package", "first", "--sign=false"]),
    case(&[
        "plugin",
        "package",
        "first",
        "--sign=false",
        "-d",
        "made/here",
    ]),
    case(&[
        "plugin",
        "package",
        "./first/",
        "--sign=false",
        "-d",
        "./made",
    ]),
    case(&[
        "plugin",
        "package",
        "first",
        "--key",
        "good",
        "--keyring",
        "secret.gpg",
    ]),
    case(&["plugin", "package", "first", "--keyring", "secret.gpg"]),
    case(&[
        "plugin",
        "package",
        "first",
        "--key",
        "nobody",
        "--keyring",
        "secret.gpg",
    ]),
    case(&[
        "plugin",
        "package",
        "first",
        "--key",
        "good",
        "--keyring",
        "nowhere.gpg",
    ]),
    case(&["plugin", "package", "bad", "--sign=false"]),
    case(&["plugin", "package", "empty", "--sign=false"]),
    case(&["plugin", "package", "file"]),
    case(&["plugin", "package", "nope"]),
];

#[test]
fn plugins_come_and_go() {
    // Helm tells of bad plugins with every command, and with some twice.
    let hide = |text: &str| {
        let lines = text.split_inclusive('\n');
        lines
            .filter(|line| !line.contains("failed to load plugin (ignoring)"))
            .collect()
    };
    as_helm_apart_from("plugin_install.txt", CASES, prepare, hide);
}

/// An archive that is not what was signed is not installed, and nothing of it is run. Helm names
/// digests that depend on the compressor.
#[test]
fn cve_2026_35205_changed_archives_are_refused() {
    let home = Home::new();
    prepare(&home);
    let words = ["plugin", "install", "changed/first-1.2.3.tgz"];
    let done = pintle(&home, &[&words, KEYS].concat());
    assert_eq!(done.code, Some(1));
    assert!(done.stderr.contains("sha256 sum does not match"), "{done}");
    assert!(!done.stdout.contains("hook"), "{done}");
    assert!(!home.path().join(".local/share/helm/plugins/first").exists());
}

/// What Helm packages and signs, we install.
#[test]
fn helms_archives_are_installed() {
    let test = "cli::plugin_install::helms_archives_are_installed";
    let Some(helm) = oracle::find_or_skip(Peer::Helm4, test) else {
        return;
    };
    let home = Home::new();
    prepare(&home);
    let words = [
        "plugin",
        "package",
        "first",
        "--key",
        "good",
        "--keyring",
        "secret.gpg",
    ];
    let packed = home.command(helm).args(words).args(["-d", "by-helm"]).run();
    assert_eq!(packed.code, Some(0), "{packed}");
    let words = ["plugin", "install", "by-helm/first-1.2.3.tgz"];
    let done = pintle(&home, &[&words, KEYS].concat());
    assert_eq!(done.code, Some(0), "{done}");
    assert_eq!(pintle(&home, &["first"]).stdout, "run\n");
    let ours = fs::read_to_string(home.path().join("signed/first-1.2.3.tgz.prov")).expect("ours");
    let theirs = home.read("by-helm/first-1.2.3.tgz.prov");
    let said = |prov: &str| prov.split("\nfiles:").next().map(str::to_owned);
    assert_eq!(said(&ours), said(&theirs));
}

#[test]
fn the_same_plugin_gives_the_same_archive() {
    let home = Home::new();
    plugin(&home, "first", "1.2.3", "");
    let made = |folder: &str| {
        let words = ["plugin", "package", "first", "--sign=false", "-d", folder];
        let done = home.command(pintle_testkit::pintle!());
        let done = done
            .env("SOURCE_DATE_EPOCH", "1700000000")
            .args(words)
            .run();
        assert_eq!(done.code, Some(0), "{done}");
        fs::read(home.path().join(folder).join("first-1.2.3.tgz")).expect("an archive")
    };
    let first = made("a");
    plugin(&home, "first", "1.2.3", "");
    assert_eq!(first, made("b"));
}

const SERVED: &[Case] = &[
    case(&[
        "plugin",
        "install",
        "http://plugins.example/first-1.2.3.tgz",
        "--keyring",
        "public.gpg",
    ]),
    case(&["plugin", "list"]),
    case(&["plugin", "uninstall", "first"]),
    case(&[
        "plugin",
        "install",
        "http://plugins.example/none/first-1.2.3.tgz",
        "--keyring",
        "public.gpg",
    ]),
    case(&[
        "plugin",
        "install",
        "http://plugins.example/none/first-1.2.3.tgz",
        "--verify=false",
    ]),
    case(&["plugin", "list"]),
    case(&[
        "plugin",
        "install",
        "http://plugins.example/gone-1.0.0.tgz",
        "--keyring",
        "public.gpg",
    ]),
    case(&[
        "plugin",
        "install",
        "http://plugins.example/gone-1.0.0.tgz",
        "--verify=false",
    ]),
    case(&[
        "plugin",
        "install",
        "http://plugins.example/page-1.0.0.tgz",
        "--verify=false",
    ]),
];

#[test]
fn plugins_come_from_servers() {
    let home = Home::new();
    prepare(&home);
    let file = |path: &str| fs::read(home.path().join(path)).expect("a file");
    let at = |path: &str| format!("http://plugins.example/{path}");
    let pages: Pages = [
        (
            at("first-1.2.3.tgz"),
            Page::new(file("signed/first-1.2.3.tgz")),
        ),
        (
            at("first-1.2.3.tgz.prov"),
            Page::new(file("signed/first-1.2.3.tgz.prov")),
        ),
        (
            at("none/first-1.2.3.tgz"),
            Page::new(file("signed/first-1.2.3.tgz")),
        ),
        (at("page-1.0.0.tgz"), Page::new("<html></html>")),
    ]
    .into_iter()
    .collect();
    let keys = |home: &Home| {
        home.write("public.gpg", include_bytes!("keys/public.gpg"));
    };
    as_helm_on_web("plugin_served.txt", SERVED, keys, pages, &[]);
}

/// A repository of Git with two versions.
fn repository(home: &Home) -> bool {
    let folder = home.path().join("source.git");
    fs::create_dir_all(&folder).expect("a folder");
    let git = |words: &[&str]| {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=n", "-c", "user.email=n@example.com"]);
        command
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", home.path());
        let output = command.args(words).current_dir(&folder).output();
        output.is_ok_and(|output| output.status.success())
    };
    let write = |says: &str, version: &str| {
        home.write(
            "source.git/plugin.yaml",
            format!(
                "name: fromgit\nversion: {version}\ncommand: echo {says}\nhooks:\n  install: echo installed\n  \
                 update: echo updated\n  delete: echo deleted\n"
            ),
        );
    };
    if !git(&["init", "--quiet", "--initial-branch=main"]) {
        return false;
    }
    write("one", "0.1.0");
    git(&["add", "."])
        && git(&["commit", "--quiet", "--message=one"])
        && git(&["tag", "v0.1.0"])
        && {
            write("two", "0.2.0");
            git(&["commit", "--quiet", "--all", "--message=two"]) && git(&["tag", "v0.2.0"])
        }
}

/// Where the repository is differs between the two programs: each has a home of its own.
#[test]
fn plugins_come_from_git() {
    let test = "cli::plugin_install::plugins_come_from_git";
    let Some(helm) = oracle::find_or_skip(Peer::Helm4, test) else {
        return;
    };
    let answers = |program: &Path| {
        let home = Home::new();
        if !repository(&home) {
            return None;
        }
        let source = format!("file://{}/source.git", home.path().display());
        let none = format!("file://{}/none.git", home.path().display());
        let mut told = String::new();
        for words in [
            &["plugin", "install", &source][..],
            &["plugin", "install", &none, "--verify=false"],
            &[
                "plugin",
                "install",
                &source,
                "--verify=false",
                "--version",
                "^9",
            ],
            &[
                "plugin",
                "install",
                &source,
                "--verify=false",
                "--version",
                "not a range",
            ],
            &[
                "plugin",
                "install",
                &source,
                "--verify=false",
                "--version",
                "0.1.0",
            ],
            &["fromgit"],
            &["plugin", "list"],
            &["plugin", "install", &source, "--verify=false"],
            &["plugin", "uninstall", "fromgit"],
            &[
                "plugin",
                "install",
                &source,
                "--verify=false",
                "--version",
                ">=0.1.0",
            ],
            &["fromgit"],
            &["plugin", "update", "fromgit"],
            &["plugin", "uninstall", "fromgit"],
        ] {
            let done = home.command(program).called("helm").args(words).run();
            let done = crate::without_hints(done.map(|text| home.redact(text)));
            told.push_str(&done.to_string());
        }
        Some(told)
    };
    let Some(theirs) = answers(&helm) else {
        skip(test, "git is not here (tests/oracle/packages)");
        return;
    };
    let ours = answers(&pintle_testkit::pintle!()).expect("git was there before");
    assert_eq!(ours, theirs);
    assert!(ours.contains("one\n") && ours.contains("two\n"), "{ours}");
}

/// Sends one request, and expects it to be done.
fn put(registry: &Registry, method: &str, path: &str, kind: &str, body: &[u8]) {
    let mut stream = TcpStream::connect(registry.address()).expect("the registry");
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        registry.address(),
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("a request");
    stream.write_all(body).expect("a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 20"), "{path}: {answer}");
}

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// A registry with plugins and things that are none.
fn registry() -> Registry {
    let home = Home::new();
    prepare(&home);
    let registry = Registry::new(Door::Open);
    let file = |path: &str| fs::read(home.path().join(path)).expect("a file");
    let add = |repository: &str, config: &str, layers: &[(&str, Vec<u8>)]| {
        let layer = |title: &str, bytes: &[u8]| {
            let (digest, size) = (digest(bytes), bytes.len());
            let blobs = format!(
                "/v2/{repository}/blobs/uploads/0?digest={}",
                digest.replace(':', "%3A")
            );
            put(&registry, "PUT", &blobs, "application/octet-stream", bytes);
            format!(
                r#"{{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"{digest}","size":{size},"annotations":{{"org.opencontainers.image.title":"{title}"}}}}"#
            )
        };
        let config =
            layer("config", b"{}").replace("application/vnd.oci.image.layer.v1.tar", config);
        let layers: Vec<String> = layers
            .iter()
            .map(|(title, bytes)| layer(title, bytes))
            .collect();
        let layers = layers.join(",");
        let manifest = format!(
            r#"{{"schemaVersion":2,"mediaType":"{MANIFEST}","config":{config},"layers":[{layers}]}}"#
        );
        let path = format!("/v2/{repository}/manifests/1.2.3");
        put(&registry, "PUT", &path, MANIFEST, manifest.as_bytes());
    };
    let plugin = "application/vnd.helm.plugin.v1+json";
    let archive = file("signed/first-1.2.3.tgz");
    let prov = file("signed/first-1.2.3.tgz.prov");
    let both = [
        ("first-1.2.3.tgz", archive.clone()),
        ("first-1.2.3.tgz.prov", prov),
    ];
    add("plugins/first", plugin, &both);
    add("unsigned/first", plugin, &both[..1]);
    add("plugins/other", plugin, &both);
    add("plugins/none", "application/vnd.oci.empty.v1+json", &both);
    add(
        "plugins/text",
        plugin,
        &[("text-1.2.3.tgz", b"text".to_vec())],
    );
    registry
}

#[test]
fn plugins_come_from_registries() {
    let test = "cli::plugin_install::plugins_come_from_registries";
    let Some(helm) = oracle::find_or_skip(Peer::Helm4, test) else {
        return;
    };
    let registry = registry();
    let answers = |program: &Path| {
        let home = Home::new();
        home.write("public.gpg", include_bytes!("keys/public.gpg"));
        let mut told = String::new();
        for words in [
            &[
                "plugin",
                "install",
                "oci://registry.example/plugins/first:1.2.3",
            ][..],
            &["plugin", "list"],
            &["first"],
            &[
                "plugin",
                "install",
                "oci://registry.example/plugins/first:1.2.3",
            ],
            &["plugin", "uninstall", "first"],
            &[
                "plugin",
                "install",
                "oci://registry.example/unsigned/first:1.2.3",
            ],
            &[
                "plugin",
                "install",
                "oci://registry.example/unsigned/first:1.2.3",
                "--verify=false",
            ],
            &["plugin", "list"],
            &[
                "plugin",
                "install",
                "oci://registry.example/plugins/other:1.2.3",
            ],
            &[
                "plugin",
                "install",
                "oci://registry.example/plugins/none:1.2.3",
            ],
            &["plugin", "install", "oci://registry.example/plugins/first"],
        ] {
            let mut words = words.to_vec();
            if words.contains(&"install") {
                words.extend(["--plain-http", "--keyring", "public.gpg"]);
            }
            let command = home.command(program).called("helm");
            let done = command
                .env("HTTP_PROXY", registry.proxy())
                .args(words)
                .run();
            let done = crate::without_hints(done.map(|text| home.redact(text)));
            told.push_str(&done.to_string());
        }
        told
    };
    assert_eq!(answers(&pintle_testkit::pintle!()), answers(&helm));
}
