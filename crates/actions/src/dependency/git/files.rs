//! The files of a chart in a commit, from its submodules too where they are asked for.

use pintle_chart::{File, Limits, read_archive};

use super::super::problem;
use super::address::Address;
use super::command::Git;
use crate::{Error, Events, Level, Log};

/// The file at the top of a repository that names its submodules.
const MODULES: &str = ".gitmodules";

/// How deep submodules may have submodules.
const DEEPEST: usize = 8;

/// How many submodules a chart may have.
const MOST: usize = 64;

/// A chart's files, and the commit that they are of.
#[derive(Debug)]
pub(super) struct Files {
    /// The commit's whole name.
    pub commit: String,
    /// When it was made, in seconds since 1970.
    pub time: i64,
    /// The files, by their names in the chart.
    pub all: Vec<File>,
}

/// A commit of another repository in the place of a folder.
#[derive(Debug)]
struct Link {
    path: String,
    url: String,
    commit: String,
}

/// Fetches the files of a chart.
///
/// # Errors
/// What Git says; submodules that are not allowed, too many, too large.
pub(super) fn fetch(address: &Address, events: &dyn Events) -> Result<Files, Error> {
    let mut walk = Walk {
        events,
        fetched: 0,
        bytes: 0,
        files: Vec::new(),
    };
    let git = Git::fetched(address)?;
    let time = git.time()?;
    walk.take(&git, address, "", 0)?;
    Ok(Files {
        commit: git.commit,
        time,
        all: walk.files,
    })
}

struct Walk<'a> {
    events: &'a dyn Events,
    fetched: usize,
    bytes: u64,
    files: Vec<File>,
}

impl Walk<'_> {
    /// Takes the files of a commit, and those of its submodules, into the chart's folder `at`.
    fn take(
        &mut self,
        git: &Git<'_>,
        address: &Address,
        at: &str,
        depth: usize,
    ) -> Result<(), Error> {
        let links = links(git, address)?;
        let above = links
            .iter()
            .find(|link| below(&address.folder, &link.path).is_some());
        if let Some(link) = above {
            if !address.submodules {
                return Err(problem(format!(
                    "could not fetch {}: {:?} is a submodule",
                    address.shown(),
                    link.path
                ))
                .hint("write ?submodules=true behind the revision to fetch submodules too"));
            }
            let rest = below(&address.folder, &link.path).unwrap_or_default();
            return self.follow(address, link, rest, at, depth);
        }
        self.read(git, address, at)?;
        for link in &links {
            let Some(place) = below(&link.path, &address.folder) else {
                continue;
            };
            if address.submodules {
                self.follow(address, link, "", &joined(at, place), depth)?;
            } else {
                let text = "the folder of a submodule is empty: ?submodules=true behind the revision fetches it";
                let log = Log::new(Level::Warn, text).with("folder", place);
                self.events.log(log.with("repository", address.shown()));
            }
        }
        Ok(())
    }

    /// Takes what a submodule has.
    fn follow(
        &mut self,
        parent: &Address,
        link: &Link,
        folder: &str,
        at: &str,
        depth: usize,
    ) -> Result<(), Error> {
        self.fetched += 1;
        if depth >= DEEPEST || self.fetched > MOST {
            return Err(problem(format!(
                "could not fetch {}: it has more than {MOST} submodules, or they are nested deeper than {DEEPEST}",
                parent.shown()
            )));
        }
        let address = parent.of_submodule(&link.url, &link.commit, folder)?;
        self.events
            .progress(&format!("fetching {}", address.shown()));
        let git = Git::fetched(&address)?;
        self.take(&git, &address, at, depth + 1)
    }

    /// Takes the files of one commit.
    fn read(&mut self, git: &Git<'_>, address: &Address, at: &str) -> Result<(), Error> {
        let archive = git.archive()?;
        let read = read_archive(archive.as_slice(), archive.len(), &());
        let files =
            read.map_err(|error| Error::from(error).prefixed(&format!("{}: ", address.shown())))?;
        let most = Limits::default().archive;
        for mut file in files {
            // What tells Git of submodules tells nobody else of them, as a template say.
            if address.submodules && file.name == MODULES {
                continue;
            }
            self.bytes += file.data.len() as u64;
            if self.bytes > most {
                let shown = address.shown();
                return Err(problem(format!(
                    "the chart and its submodules are larger than {most} bytes, at {shown}"
                )));
            }
            file.name = joined(at, &file.name);
            self.files.push(file);
        }
        Ok(())
    }
}

/// The submodules that a commit names.
fn links(git: &Git<'_>, address: &Address) -> Result<Vec<Link>, Error> {
    let listed = git.objects(&[MODULES])?;
    // A file, and no link to one.
    if !listed.starts_with(b"100") {
        return Ok(Vec::new());
    }
    let modules = read_modules(&git.settings(MODULES)?);
    let near = |path: &str| {
        below(path, &address.folder).is_some() || below(&address.folder, path).is_some()
    };
    let near: Vec<&(String, String)> = modules.iter().filter(|(path, _)| near(path)).collect();
    if near.is_empty() {
        return Ok(Vec::new());
    }
    let paths: Vec<&str> = near.iter().map(|(path, _)| path.as_str()).collect();
    let listed = git.objects(&paths)?;
    let listed = String::from_utf8_lossy(&listed);
    let mut links = Vec::new();
    for line in listed.split_terminator('\0') {
        let Some((object, path)) = line.split_once('\t') else {
            continue;
        };
        let Some(commit) = object.strip_prefix("160000 commit ") else {
            continue;
        };
        let of_path = near.iter().find(|(one, _)| one == path);
        if let Some((path, url)) = of_path {
            links.push(Link {
                path: path.clone(),
                url: url.clone(),
                commit: commit.trim().to_owned(),
            });
        }
    }
    Ok(links)
}

/// Paths and URLs. Paths that lead astray, or have a meaning to Git, are of no submodule.
fn read_modules(settings: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(settings);
    let mut found: Vec<(&str, Option<&str>, Option<&str>)> = Vec::new();
    for setting in text.split_terminator('\0') {
        let Some((name, value)) = setting.split_once('\n') else {
            continue;
        };
        let Some((name, key)) = name
            .rsplit_once('.')
            .filter(|(name, _)| name.starts_with("submodule."))
        else {
            continue;
        };
        let place = found
            .iter()
            .position(|one| one.0 == name)
            .unwrap_or_else(|| {
                found.push((name, None, None));
                found.len() - 1
            });
        match key {
            "path" => found[place].1 = Some(value),
            "url" => found[place].2 = Some(value),
            _ => {}
        }
    }
    let plain = |path: &str| {
        let is_part = |part: &str| !matches!(part, "" | "." | "..");
        !path.starts_with(':') && path.split('/').all(is_part)
    };
    found
        .into_iter()
        .filter_map(|(_, path, url)| Some((path?.trim_end_matches('/'), url?)))
        .filter(|(path, _)| plain(path))
        .map(|(path, url)| (path.to_owned(), url.to_owned()))
        .collect()
}

/// The rest of a path that is a folder, or in it.
fn below<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    if folder.is_empty() {
        return Some(path);
    }
    let rest = path.strip_prefix(folder)?;
    if rest.is_empty() {
        return Some(rest);
    }
    rest.strip_prefix('/')
}

fn joined(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        return name.to_owned();
    }
    format!("{folder}/{name}")
}

#[cfg(test)]
mod tests {
    use super::{below, read_modules};

    #[test]
    fn modules_have_paths_that_stay_inside() {
        let pair = |path: &str, url: &str| (path.to_owned(), url.to_owned());
        let settings = b"core.x\ny\0submodule.a.b.path\nlib/a\0submodule.a.b.url\n../a\0\
            submodule.c.url\nhttps://h/c\nd\0submodule.c.path\nc/\0submodule.d.path\nd\0\
            submodule.e.path\n../e\0submodule.e.url\nx\0submodule.f.path\n:/\0submodule.f.url\nx\0\
            submodule.g.path\n\0submodule.g.url\nx\0submodule.h.path\0submodule.h.url\0";
        let expected = [pair("lib/a", "../a"), pair("c", "https://h/c\nd")];
        assert_eq!(read_modules(settings), expected);
    }

    #[test]
    fn folders_are_whole_names() {
        assert_eq!(below("a/b", ""), Some("a/b"));
        assert_eq!(below("a/b", "a"), Some("b"));
        assert_eq!(below("a/b", "a/b"), Some(""));
        assert_eq!(below("a/bc", "a/b"), None);
        assert_eq!(below("a", "a/b"), None);
    }
}
