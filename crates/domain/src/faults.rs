//! What is wrong with an input, field by field.

use std::collections::BTreeMap;

/// Field names of the wire with the stable code of what is wrong; empty when nothing is.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
#[error("the input breaks rules in {} field(s)", .0.len())]
pub struct Faults(pub BTreeMap<String, String>);

impl Faults {
    /// One field is wrong.
    pub fn one(field: &str, code: impl Into<String>) -> Self {
        let mut faults = Self::default();
        faults.add(field, code);
        faults
    }

    /// Adds a fault; the first one of a field stays.
    pub fn add(&mut self, field: &str, code: impl Into<String>) {
        self.0.entry(field.to_owned()).or_insert_with(|| code.into());
    }

    /// Keeps the value or notes the fault.
    pub fn keep<T, E>(&mut self, field: &str, parsed: Result<T, E>, code: impl Fn(&E) -> String) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(error) => {
                self.add(field, code(&error));
                None
            }
        }
    }

    /// A trimmed text that must be there and must not be longer than `most` characters.
    pub fn text(&mut self, field: &str, value: &str, most: usize) -> String {
        let value = value.trim();
        if value.is_empty() {
            self.add(field, "required");
        }
        self.short(field, value, most)
    }

    /// A trimmed text that may be missing.
    pub fn optional_text(&mut self, field: &str, value: Option<&str>, most: usize) -> Option<String> {
        let value = value.map(str::trim).filter(|v| !v.is_empty())?;
        Some(self.short(field, value, most))
    }

    fn short(&mut self, field: &str, value: &str, most: usize) -> String {
        if value.chars().count() > most {
            self.add(field, "too_long");
        }
        if value.chars().any(|c| c.is_control() && c != '\n') {
            self.add(field, "control_character");
        }
        value.to_owned()
    }

    /// Nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `Ok` when nothing is wrong.
    ///
    /// # Errors
    /// The faults themselves.
    pub fn none(self) -> Result<(), Self> {
        if self.is_empty() { Ok(()) } else { Err(self) }
    }
}
