//! What single providers say that no other does.

use crate::opened::{Opened, Payer};
use serde_json::json;
use stolpe_domain::country::Country;
use stolpe_domain::payment::ProviderState;
use stolpe_domain::phone::Phone;
use stolpe_ports::payments::{Onward, PaidBy, PaymentFault, PaymentKey};
use stolpe_testkit::PaymentDoubleKind;

#[tokio::test]
async fn swish_asks_the_phone_that_is_known_and_gives_a_token_for_one_that_is_not() {
    let opened = Opened::new(PaymentDoubleKind::Swish);
    let begun = opened.provider.begin(&opened.ask(1_000)).await.expect("taken on");
    assert!(matches!(begun.onward, Onward::App { .. }), "{:?}", begun.onward);
    let mut ask = opened.ask(2_000);
    ask.phone = Some(Phone::parse(Country::Se, "070-123 45 67").expect("a number"));
    assert_eq!(opened.provider.begin(&ask).await.expect("taken on").onward, Onward::Phone);
    let mut another = opened.ask(3_000);
    another.phone = ask.phone.clone();
    let fault = opened.provider.begin(&another).await.expect_err("one at a time");
    assert!(matches!(&fault, PaymentFault::Refused { code, .. } if code == "RP06"), "{fault:?}");
}

#[tokio::test]
async fn swish_that_has_no_answer_of_the_bank_is_unclear_and_never_denied() {
    let opened = Opened::new(PaymentDoubleKind::Swish);
    let ask = opened.ask(1_000);
    let begun = opened.provider.begin(&ask).await.expect("taken on");
    opened.double.outside(&json!({ "id": begun.reference, "status": "ERROR", "code": "DS24" }));
    let payment = PaymentKey { by: PaidBy::Payer, attempt: ask.attempt, reference: Some(begun.reference.clone()) };
    let seen = opened.provider.look_up(&payment).await.expect("an answer");
    assert_eq!((seen.state, seen.code.as_deref()), (ProviderState::Unclear, Some("DS24")));
    opened.payer(&begun.reference, Payer::Agrees);
    let seen = opened.provider.look_up(&payment).await.expect("an answer");
    assert_eq!((seen.state, seen.amount), (ProviderState::Paid, Some(ask.amount)), "it was paid after all");
}

#[tokio::test]
async fn vipps_gets_another_token_when_the_one_that_is_held_is_too_old() {
    let opened = Opened::new(PaymentDoubleKind::Vipps);
    let ask = opened.ask(4_900);
    let begun = opened.provider.begin(&ask).await.expect("taken on");
    assert!(matches!(&begun.onward, Onward::Page { address } if address.starts_with("https://")), "{:?}", begun.onward);
    opened.double.outside(&json!({ "does": "outdate" }));
    let payment = PaymentKey { by: PaidBy::Payer, attempt: ask.attempt, reference: Some(begun.reference.clone()) };
    assert_eq!(opened.provider.look_up(&payment).await.expect("an answer").state, ProviderState::Open);
}

#[tokio::test]
async fn payson_is_told_the_vat_as_a_fraction_and_settles_on_its_own() {
    let opened = Opened::new(PaymentDoubleKind::Payson);
    let ask = opened.ask(12_345);
    let begun = opened.provider.begin(&ask).await.expect("taken on");
    assert!(matches!(&begun.onward, Onward::Frame { html } if html.contains(&begun.reference)), "{:?}", begun.onward);
    let payment = PaymentKey { by: PaidBy::Payer, attempt: ask.attempt, reference: Some(begun.reference.clone()) };
    opened.payer(&begun.reference, Payer::Agrees);
    opened.provider.take(&payment, ask.amount).await.expect("taken");
    opened.double.outside(&json!({ "id": begun.reference, "status": "paidToAccount" }));
    let seen = opened.provider.look_up(&payment).await.expect("an answer");
    assert_eq!((seen.state, seen.amount), (ProviderState::Settled, Some(ask.amount)));
}

#[tokio::test]
async fn payson_that_has_given_back_what_nobody_here_knows_of_is_told_no_sum_over_it() {
    let opened = Opened::new(PaymentDoubleKind::Payson);
    let ask = opened.ask(10_000);
    let begun = opened.provider.begin(&ask).await.expect("taken on");
    let payment = PaymentKey { by: PaidBy::Payer, attempt: ask.attempt, reference: Some(begun.reference.clone()) };
    opened.payer(&begun.reference, Payer::Agrees);
    opened.provider.take(&payment, ask.amount).await.expect("taken");
    opened.provider.refund(&opened.refund(&payment, None, 4_000, 0)).await.expect("given back at their desk");
    let fault = opened.provider.refund(&opened.refund(&payment, None, 1_000, 0)).await.expect_err("another sum");
    assert!(matches!(&fault, PaymentFault::Refused { code, .. } if code == "credited"), "{fault:?}");
    let seen = opened.provider.look_up(&payment).await.expect("an answer");
    assert_eq!(seen.refunded.map(|refunded| refunded.minor), Some(4_000));
}
