//! Taking an import back.

use crate::engine::{Conn, Tx, text};
use crate::error::Result;
use sqlx::FromRow;
use stolpe_domain::id::{ImportId, PersonId};
use uuid::Uuid;

/// Everybody of whom an import speaks that came after `$1` and stands.
macro_rules! relied_on {
    () => {
        "(select other.person_id from import_row other join import later on later.id = other.import_id \
         where other.person_id is not null and later.id <> $1 and later.state not in ('draft', 'undone') \
         and coalesce(later.committed_at, later.created_at) >= \
         (select coalesce(mine.committed_at, mine.created_at) from import mine where mine.id = $1))"
    };
}

/// Everybody whom the import `$1` lets go of.
macro_rules! released {
    () => {
        "(select kept.person_id from import_row kept where kept.import_id = $1 and kept.outcome = 'kept' \
         and kept.person_id is not null union \
         select other.person_id from import_row other join import later on later.id = other.import_id \
         where other.person_id is not null and later.id <> $1 and later.state not in ('draft', 'undone') \
         and coalesce(later.committed_at, later.created_at) >= \
         (select coalesce(mine.committed_at, mine.created_at) from import mine where mine.id = $1))"
    };
}

/// A login that the import `$1` made and nobody has used.
macro_rules! unused {
    () => {
        "login.import_id = $1 and login.last_sign_in_at is null and login.handed_over_at is null \
         and not exists (select 1 from membership where membership.login_id = login.id)"
    };
}

/// Somebody known whom an import changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportChange {
    /// The line that changed them first.
    pub line: i64,
    /// Who.
    pub person: PersonId,
    /// What they were before the import's first change, as JSON.
    pub before: String,
    /// The version that the import left.
    pub version_after: i64,
    /// The version they are at now.
    pub row_version: i64,
    /// The import brought their personal number.
    pub number_added: bool,
    /// A later import speaks of them.
    pub relied_on: bool,
}

impl Conn {
    /// The people known before whom an import changed, in the order in which it did, from behind a line of the file:
    /// each with what they were before its first change.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn import_changes(&mut self, id: ImportId, after_line: i64, limit: i64) -> Result<Vec<ImportChange>> {
        let rows: Vec<ChangeRow> = self
            .sql(text![
                "select changed.line, changed.person_id, changed.before, person.row_version, \
                 (select max(latest.version_after) from import_row latest \
                 where latest.import_id = $1 and latest.person_id = changed.person_id) as version_after, \
                 exists (select 1 from import_row gained where gained.import_id = $1 \
                 and gained.person_id = changed.person_id and gained.number_added) as number_added, \
                 changed.person_id in" [relied_on] "as relied_on from import_row changed join person on person.id = changed.person_id \
                 where changed.import_id = $1 and changed.line > $2 and changed.before is not null \
                 and not exists (select 1 from import_row earlier where" [aside] "earlier.import_id = $1 \
                 and earlier.person_id = changed.person_id and earlier.line < changed.line \
                 and earlier.outcome <> 'unchanged') \
                 order by changed.line limit $3"
            ])
            .bind(id.uuid())
            .bind(after_line)
            .bind(limit)
            .all()
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| ImportChange {
                line: row.line,
                person: PersonId(row.person_id),
                before: row.before,
                version_after: row.version_after.unwrap_or(row.row_version),
                row_version: row.row_version,
                number_added: row.number_added,
                relied_on: row.relied_on,
            })
            .collect())
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
    /// Takes back everything that an import created, but people whom something depends on since: they are marked as
    /// kept, and with all that is theirs they are the import's no longer.
    pub async fn undo_import(&mut self, id: ImportId) -> Result<()> {
        let it = id.uuid();
        self.release_what_is_needed(id).await?;
        self.change("delete from tenancy where import_id = $1 and row_version = 1").bind(it).run().await?.any();
        self.change(
            text!["delete from one_time_token where login_id in (select login.id from login where" [unused] ")"],
        )
        .bind(it)
        .run()
        .await?
        .any();
        self.change(text!["delete from login where"[unused]]).bind(it).run().await?.any();
        // Somebody known stays where a home or a login holds them by now.
        self.change(
            "delete from person_facility where import_id = $1 \
             and not exists (select 1 from tenancy join unit on unit.id = tenancy.unit_id \
             where tenancy.person_id = person_facility.person_id and unit.facility_id = person_facility.facility_id) \
             and not exists (select 1 from login where login.person_id = person_facility.person_id \
             and login.facility_id = person_facility.facility_id)",
        )
        .bind(it)
        .run()
        .await?
        .any();
        self.change("delete from search_term where subject_id in (select id from person where import_id = $1)")
            .bind(it)
            .run()
            .await?
            .any();
        self.change("update import_row set before = null where import_id = $1 and before is not null")
            .bind(it)
            .run()
            .await?
            .any();
        self.change(
            "update import_row set person_id = null, before = null \
             where person_id in (select person.id from person where person.import_id = $1)",
        )
        .bind(it)
        .run()
        .await?
        .any();
        self.change("delete from person where import_id = $1").bind(it).run().await?.any();
        self.change(
            "delete from search_term where subject_id in (select unit.id from unit where unit.import_id = $1 \
             and unit.row_version = 1 and not exists (select 1 from tenancy where tenancy.unit_id = unit.id))",
        )
        .bind(it)
        .run()
        .await?
        .any();
        self.change(
            "delete from unit where import_id = $1 and row_version = 1 \
             and not exists (select 1 from tenancy where tenancy.unit_id = unit.id)",
        )
        .bind(it)
        .run()
        .await?
        .any();
        Ok(())
    }

    /// Marks the people whom an import created and something depends on since, and lets go of them and of everybody
    /// else whom a later import speaks of: from now on nothing of theirs is the import's.
    async fn release_what_is_needed(&mut self, id: ImportId) -> Result<()> {
        let it = id.uuid();
        self.change(text![
            "update import_row set outcome = 'kept' where import_id = $1 and outcome = 'created' \
             and person_id in (select person.id from person where person.import_id = $1 and (\
             person.row_version > (select coalesce(max(latest.version_after), 1) from import_row latest \
             where latest.import_id = $1 and latest.person_id = person.id) \
             or exists (select 1 from login where login.person_id = person.id \
             and (login.last_sign_in_at is not null or login.handed_over_at is not null \
             or login.import_id is null or login.import_id <> $1 \
             or exists (select 1 from membership where membership.login_id = login.id))) \
             or exists (select 1 from tenancy where tenancy.person_id = person.id and (tenancy.row_version > 1 \
             or tenancy.import_id is null or tenancy.import_id <> $1)) \
             or exists (select 1 from person_facility where person_facility.person_id = person.id \
             and (person_facility.import_id is null or person_facility.import_id <> $1)) \
             or exists (select 1 from notice where notice.person_id = person.id) \
             or exists (select 1 from person other where other.merged_into_id = person.id) \
             or person.id in" [relied_on] "))"
        ])
        .bind(it)
        .run()
        .await?
        .any();
        self.change(text!["update tenancy set import_id = null where import_id = $1 and person_id in"[released]])
            .bind(it)
            .run()
            .await?
            .any();
        self.change(text!["update login set import_id = null where import_id = $1 and person_id in"[released]])
            .bind(it)
            .run()
            .await?
            .any();
        self.change(text![
            "update person_facility set import_id = null where import_id = $1 and person_id in"[released]
        ])
        .bind(it)
        .run()
        .await?
        .any();
        self.change(text!["update person set import_id = null where import_id = $1 and id in"[released]])
            .bind(it)
            .run()
            .await?
            .any();
        Ok(())
    }
}

#[derive(FromRow)]
struct ChangeRow {
    line: i64,
    person_id: Uuid,
    before: String,
    row_version: i64,
    version_after: Option<i64>,
    number_added: bool,
    relied_on: bool,
}
