//! A payment that was placed amiss is taken back, what the bank takes back opens its invoice, and a deposit that two files
//! tell of is counted once.

use crate::documents::act;
use crate::incoming_payments::{bgmax, due, invoices, payments, read, reference, settle, stands, state, take};
use crate::month_runs::ready;
use crate::story::{audit, text};
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_domain::access::Role;
use stolpe_domain::ledger::AccountKind;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::{Answer, At, Desk, TestHost};

/// What is booked on the account of a statement: öre, whether it came in, whether it is taken back, the day, the bank's name
/// for it, and what it refers to.
struct Booked<'b> {
    minor: i64,
    comes_in: bool,
    is_reversal: bool,
    day: &'b str,
    name: &'b str,
    reference: &'b str,
}

/// A deposit as one sum.
const fn sum_of(minor: i64, day: &'static str, name: &'static str) -> Booked<'static> {
    Booked { minor, comes_in: true, is_reversal: false, day, name, reference: "" }
}

/// A camt.053 of the account that the bankgiro is paid out to.
fn camt(id: &str, entries: &[Booked<'_>]) -> String {
    let entry = |it: &Booked<'_>| {
        let way = if it.comes_in { "CRDT" } else { "DBIT" };
        let strd = format!("<Strd><CdtrRefInf><Ref>{}</Ref></CdtrRefInf></Strd>", it.reference);
        let remittance = if it.reference.is_empty() { String::new() } else { strd };
        format!(
            "<Ntry><Amt Ccy=\"SEK\">{}.{:02}</Amt><CdtDbtInd>{way}</CdtDbtInd><RvslInd>{}</RvslInd><Sts>BOOK</Sts>\
             <BookgDt><Dt>{}</Dt></BookgDt><AcctSvcrRef>{}</AcctSvcrRef><NtryDtls><TxDtls>\
             <RmtInf>{remittance}</RmtInf></TxDtls></NtryDtls></Ntry>\n",
            it.minor / 100,
            it.minor % 100,
            it.is_reversal,
            it.day,
            it.name,
        )
    };
    let entries: String = entries.iter().map(entry).collect();
    format!(
        "<Document><BkToCstmrStmt><GrpHdr><MsgId>{id}</MsgId><CreDtTm>2026-11-24T06:00:00</CreDtTm></GrpHdr><Stmt>\
         <Id>{id}</Id><Acct><Id><IBAN>SE4550000000058398257466</IBAN></Id></Acct>\n{entries}</Stmt></BkToCstmrStmt></Document>"
    )
}

/// A statement on which a deposit of some day stands as one sum.
pub(crate) fn statement(minor: i64) -> String {
    camt("S1", &[sum_of(minor, "2026-11-21", "B1")])
}

async fn take_back(desk: &Desk, payment: &Value, body: Value) -> Answer {
    let path = format!("/incoming-payments/{}/take-back", text(&payment["id"]));
    desk.post_at(&path, payment["rowVersion"].as_i64().unwrap(), body).await
}

async fn same(desk: &Desk, payment: &Value, first: &Value) -> Answer {
    let path = format!("/incoming-payments/{}/same-deposit", text(&payment["id"]));
    desk.post_at(&path, payment["rowVersion"].as_i64().unwrap(), json!({"firstId": first})).await
}

async fn only(host: &TestHost, query: &str) -> Value {
    let found = payments(host, query).await;
    assert_eq!(found.len(), 1, "{found:?}");
    read(host, &found[0]).await
}

async fn proved(host: &TestHost) {
    assert_eq!(host.app.prove_ledger().await.unwrap().faults, vec![]);
}

#[rstest]
#[tokio::test]
async fn a_payment_that_was_placed_on_the_wrong_invoice_is_taken_back_and_placed_anew(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let host = ready(engine).await;
    let all = invoices(&host).await;
    let [asa, bo, ..] = &all[..] else { panic!("four invoices") };
    let asa = act(&host, asa, "send", json!({"by": "paper"})).await.expect(200);
    take(&host, &bgmax(1, &[("", '0', due(&asa), "Bo Ek")])).await.expect(201);
    let placed = settle(&host, &only(&host, "").await, &[(&asa, due(&asa))]).await.expect(200);
    assert_eq!(state(&host, &asa).await, "paid");

    assert_eq!(take_back(&host.owner, &placed, json!({"reason": " "})).await.status, 422, "somebody says why");
    let other = json!({"reason": "fel", "documentId": bo["id"]});
    assert_eq!(take_back(&host.owner, &placed, other).await.refusal(), (409, "incoming_payment.nothing_placed"));
    // What will be posted is told before, and telling it moves nothing.
    let path = format!("/incoming-payments/{}/take-back?documentId={}", text(&placed["id"]), text(&asa["id"]));
    let told = host.owner.get(&path).await.expect(200);
    let [foreseen] = &told.as_array().unwrap()[..] else { panic!("{told}") };
    assert_eq!(
        (&foreseen["debit"]["kind"], &foreseen["credit"]["kind"], &foreseen["amount"]),
        (&json!("receivable"), &json!("suspense"), &json!(due(&asa)))
    );
    assert_eq!(
        (state(&host, &asa).await, read(&host, &placed).await["rowVersion"].clone()),
        ("paid".into(), placed["rowVersion"].clone())
    );
    let taken = take_back(&host.owner, &placed, json!({"reason": "gällde Bo", "documentId": asa["id"]})).await;
    let taken = taken.expect(200);
    assert_eq!((&taken["left"]["minor"], &taken["settled"]), (&json!(due(&asa)), &json!([])));
    assert_eq!(state(&host, &asa).await, "sent", "it had left the house, and is owed again");
    assert_eq!(stands(&host, AccountKind::Suspense).await, -due(&asa));
    assert_eq!(stands(&host, AccountKind::Bank).await, due(&asa), "the money is where it was");
    assert_eq!(take_back(&host.owner, &placed, json!({"reason": "igen"})).await.refusal(), (412, "conflict.changed"));
    assert_eq!(
        take_back(&host.owner, &taken, json!({"reason": "igen"})).await.refusal(),
        (409, "incoming_payment.nothing_placed")
    );

    let least = due(bo).min(due(&asa));
    let anew = settle(&host, &taken, &[(bo, least)]).await.expect(200);
    assert_eq!(anew["settled"][0]["document"]["number"], bo["number"]);
    let free = take_back(&host.owner, &anew, json!({"reason": "nej"})).await.expect(200);
    let again = settle(&host, &free, &[(&asa, 1)]).await.expect(200);
    assert_eq!((again["settled"][0]["amount"]["minor"].as_i64(), state(&host, bo).await.as_str()), (Some(1), "issued"));
    let rows = audit(&host, "incoming_payment.taken_back").await;
    assert_eq!((rows.len(), &rows[1]["reason"]), (2, &json!("gällde Bo")));
    assert!(!audit(&host, "document.unpaid").await.is_empty());
    proved(&host).await;
}

#[rstest]
#[tokio::test]
async fn what_a_file_matched_by_itself_is_taken_back_document_by_document(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = ready(engine).await;
    let all = invoices(&host).await;
    take(&host, &bgmax(1, &[(reference(&all[0]), '2', due(&all[0]) + 300, "Asa Ek")])).await.expect(201);
    let over = only(&host, "").await;
    let two = settle(&host, &over, &[(&all[1], 200)]).await.expect(200);
    let one = take_back(&host.owner, &two, json!({"reason": "fel", "documentId": all[0]["id"]})).await.expect(200);
    assert_eq!(one["left"]["minor"], json!(due(&all[0]) + 100));
    assert_eq!(one["settled"][0]["document"]["number"], all[1]["number"], "the other part stays");
    assert_eq!(state(&host, &all[0]).await, "issued", "it had not left the house");
    let none = take_back(&host.owner, &one, json!({"reason": "fel"})).await.expect(200);
    assert_eq!(none["left"], none["amount"]);
    assert_eq!(stands(&host, AccountKind::Suspense).await, -none["amount"]["minor"].as_i64().unwrap());
    proved(&host).await;
}

#[rstest]
#[tokio::test]
async fn what_the_bank_takes_back_opens_the_invoice_that_it_names(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = ready(engine).await;
    let all = invoices(&host).await;
    let [asa, bo, ..] = &all[..] else { panic!("four invoices") };
    let paid = |name, invoice, minor, comes_in| Booked {
        minor,
        comes_in,
        is_reversal: !comes_in,
        day: "2026-11-23",
        name,
        reference: reference(invoice),
    };
    take(&host, &camt("S1", &[paid("A1", asa, due(asa), true), paid("A2", bo, due(bo), true)])).await.expect(201);
    assert_eq!(state(&host, asa).await, "paid");
    take(&host, &camt("S2", &[paid("A3", asa, due(asa), false), paid("A4", bo, due(bo) + 100, false)]))
        .await
        .expect(201);
    assert_eq!((state(&host, asa).await.as_str(), state(&host, bo).await.as_str()), ("issued", "paid"));
    let reversals = payments(&host, "&open=true").await;
    assert_eq!(reversals.len(), 1, "more than was paid is for somebody to say");
    let more = read(&host, &reversals[0]).await;
    assert_eq!((&more["kind"], &more["suggestions"][0]["amount"]["minor"]), (&json!("reversal"), &json!(-due(bo))));
    assert_eq!(stands(&host, AccountKind::Suspense).await, due(bo) + 100);
    let refused = settle(&host, &more, &[(bo, -due(bo) - 1)]).await;
    assert_eq!(refused.refusal(), (409, "incoming_payment.more_than_paid"));
    let placed = settle(&host, &more, &[(bo, -due(bo))]).await.expect(200);
    assert_eq!((placed["left"]["minor"].as_i64(), state(&host, bo).await.as_str()), (Some(-100), "issued"));
    assert_eq!(placed["settled"][0]["amount"]["minor"], json!(-due(bo)));
    // Whoever placed it amiss takes that back, too.
    let back = take_back(&host.owner, &placed, json!({"reason": "fel"})).await.expect(200);
    assert_eq!((back["left"]["minor"].as_i64(), state(&host, bo).await.as_str()), (Some(-due(bo) - 100), "paid"));
    assert_eq!(stands(&host, AccountKind::Bank).await, -100);
    proved(&host).await;
}

#[rstest]
#[tokio::test]
async fn a_deposit_that_two_files_tell_of_is_shown_and_counted_once_when_somebody_says_so(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[values(true, false)] sum_comes_first: bool,
) {
    let host = ready(engine).await;
    let all = invoices(&host).await;
    let whole = due(&all[0]) + due(&all[1]);
    let deposit = bgmax(
        1,
        &[(reference(&all[0]), '2', due(&all[0]), "Asa Ek"), (reference(&all[1]), '2', due(&all[1]), "Bo Ek")],
    );
    // The bank books it on the Tuesday; what came on the Wednesday is too late to be the same.
    let statement = camt("S1", &[sum_of(whole, "2026-11-24", "B1"), sum_of(whole, "2026-11-25", "B2")]);
    let files = if sum_comes_first { [&statement, &deposit] } else { [&deposit, &statement] };
    for file in files {
        take(&host, file).await.expect(201);
    }
    assert_eq!(stands(&host, AccountKind::Bank).await, 3 * whole, "nothing is left out in silence");
    let open = payments(&host, "&open=true").await;
    let on = |day: &str| open.iter().find(|it| it["bookedOn"] == day).unwrap().clone();
    let late = read(&host, &on("2026-11-25")).await;
    assert_eq!(late["deposits"], json!([]));
    let sum = read(&host, &on("2026-11-24")).await;
    let told = &sum["deposits"][0];
    assert_eq!(
        (&told["payments"], &told["sum"]["minor"], &told["deposit"]),
        (&json!(2), &json!(whole), &json!("00001"))
    );

    assert_eq!(same(&host.owner, &late, &told["firstId"]).await.refusal(), (409, "incoming_payment.other_deposit"));
    assert_eq!(same(&host.owner, &sum, &sum["id"]).await.refusal(), (409, "incoming_payment.other_deposit"));
    let said = same(&host.owner, &sum, &told["firstId"]).await.expect(200);
    assert_eq!((&said["left"]["minor"], &said["sameAs"]["payments"]), (&json!(0), &json!(2)));
    assert_eq!(
        (stands(&host, AccountKind::Bank).await, stands(&host, AccountKind::Suspense).await),
        (2 * whole, -whole)
    );
    assert_eq!(settle(&host, &said, &[(&all[2], 1)]).await.refusal(), (409, "incoming_payment.more_than_left"));
    let answer = host.owner.get(&format!("/incoming-payments?organisationId={}", host.organisation)).await.expect(200);
    assert_eq!(answer["sums"][0]["amount"]["minor"], json!(2 * whole), "it is counted once");

    let undone = take_back(&host.owner, &said, json!({"reason": "två olika"})).await.expect(200);
    assert_eq!((&undone["left"], &undone["sameAs"]), (&undone["amount"], &Value::Null));
    assert_eq!(stands(&host, AccountKind::Bank).await, 3 * whole);
    assert_eq!(undone["deposits"].as_array().unwrap().len(), 1, "it can be said again");
    assert_eq!(audit(&host, "incoming_payment.same_deposit").await.len(), 1);
    proved(&host).await;
}

#[rstest]
#[tokio::test]
async fn one_deposit_is_the_sum_of_one_payment_whoever_says_so_at_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = ready(engine).await;
    take(&host, &bgmax(1, &[("", '0', 500, "Bo Ek"), ("", '0', 300, "Asa Ek")])).await.expect(201);
    take(&host, &camt("S1", &[sum_of(800, "2026-11-21", "B1"), sum_of(800, "2026-11-22", "B2")])).await.expect(201);
    let sums: Vec<Value> =
        payments(&host, "").await.into_iter().filter(|it| it["amount"]["minor"] == json!(800)).collect();
    let first = read(&host, &sums[0]).await["deposits"][0]["firstId"].clone();
    let answers = futures::future::join_all(sums.iter().map(|it| same(&host.owner, it, &first))).await;
    let mut codes: Vec<u16> = answers.iter().map(|it| it.status).collect();
    codes.sort_unstable();
    assert_eq!(codes, [200, 409]);
    assert_eq!(stands(&host, AccountKind::Bank).await, 1_600);
    proved(&host).await;
}

#[rstest]
#[tokio::test]
async fn a_clerk_sees_and_takes_nothing_back(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = ready(engine).await;
    take(&host, &bgmax(1, &[("", '0', 777, "Kalle")])).await.expect(201);
    let payment = only(&host, "").await;
    let clerk = host.as_(Role::Clerk, At::Organisation(host.organisation.clone())).await;
    assert_eq!(take_back(&clerk, &payment, json!({"reason": "fel"})).await.status, 403);
    assert_eq!(same(&clerk, &payment, &payment["id"]).await.status, 403);
    let manager = host.as_(Role::Manager, At::Facility(host.facility.clone())).await;
    assert_eq!(take_back(&manager, &payment, json!({"reason": "fel"})).await.status, 404);
}
