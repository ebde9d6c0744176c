//! What a simulated charge point does when it is asked to.

use crate::model::{Asks, Model};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use stolpe_domain::charging::connector::Status;
use stolpe_ocpp::v16::KEY_SETTING;

/// What it answers to a call.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answer {
    /// This.
    Says(Value),
    /// This, and then it starts anew.
    Restarts(Value),
    /// That it has taken this key, with which it calls from now on.
    TakesKey([u8; 20]),
    /// It does not know the action.
    Unknown,
}

impl Answer {
    fn status(word: &str) -> Self {
        Self::Says(json!({ "status": word }))
    }

    pub(crate) fn yes() -> Self {
        Self::status("Accepted")
    }

    fn no() -> Self {
        Self::status("Rejected")
    }
}

/// Its settings, and whether they can be written.
const SETTINGS: [(&str, &str, bool); 5] = [
    ("AuthorizeRemoteTxRequests", "false", true),
    ("HeartbeatInterval", "300", true),
    ("MeterValueSampleInterval", "60", true),
    ("NumberOfConnectors", "1", false),
    ("SupportedFeatureProfiles", "Core,RemoteTrigger", false),
];

impl Model {
    /// Does what it is asked to, as far as it can.
    pub(crate) fn obey(&mut self, action: &str, asked: &Value, at: DateTime<Utc>) -> Answer {
        self.pass(at);
        match action {
            "RemoteStartTransaction" => {
                let free = matches!(self.status, Status::Available | Status::Preparing | Status::Finishing);
                match asked["idTag"].as_str().filter(|_| free && !self.starting && self.transaction.is_none()) {
                    Some(tag) => {
                        self.start(tag, at);
                        Answer::yes()
                    }
                    None => Answer::no(),
                }
            }
            "RemoteStopTransaction" if self.transaction.is_some() => {
                if asked["transactionId"].as_i64() != self.transaction {
                    return Answer::no();
                }
                self.stop("Remote", Status::Finishing, at);
                Answer::yes()
            }
            "RemoteStopTransaction" => Answer::no(),
            "UnlockConnector" => {
                if self.transaction.is_some() {
                    self.stop("UnlockCommand", Status::Available, at);
                }
                Answer::status("Unlocked")
            }
            "Reset" => {
                let hard = asked["type"] == "Hard";
                if self.transaction.is_some() {
                    self.stop(if hard { "HardReset" } else { "SoftReset" }, Status::Available, at);
                }
                Answer::Restarts(json!({"status": "Accepted"}))
            }
            "ChangeAvailability" => self.change_availability(asked["type"] == "Operative", at),
            "ClearCache" => Answer::yes(),
            "TriggerMessage" => self.trigger(asked["requestedMessage"].as_str().unwrap_or_default(), at),
            "GetConfiguration" => Answer::Says(settings(asked["key"].as_array())),
            "ChangeConfiguration" if asked["key"] == KEY_SETTING => {
                asked["value"].as_str().and_then(key_of).map_or_else(Answer::no, Answer::TakesKey)
            }
            "ChangeConfiguration" => {
                let known = SETTINGS.iter().find(|(name, ..)| asked["key"] == *name);
                Answer::status(match known {
                    Some((_, _, true)) => "Accepted",
                    Some(_) => "Rejected",
                    None => "NotSupported",
                })
            }
            _ => Answer::Unknown,
        }
    }

    fn change_availability(&mut self, operative: bool, at: DateTime<Utc>) -> Answer {
        self.out_of_use = !operative;
        let busy = self.starting || self.transaction.is_some();
        match self.status {
            Status::Unavailable if operative => self.turn(Status::Available, at),
            Status::Faulted | Status::Unavailable => {}
            _ if !operative && busy => return Answer::status("Scheduled"),
            _ if !operative => self.turn(Status::Unavailable, at),
            _ => {}
        }
        Answer::yes()
    }

    fn trigger(&mut self, message: &str, at: DateTime<Utc>) -> Answer {
        match message {
            "BootNotification" => self.boot(),
            "Heartbeat" => self.say("Heartbeat", json!({}), Asks::Nothing),
            "StatusNotification" => self.tell_status(at),
            "MeterValues" => self.tell_readings(at),
            _ => return Answer::status("NotImplemented"),
        }
        Answer::yes()
    }
}

/// The key with these digits.
fn key_of(digits: &str) -> Option<[u8; 20]> {
    let mut key = [0; 20];
    hex::decode_to_slice(digits, &mut key).ok()?;
    Some(key)
}

/// The settings that are asked for; all of them when none is named.
fn settings(asked: Option<&Vec<Value>>) -> Value {
    let wanted = |name: &str| asked.is_none_or(|asked| asked.is_empty() || asked.iter().any(|it| it == name));
    let known: Vec<Value> = SETTINGS
        .iter()
        .filter(|(name, ..)| wanted(name))
        .map(|(name, value, writable)| json!({"key": name, "readonly": !writable, "value": value}))
        .collect();
    let is_known = |name: &Value| SETTINGS.iter().any(|(known, ..)| name == known);
    let unknown: Vec<&Value> = asked.into_iter().flatten().filter(|name| !is_known(name)).collect();
    json!({ "configurationKey": known, "unknownKey": unknown })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Condition;
    use stolpe_domain::energy::Energy;

    #[test]
    fn it_takes_a_key_that_is_one() {
        let at = DateTime::UNIX_EPOCH;
        let it = Condition {
            status: Status::Available,
            fault: None,
            register: Energy::ZERO,
            transaction: None,
            limit_a: 16,
            tags: Vec::new(),
        };
        let mut model = Model::new(it, at, 1);
        let mut told = |digits: &str| {
            let words = json!({"key": "AuthorizationKey", "value": digits});
            model.obey("ChangeConfiguration", &words, at)
        };
        assert_eq!(told(&"0a".repeat(20)), Answer::TakesKey([10; 20]));
        assert_eq!(told("0a"), Answer::no());
    }
}
