//! Where a payment may belong that names no document plainly: what speaks for each, weighed and put in order.

use super::matching::bare_reference;
use super::{Allocation, Incoming, Payable};
use crate::id::DocumentId;
use crate::money::Money;
use crate::words::words;

/// So many are told.
pub const MOST_SUGGESTIONS: usize = 5;

/// A reference that is shorter has too many neighbours to be near anything.
const SHORTEST: usize = 5;

/// So many digits may be lost at either end.
const MOST_LOST: usize = 3;

/// So many days around the day on which it falls due.
const NEAR_DAYS: i64 = 10;

/// What speaks for a document must weigh as much to be told: a day alone says nothing, nor does a name.
const LEAST: u32 = 30;

words! {
    /// What speaks for a document.
    MatchReason {
        /// What the payer wrote has its reference or number in it.
        Mentioned = "mentioned",
        /// The reference is its own but for one sign, or two that changed places.
        Mistyped = "mistyped",
        /// The reference is its own with signs lost at an end.
        Truncated = "truncated",
        /// Exactly as much is open.
        SameAmount = "same_amount",
        /// The payer is called as the one it is for.
        SameName = "same_name",
        /// A part of the name is the same.
        LikeName = "like_name",
        /// It was paid around the day on which it falls due.
        NearDue = "near_due",
    }
}

impl MatchReason {
    const fn weight(self) -> u32 {
        match self {
            Self::Mentioned => 60,
            Self::Mistyped => 50,
            Self::Truncated => 40,
            Self::SameAmount => 30,
            Self::SameName => 25,
            Self::LikeName => 10,
            Self::NearDue => 5,
        }
    }
}

/// A document that a payment may belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// Which.
    pub document: DocumentId,
    /// What of the payment would go there.
    pub amount: Money,
    /// What speaks for it, the heaviest first.
    pub reasons: Vec<MatchReason>,
}

/// The likeliest documents for what is `left` of a payment, among those of which something is open beside what has been
/// allocated; of what was taken back, among those of which something has been paid.
pub fn suggestions(
    payment: &Incoming,
    left: Money,
    documents: &[Payable],
    allocated: &[Allocation],
) -> Vec<Suggestion> {
    let written: Vec<String> = payment.information.iter().flat_map(|line| words_of(line)).collect();
    let payer = payment.payer.as_deref().map(words_of).unwrap_or_default();
    let takes_back = left.minor < 0;
    let most = |it: &Payable| if takes_back { it.paid } else { it.open };
    let size = Money::of_minor(left.minor.saturating_abs(), left.currency);
    let open = documents.iter().filter(|it| most(it).minor > 0 && most(it).currency == left.currency);
    let mut weighed: Vec<(u32, &Payable, Vec<MatchReason>)> = open
        .filter(|it| allocated.iter().all(|share| share.document != it.id))
        .map(|document| {
            let mut reasons: Vec<MatchReason> = [
                by_reference(payment, &written, document),
                (most(document) == size).then_some(MatchReason::SameAmount),
                by_name(&payer, &words_of(&document.payer)),
                document
                    .due_on
                    .filter(|due| (payment.booked_on - *due).num_days().abs() <= NEAR_DAYS)
                    .map(|_| MatchReason::NearDue),
            ]
            .into_iter()
            .flatten()
            .collect();
            reasons.sort_by_key(|reason| std::cmp::Reverse(reason.weight()));
            (reasons.iter().map(|reason| reason.weight()).sum(), document, reasons)
        })
        .filter(|(weight, ..)| *weight >= LEAST)
        .collect();
    weighed.sort_by_key(|(weight, document, _)| (std::cmp::Reverse(*weight), document.due_on, document.id));
    let told = weighed.into_iter().take(MOST_SUGGESTIONS).map(|(_, document, reasons)| {
        let minor = size.minor.min(most(document).minor);
        let amount = Money::of_minor(if takes_back { -minor } else { minor }, left.currency);
        Suggestion { document: document.id, amount, reasons }
    });
    told.collect()
}

fn by_reference(payment: &Incoming, written: &[String], document: &Payable) -> Option<MatchReason> {
    let own = document.reference.as_deref().map(bare_reference).filter(|own| own.len() >= SHORTEST);
    let number = document.number.to_string();
    let said = |text: &str| own.as_deref() == Some(&bare_reference(text)) || text == number;
    // A number of a year and a place is written with its stroke, or as the digits that are printed.
    let mentioned = written.iter().any(|word| said(word) || *word == document.number.digits())
        || payment.information.iter().any(|line| line.split_whitespace().any(|word| word == number))
        || payment.references.iter().any(|it| said(it.text.trim()) || it.text.trim() == document.number.digits());
    if mentioned {
        return Some(MatchReason::Mentioned);
    }
    let own = own?;
    let texts = payment
        .references
        .iter()
        .map(|it| bare_reference(&it.text))
        .chain(written.iter().map(|word| bare_reference(word)));
    let near = texts.filter(|text| text.len() >= SHORTEST).filter_map(|text| {
        if strsim::osa_distance(&text, &own) <= 1 {
            return Some(MatchReason::Mistyped);
        }
        let lost = own.len().checked_sub(text.len()).is_some_and(|lost| lost <= MOST_LOST);
        (lost && (own.starts_with(&text) || own.ends_with(&text))).then_some(MatchReason::Truncated)
    });
    near.max_by_key(|reason| reason.weight())
}

/// Names as banks write them, in another order or cut off, without their dots and rings.
fn by_name(payer: &[String], whose: &[String]) -> Option<MatchReason> {
    let mut shared = whose.iter().filter(|word| payer.contains(word));
    let longest = shared.clone().map(String::len).max().unwrap_or_default();
    match shared.by_ref().count() {
        0 => None,
        all if all == whose.len() && all >= 2 || payer == whose => Some(MatchReason::SameName),
        // Two letters, such as AB and AS, are shared by half the register.
        _ if longest > 2 => Some(MatchReason::LikeName),
        _ => None,
    }
}

fn words_of(text: &str) -> Vec<String> {
    let words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| word.chars().flat_map(char::to_lowercase).map(plain).collect()).collect()
}

/// The letter that a bank without Nordic letters puts instead.
const fn plain(letter: char) -> char {
    match letter {
        'å' | 'ä' | 'æ' | 'à' => 'a',
        'ö' | 'ø' => 'o',
        'é' | 'è' => 'e',
        'ü' => 'u',
        other => other,
    }
}

#[cfg(test)]
mod tests;
