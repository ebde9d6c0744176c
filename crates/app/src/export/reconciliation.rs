//! What is shown of a reconciliation as a file, from the same query: its days, and then everything that does not agree.

use super::charging::written;
use super::columns::{Picked, spec, word, worded};
use super::lists::Sheet;
use super::pages::Source;
use super::{Export, Rows};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::reconciliation::{OpenDifference, Reconciliation};
use chrono::NaiveDate;
use stolpe_documents::table_out::{Cell, TableFormat, TableSpec};
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::OrganisationId;
use stolpe_domain::language::Language;
use stolpe_domain::money::Money;
use stolpe_domain::reconciliation::ReconciledDay;

/// What a row of a day calls itself, beside the kinds of differences.
const DAY: &str = "day";

fn columns(language: Language) -> TableSpec {
    let mut spec = spec(
        language,
        ["Avstämning", "Avstemming", "Reconciliation"],
        &[
            ("row", ["Rad", "Rad", "Row"]),
            ("source", ["Källa", "Kilde", "Source"]),
            ("on", ["Dag", "Dag", "Date"]),
            ("paid", ["Betalt av kunder", "Betalt av kunder", "Paid by customers"]),
            ("settled", ["Avräknat", "Oppgjort", "Settled"]),
            ("fee", ["Avgift", "Gebyr", "Fee"]),
            ("received", ["Mottaget på banken", "Mottatt i banken", "Received at the bank"]),
            ("difference", ["Differens", "Differanse", "Difference"]),
            ("corrected", ["Rättat", "Rettet", "Corrected"]),
            ("open", ["Öppen differens", "Åpen differanse", "Open difference"]),
            ("named", ["Gäller", "Gjelder", "About"]),
            ("ageDays", ["Dagar", "Dager", "Days"]),
            ("owner", ["Ansvarig", "Ansvarlig", "Owner"]),
            ("note", ["Anteckning", "Notat", "Note"]),
            ("currency", ["Valuta", "Valuta", "Currency"]),
        ],
    );
    super::columns::sum(&mut spec, &["paid", "settled", "fee", "received", "difference", "corrected", "open"]);
    spec
}

const fn amount(money: Money) -> Cell {
    Cell::Decimal { unscaled: money.minor, scale: 2 }
}

fn day_row(it: &ReconciledDay, language: Language) -> Vec<Cell> {
    vec![
        Cell::Word { code: DAY.to_owned(), word: word(language, ["Dag", "Dag", "Day"]).to_owned() },
        worded(language, "reconciliation.source", it.source.word()),
        Some(it.on).into(),
        amount(it.paid),
        amount(it.settled),
        amount(it.fee),
        amount(it.received),
        amount(it.difference),
        amount(it.corrected),
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::from(it.paid.currency.code()),
    ]
}

fn difference_row(it: &OpenDifference, language: Language) -> Vec<Cell> {
    let text = |text: &str| if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) };
    let mut row = vec![
        worded(language, "reconciliation.kind", it.difference.kind.word()),
        worded(language, "reconciliation.source", it.difference.source.word()),
        Some(it.difference.on).into(),
    ];
    row.extend(std::iter::repeat_n(Cell::Empty, 6));
    row.extend([
        amount(it.difference.amount),
        text(it.named.as_deref().unwrap_or_default()),
        Cell::Integer(it.age_days),
        text(it.care.owner_name.as_deref().unwrap_or_default()),
        text(&it.care.note),
        Cell::from(it.difference.amount.currency.code()),
    ]);
    row
}

impl App {
    /// Starts to write what is shown of a while to a file.
    ///
    /// # Errors
    /// As [`App::reconciliation`]; [`AppError::Denied`] without the permission to export, [`AppError::Invalid`] for a column
    /// that there is not.
    pub async fn export_reconciliation(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        (from, to): (NaiveDate, NaiveDate),
        keys: &[String],
        format: TableFormat,
    ) -> Result<Export> {
        let all = self.reconciliation(ctx, organisation, (from, to)).await?;
        ctx.may(Permission::Export, Place::Organisation(organisation))?;
        let owner = self.read().await?.find_organisation(organisation).await?.ok_or(AppError::NotFound)?;
        let (sheet, spec) = self.sheet(ctx, owner.country, columns, keys).await?;
        let words = written([
            Some(format!("organisationId={organisation}")),
            Some(format!("from={from}")),
            Some(format!("to={to}")),
        ]);
        let event =
            Event::new(Action::ReconciliationExported, Subject::Organisation(organisation)).organisation(organisation);
        let (pages, export) = self.begin(ctx, spec, format, words, sheet.zone, sheet.language, event, false)?;
        self.send_rows(All { all: Some(all), sheet }, pages);
        Ok(export)
    }
}

struct All {
    all: Option<Reconciliation>,
    sheet: Sheet,
}

impl Source for All {
    async fn next(&mut self) -> Result<Option<Rows>> {
        let Some(all) = self.all.take() else { return Ok(None) };
        let language = self.sheet.language;
        let picked: &Picked = &self.sheet.picked;
        let days = all.days.iter().map(|it| day_row(it, language));
        let differences = all.differences.iter().map(|it| difference_row(it, language));
        Ok(Some(days.chain(differences).map(|row| picked.cells(row)).collect()))
    }
}
