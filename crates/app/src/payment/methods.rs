//! By which methods residents of a facility may pay: chosen from a day on, and kept as it was chosen.

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::month_run::currency_of;
use crate::unit::local_date;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use std::collections::HashMap;
use stolpe_domain::access::Permission;
use stolpe_domain::dated::{Standing, in_force, standing_of};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::{FacilityId, OrganisationId};
use stolpe_domain::payment::{DatedMethods, PaymentMethods, PaymentProvider};
use stolpe_store::Conn;
use stolpe_store::payment::KeptMethods;
use uuid::Uuid;

/// Methods that were written down, as they stand today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedMethods {
    /// What they are, and from when.
    pub dated: DatedMethods,
    /// Where they stand today.
    pub standing: Standing,
    /// When that was written down.
    pub written_at: DateTime<Utc>,
}

/// How residents of a facility may pay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacilityMethods {
    /// Today at the facility.
    pub today: NaiveDate,
    /// Who takes money of its country.
    pub possible: Vec<PaymentProvider>,
    /// With whom there is an agreement that is in use.
    pub agreed: Vec<PaymentProvider>,
    /// What residents may choose among today, in that order.
    pub offered: Vec<PaymentProvider>,
    /// Everything that was written down, the latest day first.
    pub written: Vec<ListedMethods>,
    /// How often something was written down.
    pub row_version: i64,
}

/// What residents of some facilities may choose among on a day at each.
pub(crate) struct Offering {
    agreed: Vec<PaymentProvider>,
    chosen: HashMap<FacilityId, PaymentMethods>,
}

impl Offering {
    /// Reads it for facilities of one organisation.
    pub(crate) async fn read(
        conn: &mut Conn,
        organisation: OrganisationId,
        facilities: &[FacilityId],
        at: DateTime<Utc>,
    ) -> Result<Self> {
        let agreed = agreed(conn, organisation).await?;
        let mut chosen = HashMap::new();
        for &facility in facilities {
            if chosen.contains_key(&facility) {
                continue;
            }
            let place = conn.find_facility(facility).await?.ok_or(AppError::NotFound)?;
            let written = dated(conn.payment_methods_of(facility).await?);
            let holds = in_force(&written, local_date(&place, at)).map(|it| it.methods.clone());
            chosen.insert(facility, holds.unwrap_or_default());
        }
        Ok(Self { agreed, chosen })
    }

    /// Through whom somebody may pay at a facility, in the order in which they are offered.
    pub(crate) fn at(&self, facility: FacilityId) -> Vec<PaymentProvider> {
        self.chosen.get(&facility).map_or_else(Vec::new, |it| it.offered(&self.agreed))
    }
}

impl App {
    /// How residents of a facility may pay today, and everything that was said of it before and for later.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see the facility, too.
    pub async fn payment_methods(&self, ctx: &Ctx, facility: FacilityId) -> Result<FacilityMethods> {
        let place = self.facility_for(ctx, facility, Permission::ReadBilling).await?;
        let mut conn = self.read().await?;
        let agreed = agreed(&mut conn, place.organisation_id).await?;
        let kept = conn.payment_methods_of(facility).await?;
        let today = local_date(&place, ctx.at);
        let all = dated(kept.clone());
        let listed = |it: KeptMethods| ListedMethods {
            standing: standing_of(&all, &it.dated, today),
            dated: it.dated,
            written_at: it.created_at,
        };
        let row_version = i64::try_from(kept.len()).unwrap_or(i64::MAX);
        let mut written: Vec<_> = kept.into_iter().map(listed).collect();
        written.sort_by_key(|it| std::cmp::Reverse((it.dated.applies_from, it.dated.place)));
        let holds = in_force(&all, today).map(|it| it.methods.clone()).unwrap_or_default();
        let currency = currency_of(place.country);
        Ok(FacilityMethods {
            today,
            possible: PaymentProvider::ALL.iter().copied().filter(|it| it.currency() == currency).collect(),
            offered: holds.offered(&agreed),
            agreed,
            written,
            row_version,
        })
    }

    /// Says by which methods residents of a facility may pay from a day on: `chosen` in their order, or everybody with
    /// whom there is an agreement. `row_version` says how often something was written down before.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a day that is over and for a list that means nothing, [`AppError::Changed`] when somebody
    /// was faster.
    pub async fn choose_payment_methods(
        &self,
        ctx: &Ctx,
        facility: FacilityId,
        row_version: i64,
        (applies_from, chosen): (NaiveDate, Option<Vec<PaymentProvider>>),
    ) -> Result<FacilityMethods> {
        let place = self.facility_for(ctx, facility, Permission::ManageBilling).await?;
        if self.done_before(ctx).await? {
            return self.payment_methods(ctx, facility).await;
        }
        let methods = PaymentMethods::check(chosen, currency_of(place.country))?;
        if applies_from < local_date(&place, ctx.at) {
            return Err(AppError::field("appliesFrom", "payment_methods.past"));
        }
        let mut tx = self.write().await?;
        let kept = tx.payment_methods_of(facility).await?;
        if i64::try_from(kept.len()).unwrap_or(i64::MAX) != row_version {
            return Err(AppError::Changed);
        }
        let written = dated(kept);
        let before = in_force(&written, applies_from);
        let next =
            KeptMethods { dated: DatedMethods { place: row_version + 1, applies_from, methods }, created_at: ctx.at };
        tx.insert_payment_methods(ctx.new_id::<Uuid>(), (place.organisation_id, facility), &next).await?;
        let said = |it: &DatedMethods| json!({ "appliesFrom": it.applies_from, "methods": it.methods });
        let event = Event::new(Action::PaymentMethodsChosen, Subject::Facility(facility))
            .organisation(place.organisation_id)
            .facility(facility)
            .before(&before.map(said))
            .after(&said(&next.dated));
        tx.commit(ctx, [event]).await?;
        self.payment_methods(ctx, facility).await
    }
}

fn dated(kept: Vec<KeptMethods>) -> Vec<DatedMethods> {
    kept.into_iter().map(|it| it.dated).collect()
}

/// With whom an organisation has an agreement that is in use.
async fn agreed(conn: &mut Conn, organisation: OrganisationId) -> Result<Vec<PaymentProvider>> {
    let agreements = conn.agreements_of(organisation).await?;
    Ok(agreements.into_iter().filter(|it| it.active).map(|it| it.provider).collect())
}
