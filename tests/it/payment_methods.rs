//! PRE-14: by which methods residents may pay is a dated list of each facility, in its order; what was used stays.

use crate::payments::{Paying, agreement, paying};
use crate::story::{audit, text};
use chrono::TimeDelta;
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::{Answer, PaymentDoubleKind};

/// Åsa's invoice at a facility whose owner has agreed with Swish and with Payson.
async fn with_both(engine: Engine) -> Paying {
    let it = paying(engine, PaymentDoubleKind::Swish).await;
    let path = format!("/payment-agreement?organisationId={}&with=payson", it.host.organisation);
    it.host.owner.put_at(&path, 0, agreement(PaymentDoubleKind::Payson, &it.double)).await.expect(200);
    it
}

fn path(it: &Paying) -> String {
    format!("/payment-methods?facilityId={}", it.host.facility)
}

async fn choose(it: &Paying, version: i64, from: &str, methods: Value) -> Answer {
    it.host.owner.put_at(&path(it), version, json!({"appliesFrom": from, "methods": methods})).await
}

async fn offered(it: &Paying) -> Value {
    it.asa.get("/me/invoices").await.expect(200)["items"][0]["providers"].clone()
}

async fn press(it: &Paying, provider: &str) -> Answer {
    it.asa.post("/me/payments", json!({"documentId": it.invoice["id"], "provider": provider})).await
}

#[rstest]
#[tokio::test]
async fn pre_14_methods_are_offered_in_their_order_and_one_that_is_off_is_refused(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = with_both(engine).await;
    assert_eq!(offered(&it).await, json!(["payson", "swish"]), "whoever has said nothing offers every agreement");
    let said = choose(&it, 0, "2026-11-21", json!(["swish", "payson"])).await.expect(200);
    assert_eq!(said["offered"], json!(["swish", "payson"]));
    assert_eq!(offered(&it).await, json!(["swish", "payson"]));

    choose(&it, 1, "2026-11-21", json!(["payson"])).await.expect(200);
    assert_eq!(offered(&it).await, json!(["payson"]));
    assert_eq!(press(&it, "swish").await.refusal(), (409, "payment.method_off"));
    assert!(it.asa.get("/me/invoices").await.expect(200)["items"][0]["paymentId"].is_null(), "nothing was begun");

    choose(&it, 2, "2026-11-21", json!([])).await.expect(200);
    assert_eq!(offered(&it).await, json!([]), "nobody pays here but as the invoice says");
    choose(&it, 3, "2026-11-21", Value::Null).await.expect(200);
    assert_eq!(offered(&it).await, json!(["payson", "swish"]));
    let rows = audit(&it.host, "payment_methods.chosen").await;
    assert_eq!(rows.len(), 4);
}

#[rstest]
#[tokio::test]
async fn pre_14_a_list_begins_with_its_day_at_the_facility_and_what_was_valid_before_stays(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = with_both(engine).await;
    choose(&it, 0, "2026-11-21", json!(["swish"])).await.expect(200);
    let said = choose(&it, 1, "2026-11-22", json!(["payson"])).await.expect(200);
    let standings = |of: &Value| {
        let written = of["written"].as_array().unwrap();
        written.iter().map(|it| (text(&it["appliesFrom"]), text(&it["standing"]))).collect::<Vec<_>>()
    };
    let dated = |day: &str, standing: &str| (day.to_owned(), standing.to_owned());
    assert_eq!(standings(&said), [dated("2026-11-22", "planned"), dated("2026-11-21", "in_force")]);
    assert_eq!(offered(&it).await, json!(["swish"]));

    // Half past eleven in the evening in Stockholm; an hour later it is the next day there, and not yet in UTC.
    it.host.clock.advance(TimeDelta::minutes(11 * 60 + 30));
    assert_eq!(offered(&it).await, json!(["swish"]));
    it.host.clock.advance(TimeDelta::hours(1));
    assert_eq!(offered(&it).await, json!(["payson"]));
    let read = it.host.owner.get(&path(&it)).await.expect(200);
    assert_eq!(standings(&read), [dated("2026-11-22", "in_force"), dated("2026-11-21", "past")]);
    assert_eq!((&read["today"], &read["written"][1]["methods"]), (&json!("2026-11-22"), &json!(["swish"])));
}

#[rstest]
#[tokio::test]
async fn pre_14_a_try_that_is_open_goes_on_and_the_payment_keeps_the_method_it_used(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = with_both(engine).await;
    let begun = press(&it, "swish").await.expect(201);
    choose(&it, 0, "2026-11-21", json!(["payson"])).await.expect(200);
    assert_eq!(press(&it, "swish").await.expect(201)["id"], begun["id"]);
    it.agrees(&begun).await;
    it.ask().await;
    let seen = it.at_desk(&begun).await;
    assert_eq!((&seen["state"], &seen["provider"]), (&json!("succeeded"), &json!("swish")));
}

#[rstest]
#[tokio::test]
async fn pre_14_the_past_stays_as_it_was_and_a_list_that_means_nothing_is_refused(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = with_both(engine).await;
    for (from, methods, field, code) in [
        ("2026-11-20", json!(["swish"]), "appliesFrom", "payment_methods.past"),
        ("2026-11-21", json!(["swish", "swish"]), "methods", "payment_methods.twice"),
        ("2026-11-21", json!(["vipps"]), "methods", "payment_methods.currency"),
    ] {
        let refused = choose(&it, 0, from, methods).await.expect(422);
        assert_eq!(refused["fields"][field], code);
    }
    choose(&it, 0, "2026-11-21", json!(["swish"])).await.expect(200);
    let late = choose(&it, 0, "2026-11-21", json!(["payson"])).await;
    assert_eq!(late.status, 412);
    let both =
        futures::future::join_all(["swish", "payson"].map(|one| choose(&it, 1, "2026-11-21", json!([one])))).await;
    let mut statuses: Vec<u16> = both.iter().map(|it| it.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412], "of two at once, one is told that somebody was faster");
    assert_eq!(it.asa.get(&path(&it)).await.status, 404, "residents see what they are offered, and nothing else");
}
