//! Figures of law that were added in the desk.

use crate::engine::{Conn, Tx};
use crate::error::{Result, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use stolpe_domain::id::LoginId;
use stolpe_domain::reminder::{Figure, FigureKind};

const fn unreadable(column: &'static str) -> StoreError {
    StoreError::Inconsistent { table: "reminder_figure", column }
}

impl Conn {
    /// Every figure that was added, by country, kind and day.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn added_figures(&mut self) -> Result<Vec<Figure>> {
        let rows: Vec<(String, String, NaiveDate, i64, String)> = self
            .sql("select country, kind, valid_from, value, source from reminder_figure order by country, kind, valid_from")
            .all()
            .await?;
        rows.into_iter()
            .map(|(country, kind, valid_from, value, source)| {
                let country = country.parse().map_err(|_| unreadable("country"))?;
                let kind = FigureKind::from_word(&kind).ok_or_else(|| unreadable("kind"))?;
                Ok(Figure { country, kind, valid_from, value, source })
            })
            .collect()
    }
}

impl Tx {
    /// Adds a figure, in the place of one that was added for the same day.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn put_figure(&mut self, it: &Figure, by: Option<LoginId>, at: DateTime<Utc>) -> Result<()> {
        self.change(
            "insert into reminder_figure (country, kind, valid_from, value, source, made_by_login_id, created_at) \
             values ($1, $2, $3, $4, $5, $6, $7) on conflict (country, kind, valid_from) do update set \
             value = excluded.value, source = excluded.source, made_by_login_id = excluded.made_by_login_id, \
             created_at = excluded.created_at",
        )
        .bind(it.country.code())
        .bind(it.kind.word())
        .bind(it.valid_from)
        .bind(it.value)
        .bind(&*it.source)
        .bind(by.map(LoginId::uuid))
        .bind(at)
        .run()
        .await?
        .one("reminder_figure")
    }
}
