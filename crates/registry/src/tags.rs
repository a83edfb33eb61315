//! The versions of a chart.

use pintle_semver::{Constraint, Version};
use serde::Deserialize;

use crate::client::{Call, asked, refused};
use crate::manifest::from_json;
use crate::{Client, Error, Reference};

/// The most pages of a list. A registry that has more is playing with us.
const PAGES: usize = 1000;

#[derive(Deserialize)]
struct Page {
    tags: Option<Vec<String>>,
}

impl Client {
    /// All versions of a chart, the newest first. Tags that are no versions are left out.
    ///
    /// # Errors
    /// A registry that does not answer with a list of tags.
    pub async fn versions(&self, reference: &Reference) -> Result<Vec<Version>, Error> {
        let mut versions = Vec::new();
        let mut url = self.object_url(reference, "tags", "list");
        for _ in 0..PAGES {
            let (tags, next) = self.page(reference, url).await?;
            versions.extend(tags.iter().filter_map(|tag| {
                // HELM: `_` in a tag is `+` in a version.
                Version::parse_strict(&tag.replace('_', "+")).ok()
            }));
            let Some(next) = next else {
                versions.sort_by(|a, b| b.cmp(a));
                return Ok(versions);
            };
            url = next;
        }
        Err(Error::new(format!(
            "the list of tags of {reference} has no end"
        )))
    }

    async fn page(
        &self,
        reference: &Reference,
        url: String,
    ) -> Result<(Vec<String>, Option<String>), Error> {
        let scope = format!("repository:{}:pull", reference.repository);
        let call = Call::get(url, scope);
        let answer = self.call(&reference.registry, &call).await?;
        if answer.status() != 200 {
            return Err(refused(&call, answer).await);
        }
        let asked = asked(&call, &answer);
        let link = answer.header("link").map(str::to_owned);
        let here = answer.url();
        let body = answer.read().await?;
        let page: Page = from_json(&body).map_err(|error| {
            Error::new(format!("{asked}: failed to decode response: {error}"))
                .with_hint("is there a registry at this address?")
        })?;
        let next = link.map(|link| following(&link, &here)).transpose()?;
        Ok((page.tags.unwrap_or_default(), next))
    }
}

/// The next page, on the same server.
fn following(link: &str, here: &str) -> Result<String, Error> {
    let wrong = |reason: &str| Error::new(format!("invalid next link \"{link}\": {reason}"));
    let place = link.strip_prefix('<').ok_or_else(|| wrong("missing '<'"))?;
    let (place, _) = place.split_once('>').ok_or_else(|| wrong("missing '>'"))?;
    let here = pintle_fetch::Url::parse(here).map_err(|error| wrong(&error.to_string()))?;
    let next = here
        .join(place)
        .map_err(|error| wrong(&error.to_string()))?;
    if next.origin() != here.origin() {
        return Err(wrong(&format!("not the same origin as \"{here}\"")));
    }
    if next == here {
        return Err(wrong("it leads to itself"));
    }
    Ok(next.into())
}

/// The version that was asked for: the very same, else the newest in a range.
///
/// # Errors
/// A range that is none, and one that nothing is in.
pub(crate) fn choose(versions: &[Version], wanted: &str) -> Result<String, Error> {
    if let Some(exact) = versions
        .iter()
        .find(|version| version.to_string() == wanted)
    {
        return Ok(exact.to_string());
    }
    let range = if wanted.is_empty() { "*" } else { wanted };
    let range = Constraint::parse(range).map_err(|error| Error::new(error.to_string()))?;
    let found = versions.iter().find(|version| range.check(version));
    found.map(ToString::to_string).ok_or_else(|| {
        let known: Vec<String> = versions.iter().take(5).map(ToString::to_string).collect();
        Error::new(format!(
            "could not locate a version matching provided version string {wanted}"
        ))
        .with_hint(format!("the newest ones are {}", known.join(", ")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_on_the_same_server() {
        let here = "http://h:5000/v2/a/tags/list?n=2";
        let next = |link: &str| following(link, here).map_err(|error| error.to_string());
        assert_eq!(
            next("</v2/a/tags/list?last=b>; rel=\"next\"").unwrap(),
            "http://h:5000/v2/a/tags/list?last=b"
        );
        for link in [
            "x",
            "<x",
            "<http://other/x>",
            "<https://h:5000/x>",
            "</v2/a/tags/list?n=2>",
        ] {
            assert!(
                next(link).unwrap_err().starts_with("invalid next link"),
                "{link}"
            );
        }
    }

    #[test]
    fn the_newest_in_the_range_is_chosen() {
        let versions: Vec<Version> = ["2.0.0-rc.1", "1.10.0", "1.9.0+b", "0.1.0"]
            .iter()
            .map(|text| Version::parse_strict(text).unwrap())
            .collect();
        for (wanted, chosen) in [
            ("", "1.10.0"),
            ("^1", "1.10.0"),
            ("<1.10", "1.9.0+b"),
            ("1.9.0+b", "1.9.0+b"),
            (">0.0.0-0", "2.0.0-rc.1"),
        ] {
            assert_eq!(choose(&versions, wanted).unwrap(), chosen, "{wanted}");
        }
        let error = choose(&versions, "^3").unwrap_err();
        assert_eq!(
            error.to_string(),
            "could not locate a version matching provided version string ^3"
        );
        assert!(choose(&versions, "latest").is_err());
    }
}
