//! Rules about `Chart.yaml`.

use std::borrow::Cow;

use pintle_chart::chartfile::{Chartfile, check_strictly};
use pintle_chart::{Maintainer, Metadata};
use pintle_go_value::Map;
use pintle_go_value::format::quoted::quote;
use pintle_semver::{Constraint, Version};

use super::addresses::{is_email, is_request_url, is_url};
use super::{Severity, Subject};

const FILE: &str = "Chart.yaml";

/// Checks the file; nothing more is said when it cannot be read.
pub fn check(subject: &mut Subject<'_>) {
    if subject.folder.is_folder(FILE) == Ok(true) {
        let text = "should be a file, not a directory".to_owned();
        subject.rule(Severity::Error, FILE, Err(text));
    }
    let text = subject.folder.read(FILE).map(Cow::into_owned);
    let parsed = text.as_deref().map_err(Clone::clone).and_then(|text| {
        Chartfile::read(text)
            .map(|file| (file, text))
            .map_err(|error| error.text().to_owned())
    });
    let (file, text) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => {
            let error = format!("unable to parse YAML\n\t{error}");
            subject.rule(Severity::Error, FILE, Err(error));
            return;
        }
    };
    let strictly = check_strictly(text).map_err(|error| {
        let error = error.text();
        format!("failed to strictly parse chart metadata file\n\t{error}")
    });
    subject.rule(Severity::Warning, FILE, strictly);
    check_fields(subject, &file);
}

/// HELM: the order is the one in which they are told.
fn check_fields(subject: &mut Subject<'_>, file: &Chartfile) {
    let metadata = &file.metadata;
    let rules = [
        (Severity::Error, name(metadata)),
        (Severity::Error, api_version(metadata)),
        (Severity::Error, is_string(&file.plain, "version")),
        (Severity::Error, version(metadata)),
        (Severity::Error, is_string(&file.plain, "appVersion")),
        (Severity::Error, maintainers(file)),
        (Severity::Error, sources(metadata)),
        (Severity::Info, icon_presence(metadata)),
        (Severity::Error, icon(metadata)),
        (Severity::Error, chart_type(metadata)),
        (Severity::Error, dependencies(metadata)),
        (Severity::Warning, strict_version(metadata)),
    ];
    for (severity, found) in rules {
        subject.rule(severity, FILE, found);
    }
}

/// `Ok` when `good`, else the text.
fn demand(good: bool, text: impl FnOnce() -> String) -> Result<(), String> {
    if good { Ok(()) } else { Err(text()) }
}

fn name(metadata: &Metadata) -> Result<(), String> {
    let name = metadata.name.as_str();
    demand(!name.is_empty(), || "name is required".to_owned())?;
    // GO: the base of a path of slashes alone is a slash.
    demand(name == "/" || !name.contains('/'), || {
        let quoted = quote(name);
        format!("chart name {quoted} is invalid")
    })
}

fn api_version(metadata: &Metadata) -> Result<(), String> {
    match metadata.api_version.as_str() {
        "v1" | "v2" => Ok(()),
        "" => Err("apiVersion is required. The value must be either \"v1\" or \"v2\"".to_owned()),
        other => Err(format!(
            "apiVersion '{other}' is not valid. The value must be either \"v1\" or \"v2\""
        )),
    }
}

fn is_string(plain: &Map, key: &str) -> Result<(), String> {
    let found = plain.get(key).map(|value| value.type_name());
    match found.as_deref() {
        None | Some("string") => Ok(()),
        Some(other) => Err(format!(
            "{key} should be of type string but it's of type {other}"
        )),
    }
}

fn version(metadata: &Metadata) -> Result<(), String> {
    let text = &metadata.version;
    demand(!text.is_empty(), || "version is required".to_owned())?;
    let version =
        Version::parse(text).map_err(|_| format!("version '{text}' is not a valid SemVer"))?;
    let least = Constraint::parse(">0.0.0-0").map_err(|error| error.to_string())?;
    match least.validate(&version) {
        Ok(()) => Ok(()),
        Err(reasons) => match reasons.first() {
            None => Ok(()),
            Some(reason) => Err(format!("version {reason}")),
        },
    }
}

fn strict_version(metadata: &Metadata) -> Result<(), String> {
    let text = &metadata.version;
    Version::parse_strict(text)
        .map(drop)
        .map_err(|_| format!("version '{text}' is not a valid SemVerV2"))
}

fn maintainers(file: &Chartfile) -> Result<(), String> {
    let all = &file.metadata.maintainers;
    let before_hole = file.null_maintainer_at.unwrap_or(all.len());
    all[..before_hole.min(all.len())]
        .iter()
        .try_for_each(maintainer)?;
    demand(file.null_maintainer_at.is_none(), || {
        "a maintainer entry is empty".to_owned()
    })?;
    Ok(())
}

fn maintainer(person: &Maintainer) -> Result<(), String> {
    let Maintainer { name, email, url } = person;
    demand(!name.is_empty(), || {
        "each maintainer requires a name".to_owned()
    })?;
    demand(email.is_empty() || is_email(email), || {
        format!("invalid email '{email}' for maintainer '{name}'")
    })?;
    demand(url.is_empty() || is_url(url), || {
        format!("invalid url '{url}' for maintainer '{name}'")
    })
}

fn sources(metadata: &Metadata) -> Result<(), String> {
    metadata.sources.iter().try_for_each(|source| {
        demand(is_request_url(source), || {
            format!("invalid source URL '{source}'")
        })
    })
}

fn icon_presence(metadata: &Metadata) -> Result<(), String> {
    demand(!metadata.icon.is_empty(), || {
        "icon is recommended".to_owned()
    })
}

fn icon(metadata: &Metadata) -> Result<(), String> {
    let icon = &metadata.icon;
    demand(icon.is_empty() || is_request_url(icon), || {
        format!("invalid icon URL '{icon}'")
    })
}

fn chart_type(metadata: &Metadata) -> Result<(), String> {
    let version = &metadata.api_version;
    demand(metadata.type_.is_empty() || version == "v2", || {
        format!("chart type is not valid in apiVersion '{version}'. It is valid in apiVersion 'v2'")
    })
}

fn dependencies(metadata: &Metadata) -> Result<(), String> {
    let version = &metadata.api_version;
    demand(metadata.dependencies.is_empty() || version == "v2", || {
        format!(
            "dependencies are not valid in the Chart file with apiVersion '{version}'. They are valid in apiVersion 'v2'"
        )
    })
}
