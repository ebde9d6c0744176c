//! A fresh, migrated database of each engine.

use crate::postgres;
use std::future::Future;
use stolpe_store::{Db, Engine};
use tempfile::TempDir;

/// A fresh, migrated database that goes away with the test.
#[derive(Debug)]
pub struct TestDb {
    /// The open database.
    pub db: Db,
    /// Where to open it again: a file path or a `postgres://` address.
    pub address: String,
    folder: Option<TempDir>,
}

impl TestDb {
    /// A database on a Postgres server that is the test's own.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub async fn on(server: &crate::PostgresServer) -> Self {
        let address = server.empty_database("stolpe");
        let db = Db::open_postgres(&address).await.expect("Postgres opens");
        Self { db, address, folder: None }
    }

    /// The same database, for somebody else who stands on it; the folder goes away with the first.
    pub(crate) fn another(&self) -> Self {
        Self { db: self.db.clone(), address: self.address.clone(), folder: None }
    }

    /// A fresh database of this engine.
    ///
    /// # Panics
    /// When the engine cannot be started.
    pub async fn new(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => {
                let folder = tempfile::tempdir().unwrap();
                let path = folder.path().join("stolpe.db");
                let db = Db::open_sqlite(&path).await.expect("SQLite opens");
                Self { db, address: path.to_string_lossy().into_owned(), folder: Some(folder) }
            }
            Engine::Postgres => {
                let address = postgres::new_database().await;
                let db = Db::open_postgres(&address).await.expect("Postgres opens");
                Self { db, address, folder: None }
            }
        }
    }
}

/// Runs a test of the store on `SQLite` and then on Postgres.
pub async fn both<F: Future<Output = ()>>(test: impl Fn(TestDb) -> F) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let mut fresh = TestDb::new(engine).await;
        // A test that names nothing but `db` takes nothing else with it: the folder would go before its test does, and
        // the next connection would find no file.
        let _stays = fresh.folder.take();
        test(fresh).await;
    }
}
