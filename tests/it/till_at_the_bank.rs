//! Money of the counter that the bank brings: cash that was taken there, and what the bank of the card terminal pays out.

use crate::incoming_payments::{bgmax, invoices, payments, read, settle, stands, take as take_file};
use crate::month_runs::ready;
use crate::story::{audit, text};
use crate::till::{holds, open, take, turned_on, wish};
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
