//! Where things are.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use pintle_testkit::oracle::Peer;

/// The workspace's root directory.
pub fn root() -> PathBuf {
    pintle_testkit::oracle::workspace_root()
}

/// A folder for results and caches below `target` of the workspace.
pub fn target(name: &str) -> PathBuf {
    root().join("target").join(name)
}

/// Where cargo puts what it builds.
fn build_directory() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The program as cargo builds it with a profile.
pub fn built_program(profile: &str) -> PathBuf {
    let folder = if profile == "dev" { "debug" } else { profile };
    build_directory().join(folder).join("pintle")
}

/// The cargo that runs us.
pub fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// The shared corpus of real charts: `PINTLE_CORPUS`, else `shared/corpus` beside the
/// workspace; none when it is not there.
pub fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("PINTLE_CORPUS").map_or_else(
        || {
            let root = root();
            root.parent().unwrap_or(&root).join("shared/corpus")
        },
        PathBuf::from,
    );
    folder.join("manifest.tsv").is_file().then_some(folder)
}

/// A real peer that must be there.
pub fn peer(peer: Peer) -> Result<PathBuf> {
    pintle_testkit::oracle::find(peer).with_context(|| {
        format!(
            "{} is not here\nhint: `cargo xtask oracle` fetches it",
            peer.file_name()
        )
    })
}

/// A path as people read it: below the root, without the root.
pub fn shown(path: &Path) -> String {
    let root = root();
    path.strip_prefix(&root)
        .unwrap_or(path)
        .display()
        .to_string()
}
