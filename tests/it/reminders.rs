//! Reminders: looked at, made once, posted to the öre, and paid in the order of the law; and who is left out, with why.

use crate::documents::{act, words};
use crate::incoming_payments::{bgmax, payments, settle, take};
use crate::ledger::invoices;
use crate::locked_months::{booked, lock};
use crate::month_runs::ready;
use crate::story::{audit, resident, text};
use chrono::TimeDelta;
use futures::future::join_all;
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_domain::access::Role;
use stolpe_domain::ledger::{Account, AccountKind, Asset};
use stolpe_domain::tariff::ComponentKind;
use stolpe_domain::vat::Vat;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::host::OWNER;
use stolpe_testkit::{Answer, At, TestHost};

fn settings() -> Value {
    json!({"isOn": true, "afterDays": 10, "dueDays": 14, "feeMinor": 6_000, "feeIsAgreed": true, "hasInterest": true,
        "most": 2, "smallestMinor": 5_000})
}

async fn choose(host: &TestHost, version: i64, settings: Value) -> Answer {
    let path = format!("/reminder-settings?organisationId={}", host.organisation);
    host.owner.put_at(&path, version, settings).await
}

async fn add_rate(host: &TestHost, from: &str, value: i64) -> Answer {
    let figure = json!({"country": "SE", "kind": "rate", "validFrom": from, "value": value, "source": "Riksbanken"});
    host.owner.post("/reminder-figures", figure).await
}

/// Two invoices that were sent and fell due on 21 December, on 10 January; reminders are made, interest is ten per cent.
async fn late(engine: Engine) -> (TestHost, Value, Value) {
    let mut host = ready(engine).await;
    choose(&host, 0, settings()).await.expect(200);
    for from in ["2026-07-01", "2027-01-01"] {
        add_rate(&host, from, 200).await.expect(200);
    }
    let both = invoices(&host).await;
    let mut sent = Vec::new();
    for name in ["Åsa Ek", "Bo Ek"] {
        let it = both.iter().find(|it| it["recipient"] == name).unwrap();
        sent.push(act(&host, it, "send", json!({"by": "paper"})).await.expect(200));
    }
    later(&mut host, 50).await;
    let bo = sent.pop().unwrap();
    (host, sent.pop().unwrap(), bo)
}

/// Some days later: whoever was signed in signs in again.
async fn later(host: &mut TestHost, days: i64) {
    host.clock.advance(TimeDelta::days(days));
    host.owner = host.sign_in(None, OWNER).await;
}

async fn look(host: &TestHost) -> Value {
    let what = json!({"organisationId": host.organisation});
    host.owner.post("/reminder-runs", what).await.expect(201)
}

async fn make(host: &TestHost, run: &Value) -> Answer {
    let path = format!("/reminder-runs/{}/commit", text(&run["id"]));
    host.owner.post(&path, json!({"byMail": true})).await
}

async fn read(host: &TestHost, document: &Value) -> Value {
    host.owner.get(&format!("/documents/{}", text(&document["id"]))).await.expect(200)
}

async fn reminders(host: &TestHost) -> Vec<Value> {
    host.owner.get("/documents?kind=reminder&order=oldest").await.expect(200)["items"].as_array().unwrap().clone()
}

async fn pay(host: &TestHost, serial: u32, reference: &Value, minor: i64) -> Value {
    let file = bgmax(serial, &[(reference.as_str().unwrap(), '2', minor, "Okänd")]);
    let path = format!("/bank-files?organisationId={}&fileName=in.txt", host.organisation);
    host.owner.send("POST", &path, &[("content-type", "application/octet-stream")], file).await.expect(201);
    let path = format!("/incoming-payments?organisationId={}", host.organisation);
    let all = host.owner.get(&path).await.expect(200)["items"].as_array().unwrap().clone();
    all.into_iter().find(|it| it["amount"]["minor"] == minor).unwrap()
}

fn minor(of: &Value) -> i64 {
    of["minor"].as_i64().unwrap()
}

/// Twenty days at ten per cent, rounded once.
fn twenty_days(open: i64) -> i64 {
    (open * 1_000 * 20 * 2 + 10_000 * 365) / (2 * 10_000 * 365)
}

/// The codes of what is left out.
fn left_out(run: &Value) -> Vec<(String, String)> {
    let all = run["leftOut"].as_array().unwrap().iter();
    all.map(|it| (text(&it["name"]), text(&it["code"]))).collect()
}

#[rstest]
#[tokio::test]
async fn reminders_are_looked_at_and_then_exactly_that_is_made_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let (host, asa, bo) = late(engine).await;
    let run = look(&host).await;
    let names: Vec<&Value> = run["reminders"].as_array().unwrap().iter().map(|it| &it["name"]).collect();
    assert_eq!(names, ["Bo Ek", "Åsa Ek"], "{run}");
    let first = &run["reminders"][1];
    let open = minor(&asa["payable"]);
    assert_eq!((minor(&first["fee"]), minor(&first["interest"])), (6_000, twenty_days(open)));
    assert_eq!(minor(&first["total"]), open + 6_000 + twenty_days(open));
    assert_eq!((&first["invoices"][0]["daysLate"], &first["reach"]), (&json!(20), &json!("mail")));
    assert!(reminders(&host).await.is_empty(), "nothing is made by looking");

    let made = make(&host, &run).await.expect(200);
    assert_eq!((&made["made"], &made["changed"], &made["awaiting"]), (&json!(2), &json!([]), &json!(2)));
    assert_eq!(make(&host, &run).await.refusal(), (409, "reminder_run.committed"));
    let all = reminders(&host).await;
    let numbers: Vec<&Value> = all.iter().map(|it| &it["number"]).collect();
    assert_eq!(numbers, ["2027-0001", "2027-0002"], "a series of their own");
    let it = read(&host, &all[1]).await;
    assert_eq!(
        (&it["recipient"], &it["issuedOn"], &it["dueOn"]),
        (&json!("Åsa Ek"), &json!("2027-01-10"), &json!("2027-01-24"))
    );
    assert_eq!((minor(&it["payable"]), minor(&it["open"])), (6_000 + twenty_days(open), 6_000 + twenty_days(open)));
    assert_eq!(it["reference"], "9027000208", "told apart from the invoice of that number");
    assert_eq!((&it["reminded"][0]["number"], minor(&it["reminded"][0]["open"])), (&asa["number"], open));
    let invoice = read(&host, &asa).await;
    assert_eq!((&invoice["reminders"][0]["number"], minor(&invoice["open"])), (&json!("2027-0002"), open));

    let again = look(&host).await;
    assert_eq!(again["reminders"], json!([]));
    assert_eq!(again["leftOutCounts"], json!({"reminder.recent": 2}), "their time to pay is not over");
    let proof = host.app.prove_ledger().await.unwrap();
    assert_eq!(proof.faults, vec![]);
    assert!(host.app.prove_documents().await.unwrap().holds());
    assert_eq!(read(&host, &bo).await["state"], "sent");
}

#[rstest]
#[tokio::test]
async fn what_being_late_costs_is_posted_for_what_it_is_without_vat(#[values(Sqlite, Postgres)] engine: Engine) {
    let (host, asa, bo) = late(engine).await;
    make(&host, &look(&host).await).await.expect(200);
    let interest = twenty_days(minor(&asa["payable"])) + twenty_days(minor(&bo["payable"]));
    for (component, minor) in [(ComponentKind::ReminderFee, 12_000), (ComponentKind::LateInterest, interest)] {
        let organisation = stolpe_domain::id::OrganisationId(host.organisation.parse().unwrap());
        let account = Account {
            facility_id: Some(stolpe_domain::id::FacilityId(host.facility.parse().unwrap())),
            component: Some(component),
            vat: Some(Vat::Exempt),
            ..Account::of_organisation(organisation, AccountKind::Revenue, Asset::Sek)
        };
        let kept = host.app.read().await.unwrap().find_account(account.id()).await.unwrap().unwrap();
        assert_eq!(kept.balance.credits_posted - kept.balance.debits_posted, minor, "{component:?}");
    }
    let path = format!("/bookkeeping?month=2027-01&organisationId={}", host.organisation);
    let month = host.owner.get(&path).await.expect(200).to_string();
    assert!(month.contains("3930") && month.contains("8313"), "{month}");

    // The statement of whoever owes says the invoice and the reminder, and adds up to what is open of both.
    let accounts = host.owner.get(&format!("/accounts?personId={}", text(&asa["personId"]))).await.expect(200);
    let account = &accounts["items"][0];
    let path = format!("/accounts/{}/statement?limit=200&from=2026-01-01&to=2027-12-31", text(&account["id"]));
    let statement = host.owner.get(&path).await.expect(200);
    let reminder = reminders(&host).await.into_iter().find(|it| it["recipient"] == "Åsa Ek").unwrap();
    let open = minor(&read(&host, &asa).await["open"]) + minor(&read(&host, &reminder).await["open"]);
    assert_eq!(account["balance"], open, "{account}");
    assert!(statement.to_string().contains("2027-0002"), "{statement}");
}

#[rstest]
#[tokio::test]
async fn the_letter_says_what_is_open_what_being_late_costs_and_how_to_pay_all_of_it(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let (host, asa, _) = late(engine).await;
    make(&host, &look(&host).await).await.expect(200);
    let it = reminders(&host).await.into_iter().find(|it| it["recipient"] == "Åsa Ek").unwrap();
    let path = format!("/documents/{}/file", text(&it["id"]));
    let words = words(&host.owner.get(&path).await.bytes);
    for said in [
        "Betalningspåminnelse",
        "2027-0002",
        &format!("Faktura {}", text(&asa["number"])),
        "Förföll till betalning 21 december 2026",
        "Påminnelseavgift",
        "60,00",
        "Dröjsmålsränta",
        "20 dagar från 21 december 2026 till 10 januari 2027",
        "9027000208",
        "Har du redan betalat",
    ] {
        assert!(words.contains(said), "{said} is missing in\n{words}");
    }
    assert!(!words.contains("Moms"), "nothing of it has VAT:\n{words}");
    let run = host.owner.get("/reminder-runs").await.expect(200)["items"][0].clone();
    let run = host.owner.get(&format!("/reminder-runs/{}", text(&run["id"]))).await.expect(200);
    let body = run["firstMessages"].to_string();
    let total = minor(&run["reminders"][1]["total"]);
    let shown = format!("{},{:02}", total / 100, total % 100);
    assert!(body.replace('\u{a0}', " ").contains(&shown), "the mail asks for all of it, {shown}: {body}");
}

#[rstest]
#[tokio::test]
async fn a_payment_with_the_reference_of_a_reminder_pays_it_first_and_then_the_invoice(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let (host, asa, bo) = late(engine).await;
    let run = look(&host).await;
    make(&host, &run).await.expect(200);
    let all = reminders(&host).await;
    let (of_bo, of_asa) = (&all[0], &all[1]);
    let part = pay(&host, 1, &of_asa["reference"], 10_000).await;
    assert_eq!((&part["outcome"], minor(&part["left"])), (&json!("part"), 0));
    assert_eq!(read(&host, of_asa).await["state"], "paid");
    let paid = 10_000 - minor(&of_asa["payable"]);
    assert_eq!(minor(&read(&host, &asa).await["open"]), minor(&asa["payable"]) - paid);

    // Whoever pays the invoice by its own reference has paid the invoice; of what is more, the reminder.
    let total = minor(&run["reminders"][0]["total"]);
    let whole = pay(&host, 2, &bo["reference"], total).await;
    assert_eq!((&whole["outcome"], minor(&whole["left"])), (&json!("matched"), 0));
    for it in [&bo, of_bo] {
        let now = read(&host, it).await;
        assert_eq!((&now["state"], minor(&now["open"])), (&json!("paid"), 0));
    }
    assert_eq!(host.app.prove_ledger().await.unwrap().faults, vec![]);
}

#[rstest]
#[tokio::test]
async fn interest_ends_on_the_day_on_which_the_bank_had_the_money_however_late_it_was_placed(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let (host, asa, _) = late(engine).await;
    let (open, quarter) = (minor(&asa["payable"]), minor(&asa["payable"]) / 4);
    let interest = async || {
        let run = look(&host).await;
        let of = run["reminders"].as_array().unwrap().iter().find(|it| it["name"] == "Åsa Ek").unwrap().clone();
        minor(&of["interest"])
    };
    assert_eq!(interest().await, twenty_days(open));
    // The bank had it in November, before the invoice fell due; it is placed in January.
    take(&host, &bgmax(1, &[("", '0', quarter, "Okänd")])).await.expect(201);
    let waits = payments(&host, "&open=true").await[0].clone();
    settle(&host, &waits, &[(&asa, quarter)]).await.expect(200);
    assert_eq!(interest().await, twenty_days(open - quarter));
}

#[rstest]
#[tokio::test]
async fn no_reminder_is_dated_into_a_locked_month_and_what_is_taken_back_stands_behind_it(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let (mut host, ..) = late(engine).await;
    later(&mut host, 30).await;
    lock(&host, "2027-01").await.expect(200);
    later(&mut host, -30).await;
    let run = look(&host).await;
    assert_eq!(make(&host, &run).await.refusal(), (409, "period.locked"));
    assert!(reminders(&host).await.is_empty(), "nothing was made by half");

    later(&mut host, 30).await;
    let run = look(&host).await;
    make(&host, &run).await.expect(200);
    let made = reminders(&host).await;
    let february = booked(&host, "2027-02").await;
    assert_eq!((&february["vouchers"], &february["late"]), (&json!(2), &json!(0)));
    later(&mut host, -30).await;
    act(&host, &made[0], "void", json!({"reason": "fel adress"})).await.expect(200);
    let february = booked(&host, "2027-02").await;
    assert_eq!((&february["vouchers"], &february["late"]), (&json!(3), &json!(1)));
    assert_eq!(booked(&host, "2027-01").await["vouchers"], 0);
}

#[rstest]
#[tokio::test]
async fn whoever_is_not_reminded_is_told_with_the_reason(#[values(Sqlite, Postgres)] engine: Engine) {
    let (mut host, asa, bo) = late(engine).await;
    let path = format!("/documents/{}/reminder-pause", text(&asa["id"]));
    let pause = json!({"reason": "bestrider fakturan", "untilOn": "2027-02-01"});
    let paused = host.owner.put(&path, pause).await;
    assert_eq!(paused.expect(200)["pause"]["reason"], "bestrider fakturan");
    // Exactly what is open of Bo's has come in, and nobody has said what it is for.
    pay(&host, 1, &json!(""), minor(&bo["payable"])).await;
    let run = look(&host).await;
    assert_eq!(run["reminders"], json!([]));
    assert_eq!(
        left_out(&run).into_iter().collect::<std::collections::BTreeSet<_>>(),
        [
            ("Bo Ek".to_owned(), "reminder.payment_waits".to_owned()),
            ("Åsa Ek".to_owned(), "reminder.paused".to_owned())
        ]
        .into()
    );
    assert_eq!(make(&host, &run).await.refusal(), (409, "reminder_run.empty"));
    host.owner.delete(&path).await.expect(200);
    assert_eq!(look(&host).await["reminders"][0]["name"], "Åsa Ek");
    assert_eq!(audit(&host, "document.reminders_paused").await.len(), 1);
    later(&mut host, 200).await;
    let run = look(&host).await;
    let missing = run["leftOut"].as_array().unwrap().iter().find(|it| it["name"] == "Åsa Ek").unwrap();
    assert_eq!(
        (&missing["code"], &missing["halfYear"]),
        (&json!("reminder.rate_missing"), &json!("2027-07-01")),
        "a rate is never guessed"
    );
}

#[rstest]
#[tokio::test]
async fn whoever_may_not_have_got_the_invoice_is_not_reminded(#[values(Sqlite, Postgres)] engine: Engine) {
    let mut host = ready(engine).await;
    host.mail_on().await;
    choose(&host, 0, settings()).await.expect(200);
    let both = invoices(&host).await;
    let asa = both.iter().find(|it| it["recipient"] == "Åsa Ek").unwrap();
    act(&host, asa, "send", json!({"by": "mail"})).await.expect(200);
    host.mail.refuse(Some(stolpe_ports::error::PortErrorKind::Refused));
    host.sent().await;
    later(&mut host, 50).await;
    let found: std::collections::BTreeSet<_> = left_out(&look(&host).await).into_iter().collect();
    let told = [("Bo Ek", "reminder.not_sent"), ("Åsa Ek", "reminder.mail_failed")];
    assert_eq!(found, told.map(|(name, code)| (name.to_owned(), code.to_owned())).into());
}

#[rstest]
#[tokio::test]
async fn what_changed_since_it_was_looked_at_is_left_for_the_next_run(#[values(Sqlite, Postgres)] engine: Engine) {
    let (mut host, asa, bo) = late(engine).await;
    let run = look(&host).await;
    pay(&host, 1, &asa["reference"], 1_000).await;
    let made = make(&host, &run).await.expect(200);
    assert_eq!((&made["made"], &made["changed"]), (&json!(1), &json!(["Åsa Ek"])));
    assert_eq!(read(&host, &asa).await["reminders"], json!([]));
    assert_eq!(read(&host, &bo).await["reminders"].as_array().unwrap().len(), 1);
    let next = look(&host).await;
    later(&mut host, 1).await;
    assert_eq!(make(&host, &next).await.refusal(), (409, "reminder_run.old"), "interest is counted to the day");
}

#[rstest]
#[tokio::test]
async fn however_many_make_reminders_at_once_each_invoice_is_reminded_of_once(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let (host, asa, bo) = late(engine).await;
    let (first, second) = (look(&host).await, look(&host).await);
    let all = join_all([&first, &second, &first, &second].map(|run| make(&host, run))).await;
    let made: i64 = all.iter().filter(|it| it.status == 200).filter_map(|it| it.body["made"].as_i64()).sum();
    assert_eq!((all.len(), made), (4, 2), "{all:?}");
    for it in [&asa, &bo] {
        assert_eq!(read(&host, it).await["reminders"].as_array().unwrap().len(), 1);
    }
    assert_eq!(host.app.prove_ledger().await.unwrap().faults, vec![]);
}

#[rstest]
#[tokio::test]
async fn a_second_reminder_costs_no_second_fee_in_sweden_and_asks_for_the_interest_since_the_first(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let (mut host, asa, _) = late(engine).await;
    make(&host, &look(&host).await).await.expect(200);
    later(&mut host, 20).await;
    let run = look(&host).await;
    let second = run["reminders"].as_array().unwrap().iter().find(|it| it["name"] == "Åsa Ek").unwrap();
    let open = minor(&asa["payable"]);
    let forty = (open * 1_000 * 40 * 2 + 10_000 * 365) / (2 * 10_000 * 365);
    assert_eq!((minor(&second["fee"]), minor(&second["interest"])), (0, forty - twenty_days(open)));
    make(&host, &run).await.expect(200);
    later(&mut host, 20).await;
    assert_eq!(look(&host).await["leftOutCounts"], json!({"reminder.most_reached": 2}));
}

#[rstest]
#[tokio::test]
async fn a_fee_is_waived_by_a_credit_note_and_a_void_reminder_is_as_if_it_had_not_been(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let (host, asa, bo) = late(engine).await;
    make(&host, &look(&host).await).await.expect(200);
    let all = reminders(&host).await;
    let (of_bo, of_asa) = (&all[0], &all[1]);
    let waived = json!({"reason": "avgiften efterskänks", "lines": [1]});
    let note = act(&host, of_asa, "credit", waived).await.expect(201);
    assert_eq!(minor(&note["payable"]), 6_000);
    assert_eq!(minor(&read(&host, of_asa).await["open"]), twenty_days(minor(&asa["payable"])));
    act(&host, of_bo, "void", json!({"reason": "fel person"})).await.expect(200);
    assert_eq!(read(&host, &bo).await["reminders"], json!([]));
    let run = look(&host).await;
    assert_eq!(run["reminders"][0]["name"], "Bo Ek", "it may be reminded of again");
    assert_eq!(minor(&run["reminders"][0]["fee"]), 6_000);
    assert_eq!(host.app.prove_ledger().await.unwrap().faults, vec![]);
}

#[rstest]
#[tokio::test]
async fn nobody_chooses_a_fee_above_the_law_and_only_the_owner_chooses(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = ready(engine).await;
    let refused = choose(
        &host,
        0,
        json!({"isOn": true, "afterDays": 10, "dueDays": 14, "feeMinor": 6_001,
        "feeIsAgreed": false, "hasInterest": true, "most": 2, "smallestMinor": 0}),
    )
    .await;
    assert_eq!(refused.status, 422);
    assert_eq!(refused.body["fields"]["feeMinor"], "reminder.fee_above_law", "{:?}", refused.body);
    assert_eq!(refused.body["fields"]["feeIsAgreed"], "reminder.fee_not_agreed");
    let what = json!({"organisationId": host.organisation});
    assert_eq!(host.owner.post("/reminder-runs", what.clone()).await.refusal(), (409, "reminder.off"));
    choose(&host, 0, settings()).await.expect(200);
    assert_eq!(choose(&host, 0, settings()).await.status, 412);
    let path = format!("/reminder-settings?organisationId={}", host.organisation);
    let manager = host.as_(Role::Manager, At::Organisation(host.organisation.clone())).await;
    assert_eq!(manager.get(&path).await.expect(200)["mostFeeMinor"], 6_000);
    assert_eq!(manager.put_at(&path, 1, settings()).await.status, 403);
    manager.post("/reminder-runs", what.clone()).await.expect(201);
    let clerk = host.as_(Role::Clerk, At::Facility(host.facility.clone())).await;
    assert_eq!(clerk.post("/reminder-runs", what).await.status, 403);
    assert_eq!(add_rate(&host, "2026-07-02", 200).await.status, 422, "a rate is for a half-year");
}

#[rstest]
#[tokio::test]
async fn what_was_paid_and_what_is_credited_are_paid_together_and_what_was_paid_in_part_is_not_void(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = ready(engine).await;
    let both = invoices(&host).await;
    let bo = both.iter().find(|it| it["recipient"] == "Bo Ek").unwrap();
    let asa = both.iter().find(|it| it["recipient"] == "Åsa Ek").unwrap();
    pay(&host, 1, &bo["reference"], 100).await;
    assert_eq!(act(&host, bo, "void", json!({"reason": "fel"})).await.refusal(), (409, "document.paid_in_part"));
    // A line is credited and the rest paid, in either order.
    for (serial, it, first) in [(2, asa, "credit"), (3, bo, "pay")] {
        let sent = act(&host, it, "send", json!({"by": "paper"})).await.expect(200);
        let fee = json!({"reason": "ingen avgift", "lines": [1]});
        if first == "credit" {
            act(&host, &sent, "credit", fee.clone()).await.expect(201);
        }
        let open = minor(&read(&host, it).await["open"]);
        if first == "credit" {
            pay(&host, serial, &it["reference"], open).await;
        } else {
            let note = 4_900 * 5 / 4;
            pay(&host, serial, &it["reference"], open - note).await;
            assert_eq!(read(&host, it).await["state"], "sent");
            let now = read(&host, it).await;
            act(&host, &now, "credit", fee).await.expect(201);
        }
        let now = read(&host, it).await;
        assert_eq!((&now["state"], minor(&now["open"])), (&json!("paid"), 0), "{now}");
    }
    assert_eq!(host.app.prove_ledger().await.unwrap().faults, vec![]);
}

#[rstest]
#[tokio::test]
async fn whoever_owes_sees_in_the_portal_what_is_open_and_overdue_and_what_the_reminder_costs(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let (host, asa, _) = late(engine).await;
    make(&host, &look(&host).await).await.expect(200);
    let (other, _) = resident(&host, "Cia", "Alm", "C1").await;
    assert_ne!(json!(other), asa["personId"]);
    let login = json!({"personId": asa["personId"], "facilityId": host.facility, "username": "asa"});
    let login = text(&host.owner.post("/logins", login).await.expect(201)["id"]);
    host.give_password(&login, false).await;
    let code = host.owner.get(&format!("/facilities/{}", host.facility)).await.expect(200);
    let desk = host.sign_in(code["code"].as_str(), "asa").await;
    let debts = desk.get("/me/invoices").await.expect(200)["items"].as_array().unwrap().clone();
    let seen: Vec<(String, bool)> = debts.iter().map(|it| (text(&it["kind"]), it["isOverdue"] == true)).collect();
    assert_eq!(seen, [("reminder".to_owned(), false), ("invoice".to_owned(), true)], "the latest first");
    assert_eq!((&debts[1]["number"], &debts[1]["open"]), (&asa["number"], &asa["payable"]));
    assert_eq!(debts[1]["reference"], asa["reference"]);
}
