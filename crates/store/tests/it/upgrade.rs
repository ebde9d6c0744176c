//! Opening a database: newer ones are refused, damaged ones are named, backups come back.

mod money;
mod old_money;
mod rows;

use stolpe_domain::country::Country;
use stolpe_domain::id::OrganisationId;
use stolpe_domain::organisation::OrganisationDraft;
use stolpe_store::{Db, Engine, StoreError};
use stolpe_testkit::TestDb;
use uuid::Uuid;

async fn add_organisation(db: &Db) -> OrganisationId {
    let id = OrganisationId(Uuid::from_u128(1));
    let it = OrganisationDraft {
        name: "Brf Ekbacken".into(),
        country: Country::Se,
        organisation_number: "556036-0793".into(),
        vat_number: None,
        street: "Storgatan 1".into(),
        postal_code: "392 32".into(),
        city: "Kalmar".into(),
    };
    let mut tx = db.write().await.unwrap();
    tx.insert_organisation(id, &it.check().unwrap(), false, chrono::DateTime::UNIX_EPOCH).await.unwrap();
    tx.commit().await.unwrap();
    id
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused_on_both_engines() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let test = TestDb::new(engine).await;
        match &test.db {
            Db::Sqlite { writer, .. } => {
                sqlx::query("update _sqlx_migrations set version = 9999 where version = 1")
                    .execute(writer)
                    .await
                    .unwrap();
            }
            Db::Postgres { pool, .. } => {
                sqlx::query("update _sqlx_migrations set version = 9999 where version = 1")
                    .execute(pool)
                    .await
                    .unwrap();
            }
        }
        test.db.close().await;
        let opened = match engine {
            Engine::Sqlite => Db::open_sqlite(test.address.as_ref()).await,
            Engine::Postgres => Db::open_postgres(&test.address).await,
        };
        assert!(matches!(opened, Err(StoreError::Newer { found: 9999, .. })), "{opened:?}");
    }
}

#[tokio::test]
async fn a_damaged_file_is_named_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("stolpe.db");
    std::fs::write(&path, [7; 8192]).unwrap();
    let opened = Db::open_sqlite(&path).await;
    assert!(opened.is_err());
    assert_eq!(std::fs::read(&path).unwrap(), [7; 8192]);
}

/// Whether nobody but its owner can read a file.
#[cfg(unix)]
fn is_private(path: &std::path::Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).unwrap().permissions().mode().trailing_zeros() >= 6
}

#[cfg(not(unix))]
fn is_private(path: &std::path::Path) -> bool {
    path.exists()
}

#[tokio::test]
async fn a_sqlite_backup_is_taken_while_open_and_comes_back_whole() {
    let test = TestDb::new(Engine::Sqlite).await;
    let id = add_organisation(&test.db).await;
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.db");
    test.db.backup(&copy).await.unwrap();
    assert!(is_private(&copy));
    assert!(matches!(test.db.backup(&copy).await, Err(StoreError::File { .. })), "a backup never overwrites");
    let other = folder.path().join("other.db");
    Db::restore_sqlite(&other, &copy).await.unwrap();
    assert!(is_private(&other));
    let restored = Db::open_sqlite(&other).await.unwrap();
    assert!(restored.read().await.unwrap().find_organisation(id).await.unwrap().is_some());
}

#[tokio::test]
async fn a_restore_from_a_file_that_is_no_backup_changes_nothing() {
    let test = TestDb::new(Engine::Sqlite).await;
    let id = add_organisation(&test.db).await;
    test.db.close().await;
    let folder = tempfile::tempdir().unwrap();
    let junk = folder.path().join("junk.db");
    std::fs::write(&junk, b"not a database, but long enough to look like a file that somebody picked").unwrap();
    assert!(Db::restore_sqlite(test.address.as_ref(), &junk).await.is_err());
    let again = Db::open_sqlite(test.address.as_ref()).await.unwrap();
    assert!(again.read().await.unwrap().find_organisation(id).await.unwrap().is_some());
}

#[tokio::test]
async fn a_postgres_backup_comes_back_whole() {
    let test = TestDb::new(Engine::Postgres).await;
    let id = add_organisation(&test.db).await;
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("copy.dump");
    test.db.backup(&archive).await.unwrap();
    assert!(is_private(&archive));
    let empty = TestDb::new(Engine::Postgres).await;
    empty.db.close().await;
    Db::restore_postgres(&empty.address, &archive).await.unwrap();
    let restored = Db::open_postgres(&empty.address).await.unwrap();
    assert!(restored.read().await.unwrap().find_organisation(id).await.unwrap().is_some());
}
