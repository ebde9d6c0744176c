//! Cards that a provider keeps: asked for, looked up, charged, let go of, and found again when an answer got lost.

use crate::opened::{ALL, Opened};
use serde_json::json;
use stolpe_domain::email::Email;
use stolpe_domain::id::SavedCardId;
use stolpe_domain::language::Language;
use stolpe_domain::money::Currency;
use stolpe_domain::payment::ProviderState;
use stolpe_domain::saved_card::CardSeen;
use stolpe_ports::payments::{NoticeAbout, Onward, PaidBy, PaymentFault, PaymentKey, RawCallback};
use stolpe_ports::saved_cards::{CardAsk, CardBegun, CardKey, SavedCards};
use stolpe_testkit::PaymentDoubleKind;
use uuid::Uuid;

fn ask() -> CardAsk {
    CardAsk {
        card: SavedCardId(Uuid::from_u128(0x0197_5000_0000_7000_8000_0000_0000_0CA4)),
        currency: Currency::Sek,
        email: Some(Email::parse("boende@example.se").expect("an address")),
        language: Language::Sv,
        return_to: "https://stolpe.example/payments/1".to_owned(),
        terms: "https://stolpe.example/terms".to_owned(),
        callback: "https://stolpe.example/api/v1/callbacks/payments/payson".to_owned(),
    }
}

fn cards(opened: &Opened) -> &dyn SavedCards {
    opened.provider.saved_cards().expect("it keeps cards")
}

async fn seen(opened: &Opened, key: &CardKey) -> CardSeen {
    cards(opened).look_up(key).await.expect("an answer").seen
}

/// The payer does something at the provider, which tells of it.
fn payer(opened: &Opened, id: &str, status: &str) -> RawCallback {
    let told = opened.double.outside(&json!({ "id": id, "status": status }));
    let callback = told.iter().find(|line| line["event"] == "callback").expect("a callback");
    let target = callback["target"].as_str().expect("an address").to_owned();
    RawCallback { target, headers: Vec::new(), body: Vec::new() }
}

/// A card that its payer has saved.
async fn saved(opened: &Opened) -> CardKey {
    let ask = ask();
    let CardBegun { token, .. } = cards(opened).begin(&ask).await.expect("taken on");
    payer(opened, &token, "customerSubscribed");
    CardKey { card: ask.card, token: Some(token) }
}

#[tokio::test]
async fn pre_16_only_payson_keeps_cards_that_we_are_told_of() {
    for kind in ALL {
        let opened = Opened::new(kind);
        assert_eq!(opened.provider.saved_cards().is_some(), kind == PaymentDoubleKind::Payson, "{kind:?}");
    }
    let opened = Opened::new(PaymentDoubleKind::Payson);
    assert!(cards(&opened).are_kept().await.expect("an answer"));
    opened.double.outside(&json!({ "recurs": false }));
    assert!(!cards(&opened).are_kept().await.expect("an answer"), "not for every account");
    let fault = cards(&opened).begin(&ask()).await.expect_err("not enabled");
    assert!(matches!(fault, PaymentFault::Refused { .. }), "{fault:?}");
    opened.stranger.saved_cards().expect("it keeps cards").are_kept().await.expect_err("it does not know us");
}

#[tokio::test]
async fn pre_16_a_card_is_open_until_its_payer_saves_it_and_is_let_go_once() {
    let opened = Opened::new(PaymentDoubleKind::Payson);
    let ask = ask();
    let begun = cards(&opened).begin(&ask).await.expect("taken on");
    assert!(matches!(&begun.onward, Onward::Frame { html } if html.contains(&begun.token)), "{begun:?}");
    let key = CardKey { card: ask.card, token: Some(begun.token.clone()) };
    let stands = cards(&opened).look_up(&key).await.expect("an answer");
    assert_eq!((stands.seen, stands.onward), (CardSeen::Open, Some(begun.onward)));
    let callback = payer(&opened, &begun.token, "customerSubscribed");
    let notice = opened.provider.read_callback(&callback).expect("it is theirs");
    assert_eq!((notice.about, &notice.reference), (NoticeAbout::SavedCard, &begun.token));
    assert_eq!(seen(&opened, &key).await, CardSeen::Saved);
    cards(&opened).end(&key).await.expect("let go");
    cards(&opened).end(&key).await.expect("it was let go already");
    assert_eq!(seen(&opened, &key).await, CardSeen::Ended);
    let fault = cards(&opened).charge(&begun.token, &opened.ask(2_000)).await.expect_err("it is over");
    assert!(matches!(fault, PaymentFault::Refused { .. }), "{fault:?}");
    let nobody = CardKey { card: ask.card, token: Some("unknown".to_owned()) };
    assert_eq!(seen(&opened, &nobody).await, CardSeen::Absent);
}

#[tokio::test]
async fn pre_16_a_card_whose_answer_got_lost_is_found_by_our_own_name() {
    let opened = Opened::new(PaymentDoubleKind::Payson);
    let key = CardKey { card: ask().card, token: None };
    assert_eq!(seen(&opened, &key).await, CardSeen::Absent);
    opened.double.lose_an_answer_after(0);
    let lost = cards(&opened).begin(&ask()).await.expect_err("no answer");
    assert!(matches!(lost, PaymentFault::NotAnswered(_)), "{lost:?}");
    let stands = cards(&opened).look_up(&key).await.expect("an answer");
    assert!(stands.seen == CardSeen::Open && stands.token.is_some() && stands.onward.is_some(), "{stands:?}");
    // The answer to letting go of it gets lost too: asked, put back, gone.
    opened.double.lose_an_answer_after(1);
    let lost = cards(&opened).end(&CardKey { token: stands.token, ..key.clone() }).await.expect_err("no answer");
    assert!(matches!(lost, PaymentFault::NotAnswered(_)), "{lost:?}");
    assert_eq!(seen(&opened, &key).await, CardSeen::Ended);
}

#[tokio::test]
async fn pre_16_a_payment_with_a_saved_card_is_held_taken_and_given_back_as_others_are() {
    let opened = Opened::new(PaymentDoubleKind::Payson);
    let key = saved(&opened).await;
    let token = key.token.as_deref().expect("a token");
    let ask = opened.ask(10_000);
    let charged = cards(&opened).charge(token, &ask).await.expect("charged");
    assert_eq!((charged.state, charged.amount), (ProviderState::Reserved, Some(ask.amount)));
    let payment = PaymentKey { by: PaidBy::SavedCard, attempt: ask.attempt, reference: charged.reference.clone() };
    let id = charged.reference.expect("a name");
    let notice = opened.provider.read_callback(&payer(&opened, &id, "readyToShip")).expect("it is theirs");
    assert_eq!((notice.about, notice.reference), (NoticeAbout::Payment, id));
    opened.provider.take(&payment, ask.amount).await.expect("taken");
    opened.provider.take(&payment, ask.amount).await.expect("it was taken already");
    opened.provider.refund(&opened.refund(&payment, None, 2_550, 0)).await.expect("given back");
    let seen = opened.provider.look_up(&payment).await.expect("an answer");
    assert_eq!((seen.state, seen.amount), (ProviderState::Paid, Some(ask.amount)));
    assert_eq!(seen.refunded.map(|refunded| refunded.minor), Some(2_550));
    let elsewhere = PaymentKey { by: PaidBy::Payer, ..payment };
    let there = opened.provider.look_up(&elsewhere).await.expect("an answer").state;
    assert_eq!(there, ProviderState::Absent, "it is no checkout");

    let another = opened.ask(3_000);
    let held = cards(&opened).charge(token, &another).await.expect("charged");
    let payment = PaymentKey { by: PaidBy::SavedCard, attempt: another.attempt, reference: held.reference };
    opened.provider.cancel(&payment).await.expect("let go");
    let state = opened.provider.look_up(&payment).await.expect("an answer").state;
    assert_eq!(state, ProviderState::Cancelled);
}

#[tokio::test]
async fn pre_16_a_charge_is_denied_by_the_bank_refused_when_too_small_and_found_when_its_answer_got_lost() {
    let opened = Opened::new(PaymentDoubleKind::Payson);
    let key = saved(&opened).await;
    let token = key.token.as_deref().expect("a token");
    let fault = cards(&opened).charge(token, &opened.ask(399)).await.expect_err("less than the least");
    assert!(matches!(fault, PaymentFault::Refused { .. }), "{fault:?}");
    let ask = opened.ask(5_000);
    let payment = PaymentKey { by: PaidBy::SavedCard, attempt: ask.attempt, reference: None };
    assert_eq!(opened.provider.look_up(&payment).await.expect("an answer").state, ProviderState::Absent);
    opened.double.lose_an_answer_after(0);
    let lost = cards(&opened).charge(token, &ask).await.expect_err("no answer");
    assert!(matches!(lost, PaymentFault::NotAnswered(_)), "{lost:?}");
    let found = opened.provider.look_up(&payment).await.expect("an answer");
    assert_eq!((found.state, found.amount), (ProviderState::Reserved, Some(ask.amount)));
    opened.double.outside(&json!({ "denies": token }));
    let denied = cards(&opened).charge(token, &opened.ask(6_000)).await.expect("an answer");
    assert_eq!(denied.state, ProviderState::Denied);
}
