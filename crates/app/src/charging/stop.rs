//! A stop: energy stopped flowing. What fits no session is kept in quarantine; what comes again changes nothing.

use super::ingest::{Answer, Incoming, moved, stray};
use super::report::{Claimed, Report, Stop};
use super::{judge, tag};
use crate::error::Result;
use crate::feed::Change;
use chrono::{DateTime, Utc};
use stolpe_domain::charge_point::{ChargePoint, MeterKind};
use stolpe_domain::charging::doubt::{Doubt, Doubts, TOLERANCE, believe};
use stolpe_domain::charging::reading::Reading;
use stolpe_domain::charging::session::{Happening, Refusal};
use stolpe_domain::charging::tag::IdTag;
use stolpe_domain::id::ChargePointId;
use stolpe_domain::quarter::Quarter;
use stolpe_ocpp::v16::StopAnswer;
use stolpe_store::Tx;
use stolpe_store::session::{Session, SessionQuarter};
use stolpe_store::stray_message::StrayReason;

/// Takes a stop in; answers whether the tag that ended it may charge, if there was one.
pub(crate) async fn take_in(tx: &mut Tx, it: &Incoming, report: &Stop, changes: &mut Vec<Change>) -> Result<Answer> {
    let (caller, at) = (&it.caller, it.message.at);
    let point = tx.find_charge_point(caller.charge_point).await?;
    match session_of(tx, it, report, point.as_ref()).await? {
        Ok(session) if session.stop_digest.is_some() && session.stop_digest == it.message.digest => {}
        Ok(mut session) => match session.state.after(&Happening::Stopped(Doubts::default())) {
            Ok(_) => {
                end(tx, &Told { report, digest: it.message.digest, at }, &mut session, point.as_ref()).await?;
                changes.push(moved("session.moved", &["session", "charge_point", "todo"], session.id.uuid(), caller));
            }
            Err(Refusal::Void) => quarantine(tx, it, report, StrayReason::Void, changes).await?,
            Err(_) => quarantine(tx, it, report, StrayReason::AlreadyStopped, changes).await?,
        },
        Err(reason) => quarantine(tx, it, report, reason, changes).await?,
    }
    let id_tag_info = match &report.tag {
        Some(shown) => Some(tag::look_up(tx, caller.organisation, point.as_ref(), Some(shown), at).await?.info()),
        None => None,
    };
    Ok(Answer::of(&StopAnswer { id_tag_info }))
}

/// The session that a stop ends. A charge point that never learnt the number of its transaction says -1; then the one
/// session that the stop fits is meant, if it is one.
async fn session_of(
    tx: &mut Tx,
    it: &Incoming,
    report: &Stop,
    point: Option<&ChargePoint>,
) -> Result<Result<Session, StrayReason>> {
    let charge_point = it.caller.charge_point;
    if let Some(number) = report.transaction.filter(|number| *number > 0) {
        let Ok(number) = i32::try_from(number) else { return Ok(Err(StrayReason::UnknownTransaction)) };
        return Ok(match tx.sessions_of_transactions(&[number]).await?.pop() {
            Some(session) if session.charge_point == charge_point => Ok(session),
            Some(_) => Err(StrayReason::OfAnother),
            None => Err(StrayReason::UnknownTransaction),
        });
    }
    let ended_at = believe(report.at, it.message.at).at;
    let only_rises = point.is_some_and(|it| it.meter_kind == MeterKind::Lifetime);
    let mut fitting = tx.open_sessions(charge_point).await?;
    fitting.retain(|session| {
        let register = report.register.zip(session.start).is_none_or(|(stop, start)| stop >= start || !only_rises);
        report.connector.is_none_or(|number| number == session.connector)
            && session.started_at <= ended_at + TOLERANCE
            && register
    });
    let last = fitting.pop();
    Ok(last.filter(|_| fitting.is_empty()).ok_or(StrayReason::UnknownTransaction))
}

/// A stop as it was heard.
struct Told<'a> {
    report: &'a Stop,
    /// What makes two reports the same.
    digest: Option<[u8; 16]>,
    at: DateTime<Utc>,
}

/// Ends a session and judges it.
async fn end(tx: &mut Tx, told: &Told<'_>, session: &mut Session, point: Option<&ChargePoint>) -> Result<()> {
    let Told { report, digest, at } = *told;
    let believed = believe(report.at, at);
    let (quarters, mut noted) = folded(session, &report.readings, at);
    tx.join_readings(&quarters).await?;
    noted.extend(believed.doubt);
    noted.when(Doubt::Incomplete, report.register.is_none());
    let stop_tag = report.tag.as_ref().map(IdTag::as_str);
    let another = stop_tag.zip(session.tag.as_deref()).is_some_and(|(stop, start)| stop != start);
    noted.when(Doubt::StoppedByAnotherTag, another);
    // What was missing has come.
    noted.extend(session.doubts.iter().filter(|doubt| *doubt != Doubt::NoStop));
    session.doubts = noted;
    session.claimed_stop_at = report.at;
    session.stopped_at = Some(believed.at);
    session.stop = report.register;
    session.stop_tag = stop_tag.map(str::to_owned);
    session.stop_reason.clone_from(&report.reason);
    session.stop_digest = digest;
    judge::anew(tx, session, point).await?;
    if let Ok(state) = session.state.after(&Happening::Stopped(session.doubts.clone())) {
        session.state = state;
    }
    Ok(tx.update_session(session).await?)
}

/// A stop that was kept in quarantine, read anew.
pub(crate) struct KeptStop {
    report: Stop,
    digest: [u8; 16],
    at: DateTime<Utc>,
}

/// Reads a stop as it was kept, word for word; nothing when it is none, or cannot be read.
pub(crate) fn told_stop(
    charge_point: ChargePointId,
    action: &str,
    payload: &str,
    at: DateTime<Utc>,
) -> Option<KeptStop> {
    let read = Report::read(action, payload, at);
    let digest = read.digest(charge_point, action, payload);
    let Report::Stop(report) = read else { return None };
    Some(KeptStop { report, digest, at })
}

/// Ends a session by a stop from quarantine.
///
/// # Errors
/// Whatever the database says.
pub(crate) async fn ended_by(tx: &mut Tx, kept: &KeptStop, session: &mut Session) -> Result<()> {
    let point = tx.find_charge_point(session.charge_point).await?;
    let told = Told { report: &kept.report, digest: Some(kept.digest), at: kept.at };
    end(tx, &told, session, point.as_ref()).await
}

/// Readings as they are kept for a session, and what is doubted of them. Those from before it began are left out.
pub(crate) fn folded(session: &Session, readings: &[Claimed], at: DateTime<Utc>) -> (Vec<SessionQuarter>, Doubts) {
    let (mut quarters, mut doubts) = (Vec::with_capacity(readings.len()), Doubts::default());
    for claimed in readings {
        let believed = believe(claimed.at, at);
        doubts.extend(believed.doubt.filter(|doubt| *doubt != Doubt::Incomplete));
        if believed.at < session.started_at - TOLERANCE {
            doubts.when(Doubt::ReadingsOutside, true);
            continue;
        }
        let reading = Reading { at: believed.at, register: claimed.register };
        let quarter = Quarter::containing(reading.at);
        quarters.push(SessionQuarter { session: session.id, quarter, readings: reading.into() });
    }
    (quarters, doubts)
}

async fn quarantine(
    tx: &mut Tx,
    it: &Incoming,
    report: &Stop,
    reason: StrayReason,
    changes: &mut Vec<Change>,
) -> Result<()> {
    let mut kept = stray(it, "StopTransaction", reason);
    kept.transaction_id = report.transaction;
    kept.connector = report.connector;
    kept.tag = report.tag.as_ref().map(|tag| tag.as_str().to_owned());
    kept.claimed_at = report.at;
    kept.register = report.register;
    tx.put_stray_message(&kept).await?;
    changes.push(moved("stray_message.heard", &["stray_message", "todo"], kept.id.uuid(), &it.caller));
    Ok(())
}
