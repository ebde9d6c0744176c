//! What the desk is told of charging: the raw log, sessions with whose they are and what they cost, and what waits.

use crate::sessions::{billed, sessions};
use crate::story::audit;
use rstest::rstest;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::TestHost;

/// A row of a tariff that is valid through the year.
fn row(kind: &str, rate: &Value) -> Value {
    json!({"kind": kind, "rate": rate, "validFrom": "2026-01-01", "vat": "2500", "source": "Avtal 2026"})
}

async fn save(host: &TestHost, version: i64, rows: &[Value]) {
    let path = format!("/tariff?facilityId={}", host.facility);
    host.owner.put_at(&path, version, json!({"components": rows})).await.expect(200);
}

/// A session of two kilowatt-hours in one quarter; answers its id.
async fn charged(host: &TestHost) -> String {
    let mut charger = host.charger("CP-1").await;
    let number = charger.start("AA", "2026-11-21T09:00:00Z", 1_000).await;
    charger.stop(number, "2026-11-21T09:14:00Z", 3_000).await;
    let sessions = host.owner.get("/sessions").await.expect(200);
    assert_eq!(sessions["items"][0]["chargePointName"], "CP-1");
    sessions["items"][0]["id"].as_str().unwrap().to_owned()
}

async fn person(host: &TestHost, draft: Value) -> String {
    let path = format!("/persons?organisationId={}&facilityId={}", host.organisation, host.facility);
    host.owner.post(&path, draft).await.expect(201)["id"].as_str().unwrap().to_owned()
}

fn codes(proof: &Value) -> Vec<&str> {
    proof["cost"]["waits"].as_array().unwrap().iter().map(|it| it["code"].as_str().unwrap()).collect()
}

#[rstest]
#[tokio::test]
async fn a_session_is_given_to_whoever_took_the_energy_and_back(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let id = charged(&host).await;
    let anna = person(&host, json!({"givenName": "Anna", "familyName": "Ek", "language": "sv"})).await;
    let path = format!("/sessions/{id}");
    let proof = host.owner.get(&path).await.expect(200);
    assert_eq!((&proof["hasPerson"], codes(&proof)), (&json!(false), vec!["session.no_payer"]));
    assert_eq!(host.owner.get("/sessions?ofNobody=true").await.expect(200)["items"].as_array().unwrap().len(), 1);

    let version = proof["rowVersion"].as_i64().unwrap();
    let hers = host.owner.patch_at(&path, version, json!({"personId": anna})).await.expect(200);
    assert_eq!((&hers["personName"], &hers["personId"]), (&json!("Anna Ek"), &json!(anna)));
    assert!(codes(&hers).is_empty(), "{hers}");
    assert_eq!(host.owner.get("/sessions?ofNobody=true").await.expect(200)["items"], json!([]));
    let of_anna = host.owner.get(&format!("/sessions?personId={anna}")).await.expect(200);
    assert_eq!(of_anna["items"][0]["id"], json!(id));
    let late = host.owner.patch_at(&path, version, json!({"personId": null})).await;
    assert_eq!((late.refusal(), &late.body["current"]["personId"]), ((412, "conflict.changed"), &json!(anna)));
    let nobody = json!({"personId": uuid::Uuid::new_v4()});
    let unknown = host.owner.patch_at(&path, version + 1, nobody).await;
    assert_eq!(unknown.body["fields"]["personId"], "person.unknown", "{}", unknown.body);

    host.owner.patch_at(&path, version + 1, json!({"personId": null})).await.expect(200);
    let rows = audit(&host, "session.assigned").await;
    let told: Vec<_> = rows.iter().map(|it| (&it["before"]["personId"], &it["after"]["personId"])).collect();
    assert!(told.contains(&(&Value::Null, &json!(anna))) && told.contains(&(&json!(anna), &Value::Null)), "{told:?}");

    let voided = host.owner.get(&path).await.expect(200)["rowVersion"].as_i64().unwrap();
    let why = json!({"reason": "provkörning"});
    let gone = host.owner.post_at(&format!("{path}/voiding"), voided, why).await.expect(200);
    let version = gone["rowVersion"].as_i64().unwrap();
    assert_eq!(host.owner.patch_at(&path, version, json!({"personId": anna})).await.code(), "session.void");
}

#[rstest]
#[tokio::test]
async fn of_somebody_with_protected_identity_a_session_says_only_that_there_is_one(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    let id = charged(&host).await;
    let draft = json!({"givenName": "Siv", "familyName": "Dold", "language": "sv", "protectedIdentity": true});
    let siv = person(&host, draft).await;
    let path = format!("/sessions/{id}");
    let version = host.owner.get(&path).await.expect(200)["rowVersion"].as_i64().unwrap();
    host.owner.patch_at(&path, version, json!({"personId": siv})).await.expect(200);
    for told in
        [host.owner.get(&path).await.expect(200), host.owner.get("/sessions").await.expect(200)["items"][0].clone()]
    {
        assert_eq!((&told["hasPerson"], &told["personId"]), (&json!(true), &Value::Null));
        assert!(!told.to_string().contains("Dold") && !told.to_string().contains(&siv), "{told}");
    }
}

/// EVC-14: quarters times components, VAT, and what is owed; and by name why it waits.
#[rstest]
#[tokio::test]
async fn evc_14_a_proof_sheet_goes_from_readings_to_what_is_owed(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let id = charged(&host).await;
    let path = format!("/sessions/{id}");
    let without = host.owner.get(&path).await.expect(200);
    assert_eq!((&without["cost"]["hasTariff"], &without["cost"]["months"]), (&json!(false), &json!([])));

    let market = row("energy", &json!({"spot": "quarter"}));
    let grid = row("grid", &json!({"per_kwh": {"microPerKwh": 300_000, "currency": "SEK"}}));
    let start = row("start_fee", &json!({"each": {"minor": 500, "currency": "SEK"}}));
    let rows = [market, grid, start];
    let facility = host.owner.get(&format!("/facilities/{}", host.facility)).await.expect(200);
    let version = facility["rowVersion"].as_i64().unwrap();
    let area = json!({"priceArea": "SE3"});
    host.owner.patch_at(&format!("/facilities/{}", host.facility), version, area).await.expect(200);
    save(&host, 0, &rows).await;
    let waiting = host.owner.get(&path).await.expect(200);
    assert_eq!(codes(&waiting), ["session.no_payer", "market_price.missing"]);
    let missing = &waiting["cost"]["waits"][1];
    assert_eq!(missing["area"], "SE3");
    assert_eq!(missing["spans"], json!([{"from": "2026-11-21T09:00:00Z", "until": "2026-11-21T09:15:00Z"}]));
    assert_eq!(waiting["intervals"][0]["microPerKwh"], Value::Null);

    let prices = json!({"content": crate::tariffs::day("2026-11-21", "2026-11-22"), "area": "SE3"});
    host.owner.post("/market-prices", prices).await.expect(200);
    let proof = host.owner.get(&path).await.expect(200);
    // Ten o'clock at the facility costs a krona; 2 kWh of it and of 30 öre, and a start fee.
    assert_eq!(proof["intervals"][0]["microPerKwh"], 1_300_000);
    let month = &proof["cost"]["months"][0];
    let net: Vec<_> = month["lines"].as_array().unwrap().iter().map(|it| it["netMinor"].as_i64().unwrap()).collect();
    assert_eq!((month["month"].as_str(), net), (Some("2026-11"), vec![200, 60, 500]));
    assert_eq!(month["vats"], json!([{"vat": "2500", "netMinor": 760, "vatMinor": 190}]));
    assert_eq!(month["grossMinor"], 950);
    assert_eq!(proof["cost"]["charges"], json!([]));
}

#[rstest]
#[tokio::test]
async fn evc_13_a_change_says_how_many_sessions_it_touches(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    charged(&host).await;
    let energy = |micro: i64, from: &str| {
        let mut row = row("energy", &json!({"per_kwh": {"microPerKwh": micro, "currency": "SEK"}}));
        row["validFrom"] = json!(from);
        row
    };
    save(&host, 0, &[energy(1_000_000, "2026-01-01")]).await;
    let preview = format!("/tariff/preview?facilityId={}", host.facility);
    for (from, open) in [("2026-11-21", 1), ("2026-11-22", 0)] {
        let rows = json!({"components": [energy(1_000_000, "2026-01-01"), energy(2_000_000, from)]});
        let shown = host.owner.post(&preview, rows).await.expect(200);
        assert_eq!(shown["touched"], json!({"settled": 0, "open": open}), "from {from}");
    }
    let same = json!({"components": [energy(1_000_000, "2026-01-01")]});
    assert_eq!(host.owner.post(&preview, same).await.expect(200)["touched"], json!({"settled": 0, "open": 0}));
}

#[rstest]
#[tokio::test]
async fn an_area_says_from_when_to_when_its_prices_are_known(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    assert_eq!(host.owner.get("/price-areas").await.expect(200)["items"], json!([]));
    for (date, next) in [("2026-11-19", "2026-11-20"), ("2026-11-21", "2026-11-22")] {
        let content = crate::tariffs::day(date, next);
        host.owner.post("/market-prices", json!({"content": content, "area": "SE3"})).await.expect(200);
    }
    let mut areas = host.owner.get("/price-areas").await.expect(200)["items"].clone();
    let feed = areas[0].as_object_mut().unwrap().remove("feed").unwrap();
    assert_eq!((&feed["source"], &feed["inUse"]), (&json!(null), &json!(false)), "nobody is asked");
    assert_eq!(
        areas,
        json!([{"area": "SE3", "currency": "SEK", "facilities": 0,
            "known": {"from": "2026-11-18T23:00:00Z", "until": "2026-11-21T23:00:00Z"},
            "missing": [{"from": "2026-11-19T23:00:00Z", "until": "2026-11-20T23:00:00Z"}]}])
    );
}

#[rstest]
#[tokio::test]
async fn the_raw_log_is_read_by_action_and_by_who_spoke(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let mut charger = host.charger("CP-1").await;
    let number = charger.start("AA", "2026-11-21T09:00:00Z", 1_000).await;
    charger.read(number, "2026-11-21T09:05:00Z", 2_000).await;
    charger.stop(4_711, "2026-11-21T09:06:00Z", 2_500).await;
    let path = format!("/charge-points/{}/messages", charger.id);
    let told = async |query: &str| {
        let page = host.owner.get(&format!("{path}?{query}")).await.expect(200);
        let rows = page["items"].as_array().unwrap().clone();
        // Within one instant of the clock of tests there is no order.
        rows.iter().map(|it| it["action"].as_str().unwrap_or_default().to_owned()).collect::<BTreeSet<_>>()
    };
    let all = ["StopTransaction", "MeterValues", "StartTransaction"].map(str::to_owned);
    assert_eq!(told("").await, BTreeSet::from(all.clone()));
    assert_eq!(told("action=MeterValues").await, BTreeSet::from(["MeterValues".to_owned()]));
    assert_eq!(told("fromChargePoint=true").await, BTreeSet::from(all));
    assert!(told("fromChargePoint=false").await.is_empty());

    let strays = host.owner.get("/stray-messages").await.expect(200);
    let payload = strays["items"][0]["payload"].as_str().unwrap();
    assert_eq!(serde_json::from_str::<Value>(payload).unwrap()["transactionId"], 4_711);
    let todo = host.owner.get("/todo").await.expect(200);
    let row = todo["items"].as_array().unwrap().iter().find(|it| it["kind"] == "stray_message.unresolved").cloned();
    assert_eq!(row.map(|it| it["count"].clone()), Some(json!(1)));
}

#[rstest]
#[tokio::test]
async fn r9_a_stop_without_a_session_is_said_to_end_one_and_then_counts_once(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    let (mut charger, mut neighbour) = (host.charger("CP-1").await, host.charger("CP-2").await);
    let number = charger.start("AA", "2026-11-21T09:00:00Z", 100).await;
    let other = neighbour.start("BB", "2026-11-21T09:00:00Z", 100).await;
    neighbour.stop(other, "2026-11-21T09:10:00Z", 150).await;
    charger.stop(4_711, "2026-11-21T09:15:00Z", 900).await;
    charger.read(4_712, "2026-11-21T09:15:00Z", 900).await;
    let found = host.owner.get("/sessions?state=without_stop").await.expect(200)["items"].clone();
    let (open, closed) =
        (found[0]["id"].clone(), host.owner.get("/sessions?state=closed").await.expect(200)["items"][0]["id"].clone());
    let strays = host.owner.get("/stray-messages").await.expect(200)["items"].clone();
    let of = |action: &str| strays.as_array().unwrap().iter().find(|it| it["action"] == action).cloned().unwrap();
    let (stop, readings) = (of("StopTransaction"), of("MeterValues"));
    let to = |stray: &Value| format!("/stray-messages/{}/attachment", stray["id"].as_str().unwrap());
    let because = |session: &Value| json!({"sessionId": session, "reason": "laddaren räknar om efter omstart"});

    let refused = host.owner.post_at(&to(&readings), 1, because(&open)).await.expect(409);
    assert_eq!(refused["code"], "stray.no_stop");
    let refused = host.owner.post_at(&to(&stop), 1, because(&closed)).await.expect(422);
    assert_eq!(refused["fields"]["sessionId"], "stray.session_of_another");
    assert_eq!(host.owner.get(&format!("/sessions/{}", open.as_str().unwrap())).await.expect(200)["state"], "open");

    host.owner.post_at(&to(&stop), 1, because(&open)).await.expect(204);
    let ended = host.owner.get(&format!("/sessions/{}", open.as_str().unwrap())).await.expect(200);
    assert_eq!((&ended["state"], &ended["energyWh"]), (&json!("closed"), &json!(800)));
    let left = host.owner.get("/stray-messages").await.expect(200);
    assert_eq!(left["items"].as_array().unwrap().len(), 1, "the readings");
    // Said again it changes nothing; so does the stop, whether it names the right transaction now or the wrong one.
    host.owner.post_at(&to(&stop), 1, because(&open)).await.expect(412);
    charger.stop(4_711, "2026-11-21T09:15:00Z", 900).await;
    charger.stop(number, "2026-11-21T09:15:00Z", 900).await;
    let all = sessions(&host).await;
    let ended = all.iter().find(|it| it.charge_point == charger.id).unwrap();
    assert_eq!((all.len(), ended.energy.wh(), billed(&host, ended).await), (2, 800, 800));
}

/// PRE-18: from any record to its amounts in the ledger, from each of them to what brought it, and from there to the evidence:
/// the line of a bank's file, the word of a provider, the clerk and the till, the readings of a charge point.
#[rstest]
#[tokio::test]
async fn pre_18_from_any_amount_one_comes_down_to_its_source(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = crate::refunds::overpaid(engine).await;
    let (host, due) = (&it.it.host, it.it.due());
    let read = async |path: String| host.owner.get(&path).await.expect(200);
    let id = |of: &Value| of.as_str().unwrap().to_owned();
    // Every amount that a list of the ledger shows opens as itself.
    let posted = async |query: String| {
        let all = read(format!("/transfers?{query}")).await;
        let mut opened = Vec::new();
        for row in all.as_array().unwrap() {
            let transfer = read(format!("/transfers/{}", id(&row["id"]))).await;
            assert_eq!((&transfer["amount"], &transfer["code"]), (&row["amount"], &row["code"]));
            opened.push(transfer);
        }
        opened
    };
    // The invoice: what it has posted, and the payment of the bank that settled it, down to the line of its file.
    let of_invoice = posted(format!("documentId={}", id(&it.it.invoice["id"]))).await;
    let paid = of_invoice.iter().find(|it| it["incomingPaymentId"].is_string()).expect("the bank's payment");
    let bank = read(format!("/incoming-payments/{}", id(&paid["incomingPaymentId"]))).await;
    assert!(bank["lines"].as_array().unwrap().iter().any(|it| it.as_str().unwrap().contains("Asa Ek")), "{bank}");
    let of_bank = posted(format!("sourceId={}", id(&bank["id"]))).await;
    assert!(of_bank.iter().any(|it| it["documentId"] == json!(id(&paid["documentId"]))), "and back again");
    // What its lines ask for comes from a session, and that from readings.
    let invoice = read(format!("/documents/{}", id(&it.it.invoice["id"]))).await;
    let line = invoice["lines"].as_array().unwrap().iter().find(|it| it["sessionId"].is_string()).expect("a session");
    let session = read(format!("/sessions/{}", id(&line["sessionId"]))).await;
    assert!(!session["intervals"].as_array().unwrap().is_empty(), "{session}");
    let point = id(&session["chargePointId"]);
    let said = read(format!("/charge-points/{point}/messages?action=StopTransaction")).await;
    assert!(!said["items"].as_array().unwrap().is_empty(), "the words of the charge point");

    // The payment through a provider, and the refund of it: each down to what the provider was asked and has said.
    let of_payment = posted(format!("sourceId={}", id(&it.payment["id"]))).await;
    assert!(of_payment.iter().all(|transfer| transfer["paymentId"] == it.payment["id"]), "{of_payment:?}");
    let refund = it.asked(due).await;
    let of_refund = posted(format!("sourceId={}", id(&refund["id"]))).await;
    let [held] = &of_refund[..] else { panic!("what is held: {of_refund:?}") };
    assert_eq!((&held["refundId"], &held["paymentId"]), (&refund["id"], &it.payment["id"]));
    let payment = read(format!("/payments/{}", id(&held["paymentId"]))).await;
    assert!(payment["attempts"][0]["reference"].is_string(), "{payment}");

    // The counter: an entry down to its clerk and its till.
    crate::till::turned_on(host).await;
    let till = crate::till::open(host, &host.owner, 0).await.expect(201);
    let wish = crate::till::wish(&it.it.invoice["personId"], "card", 5_000, &[]);
    let till = crate::till::take(&host.owner, &till, wish).await.expect(201);
    let of_entry = posted(format!("sourceId={}", id(&till["entries"][0]["id"]))).await;
    let [taken] = &of_entry[..] else { panic!("{of_entry:?}") };
    assert_eq!((&taken["tillId"], &till["clerk"]), (&till["id"], &json!("Siv Ek")));

    // Exactly one thing is asked about, and what may not be seen is not there.
    for query in ["", "?documentId=01980000-0000-7000-8000-000000000000&sourceId=01980000-0000-7000-8000-000000000000"]
    {
        assert_eq!(host.owner.get(&format!("/transfers{query}")).await.status, 422);
    }
    let nothing = "/transfers?sourceId=01980000-0000-7000-8000-000000000000";
    assert_eq!(host.owner.get(nothing).await.expect(200), json!([]));
    assert_eq!(it.it.asa.get(nothing).await.status, 403);
}
