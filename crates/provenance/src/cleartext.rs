//! The form of a signed text: the text, readable, with a signature under it.

use crate::armor;

const START: &str = "-----BEGIN PGP SIGNED MESSAGE-----";
const SIGNATURE: &str = "-----BEGIN PGP SIGNATURE-----";

/// The hashes that the lines above a signed text may name.
const HASHES: [&str; 9] = [
    "MD5",
    "RIPEMD160",
    "SHA1",
    "SHA224",
    "SHA256",
    "SHA384",
    "SHA512",
    "SHA3-256",
    "SHA3-512",
];

/// A signed text.
#[derive(Debug, PartialEq, Eq)]
pub struct Signed {
    /// The text, its lines ended by line feeds alone, none at the end.
    pub text: String,
    /// The packets of the signature.
    pub signature: Vec<u8>,
}

impl Signed {
    /// The first signed text in `data`.
    ///
    /// HELM: what stands before and after it does not matter; a line above the text that names no
    /// hash we know does.
    pub fn read(data: &str) -> Option<Self> {
        let (start, _) = data
            .match_indices(START)
            .find(|(at, _)| *at == 0 || data.as_bytes()[at - 1] == b'\n')?;
        let (none, mut rest) = line(&data[start + START.len()..])?;
        if !none.is_empty() {
            return None;
        }
        loop {
            let (header, after) = line(rest)?;
            rest = after;
            if header.is_empty() {
                break;
            }
            let mut hashes = header.strip_prefix("Hash:")?.split(',');
            if !hashes.all(|hash| HASHES.contains(&hash.trim())) {
                return None;
            }
        }
        let mut lines = Vec::new();
        while !rest.starts_with(SIGNATURE) {
            let (text, after) = line(rest)?;
            lines.push(stripped(text.strip_prefix("- ").unwrap_or(text)));
            rest = after;
        }
        let (signature, _) = armor::decode(rest)?;
        Some(Self {
            text: lines.join("\n"),
            signature,
        })
    }

    /// The text as it is signed: lines end as in mails. Blanks at their ends are gone already.
    pub fn canonical(text: &str) -> Vec<u8> {
        text.replace('\n', "\r\n").into_bytes()
    }

    /// The whole, as text.
    pub fn write(&self) -> String {
        let mut page = format!("{START}\nHash: SHA512\n\n");
        for line in self.text.split('\n') {
            if line.starts_with('-') {
                page.push_str("- ");
            }
            page.push_str(line);
            page.push('\n');
        }
        page.push_str(&armor::encode("PGP SIGNATURE", &self.signature));
        page
    }
}

/// A text whose lines have no blanks at their ends: nobody signs those.
pub fn without_blanks(text: &str) -> String {
    let lines: Vec<&str> = text.split('\n').map(stripped).collect();
    lines.join("\n")
}

fn stripped(line: &str) -> &str {
    line.trim_end_matches([' ', '\t', '\r'])
}

fn line(text: &str) -> Option<(&str, &str)> {
    if text.is_empty() {
        return None;
    }
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    Some((line.strip_suffix('\r').unwrap_or(line), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(text: &str) -> Signed {
        let signed = Signed {
            text: without_blanks(text),
            signature: vec![1, 2, 3],
        };
        let page = signed.write();
        assert_eq!(Signed::read(&page).as_ref(), Some(&signed), "{page}");
        assert_eq!(
            Signed::read(&page.replace('\n', "\r\n")).as_ref(),
            Some(&signed)
        );
        assert_eq!(
            Signed::read(&format!("before\n{page}\nafter\n")).as_ref(),
            Some(&signed)
        );
        signed
    }

    #[test]
    fn what_is_written_is_read() {
        for text in [
            "",
            "a",
            "a\n",
            "\n\n",
            "-a\n- b\n--",
            "a \t\nb  ",
            "-----BEGIN PGP SIGNATURE-----",
        ] {
            round(text);
        }
        assert_eq!(round("a \t\n b\r").text, "a\n b");
    }

    #[test]
    fn what_is_cut_or_odd_is_none() {
        let page = round("a\nb").write();
        for end in 0..page.len() {
            assert_eq!(Signed::read(&page[..end]), None, "{}", &page[..end]);
        }
        for (from, to) in [
            ("Hash: SHA512", "Hash: NONE"),
            ("Hash: SHA512", "Comment: x"),
            ("MESSAGE-----\n", "MESSAGE-----x\n"),
            ("-----BEGIN PGP SIGNED", "x-----BEGIN PGP SIGNED"),
        ] {
            assert_eq!(Signed::read(&page.replacen(from, to, 1)), None, "{to}");
        }
        assert!(Signed::read(&page.replacen("Hash: SHA512\n", "", 1)).is_some());
    }
}
