//! What clients send to a server, and what charts say to those who look at them there.

use pintle_serve::untrusted::{Route, credentials, markdown, route};
use pintle_serve::{Range, boundary, parts, range};

/// A form comes apart into pieces of itself; a path stays below the folder; a part of a file is
/// part of it; a README becomes nothing but the tags that are written for READMEs. The first
/// byte says which of them the rest is.
pub(crate) fn serve(input: &[u8]) {
    let Some((kind, rest)) = input.split_first() else {
        return;
    };
    match kind % 4 {
        0 => form(rest),
        1 => path(&String::from_utf8_lossy(rest)),
        2 => headers(rest),
        _ => readme(&String::from_utf8_lossy(rest)),
    }
}

fn form(input: &[u8]) {
    let (head, body) = match input.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&input[..end], &input[end + 1..]),
        None => (&input[..0], input),
    };
    let between = boundary(&String::from_utf8_lossy(head)).unwrap_or_else(|| "x".to_owned());
    let Ok(found) = parts(body, &between) else {
        return;
    };
    let sum: usize = found.iter().map(|part| part.content.len()).sum();
    assert!(sum <= body.len());
    let end = format!("\r\n--{between}");
    for part in &found {
        let mut windows = part.content.windows(end.len());
        assert!(!windows.any(|window| window == end.as_bytes()));
    }
}

fn path(text: &str) {
    let names = match route(text) {
        Route::ChartFile(name) | Route::Chart(name) | Route::Asset(name) => vec![name],
        Route::File(place) => {
            assert!(place.matches('/').count() <= 1, "{place}");
            place.split('/').map(str::to_owned).collect()
        }
        Route::Version(name, version)
        | Route::Templates(name, version)
        | Route::Values(name, version)
        | Route::Icon(name, version) => vec![name, version],
        Route::Page(name, version) => [Some(name), version].into_iter().flatten().collect(),
        _ => Vec::new(),
    };
    for name in names {
        let is_odd = |c: char| c == '/' || c == '\\' || c.is_control();
        assert!(!name.is_empty() && name != "." && name != "..", "{name:?}");
        assert!(!name.contains(is_odd), "{name:?}");
    }
}

fn headers(input: &[u8]) {
    // That it ends is all there is to say.
    let _ = credentials(input);
    let text = String::from_utf8_lossy(input);
    for size in [0, 1, 10, u64::MAX] {
        if let Range::Part { start, end } = range(&text, size) {
            assert!(start < end && end <= size, "{start} {end} {size}");
        }
    }
}

const TAGS: [&str; 28] = [
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "div",
    "em",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "span",
    "strong",
    "table",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
    "tbody",
    "input",
];

fn readme(text: &str) {
    let html = markdown(text);
    assert_eq!(markdown(text), html);
    for piece in html.split('<').skip(1) {
        let (tag, _) = piece.split_once('>').expect("a tag has an end");
        let inner = tag.trim_start_matches('/');
        let (name, mut attributes) = inner.split_once(' ').unwrap_or((inner, ""));
        assert!(TAGS.contains(&name), "{tag}");
        while !attributes.is_empty() {
            let (key, rest) = attributes.split_once("=\"").expect("a value");
            let (value, rest) = rest.split_once('"').expect("the end of a value");
            attribute(key, value);
            attributes = rest.trim_start();
        }
    }
}

fn attribute(key: &str, value: &str) {
    match key {
        "href" => assert!(
            value.starts_with('#') || is_link(value, &["http:", "https:", "mailto:"]),
            "{value}"
        ),
        "src" => assert!(is_link(value, &["http:", "https:"]), "{value}"),
        "class" | "id" | "rel" | "alt" | "start" | "tabindex" | "loading" | "decoding"
        | "referrerpolicy" | "data-language" => {}
        other => panic!("{other} is no attribute of ours"),
    }
}

fn is_link(value: &str, schemes: &[&str]) -> bool {
    let value = value.to_ascii_lowercase();
    schemes.iter().any(|scheme| value.starts_with(scheme))
}
