//! A company that pays for several people is reminded of its invoice as everybody is (EMP-15): with the fee and the interest of
//! its country, at its own address, on its own account, and it pays by the reference of the reminder.

use crate::collected_invoices::{company, pays};
use crate::documents::{act, words};
use crate::incoming_payments::{bgmax, payments, stands, take};
use crate::month_runs::{charge, committed, documents, driver, planned, ready};
use crate::saft::norwegian;
use crate::story::{audit, text};
use chrono::TimeDelta;
use rstest::rstest;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use stolpe_domain::ledger::AccountKind;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::TestHost;
use stolpe_testkit::host::OWNER;

const AKERIET: &str = "Åkeriet i Umeå AB";

fn minor(of: &Value) -> i64 {
    of["minor"].as_i64().unwrap()
}

/// What is owed, by whose account it stands on.
async fn owed(host: &TestHost) -> BTreeMap<String, i64> {
    let all = host.owner.get("/accounts?kind=receivable").await.expect(200);
    let name = |it: &Value| it["companyName"].as_str().or(it["personName"].as_str()).unwrap_or_default().to_owned();
    let open = all["items"].as_array().unwrap().iter().map(|it| (name(it), it["balance"].as_i64().unwrap()));
    open.filter(|(_, balance)| *balance != 0).collect()
}

/// A file of the bank with one payment.
fn paid(country: &str, reference: &Value, minor: i64) -> String {
    let reference = reference.as_str().unwrap();
    if country == "SE" {
        return bgmax(1, &[(reference, '2', minor, "AKERIET I UMEA AB")]);
    }
    format!(
        "<Document><BkToCstmrStmt><GrpHdr><MsgId>S1</MsgId><CreDtTm>2027-01-11T06:00:00</CreDtTm></GrpHdr><Stmt>\
         <Id>S1</Id><Acct><Id><IBAN>NO9386011117947</IBAN></Id></Acct><Ntry><Amt Ccy=\"NOK\">{}.{:02}</Amt>\
         <CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2027-01-10</Dt></BookgDt><AcctSvcrRef>B1</AcctSvcrRef>\
         <NtryDtls><TxDtls><RmtInf><Strd><CdtrRefInf><Ref>{reference}</Ref></CdtrRefInf></Strd></RmtInf></TxDtls>\
         </NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>",
        minor / 100,
        minor % 100,
    )
}

async fn norwegian_driver(host: &TestHost, name: &str, tag: &str) -> String {
    let person = json!({"givenName": name, "familyName": "Ek", "language": "nb", "street": "Storgata 1",
        "postalCode": "0155", "city": "Oslo"});
    let path = format!("/persons?organisationId={}&facilityId={}", host.organisation, host.facility);
    let person = text(&host.owner.post(&path, person).await.expect(201)["id"]);
    let path = format!("/tags?organisationId={}", host.organisation);
    host.owner.post(&path, json!({"idTag": tag, "personId": person})).await.expect(201);
    person
}

/// An owner of a country that makes reminders, whose invoice to a company for two people fell due so many days ago.
async fn late(engine: Engine, country: &str, fee: i64) -> (TestHost, Value) {
    let mut host = if country == "SE" { ready(engine).await } else { norwegian(engine).await };
    host.mail_on().await;
    let path = format!("/reminder-settings?organisationId={}", host.organisation);
    let settings = json!({"isOn": true, "afterDays": 14, "dueDays": 14, "feeMinor": fee, "feeIsAgreed": country == "SE",
        "hasInterest": true, "most": 2, "smallestMinor": 5_000});
    host.owner.put_at(&path, 0, settings).await.expect(200);
    let rate = if country == "SE" { 200 } else { 1_200 };
    for from in ["2026-07-01", "2027-01-01"] {
        let figure =
            json!({"country": country, "kind": "rate", "validFrom": from, "value": rate, "source": "Kunngjort"});
        host.owner.post("/reminder-figures", figure).await.expect(200);
    }
    let mut payer = company("4711");
    if country == "NO" {
        (payer["country"], payer["organisationNumber"]) = (json!("NO"), json!("923609016"));
        (payer["postalCode"], payer["city"]) = (json!("0155"), json!("Oslo"));
    }
    let mut charger = host.charger("CP-1").await;
    for (name, tag, day) in [("Åsa", "AA", 11), ("Bo", "BB", 12)] {
        let person = match country {
            "SE" => driver(&host, name, &format!("{tag}@example.se"), tag).await,
            _ => norwegian_driver(&host, name, tag).await,
        };
        pays(&host, &person, payer.clone()).await.expect(200);
        charge(&mut charger, tag, day, 9_000 + i64::from(day)).await;
    }
    committed(&host, &planned(&host, "2026-11").await, json!({})).await;
    let [invoice] = &documents(&host).await[..] else { panic!("one invoice for both") };
    act(&host, invoice, "send", json!({"by": "paper"})).await.expect(200);
    host.clock.advance(TimeDelta::days(50));
    host.owner = host.sign_in(None, OWNER).await;
    let invoice = host.owner.get(&format!("/documents/{}", text(&invoice["id"]))).await.expect(200);
    (host, invoice)
}

#[rstest]
// Ten per cent in twenty days; twelve in thirty-six, since a Norwegian invoice here falls due after fourteen.
#[case::sweden("SE", 6_000, 1_000 * 20)]
#[case::norway("NO", 3_500, 1_200 * 36)]
#[tokio::test]
async fn emp15_a_company_is_reminded_of_its_invoice_and_pays_by_the_reference_of_the_reminder(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[case] country: &str,
    #[case] fee: i64,
    #[case] rate_days: i64,
) {
    let (host, invoice) = late(engine, country, fee).await;
    let open = minor(&invoice["open"]);
    assert_eq!((&invoice["isCollected"], &invoice["personId"]), (&json!(true), &Value::Null));
    let interest = (open * rate_days * 2 + 10_000 * 365) / (2 * 10_000 * 365);
    // It is looked at first: one reminder, to the company and to nobody else, by its own mail.
    let what = json!({"organisationId": host.organisation});
    let run = host.owner.post("/reminder-runs", what).await.expect(201);
    let [planned] = &run["reminders"].as_array().unwrap()[..] else { panic!("one reminder: {run}") };
    assert_eq!((&planned["name"], &planned["personId"]), (&json!(AKERIET), &Value::Null));
    assert_eq!((minor(&planned["fee"]), minor(&planned["interest"])), (fee, interest), "{planned}");
    assert_eq!((minor(&planned["total"]), &planned["reach"]), (open + fee + interest, &json!("mail")));
    assert_eq!(run["leftOut"], json!([]));
    let commit = format!("/reminder-runs/{}/commit", text(&run["id"]));
    host.owner.post(&commit, json!({"byMail": true})).await.expect(200);
    let made = host.owner.get("/documents?kind=reminder").await.expect(200)["items"].clone();
    let [reminder] = &made.as_array().unwrap()[..] else { panic!("one reminder: {made}") };
    assert_eq!((&reminder["recipient"], minor(&reminder["payable"])), (&json!(AKERIET), fee + interest));
    assert_eq!(
        owed(&host).await,
        BTreeMap::from([(AKERIET.to_owned(), open + fee + interest)]),
        "and nobody else owes"
    );

    // The letter asks for all of it, and tells the company nothing of its people beyond the invoice.
    let reminder = host.owner.get(&format!("/documents/{}", text(&reminder["id"]))).await.expect(200);
    assert_eq!(reminder["reminded"][0]["number"], invoice["number"]);
    let paper = words(&host.owner.get(&format!("/documents/{}/file", text(&reminder["id"]))).await.bytes);
    for word in [AKERIET, invoice["number"].as_str().unwrap(), reminder["reference"].as_str().unwrap()] {
        assert!(paper.replace(' ', "").contains(&word.replace(' ', "")), "{word}: {paper}");
    }
    assert!(!paper.contains("Bo Ek"), "{paper}");
    host.sent().await;
    host.owner.post(&format!("/reminder-runs/{}/release", text(&run["id"])), json!(null)).await.expect(200);
    let sent = host.sent().await;
    let [mail] = &sent[..] else { panic!("{sent:?}") };
    assert_eq!((mail.to.as_str(), mail.attachments.len()), ("faktura@akeriet.example", 1), "{mail:?}");

    // One payment with the reference of the reminder pays fee, interest and invoice.
    take(&host, &paid(country, &reminder["reference"], open + fee + interest)).await.expect(201);
    let [payment] = &payments(&host, "").await[..] else { panic!("one payment") };
    assert_eq!((&payment["outcome"], minor(&payment["left"])), (&json!("matched"), 0), "{payment}");
    for it in [&invoice, &reminder] {
        let now = host.owner.get(&format!("/documents/{}", text(&it["id"]))).await.expect(200);
        assert_eq!((&now["state"], minor(&now["open"])), (&json!("paid"), 0));
    }
    assert_eq!((owed(&host).await, stands(&host, AccountKind::Suspense).await), (BTreeMap::new(), 0));
    let again = host.owner.post("/reminder-runs", json!({"organisationId": host.organisation})).await.expect(201);
    assert_eq!(again["reminders"], json!([]), "nothing is late any more");
    assert_eq!(host.app.prove_ledger().await.unwrap().faults, vec![]);
    assert!(host.app.prove_documents().await.unwrap().holds());
    assert_eq!(audit(&host, "reminder_run.committed").await.len(), 1);
}
