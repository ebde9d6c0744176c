//! Passwords: checked against the policy, hashed with Argon2id, chosen by their owner alone (EMP-11).

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::guesses::{self, Guess};
use argon2::{Argon2, PasswordHash, PasswordHasher, PasswordVerifier};
use std::sync::LazyLock;
use stolpe_domain::access::Signed;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::faults::Faults;
use stolpe_domain::login::Login;
use stolpe_domain::password::{PasswordPolicy, initial_password};
use stolpe_domain::throttle::Throttle;
use zeroize::Zeroizing;

/// The setting that holds the policy.
pub(crate) const POLICY: &str = "password_policy";

/// A hash of nothing in particular, so that an unknown name costs the same time as a known one.
static NOBODY: LazyLock<String> = LazyLock::new(|| {
    Argon2::default().hash_password(b"nobody has this password").map_or_else(|_| String::new(), |hash| hash.to_string())
});

impl App {
    /// The policy in force.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when the database cannot be reached.
    pub async fn password_policy(&self) -> Result<PasswordPolicy> {
        Ok(self.read().await?.find_setting(POLICY).await?.map_or_else(PasswordPolicy::default, |(policy, _)| policy))
    }

    /// Checks a password against the policy; the inner result names every broken rule under the given field.
    pub(crate) async fn check_password(
        &self,
        password: &str,
        username: &str,
        field: &str,
    ) -> Result<Result<(), Faults>> {
        let faults = self.password_policy().await?.faults(password, username, is_leaked);
        let mut named = Faults::default();
        for fault in faults {
            named.add(field, fault.code());
        }
        Ok(named.none())
    }

    /// A password to hand out: three groups of four clear signs, and a tail that meets every rule of the usual policy.
    pub fn new_password(&self) -> String {
        format!("{}-A7!", initial_password(crate::random::bytes()))
    }

    /// Hashes a password for a request.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] `busy` when many others wait.
    pub(crate) async fn hash_password(&self, password: impl Into<String>) -> Result<String> {
        let password = Zeroizing::new(password.into());
        self.hashing.ask(move || hash(&password)).await?
    }

    /// Hashes a password for a task, which waits until it is its turn.
    pub(crate) async fn hash_in_turn(&self, password: impl Into<String>) -> Result<String> {
        let password = Zeroizing::new(password.into());
        self.hashing.wait(move || hash(&password)).await?
    }

    /// Whether a password is the one that was hashed.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] `busy` when many others wait.
    pub(crate) async fn verify_password(&self, password: &str, hash: &str) -> Result<bool> {
        let hash = hash.to_owned();
        self.verify(password, move || hash).await
    }

    /// Spends the time of a check on nobody.
    ///
    /// # Errors
    /// As [`App::verify_password`], and just as often: being turned away must not tell whether the name exists.
    pub(crate) async fn check_against_nothing(&self, password: &str) -> Result<()> {
        self.verify(password, || NOBODY.as_str()).await.map(|_| ())
    }

    async fn verify<H: AsRef<str>>(&self, password: &str, hash: impl FnOnce() -> H + Send + 'static) -> Result<bool> {
        if password.len() > PasswordPolicy::LONGEST * 4 {
            return Ok(false);
        }
        let password = Zeroizing::new(password.to_owned());
        self.hashing
            .ask(move || {
                PasswordHash::new(hash().as_ref())
                    .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
            })
            .await
    }

    /// The caller chooses a password; their other sign-ins end.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with `current` or every broken rule of `new`; [`AppError::Wait`] `password.wait` after too
    /// many wrong passwords.
    pub async fn change_password(&self, ctx: &Ctx, current: &str, new: &str) -> Result<()> {
        // A key would keep a quick hash of a request that holds two passwords.
        let ctx = &Ctx { idempotency: None, ..ctx.clone() };
        let login = self.prove_password(ctx, "current", current).await?;
        if current == new {
            return Err(AppError::field("new", "password.same"));
        }
        self.check_password(new, &login.username, "new").await??;
        let hash = self.hash_password(new).await?;
        let mut tx = self.write().await?;
        tx.set_password(login.id, &hash, false, ctx.at).await?;
        guesses::clear(&mut tx, &Guess::Password(login.id)).await?;
        tx.end_other_sign_ins(login.id, ctx.sign_in, ctx.at).await?;
        tx.end_one_time(login.id, ctx.at).await?;
        let mut event = Event::new(Action::PasswordChanged, Subject::Login(login.id));
        event.facility = login.facility_id;
        event.organisation = tx.find_person(login.person_id).await?.map(|person| person.organisation_id);
        tx.commit(ctx, [event]).await
    }
}

impl App {
    /// Stops unless this is the caller's present password; answers their login.
    ///
    /// # Errors
    /// [`AppError::Invalid`] `password.wrong` in that field; [`AppError::Wait`] `password.wait` after too many.
    pub(crate) async fn prove_password(&self, ctx: &Ctx, field: &str, password: &str) -> Result<Login> {
        let signed = ctx.signed()?;
        let mut conn = self.read().await?;
        let login = conn.find_login(signed.login).await?.ok_or(AppError::SignedOut)?;
        let guard = conn.login_guard(signed.login).await?.ok_or(AppError::SignedOut)?;
        drop(conn);
        let guess = Guess::Password(login.id);
        let until = self.count_try(ctx, &guess).await?;
        let right = match &guard.password_hash {
            Some(hash) => self.verify_password(password, hash).await,
            None => Ok(false),
        };
        if right.is_err() {
            // Whoever was turned away because there was too much to do has not guessed.
            self.return_try(&guess).await?;
        }
        if !right? {
            self.note_wrong_proof(ctx, signed).await?;
            return Err(until.map_or(AppError::field(field, "password.wrong"), |until| guess.wait(until, ctx.at)));
        }
        self.return_try(&guess).await?;
        Ok(login)
    }

    /// Writes down that somebody who is signed in gave a wrong password or code: it may not be they who sit there.
    pub(crate) async fn note_wrong_proof(&self, ctx: &Ctx, signed: &Signed) -> Result<()> {
        let ctx = &Ctx { idempotency: None, ..ctx.clone() };
        let mut tx = self.write().await?;
        tx.forget_tallies(ctx.at - Throttle::FORGET_ALL).await?;
        let mut event = Event::new(Action::ProofRefused, Subject::Login(signed.login));
        event.facility = tx.find_login(signed.login).await?.and_then(|login| login.facility_id);
        event.organisation = tx.find_person(signed.person).await?.map(|person| person.organisation_id);
        tx.commit(ctx, [event]).await
    }
}

fn hash(password: &str) -> Result<String> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|error| AppError::internal(error.to_string()))
}

/// Fewer guesses than this find the password on a list of leaked ones, or by the usual changes to such a one.
const LEAKED_WITHIN_GUESSES: u64 = 100_000;

fn is_leaked(password: &str) -> bool {
    // The estimate takes time that grows with the length; nobody finds a long password on a list.
    let head: String = password.chars().take(64).collect();
    zxcvbn::zxcvbn(&head, &[]).guesses() < LEAKED_WITHIN_GUESSES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn par_04_known_passwords_are_leaked_whatever_their_decoration() {
        for known in ["Password1!", "Qwerty1!", "Summer1!", "P@ssw0rd"] {
            assert!(is_leaked(known), "{known}");
        }
        for unknown in ["Abc!1234xq", "Kalmar-Ek-77!", "gröna tåg i maj"] {
            assert!(!is_leaked(unknown), "{unknown}");
        }
    }
}
