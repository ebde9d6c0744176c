//! Work that takes much, beside the requests: so much at a time, and a short queue before it.
//!
//! A hash of a password takes 19 MiB and some of a core, on purpose, and whoever has not signed in yet may ask for one. A
//! file takes more. Whoever asks often could otherwise take all the memory there is.

use crate::error::{AppError, Result};
use std::num::NonZero;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Callers that wait for a hash on each core; the last of them waits about a second.
const HASHES_PER_CORE: usize = 16;
/// Callers that wait for another's file to be read, each with a file of their own.
const FILES: usize = 4;

/// Work of one kind.
#[derive(Clone, Debug)]
pub(crate) struct Queue {
    /// What is being worked on.
    places: Arc<Semaphore>,
    /// What is being worked on or waited for by a request.
    queue: Arc<Semaphore>,
}

impl Queue {
    /// Where passwords are hashed and checked: as many at a time as there are cores.
    pub(crate) fn of_hashes() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self::new(cores, cores * HASHES_PER_CORE)
    }

    /// Where files of others are read: one at a time.
    pub(crate) fn of_files() -> Self {
        Self::new(1, FILES)
    }

    fn new(places: usize, waiting: usize) -> Self {
        Self { places: Arc::new(Semaphore::new(places)), queue: Arc::new(Semaphore::new(places + waiting)) }
    }

    /// Does work for a request, which is turned away when the queue is long.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] `busy`; nothing was done then.
    pub(crate) async fn ask<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let queued = Arc::clone(&self.queue).try_acquire_owned();
        let queued = queued.map_err(|_full| AppError::Unavailable { code: "busy", source: None })?;
        self.wait(move || {
            // Whoever gives up waiting does not stop the work: the place is free when it is done.
            let _queued = queued;
            work()
        })
        .await
    }

    /// Does work for a task, which waits for as long as it takes: it asks for a few at a time.
    ///
    /// # Errors
    /// When the work panics.
    pub(crate) async fn wait<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(AppError::internal)?;
        let done = tokio::task::spawn_blocking(move || {
            let _place = place;
            work()
        });
        done.await.map_err(AppError::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[tokio::test]
    async fn whoever_finds_the_queue_full_is_turned_away_at_once_and_the_others_are_served() {
        let queue = Queue::new(1, 1);
        let (go, wait) = mpsc::channel::<()>();
        let mut first = Box::pin(queue.ask(move || wait.recv().is_ok()));
        let mut second = Box::pin(queue.ask(|| true));
        assert!(futures::poll!(&mut first).is_pending() && futures::poll!(&mut second).is_pending());
        let third = queue.ask(|| true).await;
        assert!(matches!(third, Err(AppError::Unavailable { code: "busy", .. })), "{third:?}");
        let mut task = Box::pin(queue.wait(|| true));
        assert!(futures::poll!(&mut task).is_pending(), "a task waits, however long the queue");
        go.send(()).unwrap();
        assert!(first.await.unwrap() && second.await.unwrap() && task.await.unwrap());
        assert!(queue.ask(|| true).await.unwrap());
    }

    #[tokio::test]
    async fn a_caller_who_leaves_keeps_the_place_until_the_work_is_done() {
        let queue = Queue::new(1, 0);
        let (go, wait) = mpsc::channel::<()>();
        let (done, is_done) = tokio::sync::oneshot::channel();
        let mut left = Box::pin(queue.ask(move || {
            let heard = wait.recv().is_ok();
            let _ = done.send(heard);
        }));
        assert!(futures::poll!(&mut left).is_pending());
        drop(left);
        assert!(queue.ask(|| true).await.is_err(), "the work of somebody who hung up still takes its memory");
        go.send(()).unwrap();
        assert!(is_done.await.unwrap());
    }
}
