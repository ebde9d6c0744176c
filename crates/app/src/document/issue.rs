//! Numbers: given in the transaction that issues, one after the other, and drafts that never got one.

use super::{OpenDocument, Printed, kept};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::ledger::{Carrying, Issued, posting_of};
use crate::month_run::{seller_of, sender_of};
use chrono::NaiveDate;
use stolpe_documents::document::Sender;
use stolpe_domain::access::Permission;
use stolpe_domain::billing::Billing;
use stolpe_domain::document::{
    DocumentHappening, DocumentKind, DocumentRefusal, DocumentState, FiscalYear, Number, Series, due_on,
};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::facility::Facility;
use stolpe_domain::id::{DocumentId, LogoId};
use stolpe_domain::organisation::Organisation;
use stolpe_domain::payer::Debtor;
use stolpe_store::document::{Document, Issue};

/// What gives numbers inside a transaction; the series of each kind is held from its first number on.
pub(crate) struct Numbering {
    organisation: Organisation,
    facility: Facility,
    logo: Option<LogoId>,
    billing: Option<Billing>,
    on: NaiveDate,
    series: Vec<(DocumentKind, Series)>,
}

impl Numbering {
    /// Reads what stands on every document of the organisation. Nothing is held yet.
    pub(crate) async fn begin(tx: &mut stolpe_store::Tx, ctx: &Ctx, facility: &Facility) -> Result<Self> {
        let organisation = tx.find_organisation(facility.organisation_id).await?.ok_or(AppError::NotFound)?;
        let billing = tx.find_billing(facility.organisation_id).await?.map(|(billing, _)| billing);
        let logo = tx.logo_of(facility.organisation_id).await?.holds();
        let on = crate::unit::local_date(facility, ctx.at);
        // A clock that was set back must not date anything into a month that is locked.
        let books = tx.share_books_of(facility.organisation_id).await?;
        books.may_date(on).map_err(|refusal| AppError::refused(refusal.code()))?;
        Ok(Self { organisation, facility: facility.clone(), logo, billing, on, series: Vec::new() })
    }

    /// Gives a draft its number, its date and its reference, and writes it down.
    ///
    /// # Errors
    /// As [`Numbering::give`].
    pub(crate) async fn number(
        &mut self,
        tx: &mut stolpe_store::Tx,
        document: &mut Document,
        printed: &mut Printed,
    ) -> Result<()> {
        let number = self.give(tx, document, printed).await?;
        write_issued(tx, document, number).await
    }

    /// Gives a draft its number, its date and its reference; whoever asked writes it down in this transaction.
    ///
    /// # Errors
    /// [`AppError::Refused`] `billing.missing`, or that the series has a later date already.
    pub(crate) async fn give(
        &mut self,
        tx: &mut stolpe_store::Tx,
        document: &mut Document,
        printed: &mut Printed,
    ) -> Result<Number> {
        let billing = self.billing.as_ref().filter(|billing| billing.account.is_some());
        let billing = billing.ok_or(AppError::refused("billing.missing"))?;
        let refused = |refusal: DocumentRefusal| AppError::refused(refusal.code());
        let state = document.state.after(document.kind, DocumentHappening::Issued).map_err(refused)?;
        if !self.series.iter().any(|(kind, _)| *kind == document.kind) {
            let year = FiscalYear::of(self.on, billing.fiscal_year_begins_month);
            let series = tx.lock_series(document.organisation_id, document.kind, year).await?;
            self.series.push((document.kind, series));
        }
        let series = self.series.iter_mut().find(|(kind, _)| *kind == document.kind);
        let (_, series) = series.ok_or(AppError::NotFound)?;
        let number = series.take(self.on).map_err(|refusal| AppError::refused(refusal.code()))?;
        let asks = document.kind.asks();
        let reference =
            billing.reference_rule.reference(&document.kind.reference_digits(number)).map_err(AppError::internal)?;
        let reference = asks.then_some(reference);
        let sender = sender_of(&self.organisation, Some(&self.facility), billing.tax_status.clone());
        printed.sender = Sender { logo: self.logo, ..sender };
        printed.seller = seller_of(&self.organisation);
        if asks {
            printed.payment.account.clone_from(&billing.account);
            printed.payment.swish.clone_from(&billing.swish);
            printed.payment.reference.clone_from(&reference);
        }
        document.printed = printed.to_json()?;
        document.state = state;
        document.number = Some(number);
        document.reference = reference;
        document.issued_on = Some(self.on);
        // A reminder says by itself how long there is to pay.
        document.due_on = asks.then(|| document.due_on.unwrap_or_else(|| due_on(self.on, billing.due_days)));
        Ok(number)
    }

    /// Writes down where the series stand.
    pub(crate) async fn end(self, tx: &mut stolpe_store::Tx) -> Result<()> {
        for (kind, series) in &self.series {
            tx.put_series(self.organisation.id, *kind, series).await?;
        }
        Ok(())
    }
}

/// Writes down that a draft has got its number.
async fn write_issued(tx: &mut stolpe_store::Tx, document: &mut Document, number: Number) -> Result<()> {
    let issue = Issue {
        number,
        reference: document.reference.clone(),
        on: document.issued_on.ok_or_else(|| AppError::internal("a number without a day"))?,
        due_on: document.due_on,
        state: document.state,
        printed: document.printed.clone(),
    };
    tx.issue_document(document.id, document.row_version, &issue).await?;
    document.row_version += 1;
    Ok(())
}

impl App {
    /// Issues a draft that is still at that version: it gets its number, and is from now on as it is.
    ///
    /// # Errors
    /// [`AppError::Refused`] when it has a number or cannot get one, [`AppError::Changed`] when it is another version.
    pub async fn issue_document(&self, ctx: &Ctx, id: DocumentId, row_version: i64) -> Result<OpenDocument> {
        let (_, facility) = self.document_for(ctx, id, Permission::ManageBilling).await?;
        if self.done_before(ctx).await? {
            return self.document(ctx, id).await;
        }
        let mut tx = self.write().await?;
        let mut document = tx.lock_document(id).await?.ok_or(AppError::NotFound)?;
        if document.row_version != row_version {
            return Err(AppError::Changed);
        }
        let mut printed = Printed::of(&document)?;
        let debtors: Vec<_> = Debtor::of(document.person_id, document.company_id).into_iter().collect();
        let carrying = Carrying::begin(&mut tx, &facility, &debtors).await?;
        let mut numbering = Numbering::begin(&mut tx, ctx, &facility).await?;
        let number = numbering.give(&mut tx, &mut document, &mut printed).await?;
        let lines = tx.lines_of(&document).await?;
        let charges: Vec<_> = lines.iter().filter_map(|line| line.charge_id).collect();
        let charges = tx.charges(&charges).await?;
        let issued = [Issued { document: &document, lines: &lines }];
        let mut posting = posting_of(ctx, &issued, &charges.iter().collect::<Vec<_>>())?;
        let carried = posting.carry(&mut tx, ctx, carrying.as_ref(), &issued).await?;
        if let Some(paid) = carried.paid.get(&document.id) {
            printed.already_paid = Some(*paid);
            document.printed = printed.to_json()?;
        }
        write_issued(&mut tx, &mut document, number).await?;
        numbering.end(&mut tx).await?;
        posting.post(&mut tx, ctx).await?;
        let said = carried.finish(&mut tx).await?;
        let event = fact(Action::DocumentIssued, &document).after(&kept(&document));
        tx.commit(ctx, [event].into_iter().chain(said)).await?;
        self.document(ctx, id).await
    }

    /// Throws a draft away that is still at that version; what it asked for is owed as before.
    ///
    /// # Errors
    /// [`AppError::Refused`] `document.issued` when it has a number, [`AppError::Changed`] when it is another version.
    pub async fn remove_draft(&self, ctx: &Ctx, id: DocumentId, row_version: i64) -> Result<()> {
        self.document_for(ctx, id, Permission::ManageBilling).await?;
        let mut tx = self.write().await?;
        let document = tx.lock_document(id).await?.ok_or(AppError::NotFound)?;
        if document.state != DocumentState::Draft {
            return Err(AppError::refused(DocumentRefusal::AlreadyIssued.code()));
        }
        tx.free_charges(id).await?;
        tx.delete_draft(id, row_version).await?;
        tx.commit(ctx, [fact(Action::DocumentRemoved, &document).before(&kept(&document))]).await
    }
}

/// A fact about a document.
pub(crate) fn fact(action: Action, document: &Document) -> Event {
    Event::new(action, Subject::Document(document.id))
        .organisation(document.organisation_id)
        .facility(document.facility_id)
}
