//! Paying an invoice through a provider: once, whatever is said, when and how often; and what is not plain is looked at.

use crate::incoming_payments::bgmax;
use crate::locked_months::{booked, lock};
use crate::month_runs::{charge, committed, documents, driver, planned, ready};
use crate::story::{audit, text};
use async_trait::async_trait;
use chrono::TimeDelta;
use rstest::rstest;
use serde_json::{Value, json};
use std::sync::Arc;
use stolpe_domain::id::OrganisationId;
use stolpe_domain::ledger::{Account, AccountKind, Asset};
use stolpe_domain::money::Money;
use stolpe_domain::payment::{AgreementKeys, AgreementSettings};
use stolpe_payments::{PaymentAddresses, Providers};
use stolpe_ports::error::PortError;
use stolpe_ports::payments::{
    Begun, CallbackNotice, CallbackRefusal, PaymentAsk, PaymentFault, PaymentKey, PaymentProviders, Payments,
    RawCallback, RefundAsk, Seen,
};
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::{Answer, Desk, PaymentDouble, PaymentDoubleKind, TestHost};

/// A host whose resident Åsa has an invoice, with a provider that is a process of its own.
pub(crate) struct Paying {
    pub(crate) host: TestHost,
    pub(crate) double: PaymentDouble,
    pub(crate) kind: PaymentDoubleKind,
    pub(crate) asa: Desk,
    pub(crate) invoice: Value,
}

fn word(kind: PaymentDoubleKind) -> &'static str {
    match kind {
        PaymentDoubleKind::Swish => "swish",
        PaymentDoubleKind::Vipps => "vipps",
        PaymentDoubleKind::Payson => "payson",
    }
}

pub(crate) fn providers(kind: PaymentDoubleKind, double: &PaymentDouble) -> Arc<Providers> {
    let path = match kind {
        PaymentDoubleKind::Swish => "/swish-cpcapi/",
        PaymentDoubleKind::Vipps => "/",
        PaymentDoubleKind::Payson => "/2.0/",
    };
    let written = format!("{}={}{path}", word(kind), double.address);
    let addresses = PaymentAddresses::default().with(&written).unwrap();
    Arc::new(Providers::at(addresses, Some(double.authority.pem())))
}

/// An agreement that the double knows.
pub(crate) fn agreement(kind: PaymentDoubleKind, double: &PaymentDouble) -> Value {
    match kind {
        PaymentDoubleKind::Swish => {
            let (certificates, key) = double.authority.sign_client();
            json!({"payee": "123 118 11 89", "certificates": certificates, "secret": key, "active": true})
        }
        PaymentDoubleKind::Vipps => json!({
            "clientId": "fb492b5e-7907-4d83-bc20-c7fb60ca35de", "merchantSerialNumber": "123456",
            "secret": "Y8Kteew6GE2ZmeycEt6egg==", "subscriptionKey": "0f14ebcab0ec4b29ae0cb90d91b4a84a",
            "webhookSecret": "090a478d-37ff-4e77-970e-d457aeb26a3a", "active": true,
        }),
        PaymentDoubleKind::Payson => {
            json!({"agentId": "4", "secret": "2acab30d-fe50-426f-90d7-8c60a7eb31d4", "active": true})
        }
    }
}

async fn agree(host: &TestHost, kind: PaymentDoubleKind, double: &PaymentDouble) -> Value {
    let path = format!("/payment-agreement?organisationId={}&with={}", host.organisation, word(kind));
    host.owner.put_at(&path, 0, agreement(kind, double)).await.expect(200)
}

pub(crate) async fn paying(engine: Engine, kind: PaymentDoubleKind) -> Paying {
    let double = PaymentDouble::start(kind);
    let host = ready(engine).await.taking_payments(providers(kind, &double));
    let version = host.owner.get("/settings/address").await.expect(200)["rowVersion"].as_i64().unwrap();
    let address = json!({"publicUrl": "https://stolpe.example"});
    host.owner.put_at("/settings/address", version, address).await.expect(200);
    agree(&host, kind, &double).await;
    let mut charger = host.charger("CP-1").await;
    let person = driver(&host, "Åsa", "asa@example.se", "AA").await;
    charge(&mut charger, "AA", 12, 12_000).await;
    committed(&host, &planned(&host, "2026-11").await, json!({})).await;
    let invoice = documents(&host).await[0].clone();
    let login = json!({"personId": person, "facilityId": host.facility, "username": "asa"});
    let login = text(&host.owner.post("/logins", login).await.expect(201)["id"]);
    host.give_password(&login, false).await;
    let asa = host.sign_in(Some("EKB"), "asa").await;
    Paying { host, double, kind, asa, invoice }
}

impl Paying {
    pub(crate) fn due(&self) -> i64 {
        self.invoice["payable"]["minor"].as_i64().unwrap()
    }

    async fn press(&self) -> Answer {
        let what = json!({"documentId": self.invoice["id"], "provider": word(self.kind)});
        self.asa.post("/me/payments", what).await
    }

    pub(crate) async fn begun(&self) -> Value {
        self.press().await.expect(201)
    }

    pub(crate) async fn mine(&self, payment: &Value) -> Value {
        self.asa.get(&format!("/me/payments/{}", text(&payment["id"]))).await.expect(200)
    }

    pub(crate) async fn at_desk(&self, payment: &Value) -> Value {
        self.host.owner.get(&format!("/payments/{}", text(&payment["id"]))).await.expect(200)
    }

    /// What the provider calls the last try.
    pub(crate) async fn reference(&self, payment: &Value) -> String {
        let attempt = self.at_desk(payment).await["attempts"].as_array().unwrap().last().unwrap().clone();
        match (self.kind, attempt["reference"].as_str()) {
            (_, Some(reference)) => reference.to_owned(),
            _ => text(&attempt["id"]).replace('-', "").to_uppercase(),
        }
    }

    /// Lets the payer do something, and answers what the provider would send of it.
    pub(crate) async fn payer(&self, payment: &Value, status: &str, more: Value) -> Value {
        let mut told = json!({"id": self.reference(payment).await, "status": status});
        told.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
        let seen = self.double.outside(&told);
        seen.into_iter().find(|line| line["event"] == "callback").unwrap()
    }

    pub(crate) async fn agrees(&self, payment: &Value) -> Value {
        let status = if self.kind == PaymentDoubleKind::Payson { "readyToShip" } else { "PAID" };
        self.payer(payment, status, json!({})).await
    }

    /// Sends what a provider would send.
    pub(crate) async fn send(&self, callback: &Value) -> Answer {
        let bare = format!("/api/v1/callbacks/payments/{}", word(self.kind));
        let target = callback["target"].as_str().map_or(bare, str::to_owned);
        let body = callback["text"].as_str().map_or_else(|| callback["body"].to_string(), str::to_owned);
        let path = target.strip_prefix("/api/v1").unwrap();
        self.host.nobody().send("POST", path, &[("content-type", "application/json")], body).await
    }

    /// Lets a while pass, and asks.
    pub(crate) async fn ask(&self) -> usize {
        self.host.clock.advance(TimeDelta::seconds(4));
        self.host.app.ask_due_payments().await.unwrap()
    }

    /// What the organisation's account of a kind stands at: given less taken.
    pub(crate) async fn stands(&self, kind: AccountKind) -> i64 {
        let id = OrganisationId(self.host.organisation.parse().unwrap());
        let account = Account::of_organisation(id, kind, Asset::Sek);
        let kept = self.host.app.read().await.unwrap().find_account(account.id()).await.unwrap();
        kept.map_or(0, |it| it.balance.debits_posted - it.balance.credits_posted)
    }

    pub(crate) async fn clearing(&self) -> i64 {
        self.stands(match self.kind {
            PaymentDoubleKind::Swish => AccountKind::ClearingSwish,
            PaymentDoubleKind::Vipps => AccountKind::ClearingVipps,
            PaymentDoubleKind::Payson => AccountKind::ClearingPayson,
        })
        .await
    }

    /// What Åsa has paid beforehand.
    pub(crate) async fn prepaid(&self) -> i64 {
        let path = format!("/accounts?organisationId={}&kind=prepaid", self.host.organisation);
        let all = self.host.owner.get(&path).await.expect(200)["items"].as_array().unwrap().clone();
        all.iter().filter(|it| it["kind"] == "prepaid").map(|it| it["balance"].as_i64().unwrap()).sum()
    }

    async fn invoice_state(&self) -> String {
        text(&self.host.owner.get(&format!("/documents/{}", text(&self.invoice["id"]))).await.expect(200)["state"])
    }

    /// The money that has come, where the invoice stands, and that the ledger holds.
    pub(crate) async fn has_come(&self, clearing: i64, invoice: &str) {
        assert_eq!((self.clearing().await, self.invoice_state().await.as_str()), (clearing, invoice));
        assert_eq!(self.host.app.prove_ledger().await.unwrap().faults, vec![]);
    }
}

#[rstest]
#[tokio::test]
async fn pre_13_an_invoice_is_paid_in_the_portal_booked_once_and_seen_at_the_desk(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[values(PaymentDoubleKind::Swish, PaymentDoubleKind::Payson)] kind: PaymentDoubleKind,
) {
    let it = paying(engine, kind).await;
    let mine = it.asa.get("/me/invoices").await.expect(200)["items"].clone();
    assert_eq!((&mine[0]["number"], &mine[0]["open"]), (&it.invoice["number"], &it.invoice["payable"]));
    assert_eq!(mine[0]["providers"], json!([word(kind)]));

    let begun = it.begun().await;
    let onward = if kind == PaymentDoubleKind::Payson { "frame" } else { "app" };
    assert_eq!((&begun["state"], &begun["onward"]), (&json!("awaiting"), &json!(onward)), "{begun}");
    assert_eq!(begun["amount"], it.invoice["payable"]);
    if kind == PaymentDoubleKind::Payson {
        let page = it.asa.get(begun["address"].as_str().unwrap().strip_prefix("/api/v1").unwrap()).await;
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && policy.contains(&it.double.address), "{policy}");
        assert!(!policy.contains("'self'"), "the provider's part asks nothing of us: {policy}");
        assert!(String::from_utf8_lossy(&page.bytes).contains("paysonContainer"));
    }
    it.has_come(0, "issued").await;
    let callback = it.agrees(&begun).await;
    assert_eq!(it.send(&callback).await.status, 200);
    it.has_come(0, "issued").await;
    assert_eq!(it.ask().await, 1, "what was sent is only a hint");
    it.has_come(it.due(), "paid").await;
    assert_eq!(it.mine(&begun).await["state"], "succeeded");

    let path = format!("/payments?organisationId={}", it.host.organisation);
    let listed = it.host.owner.get(&path).await.expect(200);
    assert_eq!((&listed["total"]["count"], &listed["items"][0]["number"]), (&json!(1), &it.invoice["number"]));
    assert_eq!(
        (&listed["items"][0]["state"], &listed["items"][0]["recipient"]),
        (&json!("succeeded"), &json!("Åsa Ek"))
    );
    let seen = it.at_desk(&begun).await;
    assert_eq!((&seen["attempts"][0]["came"], &seen["callbacks"][0]["outcome"]), (&begun["amount"], &json!("asked")));
    let rows = ["payment.begun", "payment.received", "document.paid"];
    for action in rows {
        assert_eq!(audit(&it.host, action).await.len(), 1, "{action}");
    }
    assert_eq!(it.press().await.refusal(), (409, "payment.nothing_open"));
}

#[rstest]
#[case::denied("DECLINED", None, "denied")]
#[case::aborted("ERROR", Some("BANKIDCL"), "aborted")]
#[case::expired("ERROR", Some("TM01"), "expired")]
#[tokio::test]
async fn pre_15_a_try_that_fails_stays_visible_and_the_next_one_is_the_same_purchase(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[case] status: &str,
    #[case] code: Option<&str>,
    #[case] state: &str,
) {
    let it = paying(engine, PaymentDoubleKind::Swish).await;
    let first = it.begun().await;
    it.payer(&first, status, json!({"code": code})).await;
    it.ask().await;
    let failed = it.mine(&first).await;
    assert_eq!(
        (&failed["state"], &failed["canTryAgain"], &failed["onward"]),
        (&json!(state), &json!(true), &Value::Null)
    );
    it.has_come(0, "issued").await;
    // PAR-12: the same purchase, tried again.
    let second = it.begun().await;
    assert_eq!((&second["id"], &second["state"]), (&first["id"], &json!("awaiting")));
    it.agrees(&second).await;
    it.ask().await;
    it.has_come(it.due(), "paid").await;
    let seen = it.at_desk(&first).await;
    let states: Vec<&str> =
        seen["attempts"].as_array().unwrap().iter().map(|it| it["state"].as_str().unwrap()).collect();
    assert_eq!(states, [state, "succeeded"]);
    assert_eq!((seen["attempts"][0]["code"].as_str(), &seen["attempts"][0]["came"]), (code, &Value::Null));
}

#[rstest]
#[tokio::test]
async fn pre_15_whoever_changes_their_mind_breaks_off_and_whoever_has_paid_does_not(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = paying(engine, PaymentDoubleKind::Swish).await;
    let first = it.begun().await;
    let path = format!("/me/payments/{}/break-off", text(&first["id"]));
    assert_eq!(it.asa.post(&path, json!(null)).await.expect(200)["state"], "aborted");
    assert_eq!(it.asa.post(&path, json!(null)).await.refusal(), (409, "payment.not_waiting"));
    let second = it.begun().await;
    it.agrees(&second).await;
    assert_eq!(it.asa.post(&path, json!(null)).await.expect(200)["state"], "succeeded", "it was paid a moment ago");
    it.has_come(it.due(), "paid").await;
}

#[rstest]
#[tokio::test]
async fn par_12_two_presses_at_once_are_one_purchase(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = paying(engine, PaymentDoubleKind::Swish).await;
    let pressed = futures::future::join_all((0..4).map(|_| it.press())).await;
    let mut ids: Vec<String> = pressed.into_iter().map(|it| text(&it.expect(201)["id"])).collect();
    ids.dedup();
    assert_eq!(ids.len(), 1);
    let seen = it.at_desk(&json!({"id": ids[0]})).await;
    assert_eq!(seen["attempts"].as_array().unwrap().len(), 1);
    let again = it.begun().await;
    assert_eq!((&again["id"], &again["state"]), (&json!(ids[0]), &json!("awaiting")), "a third press goes on with it");
    it.agrees(&again).await;
    it.ask().await;
    it.has_come(it.due(), "paid").await;
}

#[rstest]
#[tokio::test]
async fn a_provider_that_is_silent_after_it_took_the_money_is_asked_until_it_is_known(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = paying(engine, PaymentDoubleKind::Swish).await;
    it.double.lose_an_answer_after(0);
    let begun = it.begun().await;
    assert_eq!((&begun["state"], &begun["canTryAgain"]), (&json!("unknown"), &json!(false)));
    let again = it.begun().await;
    assert_eq!(again["id"], begun["id"], "nobody pays twice because nothing is known");
    it.agrees(&begun).await;
    it.ask().await;
    it.has_come(it.due(), "paid").await;
    assert_eq!(it.at_desk(&begun).await["attempts"].as_array().unwrap().len(), 1);
}

#[rstest]
#[tokio::test]
async fn money_that_is_held_is_taken_once_though_the_answer_got_lost(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = paying(engine, PaymentDoubleKind::Payson).await;
    let begun = it.begun().await;
    it.agrees(&begun).await;
    // Looked at, looked at again before it is put back; the answer to that is lost.
    it.double.lose_an_answer_after(2);
    it.ask().await;
    it.has_come(it.due(), "paid").await;
    it.ask().await;
    it.has_come(it.due(), "paid").await;
}

#[rstest]
#[tokio::test]
async fn what_is_sent_in_a_providers_name_is_never_believed_and_kept_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = paying(engine, PaymentDoubleKind::Swish).await;
    let begun = it.begun().await;
    let reference = it.reference(&begun).await;
    // Forged: it names a payment of ours, and says what is not so.
    let forged = json!({"body": {"id": reference, "status": "PAID", "amount": 1.0, "currency": "SEK"}});
    assert_eq!(it.send(&forged).await.status, 200);
    it.ask().await;
    it.has_come(0, "issued").await;
    assert_eq!(it.mine(&begun).await["state"], "awaiting");
    // What tells of nothing that we know, or of nothing at all, is counted and not kept.
    for body in [json!({"id": "00000000000000000000000000000000", "status": "PAID"}), json!("?")] {
        assert_eq!(it.send(&json!({"body": body})).await.refusal(), (409, "callback.refused"));
    }
    let paid = it.agrees(&begun).await;
    for _ in 0..3 {
        assert_eq!(it.send(&paid).await.status, 200);
    }
    it.ask().await;
    it.has_come(it.due(), "paid").await;
    // Late and older than what is known: kept and ignored.
    let late = json!({"body": {"id": reference, "status": "DECLINED", "amount": 1.0, "currency": "SEK"}});
    assert_eq!(it.send(&late).await.status, 200);
    assert_eq!(it.ask().await, 0);
    it.has_come(it.due(), "paid").await;
    let callbacks = it.at_desk(&begun).await["callbacks"].clone();
    let told = |at: usize| (callbacks[at]["outcome"].as_str().unwrap(), callbacks[at]["repeated"].as_i64().unwrap());
    // The forged one and the true one are one event: neither was believed.
    assert_eq!((callbacks.as_array().unwrap().len(), told(0), told(1)), (2, ("asked", 3), ("ignored", 0)));
    let path = format!("/payment-agreements?organisationId={}", it.host.organisation);
    let refused = it.host.owner.get(&path).await.expect(200)["refused"].clone();
    let counted = |at: usize| (refused[at]["reason"].as_str().unwrap(), refused[at]["count"].as_i64().unwrap());
    assert_eq!((counted(0), counted(1)), (("unknown", 1), ("unreadable", 1)));
    let long = it.host.nobody().send("POST", "/callbacks/payments/swish", &[], "x".repeat(20_000)).await;
    assert_eq!(long.refusal(), (413, "body.too_large"));
}

#[rstest]
#[tokio::test]
async fn a_webhook_that_is_not_signed_is_refused(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = paying(engine, PaymentDoubleKind::Swish).await;
    let double = PaymentDouble::start(PaymentDoubleKind::Vipps);
    agree(&it.host, PaymentDoubleKind::Vipps, &double).await;
    let body = json!({"reference": "x", "pspReference": "y", "name": "AUTHORIZED"}).to_string();
    let signed = [("authorization", "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=AAAA")];
    let sent = it.host.nobody().send("POST", "/callbacks/payments/vipps", &signed, body).await;
    assert_eq!(sent.refusal(), (409, "callback.refused"));
    let path = format!("/payment-agreements?organisationId={}", it.host.organisation);
    let refused = it.host.owner.get(&path).await.expect(200)["refused"].clone();
    assert_eq!((&refused[0]["reason"], &refused[0]["count"]), (&json!("forged"), &json!(1)));
}

#[rstest]
#[tokio::test]
async fn money_that_comes_for_a_try_that_was_given_up_is_booked_all_the_same(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = paying(engine, PaymentDoubleKind::Swish).await;
    let begun = it.begun().await;
    it.payer(&begun, "ERROR", json!({"code": "TM01"})).await;
    it.ask().await;
    assert_eq!(it.mine(&begun).await["state"], "expired");
    let late = it.agrees(&begun).await;
    assert_eq!(it.ask().await, 0, "nobody asks after what was given up");
    assert_eq!(it.send(&late).await.status, 200);
    it.ask().await;
    it.has_come(it.due(), "paid").await;
}

#[rstest]
#[tokio::test]
async fn money_of_a_clock_that_was_set_back_into_a_locked_month_is_booked_on_the_first_open_day(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let paying = paying(engine, PaymentDoubleKind::Swish).await;
    let host = &paying.host;
    host.clock.advance(TimeDelta::days(11));
    lock(host, "2026-11").await.expect(200);
    let november = booked(host, "2026-11").await;
    host.clock.advance(TimeDelta::days(-11));
    let payment = paying.begun().await;
    paying.agrees(&payment).await;
    paying.ask().await;
    paying.has_come(paying.due(), "paid").await;
    assert_eq!(booked(host, "2026-11").await["accounts"], november["accounts"]);
    let december = booked(host, "2026-12").await;
    assert_eq!((&december["vouchers"], &december["late"]), (&json!(1), &json!(1)));
}

#[rstest]
#[tokio::test]
async fn more_than_is_open_becomes_the_payers_own_and_is_looked_at(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = paying(engine, PaymentDoubleKind::Swish).await;
    let begun = it.begun().await;
    let reference = text(&it.invoice["reference"]);
    let file = bgmax(1, &[(&reference, '2', it.due(), "Asa Ek")]);
    let path = format!("/bank-files?organisationId={}&fileName=bgmax.txt", it.host.organisation);
    it.host.owner.send("POST", &path, &[("content-type", "application/octet-stream")], file).await.expect(201);
    it.agrees(&begun).await;
    it.ask().await;
    it.has_come(it.due(), "paid").await;
    assert_eq!(it.prepaid().await, it.due());
    let seen = it.at_desk(&begun).await;
    assert_eq!((&seen["concern"], &seen["state"]), (&json!("more_than_open"), &json!("succeeded")));
    let path = format!("/payments?organisationId={}&toLookAt=true", it.host.organisation);
    assert_eq!(it.host.owner.get(&path).await.expect(200)["items"].as_array().unwrap().len(), 1);
    let look = format!("/payments/{}/look", text(&begun["id"]));
    let version = seen["rowVersion"].as_i64().unwrap();
    assert_eq!(it.host.owner.post_at(&look, version, json!({"reason": ""})).await.status, 422);
    it.host.owner.post_at(&look, version, json!({"reason": "hon har betalat två gånger"})).await.expect(200);
    assert_eq!(it.host.owner.get(&path).await.expect(200)["items"], json!([]));
}

#[rstest]
#[tokio::test]
async fn money_that_is_held_for_an_invoice_that_was_paid_meanwhile_is_let_go(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = paying(engine, PaymentDoubleKind::Payson).await;
    let begun = it.begun().await;
    let reference = text(&it.invoice["reference"]);
    let file = bgmax(1, &[(&reference, '2', it.due(), "Asa Ek")]);
    let path = format!("/bank-files?organisationId={}&fileName=bgmax.txt", it.host.organisation);
    it.host.owner.send("POST", &path, &[("content-type", "application/octet-stream")], file).await.expect(201);
    it.agrees(&begun).await;
    it.ask().await;
    it.has_come(0, "paid").await;
    assert_eq!(it.mine(&begun).await["state"], "aborted");
}

#[rstest]
#[case::another_amount(json!({"amount": 10.5}), Asset::Sek, 1_050)]
#[case::another_currency(json!({"amount": 10.5, "currency": "NOK"}), Asset::Nok, 1_050)]
#[tokio::test]
async fn another_amount_than_was_asked_for_waits_on_suspense_until_somebody_has_looked(
    #[values(Sqlite, Postgres)] engine: Engine,
    #[case] came: Value,
    #[case] asset: Asset,
    #[case] minor: i64,
) {
    let it = paying(engine, PaymentDoubleKind::Swish).await;
    let begun = it.begun().await;
    it.payer(&begun, "PAID", came).await;
    it.ask().await;
    assert_eq!(it.invoice_state().await, "issued");
    let id = OrganisationId(it.host.organisation.parse().unwrap());
    let suspense = Account::of_organisation(id, AccountKind::Suspense, asset);
    let kept = it.host.app.read().await.unwrap().find_account(suspense.id()).await.unwrap().unwrap();
    assert_eq!(kept.balance.credits_posted, minor);
    let seen = it.at_desk(&begun).await;
    assert_eq!(seen["concern"], "other_amount");
    assert_eq!(it.press().await.refusal(), (409, "payment.waits_for_office"));
    let look = format!("/payments/{}/look", text(&begun["id"]));
    let places = json!({"reason": "delbetalning", "places": true});
    let looked = it.host.owner.post_at(&look, seen["rowVersion"].as_i64().unwrap(), places).await;
    if asset == Asset::Nok {
        assert_eq!(looked.refusal(), (409, "payment.not_suspended"));
    } else {
        looked.expect(200);
        let open = it.asa.get("/me/invoices").await.expect(200)["items"][0]["open"]["minor"].as_i64().unwrap();
        assert_eq!((open, it.stands(AccountKind::Suspense).await), (it.due() - minor, 0));
        assert_eq!(it.begun().await["amount"]["minor"], open, "the rest can be paid");
    }
    assert_eq!(it.host.app.prove_ledger().await.unwrap().faults, vec![]);
}

/// Providers of a host that dies after they have heard, and before it has their answer.
struct Dying(Arc<Providers>);
struct DyingOne(Arc<dyn Payments>);

impl PaymentProviders for Dying {
    fn open(
        &self,
        settings: &AgreementSettings,
        keys: &AgreementKeys,
        is_training: bool,
    ) -> Result<Arc<dyn Payments>, PortError> {
        Ok(Arc::new(DyingOne(self.0.open(settings, keys, is_training)?)))
    }

    fn frames_from(&self, is_training: bool) -> Option<String> {
        self.0.frames_from(is_training)
    }
}

#[async_trait]
impl Payments for DyingOne {
    async fn begin(&self, ask: &PaymentAsk) -> Result<Begun, PaymentFault> {
        let _ = self.0.begin(ask).await;
        std::future::pending().await
    }
    async fn check(&self) -> Result<(), PortError> {
        self.0.check().await
    }
    async fn look_up(&self, payment: &PaymentKey) -> Result<Seen, PortError> {
        self.0.look_up(payment).await
    }
    async fn take(&self, payment: &PaymentKey, amount: Money) -> Result<(), PaymentFault> {
        self.0.take(payment, amount).await
    }
    async fn cancel(&self, payment: &PaymentKey) -> Result<(), PaymentFault> {
        self.0.cancel(payment).await
    }
    async fn refund(&self, ask: &RefundAsk) -> Result<(), PaymentFault> {
        self.0.refund(ask).await
    }
    async fn look_up_refund(&self, ask: &RefundAsk) -> Result<Seen, PortError> {
        self.0.look_up_refund(ask).await
    }
    fn read_callback(&self, callback: &RawCallback) -> Result<CallbackNotice, CallbackRefusal> {
        self.0.read_callback(callback)
    }
}

#[rstest]
#[tokio::test]
async fn a_host_that_dies_between_asking_and_the_answer_loses_no_money_and_takes_none_twice(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let mut it = paying(engine, PaymentDoubleKind::Swish).await;
    let real = providers(it.kind, &it.double);
    let dying = it.host.beside().await.taking_payments(Arc::new(Dying(Arc::clone(&real))));
    let asa = dying.bearer(&json!(it.asa.token));
    let what = json!({"documentId": it.invoice["id"], "provider": "swish"});
    let path = format!("/payments?organisationId={}", it.host.organisation);
    let heard = async {
        // The question may come between the list that is without the payment and the look at what the provider heard.
        let mut asked = false;
        loop {
            let listed = it.host.owner.get(&path).await.expect(200)["items"].clone();
            let seen = it.double.outside(&json!({"after": 0, "lose": 0}));
            asked |= seen.iter().any(|line| line["event"] == "asked");
            if let (Some(payment), true) = (listed.as_array().unwrap().first(), asked) {
                break payment.clone();
            }
            tokio::task::yield_now().await;
        }
    };
    let begun = tokio::select! {
        answer = asa.post("/me/payments", what) => panic!("{answer:?}"),
        begun = heard => begun,
    };
    let keychain = it.host.keychain.clone();
    it.host = it.host.restarted(keychain).await.taking_payments(real);
    it.asa = it.host.bearer(&json!(it.asa.token));
    assert_eq!(it.mine(&begun).await["state"], "initiated");
    assert_eq!(it.begun().await["id"], begun["id"], "another press begins nothing beside it");
    it.agrees(&begun).await;
    it.host.clock.advance(TimeDelta::minutes(4));
    it.ask().await;
    it.has_come(it.due(), "paid").await;
    assert_eq!(it.at_desk(&begun).await["attempts"].as_array().unwrap().len(), 1);
}

#[rstest]
#[tokio::test]
async fn of_several_hosts_one_asks(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = paying(engine, PaymentDoubleKind::Swish).await;
    let begun = it.begun().await;
    it.agrees(&begun).await;
    let mut hosts = Vec::new();
    for _ in 0..3 {
        hosts.push(it.host.beside().await.taking_payments(providers(it.kind, &it.double)));
    }
    it.host.clock.advance(TimeDelta::seconds(4));
    let asked = futures::future::join_all(hosts.iter().map(|host| host.app.ask_due_payments())).await;
    assert_eq!(asked.into_iter().map(Result::unwrap).sum::<usize>(), 1);
    it.has_come(it.due(), "paid").await;
}

#[rstest]
#[tokio::test]
async fn a_provider_that_is_away_was_not_asked_and_another_try_begins(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = paying(engine, PaymentDoubleKind::Swish).await;
    let gone = stolpe_testkit::WebServer::gone().await;
    let nobody = PaymentAddresses::default().with(&format!("swish={gone}")).unwrap();
    let away = it.host.beside().await.taking_payments(Arc::new(Providers::at(nobody, None)));
    let what = json!({"documentId": it.invoice["id"], "provider": "swish"});
    let failed = away.bearer(&json!(it.asa.token)).post("/me/payments", what).await.expect(201);
    assert_eq!((&failed["state"], &failed["canTryAgain"]), (&json!("failed"), &json!(true)));
    let begun = it.begun().await;
    assert_eq!((&begun["id"], &begun["state"]), (&failed["id"], &json!("awaiting")));
}

#[rstest]
#[tokio::test]
async fn an_agreement_is_checked_at_the_provider_and_its_keys_never_come_out(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let it = paying(engine, PaymentDoubleKind::Payson).await;
    let path = format!("/payment-agreements?organisationId={}", it.host.organisation);
    let kept = it.host.owner.get(&path).await.expect(200)["items"][0].clone();
    assert_eq!((&kept["agentId"], &kept["checkedAt"]), (&json!("4"), &Value::Null));
    assert!(!kept.to_string().contains("2acab30d"), "{kept}");
    let check = format!("/payment-agreements/{}/check", text(&kept["id"]));
    let checked = it.host.owner.post(&check, json!(null)).await.expect(200);
    assert_eq!((&checked["fault"], checked["checkedAt"].is_string()), (&Value::Null, true));
    let save = format!("/payment-agreement?organisationId={}&with=payson", it.host.organisation);
    let changed = json!({"agentId": "5", "active": true});
    assert_eq!(it.host.owner.put_at(&save, 0, changed.clone()).await.refusal(), (412, "conflict.changed"));
    let version = kept["rowVersion"].as_i64().unwrap();
    let changed = it.host.owner.put_at(&save, version, changed).await.expect(200);
    assert_eq!((&changed["agentId"], &changed["checkedAt"]), (&json!("5"), &Value::Null));
    assert_eq!(it.host.owner.post(&check, json!(null)).await.expect(200)["fault"], "outside.misconfigured");
    let bare = json!({"agentId": "", "active": true});
    let version = changed["rowVersion"].as_i64().unwrap();
    assert_eq!(it.host.owner.put_at(&save, version, bare).await.expect(422)["fields"], json!({"agentId": "required"}));
    for row in audit(&it.host, "payment_agreement.saved").await {
        assert!(!row.to_string().contains("2acab30d"), "{row}");
    }
}

#[rstest]
#[tokio::test]
async fn nobody_sees_or_pays_what_is_somebody_elses(#[values(Sqlite, Postgres)] engine: Engine) {
    let it = paying(engine, PaymentDoubleKind::Swish).await;
    let begun = it.begun().await;
    let at = stolpe_testkit::At::Own(it.host.organisation.clone(), it.host.facility.clone());
    let other = it.host.as_(stolpe_domain::access::Role::Resident, at).await;
    assert_eq!(other.get("/me/invoices").await.expect(200)["items"], json!([]));
    let path = format!("/me/payments/{}", text(&begun["id"]));
    assert_eq!(other.get(&path).await.refusal(), (404, "not_found"));
    assert_eq!(other.post(&format!("{path}/break-off"), json!(null)).await.refusal(), (404, "not_found"));
    let what = json!({"documentId": it.invoice["id"], "provider": "swish"});
    assert_eq!(other.post("/me/payments", what).await.refusal(), (404, "not_found"));
    let desk = format!("/payments/{}", text(&begun["id"]));
    assert_eq!(other.get(&desk).await.status, 403);
    assert_eq!(it.host.nobody().get(&path).await.status, 401);
}
