//! The logos of organisations on both engines: the last version holds, and none is ever changed.

use crate::documents::{ORGANISATION, place};
use chrono::{DateTime, Utc};
use stolpe_domain::id::LogoId;
use stolpe_domain::logo::LogoKind;
use stolpe_store::logo::{KeptLogo, LogoStand, NewLogo};
use stolpe_store::{Db, StoreError};
use stolpe_testkit::both;
use uuid::Uuid;

fn at() -> DateTime<Utc> {
    "2026-12-01T08:00:00Z".parse().unwrap()
}

fn logo(n: u8) -> KeptLogo {
    let id = LogoId(Uuid::from_u128(u128::from(n)));
    KeptLogo { id, kind: LogoKind::Png, width: 300, height: 100, digest: vec![n; 32], created_at: at() }
}

/// Writes a version; one without a logo under an id of its own.
async fn write(db: &Db, place: i64, logo: Option<&KeptLogo>) -> Result<(), StoreError> {
    let mut tx = db.write().await?;
    let id = logo.map_or_else(|| LogoId(Uuid::from_u128(100)), |it| it.id);
    let content = [0, 255, 7];
    let logo = logo.map(|it| (it, &content[..]));
    tx.insert_logo(&NewLogo { id, organisation: ORGANISATION, place, by: None, at: at(), logo }).await?;
    tx.commit().await
}

/// What the database says to a statement that no verb of the store makes.
async fn by_hand(db: &Db, text: &'static str) -> Result<(), sqlx::Error> {
    match db {
        Db::Sqlite { writer, .. } => sqlx::query(text).execute(writer).await.map(drop),
        Db::Postgres { pool, .. } => sqlx::query(text).execute(pool).await.map(drop),
    }
}

#[tokio::test]
async fn the_last_version_holds_and_the_pictures_of_all_are_kept() {
    both(|test| async move {
        place(&test.db).await;
        let stand = async || test.db.read().await.unwrap().logo_of(ORGANISATION).await.unwrap();
        let content = async |it: &KeptLogo| test.db.read().await.unwrap().logo_content(it.id).await.unwrap();
        assert_eq!(stand().await, LogoStand::default());
        let (first, second) = (logo(1), logo(2));
        write(&test.db, 1, Some(&first)).await.unwrap();
        write(&test.db, 2, Some(&second)).await.unwrap();
        assert_eq!(stand().await, LogoStand { place: 2, logo: Some(second.clone()) });
        write(&test.db, 3, None).await.unwrap();
        assert_eq!(stand().await, LogoStand { place: 3, logo: None });
        assert_eq!(content(&first).await, Some((LogoKind::Png, vec![0, 255, 7])));
        assert_eq!(content(&second).await, content(&first).await);
        let faster = write(&test.db, 3, Some(&logo(3))).await;
        assert!(matches!(faster, Err(StoreError::Changed)), "{faster:?}");
    })
    .await;
}

#[tokio::test]
async fn no_version_is_changed_or_deleted_by_any_hand() {
    both(|test| async move {
        place(&test.db).await;
        write(&test.db, 1, Some(&logo(1))).await.unwrap();
        for text in ["update organisation_logo set width = 1", "delete from organisation_logo"] {
            assert!(by_hand(&test.db, text).await.is_err(), "{text}");
        }
        assert_eq!(test.db.read().await.unwrap().logo_of(ORGANISATION).await.unwrap().logo, Some(logo(1)));
    })
    .await;
}
