//! The way in for charge points: `ws(s)://HOST/ocpp/{identity}`, OCPP 1.6 over WebSocket.
//!
//! Security profiles 1 and 2: a key in HTTP Basic, over TLS where the host has it. What is said on the line is the
//! business of `stolpe-app`; here are the handshake, the socket, its bounds and its patience.

mod socket;

use crate::serve::door::Pass;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use axum::{Extension, Router};
use std::net::SocketAddr;
use stolpe_app::{App, Entrance};
use stolpe_domain::charge_point::identity::Identity;
use stolpe_ocpp::credentials::Credentials;
use tokio_util::sync::CancellationToken;

/// The word of OCPP 1.6 over JSON.
const PROTOCOL: &str = "ocpp1.6";
/// The longest frame that is read. The longest honest ones are stops that carry the readings of a long session: a day at
/// one a minute is some hundred kilobytes with a few measurands. A frame that says it is longer is refused before it comes.
const LONGEST_FRAME: usize = 1024 * 1024;
/// Messages are some hundred bytes: what waits for them on ten thousand lines must be small.
const READ_AHEAD: usize = 2 * 1024;

/// The way in for charge points. Lines that came in by it end with it.
pub(crate) fn router(app: App, closing: CancellationToken) -> Router {
    Router::new().route("/ocpp/{identity}", any(call)).with_state(app).layer(Extension(closing))
}

/// A charge point calls. Whoever is not known is told so and waits to be adopted.
async fn call(
    State(app): State<App>,
    Path(identity): Path<String>,
    address: Option<Extension<ConnectInfo<SocketAddr>>>,
    pass: Option<Extension<Pass>>,
    Extension(closing): Extension<CancellationToken>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(rejection) => return rejection.into_response(),
    };
    let Ok(identity) = Identity::parse(&identity) else { return StatusCode::NOT_FOUND.into_response() };
    let credentials = headers.get(header::AUTHORIZATION).and_then(|value| Credentials::read(value.as_bytes()));
    let address = address.map(|Extension(ConnectInfo(address))| address.ip());
    let caller = match app.receive_call(identity, credentials.as_ref(), address).await {
        Ok(Entrance::Open(caller)) => caller,
        Ok(Entrance::Unknown) => return StatusCode::NOT_FOUND.into_response(),
        Ok(Entrance::WrongKey) => {
            return (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Basic realm=\"charge points\"")])
                .into_response();
        }
        Err(error) => {
            tracing::warn!(%error, "a charge point is turned away");
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
    };
    let upgrade = upgrade
        .protocols([PROTOCOL])
        .max_message_size(LONGEST_FRAME)
        .max_frame_size(LONGEST_FRAME)
        .read_buffer_size(READ_AHEAD)
        .write_buffer_size(0);
    let speaks = upgrade.selected_protocol().is_some();
    if let Some(Extension(pass)) = pass {
        pass.give_back();
    }
    upgrade.on_upgrade(move |socket| {
        let tracked = app.clone();
        tracked.tracked(async move {
            if speaks {
                socket::hold(&app, caller, socket, &closing).await;
            } else {
                socket::dismiss(&app, caller, socket).await;
            }
        })
    })
}
