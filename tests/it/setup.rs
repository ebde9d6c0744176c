//! The first run.

use rstest::rstest;
use serde_json::json;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::host::{PASSWORD, setup_draft};
use stolpe_testkit::{MemoryKeychain, TestHost};

#[rstest]
#[tokio::test]
async fn every_fault_of_the_first_run_is_told_at_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::bare(engine).await;
    let mut draft = setup_draft();
    draft["owner"]["givenName"] = json!(" ");
    draft["owner"]["familyName"] = json!("");
    draft["owner"]["email"] = json!("siv");
    draft["owner"]["password"] = json!("kort");
    draft["organisation"]["postalCode"] = json!("39");
    draft["organisation"]["organisationNumber"] = json!("769600-0013");
    draft["facility"]["code"] = json!("?");
    let refused = host.nobody().post("/setup", draft).await.expect(422);
    insta::assert_json_snapshot!("setup_faults", refused["fields"]);
    assert_eq!(host.nobody().get("/system").await.expect(200)["state"], "setup");
}

#[rstest]
#[tokio::test]
async fn an_organisation_number_with_a_wrong_check_digit_is_refused(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let mut draft = setup_draft()["organisation"].clone();
    draft["organisationNumber"] = json!("556016-0681");
    let refused = host.owner.post("/organisations", draft.clone()).await.expect(422);
    assert_eq!(refused["code"], "invalid");
    assert_eq!(refused["fields"], json!({"organisationNumber": "organisation_number.check_digit"}));
    draft["organisationNumber"] = json!("556016-0680");
    host.owner.post("/organisations", draft).await.expect(201);
}

#[rstest]
#[tokio::test]
async fn a_second_first_run_is_refused_and_changes_nothing(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let mut draft = setup_draft();
    draft["owner"]["email"] = json!("intruder@example.se");
    assert_eq!(host.nobody().post("/setup", draft).await.refusal(), (409, "setup.done"));
    let intruder = json!({"username": "intruder@example.se", "password": PASSWORD});
    assert_eq!(host.nobody().post("/login", intruder).await.refusal(), (401, "login.refused"));
}

#[rstest]
#[tokio::test]
async fn the_recovery_code_opens_a_vault_whose_key_was_lost(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    host.owner.post("/me/totp", json!(null)).await.expect(200);
    let host = host.restarted(MemoryKeychain::default()).await;
    assert_eq!(host.nobody().get("/system").await.expect(200)["vault"], "locked");
    assert_eq!(host.owner.post("/me/totp", json!(null)).await.refusal(), (503, "vault.locked"));

    let recover = async |code: &str| host.nobody().post("/vault/recover", json!({"recoveryCode": code})).await;
    let wrong = host.recovery_code.replace(char::is_alphanumeric, "2");
    assert_eq!(recover(&wrong).await.refusal(), (409, "vault.wrong_code"));
    recover(&host.recovery_code.to_lowercase()).await.expect(204);
    assert_eq!(host.nobody().get("/system").await.expect(200)["vault"], "open");
    host.owner.post("/me/totp", json!(null)).await.expect(200);

    let keychain = host.keychain.clone();
    let host = host.restarted(keychain).await;
    assert_eq!(host.nobody().get("/system").await.expect(200)["vault"], "open", "the fresh key is kept");
}
