//! Invoices to companies that pay for a person: named on paper and in an e-invoice, and nothing else changes.

use crate::documents::{act, words};
use crate::month_runs::{charge, committed, documents, driver, planned, ready};
use crate::story::{audit, ended, text};
use rstest::rstest;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use stolpe_documents::bookkeeping::handed_over;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::TestHost;

fn company() -> Value {
    json!({"name": "Åkeriet i Umeå AB", "country": "SE", "organisationNumber": "556265-1892", "street": "Storgatan 1",
        "postalCode": "903 20", "city": "Umeå", "reference": "4711 Anna", "gln": null})
}

/// There is VAT on what is charged, so who charges it has a number for it.
async fn registered(host: &TestHost) {
    let path = format!("/organisations/{}", host.organisation);
    let it = host.owner.get(&path).await.expect(200);
    let vat_number = format!("SE{}01", text(&it["organisationNumber"]));
    host.owner.patch_at(&path, it["rowVersion"].as_i64().unwrap(), json!({"vatNumber": vat_number})).await.expect(200);
}

async fn pays(host: &TestHost, person: &str, payer: Value) -> stolpe_testkit::Answer {
    let path = format!("/persons/{person}");
    let version = host.owner.get(&path).await.expect(200)["rowVersion"].as_i64().unwrap();
    host.owner.patch_at(&path, version, json!({"payer": payer})).await
}

/// The lines that an element is alone on.
fn said<'x>(xml: &'x str, element: &str) -> Vec<&'x str> {
    let inside =
        |line: &'x str| line.trim().strip_prefix('<')?.strip_prefix(element)?.split_once('>')?.1.split_once('<');
    xml.lines().filter_map(inside).map(|(text, _)| text).collect()
}

#[rstest]
#[tokio::test]
async fn a_company_that_pays_gets_e_invoices_and_a_private_person_does_not(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = ready(engine).await;
    registered(&host).await;
    let mut charger = host.charger("CP-1").await;
    let person = driver(&host, "Åsa", "asa@example.se", "AA").await;
    charge(&mut charger, "AA", 12, 10_000).await;
    committed(&host, &planned(&host, "2026-11").await, json!({})).await;
    let private = documents(&host).await[0].clone();
    let private = host.owner.get(&format!("/documents/{}", text(&private["id"]))).await.expect(200);
    assert_eq!(private["eInvoiceLacks"], json!(["payer"]));
    let refused = host.owner.get(&format!("/documents/{}/e-invoice", text(&private["id"]))).await;
    assert_eq!(refused.refusal(), (409, "document.no_e_invoice"));
    assert_eq!(refused.body["params"]["lacks"], json!(["payer"]));

    let mut wrong = company();
    wrong["organisationNumber"] = json!("556265-1893");
    wrong["gln"] = json!("1");
    let faults = pays(&host, &person, wrong).await.body["fields"].clone();
    assert_eq!(
        faults,
        json!({"payer.gln": "gln.malformed", "payer.organisationNumber": "organisation_number.check_digit"})
    );

    let kept = pays(&host, &person, company()).await.expect(200);
    assert_eq!(kept["payer"]["organisationNumber"], "5562651892");
    let rows = audit(&host, "person.changed").await;
    assert_eq!(rows[0]["after"]["payer"]["name"], "Åkeriet i Umeå AB");
    charge(&mut charger, "AA", 13, 5_500).await;
    committed(&host, &planned(&host, "2026-11").await, json!({})).await;
    let it = documents(&host).await[0].clone();
    assert_eq!(it["recipient"], "Åkeriet i Umeå AB");
    let path = format!("/documents/{}", text(&it["id"]));
    let open = host.owner.get(&path).await.expect(200);
    assert_eq!(open["eInvoiceLacks"], json!([]));
    let paper = words(&host.owner.get(&format!("{path}/file")).await.bytes);
    assert!(paper.contains("Er referens") && paper.contains("4711 Anna") && paper.contains("903 20 Umeå"), "{paper}");
    let file = host.owner.get(&format!("{path}/e-invoice")).await;
    let xml = String::from_utf8(file.bytes.clone()).unwrap();
    assert_eq!(said(&xml, "cbc:ID")[0], "2026-0002");
    assert_eq!(said(&xml, "cbc:BuyerReference"), ["4711 Anna"]);
    assert_eq!(said(&xml, "cbc:PaymentID"), [text(&it["reference"])]);
    let payable = it["payable"]["minor"].as_i64().unwrap();
    assert_eq!(said(&xml, "cbc:PayableAmount"), [format!("{}.{:02}", payable / 100, payable % 100)]);
    assert_eq!(
        host.owner.get(&format!("{path}/e-invoice")).await.bytes,
        file.bytes,
        "it is the same whenever it is asked"
    );

    let note = act(&host, &open, "credit", json!({"reason": "fel stolpe"})).await.expect(201);
    let file = host.owner.get(&format!("/documents/{}/e-invoice", text(&note["id"]))).await;
    let xml = String::from_utf8(file.bytes).unwrap();
    assert_eq!(said(&xml, "cbc:CreditNoteTypeCode"), ["381"]);
    assert!(said(&xml, "cbc:ID").contains(&"2026-0002"), "it names the invoice that it takes back");

    assert_eq!(pays(&host, &person, Value::Null).await.expect(200)["payer"], Value::Null);
    let as_issued = host.owner.get(&path).await.expect(200);
    assert_eq!((&as_issued["recipient"], &as_issued["eInvoiceLacks"]), (&it["recipient"], &json!([])));
}

#[rstest]
#[tokio::test]
async fn a_plan_that_was_looked_at_before_the_payer_changed_names_the_new_one(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = ready(engine).await;
    let mut charger = host.charger("CP-1").await;
    let person = driver(&host, "Åsa", "asa@example.se", "AA").await;
    charge(&mut charger, "AA", 12, 10_000).await;
    let plan = planned(&host, "2026-11").await;
    let mut without = company();
    without["reference"] = Value::Null;
    pays(&host, &person, without).await.expect(200);
    committed(&host, &plan, json!({})).await;
    let it = documents(&host).await[0].clone();
    assert_eq!(it["recipient"], "Åkeriet i Umeå AB");
    let open = host.owner.get(&format!("/documents/{}", text(&it["id"]))).await.expect(200);
    assert_eq!(open["eInvoiceLacks"], json!(["reference", "vat_number"]), "nobody has said its number for VAT");
}

/// The archive of the e-invoices of a list, and what came of it.
async fn archive(host: &TestHost, query: &str) -> (Value, Vec<u8>) {
    let path = format!("/e-invoices?organisationId={}{query}", host.organisation);
    let job = ended(host, host.owner.post(&path, json!(null)).await).await;
    assert_eq!(job["state"], "done", "{job}");
    let file = host.owner.get(&format!("/jobs/{}/file", text(&job["id"]))).await;
    (job["result"].clone(), file.bytes)
}

#[rstest]
#[tokio::test]
async fn every_e_invoice_of_a_month_lies_in_one_archive_with_its_hash_and_why_the_others_have_none(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = ready(engine).await;
    registered(&host).await;
    let mut charger = host.charger("CP-1").await;
    let person = driver(&host, "Åsa", "asa@example.se", "AA").await;
    driver(&host, "Bo", "bo@example.se", "BB").await;
    pays(&host, &person, company()).await.expect(200);
    charge(&mut charger, "AA", 12, 10_000).await;
    charge(&mut charger, "BB", 13, 12_000).await;
    committed(&host, &planned(&host, "2026-11").await, json!({})).await;
    let all = documents(&host).await;
    let of = |name: &str| all.iter().find(|it| it["recipient"].as_str().unwrap().starts_with(name)).unwrap().clone();
    let (company, bo) = (of("Åkeriet"), of("Bo"));
    let sent = act(&host, &company, "send", json!({"by": "paper"})).await.expect(200);
    let note = act(&host, &sent, "credit", json!({"reason": "fel avgift"})).await.expect(201);

    let month = "&from=2026-11-01&to=2026-11-30";
    let (made, bytes) = archive(&host, month).await;
    assert_eq!(made, json!({"made": 2, "without": 1}));
    let index = String::from_utf8(handed_over(&bytes, "index.csv").unwrap().unwrap()).unwrap();
    for it in [&company, &note] {
        let alone = host.owner.get(&format!("/documents/{}/e-invoice", text(&it["id"]))).await;
        let kind = if it["kind"] == "invoice" { "faktura" } else { "kreditfaktura" };
        let name = format!("{kind}-{}.xml", text(&it["number"]));
        let file = handed_over(&bytes, &name).unwrap().unwrap_or_else(|| panic!("{name} is not in {index}"));
        assert_eq!(file, alone.bytes, "the same bytes as by itself");
        let hash = hex::encode(Sha256::digest(&file));
        assert!(index.lines().any(|line| line.contains(&name) && line.contains(&hash)), "{index}");
    }
    let why = index.lines().find(|line| line.contains(&text(&bo["number"]))).unwrap();
    assert!(why.contains("privatperson"), "{why}");
    assert_eq!(archive(&host, month).await.1, bytes, "the same documents give the same bytes");
    let (credits, _) = archive(&host, "&kind=credit_note").await;
    assert_eq!(credits, json!({"made": 1, "without": 0}));
    let path = format!("/e-invoices?organisationId={}&from=2027-01-01", host.organisation);
    assert_eq!(host.owner.post(&path, json!(null)).await.refusal(), (409, "e_invoice.none"));
    assert_eq!(audit(&host, "document.exported").await.len(), 3);
}
