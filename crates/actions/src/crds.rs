//! The custom resource definitions of a chart's `crds/`.

use std::time::Duration;

use pintle_chart::Chart;
use pintle_cluster::WriteOptions;

use crate::objects::build;
use crate::{ApplyMode, Error, Level, Log, Session, wait};

/// HELM: how long a new definition may take to be served.
const TIMEOUT: Duration = Duration::from_mins(1);

/// HELM: a dry run against a cluster does not install definitions, and says so.
pub(crate) fn warn(session: &Session) {
    session.events.log(Log::new(
        Level::Warn,
        "This chart or one of its subcharts contains CRDs. Rendering may fail or contain inaccuracies.",
    ));
}

/// Installs every definition, file by file, and waits until they are served.
///
/// HELM: with server-side apply a definition that exists is brought up to date; otherwise it is
/// left alone. They are never upgraded and never deleted.
///
/// # Errors
/// `failed to install CRD FILE: …`
pub(crate) async fn install(
    session: &Session,
    mode: ApplyMode,
    force_conflicts: bool,
    chart: &Chart,
) -> Result<(), Error> {
    let mut installed = Vec::new();
    for crd in chart.crds() {
        let failed =
            |error: Error| error.prefixed(&format!("failed to install CRD {}: ", crd.file.name));
        let text = String::from_utf8_lossy(&crd.file.data);
        let resources = build(session, &text, &session.namespace)
            .await
            .map_err(failed)?;
        if resources.is_empty() {
            return Err(failed(Error::new(
                crate::Class::Input,
                "resources are empty",
            )));
        }
        for resource in resources {
            let options = WriteOptions {
                force_conflicts,
                ..WriteOptions::default()
            };
            let written = match mode {
                ApplyMode::ServerSide => session.cluster.apply(&resource, &options).await,
                ApplyMode::ClientSide => session.cluster.create(&resource, &options).await,
            };
            match written {
                Ok(_) => installed.push(resource),
                Err(error) if error.is_already_exists() => {
                    let log = Log::new(Level::Debug, "CRD is already present. Skipping");
                    session.events.log(log.with("crd", crd.file.name.as_str()));
                }
                Err(error) => return Err(failed(error.into())),
            }
        }
    }
    if installed.is_empty() {
        return Ok(());
    }
    // HELM: with the default strategy nothing is waited for here. DIFF: we always wait until the
    // definitions are served, since their objects may come next.
    wait::established(session, &installed, TIMEOUT).await?;
    session.cluster.forget_discovery().await;
    Ok(())
}
