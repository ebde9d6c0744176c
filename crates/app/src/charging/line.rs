//! One open line to a charge point, from its first message to its last. Whoever holds the socket carries its words.

use super::Open;
use super::caller::Caller;
use super::ingest::{Incoming, kept, new_id};
use super::key_change::heard;
use super::notes::Note;
use super::secret::{veil, veiled, without};
use crate::App;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use stolpe_domain::charging::command::News;
use stolpe_domain::charging::key_change::KeyNews;
use stolpe_domain::id::CommandId;
use stolpe_ocpp::connection::{Connection, Heard, Step, Unanswered};
use stolpe_ocpp::credentials::NewKey;
use stolpe_ocpp::error_code::ErrorCode;
use stolpe_ocpp::frame::{Frame, write_answer, write_refusal};
use stolpe_ocpp::v16::{HeartbeatAnswer, Operation, Outcome};
use stolpe_store::charge_point::{Closed, Heard as HeardNote};
use stolpe_store::message::{Direction, Message, MessageKind};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Orders that may wait for a line; the rules of the connection know their own bound.
const ORDERS: usize = 16;

/// Something to ask of the charge point.
#[derive(Debug)]
pub struct Order {
    pub(crate) id: CommandId,
    pub(crate) operation: Operation,
}

/// Why a line ends from our side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The charge point has opened another one.
    Replaced,
    /// The charge point has taken a new key, and is to call with it.
    KeyTaken,
    /// The host stops.
    Stopping,
}

/// Something is to be done although the charge point said nothing.
#[derive(Debug)]
pub enum Due {
    /// Something is asked.
    Order(Order),
    /// The charge point has had its time to answer.
    Silence,
    /// The line ends.
    End(Ended),
}

/// An open line.
#[derive(Debug)]
pub struct Line {
    app: App,
    caller: Arc<Caller>,
    rules: Connection,
    orders: mpsc::Receiver<Order>,
    replaced: CancellationToken,
    /// The keys that the charge point is told on this line, by the commands that tell them.
    keys: Vec<(CommandId, NewKey)>,
    /// It has taken one of them, and is to call anew.
    key_taken: bool,
}

impl App {
    /// Opens the line of a charge point that was let in; another one that it had ends.
    pub fn open_line(&self, caller: Caller) -> Line {
        let (give, orders) = mpsc::channel(ORDERS);
        let replaced = CancellationToken::new();
        let open = Open { connection: caller.connection, orders: give, given: Vec::new(), replaced: replaced.clone() };
        self.charging.open(caller.charge_point, open);
        Line {
            app: self.clone(),
            caller: Arc::new(caller),
            rules: Connection::default(),
            orders,
            replaced,
            keys: Vec::new(),
            key_taken: false,
        }
    }
}

impl Line {
    /// Takes in one message; answers what is to be sent, in this order. Nothing when the host stops first: then the charge
    /// point keeps its message and sends it again.
    pub async fn hear(&mut self, text: &str) -> Vec<String> {
        let at = self.app.now();
        let text = self.keys.iter().fold(Cow::Borrowed(text), |text, (_, key)| without(text, key.digits()));
        let text = &*text;
        match self.rules.hear(text, at) {
            Heard::Call { id, action, payload } if action == "Heartbeat" => {
                // It says nothing that would have to be kept.
                let _ = payload;
                self.note_heard(at);
                vec![write_answer(&id, &HeartbeatAnswer { current_time: at })]
            }
            Heard::Call { id, action, payload } => {
                let call = Incoming::call(Arc::clone(&self.caller), &id, &action, payload, at);
                self.app.charging.write(call).await.into_iter().collect()
            }
            Heard::Answer(steps) => {
                self.keep(Direction::In, Words::of(text), at).await;
                self.carry_out(steps).await
            }
            Heard::Broken(id) => {
                let refusal = write_refusal(&id, ErrorCode::FormationViolation, "");
                let is_kept =
                    self.keep(Direction::In, Words { message_id: Cow::Owned(id), ..Words::noise(text) }, at).await;
                is_kept.then_some(refusal).into_iter().collect()
            }
            Heard::Noise => {
                self.keep(Direction::In, Words::noise(text), at).await;
                Vec::new()
            }
        }
    }

    /// Waits until something is to be done although the charge point says nothing. Nothing is lost when it is not waited
    /// to the end.
    pub async fn due(&mut self) -> Due {
        let silence = self.rules.deadline().map(|at| (at - self.app.now()).to_std().unwrap_or(Duration::ZERO));
        tokio::select! {
            biased;
            () = self.app.stop.cancelled() => Due::End(Ended::Stopping),
            () = self.replaced.cancelled() => Due::End(Ended::Replaced),
            Some(order) = self.orders.recv() => Due::Order(order),
            // What was asked besides is answered first.
            () = std::future::ready(()), if self.key_taken && silence.is_none() => Due::End(Ended::KeyTaken),
            () = tokio::time::sleep(silence.unwrap_or_default()), if silence.is_some() => Due::Silence,
        }
    }

    /// Does what is due; answers what is to be sent.
    pub async fn act(&mut self, due: Due) -> Vec<String> {
        let at = self.app.now();
        let steps = match due {
            Due::Order(Order { id, operation }) => {
                if let Operation::ChangeKey { key } = &operation {
                    self.keys.push((id, key.clone()));
                }
                self.rules.ask(id.uuid(), operation, at)
            }
            Due::Silence => self.rules.pass(at),
            Due::End(_) => Vec::new(),
        };
        self.carry_out(steps).await
    }

    /// Notes that the charge point is there, though it said no word of OCPP: it answered a ping, say.
    pub fn alive(&self) {
        self.note_heard(self.app.now());
    }

    /// Closes the line: all that was asked has its end.
    pub async fn close(mut self) {
        self.orders.close();
        let steps = std::mem::take(&mut self.rules).end();
        self.carry_out(steps).await;
        while let Ok(order) = self.orders.try_recv() {
            let lost = Step::Settled(order.id.uuid(), Err(Unanswered::Gone { delivered: false }));
            self.carry_out(vec![lost]).await;
        }
        let (charge_point, connection) = (self.caller.charge_point, self.caller.connection);
        self.app.charging.note_once(Note::Closed(Closed { charge_point, connection, at: self.app.now() })).await;
        self.app.charging.close(charge_point, connection);
    }

    async fn carry_out(&mut self, steps: Vec<Step>) -> Vec<String> {
        let mut words = Vec::new();
        let mut steps = VecDeque::from(steps);
        while let Some(step) = steps.pop_front() {
            let at = self.app.now();
            match step {
                Step::Send(id, text) => {
                    if self.may_leave(CommandId(id)).await {
                        self.keep(Direction::Out, Words::of(&text), at).await;
                        words.push(text);
                    } else {
                        steps.extend(self.rules.withdraw(id, at));
                    }
                }
                Step::Settled(id, outcome) => {
                    let id = CommandId(id);
                    let (news, answer) = told(&outcome);
                    if self.tells_key(id) {
                        let news = heard(&outcome);
                        let change = self.app.note_key(id, news, answer, &self.caller).await;
                        self.key_taken |= change.is_some_and(|it| it.hangs_up_after(news));
                    } else {
                        self.app.note_command(id, &[news], answer, &self.caller).await;
                    }
                    self.app.charging.forget_order(self.caller.charge_point, id);
                }
            }
        }
        words
    }

    /// Writes down that something leaves us; whether it may. A key that was given up meanwhile must not: the charge point
    /// would take it, and nobody would let it in.
    async fn may_leave(&self, id: CommandId) -> bool {
        if self.tells_key(id) {
            return self.app.note_key(id, KeyNews::Left, None, &self.caller).await.is_some();
        }
        self.caller.expect(true);
        self.app.note_command(id, &[News::Left], None, &self.caller).await;
        true
    }

    fn tells_key(&self, id: CommandId) -> bool {
        self.keys.iter().any(|(command, _)| *command == id)
    }

    /// Keeps a frame; whether it is.
    async fn keep(&self, direction: Direction, words: Words<'_>, at: DateTime<Utc>) -> bool {
        let message = Message {
            id: new_id(at),
            charge_point: self.caller.charge_point,
            at,
            direction,
            kind: words.kind,
            message_id: kept(&words.message_id),
            action: words.action.as_deref().map(kept),
            payload: kept(&veiled(words.payload)),
            answer: None,
            digest: None,
        };
        self.app.charging.write(Incoming::kept(Arc::clone(&self.caller), message)).await.is_some()
    }

    fn note_heard(&self, at: DateTime<Utc>) {
        let (charge_point, connection) = (self.caller.charge_point, self.caller.connection);
        let heard = HeardNote { charge_point, connection, at, booted_at: None, clock_ahead_ms: None };
        self.app.charging.note(Note::Heard(heard));
    }
}

/// A frame taken apart as far as it can be read.
struct Words<'a> {
    kind: MessageKind,
    message_id: Cow<'a, str>,
    action: Option<Cow<'a, str>>,
    payload: &'a str,
}

impl<'a> Words<'a> {
    fn of(text: &'a str) -> Self {
        match Frame::read(text) {
            Ok(Frame::Call { id, action, payload }) => {
                Self { kind: MessageKind::Call, message_id: id, action: Some(action), payload }
            }
            Ok(Frame::Answer { id, payload }) => {
                Self { kind: MessageKind::Answer, message_id: id, action: None, payload }
            }
            // Why it refuses stands beside the payload: the whole is kept.
            Ok(Frame::Refusal { id, .. }) => Self { kind: MessageKind::Refusal, message_id: id, ..Self::noise(text) },
            Err(_) => Self::noise(text),
        }
    }

    const fn noise(text: &'a str) -> Self {
        Self { kind: MessageKind::Noise, message_id: Cow::Borrowed(""), action: None, payload: text }
    }
}

/// What an outcome means for the command, and what is kept of the answer.
fn told(outcome: &Result<Outcome, Unanswered>) -> (News, Option<Value>) {
    let status = |word: &str| Some(json!({ "status": word }));
    match outcome {
        Ok(Outcome::Accepted) => (News::Yes, status("Accepted")),
        Ok(Outcome::Scheduled) => (News::Yes, status("Scheduled")),
        Ok(Outcome::RebootRequired) => (News::Yes, status("RebootRequired")),
        Ok(Outcome::Told(answer)) => (News::Yes, Some(veil(answer.clone()))),
        Ok(Outcome::Rejected(word)) => (News::No, status(word)),
        Ok(Outcome::NotSupported) => (News::No, status("NotSupported")),
        Err(Unanswered::Refused(code, words)) => {
            (News::No, Some(json!({ "errorCode": code.word(), "description": words })))
        }
        Err(Unanswered::Silent) => (News::Nothing, None),
        Err(Unanswered::Gone { .. } | Unanswered::TooMany) => (News::Lost, None),
    }
}
