//! The month run, one session at a time: what of it is still to be charged, or by what name it has to wait.
//!
//! A run may be made as often as anybody likes. What was charged is compared with what is right now, and only the
//! difference is owed; so a second run finds nothing, and a late reading, a corrected price or a session that was taken
//! out of billing finds its way to the next document by itself.

use crate::charge::difference;
use crate::charging::session::SessionState;
use crate::energy::Energy;
use crate::local_day::Month;
use crate::money::MoneyError;
use crate::quarter::Quarter;
use crate::tariff::{MonthCost, Pricer, TariffLine, Unpriced};
use crate::words::words;

words! {
    /// How a session stands with what is charged, as lists tell it: what a run would find, without asking for prices.
    ChargeState {
        /// Something was charged for it.
        Charged = "charged",
        /// The next run charges it, if it has a price.
        NotCharged = "not_charged",
        /// It is open, doubted, or nobody is known to pay for it.
        Waiting = "waiting",
        /// There is nothing to charge: it is void, billed elsewhere, or without energy.
        Nothing = "nothing",
    }
}

impl ChargeState {
    /// How a session stands.
    pub const fn of(state: SessionState, has_payer: bool, has_energy: bool, charged: bool) -> Self {
        match state {
            _ if charged => Self::Charged,
            SessionState::Void | SessionState::BilledElsewhere => Self::Nothing,
            state if !state.is_billed() => Self::Waiting,
            _ if !has_energy => Self::Nothing,
            _ if !has_payer => Self::Waiting,
            _ => Self::NotCharged,
        }
    }
}

/// What a run needs to know of a session.
#[derive(Clone, Copy, Debug)]
pub struct Settleable<'s> {
    /// Where it stands.
    pub state: SessionState,
    /// Whether it is known who pays for it.
    pub has_payer: bool,
    /// Its energy by the quarter.
    pub intervals: &'s [(Quarter, Energy)],
    /// What was charged for it before, month by month; differences among it.
    pub charged: &'s [(Month, Vec<TariffLine>)],
}

/// Something that is to be charged now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The month it is for.
    pub month: Month,
    /// Whether the month was charged before, so that this is what is to be added or taken back.
    pub is_difference: bool,
    /// The energy in it.
    pub energy: Energy,
    /// Its lines.
    pub lines: Vec<TariffLine>,
}

/// Why a session is not charged in this run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Waits {
    /// Energy may still flow.
    #[error("the session is not over")]
    Open,
    /// Somebody has to look at it.
    #[error("the session is doubted and nobody has accepted it")]
    Doubted,
    /// Nobody is known to pay for it.
    #[error("nobody is known to pay for the session")]
    NoPayer,
    /// It has no price yet.
    #[error(transparent)]
    Unpriced(#[from] Unpriced),
}

impl Waits {
    /// The stable word that screens translate.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Open => "session.still_open",
            Self::Doubted => "session.doubted",
            Self::NoPayer => "session.no_payer",
            Self::Unpriced(unpriced) => unpriced.code(),
        }
    }
}

/// What is to be charged for a session up to a month; nothing when it is charged as it should be.
///
/// Energy of a later month waits for the run of that month. What was charged for a session that is void now is taken back.
///
/// # Errors
/// [`Waits`]; nothing of the session is charged then.
pub fn settle(session: &Settleable<'_>, pricer: &Pricer<'_>, up_to: Month) -> Result<Vec<Due>, Waits> {
    let right: Vec<MonthCost> = match session.state {
        SessionState::Void | SessionState::BilledElsewhere => Vec::new(),
        SessionState::Open => return Err(Waits::Open),
        state if !state.is_billed() => return Err(Waits::Doubted),
        _ if !session.has_payer && session.intervals.iter().any(|(_, energy)| *energy != Energy::ZERO) => {
            return Err(Waits::NoPayer);
        }
        _ => pricer.session(session.intervals)?,
    };
    let mut months: Vec<Month> =
        right.iter().map(|cost| cost.month).chain(session.charged.iter().map(|(month, _)| *month)).collect();
    months.sort_unstable();
    months.dedup();
    let due = months.into_iter().filter(|month| *month <= up_to).map(|month| due_of(month, session, &right));
    let due: Vec<Due> = due.collect::<Result<_, MoneyError>>().map_err(Unpriced::Amount)?;
    Ok(due.into_iter().filter(|due| !due.lines.is_empty()).collect())
}

fn due_of(month: Month, session: &Settleable<'_>, right: &[MonthCost]) -> Result<Due, MoneyError> {
    let of_month = session.charged.iter().filter(|(charged, _)| *charged == month);
    let charged: Vec<TariffLine> = of_month.flat_map(|(_, lines)| lines).cloned().collect();
    let cost = right.iter().find(|cost| cost.month == month);
    let lines = difference(&charged, cost.map_or(&[][..], |cost| &cost.lines))?;
    // Every kind of component counts all energy, so that any one of them tells how much it is.
    let energy =
        lines.iter().filter(|line| line.kind == crate::tariff::ComponentKind::Energy).map(|line| line.energy).sum();
    Ok(Due { month, is_difference: !charged.is_empty(), energy, lines })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::local_day::first_quarter;
    use crate::market_price::MarketPrices;
    use crate::money::{Currency, Money};
    use crate::price::EnergyPrice;
    use crate::tariff::{Component, ComponentKind, Place, Rate, Tariff};
    use crate::vat::{Vat, VatRate};
    use chrono_tz::Europe::Stockholm;
    use proptest::prelude::*;
    use rstest::rstest;

    const PLACE: Place = Place { area: None, zone: Stockholm };

    fn tariff(micro_per_kwh: i64) -> Tariff {
        let row = |kind, rate| Component {
            kind,
            rate,
            valid_from: "2026-01-01".parse().expect("a day"),
            valid_until: None,
            vat: Vat::Rate(VatRate::of_basis_points(2_500).expect("a rate")),
            source: "Avtal".to_owned(),
        };
        let price = |micro_per_kwh| Rate::PerKwh(EnergyPrice { micro_per_kwh, currency: Currency::Sek });
        let rows = vec![
            row(ComponentKind::Energy, price(micro_per_kwh)),
            row(ComponentKind::Grid, price(317_000)),
            row(ComponentKind::StartFee, Rate::Each(Money::of_minor(500, Currency::Sek))),
        ];
        Tariff::check(Currency::Sek, rows).expect("a tariff")
    }

    fn month(text: &str) -> Month {
        Month::parse(text).expect("a month")
    }

    /// Quarters around midnight between November and December.
    fn intervals(energies: &[i64]) -> Vec<(Quarter, Energy)> {
        let first = first_quarter("2026-12-01".parse().expect("a day"), Stockholm).number() - 4;
        (first..).map(Quarter::from_number).zip(energies.iter().copied().map(Energy::from_wh)).collect()
    }

    fn session<'s>(
        state: SessionState,
        intervals: &'s [(Quarter, Energy)],
        charged: &'s [(Month, Vec<TariffLine>)],
    ) -> Settleable<'s> {
        Settleable { state, has_payer: true, intervals, charged }
    }

    fn kept(due: Vec<Due>) -> Vec<(Month, Vec<TariffLine>)> {
        due.into_iter().map(|due| (due.month, due.lines)).collect()
    }

    #[test]
    fn the_energy_of_the_next_month_waits_for_its_own_run() {
        let (tariff, market) = (tariff(1_000_000), MarketPrices::default());
        let pricer = Pricer::new(&tariff, PLACE, &market);
        let intervals = intervals(&[1_000; 6]);
        let first = settle(&session(SessionState::Closed, &intervals, &[]), &pricer, month("2026-11")).expect("due");
        assert_eq!(
            first.iter().map(|due| (due.month, due.energy.wh())).collect::<Vec<_>>(),
            [(month("2026-11"), 4_000)]
        );
        let charged = kept(first);
        let next =
            settle(&session(SessionState::Closed, &intervals, &charged), &pricer, month("2026-12")).expect("due");
        let seen: Vec<_> = next.iter().map(|due| (due.month, due.is_difference, due.energy.wh())).collect();
        assert_eq!(seen, [(month("2026-12"), false, 2_000)]);
    }

    #[test]
    fn a_session_that_became_void_is_taken_back_whole() {
        let (tariff, market) = (tariff(1_000_000), MarketPrices::default());
        let pricer = Pricer::new(&tariff, PLACE, &market);
        let intervals = intervals(&[1_000; 4]);
        let up_to = month("2026-12");
        let charged = kept(settle(&session(SessionState::Closed, &intervals, &[]), &pricer, up_to).expect("due"));
        let back = settle(&session(SessionState::Void, &intervals, &charged), &pricer, up_to).expect("due");
        assert_eq!((back.len(), back[0].is_difference, back[0].energy.wh()), (1, true, -4_000));
        let sum = |lines: &[TariffLine]| lines.iter().map(|line| line.amount.minor).sum::<i64>();
        assert_eq!(sum(&back[0].lines), -sum(&charged[0].1));
        assert_eq!(settle(&session(SessionState::Void, &intervals, &[]), &pricer, up_to), Ok(vec![]));
    }

    #[rstest]
    #[case(SessionState::Open, true, Waits::Open)]
    #[case(SessionState::Suspect, true, Waits::Doubted)]
    #[case(SessionState::ClosedBySystem, true, Waits::Doubted)]
    #[case(SessionState::OrphanStop, true, Waits::Doubted)]
    #[case(SessionState::Closed, false, Waits::NoPayer)]
    fn what_cannot_be_charged_waits_by_name(
        #[case] state: SessionState,
        #[case] has_payer: bool,
        #[case] waits: Waits,
    ) {
        let (tariff, market) = (tariff(1_000_000), MarketPrices::default());
        let pricer = Pricer::new(&tariff, PLACE, &market);
        let intervals = intervals(&[1_000]);
        let it = Settleable { has_payer, ..session(state, &intervals, &[]) };
        assert_eq!(settle(&it, &pricer, month("2026-12")), Err(waits));
    }

    #[test]
    fn a_list_says_of_a_session_what_the_next_run_would_find() {
        let (tariff, market) = (tariff(1_000_000), MarketPrices::default());
        let pricer = Pricer::new(&tariff, PLACE, &market);
        for state in SessionState::ALL {
            for (has_payer, wh) in [(true, 1_000), (true, 0), (false, 1_000), (false, 0)] {
                let intervals = intervals(&[wh]);
                let it = Settleable { has_payer, ..session(*state, &intervals, &[]) };
                let found = match settle(&it, &pricer, month("2026-12")) {
                    Err(_) => ChargeState::Waiting,
                    Ok(due) if due.is_empty() => ChargeState::Nothing,
                    Ok(_) => ChargeState::NotCharged,
                };
                assert_eq!(ChargeState::of(*state, has_payer, wh > 0, false), found, "{state:?} {has_payer} {wh} Wh");
                assert_eq!(ChargeState::of(*state, has_payer, wh > 0, true), ChargeState::Charged);
            }
        }
    }

    proptest! {
        /// However often a run is made, and whatever energy and price turn out to be between the runs, what was charged in
        /// all is what is right at last.
        #[test]
        fn all_runs_together_charge_what_is_right(
            runs in proptest::collection::vec((proptest::collection::vec(0i64..9_000, 0..9), 0i64..3, any::<bool>()), 1..6),
        ) {
            let market = MarketPrices::default();
            let mut charged: Vec<(Month, Vec<TariffLine>)> = Vec::new();
            let up_to = month("2026-12");
            for (energies, price, void) in runs {
                let tariff = tariff(1_000_000 + price * 111_111);
                let pricer = Pricer::new(&tariff, PLACE, &market);
                let intervals = intervals(&energies);
                let state = if void { SessionState::Void } else { SessionState::Closed };
                let due = settle(&session(state, &intervals, &charged), &pricer, up_to).expect("due");
                charged.extend(kept(due));
                prop_assert_eq!(settle(&session(state, &intervals, &charged), &pricer, up_to), Ok(vec![]), "a second run finds nothing");
                let right = if void { Vec::new() } else { pricer.session(&intervals).expect("a price") };
                for of in [month("2026-11"), month("2026-12")] {
                    let lines = charged.iter().filter(|(month, _)| *month == of).flat_map(|(_, lines)| lines);
                    let sum: i64 = lines.map(|line| line.amount.minor).sum();
                    let expected = right.iter().filter(|cost| cost.month == of).flat_map(|cost| &cost.lines);
                    prop_assert_eq!(sum, expected.map(|line| line.amount.minor).sum::<i64>());
                }
            }
        }
    }
}
