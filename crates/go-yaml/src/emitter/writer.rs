//! The text written so far, and where in a line it ends.

/// How much further right each level is.
const INDENT: usize = 2;

/// Collects text and knows what the next piece needs in front of it.
pub(super) struct Writer {
    out: Vec<u8>,
    /// The column, in characters.
    column: usize,
    /// The indentation of the current block; none outside of all.
    indent: Option<usize>,
    /// Whether a blank, or nothing yet on this line, is before the next piece.
    whitespace: bool,
    /// Whether only indentation and indicators are on this line.
    indention: bool,
    width: usize,
}

impl Writer {
    pub(super) fn new(width: usize) -> Self {
        Self {
            out: Vec::with_capacity(256),
            column: 0,
            indent: None,
            whitespace: true,
            indention: true,
            width,
        }
    }

    /// How many bytes were written.
    pub(super) fn len(&self) -> usize {
        self.out.len()
    }

    /// Ends the document.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.write_indent();
        self.out
    }

    /// Whether a space here is a place to break the line.
    pub(super) fn is_wide(&self) -> bool {
        self.column > self.width
    }

    /// Whether so many more characters fit without a break.
    pub(super) fn fits(&self, characters: usize) -> bool {
        self.column.saturating_add(characters) <= self.width
    }

    /// Indents the next block; `flush` keeps it where it is, unless it starts on the line
    /// of an indicator. Returns the indentation to go back to.
    pub(super) fn indent_block(&mut self, flush: bool) -> Option<usize> {
        let before = self.indent;
        self.indent = match before {
            None => Some(0),
            Some(indent) if flush && !self.indention => Some(indent),
            Some(indent) => Some(indent + INDENT),
        };
        before
    }

    /// Indents the lines of a scalar.
    pub(super) fn indent_scalar(&mut self) -> Option<usize> {
        let before = self.indent;
        self.indent = Some(before.map_or(INDENT, |indent| indent + INDENT));
        before
    }

    pub(super) fn set_indent(&mut self, indent: Option<usize>) {
        self.indent = indent;
    }

    /// Goes to a new line, unless this one is fresh, and to the column of the block.
    pub(super) fn write_indent(&mut self) {
        let indent = self.indent.unwrap_or(0);
        let used = self.column > indent || (self.column == indent && !self.whitespace);
        if !self.indention || used {
            self.line_break();
        }
        if self.column < indent {
            self.out.resize(self.out.len() + indent - self.column, b' ');
            self.column = indent;
        }
        self.whitespace = true;
        self.indention = true;
    }

    pub(super) fn line_break(&mut self) {
        self.out.push(b'\n');
        self.column = 0;
    }

    /// Writes a separate indicator. `opens` says that a blank need not follow (`[`, `{`);
    /// `indents` that the line still counts as indentation (`-`, `?`, `:`).
    pub(super) fn indicator(&mut self, text: &[u8], separate: bool, indents: bool) {
        if separate {
            self.separate();
        }
        self.ascii(text);
        self.whitespace = false;
        self.indention &= indents;
    }

    /// Writes an indicator right behind what is there.
    pub(super) fn glued(&mut self, text: &[u8]) {
        self.indicator(text, false, false);
    }

    /// Writes a blank unless there is one.
    pub(super) fn separate(&mut self) {
        if !self.whitespace {
            self.out.push(b' ');
            self.column += 1;
            self.whitespace = true;
        }
    }

    /// Writes a word that cannot be broken.
    pub(super) fn plain_word(&mut self, text: &[u8]) {
        self.separate();
        self.ascii(text);
        self.end_scalar();
    }

    pub(super) fn ascii(&mut self, text: &[u8]) {
        self.out.extend_from_slice(text);
        self.column += text.len();
    }

    /// Writes one character.
    pub(super) fn character(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
        self.column += 1;
    }

    /// Writes text without line breaks.
    pub(super) fn text(&mut self, text: &[u8]) {
        self.out.extend_from_slice(text);
        self.column += text.iter().filter(|&&byte| byte & 0xc0 != 0x80).count();
    }

    /// Writes a line break that is part of a scalar.
    pub(super) fn scalar_break(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
        self.column = 0;
        self.indention = true;
    }

    /// Starts the lines of a block scalar.
    pub(super) fn start_lines(&mut self) {
        self.line_break();
        self.whitespace = true;
        self.indention = true;
    }

    /// Notes that text was written on this line.
    pub(super) fn leave_indention(&mut self) {
        self.indention = false;
    }

    pub(super) fn end_scalar(&mut self) {
        self.whitespace = false;
        self.indention = false;
    }
}
