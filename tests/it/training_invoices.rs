//! The year of invoices of the training organisation: as the product itself would have made it, with a month left to run.

use crate::erased::everything;
use crate::month_runs::committed;
use crate::story::{ended, text};
use rstest::rstest;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use stolpe_domain::document::{DocumentKind, DocumentState};
use stolpe_domain::id::{ChargeId, DocumentId, FacilityId};
use stolpe_domain::local_day::Month;
use stolpe_domain::training::invoicing::{CREDITED_BECAUSE, invoiced, last_month, with_exception};
use stolpe_store::Db;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_store::charge::ChargeFilter;
use stolpe_testkit::TestHost;

/// A host with the training organisation, and this facility of it.
async fn trained(engine: Engine) -> (TestHost, Value) {
    let host = TestHost::new(engine).await;
    host.owner.post("/training", json!({})).await.expect(201);
    let facilities = host.owner.get("/facilities").await.expect(200);
    let facility = facilities["items"].as_array().unwrap().iter().find(|it| it["code"] == "OVNING").unwrap().clone();
    (host, facility)
}

/// Everything that was invoiced, the latest first.
async fn documents(host: &TestHost, facility: &Value) -> Vec<Value> {
    let path = format!("/documents?facilityId={}&limit=200", text(&facility["id"]));
    let page = host.owner.get(&path).await.expect(200);
    assert!(page["next"].is_null(), "all of them on one page");
    page["items"].as_array().unwrap().clone()
}

async fn open(host: &TestHost, document: &Value) -> Value {
    host.owner.get(&format!("/documents/{}", text(&document["id"]))).await.expect(200)
}

/// Every run, the earliest month first, with its plan.
async fn runs(host: &TestHost) -> Vec<Value> {
    let mut runs = Vec::new();
    for run in host.owner.get("/month-runs").await.expect(200)["items"].as_array().unwrap() {
        runs.push(host.owner.get(&format!("/month-runs/{}", text(&run["id"]))).await.expect(200));
    }
    runs.sort_by_key(|run| text(&run["month"]));
    runs
}

async fn planned(host: &TestHost, facility: &Value, month: Month) -> Value {
    let what = json!({"organisationId": facility["organisationId"], "facilityId": facility["id"],
        "month": month.to_string()});
    let job = ended(host, host.owner.post("/month-runs", what).await).await;
    assert_eq!(job["state"], "done", "{job}");
    host.owner.get(&format!("/month-runs/{}", text(&job["result"]["runId"]))).await.expect(200)
}

#[rstest]
#[tokio::test]
async fn every_month_of_training_was_run_but_the_last_which_waits_for_whoever_practises(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let (host, facility) = trained(engine).await;
    let today = host.app.now().date_naive();
    let months: Vec<String> = invoiced(today).map(|month| month.to_string()).collect();
    let runs = runs(&host).await;
    assert_eq!(runs.iter().map(|run| text(&run["month"])).collect::<Vec<_>>(), months);
    for run in &runs {
        let (began, month) = (text(&run["createdAt"]), text(&run["month"]));
        assert!(run["committedAt"].is_string() && began > format!("{month}-31"), "run when the month was over: {run}");
        assert_eq!((&run["awaiting"], &run["obstacle"]), (&json!(0), &json!(null)), "{run}");
        let waited = with_exception(today).map(|month| month.to_string()) == Some(month);
        let waiting = if waited { json!({"session.no_payer": 1}) } else { json!({}) };
        assert_eq!(run["waitingCounts"], waiting, "{run}");
    }
    let invoices: usize = runs.iter().map(|run| run["documents"].as_array().unwrap().len()).sum();
    let all = documents(&host, &facility).await;
    assert_eq!(all.len(), invoices + 1, "one of them was credited");
    assert!(invoices > 90, "{invoices}");

    // What was invoiced is all that there was to invoice.
    let again = planned(&host, &facility, invoiced(today).last().unwrap()).await;
    assert_eq!((&again["documents"], &again["waiting"]), (&json!([]), &json!([])), "{again}");

    // The last month is there to be looked at, with something to decide, and is charged like any other.
    let fresh = planned(&host, &facility, last_month(today)).await;
    let planned = fresh["documents"].as_array().unwrap();
    assert_eq!(planned.len(), 10, "{fresh}");
    assert!(planned.iter().all(|it| it["differences"] == 0 && it["charges"].as_u64() >= Some(4)), "{fresh}");
    assert_eq!(fresh["waitingCounts"], json!({"session.doubted": 1}), "{fresh}");
    let made = committed(&host, &fresh, json!({"byMail": true})).await;
    assert_eq!((&made["documents"], &made["leftOut"]), (&json!(10), &json!([])), "{made}");
    assert!(host.app.prove_documents().await.unwrap().holds());
}

#[rstest]
#[tokio::test]
async fn what_training_charged_is_what_its_invoices_ask_for_to_the_ore_under_numbers_without_gaps(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let (host, facility) = trained(engine).await;
    let proof = host.app.prove_documents().await.unwrap();
    assert!(proof.holds(), "{proof:?}");
    let kinds: Vec<DocumentKind> = proof.series.iter().map(|series| series.kind).collect();
    let years = |kind| kinds.iter().filter(|it| **it == kind).count();
    assert_eq!((years(DocumentKind::Invoice), years(DocumentKind::CreditNote)), (2, 1), "{proof:?}");

    let mut conn = host.db.db.read().await.unwrap();
    let filter = ChargeFilter { facility: FacilityId(text(&facility["id"]).parse().unwrap()), from: None, to: None };
    let charges = conn.list_charges(&filter, None, 2_000).await.unwrap().items;
    let owed: BTreeMap<ChargeId, i64> =
        charges.iter().map(|it| (it.id, it.lines.iter().map(|line| line.amount.minor).sum())).collect();
    assert!(charges.len() > 500 && charges.iter().all(|it| it.document_id.is_some()), "{}", charges.len());
    let mut asked: BTreeMap<ChargeId, i64> = BTreeMap::new();
    let (mut invoiced, mut credited) = (0, 0);
    for it in documents(&host, &facility).await {
        let document = conn.find_document(DocumentId(text(&it["id"]).parse().unwrap())).await.unwrap().unwrap();
        let lines = conn.lines_of(&document).await.unwrap();
        let net: i64 = lines.iter().map(|line| line.amount.minor).sum();
        assert_eq!(net, document.sums.totals.net.minor, "{it}");
        assert_eq!(document.sums.payable.minor % 100, 0, "whole kronor: {it}");
        if document.kind == DocumentKind::CreditNote {
            credited += net;
            continue;
        }
        invoiced += net;
        for line in lines.iter().filter(|_| document.state != DocumentState::Credited) {
            *asked.entry(line.charge_id.unwrap()).or_default() += line.amount.minor;
        }
    }
    assert_eq!(asked, owed, "each charge stands on one invoice that counts");
    assert_eq!(invoiced - credited, owed.values().sum::<i64>());
}

#[rstest]
#[tokio::test]
async fn training_has_sent_its_documents_to_nobody_and_taken_one_back(#[values(Sqlite, Postgres)] engine: Engine) {
    let (host, facility) = trained(engine).await;
    host.mail_on().await;
    assert_eq!(host.app.send_due().await.unwrap(), 0);
    assert!(host.sent().await.is_empty());
    let all = documents(&host, &facility).await;
    let (mut mailed, mut carried) = (0, 0);
    for document in &all {
        let notices = open(&host, document).await["notices"].as_array().unwrap().clone();
        assert!(notices.iter().all(|notice| notice["state"] == "held"), "{notices:?}");
        assert!(matches!(document["state"].as_str(), Some("sent" | "credited")), "{document}");
        *(if notices.is_empty() { &mut carried } else { &mut mailed }) += 1;
    }
    assert!(mailed > 80, "{mailed}");
    assert_eq!(mailed + carried, all.len());
    // They are held for good: that is work for nobody.
    let todo = host.owner.get("/todo").await.expect(200);
    assert!(todo["items"].as_array().unwrap().iter().all(|it| it["kind"] != "notice.held"), "{todo}");

    let notes: Vec<&Value> = all.iter().filter(|it| it["kind"] == "credit_note").collect();
    let [note] = notes[..] else { panic!("{notes:?}") };
    let note = open(&host, note).await;
    assert_eq!(note["reason"], CREDITED_BECAUSE);
    let taken_back = open(&host, &note["credits"]).await;
    assert_eq!((&taken_back["state"], &taken_back["payable"]), (&json!("credited"), &note["payable"]));
    let sessions = |document: &Value| -> BTreeSet<String> {
        let lines = document["lines"].as_array().unwrap().iter();
        lines.filter(|line| line["sessionId"].is_string()).map(|line| text(&line["sessionId"])).collect()
    };
    let mut asked_again = BTreeSet::new();
    let later = all.iter().filter(|it| it["personId"] == note["personId"] && it["kind"] == "invoice");
    for invoice in later.filter(|it| it["issuedOn"].as_str() > note["issuedOn"].as_str()) {
        asked_again.extend(sessions(&open(&host, invoice).await));
    }
    assert!(!asked_again.is_empty() && sessions(&taken_back).is_subset(&asked_again), "they are on the next invoice");

    let file = host.owner.get(&format!("/documents/{}/file", text(&taken_back["id"]))).await;
    assert!(file.status == 200 && file.bytes.starts_with(b"%PDF"));
}

#[rstest]
#[tokio::test]
async fn the_session_that_waited_was_found_to_be_somebodys_and_charged_with_the_next_month(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let (host, facility) = trained(engine).await;
    let runs = runs(&host).await;
    let waited = runs.iter().find_map(|run| run["waiting"].get(0)).unwrap();
    let session = text(&waited["sessionId"]);
    let it = host.owner.get(&format!("/sessions/{session}")).await.expect(200);
    assert!(it["personId"].is_string(), "{it}");
    let theirs =
        documents(&host, &facility).await.into_iter().filter(|document| document["personId"] == it["personId"]);
    let mut asked = Vec::new();
    for document in theirs {
        let lines = open(&host, &document).await["lines"].as_array().unwrap().clone();
        asked.extend(lines.iter().filter(|line| line["sessionId"] == session).map(|_| text(&document["periodFrom"])));
    }
    let month = with_exception(host.app.now().date_naive()).unwrap();
    assert_eq!(asked, [month.next().first_day().to_string()]);
}

/// How many rows there are in each table but those that outlive what they tell of.
async fn rows(db: &Db) -> BTreeMap<String, usize> {
    let outlives = |table: &str| ["audit", "audit_detail", "idempotency"].contains(&table);
    let mut counts = BTreeMap::new();
    for row in everything(db).await {
        let (table, _) = row.split_once(':').unwrap();
        *counts.entry(table.to_owned()).or_default() += 1;
    }
    counts.retain(|table, _| !outlives(table));
    counts
}

#[rstest]
#[tokio::test]
async fn training_goes_with_everything_that_was_invoiced_and_can_be_made_again(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = TestHost::new(engine).await;
    let before = rows(&host.db.db).await;
    host.owner.post("/training", json!({})).await.expect(201);
    let made = rows(&host.db.db).await;
    for table in
        ["month_run", "document", "document_line", "charge", "charge_line", "number_series", "billing", "notice"]
    {
        assert!(made.get(table) > before.get(table), "{table}");
    }
    // Whoever practised has run the last month, and left it half done.
    let facilities = host.owner.get("/facilities").await.expect(200);
    let facility = facilities["items"].as_array().unwrap().iter().find(|it| it["code"] == "OVNING").unwrap().clone();
    let fresh = planned(&host, &facility, last_month(host.app.now().date_naive())).await;
    committed(&host, &fresh, json!({"byMail": true})).await;
    host.owner.delete("/training").await.expect(204);
    assert_eq!(rows(&host.db.db).await, before);

    host.owner.post("/training", json!({})).await.expect(201);
    assert_eq!(rows(&host.db.db).await, made, "it is the same once more");
    assert_eq!(host.owner.get("/audit/proof").await.expect(200)["holds"], true);
}
