//! Prepares every SQL text of the store on both migrated schemas.

use proc_macro2::{Literal, TokenStream, TokenTree};
use quote::ToTokens;
use sqlx::{AssertSqlSafe, Executor, SqlSafeStr};
use std::collections::HashMap;
use std::path::Path;
use stolpe_store::{Db, Engine};
use stolpe_testkit::TestDb;
use syn::visit::Visit;
use syn::{Expr, Lit};

const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src");

/// What a room says more than once: `macro_rules! columns { () => { "…" }; }`.
#[derive(Clone, Default)]
struct Fragments(HashMap<String, String>);

impl<'a> Visit<'a> for Fragments {
    fn visit_item_macro(&mut self, item: &'a syn::ItemMacro) {
        let Some(name) = &item.ident else { return };
        if let Some(text) = first_literal(item.mac.tokens.clone()) {
            self.0.insert(name.to_string(), text);
        }
    }
}

/// The texts of `.sql(…)` and `.change(…)`, for `SQLite` and for Postgres; and the arguments that hold none.
struct Texts<'f> {
    fragments: &'f Fragments,
    found: Vec<(String, String)>,
    unread: Vec<String>,
}

impl<'a> Visit<'a> for Texts<'_> {
    fn visit_expr_method_call(&mut self, call: &'a syn::ExprMethodCall) {
        if let (true, Some(argument)) = (call.method == "sql" || call.method == "change", call.args.first()) {
            match self.read(argument) {
                Some(texts) => self.found.push(texts),
                None => self.unread.push(argument.to_token_stream().to_string()),
            }
        }
        syn::visit::visit_expr_method_call(self, call);
    }
}

impl Texts<'_> {
    fn read(&self, argument: &Expr) -> Option<(String, String)> {
        match argument {
            Expr::Call(both) if both.args.len() == 2 => literal(&both.args[0]).zip(literal(&both.args[1])),
            Expr::Macro(text) if text.mac.path.is_ident("text") => {
                let pieces = || text.mac.tokens.clone().into_iter();
                let sqlite: Option<String> = pieces().map(|it| self.piece(it, Engine::Sqlite)).collect();
                sqlite.zip(pieces().map(|it| self.piece(it, Engine::Postgres)).collect())
            }
            one => literal(one).map(|text| (text.clone(), text)),
        }
    }

    /// A piece of `text![…]`, as the macro puts it.
    fn piece(&self, piece: TokenTree, engine: Engine) -> Option<String> {
        let bracketed = match piece {
            TokenTree::Literal(literal) => return Some(unquoted(literal)? + " "),
            TokenTree::Group(group) => group.stream(),
            TokenTree::Ident(_) | TokenTree::Punct(_) => return None,
        };
        let word = bracketed.clone().into_iter().next()?.to_string();
        let name = || first_literal(bracketed.clone());
        match (&*word, engine) {
            ("rows", Engine::Sqlite) => Some(format!("jsonb_each({}) ", name()?)),
            ("strings", Engine::Sqlite) => Some(format!("json_each({}) ", name()?)),
            ("rows", Engine::Postgres) => Some(format!("jsonb_array_elements({}) ", name()?)),
            ("strings", Engine::Postgres) => Some(format!("jsonb_array_elements_text({}) ", name()?)),
            ("string", _) => Some(format!("value ->> '{}' ", name()?)),
            ("bytes", Engine::Sqlite) if name().is_none() => Some("unhex(value) ".to_owned()),
            ("bytes", Engine::Postgres) if name().is_none() => Some("decode(value, 'hex') ".to_owned()),
            ("uuid" | "bytes", Engine::Sqlite) => Some(format!("unhex(value ->> '{}') ", name()?)),
            ("bytes", Engine::Postgres) => Some(format!("decode(value ->> '{}', 'hex') ", name()?)),
            ("integer" | "boolean" | "day" | "instant", Engine::Sqlite) => Some(format!("(value ->> '{}') ", name()?)),
            ("uuid", Engine::Postgres) => Some(format!("(value ->> '{}')::uuid ", name()?)),
            ("integer", Engine::Postgres) => Some(format!("(value ->> '{}')::bigint ", name()?)),
            ("boolean", Engine::Postgres) => Some(format!("(value ->> '{}')::boolean ", name()?)),
            ("day", Engine::Postgres) => Some(format!("(value ->> '{}')::date ", name()?)),
            ("instant", Engine::Postgres) => Some(format!("(value ->> '{}')::timestamptz ", name()?)),
            ("ids", Engine::Sqlite) => {
                Some(format!("(select unhex(replace(value, '-', '')) from json_each({})) ", first_literal(bracketed)?))
            }
            ("ids", Engine::Postgres) => {
                Some(format!("(select value::uuid from jsonb_array_elements_text({})) ", first_literal(bracketed)?))
            }
            ("aside", Engine::Sqlite) => Some("+".to_owned()),
            ("aside", Engine::Postgres) | ("locked" | "shared" | "alone" | "free", Engine::Sqlite) => {
                Some(String::new())
            }
            ("locked", Engine::Postgres) => Some("for update ".to_owned()),
            ("shared", Engine::Postgres) => Some("for share ".to_owned()),
            ("alone", Engine::Postgres) => Some("for no key update ".to_owned()),
            ("free", Engine::Postgres) => Some("for no key update skip locked ".to_owned()),
            (fragment, _) => Some(format!("{} ", self.fragments.0.get(fragment)?)),
        }
    }
}

fn literal(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

fn unquoted(literal: Literal) -> Option<String> {
    syn::parse2::<syn::LitStr>(TokenTree::Literal(literal).into()).ok().map(|text| text.value())
}

fn first_literal(tokens: TokenStream) -> Option<String> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Literal(literal) => unquoted(literal),
        TokenTree::Group(group) => first_literal(group.stream()),
        TokenTree::Ident(_) | TokenTree::Punct(_) => None,
    })
}

/// Every source of the store but the engine itself.
fn sources(folder: &Path) -> Vec<syn::File> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if !path.ends_with("engine.rs") {
            files.push(syn::parse_file(&std::fs::read_to_string(path).unwrap()).unwrap());
        }
    }
    files
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

/// The texts of these files, for `SQLite` and for Postgres.
fn texts(files: &[syn::File]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut lent = Fragments::default();
    for file in sources(Path::new(SOURCES)) {
        lent.visit_file(&file);
    }
    for file in files {
        // A file's own fragments come before those that it borrows: two rooms may use one name.
        let mut fragments = lent.clone();
        fragments.visit_file(file);
        let mut texts = Texts { fragments: &fragments, found: Vec::new(), unread: Vec::new() };
        texts.visit_file(file);
        assert!(texts.unread.is_empty(), "this test cannot read {:#?}", texts.unread);
        found.extend(texts.found);
    }
    found
}

#[tokio::test]
async fn a_run_of_an_import_looks_nothing_up_by_its_organisation_or_facility_alone() {
    let rooms = ["import/known.rs", "import/state.rs"].map(|it| Path::new(SOURCES).join(it));
    let files = rooms.map(|it| syn::parse_file(&std::fs::read_to_string(it).unwrap()).unwrap());
    let db = TestDb::new(Engine::Sqlite).await;
    let Db::Sqlite { writer, .. } = &db.db else { unreachable!("the test asked for this engine") };
    let mut steps = 0;
    for (text, _) in texts(&files).into_iter().filter(|(text, _)| !text.contains("where state = 'committing'")) {
        let plan = AssertSqlSafe(format!("explain query plan {text}")).into_sql_str();
        let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(plan).fetch_all(writer).await.unwrap();
        steps += plan.len();
        for (.., step) in plan {
            let walks = ["(organisation_id=?)", "(facility_id=?)"].iter().any(|it| step.ends_with(it))
                || (step.starts_with("SCAN ") && !step.starts_with("SCAN json_each "));
            assert!(!walks, "{step}: {text}");
        }
    }
    assert!(steps > 20, "only {steps} steps were found");
}

#[tokio::test]
async fn every_statement_prepares_on_both_engines() {
    let found = texts(&sources(Path::new(SOURCES)));
    assert!(found.len() > 60, "only {} statements were found", found.len());
    let (sqlite, postgres) = (TestDb::new(Engine::Sqlite).await, TestDb::new(Engine::Postgres).await);
    let (Db::Sqlite { writer, .. }, Db::Postgres { pool, .. }) = (&sqlite.db, &postgres.db) else {
        unreachable!("the test asked for these engines")
    };
    let mut faults = Vec::new();
    for (lite, pg) in found {
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

#[tokio::test]
async fn a_page_of_one_facility_walks_its_index_and_sorts_nothing() {
    let rooms = ["session/list.rs", "document/list.rs", "charge/list.rs"].map(|it| Path::new(SOURCES).join(it));
    let files = rooms.map(|it| syn::parse_file(&std::fs::read_to_string(it).unwrap()).unwrap());
    let db = TestDb::new(Engine::Sqlite).await;
    let Db::Sqlite { writer, .. } = &db.db else { unreachable!("the test asked for this engine") };
    let pages =
        texts(&files).into_iter().filter(|(text, _)| text.contains("facility_id = $1") && text.contains("limit"));
    let mut seen = 0;
    for (text, _) in pages {
        seen += 1;
        let plan = AssertSqlSafe(format!("explain query plan {text}")).into_sql_str();
        let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(plan).fetch_all(writer).await.unwrap();
        let steps: Vec<&str> = plan.iter().map(|(.., step)| step.as_str()).collect();
        // From where the page begins, and in the order of the list: the thousandth page costs what the first one does.
        let begins = steps.iter().any(|step| step.contains("_by_facility (facility_id=? AND ("));
        assert!(begins && !steps.iter().any(|step| step.contains("TEMP B-TREE")), "{steps:#?}: {text}");
        // What is still to be charged is not looked for among all that was.
        let few = text.contains("not is_charged");
        assert_eq!(few, steps.iter().any(|step| step.contains("session_unsettled_by_facility")), "{steps:#?}: {text}");
    }
    assert_eq!(seen, 7);
}
