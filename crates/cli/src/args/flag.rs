//! The declaration of one flag.

use super::Kind;
use crate::settings::Settings;

/// What a flag is worth when it is not given.
#[derive(Debug, Clone, Copy)]
pub enum Default {
    /// Nothing: false, zero, empty.
    Zero,
    /// This text, read as if it had been typed.
    Text(&'static str),
    /// What the environment says.
    Environment(fn(&Settings) -> String),
}

/// One flag: everything that parsing, help and completion need to know about it.
#[derive(Debug, Clone, Copy)]
pub struct Flag {
    /// The long name, without dashes.
    pub name: &'static str,
    /// The letter of the short form.
    pub short: Option<char>,
    /// What values it takes.
    pub kind: Kind,
    /// Its value when not given.
    pub default: Default,
    /// The value of the bare flag. With one, a value can only follow after `=`.
    pub bare: Option<&'static str>,
    /// Whether help leaves it out.
    pub hidden: bool,
    /// What to use instead, when using it earns a warning.
    pub deprecated: Option<&'static str>,
    /// The help text.
    pub help: &'static str,
}

impl Flag {
    /// A flag that takes a value.
    pub const fn new(name: &'static str, kind: Kind, help: &'static str) -> Self {
        Self {
            name,
            short: None,
            kind,
            default: Default::Zero,
            bare: None,
            hidden: false,
            deprecated: None,
            help,
        }
    }

    /// A flag that is on or off.
    pub const fn switch(name: &'static str, help: &'static str) -> Self {
        Self::new(name, Kind::Bool, help).bare("true")
    }

    /// A flag with one text.
    pub const fn text(name: &'static str, help: &'static str) -> Self {
        Self::new(name, Kind::Text, help)
    }

    /// With a short form.
    pub const fn short(mut self, short: char) -> Self {
        self.short = Some(short);
        self
    }

    /// With a value when not given.
    pub const fn default(mut self, text: &'static str) -> Self {
        self.default = Default::Text(text);
        self
    }

    /// With a value from the environment when not given.
    pub const fn default_from(mut self, value: fn(&Settings) -> String) -> Self {
        self.default = Default::Environment(value);
        self
    }

    /// With a value when given bare.
    pub const fn bare(mut self, text: &'static str) -> Self {
        self.bare = Some(text);
        self
    }

    /// Left out of help.
    pub const fn hidden(mut self) -> Self {
        self.hidden = true;
        self
    }

    /// Hidden, and using it is answered with this advice.
    pub const fn deprecated(mut self, advice: &'static str) -> Self {
        self.deprecated = Some(advice);
        self.hidden = true;
        self
    }

    /// The value when not given, as text.
    pub fn default_text(&self, settings: &Settings) -> String {
        match self.default {
            Default::Zero => self.kind.zero_text().to_owned(),
            Default::Text(text) => text.to_owned(),
            Default::Environment(value) => value(settings),
        }
    }

    /// The flag as error messages name it: `-o, --output` or `--output`.
    pub fn shown(&self) -> String {
        match self.short {
            Some(short) => format!("-{short}, --{}", self.name),
            None => format!("--{}", self.name),
        }
    }
}
