//! The charge points of a training organisation: a garage on two floors, with every state that the desk can show.

use crate::charging::connector::Status;

/// A made-up circuit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrainingCircuit {
    /// What it is called.
    pub name: &'static str,
    /// What it hangs on, by its place in [`circuits`]; none for the main fuse.
    pub parent: Option<usize>,
    /// Its fuse, in ampere a phase.
    pub fuse_a: i64,
}

/// How far a made-up charge point has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrainingContact {
    /// Prepared, and not mounted yet.
    NeverCalled,
    /// It answers; its one connector is in this state, with this fault.
    Connected(Status, Option<&'static str>),
    /// It has not answered for so many minutes.
    Gone(i64),
}

/// A made-up charge point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrainingPoint {
    /// What people call it.
    pub name: String,
    /// What it calls itself.
    pub identity: String,
    /// What it hangs on, by its place in [`circuits`].
    pub circuit: usize,
    /// The most it may draw, in ampere; the fuse before it has 32.
    pub limit_a: i64,
    /// Nobody is to charge there.
    pub deactivated: bool,
    /// How far it has come.
    pub contact: TrainingContact,
}

/// A made-up tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrainingTag {
    /// What the reader reads.
    pub id_tag: String,
    /// What is written on it.
    pub label: Option<String>,
    /// Whose it is, by the place among the tenants; nobody's in the drawer.
    pub tenant: Option<usize>,
    /// It was lost.
    pub blocked: bool,
}

/// The fuse before each charge point, in ampere.
pub const FUSE_A: i64 = 32;

/// The circuits, each after what it hangs on.
pub const fn circuits() -> [TrainingCircuit; 3] {
    [
        TrainingCircuit { name: "Huvudsäkring", parent: None, fuse_a: 125 },
        TrainingCircuit { name: "Garage plan 1", parent: Some(0), fuse_a: 63 },
        TrainingCircuit { name: "Garage plan 2", parent: Some(0), fuse_a: 63 },
    ]
}

/// The charge points.
pub fn points() -> Vec<TrainingPoint> {
    use TrainingContact::{Connected, Gone, NeverCalled};
    let states = [
        (Connected(Status::Charging, None), 32, false),
        (Connected(Status::SuspendedEvse, None), 16, false),
        (Connected(Status::Available, None), 32, false),
        (Gone(52), 32, false),
        (Connected(Status::Charging, None), 16, false),
        (Connected(Status::SuspendedEv, None), 32, false),
        (Connected(Status::Available, None), 32, false),
        (Connected(Status::Preparing, None), 32, false),
        (Connected(Status::Available, None), 32, true),
        (Connected(Status::Finishing, None), 20, false),
        (Connected(Status::Faulted, Some("GroundFailure")), 32, false),
        (NeverCalled, 32, false),
    ];
    (1..)
        .zip(states)
        .map(|(number, (contact, limit_a, deactivated))| TrainingPoint {
            name: format!("P-{number:02}"),
            // Nothing outside calls itself so.
            identity: format!("OVNING-{number:02}"),
            circuit: if number <= 6 { 1 } else { 2 },
            limit_a,
            deactivated,
            contact,
        })
        .collect()
}

/// The tags: one for each of these tenants, of whom one has lost theirs, and some in the drawer.
pub fn tags(tenants: impl Iterator<Item = usize>, random: &mut fastrand::Rng) -> Vec<TrainingTag> {
    let mut read = || format!("04{:012X}", random.u64(..1 << 48));
    let mut tags: Vec<TrainingTag> = tenants
        .enumerate()
        .map(|(place, tenant)| TrainingTag { id_tag: read(), label: None, tenant: Some(tenant), blocked: place == 2 })
        .collect();
    tags.extend((1..=3).map(|number| TrainingTag {
        id_tag: read(),
        label: Some(format!("Reserv {number}")),
        tenant: None,
        blocked: false,
    }));
    tags
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charging::tag::IdTag;
    use std::collections::BTreeSet;

    #[test]
    fn every_state_can_be_looked_at_in_training() {
        let points = points();
        let connected: BTreeSet<_> = points
            .iter()
            .filter_map(|it| match it.contact {
                TrainingContact::Connected(status, _) => Some(status.word()),
                TrainingContact::NeverCalled | TrainingContact::Gone(_) => None,
            })
            .collect();
        assert!(connected.len() >= 7, "{connected:?}");
        assert!(points.iter().any(|it| it.contact == TrainingContact::NeverCalled));
        assert!(points.iter().any(|it| matches!(it.contact, TrainingContact::Gone(_))));
        assert!(points.iter().any(|it| it.deactivated) && points.iter().any(|it| it.limit_a < FUSE_A));
    }

    #[test]
    fn tags_of_training_are_tags_and_no_two_are_the_same() {
        let tags = tags(0..25, &mut fastrand::Rng::with_seed(7));
        let read: BTreeSet<_> = tags.iter().map(|it| IdTag::parse(&it.id_tag).unwrap()).collect();
        assert_eq!(read.len(), tags.len());
        assert!(tags.iter().any(|it| it.blocked) && tags.iter().any(|it| it.tenant.is_none()));
    }
}
