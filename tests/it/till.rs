//! The counter: payments in cash and by card in the till of a clerk, taken once, taken back and counted (PRE-11, MAR-19).

use crate::documents::words;
use crate::incoming_payments::{due, invoices, stands, state};
use crate::locked_months::lock;
use crate::month_runs::ready;
use crate::story::{audit, text};
use chrono::TimeDelta;
use futures::future::join_all;
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_domain::access::Role;
use stolpe_domain::id::OrganisationId;
use stolpe_domain::ledger::AccountKind;
use stolpe_store::Db;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_store::ledger::AccountFilter;
use stolpe_testkit::{Answer, At, Desk, TestHost};

/// Turns the counter of the organisation on.
pub(crate) async fn turned_on(host: &TestHost) {
    let path = format!("/till-setting?organisationId={}", host.organisation);
    host.owner.put_at(&path, 0, json!({"active": true})).await.expect(200);
}

pub(crate) async fn open(host: &TestHost, desk: &Desk, minor: i64) -> Answer {
    desk.post(&format!("/tills?organisationId={}", host.organisation), json!({"openingMinor": minor})).await
}

pub(crate) fn wish(person: &Value, means: &str, minor: i64, shares: &[(&Value, i64)]) -> Value {
    let share = |(document, minor): &(&Value, i64)| json!({"documentId": document["id"], "minor": minor});
    let shares: Vec<Value> = shares.iter().map(share).collect();
    json!({"personId": person, "means": means, "minor": minor, "shares": shares})
}

pub(crate) async fn take(desk: &Desk, till: &Value, wish: Value) -> Answer {
    desk.post(&format!("/tills/{}/entries", text(&till["id"])), wish).await
}

pub(crate) async fn take_back(desk: &Desk, entry: &Value) -> Answer {
    let path = format!("/till-entries/{}/take-back", text(&entry["id"]));
    desk.post(&path, json!({"reason": "fel belopp"})).await
}

pub(crate) async fn seen(desk: &Desk, till: &Value) -> Value {
    desk.get(&format!("/tills/{}", text(&till["id"]))).await.expect(200)
}

pub(crate) async fn close(desk: &Desk, till: &Value, counted: i64, reason: Option<&str>) -> Answer {
    let body = json!({"countedMinor": counted, "reason": reason});
    desk.post_at(&format!("/tills/{}/close", text(&till["id"])), till["rowVersion"].as_i64().unwrap(), body).await
}

/// What is kept for people who have paid.
pub(crate) async fn prepaid(host: &TestHost) -> i64 {
    let filter = AccountFilter {
        organisations: vec![OrganisationId(host.organisation.parse().unwrap())],
        facilities: vec![stolpe_domain::id::FacilityId(host.facility.parse().unwrap())],
        kind: Some(AccountKind::Prepaid),
        ..AccountFilter::default()
    };
    let page = host.app.read().await.unwrap().list_accounts(&filter, None, 200).await.unwrap();
    page.items.iter().map(|it| it.kept.balance.free_credit()).sum()
}

pub(crate) async fn holds(host: &TestHost) {
    assert_eq!(host.app.prove_ledger().await.unwrap().faults, vec![]);
}

/// A counter that is on, with a clerk at a till with 500 kronor in it, and the invoices of Åsa, Bo, Cia and Dag.
struct Counter {
    host: TestHost,
    clerk: Desk,
    till: Value,
    invoices: Vec<Value>,
}

async fn counter(engine: Engine) -> Counter {
    let host = ready(engine).await;
    let invoices = invoices(&host).await;
    turned_on(&host).await;
    let clerk = host.as_(Role::Clerk, At::Organisation(host.organisation.clone())).await;
    let till = open(&host, &clerk, 50_000).await.expect(201);
    Counter { host, clerk, till, invoices }
}

impl Counter {
    fn person(&self, place: usize) -> &Value {
        &self.invoices[place]["personId"]
    }

    async fn take(&self, means: &str, minor: i64, place: usize, shares: &[(&Value, i64)]) -> Answer {
        take(&self.clerk, &self.till, wish(self.person(place), means, minor, shares)).await
    }

    async fn seen(&self) -> Value {
        seen(&self.clerk, &self.till).await
    }
}

#[rstest]
#[tokio::test]
async fn a_clerk_takes_cash_and_cards_takes_one_back_counts_and_has_a_report(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = counter(engine).await;
    let [asa, bo, ..] = &it.invoices[..] else { panic!("invoices") };
    // Cash for the whole invoice and a little beforehand.
    let came = due(asa) + 5_000;
    let came = came + (100 - came % 100) % 100;
    let taken = it.take("cash", came, 0, &[(asa, due(asa))]).await.expect(201);
    assert_eq!(taken["entries"][0]["prepaid"]["minor"], came - due(asa));
    assert_eq!(state(&it.host, asa).await, "paid");
    // By card a part of Bo's, to the öre, and all of it beforehand for Cia.
    it.take("card", 1_040, 1, &[(bo, 1_040)]).await.expect(201);
    let taken = it.take("card", 12_300, 2, &[]).await.expect(201);
    assert_eq!(stands(&it.host, AccountKind::Cash).await, came);
    assert_eq!(stands(&it.host, AccountKind::ClearingCard).await, 1_040 + 12_300);
    assert_eq!(prepaid(&it.host).await, came - due(asa) + 12_300);
    // What was put on Cia's account goes back: once. What that moves is told before, and telling moves nothing.
    let last = &taken["entries"][2];
    let path = format!("/till-entries/{}/take-back", text(&last["id"]));
    let told = it.clerk.get(&path).await.expect(200);
    let [only] = &told.as_array().unwrap()[..] else { panic!("{told}") };
    assert_eq!((&only["debit"]["kind"], &only["credit"]["kind"]), (&json!("prepaid"), &json!("clearing_card")));
    assert_eq!((&only["amount"], only["debit"].get("balance")), (&json!(12_300), None));
    assert_eq!(
        (it.seen().await["entries"].as_array().unwrap().len(), prepaid(&it.host).await),
        (3, came - due(asa) + 12_300)
    );
    let after = take_back(&it.clerk, last).await.expect(201);
    assert_eq!(
        (&after["entries"][2]["takenBackBy"]["number"], &after["entries"][3]["kind"]),
        (&after["entries"][3]["number"], &json!("taken_back"))
    );
    assert_eq!(after["entries"][3]["takesBack"], last["number"]);
    assert_eq!(take_back(&it.clerk, last).await.refusal(), (409, "till.taken_back"));
    assert_eq!(take_back(&it.clerk, &after["entries"][3]).await.refusal(), (409, "till.not_taken"));
    assert_eq!(it.clerk.get(&path).await.refusal(), (409, "till.taken_back"));
    assert_eq!(stands(&it.host, AccountKind::ClearingCard).await, 1_040);
    let numbers: Vec<&str> =
        after["entries"].as_array().unwrap().iter().map(|it| it["number"].as_str().unwrap()).collect();
    assert_eq!(numbers, ["2026-0001", "2026-0002", "2026-0003", "2026-0004"]);

    // A till that is open shows how it stands; it is closed with what was counted, and a difference needs a reason.
    let now = it.seen().await;
    assert_eq!((&now["sums"]["expected"]["minor"], &now["number"]), (&json!(50_000 + came), &Value::Null));
    assert_eq!(close(&it.clerk, &now, 50_000 + came - 100, Some(" ")).await.refusal(), (409, "till.reason"));
    let closed = close(&it.clerk, &now, 50_000 + came - 100, Some("felväxlat")).await.expect(200);
    assert_eq!((&closed["number"], &closed["difference"]["minor"]), (&json!("2026-0001"), &json!(-100)));
    assert_eq!((&closed["mayEnter"], &closed["mayClose"]), (&json!(false), &json!(false)));
    assert_eq!(stands(&it.host, AccountKind::Cash).await, came - 100);
    assert_eq!(stands(&it.host, AccountKind::TillDifference).await, 100);
    holds(&it.host).await;
    for (action, count) in
        [("till.opened", 1), ("till.taken", 3), ("till.taken_back", 1), ("till.closed", 1), ("till.setting_changed", 1)]
    {
        assert_eq!(audit(&it.host, action).await.len(), count, "{action}");
    }

    // The report on paper and as a table, and a receipt.
    let id = text(&it.till["id"]);
    let paper = it.clerk.get(&format!("/tills/{id}/report")).await;
    let read = words(&paper.bytes);
    for word in ["Kassarapport", "2026-0001", "Test clerk", "felväxlat", "4 (2026-0001 – 2026-0004)", "−1,00"] {
        assert!(read.contains(word), "{word}: {read}");
    }
    let again = it.clerk.get(&format!("/tills/{id}/report")).await;
    assert_eq!(paper.bytes, again.bytes, "a report is the same whenever it is printed");
    assert_eq!(it.clerk.get(&format!("/exports/tills/{id}?format=nordic")).await.status, 403);
    let table = it.host.owner.get(&format!("/exports/tills/{id}?format=nordic")).await;
    let table = String::from_utf8(table.bytes).unwrap();
    assert!(table.contains("Differens;;;;-1,00"), "{table}");
    let by_rate = closed["vat"].as_array().unwrap();
    assert_eq!(table.lines().count(), 1 + 4 + 13 + by_rate.len());
    // VAT by rate: of Åsa's invoice, which is paid whole, what stands on it, and of Bo's the part that was paid.
    let sum = |what: &str| by_rate.iter().map(|it| it[what]["minor"].as_i64().unwrap()).sum::<i64>();
    assert_eq!(sum("paid"), due(asa) + 1_040);
    assert_eq!(closed["sums"]["toInvoices"]["minor"], due(asa) + 1_040);
    let on = |invoice: &Value| invoice["vat"]["minor"].as_i64().unwrap();
    let part = (on(bo) * 1_040 * 2 + due(bo)) / (due(bo) * 2);
    assert!((sum("vat") - on(asa) - part).abs() <= 1, "{by_rate:?}");
    assert!(by_rate.iter().any(|it| it["vatKind"] == "2500"), "{by_rate:?}");
    assert!(table.contains("25 % moms") || table.contains("25\u{a0}% moms"), "{table}");
    for word in
        ["Moms på fakturorna som betalats", "Varav moms", "Försäljning i kassan: ingen", "Återtagna betalningar"]
    {
        assert!(read.contains(word), "{word}: {read}");
    }
    let receipt = it.clerk.get(&format!("/till-entries/{}/receipt", text(&after["entries"][0]["id"]))).await;
    let read = words(&receipt.bytes);
    for word in ["Kvitto", "2026-0001", "Åsa Ek", asa["number"].as_str().unwrap(), "Förskott"] {
        assert!(read.contains(word), "{word}: {read}");
    }
}

#[rstest]
#[tokio::test]
async fn cash_is_rounded_to_coins_where_an_invoice_is_paid_whole_and_goes_back_as_it_came(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = counter(engine).await;
    let asa = &it.invoices[0];
    // What is left is 20.40 and then 80 öre, as cards have paid the rest.
    let first = due(asa) - 2_040;
    it.take("card", first, 0, &[(asa, first)]).await.expect(201);
    assert_eq!(it.take("cash", 2_040, 0, &[(asa, 2_040)]).await.refusal(), (409, "till.coins"));
    assert_eq!(it.take("cash", 1_900, 0, &[(asa, 2_040)]).await.refusal(), (409, "till.more_than_came"));
    let before = rounded(&it.host).await;
    let taken = it.take("cash", 2_000, 0, &[(asa, 2_040)]).await.expect(201);
    assert_eq!((state(&it.host, asa).await, rounded(&it.host).await - before), ("paid".into(), -40));
    assert_eq!(taken["entries"][1]["rounding"]["minor"], -40);
    take_back(&it.clerk, &taken["entries"][1]).await.expect(201);
    assert_eq!((state(&it.host, asa).await, rounded(&it.host).await - before), ("issued".into(), 0));
    let taken = it.take("card", 80, 0, &[(asa, 80)]).await.expect(201);
    take_back(&it.clerk, taken["entries"].as_array().unwrap().last().unwrap()).await.expect(201);
    it.take("card", 1_960, 0, &[(asa, 1_960)]).await.expect(201);
    let taken = it.take("cash", 100, 0, &[(asa, 80)]).await.expect(201);
    assert_eq!(taken["entries"].as_array().unwrap().last().unwrap()["rounding"]["minor"], 20);
    assert_eq!(rounded(&it.host).await - before, 20);
    holds(&it.host).await;
}

/// What rounding has added, of all facilities.
async fn rounded(host: &TestHost) -> i64 {
    let filter = AccountFilter {
        organisations: vec![OrganisationId(host.organisation.parse().unwrap())],
        facilities: vec![stolpe_domain::id::FacilityId(host.facility.parse().unwrap())],
        kind: Some(AccountKind::Rounding),
        ..AccountFilter::default()
    };
    let page = host.app.read().await.unwrap().list_accounts(&filter, None, 200).await.unwrap();
    page.items.iter().map(|it| it.kept.balance.credits_posted - it.kept.balance.debits_posted).sum()
}

#[rstest]
#[tokio::test]
async fn pressed_twice_or_in_two_windows_a_payment_is_taken_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = counter(engine).await;
    let asa = &it.invoices[0];
    let path = format!("/tills/{}/entries", text(&it.till["id"]));
    let body = wish(it.person(0), "card", due(asa), &[(asa, due(asa))]);
    it.clerk.post_once("tryck", &path, body.clone()).await.expect(201);
    let again = it.clerk.post_once("tryck", &path, body.clone()).await.expect(201);
    assert_eq!(again["entries"].as_array().unwrap().len(), 1);
    // The second window has another key, and the invoice is paid.
    assert_eq!(it.clerk.post_once("annat", &path, body).await.refusal(), (409, "till.not_owed"));
    // One clerk has one till, however often and at once it is opened.
    let more = join_all((0..4).map(|_| open(&it.host, &it.clerk, 0))).await;
    assert!(more.iter().all(|it| it.refusal() == (409, "till.open_already")));
    let other = it.host.as_(Role::Clerk, At::Organisation(it.host.organisation.clone())).await;
    let opened = join_all((0..4).map(|_| open(&it.host, &other, 0))).await;
    assert_eq!(opened.iter().filter(|it| it.status == 201).count(), 1);
    // What was counted before something was entered is counted again; a till is closed once.
    let seen = it.seen().await;
    it.take("cash", 10_000, 1, &[]).await.expect(201);
    assert_eq!(close(&it.clerk, &seen, 50_000, None).await.status, 412);
    let seen = it.seen().await;
    let both = join_all([close(&it.clerk, &seen, 60_000, None), close(&it.clerk, &seen, 60_000, None)]).await;
    assert_eq!(both.iter().filter(|it| it.status == 200).count(), 1);
    let closed = it.seen().await;
    assert_eq!(close(&it.clerk, &closed, 60_000, None).await.refusal(), (409, "till.closed"));
    assert_eq!(it.take("cash", 1_000, 1, &[]).await.refusal(), (409, "till.closed"));
    assert_eq!(take_back(&it.clerk, &closed["entries"][0]).await.refusal(), (409, "till.none_open"));
    holds(&it.host).await;
}

#[rstest]
#[tokio::test]
async fn sixty_four_payments_at_once_are_each_in_the_till_once_and_numbered_without_a_gap(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = counter(engine).await;
    let other = it.host.as_(Role::Clerk, At::Organisation(it.host.organisation.clone())).await;
    let second = open(&it.host, &other, 0).await.expect(201);
    let one = |place: usize| {
        let (desk, till) = if place.is_multiple_of(2) { (&it.clerk, &it.till) } else { (&other, &second) };
        let means = if place.is_multiple_of(3) { "card" } else { "cash" };
        take(desk, till, wish(it.person(place % 4), means, 1_000, &[]))
    };
    let all = join_all((0..64).map(one)).await;
    assert!(all.iter().all(|it| it.status == 201), "{:?}", all.iter().find(|it| it.status != 201));
    let (first, second) = (it.seen().await, seen(&other, &second).await);
    let mut numbers: Vec<String> = [&first, &second]
        .iter()
        .flat_map(|till| till["entries"].as_array().unwrap())
        .map(|entry| text(&entry["number"]))
        .collect();
    numbers.sort();
    assert_eq!(numbers, (1..=64).map(|place| format!("2026-{place:04}")).collect::<Vec<_>>());
    assert_eq!(stands(&it.host, AccountKind::Cash).await, 42 * 1_000);
    assert_eq!(stands(&it.host, AccountKind::ClearingCard).await, 22 * 1_000);
    let expected: i64 = [&first, &second].iter().map(|till| till["sums"]["expected"]["minor"].as_i64().unwrap()).sum();
    assert_eq!(expected, 50_000 + 42 * 1_000);
    holds(&it.host).await;
}

#[rstest]
#[tokio::test]
async fn what_is_no_payment_is_refused_and_nothing_of_it_is_left(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = counter(engine).await;
    let [asa, bo, ..] = &it.invoices[..] else { panic!("invoices") };
    for (means, minor) in [("cash", 0), ("cash", -100), ("card", 0), ("card", -1), ("card", i64::MAX)] {
        assert_eq!(it.take(means, minor, 0, &[]).await.refusal(), (409, "till.amount"), "{minor}");
    }
    assert_eq!(it.take("cash", 1_050, 0, &[]).await.refusal(), (409, "till.coins"));
    for (field, value) in [("minor", json!(100.5)), ("minor", json!("100")), ("means", json!("cheque"))] {
        let mut body = wish(it.person(0), "cash", 1_000, &[]);
        body[field] = value;
        assert_eq!(take(&it.clerk, &it.till, body).await.status, 422, "{field}");
    }
    // More than is open, twice the same, and the invoice of somebody else.
    assert_eq!(it.take("card", due(asa) + 1, 0, &[(asa, due(asa) + 1)]).await.refusal(), (409, "till.more_than_open"));
    assert_eq!(it.take("card", 200, 0, &[(asa, 100), (asa, 100)]).await.refusal(), (409, "till.more_than_open"));
    assert_eq!(it.take("card", 100, 0, &[(asa, 101)]).await.refusal(), (409, "till.more_than_came"));
    assert_eq!(it.take("card", due(bo), 0, &[(bo, due(bo))]).await.refusal(), (409, "till.not_owed"));
    let mut long = wish(it.person(0), "card", 1_000, &[]);
    long["terminalReference"] = json!("9".repeat(61));
    assert_eq!(take(&it.clerk, &it.till, long).await.status, 422);
    // Less than is in it cannot go back in cash, and what was kept and used cannot either.
    assert_eq!(open(&it.host, &it.host.owner, -100).await.refusal(), (409, "till.amount"));
    assert_eq!(open(&it.host, &it.host.owner, 50).await.refusal(), (409, "till.coins"));
    let seen = it.seen().await;
    assert_eq!(close(&it.clerk, &seen, -100, Some("fel")).await.refusal(), (409, "till.amount"));
    assert_eq!(close(&it.clerk, &seen, 50_050, Some("fel")).await.refusal(), (409, "till.coins"));
    assert_eq!((it.seen().await["entries"].clone(), stands(&it.host, AccountKind::Cash).await), (json!([]), 0));
    holds(&it.host).await;
}

#[rstest]
#[tokio::test]
async fn a_till_is_its_clerks_and_others_see_what_is_theirs_to_see(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = counter(engine).await;
    let at = || At::Organisation(it.host.organisation.clone());
    let path = format!("/tills/{}", text(&it.till["id"]));
    let list = format!("/tills?organisationId={}", it.host.organisation);
    let other = it.host.as_(Role::Clerk, at()).await;
    let accountant = it.host.as_(Role::Accountant, at()).await;
    // Another clerk sees nothing of it; whoever looks after payments sees it and enters nothing.
    assert_eq!(other.get(&path).await.status, 404);
    assert_eq!(other.get(&list).await.expect(200)["items"], json!([]));
    assert_eq!(accountant.get(&list).await.expect(200)["items"][0]["clerk"], "Test clerk");
    assert_eq!(open(&it.host, &accountant, 0).await.status, 403);
    let body = wish(it.person(0), "cash", 1_000, &[]);
    assert_eq!(take(&other, &it.till, body.clone()).await.status, 404);
    assert_eq!(take(&it.host.owner, &it.till, body.clone()).await.refusal(), (409, "till.not_yours"));
    // A clerk of the facility has a till, and takes payments of its people.
    let local = it.host.as_(Role::Clerk, At::Facility(it.host.facility.clone())).await;
    let theirs = open(&it.host, &local, 10_000).await.expect(201);
    take(&local, &theirs, body.clone()).await.expect(201);
    // Somebody of another organisation is not there, for anybody.
    let foreign = json!({"name": "Annan AB", "country": "SE", "organisationNumber": "556265-1892", "street": "Gatan 1",
        "postalCode": "111 22", "city": "Stockholm"});
    let foreign = it.host.owner.post("/organisations", foreign).await.expect(201);
    let person = json!({"givenName": "Eva", "familyName": "Al", "language": "sv"});
    let path_of = format!("/persons?organisationId={}", text(&foreign["id"]));
    let eva = it.host.owner.post(&path_of, person).await.expect(201);
    assert_eq!(take(&it.clerk, &it.till, wish(&eva["id"], "cash", 1_000, &[])).await.status, 404);
    let mine = open(&it.host, &it.host.owner, 0).await.expect(201);
    assert_eq!(take(&it.host.owner, &mine, wish(&eva["id"], "cash", 1_000, &[])).await.status, 404);
    // A counter that is off takes nothing more, and what is open is still counted.
    let setting = format!("/till-setting?organisationId={}", it.host.organisation);
    assert_eq!(it.clerk.put_at(&setting, 1, json!({"active": false})).await.status, 403);
    it.host.owner.put_at(&setting, 1, json!({"active": false})).await.expect(200);
    assert_eq!(it.take("cash", 1_000, 0, &[]).await.refusal(), (409, "till.off"));
    assert_eq!(open(&it.host, &other, 0).await.refusal(), (409, "till.off"));
    // A till that was left behind is counted by whoever looks after payments, which the report says.
    let seen = accountant.get(&path).await.expect(200);
    let closed = close(&accountant, &seen, 50_000, None).await.expect(200);
    assert_eq!((&closed["clerk"], &closed["closedBy"]), (&json!("Test clerk"), &json!("Test accountant")));
    holds(&it.host).await;
}

#[rstest]
#[tokio::test]
async fn a_receipt_goes_out_by_mail_and_a_locked_month_takes_nothing(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = counter(engine).await;
    it.host.sent().await;
    let mut body = wish(it.person(0), "card", 10_100, &[]);
    (body["mail"], body["terminalReference"]) = (json!(true), json!(" 123456 "));
    let taken = take(&it.clerk, &it.till, body).await.expect(201);
    let entry = &taken["entries"][0];
    assert_eq!((&entry["mailed"], &entry["terminalReference"]), (&json!(true), &json!("123456")));
    let sent = it.host.sent().await;
    let [mail] = &sent[..] else { panic!("{sent:?}") };
    assert_eq!(mail.to, "12@example.se");
    assert!(mail.subject.contains("2026-0001") && mail.text.contains("101,00"), "{mail:?}");
    assert_eq!(mail.attachments[0].name, "kvitto-2026-0001.pdf");
    assert!(words(&mail.attachments[0].content).contains("123456"));
    // What was taken back goes out in its own words, where that is wanted.
    let path = format!("/till-entries/{}/take-back", text(&entry["id"]));
    let after = it.clerk.post(&path, json!({"reason": "fel person", "mail": true})).await.expect(201);
    assert_eq!((&after["entries"][1]["mailed"], &after["entries"][0]["hasEmail"]), (&json!(true), &json!(true)));
    let sent = it.host.sent().await;
    let [mail] = &sent[..] else { panic!("{sent:?}") };
    assert_eq!(mail.to, "12@example.se");
    assert!(mail.subject.contains("Återtagen betalning") && mail.subject.contains("2026-0002"), "{mail:?}");
    assert!(mail.text.contains("101,00") && mail.text.contains("obetalda igen"), "{mail:?}");
    let paper = words(&mail.attachments[0].content);
    assert!(paper.contains("Kvitto på återtagen betalning") && paper.contains("2026-0001"), "{paper}");
    // In December November is locked: what the till does counts in December, and a clock set back is not believed.
    it.host.clock.advance(TimeDelta::days(11));
    let owner = it.host.sign_in(None, stolpe_testkit::host::OWNER).await;
    let mut host = it.host;
    host.owner = owner;
    lock(&host, "2026-11").await.expect(200);
    let till = open(&host, &host.owner, 0).await.expect(201);
    let taken = take(&host.owner, &till, wish(&it.invoices[0]["personId"], "cash", 10_000, &[])).await.expect(201);
    host.clock.advance(TimeDelta::days(-11));
    let back = take_back(&host.owner, &taken["entries"][0]).await;
    assert_eq!(back.status, 409, "{}", back.body);
    let refused = take(&host.owner, &till, wish(&it.invoices[0]["personId"], "cash", 10_000, &[])).await;
    assert_eq!(refused.status, 409, "{}", refused.body);
    holds(&host).await;
}

/// Does something to the database that no part of the product does.
pub(crate) async fn ran(host: &TestHost, text: &'static str) -> Result<(), sqlx::Error> {
    match &host.db.db {
        Db::Sqlite { writer, .. } => sqlx::query(text).execute(writer).await.map(drop),
        Db::Postgres { pool, .. } => sqlx::query(text).execute(pool).await.map(drop),
    }
}

#[rstest]
#[tokio::test]
async fn the_database_lets_nobody_change_what_was_entered_and_verify_sees_what_does_not_hold(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = counter(engine).await;
    it.take("cash", 10_000, 0, &[]).await.expect(201);
    for change in ["update till_entry set amount_minor = 20000", "delete from till_entry"] {
        assert!(ran(&it.host, change).await.is_err(), "{change}");
    }
    ran(&it.host, "update till_series set next_place = next_place + 1 where kind = 'receipt'").await.unwrap();
    let faults = it.host.app.prove_ledger().await.unwrap().faults;
    assert_eq!(faults, [stolpe_app::LedgerFault::Till(text(&it.till["id"]).parse::<uuid::Uuid>().unwrap().into())]);
}
