//! What is noted of connections: it is nobody's decision and needs no answer, so it is gathered and written now and then.

use crate::error::Result;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;
use stolpe_domain::charge_point::TurnedAway;
use stolpe_domain::id::ChargePointId;
use stolpe_store::Tx;
use stolpe_store::charge_point::{Closed, Heard, Opened, PlacedConnector, WaitingCall};

/// Something to be noted.
#[derive(Debug)]
pub(crate) enum Note {
    /// A connection was opened.
    Opened(Opened),
    /// Something was heard over one.
    Heard(Heard),
    /// One ended.
    Closed(Closed),
    /// Somebody called who is not known.
    Waiting(WaitingCall),
    /// Somebody called in the name of a charge point without its key.
    TurnedAway(ChargePointId, TurnedAway),
}

/// That a charge point was heard is written at most so often: the desk tells silence from contact by the minute.
const HEARD_EVERY: TimeDelta = TimeDelta::seconds(20);

/// So many wait to be adopted at most; anybody can call.
const MOST_WAITING: i64 = 1_000;

/// What is still to be written.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    opened: Vec<Opened>,
    heard: BTreeMap<ChargePointId, Heard>,
    closed: Vec<Closed>,
    waiting: BTreeMap<String, WaitingCall>,
    turned_away: BTreeMap<ChargePointId, TurnedAway>,
    pub(crate) connectors: Vec<PlacedConnector>,
    written_at: Option<DateTime<Utc>>,
    /// Something that a person watches for is among them.
    urgent: bool,
}

impl Notes {
    /// Takes a note in.
    pub(crate) fn add(&mut self, note: Note) {
        match note {
            Note::Opened(it) => self.opened.push(it),
            Note::Closed(it) => self.closed.push(it),
            Note::Heard(it) => return self.hear(it),
            Note::TurnedAway(id, it) => {
                let before = self.turned_away.get(&id).map_or(0, |before| before.count);
                self.turned_away.insert(id, TurnedAway { count: before + it.count, ..it });
            }
            // Strangers may call often; of each the last call is kept, and no more of them than there is room for.
            Note::Waiting(it) if i64::try_from(self.waiting.len()).is_ok_and(|waiting| waiting < MOST_WAITING) => {
                self.waiting.insert(it.identity.as_str().to_owned(), it);
            }
            Note::Waiting(_) => {}
        }
        self.urgent = true;
    }

    /// Takes in that a charge point was heard.
    pub(crate) fn hear(&mut self, it: Heard) {
        self.urgent |= it.booted_at.is_some();
        let was = self.heard.insert(it.charge_point, it);
        if let Some(was) = was
            && let Some(now) = self.heard.get_mut(&was.charge_point)
        {
            now.booted_at = now.booted_at.or(was.booted_at);
            now.clock_ahead_ms = now.clock_ahead_ms.or(was.clock_ahead_ms);
        }
    }

    /// Whether it is time to write them.
    pub(crate) fn are_due(&self, at: DateTime<Utc>) -> bool {
        let old = self.written_at.is_none_or(|written| at - written >= HEARD_EVERY);
        self.urgent || !self.connectors.is_empty() || (old && !self.heard.is_empty())
    }

    /// Writes everything; nothing is forgotten until [`Notes::forget`].
    pub(crate) async fn write(&self, tx: &mut Tx) -> Result<()> {
        if !self.opened.is_empty() {
            tx.note_opened(&self.opened).await?;
            tx.forget_turned_away(&self.opened.iter().map(|it| it.charge_point).collect::<Vec<_>>()).await?;
        }
        if !self.heard.is_empty() {
            tx.note_heard(&self.heard.values().cloned().collect::<Vec<_>>()).await?;
        }
        if !self.connectors.is_empty() {
            tx.note_connectors(&self.connectors).await?;
        }
        if !self.closed.is_empty() {
            tx.note_closed(&self.closed).await?;
        }
        if !self.turned_away.is_empty() {
            tx.note_turned_away(&self.turned_away.clone().into_iter().collect::<Vec<_>>()).await?;
        }
        for call in self.waiting.values() {
            tx.note_waiting(call, MOST_WAITING).await?;
        }
        Ok(())
    }

    /// Forgets everything: it has been committed.
    pub(crate) fn forget(&mut self, at: DateTime<Utc>) {
        *self = Self { written_at: Some(at), ..Self::default() };
    }

    /// Whose line was opened, closed or refused, for those who watch.
    pub(crate) fn moved(&self) -> impl Iterator<Item = ChargePointId> + '_ {
        let lines = self.opened.iter().map(|it| it.charge_point).chain(self.closed.iter().map(|it| it.charge_point));
        lines.chain(self.turned_away.keys().copied())
    }

    /// Whether somebody new waits.
    pub(crate) fn somebody_waits(&self) -> bool {
        !self.waiting.is_empty()
    }
}
