//! The statement of an account as a file, from the query that feeds its screen: the balance before, every transfer, and the
//! balance after.

use super::charging::written;
use super::columns::{spec, word, worded};
use super::lists::Sheet;
use super::pages::Source;
use super::{Export, PAGE, Rows, local, zone_of};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::ledger::{Statement, StatementEntry, StatementPeriod};
use stolpe_documents::statement::{StatementLine, StatementPage, statement as draw, statement_name};
use stolpe_documents::table_out::{Cell, TableFormat, TableSpec};
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::facility::default_time_zone;
use stolpe_domain::id::AccountId;
use stolpe_domain::language::Language;
use stolpe_domain::ledger::{Account, Asset};
use stolpe_store::ledger::{ListedAccount, StatementKey};

/// Transfers that a paper holds at most: a hundred pages. Whoever wants more takes a table.
const MOST_ON_PAPER: i64 = 4_000;

/// Somebody whose identity is protected, in files.
const VEIL: &str = "•••";

/// What an account is called, as whoever is told may know it.
pub(crate) fn account_name(it: &ListedAccount, language: Language) -> String {
    let Account { kind, component, vat, .. } = it.kept.account;
    let own = |family: &str, code: &str| match worded(language, family, code) {
        Cell::Word { word, .. } => word,
        _ => code.to_owned(),
    };
    let rate = vat.map(|vat| match vat {
        stolpe_domain::vat::Vat::Rate(rate) => {
            let (whole, part) = (rate.basis_points() / 100, rate.basis_points() % 100);
            if part == 0 { format!("{whole} %") } else { format!("{whole},{part:02} %") }
        }
        other => own("vat", &other.word()),
    });
    let holder =
        it.holder.as_ref().map(
            |(given, family, veil)| {
                if *veil { VEIL.to_owned() } else { format!("{given} {family}").trim().to_owned() }
            },
        );
    let parts = [
        Some(own("account.kind", kind.word())),
        it.company.clone(),
        holder,
        it.unit_code.clone(),
        component.map(|component| own("tariff.kind", component.word())),
        rate,
    ];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// An amount of an asset, as files write it.
const fn amount(asset: Asset, smallest: i64) -> Cell {
    match asset {
        Asset::Sek | Asset::Nok => Cell::Decimal { unscaled: smallest, scale: 2 },
        Asset::Energy => Cell::Decimal { unscaled: smallest, scale: 3 },
        Asset::Days => Cell::Integer(smallest),
    }
}

fn columns(language: Language) -> TableSpec {
    let mut spec = spec(
        language,
        ["Kontoutdrag", "Kontoutskrift", "Statement"],
        &[
            ("date", ["Dag", "Dag", "Date"]),
            ("code", ["Händelse", "Hendelse", "What"]),
            ("document", ["Faktura", "Faktura", "Document"]),
            ("other", ["Motkonto", "Motkonto", "Other account"]),
            ("debit", ["Debet", "Debet", "Debit"]),
            ("credit", ["Kredit", "Kredit", "Credit"]),
            ("balance", ["Saldo", "Saldo", "Balance"]),
            ("currency", ["Valuta", "Valuta", "Currency"]),
            ("id", ["ID", "ID", "ID"]),
        ],
    );
    super::columns::sum(&mut spec, &["debit", "credit"]);
    spec
}

const OPENING: [&str; 3] = ["Ingående saldo", "Inngående saldo", "Opening balance"];
const CLOSING: [&str; 3] = ["Utgående saldo", "Utgående saldo", "Closing balance"];

/// A row that says a balance and moves nothing.
fn balance_row(
    day: Option<chrono::NaiveDate>,
    code: (&str, [&'static str; 3]),
    balance: i64,
    asset: Asset,
    language: Language,
) -> Vec<Cell> {
    let said = Cell::Word { code: code.0.to_owned(), word: word(language, code.1).to_owned() };
    vec![
        day.into(),
        said,
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        amount(asset, balance),
        Cell::from(asset.word()),
        Cell::Empty,
    ]
}

/// Why something was moved, or that it ran out and moved nothing.
fn what(it: &StatementEntry, language: Language) -> Cell {
    match it.row.ran_out {
        Some(_) => worded(language, "transfer.step", "expire"),
        None => worded(language, "transfer.code", it.row.code.word()),
    }
}

fn entry_row(it: &StatementEntry, asset: Asset, language: Language) -> Vec<Cell> {
    let side = |much: i64| if much == 0 { Cell::Empty } else { amount(asset, much) };
    let number = it.row.document.as_ref().and_then(|(_, _, number)| *number);
    vec![
        Some(it.row.value_on).into(),
        what(it, language),
        number.map(|number| number.to_string()).into(),
        it.other.as_ref().map(|other| account_name(other, language)).into(),
        side(it.row.debit),
        side(it.row.credit),
        amount(asset, it.balance),
        Cell::from(asset.word()),
        Cell::Text(it.row.id.to_string()),
    ]
}

impl App {
    /// Starts to write the statement of an account to a file.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the account is not the actor's to see, [`AppError::Denied`] without the permission to
    /// export, [`AppError::Invalid`] for a column that there is not.
    pub async fn export_statement(
        &self,
        ctx: &Ctx,
        id: AccountId,
        period: StatementPeriod,
        keys: &[String],
        format: TableFormat,
    ) -> Result<Export> {
        let (account, country, event) = self.leaving(ctx, id).await?;
        let (sheet, spec) = self.sheet(ctx, country, columns, keys).await?;
        let words = written([
            Some(format!("accountId={id}")),
            period.said_from().map(|day| format!("from={day}")),
            period.said_to().map(|day| format!("to={day}")),
        ]);
        let (pages, export) = self.begin(ctx, spec, format, words, sheet.zone, sheet.language, event, false)?;
        self.send_rows(Entries { app: self.clone(), account, period, sheet, stand: Stand::Opening }, pages);
        Ok(export)
    }

    /// The statement of an account on paper, with its name as a file.
    ///
    /// # Errors
    /// As [`App::export_statement`]; [`AppError::Refused`] `statement.too_long` for more than a paper holds.
    pub async fn statement_file(&self, ctx: &Ctx, id: AccountId, period: StatementPeriod) -> Result<(String, Vec<u8>)> {
        let (account, country, event) = self.leaving(ctx, id).await?;
        let language = self.reader_language(ctx).await?;
        let Statement { account, opening, closing, page, .. } =
            self.statement_of(account, period, None, MOST_ON_PAPER).await?;
        if page.more {
            return Err(AppError::refused("statement.too_long"));
        }
        let of = account.kept.account;
        let owner = self.read().await?.find_organisation(of.organisation_id).await?.ok_or(AppError::NotFound)?;
        let line = |it: &StatementEntry| StatementLine {
            day: it.row.value_on,
            what: match what(it, language) {
                Cell::Word { word, .. } => word,
                _ => String::new(),
            },
            document: it.row.document.as_ref().and_then(|(_, _, number)| *number).map(|number| number.to_string()),
            other: it.other.as_ref().map(|other| account_name(other, language)).unwrap_or_default(),
            debit: it.row.debit,
            credit: it.row.credit,
            balance: it.balance,
        };
        let drawn = StatementPage {
            language,
            organisation: owner.name,
            account: account_name(&account, language),
            asset: of.asset,
            from: period.said_from(),
            to: period.said_to(),
            made_on: local(ctx.at, zone_of(default_time_zone(country))).date_naive(),
            opening,
            closing,
            lines: page.items.iter().map(line).collect(),
        };
        let name = statement_name(language, drawn.made_on);
        self.note_read(ctx, event).await?;
        let bytes = tokio::task::spawn_blocking(move || draw(&drawn)).await.map_err(AppError::internal)?;
        Ok((name, bytes.map_err(AppError::internal)?))
    }

    /// An account whose statement may leave, with the country whose clock it has, and what is noted of it.
    async fn leaving(
        &self,
        ctx: &Ctx,
        id: AccountId,
    ) -> Result<(ListedAccount, stolpe_domain::country::Country, Event)> {
        let account = self.account(ctx, id).await?;
        let Account { organisation_id, facility_id, person_id, .. } = account.kept.account;
        let place = match facility_id {
            Some(facility) => Place::Facility(organisation_id, facility),
            None => Place::Organisation(organisation_id),
        };
        ctx.may(Permission::Export, place)?;
        let owner = self.read().await?.find_organisation(organisation_id).await?.ok_or(AppError::NotFound)?;
        let subject = person_id.map_or(Subject::Organisation(organisation_id), Subject::Person);
        let mut event = Event::new(Action::StatementExported, subject).organisation(organisation_id);
        event.facility = facility_id;
        Ok((account, owner.country, event))
    }
}

/// How far a file has come.
#[derive(Clone, Copy)]
enum Stand {
    Opening,
    After(Option<StatementKey>),
    End,
}

struct Entries {
    app: App,
    account: ListedAccount,
    period: StatementPeriod,
    sheet: Sheet,
    stand: Stand,
}

impl Source for Entries {
    async fn next(&mut self) -> Result<Option<Rows>> {
        let after = match self.stand {
            Stand::End => return Ok(None),
            Stand::Opening => None,
            Stand::After(key) => key,
        };
        let statement = self.app.statement_of(self.account.clone(), self.period, after, PAGE).await?;
        let (asset, language) = (self.account.kept.account.asset, self.sheet.language);
        let mut rows = Vec::new();
        if matches!(self.stand, Stand::Opening) {
            let said = ("opening", OPENING);
            rows.push(balance_row(self.period.said_from(), said, statement.opening, asset, language));
        }
        rows.extend(statement.page.items.iter().map(|it| entry_row(it, asset, language)));
        self.stand = if statement.page.more {
            Stand::After(statement.page.items.last().map(|it| StatementKey::from(&it.row)))
        } else {
            let said = ("closing", CLOSING);
            rows.push(balance_row(self.period.said_to(), said, statement.closing, asset, language));
            Stand::End
        };
        Ok(Some(rows.into_iter().map(|row| self.sheet.picked.cells(row)).collect()))
    }
}
