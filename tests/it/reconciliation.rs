//! Three-way reconciliation: what customers paid, what the provider settled and what the bank received, with every difference.

use crate::incoming_payments::{bgmax, payments as incoming, read, take};
use crate::payments::{Paying, paying};
use crate::refunds::overpaid;
use crate::story::{audit, text};
use chrono::{NaiveDate, TimeDelta};
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_domain::access::Role;
use stolpe_domain::ledger::AccountKind;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::{Answer, At, Desk, PaymentDoubleKind, TestHost};

const HEAD: &str = "Bokföringsdag;Beställningsid;Betalningsreferens;Belopp;Avgift;Netto\n";

/// A row of a report of Swish: our name for the payment, öre and the fee.
fn row(day: &str, reference: &str, minor: i64, fee: i64) -> String {
    let kronor =
        |minor: i64| format!("{}{},{:02}", if minor < 0 { "-" } else { "" }, minor.abs() / 100, minor.abs() % 100);
    format!("{day};{reference};;{};{};{}\n", kronor(minor), kronor(fee), kronor(minor - fee))
}

async fn send(desk: &Desk, path: &str, organisation: &str, provider: &str, file: &str) -> Answer {
    let path = format!("{path}?organisationId={organisation}&provider={provider}&fileName=swish.csv");
    desk.send("POST", &path, &[("content-type", "application/octet-stream")], file.to_owned()).await
}

async fn settle(host: &TestHost, file: &str) -> Answer {
    send(&host.owner, "/settlements", &host.organisation, "swish", file).await
}

pub(crate) async fn reconciled(host: &TestHost) -> Value {
    let path = format!("/reconciliation?organisationId={}&from=2026-11-01&to=2026-12-31", host.organisation);
    host.owner.get(&path).await.expect(200)
}

/// The kinds of what does not agree, with the amounts.
pub(crate) fn differences(all: &Value) -> Vec<(String, i64)> {
    let each = |it: &Value| (text(&it["kind"]), it["amount"]["minor"].as_i64().unwrap());
    let mut all: Vec<_> = all["differences"].as_array().unwrap().iter().map(each).collect();
    all.sort();
    all
}

pub(crate) fn difference<'a>(all: &'a Value, kind: &str) -> &'a Value {
    all["differences"].as_array().unwrap().iter().find(|it| it["kind"] == kind).unwrap()
}

/// Paid, settled, fee, received, difference and corrected of all days.
pub(crate) fn sums(all: &Value) -> [i64; 6] {
    ["paid", "settled", "fee", "received", "difference", "corrected"]
        .map(|figure| all["days"].as_array().unwrap().iter().map(|day| day[figure]["minor"].as_i64().unwrap()).sum())
}

/// What stands on the clearing account is the sum of the differences, and the ledger proves.
async fn agrees(it: &Paying) -> Value {
    let all = reconciled(&it.host).await;
    let open: i64 = differences(&all).iter().map(|(_, minor)| minor).sum();
    assert_eq!(it.clearing().await, open, "{all}");
    let [paid, settled, fee, _, difference, corrected] = sums(&all);
    assert_eq!(paid, settled + fee + difference + corrected, "{all}");
    assert_eq!(it.host.app.prove_ledger().await.unwrap().faults, vec![]);
    all
}

/// Åsa has paid her invoice through Swish; answers the provider's name for it.
async fn paid(it: &Paying) -> String {
    let begun = it.begun().await;
    it.agrees(&begun).await;
    it.ask().await;
    it.reference(&begun).await
}

async fn receive(host: &TestHost, difference: &Value, payment: &Value) -> Answer {
    let path = format!("/settlements/{}/receipt", text(&difference["id"]));
    let version = difference["settlementVersion"].as_i64().unwrap();
    host.owner.post_at(&path, version, json!({"paymentId": payment})).await
}

pub(crate) async fn correct(host: &TestHost, difference: &Value, reason: &str) -> Answer {
    let path = format!("/differences/{}/correction", text(&difference["id"]));
    let body = json!({"organisationId": host.organisation, "reason": reason});
    host.owner.post_at(&path, difference["rowVersion"].as_i64().unwrap(), body).await
}

#[rstest]
#[tokio::test]
async fn what_customers_paid_is_followed_until_the_bank_has_received_it(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = paying(engine, PaymentDoubleKind::Swish).await;
    let reference = paid(&it).await;
    let due = it.due();
    let all = agrees(&it).await;
    assert_eq!(differences(&all), [("not_settled".to_owned(), due)]);
    let told = difference(&all, "not_settled");
    assert_eq!((&told["named"], &told["recipient"]), (&it.invoice["number"], &json!("Åsa Ek")));

    let file = format!("{HEAD}{}", row("2026-11-22", &reference, due, 200));
    let found = send(&it.host.owner, "/settlements/preview", &it.host.organisation, "swish", &file).await.expect(200);
    let plan = &found["settlements"][0];
    assert_eq!((&plan["matched"], &plan["unknown"], &plan["known"]), (&json!(1), &json!(0), &json!(false)));
    assert_eq!(differences(&reconciled(&it.host).await).len(), 1, "nothing is done by looking");
    let taken = settle(&it.host, &file).await.expect(201);
    assert_eq!(taken["items"][0]["net"]["minor"], json!(due - 200));
    let all = agrees(&it).await;
    assert_eq!(differences(&all), [("not_received".to_owned(), due - 200)]);
    assert_eq!(sums(&all), [due, due - 200, 200, 0, 0, 0]);
    assert_eq!(it.stands(AccountKind::ProviderFee).await, 200);

    take(&it.host, &bgmax(1, &[("", '0', due - 200, "Swish"), ("", '0', due, "Swish")])).await.expect(201);
    let all = reconciled(&it.host).await;
    let out = difference(&all, "not_received").clone();
    let lines = out["bankLines"].as_array().unwrap();
    assert_eq!(lines.len(), 1, "only what is exactly it: {out}");
    let other = incoming(&it.host, "").await.into_iter().find(|it| it["amount"]["minor"] == json!(due)).unwrap();
    assert_eq!(receive(&it.host, &out, &other["id"]).await.refusal(), (409, "settlement.other_amount"));
    receive(&it.host, &out, &lines[0]["paymentId"]).await.expect(204);
    assert_eq!(receive(&it.host, &out, &lines[0]["paymentId"]).await.refusal(), (412, "conflict.changed"));
    let all = agrees(&it).await;
    assert_eq!((differences(&all), sums(&all)), (vec![], [due, due - 200, 200, due - 200, 0, 0]));
    assert_eq!(it.clearing().await, 0);

    // Somebody was wrong about the line of the bank: that is taken back, too.
    let line = json!({"id": lines[0]["paymentId"]});
    let line = read(&it.host, &line).await;
    assert_eq!((&line["left"]["minor"], &line["settlement"]), (&json!(0), &json!("2026-11-22")));
    let path = format!("/incoming-payments/{}/take-back", text(&line["id"]));
    let back = it.host.owner.post_at(&path, line["rowVersion"].as_i64().unwrap(), json!({"reason": "fel rad"})).await;
    assert_eq!(back.expect(200)["left"]["minor"], json!(due - 200));
    assert_eq!(differences(&agrees(&it).await), [("not_received".to_owned(), due - 200)]);
    for (action, count) in [("settlement.taken", 1), ("settlement.received", 1), ("incoming_payment.taken_back", 1)] {
        assert_eq!(audit(&it.host, action).await.len(), count, "{action}");
    }
}

#[rstest]
#[tokio::test]
async fn what_does_not_agree_stays_with_its_age_and_owner_until_somebody_ends_it(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = paying(engine, PaymentDoubleKind::Swish).await;
    // The provider tells of it before the payment is known here, with another that nobody knows.
    let begun = it.begun().await;
    let reference = it.reference(&begun).await;
    let due = it.due();
    let rows = [row("2026-11-22", &reference, due - 300, 100), row("2026-11-22", "nobody", 500, 0)].concat();
    settle(&it.host, &format!("{HEAD}{rows}")).await.expect(201);
    let all = agrees(&it).await;
    let told: Vec<_> = differences(&all).into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(told, ["not_received", "unknown_line", "unknown_line"]);
    it.agrees(&begun).await;
    it.ask().await;
    let all = agrees(&it).await;
    let expected = [("not_received", due + 100), ("other_amount", 300), ("unknown_line", -500)];
    assert_eq!(differences(&all), expected.map(|(kind, minor)| (kind.to_owned(), minor)), "it is known by now");

    let unknown = difference(&all, "unknown_line").clone();
    let keeper = all["keepers"][0]["loginId"].clone();
    let path = format!("/differences/{}", text(&unknown["id"]));
    let care = json!({"organisationId": it.host.organisation, "ownerId": keeper, "note": "ringt Swish"});
    it.host.owner.put_at(&path, 0, care.clone()).await.expect(204);
    assert_eq!(it.host.owner.put_at(&path, 0, care).await.refusal(), (412, "conflict.changed"));
    let nobody = json!({"organisationId": it.host.organisation, "ownerId": it.invoice["id"], "note": ""});
    assert_eq!(it.host.owner.put_at(&path, 1, nobody).await.status, 422);
    it.host.clock.advance(TimeDelta::days(9));
    let all = agrees(&it).await;
    let unknown = difference(&all, "unknown_line").clone();
    assert_eq!((&unknown["note"], &unknown["ownerName"]), (&json!("ringt Swish"), &all["keepers"][0]["name"]));
    assert!(unknown["ageDays"].as_i64().unwrap() >= 8, "{unknown}");
    let todo = it.host.owner.get("/todo").await.expect(200);
    let waits = todo["items"].as_array().unwrap().iter().find(|it| it["kind"] == "reconciliation.old").unwrap();
    assert_eq!(waits["count"], json!(3));

    assert_eq!(correct(&it.host, &unknown, " ").await.status, 422);
    correct(&it.host, &unknown, "någon annans pengar").await.expect(204);
    assert_eq!(correct(&it.host, &unknown, "igen").await.status, 404, "it is no difference any more");
    correct(&it.host, difference(&all, "other_amount"), "Swish har rätt").await.expect(204);
    let all = agrees(&it).await;
    assert_eq!(differences(&all), [("not_received".to_owned(), due + 100)]);
    assert_eq!(sums(&all)[4..], [0, -200]);
    let rows = audit(&it.host, "difference.corrected").await;
    assert_eq!((rows.len(), &rows[1]["reason"]), (2, &json!("någon annans pengar")));
    let path = format!(
        "/exports/reconciliation?format=nordic&organisationId={}&from=2026-11-01&to=2026-12-31",
        it.host.organisation
    );
    let file = it.host.owner.get(&path).await;
    let text = String::from_utf8_lossy(&file.bytes).into_owned();
    assert!(text.contains("Avräknat, inte mottaget på banken") && text.contains("2026-11-22"), "{text}");
}

#[rstest]
#[tokio::test]
async fn what_was_given_back_is_tied_to_the_line_of_the_settlement_that_tells_of_it(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = overpaid(engine).await;
    let paying = &it.it;
    let (due, reference) = (paying.due(), paying.reference(&it.payment).await);
    let told = format!("{HEAD}{}", row("2026-11-22", &reference, due, 200));
    settle(&paying.host, &told).await.expect(201);
    let asked = it.asked(1_000).await;
    let ask = it.name(&asked).await;
    // Swish tells of it before we have heard that it is done.
    let back = format!("{HEAD}{}{}", row("2026-11-23", &ask, -1_000, 0), row("2026-11-23", &reference, -1_000, 0));
    let found =
        send(&paying.host.owner, "/settlements/preview", &paying.host.organisation, "swish", &back).await.expect(200);
    assert_eq!((&found["settlements"][0]["matched"], &found["settlements"][0]["unknown"]), (&json!(0), &json!(2)));
    it.approved(&asked).await;
    it.ask().await;
    it.swish(&asked, "PAID", None).await;
    it.ask().await;
    let known = |all: &Value| {
        let all = differences(all).into_iter().filter(|(kind, _)| kind != "not_received");
        all.collect::<Vec<_>>()
    };
    assert_eq!(known(&agrees(paying).await), [("refund_not_settled".to_owned(), -1_000)]);
    let told = agrees(paying).await;
    let waits = difference(&told, "refund_not_settled");
    assert_eq!((&waits["named"], &waits["paymentId"]), (&paying.invoice["number"], &it.payment["id"]));
    let found =
        send(&paying.host.owner, "/settlements/preview", &paying.host.organisation, "swish", &back).await.expect(200);
    assert_eq!((&found["settlements"][0]["matched"], &found["settlements"][0]["unknown"]), (&json!(1), &json!(1)));
    settle(&paying.host, &back).await.expect(201);
    // One line is the refund; another of the same amount is nothing that we know of.
    assert_eq!(known(&agrees(paying).await), [("unknown_line".to_owned(), 1_000)]);
}

#[rstest]
#[tokio::test]
async fn a_day_of_the_reconciliation_leads_to_the_payments_whose_money_came_or_went_back_on_it(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = overpaid(engine).await;
    let host = &it.it.host;
    let asked = it.asked(1_000).await;
    host.clock.advance(TimeDelta::days(3));
    it.approved(&asked).await;
    it.ask().await;
    it.swish(&asked, "PAID", None).await;
    it.ask().await;
    let days = agrees(&it.it).await["days"].as_array().unwrap().iter().map(|day| text(&day["on"])).collect::<Vec<_>>();
    let [back, came] = &days[..] else { panic!("{days:?}") };
    let found = async |bounds: &str| {
        let path = format!("/payments?organisationId={}&provider=swish{bounds}", host.organisation);
        let page = host.owner.get(&path).await.expect(200);
        assert_eq!(page["total"]["count"], page["items"].as_array().unwrap().len(), "{page}");
        page["items"].as_array().unwrap().iter().map(|payment| payment["id"].clone()).collect::<Vec<_>>()
    };
    // The days of Stockholm in winter.
    let on = |day: &str| {
        let day: NaiveDate = day.parse().unwrap();
        format!("&from={}T23:00:00Z&to={day}T23:00:00Z", day.pred_opt().unwrap())
    };
    let between = came.parse::<NaiveDate>().unwrap().succ_opt().unwrap().to_string();
    assert_eq!(found(&on(came)).await, [it.payment["id"].clone()]);
    assert_eq!(found(&on(back)).await, [it.payment["id"].clone()]);
    assert_eq!(found(&on(&between)).await, Vec::<Value>::new());
    assert_eq!(found(&format!("&from={back}T23:00:00Z")).await, Vec::<Value>::new());
    assert_eq!(found(&format!("&to={came}T00:00:00Z")).await, Vec::<Value>::new());
}

#[rstest]
#[tokio::test]
async fn a_settlement_is_taken_in_once_and_one_that_cannot_be_trusted_is_refused_whole(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = paying(engine, PaymentDoubleKind::Swish).await;
    let reference = paid(&it).await;
    let good = format!("{HEAD}{}", row("2026-11-22", &reference, it.due(), 200));
    let refused = [
        (good.replace(";2,00;", ";2,01;"), "settlement_file.sum"),
        (good.replace(";2,00;", ";två;"), "settlement_file.damaged"),
        (good.replace("Netto\n", "Valuta\n"), "settlement_file.other_currency"),
        (good.replace("Belopp", "Summa"), "list.column_missing"),
        (HEAD.to_owned(), "import.no_rows"),
    ];
    for (file, code) in refused {
        assert_eq!(settle(&it.host, &file).await.refusal(), (409, code), "{file}");
    }
    assert_eq!(differences(&agrees(&it).await).len(), 1, "nothing of them was taken in");
    let vipps = "SettlementInfo,SettlementID,Gross\nSettlementInfo,1,1.00\n";
    assert_eq!(settle(&it.host, vipps).await.refusal(), (409, "settlement_file.other_provider"));

    let answers = futures::future::join_all((0..4).map(|_| settle(&it.host, &good))).await;
    let mut codes: Vec<u16> = answers.iter().map(|it| it.status).collect();
    codes.sort_unstable();
    assert_eq!(codes, [201, 409, 409, 409]);
    // The same settlement in another file with a new one: what is known is not taken in again.
    let more = format!("{good}{}", row("2026-11-23", "nobody", 700, 0));
    let taken = settle(&it.host, &more).await.expect(201);
    assert_eq!((taken["items"].as_array().unwrap().len(), &taken["items"][0]["number"]), (1, &json!("2026-11-23")));
    assert_eq!(it.stands(AccountKind::ProviderFee).await, 200, "its fee is booked once");
    agrees(&it).await;

    let clerk = it.host.as_(Role::Clerk, At::Organisation(it.host.organisation.clone())).await;
    assert_eq!(send(&clerk, "/settlements", &it.host.organisation, "swish", &good).await.status, 403);
    let manager = it.host.as_(Role::Manager, At::Facility(it.host.facility.clone())).await;
    let path = format!("/reconciliation?organisationId={}&from=2026-11-01&to=2026-11-30", it.host.organisation);
    assert_eq!(manager.get(&path).await.status, 404);
}

#[rstest]
#[tokio::test]
async fn a_settlement_is_matched_with_the_bank_however_many_have_come_since(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    const SETTLED: u32 = 205;
    let it = paying(engine, PaymentDoubleKind::Swish).await;
    let first: NaiveDate = "2026-01-05".parse().unwrap();
    let days: Vec<NaiveDate> = first.iter_days().take(SETTLED as usize).collect();
    let rows: Vec<String> = days.iter().map(|day| row(&day.to_string(), &format!("X{day}"), 5_000, 200)).collect();
    settle(&it.host, &format!("{HEAD}{}", rows.concat())).await.expect(201);
    let mut listed = Vec::new();
    let of = format!("/settlements?organisationId={}&limit=150", it.host.organisation);
    let mut next = of.clone();
    loop {
        let page = it.host.owner.get(&next).await.expect(200);
        listed.extend(page["items"].as_array().unwrap().iter().map(|it| text(&it["settledOn"])));
        let Some(after) = page["next"].as_str() else { break };
        next = format!("{of}&after={after}");
    }
    assert_eq!(listed, days.iter().rev().map(ToString::to_string).collect::<Vec<_>>());

    take(&it.host, &bgmax(1, &[("", '0', 4_800, "Swish")])).await.expect(201);
    let all = reconciled(&it.host).await;
    let out: Vec<&Value> =
        all["differences"].as_array().unwrap().iter().filter(|it| it["kind"] == "not_received").collect();
    assert_eq!(out.len(), days.len(), "each waits for the bank");
    let oldest = out.iter().find(|it| it["on"] == first.to_string()).unwrap();
    let line = incoming(&it.host, "").await[0]["id"].clone();
    receive(&it.host, oldest, &line).await.expect(204);
    let left = reconciled(&it.host).await;
    let left = left["differences"].as_array().unwrap().iter().filter(|it| it["kind"] == "not_received").count();
    assert_eq!(left, days.len() - 1);
}

#[rstest]
#[tokio::test]
async fn a_file_that_is_sent_again_because_its_answer_was_lost_answers_what_came_with_it(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = paying(engine, PaymentDoubleKind::Swish).await;
    let path = format!("/settlements?organisationId={}&provider=swish&fileName=swish.csv", it.host.organisation);
    let sent = async |key: &str, day: &str| {
        let headers = [("content-type", "application/octet-stream"), ("idempotency-key", key)];
        let file = format!("{HEAD}{}", row(day, day, 5_000, 200));
        let answer = it.host.owner.send("POST", &path, &headers, file).await.expect(201);
        answer["items"].as_array().unwrap().iter().map(|it| text(&it["settledOn"])).collect::<Vec<_>>()
    };
    let (first, second) = ("8d1c0c2e-54a4-4f3b-9f3e-0a51c6a4e101", "8d1c0c2e-54a4-4f3b-9f3e-0a51c6a4e102");
    assert_eq!(sent(first, "2026-11-19").await, ["2026-11-19"]);
    assert_eq!(sent(second, "2026-11-20").await, ["2026-11-20"]);
    assert_eq!(sent(first, "2026-11-19").await, ["2026-11-19"], "and not what another file of the same name brought");
}
