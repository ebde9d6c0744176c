//! How an organisation is paid: checked for its country, kept by its owner alone.

use crate::story::audit;
use rstest::rstest;
use serde_json::{Value, json};
use stolpe_domain::access::Role;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::{At, TestHost};

/// What a Swedish organisation says.
pub(crate) fn particulars() -> Value {
    json!({"accountKind": "bankgiro", "account": "5402-9681", "swish": "123 785 69 01", "referenceRule": "ocr_length",
        "dueDays": 30, "rounds": true, "fiscalYearBeginsMonth": 1, "taxStatus": "Godkänd för F-skatt"})
}

#[rstest]
#[tokio::test]
async fn the_owner_says_how_the_organisation_is_paid_and_nobody_else(#[values(Sqlite, Postgres)] engine: Engine) {
    let host = TestHost::new(engine).await;
    let path = format!("/billing?organisationId={}", host.organisation);
    let none = host.owner.get(&path).await.expect(200);
    assert_eq!((&none["account"], &none["rowVersion"]), (&Value::Null, &json!(0)));
    let saved = host.owner.put_at(&path, 0, particulars()).await.expect(200);
    assert_eq!((&saved["account"], &saved["swish"]), (&json!("5402-9681"), &json!("123 785 69 01")));
    assert_eq!(host.owner.get(&path).await.expect(200), saved);

    let mut wrong = particulars();
    wrong["account"] = json!("5402-9682");
    wrong["referenceRule"] = json!("kid_mod10");
    let refused = host.owner.put_at(&path, 1, wrong).await;
    assert_eq!(refused.status, 422);
    assert_eq!(refused.body["fields"]["account"], "payment_account.check_digit");
    assert_eq!(refused.body["fields"]["referenceRule"], "billing.other_country");
    let late = host.owner.put_at(&path, 0, particulars()).await;
    assert_eq!((late.refusal(), &late.body["current"]), ((412, "conflict.changed"), &saved));

    let manager = host.as_(Role::Manager, At::Organisation(host.organisation.clone())).await;
    assert_eq!(manager.get(&path).await.expect(200), saved);
    assert_eq!(manager.put_at(&path, 1, particulars()).await.status, 403, "whoever changes the account has the money");
    let clerk = host.as_(Role::Clerk, At::Facility(host.facility.clone())).await;
    assert_eq!(clerk.get(&path).await.expect(200), saved);
    let warden = host.as_(Role::Warden, At::Organisation(host.organisation.clone())).await;
    assert_eq!(warden.get(&path).await.status, 403);
    let rows = audit(&host, "billing.changed").await;
    assert_eq!((rows.len(), &rows[0]["after"]["account"]), (1, &json!("bankgiro:54029681")));
}
