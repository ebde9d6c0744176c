//! What several people used becomes one document to the company that pays for them.

use super::draft::{Draft, price_rows};
use super::plan::Whom;
use crate::error::{AppError, Result};
use crate::sorting::Sorter;
use std::collections::BTreeMap;
use stolpe_domain::document::{Rounding, sums};
use stolpe_domain::money::Money;
use stolpe_domain::payer::Collector;
use stolpe_domain::vat::{Pricing, Vat};

/// What came of drafts, each of one person.
#[derive(Default)]
pub(super) struct Gathered {
    /// The documents that can be made.
    pub(super) drafts: Vec<Draft>,
    /// Those of people who do not agree on the company that they have in common.
    pub(super) disagreed: Vec<Draft>,
}

/// Puts together what goes to one company by one reference.
///
/// # Errors
/// Money that is too large for any invoice.
pub(super) fn gathered(all: Vec<Draft>, rounding: Rounding, sorter: &Sorter) -> Result<Gathered> {
    let mut it = Gathered::default();
    let mut groups: BTreeMap<Collector, Vec<Draft>> = BTreeMap::new();
    for draft in all {
        match &draft.whom {
            Whom::Person(_) => it.drafts.push(draft),
            Whom::Company(collector) => groups.entry(collector.clone()).or_default().push(draft),
        }
    }
    for (_, mut group) in groups {
        // Nobody's record says it better than another's: somebody has to look.
        if group.iter().any(|draft| draft.printed.payer != group[0].printed.payer) {
            it.disagreed.extend(group);
            continue;
        }
        group.sort_by(|one, other| one.order.cmp(&other.order).then_with(|| first_id(one).cmp(&first_id(other))));
        it.drafts.extend(collected(group, rounding, sorter)?);
    }
    Ok(it)
}

fn first_id(draft: &Draft) -> Option<stolpe_domain::id::PersonId> {
    draft.people.first().map(|person| person.id)
}

/// One document of many, person after person. VAT and rounding are those of all of it.
fn collected(group: Vec<Draft>, rounding: Rounding, sorter: &Sorter) -> Result<Option<Draft>> {
    let mut group = group.into_iter();
    let Some(mut whole) = group.next() else { return Ok(None) };
    let mut days: BTreeMap<_, _> = whole.printed.days.iter().copied().collect();
    for draft in group {
        whole.people.extend(draft.people);
        whole.charges.extend(draft.charges);
        whole.seen.extend(draft.seen);
        whole.open.extend(draft.open);
        whole.lines.extend(draft.lines);
        for (day, energy) in draft.printed.days {
            let sum = days.entry(day).or_default();
            *sum = *sum + energy;
        }
        whole.printed.attribution = whole.printed.attribution.or(draft.printed.attribution);
    }
    let currency = whole.document.sums.payable.currency;
    let amounts: Vec<(Vat, Money)> = whole.lines.iter().map(|line| (line.vat, line.amount)).collect();
    whole.document.sums = sums(currency, Pricing::Net, &amounts, rounding).map_err(AppError::internal)?;
    let all: Vec<_> = whole.open.iter().chain(&whole.charges).flat_map(|charge| &charge.lines).collect();
    whole.printed.prices = price_rows(currency, &all)?;
    whole.printed.days = days.into_iter().collect();
    whole.document.printed = whole.printed.to_json()?;
    whole.order = sorter.person_key("", &whole.printed.recipient.name);
    Ok(Some(whole))
}
