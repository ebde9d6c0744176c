//! What every value written as one text shares: its way in and out of serde, and its schema on the wire.

/// Ties a value with `parse_stored(&str)` and `as_str()` to `String`, so that `serde(try_from, into)` and the
/// API schema say "string" and the rule about the value stays in its own file.
macro_rules! text_value {
    ($value:ident, $refusal:ty, $format:literal) => {
        impl TryFrom<String> for $value {
            type Error = $refusal;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse_stored(&text)
            }
        }

        impl From<$value> for String {
            fn from(value: $value) -> Self {
                value.as_str().to_owned()
            }
        }

        #[cfg(feature = "wire")]
        impl utoipa::PartialSchema for $value {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                use utoipa::openapi::schema::{ObjectBuilder, SchemaFormat, Type};
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .format(Some(SchemaFormat::Custom($format.to_owned())))
                    .into()
            }
        }

        #[cfg(feature = "wire")]
        impl utoipa::ToSchema for $value {}
    };
}

pub(crate) use text_value;
