//! A start: energy began to flow, or so it is reported. The same report is the same session, however often it comes (R2).

use super::ingest::{Answer, Incoming, moved, new_id};
use super::report::Start;
use super::{judge, tag};
use crate::error::Result;
use crate::feed::Change;
use stolpe_domain::charge_point::ChargePoint;
use stolpe_domain::charging::doubt::{Doubt, Doubts, believe};
use stolpe_domain::charging::meter::learn;
use stolpe_domain::charging::session::{Happening, SessionState};
use stolpe_domain::charging::tag::IdTag;
use stolpe_domain::energy::Energy;
use stolpe_domain::id::SessionId;
use stolpe_ocpp::v16::StartAnswer;
use stolpe_store::Tx;
use stolpe_store::session::Session;

/// So many sessions of a connector tell how its meter runs.
const LEARNT_FROM: i64 = 20;

/// Takes a start in; answers the number of its transaction and whether the tag may charge.
pub(crate) async fn take_in(tx: &mut Tx, it: &Incoming, report: &Start, changes: &mut Vec<Change>) -> Result<Answer> {
    let (caller, at) = (&it.caller, it.message.at);
    let point = tx.find_charge_point(caller.charge_point).await?;
    let shown = tag::look_up(tx, caller.organisation, point.as_ref(), report.tag.as_ref(), at).await?;
    let key = report.key(caller.charge_point, &it.message.message_id);
    let known = tx.find_session_by_start(caller.charge_point, &key).await?;
    let transaction_id = if let Some(number) = known.and_then(|session| session.transaction_id) {
        number
    } else {
        let number = tx.next_transaction_id().await?;
        let mut session = begun(it, report, key, number);
        session.person = shown.known.as_ref().and_then(|tag| tag.person_id);
        session.doubts.when(Doubt::UnknownTag, report.tag.is_some() && shown.known.is_none());
        let others = take_turns(tx, &mut session, point.as_ref()).await?;
        tx.insert_session(&session).await?;
        if session.stopped_at.is_some() {
            settle(tx, &mut session, point.as_ref()).await?;
        }
        for id in others.into_iter().chain([session.id]) {
            changes.push(moved("session.moved", &["session", "charge_point", "todo"], id.uuid(), caller));
        }
        learn_meter(tx, &session, point.as_ref()).await?;
        number
    };
    Ok(Answer::of(&StartAnswer { id_tag_info: shown.info(), transaction_id }))
}

/// The session of a start, open and with what is doubted of the report itself.
fn begun(it: &Incoming, report: &Start, start_key: [u8; 16], transaction_id: i32) -> Session {
    let at = it.message.at;
    let believed = believe(report.at, at);
    let mut doubts = Doubts::default();
    doubts.extend(believed.doubt);
    let connector = report.connector.filter(|number| *number > 0);
    doubts.when(Doubt::Incomplete, connector.is_none() || report.tag.is_none() || report.register.is_none());
    Session {
        id: SessionId(new_id(at)),
        charge_point: it.caller.charge_point,
        facility: it.caller.facility,
        connector: report.connector.unwrap_or(0),
        tag: report.tag.as_ref().map(IdTag::as_str).map(str::to_owned),
        person: None,
        transaction_id: Some(transaction_id),
        start_key,
        state: SessionState::Open,
        doubts,
        claimed_start_at: report.at,
        started_at: believed.at,
        start: report.register,
        claimed_stop_at: None,
        stopped_at: None,
        stop: None,
        stop_tag: None,
        stop_reason: None,
        stop_digest: None,
        energy: Energy::ZERO,
        judged: None,
        row_version: 1,
        created_at: at,
    }
}

/// A connector has one session at a time: the one that began earlier ended when the later one began, whichever of them we
/// hear of first (R10). Answers those that were closed.
async fn take_turns(tx: &mut Tx, new: &mut Session, point: Option<&ChargePoint>) -> Result<Vec<SessionId>> {
    let (before, after) = tx.neighbours(new.charge_point, new.connector, new.started_at, new.id).await?;
    let mut closed = Vec::new();
    if let Some(mut before) = before {
        let is_open = before.state == SessionState::Open;
        if is_open {
            new.doubts.when(Doubt::AnotherOpen, true);
            supersede(&mut before, new);
        } else if before.state == SessionState::ClosedBySystem && before.stopped_at > Some(new.started_at) {
            // One that began later had ended it before this one was heard of.
            before.stopped_at = Some(new.started_at);
        }
        if is_open || before.stopped_at == Some(new.started_at) {
            settle(tx, &mut before, point).await?;
            closed.push(before.id);
        }
    }
    if let Some(after) = after {
        let later = Session { started_at: after.started_at, ..new.clone() };
        supersede(new, &later);
    }
    Ok(closed)
}

/// Closes a session because another one began.
fn supersede(it: &mut Session, by: &Session) {
    if let Ok(state) = it.state.after(&Happening::Superseded) {
        it.state = state;
        it.stopped_at = Some(by.started_at);
        it.doubts.when(Doubt::NoStop, true);
    }
}

async fn settle(tx: &mut Tx, it: &mut Session, point: Option<&ChargePoint>) -> Result<()> {
    judge::anew(tx, it, point).await?;
    Ok(tx.update_session(it).await?)
}

/// Learns from the registers of starts and stops how the meter of a charge point runs, unless somebody has said so (R4).
async fn learn_meter(tx: &mut Tx, new: &Session, point: Option<&ChargePoint>) -> Result<()> {
    let Some((point, start)) = point.filter(|it| !it.meter_kind_set_by_hand).zip(new.start) else { return Ok(()) };
    let registers = tx.latest_registers(new.charge_point, new.connector, LEARNT_FROM).await?;
    if let Some(kind) = learn(start, &registers)
        && kind != point.meter_kind
    {
        tx.learn_meter_kind(new.charge_point, kind).await?;
    }
    Ok(())
}
