//! `derivePassword`: the Master Password algorithm, which makes the same password for the
//! same person, site and counter.

use hmac::{Hmac, Mac};
use pintle_go_template::CallError;
use pintle_go_template::Parameter::{Str as Text, Uint32};
use pintle_go_value::Value;
use sha2::Sha256;

use crate::call::{Call, Outcome, fail};
use crate::declare::{Declaration, fixed};

#[rustfmt::skip]
pub(crate) const FUNCTIONS: &[Declaration] = &[
    fixed("derivePassword", &[Uint32, Text, Text, Text, Text], derive_password, "A password of a kind for a user and a site, derived from a master password and a counter."),
];

const SCOPE: &[u8] = b"com.lyndir.masterpassword";

/// The shapes of a kind of password; each letter names a set of characters.
fn templates(kind: &[u8]) -> Option<&'static [&'static str]> {
    Some(match kind {
        b"maximum" => &["anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"],
        b"long" => &[
            "CvcvnoCvcvCvcv",
            "CvcvCvcvnoCvcv",
            "CvcvCvcvCvcvno",
            "CvccnoCvcvCvcv",
            "CvccCvcvnoCvcv",
            "CvccCvcvCvcvno",
            "CvcvnoCvccCvcv",
            "CvcvCvccnoCvcv",
            "CvcvCvccCvcvno",
            "CvcvnoCvcvCvcc",
            "CvcvCvcvnoCvcc",
            "CvcvCvcvCvccno",
            "CvccnoCvccCvcv",
            "CvccCvccnoCvcv",
            "CvccCvccCvcvno",
            "CvcvnoCvccCvcc",
            "CvcvCvccnoCvcc",
            "CvcvCvccCvccno",
            "CvccnoCvcvCvcc",
            "CvccCvcvnoCvcc",
            "CvccCvcvCvccno",
        ],
        b"medium" => &["CvcnoCvc", "CvcCvcno"],
        b"short" => &["Cvcn"],
        b"basic" => &["aaanaaan", "aannaaan", "aaannaaa"],
        b"pin" => &["nnnn"],
        _ => return None,
    })
}

fn characters(set: u8) -> &'static [u8] {
    match set {
        b'V' => b"AEIOU",
        b'C' => b"BCDFGHJKLMNPQRSTVWXYZ",
        b'v' => b"aeiou",
        b'c' => b"bcdfghjklmnpqrstvwxyz",
        b'a' => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
        b'n' => b"0123456789",
        b'o' => b"@&%?,=[]_:-+*$#!'^~;()/.",
        _ => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()",
    }
}

fn derive_password(call: &Call<'_>) -> Outcome {
    let kind = call.str(1)?;
    let Some(templates) = templates(kind.as_bytes()) else {
        return Ok(Value::from(format!("cannot find password template {kind}")));
    };
    let (password, user, site) = (call.bytes(2)?, call.bytes(3)?, call.bytes(4)?);
    // GO: the parameter is a uint32, to which a constant is cut.
    let counter = match call.value(0) {
        Value::Uint(counter) => *counter as u32,
        _ => return fail("the counter is no uint32"),
    };
    let salt = [SCOPE, &length(user), user].concat();
    let key = master_key(password, &salt)?;
    let message = [SCOPE, &length(site), site, &counter.to_be_bytes()].concat();
    let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(&key)
        .map_err(|error| CallError::Message(error.to_string()))?;
    mac.update(&message);
    let seed = mac.finalize().into_bytes();
    let template = templates[usize::from(seed[0]) % templates.len()];
    let chosen = template.bytes().zip(&seed[1..]).map(|(set, byte)| {
        let characters = characters(set);
        char::from(characters[usize::from(*byte) % characters.len()])
    });
    Ok(chosen.collect::<String>().into())
}

fn length(text: &[u8]) -> [u8; 4] {
    (text.len() as u32).to_be_bytes()
}

fn master_key(password: &[u8], salt: &[u8]) -> Result<[u8; 64], CallError> {
    // 32768 rounds, blocks of 8, two lanes: what the algorithm prescribes.
    let mut key = [0; 64];
    let done = scrypt::Params::new(15, 8, 2, 64)
        .map_err(|error| error.to_string())
        .and_then(|parameters| {
            scrypt::scrypt(password, salt, &parameters, &mut key).map_err(|error| error.to_string())
        });
    match done {
        Ok(()) => Ok(key),
        Err(error) => fail(format!("failed to derive password: {error}")),
    }
}
