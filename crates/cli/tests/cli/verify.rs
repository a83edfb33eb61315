//! `verify` and `package --sign`, beside real Helm and real GnuPG.

mod cases;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use pintle_testkit::oracle::{self, Peer};
use pintle_testkit::web::{Page, Pages, Web};
use pintle_testkit::{Finished, Home, skip};

use self::cases::{SIGN, VERIFY};
use crate::{Case, as_helm};

/// Keys made for these tests alone, as `gpg --export` and `--export-secret-keys` wrote them.
const KEYS: [(&str, &[u8]); 5] = [
    ("public.gpg", include_bytes!("keys/public.gpg")),
    ("public.asc", include_bytes!("keys/public.asc")),
    ("public.kbx", include_bytes!("keys/public.kbx")),
    ("curves.gpg", include_bytes!("keys/curves.gpg")),
    ("secret.gpg", include_bytes!("keys/secret.gpg")),
];

const fn case(words: &'static [&'static str]) -> Case {
    Case {
        variables: &[],
        words,
    }
}

const ARCHIVE: &[u8] = include_bytes!("keys/web-1.0.0.tgz");

/// Signatures that GnuPG made of the archive, and what may become of them.
const PROVS: [(&str, &str); 21] = [
    ("good", include_str!("keys/good.prov")),
    ("small", include_str!("keys/small.prov")),
    ("dsa", include_str!("keys/dsa.prov")),
    ("subkey", include_str!("keys/subkey.prov")),
    ("curve", include_str!("keys/curve.prov")),
    ("twin-high", include_str!("keys/twin-high.prov")),
    ("twin-low", include_str!("keys/twin-low.prov")),
    ("brainpool", include_str!("keys/brainpool.prov")),
    ("revoked", include_str!("keys/revoked.prov")),
    ("subrevoked", include_str!("keys/subrevoked.prov")),
    ("expired", include_str!("keys/expired.prov")),
    ("sha1", include_str!("keys/sha1.prov")),
    ("md5", include_str!("keys/md5.prov")),
    ("two", include_str!("keys/two.prov")),
    ("future", include_str!("keys/future.prov")),
    ("one-part", include_str!("keys/one-part.prov")),
    ("list", include_str!("keys/list.prov")),
    ("no-files", include_str!("keys/no-files.prov")),
    ("bad-yaml", include_str!("keys/bad-yaml.prov")),
    ("empty-prov", ""),
    ("html", "<!DOCTYPE html>\n<html><body>404</body></html>\n"),
];

fn signed(home: &Home) {
    for (name, bytes) in KEYS {
        home.write(name, bytes);
    }
    home.write("text.txt", "text\n");
    home.write("empty", "");
    home.write("other.gpg", include_bytes!("keys/other.gpg"));
    let good = PROVS[0].1;
    let add = |folder: &str, prov: &str| {
        home.write(&format!("{folder}/web-1.0.0.tgz"), ARCHIVE);
        home.write(&format!("{folder}/web-1.0.0.tgz.prov"), prov);
    };
    for (folder, prov) in PROVS {
        add(folder, prov);
    }
    add("text-changed", &good.replace("name: web", "name: wob"));
    add("hash-changed", &good.replacen("sha256:", "sha256:0", 1));
    add("cut", &good[..good.len() - 60]);
    add("around", &format!("before\n{good}\nafter\n{good}"));
    add("crlf", &good.replace('\n', "\r\n"));
    add("archive-changed", good);
    home.write("archive-changed/web-1.0.0.tgz", b"changed");
    home.write("renamed/other-1.0.0.tgz", ARCHIVE);
    home.write("renamed/other-1.0.0.tgz.prov", good);
    home.write("none/web-1.0.0.tgz", ARCHIVE);
    home.write("folder-prov/web-1.0.0.tgz", ARCHIVE);
    home.write("folder-prov/web-1.0.0.tgz.prov/x", "");
}

/// CVE-2026-35205: whatever is missing, empty or odd is no valid signature.
#[test]
fn cve_2026_35205_nothing_odd_is_verified() {
    as_helm("verify.txt", VERIFY, signed);
}

#[test]
fn a_key_on_an_unknown_curve_is_named() {
    let home = Home::new();
    signed(&home);
    let words = [
        "verify",
        "brainpool/web-1.0.0.tgz",
        "--keyring",
        "curves.gpg",
    ];
    let done = crate::pintle(&home, &words);
    assert_eq!(done.code, Some(1), "{done}");
    assert_eq!(
        done.stderr,
        "Error: openpgp: signature made by unknown entity\n\
         hint: the key 707653A83C6AB04779A8AFF11D0EB52421F45963 is on the curve brainpoolP256r1, \
         whose signatures cannot be checked here; Helm can\n"
    );
}

/// Commands that use a chart only when it is signed.
const USED: &[Case] = &[
    case(&[
        "template",
        "r",
        "good/web-1.0.0.tgz",
        "--verify",
        "--keyring",
        "public.gpg",
    ]),
    case(&[
        "template",
        "r",
        "archive-changed/web-1.0.0.tgz",
        "--verify",
        "--keyring",
        "public.gpg",
    ]),
    case(&[
        "template",
        "r",
        "none/web-1.0.0.tgz",
        "--verify",
        "--keyring",
        "public.gpg",
    ]),
    case(&[
        "template",
        "r",
        "good",
        "--verify",
        "--keyring",
        "public.gpg",
    ]),
    case(&[
        "show",
        "chart",
        "good/web-1.0.0.tgz",
        "--verify",
        "--keyring",
        "public.gpg",
    ]),
    case(&[
        "show",
        "chart",
        "good/web-1.0.0.tgz",
        "--verify",
        "--keyring",
        "other.gpg",
    ]),
    case(&[
        "show",
        "chart",
        "http://charts.example/web-1.0.0.tgz",
        "--verify",
        "--keyring",
        "public.gpg",
    ]),
    case(&[
        "show",
        "chart",
        "http://none.example/db-1.2.0.tgz",
        "--verify",
        "--keyring",
        "public.gpg",
    ]),
    case(&[
        "show",
        "chart",
        "http://changed.example/db-1.0.0.tgz",
        "--verify",
        "--keyring",
        "public.gpg",
    ]),
    case(&[
        "pull",
        "http://charts.example/web-1.0.0.tgz",
        "--verify",
        "--keyring",
        "public.gpg",
    ]),
    case(&[
        "pull",
        "http://none.example/db-1.2.0.tgz",
        "--verify",
        "--keyring",
        "public.gpg",
    ]),
    case(&[
        "pull",
        "http://changed.example/db-1.0.0.tgz",
        "--verify",
        "--keyring",
        "public.gpg",
    ]),
    case(&[
        "pull",
        "http://charts.example/web-1.0.0.tgz",
        "--verify",
        "--keyring",
        "nope.gpg",
    ]),
];

/// `--verify` of the commands that use charts.
#[test]
fn charts_are_verified_before_they_are_used() {
    crate::compare_with_helm("verify_used.txt", |program| {
        let home = Home::new();
        signed(&home);
        let page = |url: &str, body: &[u8]| (url.to_owned(), Page::new(body));
        let good = PROVS[0].1.as_bytes();
        let web = Web::new(Pages::from([
            page("http://charts.example/web-1.0.0.tgz", ARCHIVE),
            page("http://charts.example/web-1.0.0.tgz.prov", good),
            page(
                "http://none.example/db-1.2.0.tgz",
                include_bytes!("charts/db-1.2.0.tgz"),
            ),
            page(
                "http://changed.example/db-1.0.0.tgz",
                include_bytes!("charts/db-1.0.0.tgz"),
            ),
            page("http://changed.example/db-1.0.0.tgz.prov", good),
        ]));
        let run = |case: &Case| {
            let command = home.command(&program).called("helm");
            let answer = case.run(command.env("HTTP_PROXY", web.proxy()));
            answer.map(|text| home.redact(text))
        };
        USED.iter().map(run).collect()
    });
}

fn to_sign(home: &Home) {
    for (name, bytes) in KEYS {
        home.write(name, bytes);
    }
    home.write(
        "web/Chart.yaml",
        "apiVersion: v2\nname: web\nversion: 1.0.0\ndescription: \"- a\\t\\n\"\n",
    );
    home.write("web/values.yaml", "a: 1\n");
    home.write("text.txt", "text\n");
    home.write("empty", "");
    home.write("right", "secret\r\nmore\n");
    home.write("wrong", "wrong\n");
    let touched = home
        .command("/usr/bin/touch")
        .args(["-d", "@1600000000", "web/Chart.yaml", "web/values.yaml"])
        .run();
    assert_eq!(touched.code, Some(0), "{touched}");
}

/// Digests of archives differ where they are compressed differently.
fn without_digest(text: &str) -> String {
    let mut shown = String::new();
    for line in text.split_inclusive('\n') {
        match line.split_once("sha256:") {
            Some((before, _)) => shown.push_str(&format!("{before}sha256:[DIGEST]\n")),
            None => shown.push_str(line),
        }
    }
    shown
}

#[test]
fn signing_answers() {
    crate::as_helm_apart_from("package_sign.txt", SIGN, to_sign, without_digest);
}

/// A key, whether its subkey signs, and its passphrase.
const SIGNERS: [&str; 4] = ["Good", "Locked", "Curve", "Edwards"];

fn run(home: &Home, program: &Path, words: &[&str]) -> Finished {
    home.command(program)
        .called("helm")
        .args(words)
        .stdin("")
        .run()
}

fn sign_with(home: &Home, program: &Path, key: &str) {
    let words = ["package", "web", "--sign", "--key", key];
    let more = ["--keyring", "secret.gpg", "--passphrase-file", "right"];
    run(home, program, &[&words[..], &more].concat()).success();
}

/// GnuPG, which tests of signatures are made with.
fn gpg() -> Option<PathBuf> {
    static FOUND: OnceLock<Option<PathBuf>> = OnceLock::new();
    let found = FOUND.get_or_init(|| {
        let path = PathBuf::from("/usr/bin/gpg");
        path.is_file().then_some(path)
    });
    found.clone()
}

/// What we sign, Helm verifies, and the other way round; the text that is signed is the same.
#[test]
fn signatures_are_verified_by_the_other_program() {
    let test = "cli::verify::signatures_are_verified_by_the_other_program";
    let Some(helm) = oracle::find_or_skip(Peer::Helm4, test) else {
        return;
    };
    let home = Home::new();
    to_sign(&home);
    let pintle = pintle_testkit::pintle!();
    for key in SIGNERS {
        let mut texts = Vec::new();
        for (signer, verifier) in [(&pintle, &helm), (&helm, &pintle)] {
            sign_with(&home, signer, key);
            let prov = home.read("web-1.0.0.tgz.prov");
            let (text, signature) = prov
                .split_once("-----BEGIN PGP SIGNATURE-----\n\n")
                .expect("it is signed");
            assert!(signature.ends_with("\n-----END PGP SIGNATURE-----"));
            texts.push(without_digest(text));
            let words = ["verify", "web-1.0.0.tgz", "--keyring", "public.gpg"];
            let done = run(&home, verifier, &words).success();
            assert!(done.stdout.contains(key), "{done}");
        }
        assert_eq!(texts[0], texts[1]);
    }
}

/// DIFF: a key that may not sign itself signs with its subkey that may.
#[test]
fn a_key_that_only_certifies_signs_with_its_subkey() {
    let home = Home::new();
    to_sign(&home);
    let pintle = pintle_testkit::pintle!();
    sign_with(&home, &pintle, "Subkey");
    let words = ["verify", "web-1.0.0.tgz", "--keyring", "public.gpg"];
    let ours = run(&home, &pintle, &words).success().stdout;
    assert!(ours.starts_with("Signed by: Subkey Tester"), "{ours}");
    let test = "cli::verify::a_key_that_only_certifies_signs_with_its_subkey";
    if let Some(helm) = oracle::find_or_skip(Peer::Helm4, test) {
        assert_eq!(run(&home, &helm, &words).success().stdout, ours);
    }
}

/// GnuPG verifies what we sign.
#[test]
fn gnupg_verifies_what_we_sign() {
    let Some(gpg) = gpg() else {
        skip(
            "cli::verify::gnupg_verifies_what_we_sign",
            "there is no gpg",
        );
        return;
    };
    let home = Home::new();
    to_sign(&home);
    let keys = home.path().join("gnupg");
    fs::create_dir(&keys).expect("a folder can be made");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&keys, fs::Permissions::from_mode(0o700)).expect("it is ours");
    }
    let gnupg = |words: &[&str]| {
        let command = home.command(&gpg).env("GNUPGHOME", &keys);
        command
            .args(["--batch", "--no-auto-check-trustdb"])
            .args(words)
            .run()
    };
    let imported = gnupg(&["--import", "public.gpg"]);
    assert_eq!(imported.code, Some(0), "{imported}");
    for key in SIGNERS.iter().chain(&["Subkey"]) {
        sign_with(&home, &pintle_testkit::pintle!(), key);
        let done = gnupg(&["--verify", "web-1.0.0.tgz.prov"]).success();
        assert!(
            done.stderr.contains("Good signature") && done.stderr.contains(key),
            "{done}"
        );
    }
}

/// The passphrase comes once through a pipe, for all charts.
#[cfg(unix)]
#[test]
fn a_passphrase_comes_through_a_pipe() {
    let home = Home::new();
    to_sign(&home);
    let words = [
        "package",
        "web",
        "web",
        "--sign",
        "--key",
        "Locked",
        "--keyring",
        "secret.gpg",
        "--passphrase-file",
        "-",
    ];
    let command = home.command(pintle_testkit::pintle!());
    command.args(words).stdin("secret\n").run().success();
    assert!(home.read("web-1.0.0.tgz.prov").contains("PGP SIGNATURE"));
}
