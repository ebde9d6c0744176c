//! What the desk asks of a charge point, and how its answers are understood.

use crate::credentials::NewKey;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The setting that holds the key of a charge point (OCPP 1.6 security whitepaper, 4.1).
pub const KEY_SETTING: &str = "AuthorizationKey";

/// Something that is asked of a charge point; as JSON it is kept until it is delivered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Operation {
    /// Take a connector (0: all of them) out of service or back into it.
    ChangeAvailability {
        /// 0 is the whole charge point.
        connector: u32,
        /// Whether it may be used.
        operative: bool,
    },
    /// Set one of its settings.
    ChangeConfiguration {
        /// At most 50 characters.
        key: String,
        /// At most 500 characters.
        value: String,
    },
    /// Use another key from now on.
    ChangeKey {
        /// The key; empty where it was not told, for it is kept elsewhere.
        #[serde(skip)]
        key: NewKey,
    },
    /// Forget the tags that it remembers.
    ClearCache,
    /// Tell its settings; all of them when no key is named.
    GetConfiguration {
        /// Which ones.
        keys: Vec<String>,
    },
    /// Begin to charge for a tag.
    RemoteStart {
        /// At most 20 characters.
        tag: String,
        /// Which connector; the charge point chooses when nothing is said.
        connector: Option<u32>,
    },
    /// End a transaction.
    RemoteStop {
        /// As it was named at its start.
        transaction: i32,
    },
    /// Start anew.
    Reset {
        /// At once, or after its transactions.
        how: ResetKind,
    },
    /// Send a message now.
    TriggerMessage {
        /// Which one.
        message: Trigger,
        /// Of which connector.
        connector: Option<u32>,
    },
    /// Let go of the cable.
    UnlockConnector {
        /// From 1.
        connector: u32,
    },
}

/// How a charge point starts anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ResetKind {
    /// After it has ended its transactions.
    Soft,
    /// At once.
    Hard,
}

/// A message that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the words are those of the standard")]
pub enum Trigger {
    BootNotification,
    DiagnosticsStatusNotification,
    FirmwareStatusNotification,
    Heartbeat,
    MeterValues,
    StatusNotification,
}

/// What a charge point said to what was asked. "Accepted" is not "done": the effect shows in a later message (R12).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It will.
    Accepted,
    /// It will, when the running transaction is over.
    Scheduled,
    /// It will, once it has started anew.
    RebootRequired,
    /// It will not; the word is the charge point's own, such as `UnlockFailed`.
    Rejected(String),
    /// It cannot.
    NotSupported,
    /// It told its settings.
    Told(Value),
}

impl Operation {
    /// The action's name on the wire.
    pub const fn action(&self) -> &'static str {
        match self {
            Self::ChangeAvailability { .. } => "ChangeAvailability",
            // The key is a setting like others (OCPP 1.6 security whitepaper, 4.1).
            Self::ChangeConfiguration { .. } | Self::ChangeKey { .. } => "ChangeConfiguration",
            Self::ClearCache => "ClearCache",
            Self::GetConfiguration { .. } => "GetConfiguration",
            Self::RemoteStart { .. } => "RemoteStartTransaction",
            Self::RemoteStop { .. } => "RemoteStopTransaction",
            Self::Reset { .. } => "Reset",
            Self::TriggerMessage { .. } => "TriggerMessage",
            Self::UnlockConnector { .. } => "UnlockConnector",
        }
    }

    /// The payload on the wire.
    pub fn payload(&self) -> Value {
        let with_connector = |mut payload: Value, connector: Option<u32>| {
            if let Some(connector) = connector {
                payload["connectorId"] = connector.into();
            }
            payload
        };
        match self {
            Self::ChangeAvailability { connector, operative } => {
                json!({ "connectorId": connector, "type": if *operative { "Operative" } else { "Inoperative" } })
            }
            Self::ChangeConfiguration { key, value } => json!({ "key": key, "value": value }),
            Self::ChangeKey { key } => json!({ "key": KEY_SETTING, "value": key.digits() }),
            Self::ClearCache => json!({}),
            // An empty list means nothing to some firmwares and everything to others; no list means everything to all.
            Self::GetConfiguration { keys } if keys.is_empty() => json!({}),
            Self::GetConfiguration { keys } => json!({ "key": keys }),
            Self::RemoteStart { tag, connector } => with_connector(json!({ "idTag": tag }), *connector),
            Self::RemoteStop { transaction } => json!({ "transactionId": transaction }),
            Self::Reset { how } => json!({ "type": how }),
            Self::TriggerMessage { message, connector } => {
                with_connector(json!({ "requestedMessage": message }), *connector)
            }
            Self::UnlockConnector { connector } => json!({ "connectorId": connector }),
        }
    }

    /// Whether the answer is the effect: nothing that comes later could show it.
    pub const fn is_done_when_accepted(&self) -> bool {
        matches!(
            self,
            Self::ChangeConfiguration { .. }
                | Self::ClearCache
                | Self::GetConfiguration { .. }
                | Self::UnlockConnector { .. }
        )
    }

    /// Understands the answer.
    pub fn outcome(&self, answer: &str) -> Outcome {
        let answer: Value = serde_json::from_str(answer).unwrap_or_default();
        if matches!(self, Self::GetConfiguration { .. }) {
            return Outcome::Told(answer);
        }
        match answer["status"].as_str().unwrap_or_default() {
            "Accepted" | "Unlocked" => Outcome::Accepted,
            "Scheduled" => Outcome::Scheduled,
            "RebootRequired" => Outcome::RebootRequired,
            "NotSupported" | "NotImplemented" => Outcome::NotSupported,
            word => Outcome::Rejected(word.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(Operation::ClearCache, r#"{"status":"Accepted"}"#, Outcome::Accepted)]
    #[case(Operation::UnlockConnector { connector: 1 }, r#"{"status":"Unlocked"}"#, Outcome::Accepted)]
    #[case(Operation::UnlockConnector { connector: 1 }, r#"{"status":"UnlockFailed"}"#, Outcome::Rejected("UnlockFailed".into()))]
    #[case(Operation::ChangeAvailability { connector: 0, operative: false }, r#"{"status":"Scheduled"}"#, Outcome::Scheduled)]
    #[case(Operation::ChangeConfiguration { key: "a".into(), value: "b".into() }, r#"{"status":"RebootRequired"}"#, Outcome::RebootRequired)]
    #[case(Operation::ChangeKey { key: NewKey::default() }, r#"{"status":"Accepted"}"#, Outcome::Accepted)]
    #[case(Operation::TriggerMessage { message: Trigger::Heartbeat, connector: None }, r#"{"status":"NotImplemented"}"#, Outcome::NotSupported)]
    #[case(Operation::RemoteStop { transaction: 7 }, "{}", Outcome::Rejected(String::new()))]
    #[case(Operation::GetConfiguration { keys: vec![] }, r#"{"configurationKey":[]}"#, Outcome::Told(json!({ "configurationKey": [] })))]
    fn an_answer_is_understood_in_the_light_of_what_was_asked(
        #[case] asked: Operation,
        #[case] answer: &str,
        #[case] outcome: Outcome,
    ) {
        assert_eq!(asked.outcome(answer), outcome);
    }

    #[test]
    fn what_is_kept_until_it_is_delivered_is_read_back() {
        let all = [
            Operation::Reset { how: ResetKind::Soft },
            Operation::RemoteStart { tag: "A".into(), connector: Some(1) },
            Operation::GetConfiguration { keys: vec![] },
        ];
        for operation in all {
            let kept = serde_json::to_value(&operation).expect("JSON");
            assert_eq!(serde_json::from_value::<Operation>(kept).expect("an operation"), operation);
        }
    }

    #[test]
    fn a_key_is_told_and_never_kept_beside_what_was_asked() {
        let digits = "0001020304050607FFFFFFFFFFFFFFFFFFFFFFFF";
        let operation = Operation::ChangeKey { key: NewKey::new(digits.to_owned().into()) };
        assert_eq!(operation.payload(), json!({ "key": "AuthorizationKey", "value": digits }));
        assert_eq!(serde_json::to_value(&operation).expect("JSON"), json!({ "name": "changeKey" }));
        assert!(!format!("{operation:?}").contains(digits));
        let read = serde_json::from_value::<Operation>(json!({ "name": "changeKey" })).expect("an operation");
        assert_eq!(read, Operation::ChangeKey { key: NewKey::default() });
    }

    #[test]
    fn what_is_left_to_the_charge_point_is_not_sent() {
        assert_eq!(Operation::GetConfiguration { keys: vec![] }.payload(), json!({}));
        assert_eq!(Operation::RemoteStart { tag: "A".into(), connector: None }.payload(), json!({ "idTag": "A" }));
    }
}
