//! How an organisation is paid, and what stands on its documents.

use crate::country::Country;
use crate::faults::Faults;
use crate::payment_account::{AccountKind, PaymentAccount};
use crate::payment_reference::ReferenceRule;
use serde::{Deserialize, Serialize};

/// Nobody waits longer for money than a quarter of a year.
const LONGEST_DUE_DAYS: u16 = 90;

/// What is typed in of how an organisation is paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BillingDraft {
    /// What kind of account; of the organisation's own country.
    pub account_kind: AccountKind,
    /// The account, with or without separators. Without one nothing is invoiced.
    pub account: String,
    /// The number at Swish, in Sweden.
    pub swish: Option<String>,
    /// How references are made.
    pub reference_rule: ReferenceRule,
    /// How many days there are to pay.
    pub due_days: u16,
    /// Whether what is to be paid is rounded to whole kronor.
    pub rounds: bool,
    /// Whether what somebody has paid too much follows to their next invoice; it does unless somebody says otherwise.
    #[serde(default = "follows")]
    pub carries_over: bool,
    /// The month in which the fiscal year begins, 1 for January.
    pub fiscal_year_begins_month: u32,
    /// A sentence that must stand on invoices, such as `Godkänd för F-skatt`.
    pub tax_status: Option<String>,
}

/// How an organisation is paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Billing {
    /// Where money is paid to: the kind of the account, a colon and its digits.
    pub account: Option<PaymentAccount>,
    /// Its Swish number.
    pub swish: Option<PaymentAccount>,
    /// How references are made.
    pub reference_rule: ReferenceRule,
    /// How many days there are to pay.
    pub due_days: u16,
    /// Whether what is to be paid is rounded to whole kronor.
    pub rounds: bool,
    /// Whether what somebody has paid too much follows to their next invoice.
    pub carries_over: bool,
    /// The month in which the fiscal year begins.
    pub fiscal_year_begins_month: u32,
    /// A sentence that must stand on invoices.
    pub tax_status: Option<String>,
}

/// The kinds of accounts that are paid to in a country.
pub const fn account_kinds(country: Country) -> &'static [AccountKind] {
    match country {
        Country::Se => &[AccountKind::Bankgiro, AccountKind::Plusgiro],
        Country::No => &[AccountKind::NorwegianBank],
    }
}

/// The rules by which the banks of a country read references.
pub const fn reference_rules(country: Country) -> &'static [ReferenceRule] {
    match country {
        Country::Se => &[ReferenceRule::Ocr, ReferenceRule::OcrWithLength],
        Country::No => &[ReferenceRule::KidMod10, ReferenceRule::KidMod11],
    }
}

const fn follows() -> bool {
    true
}

impl BillingDraft {
    /// Checks every field for an organisation of a country.
    ///
    /// # Errors
    /// All faults at once.
    pub fn check(self, country: Country) -> Result<Billing, Faults> {
        let mut faults = Faults::default();
        if !account_kinds(country).contains(&self.account_kind) {
            faults.add("accountKind", "billing.other_country");
        }
        let account = if self.account.trim().is_empty() {
            faults.add("account", "required");
            None
        } else {
            faults.keep("account", PaymentAccount::parse(self.account_kind, &self.account), |e| e.code().to_owned())
        };
        let swish = self.swish.as_deref().map(str::trim).filter(|number| !number.is_empty());
        let swish = swish.and_then(|number| {
            faults.keep("swish", PaymentAccount::parse(AccountKind::Swish, number), |e| e.code().to_owned())
        });
        if swish.is_some() && country != Country::Se {
            faults.add("swish", "billing.other_country");
        }
        if !reference_rules(country).contains(&self.reference_rule) {
            faults.add("referenceRule", "billing.other_country");
        }
        if self.due_days > LONGEST_DUE_DAYS {
            faults.add("dueDays", "billing.due_days");
        }
        if !(1..=12).contains(&self.fiscal_year_begins_month) {
            faults.add("fiscalYearBeginsMonth", "billing.month");
        }
        let tax_status = faults.optional_text("taxStatus", self.tax_status.as_deref(), 200);
        faults.none().map(|()| Billing {
            account,
            swish,
            reference_rule: self.reference_rule,
            due_days: self.due_days,
            rounds: self.rounds,
            carries_over: self.carries_over,
            fiscal_year_begins_month: self.fiscal_year_begins_month,
            tax_status,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> BillingDraft {
        BillingDraft {
            account_kind: AccountKind::Bankgiro,
            account: "5402-9681".to_owned(),
            swish: Some("123 785 69 01".to_owned()),
            reference_rule: ReferenceRule::OcrWithLength,
            due_days: 30,
            rounds: true,
            carries_over: true,
            fiscal_year_begins_month: 1,
            tax_status: Some("Godkänd för F-skatt ".to_owned()),
        }
    }

    #[test]
    fn a_swedish_organisation_is_paid_in_swedish_ways() {
        let billing = draft().check(Country::Se).expect("particulars");
        assert_eq!(billing.account.map(|it| it.to_string()).as_deref(), Some("5402-9681"));
        assert_eq!(billing.tax_status.as_deref(), Some("Godkänd för F-skatt"));
    }

    #[test]
    fn what_belongs_to_the_other_country_is_refused_field_by_field() {
        let faults = draft().check(Country::No).expect_err("faults").0;
        let fields: Vec<&str> = faults.keys().map(String::as_str).collect();
        assert_eq!(fields, ["accountKind", "referenceRule", "swish"]);
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let wrong = BillingDraft {
            account: "5402-9682".to_owned(),
            swish: Some("070-1".to_owned()),
            due_days: 400,
            fiscal_year_begins_month: 13,
            ..draft()
        };
        let faults = wrong.check(Country::Se).expect_err("faults").0;
        assert_eq!(faults["account"], "payment_account.check_digit");
        assert_eq!(faults["swish"], "payment_account.malformed");
        assert_eq!((&*faults["dueDays"], &*faults["fiscalYearBeginsMonth"]), ("billing.due_days", "billing.month"));
        let none = BillingDraft { account: "  ".to_owned(), ..draft() }.check(Country::Se).expect_err("faults").0;
        assert_eq!(none["account"], "required");
    }
}
