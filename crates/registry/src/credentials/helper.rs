//! Programs that keep secrets: `docker-credential-NAME get|store|erase`.

use std::ffi::OsStr;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use super::Credential;
use crate::Error;

const PREFIX: &str = "docker-credential-";
/// What a helper says that has nothing for a server.
const NOTHING: &str = "credentials not found in native keychain";
/// The user name that marks a token.
const TOKEN: &str = "<token>";
/// The most bytes of an answer.
const MOST: u64 = 1 << 20;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Kept {
    #[serde(default, rename = "ServerURL")]
    server: String,
    #[serde(default)]
    username: String,
    #[serde(default)]
    secret: String,
}

/// One helper.
pub(crate) struct Helper {
    suffix: String,
    program: std::ffi::OsString,
}

impl Helper {
    /// The helper of this name, found in `search` (a `PATH`) when that is known.
    pub(crate) fn new(suffix: &str, search: Option<&OsStr>) -> Self {
        let name = format!("{PREFIX}{suffix}");
        let program = search
            .and_then(|search| find(&name, search))
            .map_or_else(|| name.into(), std::path::PathBuf::into_os_string);
        Self {
            suffix: suffix.to_owned(),
            program,
        }
    }

    pub(crate) fn suffix(&self) -> &str {
        &self.suffix
    }

    /// For people.
    pub(crate) fn name(&self) -> String {
        format!("{PREFIX}{}", self.suffix)
    }

    pub(crate) fn get(&self, server: &str) -> Result<Credential, Error> {
        let answer = match self.run("get", server.as_bytes()) {
            Err(error) if error.to_string() == NOTHING => return Ok(Credential::default()),
            other => other?,
        };
        let secret: Kept = serde_json::from_slice(&answer)
            .map_err(|error| Error::new(format!("{} get {server}: {error}", self.name())))?;
        if secret.username == TOKEN {
            return Ok(Credential {
                identity_token: secret.secret,
                ..Credential::default()
            });
        }
        Ok(Credential::basic(secret.username, secret.secret))
    }

    pub(crate) fn put(&self, server: &str, credential: &Credential) -> Result<(), Error> {
        let (username, secret) = match credential.identity_token.as_str() {
            "" => (credential.username.as_str(), &credential.password),
            _ => (TOKEN, &credential.identity_token),
        };
        let secret = serde_json::to_vec(&Kept {
            server: server.to_owned(),
            username: username.to_owned(),
            secret: secret.clone(),
        });
        let secret = secret.map_err(|error| Error::new(error.to_string()))?;
        self.run("store", &secret).map(|_| ())
    }

    pub(crate) fn delete(&self, server: &str) -> Result<(), Error> {
        self.run("erase", server.as_bytes()).map(|_| ())
    }

    /// Runs the helper; its complaint, which it prints like an answer, is the error.
    fn run(&self, action: &str, input: &[u8]) -> Result<Vec<u8>, Error> {
        let name = self.name();
        let failed = |error: std::io::Error| {
            let reason = match error.kind() {
                std::io::ErrorKind::NotFound => "executable file not found in $PATH".to_owned(),
                _ => error.to_string(),
            };
            Error::new(format!("exec: \"{name}\": {reason}"))
                .with_hint("install it, or take its name out of the config.json that names it")
        };
        let mut child = Command::new(&self.program)
            .arg(action)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        if let Some(mut stdin) = child.stdin.take() {
            // A helper that does not want to know says why in its answer.
            let _ = stdin.write_all(input);
        }
        let mut answer = Vec::new();
        if let Some(stdout) = child.stdout.take() {
            stdout.take(MOST).read_to_end(&mut answer).map_err(failed)?;
        }
        let status = child.wait().map_err(failed)?;
        if status.success() {
            return Ok(answer);
        }
        let complaint = String::from_utf8_lossy(&answer).trim().to_owned();
        if !complaint.is_empty() {
            return Err(Error::new(complaint));
        }
        let code = status
            .code()
            .map_or_else(|| "signal".to_owned(), |code| code.to_string());
        Err(Error::new(format!("{name} {action}: exit status {code}")))
    }
}

/// The helper of this platform, when it is installed.
pub(crate) fn of_platform(search: Option<&OsStr>) -> Option<String> {
    let search = search?;
    let suffix = if cfg!(target_os = "macos") {
        "osxkeychain"
    } else if cfg!(windows) {
        "wincred"
    } else if find("pass", search).is_some() {
        "pass"
    } else {
        "secretservice"
    };
    find(&format!("{PREFIX}{suffix}"), search).map(|_| suffix.to_owned())
}

fn find(name: &str, search: &OsStr) -> Option<std::path::PathBuf> {
    std::env::split_paths(search)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(name))
        .find(|path| is_program(path))
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata()
        .is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.with_extension("exe").is_file()
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::super::{Places, Store};
    use super::*;

    /// A helper that keeps one secret in a file.
    fn install(folder: &Path, suffix: &str) {
        let path = folder.join(format!("{PREFIX}{suffix}"));
        let kept = folder.join("kept");
        let script = format!(
            "#!/bin/sh\ncase $1 in\nstore) cat >'{0}' ;;\nget) cat >/dev/null; cat '{0}' 2>/dev/null || {{ echo '{NOTHING}'; exit 1; }} ;;\n\
             erase) cat >/dev/null; rm '{0}' 2>/dev/null || {{ echo 'no such thing'; exit 1; }} ;;\nesac\n",
            kept.display()
        );
        // Written under another name: a file that is being written cannot be run.
        let other = folder.join("new");
        fs::write(&other, script).expect("a file");
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(&other, mode).expect("a mode");
        fs::rename(other, path).expect("another name");
    }

    fn store(folder: &Path) -> Store {
        Store::new(Places {
            helm: folder.join("config.json"),
            docker: None,
            path: Some(folder.into()),
        })
    }

    #[test]
    fn a_helper_keeps_what_the_file_says_it_keeps() {
        let folder = tempfile::tempdir().unwrap();
        let (store, config) = (store(folder.path()), folder.path().join("config.json"));
        fs::write(&config, "{\"credHelpers\": {\"h\": \"mine\"}}").unwrap();
        let error = store.get("h").unwrap_err();
        assert!(
            error.to_string().contains("docker-credential-mine"),
            "{error}"
        );
        install(folder.path(), "mine");
        assert_eq!(store.get("h").unwrap(), None);
        store.put("h", &Credential::basic("u", "p")).unwrap();
        let found = store.get("h").unwrap().unwrap();
        assert_eq!(found.credential, Credential::basic("u", "p"));
        assert_eq!(found.source, "docker-credential-mine");
        assert!(!fs::read_to_string(&config).unwrap().contains("credsStore"));
        store.delete("h").unwrap();
        assert_eq!(store.delete("h").unwrap_err().to_string(), "no such thing");
        let token = Credential {
            identity_token: "t".into(),
            ..Credential::default()
        };
        store.put("h", &token).unwrap();
        assert_eq!(store.get("h").unwrap().unwrap().credential, token);
    }

    #[test]
    fn the_helper_of_the_platform_is_used_and_remembered() {
        if !cfg!(target_os = "linux") {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let (store, config) = (store(folder.path()), folder.path().join("config.json"));
        install(folder.path(), "secretservice");
        store.put("h", &Credential::basic("u", "p")).unwrap();
        let text = fs::read_to_string(&config).unwrap();
        assert_eq!(
            text,
            "{\n\t\"auths\": {},\n\t\"credsStore\": \"secretservice\"\n}"
        );
        assert_eq!(store.get("h").unwrap().unwrap().credential.username, "u");
    }

    #[test]
    fn dockers_file_is_asked_after_helms() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("helm"), "{\"auths\": {\"a\": {\"auth\": \"dTpw\"}}}").unwrap();
        fs::write(
            at("docker"),
            "{\"auths\": {\"a\": {\"auth\": \"eDp5\"}, \"b\": {\"auth\": \"eDp5\"}}}",
        )
        .unwrap();
        let store = Store::new(Places {
            helm: at("helm"),
            docker: Some(at("docker")),
            path: None,
        });
        let user = |server: &str| {
            store
                .get(server)
                .unwrap()
                .map(|found| found.credential.username)
        };
        assert_eq!(user("a").as_deref(), Some("u"));
        assert_eq!(user("b").as_deref(), Some("x"));
        assert_eq!(user("c"), None);
    }
}
