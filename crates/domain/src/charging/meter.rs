//! Learning from registers how a meter runs: chargers do not say it, and one value alone tells nothing (R4).

use crate::charge_point::MeterKind;
use crate::energy::Energy;

/// So many sessions in a row must agree before anything is believed of a meter.
const ENOUGH: usize = 3;

/// How the meter of a connector runs, by the register of its newest start and those of the sessions before it, the latest
/// first, each with start and stop. None while that is too little to tell.
pub fn learn(start: Energy, before: &[(Energy, Energy)]) -> Option<MeterKind> {
    let starts = std::iter::once(start).chain(before.iter().map(|(start, _)| *start));
    // Where each session began, and where the one before it had ended with more than nothing.
    let steps: Vec<(Energy, Energy)> =
        starts.zip(before.iter().map(|(_, stop)| *stop)).filter(|(_, stop)| *stop > Energy::ZERO).collect();
    if steps.len() < ENOUGH {
        return None;
    }
    let goes_on = |(start, stop): &(Energy, Energy)| start >= stop;
    let at_nothing = |(start, _): &(Energy, Energy)| *start == Energy::ZERO;
    Some(if steps.iter().all(goes_on) {
        MeterKind::Lifetime
    } else if steps.iter().all(at_nothing) {
        MeterKind::PerSession
    } else if steps.iter().all(|step| goes_on(step) || at_nothing(step)) {
        MeterKind::ResetsOnBoot
    } else {
        MeterKind::Mixed
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::too_little(500, &[(300, 400), (100, 300)], None)]
    #[case::rising(500, &[(300, 400), (100, 300), (0, 100)], Some(MeterKind::Lifetime))]
    #[case::anew_each_time(0, &[(0, 400), (0, 300), (0, 100)], Some(MeterKind::PerSession))]
    #[case::anew_after_a_restart(450, &[(0, 400), (100, 300), (0, 100)], Some(MeterKind::ResetsOnBoot))]
    #[case::anything(200, &[(300, 400), (100, 300), (0, 100)], Some(MeterKind::Mixed))]
    #[case::sessions_without_energy(0, &[(0, 0), (0, 0), (0, 0)], None)]
    fn a_meter_is_known_by_where_sessions_begin(
        #[case] start: i64,
        #[case] before: &[(i64, i64)],
        #[case] kind: Option<MeterKind>,
    ) {
        let registers: Vec<_> = before.iter().map(|it| (Energy::from_wh(it.0), Energy::from_wh(it.1))).collect();
        assert_eq!(learn(Energy::from_wh(start), &registers), kind);
    }
}
