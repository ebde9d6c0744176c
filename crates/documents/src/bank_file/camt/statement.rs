//! What a statement or notice says of itself as a whole, held against its entries.

use super::{BankFileError, Element, Source, amount_of, minor};

/// Booked entries on the way from the opening to the closing balance, and the totals of the summary.
///
/// # Errors
/// [`BankFileError`], with the name of what does not agree. What cannot be compared, because it is of several currencies or
/// goes on in another message, is not.
pub(super) fn hold(source: Source<'_>, part: &Element) -> Result<(), BankFileError> {
    let mut entries = Vec::new();
    for entry in part.all("Ntry") {
        let (currency, amount) = amount_of(source, entry)?;
        let credit = entry.text_of("CdtDbtInd") == "CRDT";
        let booked = [entry.text_of("Sts"), entry.text_at("Sts/Cd")].concat() == "BOOK";
        entries.push((currency, amount, credit, booked));
    }
    let pages = ["StmtPgntn", "NtfctnPgntn"].iter().find_map(|name| part.one(name));
    let whole = pages.is_none_or(|it| it.text_of("LastPgInd") != "false" && matches!(it.text_of("PgNb"), "" | "1"));
    let currency = entries.first().map(|(currency, ..)| *currency);
    if !whole || entries.iter().any(|(other, ..)| Some(*other) != currency) {
        return Ok(());
    }
    let sum = |credit: bool, booked_alone: bool| {
        let counted = entries.iter().filter(|(_, _, is, booked)| *is == credit && (*booked || !booked_alone));
        counted.map(|(_, amount, ..)| i128::from(*amount)).sum::<i128>()
    };
    if let Some(summary) = part.one("TxsSummry") {
        for (name, credit) in [("TtlCdtNtries", true), ("TtlDbtNtries", false)] {
            let Some(total) = summary.one(name) else { continue };
            let Some(said) = minor(total.text_of("Sum")) else { continue };
            // Whether what is pending counts, banks see differently.
            let (all, booked) = (sum(credit, false), sum(credit, true));
            if i128::from(said) != all && i128::from(said) != booked {
                return Err(BankFileError::sum(source.line(total), name, said, narrow(all)));
            }
        }
    }
    let balance = |code: &str| {
        let found = part.all("Bal").find(|it| it.text_at("Tp/CdOrPrtry/Cd") == code)?;
        let amount = found.one("Amt").filter(|amount| currency.is_none_or(|it| it == amount.currency))?;
        let minor = i128::from(minor(amount.text.trim())?);
        Some((found, amount.currency.as_str(), if found.text_of("CdtDbtInd") == "DBIT" { -minor } else { minor }))
    };
    let (Some((_, first, opening)), Some((closing, last, said))) = (balance("OPBD"), balance("CLBD")) else {
        return Ok(());
    };
    let counted = opening + sum(true, true) - sum(false, true);
    if first != last || said == counted {
        return Ok(());
    }
    Err(BankFileError::sum(source.line(closing), "CLBD", narrow(said), narrow(counted)))
}

/// For a message alone: what 64 bits do not hold is shown as the most they do.
fn narrow(sum: i128) -> i64 {
    i64::try_from(sum).unwrap_or(i64::MAX)
}
