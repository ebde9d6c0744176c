//! The file of an import: kept sealed while it may be needed, and then destroyed.

use crate::engine::{Conn, Tx, text};
use crate::error::Result;
use crate::import::{Import, ImportRecord, import_columns};
use chrono::{DateTime, Utc};
use sqlx::types::Json;
use stolpe_domain::id::{ImportId, OrganisationId, PersonId};

impl Conn {
    /// The digest of an import's file; empty once it was destroyed.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn import_digest(&mut self, id: ImportId) -> Result<Option<Vec<u8>>> {
        let row: Option<(Vec<u8>,)> =
            self.sql("select content_digest from import where id = $1").bind(id.uuid()).optional().await?;
        Ok(row.map(|(digest,)| digest))
    }

    /// A part of an import's file, sealed; none behind the last.
    pub async fn import_part(&mut self, id: ImportId, part: i64) -> Result<Option<Vec<u8>>> {
        let row: Option<(Vec<u8>,)> = self
            .sql("select content from import_file where import_id = $1 and part = $2")
            .bind(id.uuid())
            .bind(part)
            .optional()
            .await?;
        Ok(row.map(|(content,)| content))
    }

    /// Imports whose file is still there although nothing was done with them since `before`.
    pub async fn imports_with_old_source(&mut self, before: DateTime<Utc>, limit: i64) -> Result<Vec<Import>> {
        self.sql(text![
            "select" [import_columns] "from import where source_gone_at is null and state <> 'committing' \
             and created_at < $1 and (committed_at < $1 or committed_at is null) \
             and (undone_at < $1 or undone_at is null) and (alive_at < $1 or alive_at is null) order by created_at limit $2"
        ])
        .bind(before)
        .bind(limit)
        .all::<ImportRecord>()
        .await?
        .into_iter()
        .map(Import::try_from)
        .collect()
    }

    /// Imports of an organisation whose file is still there, and of whose rows it is not known whom they mean: those that
    /// wait, and those that were taken back.
    pub async fn open_imports(&mut self, organisation: OrganisationId) -> Result<Vec<Import>> {
        self.sql(text![
            "select" [import_columns] "from import where source_gone_at is null and organisation_id = $1 \
             and state in ('draft', 'interrupted', 'undone') order by created_at"
        ])
        .bind(organisation.uuid())
        .all::<ImportRecord>()
        .await?
        .into_iter()
        .map(Import::try_from)
        .collect()
    }

    /// Imports whose file is still there and by which this person, or a record merged into theirs, came or was changed.
    pub async fn imports_with_source_of(&mut self, person: PersonId) -> Result<Vec<Import>> {
        self.sql(text![
            "select" [import_columns] "from import where source_gone_at is null and id in (\
             select import_row.import_id from import_row where import_row.person_id = $1 \
             or import_row.person_id in (select person.id from person where person.merged_into_id = $1)) \
             order by created_at"
        ])
        .bind(person.uuid())
        .all::<ImportRecord>()
        .await?
        .into_iter()
        .map(Import::try_from)
        .collect()
    }
}

impl Tx {
    /// Adds a part of an import's file, sealed; the first one is part zero.
    pub async fn insert_import_part(&mut self, id: ImportId, part: i64, content: &[u8]) -> Result<()> {
        self.change("insert into import_file (import_id, part, content) values ($1, $2, $3)")
            .bind(id.uuid())
            .bind(part)
            .bind(content)
            .run()
            .await?
            .one("import_file")
    }

    /// Destroys the file of an import and puts findings in place that hold none of it.
    pub async fn destroy_source(
        &mut self,
        id: ImportId,
        findings: &serde_json::Value,
        at: DateTime<Utc>,
    ) -> Result<()> {
        self.change("delete from import_file where import_id = $1").bind(id.uuid()).run().await?.any();
        self.change(
            "update import set content_digest = $4, counts = $2, source_gone_at = $3, \
             row_version = row_version + 1 where id = $1",
        )
        .bind(id.uuid())
        .bind(Json(findings.clone()))
        .bind(at)
        .bind(Vec::<u8>::new())
        .run()
        .await?
        .one("import")
    }
}
