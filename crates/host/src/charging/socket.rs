//! Carrying the words of a line over its socket, and noticing when nobody is there any more.

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, close_code};
use std::time::Duration;
use stolpe_app::{App, Caller, Due, Ended, Line};
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

/// After so much silence the other end is asked whether it is there. Networks of telephones forget a silent connection
/// after some minutes.
const PING_AFTER: Duration = Duration::from_mins(2);
/// After so much silence nobody is there: an answer to a ping takes seconds.
const GONE_AFTER: Duration = Duration::from_mins(4);
/// A word must have left us after so long; a peer that reads nothing is not there.
const SEND_TIME: Duration = Duration::from_secs(30);

/// Holds the line of a charge point until one of both ends it, or the way in is closed.
pub(super) async fn hold(app: &App, caller: Caller, mut socket: WebSocket, closing: &CancellationToken) {
    let mut line = app.open_line(caller);
    let farewell = talk(&mut line, &mut socket, closing).await;
    line.close().await;
    if let Some((code, reason)) = farewell {
        let frame = CloseFrame { code, reason: Utf8Bytes::from_static(reason) };
        // Whoever has gone hears no farewell.
        let _ = timeout(SEND_TIME, socket.send(Message::Close(Some(frame)))).await;
    }
}

/// Ends a connection over which nothing can be said: no protocol that both know (OCPP-J 1.6, 3.2).
pub(super) async fn dismiss(app: &App, caller: Caller, mut socket: WebSocket) {
    app.open_line(caller).close().await;
    let frame = CloseFrame { code: close_code::PROTOCOL, reason: Utf8Bytes::from_static("ocpp1.6 is spoken here") };
    let _ = timeout(SEND_TIME, socket.send(Message::Close(Some(frame)))).await;
}

/// Talks until it is over; answers what to say at the end, if anybody is there to hear it.
async fn talk(line: &mut Line, socket: &mut WebSocket, closing: &CancellationToken) -> Option<(u16, &'static str)> {
    let mut heard = Instant::now();
    let mut asked = false;
    loop {
        let patience = heard + if asked { GONE_AFTER } else { PING_AFTER };
        let words = tokio::select! {
            frame = socket.recv() => {
                (heard, asked) = (Instant::now(), false);
                match frame {
                    Some(Ok(Message::Text(text))) => line.hear(&text).await,
                    // Some firmwares send their text as bytes.
                    Some(Ok(Message::Binary(bytes))) => line.hear(&String::from_utf8_lossy(&bytes)).await,
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => {
                        line.alive();
                        Vec::new()
                    }
                    Some(Ok(Message::Close(_))) | None => return None,
                    Some(Err(error)) => {
                        tracing::debug!(%error, "the line of a charge point breaks");
                        return Some((close_code::SIZE, "a frame that cannot be taken"));
                    }
                }
            }
            due = line.due() => match due {
                Due::End(Ended::Replaced) => return Some((close_code::POLICY, "another connection took its place")),
                Due::End(Ended::KeyTaken) => return Some((close_code::RESTART, "call again with the new key")),
                Due::End(Ended::Stopping) => return Some((close_code::RESTART, "the host stops")),
                due => line.act(due).await,
            },
            () = closing.cancelled() => return Some((close_code::RESTART, "this way in is closed")),
            () = tokio::time::sleep_until(patience) => {
                if asked {
                    return None;
                }
                asked = true;
                if !send(socket, Message::Ping(Vec::new().into())).await {
                    return None;
                }
                Vec::new()
            }
        };
        for word in words {
            if !send(socket, Message::Text(word.into())).await {
                return None;
            }
        }
    }
}

async fn send(socket: &mut WebSocket, message: Message) -> bool {
    matches!(timeout(SEND_TIME, socket.send(message)).await, Ok(Ok(())))
}
