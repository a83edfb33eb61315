//! Signed charts: `.prov` files written and verified with OpenPGP keyrings.
//!
//! What it is: Helm's provenance. A `.prov` file holds a chart's `Chart.yaml` and the digest of
//! its archive in a clear-signed text; a keyring is what GnuPG exports, or keeps itself.
//! What it is not: a keyring manager, or a web of trust: every key in the keyring is trusted.
//! It reads no files and knows no clock; whatever is odd is no valid signature.
//!
//! ```
//! use pintle_provenance::{Keyring, verify};
//! let keyring = Keyring::read(b"")?;
//! let refused = verify(b"no signature", "00", "web-1.0.0.tgz", &keyring, 0).unwrap_err();
//! assert_eq!(refused.text(), "signature block not found");
//! # Ok::<(), pintle_provenance::Error>(())
//! ```
//!
//! - `keyring`: [`Keyring`], from what GnuPG writes; `key`: one of its keys
//! - `packets`: OpenPGP data cut into its packets; `armor`: the same as text
//! - `sign`: [`Signer`], and which key is meant
//! - `verify`: [`verify`](fn@verify) and [`Verification`]
//! - `twin`: signatures by keys on secp256k1
//! - `cleartext`: the form of a signed text
//! - `message`: what a `.prov` file says

mod armor;
mod cleartext;
mod error;
mod key;
mod keyring;
mod message;
mod packets;
mod sign;
mod twin;
mod verify;

pub use error::Error;
pub use keyring::Keyring;
pub use message::{digest, message, signed_files};
pub use sign::Signer;
pub use verify::{Verification, claims, verify};
