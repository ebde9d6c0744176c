//! A long list of people, from the file to the register, through the product itself.
#![expect(clippy::print_stdout, reason = "answers of a command go to standard output")]

use super::{EngineArg, Scratch, cpu_ms, engine_word, memory_mb};
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Instant;
use stolpe_app::{App, Ctx, OwnerDraft, Retention, SetupDraft};
use stolpe_domain::access::Actor;
use stolpe_domain::country::Country;
use stolpe_domain::facility::{Contact, FacilityDraft};
use stolpe_domain::id::{FacilityId, ImportId, OrganisationId};
use stolpe_domain::language::Language;
use stolpe_domain::organisation::OrganisationDraft;
use stolpe_domain::person::PersonDraft;
use stolpe_domain::unit::{UnitDraft, UnitKind};
use stolpe_host::{Config, FixedKey, Host, Imap, PaymentAddresses, Place, PriceAddresses, SmsAddresses, Smtp};
use stolpe_store::import::{
    Import, ImportOutcome, ImportRow, ImportState, NewLogin, NewPerson, NewTenancy, NewUnit, Run,
};
use stolpe_store::{Db, Engine};

/// Rows of one transaction of the floor.
const ROWS: i64 = 2_000;
/// Two people live on most units.
const PER_UNIT: i64 = 2;

/// What an import cost.
#[derive(Debug, Serialize)]
struct Line {
    bench: &'static str,
    engine: &'static str,
    n: i64,
    /// From the file to the last row in the register: read, looked through, kept, taken in.
    total_ms: u64,
    rows_per_s: u64,
    /// Of that: reading the file and looking through it.
    preview_ms: u64,
    /// What this process used of its processors.
    cpu_ms: u64,
    /// The same rows written to the same tables, as empty as those were, in runs, ready made, with nothing read or
    /// decided.
    floor_ms: u64,
    floor_cpu_ms: u64,
    floor_rows_per_s: u64,
    rss_before_mb: u64,
    rss_peak_mb: u64,
}

pub(super) async fn run(scratch: &Scratch) -> anyhow::Result<()> {
    let place = match (&scratch.engine, &scratch.database_url) {
        (EngineArg::Sqlite, _) => Place::Embedded(scratch.folder.clone()),
        (EngineArg::Postgres, Some(url)) => Place::Postgres(url.clone()),
        (EngineArg::Postgres, None) => anyhow::bail!("give --database-url"),
    };
    let keeper = Arc::new(FixedKey::parse(&"5a".repeat(32))?);
    let host = Host::start(Config {
        place,
        keeper,
        mailer: Smtp::default(),
        mailboxes: Imap::default(),
        price_addresses: PriceAddresses::default(),
        payment_addresses: PaymentAddresses::default(),
        sms_addresses: SmsAddresses::default(),
        payment_authorities: None,
        retention: Retention::default(),
        longest_sign_in: None,
    })
    .await?;
    let app = host.app();
    let facility = set_up(app).await?;
    let content = list(scratch.n)?;
    let rss_before_mb = memory_mb("VmRSS:");

    let start = Instant::now();
    let ctx = Ctx::command_line(app.now());
    let found = app.try_import(&ctx, facility, &content).await?;
    let preview_ms = since(start);
    anyhow::ensure!(i64::try_from(found.counts.create)? == scratch.n, "the list is not understood: {found:?}");

    let (start, cpu) = (Instant::now(), cpu_ms());
    let done = app.import_at_once(&ctx, facility, "bench.csv", &content).await?;
    anyhow::ensure!(i64::try_from(done.outcome?.stored)? == scratch.n, "rows stayed out");
    let (total_ms, used_ms) = (since(start), cpu_ms().saturating_sub(cpu));
    let rss_peak_mb = memory_mb("VmHWM:");

    let (engine, at) = (app.db().engine(), app.now());
    host.stop().await;
    drop(host);
    let db = empty(scratch).await?;
    let (start, cpu) = (Instant::now(), cpu_ms());
    floor(&db, scratch.n, at).await?;
    let (floor_ms, floor_cpu_ms) = (since(start), cpu_ms().saturating_sub(cpu));
    let per_s = |ms: u64| u64::try_from(scratch.n).unwrap_or(0) * 1_000 / ms.max(1);
    let line = Line {
        bench: "import",
        engine: engine_word(engine),
        n: scratch.n,
        total_ms,
        rows_per_s: per_s(total_ms),
        preview_ms,
        cpu_ms: used_ms,
        floor_ms,
        floor_cpu_ms,
        floor_rows_per_s: per_s(floor_ms),
        rss_before_mb,
        rss_peak_mb,
    };
    println!("{}", serde_json::to_string(&line)?);
    scratch.close(db).await
}

/// A database without people for the floor: another file, or the server's tables emptied.
async fn empty(scratch: &Scratch) -> anyhow::Result<Db> {
    let db = scratch.open().await?;
    if db.engine() == Engine::Postgres {
        let mut tx = db.write().await?;
        tx.empty_people().await?;
        tx.commit().await?;
    }
    Ok(db)
}

fn since(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX)
}

fn organisation(number: &str) -> OrganisationDraft {
    OrganisationDraft {
        name: format!("Bench {number}"),
        country: Country::Se,
        organisation_number: number.to_owned(),
        vat_number: None,
        street: "Storgatan 1".to_owned(),
        postal_code: "111 11".to_owned(),
        city: "Stockholm".to_owned(),
    }
}

fn facility(code: &str) -> FacilityDraft {
    FacilityDraft {
        code: code.to_owned(),
        name: code.to_owned(),
        country: Country::Se,
        time_zone: None,
        price_area: None,
        colour: None,
        contact: Contact::default(),
    }
}

pub(super) async fn set_up(app: &App) -> anyhow::Result<FacilityId> {
    Ok(set_up_and_sign_in(app).await?.0)
}

/// The facility of a new installation, and its owner.
pub(super) async fn set_up_and_sign_in(app: &App) -> anyhow::Result<(FacilityId, Ctx)> {
    let draft = SetupDraft {
        owner: OwnerDraft {
            given_name: "Ove".to_owned(),
            family_name: "Övning".to_owned(),
            email: "ovning@example.com".to_owned(),
            password: app.new_password(),
            language: Language::Sv,
        },
        organisation: organisation("556036-0793"),
        facility: Some(facility("BENCH")),
    };
    let done = app.set_up(&Ctx::system("bench", app.now()), draft, "bench").await?;
    let (signed, sign_in) = app.authenticate(&done.entered.token, app.now()).await?;
    let owner = Ctx { actor: Actor::Person(signed), sign_in: Some(sign_in), ..Ctx::command_line(app.now()) };
    let found = app.list_facilities(&owner).await?;
    Ok((found.first().map(|it| it.id).ok_or_else(|| anyhow::anyhow!("there is no facility"))?, owner))
}

/// A person of the list, and the unit they live on.
fn person(n: i64) -> (PersonDraft, UnitDraft) {
    let unit = n / PER_UNIT;
    let person = PersonDraft {
        given_name: format!("Förnamn{}", n % 997),
        family_name: format!("Efternamn{n}"),
        email: Some(format!("person{n}@example.com")),
        phone: Some(format!("+46701740{:03}", 605 + n % 95)),
        language: Language::Sv,
        street: Some(format!("Storgatan {}", unit % 500)),
        postal_code: Some("111 11".to_owned()),
        city: Some("Stockholm".to_owned()),
        protected_identity: false,
        note: None,
        department_id: None,
        staff_number: None,
        payer: None,
        channel: None,
        personal_number: None,
    };
    let section = Some(format!("Trappa {}", unit % 40));
    (person, UnitDraft { code: format!("U{unit}"), kind: UnitKind::Apartment, section })
}

/// The list as a spreadsheet writes it.
fn list(count: i64) -> anyhow::Result<Vec<u8>> {
    let mut text = String::from("Lgh;Trappa;Förnamn;Efternamn;E-post;Telefon;Adress;Postnummer;Ort;Inflyttning\r\n");
    for n in 0..count {
        let (it, unit) = person(n);
        let or_nothing = |text: &Option<String>| text.clone().unwrap_or_default();
        let cells = [
            unit.code,
            or_nothing(&unit.section),
            it.given_name,
            it.family_name,
            or_nothing(&it.email),
            or_nothing(&it.phone),
            or_nothing(&it.street),
            or_nothing(&it.postal_code),
            or_nothing(&it.city),
        ];
        write!(text, "{};2024-05-01\r\n", cells.join(";"))?;
    }
    Ok(text.into_bytes())
}

/// The same rows for another organisation, ready made.
async fn floor(db: &Db, count: i64, at: DateTime<Utc>) -> anyhow::Result<()> {
    let ctx = Ctx::system("bench", at);
    let (organisation_id, facility_id): (OrganisationId, FacilityId) = (ctx.new_id(), ctx.new_id());
    let import = Import {
        id: ctx.new_id::<ImportId>(),
        organisation: organisation_id,
        facility: facility_id,
        file_name: "floor".to_owned(),
        state: ImportState::Committing,
        plan: serde_json::Value::Null,
        findings: serde_json::Value::Null,
        created_by: None,
        created_at: ctx.at,
        committed_at: None,
        undone_at: None,
        alive_at: None,
        source_gone_at: None,
        row_version: 1,
    };
    let mut tx = db.write().await?;
    tx.insert_organisation(organisation_id, &organisation("556016-0680").check()?, false, ctx.at).await?;
    tx.insert_facility(facility_id, organisation_id, &facility("FLOOR").check()?, ctx.at).await?;
    tx.insert_import(&import, &[]).await?;
    tx.commit().await?;
    for first in (0..count).step_by(usize::try_from(ROWS)?) {
        let run = ready_made(&ctx, first, (first + ROWS).min(count));
        let mut tx = db.write().await?;
        tx.take_in(&import, &run, ctx.at).await?;
        tx.commit().await?;
    }
    Ok(())
}

fn ready_made(ctx: &Ctx, first: i64, end: i64) -> Run {
    let mut run = Run::default();
    for n in first..end {
        let (draft, unit) = person(n);
        let id = ctx.new_id();
        let username =
            if n % PER_UNIT == 0 { unit.code.clone() } else { format!("{}-{}", unit.code, 1 + n % PER_UNIT) };
        if n % PER_UNIT == 0 {
            run.units.push(NewUnit { id: ctx.new_id(), draft: unit });
        }
        if let Some(unit) = run.units.last() {
            let moved_in_on = chrono::NaiveDate::from_ymd_opt(2024, 5, 1);
            run.tenancies.push(NewTenancy { id: ctx.new_id(), person: id, unit: unit.id, moved_in_on });
        }
        run.logins.push(NewLogin { id: ctx.new_id(), person: id, username });
        // As long as the key of a collation, and as evenly spread.
        let sort_key = format!("{:08x}{:040x}", (n * 2_654_435_761) % 4_294_967_296, n).into_bytes();
        run.people.push(NewPerson { id, draft, sort_key, number: None });
        run.linked.push(id);
        let outcome = ImportOutcome::Created;
        let version_after = Some(1);
        run.rows.push(ImportRow { line: n + 2, outcome, person: id, before: None, version_after, number_added: false });
    }
    run
}
