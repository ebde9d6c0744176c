//! The outbox against a real mail server, which takes, refuses and postpones.

use crate::story::{BOTH, resident, text};
use chrono::TimeDelta;
use rstest::rstest;
use serde_json::{Value, json};
use std::sync::Arc;
use stolpe_messaging::Smtp;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::mail_server::{MAIL_PASSWORD, USER};
use stolpe_testkit::{MailServer, Protection, TestHost};

/// A product that trusts this server's authority; mail is not set up yet.
async fn beside(engine: Engine, server: &MailServer) -> TestHost {
    let smtp = Smtp::trusting(server.authority.as_bytes()).unwrap();
    TestHost::with_mailer(engine, Arc::new(smtp)).await
}

async fn set_up_mail(host: &TestHost, port: u16, security: &str, credentials: Option<(&str, &str)>) {
    let version = host.owner.get("/settings/mail").await.expect(200)["rowVersion"].as_i64().unwrap();
    let setting = json!({
        "enabled": true, "host": "localhost", "port": port, "security": security,
        "username": credentials.map(|(user, _)| user), "password": credentials.map(|(_, password)| password),
        "fromName": "Brf Åkersjø", "fromAddress": "post@akersjo.example"
    });
    host.owner.put_at("/settings/mail", version, setting).await.expect(200);
}

async fn invite(host: &TestHost, email: &str) {
    let invitation = json!({"givenName": "Bjørn", "familyName": "Åkerø", "email": email, "language": "nb",
        "role": "clerk", "scope": {"kind": "facility", "id": host.facility}});
    host.owner.post("/staff", invitation).await.expect(201);
}

/// The latest message of the outbox.
async fn latest(host: &TestHost) -> Value {
    host.owner.get("/notices").await.expect(200)["items"][0].clone()
}

async fn todo(host: &TestHost, kind: &str) -> Option<i64> {
    let todo = host.owner.get("/todo").await.expect(200);
    todo["items"].as_array().unwrap().iter().find(|it| it["kind"] == kind).and_then(|it| it["count"].as_i64())
}

fn count(told: &[Value], event: &str) -> usize {
    told.iter().filter(|line| line["event"] == event).count()
}

#[rstest]
#[case::starttls(Protection::StartTls, "starttls")]
#[case::tls(Protection::Tls, "tls")]
#[tokio::test]
async fn a_message_arrives_as_it_was_written_over_a_protected_connection(
    #[case] protection: Protection,
    #[case] security: &str,
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let server = MailServer::new(protection);
    let host = beside(engine, &server).await;
    let facility = format!("/facilities/{}", host.facility);
    let version = host.owner.get(&facility).await.expect(200)["rowVersion"].as_i64().unwrap();
    host.owner.patch_at(&facility, version, json!({"name": "Åkersjø"})).await.expect(200);
    set_up_mail(&host, server.port, security, Some((USER, MAIL_PASSWORD))).await;
    invite(&host, "bjorn@example.no").await;
    assert_eq!(host.app.send_due().await.unwrap(), 1);

    let told = server.until("taken");
    let taken = told.last().unwrap();
    assert_eq!((&taken["tls"], &taken["user"]), (&json!(true), &json!(USER)), "{told:?}");
    assert!(told.iter().filter(|line| line["event"] == "entered").all(|line| line["tls"] == true));
    let sent = latest(&host).await;
    assert_eq!(taken["sender"], "post@akersjo.example");
    assert_eq!(taken["to"], json!(["bjorn@example.no"]));
    let headers = &taken["headers"];
    assert_eq!(headers["subject"], "Invitasjon til Åkersjø");
    assert_eq!(headers["from"], "Brf Åkersjø <post@akersjo.example>");
    assert_eq!(headers["to"], "bjorn@example.no");
    assert_eq!(headers["content-language"], "nb");
    assert_eq!(headers["auto-submitted"], "auto-generated");
    assert_eq!(headers["message-id"], format!("<{}@stolpe>", text(&sent["id"])));
    assert_eq!(taken["raw_headers_are_ascii"], true, "a server without SMTPUTF8 gets nothing else");
    assert_eq!((&taken["type"], &taken["charset"]), (&json!("text/plain"), &json!("utf-8")));
    let body = text(&taken["text"]);
    assert!(body.starts_with("Hei Bjørn!") || body.starts_with("Hei Bjørn Åkerø!"), "{body}");
    let link = body.lines().find(|line| line.contains("://")).unwrap();
    let secret = link.rsplit_once('#').unwrap().1;
    assert_eq!(secret.len(), 43);
    assert_eq!(body.trim_end(), text(&sent["body"]).replace("#…", &format!("#{secret}")).trim_end());
    assert_eq!((&sent["state"], &sent["fault"], &sent["attempts"]), (&json!("sent"), &Value::Null, &json!(1)));
    assert_eq!(host.app.send_due().await.unwrap(), 0);
    assert_eq!(count(&server.end(), "taken"), 0, "once is enough");
}

#[rstest]
#[tokio::test]
async fn a_recipient_who_is_refused_is_said_in_the_servers_words_and_waits_on_the_to_do_list(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let server = MailServer::new(Protection::None);
    let host = beside(engine, &server).await;
    set_up_mail(&host, server.port, "none", None).await;
    invite(&host, "gone@example.no").await;
    assert_eq!(todo(&host, "notice.failed").await, None);
    assert_eq!(host.app.send_due().await.unwrap(), 0);
    let failed = latest(&host).await;
    assert_eq!((&failed["state"], &failed["fault"]), (&json!("failed"), &json!("mail.refused")));
    let words = text(&failed["faultWords"]);
    assert!(words.contains("550") && words.contains("No such mailbox here"), "{words}");
    assert_eq!(todo(&host, "notice.failed").await, Some(1));
    host.clock.advance(TimeDelta::days(1));
    assert_eq!(host.app.send_due().await.unwrap(), 0);

    let again = host.owner.post(&format!("/notices/{}/retry", text(&failed["id"])), json!(null)).await.expect(200);
    assert_eq!(again["state"], "queued");
    assert_eq!(host.app.send_due().await.unwrap(), 0);
    assert_eq!(latest(&host).await["state"], "failed");
    assert_eq!(count(&server.end(), "refused"), 2, "once by itself, once when somebody asked for it");
}

#[rstest]
#[tokio::test]
async fn a_message_that_is_postponed_is_tried_again_by_the_schedule_and_then_given_up(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let server = MailServer::new(Protection::None);
    let host = beside(engine, &server).await;
    set_up_mail(&host, server.port, "none", None).await;
    invite(&host, "busy@example.no").await;
    for minutes in [1, 5, 15, 60, 240, 720] {
        host.app.send_due().await.unwrap();
        let waiting = latest(&host).await;
        assert_eq!((&waiting["state"], &waiting["fault"]), (&json!("queued"), &json!("mail.unavailable")));
        assert!(text(&waiting["faultWords"]).contains("Greylisted"), "{waiting}");
        host.clock.advance(TimeDelta::minutes(minutes) - TimeDelta::seconds(1));
        host.app.send_due().await.unwrap();
        assert_eq!(latest(&host).await["attempts"], waiting["attempts"], "not a second before its time");
        host.clock.advance(TimeDelta::seconds(1));
    }
    host.app.send_due().await.unwrap();
    assert_eq!(latest(&host).await["state"], "failed");
    assert_eq!(todo(&host, "notice.failed").await, Some(1));
    assert_eq!(count(&server.end(), "postponed"), 7);
}

#[rstest]
#[tokio::test]
async fn a_server_that_is_away_loses_nothing_and_new_settings_send_at_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let (away, server) = (MailServer::new(Protection::None), MailServer::new(Protection::None));
    let host = beside(engine, &server).await;
    set_up_mail(&host, away.port, "none", None).await;
    away.end();
    invite(&host, "bjorn@example.no").await;
    assert_eq!(host.app.send_due().await.unwrap(), 0);
    let waiting = latest(&host).await;
    assert_eq!((&waiting["state"], &waiting["fault"]), (&json!("queued"), &json!("mail.unavailable")));
    assert!(waiting["faultWords"].is_string(), "{waiting}");
    set_up_mail(&host, server.port, "none", None).await;
    assert_eq!(host.app.send_due().await.unwrap(), 1);
    let sent = latest(&host).await;
    assert_eq!((&sent["state"], &sent["fault"], &sent["faultWords"]), (&json!("sent"), &Value::Null, &Value::Null));
}

#[rstest]
#[tokio::test]
async fn a_wrong_password_is_our_fault_and_not_the_messages(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = MailServer::new(Protection::StartTls);
    let host = beside(engine, &server).await;
    set_up_mail(&host, server.port, "starttls", Some((USER, "Fel-63"))).await;
    invite(&host, "bjorn@example.no").await;
    assert_eq!(host.app.send_due().await.unwrap(), 0);
    let waiting = latest(&host).await;
    assert_eq!((&waiting["state"], &waiting["fault"]), (&json!("queued"), &json!("mail.misconfigured")));
    assert!(text(&waiting["faultWords"]).contains("535"), "{waiting}");
    let tested = host.owner.post("/settings/mail/test", json!({"to": "siv@ekbacken.example"})).await;
    assert_eq!(tested.refusal(), (503, "outside.misconfigured"));
    assert!(text(&tested.body["params"]["said"]).contains("535"), "{}", tested.body);
    let told = server.end();
    assert_eq!((count(&told, "kept_out"), count(&told, "taken")), (2, 0), "{told:?}");
}

#[rstest]
#[case::starttls(Protection::StartTls, "starttls")]
#[case::tls(Protection::Tls, "tls")]
#[tokio::test]
async fn a_server_whose_certificate_nobody_vouches_for_is_told_nothing(
    #[case] protection: Protection,
    #[case] security: &str,
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let server = MailServer::new(protection);
    let host = TestHost::with_mailer(engine, Arc::new(Smtp::default())).await;
    set_up_mail(&host, server.port, security, Some((USER, MAIL_PASSWORD))).await;
    invite(&host, "bjorn@example.no").await;
    assert_eq!(host.app.send_due().await.unwrap(), 0);
    let waiting = latest(&host).await;
    assert_eq!((&waiting["state"], &waiting["fault"]), (&json!("queued"), &json!("mail.misconfigured")), "{waiting}");
    assert!(text(&waiting["faultWords"]).to_lowercase().contains("certificate"), "{waiting}");
    let told = server.end();
    assert_eq!((count(&told, "entered"), count(&told, "kept_out"), count(&told, "taken")), (0, 0, 0), "{told:?}");
}

#[tokio::test]
async fn a_server_without_the_protection_that_was_asked_for_gets_no_password() {
    let server = MailServer::new(Protection::None);
    let host = beside(Sqlite, &server).await;
    set_up_mail(&host, server.port, "starttls", Some((USER, MAIL_PASSWORD))).await;
    invite(&host, "bjorn@example.no").await;
    assert_eq!(host.app.send_due().await.unwrap(), 0);
    let waiting = latest(&host).await;
    assert_eq!((&waiting["state"], &waiting["fault"]), (&json!("queued"), &json!("mail.unexpected")), "{waiting}");
    let told = server.end();
    assert_eq!((count(&told, "entered"), count(&told, "kept_out"), count(&told, "taken")), (0, 0, 0), "{told:?}");
}

#[rstest]
#[tokio::test]
async fn a_message_is_held_until_mail_is_set_up_and_then_goes(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = MailServer::new(Protection::None);
    let host = beside(engine, &server).await;
    invite(&host, "bjorn@example.no").await;
    assert_eq!(host.app.send_due().await.unwrap(), 0);
    assert_eq!(latest(&host).await["state"], "held");
    assert_eq!(todo(&host, "notice.held").await, Some(1));
    set_up_mail(&host, server.port, "none", None).await;
    assert_eq!(latest(&host).await["state"], "queued");
    assert_eq!(host.app.send_due().await.unwrap(), 1);
    assert_eq!(todo(&host, "notice.held").await, None);
    assert_eq!(count(&server.until("taken"), "connected"), 1);
}

#[tokio::test]
async fn a_training_organisation_never_opens_a_connection() {
    for engine in BOTH {
        let server = MailServer::new(Protection::None);
        let host = beside(engine, &server).await;
        let training = text(&host.owner.post("/training", json!(null)).await.expect(201)["organisationId"]);
        set_up_mail(&host, server.port, "none", None).await;
        let invitation = json!({"givenName": "Ove", "familyName": "Øvning", "email": "ove@example.se",
            "language": "sv", "role": "owner", "scope": {"kind": "organisation", "id": training}});
        let invited = text(&host.owner.post("/staff", invitation).await.expect(201)["loginId"]);
        host.owner.post(&format!("/staff/{invited}/invitation"), json!(null)).await.expect(200);
        host.nobody().post("/password-resets", json!({"username": "ove@example.se"})).await.expect(202);
        // Saving the settings lets held messages go; these must stay all the same.
        set_up_mail(&host, server.port, "none", None).await;
        host.clock.advance(TimeDelta::days(2));
        assert_eq!(host.app.send_due().await.unwrap(), 0);
        let notices = host.owner.get("/notices").await.expect(200)["items"].as_array().unwrap().clone();
        let states: Vec<_> = notices.iter().filter(|it| it["recipient"] == "ove@example.se").collect();
        assert!(states.len() >= 2 && states.iter().all(|it| it["state"] == "held"), "{states:?}");
        assert_eq!(server.end(), Vec::<Value>::new(), "not even a connection");
    }
}

#[rstest]
#[tokio::test]
async fn the_password_on_file_goes_to_no_other_server_than_it_was_given_for(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    let first = json!({
        "enabled": true, "host": "smtp.akersjo.example", "port": 587, "security": "starttls", "username": "post",
        "password": "hemligt", "fromName": "Brf Åkersjø", "fromAddress": "post@akersjo.example"
    });
    let saved = host.owner.put_at("/settings/mail", 0, first.clone()).await.expect(200);
    let mut version = saved["rowVersion"].as_i64().unwrap();
    let with = |name: &str, value: Value| {
        let mut other = first.clone();
        other.as_object_mut().unwrap().remove("password");
        other[name] = value;
        other
    };
    for (name, value) in [
        ("host", json!("smtp.stranger.example")),
        ("port", json!(2525)),
        ("security", json!("tls")),
        ("username", json!("somebody")),
        ("username", json!(null)),
    ] {
        let refused = host.owner.put_at("/settings/mail", version, with(name, value)).await.expect(422);
        assert_eq!(refused["fields"], json!({"password": "mail.password_again"}), "{name}");
    }
    let kept = host.owner.put_at("/settings/mail", version, with("fromName", json!("Åkersjø"))).await.expect(200);
    assert_eq!(kept["passwordSet"], true);
    version = kept["rowVersion"].as_i64().unwrap();
    let mut elsewhere = with("host", json!("smtp.other.example"));
    elsewhere["password"] = json!("ett annat");
    let moved = host.owner.put_at("/settings/mail", version, elsewhere).await.expect(200);
    assert_eq!((&moved["host"], &moved["passwordSet"]), (&json!("smtp.other.example"), &json!(true)));
    version = moved["rowVersion"].as_i64().unwrap();
    let mut without = with("host", json!("smtp.third.example"));
    without["password"] = json!("");
    assert_eq!(host.owner.put_at("/settings/mail", version, without).await.expect(200)["passwordSet"], false);
}

#[rstest]
#[tokio::test]
async fn while_mail_is_tried_out_everything_goes_to_one_address_and_nothing_is_sent_anew_afterwards(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let server = MailServer::new(Protection::None);
    let host = beside(engine, &server).await;
    set_up_mail(&host, server.port, "none", None).await;
    let mut setting = host.owner.get("/settings/mail").await.expect(200);
    let version = |setting: &mut Value| {
        let fields = setting.as_object_mut().unwrap();
        fields.remove("passwordSet");
        fields.remove("rowVersion").unwrap().as_i64().unwrap()
    };
    let at = version(&mut setting);
    setting["testAddress"] = json!("nobody");
    let refused = host.owner.put_at("/settings/mail", at, setting.clone()).await.expect(422);
    assert_eq!(refused["fields"], json!({"testAddress": "email.malformed"}));
    setting["testAddress"] = json!(" Prov@Akersjo.example ");
    let mut saved = host.owner.put_at("/settings/mail", at, setting).await.expect(200);
    let test_address = text(&saved["testAddress"]);
    assert_eq!(test_address.to_lowercase(), "prov@akersjo.example");
    assert_eq!(host.owner.get("/me").await.expect(200)["mailDivertedTo"], saved["testAddress"], "everybody is told");

    invite(&host, "bjorn@example.no").await;
    assert_eq!(host.app.send_due().await.unwrap(), 1);
    let told = server.until("taken");
    let taken = told.last().unwrap();
    assert_eq!(taken["to"], json!([test_address]));
    assert!(text(&taken["headers"]["subject"]).starts_with("[Testmodus] Invitasjon"), "{taken}");
    let body = text(&taken["text"]);
    assert!(body.contains("bjorn@example.no"), "for whom it was: {body}");
    let link = body.lines().find(|line| line.contains("://")).unwrap();
    assert!(link.ends_with("#…"), "whoever reads the test does not get into somebody's login: {link}");
    let diverted = latest(&host).await;
    assert_eq!((&diverted["state"], &diverted["divertedTo"]), (&json!("diverted"), &json!(test_address)));
    assert_eq!(diverted["recipient"], "bjorn@example.no");
    let again = host.owner.post(&format!("/notices/{}/retry", text(&diverted["id"])), json!({})).await;
    assert_eq!(again.code(), "notice.not_failed");

    // What waits for another try while it is switched off goes to whom it is for; what was diverted does not.
    let at = version(&mut saved);
    saved["testAddress"] = Value::Null;
    let off = host.owner.put_at("/settings/mail", at, saved).await.expect(200);
    assert_eq!(off["testAddress"], Value::Null);
    assert_eq!(host.owner.get("/me").await.expect(200)["mailDivertedTo"], Value::Null);
    assert_eq!(host.app.send_due().await.unwrap(), 0);
    // Messages of one instant are in no order.
    host.clock.advance(TimeDelta::minutes(1));
    invite(&host, "berit@example.no").await;
    assert_eq!(host.app.send_due().await.unwrap(), 1);
    let told = server.until("taken");
    assert_eq!(told.last().unwrap()["to"], json!(["berit@example.no"]));
    assert_eq!(count(&server.end(), "taken"), 0, "nothing goes anew");
    let states: Vec<String> = host.owner.get("/notices").await.expect(200)["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|notice| text(&notice["state"]))
        .collect();
    assert_eq!(states, ["sent", "diverted"], "the outbox says which is which");
    let only = host.owner.get("/notices?state=diverted").await.expect(200);
    assert_eq!(only["items"].as_array().unwrap().len(), 1);
}

#[rstest]
#[tokio::test]
async fn a_test_address_learns_nothing_of_where_a_protected_person_is(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    host.mail_on().await;
    let mut setting = host.owner.get("/settings/mail").await.expect(200);
    let fields = setting.as_object_mut().unwrap();
    fields.remove("passwordSet");
    let at = fields.remove("rowVersion").unwrap().as_i64().unwrap();
    setting["testAddress"] = json!("prov@akersjo.example");
    host.owner.put_at("/settings/mail", at, setting).await.expect(200);
    let (person, login) = resident(&host, "Solveig", "Dold", "A1").await;
    let record = host.owner.get(&format!("/persons/{person}")).await.expect(200);
    let secret = json!({"email": "dold@example.no", "protectedIdentity": true});
    let at = record["rowVersion"].as_i64().unwrap();
    host.owner.patch_at(&format!("/persons/{person}"), at, secret).await.expect(200);
    host.give_password(&login, false).await;
    let username = host.owner.get(&format!("/persons/{person}")).await.expect(200)["logins"][0]["username"].clone();
    let ask = json!({"facility": "EKB", "username": username});
    host.nobody().post("/password-resets", ask).await.expect(202);
    let sent = host.sent().await;
    assert_eq!(sent[0].to, "prov@akersjo.example");
    assert!(!format!("{:?}", sent[0]).contains("dold@example.no"), "{:?}", sent[0]);
}
