//! The month run: what charge points reported becomes invoices, once, to the öre, and what cannot be charged says why.

use crate::billing::particulars;
use crate::story::{ended, text};
use chrono::TimeDelta;
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::{Charger, TestHost};

/// A row of a tariff.
fn row(kind: &str, rate: &Value, vat: &str) -> Value {
    json!({"kind": kind, "rate": rate, "validFrom": "2026-01-01", "vat": vat, "source": "Avtal 2026"})
}

fn per_kwh(micro: i64) -> Value {
    json!({"per_kwh": {"microPerKwh": micro, "currency": "SEK"}})
}

fn each(minor: i64) -> Value {
    json!({"each": {"minor": minor, "currency": "SEK"}})
}

/// A facility that can be invoiced: particulars, and a tariff of energy, grid and a monthly fee.
pub(crate) async fn ready(engine: Engine) -> TestHost {
    let host = TestHost::new(engine).await;
    make_ready(&host).await;
    host
}

/// The same for a host that is there already.
pub(crate) async fn make_ready(host: &TestHost) {
    let path = format!("/billing?organisationId={}", host.organisation);
    host.owner.put_at(&path, 0, particulars()).await.expect(200);
    let rows = [
        row("energy", &per_kwh(1_250_000), "2500"),
        row("grid", &per_kwh(317_000), "2500"),
        row("monthly_fee", &each(4_900), "2500"),
    ];
    let path = format!("/tariff?facilityId={}", host.facility);
    host.owner.put_at(&path, 0, json!({"components": rows})).await.expect(200);
}

/// Somebody with a tag, an address and mail; answers the person's id.
pub(crate) async fn driver(host: &TestHost, name: &str, email: &str, tag: &str) -> String {
    let person = json!({"givenName": name, "familyName": "Ek", "language": "sv", "email": email, "street": "Ekvägen 1",
        "postalCode": "392 32", "city": "Kalmar"});
    let path = format!("/persons?organisationId={}&facilityId={}", host.organisation, host.facility);
    let person = text(&host.owner.post(&path, person).await.expect(201)["id"]);
    let path = format!("/tags?organisationId={}", host.organisation);
    host.owner.post(&path, json!({"idTag": tag, "personId": person})).await.expect(201);
    person
}

/// A session with this tag on a morning of November, of so much energy.
pub(crate) async fn charge(charger: &mut Charger, tag: &str, day: u32, wh: i64) {
    let number = charger.start(tag, &format!("2026-11-{day:02}T06:00:00Z"), 1_000).await;
    charger.stop(number, &format!("2026-11-{day:02}T08:30:00Z"), 1_000 + wh).await;
}

/// Plans a month; answers the run.
pub(crate) async fn planned(host: &TestHost, month: &str) -> Value {
    let what = json!({"organisationId": host.organisation, "month": month});
    let job = ended(host, host.owner.post("/month-runs", what).await).await;
    assert_eq!(job["state"], "done", "{job}");
    host.owner.get(&format!("/month-runs/{}", text(&job["result"]["runId"]))).await.expect(200)
}

/// Commits a run; answers what came of it.
pub(crate) async fn committed(host: &TestHost, run: &Value, wish: Value) -> Value {
    let path = format!("/month-runs/{}/commit", text(&run["id"]));
    let job = ended(host, host.owner.post(&path, wish).await).await;
    assert_eq!(job["state"], "done", "{job}");
    // What is made next is made later.
    host.clock.advance(TimeDelta::seconds(1));
    job["result"].clone()
}

/// Every document, the latest first.
pub(crate) async fn documents(host: &TestHost) -> Vec<Value> {
    host.owner.get("/documents?limit=200").await.expect(200)["items"].as_array().unwrap().clone()
}

#[rstest]
#[tokio::test]
async fn a_month_is_looked_at_and_then_charged_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = ready(engine).await;
    let mut charger = host.charger("CP-1").await;
    let person = driver(&host, "Åsa", "asa@example.se", "AA").await;
    charge(&mut charger, "AA", 12, 10_000).await;
    charge(&mut charger, "AA", 13, 5_500).await;
    charge(&mut charger, "ZZ", 14, 2_000).await;
    charger.start("AA", "2026-11-20T06:00:00Z", 90_000).await;

    let run = planned(&host, "2026-11").await;
    let document = &run["documents"][0];
    // 15.5 kWh × (1.25 + 0.317) kr, each part of each session rounded by itself, and the fee: 12.50 + 3.17 + 6.88 + 1.74 + 49.
    assert_eq!((&document["charges"], &document["net"]["minor"]), (&json!(3), &json!(7_329)), "{run}");
    assert_eq!((&document["vat"]["minor"], &document["payable"]["minor"]), (&json!(1_832), &json!(9_200)));
    assert_eq!((&document["energyWh"], &document["reach"]), (&json!(15_500), &json!("mail")));
    assert_eq!(run["waitingCounts"], json!({"session.no_payer": 1, "session.still_open": 1}));
    assert_eq!(run["sessions"], 4);
    assert_eq!(documents(&host).await, Vec::<Value>::new(), "nothing was charged by looking");

    let made = committed(&host, &run, json!({})).await;
    assert_eq!((&made["documents"], &made["leftOut"]), (&json!(1), &json!([])));
    let [invoice] = &documents(&host).await[..] else { panic!("one invoice") };
    assert_eq!((&invoice["number"], &invoice["state"]), (&json!("2026-0001"), &json!("issued")));
    assert_eq!((&invoice["reference"], &invoice["personId"]), (&json!("2026000105"), &json!(person)));
    assert_eq!((&invoice["issuedOn"], &invoice["dueOn"]), (&json!("2026-11-21"), &json!("2026-12-21")));
    assert_eq!(invoice["payable"]["minor"], 9_200);
    let open = host.owner.get(&format!("/documents/{}", text(&invoice["id"]))).await.expect(200);
    let texts: Vec<&str> =
        open["lines"].as_array().unwrap().iter().map(|line| line["text"].as_str().unwrap()).collect();
    assert_eq!(
        texts,
        ["Månadsavgift november 2026", "Laddning 12 november 2026, CP-1", "Laddning 13 november 2026, CP-1"]
    );
    assert!(open["lines"][1]["sessionId"].is_string(), "each line says which session proves it: {open}");

    let again = host.owner.post(&format!("/month-runs/{}/commit", text(&run["id"])), json!({})).await;
    assert_eq!(again.refusal(), (409, "month_run.committed"));
    let next = planned(&host, "2026-11").await;
    assert_eq!(next["documents"], json!([]), "a second run finds nothing");
    assert_eq!(documents(&host).await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn what_turns_out_otherwise_is_a_difference_on_the_next_invoice(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = ready(engine).await;
    let mut charger = host.charger("CP-1").await;
    driver(&host, "Åsa", "asa@example.se", "AA").await;
    charge(&mut charger, "AA", 12, 10_000).await;
    committed(&host, &planned(&host, "2026-11").await, json!({})).await;

    // The price was wrong: 1.00 instead of 1.25. What is owed back waits for an invoice that it can be taken off.
    let rows = [
        row("energy", &per_kwh(1_000_000), "2500"),
        row("grid", &per_kwh(317_000), "2500"),
        row("monthly_fee", &each(4_900), "2500"),
    ];
    let path = format!("/tariff?facilityId={}", host.facility);
    host.owner.put_at(&path, 1, json!({"components": rows})).await.expect(200);
    let run = planned(&host, "2026-11").await;
    assert_eq!((&run["documents"], &run["waitingCounts"]), (&json!([]), &json!({"month_run.owed_back": 1})));
    assert_eq!(run["waiting"][0]["amount"]["minor"], -300, "2.50 with VAT is 3.13, rounded to whole kronor");

    charge(&mut charger, "AA", 15, 10_000).await;
    let run = planned(&host, "2026-11").await;
    let document = &run["documents"][0];
    assert_eq!((&document["charges"], &document["differences"]), (&json!(2), &json!(1)));
    assert_eq!(document["net"]["minor"], 1_000 + 317 - 250);
    committed(&host, &run, json!({})).await;
    let latest = documents(&host).await[0].clone();
    let open = host.owner.get(&format!("/documents/{}", text(&latest["id"]))).await.expect(200);
    assert_eq!(open["lines"][0]["text"], "Rättelse av laddning 12 november 2026, CP-1");
    assert_eq!((&open["lines"][0]["amount"]["minor"], &latest["number"]), (&json!(-250), &json!("2026-0002")));
    assert_eq!(planned(&host, "2026-11").await["documents"], json!([]));

    // A correction of a correction follows it.
    let path = format!("/tariff?facilityId={}", host.facility);
    let rows = [row("energy", &per_kwh(2_000_000), "2500"), row("grid", &per_kwh(317_000), "2500")];
    host.owner.put_at(&path, 2, json!({"components": rows})).await.expect(200);
    let run = planned(&host, "2026-11").await;
    assert_eq!((&run["documents"][0]["differences"], &run["documents"][0]["net"]["minor"]), (&json!(2), &json!(2_000)));
    committed(&host, &run, json!({})).await;
    assert_eq!(planned(&host, "2026-11").await["documents"], json!([]));
}

#[rstest]
#[tokio::test]
async fn whoever_owes_something_else_than_was_looked_at_is_left_for_the_next_plan(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = ready(engine).await;
    let mut charger = host.charger("CP-1").await;
    driver(&host, "Åsa", "asa@example.se", "AA").await;
    driver(&host, "Bo", "bo@example.se", "BB").await;
    charge(&mut charger, "AA", 12, 10_000).await;
    charge(&mut charger, "BB", 13, 10_000).await;
    let run = planned(&host, "2026-11").await;
    charge(&mut charger, "BB", 14, 3_000).await;
    let made = committed(&host, &run, json!({})).await;
    assert_eq!((&made["documents"], &made["leftOut"][0]["name"]), (&json!(1), &json!("Bo Ek")), "{made}");
    assert_eq!(documents(&host).await.len(), 1);
    let run = host.owner.get(&format!("/month-runs/{}", text(&run["id"]))).await.expect(200);
    let planned_for = run["documents"].as_array().unwrap().len();
    assert_eq!((&run["made"], planned_for), (&json!(1), 2), "the run says later, too, that one was left out");
    assert_eq!(planned(&host, "2026-11").await["documents"][0]["charges"], 3);
}

#[rstest]
#[tokio::test]
async fn nothing_is_charged_while_it_is_not_said_how_to_pay_or_what_it_costs(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    let mut charger = host.charger("CP-1").await;
    driver(&host, "Åsa", "asa@example.se", "AA").await;
    charge(&mut charger, "AA", 12, 10_000).await;
    let run = planned(&host, "2026-11").await;
    assert_eq!((&run["waitingCounts"], &run["obstacle"]), (&json!({"tariff.none": 1}), &json!("billing.missing")));
    let path = format!("/month-runs/{}/commit", text(&run["id"]));
    assert_eq!(host.owner.post(&path, json!({})).await.refusal(), (409, "month_run.empty"));

    // A tariff that asks the market, whose prices nobody has taken in.
    let facility = format!("/facilities/{}", host.facility);
    let version = host.owner.get(&facility).await.expect(200)["rowVersion"].as_i64().unwrap();
    host.owner.patch_at(&facility, version, json!({"priceArea": "SE3"})).await.expect(200);
    let spot = row("energy", &json!({"spot": "quarter"}), "2500");
    let path = format!("/tariff?facilityId={}", host.facility);
    host.owner.put_at(&path, 0, json!({"components": [spot]})).await.expect(200);
    let run = planned(&host, "2026-11").await;
    let waiting = &run["waiting"][0];
    assert_eq!((&waiting["code"], &waiting["area"]), (&json!("market_price.missing"), &json!("SE3")), "{run}");
    assert_eq!(waiting["missing"], json!([{"from": "2026-11-12T06:00:00Z", "until": "2026-11-12T08:30:00Z"}]));

    let rows = [row("energy", &per_kwh(1_000_000), "2500")];
    host.owner
        .put_at(&format!("/tariff?facilityId={}", host.facility), 1, json!({"components": rows}))
        .await
        .expect(200);
    let run = planned(&host, "2026-11").await;
    let path = format!("/month-runs/{}/commit", text(&run["id"]));
    assert_eq!(host.owner.post(&path, json!({})).await.refusal(), (409, "billing.missing"));
    let future = json!({"organisationId": host.organisation, "month": "2027-01"});
    assert_eq!(host.owner.post("/month-runs", future).await.refusal(), (409, "month_run.future"));
}

#[rstest]
#[tokio::test]
async fn what_was_seen_before_it_was_said_how_the_organisation_rounds_is_looked_at_again(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    let path = format!("/tariff?facilityId={}", host.facility);
    let rows = [row("energy", &per_kwh(1_250_000), "2500")];
    host.owner.put_at(&path, 0, json!({"components": rows})).await.expect(200);
    let mut charger = host.charger("CP-1").await;
    driver(&host, "Åsa", "asa@example.se", "AA").await;
    charge(&mut charger, "AA", 12, 10_100).await;
    let seen = planned(&host, "2026-11").await;
    assert_eq!(
        (&seen["obstacle"], &seen["documents"][0]["payable"]["minor"]),
        (&json!("billing.missing"), &json!(1_579))
    );

    let billing = format!("/billing?organisationId={}", host.organisation);
    host.owner.put_at(&billing, 0, particulars()).await.expect(200);
    let run = format!("/month-runs/{}", text(&seen["id"]));
    assert_eq!(host.owner.get(&run).await.expect(200)["obstacle"], "month_run.rounding_changed");
    let refused = host.owner.post(&format!("{run}/commit"), json!({})).await;
    assert_eq!(refused.refusal(), (409, "month_run.rounding_changed"));
    assert_eq!(documents(&host).await, Vec::<Value>::new(), "nobody is asked for another amount than was seen");

    let again = planned(&host, "2026-11").await;
    assert_eq!((&again["obstacle"], &again["documents"][0]["payable"]["minor"]), (&Value::Null, &json!(1_600)));
    assert_eq!(committed(&host, &again, json!({})).await["documents"], 1);
}

#[rstest]
#[tokio::test]
async fn n9_messages_of_a_run_wait_until_somebody_lets_them_go(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = ready(engine).await;
    host.mail_on().await;
    let mut charger = host.charger("CP-1").await;
    for (day, tag, name) in [(12, "A1", "Åsa"), (13, "A2", "Bo"), (14, "A3", "Cia"), (15, "A4", "Dag")] {
        driver(&host, name, &format!("{}@example.se", tag.to_lowercase()), tag).await;
        charge(&mut charger, tag, day, 10_000).await;
    }
    let run = planned(&host, "2026-11").await;
    let made = committed(&host, &run, json!({"byMail": true})).await;
    assert_eq!((&made["documents"], &made["messages"]), (&json!(4), &json!(4)));
    assert!(host.sent().await.is_empty(), "nobody has looked at them");
    let todo = host.owner.get("/todo").await.expect(200);
    assert!(todo["items"].as_array().unwrap().iter().any(|it| it["kind"] == "notice.awaiting" && it["count"] == 4));
    let path = format!("/month-runs/{}", text(&run["id"]));
    let run = host.owner.get(&path).await.expect(200);
    assert_eq!((&run["awaiting"], run["firstMessages"].as_array().unwrap().len()), (&json!(4), 3));
    assert!(text(&run["firstMessages"][0]["body"]).contains("Här kommer faktura 2026-0001"), "{run}");

    // What is void before it left goes nowhere.
    let last = documents(&host).await[0].clone();
    let void = format!("/documents/{}/void", text(&last["id"]));
    let version = last["rowVersion"].as_i64().unwrap();
    let header = format!("\"{version}\"");
    let headers = [("content-type", "application/json"), ("if-match", header.as_str())];
    host.owner.send("POST", &void, &headers, json!({"reason": "fel"}).to_string()).await.expect(200);
    assert_eq!(host.owner.post(&format!("{path}/release"), json!(null)).await.expect(200)["messages"], 3);
    let mails = host.sent().await;
    assert_eq!(mails.len(), 3);
    assert_eq!(mails[0].subject, "Faktura 2026-0001 – Brf Ekbacken");
    assert_eq!(mails[0].attachments[0].name, "faktura-2026-0001.pdf");
    assert!(mails[0].attachments[0].content.starts_with(b"%PDF"));
    let states: Vec<Value> = documents(&host).await.iter().map(|it| it["state"].clone()).collect();
    assert_eq!(states, [json!("void"), json!("sent"), json!("sent"), json!("sent")]);
}
