//! A whole installation moves to a server: everything arrives, or nothing does.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::{Value, json};
use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::types::Json;
use sqlx::{AssertSqlSafe, Connection, Row};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use stolpe_store::promote::{PromoteError, Source, Step, Target, TargetState, continue_sequences};
use stolpe_store::{Db, Engine, SCHEMA_VERSION, StoreError};
use stolpe_testkit::{Moment, TestDb, at_server, empty_database, hinder, unhinder};
use tempfile::TempDir;
use uuid::Uuid;

/// Columns of each table with their type on the server.
type Schema = BTreeMap<String, Vec<(String, String)>>;

async fn schema(server: &mut PgConnection) -> Schema {
    let rows: Vec<(String, String, String)> = sqlx::query_as(
        "select table_name::text, column_name::text, data_type::text from information_schema.columns \
         where table_schema = 'public' and table_name not like '\\_sqlx%' order by 1, 2",
    )
    .fetch_all(server)
    .await
    .unwrap();
    let mut schema = Schema::new();
    for (table, column, kind) in rows {
        schema.entry(table).or_default().push((column, kind));
    }
    schema
}

/// A database file that has rows in every table: one with every column filled, one that refers to it and is referred to
/// by it, and one with nothing where nothing is allowed.
async fn full_file() -> (TempDir, PathBuf) {
    let pattern = TestDb::new(Engine::Postgres).await;
    let mut server = PgConnection::connect(&pattern.address).await.unwrap();
    let schema = schema(&mut server).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("stolpe.db");
    Db::open_sqlite(&path).await.unwrap().close().await;
    let mut file = writable(&path, false).await;
    for table in ["audit_head", "transaction_number"] {
        sqlx::query(AssertSqlSafe(format!("delete from {table}"))).execute(&mut file).await.unwrap();
    }
    for (table, columns) in &schema {
        let required = required(&mut file, table).await;
        // These hold one row for ever.
        let rows =
            if ["vault", "audit_head", "transaction_number"].contains(&table.as_str()) { 1..=1 } else { 1..=3_u8 };
        for row in rows {
            insert(&mut file, table, columns, &required, row).await;
        }
    }
    file.close().await.unwrap();
    (folder, path)
}

async fn writable(path: &Path, foreign_keys: bool) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(path).foreign_keys(foreign_keys);
    SqliteConnection::connect_with(&options).await.unwrap()
}

async fn required(file: &mut SqliteConnection, table: &str) -> Vec<String> {
    let names = "select name from pragma_table_info($1) where \"notnull\" or pk > 0";
    let rows: Vec<(String,)> = sqlx::query_as(names).bind(table).fetch_all(file).await.unwrap();
    rows.into_iter().map(|(name,)| name).collect()
}

/// Who decided of a refund is somebody else than who asked, and everything but the asking has been decided.
fn is_decided(column: &str) -> bool {
    matches!(column, "decided_at" | "decided_by_person_id")
}

/// What was told of money on its way back is of a refund or of a payout, and by a message or not at all; what a provider has sent
/// is of a try or of a saved card: the second row is of the other.
fn is_one_of_two(table: &str, column: &str, row: u8) -> Option<bool> {
    match (table, column) {
        ("money_word", "refund_id" | "notice_id") | ("payment_callback", "attempt_id") => Some(row != 2),
        ("money_word", "payout_id" | "untold") | ("payment_callback", "saved_card_id") => Some(row == 2),
        _ => None,
    }
}

async fn insert(file: &mut SqliteConnection, table: &str, columns: &[(String, String)], required: &[String], row: u8) {
    let is_filled = |name: &String| {
        is_one_of_two(table, name, row).unwrap_or_else(|| row < 3 || required.contains(name) || is_decided(name))
    };
    let filled: Vec<_> = columns.iter().filter(|(name, _)| is_filled(name)).collect();
    let names: Vec<_> = filled.iter().map(|(name, _)| name.as_str()).collect();
    let places: Vec<_> = (1..=filled.len()).map(|n| format!("${n}")).collect();
    let text = format!("insert into \"{table}\" ({}) values ({})", names.join(", "), places.join(", "));
    let mut insert = sqlx::query(AssertSqlSafe(text));
    let at = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::microseconds(1_767_000_000_000_001 * i64::from(row));
    for (name, kind) in filled {
        insert = match kind.as_str() {
            // The first two rows refer to each other, so that one of them comes before what it refers to.
            "uuid" => insert.bind(Uuid::from_u128(u128::from(match row {
                3 if is_decided(name) => 1,
                1 | 2 if name != "id" && !is_decided(name) => 3 - row,
                _ => row,
            }))),
            "bytea" => insert.bind(vec![row, 0, 255, b'\\', b'\n']),
            // A payment is for a document, or for none: the last one names nothing that it need not.
            "text" if name == "purpose" => insert.bind(if row < 3 { "document" } else { "top_up" }),
            "text" => insert.bind(format!("{name} {row} Åse\t\\N\r\n\"'")),
            "timestamp with time zone" => insert.bind(at),
            // Where a transfer stands in the books is after the day on which it counts.
            "date" if name == "booked_on" => insert.bind(NaiveDate::from_ymd_opt(2026, 2, u32::from(row)).unwrap()),
            "date" => insert.bind(NaiveDate::from_ymd_opt(2026, 1, u32::from(row)).unwrap()),
            "jsonb" => insert.bind(Json(json!({"b": row, "a": ["å\n\\", null, {"z": 1, "y": true}]}))),
            // A settlement adds up, and so does a refund.
            "bigint" if name == "amount_minor" && table == "refund" => insert.bind(3 * i64::from(row)),
            "bigint" if name == "fee_minor" => insert.bind(0),
            "bigint" => insert.bind(i64::from(row)),
            "boolean" => insert.bind(row == 1),
            other => panic!("{table}.{name} is of the type {other}, which this test cannot fill"),
        };
    }
    insert.execute(file).await.unwrap();
}

/// A value in words that are the same on both engines; JSON stands apart, for its fields have no order.
fn in_words(kind: &str, text: &str) -> Value {
    match kind {
        "timestamp with time zone" => {
            json!(text.parse::<DateTime<Utc>>().unwrap().timestamp_micros())
        }
        "jsonb" => serde_json::from_str(text).unwrap(),
        _ => json!(text),
    }
}

/// Reads a table by other means than the store does.
macro_rules! rows_of {
    ($conn:expr, $table:expr, $columns:expr, $word:expr) => {{
        let words: Vec<String> = $columns.iter().map(|(name, kind)| $word(name, kind)).collect();
        let text = format!("select {} from \"{}\"", words.join(", "), $table);
        let mut rows: Vec<Vec<Value>> = Vec::new();
        for row in sqlx::query(AssertSqlSafe(text)).fetch_all(&mut $conn).await.unwrap() {
            let cell = |at: usize| row.get::<Option<String>, _>(at).map(|text| in_words(&$columns[at].1, &text));
            rows.push((0..$columns.len()).map(|at| cell(at).unwrap_or(Value::Null)).collect());
        }
        rows.sort_by_key(|row| row.iter().filter(|it| !it.is_object()).map(Value::to_string).collect::<Vec<_>>());
        rows
    }};
}

fn word_of_sqlite(name: &str, kind: &str) -> String {
    match kind {
        "uuid" | "bytea" => format!("iif({name} is null, null, lower(hex({name})))"),
        _ => format!("cast({name} as text)"),
    }
}

fn word_of_postgres(name: &str, kind: &str) -> String {
    match kind {
        "uuid" => format!("replace({name}::text, '-', '')"),
        "bytea" => format!("encode({name}, 'hex')"),
        "boolean" => format!("{name}::int::text"),
        "timestamp with time zone" => {
            format!("to_char({name} at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
        }
        _ => format!("{name}::text"),
    }
}

/// Moves the file there, and answers how many rows it had.
async fn promote(path: &Path, address: &str) -> Result<u64, PromoteError> {
    let mut source = Source::open(path).await?;
    let target = Target::connect(address).await?;
    match target.state(&source).await? {
        TargetState::Empty => {}
        TargetState::HasIt => panic!("{address} has it already"),
        TargetState::Other(contents) => return Err(PromoteError::NotEmpty(contents)),
    }
    let copied = target.copy(&mut source, |_| ()).await;
    let done = match copied {
        Ok(copied) => {
            let rows = copied.tables.iter().map(|it| it.rows).sum();
            copied.commit().await.map(|()| rows)
        }
        Err(error) => Err(error),
    };
    target.close().await;
    done
}

/// What stands in the schema of a database.
async fn relations(address: &str) -> i64 {
    let mut server = PgConnection::connect(address).await.unwrap();
    let count = "select count(*) from pg_class where relnamespace = 'public'::regnamespace";
    let (count,): (i64,) = sqlx::query_as(count).fetch_one(&mut server).await.unwrap();
    count
}

#[tokio::test]
async fn every_column_of_every_table_arrives() {
    let (_folder, path) = full_file().await;
    let before = std::fs::read(&path).unwrap();
    let address = empty_database();
    let rows = promote(&path, &address).await.unwrap();
    assert!(std::fs::read(&path).unwrap() == before, "the file was written to");

    let mut file = writable(&path, false).await;
    let mut server = PgConnection::connect(&address).await.unwrap();
    let schema = schema(&mut server).await;
    let (mut all_rows, mut all_columns) = (0, 0);
    for (table, columns) in &schema {
        let sent = rows_of!(file, table, columns, word_of_sqlite);
        let arrived = rows_of!(server, table, columns, word_of_postgres);
        assert_eq!(sent, arrived, "{table}");
        for (at, (column, _)) in columns.iter().enumerate() {
            assert!(arrived.iter().any(|row| !row[at].is_null()), "{table}.{column} was never filled");
        }
        all_rows += arrived.len() as u64;
        all_columns += columns.len();
    }
    assert_eq!(all_rows, rows);
    assert!(all_columns > 150, "only {all_columns} columns were compared");

    // The product opens it, as one that it made itself.
    let db = Db::open_postgres(&address).await.unwrap();
    assert_eq!(db.read().await.unwrap().audit_head().await.unwrap(), (1, vec![1, 0, 255, b'\\', b'\n']));
    db.close().await;
}

#[tokio::test]
async fn what_is_told_on_the_way_adds_up_and_both_digests_are_known() {
    let (_folder, path) = full_file().await;
    let mut file = writable(&path, true).await;
    // More than fits into one chunk.
    let many = "insert into search_term (organisation_id, term, kind, subject_id) \
        with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000) \
        select (select min(id) from organisation), 'term' || i, 'person', randomblob(16) from n";
    sqlx::query(many).execute(&mut file).await.unwrap();
    file.close().await.unwrap();
    let mut source = Source::open(&path).await.unwrap();
    let target = Target::connect(&empty_database()).await.unwrap();
    let (mut parts, mut ended) = (Vec::new(), BTreeMap::new());
    let tell = |step: Step<'_>| match step {
        Step::Copying { table, rows, of } => parts.push((table.to_owned(), rows, of)),
        Step::Copied { table, rows } => drop(ended.insert(table.to_owned(), rows)),
    };
    let copied = target.copy(&mut source, tell).await.unwrap();
    assert!(parts.len() > 2, "{parts:?}");
    assert!(parts.iter().all(|(table, rows, of)| table == "search_term" && rows < of && *of == 20_003), "{parts:?}");
    let summed: BTreeMap<_, _> = copied.tables.iter().map(|it| (it.table.clone(), it.rows)).collect();
    assert_eq!(ended, summed);
    assert_eq!(summed["search_term"], 20_003);
    let digest = |table: &str| copied.tables.iter().find(|it| it.table == table).unwrap().digest;
    assert_ne!(digest("setting"), digest("view"));
}

#[tokio::test]
async fn a_database_that_is_not_empty_is_named_and_left_alone() {
    let (_folder, path) = full_file().await;
    let other = empty_database();
    at_server(&other, "create table ledger (id bigint)");
    let refused = promote(&path, &other).await.unwrap_err();
    assert_eq!(refused.to_string(), "the Postgres database is not empty: it holds ledger");
    assert_eq!(relations(&other).await, 1);

    let ours = TestDb::new(Engine::Postgres).await;
    let before = relations(&ours.address).await;
    let refused = promote(&path, &ours.address).await.unwrap_err().to_string();
    assert!(refused.ends_with(&format!("of another installation of Stolpe (version {SCHEMA_VERSION})")), "{refused}");
    at_server(&ours.address, "delete from _sqlx_migrations where version > 1");
    for (version, word) in [(1, "older"), (9999, "newer")] {
        at_server(&ours.address, &format!("update _sqlx_migrations set version = {version}"));
        let refused = promote(&path, &ours.address).await.unwrap_err().to_string();
        assert!(refused.contains(word), "{refused}");
    }
    assert_eq!(relations(&ours.address).await, before);
}

#[tokio::test]
async fn what_an_extension_brought_along_is_not_in_the_way() {
    let (_folder, path) = full_file().await;
    let address = empty_database();
    // As servers have it whose operator watches their statements.
    at_server(&address, "create view watched as select 1");
    at_server(
        &address,
        "insert into pg_depend (classid, objid, objsubid, refclassid, refobjid, refobjsubid, deptype) \
         select 'pg_class'::regclass, 'watched'::regclass, 0, 'pg_extension'::regclass, oid, 0, 'e' \
         from pg_extension where extname = 'plpgsql'",
    );
    assert!(promote(&path, &address).await.unwrap() > 0);
}

#[tokio::test]
async fn a_file_that_is_older_newer_damaged_or_unused_is_refused_and_the_server_not_touched() {
    let address = empty_database();
    let change = async |statement: &'static str| {
        let (_folder, path) = full_file().await;
        let mut file = writable(&path, false).await;
        sqlx::query(statement).execute(&mut file).await.unwrap();
        file.close().await.unwrap();
        promote(&path, &address).await.unwrap_err()
    };
    let refused = change("delete from _sqlx_migrations where version > 1").await;
    assert!(matches!(refused, PromoteError::Older { found: 1, known: SCHEMA_VERSION }), "{refused:?}");
    let refused = change("update _sqlx_migrations set version = 9999 where version = 1").await;
    assert!(matches!(refused, PromoteError::Store(StoreError::Newer { found: 9999, .. })), "{refused:?}");
    let refused = change("delete from organisation").await;
    assert!(matches!(refused, PromoteError::Store(StoreError::Damaged(_))), "{refused:?}");
    let refused = change("update audit_head set seq = 0").await;
    assert!(matches!(refused, PromoteError::NotSetUp), "{refused:?}");
    let refused = change("alter table setting add column colour text").await;
    assert!(refused.to_string().contains("setting.colour"), "{refused}");

    let (_folder, path) = full_file().await;
    let mut bytes = std::fs::read(&path).unwrap();
    // A page of the middle, overwritten: the header still looks well.
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(7);
    std::fs::write(&path, bytes).unwrap();
    let refused = promote(&path, &address).await.unwrap_err();
    assert!(matches!(refused, PromoteError::Store(StoreError::Damaged(_))), "{refused:?}");
    assert_eq!(relations(&address).await, 0);
}

#[tokio::test]
async fn a_value_that_postgres_cannot_hold_is_named_and_nothing_is_moved() {
    let (_folder, path) = full_file().await;
    let mut file = writable(&path, true).await;
    let zero = "update person set note = 'a' || char(0) || 'b' where id = (select max(id) from person)";
    sqlx::query(zero).execute(&mut file).await.unwrap();
    file.close().await.unwrap();
    let address = empty_database();
    let refused = promote(&path, &address).await.unwrap_err();
    let key = Uuid::from_u128(3);
    assert_eq!(refused.to_string(), format!("person.note of {key} cannot be moved: a text holds a zero byte"));
    assert_eq!(relations(&address).await, 0);
}

#[tokio::test]
async fn a_server_that_goes_away_in_the_middle_is_left_empty_and_the_move_is_repeated() {
    let (_folder, path) = full_file().await;
    let address = empty_database();
    hinder(&address, "login", Moment::Row, "perform pg_terminate_backend(pg_backend_pid())");
    let broken = promote(&path, &address).await.unwrap_err();
    assert!(matches!(broken, PromoteError::Store(StoreError::Gone(_))), "{broken:?}");
    assert_eq!(relations(&address).await, 0);
    unhinder(&address);
    assert!(promote(&path, &address).await.unwrap() > 0);
}

#[tokio::test]
async fn what_arrives_otherwise_than_it_was_sent_is_not_kept() {
    let (_folder, path) = full_file().await;
    for (act, sent, arrived) in [("new.note = upper(new.note)", 3, 3), ("return null", 3, 0)] {
        let address = empty_database();
        let table = if arrived == 0 { "view" } else { "person" };
        hinder(&address, table, Moment::Row, act);
        let refused = promote(&path, &address).await.unwrap_err();
        let expected = format!("{table} did not arrive as it was: {arrived} rows for {sent}");
        assert_eq!(refused.to_string(), expected);
        assert_eq!(relations(&address).await, 0);
    }
}

#[tokio::test]
async fn a_server_that_has_the_installation_already_is_recognised_even_when_it_went_on() {
    let (_folder, path) = full_file().await;
    let address = empty_database();
    promote(&path, &address).await.unwrap();
    at_server(&address, "update audit_head set seq = 4");
    let source = Source::open(&path).await.unwrap();
    let target = Target::connect(&address).await.unwrap();
    assert_eq!(target.state(&source).await.unwrap(), TargetState::HasIt);
    let mut file = writable(&path, true).await;
    sqlx::query("update audit_head set hash = randomblob(32)").execute(&mut file).await.unwrap();
    file.close().await.unwrap();
    let went_on = Source::open(&path).await.unwrap();
    assert!(matches!(target.state(&went_on).await.unwrap(), TargetState::Other(_)));
}

#[tokio::test]
async fn sequences_go_on_after_the_highest_number_that_was_moved() {
    let mut server = PgConnection::connect(&empty_database()).await.unwrap();
    let tables = "create table \"Queue\" (\"No\" bigint generated always as identity primary key, word text); \
        create table slip (id bigserial primary key); create table bare (id bigint primary key); \
        create table empty (id bigint generated by default as identity); \
        insert into \"Queue\" (\"No\", word) overriding system value values (41, 'a'); \
        insert into slip (id) values (7)";
    sqlx::raw_sql(tables).execute(&mut server).await.unwrap();
    continue_sequences(&mut server).await.unwrap();
    for (insert, next) in [
        ("insert into \"Queue\" (word) values ('b') returning \"No\"", 42),
        ("insert into slip default values returning id", 8),
        ("insert into empty default values returning id", 1),
    ] {
        let (given,): (i64,) = sqlx::query_as(insert).fetch_one(&mut server).await.unwrap();
        assert_eq!(given, next, "{insert}");
    }
}
