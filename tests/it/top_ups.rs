//! Paying in advance (PRE-08, PRE-10 to PRE-12, PRE-14 to PRE-17): by the rule of the facility, through every provider, booked
//! once under a numbered receipt, and never more drawn than was put in.

use crate::documents::words;
use crate::locked_months::booked;
use crate::month_runs::{charge, committed, documents, planned};
use crate::payments::{Paying, agreement, paying, providers};
use crate::story::{audit, text};
use crate::till::{open, ran, take, turned_on, wish};
use chrono::TimeDelta;
use futures::future::join_all;
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_domain::access::Role;
use stolpe_domain::ledger::AccountKind;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::{Answer, At, Desk, PaymentDouble, PaymentDoubleKind};

fn setting(it: &Paying) -> String {
    format!("/top-up-setting?facilityId={}", it.host.facility)
}

/// A facility at which residents put in ten kronor at least, in whole kronor.
async fn offered(engine: Engine, kind: PaymentDoubleKind) -> Paying {
    let it = paying(engine, kind).await;
    let rule = json!({"on": true, "leastMinor": 1_000, "stepMinor": 100});
    it.host.owner.put_at(&setting(&it), 0, rule).await.expect(200);
    it
}

async fn put_in(it: &Paying, minor: i64, provider: &str) -> Answer {
    let what = json!({"facilityId": it.host.facility, "minor": minor, "provider": provider});
    it.asa.post("/me/top-ups", what).await
}

async fn begun(it: &Paying, minor: i64) -> Value {
    put_in(it, minor, "swish").await.expect(201)
}

async fn balance(it: &Paying) -> Value {
    it.asa.get("/me/balances").await.expect(200)["items"][0].clone()
}

/// What has come, what Åsa has, and that the ledger holds.
async fn stands(it: &Paying, clearing: i64, prepaid: i64) {
    assert_eq!((it.clearing().await, it.prepaid().await), (clearing, prepaid));
    assert_eq!(balance(it).await["balance"]["minor"], prepaid);
    assert_eq!(it.host.app.prove_ledger().await.unwrap().faults, vec![]);
}

#[rstest]
#[case(PaymentDoubleKind::Swish, "swish")]
#[case(PaymentDoubleKind::Payson, "payson")]
#[tokio::test]
async fn pre_08_money_is_put_in_in_the_portal_booked_once_and_has_a_numbered_receipt(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[case] kind: PaymentDoubleKind,
    #[case] provider: &str,
) {
    let it = offered(engine, kind).await;
    it.host.mail_on().await;
    it.host.sent().await;
    let empty = balance(&it).await;
    assert_eq!(
        (&empty["balance"]["minor"], &empty["isOffered"], &empty["needsEmail"]),
        (&json!(0), &json!(true), &json!(false))
    );
    let begun = put_in(&it, 20_000, provider).await.expect(201);
    assert_eq!(
        (&begun["state"], &begun["purpose"], &begun["number"]),
        (&json!("awaiting"), &json!("top_up"), &Value::Null)
    );
    assert_eq!(balance(&it).await["openPaymentId"], begun["id"]);
    stands(&it, 0, 0).await;
    let callback = it.agrees(&begun).await;
    assert_eq!(it.send(&callback).await.status, 200);
    stands(&it, 0, 0).await;
    it.ask().await;
    stands(&it, 20_000, 20_000).await;
    for _ in 0..2 {
        assert_eq!(it.send(&callback).await.status, 200);
        it.ask().await;
    }
    stands(&it, 20_000, 20_000).await;
    assert_eq!(it.mine(&begun).await["number"], "2026-0001");

    let receipt = balance(&it).await["receipts"][0].clone();
    assert_eq!(
        (&receipt["number"], &receipt["amount"]["minor"], &receipt["balance"]["minor"]),
        (&json!("2026-0001"), &json!(20_000), &json!(20_000))
    );
    let path = format!("/me/top-up-receipts/{}/file", text(&receipt["id"]));
    let paper = words(&it.asa.get(&path).await.bytes);
    for said in ["Kvitto på förskottsbetalning", "2026-0001", "200,00", "Åsa Ek", "momsen redovisas på de fakturor"]
    {
        assert!(paper.contains(said), "{said}: {paper}");
    }
    let seen = it.at_desk(&begun).await;
    assert_eq!(
        (&seen["number"], &seen["recipient"], &seen["receipts"][0]["id"]),
        (&json!("2026-0001"), &json!("Åsa Ek"), &receipt["id"])
    );
    let at_desk = it.host.owner.get(&format!("/top-up-receipts/{}/file", text(&receipt["id"]))).await;
    assert_eq!(at_desk.status, 200);
    let sent = it.host.sent().await;
    let [mail] = &sent[..] else { panic!("{sent:?}") };
    assert_eq!((&*mail.to, &*mail.attachments[0].name), ("asa@example.se", "forskottskvitto-2026-0001.pdf"));
    assert!(mail.text.contains("200,00"), "{mail:?}");
    for action in ["payment.begun", "payment.received"] {
        assert_eq!(audit(&it.host, action).await.len(), 1, "{action}");
    }
    // In the books it is an advance from customers.
    let books = booked(&it.host, "2026-11").await;
    let advance = books["accounts"].as_array().unwrap().iter().find(|it| it["number"] == "2420").unwrap();
    assert_eq!((&advance["debit"]["minor"], &advance["credit"]["minor"]), (&json!(0), &json!(20_000)));
    let path = format!("/bookkeeping/file?organisationId={}&month=2026-11&form=sie", it.host.organisation);
    let file: String = it.host.owner.get(&path).await.bytes.into_iter().map(char::from).collect();
    assert!(file.contains("#TRANS 2420 {} -200.00"), "{file}");
}

#[rstest]
#[tokio::test]
async fn pre_14_norwegian_money_is_put_in_with_vipps_and_has_its_receipt_in_norwegian(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = paying(engine, PaymentDoubleKind::Swish).await;
    let (host, double) = (&it.host, PaymentDouble::start(PaymentDoubleKind::Vipps));
    let path = format!("/payment-agreement?organisationId={}&with=vipps", host.organisation);
    host.owner.put_at(&path, 0, agreement(PaymentDoubleKind::Vipps, &double)).await.expect(200);
    let norwegian = json!({"code": "FJORD", "name": "Fjordgata", "country": "NO"});
    let path = format!("/facilities?organisationId={}", host.organisation);
    let facility = text(&host.owner.post(&path, norwegian).await.expect(201)["id"]);
    let rule = json!({"on": true, "leastMinor": 1_000, "stepMinor": 100});
    host.owner.put_at(&format!("/top-up-setting?facilityId={facility}"), 0, rule).await.expect(200);
    let person = json!({"givenName": "Kari", "familyName": "Nordmann", "language": "nb", "email": "kari@example.no"});
    let path = format!("/persons?organisationId={}&facilityId={facility}", host.organisation);
    let person = text(&host.owner.post(&path, person).await.expect(201)["id"]);
    let login = json!({"personId": person, "facilityId": facility, "username": "kari"});
    let login = text(&host.owner.post("/logins", login).await.expect(201)["id"]);
    host.give_password(&login, false).await;
    let beside = host.beside().await.taking_payments(providers(PaymentDoubleKind::Vipps, &double));
    let kari = beside.bearer(&json!(host.sign_in(Some("FJORD"), "kari").await.token));

    let wrong = json!({"facilityId": facility, "minor": 15_000, "provider": "swish"});
    assert_eq!(kari.post("/me/top-ups", wrong).await.refusal(), (409, "payment.no_agreement"));
    let what = json!({"facilityId": facility, "minor": 15_000, "provider": "vipps"});
    let begun = kari.post("/me/top-ups", what).await.expect(201);
    assert_eq!((&begun["state"], &begun["amount"]["currency"]), (&json!("awaiting"), &json!("NOK")), "{begun}");
    let seen = host.owner.get(&format!("/payments/{}", text(&begun["id"]))).await.expect(200);
    let name = text(&seen["attempts"][0]["reference"]);
    double.outside(&json!({"id": name, "status": "AUTHORIZED"}));
    host.clock.advance(TimeDelta::seconds(4));
    beside.app.ask_due_payments().await.unwrap();
    let mine = kari.get("/me/balances").await.expect(200)["items"][0].clone();
    assert_eq!(mine["balance"], json!({"minor": 15_000, "currency": "NOK"}));
    let path = format!("/me/top-up-receipts/{}/file", text(&mine["receipts"][0]["id"]));
    let paper = words(&kari.get(&path).await.bytes);
    assert!(paper.contains("Kvittering for forskuddsbetaling") && paper.contains("150,00"), "{paper}");
    assert_eq!(host.app.prove_ledger().await.unwrap().faults, vec![]);
}

#[rstest]
#[tokio::test]
async fn pre_08_and_pre_10_nobody_puts_money_in_where_it_is_off_without_an_address_or_elsewhere(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = paying(engine, PaymentDoubleKind::Swish).await;
    assert_eq!(it.asa.get("/me/balances").await.expect(200)["items"], json!([]), "off until somebody says so");
    assert_eq!(put_in(&it, 10_000, "swish").await.refusal(), (409, "top_up.off"));
    let rule = json!({"on": true, "leastMinor": 1_000, "stepMinor": 100});
    it.host.owner.put_at(&setting(&it), 0, rule.clone()).await.expect(200);
    assert_eq!(it.host.owner.put_at(&setting(&it), 0, rule.clone()).await.status, 412);

    it.asa.patch("/me", json!({"email": null, "password": stolpe_testkit::host::PASSWORD})).await.expect(200);
    assert_eq!(balance(&it).await["needsEmail"], true);
    assert_eq!(put_in(&it, 10_000, "swish").await.refusal(), (409, "top_up.no_email"));
    let address = json!({"email": "asa@example.se", "password": stolpe_testkit::host::PASSWORD});
    it.asa.patch("/me", address).await.expect(200);
    assert_eq!(begun(&it, 10_000).await["state"], "awaiting", "it is asked for once and kept");

    let other = json!({"code": "ANNAT", "name": "Annat", "country": "SE"});
    let path = format!("/facilities?organisationId={}", it.host.organisation);
    let other = it.host.owner.post(&path, other).await.expect(201)["id"].clone();
    let elsewhere = json!({"facilityId": other, "minor": 10_000, "provider": "swish"});
    assert_eq!(it.asa.post("/me/top-ups", elsewhere).await.refusal(), (404, "not_found"));
    let at = At::Own(it.host.organisation.clone(), it.host.facility.clone());
    let neighbour = it.host.as_(Role::Resident, at).await;
    assert_eq!(neighbour.get("/me/balances").await.expect(200)["items"][0]["openPaymentId"], Value::Null);
    assert_eq!(it.asa.get(&setting(&it)).await.status, 404, "residents see what they are offered, and nothing else");
    assert_eq!(audit(&it.host, "top_up.setting_changed").await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn pre_11_an_amount_keeps_to_the_rule_and_what_is_on_its_way_counts(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = offered(engine, PaymentDoubleKind::Swish).await;
    let rule =
        json!({"on": true, "leastMinor": 5_000, "stepMinor": 2_500, "mostMinor": 50_000, "mostADayMinor": 60_000});
    it.host.owner.put_at(&setting(&it), 1, rule).await.expect(200);
    for (minor, code) in [
        (4_900, "top_up.below_least"),
        (-5_000, "top_up.below_least"),
        (5_100, "top_up.between_steps"),
        (52_500, "top_up.above_most"),
    ] {
        let refused = put_in(&it, minor, "swish").await.expect(422);
        assert_eq!(refused["fields"]["minor"], code);
    }
    let first = begun(&it, 50_000).await;
    assert_eq!(begun(&it, 50_000).await["id"], first["id"], "whoever presses twice pays once");
    assert_eq!(put_in(&it, 10_000, "swish").await.refusal(), (409, "top_up.another_open"));
    it.agrees(&first).await;
    it.ask().await;
    assert_eq!(put_in(&it, 12_500, "swish").await.expect(422)["fields"]["minor"], "top_up.above_day");
    let second = begun(&it, 10_000).await;
    it.agrees(&second).await;
    it.ask().await;
    stands(&it, 60_000, 60_000).await;
    // Tomorrow is another day, where the facility is.
    it.host.clock.advance(TimeDelta::hours(24));
    assert_eq!(begun(&it, 50_000).await["state"], "awaiting");
    let unsound = json!({"on": true, "leastMinor": 5_050, "stepMinor": 0, "mostMinor": 100});
    let refused = it.host.owner.put_at(&setting(&it), 2, unsound).await.expect(422);
    assert_eq!(
        (&refused["fields"]["leastMinor"], &refused["fields"]["stepMinor"]),
        (&json!("top_up.whole"), &json!("top_up.amount"))
    );
}

#[rstest]
#[case::denied("DECLINED", None, "denied")]
#[case::aborted("ERROR", Some("BANKIDCL"), "aborted")]
#[case::expired("ERROR", Some("TM01"), "expired")]
#[tokio::test]
async fn pre_15_what_fails_never_touches_the_balance_and_the_next_try_is_the_same_purchase(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[case] status: &str,
    #[case] code: Option<&str>,
    #[case] state: &str,
) {
    let it = offered(engine, PaymentDoubleKind::Swish).await;
    let first = begun(&it, 10_000).await;
    it.payer(&first, status, json!({"code": code})).await;
    it.ask().await;
    let failed = it.mine(&first).await;
    assert_eq!((&failed["state"], &failed["canTryAgain"]), (&json!(state), &json!(true)));
    stands(&it, 0, 0).await;
    let second = begun(&it, 10_000).await;
    assert_eq!((&second["id"], &second["state"]), (&first["id"], &json!("awaiting")));
    it.agrees(&second).await;
    it.ask().await;
    stands(&it, 10_000, 10_000).await;
    assert_eq!(it.at_desk(&first).await["attempts"].as_array().unwrap().len(), 2);
    assert_eq!(balance(&it).await["receipts"].as_array().unwrap().len(), 1);
}

#[rstest]
#[tokio::test]
async fn what_is_sent_in_a_providers_name_puts_nothing_in_and_late_words_change_nothing(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = offered(engine, PaymentDoubleKind::Swish).await;
    let begun = begun(&it, 10_000).await;
    let reference = it.reference(&begun).await;
    let forged = json!({"body": {"id": reference, "status": "PAID", "amount": 1_000_000.0, "currency": "SEK"}});
    assert_eq!(it.send(&forged).await.status, 200);
    it.ask().await;
    stands(&it, 0, 0).await;
    it.agrees(&begun).await;
    it.ask().await;
    stands(&it, 10_000, 10_000).await;
    let late = json!({"body": {"id": reference, "status": "DECLINED", "amount": 100.0, "currency": "SEK"}});
    assert_eq!(it.send(&late).await.status, 200);
    assert_eq!(it.ask().await, 0);
    stands(&it, 10_000, 10_000).await;
}

#[rstest]
#[tokio::test]
async fn a_provider_that_is_silent_after_it_took_the_money_is_asked_until_it_is_known(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = offered(engine, PaymentDoubleKind::Swish).await;
    it.double.lose_an_answer_after(0);
    let begun = begun(&it, 10_000).await;
    assert_eq!((&begun["state"], &begun["canTryAgain"]), (&json!("unknown"), &json!(false)));
    assert_eq!(put_in(&it, 10_000, "swish").await.expect(201)["id"], begun["id"]);
    it.agrees(&begun).await;
    it.ask().await;
    stands(&it, 10_000, 10_000).await;
}

#[rstest]
#[tokio::test]
async fn money_that_comes_for_a_try_that_was_given_up_is_the_payers_own_and_two_tries_are_looked_at(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = offered(engine, PaymentDoubleKind::Swish).await;
    let first = begun(&it, 10_000).await;
    let given_up = it.reference(&first).await;
    it.payer(&first, "ERROR", json!({"code": "TM01"})).await;
    it.ask().await;
    let second = begun(&it, 10_000).await;
    it.agrees(&second).await;
    it.ask().await;
    stands(&it, 10_000, 10_000).await;
    // The bank of the payer has carried out the first one all the same.
    it.double.outside(&json!({"id": given_up, "status": "PAID"}));
    let told = json!({"body": {"id": given_up, "status": "PAID"}});
    assert_eq!(it.send(&told).await.status, 200);
    it.ask().await;
    stands(&it, 20_000, 20_000).await;
    let seen = it.at_desk(&first).await;
    assert_eq!((&seen["concern"], seen["receipts"].as_array().unwrap().len()), (&json!("more_than_open"), 2));
}

#[rstest]
#[tokio::test]
async fn another_amount_waits_on_suspense_until_somebody_has_placed_it(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = offered(engine, PaymentDoubleKind::Swish).await;
    let begun = begun(&it, 10_000).await;
    it.payer(&begun, "PAID", json!({"amount": 70.0})).await;
    it.ask().await;
    stands(&it, 7_000, 0).await;
    let seen = it.at_desk(&begun).await;
    assert_eq!((&seen["concern"], &seen["receipts"]), (&json!("other_amount"), &json!([])));
    let look = format!("/payments/{}/look", text(&begun["id"]));
    let places = json!({"reason": "hon satte in sjuttio", "places": true});
    it.host.owner.post_at(&look, seen["rowVersion"].as_i64().unwrap(), places).await.expect(200);
    stands(&it, 7_000, 7_000).await;
    assert_eq!(
        (it.stands(AccountKind::Suspense).await, &balance(&it).await["receipts"][0]["amount"]["minor"]),
        (0, &json!(7_000))
    );
}

#[rstest]
#[tokio::test]
async fn what_was_put_in_follows_to_the_next_invoice(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = offered(engine, PaymentDoubleKind::Swish).await;
    let begun = begun(&it, 100_000).await;
    it.agrees(&begun).await;
    it.ask().await;
    let mut charger = it.host.charger("CP-2").await;
    charge(&mut charger, "AA", 13, 8_000).await;
    committed(&it.host, &planned(&it.host, "2026-11").await, json!({})).await;
    let all = documents(&it.host).await;
    let next = all.iter().find(|other| other["id"] != it.invoice["id"]).unwrap();
    assert_eq!(next["state"], "paid", "{next}");
    // What had been invoiced before is paid with it as well, the oldest first.
    let left = 100_000 - it.due() - next["payable"]["minor"].as_i64().unwrap();
    stands(&it, 100_000, left).await;
}

#[rstest]
#[tokio::test]
async fn what_was_put_in_goes_back_with_a_second_approver_and_never_more_than_is_there(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = offered(engine, PaymentDoubleKind::Swish).await;
    let begun = begun(&it, 30_000).await;
    it.agrees(&begun).await;
    it.ask().await;
    let path = format!("/payments/{}/refunds", text(&begun["id"]));
    let wish = |minor: i64| json!({"minor": minor, "reason": "flyttar"});
    assert_eq!(it.host.owner.post(&path, wish(30_001)).await.refusal(), (409, "refund.more_than_paid"));
    let refund = it.host.owner.post(&path, wish(20_000)).await.expect(201);
    assert_eq!((&refund["number"], &refund["documentId"]), (&json!("2026-0001"), &Value::Null));
    let mine = balance(&it).await;
    assert_eq!((&mine["balance"]["minor"], &mine["held"]["minor"]), (&json!(10_000), &json!(20_000)));
    assert_eq!(it.host.owner.post(&path, wish(10_001)).await.refusal(), (409, "refund.more_than_paid"));
    let accountant = it.host.as_(Role::Accountant, At::Organisation(it.host.organisation.clone())).await;
    let approve = format!("/refunds/{}/approve", text(&refund["id"]));
    let version = refund["rowVersion"].as_i64().unwrap();
    assert_eq!(it.host.owner.post_at(&approve, version, json!(null)).await.refusal(), (409, "decision.own_wish"));
    accountant.post_at(&approve, version, json!(null)).await.expect(200);
    it.host.clock.advance(TimeDelta::seconds(4));
    it.host.app.ask_due_refunds().await.unwrap();
    let id = stolpe_domain::id::RefundId(text(&refund["id"]).parse().unwrap());
    let kept = it.host.app.read().await.unwrap().find_refund(id).await.unwrap().unwrap();
    let name = kept.ask_id.uuid().simple().to_string().to_uppercase();
    it.double.outside(&json!({"id": name, "status": "PAID"}));
    it.host.clock.advance(TimeDelta::seconds(4));
    it.host.app.ask_due_refunds().await.unwrap();
    assert_eq!(it.host.owner.get(&format!("/refunds/{}", text(&refund["id"]))).await.expect(200)["state"], "done");
    stands(&it, 10_000, 10_000).await;
    let told = it.asa.get("/me/refunds").await.expect(200)["items"][0].clone();
    assert_eq!((&told["isTopUp"], &told["number"]), (&json!(true), &json!("2026-0001")));
}

#[rstest]
#[tokio::test]
async fn pre_11_the_counter_takes_money_in_advance_by_the_same_rule_whether_residents_may_or_not(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = paying(engine, PaymentDoubleKind::Swish).await;
    turned_on(&it.host).await;
    let till = open(&it.host, &it.host.owner, 0).await.expect(201);
    let person = &it.invoice["personId"];
    let owed = it.host.owner.get(&format!("/persons/{}/owed-at-counter", text(person))).await.expect(200);
    assert_eq!((&owed["rule"]["leastMinor"], &owed["prepaid"]["minor"]), (&json!(1_000), &json!(0)));
    for (minor, code) in [(900, "top_up.below_least"), (10_050, "top_up.between_steps")] {
        let refused = take(&it.host.owner, &till, wish(person, "card", minor, &[])).await.expect(422);
        assert_eq!(refused["fields"]["minor"], code);
    }
    let taken = take(&it.host.owner, &till, wish(person, "cash", 20_000, &[])).await.expect(201);
    assert_eq!(
        (&taken["sums"]["toPrepaid"]["minor"], &taken["entries"][0]["prepaid"]["minor"]),
        (&json!(20_000), &json!(20_000))
    );
    assert_eq!((it.stands(AccountKind::Cash).await, it.prepaid().await), (20_000, 20_000));
    let rule = json!({"on": true, "leastMinor": 1_000, "stepMinor": 100, "mostADayMinor": 30_000});
    it.host.owner.put_at(&setting(&it), 0, rule).await.expect(200);
    assert_eq!(balance(&it).await["balance"]["minor"], 20_000);
    let refused = take(&it.host.owner, &till, wish(person, "card", 10_100, &[])).await.expect(422);
    assert_eq!(refused["fields"]["minor"], "top_up.above_day");
    assert_eq!(put_in(&it, 10_100, "swish").await.expect(422)["fields"]["minor"], "top_up.above_day");
    assert_eq!(begun(&it, 10_000).await["state"], "awaiting");
}

#[rstest]
#[tokio::test]
async fn pre_11_the_rule_gives_way_at_the_counter_to_whoever_may_adjust_it_and_says_why(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = paying(engine, PaymentDoubleKind::Swish).await;
    turned_on(&it.host).await;
    let rule = json!({"on": true, "leastMinor": 10_000, "stepMinor": 100, "mostADayMinor": 30_000});
    it.host.owner.put_at(&setting(&it), 0, rule).await.expect(200);
    let person = &it.invoice["personId"];
    let owed = format!("/persons/{}/owed-at-counter", text(person));
    let because = |minor: i64, reason: &str| {
        let mut wish = wish(person, "card", minor, &[]);
        wish["reason"] = json!(reason);
        wish
    };
    // A clerk keeps to the rule whatever they say.
    let clerk = it.host.as_(Role::Clerk, At::Organisation(it.host.organisation.clone())).await;
    let till = open(&it.host, &clerk, 0).await.expect(201);
    assert_eq!(clerk.get(&owed).await.expect(200)["mayAdjust"], false);
    take(&clerk, &till, because(4_000, "de sista pengarna")).await.expect(403);
    assert_eq!(it.prepaid().await, 0);
    let manager = it.host.as_(Role::Manager, At::Organisation(it.host.organisation.clone())).await;
    let till = open(&it.host, &manager, 0).await.expect(201);
    assert_eq!(manager.get(&owed).await.expect(200)["mayAdjust"], true);
    for reason in ["", "  "] {
        let refused = take(&manager, &till, because(4_000, reason)).await.expect(422);
        assert_eq!(refused["fields"]["minor"], "top_up.below_least");
    }
    // Nor does anybody's reason let a slip of the keyboard through.
    let refused = take(&manager, &till, because(100_000_100, "så var det")).await.expect(422);
    assert_eq!(refused["fields"]["minor"], "top_up.above_most");
    let taken = take(&manager, &till, because(4_050, " de sista pengarna ")).await.expect(201);
    assert_eq!(taken["entries"][0]["reason"], "de sista pengarna");
    let taken = take(&manager, &till, because(50_000, "betalar hela våren")).await.expect(201);
    assert_eq!((&taken["entries"][1]["reason"], it.prepaid().await), (&json!("betalar hela våren"), 54_050));
    // What keeps to the rule needs no reason, and none is written down.
    let rule = json!({"on": true, "leastMinor": 10_000, "stepMinor": 100});
    it.host.owner.put_at(&setting(&it), 1, rule).await.expect(200);
    let taken = take(&manager, &till, because(10_000, "i onödan")).await.expect(201);
    assert_eq!(taken["entries"][2]["reason"], Value::Null);
    let told: Vec<Value> = audit(&it.host, "till.taken").await.iter().map(|it| it["reason"].clone()).collect();
    assert_eq!(told.iter().filter(|reason| !reason.is_null()).count(), 2, "{told:?}");
}

#[rstest]
#[tokio::test]
async fn a_receipt_is_never_changed_or_deleted(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = offered(engine, PaymentDoubleKind::Swish).await;
    let begun = begun(&it, 10_000).await;
    it.agrees(&begun).await;
    it.ask().await;
    for change in ["update top_up_receipt set amount_minor = 20000", "delete from top_up_receipt"] {
        assert!(ran(&it.host, change).await.is_err(), "{change}");
    }
    ran(&it.host, "update top_up_series set next_place = next_place + 1").await.unwrap();
    let faults = it.host.app.prove_ledger().await.unwrap().faults;
    assert!(matches!(faults[..], [stolpe_app::LedgerFault::TopUp(_)]), "{faults:?}");
    let neither = "update payment set purpose = 'document'";
    assert!(ran(&it.host, neither).await.is_err(), "a payment is for a document, or it tops up");
}

/// Asks until there is a place: under one key, so that what was done is not done again.
async fn patiently(desk: &Desk, path: &str, key: i64, body: &Value) -> Answer {
    let key = format!("at-once-{key}");
    let headers = [("content-type", "application/json"), ("idempotency-key", &*key)];
    loop {
        let answer = desk.send("POST", path, &headers, body.to_string()).await;
        if answer.status != 503 {
            return answer;
        }
    }
}

/// A thousand at once on one account: what comes in at the counter, and what is asked to go back.
#[rstest]
#[tokio::test]
async fn a_thousand_top_ups_and_draws_at_once_lose_no_ore_and_never_draw_what_is_not_there(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = offered(engine, PaymentDoubleKind::Swish).await;
    turned_on(&it.host).await;
    let first = begun(&it, 100_000).await;
    it.agrees(&first).await;
    it.ask().await;
    let till = open(&it.host, &it.host.owner, 0).await.expect(201);
    let entries = format!("/tills/{}/entries", text(&till["id"]));
    let refunds = format!("/payments/{}/refunds", text(&first["id"]));
    let (it, entries, refunds, person) = (&it, &entries, &refunds, &it.invoice["personId"]);
    let amount = |place: i64| 1_000 + (place % 37) * 100;
    let deeds = (0..1_000_i64).map(|place| async move {
        if place % 2 == 0 {
            let body = wish(person, "card", amount(place), &[]);
            patiently(&it.host.owner, entries, place, &body).await.expect(201);
            return amount(place);
        }
        let body = json!({"minor": amount(place), "reason": "uttag"});
        let asked = patiently(&it.host.owner, refunds, place, &body).await;
        if asked.status == 201 {
            return -amount(place);
        }
        assert_eq!(asked.refusal(), (409, "refund.more_than_paid"));
        0
    });
    let moved: Vec<i64> = join_all(deeds).await;
    let came: i64 = moved.iter().filter(|it| **it > 0).sum();
    let drawn: i64 = -moved.iter().filter(|it| **it < 0).sum::<i64>();
    assert_eq!(came, (0..1_000).step_by(2).map(amount).sum::<i64>());
    assert!(drawn > 0 && drawn <= 100_000, "no more goes back than came by it: {drawn}");
    let mine = balance(it).await;
    assert_eq!((&mine["balance"]["minor"], &mine["held"]["minor"]), (&json!(100_000 + came - drawn), &json!(drawn)));
    assert_eq!(it.host.app.prove_ledger().await.unwrap().faults, vec![]);
}
