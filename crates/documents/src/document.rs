//! Invoices, credit notes and receipts on paper: what is owed and for what, how the price came to be, and how to pay.
//!
//! What stands on a page was decided elsewhere: nothing here adds up what is owed, but for the sums that one page carries
//! over to the next.

mod chart;
mod head;
mod layout;
mod page;
mod payment;
mod reminder;
mod table;
mod texts;
mod words;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use stolpe_domain::document::{DocumentKind, Sums};
use stolpe_domain::energy::Energy;
use stolpe_domain::id::{LogoId, PersonId};
use stolpe_domain::language::Language;
use stolpe_domain::money::Money;
use stolpe_domain::payer::Whose;
use stolpe_domain::payment_account::PaymentAccount;
use stolpe_domain::tariff::{ComponentKind, Rate};
use stolpe_domain::vat::Vat;

use crate::logo::Logo;
use crate::pdf::{Paper, PaperInfo, PdfError};
pub use crate::sign_in_letter::AddressWindow;
pub use reminder::{RemindedInvoice, ReminderWords, reminder_remark, reminder_text};
pub use words::{ChargeWords, charge_text, file_name, rest_text, void_remark};

/// One document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentPage {
    /// What it is.
    pub kind: DocumentKind,
    /// The language of who gets it.
    pub language: Language,
    /// Its number, as printed; none for a draft, which says so across its head.
    pub number: Option<String>,
    /// The number of what a credit note takes back.
    pub credits: Option<String>,
    /// Whether that is a reminder.
    pub credits_reminder: bool,
    /// Its date.
    pub issued_on: NaiveDate,
    /// When it falls due.
    pub due_on: Option<NaiveDate>,
    /// The first and the last day of what it is for.
    pub period: Option<(NaiveDate, NaiveDate)>,
    /// Who asks for payment.
    pub sender: Sender,
    /// The picture that stands for them; without one, the first letter of their name does.
    pub logo: Option<Logo>,
    /// Who gets it.
    pub recipient: Recipient,
    /// The envelope.
    pub window: AddressWindow,
    /// The energy of each day, for the chart; nothing leaves the chart out.
    pub days: Vec<(NaiveDate, Energy)>,
    /// What is owed.
    pub lines: Vec<PageLine>,
    /// How the prices came to be.
    pub prices: Vec<PriceRow>,
    /// What it adds up to.
    pub sums: Sums,
    /// What had been paid of it when it was issued; nothing leaves out what is left to pay.
    pub already_paid: Option<Money>,
    /// How it is paid.
    pub payment: Payment,
    /// A sentence below the sums, such as why a credit note was made.
    pub remark: Option<String>,
    /// Whom to name for the prices of the market.
    pub attribution: Option<String>,
}

/// The organisation behind a document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    /// Registered name.
    pub name: String,
    /// Street, post code and town.
    pub address: Vec<String>,
    /// As printed, such as `556265-1892`.
    pub organisation_number: String,
    /// As printed; none for who is not registered for VAT.
    pub vat_number: Option<String>,
    /// A sentence that must stand on invoices, such as `Godkänd för F-skatt`.
    pub tax_status: Option<String>,
    /// Whom to ask.
    pub email: Option<String>,
    /// Whom to ask.
    pub phone: Option<String>,
    /// The logo under which it was issued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<LogoId>,
}

/// Who gets a document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// The name of the person.
    pub name: String,
    /// Street, post code and town.
    pub address: Vec<String>,
    /// The code of the unit.
    pub unit_code: Option<String>,
    /// The name of the facility.
    pub facility: String,
    /// What a company that pays finds the right desk by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// Whose lines follow, on a document that collects what several people used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageWhose {
    /// The person; two of one name are two.
    pub person: PersonId,
    /// How they are named.
    pub title: String,
}

impl PageWhose {
    /// As it stands on a line; `veil` stands for a name that nobody is told.
    pub fn of(whose: &Whose, veil: &str) -> Self {
        Self { person: whose.person_id, title: whose.title(veil) }
    }
}

/// What is owed for one thing at one rate of VAT.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageLine {
    /// Whose it is, where several people's are on one document.
    pub whose: Option<PageWhose>,
    /// What it is for.
    pub text: String,
    /// More of it, in small print.
    pub detail: Option<String>,
    /// The energy, if it is for energy.
    pub energy: Option<Energy>,
    /// How VAT applies; nothing where it was said elsewhere, as of an invoice that is reminded of.
    pub vat: Option<Vat>,
    /// Without VAT, where it is said how it applies.
    pub amount: Money,
}

/// What one row of the tariff makes of all energy of the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceRow {
    /// What it is for.
    pub kind: ComponentKind,
    /// How much it costs.
    pub rate: Rate,
    /// The price by kilowatt-hour in millionths, or on average for a price of the market.
    pub micro_per_kwh: Option<i64>,
    /// The energy; nothing for a fee.
    pub energy: Energy,
    /// How many fees.
    pub times: u32,
    /// Without VAT.
    pub amount: Money,
    /// Where the figure comes from.
    pub source: String,
}

/// How a document is paid.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// The account.
    pub account: Option<PaymentAccount>,
    /// OCR or KID.
    pub reference: Option<String>,
    /// The Swish number of the sender; the code on the page fills in the amount and the reference.
    pub swish: Option<PaymentAccount>,
}

impl DocumentPage {
    /// What is left to pay.
    fn left(&self) -> Money {
        let payable = self.sums.payable;
        let paid = self.already_paid.map_or(0, |paid| paid.minor);
        Money::of_minor(payable.minor.saturating_sub(paid), payable.currency)
    }
}

/// Draws a document.
///
/// # Errors
/// [`PdfError::Writer`] for a fault of ours; no text, however long or foreign, keeps a document from being drawn.
pub fn document(page: &DocumentPage) -> Result<Vec<u8>, PdfError> {
    let texts = texts::of(page.language);
    let title = title_of(page, &texts);
    let info = PaperInfo { title: &title, author: &page.sender.name, date: page.issued_on, language: page.language };
    let mut paper = Paper::new(&info)?;
    page::draw(&mut paper, page, &texts, &title)?;
    paper.finish()
}

/// `Faktura 2026-0001`.
fn title_of(page: &DocumentPage, texts: &texts::Texts) -> String {
    let kind = texts.kind(page.kind);
    page.number.as_ref().map_or_else(|| format!("{kind} – {}", texts.draft), |number| format!("{kind} {number}"))
}
