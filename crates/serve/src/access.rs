//! Who may do what: basic authentication and bearer tokens.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::Error;

/// What somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Look and fetch.
    Read,
    /// Upload and delete too.
    Write,
}

/// A secret that lets in. Only its digest is kept: comparing digests tells nothing of the
/// secret by the time it takes.
#[derive(Clone)]
pub struct Token {
    digest: [u8; 32],
    scope: Scope,
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Token({:?})", self.scope)
    }
}

/// Who may do what.
#[derive(Debug, Clone, Default)]
pub struct Access {
    logins: Vec<Token>,
    tokens: Vec<Token>,
    /// What those may do who show nothing, when secrets are asked for at all.
    pub anonymous: Option<Scope>,
}

/// What somebody shows.
#[derive(Debug, PartialEq, Eq)]
pub enum Shown {
    /// `user:password`
    Login(Vec<u8>),
    /// A token.
    Token(Vec<u8>),
}

/// What an `Authorization` header shows; nothing when it is of another kind, or none.
pub fn credentials(header: &[u8]) -> Option<Shown> {
    let text = std::str::from_utf8(header).ok()?;
    let (kind, rest) = text.trim().split_once(' ')?;
    let rest = rest.trim();
    if kind.eq_ignore_ascii_case("basic") {
        let login = STANDARD.decode(rest).ok()?;
        return login.contains(&b':').then_some(Shown::Login(login));
    }
    let is_token = kind.eq_ignore_ascii_case("bearer") && !rest.is_empty();
    is_token.then(|| Shown::Token(rest.as_bytes().to_vec()))
}

impl Access {
    /// Everybody may do this.
    pub fn open(scope: Scope) -> Self {
        Self {
            anonymous: Some(scope),
            ..Self::default()
        }
    }

    /// Lets a user in, to do everything.
    pub fn add_login(&mut self, user: &str, password: &str) {
        self.logins.push(Token {
            digest: digest(format!("{user}:{password}").as_bytes()),
            scope: Scope::Write,
        });
    }

    /// Lets in who shows the tokens of a file: lines of `read TOKEN` and `write TOKEN`.
    ///
    /// # Errors
    /// A line of another form.
    pub fn add_tokens(&mut self, text: &str) -> Result<(), Error> {
        let before = self.tokens.len();
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let words: Vec<&str> = line.split_whitespace().collect();
            let (scope, token) = match words[..] {
                ["read", token] => (Scope::Read, token),
                ["write", token] => (Scope::Write, token),
                _ => {
                    let text = format!("line {} is neither `read TOKEN` nor `write TOKEN`", at + 1);
                    return Err(Error::new(text));
                }
            };
            self.tokens.push(Token {
                digest: digest(token.as_bytes()),
                scope,
            });
        }
        if self.tokens.len() == before {
            return Err(Error::new("it has no tokens"));
        }
        Ok(())
    }

    /// Whether there is anything to show.
    pub fn asks(&self) -> bool {
        !self.logins.is_empty() || !self.tokens.is_empty()
    }

    /// What somebody may do who shows this header; nothing for a stranger.
    ///
    /// A wrong secret is as good as none: who may look without one may look with a wrong one.
    pub fn scope(&self, header: Option<&[u8]>) -> Option<Scope> {
        let shown = header.and_then(credentials);
        let granted = match &shown {
            Some(Shown::Login(login)) => find(&self.logins, login),
            Some(Shown::Token(token)) => find(&self.tokens, token),
            None => None,
        };
        granted.max(self.anonymous)
    }

    /// What `WWW-Authenticate` has to say.
    pub fn challenge(&self) -> &'static str {
        if self.logins.is_empty() {
            "Bearer realm=\"charts\""
        } else {
            "Basic realm=\"charts\", charset=\"UTF-8\""
        }
    }
}

fn find(tokens: &[Token], secret: &[u8]) -> Option<Scope> {
    let digest = digest(secret);
    // All are looked at, whichever fits.
    let fits = tokens.iter().filter(|token| token.digest == digest);
    fits.map(|token| token.scope).max()
}

fn digest(secret: &[u8]) -> [u8; 32] {
    Sha256::digest(secret).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basic(login: &str) -> Vec<u8> {
        format!("Basic {}", STANDARD.encode(login)).into_bytes()
    }

    #[test]
    fn secrets_give_their_scope() {
        let mut access = Access::default();
        assert!(!access.asks());
        access.add_login("ann", "p:w");
        access
            .add_tokens("# tokens\n\nread abc\n write  def \n")
            .unwrap();
        assert!(access.asks());
        let scope = |header: &[u8]| access.scope(Some(header));
        assert_eq!(scope(&basic("ann:p:w")), Some(Scope::Write));
        assert_eq!(scope(b"bearer abc"), Some(Scope::Read));
        assert_eq!(scope(b"Bearer def"), Some(Scope::Write));
        for wrong in [
            &basic("ann:")[..],
            &basic("ann"),
            b"Basic %%%",
            b"Bearer ann:p:w",
            b"Bearer",
            b"Bearer  ",
            b"",
            b"\xff\xff \xff",
            b"Digest abc",
        ] {
            assert_eq!(scope(wrong), None, "{}", String::from_utf8_lossy(wrong));
        }
        // A login is no token, and a token is no password.
        assert_eq!(scope(&basic(":abc")), None);
        assert_eq!(access.scope(None), None);
    }

    #[test]
    fn strangers_get_what_all_get() {
        let mut access = Access::open(Scope::Read);
        access.add_tokens("write x").unwrap();
        assert_eq!(access.scope(None), Some(Scope::Read));
        assert_eq!(access.scope(Some(b"Bearer wrong")), Some(Scope::Read));
        assert_eq!(access.scope(Some(b"Bearer x")), Some(Scope::Write));
    }

    #[test]
    fn files_of_tokens_are_exact() {
        for bad in ["", "# none", "abc", "admin abc", "read a b", "read"] {
            assert!(Access::default().add_tokens(bad).is_err(), "{bad}");
        }
        let error = Access::default().add_tokens("read a\nb\n").unwrap_err();
        assert!(error.to_string().starts_with("line 2 "), "{error}");
        assert!(!format!("{:?}", Access::open(Scope::Read)).contains("digest"));
    }
}
