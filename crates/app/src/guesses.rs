//! Failures with names that do not exist: counted like those with names that do, so that waiting tells nothing.

use crate::sign_in::Credentials;
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use stolpe_domain::facility::fold_code;
use stolpe_domain::password::locked_until;

/// Names that are remembered at a time; a guesser with more of them has met the limit on each.
const MOST: usize = 10_000;
/// A name that nobody has tried for so long is forgotten once room is needed.
const FORGET_AFTER: TimeDelta = TimeDelta::hours(1);

/// A name that was typed, as a digest: somebody's password may have ended up in the wrong field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct GuessedName([u8; 32]);

impl GuessedName {
    /// The name in these credentials, in whatever case and spacing.
    pub(crate) fn of(credentials: &Credentials) -> Self {
        let mut hash = Sha256::new();
        hash.update(fold_code(credentials.facility.as_deref().unwrap_or_default()));
        hash.update([0]);
        hash.update(fold_code(&credentials.username));
        Self(hash.finalize().into())
    }
}

#[derive(Debug)]
struct Count {
    failed: i64,
    last: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
}

/// How often each name was tried in vain since the host started.
#[derive(Clone, Debug, Default)]
pub(crate) struct Guesses(Arc<Mutex<HashMap<GuessedName, Count>>>);

impl Guesses {
    /// Until when the name must wait.
    pub(crate) fn locked_until(&self, name: &GuessedName) -> Option<DateTime<Utc>> {
        self.0.lock().ok()?.get(name)?.until
    }

    /// Counts a failure; answers until when the name must wait, if it must.
    pub(crate) fn count(&self, name: GuessedName, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut counts = self.0.lock().ok()?;
        if counts.len() >= MOST && !counts.contains_key(&name) {
            counts.retain(|_, count| at - count.last < FORGET_AFTER);
            if counts.len() >= MOST {
                counts.clear();
            }
        }
        let count = counts.entry(name).or_insert(Count { failed: 0, last: at, until: None });
        count.failed += 1;
        count.last = at;
        count.until = locked_until(count.failed, at);
        count.until
    }
}
