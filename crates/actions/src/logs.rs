//! Logs of hooks.

use pintle_release::Hook;

use crate::objects::build;
use crate::{Error, Level, Log, Session};

/// Shows the logs of a hook's pods.
///
/// HELM: each container's text is one log line.
///
/// # Errors
/// The server's own text.
pub(crate) async fn show(session: &Session, hook: &Hook, namespace: &str) -> Result<(), Error> {
    for resource in build(session, &hook.manifest, namespace).await? {
        for log in session.cluster.hook_logs(&resource).await? {
            let text = log.text.trim_end_matches('\n');
            session.events.log(Log::new(Level::Info, text));
        }
    }
    Ok(())
}
