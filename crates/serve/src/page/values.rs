//! Files of values, laid out to be read.

use super::text::escape;

/// A file of values as HTML: comments and keys stand out. It is not parsed, only looked at line
/// by line, so that odd ones show too.
pub fn render(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for line in text.lines() {
        let start = line.len() - line.trim_start().len();
        let (blank, rest) = line.split_at(start);
        out.push_str(blank);
        if rest.starts_with('#') {
            marked(&mut out, "comment", rest);
        } else if let Some((before, key, after)) = key(rest) {
            out.push_str(before);
            marked(&mut out, "key", key);
            escape(&mut out, after);
        } else {
            escape(&mut out, rest);
        }
        out.push('\n');
    }
    out
}

fn marked(out: &mut String, class: &str, text: &str) {
    out.push_str(&format!("<span class=\"{class}\">"));
    escape(out, text);
    out.push_str("</span>");
}

/// `- `, `key` and `: value` of a line.
fn key(line: &str) -> Option<(&str, &str, &str)> {
    let inner = line.trim_start_matches("- ");
    let (before, inner) = line.split_at(line.len() - inner.len());
    let end = inner.find(':')?;
    let (key, after) = inner.split_at(end);
    let is_key = !key.is_empty()
        && key
            .chars()
            .all(|c| c.is_alphanumeric() || "-_./\"'".contains(c))
        && (after.len() == 1 || after.starts_with(": "));
    is_key.then_some((before, key, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_comments_stand_out() {
        let html = render("# a <b>\nimage:\n  - name: \"<x>\"\n  url: http://a\nhttp://b\n");
        assert_eq!(
            html,
            "<span class=\"comment\"># a &lt;b&gt;</span>\n<span class=\"key\">image</span>:\n  \
             - <span class=\"key\">name</span>: &quot;&lt;x&gt;&quot;\n  <span class=\"key\">url</span>: http://a\nhttp://b\n"
        );
    }
}
