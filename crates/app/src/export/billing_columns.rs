//! What stands in the columns of files about money.
//!
//! Amounts stand as they count: a credit note takes off what its invoice added. What is void or a draft is listed and
//! counts nothing, which a column of its own adds up.

use super::charging_columns::{Site, kwh, who};
use super::columns::{spec, sum, word, worded};
use crate::document::NamedDocument;
use stolpe_documents::table_out::{Cell, TableSpec};
use stolpe_domain::charge::ChargeSource;
use stolpe_domain::document::{DocumentKind, DocumentState, Number};
use stolpe_domain::energy::Energy;
use stolpe_domain::language::Language;
use stolpe_domain::money::Money;
use stolpe_domain::person::Person;
use stolpe_domain::vat::Vat;
use stolpe_store::charge::Charge;
use stolpe_store::document::{Document, DocumentLine};

/// Kronor to the öre.
pub(super) const fn money(amount: Money) -> Cell {
    Cell::Decimal { unscaled: amount.minor, scale: 2 }
}

/// The rate in per cent, or why there is none.
pub(super) fn vat(vat: Vat, language: Language) -> Cell {
    match vat {
        Vat::Rate(rate) => Cell::Decimal { unscaled: rate.basis_points().into(), scale: 2 },
        Vat::Exempt | Vat::ReverseCharge => worded(language, "vat", &vat.word()),
    }
}

const HEAD: [(&str, [&str; 3]); 11] = [
    ("number", ["Nummer", "Nummer", "Number"]),
    ("kind", ["Slag", "Slag", "Kind"]),
    ("state", ["Läge", "Status", "State"]),
    ("recipient", ["Mottagare", "Mottaker", "Recipient"]),
    ("unitCode", ["Objekt", "Enhet", "Unit"]),
    ("facilityCode", ["Anläggnings-ID", "Anleggs-ID", "Facility ID"]),
    ("issuedOn", ["Fakturadatum", "Fakturadato", "Date"]),
    ("dueOn", ["Förfaller", "Forfaller", "Due"]),
    ("periodFrom", ["Period från", "Periode fra", "Period from"]),
    ("periodTo", ["Period till och med", "Periode til og med", "Period through"]),
    ("reference", ["OCR/KID", "KID/OCR", "Reference"]),
];

fn head(it: &NamedDocument, site: &Site, language: Language) -> Vec<Cell> {
    let document = &it.document;
    vec![
        document.number.map(|number| number.to_string()).into(),
        worded(language, "document.kind", document.kind.word()),
        worded(language, "document.state", document.state.word()),
        Cell::Text(it.recipient.clone()),
        it.unit_code.clone().into(),
        Cell::Text(site.code.clone()),
        document.issued_on.into(),
        document.due_on.into(),
        document.period.map(|(first, _)| first).into(),
        document.period.map(|(_, last)| last).into(),
        document.reference.clone().into(),
    ]
}

/// An amount of a document as it counts.
fn signed(document: &Document, amount: Money) -> Money {
    if document.kind == DocumentKind::CreditNote { amount.negated() } else { amount }
}

fn counts(document: &Document) -> bool {
    !matches!(document.state, DocumentState::Draft | DocumentState::Void)
}

/// The columns of documents.
pub(super) fn documents(language: Language) -> TableSpec {
    let own = [
        ("net", ["Utan moms", "Uten MVA", "Without VAT"]),
        ("vat", ["Moms", "MVA", "VAT"]),
        ("rounding", ["Öresavrundning", "Øreavrunding", "Rounding"]),
        ("payable", ["Att betala", "Å betale", "To pay"]),
        ("currency", ["Valuta", "Valuta", "Currency"]),
        ("counted", ["Räknas", "Regnes med", "Counted"]),
        ("open", ["Kvar att betala", "Gjenstår å betale", "Left to pay"]),
        ("reason", ["Anledning", "Begrunnelse", "Reason"]),
        ("id", ["ID", "ID", "ID"]),
    ];
    let columns: Vec<_> = HEAD.into_iter().chain(own).collect();
    let mut spec = spec(language, ["Fakturor", "Fakturaer", "Documents"], &columns);
    sum(&mut spec, &["counted"]);
    spec
}

/// One document.
pub(super) fn document_row(it: &NamedDocument, site: &Site, language: Language) -> Vec<Cell> {
    let document = &it.document;
    let sums = &document.sums;
    let amount = |amount: Money| money(signed(document, amount));
    let counted = if counts(document) { signed(document, sums.payable) } else { Money::zero(sums.payable.currency) };
    let own = [
        amount(sums.totals.net),
        amount(sums.totals.vat),
        amount(sums.rounding),
        amount(sums.payable),
        Cell::from(sums.payable.currency.code()),
        money(counted),
        it.open.map_or(Cell::Empty, money),
        document.reason.clone().into(),
        Cell::Text(document.id.to_string()),
    ];
    head(it, site, language).into_iter().chain(own).collect()
}

/// The columns of charges.
pub(super) fn charges(language: Language) -> TableSpec {
    let mut spec = spec(
        language,
        ["Debiteringar", "Belastninger", "Charges"],
        &[
            ("month", ["Månad", "Måned", "Month"]),
            ("personName", ["Vem", "Hvem", "Who"]),
            ("personEmail", ["E-post", "E-post", "Email"]),
            ("text", ["Text", "Tekst", "Text"]),
            ("source", ["Kommer från", "Kommer fra", "Comes from"]),
            ("energyKwh", ["kWh", "kWh", "kWh"]),
            ("net", ["Utan moms", "Uten MVA", "Without VAT"]),
            ("currency", ["Valuta", "Valuta", "Currency"]),
            ("documentNumber", ["Dokument", "Dokument", "Document"]),
            ("facilityCode", ["Anläggnings-ID", "Anleggs-ID", "Facility ID"]),
            ("sessionId", ["Laddsession", "Ladeøkt", "Session"]),
            ("documentId", ["Dokument-ID", "Dokument-ID", "Document ID"]),
            ("id", ["ID", "ID", "ID"]),
        ],
    );
    sum(&mut spec, &["energyKwh", "net"]);
    spec
}

/// One charge, with the number of the document that asks for it.
pub(super) fn charge_row(
    it: Charge,
    person: Option<&Person>,
    number: Option<Number>,
    site: &Site,
    language: Language,
) -> Vec<Cell> {
    let net = it.lines.iter().map(|line| line.amount.minor).sum();
    let words = match it.source {
        ChargeSource::Session => ["Laddning", "Lading", "Charging"],
        ChargeSource::MonthlyFee => ["Månadsavgift", "Månedsavgift", "Monthly fee"],
        ChargeSource::Difference => ["Rättelse", "Rettelse", "Correction"],
    };
    let [name, email] = who(person);
    vec![
        Cell::Text(it.month.to_string()),
        name,
        email,
        Cell::Text(it.text),
        Cell::Word { code: it.source.word().to_owned(), word: word(language, words).to_owned() },
        kwh(it.energy),
        money(Money::of_minor(net, it.currency)),
        Cell::from(it.currency.code()),
        number.map(|number| number.to_string()).into(),
        Cell::Text(site.code.clone()),
        it.session_id.map(|id| id.to_string()).into(),
        it.document_id.map(|id| id.to_string()).into(),
        Cell::Text(it.id.to_string()),
    ]
}

/// What a row of the lines of documents is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// A line, without VAT.
    Line,
    /// The VAT of one rate on all its lines.
    Vat,
    /// The rounding to whole kronor.
    Rounding,
}

impl Part {
    fn cell(self, language: Language) -> Cell {
        let (code, words) = match self {
            Self::Line => ("line", ["Rad", "Linje", "Line"]),
            Self::Vat => ("vat", ["Moms", "MVA", "VAT"]),
            Self::Rounding => ("rounding", ["Öresavrundning", "Øreavrunding", "Rounding"]),
        };
        Cell::Word { code: code.to_owned(), word: word(language, words).to_owned() }
    }
}

/// The columns of the lines of documents: a row for each line, for the VAT of each rate, and for the rounding, as they
/// are booked. The rows of a document add up to what is to be paid.
pub(super) fn lines(language: Language) -> TableSpec {
    let own = [
        ("part", ["Del", "Del", "Part"]),
        ("text", ["Text", "Tekst", "Text"]),
        ("energyKwh", ["kWh", "kWh", "kWh"]),
        ("vatRate", ["Moms %", "MVA %", "VAT %"]),
        ("amount", ["Belopp", "Beløp", "Amount"]),
        ("currency", ["Valuta", "Valuta", "Currency"]),
        ("counted", ["Räknas", "Regnes med", "Counted"]),
        ("documentId", ["ID", "ID", "ID"]),
    ];
    let columns: Vec<_> = HEAD.into_iter().chain(own).collect();
    let mut spec = spec(language, ["Fakturarader", "Fakturalinjer", "Document lines"], &columns);
    sum(&mut spec, &["counted"]);
    spec
}

/// The rows of one document.
pub(super) fn line_rows(
    it: &NamedDocument,
    lines: Vec<DocumentLine>,
    site: &Site,
    language: Language,
) -> Vec<Vec<Cell>> {
    let document = &it.document;
    let head = head(it, site, language);
    let row = |part: Part, text: Cell, energy: Option<Energy>, rate: Cell, amount: Money| {
        let amount = signed(document, amount);
        let counted = if counts(document) { amount } else { Money::zero(amount.currency) };
        let own = [
            part.cell(language),
            text,
            energy.map_or(Cell::Empty, |energy| {
                kwh(if document.kind == DocumentKind::CreditNote { Energy::ZERO - energy } else { energy })
            }),
            rate,
            money(amount),
            Cell::from(amount.currency.code()),
            money(counted),
            Cell::Text(document.id.to_string()),
        ];
        head.iter().cloned().chain(own).collect::<Vec<Cell>>()
    };
    let mut rows: Vec<Vec<Cell>> = lines
        .into_iter()
        .map(|line| row(Part::Line, Cell::Text(line.text), line.energy, vat(line.vat, language), line.amount))
        .collect();
    let rates = document.sums.totals.rates.iter().filter(|rate| rate.vat.minor != 0);
    rows.extend(rates.map(|rate| row(Part::Vat, Cell::Empty, None, vat(rate.vat_kind, language), rate.vat)));
    if document.sums.rounding.minor != 0 {
        rows.push(row(Part::Rounding, Cell::Empty, None, Cell::Empty, document.sums.rounding));
    }
    rows
}
