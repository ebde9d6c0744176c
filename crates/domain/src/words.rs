//! What every list of stable words shares: the same word in SQL, JSON and translations.

/// An enum whose values are known by a word each.
macro_rules! words {
    ($(#[doc = $doc:literal])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant,)* }

        impl $name {
            /// Every value, in the order in which choices list them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable word in SQL, JSON and translations.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// The value of a stable word, if there is one.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.word() == word)
            }
        }

        // The derivation for schemas does not see names that a macro has handed on.
        #[cfg(feature = "wire")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                use utoipa::openapi::schema::{ObjectBuilder, Type};
                let description = [$($doc.trim()),*].join("\n");
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .description(Some(description))
                    .enum_values(Some([$($word),*]))
                    .into()
            }
        }

        #[cfg(feature = "wire")]
        impl utoipa::ToSchema for $name {}
    };
}
pub(crate) use words;
