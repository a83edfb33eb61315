//! `sandbox stop`

use std::time::{Duration, Instant};

use super::super::Call;
use crate::args::command::EMPTY;
use crate::args::{Command, Count};
use crate::errors::Failure;
use crate::output;
use crate::sandbox::Place;

/// How long a sandbox may take to end.
const LIMIT: Duration = Duration::from_secs(10);

/// `sandbox stop`
pub static COMMAND: Command = Command {
    name: "stop",
    count: Count::None,
    about: "stop the sandbox",
    long: "Stops the sandbox. Its objects are there again when it is started the next time, unless they\n\
           were in memory alone.",
    examples: "  {program} sandbox stop",
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let place = Place::of(call.settings);
    if !place.is_running()? {
        return output::print("the sandbox does not run\n");
    }
    place.ask(call.settings, "POST", "/sandbox/stop")?;
    let begun = Instant::now();
    while place.is_running()? {
        if begun.elapsed() > LIMIT {
            return Err(Failure::error(
                "the sandbox was told to stop, and still runs",
            ));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    output::print("the sandbox has stopped\n")
}
