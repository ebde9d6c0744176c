//! Where somebody's unused money stands, and from where a payout takes it.

use super::PayoutRefusal;
use crate::id::DocumentId;
use crate::ledger::Account;

/// Money on one account that nobody has used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnusedPart {
    /// Where it stands.
    pub account: Account,
    /// The invoice that it is too much on, of what was paid and then credited.
    pub document: Option<DocumentId>,
    /// How much, in the smallest part of its asset.
    pub minor: i64,
}

/// Takes an amount from what there is, in its order, and says how much of each.
///
/// # Errors
/// [`PayoutRefusal`].
pub fn share(unused: &[UnusedPart], amount: i64) -> Result<Vec<UnusedPart>, PayoutRefusal> {
    if amount <= 0 {
        return Err(PayoutRefusal::Nothing);
    }
    let (mut left, mut taken) = (amount, Vec::new());
    for part in unused {
        let minor = left.min(part.minor);
        if minor > 0 {
            taken.push(UnusedPart { minor, ..*part });
            left -= minor;
        }
    }
    if left == 0 { Ok(taken) } else { Err(PayoutRefusal::MoreThanUnused) }
}
