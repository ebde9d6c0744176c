//! The energy of the period as bars, one a day: the month at a glance, and who does not see it hears the same.

use chrono::{Datelike as _, NaiveDate};
use std::collections::BTreeMap;
use stolpe_domain::energy::Energy;

use super::DocumentPage;
use super::texts::Texts;
use crate::pdf::style::{ACCENT, LABEL, LINE, STRONG};
use crate::pdf::{Leaf, long_date, mm};

/// The place of the chart on the page.
pub(super) struct Frame {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) width: f32,
    pub(super) height: f32,
}

pub(super) fn draw(leaf: &mut Leaf<'_>, page: &DocumentPage, texts: &Texts, frame: &Frame) {
    let days = calendar(page);
    let total: Energy = days.iter().map(|(_, energy)| *energy).sum();
    let Some((top_day, most)) = days.iter().max_by_key(|(day, energy)| (*energy, std::cmp::Reverse(*day))) else {
        return;
    };
    leaf.aside(frame.x, frame.y, &LABEL, texts.energy_by_day);
    let sum = format!("{}\u{a0}kWh", texts.figures.kwh(total));
    let style = STRONG.sized(LABEL.size + 1.0);
    let width = leaf.faces.width(&sum, &style);
    leaf.aside(frame.x + frame.width - width, frame.y - 0.5, &style, &sum);

    let floor = frame.y + frame.height - mm(4.4);
    let ceiling = frame.y + mm(6.0);
    leaf.fill(frame.x, floor, frame.width, 0.6, LINE);
    let slot = frame.width / share(i64::try_from(days.len()).unwrap_or(1), 1);
    let mut bars = Vec::with_capacity(days.len());
    let mut x = frame.x;
    for (day, energy) in &days {
        let part = share(energy.wh(), most.wh().max(1));
        if part > 0.0 {
            // A day with any energy at all is seen.
            let height = ((floor - ceiling) * part).max(0.6);
            bars.push((x + slot * 0.14, floor - height, slot * 0.72, height));
        }
        if is_labelled(*day, days.len()) {
            let (words, style) = (day.day().to_string(), LABEL.sized(6.5));
            let width = leaf.faces.width(&words, &style);
            leaf.aside(x + (slot - width) / 2.0, floor + mm(0.8), &style, &words);
        }
        x += slot;
    }
    let described = texts
        .chart
        .replace("{total}", &texts.figures.kwh(total))
        .replace("{most}", &texts.figures.kwh(*most))
        .replace("{day}", &long_date(*top_day, texts.language));
    leaf.picture(&bars, ACCENT, described);
}

/// The days of the period, so that bars stand where they do in a calendar; those with energy alone where one of them lies
/// outside of it.
fn calendar(page: &DocumentPage) -> Vec<(NaiveDate, Energy)> {
    let Some((first, last)) = page.period else { return page.days.clone() };
    if page.days.is_empty() || page.days.iter().any(|(day, _)| !(first..=last).contains(day)) {
        return page.days.clone();
    }
    let taken: BTreeMap<NaiveDate, Energy> = page.days.iter().copied().collect();
    let every = first.iter_days().take_while(|day| *day <= last);
    every.map(|day| (day, taken.get(&day).copied().unwrap_or_default())).collect()
}

/// Every day of a fortnight, and of a longer period its weeks.
fn is_labelled(day: NaiveDate, days: usize) -> bool {
    days <= 14 || matches!(day.day(), 1 | 8 | 15 | 22 | 29)
}

/// A part of a whole as a float: a bar is a few points high, and a hundredth of one is nobody's loss.
#[expect(clippy::cast_precision_loss, reason = "only the length of a bar depends on it")]
fn share(part: i64, whole: i64) -> f32 {
    part as f32 / whole as f32
}
