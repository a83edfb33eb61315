//! Tables of live objects, as `status` shows them: the server says what is in them, we lay them
//! out as kubectl does.

use std::collections::BTreeMap;

use futures::StreamExt;
use jiff::Timestamp;
use serde_json::Value;

use crate::Cluster;
use crate::client::Call;
use crate::error::Error;
use crate::objects::{GroupVersionKind, PARALLEL, Resource, escape};
use crate::related::pod_query;

const ACCEPT: &str = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";

/// A table of the server, its wide columns left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// The columns' names, in capitals.
    pub header: Vec<String>,
    /// The cells, row by row.
    pub rows: Vec<Vec<String>>,
}

/// Live objects by `VERSION/Kind`; the pods of workloads under `v1/Pod(related)`.
///
/// HELM: the order of the kinds is random there; here it is that of the names.
pub type ByKind<T> = BTreeMap<String, Vec<T>>;

impl Cluster {
    /// Tables of these objects as they are now, and of the pods that belong to them. Objects
    /// that are gone are left out.
    ///
    /// # Errors
    /// The server's own text.
    pub async fn status_tables(
        &self,
        resources: &[Resource],
        now: Timestamp,
    ) -> Result<ByKind<Table>, Error> {
        let asked = resources
            .iter()
            .map(|resource| self.tables_of(resource, now));
        gather(asked).await
    }

    /// The same objects themselves, for `status -o json`; pods come as lists.
    ///
    /// # Errors
    /// The server's own text.
    pub async fn status_objects(&self, resources: &[Resource]) -> Result<ByKind<Value>, Error> {
        gather(resources.iter().map(|resource| self.objects_of(resource))).await
    }

    async fn tables_of(
        &self,
        resource: &Resource,
        now: Timestamp,
    ) -> Result<Vec<(String, Table)>, Error> {
        let path = format!("{}?includeObject=Object", resource.path()?);
        let Some(answer) = self.get_table(&path).await? else {
            return Ok(Vec::new());
        };
        let mut out = vec![(key(resource), Table::read(&answer, now))];
        // The object itself stands in the row, with its selector.
        let object = answer.pointer("/rows/0/object").unwrap_or(&answer);
        if let Some(path) = self.pods_path(object).await? {
            let path = path.replace('?', "?includeObject=Object&");
            if let Some(pods) = self.get_table(&path).await? {
                out.push((RELATED.to_owned(), Table::read(&pods, now)));
            }
        }
        out.retain(|(_, table)| !table.rows.is_empty());
        Ok(out)
    }

    async fn objects_of(&self, resource: &Resource) -> Result<Vec<(String, Value)>, Error> {
        let Some(object) = self.get_resource(resource).await? else {
            return Ok(Vec::new());
        };
        let pods = match self.pods_path(&object).await? {
            Some(path) => self.get_at(&path).await?,
            None => None,
        };
        let mut out = vec![(key(resource), object)];
        out.extend(pods.map(|mut pods| {
            name_items(&mut pods);
            (RELATED.to_owned(), pods)
        }));
        Ok(out)
    }

    async fn pods_path(&self, object: &Value) -> Result<Option<String>, Error> {
        let Some(query) = pod_query(object) else {
            return Ok(None);
        };
        let kind = self
            .kind_of(&GroupVersionKind::new("", "v1", "Pod"))
            .await?;
        Ok(Some(format!(
            "{}?labelSelector={}",
            kind.path(&query.namespace),
            escape(&query.labels)
        )))
    }

    async fn get_table(&self, path: &str) -> Result<Option<Value>, Error> {
        match self.json(&Call::get(path).accept(ACCEPT)).await {
            Ok(answer) => Ok(Some(answer)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

const RELATED: &str = "v1/Pod(related)";

fn key(resource: &Resource) -> String {
    format!("{}/{}", resource.kind.gvk.version, resource.kind.gvk.kind)
}

/// The items of a list do not say their kind.
fn name_items(list: &mut Value) {
    let items = list.get_mut("items").and_then(Value::as_array_mut);
    for item in items.into_iter().flatten().filter_map(Value::as_object_mut) {
        item.entry("apiVersion").or_insert_with(|| "v1".into());
        item.entry("kind").or_insert_with(|| "Pod".into());
    }
}

async fn gather<T, F>(asked: impl Iterator<Item = F>) -> Result<ByKind<T>, Error>
where
    F: Future<Output = Result<Vec<(String, T)>, Error>>,
{
    let answers: Vec<_> = futures::stream::iter(asked)
        .buffered(PARALLEL)
        .collect()
        .await;
    let mut out = ByKind::new();
    for answer in answers {
        for (key, item) in answer? {
            out.entry(key).or_default().push(item);
        }
    }
    Ok(out)
}

impl Table {
    /// Reads a table of the server. An answer that is none (an old or small server) gives name
    /// and age.
    pub fn read(answer: &Value, now: Timestamp) -> Self {
        if answer.get("kind").and_then(Value::as_str) != Some("Table") {
            return Self::of_objects(answer, now);
        }
        let columns = list(answer.get("columnDefinitions"));
        let shown: Vec<bool> = columns
            .iter()
            .map(|column| column.get("priority").and_then(Value::as_i64).unwrap_or(0) == 0)
            .collect();
        let header = columns
            .iter()
            .zip(&shown)
            .filter(|(_, shown)| **shown)
            .map(|(column, _)| text(column.get("name")).to_uppercase())
            .collect();
        let rows = list(answer.get("rows")).iter().map(|row| {
            let cells = list(row.get("cells")).iter().zip(&shown);
            cells
                .filter(|(_, shown)| **shown)
                .map(|(value, _)| cell(value))
                .collect()
        });
        Self {
            header,
            rows: rows.collect(),
        }
    }

    fn of_objects(answer: &Value, now: Timestamp) -> Self {
        let objects = match answer.get("items") {
            Some(items) => list(Some(items)),
            None => std::slice::from_ref(answer),
        };
        let rows = objects.iter().map(|object| {
            let created = object.pointer("/metadata/creationTimestamp");
            vec![
                text(object.pointer("/metadata/name")).to_owned(),
                age(text(created), now),
            ]
        });
        Self {
            header: vec!["NAME".to_owned(), "AGE".to_owned()],
            rows: rows.collect(),
        }
    }

    /// The lines of the table.
    ///
    /// GO: kubectl's columns are at least 6 wide, with 3 blanks between them; the last one is not
    /// padded.
    pub fn render(&self, with_header: bool) -> String {
        let header = with_header.then_some(&self.header);
        let lines: Vec<&Vec<String>> = header.into_iter().chain(&self.rows).collect();
        let columns = lines.iter().map(|line| line.len()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns)
            .map(|column| {
                let cells = lines.iter().filter(|line| line.len() > column + 1);
                let widest = cells
                    .filter_map(|line| line.get(column))
                    .map(|cell| cell.chars().count())
                    .max();
                widest.map_or(0, |widest| (widest + PADDING).max(MIN_WIDTH))
            })
            .collect();
        let mut out = String::new();
        for line in lines {
            for (column, cell) in line.iter().enumerate() {
                out.push_str(cell);
                if column + 1 < line.len() {
                    let blanks = widths[column].saturating_sub(cell.chars().count());
                    out.extend(std::iter::repeat_n(' ', blanks));
                }
            }
            out.push('\n');
        }
        out
    }
}

const PADDING: usize = 3;
const MIN_WIDTH: usize = 6;

/// The RESOURCES block of `status`, without its first line: each kind, its tables, a blank line.
///
/// HELM: the tables of one kind share the first one's header but not its widths.
pub fn render(tables: &ByKind<Table>) -> String {
    let mut out = String::new();
    for (key, tables) in tables {
        out.push_str(&format!("==> {key}\n"));
        for (index, table) in tables.iter().enumerate() {
            out.push_str(&table.render(index == 0));
        }
        out.push('\n');
    }
    out
}

fn list(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text(value: Option<&Value>) -> &str {
    value.and_then(Value::as_str).unwrap_or_default()
}

/// GO: a text ends at its first line; nothing is nothing.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => match text.find(['\n', '\r', '\u{c}']) {
            Some(end) => format!("{}...", escaped(&text[..end])),
            None => escaped(text),
        },
        other => other.to_string(),
    }
}

/// GO: a terminal must not obey what an object says.
fn escaped(text: &str) -> String {
    text.replace('\u{1b}', "^[")
}

/// GO: how long ago, in the two largest units that matter.
fn age(created: &str, now: Timestamp) -> String {
    let Ok(created) = created.parse::<Timestamp>() else {
        return "<unknown>".to_owned();
    };
    let seconds = now.as_second() - created.as_second();
    if seconds < -1 {
        return "<invalid>".to_owned();
    }
    let seconds = seconds.max(0);
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86400);
    let two = |large: i64, unit: char, small: i64, small_unit: char| {
        if small == 0 {
            format!("{large}{unit}")
        } else {
            format!("{large}{unit}{small}{small_unit}")
        }
    };
    match seconds {
        ..120 => format!("{seconds}s"),
        120..600 => two(minutes, 'm', seconds % 60, 's'),
        600..10_800 => format!("{minutes}m"),
        10_800..28_800 => two(hours, 'h', minutes % 60, 'm'),
        28_800..172_800 => format!("{hours}h"),
        172_800..691_200 => two(days, 'd', hours % 24, 'h'),
        691_200..63_072_000 => format!("{days}d"),
        63_072_000..252_288_000 => two(days / 365, 'y', days % 365, 'd'),
        _ => format!("{}y", days / 365),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn table(header: &[&str], rows: &[&[&str]]) -> Table {
        let owned = |cells: &[&str]| {
            cells
                .iter()
                .map(|cell| (*cell).to_owned())
                .collect::<Vec<_>>()
        };
        Table {
            header: owned(header),
            rows: rows.iter().map(|row| owned(row)).collect(),
        }
    }

    // `helm status` 4.3.1 of a release with two deployments.
    #[test]
    fn tables_of_a_kind_share_a_header_and_nothing_else() {
        let header = ["NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE"];
        let tables = ByKind::from([(
            "v1/Deployment".to_owned(),
            vec![
                table(&header, &[&["dep", "2/2", "2", "2", "2s"]]),
                table(&header, &[&["dep2", "1/1", "1", "1", "2s"]]),
            ],
        )]);
        assert_eq!(
            render(&tables),
            "==> v1/Deployment\n\
             NAME   READY   UP-TO-DATE   AVAILABLE   AGE\n\
             dep    2/2     2            2           2s\n\
             dep2   1/1   1     1     2s\n\n"
        );
    }

    #[test]
    fn wide_columns_and_later_lines_are_left_out() {
        let answer = json!({"kind": "Table",
            "columnDefinitions": [{"name": "Name"}, {"name": "Ready", "priority": 0}, {"name": "IP", "priority": 1},
                {"name": "N"}],
            "rows": [{"cells": ["a\nb", null, "10.0.0.1", 3]}]});
        let table = Table::read(&answer, Timestamp::UNIX_EPOCH);
        assert_eq!(table.header, ["NAME", "READY", "N"]);
        assert_eq!(table.rows, [["a...", "", "3"]]);
    }

    #[test]
    fn a_server_without_tables_gives_names_and_ages() {
        let now: Timestamp = "2026-01-01T01:00:00Z".parse().unwrap();
        let answer = json!({"kind": "ConfigMap",
            "metadata": {"name": "a", "creationTimestamp": "2026-01-01T00:00:00Z"}});
        assert_eq!(
            Table::read(&answer, now).render(true),
            "NAME   AGE\na      60m\n"
        );
    }

    #[test]
    fn ages_have_kubectls_units() {
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        for (seconds, text) in [
            (1, "1s"),
            (119, "119s"),
            (125, "2m5s"),
            (180, "3m"),
            (3600, "60m"),
            (3 * 3600 + 60, "3h1m"),
            (9 * 3600, "9h"),
            (50 * 3600, "2d2h"),
            (30 * 86400, "30d"),
            (800 * 86400, "2y70d"),
        ] {
            let created = Timestamp::from_second(now.as_second() - seconds).unwrap();
            assert_eq!(age(&created.to_string(), now), text);
        }
    }
}
