//! Charge points on the line: they report, we keep every word, judge it, and answer; and we ask things of them.
//!
//! A message is answered only after it, and what follows from it, has been committed. One writer gathers what has come
//! within a few milliseconds and commits it at once, so that many charge points share the price of durability.

mod caller;
mod command;
mod effect;
mod ingest;
mod judge;
mod key_change;
mod line;
mod notes;
mod readings;
mod report;
mod secret;
mod start;
mod stop;
mod tag;
mod writer;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use stolpe_domain::id::{ChargePointId, CommandId, ConnectionId};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

pub use caller::{Caller, Entrance};
pub(crate) use judge::evidence;
pub use line::{Due, Ended, Line};
pub(crate) use notes::Note;
pub(crate) use stop::{ended_by, told_stop};

/// So many messages may wait to be written; then their senders wait, and with them the charge points.
const QUEUE: usize = 8_192;

/// What waits for the writer.
pub(crate) enum Work {
    /// A message, and who waits for its answer.
    Message(Box<ingest::Incoming>, oneshot::Sender<String>),
    /// Something that is only noted.
    Note(Note),
}

/// The lines that are open on this host, and the way to its writer.
#[derive(Clone)]
pub(crate) struct Charging(Arc<Inner>);

struct Inner {
    queue: mpsc::Sender<Work>,
    /// Taken by the writer when it starts.
    waiting: Mutex<Option<mpsc::Receiver<Work>>>,
    lines: Mutex<HashMap<ChargePointId, Open>>,
    /// Where charge points reach this very host, if it knows.
    address: Mutex<Option<String>>,
}

/// A line that is open on this host.
struct Open {
    connection: ConnectionId,
    orders: mpsc::Sender<line::Order>,
    /// The orders that it was given and that have no end yet.
    given: Vec<CommandId>,
    /// Ends the line: another one has taken its place.
    replaced: CancellationToken,
}

impl Default for Charging {
    fn default() -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        Self(Arc::new(Inner {
            queue,
            waiting: Mutex::new(Some(waiting)),
            lines: Mutex::default(),
            address: Mutex::default(),
        }))
    }
}

impl Charging {
    /// Notes something, unless more is waiting than can be kept: it will be noted again.
    pub(crate) fn note(&self, note: Note) {
        if self.0.queue.try_send(Work::Note(note)).is_err() {
            tracing::warn!("a note of a charge point is dropped: too much waits to be written");
        }
    }

    /// Notes something that will not be noted again: it waits for room, until the host stops.
    pub(crate) async fn note_once(&self, note: Note) {
        let _ = self.0.queue.send(Work::Note(note)).await;
    }

    /// Hands a message to the writer; answers what is to be said. None when the host stops first.
    pub(crate) async fn write(&self, message: ingest::Incoming) -> Option<String> {
        let (answer, answered) = oneshot::channel();
        self.0.queue.send(Work::Message(Box::new(message), answer)).await.ok()?;
        answered.await.ok()
    }

    /// Says where charge points reach this very host; nowhere that it knows of, without an address.
    pub(crate) fn put_address(&self, address: Option<String>) {
        *self.0.address.lock().unwrap_or_else(PoisonError::into_inner) = address;
    }

    /// Where charge points reach this very host, if it knows.
    pub(crate) fn address(&self) -> Option<String> {
        self.0.address.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn take_queue(&self) -> Option<mpsc::Receiver<Work>> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Puts a line in the place of the one that the charge point had, which ends.
    fn open(&self, charge_point: ChargePointId, open: Open) {
        let mut lines = self.0.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = lines.insert(charge_point, open) {
            before.replaced.cancel();
        }
    }

    /// Takes a line away, unless another one has taken its place.
    fn close(&self, charge_point: ChargePointId, connection: ConnectionId) {
        let mut lines = self.0.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.get(&charge_point).is_some_and(|open| open.connection == connection) {
            lines.remove(&charge_point);
        }
    }

    /// Gives an order to the line of a charge point, if there is one here that takes more, and once only.
    fn give(&self, charge_point: ChargePointId, order: line::Order) {
        let mut lines = self.0.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = lines.get_mut(&charge_point)
            && !open.given.contains(&order.id)
        {
            let id = order.id;
            if open.orders.try_send(order).is_ok() {
                open.given.push(id);
            }
        }
    }

    /// Forgets an order that has its end.
    fn forget_order(&self, charge_point: ChargePointId, id: CommandId) {
        let mut lines = self.0.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = lines.get_mut(&charge_point) {
            open.given.retain(|given| *given != id);
        }
    }

    /// Whether a charge point has a line here.
    fn is_here(&self, charge_point: ChargePointId) -> bool {
        self.0.lines.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&charge_point)
    }

    /// The charge points with a line here.
    fn here(&self) -> Vec<ChargePointId> {
        self.0.lines.lock().unwrap_or_else(PoisonError::into_inner).keys().copied().collect()
    }
}
