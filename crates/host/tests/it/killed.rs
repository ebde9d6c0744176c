//! The host is killed in the middle of its work, fifty times: what it has answered is there, and nothing is twice.

use crate::charger::{Call, add_chargers};
use crate::room::{Room, Serving};
use chrono::{DateTime, TimeDelta, Utc};
use rstest::rstest;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use stolpe_domain::charging::session::SessionState;
use stolpe_domain::id::ChargePointId;
use stolpe_host::Host;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_store::message::MessageFilter;
use stolpe_store::page::Order;
use stolpe_store::session::SessionFilter;
use tokio::sync::{Semaphore, watch};

const KILLS: usize = 50;
const POINTS: [&str; 6] = ["K-1", "K-2", "K-3", "K-4", "K-5", "K-6"];
/// A session has so many readings.
const READINGS: i64 = 40;

/// What a charge point has to say, in its order, and how far it has been heard: as charge points do, it says a thing again
/// until it is answered.
struct Memory {
    began: DateTime<Utc>,
    /// How many reports have been answered.
    answered: i64,
    transaction: Value,
}

impl Memory {
    fn new() -> Self {
        let began = DateTime::parse_from_rfc3339("2026-01-01T00:00:00Z").unwrap().to_utc();
        Self { began, answered: 0, transaction: Value::Null }
    }

    /// The report that comes next: a start, readings, a stop, and so on without end.
    fn next(&self) -> (&'static str, Value) {
        let (session, step) = (self.answered / (READINGS + 2), self.answered % (READINGS + 2));
        let at = self.began + TimeDelta::minutes(self.answered);
        // Ten watt-hours a minute; nothing between sessions.
        let wh = session * READINGS * 10 + (step - 1).clamp(0, READINGS) * 10;
        match step {
            0 => ("StartTransaction", json!({"connectorId": 1, "idTag": "AA", "meterStart": wh, "timestamp": at})),
            step if step <= READINGS => {
                let value = json!({"timestamp": at, "sampledValue": [{"value": wh.to_string()}]});
                let of = &self.transaction;
                ("MeterValues", json!({"connectorId": 1, "transactionId": of, "meterValue": [value]}))
            }
            _ => ("StopTransaction", json!({"transactionId": self.transaction, "meterStop": wh, "timestamp": at})),
        }
    }
}

/// A charge point that goes on and on, over one line after the other, until it is told to end.
async fn go_on(
    identity: &'static str,
    mut where_to: watch::Receiver<Option<String>>,
    answered: Arc<Semaphore>,
) -> Memory {
    let mut memory = Memory::new();
    loop {
        let address = match where_to.borrow_and_update().clone() {
            Some(address) if address.is_empty() => return memory,
            Some(address) => address,
            None => String::new(),
        };
        let line = if address.is_empty() { None } else { Call::of(identity).dial(&address).await.ok() };
        if let Some((mut line, _)) = line {
            loop {
                let (action, report) = memory.next();
                let Some(answer) = line.call(action, &report).await else { break };
                if action == "StartTransaction" {
                    memory.transaction = answer["transactionId"].clone();
                }
                memory.answered += 1;
                answered.add_permits(1);
                if where_to.has_changed().unwrap_or(true) {
                    break;
                }
            }
        } else if where_to.changed().await.is_err() {
            return memory;
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_is_there_and_nothing_is_twice_after_fifty_kills(#[values(Sqlite, Postgres)] engine: Engine) {
    let room = Room::new(engine).await;
    let ids = add_chargers(&room, &POINTS).await;
    let (tell, where_to) = watch::channel(None);
    let answered = Arc::new(Semaphore::new(0));
    #[expect(clippy::disallowed_methods, reason = "the charge points are told to end, and waited for")]
    let go_on = |identity: &&'static str| tokio::spawn(go_on(identity, where_to.clone(), Arc::clone(&answered)));
    let charging: Vec<_> = POINTS.iter().map(go_on).collect();
    let room = Arc::new(room);
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..KILLS {
        let of = Arc::clone(&room);
        let host = tokio::task::spawn_blocking(move || Serving::to_nobody(&of, &[])).await.unwrap();
        tell.send_replace(Some(host.address().to_owned()));
        // The moment is counted in answers: the other charge points are anywhere between two of theirs.
        answered.acquire_many(random.u32(1..120)).await.unwrap().forget();
        tell.send_replace(None);
        host.kill();
    }
    tell.send_replace(Some(String::new()));
    let mut memories: HashMap<ChargePointId, Memory> = HashMap::new();
    for (id, charging) in ids.iter().zip(charging) {
        memories.insert(*id, charging.await.unwrap());
    }
    let all: i64 = memories.values().map(|memory| memory.answered).sum();
    assert!(all > 500, "there was some work to interrupt: {all}");
    let host = Host::open(room.config()).await.unwrap();
    for (id, memory) in memories {
        proved(&host, id, &memory).await;
    }
    host.stop().await;
}

/// Compares what a charge point knows with what is kept of it.
async fn proved(host: &Host, id: ChargePointId, memory: &Memory) {
    let mut conn = host.app().db().read().await.unwrap();
    let kept = conn.list_messages(id, &MessageFilter::default(), None, 1_000_000).await.unwrap().items;
    let mut reports: Vec<&str> = kept.iter().filter(|it| it.digest.is_some()).map(|it| it.payload.as_str()).collect();
    let heard = i64::try_from(reports.len()).unwrap();
    // The last one may be there although its answer was lost with the host.
    assert!(heard == memory.answered || heard == memory.answered + 1, "{heard} of {}", memory.answered);
    reports.sort_unstable();
    reports.dedup();
    assert_eq!(i64::try_from(reports.len()).unwrap(), heard, "nothing is twice");
    let sessions = conn.list_sessions(&everything(host).await, Order::Newest, None, 1_000_000).await.unwrap().items;
    let mut of_point: Vec<_> = sessions.into_iter().filter(|it| it.charge_point == id).collect();
    of_point.sort_by_key(|it| it.started_at);
    let begun = (heard + READINGS + 1) / (READINGS + 2);
    assert_eq!(i64::try_from(of_point.len()).unwrap(), begun, "each start is one session");
    for session in &of_point[..of_point.len().saturating_sub(1)] {
        assert_eq!((session.state, session.energy.wh()), (SessionState::Closed, READINGS * 10), "{session:?}");
        let readings = conn.session_readings(session.id).await.unwrap();
        let rise = readings.last().unwrap().register - readings.first().unwrap().register;
        assert_eq!(rise.wh(), (READINGS - 1) * 10, "the first reading and the last are there");
    }
}

async fn everything(host: &Host) -> SessionFilter {
    let ctx = stolpe_app::Ctx::system("test", host.app().now());
    let facilities = host.app().list_facilities(&ctx).await.unwrap().into_iter().map(|it| it.id).collect();
    SessionFilter { facilities, ..SessionFilter::default() }
}
