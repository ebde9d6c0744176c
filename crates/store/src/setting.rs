//! Settings of the installation: one JSON value for each name.

use crate::engine::{Conn, Tx};
use crate::error::{Result, StoreError};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::types::Json;

impl Conn {
    /// The value of a setting with its row version, if it has been set.
    ///
    /// # Errors
    /// [`StoreError::Inconsistent`] when the stored value is not of that shape.
    pub async fn find_setting<T: DeserializeOwned>(&mut self, name: &str) -> Result<Option<(T, i64)>> {
        let row: Option<(Json<serde_json::Value>, i64)> =
            self.sql("select value, row_version from setting where name = $1").bind(name).optional().await?;
        row.map(|(Json(value), version)| {
            serde_json::from_value(value)
                .map(|value| (value, version))
                .map_err(|_| StoreError::Inconsistent { table: "setting", column: "value" })
        })
        .transpose()
    }
}

impl Tx {
    /// Sets a value; `row_version` is the one that was read, or 0 for a setting that had none.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when it has moved on.
    pub async fn put_setting<T: Serialize + Sync>(&mut self, name: &str, row_version: i64, value: &T) -> Result<()> {
        let value =
            serde_json::to_value(value).map_err(|_| StoreError::Inconsistent { table: "setting", column: "value" })?;
        self.change(
            "insert into setting (name, value, row_version) values ($1, $2, 1) on conflict (name) do update \
             set value = excluded.value, row_version = setting.row_version + 1 where setting.row_version = $3",
        )
        .bind(name)
        .bind(Json(value))
        .bind(row_version)
        .run()
        .await?
        .unchanged()
    }
}
