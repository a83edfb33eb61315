//! What people see. Pages are made here, whole; the script only makes searching quicker and
//! copies commands. All addresses are seen from the page, so that a proxy may put it anywhere.
//!
//! - `list`: all charts, and searching; `chart`: one chart
//! - `markdown`: READMEs; `values`: files of values; `icon`: pictures
//! - `text`: texts of strangers in HTML

mod chart;
mod icon;
mod list;
pub mod markdown;
mod text;
mod values;

use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use http::header::{self, HeaderValue};
use http::request::Parts;

pub use list::search_list;

use crate::answer::{self, Answer, Thing};
use crate::handle::{State, not_found};
use crate::route::{Route, asked};
use crate::shelf::Text;
use text::{escape, escaped};

/// What a page is made for.
#[derive(Debug, Clone)]
pub struct View {
    /// The way to the first page: `./`, `../`, …
    pub root: String,
    /// The URL of the repository.
    pub address: String,
    /// What the repository might be called.
    pub name: String,
    /// Whether there is an API to get files by.
    pub has_api: bool,
    version: String,
}

impl View {
    /// For a page that lies in so many folders.
    pub fn new(state: &State, parts: &Parts, depth: usize) -> Self {
        let address = match state.options.url.trim_end_matches('/') {
            "" => address(parts, state.options.tls.is_some()),
            url => url.to_owned(),
        };
        Self {
            root: match depth {
                0 => "./".to_owned(),
                depth => "../".repeat(depth),
            },
            name: name(&address),
            address,
            has_api: state.options.has_api,
            version: state.options.version.clone(),
        }
    }

    /// A page around its middle.
    fn page(&self, title: &str, middle: &str) -> String {
        let mut page = String::with_capacity(middle.len() + 2048);
        let root = &self.root;
        page.push_str(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<title>",
        );
        escape(&mut page, title);
        page.push_str(&format!(
            "</title>\n<link rel=\"icon\" href=\"{root}-/mark.svg\" type=\"image/svg+xml\">\n\
             <link rel=\"stylesheet\" href=\"{root}-/style.css\">\n\
             <script src=\"{root}-/page.js\" defer></script>\n</head>\n<body>\n\
             <a class=\"skip\" href=\"#main\">Skip to the content</a>\n<header class=\"top\"><div class=\"wide\">\n\
             <a class=\"mark\" href=\"{root}\"><img src=\"{root}-/mark.svg\" alt=\"\" width=\"28\" height=\"28\">\
             <span>Charts</span></a>\n<span class=\"host\">{}</span>\n</div></header>\n",
            escaped(&self.address)
        ));
        page.push_str(middle);
        page.push_str(&format!(
            "<footer class=\"foot\"><div class=\"wide\"><span>Served by Pintle {}</span>\
             <a href=\"{root}index.yaml\">index.yaml</a></div></footer>\n\
             <p class=\"toast\" role=\"status\" aria-live=\"polite\" id=\"said\"></p>\n</body>\n</html>\n",
            escaped(&self.version)
        ));
        page
    }
}

/// A command line with a button to copy it.
fn command_line(label: &str, command: &str) -> String {
    let (label, whole) = (escaped(label), escaped(command));
    // A word of a command is not broken at its hyphens.
    let words: Vec<String> = command
        .split(' ')
        .map(|word| format!("<span>{}</span>", escaped(word)))
        .collect();
    let command = words.join(" ");
    format!(
        "<div class=\"command\"><pre tabindex=\"0\" aria-label=\"{label}\"><code>{command}</code></pre>\
         <button type=\"button\" class=\"copy\" data-copy=\"{whole}\" aria-label=\"Copy: {label}\" hidden>\
         Copy</button></div>\n"
    )
}

/// The URL that a browser used, as far as that is known.
fn address(parts: &Parts, is_tls: bool) -> String {
    let host = parts.headers.get(header::HOST).map(HeaderValue::as_bytes);
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b".-:[]_".contains(byte);
    let host = host
        .filter(|host| !host.is_empty() && host.iter().all(is_plain))
        .and_then(|host| std::str::from_utf8(host).ok());
    let scheme = if is_tls { "https" } else { "http" };
    format!("{scheme}://{}", host.unwrap_or("localhost"))
}

/// What somebody might call a repository: a word of its host that says something.
fn name(address: &str) -> String {
    let host = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = host.split(['/', ':']).next().unwrap_or_default();
    let words = host.split('.').filter(|word| {
        let is_plain = word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let says_nothing = ["www", "charts", "helm", "localhost"].contains(word);
        is_plain && !says_nothing && word.starts_with(|c: char| c.is_ascii_alphabetic())
    });
    let words: Vec<&str> = words.collect();
    match words[..] {
        // The last one is that of a country, say.
        [.., name, _] | [name] => name.to_owned(),
        [] => "charts".to_owned(),
    }
}

/// A page as a thing to answer with.
pub fn thing(page: String, modified: Option<SystemTime>) -> Thing {
    let text = Text::new(page.into_bytes());
    Thing {
        kind: "text/html; charset=utf-8",
        tag: text.tag,
        modified,
        plain: text.plain,
        zipped: Some(text.zipped),
        is_page: true,
    }
}

/// There is no such page.
pub fn nowhere(view: &View) -> String {
    let root = &view.root;
    view.page(
        "Not found",
        &format!(
            "<main id=\"main\" class=\"wide lost\"><h1>There is nothing here</h1>\
             <p>The chart may have gone, or have another name.</p>\
             <p><a class=\"button\" href=\"{root}\">See all charts</a></p></main>\n"
        ),
    )
}

/// Answers with a page.
pub async fn get(state: &Arc<State>, route: Route, parts: &Parts) -> Answer {
    let stock = state.stock().await;
    let made = match route {
        Route::Home => {
            let view = View::new(state, parts, 0);
            let words = asked(parts.uri.query(), "q").unwrap_or_default();
            let at = asked(parts.uri.query(), "page").and_then(|page| page.parse().ok());
            state
                .away(move |_| {
                    Some(thing(
                        list::home(&view, &stock, &words, at.unwrap_or(1)),
                        None,
                    ))
                })
                .await
        }
        Route::Page(name, version) => {
            let view = View::new(state, parts, if version.is_some() { 2 } else { 1 });
            let shown = asked(parts.uri.query(), "show").unwrap_or_default();
            state
                .away(move |_| {
                    let versions = stock.charts.get(&name)?;
                    let item = match version {
                        Some(version) => versions.iter().find(|item| item.version() == version)?,
                        None => crate::shelf::Stock::latest(versions)?,
                    };
                    Some(thing(chart::page(&view, &stock, item, &shown), None))
                })
                .await
        }
        Route::Icon(name, version) => {
            let versions = stock.charts.get(&name).into_iter().flatten();
            let mut fits = versions.filter(|item| item.version() == version);
            fits.next().and_then(|item| {
                let (kind, bytes) = icon::picture(&item.entry.metadata.icon)?;
                Some(Thing {
                    kind,
                    tag: format!("{}-icon\"", item.tag.trim_end_matches('"')),
                    modified: None,
                    plain: bytes.into(),
                    zipped: None,
                    is_page: false,
                })
            })
        }
        _ => None,
    };
    match made {
        Some(thing) => answer::thing(&parts.headers, thing),
        None => not_found(state, parts),
    }
}

/// The files that pages are made with.
const ASSETS: [(&str, &str, &str); 4] = [
    (
        "style.css",
        "text/css; charset=utf-8",
        include_str!("../assets/style.css"),
    ),
    (
        "page.js",
        "text/javascript; charset=utf-8",
        include_str!("../assets/page.js"),
    ),
    (
        "mark.svg",
        "image/svg+xml",
        include_str!("../assets/mark.svg"),
    ),
    (
        "lines.svg",
        "image/svg+xml",
        include_str!("../assets/lines.svg"),
    ),
];

/// One of the files that pages are made with.
pub fn asset(name: &str) -> Option<Thing> {
    static TEXTS: [OnceLock<Text>; ASSETS.len()] = [const { OnceLock::new() }; ASSETS.len()];
    let place = ASSETS.iter().position(|(known, ..)| *known == name)?;
    let (_, kind, content) = ASSETS[place];
    let text = TEXTS[place].get_or_init(|| Text::new(content.into()));
    Some(Thing {
        kind,
        tag: text.tag.clone(),
        modified: None,
        plain: text.plain.clone(),
        zipped: Some(text.zipped.clone()),
        is_page: false,
    })
}
