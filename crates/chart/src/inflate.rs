//! Decompression, ahead of its reader.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread;

use flate2::bufread::MultiGzDecoder;

/// Below this size a thread costs more than it saves.
const WORTHWHILE: usize = 32 << 10;

/// What is decompressed in one go, and how many such pieces may wait for their reader.
const PIECE: usize = 256 << 10;
const WAITING: usize = 2;

/// Lets `reader` read what a gzip file holds. Of a file that is not small it is decompressed
/// by a thread of its own while the reader works on what came before.
pub(crate) fn with_inflated<R>(compressed: &[u8], reader: impl FnOnce(&mut dyn Read) -> R) -> R {
    let mut decoder = MultiGzDecoder::new(compressed);
    if compressed.len() < WORTHWHILE {
        return reader(&mut decoder);
    }
    thread::scope(|scope| {
        let (pieces, received) = sync_channel(WAITING);
        let (empty, emptied) = channel();
        let work = move || decompress(MultiGzDecoder::new(compressed), &pieces, &emptied);
        let thread = thread::Builder::new().name("inflate".to_owned());
        match thread.spawn_scoped(scope, work) {
            // The thread ends when the pieces do, or when nobody is there to take them.
            Ok(_) => reader(&mut Pieces {
                received,
                current: Vec::new(),
                at: 0,
                empty,
            }),
            Err(_) => reader(&mut decoder),
        }
    })
}

/// Sends pieces up to the end or an error; empty pieces come back to be filled again.
fn decompress(
    mut decoder: impl Read,
    pieces: &SyncSender<io::Result<Vec<u8>>>,
    emptied: &Receiver<Vec<u8>>,
) {
    loop {
        let mut piece = emptied.try_recv().unwrap_or_default();
        piece.resize(PIECE, 0);
        let (length, failure) = fill(&mut decoder, &mut piece);
        piece.truncate(length);
        let ends = piece.is_empty() || failure.is_some();
        let sent = pieces.send(Ok(piece));
        if let Some(error) = failure {
            // Whoever is gone needs no error.
            let _ = pieces.send(Err(error));
        }
        if ends || sent.is_err() {
            return;
        }
    }
}

fn fill(decoder: &mut impl Read, piece: &mut [u8]) -> (usize, Option<io::Error>) {
    let mut length = 0;
    while length < piece.len() {
        match decoder.read(&mut piece[length..]) {
            Ok(0) => break,
            Ok(count) => length += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (length, Some(error)),
        }
    }
    (length, None)
}

/// The reader's end.
struct Pieces {
    received: Receiver<io::Result<Vec<u8>>>,
    current: Vec<u8>,
    at: usize,
    empty: std::sync::mpsc::Sender<Vec<u8>>,
}

impl Read for Pieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.current.len() {
            // Nothing more comes after the end or an error.
            let Ok(piece) = self.received.recv() else {
                return Ok(0);
            };
            let used = std::mem::replace(&mut self.current, piece?);
            self.at = 0;
            // The thread may be done.
            let _ = self.empty.send(used);
        }
        let count = buffer.len().min(self.current.len() - self.at);
        buffer[..count].copy_from_slice(&self.current[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).expect("writing to memory");
        encoder.finish().expect("writing to memory")
    }

    /// Bytes that do not compress well.
    fn noise(length: usize) -> Vec<u8> {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        (0..length).map(|_| next()).collect()
    }

    fn read_all(compressed: &[u8]) -> (Vec<u8>, Option<io::ErrorKind>) {
        with_inflated(compressed, |reader| {
            let mut bytes = Vec::new();
            let outcome = reader.read_to_end(&mut bytes);
            (bytes, outcome.err().map(|error| error.kind()))
        })
    }

    #[test]
    fn a_thread_changes_nothing() {
        for length in [0, 10, PIECE - 1, PIECE, PIECE + 1, 5 * PIECE, 9 * PIECE + 7] {
            let bytes = noise(length);
            assert_eq!(read_all(&gzip(&bytes)), (bytes, None));
        }
    }

    #[test]
    fn what_came_before_an_error_is_read() {
        let bytes = noise(6 * PIECE);
        let mut compressed = gzip(&bytes);
        compressed.truncate(compressed.len() / 2);
        let (found, error) = read_all(&compressed);
        assert_eq!(error, Some(io::ErrorKind::UnexpectedEof));
        assert!(found.len() > PIECE && bytes.starts_with(&found));
    }

    #[test]
    fn a_reader_may_leave_early() {
        let compressed = gzip(&noise(50 * PIECE));
        let mut first = [0; 4];
        with_inflated(&compressed, |reader| reader.read_exact(&mut first)).expect("four bytes");
        assert_eq!(first[..], noise(4));
    }
}
