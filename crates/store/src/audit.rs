//! The audit log: append only, chained by hash.
//!
//! A row's hash covers the hash before it, every column of the row and the digest of its details. Details stand in a
//! table of their own, so that erasing a person can remove them while the chain still holds. The name of whoever was
//! signed in is covered by a salted digest, so that it can be taken out with its salt; their login stays.

use crate::engine::{Conn, Statement, Tx, instant, text};
use crate::error::{Result, StoreError};
use crate::page::{Order, Page, Total};
use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::FromRow;
use sqlx::types::Json;
use stolpe_domain::id::{FacilityId, LoginId, OrganisationId, PersonId};
use uuid::Uuid;

/// A row as it is written; the caller has worked out the hashes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Place in the chain, from 1, without gaps.
    pub seq: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who, if somebody had signed in.
    pub actor_login: Option<LoginId>,
    /// Who, in words; empty when they were erased.
    pub actor_name: String,
    /// What the hash covers in place of the name of somebody who was signed in.
    pub actor_seal: Option<NameSeal>,
    /// What, as a stable word.
    pub action: String,
    /// To what kind of thing.
    pub subject_kind: String,
    /// To which thing.
    pub subject_id: Option<Uuid>,
    /// In which organisation.
    pub organisation: Option<OrganisationId>,
    /// In which facility.
    pub facility: Option<FacilityId>,
    /// Why.
    pub reason: Option<String>,
    /// From where.
    pub origin: String,
    /// Which request.
    pub correlation: Uuid,
    /// SHA-256 of the details.
    pub detail_digest: Vec<u8>,
    /// The hash of the row before.
    pub previous_hash: Vec<u8>,
    /// The hash of this row.
    pub hash: Vec<u8>,
}

/// A digest that a name can be proved by as long as its salt is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameSeal {
    /// SHA-256 of salt and name.
    pub digest: Vec<u8>,
    /// None when the name was erased: without it, nobody can try out names.
    pub salt: Option<Vec<u8>>,
}

/// The details of a row: the data before and after, as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditDetail {
    /// Before.
    pub before: Option<String>,
    /// After.
    pub after: Option<String>,
}

/// A row with its details, where they have not been erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// The row.
    pub row: AuditRow,
    /// The details; none when they were erased.
    pub detail: Option<AuditDetail>,
}

/// What a list of the audit log is cut by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Only these organisations and facilities; none means no bounds.
    pub within: Option<(Vec<OrganisationId>, Vec<FacilityId>)>,
    /// Only this actor.
    pub actor: Option<LoginId>,
    /// Only this subject.
    pub subject: Option<Uuid>,
    /// Only this action.
    pub action: Option<String>,
    /// Only this facility.
    pub facility: Option<FacilityId>,
    /// From this instant.
    pub from: Option<DateTime<Utc>>,
    /// Until before this instant.
    pub until: Option<DateTime<Utc>>,
}

macro_rules! entries {
    () => {
        "select audit.seq, at, actor_login_id, actor_name, action, subject_kind, subject_id, organisation_id, \
         facility_id, reason, origin, correlation, detail_digest, previous_hash, hash, actor_digest, actor_salt, \
         audit_detail.seq is not null as has_detail, audit_detail.before, audit_detail.after \
         from audit left join audit_detail on audit_detail.seq = audit.seq"
    };
}

macro_rules! narrowed {
    () => {
        "(actor_login_id = $4 or $4 is null) and (subject_id = $5 or $5 is null) \
         and (action = $6 or $6 is null) and (at >= $7 or $7 is null) and (at < $8 or $8 is null) \
         and (facility_id = $9 or $9 is null)"
    };
}

macro_rules! newest {
    () => {
        "and audit.seq < $10 order by audit.seq desc limit $11"
    };
}

macro_rules! oldest {
    () => {
        "and audit.seq > $10 order by audit.seq limit $11"
    };
}

macro_rules! counted {
    () => {
        "limit $10) as counted"
    };
}

/// Whose logins are looked for among those who have left a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose<'a> {
    /// Of everybody at the desk.
    Desk,
    /// Of these people.
    People(&'a [PersonId]),
    /// This one.
    Login(LoginId),
}

/// The narrowest thing that a filter names. `SQLite` cannot know that `$5 is null` is false, and would walk the whole log
/// for the few rows of one person; so a statement of its own asks through the index.
enum Lead {
    Subject,
    Actor,
    Action,
    Nothing,
}

impl AuditFilter {
    const fn lead(&self) -> Lead {
        match self {
            Self { subject: Some(_), .. } => Lead::Subject,
            Self { actor: Some(_), .. } => Lead::Actor,
            Self { action: Some(_), .. } => Lead::Action,
            _ => Lead::Nothing,
        }
    }
}

impl Conn {
    /// The log in that order, beyond `after`.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn list_audit(
        &mut self,
        filter: &AuditFilter,
        order: Order,
        after: Option<i64>,
        limit: i64,
    ) -> Result<Page<AuditEntry>> {
        let statement = match (filter.lead(), order) {
            (Lead::Subject, Order::Newest) => {
                self.sql(text![[entries] "where subject_id = $5 and" [narrowed] "and (not $1 or organisation_id in" [ids "$2"] "or facility_id in" [ids "$3"] ")" [newest]])
            }
            (Lead::Subject, Order::Oldest) => {
                self.sql(text![[entries] "where subject_id = $5 and" [narrowed] "and (not $1 or organisation_id in" [ids "$2"] "or facility_id in" [ids "$3"] ")" [oldest]])
            }
            (Lead::Actor, Order::Newest) => {
                self.sql(text![[entries] "where actor_login_id = $4 and" [narrowed] "and (not $1 or organisation_id in" [ids "$2"] "or facility_id in" [ids "$3"] ")" [newest]])
            }
            (Lead::Actor, Order::Oldest) => {
                self.sql(text![[entries] "where actor_login_id = $4 and" [narrowed] "and (not $1 or organisation_id in" [ids "$2"] "or facility_id in" [ids "$3"] ")" [oldest]])
            }
            (Lead::Action, Order::Newest) => {
                self.sql(text![[entries] "where action = $6 and" [narrowed] "and (not $1 or organisation_id in" [ids "$2"] "or facility_id in" [ids "$3"] ")" [newest]])
            }
            (Lead::Action, Order::Oldest) => {
                self.sql(text![[entries] "where action = $6 and" [narrowed] "and (not $1 or organisation_id in" [ids "$2"] "or facility_id in" [ids "$3"] ")" [oldest]])
            }
            (Lead::Nothing, Order::Newest) => self.sql(text![[entries] "where" [narrowed] "and (not $1 or organisation_id in" [ids "$2"] "or facility_id in" [ids "$3"] ")" [newest]]),
            (Lead::Nothing, Order::Oldest) => self.sql(text![[entries] "where" [narrowed] "and (not $1 or organisation_id in" [ids "$2"] "or facility_id in" [ids "$3"] ")" [oldest]]),
        };
        let start = match order {
            Order::Newest => i64::MAX,
            Order::Oldest => 0,
        };
        let rows: Vec<EntryRow> =
            bind_filter(statement, filter).bind(after.unwrap_or(start)).bind(limit + 1).all().await?;
        Ok(Page::cut(rows.into_iter().map(AuditEntry::from).collect(), limit))
    }

    /// How many rows the filter leaves, counted up to the ceiling.
    pub async fn count_audit(&mut self, filter: &AuditFilter) -> Result<Total> {
        let statement = match filter.lead() {
            Lead::Subject => self.sql(text!["select count(*) from (select 1 from audit where" "subject_id = $5 and" [narrowed] "and (not $1 or organisation_id in" [ids "$2"] "or facility_id in" [ids "$3"] ")" [counted]]),
            Lead::Actor => self.sql(text!["select count(*) from (select 1 from audit where" "actor_login_id = $4 and" [narrowed] "and (not $1 or organisation_id in" [ids "$2"] "or facility_id in" [ids "$3"] ")" [counted]]),
            Lead::Action => self.sql(text!["select count(*) from (select 1 from audit where" "action = $6 and" [narrowed] "and (not $1 or organisation_id in" [ids "$2"] "or facility_id in" [ids "$3"] ")" [counted]]),
            Lead::Nothing => self.sql(text!["select count(*) from (select 1 from audit where" [narrowed] "and (not $1 or organisation_id in" [ids "$2"] "or facility_id in" [ids "$3"] ")" [counted]]),
        };
        let (count,): (i64,) = bind_filter(statement, filter).bind(Total::CEILING + 1).one().await?;
        Ok(Total::counted(count))
    }

    /// Those logins that have left a trace in the part of the log that may be seen, by name.
    pub async fn audit_actors(
        &mut self,
        filter: &AuditFilter,
        whose: Whose<'_>,
        limit: i64,
    ) -> Result<Vec<(LoginId, String, String)>> {
        let (bounded, organisations, facilities) = bounds(filter);
        let (people, login): (&[PersonId], Option<Uuid>) = match whose {
            Whose::Desk => (&[], None),
            Whose::People(people) => (people, None),
            Whose::Login(id) => (&[], Some(id.uuid())),
        };
        let rows: Vec<(Uuid, String, String)> = self
            .sql(text![
                "select login.id, person.given_name, person.family_name from login"
                "join person on person.id = login.person_id"
                "where (($4 and login.facility_id is null) or login.person_id in" [ids "$5"] "or login.id = $6)"
                "and exists (select 1 from audit where audit.actor_login_id = login.id"
                "and (not $1 or audit.organisation_id in" [ids "$2"] "or audit.facility_id in" [ids "$3"] "))"
                "order by person.sort_key, login.id limit $7"
            ])
            .bind(bounded)
            .bind(Json(organisations))
            .bind(Json(facilities))
            .bind(matches!(whose, Whose::Desk))
            .bind(Json(people.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .bind(login)
            .bind(limit)
            .all()
            .await?;
        Ok(rows.into_iter().map(|(id, given, family)| (LoginId(id), given, family)).collect())
    }

    /// A run of the chain from the beginning of time, for proving it.
    pub async fn audit_chain(&mut self, after: i64, limit: i64) -> Result<Vec<AuditEntry>> {
        let rows: Vec<EntryRow> = self
            .sql(text![[entries] "where audit.seq > $1 order by audit.seq limit $2"])
            .bind(after)
            .bind(limit)
            .all()
            .await?;
        Ok(rows.into_iter().map(AuditEntry::from).collect())
    }

    /// Where the chain says it ends: the last place and its hash.
    pub async fn audit_head(&mut self) -> Result<(i64, Vec<u8>)> {
        self.sql("select seq, hash from audit_head where id = 1").one().await
    }
}

impl Tx {
    /// Where the chain ends, held until the transaction ends so that no two rows get one place.
    pub async fn lock_audit_head(&mut self) -> Result<(i64, Vec<u8>)> {
        self.change(text!["select seq, hash from audit_head where id = 1"[locked]]).one().await
    }

    /// Writes rows at the end of the chain, in their order, with what each one keeps of before and after.
    pub async fn append_audit(&mut self, all: &[(AuditRow, AuditDetail)]) -> Result<()> {
        let Some((last, _)) = all.last() else { return Ok(()) };
        let id = |id: Uuid| id.simple().to_string();
        let row = |(row, _): &(AuditRow, AuditDetail)| {
            let seal = row.actor_seal.as_ref();
            json!({
                "seq": row.seq, "at": instant(row.at), "login": row.actor_login.map(|it| id(it.uuid())),
                "name": row.actor_name, "action": row.action, "kind": row.subject_kind,
                "subject": row.subject_id.map(id), "organisation": row.organisation.map(|it| id(it.uuid())),
                "facility": row.facility.map(|it| id(it.uuid())), "reason": row.reason, "origin": row.origin,
                "correlation": id(row.correlation), "detail": hex::encode(&row.detail_digest),
                "previous": hex::encode(&row.previous_hash), "hash": hex::encode(&row.hash),
                "digest": seal.map(|seal| hex::encode(&seal.digest)),
                "salt": seal.and_then(|seal| seal.salt.as_deref()).map(hex::encode),
            })
        };
        self.change(text![
            "insert into audit (seq, at, actor_login_id, actor_name, action, subject_kind, subject_id, organisation_id,"
            "facility_id, reason, origin, correlation, detail_digest, previous_hash, hash, actor_digest, actor_salt)"
            "select" [integer "seq"] "," [instant "at"] "," [uuid "login"] "," [string "name"] ","
            [string "action"] "," [string "kind"] "," [uuid "subject"] "," [uuid "organisation"] ","
            [uuid "facility"] "," [string "reason"] "," [string "origin"] "," [uuid "correlation"] ","
            [bytes "detail"] "," [bytes "previous"] "," [bytes "hash"] "," [bytes "digest"] "," [bytes "salt"]
            "from" [rows "$1"]
        ])
        .bind(Json(all.iter().map(row).collect::<Vec<_>>()))
        .run()
        .await?
        .any();
        let kept = all.iter().filter(|(_, detail)| detail.before.is_some() || detail.after.is_some());
        let details: Vec<_> = kept
            .map(|(row, detail)| json!({ "seq": row.seq, "before": detail.before, "after": detail.after }))
            .collect();
        if !details.is_empty() {
            self.change(text![
                "insert into audit_detail (seq, before, after) select" [integer "seq"] "," [string "before"] ","
                [string "after"] "from" [rows "$1"]
            ])
            .bind(Json(details))
            .run()
            .await?
            .any();
        }
        self.change("update audit_head set seq = $1, hash = $2 where id = 1")
            .bind(last.seq)
            .bind(&*last.hash)
            .run()
            .await?
            .one("audit_head")
    }

    /// Takes a person's name out of the rows that say what they did, as far as the chain does not cover it.
    pub async fn erase_audit_names(&mut self, id: PersonId) -> Result<u64> {
        Ok(self
            .change(
                "update audit set actor_name = '', actor_salt = null where actor_digest is not null \
                 and actor_login_id in (select id from login where person_id = $1)",
            )
            .bind(id.uuid())
            .run()
            .await?
            .any())
    }

    /// Removes the details of every row about a subject; the rows themselves stay. Answers how many there were.
    pub async fn erase_audit_details(&mut self, subject: Uuid) -> Result<u64> {
        Ok(self
            .change("delete from audit_detail where seq in (select seq from audit where subject_id = $1)")
            .bind(subject)
            .run()
            .await?
            .any())
    }
}

fn bind_filter<'c>(statement: Statement<'c>, filter: &AuditFilter) -> Statement<'c> {
    let (bounded, organisations, facilities) = bounds(filter);
    statement
        .bind(bounded)
        .bind(Json(organisations))
        .bind(Json(facilities))
        .bind(filter.actor.map(LoginId::uuid))
        .bind(filter.subject)
        .bind(filter.action.clone())
        .bind(filter.from)
        .bind(filter.until)
        .bind(filter.facility.map(FacilityId::uuid))
}

fn bounds(filter: &AuditFilter) -> (bool, Vec<Uuid>, Vec<Uuid>) {
    match &filter.within {
        None => (false, Vec::new(), Vec::new()),
        Some((organisations, facilities)) => {
            (true, organisations.iter().map(|id| id.uuid()).collect(), facilities.iter().map(|id| id.uuid()).collect())
        }
    }
}

#[derive(FromRow)]
struct EntryRow {
    seq: i64,
    at: DateTime<Utc>,
    actor_login_id: Option<Uuid>,
    actor_name: String,
    action: String,
    subject_kind: String,
    subject_id: Option<Uuid>,
    organisation_id: Option<Uuid>,
    facility_id: Option<Uuid>,
    reason: Option<String>,
    origin: String,
    correlation: Uuid,
    detail_digest: Vec<u8>,
    previous_hash: Vec<u8>,
    hash: Vec<u8>,
    actor_digest: Option<Vec<u8>>,
    actor_salt: Option<Vec<u8>>,
    has_detail: bool,
    before: Option<String>,
    after: Option<String>,
}

impl From<EntryRow> for AuditEntry {
    fn from(row: EntryRow) -> Self {
        Self {
            detail: row.has_detail.then_some(AuditDetail { before: row.before, after: row.after }),
            row: AuditRow {
                seq: row.seq,
                at: row.at,
                actor_login: row.actor_login_id.map(LoginId),
                actor_name: row.actor_name,
                actor_seal: row.actor_digest.map(|digest| NameSeal { digest, salt: row.actor_salt }),
                action: row.action,
                subject_kind: row.subject_kind,
                subject_id: row.subject_id,
                organisation: row.organisation_id.map(OrganisationId),
                facility: row.facility_id.map(FacilityId),
                reason: row.reason,
                origin: row.origin,
                correlation: row.correlation,
                detail_digest: row.detail_digest,
                previous_hash: row.previous_hash,
                hash: row.hash,
            },
        }
    }
}

impl StoreError {
    /// Whether the engine refused to change a written audit row.
    pub fn refused_audit_change(&self) -> bool {
        matches!(self, Self::Driver(sqlx::Error::Database(inner)) if inner.message().contains("audit rows are never"))
    }
}
