//! The other lists that leave: units, tenancies, facilities and the people at the desk.

use super::columns::Picked;
use super::{Export, PAGE, list_columns as columns, zone_of};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::unit::{UnitCut, local_date};
use chrono_tz::Tz;
use stolpe_documents::table_out::{TableFormat, TableSpec};
use stolpe_domain::access::{Actor, Permission};
use stolpe_domain::country::Country;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::facility::{Facility, default_time_zone};
use stolpe_domain::id::FacilityId;
use stolpe_domain::language::Language;
use stolpe_store::unit::UnitFilter;

/// What a file of a list is made with.
pub(super) struct Sheet {
    pub(super) picked: Picked,
    pub(super) zone: Tz,
    pub(super) language: Language,
}

impl App {
    /// Starts to write the units of a facility to a file in walking order, with their tenants of today.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the facility is not the actor's to see, [`AppError::Denied`] without the permission,
    /// [`AppError::Invalid`] for a column that there is not.
    pub async fn export_units(
        &self,
        ctx: &Ctx,
        facility: FacilityId,
        cut: UnitCut,
        columns: &[String],
        format: TableFormat,
    ) -> Result<Export> {
        let place = self.facility_for(ctx, facility, Permission::Export).await?;
        let words = [
            (!cut.prefix.is_empty()).then(|| format!("q={}", cut.prefix)),
            cut.kind.map(|kind| format!("kind={}", kind.word())),
            cut.section.as_ref().map(|section| format!("section={section}")),
            cut.occupied.map(|occupied| format!("occupied={occupied}")),
        ];
        let words = words.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let event = of_facility(&place);
        let (sheet, spec) = self.sheet(ctx, place.country, columns::units, columns).await?;
        let (pages, export) = self.begin(ctx, spec, format, words, sheet.zone, sheet.language, event, false)?;
        let (app, ctx) = (self.clone(), ctx.clone());
        self.spawn(async move {
            let work = async {
                let mut tenants = app.tenants(&place, &ctx).await?;
                let filter = UnitFilter {
                    prefix: cut.prefix,
                    kind: cut.kind,
                    section: cut.section,
                    occupied: cut.occupied,
                    today: local_date(&place, ctx.at),
                };
                let mut after = None;
                loop {
                    let page = app.read().await?.list_units(place.id, &filter, after.as_ref(), PAGE).await?;
                    after = page.items.last().map(|last| last.key.clone());
                    let cells = |listed: stolpe_store::unit::ListedUnit| {
                        let living = tenants.remove(&listed.unit.id).unwrap_or_default();
                        sheet.picked.cells(columns::unit_row(listed.unit, &living, &place, sheet.language))
                    };
                    let rows = page.items.into_iter().map(cells).collect();
                    if pages.send(Some(rows)).await.is_err() || !page.more {
                        return Ok::<_, AppError>(());
                    }
                }
            };
            if let Err(error) = work.await {
                tracing::error!(%error, "an export was broken off");
                let _ = pages.send(None).await;
            }
        });
        Ok(export)
    }

    /// Starts to write everybody who lives or has lived in a facility to a file, unit by unit. Of people with protected
    /// identity it is said only that there is one.
    ///
    /// # Errors
    /// As [`App::export_units`].
    pub async fn export_tenancies(
        &self,
        ctx: &Ctx,
        facility: FacilityId,
        columns: &[String],
        format: TableFormat,
    ) -> Result<Export> {
        let place = self.facility_for(ctx, facility, Permission::Export).await?;
        self.facility_for(ctx, facility, Permission::ReadPerson).await?;
        let event = of_facility(&place);
        let (sheet, spec) = self.sheet(ctx, place.country, columns::tenancies, columns).await?;
        let (pages, export) = self.begin(ctx, spec, format, String::new(), sheet.zone, sheet.language, event, false)?;
        let app = self.clone();
        self.spawn(async move {
            let work = async {
                let mut after = None;
                loop {
                    let page = app.read().await?.list_tenancies(place.id, after.as_ref(), PAGE).await?;
                    after = page.items.last().map(|last| last.key.clone());
                    let cells = |listed| sheet.picked.cells(columns::tenancy_row(listed, &place));
                    let rows = page.items.into_iter().map(cells).collect();
                    if pages.send(Some(rows)).await.is_err() || !page.more {
                        return Ok::<_, AppError>(());
                    }
                }
            };
            if let Err(error) = work.await {
                tracing::error!(%error, "an export was broken off");
                let _ = pages.send(None).await;
            }
        });
        Ok(export)
    }

    /// Starts to write the facilities from which the actor may export to a file.
    ///
    /// # Errors
    /// [`AppError::Denied`] for those who may export nowhere, [`AppError::Invalid`] for a column that there is not.
    pub async fn export_facilities(&self, ctx: &Ctx, columns: &[String], format: TableFormat) -> Result<Export> {
        ctx.reach(Permission::Export)?;
        let (sheet, spec) = self.sheet(ctx, Country::Se, columns::facilities, columns).await?;
        let mut rows = Vec::new();
        for place in self.facilities_with(ctx, Permission::Export).await? {
            let owner = self.read().await?.find_organisation(place.organisation_id).await?.ok_or(AppError::NotFound)?;
            let counts = self.facility_counts(place.id).await?;
            rows.push(sheet.picked.cells(columns::facility_row(place, owner.name, counts)));
        }
        let event = Event::new(Action::ListExported, Subject::Host);
        let (pages, export) = self.begin(ctx, spec, format, String::new(), sheet.zone, sheet.language, event, false)?;
        self.spawn(async move { drop(pages.send(Some(rows)).await) });
        Ok(export)
    }

    /// Starts to write the people at the desk whom the actor manages to a file, with their roles.
    ///
    /// # Errors
    /// [`AppError::Denied`] for those who manage no staff or may not export, [`AppError::Invalid`] for a column that
    /// there is not.
    pub async fn export_staff(&self, ctx: &Ctx, columns: &[String], format: TableFormat) -> Result<Export> {
        ctx.reach(Permission::Export)?;
        let staff = self.list_staff(ctx).await?;
        let (sheet, spec) = self.sheet(ctx, Country::Se, columns::staff, columns).await?;
        let row = |it| sheet.picked.cells(columns::staff_row(it, ctx.at, sheet.zone, sheet.language));
        let rows = staff.into_iter().map(row).collect();
        let event = Event::new(Action::PeopleExported, Subject::Host);
        let filter = "staff".to_owned();
        let (pages, export) = self.begin(ctx, spec, format, filter, sheet.zone, sheet.language, event, false)?;
        self.spawn(async move { drop(pages.send(Some(rows)).await) });
        Ok(export)
    }

    /// The columns of a list in the reader's language, cut to those that were asked for.
    pub(super) async fn sheet(
        &self,
        ctx: &Ctx,
        country: Country,
        columns: fn(Language) -> TableSpec,
        keys: &[String],
    ) -> Result<(Sheet, TableSpec)> {
        let language = match &ctx.actor {
            Actor::System(_) => Language::of(country),
            _ => self.reader_language(ctx).await?,
        };
        let mut spec = columns(language);
        let picked = Picked::of(&mut spec, keys)?;
        Ok((Sheet { picked, zone: zone_of(default_time_zone(country)), language }, spec))
    }
}

fn of_facility(place: &Facility) -> Event {
    Event::new(Action::PeopleExported, Subject::Facility(place.id))
        .organisation(place.organisation_id)
        .facility(place.id)
}
