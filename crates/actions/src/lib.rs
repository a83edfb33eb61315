//! The verbs: install, upgrade, rollback, uninstall, template and the questions about releases.
//!
//! What it is: the only place where chart, values, render, plan, cluster and storage meet. One
//! file a verb, each `verb(&Session, Options) -> Result<Outcome, Error>`; options are plain data.
//! What it is not: a command line. Nothing here prints or reads the environment; what happens on
//! the way is told through the trait [`Events`].
//!
//! - [`input`]: how a caller names a chart and values, and how they are read
//! - [`session`](Session): a cluster, a storage and a namespace to act on
//! - [`events`](Events): log lines and messages on the way
//! - [`explain`]: why it failed, beyond Helm's text
//! - [`template`](fn@template): render without a cluster
//! - [`StrictValues`]: values that no template reads
//! - [`create`](fn@create): a new chart
//! - [`dependency`]: the charts that a chart depends on
//! - [`lint`](fn@lint): what is wrong with a chart, or might be
//! - [`package`](fn@package): a folder to an archive
//! - [`pull`](fn@pull), [`push`](fn@push), [`versions`](fn@versions): charts on servers, reached
//!   by [`input::Access`]
//! - [`provenance`]: charts' signatures
//! - [`show`](fn@show): what a chart says about itself
//! - [`add_repository`], [`list_repositories`], [`remove_repositories`], [`update_repositories`],
//!   [`search_repositories`], [`search_hub`],
//!   [`index_folder`]
//! - [`install`](fn@install), [`upgrade`](fn@upgrade), [`rollback`](fn@rollback),
//!   [`uninstall`](fn@uninstall)
//! - [`complete`]: what shells offer
//! - [`list`](fn@list), [`status`](fn@status), [`history`](fn@history), [`get`](fn@get)

mod access;
mod checked;
pub mod complete;
mod create;
pub mod dependency;
mod error;
mod events;
pub mod explain;
pub mod input;
mod install;
mod lint;
mod list;
mod locate;
mod name;
mod options;
mod package;
mod page;
mod plugins;
mod post_render;
mod prepare;
pub mod provenance;
mod pull;
mod push;
mod query;
mod record;
mod repo;
mod repo_index;
mod rollback;
mod schema;
mod search;
mod session;
mod show;
mod source_map;
mod strict;
mod template;
mod uninstall;
mod upgrade;
mod values;
mod versions;

pub use create::{CreateOptions, create};
pub use error::{Class, Error};
pub use events::{Events, Level, Log, Silent, WithoutMessages};
pub use install::{InstallOptions, install};
pub use lint::{LintOptions, LintReport, Message, Severity, lint};
pub use list::{ListOptions, StatusFilter, list};
pub use options::{ApplyMode, Cascade, DryRun, ServerSide, WaitOptions, WaitStrategy};
pub use package::{PackageOptions, absolute, check_path, package};
pub use page::Page;
pub use pintle_chart::disk::go_text;
pub use pintle_plugin::PostRenderer;
pub use pintle_render::Dialect;
pub use pintle_values::reuse::Reuse;
pub use plugins::{
    InstallPluginOptions, PackagePluginOptions, PluginPlaces, install_plugin, package_plugin,
    signing_status, uninstall_plugins, update_plugins, verify_plugin,
};
pub use pull::{PullOptions, pull, pull_all};
pub use push::{PushOptions, push};
pub use query::{RevisionInput, Status, computed_values, get, history, status};
pub use repo::{
    AddOptions, RepositoryPlaces, UpdateOptions, add_repository, list_repositories,
    remove_repositories, update_repositories,
};
pub use repo_index::{IndexOptions, index_folder};
pub use rollback::{RollbackOptions, rollback};
pub use search::{search_hub, search_repositories};
pub use session::Session;
pub use show::{ShowOptions, ShowPart, show};
pub use source_map::{MappedDocument, MappedLine, SourceMap};
pub use strict::StrictValues;
pub use template::{TemplateOptions, source_map, template, template_on_server};
pub use uninstall::{UninstallOptions, UninstallOutcome, uninstall};
pub use upgrade::{UpgradeOptions, UpgradeOutcome, upgrade};
pub use values::{ExplainValueOptions, ExplainedValue, explain_value};
pub use versions::{ChartVersion, VersionsOptions, versions};

mod capabilities;
mod crds;
mod execute;
mod logs;
mod objects;
mod wait;
