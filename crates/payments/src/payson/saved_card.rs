//! Cards that Payson keeps, as recurring subscriptions, and charging them. Payson tells no digits of a card.

use super::checkout::{Customer, Gui, Merchant, Order, gui, merchant, order};
use super::{Kept, Payson, Resource, odd, seen};
use crate::exchange::{self, look, not_asked};
use async_trait::async_trait;
use reqwest::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use stolpe_domain::email::Email;
use stolpe_domain::money::Currency;
use stolpe_domain::saved_card::CardSeen;
use stolpe_ports::error::PortError;
use stolpe_ports::payments::{Onward, PaymentAsk, PaymentFault, Seen};
use stolpe_ports::saved_cards::{CardAsk, CardBegun, CardKey, CardStands, SavedCards};

#[derive(Serialize)]
struct Subscription<'w> {
    merchant: Merchant<'w>,
    agreement: Agreement,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<Customer<'w>>,
    gui: Gui,
}

#[derive(Serialize)]
struct Agreement {
    currency: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Charge<'w> {
    subscription_id: &'w str,
    notification_uri: &'w str,
    merchant: Merchant<'w>,
    order: Order<'w>,
}

fn card_seen(word: &str) -> CardSeen {
    match word {
        "none" | "created" | "awaitingSubscription" => CardSeen::Open,
        "customerSubscribed" => CardSeen::Saved,
        "customerUnsubscribed" | "canceled" | "expired" => CardSeen::Ended,
        _ => CardSeen::Unclear,
    }
}

impl Payson {
    async fn card(&self, card: &CardKey) -> Result<Option<Kept>, PortError> {
        self.find(Resource::RecurringSubscription, card.token.as_deref(), &card.card.to_string()).await
    }
}

#[async_trait]
impl SavedCards for Payson {
    async fn are_kept(&self) -> Result<bool, PortError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Account {
            #[serde(default)]
            enabled_for_recurring_payments: bool,
        }
        let answer = look(self.ask(Method::GET, "Accounts")?).await?;
        if answer.status != StatusCode::OK {
            return Err(stolpe_web::said(exchange::WHAT, answer.status));
        }
        Ok(exchange::read::<Account>(&answer)?.enabled_for_recurring_payments)
    }

    async fn begin(&self, ask: &CardAsk) -> Result<CardBegun, PaymentFault> {
        // Payson keeps cards for kronor only.
        if ask.currency != Currency::Sek {
            return Err(not_asked(odd("a card in another currency")));
        }
        let wish = Subscription {
            merchant: merchant(&ask.return_to, &ask.callback, &ask.terms, ask.card.to_string()),
            agreement: Agreement { currency: "sek" },
            customer: ask.email.as_ref().map(|email| Customer { email: Some(Email::as_str(email)), phone: None }),
            gui: gui(ask.language),
        };
        let token = self.create(Resource::RecurringSubscription, &wish).await?;
        let kept = self.read(Resource::RecurringSubscription, &token).await.map_err(PaymentFault::NotAnswered)?;
        let html = kept.and_then(|it| it.snippet());
        let html = html.ok_or_else(|| PaymentFault::NotAnswered(odd("a subscription without a frame")))?;
        Ok(CardBegun { token, onward: Onward::Frame { html } })
    }

    async fn look_up(&self, card: &CardKey) -> Result<CardStands, PortError> {
        let Some(kept) = self.card(card).await? else { return Ok(CardStands::absent()) };
        let seen = kept.status().map_or(CardSeen::Unclear, |word| card_seen(&word));
        let onward = kept.snippet().filter(|_| seen == CardSeen::Open).map(|html| Onward::Frame { html });
        Ok(CardStands { seen, token: kept.id(), onward })
    }

    /// Puts the subscription back as `canceled`. That this is how it is ended follows from how checkouts are; neither the
    /// published description nor the published clients say it, and no answer of Payson has confirmed it to us.
    async fn end(&self, card: &CardKey) -> Result<(), PaymentFault> {
        let Some(mut kept) = self.card(card).await.map_err(not_asked)? else { return Ok(()) };
        if kept.status().is_some_and(|word| card_seen(&word) == CardSeen::Ended) {
            return Ok(());
        }
        kept.set_status("canceled").map_err(not_asked)?;
        self.put(Resource::RecurringSubscription, &kept).await
    }

    async fn charge(&self, token: &str, ask: &PaymentAsk) -> Result<Seen, PaymentFault> {
        let wish = Charge {
            subscription_id: token,
            notification_uri: &ask.callback,
            merchant: merchant(&ask.return_to, &ask.callback, &ask.terms, ask.attempt.to_string()),
            order: order(ask).ok_or_else(|| not_asked(odd("an amount that is no number")))?,
        };
        let id = self.create(Resource::RecurringPayment, &wish).await?;
        let kept = self.read(Resource::RecurringPayment, &id).await.map_err(PaymentFault::NotAnswered)?;
        seen(&kept.ok_or_else(|| PaymentFault::NotAnswered(odd("a payment that is not there")))?)
            .map_err(PaymentFault::NotAnswered)
    }
}
