//! Pages by key: a list goes on after the last row that was shown, whatever has been added since.

use chrono::{DateTime, Utc};

/// Lies behind every key that names and codes are sorted by: none of them begins with such a byte.
pub(crate) const BEHIND_ALL: [u8; 4] = [0xff; 4];

/// Lies behind every text that is compared by its bytes.
pub(crate) const BEHIND_ALL_TEXTS: &str = "\u{10ffff}";

/// Lies behind every instant that is kept: where a list begins that goes from the last one to the first.
pub(crate) const END_OF_TIME: DateTime<Utc> = match DateTime::from_timestamp(253_402_300_799, 0) {
    Some(at) => at,
    None => DateTime::<Utc>::MAX_UTC,
};

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows, in order.
    pub items: Vec<T>,
    /// More rows follow.
    pub more: bool,
}

impl<T> Page<T> {
    /// Makes a page of rows that were asked for with `limit + 1`.
    pub fn cut(mut items: Vec<T>, limit: i64) -> Self {
        let limit = usize::try_from(limit).unwrap_or(0);
        let more = items.len() > limit;
        items.truncate(limit);
        Self { items, more }
    }

    /// How many rows the list has that this page begins; counted only where the page is not all of it.
    ///
    /// # Errors
    /// Those of counting.
    pub async fn total<E>(&self, counted: impl Future<Output = Result<Total, E>>) -> Result<Total, E> {
        if self.more {
            return counted.await;
        }
        Ok(Total { count: i64::try_from(self.items.len()).unwrap_or(i64::MAX), exact: true })
    }

    /// The same page of other values.
    ///
    /// # Errors
    /// The first error of `change`.
    pub fn try_map<U, E>(self, change: impl FnMut(T) -> Result<U, E>) -> Result<Page<U>, E> {
        Ok(Page { items: self.items.into_iter().map(change).collect::<Result<_, _>>()?, more: self.more })
    }
}

/// What is asked of a list by name: beyond which row, how many, and in which direction.
#[derive(Clone, Copy, Debug)]
pub struct Stretch<'a, K> {
    /// From the last row to the first.
    pub backwards: bool,
    /// Beyond this row; from the end that comes first when left out.
    pub after: Option<&'a K>,
    /// So many rows at most.
    pub limit: i64,
}

/// Which end of a list over time comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// What happened last.
    #[default]
    Newest,
    /// What happened first.
    Oldest,
}

/// A count for the eye: exact while it is cheap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Total {
    /// How many.
    pub count: i64,
    /// Counted to the end; else there are at least that many.
    pub exact: bool,
}

impl Total {
    /// Counting stops here, so that a list of a million opens as fast as one of ten.
    pub const CEILING: i64 = 10_000;

    /// Makes a total of a count that was asked for with `limit CEILING + 1`.
    pub fn counted(count: i64) -> Self {
        Self { count: count.min(Self::CEILING), exact: count <= Self::CEILING }
    }
}
