//! OpenPGP data cut into its packets.
//!
//! The cutting is ours, so that a packet nobody understands still ends what came before it.

use pgp::packet::{Packet, PacketParser};

use crate::Error;

/// One packet, understood or not.
pub struct Piece {
    /// What kind of packet it is.
    pub tag: u8,
    /// What it holds; nothing if that is not understood.
    pub packet: Option<Packet>,
}

/// Cuts data into packets.
///
/// # Errors
/// Data that is no row of whole packets.
pub fn pieces(mut data: &[u8]) -> Result<Vec<Piece>, Error> {
    let mut pieces = Vec::new();
    while !data.is_empty() {
        let (tag, size) = header(data)?;
        let Some((whole, rest)) = data.split_at_checked(size) else {
            return Err(cut_off());
        };
        let packet = PacketParser::new(whole).next().and_then(Result::ok);
        pieces.push(Piece { tag, packet });
        data = rest;
    }
    Ok(pieces)
}

/// The kind of the first packet, and its size with the header.
fn header(data: &[u8]) -> Result<(u8, usize), Error> {
    let byte = |at: usize| {
        data.get(at)
            .map(|byte| usize::from(*byte))
            .ok_or_else(cut_off)
    };
    let number = |at: usize, size: usize| {
        (at..at + size).try_fold(0, |number, at| Ok::<_, Error>((number << 8) | byte(at)?))
    };
    let first = byte(0)?;
    if first & 0x80 == 0 {
        return Err(Error::new(
            "openpgp: invalid data: tag byte does not have MSB set",
        ));
    }
    let (tag, start, size) = if first & 0x40 == 0 {
        let tag = (first >> 2) & 0xf;
        match first & 3 {
            0 => (tag, 2, byte(1)?),
            1 => (tag, 3, number(1, 2)?),
            2 => (tag, 5, number(1, 4)?),
            _ => (tag, 1, data.len() - 1),
        }
    } else {
        let tag = first & 0x3f;
        match byte(1)? {
            size @ ..192 => (tag, 2, size),
            high @ 192..224 => (tag, 3, ((high - 192) << 8) + byte(2)? + 192),
            255 => (tag, 6, number(2, 4)?),
            // Keys and signatures never come in parts.
            _ => return Err(Error::new("openpgp: invalid data: packet of unknown size")),
        }
    };
    Ok((u8::try_from(tag).unwrap_or_default(), start + size))
}

fn cut_off() -> Error {
    Error::new("unexpected EOF").hint("the file ends in the middle of a key or signature")
}
