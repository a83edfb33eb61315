//! The name of a new release.

use std::sync::Arc;

use pintle_go_template::{Functions, Limits, Set};
use pintle_go_value::Value;
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
    /// The name when nothing else gives one (`template` has `release-name`).
    pub default: Option<String>,
}

/// Splits the arguments into name and chart, with Helm's texts when they do not fit.
///
/// # Errors
/// No name and no way to make one; a name and `--generate-name` at once; a broken template.
pub fn release_name(input: &NameInput, env: &Env) -> Result<(String, String), Error> {
    match input.arguments.as_slice() {
        [] => Err(problem("must name a chart")),
        [name, chart] => given(input, name, chart),
        [chart] => Ok((made(input, chart, env)?, chart.clone())),
        [_, _, rest @ ..] => Err(problem(format!(
            "expected at most two arguments, unexpected arguments: {}",
            rest.join(", ")
        ))),
    }
}

fn problem(text: impl Into<String>) -> Error {
    Error::new(Class::Input, text)
}

fn given(input: &NameInput, name: &str, chart: &str) -> Result<(String, String), Error> {
    let flag = if input.generate {
        "--generate-name"
    } else if input.template.is_some() {
        "--name-template"
    } else {
        return Ok((name.to_owned(), chart.to_owned()));
    };
    Err(problem(format!(
        "cannot set {flag} and also specify a name"
    )))
}

fn made(input: &NameInput, chart: &str, env: &Env) -> Result<String, Error> {
    if let Some(template) = &input.template {
        return from_template(template, env);
    }
    if let Some(default) = &input.default {
        return Ok(default.clone());
    }
    if !input.generate {
        return Err(problem(
            "must either provide a name or specify --generate-name",
        ));
    }
    Ok(format!(
        "{}-{}",
        base_name(chart),
        env.clock.now().as_second()
    ))
}

/// HELM: a Go template with the Sprig functions and no data.
fn from_template(template: &str, env: &Env) -> Result<String, Error> {
    const NAME: &str = "name-template";
    let mut functions = Functions::new();
    functions.extend(pintle_sprig::functions(env));
    let mut set = Set::new(Arc::new(functions));
    set.add(NAME, template)
        .and_then(|()| set.execute(NAME, &Value::Nil, &Limits::default()))
        .map(|name| String::from_utf8_lossy(&name).into_owned())
        .map_err(|error| problem(error.text))
}

/// HELM: the last part of the reference up to its first dot.
fn base_name(chart: &str) -> &str {
    let base = chart.trim_end_matches('/').rsplit('/').next();
    let base = base.unwrap_or_default();
    if base.is_empty() || base == "." {
        return "chart";
    }
    base.split('.').next().unwrap_or(base)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(arguments: &[&str]) -> NameInput {
        NameInput {
            arguments: arguments.iter().map(|a| (*a).to_owned()).collect(),
            ..NameInput::default()
        }
    }

    fn text(input: &NameInput) -> String {
        match release_name(input, &Env::system()) {
            Ok((name, chart)) => format!("{name} {chart}"),
            Err(error) => error.text,
        }
    }

    #[test]
    fn a_name_comes_from_one_place() {
        assert_eq!(text(&input(&["a", "./c"])), "a ./c");
        assert_eq!(
            text(&input(&["./c"])),
            "must either provide a name or specify --generate-name"
        );
        let both = NameInput {
            generate: true,
            ..input(&["a", "./c"])
        };
        assert_eq!(
            text(&both),
            "cannot set --generate-name and also specify a name"
        );
    }

    #[test]
    fn generated_names_start_with_the_charts() {
        assert_eq!(base_name("./dir/web-1.2.3.tgz"), "web-1");
        assert_eq!(base_name("."), "chart");
        assert_eq!(base_name("dir/web/"), "web");
    }
}
