//! What a company that collects has paid too much goes out to its bank account, as what a person has.

use crate::carried_over::pay;
use crate::collected_invoices::{company, pays};
use crate::documents::act;
use crate::incoming_payments::{due, stands};
use crate::month_runs::{charge, committed, documents, driver, planned, ready};
use crate::payouts::{TODAY, name, report};
use crate::story::text;
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_domain::access::Role;
use stolpe_domain::ledger::AccountKind;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::{At, TestHost};

async fn left(host: &TestHost) -> Vec<Value> {
    let path = format!("/left-money?organisationId={}", host.organisation);
    host.owner.get(&path).await.expect(200)["items"].as_array().unwrap().clone()
}

#[rstest]
#[tokio::test]
async fn what_a_company_has_paid_too_much_is_listed_asked_for_approved_and_paid_out_and_the_company_is_told(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = ready(engine).await;
    host.mail_on().await;
    let mut charger = host.charger("CP-1").await;
    let asa = driver(&host, "Åsa", "asa@example.se", "AA").await;
    pays(&host, &asa, company("4711")).await.expect(200);
    charge(&mut charger, "AA", 11, 4_000).await;
    committed(&host, &planned(&host, "2026-11").await, json!({})).await;
    let invoice = documents(&host).await[0].clone();
    let owed = due(&invoice);
    pay(&host, 1, &invoice, owed).await;
    let paid = host.owner.get(&format!("/documents/{}", text(&invoice["id"]))).await.expect(200);
    act(&host, &paid, "credit", json!({"reason": "fel pris"})).await.expect(201);

    let rows = left(&host).await;
    assert_eq!(rows.len(), 1, "{rows:?}");
    let akeriet = "Åkeriet i Umeå AB";
    assert_eq!((&rows[0]["name"], &rows[0]["amount"]["minor"]), (&json!(akeriet), &json!(owed)));
    assert_eq!((&rows[0]["personId"], &rows[0]["movedOutOn"]), (&Value::Null, &Value::Null));
    let id = text(&rows[0]["companyId"]);
    let statement = host.owner.get(&format!("/accounts/{}/statement", text(&rows[0]["accountId"]))).await.expect(200);
    assert_eq!(statement["account"]["companyId"], id, "{statement}");
    let offer = host.owner.get(&format!("/payout-offer?companyId={id}")).await.expect(200);
    assert_eq!((&offer["most"]["minor"], &offer["owed"]["minor"]), (&json!(owed), &json!(0)));
    assert_eq!(offer["name"], akeriet);
    let stranger = host.as_(Role::Clerk, At::Facility(host.facility.clone())).await;
    assert_eq!(stranger.get(&format!("/payout-offer?companyId={id}")).await.status, 404);

    let sender = format!("/payout-sender?organisationId={}", host.organisation);
    host.owner.put_at(&sender, 0, json!({"bic": "hand sess"})).await.expect(200);
    let accountant = host.as_(Role::Accountant, At::Organisation(host.organisation.clone())).await;
    let wish = |minor: i64| {
        json!({"companyId": id, "minor": minor, "accountKind": "bankgiro", "account": "991-2346", "name": akeriet,
            "reason": "krediterad"})
    };
    assert_eq!(host.owner.post("/payouts", wish(owed + 1)).await.refusal(), (409, "payout.more_than_unused"));
    let asked = host.owner.post("/payouts", wish(owed)).await.expect(201);
    assert_eq!((&asked["companyId"], &asked["personId"]), (&json!(id), &Value::Null));
    assert_eq!(left(&host).await[0]["held"]["minor"], owed);
    let path = format!("/payouts?organisationId={}&companyId={id}", host.organisation);
    assert_eq!(host.owner.get(&path).await.expect(200)["total"]["count"], 1);
    // What is held for it does not follow to the next invoice.
    charge(&mut charger, "AA", 12, 4_000).await;
    committed(&host, &planned(&host, "2026-11").await, json!({})).await;
    let is_next = |it: &Value| it["kind"] == "invoice" && it["id"] != invoice["id"];
    let next = documents(&host).await.into_iter().find(is_next).unwrap();
    assert_eq!(crate::carried_over::left(&host, &next).await, (due(&next), 0));

    let approve = format!("/payouts/{}/approve", text(&asked["id"]));
    accountant.post_at(&approve, asked["rowVersion"].as_i64().unwrap(), json!(null)).await.expect(200);
    let what = json!({"organisationId": host.organisation, "payoutIds": [asked["id"]], "executeOn": TODAY});
    let file = host.owner.post("/payout-files", what).await.expect(201);
    host.owner.post(&format!("/payout-files/{}/fetch", text(&file["id"])), json!(null)).await;
    let seen = host.owner.get(&format!("/payouts/{}", text(&asked["id"]))).await.expect(200);
    let bank = stands(&host, AccountKind::Bank).await;
    let said = report("2026-11-21T13:00:00", &file, "", &[(&name(&seen), "ACSC", "")]);
    let path = format!("/payout-statuses?organisationId={}&fileName=svar.xml", host.organisation);
    host.owner.send("POST", &path, &[("content-type", "application/octet-stream")], said).await.expect(201);
    assert_eq!(stands(&host, AccountKind::Bank).await, bank - owed);
    assert_eq!(left(&host).await, Vec::<Value>::new());
    let told = host.owner.get("/notices?template=payout_paid").await.expect(200)["items"].clone();
    assert_eq!((told.as_array().unwrap().len(), &told[0]["recipient"]), (1, &json!("faktura@akeriet.example")));
    assert!(text(&told[0]["body"]).contains(akeriet), "{told}");
    let seen = host.owner.get(&format!("/payouts/{}", text(&asked["id"]))).await.expect(200);
    assert_eq!(seen["told"][0]["notice"]["address"], "faktura@akeriet.example");
    assert_eq!(seen["unreached"], Value::Null);
    assert_eq!(host.app.prove_ledger().await.unwrap().faults, vec![]);
}

/// A company that reads its invoices on paper is told nothing: that is said before the money goes, with whose record an address
/// is given in.
#[rstest]
#[tokio::test]
async fn a_company_without_a_mail_address_is_said_to_be_told_nothing_until_it_has_one(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = ready(engine).await;
    let mut charger = host.charger("CP-1").await;
    let asa = driver(&host, "Åsa", "asa@example.se", "AA").await;
    let mut silent = company("4711");
    silent["email"] = Value::Null;
    pays(&host, &asa, silent).await.expect(200);
    charge(&mut charger, "AA", 11, 4_000).await;
    committed(&host, &planned(&host, "2026-11").await, json!({})).await;
    let invoice = documents(&host).await[0].clone();
    pay(&host, 1, &invoice, due(&invoice)).await;
    let paid = host.owner.get(&format!("/documents/{}", text(&invoice["id"]))).await.expect(200);
    act(&host, &paid, "credit", json!({"reason": "fel pris"})).await.expect(201);
    let id = left(&host).await[0]["companyId"].clone();
    // Its account says whose it is, so that one can ask there.
    let accounts = host.owner.get("/accounts?kind=receivable").await.expect(200);
    assert!(accounts["items"].as_array().unwrap().iter().any(|it| it["companyId"] == id), "{accounts}");
    let wish = json!({"companyId": id, "minor": 100, "accountKind": "bankgiro", "account": "991-2346", "name": "Åkeriet",
        "reason": "krediterad"});
    let asked = host.owner.post("/payouts", wish).await.expect(201);
    assert_eq!(asked["unreached"], json!({"why": "no_company_mail", "personId": asa}));
    pays(&host, &asa, company("4711")).await.expect(200);
    let seen = host.owner.get(&format!("/payouts/{}", text(&asked["id"]))).await.expect(200);
    assert_eq!((&seen["unreached"], &seen["told"]), (&Value::Null, &json!([])));
}
