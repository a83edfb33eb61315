//! The decompressed bytes of an archive.

use std::io::{self, BufRead as _, BufReader, Read, Seek, SeekFrom};

use flate2::bufread::MultiGzDecoder;

use super::too_large;
use crate::Error;

/// So many bytes are decompressed at once: each time costs the decompressor a copy of what it
/// looks back on.
const PIECE: usize = 128 << 10;

/// The decompressed bytes: counted, and remembering why they ended.
pub(super) struct Unzipped<'a> {
    inner: MultiGzDecoder<&'a [u8]>,
    left: u64,
    failure: Option<Stop>,
}

#[derive(Clone, Copy)]
enum Stop {
    TooLarge,
    EndsEarly,
    Corrupt,
}

impl Read for Unzipped<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.inner.read(buffer) {
            Ok(count) => {
                let Some(left) = self.left.checked_sub(count as u64) else {
                    self.failure = Some(Stop::TooLarge);
                    return Err(io::ErrorKind::FileTooLarge.into());
                };
                self.left = left;
                Ok(count)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => {
                self.failure = Some(match error.kind() {
                    io::ErrorKind::UnexpectedEof => Stop::EndsEarly,
                    _ => Stop::Corrupt,
                });
                Err(error)
            }
        }
    }
}

impl<'a> Unzipped<'a> {
    pub fn new(compressed: &'a [u8], left: u64) -> Self {
        Self {
            inner: MultiGzDecoder::new(compressed),
            left,
            failure: None,
        }
    }

    /// The error in Go's words: a failure of the compression, or else of the tar format.
    pub fn explain(&self, error: &io::Error, limit: u64) -> Error {
        match self.failure {
            Some(Stop::TooLarge) => too_large(limit),
            Some(Stop::EndsEarly) => Error::new("unexpected EOF").hint("the archive is cut off"),
            Some(Stop::Corrupt) => Error::new("gzip: invalid header")
                .hint(format!("the compressed data is damaged: {error}")),
            None if error.kind() == io::ErrorKind::UnexpectedEof => {
                Error::new("unexpected EOF").hint("the archive is cut off")
            }
            None => Error::new("archive/tar: invalid tar header").hint(error.to_string()),
        }
    }
}

/// A tar stream that can be sought forward, by passing over what is between: nothing is
/// copied for it.
pub(super) struct Forward<R> {
    inner: BufReader<R>,
    position: u64,
    /// Where the stream ended, if that was within a block that was passed over.
    end: Option<u64>,
}

/// Tar consists of blocks of this size.
const BLOCK: u64 = 512;

impl<R: Read> Forward<R> {
    pub fn new(inner: R) -> Self {
        Self {
            inner: BufReader::with_capacity(PIECE, inner),
            position: 0,
            end: None,
        }
    }

    /// Whether the stream has bytes up to there, so far as it was read.
    pub fn reaches(&self, position: u64) -> bool {
        self.end.is_none_or(|end| position <= end)
    }

    /// Checks what follows the first block of zeros, if there was one. GO: another one, or
    /// nothing.
    pub fn end(&mut self) -> io::Result<()> {
        let mut block = [0; BLOCK as usize];
        if self.read(&mut block[..1])? == 0 {
            return Ok(());
        }
        self.read_exact(&mut block[1..])?;
        if block.iter().any(|byte| *byte != 0) {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(())
    }
}

impl<R: Read> Read for Forward<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        if count == 0 && !buffer.is_empty() && !self.position.is_multiple_of(BLOCK) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.position += count as u64;
        Ok(count)
    }
}

impl<R: Read> Seek for Forward<R> {
    /// Only forward from where the stream is. GO: the last block may be cut where it has no
    /// data; that is for those who know to find out, with [`Forward::reaches`].
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let SeekFrom::Current(distance) = to else {
            return Err(io::ErrorKind::Unsupported.into());
        };
        let mut left = u64::try_from(distance).map_err(|_| io::ErrorKind::Unsupported)?;
        let target = self.position + left;
        while left > 0 {
            let there = self.inner.fill_buf()?.len();
            if there == 0 && left < BLOCK {
                self.end = Some(self.position);
                break;
            }
            if there == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let passed = there.min(usize::try_from(left).unwrap_or(usize::MAX));
            self.inner.consume(passed);
            self.position += passed as u64;
            left -= passed as u64;
        }
        self.position = target;
        Ok(target)
    }
}
