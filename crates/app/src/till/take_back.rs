//! What was taken or paid out amiss goes back while the till is open: by an entry of its own, and the other way on the same
//! accounts.

use super::posting::{Of, Posting};
use super::{OpenTill, counter_time, name_of, receipt_of, refused};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::incoming_payment::follow;
use crate::ledger::{ForeseenMove, foreseen};
use crate::notice::Outward;
use crate::payout::told;
use crate::person::required_reason;
use serde_json::json;
use std::collections::HashMap;
use stolpe_documents::till::TillReceipt;
use stolpe_domain::access::Permission;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::{AccountId, DocumentId, FacilityId, PayoutId, TillEntryId, TillId};
use stolpe_domain::ledger::{AccountKind, TransferCode};
use stolpe_domain::payout::PayoutHappening;
use stolpe_domain::person::Person;
use stolpe_domain::till::{TillEntry, TillEntryKind, TillSeriesKind, check_taken_back};
use stolpe_store::Tx;
use stolpe_store::ledger::Booked;
use stolpe_store::payout::Payout;
use stolpe_store::till::{KeptTillEntry, MovedAtTill};

/// The longest reason that is kept.
const LONGEST_REASON: usize = 500;

impl App {
    /// Takes back what was taken in the actor's open till: the documents are open again as far as they had been paid, and
    /// what was kept for the payer is not any more. What was paid out of it is in it again, and left over as it was. Its
    /// receipt goes out by mail where that is wanted and the payer has an address.
    ///
    /// # Errors
    /// [`AppError::Invalid`] without a reason; [`AppError::Refused`] `till.closed`, `till.too_little` when there is not so
    /// much cash in the till, `till.not_taken` for an entry that took something back itself, and `ledger.not_enough` when
    /// what was kept has been used; [`AppError::Conflict`] `till.taken_back` when it was taken back;
    /// [`AppError::NotFound`] and [`AppError::Denied`] as for the till.
    pub async fn take_back_at_till(&self, ctx: &Ctx, id: TillEntryId, reason: &str, mail: bool) -> Result<OpenTill> {
        ctx.reach(Permission::ReadBilling)?;
        let seen = self.read().await?.find_till_entry(id).await?.ok_or(AppError::NotFound)?;
        let till = self.till_for(ctx, seen.till_id).await?.id;
        if self.replayed::<TillEntryId>(ctx).await?.is_some() {
            return self.till(ctx, till).await;
        }
        let reason: String = required_reason(reason)?.chars().take(LONGEST_REASON).collect();
        // Somebody whom the clerk has nothing to do with any more gets no mail from here.
        let payer = self.person_for(ctx, seen.person_id, Permission::KeepTill).await.ok();
        let payer = payer.filter(|(person, _)| mail && person.draft.email.is_some());
        let outward = self.outward(seen.organisation_id).await?;
        let mut tx = self.write().await?;
        let by_mail = payer.as_ref().map(|(person, facilities)| (person, facilities.first().copied(), outward));
        let (events, _) = self.taken_back(&mut tx, ctx, (till, id), &reason, by_mail).await?;
        tx.commit(ctx, events).await?;
        self.till(ctx, till).await
    }

    /// What taking back an entry of the actor's open till would move: nothing is kept of it.
    ///
    /// # Errors
    /// As [`App::take_back_at_till`].
    pub async fn look_at_take_back_at_till(&self, ctx: &Ctx, id: TillEntryId) -> Result<Vec<ForeseenMove>> {
        ctx.reach(Permission::ReadBilling)?;
        let seen = self.read().await?.find_till_entry(id).await?.ok_or(AppError::NotFound)?;
        let till = self.till_for(ctx, seen.till_id).await?.id;
        let mut tx = self.write().await?;
        let (_, moved) = self.taken_back(&mut tx, ctx, (till, id), "", None).await?;
        foreseen(&mut tx, &moved).await
    }

    /// Takes back an entry of the actor's open till; answers what happened and what was moved.
    async fn taken_back(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        (till, id): (TillId, TillEntryId),
        reason: &str,
        by_mail: Option<(&Person, Option<FacilityId>, Outward)>,
    ) -> Result<(Vec<Event>, Vec<Booked>)> {
        let held = self.own_till(tx, ctx, till).await?;
        let was = held.entries.iter().find(|it| it.id == id).ok_or(AppError::NotFound)?.clone();
        let kind = was.entry.kind.back().ok_or(AppError::refused("till.not_taken"))?;
        if was.taken_back_by.is_some() {
            return Err(AppError::Conflict("till.taken_back"));
        }
        if kind == TillEntryKind::TakenBack {
            check_taken_back(&held.sums, was.entry.means, was.entry.amount).map_err(refused)?;
        }
        let legs = tx.moved_at_till(id).await?;
        let mut ids: Vec<DocumentId> = legs.iter().filter_map(|it| it.document).collect();
        ids.sort_unstable();
        ids.dedup();
        tx.hold_documents(&ids).await?;
        let returned = match was.payout_id {
            Some(payout) => Some(came_back(tx, ctx, payout).await?),
            None => None,
        };
        // What is left over of a document that was credited asks for nothing, wherever it is.
        let mut documents = match returned {
            Some(_) => Vec::new(),
            None => tx.payable(held.organisation.id, &ids).await?,
        };
        let number = held.number(tx, TillSeriesKind::Receipt).await?;
        let before = receipt_of(&was)?;
        let receipt = TillReceipt {
            kind,
            number: number.to_string(),
            takes_back: Some(before.number.clone()),
            at: counter_time(held.organisation.country, ctx.at),
            clerk: name_of(tx, held.till.clerk).await?,
            ..before
        };
        let entry = KeptTillEntry {
            id: ctx.new_id(),
            place: held.next_place(),
            entry: TillEntry { kind, number, ..was.entry },
            takes_back: Some(id),
            payout_id: None,
            reason: Some(reason.to_owned()),
            taken_on: held.today,
            printed: serde_json::to_string(&receipt).map_err(AppError::internal)?,
            notice_id: by_mail.map(|_| ctx.new_id()),
            created_at: ctx.at,
            ..was.clone()
        };
        if let Some((person, facility, outward)) = by_mail {
            self.post_receipt(tx, ctx, &entry, person, facility, outward).await?;
        }
        tx.insert_till_entry(&entry).await?;
        tx.touch_till(till).await?;
        let accounts: Vec<AccountId> = legs.iter().flat_map(|it| [it.debit, it.credit]).collect();
        let kinds: HashMap<AccountId, AccountKind> =
            tx.named_accounts(accounts).await?.into_iter().map(|(id, it)| (id, it.kept.account.kind)).collect();
        let (organisation, code) = (held.organisation.id, TransferCode::Till);
        let mut posting =
            Posting::of(Of { organisation, source: entry.id.uuid(), code, value_on: held.today, step: 0 });
        for MovedAtTill { debit, credit, amount, asset, document } in legs {
            posting.between(ctx, (credit, debit), (amount, asset), document)?;
            let opens = document.filter(|_| kinds.get(&credit) == Some(&AccountKind::Receivable));
            if let Some(it) = documents.iter_mut().find(|it| Some(it.id) == opens) {
                it.open.minor += amount.smallest();
            }
        }
        let moved = posting.post(tx, ctx).await?;
        let mut followed = follow(tx, organisation, &documents).await?;
        followed.extend(returned);
        let event = Event::new(Action::TillTakenBack, Subject::TillEntry(entry.id))
            .organisation(organisation)
            .before(&json!({ "receipt": was.entry.number.to_string(), "amountMinor": was.entry.amount.minor }))
            .after(&json!({ "receipt": number.to_string(), "means": was.entry.means }))
            .because(reason);
        Ok(([event].into_iter().chain(followed).collect(), moved))
    }
}

/// The payout that was handed over by an entry that goes back is nobody's any more: what is left can be asked for anew.
async fn came_back(tx: &mut Tx, ctx: &Ctx, payout: PayoutId) -> Result<Event> {
    let before = tx.lock_payouts(&[payout]).await?.pop().ok_or(AppError::NotFound)?;
    let state = before.state.after(PayoutHappening::Returned);
    let state = state.ok_or_else(|| AppError::internal("a payout that was handed over and is not paid"))?;
    let after = Payout { state, moved_at: ctx.at, ..before.clone() };
    tx.put_payout(&after).await?;
    Ok(told(Action::PayoutReturned, &before, &after))
}
