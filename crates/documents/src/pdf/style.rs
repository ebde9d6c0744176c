//! The looks that our letters share, so that two of them on one kitchen table are known as one sender's.

use super::{Style, Weight};

/// Near black: softer than pure black on white paper, and still 15:1.
pub(crate) const INK: (u8, u8, u8) = (27, 31, 36);
/// For labels; 5.9:1 on white and still readable on a tired office printer.
pub(crate) const QUIET_INK: (u8, u8, u8) = (84, 95, 107);
/// The one colour, which also prints as a dark grey.
pub(crate) const ACCENT: (u8, u8, u8) = (11, 90, 107);
/// Behind what matters.
pub(crate) const PANEL: (u8, u8, u8) = (241, 245, 246);
/// Hairlines.
pub(crate) const LINE: (u8, u8, u8) = (205, 212, 218);

pub(crate) const SENDER: Style = Style { weight: Weight::SemiBold, size: 13.0, leading: 16.5, ink: INK };
pub(crate) const HEADING: Style = Style { weight: Weight::SemiBold, size: 21.0, leading: 26.0, ink: INK };
pub(crate) const SUBHEADING: Style = Style { weight: Weight::SemiBold, size: 11.5, leading: 17.0, ink: INK };
pub(crate) const BODY: Style = Style { weight: Weight::Regular, size: 10.5, leading: 15.5, ink: INK };
pub(crate) const STRONG: Style = Style { weight: Weight::SemiBold, size: 10.5, leading: 15.5, ink: INK };
pub(crate) const LABEL: Style = Style { weight: Weight::Regular, size: 8.5, leading: 11.5, ink: QUIET_INK };
pub(crate) const SMALL: Style = Style { weight: Weight::Regular, size: 9.5, leading: 13.5, ink: INK };
pub(crate) const SECRET: Style = Style { weight: Weight::Mono, size: 16.0, leading: 20.0, ink: INK };
