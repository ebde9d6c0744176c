//! Whom the computer of a desk lets in over the network. The desk listens and keeps the setting itself; who changed it stands in
//! the log like any other setting.

use crate::App;
use crate::ctx::Ctx;
use crate::error::Result;
use serde::Serialize;
use stolpe_domain::access::{Actor, Permission, Place};
use stolpe_domain::event::{Action, Event, Subject};

/// What the log calls the setting.
const NETWORK: &str = "network";

impl App {
    /// Writes down that whoever is signed in by a token at the desk changed whom its computer lets in.
    ///
    /// # Errors
    /// [`crate::AppError::SignedOut`] for a token that does not hold, and [`crate::AppError::Denied`] for those who may not
    /// change settings.
    pub async fn note_network<T: Serialize + Sync>(&self, token: &str, before: &T, after: &T) -> Result<()> {
        let at = self.now();
        let (signed, sign_in) = self.authenticate(token, at).await?;
        let (actor, origin) = (Actor::Person(signed), "desktop".to_owned());
        let ctx = Ctx { actor, sign_in: Some(sign_in), origin, ..Ctx::system("anyone", at) };
        ctx.may(Permission::ChangeSetting, Place::Host)?;
        let event = Event::new(Action::SettingChanged, Subject::Setting).before(before).after(after).because(NETWORK);
        self.write().await?.commit(&ctx, [event]).await
    }
}
