//! `package`: what it says, and the archives themselves beside those that Helm makes.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use pintle_testkit::oracle::{self, Peer};
use pintle_testkit::{Home, skip};

use crate::{Case, as_helm};

const fn package(words: &'static [&'static str]) -> Case {
    Case {
        variables: &[],
        words,
    }
}

const fn dated(date: &'static [(&'static str, &'static str)]) -> Case {
    Case {
        variables: date,
        words: &["package", "web"],
    }
}

const CASES: &[Case] = &[
    package(&["package"]),
    package(&["package", "web"]),
    package(&["package", "./web/", "old"]),
    package(&["package", "web", "-d", "out"]),
    package(&["package", "web", "--destination", "./a/../b/c"]),
    package(&["package", "web", "--destination", ""]),
    package(&["package", "web", "-d", "file.txt"]),
    package(&["package", "web", "-d", "file.txt/below"]),
    package(&["package", "web", "--version", "9.9.9-rc.1+meta"]),
    package(&["package", "web", "--version", "v2", "--app-version", "7"]),
    package(&["package", "web", "--version", "../../x"]),
    package(&["package", "web", "--version", "1.2.3.4"]),
    package(&["package", "web", "--version", "01.2.3"]),
    package(&["package", "nope"]),
    package(&["package", "web", "nope", "old"]),
    package(&["package", "file.txt"]),
    package(&["package", "empty"]),
    package(&["package", "third"]),
    package(&["package", "broken"]),
    package(&["package", "missing"]),
    package(&["package", "missing-two"]),
    package(&["package", "bad-schema"]),
    package(&["package", "bad-values"]),
    package(&["package", "bad-ignore"]),
    package(&["package", "nameless"]),
    package(&["package", "up"]),
    package(&["package", "ignored"]),
    dated(&[("SOURCE_DATE_EPOCH", "1700000000")]),
    dated(&[("SOURCE_DATE_EPOCH", "")]),
    dated(&[("SOURCE_DATE_EPOCH", "-1")]),
    dated(&[("SOURCE_DATE_EPOCH", "x")]),
    dated(&[("SOURCE_DATE_EPOCH", "1.5")]),
    dated(&[("SOURCE_DATE_EPOCH", "99999999999999999999")]),
];

/// Charts of every kind; those of [`ARCHIVED`] can be packaged.
fn charts(home: &Home) {
    web(home);
    old(home);
    ignored(home);
    home.write("file.txt", "text\n");
    fs::create_dir(home.path().join("empty")).expect("a folder can be made");
    let broken = [
        ("third", "apiVersion: v3\nname: third\nversion: 1.0.0\n"),
        ("broken", "a: b: c\n"),
        (
            "missing",
            "apiVersion: v2\nname: missing\nversion: 1.0.0\ndependencies:\n- name: db\n  version: 1.x\n",
        ),
        (
            "missing-two",
            "apiVersion: v2\nname: m\nversion: 1.0.0\ndependencies:\n- name: db\n  version: 1.x\n  alias: c\n- name: y\n",
        ),
        ("bad-schema", "apiVersion: v2\nname: s\nversion: 1.0.0\n"),
        ("bad-values", "apiVersion: v2\nname: s\nversion: 1.0.0\n"),
        ("bad-ignore", "apiVersion: v2\nname: s\nversion: 1.0.0\n"),
        ("nameless", "apiVersion: v2\nversion: 1.0.0\n"),
        // CVE-2024-25620: names with paths in them
        ("up", "apiVersion: v2\nname: ../up\nversion: 1.0.0\n"),
    ];
    for (name, text) in broken {
        home.write(&format!("{name}/Chart.yaml"), text);
    }
    home.write("bad-schema/values.schema.json", "{\"a\": }");
    home.write("bad-values/values.yaml", "a: {\n");
    home.write("bad-ignore/.helmignore", "a/**/b\n");
}

fn web(home: &Home) {
    home.write(
        "web/Chart.yaml",
        "# lost\nname: web\nversion: 1.2.3\napiVersion: v2\nappVersion: \"1.10\"\nunknown: 1\n\
         description: \"a: b\\tc\"\nkeywords: [z, a]\nannotations: {b: 'yes', a: |\n  x\n  y\n}\n\
         maintainers:\n- email: a@example.com\n  name: A\n\
         dependencies:\n- name: db\n  version: ^1.0.0\n  repository: ''\n  alias: store\n  import-values: [a, {child: x, parent: y}]\n\
         - name: cache\n  version: 2.0.0\n  repository: https://example.com\n  tags: [t]\n  enabled: true\n"
            .replace("{b: 'yes', a: |\n  x\n  y\n}", "{b: 'yes', a: \"x\\ny\"}"),
    );
    home.write(
        "web/Chart.lock",
        "digest: sha256:00\ngenerated: 2020-01-02T03:04:05.6+01:00\ndependencies:\n- name: db\n  version: 1.0.0\n  repository: ''\n",
    );
    home.write("web/values.yaml", "\u{feff}# kept\na:   1\n");
    home.write("web/values.schema.json", "{\"type\": \"object\"}\n");
    home.write("web/templates/b.yaml", "b: 1\n");
    home.write("web/templates/a.yaml", "a: 1\n");
    home.write("web/templates/.hidden.yaml", "hidden\n");
    home.write("web/templates/NOTES.txt", "notes");
    home.write("web/crds/c.yaml", "crd: 1\n");
    home.write("web/README.md", "# web\n");
    home.write("web/.helmignore", "*.bak\n/only/\n");
    home.write("web/x.bak", "ignored");
    home.write("web/only/x", "ignored");
    home.write("web/deep/only/x", "kept");
    home.write("web/binary", [0, 159, 255, 10, 0]);
    home.write("web/\u{fc}n\u{ef}.txt", "name\n");
    let long = "d".repeat(90);
    home.write(&format!("web/{long}/{long}"), "fits in two parts\n");
    home.write(
        &format!("web/{long}/{long}/{long}").replace("web/d", "web/e"),
        "does not\n",
    );
    home.write(&format!("web/{}", "f".repeat(100)), "just too long\n");
    home.write(
        "web/charts/db/Chart.yaml",
        "apiVersion: v2\nname: db\nversion: 1.0.0\n",
    );
    home.write("web/charts/db/templates/x.yaml", "x: 1\n");
    home.write(
        "web/charts/db/x.bak",
        "not ignored: the rules are those of its chart\n",
    );
    home.write("web/charts/_draft/README.md", "passed over\n");
    home.write(
        "inner/cache/Chart.yaml",
        "apiVersion: v2\nname: cache\nversion: 2.0.0\n",
    );
    home.write("inner/cache/big.md", "text ".repeat(40_000));
    let tar = home
        .command("/usr/bin/tar")
        .args([
            "-czf",
            "web/charts/cache-2.0.0.tgz",
            "-C",
            "inner",
            "--mtime",
            "@1600000000",
            "cache",
        ])
        .run();
    assert_eq!(tar.code, Some(0), "{tar}");
}

/// A chart of version 1.
fn old(home: &Home) {
    home.write("old/Chart.yaml", "name: old\nversion: 0.1.0\n");
    home.write(
        "old/requirements.yaml",
        "dependencies:\n- name: db\n  version: 1.0.0\n  repository: https://example.com\n",
    );
    home.write(
        "old/requirements.lock",
        "dependencies: []\ndigest: sha256:00\ngenerated: 2020-01-02T03:04:05Z\n",
    );
    home.write(
        "old/charts/db/Chart.yaml",
        "name: db\nversion: 1.0.0\nengine: gotpl\n",
    );
    home.write("old/values.yaml", "");
}

/// HELM: what `.helmignore` means, negation and all.
fn ignored(home: &Home) {
    home.write(
        "ignored/Chart.yaml",
        "apiVersion: v2\nname: ignored\nversion: 1.0.0\n",
    );
    home.write(
        "ignored/.helmignore",
        "# comment\n\n  *.tmp  \nsecret/\n/top.txt\nsub/x.txt\n[a-c]?.dat\n",
    );
    for name in [
        "a.tmp",
        "top.txt",
        "sub/top.txt",
        "sub/x.txt",
        "other/sub/x.txt",
        "secret/x",
        "sub/secret/x",
        "secret.txt",
        "a1.dat",
        "d1.dat",
        "sub/b2.dat",
        "templates/.dot",
        "templates/a.tmp",
    ] {
        home.write(&format!("ignored/{name}"), name);
    }
}

/// A tar file with the charts in it in the order of their names. HELM: its order is random.
fn in_order(tar: &[u8]) -> Vec<u8> {
    let mut pieces: Vec<(String, &[u8])> = Vec::new();
    let (mut start, mut at) = (0, 0);
    while tar[at] != 0 {
        let octal = String::from_utf8_lossy(&tar[at + 124..at + 135]);
        let size = usize::from_str_radix(&octal, 8).expect("a size is a number");
        let end = at + 512 + size.next_multiple_of(512);
        // A block of pax records belongs to the file after it.
        if tar[at + 156] != b'x' {
            let name = String::from_utf8_lossy(&tar[at..at + 100]).into_owned();
            let inner = name.split("/charts/").nth(1).unwrap_or_default();
            let chart = inner.split('/').next().unwrap_or_default();
            pieces.push((chart.to_owned(), &tar[start..end]));
            start = end;
        }
        at = end;
    }
    pieces.push(("~".to_owned(), &tar[start..]));
    pieces.sort_by(|a, b| a.0.cmp(&b.0));
    pieces.iter().flat_map(|piece| piece.1).copied().collect()
}

/// Charts that can be packaged, and their archives.
const ARCHIVED: [(&str, &str); 3] = [
    ("web", "web-1.2.3.tgz"),
    ("old", "old-0.1.0.tgz"),
    ("ignored", "ignored-1.0.0.tgz"),
];

#[test]
fn answers() {
    as_helm("package.txt", CASES, charts);
}

/// The header of a gzip file up to its data, and the decompressed data.
fn unzip(path: &Path) -> (Vec<u8>, Vec<u8>) {
    let zipped = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut tar = Vec::new();
    flate2::read::GzDecoder::new(&zipped[..])
        .read_to_end(&mut tar)
        .expect("the archive can be unzipped");
    (zipped[..61].to_vec(), tar)
}

/// Packages a chart in a home where files have known times, and gives the archive's path.
fn archive(home: &Home, program: &Path, chart: &str, folder: &str, more: &[&str]) -> PathBuf {
    let words = [&["package", chart, "-d", folder], more].concat();
    let done = home
        .command(program)
        .called("helm")
        .args(words)
        .run()
        .success();
    let path = done.stdout.trim().rsplit(' ').next().unwrap_or_default();
    home.path().join(path)
}

/// The tar file in the archive is Helm's, byte for byte: names, order, times, metadata. So is the
/// gzip header; how it is compressed in between is not.
#[test]
fn archives_hold_the_bytes_that_helm_writes() {
    let test = "cli::package::archives_hold_the_bytes_that_helm_writes";
    let Some(helm) = oracle::find_or_skip(Peer::Helm4, test) else {
        return;
    };
    let home = Home::new();
    charts(&home);
    set_times(&home);
    for more in [
        &[][..],
        &["--version", "7.0.0-x+y", "--app-version", "z: 1"],
    ] {
        for (chart, _) in ARCHIVED {
            let theirs = unzip(&archive(&home, &helm, chart, "theirs", more));
            let ours = unzip(&archive(
                &home,
                &pintle_testkit::pintle!(),
                chart,
                "ours",
                more,
            ));
            assert_eq!(theirs.0, ours.0, "the gzip header of {chart}");
            assert_same(&in_order(&theirs.1), &in_order(&ours.1), chart);
        }
    }
}

fn assert_same(theirs: &[u8], ours: &[u8], what: &str) {
    let same = theirs.iter().zip(ours).take_while(|(a, b)| a == b).count();
    if theirs == ours {
        return;
    }
    let around = |bytes: &[u8]| {
        let start = same - same % 512;
        let end = bytes.len().min(start + 512);
        String::from_utf8_lossy(&bytes[start.min(end)..end]).into_owned()
    };
    panic!(
        "{what}: {} and {} bytes, different from {same} on\ntheirs {:?}\nours   {:?}",
        theirs.len(),
        ours.len(),
        around(theirs),
        around(ours)
    );
}

/// Gives the files of all charts times that a careless writer would get wrong.
fn set_times(home: &Home) {
    let times = [
        ("web/Chart.yaml", "@1600000000.5"),
        ("web/values.yaml", "@1600000000.499999999"),
        ("web/templates/a.yaml", "@0"),
        ("web/templates/b.yaml", "@-5"),
        ("web/README.md", "@8589934591"),
        ("web/binary", "@8589934592"),
    ];
    for (file, time) in times {
        let touched = home
            .command("/usr/bin/touch")
            .args(["-d", time, file])
            .run();
        assert_eq!(touched.code, Some(0), "{touched}");
    }
}

/// Archives made here and there are the same to the last bit, whenever they are made.
#[test]
fn archives_are_the_same_every_time() {
    let homes = [Home::new(), Home::new()];
    let archives = homes.each_ref().map(|home| {
        charts(home);
        ARCHIVED.map(|(chart, name)| {
            home.command(pintle_testkit::pintle!())
                .args(["package", chart])
                .env("SOURCE_DATE_EPOCH", "1700000000")
                .run()
                .success();
            fs::read(home.path().join(name)).expect("the archive is there")
        })
    });
    assert!(archives[0] == archives[1]);
    // Packaged again: over the old archive, and nothing else is left behind.
    let before = fs::read_dir(homes[0].path())
        .expect("the home is there")
        .count();
    homes[0]
        .command(pintle_testkit::pintle!())
        .args(["package", "web"])
        .env("SOURCE_DATE_EPOCH", "1700000000")
        .run()
        .success();
    assert!(
        fs::read(homes[0].path().join("web-1.2.3.tgz")).expect("it is there") == archives[0][0]
    );
    let after = fs::read_dir(homes[0].path())
        .expect("the home is there")
        .count();
    assert_eq!(before, after);
}

/// Helm reads what we write, and we read what Helm writes.
#[test]
fn archives_are_read_by_the_other_program() {
    let Some(helm) = oracle::find(Peer::Helm4) else {
        skip(
            "cli::package::archives_are_read_by_the_other_program",
            "real Helm is not here",
        );
        return;
    };
    let home = Home::new();
    charts(&home);
    let pintle = pintle_testkit::pintle!();
    for (chart, _) in ARCHIVED {
        let theirs = archive(&home, &helm, chart, "theirs", &[]);
        let ours = archive(&home, &pintle, chart, "ours", &[]);
        let show = |program: &Path, path: &Path| {
            let command = home.command(program).called("helm");
            command
                .args(["show", "all"])
                .arg(path)
                .run()
                .success()
                .stdout
        };
        let expected = show(&helm, &theirs);
        assert_eq!(show(&helm, &ours), expected, "{chart}: Helm reads ours");
        assert_eq!(show(&pintle, &theirs), expected, "{chart}: we read Helm's");
    }
}

/// CVE-2019-18658: a link in a chart brings a file of the machine into the archive. Helm follows
/// links and says so; so do we.
#[cfg(unix)]
#[test]
fn cve_2019_18658_links_are_followed_and_told() {
    use std::os::unix::fs::symlink;
    let prepare = |home: &Home| {
        home.write(
            "web/Chart.yaml",
            "apiVersion: v2\nname: web\nversion: 1.0.0\n",
        );
        home.write("outside/secret", "secret\n");
        home.write("outside/folder/inside", "inside\n");
        home.write("web/.helmignore", "ignored*\n");
        let link = |to: &str, from: &str| {
            symlink(home.path().join(to), home.path().join(from)).expect("a link can be made");
        };
        link("outside/secret", "web/link");
        link("outside/folder", "web/folder");
        link("outside/secret", "web/ignored");
        home.write(
            "dangling/Chart.yaml",
            "apiVersion: v2\nname: d\nversion: 1.0.0\n",
        );
        link("nowhere", "dangling/link");
    };
    as_helm(
        "package_links.txt",
        &[
            package(&["package", "web"]),
            package(&["package", "dangling"]),
        ],
        prepare,
    );
    let home = Home::new();
    prepare(&home);
    let path = archive(&home, &pintle_testkit::pintle!(), "web", "ours", &[]);
    let text = String::from_utf8_lossy(&unzip(&path).1).into_owned();
    assert!(text.contains("web/link") && text.contains("web/folder/inside"));
    assert!(!text.contains("web/ignored"));
}
