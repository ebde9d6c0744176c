//! Tariffs of facilities.

use crate::engine::{Conn, Tx};
use crate::error::{OnUnique as _, Result, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;
use stolpe_domain::id::{FacilityId, TariffId};
use stolpe_domain::money::Currency;
use stolpe_domain::tariff::{Component, ComponentKind, Tariff};
use stolpe_domain::vat::Vat;
use uuid::Uuid;

/// A tariff with what the store knows of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptTariff {
    /// Its id.
    pub id: TariffId,
    /// What it says.
    pub tariff: Tariff,
    /// Counts changes.
    pub row_version: i64,
}

#[derive(FromRow)]
struct ComponentRow {
    kind: String,
    rate: String,
    valid_from: NaiveDate,
    valid_until: Option<NaiveDate>,
    vat: String,
    source: String,
}

const fn unreadable(column: &'static str) -> StoreError {
    StoreError::Inconsistent { table: "tariff_component", column }
}

impl TryFrom<ComponentRow> for Component {
    type Error = StoreError;

    fn try_from(row: ComponentRow) -> Result<Self> {
        Ok(Self {
            kind: ComponentKind::from_word(&row.kind).ok_or_else(|| unreadable("kind"))?,
            rate: serde_json::from_str(&row.rate).map_err(|_| unreadable("rate"))?,
            valid_from: row.valid_from,
            valid_until: row.valid_until,
            vat: Vat::from_word(&row.vat).map_err(|_| unreadable("vat"))?,
            source: row.source,
        })
    }
}

impl Conn {
    /// The tariff of a facility.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn find_tariff(&mut self, facility: FacilityId) -> Result<Option<KeptTariff>> {
        let found: Option<(Uuid, String, i64)> = self
            .sql("select id, currency, row_version from tariff where facility_id = $1")
            .bind(facility.uuid())
            .optional()
            .await?;
        let Some((id, currency, row_version)) = found else { return Ok(None) };
        let currency = Currency::from_code(&currency);
        let currency = currency.ok_or(StoreError::Inconsistent { table: "tariff", column: "currency" })?;
        let rows: Vec<ComponentRow> = self
            .sql(
                "select kind, rate, valid_from, valid_until, vat, source from tariff_component where tariff_id = $1 \
                 order by valid_from",
            )
            .bind(id)
            .all()
            .await?;
        let mut components = rows.into_iter().map(Component::try_from).collect::<Result<Vec<_>>>()?;
        // The order of kinds is that of lines on an invoice, which the words do not have.
        components.sort_by_key(|component| component.kind);
        Ok(Some(KeptTariff { id: TariffId(id), tariff: Tariff::of_checked(currency, components), row_version }))
    }
}

impl Tx {
    /// Adds the tariff of a facility.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when it has one.
    pub async fn insert_tariff(
        &mut self,
        id: TariffId,
        facility: FacilityId,
        tariff: &Tariff,
        at: DateTime<Utc>,
    ) -> Result<()> {
        self.change(
            "insert into tariff (id, facility_id, currency, row_version, created_at) values ($1, $2, $3, 1, $4)",
        )
        .bind(id.uuid())
        .bind(facility.uuid())
        .bind(tariff.currency().code())
        .bind(at)
        .run()
        .await
        .on_unique("tariff.exists")?
        .one("tariff")?;
        self.insert_components(id, tariff).await
    }

    /// Replaces what a tariff says, which is still at that version.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when it is not.
    pub async fn update_tariff(&mut self, id: TariffId, row_version: i64, tariff: &Tariff) -> Result<()> {
        self.change(
            "update tariff set currency = $3, row_version = row_version + 1 where id = $1 and row_version = $2",
        )
        .bind(id.uuid())
        .bind(row_version)
        .bind(tariff.currency().code())
        .run()
        .await?
        .unchanged()?;
        let _removed = self.change("delete from tariff_component where tariff_id = $1").bind(id.uuid()).run().await?;
        self.insert_components(id, tariff).await
    }

    async fn insert_components(&mut self, id: TariffId, tariff: &Tariff) -> Result<()> {
        for it in tariff.components() {
            let rate = serde_json::to_string(&it.rate).map_err(|_| unreadable("rate"))?;
            self.change(
                "insert into tariff_component (tariff_id, kind, valid_from, valid_until, rate, vat, source) \
                 values ($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(id.uuid())
            .bind(it.kind.word())
            .bind(it.valid_from)
            .bind(it.valid_until)
            .bind(rate)
            .bind(it.vat.word())
            .bind(&*it.source)
            .run()
            .await?
            .one("tariff_component")?;
        }
        Ok(())
    }
}
