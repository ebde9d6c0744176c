//! Lists of charge points, by key.

use super::ChargePointRow;
use crate::engine::{Conn, Statement, text};
use crate::error::Result;
use crate::page::{BEHIND_ALL, Page, Total};
use sqlx::types::Json;
use stolpe_domain::charge_point::{ChargePoint, ServiceState};
use stolpe_domain::facility::fold_code;
use stolpe_domain::id::{ChargePointId, CircuitId, FacilityId};
use uuid::Uuid;

/// Which charge points a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChargePointFilter {
    /// In these facilities.
    pub facilities: Vec<FacilityId>,
    /// On this circuit.
    pub circuit: Option<CircuitId>,
    /// In this state; every state but decommissioned when left out.
    pub state: Option<ServiceState>,
    /// The beginning of a name or an identity.
    pub prefix: String,
}

/// Where a list of charge points goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChargePointKey {
    /// The walking key of the last one shown.
    pub walking_key: Vec<u8>,
    /// Its id.
    pub id: ChargePointId,
}

/// A charge point as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedChargePoint {
    /// The charge point.
    pub charge_point: ChargePoint,
    /// Where the list goes on after it.
    pub key: ChargePointKey,
}

macro_rules! narrowed {
    () => {
        "and (circuit_id = $2 or $2 is null) and (state = $3 or ($3 is null and state <> 'decommissioned')) \
         and (substr(name_folded, 1, length($4)) = $4 or lower(substr(identity, 1, length($4))) = $4)"
    };
}

impl Conn {
    /// Charge points in the order of their names.
    ///
    /// # Errors
    /// Whatever the database says; so for every query here.
    pub async fn list_charge_points(
        &mut self,
        filter: &ChargePointFilter,
        after: Option<&ChargePointKey>,
        limit: i64,
    ) -> Result<Page<ListedChargePoint>> {
        let statement = self.sql(text![
            "select" [charge_point_columns] "from charge_point where facility_id in" [ids "$1"] [narrowed]
            "and (walking_key, id) > ($5, $6) order by walking_key, id limit $7"
        ]);
        let rows: Vec<ChargePointRow> = bind_filter(statement, filter)
            .bind(after.map(|key| key.walking_key.clone()).unwrap_or_default())
            .bind(after.map_or(Uuid::nil(), |key| key.id.uuid()))
            .bind(limit + 1)
            .all()
            .await?;
        Page::cut(rows, limit).try_map(ListedChargePoint::try_from)
    }

    /// Charge points from the last name to the first, before `before`: how a list is read from its end.
    pub async fn list_charge_points_backwards(
        &mut self,
        filter: &ChargePointFilter,
        before: Option<&ChargePointKey>,
        limit: i64,
    ) -> Result<Page<ListedChargePoint>> {
        let statement = self.sql(text![
            "select" [charge_point_columns] "from charge_point where facility_id in" [ids "$1"] [narrowed]
            "and (walking_key, id) < ($5, $6) order by walking_key desc, id desc limit $7"
        ]);
        let rows: Vec<ChargePointRow> = bind_filter(statement, filter)
            .bind(before.map_or(BEHIND_ALL.to_vec(), |key| key.walking_key.clone()))
            .bind(before.map_or(Uuid::max(), |key| key.id.uuid()))
            .bind(limit + 1)
            .all()
            .await?;
        Page::cut(rows, limit).try_map(ListedChargePoint::try_from)
    }

    /// How many charge points the filter leaves, counted up to the ceiling.
    pub async fn count_charge_points(&mut self, filter: &ChargePointFilter) -> Result<Total> {
        let statement = self.sql(text![
            "select count(*) from (select 1 from charge_point where facility_id in" [ids "$1"] [narrowed]
            "limit $5) as counted"
        ]);
        let (count,): (i64,) = bind_filter(statement, filter).bind(Total::CEILING + 1).one().await?;
        Ok(Total::counted(count))
    }
}

fn bind_filter<'c>(statement: Statement<'c>, filter: &ChargePointFilter) -> Statement<'c> {
    statement
        .bind(Json(filter.facilities.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
        .bind(filter.circuit.map(CircuitId::uuid))
        .bind(filter.state.map(ServiceState::word))
        .bind(fold_code(&filter.prefix))
}
