//! Every document posts itself when it is issued and when it is taken back, to the öre, and the ledger proves it.

use crate::documents::act;
use crate::month_runs::{charge, committed, documents, driver, planned, ready};
use crate::story::text;
use futures::future::join_all;
use rstest::rstest;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use stolpe_app::{LedgerFault, LedgerProof};
use stolpe_domain::document::{DocumentKind, DocumentState, FiscalYear, Number, Rounding, sums};
use stolpe_domain::id::{DocumentId, FacilityId, OrganisationId};
use stolpe_domain::language::Language;
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::vat::{Pricing, Vat, VatRate};
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_store::document::{Document, DocumentLine};
use stolpe_testkit::TestHost;
use uuid::Uuid;

fn id(of: &Value) -> DocumentId {
    DocumentId(text(&of["id"]).parse().unwrap())
}

/// What is still open of a document.
async fn open(host: &TestHost, of: &Value) -> i64 {
    host.app.read().await.unwrap().open_amounts(&[id(of)]).await.unwrap()[&id(of)].minor
}

/// What documents together were sold as: öre by what the price was made of.
async fn sold(host: &TestHost, of: &[&Value]) -> BTreeMap<String, i64> {
    let ids: Vec<DocumentId> = of.iter().map(|it| id(it)).collect();
    let sold = host.app.read().await.unwrap().sold_by(&ids).await.unwrap();
    let name = |kind: Option<stolpe_domain::tariff::ComponentKind>| kind.map_or("", |it| it.word()).to_owned();
    sold.into_iter().filter(|(_, it)| it.minor != 0).map(|((kind, _), it)| (name(kind), it.minor)).collect()
}

async fn proof(host: &TestHost) -> LedgerProof {
    host.app.prove_ledger().await.unwrap()
}

fn kinds(of: &[(&str, i64)]) -> BTreeMap<String, i64> {
    of.iter().map(|(kind, minor)| ((*kind).to_owned(), *minor)).collect()
}

/// Two invoices, of which the first in the list is Bo's.
pub(crate) async fn invoices(host: &TestHost) -> Vec<Value> {
    let mut charger = host.charger("CP-1").await;
    driver(host, "Åsa", "asa@example.se", "AA").await;
    driver(host, "Bo", "bo@example.se", "BB").await;
    charge(&mut charger, "AA", 12, 10_000).await;
    charge(&mut charger, "BB", 13, 5_500).await;
    committed(host, &planned(host, "2026-11").await, json!({})).await;
    documents(host).await
}

#[rstest]
#[tokio::test]
async fn pre_18_an_invoice_is_owed_in_the_ledger_from_the_moment_of_its_number(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = ready(engine).await;
    assert_eq!(proof(&host).await, LedgerProof::default(), "nothing is owed before anything was asked for");
    let both = invoices(&host).await;
    for it in &both {
        assert_eq!(json!(open(&host, it).await), it["payable"]["minor"]);
    }
    let bo = both.iter().find(|it| it["recipient"] == "Bo Ek").unwrap();
    // 5.5 kWh at 1.25 and 0.317 kr, and the fee.
    assert_eq!(sold(&host, &[bo]).await, kinds(&[("energy", 688), ("grid", 174), ("monthly_fee", 4_900)]));
    let proven = proof(&host).await;
    assert_eq!((proven.documents, proven.faults), (2, vec![]));
    // Two who owe, revenue of three kinds, VAT and rounding.
    assert_eq!(proven.accounts, 7);
}

#[rstest]
#[tokio::test]
async fn drafts_post_nothing_and_an_issued_one_posts_itself_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = ready(engine).await;
    let mut charger = host.charger("CP-1").await;
    driver(&host, "Åsa", "asa@example.se", "AA").await;
    charge(&mut charger, "AA", 12, 10_000).await;
    committed(&host, &planned(&host, "2026-11").await, json!({"asDrafts": true})).await;
    assert_eq!(proof(&host).await.transfers, 0);
    let draft = documents(&host).await[0].clone();
    let issued = act(&host, &draft, "issue", json!({})).await.expect(200);
    let proven = proof(&host).await;
    assert!(proven.transfers > 0 && proven.faults.is_empty(), "{proven:?}");
    assert_eq!(json!(open(&host, &issued).await), issued["payable"]["minor"]);
    assert_eq!(act(&host, &issued, "issue", json!({})).await.status, 409);
    assert_eq!(proof(&host).await, proven);
}

#[rstest]
#[tokio::test]
async fn what_is_void_is_taken_back_to_the_ore_on_the_same_accounts(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = ready(engine).await;
    let both = invoices(&host).await;
    let before = proof(&host).await;
    let void = act(&host, &both[0], "void", json!({"reason": "fel avgift"})).await.expect(200);
    assert_eq!((open(&host, &void).await, sold(&host, &[&void]).await), (0, kinds(&[])));
    assert_eq!(json!(open(&host, &both[1]).await), both[1]["payable"]["minor"], "the other one is owed as before");
    let after = proof(&host).await;
    assert_eq!((after.faults, after.accounts), (vec![], before.accounts));
    assert!(after.transfers > before.transfers, "nothing is taken away; it goes back");
}

#[rstest]
#[tokio::test]
async fn credit_notes_take_back_what_their_lines_were_sold_as_and_the_last_one_the_rest(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = ready(engine).await;
    let both = invoices(&host).await;
    let bo = both.iter().find(|it| it["recipient"] == "Bo Ek").unwrap();
    let sent = act(&host, bo, "send", json!({"by": "paper"})).await.expect(200);
    let fee = act(&host, &sent, "credit", json!({"reason": "ingen avgift", "lines": [1]})).await.expect(201);
    assert_eq!(sold(&host, &[bo, &fee]).await, kinds(&[("energy", 688), ("grid", 174)]), "the fee and nothing else");
    assert_eq!(json!(open(&host, &fee).await), json!(-fee["payable"]["minor"].as_i64().unwrap()));
    let bo = host.owner.get(&format!("/documents/{}", text(&bo["id"]))).await.expect(200);
    let rest = act(&host, &bo, "credit", json!({"reason": "allt fel"})).await.expect(201);
    assert_eq!(sold(&host, &[&bo, &fee, &rest]).await, kinds(&[]));
    assert_eq!(open(&host, &bo).await, 0, "what credit notes take back is not open any more");
    assert_eq!(
        json!(-open(&host, &fee).await - open(&host, &rest).await),
        bo["payable"]["minor"],
        "and each of them says what it takes off"
    );
    assert_eq!(proof(&host).await.faults, vec![]);
}

fn vat() -> Vat {
    Vat::Rate(VatRate::of_basis_points(2_500).unwrap())
}

/// A document as it was kept before there was a ledger.
fn old(host: &TestHost, kind: DocumentKind, state: DocumentState, place: i64, minor: i64) -> Document {
    let amount = Money::of_minor(minor, Currency::Sek);
    Document {
        id: DocumentId(Uuid::from_u128(u128::from(place.unsigned_abs()) + 1_000 * (kind as u128 + 1))),
        organisation_id: OrganisationId(host.organisation.parse().unwrap()),
        facility_id: FacilityId(host.facility.parse().unwrap()),
        person_id: None,
        company_id: None,
        unit_id: None,
        kind,
        state,
        credits_id: None,
        number: Some(Number { year: FiscalYear(2025), place }),
        reference: None,
        issued_on: Some("2025-10-01".parse().unwrap()),
        due_on: None,
        period: None,
        language: Language::Sv,
        sums: sums(Currency::Sek, Pricing::Net, &[(vat(), amount)], Rounding::ToWhole).unwrap(),
        printed: "{}".into(),
        reason: None,
        row_version: 1,
    }
}

fn line(minor: i64) -> DocumentLine {
    DocumentLine {
        text: "Laddning".into(),
        detail: None,
        energy: None,
        vat: vat(),
        amount: Money::of_minor(minor, Currency::Sek),
        charge_id: None,
        component: None,
        whose: None,
    }
}

#[rstest]
#[tokio::test]
async fn documents_from_before_the_ledger_are_posted_once_however_many_hosts_begin_at_once(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    use DocumentKind::{CreditNote, Invoice, Receipt};
    use DocumentState::{Credited, Issued, Paid, Void};
    let host = TestHost::new(engine).await;
    let mut all = vec![
        // A credit note is kept before its invoice, and posted after it.
        Document { credits_id: Some(DocumentId(Uuid::from_u128(1_001))), ..old(&host, CreditNote, Issued, 1, 5_000) },
        old(&host, Invoice, Credited, 1, 12_345),
        old(&host, Invoice, Void, 2, 700),
        old(&host, Receipt, Paid, 1, 999),
        old(&host, Invoice, Issued, 3, -250),
        old(&host, Invoice, Issued, 4, 0),
    ];
    all.extend((5..=450).map(|place| old(&host, Invoice, Issued, place, 100 + place)));
    let mut tx = host.db.db.write().await.unwrap();
    for it in all.iter().filter(|it| it.credits_id.is_none()).chain(all.iter().filter(|it| it.credits_id.is_some())) {
        let sum = it.sums.totals.net.minor;
        tx.insert_document(it, &[line(sum)], host.app.now()).await.unwrap();
    }
    tx.commit().await.unwrap();
    let waits = proof(&host).await;
    assert_eq!(waits.documents, 452);
    assert!(waits.faults.contains(&LedgerFault::Document(all[1].id)), "what is not posted is no proof");

    let begun = join_all((0..3).map(|_| host.app.post_old_documents())).await;
    assert!(begun.into_iter().map(Result::unwrap).max() > Some(0));
    let proven = proof(&host).await;
    assert_eq!(proven.faults, vec![]);
    assert_eq!(host.app.post_old_documents().await.unwrap(), 0);
    assert_eq!(proof(&host).await, proven, "once");
    let ids: Vec<DocumentId> = all.iter().map(|it| it.id).collect();
    let open = host.app.read().await.unwrap().open_amounts(&ids).await.unwrap();
    let minor = |place: usize| open.get(&all[place].id).map(|it| it.minor);
    assert_eq!(
        (minor(0), minor(1), minor(2), minor(4), minor(5)),
        (Some(-6_300), Some(15_400 - 6_300), Some(0), Some(-300), None)
    );
}

/// The statement of an account as the screen has it.
async fn statement(host: &TestHost, account: &Value, query: &str) -> Value {
    host.owner.get(&format!("/accounts/{}/statement?limit=200&{query}", text(&account["id"]))).await.expect(200)
}

async fn accounts(host: &TestHost, query: &str) -> Vec<Value> {
    host.owner.get(&format!("/accounts?limit=200&{query}")).await.expect(200)["items"].as_array().unwrap().clone()
}

/// An amount as files of the Nordic profile and papers write it, in hundredths; nothing for nothing.
fn minor(written: &str) -> i64 {
    let plain: String = written.chars().filter(|sign| !sign.is_whitespace()).collect();
    if plain.is_empty() { 0 } else { plain.replace([',', '.'], "").replace('\u{2212}', "-").parse().unwrap() }
}

#[rstest]
#[tokio::test]
async fn pre_18_a_statement_is_the_same_to_the_ore_on_the_screen_in_files_and_on_paper(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = ready(engine).await;
    let both = invoices(&host).await;
    let bo = both.iter().find(|it| it["recipient"] == "Bo Ek").unwrap();
    let person = text(&bo["personId"]);
    host.clock.advance(chrono::TimeDelta::days(3));
    act(&host, bo, "void", json!({"reason": "fel avgift"})).await.expect(200);

    let all = accounts(&host, &format!("organisationId={}", host.organisation)).await;
    assert_eq!(all.len(), 7);
    let kinds: Vec<&str> = all.iter().map(|it| it["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["receivable", "receivable", "revenue", "revenue", "revenue", "vat", "rounding"]);
    assert_eq!((&all[0]["personName"], &all[1]["personName"]), (&json!("Bo Ek"), &json!("Åsa Ek")), "by name");
    assert_eq!(accounts(&host, "kind=vat").await.len(), 1);
    let asa = all.iter().find(|it| it["personName"] == "Åsa Ek").unwrap();
    let unsettled = accounts(&host, "kind=receivable&unsettled=true").await;
    assert_eq!(unsettled, std::slice::from_ref(asa), "Bo owes nothing any more");
    let [account] = &accounts(&host, &format!("personId={person}")).await[..] else { panic!("Bo has one account") };

    let screen = statement(&host, account, "").await;
    assert_eq!((&screen["opening"], &screen["closing"]), (&json!(0), &json!(0)));
    let rows = screen["items"].as_array().unwrap();
    let mut balance = 0;
    for row in rows {
        balance += row["debit"].as_i64().unwrap() - row["credit"].as_i64().unwrap();
        assert_eq!(row["balance"], balance, "{row}");
        assert_eq!(row["documentId"], bo["id"], "each leads to its document");
    }
    let before = statement(&host, account, "to=2026-11-21").await;
    assert_eq!((&before["opening"], &before["closing"]), (&json!(0), &bo["payable"]["minor"]));
    let after = statement(&host, account, "from=2026-11-22").await;
    assert_eq!((&after["opening"], &after["closing"]), (&bo["payable"]["minor"], &json!(0)));
    let count = |it: &Value| it["items"].as_array().unwrap().len();
    assert_eq!(count(&before) + count(&after), rows.len());

    // A row at a time is the same statement.
    let (mut after, mut walked) = (String::new(), Vec::new());
    loop {
        let path = format!("/accounts/{}/statement?limit=1&after={after}", text(&account["id"]));
        let part = host.owner.get(&path).await.expect(200);
        walked.extend(part["items"].as_array().unwrap().clone());
        let Some(next) = part["next"].as_str() else { break };
        after = next.to_owned();
    }
    assert_eq!(&walked, rows);

    let path = format!("/exports/statements/{}?format=nordic&from=2026-11-22", text(&account["id"]));
    let file = String::from_utf8(host.owner.get(&path).await.bytes).unwrap();
    let lines: Vec<Vec<&str>> = file.lines().skip(1).map(|line| line.split(';').collect()).collect();
    let part = statement(&host, account, "from=2026-11-22").await;
    let moved = part["items"].as_array().unwrap();
    assert_eq!(lines.len(), moved.len() + 2, "{file}");
    assert_eq!((lines[0][1], minor(lines[0][6])), ("Ingående saldo", part["opening"].as_i64().unwrap()));
    let last = lines.last().unwrap();
    assert_eq!((last[1], minor(last[6])), ("Utgående saldo", part["closing"].as_i64().unwrap()));
    for (line, row) in lines[1..].iter().zip(moved) {
        let figures = [minor(line[4]), minor(line[5]), minor(line[6])];
        assert_eq!(json!(figures), json!([row["debit"], row["credit"], row["balance"]]), "{line:?}");
        assert_eq!((line[1], line[2]), ("Makulering", "2026-0001"));
    }
    let international = path.replace("nordic", "international");
    let other = String::from_utf8(host.owner.get(&international).await.bytes).unwrap();
    assert_eq!(other.lines().count(), file.lines().count());

    let path = format!("/accounts/{}/statement/file", text(&account["id"]));
    let paper = crate::documents::words(&host.owner.get(&path).await.bytes);
    let figures: Vec<i64> = paper
        .lines()
        .filter(|line| line.contains("2026-11-2") && line.contains("2026-0001"))
        .map(|line| minor(line.rsplit("  ").next().unwrap()))
        .collect();
    let shown: Vec<i64> = rows.iter().map(|row| row["balance"].as_i64().unwrap()).collect();
    assert_eq!(figures, shown, "{paper}");
    for word in ["Kontoutdrag", "Kundfordran · Bo Ek", "Ingående saldo", "Utgående saldo", "Makulering"] {
        assert!(paper.contains(word), "{word}: {paper}");
    }
    assert_eq!(crate::story::audit(&host, "statement.exported").await.len(), 3);
}

#[rstest]
#[tokio::test]
async fn the_desk_says_when_the_ledger_was_last_proved_and_names_the_account_that_does_not_hold(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = ready(engine).await;
    invoices(&host).await;
    let said = async || host.owner.get("/ledger/proof").await.expect(200);
    assert_eq!((&said().await["at"], &said().await["holds"]), (&Value::Null, &json!(false)), "nobody has looked yet");
    host.app.keep_in_order().await.unwrap();
    let first = said().await;
    assert_eq!((&first["holds"], &first["faultCount"], &first["documents"]), (&json!(true), &json!(0), &json!(2)));
    host.app.keep_in_order().await.unwrap();
    assert_eq!(said().await, first, "once a night");

    let text = "update ledger_account set debits_posted = debits_posted + 1 where kind = 'receivable' \
                and debits_posted = (select max(debits_posted) from ledger_account where kind = 'receivable')";
    match &host.db.db {
        stolpe_store::Db::Sqlite { writer, .. } => drop(sqlx::query(text).execute(writer).await.unwrap()),
        stolpe_store::Db::Postgres { pool, .. } => drop(sqlx::query(text).execute(pool).await.unwrap()),
    }
    host.clock.advance(chrono::TimeDelta::days(1));
    host.app.keep_in_order().await.unwrap();
    let broken = said().await;
    assert_eq!((&broken["holds"], &broken["heldAt"]), (&json!(false), &first["at"]));
    assert_eq!(broken["wrongAccounts"][0]["personName"], "Åsa Ek", "{broken}");
    assert_eq!(broken["faultCount"], 2, "the account, and its currency as a whole");
}
