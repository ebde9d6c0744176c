//! Residents say themselves how what is sent to them reaches them, by mail or by SMS.

use crate::sms::{ready, setting, somebody, standing};
use crate::story::text;
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_domain::sms::SmsProvider;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::{Desk, SmsDouble, TestHost};

/// A resident who has both, signed in to the portal, where SMS leave through 46elks.
async fn resident(engine: Engine, phone: &str) -> (TestHost, SmsDouble, Desk) {
    let (host, double) = ready(engine, SmsProvider::Elks).await;
    let person = somebody(&host, "Åsa", "AA", json!({"email": "asa@example.se", "phone": phone})).await;
    let login = json!({"personId": person["id"], "facilityId": host.facility, "username": "asa"});
    let login = text(&host.owner.post("/logins", login).await.expect(201)["id"]);
    host.give_password(&login, false).await;
    let asa = host.sign_in(Some("EKB"), "asa").await;
    (host, double, asa)
}

async fn chosen(asa: &Desk) -> Value {
    asa.get("/me/person").await.expect(200)["channel"].clone()
}

#[rstest]
#[tokio::test]
async fn emp_10_a_resident_chooses_and_goes_back_to_what_there_is(#[values(Sqlite, Postgres)] engine: Engine) {
    let (_host, _double, asa) = resident(engine, "+46701234501").await;
    assert_eq!(asa.get("/me").await.expect(200)["smsIsOn"], true);
    for channel in [json!("sms"), json!("mail"), Value::Null] {
        asa.patch("/me", json!({"channel": channel})).await.expect(200);
        assert_eq!(chosen(&asa).await, channel);
    }
    // What is not named stays, and a number that is taken away takes its choice along.
    asa.patch("/me", json!({"channel": "sms"})).await.expect(200);
    asa.patch("/me", json!({"language": "nb"})).await.expect(200);
    assert_eq!(chosen(&asa).await, "sms");
    asa.patch("/me", json!({"phone": null})).await.expect(200);
    assert_eq!(chosen(&asa).await, Value::Null);
}

#[rstest]
#[tokio::test]
async fn emp_10_a_way_that_leads_nowhere_cannot_be_chosen(#[values(Sqlite, Postgres)] engine: Engine) {
    let (host, double, asa) = resident(engine, "08-508 000 00").await;
    let landline = asa.patch("/me", json!({"channel": "sms"})).await;
    assert_eq!((landline.status, &landline.body["fields"]["channel"]), (422, &json!("channel.no_mobile")));
    asa.patch("/me", json!({"channel": "sms", "phone": "+46701234501"})).await.expect(200);

    let mut off = setting(&double);
    off["enabled"] = json!(false);
    let version = standing(&host).await["rowVersion"].as_i64().unwrap();
    host.owner.put_at("/settings/sms", version, off).await.expect(200);
    assert_eq!(asa.get("/me").await.expect(200)["smsIsOn"], false);
    let refused = asa.patch("/me", json!({"channel": "sms"})).await;
    assert_eq!((refused.status, &refused.body["fields"]["channel"]), (422, &json!("channel.sms_off")));
    assert_eq!(chosen(&asa).await, "sms", "what was chosen holds again when SMS are on");
}
