//! VAT: rates, and how a document adds them up so that no öre depends on the order of its lines.

use crate::money::{Currency, Money, MoneyError, divide_half_away};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A rate in hundredths of a per cent: 2 500 is 25 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct VatRate(u16);

/// The rate cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a rate of VAT")]
pub struct NoVatRate;

impl VatRate {
    /// A rate in hundredths of a per cent.
    ///
    /// # Errors
    /// [`NoVatRate`] above 100 %.
    pub const fn of_basis_points(points: u16) -> Result<Self, NoVatRate> {
        if points <= 10_000 { Ok(Self(points)) } else { Err(NoVatRate) }
    }

    /// Hundredths of a per cent.
    pub const fn basis_points(self) -> u16 {
        self.0
    }

    /// The VAT on a net amount, rounded once.
    fn on_net(self, net: i64) -> i64 {
        narrow(divide_half_away(i128::from(net) * i128::from(self.0), 10_000))
    }

    /// The VAT inside a gross amount, rounded once.
    fn in_gross(self, gross: i64) -> i64 {
        let rate = i128::from(self.0);
        narrow(divide_half_away(i128::from(gross) * rate, 10_000 + rate))
    }
}

/// How VAT applies to an amount. Exemption and reverse charge are kinds of their own and not the rate 0: a document must
/// name the reason, and a declaration counts them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Vat {
    /// A rate, which may be 0.
    Rate(VatRate),
    /// Outside VAT, as what an organisation sells that is not registered for it.
    Exempt,
    /// The buyer accounts for it.
    ReverseCharge,
}

impl Vat {
    /// The rate that is counted with.
    pub const fn rate(self) -> VatRate {
        match self {
            Self::Rate(rate) => rate,
            Self::Exempt | Self::ReverseCharge => VatRate(0),
        }
    }

    /// As stored and as sent: hundredths of a per cent, or a word.
    pub fn word(self) -> String {
        match self {
            Self::Rate(rate) => rate.0.to_string(),
            Self::Exempt => "exempt".to_owned(),
            Self::ReverseCharge => "reverse_charge".to_owned(),
        }
    }

    /// Reads [`Vat::word`].
    ///
    /// # Errors
    /// [`NoVatRate`] for anything else.
    pub fn from_word(word: &str) -> Result<Self, NoVatRate> {
        match word {
            "exempt" => Ok(Self::Exempt),
            "reverse_charge" => Ok(Self::ReverseCharge),
            points => points.parse().map_err(|_| NoVatRate).and_then(VatRate::of_basis_points).map(Self::Rate),
        }
    }
}

impl TryFrom<String> for Vat {
    type Error = NoVatRate;

    fn try_from(word: String) -> Result<Self, NoVatRate> {
        Self::from_word(&word)
    }
}

impl From<Vat> for String {
    fn from(vat: Vat) -> Self {
        vat.word()
    }
}

#[cfg(feature = "wire")]
impl utoipa::PartialSchema for Vat {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{ObjectBuilder, Type};
        let about = "Hundredths of a per cent such as 2500, or exempt, or reverse_charge.";
        ObjectBuilder::new().schema_type(Type::String).description(Some(about)).into()
    }
}

#[cfg(feature = "wire")]
impl utoipa::ToSchema for Vat {}

/// VAT is at most the amount it is on, so what fitted fits.
fn narrow(minor: i128) -> i64 {
    i64::try_from(minor).unwrap_or(i64::MAX)
}

/// Whether the prices of a document are without VAT or with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Pricing {
    /// Lines are net; VAT comes on top.
    Net,
    /// Lines are gross; VAT is inside, and the total never moves.
    Gross,
}

/// What one rate or kind adds up to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateTotal {
    /// The rate or kind.
    pub vat_kind: Vat,
    /// Without VAT.
    pub net: Money,
    /// The VAT.
    pub vat: Money,
}

/// What a document adds up to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Totals {
    /// Each rate, the lowest first, and then the kinds without one.
    pub rates: Vec<RateTotal>,
    /// Without VAT.
    pub net: Money,
    /// All VAT.
    pub vat: Money,
    /// With VAT.
    pub gross: Money,
}

/// Adds the lines of a document up: VAT is counted on the sum of each rate and rounded once there.
///
/// # Errors
/// [`MoneyError`] when lines are of several currencies or too large.
pub fn totals(currency: Currency, pricing: Pricing, lines: &[(Vat, Money)]) -> Result<Totals, MoneyError> {
    let mut sums: BTreeMap<Vat, Money> = BTreeMap::new();
    for (kind, amount) in lines {
        let sum = sums.entry(*kind).or_insert(Money::zero(currency));
        *sum = sum.plus(*amount)?;
    }
    let rates: Vec<RateTotal> = sums
        .into_iter()
        .map(|(vat_kind, sum)| {
            let (net, vat) = match pricing {
                Pricing::Net => (sum.minor, vat_kind.rate().on_net(sum.minor)),
                Pricing::Gross => {
                    let vat = vat_kind.rate().in_gross(sum.minor);
                    (sum.minor - vat, vat)
                }
            };
            RateTotal { vat_kind, net: Money::of_minor(net, currency), vat: Money::of_minor(vat, currency) }
        })
        .collect();
    let net = Money::sum(currency, rates.iter().map(|total| total.net))?;
    let vat = Money::sum(currency, rates.iter().map(|total| total.vat))?;
    Ok(Totals { net, vat, gross: net.plus(vat)?, rates })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const fn sek(minor: i64) -> Money {
        Money::of_minor(minor, Currency::Sek)
    }

    fn rate(points: u16) -> Vat {
        Vat::Rate(VatRate::of_basis_points(points).expect("a rate"))
    }

    #[test]
    fn emp_07_the_sums_of_the_basket_come_out() {
        let totals = totals(Currency::Sek, Pricing::Net, &[(rate(600), sek(11_700))]).expect("totals");
        assert_eq!((totals.net, totals.vat, totals.gross), (sek(11_700), sek(702), sek(12_402)));
    }

    #[test]
    fn vat_is_rounded_by_rate_and_not_by_line() {
        // 25 % of 0.33 is 8.25 öre each: three lines make 24.75, rounded 25; by line it would be 24.
        let lines = [(rate(2_500), sek(33)); 3];
        assert_eq!(totals(Currency::Sek, Pricing::Net, &lines).expect("totals").vat, sek(25));
    }

    #[test]
    fn no_rate_above_the_amount_itself() {
        assert_eq!(VatRate::of_basis_points(10_001), Err(NoVatRate));
    }

    #[test]
    fn exemption_and_reverse_charge_are_not_the_rate_0() {
        let lines = [(rate(0), sek(100)), (Vat::Exempt, sek(200)), (Vat::ReverseCharge, sek(300)), (rate(0), sek(1))];
        let totals = totals(Currency::Sek, Pricing::Net, &lines).expect("totals");
        let kinds: Vec<_> = totals.rates.iter().map(|it| (it.vat_kind, it.net.minor, it.vat.minor)).collect();
        assert_eq!(kinds, [(rate(0), 101, 0), (Vat::Exempt, 200, 0), (Vat::ReverseCharge, 300, 0)]);
    }

    #[test]
    fn a_kind_of_vat_is_read_back_from_its_word() {
        for vat in [rate(0), rate(2_500), Vat::Exempt, Vat::ReverseCharge] {
            assert_eq!(Vat::from_word(&vat.word()), Ok(vat));
        }
        for wrong in ["", "25 %", "10001", "-1", "none"] {
            assert_eq!(Vat::from_word(wrong), Err(NoVatRate), "{wrong}");
        }
    }

    fn lines() -> impl Strategy<Value = Vec<(Vat, Money)>> {
        let rates = proptest::sample::select(vec![rate(0), rate(600), rate(1_200), rate(2_500), Vat::Exempt]);
        proptest::collection::vec(
            (rates, -1_000_000i64..10_000_000).prop_map(|(rate, minor)| (rate, sek(minor))),
            0..40,
        )
    }

    proptest! {
        #[test]
        fn the_order_of_lines_changes_no_total(lines in lines(), seed in any::<u64>(), gross in any::<bool>()) {
            let pricing = if gross { Pricing::Gross } else { Pricing::Net };
            let mut shuffled = lines.clone();
            fastrand::Rng::with_seed(seed).shuffle(&mut shuffled);
            prop_assert_eq!(totals(Currency::Sek, pricing, &lines), totals(Currency::Sek, pricing, &shuffled));
        }

        #[test]
        fn with_prices_that_include_vat_the_total_never_moves(lines in lines()) {
            let sum = Money::sum(Currency::Sek, lines.iter().map(|line| line.1)).expect("a sum");
            let totals = totals(Currency::Sek, Pricing::Gross, &lines).expect("totals");
            prop_assert_eq!(totals.gross, sum);
            prop_assert_eq!(totals.net.plus(totals.vat), Ok(sum));
        }

        #[test]
        fn the_rates_add_up_to_the_document(lines in lines()) {
            let totals = totals(Currency::Sek, Pricing::Net, &lines).expect("totals");
            let net: i64 = totals.rates.iter().map(|rate| rate.net.minor).sum();
            let vat: i64 = totals.rates.iter().map(|rate| rate.vat.minor).sum();
            prop_assert_eq!((net, vat, net + vat), (totals.net.minor, totals.vat.minor, totals.gross.minor));
        }
    }
}
