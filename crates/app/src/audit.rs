//! The audit log: appended by every commit, read with filters, proved from the beginning.

use crate::App;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::organisation::organisations_seen;
use chrono::SecondsFormat;
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use stolpe_domain::access::{Actor, Permission};
use stolpe_domain::event::{Event, Subject};
use stolpe_domain::id::{FacilityId, LoginId, OrganisationId, PersonId};
use stolpe_domain::person::{VEIL, full_name, query_terms};
use stolpe_store::Conn;
use stolpe_store::audit::{AuditDetail, AuditEntry, AuditFilter, AuditRow, NameSeal, Whose};
use stolpe_store::page::{Order, Page, Total};
use uuid::Uuid;

/// Rows that are proved at a time.
const PROOF_RUN: i64 = 5_000;
/// Actors that are offered at a time; more words find the others.
const ACTORS: i64 = 50;

/// What the chain says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Every row follows from the one before, and every detail that is left is the one that was written.
    pub holds: bool,
    /// How many rows there are.
    pub rows: i64,
    /// The hash of the last row, as hexadecimal digits: print it to prove later that nothing was taken away.
    pub head: String,
    /// The first row that does not hold.
    pub broken_at: Option<i64>,
}

/// Appends the facts to the chain, inside the transaction that made them.
pub(crate) async fn append(tx: &mut stolpe_store::Tx, ctx: &Ctx, events: &[Event]) -> Result<()> {
    let (mut seq, mut previous) = tx.lock_audit_head().await?;
    let (actor_login, actor_name) = match &ctx.actor {
        Actor::Person(signed) => (Some(signed.login), signed.name.clone()),
        Actor::System(duty) => (None, (*duty).to_owned()),
        Actor::Nobody => (None, String::new()),
    };
    let mut rows = Vec::with_capacity(events.len());
    for event in events {
        seq += 1;
        let detail = AuditDetail { before: event.before.clone(), after: event.after.clone() };
        let mut row = AuditRow {
            seq,
            at: ctx.at,
            actor_login,
            actor_name: actor_name.clone(),
            actor_seal: actor_login.map(|_| seal(&actor_name)),
            action: event.action.word().to_owned(),
            subject_kind: event.subject.kind().to_owned(),
            subject_id: event.subject.id(),
            organisation: event.organisation,
            facility: event.facility,
            reason: event.reason.clone(),
            origin: ctx.origin.clone(),
            correlation: ctx.correlation.uuid(),
            detail_digest: detail_digest(&detail),
            previous_hash: std::mem::take(&mut previous),
            hash: Vec::new(),
        };
        row.hash = row_hash(&row);
        previous.clone_from(&row.hash);
        rows.push((row, detail));
    }
    Ok(tx.append_audit(&rows).await?)
}

/// SHA-256 over the details; each part is led by its length, and a missing part differs from an empty one.
fn detail_digest(detail: &AuditDetail) -> Vec<u8> {
    let mut hash = Sha256::new();
    for part in [&detail.before, &detail.after] {
        add_optional(&mut hash, part.as_deref().map(str::as_bytes));
    }
    hash.finalize().to_vec()
}

/// SHA-256 over every column of the row but its own hash, the one before included. Of those who were signed in, it
/// covers the digest of their name, which outlives the name; in older databases, and of parts of the product, the name.
fn row_hash(row: &AuditRow) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(row.seq.to_be_bytes());
    let at = row.at.to_rfc3339_opts(SecondsFormat::Micros, true);
    add(&mut hash, at.as_bytes());
    add_optional(&mut hash, row.actor_login.map(|id| *id.uuid().as_bytes()).as_ref().map(<[u8; 16]>::as_slice));
    add(&mut hash, row.actor_seal.as_ref().map_or(row.actor_name.as_bytes(), |seal| &seal.digest));
    for text in [&row.action, &row.subject_kind, &row.origin] {
        add(&mut hash, text.as_bytes());
    }
    for id in [row.subject_id, row.organisation.map(OrganisationId::uuid), row.facility.map(FacilityId::uuid)] {
        add_optional(&mut hash, id.as_ref().map(|id| id.as_bytes().as_slice()));
    }
    add_optional(&mut hash, row.reason.as_deref().map(str::as_bytes));
    add(&mut hash, row.correlation.as_bytes());
    add(&mut hash, &row.detail_digest);
    add(&mut hash, &row.previous_hash);
    hash.finalize().to_vec()
}

fn seal(name: &str) -> NameSeal {
    let salt = crate::random::bytes::<16>().to_vec();
    NameSeal { digest: name_digest(&salt, name), salt: Some(salt) }
}

fn name_digest(salt: &[u8], name: &str) -> Vec<u8> {
    let mut hash = Sha256::new();
    add(&mut hash, salt);
    add(&mut hash, name.as_bytes());
    hash.finalize().to_vec()
}

/// Whether the name is the one that was written, or was erased.
fn name_holds(row: &AuditRow) -> bool {
    match &row.actor_seal {
        None => true,
        Some(NameSeal { digest, salt: Some(salt) }) => name_digest(salt, &row.actor_name) == *digest,
        Some(NameSeal { salt: None, .. }) => row.actor_name.is_empty(),
    }
}

fn add(hash: &mut Sha256, part: &[u8]) {
    hash.update((part.len() as u64).to_be_bytes());
    hash.update(part);
}

fn add_optional(hash: &mut Sha256, part: Option<&[u8]>) {
    match part {
        None => hash.update([0]),
        Some(part) => {
            hash.update([1]);
            add(hash, part);
        }
    }
}

impl App {
    /// The log with filters, cut to what the actor may see.
    ///
    /// # Errors
    /// [`crate::AppError::Denied`] for those who may not read it anywhere.
    pub async fn list_audit(
        &self,
        ctx: &Ctx,
        mut filter: AuditFilter,
        order: Order,
        after: Option<i64>,
        limit: i64,
    ) -> Result<(Page<AuditEntry>, Option<Total>)> {
        filter.within = bounds(ctx)?;
        let mut conn = self.read().await?;
        let mut page = conn.list_audit(&filter, order, after, limit).await?;
        veil(&mut conn, &mut page.items).await?;
        let total = if after.is_none() { Some(page.total(conn.count_audit(&filter)).await?) } else { None };
        Ok((page, total))
    }

    /// The row with this number, wherever it stands, if the filter leaves it and the actor may see it.
    ///
    /// # Errors
    /// As [`App::list_audit`].
    pub async fn audit_row(&self, ctx: &Ctx, filter: AuditFilter, seq: i64) -> Result<Option<AuditEntry>> {
        let (page, _) = self.list_audit(ctx, filter, Order::Newest, Some(seq.saturating_add(1)), 1).await?;
        Ok(page.items.into_iter().next().filter(|entry| entry.row.seq == seq))
    }

    /// A page of the log for a file, cut to what the actor may see.
    pub(crate) async fn audit_page(
        &self,
        ctx: &Ctx,
        mut filter: AuditFilter,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Page<AuditEntry>> {
        filter.within = bounds(ctx)?;
        let mut conn = self.read().await?;
        let mut page = conn.list_audit(&filter, Order::Newest, before, limit).await?;
        veil(&mut conn, &mut page.items).await?;
        Ok(page)
    }

    /// Those whose doings the log can be cut to: one login, whom the words find, or everybody at the desk.
    ///
    /// # Errors
    /// [`crate::AppError::Denied`] for those who may not read the log anywhere.
    pub async fn audit_actors(&self, ctx: &Ctx, login: Option<LoginId>, query: &str) -> Result<Vec<(LoginId, String)>> {
        let filter = AuditFilter { within: bounds(ctx)?, ..AuditFilter::default() };
        let terms = query_terms(query);
        let people;
        let whose = match login {
            Some(login) => Whose::Login(login),
            None if terms.is_empty() => Whose::Desk,
            None => {
                people = self.people_found(ctx, &terms).await?;
                Whose::People(&people)
            }
        };
        let found = self.read().await?.audit_actors(&filter, whose, ACTORS).await?;
        Ok(found.into_iter().map(|(id, given, family)| (id, full_name(&given, &family))).collect())
    }

    async fn people_found(&self, ctx: &Ctx, terms: &[String]) -> Result<Vec<PersonId>> {
        let organisations = match organisations_seen(ctx) {
            Some(seen) => seen,
            None => self.read().await?.list_organisations().await?.into_iter().map(|it| it.id).collect(),
        };
        let mut people = Vec::new();
        for organisation in organisations {
            let hits = self.read().await?.search(organisation, terms, ACTORS).await?;
            people.extend(hits.into_iter().filter(|hit| hit.kind == "person").map(|hit| PersonId(hit.id)));
        }
        Ok(people)
    }

    /// Proves the chain; for whoever may read the log anywhere.
    ///
    /// # Errors
    /// [`crate::AppError::Denied`] for others.
    pub async fn audit_proof(&self, ctx: &Ctx) -> Result<Proof> {
        ctx.reach(Permission::ReadAudit)?;
        self.prove_audit().await
    }

    /// Walks the chain from the first row.
    ///
    /// # Errors
    /// [`crate::AppError::Unavailable`] when the database cannot be reached.
    pub async fn prove_audit(&self) -> Result<Proof> {
        let mut conn = self.read().await?;
        let (head_seq, head_hash) = conn.audit_head().await?;
        let (mut seq, mut previous) = (0, vec![0; 32]);
        let broken = loop {
            let run = conn.audit_chain(seq, PROOF_RUN).await?;
            if run.is_empty() {
                // A head beyond the last row means that rows were taken from the end.
                break (seq < head_seq).then_some(seq + 1);
            }
            let fault = run.iter().find(|entry| {
                let row = &entry.row;
                let follows = row.seq == seq + 1 && row.previous_hash == previous && row.hash == row_hash(row);
                let detail = entry.detail.as_ref().is_none_or(|detail| detail_digest(detail) == row.detail_digest);
                (seq, previous) = (row.seq, row.hash.clone());
                // Rows that were written while the proof went on are left to the next one.
                !(follows && detail && name_holds(row)) || (row.seq == head_seq && row.hash != head_hash)
            });
            if let Some(entry) = fault {
                break Some(entry.row.seq);
            }
        };
        Ok(Proof { holds: broken.is_none(), rows: head_seq, head: hex::encode(&head_hash), broken_at: broken })
    }

    /// Notes that somebody looked at protected data.
    ///
    /// # Errors
    /// [`crate::AppError::Unavailable`] when the note cannot be stored; then nothing may be shown either.
    pub(crate) async fn note_read(&self, ctx: &Ctx, event: Event) -> Result<()> {
        self.write().await?.commit(&Ctx { idempotency: None, ..ctx.clone() }, [event]).await
    }
}

/// Fields of a person that lists do not show of somebody with protected identity.
const CONTACT: [&str; 6] = ["email", "phone", "street", "postalCode", "city", "note"];

/// Hides contact data of people with protected identity: whoever reads the log reads many rows at once. A person's own
/// timeline shows them, and says that it was read.
async fn veil(conn: &mut Conn, entries: &mut [AuditEntry]) -> Result<()> {
    let of = |entry: &AuditEntry| {
        let id =
            entry.row.subject_id.filter(|_| entry.row.subject_kind == Subject::Person(PersonId(Uuid::nil())).kind());
        id.map(PersonId)
    };
    let people: Vec<PersonId> = entries.iter().filter_map(of).collect();
    let protected: HashSet<PersonId> = conn.protected_of(&people).await?.into_iter().collect();
    for entry in entries.iter_mut().filter(|entry| of(entry).is_some_and(|id| protected.contains(&id))) {
        for part in entry.detail.iter_mut().flat_map(|detail| [&mut detail.before, &mut detail.after]) {
            *part = part.take().map(|json| without_contact(&json));
        }
    }
    Ok(())
}

fn without_contact(json: &str) -> String {
    let Ok(serde_json::Value::Object(mut fields)) = serde_json::from_str(json) else { return VEIL.to_owned() };
    for (_, value) in fields.iter_mut().filter(|(name, value)| CONTACT.contains(&name.as_str()) && !value.is_null()) {
        *value = VEIL.into();
    }
    serde_json::Value::Object(fields).to_string()
}

/// What the actor may see of the log; none means all of it.
pub(crate) fn bounds(ctx: &Ctx) -> Result<Option<(Vec<OrganisationId>, Vec<FacilityId>)>> {
    let reach = ctx.reach(Permission::ReadAudit)?;
    Ok((!reach.everything).then_some((reach.organisations, reach.facilities)))
}
