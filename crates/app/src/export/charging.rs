//! Files about charging: sessions, charge points and tags, from the queries that feed their lists.

use super::charging_columns::{self as columns, Site};
use super::lists::Sheet;
use super::pages::{List, Merged, Source};
use super::{Export, PAGE, Rows, zone_of};
use crate::App;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::session::ChargingPlace;
use std::collections::{HashMap, HashSet};
use stolpe_documents::table_out::TableFormat;
use stolpe_domain::access::Permission;
use stolpe_domain::country::Country;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::facility::Facility;
use stolpe_domain::id::{FacilityId, OrganisationId, PersonId, TagId};
use stolpe_domain::person::Person;
use stolpe_store::Conn;
use stolpe_store::charge_point::{ChargePointFilter, ChargePointKey};
use stolpe_store::page::{Order, Page, Stretch};
use stolpe_store::session::{NamedSession, Session, SessionFilter, SessionKey};
use stolpe_store::tag::TagFilter;

/// Rows of a page, where they are counted in memory.
const ROWS: usize = 1_000;

impl App {
    /// Starts to write sessions to a file, the latest first, from the facilities from which the actor may export.
    ///
    /// # Errors
    /// [`crate::AppError::NotFound`] when the facility or the person is not the actor's to see,
    /// [`crate::AppError::Denied`] without the permission, [`crate::AppError::Invalid`] for a column that there is not.
    pub async fn export_sessions(
        &self,
        ctx: &Ctx,
        place: ChargingPlace,
        mut filter: SessionFilter,
        keys: &[String],
        format: TableFormat,
    ) -> Result<Export> {
        let from =
            self.exported_facilities(ctx, (place.facility, place.organisation), Permission::ReadCharging).await?;
        if let Some(person) = filter.person {
            self.person_for(ctx, person, Permission::ReadPerson).await?;
        }
        filter.facilities = from.iter().map(|it| it.id).collect();
        let words = [
            Some("sessions".to_owned()),
            place.facility.map(|id| format!("facilityId={id}")),
            filter.charge_point.map(|id| format!("chargePointId={id}")),
            filter.person.map(|id| format!("personId={id}")),
            filter.of_nobody.then(|| "ofNobody=true".to_owned()),
            filter.states.as_ref().map(|states| {
                format!("state={}", states.iter().map(|state| state.word()).collect::<Vec<_>>().join(","))
            }),
            filter.charge_state.map(|state| format!("chargeState={}", state.word())),
            filter.from.map(|at| format!("from={}", at.to_rfc3339())),
            filter.to.map(|at| format!("to={}", at.to_rfc3339())),
        ];
        let (sheet, spec) = self.sheet(ctx, country_of(&from), columns::sessions, keys).await?;
        let event = of_places(Action::PeopleExported, &from);
        let (pages, export) =
            self.begin(ctx, spec, format, written(words), sheet.zone, sheet.language, event, false)?;
        let invoiced = self.facilities_with(ctx, Permission::ReadBilling).await?.into_iter().map(|it| it.id).collect();
        let list = SessionList { app: self.clone(), filter };
        let facilities = list.filter.facilities.clone();
        let list = Merged::new(list, Order::Newest, &facilities);
        self.send_rows(Sessions { list, invoiced, sites: sites(&from), sheet }, pages);
        Ok(export)
    }

    /// Starts to write the circuits of a facility to a file, by name.
    ///
    /// # Errors
    /// As [`App::export_sessions`].
    pub async fn export_circuits(
        &self,
        ctx: &Ctx,
        facility: FacilityId,
        keys: &[String],
        format: TableFormat,
    ) -> Result<Export> {
        let from = self.exported_facilities(ctx, (Some(facility), None), Permission::ReadCharging).await?;
        let circuits = self.read().await?.list_circuits(facility).await?;
        let (sheet, spec) = self.sheet(ctx, country_of(&from), columns::circuits, keys).await?;
        let rows = circuits.iter().map(|it| sheet.picked.cells(columns::circuit_row(it, &circuits))).collect();
        let event = of_places(Action::ListExported, &from);
        let words = written([Some("circuits".to_owned()), Some(format!("facilityId={facility}"))]);
        let (pages, export) = self.begin(ctx, spec, format, words, sheet.zone, sheet.language, event, false)?;
        self.spawn(async move { drop(pages.send(Some(rows)).await) });
        Ok(export)
    }

    /// Starts to write charge points to a file in the order of their names, from the facilities from which the actor may
    /// export.
    ///
    /// # Errors
    /// As [`App::export_sessions`].
    pub async fn export_charge_points(
        &self,
        ctx: &Ctx,
        place: ChargingPlace,
        mut filter: ChargePointFilter,
        keys: &[String],
        format: TableFormat,
    ) -> Result<Export> {
        let from =
            self.exported_facilities(ctx, (place.facility, place.organisation), Permission::ReadCharging).await?;
        filter.facilities = from.iter().map(|it| it.id).collect();
        let words = [
            Some("charge_points".to_owned()),
            place.facility.map(|id| format!("facilityId={id}")),
            filter.circuit.map(|id| format!("circuitId={id}")),
            filter.state.map(|state| format!("state={}", state.word())),
            (!filter.prefix.is_empty()).then(|| format!("q={}", filter.prefix)),
        ];
        let (sheet, spec) = self.sheet(ctx, country_of(&from), columns::charge_points, keys).await?;
        let event = of_places(Action::ListExported, &from);
        let (pages, export) =
            self.begin(ctx, spec, format, written(words), sheet.zone, sheet.language, event, false)?;
        let (app, ctx) = (self.clone(), ctx.clone());
        self.send_rows(ChargePoints { app, ctx, filter, sites: sites(&from), sheet, place: Place::Beginning }, pages);
        Ok(export)
    }

    /// Starts to write the tags of an organisation to a file in the order of what they read: those that the actor may see
    /// and export.
    ///
    /// # Errors
    /// As [`App::export_sessions`].
    pub async fn export_tags(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        person: Option<PersonId>,
        prefix: &str,
        keys: &[String],
        format: TableFormat,
    ) -> Result<Export> {
        let mut filter = self.tag_filter(ctx, organisation, person, prefix).await?;
        self.cut_to_exported(ctx, organisation, &mut filter).await?;
        let owner = self.read().await?.find_organisation(organisation).await?;
        let country = owner.map_or(Country::Se, |owner| owner.country);
        let words = [
            Some("tags".to_owned()),
            person.map(|id| format!("personId={id}")),
            (!filter.prefix.is_empty()).then(|| format!("q={}", filter.prefix)),
        ];
        let (sheet, spec) = self.sheet(ctx, country, columns::tags, keys).await?;
        let event = Event::new(Action::PeopleExported, Subject::Organisation(organisation)).organisation(organisation);
        let (pages, export) =
            self.begin(ctx, spec, format, written(words), sheet.zone, sheet.language, event, false)?;
        self.send_rows(Tags { app: self.clone(), filter, sheet, place: Place::Beginning }, pages);
        Ok(export)
    }

    /// The facilities from which the actor may export what this permission lets them see, or this one of them, or those
    /// of an organisation.
    pub(super) async fn exported_facilities(
        &self,
        ctx: &Ctx,
        (facility, organisation): (Option<FacilityId>, Option<OrganisationId>),
        reads: Permission,
    ) -> Result<Vec<Facility>> {
        if let Some(id) = facility {
            let place = self.facility_for(ctx, id, reads).await?;
            self.facility_for(ctx, id, Permission::Export).await?;
            return Ok(vec![place]);
        }
        ctx.reach(reads)?;
        ctx.reach(Permission::Export)?;
        let exported: HashSet<FacilityId> =
            self.facilities_with(ctx, Permission::Export).await?.into_iter().map(|it| it.id).collect();
        let seen = self.facilities_with(ctx, reads).await?.into_iter();
        let wanted = seen.filter(|it| organisation.is_none_or(|wanted| it.organisation_id == wanted));
        Ok(wanted.filter(|it| exported.contains(&it.id)).collect())
    }
}

/// What a file was cut by, for the log: its kind, and every condition.
pub(super) fn written<const N: usize>(words: [Option<String>; N]) -> String {
    words.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Whose language and clock a file has that nobody reads in particular.
pub(super) fn country_of(places: &[Facility]) -> Country {
    places.first().map_or(Country::Se, |place| place.country)
}

/// An export from these facilities: noted where it belongs when it is from one, or from those of one organisation.
pub(super) fn of_places(action: Action, places: &[Facility]) -> Event {
    match places {
        [place] => {
            Event::new(action, Subject::Facility(place.id)).organisation(place.organisation_id).facility(place.id)
        }
        [first, rest @ ..] if rest.iter().all(|it| it.organisation_id == first.organisation_id) => {
            Event::new(action, Subject::Organisation(first.organisation_id)).organisation(first.organisation_id)
        }
        _ => Event::new(action, Subject::Host),
    }
}

/// Where the rows of a file are.
pub(super) fn sites(places: &[Facility]) -> HashMap<FacilityId, Site> {
    places.iter().map(|it| (it.id, Site { code: it.code.clone(), zone: zone_of(&it.time_zone) })).collect()
}

/// Everybody among these, by id.
pub(super) async fn people(conn: &mut Conn, ids: impl Iterator<Item = PersonId>) -> Result<HashMap<PersonId, Person>> {
    let ids: HashSet<PersonId> = ids.collect();
    let ids: Vec<PersonId> = ids.into_iter().collect();
    Ok(conn.people(&ids).await?.into_iter().map(|person| (person.id, person)).collect())
}

/// The list of sessions as screens show it.
struct SessionList {
    app: App,
    filter: SessionFilter,
}

impl List for SessionList {
    type Item = Session;
    type Key = SessionKey;

    fn key(item: &Session) -> SessionKey {
        item.into()
    }

    async fn page(&mut self, facility: FacilityId, after: Option<SessionKey>, limit: usize) -> Result<Page<Session>> {
        self.filter.facilities = vec![facility];
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        Ok(self.app.read().await?.list_sessions(&self.filter, Order::Newest, after, limit).await?)
    }
}

struct Sessions {
    list: Merged<SessionList>,
    /// The facilities whose invoices may be told.
    invoiced: HashSet<FacilityId>,
    sites: HashMap<FacilityId, Site>,
    sheet: Sheet,
}

impl Source for Sessions {
    async fn next(&mut self) -> Result<Option<Rows>> {
        let sessions = self.list.take(ROWS).await?;
        if sessions.is_empty() {
            return Ok(None);
        }
        let mut conn = self.list.of.app.read().await?;
        let people = people(&mut conn, sessions.iter().filter_map(|it| it.person)).await?;
        let mut named = conn.named_sessions(sessions).await?;
        crate::session::hide_documents(&mut named, &self.invoiced);
        let row = |it: NamedSession| {
            let site = self.sites.get(&it.session.facility)?;
            let person = it.session.person.and_then(|id| people.get(&id));
            Some(self.sheet.picked.cells(columns::session_row(it, person, site, self.sheet.language)))
        };
        Ok(Some(named.into_iter().filter_map(row).collect()))
    }
}

/// How far a list has been read.
enum Place<K> {
    Beginning,
    After(K),
    End,
}

impl<K> Place<K> {
    const fn after(&self) -> Option<&K> {
        match self {
            Self::After(key) => Some(key),
            Self::Beginning | Self::End => None,
        }
    }
}

struct ChargePoints {
    app: App,
    ctx: Ctx,
    filter: ChargePointFilter,
    sites: HashMap<FacilityId, Site>,
    sheet: Sheet,
    place: Place<ChargePointKey>,
}

impl Source for ChargePoints {
    async fn next(&mut self) -> Result<Option<Rows>> {
        if matches!(self.place, Place::End) {
            return Ok(None);
        }
        let stretch = Stretch { backwards: false, after: self.place.after(), limit: PAGE };
        let (page, next) = self.app.charge_points_page(&self.filter, stretch, self.ctx.at).await?;
        self.place = next.map_or(Place::End, Place::After);
        let row = |it: crate::OpenChargePoint| {
            let site = self.sites.get(&it.charge_point.facility_id)?;
            Some(self.sheet.picked.cells(columns::charge_point_row(it, site, self.sheet.language)))
        };
        Ok(Some(page.items.into_iter().filter_map(row).collect()))
    }
}

struct Tags {
    app: App,
    filter: TagFilter,
    sheet: Sheet,
    place: Place<(String, TagId)>,
}

impl Source for Tags {
    async fn next(&mut self) -> Result<Option<Rows>> {
        if matches!(self.place, Place::End) {
            return Ok(None);
        }
        let mut conn = self.app.read().await?;
        let page = conn.list_tags(&self.filter, self.place.after(), PAGE).await?;
        let people = people(&mut conn, page.items.iter().filter_map(|it| it.tag.person_id)).await?;
        let last = page.items.last().filter(|_| page.more);
        self.place = last.map_or(Place::End, |last| Place::After((last.tag.id_tag.clone(), last.tag.id)));
        let row = |it: stolpe_store::tag::ListedTag| {
            let person = it.tag.person_id.and_then(|id| people.get(&id));
            self.sheet.picked.cells(columns::tag_row(it.tag, person, self.sheet.language))
        };
        Ok(Some(page.items.into_iter().map(row).collect()))
    }
}
