//! Listening to live changes: so many places for each login, and for as long as the sign-in lasts.

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::feed::Change;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use stolpe_domain::access::Actor;
use stolpe_domain::id::LoginId;

/// Streams of one login at a time: a stream for each of the tabs that somebody still finds their way in.
const MOST: usize = 10;
/// After so long it is worth trying again, in seconds: a tab may have been closed meanwhile.
const AGAIN_S: i64 = 60;

/// How many listen, by login.
pub(crate) type Listeners = Arc<Mutex<HashMap<LoginId, usize>>>;

/// A place to listen from, until it is dropped.
#[derive(Debug)]
pub struct Listener {
    all: Listeners,
    login: LoginId,
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = all.get_mut(&self.login) {
            *count -= 1;
            if *count == 0 {
                all.remove(&self.login);
            }
        }
    }
}

impl App {
    /// Takes a place to listen to live changes from.
    ///
    /// # Errors
    /// [`AppError::Wait`] `events.too_many` when the login has as many as it may have.
    pub fn take_place(&self, ctx: &Ctx) -> Result<Listener> {
        let login = ctx.signed()?.login;
        let mut all = self.listeners.lock().unwrap_or_else(PoisonError::into_inner);
        let count = all.entry(login).or_default();
        if *count >= MOST {
            return Err(AppError::Wait { code: "events.too_many", seconds: AGAIN_S });
        }
        *count += 1;
        Ok(Listener { all: Arc::clone(&self.listeners), login })
    }

    /// Who listens, with their roles as they are now.
    ///
    /// # Errors
    /// [`AppError::SignedOut`] when the sign-in has ended or the login is blocked.
    pub async fn look_again(&self, ctx: &Ctx) -> Result<Ctx> {
        let (login, at) = (ctx.signed()?.login, self.now());
        let open = self.read().await?.list_sign_ins(login, at).await?;
        if !open.iter().any(|it| Some(it.id) == ctx.sign_in) {
            return Err(AppError::SignedOut);
        }
        let (signed, blocked) = self.signed(login).await?.ok_or(AppError::SignedOut)?;
        if blocked {
            return Err(AppError::SignedOut);
        }
        Ok(Ctx { actor: Actor::Person(signed), at, ..ctx.clone() })
    }
}

impl Change {
    /// Whether it may have ended a sign-in, or changed what somebody may see.
    pub fn touches_access(&self) -> bool {
        let begins = |room: &str| self.action.starts_with(room);
        ["staff.", "login.", "department.", "facility."].into_iter().any(begins)
            || matches!(self.action, "sign_in.ended" | "person.merged" | "person.erased")
    }
}
