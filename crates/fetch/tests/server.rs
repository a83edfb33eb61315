//! Downloads from a server on this machine. The texts are those of
//! `helm template r c -f URL` 4.3.1 with a server that answers so.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::thread;

use pintle_fetch::{Client, Credentials, Limits, Request};

/// A server that answers each path, and says in the body what it was asked.
fn server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
            let first = lines.next().unwrap_or_default();
            let headers: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
            let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
            let asked = headers.join("\n");
            let answer = match path.as_str() {
                "/loop" => "HTTP/1.1 302 Found\r\nLocation: /loop\r\n".to_owned(),
                "/moved" => "HTTP/1.1 301 Moved\r\nLocation: /asked\r\n".to_owned(),
                "/ftp" => "HTTP/1.1 302 Found\r\nLocation: ftp://x/\r\n".to_owned(),
                "/teapot" => "HTTP/1.1 418 Short and stout\r\n".to_owned(),
                "/short" => "HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\na: 1".to_owned(),
                "/asked" => {
                    let length = asked.len();
                    format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{asked}")
                }
                "/hang" => {
                    thread::sleep(std::time::Duration::from_secs(3));
                    continue;
                }
                _ => continue,
            };
            let end = if answer.contains("\r\n\r\n") {
                ""
            } else {
                "Content-Length: 0\r\n\r\n"
            };
            // Each answer ends its connection: a client that knows does not ask again on it.
            let answer = answer.replacen("\r\n", "\r\nConnection: close\r\n", 1);
            let _ = (&stream).write_all(format!("{answer}{end}").as_bytes());
        }
    });
    format!("http://{address}")
}

fn get(request: &Request) -> Result<String, String> {
    let answer = Client::new("test/1").get_blocking(request);
    let answer = answer.map_err(|error| error.to_string())?;
    Ok(String::from_utf8_lossy(&answer.body).to_lowercase())
}

#[test]
fn redirects_are_followed_so_far() {
    let server = server();
    let asked = get(&Request::new(format!("{server}/moved"))).unwrap();
    assert!(
        asked.contains(&format!("referer: {server}/moved")),
        "{asked}"
    );
    assert!(asked.contains("user-agent: test/1"), "{asked}");
    assert!(!asked.contains("accept-encoding"), "{asked}");
    let error = get(&Request::new(format!("{server}/loop"))).unwrap_err();
    assert_eq!(error, "Get \"/loop\": stopped after 10 redirects");
    let error = get(&Request::new(format!("{server}/ftp"))).unwrap_err();
    assert_eq!(
        error,
        "Get \"ftp://x/\": unsupported protocol scheme \"ftp\""
    );
}

#[test]
fn failures_are_told_in_gos_words() {
    let server = server();
    let error = |path: &str| get(&Request::new(format!("{server}{path}"))).unwrap_err();
    assert_eq!(
        error("/teapot"),
        format!("failed to fetch {server}/teapot : 418 Short and stout")
    );
    assert_eq!(error("/short"), "unexpected EOF");
    assert_eq!(error("/close"), format!("Get \"{server}/close\": EOF"));
    assert_eq!(
        get(&Request::new("http://127.0.0.1:9/x")).unwrap_err(),
        "Get \"http://127.0.0.1:9/x\": dial tcp 127.0.0.1:9: connect: connection refused"
    );
}

#[test]
fn credentials_go_to_their_server_alone() {
    let server = server();
    let asked = |site: &str| {
        let mut request = Request::new(format!("{server}/asked"));
        request.credentials = Some(Credentials {
            username: "u".into(),
            password: "p".into(),
            site: site.into(),
            everywhere: false,
        });
        get(&request).unwrap()
    };
    assert!(asked(&server).contains("authorization: basic dtpw"));
    assert!(!asked("http://127.0.0.1:9").contains("authorization"));
}

#[test]
fn limits_of_size_and_time_hold() {
    let server = server();
    let mut request = Request::new(format!("{server}/asked"));
    request.limits = Limits {
        bytes: 3,
        ..Limits::default()
    };
    assert!(
        get(&request)
            .unwrap_err()
            .ends_with("is larger than 3 bytes")
    );
    let mut request = Request::new(format!("{server}/hang"));
    request.limits.time = std::time::Duration::from_millis(100);
    let error = get(&request).unwrap_err();
    assert!(
        error.contains("Client.Timeout exceeded while awaiting headers"),
        "{error}"
    );
}
