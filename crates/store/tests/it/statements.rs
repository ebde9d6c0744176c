//! Prepares every SQL text of the store on both migrated schemas.

use sqlx::{AssertSqlSafe, Executor, SqlSafeStr};
use stolpe_store::{Db, Engine};
use stolpe_testkit::TestDb;
use syn::visit::Visit;
use syn::{Expr, Lit};

/// The texts of `.sql(…)` and `.change(…)`, for `SQLite` and for Postgres.
#[derive(Default)]
struct Texts(Vec<(String, String)>);

fn literal(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

impl<'a> Visit<'a> for Texts {
    fn visit_expr_method_call(&mut self, call: &'a syn::ExprMethodCall) {
        if call.method == "sql" || call.method == "change" {
            let texts = match call.args.first() {
                Some(Expr::Call(both)) if both.args.len() == 2 => {
                    literal(&both.args[0]).zip(literal(&both.args[1])).into_iter().collect()
                }
                Some(one) => literal(one).map(|text| (text.clone(), text)).into_iter().collect::<Vec<_>>(),
                None => Vec::new(),
            };
            self.0.extend(texts);
        }
        syn::visit::visit_expr_method_call(self, call);
    }
}

/// Statements that ask one engine about itself.
fn is_of_one_engine(text: &str) -> Option<Engine> {
    if text.contains("sqlite_schema") || text.starts_with("pragma") {
        Some(Engine::Sqlite)
    } else if text.contains("information_schema") {
        Some(Engine::Postgres)
    } else {
        None
    }
}

#[tokio::test]
async fn every_statement_prepares_on_both_engines() {
    let mut texts = Texts::default();
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src")).unwrap() {
        let source = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        texts.visit_file(&syn::parse_file(&source).unwrap());
    }
    assert!(texts.0.len() > 60, "only {} statements were found", texts.0.len());
    let (sqlite, postgres) = (TestDb::new(Engine::Sqlite).await, TestDb::new(Engine::Postgres).await);
    let (Db::Sqlite { writer, .. }, Db::Postgres { pool, .. }) = (&sqlite.db, &postgres.db) else {
        unreachable!("the test asked for these engines")
    };
    let mut faults = Vec::new();
    for (lite, pg) in texts.0 {
        if is_of_one_engine(&lite) != Some(Engine::Postgres)
            && let Err(error) = writer.prepare(AssertSqlSafe(lite.clone()).into_sql_str()).await
        {
            faults.push(format!("SQLite: {lite}\n  {error}"));
        }
        if is_of_one_engine(&pg) != Some(Engine::Sqlite)
            && let Err(error) = pool.prepare(AssertSqlSafe(pg.clone()).into_sql_str()).await
        {
            faults.push(format!("Postgres: {pg}\n  {error}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
