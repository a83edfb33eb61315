//! One comparison of a constraint, such as `>=1.2`.

use std::cmp::Ordering;
use std::fmt;

use crate::Version;
use crate::error::quote;
use crate::version::compare_prerelease;

/// The comparison a rule makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    /// No operator, or `=`: equal, or for a partial version the same as tilde.
    Equal,
    /// `!=`
    NotEqual,
    /// `>`
    Greater,
    /// `<`
    Less,
    /// `>=` or `=>`
    GreaterEqual,
    /// `<=` or `=<`
    LessEqual,
    /// `~` or `~>`: the same minor version
    Tilde,
    /// `^`: the same first number that is not zero
    Caret,
}

/// Where a partial version such as `1.x` stops being exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wildcard {
    /// All three numbers are given.
    None,
    /// The major version is open: `*`.
    Major,
    /// The minor version is open: `1`, `1.x`.
    Minor,
    /// The patch version is open: `1.2`, `1.2.x`.
    Patch,
}

/// One comparison.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub operator: Operator,
    pub version: Version,
    pub wildcard: Wildcard,
    /// The operator as written.
    pub sign: &'static str,
    /// The version as written, for messages.
    pub text: String,
}

/// Why a version fails a constraint; `Display` gives Masterminds' sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch(String);

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Mismatch {}

impl Mismatch {
    /// The version is a prerelease and no rule of the group names one.
    pub(crate) fn prerelease(version: &Version) -> Self {
        Self(format!(
            "{} is a prerelease version and the constraint is only looking for release versions",
            quote(&version.to_string())
        ))
    }
}

type Outcome = Result<(), &'static str>;

const LESS: &str = "is less than";
const LESS_OR_EQUAL: &str = "is less than or equal to";
const GREATER: &str = "is greater than";
const GREATER_OR_EQUAL: &str = "is greater than or equal to";
const EQUAL: &str = "is equal to";
const NOT_EQUAL: &str = "is not equal to";
const OTHER_MAJOR: &str = "does not have same major version as";
const OTHER_MINOR: &str = "does not have same minor version as";

impl Rule {
    /// Whether `version` satisfies the rule. Prereleases were judged before.
    pub fn accepts(&self, version: &Version) -> bool {
        self.judge(version).is_ok()
    }

    /// Why `version` fails the rule.
    pub fn mismatch(&self, version: &Version) -> Option<Mismatch> {
        let relation = self.judge(version).err()?;
        let (relation, tail) = relation.split_once('\n').unwrap_or((relation, ""));
        Some(Mismatch(format!(
            "{} {relation} {}{tail}",
            quote(&version.to_string()),
            quote(&self.text)
        )))
    }

    /// `Err` holds how version and rule relate; what follows a line break goes after the rule.
    fn judge(&self, version: &Version) -> Outcome {
        match self.operator {
            Operator::Equal if self.wildcard == Wildcard::None => {
                require(*version == self.version, NOT_EQUAL)
            }
            Operator::Equal | Operator::Tilde => self.judge_tilde(version),
            Operator::NotEqual => self.judge_not_equal(version),
            Operator::Greater => self.judge_greater(version),
            Operator::Less => require(*version < self.version, GREATER_OR_EQUAL),
            Operator::GreaterEqual => require(*version >= self.version, LESS),
            Operator::LessEqual => self.judge_less_equal(version),
            Operator::Caret => self.judge_caret(version),
        }
    }

    fn judge_not_equal(&self, version: &Version) -> Outcome {
        let wanted = &self.version;
        if self.wildcard != Wildcard::None {
            if wanted.major() != version.major() {
                return Ok(());
            }
            if self.wildcard == Wildcard::Minor {
                return Err(EQUAL);
            }
            if wanted.minor() != version.minor() {
                return Ok(());
            }
            if self.wildcard == Wildcard::Patch {
                // HELM: `!=1.2` lets 1.2.3-alpha pass, since the prereleases differ.
                let order = compare_prerelease(version.prerelease(), wanted.prerelease());
                return require(order != Ordering::Equal, EQUAL);
            }
            if wanted.patch() != version.patch() {
                return Ok(());
            }
        }
        require(version != wanted, EQUAL)
    }

    /// HELM: `>11` means from 12 on and `>11.1` from 11.2 on: a partial version is a range.
    fn judge_greater(&self, version: &Version) -> Outcome {
        let wanted = &self.version;
        let greater = match (self.wildcard, version.major().cmp(&wanted.major())) {
            (Wildcard::None, _) | (Wildcard::Major, Ordering::Equal) => version > wanted,
            (_, Ordering::Greater) => true,
            (_, Ordering::Less) | (Wildcard::Minor, Ordering::Equal) => false,
            (Wildcard::Patch, Ordering::Equal) => version.minor() > wanted.minor(),
        };
        require(greater, LESS_OR_EQUAL)
    }

    fn judge_less_equal(&self, version: &Version) -> Outcome {
        let wanted = &self.version;
        if self.wildcard == Wildcard::None {
            return require(version <= wanted, GREATER);
        }
        let above = match version.major().cmp(&wanted.major()) {
            Ordering::Greater => true,
            Ordering::Less => false,
            Ordering::Equal => version.minor() > wanted.minor() && self.wildcard != Wildcard::Minor,
        };
        require(!above, GREATER)
    }

    fn judge_tilde(&self, version: &Version) -> Outcome {
        let wanted = &self.version;
        require(version >= wanted, LESS)?;
        let open = matches!(self.wildcard, Wildcard::None | Wildcard::Major);
        if open && (wanted.major(), wanted.minor(), wanted.patch()) == (0, 0, 0) {
            // HELM: `~0.0.0` and `*` accept everything.
            return Ok(());
        }
        require(version.major() == wanted.major(), OTHER_MAJOR)?;
        let same_minor = version.minor() == wanted.minor() || self.wildcard == Wildcard::Minor;
        require(same_minor, "does not have same major and minor version as")
    }

    fn judge_caret(&self, version: &Version) -> Outcome {
        let wanted = &self.version;
        require(version >= wanted, LESS)?;
        if wanted.major() > 0 || self.wildcard == Wildcard::Minor {
            return require(version.major() == wanted.major(), OTHER_MAJOR);
        }
        require(version.major() == 0, OTHER_MAJOR)?;
        if wanted.minor() > 0 || self.wildcard == Wildcard::Patch {
            return require(
                version.minor() == wanted.minor(),
                "does not have same minor version as\n. Expected minor versions to match when constraint major version is 0",
            );
        }
        require(version.minor() == 0, OTHER_MINOR)?;
        // HELM: `^*` reads as `^0.0.0`, so only 0.0.0 passes.
        require(
            version.patch() == wanted.patch(),
            "does not equal\n. Expect version and constraint to equal when major and minor versions are 0",
        )
    }
}

fn require(holds: bool, otherwise: &'static str) -> Outcome {
    if holds { Ok(()) } else { Err(otherwise) }
}
