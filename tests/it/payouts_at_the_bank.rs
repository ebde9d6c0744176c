//! What statements of the bank say of payouts: a debit confirms them, money that came back returns them, and the rest is listed.

use crate::incoming_payments::{payments, stands, take as take_file};
use crate::payouts::{Left, TODAY, left, name, report};
use crate::story::{audit, text};
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_domain::ledger::AccountKind;
use stolpe_store::Engine::{self, Postgres, Sqlite};

/// The day on which the bank paid, before anybody was told.
const PAID_ON: &str = "2026-11-20";

/// An entry of a statement: which way, how many öre, what the bank calls it, and its details.
pub(crate) fn entry(way: &str, minor: i64, reference: &str, details: &str) -> String {
    format!(
        "<Ntry><Amt Ccy=\"SEK\">{}.{:02}</Amt><CdtDbtInd>{way}</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>{PAID_ON}</Dt></BookgDt>\
         <AcctSvcrRef>{reference}</AcctSvcrRef><NtryDtls>{details}</NtryDtls></Ntry>\n",
        minor / 100,
        minor % 100
    )
}

/// One payment that the bank names as we did, with what else it says of it.
pub(crate) fn named(name: &str, more: &str) -> String {
    format!("<TxDtls><Refs><EndToEndId>{name}</EndToEndId></Refs>{more}</TxDtls>")
}

pub(crate) fn statement(id: &str, entries: &[String]) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\">\
         <BkToCstmrStmt><GrpHdr><MsgId>{id}</MsgId><CreDtTm>{TODAY}T06:00:00+01:00</CreDtTm></GrpHdr><Stmt><Id>{id}</Id>\
         <Acct><Id><IBAN>SE3550000000054910000003</IBAN></Id></Acct>\n{}</Stmt></BkToCstmrStmt></Document>",
        entries.concat()
    )
}

async fn lines(it: &Left, unmatched: bool) -> Vec<(String, String, i64)> {
    let path = format!("/outgoing-lines?organisationId={}&unmatched={unmatched}", it.host.organisation);
    let all = it.host.owner.get(&path).await.expect(200);
    let line = |it: &Value| (text(&it["way"]), text(&it["outcome"]), it["amount"]["minor"].as_i64().unwrap());
    let mut all: Vec<_> = all["items"].as_array().unwrap().iter().map(line).collect();
    all.sort();
    all
}

fn line(way: &str, outcome: &str, minor: i64) -> (String, String, i64) {
    (way.to_owned(), outcome.to_owned(), minor)
}

#[rstest]
#[tokio::test]
async fn a_debit_confirms_the_payout_that_it_names_on_the_day_of_the_bank_and_the_same_fact_twice_changes_nothing(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = left(engine).await;
    let (payout, file) = it.sent(100).await;
    let told = statement("S1", &[entry("DBIT", 100, "B1", &named(&name(&payout), ""))]);
    let path = format!("/bank-files/preview?organisationId={}", it.host.organisation);
    let headers = [("content-type", "application/octet-stream")];
    let looked = it.host.owner.send("POST", &path, &headers, told.clone()).await.expect(200);
    let seen = &looked["outgoing"][0];
    assert_eq!((&seen["outcome"], &seen["payoutId"]), (&json!("confirmed"), &payout["id"]));
    it.stands(&payout, "sent", 0).await;

    let before = payments(&it.host, "").await.len();
    take_file(&it.host, &told).await.expect(201);
    it.stands(&payout, "paid", 100).await;
    assert_eq!(lines(&it, false).await, [line("out", "confirmed", 100)]);
    assert_eq!(lines(&it, true).await, [], "it belongs to a payout");
    assert_eq!(payments(&it.host, "").await.len(), before, "a debit is no incoming payment");
    let kept = it.seen(&payout).await;
    assert_eq!((&kept["items"][0]["told"], &kept["items"][0]["bankReference"]), (&json!("paid"), &json!("B1")));

    // The bank says so in a report as well, and in another statement with the same line: paid once.
    it.take(&report("2026-11-25T20:00:00", &file, "", &[(&name(&payout), "ACSC", "")])).await.expect(201);
    it.stands(&payout, "paid", 100).await;
    assert_eq!(take_file(&it.host, &told).await.refusal(), (409, "bank_file.taken"));
    let again = statement("S2", &[entry("DBIT", 100, "B1", &named(&name(&payout), ""))]);
    assert_eq!(take_file(&it.host, &again).await.expect(201)["known"], json!(1));
    it.stands(&payout, "paid", 100).await;

    // And the other way round: first the report, then the statement.
    let (other, file) = it.sent(50).await;
    it.take(&report("2026-11-25T21:00:00", &file, "", &[(&name(&other), "ACSC", "")])).await.expect(201);
    it.stands(&other, "paid", 150).await;
    take_file(&it.host, &statement("S3", &[entry("DBIT", 50, "B3", &named(&name(&other), ""))])).await.expect(201);
    it.stands(&other, "paid", 150).await;
    assert_eq!(lines(&it, false).await, [line("out", "confirmed", 100), line("out", "known", 50)]);
    assert_eq!(audit(&it.host, "payout.paid").await.len(), 2);
}

#[rstest]
#[tokio::test]
async fn the_sum_of_a_file_confirms_all_of_it_and_what_fits_no_payout_is_listed_as_a_debit(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = left(engine).await;
    let (first, second) = (it.approved(100).await, it.approved(50).await);
    let file = it.make(&[&first, &second], TODAY).await.expect(201);
    it.fetched(&file).await;
    let third = it.sent(20).await.0;
    let batch = format!("<Btch><PmtInfId>{}-1</PmtInfId><NbOfTxs>2</NbOfTxs></Btch>", text(&file["messageId"]));
    let entries = [
        entry("DBIT", 150, "B1", &batch),
        entry("DBIT", 19, "B2", &named(&name(&third), "")),
        entry("DBIT", 70_000, "B3", &named("NOTPROVIDED", "<RltdPties><Cdtr><Nm>Elbolaget</Nm></Cdtr></RltdPties>")),
        entry("DBIT", 300, "B4", &named("somebody else's", "")),
    ];
    let before = (payments(&it.host, "").await.len(), stands(&it.host, AccountKind::Suspense).await);
    take_file(&it.host, &statement("S1", &entries)).await.expect(201);
    it.stands(&first, "paid", 150).await;
    it.stands(&second, "paid", 150).await;
    it.stands(&third, "sent", 150).await;
    let unmatched = [line("out", "other_amount", 19), line("out", "unknown", 300), line("out", "unknown", 70_000)];
    assert_eq!(lines(&it, true).await, unmatched);
    assert_eq!(lines(&it, false).await.len(), 4);
    let after = (payments(&it.host, "").await.len(), stands(&it.host, AccountKind::Suspense).await);
    assert_eq!(after, before, "a line that fits nothing moves nothing");

    let clerk =
        it.host.as_(stolpe_domain::access::Role::Clerk, stolpe_testkit::At::Facility(it.host.facility.clone())).await;
    let path = format!("/outgoing-lines?organisationId={}", it.host.organisation);
    assert_eq!(clerk.get(&path).await.status, 404);
}

#[rstest]
#[tokio::test]
async fn money_that_came_back_returns_its_payout_and_is_no_payment_to_us(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = left(engine).await;
    let closed = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>";
    let payout = it.sent(100).await.0;
    take_file(&it.host, &statement("S1", &[entry("DBIT", 100, "B1", &named(&name(&payout), ""))])).await.expect(201);
    it.stands(&payout, "paid", 100).await;
    let before = payments(&it.host, "").await.len();
    let back = [
        entry("CRDT", 100, "B2", &named(&name(&payout), closed)),
        // Money of a payment that was made elsewhere came back: it waits like every payment that nobody can place.
        entry("CRDT", 400, "B3", &named("made elsewhere", closed)),
    ];
    take_file(&it.host, &statement("S2", &back)).await.expect(201);
    assert_eq!(it.seen(&payout).await["state"], "returned");
    assert_eq!(it.seen(&payout).await["items"][0]["reasonCode"], "AC04");
    assert_eq!(stands(&it.host, AccountKind::Bank).await, it.due + 777 + 400);
    assert_eq!(payments(&it.host, "").await.len(), before + 1);
    assert_eq!(lines(&it, false).await, [line("back", "confirmed", 100), line("out", "confirmed", 100)]);

    // Said once more in another file, nothing changes.
    assert_eq!(take_file(&it.host, &statement("S3", &back)).await.expect(201)["known"], json!(2));
    assert_eq!(stands(&it.host, AccountKind::Bank).await, it.due + 777 + 400);
    assert_eq!(audit(&it.host, "payout.returned").await.len(), 1);

    // Out and back on one statement, of which nobody had heard before; the bank takes its own entry back.
    let quick = it.sent(30).await.0;
    let reversed = entry("CRDT", 30, "B5", &named(&name(&quick), closed))
        .replace("<Sts>BOOK</Sts>", "<RvslInd>true</RvslInd><Sts>BOOK</Sts>");
    let both = [reversed, entry("DBIT", 30, "B4", &named(&name(&quick), ""))];
    take_file(&it.host, &statement("S4", &both)).await.expect(201);
    assert_eq!(it.seen(&quick).await["state"], "returned");
    assert_eq!(stands(&it.host, AccountKind::Bank).await, it.due + 777 + 400);
    assert_eq!(it.host.app.prove_ledger().await.unwrap().faults, vec![]);
}
