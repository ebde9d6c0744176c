//! Circuits.

use crate::engine::{Conn, Tx, text};
use crate::error::{OnUnique, Result};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use stolpe_domain::circuit::{Circuit, CircuitDraft};
use stolpe_domain::facility::fold_code;
use stolpe_domain::id::{CircuitId, FacilityId};
use uuid::Uuid;

macro_rules! columns {
    () => {
        "id, facility_id, parent_id, name, fuse_a, phases, row_version"
    };
}

impl Conn {
    /// The circuit with this id.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn find_circuit(&mut self, id: CircuitId) -> Result<Option<Circuit>> {
        Ok(self
            .sql(text!["select" [columns] "from circuit where id = $1"])
            .bind(id.uuid())
            .optional::<CircuitRow>()
            .await?
            .map(Circuit::from))
    }

    /// The circuits of a facility by name: it has tens of them at most.
    pub async fn list_circuits(&mut self, facility: FacilityId) -> Result<Vec<Circuit>> {
        let rows: Vec<CircuitRow> = self
            .sql(text!["select" [columns] "from circuit where facility_id = $1 order by walking_key, id"])
            .bind(facility.uuid())
            .all()
            .await?;
        Ok(rows.into_iter().map(Circuit::from).collect())
    }

    /// How many circuits and how many charge points hang on a circuit.
    pub async fn hanging_on(&mut self, id: CircuitId) -> Result<(i64, i64)> {
        self.sql(
            "select (select count(*) from circuit where parent_id = $1), \
             (select count(*) from charge_point where circuit_id = $1)",
        )
        .bind(id.uuid())
        .one()
        .await
    }
}

impl Tx {
    /// The circuits of a facility, held until the transaction ends: two who move circuits at once must not make a ring.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn hold_circuits(&mut self, facility: FacilityId) -> Result<Vec<Circuit>> {
        let _: Option<(Uuid,)> = self
            .change(text!["select id from facility where id = $1"[locked]])
            .bind(facility.uuid())
            .optional()
            .await?;
        self.list_circuits(facility).await
    }

    /// Adds a circuit.
    ///
    /// # Errors
    /// [`crate::StoreError::Taken`] when the facility has one of that name.
    pub async fn insert_circuit(
        &mut self,
        id: CircuitId,
        facility: FacilityId,
        it: &CircuitDraft,
        at: DateTime<Utc>,
    ) -> Result<()> {
        self.change(
            "insert into circuit (id, facility_id, parent_id, name, name_folded, walking_key, fuse_a, phases, \
             row_version, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9)",
        )
        .bind(id.uuid())
        .bind(facility.uuid())
        .bind(it.parent_id.map(CircuitId::uuid))
        .bind(&*it.name)
        .bind(fold_code(&it.name))
        .bind(it.walking_key())
        .bind(it.fuse_a)
        .bind(it.phases)
        .bind(at)
        .run()
        .await
        .on_unique("circuit.name_taken")?
        .one("circuit")
    }

    /// Changes a circuit that is still at that version.
    ///
    /// # Errors
    /// [`crate::StoreError::Changed`] when it is not, [`crate::StoreError::Taken`] when the name is in use.
    pub async fn update_circuit(&mut self, id: CircuitId, row_version: i64, it: &CircuitDraft) -> Result<()> {
        self.change(
            "update circuit set parent_id = $3, name = $4, name_folded = $5, walking_key = $6, fuse_a = $7, \
             phases = $8, row_version = row_version + 1 where id = $1 and row_version = $2",
        )
        .bind(id.uuid())
        .bind(row_version)
        .bind(it.parent_id.map(CircuitId::uuid))
        .bind(&*it.name)
        .bind(fold_code(&it.name))
        .bind(it.walking_key())
        .bind(it.fuse_a)
        .bind(it.phases)
        .run()
        .await
        .on_unique("circuit.name_taken")?
        .unchanged()
    }

    /// Removes a circuit on which nothing hangs.
    ///
    /// # Errors
    /// [`crate::StoreError::InUse`] when something does, [`crate::StoreError::Changed`] when it has moved on.
    pub async fn delete_circuit(&mut self, id: CircuitId, row_version: i64) -> Result<()> {
        self.change("delete from circuit where id = $1 and row_version = $2")
            .bind(id.uuid())
            .bind(row_version)
            .run()
            .await?
            .unchanged()
    }
}

#[derive(FromRow)]
struct CircuitRow {
    id: Uuid,
    facility_id: Uuid,
    parent_id: Option<Uuid>,
    name: String,
    fuse_a: i64,
    phases: i64,
    row_version: i64,
}

impl From<CircuitRow> for Circuit {
    fn from(row: CircuitRow) -> Self {
        Self {
            id: CircuitId(row.id),
            facility_id: FacilityId(row.facility_id),
            parent_id: row.parent_id.map(CircuitId),
            name: row.name,
            fuse_a: row.fuse_a,
            phases: row.phases,
            row_version: row.row_version,
        }
    }
}
