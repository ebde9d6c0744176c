//! What there is to move, read from the schemas themselves: a table or column that a migration adds comes along.

use super::cell::Kind;
use super::{PromoteError, Result};
use sqlx::postgres::PgConnection;
use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Row};
use std::collections::{BTreeMap, BTreeSet};

/// A table and the order in which both engines give its rows.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    /// Names of the primary key's columns.
    key: Vec<String>,
}

/// A column and what it holds.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
}

impl Table {
    /// Whether a column belongs to the primary key.
    pub(super) fn is_key(&self, column: &Column) -> bool {
        self.key.contains(&column.name)
    }

    /// Every row, in the order of the key, from the file.
    pub(super) fn select_from_sqlite(&self) -> String {
        let key: Vec<_> = self.key.iter().map(|name| quoted(name)).collect();
        format!("select {} from {} order by {}", self.list(), quoted(&self.name), key.join(", "))
    }

    /// The same rows in the same order, from the server: texts sort by byte, as in the file.
    pub(super) fn select_from_postgres(&self) -> String {
        let by_byte = |name: &String| {
            let is_text = self.columns.iter().any(|it| it.name == *name && it.kind == Kind::Text);
            if is_text { format!("{} collate \"C\"", quoted(name)) } else { quoted(name) }
        };
        let key: Vec<_> = self.key.iter().map(by_byte).collect();
        format!("select {} from {} order by {}", self.list(), quoted(&self.name), key.join(", "))
    }

    /// Takes rows in.
    pub(super) fn copy(&self) -> String {
        format!("copy {} ({}) from stdin", quoted(&self.name), self.list())
    }

    fn list(&self) -> String {
        self.columns.iter().map(|it| quoted(&it.name)).collect::<Vec<_>>().join(", ")
    }
}

/// A name that stands in a statement as it is.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The tables of a migrated server, those first that others refer to.
pub(super) async fn tables(conn: &mut PgConnection) -> Result<Vec<Table>> {
    let columns: Vec<(String, String, String)> = sqlx::query_as(
        "select table_name::text, column_name::text, data_type::text from information_schema.columns \
         join information_schema.tables using (table_schema, table_name) \
         where table_schema = current_schema() and table_type = 'BASE TABLE' and is_generated = 'NEVER' \
         and table_name <> '_sqlx_migrations' order by table_name, ordinal_position",
    )
    .fetch_all(&mut *conn)
    .await?;
    let keys: Vec<(String, String)> = sqlx::query_as(
        "select t.relname::text, a.attname::text from pg_index x join pg_class t on t.oid = x.indrelid \
         join pg_namespace s on s.oid = t.relnamespace \
         cross join lateral unnest(x.indkey) with ordinality k (attnum, n) \
         join pg_attribute a on a.attrelid = t.oid and a.attnum = k.attnum \
         where s.nspname = current_schema() and x.indisprimary order by t.relname, k.n",
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    for (table, column, kind) in columns {
        let Some(kind) = Kind::of_postgres(&kind) else {
            return Err(PromoteError::Schema(format!("{table}.{column} is of the unknown type {kind}")));
        };
        let entry = tables.entry(table.clone());
        let entry = entry.or_insert_with(|| Table { name: table, columns: Vec::new(), key: Vec::new() });
        entry.columns.push(Column { name: column, kind });
    }
    for (table, column) in keys {
        if let Some(table) = tables.get_mut(&table) {
            table.key.push(column);
        }
    }
    if let Some(table) = tables.values().find(|table| table.key.is_empty()) {
        return Err(PromoteError::Schema(format!("{} has no primary key", table.name)));
    }
    let references: Vec<(String, String)> = sqlx::query_as(
        "select t.relname::text, r.relname::text from pg_constraint f join pg_class t on t.oid = f.conrelid \
         join pg_class r on r.oid = f.confrelid join pg_namespace s on s.oid = t.relnamespace \
         where f.contype = 'f' and s.nspname = current_schema()",
    )
    .fetch_all(&mut *conn)
    .await?;
    in_order(tables, &references)
}

/// Puts a table after every table that it refers to. A table may refer to itself: its rows arrive in one statement.
fn in_order(mut left: BTreeMap<String, Table>, references: &[(String, String)]) -> Result<Vec<Table>> {
    let mut ordered: Vec<Table> = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let is_free =
            |name: &String| !references.iter().any(|(from, to)| from == name && to != name && left.contains_key(to));
        let Some(next) = left.keys().find(|name| is_free(name)).cloned() else {
            let names: Vec<_> = left.into_keys().collect();
            return Err(PromoteError::Schema(format!("these tables refer to each other: {}", names.join(", "))));
        };
        ordered.extend(left.remove(&next));
    }
    Ok(ordered)
}

/// Sees to it that the file has these tables and columns and no others.
pub(super) async fn agree(tables: &[Table], conn: &mut SqliteConnection) -> Result<()> {
    let in_file: BTreeSet<(String, String)> = sqlx::query_as(
        "select m.name, c.name from sqlite_schema m, pragma_table_info(m.name) c where m.type = 'table' \
         and m.name not like 'sqlite_%' and m.name <> '_sqlx_migrations'",
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .collect();
    let on_server: BTreeSet<(String, String)> = tables
        .iter()
        .flat_map(|table| table.columns.iter().map(|column| (table.name.clone(), column.name.clone())))
        .collect();
    match in_file.symmetric_difference(&on_server).next() {
        None => Ok(()),
        Some((table, column)) => Err(PromoteError::Schema(format!("{table}.{column} stands on one side only"))),
    }
}

/// Lets every sequence of the schema go on after the highest number that its column holds.
///
/// # Errors
/// Whatever the database says.
pub async fn continue_sequences(conn: &mut PgConnection) -> Result<()> {
    let columns: Vec<(String, String)> = sqlx::query_as(
        "select table_name::text, column_name::text from information_schema.columns \
         where table_schema = current_schema() \
         and pg_get_serial_sequence(quote_ident(table_schema) || '.' || quote_ident(table_name), column_name) is not null",
    )
    .fetch_all(&mut *conn)
    .await?;
    for (table, column) in columns {
        let (table, name) = (quoted(&table), quoted(&column));
        let next = format!(
            "select setval(pg_get_serial_sequence($1, $2), coalesce(max({name}), 1), max({name}) is not null) from {table}"
        );
        sqlx::query(AssertSqlSafe(next)).bind(table).bind(column).execute(&mut *conn).await?;
    }
    Ok(())
}

/// Tables, views and sequences that stand in the way; what an extension brought along does not.
pub(super) async fn relations(conn: &mut PgConnection) -> Result<Vec<String>> {
    let rows = sqlx::query(
        "select c.relname::text from pg_class c join pg_namespace s on s.oid = c.relnamespace \
         where s.nspname = current_schema() and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') \
         and not exists (select 1 from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid \
         and d.deptype = 'e') order by c.relname",
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.iter().map(|row| row.try_get(0)).collect::<sqlx::Result<_>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(references: &[(&str, &str)]) -> Result<Vec<String>> {
        let table = |name: &str| Table { name: name.to_owned(), columns: Vec::new(), key: Vec::new() };
        let tables = ["a", "b", "c"].map(|name| (name.to_owned(), table(name))).into();
        let references: Vec<_> = references.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        Ok(in_order(tables, &references)?.into_iter().map(|table| table.name).collect())
    }

    #[test]
    fn a_table_comes_after_those_that_it_refers_to() {
        assert_eq!(order(&[("a", "b"), ("b", "c"), ("b", "b")]).unwrap(), ["c", "b", "a"]);
        assert_eq!(order(&[]).unwrap(), ["a", "b", "c"]);
    }

    #[test]
    fn tables_that_refer_to_each_other_are_named() {
        let refused = order(&[("a", "b"), ("b", "a")]).unwrap_err();
        assert!(refused.to_string().ends_with("each other: a, b"), "{refused}");
    }
}
