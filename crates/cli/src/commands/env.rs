//! `env`: the settings as variables.

use std::collections::BTreeMap;

use super::Call;
use crate::args::command::EMPTY;
use crate::args::{Command, Count};
use crate::connect::namespace;
use crate::errors::Failure;
use crate::output;
use crate::settings::Settings;

/// `env`
pub static COMMAND: Command = Command {
    name: "env",
    arguments: "",
    count: Count::AtMost(1),
    about: "show the settings that hold here",
    long: "Shows every setting that comes from the environment, from flags or from a default,\n\
           as VARIABLE=\"VALUE\". With the name of one, shows its value alone.",
    examples: "  {program} env\n  {program} env HELM_CACHE_HOME",
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let variables = variables(call.invoked, call.settings);
    if let Some(name) = call.args.arguments.first() {
        // HELM: a name that does not exist has an empty value.
        let value = variables.get(name.as_str()).map_or("", String::as_str);
        return output::print(format!("{value}\n"));
    }
    let lines: Vec<String> = variables
        .iter()
        .map(|(name, value)| format!("{name}=\"{value}\"\n"))
        .collect();
    output::print(lines.concat())
}

/// The variables and their values, by name.
pub fn variables(invoked: &str, settings: &Settings) -> BTreeMap<&'static str, String> {
    let (kube, paths) = (&settings.kube, &settings.paths);
    let mut variables = BTreeMap::from([
        ("HELM_BIN", invoked.to_owned()),
        ("HELM_BURST_LIMIT", settings.burst_limit.to_string()),
        ("HELM_CACHE_HOME", paths.cache_home.clone()),
        ("HELM_CONFIG_HOME", paths.config_home.clone()),
        ("HELM_CONTENT_CACHE", paths.content_cache.clone()),
        ("HELM_DATA_HOME", paths.data_home.clone()),
        ("HELM_DEBUG", settings.debug.to_string()),
        ("HELM_KUBEAPISERVER", kube.server.clone()),
        ("HELM_KUBEASGROUPS", kube.as_groups.join(",")),
        ("HELM_KUBEASUSER", kube.as_user.clone()),
        ("HELM_KUBECAFILE", kube.ca_file.clone()),
        ("HELM_KUBECONTEXT", kube.context.clone()),
        (
            "HELM_KUBEINSECURE_SKIP_TLS_VERIFY",
            kube.insecure.to_string(),
        ),
        ("HELM_KUBETLS_SERVER_NAME", kube.tls_server_name.clone()),
        ("HELM_KUBETOKEN", kube.token.clone()),
        ("HELM_MAX_HISTORY", settings.max_history.to_string()),
        ("HELM_NAMESPACE", namespace(settings)),
        ("HELM_PLUGINS", paths.plugins.clone()),
        ("HELM_QPS", qps(settings.qps)),
        ("HELM_REGISTRY_CONFIG", paths.registry_config.clone()),
        ("HELM_REPOSITORY_CACHE", paths.repository_cache.clone()),
        ("HELM_REPOSITORY_CONFIG", paths.repository_config.clone()),
    ]);
    if !kube.config.is_empty() {
        variables.insert("KUBECONFIG", kube.config.clone());
    }
    variables
}

/// Two decimals, and Go's names for what is no number.
fn qps(value: f32) -> String {
    match value {
        value if value.is_nan() => "NaN".to_owned(),
        f32::INFINITY => "+Inf".to_owned(),
        f32::NEG_INFINITY => "-Inf".to_owned(),
        value => format!("{value:.2}"),
    }
}
