//! Charts.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use pintle_chart::ignore::Rules;
use pintle_chart::{Chart, File, Limits, load_archive_with, load_files, load_files_as_is};
use pintle_values::options::UserValues;
use pintle_values::{coalesce, dependencies, origin};

use crate::parts;

const LIMITS: Limits = Limits {
    archive: 1 << 20,
    total: 4 << 20,
};

/// Archives keep their limits and get nowhere outside. The first byte says how the rest
/// becomes one: as it is, compressed, or compressed with the sums of its headers put right.
pub(crate) fn archive(input: &[u8]) {
    let Some((kind, rest)) = input.split_first() else {
        return;
    };
    let bytes = match kind % 3 {
        0 => rest.to_vec(),
        1 => gzipped(rest),
        _ => gzipped(&summed(rest)),
    };
    let Ok((chart, _)) = load_archive_with(bytes.as_slice(), LIMITS) else {
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
    use_chart(chart, "");
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let written = encoder.write_all(bytes);
    written.and_then(|()| encoder.finish()).unwrap_or_default()
}

/// The bytes of a tar with every header's sum put right: no fuzzer guesses those.
fn summed(bytes: &[u8]) -> Vec<u8> {
    const BLOCK: usize = 512;
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

/// Files to a chart, its values merged with those of the user. Each part of the input is a
/// file with its name in the first line; one with the name `--set` is what the user gave.
pub(crate) fn files(input: &[u8]) {
    let text = parts::text(input);
    let mut files = Vec::new();
    let mut set = "";
    for (name, content) in parts::files(&text).take(40) {
        match name {
            "--set" => set = content,
            ".helmignore" => ignore(content, &text),
            _ => {}
        }
        files.push(File::new(name, content));
    }
    let as_is = load_files_as_is(files.clone()).is_ok();
    if let Ok((chart, _)) = load_files(files) {
        assert!(as_is, "what installs can be shown");
        use_chart(chart, set);
    }
}

fn ignore(rules: &str, text: &str) {
    let Ok(rules) = Rules::parse(rules) else {
        return;
    };
    for line in text.lines().take(20) {
        let _ = rules.ignores(line, false);
        let _ = rules.ignores(line, true);
    }
}

/// What every command does with a chart.
fn use_chart(mut chart: Chart, set: &str) {
    let mut user = UserValues::default();
    user.set.push(set.to_owned());
    let Ok(given) = user.merge() else {
        return;
    };
    let _ = chart.crds();
    if dependencies::process(&mut chart, &given).is_err() {
        return;
    }
    let _ = dependencies::check(&chart);
    let merged = coalesce::coalesce_values(&chart, &given);
    let again = coalesce::coalesce_values(&chart, &given);
    if let (Ok((merged, _)), Ok((again, _))) = (&merged, &again) {
        assert_eq!(format!("{merged:?}"), format!("{again:?}"));
        let origins = origin::Origins::new(&user, &chart);
        for key in merged.keys().iter().take(20) {
            let _ = origins.explain(&key.to_text());
        }
    }
}
