//! Markdown of strangers to HTML.
//!
//! The HTML is written here from what the text says; none of the text's own HTML goes through,
//! but is shown as text. Links lead to pages and mails alone, or to headings of the same text;
//! others are plain text, since there is nothing of them here.

use std::collections::HashMap;

use pulldown_cmark::{Alignment, CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::text::{escape, safe_link, safe_picture};

/// Tags lie no deeper than this; browsers lay out what is deeper badly, or not at all.
const DEEPEST: usize = 60;
/// No text has more of everything than this.
const MOST: usize = 300_000;
/// What ids start with, so that they are none of the page's own.
const PREFIX: &str = "readme-";

/// A text as HTML.
pub fn render(text: &str) -> String {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut page = Page {
        out: String::with_capacity(text.len() * 2),
        ..Page::default()
    };
    for event in Parser::new_ext(text, options).take(MOST) {
        page.event(event);
    }
    page.finish()
}

#[derive(Default)]
struct Page {
    out: String,
    /// What closes the open tags.
    open: Vec<&'static str>,
    picture: Option<Picture>,
    heading: Option<Heading>,
    ids: HashMap<String, usize>,
    columns: Vec<Alignment>,
    column: usize,
    is_head: bool,
    html: String,
}

struct Picture {
    link: String,
    alt: String,
    depth: usize,
}

struct Heading {
    before: String,
    text: String,
}

impl Page {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text(&text),
            Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.inline("<code>", &text, "</code>");
            }
            Event::Html(text) => self.html.push_str(&text),
            Event::InlineHtml(text) => self.own_html(&text),
            Event::SoftBreak => self.text("\n"),
            Event::HardBreak => self.inline("<br>", "", ""),
            Event::Rule => self.out.push_str("<hr>\n"),
            Event::TaskListMarker(is_done) => {
                let mark = if is_done { "☑ " } else { "☐ " };
                self.out.push_str(mark);
            }
            Event::FootnoteReference(name) => self.text(&name),
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(picture) = &mut self.picture {
            picture.alt.push_str(text);
            return;
        }
        if let Some(heading) = &mut self.heading {
            heading.text.push_str(text);
        }
        escape(&mut self.out, text);
    }

    fn inline(&mut self, before: &str, text: &str, after: &str) {
        let in_picture = self.picture.is_some();
        if !in_picture {
            self.out.push_str(before);
        }
        self.text(text);
        if !in_picture {
            self.out.push_str(after);
        }
    }

    /// HTML of the text itself, as text; its comments are for nobody.
    fn own_html(&mut self, html: &str) {
        if !html.trim_start().starts_with("<!--") {
            self.text(html);
        }
    }

    /// Opens a tag, unless it would lie too deep.
    fn open(&mut self, tag: &str, close: &'static str) {
        if self.open.len() < DEEPEST {
            self.out.push_str(tag);
            self.open.push(close);
        } else {
            self.open.push("");
        }
    }

    fn close(&mut self) {
        if let Some(close) = self.open.pop() {
            self.out.push_str(close);
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        if let Some(picture) = &mut self.picture {
            picture.depth += 1;
            return;
        }
        match tag {
            Tag::Paragraph => self.open("<p>", "</p>\n"),
            Tag::Heading { .. } => {
                self.heading = Some(Heading {
                    before: std::mem::take(&mut self.out),
                    text: String::new(),
                });
            }
            Tag::BlockQuote(_) => self.open("<blockquote>\n", "</blockquote>\n"),
            Tag::CodeBlock(kind) => self.code(&kind),
            Tag::List(None) => self.open("<ul>\n", "</ul>\n"),
            Tag::List(Some(1)) => self.open("<ol>\n", "</ol>\n"),
            Tag::List(Some(first)) => self.open(&format!("<ol start=\"{first}\">\n"), "</ol>\n"),
            Tag::Item => self.open("<li>", "</li>\n"),
            Tag::Emphasis => self.open("<em>", "</em>"),
            Tag::Strong => self.open("<strong>", "</strong>"),
            Tag::Strikethrough => self.open("<del>", "</del>"),
            Tag::Link { dest_url, .. } => self.link(&dest_url),
            Tag::Image { dest_url, .. } => {
                self.picture = Some(Picture {
                    link: dest_url.into_string(),
                    alt: String::new(),
                    depth: 1,
                });
            }
            Tag::Table(columns) => {
                self.columns = columns;
                self.open(
                    "<div class=\"scroll\" tabindex=\"0\"><table>\n",
                    "</table></div>\n",
                );
            }
            Tag::TableHead => {
                (self.is_head, self.column) = (true, 0);
                self.open("<thead><tr>", "</tr></thead>\n");
            }
            Tag::TableRow => {
                self.column = 0;
                self.open("<tr>", "</tr>\n");
            }
            Tag::TableCell => self.cell(),
            // All others are not asked for.
            _ => self.open("", ""),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        if let Some(picture) = &mut self.picture {
            picture.depth -= 1;
            if picture.depth == 0 {
                self.show_picture();
            }
            return;
        }
        match tag {
            TagEnd::Heading(level) => self.show_heading(level),
            TagEnd::HtmlBlock => {
                let html = std::mem::take(&mut self.html);
                if !html.trim_start().starts_with("<!--") && !html.trim().is_empty() {
                    self.out.push_str("<p class=\"raw\">");
                    escape(&mut self.out, html.trim_end());
                    self.out.push_str("</p>\n");
                }
                self.close();
            }
            TagEnd::TableHead => {
                self.is_head = false;
                self.close();
            }
            _ => self.close(),
        }
    }

    fn code(&mut self, kind: &CodeBlockKind<'_>) {
        let language = match kind {
            CodeBlockKind::Fenced(words) => words.split([' ', ',']).next().unwrap_or_default(),
            CodeBlockKind::Indented => "",
        };
        let is_word = |c: char| c.is_ascii_alphanumeric() || "-+#".contains(c);
        let mut tag = "<pre tabindex=\"0\"><code>".to_owned();
        if !language.is_empty() && language.len() < 20 && language.chars().all(is_word) {
            tag = format!("<pre tabindex=\"0\" data-language=\"{language}\"><code>");
        }
        self.open(&tag, "</code></pre>\n");
    }

    fn link(&mut self, to: &str) {
        if let Some(name) = to.strip_prefix('#') {
            let id = slug(name);
            return self.open(&format!("<a href=\"#{PREFIX}{id}\">"), "</a>");
        }
        let Some(link) = safe_link(to) else {
            return self.open("<span class=\"nowhere\">", "</span>");
        };
        let mut tag = String::from("<a href=\"");
        escape(&mut tag, link);
        tag.push_str("\" rel=\"nofollow noopener noreferrer\">");
        self.open(&tag, "</a>");
    }

    fn cell(&mut self) {
        let class = match self.columns.get(self.column) {
            Some(Alignment::Right) => " class=\"right\"",
            Some(Alignment::Center) => " class=\"center\"",
            _ => "",
        };
        self.column += 1;
        if self.is_head {
            self.open(&format!("<th{class}>"), "</th>");
        } else {
            self.open(&format!("<td{class}>"), "</td>");
        }
    }

    fn show_picture(&mut self) {
        let Some(picture) = self.picture.take() else {
            return;
        };
        let Some(link) = safe_picture(&picture.link) else {
            return self.text(&picture.alt);
        };
        self.out.push_str("<img src=\"");
        escape(&mut self.out, link);
        self.out.push_str("\" alt=\"");
        escape(&mut self.out, &picture.alt);
        self.out
            .push_str("\" loading=\"lazy\" decoding=\"async\" referrerpolicy=\"no-referrer\">");
    }

    /// The page has headings of its own above these.
    fn show_heading(&mut self, level: HeadingLevel) {
        let Some(heading) = self.heading.take() else {
            return;
        };
        let content = std::mem::replace(&mut self.out, heading.before);
        let id = self.new_id(&heading.text);
        let level = (level as usize + 1).min(6);
        self.out
            .push_str(&format!("<h{level} id=\"{PREFIX}{id}\">"));
        self.out.push_str(&content);
        self.out.push_str(&format!("</h{level}>\n"));
    }

    fn new_id(&mut self, text: &str) -> String {
        let slug = slug(text);
        let count = self.ids.entry(slug.clone()).or_insert(0);
        *count += 1;
        match *count {
            1 => slug,
            more => format!("{slug}-{}", more - 1),
        }
    }

    fn finish(mut self) -> String {
        if let Some(heading) = self.heading.take() {
            let content = std::mem::replace(&mut self.out, heading.before);
            self.out.push_str(&content);
        }
        while !self.open.is_empty() {
            self.close();
        }
        self.out
    }
}

/// What links call a heading: letters and digits, with `-` for blanks.
fn slug(text: &str) -> String {
    let kept = text.trim().chars().filter_map(|c| match c {
        ' ' | '-' => Some('-'),
        '_' => Some('_'),
        c if c.is_alphanumeric() => c.to_lowercase().next(),
        _ => None,
    });
    kept.take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_laid_out() {
        let html = render(
            "# Web *x*\n\nsee [Values](#the-values) and <https://a.b>\n\n## The values\n\n\
             | a | b |\n|---|--:|\n| `x` | 1 |\n\n- one\n- [x] two\n\n3. three\n\n```sh\na < b\n```\n\
             ![logo](https://a.b/c.png)\n\n~~no~~ **yes**  \nend\n",
        );
        for part in [
            "<h2 id=\"readme-web-x\">Web <em>x</em></h2>",
            "<a href=\"#readme-the-values\">Values</a>",
            "<a href=\"https://a.b\" rel=\"nofollow noopener noreferrer\">https://a.b</a>",
            "<h3 id=\"readme-the-values\">The values</h3>",
            "<th class=\"right\">b</th>",
            "<td><code>x</code></td>",
            "<li>one</li>",
            "☑ two",
            "<ol start=\"3\">",
            "data-language=\"sh\"><code>a &lt; b\n</code></pre>",
            "<img src=\"https://a.b/c.png\" alt=\"logo\" loading=\"lazy\"",
            "<del>no</del> <strong>yes</strong><br>",
        ] {
            assert!(html.contains(part), "{part}\n{html}");
        }
    }

    #[test]
    fn nothing_of_a_text_is_obeyed() {
        let html = render(
            "<script>window.pwned=1</script>\n\n<img src=x onerror=\"window.pwned=1\">\n\n\
             a <b onclick=x>b</b> <!-- c -->\n\n[x](javascript:window.pwned=1) \
             [y](JAVASCRIPT:1) [z](&#106;avascript:1) [r](../api) ![p](javascript:1) ![d](data:image/png;base64,xx)\n\n\
             [q](https://a.b/\"onmouseover=\"x) <javascript:1>\n\n\
             ```\"><script>x</script>\nx\n```\n\n# <script>y</script>\n\n<!-- hidden -->\n\n\u{202e}turned\u{0}",
        );
        for bad in [
            "<script",
            "<img",
            "<b ",
            "onerror=\"",
            "href=\"javascript",
            "href=\"JAVASCRIPT",
            "href=\"..",
            "href=\"data",
            "\"onmouseover",
            "hidden",
            "\u{202e}",
            "\u{0}",
        ] {
            assert!(!html.contains(bad), "{bad}\n{html}");
        }
        assert!(html.contains("&lt;script&gt;window.pwned=1&lt;/script&gt;"));
        assert!(html.contains("<span class=\"nowhere\">x</span>"), "{html}");
    }

    #[test]
    fn ids_are_given_once() {
        let html = render("# a\n# a\n# \"><i>\n");
        assert!(html.contains("id=\"readme-a\"") && html.contains("id=\"readme-a-1\""));
        assert!(html.contains("id=\"readme-i\""), "{html}");
    }

    #[test]
    fn what_is_open_is_closed_however_deep() {
        for text in [
            "> ".repeat(5_000),
            "- ".repeat(5_000),
            "*a ".repeat(5_000),
            "[".repeat(5_000),
            "![a](".repeat(5_000),
            "# ".repeat(5_000),
            "|a".repeat(5_000),
        ] {
            let html = render(&text);
            for tag in ["blockquote", "ul", "li", "em", "p", "span"] {
                let opened = html.matches(&format!("<{tag}>")).count();
                let closed = html.matches(&format!("</{tag}>")).count();
                assert_eq!(opened, closed, "{tag}");
            }
        }
    }
}
