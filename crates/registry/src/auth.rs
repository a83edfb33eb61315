//! Answers to a registry that asks who we are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pintle_fetch::{Answer, Body, Method, Secret};
use serde::Deserialize;

use crate::challenge::Challenge;
use crate::client::{Call, asked, refused};
use crate::credentials::address;
use crate::manifest::from_json;
use crate::{Client, Credential, Error};

/// The most bytes of an answer with a token.
const TOKEN: u64 = 128 << 10;
/// The name of the program, where tokens are given out.
const CLIENT_ID: &str = "pintle";

/// What worked for a host: no scope for a password, a scope for a token.
#[derive(Debug, Default)]
pub(crate) struct Known {
    headers: BTreeMap<(String, String), Secret>,
    /// HELM: `registry login` first asks for tokens in the way of OAuth.
    pub(crate) prefer_oauth: bool,
}

/// Where a token is to be had.
struct TokenServer<'a> {
    realm: &'a str,
    service: &'a str,
    scopes: &'a [String],
}

impl Client {
    pub(crate) fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What worked before for such a request.
    pub(crate) fn authorization(&self, host: &str, scope: &str) -> Option<Secret> {
        let known = self.known();
        let find = |scope: &str| {
            known
                .headers
                .get(&(host.to_owned(), scope.to_owned()))
                .cloned()
        };
        find("").or_else(|| find(scope).filter(|_| !scope.is_empty()))
    }

    /// Answers a registry's question; none when it asks for what we cannot give.
    pub(crate) async fn answer_challenge(
        &self,
        host: &str,
        call: &Call,
        answer: &Answer,
    ) -> Result<Option<Secret>, Error> {
        let during = |error: Error| error.during(&format!("{}: ", asked(call, answer)));
        let header = answer.header("www-authenticate").unwrap_or_default();
        let (secret, scope) = match Challenge::parse(header) {
            Challenge::Unknown => return Ok(None),
            Challenge::Basic => (self.basic(host).map_err(during)?, String::new()),
            Challenge::Bearer {
                realm,
                service,
                scope,
            } => {
                let scopes = merged(&call.scope, &scope);
                let server = TokenServer {
                    realm: &realm,
                    service: &service,
                    scopes: &scopes,
                };
                let token = self.bearer(host, call, &server).await.map_err(during)?;
                (Secret(format!("Bearer {token}")), call.scope.clone())
            }
        };
        self.known()
            .headers
            .insert((host.to_owned(), scope), secret.clone());
        Ok(Some(secret))
    }

    /// The credential for a host, from the flags, else from where they are kept.
    fn credential(&self, host: &str) -> Result<Credential, Error> {
        if let Some(credential) = &self.options.credential {
            self.tell(
                "credential",
                &[
                    ("registry", host),
                    ("source", "flags"),
                    ("username", &credential.username),
                ],
            );
            return Ok(credential.clone());
        }
        let found = match &self.options.store {
            Some(store) => store.get(address(host))?,
            None => None,
        };
        let (source, username) = match &found {
            Some(found) => (found.source.as_str(), found.credential.username.as_str()),
            None => ("none", ""),
        };
        self.tell(
            "credential",
            &[
                ("registry", host),
                ("source", source),
                ("username", username),
            ],
        );
        Ok(found.map(|found| found.credential).unwrap_or_default())
    }

    fn basic(&self, host: &str) -> Result<Secret, Error> {
        let found = self
            .credential(host)
            .map_err(|error| error.during("failed to resolve credential: "))?;
        if found.is_empty() {
            return Err(Error::new("basic credential not found")
                .with_hint(format!("log in first: registry login {host}")));
        }
        if found.username.is_empty() || found.password.is_empty() {
            return Err(Error::new("missing username or password for basic auth"));
        }
        Ok(basic_header(&found))
    }

    /// A token for what the request needs, and for nothing more.
    async fn bearer(
        &self,
        host: &str,
        call: &Call,
        server: &TokenServer<'_>,
    ) -> Result<String, Error> {
        let found = self.credential(host)?;
        if !found.access_token.is_empty() {
            return Ok(found.access_token);
        }
        // DIFF: Helm sends the password there too.
        if call.url.starts_with("https:")
            && !server.realm.starts_with("https:")
            && !found.is_empty()
        {
            let realm = server.realm;
            return Err(Error::new(format!(
                "{host} wants its credentials sent without encryption, to \"{realm}\": refused"
            ))
            .with_hint("ask those who run the registry to give out tokens over HTTPS"));
        }
        let oauth = !found.identity_token.is_empty() || self.known().prefer_oauth;
        if !found.is_empty() && oauth {
            return self.oauth_token(server, &found).await;
        }
        self.plain_token(server, &found).await
    }

    /// The way of most registries: a GET with the password.
    async fn plain_token(
        &self,
        server: &TokenServer<'_>,
        found: &Credential,
    ) -> Result<String, Error> {
        let mut fields: Vec<(&str, &str)> = Vec::new();
        fields.extend(server.scopes.iter().map(|scope| ("scope", scope.as_str())));
        if !server.service.is_empty() {
            fields.push(("service", server.service));
        }
        let (realm, query) = match server.realm.split_once('?') {
            Some((realm, query)) => (realm, format!("{query}&")),
            None => (server.realm, String::new()),
        };
        let url = format!("{realm}?{query}{}", form(&fields));
        let call = Call {
            most: TOKEN,
            ..Call::get(url, String::new())
        };
        let named = !found.username.is_empty() || !found.password.is_empty();
        self.token(&call, named.then(|| basic_header(found))).await
    }

    /// The way of OAuth: a POST with the password, or with a token that stands for it.
    async fn oauth_token(
        &self,
        server: &TokenServer<'_>,
        found: &Credential,
    ) -> Result<String, Error> {
        let scopes = server.scopes.join(" ");
        let mut fields = vec![("client_id", CLIENT_ID)];
        if !found.identity_token.is_empty() {
            fields.extend([
                ("grant_type", "refresh_token"),
                ("refresh_token", &found.identity_token),
            ]);
        } else if !found.username.is_empty() && !found.password.is_empty() {
            fields.extend([
                ("grant_type", "password"),
                ("password", found.password.as_str()),
                ("username", &found.username),
            ]);
        } else {
            return Err(Error::new("missing username or password for bearer auth"));
        }
        fields.push(("service", server.service));
        if !scopes.is_empty() {
            fields.push(("scope", &scopes));
        }
        let call = Call {
            method: Method::POST,
            body: Body::from(form(&fields).into_bytes()),
            content_type: Some("application/x-www-form-urlencoded"),
            most: TOKEN,
            ..Call::get(server.realm.to_owned(), String::new())
        };
        self.token(&call, None).await
    }

    async fn token(&self, call: &Call, secret: Option<Secret>) -> Result<String, Error> {
        #[derive(Deserialize)]
        struct Given {
            token: Option<String>,
            access_token: Option<String>,
        }
        let answer = self.send(call, secret).await?;
        if answer.status() != 200 {
            return Err(refused(call, answer).await);
        }
        let asked = asked(call, &answer);
        let body = answer.read().await?;
        let given: Given = from_json(&body)
            .map_err(|error| Error::new(format!("{asked}: failed to decode response: {error}")))?;
        let token = [given.access_token, given.token]
            .into_iter()
            .flatten()
            .find(|token| !token.is_empty());
        let token = token.ok_or_else(|| Error::new(format!("{asked}: empty token returned")))?;
        if token.bytes().any(|byte| !byte.is_ascii_graphic()) {
            return Err(Error::new(format!("{asked}: what it returned is no token")));
        }
        Ok(token)
    }
}

fn basic_header(credential: &Credential) -> Secret {
    let text = format!("{}:{}", credential.username, credential.password);
    Secret(format!("Basic {}", STANDARD.encode(text)))
}

/// What is needed and what is asked for, each thing once, with all that is to be done to it.
fn merged(needed: &str, wanted: &str) -> Vec<String> {
    let mut scopes: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut odd = BTreeSet::new();
    for scope in needed
        .split(' ')
        .chain(wanted.split(' '))
        .filter(|scope| !scope.is_empty())
    {
        match scope.rsplit_once(':') {
            Some((thing, actions)) if thing.contains(':') => {
                let actions = actions.split(',').filter(|action| !action.is_empty());
                scopes.entry(thing).or_default().extend(actions);
            }
            _ => {
                odd.insert(scope.to_owned());
            }
        }
    }
    for (thing, actions) in scopes {
        let actions: Vec<&str> = if actions.contains("*") {
            vec!["*"]
        } else {
            actions.into_iter().collect()
        };
        if !actions.is_empty() {
            odd.insert(format!("{thing}:{}", actions.join(",")));
        }
    }
    odd.into_iter().collect()
}

/// `name=value&…`, as forms are sent.
fn form(fields: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (name, value) in fields {
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(name);
        text.push('=');
        for byte in value.bytes() {
            match byte {
                b' ' => text.push('+'),
                byte if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) => {
                    text.push(char::from(byte));
                }
                byte => text.push_str(&format!("%{byte:02X}")),
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_scope_for_one_thing() {
        let needed = "repository:a/b:pull,push";
        assert_eq!(merged(needed, ""), [needed]);
        assert_eq!(merged(needed, "repository:a/b:pull"), [needed]);
        assert_eq!(
            merged("repository:a:pull", "repository:a:delete,pull"),
            ["repository:a:delete,pull"]
        );
        assert_eq!(
            merged("repository:a:pull", "repository:a:*"),
            ["repository:a:*"]
        );
        assert_eq!(
            merged("", "registry:catalog:* x"),
            ["registry:catalog:*", "x"]
        );
        assert_eq!(merged("", "repository:a:"), Vec::<String>::new());
    }

    #[test]
    fn forms_are_escaped() {
        assert_eq!(
            form(&[("a", "x y&z"), ("b", "é/~")]),
            "a=x+y%26z&b=%C3%A9%2F~"
        );
    }

    #[test]
    fn passwords_are_not_sent_without_encryption() {
        let asked = |url: &str, realm: &str| {
            let options = crate::Options {
                credential: Some(Credential::basic("u", "p")),
                retry: pintle_fetch::Retry::default(),
                ..crate::Options::default()
            };
            let client = Client::new(pintle_fetch::Client::new("test/1"), options);
            let call = Call::get(url.to_owned(), String::new());
            let server = TokenServer {
                realm,
                service: "",
                scopes: &[],
            };
            pintle_fetch::blocking(async || client.bearer("h", &call, &server).await)
                .unwrap_err()
                .to_string()
        };
        // Nobody listens there; what counts is whether anything is sent at all.
        let realm = "http://127.0.0.1:9/token";
        let refused = "h wants its credentials sent without encryption, to \"http://127.0.0.1:9/token\": refused";
        assert_eq!(asked("https://h/v2/", realm), refused);
        assert!(asked("http://h/v2/", realm).ends_with("connection refused"));
    }
}
