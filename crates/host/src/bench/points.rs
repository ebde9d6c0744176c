//! Charge points of a bench: made in one transaction, and each with a socket of its own.

use anyhow::Context as _;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use futures::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::time::{Duration, Instant};
use stolpe_app::App;
use stolpe_domain::charge_point::identity::Identity;
use stolpe_domain::charge_point::{Access, ChargePointDraft, Nameplate, PhaseRotation};
use stolpe_domain::circuit::CircuitDraft;
use stolpe_domain::id::{ChargePointId, CircuitId, FacilityId};
use stolpe_ocpp::credentials::Credentials;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

/// The key of every charge point here: the bench and its host are the only ones that see it.
const KEY: [u8; 20] = [7; 20];
/// Between two readings of a charge point, by its own clock.
const APART: TimeDelta = TimeDelta::minutes(1);
/// The sessions began so long ago, so that readings are never of the future.
const AGO: TimeDelta = TimeDelta::days(7);

/// A charge point that is known to the host.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) id: ChargePointId,
    identity: String,
    began: DateTime<Utc>,
}

/// A charge point in a session.
#[derive(Debug)]
pub(super) struct Point {
    socket: WebSocketStream<TcpStream>,
    transaction: i64,
    calls: u64,
    at: DateTime<Utc>,
    wh: i64,
}

/// Adds so many charge points to a facility.
pub(super) async fn add(app: &App, facility: FacilityId, count: usize) -> anyhow::Result<Vec<Known>> {
    let ctx = stolpe_app::Ctx::command_line(app.now());
    let mut tx = app.db().write().await?;
    let circuit_id: CircuitId = ctx.new_id();
    let main = CircuitDraft { name: "Main".to_owned(), parent_id: None, fuse_a: 6_300, phases: 3 };
    tx.insert_circuit(circuit_id, facility, &main, ctx.at).await?;
    let mut known = Vec::with_capacity(count);
    for n in 0..count {
        let (id, identity) = (ctx.new_id(), format!("BENCH-{n}"));
        let draft = ChargePointDraft {
            identity: Some(identity.clone()),
            name: identity.clone(),
            circuit_id,
            fuse_a: 32,
            limit_a: None,
            phase_rotation: PhaseRotation::Rst,
            access: Access::Everyone,
            deactivated: false,
            meter_kind: None,
        };
        tx.insert_charge_point(id, facility, &Identity::parse(&identity)?, &draft, &Nameplate::default(), ctx.at)
            .await?;
        tx.set_charge_point_key(id, Sha256::digest(KEY).as_slice(), ctx.at).await?;
        known.push(Known { id, identity, began: ctx.at - AGO });
    }
    tx.commit().await?;
    Ok(known)
}

impl Known {
    /// Calls, and begins a session.
    pub(super) async fn call(self, address: String) -> anyhow::Result<Point> {
        let stream = TcpStream::connect(&address).await?;
        stream.set_nodelay(true)?;
        let mut request = format!("ws://{address}/ocpp/{}", self.identity).into_client_request()?;
        let headers = request.headers_mut();
        headers.insert("authorization", Credentials::header(&self.identity, &KEY).parse()?);
        headers.insert("sec-websocket-protocol", "ocpp1.6".parse()?);
        let (socket, _) = tokio_tungstenite::client_async(request, stream).await?;
        let mut point = Point { socket, transaction: 0, calls: 0, at: self.began, wh: 1_203_400 };
        let at = written(point.at);
        let start =
            format!(r#"{{"connectorId":1,"idTag":"04A2B3C4D5E680","meterStart":{},"timestamp":"{at}"}}"#, point.wh);
        let answer = point.ask("StartTransaction", &start).await?;
        point.transaction = answer[2]["transactionId"].as_i64().context("no transaction")?;
        Ok(point)
    }
}

impl Point {
    /// The payload of a reading, as a charge point of today sends it.
    pub(super) fn payload(transaction: i64, at: DateTime<Utc>, wh: i64) -> String {
        let at = written(at);
        format!(
            r#"{{"connectorId":1,"transactionId":{transaction},"meterValue":[{{"timestamp":"{at}","sampledValue":[{{"value":"{wh}","context":"Sample.Periodic","measurand":"Energy.Active.Import.Register","unit":"Wh"}},{{"value":"7210.5","context":"Sample.Periodic","measurand":"Power.Active.Import","unit":"W"}},{{"value":"31.4","context":"Sample.Periodic","measurand":"Current.Import","phase":"L1","unit":"A"}}]}}]}}"#
        )
    }

    /// Reports a reading; answers how long it took until it was durable.
    pub(super) async fn report(&mut self) -> anyhow::Result<Duration> {
        self.at += APART;
        self.wh += 120;
        let payload = Self::payload(self.transaction, self.at, self.wh);
        let began = Instant::now();
        self.ask("MeterValues", &payload).await?;
        Ok(began.elapsed())
    }

    async fn ask(&mut self, action: &str, payload: &str) -> anyhow::Result<Value> {
        self.calls += 1;
        let frame = format!(r#"[2,"{}","{action}",{payload}]"#, self.calls);
        self.socket.send(Message::text(frame)).await?;
        loop {
            match self.socket.next().await.context("the host hung up")?? {
                Message::Text(text) => {
                    let answer: Value = serde_json::from_str(&text)?;
                    anyhow::ensure!(answer[0] == 3, "{answer}");
                    return Ok(answer);
                }
                Message::Close(_) => anyhow::bail!("the host hung up"),
                _ => {}
            }
        }
    }
}

fn written(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
