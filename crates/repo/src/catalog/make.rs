//! From an index to its catalog.

use std::fs::{self, File};
use std::io::{self, BufWriter, Cursor, Read as _, Seek, Write};
use std::path::Path;

use pintle_chart::Warning;

use super::chart::Packed;
use super::file::{Directory, Skipped, Source, Writer};
use super::stamp::Stamp;
use super::{Catalog, Opened, catalog_file};
use crate::cache::{self, Summed};
use crate::whole_file::Unfinished;
use crate::{Entry, Error, Index, index};

/// An index smaller than this is read again each time.
const WORTH_KEEPING: usize = 16 << 10;

impl Catalog {
    /// Reads the index: piece by piece where it can be, else as a whole.
    pub(super) fn made(index: &Path) -> Opened {
        let failed = |error| Opened {
            warnings: Vec::new(),
            catalog: Err(error),
        };
        let opened = File::open(index).and_then(|file| Ok((file.metadata()?, file)));
        let (size, stamp, mut file) = match opened {
            Ok((data, file)) => (data.len(), Stamp::of(&data).settled(), file),
            Err(error) => return failed(Error::file("open", index, &error)),
        };
        if let Some(opened) = Self::streamed(index, &file, size, stamp) {
            return opened;
        }
        let mut text = Vec::new();
        let read = file.rewind().and_then(|()| file.read_to_end(&mut text));
        match read {
            Ok(_) => Self::whole(index, &text, stamp),
            Err(error) => failed(Error::file("open", index, &error)),
        }
    }

    /// Reads an index that never lies in memory whole, and writes its catalog as it goes;
    /// nothing where that cannot be done.
    fn streamed(index: &Path, text: &File, size: u64, stamp: Stamp) -> Option<Opened> {
        let shown = index.display().to_string();
        let file = catalog_file(index);
        // A folder that cannot be written to costs time, and memory for the catalog.
        let out = (size >= WORTH_KEEPING as u64).then(|| Unfinished::beside_as(&file, 0o644));
        if let Some(Ok((out, unfinished))) = out {
            let out = BufWriter::new(out);
            let (warnings, out) = make(text, size, &shown, stamp, out)?;
            let mut out = out.into_inner().ok()?;
            unfinished.rename(&file).ok()?;
            let catalog = Self {
                index: index.to_path_buf(),
                directory: Directory::of_file(&mut out)?,
                source: Source::File(out),
            };
            return Some(Opened {
                warnings,
                catalog: Ok(catalog),
            });
        }
        let out = Cursor::new(Vec::new());
        let (warnings, out) = make(text, size, &shown, stamp, out)?;
        let catalog = Self::of(index, out.into_inner())?;
        Some(Opened {
            warnings,
            catalog: Ok(catalog),
        })
    }

    /// Reads an index as one document.
    fn whole(index: &Path, text: &[u8], stamp: Stamp) -> Opened {
        let shown = index.display().to_string();
        let read = Index::read_with(text, &shown, |_, entries: Vec<Entry>| Packed::new(&entries));
        let catalog = read.index.and_then(|packed| {
            let bytes = packed_catalog(stamp, text, packed, &read.warnings);
            let bytes = bytes.unwrap_or_default();
            if text.len() >= WORTH_KEEPING {
                let _ = cache::write(&catalog_file(index), &bytes, 0o644);
            }
            Self::of(index, bytes).ok_or_else(|| Error::new("the index is too large"))
        });
        Opened {
            warnings: read.warnings,
            catalog: catalog.map_err(|error| error.context(&format!("error loading {shown}"))),
        }
    }
}

/// Reads an index piece by piece, and writes its catalog as it goes.
fn make<W: Write + Seek>(
    text: impl io::Read,
    size: u64,
    source: &str,
    stamp: Stamp,
    out: W,
) -> Option<(Vec<Warning>, W)> {
    let mut writer = Writer::new(out).ok()?;
    let mut text = Summed::new(text);
    let keep = |_: &str, entries: Vec<Entry>| Packed::new(&entries);
    let take = |name: String, packed: Packed| writer.add(name, &packed).ok();
    let warnings = index::stream(&mut text, size, source, keep, take)?;
    let skipped: Vec<Skipped> = warnings.iter().map(Skipped::of).collect();
    let out = writer.finish(stamp, &text.digest(), &skipped).ok()?;
    Some((warnings, out))
}

/// The catalog of an index, as it is kept.
pub fn packed(text: &[u8], index: &Index, warnings: &[Warning]) -> Option<Vec<u8>> {
    packed_catalog(Stamp::default(), text, pack(index), warnings)
}

/// The same as it is made while the index is read, and Helm's log lines; nothing where the
/// index must be read as a whole.
pub fn streamed(text: &[u8], source: &str) -> Option<(Vec<Warning>, Vec<u8>)> {
    let out = Cursor::new(Vec::new());
    let (warnings, out) = make(text, text.len() as u64, source, Stamp::default(), out)?;
    Some((warnings, out.into_inner()))
}

fn pack(index: &Index) -> Index<Packed> {
    let charts = index.charts.iter();
    Index {
        charts: charts
            .map(|(name, entries)| (name.clone(), Packed::new(entries)))
            .collect(),
        ..Index::default()
    }
}

/// Keeps what was understood of an index that was just written.
pub(crate) fn keep(index: &Path, text: &[u8], read: &Index, warnings: &[Warning]) {
    let Ok(file) = fs::metadata(index) else {
        return;
    };
    if text.len() < WORTH_KEEPING {
        let _ = fs::remove_file(catalog_file(index));
        return;
    }
    // The file is ours alone and has just been put there.
    if let Some(bytes) = packed_catalog(Stamp::of(&file), text, pack(read), warnings) {
        let _ = cache::write(&catalog_file(index), &bytes, 0o644);
    }
}

fn packed_catalog(
    stamp: Stamp,
    text: &[u8],
    packed: Index<Packed>,
    warnings: &[Warning],
) -> Option<Vec<u8>> {
    let mut writer = Writer::new(Cursor::new(Vec::new())).ok()?;
    for (name, packed) in packed.charts {
        writer.add(name, &packed).ok()?;
    }
    let skipped: Vec<Skipped> = warnings.iter().map(Skipped::of).collect();
    let out = writer.finish(stamp, &cache::digest(text), &skipped);
    Some(out.ok()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::super::contents;
    use super::*;

    fn index(more: &str) -> String {
        let version = |one| format!("  - name: web\n    version: 1.0.{one}\n    urls: [u{one}]\n");
        let versions: String = (0..400).map(version).collect();
        format!("apiVersion: v1\nentries:\n  \"\":\n  - null\n  web:\n{versions}{more}")
    }

    fn versions(catalog: &mut Catalog) -> usize {
        catalog.chart("web").unwrap().unwrap().len()
    }

    fn is_in_file(catalog: &Catalog) -> bool {
        matches!(catalog.source, Source::File(_))
    }

    #[test]
    fn a_catalog_is_written_as_the_index_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let text = index("");
        assert!(text.len() > WORTH_KEEPING);
        std::fs::write(folder.path().join("r-index.yaml"), &text).unwrap();
        let first = Catalog::open(folder.path(), "r");
        let mut catalog = first.catalog.unwrap();
        assert!(is_in_file(&catalog));
        assert_eq!(versions(&mut catalog), 400);
        assert_eq!(first.warnings.len(), 1);
        #[cfg(unix)]
        assert_eq!(
            cache::mode_of(&folder.path().join("r-index.pintle")),
            Some(0o644)
        );
        let again = Catalog::open(folder.path(), "r");
        assert_eq!(again.warnings, first.warnings);
        let shown = folder.path().join("r-index.yaml").display().to_string();
        let (warnings, kept) = streamed(text.as_bytes(), &shown).unwrap();
        assert_eq!(warnings, first.warnings);
        let read = Index::read_whole(text.as_bytes(), &shown);
        let whole = packed(text.as_bytes(), &read.index.unwrap(), &read.warnings).unwrap();
        assert_eq!(contents(&kept), contents(&whole));
        // Nothing unfinished stays.
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn what_cannot_be_kept_is_used_all_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("r-index.yaml");
        std::fs::write(&file, index("")).unwrap();
        std::fs::create_dir_all(catalog_file(&file).join("taken")).unwrap();
        let mut catalog = Catalog::open(folder.path(), "r").catalog.unwrap();
        assert!(!is_in_file(&catalog));
        assert_eq!(versions(&mut catalog), 400);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn an_index_that_cannot_be_cut_is_read_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("r-index.yaml");
        let open = || Catalog::open(folder.path(), "r").catalog;
        std::fs::write(&file, index("generated: {\n}\n")).unwrap();
        let told = open().unwrap_err().to_string();
        assert!(told.contains("error unmarshaling JSON"), "{told}");
        std::fs::write(
            &file,
            index("  \"qu\\u0065er\": [{name: queer, version: 1.0.0}]\n"),
        )
        .unwrap();
        let mut catalog = open().unwrap();
        assert_eq!(versions(&mut catalog), 400);
        assert!(catalog.chart("queer").unwrap().is_some());
        std::fs::write(&file, index("").replace("apiVersion: v1\n", "")).unwrap();
        let told = open().unwrap_err().to_string();
        assert!(told.ends_with("no API version specified"), "{told}");
        std::fs::remove_file(&file).unwrap();
        assert!(open().unwrap_err().is_absent());
        std::fs::create_dir(&file).unwrap();
        let told = open().unwrap_err().to_string();
        assert!(told.starts_with("read "), "{told}");
    }
}
