//! What several commands do with one release.

use pintle_actions::RevisionInput;
use pintle_go_value::Value;
use pintle_release::{Json, Release};

use super::Call;
use crate::args::shared::REVISION;
use crate::connect::Connection;
use crate::console::Console;
use crate::driver::Driver;
use crate::errors::Failure;
use crate::output::color::Paint;
use crate::output::format::{Format, json, yaml};
use crate::output::status::StatusBlock;

/// The release that the first argument names, and `--revision`.
///
/// HELM: a revision below zero is the newest, as zero is.
pub fn revision(call: &Call<'_>) -> RevisionInput {
    RevisionInput {
        name: call.args.arguments.first().cloned().unwrap_or_default(),
        revision: u32::try_from(call.args.int(&REVISION).max(0)).unwrap_or(u32::MAX),
    }
}

/// Reads that release.
///
/// # Errors
/// No cluster, no such release, no such revision.
pub fn get_release(call: &Call<'_>) -> Result<Release, Failure> {
    let input = revision(call);
    let connection = Connection::new(call.settings)?;
    let mut release = connection.run(Console::new(call.settings), async |session| {
        pintle_actions::get(session, &input).await
    })?;
    // HELM: only a stored object has labels; a record in memory has none.
    if Driver::from_environment(&call.settings.environment)? == Driver::Memory {
        release.labels.clear();
    }
    Ok(release)
}

/// Prints what `install` and `upgrade` made.
///
/// # Errors
/// Output that cannot be written.
pub fn show_release(
    call: &Call<'_>,
    format: Format,
    release: &Release,
    hide_notes: bool,
) -> Result<(), Failure> {
    format.print(release, || {
        let mut block = StatusBlock::new(release, Paint::of(call.settings));
        block.hide_notes = hide_notes;
        if call.settings.debug {
            block.values = Some(values_texts(release)?);
        }
        Ok(block.render())
    })
}

/// The user's values and all values as YAML.
///
/// # Errors
/// A stored chart that cannot be read.
pub fn values_texts(release: &Release) -> Result<(String, String), Failure> {
    let text = |values: Value| -> Result<String, Failure> {
        let yaml = yaml(&json(&Json(values))?)?;
        Ok(String::from_utf8_lossy(&yaml).into_owned())
    };
    let user = release.config.clone().map_or(Value::Nil, Value::Map);
    let computed = pintle_actions::computed_values(release)?;
    Ok((text(user)?, text(Value::Map(computed))?))
}
