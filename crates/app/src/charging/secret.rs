//! What is never kept of a charge point's words: its key. Some makers return it when their settings are read, although the
//! standard lets nobody read it.

use serde_json::Value;
use std::borrow::Cow;
use stolpe_ocpp::v16::KEY_SETTING;

/// Stands in the place of a key.
const VEIL: &str = "•••";

/// Whether a setting is secret: charge points are not strict about the case of names.
pub(crate) fn is_secret(setting: &str) -> bool {
    setting.trim().eq_ignore_ascii_case(KEY_SETTING)
}

/// A text of JSON with the values of secret settings veiled; as it came when it holds none.
pub(crate) fn veiled(text: &str) -> Cow<'_, str> {
    let names_it =
        text.as_bytes().windows(KEY_SETTING.len()).any(|part| part.eq_ignore_ascii_case(KEY_SETTING.as_bytes()));
    match names_it.then(|| serde_json::from_str(text)) {
        Some(Ok(words)) => Cow::Owned(veil(words).to_string()),
        // What cannot be taken apart cannot be told from the key either.
        Some(Err(_)) => Cow::Borrowed(VEIL),
        None => Cow::Borrowed(text),
    }
}

/// A text with the digits of a key veiled, wherever they stand: some charge points repeat in their complaint what it is
/// about.
pub(crate) fn without<'a>(text: Cow<'a, str>, digits: &str) -> Cow<'a, str> {
    let found = |text: &str| {
        let places = text.as_bytes().windows(digits.len().max(1));
        places.into_iter().position(|part| part.eq_ignore_ascii_case(digits.as_bytes()))
    };
    let Some(mut place) = found(&text) else { return text };
    let mut text = text.into_owned();
    loop {
        // Digits are of ASCII: they begin and end where a letter does.
        text.replace_range(place..place + digits.len(), VEIL);
        match found(&text) {
            Some(next) => place = next,
            None => return Cow::Owned(text),
        }
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

    #[rstest]
    #[case(
        r#"[4,"7","PropertyConstraintViolation","68656A is too short",{"value":"68656a"}]"#,
        r#"[4,"7","PropertyConstraintViolation","••• is too short",{"value":"•••"}]"#
    )]
    #[case("[3,\"7\",{}]", "[3,\"7\",{}]")]
    #[case("å68656Aö68656A", "å•••ö•••")]
    fn a_key_that_was_told_is_not_kept_from_any_words(#[case] came: &str, #[case] kept: &str) {
        assert_eq!(without(came.into(), "68656A"), kept);
        assert_eq!(without(came.into(), ""), came);
    }
}
