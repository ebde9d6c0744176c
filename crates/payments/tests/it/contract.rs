//! What every provider does for whoever asks it, however it does it.

use crate::opened::{ALL, Opened, Payer, at};
use stolpe_domain::payment::ProviderState;
use stolpe_ports::error::PortErrorKind;
use stolpe_ports::payments::{
    Begun, CallbackRefusal, PaidBy, PaymentAsk, PaymentFault, PaymentKey, RawCallback, RefundAsk,
};
use stolpe_testkit::{PaymentDoubleKind, WebServer};

fn key(ask: &PaymentAsk, begun: &Begun) -> PaymentKey {
    PaymentKey { by: PaidBy::Payer, attempt: ask.attempt, reference: Some(begun.reference.clone()) }
}

async fn state(opened: &Opened, payment: &PaymentKey) -> ProviderState {
    opened.provider.look_up(payment).await.expect("an answer").state
}

/// A payment whose payer has agreed and whose money was taken.
async fn paid(opened: &Opened, minor: i64) -> (PaymentKey, Option<String>) {
    let ask = opened.ask(minor);
    let payment = key(&ask, &opened.provider.begin(&ask).await.expect("taken on"));
    opened.payer(payment.reference.as_deref().expect("a name"), Payer::Agrees);
    opened.provider.take(&payment, ask.amount).await.expect("taken");
    let seen = opened.provider.look_up(&payment).await.expect("an answer");
    assert_eq!((seen.state, seen.amount), (ProviderState::Paid, Some(ask.amount)), "{:?}", opened.kind);
    (payment, seen.movement)
}

#[tokio::test]
async fn pre_13_a_payment_is_open_until_the_payer_agrees_and_then_paid_to_the_ore() {
    for kind in ALL {
        let opened = Opened::new(kind);
        opened.provider.check().await.expect("it knows us");
        let ask = opened.ask(10_050);
        let begun = opened.provider.begin(&ask).await.expect("taken on");
        let payment = key(&ask, &begun);
        assert_eq!(state(&opened, &payment).await, ProviderState::Open, "{kind:?}");
        let callback = opened.payer(&begun.reference, Payer::Agrees);
        let notice = opened.provider.read_callback(&callback).expect("it is theirs");
        assert_eq!(notice.reference, begun.reference, "{kind:?}");
        let agreed = state(&opened, &payment).await;
        assert!(matches!(agreed, ProviderState::Reserved | ProviderState::Paid), "{kind:?}: {agreed:?}");
        opened.provider.take(&payment, ask.amount).await.expect("taken");
        opened.provider.take(&payment, ask.amount).await.expect("it was taken already");
        let seen = opened.provider.look_up(&payment).await.expect("an answer");
        assert_eq!((seen.state, seen.amount), (ProviderState::Paid, Some(ask.amount)), "{kind:?}");
        assert_eq!(seen.refunded.map_or(0, |refunded| refunded.minor), 0, "{kind:?}");
    }
}

#[tokio::test]
async fn pre_15_a_payment_that_does_not_come_about_says_why() {
    for kind in ALL {
        let opened = Opened::new(kind);
        for (minor, does, expected) in [
            (1_000, Payer::SaysNo, [ProviderState::Denied, ProviderState::Cancelled]),
            (1_100, Payer::BreaksOff, [ProviderState::Cancelled; 2]),
            (1_200, Payer::WaitsTooLong, [ProviderState::Expired; 2]),
        ] {
            let ask = opened.ask(minor);
            let begun = opened.provider.begin(&ask).await.expect("taken on");
            opened.payer(&begun.reference, does);
            let seen = state(&opened, &key(&ask, &begun)).await;
            assert!(expected.contains(&seen), "{kind:?} {does:?}: {seen:?}");
        }
    }
}

#[tokio::test]
async fn an_answer_that_got_lost_leaves_a_payment_that_is_found_by_our_own_name() {
    for kind in ALL {
        let opened = Opened::new(kind);
        // The first question of all also asks for a token where there are tokens.
        opened.provider.check().await.expect("it knows us");
        let ask = opened.ask(2_500);
        opened.double.lose_an_answer_after(0);
        let lost = opened.provider.begin(&ask).await.expect_err("no answer");
        assert!(matches!(lost, PaymentFault::NotAnswered(_)), "{kind:?}: {lost:?}");
        let payment = PaymentKey { by: PaidBy::Payer, attempt: ask.attempt, reference: None };
        let seen = opened.provider.look_up(&payment).await.expect("an answer");
        assert_eq!(seen.state, ProviderState::Open, "{kind:?}");
        opened.payer(seen.reference.as_deref().expect("a name"), Payer::Agrees);
        opened.provider.take(&payment, ask.amount).await.expect("taken");
        let seen = opened.provider.look_up(&payment).await.expect("an answer");
        assert_eq!((seen.state, seen.amount), (ProviderState::Paid, Some(ask.amount)), "{kind:?}");
    }
}

#[tokio::test]
async fn a_payment_that_was_never_asked_for_is_absent() {
    for kind in ALL {
        let opened = Opened::new(kind);
        let nobody = PaymentKey { by: PaidBy::Payer, attempt: opened.ask(77).attempt, reference: None };
        assert_eq!(state(&opened, &nobody).await, ProviderState::Absent, "{kind:?}");
    }
}

#[tokio::test]
async fn a_provider_that_is_not_there_was_not_asked() {
    for kind in ALL {
        let opened = Opened::new(kind);
        let gone = WebServer::gone().await;
        let provider = at(kind, &opened.double, &gone, true);
        let fault = provider.begin(&opened.ask(500)).await.expect_err("nobody is there");
        assert!(matches!(fault, PaymentFault::NotAsked(_)), "{kind:?}: {fault:?}");
        assert_eq!(provider.check().await.expect_err("nobody is there").kind, PortErrorKind::Unavailable, "{kind:?}");
    }
}

#[tokio::test]
async fn a_provider_that_does_not_know_us_takes_nothing() {
    for kind in ALL {
        let opened = Opened::new(kind);
        opened.stranger.check().await.expect_err("it does not know us");
        let ask = opened.ask(600);
        opened.stranger.begin(&ask).await.expect_err("it does not know us");
        let payment = PaymentKey { by: PaidBy::Payer, attempt: ask.attempt, reference: None };
        assert_eq!(state(&opened, &payment).await, ProviderState::Absent, "{kind:?}");
    }
}

#[tokio::test]
async fn what_is_too_little_is_refused_in_the_providers_own_words() {
    for kind in ALL {
        let opened = Opened::new(kind);
        let fault = opened.provider.begin(&opened.ask(5)).await.expect_err("too little");
        assert!(matches!(&fault, PaymentFault::Refused { code, .. } if !code.is_empty()), "{kind:?}: {fault:?}");
    }
}

#[tokio::test]
async fn pre_15_an_open_payment_is_broken_off_and_a_paid_one_is_not() {
    for kind in ALL {
        let opened = Opened::new(kind);
        let ask = opened.ask(3_000);
        let payment = key(&ask, &opened.provider.begin(&ask).await.expect("taken on"));
        opened.provider.cancel(&payment).await.expect("broken off");
        assert_eq!(state(&opened, &payment).await, ProviderState::Cancelled, "{kind:?}");
        let (payment, _) = paid(&opened, 3_100).await;
        let fault = opened.provider.cancel(&payment).await.expect_err("it was paid");
        assert!(matches!(fault, PaymentFault::Refused { .. }), "{kind:?}: {fault:?}");
        assert_eq!(state(&opened, &payment).await, ProviderState::Paid, "{kind:?}");
    }
}

#[tokio::test]
async fn pre_19_a_payment_is_given_back_in_parts_once_each_and_never_more_than_was_paid() {
    for kind in ALL {
        let opened = Opened::new(kind);
        let (payment, movement) = paid(&opened, 10_000).await;
        let first = opened.refund(&payment, movement.clone(), 2_550, 0);
        // Payson is asked what the checkout is before it is put back.
        opened.double.lose_an_answer_after(u32::from(kind == PaymentDoubleKind::Payson));
        let lost = opened.provider.refund(&first).await.expect_err("no answer");
        assert!(matches!(lost, PaymentFault::NotAnswered(_)), "{kind:?}: {lost:?}");
        // Whoever does not know whether it was heard asks again under the same name.
        opened.provider.refund(&first).await.expect("the same refund");
        settle(&opened, &first);
        assert_eq!(
            opened.provider.look_up_refund(&first).await.expect("an answer").state,
            ProviderState::Paid,
            "{kind:?}"
        );
        let second = opened.refund(&payment, movement.clone(), 7_450, 2_550);
        assert_eq!(
            opened.provider.look_up_refund(&second).await.expect("an answer").state,
            ProviderState::Absent,
            "{kind:?}"
        );
        opened.provider.refund(&second).await.expect("the rest");
        settle(&opened, &second);
        let third = opened.refund(&payment, movement, 1, 10_000);
        let fault = opened.provider.refund(&third).await.expect_err("more than was paid");
        assert!(matches!(fault, PaymentFault::Refused { .. }), "{kind:?}: {fault:?}");
        let seen = opened.provider.look_up(&payment).await.expect("an answer");
        let given = seen.refunded.map(|refunded| refunded.minor);
        assert!(given.is_none_or(|given| given == 10_000), "{kind:?}: {given:?}");
    }
}

/// The bank carries a refund out, where it does so later.
fn settle(opened: &Opened, refund: &RefundAsk) {
    if opened.kind == PaymentDoubleKind::Swish {
        let id = refund.refund.uuid().simple().to_string().to_uppercase();
        opened.payer(&id, Payer::Agrees);
    }
}

#[tokio::test]
async fn a_callback_that_nobody_can_have_sent_is_refused() {
    for kind in ALL {
        let opened = Opened::new(kind);
        let ask = opened.ask(4_000);
        let begun = opened.provider.begin(&ask).await.expect("taken on");
        let callback = opened.payer(&begun.reference, Payer::Agrees);
        let nothing = RawCallback { body: b"{}".to_vec(), target: "/".to_owned(), ..callback.clone() };
        opened.provider.read_callback(&nothing).expect_err("it says nothing");
        if kind == PaymentDoubleKind::Vipps {
            assert_eq!(opened.stranger.read_callback(&callback), Err(CallbackRefusal::Forged), "another secret");
            let mut other = callback.clone();
            other.body = String::from_utf8(other.body).expect("text").replace("AUTHORIZED", "EXPIRED").into_bytes();
            assert_eq!(opened.provider.read_callback(&other), Err(CallbackRefusal::Forged), "another body");
            let elsewhere = RawCallback { target: "/api/v1/other".to_owned(), ..callback.clone() };
            assert_eq!(opened.provider.read_callback(&elsewhere), Err(CallbackRefusal::Forged), "another path");
        }
    }
}
