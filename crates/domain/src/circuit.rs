//! Circuits: the fuses of a facility as a tree, from the main fuse down to what charge points hang on (EVC-08, EVC-12).

use crate::faults::Faults;
use crate::id::{CircuitId, FacilityId};
use crate::walking_key::natural_key;
use serde::{Deserialize, Serialize};

/// The largest fuse that is taken: beyond it, a number is a slip of the keyboard.
pub const MOST_FUSE_A: i64 = 4_000;

/// What is typed in to add or change a circuit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CircuitDraft {
    /// What people call it; unique in the facility.
    pub name: String,
    /// What it hangs on; none for the main fuse.
    pub parent_id: Option<CircuitId>,
    /// Its fuse, in ampere a phase.
    pub fuse_a: i64,
    /// One or three.
    pub phases: i64,
}

/// A circuit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circuit {
    /// Its id.
    pub id: CircuitId,
    /// Where it is.
    pub facility_id: FacilityId,
    /// What it hangs on; none for the main fuse.
    pub parent_id: Option<CircuitId>,
    /// What people call it.
    pub name: String,
    /// Its fuse, in ampere a phase.
    pub fuse_a: i64,
    /// One or three.
    pub phases: i64,
    /// Counts changes.
    pub row_version: i64,
}

impl From<&Circuit> for CircuitDraft {
    fn from(it: &Circuit) -> Self {
        Self { name: it.name.clone(), parent_id: it.parent_id, fuse_a: it.fuse_a, phases: it.phases }
    }
}

/// Checks a fuse that somebody has typed.
pub(crate) fn check_fuse(faults: &mut Faults, field: &str, fuse_a: i64) {
    if !(1..=MOST_FUSE_A).contains(&fuse_a) {
        faults.add(field, "fuse.out_of_range");
    }
}

impl CircuitDraft {
    /// Checks every field, and the place in the tree: one main fuse, nothing below itself, and three phases only below
    /// three.
    ///
    /// `others` are the circuits of the facility; `me` is the one that changes, none for a new one. A fuse that is larger
    /// than the one above it is taken, and said in [`exceeds`]: whoever has made a main fuse smaller keeps the fuses
    /// behind it.
    ///
    /// # Errors
    /// All faults at once.
    pub fn check(self, others: &[Circuit], me: Option<CircuitId>) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let checked = Self { name: faults.text("name", &self.name, 60), ..self };
        check_fuse(&mut faults, "fuseA", checked.fuse_a);
        if !matches!(checked.phases, 1 | 3) {
            faults.add("phases", "phases.unknown");
        }
        let parent = checked.parent_id.map(|id| others.iter().find(|it| it.id == id));
        match parent {
            None if others.iter().any(|it| it.parent_id.is_none() && Some(it.id) != me) => {
                faults.add("parentId", "circuit.second_main_fuse");
            }
            Some(None) => faults.add("parentId", "circuit.unknown"),
            Some(Some(above)) if me.is_some_and(|me| is_in(others, above.id, me)) => {
                faults.add("parentId", "circuit.below_itself");
            }
            Some(Some(above)) if above.phases < checked.phases => faults.add("phases", "phases.more_than_above"),
            None | Some(Some(_)) => {}
        }
        let narrows =
            others.iter().any(|it| it.parent_id.is_some() && it.parent_id == me && it.phases > checked.phases);
        if narrows {
            faults.add("phases", "phases.fewer_than_below");
        }
        faults.none().map(|()| checked)
    }

    /// The bytes by which circuits beside each other are sorted.
    pub fn walking_key(&self) -> Vec<u8> {
        natural_key(&self.name)
    }
}

/// Whether a circuit is the other one or hangs somewhere below it.
fn is_in(circuits: &[Circuit], it: CircuitId, top: CircuitId) -> bool {
    let mut at = Some(it);
    // No way up is longer than there are circuits.
    for _ in 0..=circuits.len() {
        match at {
            Some(id) if id == top => return true,
            Some(id) => at = circuits.iter().find(|circuit| circuit.id == id).and_then(|circuit| circuit.parent_id),
            None => return false,
        }
    }
    false
}

/// Whether a circuit has a larger fuse than the one above it, so that the one above goes first.
pub fn exceeds(circuits: &[Circuit], it: &Circuit) -> bool {
    it.parent_id
        .and_then(|parent| circuits.iter().find(|circuit| circuit.id == parent))
        .is_some_and(|above| above.fuse_a < it.fuse_a)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use uuid::Uuid;

    const fn id(n: u128) -> CircuitId {
        CircuitId(Uuid::from_u128(n))
    }

    /// Main fuse 1, below it 2, below that 3.
    fn tree() -> Vec<Circuit> {
        [(1, None, 63), (2, Some(1), 32), (3, Some(2), 16)]
            .map(|(n, parent, fuse_a)| Circuit {
                id: id(n),
                facility_id: FacilityId(Uuid::nil()),
                parent_id: parent.map(id),
                name: format!("G{n}"),
                fuse_a,
                phases: 3,
                row_version: 1,
            })
            .to_vec()
    }

    fn draft(parent: Option<u128>) -> CircuitDraft {
        CircuitDraft { name: " Garage ".into(), parent_id: parent.map(id), fuse_a: 25, phases: 3 }
    }

    fn faults(draft: CircuitDraft, me: Option<u128>) -> Vec<(String, String)> {
        draft.check(&tree(), me.map(id)).err().map(|faults| faults.0.into_iter().collect()).unwrap_or_default()
    }

    #[rstest]
    #[case::below_the_main_fuse(Some(1), None, None)]
    #[case::a_second_main_fuse(None, None, Some(("parentId", "circuit.second_main_fuse")))]
    #[case::the_main_fuse_stays(None, Some(1), None)]
    #[case::below_what_is_elsewhere(Some(9), None, Some(("parentId", "circuit.unknown")))]
    #[case::below_itself(Some(2), Some(2), Some(("parentId", "circuit.below_itself")))]
    #[case::below_its_own_child(Some(3), Some(2), Some(("parentId", "circuit.below_itself")))]
    #[case::the_main_fuse_below_a_child(Some(3), Some(1), Some(("parentId", "circuit.below_itself")))]
    #[case::moved_up(Some(1), Some(3), None)]
    fn evc_12_circuits_are_one_tree(
        #[case] parent: Option<u128>,
        #[case] me: Option<u128>,
        #[case] expected: Option<(&str, &str)>,
    ) {
        let expected: Vec<_> = expected.map(|(field, code)| (field.to_owned(), code.to_owned())).into_iter().collect();
        assert_eq!(faults(draft(parent), me), expected);
    }

    #[test]
    fn three_phases_hang_only_below_three() {
        let mut tree = tree();
        tree[0].phases = 1;
        let refused = draft(Some(1)).check(&tree, None).unwrap_err();
        assert_eq!(refused.0["phases"], "phases.more_than_above");
        let narrowed = CircuitDraft { phases: 1, ..draft(None) }.check(&self::tree(), Some(id(1))).unwrap_err();
        assert_eq!(narrowed.0["phases"], "phases.fewer_than_below");
        assert!(CircuitDraft { phases: 1, ..draft(Some(2)) }.check(&self::tree(), Some(id(3))).is_ok());
    }

    #[rstest]
    #[case(0)]
    #[case(-16)]
    #[case(4_001)]
    fn a_fuse_is_a_fuse(#[case] fuse_a: i64) {
        assert_eq!(faults(CircuitDraft { fuse_a, phases: 2, name: " ".into(), ..draft(Some(1)) }, None).len(), 3);
    }

    #[test]
    fn a_fuse_behind_a_smaller_one_is_taken_and_said() {
        let mut tree = tree();
        assert!(!tree.iter().any(|it| exceeds(&tree, it)));
        tree[0].fuse_a = 20;
        let said: Vec<_> = tree.iter().filter(|it| exceeds(&tree, it)).map(|it| it.id).collect();
        assert_eq!(said, [id(2)]);
        assert!(CircuitDraft { fuse_a: 80, ..draft(Some(1)) }.check(&tree, None).is_ok());
    }
}
