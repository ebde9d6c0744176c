//! How a charge point is, rolled up from its connectors, and how a facility is, rolled up from its charge points.

use super::{ChargePoint, ConnectorReport, Contact, ServiceState};
use crate::charging::connector::{Known, Shown, Status};
use chrono::{DateTime, Utc};

/// A connector as the desk shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownConnector {
    /// What it said last.
    pub report: ConnectorReport,
    /// How it is.
    pub shown: Shown,
}

/// The states of the desk, the one that needs somebody most first.
///
/// What is out of order by itself comes before what somebody has put out of order; then comes where something goes on.
const WORST_FIRST: [Shown; 13] = [
    Shown::Fault,
    Shown::Offline,
    Shown::Unknown,
    Shown::Deactivated,
    Shown::Charging,
    Shown::Waiting,
    Shown::PausedByCar,
    Shown::Preparing,
    Shown::Finished,
    Shown::Reserved,
    Shown::Ready,
    Shown::Expected,
    Shown::Decommissioned,
];

/// The worst of several states; none of none.
pub fn worst(states: impl IntoIterator<Item = Shown>) -> Option<Shown> {
    states.into_iter().min_by_key(|shown| WORST_FIRST.iter().position(|it| it == shown))
}

/// How a charge point and each of its connectors is now. Number 0, the whole, is not among the connectors.
///
/// There is no contact with one that was prepared and has never called: nothing is wrong with it.
pub fn shown(
    it: &ChargePoint,
    contact: Option<&Contact>,
    reports: &[ConnectorReport],
    now: DateTime<Utc>,
) -> (Shown, Vec<ShownConnector>) {
    let known = |report: Option<&ConnectorReport>| {
        let shown = Known {
            reported: report.and_then(|report| Some((Status::read(&report.status)?, report.heard_at))),
            heard_at: contact.and_then(|contact| contact.heard_at),
            connected: contact.is_some_and(|contact| contact.connected),
            decommissioned: it.state == ServiceState::Decommissioned,
        }
        .shown(now);
        // Faulted comes before deactivated, and deactivated before everything else (EVC-23): nobody can charge there, so
        // it is nobody's loss that it does not answer.
        match shown {
            Shown::Fault | Shown::Decommissioned => shown,
            _ if it.state == ServiceState::Deactivated => Shown::Deactivated,
            _ if contact.is_none() => Shown::Expected,
            _ => shown,
        }
    };
    let whole = reports.iter().find(|report| report.number == 0);
    let of_whole = known(whole);
    let connectors: Vec<ShownConnector> = reports
        .iter()
        .filter(|report| report.number > 0)
        .map(|report| {
            let shown = known(Some(report));
            // What is said of the whole holds for each part: it is broken, or out of service.
            let shown = match (of_whole, shown) {
                (Shown::Fault, _) => Shown::Fault,
                (Shown::Deactivated, shown) if shown != Shown::Fault => Shown::Deactivated,
                (_, shown) => shown,
            };
            ShownConnector { report: report.clone(), shown }
        })
        .collect();
    let of_point = worst(connectors.iter().map(|connector| connector.shown)).unwrap_or(of_whole);
    (of_point, connectors)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charge_point::{Access, MeterKind, Nameplate, PhaseRotation, identity::Identity};
    use crate::id::{ChargePointId, FacilityId};
    use chrono::TimeDelta;
    use rstest::rstest;
    use uuid::Uuid;

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn point(state: ServiceState) -> ChargePoint {
        ChargePoint {
            id: ChargePointId(Uuid::nil()),
            facility_id: FacilityId(Uuid::nil()),
            circuit_id: None,
            identity: Identity::parse("CP1").unwrap(),
            name: "P-01".into(),
            state,
            decommissioned_at: None,
            decommissioned_reason: None,
            nameplate: Nameplate::default(),
            fuse_a: 32,
            limit_a: 32,
            phase_rotation: PhaseRotation::Rst,
            access: Access::Tags,
            meter_kind: MeterKind::Learning,
            meter_kind_set_by_hand: false,
            credential_set_at: None,
            row_version: 1,
            created_at: NOW,
        }
    }

    fn report(number: i64, status: &str) -> ConnectorReport {
        ConnectorReport {
            number,
            status: status.into(),
            error_code: None,
            info: None,
            vendor_error_code: None,
            status_at: None,
            heard_at: NOW,
        }
    }

    fn states(state: ServiceState, connected: bool, reports: &[(i64, &str)]) -> (Shown, Vec<Shown>) {
        let contact = Contact { connected, heard_at: Some(NOW), ..Contact::default() };
        let reports: Vec<_> = reports.iter().map(|(number, status)| report(*number, status)).collect();
        let (whole, connectors) = shown(&point(state), Some(&contact), &reports, NOW);
        (whole, connectors.into_iter().map(|connector| connector.shown).collect())
    }

    #[rstest]
    #[case::each_for_itself(&[(0, "Available"), (1, "Charging"), (2, "Available")], Shown::Charging, &[Shown::Charging, Shown::Ready])]
    #[case::one_is_broken(&[(1, "Faulted"), (2, "Charging")], Shown::Fault, &[Shown::Fault, Shown::Charging])]
    #[case::the_whole_is_broken(&[(0, "Faulted"), (1, "Available")], Shown::Fault, &[Shown::Fault])]
    #[case::the_whole_is_closed(&[(0, "Unavailable"), (1, "Available"), (2, "Faulted")], Shown::Fault, &[Shown::Deactivated, Shown::Fault])]
    #[case::only_the_whole_has_spoken(&[(0, "Available")], Shown::Ready, &[])]
    #[case::nothing_was_said(&[], Shown::Unknown, &[])]
    #[case::a_word_that_nobody_knows(&[(1, "Dreaming")], Shown::Unknown, &[Shown::Unknown])]
    fn a_charge_point_is_as_its_connectors_are(
        #[case] reports: &[(i64, &str)],
        #[case] whole: Shown,
        #[case] each: &[Shown],
    ) {
        assert_eq!(states(ServiceState::InService, true, reports), (whole, each.to_vec()));
    }

    #[rstest]
    #[case::deactivated(ServiceState::Deactivated, true, "Charging", Shown::Deactivated)]
    #[case::deactivated_and_away(ServiceState::Deactivated, false, "Available", Shown::Deactivated)]
    #[case::deactivated_and_broken(ServiceState::Deactivated, true, "Faulted", Shown::Fault)]
    #[case::away(ServiceState::InService, false, "Faulted", Shown::Offline)]
    #[case::gone(ServiceState::Decommissioned, false, "Faulted", Shown::Decommissioned)]
    fn evc_23_broken_comes_before_deactivated_and_deactivated_before_the_rest(
        #[case] state: ServiceState,
        #[case] connected: bool,
        #[case] status: &str,
        #[case] expected: Shown,
    ) {
        assert_eq!(states(state, connected, &[(1, status)]).0, expected);
    }

    #[rstest]
    #[case::prepared(ServiceState::InService, Shown::Expected)]
    #[case::deactivated(ServiceState::Deactivated, Shown::Deactivated)]
    #[case::gone(ServiceState::Decommissioned, Shown::Decommissioned)]
    fn what_has_never_called_is_expected_and_not_missed(#[case] state: ServiceState, #[case] expected: Shown) {
        assert_eq!(shown(&point(state), None, &[], NOW), (expected, Vec::new()));
    }

    #[test]
    fn evc_12_the_worst_is_what_needs_somebody_most() {
        assert_eq!(worst([Shown::Ready, Shown::Offline, Shown::Fault]), Some(Shown::Fault));
        assert_eq!(worst([Shown::Ready, Shown::Charging]), Some(Shown::Charging));
        assert_eq!(worst([]), None);
        for shown in Shown::ALL {
            assert!(WORST_FIRST.contains(shown), "{}", shown.word());
        }
    }

    #[test]
    fn silence_makes_every_state_unknown() {
        let contact = Contact { connected: true, heard_at: Some(NOW), ..Contact::default() };
        let later = NOW + TimeDelta::hours(1);
        let (whole, _) = shown(&point(ServiceState::InService), Some(&contact), &[report(1, "Charging")], later);
        assert_eq!(whole, Shown::Unknown);
    }
}
