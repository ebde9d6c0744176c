//! Tries at names, passwords, codes and links, counted so that a restart forgets none of them.

use crate::engine::{Tx, text};
use crate::error::Result;
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use stolpe_domain::id::LoginId;
use stolpe_domain::throttle::Tally;

impl Tx {
    /// The tries at a subject so far, held until the transaction ends so that many at once are counted one by one.
    ///
    /// # Errors
    /// Whatever the database says; so for every statement of this room.
    pub async fn hold_tally(&mut self, kind: &str, subject: &[u8], at: DateTime<Utc>) -> Result<Option<Tally>> {
        let row: TallyRow = self
            .change(
                "insert into guess (kind, subject, tries, last_at) values ($1, $2, 0, $3) \
                 on conflict (kind, subject) do update set tries = guess.tries returning tries, last_at",
            )
            .bind(kind)
            .bind(subject)
            .bind(at)
            .one()
            .await?;
        Ok(Some(Tally { tries: row.tries, last_at: row.last_at }).filter(|tally| tally.tries > 0))
    }

    /// Writes down the tries at a subject that is held.
    pub async fn put_tally(&mut self, kind: &str, subject: &[u8], tally: Tally) -> Result<()> {
        self.change("update guess set tries = $3, last_at = $4 where kind = $1 and subject = $2")
            .bind(kind)
            .bind(subject)
            .bind(tally.tries)
            .bind(tally.last_at)
            .run()
            .await?
            .one("guess")
    }

    /// Forgets every try at a subject.
    pub async fn clear_tally(&mut self, kind: &str, subject: &[u8]) -> Result<u64> {
        Ok(self
            .change("delete from guess where kind = $1 and subject = $2")
            .bind(kind)
            .bind(subject)
            .run()
            .await?
            .any())
    }

    /// Gives one try at a subject back.
    pub async fn return_try(&mut self, kind: &str, subject: &[u8]) -> Result<u64> {
        Ok(self
            .change("update guess set tries = tries - 1 where kind = $1 and subject = $2 and tries > 0")
            .bind(kind)
            .bind(subject)
            .run()
            .await?
            .any())
    }

    /// Forgets subjects that nobody has tried since then.
    pub async fn forget_tallies(&mut self, before: DateTime<Utc>) -> Result<u64> {
        Ok(self.change("delete from guess where last_at < $1").bind(before).run().await?.any())
    }

    /// The tries at signing in with a login so far, held until the transaction ends.
    pub async fn hold_login_tally(&mut self, id: LoginId) -> Result<Option<Tally>> {
        let row: Option<LoginTallyRow> = self
            .change(text!["select failed_count, failed_at from login where id = $1"[locked]])
            .bind(id.uuid())
            .optional()
            .await?;
        Ok(row.and_then(|row| Some(Tally { tries: row.failed_count, last_at: row.failed_at? })))
    }

    /// Writes down the tries at signing in with a login, and until when it is closed.
    pub async fn put_login_tally(&mut self, id: LoginId, tally: Tally, until: Option<DateTime<Utc>>) -> Result<()> {
        self.change("update login set failed_count = $2, failed_at = $3, locked_until = $4 where id = $1")
            .bind(id.uuid())
            .bind(tally.tries)
            .bind(tally.last_at)
            .bind(until)
            .run()
            .await?
            .one("login")
    }

    /// Gives one try at signing in with a login back.
    pub async fn return_login_try(&mut self, id: LoginId) -> Result<u64> {
        Ok(self
            .change(
                "update login set failed_count = failed_count - 1, locked_until = null where id = $1 \
                 and failed_count > 0",
            )
            .bind(id.uuid())
            .run()
            .await?
            .any())
    }
}

#[derive(FromRow)]
struct TallyRow {
    tries: i64,
    last_at: DateTime<Utc>,
}

#[derive(FromRow)]
struct LoginTallyRow {
    failed_count: i64,
    failed_at: Option<DateTime<Utc>>,
}
