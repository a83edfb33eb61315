//! Rules about the files under `crds/`.

use std::cell::RefCell;
use std::collections::HashMap;

use pintle_chart::{Data, Place, Want, Watch, in_its_chart};
use pintle_go_value::Map;
use pintle_render::Ahead;
use pintle_render::beside::Beside;

use super::documents::{Document, Documents, Object};
use super::{Context, Severity, Subject};

/// Looks at the definitions of an archive while it is read: they are most of a large chart,
/// and of no interest later. All else is parsed ahead.
pub struct Looking<'a> {
    pub ahead: &'a Ahead,
    seen: RefCell<HashMap<Place, Vec<Document>>>,
    beside: Beside<Vec<u8>, Vec<Document>>,
}

/// How many bytes may wait for the second thread: it is to save time, and not to cost memory.
const MAX_BACKLOG: usize = 512 << 10;

impl<'a> Looking<'a> {
    pub fn new(ahead: &'a Ahead) -> Self {
        Self {
            ahead,
            seen: RefCell::default(),
            beside: Beside::new(|| Box::new(|_, bytes: Vec<u8>| documents(&bytes))),
        }
    }

    /// The documents of a file, up to one that is none.
    fn documents(&self, data: &Data) -> Vec<Document> {
        let seen = data.place().and_then(|place| {
            let seen = self.seen.borrow_mut().remove(&place);
            seen.or_else(|| self.beside.take(&name(place)))
        });
        seen.unwrap_or_else(|| documents(data))
    }
}

impl Watch for Looking<'_> {
    fn wants(&self, name: &str) -> Want {
        if name.starts_with(FOLDER) {
            Want::Look
        } else if in_its_chart(name).starts_with(FOLDER) {
            // Those of charts inside count only when there is this folder too.
            Want::Nothing
        } else {
            Want::Bytes
        }
    }

    fn look(&self, data: &Data, bytes: &[u8]) {
        let Some(place) = data.place() else {
            return;
        };
        if self.beside.backlog() < MAX_BACKLOG {
            self.beside.add(name(place), bytes.to_vec(), bytes.len());
        } else {
            self.seen.borrow_mut().insert(place, documents(bytes));
        }
    }

    fn file(&self, path: &str, data: &Data) {
        self.ahead.file(path, data);
    }

    fn values(&self, path: &str, data: &Data) -> Option<Map> {
        self.ahead.values(path, data)
    }
}

fn documents(text: &[u8]) -> Vec<Document> {
    Documents::new(text).collect()
}

/// What a file is called among the pieces of work.
fn name(place: Place) -> String {
    format!("{place:?}")
}

const FOLDER: &str = "crds/";

/// Checks that the files define custom resources.
///
/// HELM: a document that is no YAML (or a template) ends the look at all files.
pub fn check(subject: &mut Subject<'_>, context: &Context<'_>) {
    if subject.folder.lacks("crds") {
        return;
    }
    let is_folder = subject.is_folder("crds");
    if !subject.rule(Severity::Error, FOLDER, is_folder) {
        return;
    }
    let chart = match subject.chart(context.events) {
        Ok(chart) => chart,
        Err(error) => {
            subject.rule(Severity::Error, FOLDER, Err(error));
            return;
        }
    };
    for crd in chart.crds() {
        let name = crd.file.name.as_str();
        for document in subject.looking.documents(&crd.file.data) {
            match document {
                Ok(None) => {}
                Ok(Some(object)) => check_object(subject, name, &object),
                Err(error) => {
                    let text = format!("unable to parse YAML: {error}");
                    subject.rule(Severity::Error, name, Err(text));
                    return;
                }
            }
        }
    }
}

fn check_object(subject: &mut Subject<'_>, file: &str, object: &Object) {
    if !object.api_version.starts_with("apiextensions.k8s.io") {
        let text = "apiVersion is not in 'apiextensions.k8s.io'".to_owned();
        subject.rule(Severity::Error, file, Err(text));
    }
    if object.kind != "CustomResourceDefinition" {
        let text = "object kind is not 'CustomResourceDefinition'".to_owned();
        subject.rule(Severity::Error, file, Err(text));
    }
}
