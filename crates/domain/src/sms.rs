//! Messages to phones: whose gateway carries them, what they may be sent as, how many parts they are, what they cost, and
//! where each stands.

mod price;
mod size;
mod state;

pub use price::SmsPrice;
pub use size::{SmsAlphabet, SmsSize, plain, size_of};
pub use state::{SmsHappening, SmsSight, SmsState, asks_again_in};

use crate::phone::Phone;
use crate::words::words;

words! {
    /// Who carries SMS.
    SmsProvider {
        /// 46elks.
        Elks = "46elks",
        /// Twilio.
        Twilio = "twilio",
    }
}

/// The most signs of a name that stands as the sender.
const LONGEST_NAME: usize = 11;

/// Why nothing can be sent in a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("neither a name of at most eleven letters and digits nor a phone number with its country")]
pub struct SenderError;

impl SenderError {
    /// The stable word that screens translate.
    pub const fn code(self) -> &'static str {
        "sms.sender"
    }
}

/// What stands as the sender: a name of letters and digits that begins with a letter, or a number as E.164. At Twilio also
/// the id of a messaging service, which chooses for itself.
///
/// # Errors
/// [`SenderError`].
pub fn check_sender(provider: SmsProvider, text: &str) -> Result<String, SenderError> {
    let text = text.trim();
    if text.starts_with('+') {
        return Phone::parse_stored(text).map(|phone| phone.as_str().to_owned()).map_err(|_| SenderError);
    }
    if provider == SmsProvider::Twilio && is_service(text) {
        return Ok(text.to_owned());
    }
    let begins = text.chars().next().is_some_and(|first| first.is_ascii_alphabetic());
    let sound = begins && text.len() <= LONGEST_NAME && text.chars().all(|sign| sign.is_ascii_alphanumeric());
    sound.then(|| text.to_owned()).ok_or(SenderError)
}

/// Whether a sender is a messaging service of Twilio.
pub fn is_service(sender: &str) -> bool {
    sender.strip_prefix("MG").is_some_and(|rest| rest.len() == 32 && rest.chars().all(|sign| sign.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(SmsProvider::Elks, "Ekbacken", Some("Ekbacken"))]
    #[case(SmsProvider::Elks, " +46 70 123 45 67 ", Some("+46701234567"))]
    #[case(SmsProvider::Elks, "Brf Ekbacken", None)]
    #[case(SmsProvider::Elks, "Ekbackens garage", None)]
    #[case(SmsProvider::Elks, "1Ekbacken", None)]
    #[case(SmsProvider::Elks, "Åkern", None)]
    #[case(SmsProvider::Elks, "0701234567", None)]
    #[case(SmsProvider::Elks, "", None)]
    #[case(SmsProvider::Elks, "MG00000000000000000000000000000000", None)]
    #[case(SmsProvider::Twilio, "MG0123456789abcdef0123456789abcdef", Some("MG0123456789abcdef0123456789abcdef"))]
    fn a_sender_is_a_short_name_or_a_number(
        #[case] provider: SmsProvider,
        #[case] text: &str,
        #[case] expected: Option<&str>,
    ) {
        assert_eq!(check_sender(provider, text).ok().as_deref(), expected);
    }
}
