//! What takes a document back: void while it has not left the house, a credit note from then on.

use super::issue::fact;
use super::{Numbering, OpenDocument, Printed, kept};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::ledger::{ForeseenMove, foreseen, post_credit_note, reverse};
use crate::person::required_reason;
use std::collections::{BTreeMap, BTreeSet};
use stolpe_documents::document::Payment;
use stolpe_domain::access::Permission;
use stolpe_domain::document::{
    CreditRefusal, DocumentHappening, DocumentKind, DocumentRefusal, DocumentState, credit, left_of,
};
use stolpe_domain::event::{Action, Event};
use stolpe_domain::facility::Facility;
use stolpe_domain::id::DocumentId;
use stolpe_domain::money::Money;
use stolpe_domain::vat::Vat;
use stolpe_store::Tx;
use stolpe_store::document::{Document, DocumentLine};

/// What a credit note takes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CreditWish {
    /// All that is left.
    Whole {
        /// What the document asked for is asked for again by the next month run, with what is right by then.
        charge_again: bool,
    },
    /// These lines, by their place from 1.
    Lines(BTreeSet<usize>),
}

fn refused(refusal: DocumentRefusal) -> AppError {
    AppError::refused(refusal.code())
}

impl App {
    /// Takes an issued document out of use that never left the house. It keeps its number, and what it asked for is owed as
    /// before.
    ///
    /// # Errors
    /// [`AppError::Refused`] when it was sent, paid or credited; [`AppError::Changed`] when it is another version.
    pub async fn void_document(
        &self,
        ctx: &Ctx,
        id: DocumentId,
        row_version: i64,
        reason: &str,
    ) -> Result<OpenDocument> {
        let (_, facility) = self.document_for(ctx, id, Permission::ManageBilling).await?;
        if self.done_before(ctx).await? {
            return self.document(ctx, id).await;
        }
        let reason = required_reason(reason)?;
        let mut tx = self.write().await?;
        let event = voided(&mut tx, ctx, &facility, (id, row_version), reason).await?;
        tx.commit(ctx, [event]).await?;
        self.document(ctx, id).await
    }

    /// What taking a document out of use would move: nothing is kept of it.
    ///
    /// # Errors
    /// As [`App::void_document`].
    pub async fn look_at_void(&self, ctx: &Ctx, id: DocumentId) -> Result<Vec<ForeseenMove>> {
        let (seen, facility) = self.document_for(ctx, id, Permission::ManageBilling).await?;
        let mut tx = self.write().await?;
        tx.watch();
        voided(&mut tx, ctx, &facility, (id, seen.row_version), "").await?;
        foreseen(tx).await
    }

    /// What a credit note for a document would move: nothing is kept of it, and no number is used.
    ///
    /// # Errors
    /// As [`App::credit_document`].
    pub async fn look_at_credit(&self, ctx: &Ctx, id: DocumentId, wish: &CreditWish) -> Result<Vec<ForeseenMove>> {
        let (_, facility) = self.document_for(ctx, id, Permission::ManageBilling).await?;
        let mut tx = self.write().await?;
        tx.watch();
        let document = tx.lock_document(id).await?.ok_or(AppError::NotFound)?;
        credit_within(&mut tx, ctx, &facility, &document, "", wish).await?;
        foreseen(tx).await
    }

    /// Issues a credit note for a document that is still at that version; answers the credit note.
    ///
    /// # Errors
    /// [`AppError::Refused`] when there is nothing to credit or more is asked than is left; [`AppError::Changed`] when it is
    /// another version.
    pub async fn credit_document(
        &self,
        ctx: &Ctx,
        id: DocumentId,
        row_version: i64,
        reason: &str,
        wish: CreditWish,
    ) -> Result<OpenDocument> {
        let (_, facility) = self.document_for(ctx, id, Permission::ManageBilling).await?;
        if let Some(id) = self.replayed(ctx).await? {
            return self.document(ctx, id).await;
        }
        let reason = required_reason(reason)?;
        let mut tx = self.write().await?;
        let document = tx.lock_document(id).await?.ok_or(AppError::NotFound)?;
        if document.row_version != row_version {
            return Err(AppError::Changed);
        }
        let (made, events) = credit_within(&mut tx, ctx, &facility, &document, reason, &wish).await?;
        tx.commit(ctx, events).await?;
        self.document(ctx, made).await
    }
}

/// Takes a document that is still at that version out of use, inside a transaction; answers what is to be said.
async fn voided(
    tx: &mut Tx,
    ctx: &Ctx,
    facility: &Facility,
    (id, row_version): (DocumentId, i64),
    reason: &str,
) -> Result<Event> {
    let document = tx.lock_document(id).await?.ok_or(AppError::NotFound)?;
    let credited = !tx.credit_notes_of(id).await?.is_empty();
    // What was paid of it would be nobody's: it is moved elsewhere first, or the document is credited.
    let paid_of_it = tx.open_amounts(&[id]).await?.get(&id).is_some_and(|open| *open != document.sums.payable);
    if paid_of_it && !credited && document.state == DocumentState::Issued {
        return Err(AppError::refused("document.paid_in_part"));
    }
    let state = document.state.after(document.kind, DocumentHappening::Voided { credited }).map_err(refused)?;
    tx.set_document_state(id, row_version, state, Some(reason)).await?;
    tx.free_charges(id).await?;
    tx.suppress_notices_with(id).await?;
    reverse(tx, ctx, &document, crate::unit::local_date(facility, ctx.at)).await?;
    let mut after = document.clone();
    after.state = state;
    Ok(fact(Action::DocumentVoided, &document).before(&kept(&document)).after(&kept(&after)).because(reason))
}

/// Issues a credit note for a document that is held, inside a transaction; answers the credit note, and what is to be said.
///
/// # Errors
/// As [`App::credit_document`].
pub(crate) async fn credit_within(
    tx: &mut Tx,
    ctx: &Ctx,
    facility: &Facility,
    document: &Document,
    reason: &str,
    wish: &CreditWish,
) -> Result<(DocumentId, [Event; 2])> {
    let id = document.id;
    let earlier: Vec<_> = tx.credit_notes_of(id).await?.into_iter().map(|note| note.sums).collect();
    let lines = tx.lines_of(document).await?;
    let (lines, asked) = wanted(document, lines, wish, &earlier)?;
    let (sums, whole) =
        credit(&document.sums, &earlier, &asked).map_err(|refusal: CreditRefusal| AppError::refused(refusal.code()))?;
    let state = document.state.after(document.kind, DocumentHappening::Credited { whole }).map_err(refused)?;
    let mut printed = Printed::of(document)?;
    printed.credits = document.number.map(|number| number.to_string());
    printed.credits_reminder = document.kind == DocumentKind::Reminder;
    printed.reminded = Vec::new();
    printed.payment = Payment::default();
    printed.already_paid = None;
    printed.prices = Vec::new();
    printed.days = Vec::new();
    printed.attribution = None;
    let mut note = Document {
        id: ctx.new_id(),
        kind: DocumentKind::CreditNote,
        state: DocumentState::Draft,
        credits_id: Some(id),
        number: None,
        reference: None,
        issued_on: None,
        due_on: None,
        sums,
        printed: printed.to_json()?,
        reason: Some(reason.to_owned()),
        row_version: 1,
        ..document.clone()
    };
    tx.insert_document(&note, &lines, ctx.at).await?;
    let mut numbering = Numbering::begin(tx, ctx, facility).await?;
    numbering.number(tx, &mut note, &mut printed).await?;
    numbering.end(tx).await?;
    post_credit_note(tx, ctx, &note).await?;
    // What was paid before and what is credited now may be all of it together.
    let open = tx.open_amounts(&[id]).await?.get(&id).copied();
    let state = match state.after(document.kind, DocumentHappening::Paid) {
        Ok(paid) if open.is_some_and(|open| open.minor <= 0) => paid,
        _ => state,
    };
    tx.set_document_state(id, document.row_version, state, None).await?;
    if whole && *wish == (CreditWish::Whole { charge_again: true }) {
        tx.free_charges(id).await?;
    }
    let mut after = document.clone();
    after.state = state;
    let issued = fact(Action::DocumentIssued, &note).after(&kept(&note)).because(reason);
    let credited =
        fact(Action::DocumentCredited, document).before(&kept(document)).after(&kept(&after)).because(reason);
    Ok((note.id, [issued, credited]))
}

/// The lines that are taken back, and what they add up to by rate.
fn wanted(
    document: &Document,
    lines: Vec<DocumentLine>,
    wish: &CreditWish,
    earlier: &[stolpe_domain::document::Sums],
) -> Result<(Vec<DocumentLine>, BTreeMap<Vat, Money>)> {
    let currency = document.sums.payable.currency;
    let without_proof = |line: DocumentLine| DocumentLine { charge_id: None, ..line };
    match wish {
        CreditWish::Lines(places) => {
            let chosen = (1_usize..).zip(lines).filter(|(place, _)| places.contains(place)).map(|(_, line)| line);
            let chosen: Vec<DocumentLine> = chosen.map(without_proof).collect();
            if chosen.len() != places.len() {
                return Err(AppError::field("lines", "document.no_such_line"));
            }
            let mut asked = BTreeMap::new();
            for line in &chosen {
                let sum: &mut Money = asked.entry(line.vat).or_insert(Money::zero(currency));
                *sum = sum.plus(line.amount).map_err(AppError::internal)?;
            }
            Ok((chosen, asked))
        }
        CreditWish::Whole { .. } => {
            let left = left_of(&document.sums, earlier).map_err(AppError::internal)?;
            if earlier.is_empty() {
                return Ok((lines.into_iter().map(without_proof).collect(), left));
            }
            // What is left after other credit notes is no longer that of single lines.
            let rest = |(vat, amount): (&Vat, &Money)| DocumentLine {
                text: stolpe_documents::document::rest_text(document.language),
                detail: None,
                energy: None,
                vat: *vat,
                amount: *amount,
                charge_id: None,
                component: None,
                whose: None,
            };
            let lines = left.iter().filter(|(_, amount)| amount.minor != 0).map(rest).collect();
            Ok((lines, left))
        }
    }
}
