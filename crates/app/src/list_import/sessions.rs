//! Sessions that another system has counted: what was charged before there was a line to the charge point here, or where
//! there is none.
//!
//! A session is known by its source and by what it is called there, so that no list is counted twice; and one that shares
//! its time on a connector with another session stays out, since it is likely the same energy. Where nobody says otherwise
//! the other system has charged for it: it is history here and never billed. Asked to be billed, it is judged as a report
//! of a charge point would be.

mod decider;

use super::{Earnest, ListFindings, read};
use crate::App;
use crate::ctx::Ctx;
use crate::error::Result;
use decider::{Counted, Decider};
use serde::Serialize;
use stolpe_documents::list_file::SESSIONS;
use stolpe_domain::access::Permission;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::facility::Facility;
use stolpe_domain::id::FacilityId;

/// Sessions that are written in one transaction.
const AT_ONCE: usize = 500;
/// The longest name of a source and of a session there.
const LONGEST: usize = 200;

/// What is taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionImport<'a> {
    /// Where.
    pub facility: FacilityId,
    /// The system that counted the sessions, by a name that stays.
    pub source: &'a str,
    /// They are to be billed here. Else the other system has done it.
    pub to_bill: bool,
}

/// What the log says of a run of sessions.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct TakenIn<'a> {
    source: &'a str,
    rows: usize,
    to_bill: bool,
}

impl App {
    /// Takes in sessions that another system has counted.
    ///
    /// # Errors
    /// As [`App::import_circuits`]; [`crate::AppError::Invalid`] for a source without a name.
    pub async fn import_sessions(
        &self,
        ctx: &Ctx,
        what: SessionImport<'_>,
        content: &[u8],
        earnest: Earnest,
    ) -> Result<ListFindings> {
        let place = self.facility_for(ctx, what.facility, Permission::Import).await?;
        self.facility_for(ctx, what.facility, Permission::ManageCharging).await?;
        let source = what.source.trim();
        if source.is_empty() || source.chars().count() > LONGEST || source.chars().any(char::is_control) {
            return Err(crate::AppError::field("source", "required"));
        }
        let what = SessionImport { source, ..what };
        let (rows, file, mut findings) = read(content, SESSIONS)?;
        let mut decider = Decider::new(self, ctx, &place, what, &file).await?;
        let mut counted = Vec::new();
        for run in rows.chunks(AT_ONCE) {
            let ids: Vec<String> = run.iter().filter_map(|row| row.text("id").map(str::to_owned)).collect();
            let taken = self.read().await?.sessions_of_origin(place.id, source, &ids).await?;
            for row in run {
                match decider.decide(row, &taken).await? {
                    Err(faults) => findings.faults.extend(faults),
                    Ok(None) => findings.unchanged += 1,
                    Ok(Some(it)) => {
                        findings.create += 1;
                        findings.note("session.of_nobody", it.session.person.is_none());
                        findings.note("session.to_look_at", it.session.state.wants_a_look());
                        findings.note("session.to_be_billed", it.session.state.is_billed());
                        counted.push(it);
                    }
                }
            }
        }
        if earnest == Earnest::Do {
            for run in counted.chunks(AT_ONCE) {
                self.keep_sessions(ctx, &place, what, run).await?;
            }
        }
        findings.faults.sort_by_key(|fault| fault.line);
        Ok(findings)
    }

    async fn keep_sessions(&self, ctx: &Ctx, place: &Facility, what: SessionImport<'_>, run: &[Counted]) -> Result<()> {
        let mut tx = self.write().await?;
        for it in run {
            tx.insert_session(&it.session).await?;
            tx.insert_session_origin(it.session.id, place.id, what.source, &it.outside_id).await?;
            tx.put_intervals(it.session.id, &it.judgement.intervals).await?;
        }
        let event = Event::new(Action::SessionsImported, Subject::Facility(place.id))
            .organisation(place.organisation_id)
            .facility(place.id)
            .after(&TakenIn { source: what.source, rows: run.len(), to_bill: what.to_bill });
        tx.commit(ctx, [event]).await
    }
}
