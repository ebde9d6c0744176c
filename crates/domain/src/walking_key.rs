//! The bytes by which names sort as people count.

/// Folded text in which every run of digits is led by its length, so that bytes compare as people count.
pub fn natural_key(text: &str) -> Vec<u8> {
    let folded = text.to_lowercase();
    let mut key = Vec::with_capacity(folded.len() + 4);
    let mut rest = folded.as_str();
    while let Some(first) = rest.chars().next() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if digits > 0 {
            let number = rest[..digits].trim_start_matches('0');
            // Digits sort below letters; 0x30 plus the length keeps the marker among the digits.
            key.push(b'0' + u8::try_from(number.len().min(70)).unwrap_or(70));
            key.extend_from_slice(number.as_bytes());
            rest = &rest[digits..];
        } else {
            let mut buffer = [0; 4];
            key.extend_from_slice(first.encode_utf8(&mut buffer).as_bytes());
            rest = &rest[first.len_utf8()..];
        }
    }
    key
}
