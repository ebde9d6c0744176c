//! One batch of messages: what each says becomes sessions, readings and connectors, and each gets its answer.
//!
//! Nothing that a charge point reports of a transaction is refused: it is kept, answered, and judged.

use super::caller::Caller;
use super::notes::Notes;
use super::report::Report;
use super::{effect, readings, start, stop, tag};
use crate::App;
use crate::error::Result;
use crate::feed::Change;
use chrono::{DateTime, Utc};
use serde_json::value::RawValue;
use std::sync::Arc;
use stolpe_domain::id::{StrayMessageId, uuid_at};
use stolpe_ocpp::error_code::ErrorCode;
use stolpe_ocpp::frame::{write_answer, write_refusal};
use stolpe_ocpp::v16::{BootAnswer, BootStatus, DataTransferAnswer, DataTransferStatus};
use stolpe_store::Tx;
use stolpe_store::charge_point::{Heard, PlacedConnector};
use stolpe_store::message::{Direction, Message, MessageKind};
use stolpe_store::stray_message::{StrayMessage, StrayReason};
use uuid::Uuid;

/// How often a charge point is to say that it is alive, in seconds. Often enough to be told from a dead line within
/// minutes, seldom enough to cost a telephone network nothing.
pub(crate) const HEARTBEAT_S: u32 = 300;

/// What is answered when there is nothing to say.
const HEARD: &str = "{}";

/// A message on its way to the writer.
pub(crate) struct Incoming {
    pub(crate) caller: Arc<Caller>,
    pub(crate) message: Message,
    pub(crate) report: Report,
}

impl Incoming {
    /// A call, read and ready to be kept.
    pub(crate) fn call(caller: Arc<Caller>, id: &str, action: &str, payload: &str, at: DateTime<Utc>) -> Self {
        let report = Report::read(action, payload, at);
        let of_transaction = report.is_of_a_transaction();
        let digest = of_transaction.then(|| report.digest(caller.charge_point, action, payload));
        let message = Message {
            id: new_id(at),
            charge_point: caller.charge_point,
            at,
            direction: Direction::In,
            kind: MessageKind::Call,
            message_id: kept(id),
            action: Some(kept(action)),
            payload: kept(payload),
            answer: None,
            digest,
        };
        Self { caller, message, report }
    }

    /// A frame that is kept and from which nothing follows.
    pub(crate) fn kept(caller: Arc<Caller>, message: Message) -> Self {
        Self { caller, message, report: Report::Kept }
    }

    /// What a charge point is told when its message was kept and could not be judged: that it was heard.
    fn fallback(&self) -> String {
        match &self.report {
            Report::Start(_) | Report::Tag(_) | Report::Boot(_) => {
                write_refusal(&self.message.message_id, ErrorCode::InternalError, "")
            }
            _ => write_answer(&self.message.message_id, &serde_json::Map::new()),
        }
    }

    fn is_readings(&self) -> bool {
        matches!(self.report, Report::Readings { .. })
    }
}

/// A text as both engines can keep it: Postgres knows no U+0000, which no sound frame holds.
pub(crate) fn kept(text: &str) -> String {
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text.to_owned() }
}

/// A fresh id that sorts by its instant.
pub(crate) fn new_id(at: DateTime<Utc>) -> Uuid {
    uuid_at(at, crate::random::bytes())
}

/// What a batch came to, once it is committed.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// The answer to each message, in their order.
    pub(crate) answers: Vec<String>,
    /// What became stale.
    pub(crate) changes: Vec<Change>,
}

/// What becomes stale for those who watch.
pub(crate) fn moved(action: &'static str, tags: &'static [&'static str], subject: Uuid, caller: &Caller) -> Change {
    Change {
        action,
        tags,
        subject: Some(subject),
        organisation: Some(caller.organisation),
        facility: Some(caller.facility),
        only: None,
    }
}

impl App {
    /// Takes in a batch, with what is noted of connections: all of it becomes durable at once, or nothing.
    ///
    /// # Errors
    /// Whatever stands in the way.
    pub(crate) async fn take_in_messages(&self, batch: &mut [Incoming], notes: &mut Notes) -> Result<Outcome> {
        let mut outcome = Outcome { answers: vec![String::new(); batch.len()], changes: Vec::new() };
        let mut tx = self.write().await?;
        for (it, answer) in batch.iter_mut().zip(&mut outcome.answers) {
            let caller = Arc::clone(&it.caller);
            notes.hear(Heard {
                charge_point: caller.charge_point,
                connection: caller.connection,
                at: it.message.at,
                booted_at: matches!(it.report, Report::Boot(_)).then_some(it.message.at),
                clock_ahead_ms: clock_ahead(&it.report, it.message.at),
            });
            if !it.is_readings() {
                let payload = interpret(&mut tx, it, notes, &mut outcome.changes).await?;
                *answer = written(it, payload);
            }
            if caller.expects() {
                effect::look(&mut tx, it, &mut outcome.changes).await?;
            }
        }
        readings::take_in(&mut tx, batch, &mut outcome.changes).await?;
        for (it, answer) in batch.iter().zip(&mut outcome.answers).filter(|(it, _)| it.is_readings()) {
            *answer = write_answer(&it.message.message_id, &serde_json::Map::new());
        }
        tx.insert_messages(batch.iter().map(|it| &it.message)).await?;
        notes.write(&mut tx, self.now()).await?;
        tx.commit_telemetry().await?;
        Ok(outcome)
    }

    /// Keeps a message from which nothing can be made, so that it is not lost to a mistake of ours.
    ///
    /// # Errors
    /// Whatever stands in the way.
    pub(crate) async fn keep_unjudged(&self, it: &Incoming) -> Result<String> {
        let mut tx = self.write().await?;
        tx.insert_messages(std::iter::once(&it.message)).await?;
        if it.report.is_of_a_transaction() {
            let action = it.message.action.clone().unwrap_or_default();
            tx.put_stray_message(&stray(it, &action, StrayReason::Unreadable)).await?;
        }
        tx.commit_telemetry().await?;
        Ok(it.fallback())
    }
}

/// A report that belongs to no session; what it names is filled in by whoever knows.
pub(crate) fn stray(it: &Incoming, action: &str, reason: StrayReason) -> StrayMessage {
    let digest = || it.report.digest(it.caller.charge_point, action, &it.message.payload);
    StrayMessage {
        id: StrayMessageId(new_id(it.message.at)),
        charge_point: it.caller.charge_point,
        facility: it.caller.facility,
        key: it.message.digest.unwrap_or_else(digest),
        message: it.message.id,
        action: action.to_owned(),
        reason,
        transaction_id: None,
        connector: None,
        tag: None,
        claimed_at: None,
        register: None,
        heard_count: 1,
        first_heard_at: it.message.at,
        last_heard_at: it.message.at,
        resolved: None,
        row_version: 1,
    }
}

/// The frame of an answer; what it says beyond "heard" is kept beside the message.
fn written(it: &mut Incoming, payload: Answer) -> String {
    let id = &it.message.message_id;
    match payload {
        Answer::Refused(code) => {
            it.message.answer = Some(code.word().to_owned());
            write_refusal(id, code, "")
        }
        Answer::Says(payload) => {
            let raw = RawValue::from_string(payload).unwrap_or_default();
            let frame = write_answer(id, &raw);
            it.message.answer = Some(raw.get().to_owned()).filter(|said| said != HEARD);
            frame
        }
    }
}

/// What is said to a message.
pub(crate) enum Answer {
    Says(String),
    Refused(ErrorCode),
}

impl Answer {
    pub(crate) fn of(payload: &impl serde::Serialize) -> Self {
        // Our own structs of texts, numbers and instants: nothing in them can fail to be written.
        Self::Says(serde_json::to_string(payload).unwrap_or_default())
    }

    fn heard() -> Self {
        Self::Says(HEARD.to_owned())
    }
}

async fn interpret(tx: &mut Tx, it: &Incoming, notes: &mut Notes, changes: &mut Vec<Change>) -> Result<Answer> {
    let (caller, at) = (&it.caller, it.message.at);
    let point = caller.charge_point;
    Ok(match &it.report {
        Report::Start(report) => start::take_in(tx, it, report, changes).await?,
        Report::Stop(report) => stop::take_in(tx, it, report, changes).await?,
        Report::Status(report) => {
            notes.connectors.push(PlacedConnector { charge_point: point, report: report.clone() });
            changes.push(moved("connector.moved", &["charge_point"], point.uuid(), caller));
            Answer::heard()
        }
        Report::Boot(nameplate) => {
            tx.note_nameplate(point, nameplate).await?;
            changes.push(moved("charge_point.booted", &["charge_point"], point.uuid(), caller));
            let (status, interval) = (BootStatus::Accepted, HEARTBEAT_S);
            Answer::of(&BootAnswer { status, current_time: at, interval })
        }
        Report::Tag(shown) => {
            let of_point = tx.find_charge_point(point).await?;
            let shown = tag::look_up(tx, caller.organisation, of_point.as_ref(), shown.as_ref(), at).await?;
            Answer::of(&serde_json::json!({ "idTagInfo": shown.info() }))
        }
        Report::Vendor => Answer::of(&DataTransferAnswer { status: DataTransferStatus::UnknownVendorId }),
        Report::Unknown => Answer::Refused(ErrorCode::NotImplemented),
        Report::Unreadable => {
            let action = it.message.action.clone().unwrap_or_default();
            tx.put_stray_message(&stray(it, &action, StrayReason::Unreadable)).await?;
            changes.push(moved("stray_message.heard", &["stray_message", "todo"], point.uuid(), caller));
            // A report of a transaction is not refused; but without an object there is nothing to name a start by.
            if matches!(action.as_str(), "MeterValues" | "StopTransaction") {
                Answer::heard()
            } else {
                Answer::Refused(ErrorCode::FormationViolation)
            }
        }
        Report::Readings { .. } | Report::Other | Report::Kept => Answer::heard(),
    })
}

/// By how much the clock of a charge point is ahead, from a report that is made when it happens.
fn clock_ahead(report: &Report, at: DateTime<Utc>) -> Option<i64> {
    match report {
        Report::Status(report) => Some((report.status_at? - at).num_milliseconds()),
        _ => None,
    }
}
