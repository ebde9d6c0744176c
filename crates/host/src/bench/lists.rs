//! First pages and searches at a million rows.
#![expect(clippy::print_stdout, reason = "answers of a command go to standard output")]

use super::{Scratch, Times};
use chrono::{DateTime, NaiveDate, Utc};
use stolpe_domain::country::Country;
use stolpe_domain::facility::{Contact, FacilityDraft};
use stolpe_domain::id::{FacilityId, OrganisationId, PersonId};
use stolpe_domain::organisation::OrganisationDraft;
use stolpe_store::Db;
use stolpe_store::audit::AuditFilter;
use stolpe_store::page::Order;
use stolpe_store::person::{PeopleFilter, PeopleView, Register};

const RUNS: usize = 300;
const PAGE: i64 = 50;

pub(super) async fn run(scratch: &Scratch) -> anyhow::Result<()> {
    let db = scratch.open().await?;
    let (organisation, facility) = fill(&db, scratch.n).await?;
    let engine = db.engine();
    let everybody = PeopleFilter::of(PeopleView::All, NaiveDate::default());
    let mut conn = db.read().await?;
    let page = conn.list_people(Register::Organisation(organisation), &everybody, None, PAGE).await?;
    let known: Vec<PersonId> = page.items.iter().map(|it| it.person.id).collect();
    drop(conn);

    let floor = Times::of(RUNS, async |n| {
        let id = known.get(n % known.len()).map_or_else(Default::default, |id| id.uuid());
        db.read().await?.probe(id).await?;
        Ok(())
    })
    .await?;
    for (bench, register) in [
        ("lists.people.organisation", Register::Organisation(organisation)),
        ("lists.people.facility", Register::Facility(facility)),
    ] {
        let times = Times::of(RUNS, async |_| {
            let mut conn = db.read().await?;
            let page = conn.list_people(register, &everybody, None, PAGE).await?;
            conn.count_people(register, &everybody).await?;
            let ids: Vec<PersonId> = page.items.iter().map(|it| it.person.id).collect();
            conn.logins_of(&ids).await?;
            conn.tenancies_of_all(&ids).await?;
            Ok(())
        })
        .await?;
        println!("{}", serde_json::to_string(&times.line(bench, engine, scratch.n, &floor))?);
    }
    let times = Times::of(RUNS, async |run| {
        let mut conn = db.read().await?;
        let prefix = format!("family{}", (run * 7919) % 99_991);
        let hits = conn.search(organisation, &[prefix], 100).await?;
        conn.people(&hits.iter().map(|hit| hit.id.into()).collect::<Vec<_>>()).await?;
        Ok(())
    })
    .await?;
    println!("{}", serde_json::to_string(&times.line("lists.people.search", engine, scratch.n, &floor))?);
    for (bench, action) in [("lists.audit", None), ("lists.audit.action", Some("person.added"))] {
        let filter = AuditFilter { action: action.map(ToOwned::to_owned), ..AuditFilter::default() };
        let times = Times::of(RUNS, async |_| {
            let mut conn = db.read().await?;
            conn.list_audit(&filter, Order::Newest, None, PAGE).await?;
            conn.count_audit(&filter).await?;
            Ok(())
        })
        .await?;
        println!("{}", serde_json::to_string(&times.line(bench, engine, scratch.n, &floor))?);
    }
    scratch.close(db).await
}

/// Whose scratch data it is.
pub(super) fn owner() -> OrganisationDraft {
    OrganisationDraft {
        name: "Bench".to_owned(),
        country: Country::Se,
        organisation_number: "556036-0793".to_owned(),
        vat_number: None,
        street: "–".to_owned(),
        postal_code: "111 11".to_owned(),
        city: "–".to_owned(),
    }
}

/// Where it lies.
pub(super) fn place() -> FacilityDraft {
    FacilityDraft {
        code: "BENCH".to_owned(),
        name: "Bench".to_owned(),
        country: Country::Se,
        time_zone: None,
        price_area: None,
        colour: None,
        contact: Contact::default(),
    }
}

async fn fill(db: &Db, n: i64) -> anyhow::Result<(OrganisationId, FacilityId)> {
    let (organisation, facility) = (OrganisationId(uuid_of(1)), FacilityId(uuid_of(2)));
    let at: DateTime<Utc> = DateTime::UNIX_EPOCH;
    let (owner, place) = (owner(), place());
    let mut tx = db.write().await?;
    tx.insert_organisation(organisation, &owner.check()?, false, at).await?;
    tx.insert_facility(facility, organisation, &place.check()?, at).await?;
    tx.fill_people(organisation, facility, n, at).await?;
    tx.fill_audit(organisation, n, at).await?;
    tx.analyse().await?;
    tx.commit().await?;
    Ok((organisation, facility))
}

fn uuid_of(n: u8) -> stolpe_store::bench::Id {
    stolpe_store::bench::Id::from_bytes([n; 16])
}
