//! The figures that law and authorities set for reminders, each with the day from which it holds and where it stands.
//!
//! They are rows, so that next half-year's rate needs no new version. Those that come with the program are the ones that
//! could be read at their source; a rate that is missing is never guessed.

use crate::country::Country;
use crate::faults::Faults;
use crate::words::words;
use chrono::{Datelike as _, NaiveDate};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

words! {
    /// What a figure says.
    FigureKind {
        /// The rate that interest on what is late is counted from, in hundredths of a per cent: in Sweden the reference rate,
        /// in Norway the whole rate. It is set for one half-year and holds in no other.
        Rate = "rate",
        /// What a reminder may cost at most, in hundredths of the currency.
        MostFee = "most_fee",
        /// For how many reminders of one invoice a fee may be asked.
        MostFees = "most_fees",
        /// How many days after the due date a reminder may cost something for the first time.
        FeeAfterDays = "fee_after_days",
    }
}

/// A figure with the day from which it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Figure {
    /// Where it is law.
    pub country: Country,
    /// What it says.
    pub kind: FigureKind,
    /// Its first day.
    pub valid_from: NaiveDate,
    /// How much.
    pub value: i64,
    /// Where it stands.
    pub source: String,
}

/// What is typed in of a figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FigureDraft {
    /// Where it is law.
    pub country: Country,
    /// What it says.
    pub kind: FigureKind,
    /// Its first day; of a rate the first of January or of July.
    pub valid_from: NaiveDate,
    /// Hundredths of a per cent, hundredths of the currency, reminders or days.
    pub value: i64,
    /// Where it stands: a law, a decision, or the page of an authority.
    pub source: String,
}

impl FigureDraft {
    /// Checks every field.
    ///
    /// # Errors
    /// All faults at once.
    pub fn check(self) -> Result<Figure, Faults> {
        let mut faults = Faults::default();
        let source = faults.text("source", &self.source, 200);
        let bounds = match self.kind {
            // A reference rate has been below zero.
            FigureKind::Rate => -500..=5_000,
            FigureKind::MostFee => 0..=100_000,
            FigureKind::MostFees => 0..=20,
            FigureKind::FeeAfterDays => 0..=365,
        };
        if !bounds.contains(&self.value) {
            faults.add("value", "reminder.value");
        }
        if self.kind == FigureKind::Rate && half_year_of(self.valid_from) != self.valid_from {
            faults.add("validFrom", "reminder.half_year");
        }
        let Self { country, kind, valid_from, value, .. } = self;
        faults.none().map(|()| Figure { country, kind, valid_from, value, source })
    }
}

/// The first day of the half-year in which a day lies.
pub fn half_year_of(day: NaiveDate) -> NaiveDate {
    let month = if day.month() < 7 { 1 } else { 7 };
    NaiveDate::from_ymd_opt(day.year(), month, 1).unwrap_or(day)
}

/// What is added to the rate that an authority sets, in hundredths of a per cent: 6 § räntelagen (1975:635) adds eight
/// percentage points to the reference rate, while the Norwegian ministry sets the whole rate (forsinkelsesrenteloven § 3).
const fn added(country: Country) -> i64 {
    match country {
        Country::Se => 800,
        Country::No => 0,
    }
}

/// The figures of one country.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures {
    country: Country,
    rows: BTreeMap<(FigureKind, NaiveDate), i64>,
}

impl Figures {
    /// Those that come with the program, and those that were added, which win where both have the same day.
    pub fn of<'f>(country: Country, added: impl IntoIterator<Item = &'f Figure>) -> Self {
        let row = |it: &Figure| ((it.kind, it.valid_from), it.value);
        let mut rows: BTreeMap<_, _> = standard_figures(country).iter().map(row).collect();
        rows.extend(added.into_iter().filter(|it| it.country == country).map(row));
        Self { country, rows }
    }

    fn on(&self, kind: FigureKind, day: NaiveDate) -> Option<i64> {
        let rows = self.rows.range((kind, NaiveDate::MIN)..=(kind, day));
        rows.last().map(|(_, value)| *value)
    }

    /// What a reminder may cost on a day, in hundredths; nothing where no figure says that it may.
    pub fn most_fee(&self, day: NaiveDate) -> i64 {
        self.on(FigureKind::MostFee, day).unwrap_or(0)
    }

    /// For how many reminders of one invoice a fee may be asked.
    pub fn most_fees(&self, day: NaiveDate) -> i64 {
        self.on(FigureKind::MostFees, day).unwrap_or(0)
    }

    /// How many days after the due date a reminder may cost something.
    pub fn fee_after_days(&self, day: NaiveDate) -> i64 {
        self.on(FigureKind::FeeAfterDays, day).unwrap_or(0)
    }

    /// The yearly rate of interest on a day, in hundredths of a per cent. A rate holds for the half-year for which it was set
    /// and no longer: nothing when that of the day is not known.
    pub fn late_rate(&self, day: NaiveDate) -> Option<i64> {
        let set = self.rows.get(&(FigureKind::Rate, half_year_of(day)))?;
        Some((set + added(self.country)).max(0))
    }
}

/// Figures as a source gives them: kind, first day, value and where it stands.
type Row = (FigureKind, (i32, u32, u32), i64, &'static str);

/// Sweden.
const SWEDISH: [Row; 7] = [
    (
        FigureKind::MostFee,
        (2013, 3, 16),
        6_000,
        "4 § lagen (1981:739) om ersättning för inkassokostnader m.m., SFS 2013:56",
    ),
    // What the law lets a reminder cost is for the claim, however many reminders it takes.
    (FigureKind::MostFees, (2013, 3, 16), 1, "2 och 4 §§ lagen (1981:739) om ersättning för inkassokostnader m.m."),
    (FigureKind::FeeAfterDays, (2013, 3, 16), 1, "1 § lagen (1981:739): en förfallen skuld"),
    (FigureKind::Rate, (2023, 1, 1), 250, "Riksbanken, referensränta enligt 9 § räntelagen (1975:635)"),
    (FigureKind::Rate, (2023, 7, 1), 350, "Riksbanken, referensränta enligt 9 § räntelagen (1975:635)"),
    (FigureKind::Rate, (2024, 1, 1), 400, "Riksbanken, referensränta enligt 9 § räntelagen (1975:635)"),
    (FigureKind::Rate, (2024, 7, 1), 400, "Riksbanken, referensränta enligt 9 § räntelagen (1975:635)"),
];

/// Norway.
const NORWEGIAN: [Row; 9] = [
    (FigureKind::MostFee, (2020, 10, 1), 3_500, "Inkassoforskriften § 1-2: 1/20 av inkassosatsen, 700 kroner"),
    (FigureKind::MostFee, (2026, 1, 1), 3_750, "Inkassoforskriften § 1-2: 1/20 av inkassosatsen, 750 kroner"),
    (FigureKind::MostFees, (2020, 10, 1), 2, "Inkassoforskriften § 1-2: gebyr for høyst to purringer"),
    (FigureKind::FeeAfterDays, (2020, 10, 1), 14, "Inkassoforskriften § 1-2: tidligst 14 dager etter forfall"),
    (FigureKind::Rate, (2023, 1, 1), 1_075, "Finansdepartementet, forsinkelsesrenteloven § 3"),
    (FigureKind::Rate, (2023, 7, 1), 1_175, "Finansdepartementet, forsinkelsesrenteloven § 3"),
    (FigureKind::Rate, (2024, 1, 1), 1_250, "Finansdepartementet, forsinkelsesrenteloven § 3"),
    (FigureKind::Rate, (2025, 1, 1), 1_250, "FOR-2024-12-19-3279 § 1, forsinkelsesrenteloven § 3"),
    (FigureKind::Rate, (2026, 1, 1), 1_200, "Finanstilsynet, forsinkelsesrenteloven § 3"),
];

/// The figures that come with the program.
pub fn standard_figures(country: Country) -> Vec<Figure> {
    let rows: &[Row] = match country {
        Country::Se => &SWEDISH,
        Country::No => &NORWEGIAN,
    };
    let figure = |(kind, (year, month, day), value, source): &Row| {
        let valid_from = NaiveDate::from_ymd_opt(*year, *month, *day)?;
        Some(Figure { country, kind: *kind, valid_from, value: *value, source: (*source).to_owned() })
    };
    rows.iter().filter_map(figure).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn draft(kind: FigureKind, valid_from: &str, value: i64) -> FigureDraft {
        FigureDraft { country: Country::Se, kind, valid_from: day(valid_from), value, source: "Riksbanken".into() }
    }

    #[test]
    fn in_sweden_eight_points_are_added_to_the_reference_rate_and_in_norway_the_whole_rate_is_set() {
        let (sweden, norway) = (Figures::of(Country::Se, []), Figures::of(Country::No, []));
        assert_eq!(sweden.late_rate(day("2024-08-31")), Some(1_200));
        assert_eq!(norway.late_rate(day("2025-06-30")), Some(1_250));
    }

    #[test]
    fn a_rate_holds_for_its_half_year_and_is_never_guessed_for_another() {
        let added = draft(FigureKind::Rate, "2026-07-01", 175).check().unwrap();
        let figures = Figures::of(Country::Se, [&added]);
        assert_eq!(figures.late_rate(day("2026-06-30")), None);
        assert_eq!(figures.late_rate(day("2026-07-01")), Some(975));
        assert_eq!(figures.late_rate(day("2026-12-31")), Some(975));
        assert_eq!(figures.late_rate(day("2027-01-01")), None);
    }

    #[test]
    fn what_a_reminder_may_cost_holds_until_the_law_says_otherwise() {
        let norway = Figures::of(Country::No, []);
        assert_eq!((norway.most_fee(day("2025-12-31")), norway.most_fee(day("2026-01-01"))), (3_500, 3_750));
        assert_eq!((norway.most_fees(day("2026-11-21")), norway.fee_after_days(day("2026-11-21"))), (2, 14));
        let sweden = Figures::of(Country::Se, []);
        assert_eq!((sweden.most_fee(day("2026-11-21")), sweden.most_fees(day("2026-11-21"))), (6_000, 1));
        assert_eq!(sweden.most_fee(day("2013-03-15")), 0, "no figure says that it may cost anything");
    }

    #[test]
    fn what_was_added_in_the_desk_wins_over_what_came_with_the_program() {
        let mended = draft(FigureKind::Rate, "2024-07-01", 375).check().unwrap();
        assert_eq!(Figures::of(Country::Se, [&mended]).late_rate(day("2024-07-01")), Some(1_175));
    }

    #[rstest]
    #[case(FigureKind::Rate, "2026-07-01", -50, None)]
    #[case(FigureKind::Rate, "2026-07-02", 200, Some("validFrom"))]
    #[case(FigureKind::Rate, "2026-07-01", 5_001, Some("value"))]
    #[case(FigureKind::MostFee, "2026-03-02", 6_500, None)]
    #[case(FigureKind::MostFees, "2026-03-02", -1, Some("value"))]
    fn a_figure_is_checked(
        #[case] kind: FigureKind,
        #[case] from: &str,
        #[case] value: i64,
        #[case] wrong: Option<&str>,
    ) {
        let found = draft(kind, from, value).check().err().map(|faults| faults.0.into_keys().collect::<Vec<_>>());
        assert_eq!(found, wrong.map(|field| vec![field.to_owned()]));
    }
}
