//! Values that a registry has where archives of charts are.

use std::path::Path;

use pintle_fetch::Tls;
use pintle_registry::{Chart, Client, Credential, Options};
use pintle_testkit::{Finished, Home};

use super::{Kind, charts, peers, start, tls_of, with_passwords};
use crate::{certificates, without_hints};

/// Puts a text, or an archive, where a chart's archive is expected.
fn put(address: &str, place: &Home, name: &str, content: &[u8]) {
    let options = Options {
        tls: Tls {
            ca_file: Some(place.path().join("server/ca.pem")),
            ..Tls::default()
        },
        credential: Some(Credential::basic("me".to_owned(), "word".to_owned())),
        ..Options::default()
    };
    let client = Client::new(pintle_fetch::Client::new("test/1"), options);
    let metadata = pintle_chart::Metadata {
        api_version: "v2".to_owned(),
        name: name.to_owned(),
        version: "1.0.0".to_owned(),
        ..pintle_chart::Metadata::default()
    };
    let chart = Chart {
        archive: content,
        metadata: &metadata,
        provenance: (name == "signed").then_some(b"a: signature\n"),
        created: "2020-01-01T00:00:00Z",
    };
    let remote = format!("oci://{address}/values");
    pintle_fetch::blocking(async || client.push(&chart, &remote).await).expect("it is pushed");
}

fn run(program: &Path, home: &Home, place: &Home, words: &[&str]) -> Finished {
    let command = home.command(program).called("helm");
    let trusted = place.path().join("server/ca.pem");
    let answer = command.env("SSL_CERT_FILE", trusted).args(words).run();
    without_hints(answer)
}

#[test]
fn values_come_from_registries_as_with_helm() {
    let test = "values_come_from_registries_as_with_helm";
    let Some((helm, program)) = peers(Kind::Distribution, test) else {
        return;
    };
    let place = Home::new();
    certificates::of_an_authority(&place);
    let server = start(&program, &place, &tls_of(&place), &with_passwords(&place));
    let address = server.address();
    put(address, &place, "text", b"a: from-oci\n");
    put(address, &place, "signed", b"a: b\n");
    put(address, &place, "page", b"<html>\n<title>a: b\n");
    let home = Home::new();
    charts(&home);
    home.write(
        "shows/Chart.yaml",
        "apiVersion: v2\nname: shows\nversion: 1.0.0\n",
    );
    home.write("shows/templates/a.yaml", "a: {{ .Values.a | quote }}\n");
    put(
        address,
        &place,
        "archive",
        &std::fs::read(home.path().join("web-0.1.0.tgz")).expect("a chart"),
    );
    let alike = |words: &[&str]| {
        let ours = run(&pintle_testkit::pintle!(), &home, &place, words);
        let theirs = run(&helm, &home, &place, words);
        assert_eq!(theirs.to_string(), ours.to_string());
        ours
    };
    let from = |name: &str| format!("oci://{address}/values/{name}");
    let text = from("text:1.0.0");
    alike(&["template", "r", "shows", "-f", &text]);
    let login = ["registry", "login", address, "-u", "me", "-p", "word"];
    run(&helm, &home, &place, &login).success();
    let shown = alike(&["template", "r", "shows", "-f", &text]);
    assert!(shown.stdout.contains("a: \"from-oci\""), "{shown}");
    alike(&["template", "r", "shows", "-f", &text, "--plain-http"]);
    alike(&["lint", "shows", "-f", &text]);
    for name in [
        "text",
        "text:1.0.1",
        "nope:1.0.0",
        "archive:1.0.0",
        "page:1.0.0",
        "signed:1.0.0",
        "signed:1.0.0.prov",
        "text:1.0.0.prov",
    ] {
        let reference = from(name);
        alike(&["template", "r", "shows", "-f", &reference]);
        alike(&[
            "template",
            "r",
            "shows",
            "--set-file",
            &format!("a={reference}"),
        ]);
    }
    for reference in ["oci://nope", "oci://", "oci:x", "oci://a b/c:1"] {
        alike(&["template", "r", "shows", "-f", reference]);
    }
}
