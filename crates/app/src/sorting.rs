//! Names in the order of the country: å ä ö last in Sweden, æ ø å last in Norway.
//!
//! The key is made here and compared by byte in both engines, so that `SQLite` and Postgres agree.

use icu_collator::options::CollatorOptions;
use icu_collator::{Collator, CollatorBorrowed};
use icu_locale_core::locale;
use stolpe_domain::country::Country;

/// Makes sort keys for the people of one country.
pub(crate) struct Sorter(Option<CollatorBorrowed<'static>>);

impl Sorter {
    /// The order of a country.
    pub(crate) fn new(country: Country) -> Self {
        let locale = match country {
            Country::Se => locale!("sv"),
            Country::No => locale!("nb"),
        };
        Self(Collator::try_new(locale.into(), CollatorOptions::default()).ok())
    }

    /// The key of a person: surname first, then given name.
    pub(crate) fn person_key(&self, given: &str, family: &str) -> Vec<u8> {
        let mut key = Vec::new();
        for part in [family.trim(), given.trim()] {
            match &self.0 {
                Some(collator) => {
                    // Writing to a vector cannot fail.
                    let _ = collator.write_sort_key_to(part, &mut key);
                }
                None => key.extend(part.to_lowercase().bytes()),
            }
            key.push(0);
        }
        key
    }
}

impl std::fmt::Debug for Sorter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sorter")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(country: Country, mut names: Vec<&str>) -> Vec<&str> {
        let sorter = Sorter::new(country);
        names.sort_by_key(|name| sorter.person_key("Anna", name));
        names
    }

    #[test]
    fn swedish_names_end_with_a_ring_a_dots_o_dots() {
        assert_eq!(
            sorted(Country::Se, vec!["Öberg", "Ek", "Ärlig", "Zorn", "Åberg", "van Dyke", "Édel"]),
            ["Édel", "Ek", "van Dyke", "Zorn", "Åberg", "Ärlig", "Öberg"]
        );
    }

    #[test]
    fn norwegian_names_end_with_ae_o_slash_a_ring() {
        assert_eq!(
            sorted(Country::No, vec!["Åsen", "Ødegård", "Zahl", "Ærlig", "Aas"]),
            ["Zahl", "Ærlig", "Ødegård", "Aas", "Åsen"]
        );
    }

    #[test]
    fn a_short_surname_comes_before_a_longer_one_whatever_the_given_name() {
        let sorter = Sorter::new(Country::Se);
        assert!(sorter.person_key("Örjan", "Berg") < sorter.person_key("Anna", "Bergman"));
    }
}
