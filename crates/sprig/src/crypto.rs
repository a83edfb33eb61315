//! Passwords, encryption, random bytes.

use aes::Aes256;
use aes::cipher::block_padding::{NoPadding, Pkcs7};
use aes::cipher::{BlockDecryptMut, BlockEncryptMut, KeyIvInit};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pintle_go_template::CallError;
use pintle_go_template::Parameter::{Int, Str as Text};
use pintle_go_value::{Str, Value};

use crate::call::{Call, Outcome, fail};
use crate::declare::{Declaration, fixed, impure};
use crate::encoding::decode_base64;
use crate::limits;

#[rustfmt::skip]
pub(crate) const FUNCTIONS: &[Declaration] = &[
    impure("bcrypt", &[Text], |c| Ok(Value::from(bcrypt_hash(c, 0)?)), "A bcrypt hash of a password; the text of the error where that fails."),
    impure("htpasswd", &[Text, Text], htpasswd, "A line for an htpasswd file, hashed with bcrypt."),
    impure("encryptAES", &[Text, Text], encrypt, "Encrypts a text (the second) with AES-256-CBC under a password, in base64."),
    fixed("decryptAES", &[Text, Text], decrypt, "Decrypts what encryptAES made."),
    impure("randBytes", &[Int], random_bytes, "Random bytes in base64."),
];

/// The cost that Sprig asks for.
const BCRYPT_COST: u32 = 10;
const BCRYPT_MOST: usize = 72;
const BLOCK: usize = 16;

fn bcrypt_hash(call: &Call<'_>, index: usize) -> Result<String, CallError> {
    let password = call.bytes(index)?;
    if password.len() > BCRYPT_MOST {
        return Ok(
            "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes".into(),
        );
    }
    let mut salt = [0; 16];
    call.env.random.fill(&mut salt)?;
    match bcrypt::hash_with_salt(password, BCRYPT_COST, salt) {
        // HELM: Go's library names the oldest version of the format.
        Ok(parts) => Ok(parts.format_for_version(bcrypt::Version::TwoA)),
        Err(error) => Ok(format!("failed to encrypt string with bcrypt: {error}")),
    }
}

fn htpasswd(call: &Call<'_>) -> Outcome {
    let user = call.str(0)?.to_text();
    if user.contains(':') {
        return Ok(Value::from(format!("invalid username: {user}")));
    }
    Ok(Value::from(format!("{user}:{}", bcrypt_hash(call, 1)?)))
}

/// HELM: the password itself is the key, cut or filled with zeros to 32 bytes.
fn key_of(password: &[u8]) -> [u8; 32] {
    let mut key = [0; 32];
    let length = password.len().min(key.len());
    key[..length].copy_from_slice(&password[..length]);
    key
}

fn encrypt(call: &Call<'_>) -> Outcome {
    let (password, plain) = (call.bytes(0)?, call.bytes(1)?);
    if plain.is_empty() {
        return Ok(Value::from(""));
    }
    let mut iv = [0; BLOCK];
    call.env.random.fill(&mut iv)?;
    let cipher = cbc::Encryptor::<Aes256>::new(&key_of(password).into(), &iv.into());
    let mut body = plain.to_vec();
    body.resize((plain.len() / BLOCK + 1) * BLOCK, 0);
    let encrypted = cipher
        .encrypt_padded_mut::<Pkcs7>(&mut body, plain.len())
        .map_err(|error| CallError::Message(error.to_string()))?;
    let result = [&iv, encrypted].concat();
    Ok(Value::from(STANDARD.encode(result)))
}

/// HELM: the padding is not checked, its last byte is believed.
fn decrypt(call: &Call<'_>) -> Outcome {
    let (password, text) = (call.bytes(0)?, call.bytes(1)?);
    if text.is_empty() {
        return Ok(Value::from(""));
    }
    let bytes = decode_base64(text)?;
    let Some((iv, body)) = bytes.split_first_chunk::<BLOCK>() else {
        let capacity = text.len() / 4 * 3;
        return fail(format!(
            "runtime error: slice bounds out of range [:{BLOCK}] with capacity {capacity}"
        ));
    };
    let cipher = cbc::Decryptor::<Aes256>::new(&key_of(password).into(), &(*iv).into());
    let mut body = body.to_vec();
    let Ok(plain) = cipher.decrypt_padded_mut::<NoPadding>(&mut body) else {
        return fail("crypto/cipher: input not full blocks");
    };
    let Some(padding) = plain.last().map(|last| i64::from(*last)) else {
        return fail("runtime error: index out of range [-1]");
    };
    let kept = plain.len() as i64 - padding;
    let Ok(length) = usize::try_from(kept) else {
        return fail(format!(
            "runtime error: slice bounds out of range [:{kept}]"
        ));
    };
    Ok(Str::from(&plain[..length]).into())
}

fn random_bytes(call: &Call<'_>) -> Outcome {
    let Ok(count) = usize::try_from(call.int(0)?) else {
        return fail("runtime error: makeslice: len out of range");
    };
    limits::text(count)?;
    let mut bytes = vec![0; count];
    call.env.random.fill(&mut bytes)?;
    Ok(Value::from(STANDARD.encode(bytes)))
}
