//! Which bytes mean what.

/// Space or tab.
pub(crate) const BLANK: u8 = 1;
/// CR or LF.
pub(crate) const BREAK: u8 = 1 << 1;
/// May start one of the line breaks that are not ASCII: NEL, LS, PS.
pub(crate) const WIDE: u8 = 1 << 2;
/// Ends a plain scalar inside `[]` and `{}`.
pub(crate) const FLOW: u8 = 1 << 3;
/// `:`
pub(crate) const COLON: u8 = 1 << 4;
/// May be in an anchor, a directive name or a tag handle.
pub(crate) const WORD: u8 = 1 << 5;
/// May be in a tag.
pub(crate) const URI: u8 = 1 << 6;
/// Cannot start a plain scalar (`-`, `?` and `:` can, before a non-blank).
pub(crate) const INDICATOR: u8 = 1 << 7;

/// The meanings of every byte.
pub(crate) static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    mark(&mut table, b" \t", BLANK);
    mark(&mut table, b"\r\n", BREAK);
    mark(&mut table, b"\xc2\xe2", WIDE);
    mark(&mut table, b",?[]{}", FLOW);
    mark(&mut table, b":", COLON);
    mark(&mut table, b"-_", WORD | URI);
    mark(&mut table, b";/?:@&=+$,.!~*'()[]%", URI);
    mark(&mut table, b"-?:,[]{}#&*!|>'\"%@`", INDICATOR);
    let mut byte = 0;
    while byte < 128 {
        if (byte as u8).is_ascii_alphanumeric() {
            table[byte] |= WORD | URI;
        }
        byte += 1;
    }
    table
}

const fn mark(table: &mut [u8; 256], bytes: &[u8], class: u8) {
    let mut index = 0;
    while index < bytes.len() {
        table[bytes[index] as usize] |= class;
        index += 1;
    }
}

/// Whether `byte` has one of the meanings.
pub(crate) fn is(byte: u8, classes: u8) -> bool {
    CLASS[usize::from(byte)] & classes != 0
}

/// The length of the line break that `bytes` start with; 0 if they start with none.
/// CR LF counts as one break.
pub(crate) fn break_length(bytes: &[u8]) -> usize {
    match bytes {
        [b'\r', b'\n', ..] | [0xc2, 0x85, ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        [0xe2, 0x80, 0xa8 | 0xa9, ..] => 3,
        _ => 0,
    }
}

/// The text that the reader gives for the line break that `bytes` start with: LS and
/// PS stay, the others become LF.
pub(crate) fn break_text(bytes: &[u8]) -> &'static [u8] {
    match bytes {
        [0xe2, 0x80, 0xa8, ..] => b"\xe2\x80\xa8",
        [0xe2, 0x80, 0xa9, ..] => b"\xe2\x80\xa9",
        _ => b"\n",
    }
}
