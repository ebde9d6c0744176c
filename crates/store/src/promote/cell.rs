//! One value on its way from the file to the server: read on either side, written for `copy`, and fed to the proof.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::Row;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::types::Json;
use uuid::Uuid;

/// The types that the two schemas are made of; `migrations/README.md` pairs them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Uuid,
    Bytes,
    Text,
    Instant,
    Day,
    Json,
    Integer,
    Boolean,
}

impl Kind {
    /// The type with this name in `information_schema`.
    pub(super) fn of_postgres(name: &str) -> Option<Self> {
        Some(match name {
            "uuid" => Self::Uuid,
            "bytea" => Self::Bytes,
            "text" => Self::Text,
            "timestamp with time zone" => Self::Instant,
            "date" => Self::Day,
            "jsonb" => Self::Json,
            "bigint" => Self::Integer,
            "boolean" => Self::Boolean,
            _ => return None,
        })
    }
}

/// A value, whichever engine it came from.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    Null,
    Uuid(Uuid),
    Bytes(Vec<u8>),
    Text(String),
    Instant(DateTime<Utc>),
    Day(NaiveDate),
    Json(Value),
    Integer(i64),
    Boolean(bool),
}

/// Makes the reader of one engine's rows; the two differ in nothing but the type of the row.
macro_rules! reader {
    ($name:ident, $row:ty) => {
        pub(super) fn $name(row: &$row, at: usize, kind: Kind) -> sqlx::Result<Self> {
            Ok(match kind {
                Kind::Uuid => row.try_get::<Option<Uuid>, _>(at)?.map(Self::Uuid),
                Kind::Bytes => row.try_get::<Option<Vec<u8>>, _>(at)?.map(Self::Bytes),
                Kind::Text => row.try_get::<Option<String>, _>(at)?.map(Self::Text),
                Kind::Instant => row.try_get::<Option<DateTime<Utc>>, _>(at)?.map(Self::Instant),
                Kind::Day => row.try_get::<Option<NaiveDate>, _>(at)?.map(Self::Day),
                Kind::Json => row.try_get::<Option<Json<Value>>, _>(at)?.map(|Json(value)| Self::Json(value)),
                Kind::Integer => row.try_get::<Option<i64>, _>(at)?.map(Self::Integer),
                Kind::Boolean => row.try_get::<Option<bool>, _>(at)?.map(Self::Boolean),
            }
            .unwrap_or(Self::Null))
        }
    };
}

impl Cell {
    reader!(of_sqlite, SqliteRow);
    reader!(of_postgres, PgRow);

    /// Why Postgres cannot hold the value, though `SQLite` does.
    pub(super) fn unfit(&self) -> Option<&'static str> {
        match self {
            Self::Text(text) if text.contains('\0') => Some("a text holds a zero byte"),
            Self::Json(value) if holds_zero(value) => Some("a text holds a zero byte"),
            Self::Instant(at) if at.timestamp_subsec_nanos() % 1_000 != 0 => {
                Some("an instant is finer than a microsecond")
            }
            _ => None,
        }
    }

    /// The value as a name of its row, where that says nothing about a person.
    pub(super) fn name(&self) -> Option<String> {
        match self {
            Self::Uuid(id) => Some(id.to_string()),
            Self::Integer(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// Appends the value in the text format of `copy`.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => out.extend(b"\\N"),
            Self::Uuid(id) => out.extend(id.hyphenated().encode_lower(&mut Uuid::encode_buffer()).as_bytes()),
            Self::Bytes(bytes) => {
                out.extend(b"\\\\x");
                out.extend(hex::encode(bytes).as_bytes());
            }
            Self::Text(text) => escape(text, out),
            Self::Instant(at) => out.extend(at.to_rfc3339_opts(SecondsFormat::Micros, true).as_bytes()),
            Self::Day(day) => out.extend(day.to_string().as_bytes()),
            Self::Json(value) => escape(&value.to_string(), out),
            Self::Integer(number) => out.extend(number.to_string().as_bytes()),
            Self::Boolean(yes) => out.push(if *yes { b't' } else { b'f' }),
        }
    }

    /// Adds the value to a digest: a sign that it is there, its length, and itself in a form that both engines give.
    pub(super) fn feed(&self, digest: &mut Sha256) {
        let mut part = |bytes: &[u8]| {
            digest.update([1]);
            digest.update((bytes.len() as u64).to_be_bytes());
            digest.update(bytes);
        };
        match self {
            Self::Null => digest.update([0]),
            Self::Uuid(id) => part(id.as_bytes()),
            Self::Bytes(bytes) => part(bytes),
            Self::Text(text) => part(text.as_bytes()),
            Self::Instant(at) => part(&at.timestamp_micros().to_be_bytes()),
            Self::Day(day) => part(day.to_string().as_bytes()),
            Self::Json(value) => part(settled(value).as_bytes()),
            Self::Integer(number) => part(&number.to_be_bytes()),
            Self::Boolean(yes) => part(&[u8::from(*yes)]),
        }
    }
}

fn escape(text: &str, out: &mut Vec<u8>) {
    for byte in text.bytes() {
        match byte {
            b'\\' => out.extend(b"\\\\"),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b'\t' => out.extend(b"\\t"),
            other => out.push(other),
        }
    }
}

fn holds_zero(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(holds_zero),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || holds_zero(value)),
        _ => false,
    }
}

/// JSON in one form: Postgres orders the fields of an object in its own way, and writes `1e2` as `100`.
fn settled(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_unstable_by_key(|(name, _)| *name);
            let fields: Vec<_> =
                fields.into_iter().map(|(name, value)| format!("{}:{}", json!(name), settled(value))).collect();
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(settled).collect::<Vec<_>>().join(",")),
        Value::Number(number) => match number.as_f64() {
            // Beyond this, whole numbers have no exact form of this kind on either side.
            Some(it) if it.fract() == 0.0 && it.abs() < 9e15 => format!("{:.0}", it + 0.0),
            _ => number.to_string(),
        },
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(cell: &Cell) -> Vec<u8> {
        let mut digest = Sha256::new();
        cell.feed(&mut digest);
        digest.finalize().to_vec()
    }

    fn parsed(text: &str) -> Cell {
        Cell::Json(serde_json::from_str(text).unwrap())
    }

    fn written(cell: &Cell) -> String {
        let mut out = Vec::new();
        cell.write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn json_that_means_the_same_proves_the_same_and_other_json_does_not() {
        let one = parsed(r#"{"b": [1e2, -0, 2.5], "a": {"y": null, "x": "å"}}"#);
        assert_eq!(digest(&one), digest(&parsed(r#"{"a":{"x":"å","y":null},"b":[100,0,2.5]}"#)));
        for other in [r#"{"a":{"x":"å","y":null},"b":[100,0,2.25]}"#, r#"{"a":{"x":"å"},"b":[100,0,2.5]}"#, "[]"] {
            assert_ne!(digest(&one), digest(&parsed(other)), "{other}");
        }
        assert_ne!(digest(&parsed("[[1],2]")), digest(&parsed("[[1,2]]")));
    }

    #[test]
    fn nothing_and_an_empty_value_prove_differently() {
        assert_ne!(digest(&Cell::Null), digest(&Cell::Text(String::new())));
        assert_ne!(digest(&Cell::Null), digest(&Cell::Bytes(Vec::new())));
    }

    #[test]
    fn what_would_end_a_field_or_a_row_is_escaped() {
        assert_eq!(written(&Cell::Text("a\tb\nc\r\\N".into())), r"a\tb\nc\r\\N");
        assert_eq!(written(&Cell::Null), r"\N");
        assert_eq!(written(&Cell::Bytes(vec![0, 255])), r"\\x00ff");
        assert_eq!(written(&parsed("{\"a\":\"b\\nc\"}")), r#"{"a":"b\\nc"}"#);
    }

    #[test]
    fn what_postgres_cannot_hold_is_known_beforehand() {
        assert!(Cell::Text("a\0".into()).unfit().is_some());
        assert!(parsed(r#"{"a":["\u0000"]}"#).unfit().is_some());
        assert!(Cell::Instant(DateTime::from_timestamp_nanos(1)).unfit().is_some());
        assert!(Cell::Instant(DateTime::from_timestamp_nanos(1_000)).unfit().is_none());
        assert!(Cell::Text("å".into()).unfit().is_none());
    }
}
