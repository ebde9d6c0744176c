//! Providers are asked where cards stand, and to let go of those that are used no longer, until they have.

use super::{ended, let_go_of};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::payment::{AWAY, CLAIM, Heard, MOST_AT_ONCE, SOONEST, kept_onward, kept_words, settings_of};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use std::sync::Arc;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::SavedCardId;
use stolpe_domain::saved_card::{CardEnd, CardHappening, CardSeen, CardState, card_asks_again_in};
use stolpe_ports::payments::{Onward, PaymentFault, Payments as Provider};
use stolpe_ports::saved_cards::{CardBegun, CardKey, CardStands};
use stolpe_store::payment::KeptAgreement;
use stolpe_store::saved_card::SavedCard;

/// How often a provider is asked whether it keeps cards for an owner: that is turned on and off there.
const OFFERS_AGAIN: TimeDelta = TimeDelta::hours(1);

/// What became known of a card.
pub(crate) struct CardHeard {
    happening: CardHappening,
    token: Option<String>,
    onward: Option<Onward>,
    fault: Option<(String, String)>,
}

impl CardHeard {
    pub(crate) fn begun(it: CardBegun) -> Self {
        Self {
            happening: CardHappening::Seen(CardSeen::Open),
            token: Some(it.token),
            onward: Some(it.onward),
            fault: None,
        }
    }

    pub(crate) fn fault(fault: &PaymentFault) -> Self {
        Self { happening: fault.of_card(), token: None, onward: None, fault: Heard::fault(fault).fault }
    }

    fn stands(it: CardStands) -> Self {
        Self { happening: CardHappening::Seen(it.seen), token: it.token, onward: it.onward, fault: None }
    }
}

impl App {
    /// Asks after every card whose time has come, and which providers keep cards; answers after how many this host did.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when the database cannot be reached. What a provider does is noted and no error.
    pub async fn ask_due_cards(&self) -> Result<usize> {
        let at = self.now();
        for agreement in self.read().await?.agreements_to_ask_about_cards(at - OFFERS_AGAIN).await? {
            self.ask_about_cards(&agreement).await?;
        }
        let mut asked = 0;
        for card in self.read().await?.due_saved_cards(at, MOST_AT_ONCE).await? {
            if self.stop.is_cancelled() {
                break;
            }
            asked += usize::from(self.ask_card_if_due(&card).await?);
        }
        Ok(asked)
    }

    /// Asks a provider whether it keeps cards for whom an agreement is with.
    pub(crate) async fn ask_about_cards(&self, agreement: &KeptAgreement) -> Result<()> {
        let kept = match self.opened(agreement).await {
            Ok(provider) => match provider.saved_cards() {
                None => Some(false),
                Some(cards) => cards.are_kept().await.ok(),
            },
            Err(AppError::Unavailable { .. }) => None,
            Err(other) => return Err(other),
        };
        let mut tx = self.write().await?;
        tx.note_saves_cards(agreement.id, self.now(), kept).await?;
        tx.commit_telemetry().await
    }

    /// Asks after a card if its time has come and nobody else has taken it upon themselves; answers whether it did.
    pub(crate) async fn ask_card_if_due(&self, card: &SavedCard) -> Result<bool> {
        let at = self.now();
        let Some(seen) = card.next_ask_at.filter(|due| *due <= at) else { return Ok(false) };
        let mut tx = self.write().await?;
        let ours = tx.claim_saved_card(card.id, seen, at + CLAIM).await?;
        tx.commit_telemetry().await?;
        if ours {
            self.ask_after_card(card.id).await?;
        }
        Ok(ours)
    }

    async fn ask_after_card(&self, id: SavedCardId) -> Result<()> {
        let mut conn = self.read().await?;
        let card = conn.find_saved_card(id).await?.ok_or(AppError::NotFound)?;
        let agreement = conn.find_agreement(card.agreement_id).await?.ok_or(AppError::NotFound)?;
        drop(conn);
        let heard = match self.opened(&agreement).await {
            // Who the owner is there now has not been told of this card: that it is not known would say nothing.
            _ if settings_of(&agreement)?.account() != card.account => None,
            Ok(provider) => hear(provider, &card).await,
            Err(AppError::Unavailable { code, .. }) => {
                tracing::warn!(code, card = %id, "a payment provider could not be asked after a card");
                None
            }
            Err(other) => return Err(other),
        };
        let ctx = Ctx::system("payments", self.now());
        match heard {
            Some(heard) => self.learn_of_card(&ctx, id, heard).await.map(drop),
            None => self.ask_after_card_later(id, ctx.at).await,
        }
    }

    /// The provider could not be asked: it is, a while later.
    async fn ask_after_card_later(&self, id: SavedCardId, at: DateTime<Utc>) -> Result<()> {
        let mut tx = self.write().await?;
        let Some(mut card) = tx.find_saved_card(id).await? else { return Ok(()) };
        let pause = card_asks_again_in(card.state, at - card.moved_at);
        card.next_ask_at = pause.map(|pause| at + pause.max(AWAY));
        tx.put_saved_card(&card).await?;
        tx.commit_telemetry().await
    }

    /// Writes down what became known of a card. One that is saved takes the place of the one before, and what waits for it
    /// goes on.
    ///
    /// # Errors
    /// Whatever the database says; nothing has been changed then.
    pub(crate) async fn learn_of_card(&self, ctx: &Ctx, id: SavedCardId, heard: CardHeard) -> Result<SavedCard> {
        let person = self.read().await?.find_saved_card(id).await?.ok_or(AppError::NotFound)?.person_id;
        let mut tx = self.write().await?;
        let mut all = tx.lock_saved_cards_of(person).await?;
        let place = all.iter().position(|it| it.id == id).ok_or(AppError::NotFound)?;
        let mut card = all.remove(place);
        let was = card.state;
        card.state = was.after(heard.happening);
        note(&mut card, heard)?;
        card.asked_at = Some(ctx.at);
        let mut events = Vec::new();
        if card.state != was {
            card.moved_at = ctx.at;
            tx.hasten_tries_by_card(id, ctx.at).await?;
        }
        if card.state.end().is_some() && card.ended_at.is_none() {
            card.ended_at = Some(ctx.at);
            events.push(ended(&card, was));
        }
        if matches!((was, card.state), (CardState::Ending(_), CardState::Ended(_))) {
            let released = Event::new(Action::SavedCardReleased, Subject::SavedCard(id));
            events.push(released.organisation(card.organisation_id).after(&json!({ "provider": card.provider })));
        }
        if card.state == CardState::Saved && was != CardState::Saved {
            card.saved_at = Some(ctx.at);
            let takes_place_of =
                |it: &SavedCard| it.organisation_id == card.organisation_id && it.state == CardState::Saved;
            for before in all.into_iter().filter(takes_place_of) {
                events.extend(let_go_of(&mut tx, ctx, before, CardEnd::Replaced).await?);
            }
            let saved = Event::new(Action::SavedCardSaved, Subject::SavedCard(id));
            events.push(saved.organisation(card.organisation_id).after(&json!({ "provider": card.provider })));
        }
        if card.state != CardState::Asked {
            card.onward = None;
        }
        let pause = card_asks_again_in(card.state, ctx.at - card.moved_at);
        card.next_ask_at = pause.map(|pause| ctx.at + pause.max(SOONEST));
        tx.put_saved_card(&card).await?;
        card.row_version += 1;
        if events.is_empty() {
            tx.commit_telemetry().await?;
        } else {
            tx.commit(ctx, events).await?;
        }
        Ok(card)
    }
}

/// What a provider knows of a card. One that is used no longer it is asked to let go of.
async fn hear(provider: Arc<dyn Provider>, card: &SavedCard) -> Option<CardHeard> {
    let Some(cards) = provider.saved_cards() else { return Some(CardHeard::stands(CardStands::absent())) };
    let key = CardKey { card: card.id, token: card.reference.clone() };
    let look = async |key: &CardKey| {
        let stands = cards.look_up(key).await;
        if let Err(error) = &stands {
            tracing::warn!(%error, card = %card.id, "a payment provider did not say where a card stands");
        }
        stands.ok()
    };
    let stands = look(&key).await?;
    let is_kept = matches!(stands.seen, CardSeen::Open | CardSeen::Saved | CardSeen::Unclear);
    if card.state.end().is_none() || !is_kept {
        return Some(CardHeard::stands(stands));
    }
    let key = CardKey { token: stands.token.clone().or(key.token), ..key };
    let done = cards.end(&key).await;
    let mut heard = CardHeard::stands(look(&key).await.unwrap_or(stands));
    if let Err(fault) = done {
        tracing::warn!(%fault, card = %card.id, "a payment provider has not let go of a card");
        heard.fault = Heard::fault(&fault).fault;
    }
    Some(heard)
}

/// Notes what a provider has said. What was known and is not said again stays.
fn note(card: &mut SavedCard, heard: CardHeard) -> Result<()> {
    card.reference = heard.token.or_else(|| card.reference.take());
    if matches!(heard.happening, CardHappening::Seen(CardSeen::Open | CardSeen::Saved)) {
        // That its answer got lost is over.
        (card.code, card.words) = (None, None);
    }
    if let Some(onward) = heard.onward {
        card.onward = Some(kept_onward(onward)?);
    }
    if let Some((code, words)) = heard.fault {
        card.code = Some(kept_words(&code));
        card.words = Some(kept_words(&words)).filter(|words| !words.is_empty());
    }
    Ok(())
}
