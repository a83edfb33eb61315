//! Plugins that fetch URLs: values, charts, indexes and dependencies from where only they can reach.

use std::fs;

use pintle_testkit::Home;

use crate::plugin_commands::executable;
use crate::{Case, as_helm, pintle};

const fn case(words: &'static [&'static str]) -> Case {
    Case {
        variables: &[("HELM_PLUGINS", "plugins")],
        words,
    }
}

const CASES: &[Case] = &[
    // Values and charts by their URLs.
    case(&["template", "r", "web", "-f", "my://store/values.yaml"]),
    case(&["template", "r", "web", "-f", "new://store/values.yaml"]),
    case(&["template", "r", "my://store/web-0.1.0.tgz"]),
    case(&["show", "chart", "my://store/web-0.1.0.tgz"]),
    case(&[
        "pull",
        "new://store/web-0.1.0.tgz",
        "--untar",
        "--untardir",
        "out",
    ]),
    // What they are told.
    case(&["template", "r", "web", "-f", "told://store/path?x=y"]),
    case(&["template", "r", "told://store/web-0.1.0.tgz"]),
    // Repositories.
    case(&["repo", "add", "mine", "my://store"]),
    case(&["search", "repo", "mine"]),
    case(&["template", "r", "mine/web"]),
    case(&["template", "r", "web", "--repo", "my://store"]),
    case(&["pull", "mine/web", "--version", "^0.1"]),
    case(&["dependency", "list", "parent"]),
    case(&["template", "r", "parent"]),
    case(&["repo", "add", "theirs", "unknown://store"]),
    // What goes wrong.
    case(&["template", "r", "unknown://store/web-0.1.0.tgz"]),
    case(&["template", "r", "web", "-f", "unknown://store/values.yaml"]),
];

fn prepare(home: &Home) {
    home.write(
        "web/Chart.yaml",
        "apiVersion: v2\nname: web\nversion: 0.1.0\n",
    );
    home.write("web/values.yaml", "from: chart\n");
    home.write("web/templates/a.yaml", "from: {{ .Values.from | quote }}\n");
    home.write(
        "parent/Chart.yaml",
        "apiVersion: v2\nname: parent\nversion: 0.1.0\ndependencies:\n- {name: web, version: 0.1.0, repository: \"my://store\"}\n",
    );
    home.write("store/values.yaml", "from: the store\n");
    let index = "apiVersion: v1\nentries:\n  web:\n  - {apiVersion: v2, name: web, version: 0.1.0, urls: [web-0.1.0.tgz]}\n";
    home.write("store/index.yaml", index);
    let packed = home
        .command(pintle_testkit::pintle!())
        .env("SOURCE_DATE_EPOCH", "1700000000")
        .args(["package", "web", "--destination", "store"])
        .run();
    assert_eq!(packed.code, Some(0), "{packed}");
    // Helm 2 and 3.
    home.write(
        "plugins/my/plugin.yaml",
        "name: my\nversion: 0.1.0\nusage: a downloader\ncommand: never\ndownloaders:\n- command: bin/get.sh\n  protocols: [my, own]\n",
    );
    // All but the last argument are files with certificates.
    let get = "#!/bin/sh\nurl=$4\nexec cat \"${url#*://}\"\n";
    executable(&home.write("plugins/my/bin/get.sh", get));
    // Helm 4.
    home.write(
        "plugins/new/plugin.yaml",
        "apiVersion: v1\nname: new\nversion: 0.1.0\ntype: getter/v1\nruntime: subprocess\nconfig: {protocols: [new]}\nruntimeConfig:\n  \
         protocolCommands:\n  - protocols: [new]\n    platformCommand: [{command: get.sh}]\n",
    );
    executable(&home.write("plugins/new/get.sh", get));
    home.write(
        "plugins/told/plugin.yaml",
        "name: told\nversion: 0.1.0\ndownloaders:\n- {command: tell.sh first $SECOND, protocols: [told]}\n",
    );
    let tell = "#!/bin/sh\n{ for word; do echo \"[$word]\"; done; env | grep -E '^HELM_(PLUGIN_|NAMESPACE|BIN)' | sort; } >&2\necho 'from: told'\n";
    executable(&home.write("plugins/told/tell.sh", tell));
    home.write(
        "plugins/failing/plugin.yaml",
        "name: failing\nversion: 0.1.0\ndownloaders:\n- {command: fail.sh, protocols: [failing]}\n",
    );
    executable(&home.write(
        "plugins/failing/fail.sh",
        "#!/bin/sh\necho problem >&2\nexit 3\n",
    ));
}

#[test]
fn plugins_fetch_what_we_cannot() {
    as_helm("plugin_getters.txt", CASES, prepare);
}

/// Helm names a plugin by a dump of all that it knows of it; we by its name.
#[test]
fn a_getter_that_fails_is_named() {
    let home = Home::new();
    prepare(&home);
    let run = |words: &[&str]| {
        let command = home.command(pintle_testkit::pintle!()).called("pintle");
        command.env("HELM_PLUGINS", "plugins").args(words).run()
    };
    let done = run(&["template", "r", "web", "-f", "failing://x/values.yaml"]);
    assert_eq!(done.code, Some(1));
    let text = "plugin \"failing\" failed to invoke: plugin \"failing\" exited with error";
    assert!(done.stderr.contains(text), "{done}");
    assert!(done.stderr.starts_with("problem\n"), "{done}");
    let done = run(&[
        "template",
        "r",
        "told://x/web-0.1.0.tgz",
        "--ca-file",
        "ca",
        "--cert-file",
        "cert",
        "--key-file",
        "key",
    ]);
    assert!(
        done.stderr
            .contains("[cert]\n[key]\n[ca]\n[told://x/web-0.1.0.tgz]\n"),
        "{done}"
    );
    // Without plugins a scheme is a part of a path.
    let done = pintle(
        &home,
        &["template", "r", "web", "-f", "my://store/values.yaml"],
    );
    assert_eq!(done.code, Some(1), "{done}");
    assert!(fs::metadata(home.path().join("plugins")).is_ok());
}

/// Dependencies come by them, too; Helm's lock has the time of day.
#[test]
fn dependencies_come_by_plugins() {
    let home = Home::new();
    prepare(&home);
    let command = home.command(pintle_testkit::pintle!());
    let done = command
        .env("HELM_PLUGINS", "plugins")
        .args(["dependency", "update", "parent"])
        .run();
    assert_eq!(done.code, Some(0), "{done}");
    assert!(home.path().join("parent/charts/web-0.1.0.tgz").is_file());
}
