//! A hub: charts of many repositories, found by its search.

use pintle_fetch::{Client, Request};
use pintle_go_value::{Value, json};
use pintle_sprig::{parse_url, url_with};

use crate::{Error, url};

/// A chart that a hub found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HubChart {
    /// Its page.
    pub url: String,
    /// Its newest version.
    pub version: String,
    /// The version of what it installs.
    pub app_version: String,
    /// What it says of itself.
    pub description: String,
    /// The name of its repository.
    pub repository: String,
    /// Where that is.
    pub repository_url: String,
}

const SEARCH: &str = "api/chartsvc/v1/charts/search";

/// Asks a hub for words.
///
/// HELM: an answer that is not understood holds no charts.
///
/// # Errors
/// An endpoint that is no URL, a hub that does not answer.
pub fn search(endpoint: &str, words: &str, client: &Client) -> Result<Vec<HubChart>, Error> {
    let unusable = |reason: &str| {
        let endpoint = quote(endpoint);
        Error::new(format!(
            "unable to create connection to {endpoint}: {reason}"
        ))
        .hint("--endpoint is the URL of a hub, such as https://artifacthub.io")
    };
    let parts = parse_url(endpoint).map_err(|error| unusable(&error))?;
    if parts.host_name.is_empty() {
        return Err(unusable("no hostname provided"));
    }
    let path = format!(
        "/{}",
        url::joined(&parts.path, SEARCH).trim_start_matches('/')
    );
    let query = format!("q={}", escaped(words));
    let target = url_with(endpoint, Some(&path), Some(&query)).map_err(|error| unusable(&error))?;
    let answer = client
        .get_blocking(&Request::new(&target))
        .map_err(|error| {
            let reason = Error::from(error).to_string();
            Error::new(format!(
                "unable to perform search against {}",
                quote(endpoint)
            ))
            .hint(reason)
        })?;
    let answer = json::decode(&answer.body).unwrap_or_default();
    let charts = match field(&answer, &["data"]) {
        Some(Value::List(charts)) => charts,
        _ => return Ok(Vec::new()),
    };
    Ok(charts.iter().map(|chart| found(endpoint, chart)).collect())
}

/// HELM: a hub of the older kind has pages of its own; Artifact Hub says where they are.
fn found(endpoint: &str, chart: &Value) -> HubChart {
    let newest = |name| {
        text(
            chart,
            &["relationships", "latestChartVersion", "data", name],
        )
    };
    let page = text(chart, &["artifactHub", "packageUrl"]);
    HubChart {
        url: if page.is_empty() {
            format!("{endpoint}/charts/{}", text(chart, &["id"]))
        } else {
            page
        },
        version: newest("version"),
        app_version: newest("app_version"),
        description: text(chart, &["attributes", "description"]),
        repository: text(chart, &["attributes", "repo", "name"]),
        repository_url: text(chart, &["attributes", "repo", "url"]),
    }
}

fn field(value: &Value, path: &[&str]) -> Option<Value> {
    path.iter()
        .try_fold(value.clone(), |value, name| value.as_map()?.get(name))
}

fn text(value: &Value, path: &[&str]) -> String {
    let found = field(value, path);
    let text = found.as_ref().and_then(Value::as_str);
    text.map(|text| text.to_text().into_owned())
        .unwrap_or_default()
}

/// GO: `url.QueryEscape`.
fn escaped(words: &str) -> String {
    let mut text = String::new();
    for byte in words.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                text.push(char::from(byte));
            }
            b' ' => text.push('+'),
            _ => text += &format!("%{byte:02X}"),
        }
    }
    text
}

fn quote(text: &str) -> String {
    pintle_go_value::format::quoted::quote(text)
}
