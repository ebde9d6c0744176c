//! What a payment provider shows a payer of what it does for us.

use stolpe_domain::language::Language;

/// What a refund is for.
pub fn refund(language: Language, number: &str, organisation: &str) -> String {
    let word = match language {
        Language::Sv => "Återbetalning",
        Language::Nb => "Refusjon",
        Language::En => "Refund",
    };
    format!("{word} {number} {organisation}")
}

/// What is paid in advance.
pub fn top_up(language: Language, organisation: &str) -> String {
    let word = match language {
        Language::Sv => "Förskottsbetalning",
        Language::Nb => "Forskuddsbetaling",
        Language::En => "Payment in advance",
    };
    format!("{word} {organisation}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refund_says_in_the_language_of_its_reader_which_invoice_it_is_of() {
        assert_eq!(refund(Language::Sv, "2026-0001", "Brf Ekbacken"), "Återbetalning 2026-0001 Brf Ekbacken");
        assert_eq!(refund(Language::Nb, "2026-0001", "Brf Ekbacken"), "Refusjon 2026-0001 Brf Ekbacken");
    }
}
