//! Flags that several commands share, by what they are about.

use super::{Flag, Kind};

/// `--output`
pub static OUTPUT: Flag = Flag::new(
    "output",
    Kind::Format,
    "form of the output: table, json or yaml",
)
.short('o')
.default("table");

/// `--revision`
pub static REVISION: Flag = Flag::new(
    "revision",
    Kind::Int,
    "revision of the release (default: the newest)",
);

/// `--no-hooks`
pub static NO_HOOKS: Flag = Flag::switch("no-hooks", "run no hooks");

/// `--description`
pub static DESCRIPTION: Flag = Flag::text(
    "description",
    "description of the new revision, instead of the usual one",
);

/// `--history-max`
pub static HISTORY_MAX: Flag = Flag::new(
    "history-max",
    Kind::Int,
    "how many revisions of the release to keep; 0 for all",
)
.default_from(|settings| settings.max_history.to_string());

/// `--explain`
pub static EXPLAIN: Flag = Flag::switch(
    "explain",
    "explain a failure of templates or values in full, as on a terminal: where it is, how it came there, who set the values",
);

/// `--cleanup-on-fail`
pub static CLEANUP_ON_FAIL: Flag = Flag::switch(
    "cleanup-on-fail",
    "when this fails, delete the objects that it created",
);

/// Flags about a user's values.
pub mod values {
    use pintle_actions::StrictValues;

    use crate::args::{Flag, Kind};

    /// `--values`
    pub static FILES: Flag = Flag::new(
        "values",
        Kind::List,
        "values from a YAML file or URL, or - for stdin; later ones win",
    )
    .short('f');
    /// `--set`
    pub static SET: Flag = Flag::new("set", Kind::Array, "values as path=value[,path=value...]");
    /// `--set-string`
    pub static SET_STRING: Flag = Flag::new(
        "set-string",
        Kind::Array,
        "values as path=value[,path=value...], each a string",
    );
    /// `--set-file`
    pub static SET_FILE: Flag = Flag::new(
        "set-file",
        Kind::Array,
        "values as path=file[,path=file...], each the content of a file",
    );
    /// `--set-json`
    pub static SET_JSON: Flag = Flag::new(
        "set-json",
        Kind::Array,
        "values as path=json[,path=json...], or a JSON object with values",
    );
    /// `--set-literal`
    pub static SET_LITERAL: Flag = Flag::new(
        "set-literal",
        Kind::Array,
        "one value as path=text; the text is taken as it is, commas and all",
    );

    /// `--strict-values`
    ///
    /// Helm has no such flag.
    pub static STRICT: Flag = Flag::new(
        "strict-values",
        Kind::Checked(strict),
        "what to do about given values that no template reads: off, warn or error",
    )
    .bare("warn")
    .default("off");

    fn strict(name: &str) -> Result<(), String> {
        match StrictValues::from_name(name) {
            Some(_) => Ok(()),
            None => Err("must be off, warn or error".to_owned()),
        }
    }

    /// All of them that Helm has.
    pub static FLAGS: [&Flag; 6] = [
        &FILES,
        &SET,
        &SET_STRING,
        &SET_FILE,
        &SET_JSON,
        &SET_LITERAL,
    ];
}

/// Flags about finding and fetching a chart.
pub mod chart {
    use crate::args::{Flag, Kind};

    /// `--ca-file`
    pub static CA_FILE: Flag = Flag::text(
        "ca-file",
        "file with the certificate authority of the chart's server",
    );
    /// `--cert-file`
    pub static CERT_FILE: Flag = Flag::text(
        "cert-file",
        "file with our certificate for the chart's server",
    );
    /// `--devel`
    pub static DEVEL: Flag = Flag::switch(
        "devel",
        "consider development versions too, as --version '>0.0.0-0' would",
    );
    /// `--insecure-skip-tls-verify`
    pub static INSECURE: Flag = Flag::switch(
        "insecure-skip-tls-verify",
        "do not check the certificate of the chart's server",
    );
    /// `--key-file`
    pub static KEY_FILE: Flag = Flag::text(
        "key-file",
        "file with the key of our certificate for the chart's server",
    );
    /// `--keyring`
    pub static KEYRING: Flag =
        Flag::text("keyring", "file with the public keys that --verify trusts")
            .default_from(|settings| settings.paths.keyring.clone());
    /// `--pass-credentials`
    pub static PASS_CREDENTIALS: Flag = Flag::switch(
        "pass-credentials",
        "send the credentials to every server that the repository leads to",
    );
    /// `--password`
    pub static PASSWORD: Flag = Flag::text("password", "password for the chart's server");
    /// `--allow-git`
    pub static ALLOW_GIT: Flag = Flag::new(
        "allow-git",
        Kind::List,
        "how git may be asked for charts of git+ URLs: https, ssh, file",
    );
    /// `--plain-http`
    pub static PLAIN_HTTP: Flag =
        Flag::switch("plain-http", "fetch the chart over HTTP without TLS");
    /// `--repo`
    pub static REPO: Flag = Flag::text("repo", "URL of the repository that has the chart");
    /// `--username`
    pub static USERNAME: Flag = Flag::text("username", "user name for the chart's server");
    /// `--verify`
    pub static VERIFY: Flag =
        Flag::switch("verify", "check the chart's signature before it is used");
    /// `--version`
    pub static VERSION: Flag = Flag::text(
        "version",
        "version of the chart (1.1.1) or a range (^2.0.0); without it the newest stable one",
    );

    /// All of them.
    pub static FLAGS: [&Flag; 13] = [
        &CA_FILE,
        &CERT_FILE,
        &DEVEL,
        &INSECURE,
        &KEY_FILE,
        &KEYRING,
        &PASS_CREDENTIALS,
        &PASSWORD,
        &PLAIN_HTTP,
        &REPO,
        &USERNAME,
        &VERIFY,
        &VERSION,
    ];
}

/// Flags about waiting.
pub mod wait {
    use crate::args::{Flag, Kind};

    /// `--wait`
    pub static WAIT: Flag = Flag::new(
        "wait",
        Kind::Wait,
        "what to wait for: hookOnly (hooks alone), watcher (everything, what a bare --wait means) or legacy (everything, by Helm 3's rules)",
    )
    .bare("watcher")
    .default("hookOnly");
    /// `--wait-for-jobs`
    pub static JOBS: Flag = Flag::switch(
        "wait-for-jobs",
        "with --wait, also wait until all jobs have completed",
    );
    /// `--timeout`
    pub static TIMEOUT: Flag = Flag::new(
        "timeout",
        Kind::Duration,
        "how long to wait for any single thing",
    )
    .default("5m0s");
}

/// Flags about how objects are written to the cluster.
pub mod apply {
    use crate::args::Flag;

    /// `--dry-run` of commands that change the cluster
    pub static DRY_RUN: Flag = Flag::text(
        "dry-run",
        "change nothing: client renders here alone, server asks the cluster too; none is a real run",
    )
    .bare("unset")
    .default("none");
    /// `--force-conflicts`
    pub static FORCE_CONFLICTS: Flag = Flag::switch(
        "force-conflicts",
        "take over fields that something else manages (server-side apply)",
    );
    /// `--force-replace`
    pub static FORCE_REPLACE: Flag =
        Flag::switch("force-replace", "replace objects instead of patching them");
    /// `--force`
    pub static FORCE: Flag =
        Flag::switch("force", "replace objects").deprecated("use --force-replace instead");
    /// `--server-side` of commands that change an existing release
    pub static SERVER_SIDE: Flag = Flag::text(
        "server-side",
        "write with server-side apply: true, false, or auto for what the release did before",
    )
    .default("auto");
    /// `--server-side` of commands that make a new release
    pub static SERVER_SIDE_SWITCH: Flag =
        Flag::switch("server-side", "write with server-side apply").default("true");
    /// `--take-ownership`
    pub static TAKE_OWNERSHIP: Flag = Flag::switch(
        "take-ownership",
        "adopt existing objects whoever they belong to",
    );

    /// Names of flags that exclude each other.
    pub const EXCLUSIVE: &[&[&str]] = &[
        &["force-replace", "force-conflicts"],
        &["force", "force-conflicts"],
    ];
}

/// Flags of the commands that make a revision from a chart.
pub mod release {
    use pintle_actions::Dialect;

    use super::apply;
    use crate::args::{Flag, Kind};

    /// `--atomic`
    pub static ATOMIC: Flag = Flag::switch("atomic", "undo everything on failure")
        .deprecated("use --rollback-on-failure instead");
    /// `--create-namespace`
    pub static CREATE_NAMESPACE: Flag =
        Flag::switch("create-namespace", "create the namespace of a new release");
    /// `--dependency-update`
    pub static DEPENDENCY_UPDATE: Flag = Flag::switch(
        "dependency-update",
        "fetch the charts that the chart depends on when they are missing",
    );
    /// `--disable-openapi-validation`
    pub static DISABLE_OPENAPI: Flag = Flag::switch(
        "disable-openapi-validation",
        "do not check objects against the cluster's OpenAPI schema",
    );
    /// `--enable-dns`
    pub static ENABLE_DNS: Flag = Flag::switch("enable-dns", "let templates look up host names");
    /// `--hide-notes`
    pub static HIDE_NOTES: Flag =
        Flag::switch("hide-notes", "leave the chart's notes out of the output");
    /// `--dialect`
    ///
    /// DIFF: Helm has no such flag.
    pub static DIALECT: Flag = Flag::new(
        "dialect",
        Kind::Checked(dialect),
        "what templates are told of Helm: helm4 (helm3 is the same), or helm2, with Tiller",
    )
    .default("helm4");
    /// `--hide-secret`
    pub static HIDE_SECRET: Flag = Flag::switch(
        "hide-secret",
        "with --dry-run, leave Secrets out of the output",
    );
    /// `--labels`
    pub static LABELS: Flag = Flag::new(
        "labels",
        Kind::Map,
        "labels of the release record, as key=value[,key=value...]; on upgrade, null removes one",
    )
    .short('l');
    /// `--post-renderer`
    pub static POST_RENDERER: Flag = Flag::new(
        "post-renderer",
        Kind::PostRenderer,
        "plugin that may change what was rendered",
    );
    /// `--post-renderer-args`
    pub static POST_RENDERER_ARGS: Flag = Flag::new(
        "post-renderer-args",
        Kind::PostRendererArguments,
        "argument for that plugin; may be given several times",
    );
    /// `--render-subchart-notes`
    pub static SUBCHART_NOTES: Flag =
        Flag::switch("render-subchart-notes", "show the notes of subcharts too");
    /// `--rollback-on-failure`
    pub static ROLLBACK_ON_FAILURE: Flag = Flag::switch(
        "rollback-on-failure",
        "undo everything on failure; waits for everything unless --wait says otherwise",
    );
    /// `--skip-crds`
    pub static SKIP_CRDS: Flag = Flag::switch(
        "skip-crds",
        "do not install the chart's custom resource definitions",
    );
    /// `--skip-schema-validation`
    pub static SKIP_SCHEMA: Flag = Flag::switch(
        "skip-schema-validation",
        "do not check the values against the chart's schema",
    );

    /// What `install`, `upgrade` and `template` have in common.
    pub static FLAGS: [&Flag; 19] = [
        &DIALECT,
        &super::EXPLAIN,
        &apply::FORCE,
        &apply::FORCE_CONFLICTS,
        &apply::FORCE_REPLACE,
        &apply::TAKE_OWNERSHIP,
        &ATOMIC,
        &CREATE_NAMESPACE,
        &DEPENDENCY_UPDATE,
        &DISABLE_OPENAPI,
        &ENABLE_DNS,
        &LABELS,
        &POST_RENDERER,
        &POST_RENDERER_ARGS,
        &ROLLBACK_ON_FAILURE,
        &SKIP_CRDS,
        &SKIP_SCHEMA,
        &super::DESCRIPTION,
        &super::NO_HOOKS,
    ];

    fn dialect(name: &str) -> Result<(), String> {
        match Dialect::from_name(name) {
            Some(_) => Ok(()),
            None => Err("must be helm2, helm3 or helm4".to_owned()),
        }
    }

    /// What names a new release, for `install` and `template`.
    pub mod naming {
        use crate::args::Flag;

        /// `--generate-name`
        pub static GENERATE: Flag = Flag::switch(
            "generate-name",
            "make up a name from the chart's (there is no NAME argument then)",
        )
        .short('g');
        /// `--name-template`
        pub static TEMPLATE: Flag = Flag::text("name-template", "Go template for the name");
        /// `--replace`
        pub static REPLACE: Flag = Flag::switch(
            "replace",
            "use a name again whose release was uninstalled with --keep-history, or failed",
        );

        /// All of them.
        pub static FLAGS: [&Flag; 3] = [&GENERATE, &TEMPLATE, &REPLACE];
    }
}
