//! Money that is left: of people who have moved out, and of everybody whose account nothing has touched for long (PRE-19).

use super::{currency_of, today};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use chrono::NaiveDate;
use chrono_tz::Europe::Stockholm;
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::id::OrganisationId;
use stolpe_domain::ledger::Asset;
use stolpe_domain::local_day::first_quarter;
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::organisation::Organisation;
use stolpe_domain::payout::{Age, LeftOf};
use stolpe_domain::person::{VEIL, full_name};
use stolpe_store::payout::{LeftBalance, LeftOwner};
use stolpe_store::todo::Waiting;

/// Money that is left.
#[derive(Clone, Debug)]
pub struct LeftMoney {
    /// Whose, and since when.
    pub balance: LeftBalance,
    /// How much.
    pub amount: Money,
    /// How much of it is held, for payouts and refunds.
    pub held: Money,
    /// What they are called; veiled where their identity is protected.
    pub name: Option<String>,
    /// The day from which on they live nowhere, if that is known.
    pub moved_out_on: Option<NaiveDate>,
    /// How long nothing has moved.
    pub age: Age,
}

impl LeftMoney {
    fn of(balance: LeftBalance, currency: Currency, today: NaiveDate) -> Self {
        let money = |minor| Money::of_minor(minor, currency);
        let (name, moved_out_on) = match &balance.owner {
            LeftOwner::Person { name: (_, _, true), moved_out_on, .. } => (Some(VEIL.to_owned()), *moved_out_on),
            LeftOwner::Person { name: (given, family, false), moved_out_on, .. } => {
                (Some(full_name(given, family)), *moved_out_on)
            }
            LeftOwner::Company { name, .. } => (Some(name.clone()), None),
            LeftOwner::Payer { name, .. } => (name.clone(), None),
        };
        Self {
            amount: money(balance.minor),
            held: money(balance.held_minor),
            age: Age::of(balance.moved_on, today),
            name,
            moved_out_on,
            balance,
        }
    }
}

impl App {
    /// Everybody whose account with an organisation is in their favour, and payments that nobody could place, those of which
    /// nothing has moved for longest first.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when its money is not the actor's to see.
    pub async fn left_money(&self, ctx: &Ctx, organisation: OrganisationId, of: LeftOf) -> Result<Vec<LeftMoney>> {
        Self::sees_payouts(ctx, organisation)?;
        ctx.may_see(Permission::ReadPerson, Place::Organisation(organisation))?;
        let mut conn = self.read().await?;
        let organisation = conn.find_organisation(organisation).await?.ok_or(AppError::NotFound)?;
        let currency = currency_of(organisation.country);
        let all = conn.left_balances(organisation.id, owed_in(currency)?).await?;
        let all = all.into_iter().map(|it| LeftMoney::of(it, currency, today(ctx)));
        Ok(all.filter(|it| of.keeps(it.moved_out_on, it.age)).collect())
    }

    /// Payouts that the actor could decide, write to a file or look into, and people who have moved out and have money left.
    pub(crate) async fn payouts_waiting(&self, ctx: &Ctx) -> Result<Vec<Waiting>> {
        let reach = ctx.actor.reach(Permission::ApprovePayout);
        let Ok(signed) = ctx.signed() else { return Ok(Vec::new()) };
        if !reach.everything && reach.organisations.is_empty() {
            return Ok(Vec::new());
        }
        let mut conn = self.read().await?;
        let all = conn.list_organisations().await?;
        let seen = |it: &Organisation| reach.everything || reach.organisations.contains(&it.id);
        let organisations: Vec<Organisation> = all.into_iter().filter(seen).collect();
        let ids: Vec<OrganisationId> = organisations.iter().map(|it| it.id).collect();
        let mut waiting = conn.payouts_waiting(&ids, signed.person).await?;
        for it in organisations {
            let asset = owed_in(currency_of(it.country))?;
            let gone = conn.left_after_moving(it.id, asset, today(ctx)).await?;
            waiting.extend(gone.map(|(count, since)| Waiting {
                kind: "payout.remainder".to_owned(),
                facility_id: None,
                count,
                oldest_at: Some(first_quarter(since, Stockholm).start()),
            }));
        }
        Ok(waiting)
    }
}

fn owed_in(currency: Currency) -> Result<Asset> {
    Asset::of(currency).ok_or_else(|| AppError::internal("a currency that nothing is owed in"))
}
