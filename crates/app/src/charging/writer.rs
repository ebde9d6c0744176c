//! The one writer of what charge points say: it gathers what has come and commits it at once.

use super::Work;
use super::ingest::Incoming;
use super::notes::Notes;
use crate::App;
use crate::error::AppError;
use crate::feed::Change;
use std::time::Duration;
use stolpe_store::Engine;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

/// How long the first message of a batch waits for others. A charge point waits for seconds without complaint, and the
/// price of a commit is shared by all that come in this time.
const LINGER: Duration = Duration::from_millis(10);
/// A batch is not larger, so that nobody else waits long for the database.
const LARGEST: usize = 2_048;
/// Notes are looked at so often when no message comes.
const LOOK: Duration = Duration::from_secs(1);
/// The pause before a batch is tried again that the database was away for.
const PAUSE: Duration = Duration::from_millis(250);
/// The lines have so long to say that they end, when the host stops.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// Messages and who waits for their answers, in one order.
#[derive(Default)]
struct Batch {
    messages: Vec<Incoming>,
    waiting: Vec<oneshot::Sender<String>>,
}

impl App {
    /// Writes what charge points say until the host stops and their lines are closed, and gives them what was asked
    /// elsewhere.
    pub fn run_ingest(&self) {
        let Some(mut queue) = self.charging.take_queue() else { return };
        let app = self.clone();
        self.spawn(async move { app.deliver_from_others().await });
        let app = self.clone();
        self.spawn(async move {
            app.forget_lines().await;
            let (mut batch, mut notes) = (Batch::default(), Notes::default());
            let mut last_words = None;
            loop {
                let until = Instant::now() + LOOK;
                if app.stop.is_cancelled() {
                    let until = *last_words.get_or_insert(Instant::now() + LAST_WORDS);
                    if Instant::now() >= until || (queue.is_empty() && app.charging.here().is_empty()) {
                        notes.is_last = true;
                        app.write_batch(&mut batch, &mut notes).await;
                        return;
                    }
                }
                tokio::select! {
                    work = queue.recv() => if let Some(work) = work { batch.add(work, &mut notes) },
                    () = tokio::time::sleep_until(until) => {}
                    () = app.stop.cancelled(), if last_words.is_none() && !app.stop.is_cancelled() => {}
                }
                gather(&mut queue, &mut batch, &mut notes).await;
                if !batch.messages.is_empty() || notes.are_due(app.now()) {
                    app.write_batch(&mut batch, &mut notes).await;
                }
            }
        });
    }

    /// Whoever holds the file is alone: no line of an earlier run stands. On a server, other hosts have lines of theirs.
    async fn forget_lines(&self) {
        if self.db().engine() == Engine::Sqlite {
            let forgotten = self.when_reachable(|| async {
                let mut tx = self.write().await?;
                tx.note_all_closed(self.now()).await?;
                tx.commit_telemetry().await
            });
            if let Err(error) = forgotten.await {
                tracing::warn!(?error, "lines of an earlier run look as if they stood");
            }
        }
    }

    /// Writes until it is written; only a host that stops gives up, and then nobody is answered.
    async fn write_batch(&self, batch: &mut Batch, notes: &mut Notes) {
        let outcome = loop {
            match self.take_in_messages(&mut batch.messages, notes).await {
                Err(error @ AppError::Unavailable { .. }) if !self.stop.is_cancelled() => {
                    tracing::warn!(%error, messages = batch.messages.len(), "charge points wait for the database");
                    tokio::time::sleep(PAUSE).await;
                }
                other => break other,
            }
        };
        match outcome {
            Ok(outcome) => {
                self.tell_noted(notes);
                notes.forget();
                for (waiting, answer) in batch.waiting.drain(..).zip(outcome.answers) {
                    // Whoever has gone will ask again, and be told the same.
                    let _ = waiting.send(answer);
                }
                outcome.changes.into_iter().for_each(|change| self.feed.publish(change));
                batch.messages.clear();
            }
            Err(AppError::Unavailable { .. }) => *batch = Batch::default(),
            Err(error) => {
                tracing::error!(?error, messages = batch.messages.len(), "a batch of messages is taken apart");
                self.write_one_by_one(std::mem::take(batch)).await;
                notes.forget();
            }
        }
    }

    /// One message that cannot be judged must not hold up the others: it is kept as it came.
    async fn write_one_by_one(&self, batch: Batch) {
        for (message, waiting) in batch.messages.into_iter().zip(batch.waiting) {
            let mut one = [message];
            let answer = match self.take_in_messages(&mut one, &mut Notes::default()).await {
                Ok(mut outcome) => outcome.answers.pop(),
                Err(error) => {
                    tracing::error!(?error, "a message cannot be judged");
                    self.keep_unjudged(&one[0]).await.ok()
                }
            };
            if let Some(answer) = answer {
                let _ = waiting.send(answer);
            }
        }
    }

    /// Tells those who watch of lines that opened and closed, and of strangers.
    fn tell_noted(&self, notes: &Notes) {
        let change =
            |action, tags, subject| Change { action, tags, subject, organisation: None, facility: None, only: None };
        for id in notes.moved() {
            self.feed.publish(change("charge_point.contact", &["charge_point", "todo"], Some(id.uuid())));
        }
        if notes.somebody_waits() {
            self.feed.publish(change("waiting_charge_point.called", &["waiting_charge_point", "todo"], None));
        }
    }
}

impl Batch {
    fn add(&mut self, work: Work, notes: &mut Notes) {
        match work {
            Work::Message(message, waiting) => {
                self.messages.push(*message);
                self.waiting.push(waiting);
            }
            Work::Note(note) => notes.add(note),
        }
    }
}

/// Adds what comes within a short time. It sleeps through that time, rather than be woken by each message.
async fn gather(queue: &mut mpsc::Receiver<Work>, batch: &mut Batch, notes: &mut Notes) {
    if batch.messages.is_empty() {
        return;
    }
    if queue.len() < LARGEST {
        tokio::time::sleep(LINGER).await;
    }
    while batch.messages.len() < LARGEST
        && let Ok(work) = queue.try_recv()
    {
        batch.add(work, notes);
    }
}
