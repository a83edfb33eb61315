//! Debian's nginx as a chart repository, over TLS and with passwords, for Helm and us.

use std::fs;
use std::path::Path;
use std::process::Command;

use pintle_testkit::oracle::{self, Peer};
use pintle_testkit::server::{Server, installed};
use pintle_testkit::{Finished, Home, skip};

use crate::registries::{archive, charts};
use crate::{certificates, without_hints};

/// Serves the folder `www` of the home. It is one process, for others would outlive the test.
pub fn start(program: &Path, home: &Home, auth: &str) -> Server {
    let root = home.path().display().to_string();
    fs::create_dir_all(home.path().join("temp")).expect("a folder");
    Server::start(|address| {
        let mut temp = String::new();
        for part in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] {
            temp += &format!("{part}_temp_path {root}/temp/{part};\n");
        }
        let config = home.write(
            "server/nginx.conf",
            format!(
                "daemon off;\nmaster_process off;\nuser root root;\npid {root}/temp/pid;\nerror_log {root}/temp/errors;\nevents {{}}\n\
                 http {{\n{temp}log_format asked '$request_method $uri $status $remote_user $sent_http_content_encoding';\n\
                 access_log {root}/asked asked;\ntypes {{ text/yaml yaml; application/gzip tgz; }}\n\
                 gzip on; gzip_types text/yaml; gzip_min_length 0;\nserver {{\nlisten {address} ssl;\n\
                 ssl_certificate {root}/server/cert.pem;\nssl_certificate_key {root}/server/key.pem;\nroot {root}/www;\n\
                 {auth}}}\n}}\n"
            ),
        );
        let mut command = Command::new(program);
        command
            .arg("-c")
            .arg(config)
            .arg("-e")
            .arg(home.path().join("temp/first"));
        command
    })
}

/// Helm and nginx; or the test is skipped by its name.
fn peers(test: &str) -> Option<(std::path::PathBuf, std::path::PathBuf)> {
    let helm = oracle::find_or_skip(Peer::Helm4, test)?;
    let nginx = installed("nginx");
    if nginx.is_none() {
        skip(test, "nginx is not here (tests/oracle/packages)");
    }
    Some((helm, nginx?))
}

fn run(program: &Path, home: &Home, words: &[&str]) -> Finished {
    let command = home.command(program).called("helm").args(words);
    without_hints(command.run().map(|text| home.redact(text)))
}

/// What was asked since the last time.
fn asked(place: &Home) -> Vec<String> {
    let path = place.path().join("asked");
    let text = fs::read_to_string(&path).unwrap_or_default();
    fs::write(path, "").expect("a log");
    text.lines().map(str::to_owned).collect()
}

/// A repository with charts, as Helm makes its index.
fn publish(helm: &Path, place: &Home) {
    let home = Home::new();
    charts(&home);
    for name in ["web-0.1.0.tgz", "web-0.2.0+b.1.tgz", "small.tgz"] {
        let bytes = fs::read(home.path().join(name)).expect("a chart");
        place.write(&format!("www/{name}"), bytes);
    }
    let files = [
        (
            "signed/Chart.yaml",
            "apiVersion: v2\nname: signed\nversion: 1.0.0\n",
        ),
        ("signed/templates/a.yaml", "a: {{ .Release.Name }}\n"),
    ];
    place.write("www/signed-1.0.0.tgz", archive(&files));
    place.write("www/signed-1.0.0.tgz.prov", "a signature\n");
    run(helm, place, &["repo", "index", "www"]).success();
}

#[test]
fn nginx_is_a_repository_for_helm_and_us() {
    let Some((helm, nginx)) = peers("nginx_is_a_repository_for_helm_and_us") else {
        return;
    };
    let place = Home::new();
    certificates::of_an_authority(&place);
    publish(&helm, &place);
    place.write("server/users", "me:{PLAIN}word\n");
    let users = place.path().join("server/users");
    let auth = format!("auth_basic x;\nauth_basic_user_file {};\n", users.display());
    let server = start(&nginx, &place, &auth);
    let url = format!("https://{}", server.address());
    let ca = place.path().join("server/ca.pem").display().to_string();
    let (theirs, ours) = (Home::new(), Home::new());
    let program = pintle_testkit::pintle!();
    let alike = |words: &[&str]| {
        let expected = run(&helm, &theirs, words);
        let answer = run(&program, &ours, words);
        assert_eq!(expected.to_string(), answer.to_string());
        answer
    };
    let named = ["--username", "me", "--password", "word"];
    let trusted = ["--ca-file", ca.as_str()];
    let add = ["repo", "add", "one", &url];
    alike(&add);
    alike(&[&add[..], &trusted].concat());
    alike(
        &[
            &add[..],
            &trusted,
            &["--username", "me", "--password", "no"],
        ]
        .concat(),
    );
    asked(&place);
    alike(&[&add[..], &trusted, &named].concat());
    // Ours came compressed.
    assert_eq!(
        asked(&place),
        ["GET /index.yaml 200 me -", "GET /index.yaml 200 me gzip"]
    );
    for file in ["one-index.yaml", "one-charts.txt"] {
        let read = |home: &Home| {
            let text = home.read(&format!(".cache/helm/repository/{file}"));
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            lines.sort();
            lines
        };
        assert_eq!(read(&theirs), read(&ours), "{file}");
    }
    alike(&["repo", "update"]);
    assert_eq!(
        asked(&place),
        ["GET /index.yaml 200 me -", "GET /index.yaml 304 me -"]
    );
    alike(&["search", "repo", "-l"]);
    for words in [
        &["pull", "one/web"][..],
        &["pull", "one/web", "--version", "<0.2"],
        &["pull", "one/signed", "--prov"],
        &["pull", "one/s", "--untar"],
        &["pull", "one/nope"],
        &["template", "r", "one/signed"],
        &["show", "chart", "one/web", "--version", "<0.2"],
    ] {
        alike(words);
    }
    let direct = format!("{url}/signed-1.0.0.tgz");
    alike(&["pull", &direct]);
    alike(&[&["pull", &direct][..], &trusted].concat());
    alike(&[&["template", "r", &direct][..], &trusted, &named].concat());
    alike(
        &[
            &["show", "chart", "web", "--repo", &url][..],
            &trusted,
            &named,
        ]
        .concat(),
    );
    let files = [
        "web-0.1.0.tgz",
        "web-0.2.0+b.1.tgz",
        "signed-1.0.0.tgz",
        "signed-1.0.0.tgz.prov",
        "s/Chart.yaml",
    ];
    for file in files {
        let read = |home: &Home| fs::read(home.path().join(file)).ok();
        assert_eq!(read(&theirs), read(&ours), "{file}");
        assert!(read(&ours).is_some(), "{file}");
    }
}

/// Dependencies of a repository on a real server, by both, each with the lock of the other.
#[test]
fn dependencies_come_from_nginx() {
    let Some((helm, nginx)) = peers("dependencies_come_from_nginx") else {
        return;
    };
    let place = Home::new();
    certificates::of_an_authority(&place);
    publish(&helm, &place);
    let server = start(&nginx, &place, "");
    let url = format!("https://{}", server.address());
    let ca = place.path().join("server/ca.pem").display().to_string();
    let (theirs, ours) = (Home::new(), Home::new());
    let program = pintle_testkit::pintle!();
    for home in [&theirs, &ours] {
        home.write(
            "app/Chart.yaml",
            format!("apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies:\n- name: web\n  version: ^0.1.0\n  repository: {url}\n- name: signed\n  version: '*'\n  repository: '@one'\n"),
        );
    }
    let alike = |words: &[&str]| {
        let expected = run(&helm, &theirs, words);
        let answer = run(&program, &ours, words);
        assert_eq!(expected.to_string(), answer.to_string());
    };
    alike(&["repo", "add", "one", &url, "--ca-file", &ca]);
    asked(&place);
    alike(&["dependency", "update", "app"]);
    let once = asked(&place);
    let of_index = once.iter().filter(|line| line.contains("index.yaml"));
    assert_eq!(
        of_index.collect::<Vec<_>>(),
        ["GET /index.yaml 200 - -", "GET /index.yaml 304 - -"]
    );
    let lock = |home: &Home| {
        let text = home.read("app/Chart.lock");
        let lines = text.lines().filter(|line| !line.starts_with("generated"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(lock(&theirs), lock(&ours));
    for (from, to) in [(&theirs, &ours), (&ours, &theirs)] {
        let lock = from.read("app/Chart.lock");
        to.write("app/Chart.lock", lock);
        fs::remove_dir_all(to.path().join("app/charts")).expect("charts");
    }
    alike(&["dependency", "build", "app"]);
    alike(&["dependency", "list", "app"]);
    for file in ["web-0.1.0.tgz", "signed-1.0.0.tgz"] {
        let read = |home: &Home| fs::read(home.path().join("app/charts").join(file)).expect(file);
        assert_eq!(read(&theirs), read(&ours));
    }
}

/// What `openssl req -x509` makes is its own authority; it is trusted when `--ca-file` names it,
/// while it is valid, for its own name, and nothing else is.
#[test]
fn a_certificate_may_be_its_own_authority() {
    let Some((helm, nginx)) = peers("a_certificate_may_be_its_own_authority") else {
        return;
    };
    for (valid_until, is_trusted) in [(2100, true), (2001, false)] {
        let place = Home::new();
        certificates::of_its_own(&place, valid_until);
        publish(&helm, &place);
        let server = start(&nginx, &place, "");
        let url = format!("https://{}", server.address());
        let ca = place.path().join("server/cert.pem").display().to_string();
        // The same name and another key.
        let other = Home::new();
        certificates::of_its_own(&other, valid_until);
        let stranger = other.path().join("server/cert.pem").display().to_string();
        let home = Home::new();
        let alike = |words: &[&str]| {
            // The time of day, and what Helm guesses.
            let hide = |text: &str| {
                let ends = ["current time ", " (possibly because"];
                let end = ends.iter().find_map(|end| text.find(end));
                text[..end.unwrap_or(text.len())].trim_end().to_owned()
            };
            let expected = run(&helm, &home, words).map(hide);
            let answer = run(&pintle_testkit::pintle!(), &home, words).map(hide);
            assert_eq!(expected.to_string(), answer.to_string());
            answer
        };
        let chart = ["show", "chart", "signed", "--repo", &url];
        let done = alike(&[&chart[..], &["--ca-file", &ca]].concat());
        assert_eq!(done.code == Some(0), is_trusted, "{done}");
        let done = alike(&[&chart[..], &["--ca-file", &stranger]].concat());
        assert_eq!(done.code, Some(1), "{done}");
        let by_name = url.replace("127.0.0.1", "localhost");
        let done = alike(&[
            "show",
            "chart",
            "signed",
            "--repo",
            &by_name,
            "--ca-file",
            &ca,
        ]);
        assert_eq!(done.code, Some(1), "{done}");
    }
}
