//! Circuits, charge points, their contact, the waiting room and tags on both engines.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use stolpe_domain::charge_point::identity::Identity;
use stolpe_domain::charge_point::{Access, ChargePointDraft, ConnectorReport, MeterKind, Nameplate, PhaseRotation};
use stolpe_domain::circuit::CircuitDraft;
use stolpe_domain::country::Country;
use stolpe_domain::facility::{Contact, FacilityDraft};
use stolpe_domain::id::{ChargePointId, CircuitId, ConnectionId, FacilityId, OrganisationId, TagId};
use stolpe_domain::organisation::OrganisationDraft;
use stolpe_domain::tag::TagDraft;
use stolpe_store::charge_point::{ChargePointFilter, Closed, Heard, Opened, PlacedConnector, WaitingCall};
use stolpe_store::page::Total;
use stolpe_store::tag::TagFilter;
use stolpe_store::{Db, StoreError};
use stolpe_testkit::both;
use uuid::Uuid;

const ORGANISATION: OrganisationId = OrganisationId(Uuid::from_u128(1));
const FACILITY: FacilityId = FacilityId(Uuid::from_u128(2));
const MAIN_FUSE: CircuitId = CircuitId(Uuid::from_u128(3));

const fn point(n: u128) -> ChargePointId {
    ChargePointId(Uuid::from_u128(100 + n))
}

const fn connection(n: u128) -> ConnectionId {
    ConnectionId(Uuid::from_u128(200 + n))
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::milliseconds(1_700_000_000_000 + seconds * 1_000 + 250)
}

fn identity(text: &str) -> Identity {
    Identity::parse(text).unwrap()
}

fn draft(name: &str) -> ChargePointDraft {
    ChargePointDraft {
        identity: None,
        name: name.into(),
        circuit_id: MAIN_FUSE,
        fuse_a: 32,
        limit_a: Some(20),
        phase_rotation: PhaseRotation::Str,
        access: Access::Tags,
        deactivated: false,
        meter_kind: None,
    }
}

fn circuit(name: &str, parent_id: Option<CircuitId>) -> CircuitDraft {
    CircuitDraft { name: name.into(), parent_id, fuse_a: 63, phases: 3 }
}

async fn place(db: &Db) {
    let owner = OrganisationDraft {
        name: "Brf Ekbacken".into(),
        country: Country::Se,
        organisation_number: "556036-0793".into(),
        vat_number: None,
        street: "Storgatan 1".into(),
        postal_code: "392 32".into(),
        city: "Kalmar".into(),
    };
    let it = FacilityDraft {
        code: "A1100".into(),
        name: "Ekbacken".into(),
        country: Country::Se,
        time_zone: None,
        price_area: None,
        colour: None,
        contact: Contact::default(),
    };
    let mut tx = db.write().await.unwrap();
    tx.insert_organisation(ORGANISATION, &owner.check().unwrap(), false, at(0)).await.unwrap();
    tx.insert_facility(FACILITY, ORGANISATION, &it.check().unwrap(), at(0)).await.unwrap();
    tx.insert_circuit(MAIN_FUSE, FACILITY, &circuit("Huvudsäkring", None), at(0)).await.unwrap();
    tx.commit().await.unwrap();
}

async fn add(db: &Db, n: u128, name: &str, called: &str) -> Result<(), StoreError> {
    let mut tx = db.write().await.unwrap();
    tx.insert_charge_point(point(n), FACILITY, &identity(called), &draft(name), &Nameplate::default(), at(0)).await?;
    tx.commit().await
}

#[tokio::test]
async fn evc_12_a_facility_has_one_main_fuse_and_names_are_unique_in_it() {
    both(|test| async move {
        place(&test.db).await;
        let mut tx = test.db.write().await.unwrap();
        let (g2, g10) = (CircuitId(Uuid::from_u128(5)), CircuitId(Uuid::from_u128(4)));
        tx.insert_circuit(g10, FACILITY, &circuit("G10", Some(MAIN_FUSE)), at(0)).await.unwrap();
        tx.insert_circuit(g2, FACILITY, &circuit("G2", Some(MAIN_FUSE)), at(0)).await.unwrap();
        tx.commit().await.unwrap();
        let names: Vec<String> = test
            .db
            .read()
            .await
            .unwrap()
            .list_circuits(FACILITY)
            .await
            .unwrap()
            .into_iter()
            .map(|it| it.name)
            .collect();
        assert_eq!(names, ["G2", "G10", "Huvudsäkring"]);
        for (name, parent) in [("Andra", None), ("g 2", Some(MAIN_FUSE))] {
            let mut tx = test.db.write().await.unwrap();
            let id = CircuitId(Uuid::from_u128(6));
            let refused = tx.insert_circuit(id, FACILITY, &circuit(name, parent), at(0)).await;
            assert!(matches!(refused, Err(StoreError::Taken(_))), "{name}: {refused:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn evc_26_a_circuit_that_carries_something_is_not_removed() {
    both(|test| async move {
        place(&test.db).await;
        add(&test.db, 1, "P-01", "CP1").await.unwrap();
        let mut tx = test.db.write().await.unwrap();
        assert_eq!(tx.hanging_on(MAIN_FUSE).await.unwrap(), (0, 1));
        let refused = tx.delete_circuit(MAIN_FUSE, 1).await;
        assert!(matches!(refused, Err(StoreError::InUse)), "{refused:?}");
        drop(tx);
        let mut tx = test.db.write().await.unwrap();
        tx.decommission_charge_point(point(1), 1, "Såld", at(9)).await.unwrap();
        tx.delete_circuit(MAIN_FUSE, 1).await.unwrap();
        tx.commit().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn evc_25_what_was_decommissioned_stays_and_its_name_and_identity_can_be_given_again() {
    both(|test| async move {
        place(&test.db).await;
        add(&test.db, 1, "P-01", "CP1").await.unwrap();
        assert!(matches!(add(&test.db, 2, "p-01", "CP2").await, Err(StoreError::Taken("charge_point.name_taken"))));
        assert!(matches!(add(&test.db, 2, "P-02", "CP1").await, Err(StoreError::Taken(_))));
        let mut tx = test.db.write().await.unwrap();
        tx.set_charge_point_key(point(1), &[7; 32], at(1)).await.unwrap();
        let stale = tx.decommission_charge_point(point(1), 1, "Såld", at(2)).await;
        assert!(matches!(stale, Err(StoreError::Changed)), "{stale:?}");
        tx.decommission_charge_point(point(1), 2, "Såld", at(2)).await.unwrap();
        tx.commit().await.unwrap();
        add(&test.db, 2, "P-01", "CP1").await.unwrap();
        let mut conn = test.db.read().await.unwrap();
        let calling = conn.find_calling_charge_point(&identity("CP1")).await.unwrap().unwrap();
        assert_eq!((calling.id, calling.organisation_id, calling.credential_digest), (point(2), ORGANISATION, None));
        let gone = conn.find_charge_point(point(1)).await.unwrap().unwrap();
        assert_eq!((gone.decommissioned_reason.as_deref(), gone.circuit_id), (Some("Såld"), None));
        assert_eq!((gone.decommissioned_at, gone.credential_set_at), (Some(at(2)), None));
    })
    .await;
}

#[tokio::test]
async fn an_identity_is_compared_byte_by_byte() {
    both(|test| async move {
        place(&test.db).await;
        add(&test.db, 1, "P-01", "Låda 1").await.unwrap();
        add(&test.db, 2, "P-02", "låda 1").await.unwrap();
        let mut conn = test.db.read().await.unwrap();
        for (called, n) in [("Låda 1", Some(1)), ("låda 1", Some(2)), ("LÅDA 1", None)] {
            let found = conn.find_calling_charge_point(&identity(called)).await.unwrap().map(|it| it.id);
            assert_eq!(found, n.map(point), "{called}");
        }
    })
    .await;
}

#[tokio::test]
async fn lists_go_on_by_name_as_people_count_and_find_by_name_and_identity() {
    both(|test| async move {
        place(&test.db).await;
        for (n, name, called) in [(1, "P-10", "ZAP1"), (2, "P-9", "ZAP2"), (3, "Gäst", "x")] {
            add(&test.db, n, name, called).await.unwrap();
        }
        let mut conn = test.db.read().await.unwrap();
        let mut filter = ChargePointFilter { facilities: vec![FACILITY], ..ChargePointFilter::default() };
        let first = conn.list_charge_points(&filter, None, 2).await.unwrap();
        let names: Vec<_> = first.items.iter().map(|it| it.charge_point.name.as_str()).collect();
        assert_eq!((names, first.more), (vec!["Gäst", "P-9"], true));
        let rest = conn.list_charge_points(&filter, first.items.last().map(|it| &it.key), 2).await.unwrap();
        assert_eq!(rest.items[0].charge_point.name, "P-10");
        let last = conn.list_charge_points_backwards(&filter, None, 2).await.unwrap();
        let names: Vec<_> = last.items.iter().map(|it| it.charge_point.name.as_str()).collect();
        assert_eq!((names, last.more), (vec!["P-10", "P-9"], true));
        let rest = conn.list_charge_points_backwards(&filter, last.items.last().map(|it| &it.key), 2).await.unwrap();
        assert_eq!((rest.items[0].charge_point.name.as_str(), rest.more), ("Gäst", false));
        assert_eq!(conn.count_charge_points(&filter).await.unwrap(), Total { count: 3, exact: true });
        for (prefix, found) in [("p-", 2), ("zap2", 1), ("Zap", 2), ("%", 0)] {
            filter.prefix = prefix.into();
            assert_eq!(conn.list_charge_points(&filter, None, 9).await.unwrap().items.len(), found, "{prefix}");
            assert_eq!(
                conn.count_charge_points(&filter).await.unwrap().count,
                i64::try_from(found).unwrap(),
                "{prefix}"
            );
        }
        filter = ChargePointFilter { facilities: Vec::new(), ..ChargePointFilter::default() };
        assert!(conn.list_charge_points(&filter, None, 9).await.unwrap().items.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_second_connection_takes_the_place_of_the_first_whose_end_is_no_end() {
    both(|test| async move {
        place(&test.db).await;
        add(&test.db, 1, "P-01", "CP1").await.unwrap();
        let opened = |n, seconds| Opened {
            charge_point: point(1),
            connection: connection(n),
            at: at(seconds),
            remote_address: Some("192.0.2.7".into()),
        };
        let closed = |n, seconds| Closed { charge_point: point(1), connection: connection(n), at: at(seconds) };
        let heard = |n, seconds| Heard {
            charge_point: point(1),
            connection: connection(n),
            at: at(seconds),
            booted_at: (seconds == 3).then(|| at(3)),
            clock_ahead_ms: (seconds == 4).then_some(-1_500),
        };
        let mut tx = test.db.write().await.unwrap();
        // In one batch the charge point calls twice, and somebody calls who has been removed meanwhile.
        let gone = Opened { charge_point: point(9), ..opened(3, 1) };
        assert_eq!(tx.note_opened(&[opened(1, 1), gone, opened(2, 2)]).await.unwrap(), 1);
        assert_eq!(tx.note_heard(&[heard(2, 3), heard(2, 4)]).await.unwrap(), 1);
        assert_eq!(tx.note_closed(&[closed(1, 5)]).await.unwrap(), 0);
        let contact = tx.contacts(&[point(1)]).await.unwrap().remove(0).1;
        assert!(contact.connected);
        assert_eq!((contact.connected_at, contact.heard_at), (Some(at(2)), Some(at(4))));
        assert_eq!((contact.booted_at, contact.clock_ahead_ms), (Some(at(3)), Some(-1_500)));
        assert_eq!(tx.note_closed(&[closed(2, 6)]).await.unwrap(), 1);
        // Words that were on their way when the line went are no new line.
        tx.note_heard(&[heard(2, 5)]).await.unwrap();
        let contact = tx.contacts(&[point(1)]).await.unwrap().remove(0).1;
        assert_eq!((contact.connected, contact.disconnected_at), (false, Some(at(6))));
        tx.note_heard(&[heard(2, 7)]).await.unwrap();
        assert!(tx.contacts(&[point(1)]).await.unwrap()[0].1.connected);
        assert_eq!(tx.note_all_closed(at(9)).await.unwrap(), 1);
        let contact = tx.contacts(&[point(1)]).await.unwrap().remove(0).1;
        assert_eq!((contact.connected, contact.disconnected_at), (false, Some(at(7))));
        tx.commit().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_last_word_of_a_connector_counts() {
    both(|test| async move {
        place(&test.db).await;
        add(&test.db, 1, "P-01", "CP1").await.unwrap();
        let report = |n, number, status: &str, seconds| PlacedConnector {
            charge_point: point(n),
            report: ConnectorReport {
                number,
                status: status.into(),
                error_code: (status == "Faulted").then(|| "GroundFailure".into()),
                info: None,
                vendor_error_code: None,
                status_at: Some(at(seconds - 1)),
                heard_at: at(seconds),
            },
        };
        let mut tx = test.db.write().await.unwrap();
        let batch = [
            report(1, 1, "Preparing", 1),
            report(1, 0, "Available", 1),
            report(1, 1, "Charging", 2),
            report(8, 1, "x", 1),
        ];
        assert_eq!(tx.note_connectors(&batch).await.unwrap(), 2);
        tx.note_connectors(&[report(1, 1, "Faulted", 3)]).await.unwrap();
        tx.commit().await.unwrap();
        let known = test.db.read().await.unwrap().connectors(&[point(1)]).await.unwrap();
        assert_eq!(known, [report(1, 0, "Available", 1), report(1, 1, "Faulted", 3)]);
    })
    .await;
}

#[tokio::test]
async fn what_somebody_said_of_a_meter_is_not_overwritten_by_what_is_learnt() {
    both(|test| async move {
        place(&test.db).await;
        add(&test.db, 1, "P-01", "CP1").await.unwrap();
        let mut tx = test.db.write().await.unwrap();
        tx.learn_meter_kind(point(1), MeterKind::Lifetime).await.unwrap();
        let it = tx.find_charge_point(point(1)).await.unwrap().unwrap();
        assert_eq!((it.meter_kind, it.row_version), (MeterKind::Lifetime, 1));
        let said =
            ChargePointDraft { identity: Some("CP2".into()), meter_kind: Some(MeterKind::PerSession), ..draft("P-01") };
        tx.update_charge_point(point(1), 1, &said, (it.meter_kind, it.meter_kind_set_by_hand)).await.unwrap();
        assert_eq!(tx.learn_meter_kind(point(1), MeterKind::Mixed).await.unwrap(), 0);
        let it = tx.find_charge_point(point(1)).await.unwrap().unwrap();
        assert_eq!((it.meter_kind, it.draft()), (MeterKind::PerSession, Some(said)));
    })
    .await;
}

#[tokio::test]
async fn of_those_who_wait_only_the_latest_are_kept() {
    both(|test| async move {
        let call = |n: i64, seconds| WaitingCall {
            identity: identity(&format!("CP{n}")),
            at: at(seconds),
            remote_address: None,
            presented_credential: n == 1,
            nameplate: Nameplate::default(),
            counts: true,
        };
        let mut tx = test.db.write().await.unwrap();
        for (n, seconds) in [(1, 1), (2, 2), (3, 3), (1, 4)] {
            tx.note_waiting(&call(n, seconds), 2).await.unwrap();
        }
        let nameplate = Nameplate::read("Zaptec", "Pro", None, Some("4.1"));
        let boot = WaitingCall { nameplate: nameplate.clone(), counts: false, ..call(1, 5) };
        tx.note_waiting(&boot, 2).await.unwrap();
        tx.note_waiting(&WaitingCall { counts: false, ..call(1, 6) }, 2).await.unwrap();
        tx.commit().await.unwrap();
        let waiting = test.db.read().await.unwrap().list_waiting_charge_points().await.unwrap();
        let told: Vec<_> = waiting.iter().map(|it| (it.identity.as_str(), it.attempts)).collect();
        // The second call of CP1 came after it had been forgotten.
        assert_eq!(told, [("CP1", 1), ("CP3", 1)]);
        assert_eq!((&waiting[0].nameplate, waiting[0].first_seen_at), (&nameplate, at(4)));
        assert_eq!((waiting[0].last_seen_at, waiting[0].presented_credential), (at(6), true));
        let mut tx = test.db.write().await.unwrap();
        assert_eq!(tx.delete_waiting_charge_point(&identity("CP1")).await.unwrap(), 1);
        assert_eq!(tx.find_waiting_charge_point(&identity("CP1")).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_list_of_tags_goes_on_from_either_end() {
    both(|test| async move {
        place(&test.db).await;
        let mut tx = test.db.write().await.unwrap();
        for (n, reads) in ["04", "04A2", "B", "ÖÖ", "~~~"].into_iter().enumerate() {
            let it = TagDraft { label: None, person_id: None, blocked: false, expires_on: None };
            tx.insert_tag(TagId(Uuid::from_u128(70 + n as u128)), ORGANISATION, reads, &it, at(1)).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut conn = test.db.read().await.unwrap();
        let filter = TagFilter { organisations: vec![ORGANISATION], ..TagFilter::default() };
        let all = conn.list_tags(&filter, None, 9).await.unwrap().items;
        assert_eq!(all.iter().map(|it| it.tag.id_tag.as_str()).collect::<Vec<_>>(), ["04", "04A2", "B", "~~~", "ÖÖ"]);
        let (mut backwards, mut before) = (Vec::new(), None);
        loop {
            let page = conn.list_tags_backwards(&filter, before.as_ref(), 2).await.unwrap();
            before = page.items.last().map(|it| (it.tag.id_tag.clone(), it.tag.id));
            backwards.extend(page.items);
            if !page.more {
                break;
            }
        }
        backwards.reverse();
        assert_eq!(backwards, all);
    })
    .await;
}

#[tokio::test]
async fn a_tag_is_one_of_an_organisation_and_stays_blocked_since_it_was() {
    both(|test| async move {
        place(&test.db).await;
        let id = TagId(Uuid::from_u128(7));
        let it = TagDraft { label: Some("Nyckel 1".into()), person_id: None, blocked: true, expires_on: None };
        let mut tx = test.db.write().await.unwrap();
        tx.insert_tag(id, ORGANISATION, "04A2", &it, at(1)).await.unwrap();
        let last = NaiveDate::from_ymd_opt(2026, 12, 31);
        tx.update_tag(id, 1, &TagDraft { expires_on: last, ..it.clone() }, at(2)).await.unwrap();
        tx.commit().await.unwrap();
        let mut conn = test.db.read().await.unwrap();
        let found = conn.find_tag_that_reads(ORGANISATION, "04A2").await.unwrap().unwrap();
        assert_eq!((found.blocked_at, found.expires_on, found.row_version), (Some(at(1)), last, 2));
        assert_eq!(conn.find_tag_that_reads(ORGANISATION, "04a2").await.unwrap(), None);
        for (filter, found) in [
            (TagFilter { organisations: vec![ORGANISATION], ..TagFilter::default() }, 1),
            (TagFilter { facilities: vec![FACILITY], ..TagFilter::default() }, 1),
            (TagFilter { facilities: vec![FACILITY], prefix: "05".into(), ..TagFilter::default() }, 0),
            (TagFilter::default(), 0),
        ] {
            let tags = conn.list_tags(&filter, None, 9).await.unwrap();
            assert_eq!(tags.items.len(), found, "{filter:?}");
            assert_eq!(conn.list_tags_backwards(&filter, None, 9).await.unwrap().items, tags.items, "{filter:?}");
            let count = i64::try_from(found).unwrap();
            assert_eq!(conn.count_tags(&filter).await.unwrap(), Total { count, exact: true }, "{filter:?}");
        }
        drop(conn);
        let mut tx = test.db.write().await.unwrap();
        assert!(matches!(tx.delete_tag(id, 1).await, Err(StoreError::Changed)));
        tx.delete_tag(id, 2).await.unwrap();
        tx.insert_tag(id, ORGANISATION, "04A2", &TagDraft { blocked: false, ..it.clone() }, at(3)).await.unwrap();
        let taken = tx.insert_tag(TagId(Uuid::nil()), ORGANISATION, "04A2", &it, at(3)).await;
        assert!(matches!(taken, Err(StoreError::Taken("tag.taken"))), "{taken:?}");
    })
    .await;
}
