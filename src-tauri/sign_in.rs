//! The sign-in of this desk. The page never holds the token: it is taken out of the answer that brings it, kept in the
//! keychain, and put on each later request.

use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, SET_COOKIE};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use serde_json::Value;
use tokio::sync::watch;
use zeroize::Zeroizing;

use crate::keychain;

type Token = Zeroizing<String>;

/// Who is signed in at one place, as far as the shell knows: by their token.
#[derive(Clone)]
pub(crate) struct SignIn {
    name: String,
    token: watch::Sender<Option<Token>>,
}

/// What an answer means for the sign-in.
#[derive(Debug, PartialEq, Eq)]
enum Turn {
    Opened(Token),
    Closed,
}

impl SignIn {
    /// Takes up the sign-in that the keychain remembers for a place. Blocks on the keychain; without one the user signs
    /// in again at each start.
    pub(crate) fn remembered(place: &str) -> Self {
        let name = format!("sign-in {place}");
        let token = keychain::read_text(&name).unwrap_or_else(|error| {
            tracing::warn!(%error, "the sign-in is not remembered");
            None
        });
        Self { name, token: watch::Sender::new(token) }
    }

    /// Goes on with the sign-in that this desk had at the same place before, where no keychain remembers one.
    pub(crate) fn or_earlier(self, earlier: &Self) -> Self {
        if self.name == earlier.name && self.token.borrow().is_none() {
            self.token.send_replace(earlier.token.borrow().clone());
        }
        self
    }

    /// Tells when the sign-in changes.
    pub(crate) fn watch(&self) -> watch::Receiver<Option<Token>> {
        self.token.subscribe()
    }

    /// The token, while somebody is signed in.
    pub(crate) fn token(&self) -> Option<Token> {
        self.token.borrow().clone()
    }

    /// Puts the token on a request. What the page itself claims to be is removed.
    pub(crate) fn authorise<B>(&self, request: &mut Request<B>) {
        request.headers_mut().remove(COOKIE);
        request.headers_mut().remove(AUTHORIZATION);
        let bearer = self.token.borrow().as_ref().and_then(|token| bearer(token));
        if let Some(bearer) = bearer {
            request.headers_mut().insert(AUTHORIZATION, bearer);
        }
    }

    /// Learns from an answer, and takes the token out of it.
    pub(crate) async fn learn(&self, method: &Method, path: &str, response: Response<Vec<u8>>) -> Response<Vec<u8>> {
        let (response, turn) = read(method, path, response);
        match turn {
            Some(Turn::Opened(token)) => {
                self.token.send_replace(Some(token.clone()));
                let name = self.name.clone();
                self.remember(move || keychain::write(&name, token.as_bytes())).await;
            }
            Some(Turn::Closed) if self.token.send_replace(None).is_some() => {
                let name = self.name.clone();
                self.remember(move || keychain::forget(&name)).await;
            }
            _ => {}
        }
        response
    }

    /// A keychain that does not help costs the user a sign-in at the next start, not this answer.
    async fn remember(&self, act: impl FnOnce() -> Result<(), keychain::KeychainError> + Send + 'static) {
        match tauri::async_runtime::spawn_blocking(act).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the sign-in is not remembered"),
            Err(error) => tracing::error!(%error, "the keychain did not answer"),
        }
    }
}

fn bearer(token: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(&format!("Bearer {token}")).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// Which answers open and close a sign-in. A refused login answers 401 too, but says nothing about the one that is open.
fn read(method: &Method, path: &str, mut response: Response<Vec<u8>>) -> (Response<Vec<u8>>, Option<Turn>) {
    response.headers_mut().remove(SET_COOKIE);
    let opens = match *method {
        Method::POST => matches!(path, "/api/v1/login" | "/api/v1/setup"),
        Method::PUT => path.starts_with("/api/v1/invitations/"),
        _ => false,
    };
    if opens && response.status().is_success() {
        let token = take_token(&mut response);
        return (response, token.map(Turn::Opened));
    }
    let signed_out = method == Method::POST && path == "/api/v1/logout" && response.status().is_success();
    let turn = (signed_out || says_signed_out(&response)).then_some(Turn::Closed);
    (response, turn)
}

fn says_signed_out(response: &Response<Vec<u8>>) -> bool {
    response.status() == StatusCode::UNAUTHORIZED
        && serde_json::from_slice::<Value>(response.body()).is_ok_and(|problem| problem["code"] == "access.signed_out")
}

fn take_token(response: &mut Response<Vec<u8>>) -> Option<Token> {
    let is_json = response.headers().get(CONTENT_TYPE)?.as_bytes().starts_with(b"application/json");
    let mut body: Value = is_json.then(|| serde_json::from_slice(response.body()).ok())??;
    let token = match body.as_object_mut()?.remove("token")? {
        Value::String(token) => Zeroizing::new(token),
        _ => return None,
    };
    *response.body_mut() = serde_json::to_vec(&body).ok()?;
    let length = HeaderValue::from(response.body().len());
    response.headers_mut().insert(CONTENT_LENGTH, length);
    Some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Response<Vec<u8>> {
        Response::builder()
            .status(status)
            .header(CONTENT_TYPE, "application/json")
            .header(SET_COOKIE, "stolpe_sign_in=abc; HttpOnly")
            .body(body.as_bytes().to_vec())
            .unwrap()
    }

    #[test]
    fn the_token_of_a_login_never_reaches_the_page() {
        let (response, turn) =
            read(&Method::POST, "/api/v1/login", answer(200, r#"{"me":{"name":"Åsa"},"token":"abc"}"#));
        assert_eq!(turn, Some(Turn::Opened(Zeroizing::new("abc".into()))));
        assert_eq!(response.body(), r#"{"me":{"name":"Åsa"}}"#.as_bytes());
        assert_eq!(response.headers()[CONTENT_LENGTH], response.body().len().to_string());
        assert!(!response.headers().contains_key(SET_COOKIE));
    }

    #[test]
    fn a_setup_keeps_its_recovery_code() {
        let (response, turn) =
            read(&Method::POST, "/api/v1/setup", answer(201, r#"{"recoveryCode":"1","token":"abc"}"#));
        assert!(turn.is_some());
        assert_eq!(response.body(), br#"{"recoveryCode":"1"}"#);
    }

    #[test]
    fn whoever_takes_up_an_invitation_is_signed_in_by_the_desk_and_not_by_the_page() {
        let brings = answer(200, r#"{"me":{"name":"Per"},"token":"abc"}"#);
        let (response, turn) = read(&Method::PUT, "/api/v1/invitations/of-a-link", brings);
        assert_eq!(turn, Some(Turn::Opened(Zeroizing::new("abc".into()))));
        assert_eq!(response.body(), br#"{"me":{"name":"Per"}}"#);
    }

    #[test]
    fn a_logout_and_an_expired_sign_in_close_it() {
        assert_eq!(read(&Method::POST, "/api/v1/logout", answer(204, "")).1, Some(Turn::Closed));
        assert_eq!(
            read(&Method::GET, "/api/v1/persons", answer(401, r#"{"code":"access.signed_out"}"#)).1,
            Some(Turn::Closed)
        );
    }

    #[test]
    fn a_refused_login_and_an_ordinary_answer_change_nothing() {
        assert_eq!(read(&Method::POST, "/api/v1/login", answer(401, r#"{"code":"login.refused"}"#)).1, None);
        assert_eq!(read(&Method::GET, "/api/v1/persons", answer(403, "{}")).1, None);
        let (response, turn) = read(&Method::GET, "/api/v1/me", answer(200, r#"{"token":"of something else"}"#));
        assert_eq!((turn, response.body().as_slice()), (None, &br#"{"token":"of something else"}"#[..]));
    }

    #[test]
    fn the_page_cannot_claim_to_be_someone() {
        let sign_in = SignIn { name: String::new(), token: watch::Sender::new(Some(Zeroizing::new("real".into()))) };
        let mut request = Request::get("/api/v1/me").header(AUTHORIZATION, "Bearer forged").body(()).unwrap();
        sign_in.authorise(&mut request);
        assert_eq!(request.headers()[AUTHORIZATION], "Bearer real");
        sign_in.token.send_replace(None);
        sign_in.authorise(&mut request);
        assert!(!request.headers().contains_key(AUTHORIZATION));
    }
}
