//! Plugins to archives and back.
//!
//! Archives are what strangers wrote: nothing of them leaves the folder they are unpacked in
//! (CVE-2020-4053), links and devices are refused, and everything has a limit.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use flate2::{Compression, GzBuilder};
use pintle_chart::disk::go_text;
use pintle_chart::{Entry, Limits, each_entry};
use tar::{EntryType, Header};

use crate::{Error, Metadata, read_metadata};

/// What a plugin may hold: programs are larger than charts.
const LIMITS: Limits = Limits {
    archive: 1 << 30,
    total: 1 << 30,
};

/// More than any `plugin.yaml`.
const MAX_DESCRIPTION: u64 = 1 << 20;

/// How deep folders may be that are packed.
const MAX_DEPTH: usize = 64;

const FOLDER: u8 = b'5';

/// What the first `plugin.yaml` in an archive says.
///
/// # Errors
/// No archive, or none with a good `plugin.yaml`; in Helm's words.
pub fn metadata_in(archive: &[u8]) -> Result<Metadata, Error> {
    let mut found: Option<Vec<u8>> = None;
    read(archive, &mut |entry, data| {
        let name = entry.name.rsplit('/').next();
        if found.is_none() && name == Some("plugin.yaml") {
            let mut text = Vec::new();
            data.take(MAX_DESCRIPTION)
                .read_to_end(&mut text)
                .map_err(|error| Error::new(go_text(&error)))?;
            found = Some(text);
        }
        Ok(())
    })?;
    match found {
        Some(text) => read_metadata(&text),
        None => Err(Error::new("plugin.yaml not found in tarball")
            .with_hint("is it the archive of a plugin? `plugin package` makes one")),
    }
}

/// Unpacks an archive into a folder that is there and empty.
///
/// # Errors
/// Names that lead elsewhere, entries that are neither files nor folders, a disk that is full.
pub fn unpack(archive: &[u8], to: &Path) -> Result<(), Error> {
    read(archive, &mut |entry, data| put(entry, data, to))
}

/// Reads an archive in our own terms.
fn read(
    archive: &[u8],
    visit: &mut dyn FnMut(&Entry, &mut dyn Read) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut failure = None;
    let outcome = each_entry(archive, LIMITS, &mut |entry, data| {
        visit(entry, data).map_err(|error| {
            let stop = pintle_chart::Error::new("stopped");
            failure = Some(error);
            stop
        })
    });
    match (failure, outcome) {
        (Some(error), _) => Err(error),
        (None, Err(error)) => {
            let text = error
                .text()
                .replace("decompressed chart", "decompressed plugin");
            let found = Error::new(text);
            Err(match error.advice() {
                Some(advice) => found.with_hint(advice),
                None => found,
            })
        }
        (None, Ok(())) => Ok(()),
    }
}

fn put(entry: &Entry, data: &mut dyn Read, to: &Path) -> Result<(), Error> {
    let path = joined(to, &entry.name)?;
    let failed =
        |error: io::Error| Error::new(format!("open {}: {}", path.display(), go_text(&error)));
    match entry.kind {
        FOLDER => fs::create_dir_all(&path).map_err(failed),
        b'0' => {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).map_err(failed)?;
            }
            let mut file = create(&path, entry.mode).map_err(failed)?;
            io::copy(data, &mut file).map(drop).map_err(failed)
        }
        // Headers about others.
        b'g' | b'x' => Ok(()),
        other => Err(
            Error::new(format!("unknown type: {other:b} in {}", entry.name)).with_hint(
                "a plugin has files and folders alone; links and devices are not unpacked",
            ),
        ),
    }
}

#[cfg(unix)]
fn create(path: &Path, mode: u32) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        // Nobody else's rights: no bits that change the user.
        .mode(mode & 0o777)
        .open(path)
}

#[cfg(not(unix))]
fn create(path: &Path, _: u32) -> io::Result<File> {
    File::create(path)
}

/// The place of an entry below a folder. There are no links below it, since none is unpacked.
fn joined(root: &Path, name: &str) -> Result<PathBuf, Error> {
    let refused = |reason: &str| {
        Err(Error::new(format!("path {reason}, which is illegal"))
            .with_hint(format!("the entry is {name:?}; nothing was installed")))
    };
    if name.contains(':') {
        return refused("contains ':'");
    }
    let name = name.replace('\\', "/");
    if name.split('/').any(|part| part == "..") {
        return refused("contains '..'");
    }
    if name.starts_with('/') {
        return refused("is absolute");
    }
    if name.contains('\0') {
        return refused("contains a zero");
    }
    let parts = name.split('/').filter(|part| !matches!(*part, "" | "."));
    Ok(parts.fold(root.to_owned(), |path, part| path.join(part)))
}

/// Packs a folder as the plugin `name`: all its files below a folder of that name.
///
/// DIFF: the owner of the files is left out, so that the same plugin gives the same bytes;
/// `time` (seconds since 1970) is that of all files, when it is given.
///
/// # Errors
/// A folder that cannot be read, or an archive that cannot be written.
pub fn pack(folder: &Path, name: &str, time: Option<u64>, to: impl Write) -> Result<(), Error> {
    let zipped = GzBuilder::new()
        .operating_system(255)
        .write(to, Compression::new(6));
    let mut archive = tar::Builder::new(zipped);
    add(&mut archive, folder, name, time, 0)?;
    let finish = || archive.into_inner()?.finish()?.flush();
    finish().map_err(|error| Error::new(go_text(&error)))
}

/// Adds a file, or a folder and what is in it in the order of names.
fn add(
    archive: &mut tar::Builder<impl Write>,
    path: &Path,
    name: &str,
    time: Option<u64>,
    depth: usize,
) -> Result<(), Error> {
    let failed =
        |error: io::Error| Error::new(format!("open {}: {}", path.display(), go_text(&error)));
    // The folder itself may be reached by a link.
    let facts = if depth == 0 {
        fs::metadata(path)
    } else {
        fs::symlink_metadata(path)
    };
    let facts = facts.map_err(failed)?;
    let mut header = header(&facts, time);
    if facts.is_dir() {
        if depth > MAX_DEPTH {
            return Err(Error::new(format!("{}: too many folders", path.display())));
        }
        header.set_entry_type(EntryType::Directory);
        append(archive, &mut header, &format!("{name}/"), io::empty()).map_err(failed)?;
        let mut names = Vec::new();
        for entry in fs::read_dir(path).map_err(failed)? {
            names.push(entry.map_err(failed)?.file_name());
        }
        names.sort();
        for entry in names {
            let name = format!("{name}/{}", entry.to_string_lossy());
            add(archive, &path.join(&entry), &name, time, depth + 1)?;
        }
        return Ok(());
    }
    if !facts.is_file() {
        // DIFF: Helm packs a link that leads nowhere, and cannot install the plugin then.
        return Err(
            Error::new(format!("{} is neither a file nor a folder", path.display())).with_hint(
                "plugins with links cannot be installed from an archive: copy what the link names",
            ),
        );
    }
    header.set_size(facts.len());
    let file = File::open(path).map_err(failed)?;
    append(archive, &mut header, name, file.take(facts.len())).map_err(failed)
}

fn append(
    archive: &mut tar::Builder<impl Write>,
    header: &mut Header,
    name: &str,
    data: impl Read,
) -> io::Result<()> {
    archive.append_data(header, name, data)
}

fn header(facts: &fs::Metadata, time: Option<u64>) -> Header {
    let modified = || {
        let since = facts.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        Some(since.as_secs())
    };
    let mut header = Header::new_gnu();
    header.set_size(0);
    header.set_mtime(time.or_else(modified).unwrap_or(0));
    header.set_mode(mode(facts));
    header
}

#[cfg(unix)]
fn mode(facts: &fs::Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    facts.permissions().mode() & 0o777
}

#[cfg(not(unix))]
fn mode(facts: &fs::Metadata) -> u32 {
    if facts.is_dir() { 0o755 } else { 0o644 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(entries: &[(&str, EntryType, &str)]) -> Vec<u8> {
        let zipped = GzBuilder::new().write(Vec::new(), Compression::fast());
        let mut archive = tar::Builder::new(zipped);
        for (name, kind, data) in entries {
            let mut header = Header::new_gnu();
            header.set_entry_type(*kind);
            header.set_mode(0o4755);
            header.set_size(data.len() as u64);
            // Names that the library itself would refuse.
            let place = &mut header.as_old_mut().name;
            place[..name.len()].copy_from_slice(name.as_bytes());
            header.set_cksum();
            archive.append(&header, data.as_bytes()).unwrap();
        }
        archive.into_inner().unwrap().finish().unwrap()
    }

    fn refused(name: &str, kind: EntryType) -> String {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("a/b");
        fs::create_dir_all(&inner).unwrap();
        let error = unpack(&archive(&[(name, kind, "x")]), &inner).unwrap_err();
        let left: Vec<_> = fs::read_dir(folder.path().join("a")).unwrap().collect();
        assert_eq!(left.len(), 1, "{name}");
        error.to_string()
    }

    #[test]
    fn cve_2020_4053_nothing_leaves_the_folder() {
        let file = EntryType::Regular;
        let parent = "path contains '..', which is illegal";
        assert_eq!(refused("../x", file), parent);
        assert_eq!(refused("p/../../x", file), parent);
        assert_eq!(refused("p\\..\\x", file), parent);
        assert_eq!(
            refused("/tmp/x", file),
            "path is absolute, which is illegal"
        );
        assert_eq!(refused("\\x", file), "path is absolute, which is illegal");
        assert_eq!(refused("c:x", file), "path contains ':', which is illegal");
        assert_eq!(
            refused("p/link", EntryType::Symlink),
            "unknown type: 110010 in p/link"
        );
        assert_eq!(
            refused("p/hard", EntryType::Link),
            "unknown type: 110001 in p/hard"
        );
        assert_eq!(
            refused("p/pipe", EntryType::Fifo),
            "unknown type: 110110 in p/pipe"
        );
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        let from = tempfile::tempdir().unwrap();
        fs::create_dir(from.path().join("bin")).unwrap();
        fs::write(from.path().join("plugin.yaml"), "name: p\nversion: 1.2.3\n").unwrap();
        fs::write(from.path().join("bin/run"), "#!/bin/sh\n").unwrap();
        let mut packed = Vec::new();
        pack(from.path(), "p", Some(1_700_000_000), &mut packed).unwrap();
        let mut again = Vec::new();
        pack(from.path(), "p", Some(1_700_000_000), &mut again).unwrap();
        assert_eq!(packed, again);
        assert_eq!(metadata_in(&packed).unwrap().version, "1.2.3");
        let to = tempfile::tempdir().unwrap();
        unpack(&packed, to.path()).unwrap();
        assert_eq!(
            fs::read(to.path().join("p/bin/run")).unwrap(),
            b"#!/bin/sh\n"
        );
        for cut in [10, packed.len() / 2, packed.len() - 20] {
            assert!(unpack(&packed[..cut], to.path()).is_err(), "{cut}");
        }
        assert_eq!(
            metadata_in(b"no archive").unwrap_err().to_string(),
            "gzip: invalid header"
        );
    }

    #[cfg(unix)]
    #[test]
    fn no_program_gets_the_rights_of_another_user() {
        use std::os::unix::fs::PermissionsExt as _;
        let to = tempfile::tempdir().unwrap();
        unpack(&archive(&[("run", EntryType::Regular, "x")]), to.path()).unwrap();
        let mode = fs::metadata(to.path().join("run"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o7000, 0);
        assert_eq!(mode & 0o100, 0o100);
    }
}
