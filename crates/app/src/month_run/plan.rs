//! What a month run would do, as it is shown before anything is charged.

use super::draft::Draft;
use crate::error::{AppError, Result};
use crate::job::Progress;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use stolpe_domain::channel::Way;
use stolpe_domain::energy::Energy;
use stolpe_domain::id::{CompanyId, FacilityId, PersonId, SessionId};
use stolpe_domain::market_price::PriceArea;
use stolpe_domain::money::Money;
use stolpe_domain::payer::Collector;

/// So many of what waits are kept by themselves; of all there is a count by reason.
const MOST_WAITING: usize = 1_000;

/// How a document reaches whom it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// By mail.
    Mail,
    /// With word by SMS that it is in the portal.
    Sms,
    /// On paper, to an address.
    Paper,
    /// Not at all: there is neither an e-mail address nor a street.
    None,
}

impl Reach {
    /// By the way that leads to somebody.
    pub(crate) const fn of(way: &Way) -> Self {
        match way {
            Way::Mail(_) => Self::Mail,
            Way::Sms(_) => Self::Sms,
        }
    }
}

/// Who owes a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Whom {
    /// A person.
    Person(PersonId),
    /// A company that collects what its people used.
    Company(Collector),
}

/// What a document to a company collects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Collected {
    /// The company.
    pub company_id: CompanyId,
    /// What it finds the right desk by.
    pub reference: Option<String>,
    /// Whose things it asks for, in their order on it.
    pub people: Vec<CollectedPerson>,
}

/// What a document to a company asks for of one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CollectedPerson {
    /// Whose.
    pub person_id: PersonId,
    /// Their name.
    pub name: String,
    /// How many things.
    pub charges: usize,
    /// Without VAT.
    pub net: Money,
}

/// A document that would be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlannedDocument {
    /// For which facility.
    pub facility_id: FacilityId,
    /// To whom; nobody of one that collects what several people used.
    pub person_id: Option<PersonId>,
    /// The company that owes it, and for whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collected: Option<Collected>,
    /// The name that stands on it.
    pub name: String,
    /// Their unit.
    pub unit_code: Option<String>,
    /// How they get it.
    pub reach: Reach,
    /// How many things it asks for.
    pub charges: usize,
    /// How many of them are differences to what was charged before.
    pub differences: usize,
    /// The energy.
    pub energy_wh: Energy,
    /// Without VAT.
    pub net: Money,
    /// The VAT.
    pub vat: Money,
    /// What rounding adds.
    pub rounding: Money,
    /// To be paid.
    pub payable: Money,
}

/// Something that is not charged in this run, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanWaiting {
    /// Why, as a stable word.
    pub code: String,
    /// Where.
    pub facility_id: FacilityId,
    /// Which session, if it is one.
    pub session_id: Option<SessionId>,
    /// Whose, if that is known.
    pub person_id: Option<PersonId>,
    /// Their name.
    pub name: Option<String>,
    /// When it began.
    pub at: Option<DateTime<Utc>>,
    /// The energy in it.
    pub energy_wh: Energy,
    /// The amount that waits, if it is known.
    pub amount: Option<Money>,
    /// The area whose price is missing.
    pub area: Option<PriceArea>,
    /// When the price is missing, half-open.
    pub missing: Vec<(DateTime<Utc>, DateTime<Utc>)>,
}

/// What a month run would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MonthPlan {
    /// The documents, by facility and name.
    pub documents: Vec<PlannedDocument>,
    /// What is not charged: the first thousand.
    pub waiting: Vec<PlanWaiting>,
    /// How much is not charged, by reason.
    pub waiting_counts: BTreeMap<String, usize>,
    /// How many sessions were looked at.
    pub sessions: usize,
    /// Whether what is to be paid was rounded to whole kronor; plans of before did not say.
    #[serde(default)]
    pub rounds: Option<bool>,
    /// Why nothing can be made of it yet, as a stable word.
    pub obstacle: Option<String>,
}

impl PlannedDocument {
    /// Who owes it; nothing of a plan that nobody could have written.
    pub(super) fn whom(&self) -> Option<Whom> {
        let collected = self.collected.as_ref();
        let company = collected.map(|it| Collector { company: it.company_id, reference: it.reference.clone() });
        company.map(Whom::Company).or(self.person_id.map(Whom::Person))
    }
}

impl MonthPlan {
    pub(super) fn add(&mut self, draft: &Draft) {
        let sums = &draft.document.sums;
        self.documents.push(PlannedDocument {
            facility_id: draft.document.facility_id,
            person_id: draft.document.person_id,
            collected: draft.collected(),
            name: draft.printed.recipient.name.clone(),
            unit_code: draft.printed.recipient.unit_code.clone(),
            reach: draft.reach,
            charges: draft.charges.len() + draft.open.len(),
            differences: draft.differences(),
            energy_wh: draft.energy(),
            net: sums.totals.net,
            vat: sums.totals.vat,
            rounding: sums.rounding,
            payable: sums.payable,
        });
    }

    pub(super) fn to_json(&self) -> Result<String> {
        serde_json::to_string(self).map_err(AppError::internal)
    }

    pub(super) fn wait(&mut self, it: PlanWaiting) {
        *self.waiting_counts.entry(it.code.clone()).or_default() += 1;
        if self.waiting.len() < MOST_WAITING {
            self.waiting.push(it);
        }
    }
}

/// How far a run has come, told to whoever waits for it.
pub(super) struct Steps<'p> {
    progress: Option<&'p Progress>,
    done: usize,
    total: usize,
}

impl<'p> Steps<'p> {
    pub(super) const fn new(progress: &'p Progress, total: usize) -> Self {
        Self { progress: Some(progress), done: 0, total }
    }

    /// Steps that nobody waits for.
    pub(super) const fn unseen() -> Self {
        Self { progress: None, done: 0, total: 0 }
    }

    /// So much more is done.
    pub(super) async fn on(&mut self, count: usize) -> Result<()> {
        self.done += count;
        // Sessions may have come since they were counted.
        match self.progress {
            Some(progress) => progress.at(self.done, self.total.max(self.done)).await,
            None => Ok(()),
        }
    }

    pub(super) const fn done(&self) -> usize {
        self.done
    }

    /// There is so much more to do than was known.
    pub(super) const fn more(&mut self, count: usize) {
        self.total += count;
    }
}
