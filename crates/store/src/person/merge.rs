//! Two records of one person: finding them, and making one of them.

use crate::engine::{Conn, Tx, text};
use crate::error::Result;
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use sqlx::types::Json;
use stolpe_domain::id::{LoginId, OrganisationId, PersonId};
use uuid::Uuid;

/// People of the register `$1` who are there.
macro_rules! live {
    () => {
        "person.organisation_id = $1 and person.merged_into_id is null and person.erased_at is null"
    };
}

/// The same of a second record, `other`.
macro_rules! live_other {
    () => {
        "other.organisation_id = $1 and other.merged_into_id is null and other.erased_at is null"
    };
}

/// Whether `person` and `other` may be one. Of whom a register knows two personal numbers, there are two; and what
/// somebody has told apart stays apart.
macro_rules! may_be_one {
    () => {
        "(person.personal_number_digest is null or other.personal_number_digest is null) \
         and not exists (select 1 from person_apart \
         where person_apart.one_id = person.id and person_apart.other_id = other.id)"
    };
}

/// Two records, the one with the smaller id first.
fn pair(a: PersonId, b: PersonId) -> (PersonId, PersonId) {
    if a.uuid() < b.uuid() { (a, b) } else { (b, a) }
}

impl Conn {
    /// Pairs that may be one person: an e-mail address or a phone number is the same, or they have one name and one unit.
    /// A name alone is shared by too many. Of many who share a number, each is paired with the next who may be the same:
    /// whoever settles one pair finds the next one waiting.
    ///
    /// The values that are shared are found first, by a walk along their index: pairing everybody with everybody would
    /// make millions of pairs of a switchboard's number.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn likely_doubles(
        &mut self,
        organisation: OrganisationId,
        limit: i64,
    ) -> Result<Vec<(PersonId, PersonId)>> {
        let by_email: Vec<(Uuid, Uuid)> = self
            .sql(text![
                "select pairs.one_id, pairs.other_id from (select person.id as one_id, person.email as shared, \
                 (select other.id from person other where" [live_other] "and other.email = person.email \
                 and other.id > person.id and" [may_be_one] "order by other.id limit 1) as other_id \
                 from person where" [live] "and person.email in (\
                 select person.email from person where" [live] "and person.email is not null \
                 group by person.email having count(*) > 1)) pairs \
                 where pairs.other_id is not null order by pairs.shared, pairs.one_id limit $2"
            ])
            .bind(organisation.uuid())
            .bind(limit)
            .all()
            .await?;
        let by_phone: Vec<(Uuid, Uuid)> = self
            .sql(text![
                "select pairs.one_id, pairs.other_id from (select person.id as one_id, person.phone as shared, \
                 (select other.id from person other where" [live_other] "and other.phone = person.phone \
                 and other.id > person.id and" [may_be_one] "order by other.id limit 1) as other_id \
                 from person where" [live] "and person.phone in (\
                 select person.phone from person where" [live] "and person.phone is not null \
                 group by person.phone having count(*) > 1)) pairs \
                 where pairs.other_id is not null order by pairs.shared, pairs.one_id limit $2"
            ])
            .bind(organisation.uuid())
            .bind(limit)
            .all()
            .await?;
        let by_unit: Vec<(Uuid, Uuid)> = self
            .sql(text![
                "select distinct person.id as one_id, other.id as other_id from tenancy mine \
                 join tenancy theirs on theirs.unit_id = mine.unit_id and theirs.person_id > mine.person_id \
                 join person on person.id = mine.person_id join person other on other.id = theirs.person_id \
                 where" [live] "and" [live_other] "and other.sort_key = person.sort_key and" [may_be_one]
                "order by one_id, other_id limit $2"
            ])
            .bind(organisation.uuid())
            .bind(limit)
            .all()
            .await?;
        let mut pairs = Vec::new();
        for (one, other) in by_email.into_iter().chain(by_phone).chain(by_unit) {
            let found = (PersonId(one), PersonId(other));
            if !pairs.contains(&found) {
                pairs.push(found);
            }
        }
        pairs.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(pairs)
    }

    /// Pairs of a register of which somebody has said that they are two people, the latest first.
    pub async fn people_apart(
        &mut self,
        organisation: OrganisationId,
        limit: i64,
    ) -> Result<Vec<(PersonId, PersonId)>> {
        let rows: Vec<(Uuid, Uuid)> = self
            .sql(text![
                "select person.id, other.id from person_apart join person on person.id = person_apart.one_id \
                 join person other on other.id = person_apart.other_id \
                 where person_apart.organisation_id = $1 and" [live] "and" [live_other]
                "order by person_apart.said_at desc, person.id, other.id limit $2"
            ])
            .bind(organisation.uuid())
            .bind(limit)
            .all()
            .await?;
        Ok(rows.into_iter().map(|(one, other)| (PersonId(one), PersonId(other))).collect())
    }

    /// The records that were merged into this one, and into those.
    pub async fn merged_into(&mut self, id: PersonId) -> Result<Vec<PersonId>> {
        let rows: Vec<(Uuid,)> = self
            .sql(
                "with recursive merged (id) as (select id from person where merged_into_id = $1 \
                 union select person.id from person join merged on person.merged_into_id = merged.id) \
                 select id from merged order by id",
            )
            .bind(id.uuid())
            .all()
            .await?;
        Ok(rows.into_iter().map(|(id,)| PersonId(id)).collect())
    }

    /// The record that somebody's has become part of, or else their own.
    pub async fn surviving(&mut self, id: PersonId) -> Result<PersonId> {
        let stays: Option<(Uuid,)> = self
            .sql(
                "with recursive chain (id, into_id) as (select id, merged_into_id from person where id = $1 \
                 union select person.id, person.merged_into_id from person join chain on person.id = chain.into_id) \
                 select id from chain where into_id is null",
            )
            .bind(id.uuid())
            .optional()
            .await?;
        Ok(stays.map_or(id, |(id,)| PersonId(id)))
    }
}

impl Tx {
    /// Notes that two records are two people; answers whether that was news.
    pub async fn tell_apart(
        &mut self,
        organisation: OrganisationId,
        (a, b): (PersonId, PersonId),
        by: LoginId,
        at: DateTime<Utc>,
    ) -> Result<bool> {
        let (one, other) = pair(a, b);
        let told = self
            .change(
                "insert into person_apart (one_id, other_id, organisation_id, said_by_login_id, said_at) \
                 values ($1, $2, $3, $4, $5) on conflict do nothing",
            )
            .bind(one.uuid())
            .bind(other.uuid())
            .bind(organisation.uuid())
            .bind(by.uuid())
            .bind(at)
            .run()
            .await?
            .any();
        Ok(told > 0)
    }

    /// Takes it back that two records are two people; answers whether somebody had said so.
    pub async fn undo_tell_apart(&mut self, a: PersonId, b: PersonId) -> Result<bool> {
        let (one, other) = pair(a, b);
        let untold = self
            .change("delete from person_apart where one_id = $1 and other_id = $2")
            .bind(one.uuid())
            .bind(other.uuid())
            .run()
            .await?
            .any();
        Ok(untold > 0)
    }

    /// Whoever was told apart from a record is told apart from the one that it becomes part of.
    async fn keep_apart(&mut self, from: PersonId, into: PersonId) -> Result<()> {
        let told: Vec<ApartRow> = self
            .sql(
                "select one_id, other_id, organisation_id, said_by_login_id, said_at from person_apart \
                 where one_id = $1 or other_id = $1",
            )
            .bind(from.uuid())
            .all()
            .await?;
        self.forget_apart(from).await?;
        for it in told {
            let other = if it.one_id == from.uuid() { it.other_id } else { it.one_id };
            if other != into.uuid() {
                let organisation = OrganisationId(it.organisation_id);
                let by = LoginId(it.said_by_login_id);
                self.tell_apart(organisation, (into, PersonId(other)), by, it.said_at).await?;
            }
        }
        Ok(())
    }

    /// Forgets whom somebody was told apart from.
    pub(crate) async fn forget_apart(&mut self, id: PersonId) -> Result<()> {
        self.change("delete from person_apart where one_id = $1 or other_id = $1").bind(id.uuid()).run().await?.any();
        Ok(())
    }

    /// Moves everything of one record to another and closes it.
    ///
    /// # Errors
    /// [`crate::StoreError::Changed`] when the record has moved on.
    pub async fn merge_person(&mut self, from: PersonId, row_version: i64, into: PersonId) -> Result<()> {
        // People first and their documents after them, as a month run does that holds both.
        let _held: Vec<(Uuid,)> = self
            .sql(text!["select id from person where id in" [ids "$1"] "order by id" [locked]])
            .bind(Json([from.uuid(), into.uuid()]))
            .all()
            .await?;
        self.keep_apart(from, into).await?;
        self.change("update tenancy set person_id = $2 where person_id = $1")
            .bind(from.uuid())
            .bind(into.uuid())
            .run()
            .await?
            .any();
        self.change("update login set person_id = $2 where person_id = $1")
            .bind(from.uuid())
            .bind(into.uuid())
            .run()
            .await?
            .any();
        self.change("update notice set person_id = $2 where person_id = $1")
            .bind(from.uuid())
            .bind(into.uuid())
            .run()
            .await?
            .any();
        self.change("update session set person_id = $2, row_version = row_version + 1 where person_id = $1")
            .bind(from.uuid())
            .bind(into.uuid())
            .run()
            .await?
            .any();
        self.change("update charge set person_id = $2 where person_id = $1")
            .bind(from.uuid())
            .bind(into.uuid())
            .run()
            .await?
            .any();
        self.change("update document set person_id = $2 where person_id = $1")
            .bind(from.uuid())
            .bind(into.uuid())
            .run()
            .await?
            .any();
        self.hand_over_money(from, into).await?;
        self.change("update tag set person_id = $2, row_version = row_version + 1 where person_id = $1")
            .bind(from.uuid())
            .bind(into.uuid())
            .run()
            .await?
            .any();
        self.change(
            "insert into person_facility (facility_id, person_id, sort_key) select person_facility.facility_id, \
             person.id, person.sort_key from person_facility join person on person.id = $2 \
             where person_facility.person_id = $1 on conflict do nothing",
        )
        .bind(from.uuid())
        .bind(into.uuid())
        .run()
        .await?
        .any();
        self.change("delete from person_facility where person_id = $1").bind(from.uuid()).run().await?.any();
        self.change("delete from search_term where subject_id = $1").bind(from.uuid()).run().await?.any();
        self.change(
            "update person set merged_into_id = $3, personal_number_country = null, personal_number_masked = null, \
             personal_number_sealed = null, personal_number_digest = null, department_id = null, staff_number = null, payer = null, \
             channel = null, \
             row_version = row_version + 1 where id = $1 and row_version = $2",
        )
        .bind(from.uuid())
        .bind(row_version)
        .bind(into.uuid())
        .run()
        .await?
        .unchanged()
    }

    /// Hands what one record has paid and got to another, inside a merge.
    async fn hand_over_money(&mut self, from: PersonId, into: PersonId) -> Result<()> {
        // Payments first: whoever asks for a refund holds its payment, and its refund is seen after that.
        self.change("update payment set person_id = $2 where person_id = $1")
            .bind(from.uuid())
            .bind(into.uuid())
            .run()
            .await?
            .any();
        self.change("update refund set person_id = $2 where person_id = $1")
            .bind(from.uuid())
            .bind(into.uuid())
            .run()
            .await?
            .any();
        self.change("update top_up_receipt set person_id = $2 where person_id = $1")
            .bind(from.uuid())
            .bind(into.uuid())
            .run()
            .await?
            .any();
        self.change("update till_entry set person_id = $2 where person_id = $1")
            .bind(from.uuid())
            .bind(into.uuid())
            .run()
            .await?
            .any();
        self.change("update payout set person_id = $2 where person_id = $1")
            .bind(from.uuid())
            .bind(into.uuid())
            .run()
            .await?
            .any();
        self.hand_over_cards(from, into).await
    }

    /// Hands the personal number of one record to another, inside a merge.
    pub async fn take_personal_number(&mut self, from: PersonId, into: PersonId) -> Result<()> {
        let held: Option<NumberRow> = self
            .sql(
                "select personal_number_country, personal_number_masked, personal_number_sealed, \
                 personal_number_digest from person where id = $1",
            )
            .bind(from.uuid())
            .optional()
            .await?;
        let Some(held) = held else { return Ok(()) };
        self.set_personal_number(from, None).await?;
        self.change(
            "update person set personal_number_country = $2, personal_number_masked = $3, \
             personal_number_sealed = $4, personal_number_digest = $5 where id = $1",
        )
        .bind(into.uuid())
        .bind(held.personal_number_country)
        .bind(held.personal_number_masked)
        .bind(held.personal_number_sealed)
        .bind(held.personal_number_digest)
        .run()
        .await?
        .one("person")
    }
}

#[derive(FromRow)]
struct ApartRow {
    one_id: Uuid,
    other_id: Uuid,
    organisation_id: Uuid,
    said_by_login_id: Uuid,
    said_at: DateTime<Utc>,
}

#[derive(FromRow)]
#[expect(clippy::struct_field_names, reason = "the names of the columns")]
struct NumberRow {
    personal_number_country: Option<String>,
    personal_number_masked: Option<String>,
    personal_number_sealed: Option<Vec<u8>>,
    personal_number_digest: Option<Vec<u8>>,
}
