//! A real browser: Chromium, driven over the WebDriver protocol by chromedriver.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::background::Background;
use crate::{Home, http};

/// A browser with one page.
#[derive(Debug)]
pub struct Browser {
    address: String,
    session: String,
    _driver: Background,
    _profile: TempDir,
}

/// How a page is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    /// Its width.
    pub width: u32,
    /// Its height.
    pub height: u32,
    /// Whether it is that of a phone.
    pub is_phone: bool,
    /// Whether people want it dark.
    pub is_dark: bool,
}

const KEYS: [(&str, char); 7] = [
    ("Tab", '\u{e004}'),
    ("Enter", '\u{e007}'),
    ("Escape", '\u{e00c}'),
    ("ArrowLeft", '\u{e012}'),
    ("ArrowUp", '\u{e013}'),
    ("ArrowRight", '\u{e014}'),
    ("ArrowDown", '\u{e015}'),
];

/// The program of this name, when it is installed.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
}

/// The browser, or the test is skipped by its name.
pub fn start_or_skip(home: &Home, test: &str) -> Option<Browser> {
    let (Some(driver), Some(browser)) = (program("chromedriver"), program("chromium")) else {
        crate::skip(test, "chromium is not here (tests/oracle/packages)");
        return None;
    };
    Some(Browser::start(home, &driver, &browser))
}

/// The driver and its port; nothing where it ends at once. It takes a port that is free on one
/// protocol, and gives up when another process has it on the other.
fn start_driver(home: &Home, program: &Path) -> Option<(Background, String)> {
    let mut driver = home.command(program).arg("--port=0").start();
    loop {
        let line = driver.line();
        if line.is_empty() {
            return None;
        }
        let said = line.trim().trim_end_matches('.');
        if let Some((_, port)) = said.split_once("successfully on port ") {
            let port = port.to_owned();
            return Some((driver, port));
        }
    }
}

impl Browser {
    fn start(home: &Home, driver: &Path, browser: &Path) -> Self {
        let profile = tempfile::tempdir().expect("a folder for the browser");
        let (driver, port) = (0..5)
            .find_map(|_| start_driver(home, driver))
            .expect("chromedriver does not start");
        let address = format!("127.0.0.1:{port}");
        let folder = format!("--user-data-dir={}", profile.path().display());
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            "--no-proxy-server",
            // No name leads anywhere but to this machine.
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            folder.as_str(),
        ];
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "unhandledPromptBehavior": "ignore",
            "goog:loggingPrefs": {"browser": "ALL"},
            "goog:chromeOptions": {"binary": browser, "args": arguments},
        }}});
        let mut started = Self {
            address,
            session: String::new(),
            _driver: driver,
            _profile: profile,
        };
        let session = started.send("POST", "/session", &wanted);
        let id = session["sessionId"].as_str().unwrap_or_default();
        started.session = format!("/session/{id}");
        started
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> Value {
        let text = if method == "GET" || method == "DELETE" {
            String::new()
        } else {
            body.to_string()
        };
        let headers = [("Content-Type", "application/json")];
        let reply = http::ask(&self.address, method, path, &headers, text.as_bytes());
        let value: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        assert_eq!(reply.status, 200, "{method} {path}: {}", reply.text());
        value["value"].clone()
    }

    fn call(&self, command: &str, body: &Value) -> Value {
        self.send("POST", &format!("{}/{command}", self.session), body)
    }

    fn develop(&self, command: &str, parameters: &Value) -> Value {
        let body = json!({"cmd": command, "params": parameters});
        self.call("goog/cdp/execute", &body)
    }

    /// Shows pages on such a screen from now on.
    pub fn screen(&self, screen: Screen) {
        let size = json!({
            "width": screen.width, "height": screen.height, "deviceScaleFactor": 1,
            "mobile": screen.is_phone,
        });
        self.develop("Emulation.setDeviceMetricsOverride", &size);
        let scheme = if screen.is_dark { "dark" } else { "light" };
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.develop("Emulation.setEmulatedMedia", &json!({"features": features}));
    }

    /// Lets pages do something, such as `clipboard-read`, without asking.
    pub fn grant(&self, permission: &str) {
        let body = json!({"descriptor": {"name": permission}, "state": "granted"});
        self.call("permissions", &body);
    }

    /// Opens a page.
    pub fn open(&self, url: &str) {
        self.call("url", &json!({"url": url}));
    }

    /// What a script gives back: `return document.title`.
    pub fn run(&self, script: &str) -> Value {
        self.call("execute/sync", &json!({"script": script, "args": []}))
    }

    /// What a script calls back with, by `done`.
    pub fn run_async(&self, script: &str) -> Value {
        let script = format!("const done = arguments[arguments.length - 1];\n{script}");
        self.call("execute/async", &json!({"script": script, "args": []}))
    }

    /// Waits until an expression is true.
    pub fn wait(&self, expression: &str) {
        let script = format!(
            "const began = Date.now(); const look = () => ({expression}) ? done(true) : \
             Date.now() - began > 20000 ? done(false) : setTimeout(look, 20); look();"
        );
        let found = self.run_async(&script);
        assert_eq!(found, Value::Bool(true), "never so: {expression}");
    }

    /// Types a text, letter by letter.
    pub fn type_text(&self, text: &str) {
        for letter in text.chars() {
            self.press_key(letter);
        }
    }

    /// Presses a key by its name, such as `ArrowDown`, or a letter.
    pub fn press(&self, key: &str) {
        let named = KEYS.iter().find(|(name, _)| *name == key);
        let key = named.map(|(_, key)| *key).or_else(|| key.chars().next());
        self.press_key(key.expect("a key"));
    }

    fn press_key(&self, key: char) {
        let key = key.to_string();
        let actions = json!([
            {"type": "keyDown", "value": key},
            {"type": "keyUp", "value": key},
        ]);
        let body = json!({"actions": [{"type": "key", "id": "keys", "actions": actions}]});
        self.call("actions", &body);
    }

    /// Clicks on what a selector finds.
    pub fn click(&self, selector: &str) {
        let wanted = json!({"using": "css selector", "value": selector});
        let found = self.call("element", &wanted);
        let id = found
            .as_object()
            .and_then(|object| object.values().next()?.as_str().map(str::to_owned))
            .expect("an element");
        self.call(&format!("element/{id}/click"), &json!({}));
    }

    /// What the browser complained of since it was last asked.
    pub fn complaints(&self) -> Vec<String> {
        let log = self.call("se/log", &json!({"type": "browser"}));
        let entries = log.as_array().cloned().unwrap_or_default();
        entries
            .iter()
            .map(|entry| entry["message"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// The text of a dialog, if one is open.
    pub fn dialog(&self) -> Option<String> {
        let path = format!("{}/alert/text", self.session);
        let reply = http::ask(&self.address, "GET", &path, &[], b"");
        (reply.status == 200).then(|| reply.text())
    }

    /// Whether pictures are kept.
    pub fn shoots(&self) -> bool {
        std::env::var_os("PINTLE_SHOTS").is_some()
    }

    /// A picture of the page, in PNG, kept in the folder that `PINTLE_SHOTS` names, if it does.
    pub fn shoot(&self, name: &str) {
        let Some(folder) = std::env::var_os("PINTLE_SHOTS") else {
            return;
        };
        let picture = self.develop("Page.captureScreenshot", &json!({"format": "png"}));
        let data = picture["data"].as_str().unwrap_or_default();
        let path = Path::new(&folder).join(format!("{name}.png"));
        std::fs::write(path, crate::web::base64(data)).expect("a picture can be written");
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The browser ends with its session; the driver is ended after it.
        http::ask(&self.address, "DELETE", &self.session, &[], b"");
    }
}
