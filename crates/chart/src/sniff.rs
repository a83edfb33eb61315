//! What a file that is no archive seems to be, in the words of Go's `http.DetectContentType`.

/// How many bytes are looked at. HELM: a shorter file counts as filled up with zeros, which
/// makes binary of a short text.
const WINDOW: usize = 512;

/// Whether the file starts like a gzip stream with the deflate method.
pub(crate) fn is_gzip(head: &[u8]) -> bool {
    head.starts_with(b"\x1f\x8b\x08")
}

/// The content type of a file that starts with `head`.
pub fn content_type(head: &[u8]) -> &'static str {
    let mut window = head[..head.len().min(WINDOW)].to_vec();
    window.resize(WINDOW, 0);
    let text = window.trim_ascii_start();
    if HTML.iter().any(|tag| starts_with_tag(text, tag)) {
        return "text/html; charset=utf-8";
    }
    if text.starts_with(b"<?xml") {
        return "text/xml; charset=utf-8";
    }
    if let Some((_, name)) = MAGIC.iter().find(|(magic, _)| window.starts_with(magic)) {
        return name;
    }
    if window.iter().any(|&b| is_binary(b)) {
        return "application/octet-stream";
    }
    "text/plain; charset=utf-8"
}

const HTML: [&str; 17] = [
    "<!DOCTYPE HTML",
    "<HTML",
    "<HEAD",
    "<SCRIPT",
    "<IFRAME",
    "<H1",
    "<DIV",
    "<FONT",
    "<TABLE",
    "<A",
    "<STYLE",
    "<TITLE",
    "<B",
    "<BODY",
    "<BR",
    "<P",
    "<!--",
];

const MAGIC: [(&[u8], &str); 13] = [
    (b"%PDF-", "application/pdf"),
    (b"%!PS-Adobe-", "application/postscript"),
    (b"\xfe\xff\x00\x00", "text/plain; charset=utf-16be"),
    (b"\xff\xfe\x00\x00", "text/plain; charset=utf-16le"),
    (b"\xef\xbb\xbf", "text/plain; charset=utf-8"),
    (b"BM", "image/bmp"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\x89PNG\x0d\x0a\x1a\x0a", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"PK\x03\x04", "application/zip"),
    (b"Rar!\x1a\x07\x00", "application/x-rar-compressed"),
    (b"\x00\x61\x73\x6d", "application/wasm"),
];

fn starts_with_tag(text: &[u8], tag: &str) -> bool {
    text.get(..tag.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(tag.as_bytes()))
        && matches!(text.get(tag.len()), Some(b' ' | b'>'))
}

fn is_binary(byte: u8) -> bool {
    matches!(byte, 0x00..=0x08 | 0x0b | 0x0e..=0x1a | 0x1c..=0x1f)
}
