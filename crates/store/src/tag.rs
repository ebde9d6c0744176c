//! Tags.

use crate::engine::{Conn, Statement, Tx, text};
use crate::error::{OnUnique, Result};
use crate::page::{BEHIND_ALL_TEXTS, Page, Total};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;
use sqlx::types::Json;
use stolpe_domain::id::{FacilityId, OrganisationId, PersonId, TagId};
use stolpe_domain::tag::{Tag, TagDraft};
use uuid::Uuid;

/// Which tags a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagFilter {
    /// All tags of these organisations.
    pub organisations: Vec<OrganisationId>,
    /// Of the organisations of these facilities, the tags of people there, and those that are nobody's.
    pub facilities: Vec<FacilityId>,
    /// Of this organisation alone.
    pub organisation: Option<OrganisationId>,
    /// Of this person alone.
    pub person: Option<PersonId>,
    /// The beginning of the tag, in upper case.
    pub prefix: String,
}

/// A tag with the name of whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedTag {
    /// The tag.
    pub tag: Tag,
    /// Given name, family name, and whether the identity is protected.
    pub holder: Option<(String, String, bool)>,
}

macro_rules! columns {
    () => {
        "tag.id, tag.organisation_id, tag.id_tag, tag.label, tag.person_id, tag.blocked_at, tag.expires_on, \
         tag.row_version, person.given_name, person.family_name, person.protected_identity"
    };
}

macro_rules! joined {
    () => {
        "from tag left join person on person.id = tag.person_id"
    };
}

/// Whether a tag belongs to somebody at that facility, or to nobody of its organisation.
macro_rules! theirs {
    () => {
        "facility.organisation_id = tag.organisation_id and (tag.person_id is null \
         or exists (select 1 from person_facility where person_facility.facility_id = facility.id \
         and person_facility.person_id = tag.person_id))"
    };
}

macro_rules! narrowed {
    () => {
        "and (tag.organisation_id = $3 or $3 is null) and (tag.person_id = $4 or $4 is null) \
         and substr(tag.id_tag, 1, length($5)) = $5"
    };
}

impl Conn {
    /// The tag with this id.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn find_tag(&mut self, id: TagId) -> Result<Option<ListedTag>> {
        Ok(self
            .sql(text!["select" [columns] [joined] "where tag.id = $1"])
            .bind(id.uuid())
            .optional::<TagRow>()
            .await?
            .map(ListedTag::from))
    }

    /// The tag of an organisation that reads so, in upper case.
    pub async fn find_tag_that_reads(&mut self, organisation: OrganisationId, id_tag: &str) -> Result<Option<Tag>> {
        Ok(self
            .sql(text!["select" [columns] [joined] "where tag.organisation_id = $1 and tag.id_tag = $2"])
            .bind(organisation.uuid())
            .bind(id_tag)
            .optional::<TagRow>()
            .await?
            .map(|row| ListedTag::from(row).tag))
    }

    /// Tags in the order of what they read.
    pub async fn list_tags(
        &mut self,
        filter: &TagFilter,
        after: Option<&(String, TagId)>,
        limit: i64,
    ) -> Result<Page<ListedTag>> {
        let statement = self.sql(text![
            "select" [columns] [joined] "where (tag.organisation_id in" [ids "$1"]
            "or exists (select 1 from facility where facility.id in" [ids "$2"] "and" [theirs] "))" [narrowed]
            "and (tag.id_tag, tag.id) > ($6, $7) order by tag.id_tag, tag.id limit $8"
        ]);
        let rows: Vec<TagRow> = bind_filter(statement, filter)
            .bind(after.map(|(id_tag, _)| id_tag.clone()).unwrap_or_default())
            .bind(after.map_or(Uuid::nil(), |(_, id)| id.uuid()))
            .bind(limit + 1)
            .all()
            .await?;
        Page::cut(rows, limit).try_map(|row| Ok(ListedTag::from(row)))
    }

    /// Tags from the last one to the first, before `before`: how a list is read from its end.
    pub async fn list_tags_backwards(
        &mut self,
        filter: &TagFilter,
        before: Option<&(String, TagId)>,
        limit: i64,
    ) -> Result<Page<ListedTag>> {
        let statement = self.sql(text![
            "select" [columns] [joined] "where (tag.organisation_id in" [ids "$1"]
            "or exists (select 1 from facility where facility.id in" [ids "$2"] "and" [theirs] "))" [narrowed]
            "and (tag.id_tag, tag.id) < ($6, $7) order by tag.id_tag desc, tag.id desc limit $8"
        ]);
        let rows: Vec<TagRow> = bind_filter(statement, filter)
            .bind(before.map_or(BEHIND_ALL_TEXTS, |(id_tag, _)| id_tag))
            .bind(before.map_or(Uuid::max(), |(_, id)| id.uuid()))
            .bind(limit + 1)
            .all()
            .await?;
        Page::cut(rows, limit).try_map(|row| Ok(ListedTag::from(row)))
    }

    /// How many tags the filter leaves, counted up to the ceiling.
    pub async fn count_tags(&mut self, filter: &TagFilter) -> Result<Total> {
        let statement = self.sql(text![
            "select count(*) from (select 1 from tag where (tag.organisation_id in" [ids "$1"]
            "or exists (select 1 from facility where facility.id in" [ids "$2"] "and" [theirs] "))" [narrowed]
            "limit $6) as counted"
        ]);
        let (count,): (i64,) = bind_filter(statement, filter).bind(Total::CEILING + 1).one().await?;
        Ok(Total::counted(count))
    }
}

fn bind_filter<'c>(statement: Statement<'c>, filter: &TagFilter) -> Statement<'c> {
    statement
        .bind(Json(filter.organisations.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
        .bind(Json(filter.facilities.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
        .bind(filter.organisation.map(OrganisationId::uuid))
        .bind(filter.person.map(PersonId::uuid))
        .bind(filter.prefix.clone())
}

impl Tx {
    /// Adds a tag.
    ///
    /// # Errors
    /// [`crate::StoreError::Taken`] when the organisation has it already.
    pub async fn insert_tag(
        &mut self,
        id: TagId,
        organisation: OrganisationId,
        id_tag: &str,
        it: &TagDraft,
        at: DateTime<Utc>,
    ) -> Result<()> {
        self.change(
            "insert into tag (id, organisation_id, id_tag, label, person_id, blocked_at, expires_on, row_version, \
             created_at) values ($1, $2, $3, $4, $5, $6, $7, 1, $8)",
        )
        .bind(id.uuid())
        .bind(organisation.uuid())
        .bind(id_tag)
        .bind(it.label.as_deref())
        .bind(it.person_id.map(PersonId::uuid))
        .bind(it.blocked.then_some(at))
        .bind(it.expires_on)
        .bind(at)
        .run()
        .await
        .on_unique("tag.taken")?
        .one("tag")
    }

    /// Changes a tag that is still at that version. One that was blocked before stays blocked since then.
    ///
    /// # Errors
    /// [`crate::StoreError::Changed`] when it is not.
    pub async fn update_tag(&mut self, id: TagId, row_version: i64, it: &TagDraft, at: DateTime<Utc>) -> Result<()> {
        self.change(
            "update tag set label = $3, person_id = $4, blocked_at = case when $5 then coalesce(blocked_at, $6) end, \
             expires_on = $7, row_version = row_version + 1 where id = $1 and row_version = $2",
        )
        .bind(id.uuid())
        .bind(row_version)
        .bind(it.label.as_deref())
        .bind(it.person_id.map(PersonId::uuid))
        .bind(it.blocked)
        .bind(at)
        .bind(it.expires_on)
        .run()
        .await?
        .unchanged()
    }

    /// Removes a tag; sessions keep what the reader read.
    ///
    /// # Errors
    /// [`crate::StoreError::Changed`] when it has moved on.
    pub async fn delete_tag(&mut self, id: TagId, row_version: i64) -> Result<()> {
        self.change("delete from tag where id = $1 and row_version = $2")
            .bind(id.uuid())
            .bind(row_version)
            .run()
            .await?
            .unchanged()
    }
}

#[derive(FromRow)]
struct TagRow {
    id: Uuid,
    organisation_id: Uuid,
    id_tag: String,
    label: Option<String>,
    person_id: Option<Uuid>,
    blocked_at: Option<DateTime<Utc>>,
    expires_on: Option<NaiveDate>,
    row_version: i64,
    given_name: Option<String>,
    family_name: Option<String>,
    protected_identity: Option<bool>,
}

impl From<TagRow> for ListedTag {
    fn from(row: TagRow) -> Self {
        Self {
            tag: Tag {
                id: TagId(row.id),
                organisation_id: OrganisationId(row.organisation_id),
                id_tag: row.id_tag,
                label: row.label,
                person_id: row.person_id.map(PersonId),
                blocked_at: row.blocked_at,
                expires_on: row.expires_on,
                row_version: row.row_version,
            },
            holder: row
                .given_name
                .zip(row.family_name)
                .zip(row.protected_identity)
                .map(|((given, family), protected)| (given, family, protected)),
        }
    }
}
