//! Money of the counter that the bank brings: cash that was taken there, and what the bank of the card terminal pays out.

use crate::incoming_payments::{bgmax, invoices, payments, read, settle, stands, take as take_file};
use crate::month_runs::ready;
use crate::reconciliation::{correct, difference, differences, reconciled, sums};
use crate::story::{audit, text};
use crate::till::{close, holds, open, seen, take, turned_on, wish};
use chrono::TimeDelta;
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_domain::ledger::AccountKind;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::{Answer, TestHost};

async fn from_counter(host: &TestHost, payment: &Value, body: Value) -> Answer {
    let path = format!("/incoming-payments/{}/from-counter", text(&payment["id"]));
    host.owner.post_at(&path, payment["rowVersion"].as_i64().unwrap(), body).await
}

async fn take_back(host: &TestHost, payment: &Value) -> Answer {
    let path = format!("/incoming-payments/{}/take-back", text(&payment["id"]));
    host.owner.post_at(&path, payment["rowVersion"].as_i64().unwrap(), json!({"reason": "fel rad"})).await
}

#[rstest]
#[tokio::test]
async fn what_the_bank_brings_of_the_counter_empties_its_accounts_and_can_be_said_to_be_something_else(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = ready(engine).await;
    let invoices = invoices(&host).await;
    turned_on(&host).await;
    let till = open(&host, &host.owner, 0).await.expect(201);
    let person = &invoices[0]["personId"];
    take(&host.owner, &till, wish(person, "cash", 50_000, &[])).await.expect(201);
    take(&host.owner, &till, wish(person, "card", 30_000, &[])).await.expect(201);
    let lines = [("", '0', 50_000, "Insättning"), ("", '0', 29_550, "Kortbanken"), ("", '0', 1_000, "Asa Ek")];
    take_file(&host, &bgmax(1, &lines)).await.expect(201);
    let all = payments(&host, "&open=true").await;
    let of = |minor: i64| all.iter().find(|it| it["amount"]["minor"] == minor).unwrap();

    // Cash has no fee, and a fee is never less than nothing.
    let refused = from_counter(&host, of(50_000), json!({"means": "cash", "feeMinor": 100})).await;
    assert_eq!(refused.refusal(), (409, "till.amount"));
    let refused = from_counter(&host, of(29_550), json!({"means": "card", "feeMinor": -1})).await;
    assert_eq!(refused.refusal(), (409, "till.amount"));
    let cash = from_counter(&host, of(50_000), json!({"means": "cash"})).await.expect(200);
    assert_eq!((&cash["counter"], &cash["left"]["minor"]), (&json!("cash"), &json!(0)));
    let card = from_counter(&host, of(29_550), json!({"means": "card", "feeMinor": 450})).await.expect(200);
    assert_eq!((&card["counter"], &card["counterFee"]["minor"]), (&json!("card"), &json!(450)));
    let counter = [AccountKind::Cash, AccountKind::ClearingCard, AccountKind::Suspense, AccountKind::ProviderFee];
    let stand = async || {
        let mut all = Vec::new();
        for kind in counter {
            all.push(stands(&host, kind).await);
        }
        all
    };
    assert_eq!(stand().await, [0, 0, -1_000, 450]);
    assert_eq!(from_counter(&host, of(50_000), json!({"means": "cash"})).await.status, 412);
    assert_eq!(from_counter(&host, &cash, json!({"means": "cash"})).await.refusal(), (409, "till.not_whole"));

    // It was something else: everything goes back, with the fee, and it can be said anew.
    let back = take_back(&host, &card).await.expect(200);
    assert_eq!((&back["counter"], &back["left"]["minor"]), (&Value::Null, &json!(29_550)));
    assert_eq!(stand().await, [0, 30_000, -1_000 - 29_550, 0]);
    from_counter(&host, &back, json!({"means": "card", "feeMinor": 450})).await.expect(200);
    assert_eq!(stand().await, [0, 0, -1_000, 450]);

    // What is placed on an invoice is not the counter's.
    let asa = &invoices[0];
    settle(&host, of(1_000), &[(asa, 1_000)]).await.expect(200);
    let placed = read(&host, of(1_000)).await;
    assert_eq!(from_counter(&host, &placed, json!({"means": "cash"})).await.refusal(), (409, "till.not_whole"));
    assert_eq!(audit(&host, "till.money_received").await.len(), 3);
    holds(&host).await;
}

/// What stands on the accounts of the counter is the sum of the differences, every day adds up, and the ledger proves.
pub(crate) async fn agrees(host: &TestHost) -> Value {
    let all = reconciled(host).await;
    let open: i64 = differences(&all).iter().map(|(_, minor)| minor).sum();
    assert_eq!(stands(host, AccountKind::Cash).await + stands(host, AccountKind::ClearingCard).await, open, "{all}");
    let [paid, settled, fee, _, difference, corrected] = sums(&all);
    assert_eq!(paid, settled + fee + difference + corrected, "{all}");
    assert_eq!(host.app.prove_ledger().await.unwrap().faults, vec![]);
    all
}

fn expected<const N: usize>(all: [(&str, i64); N]) -> Vec<(String, i64)> {
    all.map(|(kind, minor)| (kind.to_owned(), minor)).to_vec()
}

/// Reconciliation is three-way for the counter as well: what was taken there stands in it until the bank has received it.
#[rstest]
#[tokio::test]
async fn no_krona_of_the_counter_is_outside_the_reconciliation(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = ready(engine).await;
    let invoices = invoices(&host).await;
    turned_on(&host).await;
    let till = open(&host, &host.owner, 0).await.expect(201);
    let person = &invoices[0]["personId"];
    take(&host.owner, &till, wish(person, "cash", 50_000, &[])).await.expect(201);
    take(&host.owner, &till, wish(person, "card", 30_000, &[])).await.expect(201);
    let all = agrees(&host).await;
    assert_eq!(differences(&all), expected([("not_brought", 30_000), ("not_brought", 50_000)]));
    let of = |all: &Value, source: &str| {
        all["differences"].as_array().unwrap().iter().find(|it| it["source"] == source).unwrap().clone()
    };
    let cash = of(&all, "cash");
    let care =
        json!({"organisationId": host.organisation, "ownerId": all["keepers"][0]["loginId"], "note": "kassaskåpet"});
    host.owner.put_at(&format!("/differences/{}", text(&cash["id"])), 0, care).await.expect(204);
    assert_eq!(of(&agrees(&host).await, "cash")["note"], json!("kassaskåpet"));

    // The bank has received what the terminal took, less a fee, and more cash than was taken.
    let lines = [("", '0', 50_500, "Insättning"), ("", '0', 29_550, "Kortbanken")];
    take_file(&host, &bgmax(1, &lines)).await.expect(201);
    let paid_in = payments(&host, "&open=true").await;
    let of_bank = |minor: i64| paid_in.iter().find(|it| it["amount"]["minor"] == minor).unwrap();
    let brought = from_counter(&host, of_bank(50_500), json!({"means": "cash"})).await.expect(200);
    from_counter(&host, of_bank(29_550), json!({"means": "card", "feeMinor": 450})).await.expect(200);
    let all = agrees(&host).await;
    assert_eq!(differences(&all), expected([("too_much_brought", -500)]));
    assert_eq!(sums(&all), [80_000, 80_050, 450, 80_050, -500, 0]);
    let much = difference(&all, "too_much_brought").clone();
    assert_eq!((&much["incomingPaymentId"], &much["named"]), (&brought["id"], &json!("Insättning")));

    // Put right once and for all: the line of the bank cannot be said to be something else after that.
    correct(&host, &much, "växelkassan").await.expect(204);
    assert_eq!(differences(&agrees(&host).await), []);
    assert_eq!(take_back(&host, &brought).await.refusal(), (409, "till.put_right"));

    // What is missing when the till is counted was posted then, and is not waited for; what the bank has is too much now.
    let till = seen(&host.owner, &till).await;
    close(&host.owner, &till, 49_900, Some("felväxlat")).await.expect(200);
    let all = agrees(&host).await;
    assert_eq!(differences(&all), expected([("too_much_brought", -100)]));
    let path = format!(
        "/exports/reconciliation?format=nordic&organisationId={}&from=2026-11-01&to=2026-12-31",
        host.organisation
    );
    let file = String::from_utf8_lossy(&host.owner.get(&path).await.bytes).into_owned();
    assert!(
        file.contains("Kontanter i kassan") && file.contains("Banken fick mer än som togs emot i kassan"),
        "{file}"
    );

    // After a week somebody is told of it.
    host.clock.advance(TimeDelta::days(9));
    let todo = host.owner.get("/todo").await.expect(200);
    let waits = todo["items"].as_array().unwrap().iter().find(|it| it["kind"] == "reconciliation.old").unwrap();
    assert_eq!(waits["count"], json!(1));
    holds(&host).await;
}
