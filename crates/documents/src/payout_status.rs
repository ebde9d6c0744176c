//! What a bank says of the payments that it was asked for: pain.002 of ISO 20022, in any of its versions.
//!
//! A bank speaks of the whole file, of all payments in it, or of single ones, and of what it says nothing of, what was said
//! of the whole counts. A file is read whole or not at all.

use crate::bank_file::text::{decode, printable};
use crate::xml::{Element, NoTree, tree};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use chrono_tz::Europe::Stockholm;

/// A status as the bank says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToldStatus {
    /// Four letters, such as `ACSC`.
    pub code: String,
    /// Why, as a code; empty where the bank says none.
    pub reason: String,
    /// Why, in words.
    pub words: String,
}

/// What is said of one payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldPayment {
    /// Our name for it.
    pub end_to_end_id: String,
    /// How it stands; nothing where only the whole file has a status.
    pub status: Option<ToldStatus>,
    /// What the bank calls it.
    pub bank_reference: String,
    /// The day on which the bank took it, if it says so.
    pub accepted_on: Option<NaiveDate>,
    /// On which line of the file it stands, counted from 1.
    pub line: u64,
}

/// A file of a bank about one of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusReport {
    /// What the bank calls it.
    pub id: String,
    /// When the bank wrote it.
    pub written_at: DateTime<Utc>,
    /// Our name for the file that it is about.
    pub message_id: String,
    /// What is said of all payments that are not named.
    pub whole: Option<ToldStatus>,
    /// The payments that are named.
    pub payments: Vec<ToldPayment>,
}

/// Why a file was not read. `line` counts from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatusReportError {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// No message of ISO 20022.
    #[error("the file is no message of ISO 20022")]
    UnknownForm,
    /// Another message of ISO 20022, by its name.
    #[error("the file is a message {0}, which says nothing of payouts")]
    OtherMessage(String),
    /// Broken, cut, or without what it must have.
    #[error("line {line} ({record}) is damaged")]
    Damaged {
        /// Where.
        line: u64,
        /// What.
        record: String,
    },
}

impl StatusReportError {
    /// The stable word that screens translate.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "payout_status.empty",
            Self::UnknownForm => "payout_status.unknown_form",
            Self::OtherMessage(_) => "payout_status.other_message",
            Self::Damaged { .. } => "payout_status.damaged",
        }
    }
}

/// Reads a file whole.
///
/// # Errors
/// [`StatusReportError`]; nothing of the file is then of use.
pub fn read(bytes: &[u8]) -> Result<StatusReport, StatusReportError> {
    let decoded = decode(bytes);
    let content = printable(&decoded);
    // Lines count from the beginning of the file, whatever blanks it begins with.
    let content = content.trim_start_matches('\u{feff}');
    if content.trim().is_empty() {
        return Err(StatusReportError::Empty);
    }
    if !content.trim_start().starts_with('<') {
        return Err(StatusReportError::UnknownForm);
    }
    let lines = Lines { text: content };
    let root = tree(content).map_err(|fault| match fault {
        NoTree::Damaged { place, said } => StatusReportError::Damaged { line: lines.at(place), record: said },
        NoTree::DocType => StatusReportError::UnknownForm,
    })?;
    // Some banks put the document into an envelope of their own.
    let document = if root.name == "Document" { &root } else { root.one("Document").unwrap_or(&root) };
    let message = document.inside.first().filter(|_| document.name == "Document");
    let message = message.ok_or(StatusReportError::UnknownForm)?;
    if message.name != "CstmrPmtStsRpt" {
        return Err(StatusReportError::OtherMessage(named(&message.name)));
    }
    report(lines, message)
}

/// The text of a file, to find lines in.
#[derive(Clone, Copy)]
struct Lines<'t> {
    text: &'t str,
}

impl Lines<'_> {
    fn at(self, place: usize) -> u64 {
        let before = self.text.get(..place).unwrap_or(self.text);
        u64::try_from(before.matches('\n').count()).unwrap_or(u64::MAX).saturating_add(1)
    }

    fn damaged(self, element: &Element, what: &str) -> StatusReportError {
        StatusReportError::Damaged { line: self.at(element.span.start), record: format!("{} {what}", element.name) }
    }
}

fn report(lines: Lines<'_>, message: &Element) -> Result<StatusReport, StatusReportError> {
    let header = message.one("GrpHdr").ok_or_else(|| lines.damaged(message, "GrpHdr"))?;
    let written_at = instant(header.text_of("CreDtTm")).ok_or_else(|| lines.damaged(header, "CreDtTm"))?;
    let group = message.one("OrgnlGrpInfAndSts").ok_or_else(|| lines.damaged(message, "OrgnlGrpInfAndSts"))?;
    let message_id = group.text_of("OrgnlMsgId").to_owned();
    if message_id.is_empty() {
        return Err(lines.damaged(group, "OrgnlMsgId"));
    }
    let mut whole = status(group, "GrpSts");
    let mut payments = Vec::new();
    for part in message.all("OrgnlPmtInfAndSts") {
        // Nearer to the payments than that of the file.
        whole = status(part, "PmtInfSts").or(whole);
        for one in part.all("TxInfAndSts") {
            let end_to_end_id = one.text_of("OrgnlEndToEndId").to_owned();
            if end_to_end_id.is_empty() {
                return Err(lines.damaged(one, "OrgnlEndToEndId"));
            }
            payments.push(ToldPayment {
                end_to_end_id,
                status: status(one, "TxSts"),
                bank_reference: one.text_of("AcctSvcrRef").to_owned(),
                accepted_on: instant(one.text_of("AccptncDtTm")).map(|at| at.with_timezone(&Stockholm).date_naive()),
                line: lines.at(one.span.start),
            });
        }
    }
    Ok(StatusReport { id: header.text_of("MsgId").to_owned(), written_at, message_id, whole, payments })
}

/// The status that an element says, with its reasons.
fn status(element: &Element, name: &str) -> Option<ToldStatus> {
    let code = element.text_of(name).to_owned();
    let reason = |it: &Element| [it.text_at("Rsn/Cd"), it.text_at("Rsn/Prtry")].concat();
    let reasons: Vec<String> = element.all("StsRsnInf").map(reason).filter(|code| !code.is_empty()).collect();
    let words = element.all("StsRsnInf").flat_map(|it| it.all("AddtlInf"));
    let words: Vec<&str> = words.map(|it| it.text.trim()).filter(|text| !text.is_empty()).collect();
    (!code.is_empty()).then(|| ToldStatus { code, reason: reasons.join(" "), words: words.join(" ") })
}

/// A day with a time. Where a bank names no zone, it means its own, which both countries have in common; the hour that comes
/// twice in autumn is the first.
fn instant(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(zoned) = DateTime::parse_from_rfc3339(text) {
        return Some(zoned.to_utc());
    }
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok();
    let local = local.or_else(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(12, 0, 0))?;
    local.and_local_timezone(Stockholm).earliest().map(|at| at.to_utc())
}

/// A message as people call it.
fn named(message: &str) -> String {
    match message {
        "CstmrCdtTrfInitn" => "pain.001",
        "BkToCstmrAcctRpt" => "camt.052",
        "BkToCstmrStmt" => "camt.053",
        "BkToCstmrDbtCdtNtfctn" => "camt.054",
        other => other,
    }
    .to_owned()
}

#[cfg(test)]
mod tests;
