//! Pictures of charts: those that they name, and tiles for those that name none.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::text::{escape, safe_picture};
use crate::route::{decoded, encoded};
use crate::shelf::Item;

/// Pictures in a chart are no larger.
const LARGEST: usize = 256 << 10;
/// How many colors tiles have.
const COLORS: u32 = 8;

/// Where the picture of a chart is, seen from the first page.
pub fn address(item: &Item) -> Option<String> {
    let icon = item.entry.metadata.icon.trim();
    if icon.starts_with("data:") {
        let path = format!(
            "chart/{}/{}/icon",
            encoded(item.name()),
            encoded(item.version())
        );
        return picture(icon).is_some().then_some(path);
    }
    safe_picture(icon).map(str::to_owned)
}

/// The tile or picture of a chart, on a page below `root`.
pub fn show(out: &mut String, root: &str, item: &Item, class: &str) {
    let name = item.name();
    out.push_str(&format!(
        "<span class=\"{class} c{}\" data-letters=\"",
        color(name)
    ));
    escape(out, &letters(name));
    out.push_str("\" aria-hidden=\"true\">");
    if let Some(address) = address(item) {
        let root = if address.starts_with("chart/") {
            root
        } else {
            ""
        };
        out.push_str("<img src=\"");
        escape(out, &format!("{root}{address}"));
        out.push_str(
            "\" alt=\"\" loading=\"lazy\" decoding=\"async\" referrerpolicy=\"no-referrer\">",
        );
    } else {
        escape(out, &letters(name));
    }
    out.push_str("</span>");
}

/// The same for each name, wherever it is shown.
pub fn color(name: &str) -> u32 {
    name.bytes().fold(7u32, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u32::from(byte))
    }) % COLORS
}

/// One or two letters for a name: `kp` of `kube-prometheus`.
pub fn letters(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric());
    let mut firsts = words.filter_map(|word| word.chars().next());
    match (firsts.next(), firsts.next()) {
        (Some(one), Some(two)) => format!("{one}{two}"),
        (Some(_), None) => name
            .chars()
            .filter(|c| c.is_alphanumeric())
            .take(2)
            .collect(),
        _ => "?".to_owned(),
    }
}

/// The type and the bytes of a picture in a `data:` URL, if it is one that browsers know.
pub fn picture(url: &str) -> Option<(&'static str, Vec<u8>)> {
    let url = url.trim();
    if url.len() > LARGEST * 2 {
        return None;
    }
    let (head, data) = url.strip_prefix("data:")?.split_once(',')?;
    let mut words = head.split(';');
    let kind = match words.next()?.trim().to_ascii_lowercase().as_str() {
        "image/png" => "image/png",
        "image/jpeg" | "image/jpg" => "image/jpeg",
        "image/gif" => "image/gif",
        "image/webp" => "image/webp",
        "image/svg+xml" => "image/svg+xml",
        _ => return None,
    };
    let bytes = if words.any(|word| word.trim().eq_ignore_ascii_case("base64")) {
        STANDARD.decode(data.trim()).ok()?
    } else {
        decoded(data)?.into_bytes()
    };
    (bytes.len() <= LARGEST).then_some((kind, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_pictures() {
        let png = picture("data:image/png;base64,AAEC").unwrap();
        assert_eq!(png, ("image/png", vec![0, 1, 2]));
        let svg = picture("data:image/svg+xml;charset=utf-8,%3Csvg/%3E").unwrap();
        assert_eq!(svg, ("image/svg+xml", b"<svg/>".to_vec()));
        for bad in [
            "data:text/html,<script>",
            "data:image/png;base64,%%%",
            "data:,x",
            "data:image/png",
            "https://a/b.png",
        ] {
            assert!(picture(bad).is_none(), "{bad}");
        }
        let large = format!("data:image/gif,{}", "a".repeat(LARGEST + 1));
        assert!(picture(&large).is_none());
    }

    #[test]
    fn names_have_letters() {
        for (name, wanted) in [
            ("kube-prometheus-stack", "kp"),
            ("web", "we"),
            ("x", "x"),
            ("--", "?"),
        ] {
            assert_eq!(letters(name), wanted);
        }
        assert!(color("web") < COLORS);
    }
}
