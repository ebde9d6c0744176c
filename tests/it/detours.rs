//! Ways around the rights that one has: somebody else's record, file, login or moment.

use crate::story::{ended_for, text};
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_domain::access::Role;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::host::{OWNER, PASSWORD, setup_draft};
use stolpe_testkit::{At, Desk, TestHost};

/// A second facility of the organisation, without anybody from the first.
async fn other_facility(host: &TestHost) -> String {
    let draft = json!({"code": "BJK", "name": "Björken", "country": "SE"});
    text(&host.owner.post(&format!("/facilities?organisationId={}", host.organisation), draft).await.expect(201)["id"])
}

async fn person(host: &TestHost, facility: &str, name: &str, email: &str) -> Value {
    let draft = json!({"givenName": name, "familyName": "Ödman", "language": "sv", "email": email});
    let path = format!("/persons?organisationId={}&facilityId={facility}", host.organisation);
    host.owner.post(&path, draft).await.expect(201)
}

/// The first owner's record, as the register has it.
async fn owners_record(host: &TestHost) -> Value {
    let me = host.owner.get("/me").await.expect(200);
    host.owner.get(&format!("/persons/{}", text(&me["personId"]))).await.expect(200)
}

fn version(of: &Value) -> i64 {
    of["rowVersion"].as_i64().unwrap()
}

#[rstest]
#[tokio::test]
async fn whoever_may_write_a_record_gets_no_door_to_the_desk_by_it(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let organisation = At::Organisation(host.organisation.clone());
    let (clerk, manager) =
        (host.as_(Role::Clerk, organisation.clone()).await, host.as_(Role::Manager, organisation).await);
    let owner = owners_record(&host).await;
    let path = format!("/persons/{}", text(&owner["id"]));
    let stolen = clerk.patch_at(&path, version(&owner), json!({"email": "evil@example.se"})).await;
    assert_eq!(stolen.refusal(), (409, "person.works_here"));

    let dummy = person(&host, &host.facility, "Dummy", "evil@example.se").await;
    let merge = |other: &Value| json!({"otherId": other["id"], "reason": "samma"});
    let dummies = format!("/persons/{}", text(&dummy["id"]));
    for (into, from) in [(&path, &dummy), (&dummies, &owner)] {
        let merged = manager.post(&format!("{into}/merge"), merge(from)).await;
        assert_eq!(merged.refusal(), (409, "person.works_here"));
    }
    assert_eq!(owners_record(&host).await["email"], OWNER, "nothing was changed");

    // Even where the record says something else, a link goes to the address that opens the door.
    let move_to = json!({"email": "siv.privat@example.se", "password": PASSWORD});
    host.owner.patch("/me", move_to).await.expect(200);
    host.sent().await;
    host.nobody().post("/password-resets", json!({"username": OWNER})).await.expect(202);
    assert_eq!(host.sent().await.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), [OWNER]);
}

#[rstest]
#[tokio::test]
async fn a_file_reaches_no_further_than_its_reader(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let elsewhere = other_facility(&host).await;
    let hidden = person(&host, &elsewhere, "Åke", "ake@example.se").await;
    let manager = host.as_(Role::Manager, At::Facility(host.facility.clone())).await;
    let hidden_path = format!("/persons/{}", text(&hidden["id"]));
    assert_eq!(manager.get(&hidden_path).await.status, 404);

    let list = format!(
        "Lgh;Förnamn;Efternamn;E-post;Telefon\r\nA1;Åke;Ödman;ake@example.se;0701740605\r\nA2;Siv;Ek;{OWNER};0701740606\r\n"
    );
    let path = format!("/imports?facilityId={}&fileName=lista.csv", host.facility);
    let headers = [("content-type", "application/octet-stream")];
    // Those who see everybody are told that a colleague's record is not theirs to change.
    let over_all = host.as_(Role::Manager, At::Organisation(host.organisation.clone())).await;
    let import = over_all.send("POST", &path, &headers, list.clone()).await.expect(201);
    assert_eq!(import["counts"]["skipped"], 1, "{}", import["counts"]);
    assert!(import.to_string().contains("row.works_here"), "{import}");

    let import = manager.send("POST", &path, &headers, list).await.expect(201);
    let counts = &import["counts"];
    assert_eq!(
        (&counts["create"], &counts["update"], &counts["skipped"]),
        (&json!(2), &json!(0), &json!(0)),
        "{counts}"
    );
    let committed = manager.post(&format!("/imports/{}/commit", text(&import["id"])), json!({})).await;
    let done = ended_for(&host, &manager, committed).await;
    assert_eq!(done["state"], "done", "{done}");
    assert_eq!(manager.get(&hidden_path).await.status, 404, "the other facility's tenant stays where they are");
    assert_eq!(host.owner.get(&hidden_path).await.expect(200), hidden, "and as they are");
    assert_eq!(owners_record(&host).await["phone"], Value::Null);
}

#[rstest]
#[tokio::test]
async fn two_first_runs_at_once_leave_one_whose_vault_opens(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::bare(engine).await;
    let (one, other) = (host.nobody(), host.nobody());
    let (a, b) = tokio::join!(one.post("/setup", setup_draft()), other.post("/setup", setup_draft()));
    let (won, lost) = if a.status == 201 { (a, b) } else { (b, a) };
    let token = won.expect(201)["token"].clone();
    assert_eq!(lost.refusal(), (409, "setup.done"));
    host.bearer(&token).post("/me/totp", json!(null)).await.expect(200);
    let keychain = host.keychain.clone();
    let again = host.restarted(keychain).await;
    assert_eq!(again.nobody().get("/system").await.expect(200)["vault"], "open");
}

#[rstest]
#[tokio::test]
async fn two_owners_who_send_each_other_away_at_once_leave_one(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let second = host.as_(Role::Owner, At::Host).await;
    let login = async |desk: &Desk| text(&desk.get("/me").await.expect(200)["loginId"]);
    let (mine, theirs) = (login(&host.owner).await, login(&second).await);
    let role = json!({"memberships": [{"role": "clerk", "scope": {"kind": "organisation", "id": host.organisation}}]});
    let demote = async |desk: &Desk, login: &str| desk.put(&format!("/staff/{login}/memberships"), role.clone()).await;
    let (a, b) = tokio::join!(demote(&host.owner, &theirs), demote(&second, &mine));
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses[0], 200, "{} {}", a.body, b.body);
    assert!(statuses[1] >= 400, "both went: {} {}", a.body, b.body);
    let owner = if a.status == 200 { &host.owner } else { &second };
    let me = owner.get("/me").await.expect(200);
    assert_eq!(me["memberships"][0]["role"], "owner", "{me}");
}

#[rstest]
#[tokio::test]
async fn staff_of_one_facility_leave_logins_and_tenancies_of_another_alone(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let elsewhere = other_facility(&host).await;
    let both = person(&host, &host.facility, "Åke", "ake@example.se").await;
    let login = json!({"personId": both["id"], "facilityId": elsewhere, "username": "B1"});
    let login = host.owner.post("/logins", login).await.expect(201);
    let unit = json!({"code": "B1", "kind": "apartment"});
    let unit = host.owner.post(&format!("/units?facilityId={elsewhere}"), unit).await.expect(201);
    let tenancy = json!({"personId": both["id"], "unitId": unit["id"], "movedInOn": "2026-01-01"});
    let tenancy = host.owner.post("/tenancies", tenancy).await.expect(201);
    let clerk = host.as_(Role::Clerk, At::Facility(host.facility.clone())).await;
    clerk.get(&format!("/persons/{}", text(&both["id"]))).await.expect(200);

    let login_path = format!("/logins/{}", text(&login["id"]));
    let tenancy_path = format!("/tenancies/{}", text(&tenancy["id"]));
    let refused = [
        clerk.patch_at(&login_path, version(&login), json!({"username": "mine"})).await,
        clerk.post(&format!("{login_path}/block"), json!(null)).await,
        clerk.patch_at(&tenancy_path, version(&tenancy), json!({"movedOutOn": "2026-02-01"})).await,
        clerk.delete_at(&tenancy_path, version(&tenancy)).await,
    ];
    assert_eq!(refused.map(|answer| answer.status), [404; 4]);
    host.owner.patch_at(&tenancy_path, version(&tenancy), json!({"movedOutOn": "2026-02-01"})).await.expect(200);
}

#[rstest]
#[tokio::test]
async fn a_warden_sees_a_unit_and_not_who_lives_there(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let unit = json!({"code": "A1", "kind": "apartment"});
    let unit = host.owner.post(&format!("/units?facilityId={}", host.facility), unit).await.expect(201);
    let tenant = person(&host, &host.facility, "Åke", "ake@example.se").await;
    let tenancy = json!({"personId": tenant["id"], "unitId": unit["id"], "movedInOn": "2026-01-01"});
    host.owner.post("/tenancies", tenancy).await.expect(201);
    let path = format!("/units/{}", text(&unit["id"]));
    assert_eq!(host.owner.get(&path).await.expect(200)["tenants"][0]["name"], "Åke Ödman");
    let warden = host.as_(Role::Warden, At::Facility(host.facility.clone())).await;
    assert_eq!(warden.get(&path).await.expect(200)["tenants"], json!([]));
}

#[rstest]
#[tokio::test]
async fn letters_that_were_made_under_a_role_go_with_it(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let tenant = person(&host, &host.facility, "Åke", "ake@example.se").await;
    let login = json!({"personId": tenant["id"], "facilityId": host.facility, "username": "A1101"});
    let login = text(&host.owner.post("/logins", login).await.expect(201)["id"]);
    let manager = host.as_(Role::Manager, At::Facility(host.facility.clone())).await;
    let made = manager.post("/letters", json!({"loginIds": [login], "order": "name"})).await;
    let job = ended_for(&host, &manager, made).await;
    let file = format!("/jobs/{}/file", text(&job["id"]));
    assert_eq!(manager.get(&file).await.status, 200);

    let id = text(&manager.get("/me").await.expect(200)["loginId"]);
    let warden = json!({"memberships": [{"role": "warden", "scope": {"kind": "facility", "id": host.facility}}]});
    host.owner.put(&format!("/staff/{id}/memberships"), warden).await.expect(200);
    assert_eq!(manager.get(&file).await.refusal(), (404, "not_found"));
}

#[rstest]
#[tokio::test]
async fn a_reset_link_dies_with_the_password_it_was_meant_to_replace(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    host.mail_on().await;
    host.nobody().post("/password-resets", json!({"username": OWNER})).await.expect(202);
    let link = host.link(OWNER).await;
    host.owner.post("/me/password", json!({"current": PASSWORD, "new": "Oskarshamn-88!"})).await.expect(204);
    let late = host.nobody().put(&format!("/password-resets/{link}"), json!({"password": "Oskarshamn-99!"})).await;
    assert_eq!(late.refusal(), (409, "link.dead"));
}

#[rstest]
#[tokio::test]
async fn a_key_that_is_sent_again_does_not_undo_the_lock(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let wrong = json!({"username": OWNER, "password": "Kalmar-Ek-78!"});
    for _ in 0..5 {
        host.nobody().post_once("one-key", "/login", wrong.clone()).await;
    }
    let right = json!({"username": OWNER, "password": PASSWORD});
    assert_eq!(host.nobody().post("/login", right).await.code(), "login.locked");
}

#[rstest]
#[tokio::test]
async fn an_open_device_cannot_move_the_address_that_links_go_to(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    host.mail_on().await;
    let refusals = [
        (json!({"email": "evil@example.se"}), "required"),
        (json!({"email": null, "password": "Kalmar-Ek-78!"}), "password.wrong"),
    ];
    for (change, fault) in refusals {
        assert_eq!(host.owner.patch("/me", change).await.expect(422)["fields"], json!({"password": fault}));
    }
    assert_eq!(owners_record(&host).await["email"], OWNER, "nothing was changed");
    host.owner.patch("/me", json!({"phone": "+46701740605", "email": OWNER})).await.expect(200);
    host.owner.patch("/me", json!({"email": "siv.ek@example.se", "password": PASSWORD})).await.expect(200);
    let told = host.sent().await;
    assert_eq!(told.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), [OWNER], "the earlier address is told");
}
