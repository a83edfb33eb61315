//! The real peers: binaries that tests compare with, or talk to, when present.
//!
//! `tests/oracle/fetch`, `tests/registry/build` and `tests/plugins/build` put them below
//! `target/oracle`; `PINTLE_ORACLE` names another directory. A test that needs one and finds none calls [`crate::skip`].

use std::path::{Path, PathBuf};

/// A program that Pintle is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// Helm 4.3.1, the release that Pintle stands in for.
    Helm4,
    /// Helm 3.17.3, whose records and charts must keep working.
    Helm3,
    /// kubectl 1.37.
    Kubectl,
    /// The registry of the project distribution, 3.1.2.
    Distribution3,
    /// The plugin helm-unittest, 1.1.2: its `plugin.yaml`, with the program beside it.
    HelmUnittest,
}

impl Peer {
    /// The file name of the binary.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Helm4 => "helm-4.3.1",
            Self::Helm3 => "helm-3.17.3",
            Self::Kubectl => "kubectl-1.37",
            Self::Distribution3 => "distribution-3",
            Self::HelmUnittest => "helm-unittest/plugin.yaml",
        }
    }

    /// What puts it there.
    fn source(self) -> &'static str {
        match self {
            Self::Distribution3 => "tests/registry/build",
            Self::HelmUnittest => "tests/plugins/build",
            _ => "tests/oracle/fetch",
        }
    }
}

/// The workspace's root directory.
pub fn workspace_root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest
        .ancestors()
        .nth(2)
        .unwrap_or(manifest)
        .to_path_buf()
}

/// Where a peer's binary is, when it is there.
pub fn find(peer: Peer) -> Option<PathBuf> {
    let directory = std::env::var_os("PINTLE_ORACLE").map_or_else(
        || workspace_root().join("target").join("oracle"),
        PathBuf::from,
    );
    let path = directory.join(peer.file_name());
    path.is_file().then_some(path)
}

/// Like [`find`], but reports the skip of `test` when the peer is absent.
pub fn find_or_skip(peer: Peer, test: &str) -> Option<PathBuf> {
    let found = find(peer);
    if found.is_none() {
        crate::skip(
            test,
            &format!("{} is not here ({})", peer.file_name(), peer.source()),
        );
    }
    found
}
