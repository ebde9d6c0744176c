//! Who looks after a difference, what they have noted, and that somebody has put it right.

use crate::engine::{Conn, Tx};
use crate::error::Result;
use sqlx::FromRow;
use stolpe_domain::id::{LoginId, OrganisationId};
use uuid::Uuid;

/// What somebody has said of a difference.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DifferenceCare {
    /// What the difference is about.
    pub subject: Uuid,
    /// Who looks after it.
    pub owner: Option<LoginId>,
    /// What they are called.
    pub owner_name: Option<String>,
    /// What they have noted.
    pub note: String,
    /// How much of it was put right, in hundredths.
    pub corrected_minor: i64,
    /// Counts changes; nothing was said before the first.
    pub row_version: i64,
}

#[derive(FromRow)]
struct CareRow {
    subject_id: Uuid,
    owner_login_id: Option<Uuid>,
    given_name: Option<String>,
    family_name: Option<String>,
    note: String,
    corrected_minor: i64,
    row_version: i64,
}

impl From<CareRow> for DifferenceCare {
    fn from(row: CareRow) -> Self {
        let name = row.given_name.zip(row.family_name);
        Self {
            subject: row.subject_id,
            owner: row.owner_login_id.map(LoginId),
            owner_name: name.map(|(given, family)| stolpe_domain::person::full_name(&given, &family)),
            note: row.note,
            corrected_minor: row.corrected_minor,
            row_version: row.row_version,
        }
    }
}

impl Conn {
    /// What has been said of the differences of an organisation.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn difference_care(&mut self, organisation: OrganisationId) -> Result<Vec<DifferenceCare>> {
        let rows: Vec<CareRow> = self
            .sql(
                "select subject_id, owner_login_id, person.given_name, person.family_name, \
                 difference_care.note, corrected_minor, \
                 difference_care.row_version from difference_care \
                 left join login on login.id = difference_care.owner_login_id \
                 left join person on person.id = login.person_id where difference_care.organisation_id = $1",
            )
            .bind(organisation.uuid())
            .all()
            .await?;
        Ok(rows.into_iter().map(DifferenceCare::from).collect())
    }

    /// Those who can look after a difference: who keep the money of an organisation, with their names.
    pub async fn keepers_of_money(&mut self, organisation: OrganisationId) -> Result<Vec<(LoginId, String)>> {
        let rows: Vec<(Uuid, String, String)> = self
            .sql(
                "select distinct login.id, person.given_name, person.family_name from membership \
                 join login on login.id = membership.login_id join person on person.id = login.person_id \
                 where login.blocked_at is null and person.erased_at is null \
                 and membership.role in ('owner', 'manager', 'accountant') and membership.facility_id is null \
                 and (membership.organisation_id = $1 or membership.organisation_id is null)",
            )
            .bind(organisation.uuid())
            .all()
            .await?;
        let mut keepers: Vec<(LoginId, String)> = rows
            .into_iter()
            .map(|(id, given, family)| (LoginId(id), stolpe_domain::person::full_name(&given, &family)))
            .collect();
        keepers.sort_by(|a, b| a.1.cmp(&b.1).then(a.0.cmp(&b.0)));
        Ok(keepers)
    }
}

impl Tx {
    /// Writes down what is said of a difference of which that much has been said before.
    ///
    /// # Errors
    /// [`crate::StoreError::Changed`] when somebody has said something meanwhile.
    pub async fn put_difference_care(&mut self, organisation: OrganisationId, it: &DifferenceCare) -> Result<()> {
        self.change(
            "insert into difference_care (organisation_id, subject_id, owner_login_id, note, corrected_minor, \
             row_version) values ($1, $2, $3, $4, $5, $6 + 1) \
             on conflict (organisation_id, subject_id) do update set owner_login_id = excluded.owner_login_id, \
             note = excluded.note, corrected_minor = excluded.corrected_minor, \
             row_version = excluded.row_version where difference_care.row_version = $6",
        )
        .bind(organisation.uuid())
        .bind(it.subject)
        .bind(it.owner.map(LoginId::uuid))
        .bind(&*it.note)
        .bind(it.corrected_minor)
        .bind(it.row_version)
        .run()
        .await?
        .unchanged()
    }
}
