//! What was taken or paid out amiss goes back by an entry of its own, the other way on the same accounts: in its till while that is
//! open, and afterwards in the one that whoever puts it right has open. Cash that never came goes against the difference that
//! counting the till has found, and nothing leaves a drawer.

use super::posting::{Of, Posting};
use super::{HeldTill, LONGEST_REASON, OpenTill, counter_time, name_of, receipt_of, records_of, refused};
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
use stolpe_domain::ledger::{Account, AccountKind, TransferCode};
use stolpe_domain::payout::PayoutHappening;
use stolpe_domain::person::Person;
use stolpe_domain::till::{TakeBackWay, TillEntry, TillEntryKind, TillSeriesKind, check_taken_back, taken_back};
use stolpe_store::Tx;
use stolpe_store::payout::Payout;
use stolpe_store::till::{KeptTillEntry, MovedAtTill};

/// What is taken back, how, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakeBackWish {
    /// Whether its money goes the other way, or never came.
    pub way: TakeBackWay,
    /// Why.
    pub reason: String,
    /// Whether its receipt goes out by mail, where the payer has an address.
    pub mail: bool,
}

/// An entry that goes back, and the till that takes it back.
#[derive(Clone, Copy)]
struct Back<'w> {
    entry: TillEntryId,
    /// In which till it is.
    of: TillId,
    /// The actor's open till, which may be the same one.
    till: TillId,
    way: TakeBackWay,
    reason: &'w str,
}

impl App {
    /// Takes back what was entered in a till: the documents are open again as far as they had been paid, and what was kept
    /// for the payer is not any more. What was paid out is in the till again, and left over as it was. While the till is
    /// open it is entered there; afterwards in the one that the actor has open, on the day on which it is done.
    ///
    /// # Errors
    /// [`AppError::Invalid`] without a reason; [`AppError::Refused`] `till.none_open` when the till is closed and the actor
    /// has no other, `till.too_little` when there is not so much cash in the till, `till.not_taken` for an entry that took
    /// something back itself, `till.not_counted` for what cannot have been missing when the till was counted, and
    /// `ledger.not_enough` when what was kept has been used; [`AppError::Conflict`] `till.taken_back` when it was taken back;
    /// [`AppError::NotFound`] and [`AppError::Denied`] as for the till.
    pub async fn take_back_at_till(&self, ctx: &Ctx, id: TillEntryId, wish: &TakeBackWish) -> Result<OpenTill> {
        let seen = self.entry_to_take_back(ctx, id).await?;
        if let Some(made) = self.replayed::<TillEntryId>(ctx).await? {
            let made = self.read().await?.find_till_entry(made).await?.ok_or(AppError::NotFound)?;
            return self.till(ctx, made.till_id).await;
        }
        let TakeBackWish { way, ref reason, mail } = *wish;
        let reason: String = required_reason(reason)?.chars().take(LONGEST_REASON).collect();
        let till = self.till_that_takes_back(ctx, &seen).await?;
        // Somebody whom the clerk has nothing to do with any more gets no mail from here.
        let payer = self.person_for(ctx, seen.person_id, Permission::KeepTill).await.ok();
        let payer = payer.filter(|(person, _)| mail && person.draft.email.is_some());
        let outward = self.outward(seen.organisation_id).await?;
        let mut tx = self.write().await?;
        let by_mail = payer.as_ref().map(|(person, facilities)| (person, facilities.first().copied(), outward));
        let back = Back { entry: id, of: seen.till_id, till, way, reason: &reason };
        let events = self.taken_back(&mut tx, ctx, back, by_mail).await?;
        tx.commit(ctx, events).await?;
        self.till(ctx, till).await
    }

    /// What taking back an entry would move: nothing is kept of it.
    ///
    /// # Errors
    /// As [`App::take_back_at_till`].
    pub async fn look_at_take_back_at_till(
        &self,
        ctx: &Ctx,
        id: TillEntryId,
        way: TakeBackWay,
    ) -> Result<Vec<ForeseenMove>> {
        let seen = self.entry_to_take_back(ctx, id).await?;
        let till = self.till_that_takes_back(ctx, &seen).await?;
        let mut tx = self.write().await?;
        tx.watch();
        let back = Back { entry: id, of: seen.till_id, till, way, reason: "" };
        self.taken_back(&mut tx, ctx, back, None).await?;
        foreseen(tx).await
    }

    /// An entry of a till that the actor may see.
    async fn entry_to_take_back(&self, ctx: &Ctx, id: TillEntryId) -> Result<KeptTillEntry> {
        ctx.reach(Permission::ReadBilling)?;
        let seen = self.read().await?.find_till_entry(id).await?.ok_or(AppError::NotFound)?;
        self.till_for(ctx, seen.till_id).await?;
        Ok(seen)
    }

    /// Which till takes back an entry: its own while that is open, or else the one that the actor has open.
    async fn till_that_takes_back(&self, ctx: &Ctx, entry: &KeptTillEntry) -> Result<TillId> {
        let mut conn = self.read().await?;
        let till = conn.find_till(entry.till_id).await?.ok_or(AppError::NotFound)?;
        if till.closed.is_none() {
            return Ok(till.id);
        }
        let mine = records_of(&mut conn, ctx.signed()?.person).await?;
        let own = conn.open_till_of(till.organisation_id, &mine).await?;
        own.map(|it| it.id).ok_or(AppError::refused("till.none_open"))
    }

    /// Takes back an entry; answers what happened.
    async fn taken_back(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        back: Back<'_>,
        by_mail: Option<(&Person, Option<FacilityId>, Outward)>,
    ) -> Result<Vec<Event>> {
        let Back { entry: id, till, reason, .. } = back;
        let held = self.own_till(tx, ctx, till).await?;
        let (was, is_closed) = held_entry(tx, &held, &back).await?;
        let kind = taken_back(&was.entry, is_closed, back.way).map_err(refused)?;
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
            till_id: till,
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
            if kind == TillEntryKind::NeverCame && kinds.get(&debit) == Some(&AccountKind::Cash) {
                // The drawer has been without it since it was counted.
                let difference = Account::of_organisation(organisation, AccountKind::TillDifference, asset);
                posting.opens(difference);
                posting.between(ctx, (credit, difference.id()), (amount, asset), document)?;
            } else {
                posting.between(ctx, (credit, debit), (amount, asset), document)?;
            }
            let opens = document.filter(|_| kinds.get(&credit) == Some(&AccountKind::Receivable));
            if let Some(it) = documents.iter_mut().find(|it| Some(it.id) == opens) {
                it.open.minor += amount.smallest();
            }
        }
        posting.post(tx, ctx).await?;
        let mut followed = follow(tx, organisation, &documents).await?;
        followed.extend(returned);
        let event = Event::new(Action::TillTakenBack, Subject::TillEntry(entry.id))
            .organisation(organisation)
            .before(&json!({ "receipt": was.entry.number.to_string(), "amountMinor": was.entry.amount.minor }))
            .after(&json!({ "receipt": number.to_string(), "means": was.entry.means, "kind": kind }))
            .because(reason);
        Ok([event].into_iter().chain(followed).collect())
    }
}

/// An entry that goes back, which nobody else takes back until the transaction ends, and whether its till is closed. A till
/// that is closed is held after the open one: nobody holds two that are open.
async fn held_entry(tx: &mut Tx, held: &HeldTill, back: &Back<'_>) -> Result<(KeptTillEntry, bool)> {
    let is_closed = back.of != held.till.id;
    if is_closed {
        let till = tx.lock_till(back.of).await?.ok_or(AppError::NotFound)?;
        if till.closed.is_none() || till.organisation_id != held.till.organisation_id {
            return Err(AppError::NotFound);
        }
    }
    let entry = tx.find_till_entry(back.entry).await?.ok_or(AppError::NotFound)?;
    Ok((entry, is_closed))
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
