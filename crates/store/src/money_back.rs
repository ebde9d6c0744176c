//! What whoever paid was told of money on its way back to them.

use crate::engine::{Conn, Tx, instant, text};
use crate::error::{Result, StoreError};
use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::FromRow;
use sqlx::types::Json;
use stolpe_domain::id::{NoticeId, OrganisationId, PayoutId, RefundId};
use stolpe_domain::money_back::{MoneyNewsKind, Untold};
use uuid::Uuid;

/// Of which money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoneyOnItsWay {
    /// A refund.
    Refund(RefundId),
    /// A payout.
    Payout(PayoutId),
}

/// How it was told, if it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// By this message.
    Notice(NoticeId),
    /// Not at all.
    Untold(Untold),
}

/// What somebody was told once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MoneyWord {
    /// Its id.
    pub id: Uuid,
    /// In whose name.
    pub organisation_id: OrganisationId,
    /// Of which money.
    pub of: MoneyOnItsWay,
    /// Which news.
    pub news: MoneyNewsKind,
    /// How it was told.
    pub telling: Telling,
    /// When.
    pub created_at: DateTime<Utc>,
}

#[derive(FromRow)]
struct WordRow {
    id: Uuid,
    organisation_id: Uuid,
    news: String,
    notice_id: Option<Uuid>,
    untold: Option<String>,
    created_at: DateTime<Utc>,
}

const fn unreadable(column: &'static str) -> StoreError {
    StoreError::Inconsistent { table: "money_word", column }
}

impl Conn {
    /// What was told of some money, in the order in which it was.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn money_words(&mut self, of: MoneyOnItsWay) -> Result<Vec<MoneyWord>> {
        let (refund, payout) = ids(of);
        let rows: Vec<WordRow> = self
            .sql(
                "select id, organisation_id, news, notice_id, untold, created_at from money_word \
                 where refund_id = $1 or payout_id = $2 order by created_at, id",
            )
            .bind(refund)
            .bind(payout)
            .all()
            .await?;
        rows.into_iter()
            .map(|row| {
                let untold =
                    row.untold.as_deref().map(|word| Untold::from_word(word).ok_or_else(|| unreadable("untold")));
                let telling = match (row.notice_id, untold.transpose()?) {
                    (Some(notice), None) => Telling::Notice(NoticeId(notice)),
                    (None, Some(why)) => Telling::Untold(why),
                    _ => return Err(unreadable("untold")),
                };
                Ok(MoneyWord {
                    id: row.id,
                    organisation_id: OrganisationId(row.organisation_id),
                    of,
                    news: MoneyNewsKind::from_word(&row.news).ok_or_else(|| unreadable("news"))?,
                    telling,
                    created_at: row.created_at,
                })
            })
            .collect()
    }
}

impl Tx {
    /// Writes down what was told.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn insert_money_words(&mut self, all: &[MoneyWord]) -> Result<()> {
        if all.is_empty() {
            return Ok(());
        }
        let hex = |id: Uuid| id.simple().to_string();
        let row = |it: &MoneyWord| {
            let (refund, payout) = ids(it.of);
            let (notice, untold) = match it.telling {
                Telling::Notice(id) => (Some(hex(id.uuid())), None),
                Telling::Untold(why) => (None, Some(why.word())),
            };
            json!({
                "id": hex(it.id), "organisation_id": hex(it.organisation_id.uuid()),
                "refund_id": refund.map(hex), "payout_id": payout.map(hex), "news": it.news.word(),
                "notice_id": notice, "untold": untold, "created_at": instant(it.created_at),
            })
        };
        self.change(text![
            "insert into money_word (id, organisation_id, refund_id, payout_id, news, notice_id, untold, created_at) select"
            [uuid "id"] "," [uuid "organisation_id"] "," [uuid "refund_id"] "," [uuid "payout_id"] "," [string "news"] ","
            [uuid "notice_id"] "," [string "untold"] "," [instant "created_at"] "from" [rows "$1"]
        ])
        .bind(Json(all.iter().map(row).collect::<Vec<_>>()))
        .run()
        .await?
        .any();
        Ok(())
    }
}

const fn ids(of: MoneyOnItsWay) -> (Option<Uuid>, Option<Uuid>) {
    match of {
        MoneyOnItsWay::Refund(id) => (Some(id.0), None),
        MoneyOnItsWay::Payout(id) => (None, Some(id.0)),
    }
}
