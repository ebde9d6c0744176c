//! The counter: a clerk opens a till, takes payments in cash and by card, pays out what was approved, and counts it when it is
//! closed.
//!
//! Each entry posts in the transaction that writes it down and gives it a receipt; whoever presses twice has entered once.
//! Nothing is changed afterwards: what was amiss is taken back by an entry of its own, in a till that is open.

mod close;
mod paper;
mod pay_out;
pub(crate) mod posting;
mod setting;
mod take;
mod take_back;

pub(crate) use paper::TILL_RECEIPT;
pub use pay_out::PayoutAtCounter;
pub use take::{OwedAtCounter, StandingAtCounter, TillWish};
pub use take_back::TakeBackWish;

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::export::{local, zone_of};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use std::collections::{HashMap, HashSet};
use stolpe_documents::document::Sender;
use stolpe_documents::till::TillReceipt;
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::country::Country;
use stolpe_domain::document::{FiscalYear, Number};
use stolpe_domain::facility::default_time_zone;
use stolpe_domain::id::{OrganisationId, PersonId, TillId};
use stolpe_domain::money::Currency;
use stolpe_domain::organisation::Organisation;
use stolpe_domain::person::Person;
use stolpe_domain::till::{PaidAtRate, TillEntry, TillRefusal, TillSeriesKind, TillSums, paid_by_rate, sums_of};
use stolpe_store::page::{Page, Total};
use stolpe_store::till::{KeptTillEntry, Till, TillFilter, TillPlace};
use stolpe_store::{Conn, Tx};

/// Whether payments are taken at the counter, and the till that the actor has open.
#[derive(Clone, Debug)]
pub struct TillStanding {
    /// Whether they are.
    pub active: bool,
    /// The version of that; 0 while nobody has said so.
    pub row_version: i64,
    /// In which currency.
    pub currency: Currency,
    /// The till that the actor has open.
    pub own: Option<TillId>,
    /// Whether the actor may open one.
    pub may_open: bool,
    /// Whether the actor may turn the counter on and off.
    pub may_set: bool,
}

/// A till in a list, with those who are named by it.
#[derive(Clone, Debug)]
pub struct ListedTill {
    /// The till.
    pub till: Till,
    /// Who is at it.
    pub clerk: Option<String>,
    /// Who has counted it.
    pub closed_by: Option<String>,
}

/// An entry with what stands on its receipt.
#[derive(Clone, Debug)]
pub struct ListedTillEntry {
    /// The entry.
    pub kept: KeptTillEntry,
    /// Its receipt.
    pub receipt: TillReceipt,
    /// Whether another receipt could go by mail to whom it is about.
    pub has_email: bool,
}

/// A till with all that was entered in it.
#[derive(Clone, Debug)]
pub struct OpenTill {
    /// The till.
    pub listed: ListedTill,
    /// What it adds up to.
    pub sums: TillSums,
    /// What was paid of documents by rate, with the VAT that stands on them.
    pub vat: Vec<PaidAtRate>,
    /// What was entered, in the order in which it was.
    pub entries: Vec<ListedTillEntry>,
    /// Whether the actor enters payments in it.
    pub may_enter: bool,
    /// Whether the actor takes back what was entered in it: here while it is open, or else in the one that they have open.
    pub may_take_back: bool,
    /// Whether the actor may count and close it.
    pub may_close: bool,
}

/// The longest reason that is kept.
const LONGEST_REASON: usize = 500;

fn refused(refusal: TillRefusal) -> AppError {
    AppError::refused(refusal.code())
}

/// The money of a country.
const fn currency_of(country: Country) -> Currency {
    match country {
        Country::Se => Currency::Sek,
        Country::No => Currency::Nok,
    }
}

/// The clock that hangs at the counter.
fn counter_time(country: Country, at: DateTime<Utc>) -> NaiveDateTime {
    local(at, zone_of(default_time_zone(country))).naive_local()
}

fn entries_of(kept: &[KeptTillEntry]) -> Vec<TillEntry> {
    kept.iter().map(|it| it.entry).collect()
}

fn receipt_of(kept: &KeptTillEntry) -> Result<TillReceipt> {
    serde_json::from_str(&kept.printed).map_err(AppError::internal)
}

/// Whom the papers of a counter are from, with the logo of today.
async fn sender_at_counter(conn: &mut Conn, organisation: &Organisation) -> Result<Sender> {
    let logo = conn.logo_of(organisation.id).await?.holds();
    Ok(Sender { logo, ..crate::month_run::sender_of(organisation, None, None) })
}

/// A till with what was entered, which nobody else changes until the transaction ends, in an organisation that books today.
struct HeldTill {
    organisation: Organisation,
    till: Till,
    entries: Vec<KeptTillEntry>,
    sums: TillSums,
    today: NaiveDate,
    first_month: u32,
}

impl HeldTill {
    /// The place of the next entry.
    fn next_place(&self) -> i64 {
        i64::try_from(self.entries.len()).unwrap_or(i64::MAX).saturating_add(1)
    }

    /// Whom its papers are from, with the logo of today.
    async fn sender(&self, conn: &mut Conn) -> Result<Sender> {
        sender_at_counter(conn, &self.organisation).await
    }

    /// The next number of a series, which nobody else gets before the transaction ends.
    async fn number(&self, tx: &mut Tx, kind: TillSeriesKind) -> Result<Number> {
        let year = FiscalYear::of(self.today, self.first_month);
        let mut series = tx.lock_till_series(self.organisation.id, kind, year).await?;
        let number = series.take(self.today).map_err(|refusal| AppError::refused(refusal.code()))?;
        tx.put_till_series(self.organisation.id, kind, &series).await?;
        Ok(number)
    }
}

/// Everybody whom a person is in the register: their own record, and those that turned out to be theirs.
async fn records_of(conn: &mut Conn, person: PersonId) -> Result<Vec<PersonId>> {
    Ok(conn.merged_into(person).await?.into_iter().chain([person]).collect())
}

impl App {
    /// Tills of an organisation, those opened last first: the actor's own, or all of them for whoever looks after payments.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who have nothing to do with its counter.
    pub async fn list_tills(
        &self,
        ctx: &Ctx,
        filter: TillFilter,
        after: Option<TillPlace>,
        limit: i64,
    ) -> Result<(Page<ListedTill>, Option<Total>)> {
        self.counter_of(ctx, filter.organisation).await?;
        let own =
            (!sees_all(ctx, filter.organisation)).then(|| ctx.signed().map(|signed| signed.person)).transpose()?;
        let filter = TillFilter { clerk: own.or(filter.clerk), ..filter };
        let mut conn = self.read().await?;
        let page = conn.list_tills(&filter, after, limit).await?;
        let total = match after {
            None => Some(page.total(conn.count_tills(&filter)).await?),
            Some(_) => None,
        };
        let more = page.more;
        let items = listed(&mut conn, page.items).await?;
        Ok((Page { items, more }, total))
    }

    /// One till with all that was entered in it, and what it adds up to.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see it, too.
    pub async fn till(&self, ctx: &Ctx, id: TillId) -> Result<OpenTill> {
        let till = self.till_for(ctx, id).await?;
        let mut conn = self.read().await?;
        let kept = conn.till_entries(id).await?;
        let sums = sums_of(till.opening, &entries_of(&kept)).map_err(AppError::internal)?;
        let paid = conn.paid_at_till(id, till.opening.currency).await?;
        let vat = paid_by_rate(&paid).map_err(AppError::internal)?;
        let mine = match ctx.signed() {
            Ok(signed) => records_of(&mut conn, signed.person).await?.contains(&till.clerk),
            Err(_) => false,
        };
        let (active, _) = conn.till_setting(till.organisation_id).await?;
        let is_open = till.closed.is_none();
        let keeps = self.keeps_till(ctx, till.organisation_id).await?;
        let may_close = is_open && ((mine && keeps) || sees_all(ctx, till.organisation_id));
        let listed = listed(&mut conn, vec![till]).await?.pop().ok_or(AppError::NotFound)?;
        let payers: HashSet<PersonId> = kept.iter().map(|it| it.person_id).collect();
        let payers = conn.people(&payers.into_iter().collect::<Vec<_>>()).await?;
        let reached: HashSet<PersonId> = payers.iter().filter(|it| it.draft.email.is_some()).map(|it| it.id).collect();
        let entries = kept.into_iter().map(|kept| {
            let has_email = reached.contains(&kept.person_id);
            Ok(ListedTillEntry { receipt: receipt_of(&kept)?, has_email, kept })
        });
        Ok(OpenTill {
            entries: entries.collect::<Result<_>>()?,
            may_enter: is_open && mine && keeps && active,
            may_take_back: (!is_open || mine) && keeps && active,
            may_close,
            listed,
            sums,
            vat,
        })
    }

    /// A till, by whoever may see it.
    async fn till_for(&self, ctx: &Ctx, id: TillId) -> Result<Till> {
        ctx.reach(Permission::ReadBilling)?;
        let me = ctx.signed()?.person;
        let mut conn = self.read().await?;
        let till = conn.find_till(id).await?.ok_or(AppError::NotFound)?;
        let mine = records_of(&mut conn, me).await?.contains(&till.clerk);
        let mine = mine && self.keeps_till(ctx, till.organisation_id).await?;
        if mine || sees_all(ctx, till.organisation_id) { Ok(till) } else { Err(AppError::NotFound) }
    }

    /// Whether the actor may have a till in an organisation: in all of it, or at one of its facilities.
    async fn keeps_till(&self, ctx: &Ctx, organisation: OrganisationId) -> Result<bool> {
        if ctx.may(Permission::KeepTill, Place::Organisation(organisation)).is_ok() {
            return Ok(true);
        }
        let theirs = self.facilities_with(ctx, Permission::KeepTill).await?;
        Ok(theirs.iter().any(|it| it.organisation_id == organisation))
    }

    /// The organisation, by whoever takes payments at its counter or looks after them.
    async fn counter_of(&self, ctx: &Ctx, id: OrganisationId) -> Result<Organisation> {
        ctx.reach(Permission::ReadBilling)?;
        ctx.signed()?;
        if !sees_all(ctx, id) && !self.keeps_till(ctx, id).await? {
            return Err(AppError::NotFound);
        }
        self.read().await?.find_organisation(id).await?.ok_or(AppError::NotFound)
    }

    /// Holds a till that is open.
    async fn held_till(&self, tx: &mut Tx, ctx: &Ctx, id: TillId) -> Result<HeldTill> {
        let till = tx.lock_till(id).await?.ok_or(AppError::NotFound)?;
        if till.closed.is_some() {
            return Err(refused(TillRefusal::Closed));
        }
        let organisation = tx.find_organisation(till.organisation_id).await?.ok_or(AppError::NotFound)?;
        let today = counter_time(organisation.country, ctx.at).date();
        // A clock that was set back must not date anything into a month that is locked.
        let books = tx.share_books_of(organisation.id).await?;
        books.may_date(today).map_err(|refusal| AppError::refused(refusal.code()))?;
        let billing = tx.find_billing(organisation.id).await?;
        let entries = tx.till_entries(id).await?;
        let sums = sums_of(till.opening, &entries_of(&entries)).map_err(AppError::internal)?;
        let first_month = billing.map_or(1, |(billing, _)| billing.fiscal_year_begins_month);
        Ok(HeldTill { organisation, till, entries, sums, today, first_month })
    }

    /// Holds a till that the actor has open at a counter that is on.
    async fn own_till(&self, tx: &mut Tx, ctx: &Ctx, id: TillId) -> Result<HeldTill> {
        let held = self.held_till(tx, ctx, id).await?;
        let me = ctx.signed()?.person;
        if !records_of(tx, me).await?.contains(&held.till.clerk) {
            return Err(AppError::refused("till.not_yours"));
        }
        if !self.keeps_till(ctx, held.till.organisation_id).await? {
            return Err(AppError::Denied);
        }
        let (active, _) = tx.till_setting(held.organisation.id).await?;
        if active { Ok(held) } else { Err(AppError::refused("till.off")) }
    }
}

/// Whether the actor looks after all payments of an organisation, and so sees every till.
fn sees_all(ctx: &Ctx, organisation: OrganisationId) -> bool {
    ctx.may(Permission::TakePayment, Place::Organisation(organisation)).is_ok()
}

async fn listed(conn: &mut Conn, tills: Vec<Till>) -> Result<Vec<ListedTill>> {
    let closers = tills.iter().filter_map(|till| till.closed.as_ref()).map(|closed| closed.by);
    let people: Vec<PersonId> = tills.iter().map(|till| till.clerk).chain(closers).collect();
    let names: HashMap<PersonId, String> = conn.people(&people).await?.iter().map(|it| (it.id, it.name())).collect();
    let name = |id: PersonId| names.get(&id).filter(|name| !name.is_empty()).cloned();
    let listed = tills.into_iter().map(|till| ListedTill {
        clerk: name(till.clerk),
        closed_by: till.closed.as_ref().and_then(|closed| name(closed.by)),
        till,
    });
    Ok(listed.collect())
}

/// What a person at the counter is called.
async fn name_of(conn: &mut Conn, id: PersonId) -> Result<String> {
    Ok(conn.find_person(id).await?.as_ref().map(Person::name).unwrap_or_default())
}
