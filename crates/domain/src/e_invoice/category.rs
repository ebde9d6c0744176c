//! VAT as e-invoices sort it: a letter for each kind, and what every one of them adds up to.

use super::line::Line;
use crate::country::Country;
use crate::money::{Currency, Money};
use crate::vat::{RateTotal, Vat, VatRate};

/// Why VAT is counted or not, by the letters of UN/ECE 5305.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// A rate above 0.
    Standard(VatRate),
    /// The rate 0.
    Zero,
    /// Exempt, sold by who is registered for VAT.
    Exempt,
    /// The buyer accounts for it.
    ReverseCharge,
    /// Sold by who is not registered for VAT.
    OutOfScope,
}

/// What one category adds up to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subtotal {
    /// The category.
    pub category: Category,
    /// Without VAT.
    pub net: Money,
    /// The VAT.
    pub vat: Money,
}

impl Category {
    /// The category of what somebody sells who is registered for VAT or not.
    pub fn of(vat: Vat, registered: bool) -> Self {
        match vat {
            Vat::Rate(rate) if rate.basis_points() > 0 => Self::Standard(rate),
            Vat::Rate(_) => Self::Zero,
            Vat::ReverseCharge => Self::ReverseCharge,
            Vat::Exempt if registered => Self::Exempt,
            Vat::Exempt => Self::OutOfScope,
        }
    }

    /// Its letter or letters.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Standard(_) => "S",
            Self::Zero => "Z",
            Self::Exempt => "E",
            Self::ReverseCharge => "AE",
            Self::OutOfScope => "O",
        }
    }

    /// The rate in hundredths of a per cent; what is out of scope has none, not even 0.
    pub const fn basis_points(self) -> Option<u16> {
        match self {
            Self::Standard(rate) => Some(rate.basis_points()),
            Self::Zero | Self::Exempt | Self::ReverseCharge => Some(0),
            Self::OutOfScope => None,
        }
    }
}

/// What each category adds up to. Lines that cancel each other out leave a category of nothing, which must be named too.
pub(super) fn subtotals(currency: Currency, rates: &[RateTotal], lines: &[Line], registered: bool) -> Vec<Subtotal> {
    let counted = |total: &RateTotal| Subtotal {
        category: Category::of(total.vat_kind, registered),
        net: total.net,
        vat: total.vat,
    };
    let mut subtotals: Vec<Subtotal> = rates.iter().map(counted).collect();
    for line in lines {
        if subtotals.iter().all(|subtotal| subtotal.category != line.category) {
            let nothing = Money::zero(currency);
            subtotals.push(Subtotal { category: line.category, net: nothing, vat: nothing });
        }
    }
    subtotals
}

/// Whether the e-invoices of a country may carry this rate. The Norwegian rules name none.
pub(super) const fn rate_is_of(country: Country, vat: Vat) -> bool {
    match (country, vat) {
        (Country::Se, Vat::Rate(rate)) => matches!(rate.basis_points(), 0 | 600 | 1_200 | 2_500),
        _ => true,
    }
}
