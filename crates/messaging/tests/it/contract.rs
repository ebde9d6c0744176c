//! What every SMS gateway does for whoever asks it, however it does it.

use chrono::TimeDelta;
use rstest::rstest;
use serde_json::{Value, json};
use std::sync::Arc;
use stolpe_domain::sms::{SmsProvider, SmsSight, size_of};
use stolpe_messaging::{Gateways, SmsAddresses};
use stolpe_ports::clock::{Clock as _, SystemClock};
use stolpe_ports::payments::{CallbackRefusal, RawCallback};
use stolpe_ports::sms::{AccountTrouble, Sms, SmsAccount, SmsFault, SmsGateway, SmsGateways as _};
use stolpe_testkit::{SmsDouble, WebServer};

const TO: &str = "+46701234567";
const REPORT_TO: &str = "https://stolpe.example.se/api/v1/callbacks/sms/x/y/z";

fn at(provider: SmsProvider, address: &str, (account, secret): (&str, &str)) -> Arc<dyn SmsGateway> {
    let addresses = SmsAddresses::default().with(&format!("{}={address}", provider.word())).expect("an address");
    let (account, secret) = (account.to_owned(), secret.to_owned().into());
    let account = SmsAccount { provider, account, secret, sender: "Ekbacken".to_owned() };
    Gateways::at(addresses).open(&account).expect("an account")
}

fn open(provider: SmsProvider) -> (SmsDouble, Arc<dyn SmsGateway>) {
    let double = SmsDouble::start(provider);
    let gateway = at(provider, &double.address, double.account());
    (double, gateway)
}

fn sms(text: &str) -> Sms {
    Sms { to: TO.to_owned(), text: text.to_owned(), report_to: Some(REPORT_TO.to_owned()) }
}

fn raw(report: &Value) -> RawCallback {
    let headers = report["headers"].as_object().expect("headers").iter();
    let headers = headers.map(|(name, value)| (name.clone(), value.as_str().expect("a text").to_owned()));
    let body = report["text"].as_str().expect("a text").as_bytes().to_vec();
    RawCallback { target: String::new(), headers: headers.collect(), body }
}

#[rstest]
#[tokio::test]
async fn a_message_is_taken_as_it_was_written_and_seen_on_its_way_and_on_the_phone(
    #[values(SmsProvider::Elks, SmsProvider::Twilio)] provider: SmsProvider,
) {
    let (double, gateway) = open(provider);
    let text = "Brf Ekbacken: faktura 2026-0001, 81,00 kr & mer. Öppna: https://stolpe.example.se/?a=1+2";
    let taken = gateway.send(&sms(text)).await.expect("taken");
    assert_eq!((taken.sight, taken.to.as_str(), taken.parts), (SmsSight::Underway, TO, Some(1)));
    let told = &double.messages()[0];
    assert_eq!(told["message"].as_str().or(told["body"].as_str()), Some(text), "{told}");
    assert_eq!((&told["to"], &told["from"]), (&json!(TO), &json!("Ekbacken")));
    let report = double.report(None, "delivered");
    let event = gateway.read_report(REPORT_TO, &raw(&report)).expect("it is theirs");
    assert_eq!((event.event.as_str(), &event.reference), ("delivered", &taken.reference));
    let seen = gateway.look_up(&taken.reference).await.expect("an answer").expect("it is known");
    assert_eq!((seen.sight, &seen.reference), (SmsSight::Delivered, &taken.reference));
    let cost = seen.cost.expect("a price");
    let expected = match provider {
        SmsProvider::Elks => (3_500, "SEK"),
        SmsProvider::Twilio => (597, "USD"),
    };
    assert_eq!((cost.ten_thousandths, cost.currency.as_str()), expected);
    double.report(None, "failed");
    let seen = gateway.look_up(&taken.reference).await.expect("an answer").expect("it is known");
    assert_eq!(seen.sight, SmsSight::Failed);
    assert!(seen.code.is_some(), "it says why");
}

/// The gateway counts parts by itself: what we tell before sending is what is paid for.
#[rstest]
#[tokio::test]
async fn parts_are_what_the_gateway_counts(#[values(SmsProvider::Elks, SmsProvider::Twilio)] provider: SmsProvider) {
    let (_double, gateway) = open(provider);
    for (sign, count) in [("ö", 160), ("ö", 161), ("€", 81), ("€", 153), ("ł", 70), ("ł", 71), ("👍", 66), ("👍", 67)]
    {
        let text = sign.repeat(count);
        let taken = gateway.send(&sms(&text)).await.expect("taken");
        assert_eq!(taken.parts, u32::try_from(size_of(&text).parts).ok(), "{count} of {sign}");
    }
}

#[rstest]
#[tokio::test]
async fn a_message_whose_answer_got_lost_is_found_by_what_was_sent_and_when(
    #[values(SmsProvider::Elks, SmsProvider::Twilio)] provider: SmsProvider,
) {
    let (double, gateway) = open(provider);
    gateway.send(&sms("another one")).await.expect("taken");
    double.lose_an_answer();
    let lost = gateway.send(&sms("the one")).await.expect_err("no answer");
    assert!(matches!(lost, SmsFault::NotAnswered(_)), "{lost:?}");
    let since = SystemClock.now() - TimeDelta::minutes(5);
    let found = gateway.find(TO, "the one", since).await.expect("an answer");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(gateway.find(TO, "never sent", since).await.expect("an answer").is_empty());
    assert!(
        gateway.find(TO, "the one", SystemClock.now() + TimeDelta::minutes(5)).await.expect("an answer").is_empty()
    );
    assert_eq!(gateway.look_up("s00000000000000000000000000000099").await.expect("an answer"), None);
    assert_eq!(gateway.look_up("../me").await.expect("not asked"), None);
}

#[rstest]
#[tokio::test]
async fn a_fault_of_theirs_may_have_come_after_they_took_it(
    #[values(SmsProvider::Elks, SmsProvider::Twilio)] provider: SmsProvider,
) {
    let (double, gateway) = open(provider);
    double.outside(&json!({ "broken": 502 }));
    let fault = gateway.send(&sms("Hej")).await.expect_err("it is broken");
    assert!(matches!(fault, SmsFault::NotAnswered(_)), "{fault:?}");
}

#[rstest]
#[tokio::test]
async fn a_gateway_that_is_not_there_was_not_asked(
    #[values(SmsProvider::Elks, SmsProvider::Twilio)] provider: SmsProvider,
) {
    let gone = WebServer::gone().await;
    let double = SmsDouble::start(provider);
    let fault = at(provider, &gone, double.account()).send(&sms("Hej")).await.expect_err("nobody is there");
    assert!(matches!(fault, SmsFault::NotAsked(_)), "{fault:?}");
}

#[rstest]
#[tokio::test]
async fn what_is_wrong_with_the_account_is_told_from_what_is_wrong_with_the_message(
    #[values(SmsProvider::Elks, SmsProvider::Twilio)] provider: SmsProvider,
) {
    let (double, gateway) = open(provider);
    let nobody = Sms { to: "+46700000000".to_owned(), ..sms("Hej") };
    let refused = gateway.send(&nobody).await.expect_err("no such number");
    assert!(matches!(refused, SmsFault::Refused { .. }), "{refused:?}");
    let stranger = at(provider, &double.address, (double.account().0, "wrong"));
    let key = stranger.send(&sms("Hej")).await.expect_err("it does not know us");
    assert!(matches!(key, SmsFault::Account { trouble: AccountTrouble::Key, .. }), "{key:?}");
    stranger.look_up("SM1").await.expect_err("it does not know us");
    double.outside(&json!({ "money": 0 }));
    let poor = gateway.send(&sms("Hej")).await.expect_err("no money left");
    assert!(matches!(poor, SmsFault::Account { trouble: AccountTrouble::Balance, .. }), "{poor:?}");
    assert!(double.messages().is_empty());
}

#[rstest]
#[tokio::test]
async fn more_than_a_hundred_in_a_minute_are_taken_later(
    #[values(SmsProvider::Elks, SmsProvider::Twilio)] provider: SmsProvider,
) {
    let (double, gateway) = open(provider);
    for _ in 0..100 {
        gateway.send(&sms("Hej")).await.expect("taken");
    }
    let busy = gateway.send(&sms("Hej")).await.expect_err("too many");
    assert!(matches!(busy, SmsFault::Busy { .. }), "{busy:?}");
    double.outside(&json!({ "minute": true }));
    gateway.send(&sms("Hej")).await.expect("taken");
    assert_eq!(double.messages().len(), 101);
}

#[tokio::test]
async fn a_report_of_twilio_is_signed_for_its_address_and_every_field_of_it() {
    let (double, gateway) = open(SmsProvider::Twilio);
    gateway.send(&sms("Hej")).await.expect("taken");
    let report = raw(&double.report(None, "delivered"));
    gateway.read_report(REPORT_TO, &report).expect("it is theirs");
    let forged = |change: &dyn Fn(&mut RawCallback)| {
        let mut report = report.clone();
        change(&mut report);
        gateway.read_report(REPORT_TO, &report).expect_err("it is forged")
    };
    let text = String::from_utf8(report.body.clone()).expect("a text");
    assert_eq!(forged(&|it| it.body = text.replace("delivered", "failed").into_bytes()), CallbackRefusal::Forged);
    assert_eq!(forged(&|it| it.body = format!("{text}&More=1").into_bytes()), CallbackRefusal::Forged);
    assert_eq!(forged(&|it| it.headers.clear()), CallbackRefusal::Forged);
    let elsewhere = gateway.read_report("https://stolpe.example.se/other", &report);
    assert_eq!(elsewhere.expect_err("it was for another address"), CallbackRefusal::Forged);
}

#[tokio::test]
async fn a_report_of_46elks_that_names_no_message_is_refused() {
    let (_double, gateway) = open(SmsProvider::Elks);
    let report = RawCallback { target: String::new(), headers: Vec::new(), body: b"status=delivered".to_vec() };
    assert_eq!(gateway.read_report(REPORT_TO, &report).expect_err("no name"), CallbackRefusal::Unreadable);
}
