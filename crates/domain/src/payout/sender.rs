//! How an organisation is known at the bank that pays out for it.

use crate::country::Country;
use crate::faults::Faults;
use crate::payment_account::{AccountKind, PaymentAccount};
use crate::payout_account::{PayoutAccount, PayoutAccountKind};
use serde::{Deserialize, Serialize};

/// The longest number of a customer that a file has room for.
const LONGEST_CUSTOMER: usize = 35;

/// What is typed in of how an organisation is known at its bank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PayoutSenderDraft {
    /// The BIC of the bank.
    pub bic: String,
    /// What the bank calls whoever sends files, if it has agreed on that.
    pub customer: Option<String>,
    /// What kind of account is drawn on.
    pub account_kind: Option<PayoutAccountKind>,
    /// The account that is drawn on; without one, that to which invoices are paid.
    pub account: Option<String>,
}

/// How an organisation is known at its bank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct PayoutSender {
    /// The BIC of the bank.
    pub bic: String,
    /// What the bank calls whoever sends files.
    pub customer: Option<String>,
    /// The account that is drawn on; none where that is the one to which invoices are paid.
    pub account: Option<PayoutAccount>,
}

impl PayoutSenderDraft {
    /// Checks every field for an organisation of a country.
    ///
    /// # Errors
    /// All faults at once.
    pub fn check(self, country: Country) -> Result<PayoutSender, Faults> {
        let mut faults = Faults::default();
        let bic: String = self.bic.chars().filter(|letter| !letter.is_whitespace()).collect::<String>().to_uppercase();
        if !is_bic(&bic) {
            faults.add("bic", "payout_sender.bic");
        }
        let customer = faults.optional_text("customer", self.customer.as_deref(), LONGEST_CUSTOMER);
        let account = self.account.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let account = account.and_then(|text| {
            let Some(kind) = self.account_kind else {
                faults.add("accountKind", "required");
                return None;
            };
            faults.keep("account", PayoutAccount::parse(country, kind, text), |e| e.code().to_owned())
        });
        faults.none().map(|()| PayoutSender { bic, customer, account })
    }
}

impl PayoutSender {
    /// The account that is drawn on, where invoices are paid to another; nothing where neither is an account at a bank.
    pub fn drawn_on(&self, invoiced_to: Option<&PaymentAccount>) -> Option<PayoutAccount> {
        if let Some(own) = &self.account {
            return Some(own.clone());
        }
        let account = invoiced_to?;
        let kind = match account.kind() {
            AccountKind::Bankgiro => PayoutAccountKind::Bankgiro,
            AccountKind::Plusgiro => PayoutAccountKind::Plusgiro,
            AccountKind::NorwegianBank => PayoutAccountKind::NorwegianBank,
            AccountKind::Swish => return None,
        };
        PayoutAccount::parse_stored(&format!("{}:{}", kind.word(), account.digits())).ok()
    }
}

/// Bank, country and place, and a branch if there is one (ISO 9362).
fn is_bic(text: &str) -> bool {
    matches!(text.len(), 8 | 11)
        && text.bytes().take(6).all(|byte| byte.is_ascii_uppercase())
        && text.bytes().skip(6).all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && !text.get(6..8).is_some_and(|place| place.starts_with(['0', '1']) || place.ends_with('O'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn draft(bic: &str) -> PayoutSenderDraft {
        PayoutSenderDraft { bic: bic.to_owned(), customer: None, account_kind: None, account: None }
    }

    #[rstest]
    #[case("HANDSESS", true)]
    #[case("dnba nokk xxx", true)]
    #[case("HANDSES", false)]
    #[case("HAND5ESS", false)]
    #[case("HANDSE0S", false)]
    #[case("HANDSESSX", false)]
    #[case("", false)]
    fn a_bank_is_known_by_eight_or_eleven_signs(#[case] bic: &str, #[case] holds: bool) {
        assert_eq!(draft(bic).check(Country::Se).is_ok(), holds);
    }

    #[test]
    fn what_is_drawn_on_is_said_or_is_where_invoices_are_paid() {
        let giro = PaymentAccount::parse(AccountKind::Bankgiro, "5402-9681").unwrap();
        let sender = draft("HANDSESS").check(Country::Se).unwrap();
        assert_eq!(sender.drawn_on(Some(&giro)).unwrap().as_str(), "bankgiro:54029681");
        assert_eq!(sender.drawn_on(None), None);
        let swish = PaymentAccount::parse(AccountKind::Swish, "123 785 69 01").unwrap();
        assert_eq!(sender.drawn_on(Some(&swish)), None);
        let own = PayoutSenderDraft {
            account_kind: Some(PayoutAccountKind::Iban),
            account: Some("SE35 5000 0000 0549 1000 0003".to_owned()),
            ..draft("HANDSESS")
        };
        let sender = own.clone().check(Country::Se).unwrap();
        assert_eq!(sender.drawn_on(Some(&giro)).unwrap().as_str(), "iban:SE3550000000054910000003");
        let faults = PayoutSenderDraft { account_kind: None, ..own }.check(Country::Se).unwrap_err();
        assert_eq!(faults.0["accountKind"], "required");
    }
}
