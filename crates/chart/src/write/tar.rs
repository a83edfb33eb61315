//! Tar files, byte by byte as Go's library writes them: ustar, and pax records where a name or
//! a time does not fit.

use std::io::{self, Write};

const BLOCK: usize = 512;
/// Bytes of the field for a name, and of the one for what comes before it.
const NAME: usize = 100;
const PREFIX: usize = 155;
/// One more than the largest time that fits its field.
const TIME_END: i64 = 1 << 33;

/// Writes a tar file.
pub struct Writer<W> {
    to: W,
}

impl<W: Write> Writer<W> {
    pub fn new(to: W) -> Self {
        Self { to }
    }

    /// Adds a regular file that everybody may read; `modified` in seconds since 1970.
    pub fn file(&mut self, name: &str, data: &[u8], modified: i64) -> io::Result<()> {
        let mut header = Header::new(b'0');
        let split = split(name);
        let is_late = !(0..TIME_END).contains(&modified);
        if is_late || (split.is_none() && (name.len() > NAME || !is_ascii(name))) {
            let mut records = Vec::new();
            if is_late {
                records.extend(record("mtime", &modified.to_string()));
            }
            if name.len() > NAME || !is_ascii(name) {
                records.extend(record("path", name));
            }
            self.records(name, &records)?;
            header.text(0, NAME, &without_foreign(name));
        } else if let Some((prefix, rest)) = split {
            header.text(0, NAME, rest);
            header.text(345, PREFIX, prefix);
        } else {
            header.text(0, NAME, name);
        }
        header.octal(100, 8, 0o644);
        header.octal(124, 12, data.len() as u64);
        let fits = if is_late { 0 } else { modified.unsigned_abs() };
        header.octal(136, 12, fits);
        header.octal(329, 8, 0);
        header.octal(337, 8, 0);
        self.block(header, data)
    }

    /// Ends the file.
    pub fn finish(mut self) -> io::Result<W> {
        self.to.write_all(&[0; 2 * BLOCK])?;
        Ok(self.to)
    }

    /// Says in records of their own what does not fit the header that follows.
    fn records(&mut self, name: &str, records: &[u8]) -> io::Result<()> {
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
        let joined = format!("{folder}/PaxHeaders.0/{file}");
        let mut shown = without_foreign(joined.trim_start_matches('/'));
        shown.truncate(NAME);
        let mut header = Header::new(b'x');
        header.text(0, NAME, shown.trim_end_matches('/'));
        header.octal(100, 8, 0);
        header.octal(124, 12, records.len() as u64);
        header.octal(136, 12, 0);
        self.block(header, records)
    }

    fn block(&mut self, header: Header, data: &[u8]) -> io::Result<()> {
        self.to.write_all(&header.sealed())?;
        self.to.write_all(data)?;
        let over = data.len() % BLOCK;
        if over > 0 {
            self.to.write_all(&[0; BLOCK][over..])?;
        }
        Ok(())
    }
}

/// The block before a file's data.
struct Header([u8; BLOCK]);

impl Header {
    /// One that says ustar, and that nobody owns the file.
    fn new(kind: u8) -> Self {
        let mut header = Self([0; BLOCK]);
        header.0[156] = kind;
        header.text(257, 8, "ustar\u{0}00");
        header.octal(108, 8, 0);
        header.octal(116, 8, 0);
        header
    }

    /// Fills a field; what does not fit is left out.
    fn text(&mut self, at: usize, size: usize, text: &str) {
        let field = &mut self.0[at..at + size];
        let fits = text.len().min(size);
        field[..fits].copy_from_slice(&text.as_bytes()[..fits]);
        // GO: readers take a file for a folder when its name is cut off after a slash.
        if text.len() > size && field[size - 1] == b'/' {
            let name = text[..size - 1].trim_end_matches('/');
            field[name.len()] = 0;
        }
    }

    /// Fills a field with octal digits and a zero byte at the end.
    fn octal(&mut self, at: usize, size: usize, number: u64) {
        let digits = format!("{number:0width$o}", width = size - 1);
        self.text(at, size, &digits);
    }

    /// The block with its checksum.
    fn sealed(mut self) -> [u8; BLOCK] {
        self.0[148..156].fill(b' ');
        let sum: u64 = self.0.iter().map(|byte| u64::from(*byte)).sum();
        self.octal(148, 7, sum);
        self.0[154] = 0;
        self.0
    }
}

/// A path in two parts that fit, when it does not fit in one.
fn split(name: &str) -> Option<(&str, &str)> {
    if name.len() <= NAME || !is_ascii(name) {
        return None;
    }
    let head = &name[..name.len().min(PREFIX + 1)];
    let (prefix, _) = head.rsplit_once('/')?;
    let rest = &name[prefix.len() + 1..];
    let fits = !prefix.is_empty() && !rest.is_empty() && rest.len() <= NAME;
    fits.then_some((prefix, rest))
}

fn is_ascii(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii() && byte != 0)
}

fn without_foreign(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_ascii() && *c != '\0')
        .collect()
}

/// `26 path=web/ü.txt` and a line end: the number counts itself.
fn record(key: &str, value: &str) -> Vec<u8> {
    let rest = key.len() + value.len() + 3;
    let mut size = rest + digits(rest);
    size = rest + digits(size);
    format!("{size} {key}={value}\n").into_bytes()
}

fn digits(number: usize) -> usize {
    number.to_string().len()
}
