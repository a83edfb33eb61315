//! From a request to an answer.
//!
//! - `read`: get and list; `watch`: changes as they come
//! - `write`: create, update, patch, apply; `delete`; `put`: from there into the store
//! - `shape`: objects, lists and tables as clients want them
//! - `special`: reviews, scales, evictions and the like
//! - `inside`: the same for our own controllers; `kinds`: what is different for some kinds

mod delete;
mod inside;
mod kinds;
mod put;
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

use shape::Form;
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
const PLAIN: &str = "text/plain; charset=utf-8";

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

    /// GO: what is no path of the API at all.
    fn no_page() -> Self {
        Self::text(404, PLAIN, "404 page not found\n")
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
    pub form: Form,
}

impl Call<'_> {
    /// The name of the object that it is about.
    fn name(&self) -> &str {
        self.target.name.as_deref().unwrap_or_default()
    }

    fn namespace(&self) -> &str {
        self.target.namespace.as_deref().unwrap_or_default()
    }

    /// What is to be done, in the words of discovery; nothing for what nobody does.
    fn verb(&self) -> &'static str {
        let target = &self.target;
        match (self.request.method.as_str(), target.name.is_some()) {
            ("GET", true) => "get",
            ("GET", false) if self.query.is_on("watch") => "watch",
            ("GET", false) => "list",
            ("POST", named) if named == target.subresource.is_some() => "create",
            ("PUT", true) => "update",
            ("PATCH", true) => "patch",
            ("DELETE", true) => "delete",
            ("DELETE", false) => "deletecollection",
            _ => "",
        }
    }

    /// Who writes: what the query says, or the first word of the user agent.
    fn manager(&self) -> &str {
        match self.query.text("fieldManager") {
            "" => {
                let agent = self.request.user_agent.split('/').next();
                agent.unwrap_or_default()
            }
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
        if matches!(path, "/healthz" | "/livez" | "/readyz") {
            return Ok(Answer::Whole(Whole::text(200, PLAIN, "ok")));
        }
        let catalog = self.store.catalog();
        if let Some(target) = request::target(&catalog, path) {
            let form = Form::accepted(&request.accept, target.name.is_none())?;
            let query = Query::new(&request.query);
            return self.resource(&Call {
                request,
                query,
                target,
                form,
            });
        }
        if path == "/openapi/v2" && request.accept.contains(openapi::PROTOBUF) {
            let document = openapi::protobuf();
            return Ok(Answer::Whole(Whole::text(200, openapi::MEDIA, document)));
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
        let (target, verb) = (&call.target, call.verb());
        let resource = &target.resource;
        // GO: objects that are only made have no path of their own.
        let of_one = |verb: &String| ["get", "update", "patch", "delete"].contains(&verb.as_str());
        let verbs = match &target.subresource {
            Some(name) => resource.subresource(name).map(|known| &known.verbs),
            None => Some(&resource.verbs)
                .filter(|verbs| target.name.is_none() || verbs.iter().any(of_one)),
        };
        let verbs = verbs.ok_or_else(Status::no_such_resource)?;
        let anywhere = resource.namespaced && target.namespace.is_none();
        if !verbs.iter().any(|known| known == verb)
            || (anywhere && matches!(verb, "create" | "deletecollection"))
        {
            return Err(Status::method_not_allowed());
        }
        let whole = match (target.subresource.as_deref(), verb) {
            (Some(name), _) if name != "status" => self.special(call, name),
            (_, "watch") => {
                return self.watch(call).map(|watch| Answer::Watch(Box::new(watch)));
            }
            (_, "get") => self.get(call),
            (_, "list") => self.list(call),
            (_, "create") if special::is_review(resource) => self.review(call),
            (_, "create") => self.create(call),
            (_, "update") => self.update(call),
            (_, "patch") => self.patch(call),
            (_, "delete") => self.delete(call),
            (_, "deletecollection") => self.delete_all(call),
            _ => Err(Status::method_not_allowed()),
        };
        whole.map(Answer::Whole)
    }
}
