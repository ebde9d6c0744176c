//! What is owed: charges with their lines.

use crate::engine::{Conn, Tx, text};
use crate::error::{OnUnique as _, Result, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use sqlx::FromRow;
use sqlx::types::Json;
use std::collections::{HashMap, HashSet};
use stolpe_domain::charge::ChargeSource;
use stolpe_domain::energy::Energy;
use stolpe_domain::id::{ChargeId, DocumentId, FacilityId, OrganisationId, PersonId, SessionId, UnitId};
use stolpe_domain::local_day::Month;
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::tariff::{ComponentKind, TariffLine};
use stolpe_domain::vat::Vat;
use uuid::Uuid;

macro_rules! charges {
    () => {
        "select id, organisation_id, facility_id, person_id, unit_id, source, source_id, session_id, month, text, \
         currency, energy_wh, document_id from charge"
    };
}

mod list;

pub use list::{ChargeFilter, ChargeKey};

/// Something that is owed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    /// Its id.
    pub id: ChargeId,
    /// To whom.
    pub organisation_id: OrganisationId,
    /// Where it arose.
    pub facility_id: FacilityId,
    /// Who owes it, if that is known.
    pub person_id: Option<PersonId>,
    /// The unit it belongs to.
    pub unit_id: Option<UnitId>,
    /// What it comes from.
    pub source: ChargeSource,
    /// Which one of those: the session; for a fee whoever owes it; for a difference the charge that it follows.
    pub source_id: Uuid,
    /// The session that it is for, if it is for one.
    pub session_id: Option<SessionId>,
    /// The month it is for, at the facility.
    pub month: Month,
    /// What it is for, in the language of who owes it.
    pub text: String,
    /// In which it is counted.
    pub currency: Currency,
    /// The energy in it.
    pub energy: Energy,
    /// Its lines; together they are the charge.
    pub lines: Vec<TariffLine>,
    /// The document that asks for it.
    pub document_id: Option<DocumentId>,
}

#[derive(FromRow)]
struct ChargeRow {
    id: Uuid,
    organisation_id: Uuid,
    facility_id: Uuid,
    person_id: Option<Uuid>,
    unit_id: Option<Uuid>,
    source: String,
    source_id: Uuid,
    session_id: Option<Uuid>,
    month: String,
    text: String,
    currency: String,
    energy_wh: i64,
    document_id: Option<Uuid>,
}

#[derive(FromRow)]
struct LineRow {
    charge_id: Uuid,
    kind: String,
    rate: String,
    valid_from: NaiveDate,
    vat: String,
    source: String,
    energy_wh: i64,
    amount_minor: i64,
}

const fn unreadable(column: &'static str) -> StoreError {
    StoreError::Inconsistent { table: "charge", column }
}

impl Conn {
    /// The charges of a facility that no document asks for yet, up to a month, the oldest first.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn open_charges(&mut self, facility: FacilityId, up_to: Month) -> Result<Vec<Charge>> {
        let rows: Vec<ChargeRow> = self
            .sql(text![
                [charges]
                "where facility_id = $1 and document_id is null and month <= $2 order by month, created_at, id"
            ])
            .bind(facility.uuid())
            .bind(up_to.to_string())
            .all()
            .await?;
        self.with_lines(rows).await
    }

    /// What was asked for these sessions, with the differences since: by session, and of each the oldest first.
    pub async fn charges_of_sessions(&mut self, sessions: &[SessionId]) -> Result<HashMap<SessionId, Vec<Charge>>> {
        let rows: Vec<ChargeRow> = self
            .sql(text![[charges] "where session_id in" [ids "$1"] "order by session_id, month, created_at, id"])
            .bind(Json(sessions.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        let mut by_session: HashMap<SessionId, Vec<Charge>> = HashMap::new();
        for charge in self.with_lines(rows).await? {
            if let Some(session) = charge.session_id {
                by_session.entry(session).or_default().push(charge);
            }
        }
        Ok(by_session)
    }

    /// How often each of these sessions was charged, with the differences since; those that never were are left out.
    pub async fn charge_counts(&mut self, sessions: &[SessionId]) -> Result<HashMap<SessionId, usize>> {
        let rows: Vec<(Uuid, i64)> = self
            .sql(text![
                "select session_id, count(*) from charge where session_id in" [ids "$1"] "group by session_id"
            ])
            .bind(Json(sessions.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        Ok(rows.into_iter().map(|(id, count)| (SessionId(id), usize::try_from(count).unwrap_or_default())).collect())
    }

    /// Who has been charged the fee of which month at a facility, from a month on.
    pub async fn fees_charged(&mut self, facility: FacilityId, from: Month) -> Result<HashSet<(Month, PersonId)>> {
        let rows: Vec<(String, Uuid, Option<Uuid>)> = self
            .sql(
                "select month, source_id, person_id from charge where facility_id = $1 and source = $2 \
                 and month >= $3",
            )
            .bind(facility.uuid())
            .bind(ChargeSource::MonthlyFee.word())
            .bind(from.to_string())
            .all()
            .await?;
        let mut charged = HashSet::new();
        for (month, first, now) in rows {
            let month = Month::parse(&month).map_err(|_| unreadable("month"))?;
            // A record that was merged into another has handed its charges on.
            charged.extend([Some(first), now].into_iter().flatten().map(|id| (month, PersonId(id))));
        }
        Ok(charged)
    }

    /// The charges with these ids.
    pub async fn charges(&mut self, ids: &[ChargeId]) -> Result<Vec<Charge>> {
        let rows: Vec<ChargeRow> = self
            .sql(text![[charges] "where id in" [ids "$1"] "order by month, created_at, id"])
            .bind(Json(ids.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        self.with_lines(rows).await
    }

    async fn with_lines(&mut self, rows: Vec<ChargeRow>) -> Result<Vec<Charge>> {
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let lines: Vec<LineRow> = self
            .sql(text![
                "select charge_id, kind, rate, valid_from, vat, source, energy_wh, amount_minor from charge_line \
                 where charge_id in" [ids "$1"] "order by charge_id, place"
            ])
            .bind(Json(ids))
            .all()
            .await?;
        let mut by_charge: HashMap<Uuid, Vec<LineRow>> = HashMap::new();
        for line in lines {
            by_charge.entry(line.charge_id).or_default().push(line);
        }
        rows.into_iter().map(|row| charge_of(by_charge.remove(&row.id).unwrap_or_default(), row)).collect()
    }
}

impl Tx {
    /// Writes charges down with their lines.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the source of one has been charged for that month: nothing is charged twice.
    pub async fn insert_charges(&mut self, all: &[&Charge], at: DateTime<Utc>) -> Result<()> {
        let hex = |id: Uuid| id.simple().to_string();
        let row = |it: &&Charge| {
            json!({
                "id": hex(it.id.uuid()), "organisation_id": hex(it.organisation_id.uuid()),
                "facility_id": hex(it.facility_id.uuid()), "person_id": it.person_id.map(|id| hex(id.uuid())),
                "unit_id": it.unit_id.map(|id| hex(id.uuid())), "source": it.source.word(),
                "source_id": hex(it.source_id), "session_id": it.session_id.map(|id| hex(id.uuid())),
                "month": it.month.to_string(), "text": it.text, "currency": it.currency.code(),
                "energy_wh": it.energy.wh(), "net": it.lines.iter().map(|line| line.amount.minor).sum::<i64>(),
                "document_id": it.document_id.map(|id| hex(id.uuid())),
            })
        };
        self.change(text![
            "insert into charge (id, organisation_id, facility_id, person_id, unit_id, source, source_id, session_id,"
            "month, text, currency, energy_wh, net_minor, document_id, created_at) select" [uuid "id"] ","
            [uuid "organisation_id"] "," [uuid "facility_id"] "," [uuid "person_id"] "," [uuid "unit_id"] ","
            [string "source"] "," [uuid "source_id"] "," [uuid "session_id"] "," [string "month"] ","
            [string "text"] "," [string "currency"] "," [integer "energy_wh"] "," [integer "net"] ","
            [uuid "document_id"] ", $2 from" [rows "$1"]
        ])
        .bind(Json(all.iter().map(row).collect::<Vec<_>>()))
        .bind(at)
        .run()
        .await
        .on_unique("charge.exists")?
        .any();
        // Kept with the session, since lists of years of sessions ask for those few that are not charged yet.
        self.change(text!["update session set is_charged = true where not is_charged and id in" [ids "$1"]])
            .bind(Json(all.iter().filter_map(|it| it.session_id).map(SessionId::uuid).collect::<Vec<_>>()))
            .run()
            .await?
            .any();
        let mut rows = Vec::new();
        for it in all {
            let id = hex(it.id.uuid());
            for (place, line) in (1_i64..).zip(&it.lines) {
                let rate = serde_json::to_string(&line.rate).map_err(|_| unreadable("rate"))?;
                rows.push(json!({
                    "id": id, "place": place, "kind": line.kind.word(), "rate": rate, "valid_from": line.valid_from,
                    "vat": line.vat.word(), "source": line.source, "energy_wh": line.energy.wh(),
                    "amount_minor": line.amount.minor,
                }));
            }
        }
        self.change(text![
            "insert into charge_line (charge_id, place, kind, rate, valid_from, vat, source, energy_wh, amount_minor)"
            "select" [uuid "id"] "," [integer "place"] "," [string "kind"] "," [string "rate"] ","
            [day "valid_from"] "," [string "vat"] "," [string "source"] "," [integer "energy_wh"] ","
            [integer "amount_minor"] "from" [rows "$1"]
        ])
        .bind(Json(rows))
        .run()
        .await?
        .any();
        Ok(())
    }

    /// Puts charges on a document; a charge that another document asks for stays there.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when one of them has been put elsewhere meanwhile.
    pub async fn place_charges(&mut self, charges: &[ChargeId], document: DocumentId) -> Result<()> {
        let placed = self
            .change(text!["update charge set document_id = $2 where document_id is null and id in" [ids "$1"]])
            .bind(Json(charges.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .bind(document.uuid())
            .run()
            .await?;
        if placed.any() == charges.len() as u64 { Ok(()) } else { Err(StoreError::Changed) }
    }

    /// Takes the charges off a document that is void or was a draft, so that another one can ask for them.
    pub async fn free_charges(&mut self, document: DocumentId) -> Result<u64> {
        let freed = self
            .change("update charge set document_id = null where document_id = $1")
            .bind(document.uuid())
            .run()
            .await?;
        Ok(freed.any())
    }
}

fn charge_of(lines: Vec<LineRow>, row: ChargeRow) -> Result<Charge> {
    let currency = Currency::from_code(&row.currency).ok_or_else(|| unreadable("currency"))?;
    let lines = lines.into_iter().map(|line| {
        Ok(TariffLine {
            kind: ComponentKind::from_word(&line.kind).ok_or_else(|| unreadable("kind"))?,
            rate: serde_json::from_str(&line.rate).map_err(|_| unreadable("rate"))?,
            valid_from: line.valid_from,
            vat: Vat::from_word(&line.vat).map_err(|_| unreadable("vat"))?,
            source: line.source,
            energy: Energy::from_wh(line.energy_wh),
            amount: Money::of_minor(line.amount_minor, currency),
        })
    });
    Ok(Charge {
        id: ChargeId(row.id),
        organisation_id: OrganisationId(row.organisation_id),
        facility_id: FacilityId(row.facility_id),
        person_id: row.person_id.map(PersonId),
        unit_id: row.unit_id.map(UnitId),
        source: ChargeSource::from_word(&row.source).ok_or_else(|| unreadable("source"))?,
        source_id: row.source_id,
        session_id: row.session_id.map(SessionId),
        month: Month::parse(&row.month).map_err(|_| unreadable("month"))?,
        text: row.text,
        currency,
        energy: Energy::from_wh(row.energy_wh),
        lines: lines.collect::<Result<_>>()?,
        document_id: row.document_id.map(DocumentId),
    })
}
