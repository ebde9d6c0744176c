//! The receipt of what somebody has paid in advance. It is kept as it was given, and drawn alike whenever it is looked at.
//!
//! It has no VAT: what will be bought with the money is not known yet, and stands on the invoices that it pays.

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};
use stolpe_domain::language::Language;
use stolpe_domain::money::Money;
use stolpe_domain::payment::PaymentProvider;

use crate::document::Sender;
use crate::logo::Logo;
use crate::pdf::{Figures, PdfError};
use crate::till::sheet::{Columns, Fact, Row, Sheet, Table, draw};

/// What stands on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TopUpPaper {
    /// The language of who gets it.
    pub language: Language,
    /// Who has been paid.
    pub sender: Sender,
    /// Its number, as printed.
    pub number: String,
    /// Its date.
    pub issued_on: NaiveDate,
    /// When the money came, by the clock of the facility.
    pub at: NaiveDateTime,
    /// Who has paid.
    pub payer: String,
    /// The facility at which it can be used.
    pub facility: String,
    /// Through whom it came.
    pub provider: PaymentProvider,
    /// What that one calls the payment.
    pub reference: Option<String>,
    /// How much was paid.
    pub amount: Money,
    /// What there is after it.
    pub balance: Money,
}

struct Words {
    receipt: &'static str,
    file: &'static str,
    number: &'static str,
    issued_on: &'static str,
    at: &'static str,
    payer: &'static str,
    facility: &'static str,
    through: &'static str,
    reference: &'static str,
    what: &'static str,
    amount: &'static str,
    advance: &'static str,
    balance: &'static str,
    no_vat: &'static str,
}

const fn words(language: Language) -> &'static Words {
    match language {
        Language::Sv => &SV,
        Language::Nb => &NB,
        Language::En => &EN,
    }
}

const SV: Words = Words {
    receipt: "Kvitto på förskottsbetalning",
    file: "forskottskvitto",
    number: "Nummer",
    issued_on: "Datum",
    at: "Betalt",
    payer: "Betalat av",
    facility: "Gäller",
    through: "Betalat med",
    reference: "Betaltjänstens referens",
    what: "Vad",
    amount: "Belopp",
    advance: "Förskottsbetalning",
    balance: "Saldo efter betalningen",
    no_vat: "Det här är en betalning i förskott. Den används till dina nästa fakturor, och momsen redovisas på de fakturor som \
             den betalar.",
};

const NB: Words = Words {
    receipt: "Kvittering for forskuddsbetaling",
    file: "forskuddskvittering",
    number: "Nummer",
    issued_on: "Dato",
    at: "Betalt",
    payer: "Betalt av",
    facility: "Gjelder",
    through: "Betalt med",
    reference: "Betalingstjenestens referanse",
    what: "Hva",
    amount: "Beløp",
    advance: "Forskuddsbetaling",
    balance: "Saldo etter betalingen",
    no_vat: "Dette er en betaling på forskudd. Den brukes til de neste fakturaene dine, og merverdiavgiften står på fakturaene \
             som den betaler.",
};

const EN: Words = Words {
    receipt: "Receipt for payment in advance",
    file: "advance-receipt",
    number: "Number",
    issued_on: "Date",
    at: "Paid",
    payer: "Paid by",
    facility: "For",
    through: "Paid with",
    reference: "Reference of the payment service",
    what: "What",
    amount: "Amount",
    advance: "Payment in advance",
    balance: "Balance after the payment",
    no_vat: "This is a payment in advance. It is used for your next invoices, and the VAT is stated on the invoices that it \
             pays.",
};

const fn name_of(provider: PaymentProvider) -> &'static str {
    match provider {
        PaymentProvider::Swish => "Swish",
        PaymentProvider::Vipps => "Vipps",
        PaymentProvider::Payson => "Payson",
    }
}

/// What the file of a receipt is called: `forskottskvitto-2026-0001.pdf`.
pub fn top_up_name(it: &TopUpPaper) -> String {
    format!("{}-{}.pdf", words(it.language).file, it.number)
}

/// Draws a receipt, with the logo of whoever has been paid.
///
/// # Errors
/// [`PdfError::Writer`] for a fault of ours.
pub fn top_up_receipt(it: &TopUpPaper, logo: Option<&Logo>) -> Result<Vec<u8>, PdfError> {
    let (texts, figures) = (words(it.language), Figures::of(it.language));
    let mut facts = vec![
        Fact(texts.number, it.number.clone()),
        Fact(texts.issued_on, figures.date(it.issued_on)),
        Fact(texts.at, format!("{} {}", figures.date(it.at.date()), it.at.format("%H:%M"))),
        Fact(texts.payer, it.payer.clone()),
        Fact(texts.facility, it.facility.clone()),
        Fact(texts.through, name_of(it.provider).to_owned()),
    ];
    facts.extend(it.reference.clone().map(|reference| Fact(texts.reference, reference)));
    let rows = vec![
        Row::plain([texts.advance.to_owned(), figures.money(it.amount)]),
        Row::strong([texts.balance.to_owned(), figures.money(it.balance)]),
    ];
    draw(&Sheet {
        language: it.language,
        sender: &it.sender,
        logo,
        heading: texts.receipt.to_owned(),
        title: format!("{} {}", texts.receipt, it.number),
        made_on: it.issued_on,
        facts,
        tables: vec![Table { columns: Columns::TWO, headings: vec![texts.what, texts.amount], rows }],
        words: texts.no_vat.to_owned(),
        signature: None,
    })
}
