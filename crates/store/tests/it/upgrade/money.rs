//! A database with money in it that an older program has written is brought up to date: every row is there afterwards as it
//! was, nothing hangs in the air, what may not be changed still cannot be, and the ledger proves.

use super::old_money::{self, DOCUMENT, FACILITY, ORGANISATION, PAYMENT, PAYOUT, PERSON, REFUND, TILL, account, id};
use super::rows::Row;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{AssertSqlSafe, PgPool, SqlitePool};
use std::collections::{BTreeMap, BTreeSet};
use stolpe_domain::id::{AccountId, DocumentId, FacilityId, OrganisationId, PaymentId, PersonId, TillId};
use stolpe_domain::ledger::AccountKind;
use stolpe_domain::payment::{AttemptState, PaymentPurpose};
use stolpe_domain::payout::PayoutState;
use stolpe_domain::refund::RefundState;
use stolpe_store::ledger::{AccountFilter, LedgerProof};
use stolpe_store::payment::PaymentFilter;
use stolpe_store::payout::PayoutFilter;
use stolpe_store::refund::RefundFilter;
use stolpe_store::till::TillFilter;
use stolpe_store::{Db, Engine};
use tempfile::TempDir;

static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");

/// Where money can stand before it is brought up to date: with the first ledger, with the first refunds, with the first
/// payouts, and just before payments could be for no document.
const FROM: [i64; 4] = [24, 31, 37, 42];

/// A database as an older program has left it, opened by nothing of ours.
enum Old {
    Sqlite(SqlitePool, TempDir),
    Postgres(PgPool, String),
}

/// Tables with their columns, and the rows of each as text, in an order that follows from them.
type Content = BTreeMap<String, (Vec<String>, Vec<String>)>;

impl Old {
    async fn at(engine: Engine, version: i64) -> Self {
        match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                let path = folder.path().join("stolpe.db");
                let options = SqliteConnectOptions::new().filename(path).create_if_missing(true).foreign_keys(true);
                let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
                SQLITE.run_to(version, &pool).await.unwrap();
                Self::Sqlite(pool, folder)
            }
            Engine::Postgres => {
                let address = stolpe_testkit::empty_database();
                let pool = PgPool::connect(&address).await.unwrap();
                POSTGRES.run_to(version, &pool).await.unwrap();
                Self::Postgres(pool, address)
            }
        }
    }

    const fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(..) => Engine::Sqlite,
            Self::Postgres(..) => Engine::Postgres,
        }
    }

    async fn run(&self, statement: String) -> Result<(), sqlx::Error> {
        let statement = AssertSqlSafe(statement);
        match self {
            Self::Sqlite(pool, _) => sqlx::query(statement).execute(pool).await.map(drop),
            Self::Postgres(pool, _) => sqlx::query(statement).execute(pool).await.map(drop),
        }
    }

    async fn texts(&self, statement: String) -> Vec<String> {
        let statement = AssertSqlSafe(statement);
        match self {
            Self::Sqlite(pool, _) => sqlx::query_scalar(statement).fetch_all(pool).await.unwrap(),
            Self::Postgres(pool, _) => sqlx::query_scalar(statement).fetch_all(pool).await.unwrap(),
        }
    }

    async fn fill(&self, rows: &[Row]) {
        for row in rows {
            let statement = row.insert(self.engine());
            self.run(statement.clone()).await.unwrap_or_else(|error| panic!("{error}: {statement}"));
        }
    }

    async fn columns(&self) -> BTreeMap<String, Vec<String>> {
        let named = match self {
            Self::Sqlite(..) => {
                "select m.name || ' ' || c.name from sqlite_schema m, pragma_table_info(m.name) c where m.type = 'table' \
                 and m.name not like 'sqlite_%' and m.name not like '\\_sqlx%' escape '\\'"
            }
            Self::Postgres(..) => {
                "select table_name || ' ' || column_name from information_schema.columns \
                 where table_schema = 'public' and table_name not like '\\_sqlx%'"
            }
        };
        let mut columns: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for name in self.texts(named.to_owned()).await {
            let (table, column) = name.split_once(' ').unwrap();
            columns.entry(table.to_owned()).or_default().push(column.to_owned());
        }
        columns
    }

    /// What stands in these columns.
    async fn content(&self, columns: BTreeMap<String, Vec<String>>) -> Content {
        let mut content = Content::new();
        for (table, columns) in columns {
            let values = columns.iter().map(|column| match self {
                Self::Sqlite(..) => format!("'{column}=' || quote({column})"),
                Self::Postgres(..) => format!("'{column}=' || coalesce({column}::text, 'null')"),
            });
            let values = values.collect::<Vec<_>>().join(" || ' ' || ");
            let mut rows = self.texts(format!("select {values} from {table}")).await;
            rows.sort();
            content.insert(table, (columns, rows));
        }
        content
    }

    /// References to what is not there, and promises that the database does not keep.
    async fn broken(&self) -> Vec<String> {
        let asked = match self {
            Self::Sqlite(..) => "select \"table\" || ' ' || \"parent\" from pragma_foreign_key_check",
            Self::Postgres(..) => "select conname::text from pg_constraint where not convalidated",
        };
        self.texts(asked.to_owned()).await
    }

    /// Brings it up to date, as the program does when it opens it.
    async fn upgrade(&self) -> Db {
        match self {
            Self::Sqlite(_, folder) => Db::open_sqlite(&folder.path().join("stolpe.db")).await.unwrap(),
            Self::Postgres(_, address) => Db::open_postgres(address).await.unwrap(),
        }
    }
}

#[tokio::test]
async fn money_that_an_older_program_has_kept_is_all_there_after_an_upgrade() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        for version in FROM {
            let old = Old::at(engine, version).await;
            let (rows, books) = old_money::old_money(version);
            old.fill(&rows).await;
            let filled: BTreeSet<_> = rows.iter().map(|row| row.table).collect();
            let before = old.content(old.columns().await).await;
            assert!(filled.iter().all(|table| !before[*table].1.is_empty()), "{version}: {filled:?}");
            let db = old.upgrade().await;

            let columns = before.iter().map(|(table, (columns, _))| (table.clone(), columns.clone())).collect();
            let after = old.content(columns).await;
            for (table, (_, rows)) in &before {
                assert_eq!(&after[table].1, rows, "{engine:?} {version}: {table} is not what it was");
            }
            assert_eq!(old.broken().await, Vec::<String>::new(), "{engine:?} {version}");
            refuses_to_forget(&old, version).await;

            let mut conn = db.read().await.unwrap();
            let LedgerProof { accounts, transfers, documents, faults } = conn.prove_ledger(10).await.unwrap();
            assert_eq!(faults, [], "{engine:?} {version}");
            let counted = |table: &str| rows.iter().filter(|row| row.table == table).count();
            let proven = [accounts, transfers, documents].map(|count| usize::try_from(count).unwrap());
            assert_eq!(proven, [counted("ledger_account"), counted("ledger_transfer"), counted("document") - 1]);
            for series in conn.prove_series().await.unwrap() {
                assert_eq!(series.proven.breaks, [], "{engine:?} {version}: {series:?}");
            }
            for (id, (_, balance)) in &books.balances {
                let kept = conn.find_account(AccountId(*id)).await.unwrap().unwrap();
                assert_eq!(kept.balance, *balance, "{engine:?} {version}: {:?}", kept.account.kind);
            }
            drop(conn);
            is_read(&db, version).await;
        }
    }
}

/// What was posted, numbered or entered is neither changed nor deleted, by whatever means.
async fn refuses_to_forget(old: &Old, version: i64) {
    let mut refused = vec![
        "update ledger_transfer set amount = amount + 1",
        "update ledger_transfer set value_on = value_on",
        "delete from ledger_transfer",
        "delete from document where place is not null",
        "update ledger_account set credits_posted = 0 where kind = 'prepaid'",
    ];
    if version >= 37 {
        refused.extend(["update till_entry set amount_minor = amount_minor + 1", "delete from till_entry"]);
    }
    if version >= 31 {
        refused.extend([
            "update refund set decided_by_person_id = asked_by_person_id where decided_at is not null",
            "delete from payment",
            "update payment set purpose = 'top_up'",
        ]);
    }
    for statement in refused {
        assert!(old.run(statement.to_owned()).await.is_err(), "{:?} {version}: {statement}", old.engine());
    }
}

/// The rooms of the program read what is there.
async fn is_read(db: &Db, version: i64) {
    let organisation = OrganisationId(ORGANISATION);
    let mut conn = db.read().await.unwrap();
    for at in 1..=10 {
        let document = conn.find_document(DocumentId(id(DOCUMENT, at))).await.unwrap().unwrap();
        let lines = conn.lines_of(&document).await.unwrap();
        assert_eq!(
            lines.iter().map(|line| line.amount.minor).sum::<i64>(),
            document.sums.totals.net.minor,
            "{document:?}"
        );
    }
    let filter = AccountFilter {
        facilities: vec![FacilityId(FACILITY)],
        person: Some(PersonId(PERSON)),
        ..AccountFilter::default()
    };
    assert_eq!(conn.list_accounts(&filter, None, 50).await.unwrap().items.len(), 2);
    let prepaid = account(AccountKind::Prepaid).id();
    let days = ("2026-11-01".parse().unwrap(), "2026-11-30".parse().unwrap());
    let (sides, rows) = (
        conn.sides(prepaid, days, None).await.unwrap(),
        conn.account_statement(prepaid, days, None, 100).await.unwrap().items,
    );
    let balance = conn.find_account(prepaid).await.unwrap().unwrap().balance;
    assert_eq!((sides.debits, sides.credits), (balance.debits_posted, balance.credits_posted));
    assert_eq!(rows.iter().map(|row| row.credit - row.debit).sum::<i64>(), sides.credits - sides.debits);

    if version >= 29 {
        let (state, provider, to_look_at, document, purpose) = (None, None, None, None, None);
        let filter = PaymentFilter {
            organisation,
            state,
            provider,
            to_look_at,
            document,
            purpose,
            moved_from: None,
            moved_to: None,
        };
        let payments = conn.list_payments(&filter, None, 50).await.unwrap().items;
        let states: Vec<_> = payments.iter().rev().map(|payment| payment.state).collect();
        assert_eq!(states, AttemptState::ALL);
        for payment in payments {
            assert!(matches!(payment.purpose, PaymentPurpose::Document(_)), "{payment:?}");
            assert_eq!(conn.attempts_of(payment.id).await.unwrap().len(), 2);
            assert_eq!(conn.callbacks_of(payment.id).await.unwrap().len(), 2);
        }
        let of_one = conn.payments_of(DocumentId(id(DOCUMENT, 3))).await.unwrap();
        assert!(of_one.iter().any(|payment| payment.id == PaymentId(id(PAYMENT, 4))), "{of_one:?}");
    }
    if version >= 31 {
        let filter = RefundFilter { organisation, state: None, payment: None };
        let refunds = conn.list_refunds(&filter, None, 50).await.unwrap().items;
        assert_eq!(refunds.iter().rev().map(|it| it.state).collect::<Vec<_>>(), RefundState::ALL);
        assert!(
            refunds.iter().all(|it| it.document_id.is_some()) && refunds.iter().any(|it| it.id.uuid() == id(REFUND, 1))
        );
    }
    if version >= 37 {
        let (person, incoming_payment, company) = (None, None, None);
        let filter = PayoutFilter { organisation, state: None, person, incoming_payment, company };
        let payouts = conn.list_payouts(&filter, None, 50).await.unwrap().items;
        assert_eq!(payouts.iter().rev().map(|it| it.state).collect::<Vec<_>>(), PayoutState::ALL);
        assert!(payouts.iter().any(|it| it.id.uuid() == id(PAYOUT, 1)));
        let tills = TillFilter { organisation, clerk: None, is_open: None };
        assert_eq!(conn.list_tills(&tills, None, 10).await.unwrap().items.len(), 2);
        assert_eq!(conn.till_entries(TillId(id(TILL, 1))).await.unwrap().len(), 3);
    }
}
