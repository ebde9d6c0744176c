//! Places and people: added, changed by two desks at once, found, merged and erased.

use crate::story::{audit, text};
use chrono::TimeDelta;
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_domain::access::Role;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::{At, TestHost};

/// Swedish test number from the tax agency's published series.
const NUMBER: &str = "19811218-9876";
/// Another one.
const OTHER_NUMBER: &str = "19900614-9802";

fn draft(given: &str, family: &str) -> Value {
    json!({"givenName": given, "familyName": family, "language": "sv"})
}

fn register(host: &TestHost) -> String {
    format!("/persons?organisationId={}&facilityId={}", host.organisation, host.facility)
}

async fn add(host: &TestHost, draft: Value) -> Value {
    host.owner.post(&register(host), draft).await.expect(201)
}

fn path(person: &Value) -> String {
    format!("/persons/{}", text(&person["id"]))
}

#[rstest]
#[tokio::test]
async fn two_desks_that_save_the_same_person_do_not_overwrite_each_other(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let clerk = host.as_(Role::Clerk, At::Facility(host.facility.clone())).await;
    let person = add(&host, draft("Åsa", "Öberg")).await;
    let (path, version) = (path(&person), person["rowVersion"].as_i64().unwrap());
    assert_eq!(clerk.patch(&path, json!({"city": "Kalmar"})).await.refusal(), (428, "precondition.required"));
    let first = host.owner.patch_at(&path, version, json!({"city": "Kalmar", "note": "ring"})).await.expect(200);
    assert_eq!((&first["city"], &first["familyName"]), (&json!("Kalmar"), &json!("Öberg")));
    let second = clerk.patch_at(&path, version, json!({"city": "Växjö"})).await;
    assert_eq!(second.refusal(), (412, "conflict.changed"));
    assert_eq!(second.body["current"], first, "the refusal carries what stands there now");
    let version = first["rowVersion"].as_i64().unwrap();
    let third = clerk.patch_at(&path, version, json!({"city": "Växjö", "note": null})).await.expect(200);
    assert_eq!((&third["city"], &third["note"]), (&json!("Växjö"), &json!(null)));
}

#[rstest]
#[tokio::test]
async fn a_name_that_is_taken_is_refused_with_what_is_taken(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let facilities = format!("/facilities?organisationId={}", host.organisation);
    let taken = host.owner.post(&facilities, json!({"code": "ekb", "name": "Eken", "country": "SE"})).await;
    assert_eq!(taken.refusal(), (409, "facility.code_taken"));
    let units = format!("/units?facilityId={}", host.facility);
    host.owner.post(&units, json!({"code": "A1101", "kind": "apartment"})).await.expect(201);
    let taken = host.owner.post(&units, json!({"code": "a 1101", "kind": "apartment"})).await;
    assert_eq!(taken.refusal(), (409, "unit.code_taken"));
    let (one, other) = (add(&host, draft("Åsa", "Öberg")).await, add(&host, draft("Per", "Gran")).await);
    let login = |person: &Value| json!({"personId": person["id"], "facilityId": host.facility, "username": "A1101"});
    host.owner.post("/logins", login(&one)).await.expect(201);
    assert_eq!(host.owner.post("/logins", login(&other)).await.refusal(), (409, "login.username_taken"));
}

#[rstest]
#[tokio::test]
async fn the_same_key_makes_one_person_however_often_it_is_sent(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let register = register(&host);
    let first = host.owner.post_once("k1", &register, draft("Åsa", "Öberg")).await.expect(201);
    let again = host.owner.post_once("k1", &register, draft("Åsa", "Öberg")).await.expect(201);
    assert_eq!(first, again);
    let other = host.owner.post_once("k1", &register, draft("Åsa", "Ek")).await;
    assert_eq!(other.refusal(), (409, "conflict.idempotency_key"));

    let at_once = || host.owner.post_once("k2", &register, draft("Per", "Gran"));
    let (a, b) = tokio::join!(at_once(), at_once());
    for answer in [&a, &b] {
        assert!(answer.status == 201 || answer.refusal() == (409, "conflict.in_progress"), "{}", answer.body);
    }
    host.owner.post_once("k2", &register, draft("Per", "Gran")).await.expect(201);
    let people = host.owner.get(&format!("/persons?facilityId={}", host.facility)).await.expect(200);
    let names: Vec<&str> = people["items"].as_array().unwrap().iter().filter_map(|it| it["name"].as_str()).collect();
    assert_eq!(names, ["Per Gran", "Åsa Öberg"]);
}

#[rstest]
#[tokio::test]
async fn a_list_is_paged_in_the_order_of_the_language_and_searched_by_beginnings(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    for family in ["Öberg", "Ahl", "Ågren", "Zetterlund", "Ängman"] {
        add(&host, draft("Kim", family)).await;
    }
    let mut after = String::new();
    let mut names = Vec::new();
    loop {
        let page = host.owner.get(&format!("/persons?facilityId={}&limit=2{after}", host.facility)).await.expect(200);
        let first = after.is_empty();
        assert_eq!(page["total"], if first { json!({"count": 5, "exact": true}) } else { json!(null) });
        names.extend(page["items"].as_array().unwrap().iter().map(|it| text(&it["familyName"])));
        let Some(next) = page["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(names, ["Ahl", "Zetterlund", "Ågren", "Ängman", "Öberg"]);
    let found = host.owner.get(&format!("/persons?facilityId={}&q=kim%20zett", host.facility)).await.expect(200);
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
}

#[rstest]
#[tokio::test]
async fn duplicate_people_are_pointed_out_and_made_one(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let with = |mut draft: Value, field: &str, value: &str| {
        draft[field] = json!(value);
        draft
    };
    let kept = add(&host, with(draft("Åsa", "Öberg"), "email", "asa@example.se")).await;
    let double = with(with(draft("Asa", "Oberg"), "email", "asa@example.se"), "phone", "070-174 06 05");
    let double = add(&host, double).await;
    let list = format!("/person-duplicates?organisationId={}", host.organisation);
    let likely = host.owner.get(&list).await.expect(200);
    assert_eq!(likely["items"][0]["why"], json!(["email"]));
    let merge = format!("{}/merge", path(&kept));
    let refused = host.owner.post(&merge, json!({"otherId": double["id"], "reason": " "})).await.expect(422);
    assert_eq!(refused["fields"], json!({"reason": "required"}));
    let one = host.owner.post(&merge, json!({"otherId": double["id"], "reason": "samma person"})).await.expect(200);
    assert_eq!((&one["name"], &one["phone"]), (&json!("Åsa Öberg"), &json!("+46701740605")));
    assert_eq!(host.owner.get(&list).await.expect(200)["items"], json!([]));
    let again = host.owner.post(&merge, json!({"otherId": double["id"], "reason": "igen"})).await;
    assert_eq!(again.refusal(), (409, "person.merged"));
    assert_eq!(host.owner.get(&path(&double)).await.refusal(), (409, "person.merged"));
    let change = host.owner.patch_at(&path(&double), 2, json!({"note": "hon finns inte"})).await;
    assert_eq!(change.refusal(), (409, "person.merged"));
    let timeline = host.owner.get(&format!("{}/timeline", path(&kept))).await.expect(200);
    let added = timeline["items"].as_array().unwrap().iter().filter(|it| it["action"] == "person.added").count();
    assert_eq!(added, 2, "one timeline tells of both: {timeline}");
}

#[rstest]
#[tokio::test]
async fn two_people_who_were_told_apart_are_not_offered_again_until_that_is_taken_back(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    let sharing = async |given: &str| {
        host.clock.advance(TimeDelta::seconds(1));
        let mut one = draft(given, "Öberg");
        one["phone"] = json!("070-174 06 05");
        add(&host, one).await
    };
    let (father, son, daughter) = (sharing("Bo").await, sharing("Bo").await, sharing("Cia").await);
    let list = format!("/person-duplicates?organisationId={}", host.organisation);
    let offered = async |list: &str| -> Vec<(Value, Value)> {
        let items = host.owner.get(list).await.expect(200)["items"].as_array().unwrap().clone();
        let pair = |it: &Value| {
            // Ids grow with time, and the three came after one another.
            let mut pair = [it["persons"][0]["id"].clone(), it["persons"][1]["id"].clone()];
            pair.sort_by_key(text);
            let [one, other] = pair;
            (one, other)
        };
        items.iter().map(pair).collect()
    };
    let ids = [&father, &son, &daughter].map(|it| it["id"].clone());
    let [bo, junior, cia] = ids.clone();
    assert_eq!(offered(&list).await, [(bo.clone(), junior.clone()), (junior.clone(), cia.clone())]);
    let why = host.owner.get(&list).await.expect(200)["items"][0]["why"].clone();
    assert_eq!(why, json!(["name", "phone"]));

    let clerk = host.as_(Role::Clerk, At::Organisation(host.organisation.clone())).await;
    let apart = format!("{}/apart", path(&son));
    assert_eq!(clerk.post(&apart, json!({"otherId": bo})).await.status, 403);
    assert_eq!(host.owner.post(&apart, json!({"otherId": junior})).await.refusal(), (409, "person.not_mergeable"));
    assert_eq!(host.owner.post(&apart, json!({"otherId": bo})).await.status, 204);
    assert_eq!(host.owner.post(&apart, json!({"otherId": bo})).await.status, 204, "once more says nothing new");
    assert_eq!(
        offered(&list).await,
        [(bo.clone(), cia.clone()), (junior.clone(), cia.clone())],
        "whoever shares the number is paired with the next who may be the same"
    );
    assert_eq!(offered(&format!("{list}&apart=true")).await, [(bo.clone(), junior.clone())]);
    let told = audit(&host, "person.told_apart").await;
    assert_eq!(told.len(), 2, "each of the two has it on the timeline: {told:?}");

    let undone = host.owner.post(&format!("{}/not-apart", path(&father)), json!({"otherId": junior})).await;
    assert_eq!(undone.status, 204);
    assert_eq!(offered(&list).await, [(bo, junior.clone()), (junior, cia)]);
    assert_eq!(audit(&host, "person.told_apart_undone").await.len(), 2);
}

#[rstest]
#[tokio::test]
async fn a_name_alone_makes_no_double_and_a_name_with_a_unit_does(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let unit = json!({"code": "A1", "kind": "apartment"});
    let unit = host.owner.post(&format!("/units?facilityId={}", host.facility), unit).await.expect(201)["id"].clone();
    let mut people = Vec::new();
    for (given, family) in [("Anna", "Berg"), ("Anna", "Berg"), ("Anna", "Berg"), ("Bo", "Berg")] {
        people.push(add(&host, draft(given, family)).await["id"].clone());
    }
    let list = format!("/person-duplicates?organisationId={}", host.organisation);
    assert_eq!(host.owner.get(&list).await.expect(200)["items"], json!([]));
    for person in [&people[0], &people[1], &people[3]] {
        host.owner.post("/tenancies", json!({"personId": person, "unitId": unit})).await.expect(201);
    }
    let likely = host.owner.get(&list).await.expect(200)["items"].as_array().unwrap().clone();
    assert_eq!(likely.len(), 1, "{likely:?}");
    let pair = [&likely[0]["persons"][0]["id"], &likely[0]["persons"][1]["id"]];
    assert!(pair.contains(&&people[0]) && pair.contains(&&people[1]), "{pair:?}");
    assert_eq!(likely[0]["why"], json!(["name", "unit"]));
}

#[rstest]
#[tokio::test]
async fn two_personal_numbers_are_two_people_and_what_was_told_apart_stays_so_when_one_is_merged(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    let sharing = async |given: &str, number: Option<&str>| {
        let mut one = draft(given, "Öberg");
        one["email"] = json!("familjen@example.se");
        if let Some(number) = number {
            one["personalNumber"] = json!({"country": "SE", "number": number});
        }
        add(&host, one).await
    };
    let numbered = sharing("Åsa", Some(NUMBER)).await;
    sharing("Ylva", Some(OTHER_NUMBER)).await;
    let list = format!("/person-duplicates?organisationId={}", host.organisation);
    assert_eq!(host.owner.get(&list).await.expect(200)["items"], json!([]));

    let (double, neighbour) = (sharing("Åsa", None).await, sharing("Mia", None).await);
    let apart = format!("{}/apart", path(&double));
    assert_eq!(host.owner.post(&apart, json!({"otherId": neighbour["id"]})).await.status, 204);
    let merge = json!({"otherId": double["id"], "reason": "samma person"});
    host.owner.post(&format!("{}/merge", path(&numbered)), merge).await.expect(200);
    let kept = host.owner.get(&format!("{list}&apart=true")).await.expect(200)["items"].as_array().unwrap().clone();
    let pair = [&kept[0]["persons"][0]["id"], &kept[0]["persons"][1]["id"]];
    assert!(kept.len() == 1 && pair.contains(&&numbered["id"]) && pair.contains(&&neighbour["id"]), "{kept:?}");
}

#[rstest]
#[tokio::test]
async fn a_personal_number_is_shown_for_a_reason_only_and_stands_nowhere_else(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    let mut person = draft("Åsa", "Öberg");
    person["personalNumber"] = json!({"country": "SE", "number": NUMBER});
    let person = add(&host, person).await;
    let reveal = format!("{}/personal-number/reveal", path(&person));
    let refused = host.owner.post(&reveal, json!({"reason": ""})).await.expect(422);
    assert_eq!(refused["fields"], json!({"reason": "required"}));
    assert_eq!(audit(&host, "person.personal_number_revealed").await, Vec::<Value>::new());
    let shown = host.owner.post(&reveal, json!({"reason": "inkasso"})).await.expect(200);
    assert!(text(&shown["personalNumber"]).ends_with("9876"), "{shown}");
    let rows = audit(&host, "person.personal_number_revealed").await;
    assert_eq!((rows.len(), &rows[0]["reason"]), (1, &json!("inkasso")));
    for place in [
        format!("/persons?facilityId={}", host.facility),
        path(&person),
        format!("{}/timeline", path(&person)),
        "/audit?limit=200".to_owned(),
    ] {
        let answer = host.owner.get(&place).await.expect(200);
        let told = words(&answer);
        assert!(!told.iter().any(|word| word.contains("9876")), "{place}: {told:?}");
    }
}

/// Every text of an answer but ids and hashes, which may hold any digits.
fn words(answer: &Value) -> Vec<&str> {
    match answer {
        Value::String(text) => {
            let drawn = text.parse::<uuid::Uuid>().is_ok()
                || (text.len() == 64 && text.bytes().all(|it| it.is_ascii_hexdigit()));
            if drawn { Vec::new() } else { vec![text] }
        }
        Value::Array(items) => items.iter().flat_map(words).collect(),
        Value::Object(fields) => fields.values().flat_map(words).collect(),
        _ => Vec::new(),
    }
}

#[rstest]
#[tokio::test]
async fn reading_somebody_with_protected_identity_is_written_down(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let mut hidden = draft("Åsa", "Öberg");
    hidden["protectedIdentity"] = json!(true);
    let hidden = add(&host, hidden).await;
    let before = audit(&host, "person.protected_read").await.len();
    host.owner.get(&path(&hidden)).await.expect(200);
    assert_eq!(audit(&host, "person.protected_read").await.len(), before + 1);
}

#[rstest]
#[tokio::test]
async fn d2_an_erasure_takes_who_somebody_was_and_leaves_what_happened(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let mut person = draft("Åsa", "Öberg");
    person["email"] = json!("asa@example.se");
    let person = add(&host, person).await;
    let unit = json!({"code": "A1101", "kind": "apartment"});
    let unit = host.owner.post(&format!("/units?facilityId={}", host.facility), unit).await.expect(201);
    let tenancy = json!({"personId": person["id"], "unitId": unit["id"], "movedInOn": "2026-01-01"});
    let tenancy = host.owner.post("/tenancies", tenancy).await.expect(201);
    let login = json!({"personId": person["id"], "facilityId": host.facility});
    let login = host.owner.post("/logins", login).await.expect(201);
    host.give_password(&text(&login["id"]), false).await;
    let resident = host.sign_in(Some("EKB"), "A1101").await;
    resident.get("/me").await.expect(200);

    let erasure = format!("{}/erasure", path(&person));
    insta::assert_json_snapshot!("erasure_preview", host.owner.get(&erasure).await.expect(200));
    let reason = json!({"reason": "begärd radering"});
    assert_eq!(host.owner.post(&erasure, reason.clone()).await.refusal(), (409, "person.lives_here"));
    let version = tenancy["rowVersion"].as_i64().unwrap();
    let moved = format!("/tenancies/{}", text(&tenancy["id"]));
    host.owner.patch_at(&moved, version, json!({"movedOutOn": "2026-11-01"})).await.expect(200);
    host.owner.post(&erasure, reason).await.expect(204);

    assert_eq!(resident.get("/me").await.refusal(), (401, "access.signed_out"));
    let entry = json!({"facility": "EKB", "username": "A1101", "password": stolpe_testkit::host::PASSWORD});
    assert_eq!(host.nobody().post("/login", entry).await.refusal(), (401, "login.refused"));
    for place in [path(&person), format!("{}/timeline", path(&person)), "/audit?limit=200".to_owned()] {
        let told = String::from_utf8(host.owner.get(&place).await.bytes).unwrap();
        assert!(!told.contains("Öberg") && !told.contains("asa@example.se"), "{place}: {told}");
    }
    let proof = host.owner.get("/audit/proof").await.expect(200);
    assert_eq!((&proof["holds"], &proof["brokenAt"]), (&json!(true), &json!(null)));
}
