//! Charts on disk. The only file of this crate that does I/O.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use pintle_go_value::Map;

use crate::archive::{
    Limits, load_sized_archive, load_sized_archive_as_is, owned_without_bom, without_bom,
};
use crate::ignore::Rules;
use crate::load::{Loader, Want, Watch, detect_file};
use crate::{Chart, Data, Error, File, Warning, sniff, time};

/// How many files and folders are visited at most.
///
/// DIFF: Helm has no limit; links can make a small folder look endless.
const MAX_ENTRIES: usize = 200_000;

/// How deep folders may be nested, for the same reason.
const MAX_DEPTH: usize = 128;

/// Reads the chart in a folder or an archive, the way commands that install do: `apiVersion`
/// is looked at first.
///
/// # Errors
/// Helm's texts, with the path where Helm has it.
pub fn load(path: &Path) -> Result<(Chart, Vec<Warning>), Error> {
    load_watched(path, &())
}

/// As [`load`]; `watch` is told of each file as soon as it is read.
///
/// # Errors
/// As [`load`].
pub fn load_watched(path: &Path, watch: &dyn Watch) -> Result<(Chart, Vec<Warning>), Error> {
    if is_folder(path)? {
        let top = absolute(path)?;
        detect_folder(&top)?;
        return load_folder(&top, watch);
    }
    load_sized_archive(open_archive(path)?, size(path), watch)
}

/// How large a file is, or 0.
fn size(path: &Path) -> usize {
    let size = fs::metadata(path).map_or(0, |facts| facts.len());
    usize::try_from(size).unwrap_or(0)
}

/// Reads a chart whatever its `apiVersion`, the way `show` does; `watch` is told of each file as
/// soon as it is read.
///
/// # Errors
/// As [`load`].
pub fn load_as_is(path: &Path, watch: &dyn Watch) -> Result<(Chart, Vec<Warning>), Error> {
    if is_folder(path)? {
        return load_folder(&absolute(path)?, watch);
    }
    load_sized_archive_as_is(open_archive(path)?, size(path), watch)
}

/// Reads the chart in a folder and nothing else, the way `package` does: `apiVersion` is looked
/// at first.
///
/// # Errors
/// As [`load`].
pub fn load_unpacked(path: &Path) -> Result<(Chart, Vec<Warning>), Error> {
    let top = absolute(path)?;
    detect_folder(&top)?;
    load_folder(&top, &Everything)
}

/// Wants the bytes of all files: they are going to be written.
struct Everything;

impl Watch for Everything {
    fn wants(&self, _: &str) -> Want {
        Want::Bytes
    }

    fn file(&self, _: &str, _: &Data) {}

    fn values(&self, _: &str, _: &Data) -> Option<Map> {
        None
    }
}

/// Reads the chart in a folder; `watch` is told of each file as soon as it is read.
///
/// # Errors
/// As [`load`].
pub fn load_dir(path: &Path, watch: &dyn Watch) -> Result<(Chart, Vec<Warning>), Error> {
    load_folder(&absolute(path)?, watch)
}

fn is_folder(path: &Path) -> Result<bool, Error> {
    match fs::metadata(path) {
        Ok(facts) => Ok(facts.is_dir()),
        Err(error) => Err(Error::new(format!(
            "stat {}: {}",
            path.display(),
            go_text(&error)
        ))),
    }
}

/// Go's `filepath.Abs`: from the root, without `.` and `..`; links are not looked at.
///
/// # Errors
/// An empty path, or no working directory.
pub fn absolute(path: &Path) -> Result<PathBuf, Error> {
    let joined = std::path::absolute(path).map_err(|error| Error::new(go_text(&error)))?;
    // GO: filepath.Abs also resolves `..` in the text, without looking at links.
    let mut clean = PathBuf::new();
    for part in joined.components() {
        match part {
            std::path::Component::ParentDir => {
                clean.pop();
            }
            other => clean.push(other),
        }
    }
    Ok(clean)
}

fn detect_folder(top: &Path) -> Result<(), Error> {
    let path = top.join("Chart.yaml");
    let data = fs::read(&path).map_err(|error| {
        let path = path.display();
        Error::new(format!(
            "unable to detect chart at {path}: open {path}: {}",
            go_text(&error)
        ))
        .hint("a chart is a folder with a Chart.yaml; is this the right path?")
    })?;
    detect_file(&File::new("Chart.yaml", data))
}

fn load_folder(top: &Path, watch: &dyn Watch) -> Result<(Chart, Vec<Warning>), Error> {
    let mut walk = Walk {
        top,
        watch,
        rules: read_rules(top)?,
        files: Vec::new(),
        warnings: Vec::new(),
        budget: Limits::default().archive,
        visited: 0,
        open: vec![canonical(top)?],
    };
    walk.folder(top, "")?;
    let Walk {
        files,
        mut warnings,
        ..
    } = walk;
    match Loader::new(Limits::default(), watch).finish(files) {
        Ok((chart, more)) => {
            warnings.extend(more);
            Ok((chart, warnings))
        }
        Err(error) => Err(error.after(warnings)),
    }
}

fn read_rules(top: &Path) -> Result<Rules, Error> {
    let path = top.join(".helmignore");
    if fs::metadata(&path).is_err() {
        return Rules::parse("");
    }
    let text = fs::read(&path).map_err(|error| {
        let verb = if path.is_dir() { "read" } else { "open" };
        Error::new(format!("{verb} {}: {}", path.display(), go_text(&error)))
    })?;
    Rules::parse(&String::from_utf8_lossy(without_bom(&text)))
}

/// A walk through a folder, in the order of names at each level.
struct Walk<'a> {
    top: &'a Path,
    watch: &'a dyn Watch,
    rules: Rules,
    files: Vec<File>,
    warnings: Vec<Warning>,
    /// Bytes that may still be read.
    budget: u64,
    visited: usize,
    /// The real folders we are in, to notice links that lead back.
    open: Vec<PathBuf>,
}

impl Walk<'_> {
    /// Visits what is in a folder; `name` is its path from the top, with `/` at the end.
    fn folder(&mut self, path: &Path, name: &str) -> Result<(), Error> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(path).map_err(|error| failed("open", path, &error))? {
            let entry = entry.map_err(|error| failed("open", path, &error))?;
            entries.push(entry.file_name());
        }
        entries.sort();
        for entry in entries {
            let inner = format!("{name}{}", entry.to_string_lossy());
            self.entry(&path.join(&entry), &inner)?;
        }
        Ok(())
    }

    fn entry(&mut self, path: &Path, name: &str) -> Result<(), Error> {
        self.visited += 1;
        if self.visited > MAX_ENTRIES {
            return Err(Error::new(format!(
                "{} has more than {MAX_ENTRIES} files",
                self.top.display()
            ))
            .hint(
                "is this the right folder? List what does not belong to the chart in .helmignore",
            ));
        }
        let facts = fs::symlink_metadata(path).map_err(|error| failed("lstat", path, &error))?;
        if !facts.is_symlink() {
            return self.visit(path, name, &facts, None);
        }
        let resolved = fs::canonicalize(path).map_err(|error| dangling(path, &error))?;
        self.warnings.push(
            Warning::info("found symbolic link in path. Contents of linked file included and used")
                .with("path", path.display().to_string())
                .with("resolved", resolved.display().to_string()),
        );
        let facts =
            fs::symlink_metadata(&resolved).map_err(|error| failed("lstat", &resolved, &error))?;
        self.visit(path, name, &facts, Some(resolved))
    }

    fn visit(
        &mut self,
        path: &Path,
        name: &str,
        facts: &fs::Metadata,
        link: Option<PathBuf>,
    ) -> Result<(), Error> {
        if self.rules.ignores(name, facts.is_dir()) {
            return Ok(());
        }
        if !facts.is_dir() {
            return self.file(path, name, facts);
        }
        let real = match link {
            Some(resolved) => resolved,
            None => canonical(path)?,
        };
        if self.open.contains(&real) || self.open.len() > MAX_DEPTH {
            // DIFF: Helm goes round until the operating system refuses the path.
            return Err(Error::new(format!(
                "open {}: too many levels of symbolic links",
                path.display()
            ))
            .hint(
                "the link leads to a folder that it is in; remove it, or list it in .helmignore",
            ));
        }
        self.open.push(real);
        self.folder(path, &format!("{name}/"))?;
        self.open.pop();
        Ok(())
    }

    fn file(&mut self, path: &Path, name: &str, facts: &fs::Metadata) -> Result<(), Error> {
        if !facts.is_file() {
            return Err(Error::new(format!(
                "cannot load irregular file {} as it has file mode type bits set",
                path.display()
            )));
        }
        let data = owned_without_bom(self.read(path, name, facts.len())?);
        if let Some(top) = self.top.file_name() {
            self.watch
                .file(&format!("{}/{name}", top.to_string_lossy()), &data);
        }
        self.files.push(File {
            name: name.to_owned(),
            data,
            modified: facts.modified().ok().and_then(go_time),
        });
        Ok(())
    }

    fn read(&mut self, path: &Path, name: &str, size: u64) -> Result<Vec<u8>, Error> {
        let unreadable = |error: std::io::Error| {
            Error::new(format!(
                "error reading {name}: open {}: {}",
                path.display(),
                go_text(&error)
            ))
        };
        let too_large = || {
            let limit = Limits::default().archive;
            Error::new(format!(
                "error reading {name}: chart exceeds maximum decompressed size of {limit} bytes"
            ))
            .hint("list what does not belong to the chart in .helmignore")
        };
        if size > self.budget {
            return Err(too_large());
        }
        let mut data = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
        let file = fs::File::open(path).map_err(unreadable)?;
        file.take(self.budget + 1)
            .read_to_end(&mut data)
            .map_err(unreadable)?;
        self.budget = self
            .budget
            .checked_sub(data.len() as u64)
            .ok_or_else(too_large)?;
        Ok(data)
    }
}

fn canonical(path: &Path) -> Result<PathBuf, Error> {
    fs::canonicalize(path).map_err(|error| failed("lstat", path, &error))
}

fn failed(verb: &str, path: &Path, error: &std::io::Error) -> Error {
    Error::new(format!("{verb} {}: {}", path.display(), go_text(error)))
}

fn dangling(path: &Path, error: &std::io::Error) -> Error {
    let target = fs::read_link(path).unwrap_or_default();
    let target = path.parent().unwrap_or(path).join(target);
    Error::new(format!(
        "error evaluating symlink {}: lstat {}: {}",
        path.display(),
        target.display(),
        go_text(error)
    ))
    .hint("the link leads nowhere; remove it, or list it in .helmignore")
}

/// Opens an archive, after a look at how it starts.
fn open_archive(path: &Path) -> Result<impl Read, Error> {
    let mut file = fs::File::open(path).map_err(|error| failed("open", path, &error))?;
    let mut head = Vec::with_capacity(512);
    file.by_ref()
        .take(512)
        .read_to_end(&mut head)
        .map_err(|error| {
            Error::new(format!(
                "file '{}' cannot be read: {}",
                path.display(),
                go_text(&error)
            ))
        })?;
    if sniff::is_gzip(&head) {
        return Ok(std::io::Cursor::new(head).chain(file));
    }
    let shown = path.display();
    let is_yaml = path
        .extension()
        .is_some_and(|end| end == "yaml" || end == "yml");
    if is_yaml {
        return Err(Error::new(format!(
            "file '{shown}' seems to be a YAML file, but expected a gzipped archive"
        ))
        .hint("name the folder of the chart, or an archive made with `package`"));
    }
    let kind = sniff::content_type(&head);
    Err(Error::new(format!(
        "file '{shown}' does not appear to be a gzipped archive; got '{kind}'"
    )))
}

fn go_time(time: SystemTime) -> Option<String> {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => time::rfc3339(i64::try_from(after.as_secs()).ok()?, after.subsec_nanos()),
        Err(before) => time::rfc3339(-i64::try_from(before.duration().as_secs()).ok()?, 0),
    }
}

/// The operating system's message as Go writes it: small letters, no number.
pub fn go_text(error: &std::io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}
