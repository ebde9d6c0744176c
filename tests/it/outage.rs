//! What goes on when something the product stands on is gone, and that nothing is lost or half done.

use crate::story::{ended, text};
use rstest::rstest;
use serde_json::json;
use stolpe_store::Db;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::{MemoryKeychain, PostgresServer, TestDb, TestHost};

#[tokio::test]
async fn a_postgres_server_that_dies_is_reported_and_used_again_when_it_is_back() {
    let server = PostgresServer::new();
    let host = TestHost::over(TestDb::on(&server).await).await.set_up().await;
    let register = format!("/persons?organisationId={}&facilityId={}", host.organisation, host.facility);
    let draft = json!({"givenName": "Åsa", "familyName": "Öberg", "language": "sv"});
    host.owner.post(&register, draft.clone()).await.expect(201);
    server.stop();
    assert_eq!(host.owner.get("/me").await.refusal(), (503, "database.gone"));
    assert_eq!(host.owner.post_once("k", &register, draft.clone()).await.refusal(), (503, "database.gone"));
    server.start();
    let list = format!("/persons?facilityId={}", host.facility);
    assert_eq!(host.owner.get(&list).await.expect(200)["total"]["count"], 1);
    host.owner.post_once("k", &register, draft).await.expect(201);
    assert_eq!(host.owner.get(&list).await.expect(200)["total"]["count"], 2);
    assert_eq!(host.owner.get("/audit/proof").await.expect(200)["holds"], true);
}

#[tokio::test]
async fn an_import_during_which_the_server_dies_is_called_interrupted_by_its_own_program_and_can_be_continued() {
    let server = PostgresServer::new();
    let host = TestHost::over(TestDb::on(&server).await).await.set_up().await;
    let rows = 20_000;
    let list: String = std::iter::once("Förnamn;Efternamn\r\n".to_owned())
        .chain((0..rows).map(|n| format!("Namn{n};Boende\r\n")))
        .collect();
    let path = format!("/imports?facilityId={}&fileName=lista.csv", host.facility);
    let headers = [("content-type", "application/octet-stream")];
    let import = host.owner.send("POST", &path, &headers, list.into_bytes()).await.expect(201);
    let path = format!("/imports/{}", text(&import["id"]));
    let mut feed = host.app.feed().listen();
    host.owner.post(&format!("{path}/commit"), json!({})).await.expect(202);
    while feed.recv().await.unwrap().action != "job.moved" {}
    server.stop();
    server.start();
    let mut state = String::from("committing");
    while state == "committing" {
        let answer = host.owner.get(&path).await;
        if answer.status == 200 {
            state = text(&answer.expect(200)["state"]);
        }
    }
    assert_eq!(state, "interrupted");
    let job = ended(&host, host.owner.post(&format!("{path}/commit"), json!({})).await).await;
    assert_eq!(job["state"], "done", "{job}");
    let page = host.owner.get(&format!("/persons?facilityId={}&limit=1", host.facility)).await.expect(200);
    assert_eq!(
        (&page["total"]["exact"], &host.owner.get(&path).await.expect(200)["state"]),
        (&json!(false), &json!("committed"))
    );
    let (people,): (i64,) = match &host.db.db {
        Db::Postgres { pool, .. } => {
            sqlx::query_as("select count(*) from person where import_id is not null").fetch_one(pool).await.unwrap()
        }
        Db::Sqlite { .. } => panic!("this story is Postgres's"),
    };
    assert_eq!(people, rows, "everybody is in once");
}

#[tokio::test]
async fn a_full_disk_refuses_a_change_whole() {
    let host = TestHost::new(Sqlite).await;
    let Db::Sqlite { writer, .. } = &host.db.db else { panic!("this story is SQLite's") };
    let (pages,): (i64,) = sqlx::query_as("pragma page_count").fetch_one(writer).await.unwrap();
    let limit = async |pages: i64| {
        sqlx::query(sqlx::AssertSqlSafe(format!("pragma max_page_count = {pages}"))).execute(writer).await.unwrap();
    };
    limit(pages).await;
    let register = format!("/persons?organisationId={}&facilityId={}", host.organisation, host.facility);
    let list = format!("/persons?facilityId={}", host.facility);
    let draft = json!({"givenName": "Åsa", "familyName": "Öberg", "language": "sv", "note": "x".repeat(900)});
    let (mut stored, mut refused) = (0, None);
    while refused.is_none() && stored < 200 {
        let answer = host.owner.post(&register, draft.clone()).await;
        if answer.status == 201 { stored += 1 } else { refused = Some(answer) }
    }
    assert_eq!(refused.unwrap().refusal(), (507, "disk.full"));
    assert_eq!(host.owner.get(&list).await.expect(200)["total"]["count"], stored);
    assert_eq!(host.owner.get("/audit/proof").await.expect(200)["holds"], true);
    limit(pages * 100).await;
    host.owner.post(&register, draft).await.expect(201);
    assert_eq!(host.owner.get(&list).await.expect(200)["total"]["count"], stored + 1);
}

#[rstest]
#[tokio::test]
async fn a_locked_keychain_closes_secrets_and_nothing_else(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let keychain: MemoryKeychain = host.keychain.clone();
    keychain.lock(true);
    let host = host.restarted(keychain.clone()).await;
    assert_eq!(host.nobody().get("/system").await.expect(200)["vault"], "locked");
    let register = format!("/persons?organisationId={}&facilityId={}", host.organisation, host.facility);
    let mut draft = json!({"givenName": "Åsa", "familyName": "Öberg", "language": "sv"});
    let person = host.owner.post(&register, draft.clone()).await.expect(201);
    host.owner.get(&format!("/persons/{}", text(&person["id"]))).await.expect(200);
    draft["personalNumber"] = json!({"country": "SE", "number": "19811218-9876"});
    assert_eq!(host.owner.post(&register, draft.clone()).await.refusal(), (503, "vault.locked"));
    let recover = json!({"recoveryCode": host.recovery_code});
    assert_eq!(host.nobody().post("/vault/recover", recover).await.refusal(), (503, "keychain.locked"));
    keychain.lock(false);
    let host = host.restarted(keychain).await;
    host.owner.post(&register, draft).await.expect(201);
}

#[rstest]
#[tokio::test]
async fn a_row_that_was_tampered_with_is_found_by_the_proof(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let rows = host.owner.get("/audit/proof").await.expect(200)["rows"].as_i64().unwrap();
    assert!(rows >= 4, "the first run leaves a trace: {rows}");
    match &host.db.db {
        Db::Sqlite { writer, .. } => {
            sqlx::query("drop trigger audit_is_append_only_on_update").execute(writer).await.unwrap();
            sqlx::query("update audit set actor_name = 'Nils' where seq = 3").execute(writer).await.unwrap();
        }
        Db::Postgres { pool, .. } => {
            sqlx::query("alter table audit disable trigger all").execute(pool).await.unwrap();
            sqlx::query("update audit set actor_name = 'Nils' where seq = 3").execute(pool).await.unwrap();
        }
    }
    let proof = host.owner.get("/audit/proof").await.expect(200);
    assert_eq!((&proof["holds"], &proof["brokenAt"]), (&json!(false), &json!(3)));
}
