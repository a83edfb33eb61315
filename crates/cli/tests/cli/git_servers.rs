//! Charts of Git repositories on real servers: Git's own program for HTTP, behind nginx, and ssh.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use pintle_testkit::server::{Server, installed};
use pintle_testkit::{Finished, Home, skip};

use crate::git::{app, is_here, traps};
use crate::git_submodules::repositories;
use crate::{certificates, nginx};

const BACKEND: &str = "/usr/lib/git-core/git-http-backend";

/// Programs; or the test is skipped by its name.
fn programs<const N: usize>(names: [&str; N], test: &str) -> Option<[PathBuf; N]> {
    if !is_here(test) {
        return None;
    }
    let found = names.map(|name| {
        let found = if name.starts_with('/') {
            Some(PathBuf::from(name)).filter(|path| path.is_file())
        } else {
            installed(name)
        };
        if found.is_none() {
            skip(test, &format!("{name} is not here (tests/oracle/packages)"));
        }
        found
    });
    let found: Vec<PathBuf> = found.into_iter().collect::<Option<_>>()?;
    found.try_into().ok()
}

fn update(home: &Home, allowed: &str, variables: &[(&str, &str)]) -> Finished {
    let words = ["dependency", "update", "app", "--allow-git", allowed];
    let command = home.command(pintle_testkit::pintle!()).args(words);
    let command = variables
        .iter()
        .fold(command, |command, (name, value)| command.env(name, value));
    command.run()
}

/// What `.git` answers: only the protocol that has more to it than files.
fn config(backend: &str, place: &Home, gate: &Server) -> String {
    let root = place.path().display();
    let one = |path: &str, more: &str| {
        format!(
            "location ~ ^/{path}(/.*)$ {{\n{more}fastcgi_pass {};\nfastcgi_param SCRIPT_FILENAME {backend};\n\
             fastcgi_param GIT_PROJECT_ROOT {root}/www;\nfastcgi_param GIT_HTTP_EXPORT_ALL 1;\n\
             fastcgi_param PATH_INFO $1;\nfastcgi_param QUERY_STRING $query_string;\n\
             fastcgi_param REQUEST_METHOD $request_method;\nfastcgi_param CONTENT_TYPE $content_type;\n\
             fastcgi_param CONTENT_LENGTH $content_length;\nfastcgi_param HTTP_GIT_PROTOCOL $http_git_protocol;\n\
             fastcgi_param REMOTE_USER $remote_user;\n}}\n",
            gate.address()
        )
    };
    let users = place.path().join("server/users");
    let auth = format!("auth_basic x;\nauth_basic_user_file {};\n", users.display());
    one("git", "") + &one("secret", &auth)
}

/// By Git's smart protocol, with submodules, one commit each; with a password that a credential
/// helper knows, and without one, for which nobody is asked.
#[test]
fn git_repositories_come_by_the_smart_protocol() {
    let test = "git_repositories_come_by_the_smart_protocol";
    let Some([nginx, gate, _]) = programs(["nginx", "fcgiwrap", BACKEND], test) else {
        return;
    };
    let place = Home::new();
    let commit = repositories(&place);
    certificates::of_an_authority(&place);
    place.write("server/users", "me:{PLAIN}word\n");
    let gate = Server::start(|address| {
        let mut command = Command::new(&gate);
        command.args(["-s", &format!("tcp:{address}")]);
        command.env_clear().env("PATH", "/usr/bin:/bin");
        command.env("HOME", place.path());
        command
    });
    let server = nginx::start(&nginx, &place, &config(BACKEND, &place, &gate));
    let ca = place.path().join("server/ca.pem").display().to_string();
    let trust = [("GIT_SSL_CAINFO", ca.as_str())];
    let home = Home::new();
    traps(&home);
    let url = |path: &str| format!("git+https://{}/{path}/db.git//charts/db", server.address());
    for revision in ["main".to_owned(), commit.clone()] {
        app(
            &home,
            "app",
            "*",
            &format!("{}@{revision}?submodules=true", url("git")),
        );
        update(&home, "https", &trust).success();
        let lock = home.read("app/Chart.lock");
        let locked = format!("{}@{commit}?submodules=true\n", url("git"));
        assert!(lock.contains(&locked), "{lock}");
        fs::remove_dir_all(home.path().join(".cache")).expect("a cache");
    }
    let asked = place.read("asked");
    for name in ["db", "lib", "more"] {
        let line = format!("POST /git/{name}.git/git-upload-pack 200");
        assert!(asked.contains(&line), "{line}: {asked}");
    }
    let shown = home
        .command(pintle_testkit::pintle!())
        .args(["template", "r", "app"])
        .run();
    assert!(shown.stdout.contains("more: r\n"), "{shown}");
    assert!(!home.path().join("evil").exists(), "Git has run something");
    app(&home, "app", "*", &url("secret"));
    let done = update(&home, "https", &trust);
    assert!(
        done.stderr
            .contains("Git knows no credentials for this server"),
        "{done}"
    );
    home.write(
        ".gitconfig",
        "[credential]\nhelper = \"!f() { echo username=me; echo password=word; }; f\"\n",
    );
    update(&home, "https", &trust).success();
    assert!(place.read("asked").contains("200 me"));
}

/// A server of ssh that lets one key in, and what a client needs to come in by it.
fn ssh_server(program: &Path, place: &Home) -> Server {
    for name in ["host", "user", "stranger"] {
        let path = place.path().join(name).display().to_string();
        let words = ["-q", "-t", "ed25519", "-N", "", "-f", &path];
        place
            .command("/usr/bin/ssh-keygen")
            .args(words)
            .run()
            .success();
    }
    let root = place.path().display().to_string();
    // For the administrator, it wants an empty folder of his.
    if !Path::new("/run/sshd").is_dir() {
        let _ = fs::create_dir("/run/sshd");
    }
    Server::start(|address| {
        let config = place.write(
            "sshd_config",
            format!(
                "ListenAddress {address}\nHostKey {root}/host\nPidFile none\nStrictModes no\nUsePAM no\n\
                 PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n\
                 AuthorizedKeysFile {root}/user.pub\n"
            ),
        );
        let mut command = Command::new(program);
        command.args(["-D", "-f"]).arg(config);
        command
    })
}

#[test]
fn git_repositories_come_over_ssh() {
    let test = "git_repositories_come_over_ssh";
    let Some([program, _, _]) = programs(["sshd", "ssh", "ssh-keygen"], test) else {
        return;
    };
    let place = Home::new();
    let commit = repositories(&place);
    let server = ssh_server(&program, &place);
    let root = place.path().display().to_string();
    let whoami = Command::new("id").arg("-un").output().expect("a name");
    let user = String::from_utf8_lossy(&whoami.stdout).trim().to_owned();
    let home = Home::new();
    traps(&home);
    let url = format!(
        "git+ssh://{user}@{}{root}/www/db.git//charts/db",
        server.address()
    );
    app(&home, "app", "*", &format!("{url}@main?submodules=true"));
    // A server that is not known is not asked about: it fails at once.
    let done = update(&home, "ssh", &[]);
    assert_eq!(done.code, Some(1));
    assert!(
        done.stderr.contains("Host key verification failed"),
        "{done}"
    );
    let ssh = |key: &str| {
        format!(
            "ssh -F none -oBatchMode=yes -oStrictHostKeyChecking=no -oUserKnownHostsFile={root}/known -i {root}/{key}"
        )
    };
    // One's own words for ssh count: a key that is not let in, and one that is.
    let done = update(&home, "ssh", &[("GIT_SSH_COMMAND", &ssh("stranger"))]);
    assert!(
        done.stderr
            .contains("Git knows no credentials for this server"),
        "{done}"
    );
    update(&home, "ssh", &[("GIT_SSH_COMMAND", &ssh("user"))]).success();
    let lock = home.read("app/Chart.lock");
    assert!(
        lock.contains(&format!("{url}@{commit}?submodules=true\n")),
        "{lock}"
    );
    let shown = home
        .command(pintle_testkit::pintle!())
        .args(["template", "r", "app"])
        .run();
    assert!(shown.stdout.contains("more: r\n"), "{shown}");
    // So do those of Git's configuration.
    fs::remove_dir_all(home.path().join(".cache")).expect("a cache");
    fs::remove_file(home.path().join("app/Chart.lock")).expect("a lock");
    home.write(
        ".gitconfig",
        format!("[core]\nsshCommand = \"{}\"\n", ssh("user")),
    );
    update(&home, "ssh", &[]).success();
    assert!(!home.path().join("evil").exists(), "Git has run something");
}
