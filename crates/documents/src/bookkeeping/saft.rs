//! SAF-T Financial 1.30: a month for a Norwegian program of accounts, or for whoever audits it. The order of the elements is
//! the schema's, and so is how long a text may be.

use crate::xml_out::{XmlOut, cut, decimal};
use chrono::{Datelike as _, NaiveDate};
use std::collections::BTreeSet;
use stolpe_domain::bookkeeping::{AccountNumber, ChartAccount, Grouping, SaftLine, TaxCode};
use stolpe_domain::money::{Currency, Money};

const NAMESPACE: &str = "urn:StandardAuditFile-Taxation-Financial:NO";
const VERSION: &str = "1.30";
/// What the authority asks for where a name must stand and there is none.
const NO_NAME: &str = "NotUsed";
/// What the file has, and what it has not.
const COMMENT: &str = "Det Stolpe har fakturert og mottatt: en delbok, ikke hele regnskapet.";

/// How long texts may be: `SAFshorttextType`, `SAFmiddle1textType`, `SAFmiddle2textType`, `SAFlongtextType`.
const SHORT: usize = 18;
const MIDDLE: usize = 35;
const LONGER: usize = 70;
const LONG: usize = 256;

/// Whose books they are.
#[derive(Clone, Debug)]
pub struct Company {
    /// Its registered name.
    pub name: String,
    /// Its number, nine digits.
    pub number: String,
    /// Whether it is registered for VAT.
    pub has_vat: bool,
    /// Street and number.
    pub street: String,
    /// Post code.
    pub postal_code: String,
    /// Post town.
    pub city: String,
    /// Where somebody answers.
    pub phone: Option<String>,
    /// Where somebody reads.
    pub email: Option<String>,
    /// The bank account that is paid to, and the account of the chart that it is.
    pub bank: Option<(String, AccountNumber)>,
}

/// An account of the chart with what is on it; above zero on the debit.
#[derive(Clone, Debug)]
pub struct SaftAccount {
    /// The account.
    pub account: ChartAccount,
    /// Where the tax return counts it.
    pub grouping: Grouping,
    /// What it had before.
    pub before: Money,
    /// What it has after.
    pub after: Money,
}

/// Somebody who owes, or has paid beforehand.
#[derive(Clone, Debug)]
pub struct SaftCustomer {
    /// Tells them apart, as the lines of vouchers name them: 32 hexadecimal digits.
    pub id: String,
    /// What they are called.
    pub name: String,
    /// What they had before and have after, by account.
    pub balances: Vec<(AccountNumber, Money, Money)>,
}

/// A voucher with what SAF-T asks for beyond it.
#[derive(Clone, Debug)]
pub struct SaftTransaction {
    /// Its number, unique within the fiscal year.
    pub number: String,
    /// The period of the fiscal year, the first is 1, and the year.
    pub period: (u32, i32),
    /// The day on which it stands in the books.
    pub on: NaiveDate,
    /// The day on which it counts, where that is another one.
    pub counts_on: Option<NaiveDate>,
    /// The day on which it was written down.
    pub entered_on: NaiveDate,
    /// Of what kind it is: a stable word, and the word in Norwegian.
    pub kind: (&'static str, String),
    /// What happened.
    pub text: String,
    /// The number of the document that it is about.
    pub document: Option<String>,
    /// What it moves.
    pub lines: Vec<SaftLine>,
}

/// A month as a standard audit file.
#[derive(Clone, Debug)]
pub struct Saft {
    /// Whose.
    pub company: Company,
    /// The first and the last day.
    pub days: (NaiveDate, NaiveDate),
    /// In what it is counted.
    pub currency: Currency,
    /// The series of the vouchers.
    pub series: String,
    /// Every account that something is or was on.
    pub accounts: Vec<SaftAccount>,
    /// Everybody who something is or was owed by.
    pub customers: Vec<SaftCustomer>,
    /// The vouchers, in the order of their numbers.
    pub transactions: Vec<SaftTransaction>,
}

/// Writes a standard audit file; equal months give equal bytes.
pub fn saft(it: &Saft) -> Vec<u8> {
    XmlOut::document("AuditFile", &[("xmlns", NAMESPACE)], |xml| {
        xml.within("Header", |xml| header(xml, it));
        xml.within("MasterFiles", |xml| {
            xml.within("GeneralLedgerAccounts", |xml| it.accounts.iter().for_each(|account| counted(xml, account)));
            xml.within("Customers", |xml| it.customers.iter().for_each(|customer| owing(xml, customer)));
            xml.within("TaxTable", |xml| taxes(xml, it));
        });
        xml.within("GeneralLedgerEntries", |xml| entries(xml, it));
    })
}

fn day(day: NaiveDate) -> String {
    day.format("%Y-%m-%d").to_string()
}

fn amount(minor: i64) -> String {
    decimal(i128::from(minor), 2)
}

fn header(xml: &mut XmlOut, it: &Saft) {
    xml.text("AuditFileVersion", VERSION);
    xml.text("AuditFileCountry", "NO");
    // The last day of the month, so that the same vouchers make the same file whenever they are taken out.
    xml.text("AuditFileDateCreated", &day(it.days.1));
    xml.text("SoftwareCompanyName", "Stolpe");
    xml.text("SoftwareID", "Stolpe");
    xml.text("SoftwareVersion", cut(env!("CARGO_PKG_VERSION"), SHORT));
    xml.within("Company", |xml| company(xml, it));
    xml.text("DefaultCurrencyCode", it.currency.code());
    xml.within("SelectionCriteria", |xml| {
        xml.text("SelectionStartDate", &day(it.days.0));
        xml.text("SelectionEndDate", &day(it.days.1));
    });
    xml.text("HeaderComment", COMMENT);
    xml.text("TaxAccountingBasis", "A");
}

fn company(xml: &mut XmlOut, it: &Saft) {
    let of = &it.company;
    xml.text("RegistrationNumber", &of.number);
    named(xml, "Name", &of.name, LONG);
    xml.within("Address", |xml| {
        xml.text("StreetName", cut(&of.street, LONG));
        xml.text("City", cut(&of.city, LONG));
        xml.text("PostalCode", &of.postal_code);
        xml.text("Country", "NO");
    });
    xml.within("Contact", |xml| {
        xml.within("ContactPerson", |xml| {
            xml.text("FirstName", NO_NAME);
            named(xml, "LastName", &of.name, LONGER);
        });
        named(xml, "Telephone", of.phone.as_deref().unwrap_or_default(), SHORT);
        xml.maybe("Email", of.email.as_deref().filter(|email| email.chars().count() <= LONGER));
    });
    if of.has_vat {
        xml.within("TaxRegistration", |xml| {
            xml.text("TaxRegistrationNumber", &format!("{}MVA", of.number));
            xml.text("TaxAuthority", "Skatteetaten");
        });
    }
    if let Some((number, account)) = &of.bank {
        xml.within("BankAccount", |xml| {
            xml.text("BankAccountNumber", cut(number, MIDDLE));
            xml.text("CurrencyCode", it.currency.code());
            xml.text("GeneralLedgerAccountID", account.as_str());
        });
    }
}

/// Writes a text that must be there.
fn named(xml: &mut XmlOut, element: &str, name: &str, most: usize) {
    let name = crate::xml_out::writable(name);
    xml.text(element, if name.is_empty() { NO_NAME } else { cut(&name, most) });
}

/// Writes what is on the debit or, below zero, on the credit.
fn balance(xml: &mut XmlOut, which: &str, of: Money) {
    let side = if of.minor < 0 { "Credit" } else { "Debit" };
    xml.text(&format!("{which}{side}Balance"), &amount(of.minor.abs()));
}

fn counted(xml: &mut XmlOut, it: &SaftAccount) {
    xml.within("Account", |xml| {
        xml.text("AccountID", it.account.number.as_str());
        named(xml, "AccountDescription", &it.account.name, LONG);
        xml.text("GroupingCategory", it.grouping.category);
        xml.text("GroupingCode", it.grouping.code);
        xml.text("AccountType", "GL");
        balance(xml, "Opening", it.before);
        balance(xml, "Closing", it.after);
    });
}

fn owing(xml: &mut XmlOut, it: &SaftCustomer) {
    xml.within("Customer", |xml| {
        named(xml, "Name", &it.name, LONG);
        xml.text("CustomerID", &it.id);
        for (account, before, after) in &it.balances {
            xml.within("BalanceAccount", |xml| {
                xml.text("AccountID", account.as_str());
                balance(xml, "Opening", *before);
                balance(xml, "Closing", *after);
            });
        }
    });
}

fn taxes(xml: &mut XmlOut, it: &Saft) {
    let lines = it.transactions.iter().flat_map(|transaction| &transaction.lines);
    let used: BTreeSet<TaxCode> = lines.filter_map(|line| line.tax).map(|(code, _)| code).collect();
    xml.within("TaxTableEntry", |xml| {
        if used.is_empty() {
            return;
        }
        xml.text("TaxType", "MVA");
        xml.text("Description", "Merverdiavgift");
        for tax in used {
            xml.within("TaxCodeDetails", |xml| {
                xml.text("TaxCode", &tax.code());
                xml.text("Description", tax.description());
                xml.text("TaxPercentage", &percentage(tax));
                xml.text("Country", "NO");
                xml.text("StandardTaxCode", tax.standard);
                xml.text("BaseRate", "100");
            });
        }
    });
}

fn percentage(tax: TaxCode) -> String {
    decimal(i128::from(tax.rate.basis_points()), 2)
}

fn entries(xml: &mut XmlOut, it: &Saft) {
    let lines = || it.transactions.iter().flat_map(|transaction| &transaction.lines);
    let sum = |sign: i64| lines().map(|line| (sign * line.amount.minor).max(0)).sum();
    xml.text("NumberOfEntries", &it.transactions.len().to_string());
    xml.text("TotalDebit", &amount(sum(1)));
    xml.text("TotalCredit", &amount(sum(-1)));
    if it.transactions.is_empty() {
        return;
    }
    xml.within("Journal", |xml| {
        xml.text("JournalID", &it.series);
        xml.text("Description", "Stolpe");
        xml.text("Type", "A");
        for transaction in &it.transactions {
            xml.within("Transaction", |xml| moved(xml, transaction));
        }
    });
}

fn moved(xml: &mut XmlOut, it: &SaftTransaction) {
    xml.text("TransactionID", &it.number);
    xml.text("Period", &it.period.0.to_string());
    xml.text("PeriodYear", &it.period.1.to_string());
    xml.text("TransactionDate", &day(it.on));
    xml.text("VoucherType", cut(it.kind.0, LONGER));
    xml.text("VoucherDescription", cut(&it.kind.1, LONGER));
    xml.text("TransactionType", "Normal");
    named(xml, "Description", &it.text, LONG);
    xml.text("SystemEntryDate", &day(it.entered_on));
    xml.text("GLPostingDate", &day(it.entered_on));
    for (place, line) in (1..).zip(&it.lines) {
        xml.within("Line", |xml| moved_on(xml, it, place, line));
    }
}

fn moved_on(xml: &mut XmlOut, it: &SaftTransaction, place: usize, line: &SaftLine) {
    let of_side = |xml: &mut XmlOut, what: &str, minor: i64, negative: bool| {
        let side = if negative { "Credit" } else { "Debit" };
        xml.within(&format!("{side}{what}"), |xml| xml.text("Amount", &amount(minor)));
    };
    let is_credit = line.amount.minor < 0;
    xml.text("RecordID", &place.to_string());
    xml.text("AccountID", line.account.as_str());
    xml.maybe("ValueDate", it.counts_on.map(day).as_deref());
    xml.maybe("CustomerID", line.customer.map(|id| id.simple().to_string()).as_deref());
    named(xml, "Description", &it.text, LONG);
    of_side(xml, "Amount", line.amount.minor.abs(), is_credit);
    if let Some((tax, vat)) = line.tax {
        xml.within("TaxInformation", |xml| {
            xml.text("TaxType", "MVA");
            xml.text("TaxCode", &tax.code());
            xml.text("TaxPercentage", &percentage(tax));
            xml.text("Country", "NO");
            xml.text("TaxBase", &amount(line.amount.minor.abs()));
            // On the side of what it is on; below zero where it is on the other one.
            of_side(xml, "TaxAmount", if is_credit { -vat.minor } else { vat.minor }, is_credit);
        });
    }
    xml.maybe("ReferenceNumber", it.document.as_deref().map(|number| cut(number, MIDDLE)));
}

/// What a file is called, as the authority asks for it.
pub fn saft_name(number: &str, last: NaiveDate) -> String {
    format!("SAF-T Financial_{number}_{:04}{:02}{:02}235959.xml", last.year(), last.month(), last.day())
}
