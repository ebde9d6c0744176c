//! Paying in advance at the counter: by the same rule, whether people put money in themselves or not (PRE-08, PRE-11).

use super::balance::prepaid_at;
use super::{Advance, since_midnight};
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::country::Country;
use stolpe_domain::facility::Facility;
use stolpe_domain::id::{FacilityId, PersonId};
use stolpe_domain::ledger::Asset;
use stolpe_domain::money::Money;
use stolpe_domain::person::Person;
use stolpe_domain::top_up::{TopUpDraft, TopUpRule};
use stolpe_store::{Conn, Tx};

/// By which rule somebody pays in advance at the counter, and what they have there: at a facility of theirs, or where nobody
/// has said anything.
pub(crate) async fn at_counter(
    conn: &mut Conn,
    person: &Person,
    facility: Option<FacilityId>,
) -> Result<(TopUpRule, Money)> {
    let Some(place) = place_of(conn, facility).await? else {
        let owner = conn.find_organisation(person.organisation_id).await?.ok_or(AppError::NotFound)?;
        return bare(owner.country);
    };
    let rule = Advance::read(conn, &place).await?.rule;
    let asset = Asset::of(rule.currency()).ok_or_else(|| AppError::internal("a currency that nothing is owed in"))?;
    let account = prepaid_at(place.organisation_id, place.id, person.id, asset);
    let stands = conn.find_account(account.id()).await?.map_or(0, |it| it.balance.free_credit());
    Ok((rule, Money::of_minor(stands, rule.currency())))
}

fn bare(country: Country) -> Result<(TopUpRule, Money)> {
    let currency = crate::month_run::currency_of(country);
    let rule = TopUpRule::check(TopUpDraft::default(), currency).map_err(AppError::internal)?;
    Ok((rule, Money::zero(currency)))
}

async fn place_of(conn: &mut Conn, facility: Option<FacilityId>) -> Result<Option<Facility>> {
    match facility {
        Some(id) => Ok(conn.find_facility(id).await?),
        None => Ok(None),
    }
}

/// Holds the rule, and says whether somebody may pay so much in advance at the counter; answers whether the rule gave way to
/// `reason`, which whoever may adjust it has given.
///
/// # Errors
/// [`AppError::Invalid`] for an amount that breaks it; [`AppError::Denied`] for a reason of somebody who may not adjust it.
pub(crate) async fn may_put_in(
    tx: &mut Tx,
    ctx: &Ctx,
    (person, facilities): (&Person, &[FacilityId]),
    amount: Money,
    reason: Option<&str>,
) -> Result<bool> {
    let facility = facilities.first().copied();
    let (rule, before) = match place_of(tx, facility).await? {
        Some(place) => {
            let rule = Advance::hold(tx, &place).await?.rule;
            (rule, put_in_today(tx, ctx, person.id, &place).await?)
        }
        None => (bare(tx.find_organisation(person.organisation_id).await?.ok_or(AppError::NotFound)?.country)?.0, 0),
    };
    let before = Money { minor: before, ..amount };
    match rule.allows(amount, before) {
        Ok(()) => Ok(false),
        Err(refusal) if reason.is_none() || !rule.gives_way_to(amount) => Err(AppError::field("minor", refusal.code())),
        Err(_) => {
            let place = Place::Person(person.organisation_id, person.id, facilities, person.draft.department_id);
            ctx.may(Permission::AdjustTopUp, place).map(|()| true)
        }
    }
}

/// What somebody has put in today, what is on its way counted.
async fn put_in_today(conn: &mut Conn, ctx: &Ctx, person: PersonId, place: &Facility) -> Result<i64> {
    let since = since_midnight(place, ctx.at);
    let mut sum = conn.topped_up_at_tills(person, since).await?;
    for payment in conn.top_ups_since(person, place.id, since).await? {
        if payment.state.is_open() || payment.state.has_money() {
            sum = sum.saturating_add(payment.amount.minor);
        }
    }
    Ok(sum)
}
