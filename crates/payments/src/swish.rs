//! Swish Commerce: the payer's phone asks them, the bank moves the money at once, and we prove who we are by certificate.
//!
//! Source: developer.swish.nu, payment requests v2 and refunds v2.

use crate::amount;
use crate::exchange::{self, act, look, not_asked, with_json};
use async_trait::async_trait;
use reqwest::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::payment::ProviderState;
use stolpe_domain::payment_account::PaymentAccount;
use stolpe_ports::error::PortError;
use stolpe_ports::payments::{
    Begun, CallbackNotice, CallbackRefusal, Onward, PaymentAsk, PaymentFault, PaymentKey, Payments, RawCallback,
    RefundAsk, Seen,
};
use stolpe_web::{Answer, Proof, Trust, Web};
use url::Url;

/// What the bank lets through of a message; the payer reads it in their app.
const MESSAGE_LENGTH: usize = 50;

/// What an owner has agreed with Swish.
#[derive(Clone, Debug)]
pub struct SwishAgreement {
    /// Where it is asked, up to `/swish-cpcapi`.
    pub address: Url,
    /// Whom the connection trusts: the test system has an authority of its own.
    pub trust: Trust,
    /// The certificate by which Swish knows us.
    pub proof: Proof,
    /// The number that is paid to.
    pub payee: PaymentAccount,
}

/// Swish, for one owner.
#[derive(Debug)]
pub struct Swish {
    web: Web,
    address: String,
    payee: String,
}

impl Swish {
    /// Opens an agreement; nothing is asked yet.
    pub fn open(agreement: SwishAgreement) -> Self {
        let SwishAgreement { address, trust, proof, payee } = agreement;
        Self {
            web: exchange::web(trust, Some(proof)),
            address: address.as_str().trim_end_matches('/').to_owned(),
            payee: payee.digits().to_owned(),
        }
    }

    fn at(&self, path: &str, id: &str) -> String {
        format!("{}/api/{path}/{id}", self.address)
    }

    async fn see(&self, path: &str, id: &str) -> Result<Seen, PortError> {
        let answer = look(self.web.ask(Method::GET, &self.at(path, id))?).await?;
        match answer.status {
            StatusCode::OK => Ok(exchange::read::<Told>(&answer)?.seen()),
            StatusCode::NOT_FOUND => Ok(Seen::absent()),
            status => Err(stolpe_web::said(exchange::WHAT, status)),
        }
    }
}

/// The form in which Swish wants the ids that we make: 32 digits in capitals.
fn instruction(id: uuid::Uuid) -> String {
    id.simple().to_string().to_uppercase()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Request<'r> {
    payee_payment_reference: &'r str,
    callback_url: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    payer_alias: Option<&'r str>,
    payee_alias: &'r str,
    amount: String,
    currency: &'r str,
    message: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Refund<'r> {
    original_payment_reference: &'r str,
    payer_payment_reference: &'r str,
    callback_url: &'r str,
    payer_alias: &'r str,
    amount: String,
    currency: &'r str,
    message: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    id: String,
    status: String,
    amount: Option<Box<RawValue>>,
    currency: Option<String>,
    payment_reference: Option<String>,
    error_code: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Refusal {
    error_code: String,
    error_message: Option<String>,
}

impl Told {
    fn seen(self) -> Seen {
        let currency = self.currency.as_deref().and_then(Currency::from_code).unwrap_or(Currency::Sek);
        Seen {
            state: state(&self.status, self.error_code.as_deref()),
            reference: Some(self.id),
            amount: self.amount.and_then(|raw| amount::read(&raw, currency)),
            refunded: None,
            movement: self.payment_reference.filter(|reference| !reference.is_empty()),
            code: self.error_code.filter(|code| !code.is_empty()),
        }
    }
}

fn state(status: &str, code: Option<&str>) -> ProviderState {
    match (status, code) {
        ("CREATED" | "INITIATED" | "VALIDATED" | "DEBITED", _) => ProviderState::Open,
        ("PAID", _) => ProviderState::Paid,
        ("CANCELLED", _) | ("ERROR", Some("BANKIDCL")) => ProviderState::Cancelled,
        ("ERROR", Some("TM01")) => ProviderState::Expired,
        // The bank did not answer Swish: it may have paid.
        ("ERROR", Some("DS24") | None) => ProviderState::Unclear,
        ("DECLINED", _) | ("ERROR", Some(_)) => ProviderState::Denied,
        _ => ProviderState::Unclear,
    }
}

/// What may stand in a message; the rest becomes a space.
fn message(text: &str) -> String {
    let may = |letter: char| letter.is_alphanumeric() || ":;.,?!()-".contains(letter);
    let plain: String = text.chars().map(|letter| if may(letter) { letter } else { ' ' }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MESSAGE_LENGTH).collect()
}

fn refusal(answer: &Answer) -> PaymentFault {
    match exchange::read::<Vec<Refusal>>(answer) {
        Ok(all) if !all.is_empty() => {
            let (codes, words): (Vec<_>, Vec<_>) =
                all.into_iter().map(|it| (it.error_code, it.error_message.unwrap_or_default())).unzip();
            PaymentFault::Refused { code: codes.join(" "), words: words.join(" ") }
        }
        _ => exchange::refused(answer),
    }
}

#[async_trait]
impl Payments for Swish {
    async fn check(&self) -> Result<(), PortError> {
        // There is nothing that only says who we are: whoever is let in is told that there is no such payment.
        let nobody = instruction(uuid::Uuid::nil());
        self.see("v1/paymentrequests", &nobody).await.map(|_nothing| ())
    }

    async fn begin(&self, ask: &PaymentAsk) -> Result<Begun, PaymentFault> {
        let id = instruction(ask.attempt.uuid());
        let request = Request {
            payee_payment_reference: &id,
            callback_url: &ask.callback,
            payer_alias: ask.phone.as_ref().map(|phone| phone.as_str().trim_start_matches('+')),
            payee_alias: &self.payee,
            amount: amount::text(ask.amount),
            currency: ask.amount.currency.code(),
            message: message(&ask.text),
        };
        let question = self.web.ask(Method::PUT, &self.at("v2/paymentrequests", &id)).map_err(not_asked)?;
        let answer = act(with_json(question, &request).map_err(not_asked)?).await?;
        if answer.status != StatusCode::CREATED {
            return Err(refusal(&answer));
        }
        let onward =
            answer.header("paymentrequesttoken").map_or(Onward::Phone, |token| Onward::App { token: token.to_owned() });
        Ok(Begun { reference: id, onward })
    }

    async fn look_up(&self, payment: &PaymentKey) -> Result<Seen, PortError> {
        self.see("v1/paymentrequests", &instruction(payment.attempt.uuid())).await
    }

    async fn take(&self, _payment: &PaymentKey, _amount: Money) -> Result<(), PaymentFault> {
        // Swish holds nothing: whoever agrees has paid.
        Ok(())
    }

    async fn cancel(&self, payment: &PaymentKey) -> Result<(), PaymentFault> {
        #[derive(Serialize)]
        struct Change<'c> {
            op: &'c str,
            path: &'c str,
            value: &'c str,
        }
        let address = self.at("v1/paymentrequests", &instruction(payment.attempt.uuid()));
        let body =
            serde_json::to_vec(&[Change { op: "replace", path: "/status", value: "cancelled" }]).map_err(|error| {
                not_asked(PortError::new(stolpe_ports::error::PortErrorKind::Unexpected, exchange::WHAT, error))
            })?;
        let question = self.web.ask(Method::PATCH, &address).map_err(not_asked)?;
        let question = question.header(reqwest::header::CONTENT_TYPE, "application/json-patch+json").body(body);
        let answer = act(question).await?;
        if answer.status.is_success() { Ok(()) } else { Err(refusal(&answer)) }
    }

    async fn refund(&self, ask: &RefundAsk) -> Result<(), PaymentFault> {
        let id = instruction(ask.refund.uuid());
        let refund = Refund {
            original_payment_reference: ask.movement.as_deref().unwrap_or_default(),
            payer_payment_reference: &id,
            callback_url: &ask.callback,
            payer_alias: &self.payee,
            amount: amount::text(ask.amount),
            currency: ask.amount.currency.code(),
            message: message(&ask.text),
        };
        let question = self.web.ask(Method::PUT, &self.at("v2/refunds", &id)).map_err(not_asked)?;
        let answer = act(with_json(question, &refund).map_err(not_asked)?).await?;
        if answer.status == StatusCode::CREATED { Ok(()) } else { Err(refusal(&answer)) }
    }

    async fn look_up_refund(&self, ask: &RefundAsk) -> Result<Seen, PortError> {
        self.see("v1/refunds", &instruction(ask.refund.uuid())).await
    }

    fn read_callback(&self, callback: &RawCallback) -> Result<CallbackNotice, CallbackRefusal> {
        let told: Told = serde_json::from_slice(&callback.body).map_err(|_| CallbackRefusal::Unreadable)?;
        Ok(CallbackNotice::of_payment(format!("{} {}", told.id, told.status), told.id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("CREATED", None, ProviderState::Open)]
    #[case("PAID", None, ProviderState::Paid)]
    #[case("DECLINED", None, ProviderState::Denied)]
    #[case("CANCELLED", None, ProviderState::Cancelled)]
    #[case("ERROR", Some("BANKIDCL"), ProviderState::Cancelled)]
    #[case("ERROR", Some("TM01"), ProviderState::Expired)]
    #[case("ERROR", Some("FF10"), ProviderState::Denied)]
    #[case("ERROR", Some("DS24"), ProviderState::Unclear)]
    #[case("DEBITED", None, ProviderState::Open)]
    #[case("SOMETHING_NEW", None, ProviderState::Unclear)]
    fn what_swish_says_is_told_in_the_words_of_all(
        #[case] status: &str,
        #[case] code: Option<&str>,
        #[case] expected: ProviderState,
    ) {
        assert_eq!(state(status, code), expected);
    }

    #[test]
    fn a_message_has_only_what_banks_let_through() {
        assert_eq!(
            message("Saldobetalning A1101 – Brf «Ekbacken»\nKalmar"),
            "Saldobetalning A1101 Brf Ekbacken Kalmar"
        );
        assert_eq!(message(&"å".repeat(60)).chars().count(), 50);
    }
}
