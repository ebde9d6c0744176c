//! Cards that Payson keeps (PRE-16): saved while something is paid, charged once, let go of by whoever it belongs to, the desk or
//! Payson, and never known here by more than a name.

use crate::incoming_payments::bgmax;
use crate::month_runs::driver;
use crate::payments::{Paying, paying, providers};
use crate::story::{audit, text};
use chrono::TimeDelta;
use futures::future::join_all;
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_domain::access::Role;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::{Answer, At, Desk, PaymentDoubleKind};

/// A host whose resident Åsa has an invoice, and whose owner may have cards kept by Payson.
async fn carding(engine: Engine) -> Paying {
    let it = paying(engine, PaymentDoubleKind::Payson).await;
    it.host.app.ask_due_cards().await.unwrap();
    let rule = json!({"on": true, "leastMinor": 1_000, "stepMinor": 100});
    let path = format!("/top-up-setting?facilityId={}", it.host.facility);
    it.host.owner.put_at(&path, 0, rule).await.expect(200);
    it
}

async fn pay(it: &Paying, card: Value) -> Answer {
    it.asa.post("/me/payments", json!({"documentId": it.invoice["id"], "provider": "payson", "card": card})).await
}

async fn top_up(it: &Paying, minor: i64, card: Value) -> Answer {
    let what = json!({"facilityId": it.host.facility, "minor": minor, "provider": "payson", "card": card});
    it.asa.post("/me/top-ups", what).await
}

fn remember() -> Value {
    json!({"kind": "remember"})
}

fn with(card: &Value) -> Value {
    json!({"kind": "saved", "id": card["id"]})
}

/// What Payson calls the last of a kind.
fn last(it: &Paying, place: &str) -> String {
    let told = it.double.outside(&json!({"last": place}));
    text(&told.iter().find(|line| line["event"] == "last").unwrap()["id"])
}

/// How many subscriptions and recurring payments Payson has been asked for.
fn counts(it: &Paying) -> (i64, i64) {
    let told = it.double.outside(&json!({"counts": true}));
    let counts = told.iter().find(|line| line["event"] == "counted").unwrap()["counts"].clone();
    assert_eq!(counts["Checkouts"], 0, "nobody paid in another way");
    (counts["RecurringSubscriptions"].as_i64().unwrap(), counts["RecurringPayments"].as_i64().unwrap())
}

/// The payer does something with the last card at Payson, which tells of it.
fn at_payson(it: &Paying, status: &str) -> Value {
    let told = it.double.outside(&json!({"id": last(it, "RecurringSubscriptions"), "status": status}));
    told.into_iter().find(|line| line["event"] == "callback").unwrap()
}

/// Lets a while pass, and asks after everything.
async fn round(it: &Paying) {
    it.ask().await;
    it.host.app.ask_due_cards().await.unwrap();
}

async fn cards(desk: &Desk) -> Vec<Value> {
    desk.get("/me/saved-cards").await.expect(200)["items"].as_array().unwrap().clone()
}

/// Åsa has saved a card while she put in a hundred kronor.
async fn saved(it: &Paying) -> Value {
    let begun = top_up(it, 10_000, remember()).await.expect(201);
    at_payson(it, "customerSubscribed");
    round(it).await;
    assert_eq!(it.mine(&begun).await["state"], "succeeded");
    let [card] = &cards(&it.asa).await[..] else { panic!("one card") };
    card.clone()
}

async fn person(it: &Paying) -> String {
    text(&it.asa.get("/me").await.expect(200)["personId"])
}

async fn at_desk(it: &Paying) -> Vec<Value> {
    let path = format!("/persons/{}/saved-cards", person(it).await);
    it.host.owner.get(&path).await.expect(200)["items"].as_array().unwrap().clone()
}

#[rstest]
#[tokio::test]
async fn pre_16_a_card_is_saved_while_an_invoice_is_paid_and_pays_it_by_itself_once(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = carding(engine).await;
    let offered = it.asa.get("/me/invoices").await.expect(200)["items"][0]["cards"].clone();
    assert_eq!((&offered["remembers"], &offered["savedId"]), (&json!(["payson"]), &Value::Null));
    let begun = pay(&it, remember()).await.expect(201);
    assert_eq!(
        (&begun["state"], &begun["onward"], &begun["byCard"], &begun["canBreakOff"]),
        (&json!("initiated"), &json!("frame"), &json!("saving"), &json!(true))
    );
    let page = it.asa.get(begun["address"].as_str().unwrap().strip_prefix("/api/v1").unwrap()).await;
    assert!(String::from_utf8_lossy(&page.bytes).contains(&last(&it, "RecurringSubscriptions")));
    assert_eq!(pay(&it, remember()).await.expect(201)["id"], begun["id"], "a second press goes on");
    round(&it).await;
    assert_eq!((counts(&it), cards(&it.asa).await), ((1, 0), vec![]), "nothing is charged before it is saved");
    it.has_come(0, "issued").await;

    let callback = at_payson(&it, "customerSubscribed");
    assert_eq!(it.send(&callback).await.status, 200);
    it.has_come(0, "issued").await;
    // Nobody presses anything: whoever closed the page has paid all the same.
    round(&it).await;
    it.has_come(it.due(), "paid").await;
    let paid = it.mine(&begun).await;
    assert_eq!((&paid["state"], &paid["byCard"]), (&json!("succeeded"), &json!("charged")));
    for _ in 0..2 {
        assert_eq!(it.send(&callback).await.status, 200);
        round(&it).await;
    }
    assert_eq!(counts(&it), (1, 1));
    it.has_come(it.due(), "paid").await;

    let [card] = &cards(&it.asa).await[..] else { panic!("one card") };
    assert_eq!(
        (&card["state"], &card["provider"], &card["refusal"]),
        (&json!("saved"), &json!("payson"), &Value::Null)
    );
    let seen = it.at_desk(&begun).await["attempts"][0].clone();
    assert_eq!((&seen["savedCardId"], seen["chargedAt"].is_string()), (&card["id"], true));
    let [desk] = &at_desk(&it).await[..] else { panic!("one card") };
    assert_eq!((&desk["id"], &desk["state"], &desk["endedBy"]), (&card["id"], &json!("saved"), &Value::Null));
    assert!(desk["usedAt"].is_string() && desk["savedAt"].is_string(), "{desk}");
    for said in [card, desk] {
        assert!(!said.to_string().contains(&last(&it, "RecurringSubscriptions")), "the name it is charged by: {said}");
    }
    for action in ["saved_card.asked", "saved_card.saved", "payment.begun", "payment.received"] {
        assert_eq!(audit(&it.host, action).await.len(), 1, "{action}");
    }
}

#[rstest]
#[tokio::test]
async fn pre_16_a_saved_card_pays_at_once_and_what_it_paid_is_given_back(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = carding(engine).await;
    let card = saved(&it).await;
    let offered = it.asa.get("/me/invoices").await.expect(200)["items"][0]["cards"].clone();
    assert_eq!((&offered["savedId"], &offered["savedWith"]), (&card["id"], &json!("payson")));
    let paid = pay(&it, with(&card)).await.expect(201);
    assert_eq!(
        (&paid["state"], &paid["byCard"], &paid["onward"]),
        (&json!("succeeded"), &json!("charged"), &Value::Null)
    );
    it.has_come(10_000 + it.due(), "paid").await;
    assert_eq!(counts(&it), (1, 2));
    // Both are given back as any other: the one that was put in here.
    let payments =
        it.host.owner.get(&format!("/payments?organisationId={}&purpose=top_up", it.host.organisation)).await;
    let path = format!("/payments/{}/refunds", text(&payments.expect(200)["items"][0]["id"]));
    let wish = json!({"minor": 2_550, "reason": "för mycket"});
    let refund = it.host.owner.post(&path, wish).await.expect(201);
    let accountant = it.host.as_(Role::Accountant, At::Organisation(it.host.organisation.clone())).await;
    let path = format!("/refunds/{}", text(&refund["id"]));
    accountant
        .post_at(&format!("{path}/approve"), refund["rowVersion"].as_i64().unwrap(), json!(null))
        .await
        .expect(200);
    it.host.clock.advance(TimeDelta::seconds(4));
    it.host.app.ask_due_refunds().await.unwrap();
    it.host.clock.advance(TimeDelta::seconds(4));
    it.host.app.ask_due_refunds().await.unwrap();
    assert_eq!(it.host.owner.get(&path).await.expect(200)["state"], "done");
    assert_eq!(it.host.app.prove_ledger().await.unwrap().faults, vec![]);
}

#[rstest]
#[tokio::test]
async fn par_12_a_charge_that_the_bank_denies_leaves_the_ordinary_way_to_pay_the_same_purchase(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = carding(engine).await;
    let card = saved(&it).await;
    it.double.outside(&json!({"denies": last(&it, "RecurringSubscriptions")}));
    let denied = pay(&it, with(&card)).await.expect(201);
    assert_eq!((&denied["state"], &denied["canTryAgain"]), (&json!("denied"), &json!(true)));
    it.has_come(10_000, "issued").await;
    let again = it.begun().await;
    assert_eq!((&again["id"], &again["state"], &again["byCard"]), (&denied["id"], &json!("awaiting"), &Value::Null));
    it.agrees(&again).await;
    it.ask().await;
    it.has_come(10_000 + it.due(), "paid").await;
    let states: Vec<Value> =
        it.at_desk(&denied).await["attempts"].as_array().unwrap().iter().map(|it| it["state"].clone()).collect();
    assert_eq!(states, ["denied", "succeeded"]);
    assert_eq!(cards(&it.asa).await[0]["state"], "saved", "the card is still the payer's");
}

#[rstest]
#[tokio::test]
async fn pre_16_a_card_whose_answer_got_lost_is_found_and_asked_for_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = carding(engine).await;
    it.double.lose_an_answer_after(0);
    let begun = pay(&it, remember()).await.expect(201);
    assert_eq!((&begun["state"], &begun["onward"]), (&json!("initiated"), &Value::Null));
    assert_eq!(pay(&it, remember()).await.expect(201)["id"], begun["id"], "nobody asks again");
    round(&it).await;
    let found = it.mine(&begun).await;
    assert_eq!((&found["onward"], counts(&it)), (&json!("frame"), (1, 0)));
    at_payson(&it, "customerSubscribed");
    round(&it).await;
    it.has_come(it.due(), "paid").await;
    assert_eq!(counts(&it), (1, 1));
}

#[rstest]
#[tokio::test]
async fn par_12_a_charge_whose_answer_got_lost_is_found_and_never_asked_again(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = carding(engine).await;
    let card = saved(&it).await;
    it.double.lose_an_answer_after(0);
    let begun = pay(&it, with(&card)).await.expect(201);
    assert_eq!((&begun["state"], &begun["canTryAgain"]), (&json!("unknown"), &json!(false)));
    assert_eq!(pay(&it, with(&card)).await.expect(201)["id"], begun["id"]);
    round(&it).await;
    it.has_come(10_000 + it.due(), "paid").await;
    // And the same of the charge that follows by itself.
    top_up(&it, 20_000, remember()).await.expect(201);
    at_payson(&it, "customerSubscribed");
    it.double.lose_an_answer_after(1);
    round(&it).await;
    round(&it).await;
    it.has_come(30_000 + it.due(), "paid").await;
    assert_eq!(counts(&it), (2, 3));
}

#[rstest]
#[tokio::test]
async fn pre_16_a_card_that_is_removed_is_charged_no_more_and_its_end_is_told_until_it_is_heard(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = carding(engine).await;
    let card = saved(&it).await;
    let path = format!("/me/saved-cards/{}/remove", text(&card["id"]));
    assert_eq!(it.asa.post(&path, json!(null)).await.expect(200)["state"], "ending");
    assert_eq!(pay(&it, with(&card)).await.refusal(), (409, "saved_card.ended"));
    // What it is told, and what came of that, get lost.
    it.double.outside(&json!({"after": 1, "lose": 2}));
    round(&it).await;
    assert_eq!(
        (&cards(&it.asa).await[0]["state"], &at_desk(&it).await[0]["endedBy"]),
        (&json!("ending"), &json!("payer"))
    );
    it.host.clock.advance(TimeDelta::minutes(2));
    round(&it).await;
    assert_eq!((cards(&it.asa).await, &at_desk(&it).await[0]["state"]), (vec![], &json!("ended")));
    assert_eq!(it.asa.post(&path, json!(null)).await.expect(200)["state"], "ended", "once is enough");
    assert_eq!(audit(&it.host, "saved_card.ended").await.len(), 1);
    // Whatever Payson says of it later, it is let go of again.
    let late = at_payson(&it, "customerSubscribed");
    assert_eq!(it.send(&late).await.status, 200);
    round(&it).await;
    round(&it).await;
    assert_eq!((&at_desk(&it).await[0]["state"], pay(&it, with(&card)).await.status), (&json!("ended"), 409));
    assert_eq!(counts(&it), (1, 1));
}

#[rstest]
#[tokio::test]
async fn pre_16_the_desk_removes_a_card_and_who_may_not_does_not(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = carding(engine).await;
    let card = saved(&it).await;
    let path = format!("/saved-cards/{}/remove", text(&card["id"]));
    let clerk = it.host.as_(Role::Clerk, At::Organisation(it.host.organisation.clone())).await;
    assert_eq!(clerk.post(&path, json!(null)).await.status, 403);
    assert_eq!(it.asa.post(&path, json!(null)).await.status, 403);
    let removed = it.host.owner.post(&path, json!(null)).await.expect(200);
    assert_eq!((&removed["state"], &removed["endedBy"]), (&json!("ending"), &json!("desk")));
    assert_eq!(pay(&it, with(&card)).await.refusal(), (409, "saved_card.ended"));
    round(&it).await;
    assert_eq!(at_desk(&it).await[0]["state"], "ended");
    let row = audit(&it.host, "saved_card.ended").await[0].clone();
    assert_eq!((&row["after"]["endedBy"], &row["subjectId"]), (&json!("desk"), &card["id"]));
}

#[rstest]
#[tokio::test]
async fn what_is_sent_of_a_card_is_never_believed_and_one_that_ends_at_payson_ends_here(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = carding(engine).await;
    let card = saved(&it).await;
    let id = last(&it, "RecurringSubscriptions");
    let told = |id: &str| json!({"target": format!("/api/v1/callbacks/payments/payson?subscription={id}"), "text": ""});
    // Forged: nothing has happened there.
    assert_eq!(it.send(&told(&id)).await.status, 200);
    round(&it).await;
    assert_eq!(cards(&it.asa).await[0]["state"], "saved");
    for unknown in ["00000000-0000-0000-0000-000000000000", "%3Cscript%3E"] {
        assert_eq!(it.send(&told(unknown)).await.refusal(), (409, "callback.refused"));
    }
    let ended = at_payson(&it, "customerUnsubscribed");
    for _ in 0..3 {
        assert_eq!(it.send(&ended).await.status, 200);
    }
    round(&it).await;
    let [desk] = &at_desk(&it).await[..] else { panic!("one card") };
    assert_eq!((&desk["state"], &desk["endedBy"]), (&json!("ended"), &json!("provider")));
    assert_eq!(pay(&it, with(&card)).await.refusal(), (409, "saved_card.ended"));
    assert_eq!(it.send(&ended).await.status, 200, "late");
    round(&it).await;
    assert_eq!((audit(&it.host, "saved_card.ended").await.len(), counts(&it)), (1, (1, 1)));
}

#[rstest]
#[tokio::test]
async fn pre_16_a_card_that_ended_without_a_word_is_refused_by_payson_and_known_then(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = carding(engine).await;
    let card = saved(&it).await;
    at_payson(&it, "customerUnsubscribed");
    let failed = pay(&it, with(&card)).await.expect(201);
    assert_eq!((&failed["state"], &failed["canTryAgain"]), (&json!("failed"), &json!(true)));
    round(&it).await;
    assert_eq!(at_desk(&it).await[0]["endedBy"], "provider");
    assert_eq!(it.begun().await["id"], failed["id"], "the same purchase, in the ordinary way");
}

#[rstest]
#[tokio::test]
async fn pre_16_a_card_that_may_not_be_charged_is_refused_and_named(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = carding(engine).await;
    let card = saved(&it).await;
    let nobody = json!({"kind": "saved", "id": uuid::Uuid::nil()});
    assert_eq!(pay(&it, nobody.clone()).await.refusal(), (409, "saved_card.none"));
    // Somebody else's is not there.
    let other = it.host.as_(Role::Resident, At::Own(it.host.organisation.clone(), it.host.facility.clone())).await;
    let remove = format!("/me/saved-cards/{}/remove", text(&card["id"]));
    assert_eq!(other.post(&remove, json!(null)).await.refusal(), (404, "not_found"));
    assert_eq!(cards(&other).await, Vec::<Value>::new());

    let save = format!("/payment-agreement?organisationId={}&with=payson", it.host.organisation);
    let off = json!({"agentId": "4", "active": false});
    it.host.owner.put_at(&save, 1, off).await.expect(200);
    assert_eq!(pay(&it, with(&card)).await.refusal(), (409, "payment.no_agreement"));
    assert_eq!(cards(&it.asa).await[0]["refusal"], "payment.no_agreement");
    it.host.owner.put_at(&save, 2, json!({"agentId": "5", "active": true})).await.expect(200);
    assert_eq!(pay(&it, with(&card)).await.refusal(), (409, "saved_card.other_agreement"));
    assert_eq!(pay(&it, remember()).await.refusal(), (409, "saved_card.not_offered"), "nobody has said that it may");
    it.host.owner.put_at(&save, 3, json!({"agentId": "4", "active": true})).await.expect(200);
    it.host.app.ask_due_cards().await.unwrap();

    let unit = json!({"code": "A1101", "kind": "apartment"});
    let unit = it.host.owner.post(&format!("/units?facilityId={}", it.host.facility), unit).await.expect(201);
    let home = json!({"personId": person(&it).await, "unitId": unit["id"], "movedInOn": "2026-01-01"});
    let home = it.host.owner.post("/tenancies", home).await.expect(201);
    let path = format!("/tenancies/{}", text(&home["id"]));
    let gone = json!({"movedOutOn": "2026-11-30"});
    it.host.owner.patch_at(&path, home["rowVersion"].as_i64().unwrap(), gone).await.expect(200);
    it.host.clock.advance(TimeDelta::days(20));
    let it = Paying { asa: it.host.sign_in(Some("EKB"), "asa").await, ..it };
    assert_eq!(pay(&it, with(&card)).await.refusal(), (409, "saved_card.moved_out"));
    assert_eq!(pay(&it, remember()).await.refusal(), (409, "saved_card.moved_out"));
    let offered = it.asa.get("/me/invoices").await.expect(200)["items"][0]["cards"].clone();
    assert_eq!((&offered["remembers"], &offered["savedId"]), (&json!([]), &Value::Null));
    assert_eq!(
        (counts(&it), it.begun().await["state"].as_str().unwrap()),
        ((1, 1), "awaiting"),
        "the ordinary way stays"
    );
}

#[rstest]
#[tokio::test]
async fn pre_16_where_no_cards_are_kept_none_is_offered(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = paying(engine, PaymentDoubleKind::Payson).await;
    it.double.outside(&json!({"recurs": false}));
    it.host.app.ask_due_cards().await.unwrap();
    let offered = it.asa.get("/me/invoices").await.expect(200)["items"][0]["cards"].clone();
    assert_eq!(offered["remembers"], json!([]));
    assert_eq!(pay(&it, remember()).await.refusal(), (409, "saved_card.not_offered"));
    let swish = paying(engine, PaymentDoubleKind::Swish).await;
    swish.host.app.ask_due_cards().await.unwrap();
    let what = json!({"documentId": swish.invoice["id"], "provider": "swish", "card": remember()});
    assert_eq!(swish.asa.post("/me/payments", what).await.refusal(), (409, "saved_card.not_offered"));
}

#[rstest]
#[tokio::test]
async fn par_12_many_presses_and_many_hosts_at_once_charge_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = carding(engine).await;
    let card = saved(&it).await;
    let pressed = join_all((0..24).map(|_| pay(&it, with(&card)))).await;
    let mut ids: Vec<String> =
        pressed.into_iter().filter(|it| it.status == 201).map(|it| text(&it.body["id"])).collect();
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), counts(&it)), (1, (1, 2)));
    it.has_come(10_000 + it.due(), "paid").await;
    // Several hosts, and pages that are reloaded, see at once that a card was saved.
    let begun = top_up(&it, 20_000, remember()).await.expect(201);
    at_payson(&it, "customerSubscribed");
    it.host.clock.advance(TimeDelta::seconds(4));
    let mut hosts = Vec::new();
    for _ in 0..4 {
        hosts.push(it.host.beside().await.taking_payments(providers(PaymentDoubleKind::Payson, &it.double)));
    }
    let asking = join_all(hosts.iter().map(|host| host.app.ask_due_payments()));
    let (asked, _) = tokio::join!(asking, join_all((0..8).map(|_| it.mine(&begun))));
    assert!(asked.into_iter().map(Result::unwrap).sum::<usize>() <= 1, "of all that see its time come, one asks");
    round(&it).await;
    assert_eq!((it.mine(&begun).await["state"].as_str().unwrap(), counts(&it)), ("succeeded", (2, 3)));
    it.has_come(30_000 + it.due(), "paid").await;
}

#[rstest]
#[tokio::test]
async fn pre_16_another_card_takes_the_place_of_the_one_before(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = carding(engine).await;
    let first = saved(&it).await;
    let before = last(&it, "RecurringSubscriptions");
    pay(&it, remember()).await.expect(201);
    assert_eq!(cards(&it.asa).await[0]["id"], first["id"], "until the other one is saved");
    at_payson(&it, "customerSubscribed");
    round(&it).await;
    round(&it).await;
    let [second] = &cards(&it.asa).await[..] else { panic!("one card") };
    assert_ne!(second["id"], first["id"]);
    let old = at_desk(&it).await.into_iter().find(|it| it["id"] == first["id"]).unwrap();
    assert_eq!((&old["state"], &old["endedBy"]), (&json!("ended"), &json!("replaced")));
    assert_ne!(before, last(&it, "RecurringSubscriptions"));
    it.has_come(10_000 + it.due(), "paid").await;
}

#[rstest]
#[tokio::test]
async fn pre_15_whoever_breaks_off_or_waits_too_long_has_no_card_and_pays_nothing(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = carding(engine).await;
    let begun = pay(&it, remember()).await.expect(201);
    let path = format!("/me/payments/{}/break-off", text(&begun["id"]));
    let broken = it.asa.post(&path, json!(null)).await.expect(200);
    assert_eq!((&broken["state"], &broken["canTryAgain"]), (&json!("aborted"), &json!(true)));
    // The payer finishes at Payson all the same: it is too late, and Payson is told so.
    let late = at_payson(&it, "customerSubscribed");
    assert_eq!(it.send(&late).await.status, 200);
    round(&it).await;
    round(&it).await;
    let again = pay(&it, remember()).await.expect(201);
    assert_eq!((&again["id"], counts(&it)), (&begun["id"], (2, 0)));
    it.host.clock.advance(TimeDelta::minutes(61));
    round(&it).await;
    assert_eq!(it.mine(&begun).await["state"], "expired");
    round(&it).await;
    at_payson(&it, "canceled");
    assert_eq!((cards(&it.asa).await, counts(&it)), (vec![], (2, 0)));
    it.has_come(0, "issued").await;
}

#[rstest]
#[tokio::test]
async fn money_that_came_by_a_bank_while_a_card_was_saved_is_not_charged_again(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = carding(engine).await;
    let begun = pay(&it, remember()).await.expect(201);
    let file = bgmax(1, &[(&text(&it.invoice["reference"]), '2', it.due(), "Asa Ek")]);
    let path = format!("/bank-files?organisationId={}&fileName=bgmax.txt", it.host.organisation);
    it.host.owner.send("POST", &path, &[("content-type", "application/octet-stream")], file).await.expect(201);
    at_payson(&it, "customerSubscribed");
    round(&it).await;
    assert_eq!((it.mine(&begun).await["state"].as_str().unwrap(), counts(&it)), ("failed", (1, 0)));
    assert_eq!(it.at_desk(&begun).await["attempts"][0]["code"], "payment.nothing_open");
    assert_eq!(cards(&it.asa).await[0]["state"], "saved");
    it.has_come(0, "paid").await;
}

#[rstest]
#[tokio::test]
async fn d2_the_card_of_somebody_who_is_erased_is_let_go_of_at_payson(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = carding(engine).await;
    saved(&it).await;
    let path = format!("/persons/{}", person(&it).await);
    let erasure = format!("{path}/erasure");
    let preview = it.host.owner.get(&erasure).await.expect(200);
    let rows = preview["items"].as_array().or(preview.as_array()).unwrap().clone();
    assert!(rows.iter().any(|row| row["field"] == "savedCards" && row["count"] == 1), "{preview}");
    it.host.owner.post(&erasure, json!({"reason": "begärt"})).await.expect(204);
    round(&it).await;
    let kept = audit(&it.host, "saved_card.ended").await;
    assert_eq!((kept.len(), &kept[0]["after"]["endedBy"]), (1, &json!("erased")));
    let told = it.double.outside(&json!({"after": 0, "lose": 0}));
    let puts = told.iter().filter(|line| line["method"] == "PUT" && line["status"] == 200);
    assert!(puts.filter(|line| text(&line["target"]).contains("RecurringSubscriptions")).count() > 0, "{told:?}");
}

#[rstest]
#[tokio::test]
async fn pre_16_a_card_goes_with_a_record_that_is_merged_and_one_is_enough(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = carding(engine).await;
    let first = saved(&it).await;
    let host = &it.host;
    let merged = async |from: &str, into: &str| {
        let merge = json!({"otherId": from, "reason": "samma person"});
        host.owner.post(&format!("/persons/{into}/merge"), merge).await.expect(200);
        host.owner.get(&format!("/persons/{into}/saved-cards")).await.expect(200)["items"].as_array().unwrap().clone()
    };
    let bare = driver(host, "Åsa", "asa.ek@example.se", "AB").await;
    let theirs = merged(&person(&it).await, &bare).await;
    assert_eq!((&theirs[0]["id"], &theirs[0]["state"]), (&first["id"], &json!("saved")));

    let stays = driver(host, "Åsa", "asa@ek.example.se", "AC").await;
    let login = json!({"personId": stays, "facilityId": host.facility, "username": "ek"});
    let login = text(&host.owner.post("/logins", login).await.expect(201)["id"]);
    host.give_password(&login, false).await;
    let desk = host.sign_in(Some("EKB"), "ek").await;
    let what = json!({"facilityId": host.facility, "minor": 10_000, "provider": "payson", "card": remember()});
    desk.post("/me/top-ups", what).await.expect(201);
    at_payson(&it, "customerSubscribed");
    round(&it).await;
    let theirs = merged(&bare, &stays).await;
    let of = |id: &Value| theirs.iter().find(|it| it["id"] == *id).unwrap();
    assert_eq!((&of(&first["id"])["state"], &of(&first["id"])["endedBy"]), (&json!("ending"), &json!("replaced")));
    assert_eq!(theirs.iter().filter(|it| it["state"] == "saved").count(), 1);
    round(&it).await;
    let ended = host.owner.get(&format!("/persons/{stays}/saved-cards")).await.expect(200)["items"].clone();
    assert!(ended.as_array().unwrap().iter().any(|it| it["id"] == first["id"] && it["state"] == "ended"), "{ended}");
}
