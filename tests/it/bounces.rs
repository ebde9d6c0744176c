//! Mail that a server took and reports later that it did not arrive, read from a real mailbox.

use crate::documents::{act, invoice};
use crate::month_runs::ready;
use crate::story::text;
use chrono::TimeDelta;
use rstest::rstest;
use serde_json::{Value, json};
use std::sync::Arc;
use stolpe_messaging::Imap;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::mail_server::{MAIL_PASSWORD, USER};
use stolpe_testkit::{MailboxServer, Protection, TestHost};

fn setting(server: &MailboxServer, security: &str) -> Value {
    json!({"enabled": true, "host": "localhost", "port": server.port, "security": security, "username": USER,
        "password": MAIL_PASSWORD, "folder": "INBOX"})
}

async fn put(host: &TestHost, setting: &Value) -> Value {
    let version = host.owner.get("/settings/mailbox").await.expect(200)["rowVersion"].as_i64().unwrap();
    host.owner.put_at("/settings/mailbox", version, setting.clone()).await.expect(200)
}

fn trusting(host: TestHost, server: &MailboxServer) -> TestHost {
    host.reading_mailboxes(Arc::new(Imap::trusting(server.authority.as_bytes()).unwrap()))
}

async fn invite(host: &TestHost) -> Value {
    let invitation = json!({"givenName": "Bo", "familyName": "Ek", "email": "bo@borta.example", "language": "sv",
        "role": "clerk", "scope": {"kind": "facility", "id": host.facility}});
    host.owner.post("/staff", invitation).await.expect(201);
    host.app.send_due().await.unwrap();
    latest(host).await
}

async fn latest(host: &TestHost) -> Value {
    host.owner.get("/notices").await.expect(200)["items"][0].clone()
}

async fn todo(host: &TestHost, kind: &str) -> Option<i64> {
    let todo = host.owner.get("/todo").await.expect(200);
    todo["items"].as_array().unwrap().iter().find(|it| it["kind"] == kind).and_then(|it| it["count"].as_i64())
}

/// A report as Postfix writes it, about the message with this id.
fn report(id: &str, action: &str) -> String {
    format!(
        "From: MAILER-DAEMON@mx.example.se\r\nTo: post@ekbacken.example\r\nSubject: Undelivered Mail\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nI'm sorry to have to inform you.\r\n\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.se\r\n\r\n\
         Final-Recipient: rfc822; bo@borta.example\r\nAction: {action}\r\nStatus: 5.1.1\r\n\
         Diagnostic-Code: smtp; 550 5.1.1 User unknown\r\n\r\n\
         --b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{id}@stolpe>\r\n\r\n--b--\r\n"
    )
}

const LETTER: &str = "From: asa@example.se\r\nTo: post@ekbacken.example\r\nSubject: Hej\r\nMIME-Version: 1.0\r\n\
    Content-Type: text/plain\r\n\r\nAction: failed\r\n";

#[rstest]
#[case::starttls(Protection::StartTls, "starttls")]
#[case::tls(Protection::Tls, "tls")]
#[case::none(Protection::None, "none")]
#[tokio::test]
async fn a_message_that_comes_back_is_loud_and_the_mailbox_stays_as_it_was(
    #[case] protection: Protection,
    #[case] security: &str,
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let server = MailboxServer::new(protection);
    let host = trusting(TestHost::new(engine).await, &server);
    host.mail_on().await;
    let sent = invite(&host).await;
    assert_eq!(sent["state"], "sent");
    put(&host, &setting(&server, security)).await;
    let id = text(&sent["id"]);
    server.deliver("letter", LETTER);
    server.deliver("late", &report(&id, "delayed"));
    server.deliver("other", &report("0190a6f4-6ad0-7c35-9a0e-0c5f7d0a9b11", "failed"));
    let read = async || host.owner.post("/settings/mailbox/read", json!(null)).await.expect(200)["bounced"].clone();
    assert_eq!(read().await, 0, "what is late may arrive, and what others have sent is theirs");
    assert_eq!(latest(&host).await["state"], "sent");

    server.deliver("gone", &report(&id, "failed"));
    assert_eq!(host.app.read_bounces().await.unwrap(), 1);
    let back = latest(&host).await;
    assert_eq!((&back["state"], &back["fault"]), (&json!("bounced"), &json!("mail.bounced")));
    assert_eq!(back["faultWords"], "5.1.1 550 5.1.1 User unknown");
    assert_eq!((todo(&host, "notice.bounced").await, todo(&host, "mailbox.fault").await), (Some(1), None));
    assert_eq!(read().await, 0, "a report counts once");
    assert_eq!(server.untouched(), 4, "nobody's mail is marked as read");
    let stand = host.owner.get("/settings/mailbox").await.expect(200);
    assert_eq!((&stand["fault"], stand["readAt"].is_string(), &stand["password"]), (&Value::Null, true, &Value::Null));

    // Its link was forgotten when it was sent.
    let again = host.owner.post(&format!("/notices/{id}/retry"), json!(null)).await;
    assert_eq!(again.refusal(), (409, "notice.link_gone"));
}

#[rstest]
#[tokio::test]
async fn an_invoice_that_came_back_is_sent_again(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = MailboxServer::new(Protection::None);
    let host = ready(engine).await;
    host.mail_on().await;
    let it = invoice(&host).await;
    act(&host, &it, "send", json!({"by": "mail"})).await.expect(200);
    assert_eq!(host.sent().await.len(), 1);
    put(&host, &setting(&server, "none")).await;
    let id = text(&latest(&host).await["id"]);
    server.deliver("gone", &report(&id, "failed"));
    assert_eq!(host.app.read_bounces().await.unwrap(), 1);
    let seen = host.owner.get(&format!("/documents/{}", text(&it["id"]))).await.expect(200);
    assert_eq!(seen["notices"][0]["state"], "bounced");

    host.owner.post(&format!("/notices/{id}/retry"), json!(null)).await.expect(200);
    assert_eq!(host.sent().await.len(), 1);
    assert_eq!(latest(&host).await["state"], "sent");
    // Servers may number their mails anew; what was read before is read once more then, and changes nothing twice.
    server.deliver("gone again", &report(&id, "failed"));
    assert_eq!(host.app.read_bounces().await.unwrap(), 1);
    assert_eq!(host.app.read_bounces().await.unwrap(), 0);
}

#[rstest]
#[tokio::test]
async fn of_a_full_mailbox_no_report_is_missed(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = MailboxServer::new(Protection::None);
    let host = TestHost::new(engine).await;
    host.mail_on().await;
    let id = text(&invite(&host).await["id"]);
    for number in 0..520 {
        server.deliver(&format!("1{number:03}"), LETTER);
    }
    for number in 0..60 {
        server.deliver(&format!("2{number:03}"), &report("0190a6f4-6ad0-7c35-9a0e-0c5f7d0a9b11", "failed"));
    }
    server.deliver("3000", &report(&id, "failed"));
    put(&host, &setting(&server, "none")).await;
    assert_eq!(host.app.read_bounces().await.unwrap(), 1);
    assert_eq!(latest(&host).await["state"], "bounced");
}

#[rstest]
#[case::password("password", json!("fel"), "outside.misconfigured")]
#[case::folder("folder", json!("Studsar"), "outside.misconfigured")]
#[case::port("port", json!(1), "outside.unavailable")]
#[tokio::test]
async fn a_mailbox_that_cannot_be_read_is_said_until_it_can(
    #[case] name: &str,
    #[case] value: Value,
    #[case] code: &str,
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let server = MailboxServer::new(Protection::None);
    let host = TestHost::new(engine).await;
    let mut wrong = setting(&server, "none");
    wrong[name] = value;
    put(&host, &wrong).await;
    let tried = host.owner.post("/settings/mailbox/read", json!(null)).await;
    assert_eq!(tried.refusal(), (503, code), "{}", tried.body);
    let stand = host.owner.get("/settings/mailbox").await.expect(200);
    assert_eq!((&stand["fault"], stand["faultSince"].is_string()), (&json!(code), true));
    assert_eq!(todo(&host, "mailbox.fault").await, Some(1));
    let since = stand["faultSince"].clone();
    host.clock.advance(TimeDelta::hours(2));
    host.app.read_bounces().await.unwrap_err();
    assert_eq!(host.owner.get("/settings/mailbox").await.expect(200)["faultSince"], since, "since the first time");

    put(&host, &setting(&server, "none")).await;
    assert_eq!(host.app.read_bounces().await.unwrap(), 0);
    assert_eq!(host.owner.get("/settings/mailbox").await.expect(200)["fault"], Value::Null);
    assert_eq!(todo(&host, "mailbox.fault").await, None);
}

#[rstest]
#[tokio::test]
async fn a_server_that_nobody_trusts_is_not_told_the_password(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = MailboxServer::new(Protection::Tls);
    let host = TestHost::new(engine).await;
    put(&host, &setting(&server, "tls")).await;
    let tried = host.owner.post("/settings/mailbox/read", json!(null)).await;
    assert_eq!(tried.refusal(), (503, "outside.misconfigured"), "{}", tried.body);
}

#[rstest]
#[tokio::test]
async fn the_password_of_a_mailbox_goes_nowhere_else(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let first = json!({"enabled": true, "host": "imap.example.se", "port": 993, "security": "tls", "username": USER,
        "password": MAIL_PASSWORD, "folder": "INBOX"});
    let bare = |name: &str, value: Value| {
        let mut it = first.clone();
        it.as_object_mut().unwrap().remove("password");
        it[name] = value;
        it
    };
    let path = "/settings/mailbox";
    let none = host.owner.put_at(path, 0, bare("port", json!(993))).await.expect(422);
    assert_eq!(none["fields"]["password"], "required");
    assert_eq!(host.owner.put_at(path, 0, first.clone()).await.expect(200)["passwordSet"], true);
    for (name, value) in [("host", json!("evil.example")), ("username", json!("siv")), ("port", json!(143))] {
        let refused = host.owner.put_at(path, 1, bare(name, value)).await.expect(422);
        assert_eq!(refused["fields"]["password"], "mail.password_again", "{name}");
    }
    let open = host.owner.put_at(path, 1, bare("security", json!("none"))).await.expect(422);
    assert_eq!(open["fields"]["security"], "mail.unprotected");
    let folder = host.owner.put_at(path, 1, bare("folder", json!("Å"))).await.expect(422);
    assert_eq!(folder["fields"]["folder"], "mailbox.folder");
    let moved = host.owner.put_at(path, 1, bare("folder", json!("Bounces"))).await.expect(200);
    assert_eq!(
        (&moved["folder"], &moved["passwordSet"], &moved["rowVersion"]),
        (&json!("Bounces"), &json!(true), &json!(2))
    );
    let late = host.owner.put_at(path, 1, bare("folder", json!("INBOX"))).await;
    assert_eq!((late.refusal(), &late.body["current"]["folder"]), ((412, "conflict.changed"), &json!("Bounces")));
    let off = host.owner.put_at(path, 2, bare("enabled", json!(false))).await.expect(200);
    assert_eq!(off["enabled"], false);
    let tried = host.owner.post("/settings/mailbox/read", json!(null)).await;
    assert_eq!(tried.refusal(), (409, "mailbox.not_set_up"));
}
