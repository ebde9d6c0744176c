//! Every overdue invoice is judged, and letters are drawn up for those that are reminded of. Nothing is written.

use super::plan::{PlannedInvoice, PlannedReminder, ReminderLeftOut, ReminderPlan};
use crate::ctx::Ctx;
use crate::document::{Printed, payer_mail, recipient_name};
use crate::error::{AppError, Result};
use crate::incoming_payment::possible_of;
use crate::month_run::{Reach, currency_of, reached, sender_of};
use crate::sms::sms_is_on;
use crate::sorting::Sorter;
use crate::unit::local_date;
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashMap, HashSet};
use stolpe_documents::document::{AddressWindow, Payment, Recipient, RemindedInvoice, ReminderWords, reminder_text};
use stolpe_domain::channel::{Way, way_to};
use stolpe_domain::document::{DocumentKind, DocumentState, Rounding, due_on, sums};
use stolpe_domain::facility::Facility;
use stolpe_domain::id::{DocumentId, FacilityId, OrganisationId, PersonId};
use stolpe_domain::language::Language;
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::organisation::Organisation;
use stolpe_domain::payer::Collector;
use stolpe_domain::person::Person;
use stolpe_domain::reminder::{Candidate, Figures, LeftOut, ReminderSettings, interest, judge};
use stolpe_domain::tariff::ComponentKind;
use stolpe_domain::vat::{Pricing, Vat};
use stolpe_store::Conn;
use stolpe_store::document::{Document, DocumentLine, OverdueFilter};
use stolpe_store::reminder::{EarlierReminder, ReminderItem, ReminderRow};

/// A reminder that can be written down.
pub(super) struct Letter {
    pub(super) planned: PlannedReminder,
    /// Where their name stands among others.
    order: Vec<u8>,
    /// Whose it is, with their record as it was when it was looked at; nobody of one to a company that collects.
    pub(super) person: Option<(PersonId, i64)>,
    pub(super) document: Document,
    pub(super) printed: Printed,
    pub(super) lines: Vec<DocumentLine>,
    pub(super) row: ReminderRow,
    /// By which way they are told.
    pub(super) way: Option<Way>,
}

/// What was found.
pub(super) struct Looked {
    pub(super) plan: ReminderPlan,
    pub(super) letters: Vec<Letter>,
}

/// An invoice with what is to be paid of it.
struct Late {
    invoice: Document,
    candidate: Candidate,
    open: Money,
    interest_minor: i64,
    days: i64,
}

/// Who is reminded by one letter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Debtor {
    /// A person, or the company that is named on their invoices.
    Person(PersonId, Option<String>),
    /// A company that collects.
    Company(Collector),
}

impl Debtor {
    fn of(invoice: &Document) -> Result<Option<Self>> {
        let payer = Printed::of(invoice)?.payer;
        if let Some(company) = invoice.company_id {
            let reference = payer.and_then(|payer| payer.reference);
            return Ok(Some(Self::Company(Collector { company, reference })));
        }
        Ok(invoice.person_id.map(|person| Self::Person(person, payer.map(|payer| payer.party.name))))
    }
}

/// Why nothing can be made yet.
pub(super) async fn obstacle(conn: &mut Conn, organisation: OrganisationId) -> Result<Option<&'static str>> {
    let settings = conn.find_reminder_settings(organisation).await?.unwrap_or_default().0;
    if !settings.is_on {
        return Ok(Some("reminder.off"));
    }
    let billing = conn.find_billing(organisation).await?;
    Ok(billing.is_none_or(|(it, _)| it.account.is_none()).then_some("billing.missing"))
}

/// Judges what is overdue in facilities of one organisation.
pub(super) async fn look(
    conn: &mut Conn,
    ctx: &Ctx,
    organisation: OrganisationId,
    facilities: &[Facility],
) -> Result<Looked> {
    let owner = conn.find_organisation(organisation).await?.ok_or(AppError::NotFound)?;
    let mut looking = Looking::begin(conn, ctx, &owner).await?;
    looking.plan.obstacle = obstacle(conn, organisation).await?.map(str::to_owned);
    let mut letters = Vec::new();
    for facility in facilities {
        letters.extend(looking.facility(conn, facility).await?);
    }
    letters.sort_by(|one, other| one.order.cmp(&other.order).then(one.document.id.cmp(&other.document.id)));
    let mut plan = looking.plan;
    plan.reminders = letters.iter().map(|it| it.planned.clone()).collect();
    Ok(Looked { plan, letters })
}

struct Looking<'l> {
    ctx: &'l Ctx,
    owner: &'l Organisation,
    settings: ReminderSettings,
    figures: Figures,
    tax_status: Option<String>,
    sorter: Sorter,
    sms_is_on: bool,
    plan: ReminderPlan,
}

impl<'l> Looking<'l> {
    async fn begin(conn: &mut Conn, ctx: &'l Ctx, owner: &'l Organisation) -> Result<Self> {
        Ok(Self {
            ctx,
            owner,
            settings: conn.find_reminder_settings(owner.id).await?.unwrap_or_default().0,
            figures: Figures::of(owner.country, &conn.added_figures().await?),
            tax_status: conn.find_billing(owner.id).await?.and_then(|(billing, _)| billing.tax_status),
            sorter: Sorter::new(owner.country),
            sms_is_on: sms_is_on(conn).await?,
            plan: ReminderPlan::default(),
        })
    }

    fn currency(&self) -> Currency {
        currency_of(self.owner.country)
    }

    /// The letters of a facility; what is left out is put into the plan.
    async fn facility(&mut self, conn: &mut Conn, facility: &Facility) -> Result<Vec<Letter>> {
        let today = local_date(facility, self.ctx.at);
        let filter = OverdueFilter { facilities: vec![facility.id], due_before: today };
        let invoices = conn.overdue_invoices(&filter).await?;
        let facts = Facts::of(conn, self.owner.id, &invoices, today).await?;
        // Who pays is who the invoice was written to: a company is not told of what somebody owes themselves.
        let mut by_payer: BTreeMap<Debtor, Vec<Late>> = BTreeMap::new();
        for invoice in invoices {
            let (Some(open), Some(due)) = (facts.open.get(&invoice.id).copied(), invoice.due_on) else { continue };
            let candidate = facts.candidate(&invoice, due, open);
            let Some(judged) = judge(&self.settings, &candidate, today) else { continue };
            let late = judged.map_err(|reason| (reason, None)).and_then(|()| {
                self.interest_of(&facts, &invoice, due, today)
                    .map_err(|half_year| (LeftOut::RateMissing, Some(half_year)))
            });
            let debtor = Debtor::of(&invoice)?;
            match (late, debtor) {
                (Ok((interest_minor, days)), Some(debtor)) => {
                    by_payer.entry(debtor).or_default().push(Late { invoice, candidate, open, interest_minor, days });
                }
                (Ok(_), None) => {}
                (Err((reason, half_year)), _) => self.plan.leave_out(ReminderLeftOut {
                    code: reason.word().to_owned(),
                    document_id: invoice.id,
                    number: number_of(&invoice),
                    facility_id: facility.id,
                    person_id: invoice.person_id,
                    name: recipient_name(&invoice.printed)?,
                    due_on: due,
                    open,
                    half_year,
                }),
            }
        }
        let mut letters = Vec::with_capacity(by_payer.len());
        for (debtor, late) in by_payer {
            let person = match &debtor {
                Debtor::Person(id, _) => match facts.people.get(id) {
                    Some(person) => Some(person),
                    None => continue,
                },
                Debtor::Company(_) => None,
            };
            let first = &late.first().ok_or(AppError::NotFound)?.invoice;
            let lines = conn.lines_of(first).await?;
            let company = payer_mail(conn, first, &Printed::of(first)?, &lines).await?.map(Way::Mail);
            let way = company.or_else(|| way_to(&person?.draft, self.sms_is_on));
            letters.push(self.letter(facility, person, way, &late, today)?);
        }
        Ok(letters)
    }

    /// The interest on an invoice up to a day, less what earlier reminders have asked for, and the days of it; or the
    /// half-year whose rate is not known.
    fn interest_of(
        &self,
        facts: &Facts,
        invoice: &Document,
        due: NaiveDate,
        today: NaiveDate,
    ) -> std::result::Result<(i64, i64), NaiveDate> {
        if !self.settings.has_interest {
            return Ok((0, 0));
        }
        let changes = facts.changes.get(&invoice.id).map(Vec::as_slice).unwrap_or_default();
        let whole = interest(&self.figures, changes, due, today).map_err(|missing| missing.0)?;
        let asked: i64 = facts.earlier_of(invoice.id).map(|it| it.interest_minor).sum();
        // A payment that came late from the bank makes it less than was asked for: that stays asked for, and nothing more is.
        Ok(((whole.minor - asked).max(0), whole.days))
    }

    /// What a letter asks for beside the invoices, in öre of the fee and as lines.
    fn lines(&self, late: &[Late], language: Language, today: NaiveDate) -> (i64, Vec<DocumentLine>) {
        let candidates: Vec<Candidate> = late.iter().map(|it| it.candidate).collect();
        let fee_minor = self.settings.fee(&self.figures, &candidates, today);
        let line = |component, (text, detail), minor| DocumentLine {
            text,
            detail,
            energy: None,
            vat: Vat::Exempt,
            amount: Money::of_minor(minor, self.currency()),
            charge_id: None,
            component: Some(component),
            whose: None,
        };
        let mut lines = Vec::new();
        if fee_minor > 0 {
            lines.push(line(ComponentKind::ReminderFee, reminder_text(language, &ReminderWords::Fee), fee_minor));
        }
        for it in late.iter().filter(|it| it.interest_minor > 0) {
            let (number, from) = (number_of(&it.invoice), it.candidate.due_on);
            let words = ReminderWords::Interest { number: &number, from, to: today, days: it.days };
            lines.push(line(ComponentKind::LateInterest, reminder_text(language, &words), it.interest_minor));
        }
        (fee_minor, lines)
    }

    fn letter(
        &self,
        facility: &Facility,
        person: Option<&Person>,
        way: Option<Way>,
        late: &[Late],
        today: NaiveDate,
    ) -> Result<Letter> {
        let currency = self.currency();
        let money = |minor| Money::of_minor(minor, currency);
        let first = late.first().ok_or(AppError::NotFound)?;
        let language = person.map_or(first.invoice.language, |person| person.draft.language);
        let (fee_minor, lines) = self.lines(late, language, today);
        let amounts: Vec<(Vat, Money)> = lines.iter().map(|line| (line.vat, line.amount)).collect();
        let sums = sums(currency, Pricing::Net, &amounts, Rounding::Exact).map_err(AppError::internal)?;
        let asked = Printed::of(&first.invoice)?;
        let (name, address, reach) = if let Some(person) = person {
            reached(person, asked.payer.as_ref(), way.as_ref())
        } else {
            let Recipient { name, address, .. } = &asked.recipient;
            (name.clone(), address.clone(), way.as_ref().map_or(Reach::Paper, Reach::of))
        };
        let company_id = first.invoice.company_id;
        let (unit_id, unit_code) = (first.invoice.unit_id, asked.recipient.unit_code);
        let reminded = |it: &Late| RemindedInvoice {
            number: number_of(&it.invoice),
            issued_on: it.invoice.issued_on.unwrap_or(it.candidate.due_on),
            due_on: it.candidate.due_on,
            payable: it.invoice.sums.payable,
            open: it.open,
        };
        let printed = Printed {
            sender: sender_of(self.owner, Some(facility), self.tax_status.clone()),
            recipient: Recipient {
                name: name.clone(),
                address,
                unit_code: unit_code.clone(),
                facility: facility.name.clone(),
                reference: asked.recipient.reference,
            },
            window: AddressWindow::of(facility.country),
            days: Vec::new(),
            prices: Vec::new(),
            payment: Payment::default(),
            credits: None,
            credits_reminder: false,
            reminded: late.iter().map(reminded).collect(),
            attribution: None,
            already_paid: None,
            seller: None,
            payer: asked.payer,
        };
        let open = Money::sum(currency, late.iter().map(|it| it.open)).map_err(AppError::internal)?;
        let total = open.plus(sums.payable).map_err(AppError::internal)?;
        let document = Document {
            id: self.ctx.new_id::<DocumentId>(),
            organisation_id: self.owner.id,
            facility_id: facility.id,
            person_id: person.map(|person| person.id),
            company_id,
            unit_id,
            kind: DocumentKind::Reminder,
            state: DocumentState::Draft,
            credits_id: None,
            number: None,
            reference: None,
            issued_on: None,
            due_on: Some(due_on(today, self.settings.due_days)),
            period: None,
            language,
            sums,
            printed: printed.to_json()?,
            reason: None,
            row_version: 1,
        };
        let item = |it: &Late| ReminderItem {
            invoice: it.invoice.id,
            open_minor: it.open.minor,
            interest_minor: it.interest_minor,
        };
        let row = ReminderRow { document: document.id, fee_minor, items: late.iter().map(item).collect() };
        let planned = PlannedReminder {
            facility_id: facility.id,
            person_id: person.map(|person| person.id),
            collector: company_id.map(|id| (id, printed.recipient.reference.clone())),
            payer: printed.payer.as_ref().map(|payer| payer.party.name.clone()),
            name,
            unit_code,
            reach,
            fee: money(fee_minor),
            interest: money(late.iter().map(|it| it.interest_minor).sum()),
            total,
            invoices: late.iter().map(|it| planned_invoice(it, today, currency)).collect(),
        };
        let order = match person {
            Some(person) => self.sorter.person_key(&person.draft.given_name, &person.draft.family_name),
            None => self.sorter.person_key("", &planned.name),
        };
        let person = person.map(|person| (person.id, person.row_version));
        Ok(Letter { planned, order, person, document, printed, lines, row, way })
    }
}

fn planned_invoice(it: &Late, today: NaiveDate, currency: Currency) -> PlannedInvoice {
    PlannedInvoice {
        id: it.invoice.id,
        number: number_of(&it.invoice),
        due_on: it.candidate.due_on,
        days_late: (today - it.candidate.due_on).num_days(),
        open: it.open,
        interest: Money::of_minor(it.interest_minor, currency),
        reminders: it.candidate.reminders,
    }
}

fn number_of(document: &Document) -> String {
    document.number.map(|number| number.to_string()).unwrap_or_default()
}

/// What is known of many invoices, read at once.
struct Facts {
    open: HashMap<DocumentId, Money>,
    changes: HashMap<DocumentId, Vec<stolpe_domain::reminder::Owed>>,
    earlier: Vec<EarlierReminder>,
    paused: HashSet<DocumentId>,
    mail_failed: HashSet<DocumentId>,
    payment_waits: HashSet<DocumentId>,
    people: HashMap<PersonId, Person>,
}

impl Facts {
    async fn of(
        conn: &mut Conn,
        organisation: OrganisationId,
        invoices: &[Document],
        today: NaiveDate,
    ) -> Result<Self> {
        let ids: Vec<DocumentId> = invoices.iter().map(|it| it.id).collect();
        let people: Vec<PersonId> = invoices.iter().filter_map(|it| it.person_id).collect();
        let pauses = conn.reminder_pauses(&ids).await?;
        let holds = |until: Option<NaiveDate>| until.is_none_or(|until| today < until);
        Ok(Self {
            open: conn.open_amounts(&ids).await?,
            changes: conn.owed_by_day(&ids).await?,
            earlier: conn.reminders_of(&ids).await?,
            paused: pauses.into_iter().filter(|(_, it)| holds(it.until_on)).map(|(id, _)| id).collect(),
            mail_failed: conn.mail_failed_of(&ids).await?,
            payment_waits: possible_of(conn, organisation, &ids).await?,
            people: conn.people(&people).await?.into_iter().map(|it| (it.id, it)).collect(),
        })
    }

    fn earlier_of(&self, invoice: DocumentId) -> impl Iterator<Item = &EarlierReminder> {
        self.earlier.iter().filter(move |it| it.invoice == invoice)
    }

    fn candidate(&self, invoice: &Document, due_on: NaiveDate, open: Money) -> Candidate {
        let person = invoice.person_id.and_then(|id| self.people.get(&id));
        let count = |all: usize| i64::try_from(all).unwrap_or(i64::MAX);
        Candidate {
            due_on,
            open_minor: open.minor,
            is_sent: invoice.state == DocumentState::Sent,
            mail_failed: self.mail_failed.contains(&invoice.id),
            is_paused: self.paused.contains(&invoice.id),
            is_erased: invoice.company_id.is_none() && person.is_none_or(|person| person.erased_at.is_some()),
            is_protected: person.is_some_and(|person| person.draft.protected_identity),
            payment_waits: self.payment_waits.contains(&invoice.id),
            reminders: count(self.earlier_of(invoice.id).count()),
            fees: count(self.earlier_of(invoice.id).filter(|it| it.fee_minor > 0).count()),
            reminded_until: self.earlier_of(invoice.id).filter_map(|it| it.due_on).max(),
        }
    }
}

/// Facilities by their ids.
pub(super) fn by_id(facilities: &[Facility]) -> HashMap<FacilityId, &Facility> {
    facilities.iter().map(|it| (it.id, it)).collect()
}
