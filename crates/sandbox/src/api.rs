//! From a request to an answer.
//!
//! - `read`: get and list; `watch`: changes as they come
//! - `write`: create, update, patch, apply; `delete`
//! - `shape`: objects, lists and tables as clients want them
//! - `special`: reviews, scales, evictions and the like
//! - `inside`: the same for our own controllers; `kinds`: what is different for some kinds

mod delete;
mod inside;
mod kinds;
mod read;
mod shape;
mod special;
mod watch;
mod write;

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use crate::clock::{Clock, Names};
use crate::request::{self, Query, Request, Target};
use crate::status::Status;
use crate::store::Store;
use crate::{discovery, openapi};

pub use watch::Watch;

/// A Kubernetes API: all of it but the port.
#[derive(Debug)]
pub struct Api {
    /// The objects.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    names: Names,
    /// Tokens that service accounts were given.
    tokens: Mutex<HashSet<String>>,
}

/// What is answered.
#[derive(Debug)]
pub enum Answer {
    /// At once.
    Whole(Whole),
    /// As changes come.
    Watch(Box<Watch>),
}

/// An answer that is there as a whole.
#[derive(Debug)]
pub struct Whole {
    /// The HTTP status.
    pub code: u16,
    /// `Content-Type`
    pub media_type: &'static str,
    /// The body.
    pub body: Vec<u8>,
    /// Texts of `Warning` headers.
    pub warnings: Vec<String>,
}

const JSON: &str = "application/json";

impl Whole {
    pub(crate) fn json(code: u16, value: &Value) -> Self {
        Self::text(code, JSON, value.to_string())
    }

    pub(crate) fn text(code: u16, media_type: &'static str, text: impl Into<Vec<u8>>) -> Self {
        Self {
            code,
            media_type,
            body: text.into(),
            warnings: Vec::new(),
        }
    }
}

impl Whole {
    /// GO: what is no path of the API at all.
    fn no_page() -> Self {
        Self::text(404, "text/plain; charset=utf-8", "404 page not found\n")
    }
}

impl From<Status> for Whole {
    fn from(status: Status) -> Self {
        Self::json(status.code, &status.to_json())
    }
}

/// A request to a resource.
pub(crate) struct Call<'r> {
    pub request: &'r Request,
    pub query: Query,
    pub target: Target,
    pub shape: shape::Shape,
}

impl Call<'_> {
    /// The name of the object that it is about.
    fn name(&self) -> &str {
        self.target.name.as_deref().unwrap_or_default()
    }

    fn namespace(&self) -> &str {
        self.target.namespace.as_deref().unwrap_or_default()
    }

    /// Who writes: what the query says, or the first word of the user agent.
    fn manager(&self) -> &str {
        match self.query.text("fieldManager") {
            "" => self
                .request
                .user_agent
                .split('/')
                .next()
                .unwrap_or_default(),
            manager => manager,
        }
    }
}

impl Api {
    /// The API of some objects. With a `seed` uids and generated names are the same each time.
    pub fn new(store: Store, clock: Clock, seed: Option<u64>) -> Self {
        let api = Self {
            store,
            clock,
            names: Names::new(seed),
            tokens: Mutex::default(),
        };
        api.store.write_soon(|world| api.make_catalog(world));
        api
    }

    /// All objects, as YAML documents, in the order of their kinds and names.
    pub fn export(&self) -> String {
        let mut text = String::new();
        for kept in self.store.all() {
            text.push_str("---\n");
            text.push_str(&String::from_utf8_lossy(&shape::yaml(&kept.object())));
        }
        text
    }

    /// Forgets all objects.
    ///
    /// # Errors
    /// A disk that does not keep it.
    pub fn reset(&self) -> Result<(), Status> {
        self.store.write(|world| {
            world.clear();
            world.set_catalog(crate::catalog::Catalog::builtin().clone());
            Ok(())
        })
    }

    /// Whether a token is one that a service account was given.
    pub fn knows(&self, token: &str) -> bool {
        let tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.contains(token)
    }

    /// Answers a request.
    pub fn answer(&self, request: &Request) -> Answer {
        self.try_answer(request)
            .unwrap_or_else(|status| Answer::Whole(status.into()))
    }

    fn try_answer(&self, request: &Request) -> Result<Answer, Status> {
        let path = request.path.as_str();
        match path {
            "/healthz" | "/livez" | "/readyz" => {
                return Ok(Answer::Whole(Whole::text(
                    200,
                    "text/plain; charset=utf-8",
                    "ok",
                )));
            }
            _ => {}
        }
        let catalog = self.store.catalog();
        if let Some(target) = request::target(&catalog, path) {
            let shape = shape::Shape::accepted(&request.accept, target.name.is_none())?;
            let query = Query::new(&request.query);
            return self.resource(&Call {
                request,
                query,
                target,
                shape,
            });
        }
        if path == "/openapi/v2" && request.accept.contains(openapi::PROTOBUF) {
            return Ok(Answer::Whole(Whole::text(
                200,
                openapi::MEDIA,
                openapi::protobuf(),
            )));
        }
        if path.starts_with("/openapi/") && request.method == "GET" {
            return Ok(Answer::Whole(match openapi::answer(&catalog, path) {
                Some(document) => Whole::json(200, &document),
                None => Whole::no_page(),
            }));
        }
        let known = discovery::answer(&catalog, path, &request.accept);
        Ok(Answer::Whole(
            match known.filter(|_| request.method == "GET") {
                Some((document, media_type)) => Whole::text(200, media_type, document.to_string()),
                None if request::is_in_group(&catalog, path) => Status::no_such_resource().into(),
                None => Whole::no_page(),
            },
        ))
    }

    fn resource(&self, call: &Call<'_>) -> Result<Answer, Status> {
        let target = &call.target;
        if let Some(name) = &target.subresource {
            let known = target
                .resource
                .subresource(name)
                .ok_or_else(Status::no_such_resource)?;
            let verb = match call.request.method.as_str() {
                "GET" => "get",
                "POST" => "create",
                "PUT" => "update",
                "PATCH" => "patch",
                "DELETE" => "delete",
                _ => "",
            };
            if !known.verbs.iter().any(|one| one == verb) {
                return Err(Status::method_not_allowed());
            }
            if name != "status" {
                return self.special(call, name).map(Answer::Whole);
            }
        }
        // GO: objects that are only made have no path of their own.
        let of_one = ["get", "update", "patch", "delete"];
        let is_kept = target
            .resource
            .verbs
            .iter()
            .any(|verb| of_one.contains(&verb.as_str()));
        if target.name.is_some() && !is_kept && target.subresource.is_none() {
            return Err(Status::no_such_resource());
        }
        let can = |verb: &str| {
            if target.subresource.is_some() || target.resource.verbs.iter().any(|one| one == verb) {
                return Ok(());
            }
            Err(Status::method_not_allowed())
        };
        let whole = match (call.request.method.as_str(), &target.name) {
            ("GET", None) if call.query.is_on("watch") => {
                can("watch")?;
                return self.watch(call).map(|watch| Answer::Watch(Box::new(watch)));
            }
            ("GET", Some(_)) => {
                can("get")?;
                self.get(call)
            }
            ("GET", None) => {
                can("list")?;
                self.list(call)
            }
            ("POST", None) => {
                can("create")?;
                if target.resource.namespaced && target.namespace.is_none() {
                    return Err(Status::method_not_allowed());
                }
                if special::is_review(&target.resource) {
                    self.review(call)
                } else {
                    self.create(call)
                }
            }
            ("PUT", Some(_)) => {
                can("update")?;
                self.update(call)
            }
            ("PATCH", Some(_)) => {
                can("patch")?;
                self.patch(call)
            }
            ("DELETE", Some(_)) => {
                can("delete")?;
                self.delete(call)
            }
            ("DELETE", None) => {
                can("deletecollection")?;
                if target.resource.namespaced && target.namespace.is_none() {
                    return Err(Status::method_not_allowed());
                }
                self.delete_all(call)
            }
            _ => Err(Status::method_not_allowed()),
        };
        whole.map(Answer::Whole)
    }
}
