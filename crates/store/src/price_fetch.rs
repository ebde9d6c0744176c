//! Asking the network for prices: when each area is asked for next, and what came of it.

use crate::engine::{Conn, Tx, text};
use crate::error::{Result, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;
use stolpe_domain::market_price::{PriceArea, PriceSource};

/// How asking for the prices of an area stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceFetch {
    /// The area.
    pub area: PriceArea,
    /// Whom it was last.
    pub source: PriceSource,
    /// When it is asked for next.
    pub next_at: DateTime<Utc>,
    /// Attempts since all that can be had was there.
    pub attempt_count: i64,
    /// When it was asked for last.
    pub asked_at: DateTime<Utc>,
    /// When prices came last.
    pub fetched_at: Option<DateTime<Utc>>,
    /// What went wrong last, as a stable code.
    pub fault: Option<String>,
    /// What the source said then.
    pub fault_words: Option<String>,
    /// When that was.
    pub fault_at: Option<DateTime<Utc>>,
}

/// What a source answered for a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceAnswered {
    /// What it called the answer, if anything.
    pub name: Option<String>,
    /// The SHA-256 of it, in hexadecimal digits.
    pub digest: String,
}

macro_rules! columns {
    () => {
        "area, source, next_at, attempt_count, asked_at, fetched_at, fault, fault_words, fault_at"
    };
}

impl Conn {
    /// The areas that facilities lie in, those for training apart: nobody pays by the market there.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn price_areas_in_use(&mut self) -> Result<Vec<PriceArea>> {
        let rows: Vec<(String,)> = self
            .sql(
                "select distinct facility.price_area from facility join organisation \
                 on organisation.id = facility.organisation_id \
                 where facility.price_area is not null and not organisation.training order by facility.price_area",
            )
            .all()
            .await?;
        // A country may get areas that this version does not know.
        Ok(rows.iter().filter_map(|(code,)| PriceArea::from_code(code)).collect())
    }

    /// How asking for the prices of each area stands.
    pub async fn price_fetches(&mut self) -> Result<Vec<PriceFetch>> {
        self.sql(text!["select" [columns] "from price_fetch order by area"])
            .all::<PriceFetchRow>()
            .await?
            .into_iter()
            .map(PriceFetch::try_from)
            .collect()
    }

    /// What a source answered last for a day of an area.
    pub async fn price_answer(
        &mut self,
        area: PriceArea,
        day: NaiveDate,
        of: PriceSource,
    ) -> Result<Option<PriceAnswered>> {
        let row: Option<(Option<String>, String)> = self
            .sql("select name, digest from price_answer where area = $1 and day = $2 and source = $3")
            .bind(area.code())
            .bind(day)
            .bind(of.word())
            .optional()
            .await?;
        Ok(row.map(|(name, digest)| PriceAnswered { name, digest }))
    }
}

impl Tx {
    /// Takes the asking for an area upon oneself until an instant: of several hosts that see its time come, one gets it.
    /// `seen` is how it stood when it was looked at; nothing for an area that has never been asked for.
    pub async fn claim_price_fetch(
        &mut self,
        area: PriceArea,
        source: PriceSource,
        seen: Option<DateTime<Utc>>,
        at: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<bool> {
        let claimed = match seen {
            Some(seen) => {
                self.change("update price_fetch set next_at = $3 where area = $1 and next_at = $2")
                    .bind(area.code())
                    .bind(seen)
                    .bind(until)
                    .run()
                    .await?
            }
            None => {
                self.change(
                    "insert into price_fetch (area, source, next_at, attempt_count, asked_at) \
                     values ($1, $2, $3, 0, $4) on conflict (area) do nothing",
                )
                .bind(area.code())
                .bind(source.word())
                .bind(until)
                .bind(at)
                .run()
                .await?
            }
        };
        Ok(claimed.any() == 1)
    }

    /// Notes what came of asking.
    pub async fn put_price_fetch(&mut self, it: &PriceFetch) -> Result<()> {
        self.change(text![
            "insert into price_fetch (" [columns] ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
            "on conflict (area) do update set source = excluded.source, next_at = excluded.next_at,"
            "attempt_count = excluded.attempt_count, asked_at = excluded.asked_at, fetched_at = excluded.fetched_at,"
            "fault = excluded.fault, fault_words = excluded.fault_words, fault_at = excluded.fault_at"
        ])
        .bind(it.area.code())
        .bind(it.source.word())
        .bind(it.next_at)
        .bind(it.attempt_count)
        .bind(it.asked_at)
        .bind(it.fetched_at)
        .bind(it.fault.as_deref())
        .bind(it.fault_words.as_deref())
        .bind(it.fault_at)
        .run()
        .await?
        .one("price_fetch")
    }

    /// Lets every area be asked for at once, and forgets what went wrong before: somebody changed whom to ask.
    pub async fn hasten_price_fetches(&mut self, at: DateTime<Utc>) -> Result<u64> {
        Ok(self
            .change(
                "update price_fetch set next_at = $1, attempt_count = 0, fault = null, fault_words = null, \
                 fault_at = null",
            )
            .bind(at)
            .run()
            .await?
            .any())
    }

    /// Notes what a source answered for a day, and forgets what was answered for days before `kept`.
    pub async fn put_price_answer(
        &mut self,
        area: PriceArea,
        day: NaiveDate,
        (source, answered): (PriceSource, &PriceAnswered),
        kept: NaiveDate,
        at: DateTime<Utc>,
    ) -> Result<()> {
        self.change(
            "insert into price_answer (area, day, source, name, digest, fetched_at) \
             values ($1, $2, $3, $4, $5, $6) on conflict (area, day) do update set source = excluded.source, \
             name = excluded.name, digest = excluded.digest, fetched_at = excluded.fetched_at",
        )
        .bind(area.code())
        .bind(day)
        .bind(source.word())
        .bind(answered.name.as_deref())
        .bind(&*answered.digest)
        .bind(at)
        .run()
        .await?
        .one("price_answer")?;
        let _old = self.change("delete from price_answer where day < $1").bind(kept).run().await?;
        Ok(())
    }
}

#[derive(FromRow)]
struct PriceFetchRow {
    area: String,
    source: String,
    next_at: DateTime<Utc>,
    attempt_count: i64,
    asked_at: DateTime<Utc>,
    fetched_at: Option<DateTime<Utc>>,
    fault: Option<String>,
    fault_words: Option<String>,
    fault_at: Option<DateTime<Utc>>,
}

impl TryFrom<PriceFetchRow> for PriceFetch {
    type Error = StoreError;

    fn try_from(row: PriceFetchRow) -> Result<Self> {
        let unreadable = |column| StoreError::Inconsistent { table: "price_fetch", column };
        Ok(Self {
            area: PriceArea::from_code(&row.area).ok_or_else(|| unreadable("area"))?,
            source: PriceSource::from_word(&row.source).ok_or_else(|| unreadable("source"))?,
            next_at: row.next_at,
            attempt_count: row.attempt_count,
            asked_at: row.asked_at,
            fetched_at: row.fetched_at,
            fault: row.fault,
            fault_words: row.fault_words,
            fault_at: row.fault_at,
        })
    }
}
