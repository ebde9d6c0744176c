//! The few sentences of an e-invoice, in the language of who gets it.

use stolpe_domain::e_invoice::{Category, EInvoice, EInvoiceKind};
use stolpe_domain::language::Language;

/// Why there is no VAT, by the list of the European Union where that has a code for it, and in words.
pub(super) const fn no_vat(category: Category, language: Language) -> (Option<&'static str>, Option<&'static str>) {
    let words = match (category, language) {
        (Category::Standard(_) | Category::Zero, _) => return (None, None),
        (Category::Exempt, Language::Sv) => "Undantaget från moms",
        (Category::Exempt, Language::Nb) => "Unntatt merverdiavgift",
        (Category::Exempt, Language::En) => "Exempt from VAT",
        (Category::ReverseCharge, Language::Sv) => "Omvänd betalningsskyldighet",
        (Category::ReverseCharge, Language::Nb) => "Omvendt avgiftsplikt",
        (Category::ReverseCharge, Language::En) => "Reverse charge",
        (Category::OutOfScope, Language::Sv) => "Säljaren är inte momsregistrerad",
        (Category::OutOfScope, Language::Nb) => "Selgeren er ikke registrert i Merverdiavgiftsregisteret",
        (Category::OutOfScope, Language::En) => "The seller is not registered for VAT",
    };
    let code = match category {
        Category::ReverseCharge => Some("VATEX-EU-AE"),
        Category::OutOfScope => Some("VATEX-EU-O"),
        _ => None,
    };
    (code, Some(words))
}

/// When it is paid, where no day says so.
pub(super) const fn terms(it: &EInvoice) -> &'static str {
    match (&it.kind, it.language) {
        (EInvoiceKind::CreditNote { .. }, Language::Sv) => "Ska inte betalas",
        (EInvoiceKind::CreditNote { .. }, Language::Nb) => "Skal ikke betales",
        (EInvoiceKind::CreditNote { .. }, Language::En) => "Not to be paid",
        (EInvoiceKind::Invoice { .. }, Language::Sv) => "Betalas genast",
        (EInvoiceKind::Invoice { .. }, Language::Nb) => "Betales straks",
        (EInvoiceKind::Invoice { .. }, Language::En) => "To be paid at once",
    }
}
