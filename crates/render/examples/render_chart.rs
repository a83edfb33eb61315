//! Renders the chart in the folder or archive that is the first argument, or one from memory.
//!
//! `cargo run -p pintle-render --example render_chart [CHART]`; `README.md` shows it.

#![expect(clippy::print_stdout, reason = "what it is for")]

use std::{env, error::Error, path::Path};

use pintle_chart::{File, disk, load_files};
use pintle_render::{Context, ReleaseFacts, Rendered, render};
use pintle_sprig::Env;
use pintle_values::{coalesce::coalesce_values, dependencies, options::UserValues};

/// The chart at `path`, or one from memory, with what `--set` would be given.
pub fn render_chart(path: Option<&Path>, set: &[&str]) -> Result<Rendered, Box<dyn Error>> {
    let (mut chart, _warnings) = match path {
        Some(path) => disk::load(path)?,
        None => load_files(vec![
            File::new("Chart.yaml", "{apiVersion: v2, name: web, version: 1.0.0}"),
            File::new("values.yaml", "port: 80"),
            File::new("templates/port.yaml", "port: {{ .Values.port | quote }}"),
        ])?,
    };
    let mut user = UserValues::default();
    user.set.extend(set.iter().map(ToString::to_string));
    let given = user.merge()?;
    dependencies::process(&mut chart, &given)?;
    let (values, _warnings) = coalesce_values(&chart, &given)?;
    let context = Context::offline(ReleaseFacts::install("demo", "default"), Env::system());
    Ok(render(&chart, &values, &context)?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = env::args_os().nth(1);
    for (name, text) in render_chart(path.as_ref().map(Path::new), &["port=8080"])?.files {
        println!("---\n# Source: {name}\n{text}");
    }
    Ok(())
}
