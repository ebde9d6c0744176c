//! Any amount of the ledger opens: between which accounts, why, by whom, and what brought it.

use crate::documents::act;
use crate::incoming_payments::{bgmax, due, invoices, reference, take};
use crate::month_runs::ready;
use crate::story::text;
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_domain::access::Role;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::{At, TestHost};

/// What was moved on an account of this kind, each opened.
async fn opened(host: &TestHost, query: &str) -> Vec<Value> {
    let mut opened = Vec::new();
    for account in host.owner.get(&format!("/accounts?{query}")).await.expect(200)["items"].as_array().unwrap() {
        let path = format!("/accounts/{}/statement", text(&account["id"]));
        for row in host.owner.get(&path).await.expect(200)["items"].as_array().unwrap() {
            let transfer = host.owner.get(&format!("/transfers/{}", text(&row["id"]))).await.expect(200);
            let moved = row["debit"].as_i64().unwrap() + row["credit"].as_i64().unwrap();
            assert_eq!((&transfer["amount"], &transfer["code"]), (&json!(moved), &row["code"]), "as on the statement");
            assert_eq!(transfer["valueOn"], row["valueOn"]);
            opened.push(transfer);
        }
    }
    opened
}

fn of<'t>(all: &'t [Value], code: &str) -> &'t Value {
    all.iter().find(|it| it["code"] == code).unwrap_or_else(|| panic!("no {code} in {all:?}"))
}

#[rstest]
#[tokio::test]
async fn pre_18_any_amount_opens_down_to_what_it_was_made_of(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = ready(engine).await;
    let all = invoices(&host).await;
    let [asa, bo, ..] = &all[..] else { panic!("four invoices") };
    take(&host, &bgmax(1, &[(reference(asa), '2', due(asa), "Asa Ek")])).await.expect(201);
    act(&host, bo, "void", json!({"reason": "fel avgift"})).await.expect(200);

    let asas = opened(&host, &format!("kind=receivable&personId={}", text(&asa["personId"]))).await;
    let invoice = of(&asas, "invoice");
    assert_eq!((&invoice["documentId"], &invoice["documentNumber"]), (&asa["id"], &asa["number"]));
    assert_eq!((&invoice["step"], &invoice["madeByName"]), (&json!("posted"), &json!("Siv Ek")));
    let together = invoice["together"].as_array().unwrap();
    assert!(together.iter().any(|leg| leg["id"] == invoice["id"]), "itself is among it");
    let owed = |leg: &Value, side: &str| {
        if leg[side]["kind"] == "receivable" { leg["amount"].as_i64().unwrap() } else { 0 }
    };
    let sum: i64 = together.iter().map(|leg| owed(leg, "debit") - owed(leg, "credit")).sum();
    assert_eq!(sum, due(asa), "revenue, VAT and rounding together are what the invoice asks for");

    let paid = of(&asas, "payment");
    assert_eq!((&paid["debit"]["kind"], &paid["credit"]["kind"]), (&json!("bank"), &json!("receivable")));
    let bank = host.owner.get(&format!("/incoming-payments/{}", text(&paid["incomingPaymentId"]))).await.expect(200);
    assert_eq!((&bank["amount"]["minor"], &bank["line"]), (&paid["amount"], &json!(3)), "down to the line of the file");
    assert_eq!((&paid["documentId"], &paid["paymentId"]), (&asa["id"], &Value::Null));

    let bos = opened(&host, &format!("kind=receivable&personId={}", text(&bo["personId"]))).await;
    let (asked, back) = (of(&bos, "invoice"), of(&bos, "reversal"));
    let sides = |it: &Value| (text(&it["debit"]["id"]), text(&it["credit"]["id"]));
    let mirrored = |it: &Value| (text(&it["credit"]["id"]), text(&it["debit"]["id"]));
    let legs = |it: &Value, sides: &dyn Fn(&Value) -> (String, String)| {
        let mut legs: Vec<_> =
            it["together"].as_array().unwrap().iter().map(|leg| (sides(leg), leg["amount"].as_i64())).collect();
        legs.sort();
        legs
    };
    assert_eq!(legs(back, &mirrored), legs(asked, &sides), "what is void goes back on the same accounts");
}

#[rstest]
#[tokio::test]
async fn an_amount_opens_for_those_who_see_one_of_its_accounts(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = ready(engine).await;
    let all = invoices(&host).await;
    take(&host, &bgmax(1, &[(reference(&all[0]), '2', due(&all[0]), "Asa Ek"), ("", '0', 777, "Kalle")]))
        .await
        .expect(201);
    let path = |it: &Value| format!("/transfers/{}", text(&it["id"]));
    let asas = opened(&host, &format!("kind=receivable&personId={}", text(&all[0]["personId"]))).await;
    let nobodys = opened(&host, "kind=suspense").await;
    let manager = host.as_(Role::Manager, At::Facility(host.facility.clone())).await;
    manager.get(&path(of(&asas, "payment"))).await.expect(200);
    assert_eq!(manager.get(&path(&nobodys[0])).await.status, 404, "what is the organisation's own is not a facility's");
    assert_eq!(host.nobody().get(&path(&nobodys[0])).await.status, 401);
    assert_eq!(host.owner.get("/transfers/01980000-0000-7000-8000-000000000000").await.status, 404);
}
