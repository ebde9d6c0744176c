//! A host that listens, seen from outside: how it ends.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

const PASSWORD: &str = "Seven-Blue#Herons!12";

fn stolpe_host(folder: &TempDir, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stolpe-host"));
    command.args(words).arg("--data").arg(folder.path());
    command.env_remove("STOLPE_DATABASE_URL").env_remove("STOLPE_KEY").env_remove("RUST_LOG");
    command
}

/// A host with an owner, and the address it listens on.
fn serve(folder: &TempDir) -> (Child, String) {
    let mut init = stolpe_host(folder, &["init"]);
    init.args(["--owner-email", "ove@example.se", "--owner-password-stdin", "--organisation", "Brf Ekbacken"]);
    let mut init = init.args(["--country", "SE"]).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    init.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
    assert!(init.wait().unwrap().success());
    let mut host = stolpe_host(folder, &["serve", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(host.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().trim_start_matches("http://").trim_end_matches("/admin/").to_owned();
    (host, address)
}

/// Sends a request as it is written on the wire.
fn send(address: &str, head: &str, body: &str) -> BufReader<TcpStream> {
    let mut line = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(line, "{head}\r\nhost: {address}\r\ncontent-length: {length}\r\n\r\n{body}").unwrap();
    BufReader::new(line)
}

#[cfg(unix)]
#[test]
fn open_streams_of_live_changes_end_with_the_host_and_are_not_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let (mut host, address) = serve(&folder);
    let credentials = serde_json::json!({"facility": null, "username": "ove@example.se", "password": PASSWORD});
    let head = "POST /api/v1/login HTTP/1.1\r\ncontent-type: application/json\r\nconnection: close";
    let mut answer = String::new();
    send(&address, head, &credentials.to_string()).read_to_string(&mut answer).unwrap();
    let body: serde_json::Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    let token = body["token"].as_str().unwrap();

    let mut events = send(&address, &format!("GET /api/v1/events HTTP/1.1\r\nauthorization: Bearer {token}"), "");
    let mut status = String::new();
    events.read_line(&mut status).unwrap();
    assert_eq!(status, "HTTP/1.1 200 OK\r\n");

    assert!(Command::new("kill").arg(host.id().to_string()).status().unwrap().success());
    let mut rest = String::new();
    events.read_to_string(&mut rest).unwrap();
    // An empty chunk says that the stream is whole; one that the host cuts off when its patience is over has none.
    assert!(rest.ends_with("0\r\n\r\n"), "{rest}");
    assert!(host.wait().unwrap().success());
}

#[test]
fn this_computer_may_ask_what_the_host_has_been_busy_with_and_is_told_no_names() {
    let folder = tempfile::tempdir().unwrap();
    let (mut host, address) = serve(&folder);
    let ask = |path: &str| {
        let mut answer = String::new();
        let head = format!("GET {path} HTTP/1.1\r\nconnection: close");
        send(&address, &head, "").read_to_string(&mut answer).unwrap();
        answer
    };
    let nowhere = ask("/api/v1/nowhere/1c0ffee");
    assert!(nowhere.starts_with("HTTP/1.1 404 ") && nowhere.contains("application/problem+json"), "{nowhere}");
    ask("/api/v1/persons/019f8e76-0000-7000-8000-000000000000");
    let made_up = "BREW7 /api/v1/persons/019f8e76-0000-7000-8000-000000000000 HTTP/1.1\r\nconnection: close";
    send(&address, made_up, "").read_to_string(&mut String::new()).unwrap();

    let told = ask("/metrics");
    for line in [
        "content-type: application/openmetrics-text",
        "stolpe_answers_total{method=\"GET\",route=\"/api/v1/persons/{id}\",status=\"401\"} 1\n",
        "stolpe_answer_seconds_count{method=\"GET\",route=\"/api/v1/persons/{id}\"} 1\n",
        "method=\"other\"",
        "stolpe_database_up 1\n",
        "stolpe_notices_failed 0\n",
        "# EOF\n",
    ] {
        assert!(told.contains(line), "{line} is not in\n{told}");
    }
    assert!(
        !told.contains("BREW7")
            && !told.contains("1c0ffee")
            && !told.contains("019f8e76")
            && !told.contains("Ekbacken"),
        "{told}"
    );
    host.kill().unwrap();
    host.wait().unwrap();
}
