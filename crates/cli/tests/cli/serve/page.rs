//! The page, in a real browser: on a desk and on a phone, by day and by night.

use pintle_testkit::Home;
use pintle_testkit::browser::{Browser, Screen, start_or_skip};
use serde_json::{Value, json};

use super::{Served, chart};
use crate::registries::archive;

const DESK: Screen = Screen {
    width: 1280,
    height: 900,
    is_phone: false,
    is_dark: false,
};
const PHONE: Screen = Screen {
    width: 390,
    height: 844,
    is_phone: true,
    is_dark: false,
};

/// A README that tries everything.
const HOSTILE: &str = "# <script>window.pwned=1</script> Hostile\n\n<script>window.pwned=2</script>\n\n\
    <img src=x onerror=\"window.pwned=3\">\n\n<svg onload=\"window.pwned=4\"></svg>\n\n\
    [click me](javascript:window.pwned=5) [or me](JaVaScRiPt:alert(1)) <javascript:alert(2)>\n\n\
    [data](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)\n\n\
    ![x](javascript:window.pwned=6) ![y](https://127.0.0.1:9/\"onerror=\"window.pwned=7)\n\n\
    <iframe src=\"javascript:window.pwned=8\"></iframe> <form action=x><button>go</button></form>\n\n\
    <style>body{display:none}</style> <base href=\"https://evil.example.com/\">\n\n\
    \u{202e}turned\u{202c} \u{0} \u{9b}31m\n\n| a | b |\n|---|---|\n| <b onmouseover=window.pwned=9>x</b> | y |\n\n\
    ```\"onload=\"window.pwned=10\n</code></pre><script>window.pwned=11</script>\n```\n";

fn fill(home: &Home) {
    let web = "description: A web server with routes and certificates\nkeywords: [http, proxy]\nappVersion: \"2.4\"\n\
        icon: \"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'%3E%3Ccircle cx='4.5' cy='4.5' r='4'/%3E%3C/svg%3E\"\n\
        maintainers: [{name: Ann, email: ann@example.com}]\nhome: https://web.example.com/\n\
        dependencies: []\n";
    home.write("charts/web-1.0.0.tgz", chart("web", "1.0.0", web));
    home.write("charts/web-1.1.0.tgz", chart("web", "1.1.0", web));
    home.write(
        "charts/webhook-0.3.0.tgz",
        chart(
            "webhook",
            "0.3.0",
            "description: Receives calls\nicon: https://127.0.0.1:9/none.png\n",
        ),
    );
    home.write(
        "charts/db-2.0.0.tgz",
        chart(
            "db",
            "2.0.0",
            "description: Keeps what the web server knows\ndeprecated: true\n",
        ),
    );
    home.write("charts/db-2.0.0.tgz.prov", "signed");
    let long = format!("very-{}-name", "long".repeat(12));
    home.write(
        "charts/long.tgz",
        chart(
            &long,
            "1.0.0-alpha.1.2.3+build.20261122.abcdef",
            "type: library\n",
        ),
    );
    let hostile = "apiVersion: v2\nname: hostile\nversion: 1.0.0\n\
        description: \"</p><script>window.pwned=20</script>\\\" onload=\\\"x\"\n\
        icon: \"javascript:window.pwned=21\"\nhome: \"javascript:window.pwned=22\"\n\
        sources: [\"javascript:window.pwned=23\", \"https://a.b/\\\"onclick=\\\"x\"]\n\
        keywords: [\"<img src=x onerror=window.pwned=24>\"]\n\
        maintainers: [{name: \"<script>window.pwned=25</script>\", url: \"javascript:window.pwned=26\"}]\n\
        dependencies: [{name: \"<b>x\", version: \"1\", repository: \"javascript:window.pwned=27\"}]\n\
        appVersion: \"<script>window.pwned=28</script>\"\n";
    let values =
        "a: </code></pre><script>window.pwned=30</script>\n# <img src=x onerror=window.pwned=31>\n";
    home.write(
        "charts/hostile-1.0.0.tgz",
        archive(&[
            ("hostile/Chart.yaml", hostile),
            ("hostile/README.md", HOSTILE),
            ("hostile/values.yaml", values),
        ]),
    );
    let wide = format!(
        "# Wide\n\n{}\n\n```\n{}\n```\n\n| {}\n|{}\n\n[{}](https://a.b/{})\n\n- one\n  - two\n\n> said\n",
        "word".repeat(100),
        "x".repeat(500),
        "cell cell | ".repeat(20),
        "---|".repeat(20),
        "l".repeat(200),
        "p".repeat(200)
    );
    let text = "apiVersion: v2\nname: wide\nversion: 1.0.0\ndescription: Wide as a house\n";
    home.write(
        "charts/wide-1.0.0.tgz",
        archive(&[("wide/Chart.yaml", text), ("wide/README.md", &wide)]),
    );
    let large = format!(
        "# Large\n\n{}",
        "Some *words* and `code`.\n\n".repeat(40_000)
    );
    assert!(large.len() > 1_000_000);
    let text = "apiVersion: v2\nname: large\nversion: 1.0.0\n";
    home.write(
        "charts/large-1.0.0.tgz",
        archive(&[("large/Chart.yaml", text), ("large/README.md", &large)]),
    );
}

/// The names in the list, as it is shown.
fn shown(browser: &Browser) -> Vec<String> {
    let names = browser
        .run("return [...document.querySelectorAll('.card h2')].map(one => one.textContent)");
    let names = names.as_array().cloned().unwrap_or_default();
    names
        .iter()
        .map(|name| name.as_str().unwrap_or_default().to_owned())
        .collect()
}

fn focused(browser: &Browser) -> Value {
    browser.run("return document.activeElement.textContent || document.activeElement.id")
}

#[test]
fn people_find_their_way() {
    let home = Home::new();
    let Some(browser) = start_or_skip(&home, "people_find_their_way") else {
        return;
    };
    fill(&home);
    let served = Served::start(&home, &[]);
    browser.screen(DESK);
    searching(&browser, &served);
    keyboard(&browser, &served);
    copying(&browser, &served);
    chart_page(&browser, &served);
    obedience(&browser, &served);
    for screen in [DESK, PHONE] {
        for is_dark in [false, true] {
            looks(&browser, &served, Screen { is_dark, ..screen });
        }
    }
    without_script(&served);
}

/// Search as one types.
fn searching(browser: &Browser, served: &Served) {
    browser.open(&served.url());
    assert_eq!(shown(browser).len(), 7);
    browser.press("/");
    browser.wait("document.activeElement.id === 'q'");
    browser.type_text("web");
    browser.wait("document.querySelectorAll('.card').length === 3");
    assert_eq!(
        shown(browser),
        ["web", "webhook", "db"],
        "by name, then by description"
    );
    browser.wait("document.getElementById('count').textContent === '3 charts for “web”'");
    assert_eq!(browser.run("return location.search"), "?q=web");
    browser.type_text(" serv");
    browser.wait("document.querySelectorAll('.card').length === 2");
    assert_eq!(shown(browser), ["web", "db"]);
    browser.type_text("zzz");
    browser.wait("!document.getElementById('none').hidden");
    browser.press("Escape");
    browser.wait("document.querySelectorAll('.card').length === 7");
    browser.type_text("proxy");
    browser.wait("document.querySelectorAll('.card').length === 1");
    // A picture in the chart itself, and one that cannot be had.
    browser.wait("document.querySelector('.tile img').naturalWidth > 0");
    browser.open(&format!("{}/?q=webhook", served.url()));
    browser.wait("document.querySelector('.tile').textContent === 'we'");
}

fn keyboard(browser: &Browser, served: &Served) {
    browser.open(&served.url());
    browser.press("Tab");
    assert_eq!(focused(browser), "Skip to the content");
    browser.press("/");
    browser.type_text("web");
    browser.wait("document.querySelectorAll('.card').length === 3");
    browser.press("ArrowDown");
    assert_eq!(focused(browser), "web");
    let ring =
        browser.run("return getComputedStyle(document.activeElement, '::after').outlineStyle");
    assert_eq!(ring, "solid", "one sees where one is");
    browser.press("ArrowRight");
    assert_eq!(focused(browser), "webhook");
    browser.press("ArrowLeft");
    browser.press("ArrowUp");
    assert_eq!(focused(browser), "q");
    browser.press("Enter");
    assert_eq!(focused(browser), "web");
    browser.press("Enter");
    browser.wait("location.pathname === '/chart/web'");
    // Every control has a name.
    for path in ["/", "/chart/web", "/chart/web/1.0.0?show=versions"] {
        browser.open(&format!("{}{path}", served.url()));
        let nameless = browser.run(
            "return [...document.querySelectorAll('a, button, input, [tabindex]')].filter(one => \
             !(one.textContent.trim() || one.getAttribute('aria-label') || one.labels?.length)).map(one => one.outerHTML)",
        );
        assert_eq!(nameless, json!([]), "{path}");
    }
}

fn copying(browser: &Browser, served: &Served) {
    browser.grant("clipboard-read");
    browser.grant("clipboard-write");
    browser.open(&format!("{}/chart/web/1.0.0", served.url()));
    browser.click(".panel .command:nth-of-type(2) .copy");
    browser.wait("document.querySelector('.copy.done')");
    let copied = browser
        .run_async("navigator.clipboard.readText().then(done, error => done(String(error)))");
    assert_eq!(copied, "helm install web charts/web --version 1.0.0");
    assert_eq!(
        browser.run("return document.getElementById('said').textContent"),
        "Copied to the clipboard"
    );
}

fn chart_page(browser: &Browser, served: &Served) {
    browser.open(&format!("{}/chart/web", served.url()));
    let text = |selector: &str| {
        browser.run(&format!(
            "return document.querySelector({selector:?}).textContent"
        ))
    };
    assert_eq!(text("h1"), "web 1.1.0");
    assert_eq!(
        text(".values .key"),
        "replicas",
        "there is no README: values are shown"
    );
    browser.click(".tabs a:nth-child(3)");
    browser.wait("document.querySelectorAll('.versions tbody tr').length === 2");
    browser.click(".versions tbody tr:nth-child(2) a");
    browser.wait("location.pathname === '/chart/web/1.0.0'");
    assert_eq!(text("h1"), "web 1.0.0");
    browser.open(&format!("{}/chart/db", served.url()));
    assert_eq!(text(".title .badges"), "deprecatedsigned");
    browser.open(&format!("{}/chart/none", served.url()));
    assert_eq!(text("h1"), "There is nothing here");
    browser.open(&format!("{}/chart/large", served.url()));
    assert_eq!(text(".note"), "This README is too long to be laid out.");
}

/// Nothing that a chart says is done.
fn obedience(browser: &Browser, served: &Served) {
    for path in [
        "/",
        "/?q=hostile",
        "/?q=%3Cscript%3Ewindow.pwned=40%3C/script%3E",
        "/chart/hostile",
        "/chart/hostile?show=values",
        "/chart/hostile?show=versions",
        "/chart/%3Cscript%3Ewindow.pwned=41%3C%2Fscript%3E",
    ] {
        browser.open(&format!("{}{path}", served.url()));
        browser.wait("document.documentElement.classList.contains('live')");
        assert_eq!(browser.dialog(), None, "{path}");
        assert_eq!(
            browser.run("return window.pwned ?? null"),
            Value::Null,
            "{path}"
        );
        let foreign = browser.run(
            "return [...document.querySelectorAll('script, iframe, form, base, style, object, embed, svg')]\
             .filter(one => !one.src?.endsWith('/-/page.js') && one.className !== 'search').map(one => one.outerHTML)",
        );
        assert_eq!(foreign, json!([]), "{path}");
        let handlers = browser.run(
            "return [...document.querySelectorAll('*')].filter(one => [...one.attributes].some(of => \
             of.name.startsWith('on') || of.name === 'style' || /^\\s*(javascript|data|vbscript):/i.test(of.value) \
             && ['href', 'src', 'action'].includes(of.name))).map(one => one.outerHTML)",
        );
        assert_eq!(handlers, json!([]), "{path}");
    }
    browser.open(&format!("{}/chart/hostile", served.url()));
    browser.run("document.querySelectorAll('.readme a, .readme span, dd a').forEach(one => one.click !== undefined && one.href === undefined && one.click())");
    assert_eq!(browser.run("return window.pwned ?? null"), Value::Null);
    let text = browser.run("return document.querySelector('.readme').textContent");
    let text = text.as_str().unwrap_or_default();
    assert!(text.contains("<script>window.pwned=2</script>"), "{text}");
    assert!(
        !text.contains('\u{202e}') && !text.contains('\u{9b}'),
        "{text}"
    );
    let links = browser.run("return [...document.querySelectorAll('.readme a, dd a')].filter(one => one.host !== location.host).map(one => one.rel)");
    let links = links.as_array().cloned().unwrap_or_default();
    assert!(
        links
            .iter()
            .all(|rel| rel == "nofollow noopener noreferrer"),
        "{links:?}"
    );
    // Even if a script got there, it would not run.
    browser.run("const one = document.createElement('script'); one.textContent = 'window.pwned = 50'; document.body.append(one)");
    assert_eq!(browser.run("return window.pwned ?? null"), Value::Null);
    let complaints = browser.complaints();
    assert!(
        complaints
            .iter()
            .any(|one| one.contains("Content Security Policy")),
        "{complaints:?}"
    );
    // Our own pages keep their own policy.
    for path in ["/", "/chart/web", "/chart/web?show=values", "/chart/wide"] {
        browser.open(&format!("{}{path}", served.url()));
        let complaints = browser.complaints();
        let bad: Vec<_> = complaints
            .iter()
            .filter(|one| one.contains("Content Security Policy"))
            .collect();
        assert!(bad.is_empty(), "{path}: {bad:?}");
    }
}

/// No page is wider than its screen; pictures of all for those who want to look.
fn looks(browser: &Browser, served: &Served, screen: Screen) {
    browser.screen(screen);
    let size = if screen.is_phone { "phone" } else { "desk" };
    let light = if screen.is_dark { "dark" } else { "light" };
    for (name, path) in [
        ("list", "/"),
        ("wide", "/chart/wide"),
        ("hostile", "/chart/hostile"),
        ("versions", "/chart/web?show=versions"),
        ("found", "/?q=web"),
        ("nothing", "/?q=nosuchchart"),
        ("web", "/chart/web"),
        ("lost", "/chart/none"),
    ]
    .into_iter()
    .take(if browser.shoots() {
        8
    } else if screen.is_dark {
        1
    } else {
        4
    }) {
        browser.open(&format!("{}{path}", served.url()));
        let wide = browser.run("return [document.documentElement.scrollWidth, innerWidth]");
        assert_eq!(
            wide,
            json!([screen.width, screen.width]),
            "{path} on a {size}"
        );
        browser.shoot(&format!("{size}-{light}-{name}"));
    }
    let paper = browser.run("return getComputedStyle(document.body).backgroundColor");
    let wanted = if screen.is_dark {
        "rgb(13, 22, 29)"
    } else {
        "rgb(246, 244, 238)"
    };
    assert_eq!(paper, wanted);
}

/// The form searches without the script.
fn without_script(served: &Served) {
    let page = served.get("/?q=web+serv").text();
    assert!(
        page.contains("2 charts for “web serv”") && page.contains("chart/db"),
        "{page}"
    );
    assert!(!page.contains("chart/webhook"));
}

/// As many charts as a company may have: a page of them is small, and searching in all is one
/// request.
#[test]
fn thousands_of_charts_are_a_page_at_a_time() {
    let home = Home::new();
    for at in 0..1500 {
        let name = format!("chart-{at:04}");
        home.write(
            &format!("charts/{name}-1.0.0.tgz"),
            chart(&name, "1.0.0", "description: One of many\n"),
        );
    }
    let served = Served::start(&home, &[]);
    let page = served.get("/").text();
    assert!(
        page.contains("1500 charts")
            && page.contains("chart/chart-0059")
            && !page.contains("chart/chart-0060")
    );
    assert!(page.contains("Page 1 of 25"));
    let last = served.get("/?page=25").text();
    assert!(last.contains("chart/chart-1499") && !last.contains(">Next<"));
    let beyond = served.get("/?page=99999999999999999999").text();
    assert!(beyond.contains("Page 1 of 25"));
    let list = served.ask("GET", "/-/search.json", &[("Accept-Encoding", "gzip")], b"");
    assert!(list.body.len() < 40_000, "{} bytes", list.body.len());
    let list: Value = serde_json::from_str(&served.get("/-/search.json").text()).expect("JSON");
    assert_eq!(list["charts"].as_array().map(Vec::len), Some(1500));
}
