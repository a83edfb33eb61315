//! What programs are told: ChartMuseum's API.

use std::fs;
use std::sync::{Arc, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use http::request::Parts;
use pintle_chart::Chart;
use pintle_go_value::{Value, json as values_json};
use pintle_release::to_go_json;

use crate::answer::{Answer, error, json, quoted};
use crate::handle::{State, yaml};
use crate::route::{Route, asked};
use crate::shelf::{Item, Stock};

/// What went wrong with what was asked for.
pub type Refused = (StatusCode, String);

/// Charts, one chart, or a version of it.
pub async fn get(state: &Arc<State>, route: Route, parts: &Parts) -> Answer {
    let query = parts.uri.query().map(str::to_owned);
    let stock = state.stock().await;
    let made = state.away(move |_| match &route {
        Route::Charts => charts(&stock, query.as_deref()),
        Route::Chart(name) => chart(&stock, name),
        Route::Version(name, version) => {
            let entry = &find(&stock, name, version)?.entry;
            Ok(to_go_json(entry).unwrap_or_default())
        }
        _ => Err((StatusCode::NOT_FOUND, "not found".to_owned())),
    });
    match made.await {
        Ok(text) => json(StatusCode::OK, text),
        Err((status, text)) => error(status, &text),
    }
}

fn charts(stock: &Stock, query: Option<&str>) -> Result<String, Refused> {
    let number = |name: &str, least: usize, what: &str| match asked(query, name) {
        None => Ok(None),
        Some(text) => match text.parse::<usize>() {
            Ok(number) if number >= least => Ok(Some(number)),
            _ => Err((
                StatusCode::BAD_REQUEST,
                format!("{name} is not a valid {what} integer"),
            )),
        },
    };
    let offset = number("offset", 0, "non-negative")?.unwrap_or(0);
    let limit = number("limit", 1, "positive")?.unwrap_or(usize::MAX);
    let mut text = String::from("{");
    for (name, versions) in stock.charts.iter().skip(offset).take(limit) {
        if text.len() > 1 {
            text.push(',');
        }
        text.push_str(&quoted(name));
        text.push(':');
        list(&mut text, versions);
    }
    text.push('}');
    Ok(text)
}

fn chart(stock: &Stock, name: &str) -> Result<String, Refused> {
    let versions = stock
        .charts
        .get(name)
        .ok_or_else(|| (StatusCode::NOT_FOUND, "chart not found".to_owned()))?;
    let mut text = String::new();
    list(&mut text, versions);
    Ok(text)
}

fn list(text: &mut String, versions: &[Arc<Item>]) {
    text.push('[');
    for (at, item) in versions.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        text.push_str(&to_go_json(&item.entry).unwrap_or_default());
    }
    text.push(']');
}

/// ChartMuseum: `latest` is the newest stable one.
pub fn find<'a>(stock: &'a Stock, name: &str, version: &str) -> Result<&'a Arc<Item>, Refused> {
    let version = if version == "latest" { "" } else { version };
    let found = stock.find(name, version);
    found.map_err(|text| (StatusCode::NOT_FOUND, text))
}

/// The chart of an archive.
pub fn load(item: &Item) -> Result<Chart, Refused> {
    let failed = |text: String| (StatusCode::INTERNAL_SERVER_ERROR, text);
    let file = fs::File::open(&item.path).map_err(|_| failed("chart is gone".to_owned()))?;
    let (chart, _) =
        pintle_chart::load_archive(file).map_err(|error| failed(error.text().to_owned()))?;
    Ok(chart)
}

/// The templates of a version, and its values.
pub async fn templates(state: &Arc<State>, name: &str, version: &str) -> Answer {
    let stock = state.stock().await;
    let (name, version) = (name.to_owned(), version.to_owned());
    let made = state.away(move |_| {
        let chart = load(find(&stock, &name, &version)?)?;
        let mut text = String::from("{\"templates\":[");
        for (at, file) in chart.templates.iter().enumerate() {
            if at > 0 {
                text.push(',');
            }
            let (name, data) = (quoted(&file.name), STANDARD.encode(&*file.data));
            text.push_str(&format!("{{\"name\":{name},\"data\":\"{data}\"}}"));
        }
        let values = Value::Map(chart.values.clone());
        let values = values_json::encode(&values, values_json::Options::default());
        text.push_str("],\"values\":");
        text.push_str(&String::from_utf8_lossy(&values.unwrap_or_default()));
        text.push('}');
        Ok::<_, Refused>(text)
    });
    match made.await {
        Ok(text) => json(StatusCode::OK, text),
        Err((status, text)) => error(status, &text),
    }
}

/// The file with the values of a version.
pub async fn values(state: &Arc<State>, name: &str, version: &str) -> Answer {
    let stock = state.stock().await;
    let (name, version) = (name.to_owned(), version.to_owned());
    let made = state.away(move |_| {
        let chart = load(find(&stock, &name, &version)?)?;
        let file = chart.raw_file("values.yaml");
        let file =
            file.ok_or_else(|| (StatusCode::NOT_FOUND, "values.yaml not found".to_owned()))?;
        Ok::<_, Refused>(file.data.to_vec())
    });
    match made.await {
        Ok(text) => yaml(text),
        Err((status, text)) => error(status, &text),
    }
}

/// Deletes a version, and its signature.
pub async fn delete(state: &Arc<State>, route: &Route) -> Answer {
    let Route::Version(name, version) = route.clone() else {
        return error(StatusCode::NOT_FOUND, "not found");
    };
    let done = state.away(move |state| {
        let changing = state
            .changing
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let stock = state.shelf.look();
        let versions = stock.charts.get(&name).into_iter().flatten();
        // That very one: nothing is deleted by a range.
        let mut count = 0;
        for item in versions.filter(|item| item.version() == version) {
            fs::remove_file(&item.path).map_err(|error| {
                let reason = pintle_chart::disk::go_text(&error);
                let text = format!("{} cannot be deleted: {reason}", item.place);
                (StatusCode::INTERNAL_SERVER_ERROR, text)
            })?;
            // It may have none.
            let _ = fs::remove_file(item.prov());
            count += 1;
        }
        drop(changing);
        state.shelf.look_closely();
        match count {
            0 => Err((StatusCode::NOT_FOUND, "chart not found".to_owned())),
            _ => Ok(()),
        }
    });
    match done.await {
        Ok(()) => json(StatusCode::OK, "{\"deleted\":true}"),
        Err((status, text)) => error(status, &text),
    }
}
