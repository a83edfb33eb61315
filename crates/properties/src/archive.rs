//! Chart archives.

use std::cell::RefCell;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use pintle_chart::{
    Chart, Data, Error, File, Limits, Want, Watch, load_archive_as_is, load_archive_with,
    read_archive,
};
use pintle_go_value::Map;

use crate::{chart, parts};

/// The unit of a tar.
const BLOCK: usize = 512;

/// How large a file becomes at most by repetition.
const MOST: usize = 64 << 10;

const LIMITS: Limits = Limits {
    archive: 1 << 20,
    total: 4 << 20,
};

/// Archives keep their limits and get nowhere outside, and it makes no difference what stays
/// packed. The first byte says how the rest becomes one: as it is, compressed, compressed with
/// the sums of its headers put right, or made of files.
pub(crate) fn archive(input: &[u8]) {
    let Some((kind, rest)) = input.split_first() else {
        return;
    };
    let bytes = match kind % 4 {
        0 => rest.to_vec(),
        1 => gzipped(rest),
        2 => gzipped(&summed(rest)),
        _ => gzipped(&of_files(&parts::text(rest))),
    };
    let loaded = load_archive_with(bytes.as_slice(), LIMITS);
    if !is_too_large(&loaded) {
        packing(&bytes);
    }
    let Ok((chart, _)) = loaded else {
        return;
    };
    let mut total = 0;
    for file in &chart.raw {
        total += file.data.len() as u64;
        let path = std::path::Path::new(&file.name);
        let stays = path
            .components()
            .all(|part| matches!(part, std::path::Component::Normal(_)));
        assert!(stays && !file.name.contains('\\'), "{:?}", file.name);
    }
    assert!(total <= LIMITS.total, "{total} bytes");
    chart::use_chart(chart, "");
}

fn is_too_large<T>(loaded: &Result<T, Error>) -> bool {
    let shown = loaded.as_ref().err().map(ToString::to_string);
    shown.is_some_and(|text| text.contains("larger than the maximum"))
}

/// What stays packed is read the same in the end, errors included.
fn packing(bytes: &[u8]) {
    let kept = read_archive(bytes, 0, &Wants::all(Want::Bytes));
    for want in [Want::Nothing, Want::Look] {
        let wants = Wants::all(want);
        let packed = read_archive(bytes, 0, &wants);
        assert_eq!(
            lengths(&kept),
            lengths(&packed),
            "before unpacking, {want:?}"
        );
        assert_eq!(kept, packed, "{want:?}");
        for (data, bytes) in wants.shown.into_inner() {
            // Of an archive that is bad nothing is unpacked.
            let expected = if packed.is_ok() { &bytes[..] } else { &[] };
            assert_eq!(&*data, expected, "was shown something else");
        }
    }
    // The charts inside, too.
    let load = |want| {
        let loaded = load_archive_as_is(bytes, &Wants::all(want));
        loaded.map(|(chart, warnings)| (raw_files(&chart), warnings))
    };
    let kept = load(Want::Bytes);
    assert_eq!(kept, load(Want::Nothing), "chart with nothing wanted");
    assert_eq!(kept, load(Want::Look), "chart that was looked at");
}

fn lengths(files: &Result<Vec<File>, Error>) -> Vec<usize> {
    let files = files.iter().flatten();
    files.map(|file| file.data.len()).collect()
}

/// All files of a chart and the charts inside, in order.
fn raw_files(chart: &Chart) -> Vec<File> {
    let inner = chart.dependencies.iter().flat_map(raw_files);
    chart.raw.iter().cloned().chain(inner).collect()
}

/// Wants the same of every file, and keeps what it is shown.
struct Wants {
    want: Want,
    shown: RefCell<Vec<(Data, Vec<u8>)>>,
}

impl Wants {
    fn all(want: Want) -> Self {
        let shown = RefCell::default();
        Self { want, shown }
    }
}

impl Watch for Wants {
    fn wants(&self, _: &str) -> Want {
        self.want
    }

    fn look(&self, data: &Data, bytes: &[u8]) {
        assert_eq!(self.want, Want::Look, "nobody wanted to look");
        let mut shown = self.shown.borrow_mut();
        shown.push((data.clone(), bytes.to_vec()));
    }

    fn file(&self, _: &str, _: &Data) {}

    fn values(&self, _: &str, _: &Data) -> Option<Map> {
        None
    }
}

/// The bytes of a tar. Each part of the text is a file: its name, in the same line how often
/// its content comes (only what is large stays packed), and its content.
fn of_files(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (head, content) in parts::files(text).take(40) {
        let (name, times) = head.rsplit_once(' ').unwrap_or((head, "1"));
        let times = times.parse().unwrap_or(1).min(MOST / content.len().max(1));
        let content = content.repeat(times);
        let mut header = [0; BLOCK];
        let name = &name.as_bytes()[..name.len().min(100)];
        header[..name.len()].copy_from_slice(name);
        header[124..136].copy_from_slice(format!("{:011o}\0", content.len()).as_bytes());
        header[156] = b'0';
        header[257..265].copy_from_slice(b"ustar\x0000");
        bytes.extend(header);
        bytes.extend(content.as_bytes());
        bytes.resize(bytes.len().next_multiple_of(BLOCK), 0);
    }
    summed(&bytes)
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let written = encoder.write_all(bytes);
    written.and_then(|()| encoder.finish()).unwrap_or_default()
}

/// The bytes of a tar with every header's sum put right: no fuzzer guesses those.
fn summed(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let mut at = 0;
    while let Some(header) = bytes.get_mut(at..at + BLOCK) {
        header[148..156].fill(b' ');
        let sum: u64 = header.iter().map(|byte| u64::from(*byte)).sum();
        let digits = format!("{sum:06o}\0 ");
        header[148..156].copy_from_slice(digits.as_bytes());
        let size = header[124..136]
            .iter()
            .filter(|byte| (b'0'..=b'7').contains(*byte))
            .fold(0_usize, |size, byte| size * 8 + usize::from(byte - b'0'));
        at = at.saturating_add(BLOCK + size.div_ceil(BLOCK) * BLOCK);
    }
    // The two empty blocks at the end.
    bytes.resize(bytes.len().div_ceil(BLOCK) * BLOCK + 2 * BLOCK, 0);
    bytes
}
