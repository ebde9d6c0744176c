//! Providers are asked to give money back, and asked again until it is known whether they have.

use super::book::{book_missed, resolve};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::money_back::tell_of_refund;
use crate::payment::{AWAY, CLAIM, Heard, callback_address, kept_words, key_of};
use chrono::{DateTime, Utc};
use serde_json::json;
use std::sync::Arc;
use stolpe_documents::provider_text;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::RefundId;
use stolpe_domain::language::Language;
use stolpe_domain::money::Money;
use stolpe_domain::payment::{AttemptState, ProviderState, asks_again_in};
use stolpe_domain::refund::{Hold, RefundHappening, RefundState};
use stolpe_ports::payments::{PaymentFault, Payments as Provider, RefundAsk, Seen};
use stolpe_store::Conn;
use stolpe_store::refund::Refund;

/// Refunds that are looked through in one round.
const MOST_LOOKED_AT: i64 = 50;
/// Refunds that providers are asked about in one round of a few seconds: Swish wants a second between two.
const MOST_AT_ONCE: usize = 3;

impl App {
    /// Asks about every refund whose time has come; answers about how many this host did.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when the database cannot be reached. What a provider does is noted and no error.
    pub async fn ask_due_refunds(&self) -> Result<usize> {
        let due = self.read().await?.due_refunds(self.now(), MOST_LOOKED_AT).await?;
        let mut asked = 0;
        for refund in due {
            if self.stop.is_cancelled() || asked == MOST_AT_ONCE {
                break;
            }
            asked += usize::from(self.ask_refund_if_due(&refund).await?);
        }
        Ok(asked)
    }

    /// Asks about a refund if nobody else has taken that upon themselves; answers whether it did. Of one payment one refund
    /// is on its way at a time, for some providers are told what has gone back in all.
    async fn ask_refund_if_due(&self, seen: &Refund) -> Result<bool> {
        let at = self.now();
        let Some(due) = seen.next_ask_at else { return Ok(false) };
        let mut tx = self.write().await?;
        tx.lock_payment(seen.payment_id).await?.ok_or(AppError::NotFound)?;
        let is_before = |other: &Refund| {
            other.id != seen.id
                && other.attempt_id == seen.attempt_id
                && other.state.is_on_its_way()
                && other.asked_at.is_some()
        };
        if seen.asked_at.is_none() && tx.refunds_of_payment(seen.payment_id).await?.iter().any(is_before) {
            return Ok(false);
        }
        let ours = tx.claim_refund(seen.id, due, (at, at + CLAIM)).await?;
        tx.commit_telemetry().await?;
        if ours {
            self.ask_about_refund(seen).await?;
        }
        Ok(ours)
    }

    /// Asks about a refund that this host has taken upon itself; `seen` is how it stood before.
    async fn ask_about_refund(&self, seen: &Refund) -> Result<()> {
        let base = self.public_url().await?;
        let mut conn = self.read().await?;
        let attempt = conn.find_attempt(seen.attempt_id).await?.ok_or(AppError::NotFound)?;
        let agreement = conn.find_agreement(attempt.agreement_id).await?.ok_or(AppError::NotFound)?;
        let (language, number) = shown(&mut conn, seen).await?;
        let organisation = conn.find_organisation(seen.organisation_id).await?.ok_or(AppError::NotFound)?;
        let earlier = conn.refunds_of_payment(seen.payment_id).await?;
        drop(conn);
        let done = earlier.iter().filter(|it| it.attempt_id == seen.attempt_id && it.state == RefundState::Done);
        let before = Money::of_minor(done.map(|it| it.amount.minor).sum(), seen.amount.currency);
        let ask = RefundAsk {
            refund: seen.ask_id,
            payment: key_of(&attempt),
            movement: attempt.movement.clone(),
            amount: seen.amount,
            before,
            text: provider_text::refund(language, &number, &organisation.name),
            callback: callback_address(&base, seen.provider),
        };
        let heard = match self.opened(&agreement).await {
            Ok(provider) => hear(provider, seen, &ask).await,
            Err(AppError::Unavailable { code, .. }) => {
                tracing::warn!(code, refund = %seen.id, "a payment provider could not be asked to give back");
                None
            }
            Err(other) => return Err(other),
        };
        let ctx = Ctx::system("refunds", self.now());
        match heard {
            Some(heard) => self.learn_of_refund(&ctx, seen, &heard).await,
            None => self.ask_about_refund_later(seen.id, ctx.at).await,
        }
    }

    /// The provider could not be asked: it is, a while later.
    async fn ask_about_refund_later(&self, id: RefundId, at: DateTime<Utc>) -> Result<()> {
        let mut tx = self.write().await?;
        let Some(mut refund) = tx.lock_refund(id).await? else { return Ok(()) };
        let pause = asks_again_in(AttemptState::Unknown, at - refund.moved_at);
        refund.next_ask_at = pause.map(|pause| at + pause.max(AWAY));
        tx.put_refund(&refund).await?;
        tx.commit_telemetry().await
    }

    /// Writes down what became known of a refund, with what its money does by that.
    async fn learn_of_refund(&self, ctx: &Ctx, seen: &Refund, heard: &Told) -> Result<()> {
        let outward = self.outward(seen.organisation_id).await?;
        let mut tx = self.write().await?;
        tx.hold_documents(seen.document_id.as_slice()).await?;
        let payment = tx.lock_payment(seen.payment_id).await?.ok_or(AppError::NotFound)?;
        let before = tx.lock_refund(seen.id).await?.ok_or(AppError::NotFound)?;
        // Somebody has had it tried under another name meanwhile.
        if before.ask_id != seen.ask_id {
            return Ok(());
        }
        let state = before.state.after(heard.happening).unwrap_or(before.state);
        let mut after = Refund { state, ..before.clone() };
        if let Some((code, words)) = &heard.words {
            (after.code, after.words) = (Some(kept_words(code)), Some(kept_words(words)).filter(|it| !it.is_empty()));
        }
        let has_moved = state != before.state;
        if has_moved {
            after.moved_at = ctx.at;
            after.denied = state == RefundState::Failed && matches!(heard.happening, RefundHappening::Seen(_));
        }
        let pause = asks_again_in(AttemptState::Unknown, ctx.at - after.moved_at).filter(|_| state.is_on_its_way());
        let not_asked = heard.happening == RefundHappening::NotAsked;
        after.next_ask_at = pause.map(|pause| ctx.at + if not_asked { pause.max(AWAY) } else { pause });
        let value_on = self.value_day(&mut tx, ctx, &payment).await?;
        match before.state.moves(state) {
            Hold::Posted => resolve(&mut tx, ctx, &before, value_on, true).await?,
            Hold::Released => resolve(&mut tx, ctx, &before, value_on, false).await?,
            Hold::Missed => after.parts = book_missed(&mut tx, ctx, &before, value_on).await?,
            Hold::Stays | Hold::Placed | Hold::CameBack => {}
        }
        tx.put_refund(&after).await?;
        if !has_moved {
            return tx.commit_telemetry().await;
        }
        if state == RefundState::Done {
            tell_of_refund(&mut tx, ctx, &after, outward).await?;
        }
        let action = if state == RefundState::Done { Action::RefundDone } else { Action::RefundMoved };
        let event = Event::new(action, Subject::Refund(before.id))
            .organisation(before.organisation_id)
            .facility(before.facility_id)
            .before(&json!({ "state": before.state }))
            .after(&json!({ "state": state, "amountMinor": before.amount.minor, "code": after.code }));
        tx.commit(ctx, [event]).await
    }
}

/// What became known of a refund.
struct Told {
    happening: RefundHappening,
    /// The provider's own code and words of why not.
    words: Option<(String, String)>,
}

impl Told {
    fn seen(seen: Seen) -> Self {
        Self { happening: RefundHappening::Seen(seen.state), words: seen.code.map(|code| (code, String::new())) }
    }

    fn fault(fault: &PaymentFault) -> Self {
        Self { happening: fault.of_refund(), words: Heard::fault(fault).fault }
    }
}

/// In which language and under which number a payer knows what they paid: as their invoice, or as the receipt of what they put
/// in.
async fn shown(conn: &mut Conn, refund: &Refund) -> Result<(Language, String)> {
    let (language, number) = if let Some(id) = refund.document_id {
        let document = conn.find_document(id).await?.ok_or(AppError::NotFound)?;
        (document.language, document.number)
    } else {
        let payer = conn.surviving(refund.person_id).await?;
        let language = conn.find_person(payer).await?.ok_or(AppError::NotFound)?.draft.language;
        (language, conn.top_up_receipts_of(&[refund.payment_id]).await?.pop().map(|it| it.number))
    };
    Ok((language, number.map(|number| number.to_string()).unwrap_or_default()))
}

/// Asks a provider to give back, unless it has heard of that: whoever may have been asked before is asked what they know.
async fn hear(provider: Arc<dyn Provider>, refund: &Refund, ask: &RefundAsk) -> Option<Told> {
    let wants = matches!(refund.state, RefundState::Approved | RefundState::Unknown);
    if refund.asked_at.is_some() || !wants {
        match provider.look_up_refund(ask).await {
            Ok(seen) if seen.state != ProviderState::Absent || !wants => return Some(Told::seen(seen)),
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, refund = %refund.id, "a payment provider did not say where a refund stands");
                return None;
            }
        }
    }
    if let Err(fault) = provider.refund(ask).await {
        tracing::warn!(error = %fault, refund = %refund.id, "a payment provider has not taken a refund on");
        return Some(Told::fault(&fault));
    }
    let taken_on = Seen { state: ProviderState::Open, ..Seen::absent() };
    let seen = provider.look_up_refund(ask).await.ok().filter(|seen| seen.state != ProviderState::Absent);
    Some(Told::seen(seen.unwrap_or(taken_on)))
}
