//! A person as they are read back.

use super::list::{ListedPerson, PersonKey};
use crate::error::{Result, StoreError};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use stolpe_domain::channel::Channel;
use stolpe_domain::id::{DepartmentId, OrganisationId, PersonId};
use stolpe_domain::language::Language;
use stolpe_domain::person::{MaskedPersonalNumber, Person, PersonDraft};
use uuid::Uuid;

/// The columns of a [`PersonRow`].
macro_rules! person_columns {
    () => {
        "person.id, person.organisation_id, person.given_name, person.family_name, person.sort_key, person.email, \
         person.phone, person.language, person.street, person.postal_code, person.city, \
         person.personal_number_country, person.personal_number_masked, person.protected_identity, person.note, \
         person.department_id, person.staff_number, person.payer, person.channel, \
         person.merged_into_id, person.erased_at, person.row_version, person.created_at"
    };
}
pub(crate) use person_columns;

#[derive(FromRow)]
pub(crate) struct PersonRow {
    id: Uuid,
    organisation_id: Uuid,
    given_name: String,
    family_name: String,
    sort_key: Vec<u8>,
    email: Option<String>,
    phone: Option<String>,
    language: String,
    street: Option<String>,
    postal_code: Option<String>,
    city: Option<String>,
    personal_number_country: Option<String>,
    personal_number_masked: Option<String>,
    protected_identity: bool,
    note: Option<String>,
    department_id: Option<Uuid>,
    staff_number: Option<String>,
    payer: Option<String>,
    channel: Option<String>,
    merged_into_id: Option<Uuid>,
    erased_at: Option<DateTime<Utc>>,
    row_version: i64,
    created_at: DateTime<Utc>,
}

impl TryFrom<PersonRow> for ListedPerson {
    type Error = StoreError;
    fn try_from(row: PersonRow) -> Result<Self> {
        let key = PersonKey { sort_key: row.sort_key.clone(), id: PersonId(row.id) };
        Ok(Self { person: row.try_into()?, key })
    }
}

impl TryFrom<PersonRow> for Person {
    type Error = StoreError;
    fn try_from(row: PersonRow) -> Result<Self> {
        let unreadable = |column| StoreError::Inconsistent { table: "person", column };
        let personal_number = match (row.personal_number_country, row.personal_number_masked) {
            (Some(country), Some(masked)) => Some(MaskedPersonalNumber {
                country: country.parse().map_err(|_| unreadable("personal_number_country"))?,
                masked,
            }),
            _ => None,
        };
        Ok(Self {
            id: PersonId(row.id),
            organisation_id: OrganisationId(row.organisation_id),
            draft: PersonDraft {
                given_name: row.given_name,
                family_name: row.family_name,
                email: row.email,
                phone: row.phone,
                language: Language::parse(&row.language).ok_or_else(|| unreadable("language"))?,
                street: row.street,
                postal_code: row.postal_code,
                city: row.city,
                protected_identity: row.protected_identity,
                note: row.note,
                department_id: row.department_id.map(DepartmentId),
                staff_number: row.staff_number,
                payer: row
                    .payer
                    .map(|payer| serde_json::from_str(&payer))
                    .transpose()
                    .map_err(|_| unreadable("payer"))?,
                channel: row
                    .channel
                    .map(|word| Channel::from_word(&word).ok_or_else(|| unreadable("channel")))
                    .transpose()?,
                personal_number: None,
            },
            personal_number,
            merged_into: row.merged_into_id.map(PersonId),
            erased_at: row.erased_at,
            row_version: row.row_version,
            created_at: row.created_at,
        })
    }
}
