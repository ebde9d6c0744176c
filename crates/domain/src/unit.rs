//! Units: the apartment, parking space or berth that a balance or an invoice hangs on (PRE-09).

use crate::faults::Faults;
use crate::id::{FacilityId, UnitId};
use crate::walking_key::natural_key;
use serde::{Deserialize, Serialize};

/// What a unit is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// A dwelling.
    #[default]
    Apartment,
    /// A place to park.
    ParkingSpace,
    /// A place to moor.
    Berth,
    /// A shop, office or store room.
    Premises,
}

impl UnitKind {
    /// All kinds, in the order in which choices list them.
    pub const ALL: [Self; 4] = [Self::Apartment, Self::ParkingSpace, Self::Berth, Self::Premises];

    /// The stable word in SQL.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Apartment => "apartment",
            Self::ParkingSpace => "parking_space",
            Self::Berth => "berth",
            Self::Premises => "premises",
        }
    }

    /// The kind of a stable word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// What is typed in to add or change a unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UnitDraft {
    /// The object code, such as A1101; unique in the facility.
    pub code: String,
    /// What it is.
    pub kind: UnitKind,
    /// Stairwell, floor or pontoon: where one walks to find it.
    pub section: Option<String>,
}

impl UnitDraft {
    /// Checks every field.
    ///
    /// # Errors
    /// All faults at once.
    pub fn check(self) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let checked = Self {
            code: faults.text("code", &self.code, 40),
            kind: self.kind,
            section: faults.optional_text("section", self.section.as_deref(), 60),
        };
        faults.none().map(|()| checked)
    }

    /// The bytes by which units sort for walking: section first, numbers by value ("2" before "10").
    pub fn walking_key(&self) -> Vec<u8> {
        let mut key = natural_key(self.section.as_deref().unwrap_or_default());
        key.push(0);
        key.extend(natural_key(&self.code));
        key
    }
}

/// A unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its id.
    pub id: UnitId,
    /// Where it is.
    pub facility_id: FacilityId,
    /// The object code.
    pub code: String,
    /// What it is.
    pub kind: UnitKind,
    /// Stairwell, floor or pontoon.
    pub section: Option<String>,
    /// Counts changes.
    pub row_version: i64,
}

impl From<&Unit> for UnitDraft {
    fn from(it: &Unit) -> Self {
        Self { code: it.code.clone(), kind: it.kind, section: it.section.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key(section: Option<&str>, code: &str) -> Vec<u8> {
        UnitDraft { code: code.into(), kind: UnitKind::Apartment, section: section.map(Into::into) }.walking_key()
    }

    #[test]
    fn a_walk_goes_through_the_stairwells_and_counts_upwards() {
        let mut walk = [(Some("B"), "2"), (Some("A"), "10"), (Some("A"), "9"), (None, "A1101"), (Some("A"), "9b")];
        walk.sort_by_key(|(section, code)| key(*section, code));
        assert_eq!(walk.map(|(_, code)| code), ["A1101", "9", "9b", "10", "2"]);
    }

    proptest! {
        #[test]
        fn numbers_sort_by_value(a in 0u64..1_000_000, b in 0u64..1_000_000) {
            prop_assert_eq!(a.cmp(&b), key(None, &format!("P-{a}")).cmp(&key(None, &format!("P-{b}"))));
        }
    }
}
