//! One unit of work: a transaction that cannot be committed without saying what happened.

use crate::App;
use crate::audit;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::feed::Change;
use crate::vault::Purpose;
use chacha20poly1305::KeyInit;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use std::ops::{Deref, DerefMut};
use std::time::Duration;
use stolpe_domain::access::Actor;
use stolpe_domain::event::Event;
use stolpe_store::{Conn, StoreError};
use uuid::Uuid;

/// The first pause before something is tried again that the database was away for; each is twice the one before.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// The longest of these pauses.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// A transaction. Its one way to end well is [`Tx::commit`], which takes the facts for the audit log.
#[derive(Debug)]
pub struct Tx<'a> {
    inner: stolpe_store::Tx,
    app: &'a App,
}

impl Deref for Tx<'_> {
    type Target = stolpe_store::Tx;
    fn deref(&self) -> &stolpe_store::Tx {
        &self.inner
    }
}

impl DerefMut for Tx<'_> {
    fn deref_mut(&mut self) -> &mut stolpe_store::Tx {
        &mut self.inner
    }
}

impl App {
    /// A connection for reading.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when the database cannot be reached.
    pub async fn read(&self) -> Result<Conn> {
        Ok(self.db.read().await?)
    }

    /// A transaction for writing.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when the database cannot be reached or is busy.
    pub async fn write(&self) -> Result<Tx<'_>> {
        Ok(Tx { inner: self.db.write().await?, app: self })
    }

    /// Does something that must not be lost: while the database is away it is tried again, less and less often, until
    /// it is done or the host stops.
    ///
    /// # Errors
    /// Whatever else stands in the way; [`AppError::Unavailable`] when the host stops first.
    pub(crate) async fn when_reachable<T, F: Future<Output = Result<T>>>(&self, work: impl Fn() -> F) -> Result<T> {
        let mut pause = FIRST_PAUSE;
        loop {
            match work().await {
                Err(error @ AppError::Unavailable { .. }) if !self.stop.is_cancelled() => {
                    tracing::warn!(%error, "something waits for the database");
                    tokio::select! {
                        () = tokio::time::sleep(pause) => {}
                        () = self.stop.cancelled() => {}
                    }
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
                other => return other,
            }
        }
    }

    /// The digest that tells two requests apart. It is keyed: a request may hold a personal number, of which there are few
    /// enough to try them all against a digest that anybody can make, and digests are kept for a month. Without the
    /// vault's key, one of this run of the program does; then a request that is repeated after a restart is not known
    /// again, and refused as another one.
    ///
    /// # Errors
    /// [`AppError::Internal`] for a key that cannot be one.
    pub fn request_digest(&self, method: &str, path: &str, body: &[u8]) -> Result<[u8; 32]> {
        let mut hash = Sha256::new();
        for part in [method.as_bytes(), path.as_bytes(), body] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let plain = hash.finalize();
        let keyed = match self.vault.digest(Purpose::Request, &plain) {
            Err(AppError::Unavailable { code: "vault.locked", .. }) => {
                let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.own_key).map_err(AppError::internal)?;
                mac.update(&plain);
                mac.finalize().into_bytes().to_vec()
            }
            keyed => keyed?,
        };
        keyed.try_into().map_err(|_| AppError::internal("a digest of another length"))
    }

    /// What an earlier request with the same key made, if there was one.
    ///
    /// # Errors
    /// [`AppError::Conflict`] when the key was used for another request.
    pub async fn replayed<T: From<Uuid>>(&self, ctx: &Ctx) -> Result<Option<T>> {
        Ok(self.repeated(ctx).await?.flatten().map(T::from))
    }

    /// Whether the caller has sent this request before, and it was carried out: then nothing is done again, and the
    /// answer says how things are now.
    ///
    /// # Errors
    /// [`AppError::Conflict`] `conflict.idempotency_key` when the key was used for another request.
    pub(crate) async fn done_before(&self, ctx: &Ctx) -> Result<bool> {
        Ok(self.repeated(ctx).await?.is_some())
    }

    /// What the caller's key was used for before: the thing that came of it, if there was one.
    async fn repeated(&self, ctx: &Ctx) -> Result<Option<Option<Uuid>>> {
        let Some(idempotency) = &ctx.idempotency else { return Ok(None) };
        let found = self.read().await?.find_idempotent(&actor_key(ctx), &idempotency.key).await?;
        match found {
            None => Ok(None),
            Some((digest, subject)) if digest == idempotency.request_digest => {
                idempotency.replayed.set();
                Ok(Some(subject))
            }
            Some(_) => Err(AppError::Conflict("conflict.idempotency_key")),
        }
    }
}

impl Tx<'_> {
    /// Writes the facts to the audit log, makes everything durable, and tells whoever listens.
    ///
    /// # Errors
    /// Whatever stands in the way; nothing has been stored then. A second request with the same idempotency key that
    /// ran at the same time ends as [`AppError::Conflict`] `conflict.in_progress`, and can be repeated.
    pub async fn commit(mut self, ctx: &Ctx, events: impl IntoIterator<Item = Event>) -> Result<()> {
        let events: Vec<Event> = events.into_iter().collect();
        debug_assert!(!events.is_empty(), "a change that says nothing");
        if let Some(idempotency) = &ctx.idempotency {
            let subject = events.first().and_then(|event| event.subject.id());
            self.inner
                .insert_idempotent(&actor_key(ctx), &idempotency.key, &idempotency.request_digest, subject, ctx.at)
                .await
                .map_err(|error| match error {
                    StoreError::Taken(_) => AppError::Conflict("conflict.in_progress"),
                    other => other.into(),
                })?;
        }
        audit::append(&mut self.inner, ctx, &events).await?;
        self.inner.commit().await?;
        for event in &events {
            self.app.feed.publish(Change::of(event));
        }
        Ok(())
    }

    /// Makes bookkeeping of the machinery durable: last-seen times, task progress, attempts to send.
    ///
    /// Whatever changes data, access or a rule goes through [`Tx::commit`].
    ///
    /// # Errors
    /// Whatever stands in the way; nothing has been stored then.
    pub async fn commit_telemetry(self) -> Result<()> {
        Ok(self.inner.commit().await?)
    }
}

fn actor_key(ctx: &Ctx) -> String {
    match &ctx.actor {
        Actor::Person(signed) => signed.login.to_string(),
        Actor::System(duty) => (*duty).to_owned(),
        Actor::Nobody => "nobody".to_owned(),
    }
}
