//! What whoever is signed in at the portal has left to pay.

use crate::App;
use crate::ctx::Ctx;
use crate::document::Printed;
use crate::error::{AppError, Result};
use chrono::NaiveDate;
use stolpe_domain::document::DocumentKind;
use stolpe_domain::id::DocumentId;
use stolpe_domain::money::Money;
use stolpe_store::document::Document;

/// Something that is not paid whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MyDebt {
    /// The document.
    pub id: DocumentId,
    /// An invoice, or what a reminder costs by itself.
    pub kind: DocumentKind,
    /// Its number, as printed.
    pub number: String,
    /// Its date.
    pub issued_on: Option<NaiveDate>,
    /// When it falls due.
    pub due_on: Option<NaiveDate>,
    /// What is left to pay.
    pub open: Money,
    /// Whether the due date is over.
    pub is_overdue: bool,
    /// Where it is paid to, as printed.
    pub account: Option<String>,
    /// OCR or KID.
    pub reference: Option<String>,
}

impl App {
    /// What the caller has left to pay, the oldest first. A fee is told as what it is: the reminder that asked for it.
    ///
    /// # Errors
    /// [`AppError::SignedOut`] when nobody is signed in; [`AppError::Refused`] `password.initial` before a password is
    /// chosen.
    pub async fn my_debts(&self, ctx: &Ctx) -> Result<Vec<MyDebt>> {
        let signed = ctx.signed()?;
        if signed.must_change_password {
            return Err(AppError::refused("password.initial"));
        }
        let mut conn = self.read().await?;
        let documents = conn.unpaid_of(signed.person).await?;
        let ids: Vec<DocumentId> = documents.iter().map(|it| it.id).collect();
        let open = conn.open_amounts(&ids).await?;
        let debt = |it: &Document| {
            let open = open.get(&it.id).copied().filter(|open| open.minor > 0)?;
            Some(Printed::of(it).map(|printed| MyDebt {
                id: it.id,
                kind: it.kind,
                number: it.number.map(|number| number.to_string()).unwrap_or_default(),
                issued_on: it.issued_on,
                due_on: it.due_on,
                open,
                is_overdue: it.due_on.is_some_and(|due| due < ctx.today()),
                account: printed.payment.account.map(|account| account.to_string()),
                reference: it.reference.clone(),
            }))
        };
        documents.iter().filter_map(debt).collect()
    }
}
