//! How many parts an SMS is. Every part is paid for, so that it is counted as the networks count it (3GPP TS 23.038 and
//! 23.040): 160 signs of seven bits, or 70 units of sixteen where one sign is in no seven-bit alphabet; a message of several
//! parts gives some of each to the header that joins them.

use serde::Serialize;

/// The signs of the GSM alphabet, each of seven bits. The sign that leads to the extension is left out: nobody writes it.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿\
                     abcdefghijklmnopqrstuvwxyzäöñüà";
/// Signs that take two places: one that leads to them, and their own.
const EXTENDED: &str = "\u{c}^{}\\[~]|€";

/// In which alphabet a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum SmsAlphabet {
    /// The GSM alphabet of seven bits, with å, ä, ö, æ and ø.
    Gsm,
    /// UTF-16, since a sign is in no other.
    Unicode,
}

impl SmsAlphabet {
    /// What a message of one part holds.
    const fn alone(self) -> usize {
        match self {
            Self::Gsm => 160,
            Self::Unicode => 70,
        }
    }

    /// What each part of a longer message holds.
    const fn joined(self) -> usize {
        match self {
            Self::Gsm => 153,
            Self::Unicode => 67,
        }
    }
}

/// How large a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct SmsSize {
    /// In which alphabet it goes.
    pub alphabet: SmsAlphabet,
    /// How many places its signs take.
    pub units: usize,
    /// How many parts are paid for.
    pub parts: usize,
}

/// The places that a sign of the GSM alphabet takes.
fn gsm_units(sign: char) -> Option<usize> {
    if BASIC.contains(sign) {
        Some(1)
    } else if EXTENDED.contains(sign) {
        Some(2)
    } else {
        None
    }
}

/// How large a message is. An empty one is sent as one part, too.
pub fn size_of(text: &str) -> SmsSize {
    let gsm: Option<Vec<usize>> = text.chars().map(gsm_units).collect();
    let (alphabet, signs) = match gsm {
        Some(signs) => (SmsAlphabet::Gsm, signs),
        None => (SmsAlphabet::Unicode, text.chars().map(char::len_utf16).collect()),
    };
    let units = signs.iter().sum();
    if units <= alphabet.alone() {
        return SmsSize { alphabet, units, parts: 1 };
    }
    // A sign of two places is never cut in two: where one is left, it goes to the next part.
    let (mut parts, mut left) = (1, alphabet.joined());
    for places in signs {
        if places > left {
            parts += 1;
            left = alphabet.joined();
        }
        left -= places;
    }
    SmsSize { alphabet, units, parts }
}

/// A text with the plain sisters of signs that only look better: one of them would double what a message costs.
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for sign in text.trim_end().chars() {
        match sign {
            '\u{a0}' | '\u{202f}' | '\u{2009}' => plain.push(' '),
            '‐' | '‑' | '‒' | '–' | '—' | '−' => plain.push('-'),
            '‘' | '’' => plain.push('\''),
            '“' | '”' | '„' | '«' | '»' => plain.push('"'),
            '…' => plain.push_str("..."),
            '\u{ad}' | '\u{200b}' | '\u{feff}' => {}
            sign => plain.push(sign),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    fn told(text: &str) -> (SmsAlphabet, usize, usize) {
        let SmsSize { alphabet, units, parts } = size_of(text);
        (alphabet, units, parts)
    }

    #[rstest]
    #[case("", SmsAlphabet::Gsm, 0, 1)]
    #[case("Åsa Öberg, æ ø Å ä ö é ü ñ à", SmsAlphabet::Gsm, 28, 1)]
    #[case("100 €", SmsAlphabet::Gsm, 6, 1)]
    #[case("ç", SmsAlphabet::Unicode, 1, 1)]
    #[case("á", SmsAlphabet::Unicode, 1, 1)]
    #[case("Łukasz", SmsAlphabet::Unicode, 6, 1)]
    #[case("👍", SmsAlphabet::Unicode, 2, 1)]
    fn the_letters_of_the_north_take_one_place_and_others_make_the_message_unicode(
        #[case] text: &str,
        #[case] alphabet: SmsAlphabet,
        #[case] units: usize,
        #[case] parts: usize,
    ) {
        assert_eq!(told(text), (alphabet, units, parts));
    }

    #[rstest]
    #[case("ö", 160, 1)]
    #[case("ö", 161, 2)]
    #[case("ö", 306, 2)]
    #[case("ö", 307, 3)]
    #[case("ł", 70, 1)]
    #[case("ł", 71, 2)]
    #[case("ł", 134, 2)]
    #[case("ł", 135, 3)]
    #[case("€", 80, 1)]
    #[case("€", 81, 2)]
    // 153 is odd: the last place of each part stays empty.
    #[case("€", 152, 2)]
    #[case("€", 153, 3)]
    #[case("👍", 35, 1)]
    #[case("👍", 36, 2)]
    #[case("👍", 66, 2)]
    #[case("👍", 67, 3)]
    fn parts_are_counted_to_the_sign(#[case] sign: &str, #[case] count: usize, #[case] parts: usize) {
        assert_eq!(size_of(&sign.repeat(count)).parts, parts, "{count} of {sign}");
    }

    #[test]
    fn the_alphabet_has_its_127_signs() {
        assert_eq!(BASIC.chars().count(), 127);
        assert_eq!(EXTENDED.chars().count(), 10);
        assert!(!EXTENDED.chars().any(|sign| BASIC.contains(sign)));
    }

    #[test]
    fn what_only_looks_better_costs_nothing() {
        let text = plain("”1\u{a0}234,50\u{a0}kr” – Åsas…\n");
        assert_eq!(text, "\"1 234,50 kr\" - Åsas...");
        assert_eq!(size_of(&text).alphabet, SmsAlphabet::Gsm);
    }

    proptest! {
        /// Cutting greedily sign by sign into parts of the size of the alphabet gives as many parts as are counted.
        #[test]
        fn a_message_fits_into_its_parts_and_into_no_fewer(text in "[a-zåäöæø €\\[{👍łñ\n]{0,400}") {
            let SmsSize { alphabet, units, parts } = size_of(&text);
            let each = if parts == 1 { alphabet.alone() } else { alphabet.joined() };
            prop_assert!(units <= parts * each);
            // A part is left with at most one place empty, since no sign takes more than two.
            prop_assert!(parts == 1 || units > (parts - 1) * (each - 1));
            prop_assert_eq!(alphabet == SmsAlphabet::Gsm, text.chars().all(|sign| gsm_units(sign).is_some()));
        }

        #[test]
        fn more_text_is_never_fewer_parts_of_the_same_alphabet(text in "[a-zåäö€]{0,400}", more in "[a-zåäö€]{0,50}") {
            let longer = format!("{text}{more}");
            prop_assert!(size_of(&longer).parts >= size_of(&text).parts);
        }

        #[test]
        fn making_a_text_plain_twice_changes_nothing(text in "\\PC{0,200}") {
            prop_assert_eq!(plain(&plain(&text)), plain(&text));
        }
    }
}
