//! Links to choose a password that were asked for and have not been made yet.

use crate::engine::{Conn, Tx};
use crate::error::Result;
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use stolpe_domain::id::{Correlation, LoginId};
use uuid::Uuid;

/// One wish for a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResetAsk {
    /// Its id.
    pub id: Uuid,
    /// The login that was named; none when there is no such login.
    pub login: Option<LoginId>,
    /// From where it was asked.
    pub origin: String,
    /// With which request.
    pub correlation: Correlation,
    /// When.
    pub asked_at: DateTime<Utc>,
}

impl Conn {
    /// Wishes that wait, the oldest first.
    ///
    /// # Errors
    /// Whatever the database says; so for every statement of this room.
    pub async fn reset_asks(&mut self, limit: i64) -> Result<Vec<ResetAsk>> {
        let rows: Vec<ResetAskRow> = self
            .sql("select id, login_id, origin, correlation, asked_at from reset_ask order by asked_at, id limit $1")
            .bind(limit)
            .all()
            .await?;
        Ok(rows.into_iter().map(ResetAsk::from).collect())
    }
}

impl Tx {
    /// Notes a wish.
    pub async fn insert_reset_ask(&mut self, it: &ResetAsk) -> Result<()> {
        self.change("insert into reset_ask (id, login_id, origin, correlation, asked_at) values ($1, $2, $3, $4, $5)")
            .bind(it.id)
            .bind(it.login.map(LoginId::uuid))
            .bind(&*it.origin)
            .bind(it.correlation.uuid())
            .bind(it.asked_at)
            .run()
            .await?
            .one("reset_ask")
    }

    /// Takes a wish in hand; answers whether no other host was faster.
    pub async fn take_reset_ask(&mut self, id: Uuid) -> Result<bool> {
        Ok(self.change("delete from reset_ask where id = $1").bind(id).run().await?.any() == 1)
    }
}

#[derive(FromRow)]
struct ResetAskRow {
    id: Uuid,
    login_id: Option<Uuid>,
    origin: String,
    correlation: Uuid,
    asked_at: DateTime<Utc>,
}

impl From<ResetAskRow> for ResetAsk {
    fn from(row: ResetAskRow) -> Self {
        Self {
            id: row.id,
            login: row.login_id.map(LoginId),
            origin: row.origin,
            correlation: Correlation(row.correlation),
            asked_at: row.asked_at,
        }
    }
}
