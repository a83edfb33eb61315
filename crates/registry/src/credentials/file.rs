//! The file in which Docker and Helm keep credentials.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use super::Credential;
use crate::Error;

/// The most bytes of a file. Nobody has so many registries.
const MOST: u64 = 4 << 20;

/// One entry of `auths`.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Entry {
    #[serde(skip_serializing_if = "String::is_empty")]
    auth: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    identitytoken: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    registrytoken: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    username: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    password: String,
}

/// A `config.json` of Docker's kind. What is not understood in it stays as it is.
#[derive(Debug, Clone, Default)]
pub struct ConfigFile {
    path: PathBuf,
    content: BTreeMap<String, Box<RawValue>>,
    auths: BTreeMap<String, Box<RawValue>>,
    helpers: BTreeMap<String, String>,
    helper: String,
}

impl ConfigFile {
    /// Reads a file; one that is absent or empty says nothing.
    ///
    /// # Errors
    /// A file that cannot be read, with Helm's text.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let failed = |error: &dyn std::fmt::Display| {
            let path = path.display();
            Error::new(format!(
                "failed to open config file at {path}: open {path}: {error}"
            ))
        };
        let mut bytes = Vec::new();
        match fs::File::open(path) {
            Ok(file) => file
                .take(MOST + 1)
                .read_to_end(&mut bytes)
                .map_err(|error| failed(&error))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            Err(error) => return Err(failed(&words(&error))),
        };
        if bytes.len() as u64 > MOST {
            return Err(failed(&format!("larger than {MOST} bytes")));
        }
        Self::parse(path, &bytes)
    }

    /// The same from the contents of a file.
    ///
    /// # Errors
    /// What is not of Docker's kind, with Helm's text.
    pub fn parse(path: &Path, bytes: &[u8]) -> Result<Self, Error> {
        let mut file = Self {
            path: path.to_owned(),
            ..Self::default()
        };
        if bytes.trim_ascii().is_empty() {
            return Ok(file);
        }
        let mut documents = serde_json::Deserializer::from_slice(bytes).into_iter();
        // GO: what follows the first document is not looked at.
        let content: Option<BTreeMap<String, Box<RawValue>>> = documents
            .next()
            .transpose()
            .map_err(|error| {
                invalid(
                    &format!("failed to decode config file {}", path.display()),
                    &error,
                )
            })?
            .flatten();
        file.content = content.unwrap_or_default();
        file.helper = file.field("credsStore", "creds store")?;
        file.helpers = file.field("credHelpers", "cred helpers")?;
        file.auths = file.field("auths", "auths")?;
        Ok(file)
    }

    fn field<T: Default + for<'de> Deserialize<'de>>(
        &self,
        key: &str,
        name: &str,
    ) -> Result<T, Error> {
        let Some(value) = self.content.get(key) else {
            return Ok(T::default());
        };
        serde_json::from_str::<Option<T>>(value.get())
            .map(Option::unwrap_or_default)
            .map_err(|error| {
                invalid(&format!("failed to unmarshal {name} field"), &error)
                    .with_hint(format!("look at {}", self.path.display()))
            })
    }

    /// Whether it says nothing of credentials.
    pub fn is_empty(&self) -> bool {
        self.helper.is_empty() && self.helpers.is_empty() && self.auths.is_empty()
    }

    /// The name of the helper that it has for a server.
    pub fn helper(&self, server: &str) -> Option<&str> {
        self.helpers
            .get(server)
            .or(Some(&self.helper))
            .map(String::as_str)
            .filter(|name| !name.is_empty())
    }

    /// The credential that it holds for a server.
    ///
    /// # Errors
    /// An entry that is damaged.
    pub fn get(&self, server: &str) -> Result<Credential, Error> {
        let exact = self.auths.get(server);
        let by_host = || {
            let host = |address: &str| {
                let address = address.strip_prefix("http://").unwrap_or(address);
                let address = address.strip_prefix("https://").unwrap_or(address);
                address.split('/').next() == Some(server)
            };
            self.auths
                .iter()
                .find(|(address, _)| host(address))
                .map(|(_, entry)| entry)
        };
        let Some(value) = exact.or_else(by_host) else {
            return Ok(Credential::default());
        };
        let hint = || {
            format!(
                "log in to {server} again, or look at {}",
                self.path.display()
            )
        };
        let entry = serde_json::from_str::<Option<Entry>>(value.get())
            .map_err(|error| invalid("failed to unmarshal auth field", &error).with_hint(hint()))?
            .unwrap_or_default();
        entry.credential().map_err(|error| error.with_hint(hint()))
    }

    /// Keeps a credential.
    ///
    /// # Errors
    /// A user name that cannot be kept, a file that cannot be written.
    pub fn put(&mut self, server: &str, credential: &Credential) -> Result<(), Error> {
        if credential.username.contains(':') {
            return Err(Error::new(
                "bad credential format: colons(:) are not allowed in username",
            ));
        }
        let entry = to_raw_value(&Entry::new(credential))
            .map_err(|error| Error::new(format!("failed to marshal auth field: {error}")))?;
        self.auths.insert(server.to_owned(), entry);
        self.save()
    }

    /// Forgets a credential.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn delete(&mut self, server: &str) -> Result<(), Error> {
        match self.auths.remove(server) {
            Some(_) => self.save(),
            None => Ok(()),
        }
    }

    /// Names a helper for all servers.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn set_helper(&mut self, name: &str) -> Result<(), Error> {
        name.clone_into(&mut self.helper);
        self.save()
            .map_err(|error| error.during("failed to set credsStore: "))
    }

    /// The file as it is written.
    pub fn to_json(&self) -> Vec<u8> {
        let mut content = self.content.clone();
        content.remove("credsStore");
        // Maps and text in memory, with keys that are text: they can always be written.
        if !self.helper.is_empty()
            && let Ok(helper) = to_raw_value(&self.helper)
        {
            content.insert("credsStore".to_owned(), helper);
        }
        if let Ok(auths) = to_raw_value(&self.auths) {
            content.insert("auths".to_owned(), auths);
        }
        indented(&serde_json::to_string(&content).unwrap_or_default()).into_bytes()
    }

    /// Writes it beside its place, for the user alone, and puts it there.
    fn save(&self) -> Result<(), Error> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let failed = |error: io::Error| Error::new(format!("failed to save config file: {error}"));
        make_folder(folder).map_err(|error| {
            Error::new(format!(
                "failed to make directory {}: {error}",
                folder.display()
            ))
        })?;
        let mut file = tempfile::Builder::new()
            .prefix(".pintle-")
            .tempfile_in(folder)
            .map_err(failed)?;
        file.write_all(&self.to_json()).map_err(failed)?;
        file.persist(&self.path)
            .map_err(|error| failed(error.error))?;
        Ok(())
    }
}

impl Entry {
    fn new(credential: &Credential) -> Self {
        let Credential {
            username, password, ..
        } = credential;
        let auth = match (username.as_str(), password.as_str()) {
            ("", "") => String::new(),
            _ => STANDARD.encode(format!("{username}:{password}")),
        };
        Self {
            auth,
            identitytoken: credential.identity_token.clone(),
            registrytoken: credential.access_token.clone(),
            ..Self::default()
        }
    }

    fn credential(self) -> Result<Credential, Error> {
        let mut credential = Credential {
            username: self.username,
            password: self.password,
            identity_token: self.identitytoken,
            access_token: self.registrytoken,
        };
        if !self.auth.is_empty() {
            // DIFF: Helm shows what stands there, which may be a secret.
            let damaged = |reason: &str| {
                Error::new(format!(
                    "failed to decode auth field: invalid config format: {reason}"
                ))
            };
            let bytes = STANDARD
                .decode(&self.auth)
                .map_err(|_| damaged("illegal base64 data"))?;
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let (username, password) = text.split_once(':').ok_or_else(|| {
                damaged("it does not conform the base64(username:password) format")
            })?;
            username.clone_into(&mut credential.username);
            password.clone_into(&mut credential.password);
        }
        Ok(credential)
    }
}

/// JSON with a line for each item, further in by tabs: nothing but the blanks changes, so numbers
/// stay as they were written. GO: `json.Indent`.
fn indented(json: &str) -> String {
    let mut text = String::with_capacity(json.len() * 2);
    let mut depth = 0_usize;
    let new_line = |text: &mut String, depth: usize| {
        text.push('\n');
        text.extend(std::iter::repeat_n('\t', depth));
    };
    let mut signs = json.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            ' ' | '\t' | '\n' | '\r' => {}
            '{' | '[' => {
                text.push(sign);
                while signs.next_if(char::is_ascii_whitespace).is_some() {}
                match signs.next_if(|next| matches!(next, '}' | ']')) {
                    Some(end) => text.push(end),
                    None => {
                        depth += 1;
                        new_line(&mut text, depth);
                    }
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                new_line(&mut text, depth);
                text.push(sign);
            }
            ',' => {
                text.push(sign);
                new_line(&mut text, depth);
            }
            ':' => text.push_str(": "),
            '"' => {
                text.push(sign);
                while let Some(inner) = signs.next() {
                    text.push(inner);
                    match inner {
                        '"' => break,
                        '\\' => text.extend(signs.next()),
                        _ => {}
                    }
                }
            }
            other => text.push(other),
        }
    }
    text
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn invalid(what: &str, error: &serde_json::Error) -> Error {
    Error::new(format!("{what}: invalid config format: {error}"))
}

fn words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<ConfigFile, String> {
        ConfigFile::parse(Path::new("f"), text.as_bytes()).map_err(|error| error.to_string())
    }

    #[test]
    fn credentials_are_found_by_address_and_by_host() {
        let file = parse(
            r#"{"auths": {"h:5000": {"auth": "dTpwOnE="}, "https://old/v1/": {"username": "a", "password": "b"},
                "t": {"identitytoken": "i"}, "r": {"registrytoken": "r"}, "null": null, "empty": {}}}"#,
        )
        .unwrap();
        let get = |server: &str| file.get(server).unwrap();
        assert_eq!(get("h:5000"), Credential::basic("u", "p:q"));
        assert_eq!(get("old"), Credential::basic("a", "b"));
        assert_eq!(
            (get("t").identity_token, get("r").access_token),
            ("i".into(), "r".into())
        );
        assert!(get("null").is_empty() && get("empty").is_empty() && get("h").is_empty());
        assert!(!file.is_empty() && file.helper("h").is_none());
    }

    #[test]
    fn helpers_are_for_one_server_or_all() {
        let file =
            parse(r#"{"credsStore": "s", "credHelpers": {"h": "one", "none": ""}}"#).unwrap();
        assert_eq!(
            (file.helper("h"), file.helper("x")),
            (Some("one"), Some("s"))
        );
        assert_eq!(file.helper("none"), None);
        assert!(parse("").unwrap().is_empty() && parse("null").unwrap().is_empty());
        assert!(parse("{\"auths\": null}").unwrap().is_empty());
    }

    #[test]
    fn what_is_damaged_is_told_without_secrets() {
        for (text, words) in [
            (
                "[]",
                "failed to decode config file f: invalid config format: ",
            ),
            (
                "{",
                "failed to decode config file f: invalid config format: ",
            ),
            (
                "{\"auths\": 1}",
                "failed to unmarshal auths field: invalid config format: ",
            ),
            (
                "{\"credsStore\": {}}",
                "failed to unmarshal creds store field: invalid config format: ",
            ),
            (
                "{\"credHelpers\": []}",
                "failed to unmarshal cred helpers field: invalid config format: ",
            ),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.starts_with(words), "{error}");
        }
        for entry in ["{\"auth\": \"!secret\"}", "{\"auth\": \"c2VjcmV0\"}", "3"] {
            let file = parse(&format!("{{\"auths\": {{\"h\": {entry}}}}}")).unwrap();
            let error = file.get("h").unwrap_err();
            assert!(
                !error.to_string().contains("secret") && error.hint().is_some(),
                "{error}"
            );
        }
    }

    // As `helm registry login` 4.3.1 leaves such a file.
    #[test]
    fn files_are_written_as_helm_does_and_keep_the_rest() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("registry/config.json");
        let mut file = ConfigFile::load(&path).unwrap();
        file.put("h", &Credential::basic("u", "p")).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(
            text,
            "{\n\t\"auths\": {\n\t\t\"h\": {\n\t\t\t\"auth\": \"dTpw\"\n\t\t}\n\t}\n}"
        );
        fs::write(
            &path,
            "{\"x\": [1, {}], \"auths\": {\"h\": {}, \"g\": {\"k\": 1}}}",
        )
        .unwrap();
        let mut file = ConfigFile::load(&path).unwrap();
        file.delete("absent").unwrap();
        file.delete("h").unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(
            text,
            "{\n\t\"auths\": {\n\t\t\"g\": {\n\t\t\t\"k\": 1\n\t\t}\n\t},\n\t\"x\": [\n\t\t1,\n\t\t{}\n\t]\n}"
        );
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o600);
        }
        assert!(file.put("h", &Credential::basic("a:b", "p")).is_err());
    }

    #[test]
    fn what_others_keep_there_stays() {
        let text = "{\"proxies\":{\"d\":{\"n\":77777700000000000000407343682,\"f\":1.10,\"s\":\"a\\\"{,:[\\\\\"}},\"e\":[ ],\"auths\":{}}";
        let written = parse(text).unwrap().to_json();
        let written = String::from_utf8(written).unwrap();
        let expected = "{\n\t\"auths\": {},\n\t\"e\": [],\n\t\"proxies\": {\n\t\t\"d\": {\n\t\t\t\"n\": 77777700000000000000407343682,\n\t\t\t\"f\": 1.10,\n\t\t\t\"s\": \"a\\\"{,:[\\\\\"\n\t\t}\n\t}\n}";
        assert_eq!(written, expected);
        assert_eq!(parse(&written).unwrap().to_json(), written.as_bytes());
    }
}
