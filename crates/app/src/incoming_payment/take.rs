//! A file is looked at, and then taken in: once, whole, and in one transaction.

use super::plan::{BankFileFindings, Placed, Plan, plan, referred_to, skipped};
use super::posting::{Of, Posting};
use super::{Told, ToldReference};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::payout::{documents_behind, follow_outgoing, hold_payouts, plan_outgoing};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use stolpe_documents::bank_file::{self, BankFile as ReadFile, BankFileError, BankPayment, Skipped};
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::document::{DocumentHappening, DocumentState};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::{BankFileId, DocumentId, IncomingPaymentId, OrganisationId};
use stolpe_domain::ledger::{AccountKind, TransferCode, posting::paid_by_bank};
use stolpe_domain::organisation::Organisation;
use stolpe_store::Tx;
use stolpe_store::incoming_payment::{BankFile, IncomingPayment, PayableDocument};

/// The longest name of a file that is kept.
const LONGEST_NAME: usize = 200;

impl App {
    /// Says what taking a file in would do. Nothing is done.
    ///
    /// # Errors
    /// [`AppError::NotFound`] and [`AppError::Denied`] as for the organisation, [`AppError::Refused`] with the fault of the
    /// file and where it is.
    pub async fn look_at_bank_file(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        content: Vec<u8>,
    ) -> Result<BankFileFindings> {
        let organisation = self.paid_organisation(ctx, organisation).await?;
        let (file, digest) = self.read_bank_file(&organisation, content).await?;
        let mut conn = self.read().await?;
        let taken = conn.find_bank_file_by_digest(organisation.id, &digest).await?;
        let billing = conn.find_billing(organisation.id).await?.map(|(billing, _)| billing);
        let documents = referred_to(&mut conn, organisation.id, &file).await?;
        let outgoing = plan_outgoing(&mut conn, organisation.id, &file).await?;
        let plan = plan(&mut conn, organisation.id, &file, (documents, &outgoing.taken)).await?;
        let own = billing.as_ref().and_then(|billing| billing.account.as_ref());
        BankFileFindings::of(&file, taken, own, (&plan, outgoing))
    }

    /// Takes a file in: each new payment is written down and booked, and invoices of which nothing is open any more are
    /// paid; what went out, or came back, says so of the payouts that it names. A file that was taken in before changes
    /// nothing.
    ///
    /// # Errors
    /// As [`App::look_at_bank_file`]; [`AppError::Conflict`] `bank_file.taken` when it was taken in before.
    pub async fn take_bank_file(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        name: &str,
        content: Vec<u8>,
    ) -> Result<BankFile> {
        let organisation = self.paid_organisation(ctx, organisation).await?;
        if let Some(id) = self.replayed::<BankFileId>(ctx).await? {
            return self.read().await?.find_bank_file(id).await?.ok_or(AppError::NotFound);
        }
        let (read, digest) = self.read_bank_file(&organisation, content).await?;
        let outward = self.outward(organisation.id).await?;
        let mut tx = self.write().await?;
        if tx.find_bank_file_by_digest(organisation.id, &digest).await?.is_some() {
            return Err(AppError::Conflict("bank_file.taken"));
        }
        // Looked up, held, and read again: what was open a moment ago may have been paid.
        let ids: Vec<DocumentId> =
            referred_to(&mut tx, organisation.id, &read).await?.into_iter().map(|it| it.id).collect();
        let named = plan_outgoing(&mut tx, organisation.id, &read).await?;
        let behind = documents_behind(&mut tx, &named).await?;
        tx.hold_documents(&ids.iter().copied().chain(behind).collect::<Vec<_>>()).await?;
        hold_payouts(&mut tx, &named).await?;
        let outgoing = plan_outgoing(&mut tx, organisation.id, &read).await?;
        let documents = tx.payable(organisation.id, &ids).await?;
        let plan = plan(&mut tx, organisation.id, &read, (documents, &outgoing.taken)).await?;
        let file = BankFile {
            id: ctx.new_id(),
            organisation_id: organisation.id,
            kind: read.kind,
            name: name.trim().chars().take(LONGEST_NAME).collect(),
            sender_id: read.id.clone(),
            written_on: read.written_on,
            skipped: skipped_to_json(skipped(&read)),
            known_count: i64::try_from(plan.known + outgoing.known).unwrap_or(i64::MAX),
            taken_by: ctx.signed().ok().map(|signed| signed.login),
            taken_by_name: ctx.signed().ok().map(|signed| signed.name.clone()),
            created_at: ctx.at,
            payment_count: i64::try_from(plan.placed.len()).unwrap_or(i64::MAX),
        };
        tx.insert_bank_file(&file, &digest).await?;
        let paid = book(&mut tx, ctx, &file, &plan).await?;
        let paid_out = follow_outgoing(&mut tx, ctx, &file, outgoing, outward).await?;
        let taken = Event::new(Action::BankFileTaken, Subject::BankFile(file.id)).organisation(organisation.id).after(
            &json!({ "name": file.name, "kind": file.kind, "payments": file.payment_count, "known": file.known_count }),
        );
        tx.commit(ctx, [taken].into_iter().chain(paid).chain(paid_out)).await?;
        Ok(file)
    }

    /// The organisation, by whoever may take in what was paid to it.
    async fn paid_organisation(&self, ctx: &Ctx, id: OrganisationId) -> Result<Organisation> {
        ctx.may_see(Permission::ReadBilling, Place::Organisation(id))?;
        ctx.may(Permission::TakePayment, Place::Organisation(id))?;
        self.read().await?.find_organisation(id).await?.ok_or(AppError::NotFound)
    }

    /// Reads a file beside the requests, and tells it from others.
    async fn read_bank_file(&self, organisation: &Organisation, content: Vec<u8>) -> Result<(ReadFile, Vec<u8>)> {
        let digest = Sha256::digest(&content).to_vec();
        let read = self.reading.ask(move || bank_file::read(&content)).await?.map_err(|error| refused(&error))?;
        if read.is_test && !organisation.training {
            return Err(AppError::refused("bank_file.test"));
        }
        Ok((read, digest))
    }
}

fn refused(error: &BankFileError) -> AppError {
    let params = match error {
        BankFileError::Empty | BankFileError::UnknownForm | BankFileError::AvtaleGiro => serde_json::Value::Null,
        BankFileError::OtherMessage(name) => json!({ "name": name }),
        BankFileError::CutShort { line } => json!({ "line": line }),
        BankFileError::Damaged { line, record } => json!({ "line": line, "record": record }),
        BankFileError::Sum { line, record, said, counted } | BankFileError::Count { line, record, said, counted } => {
            json!({ "line": line, "record": record, "said": said, "counted": counted })
        }
    };
    AppError::Refused { code: error.code(), params }
}

fn skipped_to_json(it: Skipped) -> String {
    json!({
        "debits": it.debits, "pending": it.pending, "bundles": it.bundles, "returned": it.returned,
        "otherCurrency": it.other_currency, "empty": it.empty,
    })
    .to_string()
}

/// Writes payments down and books them; answers which invoices are paid by them.
async fn book(tx: &mut Tx, ctx: &Ctx, file: &BankFile, plan: &Plan<'_>) -> Result<Vec<Event>> {
    let ids: Vec<DocumentId> =
        plan.placed.iter().flat_map(|it| it.matched.allocations.iter().map(|share| share.document)).collect();
    let receivables = tx.receivables_of(&ids).await?;
    let mut posting = Posting::default();
    let mut payments = Vec::with_capacity(plan.placed.len());
    for (place, Placed { deposit, payment, matched }) in plan.placed.iter().enumerate() {
        let id: IncomingPaymentId = ctx.id_in_order(place);
        let of = Of {
            organisation: file.organisation_id,
            payment: id,
            value_on: payment.booked_on,
            code: TransferCode::Payment,
        };
        let (bank, suspense) =
            (of.account(AccountKind::Bank, payment.amount)?, of.account(AccountKind::Suspense, payment.amount)?);
        for share in &matched.allocations {
            let receivable = receivables.get(&share.document).ok_or(AppError::NotFound)?;
            let size = if share.amount.minor < 0 { share.amount.negated() } else { share.amount };
            let leg = paid_by_bank(receivable.account, size).map_err(AppError::internal)?;
            posting.share(ctx, of, (leg.debit, leg.credit), share.amount, (share.document, 0))?;
        }
        match matched.left.minor {
            0 => {}
            1.. => posting.add(ctx, of, (bank, suspense), matched.left, (None, 0))?,
            // What the bank takes back leaves it, and is missing until somebody says whose it was.
            _ => posting.add(ctx, of, (suspense, bank), matched.left.negated(), (None, 0))?,
        }
        payments.push(IncomingPayment {
            id,
            organisation_id: file.organisation_id,
            bank_file_id: file.id,
            bank_key: payment.key.clone(),
            kind: payment.kind,
            outcome: matched.outcome,
            amount: payment.amount,
            left: matched.left,
            booked_on: payment.booked_on,
            account: deposit.account.number.clone(),
            deposit: deposit.id.clone(),
            payer: payment.payer.clone(),
            payer_account: payment.payer_account.clone(),
            told: serde_json::to_string(&told(payment)).map_err(AppError::internal)?,
            line: i64::try_from(payment.line).unwrap_or(i64::MAX),
            lines: serde_json::to_string(&payment.lines).map_err(AppError::internal)?,
            same_as: None,
            row_version: 1,
        });
    }
    tx.insert_incoming_payments(&payments, ctx.at).await?;
    posting.post(tx, ctx).await?;
    let mut touched: Vec<&PayableDocument> = ids.iter().filter_map(|id| plan.documents.get(id)).collect();
    touched.sort_by_key(|it| it.id);
    touched.dedup_by_key(|it| it.id);
    follow(tx, file.organisation_id, touched).await
}

/// Notes of documents what follows from what is open of them: that they are paid, or that they are not any more.
pub(crate) async fn follow(
    tx: &mut Tx,
    organisation: OrganisationId,
    documents: impl IntoIterator<Item = &PayableDocument> + Clone,
) -> Result<Vec<Event>> {
    let mut events = mark_paid(tx, organisation, documents.clone()).await?;
    for it in documents.into_iter().filter(|it| it.open.minor > 0 && it.state == DocumentState::Paid) {
        // Where that is not known, it had left the house: nothing then goes on as if nobody had seen it.
        let sent = it.paid_from != Some(DocumentState::Issued);
        let Ok(state) = it.state.after(it.kind, DocumentHappening::Unpaid { sent }) else { continue };
        tx.set_document_state(it.id, it.row_version, state, None).await?;
        let event = Event::new(Action::DocumentUnpaid, Subject::Document(it.id))
            .organisation(organisation)
            .facility(it.facility_id)
            .after(&json!({ "number": it.number.to_string(), "openMinor": it.open.minor, "state": state }));
        events.push(event);
    }
    Ok(events)
}

/// Notes of invoices of which nothing is open any more that they are paid.
pub(crate) async fn mark_paid(
    tx: &mut Tx,
    organisation: OrganisationId,
    documents: impl IntoIterator<Item = &PayableDocument>,
) -> Result<Vec<Event>> {
    let mut events = Vec::new();
    for it in documents.into_iter().filter(|it| it.open.minor <= 0) {
        // One that is paid or credited already stays what it is.
        let Ok(state) = it.state.after(it.kind, DocumentHappening::Paid) else { continue };
        tx.set_document_state(it.id, it.row_version, state, None).await?;
        let event = Event::new(Action::DocumentPaid, Subject::Document(it.id))
            .organisation(organisation)
            .facility(it.facility_id)
            .after(&json!({ "number": it.number.to_string(), "payableMinor": it.payable.minor }));
        events.push(event);
    }
    Ok(events)
}

fn told(payment: &BankPayment) -> Told {
    let reference = |it: &stolpe_domain::incoming_payment::Reference| ToldReference {
        kind: it.kind,
        text: it.text.clone(),
        amount: it.amount,
    };
    Told { references: payment.references.iter().map(reference).collect(), information: payment.information.clone() }
}
