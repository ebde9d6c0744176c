//! Payson Checkout 2.0: cards and banks in a frame on our own page; the money is held until we say that it was delivered.
//!
//! Source: tech.payson.se, Checkout 2.0 and Recurring Payments, and the published clients in PHP. What Payson keeps is changed
//! by sending all of it back, so it is carried digit by digit as it came. A payment with a saved card is a recurring payment:
//! it is made in another way, and then looked up, taken, broken off and given back as a checkout is.

mod checkout;
mod saved_card;

use crate::exchange::{self, act, look, not_asked, with_json};
use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use checkout::{Created, Kept, of_ask};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde::{Deserialize, Serialize};
use stolpe_domain::money::Money;
use stolpe_domain::payment::ProviderState;
use stolpe_ports::error::{PortError, PortErrorKind};
use stolpe_ports::payments::{
    Begun, CallbackNotice, CallbackRefusal, NoticeAbout, Onward, PaidBy, PaymentAsk, PaymentFault, PaymentKey,
    Payments, RawCallback, RefundAsk, Seen,
};
use stolpe_ports::saved_cards::SavedCards;
use stolpe_web::{Answer, Trust, Web};
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

/// Pages of the list that are looked through for what was asked and whose answer never came; the youngest come first.
const PAGES: u32 = 5;

/// What Payson keeps, each kind at a place of its own.
#[derive(Clone, Copy, Debug)]
enum Resource {
    Checkout,
    RecurringPayment,
    RecurringSubscription,
}

impl Resource {
    const fn of(by: PaidBy) -> Self {
        match by {
            PaidBy::Payer => Self::Checkout,
            PaidBy::SavedCard => Self::RecurringPayment,
        }
    }

    const fn place(self) -> &'static str {
        match self {
            Self::Checkout => "Checkouts",
            Self::RecurringPayment => "RecurringPayments",
            Self::RecurringSubscription => "RecurringSubscriptions",
        }
    }

    /// What it is called in the address to which Payson sends news of it.
    const fn named_in_news(self) -> &'static str {
        match self {
            Self::Checkout => "checkout",
            Self::RecurringPayment => "payment",
            Self::RecurringSubscription => "subscription",
        }
    }
}

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

    async fn read(&self, resource: Resource, id: &str) -> Result<Option<Kept>, PortError> {
        let answer = look(self.ask(Method::GET, &format!("{}/{id}", resource.place()))?).await?;
        match answer.status {
            StatusCode::OK => Ok(Some(exchange::read(&answer)?)),
            StatusCode::NOT_FOUND => Ok(None),
            status => Err(stolpe_web::said(exchange::WHAT, status)),
        }
    }

    /// What Payson keeps; by our own name for it when theirs is not known, since Payson knows no key that keeps a question
    /// from being carried out twice.
    async fn find(&self, resource: Resource, id: Option<&str>, ours: &str) -> Result<Option<Kept>, PortError> {
        #[derive(Deserialize)]
        struct Listed {
            data: Vec<Kept>,
        }
        if let Some(id) = id {
            return self.read(resource, id).await;
        }
        for page in 1..=PAGES {
            let answer = look(self.ask(Method::GET, &format!("{}?page={page}", resource.place()))?).await?;
            if answer.status != StatusCode::OK {
                return Err(stolpe_web::said(exchange::WHAT, answer.status));
            }
            let listed: Listed = exchange::read(&answer)?;
            if listed.data.is_empty() {
                return Ok(None);
            }
            if let Some(found) = listed.data.into_iter().find(|it| it.our_reference().as_deref() == Some(ours)) {
                return Ok(Some(found));
            }
        }
        Err(PortError::new(PortErrorKind::Unexpected, exchange::WHAT, "what was asked is not among the last ones"))
    }

    async fn payment(&self, it: &PaymentKey) -> Result<Option<Kept>, PortError> {
        self.find(Resource::of(it.by), it.reference.as_deref(), &it.attempt.to_string()).await
    }

    async fn found(&self, payment: &PaymentKey) -> Result<Kept, PaymentFault> {
        let found = self.payment(payment).await.map_err(not_asked)?;
        found.ok_or_else(|| PaymentFault::Refused { code: "HTTP 404".to_owned(), words: "no such payment".to_owned() })
    }

    /// Asks for something new; answers what Payson calls it. From then on it exists, and what goes wrong leaves it to be
    /// found by our name for it.
    async fn create(&self, resource: Resource, wish: &impl Serialize) -> Result<String, PaymentFault> {
        let question = self.ask(Method::POST, resource.place()).map_err(not_asked)?;
        let answer = act(with_json(question, wish).map_err(not_asked)?).await?;
        if answer.status != StatusCode::CREATED {
            return Err(refusal(&answer));
        }
        let told = exchange::read::<Created>(&answer).ok().and_then(|created| created.id);
        let led = answer.header("location").and_then(|place| place.rsplit('/').next()).map(str::to_owned);
        told.or(led).ok_or_else(|| PaymentFault::NotAnswered(odd("something new without an id")))
    }

    async fn put(&self, resource: Resource, it: &Kept) -> Result<(), PaymentFault> {
        let id = it.id().ok_or_else(|| not_asked(odd("an answer without an id")))?;
        let question = self.ask(Method::PUT, &format!("{}/{id}", resource.place())).map_err(not_asked)?;
        let answer = act(with_json(question, it).map_err(not_asked)?).await?;
        if answer.status.is_success() { Ok(()) } else { Err(refusal(&answer)) }
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

/// What is told of a checkout or a recurring payment.
fn seen(it: &Kept) -> Result<Seen, PortError> {
    let sums = it.sums()?;
    Ok(Seen {
        state: it.status().map_or(ProviderState::Unclear, |word| state(&word)),
        reference: it.id(),
        amount: sums.total,
        refunded: sums.credited,
        movement: it.purchase(),
        code: None,
    })
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
        let id = self.create(Resource::Checkout, &wish).await?;
        let checkout = self.read(Resource::Checkout, &id).await.map_err(PaymentFault::NotAnswered)?;
        let html = checkout.and_then(|it| it.snippet());
        let html = html.ok_or_else(|| PaymentFault::NotAnswered(odd("a checkout without a frame")))?;
        Ok(Begun { reference: id, onward: Onward::Frame { html } })
    }

    async fn look_up(&self, payment: &PaymentKey) -> Result<Seen, PortError> {
        self.payment(payment).await?.map_or_else(|| Ok(Seen::absent()), |it| seen(&it))
    }

    async fn take(&self, payment: &PaymentKey, _amount: Money) -> Result<(), PaymentFault> {
        let mut checkout = self.found(payment).await?;
        if matches!(checkout.status().as_deref(), Some("shipped" | "paidToAccount")) {
            return Ok(());
        }
        checkout.set_status("shipped").map_err(not_asked)?;
        self.put(Resource::of(payment.by), &checkout).await
    }

    async fn cancel(&self, payment: &PaymentKey) -> Result<(), PaymentFault> {
        let mut checkout = self.found(payment).await?;
        checkout.set_status("canceled").map_err(not_asked)?;
        self.put(Resource::of(payment.by), &checkout).await
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
        self.put(Resource::of(ask.payment.by), &checkout).await
    }

    async fn look_up_refund(&self, ask: &RefundAsk) -> Result<Seen, PortError> {
        let Some(checkout) = self.payment(&ask.payment).await? else { return Ok(Seen::absent()) };
        let credited = checkout.sums()?.credited;
        let whole = ask.before.plus(ask.amount).ok();
        let is_there = credited.zip(whole).is_some_and(|(credited, whole)| credited >= whole);
        let state = if is_there { ProviderState::Paid } else { ProviderState::Absent };
        Ok(Seen { state, reference: checkout.id(), refunded: credited, ..Seen::absent() })
    }

    fn read_callback(&self, callback: &RawCallback) -> Result<CallbackNotice, CallbackRefusal> {
        let query = callback.target.split_once('?').map_or("", |(_, query)| query);
        // Payson adds its part to whatever address it was given.
        let named = |resource: Resource| {
            let parts = form_urlencoded::parse(query.as_bytes());
            parts.filter(|(name, _)| name == resource.named_in_news()).last().map(|(_, id)| id)
        };
        let (about, id) = [Resource::Checkout, Resource::RecurringPayment]
            .into_iter()
            .find_map(named)
            .map(|id| (NoticeAbout::Payment, id))
            .or_else(|| named(Resource::RecurringSubscription).map(|id| (NoticeAbout::SavedCard, id)))
            .ok_or(CallbackRefusal::Unreadable)?;
        let is_name =
            (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !is_name {
            return Err(CallbackRefusal::Unreadable);
        }
        Ok(CallbackNotice { about, event: String::new(), reference: id.into_owned() })
    }

    fn saved_cards(&self) -> Option<&dyn SavedCards> {
        Some(self)
    }
}
