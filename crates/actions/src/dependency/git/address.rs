//! Where a chart in a Git repository is.

use super::super::problem;
use crate::Error;

/// `git+https://HOST/REPOSITORY//FOLDER@REVISION`; folder and revision may be left out.
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
            return Err(problem(format!(
                "{repository:?} is in a Git repository, and Git may not be asked by {scheme}"
            ))
            .hint(format!(
                "--allow-git {scheme} allows it, and so does PINTLE_ALLOW_GIT={scheme}"
            )));
        }
        let plain = |byte: u8| byte.is_ascii_graphic() && !b"\\\"'`<>|^{}?#*[]$;&!".contains(&byte);
        if !rest.bytes().all(plain) {
            return Err(refused("there are characters in it that may not be there"));
        }
        let (host, path) = rest.split_once('/').ok_or_else(|| refused("no path"))?;
        check_host(scheme, host).map_err(refused)?;
        let (path, revision) = match path.rsplit_once('@') {
            Some((path, revision)) => (
                path,
                read_revision(revision).ok_or_else(|| refused("no revision"))?,
            ),
            None => (path, Revision::Head),
        };
        let (path, folder) = path.split_once("//").unwrap_or((path, ""));
        let folder = folder.trim_matches('/');
        let leads_astray = |path: &str| path.split('/').any(|part| matches!(part, "." | ".."));
        if path.is_empty() || leads_astray(path) || leads_astray(folder) || folder.contains(':') {
            return Err(refused("no path"));
        }
        Ok(Self {
            scheme: scheme.to_owned(),
            url: format!("{scheme}://{host}/{path}"),
            folder: folder.to_owned(),
            revision,
        })
    }

    /// The repository's text with a commit as its revision.
    pub fn at(&self, commit: &str) -> String {
        let between = if self.folder.is_empty() { "" } else { "//" };
        format!("git+{}{between}{}@{commit}", self.url, self.folder)
    }

    /// For people.
    pub fn shown(&self) -> String {
        match &self.revision {
            Revision::Head => self.at("HEAD"),
            Revision::Name(name) | Revision::Commit(name) => self.at(name),
        }
    }
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
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
        let error = Address::parse("git+https://h/a", &[]).unwrap_err();
        assert!(error.hints[0].contains("--allow-git https"), "{error:?}");
    }
}
