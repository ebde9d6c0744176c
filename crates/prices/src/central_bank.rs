//! The European Central Bank: reference rates of the last ninety days, for prices that are published in euro.

/// Where the rates are.
pub(crate) fn address(base: &str) -> String {
    format!("{}/stats/eurofxref/eurofxref-hist-90d.xml", base.trim_end_matches('/'))
}
