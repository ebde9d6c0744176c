//! Payson Checkout 2.0: cards and banks in a frame on our own page; the money is held until we say that it was delivered.
//!
//! Source: tech.payson.se, Checkout 2.0, and the published clients in PHP. A checkout is changed by sending all of it
//! back, so it is carried digit by digit as it came.

mod checkout;

use crate::exchange::{self, act, look, not_asked, with_json};
use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use checkout::{Checkout, Created, of_ask};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde::Deserialize;
use stolpe_domain::money::Money;
use stolpe_domain::payment::ProviderState;
use stolpe_ports::error::{PortError, PortErrorKind};
use stolpe_ports::payments::{
    Begun, CallbackNotice, CallbackRefusal, Onward, PaymentAsk, PaymentFault, PaymentKey, Payments, RawCallback,
    RefundAsk, Seen,
};
use stolpe_web::{Answer, Trust, Web};
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

/// Pages of the list that are looked through for a checkout whose answer never came; the youngest come first.
const PAGES: u32 = 5;

/// What an owner has agreed with Payson.
#[derive(Clone, Debug)]
pub struct PaysonAgreement {
    /// Where it is asked, up to `/2.0/`.
    pub address: Url,
    /// Whom the connection trusts.
    pub trust: Trust,
    /// Who we are.
    pub agent_id: String,
    /// Proves it.
    pub api_key: Zeroizing<String>,
}

/// Payson, for one owner.
#[derive(Debug)]
pub struct Payson {
    web: Web,
    address: String,
    authorization: Zeroizing<String>,
}

impl Payson {
    /// Opens an agreement; nothing is asked yet.
    pub fn open(agreement: PaysonAgreement) -> Self {
        let PaysonAgreement { address, trust, agent_id, api_key } = agreement;
        let pair = Zeroizing::new(format!("{agent_id}:{}", api_key.as_str()));
        Self {
            web: exchange::web(trust, None),
            address: address.as_str().trim_end_matches('/').to_owned(),
            authorization: Zeroizing::new(format!("Basic {}", STANDARD.encode(pair.as_bytes()))),
        }
    }

    fn ask(&self, method: Method, path: &str) -> Result<RequestBuilder, PortError> {
        let question = self.web.ask(method, &format!("{}/{path}", self.address))?;
        Ok(question.header("Authorization", self.authorization.as_str()))
    }

    async fn read(&self, id: &str) -> Result<Option<Checkout>, PortError> {
        let answer = look(self.ask(Method::GET, &format!("Checkouts/{id}"))?).await?;
        match answer.status {
            StatusCode::OK => Ok(Some(exchange::read(&answer)?)),
            StatusCode::NOT_FOUND => Ok(None),
            status => Err(stolpe_web::said(exchange::WHAT, status)),
        }
    }

    /// The checkout of a payment; by our own name for it when theirs is not known, since Payson knows no key that keeps
    /// a question from being carried out twice.
    async fn find(&self, payment: &PaymentKey) -> Result<Option<Checkout>, PortError> {
        #[derive(Deserialize)]
        struct Listed {
            data: Vec<Checkout>,
        }
        if let Some(id) = &payment.reference {
            return self.read(id).await;
        }
        let ours = payment.attempt.to_string();
        for page in 1..=PAGES {
            let answer = look(self.ask(Method::GET, &format!("Checkouts?page={page}"))?).await?;
            if answer.status != StatusCode::OK {
                return Err(stolpe_web::said(exchange::WHAT, answer.status));
            }
            let listed: Listed = exchange::read(&answer)?;
            if listed.data.is_empty() {
                return Ok(None);
            }
            if let Some(found) = listed.data.into_iter().find(|it| it.our_reference().as_deref() == Some(&ours)) {
                return Ok(Some(found));
            }
        }
        Err(PortError::new(PortErrorKind::Unexpected, exchange::WHAT, "the payment is not among the last ones"))
    }

    async fn put(&self, checkout: &Checkout) -> Result<(), PaymentFault> {
        let id = checkout.id().ok_or_else(|| not_asked(odd("a checkout without an id")))?;
        let question = self.ask(Method::PUT, &format!("Checkouts/{id}")).map_err(not_asked)?;
        let answer = act(with_json(question, checkout).map_err(not_asked)?).await?;
        if answer.status.is_success() { Ok(()) } else { Err(refusal(&answer)) }
    }

    async fn found(&self, payment: &PaymentKey) -> Result<Checkout, PaymentFault> {
        let found = self.find(payment).await.map_err(not_asked)?;
        found.ok_or_else(|| PaymentFault::Refused { code: "HTTP 404".to_owned(), words: "no such checkout".to_owned() })
    }
}

fn odd(words: &'static str) -> PortError {
    PortError::new(PortErrorKind::Unexpected, exchange::WHAT, words)
}

fn state(word: &str) -> ProviderState {
    match word {
        "created" | "readyToPay" | "processingPayment" => ProviderState::Open,
        "readyToShip" => ProviderState::Reserved,
        "shipped" => ProviderState::Paid,
        "paidToAccount" => ProviderState::Settled,
        "canceled" => ProviderState::Cancelled,
        "expired" => ProviderState::Expired,
        "denied" => ProviderState::Denied,
        _ => ProviderState::Unclear,
    }
}

fn refusal(answer: &Answer) -> PaymentFault {
    #[derive(Deserialize)]
    struct Refused {
        message: String,
        #[serde(default)]
        errors: Vec<Fault>,
    }
    #[derive(Deserialize)]
    struct Fault {
        property: Option<String>,
        message: Option<String>,
    }
    let Ok(refused) = exchange::read::<Refused>(answer) else { return exchange::refused(answer) };
    let faults = refused.errors.into_iter().map(|fault| {
        let (property, message) = (fault.property.unwrap_or_default(), fault.message.unwrap_or_default());
        format!("{property}: {message}")
    });
    let words: Vec<String> = std::iter::once(refused.message).chain(faults).collect();
    PaymentFault::Refused { code: format!("HTTP {}", answer.status.as_u16()), words: words.join("; ") }
}

#[async_trait]
impl Payments for Payson {
    async fn check(&self) -> Result<(), PortError> {
        let answer = look(self.ask(Method::GET, "Accounts")?).await?;
        if answer.status == StatusCode::OK { Ok(()) } else { Err(stolpe_web::said(exchange::WHAT, answer.status)) }
    }

    async fn begin(&self, ask: &PaymentAsk) -> Result<Begun, PaymentFault> {
        let wish = of_ask(ask).ok_or_else(|| not_asked(odd("an amount that is no number")))?;
        let question = self.ask(Method::POST, "Checkouts").map_err(not_asked)?;
        let answer = act(with_json(question, &wish).map_err(not_asked)?).await?;
        if answer.status != StatusCode::CREATED {
            return Err(refusal(&answer));
        }
        // From here on it exists, and what goes wrong leaves it to be found by its name.
        let told = exchange::read::<Created>(&answer).ok().and_then(|created| created.id);
        let led = answer.header("location").and_then(|place| place.rsplit('/').next()).map(str::to_owned);
        let id = told.or(led).ok_or_else(|| PaymentFault::NotAnswered(odd("a checkout without an id")))?;
        let checkout = self.read(&id).await.map_err(PaymentFault::NotAnswered)?;
        let html = checkout.and_then(|it| it.snippet());
        let html = html.ok_or_else(|| PaymentFault::NotAnswered(odd("a checkout without a frame")))?;
        Ok(Begun { reference: id, onward: Onward::Frame { html } })
    }

    async fn look_up(&self, payment: &PaymentKey) -> Result<Seen, PortError> {
        let Some(checkout) = self.find(payment).await? else { return Ok(Seen::absent()) };
        let sums = checkout.sums()?;
        Ok(Seen {
            state: checkout.status().map_or(ProviderState::Unclear, |word| state(&word)),
            reference: checkout.id(),
            amount: sums.total,
            refunded: sums.credited,
            movement: None,
            code: None,
        })
    }

    async fn take(&self, payment: &PaymentKey, _amount: Money) -> Result<(), PaymentFault> {
        let mut checkout = self.found(payment).await?;
        if matches!(checkout.status().as_deref(), Some("shipped" | "paidToAccount")) {
            return Ok(());
        }
        checkout.set_status("shipped").map_err(not_asked)?;
        self.put(&checkout).await
    }

    async fn cancel(&self, payment: &PaymentKey) -> Result<(), PaymentFault> {
        let mut checkout = self.found(payment).await?;
        checkout.set_status("canceled").map_err(not_asked)?;
        self.put(&checkout).await
    }

    async fn refund(&self, ask: &RefundAsk) -> Result<(), PaymentFault> {
        let mut checkout = self.found(&ask.payment).await?;
        let credited = checkout.sums().map_err(not_asked)?.credited;
        // Payson is told what has been given back in all. What it knows of must be what was given back before, or this
        // refund is there already, or another one is that we do not know.
        match credited {
            Some(credited) if credited == ask.before => {}
            Some(credited) if Some(credited) == ask.before.plus(ask.amount).ok() => return Ok(()),
            _ => {
                let words = "the provider has given back another amount".to_owned();
                return Err(PaymentFault::Refused { code: "credited".to_owned(), words });
            }
        }
        let whole = ask
            .before
            .plus(ask.amount)
            .map_err(|error| not_asked(PortError::new(PortErrorKind::Unexpected, exchange::WHAT, error)))?;
        checkout.set_credited(whole).map_err(not_asked)?;
        self.put(&checkout).await
    }

    async fn look_up_refund(&self, ask: &RefundAsk) -> Result<Seen, PortError> {
        let Some(checkout) = self.find(&ask.payment).await? else { return Ok(Seen::absent()) };
        let credited = checkout.sums()?.credited;
        let whole = ask.before.plus(ask.amount).ok();
        let is_there = credited.zip(whole).is_some_and(|(credited, whole)| credited >= whole);
        let state = if is_there { ProviderState::Paid } else { ProviderState::Absent };
        Ok(Seen { state, reference: checkout.id(), refunded: credited, ..Seen::absent() })
    }

    fn read_callback(&self, callback: &RawCallback) -> Result<CallbackNotice, CallbackRefusal> {
        let query = callback.target.split_once('?').map_or("", |(_, query)| query);
        // Payson adds its part to whatever address it was given.
        let named = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "checkout").last();
        let (_, id) = named.ok_or(CallbackRefusal::Unreadable)?;
        let is_name =
            (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !is_name {
            return Err(CallbackRefusal::Unreadable);
        }
        Ok(CallbackNotice { event: String::new(), reference: id.into_owned() })
    }
}
