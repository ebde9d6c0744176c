//! Requests that were carried out, by the caller's key.

use crate::engine::{Conn, Tx};
use crate::error::{OnUnique, Result};
use chrono::{DateTime, Utc};
use uuid::Uuid;

impl Conn {
    /// What an actor's key was used for: the digest of the request, and the thing it made.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn find_idempotent(&mut self, actor: &str, key: &str) -> Result<Option<(Vec<u8>, Option<Uuid>)>> {
        self.sql("select request_digest, subject_id from idempotency where actor = $1 and idempotency_key = $2")
            .bind(actor)
            .bind(key)
            .optional()
            .await
    }
}

impl Tx {
    /// Notes that an actor's key is used, in the transaction of what it does.
    ///
    /// # Errors
    /// [`crate::StoreError::Taken`] when another request with the key was faster.
    pub async fn insert_idempotent(
        &mut self,
        actor: &str,
        key: &str,
        request_digest: &[u8],
        subject: Option<Uuid>,
        at: DateTime<Utc>,
    ) -> Result<()> {
        self.change(
            "insert into idempotency (actor, idempotency_key, request_digest, subject_id, created_at) \
             values ($1, $2, $3, $4, $5)",
        )
        .bind(actor)
        .bind(key)
        .bind(request_digest)
        .bind(subject)
        .bind(at)
        .run()
        .await
        .on_unique("conflict.in_progress")?
        .one("idempotency")
    }

    /// Forgets keys that are older than this; answers how many there were.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn delete_idempotent_before(&mut self, at: DateTime<Utc>) -> Result<u64> {
        Ok(self.change("delete from idempotency where created_at < $1").bind(at).run().await?.any())
    }
}
