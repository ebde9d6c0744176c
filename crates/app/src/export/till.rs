//! The report of a till as a file: what was entered in it, and then what it adds up to. It names nobody who has paid.

use super::charging::written;
use super::columns::{spec, word, worded};
use super::lists::Sheet;
use super::pages::Source;
use super::{Export, Rows, local};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::till::{ListedTillEntry, OpenTill};
use stolpe_documents::table_out::{Cell, TableFormat, TableSpec};
use stolpe_documents::till::paid_at;
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::TillId;
use stolpe_domain::language::Language;
use stolpe_domain::money::Money;
use stolpe_domain::till::PaidAtRate;

fn columns(language: Language) -> TableSpec {
    spec(
        language,
        ["Kassarapport", "Kasserapport", "Till report"],
        &[
            ("row", ["Rad", "Rad", "Row"]),
            ("number", ["Kvitto", "Kvittering", "Receipt"]),
            ("at", ["Tid", "Tid", "Time"]),
            ("means", ["Betalsätt", "Betalingsmåte", "Means"]),
            ("amount", ["Belopp", "Beløp", "Amount"]),
            ("rounding", ["Öresavrundning", "Øreavrunding", "Rounding"]),
            ("prepaid", ["Förskott", "Forskudd", "Prepaid"]),
            ("vat", ["Moms på fakturorna", "Mva. på fakturaene", "VAT on the invoices"]),
            ("terminalReference", ["Kortterminalens referens", "Kortterminalens referanse", "Terminal reference"]),
            ("takesBack", ["Återtar kvitto", "Tar tilbake kvittering", "Takes back receipt"]),
            ("reason", ["Skäl", "Årsak", "Reason"]),
            ("currency", ["Valuta", "Valuta", "Currency"]),
        ],
    )
}

const fn amount(money: Money) -> Cell {
    Cell::Decimal { unscaled: money.minor, scale: 2 }
}

fn entry_row(it: &ListedTillEntry, sheet: &Sheet) -> Vec<Cell> {
    let entry = it.kept.entry;
    let signed = |money: Money| amount(if entry.kind.comes_in() { money } else { money.negated() });
    vec![
        worded(sheet.language, "till.kind", entry.kind.word()),
        Cell::Text(entry.number.to_string()),
        Cell::Instant(local(it.kept.created_at, sheet.zone)),
        worded(sheet.language, "till.means", entry.means.word()),
        signed(entry.amount),
        signed(entry.rounding),
        signed(entry.prepaid),
        Cell::Empty,
        it.kept.terminal_reference.clone().into(),
        it.receipt.takes_back.clone().into(),
        it.kept.reason.clone().into(),
        Cell::from(entry.amount.currency.code()),
    ]
}

fn sum_rows(it: &OpenTill, language: Language) -> Vec<Vec<Cell>> {
    let sums = &it.sums;
    let closed = it.listed.till.closed.as_ref();
    let all = [
        ("opening", ["Växelkassa", "Vekselkasse", "Opening cash"], Some(sums.opening)),
        ("cashIn", ["Kontant in", "Kontant inn", "Cash in"], Some(sums.cash_in)),
        ("cashBack", ["Kontant återtaget", "Kontant tilbaketatt", "Cash taken back"], Some(sums.cash_back.negated())),
        ("cashOut", ["Kontant utbetalt", "Kontant utbetalt", "Cash paid out"], Some(sums.cash_out.negated())),
        (
            "cashOutBack",
            ["Kontant utbetalning återlämnad", "Kontant utbetaling tilbakelevert", "Cash payout given back"],
            Some(sums.cash_out_back),
        ),
        ("expected", ["Ska finnas i kassan", "Skal være i kassen", "Should be in the till"], Some(sums.expected)),
        ("counted", ["Räknat", "Talt", "Counted"], closed.map(|it| it.counted)),
        ("difference", ["Differens", "Differanse", "Difference"], closed.map(|it| it.difference)),
        ("cardIn", ["Kort in", "Kort inn", "Card in"], Some(sums.card_in)),
        ("cardBack", ["Kort återtaget", "Kort tilbaketatt", "Card taken back"], Some(sums.card_back.negated())),
        (
            "neverCame",
            ["Betalningar som aldrig kom", "Betalinger som aldri kom", "Payments that never came"],
            (sums.missed > 0).then_some(sums.never_came.negated()),
        ),
        ("toInvoices", ["Betalt på fakturor", "Betalt på fakturaer", "Paid on invoices"], Some(sums.to_invoices)),
        ("toPrepaid", ["Förskott", "Forskudd", "Prepaid"], Some(sums.to_prepaid)),
        ("rounding", ["Öresavrundning", "Øreavrunding", "Rounding"], Some(sums.rounding)),
    ];
    let row = |(code, words, money): (&str, [&'static str; 3], Option<Money>)| {
        let money = money?;
        let mut row = vec![Cell::Word { code: code.to_owned(), word: word(language, words).to_owned() }];
        row.extend([Cell::Empty, Cell::Empty, Cell::Empty, amount(money)]);
        row.extend(std::iter::repeat_n(Cell::Empty, 5));
        let reason = closed.and_then(|it| it.reason.clone()).filter(|_| code == "difference");
        row.extend([reason.into(), Cell::from(money.currency.code())]);
        Some(row)
    };
    all.into_iter().filter_map(row).collect()
}

/// What was paid of invoices by rate, with the VAT that stands on them: nothing is sold in a till.
fn vat_rows(it: &OpenTill, language: Language) -> Vec<Vec<Cell>> {
    let row = |it: &PaidAtRate| {
        let code = it.vat_kind.map_or_else(|| "vat_none".to_owned(), |kind| format!("vat_{}", kind.word()));
        let mut row = vec![Cell::Word { code, word: paid_at(it, language) }];
        row.extend([Cell::Empty, Cell::Empty, Cell::Empty, amount(it.paid), Cell::Empty, Cell::Empty, amount(it.vat)]);
        row.extend([Cell::Empty, Cell::Empty, Cell::Empty, Cell::from(it.paid.currency.code())]);
        row
    };
    it.vat.iter().map(row).collect()
}

impl App {
    /// Starts to write the report of a till to a file; of one that is open, how it stands.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see the till, too; [`AppError::Denied`] without the permission to export,
    /// [`AppError::Invalid`] for a column that there is not.
    pub async fn export_till(&self, ctx: &Ctx, id: TillId, keys: &[String], format: TableFormat) -> Result<Export> {
        let till = self.till(ctx, id).await?;
        let organisation = till.listed.till.organisation_id;
        ctx.may(Permission::Export, Place::Organisation(organisation))?;
        let owner = self.read().await?.find_organisation(organisation).await?.ok_or(AppError::NotFound)?;
        let (sheet, spec) = self.sheet(ctx, owner.country, columns, keys).await?;
        let words = written([Some(format!("tillId={id}"))]);
        let event = Event::new(Action::TillExported, Subject::Till(id)).organisation(organisation);
        let (pages, export) = self.begin(ctx, spec, format, words, sheet.zone, sheet.language, event, false)?;
        self.send_rows(All { till: Some(Box::new(till)), sheet }, pages);
        Ok(export)
    }
}

struct All {
    till: Option<Box<OpenTill>>,
    sheet: Sheet,
}

impl Source for All {
    async fn next(&mut self) -> Result<Option<Rows>> {
        let Some(till) = self.till.take() else { return Ok(None) };
        let entries = till.entries.iter().map(|it| entry_row(it, &self.sheet));
        let sums = sum_rows(&till, self.sheet.language).into_iter().chain(vat_rows(&till, self.sheet.language));
        Ok(Some(entries.chain(sums).map(|row| self.sheet.picked.cells(row)).collect()))
    }
}
