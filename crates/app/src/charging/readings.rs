//! The readings of a batch, all together: this is the path that is walked two thousand times a second.

use super::ingest::{Incoming, moved, stray};
use super::report::{self, Claimed, Report};
use super::{judge, stop};
use crate::error::Result;
use crate::feed::Change;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use stolpe_domain::charging::doubt::{Doubts, TOLERANCE, believe};
use stolpe_domain::charging::reading::Reading;
use stolpe_domain::charging::session::Happening;
use stolpe_domain::quarter::Quarter;
use stolpe_store::Tx;
use stolpe_store::session::{NamedQuarter, ReadingSession, SessionQuarter};
use stolpe_store::stray_message::StrayReason;

/// Takes the readings of a batch in. Those of a session that is over let its energy be found anew.
pub(crate) async fn take_in(tx: &mut Tx, batch: &[Incoming], changes: &mut Vec<Change>) -> Result<()> {
    let (mut usual, mut rest) = (Vec::new(), Vec::new());
    for it in batch {
        let Report::Readings { readings, .. } = &it.report else { continue };
        match named(it).and_then(|number| undoubted(it, number, readings)) {
            Some(named) => usual.extend(named),
            None => rest.push(it),
        }
    }
    if !tx.join_named_readings(&usual).await? {
        // What was joined may be joined again: nothing comes of it.
        rest = batch.iter().collect();
    }
    look_at(tx, &rest, changes).await
}

/// The transaction that readings name, if there can be such a one.
fn named(it: &Incoming) -> Option<i32> {
    match &it.report {
        Report::Readings { transaction: Some(number), .. } => i32::try_from(*number).ok().filter(|it| *it > 0),
        _ => None,
    }
}

/// Readings about which nothing is odd as long as their session is open; of those that tell nothing, the session is looked
/// at.
fn undoubted(it: &Incoming, transaction: i32, readings: &[Claimed]) -> Option<Vec<NamedQuarter>> {
    let charge_point = it.caller.charge_point;
    let quarters = readings.iter().map(|claimed| {
        let at = believe(claimed.at, it.message.at);
        let reading = Reading { at: at.at, register: claimed.register };
        let begun_by = at.at + TOLERANCE;
        let quarter = Quarter::containing(reading.at);
        at.doubt.is_none().then_some(NamedQuarter {
            transaction,
            charge_point,
            begun_by,
            quarter,
            readings: reading.into(),
        })
    });
    (!readings.is_empty()).then(|| quarters.collect())?
}

/// Takes in readings of which each needs to be held against its session.
async fn look_at(tx: &mut Tx, batch: &[&Incoming], changes: &mut Vec<Change>) -> Result<()> {
    let mut numbers: Vec<i32> = batch.iter().filter_map(|it| named(it)).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let sessions: BTreeMap<i32, ReadingSession> =
        tx.reading_sessions(&numbers).await?.into_iter().map(|it| (it.transaction_id, it)).collect();
    let (mut quarters, mut slow) = (Vec::new(), Vec::new());
    for it in batch {
        let Report::Readings { connector, transaction: Some(number), readings } = &it.report else { continue };
        // Some charge points say 0 where they mean that there is no transaction.
        if *number == 0 {
            continue;
        }
        match named(it).and_then(|number| sessions.get(&number)) {
            Some(session) if session.charge_point != it.caller.charge_point => {
                quarantine(tx, it, *number, readings, StrayReason::OfAnother, changes).await?;
            }
            Some(session) => match plain(session, readings, it.message.at) {
                Some(folded) => quarters.extend(folded),
                None => slow.push((session.transaction_id, it, readings)),
            },
            None if *number > 0 => {
                quarantine(tx, it, *number, readings, StrayReason::UnknownTransaction, changes).await?;
            }
            None => match of_nameless(tx, it, *connector, readings).await? {
                Some(folded) => quarters.extend(folded),
                None => quarantine(tx, it, *number, readings, StrayReason::UnknownTransaction, changes).await?,
            },
        }
    }
    tx.join_readings(&quarters).await?;
    for (number, it, readings) in slow {
        look_closer(tx, number, it, readings, changes).await?;
    }
    Ok(())
}

/// The readings of a session that is open, when nothing about them is odd.
fn plain(session: &ReadingSession, readings: &[Claimed], at: DateTime<Utc>) -> Option<Vec<SessionQuarter>> {
    if !session.is_open {
        return None;
    }
    readings
        .iter()
        .map(|claimed| {
            let believed = believe(claimed.at, at);
            if believed.doubt.is_some() || believed.at < session.started_at - TOLERANCE {
                return None;
            }
            let reading = Reading { at: believed.at, register: claimed.register };
            let quarter = Quarter::containing(reading.at);
            Some(SessionQuarter { session: session.id, quarter, readings: reading.into() })
        })
        .collect()
}

/// Readings with a doubt, or of a session that is over.
async fn look_closer(
    tx: &mut Tx,
    number: i32,
    it: &Incoming,
    readings: &[Claimed],
    changes: &mut Vec<Change>,
) -> Result<()> {
    let Some(mut session) = tx.sessions_of_transactions(&[number]).await?.pop() else { return Ok(()) };
    let was = session.clone();
    let (quarters, noted) = stop::folded(&session, readings, it.message.at);
    tx.join_readings(&quarters).await?;
    session.doubts.extend(noted.iter());
    if session.stopped_at.is_some() {
        let point = tx.find_charge_point(session.charge_point).await?;
        judge::anew(tx, &mut session, point.as_ref()).await?;
        // What was doubted when somebody accepted it needs no second look; what is new does.
        let mut new = Doubts::default();
        new.extend(session.doubts.iter().filter(|doubt| !was.doubts.iter().any(|before| before == *doubt)));
        if let Ok(state) = session.state.after(&Happening::Doubted(new)) {
            session.state = state;
        }
    }
    if session != was {
        tx.update_session(&session).await?;
        changes.push(moved("session.moved", &["session"], session.id.uuid(), &it.caller));
    }
    Ok(())
}

/// The readings of a charge point that never learnt the number of its transaction: they belong to the session that is open
/// on the connector.
async fn of_nameless(
    tx: &mut Tx,
    it: &Incoming,
    connector: Option<i64>,
    readings: &[Claimed],
) -> Result<Option<Vec<SessionQuarter>>> {
    let mut open = tx.open_sessions(it.caller.charge_point).await?;
    open.retain(|session| connector.is_none_or(|number| number == session.connector));
    let last = open.pop().filter(|_| open.is_empty());
    Ok(last.map(|session| stop::folded(&session, readings, it.message.at).0))
}

/// Readings of a transaction that is none stand together in quarantine, however many come.
async fn quarantine(
    tx: &mut Tx,
    it: &Incoming,
    number: i64,
    readings: &[Claimed],
    reason: StrayReason,
    changes: &mut Vec<Change>,
) -> Result<()> {
    let mut kept = stray(it, "MeterValues", reason);
    kept.key = report::digest(it.caller.charge_point, [b"MeterValues".as_slice(), &number.to_be_bytes()]);
    kept.transaction_id = Some(number);
    kept.claimed_at = readings.last().and_then(|reading| reading.at);
    kept.register = readings.last().map(|reading| reading.register);
    if tx.put_stray_message(&kept).await? {
        changes.push(moved("stray_message.heard", &["stray_message", "todo"], kept.id.uuid(), &it.caller));
    }
    Ok(())
}
