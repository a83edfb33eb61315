//! Name resolution, when it is allowed.

use pintle_go_template::Parameter::Str as Text;
use pintle_go_value::Value;

use crate::call::{Call, Outcome};
use crate::declare::{Declaration, impure};

#[rustfmt::skip]
pub(crate) const FUNCTIONS: &[Declaration] = &[
    impure("getHostByName", &[Text], get_host_by_name, "An address of a host name; the empty string unless name resolution is allowed."),
];

/// HELM: of several addresses Sprig takes any; we take the first.
fn get_host_by_name(call: &Call<'_>) -> Outcome {
    let name = call.str(0)?.to_text();
    let addresses = call.env.dns.as_ref().map(|dns| dns.lookup(&name));
    let first = addresses.into_iter().flatten().next();
    Ok(Value::from(first.unwrap_or_default()))
}
