//! What a reminder run would do, as it is shown before anything is made.

use crate::error::{AppError, Result};
use crate::month_run::Reach;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use stolpe_domain::id::{CompanyId, DocumentId, FacilityId, PersonId};
use stolpe_domain::money::Money;

/// An invoice that would be reminded of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlannedInvoice {
    /// Which.
    pub id: DocumentId,
    /// Its number.
    pub number: String,
    /// When it fell due.
    pub due_on: NaiveDate,
    /// How many days ago that is.
    pub days_late: i64,
    /// What is open of it.
    pub open: Money,
    /// The interest that is asked for on it now.
    pub interest: Money,
    /// How many reminders it has had.
    pub reminders: i64,
}

/// A reminder that would be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlannedReminder {
    /// For which facility.
    pub facility_id: FacilityId,
    /// To whom; nobody of one to a company that collects.
    pub person_id: Option<PersonId>,
    /// What such a company finds the right desk by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collector: Option<(CompanyId, Option<String>)>,
    /// The name that stands on it.
    pub name: String,
    /// The company that pays in their place.
    #[serde(default)]
    pub payer: Option<String>,
    /// Their unit.
    pub unit_code: Option<String>,
    /// How they get it.
    pub reach: Reach,
    /// What it is for, the oldest first.
    pub invoices: Vec<PlannedInvoice>,
    /// What it costs.
    pub fee: Money,
    /// The interest.
    pub interest: Money,
    /// What it asks for in all, the invoices among it.
    pub total: Money,
}

/// An invoice that is overdue and not reminded of, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReminderLeftOut {
    /// Why, as a stable word.
    pub code: String,
    /// Which.
    pub document_id: DocumentId,
    /// Its number.
    pub number: String,
    /// For which facility.
    pub facility_id: FacilityId,
    /// Whom it is for.
    pub person_id: Option<PersonId>,
    /// Their name.
    pub name: String,
    /// When it fell due.
    pub due_on: NaiveDate,
    /// What is open of it.
    pub open: Money,
    /// The half-year whose rate is not known, if that is why.
    pub half_year: Option<NaiveDate>,
}

/// What a reminder run would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReminderPlan {
    /// The reminders, by name.
    pub reminders: Vec<PlannedReminder>,
    /// What is overdue and left out.
    pub left_out: Vec<ReminderLeftOut>,
    /// How much is left out, by reason.
    pub left_out_counts: BTreeMap<String, usize>,
    /// Why nothing can be made of it yet, as a stable word.
    pub obstacle: Option<String>,
    /// What was made of it: how many reminders, and who owed something else by then.
    #[serde(default)]
    pub made: Option<MadeReminders>,
}

/// What came of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MadeReminders {
    /// How many reminders.
    pub reminders: usize,
    /// How many messages wait with them.
    pub messages: usize,
    /// Who was to be reminded and was not, since something had changed.
    pub changed: Vec<String>,
}

impl ReminderPlan {
    pub(super) fn of_json(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(AppError::internal)
    }

    pub(super) fn to_json(&self) -> Result<String> {
        serde_json::to_string(self).map_err(AppError::internal)
    }

    pub(super) fn leave_out(&mut self, it: ReminderLeftOut) {
        *self.left_out_counts.entry(it.code.clone()).or_default() += 1;
        self.left_out.push(it);
    }
}
