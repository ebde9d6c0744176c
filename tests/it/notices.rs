//! The outbox: whose messages somebody sees, and sends again.

use crate::story::text;
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_domain::access::Role;
use stolpe_ports::error::PortErrorKind;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::{At, Desk, TestHost};

/// A resident of a facility, with a password and an address of their own.
async fn resident(host: &TestHost, facility: &str, code: &str, name: &str) {
    let register = format!("/persons?organisationId={}&facilityId={facility}", host.organisation);
    let draft = json!({"givenName": name, "familyName": "Ek", "language": "sv",
        "email": format!("{}@example.se", name.to_lowercase())});
    let person = host.owner.post(&register, draft).await.expect(201)["id"].clone();
    let login = json!({"personId": person, "facilityId": facility, "username": name});
    let login = text(&host.owner.post("/logins", login).await.expect(201)["id"]);
    host.give_password(&login, false).await;
    host.nobody().post("/password-resets", json!({"facility": code, "username": name})).await.expect(202);
}

async fn recipients(desk: &Desk) -> Vec<String> {
    let outbox = desk.get("/notices?state=failed").await.expect(200);
    let mut to: Vec<String> = outbox["items"].as_array().unwrap().iter().map(|it| text(&it["recipient"])).collect();
    to.sort_unstable();
    to
}

#[rstest]
#[tokio::test]
async fn staff_of_a_facility_see_and_retry_the_messages_of_its_people_and_no_others(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    let path = format!("/facilities?organisationId={}", host.organisation);
    let next_door = json!({"code": "EKB2", "name": "Ekbacken 2", "country": "SE"});
    let next_door = text(&host.owner.post(&path, next_door).await.expect(201)["id"]);
    let clerk = host.as_(Role::Clerk, At::Facility(host.facility.clone())).await;
    let neighbour = host.as_(Role::Clerk, At::Facility(next_door.clone())).await;
    let manager = host.as_(Role::Manager, At::Organisation(host.organisation.clone())).await;
    assert_eq!(recipients(&clerk).await, Vec::<String>::new());
    resident(&host, &host.facility, "EKB", "Bo").await;
    resident(&host, &next_door, "EKB2", "Cia").await;
    host.mail.refuse(Some(PortErrorKind::Refused));
    host.sent().await;
    host.mail.refuse(None);

    assert_eq!(recipients(&clerk).await, ["bo@example.se"]);
    assert_eq!(recipients(&neighbour).await, ["cia@example.se"]);
    assert_eq!(recipients(&manager).await, ["bo@example.se", "cia@example.se"]);
    assert_eq!(recipients(&host.owner).await, ["bo@example.se", "cia@example.se"]);
    let outbox = host.owner.get("/notices?state=failed").await.expect(200);
    let all: Vec<Value> = outbox["items"].as_array().unwrap().clone();
    for (notice, mine, other) in [("bo@example.se", &clerk, &neighbour), ("cia@example.se", &neighbour, &clerk)] {
        let id = text(&all.iter().find(|it| it["recipient"] == notice).unwrap()["id"]);
        let retry = format!("/notices/{id}/retry");
        assert_eq!(other.post(&retry, json!(null)).await.refusal(), (404, "not_found"), "{notice}");
        assert_eq!(mine.post(&retry, json!(null)).await.expect(200)["state"], "queued");
        assert_eq!(mine.post(&retry, json!(null)).await.refusal(), (409, "notice.not_failed"));
    }
    let mut to: Vec<String> = host.sent().await.into_iter().map(|mail| mail.to).collect();
    to.sort_unstable();
    assert_eq!(to, ["bo@example.se", "cia@example.se"]);
}
