//! Logins, and what guards them.

use crate::engine::{Conn, Tx, text};
use crate::error::{OnUnique, Result};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use sqlx::types::Json;
use stolpe_domain::access::Signed;
use stolpe_domain::facility::fold_code;
use stolpe_domain::id::{FacilityId, LoginId, PersonId};
use stolpe_domain::login::Login;
use uuid::Uuid;

/// What a sign-in is checked against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    /// The Argon2id hash in PHC form, if a password has been set.
    pub password_hash: Option<String>,
    /// The sealed TOTP secret, once set up.
    pub totp_sealed: Option<Vec<u8>>,
    /// When the second factor was confirmed.
    pub totp_confirmed_at: Option<DateTime<Utc>>,
}

/// Who gave a letter to its reader.
#[derive(Clone, Copy, Debug, Default)]
pub struct Giver<'a> {
    /// Their name.
    pub name: &'a str,
    /// Their login, when they were signed in.
    pub login: Option<LoginId>,
}

impl<'a> From<&'a Signed> for Giver<'a> {
    fn from(signed: &'a Signed) -> Self {
        Self { name: &signed.name, login: Some(signed.login) }
    }
}

macro_rules! columns {
    () => {
        "id, person_id, facility_id, username, password_hash is not null as has_password, password_is_initial, \
         password_set_at, totp_confirmed_at, failed_count, locked_until, blocked_at, issued_at, handed_over_at, \
         handed_over_by, last_sign_in_at, row_version"
    };
}

impl Conn {
    /// The login with this id.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn find_login(&mut self, id: LoginId) -> Result<Option<Login>> {
        let row: Option<LoginRow> =
            self.sql(text!["select" [columns] "from login where id = $1"]).bind(id.uuid()).optional().await?;
        Ok(row.map(Login::from))
    }

    /// The login of a resident, by facility and username (PRE-04).
    pub async fn find_resident_login(&mut self, facility: FacilityId, username: &str) -> Result<Option<Login>> {
        let row: Option<LoginRow> = self
            .sql(text!["select" [columns] "from login where facility_id = $1 and username_folded = $2"])
            .bind(facility.uuid())
            .bind(fold_code(username))
            .optional()
            .await?;
        Ok(row.map(Login::from))
    }

    /// The login of somebody at the desk, by e-mail address.
    pub async fn find_staff_login(&mut self, username: &str) -> Result<Option<Login>> {
        let row: Option<LoginRow> = self
            .sql(text!["select" [columns] "from login where facility_id is null and username_folded = $1"])
            .bind(fold_code(username))
            .optional()
            .await?;
        Ok(row.map(Login::from))
    }

    /// The logins of these people.
    pub async fn logins_of(&mut self, people: &[PersonId]) -> Result<Vec<Login>> {
        let rows: Vec<LoginRow> = self
            .sql(text!["select" [columns] "from login where person_id in" [ids "$1"] "order by created_at, id"])
            .bind(Json(people.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        Ok(rows.into_iter().map(Login::from).collect())
    }

    /// The logins of the desk.
    pub async fn staff_logins(&mut self) -> Result<Vec<Login>> {
        let rows: Vec<LoginRow> = self
            .sql(text!["select" [columns] "from login where facility_id is null order by username_folded, id"])
            .all()
            .await?;
        Ok(rows.into_iter().map(Login::from).collect())
    }

    /// What a sign-in is checked against.
    pub async fn login_guard(&mut self, id: LoginId) -> Result<Option<Guard>> {
        let row: Option<GuardRow> = self
            .sql("select password_hash, totp_sealed, totp_confirmed_at from login where id = $1")
            .bind(id.uuid())
            .optional()
            .await?;
        Ok(row.map(|row| Guard {
            password_hash: row.password_hash,
            totp_sealed: row.totp_sealed,
            totp_confirmed_at: row.totp_confirmed_at,
        }))
    }
}

impl Tx {
    /// Adds a login without a password.
    ///
    /// # Errors
    /// [`crate::StoreError::Taken`] when the username is used in the facility, or on the host for staff.
    pub async fn insert_login(
        &mut self,
        id: LoginId,
        person: PersonId,
        facility: Option<FacilityId>,
        username: &str,
        at: DateTime<Utc>,
    ) -> Result<()> {
        self.change(
            "insert into login (id, person_id, facility_id, username, username_folded, password_is_initial, \
             failed_count, row_version, created_at) values ($1, $2, $3, $4, $5, $6, 0, 1, $7)",
        )
        .bind(id.uuid())
        .bind(person.uuid())
        .bind(facility.map(FacilityId::uuid))
        .bind(username)
        .bind(fold_code(username))
        .bind(false)
        .bind(at)
        .run()
        .await
        .on_unique("login.username_taken")?
        .one("login")
    }

    /// Changes the username of a login that is still at that version.
    ///
    /// # Errors
    /// [`crate::StoreError::Changed`] when it is not, [`crate::StoreError::Taken`] when the name is used.
    pub async fn rename_login(&mut self, id: LoginId, row_version: i64, username: &str) -> Result<()> {
        self.change(
            "update login set username = $3, username_folded = $4, row_version = row_version + 1 \
             where id = $1 and row_version = $2",
        )
        .bind(id.uuid())
        .bind(row_version)
        .bind(username)
        .bind(fold_code(username))
        .run()
        .await
        .on_unique("login.username_taken")?
        .unchanged()
    }

    /// Sets a password; an initial one also starts the hand-over anew.
    pub async fn set_password(&mut self, id: LoginId, hash: &str, initial: bool, at: DateTime<Utc>) -> Result<()> {
        self.change(
            "update login set password_hash = $2, password_is_initial = $3, password_set_at = $4, failed_count = 0, \
             locked_until = null, row_version = row_version + 1 where id = $1",
        )
        .bind(id.uuid())
        .bind(hash)
        .bind(initial)
        .bind(at)
        .run()
        .await?
        .one("login")?;
        if initial {
            self.change(
                "update login set issued_at = $2, handed_over_at = null, handed_over_by = null, \
                 handed_over_by_login_id = null where id = $1",
            )
            .bind(id.uuid())
            .bind(at)
            .run()
            .await?
            .one("login")?;
        }
        Ok(())
    }

    /// Notes that the letter reached its reader. The name of who gave it is kept as it was then; with their login it can
    /// be found again when they are erased.
    pub async fn hand_over(&mut self, id: LoginId, by: Giver<'_>, at: DateTime<Utc>) -> Result<()> {
        self.change(
            "update login set handed_over_at = $2, handed_over_by = $3, handed_over_by_login_id = $4, \
             row_version = row_version + 1 where id = $1",
        )
        .bind(id.uuid())
        .bind(at)
        .bind(by.name)
        .bind(by.login.map(LoginId::uuid))
        .run()
        .await?
        .one("login")
    }

    /// Takes back that the letter reached its reader.
    pub async fn undo_hand_over(&mut self, id: LoginId) -> Result<()> {
        self.change(
            "update login set handed_over_at = null, handed_over_by = null, handed_over_by_login_id = null, \
             row_version = row_version + 1 \
             where id = $1",
        )
        .bind(id.uuid())
        .run()
        .await?
        .one("login")
    }

    /// Blocks a login, or opens it again.
    pub async fn block_login(&mut self, id: LoginId, blocked_at: Option<DateTime<Utc>>) -> Result<()> {
        self.change(
            "update login set blocked_at = $2, failed_count = 0, locked_until = null, row_version = row_version + 1 \
             where id = $1",
        )
        .bind(id.uuid())
        .bind(blocked_at)
        .run()
        .await?
        .one("login")
    }

    /// Notes a success.
    pub async fn note_sign_in(&mut self, id: LoginId, at: DateTime<Utc>) -> Result<()> {
        self.change("update login set failed_count = 0, locked_until = null, last_sign_in_at = $2 where id = $1")
            .bind(id.uuid())
            .bind(at)
            .run()
            .await?
            .one("login")
    }

    /// Uses the code of one half minute up; answers whether it, and every later one, was still unused.
    pub async fn use_totp_step(&mut self, id: LoginId, step: i64) -> Result<bool> {
        let used = self
            .change(
                "update login set totp_used_step = $2 where id = $1 \
                 and (totp_used_step is null or totp_used_step < $2)",
            )
            .bind(id.uuid())
            .bind(step)
            .run()
            .await?;
        Ok(used.any() == 1)
    }

    /// Keeps a sealed TOTP secret, confirmed or not; without one the second factor is off.
    pub async fn set_totp(
        &mut self,
        id: LoginId,
        sealed: Option<&[u8]>,
        confirmed_at: Option<DateTime<Utc>>,
    ) -> Result<()> {
        self.change(
            "update login set totp_sealed = $2, totp_confirmed_at = $3, row_version = row_version + 1 where id = $1",
        )
        .bind(id.uuid())
        .bind(sealed)
        .bind(confirmed_at)
        .run()
        .await?
        .one("login")
    }
}

#[derive(FromRow)]
struct GuardRow {
    password_hash: Option<String>,
    totp_sealed: Option<Vec<u8>>,
    totp_confirmed_at: Option<DateTime<Utc>>,
}

#[derive(FromRow)]
struct LoginRow {
    id: Uuid,
    person_id: Uuid,
    facility_id: Option<Uuid>,
    username: String,
    has_password: bool,
    password_is_initial: bool,
    password_set_at: Option<DateTime<Utc>>,
    totp_confirmed_at: Option<DateTime<Utc>>,
    failed_count: i64,
    locked_until: Option<DateTime<Utc>>,
    blocked_at: Option<DateTime<Utc>>,
    issued_at: Option<DateTime<Utc>>,
    handed_over_at: Option<DateTime<Utc>>,
    handed_over_by: Option<String>,
    last_sign_in_at: Option<DateTime<Utc>>,
    row_version: i64,
}

impl From<LoginRow> for Login {
    fn from(row: LoginRow) -> Self {
        Self {
            id: LoginId(row.id),
            person_id: PersonId(row.person_id),
            facility_id: row.facility_id.map(FacilityId),
            username: row.username,
            has_password: row.has_password,
            password_is_initial: row.password_is_initial,
            password_set_at: row.password_set_at,
            totp: row.totp_confirmed_at.is_some(),
            failed_count: row.failed_count,
            locked_until: row.locked_until,
            blocked_at: row.blocked_at,
            issued_at: row.issued_at,
            handed_over_at: row.handed_over_at,
            handed_over_by: row.handed_over_by,
            last_sign_in_at: row.last_sign_in_at,
            row_version: row.row_version,
        }
    }
}
