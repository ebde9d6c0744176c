//! What a correction posts is told before it is confirmed, by the function that posts it: the same accounts and amounts, and
//! telling leaves nothing behind. What would be refused is refused when it is told.

use crate::documents::act;
use crate::incoming_payments::invoices;
use crate::month_runs::ready;
use crate::payouts::{self, TODAY};
use crate::reconciliation::{difference, reconciled};
use crate::refunds::overpaid;
use crate::story::{audit, text};
use crate::till::{open, take, turned_on, wish};
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_store::Db;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::{Desk, TestHost};

/// A transfer: to which kind of account, from which, how much, and what it does.
type Move = (String, String, i64, String);

/// Everything that was ever moved.
async fn moved(host: &TestHost) -> Vec<Move> {
    let all = "select debit.kind, credit.kind, amount, step from ledger_transfer \
               join ledger_account debit on debit.id = debit_id join ledger_account credit on credit.id = credit_id";
    match &host.db.db {
        Db::Sqlite { writer, .. } => sqlx::query_as(all).fetch_all(writer).await.unwrap(),
        Db::Postgres { pool, .. } => sqlx::query_as(all).fetch_all(pool).await.unwrap(),
    }
}

fn moves(told: &Value) -> Vec<Move> {
    let one = |it: &Value| {
        (text(&it["debit"]["kind"]), text(&it["credit"]["kind"]), it["amount"].as_i64().unwrap(), text(&it["step"]))
    };
    let mut all: Vec<Move> = told.as_array().unwrap().iter().map(one).collect();
    all.sort();
    all
}

/// What is told at an address, while nothing is moved by telling it.
async fn told(host: &TestHost, desk: &Desk, path: &str) -> Vec<Move> {
    let (before, written) = (moved(host).await.len(), audit_rows(host).await);
    let told = moves(&desk.get(path).await.expect(200));
    assert_eq!((moved(host).await.len(), audit_rows(host).await), (before, written), "telling leaves nothing behind");
    told
}

async fn audit_rows(host: &TestHost) -> i64 {
    let all = "select count(*) from audit";
    match &host.db.db {
        Db::Sqlite { writer, .. } => sqlx::query_scalar(all).fetch_one(writer).await.unwrap(),
        Db::Postgres { pool, .. } => sqlx::query_scalar(all).fetch_one(pool).await.unwrap(),
    }
}

/// What was moved beyond what had been. Within one instant of the clock of tests there is no order.
async fn since(host: &TestHost, before: &[Move]) -> Vec<Move> {
    let mut all = moved(host).await;
    for it in before {
        let place = all.iter().position(|now| now == it).unwrap();
        all.swap_remove(place);
    }
    all.sort();
    all
}

#[rstest]
#[tokio::test]
async fn a_credit_note_and_what_is_void_post_what_was_told(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = ready(engine).await;
    let all = invoices(&host).await;
    let [asa, bo, cia, ..] = &all[..] else { panic!("invoices") };
    let credit = |it: &Value| format!("/documents/{}/credit", text(&it["id"]));
    // Of one line, of all that is left after it, and of a document that never left.
    let before = moved(&host).await;
    let line = told(&host, &host.owner, &format!("{}?lines=1", credit(asa))).await;
    assert!(!line.is_empty() && line.iter().all(|it| it.3 == "posted"), "{line:?}");
    let wrong = host.owner.get(&format!("{}?lines=99", credit(asa))).await;
    assert_eq!(wrong.body["fields"]["lines"], "document.no_such_line", "{}", wrong.body);
    act(&host, asa, "credit", json!({"reason": "fel", "lines": [1]})).await.expect(201);
    assert_eq!(since(&host, &before).await, line);
    let before = moved(&host).await;
    let rest = told(&host, &host.owner, &credit(asa)).await;
    let now = host.owner.get(&format!("/documents/{}", text(&asa["id"]))).await.expect(200);
    let note = act(&host, &now, "credit", json!({"reason": "fel"})).await.expect(201);
    assert_eq!(since(&host, &before).await, rest);
    assert_eq!(note["number"], "2026-0002", "telling used no number of the credit notes");
    let again = host.owner.get(&credit(asa)).await;
    assert_eq!(again.status, 409, "there is nothing left of it: {}", again.body);

    let void = |it: &Value| format!("/documents/{}/void", text(&it["id"]));
    let before = moved(&host).await;
    let all = told(&host, &host.owner, &void(bo)).await;
    act(&host, bo, "void", json!({"reason": "fel avgift"})).await.expect(200);
    assert_eq!(since(&host, &before).await, all);
    assert_eq!(host.owner.get(&void(bo)).await.status, 409, "it is void already");
    act(&host, cia, "send", json!({"by": "paper"})).await.expect(200);
    assert_eq!(host.owner.get(&void(cia)).await.refusal(), (409, "document.sent"));
    assert_eq!(host.nobody().get(&void(cia)).await.status, 401);
}

#[rstest]
#[tokio::test]
async fn a_refund_holds_frees_and_posts_what_was_told(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = overpaid(engine).await;
    let (host, due) = (&it.it.host, it.it.due());
    let asks = format!("/payments/{}/refund-moves?minor=", text(&it.payment["id"]));
    assert_eq!(host.owner.get(&format!("{asks}{}", due + 1)).await.refusal(), (409, "refund.more_than_paid"));
    let before = moved(host).await;
    let holds = told(host, &host.owner, &format!("{asks}{due}")).await;
    assert_eq!(holds, [("prepaid".into(), "clearing_swish".into(), due, "pending".into())]);
    let asked = it.asked(due).await;
    assert_eq!(since(host, &before).await, holds);
    let acts = |act: &str| format!("/refunds/{}/moves?act={act}", text(&asked["id"]));
    // Whoever asked does not decide, and is told so at once.
    assert_eq!(host.owner.get(&acts("approve")).await.refusal(), (409, "decision.own_wish"));
    assert_eq!(host.owner.get(&acts("anything")).await.status, 400);
    let frees = told(host, &it.accountant, &acts("reject")).await;
    assert_eq!(frees, [("prepaid".into(), "clearing_swish".into(), due, "void".into())]);
    assert_eq!(told(host, &host.owner, &acts("withdraw")).await, frees);
    let posts = told(host, &it.accountant, &acts("approve")).await;
    assert_eq!(posts, [("prepaid".into(), "clearing_swish".into(), due, "post".into())]);
    // An approval moves nothing by itself: what was told comes with the word of the provider.
    let before = moved(host).await;
    it.approved(&asked).await;
    assert_eq!(since(host, &before).await, []);
    it.ask().await;
    it.swish(&asked, "PAID", None).await;
    it.ask().await;
    assert_eq!(since(host, &before).await, posts);
    assert_eq!(it.accountant.get(&acts("approve")).await.refusal(), (409, "refund.decided"));
}

#[rstest]
#[tokio::test]
async fn a_payout_holds_frees_posts_and_brings_back_what_was_told(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = payouts::left(engine).await;
    let host = &it.host;
    let asks = format!("/payout-moves?incomingPaymentId={}&minor=", text(&it.unplaced["id"]));
    assert_eq!(host.owner.get(&format!("{asks}778")).await.refusal(), (409, "payout.more_than_unused"));
    let before = moved(host).await;
    let holds = told(host, &host.owner, &format!("{asks}777")).await;
    assert_eq!(holds, [("suspense".into(), "bank".into(), 777, "pending".into())]);
    let wish = json!({"incomingPaymentId": it.unplaced["id"], "minor": 777, "accountKind": "bankgiro",
        "account": "5050-1055", "name": "Kalles Plåt AB", "reason": "inte vår"});
    let asked = host.owner.post("/payouts", wish).await.expect(201);
    assert_eq!(since(host, &before).await, holds);
    let acts = |act: &str| format!("/payouts/{}/moves?act={act}", text(&asked["id"]));
    assert_eq!(host.owner.get(&acts("approve")).await.refusal(), (409, "decision.own_wish"));
    let posts = told(host, &it.accountant, &acts("approve")).await;
    assert_eq!(posts, [("suspense".into(), "bank".into(), 777, "post".into())]);
    assert_eq!(told(host, &it.accountant, &acts("refuse")).await[0].3, "void");
    let approved = it.act(&it.accountant, &asked, "approve", json!(null)).await.expect(200);
    let file = it.make(&[&approved], TODAY).await.expect(201);
    it.fetched(&file).await;

    let before = moved(host).await;
    assert_eq!(told(host, &host.owner, &acts("paid")).await, posts);
    assert_eq!(told(host, &host.owner, &acts("rejected")).await, [], "it stays held until somebody withdraws it");
    let paid = json!({"outcome": "paid", "on": TODAY, "bankReference": "B1", "reason": "står på kontoutdraget"});
    it.act(&host.owner, &it.seen(&asked).await, "outcome", paid).await.expect(200);
    assert_eq!(since(host, &before).await, posts);
    let before = moved(host).await;
    let back = told(host, &host.owner, &acts("returned")).await;
    assert_eq!(back, [("bank".into(), "suspense".into(), 777, "posted".into())]);
    let returned = json!({"outcome": "returned", "on": TODAY, "reason": "kontot är stängt"});
    it.act(&host.owner, &it.seen(&asked).await, "outcome", returned).await.expect(200);
    assert_eq!(since(host, &before).await, back);
}

#[rstest]
#[tokio::test]
async fn a_difference_that_is_put_right_goes_where_it_was_told_to(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = ready(engine).await;
    let invoices = invoices(&host).await;
    turned_on(&host).await;
    let till = open(&host, &host.owner, 0).await.expect(201);
    take(&host.owner, &till, wish(&invoices[0]["personId"], "card", 30_000, &[])).await.expect(201);
    let all = reconciled(&host).await;
    let open = difference(&all, "not_brought");
    let path = format!("/differences/{}/correction", text(&open["id"]));
    let look = format!("{path}?organisationId={}", host.organisation);
    let before = moved(&host).await;
    let posts = told(&host, &host.owner, &look).await;
    assert_eq!(posts, [("suspense".into(), "clearing_card".into(), 30_000, "posted".into())]);
    let body = json!({"organisationId": host.organisation, "reason": "terminalen var på prov"});
    host.owner.post_at(&path, open["rowVersion"].as_i64().unwrap(), body).await.expect(204);
    assert_eq!(since(&host, &before).await, posts);
    assert_eq!(host.owner.get(&look).await.status, 404, "there is no difference any more");
    assert_eq!(audit(&host, "difference.corrected").await.len(), 1);
}
