//! A gzip stream, compressed in pieces on all processors.
//!
//! Each piece is told what came before it, so that it finds the same repetitions. Where the
//! pieces end depends on nothing but the data: the same data give the same stream everywhere.
//! The format is that of RFC 1952 and RFC 1951.

use std::io::{self, Write};
use std::ops::Range;

use flate2::{Compress, Compression, Crc, FlushCompress, Status};

use crate::processors::map;

/// How long a piece is.
const PIECE: usize = 128 << 10;
/// How many pieces are collected before they are compressed.
const PIECES: usize = 8;
/// How far a repetition may lie back.
const WINDOW: usize = 32 << 10;
/// As small as Go's default makes it, in half of the time that the next level takes.
const LEVEL: u32 = 5;

/// HELM: what the gzip header of each of its archives holds.
const EXTRA: &[u8] = b"rr\x28\x00aHR0cHM6Ly95b3V0dS5iZS96OVV6MWljandyTQo=";
const COMMENT: &[u8] = b"Helm\0";

/// Compresses what is written to it.
pub struct Gzip<W> {
    to: W,
    /// The last of what is compressed already, then what is not.
    data: Vec<u8>,
    /// How much of `data` is compressed already.
    compressed: usize,
    crc: Crc,
}

impl<W: Write> Gzip<W> {
    /// A stream with Helm's header.
    pub fn new(mut to: W) -> io::Result<Self> {
        // An extra field and a comment, no time, made on an unknown system.
        to.write_all(b"\x1f\x8b\x08\x14\0\0\0\0\0\xff")?;
        let length = u16::try_from(EXTRA.len()).map_err(io::Error::other)?;
        to.write_all(&length.to_le_bytes())?;
        to.write_all(EXTRA)?;
        to.write_all(COMMENT)?;
        Ok(Self {
            to,
            data: Vec::new(),
            compressed: 0,
            crc: Crc::new(),
        })
    }

    /// Ends the stream.
    pub fn finish(mut self) -> io::Result<W> {
        self.compress(true)?;
        self.to.write_all(&self.crc.sum().to_le_bytes())?;
        self.to.write_all(&self.crc.amount().to_le_bytes())?;
        Ok(self.to)
    }

    /// Compresses what waits.
    fn compress(&mut self, is_end: bool) -> io::Result<()> {
        let mut pieces = Vec::new();
        let mut start = self.compressed;
        while start < self.data.len() || pieces.is_empty() {
            let end = (start + PIECE).min(self.data.len());
            pieces.push(start..end);
            start = end;
        }
        for piece in all(&self.data, &pieces, is_end) {
            self.to.write_all(&piece?)?;
        }
        self.data.drain(..self.data.len().saturating_sub(WINDOW));
        self.compressed = self.data.len();
        Ok(())
    }
}

impl<W: Write> Write for Gzip<W> {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        let room = self.compressed + PIECES * PIECE - self.data.len();
        let data = &data[..data.len().min(room)];
        self.crc.update(data);
        self.data.extend_from_slice(data);
        if data.len() == room {
            self.compress(false)?;
        }
        Ok(data.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// The pieces, compressed, in their order.
fn all(data: &[u8], pieces: &[Range<usize>], is_end: bool) -> Vec<io::Result<Vec<u8>>> {
    map(pieces, || {
        let mut compressor = Compress::new(Compression::new(LEVEL), false);
        move |range: &Range<usize>| {
            let is_last = is_end && range.end == data.len();
            compressor.reset();
            piece(&mut compressor, data, range.clone(), is_last)
        }
    })
}

/// A piece after what comes before it; its end is that of a byte, and of the stream if it is the
/// last.
fn piece(
    compressor: &mut Compress,
    data: &[u8],
    range: Range<usize>,
    is_last: bool,
) -> io::Result<Vec<u8>> {
    let before = &data[range.start.saturating_sub(WINDOW)..range.start];
    if !before.is_empty() {
        compressor.set_dictionary(before)?;
    }
    let flush = if is_last {
        FlushCompress::Finish
    } else {
        FlushCompress::Sync
    };
    let input = &data[range];
    let mut output = Vec::with_capacity(input.len() / 2 + 1024);
    let start = compressor.total_in();
    loop {
        let read = usize::try_from(compressor.total_in() - start).unwrap_or(input.len());
        let status = compressor.compress_vec(&input[read..], &mut output, flush)?;
        let has_room = output.len() < output.capacity();
        let is_done = match status {
            Status::StreamEnd => true,
            // With room left, all that was asked for is there.
            _ => has_room && !is_last,
        };
        if is_done {
            return Ok(output);
        }
        output.reserve(output.capacity().max(1024));
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use flate2::read::GzDecoder;

    use super::*;

    /// Text with repetitions near and far, and noise that does not get smaller.
    fn sample(length: usize) -> Vec<u8> {
        let mut seed = 1_u32;
        let mut next = move || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            seed >> 16
        };
        let mut sample = Vec::with_capacity(length + 64);
        while sample.len() < length {
            match next() % 3 {
                0 => sample.extend_from_slice(b"description: one of many lines\n"),
                1 => sample.extend(next().to_le_bytes()),
                _ => sample.extend(format!("  - name: field-{}\n", next() % 50).bytes()),
            }
        }
        sample.truncate(length);
        sample
    }

    fn zipped(data: &[u8], step: usize) -> Vec<u8> {
        let mut gzip = Gzip::new(Vec::new()).expect("memory can be written to");
        for part in data.chunks(step) {
            gzip.write_all(part).expect("memory can be written to");
        }
        gzip.finish().expect("memory can be written to")
    }

    #[test]
    fn what_is_zipped_is_unzipped() {
        let whole = PIECES * PIECE;
        for length in [
            0,
            1,
            PIECE - 1,
            PIECE,
            PIECE + 1,
            whole,
            whole + 1,
            2 * whole + 77_777,
        ] {
            let data = sample(length);
            let stream = zipped(&data, 10_007);
            let mut unzipped = Vec::new();
            let mut decoder = GzDecoder::new(stream.as_slice());
            decoder.read_to_end(&mut unzipped).expect("a good stream");
            assert!(unzipped == data, "{length}");
            assert!(stream == zipped(&data, usize::MAX), "{length}");
            let header = decoder.header().expect("a header");
            assert_eq!(header.comment(), Some(b"Helm".as_slice()));
            assert_eq!(header.extra(), Some(EXTRA));
        }
    }

    #[test]
    fn pieces_know_what_came_before() {
        let data = sample(4 * PIECE);
        let mut noise = Vec::new();
        for part in data.chunks(PIECE) {
            noise.extend(zipped(part, PIECE));
        }
        let header = 10 + 2 + EXTRA.len() + COMMENT.len() + 8;
        assert!(zipped(&data, PIECE).len() + 3 * header < noise.len());
    }
}
