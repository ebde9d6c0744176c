//! The words of documents. Whole phrases, since no language lets itself be put together from parts.

use stolpe_domain::document::DocumentKind;
use stolpe_domain::language::Language;
use stolpe_domain::tariff::{ComponentKind, Rate, SpotBasis};
use stolpe_domain::vat::Vat;

use super::DocumentPage;
use crate::pdf::Figures;

pub(super) struct Texts {
    pub(super) language: Language,
    pub(super) figures: Figures,
    invoice: &'static str,
    credit_note: &'static str,
    receipt: &'static str,
    reminder: &'static str,
    pub(super) draft: &'static str,
    pub(super) number: &'static str,
    pub(super) credits: &'static str,
    pub(super) credits_reminder: &'static str,
    pub(super) date: &'static str,
    pub(super) due: &'static str,
    pub(super) period: &'static str,
    pub(super) unit: &'static str,
    pub(super) your_reference: &'static str,
    pub(super) to_pay: &'static str,
    pub(super) sum: &'static str,
    pub(super) already_paid: &'static str,
    left_to_pay: &'static str,
    pub(super) to_credit: &'static str,
    pub(super) paid: &'static str,
    pub(super) energy_by_day: &'static str,
    /// `{total}`, `{most}` and `{day}`: the chart for who does not see it.
    pub(super) chart: &'static str,
    pub(super) what: &'static str,
    pub(super) energy: &'static str,
    pub(super) vat: &'static str,
    pub(super) amount: &'static str,
    pub(super) open: &'static str,
    pub(super) carried_over: &'static str,
    pub(super) carried_from: &'static str,
    pub(super) subtotal: &'static str,
    pub(super) continued: &'static str,
    pub(super) net: &'static str,
    /// `{rate}` and `{net}`.
    pub(super) vat_of: &'static str,
    exempt: &'static str,
    reverse_charge: &'static str,
    exempt_short: &'static str,
    reverse_charge_short: &'static str,
    pub(super) rounding: &'static str,
    pub(super) how_the_price_came: &'static str,
    pub(super) part: &'static str,
    pub(super) price: &'static str,
    /// `{price}`.
    pub(super) on_average: &'static str,
    /// `{times}` and `{price}`.
    pub(super) times: &'static str,
    pub(super) without_vat: &'static str,
    pub(super) how_to_pay: &'static str,
    pub(super) bankgiro: &'static str,
    pub(super) plusgiro: &'static str,
    pub(super) bank_account: &'static str,
    pub(super) ocr: &'static str,
    pub(super) kid: &'static str,
    pub(super) swish: &'static str,
    pub(super) swish_code: &'static str,
    pub(super) organisation_number: &'static str,
    pub(super) vat_number: &'static str,
    pub(super) market: &'static str,
    /// `{page}` and `{pages}`.
    pub(super) page: &'static str,
}

impl Texts {
    pub(super) const fn kind(&self, kind: DocumentKind) -> &'static str {
        match kind {
            DocumentKind::Invoice => self.invoice,
            DocumentKind::CreditNote => self.credit_note,
            DocumentKind::Receipt => self.receipt,
            DocumentKind::Reminder => self.reminder,
        }
    }

    /// What the last sum is called.
    pub(super) const fn payable(&self, page: &DocumentPage) -> &'static str {
        match page.kind {
            DocumentKind::Invoice if page.already_paid.is_some() => self.left_to_pay,
            DocumentKind::Invoice | DocumentKind::Reminder => self.to_pay,
            DocumentKind::CreditNote => self.to_credit,
            DocumentKind::Receipt => self.paid,
        }
    }

    /// How VAT applies, in a column.
    pub(super) fn vat_short(&self, vat: Vat) -> String {
        match vat {
            Vat::Rate(rate) => self.figures.rate(rate),
            Vat::Exempt => self.exempt_short.to_owned(),
            Vat::ReverseCharge => self.reverse_charge_short.to_owned(),
        }
    }

    /// How VAT applies, before its sum; `net` is what it is counted on.
    pub(super) fn vat_line(&self, vat: Vat, net: &str) -> String {
        match vat {
            Vat::Rate(rate) => self.vat_of.replace("{rate}", &self.figures.rate(rate)).replace("{net}", net),
            Vat::Exempt => self.exempt.replace("{net}", net),
            Vat::ReverseCharge => self.reverse_charge.replace("{net}", net),
        }
    }

    pub(super) const fn component(&self, kind: ComponentKind, rate: Rate) -> &'static str {
        let words = match self.language {
            Language::Sv => [
                "El till fast pris",
                "El till spotpris per kvart",
                "El till spotpris per timme",
                "Påslag",
                "Elnät",
                "Energiskatt",
                "Månadsavgift",
                "Startavgift",
                "Påminnelseavgift",
                "Dröjsmålsränta",
            ],
            Language::Nb => [
                "Strøm til fast pris",
                "Strøm til spotpris per kvarter",
                "Strøm til spotpris per time",
                "Påslag",
                "Nettleie",
                "Elavgift",
                "Månedsavgift",
                "Startavgift",
                "Purregebyr",
                "Forsinkelsesrente",
            ],
            Language::En => [
                "Electricity at a fixed price",
                "Electricity at the spot price by the quarter-hour",
                "Electricity at the spot price by the hour",
                "Mark-up",
                "Grid",
                "Energy tax",
                "Monthly fee",
                "Start fee",
                "Reminder fee",
                "Late interest",
            ],
        };
        words[match (kind, rate) {
            (ComponentKind::Energy, Rate::Spot(SpotBasis::Quarter)) => 1,
            (ComponentKind::Energy, Rate::Spot(SpotBasis::HourMean)) => 2,
            (ComponentKind::Energy, _) => 0,
            (ComponentKind::MarkUp, _) => 3,
            (ComponentKind::Grid, _) => 4,
            (ComponentKind::EnergyTax, _) => 5,
            (ComponentKind::MonthlyFee, _) => 6,
            (ComponentKind::StartFee, _) => 7,
            (ComponentKind::ReminderFee, _) => 8,
            (ComponentKind::LateInterest, _) => 9,
        }]
    }
}

pub(super) const fn of(language: Language) -> Texts {
    match language {
        Language::Sv => swedish(),
        Language::Nb => norwegian(),
        Language::En => english(),
    }
}

const fn swedish() -> Texts {
    Texts {
        language: Language::Sv,
        figures: Figures::of(Language::Sv),
        invoice: "Faktura",
        credit_note: "Kreditfaktura",
        receipt: "Kvitto",
        reminder: "Betalningspåminnelse",
        draft: "utkast",
        number: "Nummer",
        credits: "Krediterar faktura",
        credits_reminder: "Krediterar påminnelse",
        date: "Datum",
        due: "Förfallodag",
        period: "Period",
        unit: "Objekt",
        your_reference: "Er referens",
        to_pay: "Att betala",
        sum: "Summa",
        already_paid: "Redan betalt",
        left_to_pay: "Kvar att betala",
        to_credit: "Tillgodo",
        paid: "Betalt",
        energy_by_day: "Energi per dag",
        chart: "Stapeldiagram över energi per dag. Totalt {total} kWh, mest {most} kWh den {day}.",
        what: "Avser",
        energy: "kWh",
        vat: "Moms",
        amount: "Belopp exkl. moms",
        open: "Kvar att betala",
        carried_over: "Transport till nästa sida",
        carried_from: "Transport från föregående sida",
        subtotal: "Summa utan moms",
        continued: "fortsättning",
        net: "Summa exkl. moms",
        vat_of: "Moms {rate} på {net}",
        exempt: "Momsfritt, {net}",
        reverse_charge: "Omvänd betalningsskyldighet, {net}",
        exempt_short: "momsfritt",
        reverse_charge_short: "omvänd",
        rounding: "Öresavrundning",
        how_the_price_came: "Så blev priset",
        part: "Del av priset",
        price: "Pris",
        on_average: "i snitt {price}",
        times: "{times} × {price}",
        without_vat: "Priserna är utan moms. Beloppen är avrundade per laddning och del av priset.",
        how_to_pay: "Så betalar du",
        bankgiro: "Bankgiro",
        plusgiro: "Plusgiro",
        bank_account: "Bankkonto",
        ocr: "OCR-nummer",
        kid: "KID",
        swish: "Swish",
        swish_code: "Läs av koden i Swish",
        organisation_number: "Org.nr",
        vat_number: "Momsreg.nr",
        market: "Spotpriser från {source}.",
        page: "Sida {page} av {pages}",
    }
}

const fn norwegian() -> Texts {
    Texts {
        language: Language::Nb,
        figures: Figures::of(Language::Nb),
        invoice: "Faktura",
        credit_note: "Kreditnota",
        receipt: "Kvittering",
        reminder: "Betalingspåminnelse",
        draft: "utkast",
        number: "Nummer",
        credits: "Krediterer faktura",
        credits_reminder: "Krediterer påminnelse",
        date: "Dato",
        due: "Forfallsdato",
        period: "Periode",
        unit: "Objekt",
        your_reference: "Deres referanse",
        to_pay: "Å betale",
        sum: "Sum",
        already_paid: "Allerede betalt",
        left_to_pay: "Igjen å betale",
        to_credit: "Til gode",
        paid: "Betalt",
        energy_by_day: "Energi per dag",
        chart: "Stolpediagram over energi per dag. Totalt {total} kWh, mest {most} kWh {day}.",
        what: "Gjelder",
        energy: "kWh",
        vat: "MVA",
        amount: "Beløp ekskl. MVA",
        open: "Gjenstår å betale",
        carried_over: "Overføres til neste side",
        carried_from: "Overført fra forrige side",
        subtotal: "Sum uten mva.",
        continued: "fortsettelse",
        net: "Sum ekskl. MVA",
        vat_of: "MVA {rate} av {net}",
        exempt: "Unntatt MVA, {net}",
        reverse_charge: "Omvendt avgiftsplikt, {net}",
        exempt_short: "unntatt",
        reverse_charge_short: "omvendt",
        rounding: "Øreavrunding",
        how_the_price_came: "Slik ble prisen",
        part: "Del av prisen",
        price: "Pris",
        on_average: "i snitt {price}",
        times: "{times} × {price}",
        without_vat: "Prisene er uten MVA. Beløpene er avrundet per lading og del av prisen.",
        how_to_pay: "Slik betaler du",
        bankgiro: "Bankgiro",
        plusgiro: "Plusgiro",
        bank_account: "Kontonummer",
        ocr: "OCR-nummer",
        kid: "KID",
        swish: "Swish",
        swish_code: "Skann koden i Swish",
        organisation_number: "Org.nr.",
        vat_number: "MVA-nr.",
        market: "Spotpriser fra {source}.",
        page: "Side {page} av {pages}",
    }
}

const fn english() -> Texts {
    Texts {
        language: Language::En,
        figures: Figures::of(Language::En),
        invoice: "Invoice",
        credit_note: "Credit note",
        receipt: "Receipt",
        reminder: "Payment reminder",
        draft: "draft",
        number: "Number",
        credits: "Credits invoice",
        credits_reminder: "Credits reminder",
        date: "Date",
        due: "Due date",
        period: "Period",
        unit: "Unit",
        your_reference: "Your reference",
        to_pay: "To pay",
        sum: "Total",
        already_paid: "Already paid",
        left_to_pay: "Left to pay",
        to_credit: "In your favour",
        paid: "Paid",
        energy_by_day: "Energy by day",
        chart: "Bar chart of energy by day. {total} kWh in all, most on {day} with {most} kWh.",
        what: "For",
        energy: "kWh",
        vat: "VAT",
        amount: "Amount excl. VAT",
        open: "Left to pay",
        carried_over: "Carried over to the next page",
        carried_from: "Carried over from the page before",
        subtotal: "Sum without VAT",
        continued: "continued",
        net: "Sum excl. VAT",
        vat_of: "VAT {rate} on {net}",
        exempt: "Exempt from VAT, {net}",
        reverse_charge: "Reverse charge, {net}",
        exempt_short: "exempt",
        reverse_charge_short: "reverse",
        rounding: "Rounding",
        how_the_price_came: "How the price came to be",
        part: "Part of the price",
        price: "Price",
        on_average: "{price} on average",
        times: "{times} × {price}",
        without_vat: "Prices are without VAT. Amounts are rounded for each session and part of the price.",
        how_to_pay: "How to pay",
        bankgiro: "Bankgiro",
        plusgiro: "Plusgiro",
        bank_account: "Bank account",
        ocr: "OCR number",
        kid: "KID",
        swish: "Swish",
        swish_code: "Scan the code in Swish",
        organisation_number: "Reg. no.",
        vat_number: "VAT no.",
        market: "Spot prices from {source}.",
        page: "Page {page} of {pages}",
    }
}
