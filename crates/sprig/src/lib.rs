//! The Sprig and Helm template functions.
//!
//! What it is: every function that a Helm template may call beyond Go's own, with the
//! Go signature of each, so that the executor can check arguments as Go does.
//! What it is not: `include`, `tpl`, `required`, `fail` and `lookup`, which need the
//! chart and the release that are being rendered.
//!
//! The crate does no I/O of its own. Time, randomness and name resolution come in
//! through [`Env`]; [`Env::system`] makes one from the operating system.
//!
//! ```
//! use pintle_go_template::Functions;
//! let mut functions = Functions::new();
//! functions.extend(pintle_sprig::functions(&pintle_sprig::Env::system()));
//! assert!(functions.get("trimSuffix").is_some());
//! assert!(pintle_sprig::registry().iter().any(|doc| doc.name == "now" && !doc.pure));
//! ```
//!
//! One file a family:
//!
//! - `strings`, `layout` (wrapping, abbreviating), `case` (with `case_words`), `random`
//! - `numeric`, with `decimal` (the arithmetic of `addf` and friends)
//! - `lists`, `dicts`, `merge`, `defaults`, `reflection`
//! - `encoding` (base64, base32), `structured` (JSON, YAML), `toml_functions` (with
//!   `toml_writer`), `hashes`
//! - `dates`, with `time` (Go's `time.Time`), `calendar`, `zone`, `time_layout`,
//!   `time_format`, `time_parse`; `durations`, with `duration` (Go's `time.Duration`)
//! - `regexes`, with `regex_syntax` and `regex_class` (Go's syntax rewritten); `versions`
//! - `paths`, `urls` (with `url_syntax`), `network`
//! - `crypto`, `password`, `keys`, `certificates`, with `x509`, `der`, `pem`, `primes`, `dsa`
//!
//! `outside`: Go's standard library for callers that are no templates.
//!
//! What the families share: `declare` (one function with its signature and doc line),
//! `call` (arguments), `convert` (Go conversions), `strconv`, `text` (bytes as Unicode),
//! `limits` (memory and depth bounds), `env`, `system` (the only file that is not pure).

mod call;
mod convert;
mod declare;
mod env;
mod limits;
mod strconv;
mod system;
mod text;

mod calendar;
mod case;
mod case_words;
mod certificates;
mod crypto;
mod curves;
mod dates;
mod decimal;
mod defaults;
mod der;
mod dicts;
mod dsa;
mod duration;
mod durations;
mod encoding;
mod hashes;
mod keys;
mod layout;
mod lists;
mod merge;
mod network;
mod numeric;
mod outside;
mod password;
mod paths;
mod pem;
mod primes;
mod random;
mod reflection;
mod regex_class;
mod regex_syntax;
mod regexes;
mod strings;
mod structured;
mod time;
mod time_format;
mod time_layout;
mod time_parse;
mod toml_functions;
mod toml_reader;
mod toml_writer;
mod url_syntax;
mod urls;
mod versions;
mod x509;
mod zone;

use std::sync::{Arc, LazyLock};

use pintle_go_template::Function;

pub use env::{Clock, Dns, Env, Random};
pub use outside::{
    UrlParts, check_regex, check_time, go_regex, parse_duration, parse_url, resolve_url, url_with,
};

/// The scheme of a URL as Go's `url.Parse` sees it, in small letters: empty for a plain path.
///
/// # Errors
/// Go's text: `parse "%zz": invalid URL escape "%zz"`.
pub fn url_scheme(text: &str) -> Result<String, String> {
    let url = url_syntax::Url::parse(text.as_bytes())?;
    Ok(String::from_utf8_lossy(&url.scheme).into_owned())
}

use declare::Declaration;

/// The families in the order of the crate's contents page.
const FAMILIES: &[&[Declaration]] = &[
    strings::FUNCTIONS,
    layout::FUNCTIONS,
    case::FUNCTIONS,
    random::FUNCTIONS,
    numeric::FUNCTIONS,
    lists::FUNCTIONS,
    dicts::FUNCTIONS,
    merge::FUNCTIONS,
    defaults::FUNCTIONS,
    reflection::FUNCTIONS,
    encoding::FUNCTIONS,
    structured::FUNCTIONS,
    toml_functions::FUNCTIONS,
    hashes::FUNCTIONS,
    dates::FUNCTIONS,
    durations::FUNCTIONS,
    regexes::FUNCTIONS,
    versions::FUNCTIONS,
    paths::FUNCTIONS,
    urls::FUNCTIONS,
    network::FUNCTIONS,
    crypto::FUNCTIONS,
    password::FUNCTIONS,
    keys::FUNCTIONS,
    certificates::FUNCTIONS,
];

/// What the registry tells about one function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doc {
    /// The name in templates.
    pub name: &'static str,
    /// One line on what it does.
    pub summary: &'static str,
    /// Whether the same arguments always give the same result, without the clock,
    /// randomness or the network.
    pub pure: bool,
}

/// All functions, bound to what they may ask of the outside world.
pub fn functions(env: &Env) -> Vec<Function> {
    let env = Arc::new(env.clone());
    FAMILIES
        .iter()
        .flat_map(|family| family.iter())
        .map(|declaration| declaration.bind(&env))
        .collect()
}

/// All functions in the order of their names.
pub fn registry() -> &'static [Doc] {
    static REGISTRY: LazyLock<Vec<Doc>> = LazyLock::new(|| {
        let mut docs: Vec<Doc> = FAMILIES
            .iter()
            .flat_map(|family| family.iter())
            .map(Declaration::doc)
            .collect();
        docs.sort_by_key(|doc| doc.name);
        docs
    });
    &REGISTRY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registry_is_sorted_and_names_each_function_once() {
        let names: Vec<&str> = registry().iter().map(|doc| doc.name).collect();
        assert!(names.windows(2).all(|pair| pair[0] < pair[1]), "{names:?}");
    }

    #[test]
    fn the_registry_equals_the_functions() {
        let mut names: Vec<String> = functions(&Env::system())
            .into_iter()
            .map(|function| function.name.into_owned())
            .collect();
        names.sort();
        let registered: Vec<&str> = registry().iter().map(|doc| doc.name).collect();
        assert_eq!(names, registered);
    }

    #[test]
    fn every_function_has_a_doc_line() {
        for doc in registry() {
            assert!(
                doc.summary.ends_with('.'),
                "{}: {:?}",
                doc.name,
                doc.summary
            );
        }
    }
}
