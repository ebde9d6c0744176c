//! `MeterValues`: readings, and the one register in them that is billed.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::Deserialize;
use std::borrow::Cow;
use stolpe_domain::energy::{Energy, EnergyUnit};

/// The report.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MeterValues<'a> {
    /// 0 is the meter of the whole charge point.
    #[serde(deserialize_with = "crate::lenient::whole")]
    pub connector_id: Option<i64>,
    /// The transaction that the readings belong to, if any.
    #[serde(deserialize_with = "crate::lenient::whole")]
    pub transaction_id: Option<i64>,
    /// Groups of readings, each of one instant.
    #[serde(borrow, deserialize_with = "crate::lenient::list")]
    pub meter_value: Vec<MeterValue<'a>>,
}

/// What was read at one instant.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MeterValue<'a> {
    /// When, by the charge point's clock.
    #[serde(deserialize_with = "crate::lenient::instant")]
    pub timestamp: Option<DateTime<Utc>>,
    /// The readings.
    #[serde(borrow, deserialize_with = "crate::lenient::list")]
    pub sampled_value: Vec<SampledValue<'a>>,
}

/// One reading.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct SampledValue<'a> {
    /// The value; `None` when it is no number, such as signed data.
    #[serde(deserialize_with = "crate::lenient::decimal")]
    pub value: Option<Decimal>,
    /// Why it was read.
    #[serde(borrow, deserialize_with = "crate::lenient::text")]
    pub context: Option<Cow<'a, str>>,
    /// `Raw` or `SignedData`.
    #[serde(borrow, deserialize_with = "crate::lenient::text")]
    pub format: Option<Cow<'a, str>>,
    /// What was read; the energy register when nothing is said.
    #[serde(borrow, deserialize_with = "crate::lenient::text")]
    pub measurand: Option<Cow<'a, str>>,
    /// On which phase; all together when nothing is said.
    #[serde(borrow, deserialize_with = "crate::lenient::text")]
    pub phase: Option<Cow<'a, str>>,
    /// Where; at the outlet when nothing is said.
    #[serde(borrow, deserialize_with = "crate::lenient::text")]
    pub location: Option<Cow<'a, str>>,
    /// In which unit.
    #[serde(borrow, deserialize_with = "crate::lenient::text")]
    pub unit: Option<Cow<'a, str>>,
}

/// The measurand that is billed, and the default of the standard.
const REGISTER: &str = "Energy.Active.Import.Register";

impl SampledValue<'_> {
    /// The lower-case word of what was read; chargers differ in case.
    fn is(&self, measurand: &str) -> bool {
        self.measurand.as_deref().unwrap_or(REGISTER).eq_ignore_ascii_case(measurand)
    }

    /// The import register that this reading shows, if it is one.
    fn register(&self) -> Option<Energy> {
        let raw = self.format.as_deref().is_none_or(|format| format.eq_ignore_ascii_case("Raw"));
        let outside = self.location.as_deref().is_some_and(|at| at.eq_ignore_ascii_case("Inlet"));
        if !raw || outside || !self.is(REGISTER) {
            return None;
        }
        let unit = match self.unit.as_deref() {
            None => EnergyUnit::WattHour,
            Some(unit) if unit.eq_ignore_ascii_case("Wh") => EnergyUnit::WattHour,
            Some(unit) if unit.eq_ignore_ascii_case("kWh") => EnergyUnit::KilowattHour,
            Some(_) => return None,
        };
        Energy::of_meter(self.value?, unit).ok()
    }
}

impl MeterValue<'_> {
    /// The register of energy taken, if this instant has one: the sum that the meter shows, else that of its phases.
    ///
    /// The inlet is the charge point's own supply; what it uses itself is not the driver's.
    pub fn energy_register(&self) -> Option<Energy> {
        let of_phase = |wanted: &[&str]| {
            self.sampled_value
                .iter()
                .filter(|sample| match sample.phase.as_deref() {
                    None => wanted.is_empty(),
                    Some(phase) => wanted.iter().any(|wanted| phase.eq_ignore_ascii_case(wanted)),
                })
                // The last one of an instant wins: chargers that send one twice send the newer one last.
                .filter_map(SampledValue::register)
                .next_back()
        };
        let whole = of_phase(&[]);
        let phases = || {
            let each = [&["L1", "L1-N"][..], &["L2", "L2-N"], &["L3", "L3-N"]].map(of_phase);
            each.iter().any(Option::is_some).then(|| each.into_iter().flatten().sum())
        };
        whole.or_else(phases)
    }

    /// A reading that is shown and not billed: power in watts, current in amperes, and such.
    pub fn value_of(&self, measurand: &str, phase: Option<&str>) -> Option<(Decimal, Option<&str>)> {
        self.sampled_value
            .iter()
            .find(|sample| {
                sample.is(measurand)
                    && match (sample.phase.as_deref(), phase) {
                        (None, None) => true,
                        (Some(is), Some(wanted)) => is.eq_ignore_ascii_case(wanted),
                        _ => false,
                    }
            })
            .and_then(|sample| sample.value.map(|value| (value, sample.unit.as_deref())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn register(samples: &str) -> Option<i64> {
        let json = format!(r#"{{"timestamp":"2026-11-21T08:02:10Z","sampledValue":{samples}}}"#);
        serde_json::from_str::<MeterValue<'_>>(&json).expect("a group of readings").energy_register().map(Energy::wh)
    }

    #[rstest]
    #[case::with_everything(
        r#"[{"value":"1203520","measurand":"Energy.Active.Import.Register","unit":"Wh","context":"Sample.Periodic"}]"#,
        Some(1_203_520)
    )]
    #[case::by_default(r#"[{"value":"1203520"}]"#, Some(1_203_520))]
    #[case::as_a_number(r#"[{"value":0,"measurand":"Energy.Active.Import.Register","unit":"Wh"}]"#, Some(0))]
    #[case::in_kilowatt_hours(r#"[{"value":"1.6250000000000002","unit":"kWh"}]"#, Some(1_625))]
    #[case::beside_others(r#"[{"value":"31.4","measurand":"Current.Import"},{"value":" 17.0"}]"#, Some(17))]
    #[case::by_phase(
        r#"[{"value":"10","phase":"L1"},{"value":"20","phase":"L2"},{"value":"30","phase":"L3-N"}]"#,
        Some(60)
    )]
    #[case::the_sum_before_its_phases(r#"[{"value":"10","phase":"L1"},{"value":"61"}]"#, Some(61))]
    #[case::without_brackets(r#"{"value":"5"}"#, Some(5))]
    #[case::only_power(r#"[{"value":"7210.5","measurand":"Power.Active.Import","unit":"W"}]"#, None)]
    #[case::what_was_fed_in(r#"[{"value":"5","measurand":"Energy.Active.Export.Register"}]"#, None)]
    #[case::signed(r#"[{"value":"OCMF|{}","format":"SignedData"}]"#, None)]
    #[case::the_supply_of_the_charger(r#"[{"value":"5","location":"Inlet"}]"#, None)]
    #[case::an_unknown_unit(r#"[{"value":"5","unit":"MJ"}]"#, None)]
    #[case::none("null", None)]
    fn the_register_that_is_billed_is_found(#[case] samples: &str, #[case] wh: Option<i64>) {
        assert_eq!(register(samples), wh);
    }
}
