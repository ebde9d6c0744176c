//! Payments that banks report: taken in from files, matched with invoices, and placed by hand where no rule may.
//!
//! What is matched is booked at the bank against what is owed for the invoice; everything else waits on the suspense account
//! until somebody says what it is for.

mod counter;
mod plan;
mod posting;
mod settle;
mod take;
mod take_back;

pub use plan::{BankFileFindings, OutcomeSums, PlannedPayment};
pub(crate) use take::{follow, mark_paid};

use crate::App;
use crate::ctx::Ctx;
use crate::document::recipient_name;
use crate::error::{AppError, Result};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::document::{DocumentKind, FiscalYear, Number};
use stolpe_domain::id::{DocumentId, IncomingPaymentId, OrganisationId};
use stolpe_domain::incoming_payment::{
    Beside, Incoming, Payable, Reference, ReferenceKind, Suggestion, bare_reference, suggestions,
};
use stolpe_domain::money::Money;
use stolpe_domain::till::TillPayout;
use stolpe_store::Conn;
use stolpe_store::incoming_payment::{
    BankFile, BankFilePlace, IncomingPayment, IncomingPaymentFilter, IncomingPaymentKey, IncomingSums, PayableDocument,
    ToldDeposit,
};
use stolpe_store::page::{Page, Total};
use stolpe_store::reconciliation::ProviderSettlement;

/// Invoices that are looked through for suggestions, the latest first.
const LOOKED_THROUGH: i64 = 5_000;
/// Invoices that are found by a number or reference.
const FOUND: usize = 20;

/// What a payment refers to and what the payer wrote, as it is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Told {
    /// What it refers to.
    pub references: Vec<ToldReference>,
    /// What the payer wrote, line by line.
    pub information: Vec<String>,
}

/// What a payment refers to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ToldReference {
    /// What it is.
    pub kind: ReferenceKind,
    /// As it was written.
    pub text: String,
    /// How much of the payment goes there, where the payer says so.
    pub amount: Option<Money>,
}

impl Told {
    /// What it refers to, as references are looked up.
    fn texts(&self) -> Vec<String> {
        self.references.iter().map(|it| bare_reference(&it.text)).filter(|it| !it.is_empty()).collect()
    }

    /// The numbers of invoices that it names.
    fn numbers(&self) -> Vec<Number> {
        self.references.iter().filter_map(|it| number_of(&it.text)).collect()
    }
}

/// An invoice that can be paid, with whom it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedPayable {
    /// Its id.
    pub id: DocumentId,
    /// Its number.
    pub number: Number,
    /// OCR or KID.
    pub reference: Option<String>,
    /// Whom it is for, as it was printed.
    pub recipient: String,
    /// When it falls due.
    pub due_on: Option<chrono::NaiveDate>,
    /// What it asks for.
    pub payable: Money,
    /// What is left to pay of it.
    pub open: Money,
    /// What payments have settled of it.
    pub paid: Money,
    /// An invoice, or a reminder.
    pub kind: DocumentKind,
    /// What a reference to it pays beside it.
    pub beside: Beside,
}

impl TryFrom<&PayableDocument> for NamedPayable {
    type Error = AppError;

    fn try_from(it: &PayableDocument) -> Result<Self> {
        Ok(Self {
            id: it.id,
            number: it.number,
            reference: it.reference.clone(),
            recipient: recipient_name(&it.printed)?,
            due_on: it.due_on,
            payable: it.payable,
            open: it.open,
            paid: it.paid,
            kind: it.kind,
            beside: it.beside.clone(),
        })
    }
}

impl From<&NamedPayable> for Payable {
    fn from(it: &NamedPayable) -> Self {
        Self {
            id: it.id,
            number: it.number,
            reference: it.reference.clone(),
            open: it.open,
            paid: it.paid,
            due_on: it.due_on,
            payer: it.recipient.clone(),
            beside: it.beside.clone(),
        }
    }
}

/// A payment with everything that belongs to it.
#[derive(Clone, Debug)]
pub struct OpenIncomingPayment {
    /// The payment.
    pub payment: IncomingPayment,
    /// The file that it came with.
    pub file: BankFile,
    /// What it refers to and what the payer wrote.
    pub told: Told,
    /// The lines of the file.
    pub lines: Vec<String>,
    /// What it has settled.
    pub settled: Vec<(NamedPayable, Money)>,
    /// Where what is left may belong.
    pub suggestions: Vec<(NamedPayable, Suggestion)>,
    /// Deposits of other files that it may be the sum of: then it would be counted twice.
    pub deposits: Vec<ToldDeposit>,
    /// The deposit that somebody has said it is.
    pub same_as: Option<ToldDeposit>,
    /// The settlement of a provider that it is the money of.
    pub settlement: Option<ProviderSettlement>,
    /// What it brings of the counter.
    pub counter: Option<TillPayout>,
}

impl App {
    /// The files of an organisation that were taken in last.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when its payments are not the actor's to see.
    pub async fn list_bank_files(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        after: Option<BankFilePlace>,
        limit: i64,
    ) -> Result<Page<BankFile>> {
        ctx.reach(Permission::ReadBilling)?;
        ctx.may_see(Permission::ReadBilling, Place::Organisation(organisation))?;
        Ok(self.read().await?.list_bank_files(organisation, after, limit).await?)
    }

    /// Payments to an organisation, the latest first, with what they add up to on the first page.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when its payments are not the actor's to see.
    pub async fn list_incoming_payments(
        &self,
        ctx: &Ctx,
        filter: IncomingPaymentFilter,
        after: Option<IncomingPaymentKey>,
        limit: i64,
    ) -> Result<(Page<IncomingPayment>, Option<(Total, Vec<IncomingSums>)>)> {
        ctx.reach(Permission::ReadBilling)?;
        ctx.may_see(Permission::ReadBilling, Place::Organisation(filter.organisation))?;
        let mut conn = self.read().await?;
        let page = conn.list_incoming_payments(&filter, after, limit).await?;
        let total = if after.is_none() {
            let total = page.total(conn.count_incoming_payments(&filter)).await?;
            Some((total, conn.sum_incoming_payments(&filter).await?))
        } else {
            None
        };
        Ok((page, total))
    }

    /// One payment with its lines, what it has settled and where the rest may belong.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see it, too.
    pub async fn incoming_payment(&self, ctx: &Ctx, id: IncomingPaymentId) -> Result<OpenIncomingPayment> {
        let payment = self.incoming_payment_for(ctx, id).await?;
        let mut conn = self.read().await?;
        let file = conn.find_bank_file(payment.bank_file_id).await?.ok_or(AppError::NotFound)?;
        let told: Told = serde_json::from_str(&payment.told).map_err(AppError::internal)?;
        let lines = serde_json::from_str(&payment.lines).map_err(AppError::internal)?;
        let shares = conn.settled_by(&payment).await?;
        let ids: Vec<DocumentId> = shares.iter().map(|(id, _)| *id).collect();
        let paid = named(&conn.payable(payment.organisation_id, &ids).await?)?;
        let settled = shares.into_iter().filter_map(|(id, amount)| {
            let document = paid.iter().find(|it| it.id == id)?;
            Some((document.clone(), amount))
        });
        let settled = settled.collect();
        let documents = match payment.left.minor {
            1.. => conn.unpaid(payment.organisation_id, LOOKED_THROUGH).await?,
            0 => Vec::new(),
            // What is taken back was paid before: what it names is looked up, wherever it stands.
            _ => conn.payable_by_reference(payment.organisation_id, &told.texts(), &told.numbers()).await?,
        };
        let suggestions = suggested(&payment, &told, &named(&documents)?);
        let deposits = if take_back::is_whole(&payment) { conn.deposits_like(&payment).await? } else { Vec::new() };
        let same_as = match payment.same_as {
            Some(first) => conn.deposit_of(first).await?,
            None => None,
        };
        let settlement = conn.settlement_received_as(id).await?;
        let counter = conn.till_payout_of(id).await?;
        Ok(OpenIncomingPayment {
            payment,
            file,
            told,
            lines,
            settled,
            suggestions,
            deposits,
            same_as,
            settlement,
            counter,
        })
    }

    /// Invoices that a payment can be placed on, by their number or reference.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the payment is not the actor's to see.
    pub async fn payable_documents(
        &self,
        ctx: &Ctx,
        payment: IncomingPaymentId,
        text: &str,
    ) -> Result<Vec<NamedPayable>> {
        let payment = self.incoming_payment_for(ctx, payment).await?;
        let numbers: Vec<Number> = number_of(text).into_iter().collect();
        let references = [bare_reference(text)];
        let mut conn = self.read().await?;
        let mut found = conn.payable_by_reference(payment.organisation_id, &references, &numbers).await?;
        let takes_back = payment.left.minor < 0;
        let most = |it: &PayableDocument| if takes_back { it.paid.minor } else { it.open.minor };
        found.retain(|it| most(it) > 0 && it.open.currency == payment.amount.currency);
        found.truncate(FOUND);
        named(&found)
    }

    /// A payment, by whoever may see it.
    async fn incoming_payment_for(&self, ctx: &Ctx, id: IncomingPaymentId) -> Result<IncomingPayment> {
        ctx.reach(Permission::ReadBilling)?;
        let payment = self.read().await?.find_incoming_payment(id).await?.ok_or(AppError::NotFound)?;
        ctx.may_see(Permission::ReadBilling, Place::Organisation(payment.organisation_id))?;
        Ok(payment)
    }
}

/// Which of these invoices a payment could be for that waits for somebody to say so.
pub(crate) async fn possible_of(
    conn: &mut Conn,
    organisation: OrganisationId,
    invoices: &[DocumentId],
) -> Result<HashSet<DocumentId>> {
    let filter = IncomingPaymentFilter { organisation, outcome: None, is_open: Some(true), file: None };
    let waiting = conn.list_incoming_payments(&filter, None, LOOKED_THROUGH).await?.items;
    if waiting.is_empty() || invoices.is_empty() {
        return Ok(HashSet::new());
    }
    let documents = named(&conn.payable(organisation, invoices).await?)?;
    let mut possible = HashSet::new();
    for payment in waiting.iter().filter(|it| it.left.minor > 0) {
        let told: Told = serde_json::from_str(&payment.told).map_err(AppError::internal)?;
        possible.extend(suggested(payment, &told, &documents).into_iter().map(|(document, _)| document.id));
    }
    Ok(possible)
}

fn named(documents: &[PayableDocument]) -> Result<Vec<NamedPayable>> {
    documents.iter().map(NamedPayable::try_from).collect()
}

fn suggested(payment: &IncomingPayment, told: &Told, documents: &[NamedPayable]) -> Vec<(NamedPayable, Suggestion)> {
    let reference = |it: &ToldReference| Reference { kind: it.kind, text: it.text.clone(), amount: it.amount };
    let incoming = Incoming {
        kind: payment.kind,
        amount: payment.amount,
        references: told.references.iter().map(reference).collect(),
        information: told.information.clone(),
        payer: payment.payer.clone(),
        booked_on: payment.booked_on,
    };
    let payables: Vec<Payable> = documents.iter().map(Payable::from).collect();
    let told = suggestions(&incoming, payment.left, &payables, &[]);
    let found = told.into_iter().filter_map(|it| {
        let document = documents.iter().find(|document| document.id == it.document)?;
        Some((document.clone(), it))
    });
    found.collect()
}

/// `2026-0001`, as it is printed.
fn number_of(text: &str) -> Option<Number> {
    let (year, place) = text.trim().split_once('-')?;
    let number = Number { year: FiscalYear(year.parse().ok()?), place: place.parse().ok()? };
    (number.to_string() == text.trim()).then_some(number)
}
