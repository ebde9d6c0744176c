//! What a change of a tariff would touch, said before it is saved.

use super::{Component, ComponentKind, Tariff};
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeSet;

/// Days from one up to another, half-open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DaySpan {
    /// The first day.
    pub from: NaiveDate,
    /// The first day after it, if there is one.
    pub until: Option<NaiveDate>,
}

impl DaySpan {
    /// Whether any day from `first` to `last`, both included, lies in it.
    pub fn meets(&self, first: NaiveDate, last: NaiveDate) -> bool {
        self.from <= last && self.until.is_none_or(|until| first < until)
    }
}

/// How many sessions a change meets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Touched {
    /// Charged already: they stay as they are.
    pub settled: u64,
    /// Not charged yet: they will cost what the new tariff says.
    pub open: u64,
}

/// The days on which a tariff asks something else than it did. Where a figure comes from is not what it asks.
pub fn changed_days(old: Option<&Tariff>, new: &Tariff) -> Vec<DaySpan> {
    let rows = |tariff: Option<&Tariff>| tariff.map_or_else(Vec::new, |tariff| tariff.components().to_vec());
    let (old, new) = (rows(old), rows(Some(new)));
    let edges: BTreeSet<NaiveDate> =
        old.iter().chain(&new).flat_map(|row| [Some(row.valid_from), row.valid_until]).flatten().collect();
    let mut spans: Vec<DaySpan> = Vec::new();
    let ends = edges.iter().skip(1).copied().map(Some).chain([None]);
    for (from, until) in edges.iter().copied().zip(ends) {
        if asked(&old, from) == asked(&new, from) {
            continue;
        }
        match spans.last_mut() {
            Some(span) if span.until == Some(from) => span.until = until,
            _ => spans.push(DaySpan { from, until }),
        }
    }
    spans
}

/// Counts the sessions that changed days meet; each session comes as its first and last day and whether it is settled.
pub fn touched(spans: &[DaySpan], sessions: impl IntoIterator<Item = (NaiveDate, NaiveDate, bool)>) -> Touched {
    let met = sessions.into_iter().filter(|(first, last, _)| spans.iter().any(|span| span.meets(*first, *last)));
    met.fold(Touched::default(), |mut touched, (_, _, settled)| {
        *(if settled { &mut touched.settled } else { &mut touched.open }) += 1;
        touched
    })
}

type Asked = (ComponentKind, super::Rate, crate::vat::Vat);

fn asked(rows: &[Component], day: NaiveDate) -> Vec<Asked> {
    let valid = rows.iter().filter(|row| row.is_valid_on(day));
    let mut asked: Vec<Asked> = valid.map(|row| (row.kind, row.rate, row.vat)).collect();
    asked.sort_by_key(|(kind, ..)| *kind);
    asked
}
