//! What was entered amiss in a till that is closed is put right in the one that is open (PRE-11): the report that was made
//! stays as it is, and whoever looks finds both.

use crate::documents::words;
use crate::incoming_payments::{due, invoices, stands, state};
use crate::locked_months::lock;
use crate::month_runs::ready;
use crate::paid_out_at_the_counter::{left, pay_out};
use crate::story::{audit, text};
use crate::till::{close, holds, open, prepaid, seen, take, take_back, turned_on, wish};
use crate::till_at_the_bank::agrees;
use chrono::TimeDelta;
use futures::future::join_all;
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_domain::access::Role;
use stolpe_domain::ledger::AccountKind;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::{Answer, At, Desk, TestHost};

/// Takes back an entry by one of the two ways.
pub(crate) async fn put_right(desk: &Desk, entry: &Value, way: &str) -> Answer {
    let path = format!("/till-entries/{}/take-back", text(&entry["id"]));
    desk.post(&path, json!({"reason": "skrevs på fel person", "way": way})).await
}

async fn foreseen(desk: &Desk, entry: &Value, way: &str) -> Answer {
    desk.get(&format!("/till-entries/{}/take-back?way={way}", text(&entry["id"]))).await
}

/// A till that is closed, in which Åsa paid her invoice in cash, rounded to coins, and Bo something by card; it was counted so
/// much short.
struct Closed {
    host: TestHost,
    clerk: Desk,
    till: Value,
    invoice: Value,
    paid: i64,
}

impl Closed {
    fn entry(&self, place: usize) -> &Value {
        &self.till["entries"][place]
    }
}

async fn closed(engine: Engine, missing: i64) -> Closed {
    let host = ready(engine).await;
    let invoices = invoices(&host).await;
    turned_on(&host).await;
    let clerk = host.as_(Role::Clerk, At::Organisation(host.organisation.clone())).await;
    let till = open(&host, &clerk, 50_000).await.expect(201);
    let invoice = invoices[0].clone();
    let paid = due(&invoice) + (100 - due(&invoice) % 100) % 100;
    take(&clerk, &till, wish(&invoice["personId"], "cash", paid, &[(&invoice, due(&invoice))])).await.expect(201);
    let till = take(&clerk, &till, wish(&invoices[1]["personId"], "card", 12_400, &[])).await.expect(201);
    let reason = (missing > 0).then_some("det fattas pengar");
    let till = close(&clerk, &till, 50_000 + paid - missing, reason).await.expect(200);
    Closed { host, clerk, till, invoice, paid }
}

#[rstest]
#[tokio::test]
async fn what_was_taken_in_a_till_that_is_closed_goes_back_out_of_the_open_one_and_its_report_stays(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = closed(engine, 0).await;
    let report = format!("/tills/{}/report", text(&it.till["id"]));
    let before = it.clerk.get(&report).await.bytes;
    assert_eq!((&it.till["mayEnter"], &it.till["mayTakeBack"]), (&json!(false), &json!(true)));
    // It stands in a till of today: without one there is nowhere for it.
    for answer in [put_right(&it.clerk, it.entry(0), "money").await, foreseen(&it.clerk, it.entry(0), "money").await] {
        assert_eq!(answer.refusal(), (409, "till.none_open"));
    }
    it.host.clock.advance(TimeDelta::hours(20));
    let own = open(&it.host, &it.clerk, it.paid).await.expect(201);
    let cash = stands(&it.host, AccountKind::Cash).await;
    let told = foreseen(&it.clerk, it.entry(0), "money").await.expect(200);
    let told: Vec<_> = told.as_array().unwrap().iter().map(|leg| text(&leg["credit"]["kind"])).collect();
    assert!(told.iter().all(|kind| kind == "cash"), "{told:?}");
    assert_eq!(stands(&it.host, AccountKind::Cash).await, cash, "telling moves nothing");

    let after = put_right(&it.clerk, it.entry(0), "money").await.expect(201);
    let entry = &after["entries"][0];
    assert_eq!((&after["id"], &entry["kind"]), (&own["id"], &json!("taken_back")));
    assert_eq!(entry["takesBack"], it.entry(0)["number"]);
    assert_eq!(
        (&after["sums"]["cashBack"]["minor"], &after["sums"]["expected"]["minor"]),
        (&json!(it.paid), &json!(0))
    );
    assert_eq!((stands(&it.host, AccountKind::Cash).await, state(&it.host, &it.invoice).await), (0, "issued".into()));
    // The till of yesterday says what it said; only what is known of its entry now is added on the screen.
    let yesterday = seen(&it.clerk, &it.till).await;
    let by = json!({"number": entry["number"], "tillId": own["id"]});
    assert_eq!((&yesterday["sums"], &yesterday["entries"][0]["takenBackBy"]), (&it.till["sums"], &by));
    assert_eq!(it.clerk.get(&report).await.bytes, before, "a report is the same whenever it is printed");
    assert_eq!(put_right(&it.clerk, it.entry(0), "money").await.refusal(), (409, "till.taken_back"));
    // By card there is nothing to count: the terminal gives it back, and it is not waited for at the bank.
    put_right(&it.clerk, it.entry(1), "money").await.expect(201);
    assert_eq!((stands(&it.host, AccountKind::ClearingCard).await, prepaid(&it.host).await), (0, 0));
    let all = agrees(&it.host).await;
    assert_eq!(all["differences"], json!([]), "{all}");
    let receipt = it.clerk.get(&format!("/till-entries/{}/receipt", text(&entry["id"]))).await;
    let paper = words(&receipt.bytes);
    assert!(paper.contains("Kvitto på återtagen betalning") && paper.contains("2026-0001"), "{paper}");
    let told = audit(&it.host, "till.taken_back").await;
    let told = told.iter().find(|it| it["before"]["receipt"] == "2026-0001").unwrap();
    assert_eq!((&told["reason"], &told["after"]["receipt"]), (&json!("skrevs på fel person"), &entry["number"]));
    // What was put right is paid again, and the till of today is counted.
    let today = take(
        &it.clerk,
        &own,
        wish(&it.invoice["personId"], "card", due(&it.invoice), &[(&it.invoice, due(&it.invoice))]),
    )
    .await
    .expect(201);
    let today = close(&it.clerk, &today, 0, None).await.expect(200);
    assert_eq!((&today["difference"]["minor"], state(&it.host, &it.invoice).await), (&json!(0), "paid".into()));
    holds(&it.host).await;
}

#[rstest]
#[tokio::test]
async fn cash_that_never_came_explains_what_was_missing_and_nothing_leaves_a_drawer(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = closed(engine, 1_000).await;
    // Somebody pressed twice: ten kronor were entered and never came.
    let other = open(&it.host, &it.clerk, 20_000).await.expect(201);
    let wrong = take(&it.clerk, &other, wish(&it.invoice["personId"], "cash", 1_000, &[])).await.expect(201);
    assert_eq!(put_right(&it.clerk, &wrong["entries"][0], "never_came").await.refusal(), (409, "till.not_counted"));
    let other = close(&it.clerk, &wrong, 20_000, Some("fattas")).await.expect(200);
    assert_eq!(stands(&it.host, AccountKind::TillDifference).await, 2_000);
    let (cash, today) = (stands(&it.host, AccountKind::Cash).await, open(&it.host, &it.clerk, 0).await.expect(201));

    let told = foreseen(&it.clerk, &other["entries"][0], "never_came").await.expect(200);
    let [leg] = &told.as_array().unwrap()[..] else { panic!("{told}") };
    assert_eq!((&leg["debit"]["kind"], &leg["credit"]["kind"]), (&json!("prepaid"), &json!("till_difference")));
    // There is nothing in the till of today, and nothing has to be.
    assert_eq!(put_right(&it.clerk, &other["entries"][0], "money").await.refusal(), (409, "till.too_little"));
    let after = put_right(&it.clerk, &other["entries"][0], "never_came").await.expect(201);
    let sums = &after["sums"];
    assert_eq!((&after["id"], &after["entries"][0]["kind"]), (&today["id"], &json!("never_came")));
    assert_eq!((&sums["neverCame"]["minor"], &sums["missed"]), (&json!(1_000), &json!(1)));
    assert_eq!((&sums["expected"]["minor"], &sums["cashBack"]["minor"]), (&json!(0), &json!(0)));
    assert_eq!(sums["toPrepaid"]["minor"], -1_000);
    assert_eq!(stands(&it.host, AccountKind::TillDifference).await, 1_000);
    assert_eq!((stands(&it.host, AccountKind::Cash).await, prepaid(&it.host).await), (cash, 12_400));
    agrees(&it.host).await;
    // It is only of cash, and it is taken back once, whichever way.
    assert_eq!(put_right(&it.clerk, it.entry(1), "never_came").await.refusal(), (409, "till.not_counted"));
    assert_eq!(put_right(&it.clerk, &other["entries"][0], "money").await.refusal(), (409, "till.taken_back"));
    assert_eq!(put_right(&it.clerk, &after["entries"][0], "never_came").await.refusal(), (409, "till.not_taken"));
    // An invoice that was paid by nobody is open again, and its VAT is not among what was paid today.
    let after = put_right(&it.clerk, it.entry(0), "never_came").await.expect(201);
    assert_eq!(state(&it.host, &it.invoice).await, "issued");
    let vat: i64 = after["vat"].as_array().unwrap().iter().map(|it| it["paid"]["minor"].as_i64().unwrap()).sum();
    assert_eq!(vat, -due(&it.invoice));
    let closed = close(&it.clerk, &after, 0, None).await.expect(200);
    let paper = words(&it.clerk.get(&format!("/tills/{}/report", text(&closed["id"]))).await.bytes);
    assert!(paper.contains("Betalningar som aldrig kom") && paper.contains("kontant, kom aldrig"), "{paper}");
    let table = it.host.owner.get(&format!("/exports/tills/{}?format=nordic", text(&closed["id"]))).await;
    let table = String::from_utf8(table.bytes).unwrap();
    assert!(table.contains("Betalningar som aldrig kom;;;;-"), "{table}");
    agrees(&it.host).await;
    holds(&it.host).await;
}

#[rstest]
#[tokio::test]
async fn what_was_paid_out_of_a_closed_till_comes_back_into_the_open_one(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = left(engine).await;
    let approved = it.approved(30_000).await;
    let till = pay_out(&it.clerk, &it.till, &approved).await.expect(201);
    let till = close(&it.clerk, &till, 20_000, None).await.expect(200);
    let out = till["entries"].as_array().unwrap().last().unwrap();
    let own = open(&it.host, &it.clerk, 0).await.expect(201);
    assert_eq!(put_right(&it.clerk, out, "never_came").await.refusal(), (409, "till.not_counted"));
    let after = put_right(&it.clerk, out, "money").await.expect(201);
    assert_eq!((&after["id"], &after["sums"]["expected"]["minor"]), (&own["id"], &json!(30_000)));
    assert_eq!((it.state(&approved).await, prepaid(&it.host).await), ("returned".into(), 30_050));
    holds(&it.host).await;
}

#[rstest]
#[tokio::test]
async fn it_is_put_right_by_whoever_sees_the_till_and_keeps_one_and_of_many_at_once_by_one(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = closed(engine, 0).await;
    let at = || At::Organisation(it.host.organisation.clone());
    let other = it.host.as_(Role::Clerk, at()).await;
    open(&it.host, &other, 90_000).await.expect(201);
    assert_eq!(put_right(&other, it.entry(0), "money").await.status, 404, "another clerk's till is not there");
    let accountant = it.host.as_(Role::Accountant, at()).await;
    assert_eq!(put_right(&accountant, it.entry(0), "money").await.refusal(), (409, "till.none_open"));
    let path = format!("/till-entries/{}/take-back", text(&it.entry(0)["id"]));
    open(&it.host, &it.clerk, 90_000).await.expect(201);
    open(&it.host, &it.host.owner, 90_000).await.expect(201);
    assert_eq!(it.clerk.post(&path, json!({"reason": " ", "way": "money"})).await.status, 422);
    assert_eq!(it.clerk.post(&path, json!({"reason": "fel", "way": "kort"})).await.status, 422);
    // Two who have a till each press at once, and one presses twice.
    let desks = [&it.clerk, &it.host.owner];
    let all = join_all((0..8).map(|place| put_right(desks[place % 2], it.entry(0), "money"))).await;
    assert_eq!(
        all.iter().filter(|it| it.status == 201).count(),
        1,
        "{:?}",
        all.iter().map(|it| it.status).collect::<Vec<_>>()
    );
    assert!(all.iter().filter(|it| it.status != 201).all(|it| it.refusal() == (409, "till.taken_back")));
    assert_eq!(stands(&it.host, AccountKind::Cash).await, 0);
    let body = json!({"reason": "fel kort", "way": "money"});
    let path = format!("/till-entries/{}/take-back", text(&it.entry(1)["id"]));
    let first = it.clerk.post_once("tryck", &path, body.clone()).await.expect(201);
    assert_eq!(it.clerk.post_once("tryck", &path, body).await.expect(201)["id"], first["id"]);
    // A counter that is off takes nothing back.
    let setting = format!("/till-setting?organisationId={}", it.host.organisation);
    it.host.owner.put_at(&setting, 1, json!({"active": false})).await.expect(200);
    assert_eq!(seen(&it.clerk, &it.till).await["mayTakeBack"], false);
    holds(&it.host).await;
}

/// A taking of a locked month is put right in the month that is open; while today itself is locked, nothing is.
#[rstest]
#[tokio::test]
async fn a_locked_month_stays_as_it_is_and_takes_nothing(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = closed(engine, 0).await;
    let mut host = it.host;
    host.clock.advance(TimeDelta::days(11));
    host.owner = host.sign_in(None, stolpe_testkit::host::OWNER).await;
    lock(&host, "2026-11").await.expect(200);
    let own = open(&host, &host.owner, it.paid).await.expect(201);
    host.clock.advance(TimeDelta::days(-11));
    assert_eq!(put_right(&host.owner, &it.till["entries"][0], "money").await.status, 409);
    host.clock.advance(TimeDelta::days(11));
    let after = put_right(&host.owner, &it.till["entries"][0], "money").await.expect(201);
    assert_eq!((&after["id"], stands(&host, AccountKind::Cash).await), (&own["id"], 0));
    // In its own till it cannot be taken back any more, and what takes back is not taken back.
    assert_eq!(take_back(&host.owner, &after["entries"][0]).await.refusal(), (409, "till.not_taken"));
    holds(&host).await;
}
