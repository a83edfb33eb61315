//! `version`: what this program is, and which Helm it stands in for.
//!
//! Scripts and tools ask `helm version` for Helm's own version (`v4.`, `--short`,
//! `--template '{{.Version}}'`) and decide by it what they may use. So `Version` is the
//! version of Helm that Pintle is compatible with, in every form of the output. Pintle's
//! own version stands in a second line of the plain output, and only when the program is
//! not called as `helm`: a stand-in prints exactly one line, as Helm does.
//! The other fields are those of that Helm release too, since tools compare them.

use pintle_go_value::Value;

use super::Call;
use crate::args::command::EMPTY;
use crate::args::{Command, Count, Flag};
use crate::errors::Failure;
use crate::go_struct::{GoStruct, print_template};
use crate::output;

/// The Helm whose command line, charts and records this program is compatible with.
pub const HELM_VERSION: &str = "v4.3.1";
/// The Kubernetes version of the client library in that Helm.
pub const KUBE_CLIENT_VERSION: &str = "v1.37";
/// The commit of that Helm release, which tools compare.
const HELM_COMMIT: &str = "c0d08d0d6d9424d4a14febb5e8a3e51b0dd00dff";
/// The Go version of that Helm release.
const HELM_GO: &str = "go1.27.2";

static SHORT: Flag = Flag::switch("short", "show the number alone");
static TEMPLATE: Flag = Flag::text("template", "a Go template for the output");

/// `version`
pub static COMMAND: Command = Command {
    name: "version",
    count: Count::None,
    about: "show the version",
    long: "Shows which release of Helm this program is compatible with, and its own version.\n\n\
           A template given by --template sees .Version, .GitCommit, .GitTreeState, .GoVersion\n\
           and .KubeClientVersion; they are those of that Helm release.",
    examples: "  {program} version\n  {program} version --short\n  {program} version --template '{{.Version}}'",
    flags: &[&[&SHORT, &TEMPLATE]],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    if call.args.is_on(&SHORT) {
        return output::print(format!("{HELM_VERSION}+g{}\n", &HELM_COMMIT[..7]));
    }
    if let Some(template) = call.args.text_if_any(&TEMPLATE) {
        return print_template(&template, &build_info());
    }
    let mut text = format!(
        "version.BuildInfo{{Version:\"{HELM_VERSION}\", GitCommit:\"{HELM_COMMIT}\", \
         GitTreeState:\"clean\", GoVersion:\"{HELM_GO}\", KubeClientVersion:\"{KUBE_CLIENT_VERSION}\"}}\n"
    );
    if call.program != "helm" {
        let own = env!("CARGO_PKG_VERSION");
        text += &format!("pintle {own} (compatible with Helm {HELM_VERSION})\n");
    }
    output::print(text)
}

/// What a template sees.
fn build_info() -> Value {
    let fields = [
        ("Version", HELM_VERSION),
        ("GitCommit", HELM_COMMIT),
        ("GitTreeState", "clean"),
        ("GoVersion", HELM_GO),
        ("KubeClientVersion", KUBE_CLIENT_VERSION),
    ];
    let fields = fields.map(|(name, text)| (name, Value::from(text)));
    GoStruct::value("version.BuildInfo", fields.to_vec())
}
