//! Which documents a payment settles by what it refers to. What is not plain is left to somebody.

use super::{Beside, Incoming, Payable, PaymentKind, Reference, ReferenceKind, Suggestion, suggestions};
use crate::id::DocumentId;
use crate::money::Money;
use crate::words::words;

words! {
    /// How a payment came out.
    Outcome {
        /// It refers to documents and is exactly what is open of them.
        Matched = "matched",
        /// It is less than what is open.
        Part = "part",
        /// It is more: something of it is left.
        Over = "over",
        /// Nothing is open any more of what it refers to: paid or credited before.
        Double = "double",
        /// It refers to nothing that is known, or not plainly.
        Unmatched = "unmatched",
    }
}

/// What of a payment goes to one document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allocation {
    /// Which.
    pub document: DocumentId,
    /// How much: more than nothing, and no more than is open. Of what is taken back it is less than nothing, and no more than
    /// was paid.
    pub amount: Money,
}

/// A payment held against what is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// How it came out.
    pub outcome: Outcome,
    /// What goes where, no document twice.
    pub allocations: Vec<Allocation>,
    /// What is left: exactly the payment less the allocations.
    pub left: Money,
    /// Where the rest may belong, the likeliest first.
    pub suggestions: Vec<Suggestion>,
}

/// Matches a payment by its references alone. `documents` are those that may be paid: invoices with a number, also those of
/// which nothing is open any more.
///
/// An amount, a name or a day never decides: they rank what is suggested.
pub fn match_payment(payment: &Incoming, documents: &[Payable]) -> Match {
    let found = found(payment, documents);
    let settled = match payment.amount.minor {
        1.. => settled(payment, &found, documents),
        _ => taken_back(payment, &found),
    };
    let (outcome, allocations) = settled.unwrap_or((Outcome::Unmatched, Vec::new()));
    let allocated: i64 = allocations.iter().map(|it| it.amount.minor).sum();
    let left = Money::of_minor(payment.amount.minor - allocated, payment.amount.currency);
    let suggestions = if left.minor == 0 { Vec::new() } else { suggestions(payment, left, documents, &allocations) };
    Match { outcome, allocations, left, suggestions }
}

/// Each reference that means something, with the document that it names.
type Found<'d> = Vec<(Reference, Option<&'d Payable>)>;

fn found<'d>(payment: &Incoming, documents: &'d [Payable]) -> Found<'d> {
    let mut found: Found<'d> = Vec::new();
    for reference in payment.references.iter().filter(|it| !bare_reference(&it.text).is_empty()) {
        let named = named(reference, payment, documents);
        let again = |(_, before): &(Reference, Option<&Payable>)| {
            before.is_some_and(|before| named.is_some_and(|named| named.id == before.id))
        };
        if !found.iter().any(again) {
            found.push((reference.clone(), named));
        }
    }
    found
}

/// The document of a reference. Where several share it, the one of which exactly this is open, else the one that fell due
/// first of those that are open.
fn named<'d>(reference: &Reference, payment: &Incoming, documents: &'d [Payable]) -> Option<&'d Payable> {
    let text = bare_reference(&reference.text);
    let all = documents.iter().filter(|it| it.open.currency == payment.amount.currency);
    let named = all.filter(|it| match reference.kind {
        // The bank says that it is no reference: a number that happens to fit is a suggestion.
        ReferenceKind::Faulty => false,
        ReferenceKind::Invoice => it.number.to_string() == reference.text.trim() || is_reference(it, &text),
        _ => is_reference(it, &text),
    });
    named.min_by_key(|it| (it.open.minor <= 0, it.open != payment.amount, it.due_on, it.id))
}

fn is_reference(document: &Payable, text: &str) -> bool {
    document.reference.as_deref().is_some_and(|reference| bare_reference(reference) == *text)
}

/// A reference as it is compared: blanks are of the paper, and zeros in front of the columns.
pub fn bare_reference(reference: &str) -> String {
    let tight: String = reference.chars().filter(|letter| !letter.is_whitespace()).collect();
    tight.trim_start_matches('0').to_owned()
}

fn settled(payment: &Incoming, found: &Found<'_>, all: &[Payable]) -> Option<(Outcome, Vec<Allocation>)> {
    let named: Vec<&Payable> = found.iter().filter_map(|(_, document)| *document).collect();
    if named.is_empty() {
        return None;
    }
    let (asked, beside) = with_beside(&named, all);
    if asked.iter().chain(&beside).all(|it| it.open.minor <= 0) && named.len() == found.len() {
        return Some((Outcome::Double, Vec::new()));
    }
    let by_parts = by_parts(payment, found).filter(|_| asked.len() == named.len());
    let allocations = by_parts.or_else(|| in_turn(payment, found, &asked, &beside))?;
    let allocated: i64 = allocations.iter().map(|it| it.amount.minor).sum();
    let paid = |it: &&Payable| {
        let share = allocations.iter().find(|share| share.document == it.id);
        it.open.minor <= share.map_or(0, |share| share.amount.minor)
    };
    let outcome = match (allocated < payment.amount.minor, asked.iter().all(paid)) {
        (true, _) => Outcome::Over,
        (false, true) => Outcome::Matched,
        (false, false) => Outcome::Part,
    };
    Some((outcome, allocations))
}

/// The document that a bank has taken the money of again, if it names one plainly and as much has been paid of it. What a
/// payer draws off is for somebody to say: a credit note may have taken it off already.
fn taken_back(payment: &Incoming, found: &Found<'_>) -> Option<(Outcome, Vec<Allocation>)> {
    let [(_, Some(document))] = found.as_slice() else { return None };
    let is_paid = payment.amount.minor.checked_neg().is_some_and(|minor| minor <= document.paid.minor);
    (payment.kind == PaymentKind::Reversal && is_paid)
        .then(|| (Outcome::Matched, vec![Allocation { document: document.id, amount: payment.amount }]))
}

/// What references ask to be paid, in the order in which it is, and what is paid of the rest.
fn with_beside<'d>(named: &[&'d Payable], all: &'d [Payable]) -> (Vec<&'d Payable>, Vec<&'d Payable>) {
    let of = |ids: &[DocumentId]| -> Vec<&'d Payable> {
        let mut found: Vec<&Payable> = all.iter().filter(|it| ids.contains(&it.id)).collect();
        found.sort_by_key(|it| (it.due_on, it.number));
        found
    };
    let mut in_order = named.to_vec();
    in_order.sort_by_key(|it| (it.due_on, it.number));
    // What a reminder costs comes before what it reminds of.
    in_order.sort_by_key(|it| !matches!(it.beside, Beside::Invoices(_)));
    let (mut asked, mut beside): (Vec<&Payable>, Vec<&Payable>) = (Vec::new(), Vec::new());
    for document in in_order {
        let (with_it, after) = match &document.beside {
            Beside::Nothing => (Vec::new(), Vec::new()),
            Beside::Invoices(ids) => (of(ids), Vec::new()),
            Beside::Reminders(ids) => (Vec::new(), of(ids)),
        };
        asked.extend([document].into_iter().chain(with_it));
        beside.extend(after);
    }
    let mut seen: Vec<DocumentId> = Vec::new();
    let mut first = |it: &&Payable| {
        let is_new = !seen.contains(&it.id);
        seen.push(it.id);
        is_new
    };
    asked.retain(&mut first);
    beside.retain(first);
    (asked, beside)
}

/// As the payer has divided it, if the parts are all there and come to the payment. What is drawn off for a credit note is
/// no part that a rule could place: somebody must.
fn by_parts(payment: &Incoming, found: &Found<'_>) -> Option<Vec<Allocation>> {
    if found.len() < 2 {
        return None;
    }
    let parts: Option<Vec<i64>> =
        found.iter().map(|(it, _)| it.amount.map(|amount| amount.minor).filter(|minor| *minor > 0)).collect();
    let parts = parts?;
    let sum = parts.iter().try_fold(0_i64, |sum, part| sum.checked_add(*part))?;
    if sum != payment.amount.minor {
        return None;
    }
    let placed = found.iter().zip(parts).filter_map(|((_, document), part)| {
        let document = (*document)?;
        allocation(document, part)
    });
    Some(placed.collect())
}

/// In their order, as far as it reaches. Where one of several references is unknown, only if what is known takes the payment
/// exactly: else nobody can say how it was meant.
fn in_turn(payment: &Incoming, found: &Found<'_>, asked: &[&Payable], beside: &[&Payable]) -> Option<Vec<Allocation>> {
    let open: i128 = asked.iter().map(|it| i128::from(it.open.minor.max(0))).sum();
    let exact = open == i128::from(payment.amount.minor);
    let drawn_off = found.iter().any(|(it, _)| it.amount.is_some_and(|amount| amount.minor < 0));
    let all_known = found.iter().all(|(_, document)| document.is_some());
    if !exact && (drawn_off || !all_known) {
        return None;
    }
    let mut left = payment.amount.minor;
    let mut allocations = Vec::new();
    for document in asked.iter().chain(beside) {
        if let Some(share) = allocation(document, left) {
            left -= share.amount.minor;
            allocations.push(share);
        }
    }
    Some(allocations)
}

fn allocation(document: &Payable, minor: i64) -> Option<Allocation> {
    let minor = minor.min(document.open.minor);
    (minor > 0).then(|| Allocation { document: document.id, amount: Money::of_minor(minor, document.open.currency) })
}

#[cfg(test)]
mod tests;
