//! SMS through real gateways as processes of their own: what they cost before they leave, once and never twice, and what
//! became of them.

use crate::documents::{act, invoice};
use crate::month_runs::{charge, committed, documents, make_ready, planned};
use crate::story::{audit, text};
use chrono::TimeDelta;
use futures::future::join_all;
use rstest::rstest;
use serde_json::{Value, json};
use std::sync::Arc;
use stolpe_domain::channel::Channel;
use stolpe_domain::id::{NoticeId, OrganisationId};
use stolpe_domain::language::Language;
use stolpe_domain::sms::SmsProvider;
use stolpe_messaging::{Gateways, SmsAddresses};
use stolpe_ports::clock::Clock as _;
use stolpe_ports::sms::SmsGateways;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_store::notice::{Notice, NoticeState};
use stolpe_testkit::{SmsDouble, TestHost, WebServer};
use uuid::Uuid;

const MOBILE: &str = "+46701234567";

/// The gateways, one of them where its double is.
pub(crate) fn gateways(double: &SmsDouble) -> Arc<dyn SmsGateways> {
    let addresses = SmsAddresses::default().with(&format!("{}={}", double.provider.word(), double.address));
    Arc::new(Gateways::at(addresses.unwrap()))
}

/// An account that the double knows, at 35 öre for a part.
pub(crate) fn setting(double: &SmsDouble) -> Value {
    let (account, secret) = double.account();
    json!({"enabled": true, "provider": double.provider.word(), "account": account, "secret": secret,
        "sender": "Ekbacken", "price": {"tenThousandths": 3_500, "currency": "SEK"}})
}

/// A product that sends SMS through a gateway, and is reached from outside.
pub(crate) async fn ready(engine: Engine, provider: SmsProvider) -> (TestHost, SmsDouble) {
    let double = SmsDouble::start(provider);
    let host = TestHost::new(engine).await.sending_sms(gateways(&double));
    double.outside(&json!({"now": host.clock.now().to_rfc3339()}));
    make_ready(&host).await;
    let version = host.owner.get("/settings/address").await.expect(200)["rowVersion"].as_i64().unwrap();
    let address = json!({"publicUrl": "https://stolpe.example.se"});
    host.owner.put_at("/settings/address", version, address).await.expect(200);
    host.owner.put_at("/settings/sms", 0, setting(&double)).await.expect(200);
    (host, double)
}

/// Somebody with a tag and whatever else; answers the person.
pub(crate) async fn somebody(host: &TestHost, name: &str, tag: &str, more: Value) -> Value {
    let mut person = json!({"givenName": name, "familyName": "Ek", "language": "sv", "street": "Ekvägen 1",
        "postalCode": "392 32", "city": "Kalmar"});
    person.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let path = format!("/persons?organisationId={}&facilityId={}", host.organisation, host.facility);
    let person = host.owner.post(&path, person).await.expect(201);
    let path = format!("/tags?organisationId={}", host.organisation);
    host.owner.post(&path, json!({"idTag": tag, "personId": person["id"]})).await.expect(201);
    person
}

/// An invoice of somebody who has a phone and no mail, about to be sent by SMS.
async fn invoiced(host: &TestHost) -> Value {
    let it = invoice(host).await;
    let path = format!("/persons/{}", text(&it["personId"]));
    let version = host.owner.get(&path).await.expect(200)["rowVersion"].as_i64().unwrap();
    host.owner.patch_at(&path, version, json!({"phone": MOBILE, "email": null})).await.expect(200);
    it
}

/// The same, sent through the outbox as far as the gateway takes it.
async fn sent(host: &TestHost) -> Value {
    let it = invoiced(host).await;
    act(host, &it, "send", json!({"by": "sms"})).await.expect(200);
    host.app.send_due_sms().await.unwrap();
    it
}

async fn latest(host: &TestHost) -> Value {
    host.owner.get("/notices").await.expect(200)["items"][0].clone()
}

async fn todo(host: &TestHost, kind: &str) -> Option<i64> {
    let todo = host.owner.get("/todo").await.expect(200);
    todo["items"].as_array().unwrap().iter().find(|it| it["kind"] == kind).and_then(|it| it["count"].as_i64())
}

pub(crate) async fn standing(host: &TestHost) -> Value {
    host.owner.get("/settings/sms").await.expect(200)
}

/// Sends a report to where it was told to go; answers the status.
async fn deliver(host: &TestHost, report: &Value) -> u16 {
    let address = text(&report["address"]);
    let path = address.strip_prefix("https://stolpe.example.se/api/v1").unwrap();
    let headers = report["headers"].as_object().unwrap();
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (&**name, value.as_str().unwrap())).collect();
    host.nobody().send("POST", path, &headers, text(&report["text"])).await.status
}

/// A while later: who asks after messages asks after all that are due.
async fn later(host: &TestHost, by: TimeDelta) {
    host.clock.advance(by);
    host.app.look_after_sms().await.unwrap();
}

#[rstest]
#[tokio::test]
async fn n10_an_sms_is_looked_at_with_what_it_costs_and_then_sent_and_seen_on_the_phone(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[values(SmsProvider::Elks, SmsProvider::Twilio)] provider: SmsProvider,
) {
    let (host, double) = ready(engine, provider).await;
    let it = invoiced(&host).await;
    let path = format!("/documents/{}/sms", text(&it["id"]));
    let looked = host.owner.get(&path).await.expect(200);
    let said = "Brf Ekbacken: faktura 2026-0001 för laddning, 81,00 kr, betalas senast 21 december 2026. Se och betala: \
                https://stolpe.example.se";
    assert_eq!((&looked["to"], &looked["text"]), (&json!(MOBILE), &json!(said)));
    assert_eq!(looked["size"], json!({"alphabet": "gsm", "units": said.chars().count(), "parts": 1}));
    let price = json!({"tenThousandths": 3_500, "currency": "SEK"});
    assert_eq!(looked["estimate"], json!({"messages": 1, "parts": 1, "partPrice": price, "cost": price}));
    assert!(double.messages().is_empty(), "looking sends nothing");

    act(&host, &it, "send", json!({"by": "sms"})).await.expect(200);
    assert_eq!(latest(&host).await["state"], "queued");
    assert_eq!(host.app.send_due_sms().await.unwrap(), 1);
    let notice = latest(&host).await;
    assert_eq!((&notice["state"], &notice["channel"], &notice["parts"]), (&json!("sent"), &json!("sms"), &json!(1)));
    assert_eq!(notice["subject"], "Faktura 2026-0001 – Brf Ekbacken");
    let taken = double.messages();
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0]["message"].as_str().or(taken[0]["body"].as_str()), Some(said));

    let report = double.report(None, "delivered");
    assert_eq!(deliver(&host, &report).await, 200);
    assert_eq!(latest(&host).await["state"], "sent", "a report is not believed");
    later(&host, TimeDelta::seconds(5)).await;
    let notice = latest(&host).await;
    assert_eq!((&notice["state"], notice["deliveredAt"].is_string()), (&json!("delivered"), true));
    assert!(notice["cost"]["tenThousandths"].as_i64().unwrap() > 0, "the gateway told what it took");
    let open = host.owner.get(&format!("/documents/{}", text(&it["id"]))).await.expect(200);
    assert_eq!((&open["state"], &open["notices"][0]["state"]), (&json!("sent"), &json!("delivered")));
    assert_eq!(host.app.send_due_sms().await.unwrap(), 0);
    assert_eq!(audit(&host, "document.sent").await[0]["reason"], "sms");
}

#[rstest]
#[tokio::test]
async fn reports_that_are_forged_repeated_late_or_out_of_order_change_nothing_that_is_known(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[values(SmsProvider::Elks, SmsProvider::Twilio)] provider: SmsProvider,
) {
    let (host, double) = ready(engine, provider).await;
    sent(&host).await;
    let report = double.report(None, "sent");
    // Somebody says that it has arrived, to an address that they have guessed, or in words that nobody has signed.
    let mut elsewhere = report.clone();
    let address = text(&report["address"]);
    let guessed = format!("{}{}", &address[..address.len() - 4], "0000");
    elsewhere["address"] = json!(guessed);
    assert_eq!(deliver(&host, &elsewhere).await, 409);
    let mut unsigned = report.clone();
    unsigned["text"] = json!(text(&report["text"]).replace("sent", "delivered"));
    // 46elks signs nothing: whoever knows the address may write there, and the gateway is asked what is true.
    let expected = if provider == SmsProvider::Twilio { 409 } else { 200 };
    assert_eq!(deliver(&host, &unsigned).await, expected);
    later(&host, TimeDelta::seconds(5)).await;
    assert_eq!(latest(&host).await["state"], "sent");
    let refused = standing(&host).await["refused"].as_array().unwrap().clone();
    let reasons: Vec<&str> = refused.iter().map(|it| it["reason"].as_str().unwrap()).collect();
    assert!(reasons.contains(&"unknown"), "{refused:?}");
    assert_eq!(reasons.contains(&"forged"), provider == SmsProvider::Twilio, "{refused:?}");

    let delivered = double.report(None, "delivered");
    for _ in 0..3 {
        assert_eq!(deliver(&host, &delivered).await, 200);
    }
    later(&host, TimeDelta::seconds(5)).await;
    assert_eq!(latest(&host).await["state"], "delivered");
    // An older one comes afterwards, and then the gateway itself changes its mind.
    assert_eq!(deliver(&host, &report).await, 200);
    let failed = double.report(None, "failed");
    assert_eq!(deliver(&host, &failed).await, 200);
    later(&host, TimeDelta::days(2)).await;
    assert_eq!(latest(&host).await["state"], "delivered", "what is on the phone stays there");
    // What the gateway has said stands beside the message: each word once, with how often it came and what became of it.
    let seen = host.owner.get(&format!("/notices/{}", text(&latest(&host).await["id"]))).await.expect(200);
    let [sending] = &seen["sendings"].as_array().unwrap()[..] else { panic!("{seen}") };
    assert_eq!((&sending["provider"], &sending["state"]), (&json!(provider.word()), &json!("delivered")));
    let reports = sending["reports"].as_array().unwrap();
    assert!(reports.iter().any(|it| it["outcome"] == "asked" && it["repeated"].as_i64() >= Some(2)), "{seen}");
    assert!(reports.iter().any(|it| it["outcome"] == "ignored"), "{seen}");
    // For nobody.
    let path = format!("/callbacks/sms/{}/{}/x", provider.word(), Uuid::nil());
    assert_eq!(host.nobody().post(&path, json!({})).await.refusal(), (409, "callback.refused"));
}

#[rstest]
#[tokio::test]
async fn a_message_that_does_not_arrive_is_loud_and_can_be_sent_again(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[values(SmsProvider::Elks, SmsProvider::Twilio)] provider: SmsProvider,
) {
    let (host, double) = ready(engine, provider).await;
    sent(&host).await;
    double.report(None, "failed");
    // No report comes: the gateway is asked by itself.
    later(&host, TimeDelta::minutes(1)).await;
    let notice = latest(&host).await;
    assert_eq!((&notice["state"], &notice["fault"]), (&json!("failed"), &json!("sms.undelivered")));
    assert_eq!(todo(&host, "notice.failed").await, Some(1));
    host.owner.post(&format!("/notices/{}/retry", text(&notice["id"])), json!(null)).await.expect(200);
    assert_eq!(host.app.send_due_sms().await.unwrap(), 1);
    assert_eq!((double.messages().len(), latest(&host).await["state"].clone()), (2, json!("sent")));
}

#[rstest]
#[tokio::test]
async fn a_message_whose_answer_got_lost_is_found_and_never_sent_again_by_itself(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[values(SmsProvider::Elks, SmsProvider::Twilio)] provider: SmsProvider,
) {
    let (host, double) = ready(engine, provider).await;
    double.lose_an_answer();
    sent(&host).await;
    assert_eq!(latest(&host).await["state"], "unclear");
    assert_eq!(todo(&host, "sms.fault").await, Some(1), "a gateway that does not answer is loud");
    host.clock.advance(TimeDelta::seconds(30));
    assert_eq!(host.app.send_due_sms().await.unwrap(), 0);
    later(&host, TimeDelta::seconds(40)).await;
    assert_eq!(latest(&host).await["state"], "sent");
    assert_eq!(host.app.send_due_sms().await.unwrap(), 0);
    assert_eq!(double.messages().len(), 1, "once");
    double.report(None, "delivered");
    later(&host, TimeDelta::minutes(2)).await;
    assert_eq!(latest(&host).await["state"], "delivered");
}

#[rstest]
#[tokio::test]
async fn a_message_that_the_gateway_does_not_know_is_left_to_somebody(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[values(SmsProvider::Elks, SmsProvider::Twilio)] provider: SmsProvider,
) {
    let (host, double) = ready(engine, provider).await;
    double.outside(&json!({"broken": 503}));
    sent(&host).await;
    double.outside(&json!({"broken": null}));
    for _ in 0..4 {
        host.app.send_due_sms().await.unwrap();
        later(&host, TimeDelta::minutes(6)).await;
    }
    let notice = latest(&host).await;
    assert_eq!((&notice["state"], &notice["fault"]), (&json!("failed"), &json!("sms.unclear")));
    assert!(double.messages().is_empty(), "it is not sent again by itself");
    host.owner.post(&format!("/notices/{}/retry", text(&notice["id"])), json!(null)).await.expect(200);
    assert_eq!(host.app.send_due_sms().await.unwrap(), 1);
    assert_eq!((double.messages().len(), todo(&host, "sms.fault").await), (1, None));
}

/// A report may come before the answer that got lost is looked for: it is known by its address.
#[rstest]
#[tokio::test]
async fn a_report_names_a_message_whose_answer_got_lost(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[values(SmsProvider::Elks, SmsProvider::Twilio)] provider: SmsProvider,
) {
    let (host, double) = ready(engine, provider).await;
    double.lose_an_answer();
    sent(&host).await;
    let report = double.report(None, "delivered");
    assert_eq!(deliver(&host, &report).await, 200);
    later(&host, TimeDelta::seconds(5)).await;
    assert_eq!(latest(&host).await["state"], "delivered");
}

#[rstest]
#[tokio::test]
async fn a_refused_number_fails_alone_and_a_wrong_key_or_no_money_stops_all_and_is_loud(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[values(SmsProvider::Elks, SmsProvider::Twilio)] provider: SmsProvider,
) {
    let (host, double) = ready(engine, provider).await;
    let refused = queued(&host, 1, "+46700000000").await;
    let taken = queued(&host, 2, MOBILE).await;
    assert_eq!(host.app.send_due_sms().await.unwrap(), 1);
    let states = states(&host).await;
    assert_eq!((&*states[&refused], &*states[&taken]), ("failed", "sent"));
    let list = host.owner.get("/notices?state=failed").await.expect(200);
    let notice = &list["items"][0];
    assert_eq!(notice["fault"], "sms.refused");
    assert!(text(&notice["faultWords"]).to_lowercase().contains("invalid"), "{notice}");
    assert_eq!(todo(&host, "sms.fault").await, None);

    double.outside(&json!({"money": 0}));
    queued(&host, 3, MOBILE).await;
    queued(&host, 4, MOBILE).await;
    assert_eq!(host.app.send_due_sms().await.unwrap(), 0);
    let trouble = standing(&host).await;
    assert_eq!((&trouble["fault"], todo(&host, "sms.fault").await), (&json!("sms.balance"), Some(1)));
    let list = host.owner.get("/notices?state=queued").await.expect(200);
    assert_eq!(list["total"]["count"], 2, "they wait, and none has been tried: {list}");
    assert!(list["items"].as_array().unwrap().iter().all(|it| it["attempts"] == 0));
    double.outside(&json!({"money": 1_000_000}));
    assert_eq!(host.app.send_due_sms().await.unwrap(), 0, "it is asked again after a while");
    host.clock.advance(TimeDelta::minutes(16));
    assert_eq!(host.app.send_due_sms().await.unwrap(), 2);
    assert_eq!((&standing(&host).await["fault"], todo(&host, "sms.fault").await), (&Value::Null, None));

    let mut wrong = setting(&double);
    wrong["secret"] = json!("wrong");
    let version = standing(&host).await["rowVersion"].as_i64().unwrap();
    host.owner.put_at("/settings/sms", version, wrong).await.expect(200);
    let to = json!({"to": MOBILE});
    assert_eq!(host.owner.post("/settings/sms/test", to.clone()).await.refusal(), (503, "sms.key"));
    queued(&host, 5, MOBILE).await;
    assert_eq!(host.app.send_due_sms().await.unwrap(), 0);
    assert_eq!(standing(&host).await["fault"], "sms.key");
    // Whoever mends the setting need not wait.
    let version = standing(&host).await["rowVersion"].as_i64().unwrap();
    host.owner.put_at("/settings/sms", version, setting(&double)).await.expect(200);
    assert_eq!(host.app.send_due_sms().await.unwrap(), 1);
    let tried = host.owner.post("/settings/sms/test", to).await.expect(200);
    assert_eq!(tried["parts"], 1);
    assert_eq!(audit(&host, "setting.sms_tested").await.len(), 2);
    assert_eq!(host.owner.post("/settings/sms/test", json!({"to": "08-508 000 00"})).await.status, 422);
}

#[rstest]
#[tokio::test]
async fn a_gateway_that_is_not_there_holds_messages_back_and_loses_none(#[values(Sqlite, Postgres)] engine: Engine) {
    let (host, double) = ready(engine, SmsProvider::Elks).await;
    let gone = WebServer::gone().await;
    let nobody = SmsAddresses::default().with(&format!("46elks={gone}")).unwrap();
    let away = host.beside().await.sending_sms(Arc::new(Gateways::at(nobody)));
    queued(&host, 1, MOBILE).await;
    for _ in 0..20 {
        assert_eq!(away.app.send_due_sms().await.unwrap(), 0);
        host.clock.advance(TimeDelta::minutes(2));
    }
    assert_eq!(standing(&host).await["fault"], "sms.unavailable");
    assert_eq!(host.app.send_due_sms().await.unwrap(), 1);
    assert_eq!((double.messages().len(), &standing(&host).await["fault"]), (1, &Value::Null));
}

/// A thousand messages at a gateway that takes a hundred in a minute, while two hosts send.
#[rstest]
#[tokio::test]
async fn a_thousand_messages_leave_once_each_at_the_pace_of_the_gateway(
    #[values((Sqlite, SmsProvider::Elks), (Postgres, SmsProvider::Twilio))] of: (Engine, SmsProvider),
) {
    let (host, double) = ready(of.0, of.1).await;
    let mut tx = host.app.write().await.unwrap();
    let all: Vec<Notice> = (0..1_000).map(|n| notice(&host, n, &format!("+4670{:07}", n + 1_000_001))).collect();
    tx.insert_notices(&all).await.unwrap();
    tx.commit_telemetry().await.unwrap();
    let other = host.beside().await.sending_sms(gateways(&double));
    let mut minutes = 0;
    let mut sent = 0;
    while sent < 1_000 {
        let before = sent;
        let both = join_all([host.app.send_due_sms(), other.app.send_due_sms()]).await;
        sent += both.into_iter().map(Result::unwrap).sum::<usize>();
        if sent == before {
            minutes += 1;
            assert!(minutes < 60, "{sent} were sent");
            host.clock.advance(TimeDelta::minutes(1));
            double.outside(&json!({"minute": true}));
        }
    }
    let mut numbers: Vec<String> = double.messages().iter().map(|it| text(&it["to"])).collect();
    numbers.sort();
    numbers.dedup();
    assert_eq!((numbers.len(), double.messages().len()), (1_000, 1_000), "each once");
    assert!(minutes >= 9, "it takes a hundred in a minute");
    assert_eq!(todo(&host, "sms.fault").await, None, "that a gateway has no time is no trouble");
}

/// Two hosts read the same list of what is due; what one was told to wait with is not tried by the other at once.
#[rstest]
#[tokio::test]
async fn what_one_host_has_put_off_another_does_not_take_before_its_time(#[values(Sqlite, Postgres)] engine: Engine) {
    let (host, double) = ready(engine, SmsProvider::Elks).await;
    let mut tx = host.app.write().await.unwrap();
    let all: Vec<Notice> = (0..101).map(|n| notice(&host, n, &format!("+4670{:07}", n + 1_000_001))).collect();
    tx.insert_notices(&all).await.unwrap();
    tx.commit_telemetry().await.unwrap();
    while host.app.send_due_sms().await.unwrap() > 0 {}
    let left = host.owner.get("/notices?state=queued&limit=2").await.expect(200);
    assert_eq!((double.messages().len(), &left["total"]["count"]), (100, &json!(1)), "a hundred in a minute");
    let id = NoticeId(Uuid::parse_str(left["items"][0]["id"].as_str().unwrap()).unwrap());
    let mut tx = host.app.write().await.unwrap();
    assert!(!tx.claim_sms(id, 0, host.app.now()).await.unwrap(), "it was due when the other host looked");
    tx.commit_telemetry().await.unwrap();
    host.clock.advance(TimeDelta::minutes(1));
    double.outside(&json!({"minute": true}));
    assert_eq!(host.app.send_due_sms().await.unwrap(), 1);
    assert_eq!(double.messages().len(), 101);
}

/// EMP-10: what somebody chose is respected, and who has a phone and no mail is told by SMS.
#[rstest]
#[tokio::test]
async fn emp_10_a_run_tells_everybody_as_they_chose_and_what_it_costs_before_it_is_let_go(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let (host, double) = ready(engine, SmsProvider::Elks).await;
    host.mail_on().await;
    let mut charger = host.charger("CP-1").await;
    let mobile = |n: u32| json!({"phone": format!("+4670123450{n}")});
    somebody(&host, "Åsa", "AA", json!({"email": "asa@example.se"})).await;
    somebody(&host, "Bo", "BB", mobile(1)).await;
    somebody(&host, "Cia", "CC", json!({"email": "cia@example.se", "phone": "+46701234502", "channel": "sms"})).await;
    somebody(&host, "Dan", "DD", json!({"email": "dan@example.se", "phone": "+46701234503", "channel": "mail"})).await;
    somebody(&host, "Eva", "EE", json!({"phone": "08-508 000 00"})).await;
    for (place, tag) in ["AA", "BB", "CC", "DD", "EE"].into_iter().enumerate() {
        charge(&mut charger, tag, 10 + u32::try_from(place).unwrap(), 10_000).await;
    }
    let run = planned(&host, "2026-11").await;
    let reach = |name: &str| {
        let all = run["documents"].as_array().unwrap();
        text(&all.iter().find(|it| text(&it["name"]).starts_with(name)).unwrap()["reach"])
    };
    let all = ["Åsa", "Bo", "Cia", "Dan", "Eva"].map(reach);
    assert_eq!(all, ["mail", "sms", "sms", "mail", "paper"]);
    committed(&host, &run, json!({"byMail": true})).await;
    let path = format!("/month-runs/{}", text(&run["id"]));
    let open = host.owner.get(&path).await.expect(200);
    assert_eq!(open["awaiting"], 4);
    let price = |ten_thousandths: i64| json!({"tenThousandths": ten_thousandths, "currency": "SEK"});
    assert_eq!(open["sms"], json!({"messages": 2, "parts": 2, "partPrice": price(3_500), "cost": price(7_000)}));
    host.owner.post(&format!("{path}/release"), json!(null)).await.expect(200);
    assert_eq!(host.app.send_due().await.unwrap(), 2);
    assert_eq!(host.app.send_due_sms().await.unwrap(), 2);
    let mut told: Vec<String> = double.messages().iter().map(|it| text(&it["to"])).collect();
    told.sort();
    assert_eq!(told, ["+46701234501", "+46701234502"]);
    assert_eq!(documents(&host).await.iter().filter(|it| it["state"] == "sent").count(), 4);

    // A way that does not lead to somebody cannot be chosen.
    let person = somebody(&host, "Fia", "FF", json!({"email": "fia@example.se"})).await;
    let path = format!("/persons/{}", text(&person["id"]));
    let refused = host.owner.patch_at(&path, 1, json!({"channel": "sms"})).await;
    assert_eq!((refused.status, &refused.body["fields"]["channel"]), (422, &json!("channel.no_mobile")));
}

#[rstest]
#[tokio::test]
async fn while_sms_are_off_they_are_held_and_go_when_they_are_switched_on(#[values(Sqlite, Postgres)] engine: Engine) {
    let (host, double) = ready(engine, SmsProvider::Elks).await;
    let it = invoiced(&host).await;
    let mut off = setting(&double);
    off["enabled"] = json!(false);
    let version = standing(&host).await["rowVersion"].as_i64().unwrap();
    host.owner.put_at("/settings/sms", version, off).await.expect(200);
    let path = format!("/documents/{}/sms", text(&it["id"]));
    assert_eq!(host.owner.get(&path).await.refusal(), (409, "sms.not_set_up"));
    act(&host, &it, "send", json!({"by": "sms"})).await.expect(200);
    assert_eq!(latest(&host).await["state"], "held");
    assert_eq!(host.app.send_due_sms().await.unwrap(), 0);
    // The mail server has nothing to do with it.
    host.mail_on().await;
    assert_eq!(latest(&host).await["state"], "held");
    let version = standing(&host).await["rowVersion"].as_i64().unwrap();
    host.owner.put_at("/settings/sms", version, setting(&double)).await.expect(200);
    assert_eq!(host.app.send_due_sms().await.unwrap(), 1);
}

#[rstest]
#[tokio::test]
async fn n7_while_there_is_a_test_number_everything_goes_there_in_its_readers_stead(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let (host, double) = ready(engine, SmsProvider::Elks).await;
    let mut tested = setting(&double);
    tested["testNumber"] = json!("+46 70 999 88 77");
    let version = standing(&host).await["rowVersion"].as_i64().unwrap();
    host.owner.put_at("/settings/sms", version, tested).await.expect(200);
    sent(&host).await;
    let told = &double.messages()[0];
    assert_eq!(told["to"], "+46709998877");
    assert!(text(&told["message"]).starts_with("[TESTLÄGE, till +46701234567] Brf Ekbacken: faktura"), "{told}");
    let notice = latest(&host).await;
    assert_eq!((&notice["state"], &notice["divertedTo"]), (&json!("diverted"), &json!("+46709998877")));
    double.report(None, "delivered");
    later(&host, TimeDelta::minutes(2)).await;
    assert_eq!(latest(&host).await["state"], "diverted", "its reader has not got it");
}

#[rstest]
#[tokio::test]
async fn what_lets_us_in_goes_in_and_never_comes_out_and_stays_with_its_account(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let (host, double) = ready(engine, SmsProvider::Elks).await;
    let shown = standing(&host).await;
    assert_eq!((&shown["secretSet"], shown.to_string().contains(double.account().1)), (&json!(true), false));
    let version = shown["rowVersion"].as_i64().unwrap();
    let mut other = setting(&double);
    other.as_object_mut().unwrap().remove("secret");
    host.owner.put_at("/settings/sms", version, other.clone()).await.expect(200);
    other["account"] = json!("somebody-else");
    let refused = host.owner.put_at("/settings/sms", version + 1, other).await;
    assert_eq!((refused.status, &refused.body["fields"]["secret"]), (422, &json!("sms.secret_again")));
    let mut wrong = setting(&double);
    (wrong["sender"], wrong["testNumber"]) = (json!("Brf Ekbacken"), json!("0701234567"));
    let refused = host.owner.put_at("/settings/sms", version + 1, wrong).await.body;
    assert_eq!(refused["fields"], json!({"sender": "sms.sender", "testNumber": "sms.number_with_country"}));
    let rows = audit(&host, "setting.changed").await;
    assert!(!json!(rows).to_string().contains(double.account().1));
}

/// What an organisation writes itself is what is sent, counted as it is.
#[rstest]
#[tokio::test]
async fn an_organisation_writes_its_own_sms_and_sees_how_many_parts_it_is(#[values(Sqlite, Postgres)] engine: Engine) {
    let (host, double) = ready(engine, SmsProvider::Elks).await;
    let of = format!("/mail-templates/sms_invoice/sv?organisationId={}", host.organisation);
    let tried = format!("/mail-templates/sms_invoice/sv/preview?organisationId={}", host.organisation);
    let words = json!({"subject": "", "body": "Łukasz hälsar: {number}, {amount}\n{portal}"});
    let shown = host.owner.post(&tried, words.clone()).await.expect(200);
    assert_eq!(shown["sms"]["alphabet"], "unicode");
    assert_eq!(host.owner.put_at(&of, 0, json!({"subject": "", "body": "{number}"})).await.status, 422);
    host.owner.put_at(&of, 0, words).await.expect(200);
    sent(&host).await;
    let told = text(&double.messages()[0]["message"]);
    assert_eq!(told, "Łukasz hälsar: 2026-0001, 81,00 kr\nhttps://stolpe.example.se");
    assert_eq!(latest(&host).await["parts"], 1);
}

/// A message about to be sent, with words of its own.
fn notice(host: &TestHost, n: u128, number: &str) -> Notice {
    let at = host.clock.now();
    Notice {
        id: NoticeId(Uuid::from_u128((1 << 100) + n)),
        organisation: Some(OrganisationId(host.organisation.parse().unwrap())),
        person: None,
        channel: Channel::Sms,
        address: number.to_owned(),
        language: Language::Sv,
        template: "document".to_owned(),
        subject: format!("Hej {n}"),
        body: format!("Hej {n}"),
        state: NoticeState::Queued,
        attempt_count: 0,
        next_attempt_at: Some(at),
        fault: None,
        fault_words: None,
        created_at: at,
        sent_at: None,
        document: None,
        run: None,
        diverted_to: None,
        parts: Some(1),
        cost: None,
        delivered_at: None,
    }
}

pub(crate) async fn queued(host: &TestHost, n: u128, number: &str) -> String {
    let it = notice(host, n, number);
    let mut tx = host.app.write().await.unwrap();
    tx.insert_notice(&it).await.unwrap();
    tx.commit_telemetry().await.unwrap();
    it.id.to_string()
}

/// How every message stands.
async fn states(host: &TestHost) -> std::collections::HashMap<String, String> {
    let list = host.owner.get("/notices?limit=200").await.expect(200);
    list["items"].as_array().unwrap().iter().map(|it| (text(&it["id"]), text(&it["state"]))).collect()
}
