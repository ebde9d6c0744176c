//! Whoever paid is told what became of money on its way back: once, by the way that they have chosen, and not before it is
//! sure.

use crate::incoming_payments::take as take_file;
use crate::payouts::{Left, TODAY, left, name, report};
use crate::payouts_at_the_bank::{entry, named, statement};
use crate::refunds::overpaid;
use crate::sms::{gateways, setting};
use crate::story::text;
use chrono::TimeDelta;
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_domain::sms::SmsProvider;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::{SmsDouble, TestHost};

/// What was told of money on its way back.
async fn told(host: &TestHost) -> Vec<Value> {
    let all = host.owner.get("/notices?limit=200").await.expect(200)["items"].as_array().unwrap().clone();
    let is_of_money = |it: &Value| {
        let template = text(&it["template"]);
        template.starts_with("refund") || template.starts_with("payout")
    };
    all.into_iter().filter(is_of_money).collect()
}

async fn kinds(host: &TestHost) -> Vec<String> {
    let mut kinds: Vec<String> = told(host).await.iter().map(|it| text(&it["template"])).collect();
    kinds.sort();
    kinds
}

/// Puts something into the record of whoever gets a payout.
async fn change(host: &TestHost, payout: &Value, what: Value) {
    let path = format!("/persons/{}", text(&payout["personId"]));
    let version = host.owner.get(&path).await.expect(200)["rowVersion"].as_i64().unwrap();
    host.owner.patch_at(&path, version, what).await.expect(200);
}

/// Somebody says for the bank what became of a payout.
async fn settle(it: &Left, payout: &Value, outcome: &str) {
    let seen = it.seen(payout).await;
    let what = json!({"outcome": outcome, "on": TODAY, "bankReference": "R1", "reason": "kontoutdrag"});
    it.act(&it.host.owner, &seen, "outcome", what).await.expect(200);
}

#[rstest]
#[tokio::test]
async fn whoever_paid_is_told_of_a_refund_when_the_provider_has_given_it_back_and_once(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = overpaid(engine).await;
    let host = &it.it.host;
    host.mail_on().await;
    let asked = it.asked(1_050).await;
    it.approved(&asked).await;
    it.ask().await;
    assert_eq!(it.seen(&asked).await["state"], "sent");
    assert_eq!(kinds(host).await, [""; 0], "nothing is sure yet");
    it.swish(&asked, "PAID", None).await;
    it.ask().await;
    it.ask().await;
    let all = told(host).await;
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!((&all[0]["template"], &all[0]["recipient"]), (&json!("refund_done"), &json!("asa@example.se")));
    assert_eq!((&all[0]["state"], &all[0]["documentId"]), (&json!("queued"), &Value::Null));
    let sent = host.sent().await;
    let mail = sent.iter().find(|mail| mail.subject.contains("Återbetalning")).expect("a mail of it");
    assert_eq!(mail.subject.replace('\u{a0}', " "), "Återbetalning av 10,50 kr – Brf Ekbacken");
    let number = text(&it.it.invoice["number"]);
    assert!(mail.text.contains("Hej Åsa Ek!") && mail.text.contains(&number), "{}", mail.text);
    assert!(mail.attachments.is_empty());
    let path = "/notices?template=refund_done";
    assert_eq!(host.owner.get(path).await.expect(200)["items"][0]["state"], "sent", "the list finds it by its kind");

    // One that fails is the desk's to look after: whoever paid is promised nothing.
    let fails = it.asked(100).await;
    it.approved(&fails).await;
    it.ask().await;
    it.swish(&fails, "ERROR", Some("AM04")).await;
    it.ask().await;
    assert_eq!(it.seen(&fails).await["state"], "failed");
    assert_eq!(kinds(host).await.len(), 1);
}

#[rstest]
#[tokio::test]
async fn a_payout_is_told_when_the_bank_has_paid_it_and_when_it_comes_back_and_each_once(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = left(engine).await;
    it.host.mail_on().await;
    let (payout, file) = it.sent(100).await;
    it.take(&report("2026-11-21T12:00:00", &file, "ACSP", &[])).await.expect(201);
    assert_eq!(it.seen(&payout).await["state"], "accepted");
    assert_eq!(kinds(&it.host).await, [""; 0], "the bank has not paid yet");
    it.take(&report("2026-11-21T13:00:00", &file, "", &[(&name(&payout), "ACSC", "")])).await.expect(201);
    assert_eq!(kinds(&it.host).await, ["payout_paid"]);
    // The statement says so as well.
    take_file(&it.host, &statement("S1", &[entry("DBIT", 100, "B1", &named(&name(&payout), ""))])).await.expect(201);
    assert_eq!(kinds(&it.host).await, ["payout_paid"]);
    let body = text(&told(&it.host).await[0]["body"]);
    assert!(body.replace('\u{a0}', " ").contains("1,00 kr till ditt konto som slutar på 6789"), "{body}");
    assert!(!body.contains("6789 123") && !body.contains("123456789"), "nobody reads the whole of it: {body}");

    let closed = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>";
    let back = [entry("CRDT", 100, "B2", &named(&name(&payout), closed))];
    for id in ["S2", "S3"] {
        take_file(&it.host, &statement(id, &back)).await.expect(201);
        assert_eq!(kinds(&it.host).await, ["payout_paid", "payout_returned"], "{id}");
    }

    // Out and back on one statement of which nobody had heard: only how it ended is told.
    let quick = it.sent(30).await.0;
    let both =
        [entry("DBIT", 30, "B4", &named(&name(&quick), "")), entry("CRDT", 30, "B5", &named(&name(&quick), closed))];
    take_file(&it.host, &statement("S4", &both)).await.expect(201);
    assert_eq!(kinds(&it.host).await, ["payout_paid", "payout_returned", "payout_returned"]);

    // The bank rejects one: its money is still held, and nothing is told.
    let (rejected, file) = it.sent(20).await;
    it.take(&report("2026-11-21T14:00:00", &file, "", &[(&name(&rejected), "RJCT", "AM04")])).await.expect(201);
    assert_eq!(kinds(&it.host).await.len(), 3);
}

#[rstest]
#[tokio::test]
async fn whoever_chose_sms_is_told_by_sms_in_their_language_and_in_the_words_of_the_organisation(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let double = SmsDouble::start(SmsProvider::Elks);
    let mut it = left(engine).await;
    it.host = it.host.sending_sms(gateways(&double));
    it.host.owner.put_at("/settings/sms", 0, setting(&double)).await.expect(200);
    let payout = it.sent(1_230).await.0;
    change(&it.host, &payout, json!({"phone": "+46701234567", "channel": "sms", "language": "nb"})).await;
    let of = |which: &str| format!("/mail-templates/{which}?organisationId={}", it.host.organisation);
    let own = json!({"subject": "", "body": "{organisation}: {amount} er på kontoen ...{account}."});
    let tried = it.host.owner.post(&of("sms_payout_paid/nb/preview"), own.clone()).await.expect(200);
    assert_eq!((&tried["bodyFault"], &tried["sms"]["parts"]), (&Value::Null, &json!(1)));
    assert!(text(&tried["body"]).contains("kontoen ...6789"), "{tried}");
    let without = json!({"subject": "", "body": "Pengene er på kontoen {account}."});
    let tried = it.host.owner.post(&of("sms_payout_paid/nb/preview"), without).await.expect(200);
    assert_eq!(tried["bodyFault"], json!({"code": "mail_template.missing", "place": "amount"}));
    it.host.owner.put_at(&of("sms_payout_paid/nb"), 0, own).await.expect(200);

    settle(&it, &payout, "paid").await;
    let notice = told(&it.host).await.remove(0);
    assert_eq!((&notice["template"], &notice["channel"]), (&json!("payout_paid"), &json!("sms")));
    assert_eq!((&notice["language"], &notice["parts"]), (&json!("nb"), &json!(1)));
    it.host.app.send_due_sms().await.unwrap();
    settle(&it, &payout, "returned").await;
    it.host.app.send_due_sms().await.unwrap();
    let messages: Vec<String> = double.messages().iter().map(|it| text(&it["message"])).collect();
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert_eq!(messages[0], "Brf Ekbacken: 12,30 kr er på kontoen ...6789.");
    assert!(messages[1].contains("har kommet tilbake"), "{}", messages[1]);
}

#[rstest]
#[tokio::test]
async fn nobody_is_told_of_money_that_went_to_nobody_of_the_register_or_where_no_way_leads(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = left(engine).await;
    it.host.mail_on().await;
    let wish = json!({"incomingPaymentId": it.unplaced["id"], "minor": 777, "accountKind": "bankgiro",
        "account": "991-2346", "name": "Kalles Plåt AB", "reason": "fel betalt"});
    let asked = it.host.owner.post("/payouts", wish).await.expect(201);
    let approved = it.act(&it.accountant, &asked, "approve", json!(null)).await.expect(200);
    let mine = it.approved(100).await;
    change(&it.host, &mine, json!({"email": null})).await;
    let file = it.make(&[&approved, &mine], TODAY).await.expect(201);
    it.fetched(&file).await;
    for payout in [&approved, &mine] {
        settle(&it, payout, "paid").await;
    }
    assert_eq!(kinds(&it.host).await, [""; 0]);
    // The panel says that nobody was told, and why; where somebody has a record, an address can be given there.
    let seen = it.seen(&approved).await;
    assert_eq!((&seen["told"][0]["untold"], &seen["unreached"]), (&json!("nobody"), &Value::Null));
    let seen = it.seen(&mine).await;
    assert_eq!((&seen["told"][0]["untold"], &seen["told"][0]["notice"]), (&json!("no_way"), &Value::Null));
    assert_eq!(seen["unreached"], json!({"why": "no_way", "personId": mine["personId"]}));
}

#[rstest]
#[tokio::test]
async fn whose_record_became_part_of_another_is_told_under_that_one(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = left(engine).await;
    it.host.mail_on().await;
    let payout = it.sent(100).await.0;
    let path = format!("/persons?organisationId={}&facilityId={}", it.host.organisation, it.host.facility);
    let stays = json!({"givenName": "Åsa", "familyName": "Ekman", "language": "en", "email": "asa.ekman@example.se"});
    let stays = text(&it.host.owner.post(&path, stays).await.expect(201)["id"]);
    let merge = json!({"otherId": payout["personId"], "reason": "samma person"});
    it.host.owner.post(&format!("/persons/{stays}/merge"), merge).await.expect(200);
    settle(&it, &payout, "paid").await;
    let notice = told(&it.host).await.remove(0);
    assert_eq!((&notice["personId"], &notice["recipient"]), (&json!(stays), &json!("asa.ekman@example.se")));
    assert!(text(&notice["body"]).starts_with("Hello Åsa Ekman,"), "{notice}");
}

/// What the desk reads of a refund or a payout: whether and how whoever gets the money was told.
#[rstest]
#[tokio::test]
async fn the_panel_says_how_the_word_of_money_went(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = left(engine).await;
    it.host.mail_on().await;
    let payout = it.sent(100).await.0;
    assert_eq!((&payout["told"], &payout["unreached"]), (&json!([]), &Value::Null));
    settle(&it, &payout, "paid").await;
    let seen = it.seen(&payout).await;
    let word = &seen["told"][0];
    assert_eq!((&word["news"], &word["untold"]), (&json!("paid_out"), &Value::Null));
    assert_eq!((&word["notice"]["state"], &word["notice"]["channel"]), (&json!("queued"), &json!("mail")));
    it.host.sent().await;
    it.host.clock.advance(TimeDelta::seconds(1));
    settle(&it, &payout, "returned").await;
    let seen = it.seen(&payout).await;
    let [paid, back] = &seen["told"].as_array().unwrap()[..] else { panic!("{seen}") };
    assert_eq!((&paid["notice"]["state"], &back["news"]), (&json!("sent"), &json!("came_back")));
    let outbox = told(&it.host).await;
    assert!(outbox.iter().any(|it| it["id"] == back["notice"]["id"]), "it is a message of the outbox: {outbox:?}");
    // Who chose nobody to read it is found before the money goes.
    let next = it.approved(100).await;
    change(&it.host, &next, json!({"email": null})).await;
    assert_eq!(it.seen(&next).await["unreached"]["why"], "no_way");
}
