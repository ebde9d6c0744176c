//! Tags of an organisation: what a card reader reads, and whose it is.

use crate::faults::Faults;
use crate::id::{OrganisationId, PersonId, TagId};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// What is typed in to add or change a tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TagDraft {
    /// What is printed on it or written beside it.
    pub label: Option<String>,
    /// Whose it is; nobody's while it lies in a drawer.
    pub person_id: Option<PersonId>,
    /// Whether it is blocked.
    #[serde(default)]
    pub blocked: bool,
    /// The last day on which it is taken.
    pub expires_on: Option<NaiveDate>,
}

impl TagDraft {
    /// Checks every field.
    ///
    /// # Errors
    /// All faults at once.
    pub fn check(self) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let label = faults.optional_text("label", self.label.as_deref(), 60);
        faults.none().map(|()| Self { label, ..self })
    }
}

/// A tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Its id.
    pub id: TagId,
    /// Whose people charge with it.
    pub organisation_id: OrganisationId,
    /// What the reader reads, in upper case.
    pub id_tag: String,
    /// What is printed on it or written beside it.
    pub label: Option<String>,
    /// Whose it is.
    pub person_id: Option<PersonId>,
    /// Since when it is blocked.
    pub blocked_at: Option<DateTime<Utc>>,
    /// The last day on which it is taken.
    pub expires_on: Option<NaiveDate>,
    /// Counts changes.
    pub row_version: i64,
}

impl From<&Tag> for TagDraft {
    fn from(it: &Tag) -> Self {
        Self {
            label: it.label.clone(),
            person_id: it.person_id,
            blocked: it.blocked_at.is_some(),
            expires_on: it.expires_on,
        }
    }
}

impl Tag {
    /// Whether it is taken on that day.
    pub fn is_good(&self, today: NaiveDate) -> bool {
        self.blocked_at.is_none() && self.expires_on.is_none_or(|last| today <= last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use uuid::Uuid;

    const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();

    #[rstest]
    #[case::without_an_end(None, false, true)]
    #[case::on_its_last_day(Some(TODAY), false, true)]
    #[case::the_day_after(TODAY.pred_opt(), false, false)]
    #[case::blocked(None, true, false)]
    fn a_tag_is_taken_until_it_is_blocked_or_over(
        #[case] expires_on: Option<NaiveDate>,
        #[case] blocked: bool,
        #[case] good: bool,
    ) {
        let tag = Tag {
            id: TagId(Uuid::nil()),
            organisation_id: OrganisationId(Uuid::nil()),
            id_tag: "04A2B3C4".into(),
            label: None,
            person_id: None,
            blocked_at: blocked.then_some(DateTime::UNIX_EPOCH),
            expires_on,
            row_version: 1,
        };
        assert_eq!(tag.is_good(TODAY), good);
    }
}
