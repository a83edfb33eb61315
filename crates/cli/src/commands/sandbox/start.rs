//! `sandbox start`

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::panic;

use pintle_sandbox::{Options, Sandbox};

use super::super::Call;
use crate::args::command::EMPTY;
use crate::args::{Command, Count, Flag};
use crate::connect::interrupted;
use crate::errors::Failure;
use crate::output;
use crate::sandbox::{LISTENS, Place};

/// `--address`
static ADDRESS: Flag = Flag::text(
    "address",
    "where to listen: an address and a port; port 0 for any that is free",
)
.default("127.0.0.1:0");
/// `--foreground`
static FOREGROUND: Flag = Flag::switch(
    "foreground",
    "do not go to the background: run until stopped, by SIGINT say",
);
/// `--memory`
static MEMORY: Flag = Flag::switch("memory", "keep objects in memory alone");

/// `sandbox start`
pub static COMMAND: Command = Command {
    name: "start",
    count: Count::None,
    about: "start the sandbox",
    long: "Starts the sandbox in the background, unless it runs already, and prints the path of its\n\
           kubeconfig. Commands with --sandbox do so by themselves. Who knows the token in the kubeconfig\n\
           may do everything in the sandbox; it is in a folder that only its owner may read.",
    examples: "  {program} sandbox start\n\
           \x20 {program} sandbox start --memory --address 127.0.0.1:6443",
    flags: &[&[&ADDRESS, &FOREGROUND, &MEMORY]],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let place = Place::of(call.settings);
    let address = call.args.text(&ADDRESS);
    let listen: SocketAddr = address.parse().map_err(|_| {
        Failure::error(format!("{address:?} is no address with a port"))
            .hint("an address looks like 127.0.0.1:6443")
    })?;
    if call.args.is_on(&FOREGROUND) {
        return serve(&place, listen, call.args.is_on(&MEMORY));
    }
    if !place.is_running()? {
        let mut words = vec![format!("--address={address}")];
        if call.args.is_on(&MEMORY) {
            words.push("--memory".to_owned());
        }
        if let Err(failure) = place.start(&words) {
            // Another command may have started it at the same moment.
            if !place.is_running()? {
                return Err(failure);
            }
        }
    }
    output::print(format!("{}\n", place.kubeconfig().display()))
}

fn serve(place: &Place, address: SocketAddr, memory: bool) -> Result<(), Failure> {
    let Some(_held) = place.take()? else {
        return Err(Failure::error("the sandbox runs already"));
    };
    let options = Options {
        address,
        folder: (!memory).then(|| place.folder().to_owned()),
        ..Options::default()
    };
    let sandbox = begin(&place.folder().display().to_string(), &options)?;
    sandbox.write_kubeconfig(&place.kubeconfig())?;
    output::print(format!("{LISTENS}\n"))?;
    // Signals are heard even where whoever started it has them ignored, as shells do.
    sandbox.wait(async {
        let _ = interrupted().await;
    })?;
    Ok(())
}

/// Starts the sandbox, or says what to do about it.
fn begin(folder: &str, options: &Options) -> Result<Sandbox, Failure> {
    let anew = format!("all of the sandbox is in {folder}: without that folder it begins anew");
    // The database gives up where its file is cut off.
    let usual = panic::take_hook();
    let told =
        format!("the sandbox in {folder} cannot be read, perhaps it is broken\nhint: {anew}\n");
    panic::set_hook(Box::new(move |_| output::complain(&told)));
    let started = Sandbox::start(options);
    panic::set_hook(usual);
    started.map_err(|error| {
        let hint = match error.kind() {
            ErrorKind::AddrInUse | ErrorKind::AddrNotAvailable => {
                "--address names another address and port; port 0 is any that is free".to_owned()
            }
            _ => anew,
        };
        Failure::error(error.to_string()).hint(hint)
    })
}
