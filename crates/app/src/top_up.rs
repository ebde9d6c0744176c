//! Paying in advance: by which rule people of a facility put money in, what they have there, and the receipts of it.
//!
//! How it is paid is `payment/top_up.rs`; how it follows to the next invoice is `ledger/carry.rs`, as for everything that was
//! paid beforehand. Where nothing follows in an organisation, nobody is asked to put anything in.

mod balance;
mod counter;
mod receipt;

pub use balance::MyBalance;
pub(crate) use balance::prepaid_at;
pub(crate) use counter::{at_counter, may_put_in};
pub(crate) use receipt::{TOP_UP_RECEIPT, give};

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::month_run::currency_of;
use crate::unit::local_date;
use chrono::{DateTime, Utc};
use serde_json::json;
use stolpe_domain::access::Permission;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::facility::Facility;
use stolpe_domain::id::FacilityId;
use stolpe_domain::local_day::first_quarter;
use stolpe_domain::top_up::{TopUpDraft, TopUpRule};
use stolpe_store::{Conn, Tx};

/// How people pay in advance at a facility.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advance {
    /// The rule, whether they do or not.
    pub rule: TopUpRule,
    /// Whether what was paid beforehand follows to the next invoice in the organisation.
    pub follows: bool,
    /// How often something was said of it.
    pub row_version: i64,
}

impl Advance {
    pub(crate) async fn read(conn: &mut Conn, place: &Facility) -> Result<Self> {
        let kept = conn.top_up_setting(place.id).await?;
        Self::of(conn, place, kept).await
    }

    /// The same, which nobody changes and by which nobody else begins to pay until the transaction ends.
    pub(crate) async fn hold(tx: &mut Tx, place: &Facility) -> Result<Self> {
        let kept = tx.lock_top_up_setting(place.id).await?;
        Self::of(tx, place, kept).await
    }

    async fn of(conn: &mut Conn, place: &Facility, (draft, row_version): (TopUpDraft, i64)) -> Result<Self> {
        let follows = conn.find_billing(place.organisation_id).await?.is_some_and(|(billing, _)| billing.carries_over);
        let rule = TopUpRule::check(draft, currency_of(place.country)).map_err(AppError::internal)?;
        Ok(Self { rule, follows, row_version })
    }

    /// Whether people put money in themselves.
    pub const fn is_offered(&self) -> bool {
        self.rule.draft().is_on && self.follows
    }
}

/// When the day began at a facility.
pub(crate) fn since_midnight(place: &Facility, at: DateTime<Utc>) -> DateTime<Utc> {
    let zone = place.time_zone.parse().unwrap_or(chrono_tz::Europe::Stockholm);
    first_quarter(local_date(place, at), zone).start()
}

impl App {
    /// How people pay in advance at a facility.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see the facility, too.
    pub async fn top_up_setting(&self, ctx: &Ctx, facility: FacilityId) -> Result<Advance> {
        let place = self.facility_for(ctx, facility, Permission::ReadBilling).await?;
        let mut conn = self.read().await?;
        Advance::read(&mut conn, &place).await
    }

    /// Says whether and by which rule people of a facility pay in advance; `row_version` is 0 while nobody has.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a rule that no amount could keep, [`AppError::Changed`] when somebody was faster.
    pub async fn save_top_up_setting(
        &self,
        ctx: &Ctx,
        facility: FacilityId,
        row_version: i64,
        draft: TopUpDraft,
    ) -> Result<Advance> {
        let place = self.facility_for(ctx, facility, Permission::ManageBilling).await?;
        if self.done_before(ctx).await? {
            return self.top_up_setting(ctx, facility).await;
        }
        let rule = TopUpRule::check(draft, currency_of(place.country))?;
        let mut tx = self.write().await?;
        let (before, version) = tx.lock_top_up_setting(facility).await?;
        if version != row_version {
            return Err(AppError::Changed);
        }
        tx.put_top_up_setting((place.organisation_id, facility), row_version, rule.draft()).await?;
        let said = |it: TopUpDraft| {
            json!({
                "on": it.is_on, "leastMinor": it.least_minor, "stepMinor": it.step_minor,
                "mostMinor": it.most_minor, "mostADayMinor": it.most_a_day_minor,
            })
        };
        let event = Event::new(Action::TopUpSettingChanged, Subject::Facility(facility))
            .organisation(place.organisation_id)
            .facility(facility)
            .before(&(version > 0).then(|| said(before)))
            .after(&said(draft));
        tx.commit(ctx, [event]).await?;
        self.top_up_setting(ctx, facility).await
    }
}
