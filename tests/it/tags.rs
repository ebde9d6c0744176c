//! Tags: whose they are, who sees them, and what becomes of them when people are merged or erased.

use crate::story::{audit, resident, text};
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_domain::access::Role;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::{At, Desk, TestHost};

fn tags(host: &TestHost) -> String {
    format!("/tags?organisationId={}", host.organisation)
}

async fn tag(host: &TestHost, id_tag: &str, person: Option<&str>) -> Value {
    host.owner.post(&tags(host), json!({"idTag": id_tag, "personId": person})).await.expect(201)
}

async fn read(desk: &Desk, path: &str) -> Vec<String> {
    let listed = desk.get(path).await.expect(200);
    listed["items"].as_array().unwrap().iter().map(|it| text(&it["idTag"])).collect()
}

#[rstest]
#[tokio::test]
async fn a_tag_reads_the_same_in_upper_and_lower_case_and_is_one_of_an_organisation(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    let (person, _) = resident(&host, "Åsa", "Öberg", "A1101").await;
    let it = tag(&host, "04a2b3c4d5", Some(&person)).await;
    assert_eq!((&it["idTag"], &it["personName"]), (&json!("04A2B3C4D5"), &json!("Åsa Öberg")));
    let twice = host.owner.post(&tags(&host), json!({"idTag": "04A2B3C4D5"})).await;
    assert_eq!(twice.refusal(), (409, "tag.taken"));
    for (wrong, field, code) in [
        (json!({"idTag": "123456789012345678901"}), "idTag", "id_tag.too_long"),
        (json!({"idTag": " "}), "idTag", "required"),
        (json!({"idTag": "1", "personId": uuid::Uuid::nil()}), "personId", "person.unknown"),
    ] {
        let refused = host.owner.post(&tags(&host), wrong).await;
        assert_eq!((refused.status, &refused.body["fields"][field]), (422, &json!(code)));
    }
    let path = format!("/tags/{}", text(&it["id"]));
    let change = json!({"blocked": true, "expiresOn": "2026-12-31", "label": "Grön"});
    let blocked = host.owner.patch_at(&path, 1, change).await.expect(200);
    assert!(blocked["blockedAt"].is_string());
    assert_eq!((&blocked["personId"], &blocked["label"]), (&json!(person), &json!("Grön")));
    let stale = host.owner.patch_at(&path, 1, json!({"blocked": false})).await;
    assert_eq!((stale.status, &stale.body["current"]["rowVersion"]), (412, &json!(2)));
    let given_back = host.owner.patch_at(&path, 2, json!({"personId": null, "blocked": false})).await.expect(200);
    assert_eq!((&given_back["personId"], &given_back["blockedAt"]), (&json!(null), &json!(null)));
    let rows = audit(&host, "tag.changed").await;
    assert_eq!((&rows[0]["before"]["idTag"], &rows[0]["after"]["personId"]), (&json!("04A2B3C4D5"), &json!(null)));
    host.owner.delete_at(&path, 3).await.expect(204);
    assert!(read(&host.owner, &tags(&host)).await.is_empty());
}

#[rstest]
#[tokio::test]
async fn who_works_in_a_facility_sees_the_tags_of_its_people_and_those_that_are_nobodys(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    let (here, _) = resident(&host, "Åsa", "Öberg", "A1101").await;
    let register = format!("/persons?organisationId={}", host.organisation);
    let draft = json!({"givenName": "Bo", "familyName": "Ek", "language": "sv"});
    let elsewhere = text(&host.owner.post(&register, draft).await.expect(201)["id"]);
    tag(&host, "01", Some(&here)).await;
    let theirs = tag(&host, "02", Some(&elsewhere)).await;
    tag(&host, "03", None).await;
    let clerk = host.as_(Role::Clerk, At::Facility(host.facility.clone())).await;
    assert_eq!(read(&host.owner, &tags(&host)).await, ["01", "02", "03"]);
    assert_eq!(read(&clerk, &tags(&host)).await, ["01", "03"]);
    assert_eq!(read(&clerk, &format!("{}&personId={here}", tags(&host))).await, ["01"]);
    assert_eq!(read(&host.owner, &format!("{}&limit=1&q=0", tags(&host))).await, ["01"]);
    let foreign = clerk.get(&format!("{}&personId={elsewhere}", tags(&host))).await;
    assert_eq!(foreign.refusal(), (404, "not_found"));
    let path = format!("/tags/{}", text(&theirs["id"]));
    assert_eq!(clerk.patch_at(&path, 1, json!({"blocked": true})).await.refusal(), (404, "not_found"));
    let given = clerk.post(&tags(&host), json!({"idTag": "04", "personId": elsewhere})).await;
    assert_eq!(given.body["fields"]["personId"], "person.unknown");
    clerk.post(&tags(&host), json!({"idTag": "04", "personId": here})).await.expect(201);
    let accountant = host.as_(Role::Accountant, At::Facility(host.facility.clone())).await;
    assert_eq!(read(&accountant, &tags(&host)).await, ["01", "03", "04"]);
    assert_eq!(accountant.post(&tags(&host), json!({"idTag": "05"})).await.refusal(), (403, "access.denied"));
}

#[rstest]
#[tokio::test]
async fn tags_follow_people_who_are_merged_and_go_with_those_who_are_erased(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    let register = format!("/persons?organisationId={}&facilityId={}", host.organisation, host.facility);
    let draft = |given: &str| json!({"givenName": given, "familyName": "Öberg", "language": "sv"});
    let kept = text(&host.owner.post(&register, draft("Åsa")).await.expect(201)["id"]);
    let double = text(&host.owner.post(&register, draft("Aasa")).await.expect(201)["id"]);
    let it = tag(&host, "04A2", Some(&double)).await;
    let merge = json!({"otherId": double, "reason": "samma"});
    host.owner.post(&format!("/persons/{kept}/merge"), merge).await.expect(200);
    let listed = host.owner.get(&tags(&host)).await.expect(200);
    assert_eq!((&listed["items"][0]["id"], &listed["items"][0]["personId"]), (&it["id"], &json!(kept)));

    let preview = host.owner.get(&format!("/persons/{kept}/erasure")).await.expect(200);
    let row = preview["items"].as_array().unwrap().iter().find(|row| row["field"] == "tags").unwrap();
    assert_eq!((&row["outcome"], &row["count"]), (&json!("erased"), &json!(1)));
    host.owner.post(&format!("/persons/{kept}/erasure"), json!({"reason": "begärt"})).await.expect(204);
    assert!(read(&host.owner, &tags(&host)).await.is_empty());
    // The row stays in the log; what it said of the person does not.
    let rows = audit(&host, "tag.added").await;
    assert_eq!((rows.len(), &rows[0]["after"]), (1, &json!(null)));
    assert_eq!(host.owner.get("/audit/proof").await.expect(200)["holds"], true);
}

#[rstest]
#[tokio::test]
async fn of_somebody_protected_a_tag_says_only_that_there_is_one(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let register = format!("/persons?organisationId={}&facilityId={}", host.organisation, host.facility);
    let draft = json!({"givenName": "Åsa", "familyName": "Öberg", "language": "sv", "protectedIdentity": true});
    let person = text(&host.owner.post(&register, draft).await.expect(201)["id"]);
    let draft = json!({"idTag": "04A2", "personId": person, "label": "Öberg"});
    let it = host.owner.post(&tags(&host), draft).await.expect(201);
    let listed = host.owner.get(&tags(&host)).await;
    let told = String::from_utf8_lossy(&listed.bytes);
    assert!(!told.contains("Öberg") && !told.contains(&person) && told.contains("•••"), "{told}");
    // What is not told is not lost when something else changes.
    host.owner.patch_at(&format!("/tags/{}", text(&it["id"])), 1, json!({"blocked": true})).await.expect(200);
    let of_person = host.owner.get(&format!("{}&personId={person}", tags(&host))).await.expect(200);
    assert_eq!(of_person["items"].as_array().unwrap().len(), 1);
}
