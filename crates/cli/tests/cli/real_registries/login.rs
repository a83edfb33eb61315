//! `registry login` by somebody who types: on a terminal that `script` makes.

use std::path::Path;
use std::process::{Command, Stdio};

use pintle_testkit::server::installed;
use pintle_testkit::{Home, skip};

use super::{Kind, peers, start, with_passwords};

/// What is shown of a session in which `typed` is typed, without what is never the same.
///
/// A terminal shows what is typed wherever the program has got to: each line waits until the
/// question is there.
fn typed(program: &Path, home: &Home, address: &str, more: &str, lines: &[(&str, &str)]) -> String {
    use std::io::{Read as _, Write as _};
    let words = format!(
        "exec -a helm {} registry login {address} --plain-http {more}",
        program.display()
    );
    let mut command = Command::new("script");
    command
        .args([
            "--quiet",
            "--return",
            "--echo",
            "always",
            "--command",
            &words,
            "/dev/null",
        ])
        .current_dir(home.path())
        .env_clear()
        .envs([
            ("PATH", "/usr/bin:/bin"),
            ("TERM", "dumb"),
            ("SHELL", "/bin/bash"),
        ])
        .env("HOME", home.path())
        .env("NO_PROXY", "127.0.0.1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = command.spawn().expect("script");
    let mut input = child.stdin.take().expect("its input");
    let mut output = child.stdout.take().expect("its output");
    let mut shown = Vec::new();
    let mut read = |until: &str, shown: &mut Vec<u8>| {
        let mut piece = [0; 256];
        let start = shown.len();
        while until.is_empty() || !String::from_utf8_lossy(&shown[start..]).contains(until) {
            match output.read(&mut piece) {
                Ok(count) if count > 0 => shown.extend_from_slice(&piece[..count]),
                _ => break,
            }
        }
    };
    for (question, answer) in lines {
        read(question, &mut shown);
        let _ = input.write_all(answer.as_bytes());
    }
    read("", &mut shown);
    let code = child.wait().expect("an end").code();
    format!("{}exit {code:?}\n", String::from_utf8_lossy(&shown))
}

#[test]
fn passwords_are_typed_unseen() {
    let test = "passwords_are_typed_unseen";
    let Some((helm, program)) = peers(Kind::Distribution, test) else {
        return;
    };
    if installed("script").is_none() {
        skip(test, "script is not here (tests/oracle/packages)");
        return;
    }
    let place = Home::new();
    let server = start(&program, &place, "", &with_passwords(&place));
    let sessions: [(&str, &[(&str, &str)]); 7] = [
        ("", &[("Username: ", "me\n"), ("Password: ", "word\n")]),
        ("", &[("Username: ", "  me \n"), ("Password: ", "no\n")]),
        ("", &[("Username: ", "\n"), ("Token: ", "secret-token\n")]),
        ("", &[("Username: ", "me\n"), ("Password: ", "\n")]),
        ("", &[("Username: ", "\n"), ("Token: ", "\n")]),
        ("-u me", &[("Password: ", "word\n")]),
        ("", &[("Username: ", "\x04")]),
    ];
    for (flags, lines) in sessions {
        let answer = |program: &Path| {
            let home = Home::new();
            let shown = typed(program, &home, server.address(), flags, lines);
            let config = home.path().join(".config/helm/registry/config.json");
            let kept = std::fs::read_to_string(config).unwrap_or_default();
            let lines = shown.split_inclusive('\n');
            let shown: String = lines.filter(|line| !line.starts_with("hint: ")).collect();
            format!("{shown}{kept}")
        };
        let (mut theirs, ours) = (answer(&helm), answer(&pintle_testkit::pintle!()));
        // Helm asks before it hides what is typed: one that types fast enough is seen.
        for (question, secret) in lines
            .iter()
            .filter(|(question, _)| *question != "Username: ")
        {
            let seen = format!("{question}{}\r\n", secret.trim_end());
            theirs = theirs.replace(&format!("{seen}\r\n"), &format!("{question}\r\n"));
            assert!(secret.trim().is_empty() || !ours.contains(&seen), "{ours}");
        }
        assert_eq!(theirs, ours, "{lines:?}");
    }
}
