//! By which way messages reach somebody: what they chose, or else what they have.

use crate::person::PersonDraft;
use crate::phone::Phone;
use crate::words::words;

words! {
    /// How a message reaches its reader.
    Channel {
        /// By mail.
        Mail = "mail",
        /// By SMS.
        Sms = "sms",
    }
}

/// The way to somebody: how, and to which address or number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// To a mail address.
    Mail(String),
    /// To a phone number, as E.164.
    Sms(String),
}

impl Way {
    /// How it is.
    pub const fn channel(&self) -> Channel {
        match self {
            Self::Mail(_) => Channel::Mail,
            Self::Sms(_) => Channel::Sms,
        }
    }

    /// The address or the number.
    pub fn address(&self) -> &str {
        match self {
            Self::Mail(address) | Self::Sms(address) => address,
        }
    }
}

/// The number at which somebody reads SMS.
pub fn sms_number(draft: &PersonDraft) -> Option<&str> {
    let number = draft.phone.as_deref()?;
    Phone::parse_stored(number).is_ok_and(|phone| phone.takes_sms()).then_some(number)
}

/// The way to somebody, where there is one. What they chose comes first; who chose nothing gets mail where they have an
/// address. While no SMS leave the house, those who chose them get mail too: a bill that nobody gets helps nobody.
pub fn way_to(draft: &PersonDraft, sms_is_on: bool) -> Option<Way> {
    let mail = || draft.email.clone().map(Way::Mail);
    let sms = || sms_number(draft).filter(|_| sms_is_on).map(|number| Way::Sms(number.to_owned()));
    match draft.channel {
        Some(Channel::Sms) => sms().or_else(mail),
        Some(Channel::Mail) | None => mail().or_else(sms),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::person::tests::anna;
    use rstest::rstest;

    const MAIL: &str = "anna@example.se";
    const MOBILE: &str = "+46701234567";
    const LANDLINE: &str = "+46850800000";

    #[rstest]
    #[case(None, Some(MAIL), Some(MOBILE), true, Some(Way::Mail(MAIL.into())))]
    #[case(None, None, Some(MOBILE), true, Some(Way::Sms(MOBILE.into())))]
    #[case(None, None, Some(MOBILE), false, None)]
    #[case(None, None, Some(LANDLINE), true, None)]
    #[case(Some(Channel::Sms), Some(MAIL), Some(MOBILE), true, Some(Way::Sms(MOBILE.into())))]
    #[case(Some(Channel::Sms), Some(MAIL), Some(MOBILE), false, Some(Way::Mail(MAIL.into())))]
    #[case(Some(Channel::Sms), Some(MAIL), Some(LANDLINE), true, Some(Way::Mail(MAIL.into())))]
    #[case(Some(Channel::Mail), Some(MAIL), Some(MOBILE), true, Some(Way::Mail(MAIL.into())))]
    #[case(None, None, None, true, None)]
    fn what_somebody_chose_comes_first_and_else_mail(
        #[case] channel: Option<Channel>,
        #[case] email: Option<&str>,
        #[case] phone: Option<&str>,
        #[case] sms_is_on: bool,
        #[case] expected: Option<Way>,
    ) {
        let (email, phone) = (email.map(str::to_owned), phone.map(str::to_owned));
        assert_eq!(way_to(&PersonDraft { email, phone, channel, ..anna() }, sms_is_on), expected);
    }
}
