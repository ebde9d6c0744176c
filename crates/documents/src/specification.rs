//! The table beside a document that collects what several people used: every line with whose it is, and what VAT and rounding
//! add, so that the column of amounts adds up to what is to be paid.

use crate::document::file_name;
use crate::table_out::{Cell, Column, Provenance, TableFormat, TableOutError, TableSpec, TableWriter};
use chrono::{DateTime, NaiveDate};
use stolpe_domain::document::{DocumentKind, Sums};
use stolpe_domain::energy::Energy;
use stolpe_domain::language::Language;
use stolpe_domain::money::Money;
use stolpe_domain::payer::Whose;
use stolpe_domain::vat::Vat;

/// A document as its specification says it.
#[derive(Clone, Debug)]
pub struct Specification<'d> {
    /// What it is.
    pub kind: DocumentKind,
    /// The language of who gets it.
    pub language: Language,
    /// Its number, as printed.
    pub number: Option<String>,
    /// Its date.
    pub issued_on: Option<NaiveDate>,
    /// What the company finds the right desk by.
    pub reference: Option<String>,
    /// Its lines, in their order.
    pub lines: Vec<SpecifiedLine<'d>>,
    /// What it adds up to.
    pub sums: &'d Sums,
    /// What stands for a name that nobody is told.
    pub veil: &'d str,
}

/// A line of a document, with whose it is.
#[derive(Clone, Copy, Debug)]
pub struct SpecifiedLine<'d> {
    /// Whose, where that is known.
    pub whose: Option<&'d Whose>,
    /// What it is for.
    pub text: &'d str,
    /// More of it.
    pub detail: Option<&'d str>,
    /// The energy, if it is for energy.
    pub energy: Option<Energy>,
    /// How VAT applies.
    pub vat: Vat,
    /// Without VAT.
    pub amount: Money,
}

impl Specification<'_> {
    /// What the file is called, after its paper: `faktura-2026-0001.csv`.
    pub fn name(&self) -> String {
        let paper = file_name(self.language, self.kind, self.number.as_deref());
        format!("{}.csv", paper.trim_end_matches(".pdf"))
    }

    /// The file; equal documents give equal bytes.
    ///
    /// # Errors
    /// [`TableOutError`] for a fault of ours.
    pub fn write(&self) -> Result<Vec<u8>, TableOutError> {
        let heading = |[sv, nb, en]: [&str; 3]| match self.language {
            Language::Sv => sv.to_owned(),
            Language::Nb => nb.to_owned(),
            Language::En => en.to_owned(),
        };
        let columns = [
            ("number", ["Faktura", "Faktura", "Invoice"]),
            ("date", ["Datum", "Dato", "Date"]),
            ("reference", ["Referens", "Referanse", "Reference"]),
            ("name", ["Namn", "Navn", "Name"]),
            ("staffNumber", ["Anställningsnummer", "Ansattnummer", "Staff number"]),
            ("department", ["Avdelning", "Avdeling", "Department"]),
            ("unitCode", ["Objekt", "Objekt", "Unit"]),
            ("what", ["Avser", "Gjelder", "What"]),
            ("detail", ["Detalj", "Detalj", "Detail"]),
            ("energyKwh", ["kWh", "kWh", "kWh"]),
            ("vat", ["Moms %", "Mva. %", "VAT %"]),
            ("amount", ["Belopp", "Beløp", "Amount"]),
            ("currency", ["Valuta", "Valuta", "Currency"]),
        ];
        let columns = columns.into_iter().map(|(key, words)| Column::new(key, heading(words))).collect();
        let spec = TableSpec { title: heading(["Specifikation", "Spesifikasjon", "Specification"]), columns };
        let provenance = Provenance {
            made_by: "Stolpe".to_owned(),
            made_at: DateTime::UNIX_EPOCH.fixed_offset(),
            filter: String::new(),
            language: self.language,
        };
        let mut content = Vec::new();
        let mut writer = TableWriter::begin(TableFormat::Nordic, &spec, &provenance, &mut content)?;
        for line in &self.lines {
            writer.row(&self.line(line))?;
        }
        for rate in &self.sums.totals.rates {
            writer.row(&self.added(heading(["Moms", "Mva.", "VAT"]), Some(rate.vat_kind), rate.vat))?;
        }
        if self.sums.rounding.minor != 0 {
            let words = heading(["Öresavrundning", "Øreavrunding", "Rounding"]);
            writer.row(&self.added(words, None, self.sums.rounding))?;
        }
        writer.finish()?;
        Ok(content)
    }

    fn line(&self, it: &SpecifiedLine<'_>) -> Vec<Cell> {
        let whose = it.whose;
        let of = |text: fn(&Whose) -> &Option<String>| Cell::from(whose.and_then(|whose| text(whose).clone()));
        let name = whose.map(|whose| whose.name.clone().unwrap_or_else(|| self.veil.to_owned()));
        self.row(
            [Cell::from(name), of(|it| &it.staff_number), of(|it| &it.department), of(|it| &it.unit_code)],
            [Cell::from(it.text), Cell::from(it.detail.map(str::to_owned))],
            it.energy.map_or(Cell::Empty, |energy| Cell::Decimal { unscaled: energy.wh(), scale: 3 }),
            (Some(it.vat), it.amount),
        )
    }

    /// A row of what is added to the lines.
    fn added(&self, words: String, vat: Option<Vat>, amount: Money) -> Vec<Cell> {
        let nobodys = [Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty];
        self.row(nobodys, [Cell::Text(words), Cell::Empty], Cell::Empty, (vat, amount))
    }

    fn row(&self, whose: [Cell; 4], what: [Cell; 2], energy: Cell, (vat, amount): (Option<Vat>, Money)) -> Vec<Cell> {
        let vat = match vat {
            Some(Vat::Rate(rate)) => Cell::Decimal { unscaled: i64::from(rate.basis_points()), scale: 2 },
            Some(other) => Cell::Text(other.word()),
            None => Cell::Empty,
        };
        // What a credit note takes back is less than nothing to whoever adds up files.
        let sign = if self.kind == DocumentKind::CreditNote { -1 } else { 1 };
        let head = [Cell::from(self.number.clone()), Cell::from(self.issued_on), Cell::from(self.reference.clone())];
        let tail = [
            energy,
            vat,
            Cell::Decimal { unscaled: sign * amount.minor, scale: 2 },
            Cell::from(amount.currency.code()),
        ];
        head.into_iter().chain(whose).chain(what).chain(tail).collect()
    }
}
