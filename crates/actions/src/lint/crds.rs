//! Rules about the files under `crds/`.

use std::fs;
use std::io;

use super::documents::{Documents, Object};
use super::{Context, Severity, Subject, is_folder};

const FOLDER: &str = "crds/";

/// Checks that the files define custom resources.
///
/// HELM: a document that is no YAML (or a template) ends the look at all files.
pub fn check(subject: &mut Subject<'_>, context: &Context<'_>) {
    let path = subject.folder.join("crds");
    if fs::metadata(&path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
        return;
    }
    if !subject.rule(Severity::Error, FOLDER, is_folder(&path)) {
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
        for document in Documents::new(&crd.file.data) {
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
