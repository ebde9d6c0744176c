//! The three frames of OCPP-J: a call, its result, or its error; JSON arrays in one text message each.

use crate::error_code::ErrorCode;
use serde::Serialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// The standard allows 36 characters; chargers have been seen with serial numbers and longer texts of their own.
const LONGEST_ID: usize = 255;

/// An empty payload, which some charge points send as `null` or leave out.
const NOTHING: &str = "{}";

/// What stands in one message; texts point into it where they can.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame<'a> {
    /// Something is asked.
    Call {
        /// What the answer must repeat. Not always unique: some chargers send their serial number every time.
        id: Cow<'a, str>,
        /// The action's name.
        action: Cow<'a, str>,
        /// The JSON object of the action, not yet looked at.
        payload: &'a str,
    },
    /// An answer to something we asked.
    Answer {
        /// The id that we gave.
        id: Cow<'a, str>,
        /// The JSON object of the answer, not yet looked at.
        payload: &'a str,
    },
    /// A refusal of something we asked.
    Refusal {
        /// The id that we gave.
        id: Cow<'a, str>,
        /// Why.
        code: ErrorCode,
        /// In the charge point's own words; may be empty.
        description: Cow<'a, str>,
    },
}

/// The message is no frame.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Not JSON, or not an array that begins as a frame does. Nobody can be answered: there is no id.
    #[error("the message is no OCPP frame")]
    NoFrame,
    /// A number of a message type that the standard does not know; such messages are passed over (OCPP-J 1.6, 4.1.3).
    #[error("message type {0} is unknown")]
    UnknownType(u64),
    /// A call whose id could be read and whose rest could not: it can be refused.
    #[error("the call does not follow the form of a call")]
    BrokenCall {
        /// What the refusal must repeat.
        id: String,
    },
}

impl<'a> Frame<'a> {
    /// Reads one message.
    ///
    /// # Errors
    /// [`Unreadable`]; the message itself should be stored before it is read.
    pub fn read(text: &'a str) -> Result<Self, Unreadable> {
        // A byte order mark has been seen in front of otherwise sound frames.
        let text = text.trim_start_matches('\u{feff}');
        let mut json = serde_json::Deserializer::from_str(text);
        let parts = json.deserialize_seq(PartsVisitor).map_err(|_| Unreadable::NoFrame)?;
        if json.end().is_err() {
            return Err(Unreadable::NoFrame);
        }
        let Parts { kind, id, third, fourth } = parts;
        match kind {
            2 => match (third.and_then(text_of), fourth.map_or(Some(NOTHING), object_of)) {
                (Some(action), Some(payload)) => Ok(Self::Call { id, action, payload }),
                _ => Err(Unreadable::BrokenCall { id: id.into_owned() }),
            },
            3 => {
                let payload = third.map_or(Some(NOTHING), object_of).ok_or(Unreadable::NoFrame)?;
                Ok(Self::Answer { id, payload })
            }
            4 => {
                let code = third.and_then(text_of).map_or(ErrorCode::GenericError, |word| ErrorCode::from_word(&word));
                let description = fourth.and_then(text_of).unwrap_or_default();
                Ok(Self::Refusal { id, code, description })
            }
            other => Err(Unreadable::UnknownType(other)),
        }
    }
}

/// The text of a call of ours.
pub fn write_call(id: &str, action: &str, payload: &impl Serialize) -> String {
    write(&(2, id, action, payload))
}

/// The text of our answer to a call.
pub fn write_answer(id: &str, payload: &impl Serialize) -> String {
    write(&(3, id, payload))
}

/// The text of our refusal of a call.
pub fn write_refusal(id: &str, code: ErrorCode, description: &str) -> String {
    // The standard wants an object of details, also an empty one.
    write(&(4, id, code.word(), description, serde_json::Map::new()))
}

fn write(frame: &impl Serialize) -> String {
    // Texts, numbers and our own structs: none of them has a key that is no text, the one thing that could fail.
    serde_json::to_string(frame).unwrap_or_default()
}

struct Parts<'a> {
    kind: u64,
    id: Cow<'a, str>,
    third: Option<&'a RawValue>,
    fourth: Option<&'a RawValue>,
}

struct PartsVisitor;

impl<'de> Visitor<'de> for PartsVisitor {
    type Value = Parts<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an OCPP frame")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut frame: A) -> Result<Self::Value, A::Error> {
        let missing = || A::Error::custom("the frame is too short");
        let kind = frame.next_element::<u64>()?.ok_or_else(missing)?;
        let id = frame.next_element::<&RawValue>()?.ok_or_else(missing)?;
        let id = id_of(id).ok_or_else(|| A::Error::custom("the frame has no id"))?;
        let third = frame.next_element()?;
        let fourth = frame.next_element()?;
        while frame.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Parts { kind, id, third, fourth })
    }
}

/// An id is a text; a bare number has been seen and is kept as it was written.
fn id_of(raw: &RawValue) -> Option<Cow<'_, str>> {
    let id = match raw.get().as_bytes().first()? {
        b'"' => text_of(raw)?,
        b'0'..=b'9' | b'-' => Cow::Borrowed(raw.get()),
        _ => return None,
    };
    (id.len() <= LONGEST_ID).then_some(id)
}

fn text_of(raw: &RawValue) -> Option<Cow<'_, str>> {
    let inside = raw.get().strip_prefix('"')?.strip_suffix('"')?;
    if inside.contains('\\') {
        serde_json::from_str(raw.get()).ok().map(Cow::Owned)
    } else {
        Some(Cow::Borrowed(inside))
    }
}

fn object_of(raw: &RawValue) -> Option<&str> {
    match raw.get().as_bytes().first()? {
        b'{' => Some(raw.get()),
        b'n' => Some(NOTHING),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;
    use serde_json::json;

    #[test]
    fn a_call_is_read_without_looking_into_it() {
        let text = r#"[2, "0809558", "StartTransaction", {"connectorId": 1}]"#;
        let call =
            Frame::Call { id: "0809558".into(), action: "StartTransaction".into(), payload: r#"{"connectorId": 1}"# };
        assert_eq!(Frame::read(text), Ok(call));
    }

    #[rstest]
    #[case::null(r#"[2,"1","Heartbeat",null]"#)]
    #[case::left_out(r#"[2,"1","Heartbeat"]"#)]
    #[case::a_fifth_part(r#"[2,"1","Heartbeat",{},"signature"]"#)]
    #[case::a_number_for_an_id(r#"[2,1,"Heartbeat",{}]"#)]
    #[case::a_byte_order_mark("\u{feff}[2,\"1\",\"Heartbeat\",{}]\r\n")]
    fn small_liberties_are_overlooked(#[case] text: &str) {
        let expected = Frame::Call { id: "1".into(), action: "Heartbeat".into(), payload: NOTHING };
        assert_eq!(Frame::read(text), Ok(expected));
    }

    #[rstest]
    #[case("")]
    #[case("ping")]
    #[case("{}")]
    #[case("[]")]
    #[case("[2]")]
    #[case(r#"[3,"189ce671",{"configurationKey":[]"#)]
    #[case(r#"[2,{},"Heartbeat",{}]"#)]
    #[case(r#"[2,"1","Heartbeat",{}] [2,"2","Heartbeat",{}]"#)]
    fn what_is_no_frame_cannot_be_answered(#[case] text: &str) {
        assert_eq!(Frame::read(text), Err(Unreadable::NoFrame));
    }

    #[rstest]
    #[case(r#"[2,"7","Heartbeat",[]]"#)]
    #[case(r#"[2,"7",5,{}]"#)]
    #[case(r#"[2,"7"]"#)]
    fn a_call_of_a_wrong_form_can_be_refused_by_its_id(#[case] text: &str) {
        assert_eq!(Frame::read(text), Err(Unreadable::BrokenCall { id: "7".into() }));
    }

    #[test]
    fn unknown_message_types_are_named() {
        assert_eq!(Frame::read(r#"[6,"1",{}]"#), Err(Unreadable::UnknownType(6)));
    }

    #[test]
    fn a_refusal_may_be_as_short_as_its_id() {
        let refusal = Frame::Refusal { id: "s4".into(), code: ErrorCode::NotSupported, description: "".into() };
        assert_eq!(Frame::read(r#"[4,"s4","NotSupported","",{}]"#), Ok(refusal));
        let bare = Frame::Refusal { id: "s4".into(), code: ErrorCode::GenericError, description: "".into() };
        assert_eq!(Frame::read(r#"[4,"s4"]"#), Ok(bare));
    }

    proptest! {
        #[test]
        fn what_we_write_is_read_back(id in "\\PC{1,36}", action in "[A-Za-z]{1,40}", value in "\\PC{0,40}") {
            let payload = json!({ "key": value });
            let text = write_call(&id, &action, &payload);
            let Ok(Frame::Call { id: read_id, action: read_action, payload: read }) = Frame::read(&text) else {
                return Err(TestCaseError::fail(text.clone()));
            };
            prop_assert_eq!((read_id.as_ref(), read_action.as_ref()), (id.as_str(), action.as_str()));
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(read).expect("JSON"), payload);
        }

        #[test]
        fn no_text_makes_the_reader_fail_otherwise_than_by_saying_so(text in "\\PC{0,200}") {
            let _ = Frame::read(&text);
        }
    }
}
