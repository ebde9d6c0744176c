//! Imports: the file with its plan, and how far it has come.

mod known;
mod run;
mod source;
mod state;
mod undo;

use crate::engine::{Conn, Tx, text};
use crate::error::{Result, StoreError};
use chrono::{DateTime, Utc};
pub use known::{KnownPerson, KnownToRun, Sought, TakenLine};
pub use run::{ImportOutcome, ImportRow, NewLogin, NewPerson, NewTenancy, NewUnit, PersonChange, Run};
use sqlx::FromRow;
use sqlx::types::Json;
pub use state::ImportState;
use stolpe_domain::id::{FacilityId, ImportId, LoginId, OrganisationId};
pub use undo::ImportChange;
use uuid::Uuid;

/// The columns of an [`ImportRecord`].
macro_rules! import_columns {
    () => {
        "id, organisation_id, facility_id, file_name, state, plan, counts, created_by, created_at, \
         committed_at, undone_at, alive_at, source_gone_at, row_version"
    };
}
use import_columns;

/// Stands in a column that must hold a login when there was none; no login has this id.
const NOBODY: Uuid = Uuid::nil();

/// An import without the file itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// Its id.
    pub id: ImportId,
    /// Whose register it goes into.
    pub organisation: OrganisationId,
    /// The facility that its people belong to.
    pub facility: FacilityId,
    /// Name of the file.
    pub file_name: String,
    /// How far it has come.
    pub state: ImportState,
    /// How the file is read, as the use case keeps it.
    pub plan: serde_json::Value,
    /// What the dry run found, as the use case keeps it.
    pub findings: serde_json::Value,
    /// Who read the file; none for the command line, where nobody signs in.
    pub created_by: Option<LoginId>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it was taken in whole.
    pub committed_at: Option<DateTime<Utc>>,
    /// When it was taken back.
    pub undone_at: Option<DateTime<Utc>>,
    /// The last sign of life of whoever takes it in.
    pub alive_at: Option<DateTime<Utc>>,
    /// When its file was destroyed.
    pub source_gone_at: Option<DateTime<Utc>>,
    /// Counts changes.
    pub row_version: i64,
}

impl Import {
    /// When something was done with it last.
    pub fn last_used_at(&self) -> DateTime<Utc> {
        [self.committed_at, self.undone_at, self.alive_at].into_iter().flatten().fold(self.created_at, DateTime::max)
    }
}

impl Conn {
    /// The import with this id.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn find_import(&mut self, id: ImportId) -> Result<Option<Import>> {
        self.sql(text!["select" [import_columns] "from import where id = $1"])
            .bind(id.uuid())
            .optional::<ImportRecord>()
            .await?
            .map(Import::try_from)
            .transpose()
    }

    /// The imports of a facility, the latest first.
    pub async fn list_imports(&mut self, facility: FacilityId, limit: i64) -> Result<Vec<Import>> {
        self.sql(text![
            "select" [import_columns] "from import where facility_id = $1 order by created_at desc, id desc limit $2"
        ])
        .bind(facility.uuid())
        .bind(limit)
        .all::<ImportRecord>()
        .await?
        .into_iter()
        .map(Import::try_from)
        .collect()
    }

    /// How columns of this heading were mapped in the facility last time.
    pub async fn find_mapping(&mut self, facility: FacilityId, header: &[u8]) -> Result<Option<serde_json::Value>> {
        let row: Option<(Json<serde_json::Value>,)> = self
            .sql("select mapping from import_mapping where facility_id = $1 and header_digest = $2")
            .bind(facility.uuid())
            .bind(header)
            .optional()
            .await?;
        Ok(row.map(|(Json(mapping),)| mapping))
    }
}

impl Tx {
    /// Keeps the plan for a file with this digest; its parts are added one by one.
    pub async fn insert_import(&mut self, it: &Import, digest: &[u8]) -> Result<()> {
        self.change(
            "insert into import (id, organisation_id, facility_id, file_name, content_digest, state, plan, counts, \
             created_by, created_at, row_version) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)",
        )
        .bind(it.id.uuid())
        .bind(it.organisation.uuid())
        .bind(it.facility.uuid())
        .bind(&*it.file_name)
        .bind(digest)
        .bind(it.state.word())
        .bind(Json(it.plan.clone()))
        .bind(Json(it.findings.clone()))
        .bind(it.created_by.map_or(NOBODY, LoginId::uuid))
        .bind(it.created_at)
        .run()
        .await?
        .one("import")
    }

    /// Changes the plan of a draft that is still at that version.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when it is not, or is no draft any more.
    pub async fn replan_import(
        &mut self,
        id: ImportId,
        row_version: i64,
        plan: &serde_json::Value,
        findings: &serde_json::Value,
    ) -> Result<()> {
        self.change(
            "update import set plan = $3, counts = $4, row_version = row_version + 1 \
             where id = $1 and row_version = $2 and state = 'draft'",
        )
        .bind(id.uuid())
        .bind(row_version)
        .bind(Json(plan.clone()))
        .bind(Json(findings.clone()))
        .run()
        .await?
        .unchanged()
    }

    /// Takes a draft that is still at that version away, with its file.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when it is not, or is no draft any more; its file is gone with the transaction alone.
    pub async fn discard_import(&mut self, id: ImportId, row_version: i64) -> Result<()> {
        self.change("delete from import_file where import_id = $1").bind(id.uuid()).run().await?.any();
        self.change("delete from import where id = $1 and row_version = $2 and state = 'draft'")
            .bind(id.uuid())
            .bind(row_version)
            .run()
            .await?
            .unchanged()
    }

    /// Remembers how columns of this heading are mapped in the facility.
    pub async fn put_mapping(
        &mut self,
        facility: FacilityId,
        header: &[u8],
        mapping: &serde_json::Value,
    ) -> Result<()> {
        self.change(
            "insert into import_mapping (facility_id, header_digest, mapping) values ($1, $2, $3) \
             on conflict (facility_id, header_digest) do update set mapping = excluded.mapping",
        )
        .bind(facility.uuid())
        .bind(header)
        .bind(Json(mapping.clone()))
        .run()
        .await?
        .one("import_mapping")
    }
}

#[derive(FromRow)]
struct ImportRecord {
    id: Uuid,
    organisation_id: Uuid,
    facility_id: Uuid,
    file_name: String,
    state: String,
    plan: Json<serde_json::Value>,
    counts: Json<serde_json::Value>,
    created_by: Uuid,
    created_at: DateTime<Utc>,
    committed_at: Option<DateTime<Utc>>,
    undone_at: Option<DateTime<Utc>>,
    alive_at: Option<DateTime<Utc>>,
    source_gone_at: Option<DateTime<Utc>>,
    row_version: i64,
}

impl TryFrom<ImportRecord> for Import {
    type Error = StoreError;
    fn try_from(row: ImportRecord) -> Result<Self> {
        Ok(Self {
            id: ImportId(row.id),
            organisation: OrganisationId(row.organisation_id),
            facility: FacilityId(row.facility_id),
            file_name: row.file_name,
            state: ImportState::from_word(&row.state)?,
            plan: row.plan.0,
            findings: row.counts.0,
            created_by: Some(row.created_by).filter(|id| *id != NOBODY).map(LoginId),
            created_at: row.created_at,
            committed_at: row.committed_at,
            undone_at: row.undone_at,
            alive_at: row.alive_at,
            source_gone_at: row.source_gone_at,
            row_version: row.row_version,
        })
    }
}
