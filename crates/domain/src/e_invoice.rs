//! E-invoices by Peppol BIS Billing 3.0, which Norway calls EHF: what one must say, and what keeps a document from being one.
//!
//! An [`EInvoice`] can only be made of a document that has all of it, so whoever writes one down has nothing left to decide.

mod category;
mod line;

pub use category::{Category, Subtotal};
pub use line::{Line, Quantity, Unit};

use crate::country::Country;
use crate::document::{DocumentKind, DocumentState, Sums};
use crate::energy::Energy;
use crate::language::Language;
use crate::money::{Currency, Money};
use crate::payer::{Party, Payer};
use crate::payment_account::PaymentAccount;
use crate::vat::Vat;
use crate::words::words;
use chrono::NaiveDate;

/// The sentence that the Swedish rules want word by word of who pays F-tax.
const F_TAX: &str = "Godkänd för F-skatt";
/// What a Norwegian company writes that stands in the register of enterprises.
const REGISTER_OF_ENTERPRISES: &str = "Foretaksregisteret";

words! {
    /// What a document lacks to be an e-invoice.
    EInvoiceLack {
        /// It is a draft.
        Issued = "issued",
        /// It is out of use.
        InUse = "in_use",
        /// A receipt asks nobody for payment.
        Invoice = "invoice",
        /// No company paid for the person when it was drafted.
        Payer = "payer",
        /// The company has not said what it finds the right desk by.
        Reference = "reference",
        /// It was issued before senders were kept with all that an e-invoice says of them.
        Seller = "seller",
        /// There is VAT on it, but who issued it has no VAT number.
        VatNumber = "vat_number",
        /// A rate that the country of who issued it does not have.
        VatRate = "vat_rate",
        /// What a credit note takes back cannot be named.
        Credited = "credited",
    }
}

/// Everything of a document that an e-invoice may say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// What it is.
    pub kind: DocumentKind,
    /// Where it stands.
    pub state: DocumentState,
    /// The language of who gets it.
    pub language: Language,
    /// Its number, as printed.
    pub number: Option<String>,
    /// Its date.
    pub issued_on: Option<NaiveDate>,
    /// When it falls due.
    pub due_on: Option<NaiveDate>,
    /// The first and the last day of what it is for.
    pub period: Option<(NaiveDate, NaiveDate)>,
    /// What a credit note takes back: its number, and its date.
    pub credits: Option<(String, NaiveDate)>,
    /// Who asks for payment.
    pub seller: Option<Party>,
    /// A sentence on tax that stands on the invoices of the seller.
    pub tax_status: Option<String>,
    /// Whom to ask: an e-mail address and a phone number.
    pub contact: (Option<String>, Option<String>),
    /// Who pays.
    pub payer: Option<Payer>,
    /// What is owed.
    pub lines: Vec<Owed>,
    /// What it adds up to.
    pub sums: Sums,
    /// Where it is paid to, and with which reference.
    pub payment: (Option<PaymentAccount>, Option<String>),
    /// Why a credit note was made.
    pub remark: Option<String>,
}

/// What is owed for one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owed {
    /// Whose it is, where several people's are on one document.
    pub whose: Option<String>,
    /// What it is for.
    pub text: String,
    /// More of it.
    pub detail: Option<String>,
    /// The energy, if it is for energy.
    pub energy: Option<Energy>,
    /// How VAT applies.
    pub vat: Vat,
    /// Without VAT.
    pub amount: Money,
}

/// Asks for payment, or takes that back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EInvoiceKind {
    /// Asks for payment.
    Invoice {
        /// When.
        due_on: Option<NaiveDate>,
    },
    /// Takes an invoice back, or a part of it.
    CreditNote {
        /// The number of the invoice.
        of: String,
        /// Its date.
        of_day: NaiveDate,
    },
}

/// An address in the network: the scheme says whose numbers they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endpoint<'p> {
    /// As in the list of the network.
    pub scheme: &'static str,
    /// The number.
    pub id: &'p str,
}

/// A document that says all that an e-invoice must say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EInvoice {
    /// What it is.
    pub kind: EInvoiceKind,
    /// The language of who gets it.
    pub language: Language,
    /// Its number, as printed.
    pub number: String,
    /// Its date.
    pub issued_on: NaiveDate,
    /// The first and the last day of what it is for.
    pub period: Option<(NaiveDate, NaiveDate)>,
    /// Who asks for payment.
    pub seller: Party,
    /// What else the seller is registered for, in the words that the rules of its country ask for.
    pub tax_registration: Option<&'static str>,
    /// Whom to ask: an e-mail address and a phone number.
    pub contact: (Option<String>, Option<String>),
    /// Who pays.
    pub buyer: Party,
    /// What the buyer finds the right desk by.
    pub reference: String,
    /// What is owed; never none.
    pub lines: Vec<Line>,
    /// The VAT by category and rate.
    pub subtotals: Vec<Subtotal>,
    /// What it adds up to.
    pub sums: Sums,
    /// Where it is paid to, and with which reference.
    pub payment: Option<(PaymentAccount, Option<String>)>,
    /// Why a credit note was made.
    pub remark: Option<String>,
}

impl EInvoice {
    /// Makes an e-invoice of what is known of a document.
    ///
    /// # Errors
    /// All that it lacks.
    pub fn of(facts: Facts) -> Result<Self, Vec<EInvoiceLack>> {
        let lacks = lacks(&facts);
        let (Some(number), Some(issued_on), Some(seller), Some(payer)) =
            (facts.number, facts.issued_on, facts.seller, facts.payer)
        else {
            return Err(lacks);
        };
        let kind = match (facts.kind, facts.credits) {
            (DocumentKind::Invoice, _) => EInvoiceKind::Invoice { due_on: facts.due_on },
            (DocumentKind::CreditNote, Some((of, of_day))) => EInvoiceKind::CreditNote { of, of_day },
            (DocumentKind::CreditNote, None) | (DocumentKind::Receipt | DocumentKind::Reminder, _) => {
                return Err(lacks);
            }
        };
        let Some(reference) = payer.reference.filter(|_| lacks.is_empty()) else { return Err(lacks) };
        let registered = seller.vat_number.is_some();
        let lines: Vec<Line> = facts.lines.into_iter().map(|owed| Line::of(owed, registered)).collect();
        let currency = facts.sums.payable.currency;
        let subtotals = category::subtotals(currency, &facts.sums.totals.rates, &lines, registered);
        let (account, code) = facts.payment;
        Ok(Self {
            tax_registration: tax_registration(seller.country(), facts.tax_status.as_deref()),
            kind,
            language: facts.language,
            number,
            issued_on,
            period: facts.period,
            seller,
            contact: facts.contact,
            buyer: payer.party,
            reference,
            lines,
            subtotals,
            sums: facts.sums,
            payment: account.map(|account| (account, code)),
            remark: facts.remark.filter(|remark| !remark.trim().is_empty()),
        })
    }

    /// The currency of every amount.
    pub const fn currency(&self) -> Currency {
        self.sums.payable.currency
    }
}

impl Party {
    /// Where it takes in e-invoices: by its GLN if it has said one, or by its organisation number.
    pub fn endpoint(&self) -> Endpoint<'_> {
        match &self.gln {
            Some(gln) => Endpoint { scheme: "0088", id: gln.as_str() },
            None => self.registration(),
        }
    }

    /// The register that gave it its number, and the number.
    pub fn registration(&self) -> Endpoint<'_> {
        let scheme = match self.country() {
            Country::Se => "0007",
            Country::No => "0192",
        };
        Endpoint { scheme, id: self.organisation_number.as_str() }
    }
}

/// What a document lacks to be an e-invoice, in the order in which it would be mended.
pub fn lacks(facts: &Facts) -> Vec<EInvoiceLack> {
    let mut lacks = Vec::new();
    let mut lack = |there: bool, what| {
        if !there {
            lacks.push(what);
        }
    };
    let credits = facts.kind == DocumentKind::CreditNote;
    lack(matches!(facts.kind, DocumentKind::Invoice | DocumentKind::CreditNote), EInvoiceLack::Invoice);
    lack(
        facts.state != DocumentState::Draft && facts.number.is_some() && facts.issued_on.is_some(),
        EInvoiceLack::Issued,
    );
    lack(facts.state != DocumentState::Void, EInvoiceLack::InUse);
    lack(!credits || facts.credits.is_some(), EInvoiceLack::Credited);
    let Some(payer) = &facts.payer else {
        lack(false, EInvoiceLack::Payer);
        return lacks;
    };
    lack(payer.reference.is_some(), EInvoiceLack::Reference);
    let Some(seller) = &facts.seller else {
        lack(facts.state == DocumentState::Draft, EInvoiceLack::Seller);
        return lacks;
    };
    let kinds = || facts.lines.iter().map(|line| line.vat);
    lack(seller.vat_number.is_some() || kinds().all(|vat| vat == Vat::Exempt), EInvoiceLack::VatNumber);
    lack(kinds().all(|vat| category::rate_is_of(seller.country(), vat)), EInvoiceLack::VatRate);
    lacks
}

/// What the rules of a country want to read of a sentence on tax; other sentences stand on paper alone.
fn tax_registration(country: Country, status: Option<&str>) -> Option<&'static str> {
    let said = match country {
        Country::Se => F_TAX,
        Country::No => REGISTER_OF_ENTERPRISES,
    };
    status.filter(|status| status.to_lowercase().contains(&said.to_lowercase())).map(|_| said)
}

#[cfg(test)]
mod tests;
