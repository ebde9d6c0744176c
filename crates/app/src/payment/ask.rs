//! Providers are asked where tries stand: by a host that has taken it upon itself, and by the page of a payer who waits.

use super::book::{Booking, Source};
use super::key_of;
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::incoming_payment::mark_paid;
use crate::notice::Outward;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::PaymentAttemptId;
use stolpe_domain::ledger::{AccountKind, Asset};
use stolpe_domain::money::Money;
use stolpe_domain::payment::{
    AttemptHappening, AttemptState, Concern, PaymentPurpose, ProviderState, asks_again_in, receive, receive_top_up,
};
use stolpe_ports::payments::{PaymentFault, PaymentKey, Payments as Provider, Seen};
use stolpe_store::incoming_payment::PayableDocument;
use stolpe_store::payment::{Attempt, Payment};

/// How often it is looked whether somebody is to be asked.
const EVERY: Duration = Duration::from_secs(3);
/// No try is asked after more often.
pub(crate) const SOONEST: TimeDelta = TimeDelta::seconds(3);
/// A host that asks has the try to itself for so long: longer than all its questions can take.
pub(crate) const CLAIM: TimeDelta = TimeDelta::minutes(3);
/// When a provider is asked again that could not be asked.
pub(crate) const AWAY: TimeDelta = TimeDelta::minutes(1);
/// Tries that are taken up in one round.
pub(crate) const MOST_AT_ONCE: i64 = 50;
/// Words of a provider that are kept.
const LONGEST_WORDS: usize = 500;

/// What became known of a try.
pub(crate) struct Heard {
    pub(super) happening: AttemptHappening,
    /// What the provider says of it.
    pub(super) seen: Option<Seen>,
    /// What the provider calls it, and how the payer goes on.
    pub(super) begun: Option<(String, String)>,
    /// The provider's own code and words of why not.
    pub(crate) fault: Option<(String, String)>,
    /// Why somebody has to look at it.
    pub(super) concern: Option<Concern>,
}

impl Heard {
    pub(super) const fn of(happening: AttemptHappening) -> Self {
        Self { happening, seen: None, begun: None, fault: None, concern: None }
    }

    pub(super) fn seen(seen: Seen) -> Self {
        let happening = AttemptHappening::Seen(seen.state);
        Self { seen: Some(seen), ..Self::of(happening) }
    }

    /// What a fault means.
    pub(crate) fn fault(fault: &PaymentFault) -> Self {
        let words = match fault {
            PaymentFault::Refused { code, words } => (code.clone(), words.clone()),
            PaymentFault::NotAsked(error) => ("not_asked".to_owned(), error.words().unwrap_or_default()),
            PaymentFault::NotAnswered(error) => ("not_answered".to_owned(), error.words().unwrap_or_default()),
        };
        Self { fault: Some(words), ..Self::of(fault.of_attempt()) }
    }
}

impl App {
    /// Asks providers where tries stand, again and again, until the host stops.
    pub fn run_payments(&self) {
        let app = self.clone();
        self.spawn(async move {
            loop {
                if let Err(error) = app.ask_due_payments().await {
                    tracing::warn!(%error, "what providers know of payments waits");
                }
                if let Err(error) = app.ask_due_cards().await {
                    tracing::warn!(%error, "what providers know of saved cards waits");
                }
                if let Err(error) = app.ask_due_refunds().await {
                    tracing::warn!(%error, "what providers are to give back waits");
                }
                tokio::select! {
                    () = app.stop.cancelled() => return,
                    () = app.payments.hurry.notified() => {}
                    () = tokio::time::sleep(EVERY) => {}
                }
            }
        });
    }

    /// Asks after every try whose time has come; answers after how many this host did.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when the database cannot be reached. What a provider does is noted and no error.
    pub async fn ask_due_payments(&self) -> Result<usize> {
        let due = self.read().await?.due_attempts(self.now(), MOST_AT_ONCE).await?;
        let mut asked = 0;
        for attempt in due {
            if self.stop.is_cancelled() {
                break;
            }
            asked += usize::from(self.ask_if_due(&attempt).await?);
        }
        Ok(asked)
    }

    /// Asks after a try if its time has come and nobody else has taken it upon themselves; answers whether it did.
    pub(super) async fn ask_if_due(&self, attempt: &Attempt) -> Result<bool> {
        let at = self.now();
        let Some(seen) = attempt.next_ask_at.filter(|due| *due <= at) else { return Ok(false) };
        let mut tx = self.write().await?;
        let ours = tx.claim_attempt(attempt.id, seen, at + CLAIM).await?;
        tx.commit_telemetry().await?;
        if ours {
            self.ask_after(attempt.id).await?;
        }
        Ok(ours)
    }

    /// Asks after a try that this host has taken upon itself.
    pub(super) async fn ask_after(&self, id: PaymentAttemptId) -> Result<()> {
        let mut conn = self.read().await?;
        let attempt = conn.find_attempt(id).await?.ok_or(AppError::NotFound)?;
        let payment = conn.find_payment(attempt.payment_id).await?.ok_or(AppError::NotFound)?;
        let agreement = conn.find_agreement(attempt.agreement_id).await?.ok_or(AppError::NotFound)?;
        drop(conn);
        if let Some(card) = attempt.waits_for_card() {
            return self.follow_card(&attempt, card).await;
        }
        let heard = match self.opened(&agreement).await {
            Ok(provider) => self.hear(provider, &payment, &attempt).await?,
            Err(AppError::Unavailable { code, .. }) => {
                tracing::warn!(code, attempt = %id, "a payment provider could not be asked");
                None
            }
            Err(other) => return Err(other),
        };
        let ctx = Ctx::system("payments", self.now());
        match heard {
            Some(heard) => self.learn(&ctx, id, heard).await.map(drop),
            None => self.ask_later(id, ctx.at).await,
        }
    }

    /// What a provider knows of a try. Money that it holds is taken, unless it was paid otherwise: then it is let go.
    pub(super) async fn hear(
        &self,
        provider: Arc<dyn Provider>,
        payment: &Payment,
        attempt: &Attempt,
    ) -> Result<Option<Heard>> {
        let key = key_of(attempt);
        let look = async |key: &PaymentKey| {
            let seen = provider.look_up(key).await;
            if let Err(error) = &seen {
                tracing::warn!(%error, attempt = %attempt.id, "a payment provider did not say where a try stands");
            }
            seen.ok()
        };
        let Some(seen) = look(&key).await else { return Ok(None) };
        if seen.state != ProviderState::Reserved {
            return Ok(Some(Heard::seen(seen)));
        }
        if seen.amount != Some(payment.amount) {
            return Ok(Some(Heard { concern: Some(Concern::OtherAmount), ..Heard::seen(seen) }));
        }
        let key = PaymentKey { reference: seen.reference.clone().or(key.reference), ..key };
        let open = self.open_of(payment).await?;
        let done = if open.minor > 0 { provider.take(&key, payment.amount).await } else { provider.cancel(&key).await };
        let after = look(&key).await.unwrap_or(seen);
        let mut heard = Heard::seen(after);
        if let Err(fault) = done {
            heard.fault = Heard::fault(&fault).fault;
            if matches!(fault, PaymentFault::Refused { .. }) {
                heard.concern = Some(Concern::NotTaken);
            }
        }
        Ok(Some(heard))
    }

    /// What is open of what a payment is for.
    async fn open_of(&self, payment: &Payment) -> Result<Money> {
        let mut conn = self.read().await?;
        let documents = conn.payable(payment.organisation_id, payment.purpose.document().as_slice()).await?;
        Ok(open_of(payment, &documents, &conn.attempts_of(payment.id).await?))
    }

    /// The provider could not be asked: it is, a while later.
    async fn ask_later(&self, id: PaymentAttemptId, at: DateTime<Utc>) -> Result<()> {
        let mut tx = self.write().await?;
        let Some(mut attempt) = tx.find_attempt(id).await? else { return Ok(()) };
        let age = at - attempt.moved_at;
        // One that was given up is asked after as long as one of which nothing is known: somebody has told of it.
        let state = if attempt.state.is_open() { attempt.state } else { AttemptState::Unknown };
        attempt.next_ask_at = asks_again_in(state, age).map(|pause| at + pause.max(AWAY));
        tx.put_attempt(&attempt).await?;
        tx.commit_telemetry().await
    }

    /// Writes down what became known of a try, and books its money in the same transaction when it first has any.
    ///
    /// # Errors
    /// Whatever the database or the ledger says; nothing has been changed then.
    pub(super) async fn learn(&self, ctx: &Ctx, id: PaymentAttemptId, heard: Heard) -> Result<Attempt> {
        let mut conn = self.read().await?;
        let seen = conn.find_attempt(id).await?.ok_or(AppError::NotFound)?;
        let payment = conn.find_payment(seen.payment_id).await?.ok_or(AppError::NotFound)?;
        drop(conn);
        let outward = self.outward(payment.organisation_id).await?;
        let mut tx = self.write().await?;
        // In the order of everybody who settles: documents first.
        tx.hold_documents(payment.purpose.document().as_slice()).await?;
        let before = tx.lock_payment(payment.id).await?.ok_or(AppError::NotFound)?;
        let tries = tx.attempts_of(before.id).await?;
        let mut attempt = tries.iter().find(|it| it.id == id).cloned().ok_or(AppError::NotFound)?;
        let was = attempt.state;
        attempt.state = was.after(heard.happening);
        note(&mut attempt, &heard);
        attempt.asked_at = Some(ctx.at);
        if attempt.state != was {
            attempt.moved_at = ctx.at;
        }
        let pause = asks_again_in(attempt.state, ctx.at - attempt.moved_at);
        attempt.next_ask_at = pause.map(|pause| ctx.at + pause);
        let mut concern = heard.concern;
        if pause.is_none() && attempt.state.is_open() {
            concern = concern.or(Some(Concern::NeverDecided));
        }
        let mut paid = Vec::new();
        let comes = attempt.state.has_money() && attempt.booked_at.is_none();
        if comes {
            match attempt.came.filter(|came| came.minor > 0 && Asset::of(came.currency).is_some()) {
                Some(came) => {
                    let (found, events) = self.book(&mut tx, ctx, (&before, &tries, &attempt), came, outward).await?;
                    concern = concern.or(found);
                    paid = events;
                    attempt.booked_at = Some(ctx.at);
                }
                // There is no saying how much of it there is.
                None => concern = concern.or(Some(Concern::OtherAmount)),
            }
        }
        let mut after = standing(&before, &tries, &attempt);
        if let Some(concern) = concern.filter(|it| before.concern != Some(*it)) {
            (after.concern, after.looked_at) = (Some(concern), None);
        }
        if let (Some(card), AttemptState::Denied | AttemptState::Failed) = (attempt.saved_card_id, attempt.state) {
            // It may be that the card is over.
            tx.hasten_saved_card(card, ctx.at).await?;
        }
        tx.put_attempt(&attempt).await?;
        attempt.row_version += 1;
        if after == before && attempt.state == was {
            tx.commit_telemetry().await?;
            return Ok(attempt);
        }
        tx.put_payment(&after).await?;
        let action = if comes { Action::PaymentReceived } else { Action::PaymentMoved };
        let event = Event::new(action, Subject::Payment(before.id))
            .organisation(before.organisation_id)
            .facility(before.facility_id)
            .before(&json!({ "state": before.state, "concern": before.concern }))
            .after(&json!({
                "state": after.state, "concern": after.concern, "provider": attempt.provider,
                "purpose": before.purpose.kind(), "amountMinor": before.amount.minor, "cameMinor": attempt.came.map(|came| came.minor),
            }));
        tx.commit(ctx, [event].into_iter().chain(paid)).await?;
        Ok(attempt)
    }

    /// Books the money of a try; answers what somebody has to look at, and whether the invoice is paid by it.
    async fn book(
        &self,
        tx: &mut crate::work::Tx<'_>,
        ctx: &Ctx,
        (payment, tries, attempt): (&Payment, &[Attempt], &Attempt),
        came: Money,
        outward: Outward,
    ) -> Result<(Option<Concern>, Vec<Event>)> {
        let mut documents = tx.payable(payment.organisation_id, payment.purpose.document().as_slice()).await?;
        let open = open_of(payment, &documents, tries);
        let received = match payment.purpose {
            PaymentPurpose::Document(_) => receive(payment.amount, came, open),
            PaymentPurpose::TopUp => receive_top_up(payment.amount, came, open),
        };
        let value_on = self.value_day(tx, ctx, payment).await?;
        let from = Source { kind: AccountKind::clearing(attempt.provider), step: "received" };
        Booking::of(payment, attempt, value_on).post(tx, ctx, from, &received, outward).await?;
        for document in &mut documents {
            document.open.minor -= received.to_invoice.minor;
        }
        let paid = match received.to_invoice.minor {
            0 => Vec::new(),
            _ => mark_paid(tx, payment.organisation_id, &documents).await?,
        };
        Ok((received.concern, paid))
    }
}

/// What is open of what a payment is for: nothing of an invoice that is out of use, nor of what another try has put in.
pub(super) fn open_of(payment: &Payment, documents: &[PayableDocument], tries: &[Attempt]) -> Money {
    let nothing = Money::zero(payment.amount.currency);
    match payment.purpose {
        PaymentPurpose::Document(_) => documents.first().map_or(nothing, |it| it.open),
        PaymentPurpose::TopUp if tries.iter().any(|it| it.booked_at.is_some()) => nothing,
        PaymentPurpose::TopUp => payment.amount,
    }
}

/// As much of the words of a provider as is kept.
pub(crate) fn kept_words(words: &str) -> String {
    words.chars().filter(|letter| *letter != '\0').take(LONGEST_WORDS).collect()
}

/// Notes what a provider has said. What was known and is not said again stays.
fn note(attempt: &mut Attempt, heard: &Heard) {
    if let Some(seen) = &heard.seen {
        attempt.reference = seen.reference.clone().or_else(|| attempt.reference.take());
        attempt.movement = seen.movement.clone().or_else(|| attempt.movement.take());
        attempt.code = seen.code.clone().or_else(|| attempt.code.take());
        // Some providers tell what they would take even of what they have not. What was booked is what came, whatever is
        // said of it later.
        let is_there = matches!(seen.state, ProviderState::Reserved | ProviderState::Paid | ProviderState::Settled);
        if is_there && attempt.booked_at.is_none() {
            attempt.came = seen.amount.or(attempt.came);
        }
    }
    if let Some((reference, onward)) = &heard.begun {
        attempt.reference = Some(reference.clone());
        attempt.onward = Some(onward.clone());
    }
    if let Some((code, words)) = &heard.fault {
        attempt.code = Some(kept_words(code));
        attempt.words = Some(kept_words(words)).filter(|words| !words.is_empty());
    }
}

/// A payment by the try that counts: one that has money, else one that may still bring it, else the last.
fn standing(payment: &Payment, tries: &[Attempt], now: &Attempt) -> Payment {
    let weight = |it: &Attempt| (it.state.has_money(), it.state.is_open(), it.place);
    let tries = tries.iter().map(|it| if it.id == now.id { now } else { it });
    let counts = tries.max_by_key(|it| weight(it)).unwrap_or(now);
    Payment { state: counts.state, provider: counts.provider, ..payment.clone() }
}
