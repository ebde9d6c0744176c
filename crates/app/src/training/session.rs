//! Sessions of the training organisation: judged as any others, from readings that were made up.

use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use serde_json::json;
use stolpe_domain::charging::doubt::{Doubt, Doubts};
use stolpe_domain::charging::judgement::{Evidence, Judgement};
use stolpe_domain::charging::reading::{QuarterReadings, Series};
use stolpe_domain::charging::session::{Happening, SessionState};
use stolpe_domain::energy::Energy;
use stolpe_domain::id::{ChargePointId, FacilityId, PersonId, SessionId, StrayMessageId};
use stolpe_domain::quarter::Quarter;
use stolpe_domain::training::charging::FUSE_A;
use stolpe_domain::training::session::TrainingSession;
use stolpe_store::Tx;
use stolpe_store::message::{Direction, Message, MessageKind};
use stolpe_store::session::{Session, SessionQuarter};
use stolpe_store::stray_message::{StrayMessage, StrayReason};

/// Readings are written down so many quarters at a time.
const AT_ONCE: usize = 2_000;

/// Keeps the sessions, and a report that belongs to none; answers which session turned out later to be whose.
pub(super) async fn charge(
    tx: &mut Tx,
    ctx: &Ctx,
    facility: FacilityId,
    points: &[ChargePointId],
    people: &[PersonId],
    sessions: Vec<TrainingSession>,
) -> Result<Vec<(SessionId, PersonId)>> {
    let mut given = Vec::new();
    let mut quarters = Vec::new();
    for it in sessions {
        let point = points.get(it.point).copied().ok_or(AppError::NotFound)?;
        let person = it.tenant.and_then(|tenant| people.get(tenant).copied());
        let number = tx.next_transaction_id().await?;
        let kept = keep(tx, ctx, &it, (facility, point, person, number), &mut quarters).await?;
        let found = it.given_to.and_then(|tenant| people.get(tenant).copied());
        given.extend(kept.zip(found));
        if quarters.len() > AT_ONCE {
            tx.join_readings(&quarters).await?;
            quarters.clear();
        }
    }
    tx.join_readings(&quarters).await?;
    if let Some(point) = points.first() {
        stray(tx, ctx, facility, *point).await?;
    }
    Ok(given)
}

async fn keep(
    tx: &mut Tx,
    ctx: &Ctx,
    it: &TrainingSession,
    (facility, point, person, number): (FacilityId, ChargePointId, Option<PersonId>, i32),
    quarters: &mut Vec<SessionQuarter>,
) -> Result<Option<SessionId>> {
    let (Some(first), Some(last)) = (it.readings.first().copied(), it.readings.last().copied()) else {
        return Ok(None);
    };
    let stop = it.is_over.then_some(last);
    let on_the_way = it.readings.get(1..it.readings.len() - usize::from(it.is_over)).unwrap_or_default();
    let mut readings = Series::default();
    for reading in on_the_way {
        readings.add(*reading);
    }
    let judgement = Judgement::of(&Evidence {
        start: Some(first),
        readings,
        stop,
        is_over: it.is_over,
        fuse_a: FUSE_A.unsigned_abs().try_into().unwrap_or(u32::MAX),
        phases: 3,
        register_before: None,
        overlaps: false,
    });
    let mut doubts: Doubts = judgement.doubts.clone();
    doubts.when(Doubt::UnknownTag, person.is_none());
    let state = match stop {
        Some(_) => SessionState::Open
            .after(&Happening::Stopped(doubts.clone()))
            .map_err(|refusal| AppError::refused(refusal.code()))?,
        None => SessionState::Open,
    };
    let id: SessionId = ctx.new_id();
    let session = Session {
        id,
        charge_point: point,
        facility,
        connector: 1,
        tag: Some(it.id_tag.clone()),
        person,
        transaction_id: Some(number),
        start_key: *id.uuid().as_bytes(),
        state,
        doubts,
        claimed_start_at: Some(first.at),
        started_at: first.at,
        start: Some(first.register),
        claimed_stop_at: stop.map(|stop| stop.at),
        stopped_at: stop.map(|stop| stop.at),
        stop: stop.map(|stop| stop.register),
        stop_tag: None,
        stop_reason: stop.map(|_| "EVDisconnected".to_owned()),
        stop_digest: None,
        energy: if it.is_over { judgement.energy } else { Energy::ZERO },
        judged: None,
        row_version: 1,
        created_at: first.at,
    };
    tx.insert_session(&session).await?;
    if it.is_over {
        tx.put_intervals(id, &judgement.intervals).await?;
    }
    quarters.extend(on_the_way.iter().map(|reading| SessionQuarter {
        session: id,
        quarter: Quarter::containing(reading.at),
        readings: QuarterReadings::from(*reading),
    }));
    Ok(Some(id))
}

/// A stop of a session from before the charge point came here.
async fn stray(tx: &mut Tx, ctx: &Ctx, facility: FacilityId, point: ChargePointId) -> Result<()> {
    let at = ctx.at - chrono::TimeDelta::hours(5);
    let (register, transaction) = (Energy::from_wh(181_400), 4_711);
    let message = Message {
        id: ctx.new_id::<StrayMessageId>().uuid(),
        charge_point: point,
        at,
        direction: Direction::In,
        kind: MessageKind::Call,
        message_id: "1".to_owned(),
        action: Some("StopTransaction".to_owned()),
        payload: json!({"transactionId": transaction, "meterStop": register.wh(), "timestamp": at, "reason": "Local"})
            .to_string(),
        answer: None,
        digest: None,
    };
    let kept = StrayMessage {
        id: ctx.new_id(),
        charge_point: point,
        facility,
        key: *message.id.as_bytes(),
        message: message.id,
        action: "StopTransaction".to_owned(),
        reason: StrayReason::UnknownTransaction,
        transaction_id: Some(transaction),
        connector: None,
        tag: None,
        claimed_at: Some(at),
        register: Some(register),
        heard_count: 1,
        first_heard_at: at,
        last_heard_at: at,
        resolved: None,
        row_version: 1,
    };
    tx.insert_messages([&message].into_iter()).await?;
    tx.put_stray_message(&kept).await?;
    Ok(())
}
