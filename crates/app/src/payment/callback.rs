//! What providers send. Nothing of it is believed: it says which try to ask about, and that soon.

use super::ask::SOONEST;
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use chrono::{DateTime, Utc};
use serde_json::json;
use stolpe_domain::id::OrganisationId;
use stolpe_domain::payment::PaymentProvider;
use stolpe_ports::payments::{CallbackNotice, CallbackRefusal, NoticeAbout, RawCallback};
use stolpe_store::payment::{Attempt, Callback, CallbackOf, CallbackOutcome};
use stolpe_store::saved_card::SavedCard;
use uuid::Uuid;

/// Events that are kept of one try; providers tell of a handful.
const MOST_OF_A_TRY: i64 = 50;
/// Of a text that somebody outside has written, no more is kept.
const LONGEST_TEXT: usize = 4_000;
/// Headers that are kept: none of them proves anything.
const KEPT_HEADERS: [&str; 4] = ["content-type", "user-agent", "x-ms-date", "x-ms-content-sha256"];

/// Where a provider tells of changes, on a host that is reached there.
pub(crate) fn address(base: &str, provider: PaymentProvider) -> String {
    format!("{base}/api/v1/callbacks/payments/{}", provider.word())
}

impl App {
    /// Takes in what somebody has sent in a provider's name. It is put into the inbox once, and the provider is asked soon.
    ///
    /// Open to nobody in particular: who sent it is proven by its signature where the provider signs, and by asking.
    ///
    /// # Errors
    /// [`AppError::Refused`] `callback.refused` for what is not signed by the provider, cannot be read, or tells of nothing
    /// that we know. That is counted, and nothing of it is kept.
    pub async fn take_payment_callback(
        &self,
        ctx: &Ctx,
        provider: PaymentProvider,
        callback: &RawCallback,
    ) -> Result<()> {
        let told = self.told(provider, callback).await?;
        let mut tx = self.write().await?;
        match told {
            Told::Of(it) => {
                let (notice, attempt) = *it;
                // A provider that names no events tells once of each state that we know of.
                let is_known = attempt.state.has_money();
                let event = if notice.event.is_empty() { format!("at {}", attempt.state.word()) } else { notice.event };
                let of = (CallbackOf::Attempt(attempt.id), attempt.organisation_id);
                let kept = kept(ctx, provider, callback, (of, event, is_known));
                tx.receive_callback(&kept, MOST_OF_A_TRY).await?;
                if !is_known {
                    tx.hasten_attempt(attempt.id, soonest(ctx, attempt.asked_at)).await?;
                }
            }
            Told::OfCard(card) => {
                // One that is over is asked after too: its payer may have saved it after it was let go.
                let event = format!("at {}", card.state.standing().word());
                let of = (CallbackOf::SavedCard(card.id), card.organisation_id);
                let kept = kept(ctx, provider, callback, (of, event, false));
                tx.receive_callback(&kept, MOST_OF_A_TRY).await?;
                let soonest = soonest(ctx, card.asked_at);
                tx.hasten_saved_card(card.id, soonest).await?;
                tx.hasten_tries_by_card(card.id, soonest).await?;
            }
            Told::OfRefund(ask) if tx.hasten_refund(provider, ask, ctx.at).await? => {}
            it @ (Told::Refused(_) | Told::OfRefund(_)) => {
                let reason = if let Told::Refused(reason) = it { reason } else { "unknown" };
                tx.count_refused_callback(provider, reason, ctx.at).await?;
                let mut unnamed = 0;
                if reason == "unknown" {
                    unnamed += tx.hasten_unnamed(provider, ctx.at + SOONEST).await?;
                    unnamed += tx.hasten_unnamed_cards(provider, ctx.at + SOONEST).await?;
                }
                tx.commit_telemetry().await?;
                return if unnamed > 0 { Ok(()) } else { Err(AppError::refused("callback.refused")) };
            }
        }
        tx.commit_telemetry().await?;
        self.payments.hurry.notify_one();
        Ok(())
    }

    /// Which try or card a callback tells of, by an agreement that can read it.
    async fn told(&self, provider: PaymentProvider, callback: &RawCallback) -> Result<Told> {
        let mut reason = "unknown";
        let mut refund = None;
        for agreement in self.read().await?.agreements_with(provider).await? {
            let Ok(open) = self.opened(&agreement).await else { continue };
            let notice = match open.read_callback(callback) {
                Ok(notice) => notice,
                Err(refusal) => {
                    reason = match refusal {
                        CallbackRefusal::Forged => "forged",
                        CallbackRefusal::Unreadable => "unreadable",
                    };
                    continue;
                }
            };
            if notice.about == NoticeAbout::SavedCard {
                let card = self.read().await?.saved_card_called(provider, &notice.reference).await?;
                if let Some(card) = card.filter(|it| it.agreement_id == agreement.id) {
                    return Ok(Told::OfCard(Box::new(card)));
                }
                reason = "unknown";
                continue;
            }
            let attempt = self.read().await?.attempt_called(provider, &notice.reference).await?;
            if let Some(attempt) = attempt.filter(|it| it.agreement_id == agreement.id) {
                return Ok(Told::Of(Box::new((notice, attempt))));
            }
            reason = "unknown";
            refund = refund.or(Uuid::parse_str(&notice.reference).ok());
        }
        Ok(refund.map_or(Told::Refused(reason), Told::OfRefund))
    }
}

/// What a callback tells of.
enum Told {
    /// This try.
    Of(Box<(CallbackNotice, Attempt)>),
    /// This saved card.
    OfCard(Box<SavedCard>),
    /// What may be our name for a refund.
    OfRefund(Uuid),
    /// Nothing, for this reason.
    Refused(&'static str),
}

/// A callback as it is kept: what it tells of and of whom, by which name, and whether that is known already.
fn kept(
    ctx: &Ctx,
    provider: PaymentProvider,
    callback: &RawCallback,
    ((of, organisation_id), event, is_known): ((CallbackOf, OrganisationId), String, bool),
) -> Callback {
    let headers: Vec<_> = callback.headers.iter().filter(|(name, _)| KEPT_HEADERS.contains(&&**name)).collect();
    Callback {
        id: ctx.new_id::<Uuid>(),
        organisation_id,
        of,
        provider,
        event: cut(&event, 200),
        target: cut(&callback.target, LONGEST_TEXT),
        headers: json!(headers).to_string(),
        body: cut(&String::from_utf8_lossy(&callback.body), LONGEST_TEXT),
        outcome: if is_known { CallbackOutcome::Ignored } else { CallbackOutcome::Asked },
        repeated: 0,
        received_at: ctx.at,
    }
}

/// However often somebody writes, the provider is asked no more often than its payers wait.
fn soonest(ctx: &Ctx, asked_at: Option<DateTime<Utc>>) -> DateTime<Utc> {
    asked_at.map_or(ctx.at, |asked| ctx.at.max(asked + SOONEST))
}

fn cut(text: &str, most: usize) -> String {
    text.chars().filter(|letter| *letter != '\0').take(most).collect()
}
