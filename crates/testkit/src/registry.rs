//! An OCI registry in memory, under whatever name: programs find it as their proxy for HTTP, or
//! at its own address.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;

use sha2::{Digest as _, Sha256};

use crate::web::login;

/// Who may use a registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Door {
    /// Everybody.
    #[default]
    Open,
    /// `user:password`, sent with each request.
    Basic(&'static str),
    /// `user:password`, sent to `http://token.example/token` for a token; everybody gets one
    /// to pull.
    Token(&'static str),
}

/// A registry, until the test ends.
#[derive(Debug, Clone)]
pub struct Registry {
    address: String,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    door: Door,
    blobs: BTreeMap<String, Vec<u8>>,
    /// By repository, then tag or digest.
    manifests: BTreeMap<String, BTreeMap<String, Vec<u8>>>,
    tokens: BTreeMap<String, BTreeSet<String>>,
    uploads: usize,
    asked: Vec<String>,
}

struct Asked {
    method: String,
    path: String,
    query: String,
    authorization: String,
    body: Vec<u8>,
}

struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// How many tags a page has, so that lists have several.
const PAGE: usize = 2;

impl Registry {
    /// Starts an empty registry.
    pub fn new(door: Door) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port of this machine");
        let address = listener.local_addr().expect("an address").to_string();
        let state = State {
            door,
            ..State::default()
        };
        let registry = Self {
            address,
            state: Arc::new(Mutex::new(state)),
        };
        let server = registry.clone();
        // The thread ends with the program.
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let server = server.clone();
                thread::spawn(move || server.serve(stream));
            }
        });
        registry
    }

    /// What `HTTP_PROXY` has to be for hosts of any name.
    pub fn proxy(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Its own host and port.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// What was asked since the last time: `GET PATH WHO`.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.lock().asked)
    }

    /// A manifest.
    pub fn manifest(&self, repository: &str, tag: &str) -> Option<Vec<u8>> {
        self.lock().manifests.get(repository)?.get(tag).cloned()
    }

    /// A blob.
    pub fn blob(&self, digest: &str) -> Option<Vec<u8>> {
        self.lock().blobs.get(digest).cloned()
    }

    /// Gives a manifest one more tag.
    pub fn tag(&self, repository: &str, tag: &str, more: &str) {
        let mut state = self.lock();
        let manifests = state.manifests.entry(repository.to_owned()).or_default();
        if let Some(manifest) = manifests.get(tag).cloned() {
            manifests.insert(more.to_owned(), manifest);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no test panics with a registry")
    }

    fn serve(&self, stream: TcpStream) -> Option<()> {
        let asked = read(&stream)?;
        let mut state = self.lock();
        let who = login(&asked.authorization);
        let line = format!("{} {} {who}", asked.method, asked.path);
        state.asked.push(line.trim_end().to_owned());
        let answer = state.answer(&asked);
        drop(state);
        send(&stream, &asked, &answer).ok()
    }
}

impl State {
    fn answer(&mut self, asked: &Asked) -> Answer {
        if asked.path == "/token" {
            return self.token(asked);
        }
        let Some(path) = asked.path.strip_prefix("/v2/") else {
            return Answer::status(404);
        };
        let (repository, kind, object) = split(path);
        if let Some(refused) = self.refuse(asked, &repository) {
            return refused;
        }
        match (asked.method.as_str(), kind) {
            _ if path.is_empty() => Answer::json("{}"),
            ("GET", "tags") => self.tags(&repository, &asked.query),
            ("GET" | "HEAD", "manifests") => {
                match self
                    .manifests
                    .get(&repository)
                    .and_then(|all| all.get(object))
                {
                    Some(bytes) => Answer::content(MANIFEST, bytes),
                    None => Answer::complaint(404, "MANIFEST_UNKNOWN", "manifest unknown"),
                }
            }
            ("PUT", "manifests") => {
                let digest = digest(&asked.body);
                let manifests = self.manifests.entry(repository).or_default();
                manifests.insert(digest.clone(), asked.body.clone());
                manifests.insert(object.to_owned(), asked.body.clone());
                Answer::status(201).header("Docker-Content-Digest", digest)
            }
            ("POST", "blobs") => {
                self.uploads += 1;
                let place = format!(
                    "/v2/{repository}/blobs/uploads/{}?state=a%2Fb",
                    self.uploads
                );
                Answer::status(202).header("Location", place)
            }
            ("PUT", "blobs") => {
                let digest = digest(&asked.body);
                if !asked.query.contains(&digest.replace(':', "%3A")) {
                    return Answer::complaint(400, "DIGEST_INVALID", "digest invalid");
                }
                self.blobs.insert(digest, asked.body.clone());
                Answer::status(201)
            }
            (_, "blobs") => match self.blobs.get(object) {
                Some(bytes) => Answer::content("application/octet-stream", bytes),
                None => Answer::complaint(404, "BLOB_UNKNOWN", "blob unknown to registry"),
            },
            _ => Answer::status(404),
        }
    }

    fn tags(&self, repository: &str, query: &str) -> Answer {
        let Some(manifests) = self.manifests.get(repository) else {
            return Answer::complaint(404, "NAME_UNKNOWN", "repository name not known to registry");
        };
        let after = query.strip_prefix("last=").unwrap_or_default();
        let mut rest = manifests
            .keys()
            .filter(|tag| !tag.contains(':') && tag.as_str() > after);
        let page: Vec<&String> = rest.by_ref().take(PAGE).collect();
        let last = page.last().map(|tag| (*tag).clone()).unwrap_or_default();
        let names: Vec<String> = page.iter().map(|tag| format!("\"{tag}\"")).collect();
        let answer = Answer::json(&format!("{{\"tags\":[{}]}}", names.join(",")));
        if rest.next().is_none() {
            return answer;
        }
        answer.header(
            "Link",
            format!("</v2/{repository}/tags/list?last={last}>; rel=\"next\""),
        )
    }

    /// The answer to somebody who may not.
    fn refuse(&self, asked: &Asked, repository: &str) -> Option<Answer> {
        let writes = !matches!(asked.method.as_str(), "GET" | "HEAD");
        let action = if writes { "pull,push" } else { "pull" };
        let challenge = match self.door {
            Door::Open => return None,
            Door::Basic(user) if login(&asked.authorization) == user => return None,
            Door::Basic(_) => "Basic realm=\"x\"".to_owned(),
            Door::Token(_) => {
                let token = asked
                    .authorization
                    .strip_prefix("Bearer ")
                    .unwrap_or_default();
                let may = self.tokens.get(token).is_some_and(|allowed| {
                    let mut needed = action.split(',');
                    let allowed = |one| allowed.contains(&format!("{repository}:{one}"));
                    repository.is_empty() || needed.all(allowed)
                });
                if may {
                    return None;
                }
                String::new()
            }
        };
        Some(unauthorized(challenge, repository, action))
    }

    /// Gives out tokens: to pull for everybody, to push for the user.
    fn token(&mut self, asked: &Asked) -> Answer {
        let Door::Token(user) = self.door else {
            return Answer::status(404);
        };
        if asked.method != "GET" {
            return Answer::status(405);
        }
        let who = login(&asked.authorization);
        if !who.is_empty() && who != user {
            return Answer::complaint(401, "UNAUTHORIZED", "wrong password");
        }
        let mut allowed = BTreeSet::new();
        for field in asked.query.split('&') {
            let Some(scope) = field.strip_prefix("scope=repository%3A") else {
                continue;
            };
            let scope = scope.replace("%2F", "/").replace("%2C", ",");
            let (repository, actions) = scope.split_once("%3A").unwrap_or_default();
            for action in actions
                .split(',')
                .filter(|one| *one == "pull" || who == user)
            {
                allowed.insert(format!("{repository}:{action}"));
            }
        }
        let token = format!("token-{}", self.tokens.len() + 1);
        self.tokens.insert(token.clone(), allowed);
        self.asked.push(format!("scopes {}", asked.query));
        Answer::json(&format!("{{\"token\":\"{token}\"}}"))
    }
}

fn unauthorized(challenge: String, repository: &str, action: &str) -> Answer {
    let challenge = if challenge.is_empty() {
        let scope = match repository {
            "" => String::new(),
            name => format!(",scope=\"repository:{name}:{action}\""),
        };
        format!("Bearer realm=\"http://token.example/token\",service=\"registry.example\"{scope}")
    } else {
        challenge
    };
    Answer::complaint(401, "UNAUTHORIZED", "authentication required")
        .header("Www-Authenticate", challenge)
}

impl Answer {
    fn status(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    fn header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    fn json(text: &str) -> Self {
        let mut answer = Self::status(200).header("Content-Type", "application/json".to_owned());
        answer.body = text.as_bytes().to_vec();
        answer
    }

    fn complaint(status: u16, code: &str, message: &str) -> Self {
        let text = format!("{{\"errors\":[{{\"code\":\"{code}\",\"message\":\"{message}\"}}]}}");
        Self {
            status,
            ..Self::json(&text)
        }
    }

    fn content(media_type: &str, bytes: &[u8]) -> Self {
        let mut answer = Self::status(200)
            .header("Content-Type", media_type.to_owned())
            .header("Docker-Content-Digest", digest(bytes));
        answer.body = bytes.to_vec();
        answer
    }
}

/// `sha256:…`
pub fn digest(bytes: &[u8]) -> String {
    let mut text = "sha256:".to_owned();
    for byte in Sha256::digest(bytes) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// `a/b/manifests/1.0.0`
fn split(path: &str) -> (String, &str, &str) {
    for kind in ["/manifests/", "/blobs/", "/tags/"] {
        if let Some((repository, object)) = path.split_once(kind) {
            return (repository.to_owned(), kind.trim_matches('/'), object);
        }
    }
    (String::new(), "", "")
}

fn read(stream: &TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut head = String::new();
    while reader.read_line(&mut head).ok()? > 2 {}
    let mut lines = head.lines();
    let mut words = lines.next()?.split(' ');
    let (method, url) = (words.next()?, words.next()?);
    let (mut length, mut authorization) = (0, String::new());
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().ok()?,
            "authorization" => value.clone_into(&mut authorization),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    // A proxy is asked for whole URLs.
    let path = match url.strip_prefix("http://") {
        Some(rest) => rest.find('/').map_or("/", |place| &rest[place..]),
        None => url,
    };
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    Some(Asked {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        authorization,
        body,
    })
}

fn send(mut stream: &TcpStream, asked: &Asked, answer: &Answer) -> std::io::Result<()> {
    let mut head = format!("HTTP/1.1 {} Said\r\nConnection: close\r\n", answer.status);
    for (name, value) in &answer.headers {
        let _ = write!(head, "{name}: {value}\r\n");
    }
    let _ = write!(head, "Content-Length: {}\r\n\r\n", answer.body.len());
    stream.write_all(head.as_bytes())?;
    if asked.method == "HEAD" {
        return Ok(());
    }
    stream.write_all(&answer.body)
}
