//! From what somebody owes to a document: charges, lines, sums, and what is printed beside them.

use super::plan::{Collected, CollectedPerson, Reach, Whom};
use super::settle::{Asked, Fresh, SeenSession, Settled};
use crate::ctx::Ctx;
use crate::document::Printed;
use crate::error::{AppError, Result};
use crate::sorting::Sorter;
use std::collections::HashMap;
use stolpe_documents::document::{AddressWindow, ChargeWords, Payment, PriceRow, Recipient, Sender, charge_text};
use stolpe_domain::channel::{Way, way_to};
use stolpe_domain::charge::{ChargeSource, average_micro_per_kwh, by_row, by_vat};
use stolpe_domain::document::{DocumentKind, DocumentState, Rounding, sums};
use stolpe_domain::energy::Energy;
use stolpe_domain::facility::Facility;
use stolpe_domain::id::{DepartmentId, DocumentId, PersonId, UnitId};
use stolpe_domain::language::Language;
use stolpe_domain::local_day::Month;
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::payer::{Party, Payer, PayerDraft, Whose};
use stolpe_domain::person::Person;
use stolpe_domain::postal_code::PostalCode;
use stolpe_domain::tariff::{Rate, TariffLine};
use stolpe_domain::vat::{Pricing, Vat};
use stolpe_store::charge::Charge;
use stolpe_store::document::{Document, DocumentLine};

/// A document that can be written down.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) whom: Whom,
    /// Whose things it asks for, with their records as they were when they were settled: what is printed of them holds as
    /// long as they stand so.
    pub(super) people: Vec<DraftedPerson>,
    /// Where the name stands among others.
    pub(super) order: Vec<u8>,
    /// The charges that are written down with it.
    pub(super) charges: Vec<Charge>,
    /// The sessions that they follow from.
    pub(super) seen: Vec<SeenSession>,
    /// The charges that were written down before.
    pub(super) open: Vec<Charge>,
    pub(super) document: Document,
    pub(super) lines: Vec<DocumentLine>,
    pub(super) printed: Printed,
    pub(super) reach: Reach,
    /// By which way they are told.
    pub(super) way: Option<Way>,
}

/// Somebody whose things a document asks for.
#[derive(Debug)]
pub(super) struct DraftedPerson {
    pub(super) id: PersonId,
    pub(super) name: String,
    pub(super) version: i64,
    pub(super) charges: usize,
    pub(super) net: Money,
}

impl Draft {
    /// What a document to a company collects.
    pub(super) fn collected(&self) -> Option<Collected> {
        let Whom::Company(collector) = &self.whom else { return None };
        let person = |it: &DraftedPerson| CollectedPerson {
            person_id: it.id,
            name: it.name.clone(),
            charges: it.charges,
            net: it.net,
        };
        Some(Collected {
            company_id: collector.company,
            reference: collector.reference.clone(),
            people: self.people.iter().map(person).collect(),
        })
    }

    pub(super) fn energy(&self) -> Energy {
        self.charges.iter().chain(&self.open).map(|charge| charge.energy).sum()
    }

    pub(super) fn differences(&self) -> usize {
        let all = self.charges.iter().chain(&self.open);
        all.filter(|charge| charge.source == ChargeSource::Difference).count()
    }
}

/// What the drafts of a facility share.
pub(super) struct Drafting<'s> {
    pub(super) ctx: &'s Ctx,
    pub(super) month: Month,
    pub(super) rounding: Rounding,
    pub(super) sender: Sender,
    pub(super) sorter: Sorter,
    pub(super) sms_is_on: bool,
    pub(super) departments: HashMap<DepartmentId, String>,
}

impl Drafting<'_> {
    /// Makes a document of what somebody owes.
    ///
    /// # Errors
    /// Money that is too large for any invoice.
    pub(super) fn draft(
        &self,
        settled: &Settled,
        asked: Asked,
        person: &Person,
        unit: Option<(UnitId, String)>,
    ) -> Result<Draft> {
        let Asked { mut fresh, open, days } = asked;
        let (facility, currency) = (&settled.facility, settled.currency);
        let payer = person.draft.payer.as_ref().and_then(PayerDraft::checked);
        let collector = payer.as_ref().and_then(|payer| payer.collector(facility.organisation_id));
        // A company reads the language of its country; its people may have chosen others.
        let company = payer.as_ref().filter(|_| collector.is_some());
        let language = company.map_or(person.draft.language, |payer| Language::of(payer.party.country()));
        // As they happened; the fee of a month before its sessions.
        fresh.sort_by_key(|it| (it.month, it.taken.as_ref().map(|taken| taken.from)));
        let unit_id = unit.as_ref().map(|(id, _)| *id);
        let charges: Vec<Charge> = fresh
            .iter()
            .map(|it| Charge {
                id: self.ctx.new_id(),
                organisation_id: facility.organisation_id,
                facility_id: facility.id,
                person_id: Some(person.id),
                unit_id,
                source: it.source,
                source_id: it.source_id,
                session_id: it.session.map(|seen| seen.id),
                month: it.month,
                text: text_of(it, language),
                currency,
                energy: it.energy,
                lines: it.lines.clone(),
                document_id: None,
            })
            .collect();
        let mut lines: Vec<DocumentLine> = Vec::new();
        for charge in &open {
            add_lines(&mut lines, charge, None)?;
        }
        for (charge, it) in charges.iter().zip(&fresh) {
            add_lines(&mut lines, charge, detail_of(it))?;
        }
        let unit_code = unit.map(|(_, code)| code);
        if collector.is_some() {
            let whose = self.whose(person, unit_code.clone());
            for line in &mut lines {
                line.whose = Some(whose.clone());
            }
        }
        let amounts: Vec<(Vat, Money)> = lines.iter().map(|line| (line.vat, line.amount)).collect();
        let sums = sums(currency, Pricing::Net, &amounts, self.rounding).map_err(AppError::internal)?;
        let all: Vec<&TariffLine> = open.iter().chain(&charges).flat_map(|charge| &charge.lines).collect();
        let asks_market = all.iter().any(|line| matches!(line.rate, Rate::Spot(_)));
        let way = way_of(person, payer.as_ref(), self.sms_is_on);
        let (name, address, reach) = reached(person, payer.as_ref(), way.as_ref());
        let printed = Printed {
            sender: self.sender.clone(),
            recipient: Recipient {
                name,
                address,
                unit_code: unit_code.filter(|_| collector.is_none()),
                facility: facility.name.clone(),
                reference: payer.as_ref().and_then(|payer| payer.reference.clone()),
            },
            window: AddressWindow::of(facility.country),
            days: days.into_iter().collect(),
            prices: price_rows(currency, &all)?,
            payment: Payment::default(),
            credits: None,
            credits_reminder: false,
            reminded: Vec::new(),
            attribution: settled.attribution.clone().filter(|_| asks_market),
            already_paid: None,
            seller: None,
            payer,
        };
        let document = Document {
            id: self.ctx.new_id::<DocumentId>(),
            organisation_id: facility.organisation_id,
            facility_id: facility.id,
            person_id: Some(person.id).filter(|_| collector.is_none()),
            company_id: collector.as_ref().map(|it| it.company),
            unit_id: unit_id.filter(|_| collector.is_none()),
            kind: DocumentKind::Invoice,
            state: DocumentState::Draft,
            credits_id: None,
            number: None,
            reference: None,
            issued_on: None,
            due_on: None,
            period: Some((self.month.first_day(), self.month.last_day())),
            language,
            sums,
            printed: printed.to_json()?,
            reason: None,
            row_version: 1,
        };
        let order = self.sorter.person_key(&person.draft.given_name, &person.draft.family_name);
        let seen = fresh.iter().filter_map(|it| it.session).collect();
        let drafted = DraftedPerson {
            id: person.id,
            name: person.name(),
            version: person.row_version,
            charges: charges.len() + open.len(),
            net: document.sums.totals.net,
        };
        let whom = collector.map_or(Whom::Person(person.id), Whom::Company);
        Ok(Draft { whom, people: vec![drafted], order, charges, seen, open, document, lines, printed, reach, way })
    }

    /// Somebody as the company that pays for them knows them.
    fn whose(&self, person: &Person, unit_code: Option<String>) -> Whose {
        let department = person.draft.department_id.and_then(|id| self.departments.get(&id).cloned());
        Whose {
            person_id: person.id,
            name: (!person.draft.protected_identity).then(|| person.name()),
            staff_number: person.draft.staff_number.clone(),
            department,
            unit_code,
        }
    }
}

/// The way to whom a document is for: where a company reads its invoices, or else to the person. A company that collects is
/// told by no other way: what it owes is nobody else's to read.
fn way_of(person: &Person, payer: Option<&Payer>, sms_is_on: bool) -> Option<Way> {
    match payer {
        Some(Payer { email: Some(email), .. }) => Some(Way::Mail(email.clone())),
        Some(Payer { collects: true, .. }) => None,
        _ => way_to(&person.draft, sms_is_on),
    }
}

/// The name and the address to print, and how a document reaches somebody. A protected address is on no paper; that of a
/// company that pays is nobody's home.
pub(crate) fn reached(person: &Person, payer: Option<&Payer>, way: Option<&Way>) -> (String, Vec<String>, Reach) {
    let draft = &person.draft;
    if let Some(Payer { party, .. }) = payer {
        let reach = way.map_or(Reach::Paper, Reach::of);
        return (party.name.clone(), party.address().to_vec(), reach);
    }
    let code = draft
        .postal_code
        .as_deref()
        .map(|code| PostalCode::parse_stored(code).map_or_else(|_| code.to_owned(), |code| code.to_string()));
    let town = [code, draft.city.clone()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let lines = [draft.street.clone(), Some(town)].into_iter().flatten();
    let lines: Vec<String> = lines.filter(|line| !line.trim().is_empty()).collect();
    let address = if draft.protected_identity { Vec::new() } else { lines };
    let reach = match (way, address.is_empty()) {
        (Some(way), _) => Reach::of(way),
        (None, false) => Reach::Paper,
        (None, true) => Reach::None,
    };
    (person.name(), address, reach)
}

/// The lines of a document for a charge: one for each rate of VAT, the first of them with the energy.
fn add_lines(lines: &mut Vec<DocumentLine>, charge: &Charge, detail: Option<String>) -> Result<()> {
    let sums = by_vat(charge.currency, &charge.lines).map_err(AppError::internal)?;
    let (mut energy, mut detail) = (Some(charge.energy).filter(|energy| *energy != Energy::ZERO), detail);
    for (vat, amount) in sums {
        lines.push(DocumentLine {
            text: charge.text.clone(),
            detail: detail.take(),
            energy: energy.take(),
            vat,
            amount,
            charge_id: Some(charge.id),
            component: None,
            whose: None,
        });
    }
    Ok(())
}

/// How the price of these lines came to be.
pub(super) fn price_rows(currency: Currency, lines: &[&TariffLine]) -> Result<Vec<PriceRow>> {
    let rows = by_row(lines.iter().copied()).map_err(AppError::internal)?;
    let row = |(line, times): (TariffLine, u32)| {
        let fee = matches!(line.rate, Rate::Each(_));
        let average = || average_micro_per_kwh(line.rate, line.energy, line.amount);
        PriceRow {
            kind: line.kind,
            rate: line.rate,
            micro_per_kwh: if matches!(line.rate, Rate::Spot(_)) { average() } else { None },
            energy: line.energy,
            times: if fee { times } else { 0 },
            amount: line.amount,
            source: line.source,
        }
    };
    let rows: Vec<PriceRow> = rows.into_iter().map(row).collect();
    debug_assert!(rows.iter().all(|row| row.amount.currency == currency));
    Ok(rows)
}

fn text_of(it: &Fresh, language: Language) -> String {
    let words = match &it.taken {
        None => ChargeWords::MonthlyFee(it.month),
        Some(taken) => {
            let (on, at) = (taken.from.date_naive(), taken.at.as_str());
            if it.source == ChargeSource::Difference {
                ChargeWords::Difference { on, at }
            } else {
                ChargeWords::Session { on, at }
            }
        }
    };
    charge_text(language, &words)
}

/// From when to when a session went, as clocks showed it.
fn detail_of(it: &Fresh) -> Option<String> {
    let taken = it.taken.as_ref()?;
    let clock = |at: chrono::DateTime<chrono_tz::Tz>| at.format("%H:%M").to_string();
    Some(match taken.until {
        Some(until) if until.date_naive() == taken.from.date_naive() => {
            format!("{}–{}", clock(taken.from), clock(until))
        }
        Some(until) => format!("{}–{} {}", clock(taken.from), until.date_naive(), clock(until)),
        None => clock(taken.from),
    })
}

/// The organisation as an e-invoice names it.
pub(crate) fn seller_of(organisation: &stolpe_domain::organisation::Organisation) -> Option<Party> {
    use stolpe_domain::organisation_number::OrganisationNumber;
    use stolpe_domain::vat_number::VatNumber;
    Some(Party {
        name: organisation.name.clone(),
        organisation_number: OrganisationNumber::parse_stored(&organisation.organisation_number).ok()?,
        vat_number: organisation.vat_number.as_deref().and_then(|number| VatNumber::parse_stored(number).ok()),
        street: organisation.street.clone(),
        postal_code: PostalCode::parse_stored(&organisation.postal_code).ok()?,
        city: organisation.city.clone(),
        gln: None,
    })
}

/// The facility's own people to ask come before the organisation, which has no address that answers.
pub(crate) fn sender_of(
    organisation: &stolpe_domain::organisation::Organisation,
    facility: Option<&Facility>,
    tax_status: Option<String>,
) -> Sender {
    use stolpe_domain::organisation_number::OrganisationNumber;
    use stolpe_domain::phone::Phone;
    use stolpe_domain::vat_number::VatNumber;
    let number = &organisation.organisation_number;
    let code = PostalCode::parse_stored(&organisation.postal_code)
        .map_or_else(|_| organisation.postal_code.clone(), |code| code.to_string());
    let phone = facility.and_then(|facility| {
        facility.contact.phone.as_ref().map(|stored| match Phone::parse_stored(stored) {
            Ok(phone) => phone.shown_from(Some(facility.country)),
            Err(_) => stored.clone(),
        })
    });
    Sender {
        name: organisation.name.clone(),
        address: vec![organisation.street.clone(), format!("{code} {}", organisation.city)],
        organisation_number: OrganisationNumber::parse_stored(number)
            .map_or_else(|_| number.clone(), |number| number.to_string()),
        vat_number: organisation
            .vat_number
            .as_ref()
            .map(|number| VatNumber::parse_stored(number).map_or_else(|_| number.clone(), |number| number.to_string())),
        tax_status,
        email: facility.and_then(|facility| facility.contact.email.clone()),
        phone,
        // A draft has that of today; which one it is, is written down when it is issued.
        logo: None,
    }
}
