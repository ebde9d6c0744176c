//! The OpenAPI document, from the handlers themselves.

use crate::router::rooms;
use crate::tags;
use serde_json::{Map, Value, json};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Info, OpenApi};

/// What the document says of itself.
pub(crate) fn head() -> OpenApi {
    let mut document = OpenApi::new(Info::new("Stolpe", env!("CARGO_PKG_VERSION")), utoipa::openapi::Paths::new());
    let mut components = utoipa::openapi::Components::new();
    components
        .add_security_scheme("bearer", SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build()));
    document.components = Some(components);
    document
}

/// The document as JSON, with the tags that say which caches an operation fills and which it makes stale.
pub fn document() -> Value {
    let (_, document) = rooms().split_for_parts();
    let mut document = serde_json::to_value(document).unwrap_or_default();
    let mut patches = Map::new();
    if let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) {
        for operations in paths.values_mut().filter_map(Value::as_object_mut) {
            for (method, operation) in operations.iter_mut() {
                tags::mark(operation);
                if method == "patch" {
                    name_patch(operation, &mut patches);
                }
            }
        }
    }
    let schemas = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut);
    if let Some(schemas) = schemas {
        for (patch, draft) in patches {
            // A merge patch has the fields of the draft, none of them required.
            let mut schema = draft.as_str().and_then(|name| schemas.get(name)).cloned().unwrap_or(json!({}));
            if let Some(schema) = schema.as_object_mut() {
                schema.remove("required");
            }
            schemas.insert(patch, schema);
        }
    }
    document
}

/// Points the body of a change at `XPatch` instead of `XDraft`.
fn name_patch(operation: &mut Value, patches: &mut Map<String, Value>) {
    let reference = operation.pointer_mut("/requestBody/content/application~1json/schema/$ref");
    if let Some(Value::String(reference)) = reference
        && let Some(draft) = reference.rsplit('/').next().map(ToOwned::to_owned)
        && let Some(stem) = draft.strip_suffix("Draft")
    {
        let patch = format!("{stem}Patch");
        *reference = format!("#/components/schemas/{patch}");
        patches.insert(patch, Value::String(draft));
    }
}
