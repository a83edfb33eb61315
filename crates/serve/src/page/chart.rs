//! The page of a chart.

use std::fs;

use pintle_chart::{Data, File, Metadata, Want, Watch, read_archive};

use super::list::badges;
use super::text::{escape, escaped, safe_link, shell_word};
use super::{View, command_line, icon, markdown, values};
use crate::route::encoded;
use crate::shelf::{Item, Stock};

/// READMEs up to this size are laid out; larger ones are shown as they are.
const LAID_OUT: usize = 512 << 10;
/// No more of a file is shown.
const SHOWN: usize = 1 << 20;
/// No more rows are shown of a list.
const ROWS: usize = 1000;

/// What the archive has for the page.
#[derive(Default)]
struct Inside {
    readme: Option<String>,
    values: Option<String>,
}

/// Wants README and values alone.
struct Wanted;

impl Watch for Wanted {
    fn wants(&self, name: &str) -> Want {
        if is_readme(name) || name == "values.yaml" {
            Want::Bytes
        } else {
            Want::Nothing
        }
    }

    fn file(&self, _: &str, _: &Data) {}

    fn values(&self, _: &str, _: &Data) -> Option<pintle_go_value::Map> {
        None
    }
}

fn is_readme(name: &str) -> bool {
    name.eq_ignore_ascii_case("README.md") || name.eq_ignore_ascii_case("README")
}

fn inside(item: &Item) -> Option<Inside> {
    let file = fs::File::open(&item.path).ok()?;
    let files = read_archive(file, item.stamp.size as usize, &Wanted).ok()?;
    let text = |wanted: &dyn Fn(&str) -> bool| {
        let file = files.iter().find(|file: &&File| wanted(&file.name))?;
        Some(String::from_utf8_lossy(&file.data).into_owned())
    };
    Some(Inside {
        readme: text(&is_readme),
        values: text(&|name| name == "values.yaml"),
    })
}

/// The page of one version of a chart; `shown` says which part of it.
pub fn page(view: &View, stock: &Stock, item: &Item, shown: &str) -> String {
    let inside = inside(item);
    let is_broken = inside.is_none();
    let inside = inside.unwrap_or_default();
    let shown = match shown {
        "values" | "versions" => shown,
        _ if inside.readme.is_none() && inside.values.is_some() => "values",
        _ => "readme",
    };
    let mut middle = String::from("<main id=\"main\">\n");
    head(&mut middle, view, stock, item);
    middle.push_str("<div class=\"wide columns\">\n");
    install(&mut middle, view, item);
    middle.push_str("<div class=\"body\">\n");
    tabs(&mut middle, view, stock, item, shown);
    match shown {
        "values" => show_values(&mut middle, view, item, inside.values.as_deref()),
        "versions" => show_versions(&mut middle, view, stock, item),
        _ if is_broken => middle.push_str("<p class=\"empty\">The archive cannot be read.</p>\n"),
        _ => show_readme(&mut middle, inside.readme.as_deref()),
    }
    middle.push_str("</div>\n");
    facts(&mut middle, view, stock, item);
    middle.push_str("</div>\n</main>\n");
    let title = format!("{} {} · Charts", item.name(), item.version());
    view.page(&title, &middle)
}

fn head(out: &mut String, view: &View, stock: &Stock, item: &Item) {
    let chart = &item.entry.metadata;
    let root = &view.root;
    out.push_str(&format!(
        "<div class=\"hero chart\"><div class=\"wide\">\n<p class=\"crumbs\"><a href=\"{root}\">All charts</a></p>\n\
         <div class=\"title\">"
    ));
    icon::show(out, root, item, "tile large");
    out.push_str("<div><h1><bdi>");
    escape(out, &chart.name);
    out.push_str("</bdi> <span class=\"number\"><bdi>");
    escape(out, &chart.version);
    out.push_str("</bdi></span></h1>");
    if !chart.description.is_empty() {
        out.push_str("<p class=\"lead\"><bdi>");
        escape(out, &chart.description);
        out.push_str("</bdi></p>");
    }
    let badges = badges(item, stock.is_signed(item));
    if !badges.is_empty() {
        out.push_str("<p class=\"badges\">");
        for badge in badges {
            out.push_str(&format!("<span class=\"badge {badge}\">{badge}</span>"));
        }
        out.push_str("</p>");
    }
    out.push_str("</div></div>\n</div></div>\n");
}

fn install(out: &mut String, view: &View, item: &Item) {
    let chart = &item.entry.metadata;
    let reference = shell_word(&format!("{}/{}", view.name, chart.name));
    let version = shell_word(&chart.version);
    let add = format!("helm repo add {} {}", view.name, view.address);
    out.push_str(
        "<section class=\"panel install\" aria-labelledby=\"install\"><h2 id=\"install\">Install</h2>\n",
    );
    out.push_str(&command_line("Add the repository", &add));
    if chart.type_ == "library" {
        out.push_str(
            "<p class=\"note\">A library: other charts depend on it, nobody installs it.</p>\n",
        );
    } else {
        let install = format!(
            "helm install {} {reference} --version {version}",
            release(&chart.name)
        );
        out.push_str(&command_line("Install the chart", &install));
    }
    let pull = format!("helm pull {reference} --version {version}");
    out.push_str(&command_line("Download the archive", &pull));
    out.push_str("</section>\n");
}

/// A name for a release of a chart.
fn release(chart: &str) -> &str {
    let is_label = chart.len() <= 53
        && chart.starts_with(|c: char| c.is_ascii_lowercase())
        && !chart.ends_with('-')
        && chart
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if is_label { chart } else { "my-release" }
}

fn facts(out: &mut String, view: &View, stock: &Stock, item: &Item) {
    let chart = &item.entry.metadata;
    out.push_str(
        "<section class=\"panel facts\" aria-labelledby=\"facts\"><h2 id=\"facts\">About</h2>\n<dl>\n",
    );
    let mut fact = |name: &str, value: String| {
        if !value.is_empty() {
            out.push_str(&format!("<div><dt>{name}</dt><dd>{value}</dd></div>\n"));
        }
    };
    let word = |text: &str| match text {
        "" => String::new(),
        text => format!("<bdi>{}</bdi>", escaped(text)),
    };
    fact("App version", word(&chart.app_version));
    fact("Kubernetes", word(&chart.kube_version));
    fact("Archived", time(&item.entry.created));
    fact("Size", size(item.stamp.size));
    fact("Signed", signed(view, stock, item));
    fact("Home", link(&chart.home));
    fact(
        "Sources",
        items(chart.sources.iter().map(|source| link(source))),
    );
    fact(
        "Maintainers",
        items(chart.maintainers.iter().map(maintainer)),
    );
    fact("Keywords", keywords(view, chart));
    fact("Depends on", dependencies(chart));
    let archive = format!(
        "<a href=\"{}{}\" download>{}</a>",
        view.root,
        place(item),
        escaped(item.place.rsplit('/').next().unwrap_or_default())
    );
    fact("Archive", archive);
    let digest = escaped(&item.entry.digest);
    fact("SHA-256", format!("<code class=\"digest\">{digest}</code>"));
    out.push_str("</dl></section>\n");
}

/// Where the archive is, seen from the first page.
fn place(item: &Item) -> String {
    let parts: Vec<String> = item.place.split('/').map(encoded).collect();
    parts.join("/")
}

fn signed(view: &View, stock: &Stock, item: &Item) -> String {
    if stock.is_signed(item) {
        format!(
            "<a href=\"{}{}.prov\" download>Signature</a> <span class=\"quiet\">not checked here</span>",
            view.root,
            place(item)
        )
    } else {
        "No".to_owned()
    }
}

fn time(created: &str) -> String {
    let day = created.get(..10).unwrap_or(created);
    format!(
        "<time datetime=\"{}\">{}</time>",
        escaped(created),
        escaped(day)
    )
}

/// `12.3 kB`
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1000 => format!("{bytes} bytes"),
        1000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

fn items(items: impl Iterator<Item = String>) -> String {
    let mut list = String::new();
    for item in items.filter(|item| !item.is_empty()).take(ROWS) {
        list.push_str("<li>");
        list.push_str(&item);
        list.push_str("</li>");
    }
    match list.as_str() {
        "" => list,
        _ => format!("<ul class=\"plain\">{list}</ul>"),
    }
}

/// A link, or its text where it leads nowhere safe.
fn link(to: &str) -> String {
    let shown = to
        .trim_start_matches("https://")
        .trim_start_matches("http://")
        .trim_end_matches('/');
    anchor(to, shown)
}

fn anchor(to: &str, shown: &str) -> String {
    let shown = escaped(shown);
    match safe_link(to) {
        _ if shown.is_empty() => shown,
        None => format!("<bdi>{shown}</bdi>"),
        Some(to) => format!(
            "<a href=\"{}\" rel=\"nofollow noopener noreferrer\"><bdi>{shown}</bdi></a>",
            escaped(to)
        ),
    }
}

fn maintainer(person: &pintle_chart::Maintainer) -> String {
    let shown = match person.name.as_str() {
        "" => &person.email,
        name => name,
    };
    if !person.url.is_empty() {
        return anchor(&person.url, shown);
    }
    if person.email.contains('@') {
        return anchor(&format!("mailto:{}", person.email), shown);
    }
    anchor("", shown)
}

fn keywords(view: &View, chart: &Metadata) -> String {
    let words = chart.keywords.iter().filter(|word| !word.trim().is_empty());
    let tag = |word: &String| {
        let (query, shown) = (encoded(word), escaped(word));
        let root = &view.root;
        format!("<a class=\"tag\" href=\"{root}?q={query}\"><bdi>{shown}</bdi></a>")
    };
    words.take(40).map(tag).collect()
}

fn dependencies(chart: &Metadata) -> String {
    let one = |dependency: &pintle_chart::Dependency| {
        let mut text = format!("<bdi>{}</bdi>", escaped(&dependency.name));
        if !dependency.version.is_empty() {
            let version = escaped(&dependency.version);
            text.push_str(&format!(" <code>{version}</code>"));
        }
        if !dependency.repository.is_empty() {
            let from = link(&dependency.repository);
            text.push_str(&format!("<span class=\"from\">{from}</span>"));
        }
        text
    };
    items(chart.dependencies.iter().map(one))
}

fn tabs(out: &mut String, view: &View, stock: &Stock, item: &Item, shown: &str) {
    let count = stock.charts.get(item.name()).map_or(1, Vec::len);
    let base = format!(
        "{}chart/{}/{}",
        view.root,
        encoded(item.name()),
        encoded(item.version())
    );
    out.push_str("<nav class=\"tabs\" aria-label=\"Parts of this chart\">");
    for (name, title) in [
        ("readme", "Readme".to_owned()),
        ("values", "Values".to_owned()),
        (
            "versions",
            format!("Versions <span class=\"quiet\">{count}</span>"),
        ),
    ] {
        let current = if name == shown {
            " aria-current=\"page\""
        } else {
            ""
        };
        out.push_str(&format!(
            "<a href=\"{base}?show={name}\"{current}>{title}</a>"
        ));
    }
    out.push_str("</nav>\n");
}

fn show_readme(out: &mut String, readme: Option<&str>) {
    match readme {
        None => out.push_str("<p class=\"empty\">This chart has no README.</p>\n"),
        Some(text) if text.len() <= LAID_OUT => {
            out.push_str("<article class=\"readme\">\n");
            out.push_str(&markdown::render(text));
            out.push_str("</article>\n");
        }
        Some(text) => {
            let (text, is_cut) = cut(text);
            out.push_str("<p class=\"note\">This README is too long to be laid out.</p>\n");
            out.push_str("<pre class=\"file\" tabindex=\"0\">");
            escape(out, text);
            out.push_str("</pre>\n");
            say_cut(out, is_cut);
        }
    }
}

fn show_values(out: &mut String, view: &View, item: &Item, text: Option<&str>) {
    let Some(text) = text else {
        out.push_str("<p class=\"empty\">This chart has no values.yaml.</p>\n");
        return;
    };
    let (text, is_cut) = cut(text);
    out.push_str("<div class=\"bar\"><span>values.yaml</span>");
    if view.has_api {
        let (name, version) = (encoded(item.name()), encoded(item.version()));
        let root = &view.root;
        out.push_str(&format!(
            "<a href=\"{root}api/charts/{name}/{version}/values\" download=\"values.yaml\">Download</a>"
        ));
    }
    out.push_str(
        "</div>\n<pre class=\"file values\" tabindex=\"0\" aria-label=\"values.yaml\"><code>",
    );
    out.push_str(&values::render(text));
    out.push_str("</code></pre>\n");
    say_cut(out, is_cut);
}

/// The part of a text that is shown.
fn cut(text: &str) -> (&str, bool) {
    if text.len() <= SHOWN {
        return (text, false);
    }
    let end = (0..=SHOWN).rev().find(|at| text.is_char_boundary(*at));
    (&text[..end.unwrap_or(0)], true)
}

fn say_cut(out: &mut String, is_cut: bool) {
    if is_cut {
        out.push_str("<p class=\"note\">There is more; the archive has it all.</p>\n");
    }
}

fn show_versions(out: &mut String, view: &View, stock: &Stock, item: &Item) {
    let versions = stock.charts.get(item.name()).map_or(&[][..], Vec::as_slice);
    out.push_str(
        "<div class=\"scroll\" tabindex=\"0\"><table class=\"versions\"><thead><tr><th scope=\"col\">Version</th>\
         <th scope=\"col\">App version</th><th scope=\"col\">Archived</th><th scope=\"col\" class=\"right\">Size</th>\
         </tr></thead><tbody>\n",
    );
    for one in versions.iter().take(ROWS) {
        let current = if one.place == item.place {
            " class=\"current\""
        } else {
            ""
        };
        let base = format!("{}chart/{}", view.root, encoded(one.name()));
        let signed = if stock.is_signed(one) {
            " <span class=\"badge signed\">signed</span>"
        } else {
            ""
        };
        out.push_str(&format!(
            "<tr{current}><td><a href=\"{base}/{}\"><bdi>{}</bdi></a>{signed}</td><td><bdi>{}</bdi></td><td>{}</td>\
             <td class=\"right\">{}</td></tr>\n",
            encoded(one.version()),
            escaped(one.version()),
            escaped(&one.entry.metadata.app_version),
            time(&one.entry.created),
            size(one.stamp.size)
        ));
    }
    out.push_str("</tbody></table></div>\n");
    say_cut(out, versions.len() > ROWS);
}
