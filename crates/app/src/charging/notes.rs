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

/// That charge points were heard is written at most so often: the desk tells silence from contact by the minute.
const HEARD_EVERY: TimeDelta = TimeDelta::seconds(20);
/// So many of them are written with one batch, so that no message waits for ten thousand of them.
const HEARD_AT_ONCE: usize = 512;

/// So many wait to be adopted at most; anybody can call.
const MOST_WAITING: i64 = 1_000;

/// What is still to be written.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    opened: Vec<Opened>,
    /// Heard since the last round began, with nothing to tell but that.
    heard: BTreeMap<ChargePointId, Heard>,
    /// What is left of the round that is being written.
    round: BTreeMap<ChargePointId, Heard>,
    round_began: Option<DateTime<Utc>>,
    /// How many of the round stand in the transaction that is being written.
    of_round: usize,
    /// Heard with something to tell of themselves, which is written at once.
    told: BTreeMap<ChargePointId, Heard>,
    closed: Vec<Closed>,
    waiting: BTreeMap<String, WaitingCall>,
    turned_away: BTreeMap<ChargePointId, TurnedAway>,
    pub(crate) connectors: Vec<PlacedConnector>,
    /// Something that a person watches for is among them.
    urgent: bool,
    /// The host stops: nothing is left for later.
    pub(crate) is_last: bool,
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
        if it.booted_at.is_none() && it.clock_ahead_ms.is_none() {
            self.heard.insert(it.charge_point, it);
            return;
        }
        self.urgent |= it.booted_at.is_some();
        let was = self.told.insert(it.charge_point, it);
        if let Some(was) = was
            && let Some(now) = self.told.get_mut(&was.charge_point)
        {
            now.booted_at = now.booted_at.or(was.booted_at);
            now.clock_ahead_ms = now.clock_ahead_ms.or(was.clock_ahead_ms);
        }
    }

    /// Whether it is time to write them.
    pub(crate) fn are_due(&self, at: DateTime<Utc>) -> bool {
        let heard = !self.round.is_empty() || (self.is_round_due(at) && !self.heard.is_empty());
        self.urgent || !self.connectors.is_empty() || !self.told.is_empty() || heard
    }

    fn is_round_due(&self, at: DateTime<Utc>) -> bool {
        self.is_last || self.round_began.is_none_or(|began| at - began >= HEARD_EVERY)
    }

    /// Writes everything but those that are merely heard, of whom it takes some of the round, if one is due; nothing is
    /// forgotten until [`Notes::forget`].
    pub(crate) async fn write(&mut self, tx: &mut Tx, at: DateTime<Utc>) -> Result<()> {
        if !self.opened.is_empty() {
            tx.note_opened(&self.opened).await?;
            tx.forget_turned_away(&self.opened.iter().map(|it| it.charge_point).collect::<Vec<_>>()).await?;
        }
        if self.is_round_due(at) && (self.round.is_empty() || self.is_last) && !self.heard.is_empty() {
            self.round.append(&mut self.heard);
            self.round_began = Some(at);
        }
        self.of_round = if self.is_last { self.round.len() } else { self.round.len().min(HEARD_AT_ONCE) };
        let heard: Vec<Heard> = self.round.values().take(self.of_round).chain(self.told.values()).cloned().collect();
        if !heard.is_empty() {
            tx.note_heard(&heard).await?;
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

    /// Forgets what was written: it has been committed.
    pub(crate) fn forget(&mut self) {
        let (heard, round_began) = (std::mem::take(&mut self.heard), self.round_began);
        let mut round = std::mem::take(&mut self.round);
        for _ in 0..self.of_round {
            round.pop_first();
        }
        *self = Self { heard, round, round_began, is_last: self.is_last, ..Self::default() };
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
