//! E-invoices as UBL 2.1 in the cut of Peppol BIS Billing 3.0, which Norway calls EHF. The order of the elements is the
//! schema's; what they say was decided by [`EInvoice::of`].

mod index;
mod party;
mod words;

pub use index::{IndexRow, index_rows};

use crate::xml_out::{XmlOut, decimal};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::NaiveDate;
use stolpe_domain::e_invoice::{EInvoice, EInvoiceKind, Line, Subtotal};
use stolpe_domain::language::Language;
use stolpe_domain::money::Money;
use stolpe_domain::payment_account::{AccountKind, PaymentAccount};

const CUSTOMIZATION: &str = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0";
const PROFILE: &str = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0";
const AGGREGATES: &str = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2";
const BASICS: &str = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2";
/// A transfer from account to account, the only means that may name a bankgiro.
const CREDIT_TRANSFER: &str = "30";

/// A document as people read it, to lie beside its figures.
#[derive(Clone, Copy, Debug)]
pub struct Enclosed<'p> {
    /// What the file is called.
    pub name: &'p str,
    /// The PDF.
    pub content: &'p [u8],
}

/// Writes an e-invoice; equal documents give equal bytes.
pub fn e_invoice(it: &EInvoice, paper: Option<Enclosed<'_>>) -> Vec<u8> {
    let root = match it.kind {
        EInvoiceKind::Invoice { .. } => "Invoice",
        EInvoiceKind::CreditNote { .. } => "CreditNote",
    };
    let namespace = format!("urn:oasis:names:specification:ubl:schema:xsd:{root}-2");
    let attributes = [("xmlns", &*namespace), ("xmlns:cac", AGGREGATES), ("xmlns:cbc", BASICS)];
    XmlOut::document(root, &attributes, |xml| {
        head(xml, it);
        references(xml, it, paper);
        party::parties(xml, it);
        payment(xml, it);
        totals(xml, it);
        for (place, line) in (1..).zip(&it.lines) {
            invoiced(xml, it, place, line);
        }
    })
}

/// What the file of an e-invoice is called, after its paper: `faktura-2026-0001.xml`.
pub fn e_invoice_name(paper: &str) -> String {
    format!("{}.xml", paper.trim_end_matches(".pdf"))
}

fn head(xml: &mut XmlOut, it: &EInvoice) {
    xml.text("cbc:CustomizationID", CUSTOMIZATION);
    xml.text("cbc:ProfileID", PROFILE);
    xml.text("cbc:ID", &it.number);
    xml.text("cbc:IssueDate", &day(it.issued_on));
    match &it.kind {
        EInvoiceKind::Invoice { due_on } => {
            xml.maybe("cbc:DueDate", due_on.map(day).as_deref());
            xml.text("cbc:InvoiceTypeCode", "380");
        }
        EInvoiceKind::CreditNote { .. } => xml.text("cbc:CreditNoteTypeCode", "381"),
    }
    xml.maybe("cbc:Note", it.remark.as_deref());
    xml.text("cbc:DocumentCurrencyCode", it.currency().code());
    xml.text("cbc:BuyerReference", &it.reference);
    if let Some((first, last)) = it.period {
        xml.within("cac:InvoicePeriod", |xml| {
            xml.text("cbc:StartDate", &day(first));
            xml.text("cbc:EndDate", &day(last));
        });
    }
}

fn references(xml: &mut XmlOut, it: &EInvoice, paper: Option<Enclosed<'_>>) {
    if let EInvoiceKind::CreditNote { of, of_day } = &it.kind {
        xml.within("cac:BillingReference", |xml| {
            xml.within("cac:InvoiceDocumentReference", |xml| {
                xml.text("cbc:ID", of);
                xml.text("cbc:IssueDate", &day(*of_day));
            });
        });
    }
    if let Some(paper) = paper {
        xml.within("cac:AdditionalDocumentReference", |xml| {
            xml.text("cbc:ID", &it.number);
            xml.within("cac:Attachment", |xml| {
                let marks = [("mimeCode", "application/pdf"), ("filename", paper.name)];
                xml.marked("cbc:EmbeddedDocumentBinaryObject", &marks, &STANDARD.encode(paper.content));
            });
        });
    }
}

fn payment(xml: &mut XmlOut, it: &EInvoice) {
    if let Some((account, code)) = &it.payment {
        xml.within("cac:PaymentMeans", |xml| {
            xml.text("cbc:PaymentMeansCode", CREDIT_TRANSFER);
            xml.maybe("cbc:PaymentID", code.as_deref());
            xml.within("cac:PayeeFinancialAccount", |xml| {
                xml.text("cbc:ID", account.digits());
                xml.within("cac:FinancialInstitutionBranch", |xml| xml.maybe("cbc:ID", branch(account)));
            });
        });
    }
    // Nobody is to pay a credit note, but an amount without a day must have terms.
    if matches!(it.kind, EInvoiceKind::CreditNote { .. } | EInvoiceKind::Invoice { due_on: None }) {
        xml.within("cac:PaymentTerms", |xml| xml.text("cbc:Note", words::terms(it)));
    }
}

/// Who keeps giro accounts; a Norwegian account says by itself which bank it is at.
fn branch(account: &PaymentAccount) -> Option<&'static str> {
    match account.kind() {
        AccountKind::Bankgiro => Some("SE:BANKGIRO"),
        AccountKind::Plusgiro => Some("SE:PLUSGIRO"),
        AccountKind::NorwegianBank | AccountKind::Swish => None,
    }
}

fn totals(xml: &mut XmlOut, it: &EInvoice) {
    let sums = &it.sums;
    xml.within("cac:TaxTotal", |xml| {
        amount(xml, "cbc:TaxAmount", sums.totals.vat);
        for subtotal in &it.subtotals {
            taxed(xml, subtotal, it.language);
        }
    });
    xml.within("cac:LegalMonetaryTotal", |xml| {
        amount(xml, "cbc:LineExtensionAmount", sums.totals.net);
        amount(xml, "cbc:TaxExclusiveAmount", sums.totals.net);
        amount(xml, "cbc:TaxInclusiveAmount", sums.totals.gross);
        if sums.rounding.minor != 0 {
            amount(xml, "cbc:PayableRoundingAmount", sums.rounding);
        }
        amount(xml, "cbc:PayableAmount", sums.payable);
    });
}

fn taxed(xml: &mut XmlOut, it: &Subtotal, language: Language) {
    xml.within("cac:TaxSubtotal", |xml| {
        amount(xml, "cbc:TaxableAmount", it.net);
        amount(xml, "cbc:TaxAmount", it.vat);
        xml.within("cac:TaxCategory", |xml| {
            xml.text("cbc:ID", it.category.code());
            percent(xml, it.category.basis_points());
            let (code, words) = words::no_vat(it.category, language);
            xml.maybe("cbc:TaxExemptionReasonCode", code);
            xml.maybe("cbc:TaxExemptionReason", words);
            vat_scheme(xml);
        });
    });
}

fn invoiced(xml: &mut XmlOut, it: &EInvoice, place: usize, line: &Line) {
    let (element, quantity) = match it.kind {
        EInvoiceKind::Invoice { .. } => ("cac:InvoiceLine", "cbc:InvoicedQuantity"),
        EInvoiceKind::CreditNote { .. } => ("cac:CreditNoteLine", "cbc:CreditedQuantity"),
    };
    xml.within(element, |xml| {
        xml.text("cbc:ID", &place.to_string());
        xml.maybe("cbc:Note", line.whose.as_deref());
        let count = decimal(i128::from(line.quantity.thousandths), 3);
        xml.marked(quantity, &[("unitCode", line.quantity.unit.code())], &count);
        amount(xml, "cbc:LineExtensionAmount", line.amount);
        xml.within("cac:Item", |xml| {
            xml.maybe("cbc:Description", line.detail.as_deref());
            xml.text("cbc:Name", if line.text.is_empty() { "–" } else { &line.text });
            xml.within("cac:ClassifiedTaxCategory", |xml| {
                xml.text("cbc:ID", line.category.code());
                percent(xml, line.category.basis_points());
                vat_scheme(xml);
            });
        });
        let (price, places) = line.quantity.price;
        xml.within("cac:Price", |xml| {
            xml.marked("cbc:PriceAmount", &[("currencyID", line.amount.currency.code())], &decimal(price, places));
        });
    });
}

fn percent(xml: &mut XmlOut, basis_points: Option<u16>) {
    xml.maybe("cbc:Percent", basis_points.map(|points| decimal(i128::from(points), 2)).as_deref());
}

fn vat_scheme(xml: &mut XmlOut) {
    xml.within("cac:TaxScheme", |xml| xml.text("cbc:ID", "VAT"));
}

fn amount(xml: &mut XmlOut, name: &str, money: Money) {
    xml.marked(name, &[("currencyID", money.currency.code())], &decimal(i128::from(money.minor), 2));
}

fn day(day: NaiveDate) -> String {
    day.format("%Y-%m-%d").to_string()
}
