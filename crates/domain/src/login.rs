//! Logins: how a person signs in, and how far the hand-over of their first password has come (PRE-05, PRE-06).

use crate::faults::Faults;
use crate::id::{FacilityId, LoginId, PersonId};
use crate::words::words;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

words! {
    /// How far somebody at the desk has come.
    StaffState {
        /// Invited, and the invitation can be taken up.
        Invited = "invited",
        /// Invited, and the invitation is too old.
        Expired = "expired",
        /// At work.
        Active = "active",
        /// Blocked.
        Blocked = "blocked",
    }
}

/// How far a login has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LoginState {
    /// No password exists yet.
    NotIssued,
    /// The password from the letter is still in force.
    Initial,
    /// The person has chosen a password.
    Own,
    /// Staff have blocked the login.
    Blocked,
}

/// A login.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// Its id.
    pub id: LoginId,
    /// Whose it is.
    pub person_id: PersonId,
    /// The facility whose code goes with the username; none for staff, who sign in by e-mail.
    pub facility_id: Option<FacilityId>,
    /// Unique in its facility, or on the host for staff.
    pub username: String,
    /// A password exists.
    pub has_password: bool,
    /// It is the one from the letter.
    pub password_is_initial: bool,
    /// When it was set.
    pub password_set_at: Option<DateTime<Utc>>,
    /// A second factor is asked for.
    pub totp: bool,
    /// Failures in a row.
    pub failed_count: i64,
    /// No attempt is looked at before this.
    pub locked_until: Option<DateTime<Utc>>,
    /// When staff blocked it.
    pub blocked_at: Option<DateTime<Utc>>,
    /// When the letter was made.
    pub issued_at: Option<DateTime<Utc>>,
    /// When the letter was handed over.
    pub handed_over_at: Option<DateTime<Utc>>,
    /// Who handed it over.
    pub handed_over_by: Option<String>,
    /// Last time it was used.
    pub last_sign_in_at: Option<DateTime<Utc>>,
    /// Counts changes.
    pub row_version: i64,
}

impl Login {
    /// How far the login has come.
    pub const fn state(&self) -> LoginState {
        if self.blocked_at.is_some() {
            LoginState::Blocked
        } else if !self.has_password {
            LoginState::NotIssued
        } else if self.password_is_initial {
            LoginState::Initial
        } else {
            LoginState::Own
        }
    }

    /// Since when the password from the letter has been in force (PRE-06).
    pub const fn initial_since(&self) -> Option<DateTime<Utc>> {
        match self.state() {
            LoginState::Initial => self.password_set_at,
            _ => None,
        }
    }
}

/// Checks a resident's username: 2 to 60 visible characters without spaces.
///
/// # Errors
/// The fault of the field `username`.
pub fn check_username(text: &str) -> Result<String, Faults> {
    let text = text.trim();
    let length = text.chars().count();
    if !(2..=60).contains(&length) || text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(Faults::one("username", "username.malformed"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login() -> Login {
        Login {
            id: LoginId(uuid::Uuid::nil()),
            person_id: PersonId(uuid::Uuid::nil()),
            facility_id: None,
            username: "a1101".into(),
            has_password: true,
            password_is_initial: true,
            password_set_at: Some(DateTime::UNIX_EPOCH),
            totp: false,
            failed_count: 0,
            locked_until: None,
            blocked_at: None,
            issued_at: None,
            handed_over_at: None,
            handed_over_by: None,
            last_sign_in_at: None,
            row_version: 1,
        }
    }

    #[test]
    fn pre_06_a_login_says_since_when_the_initial_password_is_in_force() {
        assert_eq!(login().initial_since(), Some(DateTime::UNIX_EPOCH));
        assert_eq!(Login { password_is_initial: false, ..login() }.initial_since(), None);
    }

    #[test]
    fn a_block_outranks_everything_else() {
        let blocked = Login { blocked_at: Some(DateTime::UNIX_EPOCH), ..login() };
        assert_eq!(blocked.state(), LoginState::Blocked);
        assert_eq!(blocked.initial_since(), None);
        assert_eq!(Login { has_password: false, ..login() }.state(), LoginState::NotIssued);
    }
}
