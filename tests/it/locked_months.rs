//! Months that are closed: nothing is posted into them any more, what comes late stands on the first open day, and what the
//! accountant got is the same whenever it is taken out.

use crate::billing::particulars;
use crate::documents::act;
use crate::incoming_payments::bgmax;
use crate::ledger::invoices;
use crate::month_runs::ready;
use crate::story::{audit, text};
use chrono::TimeDelta;
use futures::future::join_all;
use rstest::rstest;
use serde_json::{Value, json};
use std::io::{Cursor, Read as _};
use stolpe_app::LedgerFault;
use stolpe_domain::access::Role;
use stolpe_domain::bookkeeping::OpenFrom;
use stolpe_domain::id::OrganisationId;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::host::OWNER;
use stolpe_testkit::{Answer, At, TestHost};

fn closing(host: &TestHost, month: &str) -> String {
    format!("/bookkeeping/closing?organisationId={}&month={month}", host.organisation)
}

pub(crate) async fn lock(host: &TestHost, month: &str) -> Answer {
    host.owner.put(&closing(host, month), json!(null)).await
}

async fn unlock(host: &TestHost, month: &str, reason: &str) -> Answer {
    let headers = [("content-type", "application/json")];
    host.owner.send("DELETE", &closing(host, month), &headers, json!({"reason": reason}).to_string()).await
}

pub(crate) async fn package(host: &TestHost, month: &str) -> Vec<u8> {
    let path = format!("/bookkeeping/closing/file?organisationId={}&month={month}", host.organisation);
    let answer = host.owner.get(&path).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.bytes
}

pub(crate) async fn booked(host: &TestHost, month: &str) -> Value {
    host.owner.get(&format!("/bookkeeping?organisationId={}&month={month}", host.organisation)).await.expect(200)
}

/// A file of a month's vouchers by itself.
async fn file(host: &TestHost, month: &str, form: &str) -> Vec<u8> {
    let path = format!("/bookkeeping/file?organisationId={}&month={month}&form={form}", host.organisation);
    let answer = host.owner.get(&path).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.bytes
}

/// A file in the archive of a month.
pub(crate) fn within(package: &[u8], name: &str) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(package)).unwrap();
    let mut content = Vec::new();
    archive.by_name(name).unwrap().read_to_end(&mut content).unwrap();
    content
}

/// Takes a deposit of 21 November in.
async fn deposit(host: &TestHost, serial: u32, reference: &str, minor: i64) -> Answer {
    let path = format!("/bank-files?organisationId={}&fileName={serial}.txt", host.organisation);
    let headers = [("content-type", "application/octet-stream")];
    host.owner.send("POST", &path, &headers, bgmax(serial, &[(reference, '2', minor, "Asa Ek")])).await
}

fn open(closing: &Value, what: &str) -> i64 {
    let open = closing["open"].as_array().unwrap().iter();
    open.clone().find(|it| it["what"] == what).unwrap()["count"].as_i64().unwrap()
}

/// A host with two invoices of November, in December.
async fn in_december(engine: Engine) -> (TestHost, Vec<Value>) {
    let host = ready(engine).await;
    let both = invoices(&host).await;
    host.clock.advance(TimeDelta::days(11));
    (host, both)
}

#[rstest]
#[tokio::test]
async fn a_locked_month_takes_nothing_more_and_what_comes_late_is_posted_on_the_first_open_day(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = ready(engine).await;
    let both = invoices(&host).await;
    assert_eq!(lock(&host, "2026-11").await.refusal(), (409, "period.not_over"));
    let seen = host.owner.get(&closing(&host, "2026-11")).await.expect(200);
    assert_eq!((&seen["isLocked"], &seen["obstacle"]), (&json!(false), &json!("period.not_over")));
    host.clock.advance(TimeDelta::days(11));
    let locked = lock(&host, "2026-11").await.expect(200);
    assert_eq!((&locked["isLocked"], &locked["isLast"]), (&json!(true), &json!(true)));
    assert_eq!(lock(&host, "2026-11").await.refusal(), (409, "period.locked"));
    let november = booked(&host, "2026-11").await;

    // A clock set back to November: what is posted counts then, and stands in December.
    host.clock.advance(TimeDelta::days(-10));
    act(&host, &both[0], "void", json!({"reason": "fel avgift"})).await.expect(200);
    assert_eq!(booked(&host, "2026-11").await["accounts"], november["accounts"], "nothing is posted into it");
    let december = booked(&host, "2026-12").await;
    assert_eq!((&december["vouchers"], &december["late"], &november["late"]), (&json!(1), &json!(1), &json!(0)));
    let refused = act(&host, &both[1], "credit", json!({"reason": "fel"})).await;
    assert_eq!(refused.refusal(), (409, "period.locked"), "no document is dated into a locked month");
    assert!(host.app.prove_ledger().await.unwrap().faults.is_empty());
}

#[rstest]
#[tokio::test]
async fn what_was_handed_over_is_the_same_to_the_byte_and_tells_the_hash_of_each_file(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let (host, both) = in_december(engine).await;
    let locked = lock(&host, "2026-11").await.expect(200);
    let first = package(&host, "2026-11").await;
    act(&host, &both[0], "void", json!({"reason": "fel avgift"})).await.expect(200);
    host.clock.advance(TimeDelta::days(3));
    assert_eq!(package(&host, "2026-11").await, first);

    let read = |name: &str| within(&first, name);
    let manifest = String::from_utf8(read("SHA256SUMS")).unwrap();
    let names: Vec<&str> = manifest.lines().map(|line| line.split_once("  ").unwrap().1).collect();
    let vouchers = ["vouchers-sek.csv", "vouchers-sek-international.csv", "vouchers-sek.xlsx"];
    let rest = ["vouchers-sek.si", "balances-sek.csv", "documents.csv", "series.csv"];
    assert_eq!(names, [&vouchers[..], &rest[..]].concat());
    for line in manifest.lines() {
        let (hash, name) = line.split_once("  ").unwrap();
        assert_eq!(stolpe_documents::bookkeeping::hash(&read(name)), hash, "{name}");
    }
    let documents = String::from_utf8(read("documents.csv")).unwrap();
    assert!(both.iter().all(|it| documents.contains(it["number"].as_str().unwrap())), "{documents}");
    let rows = audit(&host, "bookkeeping.month_locked").await;
    assert_eq!((rows.len(), &rows[0]["after"]["sha256"]), (1, &locked["digest"]));
}

#[rstest]
#[tokio::test]
async fn a_locked_month_stays_as_it_was_handed_over_whatever_comes_after(#[values(Sqlite, Postgres)] engine: Engine) {
    let (mut host, both) = in_december(engine).await;
    let digest = lock(&host, "2026-11").await.expect(200)["digest"].clone();
    let first = package(&host, "2026-11").await;
    unlock(&host, "2026-11", "fel konto").await.expect(200);
    host.clock.advance(TimeDelta::days(2));
    let again = lock(&host, "2026-11").await.expect(200);
    assert_eq!(again["digest"], digest, "locked again without a change, it is the same");

    // Late money, another chart, another fiscal year, a second lock.
    let asa = both.iter().find(|it| it["recipient"] == "Åsa Ek").unwrap();
    deposit(&host, 1, asa["reference"].as_str().unwrap(), 1_000).await.expect(201);
    let chart = format!("/bookkeeping/chart-accounts?organisationId={}&kind=receivable", host.organisation);
    host.owner.put_at(&chart, 0, json!({"number": "1511", "name": "Kunder"})).await.expect(200);
    let path = format!("/billing?organisationId={}", host.organisation);
    let version = host.owner.get(&path).await.expect(200)["rowVersion"].as_i64().unwrap();
    let mut billing = particulars();
    billing["fiscalYearBeginsMonth"] = json!(7);
    host.owner.put_at(&path, version, billing).await.expect(200);
    host.clock.advance(TimeDelta::days(30));
    host.owner = host.sign_in(None, OWNER).await;
    lock(&host, "2026-12").await.expect(200);
    assert_eq!(package(&host, "2026-11").await, first);
    let kept = [
        ("sie", "vouchers-sek.si"),
        ("nordic", "vouchers-sek.csv"),
        ("international", "vouchers-sek-international.csv"),
        ("xlsx", "vouchers-sek.xlsx"),
    ];
    for (form, name) in kept {
        assert_eq!(file(&host, "2026-11", form).await, within(&first, name), "{form}");
    }
    let december = String::from_utf8(within(&package(&host, "2026-12").await, "vouchers-sek.csv")).unwrap();
    assert!(december.contains("(2026-11-21)") && december.contains("2026-12-01"), "{december}");
}

#[rstest]
#[tokio::test]
async fn money_that_a_bank_reports_late_counts_on_its_day_and_stands_on_the_first_open_one(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let (host, both) = in_december(engine).await;
    let asa = both.iter().find(|it| it["recipient"] == "Åsa Ek").unwrap();
    let reference = asa["reference"].as_str().unwrap();
    deposit(&host, 1, reference, 1_000).await.expect(201);
    lock(&host, "2026-11").await.expect(200);
    let november = booked(&host, "2026-11").await;
    host.clock.advance(TimeDelta::seconds(1));
    deposit(&host, 2, reference, 500).await.expect(201);
    assert_eq!(booked(&host, "2026-11").await, november);
    assert_eq!(booked(&host, "2026-12").await["late"], 1);

    let accounts =
        host.owner.get(&format!("/accounts?kind=bank&organisationId={}", host.organisation)).await.expect(200);
    let bank = text(&accounts["items"][0]["id"]);
    let statement = host.owner.get(&format!("/accounts/{bank}/statement")).await.expect(200);
    let days: Vec<(Value, Value)> = statement["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["valueOn"].clone(), it["bookedOn"].clone()))
        .collect();
    assert_eq!(
        days,
        [(json!("2026-11-21"), Value::Null), (json!("2026-11-21"), json!("2026-12-01"))],
        "a statement goes by the days on which money counts, and says where the books have it"
    );
    assert!(host.app.prove_ledger().await.unwrap().faults.is_empty());
}

#[rstest]
#[tokio::test]
async fn what_is_posted_while_a_month_is_being_locked_is_in_its_files_or_behind_it(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let (host, both) = in_december(engine).await;
    let asa = both.iter().find(|it| it["recipient"] == "Åsa Ek").unwrap();
    let reference = asa["reference"].as_str().unwrap();
    let host = &host;
    let deposits = join_all((1..=4).map(|serial| deposit(host, serial, reference, 100 + i64::from(serial))));
    let (deposits, locked) = tokio::join!(deposits, lock(host, "2026-11"));
    locked.expect(200);
    for it in deposits {
        it.expect(201);
    }
    let (november, december) = (booked(host, "2026-11").await, booked(host, "2026-12").await);
    let count = |month: &Value| month["vouchers"].as_i64().unwrap();
    assert_eq!(
        (count(&november) + count(&december), &november["fresh"]),
        (6, &json!(0)),
        "two invoices, four deposits"
    );
    assert_eq!(december["late"], december["vouchers"]);
    let sie: String = within(&package(host, "2026-11").await, "vouchers-sek.si").into_iter().map(char::from).collect();
    assert_eq!(i64::try_from(sie.matches("#VER").count()).unwrap(), count(&november));
}

#[rstest]
#[tokio::test]
async fn only_the_last_locked_month_is_opened_again_and_only_for_a_reason(#[values(Sqlite, Postgres)] engine: Engine) {
    let (host, _) = in_december(engine).await;
    lock(&host, "2026-10").await.expect(200);
    lock(&host, "2026-11").await.expect(200);
    assert_eq!(unlock(&host, "2026-11", " ").await.status, 422);
    assert_eq!(unlock(&host, "2026-10", "fel").await.refusal(), (409, "period.not_last"));
    let opened = unlock(&host, "2026-11", "en faktura saknas").await.expect(200);
    assert_eq!((&opened["isLocked"], &opened["digest"]), (&json!(false), &Value::Null));
    let rows = audit(&host, "bookkeeping.month_unlocked").await;
    assert_eq!((rows.len(), &rows[0]["reason"]), (1, &json!("en faktura saknas")));
    assert_eq!(lock(&host, "2026-12").await.refusal(), (409, "period.not_next"));
    lock(&host, "2026-11").await.expect(200);
}

#[rstest]
#[tokio::test]
async fn of_two_who_lock_a_month_at_once_one_does(#[values(Sqlite, Postgres)] engine: Engine) {
    let (host, _) = in_december(engine).await;
    let (one, other) = tokio::join!(lock(&host, "2026-11"), lock(&host, "2026-11"));
    let mut both = [one.status, other.status];
    both.sort_unstable();
    assert_eq!(both, [200, 409]);
    assert_eq!(audit(&host, "bookkeeping.month_locked").await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn whoever_keeps_the_books_sees_what_is_open_and_locks_and_nobody_else(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let (host, _) = in_december(engine).await;
    let mut charger = host.charger("CP-2").await;
    crate::month_runs::driver(&host, "Cia", "cia@example.se", "CC").await;
    crate::month_runs::charge(&mut charger, "CC", 14, 2_000).await;
    let accountant = host.as_(Role::Accountant, At::Organisation(host.organisation.clone())).await;
    let seen = accountant.get(&closing(&host, "2026-11")).await.expect(200);
    assert_eq!(open(&seen, "sessions"), 1, "{seen}");
    assert_eq!((open(&seen, "drafts"), open(&seen, "payments")), (0, 0));
    let clerk = host.as_(Role::Clerk, At::Facility(host.facility.clone())).await;
    assert_eq!(clerk.put(&closing(&host, "2026-11"), json!(null)).await.status, 403);
    accountant.put(&closing(&host, "2026-11"), json!(null)).await.expect(200);
}

#[rstest]
#[tokio::test]
async fn whatever_found_its_way_into_a_locked_month_is_proved_to_be_there(#[values(Sqlite, Postgres)] engine: Engine) {
    let (host, both) = in_december(engine).await;
    lock(&host, "2026-11").await.expect(200);
    deposit(&host, 1, &text(&both[0]["reference"]), 100).await.expect(201);
    assert_eq!(host.app.prove_ledger().await.unwrap().faults, vec![], "what comes late stands behind it");
    // Somebody has had the database say that the month is open, and nothing else.
    host.clock.advance(TimeDelta::seconds(1));
    let mut tx = host.db.db.write().await.unwrap();
    tx.put_open_from(OrganisationId(host.organisation.parse().unwrap()), OpenFrom::of(None)).await.unwrap();
    tx.commit().await.unwrap();
    deposit(&host, 2, &text(&both[1]["reference"]), 100).await.expect(201);
    let faults = host.app.prove_ledger().await.unwrap().faults;
    assert!(matches!(faults[..], [LedgerFault::Locked(_)]), "{faults:?}");
}
