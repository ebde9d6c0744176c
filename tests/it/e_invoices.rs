//! Invoices to companies that pay for a person: named on paper and in an e-invoice, and nothing else changes.

use crate::documents::{act, words};
use crate::month_runs::{charge, committed, documents, driver, planned, ready};
use crate::story::{audit, text};
use rstest::rstest;
use serde_json::{Value, json};
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
