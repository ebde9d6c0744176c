//! What went out of an account by a statement, and what came back of it: one line for each payment that is told of by itself, or
//! one for all of them where only their sum is.

use super::{Element, Source, amount_of, day_of, is_reversal, minor};
use crate::bank_file::{BankFileError, BankOutgoing, FileAccount, Returned, currency};
use std::collections::HashMap;
use stolpe_domain::money::Money;
use stolpe_domain::payout::OutgoingWay;

/// What a bank says where nobody has named a payment.
const NO_NAME: &str = "NOTPROVIDED";

fn named(text: &str) -> Option<String> {
    Some(text.trim()).filter(|text| !text.is_empty() && *text != NO_NAME).map(str::to_owned)
}

/// What is said of a payment of ours that came back.
pub(super) fn returned(details: &Element) -> Option<Returned> {
    let why = details.one("RtrInf")?;
    let end_to_end_id = named(details.text_at("Refs/EndToEndId"))?;
    Some(Returned { end_to_end_id, reason: reason(why) })
}

fn reason(returned: &Element) -> String {
    [returned.text_at("Rsn/Cd"), returned.text_at("Rsn/Prtry")].concat()
}

/// The lines of an entry that was booked and is money out, or money out that was taken back.
pub(super) fn outgoing(
    source: Source<'_>,
    entry: &Element,
    account: &FileAccount,
    place: &str,
) -> Result<Vec<BankOutgoing>, BankFileError> {
    let status = [entry.text_of("Sts"), entry.text_at("Sts/Cd")].concat();
    let way = match (entry.text_of("CdtDbtInd"), is_reversal(entry)) {
        ("DBIT", false) => OutgoingWay::Out,
        ("CRDT", true) => OutgoingWay::Back,
        _ => return Ok(Vec::new()),
    };
    let known = entry.one("Amt").and_then(|amount| currency(&amount.currency));
    let (Some(currency), "BOOK") = (known, status.as_str()) else { return Ok(Vec::new()) };
    let (code, amount) = amount_of(source, entry)?;
    let booked_on = ["BookgDt", "ValDt"].iter().find_map(|name| day_of(entry.one(name)));
    let booked_on = booked_on.ok_or_else(|| source.damaged(entry, "BookgDt"))?;
    let batch = entry.all("NtryDtls").find_map(|inside| inside.one("Btch"));
    let of_batch = |name: &str| batch.and_then(|it| named(it.text_of(name)));
    let own = entry.text_of("AcctSvcrRef");
    let line = |details: Option<&Element>, minor: i64, shown: &Element| {
        let said = |way: &str| details.map(|it| it.text_at(way)).unwrap_or_default();
        let bank_reference = [said("Refs/AcctSvcrRef"), own].into_iter().find(|it| !it.is_empty()).unwrap_or_default();
        let reference = if bank_reference.is_empty() { place } else { bank_reference };
        BankOutgoing {
            key: format!("camt-out/{}/{booked_on}/{reference}", account.number),
            way,
            account: account.clone(),
            amount: Money::of_minor(minor, currency),
            booked_on,
            end_to_end_id: named(said("Refs/EndToEndId")),
            message_id: named(said("Refs/MsgId")).or_else(|| of_batch("MsgId")),
            payment_information_id: named(said("Refs/PmtInfId")).or_else(|| of_batch("PmtInfId")),
            reason: details.and_then(|it| it.one("RtrInf")).map(reason).unwrap_or_default(),
            payee: ["RltdPties/Cdtr/Nm", "RltdPties/Cdtr/Pty/Nm"].iter().find_map(|way| named(said(way))),
            bank_reference: bank_reference.to_owned(),
            line: source.line(shown),
            lines: source.proof(shown),
        }
    };
    let details: Vec<&Element> = entry.all("NtryDtls").flat_map(|inside| inside.all("TxDtls")).collect();
    let parts: Option<Vec<(&Element, i64)>> = details.iter().map(|it| Some((*it, part_of(it, code)?))).collect();
    // Where the parts are not told of in the currency that was booked, or do not come to it, the sum is what counts.
    let parts = parts.filter(|all| all.len() > 1 && sum_of(all) == Some(amount));
    let lines = match parts {
        Some(parts) => parts.into_iter().map(|(it, minor)| line(Some(it), minor, it)).collect(),
        // One payment that stands for several names none of them.
        None => vec![line(details.first().copied().filter(|_| details.len() == 1), amount, entry)],
    };
    Ok(lines.into_iter().filter(|it| it.amount.minor > 0).collect())
}

fn sum_of(parts: &[(&Element, i64)]) -> Option<i64> {
    parts.iter().try_fold(0_i64, |sum, part| sum.checked_add(part.1))
}

/// What one of several payments of an entry came to.
fn part_of(details: &Element, code: &str) -> Option<i64> {
    let amounts = [details.one("Amt"), details.at("AmtDtls/TxAmt/Amt")];
    let own = amounts.into_iter().flatten().find(|amount| amount.currency == code)?;
    minor(own.text.trim())
}

/// Tells lines apart that a bank calls the same, by their order.
pub(super) fn number_keys(all: &mut [BankOutgoing]) {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for it in all {
        let times = seen.entry(it.key.clone()).or_default();
        *times += 1;
        if *times > 1 {
            it.key = format!("{}#{times}", it.key);
        }
    }
}
