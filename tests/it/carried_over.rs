//! What was paid too much follows to the next invoice: from wherever it stands, once, and never what is on its way back.

use crate::documents::{act, words};
use crate::incoming_payments::{bgmax, due, payments, read, reference, stands, state, take};
use crate::month_runs::{charge, committed, documents, driver, planned, ready};
use crate::payments::paying;
use crate::refunds::overpaid;
use crate::story::{audit, text};
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_domain::ledger::AccountKind;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::{Charger, PaymentDoubleKind, TestHost};

/// Charges Åsa for one more session; answers the invoice.
async fn next(host: &TestHost, charger: &mut Charger, day: u32, wh: i64) -> Value {
    charge(charger, "AA", day, wh).await;
    committed(host, &planned(host, "2026-11").await, json!({})).await;
    documents(host).await[0].clone()
}

pub(crate) async fn seen(host: &TestHost, it: &Value) -> Value {
    host.owner.get(&format!("/documents/{}", text(&it["id"]))).await.expect(200)
}

/// What is left to pay of an invoice, and what had been paid of it when it was issued.
pub(crate) async fn left(host: &TestHost, it: &Value) -> (i64, i64) {
    let it = seen(host, it).await;
    (it["open"]["minor"].as_i64().unwrap(), it["alreadyPaid"]["minor"].as_i64().unwrap_or(0))
}

async fn printed(host: &TestHost, it: &Value) -> String {
    words(&host.owner.get(&format!("/documents/{}/file", text(&it["id"]))).await.bytes)
}

pub(crate) async fn pay(host: &TestHost, serial: u32, it: &Value, minor: i64) {
    take(host, &bgmax(serial, &[(reference(it), '2', minor, "Asa Ek")])).await.expect(201);
}

async fn holds(host: &TestHost) {
    assert_eq!(host.app.prove_ledger().await.unwrap().faults, vec![]);
}

async fn says(host: &TestHost, carries_over: bool) {
    let path = format!("/billing?organisationId={}", host.organisation);
    let version = host.owner.get(&path).await.expect(200)["rowVersion"].as_i64().unwrap();
    let mut terms = crate::billing::particulars();
    terms["carriesOver"] = json!(carries_over);
    host.owner.put_at(&path, version, terms).await.expect(200);
}

#[rstest]
#[tokio::test]
async fn what_the_bank_brought_too_much_pays_the_next_invoice_and_the_one_after_it(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = ready(engine).await;
    let mut charger = host.charger("CP-1").await;
    driver(&host, "Åsa", "asa@example.se", "AA").await;
    let first = next(&host, &mut charger, 12, 10_000).await;
    pay(&host, 1, &first, due(&first) + 1_000).await;
    let second = next(&host, &mut charger, 14, 12_000).await;
    assert_eq!(left(&host, &second).await, (due(&second) - 1_000, 1_000));
    assert_eq!((state(&host, &second).await, stands(&host, AccountKind::Suspense).await), ("issued".into(), 0));
    let page = printed(&host, &second).await;
    assert!(page.contains("Redan betalt") && page.contains("Kvar att betala") && page.contains("5402-9681"), "{page}");

    let more = 100_000;
    pay(&host, 2, &second, due(&second) - 1_000 + more).await;
    let third = next(&host, &mut charger, 16, 8_000).await;
    assert_eq!(left(&host, &third).await, (0, due(&third)));
    assert_eq!(state(&host, &third).await, "paid");
    let page = printed(&host, &third).await;
    assert!(page.contains("Kvar att betala") && !page.contains("5402-9681"), "nothing is to be paid: {page}");
    let open = payments(&host, "&open=true").await;
    assert_eq!((open.len(), &open[0]["left"]["minor"]), (1, &json!(more - due(&third))));
    assert_eq!(stands(&host, AccountKind::Suspense).await, due(&third) - more);
    // It stands with the payment like anything that somebody has placed, and can be taken back.
    let payment = read(&host, &open[0]).await;
    let settled: Vec<&str> =
        payment["settled"].as_array().unwrap().iter().map(|it| it["document"]["number"].as_str().unwrap()).collect();
    assert_eq!(settled, [second["number"].as_str().unwrap(), third["number"].as_str().unwrap()]);
    let path = format!("/incoming-payments/{}/take-back", text(&payment["id"]));
    let back = json!({"documentId": third["id"], "reason": "ska tillbaka"});
    host.owner.post_at(&path, payment["rowVersion"].as_i64().unwrap(), back).await.expect(200);
    assert_eq!((state(&host, &third).await, left(&host, &third).await.0), ("issued".into(), due(&third)));
    assert_eq!(audit(&host, "document.carried_over").await.len(), 2);
    holds(&host).await;
}

#[rstest]
#[tokio::test]
async fn what_is_too_much_since_an_invoice_was_credited_pays_the_next_one_also_when_a_draft_is_issued(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = ready(engine).await;
    let mut charger = host.charger("CP-1").await;
    driver(&host, "Åsa", "asa@example.se", "AA").await;
    let first = next(&host, &mut charger, 12, 10_000).await;
    pay(&host, 1, &first, due(&first)).await;
    act(&host, &seen(&host, &first).await, "credit", json!({"reason": "ingen avgift", "lines": [1]})).await.expect(201);
    let surplus = -seen(&host, &first).await["open"]["minor"].as_i64().unwrap();
    assert!(surplus > 0);
    charge(&mut charger, "AA", 14, 20_000).await;
    committed(&host, &planned(&host, "2026-11").await, json!({"asDrafts": true})).await;
    let draft = documents(&host).await.into_iter().find(|it| it["state"] == "draft").unwrap();
    assert_eq!(left_of_first(&host, &first).await, -surplus, "a draft takes nothing");
    let issued = act(&host, &draft, "issue", json!(null)).await.expect(200);
    let paid = surplus.min(due(&issued));
    assert_eq!(left(&host, &issued).await, (due(&issued) - paid, paid));
    assert_eq!(left_of_first(&host, &first).await, paid - surplus);
    holds(&host).await;
}

async fn left_of_first(host: &TestHost, it: &Value) -> i64 {
    seen(host, it).await["open"]["minor"].as_i64().unwrap()
}

#[rstest]
#[tokio::test]
async fn what_is_held_for_a_refund_stays_and_the_rest_of_what_a_provider_brought_follows(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = overpaid(engine).await;
    let host = &it.it.host;
    let (due_of_first, free) = (it.it.due(), 700);
    let asked = it.asked(due_of_first - free).await;
    let mut charger = host.charger("CP-2").await;
    let second = next(host, &mut charger, 14, 12_000).await;
    assert_eq!(left(host, &second).await, (due(&second) - free, free));
    assert_eq!(it.it.prepaid().await, due_of_first - free, "what is held is not touched");
    let third = next(host, &mut charger, 16, 12_000).await;
    assert_eq!(left(host, &third).await, (due(&third), 0));
    it.approved(&asked).await;
    it.ask().await;
    it.swish(&asked, "PAID", None).await;
    it.ask().await;
    assert_eq!((it.seen(&asked).await["state"].clone(), it.it.prepaid().await), (json!("done"), 0));
    holds(host).await;
}

#[rstest]
#[tokio::test]
async fn nothing_follows_where_the_organisation_does_not_want_it(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = ready(engine).await;
    says(&host, false).await;
    let mut charger = host.charger("CP-1").await;
    driver(&host, "Åsa", "asa@example.se", "AA").await;
    let first = next(&host, &mut charger, 12, 10_000).await;
    pay(&host, 1, &first, due(&first) + 1_000).await;
    let second = next(&host, &mut charger, 14, 12_000).await;
    assert_eq!(left(&host, &second).await, (due(&second), 0));
    says(&host, true).await;
    // The oldest invoice first, though it was issued before.
    let third = next(&host, &mut charger, 16, 12_000).await;
    assert_eq!(left(&host, &second).await.0, due(&second) - 1_000);
    assert_eq!(left(&host, &third).await, (due(&third), 0));
    holds(&host).await;
}

#[rstest]
#[tokio::test]
async fn money_follows_once_when_two_invoices_are_issued_at_the_same_moment(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = paying(engine, PaymentDoubleKind::Swish).await;
    let host = &it.host;
    let begun = it.begun().await;
    it.agrees(&begun).await;
    pay(host, 1, &it.invoice, it.due()).await;
    it.ask().await;
    assert_eq!(it.prepaid().await, it.due());
    let mut charger = host.charger("CP-2").await;
    let mut drafts = Vec::new();
    for day in [14, 16] {
        charge(&mut charger, "AA", day, 30_000).await;
        committed(host, &planned(host, "2026-11").await, json!({"asDrafts": true})).await;
        drafts.push(documents(host).await.into_iter().find(|it| it["state"] == "draft").unwrap());
    }
    let (one, other) =
        tokio::join!(act(host, &drafts[0], "issue", json!(null)), act(host, &drafts[1], "issue", json!(null)));
    let (one, other) = (one.expect(200), other.expect(200));
    let placed = left(host, &one).await.1 + left(host, &other).await.1;
    assert_eq!((placed, it.prepaid().await), (it.due(), 0));
    holds(host).await;
}
