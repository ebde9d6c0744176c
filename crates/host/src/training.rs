//! The training organisation lives: its charge points are simulated, and call as any others do, over sockets of their own.

use crate::charging;
use futures::future::join_all;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use stolpe_app::{App, TrainingCaller};
use stolpe_domain::event::Action;
use stolpe_ports::clock::{Clock as _, SystemClock};
use stolpe_simulator::{Condition, Model, Place};
use tokio::net::TcpListener;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

/// Simulates the devices of the training organisation for as long as there is one and the host runs.
pub(crate) async fn live(app: App) {
    let mut changes = app.feed().listen();
    loop {
        let told = async {
            loop {
                match changes.recv().await {
                    Ok(change) if is_of_training(change.action) => return,
                    Ok(_) => {}
                    // What was missed may have been it.
                    Err(RecvError::Lagged(_)) => return,
                    Err(RecvError::Closed) => std::future::pending().await,
                }
            }
        };
        let simulated = async {
            if let Err(error) = simulate(&app).await {
                tracing::warn!(%error, "the devices of the training organisation stand still");
            }
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = app.stopping() => return,
            () = told => {}
            () = simulated => {}
        }
    }
}

fn is_of_training(action: &str) -> bool {
    [Action::TrainingMade, Action::TrainingRemoved].iter().any(|it| it.word() == action)
}

/// Simulates what there is, for as long as it is waited for.
async fn simulate(app: &App) -> anyhow::Result<()> {
    let callers = app.training_callers().await?;
    if callers.is_empty() {
        return Ok(());
    }
    // Nobody else is let in here: whoever has no key of a charge point is turned away, as at the front door.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let host = listener.local_addr()?;
    let door =
        charging::router(app.clone(), CancellationToken::new()).into_make_service_with_connect_info::<SocketAddr>();
    let calls = join_all((0..).zip(callers).map(|(seed, caller)| call(caller, host, seed)));
    tokio::select! {
        served = axum::serve(listener, door) => served?,
        _ = calls => {}
    }
    Ok(())
}

async fn call(it: TrainingCaller, host: SocketAddr, seed: u64) {
    let condition = Condition {
        status: it.status,
        fault: it.fault.map(ToOwned::to_owned),
        register: it.register,
        transaction: it.transaction,
        limit_a: it.limit_a,
        tags: it.tags,
    };
    let model = Model::new(condition, SystemClock.now(), seed);
    let place = Place { host, identity: it.identity, key: it.key };
    stolpe_simulator::run(place, model, Arc::new(SystemClock)).await;
}
