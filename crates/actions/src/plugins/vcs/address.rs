//! Of which kind a repository is, by its address.
//!
//! DIFF: Helm also asks the server for a page with a tag `go-import` when the address says nothing.

use std::path::Path;

use super::Tool;

/// The parts of an address that say something.
struct Parts<'a> {
    scheme: &'a str,
    user: &'a str,
    /// With its port.
    host: &'a str,
    path: String,
}

/// The kind of repository that is at an address.
pub(super) fn kind(remote: &str) -> Option<Tool> {
    // Nothing that a program could take for one of its flags.
    if remote.starts_with('-') {
        return None;
    }
    if let Some(path) = remote.strip_prefix("file://") {
        let path = Path::new(path);
        return Tool::of_folder(path).or_else(|| is_bare(path).then_some(Tool::Git));
    }
    let parts = parts(remote)?;
    if parts.host.is_empty() || parts.host.starts_with('-') || parts.user.starts_with('-') {
        return None;
    }
    match parts.scheme {
        "git" | "git+ssh" => return Some(Tool::Git),
        "bzr+ssh" => return Some(Tool::Bzr),
        "svn+ssh" => return Some(Tool::Svn),
        _ => {}
    }
    if let Some((tool, is_one)) = of_host(parts.host, parts.path.trim_start_matches('/')) {
        return is_one.then_some(tool);
    }
    let whole = format!("{}{}", parts.host, parts.path);
    match whole.rsplit_once('.').map(|(_, end)| end) {
        Some("git") => return Some(Tool::Git),
        Some("hg") => return Some(Tool::Hg),
        Some("svn") => return Some(Tool::Svn),
        Some("bzr") => return Some(Tool::Bzr),
        _ => {}
    }
    match parts.user {
        "git" => Some(Tool::Git),
        "hg" => Some(Tool::Hg),
        _ => None,
    }
}

/// HELM: hosts whose repositories have no endings, and whether a path of theirs is of one.
fn of_host(host: &str, path: &str) -> Option<(Tool, bool)> {
    let names: Vec<&str> = path.split('/').collect();
    let plain = |name: &&str| {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
        !name.is_empty() && name.bytes().all(is_part)
    };
    let all = |count: std::ops::RangeInclusive<usize>| {
        count.contains(&names.len()) && names.iter().all(plain)
    };
    // ~PERSON/PROJECT/NAME, where the project may be `+word`.
    let personal = |word: &str| {
        let [person, project, rest @ ..] = names.as_slice() else {
            return false;
        };
        let person = person.strip_prefix('~');
        person.is_some_and(|person| plain(&person))
            && (*project == word || plain(project))
            && !rest.is_empty()
            && rest.iter().all(plain)
    };
    let found = match host {
        "github.com" | "bitbucket.org" => (Tool::Git, all(2..=usize::MAX)),
        "launchpad.net" => (Tool::Bzr, all(1..=usize::MAX) || personal("+junk")),
        "git.launchpad.net" => {
            let is_one = all(1..=1) || (names.len() == 3 && personal("+git"));
            (Tool::Git, is_one)
        }
        "hub.jazz.net" => (Tool::Git, names[0] == "git" && all(3..=usize::MAX)),
        "go.googlesource.com" => {
            let name = path.strip_suffix('/').unwrap_or(path);
            (Tool::Git, plain(&name))
        }
        "git.openstack.org" => (Tool::Git, all(2..=2)),
        "hg.code.sf.net" => (Tool::Hg, names[0] == "p" && all(3..=3)),
        "git.code.sf.net" => (Tool::Git, names[0] == "p" && all(3..=3)),
        "svn.code.sf.net" => (Tool::Svn, names[0] == "p" && all(3..=3)),
        _ => return None,
    };
    Some(found)
}

fn is_bare(folder: &Path) -> bool {
    folder.join("HEAD").is_file() && folder.join("objects").is_dir() && folder.join("refs").is_dir()
}

/// HELM: an address is a URL, or `USER@HOST:PATH`, which has no scheme.
fn parts(remote: &str) -> Option<Parts<'_>> {
    let short = remote.split_once('@').and_then(|(user, rest)| {
        let (host, path) = rest.split_once(':')?;
        let is_user = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let is_host = |byte: u8| is_user(byte) || b".-".contains(&byte);
        let fits = !user.is_empty() && user.bytes().all(is_user);
        (fits && !host.is_empty() && host.bytes().all(is_host)).then(|| Parts {
            scheme: "",
            user,
            host,
            path: format!("/{path}"),
        })
    });
    short.or_else(|| {
        let (scheme, rest) = remote.split_once("://")?;
        let (host, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        let (user, host) = host.rsplit_once('@').unwrap_or(("", host));
        Some(Parts {
            scheme,
            user: user.split(':').next().unwrap_or_default(),
            host,
            path: path.split(['?', '#']).next().unwrap_or_default().to_owned(),
        })
    })
}

/// HELM: the name of a copy is made of its address.
pub(super) fn cache_name(remote: &str) -> Option<String> {
    let parts = parts(remote)?;
    let mut name = String::new();
    for part in [parts.scheme, parts.user] {
        if !part.is_empty() {
            name.push_str(part);
            name.push('-');
        }
    }
    name.push_str(parts.host);
    name.push_str(&parts.path.replace('/', "-"));
    let name = name.replace([':', '/', '\\'], "-");
    (!matches!(name.as_str(), "" | "." | "..")).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::{Tool, cache_name, kind};

    // The names of folders that Helm makes.
    #[test]
    fn copies_have_helms_names() {
        for (remote, name) in [
            ("https://github.com/a/b", "https-github.com-a-b"),
            ("git@127.0.0.1:x/y.git", "git-127.0.0.1-x-y.git"),
            ("ssh://git@127.0.0.1:9/x/y", "ssh-git-127.0.0.1-9-x-y"),
            ("file:///tmp/repo.git", "file--tmp-repo.git"),
            ("svn+ssh://host/a/b", "svn+ssh-host-a-b"),
        ] {
            assert_eq!(cache_name(remote).as_deref(), Some(name));
        }
        assert_eq!(cache_name("nope"), None);
    }

    // Which program Helm 4.3.1 runs for each: `plugin install ADDRESS --verify=false`.
    #[test]
    fn kinds_are_told_by_addresses() {
        for (remote, tool) in [
            ("https://github.com/a/b", Some(Tool::Git)),
            ("https://github.com/a/b/c", Some(Tool::Git)),
            ("https://github.com/a", None),
            ("https://github.com:443/a/b", None),
            ("https://bitbucket.org/a/b", Some(Tool::Git)),
            ("https://launchpad.net/x", Some(Tool::Bzr)),
            ("https://launchpad.net/~me/+junk/x", Some(Tool::Bzr)),
            ("https://launchpad.net/~me", None),
            ("https://git.launchpad.net/x", Some(Tool::Git)),
            ("https://hg.code.sf.net/p/a/b", Some(Tool::Hg)),
            ("https://svn.code.sf.net/p/a/b", Some(Tool::Svn)),
            ("https://svn.code.sf.net/p/a", None),
            ("https://go.googlesource.com/net/", Some(Tool::Git)),
            ("https://example.com/a/b.git", Some(Tool::Git)),
            ("http://127.0.0.1:9/x.git", Some(Tool::Git)),
            ("http://127.0.0.1:9/x.git/sub", None),
            ("http://127.0.0.1:9/x.hg", Some(Tool::Hg)),
            ("http://127.0.0.1:9/x.hg?q=1", Some(Tool::Hg)),
            ("http://127.0.0.1:9/x.hg/", None),
            ("http://127.0.0.1:9/.hg", Some(Tool::Hg)),
            ("hg://127.0.0.1:9/x.hg", Some(Tool::Hg)),
            ("http://127.0.0.1:9/x.svn", Some(Tool::Svn)),
            ("http://127.0.0.1.svn", Some(Tool::Svn)),
            ("svn://127.0.0.1:9/x.svn", Some(Tool::Svn)),
            ("svn://127.0.0.1:9/x", None),
            ("svn+ssh://127.0.0.1:9/x", Some(Tool::Svn)),
            ("user@127.0.0.1:a/b.svn", Some(Tool::Svn)),
            ("http://127.0.0.1:9/x.bzr", Some(Tool::Bzr)),
            ("bzr+ssh://127.0.0.1:9/x", Some(Tool::Bzr)),
            ("lp:x", None),
            ("git@example.com:a/b", Some(Tool::Git)),
            ("hg@127.0.0.1:x", Some(Tool::Hg)),
            ("ssh://git@example.com/a/b", Some(Tool::Git)),
            ("ssh://hg@127.0.0.1:9/x", Some(Tool::Hg)),
            ("http://hg@127.0.0.1:9/x", Some(Tool::Hg)),
            ("http://me@127.0.0.1:9/x", None),
            ("hg+ssh://127.0.0.1/x", None),
            ("git://example.com/a", Some(Tool::Git)),
            ("git.code.sf.net/p/a/b", None),
            ("nope", None),
            ("https://example.com/a", None),
            ("file:///does/not/exist.git", None),
            ("--upload-pack=x@git:y", None),
            ("ssh://-oProxyCommand=x/y.hg", None),
            ("svn+ssh://-oProxyCommand=x/y", None),
            ("ext::sh -c x", None),
        ] {
            assert_eq!(kind(remote), tool, "{remote}");
        }
    }
}
