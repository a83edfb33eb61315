//! Certificates: authorities, self-signed ones, signed ones.

use core::net::IpAddr;
use std::any::Any;
use std::borrow::Cow;
use std::sync::Arc;

use pintle_go_template::CallError;
use pintle_go_template::Parameter::{Int, List as Items, Named, Str as Text};
use pintle_go_value::{Object, Value, format};

use crate::call::{Call, Outcome, fail};
use crate::declare::{Declaration, fixed, impure};
use crate::encoding::decode_base64;
use crate::keys::{PrivateKey, generate_rsa, matches};
use crate::pem;
use crate::x509::{Issuer, Request, create};

const CERTIFICATE: pintle_go_template::Parameter = Named("sprig.certificate");

#[rustfmt::skip]
pub(crate) const FUNCTIONS: &[Declaration] = &[
    fixed("buildCustomCert", &[Text, Text], build_custom, "A certificate object from certificate and key in base64."),
    impure("genCA", &[Text, Int], |c| self_signed(c, new_key(c)?, true), "A certificate authority: common name, days."),
    impure("genCAWithKey", &[Text, Int, Text], |c| self_signed(c, given_key(c, 2)?, true), "A certificate authority with a given key."),
    impure("genSelfSignedCert", &[Text, Items, Items, Int], |c| self_signed(c, new_key(c)?, false), "A self-signed certificate: common name, addresses, names, days."),
    impure("genSelfSignedCertWithKey", &[Text, Items, Items, Int, Text], |c| self_signed(c, given_key(c, 4)?, false), "A self-signed certificate with a given key."),
    impure("genSignedCert", &[Text, Items, Items, Int, CERTIFICATE], |c| signed(c, new_key(c)?), "A certificate signed by an authority."),
    impure("genSignedCertWithKey", &[Text, Items, Items, Int, CERTIFICATE, Text], |c| signed(c, given_key(c, 5)?), "A certificate with a given key signed by an authority."),
];

/// Sprig's `certificate`: certificate and key in PEM.
#[derive(Debug)]
struct Certificate {
    cert: String,
    key: String,
}

impl Object for Certificate {
    fn type_name(&self) -> Cow<'static, str> {
        "sprig.certificate".into()
    }

    fn field(&self, name: &str) -> Option<Value> {
        match name {
            "Cert" => Some(Value::from(self.cert.as_str())),
            "Key" => Some(Value::from(self.key.as_str())),
            _ => None,
        }
    }

    fn fields(&self) -> Vec<(Cow<'static, str>, Value)> {
        vec![
            ("Cert".into(), Value::from(self.cert.as_str())),
            ("Key".into(), Value::from(self.key.as_str())),
        ]
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn build_custom(call: &Call<'_>) -> Outcome {
    let decoded = |index: usize, what: &str| {
        let bytes = decode_base64(call.bytes(index)?)
            .map_err(|_| CallError::Message(format!("unable to decode base64 {what}")))?;
        Ok::<_, CallError>(String::from_utf8_lossy(&bytes).into_owned())
    };
    let certificate = Certificate {
        cert: decoded(0, "certificate")?,
        key: decoded(1, "private key")?,
    };
    let block = pem::decode(&certificate.cert).ok_or("unable to decode certificate")?;
    Issuer::parse(&block.bytes).map_err(|error| {
        CallError::Message(format!(
            "error parsing certificate: decodedCert.Bytes: {error}"
        ))
    })?;
    PrivateKey::from_pem(&certificate.key)
        .map_err(|error| CallError::Message(format!("error parsing private key: {error}")))?;
    Ok(Value::Object(Arc::new(certificate)))
}

fn new_key(call: &Call<'_>) -> Result<PrivateKey, CallError> {
    // What is wrong with the other arguments is told before a key is made for nothing.
    request(call, false)?;
    generate_rsa(&*call.env.random, 2048)
        .map_err(|error| CallError::Message(format!("error generating rsa key: {error}")))
}

fn given_key(call: &Call<'_>, index: usize) -> Result<PrivateKey, CallError> {
    PrivateKey::from_pem(&call.str(index)?.to_text())
        .map_err(|error| CallError::Message(format!("parsing private key: {error}")))
}

/// What is asked for: all functions begin with a common name; authorities go on with the
/// days, the others with addresses, names and days.
fn request(call: &Call<'_>, authority: bool) -> Result<Request, CallError> {
    let short = call.all().len() < 4;
    let (addresses, names) = if short {
        (Vec::new(), Vec::new())
    } else {
        (addresses(call.value(1))?, names(call.value(2))?)
    };
    let mut serial = [0; 16];
    call.env.random.fill(&mut serial)?;
    Ok(Request {
        common_name: call.str(0)?.to_text().into_owned(),
        addresses,
        names,
        serial,
        now: call.env.clock.now().as_second(),
        days: call.int(if short { 1 } else { 3 })?,
        authority,
    })
}

fn items(value: &Value) -> &[Value] {
    value.as_list().map_or(&[], |list| list)
}

fn addresses(value: &Value) -> Result<Vec<IpAddr>, CallError> {
    let mut found = Vec::new();
    for item in items(value) {
        let Some(text) = item.as_str() else {
            return fail(format!(
                "error parsing ip: {} is not a string",
                format::sprint(item)
            ));
        };
        match text.to_text().parse() {
            Ok(address) => found.push(address),
            Err(_) => return fail(format!("error parsing ip: {text}")),
        }
    }
    Ok(found)
}

fn names(value: &Value) -> Result<Vec<String>, CallError> {
    let mut found = Vec::new();
    for item in items(value) {
        let Some(text) = item.as_str() else {
            return fail(format!(
                "error processing alternate dns name: {} is not a string",
                format::sprint(item)
            ));
        };
        found.push(text.to_text().into_owned());
    }
    Ok(found)
}

fn self_signed(call: &Call<'_>, key: PrivateKey, authority: bool) -> Outcome {
    let request = request(call, authority)?;
    finish(create(&request, &key, None, &key), &key)
}

fn signed(call: &Call<'_>, key: PrivateKey) -> Outcome {
    let request = request(call, false)?;
    let Some(authority) = call.value(4).as_object::<Certificate>() else {
        return fail("wrong type for value; expected sprig.certificate");
    };
    let block = pem::decode(&authority.cert).ok_or("unable to decode certificate")?;
    let issuer = Issuer::parse(&block.bytes).map_err(|error| {
        CallError::Message(format!(
            "error parsing certificate: decodedSignerCert.Bytes: {error}"
        ))
    })?;
    let signer = PrivateKey::from_pem(&authority.key)
        .map_err(|error| CallError::Message(format!("error parsing private key: {error}")))?;
    if !matches(&issuer.public_info, &signer) {
        return fail(
            "error creating certificate: x509: provided PrivateKey doesn't match parent's PublicKey",
        );
    }
    finish(create(&request, &key, Some(&issuer), &signer), &key)
}

fn finish(created: Result<Vec<u8>, String>, key: &PrivateKey) -> Outcome {
    let failed = |error| CallError::Message(format!("error creating certificate: {error}"));
    let der = created.map_err(failed)?;
    Ok(Value::Object(Arc::new(Certificate {
        cert: pem::encode("CERTIFICATE", &der),
        key: key.to_pem().map_err(failed)?,
    })))
}
