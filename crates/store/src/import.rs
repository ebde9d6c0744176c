//! Imports: the file with its plan, what became of each row, and taking it all back.

use crate::engine::{Conn, Tx};
use crate::error::{Result, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;
use sqlx::types::Json;
use stolpe_domain::facility::fold_code;
use stolpe_domain::id::{FacilityId, ImportId, LoginId, OrganisationId, PersonId, TenancyId, UnitId};
use stolpe_domain::unit::UnitDraft;
use uuid::Uuid;

/// Stands in a column that must hold a login when there was none; no login has this id.
const NOBODY: Uuid = Uuid::nil();

/// How far an import has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportState {
    /// Read and mapped; nothing has been taken in.
    Draft,
    /// Rows are being taken in.
    Committing,
    /// Everything that could be taken in has been.
    Committed,
    /// Stopped in the middle; can be continued or taken back.
    Interrupted,
    /// Taken back.
    Undone,
}

impl ImportState {
    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Committing => "committing",
            Self::Committed => "committed",
            Self::Interrupted => "interrupted",
            Self::Undone => "undone",
        }
    }

    fn from_word(word: &str) -> Result<Self> {
        [Self::Draft, Self::Committing, Self::Committed, Self::Interrupted, Self::Undone]
            .into_iter()
            .find(|state| state.word() == word)
            .ok_or(StoreError::Inconsistent { table: "import", column: "state" })
    }
}

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
    /// Counts changes.
    pub row_version: i64,
}

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRow {
    /// Line of the file.
    pub line: i64,
    /// `created`, `updated` or `unchanged`.
    pub outcome: &'static str,
    /// Whom it concerns.
    pub person: PersonId,
    /// For an update: the person before, and the version that the import left, as JSON.
    pub before: Option<String>,
}

/// Somebody in the register, as matching needs them.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct KnownPerson {
    /// Their id.
    pub id: Uuid,
    /// First names.
    pub given_name: String,
    /// Surnames.
    pub family_name: String,
    /// Address.
    pub email: Option<String>,
    /// Keyed hash of the personal number.
    pub personal_number_digest: Option<Vec<u8>>,
}

impl Conn {
    /// The import with this id.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn find_import(&mut self, id: ImportId) -> Result<Option<Import>> {
        self.sql(
            "select id, organisation_id, facility_id, file_name, state, plan, counts, created_by, created_at, \
             row_version from import where id = $1",
        )
        .bind(id.uuid())
        .optional::<ImportRecord>()
        .await?
        .map(Import::try_from)
        .transpose()
    }

    /// The imports of a facility, the latest first.
    pub async fn list_imports(&mut self, facility: FacilityId, limit: i64) -> Result<Vec<Import>> {
        self.sql(
            "select id, organisation_id, facility_id, file_name, state, plan, counts, created_by, created_at, \
             row_version from import where facility_id = $1 order by created_at desc, id desc limit $2",
        )
        .bind(facility.uuid())
        .bind(limit)
        .all::<ImportRecord>()
        .await?
        .into_iter()
        .map(Import::try_from)
        .collect()
    }

    /// The file of an import, sealed.
    pub async fn import_content(&mut self, id: ImportId) -> Result<Option<Vec<u8>>> {
        let row: Option<(Vec<u8>,)> =
            self.sql("select content from import where id = $1").bind(id.uuid()).optional().await?;
        Ok(row.map(|(content,)| content))
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

    /// Everybody in the register, as matching needs them.
    pub async fn known_people(&mut self, organisation: OrganisationId) -> Result<Vec<KnownPerson>> {
        self.sql(
            "select id, given_name, family_name, email, personal_number_digest from person \
             where organisation_id = $1 and merged_into_id is null and erased_at is null",
        )
        .bind(organisation.uuid())
        .all()
        .await
    }

    /// The folded codes of a facility's units.
    pub async fn known_units(&mut self, facility: FacilityId) -> Result<Vec<(String, Uuid)>> {
        self.sql("select code_folded, id from unit where facility_id = $1").bind(facility.uuid()).all().await
    }

    /// Who lives on each unit of a facility.
    pub async fn known_tenants(&mut self, facility: FacilityId, today: NaiveDate) -> Result<Vec<(Uuid, Uuid)>> {
        self.sql(
            "select tenancy.unit_id, tenancy.person_id from tenancy join unit on unit.id = tenancy.unit_id \
             where unit.facility_id = $1 and (tenancy.moved_out_on > $2 or tenancy.moved_out_on is null)",
        )
        .bind(facility.uuid())
        .bind(today)
        .all()
        .await
    }

    /// The folded usernames of a facility, and whose they are.
    pub async fn known_usernames(&mut self, facility: FacilityId) -> Result<Vec<(String, Uuid)>> {
        self.sql("select username_folded, person_id from login where facility_id = $1")
            .bind(facility.uuid())
            .all()
            .await
    }

    /// The lines of an import that were taken in already.
    pub async fn import_lines(&mut self, id: ImportId) -> Result<Vec<i64>> {
        let rows: Vec<(i64,)> =
            self.sql("select line from import_row where import_id = $1").bind(id.uuid()).all().await?;
        Ok(rows.into_iter().map(|(line,)| line).collect())
    }

    /// The updates of an import: whom, and what they were before.
    pub async fn import_updates(&mut self, id: ImportId) -> Result<Vec<(PersonId, String)>> {
        let rows: Vec<(Uuid, String)> = self
            .sql(
                "select person_id, before from import_row where import_id = $1 and outcome = 'updated' \
                 and person_id is not null and before is not null order by line desc",
            )
            .bind(id.uuid())
            .all()
            .await?;
        Ok(rows.into_iter().map(|(person, before)| (PersonId(person), before)).collect())
    }

    /// How many people an import created and an undo had to keep.
    pub async fn import_kept(&mut self, id: ImportId) -> Result<i64> {
        let (count,): (i64,) = self
            .sql("select count(*) from import_row where import_id = $1 and outcome = 'kept'")
            .bind(id.uuid())
            .one()
            .await?;
        Ok(count)
    }
}

impl Tx {
    /// Keeps a file with its plan.
    pub async fn insert_import(&mut self, it: &Import, digest: &[u8], content: &[u8]) -> Result<()> {
        self.change(
            "insert into import (id, organisation_id, facility_id, file_name, content_digest, content, state, plan, \
             counts, created_by, created_at, row_version) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1)",
        )
        .bind(it.id.uuid())
        .bind(it.organisation.uuid())
        .bind(it.facility.uuid())
        .bind(&*it.file_name)
        .bind(digest)
        .bind(content)
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

    /// Moves an import from one state to the next.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when it is in another state.
    pub async fn move_import(
        &mut self,
        id: ImportId,
        from: ImportState,
        to: ImportState,
        at: DateTime<Utc>,
    ) -> Result<()> {
        self.change(
            "update import set state = $3, row_version = row_version + 1, \
             committed_at = case when $3 = 'committed' then $4 else committed_at end, \
             undone_at = case when $3 = 'undone' then $4 else undone_at end where id = $1 and state = $2",
        )
        .bind(id.uuid())
        .bind(from.word())
        .bind(to.word())
        .bind(at)
        .run()
        .await?
        .unchanged()
    }

    /// Imports that a stopped host left in the middle can be continued or taken back.
    pub async fn interrupt_imports(&mut self) -> Result<u64> {
        Ok(self
            .change("update import set state = 'interrupted', row_version = row_version + 1 where state = 'committing'")
            .run()
            .await?
            .any())
    }

    /// Notes what became of a row.
    pub async fn insert_import_row(&mut self, id: ImportId, row: &ImportRow) -> Result<()> {
        self.change("insert into import_row (import_id, line, outcome, person_id, before) values ($1, $2, $3, $4, $5)")
            .bind(id.uuid())
            .bind(row.line)
            .bind(row.outcome)
            .bind(row.person.uuid())
            .bind(row.before.as_deref())
            .run()
            .await?
            .one("import_row")
    }

    /// Says that a person came with an import.
    pub async fn mark_person_imported(&mut self, person: PersonId, import: ImportId) -> Result<()> {
        self.change("update person set import_id = $2 where id = $1")
            .bind(person.uuid())
            .bind(import.uuid())
            .run()
            .await?
            .one("person")
    }

    /// Adds a unit that an import names.
    pub async fn insert_imported_unit(
        &mut self,
        id: UnitId,
        facility: FacilityId,
        it: &UnitDraft,
        import: ImportId,
        at: DateTime<Utc>,
    ) -> Result<()> {
        self.change(
            "insert into unit (id, facility_id, code, code_folded, kind, section, walking_key, import_id, \
             row_version, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9)",
        )
        .bind(id.uuid())
        .bind(facility.uuid())
        .bind(&*it.code)
        .bind(fold_code(&it.code))
        .bind(it.kind.word())
        .bind(it.section.as_deref())
        .bind(it.walking_key())
        .bind(import.uuid())
        .bind(at)
        .run()
        .await?
        .one("unit")
    }

    /// Adds a tenancy that an import names.
    pub async fn insert_imported_tenancy(
        &mut self,
        id: TenancyId,
        person: PersonId,
        unit: UnitId,
        moved_in_on: Option<NaiveDate>,
        import: ImportId,
        at: DateTime<Utc>,
    ) -> Result<()> {
        self.change(
            "insert into tenancy (id, person_id, unit_id, moved_in_on, import_id, row_version, created_at) \
             values ($1, $2, $3, $4, $5, 1, $6)",
        )
        .bind(id.uuid())
        .bind(person.uuid())
        .bind(unit.uuid())
        .bind(moved_in_on)
        .bind(import.uuid())
        .bind(at)
        .run()
        .await?
        .one("tenancy")
    }

    /// Adds a login that an import makes; a letter brings its password.
    pub async fn insert_imported_login(
        &mut self,
        id: LoginId,
        person: PersonId,
        facility: FacilityId,
        username: &str,
        import: ImportId,
        at: DateTime<Utc>,
    ) -> Result<()> {
        self.insert_login(id, person, Some(facility), username, at).await?;
        self.change("update login set import_id = $2 where id = $1")
            .bind(id.uuid())
            .bind(import.uuid())
            .run()
            .await?
            .one("login")
    }

    /// Takes back everything that an import created, but people whom something depends on since: they are marked as
    /// kept, with all that is theirs.
    pub async fn undo_import(&mut self, id: ImportId) -> Result<()> {
        let it = id.uuid();
        self.change(
            "update import_row set outcome = 'kept' where import_id = $1 and outcome = 'created' \
             and person_id in (select person.id from person where person.import_id = $1 and (person.row_version > 1 \
             or exists (select 1 from login where login.person_id = person.id \
             and (login.last_sign_in_at is not null or login.handed_over_at is not null \
             or login.import_id is null or login.import_id <> $1)) \
             or exists (select 1 from tenancy where tenancy.person_id = person.id and (tenancy.row_version > 1 \
             or tenancy.import_id is null or tenancy.import_id <> $1)) \
             or exists (select 1 from notice where notice.person_id = person.id) \
             or exists (select 1 from person other where other.merged_into_id = person.id)))",
        )
        .bind(it)
        .run()
        .await?
        .any();
        self.change(
            "delete from tenancy where import_id = $1 and row_version = 1 and not exists (select 1 from import_row \
             where import_row.person_id = tenancy.person_id and import_row.outcome = 'kept')",
        )
        .bind(it)
        .run()
        .await?
        .any();
        self.change(
            "delete from one_time_token where login_id in (select login.id from login where login.import_id = $1 \
             and login.last_sign_in_at is null and login.handed_over_at is null \
             and not exists (select 1 from import_row where import_row.person_id = login.person_id \
             and import_row.outcome = 'kept'))",
        )
        .bind(it)
        .run()
        .await?
        .any();
        self.change(
            "delete from login where import_id = $1 and last_sign_in_at is null and handed_over_at is null \
             and not exists (select 1 from import_row where import_row.person_id = login.person_id \
             and import_row.outcome = 'kept')",
        )
        .bind(it)
        .run()
        .await?
        .any();
        self.change(
            "delete from search_term where subject_id in (select person_id from import_row \
             where import_id = $1 and outcome = 'created')",
        )
        .bind(it)
        .run()
        .await?
        .any();
        self.change(
            "delete from person_facility where person_id in (select person_id from import_row \
             where import_id = $1 and outcome = 'created')",
        )
        .bind(it)
        .run()
        .await?
        .any();
        self.change(
            "update import_row set person_id = null where import_id = $1 and outcome <> 'kept' \
             and person_id in (select person_id from import_row created where created.import_id = $1 \
             and created.outcome = 'created')",
        )
        .bind(it)
        .run()
        .await?
        .any();
        self.change(
            "delete from person where import_id = $1 and not exists (select 1 from import_row \
             where import_row.person_id = person.id)",
        )
        .bind(it)
        .run()
        .await?
        .any();
        self.change(
            "delete from search_term where subject_id in (select unit.id from unit where unit.import_id = $1 \
             and not exists (select 1 from tenancy where tenancy.unit_id = unit.id))",
        )
        .bind(it)
        .run()
        .await?
        .any();
        self.change(
            "delete from unit where import_id = $1 \
             and not exists (select 1 from tenancy where tenancy.unit_id = unit.id)",
        )
        .bind(it)
        .run()
        .await?
        .any();
        Ok(())
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
            row_version: row.row_version,
        })
    }
}
