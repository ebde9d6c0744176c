//! What somebody has left goes out in cash: a payout that one has asked for and another approved is handed over, out of the
//! open till of a clerk.

use super::posting::{Of, Posting};
use super::{HeldTill, OpenTill, counter_time, name_of, records_of, refused};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::payout::{book, told};
use serde_json::json;
use stolpe_documents::till::TillReceipt;
use stolpe_domain::access::Permission;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::{PayoutId, TillEntryId, TillId};
use stolpe_domain::ledger::TransferCode;
use stolpe_domain::money::Money;
use stolpe_domain::payout::{PayoutDestination, PayoutHappening};
use stolpe_domain::person::Person;
use stolpe_domain::till::{TillEntry, TillEntryKind, TillMeans, TillRefusal, TillSeriesKind, check_paid_out};
use stolpe_store::Tx;
use stolpe_store::payout::Payout;
use stolpe_store::till::KeptTillEntry;

/// How many payouts wait at a counter at most before it is looked after that they do.
const SHOWN: i64 = 200;

/// A payout that waits at the counter for whoever gets it.
#[derive(Clone, Debug)]
pub struct PayoutAtCounter {
    /// The payout.
    pub payout: Payout,
    /// Whether a receipt can go to them by mail.
    pub has_email: bool,
    /// Why it cannot be handed over by the actor out of this till, as the code of what would be refused.
    pub refusal: Option<&'static str>,
}

impl App {
    /// What was approved and waits at the counter for those people who pay there, the oldest first.
    ///
    /// # Errors
    /// [`AppError::NotFound`] as for the till.
    pub async fn payouts_at_counter(&self, ctx: &Ctx, id: TillId) -> Result<Vec<PayoutAtCounter>> {
        let open = self.till(ctx, id).await?;
        let mut conn = self.read().await?;
        let mine = records_of(&mut conn, ctx.signed()?.person).await?;
        let waiting = conn.payouts_at_counter(open.listed.till.organisation_id, SHOWN).await?;
        drop(conn);
        let mut all = Vec::new();
        for payout in waiting {
            let Some(person) = payout.person_id else { continue };
            // A clerk of one facility has nothing to do with the people of another.
            let Ok((person, _)) = self.person_for(ctx, person, Permission::KeepTill).await else { continue };
            let own = mine.contains(&person.id).then_some("till.own_money");
            let too_little = check_paid_out(&open.sums, payout.amount).err().map(TillRefusal::code);
            all.push(PayoutAtCounter { has_email: person.draft.email.is_some(), refusal: own.or(too_little), payout });
        }
        Ok(all)
    }

    /// Hands over a payout that was approved, in cash out of the actor's open till, and gives its receipt.
    ///
    /// # Errors
    /// [`AppError::Refused`] with the code of [`stolpe_domain::till::TillRefusal`], as when there is not so much cash in it or
    /// it is closed; `till.off`, `till.not_yours`, `till.own_money` for money of the clerk's own, and `till.not_approved` for
    /// a payout that does not wait at the counter; [`AppError::NotFound`] and [`AppError::Denied`] as for the till and the
    /// person.
    pub async fn pay_out_at_till(&self, ctx: &Ctx, id: TillId, payout: PayoutId, mail: bool) -> Result<OpenTill> {
        let seen = self.till_for(ctx, id).await?;
        let wanted = self.read().await?.find_payout(payout).await?.ok_or(AppError::NotFound)?;
        let gets = wanted.person_id.filter(|_| wanted.organisation_id == seen.organisation_id);
        let (person, facilities) = self.person_for(ctx, gets.ok_or(AppError::NotFound)?, Permission::KeepTill).await?;
        if self.replayed::<TillEntryId>(ctx).await?.is_some() {
            return self.till(ctx, id).await;
        }
        let outward = self.outward(seen.organisation_id).await?;
        let mut tx = self.write().await?;
        let held = self.own_till(&mut tx, ctx, id).await?;
        if records_of(&mut tx, ctx.signed()?.person).await?.contains(&person.id) {
            return Err(AppError::refused("till.own_money"));
        }
        book::hold_documents(&mut tx, std::slice::from_ref(&wanted)).await?;
        let before = tx.lock_payouts(&[payout]).await?.pop().ok_or(AppError::NotFound)?;
        let state = before.state.after(PayoutHappening::HandedOver);
        let state = state.filter(|_| before.to == PayoutDestination::Counter);
        let state = state.ok_or(AppError::refused("till.not_approved"))?;
        check_paid_out(&held.sums, before.amount).map_err(refused)?;
        let entry = entry_of(&mut tx, ctx, (&held, &before), &person, mail).await?;
        if entry.notice_id.is_some() {
            self.post_receipt(&mut tx, ctx, &entry, &person, facilities.first().copied(), outward).await?;
        }
        tx.insert_till_entry(&entry).await?;
        tx.touch_till(id).await?;
        let after = Payout { state, moved_at: ctx.at, ..before.clone() };
        tx.put_payout(&after).await?;
        let (organisation, code) = (held.organisation.id, TransferCode::Till);
        let mut posting =
            Posting::of(Of { organisation, source: entry.id.uuid(), code, value_on: held.today, step: 0 });
        for (it, document) in book::let_go(&mut tx, ctx, &before, held.today).await? {
            posting.between(ctx, (it.debit, it.credit), (it.amount, it.asset), document)?;
        }
        posting.post(&mut tx, ctx).await?;
        let event = Event::new(Action::TillPaidOut, Subject::TillEntry(entry.id)).organisation(organisation).after(
            &json!({ "receipt": entry.entry.number.to_string(), "amountMinor": entry.entry.amount.minor, "payoutId": payout }),
        );
        tx.commit(ctx, [event, told(Action::PayoutPaid, &before, &after)]).await?;
        self.till(ctx, id).await
    }
}

/// The entry of a payout that is handed over, with its receipt.
async fn entry_of(
    tx: &mut Tx,
    ctx: &Ctx,
    (held, payout): (&HeldTill, &Payout),
    person: &Person,
    mail: bool,
) -> Result<KeptTillEntry> {
    let number = held.number(tx, TillSeriesKind::Receipt).await?;
    let nothing = Money { minor: 0, ..payout.amount };
    let (kind, means) = (TillEntryKind::PaidOut, TillMeans::Cash);
    let receipt = TillReceipt {
        language: person.draft.language,
        sender: held.sender(tx).await?,
        kind,
        means,
        number: number.to_string(),
        takes_back: None,
        at: counter_time(held.organisation.country, ctx.at),
        clerk: name_of(tx, held.till.clerk).await?,
        payer: person.name(),
        lines: Vec::new(),
        rounding: nothing,
        prepaid: nothing,
        amount: payout.amount,
        terminal_reference: None,
    };
    Ok(KeptTillEntry {
        id: ctx.new_id(),
        organisation_id: held.organisation.id,
        till_id: held.till.id,
        place: held.next_place(),
        entry: TillEntry { kind, means, amount: payout.amount, rounding: nothing, prepaid: nothing, number },
        person_id: person.id,
        terminal_reference: None,
        takes_back: None,
        taken_back_by: None,
        payout_id: Some(payout.id),
        reason: None,
        taken_on: held.today,
        printed: serde_json::to_string(&receipt).map_err(AppError::internal)?,
        notice_id: (mail && person.draft.email.is_some()).then(|| ctx.new_id()),
        created_at: ctx.at,
    })
}
