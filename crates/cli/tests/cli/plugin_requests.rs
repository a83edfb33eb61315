//! Plugins that are WebAssembly, and ask servers: the same requests through Helm and through us.

use pintle_testkit::web::{Page, Pages, Web};
use pintle_testkit::{Finished, Home};

use crate::plugin_modules::{add, first_line_of_traps};
use crate::{Case, compare_with_helm};

const fn case(words: &'static [&'static str]) -> Case {
    Case {
        variables: &[("HELM_PLUGINS", "plugins")],
        words,
    }
}

const CASES: &[Case] = &[
    case(&["ask"]),
    case(&["post"]),
    case(&["nothing"]),
    case(&["moved"]),
    case(&["not-allowed"]),
    case(&["no-host"]),
    case(&["hangs-up"]),
    case(&["template", "r", "web", "-f", "wasm://store/values.yaml"]),
];

/// Asks for what the configuration says, and prints the answer, its status and its headers.
const ASK: &str = "
    (local $code i32)
    (call $print_block (call $http
      (call $config (call $block (i32.const 110) (i32.const 3)))
      (call $config (call $block (i32.const 120) (i32.const 7)))))
    (local.set $code (call $status))
    (i32.store8 (i32.const 1000) (i32.add (i32.const 48) (i32.div_u (local.get $code) (i32.const 100))))
    (i32.store8 (i32.const 1001) (i32.add (i32.const 48) (i32.rem_u (i32.div_u (local.get $code) (i32.const 10)) (i32.const 10))))
    (i32.store8 (i32.const 1002) (i32.add (i32.const 48) (i32.rem_u (local.get $code) (i32.const 10))))
    (call $print (i32.const 1000) (i32.const 3))
    (call $print_block (call $headers))
    (call $answer (i32.const 100) (i32.const 2)) (i32.const 0)";

/// Gives values that a server has.
const FETCH: &str = "
    (local $from i64)
    (local.set $from (call $http (call $config (call $block (i32.const 110) (i32.const 3))) (i64.const 0)))
    (call $output (local.get $from) (call $length (local.get $from))) (i32.const 0)";

fn pages() -> Pages {
    let page = |url: &str, page: Page| (url.to_owned(), page);
    [
        page(
            "http://a.example/text",
            Page::new("text")
                .header("X-Sign", "<&>")
                .header("Set-Cookie", "a=1")
                .header("Set-Cookie", "b=2"),
        ),
        page(
            "http://a.example/sent",
            Page::new("taken").login("Bearer word"),
        ),
        page("http://a.example/nothing", Page::status(503)),
        page(
            "http://a.example/moved",
            Page::status(302).header("Location", "http://b.example/there"),
        ),
        page("http://b.example/there", Page::new("there")),
        page("http://a.example/hangs-up", Page::hangs_up()),
        page(
            "http://a.example/values",
            Page::new("{\"data\":\"ZnJvbTogd2FzbQo=\"}"),
        ),
    ]
    .into()
}

fn limits(hosts: &str, request: &str, body: &str) -> String {
    let body = if body.is_empty() {
        String::new()
    } else {
        format!(", problem: '{body}'")
    };
    format!(
        "runtimeConfig:\n  memory: {{maxHttpResponseBytes: 1000}}\n  allowedHosts: [{hosts}]\n  config: {{who: '{request}'{body}}}\n"
    )
}

fn prepare(home: &Home) {
    home.write(
        "web/Chart.yaml",
        "apiVersion: v2\nname: web\nversion: 0.1.0\n",
    );
    home.write("web/templates/a.yaml", "from: {{ .Values.from }}\n");
    let command = |name: &str, hosts: &str, request: &str, body: &str| {
        add(home, name, "cli/v1", &limits(hosts, request, body), ASK);
    };
    command("ask", "a.example", r#"{"url":"http://a.example/text"}"#, "");
    command(
        "post",
        "'*.example'",
        r#"{"url":"http://a.example/sent","method":"post","headers":{"Authorization":"Bearer word"}}"#,
        "body",
    );
    command(
        "nothing",
        "'*'",
        r#"{"url":"http://a.example/nothing"}"#,
        "",
    );
    command(
        "moved",
        "a.example, b.example",
        r#"{"url":"http://a.example/moved","headers":{"Authorization":"Bearer word","X":"y"}}"#,
        "",
    );
    command(
        "not-allowed",
        "b.example, '*.a.example'",
        r#"{"url":"http://a.example/text"}"#,
        "",
    );
    command("no-host", "", r#"{"url":"http://a.example/text"}"#, "");
    command(
        "hangs-up",
        "'*'",
        r#"{"url":"http://a.example/hangs-up"}"#,
        "",
    );
    let getter = limits("a.example", r#"{"url":"http://a.example/values"}"#, "");
    let getter = format!("config: {{protocols: [wasm]}}\n{getter}");
    add(home, "getter", "getter/v1", &getter, FETCH);
}

fn with_asked(mut answer: Finished, web: &Web) -> Finished {
    for line in web.asked() {
        answer.stdout += &format!("=== asked: {line}\n");
    }
    answer
}

#[test]
fn modules_ask_servers() {
    compare_with_helm("plugin_requests.txt", |program| {
        let home = Home::new();
        let web = Web::new(pages());
        prepare(&home);
        let run = |case: &Case| {
            let command = home.command(&program).called("helm");
            let answer = case.run(command.env("HTTP_PROXY", web.proxy()));
            let answer = answer.map(|text| first_line_of_traps(&home.redact(text)));
            with_asked(answer, &web)
        };
        CASES.iter().map(run).collect()
    });
}

/// DIFF: with Helm a redirect leads anywhere, and a plugin that names no limit gets no answer.
#[test]
fn modules_ask_nobody_else() {
    let home = Home::new();
    let web = Web::new(pages());
    let command = |name: &str, runtime: &str| add(&home, name, "cli/v1", runtime, ASK);
    let moved = r#"{"url":"http://a.example/moved"}"#;
    command("moved", &limits("a.example", moved, ""));
    let text = r#"{"url":"http://a.example/text"}"#;
    let text = limits("a.example", text, "");
    command("larger", &text.replace("1000", "3"));
    command("unlimited", &text.replace("1000", "0"));
    command("not-json", &limits("a.example", "x", ""));
    command("no-url", &limits("a.example", r#"{"url":"a b"}"#, ""));
    let run = |name: &str, no_proxy: &str| {
        let command = home.command(pintle_testkit::pintle!()).called("pintle");
        let command = command.env("HELM_PLUGINS", "plugins");
        let command = command
            .env("HTTP_PROXY", web.proxy())
            .env("NO_PROXY", no_proxy);
        command.arg(name).run()
    };
    for (name, text) in [
        (
            "moved",
            "HTTP request to 'http://b.example/there' is not allowed",
        ),
        ("larger", "http://a.example/text is larger than 3 bytes"),
        ("not-json", "invalid http request: "),
        ("no-url", "invalid url: \"a b\""),
    ] {
        let done = run(name, "");
        assert_eq!(done.code, Some(1), "{done}");
        assert!(done.stderr.contains(text), "{done}");
    }
    let asked = web.asked();
    assert_eq!(
        asked,
        ["GET http://a.example/moved", "GET http://a.example/text"]
    );
    let done = run("unlimited", "").success();
    assert!(done.stdout.starts_with("text\n200\n"), "{done}");
    // Who is to be asked without a proxy is: there is no such server.
    let done = run("unlimited", ".example");
    assert_eq!(done.code, Some(1), "{done}");
    assert_eq!(web.asked().len(), 1);
}
