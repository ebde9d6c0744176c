//! Reports in the shapes that mail servers give them.

use super::*;
use rstest::rstest;

const ID: &str = "0190a6f4-6ad0-7c35-9a0e-0c5f7d0a9b11@stolpe";

/// As Postfix writes it: the head of the mail comes back, and the words of the last server go on over lines.
fn of_postfix(action: &str) -> String {
    format!(
        "From: MAILER-DAEMON@mx.example.se\r\nTo: post@ekbacken.example\r\nSubject: Undelivered Mail Returned to Sender\r\n\
         Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"9F2.1/mx\"\r\n\r\n\
         This is a MIME-encapsulated message.\r\n\r\n--9F2.1/mx\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n\
         I'm sorry to have to inform you.\r\n\r\n--9F2.1/mx\r\nContent-Description: Delivery report\r\n\
         Content-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; mx.example.se\r\nX-Postfix-Queue-ID: 9F2\r\nArrival-Date: Sat, 21 Nov 2026 09:00:00 +0100\r\n\r\n\
         Final-Recipient: rfc822; anna@borta.example\r\nOriginal-Recipient: rfc822;anna@borta.example\r\n\
         Action: {action}\r\nStatus: 5.1.1\r\nRemote-MTA: dns; mx.borta.example\r\n\
         Diagnostic-Code: smtp; 550 5.1.1 <anna@borta.example>: Recipient address\r\n    rejected: User unknown\r\n\r\n\
         --9F2.1/mx\r\nContent-Description: Undelivered Message Headers\r\nContent-Type: text/rfc822-headers\r\n\r\n\
         Return-Path: <post@ekbacken.example>\r\nMessage-ID: <{ID}>\r\nSubject: Faktura\r\n\r\n--9F2.1/mx--\r\n"
    )
}

/// As Exchange Online writes it: the whole mail comes back, and the status stands behind its own words.
fn of_exchange() -> String {
    format!(
        "From: Microsoft Outlook <postmaster@outlook.example>\r\nTo: post@ekbacken.example\r\n\
         Subject: Kan inte levereras\r\nIn-Reply-To: <{ID}>\r\nReferences: <{ID}>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=\"delivery-status\"; boundary=b1\r\n\r\n--b1\r\n\
         Content-Type: multipart/alternative; boundary=b2\r\n\r\n--b2\r\nContent-Type: text/html; charset=utf-8\r\n\
         Content-Transfer-Encoding: base64\r\n\r\nPGI+S2FuIGludGU8L2I+\r\n--b2--\r\n\r\n--b1\r\n\
         Content-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns;AM0P190MB.EURP190.PROD.OUTLOOK.COM\r\n\r\nFinal-recipient: RFC822; bo@borta.example\r\n\
         Action: Failed\r\nStatus: 5.4.1 (bad destination)\r\n\
         Diagnostic-code: smtp;550 5.4.1 Recipient address rejected: Access denied\r\n\r\n\
         --b1\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <{ID}>\r\nSubject: Faktura\r\n\
         Content-Type: text/plain\r\n\r\nHej\r\n\r\n--b1--\r\n"
    )
}

#[rstest]
#[case(of_postfix("failed"), "5.1.1", "550 5.1.1 <anna@borta.example>: Recipient address rejected: User unknown")]
#[case(of_exchange(), "5.4.1", "550 5.4.1 Recipient address rejected: Access denied")]
fn a_report_says_which_mail_did_not_arrive_and_why(#[case] raw: String, #[case] status: &str, #[case] words: &str) {
    let bounce = read_bounce(raw.as_bytes()).unwrap();
    assert_eq!(bounce.message_id, ID);
    assert_eq!(bounce.line().unwrap(), format!("{status} {words}"));
}

/// Gmail and others give back nothing of the mail when it is long, but say what they answer.
#[test]
fn a_report_without_the_mail_is_known_by_what_it_answers() {
    let raw = of_exchange();
    let cut = &raw[..raw.find("--b1\r\nContent-Type: message/rfc822").unwrap()];
    assert_eq!(read_bounce(cut.as_bytes()).unwrap().message_id, ID);
}

#[rstest]
#[case("delayed")]
#[case("delivered")]
#[case("relayed")]
#[case("expanded")]
fn what_may_still_arrive_or_has_is_no_bounce(#[case] action: &str) {
    assert_eq!(read_bounce(of_postfix(action).as_bytes()), None);
}

#[rstest]
#[case("")]
#[case("Subject: Semester\r\nAuto-Submitted: auto-replied\r\n\r\nJag \u{e4}r borta. Action: failed")]
#[case("Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\n--x--")]
fn a_letter_is_no_report(#[case] raw: &str) {
    assert_eq!(read_bounce(raw.as_bytes()), None);
}

#[test]
fn a_report_that_is_cut_anywhere_is_read_or_left_alone() {
    let raw = of_postfix("failed");
    for end in 0..raw.len() {
        if let Some(bounce) = read_bounce(&raw.as_bytes()[..end]) {
            assert!(ID.starts_with(&bounce.message_id), "{}", bounce.message_id);
        }
    }
}
