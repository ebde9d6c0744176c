//! Saved filters.

use crate::engine::{Conn, Tx};
use crate::error::{OnUnique, Result};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use sqlx::types::Json;
use stolpe_domain::id::{LoginId, ViewId};
use uuid::Uuid;

/// A saved filter of one list.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// Its id.
    pub id: ViewId,
    /// The list that it belongs to.
    pub room: String,
    /// What its owner calls it.
    pub name: String,
    /// The filter, as the list keeps it in its address.
    pub filters: serde_json::Value,
}

impl Conn {
    /// The saved filters of a login, by list and name.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn list_views(&mut self, login: LoginId) -> Result<Vec<View>> {
        let rows: Vec<ViewRow> = self
            .sql("select id, room, name, filters from view where login_id = $1 order by room, name")
            .bind(login.uuid())
            .all()
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| View { id: ViewId(row.id), room: row.room, name: row.name, filters: row.filters.0 })
            .collect())
    }
}

impl Tx {
    /// Saves a filter.
    ///
    /// # Errors
    /// [`crate::StoreError::Taken`] when the list has one of that name.
    pub async fn insert_view(&mut self, it: &View, login: LoginId, at: DateTime<Utc>) -> Result<()> {
        self.change("insert into view (id, login_id, room, name, filters, created_at) values ($1, $2, $3, $4, $5, $6)")
            .bind(it.id.uuid())
            .bind(login.uuid())
            .bind(&*it.room)
            .bind(&*it.name)
            .bind(Json(it.filters.clone()))
            .bind(at)
            .run()
            .await
            .on_unique("view.name_taken")?
            .one("view")
    }

    /// Removes a saved filter of that login.
    ///
    /// # Errors
    /// [`crate::StoreError::Missing`] when it has none with this id.
    pub async fn delete_view(&mut self, login: LoginId, id: ViewId) -> Result<()> {
        self.change("delete from view where id = $1 and login_id = $2")
            .bind(id.uuid())
            .bind(login.uuid())
            .run()
            .await?
            .one("view")
    }
}

#[derive(FromRow)]
struct ViewRow {
    id: Uuid,
    room: String,
    name: String,
    filters: Json<serde_json::Value>,
}
