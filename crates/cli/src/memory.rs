//! The memory driver, filled from the files that `HELM_MEMORY_DRIVER_DATA` names.

use std::fs;

use pintle_go_value::Value;
use pintle_go_value::json;
use pintle_release::{Release, decode_json};
use pintle_storage::{MemoryDriver, Storage};

use crate::env::{self, Environment};
use crate::errors::Failure;
use crate::log::Level;

/// A driver over the records of the files; of all namespaces when `namespace` is empty.
///
/// # Errors
/// HELM: a file that cannot be read ends every command, told by a log line.
pub fn driver(environment: &Environment, namespace: &str) -> Result<MemoryDriver, Failure> {
    let driver = MemoryDriver::new(namespace);
    for path in environment.get(env::HELM_MEMORY_DRIVER_DATA).split(':') {
        let bytes = fs::read(path).map_err(|error| unreadable(path, &error))?;
        for release in releases(&bytes).map_err(|text| broken(&text))? {
            fill(&driver, &release).map_err(|text| broken(&text))?;
        }
    }
    Ok(driver)
}

fn fill(driver: &MemoryDriver, release: &Release) -> Result<(), String> {
    let own = Storage::new(driver.in_namespace(&release.namespace));
    // The driver answers at once: it has nothing to wait for.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .map_err(|error| error.to_string())?;
    let stored = runtime.block_on(own.create(release, 0));
    stored.map_err(|error| error.to_string())
}

/// The releases of a YAML list.
fn releases(bytes: &[u8]) -> Result<Vec<Release>, String> {
    let value = pintle_go_yaml::parse(bytes).map_err(|error| error.to_string())?;
    let Value::List(list) = value else {
        return Ok(Vec::new());
    };
    let release = |item: &Value| {
        let text =
            json::encode(item, json::Options::default()).map_err(|error| error.to_string())?;
        // HELM: labels are no part of a record's text, so a file cannot give any.
        decode_json(&text).map_err(|error| error.to_string())
    };
    list.iter().map(release).collect()
}

fn unreadable(path: &str, error: &std::io::Error) -> Failure {
    let reason = match error.kind() {
        std::io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    };
    broken_text(&format!(
        "Unable to read memory driver dataopen {path}: {reason}"
    ))
}

fn broken(text: &str) -> Failure {
    broken_text(&format!("Unable to unmarshal memory driver data: {text}"))
}

fn broken_text(text: &str) -> Failure {
    Failure::log(Level::Info, text, &[]).hint(
        "HELM_MEMORY_DRIVER_DATA names YAML files with lists of releases, separated by colons",
    )
}
