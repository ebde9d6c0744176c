//! Whoever lives at a facility puts money in beforehand, by its rule: begun, tried again and paid as an invoice is.

use super::begin::{MyPayment, payer};
use super::wanted::{PayBy, What};
use super::write::Standing;
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::top_up::{Advance, since_midnight};
use stolpe_domain::id::{FacilityId, OrganisationId, PaymentId, PersonId};
use stolpe_domain::language::Language;
use stolpe_domain::money::Money;
use stolpe_store::Tx;

/// What somebody wants to put in.
pub(super) struct TopUpWish {
    pub(super) organisation: OrganisationId,
    pub(super) facility: FacilityId,
    pub(super) amount: Money,
    /// The language of who pays.
    pub(super) language: Language,
}

impl App {
    /// Begins to put money in at a facility of whoever is signed in, or goes on with the try that is open: whoever presses
    /// twice pays once, and what failed today is tried again.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a facility that is not theirs; [`AppError::Refused`] `top_up.off` where people do not pay in
    /// advance themselves, `top_up.company_pays`, `top_up.no_email` (PRE-10), `top_up.another_open`, and as [`App::pay`];
    /// [`AppError::Invalid`] for an amount that breaks the rule.
    pub async fn top_up(&self, ctx: &Ctx, facility: FacilityId, minor: i64, by: PayBy) -> Result<MyPayment> {
        let me = payer(ctx)?;
        if let Some(id) = self.replayed::<PaymentId>(ctx).await? {
            return self.my_payment(ctx, id).await;
        }
        let mut conn = self.read().await?;
        if !conn.facilities_of(me).await?.contains(&facility) {
            return Err(AppError::NotFound);
        }
        let place = conn.find_facility(facility).await?.ok_or(AppError::NotFound)?;
        let person = conn.find_person(me).await?.ok_or(AppError::NotFound)?;
        let advance = Advance::read(&mut conn, &place).await?;
        drop(conn);
        if person.draft.email.is_none() {
            return Err(AppError::refused("top_up.no_email"));
        }
        if person.draft.payer.is_some() {
            return Err(AppError::refused("top_up.company_pays"));
        }
        let wish = TopUpWish {
            organisation: place.organisation_id,
            facility,
            amount: Money::of_minor(minor, advance.rule.currency()),
            language: person.draft.language,
        };
        self.begin_to_pay(ctx, me, What::TopUp(wish), by).await
    }
}

/// Holds the setting of a facility, by which nobody else begins meanwhile, and says whether so much may be put in there.
pub(super) async fn standing(tx: &mut Tx, ctx: &Ctx, me: PersonId, wish: &TopUpWish) -> Result<Standing> {
    let place = tx.find_facility(wish.facility).await?.ok_or(AppError::NotFound)?;
    let advance = Advance::hold(tx, &place).await?;
    if !advance.is_offered() {
        return Err(AppError::refused("top_up.off"));
    }
    let since = since_midnight(&place, ctx.at);
    let (mut counted, mut before) = (tx.topped_up_at_tills(me, since).await?, None);
    for payment in tx.top_ups_since(me, wish.facility, since).await? {
        let tries = tx.attempts_of(payment.id).await?;
        if tries.iter().any(|it| it.state.is_open()) {
            // Whoever wants to put in something else breaks off what they have begun.
            return if payment.amount == wish.amount {
                Ok(Standing::GoesOn(payment))
            } else {
                Err(AppError::refused("top_up.another_open"))
            };
        }
        if tries.iter().any(|it| it.state.has_money()) {
            counted = counted.saturating_add(payment.amount.minor);
        } else if before.is_none() && payment.amount == wish.amount && payment.created_at >= since {
            before = Some((payment, i64::try_from(tries.len()).unwrap_or(i64::MAX)));
        }
    }
    let counted = Money::of_minor(counted, wish.amount.currency);
    advance.rule.allows(wish.amount, counted).map_err(|refusal| AppError::field("minor", refusal.code()))?;
    Ok(Standing::Begins { before, amount: wish.amount })
}
