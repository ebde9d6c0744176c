//! The training organisation of a host that runs: its charge points call over sockets, charge, and do what they are asked.

use crate::room::Room;
use rstest::rstest;
use std::collections::BTreeSet;
use stolpe_app::{App, ChargingPlace, Ctx, OpenChargePoint};
use stolpe_domain::charging::command::CommandState;
use stolpe_domain::charging::session::SessionState;
use stolpe_domain::training::charging::{TrainingContact, points};
use stolpe_host::{Change, Host};
use stolpe_ocpp::v16::Operation;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_store::charge_point::ChargePointFilter;
use stolpe_store::page::{Order, Stretch};
use stolpe_store::session::SessionFilter;
use tokio::sync::broadcast::Receiver;

/// Looks again at every change until something is so.
async fn until<T>(changes: &mut Receiver<Change>, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    loop {
        if let Some(found) = look().await {
            return found;
        }
        let _ = changes.recv().await;
    }
}

/// A list from its beginning.
fn all<'a, K>() -> Stretch<'a, K> {
    Stretch { backwards: false, after: None, limit: 100 }
}

async fn there(app: &App, ctx: &Ctx) -> Vec<OpenChargePoint> {
    app.list_charge_points(ctx, None, ChargePointFilter::default(), all()).await.unwrap().0.items
}

fn is_connected(it: &OpenChargePoint) -> bool {
    it.contact.as_ref().is_some_and(|contact| contact.connected && contact.remote_address.is_some())
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_charge_points_of_training_call_and_do_what_they_are_asked(#[values(Sqlite, Postgres)] engine: Engine) {
    let room = Room::new(engine).await;
    let host = Host::start(room.config()).await.unwrap();
    let app = host.app();
    let ctx = Ctx::command_line(app.now());
    let mut changes = app.feed().listen();
    let organisation = app.make_training(&ctx).await.unwrap();
    let called = points().into_iter().filter(|it| matches!(it.contact, TrainingContact::Connected(..)));
    let called: BTreeSet<String> = called.map(|it| it.name).collect();
    let lines = until(&mut changes, async || {
        let all: Vec<_> = there(app, &ctx).await.into_iter().filter(is_connected).collect();
        (all.len() == called.len()).then_some(all)
    })
    .await;
    assert_eq!(lines.iter().map(|it| it.charge_point.name.clone()).collect::<BTreeSet<_>>(), called);

    let free = lines.iter().find(|it| it.charge_point.name == "P-03").unwrap().charge_point.id;
    let tags = app.list_tags(&ctx, organisation, None, "", all()).await.unwrap().0.items;
    let tag = tags.into_iter().find(|it| it.tag.person_id.is_some() && it.tag.blocked_at.is_none()).unwrap().tag;
    let start = Operation::RemoteStart { tag: tag.id_tag.clone(), connector: Some(1) };
    app.ask_charge_point(&ctx, free, start).await.unwrap();
    let filter =
        SessionFilter { charge_point: Some(free), states: Some(vec![SessionState::Open]), ..Default::default() };
    let begun = until(&mut changes, async || {
        let place = ChargingPlace::default();
        app.list_sessions(&ctx, place, filter.clone(), Order::Newest, None, 1).await.unwrap().0.items.pop()
    })
    .await
    .session;
    assert_eq!((begun.person, begun.tag.as_deref()), (tag.person_id, Some(tag.id_tag.as_str())));

    let stop = Operation::RemoteStop { transaction: begun.transaction_id.unwrap() };
    app.ask_charge_point(&ctx, free, stop).await.unwrap();
    let over = until(&mut changes, async || {
        let it = app.session(&ctx, begun.id).await.unwrap().session.session;
        it.stopped_at.is_some().then_some(it)
    })
    .await;
    assert_eq!((over.state, over.stop_reason.as_deref()), (SessionState::Closed, Some("Remote")));
    let states = async || -> BTreeSet<&'static str> {
        app.list_commands(&ctx, free, None, 10).await.unwrap().items.iter().map(|it| it.state.word()).collect()
    };
    until(&mut changes, async || (states().await == BTreeSet::from([CommandState::Verified.word()])).then_some(()))
        .await;

    // Told a new key, it calls with it.
    let was = app.charge_point(&ctx, free).await.unwrap().charge_point.credential_set_at;
    app.ask_key_change(&ctx, free).await.unwrap();
    until(&mut changes, async || {
        let it = app.charge_point(&ctx, free).await.unwrap();
        (is_connected(&it) && it.key_stand.is_none() && it.charge_point.credential_set_at > was).then_some(())
    })
    .await;

    app.remove_training(&ctx).await.unwrap();
    assert!(there(app, &ctx).await.is_empty());
    // It can be made again, and lives again.
    app.make_training(&ctx).await.unwrap();
    until(&mut changes, async || there(app, &ctx).await.iter().any(is_connected).then_some(())).await;
    host.stop().await;
}
