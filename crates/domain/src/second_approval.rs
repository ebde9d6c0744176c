//! What money needs before it leaves: two people, one who asks and another who decides.

use crate::id::PersonId;
use chrono::{DateTime, Utc};

/// What somebody else has said to a wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub by: PersonId,
    /// Why not, of a wish that was turned down.
    pub reason: Option<String>,
}

/// Why somebody may not decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecisionRefusal {
    /// Whoever asked does not approve as well.
    #[error("whoever asked does not decide")]
    OwnWish,
    /// Nobody approves money to themselves.
    #[error("nobody decides about money to themselves")]
    OwnMoney,
}

impl DecisionRefusal {
    /// The stable word that screens translate.
    pub const fn code(self) -> &'static str {
        match self {
            Self::OwnWish => "decision.own_wish",
            Self::OwnMoney => "decision.own_money",
        }
    }
}

/// Whether somebody may decide about money that one has asked for and another gets, where it is known who that is. People
/// count and not their logins, and whatever role they hold.
///
/// # Errors
/// [`DecisionRefusal`].
pub fn may_decide(decides: PersonId, asked: PersonId, gets: Option<PersonId>) -> Result<(), DecisionRefusal> {
    if decides == asked {
        return Err(DecisionRefusal::OwnWish);
    }
    if Some(decides) == gets {
        return Err(DecisionRefusal::OwnMoney);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a3_whoever_asked_does_not_approve_nor_does_whoever_gets_the_money() {
        let [asked, gets, other] = [1, 2, 3].map(|id| PersonId(Uuid::from_u128(id)));
        assert_eq!(may_decide(asked, asked, Some(gets)), Err(DecisionRefusal::OwnWish));
        assert_eq!(may_decide(gets, asked, Some(gets)), Err(DecisionRefusal::OwnMoney));
        assert_eq!(may_decide(other, asked, Some(gets)), Ok(()));
        assert_eq!(may_decide(gets, asked, None), Ok(()));
    }
}
