//! The logo of an organisation at the head of a page, in the place of its name.

use krilla::tagging::Tag;

use super::Style;
use super::paper::{Leaf, mm};
use super::style::{QUIET_INK, SENDER, SMALL};
use crate::logo::Logo;

/// Above the window of any envelope.
const TOP: f32 = mm(13.0);
/// What the highest logo takes.
const HEIGHT: f32 = mm(14.0);
const GAP: f32 = mm(5.0);
/// A logo so many times as wide as it is high says the name itself, as a rule.
const SAYS_NAME: f32 = 2.0;

impl Leaf<'_> {
    /// Draws a logo, with the name of its organisation beside it: quietly where the logo says it already. Ears are told the
    /// name by the logo, and what place it is about as before.
    pub(crate) fn letterhead(&mut self, logo: &Logo, name: &str, place: Option<&str>, (left, right): (f32, f32)) {
        let (width, height) = logo.size();
        self.logo(logo, (left, TOP + (HEIGHT - height) / 2.0), name);
        let quiet = Style { ink: QUIET_INK, ..SMALL };
        let style = if width > SAYS_NAME * height { quiet } else { SENDER };
        let x = left + width + GAP;
        let name = self.faces.printable(name, style.weight);
        let (style, mut names) = self.faces.fitted(&name, &style, right - x, 1, 9.0);
        names.truncate(2);
        let place = self.faces.printable(place.unwrap_or_default(), quiet.weight);
        let (quiet, mut places) = self.faces.fitted(&place, &quiet, right - x, 1, 7.5);
        places.truncate(1);
        places.retain(|line| !line.is_empty());
        let all = |lines: &[String], style: &Style| lines.iter().fold(0.0, |height, _| height + style.leading);
        let mut y = TOP + (HEIGHT - all(&names, &style) - all(&places, &quiet)) / 2.0;
        for line in &names {
            self.aside(x, y, &style, line);
            y += style.leading;
        }
        if !places.is_empty() {
            self.lines(Tag::P, x, y, &quiet, &places);
        }
    }

    /// Draws a logo with its corner at a point. Ears are told whose it is.
    pub(crate) fn logo(&mut self, logo: &Logo, corner: (f32, f32), name: &str) {
        self.image(logo.image(), corner, logo.size(), name.to_owned());
    }
}
