//! DER: the little of it that certificates and keys need, both ways.

/// A value with its tag and length.
pub(crate) fn value(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let length = content.len();
    if length < 0x80 {
        out.push(length as u8);
    } else {
        let bytes = length.to_be_bytes();
        let skipped = bytes.iter().take_while(|b| **b == 0).count();
        out.push(0x80 | (bytes.len() - skipped) as u8);
        out.extend_from_slice(&bytes[skipped..]);
    }
    out.extend_from_slice(content);
    out
}

/// A sequence of values.
pub(crate) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    value(0x30, &parts.concat())
}

/// A non-negative integer by its big-endian bytes.
pub(crate) fn integer(bytes: &[u8]) -> Vec<u8> {
    let zeros = bytes.iter().take_while(|b| **b == 0).count();
    let digits = &bytes[zeros..];
    // A leading zero keeps it from being read as negative; zero itself has one digit.
    if digits.first().is_none_or(|first| *first >= 0x80) {
        return value(0x02, &[&[0], digits].concat());
    }
    value(0x02, digits)
}

/// A string of whole bytes as bits.
pub(crate) fn bit_string(bytes: &[u8]) -> Vec<u8> {
    value(0x03, &[&[0], bytes].concat())
}

/// One value that has been read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Element<'a> {
    /// The tag.
    pub tag: u8,
    /// What is inside.
    pub content: &'a [u8],
    /// All of it, tag and length included.
    pub whole: &'a [u8],
}

/// Reads values one after another.
#[derive(Debug, Clone)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// A reader of the values in these bytes.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The next value; `None` at the end or when the bytes are no DER.
    pub(crate) fn next(&mut self) -> Option<Element<'a>> {
        let bytes = self.rest;
        let (&tag, after) = bytes.split_first()?;
        let (&first, mut after) = after.split_first()?;
        let mut length = usize::from(first);
        if first >= 0x80 {
            let count = usize::from(first & 0x7F);
            if count == 0 || count > 4 || after.len() < count {
                return None;
            }
            length = after[..count]
                .iter()
                .fold(0, |sum, b| sum << 8 | usize::from(*b));
            after = &after[count..];
        }
        let content = after.get(..length)?;
        let header = bytes.len() - after.len();
        self.rest = &after[length..];
        Some(Element {
            tag,
            content,
            whole: &bytes[..header + length],
        })
    }

    /// The next value, if it has this tag; else nothing is read.
    pub(crate) fn expect(&mut self, tag: u8) -> Option<Element<'a>> {
        let mut ahead = self.clone();
        let element = ahead.next().filter(|element| element.tag == tag)?;
        *self = ahead;
        Some(element)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_written() {
        let long = vec![7; 300];
        let written = sequence(&[&integer(&[0, 0x80]), &value(0x04, &long)]);
        let mut outer = Reader::new(&written);
        let mut inner = Reader::new(outer.expect(0x30).unwrap().content);
        assert_eq!(inner.next().unwrap().content, [0, 0x80]);
        assert_eq!(inner.next().unwrap().content, long);
        assert!(inner.next().is_none() && outer.next().is_none());
    }

    #[test]
    fn what_is_cut_off_is_not_read() {
        for bytes in [
            &[0x30][..],
            &[0x30, 5, 1],
            &[0x30, 0x85, 1, 1, 1, 1, 1],
            &[0x30, 0x80],
        ] {
            assert!(Reader::new(bytes).next().is_none());
        }
    }
}
