//! What somebody has left is paid out in cash at the counter: asked for by one, approved by another, handed over out of an open
//! till once, and on the ledger as it is in the drawer (PRE-11, PRE-19).

use crate::documents::words;
use crate::incoming_payments::{bgmax, due, invoices, payments, stands, take as take_file};
use crate::locked_months::lock;
use crate::month_runs::ready;
use crate::reconciliation::{differences, reconciled};
use crate::story::{audit, text};
use crate::till::{close, holds, open, prepaid, seen, take, take_back, turned_on, wish};
use chrono::TimeDelta;
use futures::future::join_all;
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_domain::access::Role;
use stolpe_domain::ledger::AccountKind;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::{Answer, At, Desk, TestHost};

/// A counter with a clerk at a till with 500 kronor in it, an accountant who approves, and Åsa, who has paid her invoice and has
/// 300.50 left.
pub(crate) struct Left {
    pub(crate) host: TestHost,
    pub(crate) clerk: Desk,
    accountant: Desk,
    pub(crate) till: Value,
    asa: Value,
    /// What came by card, for her invoice and beforehand.
    card: i64,
}

pub(crate) async fn left(engine: Engine) -> Left {
    let host = ready(engine).await;
    let invoice = invoices(&host).await.remove(0);
    let asa = invoice["personId"].clone();
    turned_on(&host).await;
    let at = || At::Organisation(host.organisation.clone());
    let clerk = host.as_(Role::Clerk, at()).await;
    let accountant = host.as_(Role::Accountant, at()).await;
    let till = open(&host, &clerk, 50_000).await.expect(201);
    let card = due(&invoice) + 30_050;
    take(&clerk, &till, wish(&asa, "card", card, &[(&invoice, due(&invoice))])).await.expect(201);
    host.sent().await;
    Left { host, clerk, accountant, till, asa, card }
}

pub(crate) async fn ask(desk: &Desk, person: &Value, minor: i64) -> Answer {
    let body = json!({"personId": person, "minor": minor, "atCounter": true, "reason": "har flyttat"});
    desk.post("/payouts", body).await
}

pub(crate) async fn act(desk: &Desk, payout: &Value, what: &str) -> Answer {
    let version = payout["rowVersion"].as_i64().unwrap();
    desk.post_at(&format!("/payouts/{}/{what}", text(&payout["id"])), version, json!(null)).await
}

pub(crate) async fn pay_out(desk: &Desk, till: &Value, payout: &Value) -> Answer {
    let body = json!({"payoutId": payout["id"], "mail": true});
    desk.post(&format!("/tills/{}/payouts", text(&till["id"])), body).await
}

impl Left {
    pub(crate) async fn approved(&self, minor: i64) -> Value {
        let asked = ask(&self.clerk, &self.asa, minor).await.expect(201);
        act(&self.accountant, &asked, "approve").await.expect(200)
    }

    pub(crate) async fn state(&self, payout: &Value) -> String {
        let seen = self.host.owner.get(&format!("/payouts/{}", text(&payout["id"]))).await.expect(200);
        text(&seen["state"])
    }

    async fn waiting(&self) -> Value {
        self.clerk.get(&format!("/tills/{}/payouts", text(&self.till["id"]))).await.expect(200)
    }
}

fn last(till: &Value) -> &Value {
    till["entries"].as_array().unwrap().last().unwrap()
}

#[rstest]
#[tokio::test]
async fn pre_11_what_was_approved_is_handed_over_once_with_a_receipt_and_stands_in_the_report_and_the_books(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = left(engine).await;
    let offer = it.host.owner.get(&format!("/payout-offer?personId={}", text(&it.asa))).await.expect(200);
    assert_eq!((&offer["atCounter"], &offer["most"]["minor"]), (&json!(true), &json!(30_050)));
    let approved = it.approved(30_000).await;
    assert_eq!((&approved["atCounter"], &approved["account"]), (&json!(true), &Value::Null));
    let waits = it.host.owner.get("/todo").await.expect(200);
    let waits = waits["items"].as_array().unwrap();
    assert!(waits.iter().any(|it| it["kind"] == "payout.at_counter" && it["count"] == 1), "{waits:?}");
    let waiting = it.waiting().await;
    assert_eq!((&waiting[0]["id"], &waiting[0]["refusal"]), (&approved["id"], &Value::Null));

    // Pressed twice it is handed over once; what is held on the ledger becomes cash that has gone.
    let path = format!("/tills/{}/payouts", text(&it.till["id"]));
    let body = json!({"payoutId": approved["id"], "mail": true});
    it.clerk.post_once("tryck", &path, body.clone()).await.expect(201);
    let till = it.clerk.post_once("tryck", &path, body).await.expect(201);
    assert_eq!(pay_out(&it.clerk, &it.till, &approved).await.refusal(), (409, "till.not_approved"));
    let entry = last(&till);
    assert_eq!((&entry["kind"], &entry["amount"]["minor"]), (&json!("paid_out"), &json!(30_000)));
    assert_eq!((&entry["payer"], &entry["payoutId"]), (&json!("Åsa Ek"), &approved["id"]));
    let sums = &till["sums"];
    assert_eq!((&sums["cashOut"]["minor"], &sums["expected"]["minor"]), (&json!(30_000), &json!(20_000)));
    assert_eq!((&sums["paidOut"], &sums["toPrepaid"]["minor"]), (&json!(1), &json!(30_050)));
    assert_eq!((it.state(&approved).await, it.waiting().await), ("paid".to_owned(), json!([])));
    assert_eq!((stands(&it.host, AccountKind::Cash).await, prepaid(&it.host).await), (-30_000, 50));
    assert_eq!((audit(&it.host, "till.paid_out").await.len(), audit(&it.host, "payout.paid").await.len()), (1, 1));
    holds(&it.host).await;

    // The receipt, by mail in its own words and on paper, where whoever got the money signs.
    let sent = it.host.sent().await;
    let [mail] = &sent[..] else { panic!("{sent:?}") };
    let number = entry["number"].as_str().unwrap();
    assert!(mail.subject.contains("Kvitto på utbetalning") && mail.subject.contains(number), "{mail:?}");
    assert!(mail.text.contains("300,00") && mail.text.contains("kontant i kassan"), "{mail:?}");
    let read = words(&mail.attachments[0].content);
    for word in ["Kvitto på utbetalning", number, "Utbetalt till", "Åsa Ek", "Mottagarens underskrift", "ingen moms"]
    {
        assert!(read.contains(word), "{word}: {read}");
    }

    // Its own line in the report, on paper and as a table.
    let id = text(&it.till["id"]);
    let report = words(&it.clerk.get(&format!("/tills/{id}/report")).await.bytes);
    for word in ["Kontant utbetalt", "kontant, utbetalt", "−300,00", "200,00"] {
        assert!(report.contains(word), "{word}: {report}");
    }
    let table = it.host.owner.get(&format!("/exports/tills/{id}?format=nordic")).await;
    let table = String::from_utf8(table.bytes).unwrap();
    assert!(table.contains("Kontant utbetalt;;;;-300,00"), "{table}");
    assert!(table.contains(&format!("Utbetalt;{number}")), "{table}");

    // A voucher of its own: cash has gone, and what was kept for her is gone as well.
    let path = format!("/bookkeeping/file?organisationId={}&month=2026-11&form=sie", it.host.organisation);
    let sie = it.host.owner.get(&path).await.bytes;
    let sie: String = sie.iter().map(|byte| char::from(*byte)).collect();
    let voucher = sie.split("#VER").find(|it| it.contains("#TRANS 1910 {} -300.00")).unwrap_or_else(|| panic!("{sie}"));
    assert!(voucher.contains(" {} 300.00"), "{voucher}");
}

#[rstest]
#[tokio::test]
async fn what_was_paid_out_amiss_comes_back_into_the_till_and_is_left_over_as_before(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = left(engine).await;
    let approved = it.approved(30_000).await;
    let till = pay_out(&it.clerk, &it.till, &approved).await.expect(201);
    it.host.sent().await;
    let path = format!("/till-entries/{}/take-back", text(&last(&till)["id"]));
    let after = it.clerk.post(&path, json!({"reason": "ångrade sig", "mail": true})).await.expect(201);
    // Whoever gives back what they got is told so, and not that they have paid.
    let sent = it.host.sent().await;
    let [mail] = &sent[..] else { panic!("{sent:?}") };
    assert!(mail.subject.contains("Utbetalning återlämnad") && mail.text.contains("fortfarande dina"), "{mail:?}");
    assert!(mail.text.contains("300,00") && mail.attachments.len() == 1, "{mail:?}");
    let [.., was, back] = &after["entries"].as_array().unwrap()[..] else { panic!("{after}") };
    assert_eq!((&was["takenBackBy"]["number"], &back["kind"]), (&back["number"], &json!("came_back")));
    assert_eq!((&back["takesBack"], &back["payoutId"]), (&was["number"], &Value::Null));
    let sums = &after["sums"];
    assert_eq!((&sums["cashOutBack"]["minor"], &sums["expected"]["minor"]), (&json!(30_000), &json!(50_000)));
    assert_eq!(it.state(&approved).await, "returned");
    assert_eq!((stands(&it.host, AccountKind::Cash).await, prepaid(&it.host).await), (0, 30_050));
    assert_eq!(take_back(&it.clerk, was).await.refusal(), (409, "till.taken_back"));
    assert_eq!(take_back(&it.clerk, back).await.refusal(), (409, "till.not_taken"));
    assert_eq!(pay_out(&it.clerk, &it.till, &approved).await.refusal(), (409, "till.not_approved"));
    let receipt = it.clerk.get(&format!("/till-entries/{}/receipt", text(&back["id"]))).await;
    assert!(words(&receipt.bytes).contains("Kvitto på återlämnad utbetalning"));
    // It is asked for and approved anew, and the till is counted with what is in it.
    let again = it.approved(10_000).await;
    let till = pay_out(&it.clerk, &it.till, &again).await.expect(201);
    close(&it.clerk, &till, 40_000, None).await.expect(200);
    assert_eq!((stands(&it.host, AccountKind::Cash).await, prepaid(&it.host).await), (-10_000, 20_050));
    assert_eq!(take_back(&it.clerk, last(&till)).await.refusal(), (409, "till.none_open"));
    holds(&it.host).await;
}

#[rstest]
#[tokio::test]
async fn what_cannot_be_paid_out_at_the_counter_is_refused_with_its_reason(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = left(engine).await;
    let path = format!("/payout-sender?organisationId={}", it.host.organisation);
    it.host.owner.put_at(&path, 0, json!({"bic": "HANDSESS"})).await.expect(200);
    // In coins, no more than is left, for a reason, and of what somebody known has left.
    for (minor, code) in [(30_050, "till.coins"), (30_100, "payout.more_than_unused"), (0, "payout.nothing")] {
        assert_eq!(ask(&it.clerk, &it.asa, minor).await.refusal(), (409, code), "{minor}");
    }
    let body = json!({"personId": it.asa, "minor": 100, "atCounter": true, "reason": " "});
    assert_eq!(it.clerk.post("/payouts", body).await.status, 422);
    assert_eq!(it.clerk.post("/payouts", json!({"personId": it.asa, "minor": 100, "reason": "x"})).await.status, 422);
    take_file(&it.host, &bgmax(1, &[("", '0', 5_000, "Kalles Plåt AB")])).await.expect(201);
    let unplaced = payments(&it.host, "&open=true").await.remove(0);
    let body = json!({"incomingPaymentId": unplaced["id"], "minor": 5_000, "atCounter": true, "reason": "fel"});
    assert_eq!(it.clerk.post("/payouts", body).await.refusal(), (409, "payout.nobody_at_counter"));

    // Nobody approves what they have asked for, and nothing goes out that nobody has approved.
    let asked = ask(&it.host.owner, &it.asa, 30_000).await.expect(201);
    assert_eq!(act(&it.host.owner, &asked, "approve").await.refusal(), (409, "decision.own_wish"));
    assert_eq!(act(&it.clerk, &asked, "approve").await.status, 403);
    assert_eq!(pay_out(&it.clerk, &it.till, &asked).await.refusal(), (409, "till.not_approved"));
    let approved = act(&it.accountant, &asked, "approve").await.expect(200);
    assert_eq!(ask(&it.clerk, &it.asa, 100).await.refusal(), (409, "payout.more_than_unused"), "it is held");

    // No bank has to do with it.
    let file =
        json!({"organisationId": it.host.organisation, "payoutIds": [approved["id"]], "executeOn": "2026-11-21"});
    assert_eq!(it.host.owner.post("/payout-files", file).await.refusal(), (409, "payout.at_counter"));
    // Out of one's own till, which is open and has so much in it.
    assert_eq!(pay_out(&it.host.owner, &it.till, &approved).await.refusal(), (409, "till.not_yours"));
    assert_eq!(pay_out(&it.accountant, &it.till, &approved).await.status, 403);
    let poor = it.host.as_(Role::Clerk, At::Organisation(it.host.organisation.clone())).await;
    let drawer = open(&it.host, &poor, 29_900).await.expect(201);
    assert_eq!(pay_out(&poor, &it.till, &approved).await.status, 404);
    assert_eq!(pay_out(&poor, &drawer, &approved).await.refusal(), (409, "till.too_little"));
    let waiting = poor.get(&format!("/tills/{}/payouts", text(&drawer["id"]))).await.expect(200);
    assert_eq!(waiting[0]["refusal"], "till.too_little");
    close(&poor, &drawer, 29_900, None).await.expect(200);
    assert_eq!(pay_out(&poor, &drawer, &approved).await.refusal(), (409, "till.closed"));
    let setting = format!("/till-setting?organisationId={}", it.host.organisation);
    it.host.owner.put_at(&setting, 1, json!({"active": false})).await.expect(200);
    assert_eq!(pay_out(&it.clerk, &it.till, &approved).await.refusal(), (409, "till.off"));
    it.host.owner.put_at(&setting, 2, json!({"active": true})).await.expect(200);

    // Nobody hands money to themselves.
    let mine = it.clerk.get("/me").await.expect(200)["personId"].clone();
    take(&it.clerk, &it.till, wish(&mine, "card", 10_000, &[])).await.expect(201);
    let own = ask(&it.host.owner, &mine, 10_000).await.expect(201);
    let own = act(&it.accountant, &own, "approve").await.expect(200);
    assert_eq!(pay_out(&it.clerk, &it.till, &own).await.refusal(), (409, "till.own_money"));

    // A payout to an account is not handed over, and what was handed over comes back at the counter and not by the bank.
    let account = json!({"personId": it.asa, "minor": 50, "accountKind": "bankgiro", "account": "991-2346",
        "name": "Åsa Ek", "reason": "resten"});
    let account = it.clerk.post("/payouts", account).await.expect(201);
    let account = act(&it.accountant, &account, "approve").await.expect(200);
    assert_eq!(pay_out(&it.clerk, &it.till, &account).await.refusal(), (409, "till.not_approved"));
    pay_out(&it.clerk, &it.till, &approved).await.expect(201);
    let paid = it.host.owner.get(&format!("/payouts/{}", text(&approved["id"]))).await.expect(200);
    assert_eq!(paid["maySettle"], false);
    let returned = json!({"outcome": "returned", "on": "2026-11-21", "reason": "kom åter"});
    let path = format!("/payouts/{}/outcome", text(&approved["id"]));
    let refused = it.host.owner.post_at(&path, paid["rowVersion"].as_i64().unwrap(), returned).await;
    assert_eq!(refused.refusal(), (409, "payout.not_at_bank"));
    holds(&it.host).await;
}

#[rstest]
#[tokio::test]
async fn of_many_who_hand_over_or_withdraw_one_payout_at_once_one_does(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = left(engine).await;
    let second = open(&it.host, &it.host.owner, 50_000).await.expect(201);
    let approved = it.approved(30_000).await;
    let one = async |place: usize| match place % 3 {
        0 => pay_out(&it.clerk, &it.till, &approved).await,
        1 => pay_out(&it.host.owner, &second, &approved).await,
        _ => act(&it.clerk, &approved, "withdraw").await,
    };
    let all = join_all((0..24).map(one)).await;
    let done = all.iter().filter(|it| it.status < 300).count();
    assert_eq!(done, 1, "{:?}", all.iter().map(|it| it.status).collect::<Vec<_>>());
    let out = it.state(&approved).await == "paid";
    let gone = if out { 30_000 } else { 0 };
    assert_eq!((stands(&it.host, AccountKind::Cash).await, prepaid(&it.host).await), (-gone, 30_050 - gone));
    holds(&it.host).await;
}

#[rstest]
#[tokio::test]
async fn cash_that_was_paid_out_is_not_waited_for_at_the_bank_and_a_locked_month_pays_nothing_out(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = left(engine).await;
    // 500 come in cash and 300 of them go out again: 200 are to be brought to the bank.
    take(&it.clerk, &it.till, wish(&it.asa, "cash", 50_000, &[])).await.expect(201);
    let approved = it.approved(30_000).await;
    pay_out(&it.clerk, &it.till, &approved).await.expect(201);
    let not_brought = |minor: i64| ("not_brought".to_owned(), minor);
    assert_eq!(differences(&reconciled(&it.host).await), [not_brought(20_000), not_brought(it.card)]);
    take_file(&it.host, &bgmax(1, &[("", '0', 20_000, "Insättning")])).await.expect(201);
    let line = payments(&it.host, "&open=true").await.remove(0);
    let path = format!("/incoming-payments/{}/from-counter", text(&line["id"]));
    it.host.owner.post_at(&path, line["rowVersion"].as_i64().unwrap(), json!({"means": "cash"})).await.expect(200);
    assert_eq!(differences(&reconciled(&it.host).await), [not_brought(it.card)], "the card is still to come");
    assert_eq!(stands(&it.host, AccountKind::Cash).await, 0);

    // What was approved before a month was locked is paid out in the month that is open; a clock set back is not believed.
    let waits = it.approved(10_000).await;
    it.host.clock.advance(TimeDelta::days(11));
    let owner = it.host.sign_in(None, stolpe_testkit::host::OWNER).await;
    let mut host = it.host;
    host.owner = owner;
    lock(&host, "2026-11").await.expect(200);
    let till = open(&host, &host.owner, 10_000).await.expect(201);
    host.clock.advance(TimeDelta::days(-11));
    let refused = pay_out(&host.owner, &till, &waits).await;
    assert_eq!(refused.status, 409, "{}", refused.body);
    assert_eq!(seen(&host.owner, &till).await["entries"], json!([]));
    host.clock.advance(TimeDelta::days(11));
    pay_out(&host.owner, &till, &waits).await.expect(201);
    assert_eq!(stands(&host, AccountKind::Cash).await, -10_000);
    holds(&host).await;
}
