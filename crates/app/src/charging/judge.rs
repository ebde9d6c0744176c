//! Finding the energy and the doubts of a session anew from everything that is kept of it.

use crate::error::Result;
use stolpe_domain::charge_point::{ChargePoint, MeterKind};
use stolpe_domain::charging::doubt::{Doubts, TOLERANCE};
use stolpe_domain::charging::judgement::{Evidence, Judgement};
use stolpe_domain::charging::reading::Reading;
use stolpe_domain::charging::session::SessionState;
use stolpe_store::session::Session;
use stolpe_store::{Conn, Tx};

/// Everything that is known of a session.
pub(crate) async fn evidence(conn: &mut Conn, it: &Session, point: Option<&ChargePoint>) -> Result<Evidence> {
    let (before, after) = conn.neighbours(it.charge_point, it.connector, it.started_at, it.id).await?;
    let until = it.stopped_at.unwrap_or(it.started_at);
    let overlaps = before.as_ref().and_then(|it| it.stopped_at).is_some_and(|end| end > it.started_at + TOLERANCE)
        || after.is_some_and(|it| it.started_at + TOLERANCE < until);
    let only_rises = point.is_some_and(|it| it.meter_kind == MeterKind::Lifetime);
    Ok(Evidence {
        start: it.start.map(|register| Reading { at: it.started_at, register }),
        readings: conn.session_readings(it.id).await?,
        stop: it.stop.zip(it.stopped_at).map(|(register, at)| Reading { at, register }),
        is_over: it.stopped_at.is_some(),
        fuse_a: point.and_then(|it| it.fuse_a.try_into().ok()).unwrap_or(u32::MAX),
        phases: point.and_then(|it| it.phase_rotation.phases().try_into().ok()).unwrap_or(3),
        register_before: before.and_then(|it| it.stop).filter(|_| only_rises),
        overlaps,
    })
}

/// Finds energy and doubts anew and puts them into the session, and its intervals into the database. What was noted of it
/// stays beside what follows now.
pub(crate) async fn anew(tx: &mut Tx, it: &mut Session, point: Option<&ChargePoint>) -> Result<()> {
    let judgement = Judgement::of(&evidence(tx, it, point).await?);
    let mut doubts = Doubts::default();
    doubts.extend(it.doubts.iter().filter(|doubt| !Judgement::FOLLOWS.contains(doubt)));
    doubts.extend(judgement.doubts.iter());
    it.doubts = doubts;
    it.energy = judgement.energy;
    if it.stopped_at.is_some() && it.state != SessionState::Void {
        tx.put_intervals(it.id, &judgement.intervals).await?;
    }
    Ok(())
}
