//! Indexes of repositories.

use pintle_repo::Index;
use pintle_repo::catalog;

/// An index read by blocks is what it is as a whole; what is written reads back the same; what
/// is kept of it holds as much; and a catalog may be anything.
pub(crate) fn index(input: &[u8]) {
    let _ = catalog::count_versions(input);
    let read = Index::read(input, "source");
    let whole = Index::read_whole(input, "source");
    assert_eq!(read.warnings, whole.warnings);
    let (index, whole) = match (read.index, whole.index) {
        (Ok(index), Ok(whole)) => (index, whole),
        (Err(error), Err(other)) => {
            assert_eq!(error.to_string(), other.to_string());
            return;
        }
        (one, other) => panic!("{one:?} is not {other:?}"),
    };
    let (Ok(text), Ok(other)) = (index.to_yaml(), whole.to_yaml()) else {
        return;
    };
    assert_eq!(text, other);
    let kept = catalog::packed(input, &index, &read.warnings);
    let count: usize = index.charts.values().map(Vec::len).sum();
    assert_eq!(catalog::count_versions(&kept), Some(count));
    let again = Index::read(&text, "source");
    if let Ok(again) = again.index.and_then(|again| again.to_yaml()) {
        let (one, other) = (
            String::from_utf8_lossy(&text),
            String::from_utf8_lossy(&again),
        );
        assert_eq!(one, other);
    }
}
