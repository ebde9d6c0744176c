//! Documents after they were issued: looked at, drawn, voided, credited, sent; and the same amount wherever it stands.

use crate::month_runs::{charge, committed, documents, driver, make_ready, planned, ready};
use crate::story::{audit, text};
use rstest::rstest;
use serde_json::{Value, json};
use std::process::Command;
use std::sync::Arc;
use stolpe_domain::document::{DocumentKind, DocumentState, Rounding, sums};
use stolpe_domain::id::{DocumentId, FacilityId, LoginId, MonthRunId, OrganisationId};
use stolpe_domain::language::Language;
use stolpe_domain::local_day::Month;
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::vat::{Pricing, Vat};
use stolpe_messaging::Smtp;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_store::document::Document;
use stolpe_store::month_run::MonthRun;
use stolpe_testkit::{Answer, MailServer, Protection, TestHost};
use uuid::Uuid;

/// Puts a draft and a run that planned nothing into a facility; answers their ids.
pub(crate) async fn kept(host: &TestHost, organisation: &str, facility: &str) -> (String, String) {
    let (organisation_id, facility_id) =
        (OrganisationId(organisation.parse().unwrap()), FacilityId(facility.parse().unwrap()));
    let amount = Money::of_minor(100, Currency::Sek);
    let document = Document {
        id: DocumentId(Uuid::new_v4()),
        organisation_id,
        facility_id,
        person_id: None,
        company_id: None,
        unit_id: None,
        kind: DocumentKind::Invoice,
        state: DocumentState::Draft,
        credits_id: None,
        number: None,
        reference: None,
        issued_on: None,
        due_on: None,
        period: None,
        language: Language::Sv,
        sums: sums(Currency::Sek, Pricing::Net, &[(Vat::Exempt, amount)], Rounding::Exact).unwrap(),
        printed: json!({
            "sender": {"name": "Brf Ekbacken", "address": [], "organisation_number": "556036-0793", "vat_number": null,
                "tax_status": null, "email": null, "phone": null},
            "recipient": {"name": "Åsa Öberg", "address": [], "unit_code": null, "facility": "Ekbacken"},
            "window": "right", "days": [], "prices": [],
            "payment": {"account": null, "reference": null, "swish": null}, "credits": null, "attribution": null
        })
        .to_string(),
        reason: None,
        row_version: 1,
    };
    let me = host.owner.get("/me").await.expect(200);
    let run = MonthRun {
        id: MonthRunId(Uuid::new_v4()),
        organisation_id,
        facility_id: Some(facility_id),
        month: Month::parse("2026-11").unwrap(),
        plan: json!({"documents": [], "waiting": [], "waitingCounts": {}, "sessions": 0, "obstacle": null}).to_string(),
        planned_by: Some(LoginId(text(&me["loginId"]).parse().unwrap())),
        created_at: host.app.now(),
        committed_at: None,
    };
    let mut tx = host.db.db.write().await.unwrap();
    tx.insert_document(&document, &[], host.app.now()).await.unwrap();
    tx.insert_month_run(&run).await.unwrap();
    tx.commit().await.unwrap();
    (document.id.to_string(), run.id.to_string())
}

pub(crate) async fn act(host: &TestHost, it: &Value, what: &str, body: Value) -> Answer {
    let path = format!("/documents/{}/{what}", text(&it["id"]));
    let version = format!("\"{}\"", it["rowVersion"]);
    let headers = [("content-type", "application/json"), ("if-match", version.as_str())];
    host.owner.send("POST", &path, &headers, body.to_string()).await
}

/// The words of a PDF, by poppler.
pub(crate) fn words(pdf: &[u8]) -> String {
    let path = std::env::temp_dir().join(format!("{}.pdf", Uuid::new_v4()));
    std::fs::write(&path, pdf).unwrap();
    let read = Command::new("pdftotext").args(["-layout"]).arg(&path).arg("-").output();
    std::fs::remove_file(&path).unwrap();
    let read = read.unwrap_or_else(|error| panic!("pdftotext (poppler-utils) is needed: {error}"));
    // Figures are held together by blanks that do not break.
    String::from_utf8(read.stdout).unwrap().replace('\u{a0}', " ")
}

/// One invoice of 11 November, issued.
pub(crate) async fn invoice(host: &TestHost) -> Value {
    let mut charger = host.charger("CP-1").await;
    driver(host, "Åsa", "asa@example.se", "AA").await;
    charge(&mut charger, "AA", 12, 10_000).await;
    committed(host, &planned(host, "2026-11").await, json!({})).await;
    documents(host).await[0].clone()
}

#[rstest]
#[tokio::test]
async fn a_document_that_never_left_is_void_under_its_number_and_its_charges_are_owed_as_before(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = ready(engine).await;
    let it = invoice(&host).await;
    assert_eq!(act(&host, &it, "void", json!({"reason": " "})).await.status, 422);
    let void = act(&host, &it, "void", json!({"reason": "fel avgift"})).await.expect(200);
    assert_eq!(
        (&void["state"], &void["number"], &void["reason"]),
        (&json!("void"), &json!("2026-0001"), &json!("fel avgift"))
    );
    assert_eq!(act(&host, &void, "send", json!({"by": "paper"})).await.refusal(), (409, "document.void"));
    let file = host.owner.get(&format!("/documents/{}/file", text(&it["id"]))).await;
    let words = words(&file.bytes);
    assert!(words.contains("MAKULERAD") && !words.contains("5402-9681"), "{words}");

    let run = planned(&host, "2026-11").await;
    assert_eq!(run["documents"][0]["payable"], it["payable"], "what it asked for is asked for again");
    committed(&host, &run, json!({})).await;
    assert_eq!(documents(&host).await[0]["number"], "2026-0002");
    let sums = host.owner.get("/documents").await.expect(200)["sums"].clone();
    assert_eq!((&sums[0]["count"], &sums[0]["payable"]), (&json!(1), &it["payable"]), "what is void counts nothing");
    let rows = audit(&host, "document.voided").await;
    assert_eq!((rows.len(), &rows[0]["reason"]), (1, &json!("fel avgift")));
}

#[rstest]
#[tokio::test]
async fn what_was_sent_is_taken_back_by_credit_notes_alone_and_never_more_than_all_of_it(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = ready(engine).await;
    let it = invoice(&host).await;
    let sent = act(&host, &it, "send", json!({"by": "paper"})).await.expect(200);
    assert_eq!(sent["state"], "sent");
    assert_eq!(act(&host, &sent, "void", json!({"reason": "fel"})).await.refusal(), (409, "document.sent"));

    let part = act(&host, &sent, "credit", json!({"reason": "ingen avgift", "lines": [1]})).await.expect(201);
    assert_eq!((&part["kind"], &part["number"]), (&json!("credit_note"), &json!("2026-0001")));
    assert_eq!((&part["net"]["minor"], &part["vat"]["minor"]), (&json!(4_900), &json!(1_225)));
    let stale = act(&host, &sent, "credit", json!({"reason": "allt"})).await;
    assert_eq!(stale.refusal(), (412, "conflict.changed"));
    let read = async || host.owner.get(&format!("/documents/{}", text(&it["id"]))).await.expect(200);
    let again = act(&host, &read().await, "credit", json!({"reason": "ingen avgift", "lines": [1, 2]})).await;
    assert_eq!(again.refusal(), (409, "credit.too_much"));
    let rest = act(&host, &read().await, "credit", json!({"reason": "allt", "chargeAgain": true})).await.expect(201);
    let whole = read().await;
    assert_eq!(whole["state"], "credited");
    let payable = |it: &Value| it["payable"]["minor"].as_i64().unwrap();
    assert_eq!(payable(&part) + payable(&rest), payable(&whole), "all credit notes together are the invoice");
    let sums = host.owner.get("/documents").await.expect(200)["sums"].clone();
    assert_eq!((&sums[0]["count"], &sums[0]["payable"]["minor"]), (&json!(3), &json!(0)));
    let file = host.owner.get(&format!("/documents/{}/file", text(&rest["id"]))).await;
    let words = words(&file.bytes);
    assert!(words.contains("Kreditfaktura") && words.contains("2026-0001") && words.contains("allt"), "{words}");
    assert_eq!(planned(&host, "2026-11").await["documents"][0]["charges"], 2, "it was said to be asked for again");
    let proof = host.app.prove_documents().await.unwrap();
    let series: Vec<_> = proof.series.iter().map(|it| (it.kind.word(), it.proven.documents)).collect();
    assert!(proof.holds() && series == [("credit_note", 2), ("invoice", 1)], "{proof:?}");
}

#[rstest]
#[tokio::test]
async fn a_draft_is_looked_at_before_it_gets_a_number_or_is_thrown_away(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = ready(engine).await;
    let mut charger = host.charger("CP-1").await;
    driver(&host, "Åsa", "asa@example.se", "AA").await;
    charge(&mut charger, "AA", 12, 10_000).await;
    committed(&host, &planned(&host, "2026-11").await, json!({"asDrafts": true, "byMail": true})).await;
    let draft = documents(&host).await[0].clone();
    assert_eq!((&draft["state"], &draft["number"]), (&json!("draft"), &Value::Null));
    let file = host.owner.get(&format!("/documents/{}/file?inline=true", text(&draft["id"]))).await;
    assert_eq!(file.headers["content-disposition"], "inline");
    assert!(words(&file.bytes).contains("Utkast") || words(&file.bytes).contains("utkast"));
    assert_eq!(act(&host, &draft, "send", json!({"by": "mail"})).await.refusal(), (409, "document.not_issued"));
    let path = format!("/documents/{}", text(&draft["id"]));
    host.owner.delete_at(&path, 1).await.expect(204);
    assert_eq!(host.owner.get(&path).await.status, 404);

    committed(&host, &planned(&host, "2026-11").await, json!({"asDrafts": true})).await;
    let draft = documents(&host).await[0].clone();
    let issued = act(&host, &draft, "issue", json!(null)).await.expect(200);
    assert_eq!((&issued["number"], &issued["state"]), (&json!("2026-0001"), &json!("issued")), "no number was lost");
    assert_eq!(
        host.owner.delete_at(&format!("/documents/{}", text(&issued["id"])), 2).await.refusal(),
        (409, "document.already_issued")
    );
}

#[rstest]
#[tokio::test]
async fn a_document_is_mailed_as_it_was_issued_through_a_real_server(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = MailServer::new(Protection::None);
    let smtp = Smtp::trusting(server.authority.as_bytes()).unwrap();
    let host = TestHost::with_mailer(engine, Arc::new(smtp)).await;
    make_ready(&host).await;
    let version = host.owner.get("/settings/mail").await.expect(200)["rowVersion"].as_i64().unwrap();
    let setting = json!({"enabled": true, "host": "localhost", "port": server.port, "security": "none",
        "fromName": "Brf Ekbacken", "fromAddress": "post@ekbacken.example"});
    host.owner.put_at("/settings/mail", version, setting).await.expect(200);
    let it = invoice(&host).await;
    let sent = act(&host, &it, "send", json!({"by": "mail"})).await.expect(200);
    assert_eq!((&sent["state"], &sent["notices"][0]["state"]), (&json!("sent"), &json!("queued")));
    assert_eq!(host.app.send_due().await.unwrap(), 1);
    let told = server.until("taken");
    let taken = told.last().unwrap();
    assert_eq!(taken["to"], json!(["asa@example.se"]));
    assert_eq!(taken["headers"]["subject"], "Faktura 2026-0001 – Brf Ekbacken");
    assert!(
        text(&taken["text"]).starts_with("Hej Åsa Ek!\n\nHär kommer faktura 2026-0001 för laddning i Ekbacken."),
        "{taken}"
    );
    let attached = &taken["files"][0];
    assert_eq!((&attached["name"], &attached["type"]), (&json!("faktura-2026-0001.pdf"), &json!("application/pdf")));

    let file = host.owner.get(&format!("/documents/{}/file", text(&it["id"]))).await;
    let read = words(&file.bytes);
    // 10 kWh × 1.25 + 10 kWh × 0.317 + the fee of 49 kronor, and a quarter of VAT, in whole kronor.
    for word in ["Faktura", "2026-0001", "Åsa Ek", "392 32 Kalmar", "5402-9681", "2026000105", "81,00 kr", "10,000"] {
        assert!(read.contains(word), "{word} is not in:\n{read}");
    }
    assert_eq!(it["payable"]["minor"], 8_100);
    let again = act(&host, &sent, "send", json!({"by": "mail"})).await.expect(200);
    assert_eq!(again["notices"].as_array().unwrap().len(), 2, "a copy may go out at any time");
}

/// EVC-14: from an amount to the paper it stands on and back, also when it stood on another one before.
#[rstest]
#[tokio::test]
async fn evc_14_a_proof_sheet_names_every_document_that_asked_for_it_and_what_took_it_back(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = ready(engine).await;
    let mut charger = host.charger("CP-1").await;
    driver(&host, "Åsa", "asa@example.se", "AA").await;
    charge(&mut charger, "AA", 12, 10_000).await;
    charge(&mut charger, "ZZ", 13, 4_000).await;
    let stands = async |state: &str| {
        let list = host.owner.get(&format!("/sessions?chargeState={state}")).await.expect(200);
        assert_eq!(list["total"], json!({"count": list["items"].as_array().unwrap().len(), "exact": true}));
        list["items"].as_array().unwrap().clone()
    };
    let [hers] = &stands("not_charged").await[..] else { panic!("one session") };
    assert_eq!((stands("charged").await.len(), stands("waiting").await.len()), (0, 1));
    let sheet = async || host.owner.get(&format!("/sessions/{}", text(&hers["id"]))).await.expect(200);
    assert_eq!(sheet().await["cost"]["charges"], json!([]));

    committed(&host, &planned(&host, "2026-11").await, json!({})).await;
    let first = documents(&host).await[0].clone();
    let [listed] = &stands("charged").await[..] else { panic!("one session") };
    assert_eq!(listed["documents"], json!([{"id": first["id"], "number": "2026-0001"}]));
    let charges = sheet().await["cost"]["charges"].clone();
    assert_eq!((&charges[0]["isAskedFor"], charges.as_array().unwrap().len()), (&json!(true), 1));
    let paper = &charges[0]["documents"][0];
    assert_eq!((&paper["id"], &paper["state"], &paper["creditNotes"]), (&first["id"], &json!("issued"), &json!([])));
    let back = host.owner.get(&format!("/documents/{}", text(&first["id"]))).await.expect(200);
    assert!(back["lines"].as_array().unwrap().iter().any(|line| line["sessionId"] == hers["id"]), "{back}");

    let wish = json!({"reason": "fel pris", "chargeAgain": true});
    let note = act(&host, &first, "credit", wish).await.expect(201);
    host.clock.advance(chrono::TimeDelta::seconds(1));
    let charges = sheet().await["cost"]["charges"].clone();
    assert_eq!(charges[0]["isAskedFor"], false, "the next run asks for it");
    let taken_back = &charges[0]["documents"][0];
    assert_eq!((&taken_back["state"], &taken_back["number"]), (&json!("credited"), &json!("2026-0001")));
    let [by] = &taken_back["creditNotes"].as_array().unwrap()[..] else { panic!("one credit note") };
    assert_eq!((&by["id"], &by["number"], &by["kind"]), (&note["id"], &note["number"], &json!("credit_note")));
    assert_eq!(stands("charged").await[0]["documents"], json!([]));

    committed(&host, &planned(&host, "2026-11").await, json!({})).await;
    let charges = sheet().await["cost"]["charges"].clone();
    let papers: Vec<_> = charges[0]["documents"].as_array().unwrap().iter().map(|it| &it["number"]).collect();
    assert_eq!((papers, &charges[0]["isAskedFor"]), (vec![&json!("2026-0001"), &json!("2026-0002")], &json!(true)));
    assert_eq!(stands("charged").await[0]["documents"][0]["number"], "2026-0002");
}
