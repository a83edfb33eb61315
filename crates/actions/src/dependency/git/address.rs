//! Where a chart in a Git repository is.

use super::super::problem;
use crate::Error;

/// `git+https://HOST/REPOSITORY//FOLDER@REVISION?submodules=true`; what follows the repository may
/// be left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::dependency) struct Address {
    /// `https`, `ssh` or `file`.
    pub scheme: String,
    /// What `git` is told: `https://HOST/REPOSITORY`.
    pub url: String,
    /// The folder of the chart; empty for the top.
    pub folder: String,
    /// Which commit.
    pub revision: Revision,
    /// Whether the files of submodules belong to the chart.
    pub submodules: bool,
    /// The schemes that the user allows, of which submodules may have others.
    allowed: Vec<String>,
}

/// Which commit is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::dependency) enum Revision {
    /// The server's choice.
    Head,
    /// A branch or a tag, which may be another commit the next time.
    Name(String),
    /// A commit, by its whole name.
    Commit(String),
}

const SCHEMES: [&str; 3] = ["https", "ssh", "file"];

impl Address {
    /// Whether a repository's text is one of these.
    pub fn is_one(repository: &str) -> bool {
        repository.starts_with("git+")
    }

    /// Reads a repository's text; `allowed` are the schemes that the user allows.
    ///
    /// # Errors
    /// A scheme that is not allowed, and whatever could be taken for something else.
    pub fn parse(repository: &str, allowed: &[String]) -> Result<Self, Error> {
        let refused = |why: &str| {
            problem(format!("{repository:?}: {why}"))
                .hint("write git+https://HOST/REPOSITORY//FOLDER@REVISION")
        };
        let text = repository.strip_prefix("git+").unwrap_or_default();
        let (scheme, rest) = text.split_once("://").ok_or_else(|| refused("no URL"))?;
        if !SCHEMES.contains(&scheme) {
            return Err(refused("Git is asked by https, ssh or file only"));
        }
        if !allowed.iter().any(|one| one == scheme) {
            return Err(not_allowed(
                format!("{repository:?} is in a Git repository"),
                scheme,
            ));
        }
        let (rest, submodules) = match rest.split_once('?') {
            None => (rest, false),
            Some((rest, "submodules=true")) => (rest, true),
            Some((rest, "submodules=false")) => (rest, false),
            Some(_) => return Err(refused("after ? there may be submodules=true alone")),
        };
        let (host, path) = check_place(scheme, rest).map_err(refused)?;
        let (path, revision) = match path.rsplit_once('@') {
            Some((path, revision)) => (
                path,
                read_revision(revision).ok_or_else(|| refused("no revision"))?,
            ),
            None => (path, Revision::Head),
        };
        let (path, folder) = path.split_once("//").unwrap_or((path, ""));
        let folder = folder.trim_matches('/');
        if path.is_empty() || leads_astray(path) || leads_astray(folder) || folder.contains(':') {
            return Err(refused("no path"));
        }
        Ok(Self {
            scheme: scheme.to_owned(),
            url: format!("{scheme}://{host}/{path}"),
            folder: folder.to_owned(),
            revision,
            submodules,
            allowed: allowed.to_vec(),
        })
    }

    /// A submodule: its URL as `.gitmodules` has it, its commit, and the folder that is wanted.
    ///
    /// A stranger wrote that URL: it has to be of a scheme that the user allows, and leads to
    /// files of this machine from there alone.
    ///
    /// # Errors
    /// As [`Address::parse`].
    pub fn of_submodule(&self, url: &str, commit: &str, folder: &str) -> Result<Self, Error> {
        let refused = |why: &str| {
            problem(format!(
                "could not fetch {}: its submodule {url:?}: {why}",
                self.shown()
            ))
        };
        let whole = self.absolute(url).ok_or_else(|| refused("no path"))?;
        let parts = whole
            .split_once("://")
            .filter(|(scheme, _)| SCHEMES.contains(scheme));
        let (scheme, rest) =
            parts.ok_or_else(|| refused("Git is asked by https, ssh or file only"))?;
        if scheme == "file" && self.scheme != "file" {
            return Err(refused("files of this machine are none of its business"));
        }
        if !self.allowed.iter().any(|one| one == scheme) {
            let what = format!("could not fetch {}: its submodule is {url:?}", self.shown());
            return Err(not_allowed(what, scheme));
        }
        let (host, path) = check_place(scheme, rest).map_err(refused)?;
        let revision = read_revision(commit).filter(|found| matches!(found, Revision::Commit(_)));
        if path.is_empty() || leads_astray(path) || leads_astray(folder) {
            return Err(refused("no path"));
        }
        Ok(Self {
            scheme: scheme.to_owned(),
            url: format!("{scheme}://{host}/{path}"),
            folder: folder.to_owned(),
            revision: revision.ok_or_else(|| refused("no commit"))?,
            submodules: true,
            allowed: self.allowed.clone(),
        })
    }

    /// A submodule's URL in full: it may be seen from the repository, or be `git@HOST:PATH`.
    fn absolute(&self, url: &str) -> Option<String> {
        if url.starts_with("./") || url.starts_with("../") {
            let (scheme, place) = self.url.split_once("://")?;
            let (host, path) = place.split_once('/')?;
            let mut parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
            for part in url.split('/') {
                match part {
                    "." | "" => {}
                    ".." => drop(parts.pop()?),
                    part => parts.push(part),
                }
            }
            return Some(format!("{scheme}://{host}/{}", parts.join("/")));
        }
        // `ext::…` and its like are no URLs, and are told as such.
        if url.contains("://") || url.contains("::") {
            return Some(url.to_owned());
        }
        let (host, path) = url.split_once(':').filter(|(host, _)| host.contains('@'))?;
        Some(format!("ssh://{host}/{}", path.trim_start_matches('/')))
    }

    /// The repository's text with a commit as its revision.
    pub fn at(&self, commit: &str) -> String {
        let between = if self.folder.is_empty() { "" } else { "//" };
        let question = if self.submodules {
            "?submodules=true"
        } else {
            ""
        };
        let Self { url, folder, .. } = self;
        format!("git+{url}{between}{folder}@{commit}{question}")
    }

    /// For people.
    pub fn shown(&self) -> String {
        match &self.revision {
            Revision::Head => self.at("HEAD"),
            Revision::Name(name) | Revision::Commit(name) => self.at(name),
        }
    }
}

fn not_allowed(what: String, scheme: &str) -> Error {
    problem(format!("{what}, and Git may not be asked by {scheme}")).hint(format!(
        "--allow-git {scheme} allows it, and so does PINTLE_ALLOW_GIT={scheme}"
    ))
}

fn leads_astray(path: &str) -> bool {
    path.split('/').any(|part| matches!(part, "." | ".."))
}

/// Host and path, in which nothing has a meaning to a shell or to Git.
fn check_place<'a>(scheme: &str, rest: &'a str) -> Result<(&'a str, &'a str), &'static str> {
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"\\\"'`<>|^{}?#*[]$;&!".contains(&byte);
    if !rest.bytes().all(plain) {
        return Err("there are characters in it that may not be there");
    }
    let (host, path) = rest.split_once('/').ok_or("no path")?;
    check_host(scheme, host)?;
    Ok((host, path))
}

/// A name that is no option, and no password: those would end up in the lock.
fn check_host(scheme: &str, host: &str) -> Result<(), &'static str> {
    let (user, name) = host.rsplit_once('@').unwrap_or(("", host));
    if user.contains(':') || (scheme == "https" && !user.is_empty()) {
        return Err("no user names and passwords here: Git's credential helpers know them");
    }
    if user.starts_with('-') || name.starts_with('-') || (name.is_empty() != (scheme == "file")) {
        return Err("no host");
    }
    Ok(())
}

/// Not an option, not an expression: a name, or a commit.
fn read_revision(text: &str) -> Option<Revision> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._/+".contains(&byte);
    let is_name = !text.is_empty()
        && text.bytes().all(plain)
        && !text.starts_with(['-', '.', '/', '+'])
        && !text.ends_with(['/', '.'])
        && !text.contains("..")
        && !text.contains("//");
    let is_commit = matches!(text.len(), 40 | 64)
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    match (is_name, is_commit) {
        (true, true) => Some(Revision::Commit(text.to_owned())),
        (true, false) => Some(Revision::Name(text.to_owned())),
        (false, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Address, Error> {
        let all: Vec<String> = SCHEMES.iter().map(ToString::to_string).collect();
        Address::parse(text, &all)
    }

    #[test]
    fn the_parts_of_an_address() {
        let commit = "0123456789012345678901234567890123456789";
        let parts = |text: &str| {
            let found = parse(text).unwrap();
            (found.url, found.folder, found.revision)
        };
        let name = |text: &str| Revision::Name(text.to_owned());
        for (text, url, folder, revision) in [
            (
                "git+https://h/a/b.git//charts/db@v1.0",
                "https://h/a/b.git",
                "charts/db",
                name("v1.0"),
            ),
            (
                "git+https://h/a@feature/x",
                "https://h/a",
                "",
                name("feature/x"),
            ),
            (
                "git+https://h:8443/a//b/",
                "https://h:8443/a",
                "b",
                Revision::Head,
            ),
            (
                "git+ssh://git@h/a.git//b@main",
                "ssh://git@h/a.git",
                "b",
                name("main"),
            ),
            (
                "git+file:///srv/a.git",
                "file:///srv/a.git",
                "",
                Revision::Head,
            ),
        ] {
            let expected = (url.to_owned(), folder.to_owned(), revision);
            assert_eq!(parts(text), expected, "{text}");
        }
        let locked = parse(&format!("git+https://h/a//b@{commit}")).unwrap();
        assert_eq!(locked.revision, Revision::Commit(commit.to_owned()));
        assert_eq!(locked.at(commit), format!("git+https://h/a//b@{commit}"));
        assert!(!locked.submodules);
        let off = parse("git+https://h/a//b@v1?submodules=false").unwrap();
        assert!(!off.submodules);
        let on = parse("git+https://h/a//b@v1?submodules=true").unwrap();
        assert_eq!(on.revision, name("v1"));
        assert_eq!(
            on.at(commit),
            format!("git+https://h/a//b@{commit}?submodules=true")
        );
        assert!(parse(&on.at(commit)).unwrap().submodules);
    }

    #[test]
    fn submodules_are_where_the_user_allows() {
        let commit = "0123456789012345678901234567890123456789";
        let of = |parent: &str, allowed: &[&str], url: &str| {
            let allowed: Vec<String> = allowed.iter().map(ToString::to_string).collect();
            let parent = Address::parse(parent, &allowed).unwrap();
            parent.of_submodule(url, commit, "x").map(|found| found.url)
        };
        let parent = "git+https://h/org/a.git//c@v1?submodules=true";
        for (url, whole) in [
            ("https://other/b.git", "https://other/b.git"),
            ("../b.git", "https://h/org/b.git"),
            ("../../x/b", "https://h/x/b"),
            ("./b", "https://h/org/a.git/b"),
            ("git@other:o/b.git", "ssh://git@other/o/b.git"),
            ("ssh://git@other/o/b.git", "ssh://git@other/o/b.git"),
        ] {
            assert_eq!(of(parent, &["https", "ssh"], url).unwrap(), whole, "{url}");
        }
        let local = "git+file:///srv/a.git?submodules=true";
        assert_eq!(of(local, &["file"], "../b").unwrap(), "file:///srv/b");
        for url in [
            "file:///etc",
            "/etc",
            "ext::sh -c x",
            "ext::sh://x/y",
            "http://h/b",
            "git://h/b",
            "fd::17/x",
            "../../../../b",
            "https://h",
            "https://h/..",
            "https://me:word@h/b",
            "ssh://-oProxyCommand=x/b",
            "-oProxyCommand=x@h:b",
            "--upload-pack=x",
            "https://h/b\n",
            "",
        ] {
            assert!(of(parent, &["https", "ssh", "file"], url).is_err(), "{url}");
        }
        // Each by a protocol that is allowed, whatever that of its parent is.
        assert!(of(parent, &["https"], "git@other:o/b.git").is_err());
        assert!(of(local, &["file"], "https://h/b").is_err());
        let error = of(parent, &["https"], "ssh://git@other/o/b").unwrap_err();
        assert!(
            error.text.contains("Git may not be asked by ssh"),
            "{error:?}"
        );
        assert!(error.hints[0].contains("--allow-git ssh"), "{error:?}");
    }

    #[test]
    fn nothing_can_be_taken_for_an_option_or_leads_elsewhere() {
        for text in [
            "git+https://h",
            "git+https:///a",
            "git+http://h/a",
            "git+git://h/a",
            "git+ext::sh -c x",
            "git+ext://h/a",
            "git+ssh://-oProxyCommand=x/a",
            "git+ssh://-l@h/a",
            "git+https://me:word@h/a",
            "git+https://me@h/a",
            "git+https://h/a@--upload-pack=x",
            "git+https://h/a@",
            "git+https://h/a@v1..v2",
            "git+https://h/a@v1:x",
            "git+https://h/a//../b@v1",
            "git+https://h/../a",
            "git+https://h/a//b:c@v1",
            "git+https://h/a b@v1",
            "git+https://h/a\n@v1",
            "git+https://h/a@v1^{tree}",
            "git+https://h/$(x)",
            "git+file://h/a",
            "git+https://h/a@v1?submodules",
            "git+https://h/a@v1?submodules=true&x=y",
            "git+https://h/a?ref=v1",
            "git+https://h/a?submodules=true@v1",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
        let error = Address::parse("git+https://h/a", &[]).unwrap_err();
        assert!(error.hints[0].contains("--allow-git https"), "{error:?}");
    }
}
