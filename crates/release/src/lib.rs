//! The release record: model, states, encodings.
//!
//! What it is: what Helm knows about one revision of a release, the statuses it goes through, and
//! the exact bytes Helm 3 and 4 keep of it (`base64(gzip(JSON))`). Pure: no clock, no cluster.
//! What it is not: where records are kept; that is the storage crate.
//!
//! ```
//! use pintle_release::{Release, ReleaseName, Status, Time, decode, encode};
//! let mut release = Release::new("web", "default", 1);
//! release.info.first_deployed = Time::parse("2026-11-21T10:41:54.35Z").unwrap();
//! release.info.move_to(Status::PendingInstall).unwrap();
//! let record = encode(&release).unwrap();
//! assert_eq!(decode(record.as_bytes()).unwrap(), release);
//! assert!(ReleaseName::parse("Not_A_Name").is_err());
//! ```
//!
//! - `record`: [`Release`], its [`Info`] and [`ApplyMethod`]
//! - `status`: [`Status`] and which may follow which
//! - `hook`: [`Hook`] and its last run
//! - `chart`: [`StoredChart`], the chart inside a record
//! - `name`: [`ReleaseName`], [`Revision`]
//! - `time`: [`Time`], Go's time text
//! - `summary`: [`Summary`], the few fields a listing needs, read without the rest
//! - `encoding`: [`encode`], [`decode`]; `go_json`: the JSON Go writes

mod chart;
mod encoding;
mod go_json;
mod hook;
mod name;
mod record;
mod status;
mod summary;
mod time;

pub use chart::{ChartParts, StoredChart, StoredFile};
pub use encoding::{Error, MAX_RECORD_BYTES, decode, decode_json, encode, encode_json};
pub use go_json::{Json, to_go_json};
pub use hook::{Hook, HookPhase, HookRun};
pub use name::{InvalidName, ReleaseName, Revision};
pub use record::{ApplyMethod, Info, Release};
pub use status::{InvalidTransition, Status};
pub use summary::{ChartSummary, Summary, decode_summary};
pub use time::{Time, TimeError};
