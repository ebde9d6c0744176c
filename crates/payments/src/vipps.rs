//! Vipps ePayment: the payer agrees in their app, the money is held, and we take it.
//!
//! Source: developer.vippsmobilepay.com, ePayment API v1 and webhooks API v1.

mod signature;

use crate::exchange::{self, act, look, not_asked, with_json};
use async_trait::async_trait;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde::{Deserialize, Serialize};
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::payment::ProviderState;
use stolpe_ports::error::PortError;
use stolpe_ports::payments::{
    Begun, CallbackNotice, CallbackRefusal, Onward, PaymentAsk, PaymentFault, PaymentKey, Payments, RawCallback,
    RefundAsk, Seen,
};
use stolpe_web::{Answer, Trust, Web};
use tokio::sync::Mutex;
use url::Url;
use zeroize::Zeroizing;

/// What a payer reads of what it is for.
const TEXT_LENGTH: usize = 100;

/// What an owner has agreed with Vipps.
#[derive(Clone, Debug)]
pub struct VippsAgreement {
    /// Where it is asked.
    pub address: Url,
    /// Whom the connection trusts.
    pub trust: Trust,
    /// Names the sales unit's keys.
    pub client_id: String,
    /// Opens them.
    pub client_secret: Zeroizing<String>,
    /// The key of the subscription.
    pub subscription_key: Zeroizing<String>,
    /// The sales unit.
    pub merchant_serial_number: String,
    /// Signs what Vipps sends; each registered webhook has its own.
    pub webhook_secrets: Vec<Zeroizing<String>>,
}

/// Vipps, for one owner.
#[derive(Debug)]
pub struct Vipps {
    web: Web,
    agreement: VippsAgreement,
    /// Lets us in until Vipps says that it does not: then another one is asked for.
    token: Mutex<Option<Zeroizing<String>>>,
}

impl Vipps {
    /// Opens an agreement; nothing is asked yet.
    pub fn open(agreement: VippsAgreement) -> Self {
        Self { web: exchange::web(agreement.trust.clone(), None), agreement, token: Mutex::default() }
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.agreement.address.as_str().trim_end_matches('/'))
    }

    /// Says who asks and with what.
    fn known(&self, question: RequestBuilder) -> RequestBuilder {
        question
            .header("Ocp-Apim-Subscription-Key", self.agreement.subscription_key.as_str())
            .header("Merchant-Serial-Number", &self.agreement.merchant_serial_number)
            .header("Vipps-System-Name", "stolpe")
            .header("Vipps-System-Version", env!("CARGO_PKG_VERSION"))
            .header("Vipps-System-Plugin-Name", "stolpe-payments")
            .header("Vipps-System-Plugin-Version", env!("CARGO_PKG_VERSION"))
    }

    /// The token that is held, or a fresh one.
    async fn token(&self, refused: Option<&str>) -> Result<Zeroizing<String>, PortError> {
        #[derive(Deserialize)]
        struct Let {
            access_token: String,
        }
        let mut held = self.token.lock().await;
        if let Some(token) = held.as_ref().filter(|token| Some(token.as_str()) != refused) {
            return Ok(token.clone());
        }
        let question = self.known(self.web.ask(Method::POST, &self.at("/accesstoken/get"))?);
        let question = question
            .header("client_id", &self.agreement.client_id)
            .header("client_secret", self.agreement.client_secret.as_str())
            .body(Vec::new());
        let answer = look(question).await?;
        if answer.status != StatusCode::OK {
            return Err(stolpe_web::said(exchange::WHAT, answer.status));
        }
        let token = Zeroizing::new(exchange::read::<Let>(&answer)?.access_token);
        *held = Some(token.clone());
        Ok(token)
    }

    fn question(&self, ask: &Wanted<'_>, token: &str) -> Result<RequestBuilder, PortError> {
        let question = self.known(self.web.ask(ask.method.clone(), &self.at(&ask.path))?).bearer_auth(token);
        let question = match &ask.key {
            Some(key) => question.header("Idempotency-Key", key),
            None => question,
        };
        match &ask.body {
            Some(body) => with_json(question, body),
            None => Ok(question),
        }
    }

    /// Asks, and once more with a fresh token when the one that was held is too old: what was not let in did nothing.
    async fn do_it(&self, wanted: &Wanted<'_>) -> Result<Answer, PaymentFault> {
        let token = self.token(None).await.map_err(not_asked)?;
        let answer = act(self.question(wanted, &token).map_err(not_asked)?).await?;
        if answer.status != StatusCode::UNAUTHORIZED {
            return Ok(answer);
        }
        let token = self.token(Some(&token)).await.map_err(not_asked)?;
        act(self.question(wanted, &token).map_err(not_asked)?).await
    }

    async fn get<T: serde::de::DeserializeOwned>(&self, path: String) -> Result<Option<T>, PortError> {
        let answer = self.do_it(&Wanted { method: Method::GET, path, key: None, body: None }).await?;
        match answer.status {
            StatusCode::OK => Ok(Some(exchange::read(&answer)?)),
            StatusCode::NOT_FOUND => Ok(None),
            status => Err(stolpe_web::said(exchange::WHAT, status)),
        }
    }

    async fn change(
        &self,
        payment: &PaymentKey,
        verb: &str,
        key: String,
        amount: Option<Money>,
    ) -> Result<(), PaymentFault> {
        let body = amount.map(|amount| Body::Change { modification_amount: Minor::of(amount) });
        let path = format!("/epayment/v1/payments/{}/{verb}", payment.attempt);
        let body = body.or(Some(Body::Nothing {}));
        let answer = self.do_it(&Wanted { method: Method::POST, path, key: Some(key), body }).await?;
        if answer.status.is_success() { Ok(()) } else { Err(refusal(&answer)) }
    }
}

/// One question.
struct Wanted<'w> {
    method: Method,
    path: String,
    /// The same question under the same key does the same once.
    key: Option<String>,
    body: Option<Body<'w>>,
}

#[derive(Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
enum Body<'b> {
    Begin {
        amount: Minor,
        payment_method: Way,
        #[serde(skip_serializing_if = "Option::is_none")]
        customer: Option<Customer<'b>>,
        reference: String,
        return_url: &'b str,
        user_flow: &'b str,
        payment_description: String,
    },
    Change {
        modification_amount: Minor,
    },
    Nothing {},
}

#[derive(Serialize)]
struct Way {
    r#type: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Customer<'c> {
    phone_number: &'c str,
}

/// Whole hundredths, as Vipps counts.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct Minor {
    currency: Currency,
    value: i64,
}

impl Minor {
    const fn of(amount: Money) -> Self {
        Self { currency: amount.currency, value: amount.minor }
    }

    const fn money(self) -> Money {
        Money::of_minor(self.value, self.currency)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    reference: String,
    state: String,
    psp_reference: Option<String>,
    aggregate: Aggregate,
}

#[derive(Clone, Copy, Deserialize)]
struct Aggregate {
    #[serde(rename = "authorizedAmount")]
    authorized: Minor,
    #[serde(rename = "capturedAmount")]
    captured: Minor,
    #[serde(rename = "refundedAmount")]
    refunded: Minor,
    #[serde(rename = "cancelledAmount")]
    cancelled: Minor,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct EventTold {
    name: String,
    idempotency_key: Option<String>,
    success: Option<bool>,
}

fn state(word: &str, sums: Aggregate) -> ProviderState {
    match word {
        "CREATED" => ProviderState::Open,
        // It stays authorised once it was; what became of the money is told by the sums.
        "AUTHORIZED" if sums.captured.value > 0 => ProviderState::Paid,
        "AUTHORIZED" if sums.cancelled.value >= sums.authorized.value => ProviderState::Cancelled,
        "AUTHORIZED" => ProviderState::Reserved,
        "ABORTED" | "TERMINATED" => ProviderState::Cancelled,
        "EXPIRED" => ProviderState::Expired,
        _ => ProviderState::Unclear,
    }
}

fn refusal(answer: &Answer) -> PaymentFault {
    #[derive(Deserialize)]
    struct Problem {
        title: Option<String>,
        detail: Option<String>,
    }
    match exchange::read::<Problem>(answer) {
        Ok(Problem { title: Some(title), detail }) => {
            PaymentFault::Refused { code: title, words: detail.unwrap_or_default() }
        }
        _ => exchange::refused(answer),
    }
}

#[async_trait]
impl Payments for Vipps {
    async fn check(&self) -> Result<(), PortError> {
        *self.token.lock().await = None;
        self.token(None).await.map(|_token| ())
    }

    async fn begin(&self, ask: &PaymentAsk) -> Result<Begun, PaymentFault> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Created {
            redirect_url: Option<String>,
            reference: String,
        }
        let reference = ask.attempt.to_string();
        let phone = ask.phone.as_ref().map(|phone| phone.as_str().trim_start_matches('+'));
        let body = Body::Begin {
            amount: Minor::of(ask.amount),
            payment_method: Way { r#type: "WALLET" },
            customer: phone.map(|phone_number| Customer { phone_number }),
            reference: reference.clone(),
            return_url: &ask.return_to,
            user_flow: "WEB_REDIRECT",
            payment_description: ask.text.chars().take(TEXT_LENGTH).collect(),
        };
        let path = "/epayment/v1/payments".to_owned();
        let answer = self.do_it(&Wanted { method: Method::POST, path, key: Some(reference), body: Some(body) }).await?;
        if !answer.status.is_success() {
            return Err(refusal(&answer));
        }
        // It was taken on, whatever the answer looks like.
        let created: Created = exchange::read(&answer).map_err(PaymentFault::NotAnswered)?;
        let onward = created.redirect_url.map_or(Onward::Phone, |address| Onward::Page { address });
        Ok(Begun { reference: created.reference, onward })
    }

    async fn look_up(&self, payment: &PaymentKey) -> Result<Seen, PortError> {
        let told: Option<Told> = self.get(format!("/epayment/v1/payments/{}", payment.attempt)).await?;
        Ok(told.map_or_else(Seen::absent, |told| {
            let sums = told.aggregate;
            let came = if sums.captured.value > 0 { sums.captured } else { sums.authorized };
            Seen {
                state: state(&told.state, sums),
                reference: Some(told.reference),
                amount: (came.value > 0).then(|| came.money()),
                refunded: Some(sums.refunded.money()),
                movement: told.psp_reference,
                code: None,
            }
        }))
    }

    async fn take(&self, payment: &PaymentKey, amount: Money) -> Result<(), PaymentFault> {
        self.change(payment, "capture", format!("{}-capture", payment.attempt), Some(amount)).await
    }

    async fn cancel(&self, payment: &PaymentKey) -> Result<(), PaymentFault> {
        self.change(payment, "cancel", format!("{}-cancel", payment.attempt), None).await
    }

    async fn refund(&self, ask: &RefundAsk) -> Result<(), PaymentFault> {
        self.change(&ask.payment, "refund", ask.refund.to_string(), Some(ask.amount)).await
    }

    async fn look_up_refund(&self, ask: &RefundAsk) -> Result<Seen, PortError> {
        let path = format!("/epayment/v1/payments/{}/events", ask.payment.attempt);
        let events: Vec<EventTold> = self.get(path).await?.unwrap_or_default();
        let refund = ask.refund.to_string();
        let ours = events.iter().find(|event| event.idempotency_key.as_deref() == Some(&refund));
        let state = ours.map_or(ProviderState::Absent, |event| match (event.name.as_str(), event.success) {
            ("REFUNDED", Some(true)) => ProviderState::Paid,
            (_, Some(false)) => ProviderState::Denied,
            _ => ProviderState::Unclear,
        });
        let amount = (state == ProviderState::Paid).then_some(ask.amount);
        Ok(Seen { state, reference: Some(refund), amount, ..Seen::absent() })
    }

    fn read_callback(&self, callback: &RawCallback) -> Result<CallbackNotice, CallbackRefusal> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Sent {
            reference: String,
            psp_reference: String,
            name: String,
        }
        let secrets = self.agreement.webhook_secrets.iter();
        if !secrets.into_iter().any(|secret| signature::holds(secret, callback)) {
            return Err(CallbackRefusal::Forged);
        }
        let sent: Sent = serde_json::from_slice(&callback.body).map_err(|_| CallbackRefusal::Unreadable)?;
        Ok(CallbackNotice::of_payment(format!("{} {}", sent.psp_reference, sent.name), sent.reference))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const fn nok(value: i64) -> Minor {
        Minor { currency: Currency::Nok, value }
    }

    #[rstest]
    #[case("CREATED", 0, 0, ProviderState::Open)]
    #[case("AUTHORIZED", 0, 0, ProviderState::Reserved)]
    #[case("AUTHORIZED", 4_900, 0, ProviderState::Paid)]
    #[case("AUTHORIZED", 0, 4_900, ProviderState::Cancelled)]
    #[case("AUTHORIZED", 4_000, 900, ProviderState::Paid)]
    #[case("ABORTED", 0, 0, ProviderState::Cancelled)]
    #[case("TERMINATED", 0, 0, ProviderState::Cancelled)]
    #[case("EXPIRED", 0, 0, ProviderState::Expired)]
    #[case("SOMETHING_NEW", 0, 0, ProviderState::Unclear)]
    fn what_vipps_says_is_told_in_the_words_of_all(
        #[case] word: &str,
        #[case] captured: i64,
        #[case] cancelled: i64,
        #[case] expected: ProviderState,
    ) {
        let sums =
            Aggregate { authorized: nok(4_900), captured: nok(captured), refunded: nok(0), cancelled: nok(cancelled) };
        assert_eq!(state(word, sums), expected);
    }
}
