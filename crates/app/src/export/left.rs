//! Money that is left as a file, from the query of the list.

use super::columns::{Picked, spec, word, worded};
use super::lists::Sheet;
use super::pages::Source;
use super::{Export, Rows};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::payout::LeftMoney;
use stolpe_documents::table_out::{Cell, TableFormat, TableSpec};
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::OrganisationId;
use stolpe_domain::language::Language;
use stolpe_domain::money::Money;
use stolpe_domain::payout::LeftOf;
use stolpe_store::payout::LeftOwner;

fn columns(language: Language) -> TableSpec {
    let mut spec = spec(
        language,
        ["Kvarvarande pengar", "Gjenstående penger", "Money that is left"],
        &[
            ("kind", ["Typ", "Type", "Kind"]),
            ("name", ["Namn", "Navn", "Name"]),
            ("amount", ["Belopp", "Beløp", "Amount"]),
            ("held", ["Reserverat", "Reservert", "Held"]),
            ("movedOn", ["Senaste rörelse", "Siste bevegelse", "Last movement"]),
            ("age", ["Ålder", "Alder", "Age"]),
            ("movedOutOn", ["Utflyttad", "Flyttet ut", "Moved out"]),
            ("currency", ["Valuta", "Valuta", "Currency"]),
        ],
    );
    super::columns::sum(&mut spec, &["amount", "held"]);
    spec
}

const fn amount(money: Money) -> Cell {
    Cell::Decimal { unscaled: money.minor, scale: 2 }
}

fn row(it: &LeftMoney, language: Language) -> Vec<Cell> {
    let (code, kind) = match it.balance.owner {
        LeftOwner::Person { .. } => ("person", ["Person", "Person", "Person"]),
        LeftOwner::Company { .. } => ("company", ["Företag", "Firma", "Company"]),
        LeftOwner::Payer { .. } => {
            ("payment", ["Ej placerad inbetalning", "Uplassert innbetaling", "Unplaced payment"])
        }
    };
    vec![
        Cell::Word { code: code.to_owned(), word: word(language, kind).to_owned() },
        it.name.clone().map_or(Cell::Empty, Cell::Text),
        amount(it.amount),
        amount(it.held),
        Some(it.balance.moved_on).into(),
        worded(language, "leftMoney.age", it.age.word()),
        it.moved_out_on.into(),
        Cell::from(it.amount.currency.code()),
    ]
}

impl App {
    /// Starts to write money that is left to a file.
    ///
    /// # Errors
    /// As [`App::left_money`]; [`AppError::Denied`] without the permission to export, [`AppError::Invalid`] for a column that
    /// there is not.
    pub async fn export_left_money(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        of: LeftOf,
        keys: &[String],
        format: TableFormat,
    ) -> Result<Export> {
        let all = self.left_money(ctx, organisation, of).await?;
        ctx.may(Permission::Export, Place::Organisation(organisation))?;
        let owner = self.read().await?.find_organisation(organisation).await?.ok_or(AppError::NotFound)?;
        let (sheet, spec) = self.sheet(ctx, owner.country, columns, keys).await?;
        let words = format!("organisationId={organisation}&of={}", of.word());
        let event = Event::new(Action::ListExported, Subject::Organisation(organisation)).organisation(organisation);
        let (pages, export) = self.begin(ctx, spec, format, words, sheet.zone, sheet.language, event, false)?;
        self.send_rows(All { all: Some(all), sheet }, pages);
        Ok(export)
    }
}

struct All {
    all: Option<Vec<LeftMoney>>,
    sheet: Sheet,
}

impl Source for All {
    async fn next(&mut self) -> Result<Option<Rows>> {
        let Some(all) = self.all.take() else { return Ok(None) };
        let picked: &Picked = &self.sheet.picked;
        Ok(Some(all.iter().map(|it| picked.cells(row(it, self.sheet.language))).collect()))
    }
}
