//! Units.

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use chrono::NaiveDate;
use std::collections::HashMap;
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::facility::{Facility, fold_code};
use stolpe_domain::id::{FacilityId, PersonId, UnitId};
use stolpe_domain::person::{VEIL, full_name};
use stolpe_domain::unit::{Unit, UnitDraft, UnitKind};
use stolpe_store::page::{Page, Stretch, Total};
use stolpe_store::unit::{ListedUnit, UnitFilter, UnitKey};

/// What a list of units is cut by, as it is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitCut {
    /// Only codes that begin with this, whatever its case and spaces.
    pub prefix: String,
    /// Only this kind.
    pub kind: Option<UnitKind>,
    /// Only this section.
    pub section: Option<String>,
    /// Only units on which somebody lives today, or nobody.
    pub occupied: Option<bool>,
}

/// Somebody who lives on a unit; of a person with protected identity it is said only that there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// Who.
    pub person: Option<PersonId>,
    /// What they are called.
    pub name: String,
}

/// Today's tenants by unit.
pub(crate) type Tenants = HashMap<UnitId, Vec<Tenant>>;

/// The civil date at a facility.
pub(crate) fn local_date(facility: &Facility, at: chrono::DateTime<chrono::Utc>) -> NaiveDate {
    let zone: chrono_tz::Tz = facility.time_zone.parse().unwrap_or(chrono_tz::Europe::Stockholm);
    at.with_timezone(&zone).date_naive()
}

impl App {
    /// The units of a facility in walking order, with their tenants of today.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see the facility, too.
    pub async fn list_units(
        &self,
        ctx: &Ctx,
        facility: FacilityId,
        cut: UnitCut,
        Stretch { backwards, after, limit }: Stretch<'_, UnitKey>,
    ) -> Result<(Page<ListedUnit>, Tenants, Option<Total>)> {
        let it = self.facility(ctx, facility).await?;
        // Who may not read people is not told by the way whether somebody lives there.
        let reads = ctx.actor.may(Permission::ReadPerson, Place::Facility(it.organisation_id, it.id));
        let filter = UnitFilter {
            prefix: cut.prefix,
            kind: cut.kind,
            section: cut.section,
            occupied: cut.occupied.filter(|_| reads),
            today: local_date(&it, ctx.at),
        };
        let mut conn = self.read().await?;
        let page = if backwards {
            conn.list_units_backwards(facility, &filter, after, limit).await?
        } else {
            conn.list_units(facility, &filter, after, limit).await?
        };
        let total = if after.is_none() { Some(page.total(conn.count_units(facility, &filter)).await?) } else { None };
        drop(conn);
        Ok((page, self.tenants(&it, ctx).await?, total))
    }

    /// Who lives where, for those who may read people there; for others nobody does.
    pub(crate) async fn tenants(&self, facility: &Facility, ctx: &Ctx) -> Result<Tenants> {
        let mut tenants = Tenants::new();
        if !ctx.actor.may(Permission::ReadPerson, Place::Facility(facility.organisation_id, facility.id)) {
            return Ok(tenants);
        }
        let day = local_date(facility, ctx.at);
        for (unit, person, given, family, protected) in self.read().await?.unit_tenants(facility.id, day).await? {
            tenants.entry(unit).or_default().push(if protected {
                Tenant { person: None, name: VEIL.to_owned() }
            } else {
                Tenant { person: Some(person), name: full_name(&given, &family) }
            });
        }
        Ok(tenants)
    }

    /// One unit with its tenants of today.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see its facility, too.
    pub async fn unit(&self, ctx: &Ctx, id: UnitId) -> Result<(Unit, Vec<Tenant>)> {
        ctx.reach(Permission::ReadFacility)?;
        let unit = self.read().await?.find_unit(id).await?.ok_or(AppError::NotFound)?;
        let facility = self.facility(ctx, unit.facility_id).await?;
        let tenants = self.tenants(&facility, ctx).await?.remove(&id).unwrap_or_default();
        Ok((unit, tenants))
    }

    /// Adds a unit to a facility.
    ///
    /// # Errors
    /// [`AppError::Conflict`] `unit.code_taken`.
    pub async fn add_unit(&self, ctx: &Ctx, facility: FacilityId, draft: UnitDraft) -> Result<Unit> {
        let place = self.facility_for(ctx, facility, Permission::ChangeFacility).await?;
        if let Some(id) = self.replayed(ctx).await? {
            return Ok(self.unit(ctx, id).await?.0);
        }
        let it = draft.check()?;
        let id: UnitId = ctx.new_id();
        let mut tx = self.write().await?;
        tx.insert_unit(id, facility, &it, ctx.at).await?;
        tx.put_search_terms(place.organisation_id, "unit", id.uuid(), &[fold_code(&it.code)]).await?;
        let added = tx.find_unit(id).await?.ok_or(AppError::NotFound)?;
        let event = Event::new(Action::UnitAdded, Subject::Unit(id))
            .organisation(place.organisation_id)
            .facility(facility)
            .after(&it);
        tx.commit(ctx, [event]).await?;
        Ok(added)
    }

    /// Changes a unit that is still at that version.
    ///
    /// # Errors
    /// [`AppError::Changed`] when somebody was faster, [`AppError::Conflict`] `unit.code_taken`.
    pub async fn change_unit(&self, ctx: &Ctx, id: UnitId, row_version: i64, draft: UnitDraft) -> Result<Unit> {
        let (before, _) = self.unit(ctx, id).await?;
        let place = self.facility_for(ctx, before.facility_id, Permission::ChangeFacility).await?;
        let it = draft.check()?;
        let was = UnitDraft { code: before.code, kind: before.kind, section: before.section };
        let mut tx = self.write().await?;
        tx.update_unit(id, row_version, &it).await?;
        tx.put_search_terms(place.organisation_id, "unit", id.uuid(), &[fold_code(&it.code)]).await?;
        let after = tx.find_unit(id).await?.ok_or(AppError::NotFound)?;
        let event = Event::new(Action::UnitChanged, Subject::Unit(id))
            .organisation(place.organisation_id)
            .facility(place.id)
            .before(&was)
            .after(&it);
        tx.commit(ctx, [event]).await?;
        Ok(after)
    }

    /// Removes a unit on which nobody has ever lived.
    ///
    /// # Errors
    /// [`AppError::Conflict`] `conflict.in_use`, [`AppError::Changed`] when somebody was faster.
    pub async fn remove_unit(&self, ctx: &Ctx, id: UnitId, row_version: i64) -> Result<()> {
        let (before, _) = self.unit(ctx, id).await?;
        let place = self.facility_for(ctx, before.facility_id, Permission::ChangeFacility).await?;
        let was = UnitDraft { code: before.code, kind: before.kind, section: before.section };
        let mut tx = self.write().await?;
        tx.delete_unit(id, row_version).await?;
        let event = Event::new(Action::UnitRemoved, Subject::Unit(id))
            .organisation(place.organisation_id)
            .facility(place.id)
            .before(&was);
        tx.commit(ctx, [event]).await
    }
}
