//! The two schemas say the same: tables, columns, types, nullability, keys and indexes.

use std::collections::BTreeSet;
use stolpe_store::{Db, Engine};
use stolpe_testkit::TestDb;

/// The fixed pairs of types; a text that is compared by byte is `text` on both.
fn as_sqlite(postgres: &str, column: &str) -> &'static str {
    match postgres {
        "uuid" | "bytea" => "BLOB",
        "text" | "timestamp with time zone" | "date" | "jsonb" => "TEXT",
        "bigint" | "boolean" => "INTEGER",
        other => panic!("{column}: {other} has no pair in SQLite"),
    }
}

#[tokio::test]
async fn tables_and_columns_are_the_same_on_both_engines() {
    let (sqlite, postgres) = (TestDb::new(Engine::Sqlite).await, TestDb::new(Engine::Postgres).await);
    let (Db::Sqlite { writer, .. }, Db::Postgres { pool, .. }) = (&sqlite.db, &postgres.db) else {
        unreachable!("the test asked for these engines")
    };
    let lite: Vec<(String, String, String, bool)> = sqlx::query_as(
        "select m.name, c.name, c.type, c.\"notnull\" from sqlite_schema m, pragma_table_info(m.name) c \
         where m.type = 'table' and m.name not like 'sqlite_%' and m.name not like '\\_sqlx%' escape '\\'",
    )
    .fetch_all(writer)
    .await
    .unwrap();
    let pg: Vec<(String, String, String, bool)> = sqlx::query_as(
        "select table_name::text, column_name::text, data_type::text, is_nullable = 'NO' from information_schema.columns \
         where table_schema = 'public' and table_name not like '\\_sqlx%'",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    // SQLite reports a single integer primary key as nullable; it never is.
    let row_ids = ["audit.seq", "audit_detail.seq", "audit_head.id", "vault.id"];
    let lite: BTreeSet<String> = lite
        .into_iter()
        .map(|(table, column, kind, required)| {
            let name = format!("{table}.{column}");
            let required = required || row_ids.contains(&name.as_str());
            format!("{name} {kind} required={required}")
        })
        .collect();
    let pg: BTreeSet<String> = pg
        .into_iter()
        .map(|(table, column, kind, required)| {
            let name = format!("{table}.{column}");
            format!("{name} {} required={required}", as_sqlite(&kind, &name))
        })
        .collect();
    assert!(lite.len() > 150, "only {} columns were found", lite.len());
    assert_eq!(lite.difference(&pg).collect::<Vec<_>>(), pg.difference(&lite).collect::<Vec<_>>());
}

#[tokio::test]
async fn keys_and_indexes_are_the_same_on_both_engines() {
    let (sqlite, postgres) = (TestDb::new(Engine::Sqlite).await, TestDb::new(Engine::Postgres).await);
    let (Db::Sqlite { writer, .. }, Db::Postgres { pool, .. }) = (&sqlite.db, &postgres.db) else {
        unreachable!("the test asked for these engines")
    };
    let lite: Vec<(String, String, bool, String)> = sqlx::query_as(
        "select m.name, case when l.origin = 'pk' then 'key' else l.name end, l.\"unique\", \
         (select group_concat(name) from (select i.name from pragma_index_info(l.name) i order by i.seqno)) \
         from sqlite_schema m, pragma_index_list(m.name) l \
         where m.type = 'table' and m.name not like '\\_sqlx%' escape '\\'",
    )
    .fetch_all(writer)
    .await
    .unwrap();
    let pg: Vec<(String, String, bool, String)> = sqlx::query_as(
        "select t.relname::text, case when x.indisprimary then 'key' else i.relname::text end, x.indisunique, \
         (select string_agg(a.attname, ',' order by k.n) from unnest(x.indkey) with ordinality k(attnum, n) \
         join pg_attribute a on a.attrelid = t.oid and a.attnum = k.attnum) \
         from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid \
         join pg_namespace s on s.oid = t.relnamespace where s.nspname = 'public' and t.relname not like '\\_sqlx%'",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    // SQLite keeps a single integer primary key in the table itself, without an index.
    let in_the_table = ["audit", "audit_detail", "audit_head", "transaction_number", "vault"];
    let name = |(table, index, unique, columns): (String, String, bool, String)| {
        format!("{table} {index} unique={unique} ({columns})")
    };
    let lite: BTreeSet<String> = lite.into_iter().map(name).collect();
    let pg: BTreeSet<String> = pg
        .into_iter()
        .filter(|(table, index, ..)| !(index == "key" && in_the_table.contains(&table.as_str())))
        .map(name)
        .collect();
    assert!(lite.len() > 40, "only {} indexes were found", lite.len());
    assert_eq!(lite.difference(&pg).collect::<Vec<_>>(), pg.difference(&lite).collect::<Vec<_>>());
}
