//! Values as charge points really write them: numbers as text, text as numbers, instants without a zone.
//!
//! A field that cannot be read becomes "not given", never an error of the whole message: the message is stored as it
//! came, and what is missing from it shows where it is judged.

use chrono::{DateTime, NaiveDateTime, SubsecRound as _, Utc};
use rust_decimal::Decimal;
use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// A single JSON value that is a number or a text; everything else reads as nothing.
enum Scalar<'a> {
    Text(Cow<'a, str>),
    Whole(i64),
    Broken(f64),
    Nothing,
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Scalar::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Scalar::Whole(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(i64::try_from(number).map_or(Scalar::Nothing, Scalar::Whole))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Scalar::Broken(number))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Scalar::Nothing)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Scalar::Nothing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Self::Value, A::Error> {
        while parts.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::Nothing)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut parts: A) -> Result<Self::Value, A::Error> {
        while parts.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Nothing)
    }
}

/// A text, also where a number was sent; `None` when it is empty or blank.
pub(crate) fn text<'de, D: Deserializer<'de>>(json: D) -> Result<Option<Cow<'de, str>>, D::Error> {
    Ok(match json.deserialize_any(ScalarVisitor)? {
        Scalar::Text(Cow::Borrowed(text)) => some_text(text.trim()).map(Cow::Borrowed),
        Scalar::Text(Cow::Owned(text)) => some_text(text.trim()).map(|text| Cow::Owned(text.to_owned())),
        Scalar::Whole(number) => Some(Cow::Owned(number.to_string())),
        Scalar::Broken(number) => Some(Cow::Owned(number.to_string())),
        Scalar::Nothing => None,
    })
}

fn some_text(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// A whole number, also as text or with a fraction of nothing.
pub(crate) fn whole<'de, D: Deserializer<'de>>(json: D) -> Result<Option<i64>, D::Error> {
    Ok(decimal(json)?.filter(|number| number.fract().is_zero()).and_then(|number| number.trunc().try_into().ok()))
}

/// A decimal, also as text with blanks around it, with a decimal comma or in powers of ten.
pub(crate) fn decimal<'de, D: Deserializer<'de>>(json: D) -> Result<Option<Decimal>, D::Error> {
    Ok(match json.deserialize_any(ScalarVisitor)? {
        Scalar::Text(text) => decimal_of(&text),
        Scalar::Whole(number) => Some(Decimal::from(number)),
        // A JSON number went through a binary fraction on its way; the shortest text that names it is what was meant.
        Scalar::Broken(number) => decimal_of(&number.to_string()),
        Scalar::Nothing => None,
    })
}

fn decimal_of(text: &str) -> Option<Decimal> {
    let text = text.trim();
    let parse = |text: &str| text.parse().ok().or_else(|| Decimal::from_scientific(text).ok());
    parse(text).or_else(|| text.contains(',').then(|| parse(&text.replace(',', "."))).flatten())
}

/// An instant, whole microseconds. A missing zone is read as UTC, which the standard asks for.
pub(crate) fn instant<'de, D: Deserializer<'de>>(json: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    Ok(match json.deserialize_any(ScalarVisitor)? {
        Scalar::Text(text) => instant_of(text.trim()),
        _ => None,
    })
}

fn instant_of(text: &str) -> Option<DateTime<Utc>> {
    let zoned = DateTime::parse_from_rfc3339(text).map(|at| at.to_utc()).ok();
    let bare = || {
        ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f"]
            .iter()
            .find_map(|form| NaiveDateTime::parse_from_str(text.trim_end_matches('Z'), form).ok())
            .map(|at| at.and_utc())
    };
    zoned.or_else(bare).map(|at| at.trunc_subsecs(6))
}

/// A list; anything else than a list reads as an empty one.
pub(crate) fn list<'de, D: Deserializer<'de>, T: serde::Deserialize<'de>>(json: D) -> Result<Vec<T>, D::Error> {
    struct ListVisitor<T>(std::marker::PhantomData<T>);

    impl<'de, T: serde::Deserialize<'de>> Visitor<'de> for ListVisitor<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list")
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(Vec::new())
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Self::Value, A::Error> {
            let mut list = Vec::with_capacity(parts.size_hint().unwrap_or(1).min(64));
            while let Some(item) = parts.next_element()? {
                list.push(item);
                if list.len() > LONGEST_LIST {
                    return Err(A::Error::custom("the list is too long"));
                }
            }
            Ok(list)
        }

        /// Some firmwares leave out the brackets around a single item.
        fn visit_map<A: MapAccess<'de>>(self, parts: A) -> Result<Self::Value, A::Error> {
            T::deserialize(serde::de::value::MapAccessDeserializer::new(parts)).map(|item| vec![item])
        }
    }

    json.deserialize_any(ListVisitor(std::marker::PhantomData))
}

/// A message that was queued for days holds some thousand readings; ten times that is an attack or a fault.
const LONGEST_LIST: usize = 50_000;

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn read<T>(json: &str, with: impl FnOnce(&mut serde_json::Deserializer<serde_json::de::StrRead<'_>>) -> T) -> T {
        with(&mut serde_json::Deserializer::from_str(json))
    }

    #[rstest]
    #[case("\"1203520\"", Some("1203520"))]
    #[case("\" 0.0\"", Some("0.0"))]
    #[case("0", Some("0"))]
    #[case("31.4", Some("31.4"))]
    #[case("\"7210,5\"", Some("7210.5"))]
    #[case("\"1.2E3\"", Some("1200"))]
    #[case("\"NaN\"", None)]
    #[case("\"\"", None)]
    #[case("null", None)]
    #[case("{\"a\":[1]}", None)]
    fn a_reading_is_exact_however_it_was_written(#[case] json: &str, #[case] value: Option<&str>) {
        let expected = value.map(|text| text.parse::<Decimal>().expect("a decimal"));
        assert_eq!(read(json, |json| decimal(json)).expect("JSON"), expected);
    }

    #[rstest]
    #[case("1", Some(1))]
    #[case("\"1\"", Some(1))]
    #[case("1.0", Some(1))]
    #[case("-1", Some(-1))]
    #[case("1.5", None)]
    #[case("\"one\"", None)]
    #[case("99999999999999999999", None)]
    fn a_whole_number_is_whole(#[case] json: &str, #[case] number: Option<i64>) {
        assert_eq!(read(json, |json| whole(json)).expect("JSON"), number);
    }

    #[rstest]
    #[case("\"2026-11-21T08:01:10Z\"", Some("2026-11-21T08:01:10Z"))]
    #[case("\"2026-11-21T09:01:10+01:00\"", Some("2026-11-21T08:01:10Z"))]
    #[case("\"2021-07-06T07:31:22.301252\"", Some("2021-07-06T07:31:22.301252Z"))]
    #[case("\"2021-07-06 07:31:22\"", Some("2021-07-06T07:31:22Z"))]
    #[case("\"2026-11-21T08:01:10.123456789Z\"", Some("2026-11-21T08:01:10.123456Z"))]
    #[case("\"yesterday\"", None)]
    #[case("1763712070", None)]
    fn an_instant_without_a_zone_is_utc(#[case] json: &str, #[case] at: Option<&str>) {
        let expected = at.map(|at| DateTime::parse_from_rfc3339(at).expect("an instant").to_utc());
        assert_eq!(read(json, |json| instant(json)).expect("JSON"), expected);
    }

    #[rstest]
    #[case("\" abc \"", Some("abc"))]
    #[case("12", Some("12"))]
    #[case("\"  \"", None)]
    #[case("true", None)]
    fn a_text_may_have_been_sent_as_a_number(#[case] json: &str, #[case] expected: Option<&str>) {
        let read = text(&mut serde_json::Deserializer::from_str(json)).expect("JSON");
        assert_eq!(read.as_deref(), expected);
    }
}
