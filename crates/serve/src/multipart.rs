//! Forms with files: `multipart/form-data`.

use memchr::memmem;

/// A form may have this many parts.
const MOST_PARTS: usize = 16;
/// The lines above a part may have this many bytes.
const LARGEST_HEAD: usize = 8 << 10;

/// One field of a form.
#[derive(Debug, PartialEq, Eq)]
pub struct Part<'a> {
    /// The name of the field.
    pub name: String,
    /// What was sent in it.
    pub content: &'a [u8],
}

/// The text between the parts of a form, by its `Content-Type`; nothing when that is no form.
pub fn boundary(content_type: &str) -> Option<String> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let boundary = parameter(parameters, "boundary")?;
    // RFC 2046: at most 70 characters.
    let is_good = !boundary.is_empty()
        && boundary.len() <= 70
        && boundary.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    is_good.then_some(boundary)
}

/// The parts of a form.
///
/// # Errors
/// What is wrong with it.
pub fn parts<'a>(body: &'a [u8], boundary: &str) -> Result<Vec<Part<'a>>, String> {
    let between = format!("\r\n--{boundary}");
    let first = &between[2..];
    // What stands before the first part does not count.
    let mut rest = if body.starts_with(first.as_bytes()) {
        &body[first.len()..]
    } else {
        after(body, &between)?
    };
    let mut parts = Vec::new();
    loop {
        if rest.starts_with(b"--") {
            return Ok(parts);
        }
        if parts.len() == MOST_PARTS {
            return Err(format!("the form has more than {MOST_PARTS} parts"));
        }
        let line = rest
            .iter()
            .position(|byte| !matches!(byte, b' ' | b'\t'))
            .and_then(|at| rest[at..].strip_prefix(b"\r\n"))
            .ok_or("the form is cut off")?;
        // A part without lines above it begins with the empty line.
        let (head, content) = if let Some(content) = line.strip_prefix(b"\r\n") {
            (&line[..0], content)
        } else {
            let most = line.len().min(LARGEST_HEAD);
            let end = memmem::find(&line[..most], b"\r\n\r\n")
                .ok_or("a part of the form has no end of its lines, or too many")?;
            (&line[..end], &line[end + 4..])
        };
        // The break of line before the boundary belongs to it; of an empty part it is the one
        // that ends its head.
        let (content, after) = if content.starts_with(first.as_bytes()) {
            (&content[..0], &content[first.len()..])
        } else {
            let end = memmem::find(content, between.as_bytes()).ok_or("the form is cut off")?;
            (&content[..end], &content[end + between.len()..])
        };
        parts.push(Part {
            name: name(head).ok_or("a part of the form has no name")?,
            content,
        });
        rest = after;
    }
}

fn after<'a>(body: &'a [u8], between: &str) -> Result<&'a [u8], String> {
    let start = memmem::find(body, between.as_bytes()).ok_or("the form has no parts")?;
    Ok(&body[start + between.len()..])
}

/// The name of a field, by the lines above it.
fn name(head: &[u8]) -> Option<String> {
    let head = std::str::from_utf8(head).ok()?;
    head.split("\r\n").find_map(|line| {
        let (key, value) = line.split_once(':')?;
        if !key.trim().eq_ignore_ascii_case("content-disposition") {
            return None;
        }
        let (kind, parameters) = value.split_once(';')?;
        let is_field = kind.trim().eq_ignore_ascii_case("form-data");
        is_field.then(|| parameter(parameters, "name")).flatten()
    })
}

/// One of the parameters `a=b; c="d"`.
fn parameter(text: &str, wanted: &str) -> Option<String> {
    let mut rest = text;
    loop {
        let (key, after) = rest.split_once('=')?;
        let key = key.trim_start_matches([';', ' ', '\t']).trim();
        let (value, after) = value(after.trim_start())?;
        if key.eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = after;
    }
}

/// A value, quoted or not, and what stands behind it.
fn value(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(';').unwrap_or(text.len());
        return Some((text[..end].trim().to_owned(), &text[end..]));
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value, &quoted[at + 1..])),
            '\\' => value.push(characters.next()?.1),
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &[u8]) -> Result<Vec<(String, String)>, String> {
        let text = |part: Part<'_>| {
            let content = String::from_utf8_lossy(part.content).into_owned();
            (part.name, content)
        };
        parts(body, "xx").map(|parts| parts.into_iter().map(text).collect())
    }

    #[test]
    fn boundaries_are_found() {
        let of = |text: &str| boundary(text);
        assert_eq!(
            of("multipart/form-data; boundary=ab").as_deref(),
            Some("ab")
        );
        let quoted = "Multipart/Form-Data; charset=x; Boundary=\"a; \\\"b\"";
        assert_eq!(of(quoted).as_deref(), Some("a; \"b"));
        for none in [
            "",
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/form-data; boundary=\"a",
            "multipart/mixed; boundary=a",
            "application/gzip; boundary=a",
        ] {
            assert_eq!(of(none), None, "{none}");
        }
        assert_eq!(
            of(&format!("multipart/form-data; boundary={}", "x".repeat(71))),
            None
        );
    }

    #[test]
    fn parts_are_read() {
        let body = b"before\r\n--xx  \r\nContent-Disposition: form-data; name=\"chart\"; \
            filename=\"../../a\"\r\nContent-Type: x\r\n\r\na\r\nb\r\n--x\r\n--xx\r\n\
            content-disposition: form-data; filename=\"name=b\"; name=prov\r\n\r\n\r\n--xx--\r\nafter";
        let wanted = [("chart", "a\r\nb\r\n--x"), ("prov", "")];
        let wanted = wanted.map(|(name, text)| (name.to_owned(), text.to_owned()));
        assert_eq!(read(body).unwrap(), wanted);
        assert_eq!(read(b"--xx--").unwrap(), []);
    }

    #[test]
    fn what_is_cut_off_is_refused() {
        let body = b"--xx\r\nContent-Disposition: form-data; name=chart\r\n\r\nabc\r\n--xx--";
        assert!(read(body).is_ok());
        for end in 0..body.len() {
            assert!(read(&body[..end]).is_err(), "{end}");
        }
        let many = [&b"--xx\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n"[..]; 17];
        assert!(read(&many.concat()).unwrap_err().contains("more than"));
        assert!(
            read(b"--xx\r\n\r\nabc\r\n--xx--")
                .unwrap_err()
                .contains("no name")
        );
    }
}
