//! The two check-digit rules of Nordic numbers. Which number uses which, and what follows from a failure, is the
//! business of each number.

/// Says whether ASCII digits end in the Luhn (modulus 10) check digit of those before.
pub(crate) fn luhn_holds(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let value = u32::from(digit - b'0');
            match (place % 2, value * 2) {
                (0, _) => value,
                (_, doubled) if doubled > 9 => doubled - 9,
                (_, doubled) => doubled,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// The Luhn check digit that ASCII digits are to be followed by.
pub(crate) fn luhn_digit(digits: &[u8]) -> u8 {
    (b'0'..=b'9').find(|check| luhn_holds(&[digits, &[*check]].concat())).unwrap_or(b'0')
}

/// The modulus 11 check digit of ASCII digits under the given weights, or none where the rule gives 10, which no
/// digit can carry.
pub(crate) fn modulus_11(digits: &[u8], weights: &[u32]) -> Option<u8> {
    let sum: u32 = digits.iter().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    match 11 - sum % 11 {
        11 => Some(b'0'),
        10 => None,
        check => u8::try_from(check).ok().map(|check| b'0' + check),
    }
}

/// The digits of a number as people write it: blanks of any kind and the given separators fall away, anything else
/// that is no ASCII digit makes the text no number at all.
pub(crate) fn digits_of(text: &str, separators: &[char]) -> Option<String> {
    let mut digits = String::with_capacity(12);
    for letter in text.chars() {
        match letter {
            '0'..='9' => digits.push(letter),
            letter if letter.is_whitespace() || separators.contains(&letter) => {}
            _ => return None,
        }
    }
    Some(digits)
}
