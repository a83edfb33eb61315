//! URLs as maps of their parts.

use pintle_go_template::CallError;
use pintle_go_template::Parameter::{Map as Dict, Str as Text};
use pintle_go_value::{Map, Str, Value};

use crate::call::{Call, Outcome, fail};
use crate::declare::{Declaration, fixed};
use crate::url_syntax::{Url, UserInfo};

#[rustfmt::skip]
pub(crate) const FUNCTIONS: &[Declaration] = &[
    fixed("urlParse", &[Text], parse, "The parts of a URL as a map."),
    fixed("urlJoin", &[Dict], join, "A URL from a map of its parts."),
];

fn parse(call: &Call<'_>) -> Outcome {
    let url = Url::parse(call.bytes(0)?)
        .map_err(|error| CallError::Message(format!("unable to parse url: {error}")))?;
    let user = url.user.as_ref().map(UserInfo::text).unwrap_or_default();
    let parts = [
        ("scheme", &url.scheme[..]),
        ("host", &url.host),
        ("hostname", url.host_name()),
        ("path", &url.path),
        ("query", &url.query),
        ("opaque", &url.opaque),
        ("fragment", &url.fragment),
        ("userinfo", &user),
    ];
    let parts = parts.map(|(name, bytes)| (name, Value::Str(Str::from(bytes))));
    Ok(Map::from_iter(parts).into())
}

fn join(call: &Call<'_>) -> Outcome {
    let parts = call.map(0)?;
    let mut url = Url {
        scheme: part(&parts, "scheme")?,
        host: part(&parts, "host")?,
        path: part(&parts, "path")?,
        query: part(&parts, "query")?,
        opaque: part(&parts, "opaque")?,
        fragment: part(&parts, "fragment")?,
        user: None,
    };
    let user = part(&parts, "userinfo")?;
    if !user.is_empty() {
        let whole = [&b"proto://"[..], &user, b"@host"].concat();
        url.user = Url::parse(&whole)
            .map_err(|error| {
                CallError::Message(format!("unable to parse userinfo in dict: {error}"))
            })?
            .user;
    }
    Ok(Str::from(url.text()).into())
}

fn part(parts: &Map, name: &str) -> Result<Vec<u8>, CallError> {
    match parts.get(name) {
        None => Ok(Vec::new()),
        Some(Value::Str(text)) => Ok(text.as_bytes().to_vec()),
        Some(Value::Nil) => {
            fail("runtime error: invalid memory address or nil pointer dereference")
        }
        Some(other) => fail(format!(
            "unable to parse {name} key, must be of type string, but {} found",
            other.kind().name()
        )),
    }
}
