//! Random bytes from the operating system.

/// So many random bytes.
///
/// # Panics
/// When the operating system has no randomness, in which case nothing secret can be made at all.
#[expect(clippy::expect_used, reason = "a machine without randomness cannot keep a secret: stop at once")]
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}
