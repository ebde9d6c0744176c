//! Cards that providers keep for payers (PRE-16): whose they are, whether they may be charged, and letting go of them.
//!
//! Nothing here is a card: what is kept is by which name a provider charges one. From the moment somebody lets go of a card
//! it is charged no more; the provider is told until it has answered (`ask.rs`). How one is saved while something is paid is
//! `payment/by_card.rs`.

mod ask;

pub(crate) use ask::CardHeard;

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::payment::{payer, settings_of};
use chrono::NaiveDate;
use serde_json::json;
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::{OrganisationId, PersonId, SavedCardId};
use stolpe_domain::payment::PaymentProvider;
use stolpe_domain::saved_card::{CardEnd, CardHappening, CardStanding, CardState};
use stolpe_store::saved_card::SavedCard;
use stolpe_store::{Conn, Tx};

/// A saved card as whose it is sees it.
#[derive(Clone, Debug)]
pub struct MySavedCard {
    /// The card.
    pub card: SavedCard,
    /// Who may charge it.
    pub organisation: String,
    /// Why it may not be charged now, as a stable code.
    pub refusal: Option<&'static str>,
}

/// What of an invoice or of a balance can be paid by a saved card.
#[derive(Clone, Debug, Default)]
pub struct CardsOffered {
    /// Through whom a card can be saved.
    pub remembers: Vec<PaymentProvider>,
    /// The card that may be charged.
    pub saved: Option<SavedCard>,
}

impl CardsOffered {
    /// Reads it for whoever pays an organisation.
    pub(crate) async fn read(conn: &mut Conn, ctx: &Ctx, me: PersonId, organisation: OrganisationId) -> Result<Self> {
        let agreements = conn.agreements_of(organisation).await?;
        let keeps = agreements.iter().filter(|it| it.active && it.saves_cards == Some(true));
        let remembers: Vec<_> = keeps.map(|it| it.provider).collect();
        let cards = conn.saved_cards_of(me).await?;
        let card = cards.into_iter().find(|it| it.organisation_id == organisation && it.state == CardState::Saved);
        let nobody_saves = remembers.is_empty() && card.is_none();
        if nobody_saves || has_moved_out(conn, me, ctx.today()).await? {
            return Ok(Self::default());
        }
        let saved = match card {
            Some(card) if refusal(conn, ctx, &card).await?.is_none() => Some(card),
            _ => None,
        };
        Ok(Self { remembers, saved })
    }

    /// As much of it as is offered through these.
    pub(crate) fn through(&self, providers: &[PaymentProvider]) -> Self {
        Self {
            remembers: self.remembers.iter().copied().filter(|it| providers.contains(it)).collect(),
            saved: self.saved.clone().filter(|it| providers.contains(&it.provider)),
        }
    }
}

/// Whether somebody had a home here and has none any more. Who never had one, such as staff who charge their cars, has not.
pub(crate) async fn has_moved_out(conn: &mut Conn, person: PersonId, today: NaiveDate) -> Result<bool> {
    let tenancies = conn.tenancies_of(person).await?;
    let is_over = |until: Option<NaiveDate>| until.is_some_and(|until| until <= today);
    Ok(!tenancies.is_empty() && tenancies.iter().all(|it| is_over(it.tenancy.moved_out_on)))
}

/// Why a card may not be charged, as a stable code; nothing when it may.
pub(crate) async fn refusal(conn: &mut Conn, ctx: &Ctx, card: &SavedCard) -> Result<Option<&'static str>> {
    if card.state != CardState::Saved {
        return Ok(Some("saved_card.ended"));
    }
    let agreement = conn.find_agreement(card.agreement_id).await?.ok_or(AppError::NotFound)?;
    if !agreement.active {
        return Ok(Some("payment.no_agreement"));
    }
    if settings_of(&agreement)?.account() != card.account {
        return Ok(Some("saved_card.other_agreement"));
    }
    if has_moved_out(conn, card.person_id, ctx.today()).await? {
        return Ok(Some("saved_card.moved_out"));
    }
    Ok(None)
}

/// That somebody has let go of a card.
pub(crate) fn ended(card: &SavedCard, before: CardState) -> Event {
    Event::new(Action::SavedCardEnded, Subject::SavedCard(card.id))
        .organisation(card.organisation_id)
        .before(&json!({ "state": before.standing() }))
        .after(&json!({ "state": card.state.standing(), "endedBy": card.state.end(), "provider": card.provider }))
}

impl App {
    /// The cards of whoever is signed in that are saved, or of which a provider has yet to let go.
    ///
    /// # Errors
    /// [`AppError::SignedOut`] when nobody is signed in; [`AppError::Refused`] `password.initial` before a password is
    /// chosen.
    pub async fn my_saved_cards(&self, ctx: &Ctx) -> Result<Vec<MySavedCard>> {
        let me = payer(ctx)?;
        let mut conn = self.read().await?;
        let mut mine = Vec::new();
        for card in conn.saved_cards_of(me).await? {
            let was_saved = card.saved_at.is_some();
            if matches!(card.state.standing(), CardStanding::Saved | CardStanding::Ending) && was_saved {
                mine.push(shown(&mut conn, ctx, card).await?);
            }
        }
        Ok(mine)
    }

    /// Lets go of a card of whoever is signed in. It is charged no more from now on, and the provider is told.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a card of somebody else.
    pub async fn remove_my_saved_card(&self, ctx: &Ctx, id: SavedCardId) -> Result<MySavedCard> {
        let me = payer(ctx)?;
        let seen = self.read().await?.find_saved_card(id).await?.filter(|it| it.person_id == me);
        seen.ok_or(AppError::NotFound)?;
        if !self.done_before(ctx).await? {
            self.let_go(ctx, id, CardEnd::Payer).await?;
        }
        let mut conn = self.read().await?;
        let card = conn.find_saved_card(id).await?.ok_or(AppError::NotFound)?;
        shown(&mut conn, ctx, card).await
    }

    /// The cards that somebody has or had saved, the latest first.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see what the person pays, too.
    pub async fn saved_cards_of_person(&self, ctx: &Ctx, id: PersonId) -> Result<Vec<SavedCard>> {
        let (person, _) = self.person_for(ctx, id, Permission::ReadPerson).await?;
        ctx.may_see(Permission::ReadBilling, Place::Organisation(person.organisation_id))?;
        let cards = self.read().await?.saved_cards_of(id).await?;
        Ok(cards.into_iter().filter(|it| it.saved_at.is_some()).collect())
    }

    /// Lets go of somebody's card at the desk.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see it, [`AppError::Denied`] for those who may not handle payments.
    pub async fn remove_saved_card(&self, ctx: &Ctx, id: SavedCardId) -> Result<SavedCard> {
        ctx.reach(Permission::ReadBilling)?;
        let seen = self.read().await?.find_saved_card(id).await?.ok_or(AppError::NotFound)?;
        let place = Place::Organisation(seen.organisation_id);
        ctx.may_see(Permission::ReadBilling, place)?;
        ctx.may(Permission::TakePayment, place)?;
        if !self.done_before(ctx).await? {
            self.let_go(ctx, id, CardEnd::Desk).await?;
        }
        self.read().await?.find_saved_card(id).await?.ok_or(AppError::NotFound)
    }

    /// Lets go of a card, which is over already or is from now on; the provider is told soon.
    pub(crate) async fn let_go(&self, ctx: &Ctx, id: SavedCardId, why: CardEnd) -> Result<()> {
        let seen = self.read().await?.find_saved_card(id).await?.ok_or(AppError::NotFound)?;
        let mut tx = self.write().await?;
        let cards = tx.lock_saved_cards_of(seen.person_id).await?;
        let card = cards.into_iter().find(|it| it.id == id).ok_or(AppError::NotFound)?;
        let Some(event) = let_go_of(&mut tx, ctx, card, why).await? else { return Ok(()) };
        tx.commit(ctx, [event]).await?;
        self.payments.hurry();
        Ok(())
    }
}

async fn shown(conn: &mut Conn, ctx: &Ctx, card: SavedCard) -> Result<MySavedCard> {
    let organisation = conn.find_organisation(card.organisation_id).await?.ok_or(AppError::NotFound)?.name;
    let refusal = refusal(conn, ctx, &card).await?;
    Ok(MySavedCard { card, organisation, refusal })
}

/// Lets go of a card that is held, and of what waits for it; answers what to say of it, nothing where it was over.
pub(crate) async fn let_go_of(tx: &mut Tx, ctx: &Ctx, mut card: SavedCard, why: CardEnd) -> Result<Option<Event>> {
    let before = card.state;
    card.state = before.after(CardHappening::LetGo(why));
    if card.state == before {
        return Ok(None);
    }
    (card.moved_at, card.ended_at, card.next_ask_at) = (ctx.at, Some(ctx.at), Some(ctx.at));
    tx.put_saved_card(&card).await?;
    tx.hasten_tries_by_card(card.id, ctx.at).await?;
    Ok(Some(ended(&card, before)))
}

/// Lets go of every card of somebody.
pub(crate) async fn let_go_of_all(tx: &mut Tx, ctx: &Ctx, person: PersonId, why: CardEnd) -> Result<Vec<Event>> {
    let mut events = Vec::new();
    for card in tx.lock_saved_cards_of(person).await? {
        events.extend(let_go_of(tx, ctx, card, why).await?);
    }
    Ok(events)
}
