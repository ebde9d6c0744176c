//! A checkout, a recurring payment and a recurring subscription as Payson writes them: the same parts in each. What is not
//! ours to change goes back as it came.

use crate::amount;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use std::collections::BTreeMap;
use stolpe_domain::language::Language;
use stolpe_domain::money::{Currency, Money};
use stolpe_ports::error::{PortError, PortErrorKind};
use stolpe_ports::payments::PaymentAsk;

type Fields = BTreeMap<String, Box<RawValue>>;

/// All of a checkout, a recurring payment or a recurring subscription.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Kept(Fields);

/// What an answer to something new may say; it may be empty.
#[derive(Deserialize)]
pub(super) struct Created {
    pub(super) id: Option<String>,
}

/// What an order adds up to.
pub(super) struct Sums {
    pub(super) total: Option<Money>,
    pub(super) credited: Option<Money>,
}

impl Kept {
    pub(super) fn id(&self) -> Option<String> {
        text(&self.0, "id")
    }

    pub(super) fn status(&self) -> Option<String> {
        text(&self.0, "status")
    }

    /// The number of the purchase, which Payson tells of some.
    pub(super) fn purchase(&self) -> Option<String> {
        let written = self.0.get("purchaseId")?.get().trim_matches('"');
        (!written.is_empty() && written.bytes().all(|byte| byte.is_ascii_digit())).then(|| written.to_owned())
    }

    pub(super) fn snippet(&self) -> Option<String> {
        text(&self.0, "snippet")
    }

    /// What we called it.
    pub(super) fn our_reference(&self) -> Option<String> {
        text(&fields(self.0.get("merchant")?)?, "reference")
    }

    pub(super) fn sums(&self) -> Result<Sums, PortError> {
        let order = self.order()?;
        let currency = match text(&order, "currency").as_deref() {
            Some("sek" | "SEK") => Currency::Sek,
            Some("eur" | "EUR") => Currency::Eur,
            _ => return Err(odd("an order in no currency")),
        };
        let sum = |name: &str| order.get(name).and_then(|raw| amount::read(raw, currency));
        Ok(Sums { total: sum("totalPriceIncludingTax"), credited: sum("totalCreditedAmount") })
    }

    pub(super) fn set_status(&mut self, status: &str) -> Result<(), PortError> {
        self.0.insert("status".to_owned(), raw(&status)?);
        Ok(())
    }

    /// What has been given back in all; the order has one item, which is ours.
    pub(super) fn set_credited(&mut self, whole: Money) -> Result<(), PortError> {
        let mut order = self.order()?;
        let items = order.get("items").ok_or_else(|| odd("an order without items"))?;
        let mut items: Vec<Fields> = serde_json::from_str(items.get()).map_err(unreadable)?;
        let item = items.first_mut().ok_or_else(|| odd("an order without items"))?;
        let credited = amount::number(amount::text(whole)).ok_or_else(|| odd("an amount that is no number"))?;
        item.insert("creditedAmount".to_owned(), credited);
        order.insert("items".to_owned(), raw(&items)?);
        self.0.insert("order".to_owned(), raw(&order)?);
        Ok(())
    }

    fn order(&self) -> Result<Fields, PortError> {
        self.0.get("order").and_then(|raw| fields(raw)).ok_or_else(|| odd("an answer without an order"))
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Wish<'w> {
    merchant: Merchant<'w>,
    order: Order<'w>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<Customer<'w>>,
    gui: Gui,
    expiration_time: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Merchant<'w> {
    checkout_uri: &'w str,
    confirmation_uri: &'w str,
    notification_uri: &'w str,
    terms_uri: &'w str,
    integration_info: &'static str,
    reference: String,
}

#[derive(Serialize)]
pub(super) struct Order<'w> {
    currency: &'static str,
    items: [Item<'w>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item<'w> {
    name: &'w str,
    unit_price: Box<RawValue>,
    quantity: u32,
    tax_rate: Box<RawValue>,
    reference: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Customer<'w> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) email: Option<&'w str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) phone: Option<&'w str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Gui {
    locale: &'static str,
    request_phone: bool,
}

/// What a payment is as a new checkout.
pub(super) fn of_ask(ask: &PaymentAsk) -> Option<Wish<'_>> {
    let customer = (ask.email.is_some() || ask.phone.is_some()).then(|| Customer {
        email: ask.email.as_ref().map(stolpe_domain::email::Email::as_str),
        phone: ask.phone.as_ref().map(stolpe_domain::phone::Phone::as_str),
    });
    Some(Wish {
        merchant: merchant(&ask.return_to, &ask.callback, &ask.terms, ask.attempt.to_string()),
        order: order(ask)?,
        customer,
        gui: gui(ask.language),
        expiration_time: ask.expires_at.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
    })
}

/// Where the payer and Payson go on, and what we call it.
pub(super) fn merchant<'w>(return_to: &'w str, callback: &'w str, terms: &'w str, reference: String) -> Merchant<'w> {
    Merchant {
        checkout_uri: return_to,
        confirmation_uri: return_to,
        notification_uri: callback,
        terms_uri: terms,
        integration_info: concat!("Stolpe|", env!("CARGO_PKG_VERSION")),
        reference,
    }
}

/// What is paid: one item, VAT included, whose rate is a fraction.
pub(super) fn order(ask: &PaymentAsk) -> Option<Order<'_>> {
    let rate = rust_decimal::Decimal::new(i64::from(ask.vat.basis_points()), 4).normalize().to_string();
    Some(Order {
        currency: match ask.amount.currency {
            Currency::Sek => "sek",
            Currency::Eur => "eur",
            Currency::Nok => return None,
        },
        items: [Item {
            name: &ask.text,
            unit_price: amount::number(amount::text(ask.amount))?,
            quantity: 1,
            tax_rate: amount::number(rate)?,
            reference: ask.attempt.to_string(),
        }],
    })
}

/// How Payson's part of our page speaks.
pub(super) const fn gui(language: Language) -> Gui {
    Gui {
        locale: match language {
            Language::Sv => "sv",
            // Payson speaks no Norwegian.
            Language::Nb | Language::En => "en",
        },
        request_phone: false,
    }
}

fn fields(raw: &RawValue) -> Option<Fields> {
    serde_json::from_str(raw.get()).ok()
}

fn text(fields: &Fields, name: &str) -> Option<String> {
    serde_json::from_str(fields.get(name)?.get()).ok()
}

fn raw(value: &impl Serialize) -> Result<Box<RawValue>, PortError> {
    to_raw_value(value).map_err(unreadable)
}

fn unreadable(error: serde_json::Error) -> PortError {
    PortError::new(PortErrorKind::Unexpected, crate::exchange::WHAT, error)
}

fn odd(words: &'static str) -> PortError {
    PortError::new(PortErrorKind::Unexpected, crate::exchange::WHAT, words)
}
