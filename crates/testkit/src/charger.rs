//! A charge point that talks to the product without a socket in between: word in, words out.

use crate::host::TestHost;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use stolpe_app::{Entrance, Line};
use stolpe_domain::charge_point::identity::Identity;
use stolpe_domain::charge_point::{Access, ChargePointDraft, Nameplate, PhaseRotation};
use stolpe_domain::circuit::CircuitDraft;
use stolpe_domain::id::{ChargePointId, CircuitId, FacilityId};
use stolpe_ocpp::credentials::Credentials;
use stolpe_store::Db;
use uuid::Uuid;

/// The key of every charge point in tests.
pub const CHARGER_KEY: [u8; 20] = *b"\x00\x01\x02\x03\x04\x05\x06\x07\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff";

/// Puts a charge point of 32 A on three phases into a facility, open to everyone and with [`CHARGER_KEY`].
///
/// # Panics
/// When the database refuses it.
pub async fn add_charger(
    db: &Db,
    facility: FacilityId,
    identity: &str,
    at: chrono::DateTime<chrono::Utc>,
) -> ChargePointId {
    let mut tx = db.write().await.unwrap();
    let known = tx.list_circuits(facility).await.unwrap().into_iter().next();
    let circuit_id = if let Some(circuit) = known {
        circuit.id
    } else {
        let id = CircuitId(Uuid::from_u128(crate::postgres::next()));
        let draft = CircuitDraft { name: "Huvudsäkring".into(), parent_id: None, fuse_a: 63, phases: 3 };
        tx.insert_circuit(id, facility, &draft, at).await.unwrap();
        id
    };
    let id = ChargePointId(Uuid::from_u128(crate::postgres::next()));
    let draft = ChargePointDraft {
        identity: Some(identity.to_owned()),
        name: identity.to_owned(),
        circuit_id,
        fuse_a: 32,
        limit_a: None,
        phase_rotation: PhaseRotation::Rst,
        access: Access::Everyone,
        deactivated: false,
        meter_kind: None,
    };
    let identity = Identity::parse(identity).unwrap();
    tx.insert_charge_point(id, facility, &identity, &draft, &Nameplate::default(), at).await.unwrap();
    tx.set_charge_point_key(id, Sha256::digest(CHARGER_KEY).as_slice(), at).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// A charge point with an open line.
#[derive(Debug)]
pub struct Charger {
    /// Its id.
    pub id: ChargePointId,
    /// Its line.
    pub line: Line,
    calls: usize,
}

impl TestHost {
    /// A charge point of the first facility, on the line.
    ///
    /// # Panics
    /// When it is not let in.
    pub async fn charger(&self, identity: &str) -> Charger {
        // The first one starts the writer; for the others there is nothing left to start.
        self.app.run_ingest();
        let facility = FacilityId(self.facility.parse().unwrap());
        let id = add_charger(&self.db.db, facility, identity, self.app.now()).await;
        Charger::on(id, self.call_in(identity).await)
    }

    /// A line of a charge point that is there already.
    ///
    /// # Panics
    /// When it is not let in.
    pub async fn call_in(&self, identity: &str) -> Line {
        self.call_with(identity, &CHARGER_KEY).await.expect("it is let in")
    }

    /// A line of a charge point that brings this key; none when it is not let in.
    ///
    /// # Panics
    /// When nobody of that name is known.
    pub async fn call_with(&self, identity: &str, key: &[u8]) -> Option<Line> {
        let header = Credentials::header(identity, key);
        let credentials = Credentials::read(header.as_bytes()).unwrap();
        match self.app.receive_call(Identity::parse(identity).unwrap(), Some(&credentials), None).await.unwrap() {
            Entrance::Open(caller) => Some(self.app.open_line(caller)),
            Entrance::WrongKey => None,
            Entrance::Unknown => panic!("{identity} is not known"),
        }
    }
}

impl Charger {
    /// A charge point on a line of its own.
    pub const fn on(id: ChargePointId, line: Line) -> Self {
        Self { id, line, calls: 0 }
    }

    /// Sends a call and answers the payload of the result.
    ///
    /// # Panics
    /// When the answer is no result.
    pub async fn call(&mut self, action: &str, payload: Value) -> Value {
        self.calls += 1;
        let answer = self.say(&json!([2, self.calls.to_string(), action, payload]).to_string()).await;
        assert_eq!(answer[0], 3, "{answer}");
        answer[2].clone()
    }

    /// Sends a frame and answers the frame that comes back; null when none does.
    ///
    /// # Panics
    /// When more than one comes back.
    pub async fn say(&mut self, frame: &str) -> Value {
        let words = self.line.hear(frame).await;
        assert!(words.len() <= 1, "{words:?}");
        words.first().map_or(Value::Null, |word| serde_json::from_str(word).unwrap())
    }

    /// Takes what is asked of it; answers the frame.
    ///
    /// # Panics
    /// When something else is due.
    pub async fn asked(&mut self) -> Value {
        let due = self.line.due().await;
        let words = self.line.act(due).await;
        serde_json::from_str(words.first().expect("a call")).unwrap()
    }

    /// Starts a transaction at this time and register; answers its number.
    ///
    /// # Panics
    /// When there is none.
    pub async fn start(&mut self, tag: &str, at: &str, wh: i64) -> i64 {
        let start = json!({"connectorId": 1, "idTag": tag, "meterStart": wh, "timestamp": at});
        self.call("StartTransaction", start).await["transactionId"].as_i64().unwrap()
    }

    /// Reports a register of a transaction.
    pub async fn read(&mut self, transaction: i64, at: &str, wh: i64) {
        let value = json!({"timestamp": at, "sampledValue": [{"value": wh.to_string()}]});
        let values = json!({"connectorId": 1, "transactionId": transaction, "meterValue": [value]});
        self.call("MeterValues", values).await;
    }

    /// Ends a transaction at this time and register.
    pub async fn stop(&mut self, transaction: i64, at: &str, wh: i64) {
        let stop = json!({"transactionId": transaction, "meterStop": wh, "timestamp": at, "reason": "Local"});
        self.call("StopTransaction", stop).await;
    }
}
