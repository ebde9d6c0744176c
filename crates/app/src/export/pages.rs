//! Rows on their way into a file, a page at a time: of one list, or of the lists of many facilities read as one.

use super::Rows;
use crate::App;
use crate::error::Result;
use std::collections::VecDeque;
use stolpe_domain::id::FacilityId;
use stolpe_store::page::{Order, Page};
use tokio::sync::mpsc;

/// Rows of all facilities together that wait to be put in order, at most about so many.
const WAITING: usize = 4_000;
/// Rows of one facility that are read at a time, at least.
const FEWEST: usize = 50;

/// Where the rows of a file come from.
pub(super) trait Source: Send + 'static {
    /// The next rows; none after the last.
    fn next(&mut self) -> impl Future<Output = Result<Option<Rows>>> + Send;
}

impl App {
    /// Sends the rows of a file to whoever writes it, until there are no more or the writer has gone away.
    pub(super) fn send_rows(&self, mut source: impl Source, pages: mpsc::Sender<Option<Rows>>) {
        self.spawn(async move {
            loop {
                let page = match source.next().await {
                    Ok(Some(rows)) => Some(rows),
                    Ok(None) => return,
                    Err(error) => {
                        tracing::error!(%error, "an export was broken off");
                        None
                    }
                };
                let broken = page.is_none();
                if pages.send(page).await.is_err() || broken {
                    return;
                }
            }
        });
    }
}

/// A list that a facility has, in the order of its key.
pub(super) trait List: Send + 'static {
    /// A row.
    type Item: Send;
    /// What it is ordered by.
    type Key: Ord + Copy + Send;

    /// The key of a row.
    fn key(item: &Self::Item) -> Self::Key;

    /// Rows of one facility beyond a key.
    fn page(
        &mut self,
        facility: FacilityId,
        after: Option<Self::Key>,
        limit: usize,
    ) -> impl Future<Output = Result<Page<Self::Item>>> + Send;
}

/// The lists of many facilities as one in the common order. Each row is read once, and what waits is as little however
/// many rows there are.
pub(super) struct Merged<L: List> {
    pub(super) of: L,
    order: Order,
    at_a_time: usize,
    streams: Vec<Stream<L>>,
}

struct Stream<L: List> {
    facility: FacilityId,
    waiting: VecDeque<L::Item>,
    after: Option<L::Key>,
    more: bool,
}

impl<L: List> Merged<L> {
    /// The lists of these facilities.
    pub(super) fn new(of: L, order: Order, facilities: &[FacilityId]) -> Self {
        let stream =
            |facility: &FacilityId| Stream { facility: *facility, waiting: VecDeque::new(), after: None, more: true };
        let at_a_time = (WAITING / facilities.len().max(1)).clamp(FEWEST, WAITING / 4);
        Self { of, order, at_a_time, streams: facilities.iter().map(stream).collect() }
    }

    /// The next rows, so many unless the end comes before.
    pub(super) async fn take(&mut self, count: usize) -> Result<Vec<L::Item>> {
        let mut taken = Vec::with_capacity(count);
        while taken.len() < count {
            for stream in self.streams.iter_mut().filter(|stream| stream.waiting.is_empty() && stream.more) {
                let page = self.of.page(stream.facility, stream.after, self.at_a_time).await?;
                stream.more = page.more;
                stream.after = page.items.last().map(L::key);
                stream.waiting = page.items.into();
            }
            let heads = self.streams.iter_mut().filter_map(|stream| Some((L::key(stream.waiting.front()?), stream)));
            let first = match self.order {
                Order::Newest => heads.max_by_key(|(key, _)| *key),
                Order::Oldest => heads.min_by_key(|(key, _)| *key),
            };
            match first.and_then(|(_, stream)| stream.waiting.pop_front()) {
                Some(item) => taken.push(item),
                None => break,
            }
        }
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    /// Numbers of facilities in memory, newest first.
    struct Numbers(Vec<Vec<u32>>);

    impl List for Numbers {
        type Item = u32;
        type Key = u32;

        fn key(item: &u32) -> u32 {
            *item
        }

        async fn page(&mut self, facility: FacilityId, after: Option<u32>, limit: usize) -> Result<Page<u32>> {
            let place = usize::try_from(facility.uuid().as_u128()).expect("a place");
            let beyond = self.0[place].iter().copied().filter(|it| after.is_none_or(|after| *it < after));
            Ok(Page::cut(beyond.take(limit + 1).collect(), i64::try_from(limit).expect("a limit")))
        }
    }

    proptest! {
        #[test]
        fn the_lists_of_facilities_are_read_as_one_in_order_and_nothing_is_lost(
            numbers in proptest::collection::btree_set(any::<u32>(), 0..400),
            facilities in 1_usize..7,
        ) {
            let mut lists = vec![Vec::new(); facilities];
            for (place, number) in numbers.iter().rev().enumerate() {
                lists[(place * place) % facilities].push(*number);
            }
            let ids: Vec<_> = (0..facilities as u128).map(|place| FacilityId(Uuid::from_u128(place))).collect();
            let mut merged = Merged::new(Numbers(lists), Order::Newest, &ids);
            let mut read = Vec::new();
            let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
            loop {
                let some = runtime.block_on(merged.take(37)).expect("rows");
                if some.is_empty() {
                    break;
                }
                prop_assert!(some.len() <= 37);
                read.extend(some);
            }
            prop_assert_eq!(read, numbers.into_iter().rev().collect::<Vec<_>>());
        }
    }
}
