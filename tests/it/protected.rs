//! Protected identity (skyddade personuppgifter, fortrolig adresse): lists say that somebody is there and nothing by
//! which they could be reached or found; whoever opens them is on the log.

use crate::story::{audit, text};
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_domain::access::Role;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::{Answer, At, TestHost};

/// What nobody may learn in passing: mail, phone, street, post code, personal number, note, and the unit.
const SECRETS: [&str; 8] =
    ["asa@example.se", "701740606", "Ekstigen", "392 77", "811218", "ring aldrig", "A1101", "Kalmar"];

fn tells_nothing(what: &str, answer: &Answer) {
    let told = String::from_utf8_lossy(&answer.bytes);
    for secret in SECRETS {
        assert!(!told.contains(secret), "{what} tells {secret}: {told}");
    }
}

/// Åsa, whose identity is protected, on the unit A1101 and with a login; answers her id.
async fn asa(host: &TestHost, protected: bool) -> String {
    let register = format!("/persons?organisationId={}&facilityId={}", host.organisation, host.facility);
    let draft = json!({"givenName": "Åsa", "familyName": "Öberg", "language": "sv", "email": "asa@example.se",
        "phone": "+46701740606", "street": "Ekstigen 7", "postalCode": "392 77", "city": "Kalmar",
        "note": "ring aldrig", "protectedIdentity": protected,
        "personalNumber": {"country": "SE", "number": "19811218-9876"}});
    let id = text(&host.owner.post(&register, draft).await.expect(201)["id"]);
    let unit = json!({"code": "A1101", "kind": "apartment"});
    let unit = host.owner.post(&format!("/units?facilityId={}", host.facility), unit).await.expect(201)["id"].clone();
    host.owner.post("/tenancies", json!({"personId": id, "unitId": unit})).await.expect(201);
    let login = json!({"personId": id, "facilityId": host.facility});
    let login = host.owner.post("/logins", login).await.expect(201);
    assert_eq!(login["username"], "A1101");
    host.give_password(&text(&login["id"]), false).await;
    id
}

async fn names(host: &TestHost, path: &str) -> Vec<Value> {
    let page = host.owner.get(path).await.expect(200);
    page["items"].as_array().unwrap().iter().map(|it| it["name"].clone()).collect()
}

#[rstest]
#[tokio::test]
async fn lists_and_searches_say_nothing_by_which_somebody_protected_is_reached(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    asa(&host, true).await;
    let clerk = host.as_(Role::Clerk, At::Facility(host.facility.clone())).await;
    for path in [
        format!("/persons?facilityId={}", host.facility),
        format!("/persons?facilityId={}&q=%C3%B6berg", host.facility),
        format!("/persons?facilityId={}&view=no_login", host.facility),
    ] {
        let listed = clerk.get(&path).await;
        tells_nothing(&path, &listed);
        if !path.contains("view") {
            let item = &listed.expect(200)["items"][0];
            assert_eq!((&item["name"], &item["protectedIdentity"]), (&json!("Åsa Öberg"), &json!(true)));
        }
    }
    for query in ["asa@example.se", "070-174 06 05".replace("05", "06").as_str(), "A1101"] {
        let path = format!("/persons?facilityId={}&q={}", host.facility, query.replace(' ', "%20"));
        assert_eq!(names(&host, &path).await, Vec::<Value>::new(), "{query} finds her");
        let found = clerk.get(&format!("/search?q={}", query.replace(' ', "%20"))).await.expect(200);
        let people = found["items"].as_array().unwrap().iter().filter(|it| it["kind"] == "person").count();
        assert_eq!(people, 0, "{query} finds her: {found}");
    }
    let found = clerk.get("/search?q=%C3%B6berg").await.expect(200);
    assert_eq!((&found["items"][0]["title"], &found["items"][0]["subtitle"]), (&json!("Åsa Öberg"), &Value::Null));

    let units = clerk.get(&format!("/units?facilityId={}", host.facility)).await.expect(200);
    let unit = units["items"].as_array().unwrap().iter().find(|it| it["code"] == "A1101").unwrap().clone();
    assert_eq!(unit["tenants"], json!([{"personId": null, "name": "•••"}]), "it is lived in, and not said by whom");
    let opened = clerk.get(&format!("/units/{}", text(&unit["id"]))).await.expect(200);
    assert_eq!(opened["tenants"], unit["tenants"]);
    assert!(audit(&host, "person.protected_read").await.iter().all(|row| row["actorName"] != "Test clerk"));
}

#[rstest]
#[tokio::test]
async fn somebody_who_becomes_protected_is_no_longer_found_by_what_is_hidden(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    let id = asa(&host, false).await;
    let by_mail = format!("/persons?facilityId={}&q=asa@example.se", host.facility);
    assert_eq!(names(&host, &by_mail).await, ["Åsa Öberg"]);
    let path = format!("/persons/{id}");
    let version = host.owner.get(&path).await.expect(200)["rowVersion"].as_i64().unwrap();
    let changed = host.owner.patch_at(&path, version, json!({"protectedIdentity": true})).await.expect(200);
    assert_eq!(changed["email"], "asa@example.se", "whoever opens her sees everything");
    assert_eq!(names(&host, &by_mail).await, Vec::<Value>::new());
    // A second record with her address points her out as a double, and does not tell what they share.
    let register = format!("/persons?organisationId={}&facilityId={}", host.organisation, host.facility);
    let double = json!({"givenName": "Asa", "familyName": "Oberg", "language": "sv", "email": "asa@example.se"});
    host.owner.post(&register, double).await.expect(201);
    let doubles = host.owner.get(&format!("/person-duplicates?organisationId={}", host.organisation)).await.expect(200);
    let pair = doubles["items"][0]["persons"].as_array().unwrap().clone();
    let hers = pair.iter().find(|it| it["protectedIdentity"] == true).unwrap();
    assert_eq!((&hers["email"], &hers["phone"], &hers["units"]), (&Value::Null, &Value::Null, &json!([])));
}

#[rstest]
#[tokio::test]
async fn every_look_at_somebody_protected_is_on_the_log(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let id = asa(&host, true).await;
    let clerk = host.as_(Role::Clerk, At::Facility(host.facility.clone())).await;
    let mut seen = audit(&host, "person.protected_read").await.len();
    for path in [format!("/persons/{id}"), format!("/persons/{id}/timeline")] {
        let opened = clerk.get(&path).await;
        assert!(String::from_utf8_lossy(&opened.bytes).contains("Ekstigen"), "{path}: {}", opened.body);
        let rows = audit(&host, "person.protected_read").await;
        assert_eq!(rows.len(), seen + 1, "{path}");
        assert_eq!((&rows[0]["subjectId"], &rows[0]["actorName"]), (&json!(id), &json!("Test clerk")));
        seen = rows.len();
    }
    // The log itself is read by the page.
    let log = host.owner.get("/audit?action=person.added&limit=200").await;
    let hers = log.body["items"].as_array().unwrap().iter().find(|row| row["subjectId"] == json!(id)).unwrap();
    assert_eq!((&hers["after"]["email"], &hers["after"]["givenName"]), (&json!("•••"), &json!("Åsa")));
    tells_nothing("the log", &Answer { bytes: hers.to_string().into_bytes(), ..log.clone() });
    let file = host.owner.get("/exports/audit?format=json&action=person.added").await;
    let lines = String::from_utf8_lossy(&file.bytes).into_owned();
    assert!(lines.contains("Öberg") && !lines.contains("Ekstigen") && !lines.contains("asa@example.se"), "{lines}");
    assert_eq!(host.owner.get("/audit/proof").await.expect(200)["holds"], true);
}

#[rstest]
#[tokio::test]
async fn files_leave_somebody_protected_out_unless_they_are_asked_for_and_then_say_so(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    let id = asa(&host, true).await;
    let seen = audit(&host, "person.protected_read").await.len();
    let export = format!("/exports/people?facilityId={}&format=json", host.facility);
    let without = host.owner.get(&export).await;
    assert_eq!(without.status, 200, "{}", without.body);
    tells_nothing("the export", &without);
    assert!(!String::from_utf8_lossy(&without.bytes).contains("Öberg"));
    assert_eq!(audit(&host, "person.protected_read").await.len(), seen);
    let with = host.owner.get(&format!("{export}&withProtected=true")).await;
    assert!(String::from_utf8_lossy(&with.bytes).contains("Ekstigen"));
    let rows = audit(&host, "person.protected_read").await;
    assert_eq!((rows.len(), &rows[0]["subjectId"]), (seen + 1, &json!(id)));
    assert_eq!(audit(&host, "person.exported").await[0]["after"]["withProtected"], true);
}

#[rstest]
#[tokio::test]
async fn the_outbox_does_not_tell_the_address_of_somebody_protected(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    asa(&host, true).await;
    host.mail_on().await;
    host.nobody().post("/password-resets", json!({"facility": "EKB", "username": "A1101"})).await.expect(202);
    host.app.answer_resets().await.unwrap();
    let outbox = host.owner.get("/notices").await;
    tells_nothing("the outbox", &outbox);
    assert_eq!(outbox.expect(200)["items"][0]["recipient"], "•••");
    assert_eq!(host.sent().await[0].to, "asa@example.se", "the mail itself finds her");
}
