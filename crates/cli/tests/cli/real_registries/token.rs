//! A server that gives out tokens which a real registry believes.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use p256::pkcs8::DecodePrivateKey as _;
use pintle_testkit::Home;
use serde_json::{Value, json};

/// Everybody may pull, and `me:word` may push.
pub struct TokenServer {
    realm: String,
    scopes: Arc<Mutex<Vec<String>>>,
}

struct Issuer {
    key: SigningKey,
    certificate: String,
    scopes: Arc<Mutex<Vec<String>>>,
}

impl TokenServer {
    /// Starts a server; the registry finds its certificate in the home.
    pub fn new(home: &Home) -> Self {
        let made = rcgen::generate_simple_self_signed(["token.example".to_owned()])
            .expect("a certificate");
        home.write("server/token.pem", made.cert.pem());
        let scopes = Arc::new(Mutex::new(Vec::new()));
        let issuer = Issuer {
            key: SigningKey::from_pkcs8_der(&made.signing_key.serialize_der())
                .expect("a key of P-256"),
            certificate: STANDARD.encode(made.cert.der()),
            scopes: Arc::clone(&scopes),
        };
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port of this machine");
        let realm = format!(
            "http://{}/token",
            listener.local_addr().expect("an address")
        );
        // The thread ends with the program.
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let _ = issuer.serve(&stream);
            }
        });
        Self { realm, scopes }
    }

    /// The part of the registry's configuration that names it.
    pub fn auth(&self, home: &Home) -> String {
        let (realm, root) = (&self.realm, home.path().display());
        format!(
            "auth: {{token: {{realm: \"{realm}\", service: s, issuer: i, rootcertbundle: {root}/server/token.pem}}}}\n"
        )
    }

    /// Which scopes were asked for since the last time.
    pub fn scopes(&self) -> Vec<String> {
        std::mem::take(&mut *self.scopes.lock().expect("a list"))
    }
}

impl Issuer {
    fn serve(&self, mut stream: &TcpStream) -> std::io::Result<()> {
        let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
        let first = lines.next().unwrap_or_default();
        let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
        let who = head.iter().find_map(|line| {
            line.strip_prefix("Authorization: ")
                .or(line.strip_prefix("authorization: "))
        });
        let known = format!("Basic {}", STANDARD.encode("me:word"));
        let url = first.split(' ').nth(1).unwrap_or_default();
        let (status, body) = match who {
            _ if !first.starts_with("GET ") => (405, String::new()),
            Some(who) if who != known => (401, String::new()),
            _ => (
                200,
                format!("{{\"token\":\"{}\"}}", self.token(url, who.is_some())),
            ),
        };
        let length = body.len();
        write!(
            stream,
            "HTTP/1.1 {status} x\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
        )
    }

    fn token(&self, url: &str, known: bool) -> String {
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let scopes = query
            .split('&')
            .filter_map(|field| field.strip_prefix("scope="));
        let scopes: Vec<String> = scopes
            .map(|text| {
                text.replace("%3A", ":")
                    .replace("%2F", "/")
                    .replace("%2C", ",")
            })
            .collect();
        let access: Vec<Value> = scopes
            .iter()
            .filter_map(|scope| access(scope, known))
            .collect();
        self.scopes.lock().expect("a list").extend(scopes);
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .expect("a time")
            .as_secs();
        let head = json!({"typ": "JWT", "alg": "ES256", "x5c": [self.certificate]});
        let claims = json!({
            "iss": "i", "sub": "", "aud": "s", "jti": "1", "access": access,
            "iat": now - 60, "nbf": now - 60, "exp": now + 300,
        });
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", encode(&head), encode(&claims));
        let signature: Signature = self.key.sign(text.as_bytes());
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }
}

fn access(scope: &str, known: bool) -> Option<Value> {
    let (kind, rest) = scope.split_once(':')?;
    let (name, actions) = rest.rsplit_once(':')?;
    let actions: Vec<&str> = actions
        .split(',')
        .filter(|action| known || *action == "pull")
        .collect();
    Some(json!({"type": kind, "name": name, "actions": actions}))
}
