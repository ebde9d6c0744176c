//! Files that are no tables although they are given as one: known by how they begin, or by what they are full of.

use super::{INSPECTED_BYTES, looks_like_a_workbook};

/// What a file is instead of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherKind {
    /// A workbook of Excel as it was before 2007, or another document of that time.
    OldWorkbook,
    /// A picture, a PDF, a program: nothing with rows in it.
    Binary,
}

/// How documents of Microsoft Office began before 2007.
const OLD_OFFICE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// How other files begin that people take for a list: PDF, PNG, JPEG, GIF, gzip, 7z, RAR, `SQLite`, ELF.
const OTHERS: [&[u8]; 9] = [
    b"%PDF-",
    b"\x89PNG\r\n",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b\x08",
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"SQLite format 3\0",
    b"\x7fELF",
];

/// One sign in so many may be one that no text has: a list from an old system has a few, a picture is full of them.
const SIGNS_PER_STRANGE_ONE: usize = 20;

/// What a file is, if it is certainly no table of text.
pub fn other_kind(bytes: &[u8]) -> Option<OtherKind> {
    if bytes.starts_with(OLD_OFFICE) {
        return Some(OtherKind::OldWorkbook);
    }
    if OTHERS.iter().any(|beginning| bytes.starts_with(beginning)) {
        return Some(OtherKind::Binary);
    }
    // What is packed looks like noise, and half of the bytes of UTF-16 are zero.
    if looks_like_a_workbook(bytes) || bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return None;
    }
    let sample = bytes.get(..INSPECTED_BYTES).unwrap_or(bytes);
    let strange = sample.iter().filter(|byte| byte.is_ascii_control() && !b"\t\n\r\x0c\x1a".contains(byte)).count();
    (strange > 4 && strange * SIGNS_PER_STRANGE_ONE > sample.len()).then_some(OtherKind::Binary)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(b"%PDF-1.7\n1 0 obj", Some(OtherKind::Binary))]
    #[case(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Some(OtherKind::Binary))]
    #[case(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", Some(OtherKind::OldWorkbook))]
    #[case(b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0", Some(OtherKind::Binary))]
    #[case(b"Namn;Lgh\r\nBo\0;A1\r\nCia;A2\r\n", None)]
    #[case(b"\xff\xfeN\0a\0m\0n\0;\0L\0g\0h\0\r\0\n\0", None)]
    #[case(b"F\xf6rnamn;Efternamn\r\n\xc5sa;\xd6berg\r\n", None)]
    #[case(b"", None)]
    fn a_file_of_another_kind_is_told_from_a_table(#[case] bytes: &[u8], #[case] kind: Option<OtherKind>) {
        assert_eq!(other_kind(bytes), kind);
    }
}
