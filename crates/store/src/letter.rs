//! Who gets a sign-in letter, with everything that stands on it, and the passwords that the letters bring.

use crate::engine::{Conn, Tx, text};
use crate::error::{Result, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;
use sqlx::types::Json;
use stolpe_domain::id::{FacilityId, LoginId};
use stolpe_domain::language::Language;
use uuid::Uuid;

/// Which logins of a facility get a letter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LetterView {
    /// Those for whom no letter has been made.
    #[default]
    NotIssued,
    /// Those whose password is still the one from a letter.
    InitialPassword,
    /// Every one.
    All,
}

impl LetterView {
    const fn word(self) -> &'static str {
        match self {
            Self::NotIssued => "not_issued",
            Self::InitialPassword => "initial_password",
            Self::All => "all",
        }
    }
}

/// A login with what its letter shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterLogin {
    /// The login.
    pub id: LoginId,
    /// Its facility; none for staff.
    pub facility: Option<FacilityId>,
    /// The name to sign in with.
    pub username: String,
    /// Staff have blocked it.
    pub blocked: bool,
    /// First names.
    pub given_name: String,
    /// Surnames.
    pub family_name: String,
    /// The order of names.
    pub sort_key: Vec<u8>,
    /// The language of the letter.
    pub language: Language,
    /// Street and number.
    pub street: Option<String>,
    /// Post code.
    pub postal_code: Option<String>,
    /// Post town.
    pub city: Option<String>,
    /// The address is nobody's business.
    pub protected_identity: bool,
    /// The unit in the facility.
    pub unit_code: Option<String>,
    /// Where the unit lies.
    pub unit_section: Option<String>,
    /// The order of walking.
    pub walking_key: Option<Vec<u8>>,
}

// Everything that stands on a letter; `$2` is the day that decides who lives where.
macro_rules! letters {
    () => {
        "select login.id, login.facility_id, login.username, login.blocked_at is not null as blocked, \
         person.given_name, person.family_name, person.sort_key, person.language, person.street, person.postal_code, \
         person.city, person.protected_identity, unit.code as unit_code, unit.section as unit_section, \
         unit.walking_key from login join person on person.id = login.person_id \
         left join unit on unit.id = (select home.id from tenancy join unit home on home.id = tenancy.unit_id \
         where tenancy.person_id = person.id and home.facility_id = login.facility_id \
         and (tenancy.moved_out_on > $2 or tenancy.moved_out_on is null) order by home.walking_key limit 1)"
    };
}

impl Conn {
    /// The logins of a facility that a view names, `limit` at most; `day` decides who lives where.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn letter_logins(
        &mut self,
        facility: FacilityId,
        view: LetterView,
        day: NaiveDate,
        limit: i64,
    ) -> Result<Vec<LetterLogin>> {
        let rows: Vec<LetterRow> = self
            .sql(text![
                [letters]
                "where login.facility_id = $1 and person.erased_at is null and ($3 = 'all'"
                "or ($3 = 'not_issued' and login.password_hash is null)"
                "or ($3 = 'initial_password' and login.password_hash is not null and login.password_is_initial))"
                "order by login.id limit $4"
            ])
            .bind(facility.uuid())
            .bind(day)
            .bind(view.word())
            .bind(limit)
            .all()
            .await?;
        rows.into_iter().map(LetterLogin::try_from).collect()
    }

    /// The logins with these ids; `day` decides who lives where.
    pub async fn letter_logins_with(&mut self, ids: &[LoginId], day: NaiveDate) -> Result<Vec<LetterLogin>> {
        let rows: Vec<LetterRow> = self
            .sql(text![[letters] "where login.id in" [ids "$1"]])
            .bind(Json(ids.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .bind(day)
            .all()
            .await?;
        rows.into_iter().map(LetterLogin::try_from).collect()
    }
}

impl Tx {
    /// Sets the password of a letter; the hand-over begins anew.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when the login was blocked or removed in the meantime.
    pub async fn issue_password(&mut self, id: LoginId, hash: &str, at: DateTime<Utc>) -> Result<()> {
        self.change(
            "update login set password_hash = $2, password_is_initial = $3, password_set_at = $4, issued_at = $4, \
             handed_over_at = null, handed_over_by = null, handed_over_by_login_id = null, failed_count = 0, locked_until = null, \
             row_version = row_version + 1 where id = $1 and blocked_at is null",
        )
        .bind(id.uuid())
        .bind(hash)
        .bind(true)
        .bind(at)
        .run()
        .await?
        .unchanged()
    }
}

#[derive(FromRow)]
struct LetterRow {
    id: Uuid,
    facility_id: Option<Uuid>,
    username: String,
    blocked: bool,
    given_name: String,
    family_name: String,
    sort_key: Vec<u8>,
    language: String,
    street: Option<String>,
    postal_code: Option<String>,
    city: Option<String>,
    protected_identity: bool,
    unit_code: Option<String>,
    unit_section: Option<String>,
    walking_key: Option<Vec<u8>>,
}

impl TryFrom<LetterRow> for LetterLogin {
    type Error = StoreError;
    fn try_from(row: LetterRow) -> Result<Self> {
        Ok(Self {
            id: LoginId(row.id),
            facility: row.facility_id.map(FacilityId),
            username: row.username,
            blocked: row.blocked,
            given_name: row.given_name,
            family_name: row.family_name,
            sort_key: row.sort_key,
            language: Language::parse(&row.language)
                .ok_or(StoreError::Inconsistent { table: "person", column: "language" })?,
            street: row.street,
            postal_code: row.postal_code,
            city: row.city,
            protected_identity: row.protected_identity,
            unit_code: row.unit_code,
            unit_section: row.unit_section,
            walking_key: row.walking_key,
        })
    }
}
