//! Real reports, read in place; reports of our own for what none of them shows; and broken ones.

use super::*;
use proptest::prelude::*;
use rstest::rstest;

/// A file of the folder that `STOLPE_FIXTURES` names; none where that is not set, for there are no such files of ours.
#[expect(clippy::disallowed_methods, reason = "a test has no main that could read the environment for it")]
fn published(name: &str) -> Option<Vec<u8>> {
    let folder = std::env::var("STOLPE_FIXTURES").ok().map(std::path::PathBuf::from)?;
    Some(std::fs::read(folder.join("bank").join(name)).expect("a published file"))
}

fn written(inside: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.03\">\n<CstmrPmtStsRpt>\n\
         <GrpHdr><MsgId>B1</MsgId><CreDtTm>2026-11-23T09:30:00+01:00</CreDtTm></GrpHdr>\n{inside}\n\
         </CstmrPmtStsRpt>\n</Document>\n"
    )
}

const GROUP: &str = "<OrgnlGrpInfAndSts><OrgnlMsgId>M1</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.03</OrgnlMsgNmId>\
                     <GrpSts>ACTC</GrpSts></OrgnlGrpInfAndSts>";

fn codes(report: &StatusReport) -> Vec<(&str, &str)> {
    let each = report.payments.iter();
    each.map(|it| (&*it.end_to_end_id, it.status.as_ref().map_or("", |status| &*status.code))).collect()
}

#[test]
fn a_bank_speaks_of_single_payments_with_its_reasons() {
    let Some(content) = published("pain002_nordea_transaction_reject.xml") else { return };
    let report = read(&content).unwrap();
    assert_eq!((&*report.id, &*report.message_id), ("XML990920150728124014189", "MSGID-950-TEST2-2807-01"));
    assert_eq!(codes(&report), [("ENDTOENDID-950-TEST2-2807-02", "RJCT"), ("ENDTOENDID-950-TEST2-2807-01", "RJCT")]);
    let status = report.payments[0].status.as_ref().unwrap();
    assert_eq!(status.reason, "NARR");
    assert!(status.words.starts_with("CAP Invalid code or combinations"), "{}", status.words);
    assert_eq!(report.whole.unwrap().code, "RJCT");
    assert_eq!(report.payments[0].line, 33);
}

#[test]
fn what_a_bank_leaves_out_against_the_schema_is_not_missed() {
    let Some(content) = published("pain002_accepted.xml") else { return };
    let report = read(&content).unwrap();
    assert_eq!(codes(&report), [("GSDGFKfLURaHb", "ACCP")]);
    assert_eq!((report.whole, &*report.payments[0].bank_reference), (None, "I200820000XXXXX"));
}

#[test]
fn what_is_nearer_to_the_payments_counts_before_what_is_said_of_the_file() {
    let inside = format!(
        "{GROUP}<OrgnlPmtInfAndSts><OrgnlPmtInfId>M1-1</OrgnlPmtInfId><PmtInfSts>ACSP</PmtInfSts><TxInfAndSts>\
         <OrgnlEndToEndId>E1</OrgnlEndToEndId><TxSts>ACSC</TxSts><AccptncDtTm>2026-11-23T08:00:00</AccptncDtTm>\
         <AcctSvcrRef>R1</AcctSvcrRef></TxInfAndSts><TxInfAndSts><OrgnlEndToEndId>E2</OrgnlEndToEndId></TxInfAndSts>\
         </OrgnlPmtInfAndSts>"
    );
    let report = read(written(&inside).as_bytes()).unwrap();
    assert_eq!(report.whole.as_ref().unwrap().code, "ACSP");
    assert_eq!(codes(&report), [("E1", "ACSC"), ("E2", "")]);
    assert_eq!(report.payments[0].accepted_on, NaiveDate::from_ymd_opt(2026, 11, 23));
    assert_eq!(report.written_at.to_string(), "2026-11-23 08:30:00 UTC");
    assert_eq!(read(written(GROUP).as_bytes()).unwrap().whole.unwrap().code, "ACTC");
}

#[rstest]
#[case::nothing("", StatusReportError::Empty)]
#[case::blanks(" \r\n ", StatusReportError::Empty)]
#[case::other_form("01BGMAX", StatusReportError::UnknownForm)]
#[case::own_types("<!DOCTYPE a [<!ENTITY b \"c\">]><Document/>", StatusReportError::UnknownForm)]
#[case::other_document("<Invoice/>", StatusReportError::UnknownForm)]
#[case::our_own(
    "<Document><CstmrCdtTrfInitn/></Document>",
    StatusReportError::OtherMessage("pain.001".to_owned())
)]
#[case::a_statement("<Document><BkToCstmrStmt/></Document>", StatusReportError::OtherMessage("camt.053".to_owned()))]
fn what_is_no_report_is_said_to_be_none(#[case] text: &str, #[case] expected: StatusReportError) {
    assert_eq!(read(text.as_bytes()), Err(expected));
}

#[rstest]
#[case::no_file("", 3, "CstmrPmtStsRpt OrgnlGrpInfAndSts")]
#[case::no_name_of_it(
    "<OrgnlGrpInfAndSts>\n<GrpSts>RJCT</GrpSts></OrgnlGrpInfAndSts>",
    5,
    "OrgnlGrpInfAndSts OrgnlMsgId"
)]
#[case::no_name_of_a_payment(
    "<OrgnlGrpInfAndSts><OrgnlMsgId>M1</OrgnlMsgId></OrgnlGrpInfAndSts>\n<OrgnlPmtInfAndSts>\n<TxInfAndSts>\
     <TxSts>RJCT</TxSts></TxInfAndSts></OrgnlPmtInfAndSts>",
    7,
    "TxInfAndSts OrgnlEndToEndId"
)]
fn a_damaged_report_is_refused_with_its_line(#[case] inside: &str, #[case] line: u64, #[case] record: &str) {
    let expected = StatusReportError::Damaged { line, record: record.to_owned() };
    assert_eq!(read(written(inside).as_bytes()), Err(expected));
}

#[test]
fn a_report_that_was_cut_is_refused() {
    let whole = written(GROUP);
    let cut = &whole[..whole.len() - 20];
    assert!(
        matches!(read(cut.as_bytes()), Err(StatusReportError::Damaged { line: 6, .. })),
        "{:?}",
        read(cut.as_bytes())
    );
}

proptest! {
    #[test]
    fn no_bytes_make_reading_fail_otherwise(bytes in proptest::collection::vec(any::<u8>(), 0..200), place in 0usize..400) {
        let _ = read(&bytes);
        let mut whole = written(GROUP).into_bytes();
        let place = place.min(whole.len());
        whole.splice(place..place, bytes);
        let _ = read(&whole);
    }
}
