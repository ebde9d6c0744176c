//! The audit log cannot be rewritten, on either engine.

use chrono::DateTime;
use stolpe_store::audit::{AuditDetail, AuditFilter, AuditRow};
use stolpe_store::page::Order;
use stolpe_store::{Db, StoreError};
use stolpe_testkit::both;
use uuid::Uuid;

pub(crate) fn row(seq: i64) -> AuditRow {
    AuditRow {
        seq,
        at: DateTime::UNIX_EPOCH,
        actor_login: None,
        actor_name: "test".into(),
        actor_seal: None,
        action: "person.added".into(),
        subject_kind: "person".into(),
        subject_id: Some(Uuid::from_u128(5)),
        organisation: None,
        facility: None,
        reason: None,
        origin: "test".into(),
        correlation: Uuid::nil(),
        detail_digest: vec![0; 32],
        previous_hash: vec![0; 32],
        hash: vec![u8::try_from(seq).unwrap(); 32],
    }
}

#[tokio::test]
async fn rows_cannot_be_changed_or_removed_but_details_can_be_erased() {
    both(|test| async move {
        let mut tx = test.db.write().await.unwrap();
        assert_eq!(tx.lock_audit_head().await.unwrap(), (0, vec![0; 32]));
        let detail = AuditDetail { before: None, after: Some("{\"name\":\"Åsa\"}".into()) };
        tx.append_audit(&[(row(1), detail), (row(2), AuditDetail::default())]).await.unwrap();
        tx.commit().await.unwrap();

        for statement in [
            "update audit set actor_name = 'x'",
            // Nobody was signed in: the name is that of a part of the product, and covered by the chain.
            "update audit set actor_name = ''",
            "update audit set action = 'person.changed'",
            "delete from audit",
        ] {
            let refused = match &test.db {
                Db::Sqlite { writer, .. } => sqlx::query(statement).execute(writer).await.map(|_| ()),
                Db::Postgres { pool, .. } => sqlx::query(statement).execute(pool).await.map(|_| ()),
            };
            assert!(StoreError::from(refused.unwrap_err()).refused_audit_change(), "{statement}");
        }

        let mut tx = test.db.write().await.unwrap();
        assert_eq!(tx.erase_audit_details(Uuid::from_u128(5)).await.unwrap(), 1);
        tx.commit().await.unwrap();
        let mut conn = test.db.read().await.unwrap();
        let page = conn.list_audit(&AuditFilter::default(), Order::Newest, None, 10).await.unwrap();
        assert_eq!(page.items.iter().map(|e| e.row.seq).collect::<Vec<_>>(), [2, 1]);
        assert!(page.items.iter().all(|e| e.detail.is_none()));
        assert_eq!(conn.audit_head().await.unwrap(), (2, vec![2; 32]));
    })
    .await;
}
