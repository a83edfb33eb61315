//! Which texts look like a date or time, and must be quoted.

/// Whether Go's `time.Parse` takes `text` in one of the layouts `2006-1-2`,
/// `2006-1-2T15:4:5.9Z07:00` (also with a small `t`) and `2006-1-2 15:4:5.9`.
pub(crate) fn is_timestamp(text: &[u8]) -> bool {
    // Rules out nearly everything without further work.
    let starts_as_date =
        text.len() >= 8 && text[..4].iter().all(u8::is_ascii_digit) && text[4] == b'-';
    starts_as_date && Reader(text).timestamp().is_some()
}

/// What is left to read. Every method returns nothing where Go's parser fails.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn timestamp(&mut self) -> Option<()> {
        self.date()?;
        match self.0.first() {
            None => return Some(()),
            Some(b'T' | b't') => {
                self.0 = &self.0[1..];
                self.time()?;
                self.zone()?;
            }
            Some(b' ') => {
                // GO: a space in a layout takes any number of spaces.
                self.0 = self.0.trim_ascii_start();
                self.time()?;
            }
            Some(_) => return None,
        }
        self.0.is_empty().then_some(())
    }

    fn date(&mut self) -> Option<()> {
        let year = self.0[..4]
            .iter()
            .fold(0, |year, digit| year * 10 + u32::from(digit - b'0'));
        self.0 = &self.0[4..];
        self.literal(b'-')?;
        let month = self.number(1..=12)?;
        self.literal(b'-')?;
        self.number(1..=days_in(month, year))?;
        Some(())
    }

    fn time(&mut self) -> Option<()> {
        self.number(0..=23)?;
        self.literal(b':')?;
        self.number(0..=59)?;
        self.literal(b':')?;
        self.number(0..=59)?;
        // GO: the fraction may have any number of digits, behind a point or a comma.
        if let [b'.' | b',', digit, ..] = self.0
            && digit.is_ascii_digit()
        {
            let digits = self.0[1..]
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            self.0 = &self.0[1 + digits..];
        }
        Some(())
    }

    /// `Z`, or hours and minutes from UTC; up to 24 hours and 60 minutes, as in Go.
    fn zone(&mut self) -> Option<()> {
        if self.literal(b'Z').is_some() {
            return Some(());
        }
        self.literal(b'+').or_else(|| self.literal(b'-'))?;
        let [h1, h2, b':', m1, m2, rest @ ..] = self.0 else {
            return None;
        };
        let pair = |high: &u8, low: &u8| {
            let digits = high.is_ascii_digit() && low.is_ascii_digit();
            digits.then(|| (high - b'0') * 10 + (low - b'0'))
        };
        self.0 = rest;
        (pair(h1, h2)? <= 24 && pair(m1, m2)? <= 60).then_some(())
    }

    fn literal(&mut self, byte: u8) -> Option<()> {
        self.0 = self.0.strip_prefix(&[byte])?;
        Some(())
    }

    /// One or two digits.
    fn number(&mut self, allowed: std::ops::RangeInclusive<u32>) -> Option<u32> {
        let digits = self
            .0
            .iter()
            .take(2)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let (digits, rest) = self.0.split_at(digits);
        self.0 = rest;
        let number = digits
            .iter()
            .fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
        (!digits.is_empty() && allowed.contains(&number)).then_some(number)
    }
}

fn days_in(month: u32, year: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
