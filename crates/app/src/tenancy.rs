//! Moving in and out.

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use chrono::NaiveDate;
use serde::Serialize;
use stolpe_domain::access::Permission;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::{PersonId, TenancyId, UnitId};
use stolpe_domain::person::Tenancy;

/// The days of a tenancy, for the audit log.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Days {
    person: PersonId,
    unit: UnitId,
    moved_in_on: Option<NaiveDate>,
    moved_out_on: Option<NaiveDate>,
}

impl From<&Tenancy> for Days {
    fn from(it: &Tenancy) -> Self {
        Self { person: it.person_id, unit: it.unit_id, moved_in_on: it.moved_in_on, moved_out_on: it.moved_out_on }
    }
}

impl App {
    /// A person moves in on a unit.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when person or unit is not the actor's to see, [`AppError::Conflict`] when they already
    /// live there.
    pub async fn move_in(
        &self,
        ctx: &Ctx,
        person: PersonId,
        unit: UnitId,
        moved_in_on: Option<NaiveDate>,
    ) -> Result<Tenancy> {
        let (who, _) = self.person_for(ctx, person, Permission::ChangePerson).await?;
        let (where_to, _) = self.unit(ctx, unit).await?;
        let facility = self.facility_for(ctx, where_to.facility_id, Permission::ChangePerson).await?;
        if facility.organisation_id != who.organisation_id {
            return Err(AppError::refused("tenancy.other_organisation"));
        }
        if let Some(id) = self.replayed(ctx).await? {
            return self.read().await?.find_tenancy(id).await?.ok_or(AppError::NotFound);
        }
        let it = Tenancy {
            id: ctx.new_id(),
            person_id: person,
            unit_id: unit,
            moved_in_on,
            moved_out_on: None,
            row_version: 1,
        };
        let mut tx = self.write().await?;
        let lives_there = |held: &Tenancy| {
            held.unit_id == unit && held.moved_out_on.is_none_or(|end| moved_in_on.is_none_or(|first| first < end))
        };
        if tx.tenancies_of(person).await?.iter().any(|held| lives_there(&held.tenancy)) {
            return Err(AppError::Conflict("tenancy.lives_there"));
        }
        tx.insert_tenancy(&it, ctx.at).await?;
        tx.link_person(person, facility.id).await?;
        let event = Event::new(Action::TenancyBegun, Subject::Tenancy(it.id))
            .organisation(facility.organisation_id)
            .facility(facility.id)
            .after(&Days::from(&it));
        tx.commit(ctx, [event]).await?;
        Ok(it)
    }

    /// Changes the days of a tenancy; with a day of moving out it ends.
    ///
    /// # Errors
    /// [`AppError::Changed`] when somebody was faster, [`AppError::Invalid`] when it would end before it begins.
    pub async fn change_tenancy(
        &self,
        ctx: &Ctx,
        id: TenancyId,
        row_version: i64,
        moved_in_on: Option<NaiveDate>,
        moved_out_on: Option<NaiveDate>,
    ) -> Result<Tenancy> {
        let before = self.tenancy_for_change(ctx, id).await?;
        if let (Some(first), Some(end)) = (moved_in_on, moved_out_on)
            && end < first
        {
            return Err(AppError::field("movedOutOn", "tenancy.ends_before_it_begins"));
        }
        let (_, facility) = self.tenancy_place(&before).await?;
        let mut tx = self.write().await?;
        tx.update_tenancy(id, row_version, moved_in_on, moved_out_on).await?;
        let after = tx.find_tenancy(id).await?.ok_or(AppError::NotFound)?;
        let event = Event::new(Action::TenancyEnded, Subject::Tenancy(id))
            .organisation(facility.organisation_id)
            .facility(facility.id)
            .before(&Days::from(&before))
            .after(&Days::from(&after));
        tx.commit(ctx, [event]).await?;
        Ok(after)
    }

    /// Removes a tenancy that was a mistake.
    ///
    /// # Errors
    /// [`AppError::Changed`] when somebody was faster.
    pub async fn remove_tenancy(&self, ctx: &Ctx, id: TenancyId, row_version: i64) -> Result<()> {
        let before = self.tenancy_for_change(ctx, id).await?;
        let (_, facility) = self.tenancy_place(&before).await?;
        let mut tx = self.write().await?;
        tx.delete_tenancy(id, row_version).await?;
        let event = Event::new(Action::TenancyRemoved, Subject::Tenancy(id))
            .organisation(facility.organisation_id)
            .facility(facility.id)
            .before(&Days::from(&before));
        tx.commit(ctx, [event]).await
    }

    /// One tenancy, for somebody who may change its person.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see them, too.
    pub async fn tenancy_for_change(&self, ctx: &Ctx, id: TenancyId) -> Result<Tenancy> {
        ctx.reach(Permission::ReadPerson)?;
        let it = self.read().await?.find_tenancy(id).await?.ok_or(AppError::NotFound)?;
        self.person_for(ctx, it.person_id, Permission::ChangePerson).await?;
        let (_, facility) = self.tenancy_place(&it).await?;
        self.facility_for(ctx, facility.id, Permission::ChangePerson).await?;
        Ok(it)
    }

    async fn tenancy_place(
        &self,
        it: &Tenancy,
    ) -> Result<(stolpe_domain::unit::Unit, stolpe_domain::facility::Facility)> {
        let mut conn = self.read().await?;
        let unit = conn.find_unit(it.unit_id).await?.ok_or(AppError::NotFound)?;
        let facility = conn.find_facility(unit.facility_id).await?.ok_or(AppError::NotFound)?;
        Ok((unit, facility))
    }
}
