//! Requests to servers on this machine, byte for byte as a test says them.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// What a server answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reply {
    /// The status; 0 when there was no answer.
    pub status: u16,
    /// Its headers, their names in small letters.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

impl Reply {
    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut all = self.headers.iter();
        all.find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Asks a server at `address` (`127.0.0.1:80`), once, on a connection of its own.
pub fn ask(
    address: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Reply {
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    if !body.is_empty() || method == "POST" {
        head += &format!("Content-Length: {}\r\n", body.len());
    }
    head += "\r\n";
    raw(address, &[head.as_bytes(), body].concat(), method == "HEAD")
}

/// Sends these very bytes and reads one answer; none is one with status 0.
pub fn raw(address: &str, bytes: &[u8], is_head: bool) -> Reply {
    exchange(address, bytes, is_head).unwrap_or_default()
}

fn exchange(address: &str, bytes: &[u8], is_head: bool) -> Option<Reply> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_mins(1))).ok()?;
    // The server may answer before it has read all, and stop reading.
    let _ = stream.write_all(bytes);
    let mut reader = BufReader::new(stream);
    loop {
        let mut reply = head(&mut reader)?;
        // Leave to go on is no answer.
        if reply.status == 100 {
            continue;
        }
        let length = reply.header("content-length").map(str::parse::<usize>);
        if is_head || matches!(reply.status, 204 | 304) {
            return Some(reply);
        }
        match length {
            Some(length) => {
                reply.body = vec![0; length.ok()?];
                reader.read_exact(&mut reply.body).ok()?;
            }
            None => {
                reader.read_to_end(&mut reply.body).ok()?;
            }
        }
        return Some(reply);
    }
}

fn head(reader: &mut BufReader<TcpStream>) -> Option<Reply> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut reply = Reply {
        status: line.split(' ').nth(1)?.trim().parse().ok()?,
        ..Reply::default()
    };
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            return Some(reply);
        };
        let name = name.to_ascii_lowercase();
        reply.headers.push((name, value.trim().to_owned()));
    }
}
