//! A charge point with one connector as a machine of states: time passes, cars come and go, and what it wants to say
//! waits in a queue. No clock, no socket.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};
use std::collections::VecDeque;
use stolpe_domain::charging::connector::Status;
use stolpe_domain::energy::Energy;

/// Readings come so often while a transaction runs.
const READING: TimeDelta = TimeDelta::minutes(1);
/// A sign of life comes so often.
const HEARTBEAT: TimeDelta = TimeDelta::minutes(5);
/// Whoever plugs in needs so long to show a tag.
const TAG: TimeDelta = TimeDelta::seconds(20);
/// What comes next in a state that does not end by itself.
const NEVER: TimeDelta = TimeDelta::days(365);
/// Cars charge with so much at most, in ampere a phase.
const CAR_A: i64 = 16;
/// Volts of a phase, and phases.
const VOLTS: i64 = 3 * 230;
/// Watt-milliseconds of a watt-hour.
const MS_PER_HOUR: i64 = 3_600_000;

/// What a charge point is like when it is switched on.
#[derive(Clone, Debug)]
pub struct Condition {
    /// How its connector is.
    pub status: Status,
    /// Its fault, in the words of the standard.
    pub fault: Option<String>,
    /// What its register shows.
    pub register: Energy,
    /// The transaction that runs.
    pub transaction: Option<i64>,
    /// The most it may give, in ampere a phase.
    pub limit_a: i64,
    /// The tags of those who park here.
    pub tags: Vec<String>,
}

/// What it waits to hear the answer of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Asks {
    /// Nothing follows from the answer.
    Nothing,
    /// Whether this tag may charge.
    Authorize(String),
    /// The number of the transaction that this tag began.
    Start,
}

/// Something that it says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Said {
    pub(crate) action: &'static str,
    pub(crate) payload: Value,
    pub(crate) asks: Asks,
}

/// A charge point that is switched on.
#[derive(Clone, Debug)]
pub struct Model {
    pub(crate) status: Status,
    pub(crate) fault: Option<String>,
    pub(crate) transaction: Option<i64>,
    /// A tag or a start waits for its answer: nothing else begins meanwhile.
    pub(crate) starting: bool,
    /// Out of service once the transaction is over.
    pub(crate) out_of_use: bool,
    pub(crate) says: VecDeque<Said>,
    limit_a: i64,
    tags: Vec<String>,
    register: Energy,
    /// What has flowed beyond the register, in watt-milliseconds.
    beyond: i64,
    /// The register at which the car is full.
    full_at: Energy,
    passed: DateTime<Utc>,
    next_move: DateTime<Utc>,
    next_reading: DateTime<Utc>,
    next_heartbeat: DateTime<Utc>,
    random: fastrand::Rng,
}

impl Model {
    /// Switches a charge point on. The seed says what its days are like.
    pub fn new(it: Condition, at: DateTime<Utc>, seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let full_at = it.register + Energy::from_wh(random.i64(4_000..20_000));
        let mut model = Self {
            status: it.status,
            fault: it.fault,
            transaction: it.transaction,
            starting: false,
            out_of_use: false,
            says: VecDeque::new(),
            limit_a: it.limit_a,
            tags: it.tags,
            register: it.register,
            beyond: 0,
            full_at,
            passed: at,
            next_move: at,
            next_reading: at + READING,
            next_heartbeat: at + HEARTBEAT,
            random,
        };
        model.next_move = at + model.lasts();
        model.boot();
        model
    }

    /// When something happens by itself.
    pub(crate) fn due(&self) -> DateTime<Utc> {
        let reading = if self.transaction.is_some() { self.next_reading } else { self.next_heartbeat };
        self.next_move.min(self.next_heartbeat).min(reading)
    }

    /// Says who it is and how it is, as after every start.
    pub(crate) fn boot(&mut self) {
        let words = json!({"chargePointVendor": "Övning", "chargePointModel": "Stolpe Ett", "firmwareVersion": "1.0"});
        self.say("BootNotification", words, Asks::Nothing);
        let whole = json!({"connectorId": 0, "errorCode": "NoError", "status": "Available"});
        self.say("StatusNotification", whole, Asks::Nothing);
        self.tell_status(self.passed);
    }

    /// Time has passed.
    pub(crate) fn pass(&mut self, at: DateTime<Utc>) {
        self.flow(at);
        if self.next_heartbeat <= at {
            self.next_heartbeat = at + HEARTBEAT;
            self.say("Heartbeat", json!({}), Asks::Nothing);
        }
        if self.transaction.is_some() && self.next_reading <= at {
            self.tell_readings(at);
        }
        if self.status == Status::Charging && self.register >= self.full_at {
            self.turn(Status::SuspendedEv, at);
        }
        if self.next_move <= at {
            self.move_on(at);
        }
    }

    /// What comes by itself in each state.
    fn move_on(&mut self, at: DateTime<Utc>) {
        match self.status {
            Status::Available if !self.tags.is_empty() => self.turn(Status::Preparing, at),
            Status::Preparing if !self.starting => {
                let tag = self.random.choice(&self.tags).cloned().unwrap_or_default();
                (self.next_move, self.starting) = (at + NEVER, true);
                self.say("Authorize", json!({ "idTag": tag }), Asks::Authorize(tag));
            }
            Status::SuspendedEvse if self.transaction.is_some() => self.turn(Status::Charging, at),
            Status::SuspendedEvse | Status::Finishing => self.turn(Status::Available, at),
            Status::SuspendedEv => self.stop("EVDisconnected", Status::Finishing, at),
            _ => self.next_move = at + NEVER,
        }
    }

    /// How long a state lasts before the next comes by itself.
    fn lasts(&mut self) -> TimeDelta {
        let minutes = |random: &mut fastrand::Rng, range| TimeDelta::minutes(random.i64(range));
        match self.status {
            Status::Available => minutes(&mut self.random, 5..60),
            Status::Preparing => TAG,
            Status::SuspendedEvse => minutes(&mut self.random, 10..40),
            Status::SuspendedEv => minutes(&mut self.random, 5..90),
            Status::Finishing => minutes(&mut self.random, 1..8),
            Status::Charging | Status::Reserved | Status::Unavailable | Status::Faulted => NEVER,
        }
    }

    /// The connector is in another state from now on, and that is told.
    pub(crate) fn turn(&mut self, status: Status, at: DateTime<Utc>) {
        let is_free = matches!(status, Status::Available | Status::Finishing);
        self.status = if self.out_of_use && is_free { Status::Unavailable } else { status };
        self.next_move = at + self.lasts();
        self.tell_status(at);
    }

    /// Begins to charge for a tag, if the host gives it a transaction.
    pub(crate) fn start(&mut self, tag: &str, at: DateTime<Utc>) {
        self.starting = true;
        if self.status != Status::Preparing {
            self.turn(Status::Preparing, at);
        }
        self.next_move = at + NEVER;
        let words = json!({
            "connectorId": 1, "idTag": tag, "meterStart": self.register.wh(), "timestamp": written(at),
        });
        self.say("StartTransaction", words, Asks::Start);
    }

    /// Ends the transaction, if one runs.
    pub(crate) fn stop(&mut self, reason: &str, then: Status, at: DateTime<Utc>) {
        self.flow(at);
        if let Some(transaction) = self.transaction.take() {
            let words = json!({
                "transactionId": transaction, "meterStop": self.register.wh(), "timestamp": written(at), "reason": reason,
            });
            self.say("StopTransaction", words, Asks::Nothing);
        }
        self.turn(then, at);
    }

    /// The host has answered; nothing when it refused to.
    pub(crate) fn answered(&mut self, asks: Asks, answer: Option<&Value>, at: DateTime<Utc>) {
        self.flow(at);
        let accepted = answer.is_some_and(|it| it["idTagInfo"]["status"] == "Accepted");
        match asks {
            Asks::Nothing => {}
            Asks::Authorize(tag) if accepted => self.start(&tag, at),
            Asks::Authorize(_) => {
                self.starting = false;
                self.turn(Status::Available, at);
            }
            Asks::Start => {
                self.starting = false;
                self.transaction = answer.and_then(|it| it["transactionId"].as_i64());
                if accepted && self.transaction.is_some() {
                    self.full_at = self.register + Energy::from_wh(self.random.i64(4_000..30_000));
                    self.turn(Status::Charging, at);
                    self.tell_readings(at);
                } else {
                    self.stop("DeAuthorized", Status::Finishing, at);
                }
            }
        }
    }

    /// The line broke before the host answered: reports of a transaction are said again on the next one.
    pub(crate) fn keep_for_later(&mut self, said: Said, at: DateTime<Utc>) {
        match said.asks {
            Asks::Authorize(_) => {
                self.starting = false;
                self.turn(Status::Available, at);
            }
            Asks::Nothing if matches!(said.action, "BootNotification" | "Heartbeat" | "StatusNotification") => {}
            Asks::Nothing | Asks::Start => self.says.push_front(said),
        }
    }

    /// Energy has flowed since the last time.
    fn flow(&mut self, at: DateTime<Utc>) {
        let ms = (at - self.passed).num_milliseconds().clamp(0, MS_PER_HOUR);
        self.passed = self.passed.max(at);
        self.beyond += self.watts() * ms;
        self.register = self.register + Energy::from_wh(self.beyond / MS_PER_HOUR);
        self.beyond %= MS_PER_HOUR;
    }

    fn watts(&self) -> i64 {
        if self.status == Status::Charging && self.transaction.is_some() {
            self.limit_a.clamp(0, CAR_A) * VOLTS
        } else {
            0
        }
    }

    pub(crate) fn tell_status(&mut self, at: DateTime<Utc>) {
        let error = match self.status {
            Status::Faulted => self.fault.as_deref().unwrap_or("OtherError"),
            _ => "NoError",
        };
        let words = json!({
            "connectorId": 1, "errorCode": error, "status": self.status.word(), "timestamp": written(at),
        });
        self.say("StatusNotification", words, Asks::Nothing);
    }

    pub(crate) fn tell_readings(&mut self, at: DateTime<Utc>) {
        self.next_reading = at + READING;
        let sample = |value: i64, measurand: &str, unit: &str| {
            json!({
                "value": value.to_string(), "context": "Sample.Periodic", "measurand": measurand, "unit": unit,
            })
        };
        let mut words = json!({"connectorId": 1, "meterValue": [{"timestamp": written(at), "sampledValue": [
            sample(self.register.wh(), "Energy.Active.Import.Register", "Wh"),
            sample(self.watts(), "Power.Active.Import", "W"),
        ]}]});
        if let Some(transaction) = self.transaction {
            words["transactionId"] = json!(transaction);
        }
        self.say("MeterValues", words, Asks::Nothing);
    }

    pub(crate) fn say(&mut self, action: &'static str, payload: Value, asks: Asks) {
        self.says.push_back(Said { action, payload, asks });
    }
}

fn written(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::obey::Answer;
    use proptest::prelude::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_000_000, 0).unwrap() + TimeDelta::minutes(minute)
    }

    fn model(status: Status, seed: u64) -> Model {
        let register = Energy::from_wh(1_000);
        let tags = vec!["04AA".to_owned(), "04BB".to_owned()];
        let it = Condition { status, fault: None, register, transaction: None, limit_a: 32, tags };
        Model::new(it, at(0), seed)
    }

    /// A host that says yes to everything: answers what was said.
    fn talk(model: &mut Model, number: &mut i64, at: DateTime<Utc>) -> Vec<Said> {
        let mut said = Vec::new();
        while let Some(it) = model.says.pop_front() {
            *number += i64::from(it.asks == Asks::Start);
            let answer = json!({"idTagInfo": {"status": "Accepted"}, "transactionId": *number});
            model.answered(it.asks.clone(), Some(&answer), at);
            said.push(it);
        }
        said
    }

    #[test]
    fn it_says_who_it_is_and_how_it_is_when_it_starts() {
        let mut it = model(Status::Available, 1);
        let said = talk(&mut it, &mut 0, at(0));
        let told: Vec<_> = said.iter().map(|it| it.action).collect();
        assert_eq!(told, ["BootNotification", "StatusNotification", "StatusNotification"]);
    }

    #[test]
    fn sixteen_ampere_on_three_phases_are_eleven_kilowatts() {
        let mut it = model(Status::Available, 1);
        let number = &mut 0;
        talk(&mut it, number, at(0));
        assert_eq!(it.obey("RemoteStartTransaction", &json!({"idTag": "04AA"}), at(1)), Answer::yes());
        talk(&mut it, number, at(1));
        it.full_at = Energy::from_wh(1_000_000);
        for minute in 2..=61 {
            it.pass(at(minute));
            talk(&mut it, number, at(minute));
        }
        assert_eq!(it.obey("RemoteStopTransaction", &json!({"transactionId": 1}), at(61)), Answer::yes());
        let said = talk(&mut it, number, at(61));
        assert_eq!(said[0].payload["meterStop"], 1_000 + 11_040);
    }

    #[test]
    fn a_tag_that_may_not_charge_gets_nothing() {
        let mut it = model(Status::Preparing, 1);
        talk(&mut it, &mut 0, at(0));
        it.pass(at(1));
        let asked = it.says.pop_front().unwrap();
        assert_eq!(asked.action, "Authorize");
        it.answered(asked.asks, Some(&json!({"idTagInfo": {"status": "Blocked"}})), at(1));
        assert_eq!((it.status, it.transaction), (Status::Available, None));
    }

    proptest! {
        /// Whatever the days are like: the register only rises, transactions follow one another, and each is stopped with
        /// no less than it was started with.
        #[test]
        fn its_days_make_sense(seed in any::<u64>(), orders in proptest::collection::vec(0..6_u8, 0..40)) {
            let (mut it, mut number) = (model(Status::Available, seed), 0);
            let (mut register, mut running) = (1_000, None);
            for (step, order) in (0..2_000).zip(orders.into_iter().chain(std::iter::repeat(0))) {
                let now = at(step);
                match order {
                    1 => { it.obey("RemoteStartTransaction", &json!({"idTag": "04AA"}), now); }
                    2 => { it.obey("RemoteStopTransaction", &json!({"transactionId": number}), now); }
                    3 => { it.obey("UnlockConnector", &json!({"connectorId": 1}), now); }
                    4 => { it.obey("ChangeAvailability", &json!({"connectorId": 1, "type": "Inoperative"}), now); }
                    5 => { it.obey("ChangeAvailability", &json!({"connectorId": 1, "type": "Operative"}), now); }
                    _ => it.pass(now),
                }
                for said in talk(&mut it, &mut number, now) {
                    match said.action {
                        "StartTransaction" => {
                            prop_assert_eq!(running, None);
                            let start = said.payload["meterStart"].as_i64().unwrap();
                            prop_assert!(start >= register);
                            (register, running) = (start, Some(number));
                        }
                        "StopTransaction" => {
                            prop_assert_eq!(running.take(), said.payload["transactionId"].as_i64());
                            let stop = said.payload["meterStop"].as_i64().unwrap();
                            prop_assert!(stop >= register);
                            register = stop;
                        }
                        _ => {}
                    }
                }
                prop_assert!(it.due() > now, "it stands still");
            }
        }
    }
}
