//! Tables that leave: the exact bytes of both CSV profiles and of JSON Lines, and what a spreadsheet reads from XLSX.

use std::io::{Cursor, Write};

use calamine::{Data, Reader as _, Xlsx};
use chrono::{DateTime, NaiveDate};
use stolpe_documents::table_out::{
    Cell, Column, Provenance, TableFormat, TableOutError, TableSpec, TableWriter, Written,
};
use stolpe_domain::language::Language;

fn spec() -> TableSpec {
    TableSpec {
        title: "Personer: A/B".to_owned(),
        columns: vec![
            Column::new("name", "Namn"),
            Column::new("phone", "Telefon"),
            Column::new("postalCode", "Postnummer"),
            Column::new("movedInOn", "Inflyttad"),
            Column::new("lastSignInAt", "Senast inloggad"),
            Column::summed("balance", "Saldo"),
            Column::new("blocked", "Spärrad"),
        ],
    }
}

fn provenance() -> Provenance {
    Provenance {
        made_by: "Åsa Öberg".to_owned(),
        made_at: DateTime::parse_from_rfc3339("2026-11-21T14:29:00+01:00").unwrap(),
        filter: "Saldo under 50 kr".to_owned(),
        language: Language::Sv,
    }
}

fn rows() -> Vec<Vec<Cell>> {
    vec![
        vec![
            "Åsa \"Ö\"; Öberg".into(),
            "+46701234567".into(),
            "0123".into(),
            Cell::Date(NaiveDate::from_ymd_opt(2026, 2, 1).unwrap()),
            Cell::Instant(DateTime::parse_from_rfc3339("2026-03-29T03:00:00+02:00").unwrap()),
            Cell::Decimal { unscaled: 123_450, scale: 2 },
            Cell::YesNo { yes: false, word: "Nej" },
        ],
        vec![
            "=HYPERLINK(\"http://example.org\")".into(),
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
            Cell::Decimal { unscaled: -5, scale: 2 },
            Cell::YesNo { yes: true, word: "Ja" },
        ],
    ]
}

fn written_as(format: TableFormat) -> (Vec<u8>, Written) {
    let (spec, provenance, mut bytes) = (spec(), provenance(), Vec::new());
    let mut writer = TableWriter::begin(format, &spec, &provenance, &mut bytes).unwrap();
    for row in rows() {
        writer.row(&row).unwrap();
    }
    let written = writer.finish().unwrap();
    (bytes, written)
}

#[test]
fn the_nordic_profile_opens_in_a_nordic_excel() {
    let (bytes, written) = written_as(TableFormat::Nordic);
    let expected = "\u{feff}Namn;Telefon;Postnummer;Inflyttad;Senast inloggad;Saldo;Spärrad\r\n\
        \"Åsa \"\"Ö\"\"; Öberg\";'+46701234567;0123;2026-02-01;2026-03-29 03:00:00;1234,50;Nej\r\n\
        \"'=HYPERLINK(\"\"http://example.org\"\")\";;;;;-0,05;Ja\r\n";
    assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    assert_eq!(written, Written { rows: 2, totals: vec![("Saldo".to_owned(), "1234.45".to_owned())] });
}

#[test]
fn the_international_profile_is_plain_rfc_4180() {
    let (bytes, _) = written_as(TableFormat::International);
    let expected = "Namn,Telefon,Postnummer,Inflyttad,Senast inloggad,Saldo,Spärrad\r\n\
        \"Åsa \"\"Ö\"\"; Öberg\",'+46701234567,0123,2026-02-01,2026-03-29 03:00:00,1234.50,Nej\r\n\
        \"'=HYPERLINK(\"\"http://example.org\"\")\",,,,,-0.05,Ja\r\n";
    assert_eq!(String::from_utf8(bytes).unwrap(), expected);
}

#[test]
fn json_lines_keep_types_and_exact_decimals() {
    let (bytes, _) = written_as(TableFormat::JsonLines);
    let expected = concat!(
        r#"{"name":"Åsa \"Ö\"; Öberg","phone":"+46701234567","postalCode":"0123","movedInOn":"2026-02-01","#,
        r#""lastSignInAt":"2026-03-29T03:00:00+02:00","balance":1234.50,"blocked":false}"#,
        "\n",
        r#"{"name":"=HYPERLINK(\"http://example.org\")","phone":null,"postalCode":null,"movedInOn":null,"#,
        r#""lastSignInAt":null,"balance":-0.05,"blocked":true}"#,
        "\n",
    );
    assert_eq!(String::from_utf8(bytes).unwrap(), expected);
}

#[test]
fn a_workbook_has_true_numbers_and_dates_and_tells_where_it_comes_from() {
    let (bytes, _) = written_as(TableFormat::Workbook);
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    assert_eq!(workbook.sheet_names(), ["Personer AB", "Om filen"]);

    let people = workbook.worksheet_range("Personer AB").unwrap();
    let cell = |row, column| people.get_value((row, column)).unwrap().clone();
    assert_eq!(cell(0, 5), Data::String("Saldo".to_owned()));
    assert_eq!(cell(1, 1), Data::String("+46701234567".to_owned()));
    assert_eq!(cell(1, 2), Data::String("0123".to_owned()));
    let Data::DateTime(date) = cell(1, 3) else { panic!("{:?} is no date", cell(1, 3)) };
    assert_eq!(date.to_ymd_hms_milli(), (2026, 2, 1, 0, 0, 0, 0));
    assert_eq!(cell(1, 5), Data::Float(1234.5));
    assert_eq!(cell(2, 0), Data::String("=HYPERLINK(\"http://example.org\")".to_owned()));
    assert!(workbook.worksheet_formula("Personer AB").unwrap().is_empty(), "a text must never become a formula");

    let about = workbook.worksheet_range("Om filen").unwrap();
    let lines: Vec<String> = about.rows().map(|row| format!("{}: {}", row[0], row[1])).collect();
    assert_eq!(
        lines,
        [
            "Innehåll: Personer: A/B",
            "Skapad av: Åsa Öberg",
            "Skapad: 2026-11-21 14:29:00 +01:00",
            "Urval: Saldo under 50 kr",
            "Antal rader: 2",
            "Kontrollsumma Saldo: 1234.45",
        ]
    );
}

#[test]
fn equal_input_gives_equal_bytes_in_every_format() {
    for format in [TableFormat::Nordic, TableFormat::International, TableFormat::JsonLines, TableFormat::Workbook] {
        assert_eq!(written_as(format).0, written_as(format).0, "{format:?}");
    }
}

#[test]
fn a_csv_file_can_be_told_about_in_a_file_beside_it() {
    let (_, written) = written_as(TableFormat::Nordic);
    let sidecar =
        Provenance { filter: String::new(), language: Language::En, ..provenance() }.sidecar("People", &written);
    assert_eq!(
        sidecar,
        "Content: People\r\nMade by: Åsa Öberg\r\nMade at: 2026-11-21 14:29:00 +01:00\r\nFilter: None, every row\r\n\
         Rows: 2\r\nControl total Saldo: 1234.45\r\n"
    );
}

#[test]
fn a_row_that_does_not_fit_its_columns_is_refused() {
    let (spec, provenance) = (spec(), provenance());
    let mut writer = TableWriter::begin(TableFormat::Nordic, &spec, &provenance, Vec::new()).unwrap();
    let refusal = writer.row(&[Cell::Empty]).unwrap_err();
    assert!(matches!(refusal, TableOutError::Shape { row: 1, cells: 1, columns: 7 }), "{refusal}");
}

/// Counts what passes and keeps the largest piece, so that buffering of the whole file would show.
#[derive(Default)]
struct Passing {
    bytes: usize,
    largest: usize,
}

impl Write for &mut Passing {
    fn write(&mut self, piece: &[u8]) -> std::io::Result<usize> {
        self.bytes += piece.len();
        self.largest = self.largest.max(piece.len());
        Ok(piece.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn rows_stream_to_the_target_and_do_not_pile_up() {
    let (spec, provenance, rows) = (spec(), provenance(), rows());
    for format in [TableFormat::Nordic, TableFormat::JsonLines] {
        let mut passing = Passing::default();
        let mut writer = TableWriter::begin(format, &spec, &provenance, &mut passing).unwrap();
        for _ in 0..20_000 {
            writer.row(&rows[0]).unwrap();
        }
        assert_eq!(writer.finish().unwrap().rows, 20_000);
        assert!(passing.bytes > 1_500_000 && passing.largest <= 64 * 1024, "{format:?}: {}", passing.largest);
    }
}
