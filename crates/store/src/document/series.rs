//! Series of numbers: held while a number is given, and proved from the documents themselves.

use crate::engine::{Conn, Tx, text};
use crate::error::{Result, StoreError};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use stolpe_domain::document::{DocumentKind, FiscalYear, Proven, Series, prove};
use stolpe_domain::id::{DocumentId, OrganisationId};
use uuid::Uuid;

/// A series with what its documents prove.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvenSeries {
    /// Whose it is.
    pub organisation_id: OrganisationId,
    /// Of which documents.
    pub kind: DocumentKind,
    /// Of which year.
    pub year: FiscalYear,
    /// Whether it holds.
    pub proven: Proven,
}

const fn unreadable(column: &'static str) -> StoreError {
    StoreError::Inconsistent { table: "number_series", column }
}

impl Conn {
    /// Proves every series of the host by its documents, those that are void among them.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn prove_series(&mut self) -> Result<Vec<ProvenSeries>> {
        let all: Vec<(Uuid, String, i64, i64)> = self
            .sql(
                "select organisation_id, kind, fiscal_year, next_place from number_series \
                 order by organisation_id, kind, fiscal_year",
            )
            .all()
            .await?;
        let mut proven = Vec::with_capacity(all.len());
        for (organisation, kind, year, next) in all {
            let documents: Vec<(i64, NaiveDate)> = self
                .sql(
                    "select place, issued_on from document where organisation_id = $1 and kind = $2 \
                     and fiscal_year = $3 order by place",
                )
                .bind(organisation)
                .bind(&*kind)
                .bind(year)
                .all()
                .await?;
            proven.push(ProvenSeries {
                organisation_id: OrganisationId(organisation),
                kind: DocumentKind::from_word(&kind).ok_or_else(|| unreadable("kind"))?,
                year: FiscalYear(i32::try_from(year).map_err(|_| unreadable("fiscal_year"))?),
                proven: prove(next, documents),
            });
        }
        Ok(proven)
    }

    /// Proves the series of an organisation in which something was issued from a day to a day, as they stood on the last of
    /// these days: what is issued later makes no difference.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn prove_series_until(
        &mut self,
        organisation: OrganisationId,
        (from, to): (NaiveDate, NaiveDate),
    ) -> Result<Vec<ProvenSeries>> {
        let rows: Vec<(String, i64, i64, NaiveDate)> = self
            .sql(
                "select kind, fiscal_year, place, issued_on from document \
                 where organisation_id = $1 and place is not null and issued_on <= $3 \
                 and exists (select 1 from document within where within.organisation_id = document.organisation_id \
                 and within.kind = document.kind and within.fiscal_year = document.fiscal_year \
                 and within.issued_on >= $2 and within.issued_on <= $3) order by kind, fiscal_year, place",
            )
            .bind(organisation.uuid())
            .bind(from)
            .bind(to)
            .all()
            .await?;
        let mut series: BTreeMap<(String, i64), Vec<(i64, NaiveDate)>> = BTreeMap::new();
        for (kind, year, place, on) in rows {
            series.entry((kind, year)).or_default().push((place, on));
        }
        series
            .into_iter()
            .map(|((kind, year), documents)| {
                let next = documents.last().map_or(1, |(place, _)| place + 1);
                Ok(ProvenSeries {
                    organisation_id: organisation,
                    kind: DocumentKind::from_word(&kind).ok_or_else(|| unreadable("kind"))?,
                    year: FiscalYear(i32::try_from(year).map_err(|_| unreadable("fiscal_year"))?),
                    proven: prove(next, documents),
                })
            })
            .collect()
    }

    /// Documents whose sums are not those of their lines and rates, as far as `limit`.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn documents_out_of_balance(&mut self, limit: i64) -> Result<Vec<DocumentId>> {
        let rows: Vec<(Uuid,)> = self
            .sql(
                "select document.id from document where net_minor + vat_minor + rounding_minor <> payable_minor \
                 or net_minor <> (select coalesce(sum(amount_minor), 0) from document_line \
                 where document_line.document_id = document.id) \
                 or net_minor <> (select coalesce(sum(document_rate.net_minor), 0) from document_rate \
                 where document_rate.document_id = document.id) \
                 or vat_minor <> (select coalesce(sum(document_rate.vat_minor), 0) from document_rate \
                 where document_rate.document_id = document.id) order by document.id limit $1",
            )
            .bind(limit)
            .all()
            .await?;
        Ok(rows.into_iter().map(|(id,)| DocumentId(id)).collect())
    }
}

impl Tx {
    /// The series as it stands; until the transaction ends nobody else gets a number of it.
    pub async fn lock_series(
        &mut self,
        organisation: OrganisationId,
        kind: DocumentKind,
        year: FiscalYear,
    ) -> Result<Series> {
        let _new = self
            .change(
                "insert into number_series (organisation_id, kind, fiscal_year, next_place, last_on) \
                 values ($1, $2, $3, 1, null) on conflict do nothing",
            )
            .bind(organisation.uuid())
            .bind(kind.word())
            .bind(i64::from(year.0))
            .run()
            .await?;
        let (next, last_on): (i64, Option<NaiveDate>) = self
            .sql(text![
                "select next_place, last_on from number_series where organisation_id = $1 and kind = $2 \
                 and fiscal_year = $3"[locked]
            ])
            .bind(organisation.uuid())
            .bind(kind.word())
            .bind(i64::from(year.0))
            .one()
            .await?;
        Ok(Series { year, next, last_on })
    }

    /// Writes down where a locked series stands after its numbers were given.
    pub async fn put_series(&mut self, organisation: OrganisationId, kind: DocumentKind, it: &Series) -> Result<()> {
        self.change(
            "update number_series set next_place = $4, last_on = $5 where organisation_id = $1 and kind = $2 \
             and fiscal_year = $3",
        )
        .bind(organisation.uuid())
        .bind(kind.word())
        .bind(i64::from(it.year.0))
        .bind(it.next)
        .bind(it.last_on)
        .run()
        .await?
        .one("number_series")
    }
}
