//! `sandbox status`

use serde::{Deserialize, Serialize};

use super::super::Call;
use crate::args::command::EMPTY;
use crate::args::shared::OUTPUT;
use crate::args::{Command, Count};
use crate::errors::Failure;
use crate::output::format::Format;
use crate::output::table::Table;
use crate::sandbox::Place;

/// `sandbox status`
pub static COMMAND: Command = Command {
    name: "status",
    count: Count::None,
    about: "show whether the sandbox runs, and what is in it",
    long: "Shows whether the sandbox runs, where it listens and keeps its files, and how many objects are\n\
           in it.",
    examples: "  {program} sandbox status --output json",
    flags: &[&[&OUTPUT]],
    run: Some(run),
    ..EMPTY
};

#[derive(Default, Serialize)]
struct Status {
    running: bool,
    url: String,
    kubernetes: String,
    objects: usize,
    persistent: bool,
    folder: String,
}

#[derive(Deserialize)]
struct Answer {
    url: String,
    kubernetes: String,
    objects: usize,
    persistent: bool,
}

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let place = Place::of(call.settings);
    let mut status = Status {
        running: place.is_running()?,
        folder: place.folder().display().to_string(),
        ..Status::default()
    };
    if status.running {
        let answer = place.ask(call.settings, "GET", "/sandbox/status")?;
        let answer: Answer = serde_json::from_slice(&answer)
            .map_err(|error| Failure::error(format!("the sandbox gave no good answer: {error}")))?;
        status = Status {
            url: answer.url,
            kubernetes: answer.kubernetes,
            objects: answer.objects,
            persistent: answer.persistent,
            ..status
        };
    }
    Format::of(call.args).print(&status, || {
        let mut table = Table::new();
        let yes = |yes: bool| if yes { "yes" } else { "no" };
        table.row([
            "RUNNING",
            "URL",
            "KUBERNETES",
            "OBJECTS",
            "PERSISTENT",
            "FOLDER",
        ]);
        table.row([
            yes(status.running),
            &status.url,
            &status.kubernetes,
            &status.objects.to_string(),
            yes(status.persistent),
            &status.folder,
        ]);
        Ok(table.render())
    })
}
