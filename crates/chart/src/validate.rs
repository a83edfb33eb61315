//! What Helm demands of `Chart.yaml`.

use std::collections::BTreeSet;

use pintle_semver::Version;

use crate::metadata::Draft;
use crate::{Dependency, Error, Metadata};

/// Cleans and checks metadata that was just read.
pub(crate) fn finish(mut draft: Draft) -> Result<Metadata, Error> {
    draft.metadata.sanitize();
    check_fields(&draft.metadata)?;
    if draft.null_maintainer_at.is_some() {
        return Err(refused("maintainers must not contain empty or null nodes"));
    }
    let hole = draft.null_dependency_at;
    let before_hole = hole.unwrap_or(draft.metadata.dependencies.len());
    check_dependencies(&draft.metadata.dependencies[..before_hole])?;
    if hole.is_some() {
        return Err(refused("dependencies must not contain empty or null nodes"));
    }
    Ok(draft.metadata)
}

impl Metadata {
    /// Checks what Helm checks before it uses a chart.
    ///
    /// # Errors
    /// The first thing that is wrong, as `validation: …`.
    pub fn validate(&self) -> Result<(), Error> {
        check_fields(self)?;
        check_dependencies(&self.dependencies)
    }

    /// HELM: every text loses what cannot be printed, and every blank becomes a space.
    pub fn sanitize(&mut self) {
        let texts = [
            &mut self.name,
            &mut self.description,
            &mut self.home,
            &mut self.icon,
            &mut self.condition,
            &mut self.tags,
            &mut self.app_version,
            &mut self.kube_version,
        ];
        let lists = self.sources.iter_mut().chain(&mut self.keywords);
        texts.into_iter().chain(lists).for_each(sanitize);
        for person in &mut self.maintainers {
            [&mut person.name, &mut person.email, &mut person.url]
                .into_iter()
                .for_each(sanitize);
        }
        for dependency in &mut self.dependencies {
            dependency.sanitize();
        }
    }
}

impl Dependency {
    fn sanitize(&mut self) {
        let texts = [
            &mut self.name,
            &mut self.version,
            &mut self.repository,
            &mut self.condition,
        ];
        texts.into_iter().chain(&mut self.tags).for_each(sanitize);
    }
}

fn check_fields(chart: &Metadata) -> Result<(), Error> {
    if chart.api_version.is_empty() {
        return Err(refused("chart.metadata.apiVersion is required"));
    }
    if chart.name.is_empty() {
        return Err(refused("chart.metadata.name is required")
            .hint("every chart needs a line `name: …` in Chart.yaml"));
    }
    if matches!(chart.name.as_str(), "." | "..") {
        let name = &chart.name;
        return Err(refused(&format!(
            "chart.metadata.name \"{name}\" is not allowed"
        )));
    }
    if chart.name.contains('/') {
        let name = quote(&chart.name);
        return Err(refused(&format!("chart.metadata.name {name} is invalid"))
            .hint("the name may not contain a slash"));
    }
    if chart.version.is_empty() {
        return Err(refused("chart.metadata.version is required")
            .hint("every chart needs a line `version: …` in Chart.yaml"));
    }
    if Version::parse(&chart.version).is_err() {
        let version = quote(&chart.version);
        return Err(
            refused(&format!("chart.metadata.version {version} is invalid")).hint(
                "write a semantic version, such as 1.2.3; quote it if it looks like a number",
            ),
        );
    }
    if !matches!(chart.type_.as_str(), "" | "application" | "library") {
        return Err(refused(
            "chart.metadata.type must be application or library",
        ));
    }
    Ok(())
}

/// Checks aliases, and that no two dependencies have one name.
fn check_dependencies(dependencies: &[Dependency]) -> Result<(), Error> {
    let mut seen = BTreeSet::new();
    for dependency in dependencies {
        let alias = dependency.alias.as_str();
        if !alias
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
        {
            let name = quote(&dependency.name);
            return Err(refused(&format!(
                "dependency {name} has disallowed characters in the alias"
            ))
            .hint("an alias may have letters, digits, `-` and `_`"));
        }
        let key = if alias.is_empty() {
            dependency.name.as_str()
        } else {
            alias
        };
        if !seen.insert(key) {
            let key = quote(key);
            return Err(refused(&format!(
                "more than one dependency with name or alias {key}"
            ))
            .hint("give each an `alias` of its own"));
        }
    }
    Ok(())
}

fn refused(what: &str) -> Error {
    Error::new(format!("validation: {what}"))
}

/// Go's `%q` for text without unprintable characters.
fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Blanks become spaces; what cannot be printed goes.
fn sanitize(text: &mut String) {
    if text.bytes().all(|b| b == b' ' || b.is_ascii_graphic()) {
        return;
    }
    *text = text.chars().filter_map(printable).collect();
}

fn printable(character: char) -> Option<char> {
    if character.is_whitespace() {
        return Some(' ');
    }
    let invisible = matches!(
        u32::from(character),
        0xad | 0x600..=0x605 | 0x61c | 0x6dd | 0x70f | 0x180e | 0x200b..=0x200f | 0x202a..=0x202e
            | 0x2060..=0x206f | 0xe000..=0xf8ff | 0xfeff | 0xfff0..=0xfffb | 0xfffe..=0xffff
            | 0x1d173..=0x1d17a | 0xe0001..=0xe007f | 0xf_0000..=0x10_ffff
    );
    (!character.is_control() && !invisible).then_some(character)
}
