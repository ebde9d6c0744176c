//! The training organisation: made with one click, from a fixed seed, and nothing ever leaves it.

mod charging;
mod fleet;
mod history;
mod invoicing;
mod session;

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::random;
use crate::sorting::Sorter;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashSet;
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::facility::fold_code;
use stolpe_domain::id::{FacilityId, LoginId, OrganisationId, PersonId, UnitId};
use stolpe_domain::money::Currency;
use stolpe_domain::person::{Tenancy, search_terms, words};
use stolpe_domain::tariff::Tariff;
use stolpe_domain::training::{TrainingLogin, TrainingPlan, TrainingTenant, plan};
use stolpe_store::login::Giver;

pub use fleet::TrainingCaller;
use history::Trainee;
use invoicing::Office;

impl App {
    /// Makes the training organisation.
    ///
    /// # Errors
    /// [`AppError::Conflict`] `training.exists` when there is one.
    pub async fn make_training(&self, ctx: &Ctx) -> Result<OrganisationId> {
        ctx.may(Permission::ChangeSetting, Place::Host)?;
        if let Some(id) = self.replayed(ctx).await? {
            return Ok(id);
        }
        if self.read().await?.find_training().await?.is_some() {
            return Err(AppError::Conflict("training.exists"));
        }
        let TrainingPlan { organisation, facility, units, tenants, points, tags, sessions, tariff, billing } =
            plan(ctx.at, ctx.today());
        let billing = billing.check(organisation.country)?;
        let organisation = organisation.check()?;
        let facility = facility.check()?;
        // Nobody signs in with it: it stands for passwords that people chose themselves.
        let hash = self.hash_password(hex::encode(random::bytes::<16>())).await?;
        let (organisation_id, facility_id): (OrganisationId, FacilityId) = (ctx.new_id(), ctx.new_id());
        let mut tx = self.write().await?;
        tx.insert_organisation(organisation_id, &organisation, true, ctx.at).await?;
        let terms: Vec<String> = words(&organisation.name).collect();
        tx.put_search_terms(organisation_id, "organisation", organisation_id.uuid(), &terms).await?;
        tx.insert_facility(facility_id, organisation_id, &facility, ctx.at).await?;
        let terms: Vec<String> = words(&facility.name).chain([fold_code(&facility.code)]).collect();
        tx.put_search_terms(organisation_id, "facility", facility_id.uuid(), &terms).await?;
        let mut unit_ids: Vec<UnitId> = Vec::with_capacity(units.len());
        for unit in &units {
            let id: UnitId = ctx.new_id();
            tx.insert_unit(id, facility_id, unit, ctx.at).await?;
            tx.put_search_terms(organisation_id, "unit", id.uuid(), &[fold_code(&unit.code)]).await?;
            unit_ids.push(id);
        }
        let sorter = Sorter::new(organisation.country);
        let mut usernames = HashSet::new();
        let place = Placed { organisation: organisation_id, facility: facility_id, sorter, hash };
        let mut trainees = Vec::with_capacity(tenants.len());
        for tenant in tenants {
            let code = units.get(tenant.unit).map(|unit| unit.code.clone()).unwrap_or_default();
            let (Some(unit), checked) =
                (unit_ids.get(tenant.unit).copied(), tenant.person.clone().check(organisation.country, ctx.today())?)
            else {
                continue;
            };
            let tenant = TrainingTenant { person: checked.draft, ..tenant };
            // The present tenant of a flat has its code; a former one has left the name behind.
            let username =
                if usernames.insert((code.clone(), tenant.moved_out_on.is_some())) && tenant.moved_out_on.is_none() {
                    code
                } else {
                    format!("{code}-{}", usernames.len())
                };
            trainees.push(self.move_trainee_in(&mut tx, ctx, &place, unit, &username, tenant).await?);
        }
        let people: Vec<PersonId> = trainees.iter().map(|it| it.person).collect();
        let points = charging::lay_out(&mut tx, ctx, organisation_id, facility_id, &points).await?;
        charging::hand_out(&mut tx, ctx, organisation_id, &people, &tags).await?;
        let given = session::charge(&mut tx, ctx, facility_id, &points, &people, sessions).await?;
        let tariff = Tariff::check(Currency::Sek, tariff)?;
        tx.insert_tariff(ctx.new_id(), facility_id, &tariff, ctx.at).await?;
        tx.put_billing(organisation_id, 0, &billing).await?;
        let facility = tx.find_facility(facility_id).await?.ok_or(AppError::NotFound)?;
        history::live(self, &mut tx, ctx, &mut Office::new(facility, given), &trainees).await?;
        let event = Event::new(Action::TrainingMade, Subject::Organisation(organisation_id))
            .organisation(organisation_id)
            .facility(facility_id)
            .after(&tx.find_organisation(organisation_id).await?);
        tx.commit(ctx, [event]).await?;
        Ok(organisation_id)
    }

    async fn move_trainee_in(
        &self,
        tx: &mut stolpe_store::Tx,
        ctx: &Ctx,
        place: &Placed,
        unit: UnitId,
        username: &str,
        tenant: TrainingTenant,
    ) -> Result<Trainee> {
        let (person, login): (PersonId, LoginId) = (ctx.new_id(), ctx.new_id());
        let draft = &tenant.person;
        let key = place.sorter.person_key(&draft.given_name, &draft.family_name);
        let came_at = midnight(tenant.moved_in_on).min(ctx.at);
        tx.insert_person(person, place.organisation, draft, &key, None, came_at).await?;
        tx.put_search_terms(place.organisation, "person", person.uuid(), &search_terms(draft)).await?;
        tx.link_person(person, place.facility).await?;
        let tenancy = Tenancy {
            id: ctx.new_id(),
            person_id: person,
            unit_id: unit,
            moved_in_on: Some(tenant.moved_in_on),
            moved_out_on: tenant.moved_out_on,
            row_version: 1,
        };
        tx.insert_tenancy(&tenancy, came_at).await?;
        tx.insert_login(login, person, Some(place.facility), username, came_at).await?;
        match tenant.login {
            TrainingLogin::NotIssued => {}
            TrainingLogin::Initial { days, handed_over } => {
                let at = ctx.at - TimeDelta::days(i64::from(days));
                tx.set_password(login, &place.hash, true, at).await?;
                if handed_over {
                    tx.hand_over(login, Giver { name: "Övning", login: None }, at + TimeDelta::hours(20)).await?;
                }
            }
            TrainingLogin::Own => {
                tx.set_password(login, &place.hash, true, came_at).await?;
                tx.hand_over(login, Giver { name: "Övning", login: None }, came_at).await?;
                tx.set_password(login, &place.hash, false, came_at).await?;
            }
        }
        Ok(Trainee { person, login, tenancy, tenant })
    }

    /// Removes the training organisation with everything in it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is none; [`AppError::Refused`] `training.has_staff` while somebody at the desk
    /// belongs to it.
    pub async fn remove_training(&self, ctx: &Ctx) -> Result<()> {
        ctx.may(Permission::ChangeSetting, Place::Host)?;
        let mut tx = self.write().await?;
        let id = tx.find_training().await?.ok_or(AppError::NotFound)?;
        if tx.staff_of(id).await? > 0 {
            return Err(AppError::refused("training.has_staff"));
        }
        let event =
            Event::new(Action::TrainingRemoved, Subject::Organisation(id)).before(&tx.find_organisation(id).await?);
        tx.delete_training(id).await?;
        tx.commit(ctx, [event]).await
    }
}

struct Placed {
    organisation: OrganisationId,
    facility: FacilityId,
    sorter: Sorter,
    hash: String,
}

fn midnight(day: chrono::NaiveDate) -> DateTime<Utc> {
    day.and_time(chrono::NaiveTime::MIN).and_utc()
}
