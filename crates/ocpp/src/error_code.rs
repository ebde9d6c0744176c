//! The error codes of OCPP-J 1.6, section 4.2.3, with the spellings that the standard itself gets wrong.

/// Why a call was not carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// The action is not known.
    NotImplemented,
    /// The action is known and not supported.
    NotSupported,
    /// The receiver failed.
    InternalError,
    /// The payload is incomplete.
    ProtocolError,
    /// Not allowed for want of security, or before the boot was accepted (errata 5.6).
    SecurityError,
    /// The payload does not follow the structure of the action.
    FormationViolation,
    /// A value breaks a constraint.
    PropertyConstraintViolation,
    /// A field occurs too often or not often enough.
    OccurenceConstraintViolation,
    /// A value is of the wrong type.
    TypeConstraintViolation,
    /// Anything else.
    GenericError,
}

impl ErrorCode {
    /// Every code.
    pub const ALL: [Self; 10] = [
        Self::NotImplemented,
        Self::NotSupported,
        Self::InternalError,
        Self::ProtocolError,
        Self::SecurityError,
        Self::FormationViolation,
        Self::PropertyConstraintViolation,
        Self::OccurenceConstraintViolation,
        Self::TypeConstraintViolation,
        Self::GenericError,
    ];

    /// The word on the wire: "Formation" and "Occurence" are misspelt in the standard and must stay so.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotImplemented => "NotImplemented",
            Self::NotSupported => "NotSupported",
            Self::InternalError => "InternalError",
            Self::ProtocolError => "ProtocolError",
            Self::SecurityError => "SecurityError",
            Self::FormationViolation => "FormationViolation",
            Self::PropertyConstraintViolation => "PropertyConstraintViolation",
            Self::OccurenceConstraintViolation => "OccurenceConstraintViolation",
            Self::TypeConstraintViolation => "TypeConstraintViolation",
            Self::GenericError => "GenericError",
        }
    }

    /// The code of a word, also where a charge point spells it right; unknown words are a generic error.
    pub fn from_word(word: &str) -> Self {
        match word {
            "FormatViolation" => Self::FormationViolation,
            "OccurrenceConstraintViolation" => Self::OccurenceConstraintViolation,
            other => Self::ALL.into_iter().find(|code| code.word() == other).unwrap_or(Self::GenericError),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_are_read_and_the_standards_own_is_written() {
        assert_eq!(ErrorCode::from_word("OccurrenceConstraintViolation").word(), "OccurenceConstraintViolation");
        assert_eq!(ErrorCode::from_word("FormatViolation").word(), "FormationViolation");
        for code in ErrorCode::ALL {
            assert_eq!(ErrorCode::from_word(code.word()), code);
        }
        assert_eq!(ErrorCode::from_word("Whatever"), ErrorCode::GenericError);
    }
}
