//! The socket of a simulated charge point: it calls, says what it has to say, one call at a time, and calls again when the
//! line breaks.

use crate::model::{Model, Said};
use crate::obey::Answer;
use futures::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use stolpe_ocpp::credentials::Credentials;
use stolpe_ocpp::error_code::ErrorCode;
use stolpe_ocpp::frame::{Frame, write_answer, write_call, write_refusal};
use stolpe_ports::clock::Clock;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{self, Message};

/// Between two calls after a line broke.
const PAUSE: Duration = Duration::from_secs(10);
/// It starts anew so fast.
const RESTART: Duration = Duration::from_secs(2);

/// Where a charge point calls, as whom, and with which key.
#[derive(Clone, Debug)]
pub struct Place {
    /// The host.
    pub host: SocketAddr,
    /// What it calls itself.
    pub identity: String,
    /// Its key.
    pub key: [u8; 20],
}

/// Why a line has ended.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error("it starts anew")]
    Restarts,
    #[error("the host hung up")]
    HungUp,
    #[error(transparent)]
    Socket(#[from] tungstenite::Error),
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// Is a charge point, until nobody waits for it any more or the host turns it away: then somebody else is it now.
pub async fn run(mut place: Place, mut model: Model, clock: Arc<dyn Clock>) {
    loop {
        let key = place.key;
        let pause = match hold(&mut place, &mut model, &*clock).await {
            Broken::Socket(tungstenite::Error::Http(answer)) if answer.status().is_client_error() => return,
            Broken::Restarts => RESTART,
            // It was hung up on to call with the new one.
            Broken::HungUp if place.key != key => RESTART,
            error => {
                tracing::debug!(identity = place.identity, %error, "a simulated line broke");
                PAUSE
            }
        };
        tokio::time::sleep(pause).await;
        model.pass(clock.now());
        model.boot();
    }
}

/// Holds a line until it breaks.
async fn hold(place: &mut Place, model: &mut Model, clock: &dyn Clock) -> Broken {
    match open(place).await {
        Ok(mut socket) => talk(place, model, &mut socket, clock).await.err().unwrap_or(Broken::HungUp),
        Err(broken) => broken,
    }
}

async fn open(place: &Place) -> Result<WebSocketStream<TcpStream>, Broken> {
    let mut request = format!("ws://{}/ocpp/{}", place.host, place.identity).into_client_request()?;
    let headers = request.headers_mut();
    let header = |text: String| text.parse().map_err(tungstenite::http::Error::from).map_err(tungstenite::Error::from);
    headers.insert("authorization", header(Credentials::header(&place.identity, &place.key))?);
    headers.insert("sec-websocket-protocol", header("ocpp1.6".to_owned())?);
    let stream = TcpStream::connect(place.host).await?;
    Ok(tokio_tungstenite::client_async(request, stream).await?.0)
}

async fn talk(
    place: &mut Place,
    model: &mut Model,
    socket: &mut WebSocketStream<TcpStream>,
    clock: &dyn Clock,
) -> Result<(), Broken> {
    let (mut calls, mut waits): (u64, Option<(String, Said)>) = (0, None);
    loop {
        if waits.is_none()
            && let Some(said) = model.says.pop_front()
        {
            calls += 1;
            let id = calls.to_string();
            let frame = write_call(&id, said.action, &said.payload);
            if let Err(error) = socket.send(Message::text(frame)).await {
                model.keep_for_later(said, clock.now());
                return Err(error.into());
            }
            waits = Some((id, said));
        }
        let patience = (model.due() - clock.now()).to_std().unwrap_or_default();
        tokio::select! {
            heard = socket.next() => match heard {
                Some(Ok(Message::Text(text))) => hear(place, model, socket, &text, &mut waits, clock).await?,
                Some(Ok(Message::Close(_)) | Err(_)) | None => {
                    if let Some((_, said)) = waits {
                        model.keep_for_later(said, clock.now());
                    }
                    return Err(Broken::HungUp);
                }
                Some(Ok(_)) => {}
            },
            () = tokio::time::sleep(patience) => model.pass(clock.now()),
        }
    }
}

async fn hear(
    place: &mut Place,
    model: &mut Model,
    socket: &mut WebSocketStream<TcpStream>,
    text: &str,
    waits: &mut Option<(String, Said)>,
    clock: &dyn Clock,
) -> Result<(), Broken> {
    let at = clock.now();
    let mut answered = |id: &str, answer: Option<&Value>| {
        if let Some((_, said)) = waits.take_if(|(waited, _)| waited == id) {
            model.answered(said.asks, answer, at);
        }
    };
    match Frame::read(text) {
        Ok(Frame::Answer { id, payload }) => answered(&id, serde_json::from_str(payload).ok().as_ref()),
        Ok(Frame::Refusal { id, .. }) => answered(&id, None),
        Ok(Frame::Call { id, action, payload }) => {
            let asked = serde_json::from_str(payload).unwrap_or_default();
            match model.obey(&action, &asked, at) {
                Answer::Says(words) => socket.send(Message::text(write_answer(&id, &words))).await?,
                Answer::Unknown => {
                    let refusal = write_refusal(&id, ErrorCode::NotImplemented, "");
                    socket.send(Message::text(refusal)).await?;
                }
                Answer::TakesKey(key) => {
                    let taken = serde_json::json!({"status": "Accepted"});
                    socket.send(Message::text(write_answer(&id, &taken))).await?;
                    // The host hangs up, and is called with it.
                    place.key = key;
                }
                Answer::Restarts(words) => {
                    socket.send(Message::text(write_answer(&id, &words))).await?;
                    let _ = socket.close(None).await;
                    return Err(Broken::Restarts);
                }
            }
        }
        Err(_) => {}
    }
    Ok(())
}
