//! The page with all charts, and searching in it.

use serde::Serialize;

use super::text::{escape, escaped, shortened};
use super::{View, command_line, icon};
use crate::route::encoded;
use crate::shelf::{Item, Stock};

/// Charts on a page.
const ON_A_PAGE: usize = 60;
/// Characters of a description in the list.
const DESCRIPTION: usize = 180;

/// The page with all charts, or with those that words are found in.
pub fn home(view: &View, stock: &Stock, words: &str, at: usize) -> String {
    let found = found(stock, words);
    let pages = found.len().div_ceil(ON_A_PAGE).max(1);
    let at = at.clamp(1, pages);
    let mut middle = hero(view, stock, words);
    middle.push_str("<main id=\"main\" class=\"wide\">\n");
    middle.push_str(&format!(
        "<p class=\"count\" id=\"count\" role=\"status\" data-all=\"{}\">{}</p>\n",
        escaped(&counted(found.len(), "")),
        escaped(&counted(found.len(), words)),
    ));
    middle.push_str("<ul class=\"cards\" id=\"cards\">\n");
    for item in found.iter().skip((at - 1) * ON_A_PAGE).take(ON_A_PAGE) {
        let count = stock.charts.get(item.name()).map_or(1, Vec::len);
        card(&mut middle, view, item, count, stock.is_signed(item));
    }
    middle.push_str("</ul>\n");
    if stock.charts.is_empty() {
        middle.push_str(
            "<div class=\"empty\" id=\"empty\"><p>No charts yet.</p><p>Put archives made by \
             <code>package</code> into the folder, or upload them; they show here at once.</p></div>\n",
        );
    } else {
        let hidden = if found.is_empty() { "" } else { " hidden" };
        middle.push_str(&format!(
            "<div class=\"empty\" id=\"none\"{hidden}><p>No chart has all of these words.</p>\
             <p>Try fewer, or a part of a name.</p></div>\n"
        ));
    }
    pager(&mut middle, words, at, pages);
    middle.push_str("</main>\n");
    let title = if words.is_empty() {
        "Charts".to_owned()
    } else {
        format!("{words} · Charts")
    };
    view.page(&title, &middle)
}

fn counted(count: usize, words: &str) -> String {
    let charts = if count == 1 { "chart" } else { "charts" };
    if words.is_empty() {
        format!("{count} {charts}")
    } else {
        format!("{count} {charts} for “{words}”")
    }
}

fn hero(view: &View, stock: &Stock, words: &str) -> String {
    let versions: usize = stock.charts.values().map(Vec::len).sum();
    let charts = stock.charts.len();
    let (charts_word, versions_word) = (
        if charts == 1 { "chart" } else { "charts" },
        if versions == 1 { "version" } else { "versions" },
    );
    let add = format!("helm repo add {} {}", view.name, view.address);
    format!(
        "<div class=\"hero\"><div class=\"wide\">\n<div class=\"hello\"><p class=\"eyebrow\">Chart repository</p>\n\
         <h1>{charts} {charts_word}, <span>{versions} {versions_word}</span></h1></div>\n{}\
         <form class=\"search\" role=\"search\" method=\"get\" action=\"./\">\n\
         <label for=\"q\">Search charts</label>\n\
         <input id=\"q\" name=\"q\" type=\"search\" value=\"{}\" placeholder=\"Name, keyword or description\" \
         autocomplete=\"off\" autocapitalize=\"off\" spellcheck=\"false\" enterkeyhint=\"search\" \
         aria-controls=\"cards\" aria-describedby=\"count\">\n\
         <kbd aria-hidden=\"true\">/</kbd><button type=\"submit\">Search</button>\n</form>\n</div></div>\n",
        command_line("Add this repository", &add),
        escaped(words)
    )
}

fn card(out: &mut String, view: &View, item: &Item, count: usize, is_signed: bool) {
    let chart = &item.entry.metadata;
    out.push_str("<li class=\"card\">");
    icon::show(out, &view.root, item, "tile");
    out.push_str("<div class=\"about\"><h2><a href=\"");
    out.push_str(&format!("{}chart/{}", view.root, encoded(&chart.name)));
    out.push_str("\"><bdi>");
    escape(out, &chart.name);
    out.push_str("</bdi></a></h2><p class=\"version\"><bdi>");
    escape(out, &shortened(&chart.version, 40));
    out.push_str("</bdi>");
    if count > 1 {
        out.push_str(&format!(" <span class=\"more\">{count} versions</span>"));
    }
    out.push_str("</p></div><p class=\"description\"><bdi>");
    escape(out, &shortened(&chart.description, DESCRIPTION));
    out.push_str("</bdi></p>");
    let badges = badges(item, is_signed);
    if !badges.is_empty() {
        out.push_str("<p class=\"badges\">");
        for badge in badges {
            out.push_str(&format!("<span class=\"badge {badge}\">{badge}</span>"));
        }
        out.push_str("</p>");
    }
    out.push_str("</li>\n");
}

/// What people should see of a chart at once.
pub fn badges(item: &Item, is_signed: bool) -> Vec<&'static str> {
    let chart = &item.entry.metadata;
    let is_library = chart.type_ == "library";
    let all = [
        (chart.deprecated, "deprecated"),
        (is_library, "library"),
        (is_signed, "signed"),
    ];
    all.iter()
        .filter(|(is, _)| *is)
        .map(|(_, name)| *name)
        .collect()
}

fn pager(out: &mut String, words: &str, at: usize, pages: usize) {
    if pages < 2 {
        return;
    }
    let link = |page: usize, text: &str, rel: &str| {
        let query = if words.is_empty() {
            String::new()
        } else {
            format!("q={}&amp;", encoded(words))
        };
        format!("<a rel=\"{rel}\" class=\"button\" href=\"./?{query}page={page}\">{text}</a>")
    };
    out.push_str("<nav class=\"pager\" id=\"pager\" aria-label=\"Pages\">");
    if at > 1 {
        out.push_str(&link(at - 1, "Previous", "prev"));
    }
    out.push_str(&format!("<span>Page {at} of {pages}</span>"));
    if at < pages {
        out.push_str(&link(at + 1, "Next", "next"));
    }
    out.push_str("</nav>\n");
}

/// The charts that all words are found in, the best first; all of them for no words.
fn found<'a>(stock: &'a Stock, words: &str) -> Vec<&'a Item> {
    let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
    let newest = stock
        .charts
        .values()
        .filter_map(|versions| Stock::latest(versions));
    let mut ranked: Vec<(u32, &Item)> = newest
        .filter_map(|item| Some((rank(item, &words)?, &**item)))
        .collect();
    ranked.sort_by(|(one, a), (other, b)| one.cmp(other).then_with(|| a.name().cmp(b.name())));
    ranked.into_iter().map(|(_, item)| item).collect()
}

/// How far from what was meant a chart is; nothing when a word is not found. The script ranks
/// in the same way.
fn rank(item: &Item, words: &[String]) -> Option<u32> {
    let chart = &item.entry.metadata;
    let name = chart.name.to_lowercase();
    let keywords = chart.keywords.join(" ").to_lowercase();
    let description = chart.description.to_lowercase();
    words.iter().try_fold(0, |sum, word| {
        let far = if name == *word {
            0
        } else if name.starts_with(word.as_str()) {
            1
        } else if name.contains(word.as_str()) {
            2
        } else if keywords.contains(word.as_str()) {
            3
        } else if description.contains(word.as_str()) {
            4
        } else {
            return None;
        };
        Some(sum + far)
    })
}

/// A chart as the script gets it: name, version, description, keywords, picture, its color and
/// letters, badges, number of versions.
type Row<'a> = (
    &'a str,
    &'a str,
    String,
    String,
    Option<String>,
    u32,
    String,
    Vec<&'static str>,
    usize,
);

#[derive(Serialize)]
struct Rows<'a> {
    charts: Vec<Row<'a>>,
}

/// What the script searches in.
pub fn search_list(stock: &Stock) -> Vec<u8> {
    let rows = stock.charts.values().filter_map(|versions| {
        let item = Stock::latest(versions)?;
        let chart = &item.entry.metadata;
        let row: Row<'_> = (
            &chart.name,
            &chart.version,
            visible(&shortened(&chart.description, DESCRIPTION)),
            shortened(&chart.keywords.join(" "), DESCRIPTION),
            icon::address(item),
            icon::color(&chart.name),
            icon::letters(&chart.name),
            badges(item, stock.is_signed(item)),
            versions.len(),
        );
        Some(row)
    });
    let rows = Rows {
        charts: rows.collect(),
    };
    serde_json::to_vec(&rows).unwrap_or_default()
}

/// A text without what turns its surroundings.
fn visible(text: &str) -> String {
    text.replace(
        |c: char| c.is_control() || super::text::turns(c),
        "\u{fffd}",
    )
}
