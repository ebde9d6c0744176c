//! The register of people on both engines: order, paging, search and versions.

use chrono::{DateTime, NaiveDate, Utc};
use stolpe_domain::country::Country;
use stolpe_domain::facility::{Contact, FacilityDraft};
use stolpe_domain::id::{DepartmentId, FacilityId, OrganisationId, PersonId};
use stolpe_domain::language::Language;
use stolpe_domain::organisation::{DepartmentDraft, OrganisationDraft};
use stolpe_domain::person::{PersonDraft, Tenancy, query_terms, search_terms};
use stolpe_domain::unit::{UnitDraft, UnitKind};
use stolpe_store::person::{PeopleFilter, PeopleView, Register};
use stolpe_store::{Db, StoreError};
use stolpe_testkit::both;
use uuid::Uuid;

const AT: DateTime<Utc> = DateTime::UNIX_EPOCH;
const DEPARTMENT: DepartmentId = DepartmentId(Uuid::from_u128(3));
const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();

pub(crate) fn draft(given: &str, family: &str) -> PersonDraft {
    PersonDraft {
        given_name: given.into(),
        family_name: family.into(),
        email: None,
        phone: Some("+46701234567".into()),
        language: Language::Sv,
        street: None,
        postal_code: None,
        city: None,
        protected_identity: false,
        note: None,
        department_id: Some(DEPARTMENT),
        staff_number: None,
        payer: None,
        channel: None,
        personal_number: None,
    }
}

pub(crate) async fn place(db: &Db) -> (OrganisationId, FacilityId) {
    let (organisation, facility) = (OrganisationId(Uuid::from_u128(1)), FacilityId(Uuid::from_u128(2)));
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
    tx.insert_organisation(organisation, &owner.check().unwrap(), false, AT).await.unwrap();
    tx.insert_facility(facility, organisation, &it.check().unwrap(), AT).await.unwrap();
    let department = DepartmentDraft { name: "Vården".into(), reference_number: None, cost_centre: None };
    tx.insert_department(DEPARTMENT, organisation, &department, AT).await.unwrap();
    tx.commit().await.unwrap();
    (organisation, facility)
}

/// Every kind of register that somebody of [`add`] is in.
pub(crate) fn registers(organisation: OrganisationId, facility: FacilityId) -> [Register; 3] {
    [Register::Organisation(organisation), Register::Facility(facility), Register::Department(DEPARTMENT)]
}

pub(crate) async fn add(db: &Db, n: u128, given: &str, family: &str) -> PersonId {
    let (organisation, facility) = (OrganisationId(Uuid::from_u128(1)), FacilityId(Uuid::from_u128(2)));
    let (id, it) = (PersonId(Uuid::from_u128(n)), draft(given, family));
    let mut tx = db.write().await.unwrap();
    tx.insert_person(id, organisation, &it, family.as_bytes(), None, AT).await.unwrap();
    tx.link_person(id, facility).await.unwrap();
    tx.put_search_terms(organisation, "person", id.uuid(), &search_terms(&it)).await.unwrap();
    tx.commit().await.unwrap();
    id
}

#[tokio::test]
async fn a_list_goes_on_where_it_stopped_whoever_was_added_meanwhile() {
    both(|test| async move {
        let (organisation, facility) = place(&test.db).await;
        for (n, family) in ["Berg", "Dahl", "Ek"].into_iter().enumerate() {
            add(&test.db, 10 + n as u128, "Anna", family).await;
        }
        for register in registers(organisation, facility) {
            let mut conn = test.db.read().await.unwrap();
            let first = conn.list_people(register, &PeopleFilter::of(PeopleView::All, TODAY), None, 2).await.unwrap();
            assert!(first.more);
            let names: Vec<_> = first.items.iter().map(|p| p.person.draft.family_name.as_str()).collect();
            assert_eq!(names, ["Berg", "Dahl"]);
            let rest = conn
                .list_people(register, &PeopleFilter::of(PeopleView::All, TODAY), Some(&first.items[1].key), 2)
                .await
                .unwrap();
            assert_eq!(rest.items.len(), 1);
            assert!(!rest.more);
            assert_eq!(
                conn.count_people(register, &PeopleFilter::of(PeopleView::MissingEmail, TODAY)).await.unwrap().count,
                3
            );
            assert_eq!(
                conn.count_people(register, &PeopleFilter::of(PeopleView::InitialPassword, TODAY)).await.unwrap().count,
                0
            );
        }
    })
    .await;
}

#[tokio::test]
async fn whoever_left_the_day_before_has_moved_out_and_whoever_leaves_tomorrow_has_not() {
    both(|test| async move {
        let (organisation, facility) = place(&test.db).await;
        let unit = UnitDraft { code: "A1101".into(), kind: UnitKind::Apartment, section: None };
        let mut tx = test.db.write().await.unwrap();
        tx.insert_unit(Uuid::from_u128(30).into(), facility, &unit, AT).await.unwrap();
        tx.commit().await.unwrap();
        for (n, family, days) in [(10, "Berg", 0), (11, "Dahl", 1), (12, "Ek", 9_999)] {
            let id = add(&test.db, n, "Anna", family).await;
            let tenancy = Tenancy {
                id: Uuid::from_u128(40 + n).into(),
                person_id: id,
                unit_id: Uuid::from_u128(30).into(),
                moved_in_on: None,
                moved_out_on: (days < 9_999).then(|| TODAY + chrono::TimeDelta::days(days)),
                row_version: 1,
            };
            let mut tx = test.db.write().await.unwrap();
            tx.insert_tenancy(&tenancy, AT).await.unwrap();
            tx.commit().await.unwrap();
        }
        for register in registers(organisation, facility) {
            let mut conn = test.db.read().await.unwrap();
            let gone =
                conn.list_people(register, &PeopleFilter::of(PeopleView::MovedOut, TODAY), None, 10).await.unwrap();
            let names: Vec<_> = gone.items.iter().map(|p| p.person.draft.family_name.as_str()).collect();
            assert_eq!(names, ["Berg"]);
            assert_eq!(
                conn.count_people(register, &PeopleFilter::of(PeopleView::MovedOut, TODAY)).await.unwrap().count,
                1
            );
        }
    })
    .await;
}

#[tokio::test]
async fn people_are_found_by_the_beginnings_of_their_words() {
    both(|test| async move {
        let (organisation, _) = place(&test.db).await;
        let id = add(&test.db, 10, "Åsa", "Öberg").await;
        add(&test.db, 11, "Åke", "Lind").await;
        let mut conn = test.db.read().await.unwrap();
        for query in ["öb", "ÅSA öberg", "öberg å"] {
            let hits = conn.search(organisation, &query_terms(query), 10).await.unwrap();
            assert_eq!(hits.iter().map(|h| h.id).collect::<Vec<_>>(), [id.uuid()], "{query}");
        }
        assert_eq!(conn.search(organisation, &query_terms("070-123 45"), 10).await.unwrap().len(), 2);
        assert!(conn.search(organisation, &query_terms("oberg"), 10).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_second_of_two_changes_to_one_version_is_refused() {
    both(|test| async move {
        place(&test.db).await;
        let id = add(&test.db, 10, "Anna", "Berg").await;
        let mut tx = test.db.write().await.unwrap();
        tx.update_person(id, 1, &draft("Anna", "Ek"), b"ek").await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = test.db.write().await.unwrap();
        let second = tx.update_person(id, 1, &draft("Anna", "Dahl"), b"dahl").await;
        assert!(matches!(second, Err(StoreError::Changed)));
        drop(tx);
        let person = test.db.read().await.unwrap().find_person(id).await.unwrap().unwrap();
        assert_eq!((person.draft.family_name.as_str(), person.row_version), ("Ek", 2));
    })
    .await;
}

#[tokio::test]
async fn a_username_is_unique_inside_a_facility_and_free_in_the_next() {
    both(|test| async move {
        let (organisation, facility) = place(&test.db).await;
        let other = FacilityId(Uuid::from_u128(3));
        let id = add(&test.db, 10, "Anna", "Berg").await;
        let mut tx = test.db.write().await.unwrap();
        let it = FacilityDraft {
            code: "B2".into(),
            name: "Granen".into(),
            country: Country::Se,
            time_zone: None,
            price_area: None,
            colour: None,
            contact: Contact::default(),
        };
        tx.insert_facility(other, organisation, &it.check().unwrap(), AT).await.unwrap();
        tx.insert_login(Uuid::from_u128(20).into(), id, Some(facility), "a1101", AT).await.unwrap();
        tx.insert_login(Uuid::from_u128(21).into(), id, Some(other), "a1101", AT).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = test.db.write().await.unwrap();
        let taken = tx.insert_login(Uuid::from_u128(22).into(), id, Some(facility), "A 1101", AT).await;
        assert!(matches!(taken, Err(StoreError::Taken("login.username_taken"))), "{taken:?}");
    })
    .await;
}

#[tokio::test]
async fn a_list_is_read_from_its_end_as_from_its_beginning() {
    both(|test| async move {
        let (organisation, facility) = place(&test.db).await;
        for (n, family) in (10..).zip(["Ahl", "Berg", "Ek", "Öberg", "Ågren"]) {
            add(&test.db, n, "Anna", family).await;
        }
        let mut conn = test.db.read().await.unwrap();
        for register in [Register::Organisation(organisation), Register::Facility(facility)] {
            let filter = PeopleFilter::of(PeopleView::All, TODAY);
            let forwards = conn.list_people(register, &filter, None, 50).await.unwrap();
            let (mut backwards, mut before) = (Vec::new(), None);
            loop {
                let page = conn.list_people_backwards(register, &filter, before.as_ref(), 2).await.unwrap();
                before = page.items.last().map(|last| last.key.clone());
                backwards.extend(page.items);
                if !page.more {
                    break;
                }
            }
            backwards.reverse();
            assert_eq!(backwards, forwards.items, "{register:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn of_many_who_share_a_number_each_is_paired_with_the_next_and_who_is_gone_with_nobody() {
    both(|test| async move {
        let (organisation, _) = place(&test.db).await;
        let mut all = Vec::new();
        for n in 10..40 {
            all.push(add(&test.db, n, "Anna", "Berg").await);
        }
        let mut tx = test.db.write().await.unwrap();
        tx.merge_person(all[1], 1, all[0]).await.unwrap();
        tx.commit().await.unwrap();
        let mut conn = test.db.read().await.unwrap();
        assert_eq!(conn.merged_into(all[0]).await.unwrap(), [all[1]]);
        all.remove(1);
        let pairs: Vec<_> = all.iter().copied().zip(all.iter().copied().skip(1)).collect();
        assert_eq!(conn.likely_doubles(organisation, 50).await.unwrap(), pairs);
        assert_eq!(conn.likely_doubles(organisation, 3).await.unwrap(), pairs[..3]);
    })
    .await;
}
