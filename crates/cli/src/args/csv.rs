//! One record of Go's `encoding/csv`: how pflag splits comma lists.

/// The fields of the first record of `text`.
///
/// # Errors
/// Go's texts for stray quotes; `EOF` when there is no record at all.
pub fn record(text: &str) -> Result<Vec<String>, String> {
    // GO: empty lines before the record are skipped; what follows the record is not looked at.
    let mut rest = text;
    let mut line = 1;
    while let Some(next) = rest.strip_prefix("\r\n").or(rest.strip_prefix('\n')) {
        rest = next;
        line += 1;
    }
    if rest.is_empty() || rest == "\r" {
        return Err("EOF".to_owned());
    }
    Reader {
        rest,
        start: line,
        line,
        column: 1,
    }
    .record()
}

const STRAY_IN_QUOTES: &str = "extraneous or missing \" in quoted-field";

struct Reader<'a> {
    rest: &'a str,
    /// The line on which the record begins, from 1.
    start: usize,
    line: usize,
    /// In bytes, from 1.
    column: usize,
}

impl Reader<'_> {
    fn record(mut self) -> Result<Vec<String>, String> {
        let mut fields = Vec::new();
        loop {
            let quoted = self.rest.starts_with('"');
            let (field, more) = if quoted {
                self.quoted()?
            } else {
                self.plain()?
            };
            fields.push(field);
            if !more {
                return Ok(fields);
            }
        }
    }

    /// A field without quotes, and whether a comma follows it.
    fn plain(&mut self) -> Result<(String, bool), String> {
        let end = self.rest.find([',', '\n']).unwrap_or(self.rest.len());
        let field = &self.rest[..end];
        let more = self.rest[end..].starts_with(',');
        let field = if more {
            field
        } else {
            field.strip_suffix('\r').unwrap_or(field)
        };
        if let Some(place) = field.find('"') {
            return Err(self.error(self.column + place, "bare \" in non-quoted-field"));
        }
        let field = field.to_owned();
        self.advance(end + usize::from(more));
        Ok((field, more))
    }

    /// A field in quotes, and whether a comma follows it.
    fn quoted(&mut self) -> Result<(String, bool), String> {
        let mut field = String::new();
        self.advance(1);
        loop {
            let Some(end) = self.rest.find('"') else {
                self.advance(self.rest.len());
                return Err(self.error(self.column, STRAY_IN_QUOTES));
            };
            let text = &self.rest[..end];
            field.push_str(&text.replace("\r\n", "\n"));
            self.advance(end + 1);
            match self.rest.as_bytes() {
                [b'"', ..] => {
                    field.push('"');
                    self.advance(1);
                }
                [b',', ..] => {
                    self.advance(1);
                    return Ok((field, true));
                }
                [] | [b'\r'] | [b'\n', ..] | [b'\r', b'\n', ..] => return Ok((field, false)),
                _ => {
                    return Err(self.error(self.column - 1, STRAY_IN_QUOTES));
                }
            }
        }
    }

    fn advance(&mut self, bytes: usize) {
        let (passed, rest) = self.rest.split_at(bytes);
        match passed.rfind('\n') {
            Some(newline) => {
                self.line += passed.matches('\n').count();
                self.column = passed.len() - newline;
            }
            None => self.column += passed.len(),
        }
        self.rest = rest;
    }

    fn error(&self, column: usize, text: &str) -> String {
        let record = if self.start == self.line {
            String::new()
        } else {
            format!("record on line {}; ", self.start)
        };
        let line = self.line;
        format!("{record}parse error on line {line}, column {column}: {text}")
    }
}

#[cfg(test)]
mod tests {
    use super::record;

    // Expectations made with `helm-4.3.1 template -f VALUE x`.
    #[test]
    fn splits_and_complains_as_go() {
        assert_eq!(record("a,b"), Ok(vec!["a".into(), "b".into()]));
        assert_eq!(record("a,"), Ok(vec!["a".into(), String::new()]));
        assert_eq!(record("\"a,b\",c"), Ok(vec!["a,b".into(), "c".into()]));
        assert_eq!(record("\"a\"\"b\""), Ok(vec!["a\"b".into()]));
        assert_eq!(record("a\nb"), Ok(vec!["a".into()]));
        assert_eq!(record("\n"), Err("EOF".into()));
        assert_eq!(
            record("a\"b"),
            Err("parse error on line 1, column 2: bare \" in non-quoted-field".into())
        );
        assert_eq!(
            record("\"a"),
            Err("parse error on line 1, column 3: extraneous or missing \" in quoted-field".into())
        );
        assert_eq!(
            record("\"x\r\ny\"z"),
            Err("record on line 1; parse error on line 2, column 2: extraneous or missing \" in quoted-field".into())
        );
        assert_eq!(
            record("\"a\"x"),
            Err("parse error on line 1, column 3: extraneous or missing \" in quoted-field".into())
        );
    }
}
