//! A run of rows, written with one statement for each table.
//!
//! The rows of a statement are one JSON array; keys and hashes in it are hexadecimal digits.

use crate::engine::{Tx, text};
use crate::error::{OnUnique, Result, StoreError};
use crate::import::Import;
use crate::person::SealedPersonalNumber;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};
use sqlx::types::Json;
use stolpe_domain::facility::fold_code;
use stolpe_domain::id::{LoginId, OrganisationId, PersonId, TenancyId, UnitId};
use stolpe_domain::person::{PersonDraft, search_terms};
use stolpe_domain::unit::UnitDraft;
use uuid::Uuid;

/// A run of rows, decided and ready to be written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// Units that are added.
    pub units: Vec<NewUnit>,
    /// People who are added.
    pub people: Vec<NewPerson>,
    /// People who change.
    pub changes: Vec<PersonChange>,
    /// People who belong to the facility from now on; some may already.
    pub linked: Vec<PersonId>,
    /// Tenancies that are added.
    pub tenancies: Vec<NewTenancy>,
    /// Logins that are made; a letter brings their passwords.
    pub logins: Vec<NewLogin>,
    /// What became of each row.
    pub rows: Vec<ImportRow>,
}

/// A unit that is added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewUnit {
    /// Its id.
    pub id: UnitId,
    /// The unit.
    pub draft: UnitDraft,
}

/// A person who is added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPerson {
    /// Their id.
    pub id: PersonId,
    /// The person.
    pub draft: PersonDraft,
    /// The key by which lists are sorted.
    pub sort_key: Vec<u8>,
    /// The personal number.
    pub number: Option<SealedPersonalNumber>,
}

/// A person who changes, if they are still at that version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonChange {
    /// Who.
    pub id: PersonId,
    /// The version that is changed.
    pub row_version: i64,
    /// What they are from now on.
    pub draft: PersonDraft,
    /// The key by which lists are sorted.
    pub sort_key: Vec<u8>,
    /// The personal number that they get; none leaves it as it is.
    pub number: Option<SealedPersonalNumber>,
    /// The personal number is taken away.
    pub loses_number: bool,
}

/// A tenancy that is added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTenancy {
    /// Its id.
    pub id: TenancyId,
    /// Who.
    pub person: PersonId,
    /// Where.
    pub unit: UnitId,
    /// Since when.
    pub moved_in_on: Option<NaiveDate>,
}

/// A login that is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLogin {
    /// Its id.
    pub id: LoginId,
    /// Whose.
    pub person: PersonId,
    /// The name to sign in with.
    pub username: String,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportOutcome {
    /// Somebody new.
    Created,
    /// Somebody known, whose data changed.
    Updated,
    /// Somebody known, whose data stayed.
    Unchanged,
}

impl ImportOutcome {
    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
        }
    }
}

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRow {
    /// Line of the file.
    pub line: i64,
    /// What became of it.
    pub outcome: ImportOutcome,
    /// Whom it concerns.
    pub person: PersonId,
    /// For an update: the person before, as JSON.
    pub before: Option<String>,
    /// The version of the person that the row left; none when it left them alone.
    pub version_after: Option<i64>,
    /// The row brought the personal number of somebody known.
    pub number_added: bool,
}

impl Tx {
    /// Writes a run of rows.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when a code, a personal number or a username came to be used in the meantime,
    /// [`StoreError::Changed`] when a person moved on.
    pub async fn take_in(&mut self, import: &Import, run: &Run, at: DateTime<Utc>) -> Result<()> {
        self.insert_units(import, &run.units, at).await?;
        self.insert_people(import, &run.people, at).await?;
        self.change_people(&run.changes).await?;
        self.insert_links(import, &run.linked).await?;
        self.insert_tenancies(import, &run.tenancies, at).await?;
        self.insert_logins(import, &run.logins, at).await?;
        let changed = run.changes.iter().map(|it| it.id.uuid()).collect();
        let people = run.people.iter().map(|it| (it.id, &it.draft));
        let terms = people.chain(run.changes.iter().map(|it| (it.id, &it.draft)));
        let terms = terms.flat_map(|(id, draft)| person_terms(id, draft));
        let terms = terms.chain(run.units.iter().map(|it| term("unit", it.id.uuid(), &fold_code(&it.draft.code))));
        self.replace_terms(import.organisation, changed, terms.collect()).await?;
        self.insert_import_rows(import, &run.rows).await
    }

    /// Gives people back what they were.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when one of them moved on.
    pub async fn restore_people(&mut self, organisation: OrganisationId, changes: &[PersonChange]) -> Result<()> {
        self.change_people(changes).await?;
        let terms = changes.iter().flat_map(|it| person_terms(it.id, &it.draft)).collect();
        self.replace_terms(organisation, changes.iter().map(|it| it.id.uuid()).collect(), terms).await
    }

    async fn insert_units(&mut self, import: &Import, units: &[NewUnit], at: DateTime<Utc>) -> Result<()> {
        let row = |it: &NewUnit| {
            json!({
                "id": it.id.uuid().simple(), "code": it.draft.code, "folded": fold_code(&it.draft.code),
                "kind": it.draft.kind.word(), "section": it.draft.section,
                "walking": hex::encode(it.draft.walking_key()),
            })
        };
        self.change(text![
            "insert into unit (id, facility_id, code, code_folded, kind, section, walking_key, import_id, \
             row_version, created_at) select" [uuid "id"] ", $2," [string "code"] "," [string "folded"] ","
            [string "kind"] "," [string "section"] "," [bytes "walking"] ", $3, 1, $4 from" [rows "$1"]
        ])
        .bind(Json(units.iter().map(row).collect::<Vec<_>>()))
        .bind(import.facility.uuid())
        .bind(import.id.uuid())
        .bind(at)
        .run()
        .await
        .on_unique("unit.code_taken")?
        .any();
        Ok(())
    }

    async fn insert_people(&mut self, import: &Import, people: &[NewPerson], at: DateTime<Utc>) -> Result<()> {
        let row = |it: &NewPerson| person_json(it.id, &it.draft, &it.sort_key, it.number.as_ref());
        self.change(text![
            "insert into person (id, organisation_id, given_name, family_name, sort_key, email, phone, language, \
             street, postal_code, city, personal_number_country, personal_number_masked, personal_number_sealed, \
             personal_number_digest, protected_identity, note, department_id, staff_number, import_id, row_version, \
             created_at) select"
            [uuid "id"] ", $2," [string "given"] "," [string "family"] "," [bytes "sort"] "," [string "email"] ","
            [string "phone"] "," [string "language"] "," [string "street"] "," [string "postal"] "," [string "city"]
            "," [string "number_country"] "," [string "number_masked"] "," [bytes "number_sealed"] ","
            [bytes "number_digest"] "," [boolean "protected"] "," [string "note"] "," [uuid "department"] "," [string "staff"]
            ", $3, 1, $4 from" [rows "$1"]
        ])
        .bind(Json(people.iter().map(row).collect::<Vec<_>>()))
        .bind(import.organisation.uuid())
        .bind(import.id.uuid())
        .bind(at)
        .run()
        .await
        .on_unique("person.personal_number_taken")?
        .any();
        Ok(())
    }

    async fn change_people(&mut self, changes: &[PersonChange]) -> Result<()> {
        if changes.is_empty() {
            return Ok(());
        }
        let row = |it: &PersonChange| {
            let mut row = person_json(it.id, &it.draft, &it.sort_key, it.number.as_ref());
            row["version"] = json!(it.row_version);
            row["loses"] = json!(it.loses_number);
            row
        };
        let hit = self
            .change(text![
                "update person set given_name =" [string "given"] ", family_name =" [string "family"] ", sort_key ="
                [bytes "sort"] ", email =" [string "email"] ", phone =" [string "phone"] ", language ="
                [string "language"] ", street =" [string "street"] ", postal_code =" [string "postal"] ", city ="
                [string "city"] ", protected_identity =" [boolean "protected"] ", note =" [string "note"]
                ", department_id =" [uuid "department"] ", staff_number =" [string "staff"]
                ", personal_number_country = case when" [boolean "loses"] "then null else coalesce("
                [string "number_country"] ", personal_number_country) end, personal_number_masked = case when"
                [boolean "loses"] "then null else coalesce(" [string "number_masked"] ", personal_number_masked) end, \
                 personal_number_sealed = case when" [boolean "loses"] "then null else coalesce("
                [bytes "number_sealed"] ", personal_number_sealed) end, personal_number_digest = case when"
                [boolean "loses"] "then null else coalesce(" [bytes "number_digest"] ", personal_number_digest) end, \
                 row_version = person.row_version + 1 from" [rows "$1"] "where person.id =" [uuid "id"]
                "and person.row_version =" [integer "version"]
            ])
            .bind(Json(changes.iter().map(row).collect::<Vec<_>>()))
            .run()
            .await
            .on_unique("person.personal_number_taken")?
            .any();
        if usize::try_from(hit) != Ok(changes.len()) {
            return Err(StoreError::Changed);
        }
        self.change(text![
            "update person_facility set sort_key = person.sort_key from person \
             where person.id = person_facility.person_id and person_facility.person_id in" [ids "$1"]
        ])
        .bind(Json(changes.iter().map(|it| it.id.uuid()).collect::<Vec<_>>()))
        .run()
        .await?
        .any();
        Ok(())
    }

    async fn insert_links(&mut self, import: &Import, people: &[PersonId]) -> Result<()> {
        self.change(text![
            "insert into person_facility (facility_id, person_id, sort_key, import_id) \
             select $2, person.id, person.sort_key, $3 from person where person.id in" [ids "$1"]
            "on conflict do nothing"
        ])
        .bind(Json(people.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
        .bind(import.facility.uuid())
        .bind(import.id.uuid())
        .run()
        .await?
        .any();
        Ok(())
    }

    async fn insert_tenancies(&mut self, import: &Import, tenancies: &[NewTenancy], at: DateTime<Utc>) -> Result<()> {
        let row = |it: &NewTenancy| {
            json!({
                "id": it.id.uuid().simple(), "person": it.person.uuid().simple(), "unit": it.unit.uuid().simple(),
                "moved_in_on": it.moved_in_on,
            })
        };
        self.change(text![
            "insert into tenancy (id, person_id, unit_id, moved_in_on, import_id, row_version, created_at) select"
            [uuid "id"] "," [uuid "person"] "," [uuid "unit"] "," [day "moved_in_on"] ", $2, 1, $3 from" [rows "$1"]
        ])
        .bind(Json(tenancies.iter().map(row).collect::<Vec<_>>()))
        .bind(import.id.uuid())
        .bind(at)
        .run()
        .await?
        .any();
        Ok(())
    }

    async fn insert_logins(&mut self, import: &Import, logins: &[NewLogin], at: DateTime<Utc>) -> Result<()> {
        let row = |it: &NewLogin| {
            json!({
                "id": it.id.uuid().simple(), "person": it.person.uuid().simple(), "username": it.username,
                "folded": fold_code(&it.username),
            })
        };
        self.change(text![
            "insert into login (id, person_id, facility_id, username, username_folded, password_is_initial, \
             failed_count, import_id, row_version, created_at) select" [uuid "id"] "," [uuid "person"] ", $2,"
            [string "username"] "," [string "folded"] ", false, 0, $3, 1, $4 from" [rows "$1"]
        ])
        .bind(Json(logins.iter().map(row).collect::<Vec<_>>()))
        .bind(import.facility.uuid())
        .bind(import.id.uuid())
        .bind(at)
        .run()
        .await
        .on_unique("login.username_taken")?
        .any();
        Ok(())
    }

    /// Takes away the terms of those that had some, and adds the new ones.
    async fn replace_terms(&mut self, organisation: OrganisationId, old: Vec<Uuid>, new: Vec<Value>) -> Result<()> {
        self.change(text!["delete from search_term where subject_id in" [ids "$1"]]).bind(Json(old)).run().await?.any();
        // Without a condition SQLite would take "on conflict" for that of a join.
        self.change(text![
            "insert into search_term (organisation_id, term, kind, subject_id) select $2," [string "term"] ","
            [string "kind"] "," [uuid "subject"] "from" [rows "$1"] "where true on conflict do nothing"
        ])
        .bind(Json(new))
        .bind(organisation.uuid())
        .run()
        .await?
        .any();
        Ok(())
    }

    async fn insert_import_rows(&mut self, import: &Import, rows: &[ImportRow]) -> Result<()> {
        let row = |it: &ImportRow| {
            json!({
                "line": it.line, "outcome": it.outcome.word(), "person": it.person.uuid().simple(),
                "before": it.before, "version_after": it.version_after,
                "number_added": it.number_added,
            })
        };
        self.change(text![
            "insert into import_row (import_id, line, outcome, person_id, before, version_after, number_added) select $2,"
            [integer "line"] "," [string "outcome"] "," [uuid "person"] "," [string "before"] ","
            [integer "version_after"] "," [boolean "number_added"] "from" [rows "$1"]
        ])
        .bind(Json(rows.iter().map(row).collect::<Vec<_>>()))
        .bind(import.id.uuid())
        .run()
        .await?
        .any();
        Ok(())
    }
}

fn person_json(id: PersonId, it: &PersonDraft, sort_key: &[u8], number: Option<&SealedPersonalNumber>) -> Value {
    json!({
        "id": id.uuid().simple(), "given": it.given_name, "family": it.family_name, "sort": hex::encode(sort_key),
        "email": it.email, "phone": it.phone, "language": it.language.tag(), "street": it.street,
        "postal": it.postal_code, "city": it.city, "protected": it.protected_identity, "note": it.note,
        "department": it.department_id.map(|id| id.uuid().simple()), "staff": it.staff_number,
        "number_country": number.map(|it| it.shown.country.code()),
        "number_masked": number.map(|it| &it.shown.masked),
        "number_sealed": number.map(|it| hex::encode(&it.sealed)),
        "number_digest": number.map(|it| hex::encode(&it.digest)),
    })
}

fn person_terms(id: PersonId, draft: &PersonDraft) -> impl Iterator<Item = Value> {
    search_terms(draft).into_iter().map(move |word| term("person", id.uuid(), &word))
}

fn term(kind: &str, subject: Uuid, word: &str) -> Value {
    json!({ "kind": kind, "subject": subject.simple(), "term": word })
}
