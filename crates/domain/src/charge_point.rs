//! Charge points: what hangs on a circuit, calls by OCPP and has connectors (EVC-05 to EVC-29).

use crate::circuit::{Circuit, check_fuse};
use crate::faults::Faults;
use crate::id::{ChargePointId, CircuitId, FacilityId};
use crate::walking_key::natural_key;
use crate::words::words;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub mod identity;
pub mod shown;

use identity::Identity;

words! {
    /// Whether a charge point is meant to work.
    ServiceState {
        /// It is.
        InService = "in_service",
        /// Nobody is to charge for the time being (EVC-23).
        Deactivated = "deactivated",
        /// Taken out of service for good; its history stays (EVC-25).
        Decommissioned = "decommissioned",
    }
}

words! {
    /// Who may charge (EVC-19).
    Access {
        /// Whoever plugs in.
        Everyone = "everyone",
        /// Whoever holds a tag of the organisation that is neither blocked nor expired.
        Tags = "tags",
    }
}

words! {
    /// How the register of the meter runs. Chargers do not say it; it shows in what they report.
    MeterKind {
        /// Not known yet.
        Learning = "learning",
        /// It only ever rises.
        Lifetime = "lifetime",
        /// It begins at zero with every session.
        PerSession = "per_session",
        /// It begins at zero when the charge point restarts.
        ResetsOnBoot = "resets_on_boot",
        /// It does now one thing and now another: somebody must look at each session.
        Mixed = "mixed",
    }
}

words! {
    /// Which phases of the circuit are connected to the phases of the charge point, in its order.
    PhaseRotation {
        /// L1, L2, L3.
        Rst = "RST",
        /// L1, L3, L2.
        Rts = "RTS",
        /// L2, L1, L3.
        Srt = "SRT",
        /// L2, L3, L1.
        Str = "STR",
        /// L3, L1, L2.
        Trs = "TRS",
        /// L3, L2, L1.
        Tsr = "TSR",
        /// L1 alone.
        L1 = "L1",
        /// L2 alone.
        L2 = "L2",
        /// L3 alone.
        L3 = "L3",
    }
}

impl PhaseRotation {
    /// How many phases are connected.
    pub const fn phases(self) -> i64 {
        if matches!(self, Self::L1 | Self::L2 | Self::L3) { 1 } else { 3 }
    }
}

/// What is typed in to prepare, adopt or change a charge point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ChargePointDraft {
    /// What it calls itself; left out where that is known already.
    pub identity: Option<String>,
    /// What people call it; unique in the facility.
    pub name: String,
    /// What it hangs on.
    pub circuit_id: CircuitId,
    /// The fuse before it, in ampere; the installer knows it (EVC-08).
    pub fuse_a: i64,
    /// How much it may draw, in ampere; as much as the fuse when left out.
    pub limit_a: Option<i64>,
    /// How it is wired.
    #[serde(default = "as_labelled")]
    pub phase_rotation: PhaseRotation,
    /// Who may charge.
    #[serde(default = "for_tags")]
    pub access: Access,
    /// Nobody is to charge for the time being.
    #[serde(default)]
    pub deactivated: bool,
    /// How its meter runs, when somebody knows better than what shows in its reports.
    pub meter_kind: Option<MeterKind>,
}

const fn as_labelled() -> PhaseRotation {
    PhaseRotation::Rst
}

/// A charge point that is open to everyone is so because somebody said so.
const fn for_tags() -> Access {
    Access::Tags
}

impl ChargePointDraft {
    /// Checks every field against the circuits of the facility.
    ///
    /// # Errors
    /// All faults at once.
    pub fn check(self, circuits: &[Circuit]) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let identity = self.identity.as_deref().map(str::trim).map(ToOwned::to_owned);
        if let Some(text) = &identity {
            faults.keep("identity", Identity::parse(text), |refusal| refusal.code().to_owned());
        }
        let name = faults.text("name", &self.name, 60);
        check_fuse(&mut faults, "fuseA", self.fuse_a);
        let limit_a = self.limit_a.unwrap_or(self.fuse_a);
        if limit_a < 1 {
            faults.add("limitA", "limit.out_of_range");
        } else if limit_a > self.fuse_a {
            faults.add("limitA", "limit.above_fuse");
        }
        match circuits.iter().find(|it| it.id == self.circuit_id) {
            None => faults.add("circuitId", "circuit.unknown"),
            Some(circuit) if circuit.phases < self.phase_rotation.phases() => {
                faults.add("phaseRotation", "phase_rotation.of_one_phase");
            }
            Some(_) => {}
        }
        if self.meter_kind == Some(MeterKind::Learning) {
            faults.add("meterKind", "meter_kind.unknown");
        }
        faults.none().map(|()| Self { identity, name, limit_a: Some(limit_a), ..self })
    }

    /// What it calls itself, where that is said.
    pub fn identity(&self) -> Option<Identity> {
        self.identity.as_deref().and_then(|text| Identity::parse(text).ok())
    }

    /// How much it may draw, in ampere.
    pub fn limit(&self) -> i64 {
        self.limit_a.unwrap_or(self.fuse_a)
    }

    /// The bytes by which charge points are sorted.
    pub fn walking_key(&self) -> Vec<u8> {
        natural_key(&self.name)
    }

    /// How its meter runs from now on, and whether somebody has said so.
    ///
    /// `was` is what was known before. What was learnt stays; what was said by hand is forgotten when it is taken back.
    pub fn meter(&self, was: (MeterKind, bool)) -> (MeterKind, bool) {
        match (self.meter_kind, was) {
            (Some(said), _) => (said, true),
            (None, (_, true)) => (MeterKind::Learning, false),
            (None, learnt) => learnt,
        }
    }
}

/// What a charge point says of itself when it starts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Nameplate {
    /// Who made it.
    pub vendor: Option<String>,
    /// Which model.
    pub model: Option<String>,
    /// Its number.
    pub serial_number: Option<String>,
    /// Which program runs in it.
    pub firmware_version: Option<String>,
}

/// A charge point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChargePoint {
    /// Its id.
    pub id: ChargePointId,
    /// Where it is, or was.
    pub facility_id: FacilityId,
    /// What it hangs on; none once it is decommissioned.
    pub circuit_id: Option<CircuitId>,
    /// What it calls itself.
    pub identity: Identity,
    /// What people call it.
    pub name: String,
    /// Whether it is meant to work.
    pub state: ServiceState,
    /// When it was taken out of service for good.
    pub decommissioned_at: Option<DateTime<Utc>>,
    /// Why.
    pub decommissioned_reason: Option<String>,
    /// What it says of itself.
    pub nameplate: Nameplate,
    /// The fuse before it, in ampere.
    pub fuse_a: i64,
    /// How much it may draw, in ampere.
    pub limit_a: i64,
    /// How it is wired.
    pub phase_rotation: PhaseRotation,
    /// Who may charge.
    pub access: Access,
    /// How its meter runs.
    pub meter_kind: MeterKind,
    /// Whether somebody has said how, so that it is not learnt.
    pub meter_kind_set_by_hand: bool,
    /// When it got its key; none while nothing lets it in.
    pub credential_set_at: Option<DateTime<Utc>>,
    /// Counts changes.
    pub row_version: i64,
    /// When it was prepared or adopted.
    pub created_at: DateTime<Utc>,
}

/// Words of a charge point as they can be kept and shown: without control characters, and no longer than a line.
pub fn said(text: &str) -> Option<String> {
    let kept: String = text.chars().filter(|c| !c.is_control()).take(LONGEST_WORDS).collect();
    Some(kept.trim().to_owned()).filter(|kept| !kept.is_empty())
}

/// OCPP 1.6 allows up to 50 characters for each of them; some firmwares say more.
const LONGEST_WORDS: usize = 100;

impl Nameplate {
    /// What a charge point says of itself, fit to be kept.
    pub fn read(vendor: &str, model: &str, serial_number: Option<&str>, firmware_version: Option<&str>) -> Self {
        Self {
            vendor: said(vendor),
            model: said(model),
            serial_number: serial_number.and_then(said),
            firmware_version: firmware_version.and_then(said),
        }
    }
}

/// What a charge point says of one of its connectors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConnectorReport {
    /// Which one; 0 is the whole charge point.
    pub number: i64,
    /// The word of the standard for how it is.
    pub status: String,
    /// The word of the standard for what is wrong; none when nothing is.
    pub error_code: Option<String>,
    /// More words on it.
    pub info: Option<String>,
    /// The maker's own code.
    pub vendor_error_code: Option<String>,
    /// When it became so, by the clock of the charge point.
    pub status_at: Option<DateTime<Utc>>,
    /// When it was heard, by ours.
    pub heard_at: DateTime<Utc>,
}

impl ChargePoint {
    /// What would be typed in to get it as it is; none once it hangs on no circuit.
    pub fn draft(&self) -> Option<ChargePointDraft> {
        Some(ChargePointDraft {
            identity: Some(self.identity.as_str().to_owned()),
            name: self.name.clone(),
            circuit_id: self.circuit_id?,
            fuse_a: self.fuse_a,
            limit_a: Some(self.limit_a),
            phase_rotation: self.phase_rotation,
            access: self.access,
            deactivated: self.state == ServiceState::Deactivated,
            meter_kind: Some(self.meter_kind).filter(|_| self.meter_kind_set_by_hand),
        })
    }
}

/// What is known of the connection to a charge point.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// Whether a connection stands.
    pub connected: bool,
    /// Since when, or since when the last one did.
    pub connected_at: Option<DateTime<Utc>>,
    /// When the last connection ended.
    pub disconnected_at: Option<DateTime<Utc>>,
    /// When anything was heard last.
    pub heard_at: Option<DateTime<Utc>>,
    /// From where it calls.
    pub remote_address: Option<String>,
    /// When it said last that it has started.
    pub booted_at: Option<DateTime<Utc>>,
    /// By how much its clock is ahead of ours, in milliseconds; negative when it is behind.
    pub clock_ahead_ms: Option<i64>,
}

/// Calls in the name of a charge point without its key, since it was let in last: it has another key than the one that it
/// was given, or it is not the charge point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TurnedAway {
    /// When, the last of them.
    pub at: DateTime<Utc>,
    /// How many.
    pub count: i64,
    /// From where, the last of them.
    pub remote_address: Option<String>,
}

/// A charge point that calls and is not known here: it waits until somebody adopts it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingChargePoint {
    /// What it calls itself.
    pub identity: Identity,
    /// When it called first.
    pub first_seen_at: DateTime<Utc>,
    /// When it called last.
    pub last_seen_at: DateTime<Utc>,
    /// How often it has called.
    pub attempts: i64,
    /// From where it calls.
    pub remote_address: Option<String>,
    /// Whether it brought a key, which cannot be right.
    pub presented_credential: bool,
    /// What it says of itself.
    pub nameplate: Nameplate,
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use uuid::Uuid;

    const CIRCUIT: CircuitId = CircuitId(Uuid::from_u128(1));

    fn circuits(phases: i64) -> [Circuit; 1] {
        [Circuit {
            id: CIRCUIT,
            facility_id: FacilityId(Uuid::nil()),
            parent_id: None,
            name: "G1".into(),
            fuse_a: 63,
            phases,
            row_version: 1,
        }]
    }

    fn draft() -> ChargePointDraft {
        ChargePointDraft {
            identity: None,
            name: " P-02 ".into(),
            circuit_id: CIRCUIT,
            fuse_a: 32,
            limit_a: None,
            phase_rotation: PhaseRotation::Rst,
            access: Access::Tags,
            deactivated: false,
            meter_kind: None,
        }
    }

    fn fault(draft: ChargePointDraft, phases: i64) -> Option<(String, String)> {
        draft.check(&circuits(phases)).err().and_then(|faults| faults.0.into_iter().next())
    }

    #[test]
    fn evc_08_a_limit_is_at_most_the_fuse_and_the_fuse_when_nobody_set_one() {
        assert_eq!(draft().check(&circuits(3)).unwrap().limit_a, Some(32));
        assert_eq!(fault(ChargePointDraft { limit_a: Some(32), ..draft() }, 3), None);
        let above = fault(ChargePointDraft { limit_a: Some(33), ..draft() }, 3);
        assert_eq!(above, Some(("limitA".into(), "limit.above_fuse".into())));
        let none = fault(ChargePointDraft { limit_a: Some(0), ..draft() }, 3);
        assert_eq!(none, Some(("limitA".into(), "limit.out_of_range".into())));
    }

    #[test]
    fn an_identity_is_checked_where_one_is_given() {
        let named = |text: &str| ChargePointDraft { identity: Some(text.into()), ..draft() };
        assert_eq!(named(" CP1 ").check(&circuits(3)).unwrap().identity(), Identity::parse("CP1").ok());
        assert_eq!(fault(named("a/b"), 3), Some(("identity".into(), "identity.malformed".into())));
    }

    #[test]
    fn three_phases_are_not_wired_to_one() {
        assert_eq!(fault(draft(), 1), Some(("phaseRotation".into(), "phase_rotation.of_one_phase".into())));
        assert_eq!(fault(ChargePointDraft { phase_rotation: PhaseRotation::L2, ..draft() }, 1), None);
    }

    #[test]
    fn a_charge_point_hangs_on_a_circuit_of_its_facility() {
        let elsewhere = ChargePointDraft { circuit_id: CircuitId(Uuid::nil()), ..draft() };
        assert_eq!(fault(elsewhere, 3), Some(("circuitId".into(), "circuit.unknown".into())));
    }

    #[test]
    fn what_a_charge_point_says_is_kept_without_what_nobody_can_read() {
        assert_eq!(said(" Zap\u{0}tec\n ").as_deref(), Some("Zaptec"));
        assert_eq!(said("\u{0} "), None);
        assert_eq!(said(&"å".repeat(1_000)).map(|kept| kept.chars().count()), Some(LONGEST_WORDS));
    }

    #[rstest]
    #[case::learnt_stays(None, (MeterKind::Lifetime, false), (MeterKind::Lifetime, false))]
    #[case::said(Some(MeterKind::PerSession), (MeterKind::Lifetime, false), (MeterKind::PerSession, true))]
    #[case::taken_back(None, (MeterKind::PerSession, true), (MeterKind::Learning, false))]
    fn what_somebody_says_of_a_meter_beats_what_was_learnt(
        #[case] said: Option<MeterKind>,
        #[case] was: (MeterKind, bool),
        #[case] expected: (MeterKind, bool),
    ) {
        assert_eq!(ChargePointDraft { meter_kind: said, ..draft() }.meter(was), expected);
    }
}
