//! Lists that are cut by filters and read from either end, on both engines.

use crate::audit::row;
use crate::people::{add, draft, place, registers};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use stolpe_domain::channel::Channel;
use stolpe_domain::id::{FacilityId, LoginId, NoticeId, OrganisationId, PersonId, TenancyId, UnitId};
use stolpe_domain::language::Language;
use stolpe_domain::person::{PersonDraft, Tenancy};
use stolpe_domain::unit::{UnitDraft, UnitKind};
use stolpe_store::Db;
use stolpe_store::audit::{AuditDetail, AuditFilter, AuditRow, Whose};
use stolpe_store::job::{Job, JobFilter, JobState, JobSubject};
use stolpe_store::notice::{Notice, NoticeFilter, NoticeState};
use stolpe_store::page::{Order, Total};
use stolpe_store::person::{PeopleFilter, PeopleView, Register};
use stolpe_store::unit::UnitFilter;
use stolpe_testkit::both;
use uuid::Uuid;

const AT: DateTime<Utc> = DateTime::UNIX_EPOCH;
const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();

fn minute(n: i64) -> DateTime<Utc> {
    AT + TimeDelta::minutes(n)
}

/// Five rows of the log: two doings of one actor, in two facilities.
async fn log(db: &Db, actor: LoginId) {
    let (organisation, facility) = (OrganisationId(Uuid::from_u128(1)), FacilityId(Uuid::from_u128(2)));
    let mut tx = db.write().await.unwrap();
    tx.lock_audit_head().await.unwrap();
    for seq in 1..=5 {
        let by_actor = seq == 2 || seq == 4;
        let it = AuditRow {
            at: minute(seq),
            actor_login: by_actor.then_some(actor),
            organisation: Some(organisation),
            facility: (seq > 3).then_some(facility),
            action: if seq == 5 { "person.erased" } else { "person.added" }.into(),
            subject_id: Some(Uuid::from_u128(if seq == 1 { 9 } else { 5 })),
            ..row(seq)
        };
        tx.append_audit(&[(it, AuditDetail::default())]).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn the_log_is_cut_by_each_filter_and_goes_on_from_either_end() {
    both(|test| async move {
        place(&test.db).await;
        let actor = LoginId(Uuid::from_u128(70));
        log(&test.db, actor).await;
        let everything = AuditFilter::default();
        let cases = [
            (everything.clone(), vec![5, 4, 3, 2, 1]),
            (AuditFilter { actor: Some(actor), ..everything.clone() }, vec![4, 2]),
            (AuditFilter { subject: Some(Uuid::from_u128(9)), ..everything.clone() }, vec![1]),
            (AuditFilter { action: Some("person.erased".into()), ..everything.clone() }, vec![5]),
            (AuditFilter { facility: Some(FacilityId(Uuid::from_u128(2))), ..everything.clone() }, vec![5, 4]),
            (
                AuditFilter {
                    actor: Some(actor),
                    facility: Some(FacilityId(Uuid::from_u128(2))),
                    action: Some("person.added".into()),
                    ..everything.clone()
                },
                vec![4],
            ),
            (AuditFilter { from: Some(minute(2)), until: Some(minute(4)), ..everything.clone() }, vec![3, 2]),
            (
                AuditFilter {
                    within: Some((Vec::new(), vec![FacilityId(Uuid::from_u128(2))])),
                    actor: Some(actor),
                    ..everything
                },
                vec![4],
            ),
        ];
        let mut conn = test.db.read().await.unwrap();
        for (filter, newest_first) in cases {
            for order in [Order::Newest, Order::Oldest] {
                let mut wanted = newest_first.clone();
                if order == Order::Oldest {
                    wanted.reverse();
                }
                // One row a page: the list goes on by the key of the last.
                let mut seen: Vec<i64> = Vec::new();
                loop {
                    let page = conn.list_audit(&filter, order, seen.last().copied(), 1).await.unwrap();
                    seen.extend(page.items.iter().map(|entry| entry.row.seq));
                    if !page.more {
                        break;
                    }
                }
                assert_eq!(seen, wanted, "{order:?} {filter:?}");
            }
            let count = i64::try_from(newest_first.len()).unwrap();
            assert_eq!(conn.count_audit(&filter).await.unwrap(), Total { count, exact: true }, "{filter:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn only_those_who_left_a_trace_where_one_may_look_are_offered_as_actors() {
    both(|test| async move {
        let (_, facility) = place(&test.db).await;
        let (clerk, resident) = (add(&test.db, 10, "Maria", "Ek").await, add(&test.db, 11, "Bo", "Al").await);
        let logins = [(70, clerk, None), (71, clerk, Some(facility)), (72, resident, Some(facility))];
        let mut tx = test.db.write().await.unwrap();
        for (id, person, at) in logins {
            tx.insert_login(Uuid::from_u128(id).into(), person, at, &format!("login{id}"), AT).await.unwrap();
        }
        tx.commit().await.unwrap();
        log(&test.db, LoginId(Uuid::from_u128(70))).await;

        let mut conn = test.db.read().await.unwrap();
        let everywhere = AuditFilter::default();
        let at_the_desk = conn.audit_actors(&everywhere, Whose::Desk, 10).await.unwrap();
        assert_eq!(at_the_desk, [(LoginId(Uuid::from_u128(70)), "Maria".into(), "Ek".into())]);
        let found = conn.audit_actors(&everywhere, Whose::People(&[clerk, resident]), 10).await.unwrap();
        assert_eq!(found, at_the_desk, "the login of the resident has done nothing");
        for (id, names) in [(70, 1), (72, 0)] {
            let named = conn.audit_actors(&everywhere, Whose::Login(LoginId(Uuid::from_u128(id))), 10).await.unwrap();
            assert_eq!(named.len(), names, "{id}");
        }
        let elsewhere =
            AuditFilter { within: Some((Vec::new(), vec![FacilityId(Uuid::from_u128(3))])), ..AuditFilter::default() };
        assert!(conn.audit_actors(&elsewhere, Whose::Desk, 10).await.unwrap().is_empty());
    })
    .await;
}

fn notice(n: u128, address: &str, state: NoticeState) -> Notice {
    Notice {
        id: NoticeId(Uuid::from_u128(n)),
        organisation: Some(OrganisationId(Uuid::from_u128(1))),
        person: None,
        address: address.into(),
        language: Language::Sv,
        template: if n == 1 { "invitation" } else { "reset" }.into(),
        subject: "Hej".into(),
        body: "Hej".into(),
        state,
        attempt_count: 0,
        next_attempt_at: None,
        fault: None,
        fault_words: None,
        // The last two were written at the same instant: their ids decide.
        created_at: minute(i64::try_from(n.min(3)).unwrap()),
        sent_at: None,
        document: None,
        run: None,
        diverted_to: None,
        channel: Channel::Mail,
        parts: None,
        cost: None,
        delivered_at: None,
    }
}

#[tokio::test]
async fn the_outbox_is_cut_by_each_filter_and_goes_on_from_either_end() {
    both(|test| async move {
        place(&test.db).await;
        let mut tx = test.db.write().await.unwrap();
        for it in [
            notice(1, "Anna@example.se", NoticeState::Sent),
            notice(2, "bo@example.se", NoticeState::Failed),
            notice(3, "anna.ek@example.se", NoticeState::Failed),
            notice(4, "leila@example.se", NoticeState::Held),
        ] {
            tx.insert_notice(&it).await.unwrap();
        }
        tx.commit().await.unwrap();
        let everything = NoticeFilter::default();
        let cases = [
            (everything.clone(), vec![4, 3, 2, 1]),
            (NoticeFilter { state: Some(NoticeState::Failed), ..everything.clone() }, vec![3, 2]),
            (NoticeFilter { template: Some("invitation".into()), ..everything.clone() }, vec![1]),
            (NoticeFilter { address: "ANNA".into(), ..everything.clone() }, vec![3, 1]),
            (NoticeFilter { from: Some(minute(2)), until: Some(minute(3)), ..everything.clone() }, vec![2]),
            (NoticeFilter { within: Some((Vec::new(), Vec::new())), ..everything }, vec![]),
        ];
        let mut conn = test.db.read().await.unwrap();
        for (filter, newest_first) in cases {
            for order in [Order::Newest, Order::Oldest] {
                let mut wanted = newest_first.clone();
                if order == Order::Oldest {
                    wanted.reverse();
                }
                let (mut seen, mut after): (Vec<u128>, _) = (Vec::new(), None);
                loop {
                    let page = conn.list_notices(&filter, order, after, 1).await.unwrap();
                    seen.extend(page.items.iter().map(|it| it.id.uuid().as_u128()));
                    after = page.items.last().map(|it| (it.created_at, it.id));
                    if !page.more {
                        break;
                    }
                }
                assert_eq!(seen, wanted, "{order:?} {filter:?}");
            }
            let count = i64::try_from(newest_first.len()).unwrap();
            assert_eq!(conn.count_notices(&filter).await.unwrap(), Total { count, exact: true }, "{filter:?}");
        }
    })
    .await;
}

async fn unit(db: &Db, n: u128, code: &str, kind: UnitKind, section: &str, tenant: Option<PersonId>) {
    let id = UnitId(Uuid::from_u128(n));
    let draft = UnitDraft { code: code.into(), kind, section: Some(section.into()) };
    let mut tx = db.write().await.unwrap();
    tx.insert_unit(id, FacilityId(Uuid::from_u128(2)), &draft, AT).await.unwrap();
    if let Some(person_id) = tenant {
        let it = Tenancy {
            id: TenancyId(Uuid::from_u128(n + 1_000)),
            person_id,
            unit_id: id,
            moved_in_on: None,
            // Leaves tomorrow: still at home today.
            moved_out_on: TODAY.succ_opt(),
            row_version: 1,
        };
        tx.insert_tenancy(&it, AT).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn units_are_cut_by_each_filter_and_stay_in_walking_order() {
    both(|test| async move {
        let (_, facility) = place(&test.db).await;
        let anna = add(&test.db, 10, "Anna", "Berg").await;
        unit(&test.db, 30, "A10", UnitKind::Apartment, "A", None).await;
        unit(&test.db, 31, "A2", UnitKind::Apartment, "A", Some(anna)).await;
        unit(&test.db, 32, "P1", UnitKind::ParkingSpace, "Östra", Some(anna)).await;
        let everything = UnitFilter { prefix: String::new(), kind: None, section: None, occupied: None, today: TODAY };
        let mut conn = test.db.read().await.unwrap();
        for (filter, wanted) in [
            (everything.clone(), vec!["A2", "A10", "P1"]),
            (UnitFilter { prefix: "a".into(), ..everything.clone() }, vec!["A2", "A10"]),
            (UnitFilter { kind: Some(UnitKind::ParkingSpace), ..everything.clone() }, vec!["P1"]),
            (UnitFilter { section: Some("Östra".into()), ..everything.clone() }, vec!["P1"]),
            (UnitFilter { occupied: Some(true), ..everything.clone() }, vec!["A2", "P1"]),
            (UnitFilter { occupied: Some(false), ..everything.clone() }, vec!["A10"]),
            (UnitFilter { occupied: Some(true), today: TODAY.succ_opt().unwrap(), ..everything }, vec![]),
        ] {
            let page = conn.list_units(facility, &filter, None, 10).await.unwrap();
            assert_eq!(page.items.iter().map(|it| it.unit.code.as_str()).collect::<Vec<_>>(), wanted, "{filter:?}");
            let count = i64::try_from(wanted.len()).unwrap();
            let total = conn.count_units(facility, &filter).await.unwrap();
            assert_eq!(total, Total { count, exact: true }, "{filter:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn tasks_are_one_s_own_cut_by_each_filter_and_go_on_from_either_end() {
    both(|test| async move {
        place(&test.db).await;
        let clerk = add(&test.db, 10, "Maria", "Ek").await;
        let (mine, other) = (LoginId(Uuid::from_u128(70)), LoginId(Uuid::from_u128(71)));
        let mut tx = test.db.write().await.unwrap();
        for login in [mine, other] {
            tx.insert_login(login, clerk, None, &format!("clerk{}", login.uuid().as_u128()), AT).await.unwrap();
        }
        for (n, login, kind, state) in [
            (1, mine, "import", JobState::Done),
            (2, mine, "letters", JobState::Failed),
            (3, other, "letters", JobState::Running),
            (4, mine, "letters", JobState::Running),
        ] {
            let it = Job {
                id: Uuid::from_u128(n).into(),
                kind: kind.into(),
                login,
                organisation: None,
                subject: (n == 2).then(|| JobSubject { kind: "facility".into(), id: Uuid::from_u128(9) }),
                host: Some(Uuid::from_u128(80)),
                alive_at: Some(AT),
                cancel_asked_at: None,
                state,
                done: 0,
                total: 1,
                code: None,
                result: None,
                created_at: minute(i64::try_from(n).unwrap()),
                finished_at: None,
                file: None,
            };
            tx.insert_job(&it).await.unwrap();
        }
        tx.commit().await.unwrap();
        let everything = JobFilter { login: mine, state: None, kind: None, subject: None, from: None, until: None };
        let cases = [
            (everything.clone(), vec![4, 2, 1]),
            (JobFilter { state: Some(JobState::Failed), ..everything.clone() }, vec![2]),
            (JobFilter { kind: Some("letters".into()), ..everything.clone() }, vec![4, 2]),
            (JobFilter { subject: Some(Uuid::from_u128(9)), ..everything.clone() }, vec![2]),
            (JobFilter { from: Some(minute(2)), until: Some(minute(4)), ..everything }, vec![2]),
        ];
        let mut conn = test.db.read().await.unwrap();
        for (filter, newest_first) in cases {
            for order in [Order::Newest, Order::Oldest] {
                let mut wanted = newest_first.clone();
                if order == Order::Oldest {
                    wanted.reverse();
                }
                let (mut seen, mut after): (Vec<u128>, _) = (Vec::new(), None);
                loop {
                    let page = conn.list_jobs(&filter, order, after, 1).await.unwrap();
                    seen.extend(page.items.iter().map(|it| it.id.uuid().as_u128()));
                    after = page.items.last().map(|it| (it.created_at, it.id));
                    if !page.more {
                        break;
                    }
                }
                assert_eq!(seen, wanted, "{order:?} {filter:?}");
            }
            let count = i64::try_from(newest_first.len()).unwrap();
            assert_eq!(conn.count_jobs(&filter).await.unwrap(), Total { count, exact: true }, "{filter:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn people_are_cut_by_each_filter_whether_they_are_listed_or_looked_for() {
    both(|test| async move {
        let (organisation, facility) = place(&test.db).await;
        let anna = add(&test.db, 10, "Anna", "Berg").await;
        let bo = add(&test.db, 11, "Bo", "Dahl").await;
        let cia = add(&test.db, 12, "Cia", "Ek").await;
        unit(&test.db, 30, "A1", UnitKind::Apartment, "A", Some(anna)).await;
        let mut tx = test.db.write().await.unwrap();
        let changed = PersonDraft {
            email: Some("bo@example.se".into()),
            phone: None,
            language: Language::Nb,
            protected_identity: true,
            ..draft("Bo", "Dahl")
        };
        tx.update_person(bo, 1, &changed, b"Dahl").await.unwrap();
        tx.commit().await.unwrap();

        let everybody = PeopleFilter::of(PeopleView::All, TODAY);
        let cases = [
            (everybody.clone(), vec![anna, bo, cia]),
            (PeopleFilter { email: Some(true), ..everybody.clone() }, vec![bo]),
            (PeopleFilter { email: Some(false), ..everybody.clone() }, vec![anna, cia]),
            (PeopleFilter { phone: Some(false), ..everybody.clone() }, vec![bo]),
            (PeopleFilter { language: Some(Language::Nb), ..everybody.clone() }, vec![bo]),
            (PeopleFilter { tenant: Some(true), ..everybody.clone() }, vec![anna]),
            (PeopleFilter { tenant: Some(false), email: Some(false), ..everybody.clone() }, vec![cia]),
            (PeopleFilter { protected: Some(true), ..everybody.clone() }, vec![bo]),
            (PeopleFilter { from: Some(minute(1)), ..everybody.clone() }, vec![]),
            (PeopleFilter { until: Some(minute(1)), ..everybody }, vec![anna, bo, cia]),
            (PeopleFilter::of(PeopleView::MissingEmail, TODAY), vec![anna, cia]),
        ];
        let mut conn = test.db.read().await.unwrap();
        for (filter, wanted) in cases {
            for register in registers(organisation, facility) {
                let page = conn.list_people(register, &filter, None, 10).await.unwrap();
                let listed: Vec<PersonId> = page.items.iter().map(|it| it.person.id).collect();
                assert_eq!(listed, wanted, "{register:?} {filter:?}");
                let among = conn.people_among(register, &filter, &[cia, anna, bo]).await.unwrap();
                let found: Vec<PersonId> = among.iter().map(|it| it.id).collect();
                assert_eq!(found, wanted, "{register:?} {filter:?}");
                let count = i64::try_from(wanted.len()).unwrap();
                let total = conn.count_people(register, &filter).await.unwrap();
                assert_eq!(total, Total { count, exact: true }, "{register:?} {filter:?}");
            }
            let strangers = Register::Facility(FacilityId(Uuid::from_u128(99)));
            assert!(conn.people_among(strangers, &filter, &[anna, bo, cia]).await.unwrap().is_empty());
        }
    })
    .await;
}
