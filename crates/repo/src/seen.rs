//! Which version of an index its server gave last, so that it can be asked whether there is a
//! newer one: a file beside the index, `NAME-index.seen`.
//!
//! It counts for one content of the index, by digest, from one URL. An index that somebody else
//! has written since, Helm say, is fetched anew.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use pintle_fetch::Validators;

use crate::cache;
use crate::content::hex;

/// The first line; another number for another layout.
const MARK: &str = "pintle seen 1";
/// Headers are short.
const LARGEST: u64 = 16 << 10;

/// Keeps what the server said of an index that was just written.
pub(crate) fn keep(index: &Path, text: &[u8], url: &str, validators: &Validators) {
    let file = seen_file(index);
    if validators.is_empty() {
        let _ = std::fs::remove_file(file);
        return;
    }
    let mut lines = vec![
        MARK.to_owned(),
        hex(&cache::digest(text)),
        // A URL may hold a password.
        hex(&cache::digest(url.as_bytes())),
    ];
    let field =
        |name, value: &Option<String>| value.as_ref().map(|value| format!("{name} {value}"));
    lines.extend(field("etag", &validators.etag));
    lines.extend(field("last-modified", &validators.last_modified));
    lines.push(String::new());
    // A folder that cannot be written to costs time and nothing else.
    let _ = cache::write(&file, lines.join("\n").as_bytes(), 0o644);
}

/// What the server said of the index that is there; nothing when it is of another one.
pub(crate) fn of(index: &Path, url: &str) -> Option<Validators> {
    let mut text = String::new();
    let file = File::open(seen_file(index)).ok()?;
    file.take(LARGEST).read_to_string(&mut text).ok()?;
    // The last line is whole, too.
    let mut lines = text.strip_suffix('\n')?.lines();
    let is_ours = lines.next()? == MARK;
    let digest = lines.next()?;
    let is_from_there = lines.next()? == hex(&cache::digest(url.as_bytes()));
    if !is_ours || !is_from_there {
        return None;
    }
    let mut validators = Validators::default();
    for line in lines {
        match line.split_once(' ')? {
            ("etag", value) => validators.etag = Some(value.to_owned()),
            ("last-modified", value) => validators.last_modified = Some(value.to_owned()),
            _ => return None,
        }
    }
    let is_known = !validators.is_empty() && hex(&cache::digest_of_file(index).ok()?) == digest;
    is_known.then_some(validators)
}

/// The file beside an index.
pub(crate) fn seen_file(index: &Path) -> PathBuf {
    index.with_extension("seen")
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "http://me:word@charts.example/index.yaml";

    #[test]
    fn an_index_is_known_while_it_is_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let index = folder.path().join("x-index.yaml");
        let said = Validators {
            etag: Some("W/\"a b\"".to_owned()),
            last_modified: Some("Tue, 01 Sep 2026 00:00:00 GMT".to_owned()),
        };
        let write = |text: &str| {
            std::fs::write(&index, text).unwrap();
            keep(&index, text.as_bytes(), URL, &said);
        };
        assert_eq!(of(&index, URL), None);
        write("entries: {}\n");
        assert_eq!(of(&index, URL), Some(said.clone()));
        assert_eq!(of(&index, "http://other.example/index.yaml"), None);
        let kept = std::fs::read_to_string(seen_file(&index)).unwrap();
        assert!(!kept.contains("word"), "{kept}");
        // Of the same size, a moment later.
        std::fs::write(&index, "entries: []\n").unwrap();
        assert_eq!(of(&index, URL), None);
        write("entries: {}\n");
        std::fs::remove_file(&index).unwrap();
        assert_eq!(of(&index, URL), None);
        for broken in [
            "",
            "x",
            &kept[..kept.len() - 3],
            &kept.replace("etag", "tag"),
        ] {
            write("entries: {}\n");
            std::fs::write(seen_file(&index), broken).unwrap();
            assert_eq!(of(&index, URL), None, "{broken:?}");
        }
        keep(&index, b"entries: {}\n", URL, &Validators::default());
        assert!(!seen_file(&index).exists());
    }
}
