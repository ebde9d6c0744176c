//! What stands in the columns of files about charging.

use super::columns::{spec, sum, worded, yes_no};
use super::local;
use crate::charge_point::OpenChargePoint;
use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;
use stolpe_documents::catalogue;
use stolpe_documents::table_out::{Cell, TableSpec};
use stolpe_domain::charging::doubt::Doubt;
use stolpe_domain::charging::session::SessionState;
use stolpe_domain::circuit::Circuit;
use stolpe_domain::energy::Energy;
use stolpe_domain::language::Language;
use stolpe_domain::person::{Person, VEIL};
use stolpe_domain::tag::Tag;
use stolpe_store::session::NamedSession;

/// Kilowatt-hours to the watt-hour.
pub(super) const fn kwh(energy: Energy) -> Cell {
    Cell::Decimal { unscaled: energy.wh(), scale: 3 }
}

/// The columns of sessions. Times stand as they are read at the facility, and once more in universal time: in the autumn
/// an hour comes twice.
pub(super) fn sessions(language: Language) -> TableSpec {
    let mut spec = spec(
        language,
        ["Laddsessioner", "Ladeøkter", "Sessions"],
        &[
            ("startedAt", ["Början", "Start", "Begin"]),
            ("stoppedAt", ["Slut", "Slutt", "End"]),
            ("chargePointName", ["Laddare", "Lader", "Charge point"]),
            ("chargePointIdentity", ["Identitet", "Identitet", "Identity"]),
            ("connector", ["Uttag", "Uttak", "Connector"]),
            ("personName", ["Vem", "Hvem", "Who"]),
            ("personEmail", ["E-post", "E-post", "Email"]),
            ("tag", ["Laddbricka", "Ladebrikke", "Tag"]),
            ("energyKwh", ["kWh", "kWh", "kWh"]),
            ("durationMinutes", ["Minuter", "Minutter", "Minutes"]),
            ("state", ["Läge", "Status", "State"]),
            ("doubts", ["Anmärkningar", "Anmerkninger", "Doubts"]),
            ("chargeState", ["Debitering", "Belastning", "Charge"]),
            ("documentNumber", ["Fakturanummer", "Fakturanummer", "Invoice number"]),
            (
                "meterStartKwh",
                ["Mätarställning vid början (kWh)", "Målerstand ved start (kWh)", "Meter at start (kWh)"],
            ),
            ("meterStopKwh", ["Mätarställning vid slutet (kWh)", "Målerstand ved slutt (kWh)", "Meter at stop (kWh)"]),
            ("transactionId", ["Laddarens nummer", "Laderens nummer", "Charge point's number"]),
            ("stopReason", ["Slutade för att", "Sluttet fordi", "Ended because"]),
            ("facilityCode", ["Anläggnings-ID", "Anleggs-ID", "Facility ID"]),
            ("startedUtc", ["Början (UTC)", "Start (UTC)", "Begin (UTC)"]),
            ("stoppedUtc", ["Slut (UTC)", "Slutt (UTC)", "End (UTC)"]),
            ("id", ["ID", "ID", "ID"]),
        ],
    );
    sum(&mut spec, &["energyKwh"]);
    spec
}

/// Where a facility is, for its rows.
#[derive(Clone, Debug)]
pub(super) struct Site {
    pub(super) code: String,
    pub(super) zone: Tz,
}

fn instant(at: Option<DateTime<Utc>>, zone: Tz) -> Cell {
    at.map_or(Cell::Empty, |at| Cell::Instant(local(at, zone)))
}

fn universal(at: Option<DateTime<Utc>>) -> Cell {
    at.map(|at| at.to_rfc3339_opts(SecondsFormat::AutoSi, true)).into()
}

/// Who it is, as a file may say, and their address. Of somebody with protected identity it is said that there is one.
pub(super) fn who(person: Option<&Person>) -> [Cell; 2] {
    match person {
        None => [Cell::Empty, Cell::Empty],
        Some(it) if it.draft.protected_identity => [Cell::from(VEIL), Cell::Empty],
        Some(it) => [Cell::Text(it.name()), it.draft.email.clone().into()],
    }
}

/// One session.
pub(super) fn session_row(it: NamedSession, person: Option<&Person>, site: &Site, language: Language) -> Vec<Cell> {
    let session = it.session;
    let doubts: Vec<String> =
        session.doubts.iter().map(|doubt: Doubt| catalogue::word(language, "doubt", doubt.word())).collect();
    let numbers: Vec<String> = it.documents.iter().filter_map(|(_, number)| number.map(|it| it.to_string())).collect();
    let minutes = session.stopped_at.map(|end| (end - session.started_at).num_minutes());
    let [name, email] = who(person);
    vec![
        instant(Some(session.started_at), site.zone),
        instant(session.stopped_at, site.zone),
        Cell::Text(it.charge_point_name),
        Cell::Text(it.charge_point_identity),
        Cell::Integer(session.connector),
        name,
        email,
        session.tag.into(),
        // How much it will be is not known before it is over.
        if session.state == SessionState::Open { Cell::Empty } else { kwh(session.energy) },
        minutes.map_or(Cell::Empty, Cell::Integer),
        worded(language, "session.state", session.state.word()),
        (!doubts.is_empty()).then(|| doubts.join(", ")).into(),
        worded(language, "session.chargeState", it.charge_state.word()),
        (!numbers.is_empty()).then(|| numbers.join(", ")).into(),
        session.start.map_or(Cell::Empty, kwh),
        session.stop.map_or(Cell::Empty, kwh),
        session.transaction_id.map_or(Cell::Empty, |number| Cell::Integer(number.into())),
        session.stop_reason.into(),
        Cell::Text(site.code.clone()),
        universal(Some(session.started_at)),
        universal(session.stopped_at),
        Cell::Text(session.id.to_string()),
    ]
}

/// The columns of circuits; our own import reads them back.
pub(super) fn circuits(language: Language) -> TableSpec {
    spec(
        language,
        ["Kretsar", "Kurser", "Circuits"],
        &[
            ("name", ["Namn", "Navn", "Name"]),
            ("parent", ["Under", "Under", "Below"]),
            ("fuseA", ["Säkring (A)", "Sikring (A)", "Fuse (A)"]),
            ("phases", ["Faser", "Faser", "Phases"]),
        ],
    )
}

/// One circuit among all of its facility.
pub(super) fn circuit_row(it: &Circuit, all: &[Circuit]) -> Vec<Cell> {
    let above = all.iter().find(|above| Some(above.id) == it.parent_id).map(|above| above.name.clone());
    vec![Cell::Text(it.name.clone()), above.into(), Cell::Integer(it.fuse_a), Cell::Integer(it.phases)]
}

/// The columns of charge points; our own import reads them back.
pub(super) fn charge_points(language: Language) -> TableSpec {
    spec(
        language,
        ["Laddare", "Ladere", "Charge points"],
        &[
            ("name", ["Namn", "Navn", "Name"]),
            ("identity", ["Identitet", "Identitet", "Identity"]),
            ("circuit", ["Krets", "Kurs", "Circuit"]),
            ("fuseA", ["Säkring (A)", "Sikring (A)", "Fuse (A)"]),
            ("limitA", ["Gräns (A)", "Grense (A)", "Limit (A)"]),
            ("phaseRotation", ["Fasföljd", "Fasefølge", "Phase rotation"]),
            ("access", ["Vem får ladda", "Hvem kan lade", "Who may charge"]),
            ("deactivated", ["Avstängd", "Avstengt", "Deactivated"]),
            ("meterKind", ["Mätare, sagd för hand", "Måler, angitt for hånd", "Meter, said by hand"]),
            ("shown", ["Läge", "Status", "State"]),
            ("connectors", ["Antal uttag", "Antall uttak", "Connectors"]),
            ("hasKey", ["Har nyckel", "Har nøkkel", "Has a key"]),
            ("vendor", ["Tillverkare", "Produsent", "Vendor"]),
            ("model", ["Modell", "Modell", "Model"]),
            ("serialNumber", ["Serienummer", "Serienummer", "Serial number"]),
            ("firmwareVersion", ["Programversion", "Programversjon", "Firmware"]),
            ("facilityCode", ["Anläggnings-ID", "Anleggs-ID", "Facility ID"]),
        ],
    )
}

/// One charge point with how it is.
pub(super) fn charge_point_row(it: OpenChargePoint, site: &Site, language: Language) -> Vec<Cell> {
    let point = it.charge_point;
    let draft = point.draft();
    let by_hand = point.meter_kind_set_by_hand.then(|| worded(language, "charging.meter", point.meter_kind.word()));
    vec![
        Cell::Text(point.name),
        Cell::Text(point.identity.to_string()),
        it.circuit_name.into(),
        Cell::Integer(point.fuse_a),
        Cell::Integer(point.limit_a),
        Cell::from(point.phase_rotation.word()),
        worded(language, "charging.access", point.access.word()),
        yes_no(draft.is_some_and(|draft| draft.deactivated), language),
        by_hand.unwrap_or(Cell::Empty),
        worded(language, "charging.state", it.shown.word()),
        Cell::Integer(i64::try_from(it.connectors.len()).unwrap_or(i64::MAX)),
        yes_no(point.credential_set_at.is_some(), language),
        point.nameplate.vendor.into(),
        point.nameplate.model.into(),
        point.nameplate.serial_number.into(),
        point.nameplate.firmware_version.into(),
        Cell::Text(site.code.clone()),
    ]
}

/// The columns of tags; our own import reads them back.
pub(super) fn tags(language: Language) -> TableSpec {
    spec(
        language,
        ["Laddbrickor", "Ladebrikker", "Tags"],
        &[
            ("idTag", ["Laddbricka", "Ladebrikke", "Tag"]),
            ("personName", ["Innehavare", "Innehaver", "Holder"]),
            ("personEmail", ["E-post", "E-post", "Email"]),
            ("label", ["Märkning", "Merking", "Label"]),
            ("blocked", ["Spärrad", "Sperret", "Blocked"]),
            ("expiresOn", ["Gäller till och med", "Gjelder til og med", "Valid through"]),
        ],
    )
}

/// One tag; what is written on that of somebody with protected identity may name them.
pub(super) fn tag_row(it: Tag, person: Option<&Person>, language: Language) -> Vec<Cell> {
    let [name, email] = who(person);
    let hidden = person.is_some_and(|person| person.draft.protected_identity);
    vec![
        Cell::Text(it.id_tag),
        name,
        email,
        it.label.filter(|_| !hidden).into(),
        yes_no(it.blocked_at.is_some(), language),
        it.expires_on.into(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use stolpe_documents::list_file::{CHARGE_POINTS, CIRCUITS, ListColumn, SESSIONS, TAGS};

    #[rstest]
    #[case::circuits(circuits, CIRCUITS)]
    #[case::charge_points(charge_points, CHARGE_POINTS)]
    #[case::tags(tags, TAGS)]
    #[case::sessions(sessions, SESSIONS)]
    fn what_we_write_in_any_language_we_read(#[case] spec: fn(Language) -> TableSpec, #[case] list: &[ListColumn]) {
        for language in Language::ALL {
            for column in spec(language).columns {
                let meant: Vec<&str> =
                    list.iter().filter(|it| it.is_called(&column.heading)).map(|it| it.key).collect();
                let known = list.iter().any(|it| it.key == column.key);
                let expected = if known { vec![column.key] } else { Vec::new() };
                // The ID of a session here is what it is called by whoever takes it in.
                assert_eq!(meant, expected, "{} in {language:?}", column.heading);
            }
        }
    }
}
