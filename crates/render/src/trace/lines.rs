//! Which node wrote each line of the output.

use std::sync::Arc;

use pintle_go_template::{Call, Capture, Piece, Place, Read};

/// How far ahead a line of a node's output is looked for in what the node was given.
const WINDOW: usize = 2000;

/// A line of output, and what made it, from left to right.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// Nothing for a line that nobody wrote, such as the one after the last newline.
    pub parts: Vec<Part>,
}

/// A stretch of a line.
#[derive(Debug, Clone)]
pub struct Part {
    /// Where it begins, in bytes from the start of the line.
    pub start: usize,
    /// The template file.
    pub file: String,
    /// The line in it, from 1.
    pub line: usize,
    /// The column in it, in bytes from 1.
    pub column: usize,
    /// Whether it is text of the template itself, and not the output of an action.
    pub is_text: bool,
    /// Whether it has nothing but space.
    pub is_blank: bool,
    /// The node, with the text of its file.
    pub place: Place,
    /// The call it happened in.
    pub call: Option<Arc<Call>>,
    /// What the action read.
    pub reads: Vec<Read>,
}

impl Line {
    /// The part to look at: the action among the parts that have more than space, if there is
    /// one alone, and else the first.
    pub fn main(&self) -> Option<&Part> {
        let solid = || self.parts.iter().filter(|part| !part.is_blank);
        solid()
            .find(|part| !part.is_text)
            .or_else(|| solid().next())
            .or_else(|| self.parts.first())
    }

    /// The first part that has more than space: what the line is, in the template.
    pub fn first(&self) -> Option<&Part> {
        let mut parts = self.parts.iter();
        parts
            .find(|part| !part.is_blank)
            .or_else(|| self.parts.first())
    }
}

/// The lines of `output`, which the pieces wrote.
pub(crate) fn of(output: &[u8], pieces: &[Piece]) -> Vec<Line> {
    let mut lines = vec![Line::default()];
    let mut column = 0;
    for (index, piece) in pieces.iter().enumerate() {
        let next = pieces.get(index + 1);
        let end = next.map_or(output.len(), |next| next.start);
        let written = output.get(piece.start..end).unwrap_or_default();
        write(written, piece, &mut lines, &mut column);
    }
    lines
}

/// Adds what one piece wrote.
fn write(written: &[u8], piece: &Piece, lines: &mut Vec<Line>, column: &mut usize) {
    if written.is_empty() {
        return;
    }
    let mut inner = Inner::new(&piece.captured);
    let mut place = (piece.place.line(), piece.place.column());
    for segment in written.split_inclusive(|byte| *byte == b'\n') {
        let trimmed = segment.trim_ascii();
        let found = inner.find(trimmed);
        if let Some(line) = lines.last_mut() {
            line.parts.push(match found {
                Some(part) => Part {
                    start: *column,
                    ..part.clone()
                },
                None => part(piece, place, *column, trimmed.is_empty()),
            });
        }
        *column += segment.len();
        if segment.ends_with(b"\n") {
            lines.push(Line::default());
            *column = 0;
            if piece.is_text {
                place = (place.0 + 1, 1);
            }
        }
    }
}

fn part(piece: &Piece, place: (usize, usize), start: usize, is_blank: bool) -> Part {
    Part {
        start,
        file: piece.place.file().to_owned(),
        line: place.0,
        column: place.1,
        is_text: piece.is_text,
        is_blank,
        place: piece.place.clone(),
        call: piece.call.clone(),
        reads: piece.reads.clone(),
    }
}

/// What a node was given by `include` and `tpl`: functions may indent, trim and cut it, but
/// its lines come out in their order.
struct Inner {
    lines: Vec<(Vec<u8>, Part)>,
    next: usize,
}

impl Inner {
    fn new(captured: &[Capture]) -> Self {
        let mut lines = Vec::new();
        for capture in captured {
            let text = capture.text.as_bytes();
            let written = text.split(|byte| *byte == b'\n');
            for (line, text) in of(text, &capture.pieces).iter().zip(written) {
                let trimmed = text.trim_ascii();
                if let Some(part) = line.main().filter(|_| !trimmed.is_empty()) {
                    lines.push((trimmed.to_vec(), part.clone()));
                }
            }
        }
        Self { lines, next: 0 }
    }

    fn find(&mut self, text: &[u8]) -> Option<&Part> {
        if text.is_empty() || self.lines.is_empty() {
            return None;
        }
        let rest = self.lines[self.next..].iter().take(WINDOW);
        let at = self.next + rest.enumerate().find(|(_, (line, _))| line == text)?.0;
        self.next = at + 1;
        Some(&self.lines[at].1)
    }
}
