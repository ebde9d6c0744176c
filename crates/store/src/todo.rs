//! What waits for somebody at the desk.

use crate::engine::{Conn, text};
use crate::error::Result;
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use stolpe_domain::id::{FacilityId, OrganisationId};
use uuid::Uuid;

/// A heap of work with its age.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Waiting {
    /// What kind of work.
    pub kind: String,
    /// In which facility.
    pub facility_id: Option<Uuid>,
    /// How much.
    pub count: i64,
    /// Since when.
    pub oldest_at: Option<DateTime<Utc>>,
}

macro_rules! has_initial {
    () => {
        "password_is_initial and password_hash is not null and blocked_at is null"
    };
}

impl Conn {
    /// Work that waits in these facilities.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn waiting_in(&mut self, facilities: &[FacilityId]) -> Result<Vec<Waiting>> {
        self.sql(text![
            "select 'login.not_issued' as kind, facility_id, count(*) as count, min(created_at) as oldest_at"
            "from login where facility_id in" [ids "$1"] "and password_hash is null and blocked_at is null"
            "group by facility_id"
            "union all select 'letter.not_handed_over', facility_id, count(*), min(issued_at)"
            "from login where facility_id in" [ids "$1"] "and" [has_initial] "and handed_over_at is null"
            "group by facility_id"
            "union all select 'login.initial_password', facility_id, count(*), min(password_set_at)"
            "from login where facility_id in" [ids "$1"] "and" [has_initial] "and handed_over_at is not null"
            "group by facility_id"
            "union all select 'person.missing_email', person_facility.facility_id, count(*), min(person.created_at)"
            "from person_facility join person on person.id = person_facility.person_id"
            "where person_facility.facility_id in" [ids "$1"] "and person.email is null"
            "and person.erased_at is null and person.merged_into_id is null group by person_facility.facility_id"
        ])
        .bind(Json(facilities.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
        .all()
        .await
    }

    /// Messages that failed, came back or are held, by organisation. Those of training are held for good: nobody waits for them.
    pub async fn notices_waiting(&mut self, organisations: &[OrganisationId]) -> Result<Vec<Waiting>> {
        self.sql(text![
            "select 'notice.' || state as kind,"
            "cast(null as uuid) as facility_id, count(*) as count, min(created_at) as oldest_at from notice"
            "where state in ('failed', 'bounced', 'held', 'awaiting') and (organisation_id is null or organisation_id in" [ids "$1"] ")"
            "and (state <> 'held' or organisation_id is null"
            "or organisation_id in (select id from organisation where not training)) group by state"
        ])
        .bind(Json(organisations.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
        .all()
        .await
    }

    /// Charge points in these facilities that are broken, or that have called before and do not answer (EVC-28).
    pub async fn charge_points_in_trouble(&mut self, facilities: &[FacilityId]) -> Result<Vec<Waiting>> {
        self.sql(text![
            "select 'charge_point.fault' as kind, charge_point.facility_id,"
            "count(distinct charge_point.id) as count, min(connector.heard_at) as oldest_at from charge_point"
            "join charge_point_contact on charge_point_contact.charge_point_id = charge_point.id"
            "join connector on connector.charge_point_id = charge_point.id"
            "where charge_point.facility_id in" [ids "$1"] "and charge_point.state <> 'decommissioned'"
            "and charge_point_contact.connection_id is not null and lower(connector.status) = 'faulted'"
            "group by charge_point.facility_id"
            "union all select 'charge_point.offline', charge_point.facility_id, count(*),"
            "min(charge_point_contact.disconnected_at) from charge_point"
            "join charge_point_contact on charge_point_contact.charge_point_id = charge_point.id"
            "where charge_point.facility_id in" [ids "$1"] "and charge_point.state = 'in_service'"
            "and charge_point_contact.connection_id is null group by charge_point.facility_id"
        ])
        .bind(Json(facilities.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
        .all()
        .await
    }

    /// Sessions in these facilities that somebody has to judge, and reports that belong to none (R3, R9).
    pub async fn charging_to_judge(&mut self, facilities: &[FacilityId]) -> Result<Vec<Waiting>> {
        self.sql(text![
            "select 'session.to_look_at' as kind, facility_id, count(*) as count, min(started_at) as oldest_at"
            "from session where facility_id in" [ids "$1"]
            "and state in ('suspect', 'closed_by_system', 'orphan_stop') group by facility_id"
            "union all select 'stray_message.unresolved', facility_id, count(*), min(first_heard_at)"
            "from stray_message where facility_id in" [ids "$1"] "and resolved_at is null group by facility_id"
        ])
        .bind(Json(facilities.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
        .all()
        .await
    }

    /// Since when each of these facilities asks the price of the market for energy, and in which area it lies.
    pub async fn facilities_by_the_market(
        &mut self,
        facilities: &[FacilityId],
    ) -> Result<Vec<(Uuid, String, NaiveDate)>> {
        self.sql(text![
            "select facility.id, facility.price_area, min(tariff_component.valid_from) from facility"
            "join tariff on tariff.facility_id = facility.id"
            "join tariff_component on tariff_component.tariff_id = tariff.id"
            "where facility.id in" [ids "$1"] "and facility.price_area is not null"
            "and tariff_component.kind = 'energy' and tariff_component.rate like '%spot%'"
            "group by facility.id, facility.price_area"
        ])
        .bind(Json(facilities.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
        .all()
        .await
    }

    /// Charge points that call and are not known here.
    pub async fn charge_points_waiting(&mut self) -> Result<Waiting> {
        self.sql(
            "select 'charge_point.waiting' as kind, cast(null as uuid) as facility_id, count(*) as count, \
             min(first_seen_at) as oldest_at from waiting_charge_point",
        )
        .one()
        .await
    }
}
