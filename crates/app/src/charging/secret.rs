//! What is never kept of a charge point's words: its key. Some makers return it when their settings are read, although the
//! standard lets nobody read it.

use serde_json::Value;
use std::borrow::Cow;

/// The setting that holds the key of a charge point (OCPP 1.6 security whitepaper, 4.1).
const SECRET: &str = "AuthorizationKey";

/// Stands in the place of a key.
const VEIL: &str = "•••";

/// Whether a setting is secret: charge points are not strict about the case of names.
pub(crate) fn is_secret(setting: &str) -> bool {
    setting.trim().eq_ignore_ascii_case(SECRET)
}

/// A text of JSON with the values of secret settings veiled; as it came when it holds none.
pub(crate) fn veiled(text: &str) -> Cow<'_, str> {
    let names_it = text.as_bytes().windows(SECRET.len()).any(|part| part.eq_ignore_ascii_case(SECRET.as_bytes()));
    match names_it.then(|| serde_json::from_str(text)) {
        Some(Ok(words)) => Cow::Owned(veil(words).to_string()),
        // What cannot be taken apart cannot be told from the key either.
        Some(Err(_)) => Cow::Borrowed(VEIL),
        None => Cow::Borrowed(text),
    }
}

/// The same words with the values of secret settings veiled.
pub(crate) fn veil(mut words: Value) -> Value {
    veil_within(&mut words);
    words
}

fn veil_within(words: &mut Value) {
    match words {
        Value::Object(named) => {
            let holds_it = named.get("key").and_then(Value::as_str).is_some_and(is_secret);
            if let Some(value) = named.get_mut("value").filter(|value| holds_it && !value.is_null()) {
                *value = VEIL.into();
            }
            named.values_mut().for_each(veil_within);
        }
        Value::Array(all) => all.iter_mut().for_each(veil_within),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::an_answer(
        r#"{"configurationKey":[{"key":"HeartbeatInterval","readonly":false,"value":"300"},{"key":"authorizationkey","readonly":false,"value":"68656a"}]}"#,
        r#"{"configurationKey":[{"key":"HeartbeatInterval","readonly":false,"value":"300"},{"key":"authorizationkey","readonly":false,"value":"•••"}]}"#
    )]
    #[case::a_whole_frame(
        r#"[2,"7","ChangeConfiguration",{"key":"AuthorizationKey","value":"68656a"}]"#,
        r#"[2,"7","ChangeConfiguration",{"key":"AuthorizationKey","value":"•••"}]"#
    )]
    #[case::a_key_that_is_not_told(
        r#"{"configurationKey":[{"key":"AuthorizationKey","readonly":false}],"unknownKey":[]}"#,
        r#"{"configurationKey":[{"key":"AuthorizationKey","readonly":false}],"unknownKey":[]}"#
    )]
    #[case::half_a_frame(r#"[3,"7",{"configurationKey":[{"key":"AuthorizationKey","value":"6865"#, "•••")]
    #[case::anything_else(r#"{ "status" : "Accepted" }"#, r#"{ "status" : "Accepted" }"#)]
    fn a_key_is_never_kept(#[case] came: &str, #[case] kept: &str) {
        assert_eq!(veiled(came), kept);
    }
}
