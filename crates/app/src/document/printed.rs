//! What is printed of a document beside its lines and sums, kept as it was issued.

use crate::error::{AppError, Result};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use stolpe_documents::document::{
    AddressWindow, DocumentPage, PageLine, PageWhose, Payment, PriceRow, Recipient, RemindedInvoice, Sender,
    reminder_remark, void_remark,
};
use stolpe_domain::document::{DocumentKind, DocumentState, Sums};
use stolpe_domain::energy::Energy;
use stolpe_domain::money::Money;
use stolpe_domain::payer::{Party, Payer};
use stolpe_domain::person::VEIL;
use stolpe_store::document::{Document, DocumentLine};

/// What is printed beside the lines.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Printed {
    pub(crate) sender: Sender,
    pub(crate) recipient: Recipient,
    pub(crate) window: AddressWindow,
    pub(crate) days: Vec<(NaiveDate, Energy)>,
    pub(crate) prices: Vec<PriceRow>,
    pub(crate) payment: Payment,
    /// The number of what a credit note takes back.
    pub(crate) credits: Option<String>,
    /// Whether that is a reminder.
    #[serde(default)]
    pub(crate) credits_reminder: bool,
    /// The invoices that a reminder is for.
    #[serde(default)]
    pub(crate) reminded: Vec<RemindedInvoice>,
    pub(crate) attribution: Option<String>,
    /// What had been paid of it when it was issued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) already_paid: Option<Money>,
    /// The sender as an e-invoice names it; none in what was issued before there were any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) seller: Option<Party>,
    /// The company that pays instead of the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) payer: Option<Payer>,
}

/// Who gets a document, as it was printed, and nothing else of it: lists need no more, and are long.
pub(super) fn recipient_of(document: &Document) -> Result<Recipient> {
    recipient_in(&document.printed)
}

/// The name that stands on a document, from what is printed beside its lines.
pub(crate) fn recipient_name(printed: &str) -> Result<String> {
    Ok(recipient_in(printed)?.name)
}

fn recipient_in(printed: &str) -> Result<Recipient> {
    #[derive(Deserialize)]
    struct Addressed {
        recipient: Recipient,
    }
    let addressed: Addressed = serde_json::from_str(printed).map_err(AppError::internal)?;
    Ok(addressed.recipient)
}

impl Printed {
    pub(crate) fn of(document: &Document) -> Result<Self> {
        Self::read(&document.printed)
    }

    pub(crate) fn read(printed: &str) -> Result<Self> {
        serde_json::from_str(printed).map_err(AppError::internal)
    }

    pub(crate) fn to_json(&self) -> Result<String> {
        serde_json::to_string(self).map_err(AppError::internal)
    }

    /// What is to be paid by the document's reference: what it asks for itself, and what it reminds of.
    pub(crate) fn total(&self, document: &Document) -> Money {
        let own = document.sums.payable;
        let open: i64 = self.reminded.iter().map(|it| it.open.minor).sum();
        Money::of_minor(own.minor.saturating_add(open), own.currency)
    }

    /// What is left to pay of that, less what had been paid when it was issued.
    pub(crate) fn left(&self, document: &Document) -> Money {
        let total = self.total(document);
        let paid = self.already_paid.map_or(0, |paid| paid.minor);
        Money::of_minor(total.minor.saturating_sub(paid), total.currency)
    }

    /// Whether nothing was left to pay of it when it was issued.
    pub(crate) fn is_settled(&self, document: &Document) -> bool {
        self.already_paid.is_some() && self.left(document).minor <= 0
    }

    /// The page; a draft has the date of today.
    pub(crate) fn page(self, document: &Document, lines: Vec<DocumentLine>, today: NaiveDate) -> DocumentPage {
        let line = |it: DocumentLine| PageLine {
            whose: it.whose.as_ref().map(|whose| PageWhose::of(whose, VEIL)),
            text: it.text,
            detail: it.detail,
            energy: it.energy,
            // A reminder asks for nothing that VAT applies to.
            vat: (document.kind != DocumentKind::Reminder).then_some(it.vat),
            amount: it.amount,
        };
        let reminded = self.reminded.iter().map(|it| it.line(document.language));
        let lines = reminded.chain(lines.into_iter().map(line)).collect();
        let remark = match (document.state, &document.reason) {
            (DocumentState::Void, reason) => {
                Some(void_remark(document.language, reason.as_deref().unwrap_or_default()))
            }
            // Why an invoice was credited stands on the credit note.
            _ if document.credits_id.is_some() => document.reason.clone(),
            _ if document.kind == DocumentKind::Reminder => Some(reminder_remark(document.language)),
            _ => None,
        };
        let is_settled = self.is_settled(document);
        let sums = Sums { payable: self.total(document), ..document.sums.clone() };
        DocumentPage {
            kind: document.kind,
            language: document.language,
            number: document.number.map(|number| number.to_string()),
            credits: self.credits,
            credits_reminder: self.credits_reminder,
            issued_on: document.issued_on.unwrap_or(today),
            // What is paid falls due no more.
            due_on: document.due_on.filter(|_| !is_settled),
            period: document.period,
            sender: self.sender,
            logo: None,
            recipient: self.recipient,
            window: self.window,
            days: self.days,
            lines,
            prices: self.prices,
            sums,
            already_paid: self.already_paid,
            // Nobody is to pay what is out of use.
            payment: if document.state == DocumentState::Void { Payment::default() } else { self.payment },
            remark,
            attribution: self.attribution,
        }
    }
}
