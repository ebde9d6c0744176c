//! What holds for every request: it has an id that can be quoted, and its key makes it happen once.

use crate::story::text;
use crate::walk::{Things, operations};
use axum::body::Body;
use chrono::TimeDelta;
use rstest::rstest;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use stolpe_domain::access::Role;
use stolpe_store::Db;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::host::OWNER;
use stolpe_testkit::{Answer, At, TestHost};
use uuid::Uuid;

/// The id in the answer's header.
fn request_id(answer: &Answer) -> String {
    let id = answer.headers["x-request-id"].to_str().unwrap().to_owned();
    assert!(id.parse::<Uuid>().is_ok(), "{id}");
    id
}

fn is_replay(answer: &Answer) -> bool {
    answer.headers.get("idempotency-replayed").is_some_and(|value| value == "true")
}

/// Rows of the audit log.
async fn rows(host: &TestHost) -> i64 {
    host.owner.get("/audit/proof").await.expect(200)["rows"].as_i64().unwrap()
}

#[rstest]
#[tokio::test]
async fn every_problem_names_its_request_and_so_does_the_header(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let nobody = host.nobody();
    let person = format!("/persons/{}", Uuid::new_v4());
    let mut seen = Vec::new();
    for (status, answer) in [
        (401, nobody.get("/me").await),
        (401, nobody.post("/login", json!({"username": "nobody", "password": "x"})).await),
        (404, host.owner.get(&person).await),
        (404, host.owner.get("/there/is/no/such/room").await),
        (400, host.owner.post_once(&"k".repeat(200), "/views", json!({})).await),
        (422, host.owner.post("/views", json!({"room": "", "name": "", "query": {}})).await),
        (422, host.owner.post("/views", json!({"nonsense": 1})).await),
        (428, host.owner.patch(&format!("/organisations/{}", host.organisation), json!({})).await),
        (412, host.owner.patch_at(&format!("/organisations/{}", host.organisation), 99, json!({})).await),
    ] {
        assert_eq!(answer.status, status, "{}", answer.body);
        assert_eq!(answer.body["correlation"], json!(request_id(&answer)), "{}", answer.body);
        assert_eq!(answer.headers["content-type"], "application/problem+json");
        seen.push(request_id(&answer));
    }
    let all = seen.len();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), all, "each request has an id of its own");
}

#[rstest]
#[tokio::test]
async fn the_audit_log_knows_a_request_by_the_id_in_its_answer(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let foreign = Uuid::new_v4().to_string();
    let view = json!({"room": "people", "name": "Alla", "query": {}}).to_string();
    let headers = [("content-type", "application/json"), ("x-request-id", foreign.as_str())];
    let saved = host.owner.send("POST", "/views", &headers, view).await;
    assert_eq!(saved.status, 201, "{}", saved.body);
    let log = host.owner.get("/audit?action=view.saved").await.expect(200);
    assert_eq!(log["items"][0]["correlation"], json!(request_id(&saved)));
    assert_ne!(request_id(&saved), foreign, "a caller does not choose what stands in the audit log");
}

/// What was logged by every test from the moment that one began to listen.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(line)
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_line_of_a_fault_carries_the_id_and_never_the_secret_in_the_address() {
    let host = TestHost::new(Sqlite).await;
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    // For every thread: what a thread without a listener finds uninteresting is uninteresting to all.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let keychain = host.keychain.clone();
    keychain.lock(true);
    let host = host.restarted(keychain).await;
    let recover = host.nobody().post("/vault/recover", json!({"recoveryCode": host.recovery_code})).await;
    assert_eq!(recover.refusal(), (503, "keychain.locked"));
    host.db.db.close().await;
    let broken = host.nobody().get("/invitations/a-secret-of-somebody").await;
    assert!(broken.status >= 500, "{}", broken.body);
    let lines = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for answer in [&recover, &broken] {
        let id = request_id(answer);
        let loud = |line: &str| line.contains("WARN") || line.contains("ERROR");
        assert!(lines.lines().any(|line| loud(line) && line.contains(&id)), "{id} is not in {lines}");
    }
    assert!(lines.contains("/api/v1/invitations/{token}") && !lines.contains("a-secret-of-somebody"), "{lines}");
}

#[rstest]
#[tokio::test]
async fn a_creation_that_is_sent_again_is_answered_as_the_first_time_and_says_so(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    let path = format!("/persons?organisationId={}&facilityId={}", host.organisation, host.facility);
    let draft = json!({"givenName": "Åsa", "familyName": "Öberg", "language": "sv"});
    let first = host.owner.post_once("k", &path, draft.clone()).await;
    assert!(!is_replay(&first));
    let again = host.owner.post_once("k", &path, draft.clone()).await;
    assert!(is_replay(&again));
    assert_eq!(first.expect(201), again.expect(201));
    let mut other = draft.clone();
    other["givenName"] = json!("Bo");
    let refused = host.owner.post_once("k", &path, other).await;
    assert_eq!((refused.refusal(), is_replay(&refused)), ((409, "conflict.idempotency_key"), false));
    let clerk = host.as_(Role::Clerk, At::Organisation(host.organisation.clone())).await;
    let theirs = clerk.post_once("k", &path, draft).await;
    assert!(!is_replay(&theirs), "a key is its owner's");
    theirs.expect(201);
}

/// Sends the same twice with one key, and then something else with it.
async fn twice(host: &TestHost, path: &str, body: Value, status: u16) -> Value {
    let first = host.owner.post_once(path, path, body.clone()).await;
    assert!(!is_replay(&first), "{path}");
    let first = first.expect(status);
    let before = rows(host).await;
    let again = host.owner.post_once(path, path, body).await;
    assert!(is_replay(&again), "{path}: {} {}", again.status, again.body);
    assert_eq!(again.clone().expect(status), first, "{path}");
    assert_eq!(rows(host).await, before, "{path} was done twice");
    let other = host.owner.post_once(path, "/views", json!({"room": "people", "name": "x", "query": {}})).await;
    assert_eq!(other.refusal(), (409, "conflict.idempotency_key"), "{path}");
    first
}

#[rstest]
#[tokio::test]
async fn an_act_that_is_sent_again_is_not_done_again_either(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    host.mail_on().await;
    let people = format!("/persons?organisationId={}&facilityId={}", host.organisation, host.facility);
    let person = async |name: &str| {
        let draft = json!({"givenName": name, "familyName": "Öberg", "language": "sv"});
        text(&host.owner.post(&people, draft).await.expect(201)["id"])
    };
    let (one, two) = (person("Åsa").await, person("Aasa").await);
    let login = json!({"personId": one, "facilityId": host.facility, "username": "A1101"});
    let login = text(&host.owner.post("/logins", login).await.expect(201)["id"]);
    assert_eq!(twice(&host, &format!("/logins/{login}/block"), json!(null), 200).await["state"], "blocked");
    assert_eq!(twice(&host, &format!("/logins/{login}/unblock"), json!(null), 200).await["state"], "not_issued");

    let invitation = json!({"givenName": "Per", "familyName": "Gran", "email": "per@example.se", "language": "nb",
        "role": "clerk", "scope": {"kind": "facility", "id": host.facility}});
    let staff = text(&host.owner.post("/staff", invitation).await.expect(201)["loginId"]);
    let invited = host.sent().await.len();
    twice(&host, &format!("/staff/{staff}/invitation"), json!(null), 200).await;
    assert_eq!((invited, host.sent().await.len()), (1, 1), "one more mail, not two");
    twice(&host, &format!("/staff/{staff}/block"), json!(null), 200).await;
    twice(&host, &format!("/staff/{staff}/unblock"), json!(null), 200).await;

    let merge = json!({"otherId": two, "reason": "samma"});
    assert_eq!(twice(&host, &format!("/persons/{one}/merge"), merge, 200).await["id"], json!(one));
    let erasure = format!("/persons/{one}/erasure");
    twice(&host, &erasure, json!({"reason": "begärt"}), 204).await;
    assert_eq!(host.owner.post(&erasure, json!({"reason": "begärt"})).await.refusal(), (409, "person.erased"));
}

#[rstest]
#[tokio::test]
async fn a_key_on_what_holds_a_password_is_forgotten_at_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let guess = json!({"username": "nobody@example.se", "password": "x"});
    for _ in 0..2 {
        assert_eq!(host.nobody().post_once("k", "/login", guess.clone()).await.refusal(), (401, "login.refused"));
    }
    let change = json!({"current": stolpe_testkit::host::PASSWORD, "new": "Oskarshamn-88!"});
    host.owner.post_once("k", "/me/password", change.clone()).await.expect(204);
    assert_eq!(
        host.owner.post_once("k", "/me/password", change).await.expect(422)["fields"],
        json!({"current": "password.wrong"})
    );
    let view = json!({"room": "people", "name": "Alla", "query": {}});
    host.owner.post_once("k", "/views", view).await.expect(201);
}

#[rstest]
#[tokio::test]
async fn what_is_kept_of_a_request_cannot_be_tried_out_and_is_known_again_after_a_restart(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    let view = json!({"room": "people", "name": "19811218-9876", "query": {}});
    let made = host.owner.post_once("k", "/views", view.clone()).await.expect(201);
    let kept: Vec<u8> = match &host.db.db {
        Db::Sqlite { writer, .. } => {
            sqlx::query_scalar("select request_digest from idempotency where idempotency_key = 'k'")
                .fetch_one(writer)
                .await
                .unwrap()
        }
        Db::Postgres { pool, .. } => {
            sqlx::query_scalar("select request_digest from idempotency where idempotency_key = 'k'")
                .fetch_one(pool)
                .await
                .unwrap()
        }
    };
    let mut plain = Sha256::new();
    for part in [&b"POST"[..], b"/api/v1/views", view.to_string().as_bytes()] {
        plain.update((part.len() as u64).to_be_bytes());
        plain.update(part);
    }
    assert_eq!(kept.len(), 32);
    assert_ne!(
        kept,
        plain.finalize().to_vec(),
        "whoever has the table alone cannot try what the request may have held"
    );
    let keychain = host.keychain.clone();
    let host = host.restarted(keychain).await;
    assert_eq!(host.owner.post_once("k", "/views", view).await.expect(201)["id"], made["id"]);
}

#[tokio::test]
async fn a_stranger_may_send_a_form_and_no_more() {
    let host = TestHost::new(Sqlite).await;
    let open: Vec<&str> = include_str!("open_endpoints.txt").lines().collect();
    let takes_a_body = |id: &str| !id.starts_with("read_");
    let mut tried = Vec::new();
    for it in operations().into_iter().filter(|it| open.contains(&it.id.as_str()) && takes_a_body(&it.id)) {
        let long = " ".repeat(16 * 1024 + 1);
        let json = [("content-type", "application/json"), ("idempotency-key", "k")];
        for headers in [&json[..1], &json[..]] {
            let answer = host.nobody().send(&it.method, &Things::nowhere().address(&it), headers, long.clone()).await;
            assert_eq!(answer.refusal(), (413, "body.too_large"), "{}: {}", it.id, answer.body);
        }
        tried.push(it.id);
    }
    assert_eq!(tried.len(), open.iter().filter(|id| takes_a_body(id)).count(), "{tried:?}");
    let view = format!("{}{}", json!({"room": "people", "name": "x", "query": {}}), " ".repeat(1024 * 1024));
    let json = [("content-type", "application/json"), ("idempotency-key", "k")];
    for headers in [&json[..1], &json[..]] {
        let answer = host.owner.send("POST", "/views", headers, view.clone()).await;
        assert_eq!(answer.refusal(), (413, "body.too_large"), "{}", answer.body);
    }
}

/// A body that counts how many of its pieces of 64 KiB were asked for.
fn counted(pieces: usize) -> (Body, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let asked = count.clone();
    let piece = move |_| {
        asked.fetch_add(1, Ordering::Relaxed);
        Ok::<_, std::io::Error>(vec![b'a'; 64 * 1024])
    };
    (Body::from_stream(futures::stream::iter((0..pieces).map(piece))), count)
}

#[rstest]
#[tokio::test]
async fn a_file_is_read_only_from_those_who_may_bring_one(#[values(None, Some("k"))] key: Option<&str>) {
    let host = TestHost::new(Sqlite).await;
    let home = At::Own(host.organisation.clone(), host.facility.clone());
    let resident = host.as_(Role::Resident, home).await;
    let path = format!("/imports?facilityId={}&fileName=a.csv", host.facility);
    let headers: Vec<(&str, &str)> = key.into_iter().map(|key| ("idempotency-key", key)).collect();
    let (body, asked) = counted(100);
    let refused = host.nobody().send("POST", &path, &headers, body).await;
    assert_eq!((refused.refusal(), asked.load(Ordering::Relaxed)), ((401, "access.signed_out"), 0));
    let (body, asked) = counted(100);
    let refused = resident.send("POST", &path, &headers, body).await;
    assert!(matches!(refused.status, 403 | 413), "{}", refused.body);
    assert!(asked.load(Ordering::Relaxed) <= 17, "a resident has brought a file of 6 MiB");
    let (body, asked) = counted(100);
    let read = host.owner.send("POST", &path, &headers, body).await;
    assert_eq!(
        (read.refusal(), asked.load(Ordering::Relaxed)),
        ((409, "import.no_rows"), 100),
        "it is read to its end"
    );
}

#[rstest]
#[tokio::test]
async fn a_key_is_forgotten_by_the_clock(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let path = format!("/persons?organisationId={}&facilityId={}", host.organisation, host.facility);
    let draft = json!({"givenName": "Åsa", "familyName": "Öberg", "language": "sv"});
    let first = host.owner.post_once("k", &path, draft.clone()).await.expect(201);
    for days in [13, 13, 3] {
        host.clock.advance(TimeDelta::days(days));
        host.owner.get("/me").await.expect(200);
    }
    host.app.keep_in_order().await.unwrap();
    assert_eq!(host.owner.post_once("k", &path, draft.clone()).await.expect(201), first);
    // A key outlives the sign-in that it was first used with.
    let owner = host.sign_in(None, OWNER).await;
    host.clock.advance(TimeDelta::days(2));
    host.app.keep_in_order().await.unwrap();
    assert_ne!(owner.post_once("k", &path, draft).await.expect(201)["id"], first["id"]);
}

#[rstest]
#[tokio::test]
async fn a_name_with_a_sign_that_no_text_has_is_nobodys_and_no_fault_of_the_host(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    for name in [json!({"username": "a\u{0}b"}), json!({"facility": "E\u{0}", "username": "a"})] {
        let mut credentials = name.clone();
        credentials["password"] = json!("x");
        let refused = host.nobody().post("/login", credentials).await;
        assert!(matches!(refused.status, 401 | 422), "{}", refused.body);
        let asked = host.nobody().post("/password-resets", name).await;
        assert!(matches!(asked.status, 202 | 422), "{}", asked.body);
    }
}
