//! Lists of charging sessions on both engines: read from either end, counted, and cut by what was charged.

use crate::people::{add, place};
use chrono::{DateTime, TimeDelta, Utc};
use stolpe_domain::charge::ChargeSource;
use stolpe_domain::charge_point::identity::Identity;
use stolpe_domain::charge_point::{Access, ChargePointDraft, Nameplate, PhaseRotation};
use stolpe_domain::charging::doubt::Doubts;
use stolpe_domain::charging::reading::Reading;
use stolpe_domain::charging::session::SessionState;
use stolpe_domain::circuit::CircuitDraft;
use stolpe_domain::energy::Energy;
use stolpe_domain::id::{ChargeId, ChargePointId, CircuitId, FacilityId, OrganisationId, PersonId, SessionId};
use stolpe_domain::local_day::Month;
use stolpe_domain::money::Currency;
use stolpe_domain::quarter::Quarter;
use stolpe_domain::settlement::ChargeState;
use stolpe_store::charge::Charge;
use stolpe_store::page::{Order, Total};
use stolpe_store::session::{NamedQuarter, Session, SessionFilter, SessionKey};
use stolpe_store::{Db, Tx};
use stolpe_testkit::both;
use uuid::Uuid;

const AT: DateTime<Utc> = DateTime::UNIX_EPOCH;
const POINT: ChargePointId = ChargePointId(Uuid::from_u128(100));

/// One session of every kind there is: each state, with and without energy, a payer and a charge. Answers what a list is to
/// say of each, in the order in which they began.
async fn every_kind(db: &Db, organisation: OrganisationId, facility: FacilityId) -> Vec<(SessionId, ChargeState)> {
    let person = add(db, 10, "Maria", "Ek").await;
    let mut tx = db.write().await.unwrap();
    add_point(&mut tx, facility).await;
    let mut kinds = Vec::new();
    for state in SessionState::ALL {
        for (has_payer, wh, charged) in
            [(true, 5, true), (true, 5, false), (true, 0, false), (false, 5, false), (false, 0, false)]
        {
            let n = kinds.len();
            let it = session(n, facility, *state, has_payer.then_some(person), wh);
            tx.insert_session(&it).await.unwrap();
            if charged {
                tx.insert_charges(&[&charge(&it, organisation)], AT).await.unwrap();
            }
            kinds.push((it.id, ChargeState::of(*state, has_payer, wh != 0, charged)));
        }
    }
    tx.commit().await.unwrap();
    kinds
}

/// The charge point that the sessions are of.
async fn add_point(tx: &mut Tx, facility: FacilityId) {
    let main = CircuitId(Uuid::from_u128(3));
    let circuit = CircuitDraft { name: "Huvudsäkring".into(), parent_id: None, fuse_a: 63, phases: 3 };
    let draft = ChargePointDraft {
        identity: None,
        name: "P-01".into(),
        circuit_id: main,
        fuse_a: 32,
        limit_a: None,
        phase_rotation: PhaseRotation::Rst,
        access: Access::Everyone,
        deactivated: false,
        meter_kind: None,
    };
    let identity = Identity::parse("CP-1").unwrap();
    tx.insert_circuit(main, facility, &circuit, AT).await.unwrap();
    tx.insert_charge_point(POINT, facility, &identity, &draft, &Nameplate::default(), AT).await.unwrap();
}

fn session(n: usize, facility: FacilityId, state: SessionState, person: Option<PersonId>, wh: i64) -> Session {
    // Two at a time begin at one instant: their ids decide.
    let at = AT + TimeDelta::minutes(i64::try_from(n / 2).unwrap());
    Session {
        id: SessionId(Uuid::from_u128(1_000 + n as u128)),
        charge_point: POINT,
        facility,
        connector: 1,
        tag: None,
        person,
        transaction_id: None,
        start_key: (n as u128).to_be_bytes(),
        state,
        doubts: Doubts::default(),
        claimed_start_at: None,
        started_at: at,
        start: None,
        claimed_stop_at: None,
        stopped_at: (state != SessionState::Open).then_some(at),
        stop: None,
        stop_tag: None,
        stop_reason: None,
        stop_digest: None,
        energy: Energy::from_wh(wh),
        judged: None,
        row_version: 1,
        created_at: at,
    }
}

fn charge(it: &Session, organisation: OrganisationId) -> Charge {
    Charge {
        id: ChargeId(Uuid::from_u128(it.id.uuid().as_u128() + 5_000)),
        organisation_id: organisation,
        facility_id: it.facility,
        person_id: it.person,
        unit_id: None,
        source: ChargeSource::Session,
        source_id: it.id.uuid(),
        session_id: Some(it.id),
        month: Month::parse("2026-11").unwrap(),
        text: "Laddning".into(),
        currency: Currency::Sek,
        energy: it.energy,
        lines: Vec::new(),
        document_id: None,
    }
}

#[tokio::test]
async fn sessions_are_read_from_either_end_and_cut_by_what_was_charged() {
    both(|test| async move {
        let (organisation, facility) = place(&test.db).await;
        let kinds = every_kind(&test.db, organisation, facility).await;
        let mut conn = test.db.read().await.unwrap();
        let elsewhere = FacilityId(Uuid::from_u128(77));
        let wanted = std::iter::once(None).chain(ChargeState::ALL.iter().copied().map(Some));
        for charge_state in wanted {
            let expected: Vec<SessionId> = kinds
                .iter()
                .filter(|(_, it)| charge_state.is_none_or(|wanted| wanted == *it))
                .map(|(id, _)| *id)
                .collect();
            assert!(!expected.is_empty(), "{charge_state:?}");
            // One facility is read by another statement than several.
            for facilities in [vec![facility], vec![facility, elsewhere]] {
                let filter = SessionFilter { facilities, charge_state, ..SessionFilter::default() };
                for order in [Order::Oldest, Order::Newest] {
                    let mut seen: Vec<Session> = Vec::new();
                    loop {
                        let after = seen.last().map(SessionKey::from);
                        let page = conn.list_sessions(&filter, order, after, 3).await.unwrap();
                        seen.extend(page.items);
                        if !page.more {
                            break;
                        }
                    }
                    let mut ids: Vec<_> = seen.iter().map(|it| it.id).collect();
                    if order == Order::Newest {
                        ids.reverse();
                    }
                    assert_eq!(ids, expected, "{order:?} {filter:?}");
                    for named in conn.named_sessions(seen).await.unwrap() {
                        assert!(kinds.contains(&(named.session.id, named.charge_state)), "{named:?}");
                    }
                }
                let count = i64::try_from(expected.len()).unwrap();
                assert_eq!(conn.count_sessions(&filter).await.unwrap(), Total { count, exact: true }, "{filter:?}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn readings_join_the_open_session_that_they_name_and_no_other() {
    both(|test| async move {
        let (_, facility) = place(&test.db).await;
        let mut tx = test.db.write().await.unwrap();
        add_point(&mut tx, facility).await;
        let numbered = |n: usize, state| Session {
            transaction_id: Some(i32::try_from(n).unwrap()),
            ..session(n, facility, state, None, 0)
        };
        let (open, other, closed) =
            (numbered(1, SessionState::Open), numbered(2, SessionState::Open), numbered(3, SessionState::Closed));
        for it in [&open, &other, &closed] {
            tx.insert_session(it).await.unwrap();
        }
        // The first session begins at the epoch; half a quarter later, in microseconds so that texts of both lengths compare.
        let at = AT + TimeDelta::microseconds(450_000_001);
        let named = |it: &Session, minutes, wh| {
            let at = at + TimeDelta::minutes(minutes);
            NamedQuarter {
                transaction: it.transaction_id.unwrap(),
                charge_point: it.charge_point,
                begun_by: at,
                quarter: Quarter::containing(at),
                readings: Reading { at, register: Energy::from_wh(wh) }.into(),
            }
        };
        assert!(tx.join_named_readings(&[]).await.unwrap());
        // Two of one quarter, out of their order, and one of the next quarter.
        let all = [named(&open, 1, 20), named(&other, 0, 5), named(&open, 0, 10), named(&open, 15, 40)];
        assert!(tx.join_named_readings(&all).await.unwrap());
        assert!(tx.join_named_readings(&all).await.unwrap(), "what comes again is joined again");
        let series = tx.session_readings(open.id).await.unwrap();
        let quarters: Vec<_> =
            series.quarters().map(|(_, it)| (it.first.register.wh(), it.last.register.wh())).collect();
        assert_eq!(quarters, [(10, 20), (40, 40)]);

        // What does not fit is left out, said so, and keeps nothing else out.
        let of_another_point = NamedQuarter { charge_point: ChargePointId(Uuid::from_u128(9)), ..named(&open, 2, 90) };
        let before_it_began = NamedQuarter { begun_by: AT - TimeDelta::seconds(1), ..named(&open, 2, 91) };
        let of_nothing = NamedQuarter { transaction: 99, ..named(&open, 2, 92) };
        for odd in [of_another_point, before_it_began, of_nothing, named(&closed, 2, 93)] {
            assert!(!tx.join_named_readings(&[odd, named(&other, 3, 6)]).await.unwrap(), "{odd:?}");
        }
        assert_eq!(tx.session_readings(open.id).await.unwrap(), series);
        assert_eq!(tx.session_readings(closed.id).await.unwrap().quarters().count(), 0);
        let (_, it) = tx.session_readings(other.id).await.unwrap().quarters().next().unwrap();
        assert_eq!((it.first.register.wh(), it.last.register.wh()), (5, 6));
        tx.commit().await.unwrap();
    })
    .await;
}
