//! What the lines of a document were sold as, by the charges that they ask for.

use crate::error::{AppError, Result};
use std::collections::{BTreeMap, HashMap};
use stolpe_domain::id::ChargeId;
use stolpe_domain::ledger::posting::{Sold, SoldAs, shared_out};
use stolpe_domain::money::Money;
use stolpe_domain::vat::Vat;
use stolpe_store::charge::Charge;
use stolpe_store::document::DocumentLine;

fn add(sold: &mut Sold, as_what: SoldAs, amount: Money) -> Result<()> {
    let sum = sold.entry(as_what).or_insert(Money::zero(amount.currency));
    *sum = sum.plus(amount).map_err(AppError::internal)?;
    Ok(())
}

/// What one line was sold as; nothing when it is not known.
fn parts<'c>(
    line: &DocumentLine,
    charges: &HashMap<ChargeId, &'c Charge>,
) -> Option<impl Iterator<Item = (SoldAs, Money)> + use<'c>> {
    let (charge, vat) = (charges.get(&line.charge_id?)?, line.vat);
    let of_line = charge.lines.iter().filter(move |it| it.vat == vat);
    Some(of_line.map(move |it| ((Some(it.kind), vat), it.amount)))
}

/// What lines were sold as. Lines that ask for no charge are sold as nothing in particular.
pub(super) fn sold_of(lines: &[DocumentLine], charges: &HashMap<ChargeId, &Charge>) -> Result<Sold> {
    let mut sold = Sold::new();
    for line in lines {
        if line.component.is_some() {
            add(&mut sold, (line.component, line.vat), line.amount)?;
        }
        for (as_what, amount) in parts(line, charges).into_iter().flatten() {
            add(&mut sold, as_what, amount)?;
        }
    }
    Ok(sold)
}

/// What the lines of a credit note take back: those that stand on the invoice as well, what they were sold as there; of all
/// others their share of what is left.
pub(super) fn credited_as(
    lines: &[DocumentLine],
    invoiced: &[DocumentLine],
    charges: &HashMap<ChargeId, &Charge>,
    mut left: Sold,
) -> Result<Sold> {
    let same = |a: &DocumentLine, b: &DocumentLine| {
        (&a.text, &a.detail, a.energy, a.vat, a.amount) == (&b.text, &b.detail, b.energy, b.vat, b.amount)
    };
    let mut invoiced: Vec<&DocumentLine> = invoiced.iter().collect();
    let (mut sold, mut others): (Sold, BTreeMap<Vat, Money>) = (Sold::new(), BTreeMap::new());
    for line in lines {
        let place = invoiced.iter().position(|it| same(it, line));
        let it = place.map(|place| invoiced.swap_remove(place));
        if let Some(component) = it.and_then(|it| it.component) {
            add(&mut sold, (Some(component), line.vat), line.amount)?;
            add(&mut left, (Some(component), line.vat), line.amount.negated())?;
            continue;
        }
        let known = it.and_then(|it| parts(it, charges));
        let Some(parts) = known else {
            let sum = others.entry(line.vat).or_insert(Money::zero(line.amount.currency));
            *sum = sum.plus(line.amount).map_err(AppError::internal)?;
            continue;
        };
        for (as_what, amount) in parts {
            add(&mut sold, as_what, amount)?;
            add(&mut left, as_what, amount.negated())?;
        }
    }
    for (as_what, amount) in shared_out(&others, &left).map_err(AppError::internal)? {
        add(&mut sold, as_what, amount)?;
    }
    Ok(sold)
}
