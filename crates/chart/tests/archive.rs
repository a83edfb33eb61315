//! Archives as `helm template rel ARCHIVE` and `helm show chart ARCHIVE` (4.3.1) take them.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use pintle_chart::{
    Data, Limits, Want, Watch, in_its_chart, load_archive, load_archive_as_is, load_archive_with,
    read_archive,
};
use proptest::prelude::*;
use tar::{Builder, EntryType, Header};

const CHART: &[u8] = b"apiVersion: v2\nname: a\nversion: 0.1.0\n";

type Entry<'a> = (&'a str, EntryType, &'a [u8]);

fn tar_of(entries: &[Entry<'_>]) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    for (name, kind, data) in entries {
        let mut header = Header::new_gnu();
        // Set by hand: the builder refuses the names a stranger would write.
        let field = &mut header.as_old_mut().name;
        field[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(*kind);
        header.set_mode(0o644);
        header.set_mtime(1_700_000_000);
        header.set_size(data.len() as u64);
        header.set_cksum();
        builder.append(&header, *data).expect("writing to memory");
    }
    builder.into_inner().expect("writing to memory")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("writing to memory");
    encoder.finish().expect("writing to memory")
}

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let entries: Vec<Entry<'_>> = files
        .iter()
        .map(|(n, d)| (*n, EntryType::Regular, *d))
        .collect();
    gzip(&tar_of(&entries))
}

fn outcome(bytes: &[u8]) -> String {
    match load_archive_as_is(bytes, &()) {
        Ok((chart, _)) => format!("ok {}", chart.name()),
        Err(error) => error.text().to_owned(),
    }
}

#[test]
fn names_are_checked() {
    let with = |name: &str| outcome(&archive(&[("a/Chart.yaml", CHART), (name, b"x")]));
    assert_eq!(with("a/templates/x.yaml"), "ok a");
    assert_eq!(with("/templates/x.yaml"), "ok a");
    assert_eq!(with("b/other"), "ok a");
    assert_eq!(with("a//etc/x"), "chart illegally contains absolute paths");
    assert_eq!(
        with("x"),
        "chart illegally contains content outside the base directory: \"x\""
    );
    assert_eq!(
        with("a/../x"),
        "chart illegally references parent directory"
    );
    assert_eq!(with("a/..x"), "chart illegally references parent directory");
    assert_eq!(
        with("a\\..\\..\\x"),
        "chart illegally references parent directory"
    );
    assert_eq!(with("a/c:/x"), "chart contains illegally named files");
    assert_eq!(with("Chart.yaml/x"), "chart yaml not in base directory");
}

#[test]
fn windows_names_are_understood() {
    let bytes = archive(&[("a\\Chart.yaml", CHART), ("a\\templates\\x.yaml", b"x: 1")]);
    let (chart, _) = load_archive(&*bytes).unwrap();
    assert_eq!(chart.templates[0].name, "templates/x.yaml");
}

#[test]
fn links_and_devices_are_empty_files() {
    for kind in [
        EntryType::Symlink,
        EntryType::Link,
        EntryType::Char,
        EntryType::Fifo,
    ] {
        let bytes = gzip(&tar_of(&[
            ("a/Chart.yaml", EntryType::Regular, CHART),
            ("a/x", kind, b""),
        ]));
        let (chart, _) = load_archive(&*bytes).unwrap();
        assert!(chart.files[0].data.is_empty());
    }
}

#[test]
fn times_and_marks() {
    let bytes = archive(&[
        (
            "a/Chart.yaml",
            b"\xef\xbb\xbfapiVersion: v2\nname: a\nversion: 1\n",
        ),
        ("a/x", b"\xef\xbb\xbfx"),
    ]);
    let (chart, _) = load_archive(&*bytes).unwrap();
    assert_eq!(&*chart.files[0].data, b"x");
    assert_eq!(chart.modified.as_deref(), Some("2023-11-14T22:13:20Z"));
}

#[test]
fn what_is_no_archive() {
    assert_eq!(outcome(b"hello"), "unexpected EOF");
    assert_eq!(outcome(b"hello, hello, hello"), "gzip: invalid header");
    assert_eq!(outcome(&gzip(b"")), "no files in chart archive");
    assert_eq!(outcome(&archive(&[])), "no files in chart archive");
    assert_eq!(
        outcome(&gzip(&b"hello world".repeat(100))),
        "archive/tar: invalid tar header"
    );
    assert_eq!(
        outcome(&archive(&[("a/x", b"x")])),
        "Chart.yaml file is missing"
    );
    let whole = archive(&[("a/Chart.yaml", CHART)]);
    assert_eq!(outcome(&whole[..whole.len() / 2]), "unexpected EOF");
}

#[test]
fn commands_that_install_say_less_first() {
    let error = load_archive(&*archive(&[("x", b"x")])).unwrap_err();
    assert_eq!(error.text(), "unable to load chart archive");
    assert!(
        error
            .advice()
            .unwrap()
            .starts_with("chart illegally contains content outside")
    );
    let error = load_archive(&*archive(&[("a/x", b"x")])).unwrap_err();
    assert_eq!(
        error.text(),
        "unable to detect chart version, no Chart.yaml found"
    );
    let old = b"apiVersion: v9\nname: a\nversion: 1\n";
    let error = load_archive(&*archive(&[("a/Chart.yaml", old)])).unwrap_err();
    assert_eq!(error.text(), "unsupported chart version");
    assert_eq!(outcome(&archive(&[("a/Chart.yaml", old)])), "ok a");
}

#[test]
fn of_two_chart_files_the_second_adds() {
    let bytes = archive(&[
        ("a/Chart.yaml", CHART),
        ("a/Chart.yaml", b"name: b\ndescription: q\n"),
    ]);
    let (chart, _) = load_archive(&*bytes).unwrap();
    assert_eq!(
        (chart.name(), chart.metadata.version.as_str()),
        ("b", "0.1.0")
    );
}

#[test]
fn subcharts() {
    let inner = archive(&[
        ("sub/Chart.yaml", b"name: sub\nversion: 1\n"),
        ("sub/templates/x.yaml", b"x"),
    ]);
    let bytes = archive(&[
        ("a/Chart.yaml", CHART),
        ("a/charts/sub-1.tgz", &inner),
        ("a/charts/d/Chart.yaml", b"name: dd\nversion: 1\n"),
        ("a/charts/d/crds/x.yaml", b"x"),
        ("a/charts/_skipped/x", b""),
        ("a/charts/.skipped", b""),
        ("a/charts/sub-1.tgz.prov", b"p"),
    ]);
    let (chart, _) = load_archive(&*bytes).unwrap();
    let names: Vec<&str> = chart
        .dependencies
        .iter()
        .map(pintle_chart::Chart::name)
        .collect();
    assert_eq!(names, ["dd", "sub"]);
    assert_eq!(chart.crds()[0].path, "a/charts/dd/crds/x.yaml");
    assert_eq!(chart.files[0].name, "charts/sub-1.tgz.prov");
    let broken =
        |name: &str, data: &[u8]| outcome(&archive(&[("a/Chart.yaml", CHART), (name, data)]));
    assert_eq!(
        broken("a/charts/README.md", b"x"),
        "error unpacking subchart README.md in a: Chart.yaml file is missing"
    );
    assert_eq!(
        broken("a/charts/d/x", b"x"),
        "error unpacking subchart d in a: Chart.yaml file is missing"
    );
    assert_eq!(
        broken("a/charts/x.tgz/y", b"x"),
        "error unpacking subchart tar in a: expected x.tgz, got x.tgz/y"
    );
}

#[test]
fn sizes_are_limited_while_reading() {
    let limits = Limits {
        archive: 10_000,
        total: 15_000,
    };
    let size = |n: usize| {
        let bytes = archive(&[("a/Chart.yaml", CHART), ("a/x", &vec![b'x'; n])]);
        load_archive_with(&*bytes, limits)
            .map(|_| ())
            .map_err(|e| e.to_string())
    };
    assert!(size(9_900).is_ok());
    let error = size(10_000).unwrap_err();
    assert!(
        error.contains("decompressed chart is larger than the maximum size 10000"),
        "{error}"
    );
    // Archives inside share what is left.
    let inner = archive(&[("s/Chart.yaml", CHART), ("s/x", &vec![b'x'; 9_000])]);
    let bytes = archive(&[
        ("a/Chart.yaml", CHART),
        ("a/charts/s.tgz", &inner),
        ("a/charts/t.tgz", &inner),
    ]);
    let error = load_archive_with(&*bytes, limits).unwrap_err();
    assert!(
        error
            .text()
            .starts_with("error unpacking subchart t.tgz in a: decompressed chart is larger"),
        "{error}"
    );
}

#[test]
fn charts_in_charts_have_an_end() {
    let mut bytes = archive(&[("a/Chart.yaml", CHART)]);
    for _ in 0..80 {
        bytes = archive(&[("a/Chart.yaml", CHART), ("a/charts/a.tgz", &bytes)]);
    }
    assert!(outcome(&bytes).contains("charts are nested too deeply"));
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let _ = read_archive(&*bytes, 0, &());
        let _ = read_archive(&*gzip(&bytes), 0, &());
    }

    #[test]
    fn damaged_archives_never_panic(at in 0_usize..3000, flip in any::<u8>(), cut in 0_usize..3000) {
        let mut tar = tar_of(&[("a/Chart.yaml", EntryType::Regular, CHART), ("a/x", EntryType::Regular, b"x")]);
        let at = at % tar.len();
        tar[at] ^= flip;
        let _ = load_archive(&*gzip(&tar));
        let whole = gzip(&tar);
        let _ = load_archive(&whole[..cut % whole.len()]);
    }
}

/// Large files that are seldom looked at stay compressed until they are: nobody can tell.
#[test]
fn packed_files_are_as_they_were() {
    let crd = "\u{feff}kind: CustomResourceDefinition\n".repeat(500);
    let readme = vec![0xff; 9000];
    let files: [(&str, &[u8]); 6] = [
        ("a/Chart.yaml", CHART),
        ("a/README.md", &readme),
        ("a/crds/one.yaml", crd.as_bytes()),
        ("a/templates/t.yaml", b"kind: A"),
        ("a/charts/b/crds/two.yaml", crd.as_bytes()),
        ("a/charts/b/Chart.yaml", CHART),
    ];
    let (chart, _) = load_archive(&*archive(&files)).expect("a chart");
    let expected = &crd.as_bytes()[3..];
    let crds = chart.crds();
    assert_eq!(crds.len(), 2);
    for found in &crds {
        assert_eq!(found.file.data.len(), expected.len());
        assert_eq!(&*found.file.data, expected);
        assert_eq!(found.file.data.text().as_bytes(), expected);
    }
    let found = chart.raw_file("README.md").expect("it is there");
    assert_eq!(*found.data.shared(), *readme);
    assert_eq!(found.data.len(), readme.len());
}

/// GO: wherever the stream ends, that is too early, but after the data of a file.
#[test]
fn archives_may_be_cut_after_data_alone() {
    let large = "kind: CustomResourceDefinition\n".repeat(200);
    let files: [(&str, &[u8]); 4] = [
        ("a/Chart.yaml", CHART),
        ("a/crds/one.yaml", large.as_bytes()),
        ("a/values.yaml", b"a: 1\n"),
        ("a/crds/two.yaml", large.as_bytes()),
    ];
    let entries = files.map(|(name, data)| (name, EntryType::Regular, data));
    let tar = tar_of(&entries);
    let mut good = vec![false; tar.len() + 1];
    let mut start = 0;
    for (_, data) in &files {
        let end = start + 512 + data.len();
        start = end.next_multiple_of(512);
        good[end..=start].fill(true);
    }
    // Two blocks of zeros are the end; the second one may be missing.
    good[start + 512] = true;
    good[start + 1024..].fill(true);
    for (cut, good) in good.iter().enumerate().skip(1) {
        let expected = if *good { "ok a" } else { "unexpected EOF" };
        assert_eq!(outcome(&gzip(&tar[..cut])), expected, "{cut} bytes");
    }
}

/// Keeps nothing that is large, and looks at definitions.
#[derive(Default)]
struct Looks(std::cell::RefCell<Vec<(pintle_chart::Place, Vec<u8>)>>);

impl Watch for Looks {
    fn wants(&self, name: &str) -> Want {
        if in_its_chart(name).starts_with("crds/") {
            Want::Look
        } else {
            Want::Nothing
        }
    }

    fn look(&self, data: &Data, bytes: &[u8]) {
        let place = data.place().expect("it stays packed");
        self.0.borrow_mut().push((place, bytes.to_vec()));
    }

    fn file(&self, _: &str, _: &Data) {}

    fn values(&self, _: &str, _: &Data) -> Option<pintle_go_value::Map> {
        None
    }
}

/// Keeps what it is shown, and asks for it before the archive is read.
#[derive(Default)]
struct Impatient(std::cell::RefCell<Vec<Data>>);

impl Watch for Impatient {
    fn wants(&self, _: &str) -> Want {
        Want::Look
    }

    fn file(&self, _: &str, data: &Data) {
        assert!(data.place().is_none() || data.iter().next().is_none());
        self.0.borrow_mut().push(data.clone());
    }

    fn values(&self, _: &str, _: &Data) -> Option<pintle_go_value::Map> {
        None
    }
}

#[test]
fn what_stays_packed_has_no_bytes_before_the_archive_is_read() {
    let large = "kind: CustomResourceDefinition\n".repeat(200);
    let crd: Entry<'_> = ("a/crds/one.yaml", EntryType::Regular, large.as_bytes());
    let good = gzip(&tar_of(&[crd]));
    let watch = Impatient::default();
    let files = read_archive(&*good, 0, &watch).expect("an archive");
    assert_eq!(*files[0].data, *large.as_bytes());
    assert_eq!(*watch.0.into_inner()[0], *large.as_bytes());
    // A file without a name, after one that was shown.
    let bad = gzip(&tar_of(&[crd, ("a", EntryType::Regular, b"x")]));
    let watch = Impatient::default();
    assert!(read_archive(&*bad, 0, &watch).is_err());
    assert!(watch.0.into_inner()[0].iter().next().is_none());
}

#[test]
fn what_is_not_wanted_can_be_had_all_the_same() {
    let crd = "kind: CustomResourceDefinition\n".repeat(500);
    let template = "\u{feff}a: {{ .Values.a }}\n".repeat(500);
    let files: [(&str, &[u8]); 4] = [
        ("a/Chart.yaml", CHART),
        ("a/templates/t.yaml", template.as_bytes()),
        ("a/charts/b/Chart.yaml", CHART),
        ("a/charts/b/crds/one.yaml", crd.as_bytes()),
    ];
    let looks = Looks::default();
    let (chart, _) = load_archive_as_is(&*archive(&files), &looks).expect("a chart");
    let crds = chart.crds();
    let seen = looks.0.into_inner();
    assert_eq!(seen.len(), 1);
    assert_eq!(Some(seen[0].0), crds[0].file.data.place());
    assert_eq!(seen[0].1, crd.as_bytes());
    assert_eq!(*crds[0].file.data, *crd.as_bytes());
    assert_eq!(chart.templates[0].data.len(), template.len() - 3);
    assert_eq!(*chart.templates[0].data, template.as_bytes()[3..]);
}
