//! Memberships, sign-ins and one-time links.

use crate::engine::{Conn, Tx, text};
use crate::error::{Result, StoreError};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use sqlx::types::Json;
use stolpe_domain::access::{Membership, Role, Scope};
use stolpe_domain::id::{DepartmentId, FacilityId, LoginId, MembershipId, OrganisationId, PersonId, SignInId};
use uuid::Uuid;

/// One device that is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// Its id.
    pub id: SignInId,
    /// Whose it is.
    pub login: LoginId,
    /// What it calls itself.
    pub device: String,
    /// Where it came from.
    pub origin: String,
    /// When it signed in.
    pub created_at: DateTime<Utc>,
    /// When it was last heard of.
    pub last_seen_at: DateTime<Utc>,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
}

/// What a one-time link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OneTimeKind {
    /// Choosing a new password.
    Reset,
    /// Taking up an invitation.
    Invitation,
}

impl OneTimeKind {
    const fn word(self) -> &'static str {
        match self {
            Self::Reset => "reset",
            Self::Invitation => "invitation",
        }
    }
}

macro_rules! roles {
    () => {
        "membership.id, membership.role, \
         coalesce(membership.organisation_id, facility.organisation_id, department.organisation_id) as organisation_id, \
         membership.facility_id, membership.department_id from membership \
         left join facility on facility.id = membership.facility_id \
         left join department on department.id = membership.department_id"
    };
}

impl Conn {
    /// The roles of a login.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn memberships_of(&mut self, login: LoginId) -> Result<Vec<Membership>> {
        self.sql(text!["select" [roles] "where membership.login_id = $1 order by membership.id"])
            .bind(login.uuid())
            .all::<MembershipRow>()
            .await?
            .into_iter()
            .map(Membership::try_from)
            .collect()
    }

    /// The sign-in of a token, if it is still open at that instant.
    pub async fn find_sign_in(&mut self, token_digest: &[u8], at: DateTime<Utc>) -> Result<Option<SignIn>> {
        let row: Option<SignInRow> = self
            .sql(
                "select id, login_id, device, origin, created_at, last_seen_at, expires_at from sign_in \
                 where token_digest = $1 and ended_at is null and expires_at > $2",
            )
            .bind(token_digest)
            .bind(at)
            .optional()
            .await?;
        Ok(row.map(SignIn::from))
    }

    /// The open sign-ins of a login, the latest first.
    pub async fn list_sign_ins(&mut self, login: LoginId, at: DateTime<Utc>) -> Result<Vec<SignIn>> {
        let rows: Vec<SignInRow> = self
            .sql(
                "select id, login_id, device, origin, created_at, last_seen_at, expires_at from sign_in \
                 where login_id = $1 and ended_at is null and expires_at > $2 order by last_seen_at desc, id",
            )
            .bind(login.uuid())
            .bind(at)
            .all()
            .await?;
        Ok(rows.into_iter().map(SignIn::from).collect())
    }

    /// Whose one-time link this is, if it can still be used.
    pub async fn find_one_time(
        &mut self,
        kind: OneTimeKind,
        digest: &[u8],
        at: DateTime<Utc>,
    ) -> Result<Option<LoginId>> {
        let row: Option<(Uuid,)> = self
            .sql(
                "select login_id from one_time_token where kind = $1 and digest = $2 and used_at is null \
                 and expires_at > $3",
            )
            .bind(kind.word())
            .bind(digest)
            .bind(at)
            .optional()
            .await?;
        Ok(row.map(|(id,)| LoginId(id)))
    }

    /// The roles of all logins of these people; those without a role are not in the answer.
    pub async fn memberships_of_people(&mut self, people: &[PersonId]) -> Result<Vec<(PersonId, Membership)>> {
        let rows: Vec<HeldRow> = self
            .sql(text![
                "select login.person_id," [roles] "join login on login.id = membership.login_id \
                 where login.person_id in" [ids "$1"] "order by membership.id"
            ])
            .bind(Json(people.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        rows.into_iter().map(|row| Ok((PersonId(row.person_id), row.membership.try_into()?))).collect()
    }

    /// Whether an invitation to this login is open.
    pub async fn invitation_expires_at(&mut self, login: LoginId) -> Result<Option<DateTime<Utc>>> {
        let row: Option<(DateTime<Utc>,)> = self
            .sql(
                "select expires_at from one_time_token where login_id = $1 and kind = 'invitation' \
                 and used_at is null order by expires_at desc limit 1",
            )
            .bind(login.uuid())
            .optional()
            .await?;
        Ok(row.map(|(at,)| at))
    }
}

impl Tx {
    /// Gives a login a role in a scope.
    pub async fn insert_membership(&mut self, it: &Membership, login: LoginId, at: DateTime<Utc>) -> Result<()> {
        let (organisation, facility, department) = match it.scope {
            Scope::Host | Scope::Own => (None, None, None),
            Scope::Organisation(organisation) => (Some(organisation), None, None),
            Scope::Facility { organisation, facility } => (Some(organisation), Some(facility), None),
            Scope::Department { organisation, department } => (Some(organisation), None, Some(department)),
        };
        self.change(
            "insert into membership (id, login_id, role, organisation_id, facility_id, department_id, created_at) \
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(it.id.uuid())
        .bind(login.uuid())
        .bind(it.role.word())
        .bind(organisation.map(OrganisationId::uuid))
        .bind(facility.map(FacilityId::uuid))
        .bind(department.map(DepartmentId::uuid))
        .bind(at)
        .run()
        .await?
        .one("membership")
    }

    /// Takes all roles from a login; answers how many there were.
    pub async fn delete_memberships(&mut self, login: LoginId) -> Result<u64> {
        Ok(self.change("delete from membership where login_id = $1").bind(login.uuid()).run().await?.any())
    }

    /// Signs a device in.
    pub async fn insert_sign_in(&mut self, it: &SignIn, token_digest: &[u8]) -> Result<()> {
        self.change(
            "insert into sign_in (id, login_id, token_digest, device, origin, created_at, last_seen_at, expires_at) \
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(it.id.uuid())
        .bind(it.login.uuid())
        .bind(token_digest)
        .bind(&*it.device)
        .bind(&*it.origin)
        .bind(it.created_at)
        .bind(it.last_seen_at)
        .bind(it.expires_at)
        .run()
        .await?
        .one("sign_in")
    }

    /// Notes that a device was heard of, and how long it may stay silent now.
    pub async fn touch_sign_in(
        &mut self,
        id: SignInId,
        seen_at: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) -> Result<()> {
        self.change("update sign_in set last_seen_at = $2, expires_at = $3 where id = $1")
            .bind(id.uuid())
            .bind(seen_at)
            .bind(expires_at)
            .run()
            .await?
            .one("sign_in")
    }

    /// Ends one sign-in of a login; answers whether it was open.
    pub async fn end_sign_in(&mut self, login: LoginId, id: SignInId, at: DateTime<Utc>) -> Result<bool> {
        let ended = self
            .change("update sign_in set ended_at = $3 where id = $2 and login_id = $1 and ended_at is null")
            .bind(login.uuid())
            .bind(id.uuid())
            .bind(at)
            .run()
            .await?;
        Ok(ended.any() == 1)
    }

    /// Ends every sign-in of a login but one.
    pub async fn end_other_sign_ins(
        &mut self,
        login: LoginId,
        keep: Option<SignInId>,
        at: DateTime<Utc>,
    ) -> Result<u64> {
        Ok(self
            .change("update sign_in set ended_at = $3 where login_id = $1 and id <> $2 and ended_at is null")
            .bind(login.uuid())
            .bind(keep.map_or(Uuid::nil(), SignInId::uuid))
            .bind(at)
            .run()
            .await?
            .any())
    }

    /// Makes a one-time link; earlier ones of the same kind die.
    pub async fn insert_one_time(
        &mut self,
        id: Uuid,
        kind: OneTimeKind,
        login: LoginId,
        digest: &[u8],
        at: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) -> Result<()> {
        self.change("update one_time_token set used_at = $3 where login_id = $1 and kind = $2 and used_at is null")
            .bind(login.uuid())
            .bind(kind.word())
            .bind(at)
            .run()
            .await?
            .any();
        self.change(
            "insert into one_time_token (id, kind, login_id, digest, created_at, expires_at) \
             values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(id)
        .bind(kind.word())
        .bind(login.uuid())
        .bind(digest)
        .bind(at)
        .bind(expires_at)
        .run()
        .await?
        .one("one_time_token")
    }

    /// Ends the open one-time links of a login.
    pub async fn end_one_time(&mut self, login: LoginId, at: DateTime<Utc>) -> Result<u64> {
        let ended = self.change("update one_time_token set used_at = $2 where login_id = $1 and used_at is null");
        Ok(ended.bind(login.uuid()).bind(at).run().await?.any())
    }

    /// The logins that own the installation, held until the transaction ends: of two who would each be the last to go,
    /// the second sees that the first has gone.
    pub async fn lock_host_owners(&mut self) -> Result<Vec<LoginId>> {
        let rows: Vec<(Uuid,)> = self
            .change(text![
                "select membership.login_id from membership join login on login.id = membership.login_id \
                 where membership.role = 'owner' and membership.organisation_id is null \
                 and membership.facility_id is null and membership.department_id is null \
                 and login.blocked_at is null and login.password_hash is not null order by membership.id"[locked]
            ])
            .all()
            .await?;
        Ok(rows.into_iter().map(|(id,)| LoginId(id)).collect())
    }

    /// Uses a one-time link up; answers whose it was, once.
    pub async fn use_one_time(
        &mut self,
        kind: OneTimeKind,
        digest: &[u8],
        at: DateTime<Utc>,
    ) -> Result<Option<LoginId>> {
        let row: Option<(Uuid,)> = self
            .change(
                "update one_time_token set used_at = $3 where kind = $1 and digest = $2 and used_at is null \
                 and expires_at > $3 returning login_id",
            )
            .bind(kind.word())
            .bind(digest)
            .bind(at)
            .optional()
            .await?;
        Ok(row.map(|(id,)| LoginId(id)))
    }
}

#[derive(FromRow)]
struct HeldRow {
    person_id: Uuid,
    #[sqlx(flatten)]
    membership: MembershipRow,
}

#[derive(FromRow)]
struct MembershipRow {
    id: Uuid,
    role: String,
    organisation_id: Option<Uuid>,
    facility_id: Option<Uuid>,
    department_id: Option<Uuid>,
}

impl TryFrom<MembershipRow> for Membership {
    type Error = StoreError;
    fn try_from(row: MembershipRow) -> Result<Self> {
        let role =
            Role::from_word(&row.role).ok_or(StoreError::Inconsistent { table: "membership", column: "role" })?;
        let organisation = row.organisation_id.map(OrganisationId);
        let scope = match (organisation, row.facility_id, row.department_id) {
            (Some(organisation), Some(facility), None) => {
                Scope::Facility { organisation, facility: FacilityId(facility) }
            }
            (Some(organisation), None, Some(department)) => {
                Scope::Department { organisation, department: DepartmentId(department) }
            }
            (Some(organisation), None, None) => Scope::Organisation(organisation),
            (None, None, None) if role.fits(Scope::Own) => Scope::Own,
            (None, None, None) => Scope::Host,
            _ => return Err(StoreError::Inconsistent { table: "membership", column: "organisation_id" }),
        };
        Ok(Self { id: MembershipId(row.id), role, scope })
    }
}

#[derive(FromRow)]
struct SignInRow {
    id: Uuid,
    login_id: Uuid,
    device: String,
    origin: String,
    created_at: DateTime<Utc>,
    last_seen_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

impl From<SignInRow> for SignIn {
    fn from(row: SignInRow) -> Self {
        Self {
            id: SignInId(row.id),
            login: LoginId(row.login_id),
            device: row.device,
            origin: row.origin,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            expires_at: row.expires_at,
        }
    }
}
