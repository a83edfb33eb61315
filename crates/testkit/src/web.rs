//! Servers on this machine, under whatever names: a proxy for HTTP that answers for all of
//! them. Programs find it by `HTTP_PROXY`, so that URLs are the same in every run.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What a server answers at one URL. With a header `ETag`, those who know it already are told
/// that it is unchanged.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The status, 200 for 0.
    pub status: u16,
    /// More headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// The `user:password` that it is shown to.
    pub login: Option<String>,
    /// How many bytes more the server promises than it sends.
    pub missing: usize,
    /// Whether the server ends the connection without a word.
    pub hangs_up: bool,
}

impl Page {
    /// A page with this body.
    pub fn new(body: impl AsRef<[u8]>) -> Self {
        Self {
            body: body.as_ref().to_vec(),
            ..Self::default()
        }
    }

    /// A page without a body.
    pub fn status(status: u16) -> Self {
        Self {
            status,
            ..Self::default()
        }
    }

    /// The same with one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same for those who log in alone.
    #[must_use]
    pub fn login(mut self, login: &str) -> Self {
        self.login = Some(login.to_owned());
        self
    }

    /// A server that has nothing to say.
    pub fn hangs_up() -> Self {
        Self {
            hangs_up: true,
            ..Self::default()
        }
    }

    /// The same, cut off before its end.
    #[must_use]
    pub fn cut_off(mut self) -> Self {
        self.missing = 100;
        self
    }
}

/// Pages by their URLs.
pub type Pages = BTreeMap<String, Page>;

/// All servers there are, until it is dropped or the test ends.
#[derive(Debug)]
pub struct Web {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Web {
    /// Starts to answer.
    pub fn new(pages: Pages) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port of this machine");
        let address = listener.local_addr().expect("an address").to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        let pages = Arc::new(pages);
        // The thread ends with the program.
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (pages, log) = (Arc::clone(&pages), Arc::clone(&log));
                thread::spawn(move || answer(stream, &pages, &log));
            }
        });
        Self { address, asked }
    }

    /// What `HTTP_PROXY` has to be.
    pub fn proxy(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What was asked for since the last time, sorted: `GET URL`, and who asked.
    pub fn asked(&self) -> Vec<String> {
        let mut asked = std::mem::take(&mut *self.asked.lock().expect("a log"));
        asked.sort();
        asked
    }
}

fn answer(stream: TcpStream, pages: &Pages, log: &Mutex<Vec<String>>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let mut words = first.split_whitespace();
    let (method, url) = (words.next()?, words.next()?);
    let (mut authorization, mut known, mut length) = (String::new(), String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':')?;
        match name.to_ascii_lowercase().as_str() {
            "authorization" => value.trim().clone_into(&mut authorization),
            "if-none-match" => value.trim().clone_into(&mut known),
            "content-length" => length = value.trim().parse().ok()?,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let who = login(&authorization);
    let absent = Page::status(404);
    let page = pages.get(url).unwrap_or(&absent);
    let refused = Page::status(401).header("WWW-Authenticate", "Basic realm=\"x\"");
    let page = match &page.login {
        Some(login) if *login != who => &refused,
        _ => page,
    };
    let mut asked = format!("{method} {url} {who}").trim_end().to_owned();
    let unchanged = Page::status(304);
    let has_tag = |(name, tag): &(String, String)| name == "ETag" && *tag == known;
    let page = if page.headers.iter().any(has_tag) {
        asked += " (unchanged)";
        &unchanged
    } else {
        page
    };
    log.lock().ok()?.push(asked);
    if page.hangs_up {
        return None;
    }
    send(stream, page).ok()
}

fn send(mut stream: TcpStream, page: &Page) -> std::io::Result<()> {
    let status = if page.status == 0 { 200 } else { page.status };
    let reason = match status {
        200 => "OK",
        301 | 302 => "Found",
        304 => "Not Modified",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Something",
    };
    let mut head = format!("HTTP/1.1 {status} {reason}\r\nConnection: close\r\n");
    for (name, value) in &page.headers {
        head += &format!("{name}: {value}\r\n");
    }
    head += &format!("Content-Length: {}\r\n\r\n", page.body.len() + page.missing);
    stream.write_all(head.as_bytes())?;
    stream.write_all(&page.body)
}

/// `user:password` of a header for basic authentication.
pub(crate) fn login(header: &str) -> String {
    match header.strip_prefix("Basic ") {
        Some(text) => String::from_utf8_lossy(&base64(text)).into_owned(),
        None => header.to_owned(),
    }
}

/// The bytes of a text in base64.
pub(crate) fn base64(text: &str) -> Vec<u8> {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let (mut bits, mut count, mut bytes) = (0u32, 0, Vec::new());
    for six in text.bytes().filter_map(value) {
        bits = bits << 6 | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}
