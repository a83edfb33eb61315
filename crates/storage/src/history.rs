//! Which old revisions to forget.

use crate::Record;

/// The revisions to delete so that at most `keep` remain: the oldest ones, but never the newest
/// deployed one.
///
/// `records` are those of one release, in any order.
pub(crate) fn surplus(records: &[Record], keep: usize) -> Vec<&Record> {
    let mut sorted: Vec<&Record> = records.iter().collect();
    sorted.sort_by_key(|record| record.revision());
    let deployed = sorted
        .iter()
        .rev()
        .find(|record| record.status() == pintle_release::Status::Deployed)
        .map(|record| record.revision());
    let too_many = sorted.len().saturating_sub(keep);
    sorted
        .into_iter()
        .filter(|record| Some(record.revision()) != deployed)
        .take(too_many)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn record(revision: u32, status: &str) -> Record {
        Record {
            key: format!("v{revision}"),
            namespace: "ns".into(),
            labels: BTreeMap::from([
                ("version".to_owned(), revision.to_string()),
                ("status".to_owned(), status.to_owned()),
            ]),
            data: None,
        }
    }

    fn forgotten(records: &[Record], keep: usize) -> Vec<u32> {
        surplus(records, keep)
            .iter()
            .map(|record| record.revision())
            .collect()
    }

    #[test]
    fn the_oldest_go_and_the_deployed_one_stays() {
        let records: Vec<Record> = (1..=12)
            .map(|n| record(n, if n == 2 { "deployed" } else { "superseded" }))
            .collect();
        assert_eq!(forgotten(&records, 10), [1, 3]);
        assert_eq!(forgotten(&records, 12), [0; 0]);
        assert_eq!(forgotten(&records, 0), [1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        assert_eq!(forgotten(&[], 3), [0; 0]);
    }

    #[test]
    fn revisions_are_numbers_not_text() {
        let records = [
            record(10, "failed"),
            record(9, "failed"),
            record(11, "deployed"),
        ];
        assert_eq!(forgotten(&records, 2), [9]);
    }
}
