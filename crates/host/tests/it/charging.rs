//! Charge points over real sockets: who is let in, what is refused, and how a line ends.

use crate::charger::{Call, add_chargers};
use crate::room::{Room, Serving};
use futures::SinkExt as _;
use rstest::rstest;
use serde_json::json;
use stolpe_host::Host;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::CHARGER_KEY;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_tungstenite::tungstenite::Message;

fn hex(key: &[u8]) -> Vec<u8> {
    key.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect()
}

#[rstest]
#[tokio::test]
async fn a_charge_point_is_let_in_with_its_key_however_it_writes_it(#[values(Sqlite, Postgres)] engine: Engine) {
    let room = Room::new(engine).await;
    add_chargers(&room, &["CP-1", "CP 2"]).await;
    let host = Serving::to_nobody(&room, &[]);
    let usual = Call::of("CP-1");
    for (status, call) in [
        (101, usual.clone()),
        (101, Call { key: Some(hex(&CHARGER_KEY)), ..usual.clone() }),
        (101, Call { key: Some(hex(&CHARGER_KEY).to_ascii_uppercase()), ..usual.clone() }),
        (101, Call { identity: "CP%202", user: "CP 2", ..usual.clone() }),
        (401, Call { key: None, ..usual.clone() }),
        (401, Call { key: Some(b"guess".to_vec()), ..usual.clone() }),
        (401, Call { user: "CP 2", ..usual.clone() }),
        (404, Call { identity: "CP-9", user: "CP-9", ..usual.clone() }),
        (404, Call { identity: "CP-8", user: "CP-8", key: None, ..usual.clone() }),
        (404, Call { identity: "a%3Ab", ..usual.clone() }),
    ] {
        assert_eq!(call.status(host.address()).await, status, "{call:?}");
    }
    host.stop();
    let room = Host::open(room.config()).await.unwrap();
    let waiting = room.app().db().read().await.unwrap().list_waiting_charge_points().await.unwrap();
    let mut told: Vec<_> = waiting.iter().map(|it| (it.identity.as_str(), it.presented_credential)).collect();
    told.sort_unstable();
    assert_eq!(told, [("CP-8", false), ("CP-9", true)]);
    room.stop().await;
}

#[tokio::test]
async fn the_protocol_is_echoed_and_without_a_common_one_the_line_ends_at_once() {
    let room = Room::new(Sqlite).await;
    add_chargers(&room, &["CP-1"]).await;
    let host = Serving::to_nobody(&room, &[]);
    let call = Call { protocols: "ocpp2.0.1, ocpp1.6", ..Call::of("CP-1") };
    let (_line, response) = call.dial(host.address()).await.unwrap();
    assert_eq!(response.headers()["sec-websocket-protocol"], "ocpp1.6");
    // Written by hand: a client library does not take an answer without its protocol.
    let mut line = tokio::net::TcpStream::connect(host.address()).await.unwrap();
    let key = stolpe_ocpp::credentials::Credentials::header("CP-1", &CHARGER_KEY);
    let request = format!(
        "GET /ocpp/CP-1 HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
         sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: ocpp2.0.1\r\nauthorization: {key}\r\n\r\n"
    );
    line.write_all(request.as_bytes()).await.unwrap();
    let mut head = vec![0; 1024];
    let mut said = Vec::new();
    while !said.windows(4).any(|part| part == b"\r\n\r\n") || said.last() == Some(&b'\n') {
        let read = line.read(&mut head).await.unwrap();
        assert_ne!(read, 0, "the host says that it ends");
        said.extend_from_slice(&head[..read]);
    }
    let end = said.windows(4).position(|part| part == b"\r\n\r\n").unwrap() + 4;
    let head = String::from_utf8_lossy(&said[..end]).to_lowercase();
    assert!(head.starts_with("http/1.1 101") && !head.contains("sec-websocket-protocol"), "{head}");
    assert_eq!((said[end] & 0x0f, &said[end + 2..end + 4]), (8, &1002_u16.to_be_bytes()[..]), "a close frame");
    host.stop();
}

#[tokio::test]
async fn a_second_line_takes_the_place_of_the_first_and_both_end_with_the_host() {
    let room = Room::new(Sqlite).await;
    add_chargers(&room, &["CP-1"]).await;
    let host = Serving::to_nobody(&room, &[]);
    let (mut first, _) = Call::of("CP-1").dial(host.address()).await.unwrap();
    assert!(first.call("Heartbeat", &json!({})).await.is_some());
    let (mut second, _) = Call::of("CP-1").dial(host.address()).await.unwrap();
    let farewell = first.ended().await.expect("a farewell");
    assert_eq!((u16::from(farewell.code), &*farewell.reason), (1008, "another connection took its place"));
    let heartbeat = second.call("Heartbeat", &json!({})).await.expect("an answer");
    assert!(heartbeat["currentTime"].as_str().unwrap().ends_with('Z'), "{heartbeat}");
    host.stop();
    assert_eq!(second.ended().await.map(|farewell| u16::from(farewell.code)), Some(1012));
}

#[tokio::test]
async fn a_frame_of_ten_megabytes_is_refused_before_it_has_come() {
    let room = Room::new(Sqlite).await;
    add_chargers(&room, &["CP-1"]).await;
    let host = Serving::to_nobody(&room, &[]);
    let (mut line, _) = Call::of("CP-1").dial(host.address()).await.unwrap();
    // Only the head of the frame: it says how long it is, and nothing of it ever comes.
    let tokio_tungstenite::MaybeTlsStream::Plain(stream) = line.socket.get_mut() else { panic!("no TLS here") };
    let mut head = vec![0x81, 0xff];
    head.extend_from_slice(&(10_u64 << 20).to_be_bytes());
    head.extend_from_slice(&[1, 2, 3, 4]);
    stream.write_all(&head).await.unwrap();
    assert_eq!(line.ended().await.map(|farewell| u16::from(farewell.code)), Some(1009));
    let (mut again, _) = Call::of("CP-1").dial(host.address()).await.unwrap();
    let long = json!([2, "1", "StatusNotification", {"info": "x".repeat(900_000)}]).to_string();
    again.socket.send(Message::text(long)).await.unwrap();
    assert!(again.call("Heartbeat", &json!({})).await.is_some(), "the longest honest frames are taken");
    host.stop();
}

#[tokio::test]
async fn a_charge_point_that_calls_again_and_again_is_let_in_each_time() {
    let room = Room::new(Sqlite).await;
    let ids = add_chargers(&room, &["CP-1"]).await;
    let host = Serving::to_nobody(&room, &[]);
    for _ in 0..100 {
        let (mut line, _) = Call::of("CP-1").dial(host.address()).await.unwrap();
        assert!(line.call("Heartbeat", &json!({})).await.is_some());
    }
    host.stop();
    let room = Host::open(room.config()).await.unwrap();
    let contact = room.app().db().read().await.unwrap().contacts(&ids).await.unwrap().remove(0).1;
    assert!(!contact.connected && contact.disconnected_at.is_some(), "{contact:?}");
    room.stop().await;
}
