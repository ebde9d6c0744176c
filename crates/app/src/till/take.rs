//! Somebody pays at the counter: what they owe, whole or in part, and what is too much or paid beforehand is kept for them.

use super::posting::{Of, Posting};
use super::{LONGEST_REASON, OpenTill, counter_time, name_of, refused};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::incoming_payment::follow;
use crate::top_up::{at_counter, may_put_in};
use chrono::NaiveDate;
use serde_json::json;
use std::collections::HashMap;
use stolpe_documents::till::{TillReceipt, TillReceiptLine};
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::document::{DocumentKind, Number};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::{DocumentId, FacilityId, OrganisationId, PersonId, TillEntryId, TillId};
use stolpe_domain::ledger::{Account, AccountKind, Asset, TransferCode};
use stolpe_domain::money::Money;
use stolpe_domain::person::Person;
use stolpe_domain::till::{TillEntry, TillEntryKind, TillMeans, TillSeriesKind, TillShare, TillSplit, split};
use stolpe_domain::top_up::TopUpRule;
use stolpe_store::incoming_payment::PayableDocument;
use stolpe_store::ledger::KeptAccount;
use stolpe_store::till::KeptTillEntry;
use stolpe_store::{Conn, Tx};

/// Invoices of one person that are looked through, the latest first.
const LOOKED_THROUGH: i64 = 1_000;
/// The longest reference of a terminal that is kept.
const LONGEST_REFERENCE: usize = 60;

/// What somebody pays at the counter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TillWish {
    /// Who pays.
    pub person: PersonId,
    /// By what means.
    pub means: TillMeans,
    /// How much.
    pub amount_minor: i64,
    /// How much of which documents of theirs; the rest is kept for them.
    pub shares: Vec<(DocumentId, i64)>,
    /// What the card terminal calls it.
    pub terminal_reference: Option<String>,
    /// Why it is paid in advance although it breaks the rule of the facility.
    pub reason: Option<String>,
    /// Whether the receipt goes out by mail, where the payer has an address.
    pub mail: bool,
}

/// An invoice or a reminder that can be paid at the counter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwedAtCounter {
    /// Its id.
    pub id: DocumentId,
    /// Which of the two.
    pub kind: DocumentKind,
    /// Its number.
    pub number: Number,
    /// When it falls due.
    pub due_on: Option<NaiveDate>,
    /// What is left to pay.
    pub open: Money,
}

/// How somebody stands with the organisation of a counter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandingAtCounter {
    /// What they can pay.
    pub owed: Vec<OwedAtCounter>,
    /// Whether a receipt can go to them by mail.
    pub has_email: bool,
    /// What they have paid beforehand where more of it is kept.
    pub prepaid: Money,
    /// By which rule they pay more in advance.
    pub rule: TopUpRule,
    /// Whether the actor may take something else all the same, and say why.
    pub may_adjust: bool,
}

/// What somebody owes an organisation by its documents, those that fall due first at the head.
async fn owed_by(conn: &mut Conn, person: PersonId, organisation: OrganisationId) -> Result<Vec<PayableDocument>> {
    let all = conn.invoices_of(person, LOOKED_THROUGH).await?;
    let ids: Vec<DocumentId> = all.iter().filter(|(_, of, _)| *of == organisation).map(|(id, ..)| *id).collect();
    let mut owed = conn.payable(organisation, &ids).await?;
    owed.retain(|it| it.open.minor > 0);
    owed.sort_by_key(|it| (it.due_on, it.number, it.id));
    Ok(owed)
}

/// What is written down of a payment before it is moved.
struct Taken {
    entry: KeptTillEntry,
    split: TillSplit,
    documents: Vec<PayableDocument>,
    receivables: HashMap<DocumentId, KeptAccount>,
    /// The facility that prepaid money is kept for.
    facility: Option<FacilityId>,
}

impl App {
    /// What somebody can pay at the counter, by which rule they pay in advance, and whether a receipt can go to them by mail.
    ///
    /// # Errors
    /// [`AppError::NotFound`] and [`AppError::Denied`] as for the person.
    pub async fn owed_at_counter(&self, ctx: &Ctx, id: PersonId) -> Result<StandingAtCounter> {
        let (person, facilities) = self.person_for(ctx, id, Permission::KeepTill).await?;
        let mut conn = self.read().await?;
        let owed = owed_by(&mut conn, id, person.organisation_id).await?;
        let owed = owed.into_iter().map(|it| OwedAtCounter {
            id: it.id,
            kind: it.kind,
            number: it.number,
            due_on: it.due_on,
            open: it.open,
        });
        let (rule, prepaid) = at_counter(&mut conn, &person, facilities.first().copied()).await?;
        let place = Place::Person(person.organisation_id, id, &facilities, person.draft.department_id);
        let may_adjust = ctx.may(Permission::AdjustTopUp, place).is_ok();
        Ok(StandingAtCounter {
            owed: owed.collect(),
            has_email: person.draft.email.is_some(),
            prepaid,
            rule,
            may_adjust,
        })
    }

    /// Takes a payment in the actor's open till, and gives its receipt. What is for no document is paid in advance, by the rule
    /// of the facility (PRE-11).
    ///
    /// # Errors
    /// [`AppError::Invalid`] for what is paid in advance and breaks the rule; [`AppError::Denied`] where it has a reason, of
    /// somebody who may not adjust the rule;
    /// [`AppError::Refused`] with the code of [`stolpe_domain::till::TillRefusal`], `till.off`, `till.not_yours`, and
    /// `till.not_owed` for a document that is not the payer's or not open; [`AppError::NotFound`] and [`AppError::Denied`] as
    /// for the till and the person.
    pub async fn take_at_till(&self, ctx: &Ctx, id: TillId, wish: &TillWish) -> Result<OpenTill> {
        let seen = self.till_for(ctx, id).await?;
        let (person, facilities) = self.person_for(ctx, wish.person, Permission::KeepTill).await?;
        if person.organisation_id != seen.organisation_id {
            return Err(AppError::NotFound);
        }
        if self.replayed::<TillEntryId>(ctx).await?.is_some() {
            return self.till(ctx, id).await;
        }
        let outward = self.outward(seen.organisation_id).await?;
        let mut tx = self.write().await?;
        let taken = self.written(&mut tx, ctx, id, wish, (&person, &facilities)).await?;
        if taken.entry.notice_id.is_some() {
            self.post_receipt(&mut tx, ctx, &taken.entry, &person, taken.facility, outward).await?;
        }
        tx.insert_till_entry(&taken.entry).await?;
        tx.touch_till(id).await?;
        let followed = moved(&mut tx, ctx, &taken).await?;
        let Taken { entry, split, documents, .. } = &taken;
        let numbers: Vec<String> = documents.iter().map(|it| it.number.to_string()).collect();
        let mut event = Event::new(Action::TillTaken, Subject::TillEntry(entry.id))
            .organisation(entry.organisation_id)
            .after(&json!({
                "receipt": entry.entry.number.to_string(), "means": entry.entry.means,
                "amountMinor": entry.entry.amount.minor, "roundingMinor": split.rounding.minor,
                "prepaidMinor": split.prepaid.minor, "numbers": numbers,
            }));
        if let Some(reason) = &entry.reason {
            event = event.because(reason);
        }
        tx.commit(ctx, [event].into_iter().chain(followed)).await?;
        self.till(ctx, id).await
    }

    /// Holds everything that a payment touches, and says where it goes and what stands on its receipt.
    async fn written(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        id: TillId,
        wish: &TillWish,
        (person, facilities): (&Person, &[FacilityId]),
    ) -> Result<Taken> {
        let facility = facilities.first().copied();
        let held = self.own_till(tx, ctx, id).await?;
        let organisation = held.organisation.id;
        let ids: Vec<DocumentId> = wish.shares.iter().map(|(id, _)| *id).collect();
        tx.hold_documents(&ids).await?;
        let mut documents = owed_by(tx, person.id, organisation).await?;
        documents.retain(|it| ids.contains(&it.id));
        let amount = Money { minor: wish.amount_minor, ..held.till.opening };
        let shares = wish.shares.iter().map(|(id, minor)| {
            let document = documents.iter().find(|it| it.id == *id).ok_or(AppError::refused("till.not_owed"))?;
            Ok(TillShare { document: *id, open: document.open, amount: Money { minor: *minor, ..document.open } })
        });
        let shares: Vec<TillShare> = shares.collect::<Result<_>>()?;
        let split = split(amount, wish.means, &shares).map_err(refused)?;
        let reason = wish.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
        let gave_way = shares.is_empty() && may_put_in(tx, ctx, (person, facilities), amount, reason).await?;
        let reason = reason.filter(|_| gave_way).map(|reason| reason.chars().take(LONGEST_REASON).collect());
        let receivables = tx.receivables_of(&ids).await?;
        let number = held.number(tx, TillSeriesKind::Receipt).await?;
        let terminal_reference = wish.terminal_reference.as_deref().map(str::trim).filter(|text| !text.is_empty());
        if terminal_reference.is_some_and(|text| text.chars().count() > LONGEST_REFERENCE) {
            return Err(AppError::field("terminalReference", "too_long"));
        }
        let terminal_reference = terminal_reference.filter(|_| wish.means == TillMeans::Card).map(str::to_owned);
        let line = |share: &TillShare| {
            let document = documents.iter().find(|it| it.id == share.document)?;
            Some(TillReceiptLine { document: document.number.to_string(), amount: share.amount })
        };
        let receipt = TillReceipt {
            language: person.draft.language,
            sender: held.sender(tx).await?,
            kind: TillEntryKind::Taken,
            means: wish.means,
            number: number.to_string(),
            takes_back: None,
            at: counter_time(held.organisation.country, ctx.at),
            clerk: name_of(tx, held.till.clerk).await?,
            payer: person.name(),
            lines: shares.iter().filter_map(line).collect(),
            rounding: split.rounding,
            prepaid: split.prepaid,
            amount,
            terminal_reference: terminal_reference.clone(),
        };
        let first = ids.first().and_then(|id| receivables.get(id)).and_then(|it| it.account.facility_id);
        let entry = KeptTillEntry {
            id: ctx.new_id(),
            organisation_id: organisation,
            till_id: id,
            place: held.next_place(),
            entry: TillEntry {
                kind: TillEntryKind::Taken,
                means: wish.means,
                amount,
                rounding: split.rounding,
                prepaid: split.prepaid,
                number,
            },
            person_id: person.id,
            terminal_reference,
            takes_back: None,
            taken_back_by: None,
            payout_id: None,
            reason,
            taken_on: held.today,
            printed: serde_json::to_string(&receipt).map_err(AppError::internal)?,
            notice_id: (wish.mail && person.draft.email.is_some()).then(|| ctx.new_id()),
            created_at: ctx.at,
        };
        for share in &shares {
            if let Some(document) = documents.iter_mut().find(|it| it.id == share.document) {
                document.open.minor -= share.amount.minor;
            }
        }
        Ok(Taken { entry, split, documents, receivables, facility: first.or(facility) })
    }
}

/// Moves what was taken; answers which documents are paid by it.
async fn moved(tx: &mut Tx, ctx: &Ctx, taken: &Taken) -> Result<Vec<Event>> {
    let Taken { entry, split, documents, receivables, facility } = taken;
    let organisation = entry.organisation_id;
    let asset = Asset::of(entry.entry.amount.currency);
    let asset = asset.ok_or_else(|| AppError::internal("a currency that nothing is owed in"))?;
    let account = |kind| Account::of_organisation(organisation, kind, asset);
    let till = account(entry.entry.means.account());
    let rounding = |facility_id| Account { facility_id, ..account(AccountKind::Rounding) };
    let code = TransferCode::Till;
    let mut posting =
        Posting::of(Of { organisation, source: entry.id.uuid(), code, value_on: entry.taken_on, step: 0 });
    for share in &split.shares {
        let receivable = receivables.get(&share.document).ok_or(AppError::refused("till.not_owed"))?.account;
        posting.add(ctx, (till, receivable), share.came, Some(share.document))?;
        posting.add(ctx, (rounding(receivable.facility_id), receivable), share.let_off, Some(share.document))?;
    }
    posting.add(ctx, (till, rounding(*facility)), split.rounding, None)?;
    let prepaid = Account { facility_id: *facility, person_id: Some(entry.person_id), ..account(AccountKind::Prepaid) };
    posting.add(ctx, (till, prepaid), split.prepaid, None)?;
    posting.post(tx, ctx).await?;
    follow(tx, organisation, documents).await
}
