//! Paying by a card that the provider keeps: a try waits until its card is saved, and is then charged, once.
//!
//! The charge is written down before the provider is asked (`charged_at`), by one transaction of all that would: neither
//! the page of a payer nor another host asks again. Whether a charge whose answer was lost was heard, is asked as of every
//! try.

use super::ask::{CLAIM, Heard, SOONEST, open_of};
use super::wanted::{TIME_TO_PAY, Wanted};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::saved_card::{self, CardHeard};
use serde_json::json;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::{OrganisationId, PaymentAttemptId, PersonId, SavedCardId};
use stolpe_domain::payment::{AttemptHappening, AttemptState, ProviderState};
use stolpe_domain::saved_card::{CardEnd, CardState, card_asks_again_in};
use stolpe_ports::error::{PortError, PortErrorKind};
use stolpe_ports::payments::PaymentFault;
use stolpe_ports::saved_cards::CardAsk;
use stolpe_store::Tx;
use stolpe_store::payment::{Attempt, KeptAgreement, Payment};
use stolpe_store::saved_card::SavedCard;

/// Writes down that a provider is about to be asked to keep a card; answers it and what to say of it.
pub(super) async fn write_card(
    tx: &mut Tx,
    ctx: &Ctx,
    me: PersonId,
    (organisation, agreement): (OrganisationId, &KeptAgreement),
) -> Result<(SavedCardId, Event)> {
    if saved_card::has_moved_out(tx, me, ctx.today()).await? {
        return Err(AppError::refused("saved_card.moved_out"));
    }
    let card = SavedCard {
        id: ctx.new_id(),
        organisation_id: organisation,
        person_id: me,
        agreement_id: agreement.id,
        provider: agreement.provider,
        account: super::settings_of(agreement)?.account().to_owned(),
        state: CardState::Asked,
        reference: None,
        onward: None,
        code: None,
        words: None,
        saved_at: None,
        ended_at: None,
        used_at: None,
        asked_at: None,
        // Whoever writes it down asks. If this host dies meanwhile, another looks what came of it.
        next_ask_at: Some(ctx.at + CLAIM),
        moved_at: ctx.at,
        row_version: 1,
        created_at: ctx.at,
    };
    tx.insert_saved_card(&card).await?;
    let event = Event::new(Action::SavedCardAsked, Subject::SavedCard(card.id))
        .organisation(organisation)
        .after(&json!({ "provider": card.provider }));
    Ok((card.id, event))
}

/// Holds a card that somebody wants to pay by, and notes that it is charged now.
pub(super) async fn use_card(
    tx: &mut Tx,
    ctx: &Ctx,
    me: PersonId,
    (id, agreement): (SavedCardId, &KeptAgreement),
) -> Result<()> {
    let cards = tx.lock_saved_cards_of(me).await?;
    // A card of somebody else is not there, as one that never was.
    let ours = cards.into_iter().find(|it| it.id == id && it.agreement_id == agreement.id);
    let mut card = ours.ok_or(AppError::refused("saved_card.none"))?;
    if let Some(code) = saved_card::refusal(tx, ctx, &card).await? {
        return Err(AppError::refused(code));
    }
    card.used_at = Some(ctx.at);
    Ok(tx.put_saved_card(&card).await?)
}

impl App {
    /// Asks the provider to keep a card, for which a try waits.
    pub(super) async fn ask_to_keep(
        &self,
        wanted: &Wanted,
        payment: &Payment,
        attempt: &Attempt,
        card: SavedCardId,
    ) -> Result<()> {
        let ask = self.payment_ask(payment, wanted, attempt).await?;
        let ask = CardAsk {
            card,
            currency: payment.amount.currency,
            email: ask.email,
            language: ask.language,
            return_to: ask.return_to,
            terms: ask.terms,
            callback: ask.callback,
        };
        let provider = self.opened(&wanted.agreement).await?;
        let heard = match provider.saved_cards() {
            Some(cards) => cards.begin(&ask).await,
            None => Err(keeps_none()),
        };
        let heard = match heard {
            Ok(begun) => CardHeard::begun(begun),
            Err(fault) => {
                tracing::warn!(error = %fault, %card, "a provider has not taken on to keep a card");
                CardHeard::fault(&fault)
            }
        };
        let ctx = Ctx::system("payments", self.now());
        let card = self.learn_of_card(&ctx, card, heard).await?;
        if card.state == CardState::Asked {
            let mut tx = self.write().await?;
            tx.hasten_attempt(attempt.id, ctx.at + SOONEST).await?;
            return tx.commit_telemetry().await;
        }
        self.follow_card(attempt, card.id).await
    }

    /// Looks where the card stands for which a try waits that this host has taken upon itself, and goes on with the try.
    pub(super) async fn follow_card(&self, attempt: &Attempt, card: SavedCardId) -> Result<()> {
        let seen = self.read().await?.find_saved_card(card).await?.ok_or(AppError::NotFound)?;
        self.ask_card_if_due(&seen).await?;
        let card = self.read().await?.find_saved_card(card).await?.ok_or(AppError::NotFound)?;
        let ctx = Ctx::system("payments", self.now());
        let is_too_late = ctx.at - attempt.created_at > TIME_TO_PAY;
        match card.state {
            CardState::Saved => self.charge(attempt.id).await,
            CardState::Asked if is_too_late => {
                self.let_go(&ctx, card.id, CardEnd::Unfinished).await?;
                self.learn(&ctx, attempt.id, Heard::of(seen_as(ProviderState::Expired))).await.map(drop)
            }
            CardState::Asked => {
                let pause = card_asks_again_in(card.state, ctx.at - card.moved_at).unwrap_or(SOONEST);
                let mut tx = self.write().await?;
                let Some(mut attempt) = tx.find_attempt(attempt.id).await? else { return Ok(()) };
                attempt.next_ask_at = Some(ctx.at + pause);
                tx.put_attempt(&attempt).await?;
                tx.commit_telemetry().await
            }
            CardState::Ending(end) | CardState::Ended(end) => {
                self.learn(&ctx, attempt.id, without(&card, end)).await.map(drop)
            }
        }
    }

    /// Charges a try whose card is saved, unless it was, or what it is for is paid.
    async fn charge(&self, id: PaymentAttemptId) -> Result<()> {
        let mut conn = self.read().await?;
        let seen = conn.find_attempt(id).await?.ok_or(AppError::NotFound)?;
        let payment = conn.find_payment(seen.payment_id).await?.ok_or(AppError::NotFound)?;
        drop(conn);
        let wanted = self.wanted_then(&payment, &seen).await?;
        // Before anything is written: a vault that is locked keeps nobody waiting for nothing.
        self.opened(&wanted.agreement).await?;
        let ctx = Ctx::system("payments", self.now());
        let mut tx = self.write().await?;
        tx.hold_documents(payment.purpose.document().as_slice()).await?;
        let payment = tx.lock_payment(payment.id).await?.ok_or(AppError::NotFound)?;
        let tries = tx.attempts_of(payment.id).await?;
        let waits = tries.iter().find(|it| it.id == id).cloned();
        let Some((mut attempt, card)) = waits.and_then(|it| it.waits_for_card().map(|card| (it, card))) else {
            return Ok(());
        };
        let documents = tx.payable(payment.organisation_id, payment.purpose.document().as_slice()).await?;
        let is_owed = open_of(&payment, &documents, &tries) == payment.amount;
        let refused = if is_owed {
            match use_card(&mut tx, &ctx, payment.person_id, (card, &wanted.agreement)).await {
                Ok(()) => None,
                Err(AppError::Refused { code, .. }) => Some(code),
                Err(other) => return Err(other),
            }
        } else {
            Some("payment.nothing_open")
        };
        if let Some(code) = refused {
            drop(tx);
            let fault = Some((code.to_owned(), String::new()));
            let heard = Heard { fault, ..Heard::of(AttemptHappening::Refused) };
            return self.learn(&ctx, id, heard).await.map(drop);
        }
        attempt.charged_at = Some(ctx.at);
        attempt.next_ask_at = Some(ctx.at + CLAIM);
        tx.put_attempt(&attempt).await?;
        tx.commit_telemetry().await?;
        attempt.row_version += 1;
        self.ask_to_charge(&wanted, &payment, &attempt, card).await
    }

    /// Asks the provider to charge a card, which was written down.
    pub(super) async fn ask_to_charge(
        &self,
        wanted: &Wanted,
        payment: &Payment,
        attempt: &Attempt,
        card: SavedCardId,
    ) -> Result<()> {
        let ask = self.payment_ask(payment, wanted, attempt).await?;
        let token = self.read().await?.find_saved_card(card).await?.and_then(|card| card.reference);
        let provider = self.opened(&wanted.agreement).await?;
        let outcome = match (provider.saved_cards(), token) {
            (Some(cards), Some(token)) => cards.charge(&token, &ask).await,
            _ => Err(keeps_none()),
        };
        let heard = match outcome {
            Ok(seen) => Heard::seen(seen),
            Err(fault) => {
                tracing::warn!(error = %fault, attempt = %attempt.id, "a provider has not charged a saved card");
                Heard::fault(&fault)
            }
        };
        let ctx = Ctx::system("payments", self.now());
        let learnt = self.learn(&ctx, attempt.id, heard).await?;
        match learnt.state {
            // What is held is taken at once.
            AttemptState::Reserved => match self.hear(provider, payment, &learnt).await? {
                Some(heard) => self.learn(&ctx, attempt.id, heard).await.map(drop),
                None => Ok(()),
            },
            AttemptState::Unknown => {
                // Whether it was heard is known as soon as the provider answers again.
                let mut tx = self.write().await?;
                tx.hasten_attempt(attempt.id, ctx.at + SOONEST).await?;
                tx.commit_telemetry().await
            }
            _ => Ok(()),
        }
    }

    /// Breaks off a try that waits for a card, with the card.
    pub(super) async fn break_off_saving(&self, ctx: &Ctx, payment: &Payment, card: SavedCardId) -> Result<()> {
        let mut tx = self.write().await?;
        tx.hold_documents(payment.purpose.document().as_slice()).await?;
        tx.lock_payment(payment.id).await?.ok_or(AppError::NotFound)?;
        let cards = tx.lock_saved_cards_of(payment.person_id).await?;
        let waits = tx.attempts_of(payment.id).await?.into_iter().find(|it| it.waits_for_card() == Some(card));
        // It was charged a moment ago.
        let attempt = waits.ok_or(AppError::refused("payment.not_waiting"))?;
        let card = cards.into_iter().find(|it| it.id == card).ok_or(AppError::NotFound)?;
        let ended = saved_card::let_go_of(&mut tx, ctx, card, CardEnd::Payer).await?;
        let event = Event::new(Action::PaymentBrokenOff, Subject::Payment(payment.id))
            .organisation(payment.organisation_id)
            .facility(payment.facility_id);
        tx.commit(ctx, [event].into_iter().chain(ended)).await?;
        self.payments.hurry();
        let ctx = Ctx::system("payments", self.now());
        self.learn(&ctx, attempt.id, Heard::of(seen_as(ProviderState::Cancelled))).await.map(drop)
    }
}

const fn seen_as(state: ProviderState) -> AttemptHappening {
    AttemptHappening::Seen(state)
}

/// What a card that was not saved means for the try that waited for it.
fn without(card: &SavedCard, end: CardEnd) -> Heard {
    match (end, &card.code) {
        (CardEnd::Unfinished, Some(code)) => {
            let fault = Some((code.clone(), card.words.clone().unwrap_or_default()));
            Heard { fault, ..Heard::of(AttemptHappening::Refused) }
        }
        (CardEnd::Unfinished, None) => Heard::of(seen_as(ProviderState::Expired)),
        _ => Heard::of(seen_as(ProviderState::Cancelled)),
    }
}

fn keeps_none() -> PaymentFault {
    PaymentFault::NotAsked(PortError::bare(PortErrorKind::Misconfigured, "ask a payment provider"))
}
