//! Requests of any method, repetitions, conditional requests and downloads into files.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use pintle_fetch::{
    Answer, Body, Client, Credentials, Error, Meter, Method, Request, Retry, Secret, Validators,
    blocking,
};

type Seen = Arc<Mutex<Vec<String>>>;

/// A server that keeps what it is asked, and answers the `n`th request as `answer` says.
fn server(answer: impl Fn(usize, &str) -> String + Send + 'static) -> (String, Seen) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let seen = Seen::default();
    let kept = Arc::clone(&seen);
    thread::spawn(move || {
        for (count, stream) in listener.incoming().flatten().enumerate() {
            let mut reader = BufReader::new(&stream);
            let mut head = String::new();
            while reader.read_line(&mut head).is_ok_and(|length| length > 2) {}
            let head = head.to_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            let mut body = vec![0; length.and_then(|text| text.parse().ok()).unwrap_or(0)];
            let _ = reader.read_exact(&mut body);
            let asked = format!("{head}{}", String::from_utf8_lossy(&body));
            let reply = answer(count, &asked);
            kept.lock().expect("no panic").push(asked);
            let reply = reply.replacen("\r\n", "\r\nConnection: close\r\n", 1);
            let _ = (&stream).write_all(format!("HTTP/1.1 {reply}").as_bytes());
        }
    });
    (format!("http://{address}"), seen)
}

const OK: &str = "200 OK\r\nContent-Length: 2\r\n\r\nok";

fn send(request: &Request) -> Result<Answer, Error> {
    blocking(async || Client::new("test/1").session().send(request).await)
}

fn quick() -> Retry {
    Retry {
        times: 3,
        first: Duration::from_millis(1),
        pauses: (Duration::ZERO, Duration::from_millis(2)),
    }
}

fn put(url: String) -> Request {
    Request {
        method: Method::PUT,
        body: Body::from(b"hello".to_vec()),
        headers: vec![("Content-Type".to_owned(), "text/x".to_owned())],
        ..Request::new(url)
    }
}

#[test]
fn methods_headers_and_bodies_are_sent() {
    let (server, seen) = server(|_, _| OK.to_owned());
    let answer = send(&put(format!("{server}/up?x=1"))).unwrap();
    assert_eq!((answer.status(), answer.length()), (200, Some(2)));
    let seen = seen.lock().unwrap();
    assert!(seen[0].starts_with("put /up?x=1 http/1.1"), "{}", seen[0]);
    assert!(seen[0].contains("content-type: text/x"), "{}", seen[0]);
    assert!(seen[0].ends_with("\r\n\r\nhello"), "{}", seen[0]);
}

#[test]
fn a_body_can_be_a_file_and_none_has_a_length() {
    let (server, seen) = server(|_, _| OK.to_owned());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("body");
    std::fs::write(&path, "from a file").unwrap();
    let mut request = put(server);
    request.body = Body::File(path.clone());
    send(&request).unwrap();
    request.body = Body::None;
    request.method = Method::POST;
    send(&request).unwrap();
    let seen = seen.lock().unwrap();
    assert!(seen[0].ends_with("\r\n\r\nfrom a file"), "{}", seen[0]);
    assert!(seen[1].contains("content-length: 0"), "{}", seen[1]);
    request.body = Body::File(path.with_extension("gone"));
    let error = send(&request).unwrap_err().to_string();
    assert!(error.contains("body.gone: No such file"), "{error}");
}

#[test]
fn only_some_redirects_keep_the_method() {
    let (server, seen) = server(|_, asked| {
        let code = asked.split(['/', ' ']).nth(2).unwrap_or_default();
        if code == "end" {
            return OK.to_owned();
        }
        format!("{code} Gone on\r\nLocation: /end\r\nContent-Length: 0\r\n\r\n")
    });
    for code in [301, 302, 303, 307, 308] {
        send(&put(format!("{server}/{code}"))).unwrap();
    }
    let ends = |asked: &&String| asked.split(' ').nth(1) == Some("/end");
    let seen = seen.lock().unwrap();
    let methods: Vec<_> = seen
        .iter()
        .filter(ends)
        .map(|asked| (&asked[..3], asked.ends_with("hello")))
        .collect();
    let (plain, same) = (("get", false), ("put", true));
    assert_eq!(methods, [plain, plain, plain, same, same]);
}

// CVE-2021-32690: what is for one server is not told to another one.
#[test]
fn cve_2021_32690_secrets_stay_with_their_server() {
    let (other, told) = server(|_, _| OK.to_owned());
    let place = format!("302 Found\r\nLocation: {other}/x\r\nContent-Length: 0\r\n\r\n");
    let (first, _) = server(move |_, _| place.clone());
    let mut request = Request::new(&first);
    request.authorization = Some(Secret("Bearer t".into()));
    send(&request).unwrap();
    request.authorization = None;
    request.credentials = Some(Credentials {
        username: "u".into(),
        password: "p".into(),
        site: first.clone(),
        everywhere: false,
    });
    send(&request).unwrap();
    if let Some(login) = &mut request.credentials {
        login.everywhere = true;
    }
    send(&request).unwrap();
    let told = told.lock().unwrap();
    let learnt: Vec<_> = told
        .iter()
        .map(|asked| asked.contains("authorization:"))
        .collect();
    assert_eq!(learnt, [false, false, false]);
    assert!(!format!("{request:?}").contains("\"p\""));
}

#[test]
fn a_server_in_trouble_is_asked_again_and_its_last_word_counts() {
    let (server, seen) = server(|count, _| match count {
        0 => "503 Down\r\nContent-Length: 0\r\n\r\n".to_owned(),
        1 => "429 Slow\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n".to_owned(),
        2 => OK.to_owned(),
        _ => "500 Broken\r\nContent-Length: 0\r\n\r\n".to_owned(),
    });
    let mut request = put(server);
    request.retry = quick();
    assert_eq!(send(&request).unwrap().status(), 200);
    let bodies = |seen: &Seen| {
        let seen = seen.lock().unwrap();
        seen.iter().filter(|asked| asked.ends_with("hello")).count()
    };
    assert_eq!(bodies(&seen), 3);
    assert_eq!(send(&request).unwrap().status(), 500);
    assert_eq!(bodies(&seen), 7);
    request.retry = Retry::default();
    assert_eq!(send(&request).unwrap().status(), 500);
    assert_eq!(bodies(&seen), 8);
}

#[test]
fn what_is_known_need_not_be_sent_again() {
    let (server, _) = server(|_, asked| {
        if asked.contains("if-none-match: \"v1\"") {
            return "304 Not Modified\r\nETag: \"v1\"\r\n\r\n".to_owned();
        }
        "200 OK\r\nETag: \"v1\"\r\nContent-Length: 2\r\n\r\nv1".to_owned()
    });
    let mut request = Request::new(server);
    let client = Client::new("test/1");
    let first = client.get_blocking(&request).unwrap();
    assert_eq!(
        (first.unchanged, first.body.as_slice()),
        (false, &b"v1"[..])
    );
    assert!(!first.validators.is_empty() && Validators::default().is_empty());
    request.known = Some(first.validators);
    let second = Client::new("test/1").get_blocking(&request).unwrap();
    assert!(second.unchanged && second.body.is_empty());
}

#[test]
fn a_body_that_says_it_is_too_large_is_not_begun() {
    let (server, _) = server(|_, _| "200 OK\r\nContent-Length: 99999\r\n\r\nab".to_owned());
    let mut request = Request::new(&server);
    request.limits.bytes = 100;
    let error = Client::new("test/1").get_blocking(&request).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("{server} is larger than 100 bytes")
    );
}

#[test]
fn a_meter_counts_bytes() {
    let body = "x".repeat(100_000);
    let (server, _) = server(move |_, _| format!("200 OK\r\nContent-Length: 100000\r\n\r\n{body}"));
    let told = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&told);
    let meter = Meter::new(move |traffic| kept.lock().unwrap().push(traffic.clone()));
    let client = Client {
        meter: Some(meter),
        ..Client::new("t")
    };
    client
        .get_blocking(&Request::new(format!("{server}/a.tgz")))
        .unwrap();
    let told = told.lock().unwrap();
    let last = told.last().unwrap();
    assert_eq!((last.bytes, last.total), (100_000, Some(100_000)));
    assert_eq!(last.name, "a.tgz");
}
