//! A whole XML document as a tree, by the local names of its elements: namespaces carry versions that change and mean
//! nothing to us.

use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};
use std::ops::Range;

/// Deeper than any document that is read here; more is meant to exhaust the stack.
const DEEPEST: usize = 32;

/// An element with what is in it.
#[derive(Debug, Default)]
pub(crate) struct Element {
    /// Its local name.
    pub(crate) name: String,
    /// All of its own text.
    pub(crate) text: String,
    /// The value of its attribute `Ccy`, the only one that any of our documents needs.
    pub(crate) currency: String,
    /// The elements directly inside, in their order.
    pub(crate) inside: Vec<Element>,
    /// Where it stands in the document, in bytes from its opening to its closing tag.
    pub(crate) span: Range<usize>,
}

impl Element {
    /// The elements directly inside with this name.
    pub(crate) fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Self> {
        self.inside.iter().filter(move |element| element.name == name)
    }

    /// The first element directly inside with this name.
    pub(crate) fn one(&self, name: &str) -> Option<&Self> {
        self.inside.iter().find(|element| element.name == name)
    }

    /// The first element at the end of a way of names, such as `Acct/Id/IBAN`.
    pub(crate) fn at(&self, way: &str) -> Option<&Self> {
        way.split('/').try_fold(self, |element, name| element.one(name))
    }

    /// The text of the first element with this name, without the blanks around it; nothing if there is none.
    pub(crate) fn text_of(&self, name: &str) -> &str {
        self.one(name).map_or("", |element| element.text.trim())
    }

    /// The text at the end of a way of names.
    pub(crate) fn text_at(&self, way: &str) -> &str {
        self.at(way).map_or("", |element| element.text.trim())
    }
}

/// Why there is no tree.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum NoTree {
    /// Broken, or it ends too early.
    Damaged {
        /// At which byte.
        place: usize,
        /// What the reader said.
        said: String,
    },
    /// It declares a document type, which none of our documents does: with it come entities of its own.
    DocType,
}

/// Reads a document whole.
///
/// # Errors
/// [`NoTree`].
pub(crate) fn tree(text: &str) -> Result<Element, NoTree> {
    let at = |place: u64| usize::try_from(place).unwrap_or(usize::MAX);
    let damaged = |place: u64, said: &str| NoTree::Damaged { place: at(place), said: said.to_owned() };
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = vec![Element::default()];
    loop {
        let before = reader.buffer_position();
        let event = reader.read_event();
        let place = reader.buffer_position();
        let event = event.map_err(|error| damaged(reader.error_position(), &error.to_string()))?;
        let deep = open.len() > DEEPEST;
        let Some(element) = open.last_mut() else { return Err(damaged(place, "no beginning")) };
        match event {
            Event::Start(_) if deep => return Err(damaged(place, "too deep")),
            Event::Start(start) => open.push(begun(&start, at(before)..at(place))),
            Event::Empty(start) => element.inside.push(begun(&start, at(before)..at(place))),
            Event::End(_) => {
                if let (Some(mut closed), Some(around)) = (open.pop(), open.last_mut()) {
                    closed.span.end = at(place);
                    around.inside.push(closed);
                }
            }
            Event::Text(said) => element.text.push_str(&said),
            Event::CData(said) => element.text.push_str(&said),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(letter)) => element.text.push(letter),
                _ => element.text.push_str(resolve_xml_entity(&reference).ok_or_else(|| damaged(place, "entity"))?),
            },
            Event::DocType(_) => return Err(NoTree::DocType),
            Event::Eof => break,
            _ => {}
        }
    }
    match (open.len(), open.pop().and_then(|mut all| all.inside.pop())) {
        (1, Some(root)) => Ok(root),
        _ => Err(damaged(reader.buffer_position(), "no end")),
    }
}

fn begun(start: &BytesStart<'_>, span: Range<usize>) -> Element {
    let currency = start.try_get_attribute("Ccy").ok().flatten();
    Element {
        name: start.local_name().as_ref().to_owned(),
        currency: currency.map(|said| said.value.into_owned()).unwrap_or_default(),
        span,
        ..Element::default()
    }
}
