//! Which refund a line of a settlement tells of: by our name for it at the provider, or else by the payment and the amount.

use super::take::{folded, named_first};
use std::collections::{HashMap, HashSet};
use stolpe_domain::id::{PaymentAttemptId, RefundId};
use stolpe_domain::money::Money;
use stolpe_domain::payment::PaymentProvider;
use stolpe_store::reconciliation::KnownRefund;

/// What was given back, each to be told of by one line.
pub(super) struct Refunded<'r> {
    all: &'r [KnownRefund],
    told: HashSet<RefundId>,
}

impl<'r> Refunded<'r> {
    pub(super) fn of(all: &'r [KnownRefund]) -> Self {
        Self { all, told: HashSet::new() }
    }

    /// The refund that a line is the money of, which is told of by no other line then: exactly its amount, the other way.
    /// Providers name it as we do, or only the payment whose money it was; of several that are alike it is the first.
    pub(super) fn take(
        &mut self,
        provider: PaymentProvider,
        gross: Money,
        names: &[String],
        attempts: &HashMap<String, PaymentAttemptId>,
    ) -> Option<RefundId> {
        let open = || {
            let fits = |it: &&KnownRefund| it.provider == provider && it.amount == gross.negated();
            self.all.iter().filter(fits).filter(|it| !self.told.contains(&it.id))
        };
        let names_it = |it: &KnownRefund| {
            let ours = it.ask.simple().to_string();
            names.iter().any(|name| folded(name) == ours)
        };
        let attempt = named_first(names, attempts);
        let found = open()
            .find(|it| names_it(it))
            .or_else(|| attempt.and_then(|attempt| open().find(|it| it.attempt == attempt)))
            .map(|it| it.id)?;
        self.told.insert(found);
        Some(found)
    }
}
