//! XML that leaves Stolpe: elements in the order in which they are said, and never an empty one.

use quick_xml::escape::escape;

/// A document that is being written.
#[derive(Debug)]
pub(crate) struct XmlOut {
    out: String,
    depth: usize,
}

impl XmlOut {
    /// Writes a whole document.
    pub(crate) fn document(root: &str, attributes: &[(&str, &str)], inside: impl FnOnce(&mut Self)) -> Vec<u8> {
        let mut xml = Self { out: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned(), depth: 0 };
        xml.open(root, attributes);
        xml.out.push('\n');
        xml.inside(root, inside);
        xml.out.into_bytes()
    }

    /// Writes an element with others in it; nothing where nothing is in it.
    pub(crate) fn within(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        let before = self.out.len();
        self.open(name, &[]);
        self.out.push('\n');
        let opened = self.out.len();
        self.inside(name, inside);
        if self.out[opened..].trim_start().starts_with("</") {
            self.out.truncate(before);
        }
    }

    /// Writes an element with a text; nothing where there is none.
    pub(crate) fn text(&mut self, name: &str, text: &str) {
        self.marked(name, &[], text);
    }

    /// Writes an element with a text that may be missing.
    pub(crate) fn maybe(&mut self, name: &str, text: Option<&str>) {
        self.text(name, text.unwrap_or_default());
    }

    /// Writes an element with attributes and a text; nothing where there is no text.
    pub(crate) fn marked(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        let text = writable(text);
        if text.is_empty() {
            return;
        }
        self.open(name, attributes);
        self.out.push_str(&escape(text.as_str()));
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push_str(">\n");
    }

    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.indent();
        self.out.push('<');
        self.out.push_str(name);
        for (attribute, value) in attributes {
            self.out.push(' ');
            self.out.push_str(attribute);
            self.out.push_str("=\"");
            self.out.push_str(&escape(writable(value).as_str()));
            self.out.push('"');
        }
        self.out.push('>');
    }

    fn inside(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        self.depth += 1;
        inside(self);
        self.depth -= 1;
        self.indent();
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push_str(">\n");
    }

    fn indent(&mut self) {
        for _ in 0..self.depth {
            self.out.push_str("  ");
        }
    }
}

/// A whole number with this many places behind the point; more than two of them only as far as they say something.
pub(crate) fn decimal(value: i128, places: u32) -> String {
    let scale = 10_u128.pow(places);
    let (whole, rest) = (value.unsigned_abs() / scale, value.unsigned_abs() % scale);
    let sign = if value < 0 { "-" } else { "" };
    let mut rest = format!("{rest:0width$}", width = places as usize);
    while rest.len() > 2 && rest.ends_with('0') {
        rest.pop();
    }
    if places == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest}") }
}

/// As much of a text as a schema lets through, in letters.
pub(crate) fn cut(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).map_or(text, |(end, _)| &text[..end])
}

/// What XML 1.0 has no way to write is left out: no text of ours has it, but files that were taken in may have brought some.
pub(crate) fn writable(text: &str) -> String {
    let fits = |letter: &char| {
        matches!(letter, '\t' | '\n' | '\r') || (*letter >= ' ' && !('\u{fffe}'..='\u{ffff}').contains(letter))
    };
    text.trim().chars().filter(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_empty_is_not_there_and_what_means_something_is_escaped() {
        let written = XmlOut::document("a", &[("x", "1 & 2")], |xml| {
            xml.within("b", |xml| xml.text("c", " "));
            xml.within("b", |xml| xml.marked("c", &[("y", "\"")], "Å <\u{1}& Ö>"));
            xml.maybe("d", None);
        });
        let wanted = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a x=\"1 &amp; 2\">\n  <b>\n    \
                      <c y=\"&quot;\">Å &lt;&amp; Ö&gt;</c>\n  </b>\n</a>\n";
        assert_eq!(String::from_utf8(written).unwrap(), wanted);
    }

    #[test]
    fn a_text_is_cut_between_letters() {
        assert_eq!((cut("Å💡Ö", 2), cut("Å💡Ö", 3), cut("Å💡Ö", 4)), ("Å💡", "Å💡Ö", "Å💡Ö"));
    }

    #[test]
    fn a_number_has_the_places_that_it_needs() {
        let written = [(5, 2), (-12_345, 2), (12_000, 3), (12_345, 3), (7, 0), (20_000_000, 7)];
        let written = written.map(|(value, places)| decimal(value, places));
        assert_eq!(written, ["0.05", "-123.45", "12.00", "12.345", "7", "2.00"]);
    }
}
