//! Indexes of repositories.

use pintle_repo::index::Read;
use pintle_repo::{Entry, Error, Index, catalog};

/// An index read by blocks is what it is as a whole; what is written reads back the same; what
/// is kept of it holds as much, made from pieces too; and a catalog may be anything.
pub(crate) fn index(input: &[u8]) {
    let _ = catalog::contents(input);
    let read = Index::read(input, "source");
    let whole = Index::read_whole(input, "source");
    assert_eq!(read.warnings, whole.warnings);
    in_pieces(input, &read);
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
    let kept = kept
        .as_deref()
        .and_then(catalog::contents)
        .expect("what was made can be read");
    let versions = kept.iter().map(|one| one.searched.len());
    assert_eq!(
        versions.sum::<usize>(),
        index.charts.values().map(Vec::len).sum::<usize>()
    );
    if let Some((warnings, streamed)) = catalog::streamed(input, "source") {
        assert_eq!(warnings, read.warnings);
        assert_eq!(catalog::contents(&streamed), Some(kept));
    }
    let again = Index::read(&text, "source");
    if let Ok(again) = again.index.and_then(|again| again.to_yaml()) {
        let (one, other) = (
            String::from_utf8_lossy(&text),
            String::from_utf8_lossy(&again),
        );
        assert_eq!(one, other);
    }
}

/// Where an index is cut for reading shows nowhere.
fn in_pieces(input: &[u8], read: &Read<Vec<Entry>>) {
    let pieces = Index::read_in_pieces(input, "source", 1 + input.len() % 97);
    assert_eq!(pieces.warnings, read.warnings);
    let written = |index: &Result<Index, Error>| match index {
        Ok(index) => index.to_yaml().map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    assert_eq!(written(&pieces.index), written(&read.index));
}
