//! From a request to an answer.

use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use http::header::{self, HeaderMap, HeaderValue};
use http::request::Parts;
use http::{Method, Request, StatusCode};
use hyper::body::Incoming;
use tokio::sync::Semaphore;

use crate::answer::{self, Answer, Thing, error, json, plain};
use crate::body::Body;
use crate::route::{Route, route};
use crate::server::Log;
use crate::shelf::{Item, Shelf, Stamp, Stock};
use crate::{Error, Options, Scope, api, page, upload};

mod archive;

/// How many uploads are taken in at a time; others wait. Each may fill memory up to its limit.
const UPLOADS: usize = 8;

/// All that answers are made of.
pub struct State {
    /// What is served to whom.
    pub options: Options,
    /// The folder.
    pub shelf: Shelf,
    /// Held by whoever changes the folder.
    pub changing: Mutex<()>,
    /// Places for uploads.
    pub uploads: Semaphore,
    log: Log,
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "State({:?})", self.options)
    }
}

impl State {
    /// Looks at the folder.
    ///
    /// # Errors
    /// One that cannot be read.
    pub fn new(options: Options, log: Log) -> Result<Self, Error> {
        Ok(Self {
            shelf: Shelf::new(&options.folder, &options.url)?,
            options,
            changing: Mutex::new(()),
            uploads: Semaphore::new(UPLOADS),
            log,
        })
    }

    /// What is known of the folder now.
    pub async fn stock(self: &Arc<Self>) -> Arc<Stock> {
        match self.shelf.fresh() {
            Some(stock) => stock,
            None => self.away(|state| state.shelf.look()).await,
        }
    }

    /// Does what takes its time where nobody else waits for it.
    pub async fn away<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> T + Send + 'static,
    ) -> T {
        let state = Arc::clone(self);
        match tokio::task::spawn_blocking(move || work(&state)).await {
            Ok(done) => done,
            // It is never called off; a panic of it stays one.
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    /// Whether anything may be changed at all.
    pub fn is_writable(&self) -> bool {
        self.options.has_api && !self.options.is_read_only
    }
}

/// Answers a request, and tells of it.
pub async fn handle(state: Arc<State>, request: Request<Incoming>, peer: SocketAddr) -> Answer {
    if !state.options.is_talkative {
        return answer(&state, request).await;
    }
    let began = Instant::now();
    // As Rust writes texts, so that no terminal obeys it.
    let what = format!("{} {:?}", request.method(), request.uri().path());
    let answer = answer(&state, request).await;
    let (status, size) = (answer.status().as_u16(), answer.body().size());
    let took = began.elapsed().as_secs_f64() * 1000.0;
    (state.log)(&format!("{what} {status} {size} bytes {took:.1} ms {peer}"));
    answer
}

async fn answer(state: &Arc<State>, request: Request<Incoming>) -> Answer {
    let (parts, body) = request.into_parts();
    let route = route(parts.uri.path());
    let is_head = parts.method == Method::HEAD;
    let mut answer = match refusal(state, &route, &parts) {
        Some(refusal) => {
            upload::drain(body, &parts).await;
            refusal
        }
        None if parts.method == Method::POST => upload::post(state, &route, &parts, body).await,
        None if parts.method == Method::DELETE => api::delete(state, &route).await,
        None => get(state, route, &parts).await,
    };
    if is_head {
        // Its size stays in the headers.
        *answer.body_mut() = Body::empty();
    }
    answer
}

/// Why a request gets nothing, if so.
fn refusal(state: &State, route: &Route, parts: &Parts) -> Option<Answer> {
    let writes = !matches!(parts.method, Method::GET | Method::HEAD);
    let is_open = matches!(route, Route::Health | Route::Info);
    let needed = if writes { Scope::Write } else { Scope::Read };
    let access = &state.options.access;
    let shown = parts.headers.get(header::AUTHORIZATION);
    let scope = access.scope(shown.map(HeaderValue::as_bytes));
    if !is_open && scope < Some(needed) {
        return Some(strangers(state, scope, access.asks()));
    }
    if *route == Route::Nowhere || (route.is_api() && !state.options.has_api) {
        return Some(not_found(state, parts));
    }
    let allowed = match route {
        Route::Charts => "GET, HEAD, POST",
        Route::Prov => "POST",
        Route::Version(..) => "GET, HEAD, DELETE",
        _ => "GET, HEAD",
    };
    if !allowed.split(", ").any(|one| one == parts.method.as_str()) {
        let mut refused = error(StatusCode::METHOD_NOT_ALLOWED, "method not allowed");
        let allowed = HeaderValue::from_static(allowed);
        refused.headers_mut().insert(header::ALLOW, allowed);
        return Some(refused);
    }
    if !writes {
        return None;
    }
    if !state.is_writable() {
        return Some(error(StatusCode::FORBIDDEN, "this server is read-only"));
    }
    // Nobody's page may use what a browser knows, be it a password or the way to this machine.
    let comes_from_a_page = [
        header::ORIGIN,
        header::HeaderName::from_static("sec-fetch-site"),
    ]
    .iter()
    .any(|name| parts.headers.contains_key(name));
    comes_from_a_page.then(|| {
        let text = "changes are made by programs, not by pages in a browser";
        error(StatusCode::FORBIDDEN, text)
    })
}

/// For those who may not do what they want to.
fn strangers(state: &State, scope: Option<Scope>, asks: bool) -> Answer {
    if !asks {
        let text = "this server takes no changes without credentials; it was given none to ask for";
        return error(StatusCode::FORBIDDEN, text);
    }
    let access = &state.options.access;
    // Somebody who may read, and not by being a stranger, need not log in again.
    if scope.is_some() && access.anonymous.is_none() {
        return error(
            StatusCode::FORBIDDEN,
            "forbidden: these credentials may only read",
        );
    }
    let mut refused = error(StatusCode::UNAUTHORIZED, "unauthorized");
    let challenge = HeaderValue::from_static(access.challenge());
    let headers = refused.headers_mut();
    headers.insert(header::WWW_AUTHENTICATE, challenge);
    refused
}

/// There is no such thing: a page for people, JSON for programs.
pub fn not_found(state: &State, parts: &Parts) -> Answer {
    if !wants_page(&parts.headers) {
        return error(StatusCode::NOT_FOUND, "not found");
    }
    let depth = parts.uri.path().matches('/').count().saturating_sub(1);
    let view = page::View::new(state, parts, depth);
    let page = answer::thing(&HeaderMap::new(), page::thing(page::nowhere(&view), None));
    let mut page = page;
    *page.status_mut() = StatusCode::NOT_FOUND;
    page
}

fn wants_page(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).map(HeaderValue::as_bytes);
    accepted.is_some_and(|accepted| memchr::memmem::find(accepted, b"text/html").is_some())
}

async fn get(state: &Arc<State>, route: Route, parts: &Parts) -> Answer {
    let headers = &parts.headers;
    match route {
        Route::Index => index(state, headers).await,
        Route::Health => json(StatusCode::OK, "{\"healthy\":true}"),
        Route::Info => {
            let version = answer::quoted(&state.options.version);
            json(StatusCode::OK, format!("{{\"version\":{version}}}"))
        }
        Route::File(place) => archive::get(state, parts, &place, false).await,
        Route::ChartFile(file) => archive::get(state, parts, &file, true).await,
        Route::Charts | Route::Chart(_) | Route::Version(..) => api::get(state, route, parts).await,
        Route::Templates(name, version) => api::templates(state, &name, &version).await,
        Route::Values(name, version) => api::values(state, &name, &version).await,
        Route::Asset(name) if name == "search.json" => search(state, headers).await,
        Route::Asset(name) => match page::asset(&name) {
            Some(asset) => answer::thing(headers, asset),
            None => not_found(state, parts),
        },
        Route::Home | Route::Page(..) | Route::Icon(..) => page::get(state, route, parts).await,
        Route::Prov | Route::Nowhere => not_found(state, parts),
    }
}

async fn index(state: &Arc<State>, headers: &HeaderMap) -> Answer {
    let stock = state.stock().await;
    if stock.index_if_made().is_none() {
        let stock = Arc::clone(&stock);
        state
            .away(move |_| {
                stock.index();
            })
            .await;
    }
    let text = stock.index();
    let thing = Thing {
        kind: "application/yaml",
        tag: text.tag.clone(),
        modified: Some(stock.modified),
        plain: text.plain.clone(),
        zipped: Some(text.zipped.clone()),
        is_page: false,
    };
    answer::thing(headers, thing)
}

async fn search(state: &Arc<State>, headers: &HeaderMap) -> Answer {
    let stock = state.stock().await;
    let text = state
        .away(move |_| stock.search(page::search_list).clone())
        .await;
    let thing = Thing {
        kind: "application/json",
        tag: text.tag,
        modified: None,
        plain: text.plain,
        zipped: Some(text.zipped),
        is_page: false,
    };
    answer::thing(headers, thing)
}

/// YAML that nobody compresses.
pub fn yaml(text: impl Into<bytes::Bytes>) -> Answer {
    plain(StatusCode::OK, "application/yaml", text.into())
}

/// Whether a file is still what is known of it.
fn is_as_known(item: &Item) -> bool {
    Stamp::of(&item.path) == Some(item.stamp)
}
