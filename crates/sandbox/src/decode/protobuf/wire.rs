//! How protobuf is written: numbers, lengths, fields with their numbers.
//!
//! GO: the texts of errors are those of the readers that Kubernetes' types have.

/// What follows a field's number.
pub(super) const VARINT: u8 = 0;
/// Eight bytes.
pub(super) const FIXED64: u8 = 1;
/// A length, and as many bytes.
pub(super) const BYTES: u8 = 2;
const GROUP: u8 = 3;
const END_OF_GROUP: u8 = 4;
const FIXED32: u8 = 5;

const TOO_SHORT: &str = "unexpected EOF";
const NEGATIVE: &str = "proto: negative length found during unmarshaling";

/// What is left of a message.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wire<'b>(pub &'b [u8]);

impl<'b> Wire<'b> {
    /// The number of the next field and how it is written; nothing at the end of the message.
    pub fn field(&mut self, message: &str) -> Result<Option<(u32, u8)>, String> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let tag = self.varint()?;
        let wire = (tag & 7) as u8;
        if wire == END_OF_GROUP {
            return Err(format!(
                "proto: {message}: wiretype end group for non-group"
            ));
        }
        match number(tag) {
            Some(number) => Ok(Some((number, wire))),
            None => Err(format!(
                "proto: {message}: illegal tag {} (wire type {wire})",
                (tag >> 3) as i32
            )),
        }
    }

    /// A whole number.
    pub fn varint(&mut self) -> Result<u64, String> {
        let mut value = 0;
        for at in 0..10 {
            let (byte, rest) = self.0.split_first().ok_or(TOO_SHORT)?;
            self.0 = rest;
            value |= u64::from(byte & 0x7f) << (7 * at);
            if *byte < 0x80 {
                return Ok(value);
            }
        }
        Err("proto: integer overflow".to_owned())
    }

    /// Bytes with their length before them.
    pub fn bytes(&mut self) -> Result<&'b [u8], String> {
        let length = self.varint()?;
        let length = i64::try_from(length).map_err(|_| NEGATIVE)?;
        self.take(usize::try_from(length).map_err(|_| TOO_SHORT)?)
    }

    /// A number with a point.
    pub fn double(&mut self) -> Result<f64, String> {
        let bytes = <[u8; 8]>::try_from(self.take(8)?).map_err(|_| TOO_SHORT)?;
        Ok(f64::from_le_bytes(bytes))
    }

    /// Goes past a field of which nothing is known.
    pub fn skip(&mut self, wire: u8) -> Result<(), String> {
        if wire != GROUP {
            return self.skip_one(wire);
        }
        let mut open = 1_usize;
        while open > 0 {
            match (self.varint()? & 7) as u8 {
                GROUP => open += 1,
                END_OF_GROUP => open -= 1,
                wire => self.skip_one(wire)?,
            }
        }
        Ok(())
    }

    fn skip_one(&mut self, wire: u8) -> Result<(), String> {
        match wire {
            VARINT => self.varint().map(|_| ()),
            FIXED64 => self.take(8).map(|_| ()),
            BYTES => self.bytes().map(|_| ()),
            FIXED32 => self.take(4).map(|_| ()),
            other => Err(format!("proto: illegal wireType {other}")),
        }
    }

    fn take(&mut self, length: usize) -> Result<&'b [u8], String> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(TOO_SHORT)?;
        self.0 = rest;
        Ok(taken)
    }
}

/// GO: numbers of fields are of 32 bits, and more than zero.
fn number(tag: u64) -> Option<u32> {
    let number = (tag >> 3) as u32;
    (number > 0 && i32::try_from(number).is_ok()).then_some(number)
}
