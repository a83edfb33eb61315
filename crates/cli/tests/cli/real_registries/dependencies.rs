//! Charts of registries that others depend on, and signatures that lie beside charts there.

use std::fs;
use std::path::Path;

use pintle_testkit::Home;
use pintle_testkit::server::Server;

use super::{Kind, charts, peers, run, start};

/// Signed by a key of `public.gpg`.
const SIGNED: &[u8] = include_bytes!("../keys/web-1.0.0.tgz");
const GOOD: &str = include_str!("../keys/good.prov");
/// By a key that was revoked.
const REVOKED: &str = include_str!("../keys/revoked.prov");

/// Fills a registry: what is there is the same whoever looks.
fn fill(helm: &Path, server: &Server) {
    let home = Home::new();
    charts(&home);
    let push = |archive: &str, path: &str| {
        let remote = format!("oci://{}/{path}", server.address());
        run(helm, &home, &["push", archive, &remote, "--plain-http"]).success();
    };
    for archive in ["web-0.1.0.tgz", "web-0.2.0+b.1.tgz", "web-0.3.0-rc.1.tgz"] {
        push(archive, "charts");
    }
    home.write("web-1.0.0.tgz", SIGNED);
    push("web-1.0.0.tgz", "unsigned");
    for (path, prov) in [("signed", GOOD), ("revoked", REVOKED)] {
        home.write("web-1.0.0.tgz.prov", prov);
        push("web-1.0.0.tgz", path);
    }
    let changed = GOOD.replacen("sha256:", "sha256:0", 1);
    home.write("web-1.0.0.tgz.prov", changed);
    push("web-1.0.0.tgz", "changed");
}

/// Charts that depend on those of the registry.
fn depending(home: &Home, server: &Server) {
    home.write("public.gpg", include_bytes!("../keys/public.gpg"));
    home.write("other.gpg", include_bytes!("../keys/other.gpg"));
    home.write(
        "local/Chart.yaml",
        "apiVersion: v2\nname: local\nversion: 0.3.0\n",
    );
    let address = server.address();
    let on = |chart: &str, wanted: &[(&str, &str, &str)]| {
        let mut text = format!("apiVersion: v2\nname: {chart}\nversion: 1.0.0\ndependencies:\n");
        for (name, version, repository) in wanted {
            let repository = repository.replace('@', &format!("oci://{address}"));
            text += &format!(
                "- name: {name}\n  version: '{version}'\n  repository: {repository}\n  alias: {name}-{}\n",
                text.lines().count()
            );
        }
        home.write(&format!("{chart}/Chart.yaml"), text);
    };
    on("exact", &[("web", "0.1.0", "@/charts")]);
    on("range", &[("web", ">=0.1.0", "@/charts")]);
    on("older", &[("web", "<0.2", "@/charts")]);
    on("devel", &[("web", ">0-0", "@/charts")]);
    on("build-metadata", &[("web", "0.2.0+b.1", "@/charts")]);
    on("slash", &[("web", "0.1.0", "@/charts/")]);
    on("slash-range", &[("web", "0.1.x", "@/charts/")]);
    on(
        "several",
        &[
            ("web", "0.1.0", "@/charts"),
            ("local", "*", "file://../local"),
            ("web", "1.0.0", "@/signed"),
            ("web", "0.1.0", "@/charts"),
        ],
    );
    on("no-chart", &[("nope", "1.0.0", "@/charts")]);
    on("no-chart-range", &[("nope", "^1", "@/charts")]);
    on("no-version", &[("web", "9.9.9", "@/charts")]);
    on("no-range", &[("web", "^9", "@/charts")]);
    on("bad-range", &[("web", "x.y", "@/charts")]);
    on("bad-name", &[("Web", "1.0.0", "@/charts")]);
    for path in ["signed", "unsigned", "revoked", "changed"] {
        on(path, &[("web", "1.0.0", &format!("@/{path}"))]);
    }
}

/// What is in a chart's `charts/`, and its lock without the time.
fn left(home: &Home, chart: &str) -> String {
    let folder = home.path().join(chart);
    let mut found: Vec<String> = fs::read_dir(folder.join("charts"))
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            let bytes = fs::read(entry.path()).unwrap_or_default();
            // Archives of local charts have the times of their files.
            let digest = pintle_testkit::registry::digest(&bytes);
            let is_local = name.starts_with("local");
            format!("{name} {}\n", if is_local { "" } else { &digest })
        })
        .collect();
    found.sort();
    let lock = fs::read_to_string(folder.join("Chart.lock")).unwrap_or_default();
    let lock = lock.lines().filter(|line| !line.starts_with("generated:"));
    found.extend(lock.map(|line| format!("{line}\n")));
    found.concat()
}

/// Both programs with the same words, each in a home of its own; what they leave is the same too.
struct Beside<'a> {
    helm: &'a Path,
    theirs: Home,
    ours: Home,
}

impl Beside<'_> {
    fn alike(&self, words: &[&str]) -> String {
        let words = [words, &["--plain-http"]].concat();
        let chart = words.get(2).copied().unwrap_or_default();
        let done = |program: &Path, home: &Home| {
            // HELM: a signature that is kept is used for the same archive from anywhere.
            let _ = fs::remove_dir_all(home.path().join(".cache/helm/content"));
            let answer = run(program, home, &words).map(super::without_process);
            format!("{answer}{}", left(home, chart))
        };
        let theirs = done(self.helm, &self.theirs);
        let ours = done(&pintle_testkit::pintle!(), &self.ours);
        assert_eq!(theirs, ours);
        ours
    }

    /// As [`Self::alike`]; the files are the same as well, and then removed.
    ///
    /// DIFF: what cannot be verified is not left in the folder.
    fn pulled(&self, words: &[&str]) {
        let is_good = self.alike(words).contains("\nexit 0\n");
        for file in ["web-1.0.0.tgz", "web-1.0.0.tgz.prov", "web/Chart.yaml"] {
            let taken = |home: &Home| {
                let content = fs::read(home.path().join(file)).ok();
                let _ = fs::remove_file(home.path().join(file));
                content
            };
            let (theirs, ours) = (taken(&self.theirs), taken(&self.ours));
            assert_eq!(ours, theirs.filter(|_| is_good), "{words:?}: {file}");
        }
    }
}

fn beside_helm<'a>(helm: &'a Path, server: &Server) -> Beside<'a> {
    let (theirs, ours) = (Home::new(), Home::new());
    depending(&theirs, server);
    depending(&ours, server);
    Beside { helm, theirs, ours }
}

#[test]
fn dependencies_in_a_real_registry() {
    dependencies(Kind::Debian, "dependencies_in_a_real_registry");
}

#[test]
fn dependencies_in_another_real_registry() {
    dependencies(Kind::Distribution, "dependencies_in_another_real_registry");
}

fn dependencies(kind: Kind, test: &str) {
    let Some((helm, program)) = peers(kind, test) else {
        return;
    };
    let place = Home::new();
    let server = start(&program, &place, "", "");
    fill(&helm, &server);
    let both = beside_helm(&helm, &server);
    for chart in [
        "exact",
        "range",
        "older",
        "devel",
        "build-metadata",
        "slash",
        "slash-range",
        "several",
        "no-chart",
        "no-chart-range",
        "no-version",
        "no-range",
        "bad-range",
        "bad-name",
    ] {
        both.alike(&["dependency", "update", chart]);
    }
    let locked = both.alike(&["dependency", "build", "range"]);
    assert!(locked.contains("web-0.2.0+b.1.tgz sha256:"), "{locked}");
    both.alike(&["dependency", "build", "several"]);
    both.alike(&["dependency", "build", "no-version"]);
    // A lock that the other one wrote.
    for (from, to) in [(&both.theirs, &both.ours), (&both.ours, &both.theirs)] {
        let lock = fs::read(from.path().join("older/Chart.lock")).expect("a lock");
        to.write("older/Chart.lock", lock);
        fs::remove_dir_all(to.path().join("older/charts")).expect("charts");
    }
    let built = both.alike(&["dependency", "build", "older"]);
    assert!(built.contains("web-0.1.0.tgz sha256:"), "{built}");
    for words in [["list", "several"], ["list", "no-version"]] {
        let list =
            |program: &Path, home| run(program, home, &[&["dependency"], &words[..]].concat());
        let theirs = list(&helm, &both.theirs);
        let ours = list(&pintle_testkit::pintle!(), &both.ours);
        assert_eq!(theirs.to_string(), ours.to_string());
    }
}

#[test]
fn signatures_in_a_real_registry() {
    let Some((helm, program)) = peers(Kind::Distribution, "signatures_in_a_real_registry") else {
        return;
    };
    let place = Home::new();
    let server = start(&program, &place, "", "");
    fill(&helm, &server);
    let both = beside_helm(&helm, &server);
    let keys = ["--verify", "--keyring", "public.gpg"];
    let strange = ["--verify", "--keyring", "other.gpg"];
    for path in ["signed", "unsigned", "revoked", "changed"] {
        let remote = format!("oci://{}/{path}/web", server.address());
        both.alike(&[&["dependency", "update", path][..], &keys].concat());
        both.alike(&[&["dependency", "build", path][..], &keys].concat());
        both.pulled(&[&["pull", &remote][..], &keys].concat());
        both.pulled(&["pull", &remote, "--prov"]);
    }
    let remote = format!("oci://{}/signed/web", server.address());
    both.alike(&[&["dependency", "update", "signed"][..], &strange].concat());
    both.pulled(&[&["pull", &remote][..], &strange].concat());
    both.pulled(&[&["pull", &remote, "--prov", "--untar"][..], &keys].concat());
    both.alike(&[&["template", "r", &remote][..], &keys].concat());
    both.alike(&[&["show", "chart", &remote][..], &strange].concat());
    let unsigned = format!("oci://{}/unsigned/web", server.address());
    both.alike(&[&["show", "chart", &unsigned][..], &keys].concat());
}
