//! What several stories begin with: residents on units, and tasks that are waited for.

use serde_json::{Value, json};
use stolpe_store::Engine;
use stolpe_testkit::{Answer, Desk, TestHost};

/// The engines that a story is told on.
pub(crate) const BOTH: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

/// The task that an answer began, when it has ended.
pub(crate) async fn ended(host: &TestHost, started: Answer) -> Value {
    ended_for(host, &host.owner, started).await
}

/// The same for a task that somebody else began.
pub(crate) async fn ended_for(host: &TestHost, desk: &Desk, started: Answer) -> Value {
    let mut feed = host.app.feed().listen();
    let id = text(&started.expect(202)["id"]);
    loop {
        let job = desk.get(&format!("/jobs/{id}")).await.expect(200);
        if job["state"] != "running" {
            return job;
        }
        // Falling behind is no matter: the task is asked again.
        let _ = feed.recv().await;
    }
}

/// A person with a unit and a login in the facility; answers the ids of both.
pub(crate) async fn resident(host: &TestHost, given: &str, family: &str, unit: &str) -> (String, String) {
    let desk = &host.owner;
    let person = json!({"givenName": given, "familyName": family, "language": "sv", "street": "Ekvägen 1",
        "postalCode": "392 32", "city": "Kalmar"});
    let path = format!("/persons?organisationId={}&facilityId={}", host.organisation, host.facility);
    let person = text(&desk.post(&path, person).await.expect(201)["id"]);
    let unit = json!({"code": unit, "kind": "apartment", "section": "A"});
    let unit = desk.post(&format!("/units?facilityId={}", host.facility), unit).await.expect(201)["id"].clone();
    desk.post("/tenancies", json!({"personId": person, "unitId": unit})).await.expect(201);
    let login = json!({"personId": person, "facilityId": host.facility});
    let login = text(&desk.post("/logins", login).await.expect(201)["id"]);
    (person, login)
}

/// The rows of the audit log with an action, the latest first.
pub(crate) async fn audit(host: &TestHost, action: &str) -> Vec<Value> {
    let path = format!("/audit?action={action}&limit=200");
    host.owner.get(&path).await.expect(200)["items"].as_array().unwrap().clone()
}

/// A text in an answer.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}
