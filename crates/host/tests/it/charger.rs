//! A charge point over a real socket, and a room that has some.

use crate::room::Room;
use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use stolpe_app::Ctx;
use stolpe_domain::id::ChargePointId;
use stolpe_host::Host;
use stolpe_ocpp::credentials::Credentials;
use stolpe_testkit::{CHARGER_KEY, add_charger};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::error::Error;
use tokio_tungstenite::tungstenite::http::Response;
use tokio_tungstenite::tungstenite::{Message, protocol::CloseFrame};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// How a charge point calls: what it says of itself, its key as it writes it, and what it speaks.
#[derive(Clone, Debug)]
pub(crate) struct Call<'a> {
    pub(crate) identity: &'a str,
    pub(crate) user: &'a str,
    pub(crate) key: Option<Vec<u8>>,
    pub(crate) protocols: &'a str,
}

impl<'a> Call<'a> {
    /// The usual way.
    pub(crate) fn of(identity: &'a str) -> Self {
        Self { identity, user: identity, key: Some(CHARGER_KEY.to_vec()), protocols: "ocpp1.6" }
    }

    /// Calls, and answers the line with the host's side of the handshake.
    pub(crate) async fn dial(&self, address: &str) -> Result<(Line, Response<Option<Vec<u8>>>), Error> {
        let mut request = format!("ws://{address}/ocpp/{}", self.identity).into_client_request().unwrap();
        let headers = request.headers_mut();
        if let Some(key) = &self.key {
            headers.insert("authorization", Credentials::header(self.user, key).parse().unwrap());
        }
        headers.insert("sec-websocket-protocol", self.protocols.parse().unwrap());
        let stream = TcpStream::connect(address).await.map_err(Error::Io)?;
        let (socket, response) = tokio_tungstenite::client_async(request, MaybeTlsStream::Plain(stream)).await?;
        Ok((Line { socket, calls: 0 }, response))
    }

    /// The status with which the host turns the call down; 101 when it does not.
    pub(crate) async fn status(&self, address: &str) -> u16 {
        match self.dial(address).await {
            Ok(_) => 101,
            Err(Error::Http(response)) => response.status().as_u16(),
            Err(other) => unreachable!("the host answers every call: {other}"),
        }
    }
}

/// An open line, seen from the charge point.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    calls: u64,
}

impl Line {
    /// Sends a call and waits for its answer; nothing when the line breaks first.
    pub(crate) async fn call(&mut self, action: &str, payload: &Value) -> Option<Value> {
        self.calls += 1;
        let id = self.calls.to_string();
        let frame = json!([2, id, action, payload]).to_string();
        self.socket.send(Message::text(frame)).await.ok()?;
        while let Some(Ok(message)) = self.socket.next().await {
            let Message::Text(text) = message else { continue };
            let answer: Value = serde_json::from_str(&text).unwrap();
            if answer[0] == 3 && answer[1] == *id {
                return Some(answer[2].clone());
            }
        }
        None
    }

    /// Waits until the host ends the line; answers what it says.
    pub(crate) async fn ended(&mut self) -> Option<CloseFrame> {
        while let Some(Ok(message)) = self.socket.next().await {
            if let Message::Close(farewell) = message {
                return farewell;
            }
        }
        None
    }
}

/// Puts charge points into the facility of a room where no host runs.
pub(crate) async fn add_chargers(room: &Room, identities: &[&str]) -> Vec<ChargePointId> {
    let host = Host::open(room.config()).await.unwrap();
    let ctx = Ctx::system("test", host.app().now());
    let facility = host.app().list_facilities(&ctx).await.unwrap()[0].id;
    let mut ids = Vec::new();
    for identity in identities {
        ids.push(add_charger(host.app().db(), facility, identity, host.app().now()).await);
    }
    host.stop().await;
    ids
}
