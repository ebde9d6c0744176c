//! The wrapped data key: once under the master key, once under the recovery code.

use crate::engine::{Conn, Tx};
use crate::error::{OnUnique, Result};
use chrono::{DateTime, Utc};

/// The data key in its two wrappings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrappedKey {
    /// Under the master key of the keychain, file or environment.
    pub by_key: Vec<u8>,
    /// Under the printed recovery code.
    pub by_recovery: Vec<u8>,
}

impl Conn {
    /// The wrapped data key, once the installation is set up.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn find_vault(&mut self) -> Result<Option<WrappedKey>> {
        let row: Option<(Vec<u8>, Vec<u8>)> =
            self.sql("select wrapped_by_key, wrapped_by_recovery from vault where id = 1").optional().await?;
        Ok(row.map(|(by_key, by_recovery)| WrappedKey { by_key, by_recovery }))
    }
}

impl Tx {
    /// Keeps the first wrapped data key of the installation. Of two who set it up at once, on one host or on two, the
    /// second waits for the first and is then refused.
    ///
    /// # Errors
    /// [`crate::StoreError::Conflict`] `setup.done` when there is one already.
    pub async fn insert_vault(&mut self, it: &WrappedKey, at: DateTime<Utc>) -> Result<()> {
        self.change("insert into vault (id, wrapped_by_key, wrapped_by_recovery, created_at) values (1, $1, $2, $3)")
            .bind(&*it.by_key)
            .bind(&*it.by_recovery)
            .bind(at)
            .run()
            .await
            .on_unique("setup.done")?
            .one("vault")
    }

    /// Keeps the wrapped data key, in place of an earlier wrapping.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn put_vault(&mut self, it: &WrappedKey, at: DateTime<Utc>) -> Result<()> {
        self.change(
            "insert into vault (id, wrapped_by_key, wrapped_by_recovery, created_at) values (1, $1, $2, $3) \
             on conflict (id) do update set wrapped_by_key = excluded.wrapped_by_key, \
             wrapped_by_recovery = excluded.wrapped_by_recovery",
        )
        .bind(&*it.by_key)
        .bind(&*it.by_recovery)
        .bind(at)
        .run()
        .await?
        .one("vault")
    }
}
