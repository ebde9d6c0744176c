//! Documents are written down, as many at a time as a run makes.

use super::{Document, DocumentLine};
use crate::engine::{Tx, text};
use crate::error::{OnUnique as _, Result};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::types::Json;
use stolpe_domain::energy::Energy;
use stolpe_domain::id::{DocumentId, MonthRunId};
use stolpe_domain::tariff::ComponentKind;
use stolpe_domain::vat::RateTotal;
use uuid::Uuid;

fn hex(id: Uuid) -> String {
    id.simple().to_string()
}

impl Tx {
    /// Adds a document with its lines.
    ///
    /// # Errors
    /// As [`Tx::insert_documents`].
    pub async fn insert_document(&mut self, it: &Document, lines: &[DocumentLine], at: DateTime<Utc>) -> Result<()> {
        self.insert_documents(&[it], None, at).await?;
        self.insert_document_lines(&[(it.id, lines)]).await
    }

    /// Adds documents as they are, those that have a number with it: its series was locked in this transaction. Their lines
    /// follow, after the charges that those name.
    ///
    /// # Errors
    /// [`crate::StoreError::Taken`] `document.number_taken`.
    pub async fn insert_documents(
        &mut self,
        all: &[&Document],
        run: Option<MonthRunId>,
        at: DateTime<Utc>,
    ) -> Result<()> {
        let row = |it: &&Document| {
            json!({
                "id": hex(it.id.uuid()), "organisation_id": hex(it.organisation_id.uuid()),
                "facility_id": hex(it.facility_id.uuid()), "person_id": it.person_id.map(|id| hex(id.uuid())),
                "company_id": it.company_id.map(|id| hex(id.uuid())),
                "unit_id": it.unit_id.map(|id| hex(id.uuid())), "kind": it.kind.word(), "state": it.state.word(),
                "credits_id": it.credits_id.map(|id| hex(id.uuid())), "fiscal_year": it.number.map(|it| it.year.0),
                "number": it.number.map(|it| it.place), "reference": it.reference, "issued_on": it.issued_on,
                "due_on": it.due_on, "period_from": it.period.map(|(first, _)| first),
                "period_to": it.period.map(|(_, last)| last), "language": it.language.tag(),
                "currency": it.sums.payable.currency.code(), "net": it.sums.totals.net.minor,
                "vat": it.sums.totals.vat.minor, "rounding": it.sums.rounding.minor,
                "payable": it.sums.payable.minor, "printed": it.printed, "reason": it.reason,
            })
        };
        self.change(text![
            "insert into document (id, organisation_id, facility_id, person_id, company_id, unit_id, kind, state, credits_id,"
            "fiscal_year, place, reference, issued_on, due_on, period_from, period_to, language, currency, net_minor,"
            "vat_minor, rounding_minor, payable_minor, printed, reason, row_version, created_at, run_id) select"
            [uuid "id"] "," [uuid "organisation_id"] "," [uuid "facility_id"] "," [uuid "person_id"] ","
            [uuid "company_id"] "," [uuid "unit_id"] "," [string "kind"] "," [string "state"] "," [uuid "credits_id"] ","
            [integer "fiscal_year"] "," [integer "number"] "," [string "reference"] "," [day "issued_on"] ","
            [day "due_on"] "," [day "period_from"] "," [day "period_to"] "," [string "language"] ","
            [string "currency"] "," [integer "net"] "," [integer "vat"] "," [integer "rounding"] ","
            [integer "payable"] "," [string "printed"] "," [string "reason"] ", 1, $2, $3 from" [rows "$1"]
        ])
        .bind(Json(all.iter().map(row).collect::<Vec<_>>()))
        .bind(at)
        .bind(run.map(MonthRunId::uuid))
        .run()
        .await
        .on_unique("document.number_taken")?
        .any();
        let rates = all.iter().flat_map(|it| it.sums.totals.rates.iter().map(|rate| (it.id, rate)));
        let rate = |(id, rate): (DocumentId, &RateTotal)| {
            json!({
                "id": hex(id.uuid()), "kind": rate.vat_kind.word(), "net": rate.net.minor, "vat": rate.vat.minor,
            })
        };
        self.change(text![
            "insert into document_rate (document_id, vat, net_minor, vat_minor) select" [uuid "id"] ","
            [string "kind"] "," [integer "net"] "," [integer "vat"] "from" [rows "$1"]
        ])
        .bind(Json(rates.map(rate).collect::<Vec<_>>()))
        .run()
        .await?
        .any();
        Ok(())
    }

    /// Adds the lines of documents, in their order.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn insert_document_lines(&mut self, all: &[(DocumentId, &[DocumentLine])]) -> Result<()> {
        let mut rows: Vec<Value> = Vec::new();
        for (id, lines) in all {
            let id = hex(id.uuid());
            rows.extend((1_i64..).zip(*lines).map(|(place, line)| {
                json!({
                    "id": id, "place": place, "text": line.text, "detail": line.detail,
                    "energy_wh": line.energy.map(Energy::wh), "vat": line.vat.word(),
                    "amount_minor": line.amount.minor, "charge_id": line.charge_id.map(|id| hex(id.uuid())),
                    "component": line.component.map(ComponentKind::word),
                    "whose": line.whose.as_ref().and_then(|whose| serde_json::to_string(whose).ok()),
                })
            }));
        }
        self.change(text![
            "insert into document_line (document_id, place, text, detail, energy_wh, vat, amount_minor, charge_id, component,"
            "whose)"
            "select" [uuid "id"] "," [integer "place"] "," [string "text"] "," [string "detail"] ","
            [integer "energy_wh"] "," [string "vat"] "," [integer "amount_minor"] "," [uuid "charge_id"] ","
            [string "component"] "," [string "whose"]
            "from" [rows "$1"]
        ])
        .bind(Json(rows))
        .run()
        .await?
        .any();
        Ok(())
    }
}
