//! Files as people really send them: every encoding, delimiter and accident.

use std::io::{Cursor, Read};

use proptest::prelude::*;
use rstest::rstest;
use stolpe_documents::table_file::{
    Delimiter, Found, MAX_ROW_BYTES, Quote, Row, RowFault, RowFaultKind, TableShape, TextEncoding, inspect,
    looks_like_a_workbook, read, read_workbook,
};

const TEXT: &str =
    "Förnamn;Efternamn;Född;Saldo\r\nÅsa;Öberg;1980-01-02;1 107,50\r\nSøren;Ærøskøbing;1979-12-31;-5,00\r\n";

fn encoded(encoding: TextEncoding) -> Vec<u8> {
    let utf16 = |to_bytes: fn(u16) -> [u8; 2]| {
        std::iter::once(0xfeff).chain(TEXT.encode_utf16()).flat_map(to_bytes).collect::<Vec<u8>>()
    };
    match encoding {
        TextEncoding::Utf8 => TEXT.as_bytes().to_vec(),
        TextEncoding::Utf8Bom => [b"\xef\xbb\xbf", TEXT.as_bytes()].concat(),
        TextEncoding::Utf16Le => utf16(u16::to_le_bytes),
        TextEncoding::Utf16Be => utf16(u16::to_be_bytes),
        TextEncoding::Windows1252 => encoding_rs::WINDOWS_1252.encode(TEXT).0.into_owned(),
        TextEncoding::Macintosh => {
            // encoding_rs decodes this one but does not encode it.
            let mac = |letter: char| match letter {
                'Å' => 0x81,
                'Ö' => 0x85,
                'å' => 0x8c,
                'ä' => 0x8a,
                'ö' => 0x9a,
                'Æ' => 0xae,
                'æ' => 0xbe,
                'Ø' => 0xaf,
                'ø' => 0xbf,
                letter => u8::try_from(letter).unwrap(),
            };
            TEXT.chars().map(mac).collect()
        }
    }
}

fn rows(bytes: &[u8]) -> (TableShape, Vec<Result<Row, RowFault>>) {
    let shape = inspect(bytes);
    (shape, read(Cursor::new(bytes), &shape).collect())
}

fn cells(row: &Result<Row, RowFault>) -> Vec<&str> {
    row.as_ref().unwrap().cells.iter().map(String::as_str).collect()
}

#[rstest]
#[case(TextEncoding::Utf8, true)]
#[case(TextEncoding::Utf8Bom, true)]
#[case(TextEncoding::Utf16Le, true)]
#[case(TextEncoding::Utf16Be, true)]
#[case(TextEncoding::Windows1252, true)]
#[case(TextEncoding::Macintosh, false)]
fn one_text_reads_the_same_in_every_encoding(#[case] encoding: TextEncoding, #[case] sure: bool) {
    let (shape, rows) = rows(&encoded(encoding));
    assert_eq!(shape.encoding, Found { value: encoding, sure });
    assert_eq!(shape.delimiter, Found { value: Delimiter::Semicolon, sure: true });
    assert_eq!((shape.header, shape.columns), (Found { value: true, sure: true }, 4));
    assert_eq!(cells(&rows[0]), ["Förnamn", "Efternamn", "Född", "Saldo"]);
    assert_eq!(cells(&rows[2]), ["Søren", "Ærøskøbing", "1979-12-31", "-5,00"]);
    assert_eq!(rows.len(), 3);
}

#[rstest]
#[case("a;b;c\n1,5;2,5;3,5\n4,5;5,5;6,5\n", Delimiter::Semicolon)]
#[case("name,city\nAnna,Umeå\nBo,Luleå\n", Delimiter::Comma)]
#[case("namn\tort\nAnna\tUmeå, Teg\n", Delimiter::Tab)]
#[case("namn|ort|not\nAnna|Umeå|a, b\nBo|Luleå|c\n", Delimiter::Pipe)]
fn the_delimiter_is_the_one_that_makes_even_rows(#[case] text: &str, #[case] delimiter: Delimiter) {
    assert_eq!(inspect(text.as_bytes()).delimiter, Found { value: delimiter, sure: true });
}

#[test]
fn a_delimiter_that_could_be_two_is_in_doubt() {
    assert!(!inspect(b"a;b,c\nd;e,f\n").delimiter.sure);
}

#[test]
fn a_separator_line_is_heeded_and_passed_over() {
    let (shape, rows) = rows(b"sep=,\r\nname,city\r\nAnna,\"Oslo\"\r\n");
    assert!(shape.has_separator_line);
    assert_eq!(cells(&rows[0]), ["name", "city"]);
    assert_eq!(rows[1].as_ref().unwrap().line, 3);
}

#[test]
fn a_file_of_values_alone_has_no_header() {
    assert_eq!(inspect(b"Anna;anna@example.se\nBo;bo@example.se\n").header, Found { value: false, sure: true });
    assert_eq!(inspect(b"Anna;Andersson\nBo;Bengtsson\n").header, Found { value: true, sure: false });
}

#[test]
fn single_quotes_around_cells_are_quotes_and_within_names_are_not() {
    let (shape, rows) = rows(b"'name';'city'\n'Anna; Maria';'Oslo'\n");
    assert_eq!(shape.quote, Quote::Single);
    assert_eq!(cells(&rows[1]), ["Anna; Maria", "Oslo"]);
    assert_eq!(inspect(b"name;city\nO'Brien;Oslo\n").quote, Quote::Double);
}

#[test]
fn quoted_cells_hold_delimiters_quotes_and_line_breaks() {
    let (_, rows) = rows(b"name;note\n\"Anna; \"\"Ann\"\"\";\"two\r\nlines\"\n12\" screen;x\n");
    assert_eq!(cells(&rows[1]), ["Anna; \"Ann\"", "two\r\nlines"]);
    assert_eq!(cells(&rows[2]), ["12\" screen", "x"], "a quote inside a cell is a sign like any other");
    assert_eq!(rows[2].as_ref().unwrap().line, 4);
}

#[test]
fn a_broken_row_is_a_fault_in_its_place_and_the_file_goes_on() {
    let bytes = b"name;city;note\nAnna;Ume\xc3\xa5;x\nBo;Oslo\nC;D;E;F\n\"Dan;Kiruna;z\nEva;Bod\xc3\xb8;y\nFia;G\xffteborg;w\nGun;Mora;v\n";
    let (shape, rows) = rows(bytes);
    assert_eq!(shape.encoding.value, TextEncoding::Utf8);
    let faults: Vec<(u64, &str, &str)> = rows
        .iter()
        .filter_map(|row| row.as_ref().err())
        .map(|fault| (fault.line, fault.kind.code(), fault.excerpt.as_str()))
        .collect();
    assert_eq!(
        faults,
        [
            (3, "row.cell_count", "Bo;Oslo"),
            (4, "row.cell_count", "C;D;E;F"),
            (5, "row.unclosed_quote", "\"Dan;Kiruna;z"),
            (7, "row.bad_bytes", "Fia;G\u{fffd}teborg;w"),
        ]
    );
    let whole: Vec<&str> = rows.iter().filter_map(|row| row.as_ref().ok()).map(|row| row.cells[0].as_str()).collect();
    assert_eq!(whole, ["name", "Anna", "Eva", "Gun"]);
}

#[test]
fn an_unclosed_quote_that_meets_another_costs_one_row() {
    let (_, rows) = rows(b"name;city\n\"Anna;Oslo\n\"Bo\";Bergen\nEva;Mo\n");
    assert_eq!(rows[1].as_ref().unwrap_err().kind, RowFaultKind::UnclosedQuote);
    assert_eq!(cells(&rows[2]), ["Bo", "Bergen"]);
    assert_eq!(cells(&rows[3]), ["Eva", "Mo"]);
}

#[test]
fn empty_rows_and_empty_cells_at_the_end_are_what_spreadsheets_leave_behind() {
    let (_, rows) = rows(b"name;city\n;\n\nAnna;Oslo;;\n;;;;\n");
    assert_eq!(rows.len(), 2);
    assert_eq!(cells(&rows[1]), ["Anna", "Oslo"]);
}

#[test]
fn a_cell_that_looks_like_a_formula_is_its_text() {
    let (_, rows) = rows(b"name;city\n=1+1;@SUM(A1)\n");
    assert_eq!(cells(&rows[1]), ["=1+1", "@SUM(A1)"]);
}

#[test]
fn a_line_without_an_end_is_one_fault_and_is_never_held_whole() {
    let shape = inspect(b"name;city\nAnna;Oslo\n");
    let endless = std::io::repeat(b'x').take(20 * u64::try_from(MAX_ROW_BYTES).unwrap());
    let source = Cursor::new(b"name;city\n").chain(endless).chain(Cursor::new(b"\nAnna;Oslo\n"));
    let rows: Vec<_> = read(source, &shape).collect();
    assert_eq!(rows[1].as_ref().unwrap_err().kind, RowFaultKind::TooLong);
    assert_eq!(cells(&rows[2]), ["Anna", "Oslo"]);
}

#[test]
fn a_source_that_fails_ends_the_rows_with_its_reason() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the disk is gone"))
        }
    }
    let shape = inspect(b"name;city\nAnna;Oslo\n");
    let rows: Vec<_> = read(Cursor::new(b"name;city\n").chain(Failing), &shape).collect();
    let fault = rows.last().unwrap().as_ref().unwrap_err();
    assert!(matches!(&fault.kind, RowFaultKind::Source(reason) if reason.contains("the disk is gone")));
}

/// A workbook as the spreadsheet on a desk saves it.
fn workbook() -> Vec<u8> {
    let mut file = rust_xlsxwriter::Workbook::new();
    file.add_worksheet().set_name("Tom").unwrap();
    file.add_worksheet().set_hidden(true).write_string(0, 0, "hemligt").unwrap();
    let sheet = file.add_worksheet();
    sheet.set_name("Hyresgäster").unwrap();
    for (heading, column) in ["Namn", "Personnummer", "Saldo", "Inflyttad", "Summa"].iter().zip(0..) {
        sheet.write_string(2, column, *heading).unwrap();
    }
    sheet.write_string(3, 0, " Åsa Öberg ").unwrap();
    sheet.write_number(3, 1, 191_212_121_212.0).unwrap();
    sheet.write_number(3, 2, -1107.5).unwrap();
    let date = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
    sheet.write_datetime_with_format(3, 3, chrono::NaiveDate::from_ymd_opt(2024, 5, 1).unwrap(), &date).unwrap();
    sheet.write_formula(3, 4, rust_xlsxwriter::Formula::new("=1+1").set_result("2")).unwrap();
    sheet.write_string(5, 0, "=HYPERLINK(\"x\")").unwrap();
    file.save_to_buffer().unwrap()
}

#[test]
fn a_workbook_gives_the_rows_that_its_csv_would_give() {
    let bytes = workbook();
    assert!(looks_like_a_workbook(&bytes) && !looks_like_a_workbook(TEXT.as_bytes()));
    let table = read_workbook(&bytes).unwrap();
    assert_eq!((table.sheet.as_str(), table.columns), ("Hyresgäster", 5), "empty and hidden sheets are passed over");
    assert_eq!(table.header, Found { value: true, sure: true });
    let lines: Vec<u64> = table.rows.iter().map(|row| row.line).collect();
    assert_eq!(lines, [3, 4, 6]);
    assert_eq!(table.rows[1].cells, ["Åsa Öberg", "191212121212", "-1107.5", "2024-05-01", "2"]);
    assert_eq!(table.rows[2].cells, ["=HYPERLINK(\"x\")", "", "", "", ""]);
}

#[test]
fn what_is_no_workbook_is_refused_with_its_reason() {
    assert_eq!(read_workbook(b"PK\x03\x04broken").unwrap_err().code(), "workbook.unreadable");
    let mut empty = rust_xlsxwriter::Workbook::new();
    empty.add_worksheet();
    assert_eq!(read_workbook(&empty.save_to_buffer().unwrap()).unwrap_err().code(), "workbook.empty");
}

/// Makes a table while it is read, so that a million rows exist nowhere.
struct Endless {
    rows: u64,
    waiting: Cursor<Vec<u8>>,
}

impl Read for Endless {
    fn read(&mut self, target: &mut [u8]) -> std::io::Result<usize> {
        let read = self.waiting.read(target)?;
        if read > 0 || self.rows == 0 {
            return Ok(read);
        }
        self.rows -= 1;
        self.waiting = Cursor::new(format!("Åsa {};Öberg;x\n", self.rows).into_bytes());
        self.waiting.read(target)
    }
}

#[test]
fn rows_are_read_as_they_come() {
    let shape = inspect("Åsa;Öberg;x\n".as_bytes());
    let mut rows = read(Endless { rows: u64::MAX, waiting: Cursor::default() }, &shape);
    assert!(rows.by_ref().take(100_000).all(|row| row.is_ok_and(|row| row.cells.len() == 3)));
}

proptest! {
    #[test]
    fn no_bytes_whatever_stop_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let (shape, rows) = rows(&bytes);
        for row in rows.into_iter().flatten() {
            prop_assert_eq!(row.cells.len(), shape.columns);
        }
    }

    #[test]
    fn what_the_csv_writer_wrote_reads_back(table in prop::collection::vec(prop::array::uniform3("[a-zåäö\";,\n' ]{0,8}"), 1..12)) {
        let table: Vec<_> = table.into_iter().map(|row| row.map(|cell| format!("k{cell}k"))).collect();
        let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
        for row in &table {
            writer.write_record(row).unwrap();
        }
        let bytes = writer.into_inner().unwrap();
        let shape = TableShape {
            encoding: Found { value: TextEncoding::Utf8, sure: true },
            delimiter: Found { value: Delimiter::Semicolon, sure: true },
            quote: Quote::Double,
            header: Found { value: false, sure: true },
            columns: 3,
            has_separator_line: false,
        };
        let read: Vec<_> = read(Cursor::new(bytes), &shape).map(|row| row.unwrap().cells).collect();
        prop_assert_eq!(read, table.into_iter().map(Vec::from).collect::<Vec<_>>());
    }
}

/// The least that is a workbook, with these parts beside or instead.
fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write as _;
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let list = "http://schemas.openxmlformats.org/package/2006/relationships";
    let types = "http://schemas.openxmlformats.org/package/2006/content-types";
    let one = |kind: &str, to: &str| {
        format!(
            r#"<Relationships xmlns="{list}"><Relationship Id="r1" Type="{kinds}/{kind}" Target="{to}"/></Relationships>"#
        )
    };
    let usual = [
        ("[Content_Types].xml", format!(r#"<Types xmlns="{types}"/>"#)),
        ("_rels/.rels", one("officeDocument", "xl/workbook.xml")),
        ("xl/_rels/workbook.xml.rels", one("worksheet", "worksheets/sheet1.xml")),
        (
            "xl/workbook.xml",
            format!(
                r#"<workbook xmlns="{main}" xmlns:r="{kinds}"><sheets><sheet name="Ark" sheetId="1" r:id="r1"/></sheets></workbook>"#
            ),
        ),
    ];
    let mut file = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let usual = usual.iter().map(|(name, content)| (*name, content.as_bytes()));
    for (name, content) in usual.chain(parts.iter().copied()) {
        file.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        file.write_all(content).unwrap();
    }
    file.finish().unwrap().into_inner()
}

fn sheet(rows: &str) -> String {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    format!(r#"<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>"#)
}

#[test]
fn a_workbook_that_unpacks_to_more_than_any_honest_one_is_refused() {
    const SHEET: &str = "xl/worksheets/sheet1.xml";
    let cell = |text: &str| sheet(&format!(r#"<row r="1"><c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row>"#));
    let honest = cell("Åsa");
    assert_eq!(read_workbook(&packed(&[(SHEET, honest.as_bytes())])).unwrap().rows[0].cells, ["Åsa"]);

    let long = "a".repeat(2 * 1024 * 1024);
    let one_text = format!("<sst><si><t>{long}</t></si></sst>");
    let many_texts = format!("<sst>{}</sst>", "<si><t>abcdefghijklmnopqrstuvwxyz</t></si>".repeat(1_800_000));
    let formats = format!("<styleSheet>{}</styleSheet>", "<xf/>".repeat(4_000_000));
    for (name, content) in [
        (SHEET, cell(&long)),
        ("xl/sharedStrings.xml", one_text),
        ("xl/sharedStrings.xml", many_texts),
        ("xl/styles.xml", formats),
    ] {
        let mut parts = vec![(name, content.as_bytes())];
        if name != SHEET {
            parts.push((SHEET, honest.as_bytes()));
        }
        let mut bytes = packed(&parts);
        assert!(bytes.len() < 1024 * 1024, "{} {}", name, bytes.len());
        assert_eq!(read_workbook(&bytes).unwrap_err().code(), "workbook.too_large", "{name}");
        // The sizes in the list of parts, which stand twenty-four bytes into each, are what whoever made it says.
        let parts: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(b"PK\x01\x02")).collect();
        for at in parts {
            bytes[at + 24..at + 28].copy_from_slice(&100_u32.to_le_bytes());
        }
        // The unpacker stops at what is said: then too little is there to be read.
        let refused = read_workbook(&bytes).unwrap_err().code();
        assert!(matches!(refused, "workbook.too_large" | "workbook.unreadable"), "{name} that lies: {refused}");
    }
    let many_parts: Vec<(String, &[u8])> = (0..1_100).map(|number| (format!("xl/{number}.xml"), &b""[..])).collect();
    let many_parts: Vec<(&str, &[u8])> = many_parts.iter().map(|(name, content)| (name.as_str(), *content)).collect();
    assert_eq!(read_workbook(&packed(&many_parts)).unwrap_err().code(), "workbook.too_large");
}

#[test]
fn cells_far_to_the_right_and_texts_that_many_cells_show_are_counted_as_often_as_they_would_be_held() {
    const SHEET: &str = "xl/worksheets/sheet1.xml";
    let row = |line: usize| format!(r#"<row r="{line}"><c r="IV{line}"><v>1</v></c></row>"#);
    let far: String = (1..=20_000).map(row).collect();
    assert_eq!(read_workbook(&packed(&[(SHEET, sheet(&far).as_bytes())])).unwrap_err().code(), "workbook.too_large");
    let text = format!("<sst><si><t>{}</t></si></sst>", "a".repeat(100_000));
    let row = |line: usize| format!(r#"<row r="{line}"><c r="A{line}" t="s"><v>0</v></c></row>"#);
    let same: String = (1..=1_000).map(row).collect();
    let parts = [("xl/sharedStrings.xml", text.as_bytes()), (SHEET, sheet(&same).into_bytes().leak())];
    assert_eq!(read_workbook(&packed(&parts)).unwrap_err().code(), "workbook.too_large");
}
