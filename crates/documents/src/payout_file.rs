//! The file that asks a bank to pay out: pain.001.001.03 of ISO 20022, the version that Nordic banks take in.
//!
//! One file is one currency, one day and one account that is drawn on. Accounts are written as the banks of the two countries
//! have agreed on: a bankgiro as `BGNR` and every other domestic account as `BBAN`, in Sweden with the clearing number of
//! whoever keeps it (`SESBA`). In Norway the number says by itself which bank it is at.

use crate::xml_out::{XmlOut, cut, decimal};
use chrono::{NaiveDate, NaiveDateTime};
use stolpe_domain::language::Language;
use stolpe_domain::money::{Money, MoneyError};
use stolpe_domain::payout_account::{PayoutAccount, PayoutAccountKind};

const NAMESPACE: &str = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.03";
/// Banks print this many letters of a name.
const LONGEST_NAME: usize = 70;
/// And as many of what is said with a payment.
const LONGEST_TEXT: usize = 140;

/// Who pays out.
#[derive(Clone, Copy, Debug)]
pub struct PayoutDebtor<'f> {
    /// Their name.
    pub name: &'f str,
    /// The account that is drawn on.
    pub account: &'f PayoutAccount,
    /// The BIC of the bank.
    pub bic: &'f str,
    /// What the bank calls whoever sends files.
    pub customer: Option<&'f str>,
}

/// One payment that the bank is asked for.
#[derive(Clone, Copy, Debug)]
pub struct PayoutOrder<'f> {
    /// Our name for it, by which the bank answers: at most 35 letters and digits.
    pub end_to_end_id: &'f str,
    /// How much.
    pub amount: Money,
    /// Who gets it.
    pub name: &'f str,
    /// Where.
    pub account: &'f PayoutAccount,
}

/// A file for a bank.
#[derive(Clone, Copy, Debug)]
pub struct PayoutFile<'f> {
    /// Our name for it, which no other file has: at most 33 letters and digits.
    pub message_id: &'f str,
    /// When it was made, by the clock of the country.
    pub made_at: NaiveDateTime,
    /// The day on which the bank is to pay.
    pub execute_on: NaiveDate,
    /// Who pays out.
    pub debtor: PayoutDebtor<'f>,
    /// In which language payments say what they are.
    pub language: Language,
    /// The payments, all in one currency.
    pub orders: &'f [PayoutOrder<'f>],
}

/// Writes a file; equal files give equal bytes.
///
/// # Errors
/// [`MoneyError`] where the payments do not add up, being of several currencies or none at all.
pub fn payout_file(it: &PayoutFile<'_>) -> Result<Vec<u8>, MoneyError> {
    let Some(first) = it.orders.first() else { return Err(MoneyError::Currencies) };
    let sum = Money::sum(first.amount.currency, it.orders.iter().map(|order| order.amount))?;
    let (count, sum) = (it.orders.len().to_string(), decimal(i128::from(sum.minor), 2));
    let name = cut(it.debtor.name, LONGEST_NAME);
    Ok(XmlOut::document("Document", &[("xmlns", NAMESPACE)], |xml| {
        xml.within("CstmrCdtTrfInitn", |xml| {
            xml.within("GrpHdr", |xml| {
                xml.text("MsgId", it.message_id);
                xml.text("CreDtTm", &it.made_at.format("%Y-%m-%dT%H:%M:%S").to_string());
                xml.text("NbOfTxs", &count);
                xml.text("CtrlSum", &sum);
                xml.within("InitgPty", |xml| {
                    xml.text("Nm", name);
                    if let Some(customer) = it.debtor.customer {
                        xml.within("Id", |xml| {
                            xml.within("OrgId", |xml| {
                                xml.within("Othr", |xml| {
                                    xml.text("Id", customer);
                                    xml.within("SchmeNm", |xml| xml.text("Cd", "CUST"));
                                });
                            });
                        });
                    }
                });
            });
            xml.within("PmtInf", |xml| {
                xml.text("PmtInfId", &format!("{}-1", it.message_id));
                xml.text("PmtMtd", "TRF");
                // Each by itself on the statement, so that it is found there.
                xml.text("BtchBookg", "false");
                xml.text("NbOfTxs", &count);
                xml.text("CtrlSum", &sum);
                xml.within("PmtTpInf", |xml| {
                    xml.within("SvcLvl", |xml| xml.text("Cd", "NURG"));
                    xml.within("CtgyPurp", |xml| xml.text("Cd", "SUPP"));
                });
                xml.text("ReqdExctnDt", &it.execute_on.format("%Y-%m-%d").to_string());
                xml.within("Dbtr", |xml| {
                    xml.text("Nm", name);
                    xml.within("PstlAdr", |xml| xml.text("Ctry", it.debtor.account.country().code()));
                });
                xml.within("DbtrAcct", |xml| {
                    account(xml, it.debtor.account);
                    xml.text("Ccy", first.amount.currency.code());
                });
                xml.within("DbtrAgt", |xml| {
                    xml.within("FinInstnId", |xml| {
                        xml.text("BIC", it.debtor.bic);
                        xml.within("PstlAdr", |xml| xml.text("Ctry", it.debtor.account.country().code()));
                    });
                });
                xml.text("ChrgBr", "SHAR");
                for order in it.orders {
                    ordered(xml, it, order);
                }
            });
        });
    }))
}

/// What a file is called when it is fetched: `utbetalning-2026-11-22-0198f3c1.xml`.
pub fn payout_file_name(language: Language, execute_on: NaiveDate, message_id: &str) -> String {
    let begins = cut(message_id, 8).to_lowercase();
    format!("{}-{execute_on}-{begins}.xml", word(language).to_lowercase())
}

fn ordered(xml: &mut XmlOut, it: &PayoutFile<'_>, order: &PayoutOrder<'_>) {
    let amount = decimal(i128::from(order.amount.minor), 2);
    xml.within("CdtTrfTxInf", |xml| {
        xml.within("PmtId", |xml| {
            xml.text("InstrId", order.end_to_end_id);
            xml.text("EndToEndId", order.end_to_end_id);
        });
        xml.within("Amt", |xml| xml.marked("InstdAmt", &[("Ccy", order.amount.currency.code())], &amount));
        if let Some(clearing) = order.account.clearing() {
            xml.within("CdtrAgt", |xml| {
                xml.within("FinInstnId", |xml| {
                    xml.within("ClrSysMmbId", |xml| {
                        xml.within("ClrSysId", |xml| xml.text("Cd", "SESBA"));
                        xml.text("MmbId", clearing);
                    });
                });
            });
        }
        xml.within("Cdtr", |xml| {
            xml.text("Nm", cut(order.name, LONGEST_NAME));
            xml.within("PstlAdr", |xml| xml.text("Ctry", order.account.country().code()));
        });
        xml.within("CdtrAcct", |xml| account(xml, order.account));
        let text = format!("{} {}", word(it.language), it.debtor.name);
        xml.within("RmtInf", |xml| xml.text("Ustrd", cut(&text, LONGEST_TEXT)));
    });
}

fn account(xml: &mut XmlOut, account: &PayoutAccount) {
    xml.within("Id", |xml| {
        if account.kind() == PayoutAccountKind::Iban {
            return xml.text("IBAN", &account.number());
        }
        xml.within("Othr", |xml| {
            xml.text("Id", &account.number());
            xml.within("SchmeNm", |xml| match account.kind() {
                PayoutAccountKind::Bankgiro => xml.text("Prtry", "BGNR"),
                _ => xml.text("Cd", "BBAN"),
            });
        });
    });
}

const fn word(language: Language) -> &'static str {
    match language {
        Language::Sv => "Utbetalning",
        Language::Nb => "Utbetaling",
        Language::En => "Payout",
    }
}
